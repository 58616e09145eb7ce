package slack

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// eventType marks the metadata of what this bot posts, and keyField is the
// posting's key in it.
const (
	eventType = "firebreak"
	keyField  = "key"
)

// Post sends a message to a room, in a thread where the posting says so, and
// returns where it stands. An error wraps a *chat.Failure. A drawing that Slack
// does not take is followed by plainer ones, down to the bare words.
func (s *Slack) Post(ctx context.Context, p chat.Posting) (chat.Ref, error) {
	var at chat.Ref

	keyed := true

	err := s.plainer(p.Message, func(d drawing) error {
		ref, err := s.post(ctx, p, d, keyed)
		if keyed && chat.FailureOf(err) != nil && aboutMetadata(chat.FailureOf(err).Code) {
			keyed = false

			s.log.Error("slack does not take a posting's key: sent without it", "code", chat.FailureOf(err).Code)

			ref, err = s.post(ctx, p, d, keyed)
		}

		at = ref

		return err
	})

	return at, err
}

func aboutMetadata(code string) bool {
	switch code {
	case "metadata_too_large", "metadata_must_be_sent_from_app", "invalid_metadata_format", "invalid_metadata_schema":
		return true
	default:
		return false
	}
}

func (s *Slack) post(ctx context.Context, p chat.Posting, d drawing, keyed bool) (chat.Ref, error) {
	opts := append(d.keyed(p.Key).options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())

	if keyed && p.Key != "" {
		opts = append(opts, slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType:    eventType,
			EventPayload: map[string]any{keyField: p.Key},
		}))
	}

	if !p.Under.IsZero() {
		opts = append(opts, slack.MsgOptionTS(p.Under.ID))
	}

	channel, ts, err := s.api.PostMessageContext(ctx, p.To.ID(), opts...)
	if err != nil {
		return chat.Ref{}, failed("chat.postMessage", err)
	}

	if isPerson(p.To) {
		s.rooms.keep(p.To.ID(), channel)
	}

	return chat.Ref{Room: chat.RoomOn(chat.Slack, channel), ID: ts}, nil
}

// keyed is the drawing with a posting's key on its rows of buttons, by which a press
// tells which posting it was on: what Slack sends along of a message need not have
// its metadata. An edit draws them without.
func (d drawing) keyed(key string) drawing {
	for i, block := range d.Blocks {
		if row, ok := block.(*slack.ActionBlock); ok && key != "" {
			row.BlockID = fmt.Sprintf("%s%d:%s", keyedRow, i, key)
		}
	}

	return d
}

// keyedRow begins the id of a row of buttons that has a posting's key.
const keyedRow = "posting:"

// keyOf returns the posting's key that a row of buttons has, "" for none.
func keyOf(row string) string {
	numbered, ok := strings.CutPrefix(row, keyedRow)
	if !ok {
		return ""
	}

	_, key, _ := strings.Cut(numbered, ":")

	return key
}

// options are the drawing as slack-go takes it. An empty list of blocks is sent
// as such, since an edit keeps the old ones otherwise.
func (d drawing) options() []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(d.Text, false), slack.MsgOptionBlocks(d.Blocks...)}
}

// plainer calls send with ever plainer drawings of the message until Slack
// takes one.
func (s *Slack) plainer(m chat.Message, send func(drawing) error) error {
	drawings := []func() drawing{
		func() drawing { return draw(m) },
		func() drawing { return draw(shortened(m)) },
		func() drawing { return drawing{Text: inWords(m, maxFallback)} },
	}

	var err error

	for i, next := range drawings {
		if err = send(next()); err == nil || chat.FailureOf(err).Kind != chat.Unacceptable {
			return err
		}

		s.log.Error("slack does not take a drawing of a message", "plainness", i, "code", chat.FailureOf(err).Code)
	}

	return err
}

// Edit replaces a message. It returns a failure of kind chat.Missing when the
// message is not there any more, or too old to be edited.
func (s *Slack) Edit(ctx context.Context, at chat.Ref, m chat.Message) error {
	return s.plainer(m, func(d drawing) error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, at.Room.ID(), at.ID, d.options()...)

		return failed("chat.update", err)
	})
}

// Remove takes a message away. It returns a failure of kind chat.Missing when
// there is none.
func (s *Slack) Remove(ctx context.Context, at chat.Ref) error {
	_, _, err := s.api.DeleteMessageContext(ctx, at.Room.ID(), at.ID)

	return failed("chat.delete", err)
}

// ShowHome replaces a person's personal view.
func (s *Slack) ShowHome(ctx context.Context, who chat.Person, m chat.Message) error {
	_, err := s.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: who.ID(), View: drawHome(m)})

	return failed("views.publish", err)
}

// skew is by how much Slack's clock may be behind ours.
const skew = time.Minute

// perPage is how many messages are read at a time.
const perPage = 200

// Find returns where the posting with the key stands, oldest first: nowhere,
// once, or more often when an ambiguous answer led to a second copy. It reads
// the room's history, or the thread under a message, back to since.
func (s *Slack) Find(ctx context.Context, to chat.Room, under chat.Ref, key string, since time.Time) ([]chat.Ref, error) {
	channel, err := s.channel(ctx, to)
	if err != nil {
		return nil, err
	}

	if !under.IsZero() {
		channel = under.Room.ID()
	}

	var found []chat.Ref

	oldest := strconv.FormatInt(since.Add(-skew).Unix(), 10)
	for cursor := ""; ; {
		page, next, err := s.page(ctx, channel, under.ID, oldest, cursor)
		if err != nil {
			return nil, err
		}

		for _, m := range page {
			if s.bears(m, key) {
				found = append(found, chat.Ref{Room: chat.RoomOn(chat.Slack, channel), ID: m.Timestamp})
			}
		}

		if next == "" {
			return inOrder(found), nil
		}

		cursor = next
	}
}

// page reads one page of a channel's history, or of a thread.
func (s *Slack) page(ctx context.Context, channel, thread, oldest, cursor string) ([]slack.Message, string, error) {
	if thread != "" {
		page, _, next, err := s.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: perPage, IncludeAllMetadata: true,
		})

		return page, next, failed("conversations.replies", err)
	}

	page, err := s.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: perPage, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", failed("conversations.history", err)
	}

	return page.Messages, page.ResponseMetaData.NextCursor, nil
}

// bears reports whether the message is a posting of ours with the key.
func (s *Slack) bears(m slack.Message, key string) bool {
	if m.Metadata.EventType != eventType || m.Metadata.EventPayload[keyField] != key {
		return false
	}

	me := s.identity.get()

	return me.user == "" || m.User == "" || m.User == me.user || m.BotID == me.bot
}

// inOrder sorts by the time of posting, which is a posting's id in seconds: a longer
// one is later.
func inOrder(refs []chat.Ref) []chat.Ref {
	slices.SortFunc(refs, func(a, b chat.Ref) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), strings.Compare(a.ID, b.ID))
	})

	return refs
}

// channel returns the channel of a room: that of the private conversation,
// which is opened, if the room is a person.
func (s *Slack) channel(ctx context.Context, room chat.Room) (string, error) {
	if !isPerson(room) {
		return room.ID(), nil
	}

	if known, ok := s.rooms.get(room.ID()); ok {
		return known, nil
	}

	return s.open(ctx, room.ID())
}

// open opens the private conversation with somebody, or finds it open, and
// returns its channel.
func (s *Slack) open(ctx context.Context, user string) (string, error) {
	opened, _, _, err := s.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{
		Users: []string{user}, ReturnIM: true,
	})
	if err != nil {
		return "", failed("conversations.open", err)
	}

	s.rooms.keep(user, opened.ID)

	return opened.ID, nil
}

// isPerson reports whether the room is a person, by the first letter of Slack's
// ids.
func isPerson(room chat.Room) bool {
	id := room.ID()

	return id != "" && (id[0] == 'U' || id[0] == 'W')
}

// rooms remembers the private conversations, which never change.
type rooms struct {
	mu sync.Mutex
	of map[string]string
}

func newRooms() *rooms { return &rooms{of: make(map[string]string)} }

func (r *rooms) get(who string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()

	channel, ok := r.of[who]

	return channel, ok
}

func (r *rooms) keep(who, channel string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.of[who] = channel
}
