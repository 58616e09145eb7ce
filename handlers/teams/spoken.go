package teams

import (
	"context"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// sayCommand is the command of somebody who wrote to the bot in words.
const sayCommand = "say"

// maxSaid is how many characters of what somebody typed are taken.
const maxSaid = 4000

// mentionsWithin is for how long a message waits until it is known whom it
// mentions: the call for help in it is worth more.
const mentionsWithin = time.Second

// command returns what somebody typed: a command that the bot knows by its first
// word, or words. Teams draws the slash before a command itself or has people
// type it, and some do both.
func (o Options) command(typed string) (name, rest string) {
	first, rest, _ := strings.Cut(strings.TrimLeft(typed, "/"), " ")
	first = strings.ToLower(first)
	rest = strings.TrimSpace(rest)

	switch name, known := o.Commands[first]; {
	case known:
		return name, rest
	case first == chat.HomeOpened && rest == "":
		return chat.HomeOpened, ""
	default:
		return sayCommand, typed
	}
}

// typed returns what somebody wrote, in one line: without the mention that
// addresses the bot, and with those of others in the bot's own words.
func (t *Teams) typed(ctx context.Context, a *activity) string {
	ctx, cancel := context.WithTimeout(ctx, mentionsWithin)
	defer cancel()

	text := a.Text

	for _, e := range a.Entities {
		if e.Type != "mention" || e.Text == "" {
			continue
		}

		text = strings.Replace(text, e.Text, " "+t.mention(ctx, a, e)+" ", 1)
	}

	text = strings.Join(strings.Fields(unescape.Replace(untagged(text))), " ")

	return cutAt(text, maxSaid)
}

// mention is what stands for a mention: nothing for the bot's own, and the name
// for somebody who can't be told.
func (t *Teams) mention(ctx context.Context, a *activity, e entity) string {
	if e.Mentioned.ID == a.Recipient.ID {
		return ""
	}

	if who, ok := t.whois(ctx, a, e.Mentioned); ok {
		return who.Mention()
	}

	return e.Mentioned.Name
}

// unescape takes back what Teams escapes in plain text. It knows no other
// entities, since people write addresses in which others seem to be.
var unescape = strings.NewReplacer("&nbsp;", " ", "\u00a0", " ", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&")

// untagged removes the marks of mentions of which nothing is known but a name.
func untagged(text string) string {
	return strings.NewReplacer("<at>", "", "</at>", "").Replace(text)
}

// quoted returns the words of a message that Teams quotes in HTML.
func quoted(kind, content string) string {
	if kind == "html" {
		content = unescape.Replace(withoutTags(content))
	}

	lines := strings.Split(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}

	return cutAt(strings.TrimSpace(strings.Join(lines, "\n")), maxSaid)
}

// withoutTags removes tags; where one begins a line, a line begins.
func withoutTags(html string) string {
	var b strings.Builder

	for rest := html; rest != ""; {
		before, from, found := strings.Cut(rest, "<")
		b.WriteString(before)

		if !found {
			break
		}

		tag, after, closed := strings.Cut(from, ">")
		if !closed {
			b.WriteString("<" + from)

			break
		}

		if breaksLine(tag) {
			b.WriteByte('\n')
		}

		rest = after
	}

	return b.String()
}

func breaksLine(tag string) bool {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSuffix(tag, "/")), " ")

	switch name {
	case "br", "/p", "/div", "/li", "/tr", "/blockquote":
		return true
	default:
		return false
	}
}

// cutAt returns s with at most limit characters.
func cutAt(s string, limit int) string {
	count := 0
	for i := range s {
		if count == limit {
			return s[:i]
		}

		count++
	}

	return s
}
