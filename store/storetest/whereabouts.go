package storetest

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// nowhere checks that nothing is there of where people and rooms are.
func nowhere(t *testing.T, tx bot.Tx) {
	t.Helper()

	_, err := tx.Address("teams:19:billing")
	isNotFound(t, `Address("teams:19:billing")`, err)
	_, err = tx.Whereabouts("dana")
	isNotFound(t, `Whereabouts("dana")`, err)
}

// where holds one record of each kind that says where people and rooms are.
type where struct {
	room    chat.Room
	address []byte
	person  bot.Whereabouts
}

func newWhere() where {
	w := where{room: "teams:19:billing", address: []byte("\x00\xff{}")}
	Fill(&w.person)

	return w
}

func (w where) put(tx bot.Tx) error {
	return errors.Join(tx.PutAddress(w.room, w.address), tx.PutWhereabouts(&w.person))
}

func (w where) check(t *testing.T, tx bot.Tx) {
	t.Helper()

	same(t, "Address()", must[[]byte](t)(tx.Address(w.room)), w.address)
	same(t, "Whereabouts()", must[*bot.Whereabouts](t)(tx.Whereabouts(w.person.Who)), &w.person)
}

func whereKept(t *testing.T, s bot.Store) {
	w := newWhere()
	update(t, s, w.put)

	w.address = []byte("elsewhere")
	w.person = bot.Whereabouts{Who: w.person.Who, Anywhere: true}
	update(t, s, func(tx bot.Tx) error {
		defer func() { w.address[0] = 'e' }()

		err := w.put(tx)
		w.address[0] = '?' // what was given is copied

		return err
	})
	view(t, s, func(tx bot.Tx) error {
		must[[]byte](t)(tx.Address(w.room))[0] = '?' // so is what is handed out

		w.check(t, tx)
		_, err := tx.Address(w.room + "2")
		isNotFound(t, "Address(another)", err)

		for call, err := range map[string]error{"PutAddress": tx.PutAddress(w.room, nil), "PutWhereabouts": tx.PutWhereabouts(&w.person)} {
			if err == nil {
				t.Errorf("%s within a View = nil, want an error", call)
			}
		}

		return nil
	})
	view(t, s, func(tx bot.Tx) error { w.check(t, tx); return nil })

	update(t, s, func(tx bot.Tx) error { return tx.PutAddress(w.room, nil) })
	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Address(w.room)
		isNotFound(t, "Address(forgotten)", err)

		return nil
	})

	for _, text := range oddTexts {
		odd := where{room: chat.Room(text), address: []byte(text + "!"), person: bot.Whereabouts{Who: bot.PersonID(text), Active: chat.Person(text)}}
		update(t, s, odd.put)
		view(t, s, func(tx bot.Tx) error { odd.check(t, tx); return nil })
	}
}

// What follows is the part of the model that is about where people and rooms are.

func putAddress(t *rapid.T) action {
	room, address := keys.Draw(t, "room"), keys.Draw(t, "address")
	if rapid.IntRange(0, 3).Draw(t, "forget") == 0 {
		address = ""
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutAddress(chat.Room(room), []byte(address)) },
		model: func(m *model) { m.addresses[room] = address },
	}
}

func putWhereabouts(t *rapid.T) action {
	w := bot.Whereabouts{Who: people.Draw(t, "who"), Active: chat.Person(keys.Draw(t, "active")), LostAt: someTimes.Draw(t, "lost")}

	return action{
		store: func(tx bot.Tx) error { return tx.PutWhereabouts(&w) },
		model: func(m *model) { m.whereabouts[w.Who] = w },
	}
}

// emptyWhere is the part of empty that is about where people and rooms are.
func emptyWhere(tx bot.Tx) error {
	for _, room := range []chat.Room{"a", "b", "c", "d"} {
		if err := tx.PutAddress(room, nil); err != nil {
			return err
		}
	}

	return nil
}

func (m *model) compareWhere(t *rapid.T, tx bot.Tx) {
	for _, room := range []string{"a", "b", "c", "d"} {
		got, err := tx.Address(chat.Room(room))
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Address(%q) = %v, want nil", room, err)
		}

		equal(t, "Address()", string(got), m.addresses[room])
	}

	for who, want := range m.whereabouts {
		got, _ := tx.Whereabouts(who)
		equal(t, "Whereabouts()", got, &want)
	}
}
