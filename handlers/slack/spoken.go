package slack

import (
	"cmp"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// spoken is the text that stands beside the blocks: what a phone's
// notification shows and what a screen reader speaks instead of the blocks.
func spoken(m chat.Message) string {
	if summary := chat.Several(m.Summary, maxSpoken); summary != "" {
		out := newMarkup(maxFallback)
		out.text(summary)

		return out.String()
	}

	return inWords(m, maxSpoken)
}

// inWords is the whole message as mrkdwn, within limit characters: all there is
// when Slack takes no blocks.
func inWords(m chat.Message, limit int) string {
	out := newMarkup(min(limit, maxFallback))
	if !opensWithTitle(m) {
		out.text(chat.Single(m.Title, maxTitle))
	}

	for _, part := range m.Parts {
		for _, line := range lines(part) {
			if out.b.Len() > 0 {
				out.text("\n")
			}

			out.line(line)
		}
	}

	return cmp.Or(strings.TrimSpace(out.String()), chat.Ellipsis)
}

// lines are the words of a part.
func lines(part chat.Part) []chat.Text {
	switch p := part.(type) {
	case chat.Paragraph:
		return []chat.Text{p.Text}
	case chat.Facts:
		all := make([]chat.Text, 0, len(p))
		for _, fact := range p {
			all = append(all, append(chat.Plain(fact.Label+": "), fact.Value...))
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
				short.Parts, paragraph = append(short.Parts, chat.Paragraph{Text: chat.Plain(chat.Several(p.Text.String(), 300))}), true
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
		few = append(few, chat.Fact{Label: fact.Label, Value: chat.Plain(chat.Several(fact.Value.String(), 100))})
	}

	return few
}
