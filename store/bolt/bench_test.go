package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// The benchmarks sync, as production does, and say their figures as ratios taken
// within one run where the disk decides.

func openBench(b *testing.B, path string, noSync bool) *bolt.Store {
	b.Helper()

	s, err := bolt.Open(path, bolt.Options{Now: now, NoSync: noSync})
	if err != nil {
		b.Fatal(err)
	}

	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})

	return s
}

// rawDisk does what no commit can do without: it writes some pages and waits for
// the disk, then writes one and waits again.
type rawDisk struct {
	file *os.File
	at   int64
}

const rawPages, pageBytes = 8, 4096

func openRaw(b *testing.B) *rawDisk {
	b.Helper()

	file, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}

	b.Cleanup(func() { _ = file.Close() })

	if _, err := file.WriteAt(make([]byte, 16<<20), 0); err != nil {
		b.Fatal(err)
	}

	if err := file.Sync(); err != nil {
		b.Fatal(err)
	}

	return &rawDisk{file: file}
}

func (r *rawDisk) commit(b *testing.B) {
	var page [pageBytes]byte

	for range rawPages {
		r.at = (r.at + 17*pageBytes) % (16 << 20)
		if _, err := r.file.WriteAt(page[:], r.at); err != nil {
			b.Fatal(err)
		}
	}

	r.sync(b)

	if _, err := r.file.WriteAt(page[:], 0); err != nil {
		b.Fatal(err)
	}

	r.sync(b)
}

func (r *rawDisk) sync(b *testing.B) {
	if err := syscall.Fdatasync(int(r.file.Fd())); err != nil {
		b.Fatal(err)
	}
}

// intake is the change that a submitted form makes.
func intake(s *bolt.Store, key string) error {
	return s.Update(ctx, func(tx bot.Tx) error {
		id, err := tx.NextEscalation()
		if err != nil {
			return err
		}

		if _, err := tx.Once(key); err == nil {
			return fmt.Errorf("%s was done", key)
		}

		if err := keepCase(tx, id, now()); err != nil {
			return err
		}

		return tx.KeepOnce(key, id.String(), now())
	})
}

// median of some durations, in nanoseconds.
func median(d []time.Duration) float64 {
	slices.Sort(d)

	return float64(d[len(d)/2])
}

// BenchmarkUpdate has one writer and many. x-raw is how many times longer a
// commit of a lone writer takes than two raw fdatasyncs, both at the median.
func BenchmarkUpdate(b *testing.B) {
	b.Run("writers=1", func(b *testing.B) {
		s, raw := openBench(b, filepath.Join(b.TempDir(), "firebreak.db"), false), openRaw(b)
		lone(b, s, raw)
	})

	for _, writers := range []int{32, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := openBench(b, filepath.Join(b.TempDir(), "firebreak.db"), false)
			before, _ := s.Stats()

			var n atomic.Int64

			b.ResetTimer()

			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						if err := intake(s, fmt.Sprint("view:", i)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()

			after, _ := s.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(b.N)/float64(after.Commits-before.Commits), "updates/commit")
		})
	}
}

// lone measures a writer that is alone against the raw disk, turn by turn.
func lone(b *testing.B, s *bolt.Store, raw *rawDisk) {
	b.Helper()

	var ours, disk []time.Duration

	b.ResetTimer()

	for range b.N {
		began := time.Now()

		if err := intake(s, fmt.Sprint("view:", rand.Uint64())); err != nil {
			b.Fatal(err)
		}

		ours = append(ours, time.Since(began))
		began = time.Now()

		raw.commit(b)
		disk = append(disk, time.Since(began))
	}

	b.StopTimer()
	b.ReportMetric(median(ours), "ns/commit")
	b.ReportMetric(median(disk), "ns/raw")
	b.ReportMetric(median(ours)/median(disk), "x-raw")
}

// large returns a store that takes long to make. FIREBREAK_BENCH_DIR names a
// directory that keeps it for the next time.
func large(b *testing.B, name string, build func(*bolt.Store)) string {
	b.Helper()

	if testing.Short() {
		b.Skip("it takes minutes to make; run it without -short")
	}

	dir := os.Getenv("FIREBREAK_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}

	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}

	s, err := bolt.Open(path, bolt.Options{Now: now, NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	build(s)

	if err := s.Close(); err != nil {
		b.Fatal(err)
	}

	return path
}

// BenchmarkAfterAYear measures a lone writer on a store that has seen a thousand
// escalations a day for 395 days, each written three times and forgotten after a
// year, a day's worth every day; and, turn by turn, on a fresh one. x-fresh is
// how many times longer it takes, at the median.
func BenchmarkAfterAYear(b *testing.B) {
	path := large(b, "year.db", func(s *bolt.Store) { live(b, s, 395, 365) })
	old, fresh, raw := openBench(b, path, false), openBench(b, filepath.Join(b.TempDir(), "fresh.db"), false), openRaw(b)

	turns := []struct {
		s    *bolt.Store
		took []time.Duration
	}{{s: old}, {s: fresh}}

	b.ResetTimer()

	for range b.N {
		for i := range turns {
			began := time.Now()

			if err := intake(turns[i].s, fmt.Sprint("view:", rand.Uint64())); err != nil {
				b.Fatal(err)
			}

			turns[i].took = append(turns[i].took, time.Since(began))

			raw.commit(b)
		}
	}

	stats, _ := old.Stats()
	oldTook, freshTook := median(turns[0].took), median(turns[1].took)
	b.ReportMetric(oldTook, "ns/commit")
	b.ReportMetric(oldTook/freshTook, "x-fresh")
	b.ReportMetric(float64(stats.Size)/float64(stats.Escalations), "bytes/escalation")
	b.ReportMetric(float64(stats.Free)/float64(stats.Size), "free/size")
}

// live plays so many days of a thousand escalations.
func live(b *testing.B, s *bolt.Store, days, retention int) {
	b.Helper()

	const perDay, group = 1000, 10

	for day := range days {
		at := now().AddDate(0, 0, day)

		for first := 1; first <= perDay; first += group {
			base := bot.EscalationID(day*perDay + first)

			for _, write := range []func(bot.Tx, bot.EscalationID, time.Time) error{openCase, takeCase, keepRest} {
				if err := s.Update(ctx, func(tx bot.Tx) error {
					for id := base; id < base+group; id++ {
						if err := write(tx, id, at); err != nil {
							return err
						}
					}

					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
		}

		forgetOnces(b, s, at.AddDate(0, 0, -1))

		if day >= retention {
			forgetDay(b, s, bot.EscalationID((day-retention)*perDay+1), perDay)
		}
	}
}

// openCase and takeCase are the beginnings of keepCase.
func openCase(tx bot.Tx, id bot.EscalationID, at time.Time) error {
	e := bot.Escalation{
		ID: id, Team: "billing", Agent: "maria", State: bot.Paging, Turn: bot.Turn{Until: at.Add(time.Minute)}, Opened: at, Entries: 1,
		Context: bot.Context{Customer: "Ms Kovac", Reference: fmt.Sprintf("A-%d", id/3)},
	}
	card := bot.Card{ID: bot.CardID{Role: bot.AgentCard, Escalation: id, Person: "dana"}, Wanted: 1, Since: at}

	if err := tx.PutCard(&card); err != nil {
		return err
	}

	return tx.PutEscalation(&e)
}

func takeCase(tx bot.Tx, id bot.EscalationID, at time.Time) error {
	e, err := tx.Escalation(id)
	if err != nil {
		return err
	}

	e.State, e.Holder, e.JoinBy = bot.Taken, "dana", at.Add(time.Minute)

	return tx.PutEscalation(e)
}

// keepRest is keepCase with a mark that it was done.
func keepRest(tx bot.Tx, id bot.EscalationID, at time.Time) error {
	if err := keepCase(tx, id, at); err != nil {
		return err
	}

	return tx.KeepOnce(fmt.Sprintf("view:V%016X", uint64(id)*0x9E3779B97F4A7C15), id.String(), at)
}

// forgetOnces forgets what was kept for a day, a few at a time.
func forgetOnces(b *testing.B, s *bolt.Store, before time.Time) {
	b.Helper()

	const group = 50

	for forgot := group; forgot == group; {
		if err := s.Update(ctx, func(tx bot.Tx) (err error) {
			forgot, err = tx.ForgetOnce(before, group)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// forgetDay is what retention does once a day, a few at a time.
func forgetDay(b *testing.B, s *bolt.Store, first bot.EscalationID, count int) {
	b.Helper()

	const group = 20

	for from := first; from < first+bot.EscalationID(count); from += group {
		if err := s.Update(ctx, func(tx bot.Tx) error {
			for id := from; id < from+group; id++ {
				if err := tx.ForgetEscalation(id); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDue asks what is due when one of many is.
func BenchmarkDue(b *testing.B) {
	for _, pending := range []int{10, 10_000, 1_000_000} {
		b.Run(fmt.Sprintf("pending=%d", pending), func(b *testing.B) {
			s := openBench(b, filepath.Join(b.TempDir(), "firebreak.db"), true)
			for first := 0; first < pending; first += 1000 {
				if err := s.Update(ctx, func(tx bot.Tx) error {
					for i := first; i < min(first+1000, pending); i++ {
						e := bot.Escalation{ID: bot.EscalationID(i + 1), State: bot.Paging, Turn: bot.Turn{Until: now().Add(time.Duration(i) * time.Second)}}
						if err := tx.PutEscalation(&e); err != nil {
							return err
						}
					}

					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}

			b.ResetTimer()

			for range b.N {
				if err := s.View(ctx, func(tx bot.Tx) error {
					ids, err := tx.Due(now(), 100)
					if len(ids) != 1 {
						b.Fatalf("Due() = %v, want one", ids)
					}

					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMillion opens a store of a million closed escalations in a process of
// its own, and measures a lone writer and the reads that people wait for on it.
func BenchmarkMillion(b *testing.B) {
	path := large(b, "million.db", func(s *bolt.Store) { fill(b, s, 1, 1_000_000) })

	b.Run("open", func(b *testing.B) {
		var took, memory int64

		for range b.N {
			out, err := child(b, "measures its memory", path).Output()
			if err != nil {
				b.Fatal(err)
			}

			if _, err := fmt.Sscan(string(out), &took, &memory); err != nil {
				b.Fatal(err)
			}
		}

		b.ReportMetric(float64(took)/1e6, "ms/open")
		b.ReportMetric(float64(memory)/1024, "MiB-RssAnon")
	})

	b.Run("writers=1", func(b *testing.B) {
		s := openBench(b, path, false)
		stats, _ := s.Stats()

		lone(b, s, openRaw(b))
		b.ReportMetric(float64(stats.Size)/float64(stats.Escalations), "bytes/escalation")
	})

	b.Run("reads", func(b *testing.B) {
		s := openBench(b, path, true)

		b.ResetTimer()

		for i := range b.N {
			if err := s.View(ctx, func(tx bot.Tx) error {
				id := bot.EscalationID(1 + i*7919%1_000_000)

				earlier, err := tx.ByCustomer("billing", fmt.Sprintf("A-%d", id/3), 5)
				if err != nil || len(earlier) == 0 {
					b.Fatalf("ByCustomer() = %v, %v, want some", earlier, err)
				}

				if _, err := tx.Concerning("maria"); err != nil {
					return err
				}

				_, err = tx.Escalation(id)

				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkChanges asks what is changed for one person, of whom one change is in
// force and 26 a year are over.
func BenchmarkChanges(b *testing.B) {
	sizes := []struct{ people, years int }{{2_000, 1}, {2_000, 10}, {20_000, 1}}
	if testing.Short() {
		sizes = []struct{ people, years int }{{100, 1}, {100, 10}}
	}

	for _, size := range sizes {
		b.Run(fmt.Sprintf("people=%d/years=%d", size.people, size.years), func(b *testing.B) {
			s := openBench(b, filepath.Join(b.TempDir(), "firebreak.db"), true)
			fillChanges(b, s, size.people, 26*size.years)

			b.ReportAllocs()
			b.ResetTimer()

			for i := range b.N {
				if err := s.View(ctx, func(tx bot.Tx) error {
					all, err := tx.Changes(changed(i*7919%size.people), now())
					if len(all) != 1 {
						b.Fatalf("Changes() = %v, %v, want the one in force", all, err)
					}

					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fillChanges keeps so many changes of each person, a fortnight apart and in the
// order in which they were made. The last one is in force now.
func fillChanges(t testing.TB, s *bolt.Store, people, each int) {
	t.Helper()

	const fortnight = 14 * 24 * time.Hour

	for n := range each {
		until := now().Add(time.Duration(n-each+1)*fortnight + time.Hour)

		for first := 0; first < people; first += 2000 {
			if err := s.Update(ctx, func(tx bot.Tx) error {
				for i := first; i < min(first+2000, people); i++ {
					if err := tx.PutChange(&bot.Change{
						ID: bot.ChangeID(n*people + i + 1), Who: changed(i), From: until.Add(-48 * time.Hour), Until: until, By: "maria", Made: until,
					}); err != nil {
						return err
					}
				}

				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func changed(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("person %d", i)) }

// TestChangesAreSought has somebody with a thousand changes that are over: those
// in force are found as fast as if there were none.
func TestChangesAreSought(t *testing.T) {
	allocs := func(each int) float64 {
		s := open(t, filepath.Join(t.TempDir(), "firebreak.db"))
		fillChanges(t, s, 3, each)

		return testing.AllocsPerRun(20, func() {
			if err := s.View(ctx, func(tx bot.Tx) error {
				all, err := tx.Changes(changed(1), now())
				if len(all) != 1 {
					t.Fatalf("Changes() = %v, %v, want the one in force", all, err)
				}

				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}

	if one, many := allocs(1), allocs(1000); many > one+10 {
		t.Errorf("Changes() allocates %v times with a thousand changes and %v with one, want about the same", many, one)
	}
}

// BenchmarkCustomersRemembered opens a file of before customers were known in a process
// of its own, with as many customers as escalations.
func BenchmarkCustomersRemembered(b *testing.B) {
	cases := 1_000_000
	if testing.Short() {
		cases = 20_000
	}

	var took, memory int64

	for range b.N {
		out, err := child(b, "measures its memory", beforeCustomers(b, cases)).Output()
		if err != nil {
			b.Fatal(err)
		}

		if _, err := fmt.Sscan(string(out), &took, &memory); err != nil {
			b.Fatal(err)
		}
	}

	b.ReportMetric(float64(took)/1e9, "s/open")
	b.ReportMetric(float64(memory)/1024, "MiB-RssAnon")
}

// beforeCustomers returns a file that an older version wrote.
func beforeCustomers(b *testing.B, cases int) (path string) {
	b.Helper()

	path = filepath.Join(b.TempDir(), "old.db")

	s, err := bolt.OpenAs(path, bolt.Options{Now: now, NoSync: true}, make([]bolt.Migration, 4))
	if err != nil {
		b.Fatal(err)
	}

	for first := 1; first <= cases; first += 1000 {
		if err := s.Update(b.Context(), func(tx bot.Tx) error {
			for id := first; id < first+1000; id++ {
				e := before(bot.EscalationID(id))
				e.Context.Reference = fmt.Sprintf("K-%d", id)

				if err := tx.PutEscalation(e); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}

	if err := s.Close(); err != nil {
		b.Fatal(err)
	}

	return path
}
