package link

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A Work is everything that is under way on an adapter, so that its Stop can wait
// for it.
type Work struct {
	log    *slog.Logger
	ctx    context.Context // the life of what runs in the background, which Stop ends
	cancel context.CancelFunc
	places chan struct{} // one for each job that may be under way at the same time

	calls     chan struct{} // one place for each call of the bot that is under way
	insisting chan struct{} // one place for each answer that is tried again

	mu      sync.Mutex
	closed  bool           // no more jobs are taken on
	over    bool           // nothing is begun any more
	jobs    sync.WaitGroup // what people wait for
	keepers sync.WaitGroup // what runs until the end
}

// maxJobs is how many jobs may be under way at once. More than that are not
// taken on: platforms send most things again, and tell the person of the rest.
const maxJobs = 1024

// NewWork returns work that logs its panics, and what the bot could not do.
func NewWork(log *slog.Logger) *Work {
	ctx, cancel := context.WithCancel(context.Background())

	return &Work{
		log: log, ctx: ctx, cancel: cancel,
		places: make(chan struct{}, maxJobs), calls: make(chan struct{}, maxCalls), insisting: make(chan struct{}, maxInsisting),
	}
}

// Begin takes on a job, unless there are too many or none is wanted any more.
// The caller calls done after it.
func (w *Work) Begin() (done func(), ok bool) {
	select {
	case w.places <- struct{}{}:
	default:
		return nil, false
	}

	if !w.join(&w.jobs, &w.closed) {
		<-w.places

		return nil, false
	}

	return func() { <-w.places; w.jobs.Done() }, true
}

// Closed reports whether no more jobs are taken on, since the work is to end.
func (w *Work) Closed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	return w.closed
}

// Background runs f until the end of the work, or as long as it likes. It
// returns false where the work is over already.
func (w *Work) Background(f func(ctx context.Context)) bool {
	if !w.join(&w.keepers, &w.over) {
		return false
	}

	go func() {
		defer w.keepers.Done()
		f(w.ctx)
	}()

	return true
}

// Keep is Background for what ends by itself when what it serves does: f is
// waited for at the end, and not told of it. It is called from the background.
func (w *Work) Keep(f func()) { w.keepers.Go(f) }

// Also runs f as one more job, for as long as two calls may take. It is called
// within a job, so that Drain can't miss it; nil is nothing to do.
func (w *Work) Also(f func(ctx context.Context)) {
	if f == nil {
		return
	}

	w.jobs.Go(func() {
		ctx, cancel := w.Within(2 * CallTimeout)
		defer cancel()

		var err error
		defer w.Contain("answer", &err)

		f(ctx)
	})
}

// Within returns a context that ends after d, and before it with the work.
func (w *Work) Within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.ctx, d)
}

func (w *Work) join(group *sync.WaitGroup, closed *bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	if *closed {
		return false
	}

	group.Add(1)

	return true
}

// Drain takes on no more jobs and waits for those there are. Something may still
// begin in the background until End: a job may need it, such as a token.
func (w *Work) Drain(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()

	return await(ctx, &w.jobs)
}

// End ends the background and waits for it.
func (w *Work) End(ctx context.Context) error {
	w.mu.Lock()
	w.over = true
	w.mu.Unlock()

	w.cancel()

	if err := await(ctx, &w.keepers); err != nil {
		return err
	}

	return await(ctx, &w.jobs)
}

func await(ctx context.Context, group *sync.WaitGroup) error {
	done := make(chan struct{})

	go func() {
		group.Wait()
		close(done)
	}()

	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Both returns what does one thing and then another, nil where there is neither.
// Either may be nil.
func Both(first, second func(ctx context.Context)) func(ctx context.Context) {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	default:
		return func(ctx context.Context) { first(ctx); second(ctx) }
	}
}
