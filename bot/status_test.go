package bot

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// asked reports whether an event has the platform asked to set a status.
func (d *day) asked(ev BreakEvent) bool {
	d.t.Helper()

	effects, err := d.Apply(ev, d.moment())
	if err != nil {
		d.t.Fatalf("Apply(%#v) in %q = %v, want no error", ev, d.State, err)
	}

	return slices.Contains(effects, BreakEffect(SetStatus{}))
}

// asks holds whether an event has the platform asked, and until when their status
// is to be shown then.
func (d *day) asks(ev BreakEvent, want bool, until time.Time) *day {
	d.t.Helper()

	if got := d.asked(ev); got != want || !d.statusWanted().Equal(until) {
		d.t.Errorf("after Apply(%#v) a status is asked for: %v, until %v; want %v, until %v", ev, got, d.statusWanted(), want, until)
	}

	return d
}

// onBreak is somebody whose break of ten minutes has just begun.
func onBreak(t *testing.T) *day {
	t.Helper()

	d := newDay(t)

	return d.does(d.hard(1, 4), StartBreak{})
}

func minutesOn(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

func TestAStatusFollowsTheBreak(t *testing.T) {
	d := onBreak(t)
	d.refuses(ShowStatus{On: false}).asks(ShowStatus{On: true}, true, minutesOn(10)).refuses(ShowStatus{On: true})
	d.asks(ChooseStep{Walk: true}, false, minutesOn(10)) // an attempt is under way
	d.asks(StatusTried{Until: minutesOn(10)}, false, minutesOn(10))

	d.after(10*time.Minute).is(BreakEnding, 2) // it went by itself
	d.asks(FiveMore{}, true, minutesOn(15)).asks(StatusTried{Until: minutesOn(15)}, false, minutesOn(15))
	d.asks(d.hard(2, 5), true, minutesOn(25)).asks(StatusTried{Until: minutesOn(25)}, false, minutesOn(25))
	d.asks(Back{}, true, time.Time{}).asks(StatusTried{}, false, time.Time{})

	if !d.Due().IsZero() || d.Away || d.Status != (BreakStatus{}) {
		t.Errorf("after the break: due %v, away %v, status %+v; want nothing left", d.Due(), d.Away, d.Status)
	}

	// They are asked each time.
	d.does(d.hard(3, 4)).asks(StartBreak{}, false, time.Time{})
}

func TestAStatusIsTakenBack(t *testing.T) {
	d := onBreak(t)
	d.asks(ShowStatus{On: true}, true, minutesOn(10)).asks(ShowStatus{On: false}, true, time.Time{})

	// The first attempt was under way, and was heard of afterwards.
	d.asks(StatusTried{Until: minutesOn(10)}, true, time.Time{}).asks(StatusTried{}, false, time.Time{})

	// At the end it can be taken back too, and then five more minutes bring none.
	d.does(ShowStatus{On: true}, StatusTried{Until: minutesOn(10)}).after(10*time.Minute).is(BreakEnding, 2)
	d.refuses(ShowStatus{On: true}).asks(ShowStatus{On: false}, false, time.Time{}).asks(FiveMore{}, false, time.Time{})

	newDay(t).refuses(ShowStatus{On: true}, ShowStatus{On: false})
}

func TestTroubleWithAStatus(t *testing.T) {
	for _, trouble := range []StatusTrouble{StatusTheirs, StatusFails} {
		d := onBreak(t)
		d.does(ShowStatus{On: true}).asks(StatusTried{Until: minutesOn(10), Trouble: trouble}, false, time.Time{})

		if d.Away || d.Status != (BreakStatus{Trouble: trouble}) {
			t.Errorf("after %q: away %v, status %+v, want it given up", trouble, d.Away, d.Status)
		}

		if d.asks(ShowStatus{On: true}, true, minutesOn(10)); d.Status.Trouble != "" {
			t.Errorf("asked for again the trouble is %q, want none yet", d.Status.Trouble)
		}
	}

	d := onBreak(t)
	waits := StatusTried{Until: minutesOn(10), Trouble: StatusWaits, Again: time.Minute}
	d.does(ShowStatus{On: true}).asks(waits, false, minutesOn(10))

	if !d.Due().Equal(minutesOn(1)) || d.Status.Trouble != StatusWaits {
		t.Errorf("after %q it is due %v, want in a minute", d.Status.Trouble, d.Due())
	}

	d.now = minutesOn(1)
	d.asks(BreakDue{}, true, minutesOn(10))

	// It may stand there, so that it is cleared. Nothing is said of that, and it ends.
	d.asks(Back{}, true, time.Time{}).asks(waits, false, time.Time{})

	if d.Status.Trouble != "" {
		t.Errorf("after the break the trouble is %q, want none", d.Status.Trouble)
	}

	d.after(time.Hour)

	if !d.Due().IsZero() {
		t.Errorf("an hour after the break it is due %v, want never", d.Due())
	}
}

// A platform where attempts to set a status end in any way: it is done or not, and
// that is heard of or not.
type statuses struct{ shown time.Time }

// attempt sets the status as it is wanted, and returns what is heard of that.
func (p *statuses) attempt(t *rapid.T, b *Break, how string) (StatusTried, bool) {
	tried := StatusTried{Until: b.statusWanted()}

	switch how {
	case "done":
		p.shown = tried.Until

		return tried, true
	case "done, unheard of":
		p.shown = tried.Until

		return tried, false
	case "not done, unheard of":
		return tried, false
	case "doubtful":
		if rapid.Bool().Draw(t, "done") {
			p.shown = tried.Until
		}

		tried.Trouble, tried.Again = StatusWaits, statusAgain

		return tried, true
	default:
		t.Fatalf("no attempt ends %q", how)

		return tried, false
	}
}

// Whatever happens to a break and to the attempts, a status never shows without a
// wish for it once attempts succeed, and shows with one.
func TestAStatusIsPutRight(t *testing.T) {
	events := []BreakEvent{
		ShowStatus{On: true}, ShowStatus{On: true}, ShowStatus{On: false}, StartBreak{}, FiveMore{}, Back{}, NotNeeded{}, ChooseStep{Walk: true}, BreakDue{},
	}

	rapid.Check(t, func(t *rapid.T) {
		b, p, now, open := &Break{Who: "maria"}, &statuses{}, noon, false
		apply := func(ev BreakEvent) {
			effects, err := b.Apply(ev, BreakMoment{Now: now, Recovery: breaks, Free: true})
			open = err == nil && slices.Contains(effects, BreakEffect(SetStatus{})) || open
		}
		try := func(how string) {
			if open = false; b.statusStands(now) {
				return
			}

			if tried, heard := p.attempt(t, b, how); heard {
				apply(tried)
			}
		}

		contact := HardContact{Contact: Contact{Escalation: 1}, Heat: 4, Team: "billing", ShiftEnds: noon.Add(8 * time.Hour)}
		apply(contact)

		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch ev := rapid.SampledFrom(append(events, nil, nil, nil)).Draw(t, "event"); {
			case ev != nil:
				apply(ev)
			case open:
				try(rapid.SampledFrom([]string{"done", "done, unheard of", "not done, unheard of", "doubtful"}).Draw(t, "attempt"))
			default:
				now = now.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "seconds")) * time.Second)
			}
		}

		// From here on all attempts are heard of. What one of before left undone is
		// tried again.
		for range 3 {
			now = now.Add(statusAgain)
			apply(BreakDue{})

			for open {
				try("done")
			}
		}

		if over(p.shown, now) {
			p.shown = time.Time{}
		}

		if wanted := b.statusWanted(); !p.shown.Equal(wanted) || !wanted.IsZero() && !b.Away {
			t.Errorf("%q at %v: their status shows until %v, want %v; %+v", b.State, now, p.shown, wanted, b.Status)
		}

		if b.Status.At.IsZero() != b.statusStands(now) {
			t.Errorf("%q at %v: an attempt is due %v, and all is well: %v", b.State, now, b.Status.At, b.statusStands(now))
		}
	})
}
