package teams

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The limits of a form, in characters unless said otherwise.
const (
	maxLabel   = 150
	maxHint    = 300
	maxAnswer  = 3000
	maxOption  = 75
	maxOptions = 100
	maxRadios  = 5  // beyond them a menu is easier to read
	maxChecks  = 10 // likewise
	maxFields  = 50
	maxProblem = 300
	maxNumber  = 42 // as many as decimal matches
)

// DrawForm returns the card that the form becomes in a dialog, or in a message,
// where there are no dialogs.
func DrawForm(f chat.Form, inline bool) ([]byte, error) {
	return json.Marshal(drawSheet(newSheet("1", f, "", inline), nil, nil, ""))
}

// drawSheet draws the form with what stands in its fields, nil for what it says
// itself; with what is wrong with that; and with a sentence above it, "" for
// none. Of a form that is too large the introduction goes first, then the
// answers to choose among.
func drawSheet(s sheet, values chat.Values, problems chat.Problems, note string) card {
	s = drawable(s, values)

	for _, most := range []int{maxOptions, maxOptions, 50, 20, maxChecks, 5} {
		if c := composeSheet(s, problems, note); c.fits() {
			return c
		}

		s.Form.Intro = nil
		for i := range s.Form.Fields {
			s.Form.Fields[i].Options = fewOptions(s.Form.Fields[i], most)
		}
	}

	for i := range s.Form.Fields {
		s.Form.Fields[i].Initial, s.Form.Fields[i].Hint, s.Form.Fields[i].Example = nil, "", ""
	}

	return composeSheet(s, problems, note)
}

// drawable returns the sheet as it can be drawn and read again: each field once,
// with answers that differ, and with what stands in it.
func drawable(s sheet, values chat.Values) sheet {
	var fields []chat.Field

	taken := make(map[string]bool)

	for _, field := range s.Form.Fields {
		field.ID = head(chat.Clean(field.ID), maxAction)
		field.Options = options(field.Options)

		if values != nil {
			field.Initial = values[field.ID]
		}

		choice := field.Kind == chat.ChoiceField || field.Kind == chat.ChoicesField
		if field.ID == "" || taken[field.ID] || choice && len(field.Options) == 0 || len(fields) == maxFields {
			continue
		}

		taken[field.ID] = true
		fields = append(fields, field)
	}

	s.Form.Fields = fields

	return s
}

// options are the answers that can be told apart.
func options(of []chat.Option) []chat.Option {
	var fit []chat.Option

	taken := make(map[string]bool)

	for _, o := range of {
		o.Value = head(chat.Clean(o.Value), maxOption)
		o.Label = cmp.Or(chat.Single(o.Label, maxOption), o.Value)

		if o.Value != "" && !taken[o.Value] && len(fit) < maxOptions {
			taken[o.Value] = true
			fit = append(fit, o)
		}
	}

	return fit
}

// fewOptions are at most so many of a field's answers, with those that stand in
// it.
func fewOptions(field chat.Field, most int) []chat.Option {
	var few []chat.Option

	for i, o := range field.Options {
		if i < most || slices.Contains(field.Initial, o.Value) {
			few = append(few, o)
		}
	}

	return few
}

func composeSheet(s sheet, problems chat.Problems, note string) card {
	page := &sketch{piece: maxText}
	if s.Inline {
		page.title(s.Form.Title)
	}

	if len(s.Form.Fields) == 0 && len(s.Form.Intro) == 0 {
		page.paragraph(chat.Plain(cmp.Or(chat.Single(s.Form.Title, maxTitle), chat.Ellipsis)))
	}

	page.notice("accent", note)
	page.wrong(s.Form, problems)

	for _, part := range s.Form.Intro {
		if _, row := part.(chat.Buttons); !row {
			page.part(part)
		}
	}

	page.needed(s.Form)

	for _, field := range s.Form.Fields {
		page.field(s, field, problems[field.ID])
	}

	c := newCard()
	c.Fallback = cmp.Or(chat.Single(s.Form.Title, maxTitle), chat.Ellipsis)
	c.Body, c.Actions = page.body, s.buttons()

	return c
}

// notice is a sentence that stands out above the form.
func (s *sketch) notice(style, sentence string) {
	if sentence = chat.Several(sentence, maxProblem); sentence != "" {
		s.boxed(style, "", s.words(chat.Plain(sentence), maxProblem, run{}))
	}
}

// wrong says above the form what belongs to none of its fields, and that there
// is something at one of them, which may be far down.
func (s *sketch) wrong(form chat.Form, problems chat.Problems) {
	atFields := 0

	for _, field := range form.Fields {
		if problems[field.ID] != "" {
			atFields++
		}
	}

	if atFields > 0 {
		s.notice("attention", "Not sent yet: please look at what is marked below.")
	}

	for _, id := range slices.Sorted(maps.Keys(problems)) {
		if !asksFor(form, id) {
			s.notice("attention", problems[id])
		}
	}
}

// needed names the fields that have to be filled, where Teams does not mark
// them.
func (s *sketch) needed(form chat.Form) {
	if !redraws(form) {
		return
	}

	var names []string

	for _, field := range form.Fields {
		if field.Required && len(field.Initial) == 0 {
			names = append(names, chat.Single(field.Label, maxLabel))
		}
	}

	if len(names) > 0 {
		s.small(chat.Plain("Needed: " + strings.Join(names, ", ")))
	}
}

// redraws reports whether the form has a field that redraws it. Teams sends no
// form in which a required field is empty, and nothing of one that it does not
// check: so in such a form no field is marked as required, or an answer could
// not be changed before all others are given.
func redraws(form chat.Form) bool {
	return slices.ContainsFunc(form.Fields, func(f chat.Field) bool { return f.Redraws })
}

// field draws a question: the field with its label, what is wrong with its
// answer, and what helps to answer it.
func (s *sketch) field(in sheet, field chat.Field, problem string) {
	for _, e := range s.inputs(in, field) {
		s.add(e)
	}

	if problem = chat.Several(problem, maxProblem); problem != "" {
		s.under(problem, run{Color: "Attention", Weight: "Bolder"})
	}

	if hint := chat.Single(field.Hint, maxHint); hint != "" {
		s.under(hint, run{Size: "Small", Subtle: true})
	}
}

// under is a line that belongs to the field above it.
func (s *sketch) under(line string, like run) {
	e := rich(s.words(chat.Plain(line), maxProblem, like))
	e.Spacing = "Small"
	s.add(e)
}

// inputPrefix keeps the names of fields apart from everything else that comes
// back with a form.
const inputPrefix = "in:"

const (
	dateSuffix  = ":date"
	clockSuffix = ":time"
)

// inputs are what a field is answered in.
func (s *sketch) inputs(in sheet, field chat.Field) []element {
	input := element{
		ID: inputPrefix + field.ID, Label: tame(cmp.Or(chat.Single(field.Label, maxLabel), field.ID)), Placeholder: chat.Single(field.Example, maxLabel),
		Required: field.Required && !redraws(in.Form),
	}

	if input.Required {
		input.Mistake = missing(field)
	}

	switch field.Kind {
	case chat.LineField, chat.ParagraphField:
		return []element{textInput(input, field)}
	case chat.ChoiceField, chat.ChoicesField:
		return []element{choices(input, field)}
	case chat.MomentField:
		return []element{moment(input, field, in.location(), in.Zone)}
	case chat.NumberField:
		return []element{number(input, field)}
	case chat.PersonField:
		return []element{people(input, field)}
	default:
		return []element{textInput(input, field)}
	}
}

func textInput(input element, field chat.Field) element {
	input.Type = "Input.Text"
	input.Multiline = field.Kind == chat.ParagraphField
	input.Max = longest(field)
	input.Value = head(chat.Clean(first(field.Initial)), input.Max)

	return input
}

// longest is how many characters the answer may have.
func longest(field chat.Field) int {
	if field.Max > 0 {
		return min(field.Max, maxAnswer)
	}

	return maxAnswer
}

// choices draws few answers of which one is wanted as radio buttons, all to be
// seen and one tap away; some of which several are wanted as checkboxes; and
// everything else as a menu.
func choices(input element, field chat.Field) element {
	input.Type = "Input.ChoiceSet"
	input.Multi = field.Kind == chat.ChoicesField
	input.Style, input.Wrap = "compact", true

	few := maxRadios
	if input.Multi {
		few = maxChecks
	}

	if n := len(field.Options); n <= few && (field.Required || field.Redraws || input.Multi) {
		input.Style = "expanded"
	}

	var chosen []string

	for _, o := range field.Options {
		input.Choices = append(input.Choices, option{Title: tame(o.Label), Value: enclosed(o.Value)})

		if slices.Contains(field.Initial, o.Value) && (input.Multi || len(chosen) == 0) {
			chosen = append(chosen, enclosed(o.Value))
		}
	}

	input.Value = strings.Join(chosen, ",")

	return input
}

// enclosed returns an answer's value without commas, which part several values
// of one field.
func enclosed(value string) string {
	if strings.ContainsAny(value, ",%") {
		return url.QueryEscape(value)
	}

	return value
}

// moment is a date and a time side by side. They are in the zone of whoever
// fills them in, which is named, since a form may outlive a journey.
func moment(input element, field chat.Field, in *time.Location, zone string) element {
	date, clock := input, input
	date.Type, date.ID, date.Placeholder = "Input.Date", input.ID+dateSuffix, ""
	clock.Type, clock.ID, clock.Placeholder = "Input.Time", input.ID+clockSuffix, ""
	clock.Label = "Time (" + place(zone) + ")"

	initial := first(field.Initial)
	if at, err := time.Parse(time.RFC3339, initial); err == nil {
		date.Value, clock.Value = at.In(in).Format(time.DateOnly), at.In(in).Format("15:04")
	} else if _, err := time.Parse(time.DateOnly, initial); err == nil {
		date.Value = initial
	} else if _, err := time.Parse("15:04", initial); err == nil {
		clock.Value = initial
	}

	return element{Type: "ColumnSet", Columns: []element{
		{Type: "Column", Width: "stretch", Items: []element{date}},
		{Type: "Column", Width: "stretch", Items: []element{clock}},
	}}
}

// place names a zone as people do: "London" for Europe/London.
func place(zone string) string {
	name := zone[strings.LastIndexByte(zone, '/')+1:]

	return cmp.Or(chat.Single(strings.ReplaceAll(name, "_", " "), maxFactLabel), "UTC")
}

// decimal is a number as people write it. A point or a comma parts the
// fraction.
var decimal = regexp.MustCompile(`^-?[0-9]{1,20}([.,][0-9]{1,20})?$`)

// number is a line of text: a field for numbers loses the zero of 80.50, which
// an amount is read with.
func number(input element, field chat.Field) element {
	input.Type = "Input.Text"
	input.Max = maxNumber
	input.Regex = decimal.String()
	input.Mistake = notANumber
	input.Value = chat.Single(first(field.Initial), maxNumber)

	return input
}

// people is a search among the people of Teams, and offers those whom the field
// names besides.
func people(input element, field chat.Field) element {
	input.Type = "Input.ChoiceSet"
	input.Style = "filtered"
	input.Choices = []option{}
	input.Data = &query{Type: "Data.Query", Dataset: "graph.microsoft.com/users"}

	for _, o := range field.Options {
		input.Choices = append(input.Choices, option{Title: tame(o.Label), Value: o.Value})
	}

	who := chat.Person(first(field.Initial))

	switch {
	case offered(field, string(who)):
		input.Value = string(who)
	case who.Platform() == chat.Teams && guid.MatchString(who.ID()):
		input.Value = who.ID()
	}

	return input
}

func offered(field chat.Field, value string) bool {
	return slices.ContainsFunc(field.Options, func(o chat.Option) bool { return o.Value == value })
}

// showMore is the button that draws a form anew for the answers that it has now.
// Nobody has to press it: a form whose answers ask for more is not sent before it
// was shown with that.
const showMore = "Show what this needs"

// buttons are what sends a form, what draws it anew, and what takes it away: a
// dialog has a cross for that.
func (s sheet) buttons() []action {
	var row []action

	if len(s.Form.Fields) > 0 {
		send := s.button(cmp.Or(chat.Single(s.Form.Submit, maxButton), "Send"), doSubmit)
		send.Style = "positive"
		row = append(row, send)
	}

	if redraws(s.Form) {
		row = append(row, s.button(showMore, doRedraw))
	}

	if s.Inline {
		leave := sheet{ID: s.ID, Inline: true, Form: chat.Form{ID: s.Form.ID}}

		cancel := leave.button(cmp.Or(chat.Single(s.Form.Cancel, maxButton), "Cancel"), doCancel)
		cancel.Inputs, cancel.Fallback.Inputs = "none", "none"
		row = append(row, cancel)
	}

	return row
}

func (s sheet) button(title, do string) action {
	kept := s.travelling()
	data := payload{FB: mark{Sheet: &kept, Do: do}}

	if s.Inline {
		return execute(title, do, data)
	}

	return submit(title, data)
}

// travelling is the sheet as it goes along with a button. What stands in its
// fields comes back from them: only what tells a changed answer goes along.
func (s sheet) travelling() sheet {
	s.Form.Fields = slices.Clone(s.Form.Fields)

	for i := range s.Form.Fields {
		if !s.Form.Fields[i].Redraws {
			s.Form.Fields[i].Initial = nil
		}
	}

	return s
}
