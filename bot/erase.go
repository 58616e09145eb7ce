package bot

import (
	"regexp"
	"slices"
	"time"
)

// Erasing a customer's data takes every word of an escalation that somebody wrote,
// and whatever says who the customer is. What stays are figures: states, times,
// reasons, outcomes by their names, amounts, and who of us did what.

// Erased says that a customer's data was taken out of an escalation.
type Erased struct {
	At time.Time // zero if it was not
	N  int       // the entry that says so
}

// Erase takes the customer's data out. Texts says that there were some on the timeline
// too: those the desk takes out.
type Erase struct {
	By    PersonID
	Texts bool
}

func (Erase) event() {}

// forgotten stands for what was promised or asked, where there must be words.
const forgotten = "(erased)"

// alive reports whether somebody still has to do something for the customer.
func (e *Escalation) alive() bool { return e.State.Open() || e.owesAnything() }

// blank reports whether the customer's data was erased and nobody has to do anything
// any more: nothing can be done with it either.
func (e *Escalation) blank() bool { return !e.Erased.At.IsZero() && !e.alive() }

// unnamed is what stands for a customer of whom nothing is known.
func (e *Escalation) unnamed() string {
	if e.Erased.At.IsZero() {
		return "not said yet"
	}

	return "erased"
}

// erase takes out what people wrote. One that is open stays as it stands: somebody
// may have the customer, and knows who they are.
func (a *application) erase(ev Erase) error {
	if !a.Erased.At.IsZero() && !a.tells() && !ev.Texts {
		return &NoChangeError{a.ID}
	}

	a.Erased = Erased{At: a.Now, N: a.record(Entry{What: WasErased, By: ev.By}, a.State)}

	for _, words := range a.words() {
		*words = ""
	}

	for _, amount := range a.amounts() {
		*amount = onlyAmount(*amount)
	}

	for i := range a.Owed {
		a.Owed[i].Text = forgotten
	}

	if a.Question != nil {
		a.Question.Text = forgotten
	}

	a.NoSign = nil
	a.Context.CallAt, a.Details.NextAt = time.Time{}, time.Time{}

	if !a.Touch.At.IsZero() { // nobody knows any more whom to ask
		a.Touch.At, a.Touch.Done, a.Touch.Result = time.Time{}, a.Now, touchNeedless
	}

	return nil
}

// tells reports whether any word is left of what people wrote.
func (e *Escalation) tells() bool {
	return slices.ContainsFunc(e.words(), func(words *string) bool { return *words != "" && *words != forgotten })
}

// words are all fields that hold what people wrote, or say who the customer is.
func (e *Escalation) words() []*string {
	c := &e.Context
	all := []*string{
		&c.Customer, &c.Reference, &c.Happened, &c.Wants, &c.Tried, &c.Promised, &c.Told,
		&c.CallWhere, &c.CallWho, &c.Zone, &c.Verbatim, &c.Link, &e.Advice,
	}

	if e.Handover != nil {
		all = append(all, &e.Handover.Note)
	}

	if e.Question != nil {
		all = append(all, &e.Question.Text, &e.Question.Answer)
	}

	if e.Decision != nil {
		all = append(all, &e.Decision.Note)
	}

	if r := e.Incident; r != nil {
		all = append(all, &r.Where, &r.Against, &r.Witnesses, &r.ReportRef)

		for i := range r.Statements {
			all = append(all, &r.Statements[i].Text)
		}
	}

	if o := e.Outcome; o != nil {
		all = append(all, &o.Agreed, &o.Why, &o.Instead, &o.Worked, &o.Change)
	}

	for i := range e.NoSign {
		all = append(all, &e.NoSign[i])
	}

	for i := range e.Owed {
		o := &e.Owed[i]
		all = append(all, &o.Text, &o.Where, &o.Zone, &o.Left, &o.Says, &o.Why)
	}

	return all
}

// amounts are the fields that hold an amount, in people's words.
func (e *Escalation) amounts() []*string {
	all := []*string{&e.Context.Amount}

	if e.Decision != nil {
		all = append(all, &e.Decision.Amount)
	}

	if e.Outcome != nil {
		all = append(all, &e.Outcome.Amount)
	}

	return all
}

var amountPattern = regexp.MustCompile(`^\s*(\d{1,9}(?:[.,]\d{1,2})?)(?: ?([A-Z]{3})\b.*|\s*)$`)

// onlyAmount returns the number and the currency that a text begins with, "" if it
// is anything else.
func onlyAmount(text string) string {
	found := amountPattern.FindStringSubmatch(text)
	if found == nil {
		return ""
	}

	return joinSpace(found[1], found[2])
}

// wordless are the entries whose text is never anybody's words: a tier, a platform's
// code, a reason from a list, the name of an outcome, names of ours.
// Whatever is not among them is erased.
var wordless = []What{
	WasPaged, WasSkipped, WasUnanswered, WasUnreachable, WasRerouted, WasPassed, WasExplained, WasChanged, WasResolved, WasClosed,
	WasClimbed, WasUndelivered, WasDoubled,
}

// tellsOfCustomer reports whether an entry's text may be somebody's words.
func (e *Entry) tellsOfCustomer() bool { return e.Text != "" && !slices.Contains(wordless, e.What) }
