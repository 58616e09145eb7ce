// Package wording looks at what is about to be said to a customer for words that
// make an upset person more upset, and knows something better for each.
//
// It finds seven kinds of them, in English and in Spanish: saying what can't be done
// without a way on, making the matter small, putting it on the customer, arguing,
// promising more than anybody can keep, words of the trade, and apologies for nothing
// in particular. It finds phrases and understands nothing, so it remarks and never
// forbids: whoever wrote the words decides.
//
// What makes a phrase good is known for some: “I can't do that today” stands alone,
// and “… but I can do it tomorrow” beside it is a way on; a promise to call back by
// ten is what promises are for. What stands in quotation marks, or in lines that
// begin with >, is somebody else's and is not looked at.
//
// The package is pure, and takes time in proportion to the text. It imports nothing
// of ours.
package wording

import (
	"cmp"
	"slices"
	"strings"
)

// A Kind is what is the matter with a phrase.
type Kind string

// The kinds.
const (
	Negating   Kind = "negating"       // what can't be done, and no way on
	Minimising Kind = "minimising"     // the matter is made small
	Blaming    Kind = "blaming"        // it is put on the customer
	Arguing    Kind = "arguing"        // who is right
	Promising  Kind = "over-promising" // more than anybody can keep
	Jargon     Kind = "jargon"         // words of the trade
	Apology    Kind = "apology"        // for nothing in particular
	Own        Kind = "own"            // a word of the team's
)

// Kinds are all kinds of which a team may want to hear nothing.
var Kinds = []Kind{Negating, Minimising, Blaming, Arguing, Promising, Jargon, Apology}

// Languages that are known.
const (
	English = "en"
	Spanish = "es"
)

// A Word is one that a team does not want to see, with what it says in its place.
type Word struct {
	Find     string // case and accents don't matter
	Instead  string
	Language string // English or Spanish, "" for any
}

// A Remark is about one phrase.
type Remark struct {
	Kind     Kind
	Found    string // as it stands in the text
	Instead  string // words that work better
	From, To int    // where it stands, in bytes
}

// Check returns what it has to remark about a text in a language, "" being English,
// in the order of the text. No two remarks are about the same words. own are words of
// the team's, which go before what is known here.
func Check(text, language string, own []Word) []Remark {
	f := fold(text)

	var found []Remark

	for _, word := range own {
		if word.Language == "" || word.Language == cmp.Or(language, English) {
			found = append(found, f.word(word)...)
		}
	}

	tongue := english()
	if language == Spanish {
		tongue = spanish()
	}

	for _, rule := range tongue.rules {
		found = append(found, f.find(rule, tongue)...)
	}

	found = append(found, f.abbreviations(tongue.inFull)...)

	return apart(found)
}

// apart returns remarks in the order of the text, without those about words that
// another is about: a team's word goes first, then what begins first, then what is
// longer.
func apart(found []Remark) []Remark {
	slices.SortStableFunc(found, func(a, b Remark) int { return cmp.Or(a.From-b.From, b.To-a.To) })

	own := inTurn(slices.DeleteFunc(slices.Clone(found), func(r Remark) bool { return r.Kind != Own }))
	rest := slices.DeleteFunc(found, func(r Remark) bool { return r.Kind == Own || overlaps(own, r) })

	all := append(own, inTurn(rest)...)
	slices.SortFunc(all, func(a, b Remark) int { return a.From - b.From })

	return all
}

// inTurn returns remarks, which are in order, without those that begin within one
// before, or go on with the same thing right behind it.
func inTurn(found []Remark) []Remark {
	var last Remark

	return slices.DeleteFunc(found, func(r Remark) bool {
		if r.From < last.To || r.From <= last.To+1 && r.Kind == last.Kind && r.Kind != Own {
			return true
		}

		last = r

		return false
	})
}

// overlaps reports whether a remark is about words that one of others, which are in
// order and apart, is about.
func overlaps(others []Remark, r Remark) bool {
	i, _ := slices.BinarySearchFunc(others, r.From, func(o Remark, from int) int { return o.To - from - 1 })

	return i < len(others) && others[i].From < r.To
}

// Without returns remarks but for those of some kinds.
func Without(remarks []Remark, off []Kind) []Remark {
	return slices.DeleteFunc(slices.Clone(remarks), func(r Remark) bool { return slices.Contains(off, r.Kind) })
}

// Words that stand in any text of one language, and in none of the other.
var (
	onlyEnglish = strings.Fields("the and you your is are to of we it that this for with have can will not be on was i")
	onlySpanish = strings.Fields("el la los las de que y en un una por con para su se lo le es usted nos del al mi tu ya esta pero como todo va hemos puedo podemos puede mas muy sin cuando gracias porque hoy volvera sera tiene")
)

// Language returns in which language a text is written, as far as its small words
// tell: Spanish where there are more of those, else English.
func Language(text string) string {
	f := fold(text)
	score := 0

	for word := range strings.FieldsFuncSeq(f.text, func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch {
		case slices.Contains(onlyEnglish, word):
			score--
		case slices.Contains(onlySpanish, word):
			score++
		}
	}

	if strings.ContainsAny(text, "¿¡ñÑáéíóú") {
		score++
	}

	if score > 0 {
		return Spanish
	}

	return English
}
