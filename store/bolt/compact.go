package bolt

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// compactTx is how many bytes a compaction keeps in memory.
const compactTx = 4 << 20

// Compact writes a file that no process has anew without the room that deleted
// records left, and returns what it takes now. A file that is damaged is not
// touched.
func Compact(ctx context.Context, path string) (*Report, error) {
	if err := sound(ctx, path); err != nil {
		return nil, fmt.Errorf("nothing was compacted: %w", err)
	}

	var report *Report

	err := compact(ctx, path, func(after *Report) error {
		report = after

		return after.Err()
	})

	return report, err
}

// compact puts a copy of a file's records in its place, if the copy is found good
// enough.
func compact(ctx context.Context, path string, judge func(*Report) error) error {
	db, err := openFile(path, Options{Wait: toolWait})
	if err != nil {
		return err
	}

	draft := path + ".part"

	report, err := compactTo(ctx, db, draft)
	if err == nil {
		err = judge(report)
	}

	if err != nil {
		return errors.Join(fmt.Errorf("compact %s: %w", path, full(err)), discard(draft), db.Close())
	}

	// Closed only now, so that no other process has had it in between.
	return errors.Join(replace(draft, path), db.Close())
}

// compactTo copies the records to a draft, and returns what is to be said of it.
func compactTo(ctx context.Context, from *bbolt.DB, draft string) (*Report, error) {
	if err := discard(draft); err != nil {
		return nil, err
	}

	to, _, err := tryFile(draft, Options{Wait: toolWait, NoSync: true})
	if err != nil {
		return nil, err
	}

	err = bbolt.Compact(to, from, compactTx)
	if err == nil {
		err = markRewritten(to)
	}

	if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
		return nil, err
	}

	return verify(ctx, draft)
}
