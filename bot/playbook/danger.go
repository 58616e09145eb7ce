package playbook

import (
	"regexp"
	"slices"
	"strings"
)

// endangering are words by which a customer's own life may be at stake, in any of
// the languages, as tokens returns them. They are read before everything else: who
// asks what to say to somebody who may die must not be told to warn them, or to end
// the contact.
var endangering = regexp.MustCompile(strings.Join([]string{
	`\bsuicid`,
	`\bself ?(?:harm|injur)`,
	`\b(?:kill|hurt|harm|cut|hang|shoot|drown|poison)(?:s|ing|ting)? (?:\w+self|\w+selves)\b`,
	`\b(?:end|take)(?:s|ing)? (?:it all|(?:(?:his|her|their|my) )?(?:own )?life)\b`,
	`\btaking (?:(?:his|her|their|my) )?(?:own )?life\b`,
	`\b(?:want|wanna|wish|hope|going|like|rather|ready|tired)\w* (?:to |and )?(?:just )?(?:die|be dead)\b`,
	`\b(?:was|were|better off|rather be) dead\b`,
	`\b(?:go|going|goes|keep|keeps|carry|carrying) on living\b|\bkeep living\b|\bstop living\b`,
	`\b(?:not|no|never|dont|doesnt|didnt|longer|stopped|lost)\b(?: \w+){0,2} (?:want|wants|wanting|wish|wishes|will|reason) to (?:live|be alive|go on living|wake up)\b`,
	`\b(?:tired|sick) of (?:life|living|being alive)\b|\bnothing to live for\b|\bworth living\b|\bno point in living\b`,
	`\bjump(?:s|ing)? (?:off|from|out of|in front of)\b|\boverdos|\b(?:all|whole)(?: \w+){0,3} (?:pills|tablets)\b`,
	`\bgoodbye forever\b|\bwould miss (?:him|her|them|me)\b`,

	`\bautoles`,
	`\b(?:matar|morir|ahorcar|lastimar)se\b|\bquiero matarme\b|\bmorirme\b`,
	`\bse (?:\w+ ){0,2}(?:matar|mata|matara|morir|ahorcar)\b`,
	`\bse (?:\w+ ){0,2}(?:hacer|hace|hara) dano\b|\bhacer[sm]e dano\b`,
	`\bquier(?:e|en|o) (?:morir|estar muert)|\bganas de (?:morir|matarse)`,
	`\bno (?:\w+ ){0,2}(?:quier|pued|dese|sop)\w*(?: \w+)?(?: \w+)? (?:vivir|viviendo)\b|\b(?:sin|tiene) ganas de vivir\b|\bvivir mas\b`,
	`\bquit\w+(?: \w+)? vida\b|\b(?:acabar|acaba|terminar) con (?:todo|su vida|mi vida)\b`,
	`\bvida no (?:vale|merece|tiene sentido)|\bpena (?:seguir )?(?:vivir|viviendo)\b`,
	`\b(?:tirar|lanzar)se (?:por|de|del|desde|al)\b|\bse (?:\w+ ){0,2}(?:tira|tirar|lanzar) (?:por|desde|al)\b|\bdespide para siempre\b`,
}, "|"))

// endangered reports whether what somebody notices says that the customer's own
// life may be at stake.
func endangered(noticed string) bool {
	return endangering.MatchString(strings.Join(tokens(noticed), " "))
}

// apart keeps what helps somebody who may die away from all that warns somebody or
// ends a contact: of the two, what fits better stays. If it is the best of all, it
// stands alone.
func apart(found []leaf) []leaf {
	either := slices.IndexFunc(found, func(l leaf) bool { return l.helpsInDanger() || l.warns() })
	if either < 0 {
		return found
	}

	helps := found[either].helpsInDanger()

	return slices.DeleteFunc(found, func(l leaf) bool {
		return l.helpsInDanger() != helps && (either == 0 && helps || l.helpsInDanger() || l.warns())
	})
}

// helpsInDanger reports whether a card is for a customer whose life may be at stake.
func (f fits) helpsInDanger() bool { return slices.Contains(f.triggers, danger) }

// warns reports whether a card is about somebody who threatens or abuses.
func (f fits) warns() bool {
	return slices.Contains(f.signs, "threat") || slices.Contains(f.signs, "insults") || f.id == "harassment"
}

// inDanger are the cards for a customer whose life may be at stake.
func (b *Book) inDanger() []leaf {
	return slices.DeleteFunc(slices.Clone(b.leaves), func(l leaf) bool { return !l.helpsInDanger() })
}
