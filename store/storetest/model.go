package storetest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// A model is what a store should be: maps, and no indexes at all.
type model struct {
	escalations map[bot.EscalationID]bot.Escalation
	timelines   map[bot.EscalationID][]bot.Entry
	cards       map[bot.CardID]bot.Card
	onces       map[string]onceKept
	identities  map[chat.Person]bot.Identity
	pauses      map[string]time.Time
	changes     map[bot.ChangeID]bot.Change
	notes       map[bot.NoteID]bot.Note
	watches     map[bot.TeamID]bot.Watch
	breaks      map[bot.PersonID]bot.Break
	digests     map[bot.TeamID]bot.Digest
	feedback    []bot.Feedback
	addresses   map[string]string // by room
	whereabouts map[bot.PersonID]bot.Whereabouts
	customers   map[bot.CustomerKey]bot.Customer // by the team and the reference folded
	tallies     map[bot.EscalationID]bot.Tally
}

type onceKept struct {
	result string
	at     time.Time
}

func newModel() *model {
	return &model{
		escalations: map[bot.EscalationID]bot.Escalation{},
		timelines:   map[bot.EscalationID][]bot.Entry{},
		cards:       map[bot.CardID]bot.Card{},
		onces:       map[string]onceKept{},
		identities:  map[chat.Person]bot.Identity{},
		pauses:      map[string]time.Time{},
		changes:     map[bot.ChangeID]bot.Change{},
		notes:       map[bot.NoteID]bot.Note{},
		watches:     map[bot.TeamID]bot.Watch{},
		breaks:      map[bot.PersonID]bot.Break{},
		digests:     map[bot.TeamID]bot.Digest{},
		addresses:   map[string]string{},
		whereabouts: map[bot.PersonID]bot.Whereabouts{},
		customers:   map[bot.CustomerKey]bot.Customer{},
		tallies:     map[bot.EscalationID]bot.Tally{},
	}
}

func (m *model) clone() *model {
	c := &model{
		escalations: maps.Clone(m.escalations),
		timelines:   maps.Clone(m.timelines),
		cards:       maps.Clone(m.cards),
		onces:       maps.Clone(m.onces),
		identities:  maps.Clone(m.identities),
		pauses:      maps.Clone(m.pauses),
		changes:     maps.Clone(m.changes),
		notes:       maps.Clone(m.notes),
		watches:     maps.Clone(m.watches),
		breaks:      maps.Clone(m.breaks),
		digests:     maps.Clone(m.digests),
		feedback:    slices.Clip(m.feedback),
		addresses:   maps.Clone(m.addresses),
		whereabouts: maps.Clone(m.whereabouts),
		customers:   maps.Clone(m.customers),
		tallies:     maps.Clone(m.tallies),
	}
	for id, entries := range c.timelines {
		c.timelines[id] = slices.Clip(entries)
	}

	return c
}

// An action does the same to a store and to its model.
type action struct {
	store func(bot.Tx) error
	model func(*model)
}

// The model's world is small, so that things meet.
var (
	people     = rapid.SampledFrom([]bot.PersonID{"maria", "dana", "dan", "slack:U1"})
	ids        = rapid.Uint64Range(1, 6)
	instants   = rapid.Custom(func(t *rapid.T) time.Time { return start.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "at"))) })
	someTimes  = rapid.OneOf(instants, rapid.Just(time.Time{}))
	teams      = rapid.SampledFrom([]bot.TeamID{"billing", "sales"})
	references = rapid.SampledFrom([]string{"", "A-1", " a-1", "B-2"})
	states     = rapid.SampledFrom([]bot.State{bot.Paging, bot.Taken, bot.Joined, bot.Returned, bot.Resolved, bot.Closed, bot.Withdrawn})
	keys       = rapid.SampledFrom([]string{"a", "b", "c", "d"})
	roles      = rapid.SampledFrom([]bot.Role{bot.AgentCard, bot.PageCard, bot.HomeCard, bot.NoteCard, bot.BreakCard})
)

func drawEscalation(t *rapid.T) bot.Escalation {
	e := bot.Escalation{
		ID:       bot.EscalationID(ids.Draw(t, "id")),
		Team:     teams.Draw(t, "team"),
		Agent:    people.Draw(t, "agent"),
		State:    states.Draw(t, "state"),
		Holder:   people.Draw(t, "holder"),
		Context:  bot.Context{Reference: references.Draw(t, "reference")},
		Turn:     bot.Turn{Until: someTimes.Draw(t, "until")},
		AskAt:    someTimes.Draw(t, "ask"),
		JoinBy:   someTimes.Draw(t, "join"),
		NudgeAt:  someTimes.Draw(t, "nudge"),
		ForgetAt: someTimes.Draw(t, "forget"),
		Opened:   instants.Draw(t, "opened"),
	}

	for range rapid.IntRange(0, 2).Draw(t, "pages") {
		e.Pages = append(e.Pages, bot.Page{Who: people.Draw(t, "who")})
	}

	for range rapid.IntRange(0, 2).Draw(t, "owed") {
		e.Owed = append(e.Owed, bot.Owed{Owner: people.Draw(t, "owner"), Due: someTimes.Draw(t, "due"), Done: someTimes.Draw(t, "done")})
	}

	return e
}

func drawCard(t *rapid.T) bot.Card {
	id := bot.CardID{Role: roles.Draw(t, "role"), Person: people.Draw(t, "person")}
	switch id.Role {
	case bot.HomeCard:
	case bot.NoteCard, bot.BreakCard:
		id.N = int(ids.Draw(t, "note"))
	default:
		id.Escalation = bot.EscalationID(ids.Draw(t, "id"))
		id.N = rapid.IntRange(0, 12).Draw(t, "n")
	}

	return bot.Card{
		ID:     id,
		Since:  someTimes.Draw(t, "since"),
		Posted: someTimes.Draw(t, "posted"),
		Wanted: rapid.IntRange(0, 2).Draw(t, "wanted"),
		Shown:  rapid.IntRange(0, 2).Draw(t, "shown"),
		Dead:   rapid.Bool().Draw(t, "dead"),
	}
}

// actions are all that can be done to a store.
var actions = rapid.OneOf(
	rapid.Custom(putEscalation), rapid.Custom(putCard), rapid.Custom(appendEntry),
	rapid.Custom(forgetEscalation), rapid.Custom(keepOnce), rapid.Custom(forgetOnce),
	rapid.Custom(putIdentity), rapid.Custom(putPause), rapid.Just(nextEscalation),
	rapid.Custom(putChange), rapid.Custom(putNote), rapid.Custom(forgetNotes), rapid.Custom(putWatch),
	rapid.Custom(putBreak), rapid.Custom(forgetBreaks), rapid.Custom(forgetBreakCards), rapid.Custom(putDigest), rapid.Custom(addFeedback), rapid.Custom(forgetFeedback),
	rapid.Custom(putAddress), rapid.Custom(putWhereabouts), rapid.Custom(putCustomer), rapid.Custom(forgetCustomer),
	rapid.Custom(putTally), rapid.Custom(eraseText),
)

func putEscalation(t *rapid.T) action {
	e := drawEscalation(t)

	return action{
		store: func(tx bot.Tx) error { return tx.PutEscalation(&e) },
		model: func(m *model) { m.escalations[e.ID] = e },
	}
}

func putCard(t *rapid.T) action {
	c := drawCard(t)

	return action{
		store: func(tx bot.Tx) error { return tx.PutCard(&c) },
		model: func(m *model) { m.cards[c.ID] = c },
	}
}

func appendEntry(t *rapid.T) action {
	id, by := bot.EscalationID(ids.Draw(t, "id")), people.Draw(t, "by")

	return action{
		store: func(tx bot.Tx) error {
			timeline, err := tx.Timeline(id)
			if err != nil {
				return err
			}

			return tx.Append(id, bot.Entry{N: len(timeline) + 1, By: by, Text: string(by)})
		},
		model: func(m *model) {
			m.timelines[id] = append(m.timelines[id], bot.Entry{N: len(m.timelines[id]) + 1, By: by, Text: string(by)})
		},
	}
}

func forgetEscalation(t *rapid.T) action {
	id := bot.EscalationID(ids.Draw(t, "id"))

	return action{
		store: func(tx bot.Tx) error { return tx.ForgetEscalation(id) },
		model: func(m *model) {
			delete(m.escalations, id)
			delete(m.timelines, id)
			maps.DeleteFunc(m.cards, func(card bot.CardID, _ bot.Card) bool { return card.Escalation == id })
		},
	}
}

func keepOnce(t *rapid.T) action {
	key, at, result := keys.Draw(t, "key"), instants.Draw(t, "at"), rapid.StringN(0, 3, 9).Draw(t, "result")

	return action{
		store: func(tx bot.Tx) error { return tx.KeepOnce(key, result, at) },
		model: func(m *model) { m.onces[key] = onceKept{result, at} },
	}
}

func forgetOnce(t *rapid.T) action {
	before, most := instants.Draw(t, "before"), rapid.IntRange(0, 3).Draw(t, "most")

	return action{
		store: func(tx bot.Tx) error {
			_, err := tx.ForgetOnce(before, most)
			return err
		},
		model: func(m *model) {
			old := slices.SortedFunc(maps.Keys(m.onces), func(a, b string) int {
				return cmp.Or(m.onces[a].at.Compare(m.onces[b].at), cmp.Compare(a, b))
			})

			for _, key := range old {
				if most > 0 && m.onces[key].at.Before(before) {
					delete(m.onces, key)
					most--
				}
			}
		},
	}
}

func putIdentity(t *rapid.T) action {
	i := bot.Identity{
		Who: chat.Person(people.Draw(t, "who")), Person: people.Draw(t, "person"), Seen: someTimes.Draw(t, "seen"),
		Team: rapid.OneOf(teams, rapid.Just(bot.TeamID(""))).Draw(t, "team"),
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutIdentity(&i) },
		model: func(m *model) { m.identities[i.Who] = i },
	}
}

func putPause(t *rapid.T) action {
	name, until := keys.Draw(t, "name"), someTimes.Draw(t, "until")

	return action{
		store: func(tx bot.Tx) error { return tx.PutPause(name, until) },
		model: func(m *model) { m.pauses[name] = until },
	}
}

// nextEscalation is up to the store, and checked by the promises about numbers.
var nextEscalation = action{
	store: func(tx bot.Tx) error {
		_, err := tx.NextEscalation()
		return err
	},
	model: func(*model) {},
}

var errUndo = errors.New("undo this")

// agreesWithModel does random things to a store, in changes of several steps
// some of which fail at the end, and compares all that can be asked.
func agreesWithModel(t *testing.T, s bot.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		empty(t, s)

		m := newModel()

		for range rapid.IntRange(1, 8).Draw(rt, "changes") {
			steps := rapid.SliceOfN(actions, 1, 6).Draw(rt, "steps")

			var end error
			if rapid.IntRange(0, 3).Draw(rt, "end") == 0 {
				end = errUndo
			}

			err := s.Update(context.Background(), func(tx bot.Tx) error {
				for _, step := range steps {
					if err := step.store(tx); err != nil {
						return err
					}
				}

				return end
			})
			if !errors.Is(err, end) {
				rt.Fatalf("Update() = %v, want %v", err, end)
			}

			if end == nil {
				next := m.clone()
				for _, step := range steps {
					step.model(next)
				}

				m = next
			}

			m.compare(rt, s)
		}
	})
}

// empty rids a store of what the model may have left there.
func empty(t *testing.T, s bot.Store) {
	update(t, s, func(tx bot.Tx) error {
		for id := range bot.EscalationID(7) {
			if err := tx.ForgetEscalation(id); err != nil {
				return err
			}
		}

		for _, name := range []string{"a", "b", "c", "d"} {
			if err := tx.PutPause(name, time.Time{}); err != nil {
				return err
			}
		}

		for _, person := range []bot.PersonID{"maria", "dana", "dan", "slack:U1"} {
			home := bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: person}}
			if err := errors.Join(tx.PutCard(&home), tx.PutIdentity(&bot.Identity{Who: chat.Person(person)})); err != nil {
				return err
			}
		}

		if err := errors.Join(emptyDuty(tx), emptyAfterCall(tx), emptyWhere(tx), emptyCustomers(tx), emptyTallies(tx)); err != nil {
			return err
		}

		_, err := tx.ForgetOnce(start.Add(time.Hour), 100)

		return err
	})
}

// compare asks a store all there is to ask.
func (m *model) compare(t *rapid.T, s bot.Store) {
	err := s.View(context.Background(), func(tx bot.Tx) error {
		for id := range bot.EscalationID(7) {
			m.compareEscalation(t, tx, id)
		}

		m.compareIndexes(t, tx)
		m.compareOutbox(t, tx)
		m.compareRest(t, tx)
		m.compareChanges(t, tx)
		m.compareNotes(t, tx)
		m.compareCustomers(t, tx)
		m.compareWatches(t, tx)
		m.compareAfterCall(t, tx)
		m.compareWhere(t, tx)
		m.compareTallies(t, tx)

		return nil
	})
	if err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}
}

func (m *model) compareEscalation(t *rapid.T, tx bot.Tx, id bot.EscalationID) {
	e, err := tx.Escalation(id)
	if want, kept := m.escalations[id]; kept {
		equal(t, "Escalation()", e, &want)
	} else if !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("Escalation(%v) = %v, want %v", id, err, bot.ErrNotFound)
	}

	entries, _ := tx.Timeline(id)
	equal(t, "Timeline()", entries, m.timelines[id])

	if id == 0 {
		return // personal views that empty has left
	}

	var want []*bot.Card
	for _, card := range m.cards {
		if card.ID.Escalation == id {
			want = append(want, &card)
		}
	}

	slices.SortFunc(want, func(a, b *bot.Card) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	cards, _ := tx.CardsOf(id)
	equal(t, "CardsOf()", cards, want)
}

// pick returns the ids of those escalations, in an order.
func (m *model) pick(order func(a, b bot.Escalation) int, which func(*bot.Escalation) bool) []bot.EscalationID {
	var picked []bot.EscalationID

	for _, e := range slices.SortedFunc(maps.Values(m.escalations), order) {
		if which(&e) {
			picked = append(picked, e.ID)
		}
	}

	return picked
}

func newest(a, b bot.Escalation) int { return cmp.Compare(b.ID, a.ID) }

func oldestDue(a, b bot.Escalation) int {
	return cmp.Or(a.Due().Compare(b.Due()), cmp.Compare(a.ID, b.ID))
}

func (m *model) compareIndexes(t *rapid.T, tx bot.Tx) {
	until := start.Add(3)
	got, _ := tx.Due(until, 100)
	want := m.pick(oldestDue, func(e *bot.Escalation) bool { return !e.Due().IsZero() && !e.Due().After(until) })
	equal(t, "Due()", got, want)

	for _, who := range []bot.PersonID{"maria", "dana", "dan", "slack:U1", "nobody"} {
		got, _ := tx.Concerning(who)
		want := m.pick(newest, func(e *bot.Escalation) bool { return !e.State.Over() && slices.Contains(e.Concerns(), who) })
		equal(t, "Concerning()", got, want)

		got, _ = tx.Holding(who)
		want = m.pick(newest, func(e *bot.Escalation) bool {
			return e.Holder == who && (e.State == bot.Taken || e.State == bot.Joined)
		})
		equal(t, "Holding()", got, want)
	}

	for _, team := range []bot.TeamID{"billing", "sales"} {
		got, _ := tx.ByCustomer(team, "A-1 ", 100)
		want := m.pick(newest, func(e *bot.Escalation) bool {
			return e.Team == team && strings.EqualFold(strings.TrimSpace(e.Context.Reference), "A-1")
		})
		equal(t, "ByCustomer()", got, want)
	}
}

func (m *model) compareOutbox(t *rapid.T, tx bot.Tx) {
	got, _ := tx.Outbox()

	want := map[bot.CardID]bool{}
	for id, card := range m.cards {
		if card.Pending() {
			want[id] = true
		}
	}

	var last time.Time
	for _, id := range got {
		if !want[id] {
			t.Errorf("Outbox() has %v, which is not pending or is there twice", id)
		}

		if since := m.cards[id].Since; since.Before(last) {
			t.Errorf("Outbox() has %v of %v after one of %v", id, since, last)
		}

		last = m.cards[id].Since
		delete(want, id)
	}

	if len(want) > 0 {
		t.Errorf("Outbox() lacks %v", want)
	}
}

func (m *model) compareRest(t *rapid.T, tx bot.Tx) {
	for _, key := range []string{"a", "b", "c", "d"} {
		result, err := tx.Once(key)
		if want, kept := m.onces[key]; kept {
			equal(t, "Once()", result, want.result)
		} else if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Once(%q) = %v, want %v", key, err, bot.ErrNotFound)
		}

		until, _ := tx.Pause(key)
		equal(t, "Pause()", until, m.pauses[key])
	}

	for who, want := range m.identities {
		got, _ := tx.Identity(who)
		equal(t, "Identity()", got, &want)

		mine, _ := tx.Accounts(want.Person)
		equal(t, "Accounts()", len(mine), m.accounts(want.Person))

		if !slices.ContainsFunc(mine, func(i *bot.Identity) bool { return i.Who == who }) {
			t.Errorf("Accounts(%q) lacks %q", want.Person, who)
		}

		if !slices.IsSortedFunc(mine, func(a, b *bot.Identity) int { return b.Seen.Compare(a.Seen) }) {
			t.Errorf("Accounts(%q) is not in the order of Seen", want.Person)
		}
	}
}

// accounts returns how many identities somebody has.
func (m *model) accounts(who bot.PersonID) int {
	n := 0

	for _, i := range m.identities {
		if i.Person == who {
			n++
		}
	}

	return n
}

func equal(t *rapid.T, call string, got, want any) {
	t.Helper()

	if diff := diff(want, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", call, diff)
	}
}
