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
		for _, line := range chat.Lines(part) {
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

// shortened is the message with what matters most. Instants in it are in UTC.
func shortened(m chat.Message) chat.Message { return chat.Shortened(m, plainly) }
