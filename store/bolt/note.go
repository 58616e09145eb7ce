package bolt

import (
	"errors"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// NextNote returns an id that was never returned before, larger than all.
func (tx *Tx) NextNote() (bot.NoteID, error) {
	next, err := tx.next(noteNumbers)

	return bot.NoteID(next), err
}

// Note returns a note, ErrNotFound if it isn't there.
func (tx *Tx) Note(id bot.NoteID) (*bot.Note, error) {
	var record noteRecord
	if err := tx.table(notes).read(idKey(id), &record); err != nil {
		return nil, err
	}

	return record.note(), nil
}

// PutNote keeps n. The index says which card is the note's, so that it can be
// forgotten with a note that can't tell any more.
func (tx *Tx) PutNote(n *bot.Note) error {
	if n.ID == 0 {
		return errors.New("a note without a number can't be kept")
	}

	var old noteRecord

	err := tx.table(notes).was(idKey(n.ID), &old)

	switch {
	case err == nil && !old.At.Equal(n.At):
		if err := tx.table(notesByTime).remove(noteKey(old.At, n.ID)); err != nil {
			return err
		}
	case err != nil && !errors.Is(err, bot.ErrNotFound):
		return err
	}

	if err := tx.giveOut(noteNumbers, uint64(n.ID)); err != nil {
		return err
	}

	if err := tx.table(notes).write(idKey(n.ID), newNoteRecord(n)); err != nil {
		return err
	}

	card := bot.CardID{Role: bot.NoteCard, Person: n.To, N: int(n.ID)}

	return tx.table(notesByTime).mark(noteKey(n.At, n.ID), cardKey(card)...)
}

// ForgetNotes removes notes of before a time with their cards, oldest first.
func (tx *Tx) ForgetNotes(before time.Time, most int) (int, error) {
	old, err := tx.table(notesByTime).before(before, most)
	if err != nil {
		return 0, err
	}

	for _, entry := range old {
		if err := tx.forgetNote(entry.key, entry.payload); err != nil {
			return 0, err
		}
	}

	return len(old), nil
}

// forgetNote removes what an entry of the index leads to.
func (tx *Tx) forgetNote(key, card []byte) error {
	if err := tx.forgetCard(card); err != nil {
		return err
	}

	return errors.Join(tx.table(notesByTime).remove(key), tx.table(notes).remove(key[timeSize:]))
}
