package teams

import (
	"cmp"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// maxSummary is the most that a notification is given, in characters. Phones
// show less of it; a screen reader reads it whole.
const maxSummary = 500

// summary is what a notification shows of the message, and what a screen reader
// speaks of it in a list of messages. It is plain text.
func summary(m chat.Message) string {
	return cmp.Or(chat.Single(m.Summary, maxSummary), inWords(m, maxSummary))
}

// inWords is the whole message as plain text, within limit characters: all there
// is where Teams takes no card. Its times are in UTC, since nobody draws them.
func inWords(m chat.Message, limit int) string {
	var lines []string
	if title := chat.Single(m.Title, maxTitle); title != "" && !opensWithTitle(m) {
		lines = append(lines, title)
	}

	for _, part := range m.Parts {
		for _, line := range spokenLines(part) {
			if said := strings.TrimSpace(chat.Clean(plainly(line))); said != "" {
				lines = append(lines, said)
			}
		}
	}

	return cmp.Or(chat.Cut(strings.Join(lines, "\n"), limit), chat.Ellipsis)
}

// plainly is a text with its instants in UTC.
func plainly(text chat.Text) string {
	var b strings.Builder
	for _, span := range text {
		b.WriteString(literal(span))
	}

	return b.String()
}

// spokenLines are the words of a part.
func spokenLines(part chat.Part) []chat.Text {
	switch p := part.(type) {
	case chat.Paragraph:
		return []chat.Text{p.Text}
	case chat.Facts:
		all := make([]chat.Text, 0, len(p))
		for _, fact := range p {
			all = append(all, labelled(fact.Label, fact.Value))
		}

		return all
	case chat.Quote:
		return []chat.Text{labelled(p.Label, chat.Plain(p.Text))}
	case chat.Advice:
		return []chat.Text{labelled(p.Label, p.Text)}
	case chat.Small, chat.Rule, chat.Buttons:
		return nil
	default:
		return nil
	}
}

func labelled(name string, text chat.Text) chat.Text {
	if name == "" {
		return text
	}

	return append(chat.Plain(name+": "), text...)
}

// shortened is the message with what matters most: the title, the first
// paragraph, a few facts, and the choices.
func shortened(m chat.Message) chat.Message {
	short := chat.Message{Title: m.Title, Summary: m.Summary, Choices: m.Choices}

	var paragraph, facts bool

	for _, part := range m.Parts {
		switch p := part.(type) {
		case chat.Paragraph:
			if !paragraph {
				short.Parts, paragraph = append(short.Parts, chat.Paragraph{Text: chat.Plain(chat.Several(plainly(p.Text), 300))}), true
			}
		case chat.Facts:
			if !facts {
				short.Parts, facts = append(short.Parts, fewFacts(p)), true
			}
		case chat.Quote, chat.Advice, chat.Small, chat.Rule, chat.Buttons:
		}
	}

	return short
}

func fewFacts(facts chat.Facts) chat.Facts {
	few := make(chat.Facts, 0, 8)
	for _, fact := range facts[:min(len(facts), cap(few))] {
		few = append(few, chat.Fact{Label: fact.Label, Value: chat.Plain(chat.Several(plainly(fact.Value), 100))})
	}

	return few
}
