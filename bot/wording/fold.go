package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A folded text is one as phrases are looked for in it: lower case, without accents,
// with one kind of apostrophe and single blanks, and a mark in the place of each
// quotation.
type folded struct {
	original string
	text     string
	at       []int32  // where each byte of text, and its end, stand in the original
	ends     []int    // of the sentences, in text
	quoted   [][2]int // where quotations stand in the original
}

// mark stands for a quotation. No phrase has it.
const mark = '\x01'

// fold folds a text.
func fold(text string) *folded {
	f := &folded{original: text, quoted: quotations(text)}
	quoted := f.quoted

	var b strings.Builder

	put := func(s string, from int) {
		b.WriteString(s)

		for range len(s) {
			f.at = append(f.at, int32(from)) //nolint:gosec // no text is that long
		}
	}

	last := byte(' ')

	for i := 0; i < len(text); {
		if len(quoted) > 0 && i == quoted[0][0] {
			put(string(mark), i)

			i, last = quoted[0][1], mark
			quoted = quoted[1:]

			continue
		}

		r, size := utf8.DecodeRuneInString(text[i:])
		s := foldRune(r)

		switch {
		case s == " " && last == ' ':
			if r == '\n' && strings.HasSuffix(strings.TrimRight(text[max(0, i-4):i], " \t\r"), "\n") {
				f.ends = append(f.ends, b.Len()) // an empty line
			}
		case s != "":
			put(s, i)

			last = s[len(s)-1]
		}

		i += size

		if ends(r) && (i == len(text) || strings.ContainsAny(text[i:i+1], " \n\t\r")) {
			f.ends = append(f.ends, b.Len())
		}
	}

	f.at = append(f.at, int32(len(text))) //nolint:gosec // no text is that long
	f.text = b.String()
	f.ends = append(f.ends, len(f.text))

	return f
}

// ends reports whether a sentence ends with r.
func ends(r rune) bool { return r == '.' || r == '!' || r == '?' || r == '…' }

// plainLetters are letters without their accents.
var plainLetters = map[rune]string{
	'á': "a", 'à': "a", 'â': "a", 'ä': "a", 'ã': "a", 'é': "e", 'è': "e", 'ê': "e", 'ë': "e", 'í': "i", 'ì': "i", 'î': "i", 'ï': "i",
	'ó': "o", 'ò': "o", 'ô': "o", 'ö': "o", 'õ': "o", 'ú': "u", 'ù': "u", 'û': "u", 'ü': "u", 'ñ': "n", 'ç': "c",
	'’': "'", '‘': "'", 'ʼ': "'", '´': "'", '`': "'", '′': "'", '‐': "-", '‑': "-", '–': "-", '—': "-",
}

// foldRune returns what stands for a character.
func foldRune(r rune) string {
	if r < utf8.RuneSelf {
		if unicode.IsSpace(r) {
			return " "
		}

		if r < ' ' || r == 0x7f {
			return ""
		}

		return string(unicode.ToLower(r))
	}

	r = unicode.ToLower(r)

	switch s, ok := plainLetters[r]; {
	case ok:
		return s
	case unicode.IsSpace(r):
		return " "
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r): // accents that stand apart, and what is not seen
		return ""
	default:
		return string(r)
	}
}

// quotations returns where somebody else's words stand, in order: between quotation
// marks of one paragraph, and in lines that begin with >.
func quotations(text string) [][2]int {
	var all [][2]int

	for from := 0; from < len(text); {
		to := len(text)
		if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
			to = from + i + 1
		}

		line := text[from:to]

		if strings.HasPrefix(strings.TrimLeft(line, " \t"), ">") {
			all = append(all, [2]int{from, to})
			from = to

			continue
		}

		end := to
		for end < len(text) && !paragraphEnds(text[end:]) {
			i := strings.IndexByte(text[end:], '\n')
			if i < 0 {
				end = len(text)

				break
			}

			end += i + 1
		}

		all = append(all, between(text, from, end)...)
		from = end
	}

	return all
}

// paragraphEnds reports whether a line begins something new: it is empty, or quoted.
func paragraphEnds(line string) bool {
	line = strings.TrimLeft(line, " \t\r")

	return line == "" || line[0] == '\n' || line[0] == '>'
}

// closing are the ends of quotations by their beginnings.
var closing = map[rune]string{'“': "”", '„': "“”", '«': "»", '"': "\""}

// between returns where quotation marks stand in pairs in a piece of text, and what
// is between them. A mark that stays open begins nothing.
func between(text string, from, to int) [][2]int {
	var all [][2]int

	open, closes := -1, ""
	gone := map[string]bool{} // what closes no more

	for i := from; i < to; {
		r, size := utf8.DecodeRuneInString(text[i:])

		switch {
		case open < 0:
			if by, ok := closing[r]; ok && !gone[by] {
				if at := strings.IndexAny(text[i+size:to], by); at >= 0 {
					open, closes = i, by
				} else {
					gone[by] = true
				}
			}
		case strings.ContainsRune(closes, r):
			all = append(all, [2]int{open, i + size})
			open = -1
		}

		i += size
	}

	return all
}
