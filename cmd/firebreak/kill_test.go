package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// The tests of this file kill the bot while people work with it, and count
// afterwards what was lost and what was said twice.
//
// The workspace runs in the test's process and is reached over loopback. The
// bot is the real binary; only the run that shows that the test can fail is this
// test's own binary, run as a bot that does not look for what is in doubt.

// unreconciledVariable makes the test binary such a bot.
const unreconciledVariable = "FIREBREAK_TEST_UNRECONCILED"

func TestMain(m *testing.M) {
	if os.Getenv(unreconciledVariable) != "" {
		os.Exit(unreconciled())
	}

	debug.SetGCPercent(400) // many small worlds are made and thrown away

	code := m.Run()

	if dir, err := scratchDir(); err == nil {
		_ = os.RemoveAll(dir)
	}

	os.Exit(code)
}

// unreconciled is `firebreak serve` without the look for what is in doubt. It
// returns the exit code.
func unreconciled() int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()

	w := &world{ctx: ctx, flags: &commands{}, stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv}

	env, config, err := w.configured()
	if err != nil {
		return complain(os.Stderr, err)
	}

	log := config.logger(w.stderr)

	app, err := New(config, env, Outsides{Now: newClock().now, Log: log, NoReconcile: true})
	if err == nil {
		err = serve(ctx, app, log)
	}

	if err != nil {
		return complain(os.Stderr, err)
	}

	return 0
}

// binary builds the program once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := scratch("binary")
	if err != nil {
		return "", err
	}

	path := filepath.Join(dir, "firebreak")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}

	return path, nil
})

// scratchDir is made for what several tests share, and removed after them.
var scratchDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "firebreak-test-") })

// scratch makes a directory that lasts as long as the tests.
func scratch(name string) (string, error) {
	dir, err := scratchDir()
	if err != nil {
		return "", err
	}

	dir = filepath.Join(dir, name)

	return dir, os.Mkdir(dir, 0o700)
}

// ambiguous has a share of the answers to new messages get lost, half of them
// by a cut connection.
func (f *floor) ambiguous(share float64) {
	each := share / 2

	f.workspace.Inject(workspace.Fault{Method: "chat.postMessage", Do: workspace.CutAfter, Chance: each})
	f.workspace.Inject(workspace.Fault{Method: "chat.postMessage", Do: workspace.LoseAfter, Chance: each / (1 - each)})
}

// An ordeal is a number of kills with something that befalls history.
type ordeal struct {
	kills     int
	alive     func() time.Duration // between a start and the kill
	history   func(*workspace.Workspace) (end func())
	untilOnce time.Duration // how long is waited at the end until nothing is there twice
	ambiguous float64       // share of the answers, 0.06 if 0
	patience  time.Duration // for everything to be done at the end, 4 minutes if 0
}

// endure runs the ordeal and returns what it cost.
func (f *floor) endure(o ordeal) toll {
	f.t.Helper()

	end := func() {}
	if o.history != nil {
		end = o.history(f.workspace)
	}

	f.ambiguous(cmp.Or(o.ambiguous, 0.06))

	ctx, cancel := context.WithCancel(f.t.Context())
	defer func() { cancel(); f.people.Wait() }()
	f.work(ctx)

	for range o.kills {
		f.start()
		time.Sleep(o.alive())
		f.kill()
	}

	f.leaving.Store(true)
	end()

	for round := 0; round < 3 && (round == 0 || o.patience == 0); round++ {
		f.start()
		f.ready()
		f.calm(cmp.Or(o.patience, 4*time.Minute))
		f.once(o.untilOnce)
		f.terminate()

		if all, waiting := f.kept(); waiting == 0 && !slices.ContainsFunc(all, func(e kept) bool { return e.State.Open() }) {
			break
		}
	}

	return f.count(o.kills)
}

// moment is mostly so short that the bot is killed as soon as it works, and now
// and then long enough that it has found what was in doubt.
func moment() time.Duration {
	if rand.N(4) == 0 {
		return rand.N(5 * time.Second)
	}

	return 100*time.Millisecond + rand.N(1200*time.Millisecond)
}

// doubtful is the share of ambiguous answers where some message has to be posted
// twice for the test to show anything: of the hundred messages of three kills
// 6 in 100 are so few that now and then none is.
const doubtful = 0.25

// kills is how often the bot is killed: FIREBREAK_KILL, or a handful.
func kills(t *testing.T) (n int, asked bool) {
	t.Helper()

	value := os.Getenv("FIREBREAK_KILL")
	if value == "" {
		return 5, false
	}

	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		t.Fatalf("FIREBREAK_KILL is %q, want a number", value)
	}

	return n, true
}

// TestKill kills the bot at random moments, while people escalate, take, pass,
// join and resolve, and 6 of 100 answers to its messages leave open whether they
// were posted. With FIREBREAK_KILL set it does so that often, and for a tenth of
// it with a history that lags and one that can't be read.
func TestKill(t *testing.T) {
	t.Parallel()

	n, asked := kills(t)

	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}

	t.Run("history can be read", func(t *testing.T) {
		t.Parallel()

		got := newFloor(t, program).endure(ordeal{kills: n, alive: moment})
		t.Log(got.String())
		got.wantNothingLost(t)

		if got.doubled > 0 {
			t.Errorf("%d messages were posted twice, want none", got.doubled)
		}
	})

	t.Run("control: without the look", func(t *testing.T) {
		t.Parallel()

		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}

		// Copies that nobody knows of go on offering their buttons, so that this
		// never gets calm.
		got := newFloor(t, self, unreconciledVariable+"=1").endure(ordeal{
			kills: max(5, n/10), alive: moment, ambiguous: 0.2, patience: 15 * time.Second,
		})
		t.Log(got.String())

		if got.lost > 0 || got.doubled == 0 {
			t.Errorf("%d escalations were lost, and %d messages posted twice although nothing was looked for; want none and some", got.lost, got.doubled)
		}
	})

	if !asked {
		return
	}

	t.Run("history lags", func(t *testing.T) {
		t.Parallel()

		got := newFloor(t, program).endure(ordeal{
			kills: max(3, n/10), alive: func() time.Duration { return 4*time.Second + rand.N(3*time.Second) },
			history: func(w *workspace.Workspace) func() {
				w.LagHistory(12 * time.Second)

				return func() {}
			},
			// A surplus copy is looked for after half a minute and again after two, and
			// looks keep to Slack's rates.
			untilOnce: 4 * time.Minute,
			ambiguous: doubtful,
		})
		t.Log(got.String())
		got.wantNothingLost(t)
		got.wantFlagged(t)
	})

	t.Run("history can't be read", func(t *testing.T) {
		t.Parallel()

		got := newFloor(t, program).endure(ordeal{
			// A page in doubt is posted again after seven seconds: the bot has to live
			// for longer.
			kills: max(3, n/10), alive: func() time.Duration { return 15*time.Second + rand.N(5*time.Second) },
			history:   func(w *workspace.Workspace) func() { return w.RefuseHistory("internal_error") },
			ambiguous: doubtful,
		})
		t.Log(got.String())
		got.wantNothingLost(t)
		got.wantFlagged(t)
	})
}

func (t *toll) wantNothingLost(tb *testing.T) {
	tb.Helper()

	if t.lost > 0 || t.lostPages > 0 || t.unfinished > 0 || t.waiting > 0 {
		tb.Errorf("%d acknowledged escalations and %d pages were lost, %d are unfinished, %d cards unshown; want none",
			t.lost, t.lostPages, t.unfinished, t.waiting)
	}

	if t.acknowledged < max(3, t.kills/2) || t.pages < t.acknowledged || t.ambiguous == 0 && t.posts > 200 || t.moot > t.pages/4 {
		tb.Error("too little happened: this test shows nothing")
	}
}

func (t *toll) wantFlagged(tb *testing.T) {
	tb.Helper()

	if t.doubled == 0 {
		tb.Error("nothing was posted twice: this test shows nothing")
	}

	if t.unflagged > 0 {
		tb.Errorf("%d messages were posted twice and not flagged, want none", t.unflagged)
	}
}

// TestSIGTERM stops the bot under load, several times: it ends in time and with
// exit code 0, and what people were told is what it kept, no more and no less.
func TestSIGTERM(t *testing.T) {
	t.Parallel()

	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}

	f := newFloor(t, program)
	ctx, cancel := context.WithCancel(t.Context())

	f.work(ctx)

	for range 3 {
		f.start()
		f.ready()
		time.Sleep(500*time.Millisecond + rand.N(time.Second))

		if took := f.terminate(); took > stopWithin {
			t.Errorf("after SIGTERM the bot ran on for %v, want %v at most", took, stopWithin)
		}
	}

	f.leaving.Store(true)
	cancel()
	f.people.Wait()

	all, _ := f.kept()
	t.Logf("%d escalations tried, %d acknowledged, %d kept", f.tried, len(f.acknowledged), len(all))

	if lost := f.lost(all); lost > 0 || len(f.acknowledged) == 0 {
		t.Errorf("%d of %d acknowledged escalations were lost, want none of many", lost, len(f.acknowledged))
	}

	for _, e := range all {
		if _, ok := f.acknowledged[e.Context.Happened]; !ok {
			t.Errorf("%v was kept and its acknowledgement lost", e.ID)
		}
	}
}

// TestRefusedForGood takes the bot's token away: waiting would not cure that, so
// the program ends and says what an operator has to do.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()

	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		name  string
		take  func(f *floor)
		words []string
	}{
		{"before it starts", func(f *floor) {
			f.workspace.RevokeToken("invalid_auth")
			f.start()
		}, []string{"invalid_auth", "the token is wrong"}},
		{"while it runs", func(f *floor) {
			f.start()
			f.ready()
			f.workspace.RevokeToken("token_revoked")
			f.workspace.DropSockets()
		}, []string{"token_revoked"}},
		{"when it is uninstalled", func(f *floor) {
			f.start()
			f.ready()
			f.workspace.Uninstall()
		}, []string{"app_uninstalled"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			f := newFloor(t, program)
			test.take(f)

			ended := make(chan error, 1)
			go func() { ended <- f.process.Wait() }()

			select {
			case err := <-ended:
				if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 1 {
					t.Errorf("the bot ended with %v, want exit code 1", err)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("the bot goes on as if nothing had happened")
			}

			said := strings.TrimSpace(f.log.String())
			said = said[strings.LastIndex(said, "\nfirebreak: ")+1:]

			for _, words := range test.words {
				if !strings.HasPrefix(said, "firebreak: ") || !strings.Contains(said, words) {
					t.Errorf("the bot's last words are %q, want %q in them", said, words)
				}
			}

			if strings.Contains(f.log.String(), demoBotToken) || strings.Contains(f.log.String(), demoAppToken) {
				t.Error("a token stands in the log")
			}
		})
	}
}
