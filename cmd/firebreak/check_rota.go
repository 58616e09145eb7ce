package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// rotaAhead is how far ahead a check looks at who is on duty.
const rotaAhead = 14 * day

// A rotaCheck looks at the teams' plans: whether there is one, and where it has
// nobody. Covers and absences are not in it: they are in the data of the running
// bot, which tells managers of the gaps that they make.
type rotaCheck struct {
	*report
	config *Config
	out    Outsides
	now    time.Time
	onDuty map[string]bool // keys of the people who are on duty now
}

// rotas looks at the plan of each team.
func (c *rotaCheck) rotas(ctx context.Context) {
	for i := range c.config.Teams {
		t := &c.config.Teams[i]

		c.overlaps(t)
		c.managers(t)
		c.holidays(ctx, t)

		plan := c.plan(ctx, t)
		for _, who := range plan.On(c.now) {
			c.onDuty[string(who)] = true
		}

		if _, always := plan.(roster.Always); !always {
			c.gaps(t, plan)
		}
	}
}

// plan returns who is on duty in a team by its shifts or its calendar. Without
// either, or if the calendar can't be read, it is all supervisors, as the bot
// has it too.
func (c *rotaCheck) plan(ctx context.Context, t *Team) roster.Plan {
	if len(t.Shifts) > 0 {
		return weekly(t)
	}

	if t.Calendar != "" {
		if plan, ok := c.calendar(ctx, t); ok {
			return plan
		}
	}

	return roster.Everybody(t.Supervisors)
}

// calendar reads the calendar of a team's duty and says what is wrong with it.
func (c *rotaCheck) calendar(ctx context.Context, t *Team) (*roster.Calendar, bool) {
	key, place := "teams."+t.Key+".calendar", calendarPlace(t.Calendar)

	plan, ok := c.content(ctx, key, feed{ofDuty, t, t.Calendar, c.config, c.out.Calendars}).(*roster.Calendar)
	if !ok {
		return nil, false
	}

	if names := plan.UnknownWithin(roster.Span{From: c.now, Until: c.now.Add(rotaAhead)}); len(names) > 0 {
		c.wrong(key, "%s: nobody of the team is meant by %s, so nobody is on duty then: correct the name there, or add the person to people and to teams.%s.supervisors",
			place, quotedSome(names), t.Key)
	}

	return plan, true
}

// holidays reads the calendar of a team's holidays, if it has one, and says what is
// wrong with it.
func (c *rotaCheck) holidays(ctx context.Context, t *Team) {
	if t.Holidays != "" {
		c.content(ctx, "teams."+t.Key+".holidays", feed{ofHolidays, t, t.Holidays, c.config, c.out.Calendars})
	}
}

// content reads a calendar and says what is wrong with it, nil if that is
// everything. Of an address, which is a secret, only the host is told.
func (c *rotaCheck) content(ctx context.Context, key string, f feed) calendarContent {
	place := calendarPlace(f.source)

	content, _, err := f.read(ctx)
	if unfit, ok := errors.AsType[*roster.CalendarError](err); ok {
		c.wrong(key, "%s: %v", place, unfit)

		return nil
	}

	if err != nil {
		c.wrong(key, "%s: %v: %s", place, err, calendarRemedy(f.source))

		return nil
	}

	if odd := content.Unreadable(); len(odd) == 1 {
		c.wrong(key, "%s: an event counts for nothing: %s", place, odd[0])
	} else if len(odd) > 1 {
		c.wrong(key, "%s: events count for nothing, and this is the first: %s", place, odd[0])
	}

	return content
}

// calendarPlace is where a calendar is, without what is secret about it.
func calendarPlace(calendar string) string {
	if u, err := url.Parse(calendar); err == nil && u.Host != "" {
		return u.Hostname()
	}

	return calendar
}

// calendarRemedy says what to do about a calendar that did not come.
func calendarRemedy(calendar string) string {
	if calendarPlace(calendar) == calendar {
		return "see that it is there and that the bot may read it; its name counts from the configuration's folder"
	}

	return "see that this machine reaches it, and copy the calendar's secret iCal address again from its settings"
}

// quotedSome returns the first few names for a sentence.
func quotedSome(names []string) string {
	const most = 5

	var quoted []string
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}

	if len(names) > most {
		return strings.Join(quoted, ", ") + " and others"
	}

	return alternatives(quoted)
}

// gaps says when nobody is on duty. Since a chain goes on without them, that is
// no mistake unless nobody is left whom it pages, or nobody ever is on duty.
func (c *rotaCheck) gaps(t *Team, plan roster.Plan) {
	rota := roster.Roster{Plan: plan}
	gaps := rota.Gaps(c.now, c.now.Add(rotaAhead))

	if len(gaps) == 0 {
		return
	}

	key, when := "teams."+t.Key+".calendar", c.dated(rota, gaps, t.Timezone)
	if _, recurs := plan.(roster.Weekly); recurs {
		key, when = "teams."+t.Key+".shifts", weekOf(gapsOfWeek(rota, c.now), t.Timezone)
	}

	if gaps[0].From.Equal(c.now) && gaps[0].Until.Equal(c.now.Add(rotaAhead)) {
		c.wrong(key, "nobody is on duty in the next 14 days%s: give the team's people shifts there", c.first(rota, t.Timezone))
	} else {
		settings := c.config.settings()
		c.note(key, "nobody is on duty %s (%s); %s", when, t.Timezone, settings.InGap(bot.TeamID(t.Key)))
	}

	for name, tiers := range t.chains() {
		if withoutDuty(tiers) == nil {
			c.wrong("teams."+t.Key+".chains."+name, "it pages only who is on duty, and at times nobody is: add a tier that pages team or managers")
		}
	}
}

// chains yields the team's chains by their keys.
func (t *Team) chains() func(func(string, []Tier) bool) {
	return func(yield func(string, []Tier) bool) {
		if !yield("live", t.Chains.Live) || !yield("callback", t.Chains.Callback) || !yield("threat", t.Chains.Threat) {
			return
		}

		t.Chains.hardStops()(yield)
	}
}

// withoutDuty returns the first tier of a chain that pages somebody where nobody
// is on duty, as it then is, nil if there is none.
func withoutDuty(tiers []Tier) *Tier {
	for _, tier := range tiers {
		tier.Page = slices.DeleteFunc(slices.Clone(tier.Page), func(group string) bool { return group == PageDuty })
		if len(tier.Page) > 0 {
			return &tier
		}
	}

	return nil
}

// first says when somebody comes on duty at last.
func (c *rotaCheck) first(rota roster.Roster, zone *time.Location) string {
	at, _ := rota.Next(c.now)
	if at.IsZero() {
		return ", nor later"
	}

	return ", until " + at.In(zone).Format(dated)
}

// How an instant of the next days is written.
const dated = "Mon 2 Jan 15:04"

// dated lists the next gaps of a plan that need not repeat.
func (c *rotaCheck) dated(rota roster.Roster, gaps []roster.Span, zone *time.Location) string {
	const most = 4

	var list []string

	for _, gap := range gaps[:min(len(gaps), most)] {
		from := gap.From.In(zone).Format(dated)
		if gap.From.Equal(c.now) {
			from = "now"
		}

		until, _ := rota.Next(gap.From)

		switch {
		case until.IsZero():
			list = append(list, "from "+from+" on")
		case from != "now" && from[:len(from)-len("15:04")] == until.In(zone).Format("Mon 2 Jan "):
			list = append(list, from+"-"+until.In(zone).Format("15:04"))
		default:
			list = append(list, from+" - "+until.In(zone).Format(dated))
		}
	}

	if more := len(gaps) - most; more > 0 {
		return fmt.Sprintf("%s, and %d times more in the next 14 days", strings.Join(list, ", "), more)
	}

	return strings.Join(list, ", ")
}

// managers notes that nobody would be told of what the bot finds out later.
func (c *rotaCheck) managers(t *Team) {
	watched := len(t.Shifts) > 0 || t.Calendar != "" || t.UserGroup != ""
	manager := func(p Person) bool { return p.Role == RoleManager }

	if watched && len(t.Managers) == 0 && !slices.ContainsFunc(c.config.People, manager) {
		c.note("teams."+t.Key+".managers", "there are none, so nobody is told when somebody on duty can't be paged")
	}
}

// overlaps notes who has two shifts at once.
func (c *rotaCheck) overlaps(t *Team) {
	for i, s := range t.Shifts {
		for j, earlier := range t.Shifts[:i] {
			both := slices.DeleteFunc(slices.Clone(s.Who), func(who string) bool { return !slices.Contains(earlier.Who, who) })
			if at, ok := together(s, earlier); ok && len(both) > 0 {
				c.note(fmt.Sprintf("teams.%s.shifts[%d]", t.Key, i), "%s has shifts[%d] at the same time, on %s; once is enough",
					strings.Join(both, ", "), j, at)
			}
		}
	}
}
