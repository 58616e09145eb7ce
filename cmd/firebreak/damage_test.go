package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
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

// What became of a message is kept though the case that it is of can't be read any
// more. Who is written to of none is not asked about one.
func TestDamageStopsNoDelivery(t *testing.T) {
	a := archiveOf(t, 1)
	a.spoils("escalations", []byte{0, 0, 0, 0, 0, 0, 0, 1})

	a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
		page := bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "dana", N: 1}
		note := bot.CardID{Role: bot.NoteCard, Person: "dana", N: 1}
		failure := &chat.Failure{Kind: chat.Unreachable, Code: "channel_not_found"}

		for what, tell := range map[string]func(tx bot.Tx) ([]bot.CardID, error){
			"Doubled(a page)": func(tx bot.Tx) ([]bot.CardID, error) { return desk.Doubled(tx, &bot.Card{ID: page}, a.now) },
			"Doubled(a note)": func(tx bot.Tx) ([]bot.CardID, error) { return desk.Doubled(tx, &bot.Card{ID: note}, a.now) },
			"Undeliverable(a page)": func(tx bot.Tx) ([]bot.CardID, error) {
				return desk.Undeliverable(tx, &bot.Card{ID: page}, failure, a.now)
			},
			"Late(a page)": func(tx bot.Tx) ([]bot.CardID, error) { return desk.Late(tx, &bot.Card{ID: page}, "", a.now) },
		} {
			err := store.Update(t.Context(), func(tx bot.Tx) error {
				_, err := tell(tx)

				return err
			})
			if err != nil {
				t.Errorf("%v = %v, want nil", what, err)
			}
		}
	})
}

// Whatever record the disk has altered, all else of a customer is erased, what could
// not be is named, and so it is when the same is ordered again. What is ordered after
// it is erased too.
func TestErasePastDamage(t *testing.T) {
	whole := archiveOf(t, 3)

	keys, err := insider{filepath.Join(whole.data, databaseName)}.keys()
	if err != nil {
		t.Fatal(err)
	}

	for _, bucket := range slices.Sorted(maps.Keys(keys)) {
		if bucket == "meta" {
			continue
		}

		all := keys[bucket]
		some := slices.Compact([]int{0, len(all) / 2, len(all) - 1})

		for _, i := range some {
			key := all[i]

			t.Run(fmt.Sprintf("%v/%x", bucket, key), func(t *testing.T) {
				a := &archive{t: t, data: whole.data, now: whole.now}
				sound := a.spoils(bucket, key)

				defer a.mends(sound)

				for _, again := range []string{"", " again"} {
					code, said := a.runs("erase", "--customer", "K-4711", "--by", "olga", "--yes")
					if code != eraseLeaves {
						t.Errorf("erase%v = %d with\n%v\nwant %d", again, code, said, eraseLeaves)
					}

					a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
						for _, trace := range a.traces(store) {
							if trace.Damaged || trace.Bucket == "escalations" {
								wantWords(t, "erase"+again, said, trace.String())
							}

							if trace.Damaged {
								wantWords(t, "erase"+again, said, "damaged records")
							}
						}
					})

					if bucket == "cards" && key[7] > 0 && key[7] < 4 { // one of this customer's: where it was posted is not known any more
						wantWords(t, "erase"+again, said, "Could not be read in full when they were erased: ", "messages that nobody knows of")
					}
				}

				// An index that is damaged leads to one case less: the search has named it.
				a.runs("erase", "--escalation", "E-1", "--escalation", "E-2,E-3", "--by", "olga", "--yes")

				code, said := a.runs("erase", "--customer", "J-1", "--by", "olga", "--yes")
				if code != eraseLeaves || !strings.Contains(said, "E-4") {
					t.Errorf("erase of another = %d with\n%v\nwant E-4 erased, or named", code, said)
				}

				a.with(nil, func(_ *bot.Desk, store *bolt.Store) {
					for _, trace := range a.traces(store) {
						if !trace.Damaged {
							t.Errorf("%v holds the words, want them in no sound record", trace)
						}
					}
				})
			})
		}
	}
}

// The managers are told of a damaged record once, whatever restarts, and of several
// that come to light in an hour together.
func TestDamageIsToldOnce(t *testing.T) {
	a := archiveOf(t, 1)
	found := []bot.Damage{{Record: "one", Part: bot.DamagedCustomer}, {Record: "two", Part: bot.DamagedCase, Escalation: 7}, {Record: "three", Part: bot.DamagedDuty}}

	const first, then = "what is known of a customer", "the record of E-7, something about who is on duty"

	for _, day := range [][]struct { // each begins with a restart
		after time.Duration
		found int
		want  []string // what each note so far tells of
	}{
		{{0, 0, nil}, {time.Minute, 1, []string{first}}, {time.Minute, 2, []string{first}}, {time.Minute, 3, []string{first}}, {time.Hour, 3, []string{first, then}}, {2 * time.Hour, 3, []string{first, then}}},
		{{26 * time.Hour, 3, []string{first, then}}},
	} {
		a.with(nil, func(desk *bot.Desk, store *bolt.Store) {
			for _, step := range day {
				a.now = a.now.Add(step.after)

				if err := errors.Join(desk.Tick(t.Context()), desk.TellOfDamage(t.Context(), found[:step.found])); err != nil {
					t.Fatal(err)
				}

				if diff := cmp.Diff(step.want, toldOfDamage(t, store)); diff != "" {
					t.Errorf("%v later, with %d damaged, the managers were told (-want +got):\n%v", step.after, step.found, diff)
				}
			}
		})
	}
}

// toldOfDamage returns what each note of damage tells of.
func toldOfDamage(t *testing.T, store bot.Store) (told []string) {
	t.Helper()

	if err := store.View(t.Context(), func(tx bot.Tx) error {
		ids, err := tx.Notes()

		for _, id := range ids {
			n, unread := tx.Note(id)
			if err = errors.Join(err, unread); err != nil || n.What != bot.DamageFound {
				continue
			}

			var lines []string
			for _, f := range n.Findings {
				lines = append(lines, f.Text)
			}

			told = append(told, strings.Join(lines, ", "))
		}

		return err
	}); err != nil {
		t.Fatal(err)
	}

	return told
}
