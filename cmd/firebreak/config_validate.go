package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The shortest and longest waits of a tier. Below, a page is over before a
// phone has buzzed; above, a customer is forgotten and not waiting.
const (
	minWait = 5 * time.Second
	maxWait = 12 * time.Hour
)

// maxOptions leaves room for "Not possible" in a list that Slack ends at 100.
const maxOptions = 99

// Validate returns what is wrong with values that can each be read: references
// to nobody, waits that are too short, chains that end in nothing. The order is
// that of the struct.
func (c *Config) Validate() []Mistake {
	v := &validator{source: c.source, config: c}

	v.people()
	v.teams()
	v.join()
	v.recovery()
	v.followups()
	v.approvals()
	v.playbooks()
	v.commands()
	v.housekeeping()

	return v.mistakes.list
}

type validator struct {
	source
	config   *Config
	mistakes mistakes
}

// wrong notes a mistake at a key.
func (v *validator) wrong(key, format string, args ...any) {
	v.mistakes.add(v.mistake(key, format, args...))
}

// between notes a duration outside of its bounds, which are included.
func (v *validator) between(key string, d, shortest, longest time.Duration) {
	switch {
	case d < shortest:
		v.wrong(key, "%s is too short; write at least %s", written(d), written(shortest))
	case d > longest:
		v.wrong(key, "%s is too long; write at most %s", written(d), written(longest))
	}
}

// written returns a duration as one writes it: 45s, 1m30s, 2h, 30d.
func written(d time.Duration) string {
	if d > day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (v *validator) people() {
	if len(v.config.People) == 0 {
		v.wrong("people", "nobody can be paged; write at least one person, like\n  dana: {name: Dana Reed, role: supervisor, slack: U0DANA}")
	}

	known := make(map[string]string) // an id of a platform, to the key of the first who has it
	for _, p := range v.config.People {
		key := "people." + p.Key
		v.personKey(key, p.Key)
		if p.Name == "" {
			v.wrong(key+".name", "it is missing; write the name people know, like name: Dana Reed")
		}
		if p.Role == "" {
			v.wrong(key+".role", "it is missing; write role: supervisor, manager, operator or agent")
		}
		if !v.reachable(key, p) {
			v.wrong(key+".slack", "%s could never be reached; write slack: U…, email: … or teams: …", p.Key)
		}
		if p.Prefer != "" && p.Email == "" && !p.on(p.Prefer) {
			v.wrong(key+".prefer", "%s has no account there; write %s: … too, or remove it", p.Key, p.Prefer)
		}
		v.onlyOne(known, key+".slack", p.Slack, p.Key)
		v.onlyOne(known, key+".email", strings.ToLower(p.Email), p.Key)
		v.onlyOne(known, key+".teams", p.Teams, p.Key)
	}
}

// on reports whether somebody has an account on a platform by its id.
func (p Person) on(platform chat.Platform) bool {
	return platform == chat.Slack && p.Slack != "" || platform == chat.Teams && p.Teams != ""
}

// reachable reports whether a platform could know the person. An address that
// could not be read is a mistake of its own.
func (v *validator) reachable(key string, p Person) bool {
	return p.Slack != "" || p.Email != "" || p.Teams != "" ||
		v.named(key+".slack") || v.named(key+".email") || v.named(key+".teams")
}

// personKey notes a key that chains could not tell from a group, or from text.
func (v *validator) personKey(key, name string) {
	switch {
	case name == PageDuty || name == PageTeam || name == PageManagers:
		v.wrong(key, "%s means a group of people in a chain; write another key for this person", name)
	case !keyShape.MatchString(name):
		v.wrong(key, "a key has lower-case letters, digits, - and _; write one like dana or dana-reed")
	}
}

// onlyOne notes what two have and only one may: an id, since one of them would get
// the other's pages, or a name, since nobody could tell them apart.
func (v *validator) onlyOne(known map[string]string, key, id, who string) {
	if id == "" {
		return
	}
	if other, taken := known[id]; taken {
		v.wrong(key, "%s has the same one; write another", other)
		return
	}
	known[id] = who
}

func (v *validator) teams() {
	if len(v.config.Teams) == 0 {
		v.wrong("teams", "there is no team; write at least one, like\n  billing: {name: Billing, supervisors: [dana], managers: [priya]}")
	}

	names := make(map[string]string) // a team's name in small letters, to its key
	agents := make(map[string]string)
	groups := make(map[string]string)
	for i := range v.config.Teams {
		t := &v.config.Teams[i]
		key := "teams." + t.Key
		if !keyShape.MatchString(t.Key) {
			v.wrong(key, "a key has lower-case letters, digits, - and _; write one like billing")
		}
		if t.Name == "" {
			v.wrong(key+".name", "it is missing; write the name people know, like name: Billing")
		} else {
			v.onlyOne(names, key+".name", strings.ToLower(t.Name), "team "+t.Key)
		}

		v.staff(key, t)
		v.agents(key, t, agents)
		v.shifts(key, t)
		v.holidays(key, t)
		v.onlyOne(groups, key+".user_group", t.UserGroup, "team "+t.Key)
		v.chains(key, t)
		v.options(key, t)
		v.restrictions(key, t)
	}
}

// staff checks a team's supervisors and managers.
func (v *validator) staff(key string, t *Team) {
	if len(t.Supervisors) == 0 && len(t.Managers) == 0 {
		v.wrong(key+".supervisors", "the team has neither supervisors nor managers, so nobody would be paged; write supervisors: [%s]", v.example(RoleSupervisor))
	}
	v.listed(key+".supervisors", t.Supervisors, RoleSupervisor, RoleManager)
	v.listed(key+".managers", t.Managers, RoleManager)
}

// listed checks that each of a list is a person, once, who has one of the roles.
func (v *validator) listed(key string, who []string, roles ...Role) {
	for i, name := range who {
		at := fmt.Sprintf("%s[%d]", key, i)
		if slices.Contains(who[:i], name) {
			v.wrong(at, "%s stands twice; remove one", name)
			continue
		}
		p, ok := v.person(at, name)
		if ok && p.Role != "" && !slices.Contains(roles, p.Role) {
			v.wrong(at, "%s is %s; write role: %s at people.%s, or remove them here", name, withArticle(p.Role), roles[0], name)
		}
	}
}

// person looks up a key, and notes that nobody has it.
func (v *validator) person(at, key string) (Person, bool) {
	p, ok := v.config.Person(key)
	if ok || len(v.config.People) == 0 {
		return p, ok
	}
	if meant := nearest(key, v.keys()); meant != "" {
		v.wrong(at, "there is nobody called %q under people; did you mean %s?", key, meant)
	} else {
		v.wrong(at, "there is nobody called %q under people; add them there, or write one of %s", key, strings.Join(v.keys(), ", "))
	}
	return Person{}, false
}

func (v *validator) keys() []string {
	keys := make([]string, len(v.config.People))
	for i, p := range v.config.People {
		keys[i] = p.Key
	}
	return keys
}

// example returns the key of somebody with the role, for a sentence.
func (v *validator) example(r Role) string {
	for _, p := range v.config.People {
		if p.Role == r {
			return p.Key
		}
	}
	return "dana"
}

func withArticle(r Role) string {
	if r == RoleAgent || r == RoleOperator {
		return "an " + string(r)
	}
	return "a " + string(r)
}

// agents checks that nobody has two default teams.
func (v *validator) agents(key string, t *Team, known map[string]string) {
	for i, who := range t.Agents {
		at := fmt.Sprintf("%s.agents[%d]", key, i)
		if _, account := accountNamed(who); !account {
			v.person(at, who)
		}
		if other, twice := known[who]; twice {
			v.wrong(at, "%s is already an agent of %s; keep one of the two, since it is the team their form begins with", who, other)
			continue
		}
		known[who] = t.Key
	}
}

func (v *validator) shifts(key string, t *Team) {
	if t.Calendar != "" && len(t.Shifts) > 0 {
		v.wrong(key+".calendar", "the team has shifts too; keep one of the two")
	}
	for i, s := range t.Shifts {
		at := fmt.Sprintf("%s.shifts[%d]", key, i)
		if len(s.Who) == 0 {
			v.wrong(at+".who", "nobody is on duty in this shift; write who: [%s]", v.example(RoleSupervisor))
		}
		if len(s.Days) == 0 {
			v.wrong(at+".days", `they are missing; write days: Mon-Fri`)
		}
		if v.lines != nil && !v.named(at+".hours") {
			v.wrong(at+".hours", `they are missing; write hours: "08:00-16:00"`)
		}
		v.inTeam(at+".who", s.Who, t)
	}
}

func (v *validator) holidays(key string, t *Team) {
	if t.Holidays != "" && t.Holidays == t.Calendar {
		v.wrong(key+".holidays", "it is the duty calendar, so whoever is on duty would have the day off; write another")
	}
}

// named reports whether a key stands in the file.
func (v *validator) named(key string) bool {
	_, ok := v.lines[key]
	return ok
}

// inTeam checks that each of a list may be paged for the team.
func (v *validator) inTeam(key string, who []string, t *Team) {
	for i, name := range who {
		at := fmt.Sprintf("%s[%d]", key, i)
		if slices.Contains(who[:i], name) {
			v.wrong(at, "%s stands twice; remove one", name)
			continue
		}
		_, known := v.person(at, name)
		if known && !slices.Contains(t.Supervisors, name) && !slices.Contains(t.Managers, name) {
			v.wrong(at, "%s is not of this team; add them to teams.%s.supervisors, or remove them here", name, t.Key)
		}
	}
}

func (v *validator) chains(key string, t *Team) {
	if len(t.Supervisors) == 0 && len(t.Managers) == 0 {
		return // staff said so
	}
	v.chain(key+".chains.live", t.Chains.Live, t)
	v.chain(key+".chains.callback", t.Chains.Callback, t)
	v.chain(key+".chains.threat", t.Chains.Threat, t)
	for name, tiers := range t.Chains.hardStops() {
		v.chain(key+".chains."+name, tiers, t)
	}
}

func (v *validator) chain(key string, tiers []Tier, t *Team) {
	if len(tiers) == 0 {
		v.wrong(key, "the chain has no tiers, so nobody would be paged; write some, or remove the key to have the default")
	}
	for i, tier := range tiers {
		v.tier(fmt.Sprintf("%s[%d]", key, i), tier, i == len(tiers)-1, t)
	}
}

func (v *validator) tier(key string, tier Tier, last bool, t *Team) {
	switch {
	case last && !tier.UntilTaken:
		v.wrong(key+".repeat", "the chain would end here with nobody paged any more; write repeat: until taken into its last tier")
	case !last && tier.UntilTaken:
		v.wrong(key+".repeat", "the tiers below would never be reached; write rounds: 2 here, and repeat: until taken into the last tier only")
	case last && v.named(key+".rounds"):
		v.wrong(key+".rounds", "%d rounds and until taken contradict each other; remove rounds", tier.Rounds)
	default:
		v.bounds(key+".rounds", tier.Rounds, 1, 10)
	}

	if tier.How == "" {
		v.wrong(key+".how", "it is missing; write how: one at a time or how: all at once")
	}
	if tier.Wait == 0 {
		v.wrong(key+".wait", "it is missing; write how long to wait for an answer, like wait: 45s")
	} else {
		v.between(key+".wait", tier.Wait, minWait, maxWait)
	}
	v.pages(key+".page", tier.Page, t)
}

// bounds notes a number outside of its bounds, which are included.
func (v *validator) bounds(key string, n, least, most int) {
	if n < least || n > most {
		v.wrong(key, "%d is not possible; write a number from %d to %d", n, least, most)
	}
}

// pages checks whom a tier pages.
func (v *validator) pages(key string, who []string, t *Team) {
	if len(who) == 0 {
		v.wrong(key, "nobody is paged; write page: duty, team, managers or the key of a person")
	}
	for i, name := range who {
		at := fmt.Sprintf("%s[%d]", key, i)
		if !v.named(at) {
			at = key // page: duty
		}
		if slices.Contains(who[:i], name) {
			v.wrong(at, "%s stands twice; remove one", name)
			continue
		}
		v.page(at, name, t)
	}
}

func (v *validator) page(at, name string, t *Team) {
	switch name {
	case PageManagers:
		if len(t.Managers) == 0 {
			v.wrong(at, "the team has no managers; add some as teams.%s.managers, or page somebody else", t.Key)
		}
	case PageTeam, PageDuty:
		if len(t.Supervisors) == 0 {
			v.wrong(at, "the team has no supervisors; add some as teams.%s.supervisors, or page managers", t.Key)
		}
	default:
		v.paged(at, name)
	}
}

// paged checks that somebody who is paged by name may take what they are paged for.
func (v *validator) paged(at, name string) {
	groups := []string{PageDuty, PageTeam, PageManagers}
	if meant := nearest(name, groups); meant != "" {
		if _, ok := v.config.Person(name); !ok {
			v.wrong(at, "there is nobody called %q under people; did you mean %s?", name, meant)
			return
		}
	}
	p, ok := v.person(at, name)
	if ok && (p.Role == RoleAgent || p.Role == RoleOperator) {
		v.wrong(at, "%s is %s and could not take it; write role: supervisor at people.%s, or page somebody else", name, withArticle(p.Role), name)
	}
}

func (v *validator) options(key string, t *Team) {
	if len(t.Options) > maxOptions {
		v.wrong(key+".options", "there are %d; write at most %d", len(t.Options), maxOptions)
	}
	names := make(map[string]string)
	for i, o := range t.Options {
		at := fmt.Sprintf("%s.options[%d]", key, i)
		v.optionName(at+".name", o.Name)
		v.onlyOne(names, at+".name", strings.ToLower(o.Name), "an option above")

		switch {
		case len(o.UpTo) > 0 && o.Currency == "":
			v.wrong(at+".currency", "amounts need one; write currency: USD")
		case len(o.UpTo) == 0 && o.Currency != "":
			v.wrong(at+".up_to", "it is missing, so the currency belongs to no amount; write up_to: {supervisor: 500}")
		}
		v.rising(at+".up_to", o.UpTo)
	}
}

func (v *validator) optionName(key, name string) {
	const longest = 75 // what is shown of an option
	switch {
	case name == "":
		v.wrong(key, "it is missing; write what is offered, like name: Refund")
	case utf8.RuneCountInString(name) > longest:
		v.wrong(key, "it has %d letters; write at most %d, since no more is shown", utf8.RuneCountInString(name), longest)
	case strings.EqualFold(name, "Not possible"):
		v.wrong(key, "%s is always offered; remove this option", name)
	}
}

// rising checks that a role may approve no less than the role before it.
func (v *validator) rising(key string, limits map[Role]Amount) {
	var before Role
	for _, r := range []Role{RoleAgent, RoleSupervisor, RoleManager} {
		amount, ok := limits[r]
		if !ok {
			continue
		}
		if before != "" && amount < limits[before] {
			v.wrong(key+"."+string(r), "%s is less than the %s's %s; write at least as much", amount, before, limits[before])
		}
		before = r
	}
}

func (v *validator) join() {
	j := v.config.Join
	v.between("join.ask_after", j.AskAfter, minWait, maxWait)
	v.between("join.page_on_after", j.PageOnAfter, minWait, maxWait)
	if j.PageOnAfter <= j.AskAfter {
		v.wrong("join.page_on_after", "%s is not after ask_after, %s; write more, so that the supervisor can answer", written(j.PageOnAfter), written(j.AskAfter))
	}
}

func (v *validator) recovery() {
	r := v.config.Recovery
	for _, heat := range slices.Sorted(maps.Keys(r.Offer)) {
		v.between(fmt.Sprintf("recovery.offer.%d", heat), r.Offer[heat], 0, 2*time.Hour)
	}
	v.between("recovery.offer.abuse", r.Abuse, 0, 2*time.Hour)
	v.between("recovery.remind_after", r.RemindAfter, time.Minute, time.Hour)
	v.bounds("recovery.together_at_most", r.TogetherAtMost, 1, 100)
}

func (v *validator) followups() {
	f := v.config.Followups
	if f.QuietHours.From == f.QuietHours.To {
		v.wrong("followups.quiet_hours", `the whole day is quiet, so nobody would be reminded; write less, like "20:00-08:00"`)
	}
	if f.SecondTouch != 0 || v.named("followups.second_touch") {
		v.between("followups.second_touch", f.SecondTouch, time.Hour, 90*day)
	}
}

// commands checks that no two commands have one name.
func (v *validator) commands() {
	names := v.config.Commands.all()
	taken := make(map[string]string)
	for _, command := range slices.Sorted(maps.Keys(names)) {
		key, name := "commands."+command, *names[command]
		if other, twice := taken[name]; twice {
			if !v.named(key) {
				key, other = "commands."+other, command
			}
			v.wrong(key, "/%s is the name of %s too; write another", name, other)
			continue
		}
		taken[name] = command
	}
}

// housekeeping checks retention, backup and heartbeat.
func (v *validator) housekeeping() {
	c := v.config
	v.between("retention.escalations", c.Retention.Escalations, day, 3650*day)
	v.between("retention.breaks", c.Retention.Breaks, day, 365*day)
	v.between("retention.customers", c.Retention.Customers, day, 3650*day)

	if v.named("retention.customers") && c.Retention.Customers < c.Retention.Escalations {
		v.wrong("retention.customers", "customers are known as long as their escalations are kept; write at least %s", written(c.Retention.Escalations))
	}

	v.between("retention.incidents", c.Retention.Incidents, day, 3650*day)
	v.between("retention.feedback", c.Retention.Feedback, day, 3650*day)
	v.between("retention.notes", c.Retention.Notes, 7*day, 365*day) // shorter, and buttons that people still press lead nowhere
	if c.Retention.Statistics != 0 {
		v.between("retention.statistics", c.Retention.Statistics, day, 36500*day)
	}

	if c.Backup.Dir == "" && v.named("backup") {
		v.wrong("backup.dir", "it is missing; write where copies go, best on another disk, like dir: /backup")
	}
	v.between("backup.every", c.Backup.Every, time.Minute, 31*day)
	v.bounds("backup.keep", c.Backup.Keep, 1, 1000)

	if c.Heartbeat.URL == "" && v.named("heartbeat") {
		v.wrong("heartbeat.url", "it is missing; write the address to call, like url: https://example.com/ping")
	}
	v.between("heartbeat.every", c.Heartbeat.Every, 5*time.Second, day)
}
