package bolt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// A table is one bucket within a transaction. It seals what goes in, checks
// what comes out, counts its keys, and notes how to undo what a change did.
//
// bbolt has no checksums of its own and panics, or follows a wild pointer, when
// a page is not what it was. Every step into it is guarded: such a panic becomes
// a DamagedError and spoils the transaction.
type table struct {
	tx   *Tx
	name string
	b    *bbolt.Bucket
}

// get returns the payload kept under a key, ErrNotFound if there is none. The
// payload is valid until the transaction ends.
//
// That there is none is believed only when the keys around it say so too: an
// altered key, or an altered pointer on the way to it, would make a record
// unfindable and otherwise look exactly like one that was never there.
func (t table) get(key []byte) (payload []byte, err error) {
	if t.tx.err != nil {
		return nil, t.tx.err
	}

	defer t.guard(key, &err)

	cursor := t.b.Cursor()

	at, value := cursor.Seek(key)
	if !bytes.Equal(at, key) {
		return nil, t.absent(cursor, key, at, value)
	}

	return t.unseal(key, value)
}

// absent returns ErrNotFound if the neighbours of a key are sound and in order.
// The cursor is on the next one.
func (t table) absent(cursor *bbolt.Cursor, key, next, value []byte) error {
	back := cursor.Prev
	if next == nil {
		back = cursor.Last
	} else if _, err := t.unseal(next, value); err != nil {
		return err
	}

	last, value := back()
	if last != nil {
		if _, err := t.unseal(last, value); err != nil {
			return err
		}
	}

	if next != nil && bytes.Compare(next, key) < 0 || last != nil && bytes.Compare(last, key) >= 0 {
		return t.damaged(key, errOrder)
	}

	return bot.ErrNotFound
}

func (t table) unseal(key, value []byte) ([]byte, error) {
	payload, err := unseal(t.name, key, value)
	if err != nil {
		return nil, t.damaged(key, err)
	}

	return payload, nil
}

// read decodes what is kept under a key.
func (t table) read(key []byte, into any) error {
	payload, err := t.get(key)
	if err != nil {
		return err
	}

	return t.decode(key, payload, into)
}

// was reads what is about to be replaced, ErrNotFound for nothing. That something
// beside it is damaged keeps nothing new from being kept: only of what stands under
// the key itself is damage an error.
func (t table) was(key []byte, into any) error {
	err := t.read(key, into)

	damaged := (*DamagedError)(nil)
	if t.tx.err == nil && errors.As(err, &damaged) && !errors.Is(err, errOrder) && t.b.Get(key) == nil {
		return bot.ErrNotFound
	}

	return err
}

func (t table) decode(key, payload []byte, into any) error {
	if err := json.Unmarshal(payload, into); err != nil {
		return t.damaged(key, err)
	}

	return nil
}

// write keeps a record under a key.
func (t table) write(key []byte, record any) error {
	value, err := encode(record)
	if err != nil {
		return fmt.Errorf("encode %s of %q: %w", readable(t.name, key), t.name, err)
	}

	return t.put(key, value)
}

// mark keeps a key with a payload that is no record.
func (t table) mark(key []byte, payload ...byte) error {
	return t.put(key, append(make([]byte, sealSize, sealSize+len(payload)), payload...))
}

// put seals and keeps a value with room for the seal. What is there already
// costs nothing.
func (t table) put(key, value []byte) (err error) {
	if err := t.writable(); err != nil {
		return err
	}

	defer t.guard(key, &err)

	seal(t.name, key, value)

	old := t.b.Get(key)
	if old != nil && bytes.Equal(old, value) {
		return nil
	}

	return t.set(key, old, value)
}

// remove deletes a key. One that isn't there is no error.
func (t table) remove(key []byte) (err error) {
	if err := t.writable(); err != nil {
		return err
	}

	defer t.guard(key, &err)

	old := t.b.Get(key)
	if old == nil {
		return nil
	}

	return t.set(key, old, nil)
}

// set replaces a value and notes how to undo that. No value stands for no key.
func (t table) set(key, old, value []byte) error {
	t.tx.undo = append(t.tx.undo, func() error { return t.swap(key, t.b.Get(key), old) })

	if err := t.swap(key, old, value); err != nil {
		return t.tx.spoil(fmt.Errorf("keep %s in %q: %w", readable(t.name, key), t.name, err))
	}

	return nil
}

func (t table) swap(key, old, value []byte) error {
	count := t.b.Sequence()

	if value == nil {
		if err := t.b.Delete(key); err != nil {
			return err
		}

		count--
	} else {
		if err := t.b.Put(key, value); err != nil {
			return err
		}

		if old == nil {
			count++
		}
	}

	if count == t.b.Sequence() {
		return nil
	}

	return t.b.SetSequence(count)
}

// An item is a key with what it holds, or with why that can't be told.
type item struct {
	key     []byte
	value   []byte // as it stands in the file
	payload []byte
	err     error
}

// scan walks over the keys with a prefix, in order. A damaged one is yielded
// with its error and the walk goes on; one that can't go on ends with an error.
// The bucket must not be changed meanwhile.
func (t table) scan(prefix []byte) iter.Seq[item] { return t.scanFrom(prefix, prefix) }

// scanFrom does so from a key on that has the prefix.
func (t table) scanFrom(prefix, from []byte) iter.Seq[item] {
	return func(yield func(item) bool) {
		if t.tx.err != nil {
			yield(item{err: t.tx.err})
			return
		}

		cursor := t.b.Cursor()

		at := t.step(prefix, func() ([]byte, []byte) { return t.first(cursor, from) })
		for ; !at.beyond(prefix); at = t.step(at.key, cursor.Next) {
			if at.err == nil && (!bytes.HasPrefix(at.key, prefix) || bytes.Compare(at.key, from) < 0) {
				continue // where a damaged page has misled the search
			}

			if !yield(at) || t.tx.err != nil {
				return
			}
		}
	}
}

// beyond reports whether no more keys with a prefix can come.
func (i item) beyond(prefix []byte) bool {
	return i.err == nil && (i.key == nil || !bytes.HasPrefix(i.key, prefix) && bytes.Compare(i.key, prefix) > 0)
}

// first goes to where a walk from a key on has to begin. A damaged key may have
// misled the search, so it goes back to a sound one before.
func (t table) first(cursor *bbolt.Cursor, from []byte) (key, value []byte) {
	back := cursor.Prev
	if next, _ := cursor.Seek(from); next == nil {
		back = cursor.Last
	}

	for {
		last, value := back()
		if last == nil {
			return cursor.First()
		}

		if _, err := unseal(t.name, last, value); err == nil && bytes.Compare(last, from) < 0 {
			return cursor.Next()
		}

		back = cursor.Prev
	}
}

// step moves a cursor and returns what is there, nothing at the end.
func (t table) step(near []byte, move func() ([]byte, []byte)) (at item) {
	defer t.guard(near, &at.err)

	key, value := move()
	if key == nil {
		return item{}
	}

	payload, err := t.unseal(key, value)

	return item{key: key, value: value, payload: payload, err: err}
}

// sound walks over the keys with a prefix as scan does and leaves out those
// that are damaged: an index must lead to all the others.
func (t table) sound(prefix []byte) iter.Seq2[item, error] { return t.soundFrom(prefix, prefix) }

// soundFrom does so from a key on that has the prefix.
func (t table) soundFrom(prefix, from []byte) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for found := range t.scanFrom(prefix, from) {
			if damaged := (*DamagedError)(nil); t.tx.err == nil && errors.As(found.err, &damaged) {
				continue
			}

			if !yield(found, found.err) || found.err != nil {
				return
			}
		}
	}
}

// before returns what an index by time has of before a time, oldest first, at most
// so many. It stays as it is when the bucket is changed.
func (t table) before(end time.Time, most int) ([]item, error) {
	var old []item

	for found, err := range t.sound(nil) {
		if err != nil {
			return nil, err
		}

		if len(old) >= most || bytes.Compare(found.key, timeKey(end)) >= 0 {
			break
		}

		old = append(old, item{key: bytes.Clone(found.key), payload: bytes.Clone(found.payload)})
	}

	return old, nil
}

// count returns how many keys there are.
func (t table) count() int {
	if t.tx.err != nil {
		return 0
	}

	return int(t.b.Sequence())
}

func (t table) writable() error {
	switch {
	case t.tx.err != nil:
		return t.tx.err
	case !t.b.Writable():
		return errReadOnly
	default:
		return nil
	}
}

// guard turns a panic of bbolt into an error that spoils the transaction.
func (t table) guard(key []byte, err *error) {
	if p := recover(); p != nil {
		*err = t.tx.spoil(t.damaged(key, brokenPageError{p}))
	}
}

// damaged returns the error for a record that can't be read, and makes it known.
func (t table) damaged(key []byte, cause error) error {
	err := &DamagedError{Bucket: t.name, Key: readable(t.name, key), Cause: cause}
	t.tx.store.noteDamage(err, key)

	return err
}

// encode writes a record as JSON with room for the seal before it.
func encode(record any) ([]byte, error) {
	var value bytes.Buffer

	value.Write(make([]byte, sealSize))

	encoder := json.NewEncoder(&value)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(record); err != nil {
		return nil, err
	}

	return bytes.TrimSuffix(value.Bytes(), []byte("\n")), nil
}
