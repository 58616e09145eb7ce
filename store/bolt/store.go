package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/firebreakhq/firebreak/bot"
)

// Options says how a file is opened.
type Options struct {
	Log *slog.Logger     // nil for none
	Now func() time.Time // when the file was made or migrated; required

	// Wait is for how long to wait for another process that has the file, such
	// as the one that is being replaced. Zero stands for a second.
	Wait time.Duration

	// NoSync leaves out the fdatasyncs. For tests only: a power cut then loses
	// what was acknowledged, and can lose the file.
	NoSync bool
}

// A Store keeps everything in one file. It implements bot.Store.
type Store struct {
	db   *bbolt.DB
	path string
	log  *slog.Logger

	queue   chan *change    // changes that wait to be taken by the committer
	life    context.Context // ends when no more are taken
	end     context.CancelFunc
	stopped chan struct{} // closed when the committer has ended

	fate    func(*bbolt.Tx) error // commits; replaced in tests
	failing atomic.Pointer[error] // of the last commit
	broken  error                 // why nothing can be written until a restart; the committer's
	commits atomic.Int64
	changes atomic.Int64
	damaged damages
}

var _ bot.Store = (*Store)(nil)

// ErrClosed is returned by a store that was closed.
var ErrClosed = errors.New("the store is closed")

func newStore(db *bbolt.DB, path string, options Options) *Store {
	s := &Store{
		db: db, path: path, log: options.Log,
		queue: make(chan *change), stopped: make(chan struct{}),
		fate: (*bbolt.Tx).Commit,
	}
	s.life, s.end = context.WithCancel(context.Background())

	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}

	go s.run()

	return s
}

// Close lets the changes that were taken come to their end, refuses the others
// with ErrClosed, ends backups, and closes the file. It waits for Views.
func (s *Store) Close() error {
	s.end()
	<-s.stopped

	return s.db.Close()
}

// View runs read against one consistent state.
func (s *Store) View(ctx context.Context, read func(bot.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}

	return s.view(func(tx *Tx) error { return read(tx) })
}

func (s *Store) view(read func(*Tx) error) error {
	inner, err := s.db.Begin(false)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}

	if err != nil {
		return err
	}

	tx := newTx(s, inner)

	defer func() {
		tx.over()
		_ = inner.Rollback() // can only fail if it is over already
	}()
	defer panicOnFault()()

	return read(tx)
}

// panicOnFault makes a wild pointer in a damaged file a panic that can be
// recovered from, until the returned function is called.
func panicOnFault() func() {
	before := debug.SetPanicOnFault(true)

	return func() { debug.SetPanicOnFault(before) }
}

// Stats is what there is to know of a store.
type Stats struct {
	Escalations, Entries, Cards, Onces, Identities, Pauses int

	DutyChanges, Notes, Watches, Paged, Feeds int

	Pending int // escalations with a Due
	Outbox  int // cards to be shown

	Size    int64 // of the file, in bytes
	Free    int64 // of that, what deleted records left and new ones will take
	Commits int64 // since the file was opened
	Changes int64 // that these commits kept
	Damaged int   // records that were found damaged
}

// Stats counts. It costs the same however much there is.
func (s *Store) Stats() (Stats, error) {
	var stats Stats

	file, err := os.Stat(s.path)
	if err != nil {
		return stats, err
	}

	err = s.view(func(tx *Tx) error {
		for name, count := range map[string]*int{
			escalations: &stats.Escalations, timelines: &stats.Entries, cards: &stats.Cards,
			once: &stats.Onces, identities: &stats.Identities, pauses: &stats.Pauses,
			changes: &stats.DutyChanges, notes: &stats.Notes, watches: &stats.Watches, paged: &stats.Paged, feeds: &stats.Feeds,
			due: &stats.Pending, outbox: &stats.Outbox,
		} {
			*count = tx.table(name).count()
		}

		return tx.err
	})

	stats.Size = file.Size()
	pages := s.db.Stats()
	stats.Free = int64(pages.FreePageN+pages.PendingPageN) * int64(s.db.Info().PageSize)
	stats.Commits, stats.Changes = s.commits.Load(), s.changes.Load()
	stats.Damaged = len(s.Damaged())

	return stats, err
}

// damages remembers which records were found damaged, to tell of each once.
type damages struct {
	mu    sync.Mutex
	known map[string]bool
	found []bot.Damage // in the order in which they were
}

func (d *damages) add(one bot.Damage) (added bool) {
	d.mu.Lock()
	defer d.mu.Unlock()

	if d.known[one.Record] || len(d.known) >= 1000 {
		return false
	}

	if d.known == nil {
		d.known = make(map[string]bool)
	}

	d.known[one.Record] = true
	d.found = append(d.found, one)

	return true
}

func (d *damages) all() []bot.Damage {
	d.mu.Lock()
	defer d.mu.Unlock()

	return slices.Clip(d.found)
}

// Damaged returns the records that were found damaged since the file was opened, in
// the order in which they were found, a thousand at most.
func (s *Store) Damaged() []bot.Damage { return s.damaged.all() }

// damagedParts are what the records of a bucket are about.
var damagedParts = map[string]bot.DamagedPart{
	escalations: bot.DamagedCase, timelines: bot.DamagedTimeline, tallies: bot.DamagedFigures, cards: bot.DamagedMessage,
	known: bot.DamagedCustomer, identities: bot.DamagedPerson, addresses: bot.DamagedPerson, whereabouts: bot.DamagedPerson,
	changes: bot.DamagedDuty, watches: bot.DamagedDuty, paged: bot.DamagedDuty, feeds: bot.DamagedDuty,
}

// damageOf says what a damaged record is about, as far as its key tells.
func damageOf(e *DamagedError, key []byte) bot.Damage {
	one := bot.Damage{Record: fmt.Sprintf("%s in %q", e.Key, e.Bucket), Part: damagedParts[e.Bucket]}

	ofCase := one.Part == bot.DamagedCase || one.Part == bot.DamagedTimeline || one.Part == bot.DamagedFigures

	switch {
	case one.Part == "" || ofCase && len(key) < idSize:
		one.Part = bot.DamagedOther
	case ofCase, one.Part == bot.DamagedMessage && len(key) >= idSize:
		one.Escalation = bot.EscalationID(binary.BigEndian.Uint64(key))
	}

	if e.Bucket == timelines && len(key) == idSize+4 {
		one.Entry = int(binary.BigEndian.Uint32(key[idSize:]))
	}

	return one
}

func (s *Store) noteDamage(e *DamagedError, key []byte) {
	if s.damaged.add(damageOf(e, key)) {
		log := s.log
		if page, ok := errors.AsType[brokenPageError](e.Cause); ok {
			log = log.With("panic", page.panicked)
		}

		log.Error("a record is damaged, restore the last good backup", "bucket", e.Bucket, "key", e.Key, "cause", e.Cause)
	}
}
