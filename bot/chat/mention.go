package chat

import "strings"

// Mention is how the person stands in Command.Text where somebody mentions
// them: "@slack:U0LEE", as a word of its own.
func (p Person) Mention() string { return "@" + string(p) }

// Mentioned returns whom a word of Command.Text mentions, and false if it
// mentions nobody. A name that was only typed, such as "@lee", is no mention.
func Mentioned(word string) (Person, bool) {
	named, marked := strings.CutPrefix(word, "@")
	who := Person(named)

	if !marked || who.ID() == "" || strings.ContainsFunc(named, outsideIDs) {
		return "", false
	}

	switch who.Platform() {
	case Slack, Teams:
		return who, true
	default:
		return "", false
	}
}

// outsideIDs reports whether no platform's id has r in it.
func outsideIDs(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'

	return !letter && (r < '0' || r > '9') && !strings.ContainsRune("-_:.", r)
}
