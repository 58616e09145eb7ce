package connector

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Person is somebody who uses Teams. What they do waits until the app has
// answered, five seconds at most for a press and fifteen for a message; an error
// is what they then read on their screen, or says that what they wanted to press
// isn't there.
type Person struct {
	c  *Connector
	id string
}

// Person returns somebody by any id, handle or real name. It panics when there
// is nobody like that, since a script that names them is wrong.
func (c *Connector) Person(name string) *Person {
	c.mu.Lock()
	defer c.mu.Unlock()

	u := c.findUser(name)
	if u == nil {
		panic("connector: there is nobody called " + name)
	}
	return &Person{c: c, id: u.ID}
}

// ID returns the person's aadObjectId, MRI the id that the bot knows them by in
// conversations, and DM the id of their personal chat with it.
func (p *Person) ID() string  { return p.id }
func (p *Person) MRI() string { return p.c.mri(p.id) }
func (p *Person) DM() string  { return p.c.personalID(p.id) }

// Message is a message as a person sees it.
type Message struct {
	Conversation string // without a thread
	TS           string // the activity's id
	Thread       string // in a channel, the root's id
	From         string // aadObjectId, or the bot's 28: id
	Text         string // what is read of it, buttons and all
	Summary      string
	Buttons      []string          // labels of what can be pressed
	Fields       []string          // labels of what can be filled in
	Mistakes     map[string]string // what is wrong with it, by label
	Targeted     bool              // only they see it
	Edited       bool
	At           time.Time
	Card         json.RawMessage // nil when there is none
}

// Messages returns what they see in a conversation, oldest first, with the
// threads of a channel. The conversation is an id, a #name, or "" for their
// personal chat.
func (p *Person) Messages(conversation string) []Message {
	c := p.c
	c.mu.Lock()
	defer c.mu.Unlock()

	v := c.seenBy(p.id, conversation)
	if v == nil {
		return nil
	}
	var out []Message
	for _, m := range v.messages {
		if m.onlyFor == "" || m.onlyFor == p.id {
			out = append(out, c.asSeen(m, p.id))
		}
	}
	return out
}

// seenBy finds a conversation that somebody can see, nil if there is none.
func (c *Connector) seenBy(person, name string) *conversation {
	if name == "" {
		name = c.personalID(person)
	}
	v := c.findConversation(name)
	if v == nil || !v.has(person) {
		return nil
	}
	return v
}

// Last returns the newest message they see in a conversation.
func (p *Person) Last(conversation string) (Message, bool) {
	all := p.Messages(conversation)
	if len(all) == 0 {
		return Message{}, false
	}
	return all[len(all)-1], true
}

// Find returns the newest message in a conversation whose text contains words.
func (p *Person) Find(conversation, words string) (Message, bool) {
	for _, m := range slices.Backward(p.Messages(conversation)) {
		if strings.Contains(m.Text, words) {
			return m, true
		}
	}
	return Message{}, false
}

func (c *Connector) asSeen(m *message, reader string) Message {
	s := Message{
		Conversation: m.conv.ID, TS: m.id, Thread: m.root, From: m.author, Text: c.plain(m), Summary: m.summary,
		Targeted: m.onlyFor != "", Edited: m.edited, At: m.at, Card: m.cardFor(reader),
	}
	if s.Card == nil {
		return s
	}
	card := objectOf(s.Card)
	if s.Mistakes = maps.Clone(m.mistakes[reader]); len(s.Mistakes) == 0 {
		s.Mistakes = mistakesShown(card)
	}
	s.Text = render(card, c.reading(c.people[reader]), m.filled[reader], m.mistakes[reader])
	s.Buttons = buttonsOf(card)
	for _, f := range fieldsOf(card) {
		s.Fields = append(s.Fields, f.label)
	}
	return s
}

// Notifications returns what their devices showed, oldest first.
func (p *Person) Notifications() []Notification {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return slices.Clone(p.c.screens[p.id].notes)
}

// Troubles returns the failures that their screen has shown, oldest first.
func (p *Person) Troubles() []string {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return slices.Clone(p.c.screens[p.id].troubles)
}

// Toasts returns the short lines that their screen has shown after a press,
// oldest first.
func (p *Person) Toasts() []string {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()
	return slices.Clone(p.c.screens[p.id].toasts)
}
