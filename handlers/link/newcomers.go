package link

import (
	"context"
	"sync"
	"time"
)

// Newcomers are looked up in the background and one at a time: it is not urgent,
// and must not use up what may be asked. A Hint is what is known of each that
// helps to look them up.
type Newcomers[Hint any] struct {
	now func() time.Time

	mu    sync.Mutex
	known map[string]time.Time // when they were last to be looked up

	waiting chan newcomer[Hint]
}

type newcomer[Hint any] struct {
	who  string
	hint Hint
}

const (
	// KnownFor is for how long who was looked up counts as known.
	KnownFor = 24 * time.Hour
	// mayWait is how many newcomers may wait to be looked up. More than that
	// are looked up on what they do next.
	mayWait = 256
)

// NewNewcomers returns a place for newcomers, of whom there are none yet.
func NewNewcomers[Hint any](now func() time.Time) *Newcomers[Hint] {
	return &Newcomers[Hint]{now: now, known: make(map[string]time.Time), waiting: make(chan newcomer[Hint], mayWait)}
}

// Met notes that somebody did something: they are looked up unless they are known.
func (n *Newcomers[Hint]) Met(who string, hint Hint) {
	if n.stranger(who) {
		n.Again(who, hint)
	}
}

// stranger reports whether somebody is to be looked up, and counts them as known
// from then on.
func (n *Newcomers[Hint]) stranger(who string) bool {
	now := n.now()

	n.mu.Lock()
	defer n.mu.Unlock()

	if at, ok := n.known[who]; ok && now.Sub(at) < KnownFor {
		return false
	}

	n.known[who] = now

	return true
}

// Knows reports whether somebody was met, and could be looked up or soon will be.
func (n *Newcomers[Hint]) Knows(who string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()

	_, ok := n.known[who]

	return ok
}

// Again has somebody looked up whether they are known or not. One for whom there
// is no room is a stranger again.
func (n *Newcomers[Hint]) Again(who string, hint Hint) {
	select {
	case n.waiting <- newcomer[Hint]{who, hint}:
	default:
		n.forget(who)
	}
}

func (n *Newcomers[Hint]) forget(who string) {
	n.mu.Lock()
	defer n.mu.Unlock()

	delete(n.known, who)
}

// Run looks newcomers up until ctx ends. Of each, lookUp tells whether it could,
// and for how long nobody else is to be looked up. Who could not be is a stranger
// again, to be tried on what they do next.
func (n *Newcomers[Hint]) Run(ctx context.Context, lookUp func(ctx context.Context, who string, hint Hint) (pause time.Duration, ok bool)) {
	for {
		select {
		case one := <-n.waiting:
			pause, ok := lookUp(ctx, one.who, one.hint)
			if !ok {
				n.forget(one.who)
			}

			Pause(ctx, pause)
		case <-ctx.Done():
			return
		}
	}
}
