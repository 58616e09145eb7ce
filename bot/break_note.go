package bot

import (
	"errors"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The notes by which people check in with one another. They tell of no break, and
// of no reason.
const (
	CheckInWished NoteKind = "check-in wished" // somebody would be glad if they checked in with them
	TalkWished    NoteKind = "talk wished"     // somebody would like to talk
	CheckInMeant  NoteKind = "check-in meant"  // they will: to who wished it
	CheckInLost   NoteKind = "check-in lost"   // they can't be reached: to who wished it
)

// invite asks somebody to check in with another.
func (s *session) invite(by PersonID, to Invite) error {
	what := CheckInWished
	if to.Talk {
		what = TalkWished
	}

	_, err := s.note(Note{To: to.Who, What: what, At: s.now, By: by})

	return err
}

// inviteLost tells who wished a check-in that the message to the other did not get
// through.
func (s *session) inviteLost(id NoteID) error {
	n, err := s.Note(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil || n.What != CheckInWished && n.What != TalkWished {
		return err
	}

	_, err = s.note(Note{To: n.By, What: CheckInLost, At: s.now, By: n.To})

	return err
}

// mean says that somebody will check in, and tells who wished it.
func (s *session) mean(by PersonID, id NoteID) error {
	n, err := s.Note(id)
	if err != nil {
		return err
	}

	switch {
	case n.To != by || n.What != CheckInWished && n.What != TalkWished:
		return &RefusedError{"That button is for whoever was asked."}
	case !n.From.IsZero():
		return &RefusedError{s.name(n.By) + " knows already that you will."}
	}

	n.From = s.now // when they said so
	if err := s.PutNote(n); err != nil {
		return err
	}

	if err := s.want(n.card()); err != nil {
		return err
	}

	_, err = s.note(Note{To: n.By, What: CheckInMeant, At: s.now, By: by})

	return err
}

// checkInNote asks somebody to check in with another, or tells that they will.
func (s *session) checkInNote(n *Note) chat.Message {
	name := s.name(n.By)

	switch {
	case n.What == CheckInLost:
		return chat.Message{
			Title: "I can't reach " + name + " in chat",
			Parts: []chat.Part{chat.Paragraph{Text: chat.Plain("So they don't know that you would be glad to hear from them. Call them, or write to somebody else you trust.")}},
		}
	case n.What == CheckInMeant:
		return chat.Message{Title: name + " will check in with you"}
	case !n.From.IsZero():
		return chat.Message{
			Title: "You will check in with " + name,
			Parts: []chat.Part{chat.Small{Text: chat.Line("You said so (%v), and they know.", chat.Day(n.From))}},
		}
	}

	m := chat.Message{
		Title:   name + " would be glad if you checked in with them today",
		Parts:   []chat.Part{chat.Paragraph{Text: chat.Plain("A few minutes are enough: ask how they are, and listen. This is between the two of you.")}},
		Choices: []chat.Choice{{Action: "check_in", Value: n.ID.String(), Label: "I'll check in", Weight: chat.Primary, Spoken: "I'll check in with " + name}},
	}

	if n.What == TalkWished {
		m.Title = name + " would like to talk with you today"
	}

	return m
}
