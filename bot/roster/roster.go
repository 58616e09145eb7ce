// Package roster says who of a team is on duty at an instant, who comes next,
// and where nobody is.
//
// A Plan is what recurs: weekly shifts in the team's zone (Weekly), a calendar
// (Calendar), or everybody always (Always). A Roster is a plan with the changes
// that people made to it: somebody is off, or somebody else has their duty.
//
// Everything here is pure: no clock, no file, no network. Instants may be in
// any zone; what is said in wall-clock time is meant in the zone that the plan
// names. Where the clocks of that zone change, one rule holds throughout: what
// begins does so at the first instant at which they show the time, what ends at
// the last, and a time that they skip is the first instant after the gap.
//
// Where what stands:
//
//   - roster.go has what all the rest speaks of: Person, Span and Plan.
//   - wall.go says at which instants the clocks of a zone show a time. Nothing
//     else here may ask package time that.
//   - weekly.go is the plan of weekly shifts.
//   - calendar.go is the plan in an iCalendar file, which is taken in by
//     calendar_lines.go (its lines), calendar_event.go (one event),
//     calendar_time.go (dates, times and lengths), calendar_zones.go (names of
//     zones), calendar_people.go (whom an event names) and calendar_rule.go
//     (when it repeats). holidays.go is such a file of days off.
//   - hours.go is when somebody may be reminded of something, and recurring.go
//     when something is done again.
//   - change.go is the Roster: who is off, who covers whom, and what comes of it.
//   - when.go reads a Span as people type it behind a command, with
//     when_until.go (from when until when), when_length.go (for so long),
//     when_end.go (one end of it), when_day.go, when_clock.go and when_word.go.
package roster

import (
	"strings"
	"time"
)

// A Person is somebody who can be on duty, by the caller's name for them.
type Person string

// A Span is the time from From, included, until Until, not included.
type Span struct{ From, Until time.Time }

// Holds reports whether t is within the span.
func (s Span) Holds(t time.Time) bool { return !t.Before(s.From) && t.Before(s.Until) }

// A Plan says who is on duty before anybody is covered or off.
type Plan interface {
	// On returns who is on duty at t, each person once, in the order in which
	// they are to be paged.
	On(t time.Time) []Person
	// Edge returns the first instant after t at which On may say something
	// else, zero if there is none within about a year.
	Edge(t time.Time) time.Time
}

// Always is the plan of a team without shifts: all of them, at all times.
type Always []Person

// Everybody is Always of people by a type of the caller's.
func Everybody[P ~string](people []P) Always {
	always := make(Always, len(people))
	for i, who := range people {
		always[i] = Person(who)
	}

	return always
}

// On returns everybody.
func (a Always) On(time.Time) []Person { return a }

// Edge returns zero: nothing ever changes.
func (a Always) Edge(time.Time) time.Time { return time.Time{} }

// shortened cuts a text that somebody wrote to as many characters as a sentence
// can quote.
func shortened(text string, most int) string {
	text = strings.ToValidUTF8(text, "?")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}

	return text
}
