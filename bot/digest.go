package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// A Digest is a team's weekly digest as it recurs.
//
// The first one comes when the bot has known the team for seven days, so that it
// tells of no half week. What was missed while the bot was down is not sent week
// by week: the last one is, and names the others.
type Digest struct {
	Team TeamID
	// Since is when the bot came to know the team, zero if it does not any more.
	Since time.Time
	// NextAt is when the next one is to be sent.
	NextAt time.Time
	// Until is the end of the last week that was told of, zero for none.
	Until time.Time
}

// Due returns when the next digest is to be sent.
func (d *Digest) Due() time.Time { return d.NextAt }

// Feedback is what somebody answered to the two questions after an escalation.
// It names nobody and no escalation, and no instant: only the week.
type Feedback struct {
	Team   TeamID
	Week   time.Time // its first instant, in the team's zone
	Taker  bool      // they had it; else they had asked for help
	Helped string    // "yes", "partly", "no"
	Change string    // what should be different the next time
}

const (
	// knownFor is how long a team is known before its first digest.
	knownFor = 7 * 24 * time.Hour
	// apart is how long after the end of the last week that was told of the next
	// digest comes at the earliest: when its day is moved, two in a row must not
	// tell nearly the same.
	apart = 4 * 24 * time.Hour
	// lookBack is how long before a week something began that may have ended in it.
	lookBack = 8 * 7 * 24 * time.Hour
)

// plan notes when the next digest is to be sent. One that is due stays so.
func (d *Digest) plan(w weeks, now time.Time) {
	if d.Until.After(now) || d.Since.After(now) { // the clock was wrong
		d.Until, d.Since, d.NextAt = time.Time{}, now, time.Time{}
	}

	if over(d.NextAt, now) {
		return
	}

	from := later(now, d.Since.Add(knownFor-time.Nanosecond))
	if !d.Until.IsZero() {
		from = later(now, d.Until.Add(apart))
	}

	d.NextAt = w.sent().Next(from)
}

// tell returns the last week that a digest is due for, and the weeks before it
// that nobody was told of, and notes when the next one is to be sent.
func (d *Digest) tell(w weeks, now time.Time) (week roster.Span, missed []roster.Span) {
	at := d.NextAt
	for next := w.sent().Next(at); !next.After(now); next = w.sent().Next(at) {
		at = next
	}

	week = w.last(at)

	for lost := w.last(d.NextAt); lost.Until.Before(week.Until); lost = w.ending(w.begun().Next(lost.Until)) {
		missed = append(missed, lost)
	}

	d.Until, d.NextAt = week.Until, w.sent().Next(now)

	return week, missed
}

// PlanDigests has every team's digest planned anew: the configuration may have
// changed since the bot ran last. What fails for one team is logged: no digest is
// worth a page.
func (d *Desk) PlanDigests(ctx context.Context) error {
	for i := range d.settings.Teams {
		team := &d.settings.Teams[i]

		err := d.update(ctx, func(s *session) error { return s.planDigest(team) })
		if errors.Is(err, ErrUnwritable) || ctx.Err() != nil {
			return err
		}

		if err != nil {
			d.log.ErrorContext(ctx, "a digest can't be planned", "team", team.ID, "error", err)
		}
	}

	return nil
}

func (s *session) planDigest(team *Team) error {
	d := s.digestOf(team.ID)
	d.plan(s.desk.settings.weeksOf(team), s.now)

	return s.PutDigest(d)
}

// digestOf returns a team's digest as it recurs, a new one if nothing is kept, or
// nothing that can be read.
func (s *session) digestOf(id TeamID) *Digest {
	d, err := s.Digest(id)

	switch {
	case err == nil && !d.Since.IsZero():
		return d
	case err != nil && !errors.Is(err, ErrNotFound):
		s.desk.log.Error("how a digest recurs can't be read: it begins anew", "team", id, "error", err)
	}

	return &Digest{Team: id, Since: s.now}
}

func (s *session) sendDigest(id TeamID) error {
	team := s.desk.settings.team(id)
	if team == nil { // it is not configured any more; should it come back, it is new
		return s.PutDigest(&Digest{Team: id})
	}

	d := s.digestOf(id)
	if d.NextAt.IsZero() {
		return s.planDigest(team)
	}

	if !over(d.NextAt, s.now) {
		return nil
	}

	w := s.desk.settings.weeksOf(team)
	week, missed := d.tell(w, s.now)

	n := Note{What: WeeklyDigest, Team: id, At: s.now, From: week.From, Until: week.Until}
	for _, lost := range missed {
		n.Text = joinSpace(n.Text, w.label(lost))
	}

	if err := s.noteAll(digestReaders(&s.desk.settings, team), n); err != nil {
		return err
	}

	return s.PutDigest(d)
}

// digestReaders returns who gets a team's digest: "", which is its channel, or
// its managers, or its supervisors.
func digestReaders(settings *Settings, team *Team) []PersonID {
	if team.Channel != "" {
		return []PersonID{""}
	}

	if managers := settings.managersOf(team); len(managers) > 0 {
		return managers
	}

	return team.Supervisors
}

// noteAll sends a note to each of some people.
func (s *session) noteAll(people []PersonID, n Note) error {
	for _, who := range people {
		n.To = who
		if _, err := s.note(n); err != nil {
			return err
		}
	}

	return nil
}

// digestElsewhere sends a digest that the team's channel does not take to the
// managers.
func (s *session) digestElsewhere(id NoteID) error {
	n, err := s.Note(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil || n.What != WeeklyDigest || n.To != "" {
		return err
	}

	team := s.desk.settings.team(n.Team)
	if team == nil {
		return nil
	}

	elsewhere := *team
	elsewhere.Channel = ""

	return s.noteAll(digestReaders(&s.desk.settings, &elsewhere), *n)
}

// digestNote tells of a week as it was known when it was told first.
func (s *session) digestNote(n *Note) (chat.Message, error) {
	team := s.desk.settings.team(n.Team)
	if team == nil {
		return chat.Message{}, errMoot
	}

	week := roster.Span{From: n.From, Until: n.Until}

	m, err := s.desk.told.tell(team.ID, week, func() (chat.Message, error) { return s.digest(team, week) })
	if err != nil {
		return chat.Message{}, err
	}

	if missed := strings.Fields(n.Text); len(missed) > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: missedLine(team.ID, missed)})
	}

	return m, nil
}

// drawIn draws a message for a team's channel. Where it has none any more nobody
// would get it.
func (s *session) drawIn(id TeamID, m chat.Message) (Drawing, error) {
	team := s.desk.settings.team(id)

	switch {
	case team == nil:
		return Drawing{}, errMoot
	case team.Channel == "":
		return Drawing{}, &chat.Failure{Kind: chat.Unreachable, Code: "no_channel"}
	default:
		return Drawing{To: team.Channel, Message: m}, nil
	}
}

// digest tells of a week of a team.
func (s *session) digest(team *Team, week roster.Span) (chat.Message, error) {
	f, histories, err := s.figures(team, week)
	if err != nil {
		return chat.Message{}, err
	}

	w := s.desk.settings.weeksOf(team)

	t := telling{
		figures: f, team: team, week: week, label: w.label(week), hide: s.hiding(week, histories),
		compared: f.before.n > 0 || !s.digestOf(team.ID).Since.After(w.ending(week.From).From),
	}

	return t.message(), nil
}

// figures counts a week of a team, and returns the histories that it counted.
func (s *session) figures(team *Team, week roster.Span) (*figures, []history, error) {
	w, reach := s.desk.settings.weeksOf(team), roster.Span{From: week.From.Add(-lookBack), Until: week.Until}

	ids, err := s.OpenedIn(team.ID, reach.From, reach.Until)
	if err != nil {
		return nil, nil, err
	}

	feedback, err := s.FeedbackOf(team.ID, week.From, week.Until)
	if err != nil {
		return nil, nil, err
	}

	histories := s.histories(ids, week)

	return count(week, w.ending(week.From), w.zone, histories, s.tallied(team.ID, reach), feedback), histories, nil
}

// histories returns escalations, with the timelines of those that began in a week.
// One that can't be read is logged and left out.
func (s *session) histories(ids []EscalationID, week roster.Span) []history {
	var all []history

	for _, e := range s.readable(ids) {
		one := history{Escalation: e}

		if within(week, e.Opened) {
			entries, err := s.Timeline(e.ID)
			if err != nil {
				s.desk.log.Error("a timeline can't be read: the digest has no times of it", "escalation", e.ID, "error", err)
			}

			one.entries, one.untold = entries, err != nil
		}

		all = append(all, one)
	}

	return all
}

// tallied returns what is left of a team's escalations that were opened in some time
// and are gone. What can't be read is logged and left out.
func (s *session) tallied(team TeamID, span roster.Span) []*Tally {
	tallies, err := s.TalliedIn(team, span.From, span.Until)
	if err != nil {
		s.desk.log.Error("tallies can't be read: they are left out of the digest", "team", team, "error", err)
	}

	return tallies
}

// TellWeek returns the digest of a team's week as it is known now, that of its
// last whole week if none is named. A team or week that there is not is a
// *RefusedError, whose words name those that there are.
func (d *Desk) TellWeek(ctx context.Context, id TeamID, label string) (chat.Message, error) {
	var m chat.Message

	err := d.view(ctx, func(s *session) error {
		team := d.settings.team(id)
		if team == nil {
			return &RefusedError{fmt.Sprintf("there is no team %q: the teams are %v", id, enumerated(d.teamNames()))}
		}

		week, err := s.weekToTell(team, label)
		if err != nil {
			return err
		}

		m, err = s.digest(team, week)

		return err
	})

	return m, err
}

func (d *Desk) teamNames() []string {
	var names []string
	for _, t := range d.settings.Teams {
		names = append(names, string(t.ID))
	}

	slices.Sort(names)

	return names
}

// weekToTell returns the week of a team with a label, the last whole one if it is
// "".
func (s *session) weekToTell(team *Team, label string) (roster.Span, error) {
	w := s.desk.settings.weeksOf(team)

	last := w.last(s.now)
	if label == "" {
		return last, nil
	}

	week, ok := w.named(label)

	switch {
	case !ok:
		return week, &RefusedError{fmt.Sprintf("%q is no week: weeks are written like %v, which is the last whole one", label, w.label(last))}
	case week.Until.After(last.Until):
		return week, &RefusedError{fmt.Sprintf("%v is not over yet: the last whole week is %v", label, w.label(last))}
	}

	if slices.ContainsFunc(s.tallied(team.ID, week), func(t *Tally) bool { return t.NamesUntil.IsZero() }) {
		return week, &RefusedError{fmt.Sprintf("%v is too long ago: a figure may be told if it is over %d people or more, and who they were is not kept for so long. The last whole week is %v", label, fewest, w.label(last))}
	}

	known, err := s.weekIsKnown(team, week)
	if err == nil && !known {
		err = &RefusedError{fmt.Sprintf("nothing is known of %v: that was before the team was in the configuration. The last whole week is %v", label, w.label(last))}
	}

	return week, err
}

// weekIsKnown reports whether the bot knew a team in a week: else that it was a
// quiet one would be a guess.
func (s *session) weekIsKnown(team *Team, week roster.Span) (bool, error) {
	if week.Until.After(s.digestOf(team.ID).Since) {
		return true, nil
	}

	ids, err := s.OpenedIn(team.ID, week.From, week.Until)
	if err != nil || len(ids) > 0 {
		return len(ids) > 0, err
	}

	return len(s.tallied(team.ID, week)) > 0, nil
}
