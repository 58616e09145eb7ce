package bot

import (
	"context"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A press is a click on a button of an escalation, taken apart.
type press struct {
	chat.Click
	id EscalationID
	n  int // attempt of a page, number of what is owed
}

// pressed takes a click apart, whose value is "E-142" or "E-142/2".
func pressed(c chat.Click) (press, error) {
	name, number, _ := strings.Cut(c.Value, "/")

	id, err := ParseEscalationID(name)
	if err != nil {
		return press{}, strange(c.Action, c.Value)
	}

	n, err := strconv.Atoi(number)
	if number != "" && err != nil {
		return press{}, strange(c.Action, c.Value)
	}

	return press{c, id, n}, nil
}

// strange is that what a button or form carries is none of ours. It is logged, and
// what some carry are customers' words: it says only of what it is, and how long.
func strange(what, carried string) error {
	return fmt.Errorf("what came with %v can't be read: %d bytes", chat.CodeOf(what), len(carried))
}

// An action is what a button does: it carries out an event at once, or opens a
// form. Who may is in the table rights.
type action struct {
	event func(p press, e *Escalation, by PersonID) Event
	form  func(s *session, e *Escalation, by PersonID) *chat.Form
	after func(s *session, e *Escalation, by PersonID) *chat.Form // opened once the event is kept
	// numbered is form for a button that is about what has the number n, and nth
	// who may press such a button of those who have the right. Nil means everybody. A button that
	// has an event too opens the form where the event is nil.
	numbered func(s *session, e *Escalation, by PersonID, n int) *chat.Form
	nth      func(s *session, e *Escalation, by PersonID, n int) bool
	// instead does something else where it is not theirs to do, and says so to the
	// person. Nil, or to say nothing, means that it is theirs.
	instead func(s *session, e *Escalation, by PersonID) (*chat.Message, error)
	// sees marks what the person must have had before their eyes. A button that
	// was drawn with another mark is late. Nil means nothing.
	sees func(e *Escalation) int
	// finds is event for a button whose event depends on what is kept of others.
	finds func(s *session, e *Escalation, by PersonID, n int) (Event, error)
}

// eventOf returns what a button does, nil for one that opens a form.
func (a *action) eventOf(s *session, p press, e *Escalation, by PersonID) (Event, error) {
	if a.finds != nil {
		return a.finds(s, e, by, p.n)
	}

	return a.event(p, e, by), nil
}

// amountMark tells amounts apart: nobody approves one that they did not see.
func amountMark(e *Escalation) int { return int(crc32.ChecksumIEEE([]byte(e.Context.Amount))) }

// holderMark tells apart who has it.
func holderMark(e *Escalation) int {
	if page := e.page(e.Holder); page != nil {
		return page.Attempt
	}

	return 0
}

// actions are all buttons that belong to an escalation.
var actions = map[string]action{
	"take": {event: func(_ press, _ *Escalation, by PersonID) Event { return Take{By: by} }},
	"pass": {
		event: func(p press, _ *Escalation, by PersonID) Event { return Pass{By: by, Attempt: p.n} },
		after: (*session).passForm,
	},
	"approve": {sees: amountMark, instead: (*session).refer, event: func(_ press, e *Escalation, by PersonID) Event {
		return Decide{By: by, Approved: true, Amount: e.Context.Amount, Sum: e.Context.Sum}
	}},
	"approve_other": {form: (*session).approveOtherForm},
	"deny": {sees: amountMark, event: func(_ press, e *Escalation, by PersonID) Event {
		return Decide{By: by, Amount: e.Context.Amount, Sum: e.Context.Sum}
	}},
	"join":      {event: func(_ press, _ *Escalation, by PersonID) Event { return Join{By: by} }},
	"ask":       {form: (*session).askForm},
	"hand_back": {form: (*session).handBackForm},
	"hand_to":   {form: (*session).handToForm},
	"note":      {form: (*session).noteForm},
	"resolve":   {form: (*session).resolveForm},

	"same_customer":    {finds: (*session).takeNamesake},
	"add_context":      {form: (*session).contextForm},
	"call_ended":       {event: func(_ press, _ *Escalation, by PersonID) Event { return EndCall{By: by} }},
	"withdraw":         {event: func(_ press, _ *Escalation, by PersonID) Event { return Withdraw{By: by} }},
	"introduced":       {sees: holderMark, event: func(_ press, _ *Escalation, by PersonID) Event { return Introduce{By: by} }},
	"page_everyone":    {event: func(_ press, _ *Escalation, by PersonID) Event { return PageEveryone{By: by} }},
	"escalate_again":   {event: func(_ press, _ *Escalation, by PersonID) Event { return EscalateAgain{By: by} }},
	"promise_callback": {form: (*session).callbackForm},
	"answer":           {form: (*session).answerForm},
	"warned":           {event: func(_ press, _ *Escalation, by PersonID) Event { return Warn{By: by} }},
	"ended_contact":    {event: func(_ press, _ *Escalation, by PersonID) Event { return EndContact{By: by} }},
	"restrict":         {form: (*session).restrictForm},
	"write_down":       {form: (*session).incidentForm},
	"fast_path": {event: func(_ press, e *Escalation, by PersonID) Event {
		return AddContext{By: by, Kind: Threat, Context: e.Context}
	}},
	"hard_stop":     {event: func(p press, _ *Escalation, by PersonID) Event { return StopFor{By: by, Trigger: numberedStop(p.n)} }},
	"none_of_these": {sees: offersMark, event: func(_ press, _ *Escalation, by PersonID) Event { return NoneOfThese{By: by} }},
	"told_customer": {form: (*session).informForm},
	"remind_later":  {sees: updateMark, event: func(_ press, _ *Escalation, by PersonID) Event { return RemindLater{By: by} }},
	"touched":       {event: func(_ press, _ *Escalation, by PersonID) Event { return MakeTouch{By: by} }},
	"no_touch":      {event: func(_ press, _ *Escalation, by PersonID) Event { return MakeTouch{By: by, Needless: true} }},
	"reopen":        {form: (*session).reopenForm},
}

// actionOf returns what a button does.
func actionOf(name string) (action, bool) {
	if act, ok := owedActions[name]; ok {
		return act, true
	}

	act, ok := actions[name]

	return act, ok
}

// answerClick is Click once what must not be kept is masked.
func (d *Desk) answerClick(ctx context.Context, c chat.Click) (chat.Reply, error) {
	d.noteActive(ctx, c.Who)

	if c.Form != nil {
		return d.redrawForm(ctx, c)
	}

	switch c.Action {
	case "new":
		return d.openForm(ctx, chat.Command{Who: c.Who, Text: c.Value})
	case "add_owed_to":
		return d.addOwedTo(ctx, c)
	case "add_words":
		return d.addWords(ctx, c)
	case "now", "another":
		return d.pageNow(ctx, c)
	case feedbackAction:
		return d.openFeedback(ctx, c)
	}

	for _, click := range []func(context.Context, chat.Click) (chat.Reply, bool, error){
		d.clickDuty, d.clickCalm, d.clickBreak, d.clickRestriction,
	} {
		if reply, done, err := click(ctx, c); done {
			return reply, err
		}
	}

	return d.press(ctx, c)
}

// pageNow pages for the team, and with the words, that a button carries.
func (d *Desk) pageNow(ctx context.Context, c chat.Click) (chat.Reply, error) {
	team, rest, _ := strings.Cut(c.Value, "/")
	key, happened, _ := strings.Cut(rest, "/")

	if d.settings.team(TeamID(team)) == nil {
		return chat.Reply{Message: d.whichTeam(key, happened)}, nil
	}

	// Two presses are one call for help.
	return d.openNow(ctx, or(key, c.ID), c.Who, TeamID(team), happened, c.Action == "another")
}

// press answers a button of an escalation: one that does nothing, or nothing any more,
// by showing it.
func (d *Desk) press(ctx context.Context, c chat.Click) (chat.Reply, error) {
	p, err := pressed(c)
	if err != nil {
		return chat.Reply{}, err
	}

	act, known := actionOf(c.Action)

	switch {
	case c.Action == "thank_you":
		return d.thankYou(ctx, p)
	case !known:
		return d.show(ctx, c.Who, p.id)
	case act.event == nil && act.finds == nil:
		return d.openFormOf(ctx, p, act)
	default:
		return d.carryOut(ctx, p, act)
	}
}

// carryOut does what a button says at once.
func (d *Desk) carryOut(ctx context.Context, p press, act action) (chat.Reply, error) {
	var (
		form *chat.Form
		said *chat.Message
	)

	_, err := d.once(ctx, prefixed("click", p.ID), func(s *session) (EscalationID, error) {
		form, said = nil, nil

		e, by, err := s.allowed(p, act)
		if err != nil {
			return 0, err
		}

		if act.sees != nil && act.sees(e) != p.n {
			return 0, e.late()
		}

		if act.instead != nil {
			if said, err = act.instead(s, e, by); said != nil || err != nil {
				return p.id, err
			}
		}

		ev, err := act.eventOf(s, p, e, by)
		if err != nil {
			return 0, err
		}

		if ev == nil {
			if form = act.numbered(s, e, by, p.n); form == nil {
				return 0, e.late()
			}

			return p.id, nil
		}

		if err := s.apply(e, ev); err != nil {
			return 0, err
		}

		if act.after != nil {
			form = act.after(s, e, by)
		}

		return p.id, nil
	})
	if err != nil {
		return d.excuse(ctx, p.Who, p.id, err)
	}

	return chat.Reply{Form: form, Message: said}, nil
}

// openFormOf opens the form behind a button. Nothing is written.
func (d *Desk) openFormOf(ctx context.Context, p press, act action) (chat.Reply, error) {
	var form *chat.Form

	err := d.view(ctx, func(s *session) error {
		e, by, err := s.allowed(p, act)
		if err != nil {
			return err
		}

		if act.numbered != nil {
			form = act.numbered(s, e, by, p.n)
		} else {
			form = act.form(s, e, by)
		}

		if form == nil {
			return e.late()
		}

		return nil
	})
	if err != nil {
		return d.excuse(ctx, p.Who, p.id, err)
	}

	return chat.Reply{Form: form}, nil
}

// allowed returns the escalation that a button is about, if the person may use
// the button.
func (s *session) allowed(p press, act action) (*Escalation, PersonID, error) {
	by := s.whois(p.Who)

	e, err := s.visible(by, p.id)
	if err != nil {
		return nil, by, err
	}

	if !s.may(by, deed(p.Action), e) || act.nth != nil && !act.nth(s, e, by, p.n) {
		return nil, by, s.refusal(deed(p.Action), e)
	}

	return e, by, e.untouchable()
}
