package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An Inspector is a platform that can tell whether somebody could be paged. Its
// errors wrap a *chat.Failure and say what to do.
type Inspector interface {
	// Inspect returns what would keep a page from somebody, at an instant or
	// for some of the time until another.
	Inspect(ctx context.Context, who chat.Person, from, until time.Time) ([]chat.Obstacle, error)
	// InspectRoom is an error if the bot can't post to a room.
	InspectRoom(ctx context.Context, room chat.Room) error
}

// checkUntil is how long before a shift it is told what could not be checked:
// once it has begun, the next one is watched.
const checkUntil = 5 * time.Minute

// shortGap is for how long nobody may be on duty without anybody being told.
const shortGap = 5 * time.Minute

// A shiftCheck is what is to be looked at before a shift.
type shiftCheck struct {
	team   TeamID
	begins time.Time
	room   chat.Room
	people []onShift
	found  []Finding // what is wrong already, before the platform is asked
}

// An onShift is somebody who comes on, and where they are written to.
type onShift struct {
	who     PersonID
	account chat.Person // "" if none is known
	until   time.Time   // when their shift ends, zero if it does not
}

// An askedOnce is what is remembered of a platform's answers until a shift is
// checked wholly.
type askedOnce struct {
	busyUntil time.Time
	answers   map[question][]Finding
}

// A question is about somebody's shift. Its instants are Unix times, which
// compare in any zone.
type question struct {
	who         PersonID
	account     chat.Person
	from, until int64
}

func (c shiftCheck) question(s onShift) question {
	return question{s.who, s.account, c.begins.Unix(), s.until.Unix()}
}

func (a *askedOnce) forget(c shiftCheck) {
	for _, shift := range c.people {
		delete(a.answers, c.question(shift))
	}
}

// findingAgain is after how long managers are told of a finding that lasts.
const findingAgain = 7 * 24 * time.Hour

// CheckShifts looks whether those who come on within half an hour can be paged,
// and tells their managers what keeps them from it: once, and again when it
// lasts for a week or comes back. It asks the platform, so it may take a while.
// One that is busy is left alone for as long as it says, and then asked by the
// next call for what it did not answer; what could not be checked is told shortly
// before the shift. One call must follow the other.
func (d *Desk) CheckShifts(ctx context.Context, platform Inspector) error {
	var checks []shiftCheck

	err := d.view(ctx, func(s *session) error {
		checks = s.dueChecks(ctx)

		return nil
	})
	if err != nil {
		return err
	}

	for _, c := range checks {
		findings, unanswered := d.check(ctx, platform, c)
		if unanswered != nil && d.now().Before(c.begins.Add(-checkUntil)) {
			continue // there is time to ask again
		}

		if unanswered != nil {
			d.log.WarnContext(ctx, "a shift could not be checked wholly", "team", c.team, "error", unanswered)
		}

		d.asked.forget(c)

		if err := d.update(ctx, func(s *session) error { return s.checked(c, findings) }); err != nil {
			return err
		}
	}

	return nil
}

// dueChecks returns the changes of shift that are to be looked at. What can't be read
// of one team is logged, and holds up no other.
func (s *session) dueChecks(ctx context.Context) []shiftCheck {
	var checks []shiftCheck

	for i := range s.desk.settings.Teams {
		t := &s.desk.settings.Teams[i]

		c, err := s.dueCheck(t)
		if err != nil && s.desk.failing.isNew(t.ID, err, s.now) {
			s.desk.log.ErrorContext(ctx, "a shift can't be checked", "team", t.ID, "error", err)
		}

		if c != nil {
			checks = append(checks, *c)
		}
	}

	return checks
}

// dueCheck returns a team's change of shift, nil if it is not to be looked at now.
func (s *session) dueCheck(t *Team) (*shiftCheck, error) {
	w, err := s.watch(t.ID)
	if err != nil || !over(w.CheckAt, s.now) || s.desk.plans.awaits(t.ID) {
		return nil, err
	}

	c, err := s.checkOf(t, w)
	if err != nil {
		return nil, err
	}

	return &c, nil
}

func (s *session) checkOf(t *Team, w *Watch) (shiftCheck, error) {
	c := shiftCheck{team: t.ID, begins: w.ChangeAt, room: t.Channel}

	rota, err := s.roster(t, s.now)
	if err != nil {
		return c, err
	}

	on := asPeople(rota.On(w.ChangeAt))
	if next, _ := rota.Next(w.ChangeAt); len(on) == 0 && (next.IsZero() || next.Sub(w.ChangeAt) > shortGap) {
		c.found = append(c.found, gapFinding(w.ChangeAt, next, t.Zone))
	}

	for _, who := range without(on, w.On) {
		shift := onShift{who: who, until: rota.Ends(asPerson(who), w.ChangeAt)}
		shift.account, _ = s.account(who)
		c.people = append(c.people, shift)
	}

	return c, nil
}

// What a finding begins with that stands for a whole team.
const (
	gapBegins   = "Nobody is on duty from "
	gapEnds     = "If somebody should be, correct the rota, or have somebody cover who is off."
	oddBegins   = "In the calendar: "
	channelBusy = "The team's channel could not be checked: the chat did not answer in time. See that I am still in it."
)

// gapFinding is that nobody is on duty. It names the time of day, by which a gap
// that recurs is known again.
func gapFinding(from, until time.Time, zone *time.Location) Finding {
	if zone != nil {
		from = from.In(zone)
	}

	return Finding{
		Text:  gapBegins + from.Format("15:04") + " on. " + gapEnds,
		Until: until,
	}
}

// ofTeam reports whether a finding of the same words is another one for another
// team.
func (f Finding) ofTeam() bool { return f.Text == channelBusy || f.rare() }

// rare reports whether the check of a shift that does not find it again says
// nothing about it.
func (f Finding) rare() bool {
	return f.gap() || strings.HasPrefix(f.Text, oddBegins)
}

func (f Finding) gap() bool { return strings.HasPrefix(f.Text, gapBegins) }

// comingGapNote tells of a gap alone, in the reader's zone.
func (s *session) comingGapNote(n *Note) chat.Message {
	line := chat.Line("Nobody is on duty from %v", chat.Day(n.From))
	if until := n.Findings[0].Until; !until.IsZero() {
		line = append(line, chat.Line(" until %v", chat.Day(until))...)
	}

	return chat.Message{
		Title: "Nobody is on duty soon: " + s.teamName(n.Team),
		Parts: []chat.Part{chat.Paragraph{Text: append(line, chat.Plain(". "+gapEnds)...)}},
	}
}

// check asks the platform about a shift. The error is of a question that it did
// not answer.
func (d *Desk) check(ctx context.Context, platform Inspector, c shiftCheck) (findings []Finding, unanswered error) {
	findings = slices.Clone(c.found)

	for _, shift := range c.people {
		found, err := d.inspect(ctx, platform, c, shift)
		unanswered = errors.Join(unanswered, err)

		for _, f := range found {
			if !slices.Contains(findings, f) {
				findings = append(findings, f)
			}
		}
	}

	if c.room == "" {
		return findings, unanswered
	}

	err := d.ask(func() error { return platform.InspectRoom(ctx, c.room) })

	switch {
	case err == nil:
	case passing(err):
		findings, unanswered = append(findings, Finding{Text: channelBusy}), errors.Join(unanswered, err)
	default:
		findings = append(findings, Finding{Text: err.Error()})
	}

	return findings, unanswered
}

// ask asks the platform unless it is busy still.
func (d *Desk) ask(question func() error) error {
	if now := d.now(); now.Before(d.asked.busyUntil) {
		return &chat.Failure{Kind: chat.Busy, After: d.asked.busyUntil.Sub(now)}
	}

	err := question()
	if f := chat.FailureOf(err); f != nil && f.Kind == chat.Busy {
		d.asked.busyUntil = d.now().Add(max(f.After, leastWait))
	}

	return err
}

// inspect returns what keeps somebody from being paged in their shift. It asks
// only for what was not answered before.
func (d *Desk) inspect(ctx context.Context, platform Inspector, c shiftCheck, shift onShift) (found []Finding, unanswered error) {
	if shift.account == "" {
		return []Finding{{Who: shift.who, Text: "no account is known, so nothing can reach them. Correct their e-mail or id in the configuration, or have somebody cover."}}, nil
	}

	q := c.question(shift)
	if found, ok := d.asked.answers[q]; ok {
		return found, nil
	}

	var obstacles []chat.Obstacle

	err := d.ask(func() (err error) {
		obstacles, err = platform.Inspect(ctx, shift.account, c.begins, later(c.begins, shift.until))

		return err
	})

	for _, o := range obstacles {
		if f, ok := obstacleFinding(shift.who, o); ok {
			found = append(found, f)
		}
	}

	switch failure := chat.FailureOf(err); {
	case failure == nil:
	case failure.Kind == chat.Refused:
		found = append(found, Finding{Text: err.Error()}) // the same for everybody
	default:
		return append(found, Finding{
			Who: shift.who, Text: "could not be checked: the chat did not answer in time. Ask them whether they are reachable.",
		}), err
	}

	if d.asked.answers == nil {
		d.asked.answers = map[question][]Finding{}
	}

	d.asked.answers[q] = found

	return found, nil
}

// passing reports whether a question that failed may be answered a little later.
func passing(err error) bool {
	kinds := []chat.FailureKind{chat.Busy, chat.Unsent, chat.Doubtful}

	return slices.Contains(kinds, chat.FailureOf(err).Kind)
}

// obstacleFinding says what to do about an obstacle. A guest is none.
func obstacleFinding(who PersonID, o chat.Obstacle) (Finding, bool) {
	f := Finding{Who: who}

	switch o.Kind {
	case chat.UnknownAccount:
		f.Text = "nobody here has their account. Correct their id in the configuration, or have somebody cover."
	case chat.GoneAccount:
		f.Text = "their account is deactivated. Have somebody cover, and take them out of the configuration."
	case chat.MachineAccount:
		f.Text = "that account is a bot and reads no pages. Correct their id in the configuration."
	case chat.Unwritable:
		f.Text = fmt.Sprintf("I am not allowed to write to them (%v). Ask an administrator, or have somebody cover.", o.Code)
	case chat.Quiet:
		f.Text, f.Until = "do-not-disturb is on in their shift, so a page would stay silent. Ask them to switch it off.", o.Until
	case chat.GuestAccount:
		return f, false
	}

	return f, true
}

// checked keeps that a shift was checked and tells its managers what was found.
// Who is on duty may have changed meanwhile: then it is checked again.
func (s *session) checked(c shiftCheck, findings []Finding) error {
	team := s.desk.settings.team(c.team)

	w, err := s.watch(c.team)
	if err != nil || team == nil || !w.ChangeAt.Equal(c.begins) {
		return err
	}

	now, err := s.checkOf(team, w)
	if err != nil || !slices.EqualFunc(now.people, c.people, func(a, b onShift) bool { return a.who == b.who }) {
		return err
	}

	w.Checked, w.CheckAt = c.begins, time.Time{}
	findings = w.news(findings, c.about, s.now)

	if err := s.PutWatch(w); err != nil {
		return err
	}

	for _, who := range s.desk.settings.managersOf(team) {
		news := s.untold(who, team, findings)
		if len(news) == 0 {
			continue
		}

		if _, err := s.note(Note{To: who, What: ShiftFindings, Team: c.team, At: s.now, From: c.begins, Findings: news}); err != nil {
			return err
		}
	}

	return nil
}

// about reports whether a check finds a finding anew that lasts.
func (c shiftCheck) about(f Finding) bool {
	return !f.rare() && (f.Who == "" || slices.ContainsFunc(c.people, func(p onShift) bool { return p.who == f.Who }))
}

// news returns those of the findings of a check that managers don't know yet,
// and remembers that they will. About says which it would find anew if they
// lasted: those are forgotten that it does not.
func (w *Watch) news(findings []Finding, about func(Finding) bool, now time.Time) []Finding {
	lasts := func(t ToldFinding) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.lasting() == t.Finding })
	}
	w.Told = slices.DeleteFunc(w.Told, func(t ToldFinding) bool {
		return now.Sub(t.At) >= findingAgain || about(t.Finding) && !lasts(t)
	})

	var news []Finding

	for _, f := range findings {
		if !w.knows(f) {
			w.Told = append(w.Told, ToldFinding{f.lasting(), now})
			news = append(news, f)
		}
	}

	return news
}

func (w *Watch) knows(f Finding) bool {
	return slices.ContainsFunc(w.Told, func(t ToldFinding) bool { return f.lasting() == t.Finding })
}

// untold returns those of a team's findings that a manager was not told of
// within a day for another team of theirs. Of a team that can't be read nothing counts
// as told: to hear it twice is better than never.
func (s *session) untold(manager PersonID, team *Team, findings []Finding) []Finding {
	const lately = 24 * time.Hour

	var others []*Watch

	for i := range s.desk.settings.Teams {
		other := &s.desk.settings.Teams[i]
		if other.ID == team.ID || !slices.Contains(s.desk.settings.managersOf(other), manager) {
			continue
		}

		w, err := s.watch(other.ID)
		if err != nil {
			continue
		}

		w.Told = slices.DeleteFunc(w.Told, func(t ToldFinding) bool { return s.now.Sub(t.At) >= lately })
		others = append(others, w)
	}

	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool {
		return !f.ofTeam() && slices.ContainsFunc(others, func(w *Watch) bool { return w.knows(f) })
	})
}

// TellOdd tells managers what a team's calendar has that counts for nothing:
// once, and again when it lasts for a week or comes back.
func (d *Desk) TellOdd(ctx context.Context, id TeamID, odd []string) error {
	team := d.settings.team(id)
	if team == nil {
		return nil
	}

	findings := make([]Finding, len(odd))
	for i, text := range odd {
		findings[i].Text = oddBegins + text
	}

	known := false

	err := d.view(ctx, func(s *session) error {
		w, err := s.watch(id)
		if err != nil {
			return err
		}

		_, changed := w.oddNews(findings, s.now)
		known = !changed

		return nil
	})
	if err != nil || known {
		return err
	}

	return d.update(ctx, func(s *session) error { return s.tellOdd(team, findings) })
}

// oddNews is news for what is odd about a calendar. It also reports whether
// anything is remembered or forgotten by it.
func (w *Watch) oddNews(findings []Finding, now time.Time) (news []Finding, changed bool) {
	told := len(w.Told)
	news = w.news(findings, func(f Finding) bool { return strings.HasPrefix(f.Text, oddBegins) }, now)

	return news, len(news) > 0 || len(w.Told) != told
}

func (s *session) tellOdd(team *Team, findings []Finding) error {
	w, err := s.watch(team.ID)
	if err != nil {
		return err
	}

	news, _ := w.oddNews(findings, s.now)

	if err := s.PutWatch(w); err != nil || len(news) == 0 {
		return err
	}

	for i := range news {
		news[i].Text = strings.TrimPrefix(news[i].Text, oddBegins)
	}

	return s.noteManagers(team, Note{What: CalendarOdd, Team: team.ID, At: s.now, Findings: news})
}

// lasting is the finding as it is the same from one day to the next.
func (f Finding) lasting() Finding {
	f.Until = time.Time{}

	return f
}
