package main

import (
	"bytes"
	endian "encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// An insider can write the data file and knows how it is made: below the desk, with
// checksums that are right.
type insider struct{ path string }

func (i insider) update(change func(*bbolt.Tx) error) error {
	db, err := bbolt.Open(i.path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}

	return errors.Join(db.Update(change), db.Close())
}

// alter changes the fields of a record that the insider names.
func (i insider) alter(bucket string, key []byte, change func(map[string]any)) error {
	return i.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))

		value := b.Get(key)
		if value == nil {
			return fmt.Errorf("there is no %x in %q", key, bucket)
		}

		fields := map[string]any{}

		numbers := json.NewDecoder(bytes.NewReader(value[5:]))
		numbers.UseNumber()

		if err := numbers.Decode(&fields); err != nil {
			return err
		}

		change(fields)

		payload, err := json.Marshal(fields)
		if err != nil {
			return err
		}

		return b.Put(key, resealed(bucket, key, payload))
	})
}

// remove takes a record out.
func (i insider) remove(bucket string, key []byte) error {
	return i.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))

		return errors.Join(b.Delete(key), b.SetSequence(b.Sequence()-1))
	})
}

// spoil alters a byte of a record as a failing disk does, which knows no checksums.
func (i insider) spoil(bucket string, key []byte) error {
	return i.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))

		value := bytes.Clone(b.Get(key))
		if value == nil {
			return fmt.Errorf("there is no %x in %q", key, bucket)
		}

		value[len(value)/2] ^= 0x10

		return b.Put(bytes.Clone(key), value)
	})
}

// keys are those of all records, by bucket.
func (i insider) keys() (keys map[string][][]byte, err error) {
	keys = map[string][][]byte{}

	err = i.update(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(key, _ []byte) error {
				keys[string(name)] = append(keys[string(name)], bytes.Clone(key))

				return nil
			})
		})
	})

	return keys, err
}

// resealed is what store/bolt/doc.go says of a value.
func resealed(bucket string, key, payload []byte) []byte {
	sum := crc32.Checksum(bytes.Join([][]byte{[]byte(bucket + "\x00"), key, payload}, nil), crc32.MakeTable(crc32.Castagnoli))

	return append(endian.LittleEndian.AppendUint32([]byte{1}, sum), payload...)
}

func caseKey(id bot.EscalationID) []byte { return endian.BigEndian.AppendUint64(nil, uint64(id)) }

func entryOf(id bot.EscalationID, n int) []byte {
	return endian.BigEndian.AppendUint32(caseKey(id), uint32(n)) //nolint:gosec // a small one
}

// befallsRecord has an insider do something while the bot is down.
func befallsRecord(p *play, name string, do func(i insider, id bot.EscalationID) error) error {
	id, err := bot.ParseEscalationID(name)
	if err != nil {
		return err
	}

	p.stop()
	err = do(insider{filepath.Join(p.data, databaseName)}, id)
	p.start()

	return err
}

func altersEntry(p *play, a []string) error {
	return befallsRecord(p, a[1], func(i insider, id bot.EscalationID) error {
		return i.alter("timelines", entryOf(id, number(a[0])), func(entry map[string]any) { entry["by"] = "lee" })
	})
}

func takesOutEntry(p *play, a []string) error {
	return befallsRecord(p, a[1], func(i insider, id bot.EscalationID) error {
		return i.remove("timelines", entryOf(id, number(a[0])))
	})
}

func takesOutRecord(p *play, a []string) error {
	return befallsRecord(p, a[0], func(i insider, id bot.EscalationID) error { return i.remove("escalations", caseKey(id)) })
}

// spoilsRecord has the disk alter a record.
func spoilsRecord(p *play, a []string) error {
	return befallsRecord(p, a[0], func(i insider, id bot.EscalationID) error { return i.spoil("escalations", caseKey(id)) })
}

func spoilsEntry(p *play, a []string) error {
	return befallsRecord(p, a[1], func(i insider, id bot.EscalationID) error { return i.spoil("timelines", entryOf(id, number(a[0]))) })
}

// verifyPrints has the operator type firebreak verify.
func verifyPrints(p *play, a []string) error {
	var out strings.Builder

	v := verification{out: &out, days: map[string]int{}}
	err := v.look(verified(p.t.Context(), p.app.desk, p.app.store, ""))

	if err == nil {
		if err = v.sum(); err != nil {
			fmt.Fprintln(&out, "firebreak:", err)

			err = nil
		}
	}

	if err == nil && !holds(out.String(), inQuotes(a[0])) {
		err = fmt.Errorf("firebreak verify does not print all of %v:\n%v", a[0], out.String())
	}

	return err
}
