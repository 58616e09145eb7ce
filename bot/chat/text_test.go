package chat_test

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func TestClean(t *testing.T) {
	cases := map[string]string{
		"":                                     "",
		"Ms Kovac":                             "Ms Kovac",
		"a\r\nb\rc\u2028d":                     "a\nb\nc\nd",
		"a\tb\x00c\x1b[31m":                    "a bc[31m",
		"\u202Eevil\u202C \u2066x\u2069\u200E": "evil x",
		"\xffbroken":                           "\uFFFDbroken",
		"👩\u200D💻 family":                      "👩\u200D💻 family",
		"zero\u200Bwidth\uFEFF":                "zerowidth",
	}

	for in, want := range cases {
		if got := chat.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	cases := []struct {
		in    string
		limit int
		want  string
	}{
		{"four", 4, "four"},
		{"fives", 4, "fiv…"},
		{"äöüß", 4, "äöüß"},
		{"äöüßx", 4, "äöü…"},
		{"x", 0, ""},
		{"xy", 1, "…"},
	}

	for _, c := range cases {
		if got := chat.Cut(c.in, c.limit); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestSingleAndSeveral(t *testing.T) {
	words := " Ms\u202E Kovac\n\tis  here \r\n"

	cases := []struct {
		limit           int
		single, several string
	}{
		{40, "Ms Kovac is here", "Ms Kovac\n is  here"},
		{10, "Ms Kovac …", "Ms Kovac\n…"},
		{0, "", ""},
	}

	for _, c := range cases {
		if got := chat.Single(words, c.limit); got != c.single {
			t.Errorf("Single(%q, %d) = %q, want %q", words, c.limit, got, c.single)
		}

		if got := chat.Several(words, c.limit); got != c.several {
			t.Errorf("Several(%q, %d) = %q, want %q", words, c.limit, got, c.several)
		}
	}
}
