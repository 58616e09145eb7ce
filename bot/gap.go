package bot

import (
	"errors"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// A teamGap is when a team has nobody on duty, and who would be on duty then if
// they were not off.
type teamGap struct {
	team   *Team
	spans  []roster.Span
	absent []PersonID
}

// gapsBy returns where a change, or calling it off, leaves nobody on duty.
func (s *session) gapsBy(c *Change) ([]teamGap, error) {
	var gaps []teamGap

	for _, t := range s.rotasOf(c.Who) {
		spans, err := s.gapsOf(t, c)
		if err != nil {
			return nil, err
		}

		if len(spans) == 0 {
			continue
		}

		absent, err := s.absentIn(t, spans)
		if err != nil {
			return nil, err
		}

		gaps = append(gaps, teamGap{t, spans, absent})
	}

	return gaps, nil
}

// gapsOf compares a team's rota with a change and without it.
func (s *session) gapsOf(t *Team, c *Change) ([]roster.Span, error) {
	from := later(c.From, c.Cancelled)

	others, err := s.changesAround(t, c, from)
	if err != nil {
		return nil, err
	}

	others = slices.DeleteFunc(others, func(o *Change) bool { return o.ID == c.ID })
	plan := s.desk.plans.of(t.ID)
	without, with := s.rosterOf(t, plan, others), s.rosterOf(t, plan, append(others, c))

	if c.Cancelled.IsZero() {
		return newGaps(without, with, roster.Span{From: from, Until: c.Until}), nil
	}

	return newGaps(with, without, roster.Span{From: from, Until: c.Until}), nil
}

// changesAround returns the changes of a team and of those whom a change is
// about, who may be from outside.
func (s *session) changesAround(t *Team, c *Change, after time.Time) ([]*Change, error) {
	return s.changesOf(append(t.leaders(), c.people()...), after)
}

// newGaps returns when in a span nobody is on duty by one rota, and somebody was
// by another.
func newGaps(before, after roster.Roster, span roster.Span) []roster.Span {
	var gaps []roster.Span

	for _, gap := range after.Gaps(span.From, span.Until) {
		for _, run := range before.Runs(gap.From, gap.Until) {
			last := len(gaps) - 1

			switch {
			case len(run.Who) == 0:
			case last >= 0 && gaps[last].Until.Equal(run.From):
				gaps[last].Until = run.Until
			default:
				gaps = append(gaps, run.Span)
			}
		}
	}

	return gaps
}

// absentIn returns who would be on duty in some gaps if nobody were off.
func (s *session) absentIn(t *Team, gaps []roster.Span) ([]PersonID, error) {
	rota, err := s.covered(t, gaps[0].From, 0)
	if err != nil {
		return nil, err
	}

	var absent []PersonID

	for _, gap := range gaps {
		for _, run := range rota.Runs(gap.From, gap.Until) {
			absent = append(absent, without(asPeople(run.Who), absent)...)
		}
	}

	return absent, nil
}

// tellGaps tells the managers, and whoever is covered in vain, where a change
// leaves nobody on duty.
func (s *session) tellGaps(c *Change) error {
	gaps, err := s.gapsBy(c)
	if err != nil {
		return err
	}

	by := c.By
	if !c.Cancelled.IsZero() {
		by = c.CancelledBy
	}

	for _, gap := range gaps {
		covered, err := s.coveredInVain(gap, c)
		if err != nil {
			return err
		}

		for _, who := range without(union(s.desk.settings.managersOf(gap.team), covered), []PersonID{by}) {
			if err := s.tellGap(gap, Note{To: who, What: GapAhead, Team: gap.team.ID, At: s.now, By: by, Change: c.ID}); err != nil {
				return err
			}
		}
	}

	return nil
}

// tellGap sends a note of a gap. It belongs to the absence that makes the gap,
// with which it is drawn anew.
func (s *session) tellGap(gap teamGap, n Note) error {
	n.From, n.Until = gap.spans[0].From, gap.spans[len(gap.spans)-1].Until

	id, err := s.note(n)
	if err != nil {
		return err
	}

	changes, err := s.changesOf(gap.absent, n.From)
	if err != nil {
		return err
	}

	for _, o := range changes {
		if o.Cover == "" && o.From.Before(n.Until) {
			o.Notes = append(o.Notes, id)

			return s.PutChange(o)
		}
	}

	return nil
}

// coveredInVain returns who is covered in a gap, by other changes than the one
// that makes it.
func (s *session) coveredInVain(gap teamGap, c *Change) ([]PersonID, error) {
	changes, err := s.changesAround(gap.team, c, gap.spans[0].From)
	if err != nil {
		return nil, err
	}

	var covered []PersonID

	for _, o := range changes {
		if o.Cover == "" || o.ID == c.ID || slices.Contains(covered, o.Who) {
			continue
		}

		for _, span := range gap.spans {
			duty, err := s.dutyIn(gap.team, o, span)
			if err != nil {
				return nil, err
			}

			if slices.ContainsFunc(duty, func(d roster.Span) bool { return d.From.Before(o.Until) && o.From.Before(d.Until) }) {
				covered = append(covered, o.Who)

				break
			}
		}
	}

	return covered, nil
}

// redrawGaps draws the notes of a team's gaps anew: a change may have closed
// one, or opened it again.
func (s *session) redrawGaps(t *Team, c *Change) error {
	changes, err := s.changesAround(t, c, s.now)
	if err != nil {
		return err
	}

	for _, o := range changes {
		for _, id := range o.Notes {
			n, err := s.Note(id)
			if errors.Is(err, ErrNotFound) || err == nil && n.What != GapAhead {
				continue
			}

			if err != nil {
				return err
			}

			if err := s.want(n.card()); err != nil {
				return err
			}
		}
	}

	return nil
}

// gapParts say to whoever changed something where that leaves nobody on duty.
func (s *session) gapParts(c *Change) ([]chat.Part, error) {
	gaps, err := s.gapsBy(c)

	var parts []chat.Part
	for _, gap := range gaps {
		parts = append(parts, chat.Paragraph{Text: chat.Line("%v has nobody on duty %v. Ask somebody to type /%v cover %v, and from when until when.",
			chat.Strong(gap.team.Name), spansText(gap.spans), s.desk.commandName(dutyCommand), s.mention(gap.absent))})
	}

	return parts, err
}

// gapNote tells a manager of a gap, as the rota is now: it may be closed since.
func (s *session) gapNote(n *Note) (chat.Message, error) {
	t := s.desk.settings.team(n.Team)
	if t == nil {
		return chat.Message{}, errMoot
	}

	rota, err := s.roster(t, n.From)
	if err != nil {
		return chat.Message{}, err
	}

	gaps := newGaps(roster.Roster{Plan: rota.Plan}, rota, roster.Span{From: n.From, Until: n.Until})
	if len(gaps) == 0 {
		return s.closedNote(t, n, rota), nil
	}

	absent, err := s.absentIn(t, gaps)
	if err != nil {
		return chat.Message{}, err
	}

	line := chat.Line("%v %v off, and nobody else is on duty %v. %v. Somebody who can step in types /%v cover %v, and from when until when.",
		chat.Strong(s.someOf(absent, wholeName)), inNumber(len(absent) == 1, "is", "are"), spansText(gaps),
		capitalized(s.desk.settings.InGap(n.Team)), s.desk.commandName(dutyCommand), s.mention(absent))

	return chat.Message{Title: "Nobody on duty in " + t.Name + ": a gap ahead", Parts: []chat.Part{chat.Paragraph{Text: line}}}, nil
}

// closedNote says that a gap is none any more, and who is on duty.
func (s *session) closedNote(t *Team, n *Note, rota roster.Roster) chat.Message {
	from, until := chat.Day(n.From), chat.Day(n.Until)
	runs := rota.Runs(n.From, n.Until)

	line := chat.Line("Nobody is missing any more from %v until %v.", from, until)
	if on := asPeople(runs[0].Who); len(on) > 0 && len(runs) == 1 {
		line = chat.Line("%v %v on duty from %v until %v.", chat.Strong(s.someOf(on, wholeName)), inNumber(len(on) == 1, "is", "are"), from, until)
	} else if len(on) > 0 {
		line = append(line, chat.Line(" %v %v on duty first.", chat.Strong(s.someOf(on, wholeName)), inNumber(len(on) == 1, "is", "are"))...)
	}

	return chat.Message{Title: "The gap in " + t.Name + " is closed", Parts: []chat.Part{chat.Paragraph{Text: line}}}
}

// spansText lists spans of time in a sentence, so many that a reader takes them
// in.
func spansText(spans []roster.Span) chat.Text {
	const most = 5

	var line chat.Text

	for i, span := range spans[:min(len(spans), most)] {
		if i > 0 {
			line = append(line, chat.Plain(", ")...)
		}

		line = append(line, chat.Line("from %v until %v", chat.Day(span.From), chat.Day(span.Until))...)
	}

	if left := len(spans) - most; left > 0 {
		line = append(line, chat.Line(" … and %v", inWords(left, "more time"))...)
	}

	return line
}

// mention is the first of some people as a command names them.
func (s *session) mention(people []PersonID) string {
	if len(people) == 0 {
		return "@who"
	}

	return "@" + s.name(people[0])
}
