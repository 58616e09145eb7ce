package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// NextEscalation returns an id that was never returned before.
func (tx *Tx) NextEscalation() (bot.EscalationID, error) {
	next, err := tx.next(numbers)

	return bot.EscalationID(next), err
}

// next gives out the next number of a sequence.
func (tx *Tx) next(sequence string) (uint64, error) {
	last, err := tx.lastGivenOut(sequence)
	if err != nil {
		return 0, err
	}

	return last + 1, tx.giveOut(sequence, last+1)
}

// lastGivenOut returns the last number of a sequence that was given out, or is in
// use. The counter is the one number in the file without a checksum: it must not
// lead to a record that is still kept.
func (tx *Tx) lastGivenOut(sequence string) (uint64, error) {
	last := uint64(tx.table(sequence).count())

	for _, records := range numbered[sequence] {
		kept, err := tx.lastKept(records)
		if err != nil {
			return 0, err
		}

		last = max(last, kept)
	}

	return last, tx.err
}

// giveOut marks a number as used, and all below it.
func (tx *Tx) giveOut(sequence string, number uint64) (err error) {
	t := tx.table(sequence)
	if err := t.writable(); err != nil {
		return err
	}

	defer t.guard(nil, &err)

	last := t.b.Sequence()
	if last >= number {
		return nil
	}

	tx.undo = append(tx.undo, func() error { return t.b.SetSequence(last) })

	return t.b.SetSequence(number)
}

// lastKept returns the highest number among the records of a bucket, 0 without
// any. What is damaged at the end may have had any number: each counts for one, and
// keeps nothing new from being numbered.
func (tx *Tx) lastKept(name string) (uint64, error) {
	t := tx.table(name)
	if tx.err != nil {
		return 0, tx.err
	}

	cursor, damaged := t.b.Cursor(), uint64(0)

	last := t.step(nil, cursor.Last)
	for ; last.err != nil && tx.err == nil; last = t.step(nil, cursor.Prev) {
		damaged++
	}

	if last.key == nil || tx.err != nil {
		return damaged, tx.err
	}

	return binary.BigEndian.Uint64(last.key) + damaged, nil
}

// Escalation returns an escalation, ErrNotFound if it isn't there.
func (tx *Tx) Escalation(id bot.EscalationID) (*bot.Escalation, error) {
	var record escalationRecord
	if err := tx.table(escalations).read(idKey(id), &record); err != nil {
		return nil, err
	}

	return record.escalation(), nil
}

// PutEscalation keeps e and brings the indexes in step with it.
func (tx *Tx) PutEscalation(e *bot.Escalation) error {
	if e.ID == 0 {
		return errors.New("an escalation without a number can't be kept")
	}

	var old indexed

	err := tx.table(escalations).was(idKey(e.ID), &old)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	if err := tx.giveOut(numbers, uint64(e.ID)); err != nil {
		return err
	}

	record := newEscalationRecord(e)
	if err := tx.table(escalations).write(idKey(e.ID), record); err != nil {
		return err
	}

	return tx.reindex(old.keys(), record.indexed().keys())
}

// An indexKey is an entry of an index.
type indexKey struct {
	bucket  string
	key     []byte
	payload []byte // what it leads to, if the key can't tell
}

// reindex replaces old entries of the indexes with new ones.
func (tx *Tx) reindex(old, now []indexKey) error {
	for _, entry := range old {
		if entry.in(now) {
			continue
		}

		if err := tx.table(entry.bucket).remove(entry.key); err != nil {
			return err
		}
	}

	for _, entry := range now {
		if err := tx.table(entry.bucket).mark(entry.key, entry.payload...); err != nil {
			return err
		}
	}

	return nil
}

func (k indexKey) in(list []indexKey) bool {
	for _, other := range list {
		if other.bucket == k.bucket && bytes.Equal(other.key, k.key) {
			return true
		}
	}

	return false
}

// ForgetEscalation removes an escalation with its timeline and cards.
func (tx *Tx) ForgetEscalation(id bot.EscalationID) error {
	if id == 0 {
		return nil // its cards are the personal views and those of notes and breaks
	}

	if err := tx.forgetCards(id); err != nil {
		return err
	}

	if err := tx.forgetPrefix(timelines, idKey(id)); err != nil {
		return err
	}

	if err := tx.unindex(id); err != nil {
		return err
	}

	return tx.table(escalations).remove(idKey(id))
}

// unindex removes what leads to an escalation. If its record can't tell any
// more, all the indexes are searched: that a disk failed is no reason to keep a
// customer's data.
func (tx *Tx) unindex(id bot.EscalationID) error {
	var found indexed

	err := tx.table(escalations).read(idKey(id), &found)

	damaged := (*DamagedError)(nil)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case err == nil:
		return tx.reindex(found.keys(), nil)
	case tx.err != nil || !errors.As(err, &damaged):
		return err
	}

	for name, suffix := range map[string][]byte{
		due: idKey(id), concerns: newestFirst(nil, id), customers: newestFirst(nil, id), holdings: newestFirst(nil, id),
		opened: idKey(id), owing: newestFirst(nil, id),
	} {
		if err := tx.forgetSuffix(name, suffix); err != nil {
			return err
		}
	}

	return nil
}

func (tx *Tx) forgetPrefix(name string, prefix []byte) error {
	return tx.forget(name, prefix, func([]byte) bool { return true })
}

func (tx *Tx) forgetSuffix(name string, suffix []byte) error {
	return tx.forget(name, nil, func(key []byte) bool { return bytes.HasSuffix(key, suffix) })
}

// forget removes the keys with a prefix that are chosen, damaged or not.
func (tx *Tx) forget(name string, prefix []byte, chosen func(key []byte) bool) error {
	t := tx.table(name)

	var keys [][]byte
	for found := range t.scan(prefix) {
		if tx.err != nil {
			return tx.err
		}

		if bytes.HasPrefix(found.key, prefix) && chosen(found.key) {
			keys = append(keys, bytes.Clone(found.key))
		}
	}

	for _, key := range keys {
		if err := t.remove(key); err != nil {
			return err
		}
	}

	return nil
}

// Due returns the escalations whose Due is not after until, oldest first.
func (tx *Tx) Due(until time.Time, most int) ([]bot.EscalationID, error) {
	return tx.dueIDs(due, until, most)
}

// dueIDs returns what an index by time and number has until a time.
func (tx *Tx) dueIDs(index string, until time.Time, most int) ([]bot.EscalationID, error) {
	var ids []bot.EscalationID

	end := dueKey(until, ^bot.EscalationID(0))
	for found, err := range tx.table(index).sound(nil) {
		if err != nil {
			return nil, err
		}

		if len(ids) >= most || bytes.Compare(found.key, end) > 0 {
			break
		}

		ids = append(ids, bot.EscalationID(binary.BigEndian.Uint64(found.key[timeSize:])))
	}

	return ids, nil
}

// Concerning returns what is not over and concerns somebody, newest first.
func (tx *Tx) Concerning(who bot.PersonID) ([]bot.EscalationID, error) {
	return tx.newestOf(concerns, who)
}

// Holding returns what somebody has now, newest first.
func (tx *Tx) Holding(who bot.PersonID) ([]bot.EscalationID, error) {
	return tx.newestOf(holdings, who)
}

// Owing returns the escalations in which somebody owes something, newest first.
func (tx *Tx) Owing(who bot.PersonID) ([]bot.EscalationID, error) {
	return tx.newestOf(owing, who)
}

// newestOf returns what an index by people has for one of them, newest first.
func (tx *Tx) newestOf(index string, who bot.PersonID) ([]bot.EscalationID, error) {
	var ids []bot.EscalationID

	for found, err := range tx.table(index).sound(personHash(who)) {
		if err != nil {
			return nil, err
		}

		ids = append(ids, idOf(found.key))
	}

	return ids, nil
}

// ByCustomer returns a team's escalations with a reference, newest first.
func (tx *Tx) ByCustomer(team bot.TeamID, reference string, most int) ([]bot.EscalationID, error) {
	prefix := customerHash(team, reference)
	if prefix == nil {
		return nil, nil
	}

	var ids []bot.EscalationID

	for found, err := range tx.table(customers).sound(prefix) {
		if err != nil {
			return nil, err
		}

		if len(ids) >= most {
			break
		}

		ids = append(ids, idOf(found.key))
	}

	return ids, nil
}

// OpenedIn returns a team's escalations that were opened in some time, oldest
// first. What was opened before it costs nothing, however much.
func (tx *Tx) OpenedIn(team bot.TeamID, from, until time.Time) ([]bot.EscalationID, error) {
	var ids []bot.EscalationID

	end := openedKey(team, until, 0)
	for found, err := range tx.table(opened).soundFrom(hash(string(team)), openedKey(team, from, 0)) {
		if err != nil {
			return nil, err
		}

		if bytes.Compare(found.key, end) >= 0 {
			break
		}

		ids = append(ids, bot.EscalationID(binary.BigEndian.Uint64(found.key[hashSize+timeSize:])))
	}

	return ids, nil
}

// Append adds an entry to a timeline.
func (tx *Tx) Append(id bot.EscalationID, entry bot.Entry) error {
	last, err := tx.endsBefore(id, entry.N)
	if err != nil {
		return err
	}

	if !last {
		return fmt.Errorf("entry %d of %v is not the next one", entry.N, id)
	}

	return tx.table(timelines).write(entryKey(id, entry.N), entryRecord(entry))
}

// endsBefore reports whether n is the next entry of a timeline. A damaged one before
// it may be the one that it follows: no case stops since the disk has failed.
func (tx *Tx) endsBefore(id bot.EscalationID, n int) (bool, error) {
	if n < 1 || int64(n) > math.MaxUint32 {
		return false, nil
	}

	var entry json.RawMessage

	t := tx.table(timelines)
	if err := t.was(entryKey(id, n), &entry); !errors.Is(err, bot.ErrNotFound) {
		return false, err
	}

	if n == 1 {
		return true, nil
	}

	_, err := t.get(entryKey(id, n-1))

	switch {
	case errors.Is(err, bot.ErrNotFound):
		return false, nil
	case errors.Is(err, bot.ErrDamaged) && tx.err == nil:
		return true, nil
	default:
		return err == nil, err
	}
}

// Timeline returns all entries, in order. Where some are damaged the others are
// there with the error of the first of these. One that was taken out, by whoever
// knows how, is no damage: bot.VerifyTimeline names it.
func (tx *Tx) Timeline(id bot.EscalationID) ([]bot.Entry, error) {
	var (
		entries []bot.Entry
		unread  error
	)

	t := tx.table(timelines)
	for found := range t.scan(idKey(id)) {
		if tx.err != nil {
			return nil, tx.err
		}

		entry, err := t.entry(found)
		if err != nil {
			unread = cmp.Or(unread, err)

			continue
		}

		entries = append(entries, entry)
	}

	return entries, unread
}

// entry decodes an entry of a timeline.
func (t table) entry(found item) (bot.Entry, error) {
	if found.err != nil {
		return bot.Entry{}, found.err
	}

	var record entryRecord
	err := t.decode(found.key, found.payload, &record)

	return bot.Entry(record), err
}
