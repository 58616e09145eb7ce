package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// A mind is the store of a bot that may die: from one moment to the next it
// takes and gives nothing any more. What it had taken is on the disk.
type mind struct {
	bot.Store
	died func() // called once, when it dies

	mu     sync.Mutex
	begun  int // writes that were asked for
	kept   int // writes that reached the disk
	dead   bool
	full   bool      // there is no room on its disk
	stuck  time.Time // until when its disk takes its time
	before int       // it dies when this write is asked for, 0 for never
	after  int       // it dies when so many writes have reached the disk, 0 for never

	disk chan struct{} // the one place of whoever is written when the disk is stuck
}

var errDead = errors.New("the bot has crashed")

// Update writes, and dies when its time has come: then the write may be on the
// disk, but who asked for it does not learn of it.
func (m *mind) Update(ctx context.Context, change func(bot.Tx) error) error {
	if err := m.wait(ctx); err != nil {
		return err
	}

	if m.begins() {
		return errDead
	}

	if m.isFull() {
		return bot.ErrFull
	}

	err := m.Store.Update(ctx, change)
	if m.ends(err) {
		return errDead
	}

	return err
}

// View reads while it lives.
func (m *mind) View(ctx context.Context, read func(bot.Tx) error) error {
	if m.isDead() {
		return errDead
	}

	return m.Store.View(ctx, read)
}

func (m *mind) begins() (dead bool) {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.begun++
	if m.begun == m.before {
		m.dieLocked()
	}

	return m.dead
}

func (m *mind) ends(err error) (dead bool) {
	m.mu.Lock()
	defer m.mu.Unlock()

	if err == nil {
		m.kept++
		if m.kept == m.after {
			m.dieLocked()
		}
	}

	return m.dead
}

// die ends it.
func (m *mind) die() {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.dieLocked()
}

// dieLocked ends it. Whoever asks meanwhile waits, so that nobody learns of the
// death while they can still tell of it: the dead say nothing.
func (m *mind) dieLocked() {
	if !m.dead {
		m.died()
		m.dead = true
	}
}

func (m *mind) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	return m.dead
}

func (m *mind) isFull() bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	return m.full
}

// fill leaves no room on its disk, or makes some.
func (m *mind) fill(full bool) {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.full = full
}

// stall has the disk take its time: what is written meanwhile is on it when that
// is over.
func (m *mind) stall(span string) error {
	by, err := time.ParseDuration(span)

	m.mu.Lock()
	defer m.mu.Unlock()

	m.stuck = time.Now().Add(by)

	return err
}

// wait waits as long as the disk is stuck. As in the store the first to write is
// taken, and carried through whatever becomes of who wrote; the others queue up
// behind, and give up with them.
func (m *mind) wait(ctx context.Context) error {
	rest := m.rest()
	if rest <= 0 {
		return nil
	}

	select {
	case m.disk <- struct{}{}:
		defer func() { <-m.disk }()

		time.Sleep(rest)

		return nil
	default:
	}

	select {
	case <-time.After(rest):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rest is how long the disk is still stuck.
func (m *mind) rest() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()

	return time.Until(m.stuck)
}

// dieAfter has it die when so many more writes have reached the disk.
func (m *mind) dieAfter(writes int) {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.after = m.kept + writes
}

// dieBefore has it die when the write after so many more is asked for.
func (m *mind) dieBefore(write int) {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.before = m.begun + write
}

// writes returns how many writes reached the disk.
func (m *mind) writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()

	return m.kept
}
