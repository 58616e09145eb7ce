package bot

import (
	"context"
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A message that was sent again in doubt may be there twice, and one of the two is
// known: the other shows for ever what it was sent with. So the known one says that
// there may be two, and the other is closed as soon as a press tells where it is.

// mayBeTwice has a drawing say that there may be another copy of it. What was
// erased says nothing more.
func mayBeTwice(d Drawing, twice bool) Drawing {
	if twice && !d.Erased {
		d.Message.Parts = append(slices.Clone(d.Message.Parts), chat.Small{Text: chat.Plain("You may see this twice.")})
	}

	return d
}

// instead returns what the pressed message is to say from now on, nil if it is to
// stay as it is: all but a copy of a card that is known to stand elsewhere. What the
// press does is none of its business, and a copy that can't be told is left.
func (d *Desk) instead(ctx context.Context, c chat.Click) *chat.Message {
	id, err := ParseCardID(c.Key)
	if err != nil || c.On.IsZero() {
		return nil
	}

	surplus := false

	err = d.view(ctx, func(s *session) error {
		card, err := s.Card(id)
		if err != nil {
			return err
		}

		theirs := id.Person == "" || id.Person == s.whois(c.Who)
		surplus = theirs && card.surplus(c.On)

		return nil
	})
	if err != nil || !surplus {
		return nil
	}

	return chat.Notice("This came twice. The other one shows how it stands.")
}

// surplus reports whether a message that was posted as the card is a copy of it. It
// is not enough that another one is known: the card must have been sent again in
// doubt, so that a platform which names one message in two ways loses no card by it.
func (c *Card) surplus(at chat.Ref) bool {
	doubted := c.Twice || !c.Doubled.IsZero()

	return doubted && !c.Ref.IsZero() && c.Ref != at && c.Ref.Room == at.Room
}
