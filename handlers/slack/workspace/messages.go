package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// message is one message in a conversation, or an ephemeral one beside it.
type message struct {
	stamp     string
	conv      *conversation
	user      string // the author
	byApp     bool
	text      string
	blocks    json.RawMessage   // as posted; nil when there are none
	tree      []node            // the same, read; only until people are notified
	before    []json.RawMessage // the blocks that it had, the newest first: a few
	metadata  json.RawMessage
	thread    string // the parent's timestamp; empty outside of threads
	broadcast bool
	replies   []string // authors of the replies, in order
	lastReply string
	edited    string // timestamp of the newest edit
	at        time.Time
	updates   int

	onlyFor string // an ephemeral message: whose
	echo    string // the command its reader typed
	picked  map[string]state
}

// content is what a call wants a message to say.
type content struct {
	text      string
	blocks    json.RawMessage
	tree      []node // the same, read
	hasText   bool
	hasBlocks bool
	metadata  json.RawMessage
}

const (
	maxText         = 40_000 // what posting keeps of the text, in characters
	maxUpdatedText  = 4_000
	maxMetadata     = 1 << 10 // bytes
	maxHistoryLimit = 999
)

// post keeps a new message, notifies people, and tells the app if it wants to
// know. The caller has checked everything.
func (w *Workspace) post(m *message) {
	m.stamp, m.at = w.stamp(), w.now()
	m.conv.add(m)
	if parent := m.conv.byStamp[m.thread]; parent != nil {
		parent.thread = parent.stamp
		parent.replies = append(parent.replies, m.user)
		parent.lastReply = m.stamp
	}
	w.journal.posted(m)
	w.notify(m)
	m.tree = nil
	w.tellApp(m, m.json(w, false))
	w.touch()
}

// whisper keeps an ephemeral message for one person. Slack keeps none of
// these: they are in no history.
func (w *Workspace) whisper(m *message) {
	m.stamp, m.at, m.tree = w.stamp(), w.now(), nil
	m.conv.ephemeral[m.onlyFor] = append(m.conv.ephemeral[m.onlyFor], m)
	w.touch()
}

// edit changes what a message says. Nobody is notified of an edit.
func (w *Workspace) edit(m *message, c content) {
	if c.hasText {
		m.text = c.text
	}
	if c.hasBlocks {
		m.redraw(c.blocks)
	}
	if c.metadata != nil {
		m.metadata = c.metadata
	}
	m.updates++
	m.edited = w.stamp()
	w.journal.edited(m)
	w.tellApp(m, node{"type": "message", "subtype": "message_changed", "hidden": true, "ts": m.edited, "message": m.json(w, false)})
	w.touch()
}

// redraw gives a message new blocks. A screen can be a moment behind, so what stood
// there can still be pressed for a few drawings.
func (m *message) redraw(blocks json.RawMessage) {
	const kept = 3
	m.before = append([]json.RawMessage{m.blocks}, m.before[:min(len(m.before), kept-1)]...)
	m.blocks = blocks
}

// take removes a message, for everybody.
func (w *Workspace) take(m *message) {
	m.conv.remove(m)
	w.journal.deleted(m, w.now())
	w.tellApp(m, node{"type": "message", "subtype": "message_deleted", "hidden": true, "ts": w.stamp(), "deleted_ts": m.stamp})
	w.touch()
}

// dismiss removes an ephemeral message from its reader's view.
func (w *Workspace) dismiss(m *message) {
	kept := m.conv.ephemeral[m.onlyFor]
	m.conv.ephemeral[m.onlyFor] = slices.DeleteFunc(kept, func(e *message) bool { return e == m })
	w.touch()
}

// visible returns the message that user sees under stamp, or nil.
func (c *conversation) visible(user, stamp string) *message {
	if m := c.byStamp[stamp]; m != nil {
		return m
	}
	for _, m := range c.ephemeral[user] {
		if m.stamp == stamp {
			return m
		}
	}
	return nil
}

// json is the message as history tells of it.
func (m *message) json(w *Workspace, withMetadata bool) node {
	n := node{"type": "message", "ts": m.stamp, "user": m.user, "text": m.text, "team": w.opt.Team.ID}
	if m.byApp {
		n["bot_id"], n["app_id"] = w.opt.App.BotID, w.opt.App.ID
		n["bot_profile"] = node{"id": w.opt.App.BotID, "app_id": w.opt.App.ID, "name": w.opt.App.Name, "team_id": w.opt.Team.ID}
	}
	if !m.byApp {
		n["client_msg_id"] = m.conv.id + "-" + m.stamp
	}
	if m.blocks != nil {
		n["blocks"] = m.blocks
	}
	if m.edited != "" {
		n["edited"] = node{"user": m.user, "ts": m.edited}
	}
	if withMetadata && m.metadata != nil {
		n["metadata"] = m.metadata
	}
	m.threadJSON(n)
	return n
}

func (m *message) threadJSON(n node) {
	if m.thread == "" {
		return
	}
	n["thread_ts"] = m.thread
	if m.thread == m.stamp {
		users := slices.Compact(slices.Sorted(slices.Values(m.replies)))
		n["reply_count"], n["reply_users"], n["reply_users_count"] = len(m.replies), users, len(users)
		n["latest_reply"] = m.lastReply
		return
	}
	if m.broadcast {
		n["subtype"] = "thread_broadcast"
	}
}

// isReply tells whether the message stands in somebody else's thread.
func (m *message) isReply() bool { return m.thread != "" && m.thread != m.stamp }

// tellApp sends the app a message event, if it is subscribed to those of this
// kind of conversation, may read its history, and is in it.
func (w *Workspace) tellApp(m *message, event node) {
	kind := m.conv.kind()
	if !w.opt.App.subscribed("message."+kind) || !w.scopes[kind+":history"] || !m.conv.members[w.opt.App.BotUser] {
		return
	}
	event["channel"], event["channel_type"] = m.conv.id, strings.TrimSuffix(kind, "s")
	event["event_ts"] = m.stamp
	w.sendEvent(event)
}

// stampTime is the moment of a timestamp.
func stampTime(stamp string) time.Time {
	var seconds, micros int64
	if _, err := fmt.Sscanf(stamp, "%d.%d", &seconds, &micros); err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, micros*1000).UTC()
}
