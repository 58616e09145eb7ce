package connector

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// cardType is the content type of an Adaptive Card.
const cardType = "application/vnd.microsoft.card.adaptive"

// targetedLife is how long a message for one reader can still be changed.
const targetedLife = 24 * time.Hour

// message is one message in a conversation.
type message struct {
	id      string
	conv    *conversation
	root    string // of its thread, in a channel: its own id where it began one
	author  string // an aadObjectId, or the bot's 28: id
	text    string
	card    json.RawMessage // nil when there is none
	summary string
	alert   bool
	at      time.Time
	edited  bool
	onlyFor string // a targeted message: whose

	mentions []string                     // 29: and 28: ids
	own      map[string]json.RawMessage   // the card that one reader alone got for a press
	filled   map[string]map[string]string // what readers have filled in, by input
	mistakes map[string]map[string]string // and what is wrong with it, by label
}

// cardFor is the card as somebody sees it.
func (m *message) cardFor(person string) json.RawMessage {
	if own := m.own[person]; own != nil {
		return own
	}
	return m.card
}

// send takes a message of the bot.
func (c *Connector) send(k *call) (any, error) {
	v, root, err := c.place(k)
	if err != nil {
		return nil, err
	}
	if k.activity != "" && v.byID[k.activity] == nil {
		return nil, errGone
	}
	if root == "" && k.activity != "" && v.kind() == "channel" {
		root = v.byID[k.activity].root
	}
	if str(k.body, "type") == "typing" {
		return created{}, nil
	}
	m, err := c.receive(v, root, k.body, k.targeted)
	if err != nil {
		return nil, err
	}
	if m.text != "" && m.card != nil {
		// Teams makes two messages of it, and tells the id of neither.
		return created{}, nil
	}
	return created{"id": m.id}, nil
}

var errGone = refuse(http.StatusNotFound, "ActivityNotFoundInConversation", "The activity was not found in the conversation.")

// receive checks an activity of the bot, and keeps it as a message.
func (c *Connector) receive(v *conversation, root string, activity node, targeted bool) (*message, error) {
	m := &message{conv: v, root: root, author: c.opt.App.mri(), at: c.now()}
	if targeted {
		reader, err := c.reader(v, activity)
		if err != nil {
			return nil, err
		}
		m.onlyFor = reader.ID
	}
	if err := c.read(m, activity); err != nil {
		return nil, err
	}
	c.keep(m)
	c.journal.posted(m)
	c.notify(m)
	return m, nil
}

// keep adds a message to its conversation, under a new id.
func (c *Connector) keep(m *message) {
	m.id = c.stamp()
	if m.root == "" && m.conv.kind() == "channel" {
		m.root = m.id
		m.conv.roots[m.id] = true
	}
	m.conv.messages = append(m.conv.messages, m)
	m.conv.byID[m.id] = m
}

// reader is for whom alone a targeted activity is.
func (c *Connector) reader(v *conversation, activity node) (*User, error) {
	recipient := object(activity, "recipient")
	switch {
	case v.person != "":
		return nil, badArgument("Targeted messages are not for personal chats.")
	case str(recipient, "id") == "":
		return nil, badArgument("A targeted message needs its recipient.")
	}
	u := c.userByID(str(recipient, "id"))
	if u == nil || u.Deleted || !v.has(u.ID) {
		return nil, refuse(http.StatusNotFound, "BotNotInConversationRoster", "The recipient is not part of the conversation roster.")
	}
	return u, nil
}

// read takes over what an activity says. It fails when Teams would not show it.
func (c *Connector) read(m *message, activity node) error {
	if kind := str(activity, "type"); kind != "message" {
		return badArgument(fmt.Sprintf("Activities of the type %q are not for bots to send.", kind))
	}
	text, attachments := str(activity, "text"), nodes(activity["attachments"])
	if text == "" && len(attachments) == 0 {
		return badArgument("The message has neither text nor attachments.")
	}
	if len(attachments) > 1 {
		return badArgument("One card a message.")
	}

	var card json.RawMessage
	for _, a := range attachments {
		if kind := str(a, "contentType"); kind != cardType {
			return badArgument(fmt.Sprintf("Attachments of the type %q are not known here.", kind))
		}
		card = raw(a["content"])
		if problems := ValidateCard(card); len(problems) > 0 {
			return badArgument("Invalid card: " + strings.Join(problems, "; "))
		}
	}
	mentions, err := c.mentionsOf(activity, text, card)
	if err != nil {
		return err
	}

	m.text, m.card, m.mentions = text, card, mentions
	m.summary = str(activity, "summary")
	m.alert = flag(object(object(activity, "channelData"), "notification"), "alert")
	return nil
}

// mentionsOf lists who is mentioned, in the text or in the card. Each mention
// has to stand where it is said to stand.
func (c *Connector) mentionsOf(activity node, text string, card json.RawMessage) ([]string, error) {
	content := objectOf(card)
	places := []struct {
		entities []node
		text     string
	}{
		{nodes(activity["entities"]), text},
		{nodes(object(content, "msteams")["entities"]), allText(content)},
	}

	var ids []string
	for _, p := range places {
		for _, e := range p.entities {
			if str(e, "type") != "mention" {
				continue
			}
			id := str(object(e, "mentioned"), "id")
			if words := str(e, "text"); words == "" || !strings.Contains(p.text, words) {
				return nil, badArgument("A mention does not stand in the text.")
			}
			if c.userByID(id) == nil && id != c.opt.App.mri() {
				return nil, badArgument("Whoever is mentioned is not known.")
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// aim finds the message that a call changes.
func (c *Connector) aim(k *call) (*message, error) {
	v, _, err := c.place(k)
	if err != nil {
		return nil, err
	}
	m := v.byID[k.activity]
	switch {
	case m == nil, k.targeted != (m.onlyFor != ""):
		return nil, errGone
	case m.author != c.opt.App.mri():
		return nil, refuse(http.StatusForbidden, "NotEnoughPermissions", "The message is somebody else's.")
	case k.targeted && c.now().Sub(m.at) >= targetedLife:
		return nil, errGone
	}
	return m, nil
}

// update changes what a message of the bot says, for everybody. Nobody is
// notified of it.
func (c *Connector) update(k *call) (any, error) {
	m, err := c.aim(k)
	if err != nil {
		return nil, err
	}
	if k.targeted && k.body["recipient"] != nil {
		return nil, badArgument("The recipient of a targeted message can't be changed.")
	}
	if err := c.read(m, k.body); err != nil {
		return nil, err
	}
	m.edited = true
	m.own, m.filled, m.mistakes = nil, nil, nil
	c.journal.edited(m)
	return node{"id": m.id}, nil
}

// remove takes a message of the bot away.
func (c *Connector) remove(k *call) (any, error) {
	m, err := c.aim(k)
	if err != nil {
		return nil, err
	}
	delete(m.conv.byID, m.id)
	m.conv.messages = slices.DeleteFunc(m.conv.messages, func(other *message) bool { return other == m })
	c.journal.deleted(m, c.now())
	return node{}, nil
}

// fillIn keeps what somebody filled in.
func (m *message) fillIn(person string, values map[string]string) {
	if m.filled == nil {
		m.filled = map[string]map[string]string{}
	}
	if m.filled[person] == nil {
		m.filled[person] = map[string]string{}
	}
	maps.Copy(m.filled[person], values)
}
