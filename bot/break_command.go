package bot

import (
	"context"
	"errors"
	"strconv"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// recover answers /recover: it offers a break, or shows how the one stands that
// somebody has. With done behind it, they are back.
func (d *Desk) recover(ctx context.Context, c chat.Command) (chat.Reply, error) {
	switch word, rest := firstWord(c.Text); {
	case word == "":
		return d.askBreak(ctx, c)
	case word == "done" && rest == "":
		return d.changeBreak(ctx, prefixed("recover", c.ID), c.Who, func(s *session, b *Break) error { return s.applyBreak(b, Back{}) })
	case word == "help" && rest == "":
		return chat.Reply{Message: d.recoverHelp("Time to recover")}, nil
	default:
		return chat.Reply{Message: d.recoverHelp("I know two ways to write it:")}, nil
	}
}

// recoverHelp says what can follow /recover.
func (d *Desk) recoverHelp(title string) *chat.Message {
	c := "/" + d.commandName(recoverCommand)

	return &chat.Message{Title: title, Parts: []chat.Part{chat.Facts{
		{Label: c, Value: chat.Plain("a break for you, after a hard contact or whenever you need one")},
		{Label: c + " done", Value: chat.Plain("you are back")},
	}, chat.Small{Text: chat.Plain("Your breaks are your own: nobody else sees them, or is told.")}}}
}

// askBreak offers a break at once.
func (d *Desk) askBreak(ctx context.Context, c chat.Command) (chat.Reply, error) {
	if len(d.settings.Recovery.lengths()) == 0 {
		return chat.Reply{Message: chat.Notice("No breaks are set up here. If you need one, tell your supervisor; that is reason enough.")}, nil
	}

	reply, err := d.changeBreak(ctx, prefixed("recover", c.ID), c.Who, func(s *session, b *Break) error {
		ev := AskBreak{}

		if mine, _ := s.teamsOf(c.Who); len(mine) > 0 {
			ev.Team, ev.Lead = mine[0].ID, s.desk.settings.leads(b.Who, mine[0].ID)
		}

		ev.ShiftEnds = s.shiftEnds(b.Who, s.desk.settings.team(ev.Team))

		return s.applyBreak(b, ev)
	})
	if err == nil && reply.Message == nil {
		reply.Message = chat.Notice("Your break is in our private chat, ready when you are.")
	}

	return reply, err
}

// changeBreak changes somebody's own break, once. If it can't be changed so, they
// are told how it stands.
func (d *Desk) changeBreak(ctx context.Context, key string, account chat.Person, change func(*session, *Break) error) (chat.Reply, error) {
	_, err := d.once(ctx, key, func(s *session) (EscalationID, error) {
		b, err := s.breakOf(s.whois(account))
		if err != nil {
			return 0, err
		}

		return 0, change(s, b)
	})

	switch {
	case errors.Is(err, errBreakStands):
		return d.showBreak(ctx, account)
	case errors.Is(err, ErrUnwritable):
		return chat.Reply{Message: chat.Notice("I can't keep anything right now, so I can't time your break. Take it all the same; you need nobody's leave for that.")}, nil
	case err != nil:
		return d.excuse(ctx, account, 0, err)
	default:
		return chat.Reply{}, nil
	}
}

// showBreak answers with how somebody's break stands, and draws anew what they
// have in front of them.
func (d *Desk) showBreak(ctx context.Context, account chat.Person) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) error {
		b, err := s.breakOf(s.whois(account))
		if err != nil {
			return err
		}

		m, err := s.breakMessage(b)
		message = &m

		return err
	})
	if err != nil {
		return chat.Reply{}, err
	}

	err = d.update(ctx, func(s *session) error {
		b, err := s.breakOf(s.whois(account))
		if err != nil {
			return err
		}

		return errors.Join(s.redraw(b.card(b.Message)), s.redraw(b.card(b.Check)))
	})
	if errors.Is(err, ErrUnwritable) {
		err = nil
	}

	return chat.Reply{Message: message}, err
}

// breakDeeds are the buttons of a break that do something at once.
var breakDeeds = map[string]BreakEvent{
	"break_start":   StartBreak{},
	"break_later":   InTenMinutes{},
	"break_none":    NotNeeded{},
	"break_walk":    ChooseStep{Walk: true},
	"break_breathe": ChooseStep{},
	"break_back":    Back{},
	"break_more":    FiveMore{},
	"break_show":    ShowStatus{On: true},
	"break_hide":    ShowStatus{},
	"break_fine":    Fine{},
}

// breakForms are the buttons of a break that ask for a person first.
var breakForms = map[string]struct {
	title, label string
	event        func(who PersonID) BreakEvent
}{
	"break_buddy": {"Ask for a check-in", "Who should check in with you today?", func(who PersonID) BreakEvent { return AskCheckIn{Buddy: who} }},
	"break_talk":  {"Talk to somebody", "Who would you like to talk to?", func(who PersonID) BreakEvent { return Talk{To: who} }},
}

// clickBreak answers the buttons of breaks and check-ins, and reports whether it
// was one. A button of an earlier message is answered with how things stand.
func (d *Desk) clickBreak(ctx context.Context, c chat.Click) (chat.Reply, bool, error) {
	ev, deed := breakDeeds[c.Action]
	_, asks := breakForms[c.Action]

	if !deed && !asks && c.Action != "check_in" {
		return chat.Reply{}, false, nil
	}

	n, err := strconv.Atoi(c.Value)
	if err != nil {
		return chat.Reply{}, true, strange(c.Action, c.Value)
	}

	var reply chat.Reply

	switch {
	case c.Action == "check_in":
		reply, err = d.checkIn(ctx, c, NoteID(n)) //nolint:gosec // it came from one
	case asks:
		reply, err = d.openBreakForm(ctx, c, n)
	default:
		reply, err = d.changeBreak(ctx, prefixed("click", c.ID), c.Who, func(s *session, b *Break) error {
			if !b.shows(c.Action, n) {
				return errBreakStands
			}

			return s.applyBreak(b, ev)
		})
	}

	return reply, true, err
}

// shows reports whether the message with a number has a button of a break now.
func (b *Break) shows(action string, n int) bool {
	if action == "break_fine" || action == "break_talk" {
		return n == b.Check
	}

	return n == b.Message
}

// openBreakForm opens the form that asks for a person.
func (d *Desk) openBreakForm(ctx context.Context, c chat.Click, n int) (chat.Reply, error) {
	var (
		stands bool
		field  chat.Field
	)

	form := breakForms[c.Action]

	err := d.view(ctx, func(s *session) error {
		who := s.whois(c.Who)
		field = s.personField("who", form.label, "", without(s.near(s.defaultTeam(c.Who)), []PersonID{who}))
		field.Required = true

		b, err := s.breakOf(who)
		stands = err == nil && (!b.shows(c.Action, n) || c.Action == "break_buddy" && !b.mayAsk() || c.Action == "break_talk" && !b.talkable())

		return err
	})
	if err != nil {
		return chat.Reply{}, err
	}

	if stands {
		return d.showBreak(ctx, c.Who)
	}

	return chat.Reply{Form: &chat.Form{
		ID: c.Action, Title: form.title, Submit: "Ask them", Cancel: "Cancel", State: strconv.Itoa(n),
		Intro:  []chat.Part{chat.Small{Text: chat.Plain("They read that you would be glad about it today, and no reason.")}},
		Fields: []chat.Field{field},
	}}, nil
}

// submitBreak takes in a form that asks for a person, and reports whether it was
// one.
func (d *Desk) submitBreak(ctx context.Context, f chat.Submission) (chat.Reply, bool, error) {
	form, ok := breakForms[f.Form]
	if !ok {
		return chat.Reply{}, false, nil
	}

	n, err := strconv.Atoi(f.State)
	if err != nil {
		return chat.Reply{}, true, strange(f.Form, f.State)
	}

	reply, err := d.changeBreak(ctx, prefixed("form", f.ID), f.Who, func(s *session, b *Break) error {
		who := s.whois(chat.Person(f.Values.Get("who")))

		switch {
		case who == "":
			return problems{"who": "Choose who it should be."}
		case who == b.Who:
			return problems{"who": "That is you. Choose somebody else."}
		case s.gone(who):
			return problems{"who": s.name(who) + " can't be reached any more. Choose somebody else."}
		case !b.shows(f.Form, n):
			return errBreakStands
		}

		return s.applyBreak(b, form.event(who))
	})
	if wrong, ok := errors.AsType[problems](err); ok {
		return chat.Reply{Problems: chat.Problems(wrong)}, true, nil
	}

	return reply, true, err
}

// checkIn says that somebody will check in with who asked for it.
func (d *Desk) checkIn(ctx context.Context, c chat.Click, id NoteID) (chat.Reply, error) {
	_, err := d.once(ctx, prefixed("click", c.ID), func(s *session) (EscalationID, error) { return 0, s.mean(s.whois(c.Who), id) })
	if errors.Is(err, ErrNotFound) {
		return chat.Reply{Message: chat.Notice("That was a while ago. Ask them all the same, if you like.")}, nil
	}

	if err != nil {
		return d.excuse(ctx, c.Who, 0, err)
	}

	return chat.Reply{}, nil
}
