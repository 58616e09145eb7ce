package main

import (
	"context"
	"errors"
	"sync"

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
	full   bool // there is no room on its disk
	before int  // it dies when this write is asked for, 0 for never
	after  int  // it dies when so many writes have reached the disk, 0 for never
}

var errDead = errors.New("the bot has crashed")

// Update writes, and dies when its time has come: then the write may be on the
// disk, but who asked for it does not learn of it.
func (m *mind) Update(ctx context.Context, change func(bot.Tx) error) error {
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
