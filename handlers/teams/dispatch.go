package teams

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// An answer is what Teams is told about one activity.
type answer struct {
	status int
	body   json.RawMessage // nil for none
	failed bool            // the bot could not do what was asked for
	// then is what else is to be done, at the same time as the answer is sent;
	// nil for nothing.
	then func(ctx context.Context)
}

// fine is the answer that only acknowledges. To an invoke of a dialog it closes
// it.
var fine = answer{status: http.StatusOK}

// An origin is who did something, and where they can be answered.
type origin struct {
	who  chat.Person
	zone string // IANA name of the zone in which they are, "" if unknown
	*activity
}

// take does what an activity asks for. ctx is over when Teams stops to wait. The
// Front has kept everything when it returns, so that the answer may be sent.
// Activities of other kinds than those known are acknowledged, as Teams asks for;
// only an invoke has to be understood.
func (t *Teams) take(ctx context.Context, a *activity) answer {
	by := origin{activity: a, zone: a.Zone}

	if a.human() {
		by.who, _ = t.whois(ctx, a, a.From)
	}

	if !t.briefly(ctx, func(ctx context.Context) { t.hear(ctx, by) }) {
		return answer{status: http.StatusInternalServerError, failed: true}
	}

	switch {
	case a.Type == "invoke":
		return t.invoke(ctx, by)
	case a.Type == "message" && by.who != "":
		return t.message(ctx, by)
	case a.Type == "message" && a.human():
		return t.stranger(by)
	default:
		return fine
	}
}

// aMoment is how long what Teams tells of addresses may hold up what somebody asks
// for: there is time left for that when the disk is slow.
const aMoment = time.Second

// briefly does what an answer waits a moment for, and no longer: then it goes on by
// itself. It returns false if it has panicked.
func (t *Teams) briefly(ctx context.Context, do func(ctx context.Context)) bool {
	within, cancel := context.WithTimeout(ctx, aMoment)
	defer cancel()

	_, late, ok := link.Ask(within, t.work, "address", func(ctx context.Context) (struct{}, error) {
		do(ctx)

		return struct{}{}, nil
	})

	return ok || late != nil
}

// hear keeps what an activity tells of addresses.
func (t *Teams) hear(ctx context.Context, by origin) {
	if by.leaving() {
		t.bury(ctx, by.lost(), "BotNotInConversationRoster")

		return
	}

	stranger := by.who != "" && t.addressOf(ctx, by.who.Private()).Name == ""

	t.unkept(t.addresses.heard(ctx, by.who, by.activity))

	if stranger && by.From.Name != "" {
		t.people.introduce(ctx, by)
	}

	if by.foreign() {
		t.people.met(by.who, "") // nobody there may be asked for
	} else {
		t.people.met(by.who, by.Conversation.ID)
	}
}

// leaving reports whether the bot was taken out of where the activity comes
// from. To upgrade an app may be to remove it and add it again, and Teams does
// not say in which order it tells: that is left to be seen.
func (a *activity) leaving() bool {
	switch a.Type {
	case "installationUpdate":
		return a.Action == "remove"
	case "conversationUpdate":
		return a.aboutBot(a.Removed)
	default:
		return false
	}
}

// lost is the room that the bot can't write to any more.
func (o origin) lost() chat.Room {
	if o.personal() && o.who != "" {
		return o.who.Private()
	}

	return o.room()
}

// bury notes that a room can't be written to.
func (t *Teams) bury(ctx context.Context, room chat.Room, code string) {
	if room == "" {
		return
	}

	t.unkept(t.addresses.bury(ctx, roomOf(base(room.ID())), code))
}

// revive notes that a room can be written to again.
func (t *Teams) revive(ctx context.Context, room chat.Room) {
	t.unkept(t.addresses.change(ctx, roomOf(base(room.ID())), (*address).revive))
}

// unkept logs why an address could not be kept, if it could not. That is no reason
// not to do what somebody asks for: it is known until the next start.
func (t *Teams) unkept(err error) {
	if err != nil {
		t.log.Error("an address could not be kept", "error", err)
	}
}

// message is what somebody wrote, or a button that Teams sends as a message.
func (t *Teams) message(ctx context.Context, by origin) answer {
	if by.Value.given() {
		if in, ok := readSheet(by.Value.raw); ok {
			shown := t.fill(ctx, by, in)

			return answer{status: http.StatusOK, failed: shown.failed, then: t.replacing(by, shown)}.late(shown.late, t.concluding(by, in))
		}

		if of, ok := readClick(by.Value.raw); ok {
			r := t.click(ctx, by, of)

			return t.answered(by, r).and(t.closing(by, r.Instead))
		}
	}

	name, rest := t.opts.command(t.typed(ctx, by.activity))
	if name == chat.HomeOpened {
		return t.home(ctx, by)
	}

	return t.answered(by, t.command(ctx, chat.Command{ID: by.id(), Who: by.who, Name: name, Text: rest, Room: by.room()}))
}

// answered is the answer to a message, which is a message too.
func (t *Teams) answered(by origin, r reply) answer {
	return answer{status: http.StatusOK, failed: r.failed, then: t.aside(by, r)}.late(r.late, t.catchingUp(by))
}

// stranger answers a message of somebody of whom can't be told who they are: they
// are not to believe that they were heard.
func (t *Teams) stranger(by origin) answer {
	return answer{status: http.StatusOK, failed: true, then: func(ctx context.Context) {
		t.insist(ctx, func(ctx context.Context) error { return t.regret(ctx, by) })
	}}
}

// regret tells whoever wrote that it went wrong.
func (t *Teams) regret(ctx context.Context, by origin) error {
	return t.plainer(*t.sorry(), func(o outgoing) error {
		if !by.personal() {
			return t.target(ctx, by.Service, by.Conversation.ID, o.to(by))
		}

		_, err := t.send(ctx, by.Service, by.Conversation.ID, o)

		return err
	})
}

func (t *Teams) command(ctx context.Context, c chat.Command) reply {
	return t.ask(ctx, "command", func(ctx context.Context) (chat.Reply, error) { return t.opts.Front.Command(ctx, c) })
}

func (t *Teams) click(ctx context.Context, by origin, of mark) reply {
	click := chat.Click{ID: by.id(), Who: by.who, Action: of.Action, Value: of.Value, On: by.on(), Key: of.Key}

	return t.ask(ctx, "click", func(ctx context.Context) (chat.Reply, error) { return t.opts.Front.Click(ctx, click) })
}

// home is somebody who asks for their personal view: a card that ShowHome posts
// and keeps up to date from then on.
func (t *Teams) home(ctx context.Context, by origin) answer {
	reply := t.ask(ctx, "home", func(ctx context.Context) (chat.Reply, error) {
		t.unkept(t.addresses.change(ctx, by.who.Private(), func(at *address) { at.Wanted = true }))

		return t.opts.Front.Command(ctx, chat.Command{ID: by.id(), Who: by.who, Name: chat.HomeOpened, Room: by.room()})
	})

	if reply.late != nil {
		return answer{status: http.StatusOK, then: t.aside(by, reply)}.late(reply.late, t.homeAtLast(by))
	}

	if reply.failed || reply.Message == nil {
		return t.answered(by, reply)
	}

	return answer{status: http.StatusOK, then: func(ctx context.Context) { t.showAsked(ctx, by.who, *reply.Message) }}
}

// homeAtLast shows a personal view that took longer.
func (t *Teams) homeAtLast(by origin) func(ctx context.Context, r reply) {
	return func(ctx context.Context, r reply) {
		if r.failed || r.Message == nil {
			t.catchingUp(by)(ctx, r)
		} else {
			t.showAsked(ctx, by.who, *r.Message)
		}
	}
}

// showAsked shows the personal view to who asked for it. Where it is shown meanwhile
// as it is by then, that is left standing.
func (t *Teams) showAsked(ctx context.Context, who chat.Person, m chat.Message) {
	tried := false

	t.work.Insist(ctx, link.Insistence{
		Try: func(ctx context.Context) error {
			if tried && !t.addressOf(ctx, who.Private()).Wanted {
				return nil
			}

			tried = true

			return t.ShowHome(ctx, who, m)
		},
		Again: chat.Passing,
		Lost:  func(_ context.Context, err error) { t.log.Warn("a personal view could not be shown", "error", err) },
	})
}

// invoke is what waits for its answer on somebody's screen.
func (t *Teams) invoke(ctx context.Context, by origin) answer {
	var v extended
	if by.Value.given() && lenient(by.Value.raw, &v) != nil {
		return answer{status: http.StatusBadRequest}
	}

	switch strings.Replace(by.Name, "composeExtensions/", "composeExtension/", 1) {
	case "adaptiveCard/action":
		return t.pressed(ctx, by)
	case "task/fetch", "task/submit", "composeExtension/submitAction":
		return t.dialog(ctx, by, v.Data)
	case "composeExtension/fetchTask":
		return t.extension(ctx, by, v)
	default:
		return answer{status: http.StatusNotImplemented}
	}
}

// pressed is a button of a card.
func (t *Teams) pressed(ctx context.Context, by origin) answer {
	var v pressed
	if lenient(by.Value.raw, &v) != nil || by.who == "" {
		return unknownButton
	}

	if in, ok := readSheet(v.Action.Data); ok {
		shown := t.fill(ctx, by, in)
		if t.opts.Unauthenticated && shown.title != "" && shown.late == nil {
			return t.goingOn(by, shown)
		}

		redrawn := answer{status: http.StatusOK, body: changedCard(shown.card), failed: shown.failed, then: t.replacing(by, shown)}

		return redrawn.late(shown.late, t.concluding(by, in))
	}

	of, ok := readClick(v.Action.Data)
	if !ok {
		return unknownButton
	}

	reply := t.click(ctx, by, of)
	said := answer{status: http.StatusOK, body: toast(t.nod(reply)), failed: reply.failed, then: t.aside(by, reply)}

	return said.and(t.closing(by, reply.Instead)).late(reply.late, t.catchingUp(by))
}

// dialog is a button that opens a dialog, or one within it.
func (t *Teams) dialog(ctx context.Context, by origin, data json.RawMessage) answer {
	if by.who == "" {
		return t.inDialog(ctx, by, reply{failed: true})
	}

	if in, ok := readSheet(data); ok {
		shown := t.fill(ctx, by, in)

		return t.shownInDialog(shown).late(shown.late, t.concluding(by, in))
	}

	of, ok := readClick(data)
	if !ok {
		return tasked(*chat.Notice("I don't know this form, so nothing was sent. Write %v for mine.", t.spelt("escalate")))
	}

	reply := t.click(ctx, by, of)

	return t.inDialog(ctx, by, reply).and(t.closing(by, reply.Instead))
}

// extension is a command of the message extension: from where people write, or
// on a message that somebody wrote.
func (t *Teams) extension(ctx context.Context, by origin, v extended) answer {
	if by.who == "" {
		return t.inDialog(ctx, by, reply{failed: true})
	}

	name := cmp.Or(t.opts.Commands[v.Command], v.Command)
	c := chat.Command{ID: by.id(), Who: by.who, Name: name, Room: by.room(), Link: v.Message.Link}
	c.Quoted = quoted(v.Message.Body.Kind, v.Message.Body.Content)

	return t.inDialog(ctx, by, t.command(ctx, c))
}

// A reply is the Front's, or that there is none, or not in time.
type reply struct {
	chat.Reply
	failed bool
	late   *link.Late[chat.Reply] // nil where it was there in time
}

// ask calls the Front and waits for it as long as ctx allows (link.Ask).
func (t *Teams) ask(ctx context.Context, what string, front func(context.Context) (chat.Reply, error)) reply {
	answer, late, ok := link.Ask(ctx, t.work, what, front)

	return reply{Reply: answer, failed: !ok && late == nil, late: late}
}
