package slack

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// markup builds the text of a mrkdwn field: what people wrote is escaped, and
// instants become tokens that each reader sees in their own zone. It is cut
// before what it holds is escaped, so that no entity is ever split.
type markup struct {
	b    strings.Builder
	left int // characters that still fit, one kept for the ellipsis
	full bool
}

func newMarkup(limit int) *markup { return &markup{left: limit - 1} }

// text adds what somebody wrote.
func (m *markup) text(s string) {
	for _, r := range s {
		m.token(entity(r))
	}
}

// token adds a piece that must not be split.
func (m *markup) token(s string) {
	if m.full {
		return
	}

	if w := utf8.RuneCountInString(s); w <= m.left {
		m.left -= w
		m.b.WriteString(s)

		return
	}

	m.full = true
	m.b.WriteString(chat.Ellipsis)
}

// line adds a text with its instants.
func (m *markup) line(text chat.Text) {
	for _, span := range text {
		if instant(span) {
			m.token(fmt.Sprintf("<!date^%d^%s|%s>", span.At.Unix(), dateFormat(span.Form), fallback(span)))
		} else {
			m.text(chat.Clean(literal(span)))
		}
	}
}

func (m *markup) String() string { return m.b.String() }

// entity returns r as mrkdwn spells it.
func entity(r rune) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	default:
		return string(r)
	}
}

// instant reports whether the span is an instant that Slack can draw.
func instant(span chat.Span) bool { return !span.At.IsZero() && span.At.Unix() > 0 }

// literal returns the span's own words, or an instant that is out of Slack's
// range in words.
func literal(span chat.Span) string {
	if span.At.IsZero() {
		return span.Text
	}

	return chat.Text{span}.String()
}

// dateFormat is how Slack is told to draw an instant.
func dateFormat(form chat.TimeForm) string {
	switch form {
	case chat.DayTime:
		return "{date_short_pretty} at {time}"
	case chat.Seconds:
		return "{time_secs}"
	case chat.Clock:
		return "{time}"
	default:
		return "{time}"
	}
}

// fallback is what a client that knows no dates shows for the instant.
func fallback(span chat.Span) string {
	return chat.Text{{At: span.At.In(time.UTC), Form: span.Form}}.String()
}

// plain returns text that Slack sent as mrkdwn the way that its writer saw it:
// entities become characters again, and mentions and links the words that they
// show.
func plain(s string) string { return read(s, unescape, shows) }

// addressed is like plain, but whom the text mentions stands in it in the words
// of package chat.
func addressed(s string) string {
	return read(s, unescape, func(token string) (string, bool) {
		if who, ok := mentions(token); ok {
			return who.Mention(), true
		}

		return shows(token)
	})
}

// asTyped is addressed for text that Slack passes on as it was typed: entities
// and brackets in it mean themselves, and only a mention is what it looks like.
func asTyped(s string) string {
	return read(s, func(s string) string { return s }, func(token string) (string, bool) {
		who, ok := mentions(token)

		return who.Mention(), ok
	})
}

// read returns s with each <token> replaced by what it says, and all else as
// words says. A token that says nothing is no token.
func read(s string, words func(string) string, says func(token string) (string, bool)) string {
	var out reading

	for {
		end := strings.IndexByte(s, '>')
		if end < 0 {
			out.add(words(s))

			return out.b.String()
		}

		// No token has a bracket inside it, so that the last one opens it.
		open := strings.LastIndexByte(s[:end], '<')
		if said, ok := says(s[open+1 : end]); ok && open >= 0 {
			out.add(words(s[:open]))
			out.add(words(said))
		} else {
			out.add(words(s[:end+1]))
		}

		s = s[end+1:]
	}
}

// A reading is text that is put together from pieces. A piece that is a mention
// is set apart from its neighbours, so that it stays a word of its own.
type reading struct {
	b     strings.Builder
	apart bool // what was added last is a mention
}

func (r *reading) add(piece string) {
	if piece == "" {
		return
	}

	_, mention := chat.Mentioned(piece)
	if r.b.Len() > 0 && (r.apart || mention) && !touchesSpace(r.b.String(), piece) {
		r.b.WriteByte(' ')
	}

	r.apart = mention

	r.b.WriteString(piece)
}

// touchesSpace reports whether there is white space where two texts meet.
func touchesSpace(left, right string) bool {
	last, _ := utf8.DecodeLastRuneInString(left)
	first, _ := utf8.DecodeRuneInString(right)

	return unicode.IsSpace(last) || unicode.IsSpace(first)
}

// mentions returns whom a <token> mentions.
func mentions(token string) (chat.Person, bool) {
	target, _, _ := strings.Cut(token, "|")
	id, mention := strings.CutPrefix(target, "@")

	if !mention || id == "" || id[0] != 'U' && id[0] != 'W' || strings.ContainsFunc(id, outsideIDs) {
		return "", false
	}

	return chat.PersonOn(chat.Slack, id), true
}

// outsideIDs reports whether r stands in none of Slack's ids.
func outsideIDs(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }

// shows returns what a reader sees of the inside of a <token>, and false if it
// is none of Slack's.
func shows(token string) (string, bool) {
	target, label, labelled := strings.Cut(token, "|")

	switch {
	case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "#"), strings.HasPrefix(target, "!"):
		sign := target[:1]
		if sign == "!" {
			sign, target = "@", "@"+strings.TrimPrefix(target, "!")
		}

		if labelled && label != "" {
			return sign + strings.TrimPrefix(label, sign), true
		}

		return target, true
	case strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "https://"),
		strings.HasPrefix(target, "mailto:"), strings.HasPrefix(target, "tel:"):
		if labelled && label != "" {
			return label, true
		}

		return target, true
	default:
		return "", false
	}
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func unescape(s string) string { return entities.Replace(s) }
