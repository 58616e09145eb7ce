package roster

import (
	"strconv"
	"strings"
	"time"
)

// A calendarMoment is what the wall clocks of a zone show at some time, or a
// whole day.
type calendarMoment struct {
	wall wallTime
	zone *time.Location
	day  bool
}

// moment reads a date or a time, which is the value of a line or stands in it.
func (z *calendarZones) moment(l calendarLine, value string) (calendarMoment, error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	if len(value) == len("20060102") {
		date, err := time.Parse("20060102", value)
		if err != nil {
			return calendarMoment{}, errEventTime
		}
		return z.within(calendarMoment{wall: wallAt(date), zone: z.team, day: true})
	}

	local, utc := strings.CutSuffix(value, "Z")
	shown, err := time.Parse("20060102T150405", local)
	if err != nil {
		return calendarMoment{}, errEventTime
	}
	m := calendarMoment{wall: wallAt(shown), zone: z.team}
	if utc {
		m.zone = time.UTC
	} else if id := l.param("TZID"); id != "" {
		if m.zone, err = z.find(id); err != nil {
			return calendarMoment{}, err
		}
	}
	if strings.EqualFold(l.param("VALUE"), "DATE") { // as some write a day
		m = calendarMoment{wall: m.wall.midnight(), zone: z.team, day: true}
	}
	return z.within(m)
}

// within refuses a moment outside of the years that are read.
func (*calendarZones) within(m calendarMoment) (calendarMoment, error) {
	if y := m.wall.utc().Year(); y < calendarFirstYear || y >= calendarLastYear {
		return calendarMoment{}, errEventYears
	}
	return m, nil
}

// until reads until when a rule goes, the last moment included, in the wall
// clock of the event that it repeats. The far ends that some programs write for
// "always" are always.
func (z *calendarZones) until(event calendarMoment, value string) (time.Time, error) {
	if len(value) >= 4 && value[:4] >= strconv.Itoa(calendarLastYear) {
		return time.Time{}, nil
	}
	m, err := z.moment(calendarLine{}, value)
	switch {
	case err != nil:
		return time.Time{}, err
	case event.day:
		return m.wall.midnight().utc(), nil // a day is a day, even if its midnight is given in UTC
	case m.day:
		return (m.wall + aDay - 1).utc(), nil
	case strings.HasSuffix(strings.ToUpper(value), "Z"):
		return m.in(event.zone).utc(), nil
	default:
		return m.wall.utc(), nil
	}
}

// in returns what the wall clock of another zone shows at the moment.
func (m calendarMoment) in(zone *time.Location) wallTime {
	if m.zone == zone {
		return m.wall
	}
	return wallAt(m.last().In(zone))
}

// first returns the first instant at which the clocks show the moment, in UTC.
func (m calendarMoment) first() time.Time { return m.wall.first(m.zone).UTC() }

// last returns the last instant at which the clocks show the moment, in UTC.
func (m calendarMoment) last() time.Time { return m.wall.last(m.zone).UTC() }

// A calendarOccurrence tells an occurrence of a series from the others, however
// its time is written.
type calendarOccurrence struct {
	instant int64 // in seconds, of its first start; of a day, what the wall shows
	day     bool
}

func (m calendarMoment) occurrence() calendarOccurrence {
	if m.day {
		return calendarOccurrence{instant: int64(m.wall), day: true}
	}
	return calendarOccurrence{instant: m.first().Unix()}
}

// A calendarExclusion is a set of occurrences that don't take place.
type calendarExclusion map[calendarOccurrence]bool

func exclusionOf(moments []calendarMoment) calendarExclusion {
	set := calendarExclusion{}
	for _, m := range moments {
		set[m.occurrence()] = true
	}
	return set
}

// holds reports whether an occurrence is in the set: by its instant, of which
// there are two in the hour that the clocks show twice, or by its day.
func (x calendarExclusion) holds(m calendarMoment) bool {
	if len(x) == 0 {
		return false
	}
	first, last := m.wall.instants(m.zone)
	return x[calendarOccurrence{instant: first.Unix()}] ||
		x[calendarOccurrence{instant: last.Unix()}] ||
		x[calendarOccurrence{instant: int64(m.wall.midnight()), day: true}]
}

// parseCalendarDuration reads how long something lasts: all of it by the wall
// clock, and, if it is written in hours, minutes or seconds, by the stopwatch.
func parseCalendarDuration(text string) (wall, exactly time.Duration, err error) {
	const day = 24 * time.Hour
	date := map[byte]time.Duration{'W': 7 * day, 'D': day}
	clock := map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}

	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "+"), "P")
	if !ok || rest == "" {
		return 0, 0, errEventDuration
	}
	units := date
	for rest != "" {
		if after, ok := strings.CutPrefix(rest, "T"); ok {
			units, rest = clock, after
		}
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits > 7 || digits == len(rest) {
			return 0, 0, errEventDuration
		}
		n, err := strconv.Atoi(rest[:digits])
		unit, ok := units[rest[digits]]
		if err != nil || !ok || time.Duration(n) > 100*366*day/unit {
			return 0, 0, errEventDuration
		}
		wall += time.Duration(n) * unit
		if wall > 100*366*day {
			return 0, 0, errEventDuration
		}
		if unit < day {
			exactly = wall
		}
		rest = rest[digits+1:]
	}
	return wall, exactly, nil
}
