package bot

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A shiftOfBreaks is a team's side to which anything happens, served as the desk
// serves it: a place that gets free goes to the next in the queue.
type shiftOfBreaks struct {
	now    time.Time
	places int
	breaks map[PersonID]*Break
	offers map[PersonID]int // how many reminders the present offer had
}

// crew are those who have a place or wait for one, as the store returns them.
func (s *shiftOfBreaks) crew() *crew {
	c := &crew{places: s.places}

	for _, who := range slices.Sorted(maps.Keys(s.breaks)) {
		if b := s.breaks[who]; b.Resting() {
			c.resting = append(c.resting, b)
		}
	}

	slices.SortStableFunc(c.resting, func(a, b *Break) int { return a.Since.Compare(b.Since) })

	return c
}

// apply applies an event, serves the places, and holds every rule.
func (s *shiftOfBreaks) apply(t *rapid.T, who PersonID, ev BreakEvent) {
	b := s.breaks[who]
	before, waits := *b.clone(), s.crew().queue()

	_, err := b.Apply(ev, BreakMoment{Now: s.now, Recovery: breaks, Free: s.crew().free()})
	if err != nil && !errors.Is(err, errBreakStands) {
		t.Fatalf("Apply(%#v) = %v, want nil or %v", ev, err, errBreakStands)
	}

	s.count(t, ev, before, b)

	for _, next := range s.crew().next() {
		if first := s.crew().queue()[0]; next.Who != first.Who {
			t.Fatalf("%v is given a place, want %v, who waits longer", next.Who, first.Who)
		}

		if _, err := next.Apply(PlaceFree{}, BreakMoment{Now: s.now, Recovery: breaks}); err != nil {
			t.Fatalf("Apply(PlaceFree) = %v, want nil", err)
		}
	}

	s.hold(t, ev, before, b, waits)
}

// count counts the reminders of an offer.
func (s *shiftOfBreaks) count(t *rapid.T, ev BreakEvent, before Break, b *Break) {
	_, hard := ev.(HardContact)
	_, asked := ev.(AskBreak)

	switch {
	case (hard || asked) && b.Messages > before.Messages:
		s.offers[b.Who] = 0
	case !before.Reminded && b.Reminded, before.State == BreakOffered && b.State == BreakOffered && b.Messages > before.Messages && before.Check == b.Check:
		if s.offers[b.Who]++; s.offers[b.Who] > 1 {
			t.Fatalf("%v is reminded %d times of one offer, want once", b.Who, s.offers[b.Who])
		}
	}
}

// hold holds what is always so.
func (s *shiftOfBreaks) hold(t *rapid.T, ev BreakEvent, before Break, b *Break, waits []*Break) {
	c := s.crew()

	placed := 0

	for _, other := range c.resting {
		if other.placed() {
			placed++
		}
	}

	if placed > s.places {
		t.Fatalf("%d are on a break at once after %#v, want at most %d", placed, ev, s.places)
	}

	if placed < s.places && len(c.queue()) > 0 {
		t.Fatalf("%d wait while %d of %d have a place", len(c.queue()), placed, s.places)
	}

	if before.State == BreakOffered && b.State == BreakRunning && len(waits) > 0 {
		t.Fatalf("%v begins a break while %v waits", b.Who, waits[0].Who)
	}

	for who, b := range s.breaks {
		if due := b.Due(); b.away() && due.IsZero() {
			t.Fatalf("the break of %v never ends", who)
		}

		place, at := c.wait(who, s.now)
		if (place > 0) != (b.State == BreakQueued) || place > 0 && at.Before(s.now) {
			t.Fatalf("%v, %q, waits at %d until %v, want a place in the queue and a time that lies ahead, if they wait", who, b.State, place, at)
		}
	}
}

// settle does what is due, which comes to an end.
func (s *shiftOfBreaks) settle(t *rapid.T) {
	for range 1000 {
		var due []PersonID

		for _, who := range slices.Sorted(maps.Keys(s.breaks)) {
			if over(s.breaks[who].Due(), s.now) {
				due = append(due, who)
			}
		}

		if len(due) == 0 {
			return
		}

		for _, who := range due {
			s.apply(t, who, BreakDue{})
		}
	}

	t.Fatalf("something is due at %v for ever", s.now)
}

func (s *shiftOfBreaks) event(t *rapid.T) BreakEvent {
	ends := s.now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "shift ends in")) * time.Minute)

	return rapid.SampledFrom([]BreakEvent{
		HardContact{
			Contact: Contact{Escalation: EscalationID(rapid.IntRange(1, 20).Draw(t, "escalation")), At: s.now, Threat: rapid.Bool().Draw(t, "threat")},
			Heat:    rapid.IntRange(0, 5).Draw(t, "heat"), Abuse: rapid.Bool().Draw(t, "abuse"), Team: "billing", ShiftEnds: ends,
			CheckAt: rapid.SampledFrom([]time.Time{{}, s.now.Add(20 * time.Hour)}).Draw(t, "check at"),
		},
		AskBreak{Team: "billing", ShiftEnds: ends}, StartBreak{}, StartBreak{}, StartBreak{}, InTenMinutes{}, NotNeeded{}, ChooseStep{Walk: true}, ChooseStep{},
		Back{}, FiveMore{}, AskCheckIn{Buddy: "priya"}, Fine{}, Talk{To: "priya"}, BreakDue{},
	}).Draw(t, "event")
}

// TestBreaksOfATeam has anything happen to the breaks of a team, with the bot down
// at times: never more than their share are on a break at once, nobody in the queue
// is passed over, an offer has one reminder at most, every break ends, and nothing
// is due for ever.
func TestBreaksOfATeam(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := onChains[:rapid.IntRange(1, len(onChains)).Draw(t, "people")]
		s := &shiftOfBreaks{
			now: noon, places: rapid.IntRange(1, 2).Draw(t, "places"), breaks: map[PersonID]*Break{}, offers: map[PersonID]int{},
		}

		for _, who := range people {
			s.breaks[who] = &Break{Who: who}
		}

		for range rapid.IntRange(1, 60).Draw(t, "events") {
			if rapid.Bool().Draw(t, "the bot is down") {
				s.now = s.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
			} else {
				s.now = s.now.Add(time.Duration(rapid.IntRange(0, 240).Draw(t, "seconds")) * time.Second)
			}

			if rapid.Bool().Draw(t, "ticks") {
				s.settle(t)
			}

			who := rapid.SampledFrom(people).Draw(t, "who")
			s.apply(t, who, s.event(t))
		}

		// Nobody does anything any more: all comes to its end.
		for range 200 {
			s.now = s.now.Add(10 * time.Minute)
			s.settle(t)
		}

		for who, b := range s.breaks {
			if b.State != BreakOver || !b.Due().IsZero() {
				t.Fatalf("at last the break of %v is %q and due %v, want it to be over", who, b.State, b.Due())
			}
		}
	})
}
