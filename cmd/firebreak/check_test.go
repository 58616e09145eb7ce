package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// rightConfig makes use of all that a check looks at, and nothing of it is
// wrong: somebody is always on duty, by shifts in one team and by a calendar in
// the other.
const rightConfig = `people:
  dana:  {name: Dana Reed, role: supervisor, slack: U0DANA}
  lee:   {name: Lee Chan, role: supervisor, email: lee@example.com}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
teams:
  billing:
    name: Billing
    timezone: Asia/Tokyo
    channel: C0BILLING
    supervisors: [dana, lee]
    managers: [priya]
    user_group: S0DUTY
    shifts:
      - {who: [dana], days: Sun-Sat, hours: "08:00-20:00"}
      - {who: [dana, lee], days: Sun-Sat, hours: "20:00-08:00"}
  tech:
    name: Tech
    supervisors: [lee]
    managers: [priya]
    calendar: duty.ics
`

// A surroundings is what a check meets: the configuration, the calendar beside
// it, the workspace and the environment.
type surroundings struct {
	config    string
	calendar  string
	workspace func(*workspace.Options)
	env       map[string]string
}

// right are surroundings in which nothing is wrong. Lee has the calendar from
// yesterday on.
func right() surroundings {
	return surroundings{config: rightConfig, calendar: calendarWith(event("Lee Chan", -24*time.Hour, 60*24*time.Hour))}
}

func calendarWith(events ...string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\n" + strings.Join(events, "") + "END:VCALENDAR\n"
}

// event is one that begins so long after now.
func event(summary string, from, length time.Duration) string {
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format("20060102T150405Z") }

	return "BEGIN:VEVENT\nSUMMARY:" + summary + "\nDTSTART:" + at(from) + "\nDTEND:" + at(from+length) + "\nEND:VEVENT\n"
}

// environment puts everything in place, and returns what leads to it.
func (s surroundings) environment(t *testing.T) map[string]string {
	t.Helper()

	env := served(t, func(o *workspace.Options) {
		o.UserGroups = []workspace.UserGroup{{ID: "S0DUTY", Handle: "duty", Name: "On duty"}}
		if s.workspace != nil {
			s.workspace(o)
		}
	})

	beside := filepath.Join(filepath.Dir(env["FIREBREAK_CONFIG"]), "duty.ics")

	for path, text := range map[string]string{env["FIREBREAK_CONFIG"]: s.config, beside: s.calendar} {
		if text == "" {
			continue
		}

		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	maps.Copy(env, s.env)

	return env
}

func TestCheckIsSilentWhenAllIsRight(t *testing.T) {
	asleep := right() // who is not on duty may have do-not-disturb on
	asleep.workspace = changed("U0PRIYA", quiet)

	for name, s := range map[string]surroundings{
		"the demo": {config: string(demoConfig)}, "all that can be checked": right(), "a manager who sleeps": asleep,
	} {
		stdout, stderr, code := called(t, s.environment(t), "check")
		if stdout != "" || stderr != "" || code != 0 {
			t.Errorf("check of %s = %d, printed %q and %q; want silence and 0", name, code, stdout, stderr)
		}
	}
}

// changed changes somebody in the workspace.
func changed(id string, change func(*workspace.User)) func(*workspace.Options) {
	return func(o *workspace.Options) {
		for i := range o.People {
			if o.People[i].ID == id {
				change(&o.People[i])
			}
		}
	}
}

// quiet has do-not-disturb on.
func quiet(u *workspace.User) {
	u.DND = workspace.DND{Start: time.Now().Add(-time.Hour), End: time.Now().Add(time.Hour)}
}

// lacking takes scopes from the app.
func lacking(scopes ...string) func(*workspace.Options) {
	return func(o *workspace.Options) {
		o.App.Scopes = slices.DeleteFunc(slices.Clone(workspace.UsualScopes), func(scope string) bool { return slices.Contains(scopes, scope) })
	}
}

func TestCheckNamesTheFaultAndTheRemedy(t *testing.T) {
	env := func(name, value string) func(*surroundings) {
		return func(s *surroundings) { s.env = map[string]string{name: value} }
	}
	config := func(old, by string) func(*surroundings) {
		return func(s *surroundings) { s.config = strings.Replace(s.config, old, by, 1) }
	}
	in := func(change func(*workspace.Options)) func(*surroundings) {
		return func(s *surroundings) { s.workspace = change }
	}
	account := func(id string, change func(*workspace.User)) func(*surroundings) { return in(changed(id, change)) }
	calendar := func(text string) func(*surroundings) { return func(s *surroundings) { s.calendar = text } }

	lee := event("Lee Chan", -time.Hour, 600*time.Hour) // has the whole time

	for _, test := range []struct {
		name  string
		spoil func(*surroundings)
		want  string // in the one line that is printed
	}{
		// Tokens and scopes.
		{"the bot's token is another's", env("SLACK_BOT_TOKEN", "xoxb-wrong"), "SLACK_BOT_TOKEN: slack refuses the bot (invalid_auth): the token is wrong: copy it anew"},
		{"the app's token is another's", env("SLACK_APP_TOKEN", "xapp-wrong"), "SLACK_APP_TOKEN: slack refuses the bot (invalid_auth): the token is wrong: copy it anew"},
		{"the token for statuses is another's", env("SLACK_STATUS_TOKEN", "xoxp-wrong"), "SLACK_STATUS_TOKEN: slack refuses the bot (invalid_auth): the token is wrong: copy it anew"},
		{"a vital scope is missing", in(lacking("chat:write")), "the Slack app lacks chat:write (to page people): add them under OAuth & Permissions and install the app again"},
		{"the scopes of user groups are missing", in(lacking("usergroups:read", "usergroups:write")), "lacks usergroups:read (to see who is in the user groups), usergroups:write (to let the user groups follow who is on duty): add them"},
		{"the scope of addresses is missing", in(lacking("users:read.email")), "lacks users:read.email (to find people by their e-mail addresses): add them"},
		{"the scope of do-not-disturb is missing", in(lacking("dnd:read")), "lacks dnd:read (to see who has do-not-disturb on): add them"},

		// Channels and user groups.
		{"the bot is not in the channel", in(func(o *workspace.Options) { o.Channels[0].Members = nil }), "yaml:9: teams.billing.channel: channel C0BILLING (#billing-escalations): the bot is not in it: type /invite"},
		{"there is no such channel", in(func(o *workspace.Options) { o.Channels = o.Channels[1:] }), "yaml:9: teams.billing.channel: channel C0BILLING: there is none that the bot can see: check the id"},
		{"the channel is archived", in(func(o *workspace.Options) { o.Channels[0].Archived = true }), "yaml:9: teams.billing.channel: channel C0BILLING (#billing-escalations) is archived: unarchive it"},
		{"there is no such user group", in(func(o *workspace.Options) { o.UserGroups = nil }), "yaml:12: teams.billing.user_group: user group S0DUTY: there is no such user group: copy its id"},
		{"the user group is a directory's", in(func(o *workspace.Options) { o.UserGroups[0].Locked = true }), "yaml:12: teams.billing.user_group: user group S0DUTY (@duty) is filled by Slack or by a directory: name one"},

		// People.
		{"nobody has the id", account("U0DANA", func(u *workspace.User) { u.ID = "U0OTHER" }), "yaml:2: people.dana.slack: person U0DANA: nobody in this workspace has that id: copy it from the profile"},
		{"somebody is deactivated", account("U0DANA", func(u *workspace.User) { u.Deleted = true }), "yaml:2: people.dana.slack: person U0DANA (Dana Reed) is deactivated: take them out"},
		{"somebody is a bot", account("U0DANA", func(u *workspace.User) { u.Bot = true }), "yaml:2: people.dana.slack: person U0DANA (Dana Reed) is a bot and can't be paged: name a person"},
		{"nobody has the address", account("U0LEE", func(u *workspace.User) { u.Email = "lee.chan@example.com" }), "yaml:3: people.lee.email: nobody in the workspace has the address lee@example.com: correct the e-mail"},
		{"who has the address is gone", account("U0LEE", func(u *workspace.User) { u.Deleted = true }), "yaml:3: people.lee.email: nobody in the workspace has the address lee@example.com: correct the e-mail"},
		{"who has the address is a bot", account("U0LEE", func(u *workspace.User) { u.Bot = true }), "yaml:3: people.lee.email: person lee@example.com (Lee Chan) is a bot and can't be paged: name a person"},
		{"two have one account", account("U0DANA", func(u *workspace.User) { u.Email = "lee@example.com" }), "yaml:3: people.lee.email: the address lee@example.com belongs to U0DANA (Dana Reed), who is in the configuration already: keep one"},
		{"who is on duty has do-not-disturb on", account("U0LEE", quiet), "yaml:3: people.lee.email: person lee@example.com (Lee Chan) is on duty and has do-not-disturb on until"},
		{"somebody is on another platform only", config("slack: U0PRIYA", "teams: 7a1e5c1e-0000-4000-8000-000000000021"), "yaml:4: people.priya: priya has no account where the bot is, so they are never paged: add slack: U… or email: …"},
		{"a channel is on another platform", config("channel: C0BILLING", `channel: "19:billing@thread.tacv2"`), "yaml:9: teams.billing.channel: the channel is on Microsoft Teams, and the bot is not: write another, or set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID"},
		{"somebody prefers another platform", config("slack: U0PRIYA", "slack: U0PRIYA, teams: 7a1e5c1e-0000-4000-8000-000000000021, prefer: teams"), "yaml:4: people.priya.prefer: the bot is not on Microsoft Teams: remove it, or set TEAMS_APP_ID"},

		// Who is on duty.
		{"the calendar's file is missing", calendar(""), "yaml:20: teams.tech.calendar: duty.ics: the file can't be opened: "},
		{"the calendar is a web page", calendar("<!doctype html><title>Sign in</title>"), "yaml:20: teams.tech.calendar: duty.ics: this is a web page, not a calendar: use the secret iCal address"},
		{
			"the calendar names a stranger", calendar(calendarWith(lee, event("Zoe Park", time.Hour, time.Hour), event("Old Friend", -999*time.Hour, time.Hour))),
			`yaml:20: teams.tech.calendar: duty.ics: nobody of the team is meant by "Zoe Park", so nobody is on duty then: correct the name there, or add the person`,
		},
		{
			"an event can't be read", calendar(calendarWith(lee, "BEGIN:VEVENT\nSUMMARY:Lee Chan\nDTSTART:soon\nEND:VEVENT\n")),
			"yaml:20: teams.tech.calendar: duty.ics: an event counts for nothing: the event at line 8",
		},
		{
			"nobody is on duty in two weeks", calendar(calendarWith(event("Lee Chan", 15*24*time.Hour, time.Hour))),
			"yaml:20: teams.tech.calendar: nobody is on duty in the next 14 days, until " + time.Now().Add(15*24*time.Hour).UTC().Format("Mon 2 Jan 15:"),
		},
		{"the rota is over", calendar(calendarWith(event("Lee Chan", -24*time.Hour, time.Hour))), "yaml:20: teams.tech.calendar: nobody is on duty in the next 14 days, nor later: give the team's people shifts there"},
		{
			"a chain has nobody left in a gap", func(s *surroundings) {
				s.config = strings.Replace(s.config, `"08:00-20:00"}`, `"08:00-19:00"}`, 1)
				s.config = strings.Replace(s.config, "    user_group", "    chains: {live: [{page: duty, how: all at once, wait: 45s, repeat: until taken}]}\n    user_group", 1)
			},
			"yaml:12: teams.billing.chains.live: it pages only who is on duty, and at times nobody is: add a tier that pages team or managers",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := right()
			test.spoil(&s)

			stdout, stderr, code := called(t, s.environment(t), "check")
			if code != 1 || strings.Count(stdout, "\n") != 1 || !strings.Contains(stdout, test.want) {
				t.Errorf("check = %d, printed %q; want 1 and %q in one line", code, stdout, test.want)
			}

			if want := "firebreak: 1 finding\n"; !strings.HasSuffix(stderr, want) {
				t.Errorf("check ended with %q, want %q", stderr, want)
			}
		})
	}
}

// What ends a check before Slack is asked.
func TestCheckWithoutWhatItNeeds(t *testing.T) {
	for _, test := range []struct {
		name, variable, value string
		want                  []string
	}{
		{"the tokens are swapped", "SLACK_BOT_TOKEN", demoAppToken, []string{"SLACK_BOT_TOKEN", "xoxb-"}},
		{"there is no token", "SLACK_BOT_TOKEN", "", []string{"SLACK_BOT_TOKEN is not set"}},
		{"there is no configuration", "FIREBREAK_CONFIG", "nowhere.yaml", []string{"nowhere.yaml", "firebreak demo"}},
	} {
		s := right()
		s.env = map[string]string{test.variable: test.value}

		stdout, stderr, code := called(t, s.environment(t), "check")
		for _, words := range test.want {
			if code != 1 || stdout != "" || !strings.Contains(stderr, words) {
				t.Errorf("check when %s = %d, printed %q and %q; want 1 and %q", test.name, code, stdout, stderr, words)
			}
		}
	}
}

// What may be meant is a note, and no reason to fail.
func TestCheckNotes(t *testing.T) {
	const night = `      - {who: [dana, lee], days: Sun-Sat, hours: "20:00-08:00"}` + "\n"

	config := func(replace ...string) func(*surroundings) {
		return func(s *surroundings) { s.config = strings.NewReplacer(replace...).Replace(s.config) }
	}
	chain := "    chains: {live: [{page: [priya, duty], how: one at a time, wait: 45s, repeat: until taken}]}\n"
	rota := calendarWith(event("Lee Chan", -time.Hour, 73*time.Hour))

	for _, test := range []struct {
		name  string
		spoil func(*surroundings)
		want  string // in the one line that is printed
	}{
		{"nobody at night", config(night, ""), `yaml:13: teams.billing.shifts: nobody is on duty Mon-Sun 20:00-08:00 of the next day (Asia/Tokyo); a page then goes to the whole team, at once`},
		{"a chain of its own", config(night, chain), `nobody is on duty Mon-Sun 20:00-08:00 of the next day (Asia/Tokyo); a page then goes to Priya Nair, one at a time`},
		{"two shifts at once", config("20:00-08:00", "18:30-08:00"), `yaml:15: teams.billing.shifts[1]: dana has shifts[0] at the same time, on Mon from 18:30; once is enough`},
		{
			"a calendar that ends", func(s *surroundings) { s.calendar = rota },
			`yaml:20: teams.tech.calendar: nobody is on duty from ` + time.Now().Add(72*time.Hour).UTC().Format("Mon 2 Jan 15:"),
		},
		{
			"no managers", func(s *surroundings) {
				s.config, _, _ = strings.Cut(s.config, "  tech:")
				s.config = strings.NewReplacer("    managers: [priya]\n", "", "role: manager", "role: supervisor").Replace(s.config)
			},
			"yaml:6: teams.billing.managers: there are none, so nobody is told when somebody on duty can't be paged",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := right()
			test.spoil(&s)

			stdout, stderr, code := called(t, s.environment(t), "check")
			if stdout != "" || code != 0 || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "note: ") || !strings.Contains(stderr, test.want) {
				t.Errorf("check = %d, printed %q and %q; want 0 and the note %q", code, stdout, stderr, test.want)
			}
		})
	}
}

// An address is a secret: what is wrong with it is told by its host.
func TestCheckOfCalendarAddresses(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"a calendar": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, right().calendar) },
		"forbidden":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) },
		"a page":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Sign in</html>") },
		"too long":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxCalendar+1)) },
		"broken off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "BEGIN:VCALENDAR")
		},
		"unreachable": nil,
	}

	const again = "see that this machine reaches it, and copy the calendar's secret iCal address again from its settings"

	for name, want := range map[string]string{
		"a calendar":  "",
		"forbidden":   "f.yaml:20: teams.tech.calendar: 127.0.0.1: its server answers 403: " + again,
		"a page":      "f.yaml:20: teams.tech.calendar: 127.0.0.1: this is a web page, not a calendar: use the secret iCal address, which ends in .ics or is named so in the calendar's settings",
		"too long":    "f.yaml:20: teams.tech.calendar: 127.0.0.1: it is larger than 4 MiB: " + again,
		"broken off":  "f.yaml:20: teams.tech.calendar: 127.0.0.1: it could not be read to its end: " + again,
		"unreachable": "f.yaml:20: teams.tech.calendar: 127.0.0.1: its server can't be reached: " + again,
	} {
		server := httptest.NewTLSServer(answers[name])
		defer server.Close()

		if answers[name] == nil {
			server.Close()
		}

		// Lee has no duty but what the calendar says, or what stands in for it.
		text := strings.NewReplacer("duty.ics", server.URL+"/private-hunter2/basic.ics", "{who: [dana, lee]", "{who: [dana]").Replace(rightConfig)

		config, err := ParseConfig("f.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}

		r := &report{source: config.source}
		c := rotaCheck{report: r, config: config, out: Outsides{Calendars: server.Client()}, now: time.Now(), onDuty: map[string]bool{}}
		c.rotas(t.Context())

		if got := strings.Join(r.findings, "\n"); got != want || len(r.notes) > 0 {
			t.Errorf("check of %s found %q and notes %q, want %q", name, got, r.notes, want)
		}

		if !c.onDuty["lee"] {
			t.Errorf("check of %s has %v on duty, want lee among them", name, c.onDuty)
		}
	}
}

// teamOf returns a team with shifts that are written like this.
func teamOf(t *testing.T, shifts string) *Team {
	t.Helper()

	config, err := ParseConfig("f.yaml", []byte("timezone: America/New_York\npeople:\n  a: {name: A, role: supervisor, slack: U0A}\n  b: {name: B, role: supervisor, slack: U0B}\n"+
		"teams:\n  team:\n    name: Team\n    supervisors: [a, b]\n    shifts: ["+shifts+"]\n"))
	if err != nil {
		t.Fatal(err)
	}

	return &config.Teams[0]
}

// The words for the gaps of a week are the same whenever they are asked for,
// also from within a gap, and in the weeks in which the clocks change.
func TestGapsOfWeekInWords(t *testing.T) {
	for shifts, want := range map[string]string{
		`{who: [a], days: Sun-Sat, hours: 00:00-00:00}`:                                                             "",
		`{who: [a], days: Mon-Fri, hours: 08:00-00:00}, {who: [b], days: Sat-Sun, hours: 10:00-18:00}`:              "Tue-Fri 00:00-08:00, Sat 00:00-10:00, Sat 18:00 - Sun 10:00, Sun 18:00 - Mon 08:00",
		`{who: [a], days: Mon-Fri, hours: 09:00-17:00}`:                                                             "Mon-Thu 17:00-09:00 of the next day, Fri 17:00 - Mon 09:00",
		`{who: [a], days: Mon-Fri, hours: 09:00-12:00}, {who: [a], days: "Mon, Tue, Thu, Fri", hours: 13:00-09:00}`: "Mon-Tue 12:00-13:00, Wed 12:00 - Thu 09:00, Thu-Fri 12:00-13:00, Sat 09:00 - Mon 09:00",
		`{who: [a], days: Mon-Wed, hours: 09:00-17:00}`:                                                             "Mon 17:00 - Tue 09:00, Tue 17:00 - Wed 09:00, Wed 17:00 - Mon 09:00",
		`{who: [a], days: Sun-Sat, hours: 00:00-18:00}`:                                                             "Mon-Sun 18:00-00:00",
		`{who: [a], days: Sun-Sat, hours: 10:00-00:00}`:                                                             "Mon-Sun 00:00-10:00",
		`{who: [a], days: Wed, hours: 12:00-13:00}`:                                                                 "Wed 13:00 - Wed 12:00",
		`{who: [a], days: Mon, hours: 00:00-23:59}`:                                                                 "Mon 23:59 - Mon 00:00",
	} {
		team := teamOf(t, shifts)

		for _, now := range []string{"2026-11-26T15:00:00Z", "2026-11-28T23:30:00Z", "2026-03-04T05:00:00Z", "2026-10-30T21:00:00Z"} {
			at, err := time.Parse(time.RFC3339, now)
			if err != nil {
				t.Fatal(err)
			}

			if got := weekOf(gapsOfWeek(roster.Roster{Plan: weekly(team)}, at), team.Timezone); got != want {
				t.Errorf("gaps of %s from %s = %q, want %q", shifts, now, got, want)
			}
		}
	}
}

func TestTogether(t *testing.T) {
	for shifts, want := range map[string]string{
		`{who: [a], days: Mon-Fri, hours: 08:00-16:00}, {who: [a], days: Mon-Fri, hours: 16:00-08:00}`:       "",
		`{who: [a], days: Mon-Fri, hours: 08:00-16:00}, {who: [a], days: Mon-Fri, hours: 15:30-00:00}`:       "Mon from 15:30",
		`{who: [a], days: Sun, hours: 22:00-06:00}, {who: [a], days: Mon, hours: 05:00-07:00}`:               "Mon from 05:00",
		`{who: [a], days: "Sun, Wed", hours: 22:00-06:00}, {who: [a], days: "Mon, Thu", hours: 05:00-07:00}`: "Mon from 05:00",
		`{who: [a], days: Mon, hours: 05:00-07:00}, {who: [a], days: Sun, hours: 22:00-06:00}`:               "Mon from 05:00",
		`{who: [a], days: Mon, hours: 00:00-00:00}, {who: [a], days: Tue, hours: 00:00-00:00}`:               "",
		`{who: [a], days: Tue-Wed, hours: 00:00-00:00}, {who: [a], days: Wed, hours: 09:00-10:00}`:           "Wed from 09:00",
	} {
		team := teamOf(t, shifts)

		got, ok := together(team.Shifts[0], team.Shifts[1])
		if got != want || ok != (want != "") {
			t.Errorf("together(%s) = %q, %v, want %q", shifts, got, ok, want)
		}
	}
}

// Gaps of a calendar are told by their dates.
func TestGapsOfCalendarInWords(t *testing.T) {
	now := time.Date(2026, time.November, 26, 15, 0, 0, 0, time.UTC)
	shift := func(from, until string) string {
		return "BEGIN:VEVENT\nSUMMARY:a\nDTSTART:" + from + "Z\nDTEND:" + until + "Z\nEND:VEVENT\n"
	}
	daily := func(until string) string {
		return "BEGIN:VEVENT\nSUMMARY:a\nDTSTART:20261101T080000Z\nDTEND:20261101T200000Z\nRRULE:FREQ=DAILY;UNTIL=" + until + "Z\nEND:VEVENT\n"
	}

	for events, want := range map[string]string{
		shift("20261101T000000", "20270101T000000"):                                               "",
		shift("20261101T000000", "20261128T180000") + shift("20261129T100000", "20270101T000000"): "Sat 28 Nov 18:00 - Sun 29 Nov 10:00",
		shift("20261101T000000", "20261128T120000") + shift("20261128T130000", "20270101T000000"): "Sat 28 Nov 12:00-13:00",
		shift("20261126T160000", "20270101T000000"):                                               "now - Thu 26 Nov 16:00",
		shift("20261101T000000", "20261128T180000"):                                               "from Sat 28 Nov 18:00 on",
		shift("20261101T000000", "20261128T180000") + shift("20261220T100000", "20270101T000000"): "Sat 28 Nov 18:00 - Sun 20 Dec 10:00",
		daily("20270101T000000"): "Thu 26 Nov 20:00 - Fri 27 Nov 08:00, Fri 27 Nov 20:00 - Sat 28 Nov 08:00, Sat 28 Nov 20:00 - Sun 29 Nov 08:00, Sun 29 Nov 20:00 - Mon 30 Nov 08:00, and 10 times more in the next 14 days",
	} {
		plan, err := roster.ParseCalendar([]byte(calendarWith(events)), time.UTC, func(name, _ string) (roster.Person, bool) { return roster.Person(name), true })
		if err != nil {
			t.Fatal(err)
		}

		rota := roster.Roster{Plan: plan}
		c := rotaCheck{now: now}

		if got := c.dated(rota, rota.Gaps(now, now.Add(rotaAhead)), time.UTC); got != want {
			t.Errorf("gaps of %s = %q, want %q", events, got, want)
		}
	}
}
