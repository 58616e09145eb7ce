package storetest

import (
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// due returns an escalation that is due at a time.
func due(id bot.EscalationID, at time.Time) *bot.Escalation {
	return &bot.Escalation{ID: id, Team: "billing", Agent: "maria", State: bot.Paging, Turn: bot.Turn{Until: at}}
}

func putAll(t *testing.T, s bot.Store, all ...*bot.Escalation) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, e := range all {
			if err := tx.PutEscalation(e); err != nil {
				return err
			}
		}

		return nil
	})
}

func isDue(t *testing.T, s bot.Store, until time.Time, most int, want ...bot.EscalationID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Due()", must[[]bot.EscalationID](t)(tx.Due(until, most)), want)
		return nil
	})
}

// A numbering is a kind of record that gets numbers.
type numbering struct {
	name   string
	next   func(bot.Tx) (uint64, error)
	put    func(tx bot.Tx, n uint64) error
	forget func(tx bot.Tx, n uint64) error
}

var numberings = []numbering{
	{
		name:   "NextEscalation()",
		next:   func(tx bot.Tx) (uint64, error) { id, err := tx.NextEscalation(); return uint64(id), err },
		put:    func(tx bot.Tx, n uint64) error { return tx.PutEscalation(due(bot.EscalationID(n), start)) },
		forget: func(tx bot.Tx, n uint64) error { return tx.ForgetEscalation(bot.EscalationID(n)) },
	},
	{
		name:   "NextChange()",
		next:   func(tx bot.Tx) (uint64, error) { id, err := tx.NextChange(); return uint64(id), err },
		put:    func(tx bot.Tx, n uint64) error { return tx.PutChange(&bot.Change{ID: bot.ChangeID(n)}) },
		forget: func(bot.Tx, uint64) error { return nil }, // never are
	},
	{
		name: "NextNote()",
		next: func(tx bot.Tx) (uint64, error) { id, err := tx.NextNote(); return uint64(id), err },
		put:  func(tx bot.Tx, n uint64) error { return tx.PutNote(&bot.Note{ID: bot.NoteID(n), At: start}) },
		forget: func(tx bot.Tx, _ uint64) error {
			_, err := tx.ForgetNotes(start.Add(1), 1)
			return err
		},
	},
}

func numbersAreUnique(t *testing.T, s bot.Store) {
	for _, kind := range numberings {
		given := map[uint64]bool{}

		for range 20 {
			var ids []uint64

			update(t, s, func(tx bot.Tx) (err error) {
				ids, err = kind.giveThree(tx)
				return err
			})

			for _, id := range ids {
				if id == 0 || given[id] {
					t.Errorf("%s = %v, which is none or was given before", kind.name, id)
				}

				given[id] = true
			}
		}
	}
}

// giveThree takes three numbers, and uses and forgets the first.
func (k numbering) giveThree(tx bot.Tx) ([]uint64, error) {
	var ids []uint64

	for range 3 {
		id, err := k.next(tx)
		if err != nil {
			return nil, err
		}

		ids = append(ids, id)
	}

	if err := k.put(tx, ids[0]); err != nil {
		return nil, err
	}

	return ids, k.forget(tx, ids[0])
}

func numbersSkipUsed(t *testing.T, s bot.Store) {
	for _, kind := range numberings {
		update(t, s, func(tx bot.Tx) error {
			if err := kind.put(tx, 142); err != nil {
				return err
			}

			return kind.put(tx, 41)
		})
		update(t, s, func(tx bot.Tx) error {
			if id := must[uint64](t)(kind.next(tx)); id <= 142 {
				t.Errorf("%s = %v, want more than what is in use", kind.name, id)
			}

			return nil
		})
	}
}

func numberless(t *testing.T, s bot.Store) {
	for _, kind := range numberings {
		if err := s.Update(t.Context(), func(tx bot.Tx) error { return kind.put(tx, 0) }); err == nil {
			t.Errorf("what belongs to %s was kept without a number", kind.name)
		}
	}
}

func dueInOrder(t *testing.T, s bot.Store) {
	putAll(t, s,
		due(1, start.Add(time.Second)), due(2, start), due(3, start), due(4, start.Add(1)),
		due(5, time.Time{}), due(6, time.Unix(-1, 0)), due(7, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)),
		due(8, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), due(300, start),
		&bot.Escalation{ID: 9, State: bot.Closed},
	)

	isDue(t, s, start, 10, 7, 6, 2, 3, 300)
	isDue(t, s, start, 3, 7, 6, 2)
	isDue(t, s, start, 0)
	isDue(t, s, start.Add(1), 10, 7, 6, 2, 3, 300, 4)
	isDue(t, s, time.Date(9999, 1, 1, 0, 0, 0, 0, time.FixedZone("east", 3600)), 10, 7, 6, 2, 3, 300, 4, 1)
}

func dueFollows(t *testing.T, s bot.Store) {
	putAll(t, s, due(1, start))
	isDue(t, s, start, 10, 1)
	putAll(t, s, due(1, start.Add(time.Hour)))
	isDue(t, s, start, 10)
	isDue(t, s, start.Add(time.Hour), 10, 1)

	// The same instant in another zone is the same key.
	putAll(t, s, due(1, start.Add(time.Hour).In(time.FixedZone("west", -3600))))
	isDue(t, s, start.Add(time.Hour), 10, 1)

	closed := due(1, start)
	closed.State, closed.ForgetAt = bot.Closed, start.AddDate(1, 0, 0)
	putAll(t, s, closed)
	isDue(t, s, start.Add(time.Hour), 10)
	isDue(t, s, start.AddDate(1, 0, 0), 10, 1)

	closed.ForgetAt = time.Time{}
	putAll(t, s, closed)
	isDue(t, s, start.AddDate(99, 0, 0), 10)
}

func concerns(t *testing.T, s bot.Store, who bot.PersonID, want ...bot.EscalationID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Concerning("+string(who)+")", must[[]bot.EscalationID](t)(tx.Concerning(who)), want)
		return nil
	})
}

func concerningFollows(t *testing.T, s bot.Store) {
	first, second := due(1, start), due(2, start)
	first.Pages = []bot.Page{{Who: "dana"}, {Who: "dan"}, {Who: "dana"}}
	putAll(t, s, first, second)

	concerns(t, s, "maria", 2, 1)
	concerns(t, s, "dana", 1)
	concerns(t, s, "dan", 1)
	concerns(t, s, "da")
	concerns(t, s, "")

	first.Pages = first.Pages[:1]
	first.Agent, first.Owed = "mario", []bot.Owed{{Owner: "maria"}}
	second.State = bot.Withdrawn
	putAll(t, s, first, second)

	concerns(t, s, "maria", 1)
	concerns(t, s, "dan")
	concerns(t, s, "mario", 1)

	second.State = bot.Paging // as when it is reopened
	putAll(t, s, second)
	concerns(t, s, "maria", 2, 1)
}

func byCustomer(t *testing.T, s bot.Store, team bot.TeamID, reference string, most int, want ...bot.EscalationID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "ByCustomer("+reference+")", must[[]bot.EscalationID](t)(tx.ByCustomer(team, reference, most)), want)
		return nil
	})
}

func customerFound(t *testing.T, s bot.Store) {
	for i, reference := range []string{"AB-1", " ab-1\t", "Ab-1", "AB-12", "", "  ", "straße", "STRAẞE", "ſ-\u212a", "S-k"} {
		e := due(bot.EscalationID(i+1), start)
		e.Context.Reference = reference
		e.State = bot.Closed // found all the same
		putAll(t, s, e)
	}

	other := due(100, start)
	other.Team, other.Context.Reference = "sales", "AB-1"
	putAll(t, s, other)

	byCustomer(t, s, "billing", "aB-1 ", 10, 3, 2, 1)
	byCustomer(t, s, "billing", "AB-1", 2, 3, 2)
	byCustomer(t, s, "billing", "AB-1", 0)
	byCustomer(t, s, "sales", "AB-1", 10, 100)
	byCustomer(t, s, "billing", "AB", 10)
	byCustomer(t, s, "billing", "", 10)
	byCustomer(t, s, "billing", " ", 10)
	byCustomer(t, s, "billing", "Straße", 10, 8, 7)
	byCustomer(t, s, "billing", "s-K", 10, 10, 9)

	other.Team = "billing"
	putAll(t, s, other)
	byCustomer(t, s, "sales", "AB-1", 10)
	byCustomer(t, s, "billing", "AB-1", 10, 100, 3, 2, 1)
}

func timelineHasNoGaps(t *testing.T, s bot.Store) {
	appends := func(n int) error {
		return s.Update(t.Context(), func(tx bot.Tx) error { return tx.Append(1, bot.Entry{N: n}) })
	}

	for _, step := range []struct {
		n  int
		ok bool
	}{{0, false}, {2, false}, {-1, false}, {1, true}, {1, false}, {3, false}, {2, true}, {1, false}, {3, true}} {
		if err := appends(step.n); (err == nil) != step.ok {
			t.Errorf("Append(E-1, %d) = %v, want ok %v", step.n, err, step.ok)
		}
	}

	var want []bot.Entry
	for n := range 300 {
		want = append(want, bot.Entry{N: n + 1})

		if n >= 3 {
			if err := appends(n + 1); err != nil {
				t.Fatalf("Append(E-1, %d) = %v, want nil", n+1, err)
			}
		}
	}

	view(t, s, func(tx bot.Tx) error {
		same(t, "Timeline(E-1)", must[[]bot.Entry](t)(tx.Timeline(1)), want)
		same(t, "Timeline(E-2)", must[[]bot.Entry](t)(tx.Timeline(2)), []bot.Entry(nil))

		return nil
	})
}

func cardOf(id bot.EscalationID, who bot.PersonID, n int, since time.Time) *bot.Card {
	return &bot.Card{
		ID:     bot.CardID{Role: bot.PageCard, Escalation: id, Person: who, N: n},
		Wanted: 1, Since: since,
	}
}

func outbox(t *testing.T, s bot.Store, want ...bot.CardID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Outbox()", must[[]bot.CardID](t)(tx.Outbox()), want)
		return nil
	})
}

func putCards(t *testing.T, s bot.Store, all ...*bot.Card) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, c := range all {
			if err := tx.PutCard(c); err != nil {
				return err
			}
		}

		return nil
	})
}

func outboxFollows(t *testing.T, s bot.Store) {
	a, b := cardOf(1, "dana", 1, start.Add(1)), cardOf(1, "lee", 2, start)
	home := &bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: "dana"}, Wanted: 1, Since: start.Add(2)}
	putCards(t, s, a, b, home)
	outbox(t, s, b.ID, a.ID, home.ID)

	b.Since = start.Add(3)
	putCards(t, s, b)
	outbox(t, s, a.ID, home.ID, b.ID)

	a.Shown = 1
	home.Dead = true
	putCards(t, s, a, home)
	outbox(t, s, b.ID)

	a.Doubled = start
	putCards(t, s, a)
	outbox(t, s, a.ID, b.ID)

	// One whose Since was never set is the oldest.
	b.Since = time.Time{}
	putCards(t, s, b)
	outbox(t, s, b.ID, a.ID)
}

func cardsInOrder(t *testing.T, s bot.Store) {
	ten, two := cardOf(1, "dana", 10, start), cardOf(1, "dana", 2, start)
	agent := &bot.Card{ID: bot.CardID{Role: bot.AgentCard, Escalation: 1, Person: "maria"}}
	other := cardOf(2, "dana", 1, start)
	home := &bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: "dana"}}
	putCards(t, s, ten, two, agent, other, home)

	view(t, s, func(tx bot.Tx) error {
		same(t, "CardsOf(E-1)", must[[]*bot.Card](t)(tx.CardsOf(1)), []*bot.Card{agent, ten, two})
		same(t, "CardsOf(E-2)", must[[]*bot.Card](t)(tx.CardsOf(2)), []*bot.Card{other})

		return nil
	})
}

func forgettingLeavesNoTrace(t *testing.T, s bot.Store) {
	f := newFull()
	f.escalation.State = bot.Paging // so that all indexes lead to it
	f.card.Dead = false
	f.escalation.Owed[0].Done = time.Time{}

	neighbours := []*bot.Escalation{due(f.escalation.ID-1, start), due(f.escalation.ID+1, start)}
	for _, e := range neighbours {
		e.Agent, e.Team, e.Context.Reference = f.escalation.Agent, f.escalation.Team, f.escalation.Context.Reference
	}

	home := &bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: "dana"}, Wanted: 1, Since: start}

	update(t, s, f.put)
	putAll(t, s, neighbours...)
	putCards(t, s, home)
	update(t, s, func(tx bot.Tx) error {
		if err := tx.ForgetEscalation(0); err != nil {
			return err
		}

		return tx.ForgetEscalation(f.escalation.ID)
	})

	id, others := f.escalation.ID, []bot.EscalationID{neighbours[1].ID, neighbours[0].ID}

	isDue(t, s, start.AddDate(99, 0, 0), 10, neighbours[0].ID, neighbours[1].ID)
	concerns(t, s, f.escalation.Agent, others...)
	byCustomer(t, s, f.escalation.Team, f.escalation.Context.Reference, 10, others...)
	owes(t, s, f.escalation.Owed[0].Owner)
	wasOpened(t, s, f.escalation.Team, start, never)
	outbox(t, s, home.ID)
	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Escalation(id)
		isNotFound(t, "Escalation()", err)
		_, err = tx.Card(f.card.ID)
		isNotFound(t, "Card()", err)
		same(t, "Timeline()", must[[]bot.Entry](t)(tx.Timeline(id)), []bot.Entry(nil))
		same(t, "CardsOf()", must[[]*bot.Card](t)(tx.CardsOf(id)), []*bot.Card(nil))

		return nil
	})
}
