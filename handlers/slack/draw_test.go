package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// nasty are words that would do something where they are not literal.
const nasty = "*bold* _it_ ~no~ `code` <!channel> <@U0DANA> <https://evil.example|refund> :fire: &amp; \u202Ereversed\u202C\x00\u200B end"

// gallery has each thing that a message can say.
func gallery() map[string]chat.Message {
	return map[string]chat.Message{
		"page": {
			Title:   "E-142 · Ms Kovac is waiting on the line",
			Summary: "Maria asks you to take over: Ms Kovac, heat 4 of 5.",
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Line("%v asks you to take over. Waiting since %v.", chat.Strong("Maria Silva"), noon)},
				chat.Facts{
					{Label: "Customer", Value: chat.Plain("Ms Kovac, K-2231")},
					{Label: "Heat", Value: chat.Plain("4 of 5")},
					{Label: "Callback", Value: chat.Line("until %v", chat.Day(noon.Add(26*time.Hour)))},
					{Label: "Never said", Value: nil},
				},
				chat.Quote{Label: "What happened", Text: "Third delivery lost.\nShe was hung up on twice."},
				chat.Rule{},
				chat.Advice{Label: "Say first", Text: chat.Plain("I have read all of it, you need not repeat anything.")},
				chat.Advice{Label: "Then", Text: chat.Line("I will call you back before %v.", noon.Add(time.Hour))},
				chat.Small{Text: chat.Line("Attempt 2 · next tier at %v", noon.Add(time.Minute))},
				chat.Small{Text: chat.Plain("E-142")},
			},
			Choices: []chat.Choice{
				{Action: "take", Value: "E-142/2", Label: "Take it", Weight: chat.Primary, Spoken: "Take the escalation of Ms Kovac"},
				{Action: "pass", Value: "E-142/2", Label: "Can't take it"},
				{
					Action: "withdraw", Value: "E-142/2", Label: "Withdraw", Weight: chat.Danger,
					Confirm: &chat.Confirm{Title: "Withdraw it?", Text: "Nobody is paged any more.", Yes: "Withdraw", No: "Keep it"},
				},
			},
		},
		"link": {
			Title: "E-142",
			Parts: []chat.Part{
				chat.Facts{{Label: "Customer", Value: chat.Line("Ms Kovac · %v", chat.Link{Text: nasty, To: "https://crm.example.com/?id=%3C%21channel%3E&x=<y|z>"})}},
				chat.Small{Text: chat.Line("%v since %v", chat.Link{Text: "K-2231", To: "https://crm.example.com/K-2231"}, noon)},
			},
		},
		"notice": *chat.Notice("E-142 was taken by %v at %v.", "Dana", noon),
		"list": {
			Title: "Your open escalations",
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Plain("E-142 · Ms Kovac · paging")},
				chat.Buttons{{Action: "show", Value: "E-142", Label: "Show", Spoken: "Show E-142"}, {Action: "call_ended", Value: "E-142", Label: "Call ended"}},
				chat.Paragraph{Text: chat.Plain("E-143 · Mr Adu · taken")},
				chat.Buttons{{Action: "show", Value: "E-143", Label: "Show", Spoken: "Show E-143"}},
			},
		},
		"nasty": {
			Title: nasty,
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Plain(nasty)},
				chat.Facts{{Label: nasty, Value: chat.Plain(nasty)}},
				chat.Quote{Label: nasty, Text: nasty},
				chat.Advice{Label: nasty, Text: chat.Plain(nasty)},
				chat.Advice{Label: nasty, Text: chat.Line("%v until %v", nasty, noon)},
				chat.Small{Text: chat.Plain(nasty)},
				chat.Small{Text: chat.Line("%v at %v by %v", nasty, noon, nasty)},
			},
			Choices: []chat.Choice{{
				Action: nasty, Value: nasty, Label: nasty, Spoken: nasty + "!",
				Confirm: &chat.Confirm{Title: nasty, Text: nasty, Yes: nasty, No: nasty},
			}},
		},
		"long":  long(),
		"empty": {},
	}
}

// long is more than Slack takes, in every direction.
func long() chat.Message {
	m := chat.Message{Title: strings.Repeat("Title & ", 100), Summary: strings.Repeat("<&>", 3000)}
	for i := range 80 {
		m.Parts = append(m.Parts,
			chat.Quote{Label: fmt.Sprint(i), Text: strings.Repeat("wörds 😀 ", 5000)},
			chat.Buttons{{Action: "show", Value: fmt.Sprint(i), Label: "Show"}},
		)
	}

	for i := range 40 {
		m.Choices = append(m.Choices, chat.Choice{Action: "take", Value: fmt.Sprint(i), Label: strings.Repeat("take ", 30)})
	}

	return m
}

func forms() map[string]chat.Form {
	return map[string]chat.Form{
		"escalate": {
			ID: "escalate", Title: "Ask for help", Submit: "Page now", Cancel: "Not now", State: `{"draft":7}`,
			Intro: []chat.Part{chat.Paragraph{Text: chat.Plain("Only the first two are needed.")}},
			Fields: []chat.Field{
				{ID: "customer", Kind: chat.LineField, Label: "Customer", Example: "Ms Kovac, K-2231", Required: true, Max: 200},
				{ID: "what", Kind: chat.ParagraphField, Label: "What happened", Hint: "As read back to the customer.", Required: true, Initial: []string{"she <shouts>"}},
				{ID: "help", Kind: chat.ChoiceField, Label: "Kind of help", Redraws: true, Required: true, Initial: []string{"join"}, Options: []chat.Option{
					{Value: "take_over", Label: "Take over"}, {Value: "join", Label: "Join us"}, {Value: "advise", Label: "Advise me"},
				}},
				{ID: "reason", Kind: chat.ChoiceField, Label: "Reason", Example: "Choose one", Options: many(12)},
				{ID: "signs", Kind: chat.ChoicesField, Label: "Signs noticed", Options: many(8), Initial: []string{"v2", "v9", "v0"}},
				{ID: "tags", Kind: chat.ChoicesField, Label: "Tags", Options: many(120), Initial: []string{"v119", "v3"}},
				{ID: "when", Kind: chat.MomentField, Label: "Call back at", Initial: []string{noon.Format(time.RFC3339)}},
				{ID: "amount", Kind: chat.NumberField, Label: "Amount", Initial: []string{"80.50"}},
				{ID: "who", Kind: chat.PersonField, Label: "Hand to", Initial: []string{"slack:U0DANA"}},
			},
		},
		"nasty": {
			ID: nasty, Title: nasty, Submit: nasty, Cancel: nasty, State: nasty,
			Intro: []chat.Part{chat.Quote{Label: nasty, Text: nasty}},
			Fields: []chat.Field{
				{ID: nasty, Label: nasty, Hint: nasty, Example: nasty, Initial: []string{nasty}},
				{ID: nasty, Label: "twice"},
				{ID: "choice", Kind: chat.ChoiceField, Label: nasty, Options: []chat.Option{{Value: nasty, Label: nasty}, {Value: nasty, Label: "twice"}}, Initial: []string{nasty}},
				{ID: "nothing", Kind: chat.ChoicesField, Label: "nothing to choose"},
				{ID: "when", Kind: chat.MomentField, Label: nasty, Initial: []string{"tomorrow"}},
				{ID: "amount", Kind: chat.NumberField, Label: nasty, Initial: []string{"1e9"}},
				{ID: "who", Kind: chat.PersonField, Label: nasty, Initial: []string{"teams:1"}},
			},
		},
		"empty": {},
	}
}

func many(n int) []chat.Option {
	options := make([]chat.Option, n)
	for i := range options {
		options[i] = chat.Option{Value: fmt.Sprintf("v%d", i), Label: fmt.Sprintf("Option %d", i)}
	}

	return options
}

func TestGallery(t *testing.T) {
	for name, m := range gallery() {
		t.Run(name, func(t *testing.T) {
			drawn := drawn(t, m)
			golden(t, "message-"+name, drawn)
			lint(t, drawn)

			home, err := DrawHome(m)
			if err != nil {
				t.Fatal(err)
			}

			if problems := workspace.ValidateView(home); len(problems) > 0 {
				t.Errorf("ValidateView(home of %s) = %q, want nothing", name, problems)
			}
		})
	}
}

func TestForms(t *testing.T) {
	for name, f := range forms() {
		t.Run(name, func(t *testing.T) {
			drawn, err := DrawForm(f)
			if err != nil {
				t.Fatal(err)
			}

			golden(t, "form-"+name, drawn)
			lintView(t, drawn)
		})
	}
}

func drawn(t testing.TB, m chat.Message) []byte {
	t.Helper()

	drawn, err := Draw(m)
	if err != nil {
		t.Fatal(err)
	}

	return drawn
}

// lint holds a drawn message to Slack's limits, and to ours: nothing in it is
// live but the instants.
func lint(t testing.TB, drawn []byte) {
	t.Helper()

	var m struct {
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(drawn, &m); err != nil {
		t.Fatal(err)
	}

	if problems := workspace.ValidateMessage(m.Blocks); len(problems) > 0 {
		t.Errorf("ValidateMessage = %q, want nothing", problems)
	}

	if n := utf8.RuneCountInString(m.Text); n == 0 || n > maxFallback {
		t.Errorf("the fallback text has %d characters, want 1 to %d", n, maxFallback)
	}

	dead(t, append(workspace.LiveTokens(m.Text), workspace.LiveTokensIn(m.Blocks)...))
	unsent(t, drawn)
}

func lintView(t testing.TB, drawn []byte) {
	t.Helper()

	if problems := workspace.ValidateView(drawn); len(problems) > 0 {
		t.Errorf("ValidateView = %q, want nothing", problems)
	}

	var v struct {
		Blocks json.RawMessage `json:"blocks"`
	}
	if err := json.Unmarshal(drawn, &v); err != nil {
		t.Fatal(err)
	}

	dead(t, workspace.LiveTokensIn(v.Blocks))
}

func dead(t testing.TB, tokens []workspace.Token) {
	t.Helper()

	for _, token := range tokens {
		ours := token.Kind == workspace.Link && strings.HasPrefix(token.Target, "https://crm.example.com/") // see gallery
		if token.Kind != workspace.Date && !ours {
			t.Errorf("%v is live, want nothing but instants to be, and the links that are told to be", token)
		}
	}
}

// unsent reports characters that never should be.
func unsent(t testing.TB, drawn []byte) {
	t.Helper()

	var all any
	if err := json.Unmarshal(drawn, &all); err != nil {
		t.Fatal(err)
	}

	walk(all, func(key, s string) {
		if key != "value" && key != "action_id" && chat.Clean(s) != s {
			t.Errorf("%s is %q, want %q", key, s, chat.Clean(s))
		}
	})
}

func walk(v any, see func(key, s string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if s, ok := inner.(string); ok {
				see(key, s)
			}

			walk(inner, see)
		}
	case []any:
		for _, inner := range v {
			walk(inner, see)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()

	var pretty bytes.Buffer
	if err := json.Indent(&pretty, got, "", "  "); err != nil {
		t.Fatal(err)
	}

	pretty.WriteByte('\n')

	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
		t.Errorf("%s (-want +got), see -update\n%s", path, diff)
	}
}

// What matters most of a message that is too long is still there.
func TestLongMessageKeepsWhatMatters(t *testing.T) {
	m := long()
	m.Parts = append([]chat.Part{chat.Facts{{Label: "Customer", Value: chat.Plain("Ms Kovac")}}}, m.Parts...)

	drawn := string(drawn(t, m))
	for _, want := range []string{`"type":"header"`, "Ms Kovac", "shortened", `"action_id":"take"`} {
		if !strings.Contains(drawn, want) {
			t.Errorf("Draw(long) lacks %q", want)
		}
	}
}

// A message that fits is never cut.
func TestNothingIsCutThatFits(t *testing.T) {
	words := strings.Repeat("w", maxText)
	m := chat.Message{Title: strings.Repeat("t", maxTitle), Parts: []chat.Part{
		chat.Quote{Text: words}, chat.Quote{Text: words}, chat.Quote{Text: words},
	}}

	drawn := drawn(t, m)
	if n := strings.Count(string(drawn), words); n != 3 {
		t.Errorf("Draw of 9,150 characters keeps %d of 3 quotes whole, want all", n)
	}

	lint(t, drawn)
}

func TestActionsAreUniqueAndComeBack(t *testing.T) {
	s := &sketch{actions: make(map[string]int)}

	seen := make(map[string]bool)
	for _, action := range []string{"take", "take", "ta~ke", "ta~ke", "ta", "take", "~", "take~1"} {
		id := s.action(action)
		if seen[id] {
			t.Errorf("action(%q) = %q, which was given out before", action, id)
		}

		seen[id] = true

		if got := actionOf(id); got != action {
			t.Errorf("actionOf(%q) = %q, want %q", id, got, action)
		}
	}
}

func TestShortened(t *testing.T) {
	short := shortened(gallery()["page"])
	if len(short.Parts) != 2 || len(short.Choices) != 3 || short.Title == "" {
		t.Errorf("shortened(page) = %+v, want title, paragraph, facts and choices", short)
	}
}

func TestSpokenHoldsTheWordsWhenThereIsNoSummary(t *testing.T) {
	m := gallery()["page"]
	m.Summary = ""

	got := spoken(m)
	for _, want := range []string{"E-142 · Ms Kovac is waiting", "Maria Silva asks you", "Heat: 4 of 5", "Third delivery lost", "<!date^1795435200^{time}|12:00 UTC>"} {
		if !strings.Contains(got, want) {
			t.Errorf("spoken(page) = %q, want it to say %q", got, want)
		}
	}
}

func FuzzDraw(f *testing.F) {
	f.Add(nasty, "x", int64(1795435200), 3)
	f.Add("", "", int64(0), 0)
	f.Add(strings.Repeat("&", 5000), "\xff\xfe", int64(-5), 60)
	f.Add(strings.Repeat("😀\n", 3000), "<!here>", int64(1)<<40, 1)
	f.Fuzz(func(t *testing.T, a, b string, unix int64, n int) {
		n = min(max(n, 0), 12)
		at := time.Unix(unix, 0).UTC()
		text := chat.Text{{Text: a}, {At: at}, {Text: b, Strong: true}, {At: at, Form: chat.DayTime}}
		m := chat.Message{Title: a, Summary: b}

		for i := range n {
			choice := chat.Choice{
				Action: a, Value: b, Label: b + a, Spoken: a, Weight: chat.Weight(i % 3),
				Confirm: &chat.Confirm{Title: a, Text: b, Yes: a, No: b},
			}
			m.Choices = append(m.Choices, choice)
			m.Parts = append(m.Parts, chat.Paragraph{Text: text}, chat.Facts{{Label: b, Value: text}, {Label: a, Value: chat.Plain(b)}},
				chat.Quote{Label: b, Text: a}, chat.Advice{Label: a, Text: text}, chat.Advice{Label: a, Text: chat.Plain(b)},
				chat.Small{Text: text}, chat.Small{Text: chat.Plain(a)}, chat.Rule{}, chat.Buttons{choice, choice})
		}

		lint(t, drawn(t, m))
		lint(t, drawn(t, shortened(m)))

		plain, err := json.Marshal(drawing{Text: inWords(m, maxFallback)})
		if err != nil {
			t.Fatal(err)
		}

		dead(t, workspace.LiveTokens(string(plain)))

		home, err := DrawHome(m)
		if err != nil {
			t.Fatal(err)
		}

		lintView(t, home)
	})
}

func FuzzDrawForm(f *testing.F) {
	f.Add(nasty, "x", 3)
	f.Add("", "", 200)
	f.Add(strings.Repeat("x", 4000), "2026-11-23T12:00:00Z", 12)
	f.Add("-", "-1.5.5", 6)
	f.Fuzz(func(t *testing.T, a, b string, n int) {
		n = min(max(n, 0), 150)

		form := chat.Form{ID: a, Title: b, Submit: a, Cancel: b, State: a, Intro: []chat.Part{chat.Paragraph{Text: chat.Plain(a)}, chat.Quote{Label: a, Text: b}}}
		for i := range n {
			form.Fields = append(form.Fields, chat.Field{
				ID: fmt.Sprint(b, i), Kind: chat.FieldKind(i % 7), Label: a, Hint: b, Example: a, Required: i%2 == 0, Redraws: i%3 == 0,
				Max: n * i, Options: append(many(n), chat.Option{Value: a, Label: b}), Initial: []string{b, a, "v1"},
			})
		}

		drawn, err := DrawForm(form)
		if err != nil {
			t.Fatal(err)
		}

		lintView(t, drawn)
	})
}
