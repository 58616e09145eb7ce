package bot

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// breaks are offered as PRODUCT.md "Defaults" says.
var breaks = Recovery{
	Offer: map[int]time.Duration{3: 5 * time.Minute, 4: 10 * time.Minute, 5: 15 * time.Minute},
	Abuse: 15 * time.Minute, RemindIn: 5 * time.Minute, Together: 20, Keep: 30 * 24 * time.Hour,
}

// A day is somebody's break to which things happen one after another.
type day struct {
	*Break
	t     *testing.T
	now   time.Time
	hours roster.Hours
}

func newDay(t *testing.T) *day { return &day{Break: &Break{Who: "maria"}, t: t, now: noon} }

// after lets time pass and does what is due.
func (d *day) after(wait time.Duration) *day {
	d.t.Helper()
	d.now = d.now.Add(wait)

	for range 10 {
		if !over(d.Due(), d.now) {
			return d
		}

		d.does(BreakDue{})
	}

	d.t.Fatalf("after 10 times %v is still due at %v", d.Due(), d.now)

	return d
}

// down lets time pass while the bot is down.
func (d *day) down(wait time.Duration) *day { d.now = d.now.Add(wait); return d }

func (d *day) moment() BreakMoment {
	return BreakMoment{Now: d.now, Recovery: breaks, Free: true, Hours: d.hours}
}

// does applies what can't be refused.
func (d *day) does(events ...BreakEvent) *day {
	d.t.Helper()

	for _, ev := range events {
		if _, err := d.Apply(ev, d.moment()); err != nil {
			d.t.Fatalf("Apply(%#v) in %q = %v, want no error", ev, d.State, err)
		}
	}

	return d
}

// refuses applies what changes nothing.
func (d *day) refuses(events ...BreakEvent) *day {
	d.t.Helper()

	for _, ev := range events {
		before := d.clone()
		if _, err := d.Apply(ev, d.moment()); !errors.Is(err, errBreakStands) {
			d.t.Errorf("Apply(%#v) in %q = %v, want %v", ev, before.State, err, errBreakStands)
		}

		if diff := cmp.Diff(before, d.Break); diff != "" {
			d.t.Errorf("Apply(%#v), refused, changed (-before +after)\n%v", ev, diff)
		}
	}

	return d
}

// is holds that a break stands so, after so many messages.
func (d *day) is(state BreakState, messages int) *day {
	d.t.Helper()

	if d.State != state || d.Messages != messages {
		d.t.Errorf("at %v the break is %q after %d messages, want %q after %d", d.now.Format(time.TimeOnly), d.State, d.Messages, state, messages)
	}

	return d
}

// hard is a hard contact of an escalation that ends now.
func (d *day) hard(id EscalationID, heat int) HardContact {
	return HardContact{
		Contact: Contact{Escalation: id, At: d.now}, Heat: heat, Team: "billing", ShiftEnds: d.now.Add(4 * time.Hour),
	}
}

func TestOfferFitsTheHeat(t *testing.T) {
	for _, test := range []struct {
		heat  int
		abuse bool
		want  time.Duration
	}{
		{0, false, 0}, {2, false, 0}, {3, false, 5 * time.Minute}, {4, false, 10 * time.Minute}, {5, false, 15 * time.Minute},
		{0, true, 15 * time.Minute}, {3, true, 15 * time.Minute},
	} {
		if got := breaks.offer(test.heat, test.abuse); got != test.want {
			t.Errorf("offer(%v, %v) = %v, want %v", test.heat, test.abuse, got, test.want)
		}
	}
}

func TestEachHardContactOfAShiftLengthensTheOffer(t *testing.T) {
	d := newDay(t)

	for i, want := range []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
		d.does(d.hard(EscalationID(i+1), 3), NotNeeded{}).down(time.Hour)

		if d.Length != want {
			t.Errorf("after %d hard contacts the offer is %v, want %v", i+1, d.Length, want)
		}
	}

	if d.down(8 * time.Hour).does(d.hard(9, 3)); d.Length != 5*time.Minute {
		t.Errorf("in the next shift the offer is %v, want 5m", d.Length)
	}
}

func TestAContactIsOfferedABreakOnce(t *testing.T) {
	d := newDay(t)
	d.refuses(d.hard(1, 2)).does(d.hard(1, 3), StartBreak{}).refuses(d.hard(1, 5))
	d.after(5*time.Minute).does(Back{}).refuses(d.hard(1, 3)).is(BreakOver, 2)
}

func TestABreakFromOfferToEnd(t *testing.T) {
	d := newDay(t)
	d.does(d.hard(1, 4)).is(BreakOffered, 1).refuses(Back{}, FiveMore{}, ChooseStep{Walk: true}, PlaceFree{})
	d.after(time.Minute).does(StartBreak{}).is(BreakRunning, 1).refuses(StartBreak{}, InTenMinutes{}, NotNeeded{}, FiveMore{}, ChooseStep{})
	d.does(ChooseStep{Walk: true}, ChooseStep{})
	d.after(10*time.Minute-1).is(BreakRunning, 1).after(1).is(BreakEnding, 2).refuses(StartBreak{})

	for i := range mostMore {
		d.does(FiveMore{}).is(BreakRunning, 2+i).after(fiveMore).is(BreakEnding, 3+i)
	}

	d.refuses(FiveMore{}).does(Back{}).is(BreakOver, 5).refuses(Back{})

	if d.End != BreakBack || !d.Due().IsZero() {
		t.Errorf("the break ended as %q and is due %v, want %q and never", d.End, d.Due(), BreakBack)
	}
}

func TestWhoDoesNotAnswerIsBackByThemselves(t *testing.T) {
	d := newDay(t)
	d.does(d.hard(1, 3), StartBreak{}).after(5*time.Minute).is(BreakEnding, 2)
	d.after(5*time.Minute-1).is(BreakEnding, 2).after(1).is(BreakOver, 2)
}

func TestOneReminderAndNoneAfter(t *testing.T) {
	d := newDay(t)
	d.does(d.hard(1, 3)).after(5*time.Minute).is(BreakOffered, 2)

	for range 40 {
		d.after(5*time.Minute).is(BreakOffered, 2)
	}

	d.after(time.Hour).is(BreakOver, 2)

	if d.End != BreakExpired {
		t.Errorf("the offer ended as %q, want %q", d.End, BreakExpired)
	}
}

func TestInTenMinutes(t *testing.T) {
	d := newDay(t)
	d.does(d.hard(1, 3), InTenMinutes{}).is(BreakLater, 1).refuses(InTenMinutes{})
	d.after(10*time.Minute).is(BreakOffered, 2).after(5*time.Minute).is(BreakOffered, 3)

	// Who was reminded is not reminded again of the same offer.
	d.does(InTenMinutes{}).after(10*time.Minute).is(BreakOffered, 4).after(time.Hour).is(BreakOffered, 4)
	d.does(NotNeeded{}).is(BreakOver, 4).refuses(NotNeeded{}, StartBreak{})
}

func TestWhatCameDueWhileTheBotWasDown(t *testing.T) {
	for _, test := range []struct {
		name     string
		before   func(*day)
		down     time.Duration
		state    BreakState
		end      BreakEnd
		messages int
	}{
		{"a reminder within the shift", func(*day) {}, time.Hour, BreakOffered, "", 2},
		{"a reminder of a shift that is over", func(*day) {}, 5 * time.Hour, BreakOver, BreakExpired, 1},
		{"a break that ended long ago", func(d *day) { d.does(StartBreak{}) }, time.Hour, BreakOver, BreakBack, 1},
		{"a break that ended just now", func(d *day) { d.does(StartBreak{}) }, 6 * time.Minute, BreakEnding, "", 2},
		{"in ten minutes, a little late", func(d *day) { d.does(InTenMinutes{}) }, 70 * time.Minute, BreakOffered, "", 2},
		{"in ten minutes, more than an hour late", func(d *day) { d.does(InTenMinutes{}) }, 71 * time.Minute, BreakOver, BreakMissed, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDay(t)
			test.before(d.does(d.hard(1, 3)))
			d.down(test.down).after(0).is(test.state, test.messages)

			if d.End != test.end {
				t.Errorf("it ended as %q, want %q", d.End, test.end)
			}
		})
	}
}

func TestAskingForABreak(t *testing.T) {
	ask := AskBreak{Team: "billing", ShiftEnds: noon.Add(8 * time.Hour)}

	d := newDay(t)
	if d.does(ask); d.Length != 5*time.Minute {
		t.Errorf("who asks without a hard contact is offered %v, want the shortest", d.Length)
	}

	d.refuses(ask).does(NotNeeded{}, d.hard(1, 5), NotNeeded{}).down(time.Hour)

	if d.does(ask); d.Length != 15*time.Minute {
		t.Errorf("an hour after a contact of heat 5 they are offered %v, want 15m", d.Length)
	}

	d.does(NotNeeded{}).down(time.Hour)

	if d.does(ask); d.Length != 5*time.Minute {
		t.Errorf("two hours after a contact of heat 5 they are offered %v, want the shortest", d.Length)
	}

	none := BreakMoment{Now: noon, Recovery: Recovery{Offer: map[int]time.Duration{3: 0}}, Free: true}
	if _, err := new(Break).Apply(ask, none); !errors.Is(err, errBreakStands) {
		t.Errorf("Apply(%#v) where none are offered = %v, want %v", ask, err, errBreakStands)
	}
}

func TestAHardContactFindsABreak(t *testing.T) {
	for _, test := range []struct {
		name   string
		before []BreakEvent
		wait   time.Duration
		state  BreakState
		length time.Duration
		more   int // messages that the second contact brings
	}{
		{"offered", nil, 0, BreakOffered, 10 * time.Minute, 1},
		{"later", []BreakEvent{InTenMinutes{}}, time.Minute, BreakOffered, 10 * time.Minute, 1},
		{"running", []BreakEvent{StartBreak{}}, time.Minute, BreakRunning, 10 * time.Minute, 0},
		{"ending", []BreakEvent{StartBreak{}}, 6 * time.Minute, BreakOffered, 10 * time.Minute, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDay(t)
			d.does(d.hard(1, 3)).does(test.before...).after(test.wait)
			before := d.Messages
			d.does(d.hard(2, 3)).is(test.state, before+test.more)

			if d.Length != test.length {
				t.Errorf("the break is %v long, want %v", d.Length, test.length)
			}
		})
	}
}

func TestConsentToACheckIn(t *testing.T) {
	d := newDay(t)
	d.does(d.hard(1, 5)).refuses(AskCheckIn{Buddy: "lee"}) // the first one

	if d.does(d.hard(2, 3)); !d.mayAsk() {
		t.Error("after a second hard contact nobody can be asked to check in, want that they can")
	}

	effects, err := d.refuses(AskCheckIn{}, AskCheckIn{Buddy: "maria"}).Apply(AskCheckIn{Buddy: "lee"}, d.moment())
	if want := (Invite{Who: "lee"}); err != nil || !slices.Contains(effects, BreakEffect(want)) {
		t.Errorf("Apply(AskCheckIn) = %v, %v, want %v among it", effects, err, want)
	}

	d.refuses(AskCheckIn{Buddy: "dana"}) // once

	d = newDay(t)

	threat := d.hard(1, 0)
	threat.Abuse, threat.Contact.Threat = true, true

	if d.does(threat); !d.mayAsk() {
		t.Error("after a threat nobody can be asked to check in, want that they can")
	}
}

func TestTheDayAfterAThreat(t *testing.T) {
	threat := func(d *day) HardContact {
		ev := d.hard(1, 0)
		ev.Abuse, ev.Contact.Threat, ev.CheckAt = true, true, noon.Add(21*time.Hour)

		return ev
	}

	d := newDay(t)
	d.does(threat(d), NotNeeded{}).after(21*time.Hour-1).refuses(Fine{}).is(BreakOver, 1)

	if d.after(1).is(BreakOver, 2); d.Check != 2 || d.Message != 1 {
		t.Errorf("they are asked how they are by message %d beside %d, want 2 beside 1", d.Check, d.Message)
	}

	effects, err := d.Apply(Talk{To: "priya"}, d.moment())
	if want := (Invite{Who: "priya", Talk: true}); err != nil || !slices.Contains(effects, BreakEffect(want)) {
		t.Errorf("Apply(Talk) = %v, %v, want %v among it", effects, err, want)
	}

	d.refuses(Fine{}, Talk{To: "dana"})

	d = newDay(t)
	d.does(threat(d), NotNeeded{}).down(21*time.Hour+checkLate+1).after(0).is(BreakOver, 2).refuses(Fine{})

	if d.CheckEnd != CheckMissed || d.Check != 2 {
		t.Errorf("more than two days late the check-in is %q in message %d, want %q in a message of its own", d.CheckEnd, d.Check, CheckMissed)
	}

	if d.does(Talk{To: "priya"}).refuses(Talk{To: "priya"}); d.CheckEnd != CheckTalk {
		t.Errorf("who would like to talk all the same has %q, want %q", d.CheckEnd, CheckTalk)
	}
}

// TestNobodyIsCheckedOnAtNight has the bot down when somebody was to be asked how
// they are.
func TestNobodyIsCheckedOnAtNight(t *testing.T) {
	for _, test := range []struct {
		name string
		days int
		end  CheckEnd
	}{
		{"in time", 1, ""},
		{"days too late", 4, CheckMissed},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDay(t)
			d.hours = roster.Hours{From: 20 * 60, To: 8 * 60}

			ev := d.hard(1, 0)
			ev.Abuse, ev.Contact.Threat, ev.CheckAt = true, true, noon.Add(21*time.Hour)
			d.does(ev, NotNeeded{})

			d.now = noon.AddDate(0, 0, test.days).Add(11 * time.Hour) // 23:00
			d.after(0).is(BreakOver, 1).after(9*time.Hour-1).is(BreakOver, 1).after(1).is(BreakOver, 2)

			if d.Check != 2 || d.CheckEnd != test.end {
				t.Errorf("in the morning the check-in is %q in message %d, want %q in message 2", d.CheckEnd, d.Check, test.end)
			}
		})
	}
}

// TestAThreatWithoutABreak has a threat where no breaks are offered after one: they
// are asked how they are all the same, once.
func TestAThreatWithoutABreak(t *testing.T) {
	threat := HardContact{Contact: Contact{Escalation: 1, At: noon, Threat: true}, Abuse: true, Team: "billing", CheckAt: noon.Add(21 * time.Hour)}
	m := BreakMoment{Now: noon, Free: true}
	b := &Break{Who: "maria"}

	if _, err := b.Apply(threat, m); err != nil || b.State != BreakOver || b.Messages != 0 || !b.Due().Equal(threat.CheckAt) {
		t.Fatalf("Apply(%+v) = %v, due %v after %d messages, want nil, %v and none", threat, err, b.Due(), b.Messages, threat.CheckAt)
	}

	if _, err := b.Apply(threat, m); !errors.Is(err, errBreakStands) {
		t.Errorf("a second Apply(%+v) = %v, want %v", threat, err, errBreakStands)
	}

	m.Now = threat.CheckAt
	if _, err := b.Apply(BreakDue{}, m); err != nil || b.Check != 1 {
		t.Errorf("Apply(BreakDue) the day after = %v with message %d, want nil with message 1", err, b.Check)
	}

	// Where breaks are offered for other reasons, theirs is not without length.
	m.Recovery.Offer = map[int]time.Duration{3: 5 * time.Minute}
	if _, err := b.Apply(AskBreak{}, BreakMoment{Now: noon.Add(time.Minute), Recovery: m.Recovery}); err != nil || b.Length != 5*time.Minute {
		t.Errorf("Apply(AskBreak) after it = %v, %v, want nil, 5m", err, b.Length)
	}
}

func TestPlaces(t *testing.T) {
	for _, test := range []struct{ people, percent, want int }{
		{0, 20, 1}, {4, 20, 1}, {9, 20, 1}, {10, 20, 2}, {100, 20, 20}, {3, 100, 3}, {1, 1, 1},
	} {
		if got := placesFor(test.people, test.percent); got != test.want {
			t.Errorf("placesFor(%v, %v) = %v, want %v", test.people, test.percent, got, test.want)
		}
	}
}

func TestWaitInTheQueue(t *testing.T) {
	minutes := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	queued := func(who PersonID, length time.Duration) *Break {
		return &Break{Who: who, State: BreakQueued, Length: length * time.Minute}
	}

	c := crew{places: 2, resting: []*Break{
		{Who: "a", State: BreakRunning, Until: minutes(6)}, {Who: "b", State: BreakTurn, Length: 10 * time.Minute, Until: minutes(4)},
		queued("c", 5), queued("d", 15), queued("e", 5),
	}}

	got := map[PersonID]string{}

	for _, who := range []PersonID{"a", "c", "d", "e"} {
		place, at := c.wait(who, noon)
		got[who] = fmt.Sprint(place, " ", max(at.Sub(noon), 0))
	}

	want := map[PersonID]string{"a": "0 0s", "c": "1 6m0s", "d": "2 10m0s", "e": "3 11m0s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("waits differ (-want +got)\n%v", diff)
	}
}
