package teams

import (
	"context"
	"sync"

	"github.com/firebreakhq/firebreak/handlers/link"
)

// A joint is something that many may want at the same time and one fetches for
// all of them: in the background, so that it arrives even when who asked for it
// has given up.
type joint[T any] struct {
	mu    sync.Mutex
	going *fetched[T]
}

type fetched[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get waits for what f returns, or for what an earlier call's f will return.
func (j *joint[T]) get(ctx context.Context, w *link.Work, f func(ctx context.Context) (T, error)) (T, error) {
	var none T

	going, ok := j.join(w, f)
	if !ok {
		return none, &link.NeverSentError{Cause: errStopped}
	}

	select {
	case <-going.done:
		return going.value, going.err
	case <-ctx.Done():
		return none, &link.NeverSentError{Cause: ctx.Err()}
	}
}

func (j *joint[T]) join(w *link.Work, f func(ctx context.Context) (T, error)) (*fetched[T], bool) {
	j.mu.Lock()
	defer j.mu.Unlock()

	if j.going != nil {
		return j.going, true
	}

	going := &fetched[T]{done: make(chan struct{})}

	ok := w.Background(func(ctx context.Context) {
		within, cancel := context.WithTimeout(ctx, link.CallTimeout)
		defer cancel()

		going.value, going.err = f(within)

		j.mu.Lock()
		j.going = nil
		j.mu.Unlock()

		close(going.done)
	})
	if ok {
		j.going = going
	}

	return going, ok
}

// gates let one at a time through for each key.
type gates struct {
	mu sync.Mutex
	of map[string]*gate
}

type gate struct {
	place chan struct{}
	users int
}

func newGates() *gates { return &gates{of: make(map[string]*gate)} }

// enter waits until it is the caller's turn, who calls leave after it. It
// returns false if ctx ends before.
func (g *gates) enter(ctx context.Context, key string) (leave func(), ok bool) {
	g.mu.Lock()

	at := g.of[key]
	if at == nil {
		at = &gate{place: make(chan struct{}, 1)}
		g.of[key] = at
	}

	at.users++
	g.mu.Unlock()

	select {
	case at.place <- struct{}{}:
		return func() { <-at.place; g.part(key, at) }, true
	case <-ctx.Done():
		g.part(key, at)

		return nil, false
	}
}

func (g *gates) part(key string, at *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()

	if at.users--; at.users == 0 {
		delete(g.of, key)
	}
}
