package playbook

import (
	"regexp"
	"strings"
	"unicode"
)

// unaccented are the letters with accents of the playbook's languages, and those
// that people type in names beside them.
var unaccented = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "õ", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ñ", "n", "ç", "c", "’", "'", "'", "'",
)

// tokens returns the words of what somebody typed, in small letters and without
// accents. What follows an apostrophe stays with its word: "won't" is "wont".
func tokens(s string) []string {
	folded := strings.ReplaceAll(unaccented.Replace(strings.ToLower(s)), "'", "")

	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// endings are what a word loses, so that "shouting" and "shouts" are one word.
// Longer ones come first.
var endings = map[Language][]string{
	English: {"ingly", "ings", "edly", "ing", "ies", "ied", "ed", "es", "ly", "er", "s", "e", "y"},
	Spanish: {
		"amente", "aciones", "iendo", "acion", "yendo", "ieron", "ando", "amos", "emos", "imos", "aron", "aban", "idos", "idas", "ados", "adas",
		"ido", "ida", "ado", "ada", "aba", "ias", "ian", "ia", "ar", "er", "ir", "an", "en", "as", "es", "os", "is", "a", "e", "o", "i", "s",
	},
}

// shortestStem is how many letters a word keeps at least.
const shortestStem = 3

// stem returns the part of a word that its forms have in common, roughly.
func (l Language) stem(word string) string {
	if l == Spanish {
		word = plainForm(word)
	}

	for _, ending := range endings[l] {
		if cut, has := strings.CutSuffix(word, ending); has && len(cut) >= shortestStem {
			return undoubled(cut)
		}
	}

	return word
}

var (
	withPronouns = regexp.MustCompile(`^(.{2,}(?:[aei]r|ando|[iy]endo))(?:me|te|se|nos)?(?:les?|l[oa]s?|me|te|se|nos)$`)
	superlative  = regexp.MustCompile(`isim[oa]s?$`)
	diphthongs   = strings.NewReplacer("ue", "o", "ie", "e")
)

// plainForm is a Spanish word without what stands at its end ("colgarle",
// "enfadadísima"), and with the vowel of its infinitive ("aprueben", "aprobar").
func plainForm(word string) string {
	if parts := withPronouns.FindStringSubmatch(word); parts != nil {
		word = parts[1]
	}

	return diphthongs.Replace(superlative.ReplaceAllString(word, "o"))
}

// undoubled is a stem without a letter that only its ending doubled: "slammed" and
// "slam".
func undoubled(stem string) string {
	last := len(stem) - 1
	if last > 2 && stem[last] == stem[last-1] {
		return stem[:last]
	}

	return stem
}
