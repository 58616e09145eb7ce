package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A group is a row of digits with nothing between them. Masked digits count as
// digits, of which the value is not known.
type group struct {
	from, to    int // in the text
	first, last int // among the digits of its run
	masked      bool
	comma, line bool // a comma, or the end of a line, stands before it
}

// A run is a row of groups with no more between them than may stand between the
// digits of one number.
type run struct {
	text   string
	groups []group
	digits []byte
	other  []Span // what is known to be something else
	called calling
	phone  bool // a + stands before it
	fours  int  // how many groups at its beginning have four digits
}

// bullet is Bullet as a character.
const bullet = '•'

// hidden is the value of a digit that is masked.
const hidden = 0xff

// cards returns the card numbers of a text.
func cards(text string) []Span {
	var (
		spans []Span
		other []Span
		known bool
	)

	for r := range runs(text) {
		if len(r.digits) < shortest {
			continue
		}

		if !known {
			other, known = elsewhere(text), true
		}

		r.other = other
		spans = append(spans, r.cards()...)
	}

	return spans
}

// masked returns where digits were masked, with those that stayed.
func masked(text string) []Span {
	var spans []Span

	for r := range runs(text) {
		for i := 0; i < len(r.groups); i++ {
			if r.groups[i].masked {
				end := r.tail(i)
				spans = append(spans, Span{From: r.groups[i].from, To: r.groups[end-1].to})
				i = end - 1
			}
		}
	}

	return spans
}

// runs returns the runs of digits of a text, in order.
func runs(text string) func(yield func(*run) bool) {
	return func(yield func(*run) bool) {
		r, maskedTo := &run{text: text}, 0

		for i := 0; i < len(text); {
			c, size := utf8.DecodeRuneInString(text[i:])
			value, ok := digit(c)

			if c == bullet && i >= maskedTo {
				maskedTo = max(i, maskedEnd(text, i))
			}

			if c == bullet && i < maskedTo {
				value, ok = hidden, true
			}

			if !ok {
				i += size

				continue
			}

			if !r.follows(i) {
				if !yield(r) {
					return
				}

				r = &run{text: text}
			}

			r.add(i, i+size, value)
			i += size
		}

		yield(r)
	}
}

// fewestMasked is how many digits of a card's number are masked at least. Fewer
// bullets are no digits: they begin the lines of a list.
const fewestMasked = shortest - lastDigits

// maskedEnd returns the end of a row of masked digits that begins at a place, 0 if
// there are too few.
func maskedEnd(text string, at int) int {
	end, count, gap := 0, 0, 0

	for i, c := range text[at:] {
		switch {
		case c == bullet:
			end, count, gap = at+i+len(Bullet), count+1, 0
		case !separates(c) || gap == widest:
			if count < fewestMasked {
				return 0
			}

			return end
		default:
			gap++
		}
	}

	if count < fewestMasked {
		return 0
	}

	return end
}

// digit returns the value of a decimal digit of any script.
func digit(r rune) (byte, bool) {
	if r >= '0' && r <= '9' {
		return byte(r - '0'), true
	}

	if r < utf8.RuneSelf || !unicode.IsDigit(r) {
		return 0, false
	}

	for _, in := range unicode.Nd.R16 {
		if uint32(r) >= uint32(in.Lo) && uint32(r) <= uint32(in.Hi) {
			return byte((uint32(r) - uint32(in.Lo)) % 10), true
		}
	}

	for _, in := range unicode.Nd.R32 {
		if uint32(r) >= in.Lo && uint32(r) <= in.Hi {
			return byte((uint32(r) - in.Lo) % 10), true
		}
	}

	return 0, false
}

// widest is how many characters may stand between two groups of a number.
const widest = 4

// follows reports whether a digit at a place can belong to the run.
func (r *run) follows(at int) bool {
	if len(r.groups) == 0 {
		return true
	}

	gap := r.text[r.groups[len(r.groups)-1].to:at]
	count, lines := 0, strings.ContainsAny(gap, "\n\r")

	for _, c := range gap {
		if count++; count > widest || !separates(c) && (c != '>' || !lines) {
			return false
		}
	}

	return true
}

// separates reports whether r may stand between the digits of a number.
func separates(r rune) bool {
	switch r {
	case '-', '.', '/', ',', '_', '·', bullet, '\u00AD', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\uFE0F', '\u20E3', '\u2212':
		return true
	default:
		return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)
	}
}

// add adds a digit to the run.
func (r *run) add(from, to int, value byte) {
	if len(r.groups) == 0 || r.groups[len(r.groups)-1].to < from {
		g := group{from: from, first: len(r.digits)}

		if len(r.groups) > 0 {
			gap := r.text[r.groups[len(r.groups)-1].to:from]
			g.comma, g.line = strings.Contains(gap, ","), strings.ContainsAny(gap, "\n\r")
		}

		r.groups = append(r.groups, g)
	}

	r.digits = append(r.digits, value)

	g := &r.groups[len(r.groups)-1]
	g.to, g.last = to, len(r.digits)
	g.masked = g.masked || value == hidden
}

// The lengths of card numbers.
const (
	shortest = 12
	longest  = 19
)

// cards returns the card numbers of a run.
func (r *run) cards() []Span {
	var spans []Span

	r.called, r.phone = called(r.text, r.groups[0].from), strings.HasSuffix(strings.TrimRight(r.text[:r.groups[0].from], " ("), "+")

	if parcel(r.digits) {
		return nil
	}

	for r.fours < len(r.groups) && r.groups[r.fours].last-r.groups[r.fours].first == 4 {
		r.fours++
	}

	fresh := true // a number may begin here: at the start, or right behind another

	for i := 0; i < len(r.groups); {
		if r.groups[i].masked {
			i, fresh = r.tail(i), true

			continue
		}

		end := r.card(i, fresh)
		if fresh = end > 0; !fresh {
			i++

			continue
		}

		spans = append(spans, Span{CardNumber, r.groups[i].from, r.groups[end-1].to})
		i = end
	}

	return spans
}

// tail returns the group behind the digits that stayed of a masked number.
func (r *run) tail(i int) int {
	shown := 0

	for ; i < len(r.groups) && shown < lastDigits; i++ {
		for _, d := range r.digits[r.groups[i].first:r.groups[i].last] {
			if shown++; d == hidden {
				shown = 0
			}
		}
	}

	return i
}

// card returns the group behind the card number that begins with the group i, 0
// for none. The longest one counts: what is left over of a number is no secret, and
// what is left over of a card's is.
func (r *run) card(i int, fresh bool) int {
	for end := min(len(r.groups), i+longest); end > i; end-- {
		digits := r.digits[r.groups[i].first:r.groups[end-1].last]
		if len(digits) < shortest || len(digits) > longest || slices.Contains(digits, hidden) {
			continue
		}

		if sure := issued(digits); sure > never && luhn(digits) && r.written(i, end, fresh, sure) {
			return end
		}
	}

	return 0
}

// written reports whether the groups from i to end are written as the number of a
// card is, and not called or known to be something else.
func (r *run) written(i, end int, fresh bool, sure certainty) bool {
	from, to := r.groups[i].from, r.groups[end-1].to
	count := r.groups[end-1].last - r.groups[i].first

	if within(r.other, from, to) || r.saidOther(i, end, count) {
		return false
	}

	if r.called == aCard && fresh {
		return true
	}

	return sure == likely && r.grouped(i, end, count, fresh)
}

// saidOther reports whether the words beside a number say that it is something else
// than a card's.
func (r *run) saidOther(i, end, count int) bool {
	if i > 0 && r.fours < end-1 {
		return false // there is another number before it
	}

	if r.phone && count <= longestPhone {
		return true
	}

	says := r.called
	if says == nothing {
		says = calledAfter(r.text[r.groups[end-1].to:])
	}

	return says == anotherNumber || says == aPhone && count <= longestPhone
}

// longestPhone is how many digits a phone number has at most (ITU-T E.164).
const longestPhone = 15

// grouped reports whether a number stands in groups as those of cards do. In the
// middle of other digits only the usual groups count.
func (r *run) grouped(i, end, count int, fresh bool) bool {
	if end == i+1 {
		return true
	}

	for _, sizes := range [][]int{r.sizes(i, end, false), r.sizes(i, end, true)} {
		switch {
		case fours(sizes) && (fresh || (count == 16 || count == 19) && !r.inTable(i, end)):
			return true
		case slices.Equal(sizes, []int{4, 6, 5}), slices.Equal(sizes, []int{4, 6, 4}):
			return true
		case fresh && even(sizes):
			return true
		}
	}

	usual := count == 15 || count == 16 || count == 19

	return fresh && end == len(r.groups) && usual && !r.amount(i, end)
}

// inTable reports whether a number stands between other groups of four digits, as in
// a table. One such group on one side may be a year, or when a card expires.
func (r *run) inTable(i, end int) bool {
	four := func(n int) bool { return r.groups[n].last-r.groups[n].first == 4 }

	return i > 0 && four(i-1) && end < len(r.groups) && four(end)
}

// sizes returns how many digits each group has. Joined, a group goes on over the end
// of a line.
func (r *run) sizes(i, end int, joined bool) []int {
	var sizes []int

	for n := i; n < end; n++ {
		size := r.groups[n].last - r.groups[n].first

		if joined && r.groups[n].line && n > i {
			sizes[len(sizes)-1] += size
		} else {
			sizes = append(sizes, size)
		}
	}

	return sizes
}

// fours reports whether all groups have four digits, but for the last one.
func fours(sizes []int) bool {
	for _, size := range sizes[:len(sizes)-1] {
		if size != 4 {
			return false
		}
	}

	return len(sizes) > 1 && sizes[len(sizes)-1] <= 4
}

// even reports whether the digits stand one by one, in pairs, or in two halves.
func even(sizes []int) bool {
	for _, size := range sizes {
		if size != sizes[0] {
			return false
		}
	}

	return sizes[0] == 1 || sizes[0] == 2 || sizes[0] == 8
}

// amount reports whether groups are an amount of money or a list: thousands, or
// with commas between them.
func (r *run) amount(i, end int) bool {
	thousands := end > i+1

	for n := i + 1; n < end; n++ {
		if r.groups[n].comma {
			return true
		}

		thousands = thousands && r.groups[n].last-r.groups[n].first == 3
	}

	return thousands
}

// within reports whether one of spans, which are in order, overlaps a piece of text.
func within(spans []Span, from, to int) bool {
	i, _ := slices.BinarySearchFunc(spans, from, func(s Span, at int) int {
		if s.To <= at {
			return -1
		}

		return 1
	})

	return i < len(spans) && spans[i].From < to
}
