package link

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// Ask calls the bot and waits for it as long as ctx allows; false is that there
// is no reply. A call that takes longer goes on, since what it keeps is kept,
// but nobody hears its reply. A panic is contained. What went wrong is logged,
// with what was asked for.
//
// It is called within a job.
func Ask[Reply any](ctx context.Context, w *Work, what string, call func(context.Context) (Reply, error)) (Reply, bool) {
	type result struct {
		reply Reply
		err   error
	}

	var none Reply

	came := make(chan result, 1)

	w.jobs.Go(func() {
		var r result

		defer func() { came <- r }()
		defer w.Contain(what, &r.err)

		r.reply, r.err = call(ctx)
	})

	select {
	case r := <-came:
		if r.err != nil {
			w.log.Error("the bot could not do what somebody asked for", "what", what, "error", r.err)

			return none, false
		}

		return r.reply, true
	case <-ctx.Done():
		w.log.Error("the bot did not answer in time", "what", what)

		return none, false
	}
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
