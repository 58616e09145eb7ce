package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Deliver shows cards on the chat platforms. The desk puts the cards that are
// to be shown or drawn anew into the outbox, in the transaction that changes
// what they show, and wakes Deliver after the commit. What it guarantees:
//
//   - Nothing is lost. A card leaves the outbox when it was shown, when there
//     is nothing to show any more, or when the platform will never take it; in
//     the last case the desk is told in the same transaction and an Alarm goes
//     out. A crash at any moment loses nothing: the outbox is on disk.
//   - Nothing is done twice, as far as the platform lets us know. An attempt
//     whose end is unknown, be it for an ambiguous answer or a crash, is in
//     doubt: the message is looked for by its key before it is sent again. So
//     the way of a page has no commit between the desk's and the one that
//     records it as shown; after a start, every card that waits to be posted
//     is in doubt. If the platform can't be read within seconds, a page is sent
//     again all the same, since twice is better than never, is flagged as
//     possibly doubled, and a surplus copy is removed as soon as it shows up.
//   - What is shown is the present. A card is drawn at the moment of sending,
//     so that ten wishes during a rate limit cost one update and the last
//     state wins. What would look as it already does is not sent.
//   - Pages come first: page, update, nudge, digest, and then the older one. A
//     page waits behind lower ones for one slot of its room's pace at most.
//   - Nobody waits for somebody else's trouble. Each room has its own pace and
//     pause, each kind of call to a platform its own budget and bound. One send
//     at a time is in flight per escalation; pages, and what people look at,
//     pass one that takes longer than a second. When a platform answers again,
//     nothing sits out a wait that its outage made long.
//   - What a platform asks for is honoured: its Retry-After, over a restart
//     too. When it refuses the bot itself, everything on it waits and is
//     probed, and nothing is dropped.
//   - What does not get through in time is said once, and said again when it
//     got through.
//
// Inside, one goroutine decides everything and owns all that is known of the
// waiting cards (task, lanes). It neither reads the store nor calls a platform:
// for each step of a card it sends out a goroutine that does one thing and
// reports back. The steps are see (draw it, in a View), call (the platform) and
// keep (record it, in an Update).
type Deliver struct {
	DeliverOptions
	metrics *deliverMetrics

	reports chan report
	bell    chan struct{} // rung when there is something in woken

	mu     sync.Mutex
	woken  []CardID
	urgent map[string]chat.Ref // posted by Urgent, by key

	// What follows belongs to the goroutine of Run.
	clock    steady
	boot     time.Time
	loaded   bool
	stopping bool
	abroad   int // goroutines that will report
	lanes    *lanes
	shows    map[CardID]*task            // cards to show
	watches  map[CardID]*task            // cards that may have a surplus copy
	failing  bool                        // the store does not take what we did
	read     map[chat.Platform]time.Time // when a look succeeded last
	outages  map[chat.Platform]*outage
}

// Platform is what delivery asks of a chat platform. Its errors wrap a
// *chat.Failure; one that wraps none counts as doubtful. The calls end when
// their context does.
type Platform interface {
	Post(ctx context.Context, p chat.Posting) (chat.Ref, error)
	Edit(ctx context.Context, at chat.Ref, m chat.Message) error
	// Remove removes a posted message.
	Remove(ctx context.Context, at chat.Ref) error
}

// Finder is a Platform that can look for postings by their key.
type Finder interface {
	// Find returns the messages that were posted to a room, below under if it
	// is set, with a key, not before since, oldest first. An error means that
	// they could not be read, never that there are none.
	Find(ctx context.Context, to chat.Room, under chat.Ref, key string, since time.Time) ([]chat.Ref, error)
}

// Personal is a Platform that has personal views.
type Personal interface {
	ShowHome(ctx context.Context, who chat.Person, m chat.Message) error
}

// artist is the desk as delivery needs it. Its methods run inside transactions,
// possibly more than once, and several Draws at the same time.
type artist interface {
	// Draw says what the card shows now. Its error is errMoot or errLater, or
	// an unreachable *chat.Failure where the person has no account to show it
	// to, or means that the card can't be drawn at present.
	Draw(tx Tx, id CardID) (Drawing, error)

	// Undeliverable is told that the card will never be delivered; it is Dead
	// already. The desk goes on to the next person and notes it on the
	// timeline. It returns what it put into the outbox.
	Undeliverable(tx Tx, card *Card, failure *chat.Failure, now time.Time) ([]CardID, error)

	// Late is told that a page was not posted within Timing.LatePage. It is tried
	// on all the same, as long as it has something to show. It returns what the
	// desk put into the outbox.
	Late(tx Tx, card *Card, failure string, now time.Time) ([]CardID, error)

	// Doubled is told that the card was posted again although an earlier
	// attempt may have succeeded, or had succeeded. It returns what it put into
	// the outbox.
	Doubled(tx Tx, card *Card, now time.Time) ([]CardID, error)
}

var (
	// errMoot is Draw's error for a card that has nothing to show any more and
	// was not posted. If the Drawing's To and Under are set nevertheless, a
	// copy in doubt is looked for there, and drawn as a posted card if found.
	errMoot = errors.New("there is nothing to show any more")
	// errLater is Draw's error for a card that can't be shown before another
	// of the same escalation is, such as a thread's entry.
	errLater = errors.New("another card has to be shown first")
)

// A Drawing is what a card shows now, and where.
type Drawing struct {
	To      chat.Room // where to post it
	Under   chat.Ref  // the message whose thread it belongs to
	Message chat.Message
	Person  chat.Person // whose personal view it is; set for HomeCard, instead of To
	// Erased says that what was posted shows what must not be read any more: it is
	// edited, or deleted if Remove is set; the other if the platform refuses that.
	Erased, Remove bool
}

// DeliverOptions are what a Deliver works with. Store, Platforms, Artist and
// Now are needed.
type DeliverOptions struct {
	Store     Store
	Platforms map[chat.Platform]Platform
	Artist    artist
	Now       func() time.Time
	Log       *slog.Logger
	// Alarm is told what an operator must know; it must not wait. Nil logs.
	Alarm  func(context.Context, Alarm)
	Timing DeliverTiming
	// NoReconcile has messages in doubt sent again without a look. It shows in
	// a control run what the look is worth.
	NoReconcile bool
}

// DeliverTiming says how long delivery waits for what. A zero field means the
// default.
type DeliverTiming struct {
	Answer  time.Duration // for a platform's answer: 15 s, longer than its own client waits
	Settle  time.Duration // until what is in doubt would be visible: 2 s
	Grace   time.Duration // for what is in flight when it is stopped: 3 s
	Probe   time.Duration // between the tries of a platform that refuses the bot: 15 s
	Backoff time.Duration // before the first new try, doubling: 250 ms
	Longest time.Duration // between two tries: 30 s
	// LongestPage is the same for a page: 5 s. Whoever waits for it can't wait.
	LongestPage time.Duration

	// PatiencePage and Patience are how long to try to read whether a page, or
	// something less urgent, was posted, before it is posted again: 5 s, 60 s.
	PatiencePage, Patience time.Duration
	// LatePage and Late are when somebody is told that a page, or something
	// less urgent, does not get through: 10 s, 5 min.
	LatePage, Late time.Duration
	// Watch is how long a surplus copy is looked for after a message was
	// posted again, and WatchUnread if we could not even look before: 2 min,
	// 10 min.
	Watch, WatchUnread time.Duration

	// Workers bounds the calls in flight to each platform: 24. A third of them
	// post, a third look for what is in doubt.
	Workers int
	// Burst is how many messages a room takes at once before it takes one a
	// second: 3.
	Burst int
}

func (t DeliverTiming) withDefaults() DeliverTiming {
	for field, value := range map[*time.Duration]time.Duration{
		&t.Answer: 15 * time.Second, &t.Settle: 2 * time.Second, &t.Grace: 3 * time.Second,
		&t.Probe: 15 * time.Second, &t.Backoff: 250 * time.Millisecond, &t.Longest: 30 * time.Second, &t.LongestPage: 5 * time.Second,
		&t.PatiencePage: 5 * time.Second, &t.Patience: time.Minute,
		&t.LatePage: 10 * time.Second, &t.Late: 5 * time.Minute,
		&t.Watch: 2 * time.Minute, &t.WatchUnread: 10 * time.Minute,
	} {
		if *field == 0 {
			*field = value
		}
	}

	if t.Workers == 0 {
		t.Workers = 24
	}

	if t.Burst == 0 {
		t.Burst = 3
	}

	return t
}

// limits shares the workers out among the errands.
func (t DeliverTiming) limits() [errands]int {
	return [errands]int{
		noErrand: t.Workers, postErrand: max(t.Workers/3, 1), lookErrand: max(t.Workers/3, 1),
		editErrand: max(t.Workers/6, 1), homeErrand: max(t.Workers/6, 1),
	}
}

// pacing returns the pace of a gate, by its place on the way: what chat platforms allow, with
// Slack as the measure (chat.postMessage about one a second and channel;
// chat.update 50 a minute, views.publish 100 and conversations.history 50 for
// the workspace).
func (t DeliverTiming) pacing(level int, e errand) pace {
	switch {
	case level == roomGate && e == postErrand:
		return pace{time.Second, t.Burst}
	case level == errandGate && e == editErrand:
		return pace{1200 * time.Millisecond, 20}
	case level == errandGate && e == homeErrand:
		return pace{600 * time.Millisecond, 20}
	case level == errandGate && e == lookErrand:
		return pace{1200 * time.Millisecond, 100}
	default:
		return pace{}
	}
}

// NewDeliver returns a Deliver that does nothing until Run. It panics if an
// option that is needed is missing.
func NewDeliver(o DeliverOptions) *Deliver {
	if o.Store == nil || o.Artist == nil || o.Now == nil {
		panic("bot: NewDeliver needs Store, Artist and Now")
	}

	o.Timing = o.Timing.withDefaults()

	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}

	if o.Alarm == nil {
		o.Alarm = LogAlarm(o.Log)
	}

	return &Deliver{
		DeliverOptions: o,
		metrics:        newDeliverMetrics(o.Now),
		reports:        make(chan report),
		bell:           make(chan struct{}, 1),
		urgent:         map[string]chat.Ref{},
		clock:          steady{now: o.Now},
		lanes:          newLanes(o.Timing.limits(), o.Timing.pacing),
		shows:          map[CardID]*task{},
		watches:        map[CardID]*task{},
		read:           map[chat.Platform]time.Time{},
		outages:        map[chat.Platform]*outage{},
	}
}

// want puts a card into the outbox, within the desk's transaction. The desk
// wakes Deliver with the same id after the commit. A card that was given up as
// undeliverable stays so. One that was not posted and has no account yet is for the
// one that to returns.
func want(tx Tx, id CardID, now time.Time, to func() chat.Person) error {
	card, err := tx.Card(id)

	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrDamaged): // sent once more is better than never
		card = &Card{ID: id}
	case err != nil:
		return fmt.Errorf("wanting %v: %w", id.LogValue(), err)
	}

	if card.Dead {
		return nil
	}

	if card.To == "" && card.Ref.IsZero() {
		card.To = to()
	}

	if !card.Pending() {
		card.Since = now
	}

	card.Wanted++

	return tx.PutCard(card)
}

// Wake says that cards are in the outbox. It never waits.
func (d *Deliver) Wake(ids []CardID) {
	if len(ids) == 0 {
		return
	}

	d.mu.Lock()
	d.woken = append(d.woken, ids...)
	d.mu.Unlock()

	select {
	case d.bell <- struct{}{}:
	default:
	}
}

// Load reads the outbox, and takes every card in it that waits to be posted for
// one in doubt. It is called once, before the desk puts its first card there,
// so that new cards need not be doubted; Run calls it if nobody did.
func (d *Deliver) Load(ctx context.Context) error {
	now := d.clock.read()
	d.boot = now

	err := d.Store.View(ctx, func(tx Tx) error {
		ids, err := tx.Outbox()
		if err != nil {
			return err
		}

		for _, id := range ids {
			card, err := tx.Card(id)
			if err != nil {
				d.Log.Error("a card in the outbox can't be read", "card", id, "error", err)
				continue
			}

			d.takeUp(card, now)
		}

		return nil
	})
	if err != nil {
		return fmt.Errorf("loading the outbox: %w", err)
	}

	d.loaded = true

	return nil
}

// takeUp goes on with a card of an earlier run.
func (d *Deliver) takeUp(card *Card, now time.Time) {
	if wanted(card) && d.shows[card.ID] == nil {
		t := d.newShow(card.ID, card.Since)
		t.alarmed = card.Alarmed

		if card.Ref.IsZero() && card.ID.Role != HomeCard && !d.NoReconcile {
			t.doubt = now
			d.lanes.sleep(t, now.Add(d.Timing.Settle))
		} else {
			d.lanes.makeReady(t)
		}
	}

	if !card.Doubled.IsZero() {
		d.watch(card, false, now)
	}
}

// Run delivers until ctx is done. It returns when all its goroutines have
// stopped: what is in flight then has Timing.Grace to end, and is in doubt if
// it doesn't. Its error is that of Load. A Deliver runs once.
func (d *Deliver) Run(ctx context.Context) error {
	if !d.loaded {
		if err := d.Load(ctx); err != nil {
			return err
		}
	}

	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()

	timer := time.NewTimer(0)
	defer timer.Stop()

	for ctx.Err() == nil {
		d.turn(calls)
		d.setTimer(timer)

		select {
		case <-ctx.Done():
		case <-d.bell:
		case <-timer.C:
		case r := <-d.reports:
			d.take(calls, r)
		}
	}

	d.stop(calls, cancel)

	return nil
}

// turn starts everything that can be started now.
func (d *Deliver) turn(ctx context.Context) {
	now := d.clock.read()
	d.takeWoken(now)

	for again := true; again; {
		for _, t := range d.lanes.fire(now) {
			d.late(ctx, t, now)
		}

		for t := d.lanes.pick(now); t != nil; t = d.lanes.pick(now) {
			d.start(ctx, t)
		}

		due, ok := d.lanes.due()
		again = ok && !due.After(now)
	}

	d.metrics.gauge(len(d.shows))
}

// setTimer has the loop turn when something is due, and at least each second
// while anything waits for a time, since the clock may be moved.
func (d *Deliver) setTimer(timer *time.Timer) {
	due, ok := d.lanes.due()
	if !ok {
		timer.Stop()
		return
	}

	timer.Reset(min(max(due.Sub(d.clock.read()), 0), time.Second))
}

func (d *Deliver) takeWoken(now time.Time) {
	d.mu.Lock()
	woken := d.woken
	d.woken = nil
	d.mu.Unlock()

	for _, id := range woken {
		d.awake(id, now)
	}
}

// awake takes up a card that was wanted. One that is in flight is looked at
// again afterwards; one that waits is drawn when its turn comes anyway.
func (d *Deliver) awake(id CardID, now time.Time) {
	t, ok := d.shows[id]
	if !ok {
		d.lanes.makeReady(d.newShow(id, now))
		return
	}

	t.again = t.flying
}

func (d *Deliver) newShow(id CardID, since time.Time) *task {
	t := &task{id: id, class: id.Class(), since: since, key: postingKey(id)}
	d.shows[id] = t
	d.lanes.callLate(t, d.lateAt(t))
	d.metrics.waits(t)

	return t
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}

	return a
}

// stop waits for what is in flight, and cancels it when the grace is over.
func (d *Deliver) stop(ctx context.Context, cancel func()) {
	d.stopping = true

	grace := time.AfterFunc(d.Timing.Grace, cancel)
	defer grace.Stop()

	for d.abroad > 0 {
		d.take(ctx, <-d.reports)
	}
}

// A report tells the loop what came of what a goroutine was sent out for.
type report func(ctx context.Context, now time.Time)

// send sends a goroutine out.
func (d *Deliver) send(errand func() report) {
	d.abroad++

	go func() { d.reports <- errand() }()
}

func (d *Deliver) take(ctx context.Context, r report) {
	d.abroad--
	r(ctx, d.clock.read())
}

// steady is a clock that never goes back. What the clock below it loses, when
// somebody sets it back, is made up for, so that no wait gets longer.
type steady struct {
	now  func() time.Time
	last time.Time
	lost time.Duration
}

func (c *steady) read() time.Time {
	now := c.now().Add(c.lost)
	if now.Before(c.last) {
		c.lost += c.last.Sub(now)
		now = c.last
	}

	c.last = now

	return now
}
