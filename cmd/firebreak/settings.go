package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
	"github.com/firebreakhq/firebreak/bot/roster"
	"github.com/firebreakhq/firebreak/handlers/slack"
)

// settings returns the configuration as the bot knows it.
func (c *Config) settings() bot.Settings {
	s := bot.Settings{People: map[bot.PersonID]bot.Colleague{}, Times: bot.DefaultTimes, Commands: maps.Clone(c.Commands.names())}
	s.Times.AskJoin, s.Times.PageOn, s.Times.Keep = c.Join.AskAfter, c.Join.PageOnAfter, c.Retention.Escalations
	s.Times.KeepIncidents = c.Retention.Incidents
	s.Retention = bot.Retention{Feedback: c.Retention.Feedback, Notes: c.Retention.Notes, Statistics: c.Retention.Statistics}
	s.Quiet.From, s.Quiet.To = int(c.Followups.QuietHours.From), int(c.Followups.QuietHours.To)
	s.Customers.Keep = max(c.Retention.Customers, c.Retention.Escalations)
	s.SecondTouch = c.Followups.SecondTouch
	s.AskFeedback = c.Feedback.Ask
	c.Approvals.set(&s)
	s.Language, s.Playbook = c.Language, withCards(playbook.Embedded(), c.Playbook)
	s.Mask, s.Wording = c.Privacy.masker(), c.Wording.forBot()
	s.Digest.On, s.Digest.At = c.Digest.On, int(c.Digest.At)
	s.Recovery = bot.Recovery{
		Offer: c.Recovery.Offer, Abuse: c.Recovery.Abuse, RemindIn: c.Recovery.RemindAfter,
		Together: c.Recovery.TogetherAtMost, Keep: c.Retention.Breaks,
	}

	for _, p := range c.People {
		s.People[bot.PersonID(p.Key)] = p.colleague()
	}

	for i := range c.Teams {
		s.Teams = append(s.Teams, c.team(&c.Teams[i]))
		s.Teams[i].Playbook = withCards(cmp.Or(s.Playbook, playbook.Embedded()), c.Teams[i].Playbook)
	}

	return s
}

// settingsOn returns the configuration as the bot knows it with the platforms that
// the environment has secrets for. A channel on another one is as good as none.
func (c *Config) settingsOn(env Environment) bot.Settings {
	s := c.settings()
	s.Platforms = env.platforms()

	if env.SlackStatusToken != "" {
		s.Statuses = []chat.Platform{chat.Slack}
	}

	for i := range s.Teams {
		t := &s.Teams[i]
		if !slices.Contains(s.Platforms, t.Channel.Platform()) {
			t.Channel = ""
		}

		if !slices.Contains(s.Platforms, t.Group.Platform()) {
			t.Group = ""
		}
	}

	return s
}

// names returns how people type each command, by the bot's own name for it.
func (c *Commands) names() map[string]string {
	return map[string]string{"escalate": c.Escalate, "duty": c.Duty, "recover": c.Recover, "followups": c.Followups, "calm": c.Calm}
}

// needs are what this configuration asks of Slack beyond paging people.
func (c *Config) needs() slack.Needs {
	needs := slack.Needs{Emails: len(c.emails(chat.Slack)) > 0}

	for _, t := range c.Teams {
		needs.Quiet = needs.Quiet || len(t.Shifts) > 0 || t.Calendar != ""
		if t.UserGroup != "" {
			needs.Groups = append(needs.Groups, t.UserGroup)
		}
	}

	return needs
}

// heard returns the bot's own name of each command by how people type it.
func (c *Commands) heard() map[string]string {
	heard := map[string]string{}
	for own, typed := range c.names() {
		heard[typed] = own
	}

	return heard
}

func (p Person) colleague() bot.Colleague {
	colleague := bot.Colleague{
		Name: p.Name, Manager: p.Role == RoleManager, Operator: p.Role == RoleOperator, Email: p.Email, Prefer: p.Prefer, Language: p.Language,
	}
	if p.Slack != "" {
		colleague.Accounts = append(colleague.Accounts, chat.PersonOn(chat.Slack, p.Slack))
	}

	if p.Teams != "" {
		colleague.Accounts = append(colleague.Accounts, chat.PersonOn(chat.Teams, p.Teams))
	}

	return colleague
}

func (c *Config) team(t *Team) bot.Team {
	team := bot.Team{
		ID: bot.TeamID(t.Key), Name: t.Name, Zone: t.Timezone,
		Supervisors: personIDs(t.Supervisors), Managers: personIDs(t.Managers), Workdays: t.Workdays, CustomerLink: t.CustomerLink,
		Chains: map[bot.ChainName][]bot.Plan{
			bot.LiveChain: plans(t.Chains.Live), bot.CallbackChain: plans(t.Chains.Callback), bot.ThreatChain: plans(t.Chains.Threat),
		},
		Restrictions: t.Restrictions, Emergency: t.Emergency,
	}

	for name, tiers := range t.Chains.hardStops() {
		team.Chains[hardStops[name]] = plans(tiers)
	}

	if t.Channel != "" {
		team.Channel = roomNamed(t.Channel)
	}

	if t.UserGroup != "" {
		team.Group = chat.RoomOn(chat.Slack, t.UserGroup)
	}

	if len(t.Shifts) > 0 {
		team.Plan = weekly(t)
	}

	for _, agent := range t.Agents {
		team.Agents = append(team.Agents, c.agent(agent))
	}

	for _, option := range t.Options {
		o := bot.Option{Name: option.Name, Gesture: option.Gesture}
		if len(option.UpTo) > 0 {
			o.Currency = option.Currency
		}

		o.UpTo = map[bot.Rank]int64{}
		for role, amount := range option.UpTo {
			o.UpTo[ranks[role]] = int64(amount)
		}

		team.Options = append(team.Options, o)
	}

	return team
}

// hardStops are the chains of hard stops by their keys.
var hardStops = map[string]bot.ChainName{
	"legal": bot.LegalChain, "media": bot.MediaChain, "self_harm": bot.SelfHarmChain, "fraud": bot.FraudChain,
}

// ranks are the roles that may promise something.
var ranks = map[Role]bot.Rank{RoleAgent: bot.AgentRank, RoleSupervisor: bot.SupervisorRank, RoleManager: bot.ManagerRank}

// weekly is a team's plan by its shifts.
func weekly(t *Team) roster.Weekly {
	plan := roster.Weekly{Zone: t.Timezone}
	for _, s := range t.Shifts {
		shift := roster.Shift{Days: s.Days, From: int(s.Hours.From), To: int(s.Hours.To)}
		for _, who := range s.Who {
			shift.Who = append(shift.Who, roster.Person(who))
		}

		plan.Shifts = append(plan.Shifts, shift)
	}

	return plan
}

// agent returns how the desk knows an agent, who is named by an account's id or by
// the key of a person.
func (c *Config) agent(named string) bot.PersonID {
	for _, p := range c.People {
		if p.Key == named || p.Slack != "" && p.Slack == named || p.Teams != "" && p.Teams == named {
			return bot.PersonID(p.Key)
		}
	}

	account, _ := accountNamed(named)

	return bot.PersonID(account)
}

// acquaintances returns the accounts on a platform of all whom a team names: first
// of those who can be paged, since it matters most to hear when theirs is
// deactivated.
func (c *Config) acquaintances(on chat.Platform) []chat.Person {
	var accounts []chat.Person

	add := func(account chat.Person) {
		if account.Platform() == on && !slices.Contains(accounts, account) {
			accounts = append(accounts, account)
		}
	}

	for _, p := range c.People {
		if slices.ContainsFunc(c.Teams, func(t Team) bool { return t.has(p.Key) || t.pages(p.Key) }) {
			for _, account := range p.colleague().Accounts {
				add(account)
			}
		}
	}

	for _, t := range c.Teams {
		for _, named := range t.Agents {
			add(chat.Person(c.agent(named)))
		}
	}

	return accounts
}

// emails returns the addresses by which colleagues have to be found on a platform.
func (c *Config) emails(on chat.Platform) []string {
	var emails []string

	for _, p := range c.People {
		if !p.on(on) && p.Email != "" {
			emails = append(emails, p.Email)
		}
	}

	return emails
}

func personIDs(keys []string) []bot.PersonID {
	ids := make([]bot.PersonID, len(keys))
	for i, key := range keys {
		ids[i] = bot.PersonID(key)
	}

	return ids
}

func plans(tiers []Tier) []bot.Plan {
	plans := make([]bot.Plan, len(tiers))
	for i, t := range tiers {
		plans[i] = bot.Plan{Page: t.Page, AtOnce: t.How == AllAtOnce, Wait: t.Wait, Rounds: t.Rounds, Repeat: t.UntilTaken}
	}

	return plans
}

// pages reports whether a chain of the team pages somebody by name.
func (t *Team) pages(key string) bool {
	for _, tiers := range t.chains() {
		if slices.ContainsFunc(tiers, func(tier Tier) bool { return slices.Contains(tier.Page, key) }) {
			return true
		}
	}

	return false
}

// has reports whether somebody is a supervisor or manager of the team.
func (t *Team) has(key string) bool {
	return slices.Contains(t.Supervisors, key) || slices.Contains(t.Managers, key)
}
