package bolt

import (
	"bytes"
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

	old, err := tx.queuedUnder(key)
	if err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	record := newCardRecord(c)
	if err := tx.table(cards).write(key, record); err != nil {
		return err
	}

	if stale := old.key(key); stale != nil && !bytes.Equal(stale, record.Queued.key(key)) {
		if err := tx.table(outbox).remove(stale); err != nil {
			return err
		}
	}

	if now := record.Queued.key(key); now != nil {
		return tx.table(outbox).mark(now, []byte(c.ID.String())...)
	}

	return nil
}

// queuedUnder returns where the outbox leads to a kept card.
func (tx *Tx) queuedUnder(key []byte) (*queued, error) {
	var record struct {
		Queued *queued `json:"queued"`
	}

	err := tx.table(cards).read(key, &record)

	return record.Queued, err
}

// CardsOf returns an escalation's cards in the order of their keys.
func (tx *Tx) CardsOf(id bot.EscalationID) ([]*bot.Card, error) {
	var all []*bot.Card

	t := tx.table(cards)
	for found := range t.scan(idKey(id)) {
		if found.err != nil {
			return nil, found.err
		}

		var record cardRecord
		if err := t.decode(found.key, found.payload, &record); err != nil {
			return nil, err
		}

		all = append(all, record.card())
	}

	return all, nil
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
	old, err := tx.queuedUnder(key)

	var waiting [][]byte

	damaged := (*DamagedError)(nil)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case tx.err == nil && errors.As(err, &damaged):
		waiting = tx.waiting(key)
	case err != nil:
		return err
	case old != nil:
		waiting = append(waiting, old.key(key))
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
