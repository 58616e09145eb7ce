package bot

import (
	"context"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A message in doubt goes through three stages. It settles: what the platform
// took becomes visible. It is looked for, as long as there is patience. Then it
// is adopted if it was found, and posted again if not. Either way a watch is
// kept for a while, since history may lag: a copy that shows up is removed.

// settling returns how long after an attempt the platform is looked at. It
// grows with each attempt, so that a platform that answers nothing and shows
// nothing is not flooded. A page is looked for earlier, and with that much more
// patience: once the platform can be read again it need not wait.
func (d *Deliver) settling(t *task) time.Duration {
	return min(d.Timing.Settle<<min(t.reposts, 10), time.Minute)
}

// doubt decides about a card that may have been posted.
func (d *Deliver) doubt(ctx context.Context, t *task, s sight, now time.Time) {
	finder, readable := d.Platforms[t.drawn.Platform()].(Finder)

	switch {
	case d.NoReconcile:
		d.repost(ctx, t, s, now)
	case !readable:
		t.unread = true
		d.repost(ctx, t, s, now)
	case d.lanes.refusing(way{lookErrand, t.drawn}):
		t.looking = time.Time{} // the platform tells us nothing at all, so there is time
		d.look(ctx, t, s, finder, now)
	case !t.looking.IsZero() && !now.Before(t.patience) && d.hopeful(t, now):
		t.patience = now.Add(d.patience(t.class))
		d.lanes.hurryUp(t, t.patience)
		d.look(ctx, t, s, finder, now)
	case !t.looking.IsZero() && !now.Before(t.patience):
		t.unread = true
		d.repost(ctx, t, s, now)
	default:
		d.look(ctx, t, s, finder, now)
	}
}

// hopeful reports whether it is worth waiting longer for t's look: others get
// through, and only its turn has not come. Many cards in doubt after a crash
// must not be doubled because there are many of them.
func (d *Deliver) hopeful(t *task, now time.Time) bool {
	patience := d.patience(t.class)

	return !t.missed && now.Sub(d.read[t.drawn.Platform()]) < patience && now.Sub(t.looking) < 6*patience
}

// repost goes on with a card that was not found, or not looked for.
func (d *Deliver) repost(ctx context.Context, t *task, s sight, now time.Time) {
	t.doubt, t.looking, t.missed, t.tries = time.Time{}, time.Time{}, false, 0
	d.seenWanted(ctx, t, s, now)
}

// look looks for the card, if it is its turn now.
func (d *Deliver) look(ctx context.Context, t *task, s sight, finder Finder, now time.Time) {
	if t.looking.IsZero() {
		t.looking, t.patience = now, now.Add(d.patience(t.class)+t.early)
		d.lanes.hurryUp(t, t.patience)
	}

	w := way{lookErrand, t.drawn}
	if !d.lanes.turn(t, w, now) {
		return
	}

	to, under, since, wait := t.drawn, t.under, d.horizon(s.card), t.patience.Sub(now)

	d.send(func() report {
		refs, err := d.find(ctx, finder, to, under, t.key, since, wait)

		return func(ctx context.Context, now time.Time) { d.found(ctx, t, w, refs, chat.FailureOf(err), now) }
	})
}

func (d *Deliver) patience(c Class) time.Duration {
	if c == PageClass {
		return d.Timing.PatiencePage
	}

	return d.Timing.Patience
}

// horizon returns since when a copy of the card may exist, by the platform's
// clock. Ours may be ahead of it, and may have been set back: an hour is to
// cover that.
func (d *Deliver) horizon(card *Card) time.Time {
	since := d.Now()

	for _, t := range []time.Time{card.Since, card.Posted, card.Doubt} {
		if !t.IsZero() && t.Before(since) {
			since = t
		}
	}

	return since.Add(-time.Hour)
}

func (d *Deliver) find(ctx context.Context, f Finder, to chat.Room, under chat.Ref, key string, since time.Time, wait time.Duration) (refs []chat.Ref, err error) {
	defer d.contain(&err)

	ctx, cancel := context.WithTimeout(ctx, min(wait, d.Timing.Answer))
	defer cancel()

	return f.Find(ctx, to, under, key, since)
}

// found decides what follows from a look.
func (d *Deliver) found(ctx context.Context, t *task, w way, refs []chat.Ref, failure *chat.Failure, now time.Time) {
	d.metrics.called(lookErrand, failure)
	d.heard(ctx, t, w, failure, now)

	if failure == nil {
		d.read[w.room.Platform()] = now
	}

	switch {
	case failure != nil:
		t.failure, t.missed = failure.Code, true
		d.unread(ctx, t, w, failure, now)
	case len(refs) > 0:
		d.metrics.adopted.Inc()
		t.surplus = len(refs) > 1
		d.keep(ctx, t, d.adopt(t, refs[0]))
	default:
		// Posted next, or moot if nobody needs it any more.
		t.doubt, t.looking, t.looked = time.Time{}, time.Time{}, true
		d.finish(ctx, t, true, now)
	}
}

// adopt goes on with the copy of a card that was found. If there is another, it is
// told at once: by the time somebody looks for it, we may have been killed.
func (d *Deliver) adopt(t *task, ref chat.Ref) change {
	at := d.Now()
	c := adopted(t.id, ref, at, at.Add(d.Timing.Watch))

	if t.surplus {
		c.tell = func(tx Tx, card *Card) ([]CardID, error) { return d.Artist.Doubled(tx, card, at) }
	}

	return c
}

// adopted records that the card was posted there at some time. What it shows is
// unknown, so it stays wanted and is drawn anew.
func adopted(id CardID, ref chat.Ref, at, watch time.Time) change {
	return change{id: id, posted: true, edit: func(card *Card) {
		card.Ref, card.Drawn, card.Posted, card.Doubt, card.Doubled = ref, "", at, time.Time{}, watch
	}}
}

// unread has the look tried again soon, or gives it up where that is no use.
func (d *Deliver) unread(ctx context.Context, t *task, w way, failure *chat.Failure, now time.Time) {
	switch failure.Kind {
	case chat.Refused, chat.Unreachable, chat.Unacceptable, chat.Missing:
		t.patience = now

		if d.lanes.refusing(w) {
			d.lanes.refuse(w, now.Add(d.Timing.Probe))
		}

		d.finish(ctx, t, true, now)
	case chat.Busy:
		d.restLooks(w, failure, now)
		d.finish(ctx, t, true, now)
	case chat.Unsent, chat.Doubtful:
		t.rest = first(now.Add(d.backoff(t)), t.patience)
		d.finish(ctx, t, true, now)
	default:
		d.retry(t, failure.Code, now)
	}
}

func (d *Deliver) restLooks(w way, failure *chat.Failure, now time.Time) {
	d.lanes.pause(w, pausedGate(failure), now.Add(max(failure.After, time.Second)))
}

// mayAppear records that nothing is to be posted any more, and that what may have
// been posted is looked for until the watch ends: history may lag, and a page
// that nobody knows of would go on offering its buttons.
func (d *Deliver) mayAppear(t *task, s sight) change {
	at, until := d.Now(), d.Timing.Watch
	if t.unread {
		until = d.Timing.WatchUnread
	}

	c := shown(t, s.card.Wanted, s.card.Drawn)
	shown := c.edit
	c.edit = func(card *Card) {
		shown(card)
		card.Posted, card.Doubled = at, at.Add(until)
	}

	return c
}

// appear looks for the only copy of a card that nobody needs any more.
func (d *Deliver) appear(ctx context.Context, t *task, s sight, w way, finder Finder, since time.Time) {
	d.send(func() report {
		refs, err := d.find(ctx, finder, s.drawing.To, s.drawing.Under, t.key, since, d.Timing.Answer)

		return func(ctx context.Context, now time.Time) {
			if len(refs) == 0 {
				d.watched(ctx, t, s, w, 0, chat.FailureOf(err), now)

				return
			}

			d.metrics.called(lookErrand, nil)
			d.metrics.adopted.Inc()
			d.keep(ctx, t, d.appeared(t.id, refs))
		}
	})
}

// appeared has the copy that was found drawn anew, unless another was posted
// meanwhile. If there are more, they are watched for.
func (d *Deliver) appeared(id CardID, refs []chat.Ref) change {
	at, until := d.Now(), time.Time{}
	if len(refs) > 1 {
		until = at.Add(d.Timing.Watch)
	}

	c := adopted(id, refs[0], at, until)
	adopt := c.edit
	c.edit = func(card *Card) {
		if card.Ref.IsZero() && !wanted(card) {
			adopt(card)

			card.Wanted++
		}
	}
	c.tell = func(Tx, *Card) ([]CardID, error) { return []CardID{id}, nil }

	return c
}

// watch looks for a surplus copy of a card until card.Doubled; soon, if there is
// one, which was told.
func (d *Deliver) watch(card *Card, soon bool, now time.Time) {
	if d.watches[card.ID] != nil {
		return
	}

	t := &task{id: card.ID, watch: true, class: DigestClass, since: card.Posted, key: postingKey(card.ID), told: soon}
	d.watches[card.ID] = t

	if soon {
		d.lanes.makeReady(t)
	} else {
		d.lanes.sleep(t, now.Add(d.nextLook(card)))
	}
}

// nextLook returns how long from now the next look at a watched card is: half a
// minute after it was posted, two, eight, and when the watch ends.
func (d *Deliver) nextLook(card *Card) time.Duration {
	now := d.Now()
	next := card.Posted.Add(30 * time.Second)

	for !next.After(now) && next.Before(card.Doubled) {
		next = card.Posted.Add(4 * next.Sub(card.Posted))
	}

	if next.After(card.Doubled) {
		next = card.Doubled
	}

	return min(max(next.Sub(now), 0), 15*time.Minute)
}

// seenWatched looks for surplus copies, if it is their turn now.
func (d *Deliver) seenWatched(ctx context.Context, t *task, s sight, now time.Time) {
	if s.card == nil || s.card.Dead || s.card.Doubled.IsZero() {
		d.lanes.giveBack(t, now)
		d.finish(ctx, t, false, now)

		return
	}

	platform := d.Platforms[s.card.Ref.Room.Platform()]
	finder, readable := platform.(Finder)
	since := d.horizon(s.card)
	t.finished = d.lastLook(s.card)

	room := s.card.Ref.Room
	unknown := room == "" && !wanted(s.card) && s.drawing.To != ""

	if unknown {
		room = s.drawing.To
		finder, readable = d.Platforms[room.Platform()].(Finder)
	}

	switch w := (way{lookErrand, room}); {
	case room == "" && !t.finished:
		d.lanes.giveBack(t, now)
		d.sleepWatch(t, s.card, now)
	case !readable:
		d.settle(ctx, t, unwatched(t.id), now)
	case !d.lanes.turn(t, w, now): // it comes
	case unknown:
		d.appear(ctx, t, s, w, finder, since)
	default:
		d.send(func() report {
			surplus, removed, failure := d.removeSurplus(ctx, platform, finder, t.key, s, since, d.told(t, s.card))
			d.metrics.copies.Add(float64(removed))

			return func(ctx context.Context, now time.Time) { d.watched(ctx, t, s, w, surplus, failure, now) }
		})
	}
}

// lastLook reports whether the watch is over after the next look: when its time
// has passed, or is so far off that the clock must have been set back.
func (d *Deliver) lastLook(card *Card) bool {
	left := card.Doubled.Sub(d.Now())

	return left <= 0 || left > d.Timing.WatchUnread
}

// told reports whether it was told that a card may be there twice. Only such a
// card is watched for longer than others.
func (d *Deliver) told(t *task, card *Card) bool {
	return t.told || card.Doubled.Sub(card.Posted) > d.Timing.Watch
}

// removeSurplus removes all copies but the one that we know, unless that they
// were there was not told yet: whoever kills us in between must not make that
// forgotten. It returns how many there were, and how many it removed.
func (d *Deliver) removeSurplus(ctx context.Context, p Platform, f Finder, key string, s sight, since time.Time, told bool) (surplus, removed int, failure *chat.Failure) {
	refs, err := d.find(ctx, f, s.card.Ref.Room, s.drawing.Under, key, since, d.Timing.Answer)
	if err != nil || !slices.Contains(refs, s.card.Ref) {
		// What doesn't show the copy that we know isn't to be trusted with the others.
		return 0, 0, chat.FailureOf(err)
	}

	for _, ref := range refs {
		if ref == s.card.Ref {
			continue
		}

		surplus++

		if !told {
			continue
		}

		if err := d.remove(ctx, p, ref); err == nil || chat.FailureOf(err).Kind == chat.Missing {
			removed++
		} else {
			failure = chat.FailureOf(err)
		}
	}

	return surplus, removed, failure
}

func (d *Deliver) remove(ctx context.Context, p Platform, ref chat.Ref) (err error) {
	defer d.contain(&err)

	ctx, cancel := context.WithTimeout(ctx, d.Timing.Answer)
	defer cancel()

	return p.Remove(ctx, ref)
}

// watched decides what follows from a watch's look.
func (d *Deliver) watched(ctx context.Context, t *task, s sight, w way, surplus int, failure *chat.Failure, now time.Time) {
	d.metrics.called(lookErrand, failure)

	if failure != nil && failure.Kind == chat.Busy {
		d.restLooks(w, failure, now)
	}

	age := d.Now().Sub(s.card.Posted)
	over := t.finished && (failure == nil || age < 0 || age >= d.Timing.WatchUnread)
	told := d.told(t, s.card)
	tell := !told && (surplus > 0 || over && failure != nil)
	t.surplus = tell && surplus > 0 // what is told now is removed at the next look
	over = over && !t.surplus

	if over && failure != nil {
		d.Alarm(ctx, Alarm{Kind: AlarmSurplus, Card: t.id, Platform: w.room.Platform(), Code: failure.Code})
	}

	if !over && !tell {
		d.sleepWatch(t, s.card, now)
		return
	}

	d.keep(ctx, t, d.lookedAround(t, over, tell, failure == nil))
}

// lookedAround records the end of a watch, which saw that there is no other copy if
// it could look, or tells the desk what it found.
func (d *Deliver) lookedAround(t *task, over, tell, looked bool) change {
	c := change{id: t.id, edit: func(*Card) {}}

	switch {
	case over && looked:
		c.edit = func(card *Card) { card.Doubled, card.Twice = time.Time{}, false }
	case over:
		c = unwatched(t.id)
	}

	if at := d.Now(); tell {
		t.told = true
		c.tell = func(tx Tx, card *Card) ([]CardID, error) { return d.Artist.Doubled(tx, card, at) }
	}

	return c
}

// keptWatched goes on with a watch, or ends it.
func (d *Deliver) keptWatched(ctx context.Context, t *task, card *Card, now time.Time) {
	switch {
	case card == nil || card.Doubled.IsZero():
		d.finish(ctx, t, false, now)
	case t.surplus:
		d.finish(ctx, t, true, now)
	default:
		d.sleepWatch(t, card, now)
	}
}

// sleepWatch ends t's flight until the next look.
func (d *Deliver) sleepWatch(t *task, card *Card, now time.Time) {
	d.land(t, now)
	d.lanes.sleep(t, now.Add(max(d.nextLook(card), 15*time.Second)))
}

func unwatched(id CardID) change {
	return change{id: id, edit: func(card *Card) { card.Doubled = time.Time{} }}
}
