package slack

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The limits that a drawing keeps, in characters unless said otherwise. Slack
// refuses a message that breaks one, except for the sum, which it does not
// document: it was seen to refuse from 11,300 on.
const (
	maxTitle       = 150
	maxText        = 3000
	maxFallback    = 4000
	maxLabel       = 75
	maxFactLabel   = 60
	maxButtonValue = 2000
	maxID          = 255
	maxAskTitle    = 100
	maxAskText     = 300
	maxAskButton   = 30
	maxRow         = 25 // buttons in one block
	maxFacts       = 40
	maxElements    = 10 // of a context block
	maxSpans       = 200
	maxSpoken      = 1000 // of the fallback text that is put together from the parts
)

// A canvas is a place to draw on, and how much fits.
type canvas struct{ blocks, text int }

var (
	messageCanvas = canvas{blocks: 50, text: 11_000}
	viewCanvas    = canvas{blocks: 100, text: 30_000}
)

// pieces are the lengths to which every single text is cut, tried from the
// longest until the whole fits.
var pieces = []int{maxText, 1500, 700, 300, 120}

// A drawing is a message as Slack takes it.
type drawing struct {
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks,omitempty"`
}

// Draw returns the message's "text" and "blocks" as they are posted, for
// golden files and linters.
func Draw(m chat.Message) ([]byte, error) { return json.Marshal(draw(m)) }

// DrawHome returns the view that the message becomes in a personal view.
func DrawHome(m chat.Message) ([]byte, error) { return json.Marshal(drawHome(m)) }

func draw(m chat.Message) drawing {
	return drawing{Text: spoken(m), Blocks: blocks(m, messageCanvas)}
}

func drawHome(m chat.Message) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks(m, viewCanvas)}}
}

// blocks draws the message so that it fits the canvas: first by cutting the
// long texts, then by leaving out parts from the end. The choices are always
// there.
func blocks(m chat.Message, on canvas) []slack.Block {
	for _, piece := range pieces {
		if s := compose(m, piece, len(m.Parts)); s.fits(on) {
			return s.blocks
		}
	}

	shortest := pieces[len(pieces)-1]
	keep := sort.Search(min(len(m.Parts), on.blocks), func(n int) bool { return !compose(m, shortest, n+1).fits(on) })

	return compose(m, shortest, keep).blocks
}

// A sketch is a drawing in the making.
type sketch struct {
	piece   int // no text is longer
	blocks  []slack.Block
	written int            // characters so far
	actions map[string]int // how often each action was drawn
}

func (s *sketch) fits(on canvas) bool { return len(s.blocks) <= on.blocks && s.written <= on.text }

// compose draws the title, the first keep parts and the choices.
func compose(m chat.Message, piece, keep int) *sketch {
	s := &sketch{piece: piece, actions: make(map[string]int)}

	if !opensWithTitle(m) {
		s.title(m.Title)
	}

	for _, part := range m.Parts[:keep] {
		s.part(part)
	}

	if keep < len(m.Parts) {
		s.small(chat.Plain(chat.Ellipsis + " shortened"))
	}

	s.row(m.Choices)

	if len(s.blocks) == 0 {
		s.paragraph(chat.Plain(chat.Ellipsis))
	}

	return s
}

// opensWithTitle reports whether the first paragraph says the title again, as
// that of a chat.Notice does: then it is drawn once.
func opensWithTitle(m chat.Message) bool {
	if len(m.Parts) == 0 {
		return false
	}

	first, ok := m.Parts[0].(chat.Paragraph)

	return ok && first.Text.String() == m.Title
}

func (s *sketch) add(block slack.Block) { s.blocks = append(s.blocks, block) }

func (s *sketch) part(part chat.Part) {
	switch p := part.(type) {
	case chat.Paragraph:
		s.paragraph(p.Text)
	case chat.Facts:
		s.facts(p)
	case chat.Quote:
		s.quote(p)
	case chat.Advice:
		s.advice(p)
	case chat.Small:
		s.small(p.Text)
	case chat.Rule:
		s.add(slack.NewDividerBlock())
	case chat.Buttons:
		s.row(p)
	}
}

// title is the first block, and reads well alone: since 2026-07 it is what a
// desktop notification shows.
func (s *sketch) title(title string) {
	if title = s.words(chat.Single(title, maxTitle)); title != "" {
		s.add(slack.NewHeaderBlock(label(title)))
	}
}

// paragraph is rich text and not mrkdwn, since only there what people wrote is
// literal: mrkdwn has no way to spell an asterisk or an underscore.
func (s *sketch) paragraph(text chat.Text) {
	if spans := s.spans(text, s.piece, false); len(spans) > 0 {
		s.rich(section(spans...))
	}
}

// facts are lines, not columns, which phones would fold up.
func (s *sketch) facts(facts chat.Facts) {
	var lines []slack.RichTextSectionElement

	for _, fact := range facts[:min(len(facts), maxFacts)] {
		value := s.spans(fact.Value, min(s.piece, maxText/4), false)
		if len(value) == 0 {
			continue
		}

		if len(lines) > 0 {
			lines = append(lines, words("\n", false))
		}

		if name := s.words(chat.Single(fact.Label, maxFactLabel)); name != "" {
			lines = append(lines, words(name+":", true), words(" ", false))
		}

		lines = append(lines, value...)
	}

	if len(lines) > 0 {
		s.rich(section(lines...))
	}
}

func (s *sketch) quote(q chat.Quote) {
	text := s.words(chat.Several(q.Text, s.piece))
	if text == "" {
		return
	}

	s.rich(append(s.heading(q.Label), &slack.RichTextQuote{
		Type:     slack.RTEQuote,
		Elements: []slack.RichTextSectionElement{words(text, false)},
	})...)
}

// advice is quoted, and bold: it is to be said as it stands. A box of code would
// stand out more, and read like a machine.
func (s *sketch) advice(a chat.Advice) {
	if spans := s.spans(a.Text, s.piece, true); len(spans) > 0 {
		s.rich(append(s.heading(a.Label), &slack.RichTextQuote{Type: slack.RTEQuote, Elements: spans})...)
	}
}

// small is one line of plain text. Instants need mrkdwn, in which what people
// wrote might turn into formatting: those spans become elements of their own.
func (s *sketch) small(text chat.Text) {
	if !hasInstant(text) {
		if line := s.words(chat.Several(text.String(), min(s.piece, maxText/2))); line != "" {
			s.add(slack.NewContextBlock("", label(line)))
		}

		return
	}

	var elements []slack.MixedElement
	for _, group := range grouped(text, maxElements) {
		m := newMarkup(min(s.piece, maxText))
		m.line(group)

		line := strings.TrimSpace(m.String())
		if line == "" {
			continue
		}

		s.written += utf8.RuneCountInString(line)
		if hasInstant(group) {
			elements = append(elements, &slack.TextBlockObject{Type: slack.MarkdownType, Text: line, Verbatim: true})
		} else {
			elements = append(elements, label(chat.Several(group.String(), s.piece)))
		}
	}

	if len(elements) > 0 {
		s.add(slack.NewContextBlock("", elements...))
	}
}

// formatting matches what could be taken for formatting. A colon before a space
// begins no emoji.
var formatting = regexp.MustCompile("[*_~`]|:(\\S|$)")

// grouped splits a text at each change between words that could be taken for
// formatting and everything else, into at most limit groups; what does not fit
// is left out.
func grouped(text chat.Text, limit int) []chat.Text {
	var groups []chat.Text

	last := false
	for _, span := range text {
		risky := !instant(span) && formatting.MatchString(span.Text)
		if n := len(groups); n > 0 && risky == last {
			groups[n-1] = append(groups[n-1], span)

			continue
		}

		if len(groups) == limit {
			break
		}

		groups, last = append(groups, chat.Text{span}), risky
	}

	return groups
}

// row is a row of buttons.
func (s *sketch) row(choices []chat.Choice) {
	var buttons []slack.BlockElement

	for _, choice := range choices {
		if name := chat.Single(choice.Label, maxLabel); name != "" && choice.Action != "" && len(buttons) < maxRow {
			buttons = append(buttons, s.button(choice, name))
		}
	}

	if len(buttons) > 0 {
		s.add(slack.NewActionBlock("", buttons...))
	}
}

func (s *sketch) button(choice chat.Choice, name string) *slack.ButtonBlockElement {
	button := slack.NewButtonBlockElement(s.action(choice.Action), chat.Cut(choice.Value, maxButtonValue), label(s.words(name)))
	button.Style = style(choice.Weight)

	if said := chat.Single(choice.Spoken, maxLabel); said != "" && said != name {
		button.AccessibilityLabel = s.words(said)
	}

	if choice.Confirm != nil {
		button.Confirm = s.confirm(*choice.Confirm, name)
		button.Confirm.Style = button.Style
	}

	return button
}

func style(w chat.Weight) slack.Style {
	switch w {
	case chat.Primary:
		return slack.StylePrimary
	case chat.Danger:
		return slack.StyleDanger
	case chat.Normal:
		return slack.StyleDefault
	default:
		return slack.StyleDefault
	}
}

func (s *sketch) confirm(c chat.Confirm, name string) *slack.ConfirmationBlockObject {
	return &slack.ConfirmationBlockObject{
		Title:   label(s.words(cmp.Or(chat.Single(c.Title, maxAskTitle), name))),
		Text:    label(s.words(cmp.Or(chat.Several(c.Text, min(maxAskText, s.piece)), name))),
		Confirm: label(s.words(cmp.Or(chat.Single(c.Yes, maxAskButton), "Yes"))),
		Deny:    label(s.words(cmp.Or(chat.Single(c.No, maxAskButton), "Cancel"))),
	}
}

// separator parts an action from the number that makes it unique within its
// message.
const separator = "~"

// action returns the id under which an action is drawn. The first of its name
// keeps it; later ones are numbered, and so is one that has the separator in it.
func (s *sketch) action(action string) string {
	action = chat.Cut(chat.Clean(action), maxID-8)
	n := s.actions[action]
	s.actions[action]++

	if n == 0 && !strings.Contains(action, separator) {
		return action
	}

	return action + separator + strconv.Itoa(n)
}

// actionOf undoes sketch.action.
func actionOf(id string) string {
	if i := strings.LastIndex(id, separator); i >= 0 {
		return id[:i]
	}

	return id
}

// words counts s into the drawing.
func (s *sketch) words(text string) string {
	s.written += utf8.RuneCountInString(text)

	return text
}

// heading is a label above a quote or an advice, if there is one.
func (s *sketch) heading(text string) []slack.RichTextElement {
	if text = s.words(chat.Single(text, maxFactLabel)); text == "" {
		return nil
	}

	return []slack.RichTextElement{section(words(text, true))}
}

func (s *sketch) rich(elements ...slack.RichTextElement) {
	s.add(slack.NewRichTextBlock("", elements...))
}

// spans draws a text within limit characters. It returns nothing for a text
// without anything to see.
func (s *sketch) spans(text chat.Text, limit int, bold bool) []slack.RichTextSectionElement {
	if strings.TrimSpace(chat.Clean(text.String())) == "" {
		return nil
	}

	var drawn []slack.RichTextSectionElement

	for _, span := range text[:min(len(text), maxSpans)] {
		element, w := spanElement(span, limit, bold)
		if element == nil {
			continue
		}

		drawn, limit, s.written = append(drawn, element), limit-w, s.written+w
		if limit <= 0 {
			break
		}
	}

	return drawn
}

// spanElement draws a span within limit characters, and returns how many it
// took.
func spanElement(span chat.Span, limit int, bold bool) (slack.RichTextSectionElement, int) {
	if instant(span) {
		shown := fallback(span)

		return slack.NewRichTextSectionDateElement(span.At.Unix(), dateFormat(span.Form), nil, &shown), utf8.RuneCountInString(shown)
	}

	text := chat.Cut(chat.Clean(literal(span)), limit)
	if text == "" {
		return nil, 0
	}

	if span.To != "" {
		return slack.NewRichTextSectionLinkElement(span.To, text, styled(bold || span.Strong)), utf8.RuneCountInString(text)
	}

	return words(text, bold || span.Strong), utf8.RuneCountInString(text)
}

func hasInstant(text chat.Text) bool {
	return slices.ContainsFunc(text, instant)
}

// label is a plain text object, in which nothing is ever formatting.
func label(text string) *slack.TextBlockObject {
	emoji := false

	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: text, Emoji: &emoji}
}

func section(elements ...slack.RichTextSectionElement) *slack.RichTextSection {
	return slack.NewRichTextSection(elements...)
}

func words(text string, bold bool) *slack.RichTextSectionTextElement {
	return slack.NewRichTextSectionTextElement(text, styled(bold))
}

// styled is how words look, nil for as they are.
func styled(bold bool) *slack.RichTextSectionTextStyle {
	if !bold {
		return nil
	}

	return &slack.RichTextSectionTextStyle{Bold: true}
}
