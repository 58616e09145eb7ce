// Package redact masks what must not be kept: the numbers of payment cards, and
// whatever else a team names by a pattern.
//
// A number counts as a card's if it begins as an issuer's numbers begin, is as
// long as that issuer's are, and passes Luhn's check. How it is written does not
// matter: in one piece or in groups, with spaces, dashes, dots or slashes, over two
// lines, in full-width digits, with a letter right before it. All digits but the
// last four become a •; whatever stands between them stays, and so does all other
// text, to the byte. What is masked already is left alone, so that a text can go
// through any number of times.
//
// One number in ten passes Luhn's check by chance, and order numbers, phones and
// parcels have as many digits as cards. So the words beside a number count too:
// what is called an order number is one, and so is what checks as an account
// (IBAN), a parcel or a bar code, or begins with a + as phone numbers do. On the
// other hand a number that is called a card may be written and grouped in any way.
// Where neither is said, a number in doubt is masked: one that was masked needlessly
// can be asked for again, and one that was kept can't be taken back.
//
// The package is pure, and takes time in proportion to the text. It imports
// nothing of ours.
package redact

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// CardNumber is the Name of what is a card's number.
const CardNumber = "card number"

// A Pattern is something of a team's own that must not be kept.
type Pattern struct {
	Name string // as people read it: "passport"
	Expr string // a regular expression in the syntax of RE2
}

// A Masker masks what must not be kept. The zero Masker masks card numbers. It may
// be used by several at once.
type Masker struct{ own []pattern }

type pattern struct {
	name  string
	expr  *regexp.Regexp
	stead string // what stands in its place
}

// A Span is a piece of a text that must not be kept.
type Span struct {
	Name     string // CardNumber, or the name of a pattern
	From, To int    // in bytes
}

// New returns a masker of card numbers and of what the patterns say. The error says
// what is wrong with which of them, for whoever wrote it.
func New(patterns []Pattern) (*Masker, error) {
	m := &Masker{}

	for _, p := range patterns {
		own, err := compile(p)
		if err != nil {
			return nil, err
		}

		m.own = append(m.own, own)
	}

	return m, nil
}

// plain is what no pattern may take for something secret as a whole: a pattern that
// does would take everything.
var plain = []string{"The parcel came broken, and nobody called back.", "x", "2", " ", "…"}

func compile(p Pattern) (pattern, error) {
	name := strings.TrimSpace(p.Name)
	if name == "" || strings.ContainsAny(name, "[]\n") {
		return pattern{}, fmt.Errorf("%q is no name for a pattern; write what it finds in a word or two, without brackets", p.Name)
	}

	expr, err := regexp.Compile(p.Expr)
	if err != nil {
		return pattern{}, fmt.Errorf("the pattern %q can't be read: %w", name, err)
	}

	if expr.MatchString("") {
		return pattern{}, fmt.Errorf("the pattern %q matches where there is nothing; have it ask for one character at least", name)
	}

	for _, text := range plain {
		if at := expr.FindStringIndex(text); at != nil && at[1]-at[0] == len(text) {
			return pattern{}, fmt.Errorf("the pattern %q matches any text, such as %q; have it say what it is looking for", name, text)
		}
	}

	return pattern{name, expr, "[" + name + " removed]"}, nil
}

// Mask returns text without what must not be kept, and how much of that it held.
// Card numbers are masked but for their last four digits; what a pattern of the
// team's matches is replaced by “[name removed]”.
func (m *Masker) Mask(text string) (masked string, found int) {
	spans := m.Find(text)
	if len(spans) == 0 {
		return text, 0
	}

	var b strings.Builder

	at := 0

	for _, span := range spans {
		b.WriteString(text[at:span.From])
		b.WriteString(m.instead(span, text[span.From:span.To]))

		at = span.To
	}

	b.WriteString(text[at:])

	return b.String(), len(spans)
}

// Find returns what of text must not be kept, in the order of the text, and no two
// that overlap.
func (m *Masker) Find(text string) []Span {
	spans := cards(text)

	for _, own := range m.own {
		for _, at := range own.expr.FindAllStringIndex(text, -1) {
			spans = append(spans, Span{own.name, at[0], at[1]})
		}
	}

	if len(m.own) > 0 {
		spans = apart(spans, m.replaced(text))
	}

	return spans
}

// replaced returns where something was replaced before, and where digits were
// masked: no pattern is to find something in that.
func (m *Masker) replaced(text string) []Span {
	var done []Span

	for _, own := range m.own {
		for at := 0; ; {
			i := strings.Index(text[at:], own.stead)
			if i < 0 {
				break
			}

			done = append(done, Span{From: at + i, To: at + i + len(own.stead)})
			at += i + len(own.stead)
		}
	}

	return append(done, masked(text)...)
}

// apart returns spans in order, none of them in what was done before. Those that
// overlap become one, by the name of the team's pattern: half a number is not to
// stay.
func apart(spans, done []Span) []Span {
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	slices.SortFunc(done, func(a, b Span) int { return a.From - b.From })

	var kept []Span

	for _, span := range spans {
		for len(done) > 0 && done[0].To <= span.From {
			done = done[1:]
		}

		if len(done) > 0 && done[0].From < span.To {
			continue
		}

		last := len(kept) - 1
		if last < 0 || kept[last].To <= span.From {
			kept = append(kept, span)

			continue
		}

		kept[last].To = max(kept[last].To, span.To)

		if span.Name != CardNumber {
			kept[last].Name = span.Name
		}
	}

	return kept
}

// instead returns what stands in the place of a piece of text.
func (m *Masker) instead(span Span, piece string) string {
	for _, own := range m.own {
		if own.name == span.Name {
			return own.stead
		}
	}

	return hide(piece)
}

// Redacted reports whether something was masked in a text, or replaced.
func Redacted(text string) bool { return len(masked(text)) > 0 || replacement.MatchString(text) }

// replacement is what stands in the place of what a pattern finds.
var replacement = regexp.MustCompile(`\[[^\[\]\n]+ removed\]`)

// lastDigits is how much of a card's number may stay.
const lastDigits = 4

// Bullet is what stands in the place of a digit.
const Bullet = "•"

// hide returns a card's number with all digits masked but the last ones.
func hide(number string) string {
	digits := 0

	for _, r := range number {
		if _, ok := digit(r); ok {
			digits++
		}
	}

	var b strings.Builder

	for _, r := range number {
		if _, ok := digit(r); !ok {
			b.WriteRune(r)

			continue
		}

		if digits > lastDigits {
			b.WriteString(Bullet)
		} else {
			b.WriteRune(r)
		}

		digits--
	}

	return b.String()
}
