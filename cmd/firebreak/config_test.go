package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
	"github.com/firebreakhq/firebreak/bot/redact"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// sound is a configuration without a mistake, whose lines the tests replace or
// add to. Its last line is line 9.
const sound = `people:
  dana:  {name: Dana Reed, role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
teams:
  billing:
    name: Billing
    timezone: Europe/London
    supervisors: [dana]
    managers: [priya]
`

func TestConfigMistakes(t *testing.T) {
	replaced := func(this, by string) string { return strings.Replace(sound, this, by, 1) }
	added := func(lines string) string { return sound + lines }
	live := func(tiers string) string { return added("    chains: {live: [" + tiers + "]}\n") }
	options := func(list string) string { return added("    options: [" + list + "]\n") }

	tests := []struct {
		name string
		file string
		want string // the mistakes, without the file's name; "" for none
	}{
		{name: "sound", file: sound},
		{name: "byte order mark", file: "\ufeff" + sound},
		{name: "line ends of Windows", file: strings.ReplaceAll(sound, "\n", "\r\n")},
		{
			name: "line ends of Windows after a comment", file: "# one\r\n# two # three\r\n" + strings.ReplaceAll(replaced("Billing", `""  # nameless`), "\n", "\r\n"),
			want: "8: teams.billing.name: it is empty; write something, or remove the key",
		},
		{name: "one document with markers", file: "%YAML 1.2\n---\n" + sound + "...\n"},

		// The file as text.
		{name: "empty", file: "", want: "1: the file is empty; write people and teams, like this:\n\n" + smallest},
		{name: "comments only", file: "# nothing\n", want: "1: the file is empty; write people and teams, like this:\n\n" + smallest},
		{name: "UTF-16", file: "\xff\xfep\x00", want: "1: the file is saved as UTF-16; save it as UTF-8"},
		{name: "Latin-1", file: "people:\n  # Z\xfcrich\n", want: "2: a letter here is not UTF-8; save the file as UTF-8"},
		{name: "zero byte", file: "people:\n  a: \x00\n", want: "2: the file has a zero byte in it; is this the configuration?"},
		{name: "huge", file: strings.Repeat("#", maxConfigBytes+1), want: "1: the file is larger than 1024 KiB; is this the configuration?"},
		{name: "tab", file: "people:\n\tdana: x\n", want: "2: the line is indented with a tab; YAML takes spaces only"},
		{name: "tab below a key", file: "people:\n  dana:\n\n\n\tname: x\n", want: "5: the line is indented with a tab; YAML takes spaces only"},
		{name: "as large as may be", file: sound + strings.Repeat("#", maxConfigBytes-len(sound))},
		{name: "bracket", file: "people: [dana\nteams: x\n", want: "2: ',' or ']' must be specified"},
		{name: "two documents", file: sound + "---\nlog: {level: info}\n", want: "11: a second document begins here; write everything into one, without --- between"},
		{name: "a list", file: "- people\n", want: "1: a list stands here; write people and teams, like this:\n\n" + smallest},

		// YAML's finer points.
		{name: "unknown key", file: replaced("    timezone", "    timezon"), want: `7: teams.billing.timezon: there is no such key; did you mean timezone?`},
		{
			name: "unknown key like no other", file: added("log: {colour: red}\n"),
			want: `10: log.colour: there is no such key here; known are format, level`,
		},
		{name: "duplicate key", file: added("    name: Bills\n"), want: "10: teams.billing.name: it stands twice, first on line 6; keep one of them"},
		{name: "tag", file: replaced("name: Billing", "name: !secret Billing"), want: "6: teams.billing.name: tags like !secret are not understood; write the plain value"},
		{name: "no value", file: replaced("name: Billing", "name:"), want: `6: teams.billing.name: nothing stands here; write a single value`},
		{name: "empty section", file: added("log:\n"), want: `10: log: nothing stands here; write keys and values below it, or remove it`},
		{
			name: "merge key", file: added("log: &l {level: info}\nheartbeat: {<<: *l, url: 'https://example.com'}\n"),
			want: "11: heartbeat: the merge key << is not understood; write the keys out, or give the whole value an alias",
		},
		{name: "explicit key", file: added("? log\n: {level: info}\n"), want: "10: a key that begins with ? is not understood; write name: value"},
		{name: "undefined alias", file: replaced("name: Billing", "name: *b"), want: "6: teams.billing.name: *b stands for nothing; name an anchor that is written as &b elsewhere in the file"},
		{name: "circular alias", file: replaced("name: Billing", "name: &b\n      *b"), want: "6: teams.billing.name: the alias refers to itself; write the value out"},
		{name: "alias within itself", file: replaced("[dana]", "&s [*s]"), want: "8: teams.billing.supervisors[0]: a list stands here; write a single value"},
		{
			name: "alias",
			file: live("&last {page: managers, how: all at once, wait: 30s, repeat: until taken}") + "  tech: {name: Tech, supervisors: [dana], managers: [priya], chains: {live: [*last]}}\n",
		},
		{name: "wrong kind", file: replaced("[dana]", "dana"), want: `8: teams.billing.supervisors: "dana" stands here; write a list like [one, two]`},
		{name: "mapping for a value", file: replaced("name: Billing", "name: {en: Billing}"), want: `6: teams.billing.name: a group of keys stands here; write a single value`},
		{name: "line break", file: replaced("name: Billing", `name: "Bil\nling"`), want: `6: teams.billing.name: "Bil\nling" has a control character or a line break in it; write it on one line`},
		{
			name: "two mistakes in the order of lines", file: "log: {level: loud}\n" + replaced("role: manager", "role: boss"),
			want: "1: log.level: \"loud\" is not known; write debug, info, warn or error\n4: people.priya.role: \"boss\" is not known; write agent, supervisor, manager or operator",
		},

		// People.
		{
			name: "no people", file: "teams:\n  b: {name: B, supervisors: [dana]}\n",
			want: "1: people: nobody can be paged; write at least one person, like\n  dana: {name: Dana Reed, role: supervisor, slack: U0DANA}",
		},
		{name: "role misspelt", file: replaced("supervisor,", "supervisr,"), want: `2: people.dana.role: "supervisr" is not known; did you mean supervisor?`},
		{name: "no role", file: replaced("role: supervisor, ", ""), want: `2: people.dana.role: it is missing; write role: supervisor, manager, operator or agent`},
		{name: "no name", file: replaced("name: Dana Reed, ", ""), want: `2: people.dana.name: it is missing; write the name people know, like name: Dana Reed`},
		{name: "no way to reach", file: replaced(", slack: U0DANA", ""), want: `2: people.dana.slack: dana could never be reached; write slack: U…, email: … or teams: …`},
		{name: "handle", file: replaced("U0DANA", `"@dana"`), want: `2: people.dana.slack: "@dana" is not a Slack user id; write email: for an address, or the id (U…) from the profile's menu, Copy member ID`},
		{name: "bot id", file: replaced("U0DANA", "B0DANA"), want: `2: people.dana.slack: "B0DANA" is not a Slack user id; write the id (U… or W…) from the profile's menu, Copy member ID`},
		{name: "e-mail", file: replaced("slack: U0DANA", "email: Dana <dana@example.com>"), want: `2: people.dana.email: "Dana <dana@example.com>" is no e-mail address; write one like lee@example.com`},
		{name: "Teams id", file: replaced("slack: U0DANA", "teams: dana@example.com"), want: `2: people.dana.teams: "dana@example.com" is not an Entra object id; write one like 7a1e5c1e-0000-4000-8000-000000000021`},
		{name: "prefers nothing known", file: replaced("slack: U0DANA", "slack: U0DANA, prefer: Teams"), want: `2: people.dana.prefer: "Teams" is not known; did you mean teams?`},
		{name: "prefers where they are not", file: replaced("slack: U0DANA", "slack: U0DANA, prefer: teams"), want: `2: people.dana.prefer: dana has no account there; write teams: … too, or remove it`},
		{name: "same id", file: replaced("U0PRIYA", "U0DANA"), want: `3: people.priya.slack: dana has the same one; write another`},
		{
			name: "same e-mail in other letters", file: strings.Replace(replaced("slack: U0DANA", "email: Dana@example.com"), "slack: U0PRIYA", "email: dana@EXAMPLE.com", 1),
			want: `3: people.priya.email: dana has the same one; write another`,
		},
		{name: "key of a group", file: strings.ReplaceAll(sound, "dana", "team"), want: `2: people.team: team means a group of people in a chain; write another key for this person`},
		{name: "key with a space", file: strings.ReplaceAll(sound, "dana", "dana reed"), want: `2: people.dana reed: a key has lower-case letters, digits, - and _; write one like dana or dana-reed`},

		// Teams.
		{
			name: "no teams", file: sound[:strings.Index(sound, "teams:")],
			want: "1: teams: there is no team; write at least one, like\n  billing: {name: Billing, supervisors: [dana], managers: [priya]}",
		},
		{name: "key of a team", file: replaced("billing:", "Billing & Co:"), want: `5: teams.Billing & Co: a key has lower-case letters, digits, - and _; write one like billing`},
		{name: "no name of a team", file: replaced("    name: Billing\n", ""), want: `5: teams.billing.name: it is missing; write the name people know, like name: Billing`},
		{
			name: "same name", file: added("  tech: {name: BILLING, supervisors: [dana]}\n"),
			want: `10: teams.tech.name: team billing has the same one; write another`,
		},
		{
			name: "nobody to page", file: replaced("    supervisors: [dana]\n    managers: [priya]\n", ""),
			want: "5: teams.billing.supervisors: the team has neither supervisors nor managers, so nobody would be paged; write supervisors: [dana]",
		},
		{name: "only supervisors", file: replaced("    managers: [priya]\n", "")},
		{name: "only managers", file: replaced("    supervisors: [dana]\n", "")},
		{name: "stranger", file: replaced("[dana]", "[dan]"), want: `8: teams.billing.supervisors[0]: there is nobody called "dan" under people; did you mean dana?`},
		{name: "stranger like nobody", file: replaced("[dana]", "[zoe]"), want: `8: teams.billing.supervisors[0]: there is nobody called "zoe" under people; add them there, or write one of dana, priya`},
		{name: "listed twice", file: replaced("[dana]", "[dana, dana]"), want: `8: teams.billing.supervisors[1]: dana stands twice; remove one`},
		{name: "supervisor as manager", file: replaced("[priya]", "[dana]"), want: `9: teams.billing.managers[0]: dana is a supervisor; write role: manager at people.dana, or remove them here`},
		{name: "manager as supervisor", file: replaced("[dana]", "[dana, priya]")},
		{name: "operator as supervisor", file: replaced("supervisor,", "operator,"), want: `8: teams.billing.supervisors[0]: dana is an operator; write role: supervisor at people.dana, or remove them here`},
		{name: "zone", file: replaced("Europe/London", "London"), want: `7: teams.billing.timezone: "London" is no time zone that is known; write one like Europe/London, America/New_York or UTC`},
		{name: "machine's zone", file: replaced("Europe/London", "Local"), want: `7: teams.billing.timezone: "Local" is no time zone; write one like Europe/London or UTC`},
		{name: "channel by name", file: added(`    channel: "#billing"` + "\n"), want: `10: teams.billing.channel: "#billing" is no channel id; write Slack's (C… or G…) from the end of the channel's About tab, or Teams' (19:…@thread.tacv2) from the channel's link`},
		{
			name: "channel by link", file: added("    channel: https://teams.microsoft.com/l/channel/19%3aabc%40thread.tacv2/Billing\n"),
			want: "10: teams.billing.channel: a link stands here; write what stands in it behind /channel/ with %3a as : and %40 as @, like 19:abc@thread.tacv2",
		},
		{name: "thread for a channel", file: added(`    channel: "19:abc@thread.tacv2;messageid=1"` + "\n"), want: `10: teams.billing.channel: "19:abc@thread.tacv2;messageid=1" is no channel id; write Slack's (C… or G…) from the end of the channel's About tab, or Teams' (19:…@thread.tacv2) from the channel's link`},
		{name: "agent", file: added("    agents: [Maria]\n"), want: `10: teams.billing.agents[0]: "Maria" is neither a Slack user id, nor an Entra object id, nor the key of a person; write one like U0MARIA`},
		{name: "unknown agent", file: added("    agents: [dane]\n"), want: `10: teams.billing.agents[0]: there is nobody called "dane" under people; did you mean dana?`},
		{
			name: "agents of two teams", file: added("    agents: [U0MARIA, U0TOM]\n  tech: {name: Tech, supervisors: [dana], agents: [U0MARIA, U0TOM]}\n"),
			want: "11: teams.tech.agents[0]: U0MARIA is already an agent of billing; keep one of the two, since it is the team their form begins with\n" +
				"11: teams.tech.agents[1]: U0TOM is already an agent of billing; keep one of the two, since it is the team their form begins with",
		},

		// Shifts and calendars.
		{name: "shift without people", file: added("    shifts: [{days: Mon, hours: 08:00-16:00}]\n"), want: `10: teams.billing.shifts[0].who: nobody is on duty in this shift; write who: [dana]`},
		{name: "shift without days", file: added("    shifts: [{who: [dana], hours: 08:00-16:00}]\n"), want: `10: teams.billing.shifts[0].days: they are missing; write days: Mon-Fri`},
		{name: "shift without hours", file: added("    shifts: [{who: [dana], days: Mon}]\n"), want: `10: teams.billing.shifts[0].hours: they are missing; write hours: "08:00-16:00"`},
		{name: "whole day", file: added("    shifts: [{who: [dana], days: Mon, hours: 00:00-00:00}]\n")},
		{name: "day", file: added("    shifts: [{who: [dana], days: Mon-Fry, hours: 08:00-16:00}]\n"), want: `10: teams.billing.shifts[0].days: "Fry" is no day; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun`},
		{name: "day twice", file: added("    shifts: [{who: [dana], days: 'Mon-Fri, Wed', hours: 08:00-16:00}]\n"), want: `10: teams.billing.shifts[0].days: "Mon-Fri, Wed" has Wed twice; name each day once, like Mon-Fri`},
		{name: "hours", file: added("    shifts: [{who: [dana], days: Mon, hours: 8-16}]\n"), want: `10: teams.billing.shifts[0].hours: "8" is no time of day; write one like "08:00" or "16:30"`},
		{name: "one hour", file: added("    shifts: [{who: [dana], days: Mon, hours: '08:00'}]\n"), want: `10: teams.billing.shifts[0].hours: "08:00" is no span of hours; write two times of day like "08:00-16:00"`},
		{name: "hour 24", file: added("    shifts: [{who: [dana], days: Mon, hours: 16:00-24:00}]\n"), want: `10: teams.billing.shifts[0].hours: the day has no "24:00"; write 00:00`},
		{
			name: "stranger to the team on duty", file: replaced("teams:", "  lee: {name: Lee, role: supervisor, email: lee@example.com}\nteams:") + "    shifts: [{who: [lee], days: Mon, hours: 08:00-16:00}]\n",
			want: `11: teams.billing.shifts[0].who[0]: lee is not of this team; add them to teams.billing.supervisors, or remove them here`,
		},
		{name: "twice on duty", file: added("    shifts: [{who: [dana, dana], days: Mon, hours: 08:00-16:00}]\n"), want: `10: teams.billing.shifts[0].who[1]: dana stands twice; remove one`},
		{name: "user group", file: added("    user_group: S0DUTY\n")},
		{name: "user group by name", file: added("    user_group: '@duty'\n"), want: `10: teams.billing.user_group: "@duty" is not a Slack user group id; write the id (S…) from the end of the group's address in Slack`},
		{
			name: "user group of two teams", file: added("    user_group: S0DUTY\n  tech: {name: Tech, supervisors: [dana], user_group: S0DUTY}\n"),
			want: `11: teams.tech.user_group: team billing has the same one; write another`,
		},
		{name: "calendar file", file: added("    calendar: duty.ics\n")},
		{name: "calendar", file: added("    calendar: duty.txt\n"), want: `10: teams.billing.calendar: "duty.txt" is no calendar; write a file like duty.ics or an https address`},
		{name: "calendar file in a folder", file: added("    calendar: ../rotas.d/duty.ics\n")},
		{
			name: "calendar without https", file: added("    calendar: calendar.example.com/private-1f2e/basic.ics\n"),
			want: `10: teams.billing.calendar: it looks like an address without its beginning; write https:// before it, or ./ if it is a file`,
		},
		{name: "calendar in the open", file: added("    calendar: http://example.com/duty.ics\n"), want: `10: teams.billing.calendar: an address that starts with http:// can be read and changed on its way; write one that starts with https://`},
		{name: "shifts and calendar", file: added("    calendar: duty.ics\n    shifts: [{who: [dana], days: Mon, hours: 08:00-16:00}]\n"), want: `10: teams.billing.calendar: the team has shifts too; keep one of the two`},

		// Working days and holidays.
		{name: "every day a working day", file: added("    workdays: Mon-Sun\n")},
		{name: "holidays in a file", file: added("    calendar: duty.ics\n    holidays: holidays.ics\n")},
		{name: "working day", file: added("    workdays: weekdays\n"), want: `10: teams.billing.workdays: "weekdays" is no day; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun`},
		{name: "working day twice", file: added("    workdays: 'Mon-Fri, Fri'\n"), want: `10: teams.billing.workdays: "Mon-Fri, Fri" has Fri twice; name each day once, like Mon-Fri`},
		{name: "no working day", file: added("    workdays: ''\n"), want: `10: teams.billing.workdays: "" is no day; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun`},
		{name: "holidays", file: added("    holidays: [2026-12-25]\n"), want: `10: teams.billing.holidays: a list stands here; write a single value`},
		{name: "holidays of no kind", file: added("    holidays: UK\n"), want: `10: teams.billing.holidays: "UK" is no calendar; write a file like duty.ics or an https address`},
		{name: "holidays in the open", file: added("    holidays: http://example.com/days.ics\n"), want: `10: teams.billing.holidays: an address that starts with http:// can be read and changed on its way; write one that starts with https://`},
		{
			name: "holidays that are the duty", file: added("    calendar: duty.ics\n    holidays: duty.ics\n"),
			want: `11: teams.billing.holidays: it is the duty calendar, so whoever is on duty would have the day off; write another`,
		},

		// Chains.
		{name: "hard stop that ends", file: added("    chains: {legal: [{page: duty, how: all at once, wait: 30s}]}\n"), want: `10: teams.billing.chains.legal[0].repeat: the chain would end here with nobody paged any more; write repeat: until taken into its last tier`},
		{name: "hard stop that pages nobody", file: added("    chains: {self_harm: []}\n"), want: `10: teams.billing.chains.self_harm: the chain has no tiers, so nobody would be paged; write some, or remove the key to have the default`},
		{name: "restriction twice", file: added("    restrictions: [No phone, no phone]\n"), want: `10: teams.billing.restrictions[1]: a restriction above has the same one; write another`},
		{name: "restriction that is offered", file: added("    restrictions: [Own words]\n"), want: `10: teams.billing.restrictions[0]: Own words is always offered; remove it`},
		{name: "long restriction", file: added("    restrictions: [" + strings.Repeat("x", 76) + "]\n"), want: `10: teams.billing.restrictions[0]: it is 76 bytes long; write at most 75, since no more fits into a choice`},
		{name: "long emergency", file: added("    emergency: " + strings.Repeat("x", 76) + "\n"), want: `10: teams.billing.emergency: it has 76 letters; write at most 75: it is read in a hurry`},
		{name: "unknown chain", file: added("    chains: {night: []}\n"), want: `10: teams.billing.chains.night: there is no such key here; known are callback, fraud, legal, live, media, self_harm, threat`},
		{name: "empty chain", file: live(""), want: `10: teams.billing.chains.live: the chain has no tiers, so nobody would be paged; write some, or remove the key to have the default`},
		{name: "dead end", file: live("{page: duty, how: all at once, wait: 45s}"), want: `10: teams.billing.chains.live[0].repeat: the chain would end here with nobody paged any more; write repeat: until taken into its last tier`},
		{
			name: "endless too early", file: live("{page: duty, how: all at once, wait: 45s, repeat: until taken}, {page: team, how: all at once, wait: 45s, repeat: until taken}"),
			want: `10: teams.billing.chains.live[0].repeat: the tiers below would never be reached; write rounds: 2 here, and repeat: until taken into the last tier only`,
		},
		{name: "counted and endless", file: live("{page: duty, how: all at once, wait: 45s, rounds: 2, repeat: until taken}"), want: `10: teams.billing.chains.live[0].rounds: 2 rounds and until taken contradict each other; remove rounds`},
		{
			name: "no rounds", file: live("{page: duty, how: all at once, wait: 45s, rounds: 0}, {page: team, how: all at once, wait: 45s, repeat: until taken}"),
			want: `10: teams.billing.chains.live[0].rounds: 0 is not possible; write a number from 1 to 10`,
		},
		{name: "rounds", file: live("{page: duty, how: all at once, wait: 45s, rounds: two, repeat: until taken}"), want: `10: teams.billing.chains.live[0].rounds: "two" is no whole number; write one like 2`},
		{name: "repeat", file: live("{page: duty, how: all at once, wait: 45s, repeat: true}"), want: `10: teams.billing.chains.live[0].repeat: "true" is not known; write until taken`},
		{name: "how", file: live("{page: duty, how: one by one, wait: 45s, repeat: until taken}"), want: `10: teams.billing.chains.live[0].how: "one by one" is not known; write one at a time or all at once`},
		{name: "no how", file: live("{page: duty, wait: 45s, repeat: until taken}"), want: `10: teams.billing.chains.live[0].how: it is missing; write how: one at a time or how: all at once`},
		{name: "no wait", file: live("{page: duty, how: all at once, repeat: until taken}"), want: `10: teams.billing.chains.live[0].wait: it is missing; write how long to wait for an answer, like wait: 45s`},
		{name: "wait without a unit", file: live("{page: duty, how: all at once, wait: 45, repeat: until taken}"), want: `10: teams.billing.chains.live[0].wait: 45 has no unit; write 45s for seconds, 45m for minutes or 45h for hours`},
		{name: "wait in words", file: live("{page: duty, how: all at once, wait: 45 seconds, repeat: until taken}"), want: `10: teams.billing.chains.live[0].wait: "45 seconds" is no duration; write one like 45s, 3m, 1h30m or 30d`},
		{name: "short wait", file: live("{page: duty, how: all at once, wait: 4999ms, repeat: until taken}"), want: `10: teams.billing.chains.live[0].wait: 4.999s is too short; write at least 5s`},
		{name: "shortest wait", file: live("{page: duty, how: all at once, wait: 5s, repeat: until taken}")},
		{name: "long wait", file: live("{page: duty, how: all at once, wait: 1d, repeat: until taken}"), want: `10: teams.billing.chains.live[0].wait: 24h is too long; write at most 12h`},
		{name: "nobody", file: live("{page: [], how: all at once, wait: 45s, repeat: until taken}"), want: `10: teams.billing.chains.live[0].page: nobody is paged; write page: duty, team, managers or the key of a person`},
		{name: "misspelt group", file: live("{page: manager, how: all at once, wait: 45s, repeat: until taken}"), want: `10: teams.billing.chains.live[0].page: there is nobody called "manager" under people; did you mean managers?`},
		{name: "somebody", file: live("{page: [priya, duty], how: all at once, wait: 45s, repeat: until taken}")},
		{name: "paged twice", file: live("{page: [duty, duty], how: all at once, wait: 45s, repeat: until taken}"), want: `10: teams.billing.chains.live[0].page[1]: duty stands twice; remove one`},
		{
			name: "no managers", file: replaced("    managers: [priya]\n", "    chains: {live: [{page: managers, how: all at once, wait: 45s, repeat: until taken}]}\n"),
			want: `9: teams.billing.chains.live[0].page: the team has no managers; add some as teams.billing.managers, or page somebody else`,
		},
		{
			name: "agent paged", file: replaced("teams:", "  maria: {name: Maria, role: agent, slack: U0MARIA}\nteams:") + "    chains: {live: [{page: maria, how: all at once, wait: 45s, repeat: until taken}]}\n",
			want: `11: teams.billing.chains.live[0].page: maria is an agent and could not take it; write role: supervisor at people.maria, or page somebody else`,
		},

		// Options.
		{name: "option without a name", file: options("{currency: USD, up_to: {agent: 1}}"), want: `10: teams.billing.options[0].name: it is missing; write what is offered, like name: Refund`},
		{name: "option twice", file: options("{name: Refund}, {name: refund}"), want: `10: teams.billing.options[1].name: an option above has the same one; write another`},
		{name: "option that is always there", file: options("{name: not possible}"), want: `10: teams.billing.options[0].name: not possible is always offered; remove this option`},
		{name: "long option", file: options("{name: " + strings.Repeat("é", 76) + "}"), want: `10: teams.billing.options[0].name: it has 76 letters; write at most 75, since no more is shown`},
		{name: "amount without a currency", file: options("{name: Refund, up_to: {agent: 50}}"), want: `10: teams.billing.options[0].currency: amounts need one; write currency: USD`},
		{name: "currency without an amount", file: options("{name: Refund, currency: USD}"), want: `10: teams.billing.options[0].up_to: it is missing, so the currency belongs to no amount; write up_to: {supervisor: 500}`},
		{name: "currency", file: options("{name: Refund, currency: $, up_to: {agent: 50}}"), want: "10: teams.billing.options[0].currency: \"$\" is no currency; write its three letters like USD or EUR"},
		{name: "amount", file: options("{name: Refund, currency: USD, up_to: {agent: $50}}"), want: `10: teams.billing.options[0].up_to.agent: "$50" is no amount; write digits only, like 50 or 49.90, and the currency as currency: USD`},
		{name: "unlikely amount", file: options("{name: Refund, currency: USD, up_to: {agent: 1000000001}}"), want: `10: teams.billing.options[0].up_to.agent: 1000000001 is more than can be meant; write at most 1000000000`},
		{name: "falling amounts", file: options("{name: Refund, currency: USD, up_to: {agent: 50.50, manager: 50}}"), want: `10: teams.billing.options[0].up_to.manager: 50 is less than the agent's 50.50; write at least as much`},
		{name: "too many options", file: options(strings.Repeat("{name: Refund}, ", 100)), want: "10: teams.billing.options: there are 100; write at most 99\n" + sameOptions(100)},

		// The rest.
		{name: "join", file: added("join: {ask_after: 90s, page_on_after: 90s}\n"), want: `10: join.page_on_after: 1m30s is not after ask_after, 1m30s; write more, so that the supervisor can answer`},
		{name: "asked at once", file: added("join: {ask_after: 1s}\n"), want: `10: join.ask_after: 1s is too short; write at least 5s`},
		{name: "long break after abuse", file: added("recovery: {offer: {abuse: 121m}}\n"), want: `10: recovery.offer.abuse: 2h1m is too long; write at most 2h`},
		{name: "second touch of nothing", file: added("followups: {second_touch: 0s}\n"), want: `10: followups.second_touch: 0s is too short; write at least 1h`},
		{name: "share", file: added("recovery: {together_at_most: 0%}\n"), want: `10: recovery.together_at_most: 0 is not possible; write a number from 1 to 100`},
		{name: "share without a sign", file: added("recovery: {together_at_most: 20}\n"), want: `10: recovery.together_at_most: "20" has no percent sign; write 20%`},
		{name: "share in words", file: added("recovery: {together_at_most: a fifth}\n"), want: `10: recovery.together_at_most: "a fifth" is no share; write a whole number of percent like 20%`},
		{name: "heat", file: added("recovery: {offer: {6: 5m}}\n"), want: `10: recovery.offer.6: there is no such key; did you mean 1?`},
		{name: "long break", file: added("recovery: {offer: {5: 3h}}\n"), want: `10: recovery.offer.5: 3h is too long; write at most 2h`},
		{name: "reminder", file: added("recovery: {remind_after: 5s}\n"), want: `10: recovery.remind_after: 5s is too short; write at least 1m`},
		{name: "always quiet", file: added("followups: {quiet_hours: 08:00-08:00}\n"), want: `10: followups.quiet_hours: the whole day is quiet, so nobody would be reminded; write less, like "20:00-08:00"`},
		{name: "second touch", file: added("followups: {second_touch: 3m}\n"), want: `10: followups.second_touch: 3m is too short; write at least 1h`},
		{name: "feedback", file: added("feedback: {ask: maybe}\n"), want: `10: feedback.ask: "maybe" is not known; write true or false`},
		{name: "digest", file: added("digest: {on: Monday, at: '9:00'}\n"), want: `10: digest.at: "9:00" is no time of day; write one like "08:00" or "16:30"`},
		{name: "language", file: added("language: de\n"), want: `10: language: "de" is not known; write en or es`},
		{name: "language of a person", file: replaced("slack: U0DANA}", "slack: U0DANA, language: Spanish}"), want: `2: people.dana.language: "Spanish" is not known; write en or es`},
		{name: "misspelt card", file: added("playbook:\n  reading-bak: {en: {title: Read it back}}\n"), want: `11: playbook.reading-bak: there is no such card; did you mean "reading-back"? One of your own needs “new: true”`},
		{name: "card without a title", file: added("playbook:\n  ours:\n    new: true\n    es:\n      do: Uno.\n"), want: `13: playbook.ours.es.title: a card needs a title`},
		{
			name: "too many steps, in a team", file: added("    playbook:\n      breathing:\n        en:\n          title: Breathe\n          do: [a, b, c, d]\n"),
			want: `14: teams.billing.playbook.breathing.en.do: it has 4 lines; 3 are as many as somebody can read with a customer on the line`,
		},
		{
			name: "card that fits nowhere", file: added("playbook:\n  breathing:\n    signs: [shouting]\n    feelings: [furious]\n"),
			want: `12: playbook.breathing.signs: I don't know "shouting"; write "raised voice", "repeats", "terse", "withdrawn", "leave or public", "insults", "threat" or "body language"`,
		},
		{name: "card in an unknown language", file: added("playbook: {breathing: {fr: {title: Respirez}}}\n"), want: `10: playbook.breathing.fr: there is no such key here; known are channels, en, es, feelings, hide, new, reasons, signs, triggers`},
		{name: "hidden in an unknown language", file: added("playbook: {breathing: {hide: [fr]}}\n"), want: `10: playbook.breathing.hide[0]: "fr" is not known; write en or es`},
		{name: "half a bracket", file: added("playbook: {breathing: {en: {say: \"[{customer}, wait.\"}}}\n"), want: "10: playbook.breathing.en.say: “[{customer}, wait.” has a bracket that does not pair with another: write {name}, or [words that may fall away|words in their place]"},
		{name: "slash", file: added("commands: {escalate: /help-me}\n"), want: `10: commands.escalate: "/help-me" has a slash; write help-me`},
		{name: "Slack's command", file: added("commands: {duty: join}\n"), want: `10: commands.duty: /join is Slack's own command; write another name`},
		{name: "command", file: added("commands: {duty: On Duty}\n"), want: `10: commands.duty: "On Duty" cannot be a command; write at most 31 lower-case letters, digits, - and _`},
		{name: "same command", file: added("commands: {calm: duty}\n"), want: `10: commands.calm: /duty is the name of duty too; write another`},
		{name: "same as a later default", file: added("commands: {calm: recover}\n"), want: `10: commands.calm: /recover is the name of recover too; write another`},
		{name: "word for nothing", file: added("wording: {words: [{find: ticket}]}\n"), want: `10: wording.words[0]: a word needs what to find and what to say instead; write one like {find: ticket, instead: your request}`},
		{name: "language of a word", file: added("wording: {words: [{find: a, instead: b, language: english}]}\n"), want: `10: wording.words[0].language: "english" is not known; write en or es`},
		{name: "kind of remark", file: added("wording: {off: [jargn]}\n"), want: `10: wording.off[0]: "jargn" is not known; did you mean jargon?`},
		{name: "pattern without a name", file: added("privacy: {mask: [{pattern: x}]}\n"), want: `10: privacy.mask[0]: a pattern needs a name and what it finds; write one like {name: passport, pattern: '\b[A-Z]{2}\d{7}\b'}`},
		{name: "pattern", file: added("privacy: {mask: [{name: passport, pattern: '('}]}\n"), want: "10: privacy.mask[0]: the pattern \"passport\" can't be read: error parsing regexp: missing closing ): `(`"},
		{name: "pattern of nothing", file: added("privacy: {mask: [{name: passport, pattern: '\\d*'}]}\n"), want: `10: privacy.mask[0]: the pattern "passport" matches where there is nothing; have it ask for one character at least`},
		{name: "pattern of everything", file: added("privacy: {mask: [{name: passport, pattern: '.+'}]}\n"), want: `10: privacy.mask[0]: the pattern "passport" matches any text, such as "The parcel came broken, and nobody called back."; have it say what it is looking for`},
		{name: "pattern of escalations", file: added("privacy: {mask: [{name: visa case, pattern: '[A-Z]-\\d{3}'}]}\n"), want: `10: privacy.mask[0]: the pattern "visa case" matches E-142, as escalations are called; have it ask for more`},
		{name: "retention", file: added("retention: {escalations: 1h}\n"), want: `10: retention.escalations: 1h is too short; write at least 24h`},
		{name: "link to customers", file: added("customers: {link: 'https://x.example/{reference}'}\n")},
		{name: "a team's link", file: added("    customer_link: 'ftp://x.example/{reference}'\n"), want: "10: teams.billing.customer_link: it is no web address; write one like https://crm.example.com/customers/{reference}"},
		{name: "link without the reference", file: added("customers: {link: 'https://x.example/'}\n"), want: "10: customers.link: {reference} must stand in it once, where the customer's reference goes; write it like https://crm.example.com/customers/{reference}"},
		{name: "link with two", file: added("customers: {link: 'https://x.example/{reference}/{reference}'}\n"), want: "10: customers.link: {reference} must stand in it once, where the customer's reference goes; write it like https://crm.example.com/customers/{reference}"},
		{name: "link whose host is the customer's", file: added("customers: {link: 'https://{reference}.example/'}\n"), want: "10: customers.link: {reference} can't be part of the host; write it like https://crm.example.com/customers/{reference}"},
		{name: "link with a password", file: added("customers: {link: 'https://a:b@x.example/{reference}'}\n"), want: "10: customers.link: it has a user or a password in it, which everybody would see; remove it"},
		{name: "link with a script", file: added("customers: {link: 'javascript:alert({reference})'}\n"), want: "10: customers.link: it is no web address; write one like https://crm.example.com/customers/{reference}"},
		{name: "retention of customers", file: added("retention: {customers: 20h}\n"), want: `10: retention.customers: 20h is too short; write at least 24h`},
		{name: "retention of customers", file: added("retention: {customers: 300d}\n"), want: `10: retention.customers: customers are known as long as their escalations are kept; write at least 365d`},
		{name: "retention of notes", file: added("retention: {notes: 1d}\n"), want: `10: retention.notes: 24h is too short; write at least 7d`},
		{name: "retention of statistics", file: added("retention: {statistics: 1h}\n"), want: `10: retention.statistics: 1h is too short; write at least 24h`},
		{name: "retention of statistics", file: added("retention: {statistics: never}\n"), want: `10: retention.statistics: "never" is no duration; write one like 45s, 3m, 1h30m or 30d, or forever`},
		{name: "retention of breaks", file: added("retention: {breaks: 366d}\n"), want: `10: retention.breaks: 366d is too long; write at most 365d`},
		{name: "backup", file: added("backup: {every: 1h}\n"), want: `10: backup.dir: it is missing; write where copies go, best on another disk, like dir: /backup`},
		{name: "backup always", file: added("backup: {dir: /b, every: 1s, keep: 0}\n"), want: "10: backup.every: 1s is too short; write at least 1m\n10: backup.keep: 0 is not possible; write a number from 1 to 1000"},
		{name: "heartbeat", file: added("heartbeat: {every: 1m}\n"), want: `10: heartbeat.url: it is missing; write the address to call, like url: https://example.com/ping`},
		{name: "heartbeat's address", file: added("heartbeat: {url: example.com/secret}\n"), want: "10: heartbeat.url: it is no web address; write one like https://example.com/ping"},
		{name: "heartbeat's rhythm", file: added("heartbeat: {url: 'https://example.com/x', every: 1s}\n"), want: `10: heartbeat.every: 1s is too short; write at least 5s`},
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseConfig("f.yaml", []byte(test.file))

			if diff := cmp.Diff(test.want, reported(err)); diff != "" {
				t.Errorf("ParseConfig(%s) reports (-want +got):\n%s", shortened(test.file), diff)
			}
		})
	}
}

// sameOptions is what n options of one name are reported as.
func sameOptions(n int) string {
	var lines []string
	for i := 1; i < n; i++ {
		lines = append(lines, "10: teams.billing.options["+strconv.Itoa(i)+"].name: an option above has the same one; write another")
	}
	return strings.Join(lines, "\n")
}

// reported returns the mistakes without the file's name, which every one has.
func reported(err error) string {
	config, ok := errors.AsType[*ConfigError](err)
	if !ok {
		if err != nil {
			return "not a ConfigError: " + err.Error()
		}
		return ""
	}
	return strings.ReplaceAll("\n"+config.Error(), "\nf.yaml:", "\n")[1:]
}

func TestConfigOfExample(t *testing.T) {
	got, err := ReadConfig("firebreak.example.yaml")
	if err != nil {
		t.Fatalf("ReadConfig(example) = %v, want no mistake", err)
	}

	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	want := &Config{
		Timezone: zone(t, "Europe/London"),
		Language: playbook.English,
		People: []Person{
			{Key: "dana", Name: "Dana Reed", Role: RoleSupervisor, Slack: "U0DANA"},
			{Key: "lee", Name: "Lee Chan", Role: RoleSupervisor, Email: "lee@example.com", Language: playbook.Spanish},
			{Key: "iris", Name: "Iris Holm", Role: RoleSupervisor, Slack: "U0IRIS"},
			{Key: "priya", Name: "Priya Nair", Role: RoleManager, Slack: "U0PRIYA", Teams: "7a1e5c1e-0000-4000-8000-000000000021", Prefer: chat.Teams},
		},
		Teams: []Team{{
			Key: "billing", Name: "Billing", Timezone: zone(t, "America/New_York"), Channel: "C0BILLING",
			Supervisors: []string{"dana", "lee"}, Managers: []string{"priya"}, Agents: []string{"U0MARIA"},
			Shifts: []Shift{
				{Who: []string{"dana"}, Days: weekdays, Hours: Hours{From: 8 * 60, To: 16 * 60}},
				{Who: []string{"lee"}, Days: weekdays, Hours: Hours{From: 16 * 60}},
				{Who: []string{"dana", "lee"}, Days: []time.Weekday{time.Sunday, time.Saturday}, Hours: Hours{From: 10 * 60, To: 18 * 60}},
			},
			Workdays: weekdays,
			Chains: Chains{
				Live: []Tier{
					{Page: []string{"duty"}, How: OneAtATime, Wait: 45 * time.Second, Rounds: 2},
					{Page: []string{"team"}, How: AllAtOnce, Wait: time.Minute, Rounds: 1},
					{Page: []string{"managers"}, How: AllAtOnce, Wait: time.Minute, Rounds: 1, UntilTaken: true},
				},
				Callback: []Tier{
					{Page: []string{"duty"}, How: OneAtATime, Wait: 3 * time.Minute, Rounds: 1},
					{Page: []string{"team"}, How: AllAtOnce, Wait: 5 * time.Minute, Rounds: 1},
					{Page: []string{"managers"}, How: AllAtOnce, Wait: 10 * time.Minute, Rounds: 1, UntilTaken: true},
				},
				Threat: []Tier{
					{Page: []string{"duty", "managers"}, How: AllAtOnce, Wait: 30 * time.Second, Rounds: 1, UntilTaken: true},
				},
				Legal: []Tier{
					{Page: []string{"iris", "managers"}, How: AllAtOnce, Wait: time.Minute, Rounds: 1, UntilTaken: true},
				},
			},
			Restrictions: []string{"Supervisor only", "Two people on every contact", "Written contact only", "No contact by phone", "No visits in person"},
			Emergency:    "112, security desk 4000",
			Options: []Option{
				{Name: "Refund", UpTo: map[Role]Amount{RoleAgent: 5000, RoleSupervisor: 50000, RoleManager: 500000}, Currency: "USD"},
				{Name: "Replacement sent", Gesture: true},
				{Name: "Goodwill credit", UpTo: map[Role]Amount{RoleSupervisor: 5000}, Currency: "USD"},
			},
			CustomerLink: "https://crm.example.com/customers/{reference}",
		}},
		Playbook: []CardChange{
			{Key: "playbook.letting-finish", Change: playbook.Change{Card: "letting-finish", Language: playbook.English, Avoid: []string{"“Calm down.”", "“As I said”"}}},
			{Key: "playbook.spring-recall", Change: playbook.Change{
				Card: "spring-recall", New: true, Language: playbook.English, Title: "The spring recall", Signs: []string{"repeats"}, Reasons: []string{"faulty"},
				Do: []string{"Ask for the serial number.", "Offer the free pick-up."}, Avoid: []string{"Guessing at the cause"},
				Say:    []string{"[{customer}, ]we collect it at your door[, and you choose: {options}]."},
				Notice: []string{"asks about the recall", "read about it in the news"},
			}},
		},
		Join:      Join{AskAfter: 90 * time.Second, PageOnAfter: 150 * time.Second},
		Recovery:  DefaultConfig().Recovery,
		Followups: Followups{QuietHours: Hours{From: 20 * 60, To: 8 * 60}, SecondTouch: 72 * time.Hour},
		Feedback:  Feedback{Ask: true},
		Approvals: Approvals{AnswerWithin: 15 * time.Minute, Valid: day, AgainAfter: 90 * day},
		Digest:    Digest{On: time.Monday, At: 9 * 60},
		Commands:  Commands{Escalate: "escalate", Duty: "duty", Recover: "recover", Followups: "followups", Calm: "calm"},
		Customers: Customers{Link: "https://crm.example.com/customers/{reference}"},
		Wording:   Wording{Words: []wording.Word{{Find: "goodwill", Instead: "a refund of what you paid for it", Language: wording.English}}},
		Privacy:   Privacy{Mask: []redact.Pattern{{Name: "passport", Expr: `\b[A-Z]{2}\d{7}\b`}}},
		Retention: Retention{
			Escalations: 365 * day, Breaks: 30 * day, Customers: 730 * day, Incidents: 1095 * day, Feedback: 365 * day, Notes: 30 * day,
		},
		Backup:    Backup{Dir: "/backup", Every: 6 * time.Hour, Keep: 14},
		Log:       Log{Level: "info", Format: "json"},
		Heartbeat: Heartbeat{URL: "https://example.com/ping/firebreak", Every: time.Minute},
	}
	if diff := cmp.Diff(want, got, alike...); diff != "" {
		t.Errorf("ReadConfig(example) (-want +got):\n%s", diff)
	}
}

// alike compares configurations by what they say, and zones by their names.
var alike = cmp.Options{
	cmpopts.IgnoreUnexported(Config{}),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("LoadLocation(%q) = %v, want a zone", name, err)
	}
	return z
}

// Every value below differs from its default, so that a field which is read
// into the wrong place shows.
func TestConfigReadsEveryField(t *testing.T) {
	const file = sound + `timezone: Asia/Tokyo
language: es
join: {ask_after: 10s, page_on_after: 20s}
recovery: {offer: {1: 1m, 2: 2m, 3: 3m, 4: 4m, 5: 6m, abuse: 0s}, remind_after: 7m, together_at_most: 50%}
followups: {quiet_hours: 19:30-07:15, second_touch: 2d}
feedback: {ask: false}
approvals: {answer_within: 5m, valid: 2d, again_after: 30d}
digest: {on: fri, at: "17:45"}
playbook:
  ours:
    new: true
    signs: [repeats]
    reasons: [faulty]
    feelings: [sad]
    channels: [chat]
    triggers: [fraud]
    es: {title: Nuestra, do: Uno.}
    en: {title: Ours, do: [One., Two.], say: [Three.], avoid: Four, notice: [five]}
  reading-back: {hide: true}
  breathing: {hide: [es]}
  letting-finish: {feelings: [confused]}
commands: {escalate: a, duty: b, recover: c, followups: d, calm: e}
customers: {link: "http://crm/?id={reference}"}
retention: {escalations: 100d, breaks: 20d, customers: 200d, incidents: 200d, feedback: 300d, notes: 10d, statistics: 900d}
backup: {dir: backups, every: 2h, keep: 3}
log: {level: debug, format: json}
heartbeat: {url: "http://127.0.0.1/x", every: 30s}
`
	got, err := ParseConfig("f.yaml", []byte(file))
	if err != nil {
		t.Fatalf("ParseConfig(%s) = %v, want no mistake", file, err)
	}

	want := &Config{
		Timezone:  zone(t, "Asia/Tokyo"),
		Language:  playbook.Spanish,
		People:    got.People,
		Teams:     got.Teams,
		Join:      Join{AskAfter: 10 * time.Second, PageOnAfter: 20 * time.Second},
		Approvals: Approvals{AnswerWithin: 5 * time.Minute, Valid: 2 * day, AgainAfter: 30 * day},
		Recovery: Recovery{
			Offer:       map[int]time.Duration{1: 1 * time.Minute, 2: 2 * time.Minute, 3: 3 * time.Minute, 4: 4 * time.Minute, 5: 6 * time.Minute},
			RemindAfter: 7 * time.Minute, TogetherAtMost: 50,
		},
		Followups: Followups{QuietHours: Hours{From: 19*60 + 30, To: 7*60 + 15}, SecondTouch: 2 * day},
		Digest:    Digest{On: time.Friday, At: 17*60 + 45},
		Playbook: []CardChange{
			{Key: "playbook.ours", Change: playbook.Change{
				Card: "ours", New: true, Language: playbook.English, Title: "Ours", Do: []string{"One.", "Two."}, Say: []string{"Three."}, Avoid: []string{"Four"},
				Notice: []string{"five"}, Signs: []string{"repeats"}, Reasons: []string{"faulty"}, Feelings: []string{"sad"}, Channels: []string{"chat"}, Triggers: []string{"fraud"},
			}},
			{Key: "playbook.ours", Change: playbook.Change{Card: "ours", New: true, Language: playbook.Spanish, Title: "Nuestra", Do: []string{"Uno."}}},
			{Key: "playbook.reading-back", Change: playbook.Change{Card: "reading-back", Hide: true}},
			{Key: "playbook.breathing", Change: playbook.Change{Card: "breathing", Hide: true, Language: playbook.Spanish}},
			{Key: "playbook.letting-finish", Change: playbook.Change{Card: "letting-finish", Feelings: []string{"confused"}}},
		},
		Commands:  Commands{Escalate: "a", Duty: "b", Recover: "c", Followups: "d", Calm: "e"},
		Customers: Customers{Link: "http://crm/?id={reference}"},
		Retention: Retention{
			Escalations: 100 * day, Breaks: 20 * day, Customers: 200 * day,
			Incidents: 200 * day, Feedback: 300 * day, Notes: 10 * day, Statistics: 900 * day,
		},
		Backup:    Backup{Dir: "backups", Every: 2 * time.Hour, Keep: 3},
		Log:       Log{Level: "debug", Format: "json"},
		Heartbeat: Heartbeat{URL: "http://127.0.0.1/x", Every: 30 * time.Second},
	}
	if diff := cmp.Diff(want, got, alike...); diff != "" {
		t.Errorf("ParseConfig(%s) (-want +got):\n%s", file, diff)
	}
}

func TestConfigInheritsWhateverTheOrder(t *testing.T) {
	c, err := ParseConfig("f.yaml", []byte(strings.Replace(sound, "    timezone: Europe/London\n", "", 1)+"timezone: Asia/Tokyo\n"))
	if err != nil {
		t.Fatalf("ParseConfig = %v, want no mistake", err)
	}
	if got := c.Teams[0].Timezone.String(); got != "Asia/Tokyo" {
		t.Errorf("team's Timezone = %s, want Asia/Tokyo", got)
	}
	if got := c.Teams[0].Workdays; len(got) != 5 || got[0] != time.Monday || got[4] != time.Friday {
		t.Errorf("team's Workdays = %v, want Monday to Friday", got)
	}
}

// A default chain never ends with a group that has nobody in it.
func TestDefaultChainsFitTheTeam(t *testing.T) {
	const seconds, minutes = time.Second, time.Minute
	duty := Tier{Page: []string{"duty"}, How: OneAtATime, Wait: 45 * seconds, Rounds: 2}
	last := func(wait time.Duration, page ...string) Tier {
		return Tier{Page: page, How: AllAtOnce, Wait: wait, Rounds: 1, UntilTaken: true}
	}
	slowDuty := Tier{Page: []string{"duty"}, How: OneAtATime, Wait: 3 * minutes, Rounds: 1}

	tests := []struct {
		without string
		want    Chains
	}{
		{
			without: "    managers: [priya]\n",
			want: Chains{
				Live:     []Tier{duty, last(minutes, "team")},
				Callback: []Tier{slowDuty, last(5*minutes, "team")},
				Threat:   []Tier{last(30*seconds, "duty")},
			},
		},
		{
			without: "    supervisors: [dana]\n",
			want: Chains{
				Live:     []Tier{last(minutes, "managers")},
				Callback: []Tier{last(10*minutes, "managers")},
				Threat:   []Tier{last(30*seconds, "managers")},
			},
		},
	}

	for _, test := range tests {
		c, err := ParseConfig("f.yaml", []byte(strings.Replace(sound, test.without, "", 1)))
		if err != nil {
			t.Fatalf("ParseConfig(without %q) = %v, want no mistake", test.without, err)
		}
		if diff := cmp.Diff(test.want, c.Teams[0].Chains); diff != "" {
			t.Errorf("Chains without %q (-want +got):\n%s", test.without, diff)
		}
	}
}

// A configuration that was made in code has no lines to name.
func TestValidateWithoutFile(t *testing.T) {
	c := DefaultConfig()
	c.People = []Person{
		{Key: "dana", Name: "Dana Reed", Role: RoleSupervisor, Slack: "U0DANA"},
		{Key: "lee", Name: "Lee Chan", Role: RoleSupervisor},
	}
	c.Teams = []Team{{
		Key: "billing", Name: "Billing", Timezone: time.UTC, Supervisors: []string{"dana", "tom"},
		Shifts: []Shift{{Who: []string{"dana"}, Days: []time.Weekday{time.Monday}}},
	}}
	c.inherit()

	var got []string
	for _, m := range c.Validate() {
		got = append(got, m.String())
	}

	want := []string{
		"people.lee.slack: lee could never be reached; write slack: U…, email: … or teams: …",
		`teams.billing.supervisors[1]: there is nobody called "tom" under people; add them there, or write one of dana, lee`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Validate() (-want +got):\n%s", diff)
	}
}

func TestReadConfigWithoutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.yaml")

	_, err := ReadConfig(path)

	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "firebreak demo") {
		t.Fatalf("ReadConfig(%s) = %v, want an error that names the file and the demo", path, err)
	}
	if !strings.HasSuffix(err.Error(), smallest) {
		t.Errorf("ReadConfig(%s) = %v, want it to end with a configuration to begin with", path, err)
	}
	if _, err := ParseConfig("f.yaml", []byte(smallest)); err != nil {
		t.Errorf("ParseConfig(smallest) = %v, want no mistake", err)
	}
}

func TestReadConfigThatIsTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.yaml")
	if err := os.WriteFile(path, []byte(sound+strings.Repeat("#", maxConfigBytes)), 0o600); err != nil {
		t.Fatal(err)
	}

	_, err := ReadConfig(path)

	if err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("ReadConfig(a huge file) = %v, want an error about its size", err)
	}
}

// A file of a few lines can stand for a great many values. It must be refused
// in less than a moment.
func TestConfigOfMultiplyingAliases(t *testing.T) {
	var file strings.Builder
	file.WriteString(sound + "    options: &o [" + strings.Repeat("{name: Refund}, ", 400) + "]\n")
	for i := range 400 {
		file.WriteString("  t" + strconv.Itoa(i) + ": {name: T" + strconv.Itoa(i) + ", supervisors: [dana], options: *o}\n")
	}

	_, err := ParseConfig("f.yaml", []byte(file.String()))

	if err == nil || !strings.Contains(err.Error(), "once its aliases are written out") {
		t.Errorf("ParseConfig(aliases of aliases) = %.200v, want an error about their number", err)
	}
}

// lineEnds turns the three that YAML knows into one.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func FuzzParseConfig(f *testing.F) {
	example, err := os.ReadFile("firebreak.example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte(smallest))
	f.Add([]byte("a: &x [*x]\n? b\n: !t c\n<<: *x\n"))
	f.Add([]byte("people: {dana: {name: |\n  x\n}}\n---\n%"))
	f.Add([]byte("\r0"))
	f.Add([]byte("people: {} # nobody\r\nteams:\r\n"))
	f.Add([]byte("\ufeffteams:\n\t- ~\n"))

	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseConfig("f.yaml", data)

		if err == nil {
			if wrong := c.Validate(); len(wrong) > 0 {
				t.Errorf("ParseConfig(%q) = nil, and Validate() = %v, want nothing", data, wrong)
			}
			return
		}

		config, ok := errors.AsType[*ConfigError](err)
		if !ok {
			t.Fatalf("ParseConfig(%q) = %v, want a *ConfigError", data, err)
		}
		last := 1 + strings.Count(lineEnds.Replace(string(data)), "\n")
		for _, m := range config.Mistakes {
			if m.Line < 1 || m.Line > last {
				t.Errorf("ParseConfig(%q) reports line %d, want one from 1 to %d", data, m.Line, last)
			}
			if m.What == "" || m.File != "f.yaml" {
				t.Errorf("ParseConfig(%q) reports %+v, want a file and what is wrong", data, m)
			}
		}
	})
}
