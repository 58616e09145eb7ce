package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// A Desk applies the rules: it takes in what people do, keeps what changed in
// one transaction, and says what is to be shown. It is what the platforms'
// adapters call (Command, Click, Submit, Acquaint), what the clock calls
// (Tick), and what delivery asks for drawings.
type Desk struct {
	store    Store
	settings Settings
	plans    plans
	asked    askedOnce
	now      func() time.Time
	log      *slog.Logger
	wake     func([]CardID)
	urgent   func(ctx context.Context, drawing Drawing, key string) (chat.Ref, error)
	persons  map[chat.Person]PersonID // configured accounts
	emails   map[string]PersonID      // configured, lower case
	statuses statusQueue
	told     toldWeeks
	failing  complaints
	doubted  sync.Map // EscalationIDs that were found altered since the start
	damage   struct { // what the managers were told of that can't be read; the beat's
		told int       // of what the store found since the start
		at   time.Time // when there was a note of it, zero for never
	}
	avoided sync.Map // chat.Platforms that refuse the bot for good
}

// DeskOptions are what a Desk needs. All fields are required.
type DeskOptions struct {
	Store    Store
	Settings Settings
	Now      func() time.Time
	Log      *slog.Logger
}

// NewDesk returns a desk. It starts nothing.
func NewDesk(o DeskOptions) *Desk {
	d := &Desk{
		store: o.Store, settings: o.Settings, plans: plansOf(o.Settings.Teams), now: o.Now, log: o.Log, wake: func([]CardID) {},
		persons: map[chat.Person]PersonID{}, emails: map[string]PersonID{},
	}

	for id, colleague := range o.Settings.People {
		for _, account := range colleague.Accounts {
			d.persons[account] = id
		}

		if colleague.Email != "" {
			d.emails[strings.ToLower(colleague.Email)] = id
		}
	}

	return d
}

// OnUrgent sets what posts a message at once and unrecorded, for the time when
// nothing can be kept. It must be called before anything else is.
func (d *Desk) OnUrgent(post func(ctx context.Context, drawing Drawing, key string) (chat.Ref, error)) {
	d.urgent = post
}

// OnWake sets what is called after each commit with the cards that it put into
// the outbox. It must be called before anything else is.
func (d *Desk) OnWake(wake func([]CardID)) { d.wake = wake }

// onceFor is how long what was done once is remembered.
const onceFor = 24 * time.Hour

// RefusedError is a friendly no to somebody who may not do what they tried.
type RefusedError struct{ Text string }

// Error returns the words for the person.
func (e *RefusedError) Error() string { return e.Text }

// A session is one transaction at the desk.
type session struct {
	Tx
	desk   *Desk
	now    time.Time
	wanted []CardID
	// statuses are of those whose status in chat is to be set.
	statuses []PersonID
}

// update runs change in one transaction, and wakes delivery once it is kept.
func (d *Desk) update(ctx context.Context, change func(*session) error) error {
	var (
		wanted   []CardID
		statuses []PersonID
	)

	err := d.store.Update(ctx, func(tx Tx) error {
		s := session{Tx: tx, desk: d, now: d.now()}
		if err := change(&s); err != nil {
			return err
		}

		wanted, statuses = s.wanted, s.statuses

		return nil
	})
	if err != nil {
		return err
	}

	d.wake(wanted)
	d.statuses.add(statuses)

	return nil
}

// view reads in one transaction.
func (d *Desk) view(ctx context.Context, read func(*session) error) error {
	return d.store.View(ctx, func(tx Tx) error {
		return read(&session{Tx: tx, desk: d, now: d.now()})
	})
}

// once runs change unless it was done under the same key before, and returns
// the escalation that it was about, then or now, 0 for none. An empty key is
// always new.
func (d *Desk) once(ctx context.Context, key string, change func(*session) (EscalationID, error)) (EscalationID, error) {
	var id EscalationID

	err := d.update(ctx, func(s *session) error {
		done, again, err := s.done(key)
		if err != nil || again {
			id = done

			return err
		}

		if id, err = change(s); err != nil || key == "" {
			return err
		}

		return s.KeepOnce(key, id.String(), s.now)
	})

	return id, err
}

// done reports whether something was done under a key, and with what result.
func (s *session) done(key string) (id EscalationID, done bool, err error) {
	if key == "" {
		return 0, false, nil
	}

	result, err := s.Once(key)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) { // done twice is better than never
		return 0, false, nil
	}

	if err != nil || result == EscalationID(0).String() {
		return 0, true, err
	}

	id, err = ParseEscalationID(result)

	return id, true, err
}

// apply carries an event out on e and keeps everything that follows from it.
func (s *session) apply(e *Escalation, ev Event) error {
	if open, ok := ev.(Open); ok {
		e.Team = open.Team
	}

	team := s.desk.settings.team(e.Team)

	was := *e

	ev = s.restricted(e, ev)

	effects, err := e.Apply(ev, s.momentFor(e, team))
	if err != nil {
		return err
	}

	if err := s.offerBreaks(&was, e); err != nil {
		return err
	}

	if err := s.carryOut(e, team, effects); err != nil {
		return err
	}

	s.remember(&was, e, effects)

	return nil
}

// momentFor returns what the rules may know of the world around e.
func (s *session) momentFor(e *Escalation, team *Team) Moment {
	m := Moment{Now: s.now, Times: s.desk.settings.Times}
	m.Hours = func(who PersonID) roster.Hours { return s.remindable(who, cmp.Or(team, new(Team))) } // people of no team sleep too

	if team == nil {
		return m
	}

	m.Duty, m.Managers, m.Paged = s.onDuty(team, s.now), team.Managers, map[PersonID]time.Time{}
	m.Chains = team.tiers(m.Duty)
	m.May = func(who PersonID, option string, amount int64, currency string) bool {
		return s.mayGive(who, team.ID, option, amount, currency)
	}
	m.Feedback = s.desk.settings.AskFeedback

	for _, who := range pagedBy(m.Chains) {
		s.standing(who, e.ID, &m)
	}

	m.Unsent = s.unsent(e)

	return m
}

// unsent returns those whose open page was not posted so far.
func (s *session) unsent(e *Escalation) []PersonID {
	var people []PersonID

	for _, page := range e.Pages {
		if page.State != PageOpen {
			continue
		}

		card, err := s.Card(e.pageCard(page))
		if err == nil && card.Ref.IsZero() {
			people = append(people, page.Who)
		}
	}

	return people
}

// pagedBy returns everybody on the chains, each once.
func pagedBy(chains map[ChainName][]Tier) []PersonID {
	var people []PersonID

	for _, tiers := range chains {
		for _, tier := range tiers {
			people = append(people, without(tier.People, people)...)
		}
	}

	return people
}

// standing notes in m what keeps somebody from being paged, and when they were
// paged last. What can't be read of one person keeps nobody from being paged:
// they count as free, and as never paged.
func (s *session) standing(who PersonID, but EscalationID, m *Moment) {
	unread := func(err error) {
		if err != nil {
			s.desk.log.Error("what is kept of somebody can't be read: they are paged all the same", "person", who, "error", err)
		}
	}

	busy, err := s.busy(who, but)
	unread(err)

	if busy {
		m.Busy = append(m.Busy, who)
	}

	off, err := s.off(who)
	unread(err)

	if off {
		m.Off = append(m.Off, who)
	}

	if s.gone(who) {
		m.Gone = append(m.Gone, who)
	}

	if s.onBreak(who) {
		m.Resting = append(m.Resting, who)
	}

	m.Paged[who], err = s.Paged(who)
	unread(err)
}

// gone reports whether the only accounts of somebody were deactivated.
func (s *session) gone(who PersonID) bool {
	accounts, gone := s.accounts(who)

	return len(gone) > 0 && len(gone) == len(accounts)
}

// busy reports whether somebody has another customer now.
func (s *session) busy(who PersonID, but EscalationID) (bool, error) {
	ids, err := s.Holding(who)
	if err != nil {
		return false, err
	}

	for _, id := range ids {
		if id == but {
			continue
		}

		other, err := s.Escalation(id)
		if err != nil {
			s.desk.log.Error("an escalation can't be read", "escalation", id, "error", err)

			continue // nobody else's page depends on it
		}

		if other.live(s.now) {
			return true, nil
		}
	}

	return false, nil
}

// handoffEnds is how long a joined escalation counts as another customer: a
// supervisor who forgot to write the outcome down can be paged again.
const handoffEnds = time.Hour

// live reports whether whoever has it has the customer now: because they were
// to take over or to join, or because the customer waits for what they say.
func (e *Escalation) live(now time.Time) bool {
	withCustomer := e.Kind == TakeOver || e.Kind == JoinUs || e.Kind == Threat || e.Context.Waiting

	return withCustomer && (e.State == Taken || now.Sub(e.Since) < handoffEnds)
}

func (s *session) carryOut(e *Escalation, team *Team, effects []Effect) error {
	for _, effect := range effects {
		var err error

		switch effect := effect.(type) {
		case Record:
			err = s.recordEntry(e, team, effect.Entry)
		case Show:
			if effect.Card.Role != AlarmCard || team != nil && team.Channel != "" {
				err = s.wantBy(effect.Card, e.rerouted(effect.Card))
			}

			if effect.Card.Role == NoticeCard && err == nil { // what they were told may be about what was theirs
				err = s.wantHomes([]PersonID{effect.Card.Person})
			}
		case KeepFeedback:
			err = s.AddFeedback(&effect.Feedback)
		case KeepRestriction:
			err = s.keepRestriction(e, effect.Restriction)
		case Forget:
			return s.forget(e)
		}

		if err != nil {
			return err
		}
	}

	if team != nil && team.Channel != "" {
		if err := s.want(CardID{Role: ChannelCard, Escalation: e.ID}); err != nil {
			return err
		}
	}

	if err := s.wantHomes(e.Concerns()); err != nil {
		return err
	}

	if err := s.keepGestures(e); err != nil {
		return err
	}

	return s.PutEscalation(e)
}

func (s *session) recordEntry(e *Escalation, team *Team, entry Entry) error {
	entry = e.Link(entry, NewSalt())
	if err := s.Append(e.ID, entry); err != nil {
		return err
	}

	if entry.What == WasPaged {
		if err := s.PutPaged(entry.Whom, entry.At); err != nil {
			return err
		}
	}

	if team == nil || team.Channel == "" || sentences[entry.What].hidden {
		return nil
	}

	return s.want(CardID{Role: ThreadCard, Escalation: e.ID, N: entry.N})
}

// wantHomes draws anew the personal views of those among people who ever opened
// theirs.
func (s *session) wantHomes(people []PersonID) error {
	for _, who := range people {
		home := CardID{Role: HomeCard, Person: who}

		switch _, err := s.Card(home); {
		case errors.Is(err, ErrNotFound), errors.Is(err, ErrDamaged): // nobody's page waits for that
		case err != nil:
			return err
		default:
			if err := s.want(home); err != nil {
				return err
			}
		}
	}

	return nil
}

// want puts a card into the outbox.
func (s *session) want(id CardID) error { return s.wantBy(id, "") }

// wantBy is want for a card that goes to an account of the person. "" is the one
// by which they are written to.
func (s *session) wantBy(id CardID, account chat.Person) error {
	err := want(s.Tx, id, s.now, func() chat.Person {
		if account != "" || id.Person == "" {
			return account
		}

		if known, ok := s.account(id.Person); ok {
			return known
		}

		return "" // they may get one before it goes
	})
	if err != nil {
		return err
	}

	s.wanted = append(s.wanted, id)

	return nil
}

// rerouted returns the account that a page goes to since another could not be
// reached, "" for any other card.
func (e *Escalation) rerouted(id CardID) chat.Person {
	if page := e.page(id.Person); id.Role == PageCard && page != nil && page.Attempt == id.N {
		return page.On
	}

	return ""
}

// redraw has a card drawn anew even if nothing seems to have changed: somebody
// has an old drawing in front of them.
func (s *session) redraw(id CardID) error {
	card, err := s.Card(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	card.Drawn = ""
	if err := s.PutCard(card); err != nil {
		return err
	}

	return s.want(id)
}

// whois returns whom an account belongs to.
func (s *session) whois(account chat.Person) PersonID {
	if id, ok := s.desk.persons[account]; ok {
		return id
	}

	if identity, err := s.Identity(account); err == nil && identity.Person != "" {
		return identity.Person
	}

	return PersonID(account)
}

// name returns how somebody is called.
func (s *session) name(who PersonID) string {
	if who == "" {
		return "Firebreak"
	}

	if colleague, ok := s.desk.settings.People[who]; ok {
		return colleague.Name
	}

	if known, err := s.Accounts(who); err == nil && len(known) > 0 && known[0].Name != "" {
		return known[0].Name
	}

	return chat.Person(who).ID()
}

func (s *session) names(people []PersonID) []string {
	names := make([]string, len(people))
	for i, who := range people {
		names[i] = s.name(who)
	}

	return names
}

// Acquaint keeps what a platform knows of somebody. Where their address is a
// configured colleague's, the account is that colleague's from now on; a platform
// that does not tell an address or a language takes none away. What
// shows their name is drawn anew if it changed.
func (d *Desk) Acquaint(ctx context.Context, p chat.Profile) error {
	return d.update(ctx, func(s *session) error {
		identity, err := s.Identity(p.Who)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			identity, err = &Identity{Who: p.Who}, nil
		}

		if err != nil {
			return err
		}

		p.Email, p.Language = or(p.Email, identity.Email), or(p.Language, identity.Language)
		renamed := identity.Name != p.Name
		left := p.Gone && !identity.Gone
		identity.Name, identity.Email, identity.Zone, identity.Language, identity.Seen = p.Name, p.Email, p.Zone, p.Language, s.now
		identity.Person, identity.Gone = d.owner(p, identity.Person), p.Gone

		if err := s.PutIdentity(identity); err != nil {
			return err
		}

		if left {
			if err := s.left(identity.Person, p.Who); err != nil {
				return err
			}
		}

		if !renamed {
			return nil
		}

		return s.redrawAll(identity.Person)
	})
}

// left goes on without an account that was deactivated: what it was paged for goes
// to the next person at once, or to another account of the person's if they have
// one.
func (s *session) left(who PersonID, account chat.Person) error {
	gone := s.gone(who)

	open, err := s.concerning(who)
	if err != nil {
		return err
	}

	for _, e := range open {
		page := e.page(who)
		if page == nil {
			continue
		}

		ev := Unreachable{Who: who, Attempt: page.Attempt, Reason: "deactivated"}

		if !gone {
			card, err := s.Card(e.pageCard(*page))
			if err != nil || card.To != account {
				continue // it went elsewhere
			}

			ev = s.unreachable(e, card, ev.Reason)
		}

		err = s.apply(e, ev)
		if err != nil && !harmless(err) {
			return err
		}
	}

	return nil
}

// harmless reports whether an event came too late or twice, which is no fault.
func harmless(err error) bool {
	_, late := errors.AsType[*LateError](err)
	_, again := errors.AsType[*NoChangeError](err)

	return late || again
}

// owner returns whom an account belongs to: the colleague who is configured
// with it or with its address, else itself. A guest or an app is no colleague
// by its address. An account that is deactivated may have lost its address, and
// stays whose it was.
func (d *Desk) owner(p chat.Profile, was PersonID) PersonID {
	if id, ok := d.persons[p.Who]; ok {
		return id
	}

	if id, ok := d.emails[strings.ToLower(p.Email)]; ok && !p.Guest && !p.Machine {
		return id
	}

	if p.Gone && was != "" {
		return was
	}

	return PersonID(p.Who)
}

// redrawAll draws anew the live cards of what concerns somebody.
func (s *session) redrawAll(who PersonID) error {
	open, err := s.concerning(who)
	if err != nil {
		return err
	}

	for _, e := range open {
		if err := s.wantLive(e); err != nil {
			return err
		}
	}

	return nil
}

// wantLive draws an escalation's live cards anew.
func (s *session) wantLive(e *Escalation) error {
	for _, card := range e.liveCards() {
		if err := s.want(card); err != nil {
			return err
		}
	}

	return nil
}

// liveCards returns the cards that always show the present state.
func (e *Escalation) liveCards() []CardID {
	cards := []CardID{{Role: AgentCard, Escalation: e.ID, Person: e.Agent}}
	for _, page := range e.Pages {
		cards = append(cards, e.pageCard(page))
	}

	return cards
}

// tickBatch is how much of a kind one tick of the clock handles at a time.
const tickBatch = 64

// Tick does what has come due, oldest first, and forgets what need not be
// remembered. It is called each second. What fails for one is logged and left for
// the next tick, and does not hold up the others.
func (d *Desk) Tick(ctx context.Context) error {
	for {
		due, err := d.agenda(ctx)
		if due.empty() {
			return errors.Join(err, d.tidy(ctx))
		}

		handled, failure := d.attend(ctx, due)
		if err = errors.Join(err, failure); err != nil || handled < tickBatch {
			return errors.Join(err, d.tidy(ctx))
		}
	}
}

// An agenda is what is due, some of each kind.
type agenda struct {
	escalations []EscalationID
	rotas       []TeamID
	breaks      []PersonID
	digests     []TeamID
	customers   []CustomerKey
	tallies     []EscalationID
}

func (a *agenda) empty() bool {
	return len(a.escalations)+len(a.rotas)+len(a.breaks)+len(a.digests)+len(a.customers)+len(a.tallies) == 0
}

// agenda looks what is due. Where one kind can't be read the others are there with
// the error.
func (d *Desk) agenda(ctx context.Context) (a agenda, err error) {
	err = d.view(ctx, func(s *session) error {
		var failures [6]error

		a.escalations, failures[0] = s.Due(s.now, tickBatch)
		a.rotas, failures[1] = s.DueWatches(s.now, tickBatch+len(d.settings.Teams)) // those that are awaited hold up no others
		a.breaks, failures[2] = s.DueBreaks(s.now, tickBatch)
		a.digests, failures[3] = s.DueDigests(s.now, tickBatch)
		a.customers, failures[4] = s.DueCustomers(s.now, tickBatch)
		a.tallies, failures[5] = s.DueTallies(s.now, tickBatch)

		a.rotas = d.plans.known(a.rotas)

		return errors.Join(failures[:]...)
	})

	return a, err
}

// attend does what is due, and returns how much of the kind with the most could be
// handled.
func (d *Desk) attend(ctx context.Context, due agenda) (int, error) {
	escalations, err := together(ctx, d, due.escalations, "escalation", (*session).dueNow)
	if err != nil {
		return 0, fmt.Errorf("doing what is due: %w", err)
	}

	if _, err := oneByOne(ctx, d, due.rotas, "team", (*session).lookAt); err != nil {
		return 0, fmt.Errorf("looking at the rotas: %w", err)
	}

	breaks, err := oneByOne(ctx, d, due.breaks, "", (*session).breakDue)
	if err != nil {
		return 0, fmt.Errorf("looking at breaks: %w", err)
	}

	digests, err := oneByOne(ctx, d, due.digests, "team", (*session).sendDigest)
	if err != nil {
		return 0, fmt.Errorf("sending the digests: %w", err)
	}

	customers, err := oneByOne(ctx, d, due.customers, "", (*session).lookAtCustomer)
	if err != nil {
		return 0, fmt.Errorf("looking at customers: %w", err)
	}

	tallies, err := oneByOne(ctx, d, due.tallies, "tally", (*session).tallyDue)
	if err != nil {
		return 0, fmt.Errorf("looking at tallies: %w", err)
	}

	return max(escalations, breaks, digests, customers, tallies), nil
}

// together does something for each of what is due in one transaction, and one by one
// where that fails. It returns how many could be handled.
func together[T any](ctx context.Context, d *Desk, due []T, name string, do func(*session, T) error) (int, error) {
	if len(due) == 0 {
		return 0, nil
	}

	err := d.update(ctx, contained(func(s *session) error {
		for _, one := range due {
			if err := do(s, one); err != nil {
				return err
			}
		}

		return nil
	}))
	if err == nil || errors.Is(err, ErrFull) || ctx.Err() != nil {
		return len(due), err
	}

	return oneByOne(ctx, d, due, name, do)
}

// oneByOne does something for each of what is due, in a transaction of its own,
// and returns how many could be handled. What fails is logged, once a minute, with
// what it is under a name; without a name it is nobody's business. Where nothing can
// be kept the rest waits.
func oneByOne[T any](ctx context.Context, d *Desk, due []T, name string, do func(*session, T) error) (int, error) {
	handled := 0

	for _, one := range due {
		err := d.update(ctx, contained(func(s *session) error { return do(s, one) }))
		if errors.Is(err, ErrUnwritable) || ctx.Err() != nil {
			return handled, err
		}

		if err == nil {
			handled++

			continue
		}

		if !d.failing.isNew(one, err, d.now()) {
			continue
		}

		about := []any{"error", err}
		if name != "" {
			about = append(about, name, one)
		}

		if p, ok := errors.AsType[*panicError](err); ok {
			about = append(about, "stack", p.stack)
		}

		d.log.ErrorContext(ctx, "what is due could not be handled; it is tried again", about...)
	}

	return handled, nil
}

// contained turns a panic into an error: what can't be handled must not hold up the
// rest of what is due.
func contained(do func(*session) error) func(*session) error {
	return func(s *session) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = panicked(p)
			}
		}()

		return do(s)
	}
}

// panicError is a panic that was contained. Of what was panicked with it tells the
// type alone, since anything else may hold customers' words.
type panicError struct{ kind, stack string }

// panicked is the error of a panic that was recovered just now.
func panicked(with any) *panicError {
	return &panicError{fmt.Sprintf("%T", with), string(debug.Stack())}
}

func (e *panicError) Error() string { return "a panic of type " + e.kind }

// dueNow applies Due to an escalation. Whoever else was quicker has changed
// what is due; that is no error.
func (s *session) dueNow(id EscalationID) error {
	e, err := s.Escalation(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	err = s.apply(e, Due{})
	if _, ok := errors.AsType[*NoChangeError](err); ok {
		return nil
	}

	return err
}

// tidy does once a minute what has time.
func (d *Desk) tidy(ctx context.Context) error {
	if d.now().Second() != 0 {
		return nil
	}

	return errors.Join(d.forgetOld(ctx), d.verifySome(ctx))
}

// forgottenAtOnce is how much of a kind is forgotten in a minute.
const forgottenAtOnce = 1000

// forgetOld removes a little of each kind of what was kept long enough. One that is
// damaged holds up no other: people's breaks above all are not to be kept for longer.
func (d *Desk) forgetOld(ctx context.Context) error {
	now, settings := d.now(), &d.settings
	breaksUntil := now.Add(-settings.Recovery.Keep)

	kinds := []func(Tx) (int, error){
		func(tx Tx) (int, error) { return tx.ForgetOnce(now.Add(-onceFor), forgottenAtOnce) },
		func(tx Tx) (int, error) { return tx.ForgetNotes(now.Add(-settings.Retention.Notes), forgottenAtOnce) },
		func(tx Tx) (int, error) { return tx.ForgetBreaks(breaksUntil, breaksForgotten) },
		func(tx Tx) (int, error) {
			return tx.ForgetFeedback(now.Add(-settings.Retention.Feedback), forgottenAtOnce)
		},
	}

	if now.Minute() == 0 { // it takes longer the more breaks there were
		kinds = append(kinds, func(tx Tx) (int, error) { return 0, tx.ForgetBreakCards(breaksUntil) })
	}

	var failures []error

	for _, forget := range kinds {
		failures = append(failures, d.store.Update(ctx, func(tx Tx) error {
			_, err := forget(tx)

			return err
		}))
	}

	return errors.Join(failures...)
}
