package link

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	// patience is for how long a call may take that nobody waits for any more. A
	// disk that is stuck for longer needs an operator.
	patience = 5 * time.Minute
	// maxCalls is how many calls may be under way at once, of which those that are
	// late have no job any more.
	maxCalls = 2 * maxJobs
)

// A Late is a reply that was not there when the platform stopped to wait for it.
// The call goes on: whoever asked is told so, and then what Tell is given.
type Late[Reply any] struct {
	work *Work
	what string
	came chan result[Reply]
}

type result[Reply any] struct {
	reply Reply
	err   error
}

// Ask calls the bot and waits for it as long as ctx allows. If it takes longer
// the reply is late, and comes by that; else false is that there is none. The call
// itself does not end with ctx: what it has begun is carried through. A panic is
// contained. What went wrong is logged, with what was asked for.
//
// It is called within a job.
func Ask[Reply any](ctx context.Context, w *Work, what string, call func(context.Context) (Reply, error)) (reply Reply, late *Late[Reply], ok bool) {
	select {
	case w.calls <- struct{}{}:
	default:
		w.log.Error("too many calls of the bot are under way", "what", what)

		return reply, nil, false
	}

	l := &Late[Reply]{work: w, what: what, came: make(chan result[Reply], 1)}

	w.jobs.Go(func() {
		defer func() { <-w.calls }()

		l.came <- l.called(call)
	})

	select {
	case r := <-l.came:
		reply, ok = l.heard(r)

		return reply, nil, ok
	case <-ctx.Done():
		w.log.Warn("the bot takes longer than people wait for", "what", what)

		return reply, l, false
	}
}

// called is the call, without its panics.
func (l *Late[Reply]) called(call func(context.Context) (Reply, error)) (r result[Reply]) {
	ctx, cancel := l.work.Within(patience)
	defer cancel()

	defer l.work.Contain(l.what, &r.err)

	r.reply, r.err = call(ctx)

	return r
}

// heard returns the reply, and false if there is none.
func (l *Late[Reply]) heard(r result[Reply]) (Reply, bool) {
	if r.err != nil {
		l.work.log.Error("the bot could not do what somebody asked for", "what", l.what, "error", r.err)

		var none Reply

		return none, false
	}

	return r.reply, true
}

// Tell calls tell with the reply once it is there, and with false if there is none,
// as one more job. Where the work ends before that it is logged. It is called at
// most once, within a job.
func (l *Late[Reply]) Tell(tell func(ctx context.Context, reply Reply, ok bool)) {
	l.work.jobs.Go(func() {
		select {
		case r := <-l.came:
			reply, ok := l.heard(r)

			l.work.Also(func(ctx context.Context) { tell(ctx, reply, ok) })
		case <-l.work.ctx.Done():
			l.work.log.Error("the bot stops before somebody has the answer that they wait for", "what", l.what)
		}
	})
}

// Contain, deferred, turns a panic into an error. What was panicked with is
// logged only where it is the runtime's own, since anything else may hold
// customers' words.
func (w *Work) Contain(what string, err *error) {
	caught := recover()
	if caught == nil {
		return
	}

	cause := fmt.Sprintf("%T", caught)
	if own, ok := caught.(runtime.Error); ok {
		cause = own.Error()
	}

	*err = fmt.Errorf("panic: %s", cause)

	w.log.Error("a handler panicked", "what", what, "panic", cause, "stack", string(debug.Stack()))
}
