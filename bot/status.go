package bot

import "time"

// While somebody is on their break, their status in chat can say that they will be
// back, if they agree each time. Nothing else of a break is ever seen by others,
// and the status says neither that it is one nor why.
//
// The wish is Break.Away. What is known of the status itself is kept beside it,
// and compared after each event: if the two differ, SetStatus has the platform
// asked, outside of any transaction, and StatusTried tells what came of it. An
// attempt is noted before it is made, so that after a crash it is made again.

// statusText is what a status says. The platform shows until when, to everybody by
// their own clock.
const statusText = "Back soon"

// statusAgain is after how long an attempt is made again of which nothing was heard,
// or that failed for the time being.
const statusAgain = 30 * time.Second

// A BreakStatus is what is known of somebody's status in chat.
type BreakStatus struct {
	Shown   time.Time // until when ours stands there, zero if it does not
	Unsure  bool      // it may stand there so, or as before: nothing was heard of an attempt yet
	At      time.Time // when it is tried again, zero if all is as it is wanted
	Trouble StatusTrouble
}

// A StatusTrouble is why a status is not shown.
type StatusTrouble string

// The troubles with a status.
const (
	StatusTheirs StatusTrouble = "theirs" // they have one of their own, which stays
	StatusFails  StatusTrouble = "fails"  // it can't be set
	StatusWaits  StatusTrouble = "waits"  // it can't be set now, and is tried again
)

type (
	// ShowStatus has their status say that they will be back, or takes that away.
	ShowStatus struct{ On bool }
	// StatusTried tells what came of an attempt to set it.
	StatusTried struct {
		Until   time.Time // zero for an attempt to clear it
		Trouble StatusTrouble
		Again   time.Duration // with StatusWaits, after how long it is tried again
	}
)

func (ShowStatus) breakEvent()  {}
func (StatusTried) breakEvent() {}

// SetStatus has the platform asked to set their status as it is wanted.
type SetStatus struct{}

func (SetStatus) breakEffect() {}

// statusWanted returns until when their status is to be shown, zero for not at all.
func (b *Break) statusWanted() time.Time {
	if b.Away && b.State == BreakRunning {
		return b.Until
	}

	return time.Time{}
}

// statusStands reports whether their status is as it is wanted. One that is over has
// gone by itself.
func (b *Break) statusStands(now time.Time) bool {
	wanted := b.statusWanted()
	if b.Status.Shown.IsZero() || over(b.Status.Shown, now) {
		return wanted.IsZero()
	}

	return !b.Status.Unsure && b.Status.Shown.Equal(wanted)
}

// showStatus keeps what they wish. It can be taken back as long as they are away.
func (r *resting) showStatus(ev ShowStatus) error {
	if !r.away() || ev.On && r.State != BreakRunning || r.Away == ev.On {
		return errBreakStands
	}

	r.Away, r.Status.Trouble = ev.On, ""

	return nil
}

// statusTried keeps what came of an attempt. Where it is no use to go on, they may
// ask for it again.
func (r *resting) statusTried(ev StatusTried) {
	r.Status.At, r.Status.Trouble = time.Time{}, ""
	if r.Away {
		r.Status.Trouble = ev.Trouble
	}

	switch ev.Trouble {
	case StatusWaits:
		r.Status.At = r.Now.Add(ev.Again)
	case StatusTheirs, StatusFails:
		r.Away, r.Status.Shown, r.Status.Unsure = false, time.Time{}, false
	default:
		r.Status.Shown, r.Status.Unsure = ev.Until, false
	}
}

// followStatus has their status set if it is not as it is wanted, unless an attempt
// to do just that is under way. The wish is for one break.
func (r *resting) followStatus() {
	if !r.away() {
		r.Away, r.Status.Trouble = false, ""
	}

	if r.statusStands(r.Now) {
		r.Status = BreakStatus{Shown: r.statusWanted(), Trouble: r.Status.Trouble}

		return
	}

	wanted := r.statusWanted()
	if wanted.Equal(r.wanted) && !r.Status.At.IsZero() && !over(r.Status.At, r.Now) {
		return
	}

	r.Status.Shown, r.Status.Unsure = later(r.Status.Shown, wanted), true
	r.Status.At = r.Now.Add(statusAgain)
	r.effects = append(r.effects, SetStatus{})
}
