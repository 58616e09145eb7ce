package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// erasingComesBack has an erasing come back whole, in the order in which they began,
// and be replaced.
func erasingComesBack(t *testing.T, s bot.Store) {
	var filled bot.Erasing

	Fill(&filled)

	view(t, s, func(tx bot.Tx) error {
		same(t, "Erasings()", must[[]*bot.Erasing](t)(tx.Erasings()), []*bot.Erasing(nil))

		return nil
	})
	update(t, s, func(tx bot.Tx) error {
		if err := tx.PutErasing(&bot.Erasing{}); err == nil {
			t.Error("PutErasing(without a number) = nil, want an error")
		}

		return tx.PutErasing(&filled)
	})

	next := bot.Erasing{By: "olga", Begun: start, Left: []bot.EscalationID{1, 2}}

	update(t, s, func(tx bot.Tx) (err error) {
		if next.ID, err = tx.NextErasing(); err != nil {
			return err
		}

		return tx.PutErasing(&next)
	})

	if next.ID <= filled.ID {
		t.Errorf("NextErasing() = %v, want more than %v", next.ID, filled.ID)
	}

	next.Left, next.Erased, next.Done = nil, []bot.EscalationID{1, 2}, start.Add(time.Minute)
	update(t, s, func(tx bot.Tx) error { return tx.PutErasing(&next) })
	view(t, s, func(tx bot.Tx) error {
		same(t, "Erasings()", must[[]*bot.Erasing](t)(tx.Erasings()), []*bot.Erasing{&filled, &next})

		return nil
	})
}

// feedbackErased has the words taken out of some of a team's feedback, and of no
// other's.
func feedbackErased(t *testing.T, s bot.Store) {
	one := bot.Feedback{Team: "billing", Week: start, Helped: "yes", Change: "ask Ms Kovac first"}
	two := bot.Feedback{Team: "billing", Week: start.Add(time.Hour), Helped: "no", Change: "more people"}
	three := bot.Feedback{Team: "sales", Week: start, Helped: "no", Change: "Ms Kovac again"}

	update(t, s, func(tx bot.Tx) error {
		for _, f := range []bot.Feedback{one, two, three} {
			if err := tx.AddFeedback(&f); err != nil {
				return err
			}
		}

		return nil
	})

	var erased int

	update(t, s, func(tx bot.Tx) (err error) {
		erased, err = tx.EraseFeedback("billing", func(words string) bool { return strings.Contains(words, "Kovac") })

		return err
	})
	same(t, "EraseFeedback()", erased, 1)

	one.Change = ""

	view(t, s, func(tx bot.Tx) error {
		same(t, "FeedbackOf(billing)", must[[]*bot.Feedback](t)(tx.FeedbackOf("billing", time.Time{}, never)), []*bot.Feedback{&one, &two})
		same(t, "FeedbackOf(sales)", must[[]*bot.Feedback](t)(tx.FeedbackOf("sales", time.Time{}, never)), []*bot.Feedback{&three})

		return nil
	})
}

// notesListed has all notes that are kept, oldest first.
func notesListed(t *testing.T, s bot.Store) {
	update(t, s, func(tx bot.Tx) error {
		for id, at := range map[bot.NoteID]time.Time{1: start.Add(2), 2: start, 3: start.Add(1)} {
			if err := tx.PutNote(&bot.Note{ID: id, To: "dana", At: at}); err != nil {
				return err
			}
		}

		_, err := tx.ForgetNotes(start.Add(1), 10)

		return err
	})
	view(t, s, func(tx bot.Tx) error {
		same(t, "Notes()", must[[]bot.NoteID](t)(tx.Notes()), []bot.NoteID{3, 1})

		return nil
	})
}
