package slack

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The limits of a form, in characters unless said otherwise.
const (
	maxViewTitle   = 24
	maxInputLabel  = 2000
	maxPlaceholder = 150
	maxAnswer      = 3000
	maxOption      = 75
	maxOptions     = 100 // of a select
	maxChecks      = 10  // of checkboxes
	maxRadios      = 5   // beyond them a menu is easier to read
	maxState       = 3000
)

// DrawForm returns the modal view that the form becomes.
func DrawForm(f chat.Form) ([]byte, error) { return json.Marshal(drawForm(f)) }

func drawForm(f chat.Form) slack.ModalViewRequest {
	view := slack.ModalViewRequest{
		Type:            slack.VTModal,
		Title:           label(cmp.Or(chat.Single(f.Title, maxViewTitle), "Firebreak")),
		Close:           label(cmp.Or(chat.Single(f.Cancel, maxViewTitle), "Cancel")),
		CallbackID:      chat.Cut(f.ID, maxID),
		PrivateMetadata: chat.Cut(f.State, maxState),
	}

	fields := inputs(f.Fields)
	if len(fields) > 0 {
		view.Submit = label(cmp.Or(chat.Single(f.Submit, maxViewTitle), "Send"))
	}

	view.Blocks.BlockSet = append(intro(f.Intro, viewCanvas.blocks-len(fields)), fields...)

	if len(view.Blocks.BlockSet) == 0 {
		view.Blocks.BlockSet = blocks(chat.Message{Title: f.Title}, viewCanvas)
	}

	return view
}

// drawNotice is a view that only says something.
func drawNotice(m chat.Message) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type:   slack.VTModal,
		Title:  label("Firebreak"),
		Close:  label("Close"),
		Blocks: slack.Blocks{BlockSet: blocks(m, viewCanvas)},
	}
}

func intro(parts []chat.Part, room int) []slack.Block {
	if len(parts) == 0 || room <= 0 {
		return nil
	}

	return blocks(chat.Message{Parts: parts}, canvas{blocks: room, text: messageCanvas.text})
}

// inputs draws the fields. Each is a block with the field's id, under which its
// answer comes back and its problem is shown; a form that is drawn anew keeps
// what was typed under the same id.
func inputs(fields []chat.Field) []slack.Block {
	var drawn []slack.Block

	taken := make(map[string]bool)

	for _, field := range fields {
		id := chat.Cut(chat.Clean(field.ID), maxID)
		if id == "" || taken[id] || len(drawn) == viewCanvas.blocks {
			continue
		}

		if answer := element(field, id); answer != nil {
			taken[id] = true
			drawn = append(drawn, input(field, id, answer))
		}

		if answer := elsewhere(field, id); answer != nil && len(drawn) < viewCanvas.blocks {
			drawn = append(drawn, input(chat.Field{Label: chat.Single(field.Label, maxInputLabel/2) + ", if they are not on Slack"}, id+elsewhereMark, answer))
		}
	}

	return drawn
}

// elsewhereMark is what the id of a field ends in that asks for a person besides
// those whom Slack's own menu has.
const elsewhereMark = "~elsewhere"

// elsewhere is the menu of those whom a field offers and who are not on Slack, nil
// where there are none.
func elsewhere(field chat.Field, id string) slack.BlockElement {
	offered := options(abroad(field), maxOptions)
	if len(offered) == 0 {
		return nil
	}

	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, id+elsewhereMark, offered...)
	if initial := chosen(offered, field.Initial); len(initial) > 0 {
		menu.InitialOption = initial[0]
	}

	return menu
}

// abroad are those whom a field offers and who are not on Slack.
func abroad(field chat.Field) []chat.Option {
	if field.Kind != chat.PersonField {
		return nil
	}

	return slices.DeleteFunc(slices.Clone(field.Options), func(o chat.Option) bool { return chat.Person(o.Value).Platform() == chat.Slack })
}

func input(field chat.Field, id string, element slack.BlockElement) *slack.InputBlock {
	block := slack.NewInputBlock(id, label(cmp.Or(chat.Single(field.Label, maxInputLabel), id)), nil, element)
	block.Optional = !field.Required || len(abroad(field)) > 0 // either menu will do
	block.DispatchAction = field.Redraws

	if hint := chat.Single(field.Hint, maxInputLabel); hint != "" {
		block.Hint = label(hint)
	}

	return block
}

// element draws what a field is answered with, nil if it can't be answered: a
// choice of nothing.
func element(field chat.Field, id string) slack.BlockElement {
	switch field.Kind {
	case chat.LineField, chat.ParagraphField:
		return textInput(field, id)
	case chat.ChoiceField:
		return choice(field, id)
	case chat.ChoicesField:
		return choices(field, id)
	case chat.MomentField:
		return moment(field, id)
	case chat.NumberField:
		return number(field, id)
	case chat.PersonField:
		return personMenu(field, id)
	default:
		return textInput(field, id)
	}
}

func textInput(field chat.Field, id string) slack.BlockElement {
	longest := maxAnswer
	if field.Max > 0 {
		longest = min(longest, field.Max)
	}

	input := slack.NewPlainTextInputBlockElement(placeholder(field), id)
	input.Multiline = field.Kind == chat.ParagraphField
	input.MaxLength = longest
	input.InitialValue = chat.Cut(chat.Clean(first(field.Initial)), longest)

	return input
}

// choice draws few answers of which one is wanted as radio buttons, all to be
// seen and one tap away, and everything else as a menu.
func choice(field chat.Field, id string) slack.BlockElement {
	offered := options(field.Options, maxOptions)
	if len(offered) == 0 {
		return nil
	}

	initial := chosen(offered, field.Initial)

	if len(offered) <= maxRadios && (field.Required || field.Redraws) {
		radio := slack.NewRadioButtonsBlockElement(id, offered...)
		if len(initial) > 0 {
			radio.InitialOption = initial[0]
		}

		return radio
	}

	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, placeholder(field), id, offered...)
	if len(initial) > 0 {
		menu.InitialOption = initial[0]
	}

	return menu
}

func choices(field chat.Field, id string) slack.BlockElement {
	offered := options(field.Options, maxOptions)
	if len(offered) == 0 {
		return nil
	}

	if len(offered) <= maxChecks {
		checks := slack.NewCheckboxGroupsBlockElement(id, offered...)
		checks.InitialOptions = chosen(offered, field.Initial)

		return checks
	}

	menu := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, placeholder(field), id, offered...)
	menu.InitialOptions = chosen(offered, field.Initial)

	return menu
}

func moment(field chat.Field, id string) slack.BlockElement {
	picker := slack.NewDateTimePickerBlockElement(id)
	if at, err := time.Parse(time.RFC3339, first(field.Initial)); err == nil && tenDigits(at.Unix()) {
		picker.InitialDateTime = at.Unix()
	}

	return picker
}

// tenDigits reports whether Slack's picker takes the instant.
func tenDigits(unix int64) bool { return unix >= 1_000_000_000 && unix <= 9_999_999_999 }

// decimal is a number as Slack takes it: no exponent, no bare point.
var decimal = regexp.MustCompile(`^-?[0-9]{1,20}(\.[0-9]{1,20})?$`)

func number(field chat.Field, id string) slack.BlockElement {
	input := slack.NewNumberInputBlockElement(placeholder(field), id, true)
	if initial := first(field.Initial); decimal.MatchString(initial) {
		input.InitialValue = initial
	}

	return input
}

func personMenu(field chat.Field, id string) slack.BlockElement {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, placeholder(field), id)

	if who := chat.Person(first(field.Initial)); who.Platform() == chat.Slack && who.ID() != "" {
		menu.InitialUser = chat.Cut(who.ID(), maxID)
	}

	return menu
}

// options draws the answers. Two with the same value would be one to Slack.
func options(of []chat.Option, limit int) []*slack.OptionBlockObject {
	var drawn []*slack.OptionBlockObject

	taken := make(map[string]bool)

	for _, option := range of {
		value := chat.Cut(chat.Clean(option.Value), maxOption)
		if value == "" || taken[value] || len(drawn) == limit {
			continue
		}

		taken[value] = true
		drawn = append(drawn, slack.NewOptionBlockObject(value, label(cmp.Or(chat.Single(option.Label, maxOption), value)), nil))
	}

	return drawn
}

// chosen returns those of the options that stand in the field at first.
func chosen(options []*slack.OptionBlockObject, initial []string) []*slack.OptionBlockObject {
	var picked []*slack.OptionBlockObject

	for _, option := range options {
		if slices.Contains(initial, option.Value) {
			picked = append(picked, option)
		}
	}

	return picked
}

func placeholder(field chat.Field) *slack.TextBlockObject {
	if example := chat.Single(field.Example, maxPlaceholder); example != "" {
		return label(example)
	}

	return nil
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}

	return all[0]
}
