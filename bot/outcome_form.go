package bot

import "github.com/firebreakhq/firebreak/bot/chat"

// How much of an option was given, as the resolve form asks for it.

// givenField asks for the amount of an outcome, and says what becomes of one that is
// beyond the reader's limit.
func (s *session) givenField(e *Escalation, by PersonID, option Option) chat.Field {
	hint := s.limitsHint(by, e.Team, option) + " " + waitsHint
	if d := e.Decision; d.covers(option.Name, 0, option.Currency, s.now) {
		hint = s.name(d.By) + " approved up to " + money(d.Sum, d.Currency) + ". " + hint
	}

	return chat.Field{ID: "amount", Kind: chat.NumberField, Label: "Amount in " + option.Currency, Required: true, Hint: hint}
}

// readGiven reads how much was given. What is beyond the authority of whoever writes
// it down, and was not approved, becomes a promise that waits for approval: nothing
// holds up the outcome. How much it is has to be said: what nobody says is within no
// limit.
func (f filled) readGiven(ev *Resolve, wrong problems) {
	option := f.option(f.e.Team, ev.Outcome.Name)
	if !option.priced() {
		return
	}

	sum := hundredths(f.v.Get("amount"))
	if sum <= 0 {
		wrong["amount"] = "Say how much it is, such as 80.50. If you don’t know it yet, write the most that it can be."

		return
	}

	ev.Outcome.Sum, ev.Outcome.Currency, ev.Outcome.Amount = sum, option.Currency, money(sum, option.Currency)
	given := Owed{
		Promise: true, Owner: f.by, How: f.e.Context.Channel, Option: option.Name, Amount: sum, Currency: option.Currency,
	}
	given.Text = "Give the customer what was agreed"

	if f.e.promisedAs(option.Name, sum) != nil { // it was promised before, and what it takes is asked for there
		return
	}

	switch {
	case ev.Spends: // it was approved once
		spent := *f.e
		spent.Decision = nil
		f.e = &spent
	case f.spends(given):
		ev.Spends = true
	}

	f.awaitApproval(&given, "amount", wrong)

	if given.Approval == ApprovalWanted {
		ev.Owed = append(ev.Owed, given)
		ev.Outcome.Waits = len(ev.Owed)
	}
}
