package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

const dutyCommand = "duty"

// A dutyDeed is what one word behind /duty does. It returns what it changed, 0
// if it has to be said first which change is meant.
type dutyDeed func(s *session, by PersonID, account chat.Person, rest string) (ChangeID, error)

// dutyWords are the words that may follow /duty. Nothing shows who is on.
var dutyWords = map[string]dutyDeed{
	"cover":  (*session).cover,
	"off":    (*session).beOff,
	"cancel": (*session).cancelWord,
}

// duty answers /duty in all its forms.
func (d *Desk) duty(ctx context.Context, c chat.Command) (chat.Reply, error) {
	word, rest := firstWord(c.Text)
	if rest == "" && (word == "here" || word == "anywhere") {
		return d.choosePlace(ctx, c.Who, word == "here")
	}

	do, changes := dutyWords[word]
	if !changes {
		return d.dutyShown(ctx, c, word, rest)
	}

	id, err := d.changeOnce(ctx, prefixed("duty", c.ID), func(s *session) (ChangeID, error) { return do(s, s.whois(c.Who), c.Who, rest) })
	if spoken, ok := errors.AsType[*roster.SpanError](err); ok {
		return chat.Reply{Message: chat.Notice("%v", spoken.Text)}, nil
	}

	if err != nil {
		return d.unchanged(ctx, c.Who, err)
	}

	if id == 0 {
		return d.whichChange(ctx, c.Who, rest)
	}

	return d.changed(ctx, c.Who, id)
}

// unchanged says why nothing was changed.
func (d *Desk) unchanged(ctx context.Context, account chat.Person, err error) (chat.Reply, error) {
	if errors.Is(err, ErrUnwritable) {
		return chat.Reply{Message: chat.Notice("I can't keep anything right now, so nothing was changed. Tell the others yourself, and try again later.")}, nil
	}

	return d.excuse(ctx, account, 0, err)
}

// changeOnce is once for what changes the rota, of which it keeps the number.
func (d *Desk) changeOnce(ctx context.Context, key string, change func(*session) (ChangeID, error)) (ChangeID, error) {
	id, err := d.once(ctx, key, func(s *session) (EscalationID, error) {
		id, err := change(s)

		return EscalationID(id), err
	})

	return ChangeID(id), err
}

// changed answers somebody with what they changed, as it stands now: what the
// platform repeats is answered as it was the first time.
func (d *Desk) changed(ctx context.Context, account chat.Person, id ChangeID) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		c, err := s.Change(id)
		if err != nil {
			return err
		}

		by := s.whois(account)

		switch {
		case !c.Cancelled.IsZero():
			message, err = s.cancelAnswer(c, by)
		case c.Cover == "":
			message, err = s.offAnswer(c, by)
		default:
			message, err = s.coverAnswer(c, by)
		}

		return err
	})

	return chat.Reply{Message: message}, err
}

// dutyShown answers what changes nothing.
func (d *Desk) dutyShown(ctx context.Context, c chat.Command, word, rest string) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) (err error) {
		switch {
		case word == "":
			message, err = s.dutyNow(c.Who)
		case word == "week" && rest == "":
			message, err = s.dutyWeek(c.Who)
		case word == "help" && rest == "":
			message = s.dutyHelp("Who is on duty", c.Who)
		default:
			message, err = s.dutyOf(c.Text, c.Who)
		}

		return err
	})

	return chat.Reply{Message: message}, err
}

// dutyHelp says what can follow /duty. Where they are paged can be chosen by those
// who have several accounts.
func (s *session) dutyHelp(title string, asks chat.Person) *chat.Message {
	c := "/" + s.desk.commandName(dutyCommand)

	facts := chat.Facts{
		{Label: c, Value: chat.Plain("who is on duty now and next, in every team; with a team's name behind it, in that one")},
		{Label: c + " week", Value: chat.Plain("the next seven days of your teams")},
		{Label: c + " cover @who until 18:00", Value: chat.Plain("you have their duty for that time")},
		{Label: c + " off until 18:00", Value: chat.Plain("you are away for that time")},
		{Label: c + " cancel", Value: chat.Plain("calls a cover or absence of yours off")},
	}

	if len(s.usable(s.whois(asks))) > 1 {
		facts = append(facts,
			chat.Fact{Label: c + " here", Value: chat.Plain("you are paged here from now on, whatever else you use")},
			chat.Fact{Label: c + " anywhere", Value: chat.Plain("you are paged wherever you were active last")})
	}

	return &chat.Message{Title: title, Parts: []chat.Part{facts, chat.Small{Text: chat.Plain("Times as you say them, in your own zone: until 18:00, from 14:00 to 16:30, tomorrow 9-17, friday, from fri 22:00 until sat 06:00, for 2h. " +
		"Managers may act for others: " + c + " off @who until 18:00, " + c + " cover @who by @other until 18:00.")}}}
}

// dutyNow shows who is on duty now and next: the teams of whoever asks first.
func (s *session) dutyNow(account chat.Person) (*chat.Message, error) {
	m := &chat.Message{Title: "On duty now"}

	mine, others := s.teamsOf(account)

	const most = 15
	left := max(0, len(mine)+len(others)-most)

	for i, team := range append(mine, others...) {
		if i == most {
			break
		}

		line, err := s.dutyLine(team)
		if err != nil {
			return nil, err
		}

		m.Parts = append(m.Parts, line)
	}

	if left > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v: /%v and a team's name shows one.", inWords(left, "more team"), s.desk.commandName(dutyCommand))})
	}

	changes, err := s.changeParts(mine...)
	if err != nil {
		return nil, err
	}

	m.Parts = append(m.Parts, changes...)
	m.Parts = append(m.Parts, chat.Small{Text: chat.Line("/%v help says how to cover for somebody or to be off.", s.desk.commandName(dutyCommand))})

	return m, nil
}

// teamsOf returns the teams that somebody belongs to, and all others.
func (s *session) teamsOf(account chat.Person) (mine, others []*Team) {
	who, usual := s.whois(account), s.defaultTeam(account)

	for i := range s.desk.settings.Teams {
		t := &s.desk.settings.Teams[i]
		if t.ID == usual || slices.Contains(t.leaders(), who) || slices.Contains(t.Agents, who) {
			mine = append(mine, t)
		} else {
			others = append(others, t)
		}
	}

	return mine, others
}

// dutyLine shows one team: who is on now and next.
func (s *session) dutyLine(t *Team) (chat.Paragraph, error) {
	rota, err := s.roster(t, s.now)

	return chat.Paragraph{Text: append(chat.Line("%v: ", chat.Strong(t.Name)), s.nowAndNext(rota)...)}, err
}

// changeParts show what was changed in some teams, each change once, what begins
// first before the others.
func (s *session) changeParts(teams ...*Team) ([]chat.Part, error) {
	const most = 10

	var people []PersonID
	for _, t := range teams {
		people = append(people, without(t.leaders(), people)...)
	}

	changes, err := s.changesOf(people, s.now)
	slices.SortStableFunc(changes, func(a, b *Change) int { return a.From.Compare(b.From) })

	var parts []chat.Part
	for _, c := range changes[:min(len(changes), most)] {
		parts = append(parts, chat.Small{Text: s.changeLine(c)})
	}

	if left := len(changes) - most; left > 0 {
		parts = append(parts, chat.Small{Text: chat.Line("… and %v.", inWords(left, "more change"))})
	}

	return parts, err
}

// nowAndNext says in a sentence who is on duty, until when, and who follows.
func (s *session) nowAndNext(rota roster.Roster) chat.Text {
	now := asPeople(rota.On(s.now))
	at, next := rota.Next(s.now)

	line := chat.Plain("nobody is on duty")
	if len(now) > 0 {
		line = chat.Plain(s.someOf(now, wholeName))
	}

	switch {
	case at.IsZero():
		return line
	case len(next) == 0:
		return append(line, s.gapAfter(rota, at)...)
	default:
		return append(line, chat.Line(" until %v, then %v", chat.Day(at), s.someOf(asPeople(next), wholeName))...)
	}
}

// gapAfter says that nobody follows, and who comes after that.
func (s *session) gapAfter(rota roster.Roster, at time.Time) chat.Text {
	line := chat.Line(" until %v, then nobody", chat.Day(at))

	if back, next := rota.Next(at); !back.IsZero() {
		line = append(line, chat.Line(" until %v, then %v", chat.Day(back), s.someOf(asPeople(next), wholeName))...)
	}

	return line
}

// dutyWeek shows the next seven days of somebody's teams.
func (s *session) dutyWeek(account chat.Person) (*chat.Message, error) {
	m := &chat.Message{Title: "The next seven days"}

	mine, others := s.teamsOf(account)
	if len(mine) == 0 {
		mine = others
	}

	const mostTeams = 4

	for _, team := range mine[:min(len(mine), mostTeams)] {
		rota, err := s.roster(team, s.now)
		if err != nil {
			return nil, err
		}

		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v", chat.Strong(team.Name))})
		m.Parts = append(m.Parts, s.weekParts(rota)...)
	}

	if left := len(mine) - mostTeams; left > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v: /%v shows who is on duty there now and next.",
			inWords(left, "more team"), s.desk.commandName(dutyCommand))})
	}

	return m, nil
}

// weekParts show a team's next seven days, a line for each time that the same
// people are on.
func (s *session) weekParts(rota roster.Roster) []chat.Part {
	const most = 24

	var facts chat.Facts

	runs := rota.Runs(s.now, s.now.Add(7*24*time.Hour))

	for _, run := range runs[:min(len(runs), most)] {
		fact := chat.Fact{Label: "nobody"}
		if len(run.Who) > 0 {
			fact.Label = s.labelOf(asPeople(run.Who))
		}

		if until, _ := rota.Next(run.From); until.IsZero() {
			fact.Value = chat.Line("from %v on", chat.Day(run.From))
		} else {
			fact.Value = chat.Line("%v until %v", chat.Day(run.From), chat.Day(until))
		}

		facts = append(facts, fact)
	}

	if left := len(runs) - most; left > 0 {
		return []chat.Part{facts, chat.Small{Text: chat.Line("… and %v.", inWords(left, "more change"))}}
	}

	return []chat.Part{facts}
}

// labelOf names people as the label of a line, which is short.
func (s *session) labelOf(people []PersonID) string {
	const (
		short = 60
		name  = 14
	)

	if whole := s.someOf(people, wholeName); utf8.RuneCountInString(whole) <= short {
		return whole
	}

	return s.someOf(people, name)
}

// inWords says how many there are of something.
func inWords(n int, thing string) string {
	return itoa(n) + " " + inNumber(n == 1, thing, thing+"s")
}

// dutyOf answers a word that is no command: the name of a team, or else help.
func (s *session) dutyOf(text string, asks chat.Person) (*chat.Message, error) {
	for i := range s.desk.settings.Teams {
		t := &s.desk.settings.Teams[i]
		if !strings.EqualFold(text, t.Name) && !strings.EqualFold(text, string(t.ID)) {
			continue
		}

		line, err := s.dutyLine(t)
		if err != nil {
			return nil, err
		}

		changes, err := s.changeParts(t)

		return &chat.Message{Title: "On duty now", Parts: append([]chat.Part{line}, changes...)}, err
	}

	return s.dutyHelp("I don't know “"+inline(text, 40)+"”. This is what you can type:", asks), nil
}

// cover gives somebody's duty to whoever asks for it, or whom a manager names.
func (s *session) cover(by PersonID, account chat.Person, text string) (ChangeID, error) {
	who, rest, err := s.takePerson(text, "Say whom you cover, such as @lee.")
	if err != nil {
		return 0, err
	}

	cover := by

	if word, more := firstWord(rest); word == "by" {
		if cover, rest, err = s.takePerson(more, "Say who covers, such as by @dana."); err != nil {
			return 0, err
		}
	}

	span, err := roster.ParseSpan(rest, s.now, s.zoneOf(account))
	if err != nil {
		return 0, err
	}

	return s.makeCover(&Change{Who: who, Cover: cover, From: span.From, Until: span.Until, By: by, Made: s.now})
}

func (s *session) makeCover(c *Change) (ChangeID, error) {
	if _, err := s.coverable(c); err != nil {
		return 0, err
	}

	if err := s.coverClashes(c); err != nil {
		return 0, err
	}

	if err := s.keepChange(c); err != nil {
		return 0, err
	}

	for _, who := range without(c.people(), []PersonID{c.By}) {
		if err := s.tellOfChange(c, who, CoverMade); err != nil {
			return 0, err
		}
	}

	return c.ID, s.tellGaps(c)
}

func (s *session) coverAnswer(c *Change, by PersonID) (*chat.Message, error) {
	teams, err := s.coverable(c)
	if err != nil {
		return nil, err
	}

	m := &chat.Message{Title: s.name(c.Cover) + " has " + s.name(c.Who) + "'s duty", Choices: []chat.Choice{s.cancelChoice(c)}}
	if c.Cover == by {
		m.Title = "You have " + s.name(c.Who) + "'s duty"
	}

	gaps, err := s.gapParts(c)
	if err != nil {
		return nil, err
	}

	m.Parts = append([]chat.Part{chat.Paragraph{Text: s.changeLine(c)}}, gaps...)

	line := chat.Line("In %v. %v.", enumerated(teams), s.wereTold(without(c.people(), []PersonID{c.By})))

	kept, err := s.keptOf(c)
	if len(kept) > 0 {
		line = append(line, chat.Line(" The duty of %v in %v stays theirs.", s.name(c.Who), enumerated(kept))...)
	}

	m.Parts = append(m.Parts, chat.Small{Text: line})

	return m, err
}

// keptOf names the teams in which somebody keeps their duty in the time of a
// cover: whoever covers may not have it there.
func (s *session) keptOf(c *Change) ([]string, error) {
	var teams []string

	for _, t := range s.rotasOf(c.Who) {
		if s.desk.settings.may(c.Cover, haveDuty, t.ID) {
			continue
		}

		duty, err := s.dutyIn(t, c, roster.Span{From: c.From, Until: c.Until})
		if err != nil {
			return nil, err
		}

		if len(duty) > 0 {
			teams = append(teams, t.Name)
		}
	}

	return teams, nil
}

func (s *session) wereTold(people []PersonID) string {
	if len(people) == 1 {
		return s.name(people[0]) + " was told"
	}

	return enumerated(s.names(people)) + " were told"
}

// coverable returns the names of the teams in which the cover counts: where who
// has duty in that time, and the coverer may have it.
func (s *session) coverable(c *Change) ([]string, error) {
	switch {
	case c.Cover == c.Who:
		return nil, &RefusedError{"Nobody covers for themselves. Name somebody else."}
	case c.Cover != c.By && !s.changes(c.By, c.Who):
		return nil, &RefusedError{"Only a manager can have somebody else cover" + s.namely(s.dutyManagers(c.Who)) + ". Leave “by” out to cover for them yourself."}
	}

	rotas := s.rotasOf(c.Who)
	if len(rotas) == 0 {
		return nil, &RefusedError{s.name(c.Who) + " is on no team's rota, so there is nothing to cover."}
	}

	rotas = slices.DeleteFunc(rotas, func(t *Team) bool { return !s.desk.settings.may(c.Cover, haveDuty, t.ID) })
	if len(rotas) == 0 {
		return nil, &RefusedError{"Only supervisors and managers of " + s.name(c.Who) + "'s team can have their duty. Ask one of them to cover."}
	}

	var teams []string

	for _, t := range rotas {
		duty, err := s.dutyIn(t, c, roster.Span{From: c.From, Until: c.Until})
		if err != nil {
			return nil, err
		}

		if len(duty) > 0 {
			teams = append(teams, t.Name)
		}
	}

	if len(teams) == 0 {
		return nil, s.nothingToCover(c, rotas)
	}

	return teams, nil
}

// dutyIn returns when in a span somebody, of whose duty a change is, has duty
// in a team but for that change: by the covers of others, or else by the plan.
// Who is off has it all the same.
func (s *session) dutyIn(t *Team, c *Change, span roster.Span) ([]roster.Span, error) {
	rota, err := s.covered(t, span.From, c.ID)
	if err != nil {
		return nil, err
	}

	if duty := spansOf(rota, c.Who, span); len(duty) > 0 {
		return duty, nil
	}

	return spansOf(roster.Roster{Plan: rota.Plan}, c.Who, span), nil
}

// covered returns a team's rota from an instant on as if nobody were off, and
// without one of the covers, 0 for none.
func (s *session) covered(t *Team, from time.Time, but ChangeID) (roster.Roster, error) {
	changes, err := s.changesOf(t.leaders(), from)
	covers := slices.DeleteFunc(changes, func(o *Change) bool { return o.Cover == "" || o.ID == but })

	return s.rosterOf(t, s.desk.plans.of(t.ID), covers), err
}

// spansOf returns when in a span somebody is on duty.
func spansOf(rota roster.Roster, who PersonID, span roster.Span) []roster.Span {
	var on []roster.Span

	for _, run := range rota.Runs(span.From, span.Until) {
		if slices.Contains(run.Who, asPerson(who)) {
			on = append(on, run.Span)
		}
	}

	return on
}

func asPerson(who PersonID) roster.Person { return roster.Person(who) }

// nothingToCover says that somebody has no duty in the time of a cover, and when
// they have it next in some teams.
func (s *session) nothingToCover(c *Change, rotas []*Team) error {
	const ahead = 15 * 24 * time.Hour

	var next time.Time

	for _, t := range rotas {
		later, err := s.dutyIn(t, c, roster.Span{From: c.Until, Until: c.Until.Add(ahead)})
		if err != nil {
			return err
		}

		if len(later) > 0 {
			next = first(next, later[0].From)
		}
	}

	line := chat.Line("%v has no duty from %v until %v, so there is nothing to cover.", s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
	if !next.IsZero() {
		line = append(line, chat.Line(" Their next duty begins %v.", chat.Day(next))...)
	}

	return &spokenError{line}
}

// coverClashes refuses a cover that contradicts one that is there.
func (s *session) coverClashes(c *Change) error {
	changes, err := s.changesOf([]PersonID{c.Who, c.Cover}, c.From)
	if err != nil {
		return err
	}

	for _, other := range changes {
		if !other.From.Before(c.Until) || !other.Until.After(c.From) {
			continue
		}

		switch {
		case other.Who == c.Who && other.Cover != "":
			return &spokenError{append(s.changeLine(other), chat.Line(" Cancel that first (/%v cancel), or choose another time.", s.desk.commandName(dutyCommand))...)}
		case other.Who == c.Cover && other.Cover == "":
			return &spokenError{append(s.changeLine(other), chat.Line(" Who is off can't cover. Cancel that first (/%v cancel), or choose another time.", s.desk.commandName(dutyCommand))...)}
		case other.Who == c.Cover && other.Cover == c.Who:
			return &spokenError{append(s.changeLine(other), chat.Plain(" Two people can't cover for each other at the same time.")...)}
		}
	}

	return nil
}

// beOff marks whoever asks, or whom a manager names, as away.
func (s *session) beOff(by PersonID, account chat.Person, text string) (ChangeID, error) {
	who, rest := by, text

	if strings.HasPrefix(strings.TrimSpace(text), "@") {
		var err error
		if who, rest, err = s.takePerson(text, "Say who is off."); err != nil {
			return 0, err
		}
	}

	switch {
	case len(s.rotasOf(who)) == 0 && who == by:
		return 0, &RefusedError{"You are on no team's rota, so there is no duty to be off from."}
	case len(s.rotasOf(who)) == 0:
		return 0, &RefusedError{s.name(who) + " is on no team's rota, so there is no duty to be off from."}
	case !s.changes(by, who, who):
		return 0, &RefusedError{"Only a manager of their team can say that somebody else is off" + s.namely(s.dutyManagers(who)) + "."}
	}

	span, err := roster.ParseSpan(rest, s.now, s.zoneOf(account))
	if err != nil {
		return 0, err
	}

	return s.makeOff(&Change{Who: who, From: span.From, Until: span.Until, By: by, Made: s.now})
}

func (s *session) makeOff(c *Change) (ChangeID, error) {
	before, err := s.Changes(c.Who, c.From)
	if err != nil {
		return 0, err
	}

	for _, other := range before {
		if other.Who == c.Who && other.Cover == "" && !other.From.After(c.From) && !other.Until.Before(c.Until) {
			return 0, &spokenError{append(s.changeLine(other), chat.Plain(" That covers the time already.")...)}
		}
	}

	if err := s.keepChange(c); err != nil {
		return 0, err
	}

	if c.Who != c.By {
		if err := s.tellOfChange(c, c.Who, OffMade); err != nil {
			return 0, err
		}
	}

	return c.ID, s.tellGaps(c)
}

// offAnswer says who is off, what that leaves open, and whom they were to cover.
func (s *session) offAnswer(c *Change, by PersonID) (*chat.Message, error) {
	m := &chat.Message{Title: "You are off", Parts: []chat.Part{chat.Paragraph{Text: s.changeLine(c)}}, Choices: []chat.Choice{s.cancelChoice(c)}}
	if c.Who != by {
		m.Title = s.name(c.Who) + " is off"
	}

	gaps, err := s.gapParts(c)
	if err != nil {
		return nil, err
	}

	m.Parts = append(m.Parts, gaps...)

	others, err := s.Changes(c.Who, c.From)

	for _, other := range others {
		if other.Cover == c.Who && other.From.Before(c.Until) {
			m.Parts = append(m.Parts, chat.Paragraph{Text: append(s.changeLine(other), chat.Plain(" Who is off covers for nobody: find somebody else, or cancel that.")...)})
		}
	}

	return m, err
}

// cancelWord calls off what somebody made, has or is covered by, if it is one
// thing.
func (s *session) cancelWord(by PersonID, _ chat.Person, text string) (ChangeID, error) {
	changes, err := s.cancellable(by, text)

	switch {
	case err != nil:
		return 0, err
	case len(changes) == 0:
		return 0, &RefusedError{"There is no cover or absence to cancel."}
	case len(changes) == 1:
		return changes[0].ID, s.cancel(changes[0].ID, by)
	default:
		return 0, nil
	}
}

// cancellable returns what somebody may call off: of their own, or of whom they
// name.
func (s *session) cancellable(by PersonID, text string) ([]*Change, error) {
	who, rest := by, strings.TrimSpace(text)

	if strings.HasPrefix(rest, "@") {
		var err error
		if who, rest, err = s.takePerson(rest, "Say of whom, such as @lee."); err != nil {
			return nil, err
		}
	}

	if rest != "" {
		c := "/" + s.desk.commandName(dutyCommand) + " cancel"

		return nil, &RefusedError{fmt.Sprintf("I don't know what “%v” means here. Type %v, or a name behind it, such as %v @lee.", inline(rest, 40), c, c)}
	}

	changes, err := s.Changes(who, s.now)

	return slices.DeleteFunc(changes, func(c *Change) bool { return !s.mayCancel(c, by) }), err
}

// whichChange offers a button for each thing that somebody may call off.
func (d *Desk) whichChange(ctx context.Context, account chat.Person, text string) (chat.Reply, error) {
	m := &chat.Message{Title: "Which one?"}

	const most = 15

	err := d.view(ctx, func(s *session) error {
		changes, err := s.cancellable(s.whois(account), text)
		for _, c := range changes[:min(len(changes), most)] {
			m.Parts = append(m.Parts, chat.Paragraph{Text: s.changeLine(c)}, chat.Buttons{s.cancelChoice(c)})
		}

		if left := len(changes) - most; left > 0 {
			m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v more, which end later.", left)})
		}

		return err
	})

	return chat.Reply{Message: m}, err
}

// cancel calls a change off and tells the other side.
func (s *session) cancel(id ChangeID, by PersonID) error {
	c, err := s.Change(id)
	if errors.Is(err, ErrNotFound) {
		return &RefusedError{"That is long over; I don't keep it any more."}
	}

	switch {
	case err != nil:
		return err
	case !s.mayCancel(c, by):
		return &RefusedError{"Only those whom it concerns, whoever made it and their managers can call that off" + s.namely(union(c.people(), s.dutyManagers(c.Who))) + "."}
	case !c.Cancelled.IsZero():
		return &RefusedError{"It was called off already by " + s.name(c.CancelledBy) + "."}
	case !c.Until.After(s.now):
		return &RefusedError{"That is over already."}
	}

	c.Cancelled, c.CancelledBy = s.now, by
	if err := s.PutChange(c); err != nil {
		return err
	}

	if err := s.lookAtTeamsOf(c); err != nil {
		return err
	}

	for _, who := range without(c.people(), []PersonID{by}) {
		if _, err := s.note(Note{To: who, What: ChangeCancelled, At: s.now, By: by, Change: c.ID}); err != nil {
			return err
		}
	}

	if err := s.redrawNotes(c.Notes); err != nil {
		return err
	}

	return s.tellGaps(c)
}

// cancelAnswer says what holds since a change was called off, and where that
// leaves nobody on duty.
func (s *session) cancelAnswer(c *Change, by PersonID) (*chat.Message, error) {
	gaps, err := s.gapParts(c)

	return &chat.Message{Title: "Called off", Parts: append([]chat.Part{chat.Paragraph{Text: s.cancelledLine(c, by)}}, gaps...)}, err
}

func (s *session) mayCancel(c *Change, by PersonID) bool {
	return s.changes(by, c.Who, c.Who, c.Cover, c.By)
}

// keepChange keeps a new change and has the rotas that it touches looked at.
func (s *session) keepChange(c *Change) (err error) {
	if c.ID, err = s.NextChange(); err != nil {
		return err
	}

	if err := s.PutChange(c); err != nil {
		return err
	}

	return s.lookAtTeamsOf(c)
}

// tellOfChange sends somebody a note that is about a change and shows how it
// stands.
func (s *session) tellOfChange(c *Change, who PersonID, what NoteKind) error {
	id, err := s.note(Note{To: who, What: what, At: s.now, By: c.By, Change: c.ID})
	if err != nil {
		return err
	}

	c.Notes = append(c.Notes, id)

	return s.PutChange(c)
}

// lookAtTeamsOf has the rotas that a change touches looked at with the next
// tick, who comes on by it checked, and what tells of their gaps drawn anew.
// Those whom it concerns were told of it.
func (s *session) lookAtTeamsOf(c *Change) error {
	var knows []PersonID
	if !c.From.After(s.now) {
		knows = c.people()
	}

	for _, t := range s.rotasOf(c.Who) {
		w, err := s.watch(t.ID)
		if err != nil {
			return err
		}

		w.look(s.now, knows...)

		if c.Cover != "" && !w.Checked.Before(c.From) && w.Checked.Before(c.Until) {
			w.Checked = time.Time{} // others come on than those who were checked
		}

		if err := s.PutWatch(w); err != nil {
			return err
		}

		if err := s.redrawGaps(t, c); err != nil {
			return err
		}
	}

	return nil
}

// changes reports whether somebody may change who is on duty where another may be,
// as one of those whose change it is or in a team's name.
func (s *session) changes(by, who PersonID, whose ...PersonID) bool {
	has := anyPerson
	if slices.Contains(whose, by) {
		has |= theSelf
	}

	for _, t := range s.rotasOf(who) {
		has |= s.desk.settings.rolesIn(by, t.ID)
	}

	return changeDuty.allows(has)
}

// dutyManagers are the managers of the teams where somebody may be on duty.
func (s *session) dutyManagers(who PersonID) []PersonID {
	var people []PersonID

	for _, t := range s.rotasOf(who) {
		people = union(people, t.Managers)
	}

	return people
}

// rotasOf returns the teams where somebody may have duty.
func (s *session) rotasOf(who PersonID) []*Team {
	var teams []*Team

	for i := range s.desk.settings.Teams {
		if t := &s.desk.settings.Teams[i]; s.mayBeOn(t, who) {
			teams = append(teams, t)
		}
	}

	return teams
}

// mayBeOn reports whether somebody may have duty in a team: as one of its
// people, or as a manager from outside who covers.
func (s *session) mayBeOn(t *Team, who PersonID) bool {
	if slices.Contains(t.leaders(), who) {
		return true
	}

	if !s.desk.settings.may(who, haveDuty, t.ID) {
		return false
	}

	changes, err := s.changesOf(t.leaders(), s.now)
	if err != nil {
		s.desk.log.Error("changes of duty can't be read", "team", t.ID, "error", err)
	}

	return slices.ContainsFunc(changes, func(c *Change) bool { return c.Cover == who })
}

// zoneOf returns the zone in which somebody says times: their own on the
// platform, else their team's.
func (s *session) zoneOf(account chat.Person) *time.Location {
	if zone := s.accountZone(account); zone != nil {
		return zone
	}

	if mine, others := s.teamsOf(account); len(mine) > 0 && mine[0].Zone != nil {
		return mine[0].Zone
	} else if len(others) > 0 && others[0].Zone != nil {
		return others[0].Zone
	}

	return time.UTC
}

// A spokenError is a friendly no with instants in it, which each reader sees in
// their own zone.
type spokenError struct{ text chat.Text }

// Error returns the words for the person.
func (e *spokenError) Error() string { return e.text.String() }

// takePerson takes a person from the front of what was typed: a mention, or @ and a
// name or key of the configuration.
func (s *session) takePerson(text, otherwise string) (PersonID, string, error) {
	text = strings.TrimSpace(text)
	word, rest := text, ""

	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		word, rest = text[:end], strings.TrimSpace(text[end:])
	}

	if account, ok := chat.Mentioned(word); ok {
		who := s.whois(account)

		return who, s.withoutSurname(rest, who), nil
	}

	if word == "" || word == "@" {
		return "", "", &RefusedError{otherwise}
	}

	if strings.EqualFold(word, "me") || strings.EqualFold(word, "@me") {
		return "", "", &RefusedError{"Say whom, with an @ before the name."}
	}

	found, length := s.colleagueAt(strings.TrimPrefix(text, "@"))

	switch len(found) {
	case 1:
		return found[0], strings.TrimSpace(strings.TrimPrefix(text, "@")[length:]), nil
	case 0:
		return "", "", &RefusedError{fmt.Sprintf("I don't know %v. The people who can have duty are %v.", inline(word, 40), s.leadersInWords())}
	default:
		return "", "", &RefusedError{fmt.Sprintf("%v can be %v. Write the full name.", inline(word, 40), either(s.names(found)))}
	}
}

// withoutSurname drops what is left of a name of which the platform took the
// first word for a mention: "@Lee Chan" of somebody who is @lee.
func (s *session) withoutSurname(text string, who PersonID) string {
	_, surname, _ := strings.Cut(s.name(who), " ")
	if n := nameAt(text, surname); n > 0 {
		return strings.TrimSpace(text[n:])
	}

	return text
}

// colleagueAt returns whom the longest name at the front of text names, and how
// long that is there: the key, the full name, or the first name.
func (s *session) colleagueAt(text string) (found []PersonID, length int) {
	for id, colleague := range s.desk.settings.People {
		firstName, _, _ := strings.Cut(colleague.Name, " ")
		for _, name := range []string{string(id), colleague.Name, firstName} {
			n := nameAt(text, name)
			if n == 0 || n < length {
				continue
			}

			if n > length {
				found, length = nil, n
			}

			if !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}

	slices.Sort(found)

	return found, length
}

// nameAt returns how long a name is at the front of text, however it is
// capitalized: a capital may be longer than its small letter. It returns 0 if
// the name is not there.
func nameAt(text, name string) int {
	left := utf8.RuneCountInString(name)

	for n := range text + " " { // the space is where the last letter ends
		if left == 0 {
			if n > 0 && strings.EqualFold(text[:n], name) && ends(text[n:]) {
				return n
			}

			return 0
		}

		left--
	}

	return 0
}

// ends reports whether a word ends before rest.
func ends(rest string) bool {
	return rest == "" || strings.ContainsAny(rest[:1], " \t\n,.:;")
}

// leadersInWords names who can have duty anywhere, so many that a reader takes
// them in.
func (s *session) leadersInWords() string {
	var people []PersonID
	for _, t := range s.desk.settings.Teams {
		people = append(people, without(t.leaders(), people)...)
	}

	const most = 12
	if len(people) > most {
		return joinWords(s.names(people[:most])...) + " and others"
	}

	return enumerated(s.names(people))
}

// clickDuty answers the buttons of the rota, and reports whether it was one.
func (d *Desk) clickDuty(ctx context.Context, c chat.Click) (chat.Reply, bool, error) {
	var do func(s *session, by PersonID) (ChangeID, error)

	switch c.Action {
	case "cancel_change":
		id, err := strconv.ParseUint(c.Value, 10, 64)
		if err != nil {
			return chat.Reply{}, true, strange(c.Action, c.Value)
		}

		do = func(s *session, by PersonID) (ChangeID, error) { return ChangeID(id), s.cancel(ChangeID(id), by) }
	case "handover":
		team, number, _ := strings.Cut(c.Value, "/")

		n, err := strconv.Atoi(number)
		if err != nil {
			return chat.Reply{}, true, strange(c.Action, c.Value)
		}

		do = func(s *session, by PersonID) (ChangeID, error) { return 0, s.confirmHandover(by, TeamID(team), n) }
	default:
		return chat.Reply{}, false, nil
	}

	id, err := d.changeOnce(ctx, prefixed("click", c.ID), func(s *session) (ChangeID, error) { return do(s, s.whois(c.Who)) })

	var reply chat.Reply

	switch {
	case err != nil:
		reply, err = d.unchanged(ctx, c.Who, err)
	case id != 0:
		reply, err = d.changed(ctx, c.Who, id)
	}

	return reply, true, err
}
