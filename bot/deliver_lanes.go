package bot

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An errand is a kind of call to a platform. Each kind has a budget of its own
// with the platform and a bound of its own here, so that no kind holds up
// another.
type errand int

const (
	noErrand   errand = iota // not drawn yet, so nobody knows where it goes
	postErrand               // a new message
	editErrand               // a message drawn anew in place
	homeErrand               // a personal view
	lookErrand               // a look for copies of a message in doubt
	errands                  // how many there are
)

// String returns the errand's name, which is part of the names of its gates.
func (e errand) String() string {
	return [errands]string{"draw", "post", "edit", "home", "look"}[e]
}

// A way is what a task needs from a platform, and in which room.
type way struct {
	errand errand
	room   chat.Room
}

// A lane is a kind of call to one platform. Each has a bound of its own: what hangs on
// one platform holds up nobody on another.
type lane struct {
	errand   errand
	platform chat.Platform // "" for noErrand
}

func (w way) lane() lane { return lane{w.errand, w.room.Platform()} }

// The gates on a way, in the order in which they are passed.
const (
	platformGate = iota // everything on the platform
	errandGate          // the errand on that platform
	roomGate            // the errand in that room
)

// pausedGate returns the gate that a platform wants to rest which is busy.
func pausedGate(busy *chat.Failure) int {
	if busy.Everywhere {
		return errandGate
	}

	return roomGate
}

// gates returns the names of the gates on the way. They are also the names under
// which the store keeps pauses.
func (w way) gates() []string {
	if w.errand == noErrand {
		return nil
	}

	platform := string(w.room.Platform())
	all := platform + "/" + w.errand.String()

	return []string{platform, all, all + "/" + w.room.ID()}
}

// A pace allows a burst at once and then one call each so often. The zero pace
// allows everything.
type pace struct {
	every time.Duration
	burst int
}

// A gate lets tasks through at its pace, and none while it is paused. What
// comes too early waits at the gate, most urgent first.
type gate struct {
	pace    pace
	next    time.Time // when the last call counted so far would be due at an even pace
	paused  time.Time // nothing passes before
	kept    time.Time // until when it is to rest by the store, as was seen last
	refused bool      // one task at a time passes, to probe
	probe   *task
	waiting heapOf[place]
	armed   time.Time // the timer that opens it for the best that waits, zero if none
}

// opens returns when the gate lets something through, if nothing passes before.
func (g *gate) opens() time.Time {
	even := g.next.Add(-g.pace.every * time.Duration(max(g.pace.burst-1, 0)))
	if g.pace.every == 0 || even.Before(g.paused) {
		return g.paused
	}

	return even
}

func (g *gate) open(now time.Time) bool { return g.probe == nil && !now.Before(g.opens()) }

func (g *gate) take(t *task, now time.Time) {
	if g.refused {
		g.probe = t
	}

	if g.next.Before(now) {
		g.next = now
	}

	g.next = g.next.Add(g.pace.every)
}

// refund takes back a take that led to no call.
func (g *gate) refund() { g.next = g.next.Add(-g.pace.every) }

// A place is where a task waits. It is void once the task has moved on, and
// whoever finds a void place skips it.
type place struct {
	task *task
	stay int
}

func (p place) void() bool { return p.task.gone || p.task.stay != p.stay }

// A timer is set for what waits at a place, for a gate, for a task that is to
// be called late, or for one that is not to be held up any longer.
type timer struct {
	at    time.Time
	place place
	gate  *gate
	late  *task
	hurry *task
}

// lanes decides what is sent next. Every task is at one place: ready, in
// flight, asleep until a time, waiting at a gate, or waiting for another task
// of its group. Nothing here calls out or waits, and every move costs the
// logarithm of what waits at most.
//
// A group is what must not be sent side by side: the cards of one escalation.
// What is urgent passes a call that takes longer than slowCall.
type lanes struct {
	ready   map[lane]*heapOf[place] // by the lane that a task is thought to need
	order   []lane                  // those of ready
	timers  heapOf[timer]
	gates   map[string]*gate
	groups  map[CardID]*group  // those in flight
	later   map[CardID][]place // what sleeps until something of its group was sent
	running map[lane]int
	limit   [errands]int // of each platform
	pacing  func(level int, e errand) pace
	moves   int
}

// slowCall is how long a page, and what people look at, waits for another card of
// its escalation.
const slowCall = time.Second

// A group has something in flight.
type group struct {
	flights int
	since   time.Time // when the last one began
	waiting []place
}

func newLanes(limit [errands]int, pacing func(level int, e errand) pace) *lanes {
	l := &lanes{
		ready: map[lane]*heapOf[place]{}, running: map[lane]int{},
		gates: map[string]*gate{}, groups: map[CardID]*group{}, later: map[CardID][]place{},
		limit: limit, pacing: pacing,
	}
	l.timers.before = func(a, b timer) bool { return a.at.Before(b.at) }

	return l
}

// sooner orders by class, then by age.
func sooner(a, b place) bool {
	switch {
	case a.task.class != b.task.class:
		return a.task.class < b.task.class
	case !a.task.since.Equal(b.task.since):
		return a.task.since.Before(b.task.since)
	default:
		return a.stay < b.stay
	}
}

// group names what t must not be sent beside.
func (t *task) group() CardID {
	if t.id.Escalation == 0 {
		return t.id
	}

	return CardID{Escalation: t.id.Escalation}
}

// move takes t from wherever it waits and returns its new place.
func (l *lanes) move(t *task) place {
	l.moves++
	t.stay = l.moves

	return place{t, t.stay}
}

// makeReady lets t be picked.
func (l *lanes) makeReady(t *task) {
	on := t.way.lane()

	ready, ok := l.ready[on]
	if !ok {
		ready = &heapOf[place]{before: sooner}
		l.ready[on] = ready
		l.order = append(l.order, on)
		slices.SortFunc(l.order, func(a, b lane) int {
			return cmp.Or(cmp.Compare(a.errand, b.errand), cmp.Compare(a.platform, b.platform))
		})
	}

	ready.push(l.move(t))
}

// sleep lets t be picked from a time on.
func (l *lanes) sleep(t *task, until time.Time) {
	at := l.move(t)
	t.asleep, t.until = at.stay, until
	l.timers.push(timer{at: until, place: at})
}

// hasten lets t, if it sleeps for longer, be picked from a time on.
func (l *lanes) hasten(t *task, at time.Time) {
	if !t.gone && t.asleep == t.stay && at.Before(t.until) {
		l.sleep(t, at)
	}
}

// sleepLater is sleep, but at most until something of t's group was sent.
func (l *lanes) sleepLater(t *task, until time.Time) {
	l.sleep(t, until)

	group := t.group()
	waiting := slices.DeleteFunc(l.later[group], place.void)
	l.later[group] = append(waiting, place{t, t.stay})
}

// callLate has fire return t at a time if it is still there.
func (l *lanes) callLate(t *task, at time.Time) { l.timers.push(timer{at: at, late: t}) }

// hurryUp lets t be picked from a time on, whatever gate on its way is shut. Its
// drawing says anew which way it goes.
func (l *lanes) hurryUp(t *task, at time.Time) { l.timers.push(timer{at: at, hurry: t}) }

// due returns when fire has something to do, false if never.
func (l *lanes) due() (time.Time, bool) {
	if len(l.timers.items) == 0 {
		return time.Time{}, false
	}

	return l.timers.items[0].at, true
}

// fire carries out what was to happen by now and returns the tasks that are
// late.
func (l *lanes) fire(now time.Time) (late []*task) {
	for at, ok := l.due(); ok && !at.After(now); at, ok = l.due() {
		switch due := l.timers.pop(); {
		case due.gate != nil:
			l.release(due.gate, due.at, now)
		case due.late != nil:
			if !due.late.gone {
				late = append(late, due.late)
			}
		case due.hurry != nil:
			l.hurry(due.hurry, now)
		case !due.place.void():
			l.makeReady(due.place.task)
		}
	}

	return late
}

func (l *lanes) hurry(t *task, now time.Time) {
	if !t.gone && !t.flying && t.way.errand == lookErrand && !now.Before(t.patience) {
		t.way = way{}
		l.makeReady(t)
	}
}

// release makes the best of what waits at g ready if g is open. The next one
// follows when it is known what became of this one.
func (l *lanes) release(g *gate, armed, now time.Time) {
	if !g.armed.Equal(armed) {
		return
	}

	g.armed = time.Time{}

	if !g.open(now) {
		l.arm(g, now)
		return
	}

	if best, ok := popValid(&g.waiting); ok {
		best.task.via = g
		l.makeReady(best.task)
	}
}

// arm sets the timer that releases the best of what waits at g.
func (l *lanes) arm(g *gate, now time.Time) {
	if len(g.waiting.items) == 0 || g.probe != nil {
		return
	}

	at := g.opens()
	if at.Before(now) {
		at = now
	}

	if g.armed.IsZero() || at.Before(g.armed) {
		g.armed = at
		l.timers.push(timer{at: at, gate: g})
	}
}

// pick takes the most urgent task that may start now and has it in flight, nil
// if there is none.
func (l *lanes) pick(now time.Time) *task {
	for _, on := range l.order {
		if t := l.pickFor(on, now); t != nil {
			return t
		}
	}

	return nil
}

func (l *lanes) pickFor(on lane, now time.Time) *task {
	for {
		best, ok := peekValid(l.ready[on])
		if !ok || !l.roomFor(on, best.task.class) {
			return nil
		}

		l.ready[on].pop()

		t, via := best.task, best.task.via
		t.via = nil
		started := l.start(t, now)

		if via != nil {
			l.arm(via, now)
		}

		if started {
			return t
		}
	}
}

// roomFor reports whether one more may be in flight. A quarter is kept free for
// pages.
func (l *lanes) roomFor(on lane, class Class) bool {
	limit := l.limit[on.errand]
	if class != PageClass {
		limit -= limit / 4
	}

	return l.running[on] < limit
}

func (l *lanes) start(t *task, now time.Time) bool {
	if !l.alone(t, now) || !l.pass(t, now) {
		return false
	}

	g, ok := l.groups[t.group()]
	if !ok {
		g = &group{}
		l.groups[t.group()] = g
	}

	g.flights++
	g.since = now
	l.running[t.way.lane()]++
	l.move(t)
	t.flying = true

	return true
}

// alone reports whether nothing of t's group is in its way; else t waits for it.
func (l *lanes) alone(t *task, now time.Time) bool {
	g, busy := l.groups[t.group()]
	if !busy {
		return true
	}

	overtakes := g.since.Add(slowCall)
	urgent := t.class <= UpdateClass

	if urgent && !now.Before(overtakes) {
		return true
	}

	at := l.move(t)
	g.waiting = append(g.waiting, at)

	if urgent {
		l.timers.push(timer{at: overtakes, place: at})
	}

	return false
}

// pass takes t through the gates of its way, or leaves it waiting at the first
// that is shut.
func (l *lanes) pass(t *task, now time.Time) bool {
	var gates []*gate

	for level, name := range t.way.gates() {
		g := l.gate(name, level, t.way.errand)
		if !g.open(now) {
			l.wait(t, g, now)
			return false
		}

		gates = append(gates, g)
	}

	for _, g := range gates {
		g.take(t, now)
	}

	t.passed = gates

	return true
}

func (l *lanes) gate(name string, level int, e errand) *gate {
	g, ok := l.gates[name]
	if !ok {
		g = &gate{pace: l.pacing(level, e), waiting: heapOf[place]{before: sooner}}
		l.gates[name] = g
	}

	return g
}

// wait leaves t at g.
func (l *lanes) wait(t *task, g *gate, now time.Time) {
	g.waiting.push(l.move(t))
	l.arm(g, now)
}

// turn is told, while t is in flight, which way it goes. It reports whether t
// may go on at once; else t has landed and waits for its turn.
func (l *lanes) turn(t *task, w way, now time.Time) bool {
	if t.way == w && t.passed != nil {
		return true
	}

	l.giveBack(t, now)
	l.running[t.way.lane()]--
	t.way = w
	room := l.roomFor(w.lane(), t.class)
	l.running[w.lane()]++

	switch {
	case !room:
		l.land(t, now)
		l.makeReady(t)
	case !l.pass(t, now):
		l.land(t, now)
	default:
		return true
	}

	return false
}

// giveBack undoes the passing of gates that led to no call.
func (l *lanes) giveBack(t *task, now time.Time) {
	passed := t.passed
	l.leave(t, now)

	for _, g := range passed {
		g.refund()
		l.arm(g, now)
	}
}

// leave forgets which gates t passed.
func (l *lanes) leave(t *task, now time.Time) {
	for _, g := range t.passed {
		if g.probe == t {
			g.probe = nil
			l.arm(g, now)
		}
	}

	t.passed = nil
}

// land ends t's flight. The caller says where it goes next.
func (l *lanes) land(t *task, now time.Time) {
	l.leave(t, now)
	l.running[t.way.lane()]--
	t.flying = false

	g := l.groups[t.group()]
	waiting := g.waiting
	g.waiting = nil

	if g.flights--; g.flights == 0 {
		delete(l.groups, t.group())
	}

	l.readyAll(waiting)
}

// sent makes ready what slept until something of t's group was sent.
func (l *lanes) sent(t *task) {
	waiting := l.later[t.group()]
	delete(l.later, t.group())
	l.readyAll(waiting)
}

func (l *lanes) readyAll(places []place) {
	for _, p := range places {
		if !p.void() {
			l.makeReady(p.task)
		}
	}
}

// pause shuts one of the gates on a way until a time. No burst follows.
func (l *lanes) pause(w way, level int, until time.Time) {
	g := l.gate(w.gates()[level], level, w.errand)
	if !g.paused.Before(until) {
		return
	}

	g.paused = until
	if spent := until.Add(g.pace.every * time.Duration(max(g.pace.burst-1, 0))); g.next.Before(spent) {
		g.next = spent
	}
}

// isNew reports whether a pause of one of the gates on a way, which the store kept, was
// not seen before.
func (l *lanes) isNew(w way, level int, until time.Time) bool {
	g := l.gate(w.gates()[level], level, w.errand)
	seen := g.kept.Equal(until)
	g.kept = until

	return !seen
}

// refuse shuts a platform until a time, from when on one task at a time probes
// it. It reports whether the platform was not refused before.
func (l *lanes) refuse(w way, until time.Time) bool {
	g := l.gate(w.gates()[platformGate], platformGate, w.errand)
	first := !g.refused
	g.refused, g.paused = true, until

	return first
}

// refusing reports whether the platform is refused.
func (l *lanes) refusing(w way) bool {
	return l.gate(w.gates()[platformGate], platformGate, w.errand).refused
}

// accept opens a platform that was refused.
func (l *lanes) accept(w way, now time.Time) {
	g := l.gate(w.gates()[platformGate], platformGate, w.errand)
	g.refused, g.paused, g.probe = false, time.Time{}, nil
	l.arm(g, now)
}

// heapOf is a heap of anything.
type heapOf[T any] struct {
	items  []T
	before func(a, b T) bool
}

// These five are what container/heap asks for.
func (h *heapOf[T]) Len() int           { return len(h.items) }
func (h *heapOf[T]) Less(i, j int) bool { return h.before(h.items[i], h.items[j]) }
func (h *heapOf[T]) Swap(i, j int)      { h.items[i], h.items[j] = h.items[j], h.items[i] }
func (h *heapOf[T]) Push(x any)         { h.items = append(h.items, x.(T)) }

// Pop removes the last item.
func (h *heapOf[T]) Pop() any {
	var none T

	last := len(h.items) - 1
	item := h.items[last]
	h.items[last] = none
	h.items = h.items[:last]

	return item
}

func (h *heapOf[T]) push(item T) { heap.Push(h, item) }
func (h *heapOf[T]) pop() T      { return heap.Pop(h).(T) }

// peekValid drops void places from the top and returns the one that comes then.
func peekValid(h *heapOf[place]) (place, bool) {
	for len(h.items) > 0 && h.items[0].void() {
		h.pop()
	}

	if len(h.items) == 0 {
		return place{}, false
	}

	return h.items[0], true
}

func popValid(h *heapOf[place]) (place, bool) {
	best, ok := peekValid(h)
	if ok {
		h.pop()
	}

	return best, ok
}
