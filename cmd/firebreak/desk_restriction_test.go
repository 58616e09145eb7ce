package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// restricts has Dana restrict the customer of E-1.
func (d *customerDesk) restricts(what chat.Values) {
	d.t.Helper()

	values := chat.Values{"why": {"Threats"}, "until": {d.now.Add(20 * day).Format(time.RFC3339)}}
	maps.Copy(values, what)

	d.sends(danaOnTeams, "restrict", "E-1", values)
}

// Own words that say the same as the list bind like it.
func TestOwnWordsBindLikeTheList(t *testing.T) {
	for _, own := range []string{"Supervisor only", "supervisor ONLY."} {
		d := newCustomerDesk(t)
		values := chat.Values{"kind": {"advise me"}, "customer": {"Mr Zeller"}, "happened": {"He shouts"}, "reference": {"K-1"}, "same": {"another"}}
		d.sends(mariaOnTeams, "escalate", "", values)
		d.restricts(chat.Values{"what": {"own words"}, "own": {own}})
		d.sends(mariaOnTeams, "escalate", "", values)

		if got := d.all()[2].Kind; got != bot.TakeOver {
			t.Errorf("after the restriction %q Maria gets %q, want %q", own, got, bot.TakeOver)
		}
	}
}

// Whoever may promise it themselves is not sent back to a customer who is for
// supervisors only.
func TestRestrictedCustomerIsPagedAtOnce(t *testing.T) {
	d := newCustomerDesk(t)
	d.settings.Teams[0].Options = []bot.Option{{Name: "Refund", Currency: "USD", UpTo: map[bot.Rank]int64{bot.AgentRank: 5000}}, {Name: "Other"}}
	d.on(d.store, io.Discard)

	values := chat.Values{"kind": {"approve"}, "approve_option": {"Refund"}, "approve_amount": {"20"}, "customer": {"Mr Zeller"},
		"happened": {"He shouts"}, "reference": {"K-1"}, "same": {"another"}, "within": {"yes"}}
	d.sends(mariaOnTeams, "escalate", "", values)
	d.restricts(chat.Values{"what": {bot.SupervisorOnly}})

	delete(values, "within")
	d.sends(mariaOnTeams, "escalate", "", values)

	if e := d.all()[2]; e == nil || e.Kind != bot.TakeOver {
		t.Errorf("the second call for help is %+v, want somebody to take over", e)
	}
}

// An unreadableCase is a store in which one escalation can't be read.
type unreadableCase struct {
	bot.Store
	id bot.EscalationID
}

type unreadableCaseTx struct {
	bot.Tx
	id bot.EscalationID
}

func (s unreadableCase) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(unreadableCaseTx{tx, s.id}) })
}

func (s unreadableCase) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(unreadableCaseTx{tx, s.id}) })
}

func (tx unreadableCaseTx) Escalation(id bot.EscalationID) (*bot.Escalation, error) {
	if id == tx.id {
		return nil, errors.New("its seal is broken")
	}

	return tx.Tx.Escalation(id)
}

// What a restriction came of may not be readable any more: it can be lifted all the
// same, and the log says so without words.
func TestRestrictionOutlivesWhatItCameOf(t *testing.T) {
	d := newCustomerDesk(t)
	d.sends(mariaOnTeams, "escalate", "", chat.Values{"customer": {"Mr Zeller"}, "happened": {"He shouts"}, "reference": {"K-1"}, "same": {"another"}})
	d.restricts(chat.Values{"what": {"no phone"}})

	var log bytes.Buffer

	d.on(unreadableCase{d.store, 1}, &log)
	d.presses(danaOnTeams, "lift_restriction", "billing/1/K-1")

	if c := d.customer("K-1"); c.Restrictions[0].EndedBy != "dana" {
		t.Errorf("the restriction is %+v, want it lifted by Dana", c.Restrictions[0])
	}

	if said := log.String(); !strings.Contains(said, "E-1") || strings.Contains(said, "Zeller") || strings.Contains(said, "K-1") {
		t.Errorf("the log says %q, want E-1 in it and nothing of the customer", said)
	}
}

// What people look at does not go on to show a restriction that has run out.
func TestLapseIsSeen(t *testing.T) {
	d := newCustomerDesk(t)
	values := chat.Values{"customer": {"Mr Zeller"}, "happened": {"He shouts"}, "reference": {"K-1"}, "same": {"another"}}
	d.sends(mariaOnTeams, "escalate", "", values)
	d.restricts(chat.Values{"what": {"no phone"}, "until": {d.now.Add(10 * time.Minute).Format(time.RFC3339)}})
	d.sends(mariaOnTeams, "escalate", "", values)
	d.presses(danaOnTeams, "take", "E-2") // so that nothing else is due
	d.presses(danaOnTeams, "join", "E-2")
	d.must(d.Tick(t.Context()))

	card := mariasCard(2)
	d.post(card)

	if said := d.drawn(card); !strings.Contains(said, "No contact by phone") {
		t.Fatalf("the card says %q, want the restriction on it", said)
	}

	var woken []bot.CardID

	d.OnWake(func(cards []bot.CardID) { woken = append(woken, cards...) })
	d.now = d.now.Add(10 * time.Minute)
	d.must(d.Tick(t.Context()))

	if said := d.drawn(card); strings.Contains(said, "No contact by phone") || !slices.Contains(woken, card) {
		t.Errorf("when it ran out %v are drawn anew and the card says %q, want it drawn without the restriction", woken, said)
	}
}

// What was given in an escalation goes with it to the right customer, and counts for
// nobody else.
func TestGestureGoesWithTheReference(t *testing.T) {
	d := newCustomerDesk(t)
	d.settings.Teams[0].Options = []bot.Option{{Name: "Voucher", Currency: "USD", UpTo: map[bot.Rank]int64{bot.AgentRank: 5000}}, {Name: "Other"}}
	d.on(d.store, io.Discard)

	values := chat.Values{"customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {"A-1"}, "same": {"another"}}
	d.sends(mariaOnTeams, "escalate", "", values)
	d.presses(danaOnTeams, "take", "E-1")
	d.sends(danaOnTeams, "resolve", "E-1", chat.Values{"outcome": {"Voucher"}, "amount": {"20"}})

	given := d.customer("A-1").Gestures
	if len(given) != 1 {
		t.Fatalf("what A-1 was given is %+v, want the voucher", given)
	}

	d.sends(danaOnTeams, "reopen", "E-1", chat.Values{"why": {"It was another customer"}, "page": {"no"}})

	values["reference"] = []string{"B-2"}
	d.sends(mariaOnTeams, "context", "E-1", values)

	if c := d.customer("A-1"); c != nil {
		t.Errorf("A-1 is known as %+v, want nothing of them", c)
	}

	if c := d.customer("B-2"); c == nil || cmp.Diff(given, c.Gestures) != "" || c.Times != 1 {
		t.Errorf("B-2 is known as %+v, want one time, and the voucher that was A-1's", c)
	}
}
