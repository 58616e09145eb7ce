package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/firebreakhq/firebreak/store/bolt"
)

// Whoever calls a command wrongly reads in a line what is wrong and what to do, and the
// code says whether the call or the data is to blame.
func TestMisuse(t *testing.T) {
	env := operable(t)
	escalated(t, env, 1)

	in := func(name string) string { return filepath.Join(env["FIREBREAK_DATA"], name) }

	data, err := os.ReadFile(in(databaseName))
	if err := errors.Join(err,
		os.Mkdir(in("dir"), 0o700), os.WriteFile(in("junk"), []byte("no backup"), 0o600), os.WriteFile(in("newer.db"), data, 0o600),
		insider{in("newer.db")}.alter("meta", []byte("schema"), func(record map[string]any) { record["version"] = 99 })); err != nil {
		t.Fatal(err)
	}

	calls := []struct {
		args string
		code int
		want string
	}{
		{"", 2, "say what to do: firebreak demo to try it"},
		{"srve", 2, `did you mean "serve"?; see firebreak --help`},
		{"export --bogus", 2, "unknown flag --bogus; see firebreak export --help"},
		{"export --what nope", 2, `--what must be one of "escalations",`},
		{"export --format xml", 2, `--format must be one of "jsonl","csv"`},
		{"export", 2, "name a directory with --out"},
		{"export --what escalations --from soon", 2, `"soon" is no day; write one like 2026-01-31`},
		{"restore", 2, `expected "<file>"; see firebreak restore --help`},
		{"restore DATA/none", 2, "there is no file DATA/none: name the file that firebreak backup wrote"},
		{"restore DATA/dir", 2, "DATA/dir is a directory: name the file"},
		{"restore --force DATA/junk", 1, "nothing was restored, take another backup: DATA/junk is not a sound Firebreak database"},
		{"restore --force DATA/newer.db", 1, "newer.db was written by a newer version of Firebreak (its schema is 99, this one knows "},
		{"backup DATA/junk", 2, "DATA/junk exists already: name a file that doesn't"},
		{"backup DATA/none/b.db", 2, "there is no directory DATA/none: make it first"},
		{"verify --against DATA/none", 2, "there is no file DATA/none: name one that firebreak verify --keep wrote"},
		{"verify --against DATA/dir", 2, "DATA/dir is a directory: name one"},
		{"verify --against DATA/junk", 1, "DATA/junk is no file that firebreak verify --keep wrote: line 1 can't be read"},
		{"verify --keep DATA/junk", 2, "DATA/junk exists already"},
		{"verify --keep DATA/none/heads", 2, "there is no directory DATA/none"},
		{"verify --escalation nine", 2, `"nine" is no escalation; write one like E-142`},
		{"erase", 2, "whose data? Name a customer by their reference (--customer C-1042), or escalations by their numbers (--escalation E-12)"},
		{"erase --customer", 2, "--customer: expected string value behind it; see firebreak erase --help"},
		{"erase --escalation E-1,nine", 2, `"nine" is no escalation`},
		{"erase --escalation E-9", 1, "There is no E-9: the last one is E-1."},
		{"digest", 2, "missing flags: --team=billing; see firebreak digest --help"},
		{"--config DATA/none verify", 1, "the configuration can't be read: name the bot's own with --config or FIREBREAK_CONFIG"},
		{"--config DATA/none erase --customer C", 1, "the configuration can't be read: name the bot's own with --config or FIREBREAK_CONFIG"},
		{"--data DATA/none verify", 1, "to the bot's data directory"},
		{"--data DATA/junk verify", 1, "to the bot's data directory"},
	}

	for _, call := range calls {
		wantCall(t, env, call.args, call.code, call.want)
	}

	// What another process has nobody else touches, and what a newer version wrote.
	held, err := bbolt.Open(in(databaseName), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}

	for _, args := range []string{"verify", "export --what escalations", "digest --team billing", "erase --customer C", "compact", "backup DATA/b.db", "restore --force DATA/junk", "restore DATA/junk"} {
		want := "in use by another process: stop the other firebreak"
		if strings.HasPrefix(args, "restore") {
			want = "nothing was restored"
		}

		wantCall(t, env, args, 1, want)
	}

	if err := errors.Join(held.Close(), os.Rename(in("newer.db"), in(databaseName))); err != nil {
		t.Fatal(err)
	}

	for _, args := range []string{"verify", "export --what escalations", "digest --team billing", "erase --customer C", "compact", "backup DATA/b.db"} {
		wantCall(t, env, args, 1, bolt.ErrNewer.Error())
	}
}

// wantCall types a command in which DATA stands for the data directory.
func wantCall(t *testing.T, env map[string]string, args string, code int, want string) {
	t.Helper()

	fill := strings.NewReplacer("DATA", env["FIREBREAK_DATA"])

	stdout, stderr, got := called(t, env, strings.Fields(fill.Replace(args))...)
	if got != code || !strings.Contains(stderr, fill.Replace(want)) || stdout != "" || strings.Count(stderr, "\n") > 2 {
		t.Errorf("firebreak %v = %d and prints\n%v%v\nwant %d and %q, in a line or two", args, got, stdout, stderr, code, want)
	}
}
