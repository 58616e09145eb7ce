package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// damagedStore opens a store in which some bytes were altered, and returns what
// it logs.
func damagedStore(t *testing.T, put func(bot.Tx) error, from, to string) (*bolt.Store, *bytes.Buffer) {
	t.Helper()

	path := filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	if err := s.Update(t.Context(), put); err != nil {
		t.Fatal(err)
	}

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	alter(t, path, []byte(from), []byte(to))

	var log bytes.Buffer
	options := quick
	options.Log = slog.New(slog.NewTextHandler(&log, nil))

	s, err = bolt.Open(path, options)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}

	t.Cleanup(func() { _ = s.Close() })

	return s, &log
}

func fourCases(tx bot.Tx) error {
	for id := range bot.EscalationID(4) {
		e := bot.Escalation{
			ID: id + 1, Team: "billing", Agent: "maria", State: bot.Paging, Turn: bot.Turn{Until: now()},
			Context: bot.Context{Reference: "A-1", Happened: fmt.Sprintf("case number %d", id+1)},
		}
		card := bot.Card{ID: bot.CardID{Role: bot.AgentCard, Escalation: id + 1, Person: "maria"}, Wanted: 1, Since: now(), Drawn: fmt.Sprintf("drawing %d", id+1)}

		if err := errors.Join(tx.PutEscalation(&e), tx.PutCard(&card), tx.Append(e.ID, bot.Entry{N: 1, Text: fmt.Sprintf("entry of %d", id+1)})); err != nil {
			return err
		}
	}

	return nil
}

// isDamaged checks that an error names a record and the way out.
func isDamaged(t *testing.T, call string, err error, bucket, key string) {
	t.Helper()

	var damaged *bolt.DamagedError
	if !errors.As(err, &damaged) || damaged.Bucket != bucket || damaged.Key != key || !strings.Contains(err.Error(), "firebreak restore") {
		t.Errorf("%s = %v, want that %s in %s is damaged and how to restore it", call, err, key, bucket)
	}
}

// TestDamagedRecord has one record altered: its getter fails, the indexes and
// all others go on, and it can be forgotten.
func TestDamagedRecord(t *testing.T) {
	s, log := damagedStore(t, fourCases, "case number 2", "case number 7")

	view := func(want ...bot.EscalationID) {
		t.Helper()

		_ = s.View(t.Context(), func(tx bot.Tx) error {
			due, _ := tx.Due(now(), 10)
			concerning, _ := tx.Concerning("maria")
			customer, _ := tx.ByCustomer("billing", "A-1", 10)

			if len(due) != len(want) || len(concerning) != len(want) || len(customer) != len(want) {
				t.Errorf("Due() = %v, Concerning() = %v, ByCustomer() = %v, want %v", due, concerning, customer, want)
			}

			return nil
		})
	}

	view(1, 2, 3, 4)

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Escalation(2)
		isDamaged(t, "Escalation(E-2)", err, "escalations", "E-2")

		return nil
	}); err != nil {
		t.Errorf("View() = %v, want nil", err)
	}

	for _, id := range []bot.EscalationID{1, 3, 4} {
		if got, want := happened(t, s, id), fmt.Sprintf("case number %d", id); got != want {
			t.Errorf("%v says %q, want %q", id, got, want)
		}
	}

	err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.PutEscalation(&bot.Escalation{ID: 2}) })
	isDamaged(t, "PutEscalation(E-2)", err, "escalations", "E-2")

	if err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetEscalation(2) }); err != nil {
		t.Errorf("ForgetEscalation(E-2) = %v, want nil", err)
	}

	view(1, 3, 4)

	if got := strings.Count(log.String(), "a record is damaged"); got != 1 {
		t.Errorf("the log tells %d times of one damaged record, want once:\n%s", got, log)
	}

	if strings.Contains(log.String(), "case number") {
		t.Errorf("the log has customers' words:\n%s", log)
	}

	report, err := s.Check(t.Context())
	if err != nil || report.Err() != nil {
		t.Errorf("Check() = %v, %v, want nothing wrong once it is forgotten", report.Problems, err)
	}
}

func TestDamagedTimelineAndCard(t *testing.T) {
	s, _ := damagedStore(t, fourCases, "entry of 2", "entry of 7")
	_ = s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Timeline(2)
		isDamaged(t, "Timeline(E-2)", err, "timelines", "E-2/1")

		// Whether it was once one of theirs, its neighbours can't tell.
		_, err = tx.Timeline(3)
		isDamaged(t, "Timeline(E-3)", err, "timelines", "E-2/1")

		if entries, err := tx.Timeline(4); err != nil || len(entries) != 1 {
			t.Errorf("Timeline(E-4) = %v, %v, want one entry", entries, err)
		}

		return nil
	})

	s, _ = damagedStore(t, fourCases, "drawing 2", "drawing 7")
	_ = s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.CardsOf(2)
		isDamaged(t, "CardsOf(E-2)", err, "cards", `"E-2/agent/maria/0"`)

		if ids, err := tx.Outbox(); err != nil || len(ids) != 4 {
			t.Errorf("Outbox() = %v, %v, want 4 cards", ids, err)
		}

		return nil
	})

	if err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetEscalation(2) }); err != nil {
		t.Errorf("ForgetEscalation(E-2) = %v, want nil", err)
	}

	_ = s.View(t.Context(), func(tx bot.Tx) error {
		if ids, err := tx.Outbox(); err != nil || len(ids) != 3 {
			t.Errorf("Outbox() = %v, %v, want 3 cards", ids, err)
		}

		return nil
	})
}

// TestDamagedKey alters a key: the record must not pass for one that was never
// there.
func TestDamagedKey(t *testing.T) {
	put := func(tx bot.Tx) error {
		return errors.Join(tx.KeepOnce("aaa", "1", now()), tx.KeepOnce("bbb", "2", now()), tx.KeepOnce("ccc", "3", now()))
	}

	for _, to := range []string{"abb", "zbb", "bbc"} {
		s, _ := damagedStore(t, put, "bbb", to)
		_ = s.View(t.Context(), func(tx bot.Tx) error {
			var damaged *bolt.DamagedError
			if _, err := tx.Once("bbb"); !errors.As(err, &damaged) {
				t.Errorf("Once(bbb), which became %s, = %v, want that it is damaged", to, err)
			}

			return nil
		})
	}
}

// truth is what can be asked of a store, and its answers.
type truth map[string]any

// ask asks all there is, and returns the answers and the errors.
func ask(s *bolt.Store) (answers truth, errs map[string]error) {
	answers, errs = truth{}, map[string]error{}

	keep := func(name string, value any, err error) {
		if err != nil {
			errs[name] = err
		} else {
			answers[name] = value
		}
	}

	err := s.View(ctx, func(tx bot.Tx) error {
		for id := bot.EscalationID(1); id <= flipped+1; id++ {
			e, err := tx.Escalation(id)
			if errors.Is(err, bot.ErrNotFound) {
				e, err = nil, nil
			}

			keep(fmt.Sprintf("Escalation(%v)", id), e, err)

			timeline, err := tx.Timeline(id)
			keep(fmt.Sprintf("Timeline(%v)", id), timeline, err)

			cards, err := tx.CardsOf(id)
			keep(fmt.Sprintf("CardsOf(%v)", id), cards, err)

			customer, err := tx.ByCustomer("billing", fmt.Sprintf("A-%d", id), 100)
			keep(fmt.Sprintf("index ByCustomer(%v)", id), customer, err)
		}

		due, err := tx.Due(now().AddDate(9, 0, 0), 10_000)
		keep("index Due()", due, err)

		return nil
	})
	if err != nil {
		errs["View()"] = err
	}

	return answers, errs
}

// flipped is how many escalations there are in the file that is damaged at
// random.
const flipped = 300

var flipRounds = flag.Int("flips", 100, "how often TestRandomFlips damages a file")

// flips damages a file at random, so many times, and counts what became of it.
type flips struct {
	refused, errors, noticed, harmless int
	wrong                              []string
	unverified                         int
}

// soundFile writes a store of some size and returns where it may be written
// again, its bytes, and what can be asked of it.
func soundFile(t *testing.T) (path string, sound []byte, want truth) {
	t.Helper()

	dir := t.TempDir()
	path = filepath.Join(dir, "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	fill(t, s, 1, flipped)

	want, errs := ask(s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}

	backup := filepath.Join(dir, "sound.db")
	if _, err := s.Backup(t.Context(), backup, 1<<40); err != nil {
		t.Fatal(err)
	}

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	sound, err = os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}

	return path, sound, want
}

// branches calls each with every element of the branch pages of a file: where
// it begins, and where its key does.
func branches(data []byte, each func(element, key int)) {
	const pageSize, header, elementSize, branchPage = 4096, 16, 16, 0x01

	for page := 2 * pageSize; page < len(data); page += pageSize {
		if binary.NativeEndian.Uint64(data[page:]) != uint64(page/pageSize) || binary.NativeEndian.Uint16(data[page+8:]) != branchPage {
			continue
		}

		for i := range int(binary.NativeEndian.Uint16(data[page+10:])) {
			at := page + header + i*elementSize
			each(at, at+int(binary.NativeEndian.Uint32(data[at:])))
		}
	}
}

// TestWildPointers sends bbolt to pages far beyond the end of the file, which
// would end the program.
func TestWildPointers(t *testing.T) {
	path, data, _ := soundFile(t)

	branches(data, func(element, _ int) { binary.NativeEndian.PutUint64(data[element+8:], 1<<23) })

	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	defer func() { _ = s.Close() }()

	var damaged *bolt.DamagedError
	if err := s.View(ctx, func(tx bot.Tx) error { _, err := tx.Timeline(1); return err }); !errors.As(err, &damaged) {
		t.Errorf("View() = %v, want that the file is damaged", err)
	}

	if err := s.Update(ctx, func(tx bot.Tx) error { return tx.Append(1, bot.Entry{N: 7}) }); !errors.As(err, &damaged) {
		t.Errorf("Update() = %v, want that the file is damaged", err)
	}

	report, err := s.Check(ctx)
	if err != nil || report.Err() == nil {
		t.Errorf("Check() = %v, %v, want what is wrong", report, err)
	}
}

// TestMisledSearch alters keys that lead the way to others.
func TestMisledSearch(t *testing.T) {
	path, sound, want := soundFile(t)

	var (
		all  flips
		seen int
	)

	branches(sound, func(_, key int) {
		// Ids are 8 bytes, and most of them differ in the last two.
		for _, at := range []int{key + 6, key + 7} {
			if seen++; seen%17 != 0 {
				continue
			}

			data := bytes.Clone(sound)
			data[at] ^= 0x81

			all.try(t, path, data, want, at)
		}
	})

	if len(all.wrong) > 0 || all.unverified > 0 {
		t.Errorf("%d wrong answers, %d not found by Verify, want none: %v", len(all.wrong), all.unverified, all.wrong)
	}

	if all.errors == 0 {
		t.Errorf("%+v: no error at all, the test shows nothing", all)
	}
}

// TestVerifyIndex takes an entry out of an index, as a bug of ours would.
func TestVerifyIndex(t *testing.T) {
	for _, name := range []string{"due", "concerns", "customers"} {
		path := fresh(t)

		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}

		if err := db.Update(func(tx *bbolt.Tx) error {
			index := tx.Bucket([]byte(name))
			first, _ := index.Cursor().First()

			return errors.Join(index.Delete(first), index.SetSequence(index.Sequence()-1))
		}); err != nil {
			t.Fatal(err)
		}

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		report, err := bolt.Verify(t.Context(), path)
		if err != nil || report.Err() == nil || !strings.Contains(report.Err().Error(), name) {
			t.Errorf("Verify() = %v, %v, want that the index %s lacks something", report, err, name)
		}
	}
}

// TestRandomFlips alters eight bytes at a time, anywhere in a file. There may be
// errors, and what is not an error must be right.
func TestRandomFlips(t *testing.T) {
	rounds := *flipRounds
	if testing.Short() {
		rounds = 20
	}

	path, sound, want := soundFile(t)

	var all flips

	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	for range rounds {
		data := bytes.Clone(sound)

		at := random.IntN(len(data) - 8)
		for i := range 8 {
			data[at+i] ^= byte(1 + random.IntN(255))
		}

		all.try(t, path, data, want, at)
	}

	t.Logf("seed %d: %d times 8 bytes altered in a file of %d: refused at the start %d, errors %d, an index entry missed and told of %d, no harm %d, wrong %d; not found by Verify %d",
		seed, rounds, len(sound), all.refused, all.errors, all.noticed, all.harmless, len(all.wrong), all.unverified)

	for _, wrong := range all.wrong {
		t.Errorf("wrong without an error: %s", wrong)
	}
}

func (f *flips) try(t *testing.T, path string, data []byte, want truth, at int) {
	t.Helper()

	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}

	report, err := bolt.Verify(t.Context(), path)
	verified := err == nil && report.Err() == nil

	s, err := bolt.Open(path, quick)
	if err != nil {
		f.refused++
		return
	}

	defer func() { _ = s.Close() }()

	got, errs := ask(s)

	wrong := 0
	for name, answer := range got {
		if !reflect.DeepEqual(want[name], answer) {
			wrong++

			stats, _ := s.Stats()
			if strings.HasPrefix(name, "index") && stats.Damaged > 0 {
				f.noticed++
			} else {
				f.wrong = append(f.wrong, fmt.Sprintf("%s at byte %d (page %d + %d):\n%s", name, at, at/4096, at%4096, cmp.Diff(want[name], answer)))
			}
		}
	}

	switch {
	case len(errs) > 0:
		f.errors++
	case wrong == 0:
		f.harmless++
	}

	if verified && (len(errs) > 0 || wrong > 0) {
		f.unverified++
	}
}
