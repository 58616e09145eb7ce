package bolt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
	"github.com/firebreakhq/firebreak/store/storetest"
)

// newer returns the file of a program that knows one version more.
func newer(t *testing.T, data []byte) []byte {
	t.Helper()

	path := filepath.Join(t.TempDir(), "firebreak.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}

	s, err := bolt.OpenAs(path, quick, make([]bolt.Migration, present+1))
	if err != nil {
		t.Fatal(err)
	}

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	data, err = os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	return data
}

// version0 writes a file of a version that never was: its records have no
// checksum yet.
func version0(t *testing.T) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), "firebreak.db")

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()

	if err := db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucket([]byte("meta"))
		if err != nil {
			return err
		}

		pauses, err := tx.CreateBucket([]byte("pauses"))
		if err != nil {
			return err
		}

		return errors.Join(
			meta.Put([]byte("schema"), bolt.Seal("meta", []byte("schema"), []byte(`{"version":0}`))),
			pauses.Put([]byte("slack"), []byte(`{"until":"2026-11-02T09:00:00Z"}`)),
			pauses.SetSequence(1),
		)
	}); err != nil {
		t.Fatal(err)
	}

	return path
}

// addSeals is the migration of such a file to version 1.
func addSeals(tx *bbolt.Tx) error {
	pauses := tx.Bucket([]byte("pauses"))
	key := []byte("slack")

	return pauses.Put(key, bolt.Seal("pauses", key, pauses.Get(key)))
}

func TestMigrated(t *testing.T) {
	path := version0(t)

	var log bytes.Buffer
	options := quick
	options.Log = slog.New(slog.NewTextHandler(&log, nil))

	s, err := bolt.OpenAs(path, options, []bolt.Migration{addSeals})
	if err != nil {
		t.Fatalf("OpenAs() = %v, want nil", err)
	}

	pauseIs(t, s)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	if !strings.Contains(log.String(), path+".schema0") {
		t.Errorf("the log says %q, want the name of the backup", &log)
	}

	pauseIs(t, open(t, path)) // which verifies it too

	// The backup is the old file, and can be migrated as well.
	again, err := bolt.OpenAs(path+".schema0", quick, []bolt.Migration{addSeals})
	if err != nil {
		t.Fatalf("OpenAs(backup) = %v, want nil", err)
	}

	pauseIs(t, again)

	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func pauseIs(t *testing.T, s *bolt.Store) {
	t.Helper()

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		until, err := tx.Pause("slack")
		if err != nil || !until.Equal(now()) {
			t.Errorf("Pause() = %v, %v, want %v", until, err, now())
		}

		return nil
	}); err != nil {
		t.Errorf("View() = %v, want nil", err)
	}
}

// TestMigrationFails leaves the file as it was, for the next attempt.
func TestMigrationFails(t *testing.T) {
	path := version0(t)
	broken := errors.New("broken")

	if _, err := bolt.OpenAs(path, quick, []bolt.Migration{func(*bbolt.Tx) error { panic("a page is not what it was") }}); !errors.Is(err, bolt.ErrNotAStore) {
		t.Errorf("OpenAs() = %v, want %v", err, bolt.ErrNotAStore)
	}

	_, err := bolt.OpenAs(path, quick, []bolt.Migration{func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("pauses")), broken)
	}})
	if !errors.Is(err, broken) {
		t.Errorf("OpenAs() = %v, want %v", err, broken)
	}

	s, err := bolt.OpenAs(path, quick, []bolt.Migration{addSeals})
	if err != nil {
		t.Fatalf("OpenAs() = %v, want nil", err)
	}

	pauseIs(t, s)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

var writeVersion = flag.Bool("write-version", false, "write testdata/version5.* anew, until version 5 is released")

// everything is one record of each kind with no field left empty.
func everything(tx bot.Tx) error {
	return errors.Join(ofVersion1(tx), ofVersion2(tx), ofVersion3(tx), ofVersion4(tx), ofVersion5(tx))
}

// again is everything in a store that holds what an older version kept of it. The
// records that grew since are written anew.
func again(tx bot.Tx) error {
	_, err := tx.ForgetFeedback(now().AddDate(9, 0, 0), 10) // of which each is another's

	return errors.Join(err, tx.ForgetEscalation(filledEscalation().ID), everything(tx))
}

func ofVersion1(tx bot.Tx) error {
	var (
		entry bot.Entry
		card  bot.Card
	)

	e := filledEscalation()

	storetest.Fill(&entry)
	storetest.Fill(&card)

	entry.N, card.Dead = 1, false

	return errors.Join(
		tx.PutEscalation(&e), tx.Append(e.ID, entry), tx.PutCard(&card),
		tx.KeepOnce("view:V1", "E-1", now()), tx.PutPause("slack", now()),
	)
}

func filledEscalation() bot.Escalation {
	var e bot.Escalation

	storetest.Fill(&e)
	e.State, e.Turn.Until = bot.Paging, now()
	e.Owed[1].Done = time.Time{}

	return e
}

// ofVersion2 is what version 2 added. Its change and its watch are found by the
// indexes, its card comes after that of version 1 in the outbox.
func ofVersion2(tx bot.Tx) error {
	var (
		change bot.Change
		note   bot.Note
		card   bot.Card
		watch  bot.Watch
		feed   bot.Feed

		identity bot.Identity
	)

	storetest.Fill(&identity)
	storetest.Fill(&change)
	storetest.Fill(&note)
	storetest.Fill(&card)
	storetest.Fill(&watch)
	storetest.Fill(&feed)

	cancelled := change
	cancelled.ID++
	change.Cancelled = time.Time{}

	card.ID = bot.CardID{Role: bot.NoteCard, Person: note.To, N: int(note.ID)}
	card.Dead, card.Since = false, card.Since.AddDate(1, 0, 0)

	return errors.Join(
		tx.PutChange(&change), tx.PutChange(&cancelled), tx.PutNote(&note), tx.PutCard(&card),
		tx.PutWatch(&watch), tx.PutFeed(&feed), tx.PutPaged(change.Who, now()),
		tx.PutIdentity(&identity),
	)
}

// ofVersion3 is what version 3 added. Its break and its digest are found by the
// indexes, and its card comes last in the outbox.
func ofVersion3(tx bot.Tx) error {
	var (
		rest     bot.Break
		card     bot.Card
		digest   bot.Digest
		feedback bot.Feedback
	)

	storetest.Fill(&rest)
	storetest.Fill(&card)
	storetest.Fill(&digest)
	storetest.Fill(&feedback)

	rest.State = bot.BreakRunning
	card.ID = bot.CardID{Role: bot.BreakCard, Person: rest.Who, N: 1}
	card.Dead, card.Since = false, card.Since.AddDate(2, 0, 0)

	return errors.Join(tx.PutBreak(&rest), tx.PutCard(&card), tx.PutDigest(&digest), tx.AddFeedback(&feedback))
}

// ofVersion4 is what version 4 added.
func ofVersion4(tx bot.Tx) error {
	var where bot.Whereabouts

	storetest.Fill(&where)

	return errors.Join(tx.PutAddress(addressed, []byte("\x00where it is")), tx.PutWhereabouts(&where))
}

// ofVersion5 is what version 5 added, and what its migration finds in the escalation
// of version 1.
func ofVersion5(tx bot.Tx) error {
	var customer, remembered bot.Customer

	storetest.Fill(&customer)

	e := filledEscalation()
	remembered.Team = e.Team
	remembered.Note(&e, false)

	var tally bot.Tally

	storetest.Fill(&tally)

	var erasing bot.Erasing

	storetest.Fill(&erasing)

	return errors.Join(tx.PutCustomer(&customer), tx.PutCustomer(&remembered), tx.PutTally(&tally), tx.PutErasing(&erasing))
}

const addressed chat.Room = "teams:19:billing@thread.tacv2"

// TestOlderVersions opens a file that each older version wrote and asks for all
// that is in it. Then it takes everything there is today. The files, and what
// they must hold, are kept for ever.
func TestOlderVersions(t *testing.T) {
	for n := 1; n < present; n++ {
		s := open(t, version(t, n))
		if diff := cmp.Diff(held(t, n), unchained(t, dump(t, s))); diff != "" {
			t.Errorf("version %d is read differently (-want +got):\n%s", n, diff)
		}

		if err := s.Update(t.Context(), again); err != nil {
			t.Fatalf("Update() = %v, want nil", err)
		}

		if diff := cmp.Diff(held(t, present), dump(t, s)); diff != "" {
			t.Errorf("version %d with everything is not version %d (-want +got):\n%s", n, present, diff)
		}
	}
}

// present is the version that is written now.
const present = 5

// TestVersion opens a file that the present version wrote. Only until its release
// it is written anew, with -write-version, when a record grows.
func TestVersion(t *testing.T) {
	if *writeVersion {
		writePresent(t)
	}

	if diff := cmp.Diff(held(t, present), dump(t, open(t, version(t, present)))); diff != "" {
		t.Errorf("version %d is read differently (-want +got):\n%s", present, diff)
	}
}

// unchained returns what is held without the chain that a migration laid, which must
// be whole.
func unchained(t *testing.T, all contents) contents {
	t.Helper()

	e := all.Escalation
	if !e.Chained.Equal(now()) {
		t.Errorf("the timeline is chained on %v, want %v", e.Chained, now())
	}

	again := bot.Escalation{ID: e.ID}

	for i, entry := range all.Timeline {
		if len(entry.Salt) != bot.SaltSize {
			t.Errorf("entry %d has a salt of %d bytes, want %d", entry.N, len(entry.Salt), bot.SaltSize)
		}

		chained := again.Link(entry, entry.Salt)
		if diff := cmp.Diff(chained, entry); diff != "" {
			t.Errorf("entry %d is not chained (-want +got):\n%s", entry.N, diff)
		}

		all.Timeline[i].Salt, all.Timeline[i].Hash = nil, nil
	}

	if !bytes.Equal(e.Head, again.Head) {
		t.Errorf("the head is %x, want %x", e.Head, again.Head)
	}

	e.Head, e.Chained = nil, time.Time{}

	return all
}

// TestOlderBackup has a backup of before an upgrade: it is sound as it is, can
// be compacted and restored, and is migrated when it is opened.
func TestOlderBackup(t *testing.T) {
	backup, path := version(t, 1), filepath.Join(t.TempDir(), "firebreak.db")

	report, err := bolt.Verify(t.Context(), backup)
	if err != nil || report.Err() != nil || report.Schema != 1 {
		t.Errorf("Verify() = %+v, %v, want a sound file of schema 1", report, err)
	}

	if _, err := bolt.Compact(t.Context(), backup); err != nil {
		t.Errorf("Compact() = %v, want nil", err)
	}

	if _, err := bolt.Restore(t.Context(), backup, path, false); err != nil {
		t.Fatalf("Restore() = %v, want nil", err)
	}

	if diff := cmp.Diff(held(t, 1), unchained(t, dump(t, open(t, path)))); diff != "" {
		t.Errorf("the older backup is read differently (-want +got):\n%s", diff)
	}
}

// TestSchemaLacksBuckets has a file that lacks what its schema says it has.
func TestSchemaLacksBuckets(t *testing.T) {
	for version, name := range map[int]string{1: "accounts", 2: "changes-of", 3: "resting", 4: "addresses", 5: "known-due"} {
		path := fresh(t)

		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}

		if err := db.Update(func(tx *bbolt.Tx) error {
			key, meta := []byte("schema"), tx.Bucket([]byte("meta"))

			return errors.Join(
				tx.DeleteBucket([]byte(name)),
				meta.Put(key, bolt.Seal("meta", key, fmt.Appendf(nil, `{"version":%d}`, version))),
			)
		}); err != nil {
			t.Fatal(err)
		}

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		report, err := bolt.Verify(t.Context(), path)
		if err != nil || report.Err() == nil || !strings.Contains(report.Err().Error(), name) {
			t.Errorf("Verify() = %+v, %v, want that %s is missing", report, err, name)
		}
	}
}

// version returns a copy of the file that a version wrote.
func version(t *testing.T, n int) (path string) {
	t.Helper()

	path = filepath.Join(t.TempDir(), "firebreak.db")
	if err := os.WriteFile(path, kept(t, fmt.Sprintf("version%d.db", n)), 0o600); err != nil {
		t.Fatal(err)
	}

	return path
}

// held returns what that file must hold, with what a migration finds in it.
func held(t *testing.T, n int) (want contents) {
	t.Helper()

	if err := json.Unmarshal(kept(t, fmt.Sprintf("version%d.json", n)), &want); err != nil {
		t.Fatal(err)
	}

	if n < 3 {
		want.OpenedIn, want.Members = []bot.EscalationID{want.Escalation.ID}, 1
	}

	if n < 5 {
		want.Remembered = &bot.Customer{Team: want.Escalation.Team}
		want.Remembered.Note(want.Escalation, false)
	}

	return want
}

func kept(t *testing.T, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}

	return data
}

func writePresent(t *testing.T) {
	t.Helper()

	s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
	if err := s.Update(t.Context(), everything); err != nil {
		t.Fatal(err)
	}

	if _, err := s.Backup(t.Context(), filepath.Join("testdata", fmt.Sprintf("version%d.db", present)), 1<<40); err != nil {
		t.Fatal(err)
	}

	data, err := json.MarshalIndent(dump(t, s), "", "\t")
	if err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join("testdata", fmt.Sprintf("version%d.json", present)), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// contents are all that can be asked of a store that holds everything.
type contents struct {
	Escalation *bot.Escalation
	Timeline   []bot.Entry
	Card       *bot.Card
	Identity   *bot.Identity
	Once       string
	Pause      time.Time
	Concerning []bot.EscalationID
	ByCustomer []bot.EscalationID

	// Since version 2.
	NoteCard   *bot.Card     `json:",omitzero"`
	Change     *bot.Change   `json:",omitzero"`
	Cancelled  *bot.Change   `json:",omitzero"`
	Changes    []*bot.Change `json:",omitempty"`
	Note       *bot.Note     `json:",omitzero"`
	Watch      *bot.Watch    `json:",omitzero"`
	DueWatches []bot.TeamID  `json:",omitempty"`
	Paged      time.Time     `json:",omitzero"`
	Feed       *bot.Feed     `json:",omitzero"`

	// Since version 3. The first three are found in older files too.
	OpenedIn []bot.EscalationID `json:",omitempty"`
	Owing    []bot.EscalationID `json:",omitempty"`
	Members  int                `json:",omitzero"`

	BreakCard  *bot.Card       `json:",omitzero"`
	Break      *bot.Break      `json:",omitzero"`
	DueBreaks  []bot.PersonID  `json:",omitempty"`
	Resting    []*bot.Break    `json:",omitempty"`
	Digest     *bot.Digest     `json:",omitzero"`
	DueDigests []bot.TeamID    `json:",omitempty"`
	FeedbackOf []*bot.Feedback `json:",omitempty"`

	// Since version 4.
	Address     []byte           `json:",omitempty"`
	Whereabouts *bot.Whereabouts `json:",omitzero"`

	// Since version 5. The first is found in older files too.
	Remembered     *bot.Customer      `json:",omitzero"`
	Customer       *bot.Customer      `json:",omitzero"`
	DueCustomers   []bot.CustomerKey  `json:",omitempty"`
	CustomersNamed []string           `json:",omitempty"`
	Tally          *bot.Tally         `json:",omitzero"`
	TalliedIn      []*bot.Tally       `json:",omitempty"`
	DueTallies     []bot.EscalationID `json:",omitempty"`
	Erasings       []*bot.Erasing     `json:",omitempty"`
}

func dump(t *testing.T, s *bolt.Store) (all contents) {
	t.Helper()

	var filled bot.Identity
	storetest.Fill(&filled)

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		due, dueErr := tx.Due(now(), 10)
		outbox, outboxErr := tx.Outbox()

		if len(due) != 1 || len(outbox) == 0 {
			return fmt.Errorf("Due() = %v, %w, Outbox() = %v, %w, want one and some", due, dueErr, outbox, outboxErr)
		}

		if err := errors.Join(dumpVersion2(tx, outbox[1:], &all), dumpVersion3(tx, outbox[1:], &all), dumpVersion4(tx, &all)); err != nil {
			return err
		}

		var errs [8]error
		all.Escalation, errs[0] = tx.Escalation(due[0])
		all.Timeline, errs[1] = tx.Timeline(due[0])
		all.Card, errs[2] = tx.Card(outbox[0])
		all.Identity, errs[3] = tx.Identity(filled.Who)
		all.Once, errs[4] = tx.Once("view:V1")
		all.Pause, errs[5] = tx.Pause("slack")
		all.Concerning, errs[6] = tx.Concerning(all.Escalation.Agent)
		all.ByCustomer, errs[7] = tx.ByCustomer(all.Escalation.Team, all.Escalation.Context.Reference, 10)

		return errors.Join(append(errs[:], dumpVersion5(tx, &all))...)
	}); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}

	return all
}

// dumpVersion2 asks for what is there since version 2, if it is.
func dumpVersion2(tx bot.Tx, outbox []bot.CardID, all *contents) error {
	var (
		change bot.Change
		note   bot.Note
		watch  bot.Watch
		feed   bot.Feed
	)

	storetest.Fill(&change)
	storetest.Fill(&note)
	storetest.Fill(&watch)
	storetest.Fill(&feed)

	var errs [9]error
	all.Change, errs[0] = tx.Change(change.ID)
	all.Cancelled, errs[1] = tx.Change(change.ID + 1)
	all.Note, errs[2] = tx.Note(note.ID)
	all.Watch, errs[3] = tx.Watch(watch.Team)
	all.Feed, errs[4] = tx.Feed(feed.Team)
	all.Changes, errs[5] = tx.Changes(change.Cover, now())
	all.DueWatches, errs[6] = tx.DueWatches(now().AddDate(9, 0, 0), 10)
	all.Paged, errs[7] = tx.Paged(change.Who)

	if len(outbox) > 0 {
		all.NoteCard, errs[8] = tx.Card(outbox[0])
	}

	for _, err := range errs {
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}

	return nil
}

// dumpVersion3 asks for what is there since version 3, if it is.
func dumpVersion3(tx bot.Tx, outbox []bot.CardID, all *contents) error {
	var (
		identity bot.Identity
		rest     bot.Break
		digest   bot.Digest
		feedback bot.Feedback
	)

	storetest.Fill(&identity)
	storetest.Fill(&rest)
	storetest.Fill(&digest)
	storetest.Fill(&feedback)

	e, late := filledEscalation(), now().AddDate(9, 0, 0)

	if kept, err := tx.Escalation(e.ID); err == nil && len(kept.Owed) > 1 {
		e.Owed[1].Owner = kept.Owed[1].Owner // as that version filled it
	}

	var errs [10]error
	all.OpenedIn, errs[0] = tx.OpenedIn(e.Team, now(), late)
	all.Owing, errs[1] = tx.Owing(e.Owed[1].Owner)
	all.Members, errs[2] = tx.Members(identity.Team)
	all.Break, errs[3] = tx.Break(rest.Who)
	all.DueBreaks, errs[4] = tx.DueBreaks(late, 10)
	all.Resting, errs[5] = tx.Resting(rest.Team)
	all.Digest, errs[6] = tx.Digest(digest.Team)
	all.DueDigests, errs[7] = tx.DueDigests(late, 10)
	all.FeedbackOf, errs[8] = tx.FeedbackOf(feedback.Team, now(), late)

	if len(outbox) > 1 {
		all.BreakCard, errs[9] = tx.Card(outbox[1])
	}

	for _, err := range errs {
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}

	return nil
}

// dumpVersion4 asks for what is there since version 4, if it is.
func dumpVersion4(tx bot.Tx, all *contents) error {
	var where bot.Whereabouts

	storetest.Fill(&where)

	var errs [2]error
	all.Address, errs[0] = tx.Address(addressed)
	all.Whereabouts, errs[1] = tx.Whereabouts(where.Who)

	for _, err := range errs {
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}

	return nil
}

// dumpVersion5 asks for what is there since version 5, if it is.
func dumpVersion5(tx bot.Tx, all *contents) error {
	var customer bot.Customer

	storetest.Fill(&customer)

	var errs [4]error
	all.Remembered, errs[0] = tx.Customer(all.Escalation.Team, all.Escalation.Context.Reference)
	all.Customer, errs[1] = tx.Customer(customer.Team, customer.Reference)
	all.DueCustomers, errs[2] = tx.DueCustomers(now().AddDate(9, 0, 0), 10)
	all.CustomersNamed, errs[3] = tx.CustomersNamed(customer.Team, customer.Name, 10)

	for _, err := range errs {
		if err != nil && !errors.Is(err, bot.ErrNotFound) {
			return err
		}
	}

	var tally bot.Tally

	storetest.Fill(&tally)

	var gone [4]error
	all.Tally, gone[0] = tx.Tally(tally.ID)
	all.TalliedIn, gone[1] = tx.TalliedIn(tally.Team, now(), now().AddDate(9, 0, 0))
	all.Erasings, gone[3] = tx.Erasings()
	all.DueTallies, gone[2] = tx.DueTallies(now().AddDate(9, 0, 0), 10)

	if errors.Is(gone[0], bot.ErrNotFound) || all.Tally.Before {
		all.Tally, gone[0] = nil, nil // what a migration says is gone, TestNumbersGoneBefore asks for
	}

	return errors.Join(gone[:]...)
}
