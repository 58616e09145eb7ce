package bolt_test

import (
	"bytes"
	"crypto/sha256"
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
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
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
			ID: id + 1, Team: "billing", Agent: "maria", State: bot.Paging, Turn: bot.Turn{Until: now()}, Opened: now(),
			Owed:    []bot.Owed{{N: 1, Owner: "dana"}},
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
			owing, _ := tx.Owing("dana")
			opened, _ := tx.OpenedIn("billing", now(), now().Add(1))

			for call, got := range map[string][]bot.EscalationID{
				"Due()": due, "Concerning()": concerning, "ByCustomer()": customer, "Owing()": owing, "OpenedIn()": opened,
			} {
				if len(got) != len(want) {
					t.Errorf("%s = %v, want %v", call, got, want)
				}
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

// fourRotas is what fourCases is, of what is kept about who is on duty.
func fourRotas(tx bot.Tx) error {
	for i := range 4 {
		id := i + 1
		until := now().Add(time.Duration(id) * time.Hour)

		if err := errors.Join(
			tx.PutChange(&bot.Change{ID: bot.ChangeID(id), Who: "dana", Until: until, By: bot.PersonID(fmt.Sprintf("maker %d", id))}),
			tx.PutNote(&bot.Note{ID: bot.NoteID(id), To: "dana", At: until, Text: fmt.Sprintf("note number %d", id)}),
			tx.PutCard(&bot.Card{ID: bot.CardID{Role: bot.NoteCard, Person: "dana", N: id}, Wanted: 1, Since: now(), Drawn: fmt.Sprintf("drawing %d", id)}),
			tx.PutWatch(&bot.Watch{Team: bot.TeamID(fmt.Sprintf("team %d", id)), ChangeAt: until, Group: []bot.PersonID{bot.PersonID(fmt.Sprintf("in group %d", id))}}),
			tx.PutFeed(&bot.Feed{Team: bot.TeamID(fmt.Sprintf("team %d", id)), Source: fmt.Sprintf("source %d", id)}),
			tx.PutPaged(bot.PersonID(fmt.Sprintf("person %d", id)), until),
			tx.PutAddress(chat.Room(fmt.Sprintf("room %d", id)), []byte("where it is")),
			tx.PutWhereabouts(&bot.Whereabouts{Who: bot.PersonID(fmt.Sprintf("person %d", id)), Active: chat.Person(fmt.Sprintf("active %d", id))}),
		); err != nil {
			return err
		}
	}

	return nil
}

// TestDamagedDuty has one record of each kind altered: it is named, and what
// does not need it goes on.
func TestDamagedDuty(t *testing.T) {
	for _, test := range []struct {
		call, from, to, bucket, key string
		get                         func(bot.Tx) error
		others                      func(bot.Tx) (int, error) // finds four
	}{
		{
			"Change(2)", "maker 2", "maker 7", "changes", "2",
			func(tx bot.Tx) error { _, err := tx.Change(2); return err },
			func(tx bot.Tx) (int, error) {
				c, err := tx.Changes("dana", now().Add(2*time.Hour))
				return len(c) + 2, err
			},
		},
		{
			"Changes(dana)", "maker 2", "maker 7", "changes", "2",
			func(tx bot.Tx) error { _, err := tx.Changes("dana", now()); return err },
			func(tx bot.Tx) (int, error) {
				c, err := tx.Changes("dana", now().Add(2*time.Hour))
				return len(c) + 2, err
			},
		},
		{
			"Note(2)", "note number 2", "note number 7", "notes", "2",
			func(tx bot.Tx) error { _, err := tx.Note(2); return err },
			func(tx bot.Tx) (int, error) { ids, err := tx.Outbox(); return len(ids), err },
		},
		{
			"Watch(team 2)", "in group 2", "in group 7", "watches", `"team 2"`,
			func(tx bot.Tx) error { _, err := tx.Watch("team 2"); return err },
			func(tx bot.Tx) (int, error) {
				teams, err := tx.DueWatches(now().Add(9*time.Hour), 10)
				return len(teams), err
			},
		},
		{
			"Feed(team 2)", "source 2", "source 7", "feeds", `"team 2"`,
			func(tx bot.Tx) error { _, err := tx.Feed("team 2"); return err },
			func(tx bot.Tx) (int, error) { _, err := tx.Feed("team 4"); return 4, err },
		},
		{
			"Paged(person 2)", "person 2", "person 7", "paged", `"person 7"`,
			func(tx bot.Tx) error { _, err := tx.Paged("person 2"); return err },
			func(tx bot.Tx) (int, error) { _, err := tx.Paged("person 4"); return 4, err },
		},
		{
			"Address(room 2)", "room 2", "room 7", "addresses", `"room 7"`,
			func(tx bot.Tx) error { _, err := tx.Address("room 2"); return err },
			func(tx bot.Tx) (int, error) { _, err := tx.Address("room 4"); return 4, err },
		},
		{
			"Whereabouts(person 2)", "active 2", "active 7", "whereabouts", `"person 2"`,
			func(tx bot.Tx) error { _, err := tx.Whereabouts("person 2"); return err },
			func(tx bot.Tx) (int, error) { _, err := tx.Whereabouts("person 4"); return 4, err },
		},
	} {
		s, _ := damagedStore(t, fourRotas, test.from, test.to)

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			isDamaged(t, test.call, test.get(tx), test.bucket, test.key)

			if n, err := test.others(tx); n != 4 || err != nil {
				t.Errorf("beside the damaged %s there are %d, %v, want 4", test.call, n, err)
			}

			return nil
		}); err != nil {
			t.Errorf("View() = %v, want nil", err)
		}

		report, err := s.Check(t.Context())
		if err != nil {
			t.Errorf("Check() = %v, want nil", err)
		}

		isDamaged(t, "Check() after "+test.call, report.Err(), test.bucket, test.key)
	}
}

// TestDamagedNoteForgotten has a note and the card of another altered: both can
// be forgotten all the same.
func TestDamagedNoteForgotten(t *testing.T) {
	for from, to := range map[string]string{"note number 2": "note number 7", "drawing 2": "drawing 7"} {
		s, _ := damagedStore(t, fourRotas, from, to)

		if err := s.Update(t.Context(), func(tx bot.Tx) error {
			n, err := tx.ForgetNotes(now().Add(3*time.Hour), 10)
			if n != 2 {
				t.Errorf("ForgetNotes() = %d, %v, want 2", n, err)
			}

			return err
		}); err != nil {
			t.Errorf("Update() = %v, want nil", err)
		}

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			ids, err := tx.Outbox()
			if len(ids) != 2 {
				t.Errorf("Outbox() = %v, want what is left: two", ids)
			}

			return err
		}); err != nil {
			t.Errorf("View() = %v, want nil", err)
		}

		report, err := s.Check(t.Context())
		if err != nil || report.Err() != nil || report.Records["notes"] != 2 || report.Records["cards"] != 2 {
			t.Errorf("Check() = %+v, %v, want two sound notes with their cards", report, err)
		}
	}
}

// TestIndexToNowhere has an index entry that leads to no record, as a bug of
// ours would leave: it must not pass for somebody without changes.
func TestIndexToNowhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	withRotas(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("changes")).Delete([]byte{0, 0, 0, 0, 0, 0, 0, 2})
	})

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()

	_ = s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Changes("dana", now())
		isDamaged(t, "Changes(dana)", err, "changes", "2")

		if errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Changes(dana) = %v, which passes for none", err)
		}

		return nil
	})
}

// withRotas makes a store of all kinds at path, and alters it behind its back.
func withRotas(t *testing.T, path string, do func(*bbolt.Tx) error) {
	t.Helper()

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	if err := s.Update(t.Context(), fourRotas); err != nil {
		t.Fatal(err)
	}

	for _, put := range []func(bot.Tx) error{fourCases, fourAfterCall, fourCustomers} {
		if err := s.Update(t.Context(), put); err != nil {
			t.Fatal(err)
		}
	}

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := errors.Join(db.Update(do), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyNumbers sets a counter below what is in use.
func TestVerifyNumbers(t *testing.T) {
	for counter, records := range map[string]string{"numbers": "escalations", "change-numbers": "changes", "note-numbers": "notes"} {
		path := filepath.Join(t.TempDir(), "firebreak.db")
		withRotas(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte(counter)).SetSequence(3) })

		report, err := bolt.Verify(t.Context(), path)
		if err != nil || report.Err() == nil || !strings.Contains(report.Err().Error(), records) {
			t.Errorf("Verify() = %v, %v, want that a number of %s is in use", report, err, records)
		}

		// It is not given again all the same.
		s, err := bolt.Open(path, quick)
		if err != nil {
			t.Fatal(err)
		}

		if err := s.Update(t.Context(), func(tx bot.Tx) error {
			escalation, escalationErr := tx.NextEscalation()
			change, changeErr := tx.NextChange()
			note, noteErr := tx.NextNote()

			if escalation != 5 || change != 5 || note != 5 {
				t.Errorf("the next numbers are %v, %v and %v, want 5 of each", escalation, change, note)
			}

			return errors.Join(escalationErr, changeErr, noteErr)
		}); err != nil {
			t.Error(err)
		}

		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
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

		for i := range flipped + 1 {
			askRota(tx, i+1, keep)
			askAfterCall(tx, i+1, keep)
		}

		teams, err := tx.DueWatches(now().AddDate(9, 0, 0), 10_000)
		keep("index DueWatches()", teams, err)

		due, err := tx.Due(now().AddDate(9, 0, 0), 10_000)
		keep("index Due()", due, err)

		return nil
	})
	if err != nil {
		errs["View()"] = err
	}

	return answers, errs
}

// askRota asks for what keepRota keeps.
func askRota(tx bot.Tx, i int, keep func(name string, value any, err error)) {
	ask := func(name string, value any, err error) {
		if errors.Is(err, bot.ErrNotFound) {
			value, err = nil, nil
		}

		keep(fmt.Sprintf("%s(%d)", name, i), value, err)
	}

	c, err := tx.Change(bot.ChangeID(i))
	ask("Change", c, err)

	all, err := tx.Changes(rotaPerson(i), now().AddDate(0, 0, flipped/2))
	ask("index Changes", all, err)

	n, err := tx.Note(bot.NoteID(i))
	ask("Note", n, err)

	card, err := tx.Card(bot.CardID{Role: bot.NoteCard, Person: rotaPerson(i), N: i})
	ask("Card", card, err)

	w, err := tx.Watch(rotaTeam(i))
	ask("Watch", w, err)

	f, err := tx.Feed(rotaTeam(i))
	ask("Feed", f, err)

	at, err := tx.Paged(rotaPerson(i))
	ask("Paged", at, err)
}

func rotaPerson(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("person %d", i%40)) }

func rotaTeam(i int) bot.TeamID { return bot.TeamID(fmt.Sprintf("team %d", i)) }

// keepRota keeps one of each kind that is about who is on duty.
func keepRota(tx bot.Tx, i int) error {
	at := now().AddDate(0, 0, i)

	return errors.Join(
		tx.PutChange(&bot.Change{ID: bot.ChangeID(i), Who: rotaPerson(i), Cover: rotaPerson(i + 1), Until: at}),
		tx.PutNote(&bot.Note{ID: bot.NoteID(i), To: rotaPerson(i), At: at}),
		tx.PutCard(&bot.Card{ID: bot.CardID{Role: bot.NoteCard, Person: rotaPerson(i), N: i}, Wanted: 1, Since: at}),
		tx.PutWatch(&bot.Watch{Team: rotaTeam(i), ChangeAt: at}),
		tx.PutFeed(&bot.Feed{Team: rotaTeam(i), Data: []byte("BEGIN:VCALENDAR")}),
		tx.PutPaged(rotaPerson(i), at),
	)
}

// flipped is how many of each kind there are in the file that is damaged at
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

	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		for i := range flipped {
			if err := errors.Join(keepRota(tx, i+1), keepAfterCall(tx, i+1)); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		t.Fatal(err)
	}

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

// TestMisledIntoThePast alters keys that lead the way within one person's
// changes: a walk that begins too early must not yield what is over.
func TestMisledIntoThePast(t *testing.T) {
	const years = 16 + 4 // where a key in changes-of has what counts half a year

	path := filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	fillChanges(t, s, 1, 1000)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	half := now().Add(-500 * 14 * 24 * time.Hour)

	branches(sound, func(_, key int) {
		if !bytes.Equal(sound[key:key+16], personKey(changed(0))) {
			return
		}

		data := bytes.Clone(sound)
		data[key+years] |= 0x70

		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}

		s, err := bolt.Open(path, quick)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = s.Close() }()

		_ = s.View(t.Context(), func(tx bot.Tx) error {
			all, err := tx.Changes(changed(0), half)

			stats, _ := s.Stats()
			if err == nil && len(all) != 501 && stats.Damaged == 0 {
				t.Errorf("Changes() has %d when the key at byte %d is altered, want 501 or an error", len(all), key)
			}

			for _, c := range all {
				if !c.Until.After(half) {
					t.Errorf("Changes() has one until %v when the key at byte %d is altered, want none before %v", c.Until, key, half)
					break
				}
			}

			return nil
		})
	})
}

// personKey is what a person's keys begin with.
func personKey(who bot.PersonID) []byte {
	sum := sha256.Sum256([]byte(who))

	return sum[:16]
}

// TestVerifyIndex takes an entry out of an index, as a bug of ours would.
func TestVerifyIndex(t *testing.T) {
	for _, name := range []string{
		"due", "concerns", "customers", "outbox", "changes-of", "notes-by-time", "watch-due",
		"opened", "owing", "members", "break-due", "breaks-by-time", "resting", "digest-due", "feedback-by-week", "known-due", "known-names", "restricted",
	} {
		path := filepath.Join(t.TempDir(), "firebreak.db")
		withRotas(t, path, func(tx *bbolt.Tx) error {
			index := tx.Bucket([]byte(name))
			first, _ := index.Cursor().First()

			return errors.Join(index.Delete(first), index.SetSequence(index.Sequence()-1))
		})

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
