package roster

import (
	"slices"
	"time"
)

// Hours are when somebody may be reminded of something: outside of their quiet
// hours, on working days. The zero Hours are always.
//
// Where clocks are put forward or back the rule is that of shifts: what is closed
// closes at the first occurrence of its wall-clock start and opens at the last
// occurrence of its end. So quiet hours until 01:30 end at the second 01:30 of the
// night that has two, and nobody is reminded of something before they sleep on.
type Hours struct {
	// Zone is the person's. Nil is UTC.
	Zone *time.Location
	// From and To are the quiet hours in minutes from midnight. They go over
	// midnight where To is not after From; both the same are none.
	From, To int
	// TeamZone is where the team's days begin and end. Nil is UTC.
	TeamZone *time.Location
	// Days are the working days of the team, none for every day.
	Days []time.Weekday
	// Holidays are when the team doesn't work all the same, nil for never.
	Holidays *Holidays
	// Rest is a time of their own in which they are not reminded either, whatever
	// it is for. The zero Span is none.
	Rest Span
}

const (
	// hoursReach is how far from an instant one is looked for at which somebody
	// may be reminded. If there is none within a year there may be none at all:
	// quiet hours all day, or a working day on which it is always a holiday.
	hoursReach = 366 * 24 * time.Hour
	// lastMinute is how long before it closes somebody is reminded at the latest,
	// so that the reminder is there before.
	lastMinute = time.Minute
)

// Next returns the first instant not before t at which somebody may be reminded,
// t itself if there is none within a year. Like Last and After it answers in t's
// zone.
func (h Hours) Next(t time.Time) time.Time {
	if opens, ok := h.closures().opens(t); ok {
		return opens
	}

	return t
}

// Last returns the last instant not after t at which somebody may be reminded, in
// whole minutes: t itself, or the beginning of the last minute before it closed.
// It returns t if there is none within a year.
func (h Hours) Last(t time.Time) time.Time {
	closed := h.closures()

	for at := t; t.Sub(at) < hoursReach; {
		span, ok := closed.around(at)
		if !ok {
			return at
		}

		at = span.From.Add(-lastMinute).In(t.Location())
	}

	return t
}

// After returns the instant at which d of somebody's working time has gone by
// since t. It is one at which they may be reminded: where the time is over as it
// closes, that is when it opens again. With no such time for a year, d goes by as
// it is.
func (h Hours) After(t time.Time, d time.Duration) time.Time {
	closed, left := h.closures(), max(0, d)

	for {
		opens, ok := closed.opens(t)
		if !ok {
			return t.Add(left)
		}

		closes, ok := closed.next(opens)
		if !ok || left < closes.Sub(opens) {
			return opens.Add(left)
		}

		left -= closes.Sub(opens)
		t = closes.In(t.Location())
	}
}

// closures are all that is closed. They may overlap.
func (h Hours) closures() closures {
	c := closures{holidays: h.Holidays, rest: h.Rest}

	if h.From != h.To {
		c.weekly = append(c.weekly, Weekly{h.Zone, []Shift{{Days: allDays, From: h.From, To: h.To}}})
	}

	if free := h.freeDays(); len(free) > 0 {
		c.weekly = append(c.weekly, Weekly{h.TeamZone, []Shift{{Days: free}}})
	}

	return c
}

var allDays = []time.Weekday{
	time.Sunday, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday,
}

// freeDays are the days of the week on which the team doesn't work.
func (h Hours) freeDays() []time.Weekday {
	if len(h.Days) == 0 {
		return nil
	}

	return slices.DeleteFunc(slices.Clone(allDays), func(d time.Weekday) bool { return slices.Contains(h.Days, d) })
}

// closures are the times at which somebody may not be reminded: weekly ones, each
// with one shift that is nobody's, holidays, and a time of their own.
type closures struct {
	weekly   []Weekly
	holidays *Holidays
	rest     Span
}

// opens returns the first instant not before t that is not closed, false if there
// is none within a year.
func (c closures) opens(t time.Time) (time.Time, bool) {
	for at := t; at.Sub(t) < hoursReach; {
		span, ok := c.around(at)
		if !ok {
			return at, true
		}

		at = span.Until.In(t.Location())
	}

	return time.Time{}, false
}

// around returns something closed that holds t, false if t is open.
func (c closures) around(t time.Time) (Span, bool) {
	for _, w := range c.weekly {
		if span, ok := w.around(t); ok {
			return span, true
		}
	}

	if c.rest.Holds(t) {
		return c.rest, true
	}

	return c.holidays.around(t)
}

// next returns when the next thing closes after t, at which nothing is closed;
// false if nothing ever does, or no holiday within about a year.
func (c closures) next(t time.Time) (time.Time, bool) {
	next := c.holidays.next(t)

	for _, w := range c.weekly {
		next = earlier(next, w.Edge(t))
	}

	if c.rest.From.After(t) {
		next = earlier(next, c.rest.From)
	}

	return next, !next.IsZero()
}
