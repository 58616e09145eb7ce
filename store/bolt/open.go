package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// What can be wrong with a file. The errors that wrap these name the file and
// say what to do.
var (
	ErrInUse     = errors.New("in use by another process")
	ErrNotAStore = errors.New("not a sound Firebreak database")
	ErrNewer     = errors.New("written by a newer version of Firebreak")
	ErrExists    = errors.New("there already")
)

const (
	fileMode = 0o600

	lockWait = time.Second            // for who is about to serve
	toolWait = 200 * time.Millisecond // for who is not

	// addressSpace is how much is set aside for the file to grow into. bbolt
	// must wait for all readers when it has to move its map, and while it waits
	// nobody else can read either: with this a backup, which reads for minutes,
	// never stops the bot. It is address space only, and takes no memory.
	addressSpace int64 = 64 << 30

	// growBy is by how many bytes the file grows, a day's worth for a large
	// team. Growing costs another sync.
	growBy = 4 << 20
)

// Open opens the file at path, and makes it if there is none. It fails, and
// does not change the file, if another process has it, if it is damaged, or if
// a newer version wrote it. One that an older version wrote is migrated after a
// backup beside it.
func Open(path string, options Options) (*Store, error) {
	return open(path, options, schemas)
}

func open(path string, options Options, schemas []migration) (*Store, error) {
	if options.Wait == 0 {
		options.Wait = lockWait
	}

	if err := makeIfMissing(path, options, len(schemas)); err != nil {
		return nil, explain(path, err)
	}

	if err := judge(path, options.Wait); err != nil {
		return nil, err
	}

	db, err := openFile(path, options)
	if err != nil {
		return nil, err
	}

	if err := migrate(db, path, options, schemas); err != nil {
		return nil, errors.Join(err, db.Close())
	}

	return rewrittenIfStale(newStore(db, path, options), options)
}

// openFile opens a file that was judged. While it waits for another process to
// let go of it, that process may have put another file in its place: such a one
// is opened anew.
func openFile(path string, options Options) (*bbolt.DB, error) {
	for range 10 {
		db, opened, err := tryFile(path, options)
		if err != nil {
			return nil, explain(path, err)
		}

		now, err := os.Stat(path)
		if err == nil && os.SameFile(opened, now) {
			return db, nil
		}

		if err := db.Close(); err != nil {
			return nil, explain(path, err)
		}
	}

	return nil, fmt.Errorf("%s is being replaced again and again", path)
}

func tryFile(path string, options Options) (db *bbolt.DB, opened fs.FileInfo, err error) {
	db, err = bbolt.Open(path, fileMode, &bbolt.Options{
		Timeout:         options.Wait,
		NoSync:          options.NoSync,
		FreelistType:    bbolt.FreelistArrayType,
		InitialMmapSize: mapSize(),
		OpenFile: func(path string, flag int, mode os.FileMode) (*os.File, error) {
			file, err := os.OpenFile(path, flag, mode)
			if err == nil {
				opened, err = file.Stat()
			}

			return file, err
		},
	})

	if err == nil {
		db.AllocSize = growBy
	}

	return db, opened, err
}

// mapSize leaves out what would take memory: where addresses are scarce, and on
// Windows, where a file is as long as its map.
func mapSize() int {
	if runtime.GOOS == "windows" || math.MaxInt < addressSpace {
		return 0
	}

	space := addressSpace // not a constant, which would not compile where it does not fit

	return int(space)
}

// makeIfMissing makes an empty store. It appears under its name complete or not
// at all, and never in place of another.
func makeIfMissing(path string, options Options, version int) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	draft := path + ".new"

	db, _, err := tryFile(draft, options)
	if err != nil && !errors.Is(err, bolterrors.ErrTimeout) && discard(draft) == nil {
		db, _, err = tryFile(draft, options) // without what a power cut left of an earlier start
	}

	if err != nil {
		return err
	}

	err = errors.Join(db.Update(func(tx *bbolt.Tx) error { return initialise(tx, version, options.Now()) }), db.Close())
	if err != nil {
		return err
	}

	return publish(draft, path)
}

// publish gives a complete file its name, if no other process was faster.
func publish(draft, path string) error {
	err := os.Link(draft, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return os.Rename(draft, path) // where there are no links
	}

	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return syncDir(path)
}

// syncDir brings to disk which files are in the directory of path.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}

	return errors.Join(dir.Sync(), dir.Close())
}

// judge looks at what bbolt takes on trust, and would crash on, when it opens a
// file: that the file is as long as it says, and its list of free pages.
func judge(path string, wait time.Duration) error {
	release, err := hold(path, wait)
	if err != nil {
		return err
	}
	defer release()

	file, err := os.Open(path)
	if err != nil {
		return explain(path, err)
	}
	defer file.Close()

	info, err := file.Stat()
	if err != nil {
		return explain(path, err)
	}

	pages, err := newPager(file, info.Size())
	if err == nil {
		_, err = pages.free()
	}

	if err != nil {
		return notAStore(path, err)
	}

	return nil
}

func notAStore(path string, err error) error {
	return fmt.Errorf("%s is %w (%w): restore the last good backup with `firebreak restore`, or name another file",
		path, ErrNotAStore, err)
}

// hold keeps other processes from writing to a file until it is released. What
// is no database nobody writes to.
func hold(path string, wait time.Duration) (release func(), err error) {
	info, err := os.Stat(path)

	switch {
	case err != nil:
		return nil, explain(path, err)
	case info.IsDir():
		return nil, explain(path, syscall.EISDIR)
	case info.Size() == 0:
		return nil, notAStore(path, errors.New("it is empty"))
	}

	db, err := bbolt.Open(path, fileMode, &bbolt.Options{ReadOnly: true, Timeout: wait})

	switch {
	case errors.Is(err, bolterrors.ErrTimeout), errors.Is(err, fs.ErrPermission):
		return nil, explain(path, err)
	case err != nil:
		return func() {}, nil //nolint:nilerr // what is wrong with it is found out by who holds it
	}

	return func() { _ = db.Close() }, nil
}

// explain says of a file that can't be opened what to do about it.
func explain(path string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%s is %w: stop the other firebreak, or give this one a data directory of its own", path, ErrInUse)
	case errors.Is(err, syscall.EISDIR):
		return fmt.Errorf("%s is a directory, and should be the database file: name a file in it", path)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s can't be opened for writing (%w): let the user that runs firebreak write to it and to its directory", path, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s can't be opened (%w): make the directory first", path, err)
	default:
		return full(fmt.Errorf("open %s: %w", path, err))
	}
}
