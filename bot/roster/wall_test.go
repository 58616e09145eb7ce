package roster

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// shown is what a wall shows, as the tables write it.
func shown(t testing.TB, wall string) wallTime {
	t.Helper()

	at, err := time.Parse("2006-01-02 15:04:05", wall)
	if err != nil {
		t.Fatal(err)
	}

	return wallAt(at)
}

func TestWallInstants(t *testing.T) {
	tests := []struct{ zone, wall, first, last string }{
		{"UTC", "2026-06-01 12:00:00", "2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z"},
		{"Asia/Kolkata", "2026-06-01 12:00:00", "2026-06-01T06:30:00Z", "2026-06-01T06:30:00Z"},
		{"Pacific/Kiritimati", "2026-06-01 00:00:00", "2026-05-31T10:00:00Z", "2026-05-31T10:00:00Z"},
		{"Etc/GMT+12", "2026-06-01 23:59:59", "2026-06-02T11:59:59Z", "2026-06-02T11:59:59Z"},

		// Skipped: the first instant after the gap.
		{"Europe/London", "2026-03-29 00:59:59", "2026-03-29T00:59:59Z", "2026-03-29T00:59:59Z"},
		{"Europe/London", "2026-03-29 01:00:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-03-29 01:59:59", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		{"Europe/London", "2026-03-29 02:00:00", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"},
		{"Africa/Cairo", "2026-04-24 00:00:00", "2026-04-23T22:00:00Z", "2026-04-23T22:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:30:00Z", "2026-10-03T15:30:00Z"},

		// Shown twice.
		{"Europe/London", "2026-10-25 00:59:59", "2026-10-24T23:59:59Z", "2026-10-24T23:59:59Z"},
		{"Europe/London", "2026-10-25 01:00:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		{"Europe/London", "2026-10-25 01:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z"},
		{"Europe/London", "2026-10-25 02:00:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"},
		{"America/St_Johns", "2010-11-06 23:30:00", "2010-11-07T02:00:00Z", "2010-11-07T03:00:00Z"},

		// The last days of a year beyond the tables.
		{"Europe/London", "2040-12-30 23:30:00", "2040-12-30T23:30:00Z", "2040-12-30T23:30:00Z"},
		{"Europe/London", "2040-12-31 12:00:00", "2040-12-31T12:00:00Z", "2040-12-31T12:00:00Z"},
		{"Australia/Sydney", "2040-12-31 12:00:00", "2040-12-31T01:00:00Z", "2040-12-31T01:00:00Z"},
		{"America/New_York", "2041-01-01 00:00:00", "2041-01-01T05:00:00Z", "2041-01-01T05:00:00Z"},

		// A day that is skipped, and one that comes twice.
		{"Pacific/Apia", "2011-12-30 00:00:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30 23:59:59", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "1892-07-04 12:00:00", "1892-07-03T23:26:56Z", "1892-07-04T23:26:56Z"},
	}

	for _, tt := range tests {
		first, last := shown(t, tt.wall).instants(zoneOf(t, tt.zone))
		if !first.Equal(instantOf(t, tt.first)) || !last.Equal(instantOf(t, tt.last)) {
			t.Errorf("%v: instants(%v) = %v, %v, want %v, %v", tt.zone, tt.wall, first.UTC(), last.UTC(), tt.first, tt.last)
		}
	}
}

// Whoever walks along the stretches of a zone comes to an end only if each holds
// the instant that it was asked for.
func TestStretchHoldsItsInstant(t *testing.T) {
	for _, name := range manyZones {
		zone := zoneOf(t, name)

		for at := time.Date(1880, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2160; at = at.Add(23 * time.Hour) {
			if s := stretchAt(zone, at.Unix()); at.Unix() < s.from || at.Unix() >= s.until {
				t.Fatalf("%v: stretchAt(%v) = %v until %v, want it to hold the instant", name, at, time.Unix(s.from, 0).UTC(), time.Unix(s.until, 0).UTC())
			}
		}
	}
}

func TestWallDay(t *testing.T) {
	for wall, want := range map[string]time.Weekday{
		"1892-07-04 23:59:59": time.Monday,
		"1969-12-31 00:00:00": time.Wednesday,
		"1969-12-31 23:59:59": time.Wednesday,
		"1970-01-01 00:00:00": time.Thursday,
		"2026-03-29 00:00:01": time.Sunday,
		"2028-02-29 12:00:00": time.Tuesday,
	} {
		w := shown(t, wall)
		if got, midnight := w.weekday(), w.midnight().utc().Format(time.DateTime); got != want || midnight != wall[:10]+" 00:00:00" {
			t.Errorf("%v is a %v since %v, want a %v since 00:00", wall, got, midnight, want)
		}
	}
}

// Whatever the zone and the time, the instants are those that somebody finds who
// looks at the wall every minute for some days.
func TestWallInstantsAgreeWithLookingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(manyZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}

		// Most times are within a day of when the clocks change, or of a year's end.
		near := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 170*365).Draw(t, "day")).In(zone)
		if _, until := near.ZoneBounds(); !until.IsZero() {
			near = until
		}

		w := wallAt(near.Truncate(time.Minute)).plus(time.Duration(rapid.IntRange(-24*60, 24*60).Draw(t, "minutes")) * time.Minute)

		var wantFirst, wantLast time.Time

		for at := w.utc().AddDate(0, 0, -3); at.Before(w.utc().AddDate(0, 0, 3)); at = at.Add(time.Minute) {
			local := at.In(zone)
			year, month, day := local.Date()
			shows := time.Date(year, month, day, local.Hour(), local.Minute(), 0, 0, time.UTC).Compare(w.utc())

			if shows >= 0 && wantFirst.IsZero() {
				wantFirst = at
			}

			switch {
			case shows == 0:
				wantLast = at
			case shows < 0:
				wantLast = at.Add(time.Minute)
			}
		}

		if first, last := w.instants(zone); !first.Equal(wantFirst) || !last.Equal(wantLast) {
			t.Errorf("%v: instants(%v) = %v, %v, want %v, %v", zone, w.utc(), first, last, wantFirst, wantLast)
		}
	})
}

func BenchmarkWallInstants(b *testing.B) {
	zone, w := zoneOf(b, "Europe/London"), wallAt(instantOf(b, "2026-10-25T01:30:00Z"))
	b.ReportAllocs()

	for b.Loop() {
		w.instants(zone)
	}
}
