package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// The demo begins in the middle of a week, with what its team went through since
// the Monday before last: a digest tells nothing of a week in which fewer than
// three people called for help.

// beginThursday moves the clock to the next Thursday at ten, so that everybody
// begins in the middle of a shift, the next day is a working day, and a weekend
// comes before the digest of Monday.
func (d *demo) beginThursday(zone *time.Location) {
	now := d.clock.now()
	begin := roster.Recurring{Zone: zone, Days: []time.Weekday{time.Thursday}, At: 10 * 60}

	d.began = begin.Next(now)
	d.clock.move(d.began.Sub(now))
}

// The agents of the team. Only Maria and Tom have an account in the workspace.
const (
	maria = bot.PersonID("slack:U0MARIA")
	tom   = bot.PersonID("slack:U0TOM")
	nina  = bot.PersonID("slack:U0NINA")
	omar  = bot.PersonID("slack:U0OMAR")
	zoe   = bot.PersonID("slack:U0ZOE")
)

var formerColleagues = map[bot.PersonID]string{nina: "Nina Kaur", omar: "Omar Haddad", zoe: "Zoe Klein"}

// A call is a call for help of the past, as it went.
type call struct {
	day          int // from the Monday of the demo's week
	hour, minute int
	agent        bot.PersonID
	customer     string
	reference    string
	reason       string
	happened     string
	paged        []bot.PersonID // in this order; the last one took it
	waited       time.Duration  // by the last one
	outcome      string
	dollars      int64         // that were given with it, 0 for none
	promise      string        // to the customer, "" for none
	due          time.Duration // of the promise if it is not kept yet, from the call on; else it was kept within the hour
	owner        bot.PersonID  // of the promise, "" for who took it
	worked       string
	change       string
	helped       string // what the agent answered to that, "" for nothing
	wish         string
}

// The customer who comes back: the guide's first call is about her.
const (
	kovac         = "Ms Kovac"
	kovacsAccount = "4711"
)

// pastCalls are the calls of the week before, and of the demo's week. Ms Kovac
// came twice: she was given something the first time, and the second time Dana
// promised her what is due on the Friday, so that the guide has something to keep
// whatever is promised in its own call.
var pastCalls = []call{
	{day: -7, hour: 9, minute: 12, agent: maria, customer: "Mr Adler", reference: "2086", reason: "delivery", happened: "Third parcel to the wrong address", paged: []bot.PersonID{"dana"}, waited: 25 * time.Second, outcome: "Replacement sent"},
	{day: -6, hour: 11, minute: 5, agent: nina, customer: "Ms Brandt", reference: "3320", reason: "billing", happened: "Charged twice for one order", paged: []bot.PersonID{"lee"}, waited: 40 * time.Second, outcome: "Refund", dollars: 64},
	{day: -5, hour: 10, minute: 31, agent: omar, customer: "Mr Castillo", reference: "1175", reason: "delivery", happened: "The fridge stands in the rain", paged: []bot.PersonID{"dana"}, waited: 30 * time.Second, outcome: "Goodwill credit", dollars: 50},
	{day: -4, hour: 14, minute: 48, agent: zoe, customer: kovac, reference: kovacsAccount, reason: "faulty", happened: "A new blender that smokes", paged: []bot.PersonID{"lee"}, waited: 20 * time.Second, outcome: "Goodwill credit", dollars: 20},
	{day: -3, hour: 11, minute: 20, agent: tom, customer: "Mr Eriksen", reference: "5902", reason: "billing", happened: "A refund that never came", paged: []bot.PersonID{"dana", "lee"}, waited: 15 * time.Second, outcome: "Refund", dollars: 120},

	{
		day: 0, hour: 9, minute: 4, agent: nina, customer: "Ms Fontaine", reference: "4418", reason: "delivery", happened: "The tracker says delivered, the doorstep is empty",
		paged: []bot.PersonID{"dana"}, waited: 20 * time.Second, outcome: "Replacement sent", promise: "A new parcel, and its number today",
		worked: "Saying what I do while I do it, so that nobody waits in silence", helped: "yes",
	},
	{
		day: 0, hour: 11, minute: 26, agent: omar, customer: "Mr Garcia", reference: "2751", reason: "billing", happened: "An invoice for a cancelled order",
		paged: []bot.PersonID{"lee"}, waited: 35 * time.Second, outcome: "Refund", dollars: 310, promise: "The corrected invoice by post", owner: omar,
		worked: "Letting them finish before the first question", helped: "yes",
	},
	{
		day: 0, hour: 14, minute: 40, agent: zoe, customer: "Ms Horvat", reference: "6093", reason: "faulty", happened: "A kettle that leaks, for the second time",
		paged: []bot.PersonID{"dana", "lee"}, waited: 20 * time.Second, outcome: "Replacement sent",
		change: "A list of what we may replace without asking", helped: "yes", wish: "A second supervisor at two in the afternoon",
	},
	{
		day: 1, hour: 9, minute: 18, agent: tom, customer: "Mr Ito", reference: "1840", reason: "delivery", happened: "Waited at home all day for nothing",
		paged: []bot.PersonID{"priya"}, waited: 50 * time.Second, outcome: "Replacement sent", promise: "A call by the depot",
		worked: "A choice of two dates", change: "Tell agents when the depot is behind", helped: "yes",
	},
	{
		day: 1, hour: 11, minute: 7, agent: maria, customer: "Ms Jensen", reference: "3657", reason: "billing", happened: "A refund that takes 14 days",
		paged: []bot.PersonID{"lee", "dana"}, waited: 15 * time.Second, outcome: "Refund", dollars: 49, promise: "The money by Friday",
		change: "Faster refunds for small amounts", helped: "yes", wish: "Refunds up to 100 without a call",
	},
	{
		day: 1, hour: 11, minute: 52, agent: zoe, customer: "Ms Keller", reference: "5214", reason: "delivery", happened: "A birthday present that came too late",
		paged: []bot.PersonID{"dana"}, waited: 30 * time.Second, outcome: "Refund", dollars: 35, promise: "A note when the parcel is back", owner: zoe,
		worked: "An apology that names the birthday", helped: "yes",
	},
	{
		day: 2, hour: 10, minute: 15, agent: tom, customer: kovac, reference: kovacsAccount, reason: "faulty", happened: "The next blender broke too",
		paged: []bot.PersonID{"dana"}, waited: 25 * time.Second, outcome: "Replacement sent", promise: "A call when the new blender is on its way", due: 48*time.Hour - 15*time.Minute, helped: "yes", wish: "Somebody to look after me afterwards, and not only them",
	},
	{
		day: 2, hour: 11, minute: 33, agent: omar, customer: "Ms Moreau", reference: "2499", reason: "delivery", happened: "Half of an order is missing",
		paged: []bot.PersonID{"priya", "dana"}, waited: 20 * time.Second, outcome: "Replacement sent",
		change: "The depot's stock, where agents can see it", helped: "yes", wish: "The depot's stock on my screen",
	},
	{
		day: 2, hour: 16, minute: 21, agent: tom, customer: "Mr Novak", reference: "4027", reason: "billing", happened: "A credit note that nobody can find",
		paged: []bot.PersonID{"priya"}, waited: 55 * time.Second, outcome: "Refund", dollars: 280, helped: "yes", wish: "One place for all credit notes",
	},
}

// remember has the team's past in the store, written by the rules but shown to
// nobody.
func (d *demo) remember() error {
	team := &d.app.config.Teams[0]
	week := roster.Recurring{Zone: team.Timezone, Days: []time.Weekday{time.Monday}}.Next(d.began.AddDate(0, 0, -7))
	past := &past{
		team: bot.TeamID(team.Key), week: week,
		moment: bot.Moment{Times: d.app.config.settings().Times, Feedback: true},
	}

	return d.app.store.Update(context.Background(), func(tx bot.Tx) error {
		for _, met := range d.met() {
			met.Seen = week
			if err := tx.PutIdentity(&met); err != nil {
				return err
			}
		}

		for _, c := range pastCalls {
			if err := past.write(tx, c); err != nil {
				return fmt.Errorf("%v's call of the past: %w", c.agent, err)
			}
		}

		d.first = bot.EscalationID(len(pastCalls)) + 1

		return tx.PutDigest(&bot.Digest{Team: past.team, Since: week.AddDate(0, 0, -28), Until: week})
	})
}

// met is whom the bot knows from the past. If it met somebody for the first time
// now, it would show them their open cases.
func (d *demo) met() []bot.Identity {
	var met []bot.Identity
	for who, name := range formerColleagues {
		met = append(met, bot.Identity{Who: chat.Person(who), Person: who, Name: name})
	}

	for _, user := range demoPeople() {
		account := chat.PersonOn(chat.Slack, user.ID)
		identity := bot.Identity{Who: account, Person: bot.PersonID(account), Name: user.RealName}

		if slices.ContainsFunc(d.app.config.People, func(p Person) bool { return p.Key == user.Name }) {
			identity.Person = bot.PersonID(user.Name)
		}

		met = append(met, identity)
	}

	return met
}

// A past is a team's, told by the rules.
type past struct {
	team   bot.TeamID
	week   time.Time // the Monday of the demo's week
	moment bot.Moment
}

// pageWait is how long each of those who are paged has.
const pageWait = 45 * time.Second

// write has a call in the store, from the call for help to what was owed.
func (p *past) write(tx bot.Tx, c call) error {
	id, err := tx.NextEscalation()
	if err != nil {
		return err
	}

	e := &bot.Escalation{}
	now := p.week.AddDate(0, 0, c.day).Add(time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute)

	for _, step := range p.steps(id, c, now) {
		now = now.Add(step.after)

		if err := p.apply(tx, e, step.event, now, c.paged); err != nil {
			return err
		}
	}

	if err := p.meet(tx, e); err != nil {
		return err
	}

	return tx.PutEscalation(e)
}

// meet has a call's customer remembered: that they came, what is owed to them, and
// what they were given.
func (p *past) meet(tx bot.Tx, e *bot.Escalation) error {
	c, err := tx.Customer(p.team, e.Context.Reference)
	if errors.Is(err, bot.ErrNotFound) {
		c, err = &bot.Customer{Team: p.team}, nil
	}

	if err != nil {
		return err
	}

	c.Note(e, false)

	if o := e.Outcome; o.Sum > 0 {
		c.Give([]bot.Gesture{{Escalation: e.ID, Option: o.Name, Amount: o.Sum, Currency: o.Currency, By: o.By, At: o.At}})
	}

	return tx.PutCustomer(c)
}

// A happening is what happened, and how long after what was before.
type happening struct {
	after time.Duration
	event bot.Event
}

// steps are what happened in a call.
func (p *past) steps(id bot.EscalationID, c call, at time.Time) []happening {
	taker := c.paged[len(c.paged)-1]
	steps := []happening{{0, bot.Open{ID: id, Team: p.team, Agent: c.agent, Kind: bot.TakeOver, Context: bot.Context{
		Customer: c.customer, Reference: c.reference, Channel: "phone", Waiting: true, Reason: c.reason, Heat: 3, Happened: c.happened,
	}}}}

	for range c.paged[1:] {
		steps = append(steps, happening{pageWait, bot.Due{}})
	}

	resolve := bot.Resolve{By: taker, Outcome: bot.Outcome{Name: c.outcome, Satisfied: "yes", Worked: c.worked, Change: c.change}}
	if c.dollars > 0 {
		resolve.Outcome.Sum, resolve.Outcome.Currency = c.dollars*100, "USD"
	}

	owner := cmp.Or(c.owner, taker)

	if c.promise != "" {
		resolve.Owed = []bot.Owed{{Promise: true, Text: c.promise, Owner: owner, Due: at.Add(cmp.Or(c.due, 3*time.Hour))}}
	}

	steps = append(steps, happening{c.waited, bot.Take{By: taker}}, happening{c.waited + 20*time.Second, bot.Join{By: taker}}, happening{9 * time.Minute, resolve})

	later := happening{time.Hour, bot.Due{}} // when people are asked how the help was

	if c.promise != "" && c.due == 0 {
		later.after = 0
		steps = append(steps, happening{time.Hour, bot.Finish{By: owner, N: 1}})
	}

	steps = append(steps, later)

	if c.helped != "" {
		steps = append(steps, happening{0, bot.GiveFeedback{By: c.agent, Helped: c.helped, Change: c.wish, Week: p.week}})
	}

	return steps
}

// apply carries an event out and keeps what it leaves on record. The cards that
// it would show are shown to nobody.
func (p *past) apply(tx bot.Tx, e *bot.Escalation, ev bot.Event, now time.Time, paged []bot.PersonID) error {
	moment := p.moment
	moment.Now = now
	moment.Chains = map[bot.ChainName][]bot.Tier{
		bot.LiveChain: {{Name: "on duty", People: paged, Wait: pageWait, Repeat: true}},
	}

	effects, err := e.Apply(ev, moment)
	if err != nil {
		return err
	}

	for _, effect := range effects {
		switch effect := effect.(type) { // all others are for somebody's eyes
		case bot.Record:
			err = tx.Append(e.ID, e.Link(effect.Entry, bot.NewSalt()))
		case bot.KeepFeedback:
			err = tx.AddFeedback(&effect.Feedback)
		}

		if err != nil {
			return err
		}
	}

	return nil
}
