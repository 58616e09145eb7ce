package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxRestrictions leaves room for words of one's own in a list that Slack ends at 100.
const maxRestrictions = 99

// restrictions checks the restrictions that a team names, and whom it calls where
// somebody is in danger.
func (v *validator) restrictions(key string, t *Team) {
	const longest = 75 // what is shown of a choice

	if len(t.Restrictions) > maxRestrictions {
		v.wrong(key+".restrictions", "there are %d; write at most %d", len(t.Restrictions), maxRestrictions)
	}

	names := make(map[string]string)
	for i, name := range t.Restrictions {
		at := fmt.Sprintf("%s.restrictions[%d]", key, i)

		switch {
		case name == "":
			v.wrong(at, "it is empty; write how the customer may be dealt with, like Written contact only")
		case len(name) > longest:
			v.wrong(at, "it is %d bytes long; write at most %d, since no more fits into a choice", len(name), longest)
		case strings.EqualFold(name, "own words"):
			v.wrong(at, "%s is always offered; remove it", name)
		default:
			v.onlyOne(names, at, strings.ToLower(name), "a restriction above")
		}
	}

	if n := utf8.RuneCountInString(t.Emergency); n > longest {
		v.wrong(key+".emergency", "it has %d letters; write at most %d: it is read in a hurry", n, longest)
	}
}
