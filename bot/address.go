package bot

import (
	"context"
	"errors"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Address returns what a platform's adapter kept of a room, nil if it kept
// nothing.
func (d *Desk) Address(ctx context.Context, room chat.Room) (address []byte, err error) {
	err = d.store.View(ctx, func(tx Tx) error {
		address, err = tx.Address(room)
		if errors.Is(err, ErrNotFound) {
			address, err = nil, nil
		}

		return err
	})

	return address, err
}

// KeepAddress keeps what an adapter needs to write to a room after a restart, in
// place of what it kept before. The bytes are the adapter's own: nobody else reads
// them.
func (d *Desk) KeepAddress(ctx context.Context, room chat.Room, address []byte) error {
	return d.store.Update(ctx, func(tx Tx) error { return tx.PutAddress(room, address) })
}
