package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// escalated has so many calls for help in the data of a bot that does not run.
func escalated(t *testing.T, env map[string]string, calls int) {
	t.Helper()

	atDesk(t, env, func(desk *bot.Desk, _ bot.Store) {
		for n := range calls {
			form := chat.Values{"kind": {"advise"}, "customer": {fmt.Sprint("Ms Kovac ", n, time.Now().UnixNano())}, "happened": {"=It broke"}, "heat": {"4"}}

			reply, err := desk.Submit(t.Context(), chat.Submission{ID: fmt.Sprint(time.Now(), n), Who: "slack:U0MARIA", Form: "escalate", Values: form})
			if err != nil || reply.Problems != nil {
				t.Fatalf("Submit() = %+v, %v, want that it is taken", reply, err)
			}
		}
	})
}

// atDesk does something at a desk on the data of a bot that does not run.
func atDesk(t *testing.T, env map[string]string, do func(*bot.Desk, bot.Store)) {
	t.Helper()

	config, err := ReadConfig(env["FIREBREAK_CONFIG"])
	if err != nil {
		t.Fatal(err)
	}

	store, err := bolt.Open(filepath.Join(env["FIREBREAK_DATA"], databaseName), bolt.Options{Now: time.Now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	do(bot.NewDesk(bot.DeskOptions{Store: store, Settings: config.settings(), Now: time.Now, Log: slog.New(slog.DiscardHandler)}), store)

	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// verifies types firebreak verify, and wants it to print words and end with a code.
func verifies(t *testing.T, env map[string]string, wantCode int, want []string, args ...string) {
	t.Helper()

	stdout, stderr, code := called(t, env, append([]string{"verify"}, args...)...)
	if code != wantCode || !holds(stdout+stderr, want) {
		t.Errorf("firebreak verify %v = %d and prints\n%v%v\nwant %d and %q", args, code, stdout, stderr, wantCode, want)
	}
}

// It prints the same of a bot that runs as of one that does not.
func TestVerifyCommand(t *testing.T) {
	env := operable(t)
	verifies(t, env, 1, []string{"there is no data to tell of"})
	escalated(t, env, 3)

	in := insider{filepath.Join(env["FIREBREAK_DATA"], databaseName)}
	sound := []string{"3 escalations with 6 entries and 0 tallies of forgotten ones were verified.\nNothing was altered.\n"}
	faults := []string{
		"E-1: entry 1 is not what was written at ", "E-2 is missing", "E-3: it says that somebody else has it than its timeline does.",
		"2 escalations with 4 entries", "firebreak: 3 faults were found in 3 places\n",
	}
	faults[1] = "E-2: it is missing without a record."

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		verifies(t, env, 0, sound)
		verifies(t, env, 0, []string{"1 escalation with 2 entries"}, "--escalation", "E-2")
		verifies(t, env, 1, []string{"there is no E-9: the last one is E-3"}, "--escalation", "E-9")
		verifies(t, env, 2, []string{`"nine" is no escalation; write one like E-142`}, "--escalation", "nine")
		stop()
	}

	if err := errors.Join(
		in.alter("timelines", entryOf(1, 1), func(entry map[string]any) { entry["text"] = "Nothing happened" }),
		in.remove("escalations", caseKey(2)),
		in.alter("escalations", caseKey(3), func(e map[string]any) { e["holder"] = "dana" }),
	); err != nil {
		t.Fatal(err)
	}

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		}

		verifies(t, env, 1, faults)
		verifies(t, env, 1, []string{"E-1: entry 1 is not", "1 fault was found in 1 place"}, "--escalation", "E-1")
		stop()
	}
}

// A timeline that was written anew as a whole is whole. What was kept elsewhere
// shows it, and that the newest escalation never was.
func TestVerifyAgainstKeptHeads(t *testing.T) {
	env := operable(t)
	escalated(t, env, 3)

	heads := filepath.Join(t.TempDir(), "heads.jsonl")
	verifies(t, env, 0, []string{"Nothing was altered."}, "--keep", heads)
	verifies(t, env, 2, []string{"exists already: name a file that doesn't"}, "--keep", heads)

	data, err := os.ReadFile(heads)
	if err != nil || strings.Count(string(data), "\n") != 4 || !strings.HasPrefix(string(data), `{"id":"E-1","entries":2,"head":"`) || !strings.HasSuffix(string(data), "\n{\"heads\":3}\n") {
		t.Fatalf("the heads are %s, %v, want three lines and their number", data, err)
	}

	// A file that was cut does not pass for one with which all was compared.
	third := strings.LastIndex(strings.TrimSuffix(string(data), "{\"heads\":3}\n"), "{")

	for cut, want := range map[string]string{
		"":                                   "ends after 0 heads",
		string(data[:third]):                 "ends after 2 heads",
		string(data[:third+9]):               "ends after 2 heads",
		string(data[:len(data)-14]):          "ends after 2 heads",
		string(data[:third]) + `{"heads":3}`: "it says that it has 3 heads, and that is not so",
		string(data) + "{}":                  "it says that it has 3 heads, and that is not so",
	} {
		if err := os.WriteFile(heads, []byte(cut), 0o600); err != nil {
			t.Fatal(err)
		}

		verifies(t, env, 1, []string{want}, "--against", heads)
	}

	if err := os.WriteFile(heads, data, 0o600); err != nil {
		t.Fatal(err)
	}

	// What happened since is no fault.
	atDesk(t, env, func(desk *bot.Desk, store bot.Store) {
		e := inStore(t, store, 1)
		if _, err := desk.Click(t.Context(), chat.Click{ID: "1", Who: "slack:U0DANA", Action: "take", Value: e.ID.String() + "/1"}); err != nil {
			t.Fatal(err)
		}
	})
	escalated(t, env, 1)
	verifies(t, env, 0, []string{"4 escalations", "Compared with 3 heads that were kept in " + heads, "Nothing was altered."}, "--against", heads)

	rewriteAnew(t, env, 2)

	in := insider{filepath.Join(env["FIREBREAK_DATA"], databaseName)}
	if err := errors.Join(in.remove("escalations", caseKey(3)), in.remove("escalations", caseKey(4)), in.update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("numbers")).SetSequence(2)
	})); err != nil {
		t.Fatal(err)
	}

	verifies(t, env, 0, []string{"2 escalations", "Nothing was altered."})
	verifies(t, env, 1, []string{
		"E-2: it was written anew: entry 2 is not the one whose head was kept.\n",
		"E-3: its head was kept, and now it is said never to have been.\n",
		"firebreak: 2 faults were found in 2 places",
	}, "--against", heads)
	verifies(t, env, 1, []string{"1 escalation with", "1 fault was found in 1 place"}, "--against", heads, "--escalation", "E-2")

	if err := os.WriteFile(heads, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	verifies(t, env, 1, []string{"is no file that firebreak verify --keep wrote"}, "--against", heads)
}

// A tally that says of many numbers that they had been forgotten before hides none of
// which there is a record.
func TestVerifyLooksBehindForgedTallies(t *testing.T) {
	env := operable(t)
	escalated(t, env, 3)

	in := insider{filepath.Join(env["FIREBREAK_DATA"], databaseName)}
	if err := in.remove("escalations", caseKey(1)); err != nil {
		t.Fatal(err)
	}

	atDesk(t, env, func(_ *bot.Desk, store bot.Store) {
		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			return tx.PutTally(&bot.Tally{ID: 1, Through: 3, Before: true})
		}); err != nil {
			t.Fatal(err)
		}
	})

	if err := in.alter("escalations", caseKey(3), func(e map[string]any) { e["holder"] = "dana" }); err != nil {
		t.Fatal(err)
	}

	verifies(t, env, 1, []string{
		"E-3: it says that somebody else has it than its timeline does.", "2 escalations with 4 entries", "1 escalation had been forgotten before",
	})
}

// rewriteAnew chains a timeline again, with other words on it, and with a head that
// fits.
func rewriteAnew(t *testing.T, env map[string]string, id bot.EscalationID) {
	t.Helper()

	atDesk(t, env, func(_ *bot.Desk, store bot.Store) {
		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			e, err := tx.Escalation(id)
			if err != nil {
				return err
			}

			entries, err := tx.Timeline(id)
			if err != nil {
				return err
			}

			e.Head = nil

			if err := tx.ForgetEscalation(id); err != nil {
				return err
			}

			for _, entry := range entries {
				if entry.N == 1 {
					entry.Text = "Nothing happened"
				}

				if err := tx.Append(id, e.Link(entry, bot.NewSalt())); err != nil {
					return err
				}
			}

			return tx.PutEscalation(e)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// What somebody changed in the file itself is told as that, and counted. Nothing of the
// program is in what is told.
func TestVerifyTellsOfAlteredFile(t *testing.T) {
	env := operable(t)
	escalated(t, env, 3)

	path := filepath.Join(env["FIREBREAK_DATA"], databaseName)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	write := func(data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	altered := strings.ReplaceAll(string(sound), "Ms Kovac 1", "Mr Kovac 1")
	if altered == string(sound) {
		t.Fatal("the file does not hold the name")
	}

	write([]byte(altered))

	heads := filepath.Join(t.TempDir(), "heads.jsonl")
	verifies(t, env, 1, []string{
		"E-2: its record can't be read: its checksum does not fit, by a fault of the disk or since somebody changed the file; restore the last good backup.",
		"1 record could not be read.", "Kept 2 heads in " + heads + ", without those of what has a fault.", "1 fault was found in 1 place",
	}, "--keep", heads)
	verifies(t, env, 1, []string{"0 escalations with", "1 record could not be read."}, "--escalation", "E-2")

	for page := 2; (page+1)*4096 <= len(sound); page++ {
		broken := []byte(strings.Clone(string(sound)))
		for i := range 8 {
			broken[page*4096+16+i] ^= 0xff
		}

		write(broken)

		if stdout, stderr, _ := called(t, env, "verify"); strings.Contains(stdout+stderr, "runtime error") || strings.Contains(stdout+stderr, "goroutine") {
			t.Errorf("with page %d altered firebreak verify prints\n%v%v\nwant nothing of the program", page, stdout, stderr)
		}
	}
}
