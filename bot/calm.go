package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

const calmCommand = "calm"

// What /calm does with what somebody notices is looked up and forgotten: it is
// neither kept nor logged, and no button carries it. What an agent notices, and how
// often they look, is their own.

// Buttons of the playbook.
const (
	calmAction         = "calm"          // what helps in an escalation, or whenever
	calmCardAction     = "calm_card"     // one card
	calmBreatheAction  = "calm_breathe"  // the breathing step
	calmLanguageAction = "calm_language" // the same in another language, from now on
)

// How many cards an answer shows in full, and how many it knows of in all.
const (
	mostShown = 2
	mostFound = 6
)

// A helping is the cards that may help somebody, best first, and what they are
// about.
type helping struct {
	language Language
	cards    []playbook.Card
	about    *Escalation // nil if they are about nothing that is open
	lost     bool        // nothing fits what was asked for; these help with everybody
	general  bool        // nothing was asked for; these help with everybody
}

// calm answers /calm: with the cards for what somebody notices, or without words
// with those that fit what they have open.
func (d *Desk) calm(ctx context.Context, c chat.Command) (chat.Reply, error) {
	if l, ok := languageChosen(c.Text); ok {
		return d.speak(ctx, c.Who, l, nil)
	}

	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		who := s.whois(c.Who)
		l := s.language(who)

		switch word, rest := firstWord(c.Text); {
		case word == "help" && rest == "":
			message = d.calmHelp(l)
		case rest == "" && slices.Contains([]string{"breathe", "breath", "respira", "respirar"}, word):
			message = breathing(l)
		case word == "check" || word == "revisar":
			message = d.checked(l, rest)
		default:
			message = calmMessage(s.helpWith(c.Who, c.Text))
		}

		return nil
	})

	return chat.Reply{Message: message}, err
}

// calmHelp says what can follow /calm.
func (d *Desk) calmHelp(l Language) *chat.Message {
	c, words := "/"+d.commandName(calmCommand), calmHelps[l]

	var facts chat.Facts
	for _, way := range words.ways {
		facts = append(facts, chat.Fact{Label: strings.TrimSpace(c + " " + way.typed), Value: chat.Plain(way.gives)})
	}

	facts = append(facts, chat.Fact{Label: c + " español, " + c + " english", Value: chat.Plain(words.language)})

	return &chat.Message{Title: words.title, Parts: []chat.Part{facts, chat.Small{Text: chat.Plain(words.yours)}}}
}

// unknownLanguage answers somebody who asked for a language that is none of ours.
func (d *Desk) unknownLanguage(ctx context.Context, account chat.Person) *chat.Message {
	l := playbook.English

	err := d.view(ctx, func(s *session) error {
		l = s.language(s.whois(account))

		return nil
	})
	if err != nil {
		d.log.Error("the language of somebody can't be read: they are answered in English", "error", err)
	}

	return d.calmHelp(l)
}

// helpWith returns what helps with what somebody notices. Without words it is what
// fits what they have open.
func (s *session) helpWith(account chat.Person, noticed string) helping {
	who := s.whois(account)

	if strings.TrimSpace(noticed) == "" {
		if e := s.presentCase(who); e != nil {
			return s.helpIn(e, who)
		}
	}

	return s.search(account, s.language(who), noticed)
}

// search looks in the playbook of somebody's team for what they notice.
func (s *session) search(account chat.Person, l Language, noticed string) helping {
	asked := strings.TrimSpace(noticed) != ""
	cards, found := s.book(s.defaultTeam(account)).Search(l, noticed, mostFound)

	return helping{language: l, cards: cards, lost: asked && !found, general: !asked}
}

// helpIn returns what helps somebody in an escalation.
func (s *session) helpIn(e *Escalation, who PersonID) helping {
	c := s.caseFor(e, who, momentOf(e, who))

	return helping{language: c.Language, cards: s.book(e.Team).Fit(c, mostFound), about: e}
}

// presentCase returns what somebody has open with a customer now, the newest, nil
// for nothing.
func (s *session) presentCase(who PersonID) *Escalation {
	open, err := s.concerning(who)
	if err != nil {
		s.desk.log.Error("what somebody has open can't be read: they are shown what helps with everybody", "person", who, "error", err)

		return nil
	}

	for _, e := range open {
		if e.State.Open() && (e.Agent == who || momentOf(e, who) == playbook.Leading) {
			return e
		}
	}

	return nil
}

// momentOf is what somebody is about to do in an escalation that is open.
func momentOf(e *Escalation, who PersonID) playbook.Moment {
	if e.Holder == who && (e.State == Taken || e.State == Joined) {
		return playbook.Leading
	}

	return playbook.Talking
}

// book returns a team's playbook.
func (s *session) book(team TeamID) *playbook.Book {
	var own *playbook.Book

	if t := s.desk.settings.team(team); t != nil {
		own = t.Playbook
	}

	return cmp.Or(own, s.desk.settings.Playbook, playbook.Embedded())
}

// caseFor is an escalation as the playbook knows it, for somebody who is about to
// do something.
func (s *session) caseFor(e *Escalation, reader PersonID, moment playbook.Moment) playbook.Case {
	c, p := e.Context, s.playSituation(e, reader)

	return playbook.Case{
		Language: p.Language, Moment: moment, Stage: p.Stage, Need: p.Need, Live: c.Waiting,
		Channel: c.Channel, Reason: c.Reason, Signs: c.Signs, Feeling: c.Feeling, Trigger: string(c.Trigger), Heat: c.Heat,
		Customer: p.Customer, Agent: s.name(e.Agent), Supervisor: p.Supervisor, Reference: inline(c.Reference, 40),
		Happened: inline(c.Happened, 300), Wants: inline(c.Wants, 200), When: p.When, Amount: p.Amount,
		Options: s.offerable(e, reader),
	}
}

// mostOffered is how many outcomes are offered to a customer to choose from: more
// are no help to somebody who is upset.
const mostOffered = 3

// offerable are the outcomes that somebody can offer the customer by themselves:
// those of the team within their limit, the first ones. One is no choice: where
// there are fewer than two they are filled up with what is in everybody's power, so
// that nobody offers what their team does not.
func (s *session) offerable(e *Escalation, who PersonID) []string {
	var names []string

	if t := s.desk.settings.team(e.Team); t != nil {
		for _, option := range t.Options {
			if option.Currency != "" && option.limit(s.desk.settings.rank(who, e.Team)) == 0 || slices.Contains(noOffers, option.Name) {
				continue
			}

			names = append(names, option.Name)
		}
	}

	if seeds := draftWords[s.language(who)].offers; len(names) < 2 {
		names = append(names, seeds[:2-len(names)]...)
	}

	return names[:min(len(names), mostOffered)]
}

// clickCalm answers the buttons of the playbook, and reports whether it was one.
func (d *Desk) clickCalm(ctx context.Context, c chat.Click) (chat.Reply, bool, error) {
	var (
		reply chat.Reply
		err   error
	)

	switch c.Action {
	case calmAction:
		reply, err = d.moreHelp(ctx, c)
	case calmCardAction:
		reply, err = d.calmCard(ctx, c)
	case calmBreatheAction:
		err = d.view(ctx, func(s *session) error {
			reply.Message = breathing(s.language(s.whois(c.Who)))

			return nil
		})
	case calmLanguageAction:
		chosen, shown, _ := strings.Cut(c.Value, " ")
		reply, err = d.speak(ctx, c.Who, languageOf(chosen), strings.Fields(shown))
	default:
		return chat.Reply{}, false, nil
	}

	return reply, true, err
}

// moreHelp answers with all that helps in an escalation.
func (d *Desk) moreHelp(ctx context.Context, c chat.Click) (chat.Reply, error) {
	id, err := ParseEscalationID(c.Value)
	if err != nil {
		return chat.Reply{}, strange(c.Action, c.Value)
	}

	var message *chat.Message

	err = d.view(ctx, func(s *session) error {
		who := s.whois(c.Who)

		e, err := s.visible(who, id)
		if err != nil {
			return err
		}

		message = calmMessage(s.helpIn(e, who))

		return nil
	})
	if err != nil {
		return d.excuse(ctx, c.Who, id, err)
	}

	return chat.Reply{Message: message}, nil
}

// calmCard answers with one card, filled with the case that it was offered for.
func (d *Desk) calmCard(ctx context.Context, c chat.Click) (chat.Reply, error) {
	name, about, _ := strings.Cut(c.Value, " ")

	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		who := s.whois(c.Who)
		h := helping{language: s.language(who)}

		if id, err := ParseEscalationID(about); err == nil {
			h.about, _ = s.visible(who, id) // without it the card is still there
		}

		if card, ok := s.namedCard(c.Who, h, name); ok {
			h.cards = []playbook.Card{card}
		} else {
			h = s.helpWith(c.Who, "")
		}

		message = calmMessage(h)

		return nil
	})

	return chat.Reply{Message: message}, err
}

// namedCard returns the card with an id, filled with the case that a helping is
// about if it fits that.
func (s *session) namedCard(account chat.Person, h helping, id string) (playbook.Card, bool) {
	if h.about == nil {
		return s.book(s.defaultTeam(account)).Card(h.language, id)
	}

	who := s.whois(account)
	book := s.book(h.about.Team)

	for _, card := range book.Fit(s.caseFor(h.about, who, momentOf(h.about, who)), mostCards) {
		if card.ID == id {
			return card, true
		}
	}

	return book.Card(h.language, id)
}

// speak changes the language in which somebody reads, and answers in it: with the
// cards that they had before them, or what helps with everybody.
func (d *Desk) speak(ctx context.Context, account chat.Person, l Language, shown []string) (chat.Reply, error) {
	if l == "" {
		return chat.Reply{Message: d.unknownLanguage(ctx, account)}, nil
	}

	if err := d.chooseLanguage(ctx, account, l); err != nil {
		return d.unchanged(ctx, account, err)
	}

	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		h := helping{language: l}

		for _, id := range shown {
			if card, ok := s.namedCard(account, h, id); ok {
				h.cards = append(h.cards, card)
			}
		}

		if len(h.cards) == 0 {
			h = s.search(account, l, "")
		}

		message = calmMessage(h)
		message.Parts = slices.Insert(message.Parts, 0, chat.Part(chat.Small{Text: chat.Line(calmWords[l].chosen, d.commandName(calmCommand))}))

		return nil
	})

	return chat.Reply{Message: message}, err
}
