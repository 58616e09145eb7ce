package slack

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// A kind is one of the ways in which Slack says that somebody did something.
type kind int

const (
	commands kind = iota
	interactions
	events
)

// An answer is what Slack is told about one thing that somebody did.
type answer struct {
	// ack is the body of the acknowledgement, nil for an empty one.
	ack json.RawMessage
	// then is what else is to be called, at the same time as the
	// acknowledgement is sent; nil for nothing.
	then func(ctx context.Context)
	// after is like then, but is to be called when the acknowledgement was
	// sent.
	after func(ctx context.Context)
}

// errGarbage is a payload that is not what it claims to be.
var errGarbage = errors.New("not a payload of Slack's")

// dispatch does what a payload asks for, whichever way it came in. ctx is over
// when Slack stops to wait. The Front has kept everything when it returns, so
// that the answer may be sent.
func (s *Slack) dispatch(ctx context.Context, k kind, payload []byte) (answer, error) {
	switch k {
	case commands:
		return s.command(ctx, payload)
	case interactions:
		return s.interaction(ctx, payload)
	case events:
		return s.event(ctx, payload)
	default:
		return answer{}, errGarbage
	}
}

func (s *Slack) command(ctx context.Context, payload []byte) (answer, error) {
	var c slashCommand
	err := lenient(payload, &c)

	switch {
	case err == nil && c.SSLCheck != "":
		return answer{}, nil
	case err != nil || c.User == "" || c.Command == "":
		return answer{}, errGarbage
	}

	s.people.met(c.User)

	by := origin{user: c.User, channel: c.Channel, responseURL: c.ResponseURL, trigger: c.Trigger}
	reply := s.ask(ctx, "command", func(ctx context.Context) (chat.Reply, error) {
		return s.opts.Front.Command(ctx, c.command(s.opts))
	})

	return s.answerCommand(by, reply), nil
}

func (s *Slack) interaction(ctx context.Context, payload []byte) (answer, error) {
	var i interaction
	if err := lenient(payload, &i); err != nil || i.User.ID == "" {
		return answer{}, errGarbage
	}

	s.people.met(i.User.ID)

	switch i.Type {
	case "block_actions":
		return s.click(ctx, i), nil
	case "view_submission":
		return s.submission(ctx, i), nil
	case "message_action", "shortcut":
		return s.shortcut(ctx, i), nil
	default:
		return answer{}, nil
	}
}

func (s *Slack) click(ctx context.Context, i interaction) answer {
	click, ok := i.click()
	if !ok {
		return answer{}
	}

	reply := s.ask(ctx, "click", func(ctx context.Context) (chat.Reply, error) { return s.opts.Front.Click(ctx, click) })

	return s.answerClick(i, reply).and(s.closing(click.On, reply.Instead))
}

func (s *Slack) submission(ctx context.Context, i interaction) answer {
	if i.View == nil {
		return answer{}
	}

	reply := s.ask(ctx, "submission", func(ctx context.Context) (chat.Reply, error) {
		return s.opts.Front.Submit(ctx, i.submission())
	})

	return s.answerSubmission(i.View, i.origin(), reply)
}

// shortcuts are the bot's commands by the callback ids of the app's shortcuts.
var shortcuts = map[string]string{ShortcutID: "escalate", "escalate": "escalate"}

func (s *Slack) shortcut(ctx context.Context, i interaction) answer {
	name, ok := shortcuts[i.Callback]
	if !ok {
		return answer{}
	}

	reply := s.ask(ctx, "shortcut", func(ctx context.Context) (chat.Reply, error) {
		return s.opts.Front.Command(ctx, i.quoting(name, s.identity.get().site))
	})

	return s.answerAside(i.origin(), reply) // its acknowledgement carries nothing
}

// event takes what the Events API sends. Unknown events are acknowledged, or
// Slack would send them again and in the end no events at all.
func (s *Slack) event(ctx context.Context, payload []byte) (answer, error) {
	var o outer
	if err := lenient(payload, &o); err != nil {
		return answer{}, errGarbage
	}

	switch {
	case o.Type == "url_verification":
		return answer{ack: encode(map[string]string{"challenge": o.Challenge})}, nil
	case o.Type == "app_rate_limited":
		s.log.Error("slack holds events back: there are more than 30,000 an hour")
	case o.Event.Type == "app_home_opened":
		return s.homeOpened(ctx, o), nil
	case o.Event.Type == "message":
		return s.message(ctx, o), nil
	case o.Event.Type == "user_change":
		s.userChanged(payload)
	case o.Event.Type == "app_uninstalled", o.Event.Type == "tokens_revoked" && len(o.Event.Tokens.Bot) > 0:
		s.fail(refusal(o.Event.Type))
	}

	return answer{}, nil
}

// userChanged passes on how somebody is called now, and whether they still have
// an account.
func (s *Slack) userChanged(payload []byte) {
	var o struct {
		Event struct {
			User slack.User `json:"user"`
		} `json:"event"`
	}

	if err := lenient(payload, &o); err != nil || o.Event.User.ID == "" {
		s.log.Warn("slack has told of a person in a way that can't be read")

		return
	}

	s.people.changed(profile(&o.Event.User))
}

func (s *Slack) homeOpened(ctx context.Context, o outer) answer {
	if o.Event.User == "" || (o.Event.Tab != "" && o.Event.Tab != "home") {
		return answer{}
	}

	s.people.met(o.Event.User)

	who := chat.PersonOn(chat.Slack, o.Event.User)
	shown := s.ask(ctx, "home", func(ctx context.Context) (chat.Reply, error) {
		return s.opts.Front.Command(ctx, chat.Command{ID: o.ID, Who: who, Name: chat.HomeOpened})
	})

	return answer{then: s.home(who, shown)}.late(shown, func(ctx context.Context, r reply) {
		if show := s.home(who, r); show != nil {
			show(ctx)
		}
	})
}

// home shows somebody their personal view, nil where that comes by itself.
func (s *Slack) home(who chat.Person, r reply) func(ctx context.Context) {
	if r.Message == nil {
		return nil
	}

	return func(ctx context.Context) {
		if err := s.ShowHome(ctx, who, *r.Message); err != nil {
			s.log.Warn("a personal view could not be shown", "error", err)
		}
	}
}

// Said is the command of somebody who wrote to the bot in words.
const Said = "say"

// message is what somebody wrote to the bot alone. What the bot wrote itself,
// edits, joins and the like are no words to it.
func (s *Slack) message(ctx context.Context, o outer) answer {
	e := o.Event
	if e.ChannelType != "im" || e.Subtype != "" || e.Bot != "" || e.User == "" || e.User == s.identity.get().user {
		return answer{}
	}

	s.people.met(e.User)

	reply := s.ask(ctx, "message", func(ctx context.Context) (chat.Reply, error) {
		return s.opts.Front.Command(ctx, chat.Command{
			ID: o.ID, Who: chat.PersonOn(chat.Slack, e.User), Name: Said, Text: chat.Single(addressed(e.Text), maxText), Room: roomOf(e.Channel),
		})
	})

	return s.answerMessage(origin{user: e.User, channel: e.Channel}, reply)
}

// A reply is the Front's, or that there is none, or not in time.
type reply struct {
	chat.Reply
	failed bool
	late   *link.Late[chat.Reply] // nil where it was there in time
}

// ask calls the Front and waits for it as long as ctx allows (link.Ask).
func (s *Slack) ask(ctx context.Context, what string, call func(context.Context) (chat.Reply, error)) reply {
	answer, late, ok := link.Ask(ctx, s.work, what, call)

	return reply{Reply: answer, failed: !ok && late == nil, late: late}
}
