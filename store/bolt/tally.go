package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// EraseText takes the text out of an entry of a timeline.
func (tx *Tx) EraseText(id bot.EscalationID, n int) error {
	t := tx.table(timelines)

	var record entryRecord

	err := t.read(entryKey(id, n), &record)
	if errors.Is(err, bot.ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	entry := bot.Entry(record)
	entry.EraseText()

	return t.write(entryKey(id, n), entryRecord(entry))
}

// Tally returns what is left of an escalation, ErrNotFound if nothing is.
func (tx *Tx) Tally(id bot.EscalationID) (*bot.Tally, error) {
	t, key := tx.table(tallies), idKey(id)

	var record tallyRecord

	err := t.read(key, &record)
	if errors.Is(err, bot.ErrNotFound) {
		err = t.readBefore(key, &record)
	}

	switch {
	case err != nil:
		return nil, err
	case record.ID != id && record.Through < id:
		return nil, bot.ErrNotFound
	default:
		return record.tally(), nil
	}
}

// readBefore decodes what is kept under the last key before one.
func (t table) readBefore(key []byte, into any) error {
	cursor := t.b.Cursor()

	before := t.step(key, func() ([]byte, []byte) {
		if next, _ := cursor.Seek(key); next == nil {
			return cursor.Last()
		}

		return cursor.Prev()
	})

	switch {
	case before.err != nil:
		return before.err
	case before.key == nil:
		return bot.ErrNotFound
	default:
		return t.decode(before.key, before.payload, into)
	}
}

// PutTally keeps t and brings the indexes in step with it.
func (tx *Tx) PutTally(t *bot.Tally) error {
	if t.ID == 0 {
		return errors.New("a tally without a number can't be kept")
	}

	if err := tx.unindexTally(t.ID); err != nil {
		return err
	}

	if err := tx.giveOut(numbers, uint64(max(t.ID, t.Through))); err != nil {
		return err
	}

	record := newTallyRecord(t)
	if err := tx.table(tallies).write(idKey(t.ID), record); err != nil {
		return err
	}

	return tx.reindex(nil, record.keys())
}

// unindexTally removes what leads to a tally. If its record can't tell any more,
// the indexes are searched: a new one can then take its place.
func (tx *Tx) unindexTally(id bot.EscalationID) error {
	var old tallyRecord

	err := tx.table(tallies).read(idKey(id), &old)

	damaged := (*DamagedError)(nil)
	switch {
	case err == nil:
		return tx.reindex(old.keys(), nil)
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case tx.err != nil || !errors.As(err, &damaged):
		return err
	}

	return errors.Join(tx.forgetSuffix(tallyDue, idKey(id)), tx.forgetSuffix(tallied, idKey(id)))
}

// TalliedIn returns a team's tallies of escalations that were opened in some time,
// oldest first.
func (tx *Tx) TalliedIn(team bot.TeamID, from, until time.Time) ([]*bot.Tally, error) {
	var (
		all    []*bot.Tally
		unread error
	)

	end := openedKey(team, until, 0)
	for found, err := range tx.table(tallied).soundFrom(hash(string(team)), openedKey(team, from, 0)) {
		if err != nil {
			return all, err
		}

		if bytes.Compare(found.key, end) >= 0 {
			break
		}

		t, err := tx.Tally(bot.EscalationID(binary.BigEndian.Uint64(found.key[hashSize+timeSize:])))
		if err != nil {
			unread = errors.Join(unread, err)

			continue
		}

		all = append(all, t)
	}

	return all, unread
}

// DueTallies returns the tallies whose Due is not after until, oldest first.
func (tx *Tx) DueTallies(until time.Time, most int) ([]bot.EscalationID, error) {
	return tx.dueIDs(tallyDue, until, most)
}

// Recorded returns of which numbers above one there is an escalation or a tally.
func (tx *Tx) Recorded(above bot.EscalationID, most int) ([]bot.EscalationID, error) {
	kept, err := tx.numbersAbove(escalations, above, most)
	if err != nil {
		return nil, err
	}

	gone, err := tx.numbersAbove(tallies, above, most)
	if err != nil {
		return nil, err
	}

	all := slices.Concat(kept, gone)
	slices.Sort(all)
	all = slices.Compact(all)

	return all[:min(most, len(all))], nil
}

// numbersAbove returns the numbers of a bucket's records, but for damaged ones,
// whose key may be another.
func (tx *Tx) numbersAbove(name string, above bot.EscalationID, most int) ([]bot.EscalationID, error) {
	var ids []bot.EscalationID

	for found, err := range tx.table(name).soundFrom(nil, idKey(above+1)) {
		if err != nil {
			return nil, err
		}

		if len(ids) >= most {
			break
		}

		ids = append(ids, bot.EscalationID(binary.BigEndian.Uint64(found.key)))
	}

	return ids, nil
}

// LastEscalation returns the last number that was given out, or is in use.
func (tx *Tx) LastEscalation() (bot.EscalationID, error) {
	last, err := tx.lastGivenOut(numbers)

	return bot.EscalationID(last), err
}
