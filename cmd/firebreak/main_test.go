package main

import (
	"bytes"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// called runs the program with arguments and an environment, and returns what
// it printed and its exit code.
func called(t *testing.T, env map[string]string, args ...string) (stdout, stderr string, code int) {
	t.Helper()

	var out, complaints bytes.Buffer

	code = run(args, &out, &complaints, func(name string) (string, bool) {
		value, ok := env[name]

		return value, ok
	})

	return out.String(), complaints.String(), code
}

// served is a workspace on loopback and the environment that leads to it.
func served(t *testing.T, change func(*workspace.Options)) map[string]string {
	t.Helper()

	config, err := ParseConfig("demo.yaml", demoConfig)
	if err != nil {
		t.Fatal(err)
	}

	options := demoWorkspace(config, &demo{clock: newClock()})
	options.Guide, options.BaseURL = nil, ""

	if change != nil {
		change(&options)
	}

	w := workspace.New(options)
	t.Cleanup(w.Close)

	server := httptest.NewServer(w.Handler())
	t.Cleanup(server.Close)

	path := filepath.Join(t.TempDir(), "firebreak.yaml")
	if err := os.WriteFile(path, demoConfig, 0o600); err != nil {
		t.Fatal(err)
	}

	return map[string]string{
		"SLACK_BOT_TOKEN": demoBotToken, "SLACK_APP_TOKEN": demoAppToken, "SLACK_API_URL": server.URL + "/api/",
		"FIREBREAK_CONFIG": path, "FIREBREAK_DATA": filepath.Join(t.TempDir(), "data"), "FIREBREAK_LISTEN": "127.0.0.1:0",
	}
}

func TestCheckIsSilentWhenAllIsRight(t *testing.T) {
	stdout, stderr, code := called(t, served(t, nil), "check")
	if stdout != "" || stderr != "" || code != 0 {
		t.Errorf("check = %d, printed %q and %q; want silence and 0", code, stdout, stderr)
	}
}

func TestCheckNamesTheFaultAndTheRemedy(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*workspace.Options)
		env    map[string]string
		want   []string
	}{
		{"the bot was removed from the channel", func(o *workspace.Options) { o.Channels[0].Members = nil }, nil, []string{"C0BILLING", "/invite"}},
		{"the channel is archived", func(o *workspace.Options) { o.Channels[0].Archived = true }, nil, []string{"C0BILLING", "archived", "unarchive"}},
		{"there is no such channel", func(o *workspace.Options) { o.Channels = o.Channels[1:] }, nil, []string{"C0BILLING", "check the id"}},
		{"a supervisor is deactivated", func(o *workspace.Options) { o.People[2].Deleted = true }, nil, []string{"U0DANA", "deactivated", "take them out"}},
		{"a supervisor has gone", func(o *workspace.Options) { o.People[2].ID = "U0OTHER" }, nil, []string{"U0DANA", "copy it from the profile"}},
		{"an address leads nowhere", func(o *workspace.Options) { o.People[3].Email = "lee.chan@example.com" }, nil, []string{"lee@example.com", "correct the e-mail"}},
		{"a scope is missing", func(o *workspace.Options) { o.App.Scopes = []string{"commands", "users:read", "im:write"} }, nil, []string{"chat:write", "OAuth & Permissions", "users:read.email"}},
		{"the bot's token is another's", nil, map[string]string{"SLACK_BOT_TOKEN": "xoxb-wrong"}, []string{"SLACK_BOT_TOKEN"}},
		{"the app's token is another's", nil, map[string]string{"SLACK_APP_TOKEN": "xapp-wrong"}, []string{"SLACK_APP_TOKEN"}},
		{"the tokens are swapped", nil, map[string]string{"SLACK_BOT_TOKEN": demoAppToken}, []string{"SLACK_BOT_TOKEN", "xoxb-"}},
		{"there is no token", nil, map[string]string{"SLACK_BOT_TOKEN": ""}, []string{"SLACK_BOT_TOKEN"}},
		{"there is no configuration", nil, map[string]string{"FIREBREAK_CONFIG": "nowhere.yaml"}, []string{"nowhere.yaml", "firebreak demo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := served(t, test.change)
			maps.Copy(env, test.env)

			stdout, stderr, code := called(t, env, "check")
			if code == 0 {
				t.Errorf("check = 0, want a finding")
			}

			if strings.Contains(stderr, "1 findings") {
				t.Errorf("check printed %q, want 1 finding", stderr)
			}

			for _, words := range test.want {
				if !strings.Contains(stdout+stderr, words) {
					t.Errorf("check printed %q and %q, want %q in it", stdout, stderr, words)
				}
			}
		})
	}
}

func TestCommandLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "firebreak unreleased"},
		{[]string{"manifest", "slack"}, 0, "/escalate"},
		{[]string{"manifest", "slack", "--json"}, 0, `"socket_mode_enabled": true`},
		{[]string{"manifest", "slack", "--url", "https://bot.example.com"}, 0, "https://bot.example.com/slack/interactions"},
		{[]string{"--help"}, 0, "demo"},
		{[]string{"srve"}, 2, "serve"},
		{nil, 2, "serve"},
		{[]string{"check", "--live"}, 1, "no bot answers"},
	} {
		stdout, stderr, code := called(t, map[string]string{"FIREBREAK_LISTEN": "127.0.0.1:1"}, test.args...)
		if code != test.code || !strings.Contains(stdout+stderr, test.want) {
			t.Errorf("firebreak %v = %d, printed %q and %q; want %d and %q", test.args, code, stdout, stderr, test.code, test.want)
		}
	}
}

func TestOperatorsAreToldWhatToTypeNext(t *testing.T) {
	env := map[string]string{"FIREBREAK_DATA": filepath.Join(t.TempDir(), "data")}

	_, stderr, code := called(t, env, "compact")
	if want := "there is nothing to compact (set FIREBREAK_DATA"; code != 1 || !strings.Contains(stderr, want) {
		t.Errorf("compact of no data = %d, printed %q; want 1 and %q", code, stderr, want)
	}

	path := filepath.Join(t.TempDir(), "backup.db")

	store, err := bolt.Open(path, bolt.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}

	if err := store.Close(); err != nil {
		t.Fatal(err)
	}

	if _, stderr, code = called(t, env, "restore", path); code != 0 {
		t.Fatalf("restore = %d, printed %q; want 0", code, stderr)
	}

	_, stderr, code = called(t, env, "restore", path)
	if want := "add --force"; code != 1 || !strings.Contains(stderr, want) {
		t.Errorf("restore over data = %d, printed %q; want 1 and %q", code, stderr, want)
	}

	if _, stderr, code = called(t, env, "restore", path, "--force"); code != 0 {
		t.Errorf("restore --force = %d, printed %q; want 0", code, stderr)
	}
}
