package main

import (
	"errors"
	"slices"

	"github.com/firebreakhq/firebreak/bot/playbook"
)

// languages are those in which people can read what to say.
var languages = []playbook.Language{playbook.English, playbook.Spanish}

// CardChange is what the file makes of a card of the playbook, in one language or
// in all.
type CardChange struct {
	Key    string // of the card in the file: playbook.breathing
	Change playbook.Change
}

// key returns where a field of the change stands in the file.
func (c CardChange) key(field string) string {
	switch field {
	case "card":
		return c.Key
	case "title", "do", "say", "avoid", "notice":
		return c.Key + "." + string(c.Change.Language) + "." + field
	default:
		return c.Key + "." + field
	}
}

// playbook reads the cards that are added, said in another way, or hidden.
func (d *decoder) playbook(n node, changes *[]CardChange) {
	d.entries(n, func(id string, n node) {
		for _, change := range d.card(n, id) {
			*changes = append(*changes, CardChange{Key: n.key, Change: change})
		}
	})
}

// card reads what becomes of one card: a change for each language that it is said
// in, of which the first says where it fits.
func (d *decoder) card(n node, id string) []playbook.Change {
	var (
		whole  = playbook.Change{Card: id}
		hidden []playbook.Language
		said   = map[playbook.Language]playbook.Change{}
	)

	known := fields{
		"new":      one(d, &whole.New, parseSwitch),
		"hide":     func(n node) { d.hide(n, &whole.Hide, &hidden) },
		"signs":    many(d, &whole.Signs, parseText),
		"reasons":  many(d, &whole.Reasons, parseText),
		"feelings": many(d, &whole.Feelings, parseText),
		"channels": many(d, &whole.Channels, parseText),
		"triggers": many(d, &whole.Triggers, parseText),
	}
	for _, l := range languages {
		known[string(l)] = func(n node) { said[l] = d.words(n, playbook.Change{Card: id, Language: l}) }
	}
	d.fields(n, known)

	var changes []playbook.Change
	for _, l := range languages {
		if change, ok := said[l]; ok {
			change.New = whole.New
			changes = append(changes, change)
		}
	}
	changes = fitted(changes, whole)

	for _, l := range hidden {
		changes = append(changes, playbook.Change{Card: id, Hide: true, Language: l})
	}
	return changes
}

// fitted has the first change say what holds in every language.
func fitted(changes []playbook.Change, whole playbook.Change) []playbook.Change {
	fits := slices.Concat(whole.Signs, whole.Reasons, whole.Feelings, whole.Channels, whole.Triggers)
	if len(changes) == 0 && (whole.Hide || whole.New || len(fits) > 0) {
		return []playbook.Change{whole}
	}
	if len(changes) > 0 {
		first := &changes[0]
		first.Hide, first.Signs, first.Reasons = whole.Hide, whole.Signs, whole.Reasons
		first.Feelings, first.Channels, first.Triggers = whole.Feelings, whole.Channels, whole.Triggers
	}
	return changes
}

// hide reads true, or the languages in which a card is hidden.
func (d *decoder) hide(n node, everywhere *bool, in *[]playbook.Language) {
	if _, single := textOf(n.Node); single {
		one(d, everywhere, parseSwitch)(n)
		return
	}
	many(d, in, oneOf(languages...))(n)
}

// words reads what a card says in one language.
func (d *decoder) words(n node, c playbook.Change) playbook.Change {
	d.fields(n, fields{
		"title":  one(d, &c.Title, parseText),
		"do":     oneOrMany(d, &c.Do, parseText),
		"say":    oneOrMany(d, &c.Say, parseText),
		"avoid":  oneOrMany(d, &c.Avoid, parseText),
		"notice": oneOrMany(d, &c.Notice, parseText),
	})
	return c
}

// playbooks checks that every card can stand as it is changed.
func (v *validator) playbooks() {
	book := v.changed(playbook.Embedded(), v.config.Playbook)
	for _, t := range v.config.Teams {
		v.changed(book, t.Playbook)
	}
}

// changed returns a book with the changes that can stand, and notes the others.
func (v *validator) changed(book *playbook.Book, changes []CardChange) *playbook.Book {
	for _, c := range changes {
		next, err := book.With([]playbook.Change{c.Change})
		if wrong, ok := errors.AsType[*playbook.ChangeError](err); ok {
			v.wrong(c.key(wrong.Field), "%s", wrong.Problem)
			continue
		}
		book = next
	}
	return book
}

// withCards returns a book with changes that Validate finds nothing wrong with, nil for
// none: then it is as it was.
func withCards(book *playbook.Book, changes []CardChange) *playbook.Book {
	if len(changes) == 0 {
		return nil
	}

	made := make([]playbook.Change, len(changes))
	for i, c := range changes {
		made[i] = c.Change
	}

	changed, err := book.With(made)
	if err != nil {
		return nil
	}
	return changed
}
