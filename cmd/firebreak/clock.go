package main

import (
	"sync"
	"time"
)

// A clock is the one place where the time of day is read. It follows the
// machine's clock but never goes back: after a backward step of the machine's
// clock it goes on at its own pace, ahead of the machine until that has caught up
// or the program is started again, so that no deadline comes late and nothing is
// done twice. A forward step is followed at once, and what came due meanwhile is
// done. The demo moves it on purpose.
type clock struct {
	mu     sync.Mutex
	anchor time.Time     // a reading of the machine's clock, wall and monotonic
	base   time.Time     // what this clock said then, wall only
	moved  time.Duration // by move
}

// backwards is how far behind the machine's clock may be before it counts as a
// step and not as drift.
const backwards = 2 * time.Second

func newClock() *clock {
	now := time.Now()

	return &clock{anchor: now, base: now.Round(0)}
}

// now returns the time, in UTC.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.at(time.Now()).Add(c.moved).UTC()
}

// wall returns the machine's own time of day, moved as this clock was, for what
// others stamp by theirs.
func (c *clock) wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()

	return time.Now().Add(c.moved).UTC()
}

// at returns what this clock says at a reading of the machine's clock.
func (c *clock) at(reading time.Time) time.Time {
	passed := c.base.Add(reading.Sub(c.anchor))
	wall := reading.Round(0)

	if wall.After(passed.Add(-backwards)) {
		passed = latest(wall, passed)
		c.anchor, c.base = reading, passed
	}

	return passed
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}

	return b
}

// move sets the clock forward.
func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.moved += max(0, by)
}
