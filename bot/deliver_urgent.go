package bot

import (
	"context"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// urgentTries is how often Urgent tries.
const urgentTries = 3

// Urgent posts a drawing at once, past the outbox, for a page that can't be
// recorded since the store fails: unrecorded is better than unsent. A second
// call with the same key returns the message of the first, so that a desk which
// tries again each second pages once. If the card whose posting has that key is
// delivered later, it takes the message over: a page that has no lasting id
// needs a key that no card will ever have.
//
// It tries a few times, as long as ctx allows, and raises AlarmUrgent. Its
// error wraps the last *chat.Failure.
func (d *Deliver) Urgent(ctx context.Context, drawing Drawing, key string) (chat.Ref, error) {
	if ref := d.urgentRef(key); !ref.IsZero() {
		return ref, nil
	}

	card, _ := ParseCardID(key) // the alarm goes out without one too
	d.Alarm(ctx, Alarm{Kind: AlarmUrgent, Card: card, Platform: drawing.To.Platform()})

	s := sight{drawing: drawing, way: way{postErrand, drawing.To}}

	platform, failure := d.platform(s.way)
	if failure != nil {
		return chat.Ref{}, failure
	}

	for try := 1; ; try++ {
		ref, err := d.call(ctx, platform, key, s)
		d.metrics.called(postErrand, chat.FailureOf(err))

		if err == nil {
			d.keepUrgent(key, ref)
			return ref, nil
		}

		if wait, again := urgentWait(chat.FailureOf(err)); try == urgentTries || !again || !pauseFor(ctx, wait) {
			return chat.Ref{}, err
		}
	}
}

// urgentWait returns whether it is worth trying again, and when.
func urgentWait(failure *chat.Failure) (wait time.Duration, again bool) {
	switch failure.Kind {
	case chat.Busy:
		return max(failure.After, time.Second), true
	case chat.Unsent, chat.Doubtful:
		return 250 * time.Millisecond, true
	case chat.Unreachable, chat.Unacceptable, chat.Missing, chat.Refused:
		return 0, false
	default:
		return 0, false
	}
}

// pauseFor waits, and reports false if ctx was done first.
func pauseFor(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (d *Deliver) keepUrgent(key string, ref chat.Ref) {
	d.mu.Lock()
	defer d.mu.Unlock()

	d.urgent[key] = ref
}

func (d *Deliver) urgentRef(key string) chat.Ref {
	d.mu.Lock()
	defer d.mu.Unlock()

	return d.urgent[key]
}

func (d *Deliver) forgetUrgent(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()

	delete(d.urgent, key)
}
