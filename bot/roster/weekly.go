package roster

import (
	"math"
	"slices"
	"time"
)

// Weekly is a plan of shifts that come back every week, in wall-clock time.
//
// Where clocks are put forward or back the rule is: a shift starts at the
// first occurrence of its wall-clock start and ends at the last occurrence of
// its end; a handover may overlap and never leaves a gap. A time that clocks
// skip is the first instant after the gap. So of two shifts that meet at 02:30,
// in the night in which 02:00 to 03:00 comes twice, both are on from the first
// 02:30 to the second; in the night in which it doesn't come at all, the
// second takes over at 03:00. A shift all of which is skipped is nobody's.
type Weekly struct {
	Zone   *time.Location // where the clock hangs; UTC if nil
	Shifts []Shift
}

// A Shift is a duty that some people have on some days of the week.
type Shift struct {
	Who  []Person
	Days []time.Weekday // on which it starts
	// From and To are minutes since midnight on the wall, From less than 1440.
	// A shift that ends at or before its start ends on the next day, so from 0
	// to 0 is the whole day.
	From, To int
}

// A shift that holds an instant started on one of the days from daysBack
// before that instant's to daysAhead after it. Not only on that day and the
// one before: clocks may go back over midnight, once the next day's shift has
// begun, and before the last one of two days ago has ended.
const (
	daysBack  = 2
	daysAhead = 1
)

// shiftReach is how far beyond the days on which shifts start a zone must be
// known, in seconds: a shift may end at the second midnight after its day began,
// and no zone moves its clocks by more than a day.
const shiftReach = 3 * aDay

// On returns who has a shift at t, which may be in any zone: in the order of
// the shifts, each person once. It returns nil if nobody has.
func (w Weekly) On(t time.Time) []Person {
	var room [4]stretch
	now := t.Unix()
	near := stretchesAround(room[:0], w.zone(), now, daysBack*aDay+shiftReach, daysAhead*aDay+shiftReach)
	today := near.shows(now).midnight()

	var on []Person

	for _, s := range w.Shifts {
		if _, _, on := s.around(near, today, now); !on {
			continue
		}

		for _, who := range s.Who {
			if !slices.Contains(on, who) {
				on = append(on, who)
			}
		}
	}

	return on
}

// Edge returns the first instant after t at which a shift starts or ends, in
// the plan's zone; zero if there are no shifts.
func (w Weekly) Edge(t time.Time) time.Time {
	// Within the week after tomorrow every weekday comes again.
	const week = 7 + daysAhead

	var room [4]stretch
	now := t.Unix()
	near := stretchesAround(room[:0], w.zone(), now, daysBack*aDay+shiftReach, week*aDay+shiftReach)
	today := near.shows(now).midnight()
	edge := int64(math.MaxInt64)

	for n := wallTime(-daysBack); n <= week; n++ {
		date := today + n*aDay

		// What starts on a later day has no earlier edge.
		if near.first(date) >= edge {
			break
		}

		edge = min(edge, w.edge(near, date, now))
	}

	if edge == math.MaxInt64 {
		return time.Time{}
	}

	return time.Unix(edge, 0).In(w.zone())
}

// edge is the first start or end after now of a shift that starts on a date.
func (w Weekly) edge(c stretches, date wallTime, now int64) int64 {
	edge, weekday := int64(math.MaxInt64), date.weekday()

	for _, s := range w.Shifts {
		if !slices.Contains(s.Days, weekday) {
			continue
		}

		if from := c.first(s.from(date)); from > now {
			edge = min(edge, from)
		} else if until := c.last(s.until(date)); until > now {
			edge = min(edge, until)
		}
	}

	return edge
}

// around returns a shift that holds t, false if there is none.
func (w Weekly) around(t time.Time) (Span, bool) {
	var room [4]stretch
	now := t.Unix()
	near := stretchesAround(room[:0], w.zone(), now, daysBack*aDay+shiftReach, daysAhead*aDay+shiftReach)
	today := near.shows(now).midnight()

	for _, s := range w.Shifts {
		if from, until, ok := s.around(near, today, now); ok {
			return Span{time.Unix(from, 0).In(w.zone()), time.Unix(until, 0).In(w.zone())}, true
		}
	}

	return Span{}, false
}

func (w Weekly) zone() *time.Location {
	if w.Zone == nil {
		return time.UTC
	}

	return w.Zone
}

// around returns from when until when the shift is that is on now, which is a time
// of today; false if none is.
func (s Shift) around(c stretches, today wallTime, now int64) (from, until int64, on bool) {
	for n := wallTime(-daysBack); n <= daysAhead; n++ {
		date := today + n*aDay
		if !slices.Contains(s.Days, date.weekday()) {
			continue
		}

		from, until = c.first(s.from(date)), c.last(s.until(date))
		if from <= now && now < until {
			return from, until, true
		}
	}

	return 0, 0, false
}

// from is when the shift that starts on a date starts.
func (s Shift) from(date wallTime) wallTime { return date + wallTime(s.From)*60 }

// until is when the shift that starts on a date ends.
func (s Shift) until(date wallTime) wallTime {
	if s.To <= s.From {
		date += aDay
	}

	return date + wallTime(s.To)*60
}
