package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
)

var updateManifest = flag.Bool("update-manifest", false, "rewrite the golden manifests")

// manifestCommands are what the golden files are written with: one command with
// a hint that YAML must quote, and one that is renamed and has none.
var manifestCommands = []ManifestCommand{
	{Name: "escalate", Description: "Get a supervisor now", UsageHint: "[now] [what is happening]"},
	{Name: "on-duty", Description: "Who is on duty: now and next", ShouldEscape: true},
}

func TestManifest(t *testing.T) {
	const address = "https://firebreak.example.com/bot/"
	tests := []struct {
		golden  string
		options ManifestOptions
	}{
		{"manifest-socket.yaml", ManifestOptions{Commands: manifestCommands}},
		{"manifest-http.yaml", ManifestOptions{Commands: manifestCommands, HTTPURL: address}},
		{"manifest-statuses.yaml", ManifestOptions{Commands: manifestCommands, Statuses: true}},
		{"manifest-http.json", ManifestOptions{Commands: manifestCommands, HTTPURL: address, JSON: true}},
	}

	for _, test := range tests {
		t.Run(test.golden, func(t *testing.T) {
			got, err := Manifest(test.options)
			if err != nil {
				t.Fatalf("Manifest(%+v) = %v, want no error", test.options, err)
			}

			compareManifest(t, test.golden, got)
			lintManifest(t, decodeManifest(t, got), test.options)
		})
	}
}

// compareManifest holds what was written against the golden file.
func compareManifest(t *testing.T, golden string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", golden)
	if *updateManifest {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("Manifest differs from %s (-want +got):\n%s", golden, diff)
	}
}

// decodeManifest decodes strictly into slack-go's type, which knows every key
// that Slack knows.
func decodeManifest(t *testing.T, data []byte) slack.Manifest {
	t.Helper()
	var m slack.Manifest

	var err error
	if json.Valid(data) {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(&m)
	} else {
		err = yaml.UnmarshalWithOptions(data, &m, yaml.Strict())
	}
	if err != nil {
		t.Fatalf("decode(%s) = %v, want a manifest", data, err)
	}
	return m
}

// lintManifest checks what Slack checks, and what the bot relies on.
func lintManifest(t *testing.T, m slack.Manifest, o ManifestOptions) {
	t.Helper()
	limit := func(what, text string, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(text); n == 0 || n > most {
			t.Errorf("%s has %d letters, want 1 to %d", what, n, most)
		}
	}
	equal := func(what string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}

	limit("name", m.Display.Name, 35)
	limit("description", m.Display.Description, 140)
	limit("display name", m.Features.BotUser.DisplayName, 80)
	for _, c := range m.Features.SlashCommands {
		limit("command", c.Command, 32)
		equal("slash of "+c.Command, true, strings.HasPrefix(c.Command, "/"))
	}
	equal("shortcuts", 1, len(m.Features.Shortcuts))
	for _, s := range m.Features.Shortcuts {
		equal("shortcut", "Escalate this conversation as escalate_message of a message", s.Name+" as "+s.CallbackID+" of a "+string(s.Type))
		limit("callback_id", s.CallbackID, 255)
		limit("description of the shortcut", s.Description, 150)
	}

	equal("App Home", slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true}, m.Features.AppHome)
	var user []string
	if o.Statuses {
		user = []string{"users.profile:write"}
	}

	equal("scopes", slack.OAuthScopes{
		Bot:         []string{"channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read", "im:history", "im:write", "users:read"},
		BotOptional: []string{"dnd:read", "usergroups:read", "usergroups:write", "users:read.email"},
		User:        user,
	}, m.OAuthConfig.Scopes)
	equal("events", []string{"app_home_opened", "app_uninstalled", "message.im", "tokens_revoked", "user_change"}, m.Settings.EventSubscriptions.BotEvents)
	equal("Socket Mode", o.HTTPURL == "", m.Settings.SocketModeEnabled)
	lintAddresses(t, m, o)
}

// lintAddresses checks that every address is there in HTTP mode, and none in
// Socket Mode.
func lintAddresses(t *testing.T, m slack.Manifest, o ManifestOptions) {
	t.Helper()
	want := map[string]string{"commands": "", "interactions": "", "events": ""}
	if o.HTTPURL != "" {
		for path := range want {
			want[path] = strings.TrimSuffix(o.HTTPURL, "/") + "/slack/" + path
		}
	}

	for _, c := range m.Features.SlashCommands {
		got := map[string]string{
			"commands": c.Url, "interactions": m.Settings.Interactivity.RequestUrl, "events": m.Settings.EventSubscriptions.RequestUrl,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("addresses of %s (-want +got):\n%s", c.Command, diff)
		}
	}
}

func TestManifestRefuses(t *testing.T) {
	one := func(c ManifestCommand) ManifestOptions { return ManifestOptions{Commands: []ManifestCommand{c}} }
	at := func(address string) ManifestOptions {
		return ManifestOptions{Commands: manifestCommands, HTTPURL: address}
	}
	tests := []struct {
		options ManifestOptions
		want    string // part of the error, "" for none
	}{
		{ManifestOptions{}, "at least one command"},
		{one(ManifestCommand{Description: "d"}), "a name and a description"},
		{one(ManifestCommand{Name: "n"}), "a name and a description"},
		{one(ManifestCommand{Name: strings.Repeat("n", 31), Description: "d"}), ""},
		{one(ManifestCommand{Name: strings.Repeat("n", 32), Description: "d"}), "longer than 32"},
		{one(ManifestCommand{Name: "n", Description: strings.Repeat("d", 2001)}), "longer than 2000"},
		{one(ManifestCommand{Name: "n", Description: "d", UsageHint: strings.Repeat("é", 1000)}), ""},
		{one(ManifestCommand{Name: "n", Description: "d", UsageHint: strings.Repeat("h", 1001)}), "longer than 1000"},
		{ManifestOptions{Commands: append(manifestCommands[:1:1], manifestCommands[0])}, "stands twice"},
		{at("http://firebreak.example.com"), "no address that Slack calls"},
		{at("firebreak.example.com"), "no address that Slack calls"},
		{at("https://"), "no address that Slack calls"},
		{at("https://firebreak.example.com/?a=b"), "no address that Slack calls"},
	}

	for _, test := range tests {
		_, err := Manifest(test.options)

		switch {
		case test.want == "" && err != nil:
			t.Errorf("Manifest(%+v) = %v, want no error", test.options, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("Manifest(%.200v) = %v, want an error with %q", test.options, err, test.want)
		}
	}
}
