package bolt

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// chainedAtOnce is how many timelines are chained in a transaction. (At 20 entries
// each it is some ten megabytes of memory.)
const chainedAtOnce = 500

// chainTimelines chains the timelines that were written before version 5, as they
// are on that day, and keeps of the numbers that have no record any more that they
// were forgotten before.
func chainTimelines(db *bbolt.DB, now time.Time) error {
	var last bot.EscalationID

	for more := true; more; {
		above := last

		if err := db.Update(func(inner *bbolt.Tx) (err error) {
			last, more, err = chainSome(inner, above, now)

			return err
		}); err != nil {
			return fmt.Errorf("chain the timelines: %w", err)
		}
	}

	return nil
}

// chainSome does so for the numbers above one. It returns the last that it saw, and
// whether there are more.
func chainSome(inner *bbolt.Tx, above bot.EscalationID, now time.Time) (last bot.EscalationID, more bool, err error) {
	for _, name := range []string{tallies, tallied, tallyDue} {
		if _, err := inner.CreateBucketIfNotExists([]byte(name)); err != nil {
			return 0, false, err
		}
	}

	tx := newTx(&Store{log: slog.New(slog.DiscardHandler)}, inner)

	ids, err := tx.numbersAbove(escalations, above, chainedAtOnce)
	if err != nil {
		return 0, false, err
	}

	last = above

	for _, id := range ids {
		tx.savepoint() // all is undone at once, or nothing

		if err := errors.Join(tx.goneBefore(last, id), tx.chainTimeline(id, now)); err != nil {
			return 0, false, err
		}

		last = id
	}

	if len(ids) == chainedAtOnce {
		return last, true, nil
	}

	given, err := tx.LastEscalation()
	if err != nil {
		return 0, false, err
	}

	return last, false, tx.goneBefore(last, given+1)
}

// goneBefore keeps of the numbers between two that they were forgotten. A damaged
// record among them is there all the same.
func (tx *Tx) goneBefore(above, below bot.EscalationID) error {
	if above+1 >= below {
		return nil
	}

	return tx.PutTally(&bot.Tally{ID: above + 1, Through: below - 1, Before: true})
}

// chainTimeline chains a timeline. One that can't be read stays as it is, for its
// getter to name what is damaged.
func (tx *Tx) chainTimeline(id bot.EscalationID, now time.Time) error {
	var (
		record  escalationRecord
		damaged *DamagedError
	)

	err := tx.table(escalations).read(idKey(id), &record)
	if err != nil {
		return unless(errors.As(err, &damaged) && tx.err == nil, err)
	}

	entries, err := tx.Timeline(id)
	if err != nil {
		return unless(errors.As(err, &damaged) && tx.err == nil, err)
	}

	e := bot.Escalation{ID: id}

	for _, entry := range entries {
		entry = e.Link(entry, bot.NewSalt())
		if err := tx.table(timelines).write(entryKey(id, entry.N), entryRecord(entry)); err != nil {
			return err
		}
	}

	record.Chained, record.Head = now.UTC(), e.Head

	return tx.table(escalations).write(idKey(id), record)
}

// unless returns err unless it may be left alone.
func unless(harmless bool, err error) error {
	if harmless {
		return nil
	}

	return err
}
