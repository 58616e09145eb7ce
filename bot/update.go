package bot

import "time"

// Updates are what keeps a customer informed while their case is open.
type Updates struct {
	Every  time.Duration // the rhythm that the customer was promised, 0 for each working day
	Heard  time.Time     // when the customer was last told how it stands, zero if not since it was opened
	How    string        // contact channel of that
	NextAt time.Time     // when the owner is reminded to tell them, zero if nobody is
	Nudges int           // how often they were reminded since the customer heard last
}

// updateDue returns when the owner is to be reminded to update the customer.
func (e *Escalation) updateDue() time.Time { return e.Updates.NextAt }

func (a *application) remindToUpdate() {}
