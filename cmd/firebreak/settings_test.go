package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// Whose default team it is must not depend on how somebody is named: by an id,
// by an id that is a colleague's, or by a colleague's key, with or without an id.
func TestAgentsAreKnownHoweverTheyAreNamed(t *testing.T) {
	c, err := ParseConfig("f.yaml", []byte(`
people:
  dana:  {name: Dana Reed, role: supervisor, slack: U0DANA}
  lee:   {name: Lee Chan,  role: supervisor, email: lee@example.com}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA, teams: 7A1E5C1E-0000-4000-8000-00000000000A, prefer: teams}
  sam:   {name: Sam Ode, role: supervisor, teams: 7a1e5c1e-0000-4000-8000-00000000000b}
teams:
  billing:
    {name: Billing, supervisors: [dana, lee], managers: [priya], channel: C0BILLING, user_group: S0DUTY,
     agents: [U0MARIA, U0DANA, lee, 7a1e5c1e-0000-4000-8000-00000000000C, 7a1e5c1e-0000-4000-8000-00000000000b]}
  parcels: {name: Parcels, supervisors: [lee, sam], agents: [priya], channel: "19:parcels@thread.tacv2"}
`))
	if err != nil {
		t.Fatal(err)
	}

	settings := c.settings()
	for i, want := range [][]bot.PersonID{{"slack:U0MARIA", "dana", "lee", "teams:7a1e5c1e-0000-4000-8000-00000000000c", "sam"}, {"priya"}} {
		if diff := cmp.Diff(want, settings.Teams[i].Agents); diff != "" {
			t.Errorf("agents of %v (-want +got):\n%s", settings.Teams[i].Name, diff)
		}
	}

	for on, want := range map[chat.Platform][]chat.Person{
		chat.Slack: {"slack:U0DANA", "slack:U0PRIYA", "slack:U0MARIA"},
		chat.Teams: {"teams:7a1e5c1e-0000-4000-8000-00000000000a", "teams:7a1e5c1e-0000-4000-8000-00000000000b", "teams:7a1e5c1e-0000-4000-8000-00000000000c"},
	} {
		if diff := cmp.Diff(want, c.acquaintances(on)); diff != "" {
			t.Errorf("acquaintances(%v) (-want +got):\n%s", on, diff)
		}
	}

	if diff := cmp.Diff([]string{"lee@example.com"}, c.emails(chat.Teams)); diff != "" {
		t.Errorf("emails(teams) (-want +got):\n%s", diff)
	}

	want := bot.Colleague{
		Name: "Priya Nair", Manager: true, Prefer: chat.Teams,
		Accounts: []chat.Person{"slack:U0PRIYA", "teams:7a1e5c1e-0000-4000-8000-00000000000a"},
	}
	if diff := cmp.Diff(want, settings.People["priya"]); diff != "" {
		t.Errorf("priya (-want +got):\n%s", diff)
	}

	for i, want := range []struct{ both, slack, teams chat.Room }{
		{"slack:C0BILLING", "slack:C0BILLING", ""},
		{"teams:19:parcels@thread.tacv2", "", "teams:19:parcels@thread.tacv2"},
	} {
		onSlack, onTeams := Environment{SlackBotToken: "xoxb-1"}, Environment{TeamsAppID: "a"}

		if got := settings.Teams[i].Channel; got != want.both {
			t.Errorf("channel of team %d = %q, want %q", i, got, want.both)
		}

		if got := c.settingsOn(onSlack).Teams[i].Channel; got != want.slack {
			t.Errorf("channel of team %d on Slack alone = %q, want %q", i, got, want.slack)
		}

		if got := c.settingsOn(onTeams).Teams[i].Channel; got != want.teams {
			t.Errorf("channel of team %d on Teams alone = %q, want %q", i, got, want.teams)
		}
	}
}
