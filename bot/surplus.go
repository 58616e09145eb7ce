package bot

import (
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A message that was sent again in doubt may be there twice, and one of the two is
// known: the other shows for ever what it was sent with. So the known one says that
// there may be two.

// mayBeTwice has a drawing say that there may be another copy of it. What was
// erased says nothing more.
func mayBeTwice(d Drawing, twice bool) Drawing {
	if twice && !d.Erased {
		d.Message.Parts = append(slices.Clone(d.Message.Parts), chat.Small{Text: chat.Plain("You may see this twice.")})
	}

	return d
}
