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
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
teams:
  billing: {name: Billing, supervisors: [dana, lee], managers: [priya], agents: [U0MARIA, U0DANA, lee]}
  parcels: {name: Parcels, supervisors: [lee], agents: [priya]}
`))
	if err != nil {
		t.Fatal(err)
	}

	settings := c.settings()
	for i, want := range [][]bot.PersonID{{"slack:U0MARIA", "dana", "lee"}, {"priya"}} {
		if diff := cmp.Diff(want, settings.Teams[i].Agents); diff != "" {
			t.Errorf("agents of %v (-want +got):\n%s", settings.Teams[i].Name, diff)
		}
	}

	want := []chat.Person{"slack:U0DANA", "slack:U0PRIYA", "slack:U0MARIA"}
	if diff := cmp.Diff(want, c.acquaintances()); diff != "" {
		t.Errorf("acquaintances() (-want +got):\n%s", diff)
	}
}
