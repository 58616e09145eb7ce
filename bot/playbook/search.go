package playbook

import (
	"cmp"
	"math"
	"slices"
)

// mainstays are the cards that help with everybody, in the order of a contact.
var mainstays = []string{"letting-finish", "reading-back", "breathing"}

// Search returns the cards for what somebody notices, in their own words ("she
// keeps shouting"), best first, at most so many. Accents, capitals, endings and a
// slip of the finger in a longer word don't matter. Words of another language are
// understood where they clearly fit better there. found is whether the words
// led to the cards: if they led to none, the cards are those that help with
// everybody. Where the customer's own life may be at stake, the cards are those for
// that alone.
func (b *Book) Search(language Language, noticed string, most int) (cards []Card, found bool) {
	language = language.orEnglish()

	var dealt hand

	for _, l := range b.leavesFor(language, noticed) {
		if len(dealt.cards) < most {
			dealt.add(l, Case{Language: language})
		}
	}

	if len(dealt.cards) > 0 {
		return dealt.cards, true
	}

	for _, id := range mainstays {
		if card, there := b.Card(language, id); there && len(cards) < most {
			cards = append(cards, card)
		}
	}

	return cards, false
}

// leavesFor returns the cards for what somebody notices, best first, that can be
// read in a language.
func (b *Book) leavesFor(language Language, noticed string) []leaf {
	if endangered(noticed) {
		return b.inDanger()
	}

	var (
		found []leaf
		score float64
	)

	for _, spoken := range languages {
		leaves, fit := b.index[spoken].best(spoken.terms(noticed))
		leaves = slices.DeleteFunc(leaves, func(l leaf) bool { _, there := l.texts[language]; return !there })

		if spoken == language {
			fit *= ownLanguage
		}

		if len(leaves) > 0 && fit > score {
			found, score = leaves, fit
		}
	}

	return apart(found)
}

// ownLanguage is how many times better words must fit in another language than in
// the reader's own, to be taken for words of the other.
const ownLanguage = 1.5

// An index finds cards by what somebody notices.
type index struct {
	entries []entry
	cards   map[string]int   // how many have a word, by its stem
	rarity  map[term]float64 // the fewer cards have a word, the more it says
}

// An entry is what is noticed by who needs a card.
type entry struct {
	leaf
	phrases [][]term
}

func indexed(leaves []leaf, language Language) index {
	x := index{cards: make(map[string]int), rarity: make(map[term]float64)}

	for _, l := range leaves {
		t, there := l.texts[language]
		if !there {
			continue
		}

		e := entry{leaf: l}
		stems := make(map[string]bool)

		for _, noticed := range append([]string{t.Title}, t.Notice...) {
			phrase := language.terms(noticed)
			e.phrases = append(e.phrases, phrase)

			for _, term := range phrase {
				stems[term.stem] = true
			}
		}

		for stem := range stems {
			x.cards[stem]++
		}

		x.entries = append(x.entries, e)
	}

	for _, e := range x.entries {
		for _, t := range slices.Concat(e.phrases...) {
			x.rarity[t] = math.Log(1 + float64(len(x.entries))/float64(x.cards[t.stem]))
		}
	}

	return x
}

// best returns the cards for some words, best first, and how well the best fits;
// those that equally fit are in the order of the playbook.
func (x index) best(typed []term) (found []leaf, score float64) {
	type match struct {
		leaf
		score float64
	}

	near := x.near(typed)

	var all []match

	for _, e := range x.entries {
		if score := x.score(e, near); score > 0 {
			all = append(all, match{e.leaf, score})
		}
	}

	slices.SortStableFunc(all, func(a, b match) int { return cmp.Compare(b.score, a.score) })

	for _, m := range all {
		found, score = append(found, m.leaf), max(score, m.score)
	}

	return found, score
}

// score says how well a card meets what was typed: by its best phrase, and a
// little by the others.
func (x index) score(e entry, near map[term]float64) float64 {
	best, sum := 0.0, 0.0

	for _, phrase := range e.phrases {
		met := x.met(phrase, near)
		best, sum = max(best, met), sum+met
	}

	return best + sum/float64(10+len(e.phrases))
}

// met says how much of a phrase was typed. A phrase that is there whole says more
// than its parts in several places.
func (x index) met(phrase []term, near map[term]float64) float64 {
	met, whole := 0.0, 0.0

	for _, term := range phrase {
		whole += x.rarity[term]
		met += x.rarity[term] * near[term]
	}

	if whole == 0 {
		return 0
	}

	return met * (1 + met/whole) / 2
}

// near says how near what was typed comes to each word: 1 is the word itself, in
// whatever form. Only a word that no card has can be a slip of the finger.
func (x index) near(typed []term) map[term]float64 {
	near := make(map[term]float64)

	for _, other := range typed {
		known := x.cards[other.stem] > 0

		for t := range x.rarity {
			switch {
			case t.stem == other.stem:
				near[t] = 1
			case !known && (slipped(t.word, other.word) || slipped(t.stem, other.stem)):
				near[t] = max(near[t], 0.7)
			}
		}
	}

	return near
}
