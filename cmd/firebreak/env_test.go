package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lookupIn returns a lookup of variables written like NAME=value.
func lookupIn(variables ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, v := range variables {
			if n, value, _ := strings.Cut(v, "="); n == name {
				return value, true
			}
		}
		return "", false
	}
}

func TestReadEnvironment(t *testing.T) {
	got, err := ReadEnvironment(lookupIn(
		"SLACK_BOT_TOKEN=xoxb-123-456", "SLACK_APP_TOKEN= xapp-1-A2\n", "SLACK_SIGNING_SECRET=0123456789abcdef",
		"SLACK_STATUS_TOKEN=xoxp-789",
		"TEAMS_APP_ID=7A1E5C1E-0000-4000-8000-00000000000A", "TEAMS_APP_PASSWORD=Q~abc.def", "TEAMS_TENANT_ID=7a1e5c1e-0000-4000-8000-00000000000b",
		"TEAMS_TENANTS=7a1e5c1e-0000-4000-8000-00000000000B, 7a1e5c1e-0000-4000-8000-00000000000c,", "TEAMS_CLOUD=gcc-high",
		"TEAMS_LOGIN_URL=https://login.example.com", "TEAMS_METADATA_URL=http://localhost:1/meta", "TEAMS_ISSUER=https://issuer.example.com",
		"TEAMS_SERVICE_URL=http://127.0.0.1:2/_connector", "TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=on-loopback-only",
		"SLACK_API_URL=http://127.0.0.1:9/api", "FIREBREAK_CONFIG=/etc/f.yaml", "FIREBREAK_DATA=/data", "FIREBREAK_LISTEN=127.0.0.1:0",
	))
	if err != nil {
		t.Fatalf("ReadEnvironment = %v, want no mistake", err)
	}

	want := Environment{
		SlackBotToken: "xoxb-123-456", SlackAppToken: "xapp-1-A2", SlackSigningSecret: "0123456789abcdef", SlackStatusToken: "xoxp-789",
		SlackAPIURL: "http://127.0.0.1:9/api/", ConfigFile: "/etc/f.yaml", DataDir: "/data", Listen: "127.0.0.1:0",
		TeamsAppID: "7a1e5c1e-0000-4000-8000-00000000000a", TeamsPassword: "Q~abc.def", TeamsTenant: "7a1e5c1e-0000-4000-8000-00000000000b",
		TeamsTenants: []string{"7a1e5c1e-0000-4000-8000-00000000000b", "7a1e5c1e-0000-4000-8000-00000000000c"}, TeamsCloud: "gcc-high",
		TeamsLoginURL: "https://login.example.com", TeamsMetadataURL: "http://localhost:1/meta", TeamsIssuer: "https://issuer.example.com",
		TeamsServiceURL: "http://127.0.0.1:2/_connector", TeamsUnauthenticated: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadEnvironment (-want +got):\n%s", diff)
	}
}

func TestReadEnvironmentDefaults(t *testing.T) {
	got, err := ReadEnvironment(lookupIn("FIREBREAK_DATA="))
	if err != nil {
		t.Fatalf("ReadEnvironment = %v, want no mistake", err)
	}

	want := Environment{TeamsCloud: "public", ConfigFile: "firebreak.yaml", DataDir: "data", Listen: "127.0.0.1:8080"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadEnvironment (-want +got):\n%s", diff)
	}
}

func TestEnvironmentMistakes(t *testing.T) {
	tests := []struct {
		variables []string
		want      string
	}{
		{[]string{"SLACK_APP_TOKEN=xoxb-111-222"}, "SLACK_APP_TOKEN holds a bot token (xoxb-…): it must start with xapp-"},
		{[]string{"SLACK_BOT_TOKEN=xapp-111-222"}, "SLACK_BOT_TOKEN holds an app-level token (xapp-…): it must start with xoxb-"},
		{[]string{"SLACK_BOT_TOKEN=xoxp-111-222"}, "SLACK_BOT_TOKEN holds a user token (xoxp-…): it must start with xoxb-"},
		{[]string{"SLACK_BOT_TOKEN=xoxe.xoxb-111"}, "SLACK_BOT_TOKEN holds a configuration or refresh token (xoxe…): it must start with xoxb-"},
		{[]string{"SLACK_BOT_TOKEN=hunter2"}, "SLACK_BOT_TOKEN holds something that is no Slack token: it must start with xoxb-"},
		{[]string{`SLACK_BOT_TOKEN="xoxb-111-222"`}, "SLACK_BOT_TOKEN has quotation marks around it: remove them"},
		{[]string{"SLACK_BOT_TOKEN=xoxb-…"}, "SLACK_BOT_TOKEN is cut short or holds a placeholder: copy the whole token, which starts with xoxb-"},
		{[]string{"SLACK_BOT_TOKEN=xoxb-"}, "SLACK_BOT_TOKEN is cut short or holds a placeholder: copy the whole token, which starts with xoxb-"},
		{[]string{"SLACK_STATUS_TOKEN=xoxb-111-222"}, "SLACK_STATUS_TOKEN holds a bot token (xoxb-…): it must start with xoxp-"},
		{[]string{"SLACK_SIGNING_SECRET=xapp-111-222"}, "SLACK_SIGNING_SECRET holds an app-level token (xapp-…): it must be the Signing Secret under Basic Information"},
		{[]string{"SLACK_SIGNING_SECRET=abc"}, "SLACK_SIGNING_SECRET is too short to be one: copy the whole Signing Secret under Basic Information"},
		{[]string{"SLACK_API_URL=slack.com/api"}, "SLACK_API_URL is no web address: write one like https://slack.example.com/api/, or remove it"},
		{[]string{"SLACK_API_URL=ftp://slack.com/api"}, "SLACK_API_URL is no web address: write one like https://slack.example.com/api/, or remove it"},
		{[]string{"SLACK_API_URL=http://slack.example.com/api/"}, "SLACK_API_URL sends the tokens unencrypted to another machine: it must start with https://"},
		{[]string{"SLACK_API_URL=https://slack.example.com/api?x="}, "SLACK_API_URL has a ? or # in it: it must end with the path, like https://slack.example.com/api/"},
		{[]string{"TEAMS_APP_ID=firebreak"}, "TEAMS_APP_ID is no id: copy the Application (client) ID from the overview of the app's registration, which is like 7a1e5c1e-0000-4000-8000-000000000021"},
		{[]string{"TEAMS_TENANT_ID=example.onmicrosoft.com"}, "TEAMS_TENANT_ID is no id: copy the Directory (tenant) ID from the overview of the app's registration, which is like 7a1e5c1e-0000-4000-8000-000000000021"},
		{[]string{"TEAMS_TENANTS=7a1e5c1e-0000-4000-8000-00000000000b;example.com"}, `TEAMS_TENANTS has "7a1e5c1e-0000-4000-8000-00000000000b;example.com" in it, which is no id: write the Directory (tenant) IDs with commas between them`},
		{[]string{"TEAMS_APP_PASSWORD=7a1e5c1e-0000-4000-8000-000000000021"}, "TEAMS_APP_PASSWORD holds the Secret ID: it must be the secret's Value, which is shown only once, when the secret is made"},
		{[]string{"TEAMS_APP_PASSWORD='Q~abc'"}, "TEAMS_APP_PASSWORD has quotation marks around it: remove them"},
		{[]string{"TEAMS_APP_PASSWORD=Q~a***************"}, "TEAMS_APP_PASSWORD is cut short or holds a placeholder: copy the whole Value of the client secret"},
		{[]string{"TEAMS_CLOUD=azure"}, `TEAMS_CLOUD is "azure": write public, gcc, gcc-high, dod or china`},
		{[]string{"TEAMS_SERVICE_URL=smba.example.com"}, "TEAMS_SERVICE_URL is no web address: write one like https://teams.example.com, or remove it"},
		{[]string{"TEAMS_LOGIN_URL=http://login.example.com"}, "TEAMS_LOGIN_URL sends secrets unencrypted to another machine: it must start with https://"},
		{
			[]string{"TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=true"},
			`TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS is "true": anybody who reaches the bot could then pretend to be anybody; for development on this machine write on-loopback-only, else remove it`,
		},
		{
			[]string{"TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=on-loopback-only", "FIREBREAK_LISTEN=:8080"},
			`TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS is set, and FIREBREAK_LISTEN is ":8080", where other machines reach the bot: listen on 127.0.0.1, or remove it`,
		},
		{
			[]string{"TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=on-loopback-only", "FIREBREAK_LISTEN=10.0.0.1:8080"},
			`TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS is set, and FIREBREAK_LISTEN is "10.0.0.1:8080", where other machines reach the bot: listen on 127.0.0.1, or remove it`,
		},
		{[]string{"FIREBREAK_LISTEN=localhost"}, `FIREBREAK_LISTEN is "localhost", without a port: write localhost:8080`},
		{[]string{"FIREBREAK_LISTEN=1:2:3"}, `FIREBREAK_LISTEN is "1:2:3", which is no address: write a host and a port like 127.0.0.1:8080`},
		{[]string{"FIREBREAK_LISTEN=:65536"}, `FIREBREAK_LISTEN has the port "65536": write a number from 0 to 65535`},
		{[]string{"FIREBREAK_LISTEN=:http"}, `FIREBREAK_LISTEN has the port "http": write a number from 0 to 65535`},
		{
			[]string{"SLACK_BOT_TOKEN=xoxp-111-222", "SLACK_APP_TOKEN=xoxp-111-222"},
			"SLACK_BOT_TOKEN holds a user token (xoxp-…): it must start with xoxb-\nSLACK_APP_TOKEN holds a user token (xoxp-…): it must start with xapp-",
		},
	}

	for _, test := range tests {
		_, err := ReadEnvironment(lookupIn(test.variables...))

		if got := fmt.Sprint(err); got != test.want {
			t.Errorf("ReadEnvironment(%q) = %s, want %s", test.variables, got, test.want)
		}
	}
}

func TestNeedPlatform(t *testing.T) {
	const none, noApp, noPassword, noTenant = "no chat platform is set up", "TEAMS_APP_ID is not set", "TEAMS_APP_PASSWORD is not set", "TEAMS_TENANT_ID is not set"
	const noBot, noWay = "SLACK_BOT_TOKEN is not set", "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set"
	tests := []struct {
		env  Environment
		want []string
	}{
		{Environment{}, []string{none}},
		{Environment{SlackBotToken: "xoxb-1"}, []string{noWay}},
		{Environment{SlackAppToken: "xapp-1"}, []string{noBot}},
		{Environment{SlackStatusToken: "xoxp-1", TeamsAppID: "a", TeamsPassword: "p", TeamsTenant: "t"}, []string{noBot, noWay}},
		{Environment{SlackBotToken: "xoxb-1", SlackAppToken: "xapp-1"}, nil},
		{Environment{SlackBotToken: "xoxb-1", SlackSigningSecret: "s"}, nil},
		{Environment{TeamsAppID: "a", TeamsPassword: "p", TeamsTenant: "t"}, nil},
		{Environment{TeamsAppID: "a"}, []string{noPassword, noTenant}},
		{Environment{TeamsPassword: "p"}, []string{noApp, noTenant}},
		{Environment{TeamsAppID: "a", TeamsTenant: "t", TeamsUnauthenticated: true}, nil},
		{Environment{TeamsUnauthenticated: true}, []string{noApp, noTenant}},
		{Environment{SlackBotToken: "xoxb-1", SlackAppToken: "xapp-1", TeamsTenant: "t"}, []string{noApp, noPassword}},
		{Environment{SlackBotToken: "xoxb-1", TeamsAppID: "a", TeamsPassword: "p", TeamsTenant: "t"}, []string{noWay}},
	}

	for _, test := range tests {
		err := test.env.NeedPlatform()
		if (err == nil) != (test.want == nil) || err != nil && strings.Count(err.Error(), "\n")+1 != len(test.want) {
			t.Errorf("NeedPlatform(%+v) = %v, want %q", test.env, err, test.want)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("NeedPlatform(%+v) = %v, want it to say %q", test.env, err, want)
			}
		}
	}
}

// Whatever prints, logs or encodes an Environment must not show what is in it.
func TestSecretsStayHidden(t *testing.T) {
	env := Environment{SlackBotToken: "xoxb-hunter2", SlackAppToken: "xapp-hunter2", SlackSigningSecret: "hunter2hunter2", SlackStatusToken: "xoxp-hunter2", TeamsPassword: "hunter2"}

	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q", env, env, env, env.SlackBotToken, env.SlackAppToken)
	fmt.Fprintf(&out, "%v %#v", &env, []Secret{env.SlackBotToken})
	slog.New(slog.NewTextHandler(&out, nil)).Info("read", "env", env, "token", env.SlackBotToken)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("read", "env", env, "token", env.SlackBotToken)
	if err := json.NewEncoder(&out).Encode(env); err != nil {
		t.Fatal(err)
	}

	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("printed %s, want no secret in it", out.String())
	}
	if !strings.Contains(out.String(), hidden) {
		t.Errorf("printed %s, want it to say that there are secrets", out.String())
	}
	if got := env.SlackBotToken.Reveal(); got != "xoxb-hunter2" {
		t.Errorf("Reveal() = %s, want the secret", got)
	}
}
