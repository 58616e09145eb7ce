package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
)

// wantPaged checks whose pages of an escalation are open, in the order in which
// they were sent.
func (d *dutyDesk) wantPaged(id bot.EscalationID, want ...bot.PersonID) {
	d.t.Helper()

	var got []bot.PersonID

	for _, page := range inStore(d.t, d.store, id).Pages {
		if page.State == bot.PageOpen {
			got = append(got, page.Who)
		}
	}

	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("open pages of %v at %v (-want +got):\n%v", id, d.now.Format("15:04:05"), diff)
	}
}

// unreadable is a store in which what is kept of some people can't be read.
type unreadable struct {
	bot.Store
	changes, paged, holding bot.PersonID
}

type unreadableTx struct {
	bot.Tx
	of unreadable
}

var errDamaged = errors.New("damaged")

func (s unreadable) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(unreadableTx{tx, s}) })
}

func (s unreadable) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(unreadableTx{tx, s}) })
}

func (tx unreadableTx) Changes(who bot.PersonID, after time.Time) ([]*bot.Change, error) {
	if who == tx.of.changes {
		return nil, errDamaged
	}

	return tx.Tx.Changes(who, after)
}

func (tx unreadableTx) Paged(who bot.PersonID) (time.Time, error) {
	if who == tx.of.paged {
		return time.Time{}, errDamaged
	}

	return tx.Tx.Paged(who)
}

func (tx unreadableTx) Holding(who bot.PersonID) ([]bot.EscalationID, error) {
	if who == tx.of.holding {
		return nil, errDamaged
	}

	return tx.Tx.Holding(who)
}

// What can't be read of one person stops nobody's page, theirs neither: what is
// not known of them does not count.
func TestOneDamagedRecordStopsNoPage(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage unreadable
	}{
		{"the changes of who is on duty", unreadable{changes: "dana"}},
		{"the changes of somebody else on the chain", unreadable{changes: "kim"}},
		{"when somebody was paged last", unreadable{paged: "dana"}},
		{"what somebody has", unreadable{holding: "dana"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)
			test.damage.Store = d.store
			d.store = test.damage
			d.restart(shiftConfig)

			d.says("maria", "/escalate now Zwiebelmixer")
			d.wantPaged(1, "dana")
			d.at(23, 9, 1, 30)
			d.wantPaged(1, "dana")
			d.at(23, 9, 2, 30)
			d.wantPaged(1, "dana", "lee", "kim")
		})
	}
}
