package teams

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// What a form says of an answer that is none.
const (
	notANumber  = "Please write a number, such as 80.50."
	halfAMoment = "Please give both a date and a time."
)

// missing is what is said at a field that has to be filled and is not.
func missing(field chat.Field) string {
	switch field.Kind {
	case chat.ChoiceField, chat.ChoicesField:
		return "Please choose one."
	case chat.MomentField:
		return halfAMoment
	case chat.PersonField:
		return "Please choose somebody."
	case chat.LineField, chat.ParagraphField, chat.NumberField:
		return "Please fill this in."
	default:
		return "Please fill this in."
	}
}

// readClick returns the choice whose button came back with the data, and false
// if it was none of a message's.
func readClick(data json.RawMessage) (of mark, ok bool) {
	var back payload
	if err := json.Unmarshal(data, &back); err != nil || back.FB.Sheet != nil || back.FB.Action == "" {
		return mark{}, false
	}

	return back.FB, true
}

// readSheet returns the form that came back with the data, and false if there is
// none. No more of it is looked at than can have been drawn. Of the answers only
// those are taken that the form asks for, as long as it lets them be, and among
// those that it offers.
func readSheet(data json.RawMessage) (filled, bool) {
	var back payload
	if err := json.Unmarshal(data, &back); err != nil || back.FB.Sheet == nil {
		return filled{}, false
	}

	var inputs map[string]json.RawMessage
	if err := json.Unmarshal(data, &inputs); err != nil {
		return filled{}, false
	}

	in := filled{Sheet: drawable(*back.FB.Sheet, nil), Do: back.FB.Do}
	in.Values, in.Problems = answers(in.Sheet, inputs)

	switch in.Do {
	case doSubmit, doCancel, doRedraw:
		return in, true
	default:
		return filled{}, false
	}
}

// answers returns what stands in the fields, and what is wrong with that.
func answers(s sheet, inputs map[string]json.RawMessage) (chat.Values, chat.Problems) {
	values, problems := make(chat.Values), make(chat.Problems)

	for _, field := range s.Form.Fields {
		answer, problem := answered(field, inputs, s.location())

		if len(answer) > 0 {
			values[field.ID] = answer
		} else if field.Required && problem == "" {
			problem = missing(field)
		}

		if problem != "" {
			problems[field.ID] = problem
		}
	}

	return values, problems
}

// answered returns the answer to a field, and what is wrong with it.
func answered(field chat.Field, inputs map[string]json.RawMessage, zone *time.Location) ([]string, string) {
	if field.Kind == chat.MomentField {
		return momentOf(scalar(inputs[inputPrefix+field.ID+dateSuffix]), scalar(inputs[inputPrefix+field.ID+clockSuffix]), zone)
	}

	said := scalar(inputs[inputPrefix+field.ID])
	if said == "" {
		return nil, ""
	}

	switch field.Kind {
	case chat.LineField, chat.ParagraphField:
		return []string{head(said, longest(field))}, ""
	case chat.ChoiceField:
		return chosen(field, []string{said}), ""
	case chat.ChoicesField:
		return chosen(field, strings.SplitN(said, ",", maxOptions+1)), ""
	case chat.NumberField:
		return numberOf(said)
	case chat.PersonField:
		return somebody(field, said), ""
	case chat.MomentField:
		return nil, ""
	default:
		return nil, ""
	}
}

// scalar is the value of an input as a string, "" for what is none: nearly all
// are strings, but some clients send numbers and booleans as such.
func scalar(value json.RawMessage) string {
	var s string
	if err := json.Unmarshal(value, &s); err == nil {
		return s
	}

	var n json.Number
	if err := json.Unmarshal(value, &n); err == nil {
		return n.String()
	}

	var b bool
	if err := json.Unmarshal(value, &b); err == nil && b {
		return "true"
	}

	return ""
}

// chosen returns those of the values that the field offers.
func chosen(field chat.Field, values []string) []string {
	var picked []string

	for _, o := range field.Options {
		if slices.Contains(values, enclosed(o.Value)) {
			picked = append(picked, o.Value)
		}
	}

	return picked
}

// numberOf reads a number. A comma is taken for the point of a fraction, unless
// it may part thousands. What is no number stands in the answer as it is, like
// half a moment.
func numberOf(said string) ([]string, string) {
	said = strings.TrimSpace(said)
	if _, fraction, ok := strings.Cut(said, ","); ok && len(fraction) != 3 {
		said = strings.Replace(said, ",", ".", 1)
	}

	if !decimal.MatchString(said) || strings.Contains(said, ",") {
		return []string{head(said, maxNumber)}, notANumber
	}

	return []string{said}, ""
}

// somebody reads whom the field offered, or somebody whom Teams found.
func somebody(field chat.Field, said string) []string {
	switch {
	case offered(field, said):
		return []string{said}
	case guid.MatchString(said):
		return []string{string(personOf(said))}
	default:
		return nil
	}
}

// momentOf reads a date and a time in a zone. Half of them is a problem, and
// stands in the answer as it is, so that the form can be drawn with it again.
func momentOf(date, clock string, zone *time.Location) ([]string, string) {
	date, clock = strings.TrimSpace(date), strings.TrimSpace(clock)
	if withSeconds, err := time.Parse(time.TimeOnly, clock); err == nil {
		clock = withSeconds.Format("15:04")
	}

	at, err := time.ParseInLocation(time.DateOnly+" 15:04", date+" "+clock, zone)
	_, noDate := time.Parse(time.DateOnly, date)
	_, noClock := time.Parse("15:04", clock)

	switch {
	case err == nil:
		return []string{at.UTC().Format(time.RFC3339)}, ""
	case date == "" && clock == "":
		return nil, ""
	case noDate == nil:
		return []string{date}, halfAMoment
	case noClock == nil:
		return []string{clock}, halfAMoment
	default:
		return nil, halfAMoment
	}
}
