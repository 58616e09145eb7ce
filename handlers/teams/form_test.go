package teams

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
)

const lee = "0000aaaa-1111-2222-3333-44445555ccCC"

func escalateForm() chat.Form {
	return chat.Form{
		ID: "escalate", Title: "Ask for help", Submit: "Page now", Cancel: "Not now", State: `{"draft":7}`,
		Intro: []chat.Part{chat.Paragraph{Text: chat.Line("Only the first two are needed by %v.", noon)}},
		Fields: []chat.Field{
			{ID: "customer", Kind: chat.LineField, Label: "Customer", Example: "Ms Kovac, K-2231", Required: true, Max: 20},
			{ID: "what", Kind: chat.ParagraphField, Label: "What happened", Hint: "As read back to the customer.", Initial: []string{"she <shouts>"}},
			{ID: "help", Kind: chat.ChoiceField, Label: "Kind of help", Redraws: true, Required: true, Initial: []string{"join"}, Options: []chat.Option{
				{Value: "take_over", Label: "Take over"}, {Value: "join", Label: "Join us"}, {Value: "advise", Label: "Advise me"},
			}},
			{ID: "reason", Kind: chat.ChoiceField, Label: "Reason", Example: "Choose one", Options: many(12)},
			{ID: "signs", Kind: chat.ChoicesField, Label: "Signs noticed", Options: append(many(3), chat.Option{Value: "a,b%2C", Label: "Odd"}), Initial: []string{"v2", "v9", "a,b%2C"}},
			{ID: "when", Kind: chat.MomentField, Label: "Call back at", Initial: []string{noon.Format(time.RFC3339)}},
			{ID: "amount", Kind: chat.NumberField, Label: "Amount", Initial: []string{"80.50"}},
			{ID: "who", Kind: chat.PersonField, Label: "Hand to", Options: []chat.Option{{Value: "slack:U0DANA", Label: "Dana"}}, Initial: []string{"slack:U0DANA"}},
		},
	}
}

func many(n int) []chat.Option {
	options := make([]chat.Option, n)
	for i := range options {
		options[i] = chat.Option{Value: fmt.Sprintf("v%d", i), Label: fmt.Sprintf("Option %d", i)}
	}

	return options
}

func forms() map[string]chat.Form {
	return map[string]chat.Form{
		"escalate": escalateForm(),
		"nasty": {
			ID: nasty, Title: nasty, Submit: nasty, Cancel: nasty, State: nasty,
			Intro: []chat.Part{chat.Quote{Label: nasty, Text: nasty}, chat.Buttons{{Action: "a", Label: "no place here"}}},
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

func TestDrawnForms(t *testing.T) {
	for name, f := range forms() {
		for _, inline := range []bool{true, false} {
			s := newSheet("1", f, "Europe/London", inline)
			lint(t, drawSheet(s, nil, nil, ""))
			lint(t, drawSheet(s, chat.Values{"who": {nasty}, "when": {nasty}}, chat.Problems{"": nasty, "when": nasty, "choice": nasty}, nasty))

			if c := drawSheet(s, nil, nil, ""); inline != slices.ContainsFunc(c.Actions, func(a action) bool { return a.Verb == doCancel }) {
				t.Errorf("%s, in a message: %v, has the buttons %+v, want one to leave it only there", name, inline, c.Actions)
			}
		}
	}
}

func TestFormAsItIsRead(t *testing.T) {
	s := newSheet("1", escalateForm(), "Europe/London", true)
	got := read(drawSheet(s, nil, chat.Problems{"customer": "Who is it?", "gone": "That took too long."}, "This choice asks for more."))

	for _, want := range []string{
		"Ask for help\nThis choice asks for more.\nNot sent yet: please look at what is marked below.\nThat took too long.\nOnly the first two are needed by 12:00 UTC.\nNeeded: Customer\n",
		"Who is it?\n", "As read back to the customer.\n", "[Page now] [Show what this needs] [Not now]",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the form is read\n%s\nwant it to have\n%s", got, want)
		}
	}
}

// inputsOf are the fields of a card by id, in which columns are seen through.
func inputsOf(elements []element) map[string]element {
	found := map[string]element{}

	for _, e := range elements {
		if strings.HasPrefix(e.Type, "Input.") {
			found[strings.TrimPrefix(e.ID, inputPrefix)] = e
		}

		maps.Copy(found, inputsOf(e.Items))
		maps.Copy(found, inputsOf(e.Columns))
	}

	return found
}

func TestInputs(t *testing.T) {
	f := escalateForm()
	inputs := inputsOf(drawSheet(newSheet("1", f, "America/New_York", false), nil, nil, "").Body)

	for id, want := range map[string]element{
		"customer":  {Type: "Input.Text", Placeholder: "Ms Kovac, K-2231", Max: 20},
		"what":      {Type: "Input.Text", Value: "she <shouts>", Max: maxAnswer, Multiline: true},
		"help":      {Type: "Input.ChoiceSet", Style: "expanded", Value: "join"},
		"reason":    {Type: "Input.ChoiceSet", Style: "compact", Placeholder: "Choose one"},
		"signs":     {Type: "Input.ChoiceSet", Style: "expanded", Value: "v2,a%2Cb%252C", Multi: true},
		"when:date": {Type: "Input.Date", Value: "2026-11-23", Label: "Call back at"},
		"when:time": {Type: "Input.Time", Value: "07:00", Label: "Time (New York)"},
		"amount":    {Type: "Input.Text", Value: "80.50", Max: 42},
		"who":       {Type: "Input.ChoiceSet", Style: "filtered", Value: "slack:U0DANA"},
	} {
		got := inputs[id]
		got.ID, got.Choices, got.Data, got.Regex, got.Mistake, got.Wrap, got.Spacing = "", nil, nil, "", "", false, ""

		if want.Label == "" {
			got.Label = ""
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the input %s (-want +got):\n%s", id, diff)
		}
	}

	// Teams checks what is required, but in a form that is drawn anew on the way.
	f.Fields[2].Redraws = false
	if inputs = inputsOf(drawSheet(newSheet("1", f, "", false), nil, nil, "").Body); !inputs["customer"].Required || inputs["customer"].Mistake == "" {
		t.Errorf("the input customer = %+v, want it required", inputs["customer"])
	}
}

// filledIn is what comes back from a form: what its button sends, and inputs.
func filledIn(t testing.TB, button action, inputs map[string]any) json.RawMessage {
	t.Helper()

	sent, err := json.Marshal(button.Data)
	if err != nil {
		t.Fatal(err)
	}

	data := map[string]any{}
	if err := json.Unmarshal(sent, &data); err != nil {
		t.Fatal(err)
	}

	maps.Copy(data, inputs)

	back, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}

	return back
}

func TestAnswers(t *testing.T) {
	drawn := drawSheet(newSheet("7", escalateForm(), "America/New_York", false), nil, nil, "")

	for name, c := range map[string]struct {
		inputs   map[string]any
		values   chat.Values
		problems []string
	}{
		"all": {
			map[string]any{
				"in:customer": "Ms Kovac", "in:what": "two\nlines", "in:help": "join", "in:reason": "v11", "in:signs": "a%2Cb%252C,v1",
				"in:when:date": "2026-11-24", "in:when:time": "14:30", "in:amount": "80.50", "in:who": lee,
			},
			chat.Values{
				"customer": {"Ms Kovac"}, "what": {"two\nlines"}, "help": {"join"}, "reason": {"v11"}, "signs": {"v1", "a,b%2C"},
				"when": {"2026-11-24T19:30:00Z"}, "amount": {"80.50"}, "who": {"teams:" + strings.ToLower(lee)},
			}, nil,
		},
		"nothing": {nil, chat.Values{}, []string{"customer", "help"}},
		"blanks and nulls": {
			map[string]any{"in:customer": " \n", "in:help": nil, "in:what": []string{"x"}, "in:amount": map[string]any{}},
			chat.Values{"customer": {" \n"}}, []string{"help"}, // the bot says what it makes of blanks
		},
		"what was not offered": {
			map[string]any{"in:customer": strings.Repeat("ä", 30), "in:help": "withdraw", "in:signs": "v1,v7,v1", "in:who": "slack:U0EVE", "in:evil": "x", "customer": "x"},
			chat.Values{"customer": {strings.Repeat("ä", 20)}, "signs": {"v1"}}, []string{"help"},
		},
		"numbers and booleans": {
			map[string]any{"in:customer": 7, "in:what": true, "in:help": "join", "in:amount": 80.5, "in:when:date": "2026-07-01", "in:when:time": "14:30:00"},
			chat.Values{"customer": {"7"}, "what": {"true"}, "help": {"join"}, "amount": {"80.5"}, "when": {"2026-07-01T18:30:00Z"}}, nil,
		},
		"halves": {
			map[string]any{"in:customer": "x", "in:help": "join", "in:when:date": "2026-11-24", "in:amount": "1,000"},
			chat.Values{"customer": {"x"}, "help": {"join"}, "when": {"2026-11-24"}, "amount": {"1,000"}}, []string{"amount", "when"},
		},
		"a comma, and a time alone": {
			map[string]any{"in:customer": "x", "in:help": "join", "in:when:time": "14:30", "in:amount": " 80,5 ", "in:who": "slack:U0DANA"},
			chat.Values{"customer": {"x"}, "help": {"join"}, "when": {"14:30"}, "amount": {"80.5"}, "who": {"slack:U0DANA"}}, []string{"when"},
		},
		"no moment": {
			map[string]any{"in:customer": "x", "in:help": "join", "in:when:date": "soon", "in:when:time": "later", "in:amount": "1e21"},
			chat.Values{"customer": {"x"}, "help": {"join"}, "amount": {"1e21"}}, []string{"amount", "when"},
		},
	} {
		in, ok := readSheet(filledIn(t, drawn.Actions[0], c.inputs))
		if !ok || in.Do != doSubmit || in.Sheet.ID != "7" || in.Sheet.Form.State != `{"draft":7}` {
			t.Fatalf("%s: readSheet = %+v, %v, want the sheet", name, in, ok)
		}

		if diff := cmp.Diff(c.values, in.Values); diff != "" {
			t.Errorf("%s: the values (-want +got):\n%s", name, diff)
		}

		if got := slices.Sorted(maps.Keys(in.Problems)); !slices.Equal(got, c.problems) {
			t.Errorf("%s: problems at %v, want %v", name, got, c.problems)
		}
	}
}

// What was typed stands in the form that is drawn again.
func TestDrawnAgain(t *testing.T) {
	drawn := drawSheet(newSheet("7", escalateForm(), "America/New_York", true), nil, nil, "")

	typed := map[string]any{"in:customer": "Ms Kovac", "in:amount": "8o", "in:help": "advise", "in:signs": "a%2Cb%252C", "in:when:date": "2026-11-24", "in:who": lee}

	in, ok := readSheet(filledIn(t, *drawn.Actions[0].Fallback, typed))
	if !ok {
		t.Fatal("readSheet = false, want the form")
	}

	inputs := inputsOf(drawSheet(in.Sheet, in.Values, in.Problems, "").Body)
	for id, want := range map[string]string{
		"customer": "Ms Kovac", "what": "", "help": "advise", "signs": "a%2Cb%252C", "when:date": "2026-11-24", "when:time": "", "amount": "8o", "who": strings.ToLower(lee),
	} {
		if got := inputs[id].Value; got != want {
			t.Errorf("the input %s has %q, want %q as it was typed", id, got, want)
		}
	}
}

func TestFormsDrawnAnew(t *testing.T) {
	drawn := drawSheet(newSheet("7", escalateForm(), "", false), nil, nil, "")

	if len(drawn.Actions) != 2 || drawn.Actions[1].Title != showMore {
		t.Fatalf("the form has the buttons %+v, want one that sends and one that redraws it", drawn.Actions)
	}

	in, ok := readSheet(filledIn(t, drawn.Actions[1], map[string]any{"in:help": "advise", "in:customer": "x"}))
	if !ok || in.Do != doRedraw || in.changed() != "help" {
		t.Fatalf("readSheet = %+v, %v, want it redrawn, since help changed", in, ok)
	}

	if in.Values["help"] = []string{"join"}; in.changed() != "" {
		t.Errorf("changed() = %q, want nothing where the answer is the first one", in.changed())
	}

	next := escalateForm()
	next.Fields = append(next.Fields[:1], chat.Field{ID: "new", Initial: []string{"first"}}, chat.Field{ID: "what", Initial: []string{"emptied"}})

	if needsMore(next, in.Sheet.Form) {
		t.Error("needsMore = true, want false: what is new can be left empty")
	}

	needs := next
	needs.Fields = append(slices.Clone(next.Fields), chat.Field{ID: "why", Required: true})

	if !needsMore(needs, in.Sheet.Form) || needsMore(needs, needs) {
		t.Error("needsMore tells no field that has to be filled, or one that is there already")
	}

	in.Shown = chat.Values{"customer": {"x…"}, "help": {"join"}} // what was written may not be shown as it is

	if diff := cmp.Diff(chat.Values{"customer": {"x…"}, "new": {"first"}}, in.onto(next)); diff != "" {
		t.Errorf("onto the next form (-want +got):\n%s", diff)
	}

	// Drawn with another answer, it is that one which tells a change.
	again := drawSheet(in.Sheet, chat.Values{"help": {"advise"}}, nil, "")
	if back, ok := readSheet(filledIn(t, again.Actions[0], map[string]any{"in:help": "advise"})); !ok || back.changed() != "" {
		t.Errorf("changed() = %q, want nothing", back.changed())
	}
}

func TestSubmissionsAreTold(t *testing.T) {
	in := filled{Sheet: newSheet("7", escalateForm(), "", false), Values: chat.Values{"a": {"1"}, "b": {"2"}}}
	one := in.submission("teams:1")

	if one.Form != "escalate" || one.State != `{"draft":7}` || one.Who != "teams:1" {
		t.Errorf("submission = %+v, want the form's own", one)
	}

	same := filled{Sheet: in.Sheet, Values: chat.Values{"b": {"2"}, "a": {"1"}}}
	other := filled{Sheet: in.Sheet, Values: chat.Values{"b": {"2"}, "a": {"3"}}}

	if same.submission("teams:1").ID != one.ID || other.submission("teams:1").ID == one.ID {
		t.Errorf("the ids %q, %q, %q, want the first two the same and the last another", one.ID, same.submission("").ID, other.submission("").ID)
	}
}

// A form that is much too large still fits, with all its fields.
func TestLargeForm(t *testing.T) {
	f := chat.Form{ID: "large", State: strings.Repeat("s", 2000), Intro: []chat.Part{chat.Quote{Text: strings.Repeat("w", 9000)}}}
	for i := range 20 {
		f.Fields = append(f.Fields, chat.Field{
			ID: fmt.Sprint(i), Kind: chat.ChoiceField, Label: strings.Repeat("label ", 8), Redraws: i == 0, Options: many(100), Initial: []string{"v99"},
		})
	}

	drawn := drawSheet(newSheet("1", f, "", true), nil, nil, "")
	lint(t, drawn)

	if inputs := inputsOf(drawn.Body); len(inputs) != 20 || inputs["3"].Value != "v99" {
		t.Errorf("the form has %d fields and %q in one, want 20 and what stood there", len(inputs), inputs["3"].Value)
	}
}

func TestSheetsTravel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := sheet{
			ID: rapid.String().Draw(t, "id"), Zone: rapid.String().Draw(t, "zone"), Inline: rapid.Bool().Draw(t, "inline"),
			Form: chat.Form{
				ID: rapid.String().Draw(t, "form"), Title: rapid.String().Draw(t, "title"), State: rapid.String().Draw(t, "state"),
				Submit: rapid.String().Draw(t, "submit"), Cancel: rapid.String().Draw(t, "cancel"),
				Intro:  rapid.SliceOfN(rapid.Custom(anyPart), 1, 5).Draw(t, "intro"),
				Fields: rapid.SliceOfN(rapid.Custom(anyField), 1, 5).Draw(t, "fields"),
			},
		}

		kept, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}

		var got sheet
		if err := json.Unmarshal(kept, &got); err != nil {
			t.Fatalf("%s does not come back: %v", kept, err)
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("a sheet travels (-want +got):\n%s", diff)
		}
	})
}

func anyText(t *rapid.T) chat.Text {
	var text chat.Text
	for range rapid.IntRange(1, 3).Draw(t, "spans") {
		span := chat.Span{Strong: rapid.Bool().Draw(t, "strong"), To: rapid.SampledFrom([]string{"", "https://x.example/?a=1"}).Draw(t, "to")}
		if rapid.Bool().Draw(t, "instant") {
			span.At = time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "at"), 0).UTC()
			span.Form = chat.TimeForm(rapid.IntRange(0, 2).Draw(t, "form"))
		} else {
			span.Text = rapid.String().Draw(t, "text")
		}

		text = append(text, span)
	}

	return text
}

func anyPart(t *rapid.T) chat.Part {
	switch rapid.IntRange(0, 5).Draw(t, "part") {
	case 0:
		return chat.Paragraph{Text: anyText(t)}
	case 1:
		return chat.Facts{{Label: rapid.String().Draw(t, "label"), Value: anyText(t)}}
	case 2:
		return chat.Quote{Label: rapid.String().Draw(t, "label"), Text: rapid.String().Draw(t, "words")}
	case 3:
		return chat.Advice{Label: rapid.String().Draw(t, "label"), Text: anyText(t)}
	case 4:
		return chat.Small{Text: anyText(t)}
	default:
		return chat.Rule{}
	}
}

func anyField(t *rapid.T) chat.Field {
	return chat.Field{
		ID: rapid.String().Draw(t, "id"), Kind: chat.FieldKind(rapid.IntRange(0, 6).Draw(t, "kind")), Label: rapid.String().Draw(t, "label"),
		Hint: rapid.String().Draw(t, "hint"), Example: rapid.String().Draw(t, "example"), Max: rapid.IntRange(0, 99).Draw(t, "max"),
		Required: rapid.Bool().Draw(t, "required"), Redraws: rapid.Bool().Draw(t, "redraws"),
		Options: []chat.Option{{Value: rapid.String().Draw(t, "value"), Label: rapid.String().Draw(t, "option")}},
		Initial: []string{rapid.String().Draw(t, "initial")},
	}
}

// sheetData is what comes back from a form whose sheet holds plain JSON.
func sheetData(plain, do string) string {
	return fmt.Sprintf(`{"fb":{"sheet":%q,"do":%q,"field":"a"}}`, pack([]byte(plain)), do)
}

func TestGarbageIsNoSheet(t *testing.T) {
	for _, data := range []string{
		``, `null`, `[]`, `"x"`, `{}`, `{"fb":null}`, `{"fb":{}}`, `{"fb":{"sheet":null,"do":"submit"}}`, `{"fb":{"sheet":7,"do":"submit"}}`,
		`{"fb":{"sheet":"","do":"submit"}}`, `{"fb":{"sheet":"AAAA","do":"submit"}}`, `{"fb":{"action":"take"}}`,
		sheetData(`{}`, ""), sheetData(`{}`, "own"), sheetData(`{"q":[{"k":99}]}`, doSubmit), sheetData(`{"p":[{"k":"z"}]}`, doSubmit),
		sheetData(`{}`+strings.Repeat(" ", maxSheet), doSubmit), sheetData(`[]`, doSubmit), sheetData(``, doSubmit),
	} {
		if in, ok := readSheet(json.RawMessage(data)); ok {
			t.Errorf("readSheet(%s) = %+v, want nothing", data, in)
		}
	}

	for _, data := range []string{``, `{}`, `{"fb":{"value":"x"}}`, `{"fb":{"action":7}}`, strings.Replace(sheetData(`{}`, doSubmit), `"field":`, `"action":`, 1), `{"action":"take"}`} {
		if of, ok := readClick(json.RawMessage(data)); ok {
			t.Errorf("readClick(%s) = %+v, want nothing", data, of)
		}
	}
}

// A form that was made up to keep the bot busy is cut to what a real one can be.
func TestMadeUpForm(t *testing.T) {
	options := strings.Repeat(`["v","l"],`, 1000)
	var fields strings.Builder
	fields.WriteString(strings.Repeat(`{"i":"a","k":3,"o":[`+options+`["w","l"]]},`, 20) + strings.Repeat(`{"i":"b"},{"i":"c"},`, 100))

	for i := range 2 * maxFields {
		fmt.Fprintf(&fields, `{"i":"d%d"},`, i)
	}

	in, ok := readSheet(encode(map[string]any{
		"fb":   map[string]any{"sheet": pack([]byte(`{"q":[` + fields.String() + `{"i":"z"}]}`)), "do": doSubmit},
		"in:a": "w" + strings.Repeat(",x", 400_000), "in:b": "said",
	}))
	if !ok {
		t.Fatal("the form can't be read")
	}

	if got := in.Sheet.Form.Fields; len(got) != maxFields || len(got[0].Options) != 2 {
		t.Errorf("there are %d fields, want %d, the first with two answers", len(got), maxFields)
	}

	if diff := cmp.Diff(chat.Values{"a": {"w"}, "b": {"said"}}, in.Values); diff != "" {
		t.Errorf("the values (-want +got):\n%s", diff)
	}
}

// FuzzCardValues reads whatever comes back from a card, and draws the form in it
// again.
func FuzzCardValues(f *testing.F) {
	for _, inline := range []bool{true, false} {
		drawn := drawSheet(newSheet("7", escalateForm(), "Europe/Berlin", inline), nil, nil, "")
		f.Add([]byte(filledIn(f, drawn.Actions[0], map[string]any{"in:customer": nasty, "in:when:date": "2026-11-24", "in:help": "x", "in:amount": 1e21})))
	}

	f.Add([]byte(`{"fb":{"action":"take","value":"E-1"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, ok := readClick(data); ok {
			if _, both := readSheet(data); both {
				t.Errorf("%q is a click and a form, want one of them", data)
			}
		}

		in, ok := readSheet(data)
		if !ok {
			return
		}

		if len(data) < 20_000 { // what we draw is never larger
			lint(t, drawSheet(in.Sheet, in.Values, in.Problems, "Look again."))
		}
	})
}

// FuzzSheet reads whatever a sheet may hold, with answers, and draws it again.
func FuzzSheet(f *testing.F) {
	f.Add(`{"z":"../x","q":[{"k":4,"i":"a"},{"k":6,"r":true}],"p":[{"k":"f","f":[{"t":[{"a":-9223372036854775808}]}]}]}`, "9999-12-31", "25:00")
	f.Add(`{"n":true,"q":[{"i":"a","k":3,"o":[["x,y","l"],["%","*a* *b*"]]}]}`, "x%2Cy,%25", "")
	f.Fuzz(func(t *testing.T, plain, one, two string) {
		data, err := json.Marshal(map[string]any{
			"fb": map[string]any{"sheet": pack([]byte(plain)), "do": doSubmit}, "in:a": one, "in:a:date": one, "in:a:time": two,
		})
		if err != nil {
			t.Fatal(err)
		}

		in, ok := readSheet(data)
		if !ok || len(plain) > 10_000 { // what we draw is never larger
			return
		}

		lint(t, drawSheet(in.Sheet, in.Values, in.Problems, one))
	})
}

func FuzzDrawForm(f *testing.F) {
	f.Add(nasty, "x", 3)
	f.Add("", "", 200)
	f.Add(strings.Repeat("x", 4000), "2026-11-23T12:00:00Z", 12)
	f.Add("-", "-1.5.5", 6)
	f.Fuzz(func(t *testing.T, a, b string, n int) {
		n = min(max(n, 0), 60)

		form := chat.Form{ID: head(a, 50), Title: b, Submit: a, Cancel: b, State: head(a, 300), Intro: []chat.Part{chat.Paragraph{Text: chat.Plain(a)}, chat.Quote{Label: a, Text: b}}}
		for i := range n {
			form.Fields = append(form.Fields, chat.Field{
				ID: fmt.Sprint(head(b, 20), i), Kind: chat.FieldKind(i % 7), Label: head(a, 30), Hint: head(b, 30), Example: head(a, 30), Required: i%2 == 0, Redraws: i == 2,
				Max: n * i, Options: append(many(min(n, 8)), chat.Option{Value: head(a, 20), Label: head(b, 20)}), Initial: []string{b, a, "v1"},
			})
		}

		for _, inline := range []bool{true, false} {
			lint(t, drawSheet(newSheet("1", form, b, inline), nil, nil, a))
		}
	})
}
