package bot

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Rank is how much somebody may promise in a team. Each may promise what those
// before it may.
type Rank int

// The ranks.
const (
	AgentRank Rank = iota
	SupervisorRank
	ManagerRank
)

// rank returns somebody's rank in a team.
func (s *Settings) rank(who PersonID, team TeamID) Rank {
	switch {
	case s.manages(who, team):
		return ManagerRank
	case s.leads(who, team):
		return SupervisorRank
	default:
		return AgentRank
	}
}

// limit is how much of an option a rank may promise, in hundredths.
func (o Option) limit(rank Rank) int64 {
	var most int64

	for r := range rank + 1 {
		most = max(most, o.UpTo[r])
	}

	return most
}

// mayPromise reports whether somebody has the authority for what was promised.
func (s *session) mayPromise(who PersonID, e *Escalation, o *Owed) bool {
	return s.mayGive(who, e.Team, o.Option, o.Amount, o.Currency)
}

// mayGive reports whether somebody may promise or approve so much of an option, or
// so much money. What is none of the team's options (any more) and no money that any
// of them is given in has no limit.
func (s *session) mayGive(who PersonID, team TeamID, name string, amount int64, currency string) bool {
	if amount == unsaid {
		return s.givesMost(s.desk.settings.rank(who, team), team, name)
	}

	option := s.limits(team, name, currency)

	return option.Name == "" && !option.priced() || amount <= s.limitOf(who, team, option)
}

// givesMost reports whether a rank may give as much of an option as anybody, or of
// every option where no name is given.
func (s *session) givesMost(rank Rank, team TeamID, name string) bool {
	return !slices.ContainsFunc(s.options(team), func(o Option) bool {
		return (name == "" || o.Name == name) && o.limit(rank) < o.limit(ManagerRank)
	})
}

// limits returns the option whose limits count: the team's own, or for money that is
// none of its options what each rank may give at most of any in its currency.
func (s *session) limits(team TeamID, name, currency string) Option {
	if name != "" || currency == "" {
		return s.option(team, name)
	}

	most := Option{UpTo: map[Rank]int64{}}

	for _, option := range s.options(team) {
		if option.Currency != currency {
			continue
		}

		most.Currency = currency
		for rank, limit := range option.UpTo {
			most.UpTo[rank] = max(most.UpTo[rank], limit)
		}
	}

	return most
}

// limitsOf are the limits that count for what a case asks to be approved.
func (s *session) limitsOf(e *Escalation) Option {
	return s.limits(e.Team, e.Context.Option, e.Context.Currency)
}

// limitOf is how much of an option somebody may promise, in hundredths.
func (s *session) limitOf(who PersonID, team TeamID, option Option) int64 {
	return option.limit(s.desk.settings.rank(who, team))
}

// option returns a team's option by its name, the zero Option if there is none
// (any more).
func (s *session) option(team TeamID, name string) Option {
	options := s.options(team)
	if i := slices.IndexFunc(options, func(o Option) bool { return o.Name == name }); i >= 0 {
		return options[i]
	}

	return Option{}
}

// mayDecide reports whether somebody may approve what has the number n, or deny it.
func mayDecide(s *session, e *Escalation, by PersonID, n int) bool {
	if n < 1 || n > len(e.Owed) {
		return false
	}

	return s.may(by, "approve_owed", e) && s.mayPromise(by, e, &e.Owed[n-1])
}

// approvers are who is asked to approve it: its owner if they may; else those on
// duty and the managers who may, or any supervisor of the team who may.
func (s *session) approvers(e *Escalation, o *Owed) []PersonID {
	team := s.desk.settings.team(e.Team)
	if team == nil {
		return nil
	}

	may := func(people []PersonID) []PersonID {
		return slices.DeleteFunc(slices.Clone(people), func(who PersonID) bool { return !s.mayPromise(who, e, o) || s.gone(who) })
	}

	return anybody(may([]PersonID{o.Owner}), may(union(without(s.onDuty(team, s.now), team.Managers), team.Managers)), may(team.Supervisors))
}

// authority reads which of the team's options was promised and how much of it,
// and has what is beyond the authority of whoever writes it down wait for approval:
// its owner's authority counts once they have said so, since anybody can name them.
func (f filled) authority(o *Owed, wrong problems) {
	option, amount := f.option(f.e.Team, f.v.Get("promise_option")), f.v.Get("promise_amount")

	switch {
	case option.Name == "" && amount != "":
		wrong["promise_option"] = "Choose which of the options it is, or clear the amount."

		return
	case option.Name == "":
		return
	case option.Currency == "" && amount != "":
		wrong["promise_amount"] = "No amount belongs to “" + option.Name + "”. Clear it, or choose another option."

		return
	case option.Currency != "":
		o.Amount, o.Currency = hundredths(amount), option.Currency

		if o.Amount <= 0 {
			wrong["promise_amount"] = "Write how much was promised, such as 80.50."

			return
		}
	}

	o.Option = option.Name
	f.awaitApproval(o, "promise_amount", wrong)
}

// waitsHint is said of each amount that somebody writes down as given or promised.
const waitsHint = "What is beyond your limit waits until somebody who may has approved it."

// limitsHints say how much of each option the reader may give.
func (s *session) limitsHints(by PersonID, team TeamID) string {
	var hints []string

	for _, option := range s.options(team) {
		if option.priced() {
			hints = append(hints, option.Name+": "+lowerFirst(s.limitsHint(by, team, option)))
		}
	}

	return joinSpace(hints...)
}

// lowerFirst has a sentence stand behind a colon.
func lowerFirst(sentence string) string { return strings.ToLower(sentence[:1]) + sentence[1:] }

// spends reports whether something is promised that was approved before, and is
// more than somebody may promise without.
func (f filled) spends(o Owed) bool {
	return o.Approval == ApprovalNone && !f.mayPromise(f.by, f.e, &o) && f.e.Decision.covers(o.Option, o.Amount, o.Currency, f.now)
}

// awaitApproval has something wait for approval that is beyond the authority of
// whoever writes it down.
func (f filled) awaitApproval(o *Owed, field string, wrong problems) {
	if f.mayPromise(f.by, f.e, o) || f.e.Decision.covers(o.Option, o.Amount, o.Currency, f.now) {
		return
	}

	o.Approval, o.Approvers = ApprovalWanted, f.approvers(f.e, o)
	if len(o.Approvers) == 0 {
		wrong[field] = "Nobody in this team may approve that much" + upTo(f.option(f.e.Team, o.Option), o.Amount) + ". Agree on less with the customer, or talk to your manager first."
	}
}

// upTo says how much of an option anybody may approve, where that is less than what is
// asked for: those who may approve as much may be gone.
func upTo(o Option, asked int64) string {
	if most := o.limit(ManagerRank); most > 0 && most < asked {
		return ": the most is " + money(most, o.Currency)
	}

	return ""
}

// hundredths reads an amount, 0 if it is none.
func hundredths(amount string) int64 {
	const most = 1e12

	n, err := strconv.ParseFloat(amount, 64)
	if err == nil && n > 0 && n <= most {
		return int64(math.Round(n * 100))
	}

	return 0
}

// optionFields ask which of the team's options was promised, if amounts belong
// to any.
func (s *session) optionFields(team TeamID, by PersonID) []chat.Field {
	options := s.options(team)
	if !slices.ContainsFunc(options, Option.priced) {
		return nil
	}

	which := chat.Field{ID: "promise_option", Kind: chat.ChoiceField, Label: "Which option was promised", Hint: "Leave it empty if it is none of them."}
	for _, o := range options {
		which.Options = append(which.Options, chat.Option{Value: o.Name, Label: o.Name})
	}

	return []chat.Field{which, {
		ID: "promise_amount", Kind: chat.NumberField, Label: "Amount promised",
		Hint: joinSpace(s.limitsHints(by, team), waitsHint),
	}}
}
