package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// dueAtOnce is how many follow-ups come due in the same second.
const dueAtOnce = 100

// BenchmarkTickOwed is the beat of a second in which a hundred follow-ups of many
// that are open come due, each of an escalation of its own that is resolved.
func BenchmarkTickOwed(b *testing.B) {
	for _, open := range sizes(10_000, 100_000, million) {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			store := storeOfOwed(b, open)
			desk := bot.NewDesk(bot.DeskOptions{
				Store: store, Settings: benchSettings(b), Now: time.Now, Log: slog.New(slog.DiscardHandler),
			})

			for round := 0; b.Loop(); round++ {
				b.StopTimer()
				comeDue(b, store, bot.EscalationID(round*dueAtOnce%open+1))
				b.StartTimer()

				if err := desk.Tick(b.Context()); err != nil {
					b.Fatal(err)
				}
			}

			if left := dueNow(b, store); left != 0 {
				b.Errorf("%d follow-ups are due after the beat, want none", left)
			}

			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*dueAtOnce), "µs/follow-up")
		})
	}
}

func benchSettings(b *testing.B) bot.Settings {
	b.Helper()

	config, _ := benchConfig()

	parsed, err := ParseConfig("firebreak.yaml", config)
	if err != nil {
		b.Fatal(err)
	}

	return parsed.settings()
}

// storeOfOwed returns a store with so many follow-ups, due in a week or later. As
// in one that was used for long, there is room in the file: one that has to grow
// waits for the disk.
func storeOfOwed(b *testing.B, open int) *bolt.Store {
	b.Helper()

	store, err := bolt.Open(filepath.Join(b.TempDir(), databaseName), bolt.Options{Now: time.Now, NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	b.Cleanup(func() { _ = store.Close() })

	const room = 5000

	inSteps(b, store, 1, open+room, func(tx bot.Tx, id bot.EscalationID) error {
		return tx.PutEscalation(owing(id, time.Now().AddDate(0, 0, 7).Add(time.Duration(id)*time.Second)))
	})
	inSteps(b, store, open+1, open+room, bot.Tx.ForgetEscalation)

	return store
}

// inSteps does something to escalations one after another, some at once.
func inSteps(b *testing.B, store *bolt.Store, from, to int, do func(bot.Tx, bot.EscalationID) error) {
	b.Helper()

	const step = 1000

	for first := from; first <= to; first += step {
		if err := store.Update(b.Context(), func(tx bot.Tx) error {
			for id := first; id < min(first+step, to+1); id++ {
				if err := do(tx, bot.EscalationID(id)); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// owing is a resolved escalation with one follow-up.
func owing(id bot.EscalationID, due time.Time) *bot.Escalation {
	team, opened := int(id)%benchTeams, due.AddDate(0, 0, -14)

	return &bot.Escalation{
		ID: id, Team: benchTeam(team), Agent: bot.PersonID("slack:" + benchAgent(team)), Holder: benchLead(team), State: bot.Resolved, Kind: bot.TakeOver,
		Context: bot.Context{Customer: "Ms Kovac", Reference: fmt.Sprintf("A-%d", id), Happened: "She was told something else.", Heat: 4},
		Opened:  opened, Since: opened, Changed: opened,
		Outcome: &bot.Outcome{Name: "Explained", At: opened, By: benchLead(team)},
		Owed:    []bot.Owed{{N: 1, Text: "Ask whether the refund came", Owner: benchLead(team), How: "phone", Due: due}},
	}
}

// comeDue has a hundred of them come due a second ago, and anew what came due
// before.
func comeDue(b *testing.B, store *bolt.Store, first bot.EscalationID) {
	b.Helper()

	due := time.Now().Add(-time.Second)

	if err := store.Update(b.Context(), func(tx bot.Tx) error {
		for id := first; id < first+dueAtOnce; id++ {
			e, err := tx.Escalation(id)
			if err != nil {
				return err
			}

			e.Owed = owing(id, due).Owed

			if err := tx.PutEscalation(e); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		b.Fatal(err)
	}

	if got := dueNow(b, store); got != dueAtOnce {
		b.Fatalf("%d follow-ups are due, want %d", got, dueAtOnce)
	}
}

func dueNow(b *testing.B, store *bolt.Store) int {
	b.Helper()

	var due []bot.EscalationID

	if err := store.View(b.Context(), func(tx bot.Tx) (err error) {
		due, err = tx.Due(time.Now(), 10*dueAtOnce)
		return err
	}); err != nil {
		b.Fatal(err)
	}

	return len(due)
}
