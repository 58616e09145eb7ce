package main

import (
	"context"
	"testing"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// A press on a copy counts, and has that copy closed whatever came of it. What is
// known, what somebody else has, and what is no card stay as they are.
func TestPressedCopyIsClosed(t *testing.T) {
	d := newAccountDesk(t, nil)
	d.escalates()

	page := d.page("dana")
	known, other := chat.Ref{Room: "slack:D1", ID: "2"}, chat.Ref{Room: "slack:D1", ID: "1"}

	d.must(d.store.Update(context.Background(), func(tx bot.Tx) error {
		card, err := tx.Card(page)
		if err != nil {
			return err
		}

		card.Ref, card.Shown, card.Twice = known, card.Wanted, true

		return tx.PutCard(card)
	}))

	for _, test := range []struct {
		what   string
		click  chat.Click
		closed bool
	}{
		{"the known one", chat.Click{Who: danaOnSlack, On: known, Key: page.String()}, false},
		{"edited since", chat.Click{Who: danaOnSlack, On: other}, false},
		{"in a form", chat.Click{Who: danaOnSlack, Key: page.String()}, false},
		{"no card of ours", chat.Click{Who: danaOnSlack, On: other, Key: "E-1/page/dana/7"}, false},
		{"no card at all", chat.Click{Who: danaOnSlack, On: other, Key: "x"}, false},
		{"the copy", chat.Click{Who: danaOnSlack, On: other, Key: page.String()}, true},
		{"the copy, by their other account", chat.Click{Who: danaOnTeams, On: other, Key: page.String()}, true},
		{"somebody else's", chat.Click{Who: priyaOnSlack, On: other, Key: page.String()}, false},
	} {
		test.click.Action, test.click.Value = "take", "E-1"

		reply, err := d.Click(t.Context(), test.click)
		d.must(err)

		if got := reply.Instead != nil; got != test.closed {
			t.Errorf("%s: the message is closed = %v, want %v", test.what, got, test.closed)
		}
	}

	if got := d.pageOf("dana").State; got != bot.PageTaken {
		t.Errorf("Dana's page = %v, want it taken", got)
	}
}
