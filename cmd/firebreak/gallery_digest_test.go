package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// feedbackScenes are about what is asked after an escalation, and about the
// digest of a week.
var feedbackScenes = []galleryScene{
	{name: "feedback", play: feedbackScene, settings: feedbackSettings},
	{name: "digest", play: digestScene, settings: digestSettings("billing", "C0BILLING")},
	{name: "digest-private", play: missedScene, settings: digestSettings("parcels", "")},
}

func feedbackSettings(t testing.TB) bot.Settings {
	t.Helper()

	config, err := ParseConfig("demo.yaml", append(slices.Clone(demoConfig), galleryConfig...))
	if err != nil {
		t.Fatal(err)
	}

	return config.settings()
}

func feedbackScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}, "promise": {"A written apology"}, "promise_when": {"2026-11-23T12:30:00Z"}})
	s.wait(time.Hour)
	s.press("maria", "feedback")
	s.submit("maria", chat.Values{"helped": {"yes"}, "change": {"Answer faster in the morning"}, "anonymous": {"yes"}})
	s.press("maria", "feedback")
	s.press("dana", "feedback")
	s.submit("dana", chat.Values{"helped": {"no"}, "change": {"A price list"}, "anonymous": {"no"}})
	s.press("lee", "feedback")
	s.command("priya", "E-1")

	// The agent learns that what was promised is done.
	s.press("dana", "done", "E-1/1")
}

// digestSettings have a team of six agents and three supervisors.
func digestSettings(team, channel string) func(testing.TB) bot.Settings {
	return func(t testing.TB) bot.Settings {
		t.Helper()

		settings := feedbackSettings(t)
		settings.People["sam"] = bot.Colleague{Name: "Sam Ortiz", Accounts: []chat.Person{account("sam")}}
		billing := settings.Teams[0]
		billing.ID, billing.Name, billing.Supervisors = bot.TeamID(team), strings.ToUpper(team[:1])+team[1:], []bot.PersonID{"dana", "lee", "sam"}
		billing.Channel, billing.Plan = "", nil

		if channel != "" {
			billing.Channel = chat.RoomOn(chat.Slack, channel)
		}

		for _, agent := range digestAgents {
			billing.Agents = append(billing.Agents, bot.PersonID(account(agent)))
		}

		settings.Teams = []bot.Team{billing}

		return settings
	}
}

var digestAgents = []string{"maria", "tom", "zoe", "nils", "ines", "otto"}

// digestScene is a week with all that a digest tells.
func digestScene(s *studio) {
	s.must(s.desk.PlanDigests(s.t.Context()))

	s.aside = true

	agents := slices.Concat(digestAgents, digestAgents[:3])

	for i, agent := range agents {
		s.wait(time.Duration(20+20*(i%3)) * time.Minute)
		s.digested(agent, i)
	}

	s.wait(time.Hour)

	for i, agent := range agents {
		s.press(agent, "feedback", fmt.Sprint("E-", i+1))
		s.submit(agent, chat.Values{"helped": {"yes"}, "change": {"Faster"}, "anonymous": {"yes"}})
	}

	s.aside = false
	s.now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	s.wait(0)
}

// digested lives through an escalation in short.
func (s *studio) digested(agent string, i int) {
	s.t.Helper()

	id := bot.EscalationID(i + 1) //nolint:gosec // a few
	lead := []string{"dana", "lee", "sam"}[i%3]

	c := theCase(bot.TakeOver)
	c["customer"], c["reference"], c["reason"] = []string{fmt.Sprint("Customer ", i)}, nil, []string{[]string{"delivery", "billing"}[i%2]}

	s.command(agent, "")
	s.submit(agent, c)

	if i%2 > 0 {
		s.wait(45 * time.Second)
	}

	s.press(lead, "take", id.String())
	s.wait(time.Duration(20+10*i) * time.Second)
	s.press(lead, "join", id.String())
	s.press(lead, "resolve", id.String())
	s.submit(lead, chat.Values{
		"outcome": {[]string{"Refund", "Not possible"}[i%2]}, "amount": {"20"}, "why": {"Too late"}, "instead": {"A credit"},
		"worked":  {[]string{"Letting them finish", "Reading it back", "Dana's idea of two choices"}[i%3]},
		"change":  {fmt.Sprint("Say it earlier than on page ", i+1)},
		"promise": {"A letter"}, "promise_when": {s.now.Add(time.Hour).Format(time.RFC3339)},
	})
	s.press(lead, "done", id.String()+"/1")
}

// missedScene is a week without anything, after some that nobody was told of,
// read by managers.
func missedScene(s *studio) {
	s.must(s.desk.PlanDigests(s.t.Context()))

	s.now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	s.wait(0)
	s.now = time.Date(2026, 12, 21, 15, 0, 0, 0, time.UTC)
	s.wait(0)
	s.now = time.Date(2027, 3, 1, 15, 0, 0, 0, time.UTC)
	s.wait(0)

	s.command("maria", "now")
	s.wait(7 * 24 * time.Hour)
}
