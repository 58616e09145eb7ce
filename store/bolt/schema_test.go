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

	s, err := bolt.OpenAs(path, quick, []bolt.Migration{nil, nil})
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

var writeVersion = flag.Bool("write-version", false, "write testdata/version1.* anew, until version 1 is released")

// everything is one record of each kind with no field left empty.
func everything(tx bot.Tx) error {
	var (
		e        bot.Escalation
		entry    bot.Entry
		card     bot.Card
		identity bot.Identity
	)

	storetest.Fill(&e)
	storetest.Fill(&entry)
	storetest.Fill(&card)
	storetest.Fill(&identity)

	e.State, e.Turn.Until = bot.Paging, now()
	entry.N, card.Dead = 1, false

	return errors.Join(
		tx.PutEscalation(&e), tx.Append(e.ID, entry), tx.PutCard(&card), tx.PutIdentity(&identity),
		tx.KeepOnce("view:V1", "E-1", now()), tx.PutPause("slack", now()),
	)
}

// TestVersion1 opens a file that version 1 wrote and asks for all that is in
// it. The file, and what it must hold, are kept for ever; only until the first
// release they are written anew, with -write-version, when a record grows.
func TestVersion1(t *testing.T) {
	if *writeVersion {
		writeVersion1(t)
	}

	path := filepath.Join(t.TempDir(), "firebreak.db")
	if err := os.WriteFile(path, kept(t, "version1.db"), 0o600); err != nil {
		t.Fatal(err)
	}

	var want contents
	if err := json.Unmarshal(kept(t, "version1.json"), &want); err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(want, dump(t, open(t, path))); diff != "" {
		t.Errorf("version 1 is read differently (-want +got):\n%s", diff)
	}
}

func kept(t *testing.T, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}

	return data
}

func writeVersion1(t *testing.T) {
	t.Helper()

	s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
	if err := s.Update(t.Context(), everything); err != nil {
		t.Fatal(err)
	}

	if _, err := s.Backup(t.Context(), filepath.Join("testdata", "version1.db"), 1<<40); err != nil {
		t.Fatal(err)
	}

	data, err := json.MarshalIndent(dump(t, s), "", "\t")
	if err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join("testdata", "version1.json"), data, 0o600); err != nil {
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
}

func dump(t *testing.T, s *bolt.Store) (all contents) {
	t.Helper()

	var filled bot.Identity
	storetest.Fill(&filled)

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		due, dueErr := tx.Due(now(), 10)
		outbox, outboxErr := tx.Outbox()

		if len(due) != 1 || len(outbox) != 1 {
			return fmt.Errorf("Due() = %v, %w, Outbox() = %v, %w, want one of each", due, dueErr, outbox, outboxErr)
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

		return errors.Join(errs[:]...)
	}); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}

	return all
}
