package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// An origin is where somebody did something, and how they can be answered.
type origin struct {
	user, channel string
	responseURL   string   // for what they alone see, "" for none
	trigger       string   // opens a form within 3 s, "" for none
	pressed       chat.Ref // the message whose button it was, zero for none
}

func (i interaction) origin() origin {
	return origin{
		user:        i.User.ID,
		channel:     cmp.Or(i.Channel.ID, i.Container.Channel),
		responseURL: i.ResponseURL,
		trigger:     i.Trigger,
		pressed:     i.pressed(),
	}
}

// sorry is what people read when the bot could not do what they asked for.
func (s *Slack) sorry() *chat.Message {
	return chat.Notice("Something went wrong. Nothing was lost that you typed: try again, or type %v.", s.slash()+" now")
}

// and is the answer with something else that is done after what it does.
func (a answer) and(do func(ctx context.Context)) answer {
	a.then = link.Both(a.then, do)

	return a
}

// says is what a reply shows to the person, nil for nothing.
func (s *Slack) says(r reply) *chat.Message {
	switch {
	case r.failed:
		return s.sorry()
	case r.late != nil:
		return chat.TakesLonger()
	default:
		return r.Message
	}
}

// answerCommand answers a slash command: a form is opened while the
// acknowledgement is on its way, a message is part of it.
func (s *Slack) answerCommand(by origin, r reply) answer {
	if message := s.says(r); message != nil {
		return s.ephemeral(by, *message).late(r, s.catchingUp(by))
	}

	if r.Form != nil {
		return answer{then: s.opening(by, *r.Form)}
	}

	return answer{}
}

// ephemeral acknowledges a slash command with words for the person alone.
func (s *Slack) ephemeral(by origin, m chat.Message) answer {
	ack := ephemeralBody(draw(m))
	if len(ack) >= maxAck {
		return answer{then: s.whispering(by, m)}
	}

	return answer{ack: ack}
}

// answerMessage answers what somebody wrote. A form can't be opened from there.
func (s *Slack) answerMessage(by origin, r reply) answer {
	if r.Form != nil {
		return answer{then: s.whispering(by, *chat.Notice("Type %v for the form.", s.slash()))}
	}

	return s.answerAside(by, r)
}

// answerAside answers beside an empty acknowledgement.
func (s *Slack) answerAside(by origin, r reply) answer {
	if message := s.says(r); message != nil {
		return answer{then: s.whispering(by, *message)}.late(r, s.catchingUp(by))
	}

	if r.Form != nil {
		return answer{then: s.opening(by, *r.Form)}
	}

	return answer{}
}

// answerClick answers a press of a button where it was pressed: a form is drawn
// anew, and over a form or a personal view words open as a view of their own.
func (s *Slack) answerClick(i interaction, r reply) answer {
	by := i.origin()
	if i.View == nil {
		return s.answerAside(by, r)
	}

	message := s.says(r)

	switch {
	case r.late != nil && i.inForm():
		return answer{}.late(r, s.catchingUpInForm(i))
	case message != nil && i.View.Type == "home":
		return answer{then: s.showing(by, "views.open", drawNotice(*message), message)}.late(r, s.catchingUp(by))
	case message != nil:
		return answer{then: s.showing(by, "views.push", drawNotice(*message), message)}.late(r, s.catchingUp(by))
	case r.Form != nil && i.View.Type == "home":
		return answer{then: s.opening(by, *r.Form)}
	case r.Form != nil:
		return answer{then: s.redrawing(*i.View, drawForm(*r.Form))}
	default:
		return answer{}
	}
}

// closing puts a message in the place of the one that was pressed, or takes that
// away if Slack lets nobody edit it any more. Nil is nothing to do.
func (s *Slack) closing(at chat.Ref, m *chat.Message) func(ctx context.Context) {
	if m == nil {
		return nil
	}

	return func(ctx context.Context) {
		err := s.Edit(ctx, at, *m)
		if failure := chat.FailureOf(err); failure != nil && failure.Stays {
			err = s.Remove(ctx, at)
		}

		if err != nil {
			s.log.Warn("a surplus copy of a message could not be closed", "error", err)
		}
	}
}

// answerSubmission answers a filled form. All of it is said in the
// acknowledgement: problems at their fields, or the view that takes the form's
// place. Without either the form closes.
func (s *Slack) answerSubmission(v *view, by origin, r reply) answer {
	switch {
	case r.failed, r.late != nil:
		return s.keeping(v, s.says(r)).late(r, s.concluding(v, by))
	case len(r.Problems) > 0:
		return s.point(v, r.Problems)
	case r.Form != nil:
		return s.replacing(v, drawForm(*r.Form))
	case r.Message != nil:
		return s.replacing(v, drawNotice(*r.Message))
	default:
		return answer{ack: encode(slack.NewClearViewSubmissionResponse())}
	}
}

// keeping leaves the form open, with everything that was typed in it.
func (s *Slack) keeping(v *view, m *chat.Message) answer {
	return s.point(v, chat.Problems{"": m.Title})
}

// maxProblem is the longest text at a field.
const maxProblem = 300

// point says what is wrong at each field. A problem of a field that is not in
// the form is said at the first one: Slack refuses an answer that names a field
// which it does not show.
func (s *Slack) point(v *view, problems chat.Problems) answer {
	fields := v.inputs()
	said := make(map[string]string, len(problems))

	for _, field := range slices.Sorted(maps.Keys(problems)) {
		at := field
		if !slices.Contains(fields, field) {
			at = cmp.Or(append(fields, "")...)
		}

		said[at] = chat.Single(said[at]+" "+cmp.Or(problems[field], "Please look at this again."), maxProblem)
	}

	if len(fields) == 0 {
		return s.replacing(v, drawNotice(*chat.Notice("%v", said[""])))
	}

	return answer{ack: encode(slack.NewErrorsViewSubmissionResponse(said))}
}

// maxAck is the size from which on Slack drops an acknowledgement without a
// word, less what surrounds it.
const maxAck = 20<<10 - 256

// settle is how long Slack is given to show what an acknowledgement holds.
const settle = 500 * time.Millisecond

// replacing shows another view in the form's place. One that is too large for
// an acknowledgement follows it: until then a short one stands there, since
// without any the form would close.
func (s *Slack) replacing(v *view, by slack.ModalViewRequest) answer {
	ack := encode(slack.NewUpdateViewSubmissionResponse(&by))
	if len(ack) < maxAck {
		return answer{ack: ack}
	}

	meanwhile := drawNotice(*chat.Notice("One moment…"))

	return answer{
		ack: encode(slack.NewUpdateViewSubmissionResponse(&meanwhile)),
		after: func(ctx context.Context) {
			if link.Pause(ctx, settle) {
				s.redrawing(view{ID: v.ID}, by)(ctx)
			}
		},
	}
}

// opening opens a form. A trigger lives for 3 s and is good for one view, so
// that it can fail without anybody's fault: then the person is told what to do.
func (s *Slack) opening(by origin, form chat.Form) func(context.Context) {
	again := s.slash()

	return s.showing(by, "views.open", drawForm(form),
		chat.Notice("The form could not be opened in time. Type %v again, or %v to page somebody at once.", again, again+" now"))
}

// triggerUsed is Slack's answer to the second use of a trigger. What people did
// was told to us twice, and the view is open.
const triggerUsed = "exchanged_trigger_id"

// openTimeout is how long a view may take to open. The trigger has expired by
// then: who still sees nothing is better told what to do.
const openTimeout = 4 * time.Second

// showing opens a view in front of the person, who is told otherwise where it
// can't be.
func (s *Slack) showing(by origin, method string, v slack.ModalViewRequest, otherwise *chat.Message) func(context.Context) {
	open := s.api.OpenViewContext
	if method == "views.push" {
		open = s.api.PushViewContext
	}

	return func(ctx context.Context) {
		within, cancel := context.WithTimeout(ctx, openTimeout)
		defer cancel()

		_, err := open(within, by.trigger, v)
		if err = failed(method, err); err == nil || chat.FailureOf(err).Code == triggerUsed {
			return
		}

		s.log.Warn("a form could not be opened", "error", err)
		s.whispering(by, *otherwise)(ctx)
	}
}

// redrawing replaces a view. That the person has gone on meanwhile is no error.
func (s *Slack) redrawing(v view, by slack.ModalViewRequest) func(context.Context) {
	return func(ctx context.Context) {
		_, err := s.api.UpdateViewContext(ctx, by, "", v.Hash, v.ID)
		if err = failed("views.update", err); err != nil && chat.FailureOf(err).Kind != chat.Missing {
			s.log.Warn("a form could not be drawn anew", "error", err)
		}
	}
}

// whispering tells a person something that nobody else sees: by the address
// that came with what they did, or else where they did it, or else in their
// private conversation with the bot.
func (s *Slack) whispering(by origin, m chat.Message) func(context.Context) {
	return func(ctx context.Context) {
		s.work.Insist(ctx, link.Insistence{
			Try: func(ctx context.Context) error {
				return s.plainer(m, func(d drawing) error { return s.whisper(ctx, by, d) })
			},
			Again: chat.Passing,
			Lost:  func(_ context.Context, err error) { s.log.Warn("somebody could not be told something", "error", err) },
		})
	}
}

func (s *Slack) whisper(ctx context.Context, by origin, d drawing) error {
	if by.responseURL != "" {
		err := s.respond(ctx, by.responseURL, d)
		if err == nil || chat.FailureOf(err).Kind == chat.Unacceptable {
			return err
		}
	}

	if by.channel != "" {
		err := s.ephemerally(ctx, by.channel, by.user, d)
		if err == nil || chat.FailureOf(err).Kind != chat.Unreachable {
			return err
		}
	}

	private, err := s.channel(ctx, chat.RoomOn(chat.Slack, by.user))
	if err != nil {
		return err
	}

	return s.ephemerally(ctx, private, by.user, d)
}

// respond posts to the address that came with what somebody did. slack-go would
// send empty metadata along, of which it is not known that Slack takes it.
func (s *Slack) respond(ctx context.Context, address string, d drawing) error {
	body := bytes.NewReader(ephemeralBody(d))

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return errors.New("slack: response_url: not an address")
	}

	req.Header.Set("Content-Type", "application/json; charset=utf-8")

	resp, err := s.wire.Do(req)
	if err != nil {
		return failed("response_url", err)
	}
	defer resp.Body.Close()

	if resp.StatusCode != http.StatusOK {
		return failed("response_url", slack.StatusCodeError{Code: resp.StatusCode, Status: resp.Status})
	}

	return nil
}

// ephemeralBody is a drawing that only one person is to see.
func ephemeralBody(d drawing) json.RawMessage {
	return encode(map[string]any{"response_type": slack.ResponseTypeEphemeral, "text": d.Text, "blocks": d.Blocks})
}

func (s *Slack) ephemerally(ctx context.Context, channel, user string, d drawing) error {
	_, err := s.api.PostEphemeralContext(ctx, channel, user, d.options()...)

	return failed("chat.postEphemeral", err)
}

// encode returns v as JSON. What it is called with can always be encoded.
func encode(v any) json.RawMessage {
	body, err := json.Marshal(v)
	if err != nil {
		return nil
	}

	return body
}
