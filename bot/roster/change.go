package roster

import (
	"iter"
	"slices"
	"time"
)

// A Change is what people made of a plan for a while: somebody is off, or
// somebody else has their duty.
type Change struct {
	Who   Person // whose duty it is
	Cover Person // who has it instead; "" if Who is off
	Span         // when
	Made  time.Time
}

// A Roster is a plan and what people changed of it.
type Roster struct {
	Plan    Plan
	Changes []Change // in any order
	// May reports who may have duty in this team at all; nil if everybody may.
	// A cover by anybody else counts for nothing.
	May func(Person) bool
}

// A Run is a time in which the same people are on duty, nobody if Who is empty.
type Run struct {
	Span
	Who []Person
}

// horizon is how far ahead a roster is searched: what a plan repeats, it has
// repeated within a year.
const horizon = 366 * 24 * time.Hour

// On returns who is on duty at t: those of the plan in its order, each person
// once, at the place of whom they replace. The slice is the caller's own.
//
//   - Who is covered is replaced by whoever covers them. Of several covers the
//     one made last counts, and of two made at once the later in Changes.
//   - A cover beats an absence of whom it covers, whichever was made first.
//   - Who covers may be covered or off in turn. Where that leads in a circle,
//     nobody in the circle is replaced.
//   - Whoever is left and off is not on duty, and nobody is in their place.
func (r Roster) On(t time.Time) []Person {
	var room [8]Change
	active, _ := r.active(room[:0], t)

	return onDuty(r.Plan.On(t), active)
}

// Runs returns who is on duty from an instant until another, not included: the
// spans in order, without holes between them, those with nobody among them.
// Who is on duty is not the same people in two neighbours. The order of Who is
// the one at the beginning of the run.
func (r Roster) Runs(from, until time.Time) []Run {
	return slices.Collect(r.runs(from, until))
}

// Gaps returns when nobody is on duty, from an instant until another.
func (r Roster) Gaps(from, until time.Time) []Span {
	var gaps []Span

	for run := range r.runs(from, until) {
		if len(run.Who) == 0 {
			gaps = append(gaps, run.Span)
		}
	}

	return gaps
}

// Next returns the first instant after t at which other people are on duty
// than at t, and who is on then, who may be nobody. It returns zero if that
// doesn't happen within about a year.
func (r Roster) Next(t time.Time) (at time.Time, who []Person) {
	for run := range r.runs(t, t.Add(horizon)) {
		if run.From.After(t) {
			return run.From, run.Who
		}
	}

	return time.Time{}, nil
}

// Ends returns until when somebody who is on duty at t stays so without a
// break, whoever else comes and goes. It returns zero if they are not on duty
// at t, or if it doesn't end within about a year.
func (r Roster) Ends(who Person, t time.Time) time.Time {
	for run := range r.runs(t, t.Add(horizon)) {
		if slices.Contains(run.Who, who) {
			continue
		}

		if run.From.After(t) {
			return run.From
		}

		break
	}

	return time.Time{}
}

// runs yields what Runs returns. The plan and the changes are each asked again
// only where they have an edge.
func (r Roster) runs(from, until time.Time) iter.Seq[Run] {
	return func(yield func(Run) bool) {
		var (
			run          Run
			planned      []Person
			active       []Change
			plan, change = from, from // the next edges
		)

		for at := from; at.Before(until); at = earlier(earlier(plan, change), until) {
			if at.Equal(plan) {
				planned, plan = r.Plan.On(at), r.Plan.Edge(at)
			}

			if at.Equal(change) {
				active, change = r.active(active[:0], at)
			}

			who := onDuty(planned, active)

			switch {
			case at.Equal(from):
				run = Run{Span{From: from, Until: until}, who}
			case !samePeople(run.Who, who):
				if run.Until = at; !yield(run) {
					return
				}

				run = Run{Span{From: at, Until: until}, who}
			}
		}

		if from.Before(until) {
			yield(run)
		}
	}
}

// active appends to found the changes that count at t, and returns the first
// instant after t at which others may: zero if there is none.
func (r Roster) active(found []Change, t time.Time) ([]Change, time.Time) {
	var edge time.Time

	for _, c := range r.Changes {
		switch {
		case !t.Before(c.Until):
			continue
		case t.Before(c.From):
			edge = earlier(edge, c.From)
		default:
			edge = earlier(edge, c.Until)

			if c.Cover == "" || r.May == nil || r.May(c.Cover) {
				found = append(found, c)
			}
		}
	}

	return found, edge
}

// onDuty returns who is on duty in place of those whom the plan names.
func onDuty(planned []Person, active []Change) []Person {
	on := make([]Person, 0, len(planned))

	for _, who := range planned {
		who = standIn(who, active)

		if !isOff(who, active) && !slices.Contains(on, who) {
			on = append(on, who)
		}
	}

	return on
}

// standIn follows the covers from somebody to who has their duty.
func standIn(who Person, active []Change) Person {
	var room [8]Person
	passed := room[:0]

	for {
		// Where the covers lead in a circle, nobody in it is replaced: it is
		// whoever the way came upon first.
		if slices.Contains(passed, who) {
			return who
		}

		cover := coverOf(who, active)
		if cover == "" {
			return who
		}

		passed, who = append(passed, who), cover
	}
}

// coverOf is who covers somebody, "" if nobody does.
func coverOf(who Person, active []Change) Person {
	var latest Change

	for _, c := range active {
		if c.Who == who && c.Cover != "" && !c.Made.Before(latest.Made) {
			latest = c
		}
	}

	return latest.Cover
}

// isOff reports whether somebody is absent, covered or not.
func isOff(who Person, active []Change) bool {
	return slices.ContainsFunc(active, func(c Change) bool { return c.Who == who && c.Cover == "" })
}

// samePeople reports whether a and b, each without repeats, are the same people.
func samePeople(a, b []Person) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(p Person) bool { return !slices.Contains(b, p) })
}

// earlier is the earlier of two instants; zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}

	return a
}
