package workspace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

func x(n int) string { return strings.Repeat("é", n) }

func plain(text string) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, text) }

func mrkdwn(text string) string { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, text) }

func button(more string) string {
	return `{"type":"button","text":` + plain("Take it") + more + `}`
}

func actions(elements ...string) string {
	return `{"type":"actions","elements":[` + strings.Join(elements, ",") + `]}`
}

func option(text, value string) string {
	return fmt.Sprintf(`{"text":%s,"value":%q}`, plain(text), value)
}

func options2(n int) string {
	var list []string
	for i := range n {
		list = append(list, option(fmt.Sprint("Option ", i), fmt.Sprint("v", i)))
	}
	return strings.Join(list, ",")
}

func selecting(n int, more string) string {
	return `{"type":"static_select","options":[` + options2(n) + `]` + more + `}`
}

func input(element string) string {
	return `{"type":"input","label":` + plain("Label") + `,"element":` + element + `}`
}

func section(text string) string { return `{"type":"section","text":` + text + `}` }

func rich(elements string) string { return `{"type":"rich_text","elements":[` + elements + `]}` }

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func TestValidateMessage(t *testing.T) {
	for _, test := range []struct {
		name   string
		blocks string // without the brackets
		want   string // the one problem; empty when valid
	}{
		{"nothing", "", ""},
		{"fifty", times(50, `{"type":"divider"}`), ""},
		{"fifty-one", times(51, `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"no type", `{}`, "missing required field: type [json-pointer:/blocks/0]"},
		{"unknown type", `{"type":"shout"}`, "unsupported type: shout [json-pointer:/blocks/0/type]"},
		{"no object", `"text"`, "must provide an object [json-pointer:/blocks/0]"},
		{"unknown member", `{"type":"divider","text":"x"}`, "invalid additional property: text [json-pointer:/blocks/0]"},
		{"block_id twice", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "`block_id` already exists for other element(s): a [json-pointer:/blocks/1/block_id]"},
		{"block_id", `{"type":"divider","block_id":"` + x(255) + `"}`, ""},
		{"long block_id", `{"type":"divider","block_id":"` + x(256) + `"}`, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},

		{"section", section(mrkdwn(x(3000))), ""},
		{"long section", section(mrkdwn(x(3001))), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"empty section", section(mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"section of nothing", `{"type":"section"}`, "missing required field: text or fields [json-pointer:/blocks/0]"},
		{"text without a type", section(`{"text":"x"}`), "must be one of plain_text, mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"emoji in mrkdwn", section(`{"type":"mrkdwn","text":"x","emoji":true}`), "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
		{"emoji in plain text", section(`{"type":"plain_text","text":"x","emoji":true}`), ""},
		{"verbatim", section(`{"type":"mrkdwn","text":"x","verbatim":true}`), ""},
		{"fields", `{"type":"section","fields":[` + times(5, mrkdwn(x(2000))) + `]}`, ""},
		{"eleven fields", `{"type":"section","fields":[` + times(11, mrkdwn("x")) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"long field", `{"type":"section","fields":[` + mrkdwn(x(2001)) + `]}`, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},
		{"accessory", `{"type":"section","text":` + mrkdwn("x") + `,"accessory":` + button("") + `}`, ""},
		{"input as accessory", `{"type":"section","text":` + mrkdwn("x") + `,"accessory":{"type":"plain_text_input"}}`, "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"},

		{"header", `{"type":"header","text":` + plain(x(150)) + `}`, ""},
		{"long header", `{"type":"header","text":` + plain(x(151)) + `}`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"mrkdwn header", `{"type":"header","text":` + mrkdwn("x") + `}`, "must be one of plain_text [json-pointer:/blocks/0/text/type]"},
		{"image", `{"type":"image","image_url":"https://x.example","alt_text":"x"}`, ""},
		{"image without words", `{"type":"image","image_url":"https://x.example"}`, "missing required field: alt_text [json-pointer:/blocks/0]"},
		{"image without a source", `{"type":"image","alt_text":"x"}`, "must have one of image_url and slack_file [json-pointer:/blocks/0]"},
		{"context", `{"type":"context","elements":[` + times(10, mrkdwn("x")) + `]}`, ""},
		{"eleven in a context", `{"type":"context","elements":[` + times(11, mrkdwn("x")) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		{"empty context", `{"type":"context","elements":[]}`, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"},
		{"button in a context", `{"type":"context","elements":[` + button("") + `]}`, "must be one of plain_text, mrkdwn [json-pointer:/blocks/0/elements/0/type]"},

		{"buttons", actions(times(25, button(""))), ""},
		{"26 buttons", actions(times(26, button(""))), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		{"action_id twice", actions(button(`,"action_id":"a"`), button(`,"action_id":"a"`)), "`action_id` already exists for other element(s): a [json-pointer:/blocks/0/elements/1/action_id]"},
		{"action_id in two blocks", actions(button(`,"action_id":"a"`)) + "," + actions(button(`,"action_id":"a"`)), ""},
		{"long button", actions(`{"type":"button","text":` + plain(x(76)) + `}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{"mrkdwn button", actions(`{"type":"button","text":` + mrkdwn("x") + `}`), "must be one of plain_text [json-pointer:/blocks/0/elements/0/text/type]"},
		{"style", actions(button(`,"style":"danger"`)), ""},
		{"odd style", actions(button(`,"style":"loud"`)), "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]"},
		{"long value", actions(button(`,"value":"` + x(2001) + `"`)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
		{"odd url", actions(button(`,"url":"javascript:x"`)), "must be a URL [json-pointer:/blocks/0/elements/0/url]"},
		{"spoken label", actions(button(`,"accessibility_label":"` + x(75) + `"`)), ""},
		{"long spoken label", actions(button(`,"accessibility_label":"` + x(76) + `"`)), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/accessibility_label]"},
		{"confirm", actions(button(`,"confirm":{"title":` + plain(x(100)) + `,"text":` + plain(x(300)) + `,"confirm":` + plain(x(30)) + `,"deny":` + plain("No") + `}`)), ""},
		{"long confirm", actions(button(`,"confirm":{"title":` + plain("x") + `,"text":` + plain("x") + `,"confirm":` + plain(x(31)) + `,"deny":` + plain("No") + `}`)), "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]"},
		{"text field among buttons", actions(`{"type":"plain_text_input"}`), "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"},
		{"overflow", actions(`{"type":"overflow","options":[` + options2(5) + `]}`), ""},
		{"long overflow", actions(`{"type":"overflow","options":[` + options2(6) + `]}`), "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"},

		{"select", actions(selecting(100, "")), ""},
		{"select of none", actions(selecting(0, "")), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		{"select of 101", actions(selecting(101, "")), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		{"long option", actions(`{"type":"static_select","options":[` + option(x(76), "v") + `]}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"},
		{"long option value", actions(`{"type":"static_select","options":[` + option("x", x(151)) + `]}`), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"},
		{"options alike", actions(`{"type":"static_select","options":[` + option("a", "v") + "," + option("b", "v") + `]}`), "`value` already exists for other element(s): v [json-pointer:/blocks/0/elements/0/options/1/value]"},
		{"initial option", actions(selecting(3, `,"initial_option":`+option("Option 1", "v1"))), ""},
		{"initial option with emoji", actions(selecting(3, `,"initial_option":{"text":{"type":"plain_text","text":"Option 1","emoji":true},"value":"v1"}`)), ""},
		{"odd initial option", actions(selecting(3, `,"initial_option":`+option("Option 9", "v9"))), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"},
		{"initial option of another text", actions(selecting(3, `,"initial_option":`+option("Other", "v1"))), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"},
		{"groups", actions(`{"type":"static_select","option_groups":[{"label":` + plain("L") + `,"options":[` + options2(2) + `]}]}`), ""},
		{"options and groups", actions(`{"type":"static_select","options":[` + option("x", "y") + `],"option_groups":[{"label":` + plain("L") + `,"options":[` + options2(2) + `]}]}`), "must have one of options and option_groups [json-pointer:/blocks/0/elements/0]"},
		{"radio", actions(`{"type":"radio_buttons","options":[` + options2(10) + `]}`), ""},
		{"long radio", actions(`{"type":"radio_buttons","options":[` + options2(11) + `]}`), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"},
		{"date", actions(`{"type":"datepicker","initial_date":"2026-02-28"}`), ""},
		{"odd date", actions(`{"type":"datepicker","initial_date":"28.2.2026"}`), "must be a date as YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"},
		{"odd time", actions(`{"type":"timepicker","initial_time":"24:00"}`), "must be a time as HH:MM [json-pointer:/blocks/0/elements/0/initial_time]"},
		{"odd moment", actions(`{"type":"datetimepicker","initial_date_time":5}`), "must be a whole number from 1000000000 to 9999999999 [json-pointer:/blocks/0/elements/0/initial_date_time]"},

		{"number", input(`{"type":"number_input","is_decimal_allowed":false,"min_value":"1"}`), ""},
		{"number as a number", input(`{"type":"number_input","is_decimal_allowed":false,"min_value":1}`), "must be a number as text [json-pointer:/blocks/0/element/min_value]"},
		{"initial text too long for the field", input(`{"type":"plain_text_input","max_length":3,"initial_value":"four"}`), "must be less than 4 characters [json-pointer:/blocks/0/element/initial_value]"},
		{"max_length", input(`{"type":"plain_text_input","max_length":3001}`), "must be a whole number from 1 to 3000 [json-pointer:/blocks/0/element/max_length]"},
		{"long placeholder", input(`{"type":"plain_text_input","placeholder":` + plain(x(151)) + `}`), "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]"},
		{"button as a field", input(button("")), "unsupported type: button [json-pointer:/blocks/0/element/type]"},
		{"mrkdwn label", `{"type":"input","label":` + mrkdwn("x") + `,"element":{"type":"plain_text_input"}}`, "must be one of plain_text [json-pointer:/blocks/0/label/type]"},

		{"rich text", rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}}]},{"type":"rich_text_quote","elements":[{"type":"user","user_id":"U1"}]}`), ""},
		{"rich list", rich(`{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}`), ""},
		{"rich list without a style", rich(`{"type":"rich_text_list","elements":[]}`), "missing required field: style [json-pointer:/blocks/0/elements/0]"},
		{"empty rich run", rich(`{"type":"rich_text_section","elements":[{"type":"text","text":""}]}`), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"},
		{"odd rich part", rich(`{"type":"rich_text_poem","elements":[]}`), "unsupported type: rich_text_poem [json-pointer:/blocks/0/elements/0/type]"},
		{"odd rich run", rich(`{"type":"rich_text_section","elements":[{"type":"shout"}]}`), "unsupported type: shout [json-pointer:/blocks/0/elements/0/elements/0/type]"},
		{"odd rich style", rich(`{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"loud":true}}]}`), "invalid additional property: loud [json-pointer:/blocks/0/elements/0/elements/0/style]"},
		{"mention in preformatted", rich(`{"type":"rich_text_preformatted","elements":[{"type":"user","user_id":"U1"}]}`), "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]"},

		{"markdown", `{"type":"markdown","text":"` + x(12000) + `"}`, ""},
		{"table", `{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}`, ""},
		{"two tables", times(2, `{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}`), "only one table is allowed in a message [json-pointer:/blocks/1]"},
		{"alert", `{"type":"alert"}`, "unsupported type: alert [json-pointer:/blocks/0/type]"},
		{"the sum", times(4, section(plain(x(3000)))), ""},
		{"beyond the sum", times(4, section(plain(x(3000)))) + "," + section(plain("x")), "the text of all blocks is too long [json-pointer:/blocks]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			if test.want != "" {
				want = []string{"[ERROR] " + test.want}
			}
			got := workspace.ValidateMessage(json.RawMessage("[" + test.blocks + "]"))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ValidateMessage(%.300s): %s", test.blocks, diff)
			}
		})
	}
}

func TestValidateView(t *testing.T) {
	modal := func(more, blocks string) string {
		return `{"type":"modal","title":` + plain("Title") + more + `,"blocks":[` + blocks + `]}`
	}
	submit := `,"submit":` + plain("Go")
	for _, test := range []struct {
		name, view, want string
	}{
		{"modal", modal(submit, input(`{"type":"plain_text_input"}`)), ""},
		{"no title", `{"type":"modal","blocks":[]}`, "missing required field: title [json-pointer:/view]"},
		{"title", `{"type":"modal","title":` + plain(x(24)) + `,"blocks":[]}`, ""},
		{"long title", `{"type":"modal","title":` + plain(x(25)) + `,"blocks":[]}`, "must be less than 25 characters [json-pointer:/view/title/text]"},
		{"mrkdwn title", `{"type":"modal","title":` + mrkdwn("x") + `,"blocks":[]}`, "must be one of plain_text [json-pointer:/view/title/type]"},
		{"long submit", modal(`,"submit":`+plain(x(25)), ""), "must be less than 25 characters [json-pointer:/view/submit/text]"},
		{"input without submit", modal("", input(`{"type":"plain_text_input"}`)), "missing required field: submit, since there is an input block [json-pointer:/view]"},
		{"hundred blocks", modal("", times(100, `{"type":"divider"}`)), ""},
		{"101 blocks", modal("", times(101, `{"type":"divider"}`)), "no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"metadata", modal(`,"private_metadata":"`+x(3000)+`"`, ""), ""},
		{"long metadata", modal(`,"private_metadata":"`+x(3001)+`"`, ""), "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		{"long callback_id", modal(`,"callback_id":"`+x(256)+`"`, ""), "must be less than 256 characters [json-pointer:/view/callback_id]"},
		{"unknown member", modal(`,"hash":"x"`, ""), "invalid additional property: hash [json-pointer:/view]"},
		{"markdown in a modal", modal("", `{"type":"markdown","text":"x"}`), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		{"long text", modal("", times(5, section(plain(x(3000))))), ""},
		{"two in focus", modal(submit, input(`{"type":"plain_text_input","focus_on_load":true}`)+","+input(`{"type":"plain_text_input","focus_on_load":true}`)), "only one element may have the focus [json-pointer:/view/blocks/1/element/focus_on_load]"},
		{"home", `{"type":"home","blocks":[` + input(`{"type":"plain_text_input"}`) + `]}`, ""},
		{"home with a title", `{"type":"home","title":` + plain("x") + `,"blocks":[]}`, "invalid additional property: title [json-pointer:/view]"},
		{"neither", `{"type":"poster","blocks":[]}`, "must be one of modal, home [json-pointer:/view/type]"},
		{"no JSON", `{`, "must be valid JSON [json-pointer:/view]"},
		{"trailing", modal("", "") + "x", "must be valid JSON [json-pointer:/view]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			if test.want != "" {
				want = []string{"[ERROR] " + test.want}
			}
			if diff := cmp.Diff(want, workspace.ValidateView(json.RawMessage(test.view))); diff != "" {
				t.Errorf("ValidateView(%.300s): %s", test.view, diff)
			}
		})
	}
}

// FuzzValidate wants the checks to survive anything.
func FuzzValidate(f *testing.F) {
	f.Add(`[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]`)
	f.Add(formJSON)
	f.Add(`[{"type":"table","rows":[[null,{"type":"rich_text","elements":[null]}]]}]`)
	f.Fuzz(func(_ *testing.T, s string) {
		workspace.ValidateMessage(json.RawMessage(s))
		workspace.ValidateView(json.RawMessage(s))
		workspace.LiveTokensIn(json.RawMessage(s))
		workspace.Render(json.RawMessage(s))
	})
}
