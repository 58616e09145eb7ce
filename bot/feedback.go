package bot

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Feedback: an hour after an escalation is resolved, who asked for help and who took it
// are asked two questions. What somebody answers without their name is kept
// apart, as Feedback; the escalation knows only that they have answered.

// An Asked is somebody who is asked how the help was.
type Asked struct {
	Who   PersonID
	Taker bool // they had it; else they had asked for help
	// At is when to ask them, zero once they were, and while it is open again.
	At time.Time
	N  int // the entry that says that they were asked, 0 until then
	// Answered is the beginning of the week in which they answered, zero if they
	// have not. That it is no instant keeps their answer apart from them.
	Answered time.Time
}

// GiveFeedback says how the help was.
type GiveFeedback struct {
	By     PersonID
	Named  bool // they want to be asked about it
	Helped string
	Change string
	Week   time.Time // the beginning of this week in the team's zone
}

func (GiveFeedback) event() {}

// KeepFeedback has what somebody answered kept, apart from the escalation.
type KeepFeedback struct{ Feedback Feedback }

func (KeepFeedback) effect() {}

// feedbackIn is how long after it was resolved people are asked: who has just had
// a hard call has enough to read, and perhaps a break to take.
const feedbackIn = time.Hour

// feedbackDue returns when the next is to be asked.
func (e *Escalation) feedbackDue() time.Time {
	var due time.Time
	for _, asked := range e.Asked {
		due = first(due, asked.At)
	}

	return due
}

// askedOf returns what somebody was or will be asked, nil for nothing.
func (e *Escalation) askedOf(who PersonID) *Asked {
	for i := range e.Asked {
		if e.Asked[i].Who == who {
			return &e.Asked[i]
		}
	}

	return nil
}

// askForFeedback has the agent and whoever had it be asked later how the help was,
// each once in the life of an escalation, and not in their quiet hours.
func (a *application) askForFeedback() {
	if !a.Feedback {
		return
	}

	for _, ask := range []Asked{{Who: a.Agent}, {Who: a.Holder, Taker: true}} {
		if ask.Who != "" && a.askedOf(ask.Who) == nil {
			a.Asked = append(a.Asked, ask)
		}
	}

	for i := range a.Asked {
		if asked := &a.Asked[i]; asked.N == 0 {
			asked.At = a.hoursOf(asked.Who).Next(a.Now.Add(feedbackIn))
		}
	}
}

// askDue asks those whose time has come, unless it has passed into a time of rest.
func (a *application) askDue() {
	for i := range a.Asked {
		asked := &a.Asked[i]
		if !over(asked.At, a.Now) {
			continue
		}

		if open := a.hoursOf(asked.Who).Next(a.Now); open.After(a.Now) {
			asked.At = open

			continue
		}

		asked.At, asked.N = time.Time{}, a.record(Entry{What: WasAskedHow, Whom: asked.Who}, a.State)
		a.effects = append(a.effects, Show{a.askedCard(asked)})
	}
}

func (a *application) askedCard(asked *Asked) CardID {
	return CardID{Role: NoticeCard, Escalation: a.ID, Person: asked.Who, N: asked.N}
}

// askLater has those who were not asked yet wait until it is resolved again.
func (a *application) askLater() {
	for i := range a.Asked {
		a.Asked[i].At = time.Time{}
	}
}

// giveFeedback keeps what somebody answered. Nothing of it is left on the
// escalation, not even when it was, unless they give their name.
func (a *application) giveFeedback(ev GiveFeedback) error {
	asked := a.askedOf(ev.By)

	switch {
	case asked == nil || asked.N == 0:
		return a.late()
	case !asked.Answered.IsZero():
		return &NoChangeError{a.ID}
	}

	asked.Answered, a.silent = ev.Week, !ev.Named

	a.effects = append(a.effects, KeepFeedback{Feedback{
		Team: a.Team, Week: ev.Week, Taker: asked.Taker, Helped: ev.Helped, Change: ev.Change,
	}}, Show{a.askedCard(asked)})

	if ev.Named {
		a.record(Entry{What: WasFeedback, By: ev.By, Text: joinDot(label(helped, ev.Helped), ev.Change)}, a.State)
	}

	return nil
}

// closeLoop tells the agent that nothing is to be done any more, unless they brought
// it about or are told of what did. N is the entry that says so.
func (a *application) closeLoop(n int) {
	var by PersonID

	for _, effect := range a.effects {
		switch effect := effect.(type) {
		case Record:
			by = cmp.Or(effect.Entry.By, by)
		case Show:
			if effect.Card.Role == NoticeCard && effect.Card.Person == a.Agent {
				return
			}
		case KeepFeedback, Forget:
		}
	}

	if by == a.Agent || by == "" && a.restsUntil(a.Agent).After(a.Now) { // the clock wakes nobody
		return
	}

	a.tell(a.Agent, n)
}

// closedTitle says how it ended with what was owed.
func closedTitle(_ *session, entry Entry, _ PersonID) string {
	if entry.Text != "" {
		return "Closed, and " + entry.Text
	}

	return "Nothing is owed to the customer any more"
}

// closedNotice tells the agent how it ended for the customer.
func closedNotice(s *session, e *Escalation, _ Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)})

	if facts := s.owedFacts(e.Owed); len(facts) > 0 {
		m.Parts = append(m.Parts, facts)
	}

	for _, owed := range e.Owed {
		if owed.Says != "" {
			m.Parts = append(m.Parts, chat.Quote{Label: "The customer says", Text: owed.Says})
		}
	}

	m.Parts = append(m.Parts, outcomeParts(e.Outcome)...)
}

// What people answer to the first question.
var helped = []choice{{answeredYes, "Yes"}, {answeredPartly, "Partly"}, {answeredNo, "No"}}

// helpedQuestion is the first question.
func helpedQuestion(taker bool) string {
	if taker {
		return "Did you have what you needed to help?"
	}

	return "Did you get the help you needed?"
}

// unansweredBy reports whether somebody was asked how the help was, and has not
// answered.
func unansweredBy(e *Escalation, entry Entry) bool {
	asked := e.askedOf(entry.Whom)

	return asked != nil && asked.Answered.IsZero()
}

const feedbackAction = "feedback"

// askedHowNotice asks the two questions.
func askedHowNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	asked := e.askedOf(who)
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v And is there anything that should be different next time?", helpedQuestion(asked.Taker))},
		chat.Small{Text: chat.Plain("It takes a minute. Your name stays out of it unless you want it in.")})
	m.Choices = []chat.Choice{s.button(e, feedbackAction, "Give feedback", chat.Primary)}
}

// feedbackForm asks the two questions.
func feedbackForm(e *Escalation, asked *Asked) *chat.Form {
	anonymous := chooseOne("anonymous", "Anonymous", yesNo, "yes", mustFill)
	anonymous.Hint = "Yes: your answers are kept without your name and without this case. No: those who may see this case can read them, and ask you."

	return &chat.Form{
		ID: feedbackAction, Title: "Feedback on " + e.ID.String(), Submit: "Send", Cancel: "Cancel", State: e.ID.String(),
		Intro: []chat.Part{chat.Small{Text: chat.Plain(about(e))}},
		Fields: []chat.Field{
			chooseOne("helped", helpedQuestion(asked.Taker), helped, "", mustFill),
			paragraph("change", "What should be different next time?", "", ""),
			anonymous,
		},
	}
}

// openFeedback opens the form with the two questions.
func (d *Desk) openFeedback(ctx context.Context, c chat.Click) (chat.Reply, error) {
	p, err := pressed(c)
	if err != nil {
		return chat.Reply{}, err
	}

	var form *chat.Form

	err = d.view(ctx, func(s *session) error {
		e, asked, err := s.askedAbout(c.Who, p.id)
		if err != nil {
			return err
		}

		form = feedbackForm(e, asked)

		return nil
	})

	return d.feedbackReply(ctx, c.Who, p.id, chat.Reply{Form: form}, err)
}

// askedAbout returns an escalation about which somebody is asked, and has not
// answered.
func (s *session) askedAbout(account chat.Person, id EscalationID) (*Escalation, *Asked, error) {
	who := s.whois(account)

	e, err := s.visible(who, id)
	if err != nil {
		return nil, nil, err
	}

	if err := e.untouchable(); err != nil {
		return nil, nil, err
	}

	switch asked := e.askedOf(who); {
	case asked == nil || asked.N == 0:
		return nil, nil, &RefusedError{"Those questions are for the two who had to do with " + id.String() + ". If there is something that you want to say about it, tell the team's managers."}
	case !asked.Answered.IsZero():
		return nil, nil, &NoChangeError{id}
	default:
		return e, asked, nil
	}
}

// takeFeedback keeps what somebody answered.
func (d *Desk) takeFeedback(ctx context.Context, f chat.Submission) (chat.Reply, error) {
	id, err := ParseEscalationID(f.State)
	if err != nil {
		return chat.Reply{}, strange(f.Form, f.State)
	}

	answer := pick(helped, f.Values.Get("helped"))
	if answer == "" {
		return chat.Reply{Problems: chat.Problems{"helped": "Choose one; it is the one thing I need."}}, nil
	}

	_, err = d.once(ctx, prefixed("form", f.ID), func(s *session) (EscalationID, error) {
		e, asked, err := s.askedAbout(f.Who, id)
		if err != nil {
			return 0, err
		}

		return id, s.apply(e, GiveFeedback{
			By: asked.Who, Named: f.Values.Get("anonymous") == "no", Helped: answer, Change: written(f.Values.Get("change")),
			Week: s.weekOf(e.Team),
		})
	})

	return d.feedbackReply(ctx, f.Who, id, chat.Reply{}, err)
}

// feedbackReply thanks those who have answered already.
func (d *Desk) feedbackReply(ctx context.Context, account chat.Person, id EscalationID, reply chat.Reply, err error) (chat.Reply, error) {
	if _, again := errors.AsType[*NoChangeError](err); again {
		return chat.Reply{Message: chat.Notice("You have answered this already, and it counts. Thank you!")}, nil
	}

	if err != nil {
		return d.excuse(ctx, account, id, err)
	}

	return reply, nil
}

// weekOf returns the beginning of the present week of a team.
func (s *session) weekOf(id TeamID) time.Time {
	return s.desk.settings.weeksIn(id).last(s.now).Until
}
