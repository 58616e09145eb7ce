package bot

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// A BreakEvent is something that happened to a break. The set is closed.
type BreakEvent interface{ breakEvent() }

// What can happen to a break, in the order of its life.
type (
	// HardContact says that somebody's part of a hard contact has ended.
	HardContact struct {
		Contact   Contact // its Length is given
		Heat      int     // 0 for one that deserves no break
		Abuse     bool    // they were insulted or threatened
		Team      TeamID
		Lead      bool
		ShiftEnds time.Time
		CheckAt   time.Time // when to ask how they are, zero for never
	}
	// AskBreak says that they ask for a break themselves.
	AskBreak struct {
		Team      TeamID
		Lead      bool
		ShiftEnds time.Time
	}
	// StartBreak begins it, or has them wait for a place.
	StartBreak struct{}
	// InTenMinutes has them asked again then.
	InTenMinutes struct{}
	// NotNeeded declines it.
	NotNeeded struct{}
	// PlaceFree says that a place is free and they are the next to have one.
	PlaceFree struct{}
	// ChooseStep has them walk, or breathe.
	ChooseStep struct{ Walk bool }
	// Back says that they are ready to go on.
	Back struct{}
	// FiveMore adds five minutes.
	FiveMore struct{}
	// AskCheckIn has somebody of their choice asked to check in with them.
	AskCheckIn struct{ Buddy PersonID }
	// Fine says that all is well, the day after.
	Fine struct{}
	// Talk says that they would like to talk to somebody.
	Talk struct{ To PersonID }
	// BreakDue says that the time that Break.Due names has come.
	BreakDue struct{}
)

func (HardContact) breakEvent()  {}
func (AskBreak) breakEvent()     {}
func (StartBreak) breakEvent()   {}
func (InTenMinutes) breakEvent() {}
func (NotNeeded) breakEvent()    {}
func (PlaceFree) breakEvent()    {}
func (ChooseStep) breakEvent()   {}
func (Back) breakEvent()         {}
func (FiveMore) breakEvent()     {}
func (AskCheckIn) breakEvent()   {}
func (Fine) breakEvent()         {}
func (Talk) breakEvent()         {}
func (BreakDue) breakEvent()     {}

// A BreakEffect is what an event asks for beyond the changed record. The set is
// closed.
type BreakEffect interface{ breakEffect() }

type (
	// ShowBreak has a message shown, or drawn anew if it is there already.
	ShowBreak struct{ N int }
	// Invite asks somebody to check in with them, without any reason.
	Invite struct {
		Who  PersonID
		Talk bool // they would like to talk
	}
)

func (ShowBreak) breakEffect() {}
func (Invite) breakEffect()    {}

// A BreakMoment is what the rules may know of the world around a break.
type BreakMoment struct {
	Now      time.Time
	Recovery Recovery
	// Free says that a place is free, and nobody waits who came earlier.
	Free bool
	// Hours are when they may be asked how they are.
	Hours roster.Hours
}

// errBreakStands says that an event came too late, or was carried out before.
// Nothing was changed: the person is told how their break stands.
var errBreakStands = errors.New("the break stands as it is")

// offer returns how long a break is after a contact of a heat, 0 for none.
func (r *Recovery) offer(heat int, abuse bool) time.Duration {
	length := max(r.Offer[heat], 0)
	if abuse {
		length = max(length, r.Abuse)
	}

	return length
}

// longer returns the length that is so many steps above another. It stays at the
// longest.
func (r *Recovery) longer(length time.Duration, steps int) time.Duration {
	for _, next := range r.lengths() {
		if steps > 0 && next > length {
			length, steps = next, steps-1
		}
	}

	return length
}

// lengths returns the lengths that can be offered, each once, shortest first.
func (r *Recovery) lengths() []time.Duration {
	all := append(slices.Collect(maps.Values(r.Offer)), r.Abuse)
	all = slices.DeleteFunc(all, func(d time.Duration) bool { return d <= 0 })
	slices.Sort(all)

	return slices.Compact(all)
}
