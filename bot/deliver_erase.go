package bot

import (
	"context"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// takeAway edits or deletes a message whose customer's data was erased, whichever
// the platform lets us do. It returns where the message is now, nowhere if it is
// gone, and the failure of the last that it tried.
func takeAway(ctx context.Context, p Platform, s sight) (chat.Ref, error) {
	edit := func() (chat.Ref, error) { return s.card.Ref, p.Edit(ctx, s.card.Ref, s.drawing.Message) }
	remove := func() (chat.Ref, error) { return chat.Ref{}, p.Remove(ctx, s.card.Ref) }

	first, second := edit, remove
	if s.drawing.Remove {
		first, second = remove, edit
	}

	at, err := first()
	if err == nil || !final(chat.FailureOf(err)) {
		return at, err
	}

	if vanished(chat.FailureOf(err)) {
		return chat.Ref{}, nil
	}

	at, err = second()
	if err != nil && vanished(chat.FailureOf(err)) {
		return chat.Ref{}, nil
	}

	return at, err
}

// final reports whether a platform would say the same again.
func final(f *chat.Failure) bool {
	return f.Kind == chat.Missing || f.Kind == chat.Unreachable || f.Kind == chat.Unacceptable
}

// vanished reports whether there is no message any more.
func vanished(f *chat.Failure) bool { return f.Kind == chat.Missing && !f.Stays }

// takenAway records what became of a message whose customer's data was erased.
func takenAway(t *task, s sight, mark string, at chat.Ref, failure *chat.Failure) change {
	c := shown(t, s.card.Wanted, mark)
	shown := c.edit

	c.edit = func(card *Card) {
		shown(card)

		switch {
		case failure != nil:
			card.Erased, card.Dead, card.Failure = CardStays, true, failure.Code
		case at.IsZero():
			card.Erased, card.Ref, card.Posted, card.Doubled = CardDeleted, chat.Ref{}, time.Time{}, time.Time{}
		default:
			card.Erased = CardEdited
		}
	}

	return c
}
