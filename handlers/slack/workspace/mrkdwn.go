package workspace

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"
)

// TokenKind tells what a live token of a text does.
type TokenKind string

// The kinds of live tokens.
const (
	MentionUser     TokenKind = "user"      // <@U…>
	MentionEveryone TokenKind = "everyone"  // <!channel>, <!here>, <!everyone>
	MentionGroup    TokenKind = "usergroup" // <!subteam^S…>
	ChannelLink     TokenKind = "channel"   // <#C…>
	Link            TokenKind = "link"      // <https://…>, <mailto:…>
	Date            TokenKind = "date"      // <!date^…>
)

// Token is a part of a text that is more than text: it notifies, links, or is
// replaced by something.
type Token struct {
	Kind   TokenKind
	Target string // the id, the address, the word of a mention, or date^format
	Label  string // what is shown instead; empty when nothing was given
}

var tokenPattern = regexp.MustCompile(`<([@#!][^<>|\s][^<>|]*|[a-zA-Z][a-zA-Z0-9+.-]*:[^<>|\s]+)(?:\|([^<>]*))?>`)

// LiveTokens lists the tokens of a mrkdwn text that a client would act on, in
// order. Text whose & < and > are escaped has none.
func LiveTokens(mrkdwn string) []Token {
	var out []Token
	for _, m := range tokenPattern.FindAllStringSubmatch(mrkdwn, -1) {
		if t, ok := token(m[1], m[2]); ok {
			out = append(out, t)
		}
	}
	return out
}

func token(body, label string) (Token, bool) {
	switch {
	case strings.HasPrefix(body, "@"):
		return Token{MentionUser, body[1:], label}, true
	case strings.HasPrefix(body, "#"):
		return Token{ChannelLink, body[1:], label}, true
	case strings.HasPrefix(body, "!subteam^"):
		return Token{MentionGroup, strings.TrimPrefix(body, "!subteam^"), label}, true
	case strings.HasPrefix(body, "!date^"):
		return Token{Date, strings.TrimPrefix(body, "!date^"), label}, true
	case body == "!channel", body == "!here", body == "!everyone":
		return Token{MentionEveryone, body[1:], label}, true
	case strings.HasPrefix(body, "!"):
		return Token{}, false
	default:
		return Token{Link, Unescape(body), label}, true
	}
}

// LiveTokensIn lists the live tokens of blocks: those in mrkdwn texts, and the
// mentions and links of rich text. Plain text has none, whatever it contains.
func LiveTokensIn(blocks json.RawMessage) []Token {
	v, err := decode(blocks)
	if err != nil {
		return nil
	}
	var out []Token
	walkTokens(v, &out)
	return out
}

func walkTokens(v any, out *[]Token) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walkTokens(e, out)
		}
	case node:
		if str(v, "type") == "mrkdwn" || str(v, "type") == "markdown" {
			*out = append(*out, LiveTokens(str(v, "text"))...)
			return
		}
		if t, ok := richToken(v); ok {
			*out = append(*out, t)
			return
		}
		for _, k := range sortedKeys(v) {
			walkTokens(v[k], out)
		}
	}
}

func richToken(n node) (Token, bool) {
	switch str(n, "type") {
	case "user":
		return Token{Kind: MentionUser, Target: str(n, "user_id")}, true
	case "usergroup":
		return Token{Kind: MentionGroup, Target: str(n, "usergroup_id")}, true
	case "channel":
		return Token{Kind: ChannelLink, Target: str(n, "channel_id")}, true
	case "broadcast":
		return Token{Kind: MentionEveryone, Target: str(n, "range")}, true
	case "link":
		return Token{Kind: Link, Target: str(n, "url"), Label: str(n, "text")}, true
	case "date":
		return Token{Kind: Date, Target: str(n, "format"), Label: str(n, "fallback")}, true
	default:
		return Token{}, false
	}
}

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unescaper = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
)

// Escape makes a text mean itself in mrkdwn.
func Escape(text string) string { return escaper.Replace(text) }

// Unescape undoes [Escape].
func Unescape(text string) string { return unescaper.Replace(text) }

// namer finds what a reader sees for an id, or "".
type namer func(id string) string

// plainText is what a person reads of a mrkdwn text: tokens as they are shown,
// entities decoded, marks of formatting gone. Tokens are set aside while the
// marks are looked for, since a mark may enclose one.
func plainText(mrkdwn string, name namer) string {
	var aside []string
	text := tokenPattern.ReplaceAllStringFunc(mrkdwn, func(found string) string {
		m := tokenPattern.FindStringSubmatch(found)
		aside = append(aside, shown(m[1], m[2], name))
		return "\x00"
	})
	text = Unescape(unformat(text))
	for _, s := range aside {
		text = strings.Replace(text, "\x00", s, 1)
	}
	return text
}

// shown is what stands in a client for a token.
func shown(body, label string, name namer) string {
	t, ok := token(body, label)
	if !ok {
		return "<" + cmp.Or(label, body) + ">"
	}
	switch t.Kind {
	case MentionUser:
		return "@" + cmp.Or(name(t.Target), Unescape(label), t.Target)
	case MentionGroup:
		return "@" + strings.TrimPrefix(cmp.Or(Unescape(label), name(t.Target), t.Target), "@")
	case ChannelLink:
		return "#" + cmp.Or(name(t.Target), Unescape(label), t.Target)
	case MentionEveryone:
		return "@" + t.Target
	case Link, Date:
		return cmp.Or(Unescape(label), t.Target)
	}
	return label
}

var formatting = []*regexp.Regexp{
	regexp.MustCompile("(^|[^\\w`])`([^`\n]+)`"),
	regexp.MustCompile(`(^|[^\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*`),
	regexp.MustCompile(`(^|[^\w_])_([^\s_](?:[^_\n]*[^\s_])?)_`),
	regexp.MustCompile(`(^|[^\w~])~([^\s~](?:[^~\n]*[^\s~])?)~`),
}

// unformat takes the marks of bold, italic, struck and code text away.
func unformat(s string) string {
	if !strings.ContainsAny(s, "`*_~") {
		return s
	}
	for _, p := range formatting {
		s = p.ReplaceAllString(s, "$1$2")
	}
	return s
}

// plain is what a person of this workspace reads of a mrkdwn text.
func (w *Workspace) plain(mrkdwn string) string { return plainText(mrkdwn, w.nameOf) }

func (w *Workspace) nameOf(id string) string {
	if u := w.people[id]; u != nil {
		return cmp.Or(u.RealName, u.Name)
	}
	if c := w.conversations[id]; c != nil {
		return c.name
	}
	if g := w.group(id); g != nil {
		return g.Handle
	}
	return ""
}
