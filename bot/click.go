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

// Value is "E-142" or "E-142/2".
func pressed(c chat.Click) (press, error) {
	name, number, _ := strings.Cut(c.Value, "/")

	id, err := ParseEscalationID(name)
	if err != nil {
		return press{}, err
	}

	n, err := strconv.Atoi(number)
	if number != "" && err != nil {
		return press{}, fmt.Errorf("%q is no button of mine: %w", c.Value, err)
	}

	return press{c, id, n}, nil
}

// An action is what a button does: it carries out an event at once, or opens a
// form.
type action struct {
	who   func(s *session, e *Escalation, by PersonID) bool
	event func(p press, e *Escalation, by PersonID) Event
	form  func(s *session, e *Escalation, by PersonID) *chat.Form
	after func(s *session, e *Escalation, by PersonID) *chat.Form // opened once the event is kept
	// numbered is form for a button that is about what has the number n, and nth
	// who may press such a button besides who. Nil means everybody. A button that
	// has an event too opens the form where the event is nil.
	numbered func(s *session, e *Escalation, by PersonID, n int) *chat.Form
	nth      func(s *session, e *Escalation, by PersonID, n int) bool
	// sees marks what the person must have had before their eyes. A button that
	// was drawn with another mark is late. Nil means nothing.
	sees func(e *Escalation) int
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
	"take": {who: mayTake, event: func(_ press, _ *Escalation, by PersonID) Event { return Take{By: by} }},
	"pass": {
		who:   mayTake,
		event: func(p press, _ *Escalation, by PersonID) Event { return Pass{By: by, Attempt: p.n} },
		after: (*session).passForm,
	},
	"approve": {who: mayTake, sees: amountMark, event: func(_ press, e *Escalation, by PersonID) Event {
		return Decide{By: by, Approved: true, Amount: e.Context.Amount}
	}},
	"deny": {who: mayTake, sees: amountMark, event: func(_ press, e *Escalation, by PersonID) Event {
		return Decide{By: by, Amount: e.Context.Amount}
	}},
	"join":      {who: holds, event: func(_ press, _ *Escalation, by PersonID) Event { return Join{By: by} }},
	"ask":       {who: mayTake, form: (*session).askForm},
	"hand_back": {who: heldOrManages, form: (*session).handBackForm},
	"hand_to":   {who: holds, form: (*session).handToForm},
	"note":      {who: mayWrite, form: (*session).noteForm},
	"resolve":   {who: mayResolve, form: (*session).resolveForm},

	"add_context":      {who: mayWrite, form: (*session).contextForm},
	"call_ended":       {who: isAgent, event: func(_ press, _ *Escalation, by PersonID) Event { return EndCall{By: by} }},
	"withdraw":         {who: isAgent, event: func(_ press, _ *Escalation, by PersonID) Event { return Withdraw{By: by} }},
	"introduced":       {who: isAgent, sees: holderMark, event: func(_ press, _ *Escalation, by PersonID) Event { return Introduce{By: by} }},
	"page_everyone":    {who: isAgent, event: func(_ press, _ *Escalation, by PersonID) Event { return PageEveryone{By: by} }},
	"escalate_again":   {who: isAgent, event: func(_ press, _ *Escalation, by PersonID) Event { return EscalateAgain{By: by} }},
	"promise_callback": {who: mayPromiseCallback, form: (*session).callbackForm},
	"answer":           {who: isAgent, form: (*session).answerForm},
	"told_customer":    {who: mayWrite, form: (*session).informForm},
	"remind_later":     {who: mayWrite, sees: updateMark, event: func(_ press, _ *Escalation, by PersonID) Event { return RemindLater{By: by} }},
	"touched":          {who: mayWrite, event: func(_ press, _ *Escalation, by PersonID) Event { return MakeTouch{By: by} }},
	"no_touch":         {who: mayWrite, event: func(_ press, _ *Escalation, by PersonID) Event { return MakeTouch{By: by, Needless: true} }},
	"reopen":           {who: mayWrite, form: (*session).reopenForm},
}

// actionOf returns what a button does.
func actionOf(name string) (action, bool) {
	if act, ok := owedActions[name]; ok {
		return act, true
	}

	act, ok := actions[name]

	return act, ok
}

func isAgent(s *session, e *Escalation, by PersonID) bool {
	return by == e.Agent || s.desk.settings.manages(by, e.Team)
}

// mayTake is everybody who leads the team, and whoever was paged.
func mayTake(s *session, e *Escalation, by PersonID) bool {
	return by != e.Agent && (e.page(by) != nil || s.desk.settings.leads(by, e.Team))
}

func holds(_ *session, e *Escalation, by PersonID) bool {
	return by == e.Holder || by != e.Agent && e.page(by) != nil
}

// heldOrManages is whoever had it or could have it: one who is late is told so.
func heldOrManages(s *session, e *Escalation, by PersonID) bool {
	return holds(s, e, by) || holdsOrManages(s, e, by)
}

// holdsOrManages adds the managers, since a holder can go away.
func holdsOrManages(s *session, e *Escalation, by PersonID) bool {
	return by == e.Holder || by != e.Agent && s.desk.settings.manages(by, e.Team)
}

func mayResolve(s *session, e *Escalation, by PersonID) bool {
	return by == e.Agent || by == e.Holder || mayTake(s, e, by)
}

func mayWrite(s *session, e *Escalation, by PersonID) bool {
	return mayResolve(s, e, by) || owes(e, by)
}

func owes(e *Escalation, by PersonID) bool {
	for _, owed := range e.Owed {
		if owed.Owner == by {
			return true
		}
	}

	return false
}

// Click answers a pressed button, and a changed choice in a form.
func (d *Desk) Click(ctx context.Context, c chat.Click) (chat.Reply, error) {
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
		team, rest, _ := strings.Cut(c.Value, "/")
		key, happened, _ := strings.Cut(rest, "/")

		if d.settings.team(TeamID(team)) == nil {
			return chat.Reply{Message: d.whichTeam(key, happened)}, nil
		}

		// Two presses are one call for help.
		return d.openNow(ctx, or(key, c.ID), c.Who, TeamID(team), happened, c.Action == "another")
	}

	if c.Action == feedbackAction {
		return d.openFeedback(ctx, c)
	}

	if reply, done, err := d.clickDuty(ctx, c); done {
		return reply, err
	}

	if reply, done, err := d.clickBreak(ctx, c); done {
		return reply, err
	}

	p, err := pressed(c)
	if err != nil {
		return chat.Reply{}, err
	}

	if c.Action == "show" {
		return d.show(ctx, c.Who, p.id)
	}

	act, ok := actionOf(c.Action)
	if !ok {
		return d.show(ctx, c.Who, p.id)
	}

	if act.event == nil {
		return d.openFormOf(ctx, p, act)
	}

	return d.carryOut(ctx, p, act)
}

// carryOut does what a button says at once.
func (d *Desk) carryOut(ctx context.Context, p press, act action) (chat.Reply, error) {
	var form *chat.Form

	_, err := d.once(ctx, prefixed("click", p.ID), func(s *session) (EscalationID, error) {
		e, by, err := s.allowed(p, act)
		if err != nil {
			return 0, err
		}

		if act.sees != nil && act.sees(e) != p.n {
			return 0, e.late()
		}

		ev := act.event(p, e, by)
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

	return chat.Reply{Form: form}, nil
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

	if !act.who(s, e, by) || act.nth != nil && !act.nth(s, e, by, p.n) {
		return nil, by, &RefusedError{s.notYours(e)}
	}

	return e, by, nil
}

// notYours says who can use a button that somebody else pressed.
func (s *session) notYours(e *Escalation) string {
	if e.Holder != "" {
		return fmt.Sprintf("That button is for %v, who has %v, and for %v, whose case it is.", s.name(e.Holder), e.ID, s.name(e.Agent))
	}

	return fmt.Sprintf("That button is for %v, whose case %v is, and for those who are paged for it.", s.name(e.Agent), e.ID)
}
