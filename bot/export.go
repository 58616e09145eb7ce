package bot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// A Selection says what of the records is exported.
type Selection struct {
	Team TeamID // "" for all
	// From and To are the first and the last day on which an escalation was opened,
	// in its team's zone; zero for no limit. Of each only the date counts.
	From, To time.Time
	// Customer is a reference: only what is kept with it. "" is of all customers.
	Customer string
}

// span returns the time from the first day to the end of the last.
func (sel Selection) span(zone *time.Location) roster.Span {
	span := roster.Span{Until: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}

	if !sel.From.IsZero() {
		y, m, d := sel.From.Date()
		span.From = time.Date(y, m, d, 0, 0, 0, 0, zone)
	}

	if !sel.To.IsZero() {
		y, m, d := sel.To.Date()
		span.Until = time.Date(y, m, d+1, 0, 0, 0, 0, zone)
	}

	return span
}

// An Exported is one escalation as it is exported.
type Exported struct {
	// Escalation is the record, nil if it was forgotten. Timeline is its own.
	Escalation *Escalation
	Timeline   []Entry
	Tally      *Tally // its statistics, always
	TeamName   string
	Names      map[PersonID]string // of those whom the record names
	// Unread is what could not be read: the record, or a part of its timeline. 0 is
	// none.
	Unread EscalationID
}

// Export returns the escalations that a selection is about, in the order of their
// numbers. It reads a few at a time. Of breaks nothing is exported, ever.
func (d *Desk) Export(ctx context.Context, sel Selection) iter.Seq2[Exported, error] {
	if err := d.exportable(sel); err != nil {
		return func(yield func(Exported, error) bool) { yield(Exported{}, err) }
	}

	return someAtATime(ctx, d, func(s *session, above EscalationID) ([]Exported, EscalationID, bool, error) {
		next := s.Recorded
		if sel.Customer != "" {
			next = func(above EscalationID, most int) ([]EscalationID, error) { return s.ofCustomer(sel, above, most) }
		}

		return s.exportAbove(above, sel, next)
	})
}

// exportable returns a *RefusedError for a selection that can't be meant.
func (d *Desk) exportable(sel Selection) error {
	switch {
	case sel.Team != "" && d.settings.team(sel.Team) == nil:
		return &RefusedError{fmt.Sprintf("there is no team %q: the teams are %v", sel.Team, enumerated(d.teamNames()))}
	case sel.Customer != "" && (CustomerKey{Reference: sel.Customer}).nobody():
		return &RefusedError{"a part of this reference was masked, so that it may be of several customers: name another one"}
	case !sel.From.IsZero() && !sel.To.IsZero() && sel.To.Before(sel.From):
		return &RefusedError{"the last day is before the first"}
	default:
		return nil
	}
}

// exportAbove returns some of what is selected above a number, of those that next
// returns above one, and up to which it got.
func (s *session) exportAbove(above EscalationID, sel Selection, next func(above EscalationID, most int) ([]EscalationID, error)) (some []Exported, done EscalationID, more bool, err error) {
	ids, err := next(above, verifiedAtOnce)
	if err != nil {
		return nil, above, false, err
	}

	done = above

	for _, id := range ids {
		one, err := s.exported(id)
		if err != nil {
			return nil, above, false, err
		}

		if one.Unread == id && one.Tally == nil || one.Tally != nil && s.selects(sel, one.Tally) {
			some = append(some, one)
		}

		done = id
	}

	return some, done, len(ids) == verifiedAtOnce, nil
}

// ofCustomer returns the escalations above a number that have a reference, in order, at
// most so many.
func (s *session) ofCustomer(sel Selection, above EscalationID, most int) ([]EscalationID, error) {
	var ids []EscalationID

	for _, team := range s.teamsIn(Erasure{Team: sel.Team}) {
		some, err := s.ByCustomer(team, sel.Customer, mostOfCustomer)
		if err != nil {
			return nil, err
		}

		ids = append(ids, some...)
	}

	ids = slices.DeleteFunc(ids, func(id EscalationID) bool { return id <= above })
	slices.Sort(ids)

	return ids[:min(most, len(ids))], nil
}

// An ExportedCustomer is what a team knows of a customer beyond a single case, as it is
// exported.
type ExportedCustomer struct {
	*Customer // nil if it can't be read

	TeamName string
	Names    map[PersonID]string // of those whom it names
	Unread   bool                // it is there, or may be, and can't be read
}

// ExportCustomer returns what each team knows of the customer whom a selection names.
func (d *Desk) ExportCustomer(ctx context.Context, sel Selection) iter.Seq2[ExportedCustomer, error] {
	return func(yield func(ExportedCustomer, error) bool) {
		var all []ExportedCustomer

		err := d.exportable(sel)
		if err == nil {
			err = d.view(ctx, func(s *session) (err error) {
				all, err = s.exportedCustomer(sel)

				return err
			})
		}

		if err != nil {
			yield(ExportedCustomer{}, err)

			return
		}

		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
	}
}

func (s *session) exportedCustomer(sel Selection) ([]ExportedCustomer, error) {
	var all []ExportedCustomer

	for _, team := range s.teamsIn(Erasure{Team: sel.Team}) {
		c, err := s.Customer(team, sel.Customer)

		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case errors.Is(err, ErrDamaged):
			all = append(all, ExportedCustomer{TeamName: s.teamName(team), Unread: true})

			continue
		case err != nil:
			return nil, err
		}

		one := ExportedCustomer{Customer: c, TeamName: s.teamName(team), Names: map[PersonID]string{}}
		for _, who := range c.people() {
			one.Names[who] = s.name(who)
		}

		all = append(all, one)
	}

	return all, nil
}

// people are those of us whom it names.
func (c *Customer) people() []PersonID {
	var people []PersonID

	for _, v := range c.Visits {
		people = append(people, v.Owner)
	}

	for _, g := range c.Gestures {
		people = append(people, g.By)
	}

	for _, r := range c.Restrictions {
		people = append(people, r.By, r.EndedBy)
	}

	for _, i := range c.Incidents {
		people = append(people, i.Agent)
	}

	return slices.DeleteFunc(people, func(who PersonID) bool { return who == "" })
}

// selects reports whether a selection is about an escalation. One that was gone
// before there were statistics is in none.
func (s *session) selects(sel Selection, t *Tally) bool {
	if t.Team == "" && t.Opened.IsZero() || sel.Team != "" && t.Team != sel.Team {
		return false
	}

	return within(sel.span(s.desk.settings.weeksIn(t.Team).zone), t.Opened)
}

func (s *session) exported(id EscalationID) (Exported, error) {
	e, err := s.Escalation(id)

	switch {
	case errors.Is(err, ErrNotFound):
		return s.exportedTally(id)
	case err != nil:
		s.desk.log.Error("an escalation can't be read: it is not exported", "escalation", id, "error", err)

		return Exported{Unread: id}, nil
	}

	one := Exported{Escalation: e, TeamName: s.teamName(e.Team)}

	one.Timeline, err = s.Timeline(id)

	untold := err != nil && len(faults(e, one.Timeline, err)) > 0
	if untold {
		s.desk.log.Error("a timeline can't be read: a part of it is not exported", "escalation", id, "error", err)

		one.Unread = id
	}

	one.Tally = tallyOf(e, one.Timeline, untold)
	one.Names = s.namesIn(e, one.Timeline)

	return one, nil
}

func (s *session) exportedTally(id EscalationID) (Exported, error) {
	t, err := s.Tally(id)

	switch {
	case errors.Is(err, ErrNotFound): // it went since
		return Exported{}, nil
	case err != nil:
		s.desk.log.Error("a tally can't be read: it is not exported", "escalation", id, "error", err)

		return Exported{Unread: id}, nil
	}

	return Exported{Tally: t, TeamName: s.teamName(t.Team)}, nil
}

// namesIn returns what those are called whom a record names.
func (s *session) namesIn(e *Escalation, entries []Entry) map[PersonID]string {
	people := e.Concerns()

	if e.Outcome != nil {
		people = append(people, e.Outcome.By)
	}

	if e.Decision != nil {
		people = append(people, e.Decision.By)
	}

	for _, o := range e.Owed {
		people = append(people, o.By, o.DoneBy)
	}

	for _, entry := range entries {
		people = append(people, entry.By, entry.Whom, entry.Holder)
	}

	names := map[PersonID]string{}

	for _, who := range people {
		if _, known := names[who]; !known && who != "" {
			names[who] = s.name(who)
		}
	}

	return names
}

// A FeedbackCount is how often something was answered in a week of a team, where
// that may be told: it is over as many people as a figure of the digest must be.
type FeedbackCount struct {
	Team     TeamID
	TeamName string
	Week     time.Time // its first instant
	Taker    bool      // of those who took it; else of those who asked for help
	Answer   string    // yes, partly, no; or partly or no
	Count    int
}

// ExportFeedback counts the answers of each whole week of a selection. Who gave
// them, and about what, is not known to it.
func (d *Desk) ExportFeedback(ctx context.Context, sel Selection) iter.Seq2[FeedbackCount, error] {
	return func(yield func(FeedbackCount, error) bool) {
		if err := d.exportable(sel); err != nil {
			yield(FeedbackCount{}, err)

			return
		}

		for i := range d.settings.Teams {
			team := &d.settings.Teams[i]
			if sel.Team != "" && team.ID != sel.Team {
				continue
			}

			if !d.exportFeedbackOf(ctx, team, sel, yield) {
				return
			}
		}
	}
}

// exportFeedbackOf yields a team's counts, and reports whether to go on.
func (d *Desk) exportFeedbackOf(ctx context.Context, team *Team, sel Selection, yield func(FeedbackCount, error) bool) bool {
	w := d.settings.weeksOf(team)
	span := sel.span(w.zone)
	oldest := d.now().Add(-d.settings.Retention.Feedback - 7*24*time.Hour)

	for week := w.ending(w.begun().Next(later(span.From, oldest))); !week.Until.After(span.Until) && !week.Until.After(d.now()); week = w.ending(w.begun().Next(week.Until)) {
		if week.From.Before(span.From) {
			continue
		}

		var counts []FeedbackCount

		if err := d.view(ctx, func(s *session) (err error) {
			counts, err = s.feedbackCounts(team, week)

			return err
		}); err != nil {
			yield(FeedbackCount{}, err)

			return false
		}

		for _, one := range counts {
			if !yield(one, nil) {
				return false
			}
		}
	}

	return true
}

func (s *session) feedbackCounts(team *Team, week roster.Span) ([]FeedbackCount, error) {
	f, _, err := s.figures(team, week)
	if err != nil {
		return nil, err
	}

	var counts []FeedbackCount

	for _, side := range []struct {
		answers
		taker bool
	}{{f.asked, false}, {f.helped, true}} {
		for _, p := range side.told() {
			counts = append(counts, FeedbackCount{
				Team: team.ID, TeamName: s.teamName(team.ID), Week: week.From, Taker: side.taker, Answer: p.name, Count: p.n,
			})
		}
	}

	return counts, nil
}
