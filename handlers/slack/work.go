package slack

import (
	"context"
	"sync"
)

// work is everything that is under way, so that Stop can wait for it.
type work struct {
	ctx    context.Context // the life of the background goroutines, which Stop ends
	cancel context.CancelFunc
	places chan struct{} // one for each thing that may be done at the same time

	mu      sync.Mutex
	closed  bool
	jobs    sync.WaitGroup // what people wait for
	keepers sync.WaitGroup // what runs until the end
}

// maxJobs is how much may be under way at once. More than that is not taken on:
// the person sees that it failed, and Slack sends an event again.
const maxJobs = 1024

func newWork() *work {
	ctx, cancel := context.WithCancel(context.Background())

	return &work{ctx: ctx, cancel: cancel, places: make(chan struct{}, maxJobs)}
}

// begin takes on a job, unless there are too many or none is wanted any more.
// The caller calls done after it.
func (w *work) begin() (done func(), ok bool) {
	select {
	case w.places <- struct{}{}:
	default:
		return nil, false
	}

	if !w.join(&w.jobs) {
		<-w.places

		return nil, false
	}

	return func() { <-w.places; w.jobs.Done() }, true
}

// background runs f until the end of the work, or as long as it likes.
func (w *work) background(f func(ctx context.Context)) {
	if !w.join(&w.keepers) {
		return
	}

	go func() {
		defer w.keepers.Done()
		f(w.ctx)
	}()
}

func (w *work) join(group *sync.WaitGroup) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	if w.closed {
		return false
	}

	group.Add(1)

	return true
}

// drain takes on nothing more and waits for the jobs.
func (w *work) drain(ctx context.Context) error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()

	return await(ctx, &w.jobs)
}

// end ends the background and waits for it.
func (w *work) end(ctx context.Context) error {
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
