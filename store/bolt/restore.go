package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Restore puts a backup in the place of the file at path. The backup is judged
// before, and its copy afterwards. A file that is there already is only replaced
// if that is wanted, never while a process has it, and is kept as
// path.before-restore. The report is of what was restored.
func Restore(ctx context.Context, backup, path string, replaceIt bool) (*Report, error) {
	err := sound(ctx, backup)
	if _, damaged := errors.AsType[*DamagedError](err); damaged {
		return nil, fmt.Errorf("nothing was restored, take another backup: %w", err)
	}

	if errors.Is(err, ErrNewer) {
		return nil, fmt.Errorf("nothing was restored: the backup %w: restore it with that version, or take an older backup", err)
	}

	if err != nil {
		return nil, fmt.Errorf("nothing was restored, take another backup: %w", err)
	}

	release, err := makeWay(path, replaceIt)
	if err != nil {
		return nil, err
	}
	defer release()

	draft := path + ".part"

	report, err := copyBackup(ctx, backup, draft)
	if err == nil {
		err = setAside(path)
	}

	if err != nil {
		return nil, errors.Join(fmt.Errorf("restore %s: %w", path, full(err)), discard(draft))
	}

	return report, replace(draft, path)
}

func sound(ctx context.Context, path string) error {
	report, err := Verify(ctx, path)
	if err != nil {
		return err
	}

	if report.Schema > len(schemas) {
		return fmt.Errorf("%s was %w (its schema is %d, this one knows %d)", path, ErrNewer, report.Schema, len(schemas))
	}

	if err := report.Err(); err != nil {
		return fmt.Errorf("%s is damaged: %w", path, err)
	}

	return nil
}

// makeWay makes sure that a file may be replaced, and that no process opens it
// until it is released.
func makeWay(path string, replaceIt bool) (release func(), err error) {
	info, err := os.Stat(path)

	switch {
	case errors.Is(err, fs.ErrNotExist):
		return func() {}, nil
	case err != nil:
		return nil, explain(path, err)
	case !replaceIt:
		return nil, fmt.Errorf("%s is %w: say that it is to be replaced, or name another file", path, ErrExists)
	case info.Size() == 0:
		return func() {}, nil
	default:
		return hold(path, toolWait)
	}
}

// copyBackup copies a backup, brings the copy to disk and judges it.
func copyBackup(ctx context.Context, backup, draft string) (*Report, error) {
	from, err := os.Open(backup)
	if err != nil {
		return nil, err
	}
	defer from.Close()

	to, err := os.OpenFile(draft, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return nil, err
	}

	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Sync(), to.Close()); err != nil {
		return nil, err
	}

	report, err := verify(ctx, draft)
	if err != nil {
		return nil, err
	}

	return report, report.Err()
}

// setAside keeps the file at path under another name too. The old one goes only
// when the new one takes its name: there is no moment without either, in which
// a start would begin with nothing.
func setAside(path string) error {
	kept := path + ".before-restore"
	if err := discard(kept); err != nil {
		return err
	}

	err := os.Link(path, kept)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}

	return err
}
