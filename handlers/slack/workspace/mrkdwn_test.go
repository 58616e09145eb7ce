package workspace_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

func TestLiveTokens(t *testing.T) {
	for text, want := range map[string][]workspace.Token{
		"nothing":                          nil,
		"<@U0DANA> <@U0DANA|dana>":         {{Kind: workspace.MentionUser, Target: "U0DANA"}, {Kind: workspace.MentionUser, Target: "U0DANA", Label: "dana"}},
		"<!channel><!here> <!everyone|x>":  {{Kind: workspace.MentionEveryone, Target: "channel"}, {Kind: workspace.MentionEveryone, Target: "here"}, {Kind: workspace.MentionEveryone, Target: "everyone", Label: "x"}},
		"<!subteam^S0LEADS|@leads>":        {{Kind: workspace.MentionGroup, Target: "S0LEADS", Label: "@leads"}},
		"<#C0TEAM|team>":                   {{Kind: workspace.ChannelLink, Target: "C0TEAM", Label: "team"}},
		"<https://evil.example/a|refund>":  {{Kind: workspace.Link, Target: "https://evil.example/a", Label: "refund"}},
		"<mailto:a@b.example|a>":           {{Kind: workspace.Link, Target: "mailto:a@b.example", Label: "a"}},
		"<!date^1700000000^{time}|noon>":   {{Kind: workspace.Date, Target: "1700000000^{time}", Label: "noon"}},
		"&lt;!channel&gt; &lt;@U0DANA&gt;": nil,
		"a < b > c, 1<2 and <b>":           nil,
		"<!unknown>":                       nil,
		"<@U0DANA":                         nil,
	} {
		if diff := cmp.Diff(want, workspace.LiveTokens(text)); diff != "" {
			t.Errorf("LiveTokens(%q): %s", text, diff)
		}
	}
}

func TestLiveTokensInBlocks(t *testing.T) {
	blocks := `[
		{"type":"header","text":{"type":"plain_text","text":"<!channel> stays text"}},
		{"type":"section","text":{"type":"mrkdwn","text":"&lt;!here&gt; <@U0DANA>"},"fields":[{"type":"mrkdwn","text":"<https://x.example|x>"}]},
		{"type":"actions","elements":[{"type":"button","value":"<!here>","text":{"type":"plain_text","text":"<@U0MARIA>"}}]},
		{"type":"rich_text","elements":[{"type":"rich_text_quote","elements":[
			{"type":"text","text":"<!channel>"},{"type":"broadcast","range":"here"},{"type":"user","user_id":"U0MARIA"},
			{"type":"link","url":"https://y.example"}]}]}
	]`
	want := []workspace.Token{
		{Kind: workspace.Link, Target: "https://x.example", Label: "x"},
		{Kind: workspace.MentionUser, Target: "U0DANA"},
		{Kind: workspace.MentionEveryone, Target: "here"},
		{Kind: workspace.MentionUser, Target: "U0MARIA"},
		{Kind: workspace.Link, Target: "https://y.example"},
	}
	if diff := cmp.Diff(want, workspace.LiveTokensIn(json.RawMessage(blocks))); diff != "" {
		t.Errorf("LiveTokensIn(): %s", diff)
	}
}

// FuzzEscape wants escaped text to have no live token, and to be read back as
// it was.
func FuzzEscape(f *testing.F) {
	f.Add("<!channel> & <@U0DANA>")
	f.Add("&lt;!here&gt;")
	f.Add("<https://evil.example|refund>")
	f.Fuzz(func(t *testing.T, s string) {
		e := workspace.Escape(s)
		if got := workspace.LiveTokens(e); len(got) != 0 {
			t.Errorf("LiveTokens(Escape(%q)) = %v, want none", s, got)
		}
		if got := workspace.Unescape(e); got != s {
			t.Errorf("Unescape(Escape(%q)) = %q, want it back", s, got)
		}
	})
}

func TestRender(t *testing.T) {
	for _, test := range []struct{ name, blocks, want string }{
		{"mrkdwn", section(mrkdwn("*Dana* has _it_, `code` &amp; ~not~ 2*3*4 <https://x.example|the log> *<@U1|dana> takes*")), "Dana has it, code & not 2*3*4 the log @dana takes"},
		{"dates", section(mrkdwn("until <!date^1700000000^{time}|22:13>")), "until 22:13"},
		{"plain", section(plain("*literal* &amp; <x>")), "*literal* &amp; <x>"},
		{"fields", `{"type":"section","fields":[` + mrkdwn("*Heat*\n4 of 5") + `]}`, "Heat: 4 of 5"},
		{"buttons", actions(button(""), selecting(2, `,"placeholder":`+plain("Why"))), "[Take it] [Why ▾]"},
		{"context", `{"type":"context","elements":[` + mrkdwn("one") + "," + plain("two") + `]}`, "one  two"},
		{"field", `{"type":"input","optional":true,"hint":` + plain("As spoken") + `,"label":` + plain("Name") + `,"element":{"type":"plain_text_input","initial_value":"Kovac"}}`, "Name (optional): Kovac\n  As spoken"},
		{"choice", input(selecting(2, "")), "Label:\n  (Option 0 | Option 1)"},
		{"rich", rich(`{"type":"rich_text_quote","elements":[{"type":"text","text":"a\nb"}]},{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}`), "> a\n> b\n1. x"},
		{"table", `{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"raw_text","text":"b"}]]}`, "a | b"},
	} {
		if diff := cmp.Diff(test.want, workspace.Render(json.RawMessage("["+test.blocks+"]"))); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}
