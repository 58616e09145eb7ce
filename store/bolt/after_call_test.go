package bolt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// asVersion2 takes out of a file what version 3 added, the entries of its records
// included, and leaves one of version 2.
func asVersion2(tx *bbolt.Tx) error {
	for _, name := range []string{
		"opened", "owing", "members", "breaks", "break-due", "breaks-by-time", "resting",
		"digests", "digest-due", "feedback", "feedback-by-week",
	} {
		if err := tx.DeleteBucket([]byte(name)); err != nil {
			return err
		}
	}

	const seal = 5

	b := tx.Bucket([]byte("escalations"))

	older := map[string][]byte{}
	if err := b.ForEach(func(key, value []byte) error {
		var record map[string]any
		if err := json.Unmarshal(value[seal:], &record); err != nil {
			return err
		}

		if found, ok := record["found"].(map[string]any); ok {
			delete(found, "owing")
		}

		payload, err := json.Marshal(record)
		older[string(key)] = bolt.Seal("escalations", key, payload)

		return err
	}); err != nil {
		return err
	}

	for key, value := range older {
		if err := b.Put([]byte(key), value); err != nil {
			return err
		}
	}

	key := []byte("schema")

	return tx.Bucket([]byte("meta")).Put(key, bolt.Seal("meta", key, []byte(`{"version":2}`)))
}

// soughtAfterCall asks all the indexes that version 3 added to older records.
func soughtAfterCall(t *testing.T, s *bolt.Store) map[string]any {
	t.Helper()

	found := map[string]any{}

	if err := s.View(t.Context(), func(tx bot.Tx) (err error) {
		for _, who := range []bot.PersonID{"dana", "lee", "maria"} {
			if found["owed by "+string(who)], err = tx.Owing(who); err != nil {
				return err
			}
		}

		for _, team := range []bot.TeamID{"billing", "sales"} {
			if found["opened in "+string(team)], err = tx.OpenedIn(team, time.Time{}, now().AddDate(9, 0, 0)); err != nil {
				return err
			}

			if found["members of "+string(team)], err = tx.Members(team); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}

	return found
}

func ofBothTeams(tx bot.Tx) error {
	owed := func(owners ...bot.PersonID) (all []bot.Owed) {
		for i, owner := range owners {
			all = append(all, bot.Owed{N: i + 1, Owner: owner})
		}

		return all
	}

	done := owed("dana")
	done[0].Done = now()

	return errors.Join(
		tx.PutEscalation(&bot.Escalation{ID: 1, Team: "billing", State: bot.Resolved, Opened: now().Add(1), Owed: owed("dana", "lee", "dana")}),
		tx.PutEscalation(&bot.Escalation{ID: 2, Team: "billing", State: bot.Closed, Opened: now(), Owed: done}),
		tx.PutEscalation(&bot.Escalation{ID: 3, Team: "sales", State: bot.Withdrawn, Opened: now(), Owed: owed("dana"), Context: bot.Context{Happened: "third"}}),
		tx.PutEscalation(&bot.Escalation{ID: 300, Team: "billing", State: bot.Paging, Opened: now()}),
		tx.PutIdentity(&bot.Identity{Who: "slack:U1", Person: "maria", Team: "billing"}),
		tx.PutIdentity(&bot.Identity{Who: "teams:1", Person: "maria", Team: "billing"}),
		tx.PutIdentity(&bot.Identity{Who: "slack:U2", Person: "dana"}),
	)
}

// olderFile keeps ofBothTeams in a file of version 2, and returns what version 3
// finds in it.
func olderFile(t *testing.T) (path string, want map[string]any) {
	t.Helper()

	path = filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	if err := s.Update(t.Context(), ofBothTeams); err != nil {
		t.Fatal(err)
	}

	want = soughtAfterCall(t, s)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := errors.Join(db.Update(asVersion2), db.Close()); err != nil {
		t.Fatal(err)
	}

	return path, want
}

// TestIndexedAfterUpgrade has what was kept before an upgrade be found after it as
// if it had been kept since.
func TestIndexedAfterUpgrade(t *testing.T) {
	path, want := olderFile(t)
	s := open(t, path) // which verifies it too

	if diff := cmp.Diff(want, soughtAfterCall(t, s)); diff != "" {
		t.Errorf("after an upgrade it is found differently (-want +got):\n%s", diff)
	}

	// The entries that the upgrade made go with what they lead to.
	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		return errors.Join(
			tx.ForgetEscalation(1), tx.ForgetEscalation(3), tx.PutEscalation(&bot.Escalation{ID: 2, Team: "sales", State: bot.Closed, Opened: now()}),
			tx.PutIdentity(&bot.Identity{Who: "teams:1", Person: "maria", Team: "sales"}),
		)
	}); err != nil {
		t.Fatalf("Update() = %v, want nil", err)
	}

	want = map[string]any{
		"owed by dana": []bot.EscalationID(nil), "owed by lee": []bot.EscalationID(nil), "owed by maria": []bot.EscalationID(nil),
		"opened in billing": []bot.EscalationID{300}, "members of billing": 1,
		"opened in sales": []bot.EscalationID{2}, "members of sales": 1,
	}
	if diff := cmp.Diff(want, soughtAfterCall(t, s)); diff != "" {
		t.Errorf("what changed since is found differently (-want +got):\n%s", diff)
	}

	if report, err := bolt.Verify(t.Context(), path+".schema2"); err != nil || report.Err() != nil || report.Schema != 2 {
		t.Errorf("Verify(backup) = %+v, %v, want a sound file of schema 2", report, err)
	}
}

// TestDamagedBeforeUpgrade has a record that was damaged before an upgrade: the
// others are found after it, and it is named when it is asked for.
func TestDamagedBeforeUpgrade(t *testing.T) {
	path, _ := olderFile(t)
	alter(t, path, []byte("third"), []byte("thirD"))

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	defer func() { _ = s.Close() }()

	found := soughtAfterCall(t, s)
	if diff := cmp.Diff(found["opened in billing"], []bot.EscalationID{2, 300, 1}); diff != "" {
		t.Errorf("OpenedIn() differs (-got +want):\n%s", diff)
	}

	if diff := cmp.Diff(found["owed by dana"], []bot.EscalationID{1}); diff != "" {
		t.Errorf("Owing() differs (-got +want):\n%s", diff)
	}

	_ = s.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Escalation(3)
		isDamaged(t, "Escalation(E-3)", err, "escalations", "E-3")

		return nil
	})
}

// TestFeedbackOfGroup has a group that can't be committed, so that each member is
// run again: what they answered is kept once.
func TestFeedbackOfGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))

		attempts := 0
		s.FailCommits(func(tx *bbolt.Tx) error {
			if attempts++; attempts == 1 {
				return errors.Join(tx.Rollback(), syscall.ENOSPC)
			}

			return tx.Commit()
		})

		const callers = 10

		var all sync.WaitGroup

		occupied(t, s, func() {
			for range callers {
				all.Go(func() {
					if err := s.Update(t.Context(), func(tx bot.Tx) error {
						return tx.AddFeedback(&bot.Feedback{Team: "billing", Week: now(), Helped: "yes"})
					}); err != nil {
						t.Errorf("Update() = %v, want nil", err)
					}
				})
			}

			synctest.Wait()
		})
		all.Wait()

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			heard, err := tx.FeedbackOf("billing", now(), now().Add(1))
			if len(heard) != callers || attempts != 1+callers {
				t.Errorf("FeedbackOf() has %d after %d commits, want %d after %d", len(heard), attempts, callers, 1+callers)
			}

			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestFeedbackTellsNothing looks for an answer's instant and order in its key and
// in what is kept under it.
func TestFeedbackTellsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	s := open(t, path)

	week := now().AddDate(0, 0, -3)
	for range 2 {
		if err := s.Update(t.Context(), func(tx bot.Tx) error {
			return tx.AddFeedback(&bot.Feedback{Team: "billing", Week: week, Helped: "yes"})
		}); err != nil {
			t.Fatal(err)
		}
	}

	var keys, values [][]byte

	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, 1<<40); err != nil {
		t.Fatal(err)
	}

	db, err := bbolt.Open(backup, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := errors.Join(db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("feedback")).ForEach(func(key, value []byte) error {
			keys, values = append(keys, bytes.Clone(key)), append(values, bytes.Clone(value[5:]))
			return nil
		})
	}), db.Close()); err != nil {
		t.Fatal(err)
	}

	if len(keys) != 2 {
		t.Fatalf("%d are kept, want 2", len(keys))
	}

	const shared, random = 16 + 12, 16 // team and week

	if a, b := keys[0], keys[1]; len(a) != shared+random || !bytes.Equal(a[:shared], b[:shared]) || bytes.Equal(a[shared:shared+4], b[shared:shared+4]) {
		t.Errorf("the keys are %x and %x, want the same team and week and nothing else in common", a, b)
	}

	want := `{"team":"billing","week":"2026-10-30T09:00:00Z","helped":"yes"}`
	for _, value := range values {
		if string(value) != want {
			t.Errorf("%s is kept, want %s", value, want)
		}
	}
}
