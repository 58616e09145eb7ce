package storetest

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
)

// This is the part of the model that is about who is on duty.

func putChange(t *rapid.T) action {
	c := bot.Change{
		ID:        bot.ChangeID(ids.Draw(t, "id")),
		Who:       people.Draw(t, "who"),
		Cover:     rapid.OneOf(people, rapid.Just(bot.PersonID(""))).Draw(t, "cover"),
		Until:     instants.Draw(t, "until"),
		Cancelled: someTimes.Draw(t, "cancelled"),
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutChange(&c) },
		model: func(m *model) { m.changes[c.ID] = c },
	}
}

func putNote(t *rapid.T) action {
	n := bot.Note{ID: bot.NoteID(ids.Draw(t, "id")), To: people.Draw(t, "to"), At: instants.Draw(t, "at")}

	return action{
		store: func(tx bot.Tx) error { return tx.PutNote(&n) },
		model: func(m *model) { m.notes[n.ID] = n },
	}
}

func forgetNotes(t *rapid.T) action {
	before, most := instants.Draw(t, "before"), rapid.IntRange(0, 3).Draw(t, "most")

	return action{
		store: func(tx bot.Tx) error {
			_, err := tx.ForgetNotes(before, most)
			return err
		},
		model: func(m *model) {
			for _, n := range oldest(m.notes, func(n bot.Note) time.Time { return n.At }, before, most) {
				delete(m.notes, n.ID)
				delete(m.cards, noteCard(n.To, n.ID))
			}
		},
	}
}

// oldest returns the records with a time before another, oldest first, at most so
// many.
func oldest[Key cmp.Ordered, Record any](records map[Key]Record, at func(Record) time.Time, before time.Time, most int) []Record {
	keys := slices.SortedFunc(maps.Keys(records), func(a, b Key) int {
		return cmp.Or(at(records[a]).Compare(at(records[b])), cmp.Compare(a, b))
	})

	var old []Record

	for _, key := range keys {
		if len(old) < most && at(records[key]).Before(before) {
			old = append(old, records[key])
		}
	}

	return old
}

func putWatch(t *rapid.T) action {
	w := bot.Watch{Team: teams.Draw(t, "team"), ChangeAt: someTimes.Draw(t, "change")}

	for range rapid.IntRange(0, 2).Draw(t, "handovers") {
		w.Handovers = append(w.Handovers, bot.ShiftHandover{AskAt: someTimes.Draw(t, "ask")})
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutWatch(&w) },
		model: func(m *model) { m.watches[w.Team] = w },
	}
}

// emptyDuty is the part of empty that is about who is on duty. A change and a
// watch can't be removed, but be out of all indexes.
func emptyDuty(tx bot.Tx) error {
	for _, team := range []bot.TeamID{"billing", "sales"} {
		if err := tx.PutWatch(&bot.Watch{Team: team}); err != nil {
			return err
		}
	}

	for id := uint64(1); id <= 6; id++ {
		if err := tx.PutChange(&bot.Change{ID: bot.ChangeID(id), Cancelled: start}); err != nil {
			return err
		}

		for _, person := range []bot.PersonID{"maria", "dana", "dan", "slack:U1"} {
			if err := tx.PutNote(&bot.Note{ID: bot.NoteID(id), To: person, At: start}); err != nil {
				return err
			}

			if _, err := tx.ForgetNotes(start.Add(time.Hour), 100); err != nil {
				return err
			}
		}
	}

	return nil
}

func (m *model) compareChanges(t *rapid.T, tx bot.Tx) {
	for id, want := range m.changes {
		got, _ := tx.Change(id)
		equal(t, "Change()", got, &want)
	}

	inOrder := slices.SortedFunc(maps.Values(m.changes), func(a, b bot.Change) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID))
	})

	for _, who := range []bot.PersonID{"maria", "dana", "dan", "slack:U1", "nobody"} {
		for _, after := range []time.Time{start.Add(-1), start.Add(2), start.Add(5)} {
			var want []*bot.Change
			for _, c := range inOrder {
				if c.Cancelled.IsZero() && (c.Who == who || c.Cover == who) && c.Until.After(after) {
					want = append(want, &c)
				}
			}

			got, _ := tx.Changes(who, after)
			equal(t, "Changes()", got, want)
		}
	}
}

// compareNotes asks for all notes and cards of notes that there can be.
func (m *model) compareNotes(t *rapid.T, tx bot.Tx) {
	for id := bot.NoteID(1); id <= 6; id++ {
		n, err := tx.Note(id)
		if want, kept := m.notes[id]; kept {
			equal(t, "Note()", n, &want)
		} else if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Note(%v) = %v, want %v", id, err, bot.ErrNotFound)
		}

		for _, who := range []bot.PersonID{"maria", "dana", "dan", "slack:U1"} {
			card, err := tx.Card(noteCard(who, id))
			if want, kept := m.cards[noteCard(who, id)]; kept {
				equal(t, "Card()", card, &want)
			} else if !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("Card(%v) = %v, want %v", noteCard(who, id), err, bot.ErrNotFound)
			}
		}
	}
}

func (m *model) compareWatches(t *rapid.T, tx bot.Tx) {
	due := map[bot.TeamID]time.Time{}

	for team, want := range m.watches {
		w, _ := tx.Watch(team)
		equal(t, "Watch()", w, &want)

		due[team] = want.Due()
	}

	got, _ := tx.DueWatches(start.Add(3), 100)
	inOrder(t, "DueWatches()", got, dueUntil(due, start.Add(3)))
}
