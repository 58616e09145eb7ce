package connector

import (
	"regexp"
	"strings"
	"time"
)

const instantPattern = `\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[-+]\d{2}:\d{2}))`

// The functions that a client carries out in texts: an instant of theirs is
// read in the reader's own zone.
var (
	dateFunction = regexp.MustCompile(`\{\{DATE` + instantPattern + `(?:, ?(COMPACT|LONG|SHORT))?\)\}\}`)
	timeFunction = regexp.MustCompile(`\{\{TIME` + instantPattern + `\)\}\}`)
)

// dateLayouts are the forms of a date. The year is left out, and the zone
// stands behind a time, so that what a script reads is short and certain.
var dateLayouts = map[string]string{"": "02/01", "COMPACT": "02/01", "SHORT": "Mon 2 Jan", "LONG": "Monday 2 January"}

// instants resolves the functions in a text.
func instants(text string, zone *time.Location) string {
	text = dateFunction.ReplaceAllStringFunc(text, func(s string) string {
		parts := dateFunction.FindStringSubmatch(s)
		return inZone(s, parts[1], dateLayouts[parts[2]], zone)
	})
	return timeFunction.ReplaceAllStringFunc(text, func(s string) string {
		return inZone(s, timeFunction.FindStringSubmatch(s)[1], "15:04 MST", zone)
	})
}

func inZone(function, at, layout string, zone *time.Location) string {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return function
	}
	return t.In(zone).Format(layout)
}

// markdown is the subset that Teams draws in text blocks and facts: emphasis,
// links and escaped signs. What is replaced is the sign, the words stay.
var markdown = []struct {
	sign  *regexp.Regexp
	words string
}{
	{regexp.MustCompile(`\[([^\]\n]+)\]\([^)\s]+\)`), "$1"},
	{regexp.MustCompile(`\*\*([^*\n]+)\*\*`), "$1"},
	{regexp.MustCompile(`__([^_\n]+)__`), "$1"},
	{regexp.MustCompile(`\*([^*\s][^*\n]*)\*`), "$1"},
	{regexp.MustCompile(`\b_([^_\s][^_\n]*)_\b`), "$1"},
	{regexp.MustCompile("`([^`\n]+)`"), "$1"},
}

var escapedSign = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!<>~|&-])")

// unmarked is a text with markdown as it is read. An escaped sign is kept from
// being one by a letter that nobody writes.
func unmarked(text string) string {
	var kept []string
	text = escapedSign.ReplaceAllStringFunc(text, func(s string) string {
		kept = append(kept, s[1:])
		return "\x00"
	})
	for _, m := range markdown {
		text = m.sign.ReplaceAllString(text, m.words)
	}
	for _, sign := range kept {
		text = strings.Replace(text, "\x00", sign, 1)
	}
	return text
}

// atMark is a mention in a text.
var atMark = regexp.MustCompile(`<at[^>]*>([^<]*)</at>`)

// mentioned writes the mentions that entities vouch for as people read them.
func mentioned(text string, entities []node) string {
	for _, e := range entities {
		if words := str(e, "text"); str(e, "type") == "mention" && words != "" {
			text = strings.ReplaceAll(text, words, "@"+atMark.ReplaceAllString(words, "$1"))
		}
	}
	return text
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens s to n characters.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
