package teams

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// head returns the first limit characters of s.
func head(s string, limit int) string {
	if len(s) <= limit {
		return s
	}

	count := 0
	for i := range s {
		if count >= limit {
			return s[:i]
		}

		count++
	}

	return s
}

// units is the number of UTF-16 code units of s.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}

	return n
}

// listed matches the sign that makes a line an item of a list, and the blank
// after it.
var listed = regexp.MustCompile(`^ *([-+*]|[0-9]{1,9}[.)]) `)

// literals splits s where it would otherwise be taken for more than words. A
// function such as {{DATE(…)}} works in every run, and Microsoft's library for
// iPhones reads a run as Markdown, although it is said not to. Both look at one
// run at a time, so that what is split over two of them stays what it is, and no
// character needs to be changed.
func literals(s string) []string {
	var parts []string

	start := 0
	sign := signOf(s)  // where the sign of an item ends
	var star, low bool // whether the present part has one

	for i := range len(s) {
		if i > 0 && s[i-1] == '\n' {
			sign = i + signOf(s[i:])
		}

		if i > start && (i == sign || s[i] == '*' && star || s[i] == '_' && low || parted(s[i-1], s[i])) {
			parts = append(parts, s[start:i])
			start, star, low = i, false, false
			sign = i + signOf(s[i:])
		}

		star, low = star || s[i] == '*', low || s[i] == '_'
	}

	return append(parts, s[start:])
}

// signOf returns how long the sign of an item is with which a line begins, 0 if
// it begins with none.
func signOf(line string) int { return max(len(listed.FindString(line))-1, 0) }

// parted reports whether two characters mean more together than each alone.
func parted(a, b byte) bool {
	switch a {
	case '\\':
		return true
	case '{':
		return b == '{'
	case ']':
		return b == '(' || b == '['
	default:
		return false
	}
}

// tame returns s for where it can't be split: a label, or an answer to choose. A
// look-alike takes the place of what could be taken for more than words.
func tame(s string) string {
	parts := literals(s)
	if len(parts) == 1 {
		return s
	}

	return lookalikes.Replace(s)
}

var lookalikes = strings.NewReplacer("{", "❴", "*", "∗", "_", "＿", "]", "］", "\\", "＼", "- ", "– ", "+ ", "＋ ", ". ", "․ ", ") ", "） ")

// instant reports whether the span is an instant that a client of Teams draws:
// their functions take years of four digits.
func instant(span chat.Span) bool {
	if span.At.IsZero() {
		return false
	}

	year := span.At.UTC().Year()

	return year >= 1970 && year <= 9999
}

// literal returns the span's own words, or an instant that no client draws in
// words.
func literal(span chat.Span) string {
	if span.At.IsZero() {
		return span.Text
	}

	return inUTC(span)
}

// inUTC is an instant for where each reader's zone is not known.
func inUTC(span chat.Span) string {
	return chat.Text{{At: span.At.In(time.UTC), Form: span.Form}}.String()
}

// local is an instant as each client draws it in its reader's zone and manner.
// There is no function for seconds.
func local(span chat.Span) string {
	at := span.At.UTC().Format(time.RFC3339)
	clock := fmt.Sprintf("{{TIME(%s)}}", at)

	switch span.Form {
	case chat.DayTime:
		return fmt.Sprintf("{{DATE(%s, SHORT)}}, %s", at, clock)
	case chat.Clock, chat.Seconds:
		return clock
	default:
		return clock
	}
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}

	return all[0]
}
