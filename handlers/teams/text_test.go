package teams

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func TestLiterals(t *testing.T) {
	cases := map[string][]string{
		"":                          {""},
		"Ms Kovac, K-2231: 80.50":   {"Ms Kovac, K-2231: 80.50"},
		"snake_case":                {"snake_case"},
		"*bold* and _italic_":       {"*bold", "*", " and _italic", "_"},
		"[refund](https://evil.ex)": {"[refund]", "(https://evil.ex)"},
		"{{DATE(2026-11-23T12:00:00Z)}}": {
			"{", "{DATE(2026-11-23T12:00:00Z)}}",
		},
		"- one\n2. two": {"-", " one\n2.", " two"},
		"** x":          {"*", "*", " x"},
		`a\*b`:          {`a\`, "*b"},
	}

	for in, want := range cases {
		if diff := cmp.Diff(want, literals(in)); diff != "" {
			t.Errorf("literals(%q) (-want +got):\n%s", in, diff)
		}
	}
}

// meansMore matches what is more than words in a run: emphasis, a link, an item
// of a list, an escape, and what may begin a function.
var meansMore = regexp.MustCompile(`(?s)\*.*\*|_.*_|\][(\[]|(?m:^ *([-+*]|[0-9]{1,9}[.)]) )|\\.|\{\{`)

// function matches what a client puts the reader's own time in place of.
var function = regexp.MustCompile(`^(\{\{DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, SHORT\)\}\}, )?\{\{TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\}\}$`)

// riskyWords are made of what makes formatting.
var riskyWords = rapid.StringOfN(rapid.RuneFrom([]rune("*_[](){}\\-+1.) \nxß😀")), 0, 40, -1)

func TestLiteralsAreLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := riskyWords.Draw(t, "s")
		parts := literals(s)

		if got := strings.Join(parts, ""); got != s {
			t.Errorf("literals(%q) = %q, want the same words", s, parts)
		}

		for _, part := range parts {
			if meansMore.MatchString(part) {
				t.Errorf("literals(%q) = %q, of which %q is more than words", s, parts, part)
			}
		}
	})
}

func TestTameIsLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := chat.Single(riskyWords.Draw(t, "s"), maxLabel)

		if got := tame(s); meansMore.MatchString(got) || utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("tame(%q) = %q, want only words, and as many", s, got)
		}
	})

	if got := tame("Ms Kovac_1 (the 2nd)"); got != "Ms Kovac_1 (the 2nd)" {
		t.Errorf("tame of plain words = %q, want them as they are", got)
	}
}

func TestLocal(t *testing.T) {
	at := time.Date(2026, 11, 23, 13, 0, 5, 7, time.FixedZone("", 3600))
	cases := map[chat.TimeForm]string{
		chat.Clock:   "{{TIME(2026-11-23T12:00:05Z)}}",
		chat.Seconds: "{{TIME(2026-11-23T12:00:05Z)}}",
		chat.DayTime: "{{DATE(2026-11-23T12:00:05Z, SHORT)}}, {{TIME(2026-11-23T12:00:05Z)}}",
	}

	for form, want := range cases {
		if got := local(chat.Span{At: at, Form: form}); got != want {
			t.Errorf("local(%v, %v) = %q, want %q", at, form, got, want)
		}
	}

	if span := (chat.Span{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); instant(span) || literal(span) != "00:00 UTC" {
		t.Errorf("the year 10000 is an instant or reads %q, want words, since no function takes it", literal(span))
	}
}
