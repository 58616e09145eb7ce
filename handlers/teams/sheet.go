package teams

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A sheet is a form in front of somebody: all that is needed to draw it, and to
// draw it again with what they wrote and what is wrong with it. It travels within
// the card's own data and comes back with the answers, so that nothing is kept
// of a form that is open, and a restart loses none.
//
// What comes back may have been made up by whoever sends it. It says what they
// ask for and proves nothing: who may do what is for the bot to decide, as it
// does for a command that somebody types.
type sheet struct {
	ID     string // the same for each delivery of this filled form; new for each form that opens
	Form   chat.Form
	Zone   string // IANA name of the zone in which its times are, "" for UTC
	Inline bool   // it stands in a message, and not in a dialog
}

func newSheet(id string, form chat.Form, zone string, inline bool) sheet {
	return sheet{ID: id, Form: form, Zone: zone, Inline: inline}
}

// location is the zone of the sheet's times.
func (s sheet) location() *time.Location {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "Local" {
		return time.UTC
	}

	return zone
}

// A keptSheet is a sheet as it travels, packed, since each button of a form
// carries it: unpacked, eight of them would leave the form itself no room.
type keptSheet struct {
	ID     string      `json:"i,omitempty"`
	Zone   string      `json:"z,omitempty"`
	Inline bool        `json:"n,omitempty"`
	Form   string      `json:"f,omitempty"`
	Title  string      `json:"t,omitempty"`
	Submit string      `json:"s,omitempty"`
	Cancel string      `json:"c,omitempty"`
	State  string      `json:"d,omitempty"`
	Intro  []keptPart  `json:"p,omitempty"`
	Fields []keptField `json:"q,omitempty"`
}

type keptField struct {
	ID       string         `json:"i,omitempty"`
	Kind     chat.FieldKind `json:"k,omitempty"`
	Label    string         `json:"l,omitempty"`
	Hint     string         `json:"h,omitempty"`
	Example  string         `json:"e,omitempty"`
	Required bool           `json:"r,omitempty"`
	Max      int            `json:"m,omitempty"`
	Options  [][2]string    `json:"o,omitempty"` // value and label
	Initial  []string       `json:"v,omitempty"`
	Redraws  bool           `json:"d,omitempty"`
}

// A keptPart is a part of an introduction, told by its kind.
type keptPart struct {
	Kind  string     `json:"k"`
	Label string     `json:"l,omitempty"`
	Text  []keptSpan `json:"t,omitempty"`
	Facts []keptPart `json:"f,omitempty"`
}

type keptSpan struct {
	Text   string        `json:"t,omitempty"`
	Strong bool          `json:"b,omitempty"`
	To     string        `json:"u,omitempty"`
	At     *int64        `json:"a,omitempty"` // Unix seconds
	Form   chat.TimeForm `json:"f,omitempty"`
}

// MarshalJSON writes the sheet, packed, as a string.
func (s sheet) MarshalJSON() ([]byte, error) {
	kept := keptSheet{
		ID: s.ID, Zone: s.Zone, Inline: s.Inline,
		Form: s.Form.ID, Title: s.Form.Title, Submit: s.Form.Submit, Cancel: s.Form.Cancel, State: s.Form.State,
	}

	for _, part := range s.Form.Intro {
		if p, ok := keepPart(part); ok {
			kept.Intro = append(kept.Intro, p)
		}
	}

	for _, field := range s.Form.Fields {
		kept.Fields = append(kept.Fields, keepField(field))
	}

	plain, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}

	return json.Marshal(pack(plain))
}

// UnmarshalJSON reads it again. What no sheet can be is an error.
func (s *sheet) UnmarshalJSON(data []byte) error {
	var packed string
	if err := json.Unmarshal(data, &packed); err != nil {
		return err
	}

	plain, err := unpack(packed)
	if err != nil {
		return err
	}

	var kept keptSheet
	if err := json.Unmarshal(plain, &kept); err != nil {
		return err
	}

	read := sheet{ID: kept.ID, Zone: kept.Zone, Inline: kept.Inline, Form: chat.Form{
		ID: kept.Form, Title: kept.Title, Submit: kept.Submit, Cancel: kept.Cancel, State: kept.State,
	}}

	for _, p := range kept.Intro {
		part, err := p.part()
		if err != nil {
			return err
		}

		read.Form.Intro = append(read.Form.Intro, part)
	}

	for _, f := range kept.Fields {
		if f.Kind < chat.LineField || f.Kind > chat.PersonField {
			return fmt.Errorf("there is no field of kind %d", f.Kind)
		}

		read.Form.Fields = append(read.Form.Fields, f.field())
	}

	*s = read

	return nil
}

// maxSheet is the most that a sheet may take unpacked, in bytes.
const maxSheet = 1 << 18

func pack(plain []byte) string {
	var packed bytes.Buffer

	w, _ := flate.NewWriter(&packed, flate.BestCompression) // a level that there is
	_, _ = w.Write(plain)                                   // into memory, which can't fail
	_ = w.Close()

	return base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

func unpack(packed string) ([]byte, error) {
	r := flate.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(packed)))

	plain, err := io.ReadAll(io.LimitReader(r, maxSheet+1))
	if err != nil {
		return nil, fmt.Errorf("unpack a form: %w", err)
	}

	if len(plain) > maxSheet {
		return nil, fmt.Errorf("unpack a form: it has more than %d bytes", maxSheet)
	}

	return plain, nil
}

func keepField(f chat.Field) keptField {
	kept := keptField{
		ID: f.ID, Kind: f.Kind, Label: f.Label, Hint: f.Hint, Example: f.Example,
		Required: f.Required, Max: f.Max, Initial: f.Initial, Redraws: f.Redraws,
	}

	for _, option := range f.Options {
		kept.Options = append(kept.Options, [2]string{option.Value, option.Label})
	}

	return kept
}

func (f keptField) field() chat.Field {
	field := chat.Field{
		ID: f.ID, Kind: f.Kind, Label: f.Label, Hint: f.Hint, Example: f.Example,
		Required: f.Required, Max: f.Max, Initial: f.Initial, Redraws: f.Redraws,
	}

	for _, option := range f.Options {
		field.Options = append(field.Options, chat.Option{Value: option[0], Label: option[1]})
	}

	return field
}

// The kinds of parts as they travel.
const (
	keptParagraph = "p"
	keptFacts     = "f"
	keptQuote     = "q"
	keptAdvice    = "a"
	keptSmall     = "s"
	keptRule      = "r"
)

// keepPart returns false for what has no place in an introduction.
func keepPart(part chat.Part) (keptPart, bool) {
	switch p := part.(type) {
	case chat.Paragraph:
		return keptPart{Kind: keptParagraph, Text: keepText(p.Text)}, true
	case chat.Facts:
		kept := keptPart{Kind: keptFacts}
		for _, fact := range p {
			kept.Facts = append(kept.Facts, keptPart{Label: fact.Label, Text: keepText(fact.Value)})
		}

		return kept, true
	case chat.Quote:
		return keptPart{Kind: keptQuote, Label: p.Label, Text: keepText(chat.Plain(p.Text))}, true
	case chat.Advice:
		return keptPart{Kind: keptAdvice, Label: p.Label, Text: keepText(p.Text)}, true
	case chat.Small:
		return keptPart{Kind: keptSmall, Text: keepText(p.Text)}, true
	case chat.Rule:
		return keptPart{Kind: keptRule}, true
	case chat.Buttons:
		return keptPart{}, false
	default:
		return keptPart{}, false
	}
}

func (p keptPart) part() (chat.Part, error) {
	switch p.Kind {
	case keptParagraph:
		return chat.Paragraph{Text: textOf(p.Text)}, nil
	case keptFacts:
		facts := make(chat.Facts, len(p.Facts))
		for i, fact := range p.Facts {
			facts[i] = chat.Fact{Label: fact.Label, Value: textOf(fact.Text)}
		}

		return facts, nil
	case keptQuote:
		return chat.Quote{Label: p.Label, Text: textOf(p.Text).String()}, nil
	case keptAdvice:
		return chat.Advice{Label: p.Label, Text: textOf(p.Text)}, nil
	case keptSmall:
		return chat.Small{Text: textOf(p.Text)}, nil
	case keptRule:
		return chat.Rule{}, nil
	default:
		return nil, fmt.Errorf("there is no part of kind %q", p.Kind)
	}
}

func keepText(text chat.Text) []keptSpan {
	spans := make([]keptSpan, len(text))

	for i, span := range text {
		spans[i] = keptSpan{Text: span.Text, Strong: span.Strong, To: span.To, Form: span.Form}
		if !span.At.IsZero() {
			spans[i].At = new(span.At.Unix())
		}
	}

	return spans
}

func textOf(spans []keptSpan) chat.Text {
	var text chat.Text

	for _, kept := range spans {
		span := chat.Span{Text: kept.Text, Strong: kept.Strong, To: kept.To, Form: kept.Form}
		if kept.At != nil {
			span.At = time.Unix(*kept.At, 0).UTC()
		}

		text = append(text, span)
	}

	return text
}

// A filled is a sheet that came back.
type filled struct {
	Sheet  sheet
	Do     string // what was pressed: doSubmit, doRedraw or doCancel
	Values chat.Values
	Shown  chat.Values // the same as it may be shown again
	// Problems are what the form itself can tell: a field that has to be filled
	// and is not, half an instant, a number that is none. Teams looks for them
	// before it sends a form, but for those with a field that redraws.
	Problems chat.Problems
}

// What the buttons of a form do.
const (
	doSubmit = "submit"
	doRedraw = "redraw"
	doCancel = "cancel"
)

// submission is the filled form in the words of package chat. Sent twice as it
// is by the same person, it is the same one.
func (in filled) submission(who chat.Person) chat.Submission {
	return chat.Submission{
		ID:     digest(in.Sheet.ID, string(who), string(encode(in.Values))),
		Who:    who,
		Form:   in.Sheet.Form.ID,
		State:  in.Sheet.Form.State,
		Values: in.Values,
	}
}

// changed returns the first field that redraws the form and has another answer
// than it was drawn with, "" for none.
func (in filled) changed() string {
	for _, field := range in.Sheet.Form.Fields {
		if field.Redraws && in.Values.Get(field.ID) != first(field.Initial) {
			return field.ID
		}
	}

	return ""
}

// onto returns what stands in the fields of the form that takes the place of
// this one: what was filled in, and in fields that are new what the form says.
func (in filled) onto(form chat.Form) chat.Values {
	values := make(chat.Values)

	for _, field := range form.Fields {
		answer := in.Shown[field.ID]
		if !asksFor(in.Sheet.Form, field.ID) {
			answer = field.Initial
		}

		if len(answer) > 0 {
			values[field.ID] = answer
		}
	}

	return values
}

// needsMore reports whether a form has a field to be filled which another lacks.
func needsMore(form, than chat.Form) bool {
	return slices.ContainsFunc(form.Fields, func(f chat.Field) bool {
		return f.Required && !asksFor(than, f.ID)
	})
}

// within returns the problems at fields that a form still has.
func within(form chat.Form, problems chat.Problems) chat.Problems {
	left := maps.Clone(problems)
	maps.DeleteFunc(left, func(id, _ string) bool { return !asksFor(form, id) })

	return left
}

// asksFor reports whether a form has a field.
func asksFor(form chat.Form, id string) bool {
	return slices.ContainsFunc(form.Fields, func(f chat.Field) bool { return f.ID == id })
}
