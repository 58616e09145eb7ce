package bot

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// An Approval says how it stands with a promise that is beyond its owner's
// authority.
type Approval string

// The states of an approval.
const (
	ApprovalNone   Approval = ""       // it is within their authority
	ApprovalWanted Approval = "wanted" // it waits for somebody who may
	ApprovalGiven  Approval = "given"
	ApprovalDenied Approval = "denied"
	// ApprovalExpired is of what nobody answered: it counts as not approved.
	ApprovalExpired Approval = "expired"
)

// askApproval asks those who may approve it, at once: somebody was told that it
// will happen.
func (a *application) askApproval(o Owed, by PersonID) {
	n := a.record(Entry{What: WasUnapproved, By: by, Whom: o.Owner, Attempt: o.N, Text: o.price()}, a.State)
	for _, who := range o.Approvers {
		a.tell(who, n)
	}
}

// expectAnswer sets until when a promise waits for approval. It has expired by the
// time it was promised for, so that its owner can tell the customer before, but not
// before the managers had time to answer too.
func (a *application) expectAnswer(o *Owed) {
	if o.Approval != ApprovalWanted {
		return
	}

	o.ClimbAt = a.Now.Add(a.Times.Answer)

	if a.Times.Valid > 0 {
		o.ExpiresAt = later(first(a.Now.Add(a.Times.Valid), o.Due), a.Now.Add(2*a.Times.Answer))
	}
}

// requestDue is when a promise that waits for approval goes on to the managers, or
// has waited long enough.
func (o Owed) requestDue() time.Time {
	if !o.Open() || o.Approval != ApprovalWanted {
		return time.Time{}
	}

	return first(o.ClimbAt, o.ExpiresAt)
}

// expireRequests goes on with each promise that nobody approved or denied in time.
// What waits since before there was a limit to that begins to wait now.
func (a *application) expireRequests() {
	for i := range len(a.Owed) { // those that follow are news
		o := &a.Owed[i]

		switch {
		case !o.Open() || o.Approval != ApprovalWanted:
		case o.requestDue().IsZero():
			a.expectAnswer(o)
		case over(o.ExpiresAt, a.Now):
			a.expire(i)
		case over(o.ClimbAt, a.Now):
			a.askHigher(o)
		}
	}
}

// askHigher asks the managers who may approve it, or else those who were asked
// before once more. It waits for the first of them who may be reminded.
func (a *application) askHigher(o *Owed) {
	managers := slices.DeleteFunc(slices.Clone(a.Managers), func(who PersonID) bool {
		return slices.Contains(a.Gone, who) || !a.mayGive(who, o.Option, o.Amount, o.Currency)
	})

	people := anybody(managers, o.Approvers)

	awake, next := a.awake(people)
	if len(awake) == 0 {
		o.ClimbAt = next

		return
	}

	o.ClimbAt, o.Approvers, a.settled = time.Time{}, union(o.Approvers, people), true

	n := a.record(Entry{What: WasAskedHigher, By: o.By, Whom: o.Owner, Attempt: o.N, Text: o.price()}, a.State)
	for _, who := range awake {
		a.tell(who, n)
	}
}

// expire ends a promise that nobody approved. Whoever owes it is told what to say,
// once they may be reminded; where it is they who did not answer, whoever promised it.
func (a *application) expire(i int) {
	o := &a.Owed[i]

	whom := o.Owner
	if slices.Contains(o.Approvers, whom) {
		whom = cmp.Or(o.By, a.owner())
	}

	if rests := a.restsUntil(whom); rests.After(a.Now) {
		o.ClimbAt, o.ExpiresAt = time.Time{}, rests

		return
	}

	o.Approval = ApprovalExpired
	a.endOwed(o, NotAnyMore, "")

	expired := *o // what follows may move it
	a.tell(whom, a.record(Entry{What: WasExpired, Whom: whom, Attempt: o.N, Text: o.price()}, a.State))
	a.oweNews(expired, whom, "")
}

// price is what was promised of the team's options, "" if it is none of them.
func (o *Owed) price() string {
	if o.Amount == 0 {
		return o.Option
	}

	return joinWords(o.Option, money(o.Amount, o.Currency))
}

// money writes hundredths as people do.
func money(hundredths int64, currency string) string {
	if hundredths%100 == 0 {
		return fmt.Sprintf("%d %v", hundredths/100, currency)
	}

	return fmt.Sprintf("%d.%02d %v", hundredths/100, hundredths%100, currency)
}

// decideOwed approves it, or ends it: the customer has to hear that it is not
// possible. The first who decides counts. Who may is asked at the desk.
func (a *application) decideOwed(ev DecideOwed) error {
	if ev.N < 1 || ev.N > len(a.Owed) {
		return a.late()
	}

	o := &a.Owed[ev.N-1]

	decided, what := ApprovalGiven, WasGranted
	if !ev.Approved {
		decided, what = ApprovalDenied, WasRefused
	}

	switch {
	case o.Approval == decided && o.DecidedBy == ev.By:
		return &NoChangeError{a.ID}
	case o.Approval != ApprovalWanted || !o.Open():
		return a.late()
	}

	o.Approval, o.DecidedBy, a.settled = decided, ev.By, true

	n := a.record(Entry{What: what, By: ev.By, Whom: o.Owner, Attempt: o.N, Text: o.price()}, a.State)
	whom := a.hearsOf(o, ev.By)

	if whom != ev.By {
		a.tell(whom, n)
	}

	if !ev.Approved {
		a.endOwed(o, NotAnyMore, ev.By)
		a.oweNews(*o, whom, ev.By)
	}

	return nil
}

// hearsOf returns who is to hear of a decision and to see to what follows from it:
// the owner, or whoever asked an owner to decide.
func (a *application) hearsOf(o *Owed, by PersonID) PersonID {
	if o.Owner != by {
		return o.Owner
	}

	return cmp.Or(o.By, a.owner())
}

// oweNews owes the customer the news that what they were promised is not possible:
// by its time, and not later than most things. The message about the decision says
// so to whoever it falls to.
func (a *application) oweNews(denied Owed, owner, by PersonID) {
	due := first(denied.Due, a.Now.Add(promisedWithin))
	if over(due, a.Now) {
		due = a.Now.Add(soon)
	}

	news := a.owe(Owed{Text: denied.notPossible(), Owner: owner, How: denied.How, Where: denied.Where, Due: due}, by)
	a.record(Entry{What: news.what(), By: by, Whom: owner, Attempt: news.N, Text: news.Text}, a.State)
}

// soon is how much time there is for what should have been done already.
const soon = time.Hour

// notPossible is what is to be done about a promise that was denied.
func (o *Owed) notPossible() string {
	return "Tell the customer that this is not possible: " + cmp.Or(o.price(), o.Text)
}

// newsOf returns what is owed to the customer about a promise that was denied, nil
// if it was denied before that was kept.
func (e *Escalation) newsOf(denied *Owed) *Owed {
	i := slices.IndexFunc(e.Owed, func(o Owed) bool { return !o.Promise && o.N > denied.N && o.Text == denied.notPossible() })
	if i < 0 {
		return nil
	}

	return &e.Owed[i]
}
