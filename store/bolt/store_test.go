package bolt_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
	"github.com/firebreakhq/firebreak/store/storetest"
)

func now() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) }

// open opens a store that is not synced, and checks at the end that it is sound.
func open(t *testing.T, path string) *bolt.Store {
	t.Helper()

	s, err := bolt.Open(path, bolt.Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatalf("Open(%s) = %v, want nil", path, err)
	}

	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}

		report, err := bolt.Verify(context.WithoutCancel(t.Context()), path)
		if err != nil {
			t.Errorf("Verify(%s) = %v, want nil", path, err)
			return
		}

		if err := report.Err(); err != nil {
			t.Errorf("Verify(%s): %v, want a sound file", path, err)
		}
	})

	return s
}

func TestPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) bot.Store {
		return open(t, filepath.Join(t.TempDir(), "firebreak.db"))
	})
}

// TestPromisesInCompany keeps them while each change shares its commit.
func TestPromisesInCompany(t *testing.T) {
	storetest.Run(t, func(t *testing.T) bot.Store {
		return &bolt.InCompany{Store: open(t, filepath.Join(t.TempDir(), "firebreak.db"))}
	})
}
