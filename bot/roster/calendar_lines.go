package roster

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"

	ics "github.com/arran4/golang-ical"
)

// A calendarLine is a content line: DTSTART;TZID=Europe/London:20260329T220000.
type calendarLine struct {
	number int    // of the line in the file where it begins, from 1
	name   string // DTSTART
	params map[string][]string
	value  string // as it stands; text is still escaped
}

// param returns the first value of a parameter, "" without one.
func (l calendarLine) param(name string) string {
	if values := l.params[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// text returns the value with its escapes undone.
func (l calendarLine) text() string { return ics.FromText(l.value) }

// A rawCalendarEvent holds the lines of an event that matter to a rota.
type rawCalendarEvent struct {
	line   int // of its BEGIN
	lines  []calendarLine
	broken string // why it can't be read, "" if nothing speaks against it so far
}

// A calendarFile is what a file holds, before it is understood.
type calendarFile struct {
	events []*rawCalendarEvent
	places map[string]string // the place in the world of a zone that the file describes itself

	open []string // the components that the reader is in
	zone string   // the TZID of the zone that it is in
	ends int      // how many calendars have ended
}

// What a file's components may look like.
const (
	calendarMaxDepth = 16   // components within each other
	calendarMaxHead  = 2048 // bytes of a line's name and parameters
)

// calendarProperties are the properties of an event that matter to a rota. All
// others are not even split, so what is wrong with them does no harm.
var calendarProperties = []string{
	"UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE",
	"RECURRENCE-ID", "STATUS", "SEQUENCE", "DTSTAMP", "ATTENDEE",
}

// readCalendarFile splits a file into its events. The library would do that too,
// but gives the whole file up at the first line that is wrong.
func readCalendarFile(data []byte) (*calendarFile, error) {
	if err := lookLikeCalendar(data); err != nil {
		return nil, err
	}

	f := &calendarFile{places: map[string]string{}}
	for number, line := range unfolded(string(bytes.TrimPrefix(data, []byte("\ufeff")))) {
		if err := f.read(number, line); err != nil {
			return nil, err
		}
	}

	if len(f.open) > 0 || f.ends == 0 {
		return nil, &CalendarError{What: "this calendar breaks off before its end", Hint: "fetch it again"}
	}
	return f, nil
}

// lookLikeCalendar says what the file is if it is no calendar.
func lookLikeCalendar(data []byte) error {
	const address = "use the secret iCal address, which ends in .ics or is named so in the calendar's settings"
	start := bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\ufeff")))
	upper := bytes.ToUpper(start)

	switch {
	case len(data) > calendarMaxBytes:
		return &CalendarError{
			What: fmt.Sprintf("this calendar has %d bytes, more than the %d that are read", len(data), calendarMaxBytes),
			Hint: "use a calendar of its own for this, or export fewer years",
		}
	case len(start) == 0:
		return &CalendarError{What: "this calendar is empty, not even a calendar without events", Hint: "fetch it again; " + address}
	case bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")):
		return &CalendarError{What: "this file is in UTF-16", Hint: "save it as UTF-8"}
	case bytes.HasPrefix(upper, []byte("BEGIN:VCALENDAR")):
		return nil
	case start[0] == '<':
		return &CalendarError{What: "this is a web page, not a calendar", Hint: address}
	case start[0] == '{' || start[0] == '[':
		return &CalendarError{What: "this is JSON, not a calendar", Hint: address}
	default:
		return &CalendarError{What: "this is not a calendar: it doesn't begin with BEGIN:VCALENDAR", Hint: address}
	}
}

// unfolded returns the content lines of a file, those that go on in the next
// line joined, with the number of the line in which each begins.
func unfolded(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		begun, pieces := 0, []string(nil)
		number := 0
		for piece := range strings.Lines(text) {
			number++
			piece = strings.TrimRight(piece, "\r\n")

			if len(pieces) > 0 && (strings.HasPrefix(piece, " ") || strings.HasPrefix(piece, "\t")) {
				pieces = append(pieces, piece[1:])
				continue
			}
			if len(pieces) > 0 && !yield(begun, strings.Join(pieces, "")) {
				return
			}
			begun, pieces = number, append(pieces[:0], piece)
		}
		if len(pieces) > 0 {
			yield(begun, strings.Join(pieces, ""))
		}
	}
}

// read takes in the next line.
func (f *calendarFile) read(number int, line string) error {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	head, value, ok := cutCalendarLine(line)
	name, _, _ := strings.Cut(head, ";")
	name = strings.ToUpper(strings.TrimSpace(name))

	switch {
	case name == "BEGIN":
		return f.begin(number, strings.ToUpper(strings.TrimSpace(value)))
	case name == "END":
		return f.end(number, strings.ToUpper(strings.TrimSpace(value)))
	case slices.Equal(f.open, []string{"VCALENDAR", "VTIMEZONE"}):
		f.describe(name, value)
	case slices.Equal(f.open, []string{"VCALENDAR", "VEVENT"}) && slices.Contains(calendarProperties, name):
		event := f.events[len(f.events)-1]
		if !ok {
			event.broken = fmt.Sprintf("line %d, %s, has no colon", number, name)
			return nil
		}
		event.take(number, name, head, value)
	}
	return nil
}

func (f *calendarFile) begin(number int, component string) error {
	if len(f.open) >= calendarMaxDepth {
		return &CalendarError{
			What: fmt.Sprintf("at line %d of this calendar, more than %d components stand within each other", number, calendarMaxDepth),
			Hint: "export the calendar anew",
		}
	}
	f.open = append(f.open, component)

	if slices.Equal(f.open, []string{"VCALENDAR", "VEVENT"}) {
		if len(f.events) >= calendarMaxEvents {
			return &CalendarError{
				What: fmt.Sprintf("this calendar has more than %d events", calendarMaxEvents),
				Hint: "use a calendar of its own for this, or export fewer years",
			}
		}
		f.events = append(f.events, &rawCalendarEvent{line: number})
	}
	return nil
}

func (f *calendarFile) end(number int, component string) error {
	if len(f.open) == 0 || f.open[len(f.open)-1] != component {
		return &CalendarError{
			What: fmt.Sprintf("line %d of this calendar ends something that doesn't stand open", number),
			Hint: "export the calendar anew",
		}
	}

	f.open = f.open[:len(f.open)-1]
	if len(f.open) == 0 {
		f.ends++
	}
	if component == "VTIMEZONE" {
		f.zone = ""
	}
	return nil
}

// describe takes in a line of a zone that the file describes itself. Its rules
// are not read; many such zones say which place they are those of.
func (f *calendarFile) describe(name, value string) {
	switch name {
	case "TZID":
		f.zone = ics.FromText(value)
	case "X-LIC-LOCATION":
		f.places[f.zone] = ics.FromText(value)
	}
}

// take adds a line to the event.
func (e *rawCalendarEvent) take(number int, name, head, value string) {
	line := calendarLine{number: number, name: name, value: value}

	if strings.Contains(head, ";") {
		if len(head) > calendarMaxHead {
			e.broken = fmt.Sprintf("line %d, %s, has more than %d bytes before its value", number, name, calendarMaxHead)
			return
		}
		// The library's work grows with the square of the line; so it sees the head alone.
		property, err := ics.ParseProperty(ics.ContentLine(head + ":"))
		if err != nil || property == nil {
			e.broken = fmt.Sprintf("line %d, %s, has parameters that can't be read", number, name)
			return
		}
		line.params = make(map[string][]string, len(property.ICalParameters))
		for k, v := range property.ICalParameters {
			line.params[strings.ToUpper(k)] = v
		}
	}
	e.lines = append(e.lines, line)
}

// cutCalendarLine cuts a line at the colon before its value, which is the first
// one outside of quotes.
func cutCalendarLine(line string) (head, value string, ok bool) {
	quoted := false
	for i := range len(line) {
		switch line[i] {
		case '"':
			quoted = !quoted
		case ':':
			if !quoted {
				return line[:i], line[i+1:], true
			}
		}
	}
	return line, "", false
}
