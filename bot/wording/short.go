package wording

import (
	"regexp"
	"strings"
	"unicode"
)

// capitals are words that stand in capitals alone.
var capitals = regexp.MustCompile(`\b[A-Z]{2,5}\b`)

// everyday are the abbreviations that everybody knows, and other words in capitals
// that are none.
var everyday = set(`OK TV PC CD DVD USB LED SMS MMS PIN SIM ID PDF VAT ATM GPS SOS FAQ CEO AM PM EUR USD GBP CHF MXN ARS COP CLP PEN
	IBAN UK US USA EU UE ES DE FR IT BBC NHS GP QR SUV BMW IKEA UPS DHL GLS DPD HP IBM LG AC DC WC XL XXL XS II III IV VI VII VIII
	DNI NIE NIF CIF IVA AVE RENFE CP DF EE UU PVP CD APP WIFI HD UHD PS MR MRS MS DR SR SRA NO NOT VERY ALL YES AND THE YOU WE IT IS
	MUY SI QUE LA EL LO SU`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}

	return all
}

// abbreviations returns remarks about words in capitals that are no everyday ones. A
// text that is written in capitals has none.
func (f *folded) abbreviations(instead string) []Remark {
	if shouted(f.original) {
		return nil
	}

	var found []Remark

	quoted := f.quoted

	for _, at := range capitals.FindAllStringIndex(f.original, -1) {
		for len(quoted) > 0 && quoted[0][1] <= at[0] {
			quoted = quoted[1:]
		}

		word := f.original[at[0]:at[1]]
		if everyday[word] || len(quoted) > 0 && quoted[0][0] < at[1] || partOfMore(f.original, at[0], at[1]) {
			continue
		}

		found = append(found, Remark{Kind: Jargon, Found: word, Instead: instead, From: at[0], To: at[1]})
	}

	return found
}

// shouted reports whether a text has more capitals than other letters.
func shouted(text string) bool {
	upper, lower := 0, 0

	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}

	return upper > lower
}

// partOfMore reports whether a word belongs to a number such as E-142, or to a word
// with letters that are not English.
func partOfMore(text string, from, to int) bool {
	const joins = "-/_@.&0123456789"

	before := from > 0 && (strings.IndexByte(joins, text[from-1]) >= 0 || text[from-1] >= 0x80)
	behind := to+1 < len(text) && strings.IndexByte("-/_@&", text[to]) >= 0 && text[to+1] != ' ' || to < len(text) && text[to] >= 0x80 && !strings.HasPrefix(text[to:], "’")

	return before || behind
}
