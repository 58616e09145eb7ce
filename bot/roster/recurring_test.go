package roster

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// zoneNames are all of time/tzdata of Go 1.26
//
//go:embed testdata/zones.txt
var zoneNames string

func TestRecurring(t *testing.T) {
	sunday := []time.Weekday{time.Sunday}

	for _, tt := range []struct {
		name, zone string
		days       []time.Weekday
		at         int
		after      string
		want       string
	}{
		{"today", "UTC", nil, hm(9, 0), "2026-06-10T08:59:59Z", "2026-06-10T09:00:00Z"},
		{"not at once", "UTC", nil, hm(9, 0), "2026-06-10T09:00:00Z", "2026-06-11T09:00:00Z"},
		{"a week later", "UTC", sunday, hm(9, 0), "2026-06-07T09:00:00Z", "2026-06-14T09:00:00Z"},
		{"nowhere is UTC", "", sunday, hm(9, 0), "2026-06-07T08:00:00Z", "2026-06-07T09:00:00Z"},

		// 29 March: 01:00 to 02:00 is skipped. 25 October: it comes twice.
		{"skipped", "Europe/London", nil, hm(1, 30), "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		{"after the skipped one", "Europe/London", nil, hm(1, 30), "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		{"the first of two", "Europe/London", nil, hm(1, 30), "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		{"not the second of two", "Europe/London", nil, hm(1, 30), "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"between the two", "Europe/London", sunday, hm(1, 30), "2026-10-25T01:00:00Z", "2026-11-01T01:30:00Z"},
		{"midnight is skipped", "America/Havana", sunday, 0, "2026-03-07T12:00:00Z", "2026-03-08T05:00:00Z"},
		{"midnight comes twice", "America/Havana", sunday, 0, "2026-11-01T04:00:00Z", "2026-11-08T05:00:00Z"},

		// 30 December 2011, a Friday, is skipped, and Saturday's own comes after it.
		{"a skipped day", "Pacific/Apia", []time.Weekday{time.Friday}, hm(9, 0), "2011-12-29T00:00:00Z", "2011-12-30T10:00:00Z"},
		{"after a skipped day", "Pacific/Apia", nil, hm(9, 0), "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Recurring{Days: tt.days, At: tt.at}
			if tt.zone != "" {
				r.Zone = zoneOf(t, tt.zone)
			}

			if got := r.Next(instantOf(t, tt.after)); !got.Equal(instantOf(t, tt.want)) {
				t.Errorf("%v: Next(%v) = %v, want %v", r, tt.after, got.UTC(), tt.want)
			}
		})
	}

	if got := (Recurring{Days: []time.Weekday{7}}).Next(instantOf(t, "2026-06-10T09:00:00Z")); !got.IsZero() {
		t.Errorf("Next on a day that no week has = %v, want zero", got)
	}
}

// Every quarter of an hour of every day comes once, and when somebody finds it who
// looks at the wall every quarter of an hour for eleven years. Of zones whose walls
// show the same all the time one is asked for all of them, and the others for the
// days around each change and one quarter of each other day.
func TestRecurringInEveryZone(t *testing.T) {
	zones := strings.Fields(zoneNames)
	if testing.Short() {
		zones = manyZones
	}

	var (
		compared, changes, walls atomic.Int64

		seen    sync.Map
		work    = make(chan *time.Location)
		workers sync.WaitGroup
	)

	for range 2 {
		workers.Go(func() {
			for zone := range work {
				s := lookEveryQuarter(zone, 2020, 2030)
				_, known := seen.LoadOrStore(fmt.Sprint(s.due[0], s.changes), true)

				if !known {
					walls.Add(1)
				}

				compared.Add(s.compare(t, !known))
				changes.Add(int64(len(s.changes) / 2))
			}
		})
	}

	for _, name := range zones {
		work <- zoneOf(t, name)
	}

	close(work)
	workers.Wait()

	t.Logf("%v daily times compared in %v zones with %v different walls, which change %v times", compared.Load(), len(zones), walls.Load(), changes.Load())

	if changes.Load() < 100 {
		t.Errorf("%v zones change %v times, want hundreds", len(zones), changes.Load())
	}
}

// quarters are when each quarter of an hour of some years' days is first due, by
// looking at the wall.
type quarters struct {
	zone    *time.Location
	first   int64   // the first of them, as what the wall shows
	due     []int64 // the Unix time of each
	near    []bool  // by day: whether clocks change within a day of it
	changes []int64 // when clocks change, and what they show then
}

const quarterHour = 15 * 60 // seconds

func lookEveryQuarter(zone *time.Location, firstYear, lastYear int) *quarters {
	first := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	until := time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	n := (until - first) / quarterHour
	s := &quarters{zone: zone, first: first, due: make([]int64, 0, n), near: make([]bool, n/96)}

	last := s.look(first - aDay - quarterHour)
	for at := first - aDay; len(s.due) < cap(s.due); at += quarterHour {
		if shows := s.look(at); shows-last != quarterHour {
			for minute := at - quarterHour + 60; minute < at; minute += 60 {
				s.pass(minute, s.look(minute))
			}

			s.change(at, shows)
		}

		last = s.look(at)
		s.pass(at, last)
	}

	return s
}

// look returns what the wall shows.
func (s *quarters) look(at int64) int64 {
	_, offset := time.Unix(at, 0).In(s.zone).Zone()

	return at + int64(offset)
}

// pass has everything due now that the wall shows or has passed, and did not before.
func (s *quarters) pass(at, shows int64) {
	for len(s.due) < cap(s.due) && s.first+int64(len(s.due))*quarterHour <= shows {
		s.due = append(s.due, at)
	}
}

func (s *quarters) change(at, shows int64) {
	s.changes = append(s.changes, at, shows)

	today := int((shows - s.first) / aDay)
	for day := max(0, today-1); day <= min(today+1, len(s.near)-1); day++ {
		s.near[day] = true
	}
}

// compare asks for daily times from when they were due the last time, and returns
// how many.
func (s *quarters) compare(t *testing.T, every bool) (asked int64) {
	for q := range 96 {
		r := Recurring{Zone: s.zone, At: q * quarterHour / 60}

		for day := 1; day < len(s.near); day++ {
			if !every && !s.near[day] && q != day*37%96 {
				continue
			}

			asked++

			before, want := s.due[(day-1)*96+q], s.due[day*96+q]
			if got := r.Next(time.Unix(before, 0)); got.Unix() != want {
				t.Errorf("%v at %v minutes: Next(%v) = %v, want %v", s.zone, r.At, time.Unix(before, 0).In(s.zone), got, time.Unix(want, 0).In(s.zone))

				return asked // one tells enough of a zone
			}
		}
	}

	return asked
}

// For five years a weekly one comes in every week, once, on its day.
func TestRecurringEveryWeek(t *testing.T) {
	for _, name := range []string{
		"Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia",
		"Africa/Casablanca", "Africa/Cairo",
	} {
		for _, start := range []int{2009, 2026} { // Apia skipped a Friday in 2011
			for _, on := range everyDay {
				for _, at := range []int{0, hm(0, 30), hm(1, 30), hm(2, 15), hm(9, 0), hm(23, 45)} {
					r := Recurring{Zone: zoneOf(t, name), Days: []time.Weekday{on}, At: at}
					checkEveryWeek(t, r, time.Date(start, 1, 1, 0, 0, 0, 0, time.UTC))
				}
			}
		}
	}
}

func checkEveryWeek(t *testing.T, r Recurring, start time.Time) {
	t.Helper()

	date := start // of the wall, as if in UTC
	for date.Weekday() != r.Days[0] {
		date = date.AddDate(0, 0, 1)
	}

	// What comes before the first date counts for nothing.
	last := r.Next(start.AddDate(0, 0, -2))
	if last.Format(time.DateOnly) < date.Format(time.DateOnly) {
		last = r.Next(last)
	}

	for ; date.Before(start.AddDate(5, 0, 0)); date = date.AddDate(0, 0, 7) {
		want := date.Format(time.DateOnly)
		if r.Zone.String() == "Pacific/Apia" && want == "2011-12-30" {
			want = "2011-12-31"
		}

		if got := last.Format(time.DateOnly); got != want {
			t.Fatalf("%v: one comes on %v, want it on %v", r, got, want)
		}

		last = r.Next(last)
	}
}

func BenchmarkRecurringNext(b *testing.B) {
	r := Recurring{Zone: zoneOf(b, "Europe/London"), Days: []time.Weekday{time.Monday}, At: hm(9, 0)}
	at := instantOf(b, "2026-10-21T12:00:00Z")

	b.ReportAllocs()

	for b.Loop() {
		r.Next(at)
	}
}
