package bolt

import (
	"bytes"
	"cmp"
	"errors"

	"github.com/firebreakhq/firebreak/bot"
)

// Card returns a card, ErrNotFound if it isn't there.
func (tx *Tx) Card(id bot.CardID) (*bot.Card, error) {
	var record cardRecord
	if err := tx.table(cards).read(cardKey(id), &record); err != nil {
		return nil, err
	}

	return record.card(), nil
}

// PutCard keeps c and has it in the outbox while it is pending.
func (tx *Tx) PutCard(c *bot.Card) error {
	key := cardKey(c.ID)

	stale, err := tx.queuedUnder(key)
	if err != nil {
		return err
	}

	record := newCardRecord(c)
	if err := tx.table(cards).write(key, record); err != nil {
		return err
	}

	for _, stale := range stale {
		if bytes.Equal(stale, record.Queued.key(key)) {
			continue
		}

		if err := tx.table(outbox).remove(stale); err != nil {
			return err
		}
	}

	if now := record.Queued.key(key); now != nil {
		return tx.table(outbox).mark(now, []byte(c.ID.String())...)
	}

	return nil
}

// queuedUnder returns where the outbox leads to a kept card. If that can't tell any
// more, the outbox is searched.
func (tx *Tx) queuedUnder(key []byte) ([][]byte, error) {
	var record struct {
		Queued *queued `json:"queued"`
	}

	err := tx.table(cards).was(key, &record)

	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil, nil
	case errors.Is(err, bot.ErrDamaged) && tx.err == nil:
		return tx.waiting(key), tx.err
	case err != nil || record.Queued == nil:
		return nil, err
	default:
		return [][]byte{record.Queued.key(key)}, nil
	}
}

// CardsOf returns an escalation's cards in the order of their keys. Where some are
// damaged the others are there with the error of the first of these.
func (tx *Tx) CardsOf(id bot.EscalationID) ([]*bot.Card, error) {
	var (
		all    []*bot.Card
		unread error
	)

	t := tx.table(cards)
	for found := range t.scan(idKey(id)) {
		if tx.err != nil {
			return nil, tx.err
		}

		var record cardRecord

		err := found.err
		if err == nil {
			err = t.decode(found.key, found.payload, &record)
		}

		if err != nil {
			unread = cmp.Or(unread, err)

			continue
		}

		all = append(all, record.card())
	}

	return all, unread
}

// Outbox returns the cards that are pending, oldest first.
func (tx *Tx) Outbox() ([]bot.CardID, error) {
	var ids []bot.CardID

	t := tx.table(outbox)
	for found, err := range t.sound(nil) {
		if err != nil {
			return nil, err
		}

		id, err := bot.ParseCardID(string(found.payload))
		if err != nil {
			_ = t.damaged(found.key, err)
			continue
		}

		ids = append(ids, id)
	}

	return ids, nil
}

// forgetCards removes the cards of an escalation, and from the outbox.
func (tx *Tx) forgetCards(id bot.EscalationID) error {
	t := tx.table(cards)

	var waiting [][]byte
	for found := range t.scan(idKey(id)) {
		if tx.err != nil {
			return tx.err
		}

		var record cardRecord
		if found.err != nil || t.decode(found.key, found.payload, &record) != nil {
			waiting = append(waiting, tx.waiting(found.key)...)
			continue
		}

		if key := record.Queued.key(found.key); key != nil {
			waiting = append(waiting, key)
		}
	}

	for _, key := range waiting {
		if err := tx.table(outbox).remove(key); err != nil {
			return err
		}
	}

	return tx.forgetPrefix(cards, idKey(id))
}

// forgetCard removes one card, and from the outbox. One that isn't there is no
// error.
func (tx *Tx) forgetCard(key []byte) error {
	waiting, err := tx.queuedUnder(key)
	if err != nil {
		return err
	}

	for _, key := range waiting {
		if err := tx.table(outbox).remove(key); err != nil {
			return err
		}
	}

	return tx.table(cards).remove(key)
}

// waiting searches the outbox for a card that can't tell any more where it is.
func (tx *Tx) waiting(card []byte) [][]byte {
	var keys [][]byte

	for found := range tx.table(outbox).scan(nil) {
		if bytes.HasSuffix(found.key, card) {
			keys = append(keys, bytes.Clone(found.key))
		}
	}

	return keys
}
