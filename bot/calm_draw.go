package bot

import (
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// How the playbook is shown. Its words are those of the reader's language, what
// stands around the cards too: who is helped in a hurry should not read two.

// calmWord are the words around the cards.
type calmWord struct {
	title, forCase, lost, general string // of an answer
	say, avoid                    string // labels of a card
	alsoSay                       string
	breathe, more                 string // buttons
	other                         string // the other language, in its own name
	chosen                        string // of the language; %v is the command
}

var calmWords = map[Language]calmWord{
	playbook.English: {
		title: "What helps now", forCase: "For %v:", lost: "I found nothing for that. This helps with everybody:", general: "This helps with everybody:",
		say: "Say", avoid: "Avoid", alsoSay: "You can say",
		breathe: "Breathe", more: "More help", other: "Español",
		chosen: "You read what to say to customers, and the drafts for them, in English from now on. /%v español changes it.",
	},
	playbook.Spanish: {
		title: "Lo que ayuda ahora", forCase: "Para %v:", lost: "No encontré nada sobre eso. Esto ayuda con cualquier cliente:", general: "Esto ayuda con cualquier cliente:",
		say: "Di", avoid: "Evita", alsoSay: "Puedes decir",
		breathe: "Respirar", more: "Más ayuda", other: "English",
		chosen: "Desde ahora lees en español lo que puedes decir a los clientes y los borradores para ellos. Lo demás está en inglés. /%v english lo cambia.",
	},
}

// calmMessage draws the cards that may help: the best in full, the others by their
// titles.
func calmMessage(h helping) *chat.Message {
	words := calmWords[h.language]
	m := &chat.Message{Title: words.title}

	switch {
	case h.lost:
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain(words.lost)})
	case h.general:
		m.Parts = append(m.Parts, chat.Small{Text: chat.Plain(words.general)})
	case h.about != nil:
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line(words.forCase, about(h.about))})
	}

	shown := h.cards[:min(len(h.cards), mostShown)]
	for _, card := range shown {
		m.Parts = append(m.Parts, playbookParts(h.language, card)...)
	}

	for _, card := range h.cards[len(shown):] {
		m.Choices = append(m.Choices, cardChoice(card, h.about))
	}

	m.Choices = append(m.Choices,
		chat.Choice{Action: calmBreatheAction, Label: words.breathe},
		chat.Choice{Action: calmLanguageAction, Value: languageValue(otherLanguage(h.language), shown), Label: words.other})

	return m
}

// cardChoice is the button of a card that is offered by its title.
func cardChoice(card playbook.Card, about *Escalation) chat.Choice {
	value := card.ID
	if about != nil {
		value += " " + about.ID.String()
	}

	return chat.Choice{Action: calmCardAction, Value: value, Label: inline(card.Title, 30), Spoken: card.Title}
}

// languageValue names a language, and the cards that somebody has before them.
func languageValue(l Language, shown []playbook.Card) string {
	words := []string{string(l)}
	for _, card := range shown {
		words = append(words, card.ID)
	}

	return strings.Join(words, " ")
}

// playbookParts draw a card of the playbook in full.
func playbookParts(l Language, card playbook.Card) []chat.Part {
	words := calmWords[l]
	parts := []chat.Part{chat.Paragraph{Text: chat.Line("%v", chat.Strong(card.Title))}}

	var steps chat.Facts
	for i, step := range card.Do {
		steps = append(steps, chat.Fact{Label: itoa(i + 1), Value: chat.Plain(step)})
	}

	parts = append(parts, steps)

	label := words.say
	for _, sentence := range card.Say {
		parts, label = append(parts, chat.Advice{Label: label, Text: chat.Plain(sentence)}), ""
	}

	return append(parts, avoidFacts(l, card, len(card.Avoid)))
}

// mostAvoided is how much of what to avoid is seen at a glance.
const mostAvoided = 2

// glance draws a card in a few lines, for where there is something else to read and
// to press, also on a small phone: what to do, one sentence if there is one, what to
// avoid most.
func glance(l Language, card playbook.Card, say ...chat.Fact) []chat.Part {
	facts := append(chat.Facts{{Label: card.Title, Value: chat.Plain(strings.Join(card.Do, " "))}}, say...)

	return []chat.Part{append(facts, avoidFacts(l, card, mostAvoided)...)}
}

// oneSentence is the first thing that a card has to say, under a label.
func oneSentence(label string, card playbook.Card) chat.Facts {
	if len(card.Say) == 0 {
		return nil
	}

	return chat.Facts{{Label: label, Value: chat.Plain(card.Say[0])}}
}

// avoidFacts are what to avoid, at most so much of it.
func avoidFacts(l Language, card playbook.Card, most int) chat.Facts {
	if len(card.Avoid) == 0 {
		return nil
	}

	return chat.Facts{{Label: calmWords[l].avoid, Value: chat.Plain(strings.Join(card.Avoid[:min(len(card.Avoid), most)], " · "))}}
}

// breathing is one breathing step.
func breathing(l Language) *chat.Message {
	step := playbook.Breathe(l)

	return &chat.Message{Title: step.Label, Parts: []chat.Part{chat.Quote{Text: step.Text}}}
}

// choiceCard is the card for offering a choice: it is for whoever can decide.
const choiceCard = "choice"

// glanceAt draws the card that fits an escalation best for somebody who is about to
// do something, and nothing where none does.
func (s *session) glanceAt(e *Escalation, reader PersonID, moment playbook.Moment) []chat.Part {
	c := s.caseFor(e, reader, moment)

	return glanceOf(c.Language, s.book(e.Team).Fit(c, 1))
}

func glanceOf(l Language, cards []playbook.Card) []chat.Part {
	if len(cards) == 0 {
		return nil
	}

	return glance(l, cards[0], oneSentence(calmWords[l].alsoSay, cards[0])...)
}

// draftGlance is what helps somebody with a draft, which says what there is to say.
func (s *session) draftGlance(e *Escalation, reader PersonID, moment playbook.Moment) []chat.Part {
	c := s.caseFor(e, reader, moment)

	cards := s.book(e.Team).Fit(c, 1)
	if len(cards) == 0 {
		return nil
	}

	return glance(c.Language, cards[0])
}

// agentGlance is what helps an agent until somebody has the customer. Threats and hard
// stops have cards of their own, and after the call there is nobody to talk to. Once somebody is
// on the way there is enough to say. Who is to hand over at once is not told how to go on.
func (s *session) agentGlance(e *Escalation, known knownView) []chat.Part {
	if len(known.handOver()) > 0 || e.Kind == Threat || e.Context.Trigger != "" || !e.CallEnded.IsZero() || e.State != Paging && e.State != Taken {
		return nil
	}

	c := s.caseFor(e, e.Agent, playbook.Talking)
	cards := slices.DeleteFunc(s.book(e.Team).Fit(c, 2), func(card playbook.Card) bool { return card.ID == choiceCard })

	if e.State == Taken && len(cards) > 0 {
		return glance(c.Language, cards[0])
	}

	return glanceOf(c.Language, cards)
}

// holderGlance is what helps whoever has it: how to begin, and what there is to
// choose from for the customer; and once they have begun, how to offer the choice.
func (s *session) holderGlance(e *Escalation) []chat.Part {
	if e.Kind == Threat || e.Context.Trigger != "" || e.Kind == Approve {
		return nil
	}

	c := s.caseFor(e, e.Holder, playbook.Leading)
	cards := s.book(e.Team).Fit(c, mostCards)

	at := slices.IndexFunc(cards, func(card playbook.Card) bool { return card.ID == choiceCard })

	switch {
	case at < 0: // the team has hidden it
		return glanceOf(c.Language, cards)
	case e.State == Joined || e.Kind == Advise:
		return glanceOf(c.Language, cards[at:])
	default:
		return glance(c.Language, cards[0], oneSentence(cards[at].Title, cards[at])...)
	}
}

// mostCards is more than a playbook has for one moment.
const mostCards = 200

// closingGlance is what helps somebody who writes down how it ended. After a threat that
// is to write down what was said, until somebody has.
func (s *session) closingGlance(e *Escalation, by PersonID, outcome string) []chat.Part {
	if outcome == NotPossible {
		return s.glanceAt(e, by, playbook.Refusing)
	}

	if e.incident() && !e.report().Written.IsZero() {
		return nil
	}

	return s.glanceAt(e, by, playbook.Closing)
}

// moreHelpChoice is the button for all that helps in an escalation. For a threat
// its own card says what to do.
func (s *session) moreHelpChoice(e *Escalation, reader PersonID) chat.Choice {
	if e.Kind == Threat {
		return chat.Choice{}
	}

	return s.button(e, calmAction, calmWords[s.language(reader)].more, chat.Normal)
}
