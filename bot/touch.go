package bot

import "time"

// A Touch is a second touch: somebody asks the customer some days later whether
// all is well.
type Touch struct {
	At     time.Time // when its owner is reminded, zero if nobody is
	Owner  PersonID
	Nudges int
	Done   time.Time // when it was made, or was said not to be needed
	Result string    // "made", "not needed", "missed"
}

// touchDue returns when the owner is to be reminded of the second touch.
func (e *Escalation) touchDue() time.Time { return e.Touch.At }

func (a *application) remindOfTouch() {}
