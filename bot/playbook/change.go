package playbook

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// MostSteps is how many steps a card has at most, and how many it names to avoid.
const MostSteps = 3

// A Change is what a team makes of a card: it hides it, says it in its own way, or
// adds one. What is left empty stays as it is.
type Change struct {
	Card     string // the card's id
	New      bool   // the team adds it
	Hide     bool   // in Language, or in every one if none is named
	Language Language

	Title          string
	Do, Say, Avoid []string
	Notice         []string // what is noticed by who needs it, for Search

	// Where it fits, in every language.
	Signs, Reasons, Feelings, Channels, Triggers []string
}

// A ChangeError says which field of which change can't stand, and why.
type ChangeError struct {
	N       int    // the change, from 0
	Card    string // its card
	Field   string // "card", "language", "title", "do", "say", "avoid", "notice", "signs", …
	Problem string // for who wrote it, with what to write instead
}

func (e *ChangeError) Error() string {
	return fmt.Sprintf("the playbook's card %q, %v: %v", e.Card, e.Field, e.Problem)
}

// With returns the book with a team's changes made in their order. The error is a
// *ChangeError.
func (b *Book) With(changes []Change) (*Book, error) {
	leaves := make([]leaf, 0, len(b.leaves))
	for _, l := range b.leaves {
		leaves = append(leaves, l.clone())
	}

	for n, c := range changes {
		field, problem := check(leaves, c)
		if problem != "" {
			return nil, &ChangeError{N: n, Card: c.Card, Field: field, Problem: problem}
		}

		leaves = c.made(leaves)
	}

	return bind(leaves), nil
}

// check returns what can't stand in a change, and in which field; "" if all can.
func check(leaves []leaf, c Change) (field, problem string) {
	at := slices.IndexFunc(leaves, func(l leaf) bool { return l.id == c.Card })

	switch {
	case c.Language != "" && !slices.Contains(languages, c.Language):
		return "language", fmt.Sprintf("%q is no language of the playbook; write %v", c.Language, either(languages))
	case c.Card == "":
		return "card", "it has no id; write one such as our-outage"
	case c.New && c.Hide:
		return "hide", "a new card can't be hidden; leave one of the two out"
	case c.New && at >= 0 && leaves[at].has(c.Language):
		return "new", "there is such a card already; leave this out to say it in your own way"
	case !c.New && (at < 0 || !c.Hide && !leaves[at].has(c.Language)):
		return "card", fmt.Sprintf("there is no such card; did you mean %q? One of your own needs “new: true”", nearest(c.Card, ids(leaves)))
	case c.Hide:
		return "", ""
	default:
		return checkWords(c)
	}
}

// checkWords looks at what a card says, and then at where it fits.
func checkWords(c Change) (field, problem string) {
	switch {
	case c.New && strings.TrimSpace(c.Title) == "":
		return "title", "a card needs a title"
	case c.New && len(c.Do) == 0:
		return "do", "a card needs at least one step"
	}

	for _, list := range []struct {
		field string
		lines []string
	}{{"do", c.Do}, {"say", c.Say}, {"avoid", c.Avoid}} {
		if len(list.lines) > MostSteps {
			return list.field, fmt.Sprintf("it has %v lines; %v are as many as somebody can read with a customer on the line", len(list.lines), MostSteps)
		}

		if slices.ContainsFunc(list.lines, blank) {
			return list.field, "it has an empty line; write something or leave it out"
		}
	}

	if slices.ContainsFunc(c.Notice, blank) {
		return "notice", "it has an empty line; write something or leave it out"
	}

	for _, template := range c.Say {
		if err := checkTemplate(template); err != nil {
			return "say", err.Error()
		}
	}

	return checkFits(c)
}

func checkFits(c Change) (field, problem string) {
	for _, list := range []struct {
		field         string
		values, known []string
	}{
		{"signs", c.Signs, signs},
		{"reasons", c.Reasons, reasons},
		{"feelings", c.Feelings, feelings},
		{"channels", c.Channels, channels},
		{"triggers", c.Triggers, triggers},
	} {
		for _, value := range list.values {
			if !slices.Contains(list.known, value) {
				return list.field, fmt.Sprintf("I don't know %q; write %v", value, either(list.known))
			}
		}
	}

	return "", ""
}

// made returns the leaves with a change made that was checked.
func (c Change) made(leaves []leaf) []leaf {
	at := slices.IndexFunc(leaves, func(l leaf) bool { return l.id == c.Card })
	if at < 0 {
		leaves, at = append(leaves, leaf{fits: fits{id: c.Card}, texts: make(map[Language]text)}), len(leaves)
	}

	l := &leaves[at]

	switch {
	case c.Hide && c.Language == "":
		return slices.Delete(leaves, at, at+1)
	case c.Hide:
		delete(l.texts, c.Language)

		return leaves
	}

	language := c.Language.orEnglish()
	t := l.texts[language]
	l.texts[language] = text{
		ID: c.Card, Title: cmp.Or(c.Title, t.Title),
		Do: instead(c.Do, t.Do), Say: instead(c.Say, t.Say), Avoid: instead(c.Avoid, t.Avoid), Notice: instead(c.Notice, t.Notice),
	}

	l.signs, l.reasons, l.feelings = instead(c.Signs, l.signs), instead(c.Reasons, l.reasons), instead(c.Feelings, l.feelings)
	l.channels, l.triggers = instead(c.Channels, l.channels), instead(c.Triggers, l.triggers)

	return leaves
}

func (l leaf) clone() leaf {
	l.texts = maps.Clone(l.texts)

	return l
}

func (l leaf) has(language Language) bool {
	_, there := l.texts[language.orEnglish()]

	return there
}

func ids(leaves []leaf) []string {
	var all []string
	for _, l := range leaves {
		all = append(all, l.id)
	}

	return all
}

func instead(changed, was []string) []string {
	if len(changed) > 0 {
		return slices.Clone(changed)
	}

	return was
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// either names what can be written.
func either[S ~string](known []S) string {
	var quoted []string
	for _, k := range known {
		quoted = append(quoted, fmt.Sprintf("%q", k))
	}

	last := len(quoted) - 1

	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}
