package roster

import (
	"math"
	"slices"
	"time"
)

// A wallTime is what the clock on the wall shows, as the seconds from
// 1970-01-01 00:00 to there on a wall in UTC: a day has aDay of them, whatever
// the zone does.
type wallTime int64

// aDay is how many seconds a day has on the wall.
const aDay = 24 * 60 * 60

// wallAt is what the wall shows at an instant, in its zone.
func wallAt(t time.Time) wallTime {
	_, offset := t.Zone()

	return wallTime(t.Unix() + int64(offset))
}

// utc is the instant at which a wall in UTC shows w; wallAt is the way back.
// Months and years are counted in such instants, and dates written with them.
func (w wallTime) utc() time.Time { return time.Unix(int64(w), 0).UTC() }

// plus is what the wall shows when its hands have moved on by d, in whole
// seconds.
func (w wallTime) plus(d time.Duration) wallTime { return w + wallTime(d/time.Second) }

// since is how far the hands of the wall move from v to w.
func (w wallTime) since(v wallTime) time.Duration { return time.Duration(w-v) * time.Second }

// midnight is the beginning of the day that shows w.
func (w wallTime) midnight() wallTime {
	within := w % aDay
	if within < 0 {
		within += aDay
	}

	return w - within
}

// weekday is the weekday of the day that shows w.
func (w wallTime) weekday() time.Weekday {
	// 1970-01-01 was a Thursday.
	days := int64(w.midnight()/aDay) + int64(time.Thursday)

	return time.Weekday((days%7 + 7) % 7)
}

// farFromUTC is more than any zone is away from UTC, and more than any moves its
// clocks, in seconds.
const farFromUTC = 26 * 60 * 60

// instants are the first and the last at which clocks in a zone show w: the same
// but where they are put back, and both the first after a gap that skips w.
func (w wallTime) instants(zone *time.Location) (first, last time.Time) {
	var room [4]stretch
	near := stretchesAround(room[:0], zone, int64(w), farFromUTC, farFromUTC)

	return time.Unix(near.first(w), 0).In(zone), time.Unix(near.last(w), 0).In(zone)
}

// first is the first of the instants of w.
func (w wallTime) first(zone *time.Location) time.Time { first, _ := w.instants(zone); return first }

// last is the last of the instants of w.
func (w wallTime) last(zone *time.Location) time.Time { _, last := w.instants(zone); return last }

// A stretch is a time in which a zone keeps one distance from UTC.
type stretch struct {
	from, until int64 // Unix seconds, until not included
	offset      int64 // seconds east of UTC
}

// stretches are those of a zone around some instant, in order, without holes
// between them.
//
// Package time can't be asked when a clock on the wall shows something:
// time.Date doesn't say which of two instants it gives, nor what it makes of a
// time that is skipped. Here both are exact, whatever a zone does, since they
// are read off the stretches, for every time that lies within them by a day.
type stretches []stretch

// stretchesAround appends to c the stretches of a zone from before seconds
// before now to after seconds after it; now is in Unix seconds.
func stretchesAround(c stretches, zone *time.Location, now, before, after int64) stretches {
	for at := now - before; ; {
		s := stretchAt(zone, at)
		c = append(c, s)

		if s.until > now+after {
			return c
		}

		at = s.until
	}
}

// stretchAt is the stretch of zone that holds an instant, in Unix seconds. It may
// end, and the next begin, where the distance stays the same.
func stretchAt(zone *time.Location, at int64) stretch {
	t := time.Unix(at, 0).In(zone)
	_, offset := t.Zone()
	s := stretch{from: math.MinInt64, until: math.MaxInt64, offset: int64(offset)}

	from, until := t.ZoneBounds()
	if !from.IsZero() {
		s.from = from.Unix()
	}

	if !until.IsZero() {
		s.until = until.Unix()
	}

	// Beyond the tables of its zones (2037) package time ends a stretch with the
	// year, and takes every year to have 365 days: on the 366th its answer is past.
	if s.until <= at {
		s.until += aDay
	}

	return s
}

// shows is what the wall shows at an instant that c holds.
func (c stretches) shows(at int64) wallTime {
	for _, s := range c {
		if at < s.until {
			return wallTime(at + s.offset)
		}
	}

	return wallTime(math.MaxInt64)
}

// first is the first instant at which the wall shows w or later: the first of
// two, and the first after a gap that skips w.
func (c stretches) first(w wallTime) int64 {
	for _, s := range c {
		if at := max(s.from, int64(w)-s.offset); at < s.until {
			return at
		}
	}

	return math.MaxInt64
}

// last is the instant after which the wall shows only what is later than w: the
// last of two, and the first after a gap that skips w.
func (c stretches) last(w wallTime) int64 {
	for _, s := range slices.Backward(c) {
		if at := int64(w) - s.offset; at >= s.from {
			return min(s.until, at)
		}
	}

	return math.MinInt64
}
