package workspace

import (
	"cmp"
	"strings"
	"time"
)

// Notification is what a person's device shows of a new message.
type Notification struct {
	ID           int       `json:"id"`
	At           time.Time `json:"at"`
	Conversation string    `json:"conversation"`
	TS           string    `json:"ts"`
	From         string    `json:"from"`
	// Text is what a desktop shows, which comes from the blocks; Mobile is what
	// a phone shows, which comes from the text.
	Text   string `json:"text"`
	Mobile string `json:"mobile"`
}

const (
	notificationLength = 160 // characters
	keptNotifications  = 1000
)

// notify tells everybody whom Slack would tell of a new message: the other
// side of a direct conversation, who is mentioned, who is in the thread.
func (w *Workspace) notify(m *message) {
	text, mobile := w.notificationText(m)
	for _, id := range w.audience(m) {
		u := w.people[id]
		if u == nil || u.Bot || u.Deleted || u.DND.quiet(m.at) {
			continue
		}
		w.noteSequence++
		note := Notification{ID: w.noteSequence, At: m.at, Conversation: m.conv.id, TS: m.stamp, From: m.user, Text: text, Mobile: mobile}
		w.notes[id] = newest(append(w.notes[id], note), keptNotifications)
	}
}

func (w *Workspace) notificationText(m *message) (desktop, mobile string) {
	mobile = w.plain(m.text)
	desktop = mobile
	if m.tree != nil {
		desktop = cmp.Or(w.blocksBrief(m.tree), mobile)
	}
	return cut(oneLine(desktop), notificationLength), cut(oneLine(mobile), notificationLength)
}

// audience lists who is notified, the author never among them.
func (w *Workspace) audience(m *message) []string {
	heard := map[string]bool{}
	if m.conv.direct() {
		heard[m.conv.person] = true
	}
	tokens := LiveTokens(m.text)
	for _, b := range m.tree {
		walkTokens(b, &tokens)
	}
	for _, t := range tokens {
		w.mentioned(m.conv, t, heard)
	}
	if m.isReply() {
		w.inThread(m, heard)
	}
	delete(heard, m.user)
	return sortedKeys(heard)
}

func (w *Workspace) mentioned(c *conversation, t Token, heard map[string]bool) {
	switch t.Kind {
	case MentionUser:
		if c.members[t.Target] {
			heard[t.Target] = true
		}
	case MentionGroup:
		if g := w.group(t.Target); g != nil {
			w.members(c, g.Users, heard)
		}
	case MentionEveryone:
		w.members(c, sortedKeys(c.members), heard)
	case ChannelLink, Link, Date:
	}
}

func (w *Workspace) members(c *conversation, users []string, heard map[string]bool) {
	for _, u := range users {
		if c.members[u] {
			heard[u] = true
		}
	}
}

func (w *Workspace) inThread(m *message, heard map[string]bool) {
	parent := m.conv.byStamp[m.thread]
	if parent == nil {
		return
	}
	heard[parent.user] = true
	for _, author := range parent.replies {
		heard[author] = true
	}
}

func newest[T any](list []T, n int) []T {
	if len(list) > n {
		return list[len(list)-n:]
	}
	return list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens s to n characters.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
