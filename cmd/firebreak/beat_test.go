package main

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A trap is a store in which reading panics once it is set, and once only.
type trap struct {
	bot.Store
	set atomic.Bool
}

func (s *trap) View(ctx context.Context, read func(bot.Tx) error) error {
	if s.set.CompareAndSwap(true, false) {
		panic("Ms Kovac")
	}

	return s.Store.View(ctx, read)
}

// A beat that panics is logged without what it panicked with, and the next one comes a second later: what is due
// must not wait until somebody starts the bot again.
func TestBeatGoesOnAfterPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := ParseConfig("test.yaml", []byte(twoPlatforms))
		if err != nil {
			t.Fatal(err)
		}

		env := onSlackAlone
		env.DataDir, env.Listen = t.TempDir(), botHost

		var store trap

		log := &strings.Builder{}

		a, err := New(c, env, Outsides{
			Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil)), Listen: workspace.NewNetwork().Listen, NoSync: true,
			Store: func(s bot.Store) bot.Store { store.Store = s; return &store },
		})
		if err != nil {
			t.Fatal(err)
		}

		a.startBeat()
		time.Sleep(2 * time.Second)
		store.set.Store(true)
		time.Sleep(5 * time.Second)

		age := a.beatAge()

		if err := a.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}

		if !strings.Contains(log.String(), "a beat failed") || strings.Contains(log.String(), "Kovac") {
			t.Errorf("log = %q, want the panic of a beat in it, and no word of a customer", log)
		}

		if age > 2*time.Second {
			t.Errorf("beatAge() five seconds after a beat panicked = %v, want 2 s at most", age)
		}
	})
}
