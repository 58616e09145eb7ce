package bolt_test

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// TestOlderTimelinesChained has a file of before there was a chain, with more
// timelines than are chained in one transaction: all of them are, each number is
// accounted for, and what is wrong with one keeps none of the others.
func TestOlderTimelinesChained(t *testing.T) {
	const count = 1203

	gone := func(id bot.EscalationID) bool { return id <= 2 || id == 500 || id >= 700 && id < 710 || id > count-2 }
	path := filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.OpenAs(path, quick, []bolt.Migration{nil, nil, nil, nil})
	if err != nil {
		t.Fatal(err)
	}

	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		for id := bot.EscalationID(1); id <= count; id++ {
			e := bot.Escalation{ID: id, State: bot.Paging, Entries: 2, Opened: now()}

			if err := errors.Join(
				tx.PutEscalation(&e),
				tx.Append(id, bot.Entry{N: 1, At: now(), By: "maria", To: bot.Paging, Text: "It broke"}),
				tx.Append(id, bot.Entry{N: 2, At: now().Add(time.Second), From: bot.Paging, To: bot.Paging, Whom: "dana"}),
			); err != nil {
				return err
			}

			if gone(id) {
				if err := tx.ForgetEscalation(id); err != nil {
					return err
				}
			}
		}

		return nil
	}); err != nil {
		t.Fatal(err)
	}

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	spoil(t, path, 600)

	s, err = bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = s.Close() }()

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		for id := bot.EscalationID(1); id <= count; id++ {
			checkChained(t, tx, id, gone(id))
		}

		last, err := tx.LastEscalation()
		if last != count {
			t.Errorf("LastEscalation() = %v, want %v", last, count)
		}

		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func checkChained(t *testing.T, tx bot.Tx, id bot.EscalationID, gone bool) {
	t.Helper()

	e, err := tx.Escalation(id)

	switch damaged := (*bolt.DamagedError)(nil); {
	case gone:
		tally, err := tx.Tally(id)
		if err != nil || !tally.Before {
			t.Errorf("Tally(%v) = %+v, %v, want that it was gone before", id, tally, err)
		}

		return
	case id == 600:
		if !errors.As(err, &damaged) {
			t.Errorf("Escalation(%v) = %v, want that it is damaged", id, err)
		}

		return
	case err != nil:
		t.Errorf("Escalation(%v) = %v, want it", id, err)

		return
	}

	entries, err := tx.Timeline(id)
	if faults := bot.VerifyTimeline(e, entries); err != nil || len(faults) > 0 || len(entries) != 2 {
		t.Errorf("%v has %d entries, %v, with the faults %+v, want two and none", id, len(entries), err, faults)
	}

	if !e.Chained.Equal(now()) {
		t.Errorf("%v was chained on %v, want %v", id, e.Chained, now())
	}
}

// spoil changes a record as a failing disk does.
func spoil(t *testing.T, path string, id bot.EscalationID) {
	t.Helper()

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	key := binary.BigEndian.AppendUint64(nil, uint64(id))
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("escalations")).Put(key, []byte("spoiled"))
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
}
