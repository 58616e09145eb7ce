package workspace

import (
	"errors"
	"slices"
	"sort"
	"strings"
)

// Channel is a channel as the options describe it.
type Channel struct {
	ID       string // "C0BILLING"
	Name     string // without #
	Private  bool
	Archived bool
	Members  []string // user ids; the app is in it when its bot user is named
}

// conversation is a channel, or the direct messages between a person and the
// app. Its messages are kept oldest first.
type conversation struct {
	id, name  string
	person    string // of a direct conversation; empty for a channel
	private   bool
	archived  bool
	members   map[string]bool
	messages  []*message
	byStamp   map[string]*message
	ephemeral map[string][]*message // by whom they are for
	lastRead  map[string]string
}

func newChannel(c Channel) *conversation {
	conv := newConversation(c.ID, c.Name)
	conv.private, conv.archived = c.Private, c.Archived
	for _, m := range c.Members {
		conv.members[m] = true
	}
	return conv
}

func newConversation(id, name string) *conversation {
	return &conversation{
		id: id, name: name, members: map[string]bool{}, byStamp: map[string]*message{},
		ephemeral: map[string][]*message{}, lastRead: map[string]string{},
	}
}

func (c *conversation) direct() bool { return c.person != "" }

// kind is the word that Slack's scopes and event types use for it.
func (c *conversation) kind() string {
	switch {
	case c.direct():
		return "im"
	case c.private:
		return "groups"
	default:
		return "channels"
	}
}

func (w *Workspace) addConversation(c *conversation) {
	w.conversations[c.id] = c
	w.order = append(w.order, c)
}

// dm returns the direct conversation between the app and somebody, which
// exists from the first time anybody asks for it.
func (w *Workspace) dm(user string) *conversation {
	if c := w.dms[user]; c != nil {
		return c
	}
	c := newConversation(w.id("D"), "directmessage")
	c.person = user
	c.members[user], c.members[w.opt.App.BotUser] = true, true
	w.dms[user] = c
	w.addConversation(c)
	return c
}

// SetChannel archives, unarchives or changes the members of a channel.
func (w *Workspace) SetChannel(id string, change func(*Channel)) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	c := w.conversations[id]
	if c == nil || c.direct() {
		return errors.New("workspace: there is no channel " + id)
	}
	now := Channel{ID: c.id, Name: c.name, Private: c.private, Archived: c.archived, Members: sortedKeys(c.members)}
	change(&now)
	c.name, c.private, c.archived, c.members = now.Name, now.Private, now.Archived, set(now.Members)
	w.touch()
	return nil
}

// seenBy finds a conversation as a person names it: by id, by #name, or the
// empty string for the direct messages with the app.
func (w *Workspace) seenBy(user, name string) (*conversation, error) {
	if name == "" || strings.EqualFold(strings.TrimPrefix(name, "@"), w.opt.App.Name) {
		return w.dm(user), nil
	}
	name = strings.TrimPrefix(name, "#")
	for _, c := range w.order {
		if (c.id == name || c.name == name && !c.direct()) && c.visibleTo(user) {
			return c, nil
		}
	}
	return nil, errors.New("there is no conversation " + name + " here")
}

func (c *conversation) visibleTo(user string) bool {
	return c.members[user] || !c.private && !c.direct()
}

// add keeps a message in its place: timestamps only grow, so at the end.
func (c *conversation) add(m *message) {
	c.messages = append(c.messages, m)
	c.byStamp[m.stamp] = m
}

func (c *conversation) remove(m *message) {
	delete(c.byStamp, m.stamp)
	i, found := slices.BinarySearchFunc(c.messages, m.stamp, byStamp)
	if found {
		c.messages = slices.Delete(c.messages, i, i+1)
	}
}

func byStamp(m *message, stamp string) int { return strings.Compare(m.stamp, stamp) }

// json is the conversation as conversations.info tells of it.
func (c *conversation) json(w *Workspace) node {
	if c.direct() {
		return node{"id": c.id, "is_im": true, "is_open": true, "user": c.person, "created": 0, "is_archived": false}
	}
	bot := w.opt.App.BotUser
	return node{
		"id": c.id, "name": c.name, "name_normalized": c.name, "is_channel": !c.private, "is_group": c.private,
		"is_im": false, "is_mpim": false, "is_private": c.private, "is_archived": c.archived,
		"is_member": c.members[bot], "num_members": len(c.members), "created": 0,
		"topic": node{"value": ""}, "purpose": node{"value": ""},
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
