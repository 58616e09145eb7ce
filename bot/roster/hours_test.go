package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

func holidaysOf(t rapid.TB, zone *time.Location, lines ...string) *Holidays {
	t.Helper()

	h, err := ParseHolidays([]byte(events(lines...)), zone)
	if err != nil {
		t.Fatalf("ParseHolidays(%.80q) = %v, want holidays", lines, err)
	}

	return h
}

// Office hours in London: quiet from 20:00 to 08:00, Monday to Friday, with a
// holiday on Good Friday and a free afternoon on 2 April 2026.
func officeHours(t testing.TB) Hours {
	london := zoneOf(t, "Europe/London")

	return Hours{
		Zone: london, From: hm(20, 0), To: hm(8, 0), TeamZone: london, Days: weekdays,
		Holidays: holidaysOf(t, london,
			"DTSTART;VALUE=DATE:20260403\nSUMMARY:Good Friday",
			"DTSTART:20260402T120000\nDTEND:20260403T000000\nSUMMARY:Easter\nATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.com"),
	}
}

func TestHours(t *testing.T) {
	london, sydney := zoneOf(t, "Europe/London"), zoneOf(t, "Australia/Sydney")
	office := officeHours(t)
	away := Hours{Zone: sydney, From: hm(20, 0), To: hm(8, 0), TeamZone: london, Days: weekdays}
	nights := Hours{Zone: london, From: hm(9, 0), To: hm(17, 0)}
	late := Hours{Zone: london, From: hm(17, 30), To: hm(1, 30)}

	tests := []struct {
		name  string
		hours Hours
		at    string
		next  string
		last  string
	}{
		{"always", Hours{}, "2026-06-06T03:00:00Z", "2026-06-06T03:00:00Z", "2026-06-06T03:00:00Z"},
		{"open", office, "2026-06-10T11:00:30Z", "2026-06-10T11:00:30Z", "2026-06-10T11:00:30Z"},
		{"evening", office, "2026-06-10T20:00:00Z", "2026-06-11T07:00:00Z", "2026-06-10T18:59:00Z"},
		{"as it closes", office, "2026-06-10T19:00:00Z", "2026-06-11T07:00:00Z", "2026-06-10T18:59:00Z"},
		{"as it opens", office, "2026-06-10T07:00:00Z", "2026-06-10T07:00:00Z", "2026-06-10T07:00:00Z"},
		{"just before it opens", office, "2026-06-10T06:59:59Z", "2026-06-10T07:00:00Z", "2026-06-09T18:59:00Z"},
		{"weekend", office, "2026-06-06T10:00:00Z", "2026-06-08T07:00:00Z", "2026-06-05T18:59:00Z"},
		{"before a day off and Easter", office, "2026-04-02T11:00:00Z", "2026-04-06T07:00:00Z", "2026-04-02T10:59:00Z"},
		{"weekend of the change of clocks", office, "2026-03-28T12:00:00Z", "2026-03-30T07:00:00Z", "2026-03-27T19:59:00Z"},
		{"quiet by day", nights, "2026-06-10T12:00:00Z", "2026-06-10T16:00:00Z", "2026-06-10T07:59:00Z"},

		// Monday 08:00 in Sydney is Sunday in London, and Saturday 08:59 its Friday.
		{"the team's Sunday", away, "2026-06-07T22:00:00Z", "2026-06-07T23:00:00Z", "2026-06-05T22:59:00Z"},
		{"the team's Monday", away, "2026-06-07T23:00:00Z", "2026-06-07T23:00:00Z", "2026-06-07T23:00:00Z"},

		// 25 October: 01:00 to 02:00 comes twice. 29 March: it is skipped.
		{"the first end is none", late, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-24T16:29:00Z"},
		{"the end is skipped", late, "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-03-28T17:29:00Z"},
		{"the first beginning counts", Hours{Zone: london, From: hm(1, 30), To: hm(8, 0)}, "2026-10-25T01:10:00Z", "2026-10-25T08:00:00Z", "2026-10-25T00:29:00Z"},
	}

	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := instantOf(t, tt.at)
			if got := tt.hours.Next(at); !got.Equal(instantOf(t, tt.next)) {
				t.Errorf("Next(%v) = %v, want %v", tt.at, got, tt.next)
			}

			if got := tt.hours.Last(at); !got.Equal(instantOf(t, tt.last)) {
				t.Errorf("Last(%v) = %v, want %v", tt.at, got, tt.last)
			}
		})
	}
}

func TestHoursAfter(t *testing.T) {
	office := officeHours(t)

	for _, tt := range []struct {
		at   string
		d    time.Duration
		want string
	}{
		{"2026-06-10T11:00:30Z", 0, "2026-06-10T11:00:30Z"},
		{"2026-06-10T11:00:30Z", -time.Hour, "2026-06-10T11:00:30Z"},
		{"2026-06-10T20:00:00Z", 0, "2026-06-11T07:00:00Z"},
		{"2026-06-10T11:00:30Z", time.Hour, "2026-06-10T12:00:30Z"},
		{"2026-06-10T18:00:00Z", time.Hour, "2026-06-11T07:00:00Z"},
		{"2026-06-10T18:30:00Z", time.Hour, "2026-06-11T07:30:00Z"},
		{"2026-06-05T18:30:00Z", time.Hour, "2026-06-08T07:30:00Z"},
		{"2026-06-05T18:30:00Z", 25 * time.Hour, "2026-06-10T07:30:00Z"},
		{"2026-04-02T10:30:00Z", time.Hour, "2026-04-06T07:30:00Z"},
	} {
		if got := office.After(instantOf(t, tt.at), tt.d); !got.Equal(instantOf(t, tt.want)) {
			t.Errorf("After(%v, %v) = %v, want %v", tt.at, tt.d, got.UTC(), tt.want)
		}
	}
}

// Whoever may never be reminded has every question about it answered all the same.
func TestHoursThatNeverOpen(t *testing.T) {
	at := instantOf(t, "2026-06-10T11:00:00Z")

	for name, h := range map[string]Hours{
		"quiet all day":         {From: 0, To: hm(24, 0)},
		"quiet from the minute": {From: 1, To: hm(24, 0) + 1},
		"always a holiday":      {Holidays: holidaysOf(t, time.UTC, "DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY")},
		"every Monday off": {
			Days: []time.Weekday{time.Monday}, Holidays: holidaysOf(t, time.UTC, "DTSTART;VALUE=DATE:20200106\nRRULE:FREQ=WEEKLY"),
		},
		"no day of the week": {Days: []time.Weekday{7}},
	} {
		if next, last, after := h.Next(at), h.Last(at), h.After(at, time.Hour); !next.Equal(at) || !last.Equal(at) || !after.Equal(at.Add(time.Hour)) {
			t.Errorf("%v: Next, Last, After an hour = %v, %v, %v, want the instant itself and an hour after", name, next, last, after)
		}
	}
}

func TestHolidays(t *testing.T) {
	h := holidaysOf(t, zoneOf(t, "Asia/Kolkata"),
		"DTSTART;VALUE=DATE:20260126\nSUMMARY:Republic Day", "DTSTART:20260501T063000Z\nDTEND:20260501T120000Z", "DTSTART:nonsense")

	for at, want := range map[string]bool{
		"2026-01-25T18:29:59Z": false, "2026-01-25T18:30:00Z": true, "2026-01-26T18:29:59Z": true, "2026-01-26T18:30:00Z": false,
		"2026-05-01T06:29:59Z": false, "2026-05-01T06:30:00Z": true, "2026-05-01T12:00:00Z": false,
	} {
		if got := h.On(instantOf(t, at)); got != want {
			t.Errorf("On(%v) = %v, want %v", at, got, want)
		}
	}

	if got := h.Unreadable(); len(got) != 1 {
		t.Errorf("Unreadable() = %q, want one event", got)
	}

	if (*Holidays)(nil).On(time.Time{}) {
		t.Errorf("On of no holidays = true, want false")
	}

	if _, err := ParseHolidays([]byte("<html>"), time.UTC); err == nil {
		t.Errorf("ParseHolidays of a web page = nil, want an error")
	}
}

// Around whatever clocks do, the answers are those of somebody who looks at both
// walls every minute and at the list of holidays.
func TestHoursAgreeWithLookingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := slowHoursOf(t)

		for range 20 {
			i := rapid.IntRange(s.at(-3*24*60), s.at(3*24*60)).Draw(t, "minute")
			if got, want := s.Next(s.instant(i)), s.next(i); want >= 0 && !got.Equal(s.instant(want)) {
				t.Errorf("%v: Next(%v) = %v, want %v", s, s.instant(i), got, s.instant(want))
			}

			if got, want := s.Last(s.instant(i)), s.last(i); want >= 0 && !got.Equal(s.instant(want)) {
				t.Errorf("%v: Last(%v) = %v, want %v", s, s.instant(i), got, s.instant(want))
			}

			minutes := rapid.IntRange(0, 36*60).Draw(t, "minutes")
			if got, want := s.After(s.instant(i), time.Duration(minutes)*time.Minute), s.after(i, minutes); want >= 0 && !got.Equal(s.instant(want)) {
				t.Errorf("%v: After(%v, %v minutes) = %v, want %v", s, s.instant(i), minutes, got, s.instant(want))
			}
		}
	})
}

// slowHours are Hours, and whether they are open at each minute of some days.
type slowHours struct {
	Hours

	from time.Time
	open []bool
}

const slowHoursDays = 14 // before and after the middle

func slowHoursOf(t *rapid.T) *slowHours {
	zones := rapid.SampledFrom(manyZones)
	own, team := slowZone(t, zones.Draw(t, "zone")), slowZone(t, zones.Draw(t, "team's zone"))

	middle := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 35*365).Draw(t, "day"))
	if _, until := middle.In(rapid.SampledFrom([]*time.Location{own, team}).Draw(t, "change in")).ZoneBounds(); !until.IsZero() {
		middle = until
	}

	minutes := rapid.OneOf(rapid.IntRange(0, 1439), rapid.IntRange(0, 180), rapid.IntRange(1320, 1439))
	s := &slowHours{from: middle.UTC().Truncate(time.Minute).AddDate(0, 0, -slowHoursDays)}
	s.Hours = Hours{
		Zone: own, TeamZone: team, From: minutes.Draw(t, "from"), To: minutes.Draw(t, "to"),
		Days: rapid.SliceOfNDistinct(rapid.SampledFrom(everyDay), 0, 7, rapid.ID).Draw(t, "days"),
	}

	var shut []Weekly // of nobody
	if s.From != s.To {
		shut = append(shut, Weekly{own, []Shift{{Days: everyDay, From: s.From, To: s.To}}})
	}

	free := slices.DeleteFunc(slices.Clone(everyDay), func(d time.Weekday) bool { return len(s.Days) == 0 || slices.Contains(s.Days, d) })
	shut = append(shut, Weekly{team, []Shift{{Days: free}}})

	s.open = slices.Repeat([]bool{true}, 2*slowHoursDays*24*60)
	for _, w := range shut {
		for i, on := range slowly(w, s.from, s.from.AddDate(0, 0, 2*slowHoursDays), time.Minute).on[0] {
			s.open[i] = s.open[i] && !on
		}
	}

	s.takeHolidays(t)
	s.takeRest(t)

	return s
}

// takeHolidays adds some holidays, of minutes to days.
func (s *slowHours) takeHolidays(t *rapid.T) {
	var lines []string

	for range rapid.IntRange(0, 4).Draw(t, "holidays") {
		from := rapid.IntRange(0, len(s.open)-1).Draw(t, "holiday from")
		until := from + rapid.OneOf(rapid.IntRange(1, 120), rapid.IntRange(1, 3*24*60)).Draw(t, "holiday minutes")

		const utc = "20060102T150405Z"
		lines = append(lines, fmt.Sprintf("DTSTART:%v\nDTEND:%v", s.instant(from).Format(utc), s.instant(until).Format(utc)))

		for i := from; i < min(until, len(s.open)); i++ {
			s.open[i] = false
		}
	}

	if len(lines) > 0 {
		s.Holidays = holidaysOf(t, time.UTC, lines...)
	}
}

// takeRest adds a time of their own, or none.
func (s *slowHours) takeRest(t *rapid.T) {
	from := rapid.IntRange(0, len(s.open)-1).Draw(t, "rest from")
	until := min(from+rapid.IntRange(0, 120).Draw(t, "rest minutes"), len(s.open))

	s.Rest = Span{s.instant(from), s.instant(until)}
	for i := from; i < until; i++ {
		s.open[i] = false
	}
}

func slowZone(t *rapid.T, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}

	return zone
}

func (s *slowHours) String() string {
	return strings.Join([]string{
		s.Zone.String(), fmt.Sprintf("quiet %d to %d", s.From, s.To), s.TeamZone.String(), fmt.Sprint(s.Days),
	}, ", ")
}

func (s *slowHours) at(minutesFromMiddle int) int { return len(s.open)/2 + minutesFromMiddle }

func (s *slowHours) instant(i int) time.Time { return s.from.Add(time.Duration(i) * time.Minute) }

// next is the first open minute from i on, -1 if none is within the days that are
// known well.
func (s *slowHours) next(i int) int {
	for ; i < s.at(9*24*60); i++ {
		if s.open[i] {
			return i
		}
	}

	return -1
}

func (s *slowHours) last(i int) int {
	for ; i > s.at(-9*24*60); i-- {
		if s.open[i] {
			return i
		}
	}

	return -1
}

func (s *slowHours) after(i, minutes int) int {
	for i = s.next(i); i >= 0 && minutes > 0; minutes-- {
		i = s.next(i + 1)
	}

	return i
}

func BenchmarkHours(b *testing.B) {
	office := officeHours(b)

	for _, bb := range []struct{ name, at string }{
		{"open", "2026-06-10T11:00:00Z"}, {"night", "2026-06-10T22:00:00Z"}, {"weekend", "2026-06-05T20:00:00Z"},
	} {
		at := instantOf(b, bb.at)

		b.Run("Next/"+bb.name, func(b *testing.B) {
			b.ReportAllocs()

			for b.Loop() {
				office.Next(at)
			}
		})
		b.Run("Last/"+bb.name, func(b *testing.B) {
			for b.Loop() {
				office.Last(at)
			}
		})
		b.Run("After an hour/"+bb.name, func(b *testing.B) {
			for b.Loop() {
				office.After(at, time.Hour)
			}
		})
	}
}
