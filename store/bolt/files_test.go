package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// ctx is for what outlives a test.
var ctx = context.Background()

var quick = bolt.Options{Now: now, NoSync: true, Wait: 100 * time.Millisecond}

// put keeps an escalation with some text.
func put(t *testing.T, s *bolt.Store, id bot.EscalationID, happened string) {
	t.Helper()

	if err := s.Update(t.Context(), func(tx bot.Tx) error {
		return tx.PutEscalation(&bot.Escalation{
			ID: id, Team: "billing", Agent: "maria", State: bot.Paging, Turn: bot.Turn{Until: now()},
			Context: bot.Context{Reference: "A-1", Happened: happened},
		})
	}); err != nil {
		t.Fatalf("Update() = %v, want nil", err)
	}
}

// happened returns what put kept.
func happened(t *testing.T, s *bolt.Store, id bot.EscalationID) string {
	t.Helper()

	var text string
	if err := s.View(t.Context(), func(tx bot.Tx) error {
		e, err := tx.Escalation(id)
		if err != nil {
			return err
		}

		text = e.Context.Happened

		return nil
	}); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}

	return text
}

// fresh writes a small store to a new file and returns its name.
func fresh(t *testing.T) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), "firebreak.db")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}

	put(t, s, 1, "first")

	if err := s.Close(); err != nil {
		t.Fatalf("Close() = %v, want nil", err)
	}

	return path
}

func TestReopened(t *testing.T) {
	path := fresh(t)

	s := open(t, path)
	if got := happened(t, s, 1); got != "first" {
		t.Errorf("after a restart the text is %q, want %q", got, "first")
	}

	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("ReadDir() = %v, %v, want nothing but the store", names, err)
	}

	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("Stat() = %v, %v, want a file that nobody else can read", info.Mode(), err)
	}
}

// TestFirstStartCutShort has what a power cut can leave of the very first start.
func TestFirstStartCutShort(t *testing.T) {
	for name, left := range map[string][]byte{"empty": nil, "zeros": make([]byte, 16384), "half": fresh4k(t)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "firebreak.db")
			if err := os.WriteFile(path+".new", left, 0o600); err != nil {
				t.Fatal(err)
			}

			put(t, open(t, path), 1, "first")
		})
	}
}

func fresh4k(t *testing.T) []byte {
	t.Helper()

	data, err := os.ReadFile(fresh(t))
	if err != nil {
		t.Fatal(err)
	}

	return data[:4096]
}

// TestUnusable opens what is no store. The error says what it is and what to do,
// and what was there is not changed.
func TestUnusable(t *testing.T) {
	data, err := os.ReadFile(fresh(t))
	if err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		name string
		data []byte
		is   error
		says string
	}{
		{"empty", nil, bolt.ErrNotAStore, "it is empty"},
		{"one byte", data[:1], bolt.ErrNotAStore, "restore the last good backup"},
		{"text", bytes.Repeat([]byte("no database\n"), 10_000), bolt.ErrNotAStore, "neither of its two meta pages"},
		{"zeros", make([]byte, 1<<16), bolt.ErrNotAStore, "neither of its two meta pages"},
		{"cut after the meta pages", data[:8192], bolt.ErrNotAStore, "cut off"},
		{"cut in the middle", data[:20480], bolt.ErrNotAStore, "cut off"},
		{"list of free pages too long", withFreelist(data, 0xFFFE), bolt.ErrNotAStore, "the list of free pages"},
		{"other program's", otherProgram(t), bolt.ErrNotAStore, "another program made it"},
		{"newer", newer(t, data), bolt.ErrNewer, "schema 6, this one knows 5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "firebreak.db")
			if err := os.WriteFile(path, test.data, 0o600); err != nil {
				t.Fatal(err)
			}

			_, err := bolt.Open(path, quick)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("Open() = %v, want %v that names the file and says %q", err, test.is, test.says)
			}

			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(after, test.data) {
				t.Errorf("Open() changed the file (%v)", err)
			}
		})
	}
}

// withFreelist makes a file say that it has so many free pages.
func withFreelist(data []byte, count uint16) []byte {
	const pageSize, freelistPage = 4096, 0x10

	data = bytes.Clone(data)
	for page := 2 * pageSize; page < len(data); page += pageSize {
		if binary.NativeEndian.Uint16(data[page+8:]) == freelistPage {
			binary.NativeEndian.PutUint16(data[page+10:], count)
		}
	}

	return data
}

// otherProgram returns a sound bbolt file of some other program.
func otherProgram(t *testing.T) []byte {
	t.Helper()

	path := filepath.Join(t.TempDir(), "other.db")

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("other"))
		return err
	}); err != nil {
		t.Fatal(err)
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	return data
}

func TestNotAFile(t *testing.T) {
	dir := t.TempDir()

	for _, test := range []struct{ path, says string }{
		{dir, "is a directory"},
		{filepath.Join(dir, "missing", "firebreak.db"), "make the directory first"},
		{filepath.Join(fresh(t), "firebreak.db"), "make the directory first"},
		{"/proc/firebreak.db", "/proc/firebreak.db"},
	} {
		if _, err := bolt.Open(test.path, quick); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("Open(%s) = %v, want an error that says %q", test.path, err, test.says)
		}
	}
}

func TestUnwritable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write to everything")
	}

	path := fresh(t)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}

	_, err := bolt.Open(path, quick)
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "let the user that runs firebreak write") {
		t.Errorf("Open() = %v, want what to do about the permission", err)
	}
}

func TestInUse(t *testing.T) {
	path := fresh(t)
	s := open(t, path)
	began := time.Now()

	if _, err := bolt.Open(path, quick); !errors.Is(err, bolt.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open() = %v, want %v and the name of the file", err, bolt.ErrInUse)
	}

	if _, err := bolt.Verify(t.Context(), path); !errors.Is(err, bolt.ErrInUse) {
		t.Errorf("Verify() = %v, want %v", err, bolt.ErrInUse)
	}

	if _, err := bolt.Compact(t.Context(), path); !errors.Is(err, bolt.ErrInUse) {
		t.Errorf("Compact() = %v, want %v", err, bolt.ErrInUse)
	}

	if _, err := bolt.Restore(t.Context(), fresh(t), path, true); !errors.Is(err, bolt.ErrInUse) {
		t.Errorf("Restore() = %v, want %v", err, bolt.ErrInUse)
	}

	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the refusals took %v, want a few seconds", took)
	}

	put(t, s, 2, "second")
}

// TestTakesOver opens a store that another process still closes, as when one
// replaces another.
func TestTakesOver(t *testing.T) {
	path := fresh(t)

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	time.AfterFunc(100*time.Millisecond, func() { _ = s.Close() })

	next, err := bolt.Open(path, bolt.Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}

	if err := next.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}
}

// TestTakenPlace waits for a file that another one takes the place of, as when
// it is restored or compacted: that one is opened, and not the one that nobody
// will ever see again.
func TestTakenPlace(t *testing.T) {
	path, other := fresh(t), fresh(t)
	alterText(t, other, "second")

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	time.AfterFunc(200*time.Millisecond, func() {
		if err := errors.Join(os.Rename(other, path), s.Close()); err != nil {
			t.Error(err)
		}
	})

	db, err := bolt.OpenFile(path, bolt.Options{Wait: 5 * time.Second})
	if err != nil {
		t.Fatalf("OpenFile() = %v, want nil", err)
	}
	defer func() { _ = db.Close() }()

	_ = db.View(func(tx *bbolt.Tx) error {
		first := tx.Bucket([]byte("escalations")).Get([]byte{0, 0, 0, 0, 0, 0, 0, 1})
		if !bytes.Contains(first, []byte("second")) {
			t.Error("what was opened is not the file that took the place")
		}

		return nil
	})
}

// alterText makes E-1 of a store say something else.
func alterText(t *testing.T, path, text string) {
	t.Helper()

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}

	put(t, s, 1, text)

	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestIndexedByOtherRules has an index entry that today's rules would not make:
// it goes with the record that says so.
func TestIndexedByOtherRules(t *testing.T) {
	path := fresh(t)
	then, id := now().Add(-time.Hour), []byte{0, 0, 0, 0, 0, 0, 0, 1}

	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	if err := db.Update(func(tx *bbolt.Tx) error {
		due, all := tx.Bucket([]byte("due")), tx.Bucket([]byte("escalations"))
		payload := bytes.Replace(all.Get(id)[5:], []byte(`"due":"2026-11-02T09`), []byte(`"due":"2026-11-02T08`), 1)
		key := bolt.DueKey(then, 1)
		first, _ := due.Cursor().First()

		return errors.Join(
			due.Delete(first), due.Put(key, bolt.Seal("due", key, nil)),
			all.Put(id, bolt.Seal("escalations", id, payload)),
		)
	}); err != nil {
		t.Fatal(err)
	}

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	s := open(t, path)
	due := func(want int) {
		t.Helper()

		if err := s.View(t.Context(), func(tx bot.Tx) error {
			ids, err := tx.Due(then, 10)
			if len(ids) != want {
				t.Errorf("Due() = %v, %v, want %d", ids, err, want)
			}

			return err
		}); err != nil {
			t.Error(err)
		}
	}

	due(1)
	put(t, s, 1, "first")
	due(0)
}

// FuzzFile has any bytes for a file: it may be refused, and never more.
func FuzzFile(f *testing.F) {
	for _, name := range []string{"version1.db", "version2.db", "version3.db"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}

		f.Add(data, uint32(0), uint64(0))
		f.Add(data, uint32(16400), uint64(1)<<40)
	}

	f.Add([]byte("no database"), uint32(3), uint64(7))

	f.Fuzz(func(t *testing.T, data []byte, at uint32, flip uint64) {
		data = bytes.Clone(data)
		for i := range 8 {
			if n := len(data); n > 0 {
				data[(int(at)+i)%n] ^= byte(flip >> (8 * i))
			}
		}

		path := filepath.Join(t.TempDir(), "firebreak.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}

		_, verifyErr := bolt.Verify(t.Context(), path)

		s, err := bolt.Open(path, quick)
		if err != nil {
			return
		}

		_, _ = ask(s)
		_ = s.Update(t.Context(), everything)
		_ = s.Close()

		if verifyErr != nil {
			t.Errorf("Verify() = %v for a file that Open takes", verifyErr)
		}
	})
}
