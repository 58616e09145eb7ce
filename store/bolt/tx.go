package bolt

import (
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// A Tx is one transaction, or one change's part in a transaction that it shares
// with others. It implements bot.Tx.
type Tx struct {
	store  *Store
	bolt   *bbolt.Tx
	tables []table
	undo   []undo // how to take back the running change, newest last
	err    error  // why nothing more can be done with it
}

var _ bot.Tx = (*Tx)(nil)

var (
	errReadOnly = errors.New("a View can't change anything")
	errOver     = errors.New("the transaction is over")
)

// An undo takes back one step of a change.
type undo func() error

func newTx(s *Store, tx *bbolt.Tx) *Tx {
	return &Tx{store: s, bolt: tx, tables: make([]table, 0, 8)}
}

// table returns a bucket.
func (tx *Tx) table(name string) table {
	for _, t := range tx.tables { // a few, which is quicker than a map
		if t.name == name {
			return t
		}
	}

	t := table{tx: tx, name: name, b: tx.bucket(name)}
	tx.tables = append(tx.tables, t)

	return t
}

// bucket returns a bucket of bbolt's. Without it the transaction is spoiled.
func (tx *Tx) bucket(name string) (b *bbolt.Bucket) {
	if tx.err != nil {
		return nil
	}

	t := table{tx: tx, name: name}

	var err error // spoils the transaction, which is all that is to be done
	defer t.guard(nil, &err)

	b = tx.bolt.Bucket([]byte(name))
	if b == nil {
		_ = tx.spoil(t.damaged(nil, errors.New("the bucket is missing")))
		return nil
	}

	if slices.Contains(growing, name) {
		b.FillPercent = growingFill
	}

	return b
}

// spoil makes sure that nothing of the transaction counts.
func (tx *Tx) spoil(err error) error {
	if tx.err == nil {
		tx.err = err
	}

	return err
}

// savepoint begins a change's part of the transaction.
func (tx *Tx) savepoint() { tx.undo = nil }

// rollback takes back what was done since the savepoint and leaves alone what
// was done before it.
func (tx *Tx) rollback() {
	defer func() {
		if p := recover(); p != nil {
			_ = tx.spoil(fmt.Errorf("undo a change: %v", p))
		}
	}()

	for i := len(tx.undo) - 1; i >= 0 && tx.err == nil; i-- {
		if err := tx.undo[i](); err != nil {
			_ = tx.spoil(fmt.Errorf("undo a change: %w", err))
		}
	}

	tx.undo = nil
}

// over makes the transaction unusable, for those who kept it.
func (tx *Tx) over() {
	tx.err = errOver
}
