package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A task is a card that something is to be done about: shown, or watched for a
// surplus copy.
type task struct {
	id    CardID
	watch bool
	class Class
	since time.Time // orders it
	key   string

	// Where it is; lanes' own.
	way    way
	stay   int
	asleep int // the stay that it sleeps, until a time
	until  time.Time
	flying bool
	via    *gate   // released it
	passed []*gate // on the way of the present flight
	gone   bool

	// What this run knows of it.
	again    bool          // it was wanted during a flight
	tries    int           // in a row that failed
	rest     time.Time     // not before
	outage   *outage       // in which it went unanswered
	failure  string        // the code of the last failure
	alarmed  bool          // somebody was told that it is late
	untold   bool          // the desk was not, since nothing could be kept
	stands   bool          // it was posted, and is only drawn anew
	doubt    time.Time     // an attempt at this time may have posted it
	looking  time.Time     // when it was looked for first, zero if it wasn't
	patience time.Time     // when it is not looked for any longer
	early    time.Duration // how much before it has settled it is looked for
	missed   bool          // a look for it failed
	reposts  int           // how often it was posted after a doubt
	looked   bool          // it was looked for and not found
	unread   bool          // it could not be looked for
	drawn    chat.Room     // where it was to be posted when it was drawn last
	under    chat.Ref
	unkept   *change // done, but not recorded so far
	surplus  bool    // the look found more than one copy
	told     bool    // a watch has told the desk of one
	finished bool    // a watch has had its last look
}

// A sight is what a View showed of a card.
type sight struct {
	card    *Card // nil if it is forgotten
	drawing Drawing
	moot    bool
	later   bool
	pauses  [3]time.Time // of the gates on the way that it seems to need
	way     way
}

// A change is what is to be recorded of a card.
type change struct {
	id     CardID
	edit   func(card *Card) // nil for nothing
	tell   func(tx Tx, card *Card) ([]CardID, error)
	pause  string // a name to rest
	until  time.Time
	posted bool // something of the escalation is visible that wasn't before
	// loose is set if it only helps a later run: work goes on without it.
	loose bool
}

// start begins t's flight.
func (d *Deliver) start(ctx context.Context, t *task) {
	if t.unkept != nil {
		d.keep(ctx, t, *t.unkept)
		return
	}

	d.send(func() report {
		s, err := d.see(ctx, t.id)

		return func(ctx context.Context, now time.Time) { d.seen(ctx, t, s, err, now) }
	})
}

// see draws the card.
func (d *Deliver) see(ctx context.Context, id CardID) (s sight, err error) {
	defer d.contain(&err)

	err = d.Store.View(ctx, func(tx Tx) error {
		s = sight{}

		card, err := tx.Card(id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}

		if err != nil || !card.Pending() {
			s.card = card
			return err
		}

		s.drawing, err = d.Artist.Draw(tx, id)
		s.card, s.moot, s.later = card, errors.Is(err, errMoot), errors.Is(err, errLater)

		if err != nil && !s.moot && !s.later {
			return fmt.Errorf("drawing %v: %w", id.LogValue(), err)
		}

		s.way = s.wayTo()
		s.readPauses(tx)

		return nil
	})

	return s, err
}

// wayTo returns the way that shows the drawing.
func (s *sight) wayTo() way {
	switch {
	case s.card.ID.Role == HomeCard:
		return way{homeErrand, s.drawing.Person.Private()}
	case !s.card.Ref.IsZero():
		return way{editErrand, s.card.Ref.Room}
	default:
		return way{postErrand, s.drawing.To}
	}
}

// readPauses reads what is to rest. What can't be read rests nobody: one damaged pause
// may be that of a whole platform, and a platform that is busy says so again.
func (s *sight) readPauses(tx Tx) {
	for level, name := range s.way.gates() {
		if until, err := tx.Pause(name); err == nil {
			s.pauses[level] = until
		}
	}
}

// seen decides what is to be done about a card that was drawn.
func (d *Deliver) seen(ctx context.Context, t *task, s sight, err error, now time.Time) {
	switch {
	case d.stopping:
		d.lanes.giveBack(t, now)
		d.land(t, now)
	case err != nil:
		d.lanes.giveBack(t, now)
		d.undrawn(ctx, t, s, err, now)
	case t.watch:
		d.seenWatched(ctx, t, s, now)
	case s.card == nil || !wanted(s.card):
		d.lanes.giveBack(t, now)
		d.finish(ctx, t, false, now)
	default:
		d.seenWanted(ctx, t, s, now)
	}
}

// undrawn goes on with a card that can't be drawn. One for somebody who can't be
// written to at all, since no platform knows them, is given up like one that
// the platform refuses: the next person must not wait.
func (d *Deliver) undrawn(ctx context.Context, t *task, s sight, err error, now time.Time) {
	failure, ok := errors.AsType[*chat.Failure](err)
	if ok && failure.Kind == chat.Unreachable && !t.watch {
		d.keep(ctx, t, d.giveUp(ctx, t, s, failure))

		return
	}

	if !errors.Is(err, ErrDamaged) { // which the store has logged, once and not at each try
		d.Log.Error("a card can't be drawn", "card", t.id, "error", err)
	}

	d.retry(t, "not_drawn", now)
}

// wanted reports whether the card is still to be shown.
func wanted(card *Card) bool { return !card.Dead && card.Wanted != card.Shown }

func (d *Deliver) seenWanted(ctx context.Context, t *task, s sight, now time.Time) {
	if s.drawing.To != "" {
		t.drawn, t.under = s.drawing.To, s.drawing.Under
	}

	s.drawing = mayBeTwice(s.drawing, t.unread || s.card.Twice)
	posted := !s.card.Ref.IsZero()
	t.stands = posted
	mark := fingerprint(s.drawing.Message)

	switch ref := d.urgentRef(t.key); {
	case s.later:
		d.lanes.giveBack(t, now)
		d.postpone(t, now)
	case !posted && !ref.IsZero():
		d.settle(ctx, t, adopted(t.id, ref, d.Now(), time.Time{}), now)
	case !posted && !t.doubt.IsZero() && t.drawn != "":
		d.doubt(ctx, t, s, now)
	case s.moot && !posted && (t.looked || t.unread):
		d.settle(ctx, t, d.mayAppear(t, s), now)
	case s.moot, mark != "" && mark == s.card.Drawn && (posted || t.id.Role == HomeCard):
		d.settle(ctx, t, shown(t, s.card.Wanted, s.card.Drawn), now)
	default:
		d.show(ctx, t, s, mark, now)
	}
}

// settle records something that needs no call.
func (d *Deliver) settle(ctx context.Context, t *task, c change, now time.Time) {
	d.lanes.giveBack(t, now)
	d.keep(ctx, t, c)
}

// postpone has t wait for another card of its escalation.
func (d *Deliver) postpone(t *task, now time.Time) {
	wait := d.backoff(t)
	d.land(t, now)
	d.lanes.sleepLater(t, now.Add(min(wait, 5*time.Second)))
}

// land ends t's flight. Which way it goes next, its drawing will say.
func (d *Deliver) land(t *task, now time.Time) {
	d.lanes.land(t, now)
	t.way = way{}
}

// show posts or edits the card, if its turn is now.
func (d *Deliver) show(ctx context.Context, t *task, s sight, mark string, now time.Time) {
	platform, failure := d.platform(s.way)
	if failure != nil && s.drawing.Erased {
		d.settle(ctx, t, takenAway(t, s, mark, chat.Ref{}, failure), now)
		return
	}

	if failure != nil {
		d.settle(ctx, t, d.giveUp(ctx, t, s, failure), now)
		return
	}

	if _, ok := platform.(Personal); s.way.errand == homeErrand && !ok {
		d.settle(ctx, t, shown(t, s.card.Wanted, ""), now)
		return
	}

	d.honour(s, now)

	if !d.lanes.turn(t, s.way, now) {
		return
	}

	d.send(func() report {
		ref, err := d.call(ctx, platform, t.key, s)

		return func(ctx context.Context, now time.Time) {
			d.answered(ctx, t, s, mark, ref, chat.FailureOf(err), now)
		}
	})
}

// platform returns the platform that a way is on.
func (d *Deliver) platform(w way) (Platform, *chat.Failure) {
	if p, ok := d.Platforms[w.room.Platform()]; ok {
		return p, nil
	}

	if w.room != "" {
		return nil, &chat.Failure{Kind: chat.Unreachable, Code: notConnected}
	}

	return nil, &chat.Failure{Kind: chat.Unreachable, Code: "no_room"}
}

// notConnected is the code of a failure where the bot is not on the platform.
const notConnected = "not_connected"

// honour takes over the pauses that the store kept, each once and none for longer than
// a quarter of an hour: the clock may have been set back since.
func (d *Deliver) honour(s sight, now time.Time) {
	wall := d.Now()

	for level, until := range s.pauses {
		if rest := until.Sub(wall); rest > 0 && d.lanes.isNew(s.way, level, until) {
			d.lanes.pause(s.way, level, now.Add(min(rest, 15*time.Minute)))
		}
	}
}

// call is the one place that shows something on a platform.
func (d *Deliver) call(ctx context.Context, p Platform, key string, s sight) (ref chat.Ref, err error) {
	defer d.contain(&err)

	ctx, cancel := context.WithTimeout(ctx, d.Timing.Answer)
	defer cancel()

	switch s.way.errand {
	case editErrand:
		if s.drawing.Erased {
			return takeAway(ctx, p, s)
		}

		return s.card.Ref, p.Edit(ctx, s.card.Ref, s.drawing.Message)
	case homeErrand:
		return chat.Ref{}, p.(Personal).ShowHome(ctx, s.drawing.Person, s.drawing.Message)
	case noErrand, postErrand, lookErrand, errands:
		fallthrough
	default:
		return p.Post(ctx, chat.Posting{To: s.drawing.To, Under: s.drawing.Under, Key: key, Message: s.drawing.Message})
	}
}

// contain turns a panic into an error: one card that can't be drawn must not
// silence the others.
func (d *Deliver) contain(err *error) {
	if p := recover(); p != nil {
		caught := panicked(p)
		d.Log.Error("delivery panicked", "stack", caught.stack)

		*err = caught
	}
}

// answered decides what follows from a platform's answer.
func (d *Deliver) answered(ctx context.Context, t *task, s sight, mark string, ref chat.Ref, failure *chat.Failure, now time.Time) {
	d.metrics.called(s.way.errand, failure)
	d.heard(ctx, t, s.way, failure, now)

	if failure == nil || failure.Kind != chat.Refused && failure.Kind != chat.Unsent && failure.Kind != chat.Doubtful {
		d.accept(ctx, t, s.way, now)
	}

	if s.drawing.Erased && s.way.errand == editErrand && (failure == nil || final(failure)) {
		d.keep(ctx, t, takenAway(t, s, mark, ref, failure))

		return
	}

	if failure != nil {
		t.failure = failure.Code
		d.failed(ctx, t, s, failure, now)

		return
	}

	if s.way.errand == postErrand {
		d.metrics.posted(t, now)
		d.keep(ctx, t, d.posted(t, s, ref, mark))

		return
	}

	d.keep(ctx, t, shown(t, s.card.Wanted, mark))
}

// accept opens a platform again that had refused the bot.
func (d *Deliver) accept(ctx context.Context, t *task, w way, now time.Time) {
	if d.lanes.refusing(w) {
		d.lanes.accept(w, now)
		d.Alarm(ctx, Alarm{Kind: AlarmAccepted, Card: t.id, Platform: w.room.Platform()})
	}
}

// shown records that what was wanted by then is shown.
func shown(t *task, wanted int, mark string) change {
	return change{id: t.id, edit: func(card *Card) {
		card.Shown, card.Drawn = wanted, mark
		card.Doubt, card.Tries, card.Alarmed, card.Failure = time.Time{}, 0, false, ""
	}}
}

// posted records a new message.
func (d *Deliver) posted(t *task, s sight, ref chat.Ref, mark string) change {
	at, until, twice := d.Now(), time.Time{}, s.card.Twice

	c := shown(t, s.card.Wanted, mark)
	c.posted = true

	switch {
	case t.unread:
		twice = true
		d.metrics.doubled.Inc()
		until = at.Add(d.Timing.WatchUnread)
		c.tell = func(tx Tx, card *Card) ([]CardID, error) { return d.Artist.Doubled(tx, card, at) }
	case t.looked:
		until = at.Add(d.Timing.Watch)
	}

	shown := c.edit
	c.edit = func(card *Card) {
		shown(card)
		card.Ref, card.Posted, card.Doubled, card.Twice = ref, at, until, twice
	}

	return c
}

// failed decides what follows from a failure.
func (d *Deliver) failed(ctx context.Context, t *task, s sight, failure *chat.Failure, now time.Time) {
	switch failure.Kind {
	case chat.Busy:
		d.busy(ctx, t, s.way, failure, now)
	case chat.Unsent:
		d.retry(t, failure.Code, now)
	case chat.Doubtful:
		d.doubtful(ctx, t, s, failure, now)
	case chat.Refused:
		d.refused(ctx, t, s.way, failure, now)
	case chat.Missing:
		d.missing(ctx, t, s, failure, now)
	case chat.Unreachable, chat.Unacceptable:
		d.keep(ctx, t, d.giveUp(ctx, t, s, failure))
	default:
		d.retry(t, failure.Code, now)
	}
}

// busy has the room, or everything of the kind, rest as long as the platform
// asks for, and keeps that over a restart. The card waits at the gate.
func (d *Deliver) busy(ctx context.Context, t *task, w way, failure *chat.Failure, now time.Time) {
	gate, rest := pausedGate(failure), failure.After
	if rest <= 0 {
		rest = d.backoff(t)
	}

	d.lanes.pause(w, gate, now.Add(rest))
	d.keep(ctx, t, change{id: t.id, pause: w.gates()[gate], until: d.Now().Add(rest), loose: true})
}

// retry lets the card be tried again later. It never gives up.
func (d *Deliver) retry(t *task, code string, now time.Time) {
	t.failure = code
	wait := d.backoff(t)
	d.land(t, now)
	d.lanes.sleep(t, now.Add(wait))
}

// backoff returns how long to wait before the next try, a little different for
// each card so that they don't all come back at once.
func (d *Deliver) backoff(t *task) time.Duration {
	wait := d.longest(t)
	if t.tries < 30 {
		wait = min(d.Timing.Backoff<<t.tries, wait)
	}

	t.tries++

	h := fnv.New32a()
	fmt.Fprintf(h, "%s %d", t.key, t.tries)

	return wait*3/4 + time.Duration(int64(wait)/4*int64(h.Sum32()%1000)/1000)
}

func (d *Deliver) longest(t *task) time.Duration {
	if t.class == PageClass {
		return d.Timing.LongestPage
	}

	return d.Timing.Longest
}

// doubtful records since when the card is in doubt. A message that is only
// drawn anew is not: it can be drawn once more.
func (d *Deliver) doubtful(ctx context.Context, t *task, s sight, failure *chat.Failure, now time.Time) {
	if s.way.errand != postErrand {
		d.retry(t, failure.Code, now)
		return
	}

	t.doubt, t.looking, t.missed = now, time.Time{}, false
	settling := d.settling(t)
	rest := min(settling, max(d.longest(t), d.Timing.Settle))
	t.rest, t.early = now.Add(rest), settling-rest
	t.reposts++
	t.tries++
	since, tries := d.Now(), t.tries

	d.keep(ctx, t, change{id: t.id, loose: true, edit: func(card *Card) {
		card.Doubt, card.Tries, card.Failure = since, tries, failure.Code
	}})
}

// refused has everything on the platform wait.
func (d *Deliver) refused(ctx context.Context, t *task, w way, failure *chat.Failure, now time.Time) {
	if d.lanes.refuse(w, now.Add(d.Timing.Probe)) {
		d.Alarm(ctx, Alarm{Kind: AlarmRefused, Card: t.id, Platform: w.room.Platform(), Code: failure.Code})
	}

	d.land(t, now)
	d.lanes.makeReady(t)
}

// missing is for a message that somebody removed. What people work with is
// posted anew; the rest has been seen and is dropped.
func (d *Deliver) missing(ctx context.Context, t *task, s sight, failure *chat.Failure, _ time.Time) {
	switch role := t.id.Role; {
	case s.way.errand != editErrand:
		d.keep(ctx, t, d.giveUp(ctx, t, s, failure))
	case role == PageCard || role == AgentCard || role == ChannelCard:
		d.keep(ctx, t, change{id: t.id, edit: func(card *Card) { card.Ref, card.Drawn = chat.Ref{}, "" }})
	default:
		d.keep(ctx, t, change{id: t.id, edit: func(card *Card) { card.Dead, card.Failure = true, failure.Code }})
	}
}

// giveUp records that the card can't be delivered and has the desk go on. A
// personal view, and a posted message that does not take this drawing, may take
// the next one: only the present wish is given up.
func (d *Deliver) giveUp(ctx context.Context, t *task, s sight, failure *chat.Failure) change {
	d.Alarm(ctx, Alarm{Kind: AlarmUndelivered, Card: t.id, Platform: s.way.room.Platform(), Code: failure.Code})
	d.metrics.gaveUp(t)

	posted := !s.card.Ref.IsZero()
	if t.id.Role == HomeCard || posted && failure.Kind == chat.Unacceptable {
		wanted := s.card.Wanted

		return change{id: t.id, edit: func(card *Card) {
			card.Shown, card.Alarmed, card.Failure = wanted, false, failure.Code
		}}
	}

	at := d.Now()

	return change{
		id:   t.id,
		edit: func(card *Card) { card.Dead, card.Doubt, card.Failure = true, time.Time{}, failure.Code },
		tell: func(tx Tx, card *Card) ([]CardID, error) { return d.Artist.Undeliverable(tx, card, failure, at) },
	}
}

// keep records what was done. What can't be recorded is known as long as we
// run, and tried again.
func (d *Deliver) keep(ctx context.Context, t *task, c change) {
	d.send(func() report {
		card, more, err := d.record(ctx, c)

		return func(ctx context.Context, now time.Time) { d.kept(ctx, t, c, card, more, err, now) }
	})
}

// record is the one place that writes. It returns the card as it is then, nil
// if it is forgotten, and what the desk put into the outbox.
func (d *Deliver) record(ctx context.Context, c change) (card *Card, more []CardID, err error) {
	defer d.contain(&err)

	// What was done counts even if nothing more is to be done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.Timing.Answer)
	defer cancel()

	err = d.Store.Update(ctx, func(tx Tx) error {
		card, more, err = d.write(tx, c)
		return err
	})

	return card, more, err
}

func (d *Deliver) write(tx Tx, c change) (card *Card, more []CardID, err error) {
	if c.pause != "" {
		if err := tx.PutPause(c.pause, c.until); err != nil {
			return nil, nil, err
		}
	}

	card, err = tx.Card(c.id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, nil
	}

	if err != nil || c.edit == nil {
		return card, nil, err
	}

	c.edit(card)

	if err := tx.PutCard(card); err != nil || c.tell == nil {
		return card, nil, err
	}

	if more, err = c.tell(tx, card); err != nil {
		return nil, nil, err
	}

	card, err = tx.Card(c.id)

	return card, more, err
}

// kept goes on when something was recorded, or could not be.
func (d *Deliver) kept(ctx context.Context, t *task, c change, card *Card, more []CardID, err error, now time.Time) {
	d.storeWorks(ctx, t, err)

	if err != nil && !c.loose {
		t.unkept = &c
		d.retry(t, "not_recorded", now)

		return
	}

	t.unkept = nil

	for _, id := range more {
		d.awake(id, now)
	}

	if c.posted {
		d.lanes.sent(t)
	}

	if t.watch {
		d.keptWatched(ctx, t, card, now)
		return
	}

	if card != nil && !card.Doubled.IsZero() {
		d.watch(card, t.surplus, now)
	}

	if card != nil && !card.Ref.IsZero() {
		t.known()
		d.forgetUrgent(t.key)
	}

	d.finish(ctx, t, err != nil || card != nil && wanted(card), now)
	d.through(ctx, t, c, card)
}

// storeWorks says once that the store fails, and once that it works again.
func (d *Deliver) storeWorks(ctx context.Context, t *task, err error) {
	if failing := err != nil; failing != d.failing {
		d.failing = failing
		kind := AlarmRecorded

		if failing {
			kind = AlarmUnrecorded
			d.Log.Error("the store does not take what was delivered", "error", err)
		}

		d.Alarm(ctx, Alarm{Kind: kind, Card: t.id})
	}
}

// finish ends t's flight: it goes on if there is more to do, else it is gone.
func (d *Deliver) finish(ctx context.Context, t *task, more bool, now time.Time) {
	d.land(t, now)

	if !more && !t.again {
		d.drop(ctx, t)
		return
	}

	rest := t.rest
	t.again, t.rest = false, time.Time{}

	if rest.After(now) {
		d.lanes.sleep(t, rest)
	} else {
		d.lanes.makeReady(t)
	}
}

// known says that the card is posted and where, so that nothing is in doubt.
func (t *task) known() {
	t.tries, t.reposts, t.early = 0, 0, 0
	t.doubt, t.looking, t.patience = time.Time{}, time.Time{}, time.Time{}
	t.looked, t.unread, t.missed, t.surplus = false, false, false, false
}

func (d *Deliver) drop(ctx context.Context, t *task) {
	t.gone = true
	d.leaveOutage(ctx, t)

	if t.watch {
		delete(d.watches, t.id)
	} else {
		delete(d.shows, t.id)
	}
}

// late says once that a card does not get through.
func (d *Deliver) late(ctx context.Context, t *task, now time.Time) {
	if t.alarmed {
		if t.untold {
			d.tellLate(ctx, t)
		}

		return
	}

	if at := d.lateAt(t); now.Before(at) {
		d.lanes.callLate(t, at)

		return
	}

	t.alarmed = true
	d.Alarm(ctx, Alarm{Kind: AlarmLate, Card: t.id, Code: t.failure})
	d.tellLate(ctx, t)
}

// tellLate keeps that a card is late and tells the desk of a page; a second later if
// nothing can be kept now.
func (d *Deliver) tellLate(ctx context.Context, t *task) {
	t.untold = false
	failure, tries, at := t.failure, t.tries, d.Now()
	c := change{id: t.id, edit: func(card *Card) {
		if wanted(card) {
			card.Alarmed, card.Tries, card.Failure = true, tries, failure
		}
	}}

	if t.id.Role == PageCard {
		c.tell = func(tx Tx, card *Card) ([]CardID, error) {
			if !wanted(card) || !card.Ref.IsZero() {
				return nil, nil
			}

			return d.Artist.Late(tx, card, failure, at)
		}
	}

	d.send(func() report {
		_, more, err := d.record(ctx, c)

		return func(ctx context.Context, now time.Time) {
			d.storeWorks(ctx, t, err)

			if errors.Is(err, ErrUnwritable) {
				t.untold = true
				d.lanes.callLate(t, now.Add(time.Second))
			}

			for _, id := range more {
				d.awake(id, now)
			}
		}
	})
}

// through says that a card which was late isn't any more.
func (d *Deliver) through(ctx context.Context, t *task, c change, card *Card) {
	if t.alarmed && card != nil && !card.Dead && (c.posted || !wanted(card)) {
		t.alarmed = false
		d.Alarm(ctx, Alarm{Kind: AlarmThrough, Card: t.id})
	}
}

// lateAt returns when somebody is to be told of a card. A page that is there
// already and only to be drawn anew has the time of any other update: it has
// woken whom it was to wake.
func (d *Deliver) lateAt(t *task) time.Time {
	after := d.Timing.Late
	if t.class == PageClass && !t.stands {
		after = d.Timing.LatePage
	}

	return later(t.since, d.boot).Add(after)
}

// postingKey returns the key of the card's posting, which has 100 bytes at
// most.
func postingKey(id CardID) string {
	key := id.String()
	if len(key) <= 100 {
		return key
	}

	sum := sha256.Sum256([]byte(key))

	return key[:60] + "#" + hex.EncodeToString(sum[:16])
}

// fingerprint returns what tells a message from a different one, "" if that
// can't be told.
func fingerprint(m chat.Message) string {
	h := sha256.New()

	ok := mark(h, m.Title) && mark(h, m.Summary) && mark(h, m.Choices)
	for _, part := range m.Parts {
		ok = ok && mark(h, part)
	}

	if !ok {
		return ""
	}

	return hex.EncodeToString(h.Sum(nil)[:16])
}

func mark(h hash.Hash, v any) bool {
	fmt.Fprintf(h, "%T", v)

	return json.NewEncoder(h).Encode(v) == nil
}
