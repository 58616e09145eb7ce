package connector

import (
	"cmp"
	"slices"
	"time"
)

// Notification is what a person's device shows of a new message.
type Notification struct {
	ID           int
	At           time.Time
	Conversation string
	TS           string // the message's id
	From         string
	Text         string // the summary, or else how the message begins
}

const (
	notificationLength = 160 // characters
	keptNotifications  = 1000
)

// notify tells everybody whom Teams would tell of a new message: who is
// mentioned, and where it asks to be noticed, its one reader or those who are
// in its thread.
func (c *Connector) notify(m *message) {
	for _, id := range c.audience(m) {
		u := c.people[id]
		if u == nil || u.Deleted || u.DoNotDisturb || id == m.author {
			continue
		}
		c.noteSequence++
		s := c.screens[id]
		s.notes = append(s.notes, Notification{
			ID: c.noteSequence, At: m.at, Conversation: m.conv.ID, TS: m.id, From: m.author, Text: c.brief(m, u),
		})
		if len(s.notes) > keptNotifications {
			s.notes = s.notes[len(s.notes)-keptNotifications:]
		}
	}
}

// brief is what a notification says of a message.
func (c *Connector) brief(m *message, reader *User) string {
	text := m.summary
	if text == "" && m.card != nil {
		card := objectOf(m.card)
		r := &renderer{zone: c.reading(reader), entities: nodes(object(card, "msteams")["entities"]), quiet: true}
		r.card(card)
		for _, l := range r.lines {
			text += l + " "
		}
	}
	return cut(oneLine(cmp.Or(text, c.plain(m))), notificationLength)
}

// audience lists who is notified.
func (c *Connector) audience(m *message) []string {
	var heard []string
	for _, id := range m.mentions {
		if person := c.byMRI[id]; m.conv.has(person) && (m.onlyFor == "" || m.onlyFor == person) {
			heard = append(heard, person)
		}
	}
	switch {
	case !m.alert:
	case m.onlyFor != "":
		heard = append(heard, m.onlyFor)
	case m.conv.kind() != "channel":
		heard = append(heard, m.conv.Members...)
	default:
		heard = append(heard, c.inThread(m)...)
	}
	slices.Sort(heard)
	return slices.Compact(heard)
}

// inThread lists who has written in the thread of a message.
func (c *Connector) inThread(m *message) []string {
	var authors []string
	for _, other := range m.conv.messages {
		if other.root == m.root && other.onlyFor == "" {
			authors = append(authors, other.author)
		}
	}
	return authors
}
