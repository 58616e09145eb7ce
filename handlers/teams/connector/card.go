package connector

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// childLists are the members of an element in which others stand, in the order
// in which they are read.
var childLists = []string{"body", "items", "columns", "rows", "cells"}

// children lists the elements within an element.
func children(n node) []node {
	var out []node
	for _, key := range childLists {
		if key == "columns" && str(n, "type") == "Table" {
			continue // widths, nothing to read
		}
		out = append(out, nodes(n[key])...)
	}
	return out
}

// walk calls visit for an element and for everything within it but the cards
// that its actions show.
func walk(n node, visit func(node)) {
	visit(n)
	for _, child := range children(n) {
		walk(child, visit)
	}
}

// allText is every text of a card, to look for words in it.
func allText(card node) string {
	var b strings.Builder
	walk(card, func(n node) {
		b.WriteString(str(n, "text"))
		for _, part := range append(nodes(n["inlines"]), nodes(n["facts"])...) {
			b.WriteString(str(part, "text") + str(part, "title") + str(part, "value"))
		}
	})
	return b.String()
}

// action is a button of a card.
type action struct {
	def    node
	card   node    // in which it stands
	within *action // the one that shows the card it stands in, nil if it always shows
}

func (a *action) kind() string  { return str(a.def, "type") }
func (a *action) label() string { return str(a.def, "title") }

// actionsOf lists the buttons of a card in the order in which they are read,
// and behind each one those of the card that it shows.
func actionsOf(card node, within *action) []*action {
	var defs []node
	walk(card, func(n node) {
		if str(n, "type") == "ActionSet" {
			defs = append(defs, nodes(n["actions"])...)
		}
	})
	defs = append(defs, nodes(card["actions"])...)

	var out []*action
	for _, def := range defs {
		a := &action{def: def, card: card, within: within}
		out = append(out, a)
		if a.kind() == "Action.ShowCard" {
			out = append(out, actionsOf(object(def, "card"), a)...)
		}
	}
	return out
}

// buttonsOf lists the labels of what can be pressed at once.
func buttonsOf(card node) []string {
	var labels []string
	for _, a := range actionsOf(card, nil) {
		if a.within == nil {
			labels = append(labels, a.label())
		}
	}
	return labels
}

// findAction finds a button by its label. One that asks first is followed to the
// one button of its question.
func findAction(card json.RawMessage, label string) (*action, error) {
	all := actionsOf(objectOf(card), nil)
	i := slices.IndexFunc(all, func(a *action) bool { return a.within == nil && strings.EqualFold(a.label(), label) })
	if i < 0 {
		i = slices.IndexFunc(all, func(a *action) bool { return strings.EqualFold(a.label(), label) })
	}
	if i < 0 {
		return nil, fmt.Errorf("there is no [%s] here, but %s", label, inBrackets(buttonsOf(objectOf(card))))
	}
	if all[i].kind() != "Action.ShowCard" {
		return all[i], nil
	}

	var inside []*action
	for _, a := range all {
		if a.within == all[i] {
			inside = append(inside, a)
		}
	}
	if len(inside) != 1 {
		return nil, fmt.Errorf("[%s] asks first, and there are %d answers to choose from", label, len(inside))
	}
	return inside[0], nil
}

func inBrackets(labels []string) string {
	if len(labels) == 0 {
		return "nothing"
	}
	return "[" + strings.Join(labels, "] [") + "]"
}

// fields lists what is filled in when an action is pressed: in its card, and in
// those that it was shown from.
func (a *action) fields() []field {
	fields := fieldsOf(a.card)
	for outer := a.within; outer != nil; outer = outer.within {
		fields = append(fieldsOf(outer.card), fields...)
	}
	return fields
}
