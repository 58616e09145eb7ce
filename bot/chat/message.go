package chat

import (
	"fmt"
	"strings"
	"time"
)

// A Message says something to people.
type Message struct {
	// Title is the message in a line: state and subject. It reads well alone,
	// since it is what a notification shows.
	Title string
	// Summary is the notification on a phone and the text that a screen reader
	// speaks: one or two sentences. Empty means Title.
	Summary string
	Parts   []Part
	Choices []Choice
}

// Notice returns a message of one paragraph.
func Notice(format string, args ...any) *Message {
	line := Line(format, args...)

	return &Message{Title: line.String(), Parts: []Part{Paragraph{line}}}
}

// A Part is one piece of a message's body: Paragraph, Facts, Quote, Advice,
// Small or Rule.
type Part interface{ part() }

// A Paragraph is the bot speaking.
type Paragraph struct{ Text Text }

// Facts are read at a glance: short labels with short values.
type Facts []Fact

// A Fact is one of Facts.
type Fact struct {
	Label string
	Value Text
}

// A Quote is somebody's own words, drawn literally: nothing in them is ever a
// mention, a link or formatting.
type Quote struct {
	Label string // whose words they are, "" if it is plain
	Text  string
}

// Advice is a sentence for the reader to say, or to act on. It stands out.
type Advice struct {
	Label string // "Say now"
	Text  Text
}

// Small is what matters least: ids, hints, history.
type Small struct{ Text Text }

// Rule separates what stands above from what stands below.
type Rule struct{}

func (Paragraph) part() {}
func (Facts) part()     {}
func (Quote) part()     {}
func (Advice) part()    {}
func (Small) part()     {}
func (Rule) part()      {}

// Buttons is a row of choices that belongs to what stands above it. A message
// that concerns one thing uses Message.Choices; lists of things use these.
type Buttons []Choice

func (Buttons) part() {}

// A Choice is a button.
type Choice struct {
	Action string // names what it does; unique within a message together with Value
	Value  string // what it does it to, opaque to the platform, at most 1,500 characters
	Label  string // what people read, at most 30 characters
	Weight Weight
	// Spoken says the choice in full to screen readers where Label alone is
	// ambiguous. "" means Label.
	Spoken string
	// Confirm asks before it is done, nil for at once.
	Confirm *Confirm
	// Opens says that the answer is a form, as far as is known when it is drawn:
	// some platforms must know it before it is pressed.
	Opens bool
}

// Weight is how much a choice stands out.
type Weight int

// The weights. At most one choice of a message is Primary.
const (
	Normal Weight = iota
	Primary
	Danger
)

// Confirm is a question that is asked before a choice counts.
type Confirm struct {
	Title, Text string
	Yes, No     string // labels of the two buttons
}

// Text is a line of plain text in which instants can stand: each reader's
// platform draws those in the reader's own zone.
type Text []Span

// A Span is a piece of Text: At if it is set, else Text.
type Span struct {
	Text   string
	Strong bool
	To     string // the web address that Text leads to, "" for none
	At     time.Time
	Form   TimeForm // how At is drawn
}

// TimeForm is how an instant is drawn.
type TimeForm int

// The forms of an instant.
const (
	Clock   TimeForm = iota // 14:03
	Seconds                 // 14:03:45
	DayTime                 // Tue 24 Nov, 14:03, or "today at 14:03" where the platform can
)

// Strong is a word of a Line that stands out.
type Strong string

// Link is a word of a Line that leads to a web address, http or https. Where a
// platform draws no links it is just the word.
type Link struct{ Text, To string }

// Day is an instant of a Line that is drawn with its date.
type Day time.Time

// Second is an instant of a Line that is drawn with its seconds.
type Second time.Time

// Line builds a text: each %v in format takes the next argument. A time.Time is
// drawn as a clock time in the reader's zone, a Second to the second, a Day with its date, a Strong
// and a Link as they say, a Text is taken over; anything else is printed as by fmt. Only %v
// and %% are known.
func Line(format string, args ...any) Text {
	var text Text

	for i, piece := range strings.Split(format, "%v") {
		if i > 0 {
			if i > len(args) {
				panic(fmt.Sprintf("chat.Line(%q): %d arguments are too few", format, len(args)))
			}

			text = append(text, spans(args[i-1])...)
		}

		if piece != "" {
			text = append(text, Span{Text: strings.ReplaceAll(piece, "%%", "%")})
		}
	}

	return text
}

// Plain returns a text of just s.
func Plain(s string) Text { return Text{{Text: s}} }

func spans(arg any) Text {
	switch v := arg.(type) {
	case time.Time:
		return Text{{At: v}}
	case Day:
		return Text{{At: time.Time(v), Form: DayTime}}
	case Second:
		return Text{{At: time.Time(v), Form: Seconds}}
	case Strong:
		return Text{{Text: string(v), Strong: true}}
	case Link:
		return Text{{Text: v.Text, To: v.To}}
	case Text:
		return v
	default:
		return Text{{Text: fmt.Sprint(v)}}
	}
}

// String returns the text without any drawing. Instants are in their own zone,
// which is named, since there is no reader to ask for theirs.
func (t Text) String() string {
	var b strings.Builder

	for _, span := range t {
		switch {
		case span.At.IsZero():
			b.WriteString(span.Text)
		case span.Form == DayTime:
			b.WriteString(span.At.Format("Mon 2 Jan, 15:04 MST"))
		case span.Form == Seconds:
			b.WriteString(span.At.Format("15:04:05 MST"))
		default:
			b.WriteString(span.At.Format("15:04 MST"))
		}
	}

	return b.String()
}
