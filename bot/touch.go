package bot

import "time"

// A Touch is a second touch: somebody asks the customer some days later whether
// all is well. Nothing waits for it, closing neither.
type Touch struct {
	At     time.Time // when its owner is reminded, zero if nobody is
	Owner  PersonID  // who resolved it, "" if no touch was planned
	In     time.Duration
	Nudges int
	Asked  int       // the last reminder's entry, 0 for none
	Done   time.Time // when it was made, or was said not to be needed
	Result string    // "made", "not needed", "missed", "" until it is known
}

// What became of a second touch.
const (
	touchMade     = "made"
	touchNeedless = "not needed"
	touchMissed   = "missed"
)

const (
	mostTouchNudges = 2
	// touchUntil is how late a second touch still makes sense.
	touchUntil = 7 * 24 * time.Hour
)

// touchDue returns when the owner is to be reminded of the second touch.
func (e *Escalation) touchDue() time.Time { return e.Touch.At }

// planTouch has whoever resolved it ask the customer some days later.
func (a *application) planTouch(ev Resolve) {
	if ev.Touch > 0 {
		a.Touch = Touch{At: a.hoursOf(ev.By).Next(a.Now.Add(ev.Touch)), Owner: ev.By, In: ev.Touch}
	}
}

// expectTouch moves a second touch when the customer was contacted meanwhile. What
// is open anew is touched again after its next outcome.
func (a *application) expectTouch(before *Escalation) {
	t := &a.Touch

	switch {
	case a.State != Resolved && a.State != Closed:
		a.redraw(t.Owner, t.Asked)
		a.Touch = Touch{}
	case !t.At.IsZero() && t.Nudges == 0 && a.openOwed() < before.openOwed():
		t.At = a.hoursOf(t.Owner).Next(a.Now.Add(t.In))
	}
}

// openOwed returns how many things are still owed.
func (e *Escalation) openOwed() int {
	return len(undone(e.Owed))
}

// remindOfTouch reminds the owner once more after a working day, and then no more:
// what was not made by then is missed, and so is what is far too late.
func (a *application) remindOfTouch() {
	t := &a.Touch
	if !over(t.At, a.Now) {
		return
	}

	hours := a.hoursOf(t.Owner)

	switch open := hours.Next(a.Now); {
	case t.Nudges == 0 && a.openOwed() > 0: // nobody asks whether all is well before it can be
		t.At = hours.Next(a.Now.Add(aWorkday))
	case t.Nudges >= mostTouchNudges, a.Now.Sub(t.At) > touchUntil:
		t.At, t.Result = time.Time{}, touchMissed
		a.record(Entry{What: WasTouchMissed, Whom: t.Owner}, a.State)
		a.redraw(t.Owner, t.Asked)
	case open.After(a.Now):
		t.At = open
	default:
		a.redraw(t.Owner, t.Asked)
		t.At, t.Nudges = hours.Next(a.Now.Add(aWorkday)), t.Nudges+1
		t.Asked = a.record(Entry{What: WasTouchDue, Whom: t.Owner}, a.State)
		a.tell(t.Owner, t.Asked)
	}
}

// touch notes what became of the second touch. Who made it after it was marked as
// missed has made it.
func (a *application) touch(ev MakeTouch) error {
	t, result, what := &a.Touch, touchMade, WasTouched
	if ev.Needless {
		result, what = touchNeedless, WasTouchNeedless
	}

	switch {
	case t.Owner == "":
		return a.late()
	case t.Result == result:
		return &NoChangeError{a.ID}
	case t.Result == touchMade, t.Result == touchNeedless:
		return a.late()
	}

	t.At, t.Done, t.Result = time.Time{}, a.Now, result
	a.record(Entry{What: what, By: ev.By}, a.State)
	a.redraw(t.Owner, t.Asked)

	return nil
}
