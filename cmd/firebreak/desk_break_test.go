package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// breakOf returns what is kept of somebody's breaks.
func (d *dutyDesk) breakOf(who string) *bot.Break {
	d.t.Helper()

	var b *bot.Break

	d.read(func(tx bot.Tx) (err error) {
		b, err = tx.Break(bot.PersonID(account(who)))

		return err
	})

	return b
}

// wantBreak checks how somebody's break stands.
func (d *dutyDesk) wantBreak(who string, want bot.BreakState) {
	d.t.Helper()

	if b := d.breakOf(who); b.State != want {
		d.t.Errorf("the break of %v at %v is %q, want %q", who, d.now.Format("15:04:05"), b.State, want)
	}
}

// rests presses a button of somebody's present message about their break.
func (d *dutyDesk) rests(who, action string) {
	d.t.Helper()

	d.clicks(who, action, strconv.Itoa(d.breakOf(who).Message))
}

// unreadableBreak is a store in which somebody's break can't be read.
type unreadableBreak struct {
	bot.Store
	who bot.PersonID
}

type unreadableBreakTx struct {
	bot.Tx
	who bot.PersonID
}

func (s unreadableBreak) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(unreadableBreakTx{tx, s.who}) })
}

func (s unreadableBreak) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(unreadableBreakTx{tx, s.who}) })
}

func (tx unreadableBreakTx) Break(who bot.PersonID) (*bot.Break, error) {
	if who == tx.who {
		return nil, errDamaged
	}

	return tx.Tx.Break(who)
}

func (tx unreadableBreakTx) Resting(team bot.TeamID) ([]*bot.Break, error) {
	all, err := tx.Tx.Resting(team)
	sound := slices.DeleteFunc(slices.Clone(all), func(b *bot.Break) bool { return b.Who == tx.who })

	if len(sound) < len(all) {
		err = errors.Join(err, errDamaged)
	}

	return sound, err
}

// One damaged break stops nobody else: neither what they do with their customers,
// nor their own breaks.
func TestOneDamagedBreakStopsNobody(t *testing.T) {
	config := with(t, shiftConfig, "[U0MARIA]", "[U0MARIA, U0BOB, U0ZOE]")
	d := dutyDeskOf(t, config)

	for _, who := range []string{"bob", "zoe", "maria"} {
		d.says(who, "/escalate now Zwiebelmixer")
		d.says(who, "/recover")
	}

	d.rests("bob", "break_start")
	d.rests("zoe", "break_start")
	d.wantBreak("bob", bot.BreakRunning)
	d.wantBreak("zoe", bot.BreakQueued)

	d.store = unreadableBreak{d.store, bot.PersonID(account("bob"))}
	d.restart(config)

	d.clicks("dana", "take", "E-3")
	d.clicks("dana", "join", "E-3")

	if e := inStore(t, d.store, 3); e.State != bot.Joined {
		t.Errorf("E-3 is %v after Customer is with me, want %v", e.State, bot.Joined)
	}

	d.clicks("maria", "call_ended", "E-3")

	if e := inStore(t, d.store, 3); e.CallEnded.IsZero() {
		t.Error("Call ended did nothing")
	}

	if text := d.says("zoe", "/recover"); !strings.Contains(text, "You are next") {
		t.Errorf("/recover of who waits = %q, want how their break stands", text)
	}

	d.rests("zoe", "break_none")
	d.wantBreak("zoe", bot.BreakOver)
	d.rests("maria", "break_start")
	d.wantBreak("maria", bot.BreakRunning)
}

// Who takes a break now and then keeps no messages of breaks that are long over.
func TestOldMessagesOfBreaksAreForgotten(t *testing.T) {
	config := with(t, shiftConfig, "[U0MARIA]", "[U0BOB]")
	d := dutyDeskOf(t, config)

	for day := 0; day <= 200; day += 20 {
		d.at(23+day, 9, 0, 0)
		d.says("bob", "/recover")
		d.rests("bob", "break_start")
		d.rests("bob", "break_back")
	}

	d.at(23+211, 9, 0, 0) // the last one is 11 days ago

	last := d.breakOf("bob").Message
	d.read(func(tx bot.Tx) error {
		for n := 1; n <= last; n++ {
			_, err := tx.Card(bot.CardID{Role: bot.BreakCard, Person: bot.PersonID(account("bob")), N: n})
			if kept := err == nil; kept != (n == last) {
				t.Errorf("message %d of %d is kept: %v, want only the last", n, last, kept)
			}
		}

		return nil
	})

	if last < 10 {
		t.Errorf("bob had %d messages, want one for each break", last)
	}
}

// stuck is a store in which what was done once can't be forgotten, nor notes.
type stuck struct{ bot.Store }

type stuckTx struct{ bot.Tx }

func (s stuck) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(stuckTx{tx}) })
}

func (stuckTx) ForgetOnce(time.Time, int) (int, error)  { return 0, errDamaged }
func (stuckTx) ForgetNotes(time.Time, int) (int, error) { return 0, errDamaged }

// Breaks are forgotten in time, whatever else can't be.
func TestBreaksAreForgottenWhateverIsDamaged(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("maria", "/recover")
	d.wantBreak("maria", bot.BreakOffered)

	d.at(23, 18, 0, 1) // it is over

	d.store = stuck{d.store}
	d.restart(shiftConfig)
	d.now = d.now.AddDate(0, 0, 31).Truncate(time.Minute)

	if err := d.Tick(t.Context()); !errors.Is(err, errDamaged) {
		t.Errorf("Tick() = %v, want what is damaged", err)
	}

	d.read(func(tx bot.Tx) error {
		if b, err := tx.Break(bot.PersonID(account("maria"))); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Break(maria) after 31 days = %+v, %v, want that it is forgotten", b, err)
		}

		return nil
	})
}

// Who waits for a place has it when the bot begins again with a larger share, and
// does not wait until somebody else is back.
func TestALargerShareIsServedAtStart(t *testing.T) {
	config := with(t, shiftConfig, "[U0MARIA]", "[U0MARIA, U0BOB, U0ZOE]")
	d := dutyDeskOf(t, config)

	for minute, who := range []string{"bob", "zoe", "maria"} {
		d.at(23, 9, minute, 0)
		d.says(who, "/escalate now Zwiebelmixer")
		d.says(who, "/recover")
		d.rests(who, "break_start")
	}

	d.wantBreak("bob", bot.BreakRunning)
	d.restart(config + "recovery: {together_at_most: 70%}\n")

	if err := d.ServeBreaks(t.Context()); err != nil {
		t.Fatalf("ServeBreaks() = %v, want nil", err)
	}

	d.wantBreak("bob", bot.BreakRunning)
	d.wantBreak("zoe", bot.BreakTurn)
	d.wantBreak("maria", bot.BreakQueued)
}
