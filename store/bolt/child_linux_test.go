package bolt_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// Some promises need a process of their own, to be killed or to be kept short
// of room. The test binary is run again as one of these.
var children = map[string]func(path string) error{
	"writes until it is killed": writeUntilKilled,
	"runs out of room":          runOutOfRoom,
	"measures its memory":       measureMemory,
}

const childVariable = "FIREBREAK_TEST_CHILD"

func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv(childVariable)]; ok {
		if err := child(os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}

		os.Exit(0)
	}

	os.Exit(m.Run())
}

// child returns a process that does one of children with a file.
func child(t testing.TB, name, path string) *exec.Cmd {
	t.Helper()

	if _, ok := children[name]; !ok {
		t.Fatalf("there is no child that %s", name)
	}

	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(t.Context(), program, path)
	cmd.Env = append(os.Environ(), childVariable+"="+name)
	cmd.Stderr = os.Stderr

	return cmd
}

const killedWriters = 8

// writeUntilKilled appends to the timelines of its writers, each with its own,
// and tells of each entry that was acknowledged. An update is an escalation, an
// entry and a card, which must never be seen apart.
func writeUntilKilled(path string) error {
	s, err := bolt.Open(path, bolt.Options{Now: now})
	if err != nil {
		return err
	}

	var out sync.Mutex
	fmt.Println("open")

	errs := make(chan error)
	for id := bot.EscalationID(1); id <= killedWriters; id++ {
		go func() {
			for {
				n, err := step(s, id)
				if err != nil {
					errs <- err
					return
				}

				out.Lock()
				fmt.Println(uint64(id), n)
				out.Unlock()
			}
		}()
	}

	return <-errs
}

// step does one update of a writer and returns how many there were.
func step(s *bolt.Store, id bot.EscalationID) (n int, err error) {
	err = s.Update(ctx, func(tx bot.Tx) error {
		e, err := tx.Escalation(id)
		if errors.Is(err, bot.ErrNotFound) {
			e, err = &bot.Escalation{ID: id, Agent: "maria", State: bot.Paging}, nil
		}

		if err != nil {
			return err
		}

		e.Entries++
		e.Turn.Until = now().Add(time.Duration(e.Entries))
		n = e.Entries

		card := bot.Card{ID: bot.CardID{Role: bot.PageCard, Escalation: id, Person: "dana", N: n}, Wanted: 1, Since: now()}

		return errors.Join(
			tx.PutEscalation(e), tx.Append(id, bot.Entry{N: n, Text: strings.Repeat("x", n%2000)}), tx.PutCard(&card),
		)
	})

	return n, err
}

// TestKilled kills a process that writes, at a random moment and again and
// again: what it acknowledged is there, and nothing is there by halves.
func TestKilled(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 5
	}

	path := filepath.Join(t.TempDir(), "firebreak.db")
	acknowledged := map[bot.EscalationID]int{}

	for range kills {
		writeAndKill(t, path, acknowledged)
		checkKilled(t, path, acknowledged)
	}

	total := 0
	for _, n := range acknowledged {
		total += n
	}

	t.Logf("%d kills, %d updates acknowledged, none lost", kills, total)

	if total < kills {
		t.Errorf("only %d updates were acknowledged over %d kills: the test shows nothing", total, kills)
	}
}

// writeAndKill notes what the process acknowledged before it died.
func writeAndKill(t *testing.T, path string, acknowledged map[bot.EscalationID]int) {
	t.Helper()

	cmd := child(t, "writes until it is killed", path)

	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}

	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}

	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "open\n" {
		t.Fatalf("the process said %q, %v, want open", line, err)
	}

	kill := time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = cmd.Process.Kill() })
	defer kill.Stop()

	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line without an end was not said
		}

		id, n, _ := strings.Cut(strings.TrimSpace(line), " ")
		acknowledged[bot.EscalationID(number(t, id))] = number(t, n)
	}

	_ = cmd.Wait()
}

func number(t *testing.T, s string) int {
	t.Helper()

	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}

	return n
}

func checkKilled(t *testing.T, path string, acknowledged map[bot.EscalationID]int) {
	t.Helper()

	report, err := bolt.Verify(t.Context(), path)
	if err != nil || report.Err() != nil {
		t.Fatalf("Verify() = %+v, %v, want a sound file", report, err)
	}

	s, err := bolt.Open(path, quick)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()

	if err := s.View(t.Context(), func(tx bot.Tx) error {
		for id, n := range acknowledged {
			e, err := tx.Escalation(id)
			if err != nil {
				return err
			}

			entries, entriesErr := tx.Timeline(id)
			cards, cardsErr := tx.CardsOf(id)

			if e.Entries < n {
				t.Errorf("%v has %d updates, %d were acknowledged", id, e.Entries, n)
			}

			if len(entries) != e.Entries || len(cards) != e.Entries {
				t.Errorf("%v has %d updates, %d entries (%v) and %d cards (%v)", id, e.Entries, len(entries), entriesErr, len(cards), cardsErr)
			}
		}

		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// roomLimit is how large a file may get in the process that runs out of room.
const roomLimit = 9 << 20

// runOutOfRoom is kept by the system from making a file larger, then not any
// more.
func runOutOfRoom(path string) error {
	signal.Ignore(syscall.SIGXFSZ)

	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}

	short := limit
	short.Cur = roomLimit

	return fillUp(path,
		func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &short) },
		func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit) })
}

// fillUp writes until there is no room, reads all the same, and writes on when
// there is room again.
func fillUp(path string, shorten, enlarge func() error) error {
	s, err := bolt.Open(path, bolt.Options{Now: now})
	if err != nil {
		return err
	}

	if err := shorten(); err != nil {
		return err
	}

	kept := 0
	for err == nil && kept < 100_000 {
		if err = addLarge(s, kept+1); err == nil {
			kept++
		}
	}

	if !errors.Is(err, bot.ErrFull) {
		return fmt.Errorf("after %d updates Update() = %w, want %w", kept, err, bot.ErrFull)
	}

	for range 20 {
		if err := addLarge(s, kept+1); !errors.Is(err, bot.ErrFull) {
			return fmt.Errorf("while there is no room Update() = %w, want %w", err, bot.ErrFull)
		}

		if err := holds(s, kept); err != nil {
			return fmt.Errorf("while there is no room: %w", err)
		}
	}

	if err := enlarge(); err != nil {
		return err
	}

	for range 50 {
		if err := addLarge(s, kept+1); err != nil {
			return fmt.Errorf("with room again Update() = %w, want nil", err)
		}

		kept++
	}

	if err := errors.Join(holds(s, kept), s.Close()); err != nil {
		return err
	}

	report, err := bolt.Verify(ctx, path)

	return errors.Join(err, report.Err())
}

// addLarge adds an entry of 40 KB.
func addLarge(s *bolt.Store, n int) error {
	return s.Update(ctx, func(tx bot.Tx) error {
		return tx.Append(1, bot.Entry{N: n, Text: strings.Repeat("x", 40_000)})
	})
}

func holds(s *bolt.Store, n int) error {
	return s.View(ctx, func(tx bot.Tx) error {
		entries, err := tx.Timeline(1)
		if err == nil && len(entries) != n {
			err = fmt.Errorf("there are %d entries, want %d", len(entries), n)
		}

		return err
	})
}

func TestOutOfRoom(t *testing.T) {
	cmd := child(t, "runs out of room", filepath.Join(t.TempDir(), "firebreak.db"))
	if err := cmd.Run(); err != nil {
		t.Errorf("the process that runs out of room: %v, see above", err)
	}
}

// TestFullDisk fills a small disk, which takes root.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("a small disk can't be had: %v", err)
	}

	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("Unmount() = %v, want nil", err)
		}
	})

	ballast := filepath.Join(dir, "ballast")

	if err := fillUp(filepath.Join(dir, "firebreak.db"),
		func() error { return os.WriteFile(ballast, make([]byte, 6<<20), 0o600) },
		func() error { return os.Remove(ballast) }); err != nil {
		t.Error(err)
	}
}

// measureMemory opens a store, looks around and says what memory that took.
func measureMemory(path string) error {
	began := time.Now()

	s, err := bolt.Open(path, bolt.Options{Now: now})
	if err != nil {
		return err
	}

	took := time.Since(began)

	if err := s.View(ctx, func(tx bot.Tx) error {
		_, err := tx.Due(now(), 100)
		return err
	}); err != nil {
		return err
	}

	if _, err := step(s, 1<<40); err != nil {
		return err
	}

	runtime.GC()

	status, err := os.Open("/proc/self/status")
	if err != nil {
		return err
	}
	defer status.Close()

	text, err := io.ReadAll(status)
	if err != nil {
		return err
	}

	for line := range strings.Lines(string(text)) {
		if kb, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			fmt.Println(took.Nanoseconds(), strings.Fields(kb)[0])
		}
	}

	return s.Close()
}
