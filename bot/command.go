package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Names of the commands that exist.
const (
	escalateCommand  = "escalate"
	recoverCommand   = "recover"
	followupsCommand = "followups"
	sayCommand       = "say" // something written to the bot that is no command
)

// answerCommand is Command once what must not be kept is masked.
func (d *Desk) answerCommand(ctx context.Context, c chat.Command) (chat.Reply, error) {
	d.noteActive(ctx, c.Who)

	switch c.Name {
	case escalateCommand:
		return d.escalate(ctx, c)
	case chat.HomeOpened:
		return chat.Reply{}, d.update(ctx, func(s *session) error {
			return s.openHome(c.Who)
		})
	case dutyCommand:
		return d.duty(ctx, c)
	case recoverCommand:
		return d.recover(ctx, c)
	case followupsCommand:
		return d.followups(ctx, c)
	case calmCommand:
		return d.calm(ctx, c)
	case sayCommand:
		return d.said(ctx, c)
	default:
		return chat.Reply{Message: d.unknown(c)}, nil
	}
}

// openHome shows somebody their personal view by the account that they opened it
// with. It is kept up to date there from now on.
func (s *session) openHome(account chat.Person) error {
	home := CardID{Role: HomeCard, Person: s.whois(account)}

	card, err := s.Card(home)
	if errors.Is(err, ErrNotFound) {
		return s.wantBy(home, account)
	}

	if err != nil {
		return err
	}

	card.Drawn, card.To = "", account // they may have an old drawing in front of them
	if err := s.PutCard(card); err != nil {
		return err
	}

	return s.want(home)
}

// escalate answers /escalate in all its forms. Whatever is no word of its own
// is taken for what is happening: nobody in a hurry is sent back.
func (d *Desk) escalate(ctx context.Context, c chat.Command) (chat.Reply, error) {
	word, rest := firstWord(c.Text)

	switch word {
	case "now":
		return d.escalateNow(ctx, c, written(rest))
	case "list":
		if rest == "" {
			return d.list(ctx, c.Who)
		}
	case "restrictions":
		if rest == "" {
			return d.listRestrictions(ctx, c.Who)
		}
	case "help":
		if rest == "" {
			return chat.Reply{Message: d.help()}, nil
		}
	}

	if id, ok := onlyID(c.Text); ok {
		return d.show(ctx, c.Who, id)
	}

	return d.openForm(ctx, c)
}

// firstWord returns the first word of text in lower case, and what comes behind
// it. Marks at the word's end are left out: people in a hurry type "now," and
// "Now!", and phones turn two spaces into a full stop.
func firstWord(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	word = text

	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		word, rest = text[:end], strings.TrimSpace(text[end:])
	}

	return strings.ToLower(strings.TrimRight(word, ".,:;!?…-–—")), rest
}

// onlyID reports whether text is the id of an escalation and nothing else.
func onlyID(text string) (EscalationID, bool) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(strings.ToUpper(text), "E-") {
		return 0, false
	}

	id, err := ParseEscalationID(text)

	return id, err == nil
}

func (d *Desk) openForm(ctx context.Context, c chat.Command) (chat.Reply, error) {
	var form *chat.Form

	err := d.view(ctx, func(s *session) error {
		draft := draft{Kind: TakeOver, Team: s.defaultTeam(c.Who), Context: Context{Waiting: true, Happened: written(s.spelled(c.Text)), Link: c.Link}}
		if c.Quoted != "" {
			draft.Context.Happened = c.Quoted
		}

		form = s.escalateForm(draft, oddWord(c.Text))

		return nil
	})

	return chat.Reply{Form: form}, err
}

// spelled puts names in the place of mentions.
func (s *session) spelled(text string) string {
	words := strings.SplitAfter(text, " ")
	for i, word := range words {
		if account, ok := chat.Mentioned(strings.TrimSpace(word)); ok {
			words[i] = strings.Replace(word, account.Mention(), "@"+s.name(s.whois(account)), 1)
		}
	}

	return strings.Join(words, "")
}

// oddWord returns text if it is a single word, which may have been meant as a
// command, else "".
func oddWord(text string) string {
	if fields := strings.Fields(text); len(fields) == 1 {
		return fields[0]
	}

	return ""
}

// defaultTeam returns where somebody's escalations go unless they say
// otherwise: their own team, the one they escalated to last, the only one
// there is. "" means that they have to choose.
func (s *session) defaultTeam(account chat.Person) TeamID {
	teams := s.desk.settings.Teams
	who := s.whois(account)
	if own := slices.IndexFunc(teams, func(t Team) bool { return slices.Contains(t.Agents, who) }); own >= 0 {
		return teams[own].ID
	}

	if identity, err := s.Identity(account); err == nil && s.desk.settings.team(identity.Team) != nil {
		return identity.Team
	}

	if len(teams) == 1 {
		return teams[0].ID
	}

	return ""
}

// escalateNow pages at once with whatever is there. Only somebody whose team is
// not known is asked for it, by one button each.
func (d *Desk) escalateNow(ctx context.Context, c chat.Command, happened string) (chat.Reply, error) {
	var team TeamID

	err := d.view(ctx, func(s *session) error {
		team, happened = s.defaultTeam(c.Who), s.spelled(happened)

		return nil
	})
	if err != nil {
		return chat.Reply{}, err
	}

	if team == "" {
		return chat.Reply{Message: d.whichTeam(c.ID, happened)}, nil
	}

	return d.openNow(ctx, c.ID, c.Who, team, happened, false)
}

// openNow pages at once. Unless it is sure that this is another customer, an
// agent for whom somebody is paged already is asked first, by one button: who is
// in a hurry types the same twice.
func (d *Desk) openNow(ctx context.Context, key string, account chat.Person, team TeamID, happened string, sure bool) (chat.Reply, error) {
	id, err := d.once(ctx, prefixed("now", key), func(s *session) (EscalationID, error) {
		running, err := s.running(s.whois(account))

		switch {
		case err != nil:
			return 0, err
		case running != nil && !sure:
			return 0, &sameError{running.ID}
		}

		return s.open(account, Open{Team: team, Kind: TakeOver, Context: Context{Waiting: true, Happened: happened}})
	})
	if errors.Is(err, ErrUnwritable) {
		return d.unrecorded(ctx, key, account, Open{Team: team, Context: Context{Happened: happened}}), nil
	}

	if same, ok := errors.AsType[*sameError](err); ok {
		return d.askRunning(ctx, key, team, same.id, happened)
	}

	if err != nil {
		return d.excuse(ctx, account, 0, err)
	}

	return d.opened(ctx, id)
}

// running returns an escalation of an agent for which somebody is paged or on the
// way, and of which the customer was not said yet, nil for none.
func (s *session) running(agent PersonID) (*Escalation, error) {
	open, err := s.concerning(agent)
	if err != nil {
		return nil, err
	}

	for _, e := range open {
		if e.Agent == agent && (e.State == Paging || e.State == Taken) && e.Context.Customer == "" && e.Context.Reference == "" {
			return e, nil
		}
	}

	return nil, nil //nolint:nilnil // there is none, which is no error
}

// mostCarried is how many characters of somebody's words a button carries.
const mostCarried = 1000

// askRunning says that somebody is paged already, and offers to add the words
// to that or to page for another customer.
func (d *Desk) askRunning(ctx context.Context, key string, team TeamID, id EscalationID, happened string) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		e, err := s.Escalation(id)
		if err != nil {
			return err
		}

		message = &chat.Message{
			Title: id.String() + " · " + s.agentTitle(e),
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Line("You have a call for help running: %v", s.situation(e))},
				chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, e.Agent))},
			},
		}

		if len([]rune(happened)) > mostCarried {
			message.Parts = append(message.Parts, chat.Small{Text: chat.Line("A button carries the first %v characters of what you wrote: add the rest with Add context.", mostCarried)})
		}

		if happened != "" {
			message.Choices = append(message.Choices, chat.Choice{
				Action: "add_words", Value: id.String() + "/" + inline(happened, mostCarried), Label: "Add to " + id.String(), Weight: chat.Primary,
			})
		}

		message.Choices = append(message.Choices, chat.Choice{
			Action: "another", Value: string(team) + "/" + key + "/" + inline(happened, mostCarried), Label: "Page for another customer",
		})

		return nil
	})

	return chat.Reply{Message: message}, err
}

// digest stands for words in a key, which outlives them.
func digest(words string) string {
	sum := sha256.Sum256([]byte(words))

	return hex.EncodeToString(sum[:16])
}

// addWords adds what was typed to an escalation that runs.
func (d *Desk) addWords(ctx context.Context, c chat.Click) (chat.Reply, error) {
	name, words, _ := strings.Cut(c.Value, "/")

	id, err := ParseEscalationID(name)
	if err != nil {
		return chat.Reply{}, strange(c.Action, c.Value)
	}

	_, err = d.once(ctx, prefixed("words", digest(c.Value)), func(s *session) (EscalationID, error) {
		by := s.whois(c.Who)

		e, err := s.visible(by, id)
		if err != nil {
			return 0, err
		}

		if !s.may(by, addWordsTo, e) {
			return 0, s.refusal(addWordsTo, e)
		}

		return id, s.apply(e, AddContext{By: by, Kind: e.Kind, Context: e.Context.with(Context{Happened: words})})
	})
	if err != nil {
		return d.excuse(ctx, c.Who, id, err)
	}

	return d.present(ctx, c.Who, id)
}

func prefixed(kind, key string) string {
	if key == "" {
		return ""
	}

	return kind + ":" + key
}

// open begins an escalation.
func (s *session) open(account chat.Person, ev Open) (EscalationID, error) {
	id, err := s.NextEscalation()
	if err != nil {
		return 0, err
	}

	ev.ID, ev.Agent = id, s.whois(account)
	if err := s.rememberTeam(account, ev.Team); err != nil {
		return 0, err
	}

	return id, s.apply(&Escalation{}, ev)
}

func (s *session) rememberTeam(account chat.Person, team TeamID) error {
	identity, err := s.Identity(account)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
		identity, err = &Identity{Who: account, Person: s.whois(account), Seen: s.now}, nil
	}

	if err != nil || identity.Team == team {
		return err
	}

	identity.Team = team

	return s.PutIdentity(identity)
}

// opened is what the agent reads at once after paging with now.
func (d *Desk) opened(ctx context.Context, id EscalationID) (chat.Reply, error) {
	var reply chat.Reply

	err := d.view(ctx, func(s *session) error {
		e, err := s.Escalation(id)
		if err != nil {
			return err
		}

		reply.Message = &chat.Message{
			Title: e.ID.String() + " · " + s.agentTitle(e),
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Plain("Your card in our private chat shows who has it.")},
				chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, e.Agent))},
			},
			Choices: []chat.Choice{s.button(e, "add_context", "Add context", chat.Primary)},
		}
		reply.Message.Parts = append(reply.Message.Parts, s.routeParts(e)...)

		return nil
	})

	return reply, err
}

// list answers with what is open and concerns somebody.
func (d *Desk) list(ctx context.Context, who chat.Person) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		open, err := s.concerning(s.whois(who))
		if err != nil {
			return err
		}

		message = s.listMessage(open)

		return nil
	})

	return chat.Reply{Message: message}, err
}

// concerning returns the escalations that are not over and concern somebody,
// newest first.
func (s *session) concerning(who PersonID) ([]*Escalation, error) {
	ids, err := s.Concerning(who)
	if err != nil {
		return nil, err
	}

	return s.readable(ids), nil
}

// show answers with one escalation and its timeline.
func (d *Desk) show(ctx context.Context, account chat.Person, id EscalationID) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		e, err := s.visible(s.whois(account), id)
		if err != nil {
			return err
		}

		entries, err := s.Timeline(id)
		found := faults(e, entries, err)
		s.complain(found)

		message = s.showMessage(e, entries, s.whois(account))
		message.Parts = append(s.alteredParts(e, found, s.whois(account)), message.Parts...)

		return nil
	})
	if err != nil {
		return d.excuse(ctx, account, id, err)
	}

	return chat.Reply{Message: message}, nil
}

// visible returns an escalation if somebody may see it: its agent, who leads
// its team, whoever was paged.
func (s *session) visible(who PersonID, id EscalationID) (*Escalation, error) {
	e, err := s.Escalation(id)
	if errors.Is(err, ErrNotFound) {
		return nil, &RefusedError{fmt.Sprintf("There is no %v. /%v list shows what is open and concerns you.", id, s.desk.command())}
	}

	if err != nil {
		return nil, err
	}

	if s.may(who, seeCase, e) {
		return e, nil
	}

	return nil, &RefusedError{s.unseen(e)}
}

// command returns the name under which people type /escalate.
func (d *Desk) command() string { return d.commandName(escalateCommand) }

// commandName returns the name under which people type a command.
func (d *Desk) commandName(command string) string { return or(d.settings.Commands[command], command) }

// said answers something written to the bot in its private chat.
func (d *Desk) said(ctx context.Context, c chat.Command) (chat.Reply, error) {
	word, rest := firstWord(strings.TrimPrefix(strings.TrimSpace(c.Text), "/"))

	typed := c
	typed.Name, typed.Text = escalateCommand, rest

	switch first, _ := firstWord(rest); {
	case word == strings.ToLower(d.commandName(dutyCommand)):
		typed.Name = dutyCommand

		return d.duty(ctx, typed)
	case word == strings.ToLower(d.commandName(followupsCommand)):
		return d.followups(ctx, typed)
	case word == strings.ToLower(d.commandName(calmCommand)):
		return d.calm(ctx, typed)
	case word == strings.ToLower(d.commandName(recoverCommand)):
		typed.Name = recoverCommand

		return d.recover(ctx, typed)
	case word != strings.ToLower(d.command()):
		return chat.Reply{Message: d.help()}, nil
	case first == "now", first == "list", first == "restrictions":
		return d.escalate(ctx, typed)
	default:
		if _, ok := onlyID(rest); ok {
			return d.escalate(ctx, typed)
		}

		return chat.Reply{Message: d.help()}, nil
	}
}

// excuse answers somebody whose wish could not be carried out. What went wrong
// inside is returned, for the log.
func (d *Desk) excuse(ctx context.Context, account chat.Person, id EscalationID, err error) (chat.Reply, error) {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return chat.Reply{Message: chat.Notice("%v", refused.Text)}, nil
	}

	if spoken, ok := errors.AsType[*spokenError](err); ok {
		return chat.Reply{Message: chat.Notice("%v", spoken.text)}, nil
	}

	if !harmless(err) {
		return chat.Reply{}, err
	}

	return d.present(ctx, account, id)
}

// present answers with how things stand, and draws anew what the person has in
// front of them.
func (d *Desk) present(ctx context.Context, account chat.Person, id EscalationID) (chat.Reply, error) {
	line, err := d.line(ctx, account, id)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return chat.Reply{Message: chat.Notice("%v", refused.Text)}, nil
	}

	return chat.Reply{Message: &chat.Message{Title: line.String(), Parts: []chat.Part{chat.Paragraph{Text: line}}}}, err
}

// line says how an escalation stands, and draws anew what the person sees of
// it. While nothing can be kept it only says so.
func (d *Desk) line(ctx context.Context, account chat.Person, id EscalationID) (chat.Text, error) {
	var line chat.Text

	err := d.view(ctx, func(s *session) error {
		e, err := s.visible(s.whois(account), id)
		if err != nil {
			return err
		}

		line = chat.Line("%v: %v", id, s.situation(e))

		return nil
	})
	if err != nil {
		return nil, err
	}

	err = d.update(ctx, func(s *session) error {
		e, err := s.Escalation(id)
		if err != nil {
			return err
		}

		return s.redrawFor(e, s.whois(account))
	})
	if errors.Is(err, ErrUnwritable) {
		err = nil
	}

	return line, err
}

// redrawFor draws anew what somebody sees of an escalation.
func (s *session) redrawFor(e *Escalation, who PersonID) error {
	for _, card := range append(e.liveCards(), e.Loose...) {
		if card.Person != who {
			continue
		}

		if err := s.redraw(card); err != nil {
			return err
		}
	}

	return nil
}
