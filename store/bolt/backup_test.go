package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// fill keeps so many escalations with a timeline and a card each.
func fill(t testing.TB, s *bolt.Store, from, to bot.EscalationID) {
	t.Helper()

	const step = 500

	for first := from; first <= to; first += step {
		if err := s.Update(context.Background(), func(tx bot.Tx) error {
			for id := first; id < min(first+step, to+1); id++ {
				if err := keepCase(tx, id, now().Add(time.Duration(id)*time.Minute)); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			t.Fatalf("Update() = %v, want nil", err)
		}
	}
}

// keepCase keeps one escalation as it is when it was closed: with all that was
// said, six entries of its timeline and three cards.
func keepCase(tx bot.Tx, id bot.EscalationID, at time.Time) error {
	e := bot.Escalation{
		ID: id, Team: "billing", Agent: "maria", Holder: "dana", State: bot.Closed, Kind: bot.TakeOver,
		Context: bot.Context{
			Customer: "Ms Kovac", Reference: fmt.Sprintf("A-%d", id/3), Channel: "phone", Waiting: true, Reason: "billing", Heat: 4,
			Happened: strings.Repeat("The invoice was charged twice and nobody called back. ", 3),
			Wants:    "The second charge back today", Tried: "Offered a credit note",
		},
		Opened: at, Since: at, Changed: at, Entries: 6, Attempts: 1,
		Pages:   []bot.Page{{Who: "dana", Attempt: 1, Tier: "duty", At: at, State: bot.PageTaken, Closed: at}},
		Outcome: &bot.Outcome{By: "dana", At: at, Name: "Refund", Amount: "80 EUR", Agreed: "Refund within three days", Satisfied: "yes"},
		Ended:   at, ForgetAt: at.AddDate(1, 0, 0),
	}

	for n := 1; n <= 6; n++ {
		if err := tx.Append(id, bot.Entry{N: n, At: at, By: "dana", What: bot.WasPaged, From: bot.Paging, To: bot.Taken, Holder: "dana"}); err != nil {
			return err
		}
	}

	for n, role := range []bot.Role{bot.AgentCard, bot.PageCard, bot.ChannelCard} {
		card := bot.Card{ID: bot.CardID{Role: role, Escalation: id, Person: "dana", N: n}, Wanted: 4, Shown: 4, Since: at, Drawn: "8f3a2b1c", Posted: at}
		card.Ref.Room, card.Ref.ID = "slack:D0123456", "1730000000.000100"

		if err := tx.PutCard(&card); err != nil {
			return err
		}
	}

	return tx.PutEscalation(&e)
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "firebreak.db"))
	fill(t, s, 1, 1000)

	if err := s.Update(t.Context(), func(tx bot.Tx) error { return errors.Join(fourRotas(tx), fourAfterCall(tx)) }); err != nil {
		t.Fatal(err)
	}

	backup := filepath.Join(dir, "backup.db")

	var writers sync.WaitGroup

	stop := make(chan struct{})
	writers.Go(func() {
		for id := bot.EscalationID(2000); ; id++ {
			select {
			case <-stop:
				return
			default:
				fill(t, s, id, id)
			}
		}
	})

	report, err := s.Backup(t.Context(), backup, 1<<40)

	close(stop)
	writers.Wait()

	if err != nil || report.Err() != nil || report.Records["escalations"] < 1000 {
		t.Fatalf("Backup() = %+v, %v, want a sound one of at least 1000 escalations", report, err)
	}

	for _, name := range []string{
		"changes", "changes-of", "notes", "notes-by-time", "watches", "watch-due", "feeds", "paged",
		"breaks", "break-due", "breaks-by-time", "resting", "digests", "digest-due", "feedback", "feedback-by-week", "members",
	} {
		if report.Records[name] != 4 {
			t.Errorf("Backup() has %d %s, want 4", report.Records[name], name)
		}
	}

	restored := filepath.Join(dir, "restored.db")
	if _, err := bolt.Restore(t.Context(), backup, restored, false); err != nil {
		t.Fatalf("Restore() = %v, want nil", err)
	}

	r := open(t, restored)

	stats, err := r.Stats()
	if err != nil || stats.DutyChanges != 4 || stats.Notes != 4 || stats.Watches != 4 || stats.Feeds != 4 || stats.Paged != 4 {
		t.Errorf("Stats() = %+v, %v, want 4 of each kind that is about who is on duty", stats, err)
	}

	for _, id := range []bot.EscalationID{1, 500, 1000} {
		if got, want := happened(t, r, id), happened(t, s, id); got != want || got == "" {
			t.Errorf("E-%d says %q after it was restored, want %q", id, got, want)
		}
	}
}

// TestBackupPace measures a backup in virtual time.
func TestBackupPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, filepath.Join(dir, "firebreak.db"))
		fill(t, s, 1, 1000)

		const rate = 1 << 20

		began := time.Now()

		report, err := s.Backup(t.Context(), filepath.Join(dir, "backup.db"), rate)
		if err != nil {
			t.Fatalf("Backup() = %v, want nil", err)
		}

		want := time.Duration(float64(report.Size) / rate * float64(time.Second))
		if took := time.Since(began); took < want*9/10 || took > want*11/10 {
			t.Errorf("a backup of %d bytes took %v, want %v", report.Size, took, want)
		}
	})
}

// TestBackupEnds ends a slow backup, by its context and by closing the store.
func TestBackupEnds(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(cancel func(), s *bolt.Store)
		want error
	}{
		"context": {func(cancel func(), _ *bolt.Store) { cancel() }, context.Canceled},
		"close":   {func(_ func(), s *bolt.Store) { _ = s.Close() }, bolt.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				s := open(t, filepath.Join(dir, "firebreak.db"))
				fill(t, s, 1, 100)

				backup := filepath.Join(dir, "backup.db")
				if err := os.WriteFile(backup, []byte("yesterday's"), 0o600); err != nil {
					t.Fatal(err)
				}

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()

				time.AfterFunc(time.Second, func() { test.end(cancel, s) })

				if _, err := s.Backup(ctx, backup, 1); !errors.Is(err, test.want) {
					t.Errorf("Backup() = %v, want %v", err, test.want)
				}

				synctest.Wait()

				if data, err := os.ReadFile(backup); err != nil || string(data) != "yesterday's" {
					t.Errorf("the last backup is %q, %v, want it untouched", data, err)
				}

				if _, err := os.Stat(backup + ".part"); err == nil {
					t.Error("the unfinished backup was left behind")
				}
			})
		})
	}
}

// TestBackupOfDamaged finds out before the backup counts.
func TestBackupOfDamaged(t *testing.T) {
	path := fresh(t)
	alter(t, path, []byte("first"), []byte("fiRst"))

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()

	backup := filepath.Join(t.TempDir(), "backup.db")

	var damaged *bolt.DamagedError
	if _, err := s.Backup(t.Context(), backup, 1<<40); !errors.As(err, &damaged) || damaged.Key != "E-1" {
		t.Errorf("Backup() = %v, want that E-1 is damaged", err)
	}

	if _, err := os.Stat(backup); err == nil {
		t.Error("a damaged backup counts")
	}

	report, err := s.Check(t.Context())
	if err != nil || !errors.As(report.Err(), &damaged) {
		t.Errorf("Check() = %v, %v, want that E-1 is damaged", report, err)
	}
}

// alter changes bytes of a file, all there are.
func alter(t *testing.T, path string, from, to []byte) {
	t.Helper()

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Contains(data, from) {
		t.Fatalf("%s does not hold %q", path, from)
	}

	if err := os.WriteFile(path, bytes.ReplaceAll(data, from, to), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	path, backup, broken := fresh(t), fresh(t), fresh(t)
	alter(t, broken, []byte("first"), []byte("fiRst"))

	if _, err := bolt.Restore(t.Context(), backup, path, false); !errors.Is(err, bolt.ErrExists) {
		t.Errorf("Restore() over a file = %v, want %v", err, bolt.ErrExists)
	}

	var damaged *bolt.DamagedError
	if _, err := bolt.Restore(t.Context(), broken, path, true); !errors.As(err, &damaged) {
		t.Errorf("Restore() of a damaged backup = %v, want that it is damaged", err)
	}

	if _, err := bolt.Restore(t.Context(), path+".missing", path, true); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Restore() of nothing = %v, want %v", err, os.ErrNotExist)
	}

	if got := happened(t, open(t, path), 1); got != "first" {
		t.Errorf("after the refusals E-1 says %q, want %q", got, "first")
	}
}

// TestRestoreReplaces puts a backup in the place of a file that is no store any
// more, and keeps that.
func TestRestoreReplaces(t *testing.T) {
	path, backup := fresh(t), fresh(t)

	for _, rest := range []string{"garbage", ""} {
		if err := os.WriteFile(path, []byte(rest), 0o600); err != nil {
			t.Fatal(err)
		}

		if _, err := bolt.Restore(t.Context(), backup, path, true); err != nil {
			t.Fatalf("Restore() = %v, want nil", err)
		}

		s, err := bolt.Open(path, quick)
		if err != nil {
			t.Fatalf("Open() = %v, want nil", err)
		}

		if got := happened(t, s, 1); got != "first" {
			t.Errorf("E-1 says %q, want %q", got, "first")
		}

		if err := s.Close(); err != nil {
			t.Fatal(err)
		}

		if kept, err := os.ReadFile(path + ".before-restore"); err != nil || string(kept) != rest {
			t.Errorf("what was replaced is %q, %v, want %q", kept, err, rest)
		}
	}
}

func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	fill(t, s, 1, 3000)

	for id := bot.EscalationID(1); id <= 2900; id++ {
		if err := s.Update(t.Context(), func(tx bot.Tx) error { return tx.ForgetEscalation(id) }); err != nil {
			t.Fatal(err)
		}
	}

	before, err := s.Stats()
	if err != nil || before.Escalations != 100 || before.Entries != 600 || before.Cards != 300 || before.Free == 0 {
		t.Fatalf("Stats() = %+v, %v, want 100 escalations with 6 entries and 3 cards, and room", before, err)
	}

	want := happened(t, s, 2950)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	report, err := bolt.Compact(t.Context(), path)
	if err != nil || report.Records["escalations"] != 100 {
		t.Fatalf("Compact() = %+v, %v, want 100 escalations", report, err)
	}

	again := open(t, path)

	after, err := again.Stats()
	if err != nil || after.Size > before.Size/3 {
		t.Errorf("Size after %d, before %d, %v, want a third at most", after.Size, before.Size, err)
	}

	if got := happened(t, again, 2950); got != want {
		t.Errorf("E-2950 says %q, want %q", got, want)
	}

	if err := again.Update(t.Context(), func(tx bot.Tx) error {
		if id, err := tx.NextEscalation(); err != nil || id != 3001 {
			t.Errorf("NextEscalation() = %v, %v, want E-3001", id, err)
		}

		return nil
	}); err != nil {
		t.Error(err)
	}
}
