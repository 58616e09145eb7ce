package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
)

// tallyComesBack has a tally come back whole, and be replaced.
func tallyComesBack(t *testing.T, s bot.Store) {
	var filled bot.Tally

	Fill(&filled)
	update(t, s, func(tx bot.Tx) error { return tx.PutTally(&filled) })

	bare := bot.Tally{ID: filled.ID, Entries: 3, Head: []byte("head")}

	view(t, s, func(tx bot.Tx) error {
		same(t, "Tally()", must[*bot.Tally](t)(tx.Tally(filled.ID)), &filled)

		_, err := tx.Tally(filled.Through + 1)
		isNotFound(t, "Tally(another)", err)

		return nil
	})
	update(t, s, func(tx bot.Tx) error {
		if err := tx.PutTally(&bot.Tally{}); err == nil {
			t.Error("PutTally(without a number) = nil, want an error")
		}

		return tx.PutTally(&bare)
	})
	view(t, s, func(tx bot.Tx) error {
		same(t, "Tally()", must[*bot.Tally](t)(tx.Tally(filled.ID)), &bare)
		same(t, "TalliedIn()", must[[]*bot.Tally](t)(tx.TalliedIn(filled.Team, start, never)), []*bot.Tally(nil))
		same(t, "DueTallies()", must[[]bot.EscalationID](t)(tx.DueTallies(never, 10)), []bot.EscalationID(nil))

		return nil
	})
}

// tallyStandsForSeveral has a tally be found for all that it stands for.
func tallyStandsForSeveral(t *testing.T, s bot.Store) {
	several, one := bot.Tally{ID: 3, Through: 5, Before: true}, bot.Tally{ID: 7}
	update(t, s, func(tx bot.Tx) error { return errors.Join(tx.PutTally(&several), tx.PutTally(&one)) })
	view(t, s, func(tx bot.Tx) error {
		for id, want := range map[bot.EscalationID]*bot.Tally{2: nil, 3: &several, 4: &several, 5: &several, 6: nil, 7: &one, 8: nil} {
			got, err := tx.Tally(id)
			if want == nil {
				isNotFound(t, fmt.Sprintf("Tally(%v)", id), err)

				continue
			}

			same(t, fmt.Sprintf("Tally(%v)", id), must[*bot.Tally](t)(got, err), want)
		}

		return nil
	})
}

// talliesFound has tallies found by team and by what is due.
func talliesFound(t *testing.T, s bot.Store) {
	one := bot.Tally{ID: 1, Team: "billing", Opened: start, NamesUntil: start.Add(2)}
	two := bot.Tally{ID: 2, Team: "billing", Opened: start.Add(1), ForgetAt: start.Add(1)}
	three := bot.Tally{ID: 3, Team: "sales", Opened: start}
	four := bot.Tally{ID: 4, Team: "billing", Opened: start.Add(2), NamesUntil: start.Add(9)}

	for _, tally := range []bot.Tally{four, three, two, one} {
		update(t, s, func(tx bot.Tx) error { return tx.PutTally(&tally) })
	}

	view(t, s, func(tx bot.Tx) error {
		same(t, "TalliedIn()", must[[]*bot.Tally](t)(tx.TalliedIn("billing", start, start.Add(2))), []*bot.Tally{&one, &two})
		same(t, "TalliedIn()", must[[]*bot.Tally](t)(tx.TalliedIn("billing", start.Add(1), never)), []*bot.Tally{&two, &four})
		same(t, "DueTallies()", must[[]bot.EscalationID](t)(tx.DueTallies(start.Add(2), 10)), []bot.EscalationID{2, 1})
		same(t, "DueTallies()", must[[]bot.EscalationID](t)(tx.DueTallies(start.Add(2), 1)), []bot.EscalationID{2})
		same(t, "DueTallies()", must[[]bot.EscalationID](t)(tx.DueTallies(start, 10)), []bot.EscalationID(nil))

		return nil
	})
}

// numbersRecorded has every number known of which there is anything, and the last.
func numbersRecorded(t *testing.T, s bot.Store) {
	view(t, s, func(tx bot.Tx) error {
		same(t, "Recorded()", must[[]bot.EscalationID](t)(tx.Recorded(0, 10)), []bot.EscalationID(nil))
		same(t, "LastEscalation()", must[bot.EscalationID](t)(tx.LastEscalation()), bot.EscalationID(0))

		return nil
	})

	update(t, s, func(tx bot.Tx) error {
		for _, id := range []bot.EscalationID{2, 5, 9} {
			if err := tx.PutEscalation(&bot.Escalation{ID: id}); err != nil {
				return err
			}
		}

		for _, id := range []bot.EscalationID{1, 5, 7} {
			if err := tx.PutTally(&bot.Tally{ID: id}); err != nil {
				return err
			}
		}

		return tx.ForgetEscalation(9)
	})
	view(t, s, func(tx bot.Tx) error {
		same(t, "Recorded(0, 10)", must[[]bot.EscalationID](t)(tx.Recorded(0, 10)), []bot.EscalationID{1, 2, 5, 7})
		same(t, "Recorded(1, 2)", must[[]bot.EscalationID](t)(tx.Recorded(1, 2)), []bot.EscalationID{2, 5})
		same(t, "Recorded(7, 10)", must[[]bot.EscalationID](t)(tx.Recorded(7, 10)), []bot.EscalationID(nil))
		same(t, "LastEscalation()", must[bot.EscalationID](t)(tx.LastEscalation()), bot.EscalationID(9))

		return nil
	})
	update(t, s, func(tx bot.Tx) error { return tx.PutTally(&bot.Tally{ID: 20}) })
	update(t, s, func(tx bot.Tx) error {
		same(t, "NextEscalation()", must[bot.EscalationID](t)(tx.NextEscalation()), bot.EscalationID(21))

		return nil
	})
}

// textErased has the text of an entry go, and the rest of the timeline stay.
func textErased(t *testing.T, s bot.Store) {
	entries, e := []bot.Entry{{N: 1, Text: "one"}, {N: 2}, {N: 3, Text: "three"}}, bot.Escalation{ID: 1}
	for i := range entries {
		entries[i] = e.Link(entries[i], []byte("salt"))
	}

	update(t, s, func(tx bot.Tx) error {
		for _, entry := range entries {
			if err := tx.Append(1, entry); err != nil {
				return err
			}
		}

		return nil
	})

	update(t, s, func(tx bot.Tx) error {
		for _, n := range []int{1, 1, 2, 4} { // twice, one without, one that isn't there
			if err := tx.EraseText(1, n); err != nil {
				return err
			}
		}

		return nil
	})

	entries[0].EraseText()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Timeline()", must[[]bot.Entry](t)(tx.Timeline(1)), entries)

		return nil
	})
}

func putTally(t *rapid.T) action {
	tally := bot.Tally{
		ID: bot.EscalationID(ids.Draw(t, "id")), Team: rapid.OneOf(teams, rapid.Just(bot.TeamID(""))).Draw(t, "team"),
		Opened: instants.Draw(t, "opened"), NamesUntil: someTimes.Draw(t, "names"), ForgetAt: someTimes.Draw(t, "forget"),
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutTally(&tally) },
		model: func(m *model) { m.tallies[tally.ID] = tally },
	}
}

func eraseText(t *rapid.T) action {
	id, n := bot.EscalationID(ids.Draw(t, "id")), rapid.IntRange(1, 4).Draw(t, "n")

	return action{
		store: func(tx bot.Tx) error { return tx.EraseText(id, n) },
		model: func(m *model) {
			if n <= len(m.timelines[id]) {
				m.timelines[id] = slices.Clone(m.timelines[id])
				m.timelines[id][n-1].EraseText()
			}
		},
	}
}

// emptyTallies is the part of empty that is about tallies. One can't be removed,
// but be out of the indexes.
func emptyTallies(tx bot.Tx) error {
	for id := bot.EscalationID(1); id < 7; id++ {
		if err := tx.PutTally(&bot.Tally{ID: id}); err != nil {
			return err
		}
	}

	return nil
}

func (m *model) compareTallies(t *rapid.T, tx bot.Tx) {
	oldest := func(at func(bot.Tally) time.Time) []*bot.Tally {
		var all []*bot.Tally
		for _, tally := range slices.SortedFunc(maps.Values(m.tallies), func(a, b bot.Tally) int {
			return cmp.Or(at(a).Compare(at(b)), cmp.Compare(a.ID, b.ID))
		}) {
			all = append(all, &tally)
		}

		return all
	}

	for _, want := range m.tallies {
		got, _ := tx.Tally(want.ID)
		equal(t, "Tally()", got, &want)
	}

	for _, team := range []bot.TeamID{"billing", "sales"} {
		got, _ := tx.TalliedIn(team, start, start.Add(3))
		want := slices.DeleteFunc(oldest(func(t bot.Tally) time.Time { return t.Opened }), func(t *bot.Tally) bool {
			return t.Team != team || !t.Opened.Before(start.Add(3))
		})
		equal(t, "TalliedIn()", got, want)
	}

	var due []bot.EscalationID

	for _, tally := range oldest(func(t bot.Tally) time.Time { return t.Due() }) {
		if at := tally.Due(); !at.IsZero() && !at.After(start.Add(3)) {
			due = append(due, tally.ID)
		}
	}

	got, _ := tx.DueTallies(start.Add(3), 100)
	equal(t, "DueTallies()", got, due)
}
