package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/teams"
)

var (
	onSlackAlone = Environment{SlackBotToken: stageBotToken, SlackAppToken: stageAppToken}
	onTeamsAlone = Environment{
		TeamsAppID: "7a1e5c1e-0000-4000-8000-00000000000a", TeamsPassword: "Q~abc.def", TeamsTenant: "7a1e5c1e-0000-4000-8000-00000000000b", TeamsCloud: "public",
	}
)

// wired returns an app that is not started.
func wired(t *testing.T, env Environment) *App {
	t.Helper()

	c, err := ParseConfig("test.yaml", []byte(twoPlatforms))
	if err != nil {
		t.Fatal(err)
	}

	env.DataDir, env.Listen = t.TempDir(), "127.0.0.1:0"

	a, err := New(c, env, Outsides{Now: time.Now, Log: slog.New(slog.DiscardHandler), NoSync: true})
	if err != nil {
		t.Fatalf("New = %v, want an app", err)
	}

	t.Cleanup(func() { _ = a.Stop(t.Context()) })

	return a
}

func both() Environment {
	env := onTeamsAlone
	env.SlackBotToken, env.SlackAppToken = onSlackAlone.SlackBotToken, onSlackAlone.SlackAppToken

	return env
}

// The app is where the environment has it be, and answers nowhere else.
func TestAppIsOnThePlatformsOfItsEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env   Environment
		paths map[string]int
		ready []string // what /readyz names
		not   string
	}{
		"Slack": {onSlackAlone, map[string]int{"/teams/messages": http.StatusNotFound}, []string{"slack: "}, "microsoft"},
		"Teams": {onTeamsAlone, map[string]int{"/teams/messages": http.StatusUnauthorized}, []string{"microsoft teams: "}, "slack"},
		"both":  {both(), map[string]int{"/teams/messages": http.StatusUnauthorized}, []string{"slack: ", "microsoft teams: "}, "nothing"},
	} {
		a := wired(t, test.env)
		serve := func(method, path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			a.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader("{}")))

			return w
		}

		for path, want := range test.paths {
			if got := serve(http.MethodPost, path).Code; got != want {
				t.Errorf("%s: POST %s = %d, want %d", name, path, got, want)
			}
		}

		ready := serve(http.MethodGet, "/readyz").Body.String()
		for _, words := range test.ready {
			if !strings.Contains(ready, words) {
				t.Errorf("%s: /readyz says %q, want %q in it", name, ready, words)
			}
		}

		if strings.Contains(ready, test.not) {
			t.Errorf("%s: /readyz says %q, want no %q in it", name, ready, test.not)
		}
	}
}

// That one platform refuses the bot is said of that one.
func TestRefusalIsOfOnePlatform(t *testing.T) {
	a := wired(t, both())

	a.alarm(t.Context(), bot.Alarm{Kind: bot.AlarmRefused, Platform: chat.Teams, Code: "BotNotRegistered"})

	if got := a.platforms.on(chat.Teams).ready(); got == nil || !strings.Contains(got.Error(), "microsoft teams: ") || !strings.Contains(got.Error(), "it refuses what the bot sends (BotNotRegistered)") {
		t.Errorf("ready() of Teams = %v, want that it refuses", got)
	}

	if got := a.platforms.on(chat.Slack).ready(); got != nil && strings.Contains(got.Error(), "refuses") {
		t.Errorf("ready() of Slack = %v, want no refusal", got)
	}

	a.alarm(t.Context(), bot.Alarm{Kind: bot.AlarmAccepted, Platform: chat.Teams})

	if got := a.platforms.on(chat.Teams).ready(); got != nil && strings.Contains(got.Error(), "refuses") {
		t.Errorf("ready() once it accepts = %v, want no refusal", got)
	}
}

// That nothing arrives at a platform is said until something does.
func TestSilenceIsOfOnePlatform(t *testing.T) {
	a := wired(t, both())

	a.alarm(t.Context(), bot.Alarm{Kind: bot.AlarmSilent, Platform: chat.Slack})

	if got := a.platforms.on(chat.Slack).ready(); got == nil || !strings.Contains(got.Error(), "slack: ") || !strings.Contains(got.Error(), "nothing that the bot sends arrives (no answer)") {
		t.Errorf("ready() of Slack = %v, want that nothing arrives", got)
	}

	if got := a.platforms.on(chat.Teams).ready(); got != nil && strings.Contains(got.Error(), "arrives") {
		t.Errorf("ready() of Teams = %v, want nothing of Slack's silence", got)
	}

	a.alarm(t.Context(), bot.Alarm{Kind: bot.AlarmAnswers, Platform: chat.Slack})

	if got := a.platforms.on(chat.Slack).ready(); got != nil && strings.Contains(got.Error(), "arrives") {
		t.Errorf("ready() once it answers = %v, want no silence", got)
	}
}

// A directory is a platform that knows people by their addresses, once it is asked
// for the nth time.
type directory struct {
	adapter
	who  chat.Person
	left int
}

func (d *directory) Meet(...chat.Person) {}

func (d *directory) Lookup(context.Context, string) (chat.Profile, error) {
	if d.left--; d.left > 0 {
		return chat.Profile{}, errors.New("nobody has that address")
	}

	return chat.Profile{Who: d.who, Email: "lee@example.com"}, nil
}

// Who was found by their address on one platform is looked for on the other still.
func TestLookedForOnBothPlatforms(t *testing.T) {
	a := wired(t, both())
	s := &search{email: "lee@example.com", on: []*connection{
		{adapter: &directory{who: leeOnSlack, left: 1}, on: chat.Slack},
		{adapter: &directory{who: "teams:7a1e5c1e-0000-4000-8000-0000000001ee", left: 3}, on: chat.Teams},
	}}

	for i, want := range []bool{false, false, true} {
		if over := a.lookUp(t.Context(), s); over != want || !s.reached {
			t.Errorf("look %d: over = %v, reached = %v; want %v and true", i, over, s.reached, want)
		}
	}
}

// What is asked of a platform that the bot is not on fails, and is not asked of
// another.
func TestNothingIsAskedOfTheWrongPlatform(t *testing.T) {
	a := wired(t, onTeamsAlone)
	_, inspect := a.platforms.Inspect(t.Context(), danaOnSlack, time.Now(), time.Now())
	_, show := a.platforms.ShowStatus(t.Context(), danaOnTeams, "Back soon", time.Now()) // nobody's status can be set there

	for call, err := range map[string]error{
		"Inspect": inspect, "ShowStatus": show,
		"InspectRoom": a.platforms.InspectRoom(t.Context(), "slack:C0BILLING"),
		"SetGroup":    a.platforms.SetGroup(t.Context(), "S0DUTY", []chat.Person{danaOnSlack}),
		"ClearStatus": a.platforms.ClearStatus(t.Context(), danaOnSlack, "Back soon"),
	} {
		failure := new(chat.Failure)
		if !errors.As(err, &failure) || failure.Kind != chat.Unreachable {
			t.Errorf("%s = %v, want an unreachable failure", call, err)
		}
	}
}

// Who is looked for by an address need be on one platform only; what is wrong with
// an account that is named by its id is a mistake wherever it is.
func TestCheckOfBothPlatforms(t *testing.T) {
	c, err := ParseConfig("f.yaml", []byte(`people:
  dana:  {name: Dana Reed, role: supervisor, slack: U0DANA, teams: 7a1e5c1e-0000-4000-8000-0000000000da}
  lee:   {name: Lee Chan, role: supervisor, email: lee@example.com}
  priya: {name: Priya Nair, role: manager, email: priya@example.com}
teams:
  billing: {name: Billing, supervisors: [dana, lee], managers: [priya], channel: "19:billing@thread.tacv2"}
`))
	if err != nil {
		t.Fatal(err)
	}

	gone := errors.New("is not there")
	onSlack := []error{
		&slack.AboutError{About: "lee@example.com", Err: gone}, &slack.AboutError{About: "priya@example.com", Err: gone}, &slack.AboutError{About: "U0DANA", Err: gone},
	}
	onTeams := []error{
		&teams.AboutError{About: "priya@example.com", Err: gone}, &teams.AboutError{About: "7a1e5c1e-0000-4000-8000-0000000000da", Err: gone},
		&teams.AboutError{About: "19:billing@thread.tacv2", Err: gone}, errors.New("the secret is wrong"),
	}

	r := report{source: c.source}
	r.merge(c, [][]error{onSlack, onTeams})

	want := []string{
		"f.yaml:4: people.priya.email: is not there", "f.yaml:2: people.dana.slack: is not there",
		"f.yaml:4: people.priya.email: is not there", "f.yaml:2: people.dana.teams: is not there",
		"f.yaml:6: teams.billing.channel: is not there", "the secret is wrong",
	}
	if diff := cmp.Diff(want, r.findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}

	alone := report{source: c.source}
	alone.merge(c, [][]error{onSlack})

	if len(alone.findings) != len(onSlack) {
		t.Errorf("findings on Slack alone = %q, want all %d", alone.findings, len(onSlack))
	}
}

// Each platform is asked about those who are known there, or may be.
func TestWhoIsAskedAboutWhere(t *testing.T) {
	c, err := ParseConfig("f.yaml", []byte(strings.Replace(twoPlatforms, "slack: U0LEE", "email: lee@example.com", 1)))
	if err != nil {
		t.Fatal(err)
	}

	for on, want := range map[chat.Platform][]slack.Subject{
		chat.Slack: {{Who: danaOnSlack, OnDuty: true}, {Email: "lee@example.com"}, {Who: priyaOnSlack}},
		chat.Teams: {{Who: danaOnTeams, OnDuty: true}, {Email: "lee@example.com"}, {Who: priyaOnTeams}},
	} {
		if diff := cmp.Diff(want, c.subjects(on, both(), map[string]bool{"dana": true})); diff != "" {
			t.Errorf("subjects(%v) (-want +got):\n%s", on, diff)
		}
	}
	c, err = ParseConfig("f.yaml", []byte(strings.Replace(twoPlatforms, "slack: U0LEE", "slack: U0LEE, email: lee@example.com", 1)))
	if err != nil {
		t.Fatal(err)
	}

	// Where the bot is not on the platform of their id, they are found by the address.
	want := []slack.Subject{{Who: danaOnTeams}, {Email: "lee@example.com"}, {Who: priyaOnTeams}}
	if diff := cmp.Diff(want, c.subjects(chat.Teams, onTeamsAlone, nil)); diff != "" {
		t.Errorf("subjects of Teams alone (-want +got):\n%s", diff)
	}

	want = []slack.Subject{{Who: danaOnTeams}, {Who: priyaOnTeams}}
	if diff := cmp.Diff(want, c.subjects(chat.Teams, both(), nil)); diff != "" {
		t.Errorf("subjects of Teams beside Slack (-want +got):\n%s", diff)
	}
}
