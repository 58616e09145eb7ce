package connector

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// input is an element that can be filled in.
type input struct{ def node }

func (i input) id() string   { return str(i.def, "id") }
func (i input) kind() string { return strings.TrimPrefix(str(i.def, "type"), "Input.") }

// present is what stands in the input, as it is sent: what was filled in, or
// else what it was drawn with.
func (i input) present(filled map[string]string) string {
	if v, ok := filled[i.id()]; ok {
		return v
	}
	switch v := i.def["value"].(type) {
	case nil:
		if i.kind() == "Toggle" {
			return cmp.Or(str(i.def, "valueOff"), "false")
		}
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// shown is a value as it is read.
func (i input) shown(value string) string {
	if i.kind() != "ChoiceSet" || value == "" {
		return value
	}
	var labels []string
	for _, v := range i.split(value) {
		label := v
		for _, o := range nodes(i.def["choices"]) {
			if str(o, "value") == v {
				label = str(o, "title")
			}
		}
		labels = append(labels, label)
	}
	return strings.Join(labels, ", ")
}

func (i input) split(value string) []string {
	if !flag(i.def, "isMultiSelect") {
		return []string{value}
	}
	return strings.Split(value, ",")
}

// field is what people take for one question: an input, or a date and a time
// that stand next to each other.
type field struct {
	label  string
	inputs []input
}

// fieldsOf lists the questions of a card.
func fieldsOf(card node) []field {
	var out []field
	walk(card, func(n node) {
		if !strings.HasPrefix(str(n, "type"), "Input.") {
			return
		}
		in := input{n}
		if k := len(out) - 1; k >= 0 && in.kind() == "Time" && len(out[k].inputs) == 1 && out[k].inputs[0].kind() == "Date" {
			out[k].inputs = append(out[k].inputs, in)
			return
		}
		label := cmp.Or(str(n, "label"), str(n, "title"), str(n, "placeholder"), in.id())
		out = append(out, field{label: label, inputs: []input{in}})
	})
	return out
}

// aside is what stands behind a label in brackets, such as a zone.
var aside = regexp.MustCompile(` \([^)]*\)$`)

// findField finds a question by its label, by the label without what stands behind
// it in brackets, or by the id of its input.
func findField(fields []field, label string) (field, error) {
	for _, same := range []func(field) bool{
		func(f field) bool { return strings.EqualFold(f.label, label) },
		func(f field) bool { return strings.EqualFold(aside.ReplaceAllString(f.label, ""), label) },
		func(f field) bool { return f.inputs[0].id() == label },
	} {
		if i := slices.IndexFunc(fields, same); i >= 0 {
			return fields[i], nil
		}
	}
	var labels []string
	for _, f := range fields {
		labels = append(labels, f.label)
	}
	return field{}, fmt.Errorf("there is no %q to fill in, but %q", label, labels)
}

// fill is what the field's inputs hold once somebody has typed or chosen value.
func (c *Connector) fill(f field, value string) (map[string]string, error) {
	if len(f.inputs) == 2 {
		date, clock, ok := strings.Cut(value, " ")
		if !ok && value != "" {
			return nil, fmt.Errorf("%q is no date and time such as 2006-01-02 15:04", value)
		}
		return map[string]string{f.inputs[0].id(): date, f.inputs[1].id(): clock}, nil
	}
	in := f.inputs[0]
	v, err := c.chosen(in, value)
	return map[string]string{in.id(): v}, err
}

// chosen is what an input sends for what people type or choose.
func (c *Connector) chosen(in input, value string) (string, error) {
	switch in.kind() {
	case "Toggle":
		switch strings.ToLower(value) {
		case "true", "yes", "on":
			return cmp.Or(str(in.def, "valueOn"), "true"), nil
		default:
			return cmp.Or(str(in.def, "valueOff"), "false"), nil
		}
	case "ChoiceSet":
		return c.choose(in, value)
	case "Date":
		_, err := time.Parse(time.DateOnly, value)
		return value, unlessEmpty(value, err)
	case "Time":
		_, err := time.Parse("15:04", value)
		return value, unlessEmpty(value, err)
	default:
		return value, nil
	}
}

func unlessEmpty(value string, err error) error {
	if value == "" {
		return nil
	}
	return err
}

// choose finds options by their labels. Where several may be chosen, commas
// stand between them.
func (c *Connector) choose(in input, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if v, ok := c.option(in, value); ok {
		return v, nil
	}
	if !flag(in.def, "isMultiSelect") {
		return "", fmt.Errorf("there is no %q to choose", value)
	}

	var values []string
	for label := range strings.SplitSeq(value, ",") {
		v, ok := c.option(in, strings.TrimSpace(label))
		if !ok {
			return "", fmt.Errorf("there is no %q to choose", label)
		}
		values = append(values, v)
	}
	return strings.Join(values, ","), nil
}

// option finds an option by its label, then by its value; where people can be
// looked up, a colleague too.
func (c *Connector) option(in input, label string) (string, bool) {
	options := nodes(in.def["choices"])
	for _, key := range []string{"title", "value"} {
		for _, o := range options {
			if strings.EqualFold(str(o, key), label) {
				return str(o, "value"), true
			}
		}
	}
	if str(object(in.def, "choices.data"), "dataset") != peopleDataset {
		return "", false
	}
	u := c.findUser(label)
	if u == nil || u.Deleted {
		return "", false
	}
	return u.ID, true
}

// peopleDataset is where a choice is looked up among the organisation's people.
const peopleDataset = "graph.microsoft.com/users"

// mistakesIn is what the client finds wrong before it sends anything, by label.
func mistakesIn(fields []field, values map[string]string) map[string]string {
	mistakes := map[string]string{}
	for _, f := range fields {
		for _, in := range f.inputs {
			if m := in.mistake(in.present(values)); m != "" {
				mistakes[f.label] = m
			}
		}
	}
	return mistakes
}

// mistake is what is wrong with a value, "" if it is right.
func (i input) mistake(value string) string {
	wrong := cmp.Or(str(i.def, "errorMessage"), "This is not valid.")
	if value == "" {
		if flag(i.def, "isRequired") {
			return cmp.Or(str(i.def, "errorMessage"), "This is required.")
		}
		return ""
	}
	switch i.kind() {
	case "Text":
		if most, ok := i.number("maxLength"); ok && float64(utf8.RuneCountInString(value)) > most || !i.matches(value) {
			return wrong
		}
	case "Number":
		v, err := strconv.ParseFloat(value, 64)
		least, hasLeast := i.number("min")
		most, hasMost := i.number("max")
		if err != nil || hasLeast && v < least || hasMost && v > most {
			return wrong
		}
	case "Date", "Time":
		least, most := str(i.def, "min"), str(i.def, "max")
		if value < least || most != "" && value > most {
			return wrong
		}
	}
	return ""
}

func (i input) number(member string) (float64, bool) {
	v := i.def[member]
	if v == nil {
		return 0, false
	}
	f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	return f, err == nil
}

func (i input) matches(value string) bool {
	pattern := str(i.def, "regex")
	if pattern == "" {
		return true
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(value)
}

// answers is what goes along with a press: what stands in each input, without
// the empty ones.
func answers(fields []field, values map[string]string) node {
	out := node{}
	for _, f := range fields {
		for _, in := range f.inputs {
			if v := in.present(values); v != "" {
				out[in.id()] = v
			}
		}
	}
	return out
}
