package workspace

import (
	"maps"
	"reflect"
	"regexp"
	"strconv"
)

// This file is the table of Slack's limits: what each block and element may
// consist of, and where it may stand. Lengths are in characters.

const (
	idLength       = 255
	metadataLength = 3000
	optionValue    = 150
)

var (
	datePattern = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)
	timePattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	numberText  = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	urlPattern  = regexp.MustCompile(`^(https?|mailto|tel|slack):.+`)
)

// blockSpec is a kind of block and where it is allowed.
type blockSpec struct {
	on []surface
	spec
}

var (
	everywhere  = []surface{onMessage, onModal, onHome}
	messageOnly = []surface{onMessage}
)

var (
	blockSpecs   = makeBlockSpecs()
	elementSpecs = makeElementSpecs()
)

var viewSpecs = map[surface]spec{
	onModal: {
		required: []string{"title", "blocks"},
		fields: map[string]check{
			"type": anything, "blocks": anything, "title": plainOf(24), "submit": plainOf(24), "close": plainOf(24),
			"private_metadata": stringOf(0, metadataLength), "callback_id": stringOf(0, idLength), "external_id": stringOf(0, idLength),
			"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
		},
	},
	onHome: {
		required: []string{"blocks"},
		fields: map[string]check{
			"type": anything, "blocks": anything,
			"private_metadata": stringOf(0, metadataLength), "callback_id": stringOf(0, idLength), "external_id": stringOf(0, idLength),
		},
	},
}

var (
	selects = []string{
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
	}
	multiSelects = []string{
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
	}
	pickers = []string{"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"}
	typed   = []string{
		"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input",
	}
	pressed = []string{"button", "overflow", "workflow_button"}
)

func joined(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// with adds the members that every block or element of a kind has.
func with(common, own map[string]check) map[string]check {
	out := map[string]check{}
	for _, m := range []map[string]check{common, own} {
		maps.Copy(out, m)
	}
	return out
}

func blockFields(own map[string]check) map[string]check {
	return with(map[string]check{"type": anything, "block_id": stringOf(0, idLength)}, own)
}

func elementFields(own map[string]check) map[string]check {
	return with(map[string]check{"type": anything, "action_id": stringOf(0, idLength)}, own)
}

// fieldFields are the members of an element that is filled in.
func fieldFields(own map[string]check) map[string]check {
	return elementFields(with(map[string]check{
		"placeholder": plainOf(150), "focus_on_load": boolean, "confirm": confirmation,
	}, own))
}

var option = objectOf(spec{
	required: []string{"text", "value"},
	fields: map[string]check{
		"text": textOf(75), "value": stringOf(1, optionValue), "description": textOf(75), "url": stringOf(0, 3000),
	},
})

var plainOption = objectOf(spec{
	required: []string{"text", "value"},
	fields: map[string]check{
		"text": plainOf(75), "value": stringOf(1, optionValue), "description": plainOf(75), "url": stringOf(0, 3000),
	},
})

var optionGroup = objectOf(spec{
	required: []string{"label", "options"},
	fields:   map[string]check{"label": plainOf(75), "options": listOf(1, 100, plainOption)},
})

var confirmation = objectOf(spec{
	required: []string{"title", "text", "confirm", "deny"},
	fields: map[string]check{
		"title": plainOf(100), "text": textOf(300), "confirm": plainOf(30), "deny": plainOf(30),
		"style": oneOf("primary", "danger"),
	},
})

var imageFields = map[string]check{
	"type": anything, "image_url": stringOf(1, 3000), "slack_file": anything, "alt_text": stringOf(1, 2000),
}

var imageElement = objectOf(spec{required: []string{"alt_text"}, fields: imageFields, whole: imageSource})

func imageSource(c *checker, path string, n node) {
	if (n["image_url"] == nil) == (n["slack_file"] == nil) {
		c.fail(path, "must have one of image_url and slack_file")
	}
}

// dispatchConfig says when a text field tells the app of what is typed.
var dispatchConfig = objectOf(spec{
	required: []string{"trigger_actions_on"},
	fields:   map[string]check{"trigger_actions_on": listOf(1, 2, oneOf("on_enter_pressed", "on_character_entered"))},
})

func makeBlockSpecs() map[string]blockSpec {
	return map[string]blockSpec{
		"section": {everywhere, spec{
			fields: blockFields(map[string]check{
				"text": textOf(3000), "fields": listOf(1, 10, textOf(2000)), "expand": boolean,
				"accessory": accessory,
			}),
			whole: sectionSaysSomething,
		}},
		"divider": {everywhere, spec{fields: blockFields(nil)}},
		"header":  {everywhere, spec{required: []string{"text"}, fields: blockFields(map[string]check{"text": plainOf(150)})}},
		"image": {everywhere, spec{
			required: []string{"alt_text"},
			fields:   blockFields(with(imageFields, map[string]check{"title": plainOf(2000)})),
			whole:    imageSource,
		}},
		"context": {everywhere, spec{
			required: []string{"elements"}, fields: blockFields(map[string]check{"elements": listOf(1, 10, contextElement)}),
		}},
		"actions": {everywhere, spec{
			required: []string{"elements"},
			fields: blockFields(map[string]check{
				"elements": listOf(1, 25, elementOf(joined(pressed, selects, multiSelects, pickers)...)),
			}),
			whole: distinctActions,
		}},
		"input": {everywhere, spec{
			required: []string{"label", "element"},
			fields: blockFields(map[string]check{
				"label": plainOf(2000), "hint": plainOf(2000), "optional": boolean, "dispatch_action": boolean,
				"element": elementOf(joined(typed, selects, multiSelects, pickers)...),
			}),
			whole: func(c *checker, _ string, _ node) { c.inputs++ },
		}},
		"rich_text": {everywhere, spec{
			required: []string{"elements"}, fields: blockFields(map[string]check{"elements": listOf(1, 1000, richBlock)}),
		}},
		"video": {everywhere, spec{
			required: []string{"alt_text", "title", "thumbnail_url", "video_url"},
			fields: blockFields(map[string]check{
				"alt_text": stringOf(1, 2000), "title": plainOf(200), "thumbnail_url": stringOf(1, 3000), "video_url": stringOf(1, 3000),
				"author_name": stringOf(0, 50), "description": plainOf(200), "provider_icon_url": stringOf(0, 3000),
				"provider_name": stringOf(0, 50), "title_url": stringOf(0, 3000),
			}),
		}},
		"markdown": {messageOnly, spec{
			required: []string{"text"}, fields: blockFields(map[string]check{"text": stringOf(1, 12_000)}), whole: countsText,
		}},
		"table": {messageOnly, spec{
			required: []string{"rows"},
			fields: blockFields(map[string]check{
				"rows": listOf(1, 100, listOf(1, 20, tableCell)), "column_settings": listOf(0, 20, anything),
			}),
			whole: oneTable,
		}},
		"context_actions": {messageOnly, spec{
			required: []string{"elements"},
			fields:   blockFields(map[string]check{"elements": listOf(1, 5, elementOf("feedback_buttons", "icon_button"))}),
			whole:    distinctActions,
		}},
	}
}

func makeElementSpecs() map[string]spec {
	specs := map[string]spec{
		"button": {required: []string{"text"}, fields: elementFields(map[string]check{
			"text": plainOf(75), "value": stringOf(0, 2000), "url": matching(urlPattern, "a URL"), "style": oneOf("primary", "danger"),
			"confirm": confirmation, "accessibility_label": stringOf(0, 75),
		}), whole: buttonURL},
		"overflow": {required: []string{"options"}, fields: elementFields(map[string]check{
			"options": listOf(1, 5, plainOption), "confirm": confirmation,
		})},
		"workflow_button": {required: []string{"text", "workflow"}, fields: elementFields(map[string]check{
			"text": plainOf(75), "workflow": anything, "style": oneOf("primary", "danger"), "accessibility_label": stringOf(0, 75),
		})},
		"icon_button": {required: []string{"icon", "text"}, fields: elementFields(map[string]check{
			"icon": oneOf("trash"), "text": plainOf(75), "value": stringOf(0, 2000), "confirm": confirmation,
			"accessibility_label": stringOf(0, 75), "visible_to_user_ids": anything,
		})},
		"feedback_buttons": {required: []string{"positive_button", "negative_button"}, fields: elementFields(map[string]check{
			"positive_button": anything, "negative_button": anything,
		})},

		"plain_text_input": {fields: fieldFields(map[string]check{
			"initial_value": stringOf(0, 3000), "multiline": boolean, "min_length": integerOf(0, 3000), "max_length": integerOf(1, 3000),
			"dispatch_action_config": dispatchConfig,
		}), whole: initialFits},
		"email_text_input": {fields: fieldFields(map[string]check{"initial_value": stringOf(0, 3000), "dispatch_action_config": dispatchConfig})},
		"url_text_input":   {fields: fieldFields(map[string]check{"initial_value": stringOf(0, 3000), "dispatch_action_config": dispatchConfig})},
		"rich_text_input":  {fields: fieldFields(map[string]check{"initial_value": anything, "dispatch_action_config": dispatchConfig})},
		"number_input": {required: []string{"is_decimal_allowed"}, fields: fieldFields(map[string]check{
			"is_decimal_allowed": boolean, "initial_value": matching(numberText, "a number as text"),
			"min_value": matching(numberText, "a number as text"), "max_value": matching(numberText, "a number as text"),
			"dispatch_action_config": dispatchConfig,
		})},
		"file_input": {fields: elementFields(map[string]check{"filetypes": anything, "max_files": integerOf(1, 10)})},

		"datepicker":     {fields: fieldFields(map[string]check{"initial_date": matching(datePattern, "a date as YYYY-MM-DD")})},
		"timepicker":     {fields: fieldFields(map[string]check{"initial_time": matching(timePattern, "a time as HH:MM"), "timezone": stringOf(1, 255)})},
		"datetimepicker": {fields: elementFields(map[string]check{"initial_date_time": integerOf(1_000_000_000, 9_999_999_999), "focus_on_load": boolean, "confirm": confirmation})},

		"checkboxes":    {required: []string{"options"}, fields: choiceFields(option, 10, "initial_options"), whole: initialAmongOptions},
		"radio_buttons": {required: []string{"options"}, fields: choiceFields(option, 10, "initial_option"), whole: initialAmongOptions},
	}
	addSelects(specs)
	return specs
}

func choiceFields(item check, most int, initial string) map[string]check {
	first := item
	if initial == "initial_options" {
		first = listOf(1, most, item)
	}
	return elementFields(map[string]check{
		"options": listOf(1, most, item), initial: first, "focus_on_load": boolean, "confirm": confirmation,
	})
}

func addSelects(specs map[string]spec) {
	id, ids := stringOf(1, idLength), listOf(1, 100, stringOf(1, idLength))
	many := map[string]check{"max_selected_items": integerOf(1, 100)}
	static := map[string]check{"options": listOf(1, 100, plainOption), "option_groups": listOf(1, 100, optionGroup)}
	conversations := map[string]check{"default_to_current_conversation": boolean, "filter": anything, "response_url_enabled": boolean}
	external := map[string]check{"min_query_length": integerOf(0, 3000)}

	add := func(kind string, own ...map[string]check) {
		fields := map[string]check{}
		for _, m := range own {
			fields = with(fields, m)
		}
		specs[kind] = spec{fields: fieldFields(fields)}
	}
	add("static_select", static, map[string]check{"initial_option": plainOption})
	add("multi_static_select", static, many, map[string]check{"initial_options": listOf(1, 100, plainOption)})
	for _, kind := range []string{"static_select", "multi_static_select"} {
		s := specs[kind]
		s.whole = initialAmongOptions
		specs[kind] = s
	}
	add("external_select", external, map[string]check{"initial_option": plainOption})
	add("multi_external_select", external, many, map[string]check{"initial_options": listOf(1, 100, plainOption)})
	add("users_select", map[string]check{"initial_user": id})
	add("multi_users_select", many, map[string]check{"initial_users": ids})
	add("conversations_select", conversations, map[string]check{"initial_conversation": id})
	add("multi_conversations_select", conversations, many, map[string]check{"initial_conversations": ids})
	add("channels_select", map[string]check{"initial_channel": id, "response_url_enabled": boolean})
	add("multi_channels_select", many, map[string]check{"initial_channels": ids})
}

// The rules that concern several members.

func sectionSaysSomething(c *checker, path string, n node) {
	if n["text"] == nil && n["fields"] == nil {
		c.fail(path, "missing required field: text or fields")
	}
}

func accessory(c *checker, path string, v any) {
	if n, ok := v.(node); ok && str(n, "type") == "image" {
		imageElement(c, path, v)
		return
	}
	c.element(path, v, joined(pressed, selects, multiSelects, pickers))
}

func contextElement(c *checker, path string, v any) {
	if n, ok := v.(node); ok && str(n, "type") == "image" {
		imageElement(c, path, v)
		return
	}
	c.text(path, v, 3000, "plain_text", "mrkdwn")
}

func distinctActions(c *checker, path string, n node) {
	ids := map[string]bool{}
	for i, e := range nodes(n["elements"]) {
		c.unique(path+"/elements/"+strconv.Itoa(i), str(e, "action_id"), ids, "action_id")
	}
}

func countsText(c *checker, _ string, n node) { c.sum += len([]rune(str(n, "text"))) }

func oneTable(c *checker, path string, _ node) {
	if c.tables++; c.tables > 1 {
		c.fail(path, "only one table is allowed in a message")
	}
}

func tableCell(c *checker, path string, v any) {
	n, ok := v.(node)
	switch {
	case ok && str(n, "type") == "raw_text":
		c.object(path, n, spec{required: []string{"text"}, fields: map[string]check{"type": anything, "text": stringOf(1, 3000)}})
		countsText(c, path, n)
	case ok && str(n, "type") == "rich_text":
		c.block(path, v)
	default:
		c.fail(path+"/type", "must be one of raw_text, rich_text")
	}
}

func buttonURL(c *checker, path string, n node) { c.length(path+"/url", str(n, "url"), 0, 3000) }

// initialFits holds the text a field starts with to the field's own bounds.
func initialFits(c *checker, path string, n node) {
	most, err := number(n, "max_length")
	if text := []rune(str(n, "initial_value")); err == nil && int64(len(text)) > most {
		c.fail(path+"/initial_value", "must be less than %d characters", most+1)
	}
}

// initialAmongOptions wants what is chosen at first to equal one of the
// options, its text included.
func initialAmongOptions(c *checker, path string, n node) {
	if (n["options"] == nil) == (n["option_groups"] == nil) {
		c.fail(path, "must have one of options and option_groups")
	}
	options := optionsOf(n)
	chosen := nodes(n["initial_options"])
	key := "initial_options"
	if o := object(n, "initial_option"); o != nil {
		chosen, key = []node{o}, "initial_option"
	}
	for _, o := range chosen {
		if !containsOption(options, o) {
			c.fail(path+"/"+key, "must be one of the provided options")
		}
	}
	values := map[string]bool{}
	for i, o := range options {
		c.unique(path+"/options/"+strconv.Itoa(i), str(o, "value"), values, "value")
	}
}

func containsOption(options []node, o node) bool {
	for _, e := range options {
		if str(e, "value") == str(o, "value") && reflect.DeepEqual(withoutEmoji(e), withoutEmoji(o)) {
			return true
		}
	}
	return false
}

// withoutEmoji is an option without the members that have a default.
func withoutEmoji(o node) any {
	c := clone(o).(node)
	for _, key := range []string{"text", "description"} {
		delete(object(c, key), "emoji")
	}
	return c
}

// optionsOf lists the options of an element, those in groups too.
func optionsOf(def node) []node {
	options := nodes(def["options"])
	for _, g := range nodes(def["option_groups"]) {
		options = append(options, nodes(g["options"])...)
	}
	return options
}
