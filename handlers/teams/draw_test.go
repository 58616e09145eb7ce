package teams

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// nasty are words that would do something where they are not literal.
const nasty = "*bold* _it_ ~no~ `code` <at>Dana</at> [refund](https://evil.example) {{DATE(2026-11-23T12:00:00Z)}} - x \\* &amp; \u202Ereversed\u202C\x00\u200B end"

// messages has each thing that a message can say.
func messages() map[string]chat.Message {
	return map[string]chat.Message{
		"page": {
			Title:   "E-142 · Ms Kovac is waiting on the line",
			Summary: "Maria asks you to take over: Ms Kovac, heat 4 of 5.",
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Line("%v asks you to take over. Waiting since %v.", chat.Strong("Maria Silva"), noon)},
				chat.Facts{
					{Label: "Customer", Value: chat.Plain("Ms Kovac, K-2231")},
					{Label: "Heat", Value: chat.Plain("4 of 5")},
					{Label: "Never said", Value: nil},
				},
				chat.Quote{Label: "What happened", Text: "Third delivery lost.\nShe was hung up on twice."},
				chat.Quote{Label: "Wants", Text: "Her money back"},
				chat.Rule{},
				chat.Advice{Label: "Say first", Text: chat.Plain("I have read all of it.")},
				chat.Small{Text: chat.Line("Attempt 2 · next tier at %v", noon.Add(time.Minute))},
			},
			Choices: []chat.Choice{
				{Action: "take", Value: "E-142/2", Label: "Take it", Weight: chat.Primary, Spoken: "Take the escalation of Ms Kovac"},
				{Action: "pass", Value: "E-142/2", Label: "Can't take it", Opens: true},
				{
					Action: "withdraw", Value: "E-142/2", Label: "Withdraw", Weight: chat.Danger,
					Confirm: &chat.Confirm{Title: "Withdraw it?", Text: "Nobody is paged any more.", Yes: "Withdraw it", No: "Keep it"},
				},
			},
		},
		"link": {
			Title: "E-142",
			Parts: []chat.Part{chat.Facts{{Label: "Customer", Value: chat.Line("Ms Kovac · %v", chat.Link{Text: nasty, To: "https://crm.example.com/?id=%3C&x=[y](z)"})}}},
		},
		"notice": *chat.Notice("E-142 was taken by %v at %v.", "Dana", noon),
		"nasty": {
			Title: nasty,
			Parts: []chat.Part{
				chat.Paragraph{Text: chat.Plain(nasty)}, chat.Facts{{Label: nasty, Value: chat.Plain(nasty)}}, chat.Quote{Label: nasty, Text: nasty},
				chat.Advice{Label: nasty, Text: chat.Line("%v until %v", nasty, noon)}, chat.Small{Text: chat.Line("%v at %v by %v", nasty, noon, nasty)},
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

// long is more than Teams takes, in every direction.
func long() chat.Message {
	m := chat.Message{Title: strings.Repeat("Title & ", 100), Summary: strings.Repeat("<&>", 3000)}
	for i := range 300 {
		m.Parts = append(m.Parts,
			chat.Quote{Label: fmt.Sprint(i), Text: strings.Repeat("wörds 😀 *", 5000)},
			chat.Buttons{{Action: "show", Value: fmt.Sprint(i), Label: "Show"}},
		)
	}

	for i := range 40 {
		m.Choices = append(m.Choices, chat.Choice{Action: "take", Value: fmt.Sprint(i), Label: strings.Repeat("take ", 30)})
	}

	return m
}

func TestDrawnMessages(t *testing.T) {
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) {
			lint(t, draw(m))
			lint(t, draw(shortened(m)))

			if s := summary(m); s == "" || utf8.RuneCountInString(s) > maxSummary {
				t.Errorf("summary(%s) = %q, want 1 to %d characters", name, s, maxSummary)
			}
		})
	}
}

// lint holds a card to what Teams takes, and to ours: what people wrote is
// nothing but words.
func lint(t testing.TB, c card) {
	t.Helper()

	drawn, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}

	for _, mistake := range connector.ValidateCard(drawn) {
		t.Errorf("the card is wrong: %s", mistake)
	}

	if units(string(drawn)) > maxCard {
		t.Errorf("the card takes %d code units, want at most %d", units(string(drawn)), maxCard)
	}

	lintAll(t, c.Body)
	lintButtons(t, c.Actions)
}

func lintAll(t testing.TB, elements []element) {
	t.Helper()

	for _, e := range elements {
		if e.Type == "TextBlock" && !plainWords.MatchString(e.Text) {
			t.Errorf("the heading %q may be more than words", e.Text)
		}

		for _, r := range e.Inlines {
			lintWords(t, r.Text)
		}

		for _, o := range e.Choices {
			lintWords(t, o.Title)
		}

		lintWords(t, e.Label)
		lintAll(t, e.Items)
		lintAll(t, e.Columns)
		lintButtons(t, e.Actions)
	}
}

func lintButtons(t testing.TB, actions []action) {
	t.Helper()

	for _, a := range actions {
		if chat.Clean(a.Title) != a.Title || strings.Contains(a.Title, "\n") || utf8.RuneCountInString(a.Title) > maxButton {
			t.Errorf("a button says %q, want one short line", a.Title)
		}

		if a.Card != nil {
			lintAll(t, a.Card.Body)
			lintButtons(t, a.Card.Actions)
		}
	}
}

func lintWords(t testing.TB, words string) {
	t.Helper()

	if chat.Clean(words) != words {
		t.Errorf("the words %q disturb, want %q", words, chat.Clean(words))
	}

	if meansMore.MatchString(words) && !function.MatchString(words) {
		t.Errorf("the words %q are more than words", words)
	}
}

// A message that fits is never cut, and of one that does not what matters most
// is kept.
func TestWhatIsCut(t *testing.T) {
	words := strings.Repeat("w", maxText)
	m := chat.Message{Title: strings.Repeat("t", maxTitle), Parts: []chat.Part{chat.Quote{Text: words}, chat.Rule{}, chat.Quote{Text: words}, chat.Rule{}, chat.Quote{Text: words}}}

	if n := strings.Count(read(draw(m)), words); n != 3 {
		t.Errorf("draw of 9,150 characters keeps %d of 3 quotes whole, want all", n)
	}

	m = long()
	m.Parts = append([]chat.Part{chat.Facts{{Label: "Customer", Value: chat.Plain("Ms Kovac")}}}, m.Parts...)
	drawn := draw(m)

	for _, want := range []string{"Title & Title", "Customer: Ms Kovac", "shortened"} {
		if got := read(drawn); !strings.Contains(got, want) {
			t.Errorf("draw(long) lacks %q", want)
		}
	}

	if len(drawn.Actions) != maxRow {
		t.Errorf("draw(long) has %d buttons, want %d", len(drawn.Actions), maxRow)
	}
}

// read is a card as people read it.
func read(c card) string {
	drawn, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}

	return connector.Render(drawn)
}

func TestPageAsItIsRead(t *testing.T) {
	want := `E-142 · Ms Kovac is waiting on the line
Maria Silva asks you to take over. Waiting since 12:00 UTC.
Customer: Ms Kovac, K-2231
Heat: 4 of 5
What happened
Third delivery lost.
She was hung up on twice.
Wants
Her money back
Say first
I have read all of it.
Attempt 2 · next tier at 12:01 UTC
[Take it] [Can't take it] [Withdraw]`

	if diff := cmp.Diff(want, read(draw(messages()["page"]))); diff != "" {
		t.Errorf("draw(page) is read (-want +got):\n%s", diff)
	}
}

// A link leads where it is told to, whatever its words are.
func TestLink(t *testing.T) {
	line := draw(messages()["link"]).Body[1].Inlines

	var words strings.Builder

	for _, r := range line {
		words.WriteString(r.Text)

		linked := r.Select != nil && r.Select.Type == "Action.OpenUrl" && r.Select.URL == "https://crm.example.com/?id=%3C&x=[y](z)"
		if plain := r.Text == "Customer: " || r.Text == "Ms Kovac · "; plain == linked {
			t.Errorf("%+v leads somewhere: %v, want %v", r, linked, !plain)
		}
	}

	if want := "Customer: Ms Kovac · " + chat.Single(nasty, 200); words.String() != want {
		t.Errorf("the words are %q, want %q", &words, want)
	}
}

// Each button comes back as the choice that it was drawn for.
func TestButtons(t *testing.T) {
	buttons := draw(messages()["page"]).Actions

	for i, want := range []struct {
		kind, style, tooltip, dialog, action string
	}{
		{"Action.Execute", "positive", "Take the escalation of Ms Kovac", "", "take"},
		{"Action.Submit", "", "", "task/fetch", "pass"},
	} {
		button := buttons[i]
		if button.Type != want.kind || button.Style != want.style || button.Tooltip != want.tooltip {
			t.Errorf("button %d = %+v, want %+v", i, button, want)
		}

		if got := button.Data.Teams; (want.dialog == "") != (got == nil) || got != nil && got.Type != want.dialog {
			t.Errorf("button %d opens %+v, want %q", i, got, want.dialog)
		}

		wantClick(t, button, want.action)
	}

	wantClick(t, *buttons[0].Fallback, "take")

	if box := draw(messages()["page"]).Body[5]; !box.Separator || box.Style != "accent" {
		t.Errorf("what stands below the rule = %+v, want a line above it", box)
	}

	asks := buttons[2]
	if asks.Type != "Action.ShowCard" || asks.Style != "destructive" || len(asks.Card.Actions) != 1 || asks.Card.Actions[0].Style != "destructive" {
		t.Fatalf("the button that asks = %+v, want a card with one button, both as dangerous as what they do", asks)
	}

	if got := read(*asks.Card); got != "Withdraw it?\nNobody is paged any more.\n[Withdraw it]" {
		t.Errorf("the question is read %q", got)
	}

	wantClick(t, asks.Card.Actions[0], "withdraw")
	wantClick(t, *asks.Card.Actions[0].Fallback, "withdraw")
}

// wantClick wants a button of the page to come back as a choice of E-142/2.
func wantClick(t *testing.T, button action, action string) {
	t.Helper()

	data, err := json.Marshal(button.Data)
	if err != nil {
		t.Fatal(err)
	}

	want := mark{Action: action, Value: "E-142/2"}
	if of, ok := readClick(data); of != want || !ok {
		t.Errorf("readClick(%s) = %+v, %v, want %+v", data, of, ok, want)
	}
}

func TestManyButtonsHide(t *testing.T) {
	var m chat.Message
	for i := range 9 {
		m.Choices = append(m.Choices, chat.Choice{Action: "a", Value: fmt.Sprint(i), Label: fmt.Sprint(i)})
	}

	var shown []string

	for _, button := range draw(m).Actions {
		if button.Mode == "" {
			shown = append(shown, button.Title)
		}
	}

	if want := []string{"0", "1", "2", "3", "4", "5"}; !slices.Equal(shown, want) {
		t.Errorf("the buttons %v show, want %v", shown, want)
	}
}

func TestInWords(t *testing.T) {
	m := messages()["page"]
	m.Summary = ""

	want := "E-142 · Ms Kovac is waiting on the line\nMaria Silva asks you to take over. Waiting since 12:00 UTC.\nCustomer: Ms Kovac, K-2231\nHeat: 4 of 5\n"
	if got := summary(m); !strings.HasPrefix(got, want) {
		t.Errorf("summary(page without one) = %q, want it to begin %q", got, want)
	}

	if got := inWords(m, 20); utf8.RuneCountInString(got) != 20 {
		t.Errorf("inWords(page, 20) = %q, want 20 characters", got)
	}

	if got, want := inWords(*chat.Notice("Taken at %v.", noon), 100), "Taken at 12:00 UTC."; got != want {
		t.Errorf("inWords(notice) = %q, want %q", got, want)
	}
}

func TestShortened(t *testing.T) {
	short := shortened(messages()["page"])
	if len(short.Parts) != 2 || len(short.Choices) != 3 || short.Title == "" {
		t.Errorf("shortened(page) = %+v, want title, paragraph, facts and choices", short)
	}
}

func TestClosed(t *testing.T) {
	closed := drawClosed("Sent.")
	lint(t, closed)

	if got := read(closed); got != "Sent." {
		t.Errorf("drawClosed is read %q, want %q", got, "Sent.")
	}
}

func FuzzDraw(f *testing.F) {
	f.Add(nasty, "x", int64(1795435200), 3)
	f.Add("", "", int64(0), 0)
	f.Add(strings.Repeat("&*", 5000), "\xff\xfe", int64(-5), 60)
	f.Add(strings.Repeat("😀\n- ", 3000), "{{TIME(2026-11-23T12:00:00Z)}}", int64(1)<<40, 1)
	f.Fuzz(func(t *testing.T, a, b string, unix int64, n int) {
		n = min(max(n, 0), 12)
		at := time.Unix(unix, 0).UTC()
		text := chat.Text{{Text: a}, {At: at}, {Text: b, Strong: true}, {At: at, Form: chat.DayTime}}
		m := chat.Message{Title: a, Summary: b}

		for i := range n {
			choice := chat.Choice{
				Action: a, Value: b, Label: b + a, Spoken: a, Weight: chat.Weight(i % 3), Opens: i%2 == 0,
				Confirm: &chat.Confirm{Title: a, Text: b, Yes: a, No: b},
			}
			m.Choices = append(m.Choices, choice)
			m.Parts = append(m.Parts, chat.Paragraph{Text: text}, chat.Facts{{Label: b, Value: text}, {Label: a, Value: chat.Plain(b)}},
				chat.Quote{Label: b, Text: a}, chat.Advice{Label: a, Text: text}, chat.Small{Text: text}, chat.Rule{}, chat.Buttons{choice, choice})
		}

		lint(t, draw(m))
		lint(t, draw(shortened(m)))

		if said := inWords(m, 1000); said == "" || utf8.RuneCountInString(said) > 1000 {
			t.Errorf("inWords = %q, want 1 to 1,000 characters", said)
		}
	})
}
