package bot

import (
	"slices"
	"time"
)

// A crew are those of a team who take breaks from the same number: its agents, or
// its supervisors. Its places are how many may be on a break at once.
type crew struct {
	places  int
	resting []*Break // who has a place or waits for one, oldest Since first
}

// placesFor returns how many of a number of people may be on a break at once: one
// at least.
func placesFor(people, percent int) int { return max(people*percent/100, 1) }

// left returns how many places nobody has.
func (c *crew) left() int {
	left := c.places

	for _, b := range c.resting {
		if b.placed() {
			left--
		}
	}

	return max(left, 0)
}

// queue returns who waits for a place, first come first.
func (c *crew) queue() []*Break {
	return slices.DeleteFunc(slices.Clone(c.resting), func(b *Break) bool { return b.State != BreakQueued })
}

// free reports whether somebody who comes now can have a place at once.
func (c *crew) free() bool { return c.left() > 0 && len(c.queue()) == 0 }

// next returns those of the queue for whom there are places now.
func (c *crew) next() []*Break {
	queue := c.queue()

	return queue[:min(c.left(), len(queue))]
}

// wait returns the place of somebody in the queue, from 1, and when it is their
// turn if everybody takes as long as they were offered and nobody goes away. It
// returns 0 for somebody who does not wait.
func (c *crew) wait(who PersonID, now time.Time) (place int, at time.Time) {
	queue := c.queue()
	free := slices.Repeat([]time.Time{now}, min(c.left(), len(queue)))

	for _, b := range c.resting {
		switch {
		case b.State == BreakTurn: // as if they began now
			free = append(free, now.Add(b.Length))
		case b.placed():
			free = append(free, later(b.Until, now))
		}
	}

	for i, b := range queue {
		slices.SortFunc(free, time.Time.Compare)

		if b.Who == who {
			return i + 1, free[0]
		}

		free[0] = free[0].Add(b.Length)
	}

	return 0, time.Time{}
}
