package bot

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// drawBreak draws a message about somebody's own break.
func (s *session) drawBreak(id CardID) (Drawing, error) {
	b, err := s.Break(id.Person)
	if errors.Is(err, ErrNotFound) {
		return Drawing{}, errMoot
	}

	if err != nil {
		return Drawing{}, err
	}

	if s.gone(b.Who) {
		return Drawing{}, errMoot
	}

	switch id.N {
	case b.Message:
		m, err := s.breakMessage(b)
		if err != nil {
			return Drawing{}, err
		}

		return s.drawFresh(id, b.State != BreakOver, m)
	case b.Check:
		return s.drawFresh(id, b.talkable(), s.checkMessage(b))
	default:
		line := chat.Plain("There is a newer message further down.")

		return s.drawFresh(id, false, chat.Message{Title: "Recovery", Parts: []chat.Part{chat.Small{Text: line}}})
	}
}

// breakMessage is how somebody's break stands, with what they can do.
func (s *session) breakMessage(b *Break) (chat.Message, error) {
	m := chat.Message{Choices: b.choices()}

	switch b.State {
	case BreakOffered:
		m.Title, m.Parts = offeredParts(b)
	case BreakLater:
		m.Title = "Later, then"
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Line("I ask you again at %v. You can also start before.", b.StartAt)}}
	case BreakQueued:
		if err := s.queuedParts(b, &m); err != nil {
			return m, err
		}
	case BreakTurn:
		m.Title = "There is a place for your break now"
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Line("%v, as soon as you like. I keep the place for you until %v; then the next one has it.", capitalized(waited(b.Length)), b.Until)}}
	case BreakRunning:
		m.Title, m.Parts = "Your break", append(s.runningParts(b), s.statusParts(b)...)
		m.Choices = append(m.Choices, s.statusChoices(b)...)
	case BreakEnding:
		m.Title = "Are you ready to go on?"
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Line("The time is over. If you don't answer, I take it that you are back at %v.", b.Until)}}
	case BreakOver:
		m.Title, m.Parts = s.overParts(b)
	}

	m.Parts = append(m.Parts, s.buddyPart(b)...)

	return m, nil
}

// offeredParts are the offer itself.
func offeredParts(b *Break) (string, []chat.Part) {
	title := "Take a break of " + waited(b.Length) + "?"
	line := chat.Plain("It is yours, whenever you say so, and nobody else sees this.")

	if len(b.Hard) > 0 {
		line = chat.Plain("That was hard work. The break is yours, whenever you say so, and nobody else sees this.")
	}

	if b.Reminded {
		title = "Your break is still here: " + waited(b.Length)
		line = chat.Plain("I don't ask again.")
	}

	return title, []chat.Part{chat.Paragraph{Text: line}, chat.Small{Text: chat.Line("The offer stands until %v.", chat.Day(b.ShiftEnds))}}
}

// queuedParts say whose turn it is.
func (s *session) queuedParts(b *Break, m *chat.Message) error {
	c, err := s.crewOf(b.Team, b.Lead)
	if err != nil {
		return err
	}

	place, at := c.wait(b.Who, s.now)
	wait := waited(max(at.Sub(s.now)+time.Minute-1, time.Minute)) // rounded up

	m.Title = "You are next, about " + wait
	if place > 1 {
		m.Title = "You are number " + itoa(place) + " in line, about " + wait
	}

	m.Parts = []chat.Part{chat.Paragraph{Text: chat.Line(
		"Others are on their break now. Your turn comes at about %v; I tell you when a place is free.", at)}}

	return nil
}

func (s *session) runningParts(b *Break) []chat.Part {
	language := s.language(b.Who)

	step := playbook.Breathe(language)
	if b.Walk {
		step = playbook.Walk(language)
	}

	return []chat.Part{
		chat.Paragraph{Text: chat.Line("It is yours until %v. I tell you when it is over, so you need not look at the clock.", b.Until)},
		chat.Quote{Label: step.Label, Text: step.Text},
	}
}

// overParts are what is left of a break once it is over.
func (s *session) overParts(b *Break) (string, []chat.Part) {
	again := chat.Line("/%v brings a break whenever you need one.", s.desk.commandName(recoverCommand))

	switch b.End {
	case BreakBack:
		return "Welcome back", []chat.Part{chat.Small{Text: again}}
	case BreakDeclined:
		return "No break needed", []chat.Part{chat.Small{Text: again}}
	case BreakExpired:
		return "This offer is over", []chat.Part{chat.Small{Text: chat.Plain("It ended with your shift. Rest well.")}}
	case BreakMissed:
		return "I could not ask you again in time", []chat.Part{chat.Small{Text: append(chat.Plain("I was not running then, and did not want to be late. "), again...)}}
	default:
		return "No break is running", []chat.Part{chat.Small{Text: again}}
	}
}

// buddyPart says whom they had asked to check in.
func (s *session) buddyPart(b *Break) []chat.Part {
	if b.Buddy == "" || b.State == BreakOver && b.End != BreakDeclined && b.End != BreakBack {
		return nil
	}

	name := s.name(b.Buddy)
	if name == chat.Person(b.Buddy).ID() { // nobody has told us their name yet
		name = "whom you chose"
	}

	return []chat.Part{chat.Small{Text: chat.Line("I asked %v to check in with you. They were given no reason.", name)}}
}

// choices are what somebody can do with their break.
func (b *Break) choices() []chat.Choice {
	var choices []chat.Choice

	button := func(action, label string, weight chat.Weight) {
		choices = append(choices, chat.Choice{Action: action, Value: strconv.Itoa(b.Message), Label: label, Weight: weight, Opens: action == "break_buddy"})
	}

	switch b.State {
	case BreakOffered, BreakTurn:
		button("break_start", "Start now", chat.Primary)
		button("break_later", "In 10 minutes", chat.Normal)
		button("break_none", "Not needed", chat.Normal)
	case BreakLater:
		button("break_start", "Start now", chat.Primary)
		button("break_none", "Not needed", chat.Normal)
	case BreakQueued:
		button("break_none", "Not needed", chat.Normal)
	case BreakRunning:
		if b.Walk {
			button("break_breathe", "Breathe", chat.Normal)
		} else {
			button("break_walk", "A short walk", chat.Normal)
		}

		button("break_back", "I'm ready", chat.Normal)
	case BreakEnding:
		button("break_back", "I'm ready", chat.Primary)

		if b.More < mostMore {
			button("break_more", "5 more minutes", chat.Normal)
		}
	case BreakOver:
	}

	if b.mayAsk() && (b.State != BreakOver || b.End == BreakDeclined || b.End == BreakBack) {
		button("break_buddy", "Ask somebody to check in", chat.Normal)
	}

	return choices
}

// checkMessage asks how they are, the day after a threat.
func (s *session) checkMessage(b *Break) chat.Message {
	m := chat.Message{Title: "How are you today?"}
	value := strconv.Itoa(b.Check)
	talk := chat.Choice{Action: "break_talk", Value: value, Label: "I'd like to talk to somebody", Opens: true}

	switch b.CheckEnd {
	case CheckFine:
		m.Parts = []chat.Part{chat.Small{Text: chat.Plain("Good to hear. If that changes, talk to somebody you trust.")}}
	case CheckTalk:
		m.Parts = []chat.Part{chat.Small{Text: chat.Plain("I passed on that you would like to talk. They were given no reason.")}}
	case CheckMissed:
		m.Title = "I could not ask you in time how you are"
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Plain(
			"I was not running the day after that threat. If it still stays with you, talk to somebody you trust. Nobody but you sees this.")}}
		m.Choices = []chat.Choice{talk}
	default:
		m.Parts = []chat.Part{chat.Paragraph{Text: chat.Plain(
			"A threat can stay with you longer than you think. Nobody but you sees this, or what you answer.")}}

		m.Choices = []chat.Choice{{Action: "break_fine", Value: value, Label: "I'm fine"}, talk}
	}

	return m
}

// homeBreak is somebody's own break in their own personal view.
func (s *session) homeBreak(who PersonID) ([]chat.Part, error) {
	b := s.readableBreak(who)
	if b == nil {
		return nil, nil
	}

	var parts []chat.Part

	if b.State != BreakOver {
		m, err := s.breakMessage(b)
		if err != nil {
			return nil, err
		}

		parts = append(parts, shownAtHome(m)...)
	}

	if b.Check > 0 && b.CheckEnd == "" {
		parts = append(parts, shownAtHome(s.checkMessage(b))...)
	}

	return parts, nil
}

// shownAtHome is a message as it stands in a personal view.
func shownAtHome(m chat.Message) []chat.Part {
	title := chat.Paragraph{Text: chat.Line("%v", chat.Strong(m.Title))}

	return append(slices.Concat([]chat.Part{chat.Rule{}, title}, m.Parts), chat.Buttons(m.Choices))
}
