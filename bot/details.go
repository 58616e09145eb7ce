package bot

import "time"

// Details are the reminders to complete what was opened in a hurry.
type Details struct {
	NextAt time.Time // when the owner is reminded, zero if nobody is
	Nudges int       // how often they were
}

// detailsDue returns when somebody is to be reminded to complete the case.
func (e *Escalation) detailsDue() time.Time { return e.Details.NextAt }

func (a *application) remindOfDetails() {}
