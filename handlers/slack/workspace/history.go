package workspace

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// afterAll sorts after every timestamp.
const afterAll = "~"

// readable finds a conversation whose messages the app may read.
func (w *Workspace) readable(c *call) (*conversation, error) {
	conv := w.conversations[c.str("channel")]
	if conv == nil {
		return nil, refuse("channel_not_found")
	}
	if err := w.needScopes(conv.kind() + ":history"); err != nil {
		return nil, err
	}
	if !conv.members[w.opt.App.BotUser] {
		if conv.private {
			return nil, refuse("channel_not_found")
		}
		return nil, refuse("not_in_channel")
	}
	return conv, nil
}

// span is the part of the past that a call asks for. Its bounds are
// timestamps, brought to one length so that they compare as strings.
type span struct {
	oldest, latest string
	inclusive      bool
	limit          int
	settled        time.Time // newer messages have not reached history yet
}

func (w *Workspace) readSpan(c *call) (span, error) {
	s := span{inclusive: c.bool("inclusive"), limit: c.limit(100, maxHistoryLimit)}
	s.settled = w.now().Add(-w.faults.historyLag())
	var err error
	if s.oldest, err = normalStamp(c.str("oldest"), "0000000000.000000"); err != nil {
		return s, refuse("invalid_ts_oldest")
	}
	if s.latest, err = normalStamp(c.str("latest"), "9999999999.999999"); err != nil {
		return s, refuse("invalid_ts_latest")
	}
	return s, nil
}

// normalStamp writes a timestamp with ten digits before and six after the point.
func normalStamp(given, byDefault string) (string, error) {
	if given == "" {
		return byDefault, nil
	}
	whole, part, _ := strings.Cut(given, ".")
	if len(whole) > 10 || len(part) > 6 || strings.Trim(whole+part, "0123456789") != "" {
		return "", fmt.Errorf("%q is no timestamp", given)
	}
	return fmt.Sprintf("%010s.%s", whole, (part + "000000")[:6]), nil
}

func (s span) holds(m *message) bool {
	if m.at.After(s.settled) {
		return false
	}
	if s.inclusive {
		return s.oldest <= m.stamp && m.stamp <= s.latest
	}
	return s.oldest < m.stamp && m.stamp < s.latest
}

// history returns messages newest first. Replies are in the thread, not here,
// unless they were broadcast.
func (w *Workspace) history(c *call) (node, error) {
	conv, err := w.readable(c)
	if err != nil {
		return nil, err
	}
	s, err := w.readSpan(c)
	if err != nil {
		return nil, err
	}
	before, err := cursor(c, afterAll)
	if err != nil {
		return nil, err
	}

	var page []node
	more, next := false, ""
	for i := conv.upTo(s.latest) - 1; i >= 0 && conv.messages[i].stamp >= s.oldest; i-- {
		m := conv.messages[i]
		if !s.holds(m) || m.isReply() && !m.broadcast || m.stamp >= before {
			continue
		}
		if len(page) == s.limit {
			more = true
			break
		}
		page, next = append(page, m.json(w, c.bool("include_all_metadata"))), m.stamp
	}
	return historyPage(page, more, next), nil
}

// upTo returns the index after the newest message not newer than stamp.
func (c *conversation) upTo(stamp string) int {
	i, found := slices.BinarySearchFunc(c.messages, stamp, byStamp)
	if found {
		i++
	}
	return i
}

// replies returns a thread, its parent first and then oldest first.
func (w *Workspace) replies(c *call) (node, error) {
	conv, err := w.readable(c)
	if err != nil {
		return nil, err
	}
	s, err := w.readSpan(c)
	if err != nil {
		return nil, err
	}
	m := conv.byStamp[c.str("ts")]
	if m == nil {
		return nil, refuse("thread_not_found")
	}
	after, err := cursor(c, "")
	if err != nil {
		return nil, err
	}

	root := cmp.Or(m.thread, m.stamp)
	var page []node
	more, next := false, ""
	for _, m := range conv.messages {
		parent := m.stamp == root
		if !parent && (m.thread != root || !s.holds(m)) || m.stamp <= after {
			continue
		}
		if len(page) == s.limit {
			more = true
			break
		}
		page, next = append(page, m.json(w, c.bool("include_all_metadata"))), m.stamp
	}
	return historyPage(page, more, next), nil
}

func historyPage(page []node, more bool, last string) node {
	if page == nil {
		page = []node{}
	}
	n := node{"messages": page, "has_more": more, "pin_count": 0, "response_metadata": node{"next_cursor": ""}}
	if more {
		n["response_metadata"] = node{"next_cursor": encodeCursor(last)}
	}
	return n
}

func encodeCursor(at string) string { return base64.StdEncoding.EncodeToString([]byte("next:" + at)) }

// cursor returns where a page starts that continues another.
func cursor(c *call, byDefault string) (string, error) {
	given := c.str("cursor")
	if given == "" {
		return byDefault, nil
	}
	b, err := base64.StdEncoding.DecodeString(given)
	at, found := strings.CutPrefix(string(b), "next:")
	if err != nil || !found {
		return "", refuse("invalid_cursor")
	}
	return at, nil
}
