package connector

import (
	"encoding/json"
	"slices"
	"time"
)

// journalLength is how many calls and acknowledgements are kept.
const journalLength = 200_000

// Journal is what happened, for tests to look at afterwards.
type Journal struct {
	Calls []Call
	Acks  []Ack
	Posts []Post
}

// ledger is the journal while it is written.
type ledger struct {
	Journal
	byMessage map[*message]int // index into Posts
}

// Call is one call of the app: of the connector, of the login or for keys.
type Call struct {
	At           time.Time
	Call         string // send, update, delete, create, members, token or keys
	Conversation string // as the app gave it; of create, whom or what it is for
	Status       int    // 0: never answered
	Code         string // why it was refused, "" if it was not
	Targeted     bool
	Fault        Effect // what was done to it
}

// Ack is what became of one attempt to deliver an activity.
type Ack struct {
	ID      string // of the activity
	Kind    string // its type, or its name if it is an invoke
	At      time.Time
	Delay   time.Duration
	Status  int    // of the answer, 0 if there was none
	Error   string // "" if it was answered as it should
	Attempt int    // 1 for what was sent again
}

// Post is one message of the app, whatever became of it.
type Post struct {
	At           time.Time
	Conversation string // without a thread
	Person       string // of a personal chat, or who alone may read it: an aadObjectId
	ID           string
	Thread       string // the root's id
	Text         string
	Summary      string
	Card         json.RawMessage // as posted, or as it was last changed
	Alert        bool
	Targeted     bool
	Updates      int
	Deleted      time.Time
}

// Journal returns a copy of what happened so far.
func (c *Connector) Journal() Journal {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Journal{
		Calls: slices.Clone(c.journal.Calls),
		Acks:  slices.Clone(c.journal.Acks),
		Posts: slices.Clone(c.journal.Posts),
	}
}

// Errors returns the calls that were refused, without those that an injected
// fault refused: what an app ought not to have tried.
func (j Journal) Errors() []Call {
	return slices.DeleteFunc(slices.Clone(j.Calls), func(k Call) bool { return k.Code == "" || k.Fault != "" })
}

// Of returns the calls of one name.
func (j Journal) Of(name string) []Call {
	return slices.DeleteFunc(slices.Clone(j.Calls), func(k Call) bool { return k.Call != name })
}

// Late returns the activities that were not answered in time, or badly.
func (j Journal) Late() []Ack {
	return slices.DeleteFunc(slices.Clone(j.Acks), func(a Ack) bool { return a.Error == "" })
}

func (j *ledger) posted(m *message) {
	if j.byMessage == nil {
		j.byMessage = map[*message]int{}
	}
	j.byMessage[m] = len(j.Posts)
	person := m.conv.person
	if m.onlyFor != "" {
		person = m.onlyFor
	}
	j.Posts = append(j.Posts, Post{
		At: m.at, Conversation: m.conv.ID, Person: person, ID: m.id, Thread: m.root,
		Text: m.text, Summary: m.summary, Card: m.card, Alert: m.alert, Targeted: m.onlyFor != "",
	})
}

func (j *ledger) edited(m *message) {
	p := &j.Posts[j.byMessage[m]]
	p.Updates++
	p.Text, p.Summary, p.Card = m.text, m.summary, m.card
}

func (j *ledger) deleted(m *message, at time.Time) { j.Posts[j.byMessage[m]].Deleted = at }

func (j *ledger) acked(a Ack) { j.Acks = append(trim(j.Acks), a) }

func (c *Connector) journalCall(k *call, o outcome, f *Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()

	entry := Call{At: c.now(), Call: k.name, Conversation: k.about(), Status: o.status, Code: o.code, Targeted: k.targeted}
	if f != nil {
		entry.Fault = f.Do
	}
	c.journal.Calls = append(trim(c.journal.Calls), entry)
}

// trim drops the older half of a list that has grown too long.
func trim[T any](list []T) []T {
	if len(list) < journalLength {
		return list
	}
	return slices.Clone(list[journalLength/2:])
}
