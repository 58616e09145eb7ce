package roster

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A calendarEvent is an event that was understood.
type calendarEvent struct {
	uid       string
	order     int // in the file
	sequence  int // of its version; the highest is in force
	stamp     string
	cancelled bool

	title    string   // by which it is told that nobody is known
	people   []Person // on duty
	declined bool     // whether there would be somebody, had they not declined

	start   calendarMoment
	length  time.Duration // by the wall clock
	exactly time.Duration // by the stopwatch, if that is how its length is written
	rules   []*calendarRule
	dates   []calendarDate    // when it is besides
	except  []calendarMoment  // when it is not
	instead *calendarMoment   // the occurrence of its series that it stands for
	without calendarExclusion // what except comes to
}

// A calendarDate is one more occurrence, with a length of its own unless zero.
type calendarDate struct {
	start  calendarMoment
	length time.Duration
}

// Reasons that an event can't be read, for an operator.
var (
	errEventNoStart   = errors.New("it has no DTSTART")
	errEventNoEnd     = errors.New("its end isn't after its start")
	errEventYears     = fmt.Errorf("its time isn't between the years %d and %d", calendarFirstYear, calendarLastYear)
	errEventTime      = errors.New("a date or time in it can't be read")
	errEventDuration  = errors.New("its DURATION can't be read")
	errEventLong      = fmt.Errorf("it repeats and lasts longer than %d days", int(calendarMaxRepeated.Hours())/24)
	errEventFollowing = errors.New("it changes a series from one day on (RANGE=THISANDFUTURE): end the series there, and begin another")
	errEventExrule    = errors.New("it has an EXRULE: name the days that are left out as EXDATE")
)

// calendarMaxRepeated is how long a shift may last that repeats, by the wall
// clock.
const calendarMaxRepeated = 62 * 24 * time.Hour

// A calendarParser makes events of their lines.
type calendarParser struct {
	zones *calendarZones
	whose eventPeople

	events     []*calendarEvent
	unreadable []string
	series     int
	perDay     int
	barren     int
}

// add takes in an event. The error is about the file; what is wrong with the
// event alone is remembered.
func (p *calendarParser) add(raw *rawCalendarEvent, order int) error {
	e, err := p.parse(raw)
	if err != nil {
		p.unreadable = append(p.unreadable, fmt.Sprintf("the event at line %d: %v", raw.line, err))
		if errors.Is(err, errRuleBarren) {
			p.barren++
		}
	} else {
		e.order = order
		p.events = append(p.events, e)
		for _, r := range e.rules {
			p.series++
			p.perDay += r.perDay
		}
	}

	if p.series > calendarMaxSeries || p.perDay > calendarMaxPerDay || p.barren > ruleMaxBarren {
		return &CalendarError{
			What: fmt.Sprintf("this calendar repeats more than %d events, or more than %d times a day, or more than %d of them never", calendarMaxSeries, calendarMaxPerDay, ruleMaxBarren),
			Hint: "use a calendar of its own for this",
		}
	}
	return nil
}

func (p *calendarParser) parse(raw *rawCalendarEvent) (*calendarEvent, error) {
	if raw.broken != "" {
		return nil, errors.New(raw.broken)
	}
	e := &calendarEvent{uid: fmt.Sprint("line ", raw.line), title: fmt.Sprintf("an event without a title (line %d)", raw.line)}
	var summary string
	var attendees, times, rules []calendarLine

	for _, l := range raw.lines {
		switch l.name {
		case "UID":
			e.uid = "uid " + l.value
		case "SEQUENCE":
			e.sequence, _ = strconv.Atoi(strings.TrimSpace(l.value)) // a wrong one is none
		case "DTSTAMP":
			e.stamp = l.value
		case "STATUS":
			e.cancelled = strings.EqualFold(strings.TrimSpace(l.value), "CANCELLED")
		case "SUMMARY":
			summary = strings.Join(strings.Fields(l.text()), " ")
		case "ATTENDEE":
			attendees = append(attendees, l)
		case "RRULE":
			rules = append(rules, l)
		case "EXRULE":
			return nil, errEventExrule
		default:
			times = append(times, l)
		}
	}

	if summary != "" {
		e.title = shortened(summary, calendarMaxTold)
	}
	if err := p.readTimes(e, times); err != nil {
		return nil, err
	}
	if err := p.readRules(e, rules); err != nil {
		return nil, err
	}
	e.people, e.declined = p.whose(summary, attendees)
	return e, nil
}

// readTimes reads when the event is, but for its rules.
func (p *calendarParser) readTimes(e *calendarEvent, lines []calendarLine) error {
	var end *calendarMoment
	var duration string
	var dates []calendarLine

	for _, l := range lines {
		var err error
		switch l.name {
		case "DTSTART":
			e.start, err = p.zones.moment(l, l.value)
		case "DTEND":
			end = &calendarMoment{}
			*end, err = p.zones.moment(l, l.value)
		case "DURATION":
			duration = l.value
		case "RECURRENCE-ID":
			if l.param("RANGE") != "" {
				return errEventFollowing
			}
			e.instead = &calendarMoment{}
			*e.instead, err = p.zones.moment(l, l.value)
		case "EXDATE":
			e.except, err = p.moments(e.except, l)
		case "RDATE":
			dates = append(dates, l)
		}
		if err != nil {
			return err
		}
	}

	if e.start.zone == nil {
		if e.cancelled && e.instead != nil {
			e.start = *e.instead // a cancellation need not say when it would have been
		} else {
			return errEventNoStart
		}
	}
	if err := e.readLength(end, duration); err != nil {
		return err
	}
	return p.readDates(e, dates)
}

// readLength reads how long the event lasts.
func (e *calendarEvent) readLength(end *calendarMoment, duration string) error {
	switch {
	case e.cancelled:
	case end != nil:
		e.length = end.in(e.start.zone).since(e.start.wall)
	case duration != "":
		var err error
		if e.length, e.exactly, err = parseCalendarDuration(duration); err != nil {
			return err
		}
	}

	if e.start.day && e.length == 0 {
		e.length = 24 * time.Hour // of a whole day that has no end, or the same one
	}
	if e.length <= 0 && !e.cancelled {
		return errEventNoEnd
	}
	return nil
}

// readDates reads on which dates the event is besides.
func (p *calendarParser) readDates(e *calendarEvent, lines []calendarLine) error {
	for _, l := range lines {
		for value := range strings.SplitSeq(l.value, ",") {
			from, until, period := strings.Cut(value, "/")
			start, err := p.zones.moment(l, from)
			if err != nil {
				return err
			}
			d := calendarDate{start: start}
			if period {
				if d.length, err = p.periodLength(l, start, until); err != nil {
					return err
				}
			}
			e.dates = append(e.dates, d.like(e.start))
		}
	}
	return nil
}

// periodLength returns how long a period is of which the end is given as a time
// or as a duration.
func (p *calendarParser) periodLength(l calendarLine, start calendarMoment, until string) (time.Duration, error) {
	var length time.Duration
	if strings.HasPrefix(strings.ToUpper(until), "P") {
		var err error
		if length, _, err = parseCalendarDuration(until); err != nil {
			return 0, err
		}
	} else {
		end, err := p.zones.moment(l, until)
		if err != nil {
			return 0, err
		}
		length = end.in(start.zone).since(start.wall)
	}
	if length <= 0 {
		return 0, errEventNoEnd
	}
	return length, nil
}

// like returns the date in the zone of an event, at its time of the day if it
// names none.
func (d calendarDate) like(event calendarMoment) calendarDate {
	switch {
	case d.start.day && !event.day:
		d.start = calendarMoment{wall: d.start.wall + event.wall - event.wall.midnight(), zone: event.zone}
	case event.day && !d.start.day:
		d.start = calendarMoment{wall: d.start.in(event.zone).midnight(), zone: event.zone, day: true}
	}
	return d
}

// moments reads a list of times.
func (p *calendarParser) moments(list []calendarMoment, l calendarLine) ([]calendarMoment, error) {
	for value := range strings.SplitSeq(l.value, ",") {
		m, err := p.zones.moment(l, value)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// readRules reads by which rules the event repeats.
func (p *calendarParser) readRules(e *calendarEvent, lines []calendarLine) error {
	if e.cancelled {
		return nil
	}
	for _, l := range lines {
		r, err := parseCalendarRule(l.value, e.start.wall.utc(), func(value string) (time.Time, error) {
			return p.zones.until(e.start, value)
		})
		if err != nil {
			return err
		}
		e.rules = append(e.rules, r)
	}
	if len(e.rules) > 0 && max(e.length, e.exactly) > calendarMaxRepeated {
		return errEventLong
	}
	return nil
}

// calendarEventsInForce returns the events that count: of several versions of
// the same the latest, of a series that is cancelled none of its exceptions, and
// every series without the occurrences for which an exception stands.
func calendarEventsInForce(events []*calendarEvent) []*calendarEvent {
	type version struct {
		uid     string
		instead calendarOccurrence
	}
	inForce := map[version]*calendarEvent{}
	of := func(e *calendarEvent) version {
		v := version{uid: e.uid}
		if e.instead != nil {
			v.instead = e.instead.occurrence()
		}
		return v
	}
	for _, e := range events {
		if old := inForce[of(e)]; old == nil || e.supersedes(old) {
			inForce[of(e)] = e
		}
	}

	var kept []*calendarEvent
	for _, e := range events {
		if inForce[of(e)] != e {
			continue
		}
		series := inForce[version{uid: e.uid}]
		if e.instead != nil && series != nil {
			if series.cancelled {
				continue
			}
			series.except = append(series.except, *e.instead)
		}
		kept = append(kept, e)
	}

	for _, e := range kept {
		e.without = exclusionOf(e.except)
	}
	return kept
}

// supersedes reports whether the event, which stands later in the file, is the
// newer version of the other.
func (e *calendarEvent) supersedes(old *calendarEvent) bool {
	return cmp.Or(cmp.Compare(e.sequence, old.sequence), cmp.Compare(e.stamp, old.stamp)) >= 0
}

// fixed returns the shifts of the event that no rule gives.
func (e *calendarEvent) fixed() []calendarShift {
	dates := e.dates
	if len(e.rules) == 0 {
		dates = append([]calendarDate{{start: e.start}}, dates...)
	}

	var shifts []calendarShift
	for _, d := range dates {
		if e.without.holds(d.start) {
			continue
		}
		if d.length > 0 {
			shifts = append(shifts, e.shift(d.start, d.length, 0))
		} else {
			shifts = append(shifts, e.shift(d.start, e.length, e.exactly))
		}
	}
	return shifts
}

// within returns the shifts that the event's rules give and that touch a span.
func (e *calendarEvent) within(span Span) []calendarShift {
	from := wallAt(span.From.In(e.start.zone)).utc().Add(-max(e.length, e.exactly) - calendarSlack)
	to := wallAt(span.Until.In(e.start.zone)).utc().Add(calendarSlack)

	var starts []time.Time
	for _, r := range e.rules {
		starts = append(starts, r.between(from, to)...)
	}
	if len(e.rules) > 1 {
		slices.SortFunc(starts, time.Time.Compare)
		starts = slices.CompactFunc(starts, time.Time.Equal)
	}

	var shifts []calendarShift
	for _, at := range starts {
		start := calendarMoment{wall: wallAt(at), zone: e.start.zone, day: e.start.day}
		if e.without.holds(start) {
			continue
		}
		s := e.shift(start, e.length, e.exactly)
		if s.From.Before(span.Until) && s.Until.After(span.From) {
			shifts = append(shifts, s)
		}
	}
	return shifts
}

// calendarSlack is how far beyond a span its shifts are looked for, so that one
// at its rim is not missed where the clocks are put forward or back.
const calendarSlack = farFromUTC * time.Second

// shift returns the shift that begins at a moment. It lasts until the wall clock
// shows the end for the last time, or, if its length is written as hours, until
// these have passed, if that is later.
func (e *calendarEvent) shift(start calendarMoment, length, exactly time.Duration) calendarShift {
	from := start.first()
	until := calendarMoment{wall: start.wall.plus(length), zone: start.zone}.last()
	if exact := from.Add(exactly); exact.After(until) {
		until = exact
	}
	return calendarShift{Span: Span{From: from, Until: until}, order: e.order, people: e.people}
}

// lastStart returns when the event is for the last time, in wall-clock time.
func (e *calendarEvent) lastStart() time.Time {
	last := e.start.wall
	for _, d := range e.dates {
		last = max(last, d.start.wall)
	}
	for _, r := range e.rules {
		end := r.option.Until
		if end.IsZero() {
			end = time.Date(calendarLastYear, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		last = max(last, wallAt(end))
	}
	return last.utc()
}
