package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// office is when people work in the tests of the ladder: Monday to Friday, eight
// to eight.
var office = roster.Hours{
	From: 20 * 60, To: 8 * 60,
	Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
}

// inOffice is the usual world with people who rest.
func inOffice() Moment {
	m := usual()
	m.Duty, m.Managers = duty, managers
	m.Hours = func(PersonID) roster.Hours { return office }

	return m
}

// A debt is something owed in a case that dana has resolved, and what came of it.
type debt struct {
	e   *Escalation
	m   Moment
	log []string
}

// owing has dana resolve a case and owe something at a time.
func owing(t *testing.T, m Moment, now time.Time, o Owed) *debt {
	t.Helper()

	d := &debt{e: new(Escalation), m: m}
	d.m.Now = now

	for _, ev := range []Event{live, Take{By: "dana"}, Join{By: "dana"}, Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}, Owed: []Owed{o}}} {
		if _, err := d.e.Apply(ev, d.m); err != nil {
			t.Fatalf("Apply(%#v) = %v, want no error", ev, err)
		}
	}

	return d
}

// apply carries an event out, and writes down who hears of what.
func (d *debt) apply(t *testing.T, ev Event) {
	t.Helper()

	effects, err := d.e.Apply(ev, d.m)
	if err != nil {
		t.Fatalf("Apply(%#v) = %v, want no error", ev, err)
	}

	for entry := range entries(effects) {
		if people := told(effects, entry.N); len(people) > 0 {
			d.log = append(d.log, fmt.Sprintf("%v %v ! %v", d.m.Now.Format("Mon 15:04"), entry.What, strings.Join(people, " ")))
		}
	}
}

// until applies what is due until a time.
func (d *debt) until(t *testing.T, until time.Time) {
	t.Helper()

	for range 100 {
		due := d.e.Due()
		if due.IsZero() || due.After(until) {
			d.m.Now = until

			return
		}

		d.m.Now = later(due, d.m.Now)
		d.apply(t, Due{})
	}

	t.Fatal("after 100 deadlines it is not over")
}

func (d *debt) wants(t *testing.T, want ...string) {
	t.Helper()

	if diff := cmp.Diff(want, d.log); diff != "" {
		t.Errorf("who heard of it (-want +got):\n%v", diff)
	}
}

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}

	return t
}

// Monday is 2026-11-23. What is owed is promised then at noon, unless it is said
// otherwise, and nobody ever says that it is done.
func TestLadder(t *testing.T) {
	theWholeClimb := []string{
		"Thu 12:00 reminded ! lee", "Fri 10:00 reminded ! lee", "Fri 12:00 reminded ! lee",
		"Fri 13:00 reminded ! lee", "Fri 14:00 reminded ! lee", "Fri 15:00 reminded ! lee",
		"Fri 16:00 told of what is overdue ! dana", "Fri 17:00 told of what is overdue ! dana", "Fri 18:00 told of what is overdue ! dana",
		"Fri 19:00 told of what is overdue ! priya", "Mon 08:00 told of what is overdue ! priya", "Tue 08:00 told of what is overdue ! priya",
		"Wed 08:00 told of what is overdue ! priya", "Thu 08:00 told of what is overdue ! priya", "Fri 08:00 told of what is overdue ! priya",
		"Mon 08:00 never done ! lee priya", "Mon 08:00 closed ! maria",
	}

	for name, tt := range map[string]struct {
		now   string
		due   string
		until string
		want  []string
	}{
		"to its end":                     {"2026-11-23 12:00", "2026-11-27 12:00", "2027-01-01 00:00", theWholeClimb},
		"in two days: none a day before": {"2026-11-23 12:00", "2026-11-25 12:00", "2026-11-25 12:00", []string{"Wed 10:00 reminded ! lee", "Wed 12:00 reminded ! lee"}},
		"in an hour: none before":        {"2026-11-23 12:00", "2026-11-23 13:00", "2026-11-23 13:59", []string{"Mon 13:00 reminded ! lee"}},
		"before they begin": {"2026-11-23 12:00", "2026-11-24 08:30", "2026-11-24 09:29", []string{
			"Mon 19:59 reminded ! lee", "Tue 08:30 reminded ! lee",
		}},
		"in the night: the evening before, once": {"2026-11-23 12:00", "2026-11-24 03:00", "2026-11-24 08:59", []string{"Mon 19:59 reminded ! lee"}},
		"in the night: an hour of work later":    {"2026-11-23 12:00", "2026-11-24 03:00", "2026-11-24 09:00", []string{"Mon 19:59 reminded ! lee", "Tue 09:00 reminded ! lee"}},
		"at the weekend: on Friday":              {"2026-11-23 12:00", "2026-11-29 12:00", "2026-11-30 08:59", []string{"Fri 19:59 reminded ! lee"}},
		"at the weekend, promised at the weekend": {"2026-11-28 12:00", "2026-11-29 12:00", "2026-11-30 08:59", []string{
			"Mon 08:00 reminded ! lee",
		}},
		"on Monday after a weekend": {"2026-11-23 12:00", "2026-11-30 12:00", "2026-11-30 12:00", []string{
			"Fri 19:59 reminded ! lee", "Mon 10:00 reminded ! lee", "Mon 12:00 reminded ! lee",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := owing(t, inOffice(), at(tt.now), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at(tt.due)})
			d.until(t, at(tt.until))
			d.wants(t, tt.want...)
		})
	}
}

// Whoever has the case hears of what climbs, or else those on duty; where there
// is nobody the next group does, and in the end the owner alone.
func TestWhoHearsOfWhatClimbs(t *testing.T) {
	for name, tt := range map[string]struct {
		owner               PersonID
		duty, managers      []PersonID
		supervisor, manager string
	}{
		"the holder":                    {"maria", duty, managers, "dana", "priya"},
		"the holder owes it":            {"dana", duty, managers, "lee", "priya"},
		"nobody is on duty":             {"dana", nil, managers, "priya", "priya"},
		"no manager":                    {"maria", duty, nil, "dana", "dana"},
		"a manager owes it":             {"priya", duty, managers, "dana", "dana"},
		"nobody but the owner is there": {"dana", []PersonID{"dana"}, []PersonID{"dana"}, "dana", "dana"},
	} {
		m := inOffice()
		m.Duty, m.Managers = tt.duty, tt.managers
		d := owing(t, m, at("2026-11-23 09:00"), Owed{Text: "Ask her", Owner: tt.owner, Due: at("2026-11-23 10:00")})
		d.until(t, at("2026-11-23 17:00"))

		got := []string{d.log[len(d.log)-2], d.log[len(d.log)-1]}
		for i, want := range []string{tt.supervisor, tt.manager} {
			if !strings.HasSuffix(got[i], " ! "+want) {
				t.Errorf("%v: rung %v = %q, want it to tell %v", name, i, got[i], want)
			}
		}
	}
}

// After a time in which the bot was down the owner hears of it once, and nobody is
// passed over.
func TestLadderAfterADowntime(t *testing.T) {
	d := owing(t, inOffice(), at("2026-11-23 12:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-27 12:00")})
	d.m.Now = at("2026-12-07 09:30")
	d.until(t, at("2026-12-07 13:30"))
	d.wants(t, "Mon 09:30 reminded ! lee", "Mon 10:30 reminded ! lee", "Mon 11:30 reminded ! lee", "Mon 12:30 reminded ! lee",
		"Mon 13:30 told of what is overdue ! dana")
}

// What was kept before there was a ladder gets onto it: at due, or after it if its
// owner was reminded then.
func TestLadderOfOldRecords(t *testing.T) {
	for nudged, want := range map[bool]Rung{false: whenLate, true: whenLate + 1} {
		d := owing(t, inOffice(), at("2026-11-23 12:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-24 12:00")})
		o := &d.e.Owed[0]
		o.Rung, o.NudgeAt, o.Made, o.First, o.Nudged = 0, time.Time{}, time.Time{}, time.Time{}, nudged

		d.until(t, at("2026-11-24 12:30"))
		d.wants(t, "Tue 12:00 reminded ! lee")

		if got := d.e.Owed[0].Rung; got != want {
			t.Errorf("Rung after the first reminder (nudged before: %v) = %v, want %v", nudged, got, want)
		}
	}
}

// Each way to end gives the result that PRODUCT.md names.
func TestResults(t *testing.T) {
	due := at("2026-11-24 12:00")
	move := MoveOwed{By: "lee", N: 1, Due: at("2026-11-25 12:00"), Told: "tomorrow"}
	done := Finish{By: "lee", N: 1}

	for _, tt := range []struct {
		name  string
		steps []happening
		want  Result
	}{
		{"before it is due", []happening{{-time.Hour, done}}, Kept},
		{"just after it was due", []happening{{time.Hour, done}}, Kept},
		{"later", []happening{{time.Hour + time.Second, done}}, BrokenThenKept},
		{"moved in time, and done", []happening{{-time.Hour, move}, {time.Hour, done}}, Renegotiated},
		{"moved in time, and late", []happening{{-time.Hour, move}, {30 * time.Hour, done}}, BrokenThenKept},
		{"moved when it was due", []happening{{0, move}, {time.Hour, done}}, BrokenThenKept},
		{"moved later", []happening{{time.Hour, move}, {2 * time.Hour, done}}, BrokenThenKept},
		{"never done", []happening{{1000 * time.Hour, nil}}, NeverKept},
		{"not needed", []happening{{0, DropOwed{By: "lee", N: 1, Why: "it came"}}}, NotAnyMore},
	} {
		d := owing(t, inOffice(), at("2026-11-23 12:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: due})

		for _, h := range tt.steps {
			d.until(t, due.Add(h.after))

			if h.ev != nil {
				d.apply(t, h.ev)
			}
		}

		if o := d.e.Owed[0]; o.Ended() != tt.want || o.Open() || d.e.State != Closed {
			t.Errorf("%v: it ended as %q (open: %v) in %q, want %q in %q", tt.name, o.Ended(), o.Open(), d.e.State, tt.want, Closed)
		}
	}
}

// What was promised is not forgotten before its time, though the case was taken back
// long ago; once it has ended the case is kept as long as any other.
func TestPromiseOutlivesItsCase(t *testing.T) {
	d := &debt{e: new(Escalation), m: inOffice()}
	d.m.Now, d.m.Times.Keep = at("2026-11-23 12:00"), 30*24*time.Hour
	due := at("2027-03-01 12:00")

	d.apply(t, live)
	d.apply(t, AddOwed{By: "maria", Owed: Owed{Promise: true, Text: "A letter", Due: due}})
	d.apply(t, Withdraw{By: "maria"})
	d.log = nil

	d.until(t, due)
	d.wants(t, "Fri 19:59 reminded ! maria", "Mon 10:00 reminded ! maria", "Mon 12:00 reminded ! maria")

	d.apply(t, Finish{By: "maria", N: 1})

	if got, want := d.e.Due(), due.Add(d.m.Times.Keep); !got.Equal(want) {
		t.Errorf("Due() after the promise ended = %v, want %v", got, want)
	}
}

// A new time is a new ladder.
func TestNewTimeBeginsAnew(t *testing.T) {
	d := owing(t, inOffice(), at("2026-11-23 12:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-24 12:00")})
	d.until(t, at("2026-11-24 17:30"))
	d.log = nil

	d.apply(t, MoveOwed{By: "dana", N: 1, Due: at("2026-11-27 12:00"), Told: "on Friday"})
	d.until(t, at("2026-11-27 13:00"))
	d.wants(t, "Tue 17:30 moved what is owed ! lee", "Thu 12:00 reminded ! lee", "Fri 10:00 reminded ! lee", "Fri 12:00 reminded ! lee", "Fri 13:00 reminded ! lee")
}

// Whoever takes it on is reminded from then on, and nobody else.
func TestTakenOn(t *testing.T) {
	d := owing(t, inOffice(), at("2026-11-23 09:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-23 10:00")})
	d.until(t, at("2026-11-23 14:30"))
	d.log = nil

	d.apply(t, TakeOwed{By: "priya", N: 1})
	d.until(t, at("2026-11-23 15:30"))
	d.wants(t, "Mon 14:30 took on what is owed ! lee", "Mon 15:30 reminded ! priya")
}

// To hand it on is not to do it: it climbs all the same, and it ends. Everybody who
// took it on is reminded.
func TestHandedOnForEver(t *testing.T) {
	d := owing(t, inOffice(), at("2026-11-23 09:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-23 10:00")})

	for day := at("2026-11-24 12:00"); day.Before(at("2027-01-02 12:00")) && d.e.Owed[0].Open(); day = day.Add(24 * time.Hour) {
		d.until(t, day)

		if !d.e.Owed[0].Open() {
			break
		}

		to := PersonID("dana")
		if d.e.Owed[0].Owner == to {
			to = "lee"
		}

		d.apply(t, TakeOwed{By: to, N: 1})

		if o := d.e.Owed[0]; o.Rung < withManagers || o.Owner != to {
			t.Fatalf("handed on to %v it is %v's, on rung %v, want at least %v", to, o.Owner, o.Rung, withManagers)
		}
	}

	if o := d.e.Owed[0]; o.Result != NeverKept || d.m.Now.After(at("2026-12-02 12:00")) {
		t.Errorf("handed on each day it ended as %q by %v, want %q by 2 December:\n%v", o.Result, d.m.Now, NeverKept, strings.Join(d.log, "\n"))
	}

	if got, want := d.log[8:12], []string{
		"Tue 12:00 took on what is owed ! lee", "Tue 13:00 reminded ! dana", "Wed 12:00 took on what is owed ! dana", "Wed 13:00 reminded ! lee",
	}; !slices.Equal(got, want) {
		t.Errorf("who heard of it first = %q, want %q", got, want)
	}
}

// The end waits for everybody who is to hear of it; where they never may all be told
// at once it waits for the owner.
func TestTheEndWaits(t *testing.T) {
	west := roster.Hours{From: 20 * 60, To: 8 * 60, Days: office.Days, Zone: time.FixedZone("west", -9*3600)}
	antipodes := roster.Hours{From: 20 * 60, To: 8 * 60, Days: office.Days, Zone: time.FixedZone("antipodes", 12*3600)}

	for name, tt := range map[string]struct {
		hours map[PersonID]roster.Hours
		want  []string
	}{
		"a manager in the west":   {map[PersonID]roster.Hours{"priya": west}, []string{"17:00 never done ! lee priya", "17:00 closed ! maria"}},
		"the agent in the west":   {map[PersonID]roster.Hours{"maria": west}, []string{"17:00 never done ! lee priya", "17:00 closed ! maria"}},
		"a manager who never may": {map[PersonID]roster.Hours{"priya": antipodes}, []string{"08:00 never done ! lee", "08:00 closed ! maria"}},
		"an agent who never may":  {map[PersonID]roster.Hours{"maria": antipodes}, []string{"08:00 never done ! lee priya"}},
	} {
		m := inOffice()
		m.Hours = func(who PersonID) roster.Hours {
			if h, ok := tt.hours[who]; ok {
				return h
			}

			return office
		}

		d := owing(t, m, at("2026-11-23 09:00"), Owed{Promise: true, Text: "A letter", Owner: "lee", Due: at("2026-11-23 10:00")})
		d.until(t, at("2027-01-01 00:00"))

		var got []string

		for _, line := range d.log {
			if _, rest, _ := strings.Cut(line, " "); strings.Contains(rest, string(WasBroken)) || strings.Contains(rest, string(WasClosed)) {
				got = append(got, rest)
			}
		}

		if !slices.Equal(got, tt.want) || d.e.State != Closed {
			t.Errorf("%v: who heard of the end = %q in %q, want %q", name, got, d.e.State, tt.want)
		}
	}
}

// restless draws when somebody may be reminded.
func restless() *rapid.Generator[roster.Hours] {
	return rapid.Custom(func(t *rapid.T) roster.Hours {
		h := roster.Hours{
			From: rapid.IntRange(0, 24*60-1).Draw(t, "from"), To: rapid.IntRange(0, 24*60-1).Draw(t, "to"),
			Days: rapid.SliceOfNDistinct(rapid.SampledFrom([]time.Weekday{0, 1, 2, 3, 4, 5, 6}), 0, 7, rapid.ID).Draw(t, "days"),
		}
		h.Zone = time.FixedZone("", rapid.IntRange(-11, 13).Draw(t, "offset")*3600)

		return h
	})
}

// However the bot is down and up again, nobody is reminded while they rest, no
// rung comes twice, there are no more than there are rungs, nothing comes after
// the end, and there always is an end, with a result, on the timeline.
func TestAnyLadder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := inOffice()
		hours := map[PersonID]roster.Hours{}

		for _, who := range everybody {
			hours[who] = restless().Draw(t, string(who))
		}

		m.Hours = func(who PersonID) roster.Hours { return hours[who] }
		m.Now, m.Paged = noon, map[PersonID]time.Time{}

		l := &life{Escalation: new(Escalation), m: m, told: folded{pages: map[PersonID]int{}, owed: map[int]PersonID{}}}
		l.mustApply(t, live)
		l.mustApply(t, Take{By: "dana"})
		l.mustApply(t, Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}, Owed: []Owed{{
			Promise: true, Text: "A letter", Owner: rapid.SampledFrom([]PersonID{"maria", "dana", "priya"}).Draw(t, "owner"),
			Due: noon.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "due")) * time.Minute),
		}}})

		rung, reminders := l.Owed[0].Rung, 0

		for range 200 {
			if !l.Owed[0].Open() {
				break
			}

			down := time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, 40, 4000}).Draw(t, "down")) * time.Minute
			l.m.Now = later(l.m.Now, l.Due().Add(down))

			for entry := range entries(l.mustApply(t, Due{})) {
				if entry.What != WasNudged && entry.What != WasClimbed {
					continue
				}

				reminders++

				if now := l.Owed[0].Rung; now <= rung {
					t.Fatalf("rung %v after rung %v", now, rung)
				}
			}

			rung = l.Owed[0].Rung
		}

		last := l.timeline[len(l.timeline)-2:]
		if l.Owed[0].Result != NeverKept || last[0].What != WasBroken || last[1].What != WasClosed {
			t.Fatalf("it ended as %q, and the timeline with %+v", l.Owed[0].Result, last)
		}

		if reminders >= int(theEnd) {
			t.Fatalf("%v reminders, want fewer than %v", reminders, theEnd)
		}
	})
}

// checkReminded: whoever is reminded of something may be, and it is still to be
// done. So may be whoever hears that it has ended, if nobody ended it.
func (l *life) checkReminded(t *rapid.T, ev Event, effects []Effect) {
	for entry := range entries(effects) {
		if _, due := ev.(Due); due && (entry.What == WasBroken || entry.What == WasClosed) {
			l.checkAwake(t, entry, told(effects, entry.N))
		}

		if entry.What != WasNudged && entry.What != WasClimbed || entry.Attempt == 0 {
			continue
		}

		if o := l.Owed[entry.Attempt-1]; !o.Open() {
			t.Fatalf("a reminder of what has ended: %+v, %+v", entry, o)
		}

		people := told(effects, entry.N)
		if len(people) == 0 {
			t.Fatalf("a reminder of nobody: %+v", entry)
		}

		l.checkAwake(t, entry, people)
	}
}

// checkAwake: nobody is told by the clock while they rest.
func (l *life) checkAwake(t *rapid.T, entry Entry, people []string) {
	for _, who := range people {
		if opens := l.m.hoursOf(PersonID(who)).Next(l.m.Now); opens.After(l.m.Now) {
			t.Fatalf("%v is told at %v, and rests until %v: %+v", who, l.m.Now, opens, entry)
		}
	}
}

// checkEnds: what has ended says how, and everything that ends is told of by an
// entry that fits.
func (l *life) checkEnds(t *rapid.T, before *Escalation, effects []Effect) {
	fits := map[What][]Result{
		WasDone: {Kept, Renegotiated}, WasDoneLate: {BrokenThenKept}, WasDropped: {NotAnyMore}, WasRefused: {NotAnyMore}, WasExpired: {NotAnyMore}, WasBroken: {NeverKept},
	}

	if slices.Contains(effects, Effect(Forget{})) && before.owesAnything() {
		t.Fatalf("forgotten in %q with this to be done: %+v", l.State, before.Owed)
	}

	for i, o := range l.Owed {
		if o.Open() != (o.Result == "") || o.Open() && o.Due.IsZero() {
			t.Fatalf("open %v with the result %q: %+v", o.Open(), o.Result, o)
		}

		if i < len(before.Owed) && (before.Owed[i].Amount != o.Amount || before.Owed[i].Option != o.Option) {
			t.Fatalf("what was promised was %+v and is %+v", before.Owed[i], o)
		}

		if o.Open() || i < len(before.Owed) && !before.Owed[i].Open() {
			continue
		}

		told := slices.ContainsFunc(slices.Collect(entries(effects)), func(entry Entry) bool {
			return entry.Attempt == o.N && slices.Contains(fits[entry.What], o.Result)
		})
		if !told {
			t.Fatalf("it ended as %q, and no entry says so: %+v", o.Result, effects)
		}
	}
}
