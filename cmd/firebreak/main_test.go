package main

import (
	"bytes"
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

func TestCommandLine(t *testing.T) {
	const guid = "9f0c2c1b-0b57-4d5f-8e07-6d6a5b1c2d3e"

	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "firebreak unreleased"},
		{[]string{"manifest", "slack"}, 0, "/escalate"},
		{[]string{"manifest", "slack", "--json"}, 0, `"socket_mode_enabled": true`},
		{[]string{"manifest", "slack", "--statuses"}, 0, "users.profile:write"},
		{[]string{"manifest", "slack", "--url", "https://bot.example.com"}, 0, "https://bot.example.com/slack/interactions"},
		{[]string{"manifest", "teams"}, 1, "which app? Set TEAMS_APP_ID, or say --app-id"},
		{[]string{"manifest", "teams", "--app-id", "firebreak"}, 1, `"firebreak" is not a GUID`},
		{[]string{"manifest", "teams", "--app-id", guid, "--app-version", "2"}, 1, `"2" is not three numbers`},
		{[]string{"manifest", "teams", "--app-id", guid, "--out", filepath.Join(t.TempDir(), "none", "app.zip")}, 1, "write the app package"},
		{[]string{"manifest", "teams", "--app-id", guid, "--out", filepath.Join(t.TempDir(), "app.zip")}, 0, "app.zip holds version 1.0.0 of the app"},
		{[]string{"manifest", "teams", "--app-id", guid, "--out", "-"}, 0, "manifest.json"},
		{[]string{"--help"}, 0, "demo"},
		{[]string{"srve"}, 2, `did you mean "serve"?`},
		{[]string{"demo", "--portt"}, 2, "unknown flag --portt"},
		{[]string{"demo", "--config", "mine.yaml"}, 1, "leave out --config"},
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
