package workspace

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Render writes blocks as a person reads them, in plain text: a line for each
// text, buttons as [Take it], fields as their label and what is filled in.
// Ids of people stay ids; [Workspace] knows their names.
func Render(blocks json.RawMessage) string {
	r := &renderer{name: func(string) string { return "" }}
	r.blocks(blocksOf(blocks), nil)
	return r.String()
}

// renderer collects lines.
type renderer struct {
	name  namer
	quiet bool // leaves out what can't be read aloud: buttons and lines
	lines []string
}

func (r *renderer) String() string { return strings.Join(r.lines, "\n") }

func (r *renderer) line(s string) {
	if strings.TrimSpace(s) != "" {
		r.lines = append(r.lines, strings.Split(strings.TrimRight(s, "\n "), "\n")...)
	}
}

func (r *renderer) blocks(blocks []node, filled state) {
	for _, b := range blocks {
		r.block(b, filled)
	}
}

func (r *renderer) block(b node, filled state) {
	switch str(b, "type") {
	case "header":
		r.line(r.text(object(b, "text")))
	case "section":
		r.section(b, filled)
	case "context":
		r.line(strings.Join(r.each(b["elements"], r.contextPart), "  "))
	case "actions", "context_actions":
		if r.quiet {
			return
		}
		r.line(strings.Join(r.each(b["elements"], func(e node) string { return r.control(b, e, filled) }), " "))
	case "input":
		r.input(b, filled)
	case "rich_text":
		for _, e := range nodes(b["elements"]) {
			r.rich(e)
		}
	case "divider":
		if !r.quiet {
			r.line("———")
		}
	case "image":
		r.line("(image: " + str(b, "alt_text") + ")")
	case "markdown":
		r.line(str(b, "text"))
	case "table":
		r.table(b)
	case "video":
		r.line(r.text(object(b, "title")))
	}
}

func (r *renderer) each(list any, f func(node) string) []string {
	var out []string
	for _, e := range nodes(list) {
		out = append(out, f(e))
	}
	return out
}

// text is what is read of a text object.
func (r *renderer) text(t node) string {
	if str(t, "type") == "mrkdwn" {
		return plainText(str(t, "text"), r.name)
	}
	return str(t, "text")
}

func (r *renderer) section(b node, filled state) {
	r.line(r.text(object(b, "text")))
	for _, f := range nodes(b["fields"]) {
		r.line(strings.Replace(r.text(f), "\n", ": ", 1))
	}
	if a := object(b, "accessory"); a != nil && !r.quiet {
		r.line(r.control(b, a, filled))
	}
}

func (r *renderer) contextPart(e node) string {
	if str(e, "type") == "image" {
		return "(image: " + str(e, "alt_text") + ")"
	}
	return r.text(e)
}

// control is an element that stands by itself, outside of an input block.
func (r *renderer) control(b, e node, filled state) string {
	el := newElement(str(b, "block_id"), e)
	switch el.kind {
	case "image":
		return "(image: " + str(e, "alt_text") + ")"
	case "overflow":
		return "[… " + strings.Join(r.each(e["options"], r.optionText), " | ") + "]"
	case "button", "workflow_button", "icon_button":
		return "[" + el.label + "]"
	}
	return "[" + cmp.Or(r.value(el, filled), el.label) + " ▾]"
}

func (r *renderer) optionText(o node) string { return r.text(object(o, "text")) }

func (r *renderer) input(b node, filled state) {
	els := elementsOf([]node{b})
	if len(els) == 0 {
		return
	}
	el := els[0]
	label := el.label
	if el.optional {
		label += " (optional)"
	}
	r.line(label + ": " + r.value(el, filled))
	if options := optionsOf(el.def); len(options) > 0 {
		var names []string
		for _, o := range options {
			names = append(names, r.optionText(o))
		}
		r.line("  (" + strings.Join(names, " | ") + ")")
	}
	if h := r.text(object(b, "hint")); h != "" {
		r.line("  " + h)
	}
}

// value is what is filled in, as text.
func (r *renderer) value(el element, filled state) string {
	v := filled[el.blockID][el.actionID]
	if v == nil {
		v = el.initial()
	}
	switch v := v[valueKinds[el.kind].value].(type) {
	case string:
		return cmp.Or(r.name(v), v)
	case json.Number:
		return r.moment(v)
	case node:
		return r.optionText(v)
	case []any:
		return r.list(v)
	default:
		return ""
	}
}

func (r *renderer) moment(n json.Number) string {
	at, err := n.Int64()
	if err != nil {
		return n.String()
	}
	return time.Unix(at, 0).UTC().Format("2006-01-02 15:04 MST")
}

func (r *renderer) list(v []any) string {
	var parts []string
	for _, e := range v {
		switch e := e.(type) {
		case string:
			parts = append(parts, cmp.Or(r.name(e), e))
		case node:
			parts = append(parts, r.optionText(e))
		}
	}
	return strings.Join(parts, ", ")
}

// rich writes a part of a rich_text block.
func (r *renderer) rich(e node) {
	switch str(e, "type") {
	case "rich_text_list":
		for i, item := range nodes(e["elements"]) {
			mark := "• "
			if str(e, "style") == "ordered" {
				mark = strconv.Itoa(i+1) + ". "
			}
			r.line(mark + r.runs(item))
		}
	case "rich_text_quote":
		r.line("> " + strings.ReplaceAll(r.runs(e), "\n", "\n> "))
	default:
		r.line(r.runs(e))
	}
}

func (r *renderer) runs(e node) string {
	return strings.Join(r.each(e["elements"], r.run), "")
}

func (r *renderer) run(e node) string {
	switch str(e, "type") {
	case "user":
		return "@" + cmp.Or(r.name(str(e, "user_id")), str(e, "user_id"))
	case "usergroup":
		return "@" + cmp.Or(r.name(str(e, "usergroup_id")), str(e, "usergroup_id"))
	case "channel":
		return "#" + cmp.Or(r.name(str(e, "channel_id")), str(e, "channel_id"))
	case "broadcast":
		return "@" + str(e, "range")
	case "emoji":
		return ":" + str(e, "name") + ":"
	case "link":
		return cmp.Or(str(e, "text"), str(e, "url"))
	case "date":
		at, _ := e["timestamp"].(json.Number)
		return cmp.Or(str(e, "fallback"), r.moment(at))
	default:
		return str(e, "text")
	}
}

func (r *renderer) table(b node) {
	rows, _ := b["rows"].([]any)
	for _, row := range rows {
		r.line(strings.Join(r.each(row, func(cell node) string {
			if str(cell, "type") == "rich_text" {
				return strings.Join(r.each(cell["elements"], r.runs), " ")
			}
			return str(cell, "text")
		}), " | "))
	}
}

// renderMessage is what a person of this workspace reads of a message.
func (w *Workspace) renderMessage(m *message) string {
	if m.blocks == nil {
		return w.plain(m.text)
	}
	r := &renderer{name: w.nameOf}
	r.blocks(blocksOf(m.blocks), nil)
	return r.String()
}

// blocksBrief is the beginning of a message's blocks, without its buttons.
func (w *Workspace) blocksBrief(blocks []node) string {
	r := &renderer{name: w.nameOf, quiet: true}
	for _, b := range blocks {
		r.block(b, nil)
		if len(r.lines) > 3 {
			break
		}
	}
	return r.String()
}

// renderView is what a person of this workspace reads of a view.
func (w *Workspace) renderView(v *view) string {
	r := &renderer{name: w.nameOf}
	r.line(r.text(object(v.posted, "title")))
	for _, b := range v.blocks() {
		r.block(b, v.state)
		if mistake := v.mistakes[str(b, "block_id")]; mistake != "" {
			r.line("  ⚠ " + mistake)
		}
	}
	if v.kind == "modal" {
		r.line(v.footer())
	}
	return r.String()
}

// footer is the two buttons of a modal.
func (v *view) footer() string {
	cancel := "[" + cmp.Or(str(object(v.posted, "close"), "text"), "Cancel") + "]"
	if submit := str(object(v.posted, "submit"), "text"); submit != "" {
		return cancel + " [" + submit + "]"
	}
	return cancel
}
