package bot

import (
	"fmt"
	"maps"
	"sync"
	"time"
)

// complaints remember what was logged lately: what is due and fails is tried each
// second, and the log needs no line for each.
type complaints struct {
	mu     sync.Mutex
	logged map[string]time.Time
}

// sameAgain is how long after it was logged the same is logged again.
const sameAgain = time.Minute

// isNew reports whether what failed, and how, is to be logged now.
func (c *complaints) isNew(what any, err error, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	maps.DeleteFunc(c.logged, func(_ string, at time.Time) bool {
		return at.After(now) || now.Sub(at) >= sameAgain // the clock may be set back
	})

	key := fmt.Sprint(what, ": ", err)
	if _, known := c.logged[key]; known {
		return false
	}

	if c.logged == nil {
		c.logged = map[string]time.Time{}
	}

	c.logged[key] = now

	return true
}
