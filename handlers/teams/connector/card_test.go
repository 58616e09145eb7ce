package connector_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

func TestValidateCard(t *testing.T) {
	const (
		text    = `{"type":"TextBlock","text":"hi"}`
		execute = `{"type":"Action.Execute","title":"Take it","verb":"take","data":{"a":1},"fallback":{"type":"Action.Submit","title":"Take it","data":{"a":1}}}`
	)
	open := func(n int, mode string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`{"type":"Action.OpenUrl","title":"%d","url":"https://x.example"%s}`, i, mode))
		}
		return strings.Join(all, ",")
	}
	for _, test := range []struct {
		name, card, want string // want is in one of the problems, "" for none
	}{
		{"good", card(text, execute), ""},
		{"everything", card(everything, execute), ""},
		{"no JSON", `hello`, "no JSON object"},
		{"an old version", `{"type":"AdaptiveCard","version":"1.2","body":[]}`, "version"},
		{"no version", `{"type":"AdaptiveCard","body":[]}`, "version"},
		{"another type", `{"type":"Card","version":"1.5","body":[]}`, `"Card" is none of`},
		{"an unknown element", card(`{"type":"TextBlok","text":"hi"}`, ""), `"TextBlok" is not known`},
		{"an element without a type", card(`{"text":"hi"}`, ""), `"" is not known`},
		{"an unknown member", card(`{"type":"TextBlock","text":"hi","bold":true}`, ""), "bold that is not known"},
		{"a missing text", card(`{"type":"TextBlock"}`, ""), "TextBlock has no text"},
		{"a wrong value", card(`{"type":"TextBlock","text":"hi","size":"huge"}`, ""), `"huge" is none of`},
		{"a wrong kind of value", card(`{"type":"TextBlock","text":"hi","wrap":"true"}`, ""), "neither true nor false"},
		{"a null", card(`{"type":"TextBlock","text":"hi","id":null}`, ""), "id is null"},
		{"a fact in the body", card(`{"type":"Fact","title":"a","value":"b"}`, ""), "does not belong here"},
		{"an action in the body", card(execute, ""), "does not belong here"},
		{"text among the actions", card("", text), "does not belong here"},
		{"media", card(`{"type":"Media","sources":[]}`, ""), `"Media" is not known`},
		{"two inputs of one name", card(`{"type":"Input.Text","id":"a"},{"type":"Input.Text","id":"a"}`, ""), "is taken by"},
		{"an input of a name deep down", card(`{"type":"Input.Text","id":"a"},{"type":"Container","items":[{"type":"Input.Date","id":"a"}]}`, ""), "is taken by"},
		{"an input without a name", card(`{"type":"Input.Text"}`, ""), "Input.Text has no id"},
		{"a required input without words", card(`{"type":"Input.Text","id":"a","label":"A","isRequired":true}`, ""), "no errorMessage"},
		{"a required input without a label", card(`{"type":"Input.Text","id":"a","errorMessage":"!","isRequired":true}`, ""), "no label"},
		{"no fallback", card("", `{"type":"Action.Execute","title":"Take it"}`), "no Action.Submit as its fallback"},
		{"a fallback that drops it", card("", `{"type":"Action.Execute","title":"Take it","fallback":"drop"}`), "no Action.Submit as its fallback"},
		{"a bad fallback", card("", strings.Replace(execute, `"Action.Submit"`, `"Action.Submit","verb":"x"`, 1)), "verb that is not known"},
		{"data that is text", card("", `{"type":"Action.Submit","title":"Send","data":"x"}`), "it is no object"},
		{"a strange msteams", card("", `{"type":"Action.Submit","title":"Send","data":{"msteams":{"type":"task/open"}}}`), `the type "task/open"`},
		{"isEnabled", card("", `{"type":"Action.Submit","title":"Send","isEnabled":false}`), "isEnabled that is not known"},
		{"a title of two lines", card("", `{"type":"Action.Submit","title":"Send\nit"}`), "more than a line"},
		{"no title", card("", `{"type":"Action.Submit"}`), "has no title"},
		{"six buttons", card("", open(6, "")), ""},
		{"seven buttons", card("", open(7, "")), "7 buttons show at once"},
		{"more that hide", card("", open(6, "")+","+open(6, `,"mode":"secondary"`)), ""},
		{"seven in a set", card(`{"type":"ActionSet","actions":[`+open(7, "")+`]}`, ""), "7 buttons show at once"},
		{"a question", card("", `{"type":"Action.ShowCard","title":"Close","card":{"type":"AdaptiveCard","body":[`+text+`],"actions":[`+execute+`]}}`), ""},
		{"a bad question", card("", `{"type":"Action.ShowCard","title":"Close","card":{"type":"AdaptiveCard","body":[{"type":"X"}]}}`), `"X" is not known`},
		{"too large", card(`{"type":"TextBlock","text":"`+strings.Repeat("x", 41_000)+`"}`, ""), "bytes of UTF-16"},
		{"not too large", card(`{"type":"TextBlock","text":"`+strings.Repeat("x", 40_000)+`"}`, ""), ""},
	} {
		problems := connector.ValidateCard(json.RawMessage(test.card))
		if test.want == "" && len(problems) > 0 || test.want != "" && !strings.Contains(strings.Join(problems, "; "), test.want) {
			t.Errorf("ValidateCard, %s = %q, want %q", test.name, problems, test.want)
		}
	}
}

// everything is a body with some of all there is.
const everything = `
{"type":"TextBlock","text":"**Page** for [you](https://x.example), \\*not\\* this_or_that","size":"Large","weight":"Bolder","wrap":true},
{"type":"RichTextBlock","inlines":["At ",{"type":"TextRun","text":"{{DATE(2026-11-23T14:03:00Z, SHORT)}}, {{TIME(2026-11-23T14:03:00Z)}}"},{"type":"TextRun","text":" **literal**","weight":"bolder"}]},
{"type":"FactSet","facts":[{"title":"Heat:","value":"4 of 5"}]},
{"type":"Container","style":"emphasis","separator":true,"items":[{"type":"TextBlock","text":"in a box"}]},
{"type":"TextBlock","text":"unseen","isVisible":false},
{"type":"ColumnSet","columns":[{"type":"Column","width":"stretch","items":[{"type":"TextBlock","text":"left"}]},{"width":"auto","items":[{"type":"TextBlock","text":"right"}]}]},
{"type":"Image","url":"https://x.example/a.png","altText":"a chart"},
{"type":"Table","columns":[{"width":1}],"rows":[{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"cell"}]}]}]},
{"type":"Input.Text","id":"t","label":"Note","value":"so far","maxLength":20},
{"type":"Input.ChoiceSet","id":"c","label":"Why","isRequired":true,"errorMessage":"Choose one.","value":"b","choices":[{"title":"Angry","value":"a"},{"title":"Sad","value":"b"}]},
{"type":"Input.Toggle","id":"g","title":"Told them"},
{"type":"ActionSet","actions":[{"type":"Action.OpenUrl","title":"Open","url":"https://x.example"}]}`

func TestRender(t *testing.T) {
	got := connector.Render(json.RawMessage(card(everything, `{"type":"Action.Submit","title":"Send"},{"type":"Action.Submit","title":"Leave"}`)))
	want := strings.TrimSpace(`
Page for you, *not* this_or_that
At Mon 23 Nov, 14:03 UTC **literal**
Heat: 4 of 5
in a box
left | right
(image: a chart)
cell
Note: so far
Why: Sad
  (Angry | Sad)
Told them: false
[Open]
[Send] [Leave]`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Render (-want +got):\n%s", diff)
	}
}

// FuzzCard looks for cards that can't be looked at, whether they are in order
// or not: an app may send anything.
func FuzzCard(f *testing.F) {
	f.Add(card(everything, take+","+ask+","+form))
	f.Add(card(inputs, `{"type":"Action.ShowCard","title":"x","card":{"body":[{"type":"Input.Time"}]}}`))
	f.Add(`{"body":[{"type":"Input.Date"},{"type":"Input.Time"},{"columns":[[]]}],"actions":[1]}`)
	f.Fuzz(func(t *testing.T, card string) {
		first, second := connector.ValidateCard(json.RawMessage(card)), connector.ValidateCard(json.RawMessage(card))
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("ValidateCard differs from one time to the next (-first +second):\n%s", diff)
		}
		connector.Render(json.RawMessage(card))
	})
}
