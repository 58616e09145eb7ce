package bot

import (
	"context"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An outage of a platform is a time in which calls went unanswered and nothing
// could be shown. Each try makes the wait for the next one longer; when the outage
// is over, nobody sits out the rest of such a wait.
type outage struct {
	since time.Time
	cards []*task // that went unanswered
	left  int     // how many of them still wait
	said  bool    // an operator was told
}

// glitch is how long an outage lasts at least. What is shorter may be the trouble
// of a single card, and its wait is there for a reason.
const glitch = time.Second

// heard is told how a call ended.
func (d *Deliver) heard(ctx context.Context, t *task, w way, failure *chat.Failure, now time.Time) {
	platform := w.room.Platform()

	switch {
	case failure != nil && (failure.Kind == chat.Unsent || failure.Kind == chat.Doubtful):
		d.unanswered(ctx, t, platform, failure.Code, now)
	case failure != nil && (failure.Kind == chat.Busy || failure.Kind == chat.Refused): // it says itself for how long
	case w.errand != lookErrand: // it may be read and take nothing all the same
		d.endOutage(ctx, t, platform, now)
	}
}

// unanswered counts a call that got no answer. If nothing can be shown for as long
// as a page may take, an operator is told. Of a single card they are told anyway.
func (d *Deliver) unanswered(ctx context.Context, t *task, platform chat.Platform, code string, now time.Time) {
	o, ok := d.outages[platform]
	if !ok {
		o = &outage{since: now}
		d.outages[platform] = o
	}

	if t.outage != o {
		t.outage = o
		o.cards = append(o.cards, t)
		o.left++
	}

	if !o.said && len(o.cards) > 1 && now.Sub(o.since) >= d.Timing.LatePage {
		o.said = true
		d.Alarm(ctx, Alarm{Kind: AlarmSilent, Card: t.id, Platform: platform, Code: code})
	}
}

func (d *Deliver) endOutage(ctx context.Context, t *task, platform chat.Platform, now time.Time) {
	o, ok := d.outages[platform]
	if !ok {
		return
	}

	delete(d.outages, platform)

	if o.said {
		d.Alarm(ctx, Alarm{Kind: AlarmAnswers, Card: t.id, Platform: platform})
	}

	for _, waits := range o.cards {
		if waits.outage == o && now.Sub(o.since) >= glitch {
			d.hasten(waits, now)
		}

		waits.outage = nil
	}
}

// hasten has t tried again now; what is in doubt must settle first.
func (d *Deliver) hasten(t *task, now time.Time) {
	at := now
	if !t.doubt.IsZero() {
		at = later(at, t.doubt.Add(d.Timing.Settle))
	}

	if t.rest.After(at) {
		t.rest = at
	}

	d.lanes.hasten(t, at)
}

// leaveOutage is told that t waits no more. Nobody may be left to find out that the
// outage is over.
func (d *Deliver) leaveOutage(ctx context.Context, t *task) {
	o := t.outage
	if o == nil {
		return
	}

	t.outage = nil

	if o.left--; o.left > 0 {
		return
	}

	for platform, known := range d.outages {
		if known == o {
			d.endOutage(ctx, t, platform, o.since)
		}
	}
}
