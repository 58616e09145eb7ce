package slack

import (
	"strings"
	"testing"
	"unicode/utf8"
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
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
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
		if got := cut(c.in, c.limit); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestMarkupNeverSplitsAnEntity(t *testing.T) {
	for limit := 1; limit < 20; limit++ {
		m := newMarkup(limit)
		m.text("<&><&><&>")

		got := m.String()
		if utf8.RuneCountInString(got) > limit {
			t.Errorf("markup within %d = %q, which is longer", limit, got)
		}

		whole := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "", "…", "").Replace(got)
		if whole != "" {
			t.Errorf("markup within %d = %q, which holds half an entity", limit, got)
		}
	}
}

func TestPlain(t *testing.T) {
	cases := map[string]string{
		"Smith &amp; Sons &lt;3":                                             "Smith & Sons <3",
		"ask <@U0DANA|dana> or <@U0LEE>":                                     "ask @dana or @U0LEE",
		"in <#C0DESK|desk>, <!here> <!subteam^S1|@leads>":                    "in #desk, @here @leads",
		"<https://a.example/x?y=1&amp;z=2|the form> and <https://b.example>": "the form and https://b.example",
		"<mailto:a@b.example|a@b.example>":                                   "a@b.example",
		"a < b, <not a token> & <":                                           "a < b, <not a token> & <",
		"&amp;lt;":                                                           "&lt;",
	}

	for in, want := range cases {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("<@U1|x> &lt;")
	f.Add("<<>><")
	f.Fuzz(func(t *testing.T, s string) {
		if got := plain(s); len(got) > len(s)+1 {
			t.Errorf("plain(%q) = %q, which is longer", s, got)
		}
	})
}
