package teams

import (
	"cmp"
	"context"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An outgoing is a message as Teams takes it. It has words or a card and never
// both: Teams would make two messages of it, of which it names neither.
type outgoing struct {
	Type        string       `json:"type"`
	Text        string       `json:"text,omitempty"`
	Format      string       `json:"textFormat,omitempty"`
	Summary     string       `json:"summary,omitempty"` // what a notification shows
	Attachments []attachment `json:"attachments,omitempty"`
	Recipient   *recipient   `json:"recipient,omitempty"` // of what one person alone is to see
	Entities    []prompt     `json:"entities,omitempty"`
	Data        *attention   `json:"channelData,omitempty"`
}

type recipient struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type attachment struct {
	Kind    string `json:"contentType"`
	Content card   `json:"content"`
}

// A prompt names the private message that is answered.
type prompt struct {
	Type    string `json:"type"`
	Message string `json:"messageId"`
}

// An attention has the message notify.
type attention struct {
	Notification struct {
		Alert bool `json:"alert"`
	} `json:"notification"`
}

// holding is a message that is a card.
func (t *Teams) holding(c card, words string) outgoing {
	if t.opts.Unauthenticated {
		c = forPlayground(c)
	}

	return outgoing{Type: "message", Summary: words, Attachments: []attachment{{cardContent, c}}}
}

// alerting is the message as one that notifies.
func (o outgoing) alerting() outgoing {
	o.Data = &attention{}
	o.Data.Notification.Alert = true

	return o
}

// keyed is the message with a posting's key in its buttons.
func (o outgoing) keyed(key string) outgoing {
	for _, a := range o.Attachments {
		a.Content.key(key)
	}

	return o
}

// to is the message as one that only the person sees, below what they wrote to
// the bot in private.
func (o outgoing) to(by origin) outgoing {
	o.Recipient = &recipient{by.From.ID, by.From.Name}

	if by.Recipient.Targeted && by.Type == "message" {
		o.Entities = []prompt{{"targetedMessageInfo", by.ID}}
	}

	return o
}

// maxWords is how many characters a message has that is nothing but words.
const maxWords = 8000

// plainer calls send with ever plainer drawings of the message until Teams takes
// one.
func (t *Teams) plainer(m chat.Message, send func(outgoing) error) error {
	drawings := []func() outgoing{
		func() outgoing { return t.holding(draw(m), summary(m)) },
		func() outgoing { return t.holding(draw(shortened(m)), summary(m)) },
		func() outgoing { return outgoing{Type: "message", Text: inWords(m, maxWords), Format: "plain"} },
	}

	var err error

	for i, next := range drawings {
		if err = send(next()); err == nil || !plainerMayDo(chat.FailureOf(err)) {
			return err
		}

		t.log.Error("teams does not take a drawing of a message", "plainness", i, "code", chat.FailureOf(err).Code)
	}

	return err
}

// Post sends a message to a room, in a thread where the posting says so, and
// returns where it stands. An error wraps a *chat.Failure. A drawing that Teams
// does not take is followed by plainer ones, down to the bare words.
//
// A room that Teams has refused is tried all the same: nobody is to be missed for
// whom the app was installed again, and a refusal costs a call. Teams keeps nothing
// unseen with a message by which a bot could find it. A posting's key is in its
// buttons, and comes back when one is pressed.
func (t *Teams) Post(ctx context.Context, p chat.Posting) (chat.Ref, error) {
	var at chat.Ref

	err := t.plainer(p.Message, func(o outgoing) (err error) {
		at, err = t.post(ctx, p.To, p.Under, o.keyed(p.Key).alerting())

		return err
	})

	return at, err
}

func (t *Teams) post(ctx context.Context, to chat.Room, under chat.Ref, o outgoing) (chat.Ref, error) {
	at := t.addressOf(ctx, to)

	if err := t.paces.busy(base(cmp.Or(at.Conversation, to.ID()))); err != nil {
		return chat.Ref{}, failed(sending, err)
	}

	ref, err := t.postAt(ctx, at, to, under, o)

	switch {
	case unreachable(err):
		t.bury(ctx, to, chat.FailureOf(err).Code)
	case err == nil && at.Dead != "":
		t.revive(ctx, to)
	}

	return ref, err
}

func (t *Teams) postAt(ctx context.Context, at address, to chat.Room, under chat.Ref, o outgoing) (chat.Ref, error) {
	conversation := to.ID()

	switch {
	case isPerson(to):
		var err error
		if conversation, err = t.private(ctx, at, to); err != nil {
			return chat.Ref{}, err
		}
	case isChannel(at, to) && !under.IsZero():
		channel, root := threadOf(under.Room.ID())
		conversation = channel + threadMark + cmp.Or(root, under.ID)
	case isChannel(at, to):
		id, err := t.begin(ctx, at, conversation, o)

		return refTo(conversation, id, err)
	}

	id, err := t.send(ctx, at.Service, conversation, o)

	return refTo(conversation, id, err)
}

func refTo(conversation, id string, err error) (chat.Ref, error) {
	if err != nil {
		return chat.Ref{}, err
	}

	return chat.Ref{Room: roomOf(conversation), ID: id}, nil
}

// isChannel reports whether what is posted to a room begins a thread there.
func isChannel(at address, room chat.Room) bool {
	if at.Kind != "" {
		return at.Kind == "channel"
	}

	return looksLikeChannel(room.ID())
}

// unreachable reports whether a room is to be left alone for a while: not after
// an answer that is about Teams' own troubles.
func unreachable(err error) bool {
	failure := chat.FailureOf(err)

	return failure != nil && failure.Kind == chat.Unreachable && failure.Code != serviceError
}

// private returns the private conversation with a person, which is begun where
// there is none yet. Of somebody of whom nothing was heard it is begun by their
// Entra id, which Teams takes if the app is installed for them.
func (t *Teams) private(ctx context.Context, at address, person chat.Room) (string, error) {
	if at.Conversation != "" {
		return at.Conversation, nil
	}

	return t.openPrivate(ctx, at, person)
}

// openPrivate has Teams say which conversation is the private one, and keeps it.
func (t *Teams) openPrivate(ctx context.Context, at address, person chat.Room) (string, error) {
	conversation, err := t.open(ctx, at, cmp.Or(at.User, person.ID()))
	if err != nil {
		return "", err
	}

	err = t.addresses.change(ctx, person, func(at *address) {
		at.Conversation, at.Kind = conversation, "personal"
		at.revive()
	})
	if err == nil {
		err = t.addresses.change(ctx, roomOf(conversation), func(at *address) { at.Who = chat.Person(person) })
	}

	t.unkept(err)

	return conversation, nil
}

// postPrivately posts an answer into a person's private conversation.
func (t *Teams) postPrivately(ctx context.Context, who chat.Person, o outgoing) (chat.Ref, error) {
	return t.postAt(ctx, t.addressOf(ctx, who.Private()), who.Private(), chat.Ref{}, o)
}

// addressOf returns the address of a room. One that can't be read is taken for
// unknown, which is enough for most.
func (t *Teams) addressOf(ctx context.Context, room chat.Room) address {
	at, err := t.addresses.of(ctx, roomOf(base(room.ID())))
	if err != nil {
		t.log.Error("an address could not be read", "error", err)
	}

	return at
}

// Edit replaces a message. It returns a failure of kind chat.Missing when the
// message is not there any more.
func (t *Teams) Edit(ctx context.Context, at chat.Ref, m chat.Message) error {
	return t.plainer(m, func(o outgoing) error { return t.edit(ctx, at, o) })
}

func (t *Teams) edit(ctx context.Context, at chat.Ref, o outgoing) error {
	where := t.addressOf(ctx, at.Room)
	if code := t.addresses.refused(where); code != "" {
		return failed(changing, &chat.Failure{Kind: chat.Unreachable, Code: code})
	}

	if err := t.paces.busy(base(at.Room.ID())); err != nil {
		return failed(changing, err)
	}

	err := t.update(ctx, where.Service, at.Room.ID(), at.ID, o)
	if unreachable(err) {
		t.bury(ctx, at.Room, chat.FailureOf(err).Code)
	}

	return err
}

// Remove takes a message away, or what it says where Teams removes none. It
// returns a failure of kind chat.Missing when there is none.
func (t *Teams) Remove(ctx context.Context, at chat.Ref) error {
	where := t.addressOf(ctx, at.Room)

	err := t.withdraw(ctx, where.Service, at.Room.ID(), at.ID)
	if unsupported(err) {
		err = t.update(ctx, where.Service, at.Room.ID(), at.ID, t.holding(drawClosed("This message was taken back."), "Taken back"))
	}

	return err
}

// ShowHome shows a person's personal view, which is a card in their private
// conversation: a new one where they have asked for it, or else the one that
// they asked for last, in place. Who never asked is shown nothing.
func (t *Teams) ShowHome(ctx context.Context, who chat.Person, m chat.Message) error {
	leave, ok := t.homes.enter(ctx, string(who))
	if !ok {
		return failed(changing, &chat.Failure{Kind: chat.Unsent, Code: "unsent", Err: ctx.Err()})
	}
	defer leave()

	at := t.addressOf(ctx, who.Private())

	switch {
	case at.Wanted:
		return t.plainer(m, func(o outgoing) error { return t.postHome(ctx, who, o) })
	case at.Home != "":
		return t.plainer(m, func(o outgoing) error { return t.editHome(ctx, who, at, o) })
	default:
		return nil
	}
}

func (t *Teams) postHome(ctx context.Context, who chat.Person, o outgoing) error {
	ref, err := t.post(ctx, who.Private(), chat.Ref{}, o)
	if err != nil {
		return err
	}

	t.keepHome(ctx, who, ref.ID)

	return nil
}

func (t *Teams) editHome(ctx context.Context, who chat.Person, at address, o outgoing) error {
	err := t.edit(ctx, chat.Ref{Room: roomOf(at.Conversation), ID: at.Home}, o)
	if failure := chat.FailureOf(err); failure != nil && failure.Kind == chat.Missing {
		t.keepHome(ctx, who, "") // they took it away, and don't want another

		return nil
	}

	return err
}

func (t *Teams) keepHome(ctx context.Context, who chat.Person, id string) {
	t.unkept(t.addresses.change(ctx, who.Private(), func(at *address) { at.Home, at.Wanted = id, false }))
}
