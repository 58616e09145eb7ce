package teams

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// The kinds of content that answers and messages have.
const (
	cardContent    = "application/vnd.microsoft.card.adaptive"
	messageContent = "application/vnd.microsoft.activity.message"
	errorContent   = "application/vnd.microsoft.error"
)

// and is the answer with something else that is done after what it does.
func (a answer) and(do func(ctx context.Context)) answer {
	a.then = link.Both(a.then, do)

	return a
}

// sorry is what people read when the bot could not do what they asked for.
func (t *Teams) sorry() *chat.Message {
	return chat.Notice("Something went wrong. Nothing was lost that you typed: try again, or write %v.", t.spelt("escalate")+" now")
}

// spelt is how people type the bot's command.
func (t *Teams) spelt(name string) string {
	var all []string

	for typed, command := range t.opts.Commands {
		if command == name {
			all = append(all, typed)
		}
	}

	if len(all) == 0 {
		return name
	}

	return slices.Min(all)
}

// says is what a reply shows to the person, nil for nothing.
func (t *Teams) says(r reply) *chat.Message {
	switch {
	case r.failed:
		return t.sorry()
	case r.late != nil:
		return chat.TakesLonger()
	default:
		return r.Message
	}
}

// nod is a reply in a line, for somebody who pressed a button.
func (t *Teams) nod(r reply) string {
	message := t.says(r)

	switch {
	case message != nil:
		return cmp.Or(chat.Single(message.Title, maxTitle), "Got it.")
	case r.Form != nil:
		return "The form is in your chat with me."
	default:
		return "Got it."
	}
}

// An invoked is the answer to a button of a card.
type invoked struct {
	Status int    `json:"statusCode"`
	Type   string `json:"type"`
	Value  any    `json:"value"`
}

// toast answers a button with a line that the client shows for a moment.
func toast(words string) json.RawMessage {
	return encode(invoked{http.StatusOK, messageContent, words})
}

// changedCard answers a button with another card in the place of its own.
func changedCard(c card) json.RawMessage { return encode(invoked{http.StatusOK, cardContent, c}) }

// unknownButton answers a button that is none of ours.
var unknownButton = answer{status: http.StatusOK, body: encode(invoked{http.StatusBadRequest, errorContent, map[string]string{
	"code": "BadRequest", "message": "I don't know this button.",
}})}

// aside posts a reply beside an answer that can't carry it: words where they
// were asked for, seen by the person alone, and a form in their private
// conversation.
func (t *Teams) aside(by origin, r reply) func(ctx context.Context) {
	message := t.says(r)

	switch {
	case message != nil:
		return func(ctx context.Context) { t.tell(ctx, by, *message) }
	case r.Form != nil:
		return func(ctx context.Context) { t.postForm(ctx, by, *r.Form) }
	default:
		return nil
	}
}

// closing puts a message in the place of the one that was pressed. Nil is nothing
// to do.
func (t *Teams) closing(by origin, m *chat.Message) func(ctx context.Context) {
	if m == nil {
		return nil
	}

	return func(ctx context.Context) {
		at := by.on()

		err := t.plainer(*m, func(o outgoing) error { return t.update(ctx, by.Service, at.Room.ID(), at.ID, o) })
		if err != nil {
			t.log.Warn("a surplus copy of a message could not be closed", "error", err)
		}
	}
}

func (t *Teams) tell(ctx context.Context, by origin, m chat.Message) {
	t.insist(ctx, func(ctx context.Context) error {
		return t.plainer(m, func(o outgoing) error { return t.whisper(ctx, by, o) })
	})
}

// insist has an answer reach somebody, also if Teams does not take it at once.
func (t *Teams) insist(ctx context.Context, try func(ctx context.Context) error) {
	t.work.Insist(ctx, link.Insistence{Try: try, Again: chat.Passing, Lost: func(_ context.Context, err error) {
		t.log.Warn("somebody could not be told something", "error", err)
	}})
}

// postForm posts a form into the person's private conversation. Who has none with
// the bot is told so where they asked for the form.
func (t *Teams) postForm(ctx context.Context, by origin, form chat.Form) {
	c := drawSheet(t.newSheet(ctx, by, form, true), nil, nil, "")

	t.work.Insist(ctx, link.Insistence{
		Try: func(ctx context.Context) error {
			_, err := t.postPrivately(ctx, by.who, t.holding(c, chat.Single(form.Title, maxTitle)))

			return err
		},
		Again: chat.Passing,
		Lost: func(ctx context.Context, err error) {
			t.log.Warn("a form could not be shown", "error", err)

			if !by.personal() {
				t.tell(ctx, by, *chat.Notice("I can't open the form: I have no chat with you yet. Add me under Apps, or write %v here.", t.spelt("escalate")+" now"))
			}
		},
	})
}

// newSheet is a form that opens in front of somebody.
func (t *Teams) newSheet(ctx context.Context, by origin, form chat.Form, inline bool) sheet {
	return newSheet(rand.Text(), form, cmp.Or(by.zone, t.addressOf(ctx, by.who.Private()).Zone), inline)
}

// whisper posts what only the person is to see: in a conversation of several to
// them alone, or else in their private one. Older clients have no messages to
// one of several.
func (t *Teams) whisper(ctx context.Context, by origin, o outgoing) error {
	if !by.personal() {
		err := t.target(ctx, by.Service, by.Conversation.ID, o.to(by))

		switch failure := chat.FailureOf(err); {
		case failure == nil:
			return nil
		case failure.Kind != chat.Unacceptable && failure.Kind != chat.Unreachable && failure.Kind != chat.Missing:
			return err
		}
	}

	_, err := t.postPrivately(ctx, by.who, o)

	return err
}

// A shown is what takes the place of a form that was sent: the form again,
// another one, or words. Exactly one of message and title is set.
type shown struct {
	card    card
	title   string                 // of a form
	message *chat.Message          // words
	words   string                 // what is left of it in a notification, where neither is set
	over    bool                   // nothing is to be seen any more
	failed  bool                   // the bot could not do what was asked for
	late    *link.Late[chat.Reply] // what becomes of it, nil where that is known
}

// fill does what somebody asks for within a form.
func (t *Teams) fill(ctx context.Context, by origin, in filled) shown {
	in = t.masked(in)

	switch in.Do {
	case doCancel:
		return over("Closed.")
	case doRedraw:
		if in.changed() == "" {
			return again(in, nil, "")
		}

		if form, r := t.redraw(ctx, by, in); form != nil {
			return t.redrawn(in, *form, "")
		} else if r.late != nil { // nothing was done that they would have to hear of
			return again(in, nil, "This takes longer than usual. Please press that again in a moment.")
		} else if message := t.says(r); message != nil {
			shown := again(in, nil, message.Title)
			shown.failed = r.failed

			return shown
		}

		return again(in, nil, "")
	default:
		return t.submit(ctx, by, in)
	}
}

// masked is the form with what it may be shown again with.
func (t *Teams) masked(in filled) filled {
	in.Shown = in.Values
	if front, ok := t.opts.Front.(Redacting); ok {
		in.Shown = front.Masked(in.Values)
	}

	return in
}

// redraw tells the Front that an answer was changed. It returns the form anew,
// nil where it stays as it is.
func (t *Teams) redraw(ctx context.Context, by origin, in filled) (*chat.Form, reply) {
	form := in.submission(by.who)
	click := chat.Click{ID: by.id(), Who: by.who, Action: in.changed(), Form: &form}

	r := t.ask(ctx, "click", func(ctx context.Context) (chat.Reply, error) { return t.opts.Front.Click(ctx, click) })

	return r.Form, r
}

// submit sends a form, unless an answer needs a field that was not shown:
// Teams tells of none before the form is sent.
func (t *Teams) submit(ctx context.Context, by origin, in filled) shown {
	if in.changed() != "" {
		form, _ := t.redraw(ctx, by, in)

		switch {
		case form != nil && needsMore(*form, in.Sheet.Form):
			return t.redrawn(in, *form, "What you chose asks for a little more. Please look at the form again.")
		case form != nil:
			in.Problems = within(*form, in.Problems)
		}
	}

	if len(in.Problems) > 0 {
		return again(in, in.Problems, "")
	}

	return t.sent(ctx, by, in, t.ask(ctx, "submission", func(ctx context.Context) (chat.Reply, error) {
		return t.opts.Front.Submit(ctx, in.submission(by.who))
	}))
}

// sent is what takes the place of a form that the Front was given. It stays as long
// as it is not known what becomes of it: what was written is nowhere else.
func (t *Teams) sent(ctx context.Context, by origin, in filled, r reply) shown {
	switch {
	case r.failed, r.late != nil:
		shown := again(in, nil, t.says(r).Title)
		shown.failed, shown.late = r.failed, r.late

		return shown
	case len(r.Problems) > 0:
		return again(in, r.Problems, "")
	case r.Form != nil:
		return shown{card: drawSheet(t.newSheet(ctx, by, *r.Form, in.Sheet.Inline), nil, nil, ""), title: r.Form.Title}
	case r.Message != nil:
		return shown{card: drawClosed(inWords(*r.Message, maxClosed)), message: r.Message}
	default:
		return over("Sent.")
	}
}

// maxClosed is how much of a message stands in place of a form that was sent.
const maxClosed = 1000

// again is the same form with what was written, and what is wrong with it.
func again(in filled, problems chat.Problems, note string) shown {
	return shown{card: drawSheet(in.Sheet, in.Shown, problems, note), title: in.Sheet.Form.Title}
}

// redrawn is the form as it is now, with what was written.
func (t *Teams) redrawn(in filled, form chat.Form, note string) shown {
	sheet := newSheet(in.Sheet.ID, form, in.Sheet.Zone, in.Sheet.Inline)

	return shown{card: drawSheet(sheet, in.onto(form), nil, note), title: form.Title}
}

// over is that a form is closed.
func over(words string) shown { return shown{card: drawClosed(words), words: words, over: true} }

// replacing puts what takes a form's place into the message that it stands in.
// Forms stand in private conversations alone: elsewhere it would be another
// message of the bot's, for all to see, that somebody has named.
func (t *Teams) replacing(by origin, s shown) func(ctx context.Context) {
	if !by.personal() {
		return nil
	}

	return func(ctx context.Context) {
		words := cmp.Or(s.title, s.words)
		if s.message != nil {
			words = s.message.Title
		}

		o := t.holding(s.card, chat.Single(words, maxTitle))
		t.work.Insist(ctx, link.Insistence{
			Try:   func(ctx context.Context) error { return t.update(ctx, by.Service, by.Conversation.ID, by.ReplyTo, o) },
			Again: chat.Passing,
			Lost:  func(_ context.Context, err error) { t.log.Warn("a form could not be drawn anew", "error", err) },
		})
	}
}

// inDialog answers a dialog with a reply: none closes it.
func (t *Teams) inDialog(ctx context.Context, by origin, r reply) answer {
	message := t.says(r)

	switch {
	case message != nil:
		said := tasked(*message)
		said.failed = r.failed

		return said.late(r.late, t.catchingUp(by))
	case r.Form != nil:
		return task(r.Form.Title, drawSheet(t.newSheet(ctx, by, *r.Form, false), nil, nil, ""))
	default:
		return fine
	}
}

// shownInDialog answers a dialog with what takes its form's place.
func (t *Teams) shownInDialog(s shown) answer {
	switch {
	case s.over:
		return fine
	case s.message != nil:
		return tasked(*s.message)
	default:
		open := task(s.title, s.card)
		open.failed = s.failed

		return open
	}
}

// A tasking is the answer to a dialog.
type tasking struct {
	Task struct {
		Type  string `json:"type"`
		Value any    `json:"value"`
	} `json:"task"`
}

// A taskCard is what a dialog shows.
type taskCard struct {
	Title  string     `json:"title"`
	Height string     `json:"height"`
	Width  string     `json:"width"`
	Card   attachment `json:"card"`
}

// task shows a card in the dialog.
func task(title string, c card) answer {
	var a tasking

	a.Task.Type = "continue"
	a.Task.Value = taskCard{cmp.Or(chat.Single(title, maxTitle), "Firebreak"), "large", "medium", attachment{cardContent, c}}

	return answer{status: http.StatusOK, body: encode(a)}
}

// tasked shows a message in the dialog: as a line, if it is no more than that.
func tasked(m chat.Message) answer {
	if !oneLine(m) {
		return task(m.Title, draw(m).inDialog())
	}

	var a tasking

	a.Task.Type, a.Task.Value = "message", inWords(m, maxText)

	return answer{status: http.StatusOK, body: encode(a)}
}

// oneLine reports whether a message is a paragraph without anything that has to
// be drawn.
func oneLine(m chat.Message) bool {
	if len(m.Parts) != 1 || len(m.Choices) > 0 {
		return false
	}

	p, ok := m.Parts[0].(chat.Paragraph)

	return ok && !slices.ContainsFunc(p.Text, func(s chat.Span) bool { return !s.At.IsZero() })
}
