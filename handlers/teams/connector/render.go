package connector

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// Render is what a person reads of a card, line by line: buttons as [Label],
// inputs with their labels and what stands in them, instants in UTC.
func Render(card json.RawMessage) string {
	return render(objectOf(card), time.UTC, nil, nil)
}

// renderer writes a card as text.
type renderer struct {
	lines    []string
	zone     *time.Location
	entities []node
	values   map[string]string // what was filled in, by input
	mistakes map[string]string // and what is wrong with it, by label
	quiet    bool              // without buttons
}

func render(card node, zone *time.Location, values, mistakes map[string]string) string {
	r := &renderer{zone: zone, entities: nodes(object(card, "msteams")["entities"]), values: values, mistakes: mistakes}
	r.card(card)
	return strings.Join(r.lines, "\n")
}

func (r *renderer) line(s string) {
	if s = strings.TrimRight(s, " "); s != "" {
		r.lines = append(r.lines, s)
	}
}

func (r *renderer) card(card node) {
	for _, n := range nodes(card["body"]) {
		r.element(n)
	}
	r.buttons(card)
}

func (r *renderer) element(n node) {
	if visible, given := n["isVisible"].(bool); given && !visible {
		return
	}
	switch str(n, "type") {
	case "TextBlock":
		r.line(r.marked(str(n, "text")))
	case "RichTextBlock":
		r.line(r.runs(n))
	case "FactSet":
		for _, f := range nodes(n["facts"]) {
			r.line(strings.TrimSuffix(r.marked(str(f, "title")), ":") + ": " + r.marked(str(f, "value")))
		}
	case "Image":
		r.line("(image: " + str(n, "altText") + ")")
	case "ActionSet":
		r.buttons(n)
	case "ColumnSet":
		r.abreast(nodes(n["columns"]))
	case "Table":
		for _, row := range nodes(n["rows"]) {
			r.abreast(nodes(row["cells"]))
		}
	default:
		if strings.HasPrefix(str(n, "type"), "Input.") {
			r.input(n)
			return
		}
		for _, child := range children(n) {
			r.element(child)
		}
	}
}

// abreast writes what stands side by side: in one line if each part is one.
func (r *renderer) abreast(parts []node) {
	var texts []string
	single := true
	for _, n := range parts {
		inner := &renderer{zone: r.zone, entities: r.entities, values: r.values, mistakes: r.mistakes, quiet: r.quiet}
		for _, child := range nodes(n["items"]) {
			inner.element(child)
		}
		if len(inner.lines) == 0 {
			continue
		}
		texts = append(texts, strings.Join(inner.lines, "\n"))
		single = single && len(inner.lines) == 1
	}
	if single {
		r.line(strings.Join(texts, " | "))
		return
	}
	for _, t := range texts {
		r.line(t)
	}
}

// marked is a text in which markdown and functions work.
func (r *renderer) marked(text string) string {
	return mentioned(instants(unmarked(text), r.zone), r.entities)
}

// runs is a rich text, in which markdown does not work.
func (r *renderer) runs(n node) string {
	var b strings.Builder
	list, _ := n["inlines"].([]any)
	for _, e := range list {
		switch e := e.(type) {
		case string:
			b.WriteString(e)
		case node:
			b.WriteString(instants(str(e, "text"), r.zone))
		}
	}
	return mentioned(b.String(), r.entities)
}

func (r *renderer) buttons(n node) {
	var labels []string
	for _, a := range nodes(n["actions"]) {
		labels = append(labels, str(a, "title"))
	}
	if len(labels) > 0 && !r.quiet {
		r.line(inBrackets(labels))
	}
}

func (r *renderer) input(n node) {
	in := input{n}
	label := cmp.Or(str(n, "label"), str(n, "title"), str(n, "placeholder"))
	r.line(label + ": " + in.shown(in.present(r.values)))

	var options []string
	for _, o := range nodes(n["choices"]) {
		options = append(options, str(o, "title"))
	}
	if len(options) > 0 {
		r.line("  (" + strings.Join(options, " | ") + ")")
	}
	if m := r.mistakes[str(n, "label")]; m != "" {
		r.line("  ⚠ " + m)
	}
}
