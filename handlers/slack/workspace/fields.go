package workspace

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// clientChecks is what Slack's client checks before it submits a modal: the
// mistakes, by block_id.
func clientChecks(v *view) map[string]string {
	mistakes := map[string]string{}
	for _, el := range elementsOf(v.blocks()) {
		if !el.input {
			continue
		}
		if m := el.mistake(v.state[el.blockID][el.actionID]); m != "" {
			mistakes[el.blockID] = m
		}
	}
	return mistakes
}

// mistake is what is wrong with a value of the element, or "".
func (e element) mistake(v node) string {
	if e.empty(v) {
		if e.optional {
			return ""
		}
		return requiredText
	}
	text := str(v, "value")
	switch e.kind {
	case "plain_text_input":
		return e.lengthMistake(text)
	case "number_input":
		return e.numberMistake(text)
	case "email_text_input":
		if _, err := mail.ParseAddress(text); err != nil {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if u, err := url.Parse(text); err != nil || u.Host == "" {
			return "Please enter a valid URL."
		}
	}
	return ""
}

func (e element) lengthMistake(text string) string {
	n := int64(utf8.RuneCountInString(text))
	if least, err := number(e.def, "min_length"); err == nil && n < least {
		return fmt.Sprintf("Please enter at least %d characters.", least)
	}
	most, err := number(e.def, "max_length")
	if err != nil {
		most = 3000
	}
	if n > most {
		return fmt.Sprintf("Please enter no more than %d characters.", most)
	}
	return ""
}

var wholeNumber = regexp.MustCompile(`^-?\d+$`)

func (e element) numberMistake(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return "Please enter a number."
	case !flag(e.def, "is_decimal_allowed") && !wholeNumber.MatchString(text):
		return "Please enter a whole number."
	}
	if least, err := strconv.ParseFloat(str(e.def, "min_value"), 64); err == nil && n < least {
		return "Please enter a number no smaller than " + str(e.def, "min_value") + "."
	}
	if most, err := strconv.ParseFloat(str(e.def, "max_value"), 64); err == nil && n > most {
		return "Please enter a number no larger than " + str(e.def, "max_value") + "."
	}
	return ""
}

// fill turns what a person types or names into a value of the element: the
// text of an option, a person's name, a date as 2006-01-02, a moment as
// 2006-01-02 15:04 in their zone. Several options are separated by commas, and
// the empty string empties the field.
func (w *Workspace) fill(user string, e element, typed string) (node, error) {
	k, has := valueKinds[e.kind]
	if !has {
		return nil, fmt.Errorf("a %s can't be filled in", e.kind)
	}
	v, err := w.fillValue(user, e, typed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.label, err)
	}
	return node{"type": e.kind, k.value: v}, nil
}

func (w *Workspace) fillValue(user string, e element, typed string) (any, error) {
	k := valueKinds[e.kind]
	switch {
	case typed == "" && k.list:
		return []any{}, nil
	case typed == "":
		return nil, nil
	}
	switch k.value {
	case "selected_option":
		return chooseOption(e, typed)
	case "selected_options":
		return chooseOptions(e, typed)
	case "selected_user":
		return w.chooseUser(typed)
	case "selected_users":
		return each(typed, w.chooseUser)
	case "selected_conversation", "selected_channel":
		return w.chooseChannel(typed)
	case "selected_conversations", "selected_channels":
		return each(typed, w.chooseChannel)
	case "selected_date_time":
		return w.chooseMoment(user, typed)
	default:
		return typed, nil
	}
}

// each chooses several things that are separated by commas.
func each(typed string, choose func(string) (any, error)) ([]any, error) {
	var out []any
	for part := range strings.SplitSeq(typed, ",") {
		v, err := choose(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func chooseOption(e element, typed string) (any, error) {
	for _, o := range optionsOf(e.def) {
		if str(o, "value") == typed || strings.EqualFold(str(object(o, "text"), "text"), typed) {
			return o, nil
		}
	}
	return nil, fmt.Errorf("there is no option %q", typed)
}

func chooseOptions(e element, typed string) (any, error) {
	if o, err := chooseOption(e, typed); err == nil {
		return []any{o}, nil
	}
	return each(typed, func(part string) (any, error) { return chooseOption(e, part) })
}

func (w *Workspace) chooseUser(typed string) (any, error) {
	if u := w.findUser(typed); u != nil {
		return u.ID, nil
	}
	return nil, fmt.Errorf("there is nobody called %q", typed)
}

func (w *Workspace) chooseChannel(typed string) (any, error) {
	for _, c := range w.order {
		if !c.direct() && (c.id == typed || c.name == strings.TrimPrefix(typed, "#")) {
			return c.id, nil
		}
	}
	return nil, fmt.Errorf("there is no channel %q", typed)
}

func (w *Workspace) chooseMoment(user, typed string) (any, error) {
	if _, err := strconv.ParseInt(typed, 10, 64); err == nil {
		return json.Number(typed), nil
	}
	if t, err := time.Parse(time.RFC3339, typed); err == nil {
		return json.Number(strconv.FormatInt(t.Unix(), 10)), nil
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", typed, w.people[user].zone())
	if err != nil {
		return nil, fmt.Errorf("%q is no moment; write it as 2006-01-02 15:04", typed)
	}
	return json.Number(strconv.FormatInt(t.Unix(), 10)), nil
}

var (
	mentioned = regexp.MustCompile(`(^|[\s(])@([\w.-]+)`)
	channeled = regexp.MustCompile(`(^|[\s(])#([\w-]+)`)
	addressed = regexp.MustCompile(`https?://[^\s<>|]+`)
)

// linked is what becomes of a text that a person types: & < and > are escaped,
// and names of people, channels and addresses become live.
func (w *Workspace) linked(text string) string {
	text = addressed.ReplaceAllString(Escape(text), "<$0>")
	text = mentioned.ReplaceAllStringFunc(text, func(found string) string {
		at := strings.Index(found, "@")
		name := strings.TrimRight(found[at+1:], ".")
		tail := found[at+1+len(name):]
		switch u := w.findUser(name); {
		case name == "channel", name == "here", name == "everyone":
			return found[:at] + "<!" + name + ">" + tail
		case u != nil:
			return found[:at] + "<@" + u.ID + "|" + u.Name + ">" + tail
		default:
			return found
		}
	})
	return channeled.ReplaceAllStringFunc(text, func(found string) string {
		at := strings.Index(found, "#")
		for _, c := range w.order {
			if !c.direct() && c.name == found[at+1:] {
				return found[:at] + "<#" + c.id + "|" + c.name + ">"
			}
		}
		return found
	})
}
