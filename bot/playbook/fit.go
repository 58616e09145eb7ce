package playbook

import (
	"slices"
)

// What each match is worth. A sign is what the agent sees and hears now, so one
// sign weighs more than the reason, and what is urgent more than all else together.
const (
	forUrgency = 1000
	forTrigger = 100
	forMoment  = 60 // made for just what the reader is about to do
	forSign    = 12
	forFeeling = 10
	forReason  = 7
	forNeed    = 5
	forStage   = 4
	forChannel = 3
	forHeat    = 2
)

// Fit returns the cards that help most in a case, best first, at most so many.
//
// Hard stops, threats and abuse come before everything; what was noticed comes
// before what holds for everybody; among equals the order of the playbook decides,
// so the same case always has the same cards. Who writes is told nothing of their
// voice, who is not seen nothing of their posture, and no two cards say the same.
// As long as the customer may be in danger, there is only what was written for that.
func (b *Book) Fit(c Case, most int) []Card {
	type match struct {
		leaf
		score int
	}

	var all []match

	for _, l := range b.leaves {
		if score, fit := l.score(c); fit {
			all = append(all, match{l, score})
		}
	}

	slices.SortStableFunc(all, func(a, b match) int { return b.score - a.score })

	var dealt hand

	for _, m := range all {
		if len(dealt.cards) < most {
			dealt.add(m.leaf, c)
		}
	}

	return dealt.cards
}

// score says how well a card fits a case, and whether it does at all.
func (f fits) score(c Case) (score int, fit bool) {
	if !f.belongs(c) {
		return 0, false
	}

	score = f.matches(c)
	if score == 0 && f.specific() {
		return 0, false
	}

	if len(f.stages) > 0 {
		score += forStage
	}

	if c.Moment != Talking && slices.Contains(f.moments, c.Moment) {
		score += forMoment
	}

	if f.urgent {
		score += forUrgency
	}

	return score, true
}

// belongs reports whether a card may be shown in a case at all.
func (f fits) belongs(c Case) bool {
	during := c.Moment == Talking || c.Moment == Leading

	switch {
	case f.asked:
		return false
	case !slices.Contains(f.moments, c.Moment) && (len(f.moments) > 0 || !during):
		return false
	case during && len(f.stages) > 0 && !slices.Contains(f.stages, c.Stage):
		return false
	case f.medium != anyMedium && f.medium&mediumOf(c.Channel) == 0:
		return false
	case f.live && !c.Live:
		return false
	case during && c.Trigger == danger && !slices.Contains(f.triggers, danger):
		return false
	default:
		return true
	}
}

// specific reports whether a card is for some cases only.
func (f fits) specific() bool {
	return len(f.signs)+len(f.reasons)+len(f.feelings)+len(f.triggers)+len(f.channels)+len(f.needs)+f.heatFrom > 0
}

// matches adds up what a card and a case have in common.
func (f fits) matches(c Case) int {
	score := 0

	for _, sign := range slices.Compact(slices.Sorted(slices.Values(c.Signs))) {
		score += worth(forSign, f.signs, sign)
	}

	score += worth(forReason, f.reasons, c.Reason) + worth(forFeeling, f.feelings, c.Feeling) +
		worth(forTrigger, f.triggers, c.Trigger) + worth(forChannel, f.channels, c.Channel) + worth(forNeed, f.needs, c.Need)

	if f.heatFrom > 0 && f.heatFrom <= c.Heat && c.Heat <= f.heatTo {
		score += forHeat
	}

	return score
}

func worth[T comparable](points int, named []T, value T) int {
	if slices.Contains(named, value) {
		return points
	}

	return 0
}

// A hand is the cards that were dealt.
type hand struct {
	cards  []Card
	topics []string
}

// add deals a card, unless one that says much the same is in the hand.
func (h *hand) add(l leaf, c Case) {
	card, there := l.card(c)
	if !there || l.topic != "" && slices.Contains(h.topics, l.topic) || slices.ContainsFunc(h.cards, card.echoes) {
		return
	}

	h.cards, h.topics = append(h.cards, card), append(h.topics, l.topic)
}

// echoes reports whether two cards have a sentence in common.
func (c Card) echoes(other Card) bool {
	return slices.ContainsFunc(c.Say, func(said string) bool { return slices.Contains(other.Say, said) })
}
