package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// pause returns a change that keeps a pause under a name.
func pause(name string) func(bot.Tx) error {
	return func(tx bot.Tx) error { return tx.PutPause(name, now()) }
}

// has reports whether pause did.
func has(t *testing.T, s *bolt.Store, name string) bool {
	t.Helper()

	var until time.Time
	if err := s.View(t.Context(), func(tx bot.Tx) (err error) {
		until, err = tx.Pause(name)
		return err
	}); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}

	return !until.IsZero()
}

// commits returns how many there were.
func commits(t *testing.T, s *bolt.Store) int64 {
	t.Helper()

	stats, err := s.Stats()
	if err != nil {
		t.Fatalf("Stats() = %v, want nil", err)
	}

	return stats.Commits
}

// occupied runs test while the committer runs a change, so that whatever test
// starts waits for it, and returns when that change has ended.
func occupied(t *testing.T, s *bolt.Store, test func()) {
	t.Helper()

	running, end := make(chan struct{}), make(chan struct{})

	var all sync.WaitGroup
	all.Go(func() {
		if err := s.Update(context.Background(), func(bot.Tx) error {
			close(running)
			<-end

			return nil
		}); err != nil {
			t.Errorf("Update() = %v, want nil", err)
		}
	})

	<-running
	test()
	close(end)
	all.Wait()
}

// TestGroup has many callers wait: they share one commit.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
		before := commits(t, s)

		var all sync.WaitGroup

		occupied(t, s, func() {
			for i := range 200 {
				all.Go(func() {
					if err := s.Update(t.Context(), pause(fmt.Sprint(i))); err != nil {
						t.Errorf("Update() = %v, want nil", err)
					}
				})
			}

			synctest.Wait()
		})
		all.Wait()

		if got := commits(t, s) - before; got != 1 {
			t.Errorf("200 callers took %d commits, want 1", got)
		}

		for i := range 200 {
			if !has(t, s, fmt.Sprint(i)) {
				t.Errorf("the change of caller %d is lost", i)
			}
		}
	})
}

// TestNothingToCommit has changes that change nothing: they don't wait for the
// disk.
func TestNothingToCommit(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))

	if err := s.Update(t.Context(), pause("a")); err != nil {
		t.Fatal(err)
	}

	before := commits(t, s)

	for name, change := range map[string]func(bot.Tx) error{
		"reads":          func(tx bot.Tx) error { _, err := tx.Due(now(), 1); return err },
		"does the same":  pause("a"),
		"fails":          func(tx bot.Tx) error { return errors.Join(pause("b")(tx), errors.New("no")) },
		"removes naught": func(tx bot.Tx) error { return tx.ForgetEscalation(9) },
	} {
		_ = s.Update(t.Context(), change)

		if got := commits(t, s); got != before {
			t.Errorf("a change that %s made %d commits, want none", name, got-before)
		}
	}
}

// TestCancelled ends a caller's context while it waits, and once it runs.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))

		occupied(t, s, func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()

			if err := s.Update(ctx, pause("waiting")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Update() = %v, want %v", err, context.DeadlineExceeded)
			}
		})

		ctx, cancel := context.WithCancel(t.Context())

		if err := s.Update(ctx, func(tx bot.Tx) error {
			cancel()
			return pause("running")(tx)
		}); err != nil {
			t.Errorf("Update() = %v, want nil: it is carried through", err)
		}

		if has(t, s, "waiting") || !has(t, s, "running") {
			t.Errorf("has waiting = %v, running = %v, want only running", has(t, s, "waiting"), has(t, s, "running"))
		}
	})
}

// TestClosed closes a store under callers that run, that wait and that come.
func TestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "firebreak.db")

		s, err := bolt.Open(path, quick)
		if err != nil {
			t.Fatal(err)
		}

		var all sync.WaitGroup

		running, end := make(chan struct{}), make(chan struct{})
		all.Go(func() {
			if err := s.Update(t.Context(), func(tx bot.Tx) error {
				close(running)
				<-end

				return pause("running")(tx)
			}); err != nil {
				t.Errorf("Update() that runs = %v, want nil", err)
			}
		})
		<-running

		all.Go(func() {
			if err := s.Update(t.Context(), pause("waiting")); !errors.Is(err, bolt.ErrClosed) {
				t.Errorf("Update() that waits = %v, want %v", err, bolt.ErrClosed)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := s.Close(); err != nil {
				t.Errorf("Close() = %v, want nil", err)
			}
		})
		synctest.Wait()
		close(end)
		all.Wait()

		if err := s.Update(t.Context(), pause("late")); !errors.Is(err, bolt.ErrClosed) {
			t.Errorf("Update() that comes = %v, want %v", err, bolt.ErrClosed)
		}

		if err := s.View(t.Context(), func(bot.Tx) error { return nil }); !errors.Is(err, bolt.ErrClosed) {
			t.Errorf("View() = %v, want %v", err, bolt.ErrClosed)
		}

		if err := s.Close(); err != nil {
			t.Errorf("Close() again = %v, want nil", err)
		}

		if !has(t, open(t, path), "running") {
			t.Error("what ran when the store was closed is lost")
		}
	})
}

// TestGroupCantBeCommitted has a commit fail that a group shares. Each member is
// tried alone, sees nothing of the others' that failed, and learns of its own
// end.
func TestGroupCantBeCommitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))

		attempts := 0
		s.FailCommits(func(tx *bbolt.Tx) error {
			if attempts++; attempts == 1 {
				return errors.Join(tx.Rollback(), syscall.ENOSPC)
			}

			return tx.Commit()
		})

		errTaken := errors.New("taken")
		take := func(tx bot.Tx) error {
			if until, err := tx.Pause("it"); err != nil || !until.IsZero() {
				return errors.Join(err, errTaken)
			}

			return pause("it")(tx)
		}

		const callers = 10

		ends := make(chan error, callers)

		occupied(t, s, func() {
			for range callers {
				go func() { ends <- s.Update(t.Context(), take) }()
			}

			synctest.Wait()
		})

		var taken, kept int
		for range callers {
			switch err := <-ends; {
			case err == nil:
				kept++
			case errors.Is(err, errTaken):
				taken++
			default:
				t.Errorf("Update() = %v, want nil or %v", err, errTaken)
			}
		}

		if kept != 1 || taken != callers-1 || attempts != 2 {
			t.Errorf("%d kept it, %d found it taken, in %d commits, want 1, %d, 2", kept, taken, attempts, callers-1)
		}
	})
}

// TestFull has commits fail for want of room, as bbolt wraps it and as it only
// prints it.
func TestFull(t *testing.T) {
	for _, cause := range []error{
		syscall.ENOSPC, fmt.Errorf("file resize error: %s", syscall.EFBIG), fmt.Errorf("write: %w", syscall.EDQUOT), //nolint:errorlint // as bbolt does
	} {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
		s.FailCommits(func(tx *bbolt.Tx) error { return errors.Join(tx.Rollback(), cause) })

		if err := s.Update(t.Context(), pause("a")); !errors.Is(err, bot.ErrFull) {
			t.Errorf("Update() after %q = %v, want %v", cause, err, bot.ErrFull)
		}

		if has(t, s, "a") {
			t.Error("what had no room is there")
		}

		s.FailCommits((*bbolt.Tx).Commit)

		if err := s.Update(t.Context(), pause("b")); err != nil {
			t.Errorf("Update() with room again = %v, want nil", err)
		}
	}
}

// TestDiskFailsLate has the very last fdatasync fail: whether the change is on
// disk is unknown, and nothing may be built upon it.
func TestDiskFailsLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")

	s := open(t, path)
	s.FailCommits(func(tx *bbolt.Tx) error { return errors.Join(tx.Commit(), syscall.EIO) })

	err := s.Update(t.Context(), pause("a"))
	if !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), "restart") {
		t.Errorf("Update() = %v, want %v and that a restart is needed", err, syscall.EIO)
	}

	s.FailCommits((*bbolt.Tx).Commit)

	if again := s.Update(t.Context(), pause("b")); !errors.Is(again, syscall.EIO) {
		t.Errorf("Update() afterwards = %v, want the first error again", again)
	}

	if has(t, s, "b") {
		t.Error("something was built on what may be lost")
	}
}

// TestKeptTransaction uses a transaction after its end.
func TestKeptTransaction(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))

	var kept bot.Tx
	keep := func(tx bot.Tx) error {
		kept = tx
		return nil
	}

	for _, run := range []func(context.Context, func(bot.Tx) error) error{s.Update, s.View} {
		if err := run(t.Context(), keep); err != nil {
			t.Fatal(err)
		}

		_, timelineErr := kept.Timeline(1)
		for call, err := range map[string]error{"PutPause()": kept.PutPause("a", now()), "Timeline()": timelineErr} {
			if err == nil || !strings.Contains(err.Error(), "over") {
				t.Errorf("%s after the end = %v, want that it is over", call, err)
			}
		}
	}
}

// TestUpdatesBesideLongView keeps a View open, as a backup does, while the file
// grows: nobody waits for it.
func TestUpdatesBesideLongView(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
	put(t, s, 1, "before")

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		grown := make(chan error, 1)
		go func() {
			grown <- s.Update(context.Background(), func(tx bot.Tx) error {
				return tx.PutEscalation(&bot.Escalation{ID: 2, Context: bot.Context{Happened: strings.Repeat("x", 40<<20)}})
			})
		}()

		select {
		case err := <-grown:
			if err != nil {
				t.Errorf("Update() = %v, want nil", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("an update waits for a View")
		}

		if _, err := tx.Escalation(2); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Escalation(E-2) in the older View = %v, want %v", err, bot.ErrNotFound)
		}

		return nil
	}); err != nil {
		t.Errorf("View() = %v, want nil", err)
	}
}
