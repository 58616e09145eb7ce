package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// spoils has the disk alter one record, and returns the file as it was before.
func (a *archive) spoils(bucket string, key []byte) (sound []byte) {
	a.t.Helper()

	path := filepath.Join(a.data, databaseName)

	sound, err := os.ReadFile(path)
	if err := errors.Join(err, insider{path}.spoil(bucket, key)); err != nil {
		a.t.Fatal(err)
	}

	return sound
}

// mends puts the file back as it was.
func (a *archive) mends(sound []byte) {
	a.t.Helper()

	if err := os.WriteFile(filepath.Join(a.data, databaseName), sound, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// Whatever record the disk has altered, a call for help pages somebody, and the case
// goes on to its end.
func TestDamageStopsNoCall(t *testing.T) {
	a := archiveOf(t, 2)

	keys, err := insider{filepath.Join(a.data, databaseName)}.keys()
	if err != nil {
		t.Fatal(err)
	}

	for _, bucket := range slices.Sorted(maps.Keys(keys)) {
		if bucket == "meta" {
			continue // which says what the file is: without it nothing is opened
		}

		for _, key := range keys[bucket] {
			t.Run(fmt.Sprintf("%v/%x", bucket, key), func(t *testing.T) {
				a := &archive{t: t, data: a.data, now: a.now}
				defer a.mends(a.spoils(bucket, key))

				a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
					a.live(desk, "K-4711", "Ms Kovac", []string{"Die Lampe flackert", "", "", "Er war ruhig", "Ein Gutschein"})

					if e := inStore(t, store, 4); e.Context.Happened != "Die Lampe flackert" || len(e.Pages) == 0 || !e.State.Over() {
						t.Errorf("E-4 = %+v, want that somebody was paged for it and that it came to its end", e)
					}
				})
			})
		}
	}
}
