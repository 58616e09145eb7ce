package teams

import (
	"cmp"
	"encoding/json"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The limits that a drawing keeps, in characters unless said otherwise. Teams
// limits the whole of a message alone (maxCard); these keep one part of it from
// crowding out the others, and a button on one line.
const (
	maxTitle     = 150
	maxText      = 3000
	maxFactLabel = 60
	maxButton    = 40
	maxSpoken    = 150
	maxAction    = 200
	maxValue     = 1500
	maxAskText   = 300
	maxPrimary   = 6 // buttons in one row; more hide behind "…"
	maxRow       = 25
	maxFacts     = 40
	maxParts     = 200
	maxSpans     = 200
)

// pieces are the lengths to which every single text is cut, tried from the
// longest until the whole fits.
var pieces = []int{maxText, 1500, 700, 300, 120}

// A drawing is a message as people get it: the words of its notification, and
// the card.
type drawing struct {
	Summary string `json:"summary"`
	Card    card   `json:"card"`
}

// Draw returns the message's "summary" and "card" as they are posted, for golden
// files and linters. A personal view is drawn alike: on Teams it is a message.
func Draw(m chat.Message) ([]byte, error) { return json.Marshal(drawing{summary(m), draw(m)}) }

// draw draws the message so that it fits: first by cutting the long texts, then
// by leaving out parts from the end. The choices stay, as far as they fit at all.
func draw(m chat.Message) card {
	for _, piece := range pieces {
		if c := compose(m, piece, len(m.Parts)); len(m.Parts) <= maxParts && c.fits() {
			return c
		}
	}

	shortest := pieces[len(pieces)-1]
	keep := sort.Search(min(len(m.Parts), maxParts), func(n int) bool { return !compose(m, shortest, n+1).fits() })

	c := compose(m, shortest, keep)
	for len(m.Choices) > 0 && !c.fits() {
		m.Choices = m.Choices[:len(m.Choices)-1]
		c = compose(m, shortest, keep)
	}

	return c
}

// drawClosed is what stands in place of a form or a message that is over.
func drawClosed(text string) card {
	return compose(chat.Message{Title: text, Parts: []chat.Part{chat.Small{Text: chat.Plain(text)}}}, maxText, 1)
}

// compose draws the title, the first keep parts and the choices.
func compose(m chat.Message, piece, keep int) card {
	s := &sketch{piece: piece}

	if !opensWithTitle(m) {
		s.title(m.Title)
	}

	for _, part := range m.Parts[:keep] {
		s.part(part)
	}

	if keep < len(m.Parts) {
		s.small(chat.Plain(chat.Ellipsis + " shortened"))
	}

	if len(s.body) == 0 {
		s.paragraph(chat.Plain(chat.Ellipsis))
	}

	c := newCard()
	c.Fallback = cmp.Or(chat.Single(m.Title, maxTitle), chat.Ellipsis)
	c.Body, c.Actions = s.body, s.buttons(m.Choices)

	return c
}

// opensWithTitle reports whether the first part says the title again, as that
// of a chat.Notice does: then it is drawn once.
func opensWithTitle(m chat.Message) bool {
	if len(m.Parts) == 0 {
		return false
	}

	switch p := m.Parts[0].(type) {
	case chat.Paragraph:
		return p.Text.String() == m.Title
	case chat.Small:
		return p.Text.String() == m.Title
	case chat.Facts, chat.Quote, chat.Advice, chat.Rule, chat.Buttons:
		return false
	default:
		return false
	}
}

// A sketch is the body of a card in the making.
type sketch struct {
	piece int // no text is longer
	body  []element
	ruled bool // a line belongs above what is added next
}

func (s *sketch) add(e element) {
	last := len(s.body) - 1

	switch {
	case last < 0:
	case s.ruled:
		e.Separator, e.Spacing = true, "Medium"
	case e.Spacing == "" && s.body[last].Type == "ActionSet":
		e.Spacing = "Medium" // a row of buttons belongs to what stands above it
	}

	s.ruled = false
	s.body = append(s.body, e)
}

func (s *sketch) part(part chat.Part) {
	switch p := part.(type) {
	case chat.Paragraph:
		s.paragraph(p.Text)
	case chat.Facts:
		s.facts(p)
	case chat.Quote:
		s.boxed("emphasis", p.Label, s.words(chat.Plain(p.Text), s.piece, run{}))
	case chat.Advice:
		s.boxed("accent", p.Label, s.words(p.Text, s.piece, run{}))
	case chat.Small:
		s.small(p.Text)
	case chat.Rule:
		s.ruled = true
	case chat.Buttons:
		if buttons := s.buttons(p); len(buttons) > 0 {
			s.add(element{Type: "ActionSet", Actions: buttons})
		}
	}
}

// plainWords matches words in which nothing is formatting, anywhere.
// A digit or a dash may not begin them: it would begin a list.
var plainWords = regexp.MustCompile(`^\p{L}([\p{L}\p{M}\p{N} ,;'’"“”!?%…·–—:()-]|\.( |$))*$`)

// title is a heading where its words allow for it: only a TextBlock can be one,
// and reads its words as Markdown.
func (s *sketch) title(title string) {
	title = chat.Single(title, maxTitle)

	switch {
	case title == "":
	case plainWords.MatchString(title):
		s.add(element{Type: "TextBlock", Style: "heading", Size: "Large", Weight: "Bolder", Wrap: true, Text: title})
	default:
		s.rich(s.words(chat.Plain(title), maxTitle, run{Size: "Large", Weight: "Bolder"}))
	}
}

func (s *sketch) paragraph(text chat.Text) { s.rich(s.words(text, s.piece, run{})) }

// small stands close to the paragraph that it follows.
func (s *sketch) small(text chat.Text) {
	runs := s.words(text, min(s.piece, maxText/2), run{Size: "Small", Subtle: true})
	if len(runs) == 0 {
		return
	}

	line := rich(runs)
	if last := len(s.body) - 1; last >= 0 && s.body[last].Type == "RichTextBlock" {
		line.Spacing = "Small"
	}

	s.add(line)
}

func (s *sketch) rich(runs []run) {
	if len(runs) > 0 {
		s.add(rich(runs))
	}
}

// rich is a paragraph in which nothing is formatting, unlike in a TextBlock.
func rich(runs []run) element { return element{Type: "RichTextBlock", Inlines: runs} }

// facts are lines, each a paragraph, and not a FactSet: that reads its words as
// Markdown, and its columns are narrow on a phone.
func (s *sketch) facts(facts chat.Facts) {
	var lines int

	for _, fact := range facts[:min(len(facts), maxFacts)] {
		value := s.words(fact.Value, min(s.piece, maxText/4), run{})
		if len(value) == 0 {
			continue
		}

		if name := chat.Single(fact.Label, maxFactLabel); name != "" {
			value = append(s.words(chat.Plain(name+": "), maxFactLabel+2, run{Weight: "Bolder"}), value...)
		}

		line := rich(value)
		if lines > 0 {
			line.Spacing = "Small"
		}

		s.add(line)
		lines++
	}
}

// boxed is a text in a box, with a label above it. Boxes of a kind that follow
// each other are one.
func (s *sketch) boxed(style, label string, text []run) {
	if len(text) == 0 {
		return
	}

	var items []element

	if name := chat.Single(label, maxFactLabel); name != "" {
		items = append(items, rich(s.words(chat.Plain(name), maxFactLabel, run{Size: "Small", Weight: "Bolder"})))
	}

	line := rich(text)
	if len(items) > 0 {
		line.Spacing = "Small"
	}

	items = append(items, line)

	if last := len(s.body) - 1; last >= 0 && !s.ruled && s.body[last].Type == "Container" && s.body[last].Style == style {
		items[0].Spacing = "Medium"
		s.body[last].Items = append(s.body[last].Items, items...)

		return
	}

	s.add(element{Type: "Container", Style: style, Items: items})
}

// words draws a text within limit characters, each run of it like the one given.
// It returns nothing for a text without anything to see.
func (s *sketch) words(text chat.Text, limit int, like run) []run {
	if strings.TrimSpace(chat.Clean(text.String())) == "" {
		return nil
	}

	var drawn []run

	like.Type = "TextRun"

	for _, span := range joined(text[:min(len(text), maxSpans)]) {
		one := like
		if span.Strong {
			one.Weight = "Bolder"
		}

		if span.To != "" {
			one.Color, one.Select = "Accent", &action{Type: "Action.OpenUrl", Title: chat.Single(span.Text, maxButton), URL: span.To}
		}

		if instant(span) {
			one.Text = local(span)
			drawn, limit = append(drawn, one), limit-utf8.RuneCountInString(inUTC(span))
		} else {
			said := chat.Cut(chat.Clean(literal(span)), limit)
			limit -= utf8.RuneCountInString(said)
			drawn = append(drawn, runs(said, one)...)
		}

		if limit <= 0 {
			break
		}
	}

	return drawn
}

// joined makes one span of neighbours that look alike.
func joined(text chat.Text) chat.Text {
	var spans chat.Text

	for _, span := range text {
		if !instant(span) {
			span = chat.Span{Text: literal(span), Strong: span.Strong, To: span.To}
		}

		last := len(spans) - 1
		if last >= 0 && span.At.IsZero() && spans[last].At.IsZero() && span.Strong == spans[last].Strong && span.To == spans[last].To {
			spans[last].Text += span.Text
		} else {
			spans = append(spans, span)
		}
	}

	return spans
}

// runs are the words of s, literally.
func runs(s string, like run) []run {
	if s == "" {
		return nil
	}

	parts := literals(s)
	drawn := make([]run, len(parts))

	for i, part := range parts {
		drawn[i], drawn[i].Text = like, part
	}

	return drawn
}

// buttons are a row of choices.
func (s *sketch) buttons(choices []chat.Choice) []action {
	var row []action

	for _, choice := range choices {
		if chat.Single(choice.Label, maxButton) == "" || choice.Action == "" || len(row) == maxRow {
			continue
		}

		button := s.button(choice)
		if len(row) >= maxPrimary {
			button.Mode = "secondary"
		}

		row = append(row, button)
	}

	return row
}

// button is a choice. One that asks first shows a card below itself with the
// question, since Teams has no dialog for it; pressing it again takes the
// question away.
func (s *sketch) button(choice chat.Choice) action {
	name := chat.Single(choice.Label, maxButton)
	button := pressing(choice, name)
	button.Style = style(choice.Weight)

	if choice.Confirm != nil {
		button = s.asking(*choice.Confirm, button, name)
	}

	if said := chat.Single(choice.Spoken, maxSpoken); said != "" && said != name {
		button.Tooltip = said
	}

	return button
}

// pressing is a button that acts at once. Teams opens a dialog only for a button
// that said before that it does.
func pressing(choice chat.Choice, name string) action {
	data := payload{FB: mark{Action: head(choice.Action, maxAction), Value: head(choice.Value, maxValue)}}

	if choice.Opens {
		data.Teams = &manner{Type: "task/fetch"}

		return submit(name, data)
	}

	return execute(name, "click", data)
}

func (s *sketch) asking(c chat.Confirm, yes action, name string) action {
	question := &sketch{piece: s.piece}
	question.rich(s.words(chat.Plain(cmp.Or(chat.Single(c.Title, maxTitle), name)), maxTitle, run{Weight: "Bolder"}))
	question.rich(s.words(chat.Plain(chat.Several(c.Text, maxAskText)), maxAskText, run{}))

	yes.Title = cmp.Or(chat.Single(c.Yes, maxButton), "Yes")
	if yes.Fallback != nil {
		yes.Fallback.Title = yes.Title
	}

	return action{
		Type: "Action.ShowCard", Title: name, Style: yes.Style,
		Card: &card{Type: "AdaptiveCard", Body: question.body, Actions: []action{yes}},
	}
}

func style(w chat.Weight) string {
	switch w {
	case chat.Primary:
		return "positive"
	case chat.Danger:
		return "destructive"
	case chat.Normal:
		return ""
	default:
		return ""
	}
}
