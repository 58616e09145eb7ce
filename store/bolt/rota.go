package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// NextChange returns an id that was never returned before.
func (tx *Tx) NextChange() (bot.ChangeID, error) {
	next, err := tx.next(changeNumbers)

	return bot.ChangeID(next), err
}

// Change returns a change of duty, ErrNotFound if it isn't there.
func (tx *Tx) Change(id bot.ChangeID) (*bot.Change, error) {
	var record changeRecord
	if err := tx.table(changes).read(idKey(id), &record); err != nil {
		return nil, err
	}

	change := bot.Change(record)

	return &change, nil
}

// PutChange keeps c and brings the index in step with it.
func (tx *Tx) PutChange(c *bot.Change) error {
	if c.ID == 0 {
		return errors.New("a change of duty without a number can't be kept")
	}

	var old changeRecord

	err := tx.table(changes).read(idKey(c.ID), &old)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	if err := tx.giveOut(changeNumbers, uint64(c.ID)); err != nil {
		return err
	}

	record := changeRecord(*c)
	if err := tx.table(changes).write(idKey(c.ID), record); err != nil {
		return err
	}

	return tx.reindex(old.keys(), record.keys())
}

// Changes returns what is not cancelled, is about somebody and ends after a
// time, in the order of its end. What has ended costs nothing, however much.
func (tx *Tx) Changes(who bot.PersonID, after time.Time) ([]*bot.Change, error) {
	var all []*bot.Change

	person := personHash(who)
	for found, err := range tx.table(changesOf).soundFrom(person, changeKey(person, after.Add(1), 0)) {
		if err != nil {
			return nil, err
		}

		id := bot.ChangeID(binary.BigEndian.Uint64(found.key[hashSize+timeSize:]))

		change, err := tx.Change(id)
		if errors.Is(err, bot.ErrNotFound) {
			err = tx.table(changes).damaged(idKey(id), errNowhere)
		}

		if err != nil {
			return nil, err
		}

		all = append(all, change)
	}

	return all, nil
}

// Watch returns what is remembered of a team's rota, ErrNotFound if nothing is.
func (tx *Tx) Watch(team bot.TeamID) (*bot.Watch, error) {
	var record watchRecord
	if err := tx.table(watches).read(text(string(team)), &record); err != nil {
		return nil, err
	}

	return record.watch(), nil
}

// PutWatch keeps w and brings the index in step with it.
func (tx *Tx) PutWatch(w *bot.Watch) error {
	key := text(string(w.Team))

	var old watchRecord

	err := tx.table(watches).read(key, &old)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	record := newWatchRecord(w)
	if err := tx.table(watches).write(key, record); err != nil {
		return err
	}

	if stale := old.key(key); stale != nil && !bytes.Equal(stale, record.key(key)) {
		if err := tx.table(watchDue).remove(stale); err != nil {
			return err
		}
	}

	if now := record.key(key); now != nil {
		return tx.table(watchDue).mark(now, []byte(w.Team)...)
	}

	return nil
}

// DueWatches returns the teams whose watch has a Due not after until, oldest
// first.
func (tx *Tx) DueWatches(until time.Time, most int) ([]bot.TeamID, error) {
	return dueNames[bot.TeamID](tx, watchDue, until, most)
}

// dueNames returns what an index by time has until then, oldest first: the names
// that its entries hold.
func dueNames[Name ~string](tx *Tx, index string, until time.Time, most int) ([]Name, error) {
	var names []Name

	end := timeKey(until)
	for found, err := range tx.table(index).sound(nil) {
		if err != nil {
			return nil, err
		}

		if len(names) >= most || bytes.Compare(found.key[:timeSize], end) > 0 {
			break
		}

		names = append(names, Name(found.payload))
	}

	return names, nil
}
