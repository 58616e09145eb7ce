package bot

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// aRhythm is how often a customer hears from us, 0 for as it was; and after how
// long a second touch is due.
func aRhythm() *rapid.Generator[time.Duration] {
	return rapid.SampledFrom([]time.Duration{0, time.Hour, 4 * time.Hour, aWorkday, everyOther, 7 * aWorkday})
}

// someHours are when people may be reminded: each has quiet hours or none. At some
// time of each working day all may be.
func someHours() *rapid.Generator[func(PersonID) roster.Hours] {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	choices := []roster.Hours{
		{}, {From: 20 * 60, To: 8 * 60}, {From: 20 * 60, To: 8 * 60, Days: week}, {Days: week},
		{From: 18 * 60, To: 9 * 60, Days: week, Zone: time.FixedZone("west", -5*3600)},
	}

	return rapid.Custom(func(t *rapid.T) func(PersonID) roster.Hours {
		hours := map[PersonID]roster.Hours{}
		for _, who := range everybody {
			hours[who] = rapid.OneOf(rapid.SampledFrom(choices), restless()).Draw(t, "hours of "+string(who))
		}

		return func(who PersonID) roster.Hours { return hours[who] }
	})
}

// reminders counts those that were sent.
type reminders struct {
	update  int // since the customer heard, or somebody else is to tell them, but for those that were put off
	unheard int // how often the managers were told since
	details int
	touch   int // since the last outcome
	outcome int // since somebody had it, or it came back
}

// checkReminders: nobody is reminded in their quiet hours, more often than the cap,
// or of what is over; and what the customer heard is never forgotten.
func (l *life) checkReminders(t *rapid.T, ev Event, before *Escalation, effects []Effect) {
	if before.State != "" && l.lastHeard().Before(before.lastHeard()) {
		t.Fatalf("Apply(%#v): the customer last heard at %v, before it was %v", ev, l.lastHeard(), before.lastHeard())
	}

	if l.State.Open() && l.lastHeard().After(before.lastHeard()) || l.owner() != before.owner() || l.State.Open() != before.State.Open() {
		l.reminded.update, l.reminded.unheard = 0, 0
	}

	if l.Updates.rhythm() != before.Updates.rhythm() {
		l.reminded.update, l.reminded.unheard = 0, 0
	}

	for entry := range entries(effects) {
		l.countReminder(t, before, entry)
		l.checkReminder(t, ev, before, entry)
	}

	for name, count := range map[string][2]int{
		"update": {l.reminded.update, mostUnheard}, "managers": {l.reminded.unheard, 1}, "details": {l.reminded.details, mostDetails},
		"touch": {l.reminded.touch, mostTouchNudges}, "outcome": {l.reminded.outcome, l.m.Times.MostNudges},
	} {
		if count[0] > count[1] {
			t.Fatalf("%v: %d reminders, want %d at most:\n%+v", name, count[0], count[1], l.timeline)
		}
	}

	l.checkExpected(t)
}

func (l *life) countReminder(t *rapid.T, before *Escalation, entry Entry) {
	r := &l.reminded

	switch entry.What {
	case WasAskedToUpdate:
		r.update++
	case WasPutOff:
		r.update = min(r.update, mostUnheard) - 1
		r.unheard = 0
	case WasUnheard:
		r.unheard++

		if r.update < mostUnheard {
			t.Fatalf("the managers are told after %d reminders: %+v", r.update, before.Updates)
		}
	case WasAskedToComplete:
		r.details++
	case WasTouchDue:
		r.touch++
	case WasResolved:
		r.touch = 0
	case WasNudged:
		if entry.Attempt == 0 {
			r.outcome++
		}
	case WasTaken, WasJoined, WasHandedBack, WasReopened, WasApproved, WasDenied:
		r.outcome = 0
	}
}

// checkReminder: it comes when it is due, while it is about something, and when
// they may be reminded.
func (l *life) checkReminder(t *rapid.T, ev Event, before *Escalation, entry Entry) {
	var about bool

	switch entry.What {
	case WasAskedToUpdate:
		about = entry.From.Open() && !before.live(l.m.Now) && entry.Whom == before.owner()
	case WasUnheard:
		about = entry.From.Open()
	case WasAskedToComplete:
		about = !before.complete() && before.State != Withdrawn && (before.State != Closed || l.m.Now.Sub(before.Ended) < completeUntil)
	case WasTouchDue:
		about = (before.State == Resolved || before.State == Closed) && before.Touch.Result == "" && l.m.Now.Sub(before.Touch.At) <= touchUntil
	case WasNudged:
		if entry.Attempt > 0 {
			return
		}

		about = before.State == Joined || before.State == Returned
	default:
		return
	}

	if _, due := ev.(Due); !due || !about {
		t.Fatalf("Apply(%#v) in %v reminds of what is not to be done: %+v", ev, before.State, entry)
	}

	people := []PersonID{entry.Whom}
	if entry.What == WasUnheard {
		people = l.m.Managers
	}

	for _, who := range people {
		if opens := l.m.Hours(who).Next(l.m.Now); opens.After(l.m.Now) {
			t.Fatalf("%v is reminded at %v, in their quiet hours, which end at %v: %+v", who, l.m.Now, opens, entry)
		}
	}
}

// checkExpected: while a case is open somebody is reminded of the customer, or the
// managers know; a touch that was planned is made, not needed, missed, or ahead.
func (l *life) checkExpected(t *rapid.T) {
	u := l.Updates
	if l.State.Open() != (!u.NextAt.IsZero() || u.Nudges > mostUnheard) {
		t.Fatalf("in %v: %+v", l.State, u)
	}

	if touch := l.Touch; touch.Owner != "" && touch.At.IsZero() == (touch.Result == "") {
		t.Fatalf("in %v: %+v", l.State, touch)
	}

	if results := []string{"", touchMade, touchNeedless, touchMissed}; !slices.Contains(results, l.Touch.Result) {
		t.Fatalf("Touch.Result = %q, want one of %q", l.Touch.Result, results)
	}
}
