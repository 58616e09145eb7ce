package bolt

import (
	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// Address returns what an adapter kept of a room, ErrNotFound if nothing is kept.
func (tx *Tx) Address(room chat.Room) ([]byte, error) {
	var record addressRecord
	if err := tx.table(addresses).read(text(string(room)), &record); err != nil {
		return nil, err
	}

	return record.Address, nil
}

// PutAddress keeps what an adapter needs to write to a room. An empty one is
// forgotten.
func (tx *Tx) PutAddress(room chat.Room, address []byte) error {
	if len(address) == 0 {
		return tx.table(addresses).remove(text(string(room)))
	}

	return tx.table(addresses).write(text(string(room)), addressRecord{Address: address})
}

// Whereabouts returns where somebody is written to, ErrNotFound if nothing is
// kept of it.
func (tx *Tx) Whereabouts(who bot.PersonID) (*bot.Whereabouts, error) {
	var record whereaboutsRecord
	if err := tx.table(whereabouts).read(text(string(who)), &record); err != nil {
		return nil, err
	}

	w := bot.Whereabouts(record)

	return &w, nil
}

// PutWhereabouts keeps w.
func (tx *Tx) PutWhereabouts(w *bot.Whereabouts) error {
	return tx.table(whereabouts).write(text(string(w.Who)), whereaboutsRecord(*w))
}
