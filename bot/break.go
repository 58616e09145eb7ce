package bot

import "time"

// A Break is what the bot knows of somebody's recovery: the break that they were
// offered, have, or had. There is one for each person. It is theirs alone: it is
// kept apart, and nothing of it goes to anybody else, to a log, an export, a board
// or a digest.
type Break struct {
	Who   PersonID
	Team  TeamID
	Lead  bool // they are counted among the team's supervisors, not its agents
	State BreakState
	Since time.Time // when State began
	// Length is how long the break is that they were offered.
	Length time.Duration
	// Hard are the hard contacts of the present shift, oldest first.
	Hard []time.Time
	// ShiftEnds is when the offer expires.
	ShiftEnds time.Time
	RemindAt  time.Time // when they are reminded of an offer, zero if they aren't
	StartAt   time.Time // when they wanted to be asked again, zero if they didn't
	Until     time.Time // when the break, or the place kept for it, ends
	More      int       // how often five minutes were added
	Walk      bool      // they walk; else they breathe
	Away      bool      // their status in chat says that they are away meanwhile
	Buddy     PersonID  // whom they want asked to check in, "" for nobody
	CheckAt   time.Time // when they are asked how they are, zero if they aren't
	Messages  int       // how many messages they had about breaks; numbers the last one
	Changed   time.Time // when anything changed last
}

// A BreakState is where a break stands.
type BreakState string

// The states of a break.
const (
	BreakOver    BreakState = ""        // none is offered, or it is over
	BreakOffered BreakState = "offered" // they were asked whether they want one
	BreakLater   BreakState = "later"   // they want to be asked again at StartAt
	BreakQueued  BreakState = "queued"  // they want one, and wait for a place
	BreakTurn    BreakState = "turn"    // a place is kept for them until Until
	BreakRunning BreakState = "running"
	BreakEnding  BreakState = "ending" // its time is over, and they have not said that they are back
)

// Resting reports whether somebody has one of the team's places, or waits for one.
func (b *Break) Resting() bool {
	return b.State == BreakQueued || b.State == BreakTurn || b.State == BreakRunning || b.State == BreakEnding
}

// Due returns when the break is to be looked at if nothing happens before, zero if
// nothing is due.
func (b *Break) Due() time.Time { return first(b.RemindAt, b.StartAt, b.Until, b.ShiftEnds, b.CheckAt) }
