package bot

import (
	"cmp"
	"slices"
	"time"
)

// Owed is a promise or follow-up: something the customer was told will happen.
type Owed struct {
	N       int  // numbers it within the escalation, from 1
	Promise bool // else a follow-up
	Text    string
	Owner   PersonID
	How     string    // contact channel
	Due     time.Time // zero if no time was named
	Nudged  bool      // the owner was reminded at Due
	Done    time.Time
	DoneBy  PersonID
}

// Open reports whether it is still to be done.
func (o Owed) Open() bool { return o.Done.IsZero() }

// owedDue returns when the next reminder of what is owed is due. A promise to a
// customer stands in every state, a withdrawn escalation's too.
func (e *Escalation) owedDue() time.Time {
	var due time.Time

	for _, owed := range e.Owed {
		if owed.Open() && !owed.Nudged {
			due = first(due, owed.Due)
		}
	}

	return due
}

// promiseCallback owes the customer a call. While nobody has it the case itself
// becomes one to call back, unless it asks for something else. Once somebody has
// it their case stays as it is, and what is owed names whom to call.
func (a *application) promiseCallback(ev PromiseCallback) error {
	promised := Owed{
		Promise: true, Text: "Call the customer back", Owner: cmp.Or(ev.Owner, ev.By), How: "phone", Due: ev.At,
	}
	whom := joinWords(ev.Where, ev.Who)
	known := a.Context.CallWhere == ev.Where && a.Context.CallWho == ev.Who

	if a.State != Paging {
		known = true

		if whom != "" {
			promised.Text += ": " + whom
		}
	}

	if known && a.owes(promised) {
		return &NoChangeError{a.ID}
	}

	if a.State == Paging {
		a.becomeCallback(ev)
	}

	owed := a.owe(promised, ev.By)
	a.recordOwed(owed, Entry{What: WasCallback, By: ev.By, Text: whom})

	return nil
}

// becomeCallback has nobody wait on the line any more. A threat, an approval and
// a wish for advice stay what they are.
func (a *application) becomeCallback(ev PromiseCallback) {
	if a.Kind == TakeOver || a.Kind == JoinUs {
		a.Kind = CallBack
	}

	a.Context.Waiting = false
	a.Context.CallAt, a.Context.CallWhere, a.Context.CallWho = ev.At, ev.Where, ev.Who
}

// owes reports whether the same was promised already and is still to be done.
func (a *application) owes(o Owed) bool {
	return slices.ContainsFunc(a.Owed, func(have Owed) bool {
		return have.Open() && have.Promise == o.Promise && have.Text == o.Text &&
			have.Owner == o.Owner && have.Due.Equal(o.Due)
	})
}

// owe adds what is owed to the customer. Who named no owner owns it.
func (a *application) owe(o Owed, by PersonID) Owed {
	o.N, o.Owner = len(a.Owed)+1, cmp.Or(o.Owner, by)
	a.Owed = append(a.Owed, o)

	return o
}

// recordOwed adds the entry about what is owed, and tells the owner unless it was
// they who wrote it down.
func (a *application) recordOwed(o Owed, entry Entry) {
	entry.Whom, entry.Attempt = o.Owner, o.N

	n := a.record(entry, a.State)
	if o.Owner != entry.By {
		a.tell(o.Owner, n)
	}
}

// what returns the kind of entry about it.
func (o Owed) what() What {
	if o.Promise {
		return WasPromised
	}

	return WasPlanned
}

// closeIfDone closes what is resolved once nothing is owed any more.
func (a *application) closeIfDone() {
	if a.State == Resolved && !slices.ContainsFunc(a.Owed, Owed.Open) {
		a.record(Entry{What: WasClosed}, Closed)
		a.end()
	}
}

func (a *application) finishOwed(ev Finish) error {
	if ev.N < 1 || ev.N > len(a.Owed) {
		return a.late()
	}

	owed := &a.Owed[ev.N-1]
	if !owed.Open() {
		return &NoChangeError{a.ID}
	}

	owed.Done, owed.DoneBy, a.settled = a.Now, ev.By, true
	a.record(Entry{What: WasDone, By: ev.By, Attempt: owed.N, Text: owed.Text}, a.State)
	a.closeIfDone()

	return nil
}

func (a *application) remindOfOwed() {
	for i := range a.Owed {
		owed := &a.Owed[i]
		if owed.Open() && !owed.Nudged && over(owed.Due, a.Now) {
			owed.Nudged = true
			a.tell(owed.Owner, a.record(Entry{What: WasNudged, Whom: owed.Owner, Attempt: owed.N, Text: owed.Text}, a.State))
		}
	}
}
