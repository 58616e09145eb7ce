package bot

import (
	"slices"
	"time"
)

// Details are the reminders to complete what was opened in a hurry.
type Details struct {
	NextAt time.Time // when the agent is reminded, zero if nobody is
	Nudges int       // how often they were
	Asked  int       // the last reminder's entry, 0 for none
}

const (
	completeIn    = 15 * time.Minute // after the call
	completeAgain = time.Hour        // of working time
	mostDetails   = 3
	// completeUntil is how long after its end a case is still worth completing.
	completeUntil = 7 * 24 * time.Hour
)

// detailsDue returns when somebody is to be reminded to complete the case.
func (e *Escalation) detailsDue() time.Time { return e.Details.NextAt }

// missing returns what a case does not say: who it was about, what happened. One
// that was paged with now may not. An outcome can't be missing: nothing is resolved
// without one.
func (c Context) missing() []string {
	var missing []string

	if c.Customer == "" && c.Reference == "" {
		missing = append(missing, "who it was about")
	}

	if c.Happened == "" {
		missing = append(missing, "what happened")
	}

	return missing
}

// complete reports whether nothing is missing.
func (e *Escalation) complete() bool { return len(e.Context.missing()) == 0 }

// completable reports whether its agent should be reminded to complete it now: not
// while the customer is with them, and not what is over for long. Who has it back is
// reminded of the outcome, which asks for the rest too.
func (e *Escalation) completable(now time.Time) bool {
	handedOver := e.State == Joined && (e.Kind == TakeOver || e.Kind == Threat)
	settled := e.State == Resolved || e.State == Closed && now.Sub(e.Ended) < completeUntil
	ended := e.State.Open() && e.State != Returned && !e.CallEnded.IsZero()

	return !e.complete() && e.Erased.At.IsZero() && (handedOver || settled || ended)
}

// expectDetails sets when the agent is reminded to complete the case.
func (a *application) expectDetails(before *Escalation) {
	d := &a.Details

	switch {
	case !a.completable(a.Now):
		d.NextAt = time.Time{}
	case d.NextAt.IsZero() && d.Nudges < mostDetails:
		d.NextAt = a.hoursOf(a.Agent).Next(a.Now.Add(completeIn))
	}

	if !slices.Equal(a.Context.missing(), before.Context.missing()) {
		a.redraw(a.Agent, d.Asked)
		a.settled = true
	}
}

func (a *application) remindOfDetails() {
	d, hours := &a.Details, a.hoursOf(a.Agent)
	if !over(d.NextAt, a.Now) {
		return
	}

	switch open := hours.Next(a.Now); {
	case !a.completable(a.Now):
		d.NextAt = time.Time{}
	case open.After(a.Now):
		d.NextAt = open
	default:
		a.redraw(a.Agent, d.Asked)
		d.Nudges, d.NextAt = d.Nudges+1, hours.Next(hours.After(a.Now, completeAgain))
		d.Asked = a.record(Entry{What: WasAskedToComplete, Whom: a.Agent}, a.State)
		a.tell(a.Agent, d.Asked)
	}

	if d.Nudges >= mostDetails {
		d.NextAt = time.Time{}
	}
}
