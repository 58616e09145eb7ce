package main

import (
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// config reads the whole file into c, which holds the defaults.
func (d *decoder) config(n node, c *Config) {
	d.fields(n, fields{
		"timezone":  one(d, &c.Timezone, parseZone),
		"language":  one(d, &c.Language, oneOf(languages...)),
		"people":    func(n node) { d.people(n, c) },
		"teams":     func(n node) { d.teams(n, c) },
		"join":      func(n node) { d.join(n, &c.Join) },
		"recovery":  func(n node) { d.recovery(n, &c.Recovery) },
		"followups": func(n node) { d.followups(n, &c.Followups) },
		"feedback":  func(n node) { d.fields(n, fields{"ask": one(d, &c.Feedback.Ask, parseSwitch)}) },
		"approvals": func(n node) { d.approvals(n, &c.Approvals) },
		"digest":    func(n node) { d.digest(n, &c.Digest) },
		"playbook":  func(n node) { d.playbook(n, &c.Playbook) },
		"commands":  func(n node) { d.commands(n, &c.Commands) },
		"wording":   func(n node) { d.wording(n, &c.Wording) },
		"privacy":   func(n node) { d.privacy(n, &c.Privacy) },
		"customers": func(n node) { d.customers(n, &c.Customers) },
		"retention": func(n node) { d.retention(n, &c.Retention) },
		"backup":    func(n node) { d.backup(n, &c.Backup) },
		"log":       func(n node) { d.log(n, &c.Log) },
		"heartbeat": func(n node) { d.heartbeat(n, &c.Heartbeat) },
	})
	c.inherit()
}

// inherit gives each team what it did not name itself. The file's order does
// not matter: timezone may stand below teams.
func (c *Config) inherit() {
	for i := range c.Teams {
		t := &c.Teams[i]
		if t.Timezone == nil {
			t.Timezone = c.Timezone
		}
		if t.CustomerLink == "" {
			t.CustomerLink = c.Customers.Link
		}
		if len(t.Workdays) == 0 {
			t.Workdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
		}

		standard := defaultChains()
		if t.Chains.Live == nil {
			t.Chains.Live = t.fitted(standard.Live)
		}
		if t.Chains.Callback == nil {
			t.Chains.Callback = t.fitted(standard.Callback)
		}
		if t.Chains.Threat == nil {
			t.Chains.Threat = t.fitted(standard.Threat)
		}
	}
}

func (d *decoder) people(n node, c *Config) {
	d.entries(n, func(key string, n node) {
		p := Person{Key: key}
		d.fields(n, fields{
			"name":     one(d, &p.Name, parseText),
			"role":     one(d, &p.Role, oneOf(RoleAgent, RoleSupervisor, RoleManager, RoleOperator)),
			"slack":    one(d, &p.Slack, parseSlackUser),
			"email":    one(d, &p.Email, parseEmail),
			"teams":    one(d, &p.Teams, parseObject),
			"prefer":   one(d, &p.Prefer, oneOf(chat.Slack, chat.Teams)),
			"language": one(d, &p.Language, oneOf(languages...)),
		})
		c.People = append(c.People, p)
	})
}

func (d *decoder) teams(n node, c *Config) {
	d.entries(n, func(key string, n node) {
		t := Team{Key: key}
		d.fields(n, fields{
			"name":        one(d, &t.Name, parseText),
			"timezone":    one(d, &t.Timezone, parseZone),
			"channel":     one(d, &t.Channel, parseChannel),
			"supervisors": many(d, &t.Supervisors, parseText),
			"managers":    many(d, &t.Managers, parseText),
			"agents":      many(d, &t.Agents, parseAgent),
			"shifts":      func(n node) { d.items(n, func(n node) { t.Shifts = append(t.Shifts, d.shift(n)) }) },
			"calendar":    one(d, &t.Calendar, parseCalendar),
			"user_group":  one(d, &t.UserGroup, parseUserGroup),
			"workdays":    one(d, &t.Workdays, parseDays),
			"holidays":    one(d, &t.Holidays, parseCalendar),
			"chains":      func(n node) { d.chains(n, &t.Chains) },
			"playbook":    func(n node) { d.playbook(n, &t.Playbook) },
			"options":     func(n node) { d.items(n, func(n node) { t.Options = append(t.Options, d.option(n)) }) },

			"restrictions":  many(d, &t.Restrictions, parseText),
			"emergency":     one(d, &t.Emergency, parseText),
			"customer_link": one(d, &t.CustomerLink, parseCustomerLink),
		})
		c.Teams = append(c.Teams, t)
	})
}

func (d *decoder) shift(n node) Shift {
	var s Shift
	d.fields(n, fields{
		"who":   many(d, &s.Who, parseText),
		"days":  one(d, &s.Days, parseDays),
		"hours": one(d, &s.Hours, parseHours),
	})
	return s
}

func (d *decoder) chains(n node, c *Chains) {
	d.fields(n, fields{
		"live":     func(n node) { c.Live = d.tiers(n) },
		"callback": func(n node) { c.Callback = d.tiers(n) },
		"threat":   func(n node) { c.Threat = d.tiers(n) },

		"legal":     func(n node) { c.Legal = d.tiers(n) },
		"media":     func(n node) { c.Media = d.tiers(n) },
		"self_harm": func(n node) { c.SelfHarm = d.tiers(n) },
		"fraud":     func(n node) { c.Fraud = d.tiers(n) },
	})
}

// tiers reads a chain. It never returns nil, which stands for the default.
func (d *decoder) tiers(n node) []Tier {
	tiers := []Tier{}
	d.items(n, func(n node) { tiers = append(tiers, d.tier(n)) })
	return tiers
}

func (d *decoder) tier(n node) Tier {
	t := Tier{Rounds: 1}
	d.fields(n, fields{
		"page":   oneOrMany(d, &t.Page, parseText),
		"how":    one(d, &t.How, oneOf(OneAtATime, AllAtOnce)),
		"wait":   one(d, &t.Wait, parseDuration),
		"rounds": one(d, &t.Rounds, parseNumber),
		"repeat": one(d, &t.UntilTaken, parseRepeat),
	})
	return t
}

func parseRepeat(s string) (bool, error) {
	_, err := oneOf("until taken")(s)
	return err == nil, err
}

// parseSwitch reads what is on or off.
func parseSwitch(s string) (bool, error) {
	on, err := oneOf("true", "false")(s)
	return on == "true", err
}

func (d *decoder) option(n node) Option {
	var o Option
	d.fields(n, fields{
		"name":     one(d, &o.Name, parseText),
		"up_to":    func(n node) { o.UpTo = d.limits(n) },
		"currency": one(d, &o.Currency, parseCurrency),
		"gesture":  one(d, &o.Gesture, parseSwitch),
	})
	return o
}

func (d *decoder) limits(n node) map[Role]Amount {
	limits := make(map[Role]Amount)
	limit := func(r Role) func(node) {
		return func(n node) {
			var a Amount
			one(d, &a, parseAmount)(n)
			limits[r] = a
		}
	}
	d.fields(n, fields{
		"agent":      limit(RoleAgent),
		"supervisor": limit(RoleSupervisor),
		"manager":    limit(RoleManager),
	})
	return limits
}

func (d *decoder) join(n node, j *Join) {
	d.fields(n, fields{
		"ask_after":     one(d, &j.AskAfter, parseDuration),
		"page_on_after": one(d, &j.PageOnAfter, parseDuration),
	})
}

func (d *decoder) recovery(n node, r *Recovery) {
	d.fields(n, fields{
		"offer":            func(n node) { d.offer(n, r) },
		"remind_after":     one(d, &r.RemindAfter, parseDuration),
		"together_at_most": one(d, &r.TogetherAtMost, parsePercent),
	})
}

// offer reads breaks by heat. What is not named keeps its default.
func (d *decoder) offer(n node, r *Recovery) {
	known := fields{"abuse": one(d, &r.Abuse, parseDuration)}
	for heat := 1; heat <= 5; heat++ {
		known[strconv.Itoa(heat)] = func(n node) {
			var length time.Duration
			one(d, &length, parseDuration)(n)
			r.Offer[heat] = length
		}
	}
	d.fields(n, known)
}

func (d *decoder) followups(n node, f *Followups) {
	d.fields(n, fields{
		"quiet_hours":  one(d, &f.QuietHours, parseHours),
		"second_touch": one(d, &f.SecondTouch, parseDuration),
	})
}

func (d *decoder) digest(n node, g *Digest) {
	d.fields(n, fields{
		"on": one(d, &g.On, parseDay),
		"at": one(d, &g.At, parseClock),
	})
}

func (d *decoder) commands(n node, c *Commands) {
	known := make(fields)
	for name, target := range c.all() {
		known[name] = one(d, target, parseCommand)
	}
	d.fields(n, known)
}

// all returns the names of the commands by what they do.
func (c *Commands) all() map[string]*string {
	return map[string]*string{
		"escalate": &c.Escalate, "duty": &c.Duty, "recover": &c.Recover, "followups": &c.Followups, "calm": &c.Calm,
	}
}

func (d *decoder) retention(n node, r *Retention) {
	d.fields(n, fields{
		"escalations": one(d, &r.Escalations, parseDuration),
		"breaks":      one(d, &r.Breaks, parseDuration),
		"customers":   one(d, &r.Customers, parseDuration),
		"incidents":   one(d, &r.Incidents, parseDuration),
		"feedback":    one(d, &r.Feedback, parseDuration),
		"notes":       one(d, &r.Notes, parseDuration),
		"statistics":  one(d, &r.Statistics, parseKeeping),
	})
}

func (d *decoder) backup(n node, b *Backup) {
	d.fields(n, fields{
		"dir":   one(d, &b.Dir, parseText),
		"every": one(d, &b.Every, parseDuration),
		"keep":  one(d, &b.Keep, parseNumber),
	})
}

func (d *decoder) log(n node, l *Log) {
	d.fields(n, fields{
		"level":  one(d, &l.Level, oneOf("debug", "info", "warn", "error")),
		"format": one(d, &l.Format, oneOf("text", "json")),
	})
}

func (d *decoder) heartbeat(n node, h *Heartbeat) {
	d.fields(n, fields{
		"url":   one(d, &h.URL, parseURL),
		"every": one(d, &h.Every, parseDuration),
	})
}
