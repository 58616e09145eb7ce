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
		for _, line := range chat.Lines(part) {
			if out.b.Len() > 0 {
				out.text("\n")
			}

			out.line(line)
		}
	}

	return cmp.Or(strings.TrimSpace(out.String()), chat.Ellipsis)
}

// shortened is the message with what matters most. Instants in it are in their own
// zone.
func shortened(m chat.Message) chat.Message { return chat.Shortened(m, chat.Text.String) }
