package roster

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A spanWord is a word in lower case, a number, or whatever else stands between
// blanks.
type spanWord struct {
	kind spanWordKind
	text string
}

type spanWordKind int

// The kinds of words, in the order of the groups of spanWords. kindNothing is
// what comes behind the last word.
const (
	kindNothing    spanWordKind = iota
	kindISODate                 // 2026-12-24
	kindOddDate                 // 12/11, 12-11-2026
	kindDottedDate              // 24.12. or 24.12.2026
	kindClock                   // 18:00, 18.00
	kindNumber
	kindWord
	kindDash
	kindOther
)

var spanWords = regexp.MustCompile(`(\d{4}-\d{1,2}-\d{1,2}\b)|(\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b|\d{1,2}/\d{1,2}\b)|(\d{1,2}\.\d{1,2}\.\d*)|(\d{1,2}[:.]\d+)|(\d+)|([ap]\.m\b\.?|\p{L}+)|(-+)|(\S)`)

// read splits text into words. Marks that mean nothing are left out, such as
// those at the end of a sentence and those that set off an example.
func (r *spanReader) read(text string) {
	text = strings.ToLower(strings.Map(plainRune, strings.ToValidUTF8(text, "\uFFFD")))
	r.typed = strings.Join(strings.Fields(text), " ")

	for _, at := range spanWords.FindAllStringSubmatchIndex(r.typed, -1) {
		for kind := kindISODate; kind <= kindOther; kind++ {
			from, to := at[2*kind], at[2*kind+1]
			if from >= 0 && (kind != kindOther || !strings.Contains(".,;!?…`'’‘\"“”*_()", r.typed[from:to])) {
				r.words = append(r.words, spanWord{kind, r.typed[from:to]})
			}
		}
	}
}

// plainRune returns the plain character for what phones and pages make of it.
func plainRune(c rune) rune {
	switch {
	case unicode.Is(unicode.Pd, c), c == '−':
		return '-'
	case unicode.IsSpace(c), unicode.IsControl(c):
		return ' '
	case unicode.Is(unicode.Cf, c):
		return -1
	default:
		return c
	}
}

func (r *spanReader) done() bool { return len(r.words) == 0 }

// peek returns the word that comes n words behind the next one.
func (r *spanReader) peek(n int) spanWord {
	if n >= len(r.words) {
		return spanWord{}
	}

	return r.words[n]
}

func (r *spanReader) drop(n int) { r.words = r.words[n:] }

// takes drops the next word if it is one of those.
func (r *spanReader) takes(those ...string) bool {
	next := r.peek(0)
	if next.kind != kindWord || !slices.Contains(those, next.text) {
		return false
	}

	r.drop(1)

	return true
}

// takesJoint drops a word that stands between a start and an end.
func (r *spanReader) takesJoint() bool {
	return r.takes("until", "till", "til", "to", "through")
}

// quoted returns what was typed, so that an error can quote it.
func (r *spanReader) quoted() string { return shortened(r.typed, spanMaxQuoted) }

// puzzled returns the error about the next word.
func (r *spanReader) puzzled() error {
	return refuseSpan("I don't understand “%v”. Type for example %v.", shortened(r.peek(0).text, spanMaxQuoted), spanForms)
}

// num returns what a number counts, 1 for "an", and something too large for
// anything if it has too many digits.
func (w spanWord) num() int {
	switch n, err := strconv.Atoi(w.text); {
	case w.kind == kindWord:
		return 1
	case err != nil || n > 1e9:
		return 1e9
	default:
		return n
	}
}

// numbersIn returns the numbers within typed.
func numbersIn(typed string) []int {
	var all []int

	for digits := range strings.FieldsFuncSeq(typed, func(c rune) bool { return c < '0' || c > '9' }) {
		all = append(all, spanWord{kindNumber, digits}.num())
	}

	return all
}

var ordinalEndings = []string{"st", "nd", "rd", "th"}

// half returns am or pm, "" if it is another word.
func (w spanWord) half() string {
	switch strings.ReplaceAll(w.text, ".", "") {
	case "am":
		return "am"
	case "pm":
		return "pm"
	default:
		return ""
	}
}

// unit returns the length of a unit of time, 0 if it is another word.
func (w spanWord) unit() time.Duration {
	switch w.text {
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return 24 * time.Hour
	case "w", "week", "weeks":
		return 7 * 24 * time.Hour
	default:
		return 0
	}
}

// weekday returns the weekday that a word names, in full or in short.
func (w spanWord) weekday() (time.Weekday, bool) {
	if w.text == "weds" {
		return time.Wednesday, true
	}

	for day := time.Sunday; day <= time.Saturday; day++ {
		if w.names(day.String()) {
			return day, true
		}
	}

	return 0, false
}

// month returns the month that a word names, in full or in short, 0 if none.
func (w spanWord) month() time.Month {
	for month := time.January; month <= time.December; month++ {
		if w.names(month.String()) {
			return month
		}
	}

	return 0
}

// names reports whether w is name or its first three letters or more.
func (w spanWord) names(name string) bool {
	return len(w.text) >= 3 && strings.HasPrefix(strings.ToLower(name), w.text)
}
