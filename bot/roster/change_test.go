package roster

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var monday = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// hours is the span of some hours of monday, or of the days after it.
func hours(from, until int) Span {
	return Span{monday.Add(time.Duration(from) * time.Hour), monday.Add(time.Duration(until) * time.Hour)}
}

// made is an instant before monday, later for a higher n.
func made(n int) time.Time { return monday.AddDate(0, 0, n-100) }

func TestRosterOn(t *testing.T) {
	day := hours(0, 24)
	off := func(who Person, n int) Change { return Change{Who: who, Span: day, Made: made(n)} }
	covers := func(cover, who Person, n int) Change {
		return Change{Who: who, Cover: cover, Span: day, Made: made(n)}
	}

	tests := []struct {
		name    string
		plan    []Person
		changes []Change
		want    []Person
	}{
		{"nothing changed", []Person{"dana", "lee"}, nil, []Person{"dana", "lee"}},
		{"named twice", []Person{"dana", "lee", "dana"}, nil, []Person{"dana", "lee"}},
		{"off", []Person{"dana", "lee"}, []Change{off("dana", 1)}, []Person{"lee"}},
		{"all off", []Person{"dana"}, []Change{off("dana", 1)}, []Person{}},
		{"covered, in place", []Person{"dana", "lee"}, []Change{covers("kim", "dana", 1)}, []Person{"kim", "lee"}},
		{"covered by who is on", []Person{"dana", "lee", "kim"}, []Change{covers("kim", "dana", 1)}, []Person{"kim", "lee"}},
		{"cover of who is not on", []Person{"lee"}, []Change{covers("kim", "dana", 1)}, []Person{"lee"}},
		{"latest cover", []Person{"dana"}, []Change{covers("kim", "dana", 2), covers("lee", "dana", 1)}, []Person{"kim"}},
		{"covers made at once", []Person{"dana"}, []Change{covers("lee", "dana", 1), covers("kim", "dana", 1)}, []Person{"kim"}},
		{"off and covered", []Person{"dana"}, []Change{off("dana", 1), covers("kim", "dana", 2)}, []Person{"kim"}},
		{"covered, then off", []Person{"dana"}, []Change{covers("kim", "dana", 1), off("dana", 2)}, []Person{"kim"}},
		{"cover is covered", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("lee", "kim", 2)}, []Person{"lee"}},
		{"cover is off", []Person{"dana", "priya"}, []Change{covers("kim", "dana", 1), off("kim", 2)}, []Person{"priya"}},
		{"cover is off and covered", []Person{"dana"}, []Change{covers("kim", "dana", 1), off("kim", 2), covers("lee", "kim", 3)}, []Person{"lee"}},
		{"circle of two", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("dana", "kim", 2)}, []Person{"dana"}},
		{"circle of two, both on", []Person{"kim", "dana"}, []Change{covers("kim", "dana", 1), covers("dana", "kim", 2)}, []Person{"kim", "dana"}},
		{"circle of three", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("lee", "kim", 2), covers("dana", "lee", 3)}, []Person{"dana"}},
		{"circle of one", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("dana", "dana", 2)}, []Person{"dana"}},
		{"into a circle", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("lee", "kim", 2), covers("kim", "lee", 3)}, []Person{"kim"}},
		{"circle, and off", []Person{"dana", "kim"}, []Change{covers("kim", "dana", 1), covers("dana", "kim", 2), off("dana", 3)}, []Person{"kim"}},
		{"cover who may not", []Person{"dana"}, []Change{covers("stranger", "dana", 1)}, []Person{"dana"}},
		{"latest cover may not", []Person{"dana"}, []Change{covers("kim", "dana", 1), covers("stranger", "dana", 2)}, []Person{"kim"}},
		{"off, and cover may not", []Person{"dana"}, []Change{off("dana", 1), covers("stranger", "dana", 2)}, []Person{}},
	}

	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Roster{Plan: Always(tt.plan), Changes: tt.changes, May: func(p Person) bool { return p != "stranger" }}

			for _, at := range []time.Time{day.From, day.Until.Add(-1)} {
				if diff := cmp.Diff(tt.want, r.On(at)); diff != "" {
					t.Errorf("On(%v) (-want +got):\n%s", at, diff)
				}
			}

			without := Roster{Plan: Always(tt.plan)}
			for _, at := range []time.Time{day.From.Add(-1), day.Until} {
				if diff := cmp.Diff(without.On(at), r.On(at)); diff != "" {
					t.Errorf("On(%v), outside of the changes (-want +got):\n%s", at, diff)
				}
			}
		})
	}
}

func TestRosterWithoutMayLetsEverybodyCover(t *testing.T) {
	r := Roster{Plan: Always{"dana"}, Changes: []Change{{Who: "dana", Cover: "stranger", Span: hours(0, 1)}}}

	if got := r.On(monday); !slices.Equal(got, []Person{"stranger"}) {
		t.Errorf("On(monday) = %v, want the stranger", got)
	}
}

func TestRosterOnLeavesThePlanAlone(t *testing.T) {
	plan := Always{"dana", "lee"}
	Roster{Plan: plan}.On(monday)[0] = "kim"

	if plan[0] != "dana" {
		t.Errorf("a change of what On returned made the plan %v", plan)
	}
}

// office is a plan with two people by day, the same two by evening in another
// order, and nobody by night.
var office = Weekly{time.UTC, []Shift{
	{[]Person{"dana", "lee"}, everyDay, hm(8, 0), hm(16, 0)},
	{[]Person{"lee", "dana"}, everyDay, hm(16, 0), hm(20, 0)},
}}

func TestRosterRuns(t *testing.T) {
	r := Roster{Plan: office, Changes: []Change{
		{Who: "dana", Span: hours(10, 12)},
		{Who: "dana", Span: hours(12, 13)},
		{Who: "lee", Cover: "kim", Span: hours(14, 33)},
	}}
	both, kim := []Person{"dana", "lee"}, []Person{"dana", "kim"}
	nobody := []Person{}

	want := []Run{
		{hours(9, 10), both},
		{hours(10, 13), []Person{"lee"}},
		{hours(13, 14), both},
		{hours(14, 20), kim}, // by evening too, though in another order
		{hours(20, 32), nobody},
		{hours(32, 33), kim},
		{hours(33, 34), both},
	}
	if diff := cmp.Diff(want, r.Runs(hours(9, 34).From, hours(9, 34).Until)); diff != "" {
		t.Errorf("Runs(9 to 34) (-want +got):\n%s", diff)
	}

	if diff := cmp.Diff([]Span{hours(20, 32), hours(44, 45)}, r.Gaps(hours(9, 45).From, hours(9, 45).Until)); diff != "" {
		t.Errorf("Gaps(9 to 45) (-want +got):\n%s", diff)
	}

	for _, empty := range []Span{hours(9, 9), hours(9, 8)} {
		if got := r.Runs(empty.From, empty.Until); got != nil {
			t.Errorf("Runs(%v) = %v, want none", empty, got)
		}
	}
}

func TestRosterNextAndEnds(t *testing.T) {
	r := Roster{Plan: office, Changes: []Change{{Who: "lee", Cover: "kim", Span: hours(14, 33)}}}

	at, who := r.Next(hours(9, 9).From)
	if want := hours(14, 14).From; !at.Equal(want) || !slices.Equal(who, []Person{"dana", "kim"}) {
		t.Errorf("Next(9) = %v, %v, want %v, dana and kim", at, who, want)
	}

	at, who = r.Next(hours(15, 15).From)
	if want := hours(20, 20).From; !at.Equal(want) || len(who) != 0 {
		t.Errorf("Next(15) = %v, %v, want %v, nobody", at, who, want)
	}

	for who, want := range map[Person]time.Time{"dana": hours(20, 20).From, "lee": hours(14, 14).From, "kim": {}, "priya": {}} {
		if got := r.Ends(who, hours(9, 9).From); !got.Equal(want) {
			t.Errorf("Ends(%v, 9) = %v, want %v", who, got, want)
		}
	}
}

func TestRosterThatNeverChanges(t *testing.T) {
	around := Weekly{time.UTC, []Shift{
		{[]Person{"dana"}, everyDay, 0, hm(12, 0)},
		{[]Person{"dana"}, everyDay, hm(12, 0), 0},
	}}

	for _, plan := range []Plan{Always{"dana"}, Always{}, Weekly{}, around} {
		r := Roster{Plan: plan}

		if at, who := r.Next(monday); !at.IsZero() || who != nil {
			t.Errorf("%v: Next(monday) = %v, %v, want nothing", plan, at, who)
		}

		if got := r.Ends("dana", monday); !got.IsZero() {
			t.Errorf("%v: Ends(dana, monday) = %v, want no end", plan, got)
		}

		if got := r.Runs(monday, hours(100, 100).From); len(got) != 1 {
			t.Errorf("%v: Runs(monday) = %v, want one", plan, got)
		}
	}
}

const quarter = 15 * time.Minute

// aRoster is some plan, often none but Always, with changes in its first
// three weeks, at quarters of an hour.
func aRoster() *rapid.Generator[Roster] {
	quarters := rapid.Map(rapid.IntRange(0, 95), func(n int) int { return 15 * n })

	return rapid.Custom(func(t *rapid.T) Roster {
		r := Roster{Plan: Always(rapid.SliceOfN(somebody(), 0, 3).Draw(t, "always"))}

		if rapid.IntRange(0, 3).Draw(t, "weekly") > 0 {
			zone, err := time.LoadLocation(rapid.SampledFrom(manyZones).Draw(t, "zone"))
			if err != nil {
				t.Fatal(err)
			}

			r.Plan = Weekly{zone, rapid.SliceOfN(aShift(quarters), 0, 5).Draw(t, "shifts")}
		}

		if rapid.Bool().Draw(t, "may") {
			r.May = func(p Person) bool { return p != "omar" }
		}

		for range rapid.IntRange(0, 12).Draw(t, "changes") {
			from := monday.Add(time.Duration(rapid.IntRange(-96, 21*96).Draw(t, "from")) * quarter)
			r.Changes = append(r.Changes, Change{
				Who:   somebody().Draw(t, "who"),
				Cover: rapid.OneOf(rapid.Just(Person("")), somebody()).Draw(t, "cover"),
				Span:  Span{from, from.Add(time.Duration(rapid.IntRange(-2, 5*96).Draw(t, "long")) * quarter)},
				Made:  made(rapid.IntRange(0, 5).Draw(t, "made")),
			})
		}

		return r
	})
}

// slowlyOn says who is on duty the long way round: it draws every cover as an
// arrow, takes away the arrows of circles, and follows what is left.
func slowlyOn(r Roster, t time.Time) []Person {
	var (
		arrows = map[Person]Change{}
		absent = map[Person]bool{}
	)

	for _, c := range r.Changes {
		active := !c.From.After(t) && c.Until.After(t)

		switch old, covered := arrows[c.Who]; {
		case !active:
		case c.Cover == "":
			absent[c.Who] = true
		case r.May != nil && !r.May(c.Cover):
		case !covered || !c.Made.Before(old.Made):
			arrows[c.Who] = c
		}
	}

	inCircle := map[Person]bool{}

	for who := range arrows {
		at := who
		for range len(arrows) {
			if at = arrows[at].Cover; at == who {
				inCircle[who] = true
			}
		}
	}

	on := []Person{}

	for _, who := range r.Plan.On(t) {
		for arrows[who].Cover != "" && !inCircle[who] {
			who = arrows[who].Cover
		}

		if !absent[who] && !slices.Contains(on, who) {
			on = append(on, who)
		}
	}

	return on
}

func sorted(people []Person) []Person { return slices.Sorted(slices.Values(people)) }

func TestRosterOnAgreesWithTheLongWayRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := aRoster().Draw(t, "roster")

		for at := monday.AddDate(0, 0, -2); at.Before(monday.AddDate(0, 0, 27)); at = at.Add(time.Hour) {
			if diff := cmp.Diff(slowlyOn(r, at), r.On(at)); diff != "" {
				t.Fatalf("On(%v) (-want +got):\n%s", at, diff)
			}
		}
	})
}

func TestRosterRunsTileTheSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := aRoster().Draw(t, "roster")
		from := monday.Add(time.Duration(rapid.IntRange(-3*24*60, 25*24*60).Draw(t, "from")) * time.Minute)
		until := from.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(t, "long")) * time.Minute)

		runs := r.Runs(from, until)
		end := from

		for i, run := range runs {
			if !run.From.Equal(end) || !run.Until.After(run.From) {
				t.Fatalf("run %d is %v, want it to begin at %v and be some time long", i, run, end)
			}

			if i > 0 && slices.Equal(sorted(runs[i-1].Who), sorted(run.Who)) {
				t.Fatalf("runs %v and %v are the same people", runs[i-1], run)
			}

			if got := r.On(run.From); !slices.Equal(got, run.Who) {
				t.Fatalf("On(%v) = %v, want the run's %v", run.From, got, run.Who)
			}

			end = run.Until
		}

		if !end.Equal(until) {
			t.Fatalf("the last run ends at %v, want %v", end, until)
		}

		for range 20 {
			at := from.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(from))-1).Draw(t, "at")))
			n := slices.IndexFunc(runs, func(run Run) bool { return run.Holds(at) })

			if got := r.On(at); !slices.Equal(sorted(got), sorted(runs[n].Who)) {
				t.Fatalf("On(%v) = %v, want the people of %v", at, got, runs[n])
			}
		}
	})
}

// Everything lies on quarters of an hour, so looking at each of them finds
// every change.
func TestRosterNextAndEndsAgreeWithEveryQuarterHour(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := aRoster().Draw(t, "roster")
		from := monday.Add(time.Duration(rapid.IntRange(-2*96, 24*96).Draw(t, "from")) * quarter)
		now := r.On(from)

		// After five weeks, changes are over and weeks repeat but for the
		// clocks, which may still bring a change: what comes later must only
		// not be early.
		limit := from.AddDate(0, 0, 35)
		next, nextWho := time.Time{}, []Person(nil)
		ends := map[Person]time.Time{}

		for at := from.Add(quarter); at.Before(limit); at = at.Add(quarter) {
			on := r.On(at)

			if next.IsZero() && !slices.Equal(sorted(on), sorted(now)) {
				next, nextWho = at, on
			}

			for _, who := range now {
				if _, found := ends[who]; !found && !slices.Contains(on, who) {
					ends[who] = at
				}
			}
		}

		late := func(got, want time.Time) bool { return want.IsZero() && !got.IsZero() && !got.Before(limit) }

		at, who := r.Next(from)
		if !late(at, next) && (!at.Equal(next) || !slices.Equal(who, nextWho)) {
			t.Fatalf("Next(%v) = %v, %v, want %v, %v", from, at, who, next, nextWho)
		}

		for _, who := range []Person{"dana", "lee", "kim", "priya", "omar"} {
			if got := r.Ends(who, from); !late(got, ends[who]) && !got.Equal(ends[who]) {
				t.Fatalf("Ends(%v, %v) = %v, want %v", who, from, got, ends[who])
			}
		}
	})
}

// manyChanges are spread over half a year before and after monday.
func manyChanges(n int) []Change {
	changes := make([]Change, n)

	for i := range changes {
		from := monday.Add(time.Duration(i-n/2) * 365 * 24 * time.Hour / time.Duration(n))
		changes[i] = Change{Who: Person(fmt.Sprint("p", i%10)), Span: Span{from, from.Add(8 * time.Hour)}, Made: made(i % 90)}

		if i%2 == 0 {
			changes[i].Cover = Person(fmt.Sprint("p", (i+3)%10))
		}
	}

	return changes
}

func BenchmarkRosterOn(b *testing.B) {
	at := monday.Add(11 * time.Hour)

	for _, n := range []int{0, 10, 1000} {
		b.Run(fmt.Sprint(n, " changes"), func(b *testing.B) {
			r := Roster{Plan: twentyShifts(b), Changes: manyChanges(n)}
			b.ReportAllocs()

			for b.Loop() {
				r.On(at)
			}
		})
	}
}

func BenchmarkRosterNext(b *testing.B) {
	at := monday.Add(11 * time.Hour)
	dana := []Person{"dana"}
	noChange := Weekly{time.UTC, []Shift{
		{dana, everyDay, 0, hm(8, 0)}, {dana, everyDay, hm(8, 0), hm(16, 0)}, {dana, everyDay, hm(16, 0), 0},
	}}

	for name, r := range map[string]Roster{
		"shifts":                           {Plan: twentyShifts(b)},
		"shifts, 1000 changes":             {Plan: twentyShifts(b), Changes: manyChanges(1000)},
		"never, everybody":                 {Plan: Always(dana)},
		"never, three shifts":              {Plan: noChange},
		"never, three shifts, 1000 others": {Plan: noChange, Changes: manyChanges(1000)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				r.Next(at)
			}
		})
	}
}
