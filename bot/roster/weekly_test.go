package roster

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones of every machine are the same

	"pgregory.net/rapid"

	"github.com/google/go-cmp/cmp"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()

	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}

	return zone
}

func instantOf(t testing.TB, rfc3339 string) time.Time {
	t.Helper()

	at, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		t.Fatal(err)
	}

	return at
}

var everyDay = []time.Weekday{0, 1, 2, 3, 4, 5, 6}

// hm is a wall-clock time in minutes since midnight.
func hm(hour, minute int) int { return 60*hour + minute }

func TestWeeklyShiftStartsAtTheFirstAndEndsAtTheLast(t *testing.T) {
	const (
		fri = time.Friday
		sat = time.Saturday
		sun = time.Sunday
	)

	tests := []struct {
		name, zone  string
		day         time.Weekday
		from, to    int
		start, ends string // in UTC
	}{
		// 29 March: 01:00 to 02:00 is skipped. 25 October: it comes twice.
		{"spring night", "Europe/London", sat, hm(22, 0), hm(6, 0), "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"},
		{"start is skipped", "Europe/London", sun, hm(1, 30), hm(9, 0), "2026-03-29T01:00:00Z", "2026-03-29T08:00:00Z"},
		{"end is skipped", "Europe/London", sat, hm(17, 30), hm(1, 30), "2026-03-28T17:30:00Z", "2026-03-29T01:00:00Z"},
		{"start is the beginning of the gap", "Europe/London", sun, hm(1, 0), hm(2, 15), "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z"},
		{"end is the end of the gap", "Europe/London", sat, hm(17, 30), hm(2, 0), "2026-03-28T17:30:00Z", "2026-03-29T01:00:00Z"},
		{"short day", "Europe/London", sun, 0, 0, "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"},
		{"autumn night", "Europe/London", sat, hm(22, 0), hm(6, 0), "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"},
		{"start comes twice", "Europe/London", sun, hm(1, 30), hm(9, 0), "2026-10-25T00:30:00Z", "2026-10-25T09:00:00Z"},
		{"end comes twice", "Europe/London", sat, hm(17, 30), hm(1, 30), "2026-10-24T16:30:00Z", "2026-10-25T01:30:00Z"},
		{"start and end come twice", "Europe/London", sun, hm(1, 15), hm(1, 45), "2026-10-25T00:15:00Z", "2026-10-25T01:45:00Z"},
		{"start is the beginning of the doubled hour", "Europe/London", sun, hm(1, 0), hm(9, 0), "2026-10-25T00:00:00Z", "2026-10-25T09:00:00Z"},
		{"end is the beginning of the doubled hour", "Europe/London", sat, hm(17, 30), hm(1, 0), "2026-10-24T16:30:00Z", "2026-10-25T01:00:00Z"},
		{"start is the end of the doubled hour", "Europe/London", sun, hm(2, 0), hm(9, 0), "2026-10-25T02:00:00Z", "2026-10-25T09:00:00Z"},
		{"long day", "Europe/London", sun, 0, 0, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"},
		{"from eight to eight", "Europe/London", sat, hm(8, 0), hm(8, 0), "2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z"},

		// 8 March: 02:00 to 03:00 is skipped. 1 November: 01:00 to 02:00 comes twice.
		{"spring night", "America/New_York", sat, hm(22, 0), hm(6, 0), "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"},
		{"start is skipped", "America/New_York", sun, hm(2, 30), hm(9, 0), "2026-03-08T07:00:00Z", "2026-03-08T13:00:00Z"},
		{"end is skipped", "America/New_York", sat, hm(17, 30), hm(2, 30), "2026-03-07T22:30:00Z", "2026-03-08T07:00:00Z"},
		{"short day", "America/New_York", sun, 0, 0, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"},
		{"autumn night", "America/New_York", sat, hm(22, 0), hm(6, 0), "2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z"},
		{"start comes twice", "America/New_York", sun, hm(1, 30), hm(9, 0), "2026-11-01T05:30:00Z", "2026-11-01T14:00:00Z"},
		{"end comes twice", "America/New_York", sat, hm(17, 30), hm(1, 30), "2026-10-31T21:30:00Z", "2026-11-01T06:30:00Z"},
		{"long day", "America/New_York", sun, 0, 0, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},

		// 4 October: 02:00 to 03:00 is skipped. 5 April: it comes twice.
		{"spring night", "Australia/Sydney", sat, hm(22, 0), hm(6, 0), "2026-10-03T12:00:00Z", "2026-10-03T19:00:00Z"},
		{"start is skipped", "Australia/Sydney", sun, hm(2, 30), hm(9, 0), "2026-10-03T16:00:00Z", "2026-10-03T22:00:00Z"},
		{"end is skipped", "Australia/Sydney", sat, hm(17, 30), hm(2, 30), "2026-10-03T07:30:00Z", "2026-10-03T16:00:00Z"},
		{"autumn night", "Australia/Sydney", sat, hm(22, 0), hm(6, 0), "2026-04-04T11:00:00Z", "2026-04-04T20:00:00Z"},
		{"start comes twice", "Australia/Sydney", sun, hm(2, 30), hm(9, 0), "2026-04-04T15:30:00Z", "2026-04-04T23:00:00Z"},
		{"end comes twice", "Australia/Sydney", sat, hm(17, 30), hm(2, 30), "2026-04-04T06:30:00Z", "2026-04-04T16:30:00Z"},

		// Half an hour: 4 October 02:00 to 02:30 is skipped, 5 April 01:30 to 02:00 comes twice.
		{"start is skipped", "Australia/Lord_Howe", sun, hm(2, 15), hm(9, 0), "2026-10-03T15:30:00Z", "2026-10-03T22:00:00Z"},
		{"end is skipped", "Australia/Lord_Howe", sat, hm(17, 30), hm(2, 15), "2026-10-03T07:00:00Z", "2026-10-03T15:30:00Z"},
		{"start comes twice", "Australia/Lord_Howe", sun, hm(1, 45), hm(9, 0), "2026-04-04T14:45:00Z", "2026-04-04T22:30:00Z"},
		{"end comes twice", "Australia/Lord_Howe", sat, hm(17, 30), hm(1, 45), "2026-04-04T06:30:00Z", "2026-04-04T15:15:00Z"},
		{"before what comes twice", "Australia/Lord_Howe", sun, hm(1, 15), hm(1, 29), "2026-04-04T14:15:00Z", "2026-04-04T14:29:00Z"},

		{"night", "Asia/Kolkata", sat, hm(22, 0), hm(6, 0), "2026-03-28T16:30:00Z", "2026-03-29T00:30:00Z"},
		{"day", "Asia/Kolkata", sun, 0, 0, "2026-10-24T18:30:00Z", "2026-10-25T18:30:00Z"},

		// At midnight: 8 March 00:00 to 01:00 is skipped, 1 November it comes twice.
		{"start is skipped", "America/Havana", sun, 0, hm(8, 0), "2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z"},
		{"end is skipped", "America/Havana", sat, hm(16, 0), 0, "2026-03-07T21:00:00Z", "2026-03-08T05:00:00Z"},
		{"start comes twice", "America/Havana", sun, 0, hm(8, 0), "2026-11-01T04:00:00Z", "2026-11-01T13:00:00Z"},
		{"end comes twice", "America/Havana", sat, hm(16, 0), 0, "2026-10-31T20:00:00Z", "2026-11-01T05:00:00Z"},

		// Back over midnight: on 24 October 23:00 to 24:00 comes twice.
		{"start comes twice", "Asia/Beirut", sat, hm(23, 30), hm(8, 0), "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z"},
		{"end comes twice", "Asia/Beirut", sat, hm(16, 0), hm(23, 30), "2026-10-24T13:00:00Z", "2026-10-24T21:30:00Z"},
		{"start is the end of the doubled hour", "Asia/Beirut", sun, 0, hm(8, 0), "2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z"},
		{"start is skipped", "Asia/Beirut", sun, hm(0, 30), hm(8, 0), "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"},

		// Back into the day before: on 7 November 2010 at 00:01 it became 23:01.
		{"start on the next day, then back", "America/St_Johns", sun, 0, hm(8, 0), "2010-11-07T02:30:00Z", "2010-11-07T11:30:00Z"},
		{"end on the day before", "America/St_Johns", fri, hm(23, 45), hm(23, 30), "2010-11-06T02:15:00Z", "2010-11-07T03:00:00Z"},

		// A day is skipped: 30 December 2011, a Friday.
		{"night into the skipped day", "Pacific/Apia", time.Thursday, hm(22, 0), hm(6, 0), "2011-12-30T08:00:00Z", "2011-12-30T10:00:00Z"},
		{"night from the skipped day", "Pacific/Apia", fri, hm(22, 0), hm(6, 0), "2011-12-30T10:00:00Z", "2011-12-30T16:00:00Z"},
		{"night after the skipped day", "Pacific/Apia", sat, hm(22, 0), hm(6, 0), "2011-12-31T08:00:00Z", "2011-12-31T16:00:00Z"},

		// A day comes twice: 4 July 1892, a Monday.
		{"doubled day", "Pacific/Apia", time.Monday, 0, 0, "1892-07-03T11:26:56Z", "1892-07-05T11:26:56Z"},
	}

	for _, tt := range tests {
		t.Run(tt.zone+" "+tt.name+" "+tt.start[:10], func(t *testing.T) {
			w := Weekly{zoneOf(t, tt.zone), []Shift{{Who: []Person{"dana"}, Days: []time.Weekday{tt.day}, From: tt.from, To: tt.to}}}
			start, end := instantOf(t, tt.start), instantOf(t, tt.ends)

			for at, want := range map[time.Time]int{start.Add(-1): 0, start: 1, end.Add(-1): 1, end: 0} {
				if got := w.On(at); len(got) != want {
					t.Errorf("On(%v) = %v, want %d", at, got, want)
				}
			}

			for at := start; at.Before(end); at = at.Add(30 * time.Second) {
				if got := w.On(at); len(got) != 1 {
					t.Fatalf("On(%v), within the shift = %v, want dana", at.In(w.Zone), got)
				}
			}

			for at, want := range map[time.Time]time.Time{start.Add(-24 * time.Hour): start, start.Add(-1): start, start: end, end.Add(-1): end} {
				if got := w.Edge(at); !got.Equal(want) {
					t.Errorf("Edge(%v) = %v, want %v", at, got, want)
				}
			}
		})
	}
}

func TestWeeklyShiftThatIsSkippedIsNobodys(t *testing.T) {
	tests := []struct {
		zone     string
		day      time.Weekday
		from, to int
		around   string
	}{
		{"Europe/London", time.Sunday, hm(1, 15), hm(1, 45), "2026-03-29T01:00:00Z"},
		{"Europe/London", time.Sunday, hm(1, 0), hm(2, 0), "2026-03-29T01:00:00Z"},
		{"Pacific/Apia", time.Friday, 0, 0, "2011-12-30T10:00:00Z"},
	}

	for _, tt := range tests {
		w := Weekly{zoneOf(t, tt.zone), []Shift{{Who: []Person{"dana"}, Days: []time.Weekday{tt.day}, From: tt.from, To: tt.to}}}

		for n := time.Duration(-8); n <= 8; n++ {
			at := instantOf(t, tt.around).Add(n * 15 * time.Minute)
			if got := w.On(at); got != nil {
				t.Errorf("%s: On(%v) = %v, want nobody", tt.zone, at, got)
			}
		}
	}
}

func TestWeeklyNamesEachPersonOnceInOrder(t *testing.T) {
	w := Weekly{zoneOf(t, "Europe/London"), []Shift{
		{[]Person{"lee", "dana"}, everyDay, hm(9, 0), hm(17, 0)},
		{[]Person{"kim"}, []time.Weekday{time.Tuesday}, hm(9, 0), hm(17, 0)},
		{[]Person{"dana", "priya", "lee"}, everyDay, hm(12, 0), hm(20, 0)},
	}}

	got := w.On(instantOf(t, "2026-06-01T13:00:00+01:00"))
	if diff := cmp.Diff([]Person{"lee", "dana", "priya"}, got); diff != "" {
		t.Errorf("On(Monday 13:00) (-want +got):\n%s", diff)
	}
}

func TestWeeklyWithoutShiftsHasNobodyAndNoEdge(t *testing.T) {
	noon := instantOf(t, "2026-06-01T12:00:00Z")

	for _, w := range []Weekly{{}, {Shifts: []Shift{{Who: []Person{"dana"}}}}} {
		if got := w.On(noon); got != nil {
			t.Errorf("On(noon) = %v, want nobody", got)
		}

		if got := w.Edge(noon); !got.IsZero() {
			t.Errorf("Edge(noon) = %v, want none", got)
		}
	}
}

// A slowPlan is a weekly plan worked out from the words of the rule alone: it
// looks at the clock on the wall again and again, every step, and notes for
// each shift of each date the first time that the wall shows its start or
// later, and the last that it shows its end or, where that is skipped, what is
// earlier.
type slowPlan struct {
	from  time.Time
	step  time.Duration
	walls []time.Time // what the wall shows, as if it hung in UTC
	on    [][]bool    // per shift, at each step
}

// slowly works a plan out from an instant until another. The first and the last
// five days are too close to the ends to be right.
func slowly(w Weekly, from, until time.Time, step time.Duration) *slowPlan {
	s := &slowPlan{from: from, step: step}

	for at := from; at.Before(until); at = at.Add(step) {
		local := at.In(w.Zone)
		year, month, date := local.Date()
		s.walls = append(s.walls, time.Date(year, month, date, local.Hour(), local.Minute(), local.Second(), 0, time.UTC))
	}

	for _, shift := range w.Shifts {
		s.on = append(s.on, s.whole(shift))
	}

	return s
}

func (s *slowPlan) whole(shift Shift) []bool {
	on := make([]bool, len(s.walls))
	first, last := s.walls[0], s.walls[len(s.walls)-1]

	for date := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, time.UTC); date.Before(last); date = date.AddDate(0, 0, 1) {
		if !slices.Contains(shift.Days, date.Weekday()) {
			continue
		}

		start := date.Add(time.Duration(shift.From) * time.Minute)
		end := date.Add(time.Duration(shift.To) * time.Minute)

		if !end.After(start) {
			end = end.AddDate(0, 0, 1)
		}

		s.mark(on, date, start, end)
	}

	return on
}

// mark looks no further than three days from a date for when the wall shows
// its shift.
func (s *slowPlan) mark(on []bool, date, start, end time.Time) {
	low := max(0, int(date.AddDate(0, 0, -3).Sub(s.from)/s.step))
	high := min(len(s.walls), int(date.AddDate(0, 0, 5).Sub(s.from)/s.step))
	begun, over := -1, -1

	for i := low; i < high; i++ {
		if begun < 0 && !s.walls[i].Before(start) {
			begun = i
		}

		switch s.walls[i].Compare(end) {
		case -1:
			over = i + 1
		case 0:
			over = i
		}
	}

	for i := begun; i >= 0 && i < over; i++ {
		on[i] = true
	}
}

// check holds a plan to what was worked out, at every step within five days of
// the ends.
func (s *slowPlan) check(t rapid.TB, w Weekly) {
	t.Helper()

	margin := int(5 * 24 * time.Hour / s.step)

	var edge time.Time

	for i := margin; i < len(s.walls)-margin; i++ {
		at := s.from.Add(time.Duration(i) * s.step)

		if got, want := w.On(at), s.people(w, i); !slices.Equal(got, want) {
			t.Fatalf("%v: On(%v) = %v, want %v", w, at.In(w.Zone), got, want)
		}

		// Between edges nothing changes; edges lie on steps.
		if i > margin && !at.Equal(edge) && !slices.Equal(s.people(w, i), s.people(w, i-1)) {
			t.Fatalf("%v: On changes at %v, want an edge there and not at %v", w, at.In(w.Zone), edge.In(w.Zone))
		}

		if i == margin || at.Equal(edge) {
			if edge = w.Edge(at); !edge.After(at) {
				t.Fatalf("%v: Edge(%v) = %v, want a later one", w, at, edge)
			}
		}
	}
}

func (s *slowPlan) people(w Weekly, i int) []Person {
	var on []Person

	for n, shift := range w.Shifts {
		if !s.on[n][i] {
			continue
		}

		for _, who := range shift.Who {
			if !slices.Contains(on, who) {
				on = append(on, who)
			}
		}
	}

	return on
}

func TestWeeklyAgreesWithTheSlowPlanAllYear(t *testing.T) {
	weekdays, weekend := everyDay[1:6], []time.Weekday{time.Saturday, time.Sunday}
	shifts := []Shift{
		{[]Person{"night"}, everyDay, hm(22, 0), hm(6, 0)},
		{[]Person{"office", "second"}, weekdays, hm(9, 0), hm(17, 30)},
		{[]Person{"weekend"}, weekend, 0, 0},
		{[]Person{"early"}, []time.Weekday{time.Sunday}, hm(1, 30), hm(2, 45)},
		{[]Person{"till early"}, []time.Weekday{time.Saturday}, hm(16, 15), hm(2, 15)},
		{[]Person{"round the clock"}, []time.Weekday{time.Saturday}, hm(1, 45), hm(1, 45)},
		{[]Person{"midnight"}, []time.Weekday{time.Sunday, time.Monday}, 0, hm(0, 45)},
		{[]Person{"before midnight"}, weekend, hm(23, 15), hm(0, 15)},
		{[]Person{"to twelve"}, []time.Weekday{time.Wednesday}, hm(20, 0), hm(24, 0)},
	}

	for _, name := range []string{
		"Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata",
		"America/Havana", "Asia/Beirut", "Pacific/Chatham", "Africa/Casablanca", "America/Nuuk",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := Weekly{zoneOf(t, name), shifts}
			from := time.Date(2025, 12, 26, 0, 0, 0, 0, time.UTC)
			slowly(w, from, from.AddDate(0, 0, 376), 15*time.Minute).check(t, w)
		})
	}
}

// manyZones have among them every offset change that is in use, and some that
// were.
var manyZones = []string{
	"UTC", "Africa/Cairo", "Africa/Casablanca", "Africa/Johannesburg", "Africa/Lagos", "America/Anchorage", "America/Asuncion",
	"America/Bogota", "America/Caracas", "America/Chicago", "America/Denver", "America/Halifax", "America/Havana",
	"America/Los_Angeles", "America/Miquelon", "America/New_York", "America/Nuuk", "America/Phoenix", "America/Santiago",
	"America/Sao_Paulo", "America/Scoresbysund", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza",
	"Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores",
	"Australia/Adelaide", "Australia/Brisbane", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Chisinau",
	"Europe/Dublin", "Europe/Lisbon", "Europe/London", "Europe/Paris", "Pacific/Apia", "Pacific/Auckland",
	"Pacific/Chatham", "Pacific/Easter", "Pacific/Kiritimati", "Pacific/Norfolk",
}

func TestWeeklyShiftsThatMeetNeverLeaveAGap(t *testing.T) {
	for _, year := range []int{2011, 2026} {
		for _, name := range manyZones {
			t.Run(fmt.Sprint(name, " ", year), func(t *testing.T) {
				t.Parallel()

				w := Weekly{zoneOf(t, name), []Shift{
					{[]Person{"day"}, everyDay, hm(8, 0), hm(16, 0)},
					{[]Person{"evening"}, everyDay, hm(16, 0), 0},
					{[]Person{"night"}, everyDay, 0, hm(8, 0)},
				}}
				small := Weekly{w.Zone, []Shift{
					{[]Person{"half past one"}, everyDay, hm(1, 30), hm(2, 15)},
					{[]Person{"quarter past two"}, everyDay, hm(2, 15), hm(23, 30)},
					{[]Person{"half past eleven"}, everyDay, hm(23, 30), hm(1, 30)},
				}}

				for at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == year; at = at.Add(15 * time.Minute) {
					if len(w.On(at)) == 0 {
						t.Fatalf("On(%v) = nobody, want the day, the evening or the night", at.In(w.Zone))
					}

					if len(small.On(at)) == 0 {
						t.Fatalf("On(%v) = nobody, want somebody of shifts that meet", at.In(w.Zone))
					}
				}
			})
		}
	}
}

func somebody() *rapid.Generator[Person] {
	return rapid.SampledFrom([]Person{"dana", "lee", "kim", "priya", "omar"})
}

func aShift(minutes *rapid.Generator[int]) *rapid.Generator[Shift] {
	return rapid.Custom(func(t *rapid.T) Shift {
		return Shift{
			Who:  rapid.SliceOfN(somebody(), 1, 3).Draw(t, "who"),
			Days: rapid.SliceOfNDistinct(rapid.SampledFrom(everyDay), 1, 7, rapid.ID).Draw(t, "days"),
			From: minutes.Draw(t, "from"),
			To:   minutes.Draw(t, "to"),
		}
	})
}

// Any shifts, to the minute, around any change of any zone in fifty years.
func TestWeeklyAgreesWithTheSlowPlanAroundAnyChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(manyZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}

		start := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
		near := start.AddDate(0, 0, rapid.IntRange(0, 50*365).Draw(t, "day")).In(zone)

		if _, until := near.ZoneBounds(); !until.IsZero() {
			near = until
		}

		// Most times are near midnight or the small hours, where clocks change.
		minutes := rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(0, 180), rapid.IntRange(1320, 1439))
		w := Weekly{zone, rapid.SliceOfN(aShift(minutes), 1, 4).Draw(t, "shifts")}

		near = near.UTC().Truncate(time.Minute)
		slowly(w, near.AddDate(0, 0, -7), near.AddDate(0, 0, 7), time.Minute).check(t, w)
	})
}

func BenchmarkWeeklyOn(b *testing.B) {
	w := twentyShifts(b)

	for _, when := range []string{"2026-06-10T11:00:00Z", "2026-10-25T01:15:00Z"} {
		b.Run(when, func(b *testing.B) {
			at := instantOf(b, when)
			b.ReportAllocs()

			for b.Loop() {
				w.On(at)
			}
		})
	}
}

func BenchmarkWeeklyEdge(b *testing.B) {
	w, at := twentyShifts(b), instantOf(b, "2026-06-10T11:00:00Z")
	b.ReportAllocs()

	for b.Loop() {
		w.Edge(at)
	}
}

// twentyShifts are those of a team with two shifts a day for ten people.
func twentyShifts(b *testing.B) Weekly {
	w := Weekly{Zone: zoneOf(b, "Europe/London")}

	for n := range 20 {
		days := everyDay[1:6]
		if n%2 == 1 {
			days = []time.Weekday{time.Saturday, time.Sunday}
		}

		from := n * 72
		w.Shifts = append(w.Shifts, Shift{[]Person{Person(fmt.Sprint("p", n%10))}, days, from, (from + 480) % 1440})
	}

	return w
}
