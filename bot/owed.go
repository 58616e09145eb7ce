package bot

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Owed is a promise or follow-up: something the customer was told will happen. It
// has an owner and a clock, and ends as one of the results.
type Owed struct { //nolint:recvcheck // what is asked of it is asked of copies too, and the ladder changes it
	N       int  // numbers it within the escalation, from 1
	Promise bool // else a follow-up
	Text    string
	Owner   PersonID
	By      PersonID // who wrote it down, "" if that was not kept yet
	How     string   // contact channel
	Where   string   // the number or address, and whom to ask for, "" if nobody said
	Due     time.Time
	Nudged  bool // before there was a ladder: the owner was reminded at Due
	Done    time.Time
	DoneBy  PersonID // "" if it was given up

	Made   time.Time // when it was promised, or moved last
	First  time.Time // when it was due at first
	Moves  int       // how often it was moved
	Broken bool      // its time went by before it was moved
	Zone   string    // of the customer, if it was promised in theirs, "" for the owner's

	Rung    Rung      // the reminder that comes next, 0 for none yet
	NudgeAt time.Time // when it comes
	Fresh   bool      // its owner took it on when it was late, and was not reminded of it yet

	Option    string // what of the team's options was promised, "" for none
	Amount    int64  // of it, in hundredths of Currency: written once, never changed
	Currency  string
	Approval  Approval
	Approvers []PersonID // who were asked
	DecidedBy PersonID
	ClimbAt   time.Time // when the managers are asked, if nobody answered, zero once they were
	ExpiresAt time.Time // when it counts as not approved, if nobody answered, zero for never

	Result    Result // "" while it is to be done
	Agreed    string // of a follow-up: whether the agreed actions were done, "yes", "not all", ""
	Left      string // what is left over
	Says      string // what the customer says
	Satisfied string // "yes", "no", "not reached", ""
	Why       string // why it is not needed any more
}

// A Result is how something owed ended.
type Result string

// The results. What was moved while there was time is renegotiated even if it was
// then done by its new time: the customer had to be asked.
const (
	Kept           Result = "kept"
	Renegotiated   Result = "renegotiated"
	BrokenThenKept Result = "broken then kept"
	NeverKept      Result = "broken"
	NotAnyMore     Result = "withdrawn"
)

// Open reports whether it is still to be done.
func (o Owed) Open() bool { return o.Done.IsZero() }

// Ended returns how it ended, "" if it has not. Of what ended before results were
// kept it is told by the time.
func (o Owed) Ended() Result {
	if o.Open() || o.Result != "" {
		return o.Result
	}

	return o.resultAt(o.Done)
}

// doneWithin is how long after its time something still counts as kept: people do
// it first, and say so then.
const doneWithin = time.Hour

// resultAt returns how it ends for who does it at a time.
func (o Owed) resultAt(at time.Time) Result {
	switch {
	case o.Broken || !o.Due.IsZero() && at.After(o.Due.Add(doneWithin)):
		return BrokenThenKept
	case o.Moves > 0:
		return Renegotiated
	default:
		return Kept
	}
}

// overdue reports whether it is late by more than it takes to say that it is done.
func (o *Owed) overdue(now time.Time) bool { return over(o.Due, now) && now.Sub(o.Due) >= doneWithin }

// told reports whether the customer heard from us when it ended.
func (o Owed) told() bool {
	switch o.Ended() {
	case Kept, Renegotiated, BrokenThenKept:
		return o.Satisfied != "not reached"
	case NeverKept, NotAnyMore:
		return false
	default:
		return false
	}
}

// promisedWithin is when something is due for which no time was named: a promise
// needs a clock.
const promisedWithin = 24 * time.Hour

// What is owed where nobody put it into words of their own. It stands in records.
const (
	callBackText = "Call the customer back"
	followUpText = "Follow up with the customer"
)

// promiseCallback owes the customer a call. While nobody has it the case itself
// becomes one to call back, unless it asks for something else. Once somebody has
// it their case stays as it is, and what is owed names whom to call.
func (a *application) promiseCallback(ev PromiseCallback) error {
	whom := joinWords(ev.Where, ev.Who)
	promised := Owed{
		Promise: true, Text: callBackText, Owner: cmp.Or(ev.Owner, ev.By), How: "phone", Where: whom, Due: ev.At, Zone: ev.Zone,
	}
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

// addOwed adds something by hand.
func (a *application) addOwed(ev AddOwed) error {
	if !a.oweAll([]Owed{ev.Owed}, ev.By) {
		return &NoChangeError{a.ID}
	}

	if ev.Spends {
		a.spend()
	}

	return nil
}

// oweAll adds what is not owed already, with an entry for each, and reports
// whether anything was.
func (a *application) oweAll(owed []Owed, by PersonID) bool {
	added := false

	for _, o := range owed {
		o.Owner = cmp.Or(o.Owner, by)
		if a.owes(o) {
			continue
		}

		added = true
		o = a.owe(o, by)
		a.recordOwed(o, Entry{What: o.what(), By: by, Text: o.Text})
	}

	return added
}

// owes reports whether the same was promised already and is still to be done.
func (a *application) owes(o Owed) bool {
	return slices.ContainsFunc(a.Owed, func(have Owed) bool {
		return have.Open() && have.Promise == o.Promise && have.Text == o.Text &&
			have.Owner == o.Owner && have.Due.Equal(o.Due) && have.Option == o.Option && have.Amount == o.Amount
	})
}

// owe adds what is owed to the customer, and begins its reminders. Who named no
// owner owns it.
func (a *application) owe(o Owed, by PersonID) Owed {
	if o.Due.IsZero() {
		o.Due = a.Now.Add(promisedWithin)
	}

	o.N, o.Owner, o.By = len(a.Owed)+1, cmp.Or(o.Owner, by), by
	o.Made, o.First = a.Now, o.Due
	o.begin(a.Now, a.hoursOf(o.Owner))
	a.expectAnswer(&o)
	a.Owed = append(a.Owed, o)

	return o
}

// recordOwed adds the entry about what is owed, and tells the owner unless it was
// they who wrote it down, or they are told anyway. Who may approve it is asked; an
// owner who may needs no other message.
func (a *application) recordOwed(o Owed, entry Entry) {
	entry.Whom, entry.Attempt = o.Owner, o.N

	n := a.record(entry, a.State)
	if o.Owner != entry.By && o.Owner != a.knows && !slices.Contains(o.Approvers, o.Owner) {
		a.tell(o.Owner, n)
	}

	if o.Approval == ApprovalWanted {
		a.askApproval(o, entry.By)
	}
}

// what returns the kind of entry about it.
func (o Owed) what() What {
	if o.Promise {
		return WasPromised
	}

	return WasPlanned
}

// undone returns what of some things owed is still to be done.
func undone(owed []Owed) []Owed {
	return slices.DeleteFunc(slices.Clone(owed), func(o Owed) bool { return !o.Open() })
}

// neverKept reports whether something was owed that was never done.
func (e *Escalation) neverKept() bool {
	return slices.ContainsFunc(e.Owed, func(o Owed) bool { return o.Result == NeverKept })
}

// owesAnything reports whether anything is still to be done.
func (e *Escalation) owesAnything() bool { return slices.ContainsFunc(e.Owed, Owed.Open) }

// closeIfDone closes what is resolved once nothing is owed any more. What was taken
// back is kept from then on as long as what is closed.
func (a *application) closeIfDone() {
	switch {
	case a.owesAnything():
	case a.State == Withdrawn:
		a.ForgetAt = later(a.ForgetAt, a.Now.Add(a.keep()))
	case a.State == Resolved:
		closed := Entry{What: WasClosed}
		if a.neverKept() {
			closed.Text = "not all that was owed was done"
		}

		n := a.record(closed, Closed)
		a.end()
		a.closeLoop(n)
	}
}

// unfinished returns what has the number n. It is too late for what was never
// owed, and nothing changes for what has ended.
func (a *application) unfinished(n int) (*Owed, error) {
	if n < 1 || n > len(a.Owed) {
		return nil, a.late()
	}

	o := &a.Owed[n-1]
	if !o.Open() {
		return nil, &NoChangeError{a.ID}
	}

	return o, nil
}

// finishOwed ends what was carried out. What is left over of a case that was
// resolved opens it anew if that is wished.
func (a *application) finishOwed(ev Finish) error {
	o, err := a.unfinished(ev.N)
	if err != nil {
		return err
	}

	if o.Approval == ApprovalWanted {
		return a.late()
	}

	o.Agreed, o.Left, o.Says, o.Satisfied = ev.Agreed, ev.Left, ev.Says, ev.Satisfied
	a.endOwed(o, o.resultAt(a.Now), ev.By)

	what := WasDone
	if o.Result == BrokenThenKept {
		what = WasDoneLate
	}

	n := a.record(Entry{What: what, By: ev.By, Whom: o.Owner, Attempt: o.N, Text: o.Text}, a.State)
	a.tellOwner(o, ev.By, n)

	if answers := o.answers(); answers != "" {
		a.record(Entry{What: WasNoted, By: ev.By, Text: answers}, a.State)
	}

	if ev.Reopen && a.State == Resolved {
		return a.reopen(Reopen{By: ev.By, Note: ev.Left, Page: ev.Page})
	}

	a.closeIfDone()

	return nil
}

// endOwed ends something owed: nobody is reminded of it any more.
func (a *application) endOwed(o *Owed, result Result, by PersonID) {
	o.Done, o.DoneBy, o.Result, o.Rung, o.NudgeAt = a.Now, by, result, 0, time.Time{}
	a.settled = true
}

// tellOwner tells the owner of what somebody else did with it.
func (a *application) tellOwner(o *Owed, by PersonID, n int) {
	if o.Owner != by {
		a.tell(o.Owner, n)
	}
}

// answers returns what was answered about a follow-up.
func (o *Owed) answers() string {
	return joinFields("; ", [][2]string{
		{"Agreed actions", label(agreedActions, o.Agreed)}, {"Left over", o.Left}, {"The customer says", o.Says},
		{"Satisfied", label(satisfaction, o.Satisfied)},
	})
}

// moveOwed gives it another time. Before it was due that is a new agreement; what
// was due already stays broken.
func (a *application) moveOwed(ev MoveOwed) error {
	o, err := a.unfinished(ev.N)
	if err != nil {
		return err
	}

	if ev.Due.Equal(o.Due) {
		return &NoChangeError{a.ID}
	}

	o.Broken = o.Broken || over(o.Due, a.Now)
	o.Due, o.Zone, o.Made = ev.Due.UTC(), ev.Zone, a.Now
	o.Moves++
	o.begin(a.Now, a.hoursOf(o.Owner))
	a.settled = true

	when := "now due " + ev.Due.Format("Mon 2 Jan, 15:04 MST")
	n := a.record(Entry{What: WasMoved, By: ev.By, Whom: o.Owner, Attempt: o.N, Text: joinWords(when, ev.Told)}, a.State)
	a.tellOwner(o, ev.By, n)

	return nil
}

// dropOwed ends what is not needed any more.
func (a *application) dropOwed(ev DropOwed) error {
	o, err := a.unfinished(ev.N)
	if err != nil {
		return err
	}

	o.Why = ev.Why
	a.endOwed(o, NotAnyMore, ev.By)

	n := a.record(Entry{What: WasDropped, By: ev.By, Whom: o.Owner, Attempt: o.N, Text: joinWords(o.Text, ev.Why)}, a.State)
	a.tellOwner(o, ev.By, n)
	a.closeIfDone()

	return nil
}

// takeOwed makes somebody else the owner, who is reminded from now on.
func (a *application) takeOwed(ev TakeOwed) error {
	o, err := a.unfinished(ev.N)
	if err != nil {
		return err
	}

	if o.Owner == ev.By {
		return &NoChangeError{a.ID}
	}

	was := *o
	a.giveOwed(o, ev.By)

	n := a.record(Entry{What: WasTakenOn, By: ev.By, Whom: was.Owner, Attempt: o.N, Text: o.Text}, a.State)
	a.tellOwner(&was, ev.By, n)

	return nil
}

// giveOwed makes somebody the owner, who is reminded from now on.
func (a *application) giveOwed(o *Owed, to PersonID) {
	o.Owner, a.settled = to, true
	o.handOn(a.Now, a.hoursOf(to))
}

// joinFields joins what was filled in, each with its name.
func joinFields(between string, fields [][2]string) string {
	var said []string

	for _, field := range fields {
		if field[1] != "" {
			said = append(said, field[0]+": "+field[1])
		}
	}

	return strings.Join(said, between)
}
