package playbook

import "slices"

// passedOver are words that say nothing of what is noticed. "No" and "not" are
// none of them: "not listening" is noticed for its "not".
var passedOver = map[Language][]string{
	English: tokens("a an the and or to of in on at for with by from as it its it's he he's she she's they they're them him his her hers their " +
		"i i'm im me my mine we our us you your is are was were be been being am do does did has have had this that these those there here " +
		"so very really just still now then again customer client caller guy man woman lady person somebody someone who what when how if but " +
		"doesn't don't didn't isn't wasn't aren't any about up out all too also because than get gets got going keep keeps keeping will would can could should"),
	Spanish: tokens("un una unos unas el la los las lo le les y o u e a al de del en con por para como es son era esta estan estaba este esto esta " +
		"estos estas ese eso esa yo me mi mis nos nuestro nuestra tu tus su sus se te que quien cuando si pero muy mas ya ahora aun todavia " +
		"cliente clienta senor senora persona alguien ha han he hay ser estar sigue esta todo tan tambien porque va"),
}

// A term is a word that says something of what is noticed.
type term struct{ word, stem string }

// terms returns the words that say what is noticed.
func (l Language) terms(s string) []term {
	var terms []term

	for _, word := range tokens(s) {
		if !slices.Contains(passedOver[l], word) {
			terms = append(terms, term{word, l.stem(word)})
		}
	}

	return terms
}
