package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// brokenBreaks is a store in which nobody's break can be read.
type brokenBreaks struct{ bot.Store }

type brokenBreaksTx struct{ bot.Tx }

func (s brokenBreaks) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(brokenBreaksTx{tx}) })
}

func (s brokenBreaks) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(brokenBreaksTx{tx}) })
}

func (brokenBreaksTx) Break(bot.PersonID) (*bot.Break, error) { return nil, errDamaged }

// What is due and fails is tried each second, and logged once a minute: a page
// and a break beside each other, and two of a kind.
func TestWhatFailsIsLoggedOnceAMinute(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("maria", "/escalate now Zwiebelmixer")

	for _, who := range []bot.PersonID{"maria", "dana"} {
		if err := d.store.Update(t.Context(), func(tx bot.Tx) error {
			return tx.PutBreak(&bot.Break{Who: who, Team: "billing", State: bot.BreakRunning, Since: d.now, Until: d.now.Add(time.Minute), Changed: d.now})
		}); err != nil {
			t.Fatal(err)
		}
	}

	var log bytes.Buffer

	config, err := ParseConfig("test.yaml", []byte(shiftConfig))
	if err != nil {
		t.Fatal(err)
	}

	d.store = damaged{brokenBreaks{d.store}, 1}
	d.Desk = bot.NewDesk(bot.DeskOptions{
		Store: d.store, Settings: config.settings(), Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})

	for second := range 180 {
		d.now = time.Date(2026, 11, 23, 9, 5, second, 0, time.UTC)
		if err := d.Tick(t.Context()); err != nil && !errors.Is(err, errDamaged) {
			t.Fatal(err)
		}
	}

	for text, want := range map[string]int{"error=\"the record is damaged\" escalation=E-1": 3, "error=damaged\n": 6} {
		if got := strings.Count(log.String(), text); got != want {
			t.Errorf("in three minutes %q is logged %v times, want %v:\n%s", text, got, want, log.String())
		}
	}
}

// What a button or form carries can be customers' words: of what can't be read, no
// word reaches an error.
func TestWhatCannotBeReadIsNotRepeated(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("maria", "/escalate now Zwiebelmixer")

	const words = "zebra words"

	failed := func(err error, of string) {
		if err != nil && (strings.Contains(err.Error(), "zebra") || !strings.Contains(err.Error(), of) || !strings.Contains(err.Error(), "bytes")) {
			t.Errorf("what %v carries fails with %q, want only what it is and how long", of, err)
		}
	}

	var refused int

	for _, action := range []string{"take", "add_words", "another", "now", "show", "thank_you", "more_help", "feedback", "cancel_change", "handover", "check_in", "break_now", "nonsense"} {
		for _, value := range []string{words, "E-1/" + words, words + "/1", "billing/" + words} {
			_, err := d.Click(t.Context(), chat.Click{ID: action + value, Who: "slack:U0DANA", Action: action, Value: value})
			failed(err, action)

			if err != nil {
				refused++
			}
		}
	}

	for _, form := range []string{"resolve", "context", "feedback", "break_other", "check_in", "nonsense"} {
		_, err := d.Submit(t.Context(), chat.Submission{ID: form, Who: "slack:U0DANA", Form: form, State: words})
		failed(err, form)

		if err != nil {
			refused++
		}
	}

	if refused < 20 {
		t.Errorf("%d of them fail, want most", refused)
	}
}
