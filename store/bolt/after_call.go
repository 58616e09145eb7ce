package bolt

import (
	"bytes"
	"log/slog"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// indexAfterCall fills the indexes of escalations and identities that version 3
// added. A damaged record can't say any more where it belongs: it stays as it is,
// for its getter to name it.
func indexAfterCall(inner *bbolt.Tx) error {
	for _, name := range []string{opened, owing, members} {
		if _, err := inner.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}

	tx := newTx(&Store{log: slog.New(slog.DiscardHandler)}, inner)

	owed, err := tx.indexOpened()
	if err != nil {
		return err
	}

	if err := tx.indexOwing(owed); err != nil {
		return err
	}

	return tx.indexMembers()
}

// indexOpened finds all escalations by when they were opened, and returns those
// in which something is owed.
func (tx *Tx) indexOpened() (owed []bot.EscalationID, err error) {
	t := tx.table(escalations)

	for found, err := range t.sound(nil) {
		if err != nil {
			return nil, err
		}

		var record struct {
			indexed
			Owed []owedRecord `json:"owed"`
		}

		if t.decode(found.key, found.payload, &record) != nil {
			continue
		}

		tx.savepoint() // all is undone at once, or nothing

		if err := tx.table(opened).mark(openedKey(record.Team, record.Opened, record.ID)); err != nil {
			return nil, err
		}

		if len(record.Owed) > 0 {
			owed = append(owed, record.ID)
		}
	}

	return owed, nil
}

// indexOwing keeps escalations as they are, which finds them under who owes
// something.
func (tx *Tx) indexOwing(owed []bot.EscalationID) error {
	for _, id := range owed {
		tx.savepoint()

		e, err := tx.Escalation(id)
		if err != nil {
			return err
		}

		if err := tx.PutEscalation(e); err != nil {
			return err
		}
	}

	return nil
}

// indexMembers finds all accounts by their team.
func (tx *Tx) indexMembers() error {
	t := tx.table(identities)

	for found, err := range t.sound(nil) {
		if err != nil {
			return err
		}

		var record identityRecord
		if t.decode(found.key, found.payload, &record) != nil {
			continue
		}

		tx.savepoint()

		if err := tx.reindex(nil, record.keys(bytes.Clone(found.key))); err != nil {
			return err
		}
	}

	return nil
}
