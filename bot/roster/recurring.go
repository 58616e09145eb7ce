package roster

import (
	"slices"
	"time"
)

// Recurring is when something is done again and again: at a time of the day, on
// some days of the week.
//
// Where clocks are put forward or back the rule is: a time that they skip is the
// first instant after the gap, and of a time that they show twice it is the first.
// So it is done once for every one of its days, on the calendar's own day but
// where that has no instant left, and twice for none.
type Recurring struct {
	Zone *time.Location // where the clock hangs; UTC if nil
	Days []time.Weekday // none for every day
	At   int            // minutes since midnight on the wall, less than 1440
}

// Next returns the first of its instants after t, in its zone; zero if its days
// are none of the week's.
func (r Recurring) Next(t time.Time) time.Time {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}

	// Within the week after tomorrow every weekday comes again.
	const week = 7 + daysAhead

	var room [4]stretch
	now := t.Unix()
	near := stretchesAround(room[:0], zone, now, daysBack*aDay+shiftReach, week*aDay+shiftReach)

	today := near.shows(now).midnight()

	for n := wallTime(-daysBack); n <= week; n++ {
		date := today + n*aDay
		if len(r.Days) > 0 && !slices.Contains(r.Days, date.weekday()) {
			continue
		}

		if at := near.first(date + wallTime(r.At)*60); at > now {
			return time.Unix(at, 0).In(zone)
		}
	}

	return time.Time{}
}
