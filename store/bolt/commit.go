package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
)

// A commit costs two waits for the disk, whatever it holds. So one goroutine
// commits, and while it waits for the disk the next changes gather: it takes all
// that are waiting and runs them one after another in one transaction. A change
// that comes alone is committed at once; nothing ever waits for a timer.
//
// The members of a group don't notice each other. Each runs on the goroutine of
// its caller, in turn, so that a panic or runtime.Goexit in it is its caller's
// and has its caller's stack. What a member that failed has done is undone key
// by key, without disturbing the others. It learns of its error only when what
// it saw is on disk. If the group can't be committed, or bbolt finds the file
// damaged on the way, all is rolled back and the members run again, each alone.

// groupMax bounds how many changes share a commit, and with it how much memory
// a commit takes.
const groupMax = 1024

// A change is an Update that waits for its turn.
type change struct {
	next chan step
	ran  chan error
	gone bool // its caller panicked: it must not be run again; the committer's
}

// A step is what the committer tells a change: to run, or how it ended.
type step struct {
	tx  *Tx
	end error
}

// errGone stands for the outcome of a change whose caller panicked.
var errGone = errors.New("the change panicked")

// Update runs change and returns when what it did is on disk. If ctx ends before
// the committer has taken the change, it does not run; afterwards it is carried
// through.
func (s *Store) Update(ctx context.Context, do func(bot.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}

	c := newChange()

	select {
	case s.queue <- c:
		return c.follow(do)
	case <-ctx.Done():
		return ctx.Err()
	case <-s.life.Done():
		return ErrClosed
	}
}

func newChange() *change {
	return &change{next: make(chan step), ran: make(chan error)}
}

// follow runs the change as often as the committer says, and returns the end.
func (c *change) follow(do func(bot.Tx) error) error {
	for {
		step := <-c.next
		if step.tx == nil {
			return step.end
		}

		c.run(step.tx, do)
	}
}

// run runs the change and tells the committer how it went, also when it panics.
func (c *change) run(tx *Tx, do func(bot.Tx) error) {
	err := errGone

	defer func() { c.ran <- err }()
	defer panicOnFault()()

	err = do(tx)
}

// run commits until the store is closed.
func (s *Store) run() {
	defer close(s.stopped)

	for {
		select {
		case c := <-s.queue:
			s.settle(s.gather(c))
		case <-s.life.Done():
			return
		}
	}
}

// gather takes all changes that are waiting.
func (s *Store) gather(first *change) []*change {
	group := []*change{first}

	// The callers of the last group were just told and may be about to come
	// again. Let them run, or every other group is a group of one.
	runtime.Gosched()

	for len(group) < groupMax {
		select {
		case c := <-s.queue:
			group = append(group, c)
		default:
			return group
		}
	}

	return group
}

// settle brings each change of a group to its end.
func (s *Store) settle(group []*change) {
	ends, err := s.attempt(group)
	if err == nil {
		tell(group, ends)
		return
	}

	for _, c := range group {
		if c.gone {
			continue
		}

		ends := []error{err}
		if len(group) > 1 {
			if ends, err = s.attempt([]*change{c}); err != nil {
				ends = []error{err}
			}
		}

		tell([]*change{c}, ends)
	}
}

func tell(group []*change, ends []error) {
	for i, c := range group {
		if !c.gone {
			c.next <- step{end: ends[i]}
		}
	}
}

// attempt runs a group in one transaction and commits it. It returns how each
// member ended, or why none of them counts.
func (s *Store) attempt(group []*change) (ends []error, err error) {
	if s.broken != nil {
		return nil, s.broken
	}

	inner, err := s.db.Begin(true)
	if err != nil {
		return nil, fmt.Errorf("begin a transaction: %w", err)
	}

	tx := newTx(s, inner)
	ends, wrote := invite(group, tx)
	err = tx.err
	tx.over()

	if err != nil || !wrote {
		abandon(inner)
	}

	switch {
	case err != nil && len(ends) == 1 && len(group) == 1 && ends[0] != nil:
		return ends, nil //nolint:nilerr // ends carries it: it is what the change made of it
	case err != nil:
		return nil, err
	case !wrote:
		return ends, nil
	}

	err = s.commit(inner)
	s.noteHealth(err)

	if err != nil {
		return nil, err
	}

	s.count(ends)

	return ends, nil
}

// noteHealth keeps what became of the last commit, for Failing.
func (s *Store) noteHealth(err error) {
	if err == nil {
		s.failing.Store(nil)
	} else {
		s.failing.Store(&err)
	}
}

// Failing returns why the last commit failed, nil if it didn't.
func (s *Store) Failing() error {
	if err := s.failing.Load(); err != nil {
		return *err
	}

	return nil
}

func (s *Store) count(ends []error) {
	s.commits.Add(1)

	for _, end := range ends {
		if end == nil {
			s.changes.Add(1)
		}
	}
}

// invite lets the changes run, up to one that spoils the transaction. It reports
// whether there is anything to commit.
func invite(group []*change, tx *Tx) (ends []error, wrote bool) {
	for _, c := range group {
		end := c.invite(tx)
		ends = append(ends, end)
		wrote = wrote || end == nil && len(tx.undo) > 0

		if tx.err != nil {
			break
		}
	}

	return ends, wrote
}

// invite lets a change run in a transaction, and undoes it if it fails.
func (c *change) invite(tx *Tx) error {
	if c.gone {
		return errGone
	}

	tx.savepoint()
	c.next <- step{tx: tx}

	err := <-c.ran
	if err == errGone { //nolint:errorlint // it is this very one and never wrapped
		c.gone = true
	}

	if err != nil {
		tx.rollback()
	}

	return err
}

// commit brings a transaction to disk.
func (s *Store) commit(tx *bbolt.Tx) (err error) {
	id := tx.ID()

	defer func() {
		if p := recover(); p != nil {
			abandon(tx)
			s.log.Error("the file is damaged: a change could not be written", "panic", p)
			s.broken = fmt.Errorf("%w: the file is damaged: stop and restore the last good backup with `firebreak restore`", bot.ErrUnwritable)
			err = s.broken
		}
	}()
	defer panicOnFault()()

	err = s.fate(tx)
	if err == nil {
		return nil
	}

	if s.landed(id) {
		s.broken = fmt.Errorf("%w: the disk failed while a change was written (%w); whether it was kept is unknown: check the disk and restart", bot.ErrUnwritable, err)
		return s.broken
	}

	return full(fmt.Errorf("write to %s: %w", s.path, err))
}

// landed reports whether a transaction that failed to commit can be seen all
// the same: its last write was made but did not reach the disk for sure. What
// would be built on it might be lost with it.
func (s *Store) landed(id int) bool {
	seen := false

	err := s.db.View(func(tx *bbolt.Tx) error {
		seen = tx.ID() >= id
		return nil
	})

	return err != nil || seen
}

// abandon rolls back a transaction of bbolt's, as far as that is possible in a
// damaged file, so that its lock is released.
func abandon(tx *bbolt.Tx) {
	defer func() { _ = recover() }()
	defer panicOnFault()()

	_ = tx.Rollback()
}
