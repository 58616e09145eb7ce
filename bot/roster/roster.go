// Package roster says who of a team is on duty at an instant, who comes next,
// and where nobody is.
//
// A Plan is what recurs: weekly shifts in the team's zone (Weekly), a calendar
// (Calendar), or everybody always (Always). A Roster is a plan with the changes
// that people made to it: somebody is off, or somebody else has their duty.
//
// Everything here is pure: no clock, no file, no network. Instants may be in
// any zone; what is said in wall-clock time is meant in the zone that the plan
// names.
package roster

import "time"

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

// On returns everybody.
func (a Always) On(time.Time) []Person { return a }

// Edge returns zero: nothing ever changes.
func (a Always) Edge(time.Time) time.Time { return time.Time{} }
