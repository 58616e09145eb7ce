package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/firebreakhq/firebreak/bot"
)

// Customer returns what is known of a team's customer, ErrNotFound if nothing is.
func (tx *Tx) Customer(team bot.TeamID, reference string) (*bot.Customer, error) {
	key := customerHash(team, reference)
	if key == nil {
		return nil, bot.ErrNotFound
	}

	var record customerRecord
	if err := tx.table(known).read(key, &record); err != nil {
		return nil, err
	}

	return record.customer(), nil
}

// PutCustomer keeps c and brings the indexes in step with it.
func (tx *Tx) PutCustomer(c *bot.Customer) error {
	key := customerHash(c.Team, c.Reference)
	if key == nil {
		return errors.New("a customer without a reference can't be kept")
	}

	var old customerRecord
	if err := tx.table(known).was(key, &old); err != nil && !errors.Is(err, bot.ErrNotFound) {
		return err
	}

	record := newCustomerRecord(c)
	if err := tx.table(known).write(key, record); err != nil {
		return err
	}

	return tx.reindex(old.keys(key), record.keys(key))
}

// ForgetCustomer removes what is known of a customer. If its record can't tell any
// more what leads to it, the indexes are searched.
func (tx *Tx) ForgetCustomer(team bot.TeamID, reference string) error {
	key := customerHash(team, reference)
	if key == nil {
		return nil
	}

	var old customerRecord

	err := tx.table(known).read(key, &old)

	damaged := (*DamagedError)(nil)
	switch {
	case err == nil:
		err = tx.reindex(old.keys(key), nil)
	case errors.Is(err, bot.ErrNotFound):
		return nil
	case tx.err == nil && errors.As(err, &damaged):
		err = errors.Join(tx.forgetSuffix(knownDue, key), tx.forgetSuffix(knownNames, key), tx.forgetSuffix(restricted, key))
	}

	if err != nil {
		return err
	}

	return tx.table(known).remove(key)
}

// DueCustomers returns the customers whose Due is not after until, oldest first.
func (tx *Tx) DueCustomers(until time.Time, most int) ([]bot.CustomerKey, error) {
	var keys []bot.CustomerKey

	end, t := timeKey(until), tx.table(knownDue)
	for found, err := range t.sound(nil) {
		if err != nil {
			return nil, err
		}

		if len(keys) >= most || bytes.Compare(found.key[:timeSize], end) > 0 {
			break
		}

		key, ok := customerOf(found.payload)
		if !ok {
			return nil, t.damaged(found.key, errors.New("it names no customer"))
		}

		keys = append(keys, key)
	}

	return keys, nil
}

// CustomersNamed returns the references of a team's customers that go by a name.
func (tx *Tx) CustomersNamed(team bot.TeamID, name string, most int) ([]string, error) {
	prefix := nameHash(team, name)
	if prefix == nil {
		return nil, nil
	}

	return tx.references(knownNames, prefix, most)
}

// RestrictedCustomers returns the references of a team's customers with a
// restriction that is not over.
func (tx *Tx) RestrictedCustomers(team bot.TeamID, most int) ([]string, error) {
	return tx.references(restricted, hash(string(team)), most)
}

// references returns what an index of references has under a prefix.
func (tx *Tx) references(index string, prefix []byte, most int) ([]string, error) {
	var references []string

	for found, err := range tx.table(index).sound(prefix) {
		if err != nil {
			return nil, err
		}

		if len(references) >= most {
			break
		}

		references = append(references, string(found.payload))
	}

	return references, nil
}

// customerPayload names a customer within an index: the length of the team's name,
// the team, and the reference.
func customerPayload(team bot.TeamID, reference string) []byte {
	payload := binary.AppendUvarint(nil, uint64(len(team)))
	payload = append(payload, team...)

	return append(payload, reference...)
}

// customerOf reads what customerPayload wrote.
func customerOf(payload []byte) (bot.CustomerKey, bool) {
	length, n := binary.Uvarint(payload)
	if n <= 0 || length > uint64(len(payload)-n) {
		return bot.CustomerKey{}, false
	}

	team, reference := payload[n:n+int(length)], payload[n+int(length):]

	return bot.CustomerKey{Team: bot.TeamID(team), Reference: string(reference)}, true
}

// rememberedAtOnce is how many escalations one transaction of rememberCustomers
// reads. All that it writes stays in memory until its end.
const rememberedAtOnce = 5000

// rememberCustomers gathers what is known of customers from all the escalations in
// a file, customer by customer, a bounded number at a time. What was gathered by an
// attempt that was cut short may be older than the escalations, and is thrown away.
func rememberCustomers(db *bbolt.DB, _ time.Time) error {
	if err := db.Update(emptyKnown); err != nil {
		return err
	}

	for from := []byte{}; from != nil; {
		if err := db.Update(func(inner *bbolt.Tx) (err error) {
			tx := newTx(&Store{log: slog.New(slog.DiscardHandler)}, inner)
			from, err = tx.rememberSome(from, rememberedAtOnce)

			return err
		}); err != nil {
			return err
		}
	}

	return nil
}

func emptyKnown(tx *bbolt.Tx) error {
	for _, name := range []string{known, knownDue, knownNames, restricted} {
		if err := tx.DeleteBucket([]byte(name)); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
			return err
		}

		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}

	return nil
}

// rememberSome notes so many escalations of those that the index by customers has
// from a key on, and returns the key to go on from, nil at the end. Those that are
// damaged are left out: their getter names them.
func (tx *Tx) rememberSome(from []byte, most int) (next []byte, err error) {
	var (
		customer *bot.Customer
		whose    []byte
	)

	for found, err := range tx.table(customers).soundFrom(nil, from) {
		if err != nil {
			return nil, err
		}

		if most == 0 {
			next = bytes.Clone(found.key)

			break
		}

		most--

		var record escalationRecord
		if tx.table(escalations).read(idKey(idOf(found.key)), &record) != nil {
			continue
		}

		e := record.escalation()

		if hash := found.key[:hashSize]; !bytes.Equal(hash, whose) {
			if err := tx.keepRemembered(customer); err != nil {
				return nil, err
			}

			whose = bytes.Clone(hash)

			if customer, err = tx.orNew(e); err != nil {
				return nil, err
			}
		}

		customer.Note(e, false)
	}

	return next, tx.keepRemembered(customer)
}

// orNew returns what was gathered of an escalation's customer so far.
func (tx *Tx) orNew(e *bot.Escalation) (*bot.Customer, error) {
	c, err := tx.Customer(e.Team, e.Context.Reference)
	if errors.Is(err, bot.ErrNotFound) {
		return &bot.Customer{Team: e.Team, Reference: e.Context.Reference}, nil
	}

	return c, err
}

func (tx *Tx) keepRemembered(c *bot.Customer) error {
	if c == nil || c.Empty() {
		return nil
	}

	tx.savepoint() // all is undone at once, or nothing

	if err := tx.PutCustomer(c); err != nil {
		return fmt.Errorf("keep a customer: %w", err)
	}

	return nil
}
