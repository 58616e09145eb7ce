package workspace

// element is an interactive element of a message or a view, with what stands
// around it.
type element struct {
	blockID  string
	actionID string
	kind     string // "button", "static_select", …
	def      node
	label    string // the visible text by which a person finds it
	input    bool   // it is the field of an input block
	optional bool   // of an input block
	dispatch bool   // of an input block: it tells the app of a change at once
}

// elementsOf lists the interactive elements of blocks in reading order.
func elementsOf(blocks []node) []element {
	var out []element
	for _, b := range blocks {
		id := str(b, "block_id")
		switch str(b, "type") {
		case "section":
			if a := object(b, "accessory"); a != nil && str(a, "type") != "image" {
				out = append(out, newElement(id, a))
			}
		case "actions", "context_actions":
			for _, e := range nodes(b["elements"]) {
				out = append(out, newElement(id, e))
			}
		case "input":
			e := newElement(id, object(b, "element"))
			e.input, e.optional, e.dispatch = true, flag(b, "optional"), flag(b, "dispatch_action")
			e.label = str(object(b, "label"), "text")
			out = append(out, e)
		}
	}
	return out
}

func newElement(blockID string, def node) element {
	label := str(object(def, "text"), "text")
	if label == "" {
		label = str(object(def, "placeholder"), "text")
	}
	return element{blockID: blockID, actionID: str(def, "action_id"), kind: str(def, "type"), def: def, label: label}
}

// giveIDs gives block_ids and action_ids to blocks that came without, and
// tells whether there were any.
func (w *Workspace) giveIDs(blocks []node) (changed bool) {
	give := func(n node, key string) {
		if n != nil && str(n, key) == "" {
			n[key], changed = w.secret()[8:], true
		}
	}
	for _, b := range blocks {
		give(b, "block_id")
		for _, e := range elementsOf([]node{b}) {
			give(e.def, "action_id")
		}
	}
	return changed
}

// state holds what is filled in: an object for each element that has a value,
// by block_id and action_id, as in view.state.values.
type state map[string]map[string]node

func (s state) set(block, action string, v node) {
	if s[block] == nil {
		s[block] = map[string]node{}
	}
	s[block][action] = v
}

// valueKind tells how the value of a kind of element is called in a state, how
// the definition calls the initial one, and what nothing is.
type valueKind struct {
	value, initial string
	list           bool
}

var valueKinds = map[string]valueKind{
	"plain_text_input":           {value: "value", initial: "initial_value"},
	"email_text_input":           {value: "value", initial: "initial_value"},
	"url_text_input":             {value: "value", initial: "initial_value"},
	"number_input":               {value: "value", initial: "initial_value"},
	"rich_text_input":            {value: "rich_text_value", initial: "initial_value"},
	"static_select":              {value: "selected_option", initial: "initial_option"},
	"external_select":            {value: "selected_option", initial: "initial_option"},
	"radio_buttons":              {value: "selected_option", initial: "initial_option"},
	"users_select":               {value: "selected_user", initial: "initial_user"},
	"conversations_select":       {value: "selected_conversation", initial: "initial_conversation"},
	"channels_select":            {value: "selected_channel", initial: "initial_channel"},
	"datepicker":                 {value: "selected_date", initial: "initial_date"},
	"timepicker":                 {value: "selected_time", initial: "initial_time"},
	"datetimepicker":             {value: "selected_date_time", initial: "initial_date_time"},
	"checkboxes":                 {value: "selected_options", initial: "initial_options", list: true},
	"multi_static_select":        {value: "selected_options", initial: "initial_options", list: true},
	"multi_external_select":      {value: "selected_options", initial: "initial_options", list: true},
	"multi_users_select":         {value: "selected_users", initial: "initial_users", list: true},
	"multi_conversations_select": {value: "selected_conversations", initial: "initial_conversations", list: true},
	"multi_channels_select":      {value: "selected_channels", initial: "initial_channels", list: true},
	"file_input":                 {value: "files", initial: "", list: true},
}

// initial is what an element's state is before anybody touched it.
func (e element) initial() node {
	k := valueKinds[e.kind]
	v := e.def[k.initial]
	if v == nil && k.list {
		v = []any{}
	}
	return node{"type": e.kind, k.value: v}
}

// empty tells whether a value of the element means not filled in.
func (e element) empty(v node) bool {
	switch v := v[valueKinds[e.kind].value].(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// stateOf returns the state of blocks: what was filled in before where the
// same element is still there, and the initial values elsewhere.
func stateOf(blocks []node, before state) state {
	s := state{}
	for _, e := range elementsOf(blocks) {
		if _, has := valueKinds[e.kind]; !has {
			continue
		}
		v, kept := before[e.blockID][e.actionID]
		if !kept || str(v, "type") != e.kind {
			v = e.initial()
		}
		s.set(e.blockID, e.actionID, v)
	}
	return s
}

// merge takes values over that belong to an element of blocks, and of their
// kind. Anything else in values is passed over.
func (s state) merge(blocks []node, values state) {
	for _, e := range elementsOf(blocks) {
		k, has := valueKinds[e.kind]
		given := values[e.blockID][e.actionID]
		if !has || given == nil {
			continue
		}
		v := given[k.value]
		if v == nil && k.list {
			v = []any{}
		}
		s.set(e.blockID, e.actionID, node{"type": e.kind, k.value: v})
	}
}
