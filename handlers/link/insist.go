package link

import (
	"cmp"
	"context"
	"time"
)

const (
	// insistFor is for how long an answer is tried, which leaves time for a wait of
	// a minute: whoever has no answer by then has asked again.
	insistFor = 90 * time.Second
	// maxInsisting is how many answers may be tried again at once.
	maxInsisting = 256
	// longestWait is the longest wait between two tries for which the platform
	// has named none.
	longestWait = 10 * time.Second
)

// An Insistence is an answer to a person, which is not to be lost in a moment's
// trouble. That they may get it twice does no harm.
type Insistence struct {
	Try func(ctx context.Context) error
	// Again returns whether what failed is to be tried again, and after how long,
	// 0 where the platform does not say.
	Again func(err error) (after time.Duration, yes bool)
	// Lost is called with the last error of what can't be told.
	Lost func(ctx context.Context, err error)
}

// Insist tries once, and where that fails goes on in the background for a minute
// and a half, or until the work ends. It is called within a job or the background.
func (w *Work) Insist(ctx context.Context, i Insistence) {
	err := i.Try(ctx)
	if err == nil {
		return
	}

	if _, yes := i.Again(err); !yes || !w.insistLater(i, err) {
		i.Lost(ctx, err)
	}
}

// insistLater goes on after an error, and returns false if there is no place for
// it.
func (w *Work) insistLater(i Insistence, err error) bool {
	select {
	case w.insisting <- struct{}{}:
	default:
		return false
	}

	ok := w.Background(func(ctx context.Context) {
		defer func() { <-w.insisting }()

		var panicked error
		defer w.Contain("answer", &panicked)

		if err := i.goOn(ctx, err); err != nil {
			i.Lost(ctx, err)
		}
	})
	if !ok {
		<-w.insisting
	}

	return ok
}

// goOn tries until it works, and returns the last error where it does not.
func (i Insistence) goOn(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(ctx, insistFor)
	defer cancel()

	for wait := time.Second; err != nil; wait = min(2*wait, longestWait) {
		after, yes := i.Again(err)
		if !yes || after >= insistFor || !Pause(ctx, cmp.Or(after, wait)) {
			return err
		}

		err = i.Try(ctx)
	}

	return nil
}
