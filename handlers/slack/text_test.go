package slack

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
)

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

func TestAddressed(t *testing.T) {
	cases := map[string]string{
		"cover <@U0LEE|lee> until 18:00":      "cover @slack:U0LEE until 18:00",
		"<@W0LEE>":                            "@slack:W0LEE",
		"(<@U0LEE>), <@U0DANA><@U0TOM>18:00":  "( @slack:U0LEE ), @slack:U0DANA @slack:U0TOM 18:00",
		"a&amp;<@U0LEE|x>&lt;b":               "a& @slack:U0LEE <b",
		"in <#C0DESK|desk> <!here> &amp;amp;": "in #desk @here &amp;",
		"<https://a.example|a><@U0LEE>":       "a @slack:U0LEE",
		"<@U0LEE><https://a.example|a>":       "@slack:U0LEE a",
		"<@u0lee> <@B0BOT|bot> < @U0LEE> <@>": "@u0lee @bot < @U0LEE> @",
		"two  blanks\nand a line":             "two  blanks\nand a line",
	}

	for in, want := range cases {
		if got := addressed(in); got != want {
			t.Errorf("addressed(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAsTyped(t *testing.T) {
	cases := map[string]string{
		"@lee shouts <b> & &amp; &lt;":           "@lee shouts <b> & &amp; &lt;",
		"<#C0DESK|desk> <https://a.x|a> <!here>": "<#C0DESK|desk> <https://a.x|a> <!here>",
		"ask <@U0LEE|lee>":                       "ask @slack:U0LEE",
		"a < b <@U0LEE> > c":                     "a < b @slack:U0LEE > c",
		"<@lee> <@>":                             "<@lee> <@>",
	}

	for in, want := range cases {
		if got := asTyped(in); got != want {
			t.Errorf("asTyped(%q) = %q, want %q", in, got, want)
		}
	}
}

// userTokens is what a mention looks like, said a second way.
var userTokens = regexp.MustCompile(`<@([UW][A-Z0-9]*)(\|[^<>]*)?>`)

// Every mention of the text is found again by its words, in order, and text in
// which nothing is a token stays as it was typed.
func FuzzMentions(f *testing.F) {
	f.Add("cover <@U0LEE|lee> until 18:00")
	f.Add("<@U1><@W2>3 <<@U4>> &lt;@U5&gt;")
	f.Add("<https://a.example|a><@U0LEE><#C1|c>")
	f.Fuzz(func(t *testing.T, s string) {
		var want []chat.Person
		for _, token := range userTokens.FindAllStringSubmatch(s, -1) {
			want = append(want, chat.PersonOn(chat.Slack, token[1]))
		}

		for name, read := range map[string]func(string) string{"addressed": addressed, "asTyped": asTyped} {
			missing := want

			for word := range strings.FieldsSeq(read(s)) {
				if who, ok := chat.Mentioned(word); ok && len(missing) > 0 && who == missing[0] {
					missing = missing[1:]
				}
			}

			if len(missing) > 0 {
				t.Errorf("%s(%q) = %q, which lacks %q", name, s, read(s), missing)
			}
		}

		if got := asTyped(s); len(want) == 0 && got != s {
			t.Errorf("asTyped(%q) = %q, want it unchanged", s, got)
		}
	})
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
