package chat

import (
	"maps"
	"slices"
	"strings"
)

// TakesLonger is what people read when their platform stops to wait and the bot is
// not through: they are not to do again what is being done.
func TakesLonger() *Message {
	return Notice("This takes longer than usual. I go on with it and tell you how it went: you need not do it again.")
}

// Belated is a reply in words, for when it is too late to show it where it belongs:
// how it went, or what is wrong with a form. It is nil for a form to be opened.
func (r Reply) Belated() *Message {
	switch {
	case r.Message != nil:
		return r.Message
	case len(r.Problems) > 0:
		return Notice("Please look at the form again, and send it once more: %v", strings.Join(slices.Sorted(maps.Values(r.Problems)), " "))
	case r.Form != nil:
		return nil
	default:
		return Notice("Done. It took longer than usual, but it went through.")
	}
}
