package chat

import (
	"strings"
	"unicode"
)

// Ellipsis is what stands where something was cut off.
const Ellipsis = "…"

// Clean returns s without what could disturb the text around it: control
// characters, the bidirectional overrides that let a name turn a sentence
// around, and broken UTF-8. Line breaks stay; the joiners that emoji and some
// scripts are made of stay too.
func Clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")

	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), disturbs(r):
			return -1
		default:
			return r
		}
	}, s)
}

// disturbs reports whether r is invisible and changes how its neighbours are
// read: direction marks, embeddings, overrides and isolates, the zero-width
// space, the word joiner and the byte order mark.
func disturbs(r rune) bool {
	switch {
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u206F':
		return true
	case r == '\u200B', r == '\u200E', r == '\u200F', r == '\u061C', r == '\u2060', r == '\uFEFF':
		return true
	case r >= '\uFFF9' && r <= '\uFFFB':
		return true
	default:
		return false
	}
}

// Single returns s cleaned, in one line, without blanks around it, and cut to
// limit characters.
func Single(s string, limit int) string {
	return Cut(strings.Join(strings.Fields(Clean(s)), " "), limit)
}

// Several returns s cleaned, its lines kept, and cut to limit characters.
func Several(s string, limit int) string {
	return Cut(strings.TrimSpace(Clean(s)), limit)
}

// Cut returns s shortened to at most limit characters, the last of which is an
// Ellipsis if something is missing. Where limit is 0 or less, nothing is left.
func Cut(s string, limit int) string {
	if limit <= 0 {
		return ""
	}

	if len(s) <= limit {
		return s
	}

	count, last := 0, 0
	for i := range s {
		count++
		if count == limit {
			last = i
		}

		if count > limit {
			return s[:last] + Ellipsis
		}
	}

	return s
}
