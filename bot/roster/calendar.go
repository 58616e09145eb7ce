package roster

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"
)

// How much of a calendar is read. A rota of a year has some thousand shifts and
// some dozen series; what is beyond these bounds is broken, or meant to hurt.
const (
	calendarMaxBytes  = 4 << 20
	calendarMaxEvents = 20_000
	calendarMaxSeries = 1_000 // rules by which events repeat
	calendarMaxPerDay = 2_000 // repeated shifts that may begin on one day, all series together
	calendarMaxOdd    = 20    // names, and unreadable events, that are told
	calendarMaxTold   = 80    // characters of such a name
)

// The years in which a shift may begin. Nobody is on duty outside of them, so
// that no question about a far instant makes a rule run through the centuries.
const (
	calendarFirstYear = 1970
	calendarLastYear  = 2150
)

// Calendar is the plan of a team whose shifts stand in a calendar: every event
// is a shift of the people it names.
//
// A shift that is written in wall-clock time begins at the first occurrence of
// its start and ends at the last occurrence of its end; a time that the clocks
// leave out is the first instant after it. A series repeats by the wall clock
// of the zone it is written in, so that a night from 22:00 to 06:00 stays one
// when the clocks change.
//
// A Calendar does not change; it may be asked by many at a time.
type Calendar struct {
	fixed      []calendarShift // what doesn't repeat
	series     []*calendarEvent
	strangers  []*calendarEvent // those of which no person is known
	unknown    []string
	unreadable []string

	mu      sync.Mutex
	windows map[int64]*calendarWindow // what was worked out already, by number
}

// A calendarShift is when people are on duty. The order is that of its event in
// the file.
type calendarShift struct {
	Span
	order  int
	people []Person
}

// ParseCalendar returns the plan in an iCalendar file, as Google, Outlook,
// PagerDuty, Opsgenie and others serve it. What is written without a zone, and
// a whole day, is meant in zone. Who says whose name or address something is:
// it is asked with either of the two, or both, and returns false for a stranger.
//
// A *CalendarError says that the file as a whole is of no use. What is odd about
// single events is told by Unknown and Unreadable.
func ParseCalendar(data []byte, zone *time.Location, who func(name, email string) (Person, bool)) (*Calendar, error) {
	return parseCalendar(data, zone, func(summary string, attendees []calendarLine) ([]Person, bool) {
		return calendarPeople(summary, attendees, who)
	})
}

// parseCalendar returns the plan in a file of which somebody says whose an event
// is, by what is written in it.
func parseCalendar(data []byte, zone *time.Location, whose eventPeople) (*Calendar, error) {
	file, err := readCalendarFile(data)
	if err != nil {
		return nil, err
	}

	p := &calendarParser{zones: newCalendarZones(zone, file.places), whose: whose}
	for i, raw := range file.events {
		if err := p.add(raw, i); err != nil {
			return nil, err
		}
	}
	if len(file.events) > 0 && len(p.unreadable) == len(file.events) {
		return nil, &CalendarError{
			What: fmt.Sprintf("none of the %d events of this calendar can be read; the first: %s", len(file.events), p.unreadable[0]),
			Hint: "look at that event in the calendar, or export the calendar anew",
		}
	}

	c := &Calendar{windows: map[int64]*calendarWindow{}, unreadable: shortList(p.unreadable)}
	c.lay(calendarEventsInForce(p.events))
	return c, nil
}

// A CalendarError says why a file is of no use as a calendar, and what to do.
// Neither sentence quotes the file.
type CalendarError struct{ What, Hint string }

func (e *CalendarError) Error() string { return e.What + ": " + e.Hint }

// Unknown returns the names of events of which no person is known: who should
// be on duty then isn't. The names of the latest events come first, each once;
// of very many, the last element says how many more there are.
func (c *Calendar) Unknown() []string { return slices.Clone(c.unknown) }

// UnknownWithin returns the names of events between two instants of which no
// person is known, in the order in which they stand in the file, each once; of
// very many, the last element says how many more there are.
func (c *Calendar) UnknownWithin(span Span) []string {
	var names []string
	for _, e := range c.strangers {
		touches := func(s calendarShift) bool { return s.From.Before(span.Until) && s.Until.After(span.From) }
		if slices.ContainsFunc(append(e.fixed(), e.within(span)...), touches) && !slices.Contains(names, e.title) {
			names = append(names, e.title)
		}
	}
	return shortList(names)
}

// Unreadable returns a sentence, with its line and the reason, for every event
// that counts for nothing because it can't be read; of very many, the last
// element says how many more there are.
func (c *Calendar) Unreadable() []string { return slices.Clone(c.unreadable) }

// On returns who is on duty at t, in the order in which their shifts began, and
// for one shift as the event names them.
func (c *Calendar) On(t time.Time) []Person {
	var on []Person
	for _, s := range c.windowOf(calendarWindowNumber(t)).at(t) {
		for _, p := range s.people {
			if !slices.Contains(on, p) {
				on = append(on, p)
			}
		}
	}
	return on
}

// Edge returns when the next shift begins or ends after t, zero if none does
// within about a year.
func (c *Calendar) Edge(t time.Time) time.Time {
	first := calendarWindowNumber(t)
	for n := first; n <= first+calendarYear; n++ {
		edges := c.windowOf(n).edges
		i, _ := slices.BinarySearchFunc(edges, t, func(edge, t time.Time) int {
			if edge.After(t) {
				return 1
			}
			return -1
		})
		if i < len(edges) {
			return edges[i]
		}
	}
	return time.Time{}
}

// lay sorts the events into what is fixed and what repeats, and remembers the
// names of those that nobody was found for.
func (c *Calendar) lay(events []*calendarEvent) {
	latest := map[string]time.Time{}
	for _, e := range events {
		switch {
		case e.cancelled:
		case len(e.people) > 0:
			c.fixed = append(c.fixed, e.fixed()...)
			if len(e.rules) > 0 {
				c.series = append(c.series, e)
			}
		case !e.declined:
			c.strangers = append(c.strangers, e)
			if last := e.lastStart(); last.After(latest[e.title]) {
				latest[e.title] = last
			}
		}
	}

	names := slices.SortedFunc(maps.Keys(latest), func(a, b string) int {
		return cmp.Or(latest[b].Compare(latest[a]), cmp.Compare(a, b))
	})
	c.unknown = shortList(names)
}

// shortList cuts a list that would be too long to tell.
func shortList(list []string) []string {
	if len(list) <= calendarMaxOdd {
		return list
	}
	more := fmt.Sprintf("and %d more", len(list)-calendarMaxOdd)
	return append(slices.Clone(list[:calendarMaxOdd]), more)
}

// A window is a stretch of 32 days in which the shifts are worked out together,
// once; calendarYear is how many of them Edge looks ahead.
const (
	calendarWindowSeconds = 32 * 24 * 60 * 60
	calendarYear          = 12
	calendarWindowsKept   = 64
)

// A calendarWindow holds the shifts that touch a window.
type calendarWindow struct {
	shifts []calendarShift // by start, then as they stand in the file
	ends   []time.Time     // the latest end among the shifts up to each
	edges  []time.Time     // the starts and ends within the window, in order
}

func calendarWindowNumber(t time.Time) int64 {
	return int64(math.Floor(float64(t.Unix()) / calendarWindowSeconds))
}

// at returns the shifts that hold t, an instant within the window.
func (w *calendarWindow) at(t time.Time) []calendarShift {
	begun, _ := slices.BinarySearchFunc(w.shifts, t, func(s calendarShift, t time.Time) int {
		if s.From.After(t) {
			return 1
		}
		return -1
	})

	var found []calendarShift
	for i := begun - 1; i >= 0 && w.ends[i].After(t); i-- {
		if w.shifts[i].Holds(t) {
			found = append(found, w.shifts[i])
		}
	}
	slices.Reverse(found)
	return found
}

// windowOf returns a window, from what is remembered if it was asked for before.
func (c *Calendar) windowOf(n int64) *calendarWindow {
	c.mu.Lock()
	defer c.mu.Unlock()

	w, ok := c.windows[n]
	if !ok {
		if len(c.windows) >= calendarWindowsKept {
			clear(c.windows)
		}
		w = c.workOut(n)
		c.windows[n] = w
	}
	return w
}

// workOut lays out the shifts that touch a window.
func (c *Calendar) workOut(n int64) *calendarWindow {
	w := &calendarWindow{}
	if n < calendarFirstWindow || n > calendarLastWindow {
		return w
	}
	span := Span{
		From:  time.Unix(n*calendarWindowSeconds, 0).UTC(),
		Until: time.Unix((n+1)*calendarWindowSeconds, 0).UTC(),
	}

	for _, s := range c.fixed {
		if s.From.Before(span.Until) && s.Until.After(span.From) {
			w.shifts = append(w.shifts, s)
		}
	}
	for _, e := range c.series {
		w.shifts = append(w.shifts, e.within(span)...)
	}
	slices.SortStableFunc(w.shifts, func(a, b calendarShift) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.order, b.order))
	})

	var latest time.Time
	for _, s := range w.shifts {
		if s.Until.After(latest) {
			latest = s.Until
		}
		w.ends = append(w.ends, latest)
		for _, edge := range []time.Time{s.From, s.Until} {
			if span.Holds(edge) {
				w.edges = append(w.edges, edge)
			}
		}
	}
	slices.SortFunc(w.edges, time.Time.Compare)
	w.edges = slices.CompactFunc(w.edges, time.Time.Equal)
	return w
}

// The windows in which a shift can be: from the first year to a year after the
// last, rounded.
const (
	calendarFirstWindow = (calendarFirstYear - 1970 - 1) * calendarYear
	calendarLastWindow  = (calendarLastYear - 1970 + 2) * calendarYear
)
