package teams

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// perSecond is how many calls are made at most. Microsoft allows one app 50 a
// second in one tenant by the newer of its texts and 30 by the older.
const perSecond = 20

// atOnce is how many calls about one conversation are made at once at most, each
// further one a second later: Teams takes 7 within a second and 8 within two.
// Answers wait for their turn, and what is posted or changed is told to come again.
const atOnce = 6

// A pace spaces calls: some may go at once, and then one after the other.
type pace struct {
	now  func() time.Time
	most int // at once
	each time.Duration

	mu   sync.Mutex
	free time.Time // from when on all places are free again
}

func newPace(now func() time.Time, most int, each time.Duration) *pace {
	return &pace{now: now, most: most, each: each}
}

// wait waits for the next place, and returns false if ctx ends before.
func (p *pace) wait(ctx context.Context) bool {
	d := p.reserve()
	if d <= 0 {
		return ctx.Err() == nil
	}

	return link.Pause(ctx, d)
}

// reserve takes a place and returns how long it is until then.
func (p *pace) reserve() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()

	now := p.now()
	if p.free.Before(now) || p.free.Sub(now) > time.Minute { // the clock may have been set back
		p.free = now
	}

	p.free = p.free.Add(p.each)

	return p.free.Sub(now) - time.Duration(p.most)*p.each
}

// full returns how long it is until the next place, without taking it.
func (p *pace) full() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()

	ahead := p.free.Sub(p.now())
	if ahead <= 0 || ahead > time.Minute { // the clock may have been set back
		return 0
	}

	return max(0, ahead-time.Duration(p.most-1)*p.each)
}

// idle reports whether all places are free.
func (p *pace) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	return !p.free.After(p.now())
}

// paces are those of the conversations.
type paces struct {
	now func() time.Time

	mu   sync.Mutex
	of   map[string]*pace
	full int // how many there may be before the idle ones are forgotten
}

func newPaces(now func() time.Time) *paces { return &paces{now: now, of: map[string]*pace{}} }

// wait waits for the next place in a conversation, "" for none. It returns false if
// ctx ends before.
func (p *paces) wait(ctx context.Context, conversation string) bool {
	return conversation == "" || p.in(conversation).wait(ctx)
}

// busy returns the failure of a message that would have to wait for its place, nil
// if there is one: whoever sends many knows which is to go first.
func (p *paces) busy(conversation string) error {
	if wait := p.in(conversation).full(); conversation != "" && wait > 0 {
		return &chat.Failure{Kind: chat.Busy, After: wait, Code: "paced"}
	}

	return nil
}

func (p *paces) in(conversation string) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()

	if len(p.of) >= p.full {
		maps.DeleteFunc(p.of, func(_ string, in *pace) bool { return in.idle() })
		p.full = 2*len(p.of) + 100
	}

	in := p.of[conversation]
	if in == nil {
		in = newPace(p.now, atOnce, time.Second)
		p.of[conversation] = in
	}

	return in
}
