package bot

import (
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
	"github.com/firebreakhq/firebreak/bot/redact"
)

// heardAt says when and how the customer last heard from us.
func heardAt(e *Escalation) chat.Text {
	line := chat.Line("%v", chat.Day(e.lastHeard()))
	if e.Updates.How != "" && e.Updates.Heard.Equal(e.lastHeard()) {
		line = append(line, chat.Plain(" ("+strings.ToLower(label(contactChannels, e.Updates.How))+")")...)
	}

	return line
}

// heardLine says when the customer last heard from us, and when they expect to
// hear again if they were told.
func heardLine(e *Escalation) chat.Text {
	line := append(chat.Plain("The customer last heard from us: "), heardAt(e)...)
	if expect := e.Updates.Expect; !expect.IsZero() && e.State.Open() {
		line = append(line, chat.Line(", and expects to hear again by %v", chat.Day(expect))...)
	}

	return append(line, chat.Plain(".")...)
}

// briefly says how an escalation stands, for lists: with when the customer last
// heard from us.
func (s *session) briefly(e *Escalation) chat.Text {
	if !e.State.Open() {
		return s.situation(e)
	}

	return append(append(s.situation(e), chat.Plain(" ")...), heardLine(e)...)
}

// updateMark tells reminders apart: who puts one off must have seen it.
func updateMark(e *Escalation) int { return e.Updates.Asked }

// updateStands reports whether an entry is the last reminder, and the customer has
// not heard from us since.
func updateStands(e *Escalation, entry Entry) bool {
	u := e.Updates

	return entry.N == u.Asked && entry.Whom == e.owner() && (u.Nudges > 0 || u.Later)
}

// unheard reports whether the customer has not heard from us since the managers
// were told.
func unheard(e *Escalation, _ Entry) bool { return e.Updates.Nudges > mostUnheard }

// toldChoice is the button of who has told the customer how it stands.
func (s *session) toldChoice(e *Escalation, w chat.Weight) chat.Choice {
	return s.button(e, "told_customer", "I have told them", w)
}

func updateNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	draft, news := s.updateDraft(e, who)

	m.Parts = append(m.Parts, chat.Paragraph{Text: heardLine(e)}, chat.Advice{Label: "A draft to copy", Text: chat.Plain(draft)})
	m.Parts = append(m.Parts, s.draftGlance(e, who, playbook.Updating)...)

	switch {
	case news:
		m.Parts = append(m.Parts, chat.Small{Text: chat.Plain("It quotes what was written down last; put that into words for the customer. I send nothing to customers myself.")})
	default:
		m.Parts = append(m.Parts, chat.Small{Text: chat.Plain("It is worth sending without news too: nobody has to wonder. I send nothing to customers myself.")})
	}

	m.Choices = []chat.Choice{s.toldChoice(e, chat.Primary)}

	if e.Updates.Later {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("I remind you again %v.", chat.Day(e.Updates.NextAt))})
	} else {
		m.Choices = append(m.Choices, numbered(s.button(e, "remind_later", "Remind me later", chat.Normal), updateMark(e)))
	}
}

// unheardNotice tells managers that nobody answers the reminders.
func unheardNotice(s *session, e *Escalation, entry Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: heardLine(e)},
		chat.Paragraph{Text: chat.Line("It is with %v, and my reminders have had no answer. I send no more of them, so please see to it that somebody tells the customer how it stands.", chat.Strong(s.name(entry.Whom)))},
		chat.Small{Text: s.situation(e)})
	m.Choices = []chat.Choice{s.toldChoice(e, chat.Primary), s.button(e, "show", "Show", chat.Normal)}
}

// updateDraft returns what the owner can write to the customer, for somebody to
// read, and whether there is anything new in it.
func (s *session) updateDraft(e *Escalation, reader PersonID) (draft string, isNews bool) {
	m := s.matter(e, e.owner(), reader)
	m.News, m.Next = unmasked(s.newsOf(e, m.Language)), unmasked(s.nextOf(e, m.Language))
	m.Again = playbook.Again(m.Language, e.Updates.rhythm())

	if e.State == Taken || e.State == Joined {
		m.Lead = true
	}

	return playbook.Update(m), m.News != ""
}

// matter is what a message to the customer is about, which the reader of its draft
// sends in the name of the writer.
func (s *session) matter(e *Escalation, writer, reader PersonID) playbook.Matter {
	c := e.Context

	return playbook.Matter{
		Language: s.language(reader), Customer: unmasked(inline(c.Customer, 60)), Writer: s.name(writer), Reference: unmasked(inline(c.Reference, 40)),
		About: unmasked(inline(c.Happened, 300)), Wants: unmasked(inline(c.Wants, 200)),
	}
}

// unmasked leaves words out of which something was masked: a customer can't make
// anything of them.
func unmasked(words string) string {
	if strings.Contains(words, redact.Bullet) {
		return ""
	}

	return words
}

// newsOf returns what was written down last since the customer heard from us, ""
// for nothing.
func (s *session) newsOf(e *Escalation, l Language) string {
	entries, err := s.Timeline(e.ID)
	if err != nil {
		s.desk.log.Error("a timeline can't be read: the draft has no news", "escalation", e.ID, "error", err)

		return ""
	}

	for i := len(entries) - 1; i >= 0 && entries[i].At.After(e.lastHeard()); i-- {
		reopened := i+1 < len(entries) && entries[i+1].What == WasReopened // it notes the former outcome

		switch entry := entries[i]; entry.What { //nolint:exhaustive // no other says anything about the matter
		case WasApproved:
			return strings.TrimSuffix(draftWords[l].approved+": "+inline(entry.Text, 300), ": ")
		case WasHandedBack, WasNoted:
			if !reopened && entry.Text != "" {
				return inline(entry.Text, 300)
			}
		case WasDone:
			return inline(entry.Text, 300) + draftWords[l].done
		}
	}

	return ""
}

// nextOf returns the next thing that is owed to the customer, "" for nothing.
func (s *session) nextOf(e *Escalation, l Language) string {
	var next Owed

	for _, owed := range e.Owed {
		if owed.Open() && (next.N == 0 || owed.Due.Before(next.Due)) {
			next = owed
		}
	}

	switch {
	case strings.HasPrefix(next.Text, callBackText):
		return draftWords[l].callBack
	case next.Text == followUpText:
		return draftWords[l].comeBack
	default:
		return inline(next.Text, 200)
	}
}

// detailsStand reports whether an entry is the last reminder to complete a case
// that is not complete.
func detailsStand(e *Escalation, entry Entry) bool {
	return !e.complete() && entry.N == e.Details.Asked && e.State != Withdrawn
}

func detailsNotice(s *session, e *Escalation, _ Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line(
		"You paged before there was time for everything, as you should. When you have a minute, please add %v: whoever meets this customer next will be glad of it.", enumerated(e.Context.missing()))})
	m.Choices = []chat.Choice{s.button(e, "add_context", "Add context", chat.Primary)}
}

// completeChoice is the button to complete a case that is settled.
func (s *session) completeChoice(e *Escalation) chat.Choice {
	if e.complete() {
		return chat.Choice{}
	}

	return s.button(e, "add_context", "Add context", chat.Normal)
}

// touchStands reports whether an entry is the last reminder of a second touch that
// was not made yet.
func touchStands(e *Escalation, entry Entry) bool {
	return e.Touch.Result == "" && entry.N == e.Touch.Asked
}

func touchNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	outcome, matter := e.outcome(), s.matter(e, e.Touch.Owner, who)
	matter.Agreed = unmasked(inline(or(outcome.Agreed, outcome.Instead), 300))

	m.Parts = append(m.Parts,
		chat.Paragraph{Text: chat.Line("It was resolved %v (%v). A word from you now shows the customer that they are not forgotten.", chat.Day(outcome.At), joinDot(outcome.Name, outcome.Amount))},
		chat.Advice{Label: "A draft to copy", Text: chat.Plain(playbook.SecondTouch(matter))})
	m.Parts = append(append(m.Parts, s.draftGlance(e, who, playbook.FollowingUp)...),
		chat.Small{Text: chat.Plain("I send nothing to customers myself.")})
	m.Choices = []chat.Choice{s.button(e, "touched", "I did it", chat.Primary), s.button(e, "no_touch", "Not needed", chat.Normal)}
}

// touchParts say how it stands with the second touch.
func touchParts(s *session, e *Escalation) []chat.Part {
	t := e.Touch

	switch {
	case t.Owner == "":
		return nil
	case t.Result == "":
		return []chat.Part{chat.Small{Text: chat.Line("Second touch: %v, %v.", s.name(t.Owner), chat.Day(t.At))}}
	case t.Result == touchMissed:
		return []chat.Part{chat.Small{Text: chat.Plain("Second touch: missed.")}}
	default:
		return []chat.Part{chat.Small{Text: chat.Line("Second touch: %v (%v).", t.Result, chat.Day(t.Done))}}
	}
}
