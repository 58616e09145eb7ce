package teams

import (
	"context"
	"net/http"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// forPlayground draws a card for Microsoft 365 Agents Playground, the client in
// which a bot is tried without Teams. Where a button opens a dialog it does
// nothing at all when it is pressed, and under a card of full width it puts a
// warning. So such a button becomes one that is pressed like any other, whereupon
// the form comes into the chat, and the card leaves its width open.
func forPlayground(c card) card {
	c.Teams = nil
	c.Body = withoutDialogs(c.Body)
	c.Actions = pressedOnly(c.Actions)

	return c
}

func withoutDialogs(elements []element) []element {
	for i := range elements {
		e := &elements[i]
		e.Items, e.Columns = withoutDialogs(e.Items), withoutDialogs(e.Columns)
		e.Actions = pressedOnly(e.Actions)
	}

	return elements
}

func pressedOnly(actions []action) []action {
	for i := range actions {
		a := &actions[i]

		switch {
		case a.Card != nil:
			a.Card.Actions = pressedOnly(a.Card.Actions)
		case a.Data != nil && a.Data.Teams != nil:
			pressed := execute(a.Title, "click", payload{FB: a.Data.FB})
			pressed.Style, pressed.Mode, pressed.Tooltip = a.Style, a.Mode, a.Tooltip
			*a = pressed
		}
	}

	return actions
}

// goingOn shows a form again as a message of its own. The Playground would draw it
// in the place of the old one with the choices of other fields in its menus.
func (t *Teams) goingOn(by origin, s shown) answer {
	closed := shown{card: drawClosed("The form goes on below.")}

	return answer{status: http.StatusOK, body: changedCard(closed.card), failed: s.failed, then: func(ctx context.Context) {
		t.replacing(by, closed)(ctx)

		if _, err := t.postPrivately(ctx, by.who, t.holding(s.card, chat.Single(s.title, maxTitle))); err != nil {
			t.log.Warn("a form could not be shown", "error", err)
		}
	}}
}
