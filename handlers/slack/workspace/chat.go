package workspace

import (
	"cmp"
	"encoding/json"
	"strings"
)

// target finds the conversation that a call may post to. A person's id stands
// for the direct messages with them, when people is set.
func (w *Workspace) target(c *call, people bool) (*conversation, error) {
	id := c.str("channel")
	if conv := w.conversations[id]; conv != nil {
		return conv, w.mayPost(conv)
	}
	if conv := w.channelByName(id); conv != nil && people {
		return conv, w.mayPost(conv)
	}
	u := w.people[id]
	switch {
	case u == nil || !people || u.Deleted:
		return nil, refuse("channel_not_found")
	case u.Bot:
		return nil, refuse("cannot_dm_bot")
	}
	conv := w.dm(id)
	return conv, w.mayPost(conv)
}

func (w *Workspace) channelByName(name string) *conversation {
	for _, c := range w.order {
		if !c.direct() && name != "" && "#"+c.name == name {
			return c
		}
	}
	return nil
}

func (w *Workspace) mayPost(c *conversation) error {
	bot := w.opt.App.BotUser
	switch {
	case c.direct() && w.opt.App.MessagesTabOff:
		return refuse("messages_tab_disabled")
	case c.direct() && w.people[c.person].Deleted:
		return refuse("is_archived")
	case c.private && !c.members[bot]:
		return refuse("channel_not_found")
	case c.archived:
		return refuse("is_archived")
	case !c.members[bot] && !w.scopes["chat:write.public"]:
		return refuse("not_in_channel")
	}
	return nil
}

func (w *Workspace) postMessage(c *call) (node, error) {
	conv, err := w.target(c, true)
	if err != nil {
		return nil, err
	}
	what, err := w.readContent(c)
	if err != nil {
		return nil, err
	}
	m := w.fromApp(conv, what)
	if m.thread, err = threadOf(conv, c); err != nil {
		return nil, err
	}
	m.broadcast = m.thread != "" && c.bool("reply_broadcast")
	w.post(m)
	return node{"channel": conv.id, "ts": m.stamp, "message": m.json(w, true)}, nil
}

func (w *Workspace) fromApp(conv *conversation, what content) *message {
	return &message{
		conv: conv, user: w.opt.App.BotUser, byApp: true,
		text: what.text, blocks: what.blocks, tree: what.tree, metadata: what.metadata,
	}
}

// threadOf returns the timestamp of the parent that a call replies to. A reply
// to a reply goes into the same thread.
func threadOf(conv *conversation, c *call) (string, error) {
	stamp := c.str("thread_ts")
	if stamp == "" {
		return "", nil
	}
	parent := conv.byStamp[stamp]
	if parent == nil {
		return "", refuse("cannot_reply_to_message")
	}
	return cmp.Or(parent.thread, parent.stamp), nil
}

// readContent reads and checks what a message is to say.
func (w *Workspace) readContent(c *call) (content, error) {
	what := content{text: c.str("text"), hasText: c.has("text"), hasBlocks: c.has("blocks")}
	if what.hasBlocks {
		if err := what.readBlocks(w, c.raw("blocks")); err != nil {
			return what, err
		}
	}
	if what.text == "" && what.blocks == nil && !c.has("attachments") {
		return what, refuse("no_text")
	}
	if r := []rune(what.text); len(r) > maxText {
		what.text = string(r[:maxText])
	}
	return what, what.readMetadata(c)
}

// readBlocks checks blocks. An empty list means none.
func (what *content) readBlocks(w *Workspace, blocks json.RawMessage) error {
	if strings.TrimSpace(string(blocks)) == "" {
		return nil
	}
	v, err := decode(blocks)
	list, isList := v.([]any)
	switch {
	case err != nil || !isList:
		return refuse("invalid_blocks_format")
	case len(list) == 0:
		return nil
	}
	if problems := validateBlocks(v); len(problems) > 0 {
		return &refusalError{code: blocksError(problems), messages: problems}
	}
	what.blocks, what.tree = blocks, nodes(v)
	if w.giveIDs(what.tree) {
		what.blocks = raw(v)
	}
	return nil
}

func (what *content) readMetadata(c *call) error {
	m := c.raw("metadata")
	if m == nil {
		return nil
	}
	var given struct {
		EventType    string          `json:"event_type"`
		EventPayload json.RawMessage `json:"event_payload"`
	}
	switch err := json.Unmarshal(m, &given); {
	case err != nil:
		return refuse("invalid_metadata_format")
	case strings.TrimSpace(string(m)) == "{}":
	case given.EventType == "" || !strings.HasPrefix(strings.TrimSpace(string(given.EventPayload)), "{"):
		return refuse("invalid_metadata_schema")
	case len(m) > maxMetadata:
		return refuse("metadata_too_large")
	}
	what.metadata = m
	return nil
}

func (w *Workspace) postEphemeral(c *call) (node, error) {
	conv, err := w.target(c, false)
	if err != nil {
		return nil, err
	}
	user := c.str("user")
	if w.people[user] == nil || !conv.members[user] {
		return nil, refuse("user_not_in_channel")
	}
	what, err := w.readContent(c)
	if err != nil {
		return nil, err
	}
	m := w.fromApp(conv, what)
	m.onlyFor = user
	if m.thread, err = threadOf(conv, c); err != nil {
		return nil, err
	}
	w.whisper(m)
	return node{"message_ts": m.stamp}, nil
}

// own finds the message that a call changes, which has to be the app's.
func (w *Workspace) own(c *call, notOwn string) (*message, error) {
	conv := w.conversations[c.str("channel")]
	if conv == nil || !conv.members[w.opt.App.BotUser] && conv.private {
		return nil, refuse("channel_not_found")
	}
	m := conv.byStamp[c.str("ts")]
	switch {
	case m == nil:
		return nil, refuse("message_not_found")
	case !m.byApp:
		return nil, refuse(notOwn)
	case conv.archived:
		return nil, refuse("is_archived")
	}
	return m, nil
}

func (w *Workspace) updateMessage(c *call) (node, error) {
	m, err := w.own(c, "cant_update_message")
	if err != nil {
		return nil, err
	}
	what, err := w.readContent(c)
	if err != nil {
		return nil, err
	}
	if len([]rune(what.text)) > maxUpdatedText {
		return nil, refuse("msg_too_long")
	}
	w.edit(m, what)
	return node{"channel": m.conv.id, "ts": m.stamp, "text": m.text, "message": m.json(w, true)}, nil
}

func (w *Workspace) deleteMessage(c *call) (node, error) {
	m, err := w.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	w.take(m)
	return node{"channel": m.conv.id, "ts": m.stamp}, nil
}

func (w *Workspace) permalink(c *call) (node, error) {
	conv := w.conversations[c.str("channel")]
	if conv == nil || conv.private && !conv.members[w.opt.App.BotUser] {
		return nil, refuse("channel_not_found")
	}
	stamp := c.str("message_ts")
	if conv.byStamp[stamp] == nil {
		return nil, refuse("message_not_found")
	}
	link := "https://" + w.opt.Team.Domain + ".slack.com/archives/" + conv.id + "/p" + strings.ReplaceAll(stamp, ".", "")
	return node{"channel": conv.id, "permalink": link}, nil
}
