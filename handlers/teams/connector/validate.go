package connector

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// What a card may be, in Teams.
const (
	cardVersion = "1.5"
	// maxCard is the most that a card may have, in bytes of UTF-16: below
	// maxMessage, since a message is more than its card.
	maxCard    = 80 << 10
	maxPrimary = 6 // buttons that show at once
)

// ValidateCard tells what Teams would not show, or show differently, of an
// Adaptive Card: nothing if it is in order.
func ValidateCard(card json.RawMessage) []string {
	n := objectOf(card)
	if n == nil {
		return []string{"the card is no JSON object"}
	}
	v := &validator{ids: map[string]string{}}
	v.shapes = v.allShapes()

	v.shape("card", n, "AdaptiveCard")
	if version := str(n, "version"); version != cardVersion {
		v.wrong("card", "version is %q, and has to be %s", version, cardVersion)
	}
	if size := 2 * len(utf16.Encode([]rune(string(card)))); size > maxCard {
		v.wrong("card", "it has %d bytes of UTF-16, and may have %d", size, maxCard)
	}
	return v.problems
}

// validator goes through a card and collects what is wrong.
type validator struct {
	shapes   map[string]shape
	problems []string
	ids      map[string]string // where they were first seen
}

// shape is what an element may consist of.
type shape struct {
	members  map[string]check
	required []string
}

// check looks at one member's value.
type check func(path string, value any)

func (v *validator) wrong(path, format string, args ...any) {
	v.problems = append(v.problems, path+": "+fmt.Sprintf(format, args...))
}

// shape checks an element of a kind.
func (v *validator) shape(path string, n node, kind string) {
	s, known := v.shapes[kind]
	if !known {
		v.wrong(path, "%q is not known", kind)
		return
	}
	for _, member := range s.required {
		if n[member] == nil {
			v.wrong(path, "%s has no %s", kind, member)
		}
	}
	for _, member := range sortedKeys(n) {
		c, known := s.members[member]
		switch {
		case !known:
			v.wrong(path, "%s has a member %s that is not known", kind, member)
		case n[member] == nil:
			v.wrong(path, "%s is null", member)
		default:
			c(path+"."+member, n[member])
		}
	}
	v.rules(path, n, kind)
}

// rules are those that concern several members.
func (v *validator) rules(path string, n node, kind string) {
	id := str(n, "id")
	if first, taken := v.ids[id]; taken && id != "" {
		v.wrong(path, "the id %q is taken by %s", id, first)
	}
	v.ids[id] = path

	switch {
	case kind == "Action.Execute":
		if str(object(n, "fallback"), "type") != "Action.Submit" {
			v.wrong(path, "Action.Execute has no Action.Submit as its fallback")
		}
	case strings.HasPrefix(kind, "Action.") && strings.ContainsAny(str(n, "title"), "\r\n"):
		v.wrong(path, "the title has more than a line")
	case strings.HasPrefix(kind, "Input."):
		v.inputRules(path, n)
	}
}

func (v *validator) inputRules(path string, n node) {
	if strings.Contains(str(n, "id"), ",") {
		v.wrong(path, "the id has a comma")
	}
	if !flag(n, "isRequired") {
		return
	}
	if str(n, "label") == "" {
		v.wrong(path, "a required input has no label")
	}
	if str(n, "errorMessage") == "" {
		v.wrong(path, "a required input has no errorMessage")
	}
}

func (v *validator) text(path string, value any) {
	if _, ok := value.(string); !ok {
		v.wrong(path, "it is no text")
	}
}

func (v *validator) yesNo(path string, value any) {
	if _, ok := value.(bool); !ok {
		v.wrong(path, "it is neither true nor false")
	}
}

func (v *validator) count(path string, value any) {
	n, _ := value.(json.Number)
	if i, err := n.Int64(); err != nil || i < 0 {
		v.wrong(path, "it is no count")
	}
}

func (v *validator) number(path string, value any) {
	if _, ok := value.(json.Number); !ok {
		v.wrong(path, "it is no number")
	}
}

func (v *validator) any(string, any) {}

// data is what comes back with a press. A text could not be merged with what
// was filled in.
func (v *validator) data(path string, value any) {
	n, ok := value.(node)
	if !ok {
		v.wrong(path, "it is no object")
		return
	}
	if teams, given := n["msteams"]; given {
		t, _ := teams.(node)
		if kind := str(t, "type"); !slices.Contains([]string{"task/fetch", "messageBack", "imBack", "invoke", "signin"}, kind) {
			v.wrong(path, "msteams has the type %q", kind)
		}
	}
}

func (v *validator) pattern(path string, value any) {
	s, _ := value.(string)
	if _, err := regexp.Compile(s); s == "" || err != nil {
		v.wrong(path, "it is no pattern")
	}
}

// among is one of some words, whatever their case.
func (v *validator) among(words ...string) check {
	return func(path string, value any) {
		s, _ := value.(string)
		if !slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, s) }) {
			v.wrong(path, "%q is none of %v", value, words)
		}
	}
}

// list is a list of objects of one kind, or of the kinds that start as given.
// Nested ones may go without their type where there is only one.
func (v *validator) list(prefix string, only ...string) check {
	return func(path string, value any) {
		items, ok := value.([]any)
		if !ok {
			v.wrong(path, "it is no list")
			return
		}
		for i, e := range items {
			v.item(fmt.Sprintf("%s[%d]", path, i), e, prefix, only)
		}
		if prefix == "Action." {
			v.primary(path, items)
		}
	}
}

func (v *validator) item(path string, value any, prefix string, only []string) {
	n, ok := value.(node)
	if !ok {
		v.wrong(path, "it is no object")
		return
	}
	kind := str(n, "type")
	if kind == "" && len(only) == 1 {
		kind = only[0]
	}
	belongs := strings.HasPrefix(kind, "Action.") == (prefix == "Action.") && !slices.Contains(parts, kind)
	if len(only) > 0 {
		belongs = slices.Contains(only, kind)
	}
	if !belongs {
		v.wrong(path, "%q does not belong here", kind)
		return
	}
	v.shape(path, n, kind)
}

// parts are the kinds that stand only in the lists made for them.
var parts = []string{"AdaptiveCard", "Column", "Fact", "Choice", "TextRun", "TableRow", "TableCell", "TableColumn", "Data.Query"}

// primary checks how many buttons show at once.
func (v *validator) primary(path string, items []any) {
	count := 0
	for _, e := range items {
		if n, ok := e.(node); ok && !strings.EqualFold(str(n, "mode"), "secondary") {
			count++
		}
	}
	if count > maxPrimary {
		v.wrong(path, "%d buttons show at once, and %d may", count, maxPrimary)
	}
}

// one is an object of one kind; of any kind of element or action where none is
// named.
func (v *validator) one(kind string) check {
	return func(path string, value any) {
		n, ok := value.(node)
		if !ok {
			v.wrong(path, "it is no object")
			return
		}
		k := kind
		if k == "" {
			k = str(n, "type")
		}
		v.shape(path, n, k)
	}
}

// fallback is "drop", or what is shown instead. The ids in it are those of what
// it replaces.
func (v *validator) fallback(path string, value any) {
	if n, ok := value.(node); ok {
		alone := &validator{shapes: nil, ids: map[string]string{}}
		alone.shapes = alone.allShapes()
		alone.shape(path, n, str(n, "type"))
		v.problems = append(v.problems, alone.problems...)
		return
	}
	if value != "drop" {
		v.wrong(path, "it is neither an element nor \"drop\"")
	}
}

func (v *validator) inlines(path string, value any) {
	items, ok := value.([]any)
	if !ok {
		v.wrong(path, "it is no list")
	}
	for i, e := range items {
		if _, plain := e.(string); !plain {
			v.item(fmt.Sprintf("%s[%d]", path, i), e, "", []string{"TextRun"})
		}
	}
}

func (v *validator) teams(path string, value any) {
	n, ok := value.(node)
	if !ok {
		v.wrong(path, "it is no object")
		return
	}
	for _, member := range sortedKeys(n) {
		switch member {
		case "width":
			v.among("Full")(path+".width", n[member])
		case "entities", "allowExpand":
		default:
			v.wrong(path, "msteams has a member %s that is not known", member)
		}
	}
}
