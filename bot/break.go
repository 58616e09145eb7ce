package bot

import (
	"slices"
	"time"
)

// A Break is what the bot knows of somebody's recovery: the break that they were
// offered, have, or had. There is one for each person. It is theirs alone: it is
// kept apart, and nothing of it goes to anybody else, to a log, an export, a board
// or a digest. It changes only by Apply.
type Break struct {
	Who   PersonID
	Team  TeamID // whose places count, "" if nobody knows their team: then no place is counted
	Lead  bool   // they are counted among the team's supervisors, not its agents
	State BreakState
	Since time.Time // when State began
	// Length is how long the break is that they were offered last.
	Length time.Duration
	// Hard are the hard contacts of the present shift, oldest first.
	Hard []Contact
	// ShiftEnds is when the offer expires and the next hard contact counts as the
	// first of another shift. On a rota it is the end of their duty. Agents have
	// none: theirs is when their quiet hours begin. It is at most eight hours after
	// the last contact.
	ShiftEnds time.Time
	RemindAt  time.Time // when they are reminded of the offer, zero if they aren't
	Reminded  bool      // they were reminded of it, which happens once
	StartAt   time.Time // when they wanted to be asked again, zero if they didn't
	Until     time.Time // when the break, the place kept for it, or the wait for an answer at its end is over
	More      int       // how often five minutes were added
	Walk      bool      // they walk; else they breathe
	Away      bool      // they want their status in chat to say that they will be back
	Status    BreakStatus
	End       BreakEnd  // why it is over
	Buddy     PersonID  // whom they had asked to check in, "" for nobody
	CheckAt   time.Time // when they are asked how they are, zero if they aren't
	CheckEnd  CheckEnd  // what came of that
	// Message numbers the message that shows State, and Check the one that asks
	// how they are; 0 if there is none.
	Message, Check int
	Messages       int       // how many messages they had about breaks
	Changed        time.Time // when anything changed last
}

// A Contact is a hard contact for which a break was offered.
type Contact struct {
	Escalation EscalationID
	At         time.Time // when their part of it ended
	Length     time.Duration
	Threat     bool // of the kind Threat
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

// A BreakEnd is why a break is over.
type BreakEnd string

// The ends of a break.
const (
	BreakBack     BreakEnd = "back"     // they are back
	BreakDeclined BreakEnd = "declined" // they needed none
	BreakExpired  BreakEnd = "expired"  // the shift was over first
	BreakMissed   BreakEnd = "missed"   // the bot was down when they wanted to be asked again
)

// A CheckEnd is what came of asking somebody how they are.
type CheckEnd string

// The ends of a check-in.
const (
	CheckFine   CheckEnd = "fine"
	CheckTalk   CheckEnd = "talk"   // somebody was asked to talk with them
	CheckMissed CheckEnd = "missed" // the bot was down for days: they are told so
)

// Resting reports whether somebody has one of the team's places, or waits for one.
func (b *Break) Resting() bool { return b.State == BreakQueued || b.placed() }

// placed reports whether somebody has one of the team's places.
func (b *Break) placed() bool { return b.State == BreakTurn || b.away() }

// away reports whether somebody is on their break.
func (b *Break) away() bool { return b.State == BreakRunning || b.State == BreakEnding }

// backBy returns when somebody who is away is back at the latest, unless they add
// to their break.
func (b *Break) backBy() time.Time {
	if b.State == BreakRunning {
		return b.Until.Add(backIn)
	}

	return b.Until
}

// Due returns when Apply(BreakDue{}) is to be called if nothing happens before,
// zero if nothing is due.
func (b *Break) Due() time.Time { return first(b.CheckAt, b.Status.At, b.stateDue()) }

// stateDue returns the next deadline of the state alone.
func (b *Break) stateDue() time.Time {
	switch b.State {
	case BreakOver:
		return time.Time{}
	case BreakOffered:
		return first(b.RemindAt, b.ShiftEnds)
	case BreakLater:
		return first(b.StartAt, b.ShiftEnds)
	case BreakQueued:
		return b.ShiftEnds
	case BreakTurn, BreakRunning, BreakEnding:
		return b.Until
	default:
		return time.Time{}
	}
}

// talkable reports whether they are offered to talk to somebody: they were asked how
// they are, or told that it was too late for that, and have not answered.
func (b *Break) talkable() bool {
	return b.Check > 0 && (b.CheckEnd == "" || b.CheckEnd == CheckMissed)
}

// mayAsk reports whether they are offered to have somebody asked to check in: at
// the second hard contact of a shift, and after a threat.
func (b *Break) mayAsk() bool {
	threat := slices.ContainsFunc(b.Hard, func(c Contact) bool { return c.Threat })

	return b.Buddy == "" && (len(b.Hard) > 1 || threat)
}

func (b *Break) clone() *Break {
	c := *b
	c.Hard = slices.Clone(b.Hard)

	return &c
}

// card names the message with a number.
func (b *Break) card(n int) CardID { return CardID{Role: BreakCard, Person: b.Who, N: n} }
