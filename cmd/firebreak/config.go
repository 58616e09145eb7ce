package main

import (
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// Config is the configuration file, firebreak.yaml, with every default filled
// in. ReadConfig and ParseConfig return one that Validate finds nothing wrong with.
//
// Durations are Go's (45s, 3m, 24h), and whole days may be written 365d.
type Config struct {
	// Timezone is for teams that name none. Default: UTC.
	Timezone *time.Location

	// Language is for people of whom nothing else is known. Default: English.
	Language playbook.Language

	People []Person // whoever can be paged, in the file's order; agents need no entry
	Teams  []Team   // in the file's order

	Join      Join
	Recovery  Recovery
	Followups Followups
	Feedback  Feedback
	Approvals Approvals
	Digest    Digest
	Playbook  []CardChange // of every team's playbook, in the file's order
	Commands  Commands
	Wording   Wording
	Privacy   Privacy
	Customers Customers
	Retention Retention
	Backup    Backup
	Log       Log
	Heartbeat Heartbeat

	source source // where each key stands in the file; empty without a file
}

// Role is what a person may do. Each role may do what those before it may.
type Role string

// The roles.
const (
	RoleAgent      Role = "agent"
	RoleSupervisor Role = "supervisor"
	RoleManager    Role = "manager"
	RoleOperator   Role = "operator" // configures, exports, erases; is not paged
)

// Person is somebody the configuration knows by a short key.
type Person struct {
	Key  string // unique, as teams and chains name them
	Name string // as people see it
	Role Role

	// How the platforms know them. One at least is set.
	Slack string // Slack user id, U… or W…
	Email string // looked up on each platform that has no id
	Teams string // Entra object id

	// Prefer is where somebody with accounts on both is paged, until they choose
	// themselves. "" is wherever they were active last.
	Prefer chat.Platform

	// Language is in which they read what to say, until they choose themselves. ""
	// is that of their platform.
	Language playbook.Language
}

// Team is a group of agents, and who helps them.
type Team struct {
	Key      string // unique
	Name     string // as people see it
	Timezone *time.Location

	Channel     string   // Slack or Teams channel id for the live threads, "" for none
	Supervisors []string // keys of people with the role supervisor or manager
	Managers    []string // keys of people with the role manager
	Agents      []string // Slack user ids, Entra object ids or keys of people whose default team this is

	Shifts    []Shift // who is on duty; empty: all supervisors, always
	Calendar  string  // instead of shifts: an iCalendar file or https address
	UserGroup string  // Slack user group id that follows who is on duty, "" for none

	Workdays []time.Weekday // on which people are reminded of things; default Mon-Fri
	Holidays string         // days off: an iCalendar file or https address, "" for none

	Chains   Chains
	Options  []Option
	Playbook []CardChange // of this team's playbook alone

	Restrictions []string // how a customer may be dealt with after a threat; empty: the usual ones
	Emergency    string   // whom to call where somebody is in danger; "" names the usual numbers

	CustomerLink string // as Customers.Link, which is its default
}

// Chains are the ways a team pages. Of the first three none is empty; for a hard stop
// without a chain of its own the one for threats is paged. The last tier of each is
// repeated until somebody takes it.
type Chains struct {
	Live     []Tier // the customer is waiting
	Callback []Tier // the customer is not waiting
	Threat   []Tier // threat or abuse

	Legal    []Tier // the customer threatens with a lawyer or a court
	Media    []Tier // a regulator or the press
	SelfHarm []Tier // the customer may hurt themselves
	Fraud    []Tier
}

// hardStops yields the chains of hard stops that the team has, by their keys.
func (c *Chains) hardStops() func(func(string, []Tier) bool) {
	return func(yield func(string, []Tier) bool) {
		for _, stop := range []struct {
			key   string
			tiers []Tier
		}{{"legal", c.Legal}, {"media", c.Media}, {"self_harm", c.SelfHarm}, {"fraud", c.Fraud}} {
			if stop.tiers != nil && !yield(stop.key, stop.tiers) {
				return
			}
		}
	}
}

// The groups a tier can page, besides people by their keys.
const (
	PageDuty     = "duty"     // whoever is on duty in the team
	PageTeam     = "team"     // all its supervisors
	PageManagers = "managers" // all its managers
)

// How says whether the people of a tier are paged together.
type How string

// The ways to page a tier.
const (
	OneAtATime How = "one at a time"
	AllAtOnce  How = "all at once"
)

// Tier is one step of a chain.
type Tier struct {
	Page       []string // PageDuty, PageTeam, PageManagers or keys of people
	How        How
	Wait       time.Duration // for each person one at a time, for all of them all at once
	Rounds     int           // how often the tier is gone through, from 1
	UntilTaken bool          // go through it again and again; the last tier of a chain only
}

// Shift is when people are on duty each week.
type Shift struct {
	Who   []string // keys of the team's people
	Days  []time.Weekday
	Hours Hours
}

// Hours is a span of wall-clock time. It ends the next day when To is not after
// From, so 00:00-00:00 is the whole day.
type Hours struct{ From, To Clock }

// Clock is a time of day, in minutes since midnight.
type Clock int

// Option is an outcome that policy allows, as the resolve form offers it.
type Option struct {
	Name     string
	UpTo     map[Role]Amount // what each role may approve; empty: no amount belongs to it
	Currency string          // ISO 4217: USD
	Gesture  bool            // it is remembered of a customer that they were given it; what has a currency always is
}

// Amount is money in hundredths of its currency.
type Amount int64

// Join is how long a supervisor who took an escalation may take to have the
// customer. Both count from the take.
type Join struct {
	AskAfter    time.Duration // default 90s
	PageOnAfter time.Duration // default 150s
}

// Recovery is how breaks are offered.
type Recovery struct {
	Offer          map[int]time.Duration // by heat 1 to 5; default 3: 5m, 4: 10m, 5: 15m; 0s offers none
	Abuse          time.Duration         // after abuse; default 15m
	RemindAfter    time.Duration         // default 5m
	TogetherAtMost int                   // percent of a team on break at once; default 20
}

// Followups is how owners are reminded of what a customer was promised.
type Followups struct {
	QuietHours  Hours         // of the owner, for nudges and not for pages; default 20:00-08:00
	SecondTouch time.Duration // after it was resolved; default 0, off
}

// Feedback is whether people are asked how the help was.
type Feedback struct {
	Ask bool // default true
}

// Digest is when a team's weekly digest is sent, in the team's zone.
type Digest struct {
	On time.Weekday // default Monday
	At Clock        // default 09:00
}

// Commands are the slash commands' names, without the slash. Rename one where
// another app of the workspace owns it.
type Commands struct {
	Escalate, Duty, Recover, Followups, Calm string
}

// Retention is how long records are kept.
type Retention struct {
	Escalations time.Duration // after closing, then statistics only; default 365d
	Breaks      time.Duration // default 30d
	Customers   time.Duration // after they came last; default 730d, and never less than Escalations
	Incidents   time.Duration // threats, after closing, instead of Escalations; default 1095d
	Feedback    time.Duration // default 365d
	Notes       time.Duration // messages about duty, shifts and breaks; default 30d
	Statistics  time.Duration // what stays of escalations; 0 is for ever, the default
}

// Backup copies the data while the bot runs.
type Backup struct {
	Dir   string        // where copies go; "" makes none. Best on another disk
	Every time.Duration // default 24h
	Keep  int           // how many copies are kept, the newest; default 7
}

// Log is what the bot says of itself. No level shows secrets or customers' words.
type Log struct {
	Level  string // debug, info, warn or error; default info
	Format string // text or json; default text
}

// Heartbeat is an address that is called while all is well, so that a watcher
// notices the bot's silence.
type Heartbeat struct {
	URL   string        // http or https; "" calls nothing
	Every time.Duration // default 1m
}

// DefaultConfig returns a configuration without people and teams, and with the
// default of everything else.
func DefaultConfig() *Config {
	return &Config{
		Timezone: time.UTC,
		Language: playbook.English,
		Join:     Join{AskAfter: 90 * time.Second, PageOnAfter: 150 * time.Second},
		Recovery: Recovery{
			Offer:          map[int]time.Duration{3: 5 * time.Minute, 4: 10 * time.Minute, 5: 15 * time.Minute},
			Abuse:          15 * time.Minute,
			RemindAfter:    5 * time.Minute,
			TogetherAtMost: 20,
		},
		Followups: Followups{QuietHours: Hours{From: 20 * 60, To: 8 * 60}},
		Feedback:  Feedback{Ask: true},
		Approvals: defaultApprovals(),
		Digest:    Digest{On: time.Monday, At: 9 * 60},
		Commands: Commands{
			Escalate: "escalate", Duty: "duty", Recover: "recover", Followups: "followups", Calm: "calm",
		},
		Retention: Retention{
			Escalations: 365 * day, Breaks: 30 * day, Customers: bot.CustomersKept,
			Incidents: 1095 * day, Feedback: 365 * day, Notes: 30 * day,
		},
		Backup:    Backup{Every: day, Keep: 7},
		Log:       Log{Level: "info", Format: "text"},
		Heartbeat: Heartbeat{Every: time.Minute},
	}
}

const day = 24 * time.Hour

// defaultChains are the chains of a team that names none, as long as it has
// both supervisors and managers. The last tier of each is repeated.
func defaultChains() Chains {
	return Chains{
		Live: []Tier{
			{Page: []string{PageDuty}, How: OneAtATime, Wait: 45 * time.Second, Rounds: 2},
			{Page: []string{PageTeam}, How: AllAtOnce, Wait: time.Minute, Rounds: 1},
			{Page: []string{PageManagers}, How: AllAtOnce, Wait: time.Minute, Rounds: 1},
		},
		Callback: []Tier{
			{Page: []string{PageDuty}, How: OneAtATime, Wait: 3 * time.Minute, Rounds: 1},
			{Page: []string{PageTeam}, How: AllAtOnce, Wait: 5 * time.Minute, Rounds: 1},
			{Page: []string{PageManagers}, How: AllAtOnce, Wait: 10 * time.Minute, Rounds: 1},
		},
		Threat: []Tier{
			{Page: []string{PageDuty, PageManagers}, How: AllAtOnce, Wait: 30 * time.Second, Rounds: 1},
		},
	}
}

// fitted returns a default chain without the groups that the team has nobody in.
func (t *Team) fitted(chain []Tier) []Tier {
	empty := func(group string) bool {
		if group == PageManagers {
			return len(t.Managers) == 0
		}
		return len(t.Supervisors) == 0
	}

	var fitted []Tier
	for _, tier := range chain {
		if tier.Page = slices.DeleteFunc(tier.Page, empty); len(tier.Page) > 0 {
			fitted = append(fitted, tier)
		}
	}
	if len(fitted) > 0 {
		last := &fitted[len(fitted)-1]
		last.UntilTaken, last.Rounds = true, 1
	}
	return fitted
}

// Person returns who is known by key, and whether anybody is.
func (c *Config) Person(key string) (Person, bool) {
	i := slices.IndexFunc(c.People, func(p Person) bool { return p.Key == key })
	if i < 0 {
		return Person{}, false
	}
	return c.People[i], true
}
