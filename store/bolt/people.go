package bolt

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// Identity returns what is kept of an account, ErrNotFound if nothing is.
func (tx *Tx) Identity(who chat.Person) (*bot.Identity, error) {
	var record identityRecord
	if err := tx.table(identities).read(text(string(who)), &record); err != nil {
		return nil, err
	}

	identity := bot.Identity(record)

	return &identity, nil
}

// PutIdentity keeps what is known of an account.
func (tx *Tx) PutIdentity(i *bot.Identity) error {
	key := text(string(i.Who))

	var old []indexKey

	var was identityRecord

	switch err := tx.table(identities).was(key, &was); {
	case err == nil:
		old = was.keys(key)
	case errors.Is(err, bot.ErrDamaged) && tx.err == nil:
		ofIt := func(entry []byte) bool { return len(entry) > hashSize && bytes.Equal(entry[hashSize:], key) }

		if err := errors.Join(tx.forget(accounts, nil, ofIt), tx.forget(members, nil, ofIt)); err != nil {
			return err
		}
	case !errors.Is(err, bot.ErrNotFound):
		return err
	}

	record := identityRecord(*i)
	if err := tx.table(identities).write(key, record); err != nil {
		return err
	}

	return tx.reindex(old, record.keys(key))
}

// Accounts returns the identities that belong to somebody, last seen first.
func (tx *Tx) Accounts(who bot.PersonID) ([]*bot.Identity, error) {
	var found []*bot.Identity

	prefix := personHash(who)

	for entry, err := range tx.table(accounts).sound(prefix) {
		if err != nil {
			return nil, err
		}

		var record identityRecord
		if err := tx.table(identities).read(bytes.Clone(entry.key[len(prefix):]), &record); err != nil {
			return nil, err
		}

		identity := bot.Identity(record)
		found = append(found, &identity)
	}

	slices.SortStableFunc(found, func(a, b *bot.Identity) int { return b.Seen.Compare(a.Seen) })

	return found, nil
}

// Members returns how many accounts belong to a team.
func (tx *Tx) Members(team bot.TeamID) (int, error) {
	n := 0

	for _, err := range tx.table(members).sound(hash(string(team))) {
		if err != nil {
			return 0, err
		}

		n++
	}

	return n, nil
}

// Paged returns when somebody was paged last, zero if never.
func (tx *Tx) Paged(who bot.PersonID) (time.Time, error) {
	var record pagedRecord
	if err := tx.table(paged).read(text(string(who)), &record); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return time.Time{}, err
	}

	return record.At, nil
}

// PutPaged keeps when somebody was paged last. Zero forgets it.
func (tx *Tx) PutPaged(who bot.PersonID, at time.Time) error {
	if at.IsZero() {
		return tx.table(paged).remove(text(string(who)))
	}

	return tx.table(paged).write(text(string(who)), pagedRecord{At: at})
}

// Pause returns until when a name must rest, zero if it needn't.
func (tx *Tx) Pause(name string) (time.Time, error) {
	var record pauseRecord
	if err := tx.table(pauses).read(text(name), &record); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return time.Time{}, err
	}

	return record.Until, nil
}

// PutPause keeps until when a name must rest. Zero forgets it.
func (tx *Tx) PutPause(name string, until time.Time) error {
	if until.IsZero() {
		return tx.table(pauses).remove(text(name))
	}

	return tx.table(pauses).write(text(name), pauseRecord{Until: until})
}
