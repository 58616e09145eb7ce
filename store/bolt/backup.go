package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// BackupRate is how many bytes a second a backup should write: fast enough for
// any store there is, slow enough that who writes to the store hardly notices.
const BackupRate = 20 << 20

// syncEvery is how many bytes a backup writes between two syncs. Without them
// the last one has the whole file to bring to disk, and every commit waits
// behind it.
const syncEvery = 4 << 20

// Backup writes the present state to a file at path while the store serves, at
// most rate bytes a second (BackupRate if it is 0). The file gets its name, and replaces an older one,
// only after it was synced, read again and found sound; the report is of it.
// A store that is closed meanwhile ends the backup with ErrClosed.
func (s *Store) Backup(ctx context.Context, path string, rate int64) (*Report, error) {
	if rate == 0 {
		rate = BackupRate
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.life, func() { cancel(ErrClosed) })()

	var report *Report

	stale, err := s.Stale()
	if err != nil {
		return nil, err
	}

	if stale { // a copy of the file as it is would hold what was erased
		return s.backUpRecords(ctx, path)
	}

	err = writeBackup(ctx, s.db, path, rate, func(draft string) (err error) {
		report, err = verify(ctx, draft)
		if err != nil {
			return err
		}

		return report.Err()
	})

	return report, err
}

// backUpRecords writes the records to a file at path, and nothing else that is in
// the file. It is not throttled.
func (s *Store) backUpRecords(ctx context.Context, path string) (*Report, error) {
	draft := path + ".part"

	report, err := compactTo(ctx, s.db, draft)
	if err == nil {
		err = report.Err()
	}

	if err != nil {
		return nil, errors.Join(fmt.Errorf("back up to %s: %w", path, full(err)), discard(draft))
	}

	return report, replace(draft, path)
}

// snapshot writes a file of any version to path as fast as it can. Only its
// structure is judged, since only its own version knows what is in it.
func snapshot(db *bbolt.DB, path string) error {
	return writeBackup(context.Background(), db, path, math.MaxInt64, verifyStructure)
}

func writeBackup(ctx context.Context, db *bbolt.DB, path string, rate int64, verify func(draft string) error) error {
	draft := path + ".part"

	err := copyTo(ctx, db, draft, rate)
	if err == nil {
		err = verify(draft)
	}

	if ctx.Err() != nil {
		err = context.Cause(ctx) // which bbolt only prints
	}

	if err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", path, full(err)), discard(draft))
	}

	return replace(draft, path)
}

// copyTo writes the present state to a file and brings it to disk.
func copyTo(ctx context.Context, db *bbolt.DB, path string, rate int64) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}

	err = db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(&throttled{ctx: ctx, file: file, rate: rate})
		return err
	})

	return errors.Join(err, file.Sync(), file.Close())
}

// throttled writes at most so many bytes a second, and syncs now and then.
type throttled struct {
	ctx      context.Context
	file     *os.File
	rate     int64
	unsynced int
}

func (w *throttled) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err != nil {
		return n, err
	}

	if w.unsynced += n; w.unsynced >= syncEvery {
		w.unsynced = 0
		if err := w.file.Sync(); err != nil {
			return n, err
		}
	}

	return n, w.pause(n)
}

func (w *throttled) pause(written int) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}

	if w.rate == math.MaxInt64 {
		return nil
	}

	timer := time.NewTimer(time.Duration(int64(written) * int64(time.Second) / w.rate))
	defer timer.Stop()

	select {
	case <-timer.C:
		return nil
	case <-w.ctx.Done():
		return context.Cause(w.ctx)
	}
}

// replace gives a synced file its name.
func replace(draft, path string) error {
	if err := os.Rename(draft, path); err != nil {
		return err
	}

	return syncDir(path)
}

func discard(draft string) error {
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return nil
}

var _ io.Writer = (*throttled)(nil)
