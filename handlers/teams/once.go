package teams

import (
	"context"
	"sync"
	"time"
)

// remember is for how long the answer to an activity is kept. Clients repeat
// what they did not hear an answer to within half a minute, and Teams within a
// few.
const remember = 10 * time.Minute

// once answers each delivery of one activity with the first one's answer. The
// bot does the same over restarts for what it keeps; this is for what it does
// not, such as words that were posted in answer.
type once struct {
	now func() time.Time

	mu    sync.Mutex
	taken map[string]*taken // by each of its marks
	order []*taken          // oldest first
}

// taken is an activity that was taken, or is being taken.
type taken struct {
	marks  []string
	at     time.Time
	done   chan struct{}
	answer answer
}

func newOnce(now func() time.Time) *once { return &once{now: now, taken: make(map[string]*taken)} }

// do returns what take returns, or what it returned when it was called before
// for an activity that has one of the marks. What belongs to an answer besides its
// body is done once. What failed is tried anew when it comes again, since the bot
// itself does nothing twice.
func (o *once) do(ctx context.Context, marks []string, take func() answer) answer {
	before, first := o.enter(marks)
	if first {
		defer close(before.done)

		before.answer = take()
		if before.answer.failed {
			o.forget(before)
		}

		return before.answer
	}

	select {
	case <-before.done:
		return answer{status: before.answer.status, body: before.answer.body}
	case <-ctx.Done():
		return answer{}
	}
}

func (o *once) enter(marks []string) (*taken, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()

	now := o.now()
	for len(o.order) > 0 && now.Sub(o.order[0].at) >= remember {
		o.drop(o.order[0])
		o.order = o.order[1:]
	}

	for _, mark := range marks {
		if before, ok := o.taken[mark]; ok {
			return before, false
		}
	}

	fresh := &taken{marks: marks, at: now, done: make(chan struct{})}
	for _, mark := range marks {
		o.taken[mark] = fresh
	}

	o.order = append(o.order, fresh)

	return fresh, true
}

func (o *once) forget(t *taken) {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.drop(t)
}

// drop is called with the lock held. A mark may be that of a later one by now.
func (o *once) drop(t *taken) {
	for _, mark := range t.marks {
		if o.taken[mark] == t {
			delete(o.taken, mark)
		}
	}
}
