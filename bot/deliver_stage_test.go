package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A stage is where deliveries are tried: a store, a platform and a desk of which
// the test decides what they do, and a clock that it can move. Each method that
// acts waits until nothing moves any more or the time it says has passed.
type stage struct {
	*testing.T
	store  *memory
	slack  *platform
	artist *painter
	shift  atomic.Int64 // of the clock, in nanoseconds
	adapt  func(*DeliverOptions)

	mu     sync.Mutex
	alarms []Alarm

	deliver *Deliver
	stop    func()
}

func newStage(t *testing.T) *stage {
	s := &stage{T: t, store: newMemory(), artist: newPainter()}
	s.slack = &platform{now: s.now, inFlight: map[string]int{}, began: map[string]time.Time{}, beganAt: map[string]time.Time{}}

	return s
}

func (s *stage) now() time.Time { return time.Now().Add(time.Duration(s.shift.Load())) }

// start runs a new Deliver over what the store has kept.
func (s *stage) start() {
	s.Helper()

	o := DeliverOptions{
		Store: s.store, Platforms: map[chat.Platform]Platform{chat.Slack: s.slack}, Artist: s.artist, Now: s.now,
		Alarm: func(_ context.Context, a Alarm) {
			s.mu.Lock()
			defer s.mu.Unlock()

			s.alarms = append(s.alarms, a)
		},
	}
	if s.adapt != nil {
		s.adapt(&o)
	}

	s.deliver = NewDeliver(o)
	if err := s.deliver.Load(s.Context()); err != nil {
		s.Fatalf("Load() = %v, want nil", err)
	}

	ctx, cancel := context.WithCancel(s.Context())
	done := make(chan error, 1)

	go func(d *Deliver) { done <- d.Run(ctx) }(s.deliver)

	s.stop = func() {
		cancel()

		if err := <-done; err != nil {
			s.Errorf("Run() = %v, want nil", err)
		}
	}
}

func (s *stage) restart() {
	s.Helper()
	s.stop()
	s.start()
}

// want has the desk want cards in one transaction.
func (s *stage) want(ids ...CardID) {
	s.Helper()

	err := s.store.Update(s.Context(), func(tx Tx) error {
		for _, id := range ids {
			if err := want(tx, id, s.now(), nowhere); err != nil {
				return err
			}
		}

		return nil
	})
	if err != nil {
		s.Fatalf("want(%v) = %v, want nil", ids, err)
	}

	if s.deliver != nil {
		s.deliver.Wake(ids)
	}
}

// card returns what the store has of a card.
func (s *stage) card(id CardID) *Card {
	s.Helper()

	card, ok := s.store.cards[id]
	if !ok {
		s.Fatalf("there is no card %v", id)
	}

	return &card
}

// sees checks what stands in a room, oldest first, as "key: title".
func (s *stage) sees(room chat.Room, want ...string) {
	s.Helper()

	if got := s.slack.shown(room); !slices.Equal(got, want) {
		s.Errorf("%v shows %q, want %q", room, got, want)
	}
}

// alarmed checks which alarms went out since the last call.
func (s *stage) alarmed(want ...AlarmKind) {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()

	var got []AlarmKind
	for _, a := range s.alarms {
		got = append(got, a.Kind)
	}

	s.alarms = nil

	if !slices.Equal(got, want) {
		s.Errorf("alarms = %q, want %q", got, want)
	}
}

// idle checks that nothing waits to be shown.
func (s *stage) idle() {
	s.Helper()

	for id, card := range s.store.cards {
		if wanted(&card) {
			s.Errorf("%v still waits: %+v", id, card)
		}
	}
}

func page(e EscalationID, who PersonID) CardID {
	return CardID{Role: PageCard, Escalation: e, Person: who, N: 1}
}

func agentCard(e EscalationID) CardID {
	return CardID{Role: AgentCard, Escalation: e, Person: "maria"}
}

func room(who PersonID) chat.Room { return chat.RoomOn(chat.Slack, string(who)) }

// memory is a store of cards and pauses.
type memory struct {
	mu     sync.Mutex
	cards  map[CardID]Card
	pauses map[string]time.Time

	latency time.Duration // before and after a commit
	reading time.Duration // of a View
	broken  error         // of every Update
	torn    error         // of every Pause
	commits int
	life    atomic.Pointer[cardLife]
}

func newMemory() *memory {
	return &memory{cards: map[CardID]Card{}, pauses: map[string]time.Time{}}
}

func (m *memory) View(_ context.Context, read func(Tx) error) error {
	takeTurn()
	rest(m.reading)
	m.mu.Lock()
	defer m.mu.Unlock()

	return read(&memoryTx{memory: m})
}

func (m *memory) Update(ctx context.Context, change func(Tx) error) error {
	takeTurn()

	if ctx.Err() != nil {
		return ctx.Err()
	}

	if !m.life.Load().step() {
		return errDied
	}

	rest(m.latency)

	if err := m.commit(change); err != nil {
		return err
	}

	rest(m.latency)

	if !m.life.Load().step() {
		return errDied
	}

	return nil
}

// fail has every Update fail with err, or none if it is nil.
func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()

	m.broken = err
}

func (m *memory) commit(change func(Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()

	if m.broken != nil {
		return m.broken
	}

	tx := &memoryTx{memory: m, cards: map[CardID]Card{}, pauses: map[string]time.Time{}}
	if err := change(tx); err != nil {
		return err
	}

	// Changes may be run more than once.
	tx = &memoryTx{memory: m, cards: map[CardID]Card{}, pauses: map[string]time.Time{}}
	if err := change(tx); err != nil {
		return err
	}

	maps.Copy(m.cards, tx.cards)
	maps.Copy(m.pauses, tx.pauses)
	m.commits++

	return nil
}

type memoryTx struct {
	Tx
	memory *memory
	cards  map[CardID]Card
	pauses map[string]time.Time
}

func (tx *memoryTx) Card(id CardID) (*Card, error) {
	if card, ok := tx.cards[id]; ok {
		return &card, nil
	}

	if card, ok := tx.memory.cards[id]; ok {
		return &card, nil
	}

	return nil, ErrNotFound
}

func (tx *memoryTx) PutCard(c *Card) error {
	tx.cards[c.ID] = *c
	return nil
}

func (tx *memoryTx) Outbox() ([]CardID, error) {
	var ids []CardID

	for id, card := range tx.memory.cards {
		if card.Pending() {
			ids = append(ids, id)
		}
	}

	slices.SortFunc(ids, func(a, b CardID) int { return strings.Compare(a.String(), b.String()) })

	return ids, nil
}

func (tx *memoryTx) Pause(name string) (time.Time, error) {
	return tx.memory.pauses[name], tx.memory.torn
}

func (tx *memoryTx) PutPause(name string, until time.Time) error {
	tx.pauses[name] = until
	return nil
}

// painter is a desk that has cards show what the test says.
type painter struct {
	mu          sync.Mutex
	text        map[CardID]string
	onTeams     map[PersonID]bool // the others are on Slack
	moot        map[CardID]bool   // unless it is posted
	nobody      map[CardID]CardID // who is next if it can't be delivered
	undelivered []CardID
	doubled     []CardID
	lates       []CardID
	draws       int
}

func newPainter() *painter {
	return &painter{text: map[CardID]string{}, moot: map[CardID]bool{}, nobody: map[CardID]CardID{}}
}

func (p *painter) says(id CardID, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.text[id] = text
}

func (p *painter) Draw(tx Tx, id CardID) (Drawing, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	p.draws++

	card, err := tx.Card(id)
	if err != nil {
		return Drawing{}, err
	}

	drawing := Drawing{To: room(id.Person), Message: chat.Message{Title: p.text[id]}}
	if p.onTeams[id.Person] {
		drawing.To = chat.RoomOn(chat.Teams, string(id.Person))
	}

	switch id.Role {
	case HomeCard:
		return Drawing{Person: chat.PersonOn(chat.Slack, string(id.Person)), Message: drawing.Message}, nil
	case ChannelCard:
		drawing.To = room("C0TEAM")
	case ThreadCard:
		parent, err := tx.Card(CardID{Role: ChannelCard, Escalation: id.Escalation})
		if err != nil || parent.Ref.IsZero() {
			return Drawing{}, errLater
		}

		drawing.To, drawing.Under = room("C0TEAM"), parent.Ref
	case AgentCard, PageCard, AskCard, NoticeCard:
	}

	if p.moot[id] && card.Ref.IsZero() {
		return drawing, errMoot
	}

	return drawing, nil
}

func (p *painter) Undeliverable(tx Tx, card *Card, _ *chat.Failure, now time.Time) ([]CardID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if stored, err := tx.Card(card.ID); err != nil || !stored.Dead {
		return nil, fmt.Errorf("%v is not dead: %w", card.ID, err)
	}

	if !slices.Contains(p.undelivered, card.ID) {
		p.undelivered = append(p.undelivered, card.ID)
	}

	next, ok := p.nobody[card.ID]
	if !ok {
		return nil, nil
	}

	return []CardID{next}, want(tx, next, now, nowhere)
}

func (p *painter) Late(_ Tx, card *Card, _ string, _ time.Time) ([]CardID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if !slices.Contains(p.lates, card.ID) { // a transaction may run twice
		p.lates = append(p.lates, card.ID)
	}

	return nil, nil
}

func (p *painter) Doubled(tx Tx, card *Card, now time.Time) ([]CardID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if !slices.Contains(p.doubled, card.ID) {
		p.doubled = append(p.doubled, card.ID)
	}

	return nil, nil
}

// A posting is a message that stands on the platform.
type posting struct {
	chat.Posting
	ref     chat.Ref
	at      time.Time
	real    time.Time // whatever the clock says
	edits   int
	removed bool
}

// A call is what was asked of the platform.
type call struct {
	what string
	room chat.Room
	key  string
	at   time.Time
}

// A fault is what goes wrong with a call: the error, and whether it is done
// nevertheless.
type fault struct {
	err  error
	done bool
}

// platform is a small chat platform.
type platform struct {
	mu       sync.Mutex
	now      func() time.Time
	latency  time.Duration
	lag      atomic.Int64 // in nanoseconds, until Find shows a posting
	faults   func(c call) fault
	postings []*posting
	calls    []call
	homes    map[chat.Person]string
	inFlight map[string]int
	began    map[string]time.Time // the last call of an escalation
	beganAt  map[string]time.Time // the same by the bot's clock
	crowded  []string             // escalations that had two quick calls in flight
	most     int                  // calls in flight at once
	life     atomic.Pointer[cardLife]
}

// fault says how a call goes wrong. One call is asked at a time.
func (p *platform) fault(c call) fault {
	turn.Lock()
	defer turn.Unlock()

	if p.faults == nil {
		return fault{}
	}

	return p.faults(c)
}

// do makes a call: it takes its time, goes wrong as it is to, and is done.
func (p *platform) do(ctx context.Context, c call, done func() error) error {
	escalation, _, _ := strings.Cut(c.key, "/")

	takeTurn()
	p.mu.Lock()
	c.at = p.now()
	p.calls = append(p.calls, c)
	p.inFlight[escalation]++

	// Delivery takes a call for slow by the bot's clock, which may have been moved.
	quick := time.Since(p.began[escalation]) < slowCall && p.now().Sub(p.beganAt[escalation]) < slowCall
	if p.inFlight[escalation] > 1 && escalation != "home" && quick {
		p.crowded = append(p.crowded, escalation)
	}

	p.began[escalation], p.beganAt[escalation] = time.Now(), p.now()

	all := 0
	for _, n := range p.inFlight {
		all += n
	}

	p.most = max(p.most, all)
	p.mu.Unlock()

	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()

		p.inFlight[escalation]--
	}()

	if !p.life.Load().step() {
		return errDied
	}

	f := p.fault(c)

	if errors.Is(f.err, errHang) {
		<-ctx.Done()
		return ctx.Err()
	}

	rest(p.latency)
	p.mu.Lock()
	defer p.mu.Unlock()

	if f.err != nil && !f.done {
		return f.err
	}

	if err := done(); err != nil {
		return err
	}

	if !p.life.Load().step() {
		return errDied
	}

	return f.err
}

var errHang = errors.New("hangs until its context is done")

func (p *platform) Post(ctx context.Context, m chat.Posting) (ref chat.Ref, err error) {
	err = p.do(ctx, call{what: "post", room: m.To, key: m.Key}, func() error {
		ref = chat.Ref{Room: m.To, ID: fmt.Sprint("m", len(p.postings))}
		p.postings = append(p.postings, &posting{Posting: m, ref: ref, at: p.now(), real: time.Now()})

		return nil
	})
	if err != nil {
		return chat.Ref{}, err
	}

	return ref, nil
}

func (p *platform) Edit(ctx context.Context, at chat.Ref, m chat.Message) error {
	return p.do(ctx, call{what: "edit", room: at.Room, key: p.keyOf(at)}, func() error {
		stands := p.find(at)
		if stands == nil {
			return &chat.Failure{Kind: chat.Missing, Code: "message_not_found"}
		}

		stands.Message = m
		stands.edits++

		return nil
	})
}

func (p *platform) Remove(ctx context.Context, at chat.Ref) error {
	return p.do(ctx, call{what: "remove", room: at.Room, key: p.keyOf(at)}, func() error {
		stands := p.find(at)
		if stands == nil {
			return &chat.Failure{Kind: chat.Missing, Code: "message_not_found"}
		}

		stands.removed = true

		return nil
	})
}

func (p *platform) Find(ctx context.Context, to chat.Room, _ chat.Ref, key string, since time.Time) (refs []chat.Ref, err error) {
	err = p.do(ctx, call{what: "find", room: to, key: key}, func() error {
		for _, m := range p.postings {
			if m.To == to && m.Key == key && !m.removed && !m.at.Before(since) && time.Since(m.real) >= time.Duration(p.lag.Load()) {
				refs = append(refs, m.ref)
			}
		}

		return nil
	})

	return refs, err
}

func (p *platform) ShowHome(ctx context.Context, who chat.Person, m chat.Message) error {
	return p.do(ctx, call{what: "home", room: who.Private(), key: "home/" + who.ID()}, func() error {
		if p.homes == nil {
			p.homes = map[chat.Person]string{}
		}

		p.homes[who] = m.Title

		return nil
	})
}

// keyOf returns the key that a message was posted with, removed or not.
func (p *platform) keyOf(ref chat.Ref) string {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, m := range p.postings {
		if m.ref == ref {
			return m.Key
		}
	}

	return ""
}

func (p *platform) find(ref chat.Ref) *posting {
	for _, m := range p.postings {
		if m.ref == ref && !m.removed {
			return m
		}
	}

	return nil
}

// shown returns what stands in a room.
func (p *platform) shown(room chat.Room) []string {
	p.mu.Lock()
	defer p.mu.Unlock()

	var shown []string

	for _, m := range p.postings {
		if m.To == room && !m.removed {
			shown = append(shown, m.Key+": "+m.Message.Title)
		}
	}

	return shown
}

// made returns the calls of a kind as "key at +seconds".
func (p *platform) made(what string, from time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()

	var made []string

	for _, c := range p.calls {
		if c.what == what {
			made = append(made, fmt.Sprintf("%v at %v", c.key, c.at.Sub(from).Round(time.Millisecond)))
		}
	}

	return made
}

// count returns how many calls of a kind were made.
func (p *platform) count(what string) int { return len(p.made(what, time.Time{})) }

// A life ends after so many steps, as a process does that is killed: from then
// on nothing has an effect. A nil life does not end.
type cardLife struct {
	mu   sync.Mutex
	left int
}

var errDied = errors.New("the process was killed")

func (l *cardLife) step() bool {
	if l == nil {
		return true
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	l.left--

	return l.left >= 0
}

// end lets nothing happen any more.
func (l *cardLife) end() {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.left = 0
}

func (l *cardLife) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.left < 0
}

// nowhere settles by which account a card goes: its drawing says it.
func nowhere() chat.Person { return "" }
