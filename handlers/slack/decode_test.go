package slack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A field that was left empty has no entry, and one of an unknown shape does not
// spoil the others.
func TestValues(t *testing.T) {
	payload := []byte(`{"type":"view_submission","user":{"id":"U1","team":[7]},"view":{"id":"V1","callback_id":"open","state":{"values":{
		"blank":{"blank":{"type":"plain_text_input","value":" \n "}},
		"null":{"null":{"type":"plain_text_input","value":null}},
		"none":{"none":{"type":"static_select","selected_option":null}},
		"nobody":{"nobody":{"type":"users_select","selected_user":null}},
		"never":{"never":{"type":"datetimepicker","selected_date_time":null}},
		"empty":{"empty":{"type":"checkboxes","selected_options":[]}},
		"odd":{"odd":{"type":"x","value":{"a":1},"selected_option":"y"}},
		"when":{"when":{"type":"datetimepicker","selected_date_time":1795435200}},
		"words":{"words":{"type":"plain_text_input","value":" kept as typed "}}}}}}`)

	var i interaction
	if err := lenient(payload, &i); err != nil {
		t.Fatalf("lenient = %v, want nil", err)
	}

	want := chat.Values{"when": {"2026-11-23T12:00:00Z"}, "words": {" kept as typed "}}
	if diff := cmp.Diff(want, i.submission().Values); diff != "" {
		t.Errorf("Values (-want +got)\n%s", diff)
	}
}

// Whom Slack does not have stands in a menu of its own, and is the field's answer.
func TestSomebodyElsewhere(t *testing.T) {
	const dana = "teams:00000000-0000-4000-8000-0000000da1a1"

	field := chat.Field{ID: "who", Kind: chat.PersonField, Label: "Who calls", Required: true, Options: []chat.Option{
		{Value: "slack:U0LEE", Label: "Lee Chan"}, {Value: dana, Label: "Dana Reed"},
	}, Initial: []string{dana}}

	drawn := string(encode(drawForm(chat.Form{ID: "f", Title: "F", Fields: []chat.Field{field}})))
	for _, want := range []string{
		`"text":"Who calls, if they are not on Slack"`, `"block_id":"who~elsewhere"`, `"initial_option":{"text":{"type":"plain_text","text":"Dana Reed"`, `"value":"` + dana + `"`,
	} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the form is\n%s\nwant %s in it", drawn, want)
		}
	}

	if strings.Contains(drawn, "Lee Chan") || strings.Contains(drawn, `"optional":false`) {
		t.Errorf("the form is\n%s\nwant nobody of Slack's own list in it, and neither menu to be needed", drawn)
	}

	var i interaction
	if err := lenient([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"f","state":{"values":{
		"who":{"who":{"type":"users_select","selected_user":"U0LEE"}},
		"who~elsewhere":{"who~elsewhere":{"type":"static_select","selected_option":{"value":"`+dana+`"}}}}}}}`), &i); err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(chat.Values{"who": {dana}}, i.submission().Values); diff != "" {
		t.Errorf("Values (-want +got)\n%s", diff)
	}

	field.Options = field.Options[:1]
	if drawn := string(encode(drawForm(chat.Form{ID: "f", Title: "F", Fields: []chat.Field{field}}))); strings.Contains(drawn, "elsewhere") {
		t.Errorf("the form is\n%s\nwant no menu where all are on Slack", drawn)
	}
}

// A press without a trigger is told from others by its time.
func TestClickWithoutTrigger(t *testing.T) {
	i := interaction{User: named{"U1"}, Actions: []action{{ID: "take", TS: "17.5"}}}
	if click, ok := i.click(); !ok || click.ID != "17.5" {
		t.Errorf("click = %+v, want the id 17.5", click)
	}

	if _, ok := (interaction{User: named{"U1"}}).click(); ok {
		t.Error("click of nothing = true, want false")
	}
}
