package workspace

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// journalLength is how many calls and acknowledgements are kept.
const journalLength = 200_000

// Journal is what happened in a workspace, for tests to look at afterwards.
type Journal struct {
	Calls []Call `json:"calls"`
	Acks  []Ack  `json:"acks"`
	Posts []Post `json:"posts"`
}

// ledger is the journal while it is written.
type ledger struct {
	Journal
	byMessage map[*message]int // index into Posts
}

// Call is one call of the Web API, or one post to a response_url.
type Call struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Channel string    `json:"channel,omitempty"`
	Status  int       `json:"status"` // 0: never answered
	OK      bool      `json:"ok"`
	Error   string    `json:"error,omitempty"`
	Fault   Effect    `json:"fault,omitempty"` // what was done to it
}

// Ack is what became of one attempt to deliver something to the app.
type Ack struct {
	ID      string        `json:"id"` // of the envelope
	Kind    string        `json:"kind"`
	Attempt int           `json:"attempt,omitempty"` // of an event that is sent again
	At      time.Time     `json:"at"`
	Delay   time.Duration `json:"delay"`
	Error   string        `json:"error,omitempty"` // operation_timeout or dispatch_failed
}

// Post is one message that was posted, whatever became of it.
type Post struct {
	At       time.Time       `json:"at"`
	Channel  string          `json:"channel"`
	Person   string          `json:"person,omitempty"` // of a direct conversation
	TS       string          `json:"ts"`
	Thread   string          `json:"thread,omitempty"`
	User     string          `json:"user"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Updates  int             `json:"updates,omitempty"`
	Deleted  time.Time       `json:"deleted,omitzero"`
}

// Journal returns a copy of what happened so far.
func (w *Workspace) Journal() Journal {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Journal{
		Calls: slices.Clone(w.journal.Calls),
		Acks:  slices.Clone(w.journal.Acks),
		Posts: slices.Clone(w.journal.Posts),
	}
}

// ByMetadata counts the messages by a member of their metadata's payload, to
// find what was lost or posted twice. Deleted messages count unless live.
func (j Journal) ByMetadata(member string, live bool) map[string]int {
	counts := map[string]int{}
	for _, p := range j.Posts {
		if live && !p.Deleted.IsZero() {
			continue
		}
		if key := p.Key(member); key != "" {
			counts[key]++
		}
	}
	return counts
}

// Key returns a member of the payload of the message's metadata, or "".
func (p Post) Key(member string) string {
	var m struct {
		EventPayload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(p.Metadata, &m) != nil {
		return ""
	}
	return str(m.EventPayload, member)
}

// Errors returns the calls that Slack refused, without those that an injected
// fault refused: what an app ought not to have tried.
func (j Journal) Errors() []Call {
	var out []Call
	for _, c := range j.Calls {
		if !c.OK && c.Fault == "" {
			out = append(out, c)
		}
	}
	return out
}

// Of returns the calls of one method.
func (j Journal) Of(method string) []Call {
	var out []Call
	for _, c := range j.Calls {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

func (j *ledger) posted(m *message) {
	if j.byMessage == nil {
		j.byMessage = map[*message]int{}
	}
	j.byMessage[m] = len(j.Posts)
	j.Posts = append(j.Posts, Post{
		At: m.at, Channel: m.conv.id, Person: m.conv.person, TS: m.stamp, Thread: m.thread, User: m.user,
		Metadata: m.metadata,
	})
}

func (j *ledger) edited(m *message) { j.Posts[j.byMessage[m]].Updates++ }

func (j *ledger) deleted(m *message, at time.Time) { j.Posts[j.byMessage[m]].Deleted = at }

func (j *ledger) acked(a Ack) { j.Acks = append(trim(j.Acks), a) }

func (w *Workspace) journalCall(c *call, o outcome, f *Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()

	entry := Call{
		At: w.now(), Method: c.method, Channel: c.str("channel"),
		Status: o.status, OK: o.err == "", Error: o.err,
	}
	if f != nil {
		entry.Fault = f.Do
	}
	w.journal.Calls = append(trim(w.journal.Calls), entry)
}

// trim drops the older half of a list that has grown too long.
func trim[T any](list []T) []T {
	if len(list) < journalLength {
		return list
	}
	return slices.Clone(list[journalLength/2:])
}

// serveLog answers GET /log; ?since=RFC3339 leaves out what is older.
func (w *Workspace) serveLog(rw http.ResponseWriter, r *http.Request) {
	j := w.Journal()
	if since, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(r.URL.Query().Get("since"))); err == nil {
		j.Calls = slices.DeleteFunc(j.Calls, func(c Call) bool { return c.At.Before(since) })
		j.Acks = slices.DeleteFunc(j.Acks, func(a Ack) bool { return a.At.Before(since) })
		j.Posts = slices.DeleteFunc(j.Posts, func(p Post) bool { return p.At.Before(since) })
	}
	w.answer(rw, outcome{status: http.StatusOK, body: raw(j)})
}
