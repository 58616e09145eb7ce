package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// steps are all ways to write a line of a script. The first that fits counts.
var steps = newSteps([]step{
	// What people do.
	{how: `WHO types REST`, do: types},
	{how: `WHO writes to the bot REST`, do: writesToBot},
	{how: `WHO writes in ROOM REST`, do: writesIn},
	{how: `WHO escalates the message WORDS`, do: escalatesMessage},
	{how: `WHO fills FIELDS`, do: func(p *play, a []string) error {
		return p.did(p.fills(a[0], answers(a[1])))
	}},
	{how: `WHO submits`, do: submits},
	{how: `WHO submits FIELDS`, do: submits},
	{how: `WHO submits twice FIELDS`, do: submitsTwice},
	{how: `WHO closes the form`, do: func(p *play, a []string) error { return p.people[a[0]].CloseModal() }},
	{how: `WHO clicks BUTTON in the form`, do: func(p *play, a []string) error { return p.did(p.people[a[0]].ClickInModal(a[1])) }},
	{how: `WHO clicks BUTTON in the home`, do: func(p *play, a []string) error { return p.did(p.people[a[0]].ClickInHome(a[1])) }},
	{how: `WHO clicks stale BUTTON`, do: clicksStale},
	{how: `WHO clicks stale BUTTON on WORDS`, do: clicksStale},
	{how: `WHO clicks twice BUTTON`, do: clicksTwice},
	{how: `WHO clicks BUTTON`, do: clicks},
	{how: `WHO clicks BUTTON on WORDS`, do: clicks},
	{how: `WHO and WHO click BUTTON at once`, do: clickAtOnce},
	{how: `WHO sets their status to BUTTON`, do: func(p *play, a []string) error {
		return p.workspace.SetUser(p.people[a[0]].ID(), func(u *workspace.User) { u.Status = workspace.Status{Text: a[1], Emoji: ":sandwich:"} })
	}},
	{how: `WHO clears their status`, do: func(p *play, a []string) error {
		return p.workspace.SetUser(p.people[a[0]].ID(), func(u *workspace.User) { u.Status = workspace.Status{} })
	}},
	{how: `WHO opens the home`, do: func(p *play, a []string) error { return p.people[a[0]].OpenHome() }},

	// What people see.
	{how: `WHO sees edited WORDS`, do: sight1(inAWhile, (*reader).seesEdited)},
	{how: `WHO sees privately WORDS`, do: sight1(soon, func(r *reader, words []string) error { return r.sees(words, true) })},
	{how: `WHO sees WORDS`, do: sight1(soon, func(r *reader, words []string) error { return r.sees(words, false) })},
	{how: `either WHO or WHO sees privately WORDS`, do: eitherSees},
	{how: `WHO still sees WORDS`, do: sight1(inAWhile, (*reader).stillSees)},
	{how: `WHO no longer sees WORDS`, do: sight1(inAWhile, (*reader).noLongerSees)},
	{how: `WHO does not see WORDS`, do: sight1(inAWhile, (*reader).noLongerSees)},
	{how: `WHO never saw WORDS`, do: sight1(soon, (*reader).neverSaw)},
	{how: `WHO is notified WORDS`, do: sight1(soon, (*reader).isNotified)},
	{how: `WHO is not notified`, do: func(p *play, a []string) error { return p.people[a[0]].isNotNotified(nil) }},
	{how: `WHO is not notified WORDS`, do: func(p *play, a []string) error { return p.people[a[0]].isNotNotified(inQuotes(a[1])) }},
	{how: `WHO reads trouble WORDS`, do: readsTrouble, namesTrouble: true},
	{how: `WHO's form shows WORDS`, do: formShows},
	{how: `WHO's form does not show WORDS`, do: formDoesNotShow},
	{how: `WHO's field BUTTON has the problem WORDS`, do: fieldHasProblem},
	{how: `WHO has no form open`, do: hasNoForm},
	{how: `WHO's home shows WORDS`, do: homeShows},
	{how: `WHO's home does not show WORDS`, do: homeDoesNotShow},
	{how: `WHO's status is BUTTON until CLOCK`, do: func(p *play, a []string) error { return hasStatus(p, a[0], a[1], a[2]) }},
	{how: `WHO's status is BUTTON`, do: func(p *play, a []string) error { return hasStatus(p, a[0], a[1], "") }},
	{how: `WHO has no status`, do: func(p *play, a []string) error { return hasStatus(p, a[0], "", "") }},
	{how: `channel ROOM shows WORDS`, do: roomShows},
	{how: `channel ROOM does not show WORDS`, do: roomDoesNotShow},

	// What befalls the bot, and time.
	{how: `after SPAN`, do: after},
	{how: `after NUMBER days`, do: func(p *play, a []string) error { p.pass(time.Duration(number(a[0])) * day); return nil }},
	{how: `at CLOCK`, do: func(p *play, a []string) error { return at(p, a[0], 0) }},
	{how: `on DAY at CLOCK`, do: onDay},
	{how: `at CLOCK the next day`, do: func(p *play, a []string) error { return at(p, a[0], 1) }},
	{how: `the machine's clock goes forward SPAN`, do: func(p *play, a []string) error { return p.machine.step(a[0], 1) }},
	{how: `the machine's clock goes back SPAN`, do: func(p *play, a []string) error { return p.machine.step(a[0], -1) }},
	{how: `at CLOCK in NUMBER days`, do: func(p *play, a []string) error { return at(p, a[0], number(a[1])) }},
	{how: `the digest of NAME in NAME reads WORDS`, do: digestReads},
	{how: `restart`, do: func(p *play, _ []string) error { p.stop(); p.start(); return nil }},
	{how: `the bot stops`, do: func(p *play, _ []string) error { p.stop(); return nil }},
	{how: `the bot starts`, do: func(p *play, _ []string) error { p.start(); return nil }},
	{how: `the bot begins anew`, do: func(p *play, _ []string) error { p.stop(); p.forget(); p.start(); return nil }},
	{how: `crash`, do: func(p *play, _ []string) error { p.crash(); p.start(); return nil }},
	{how: `crash after NUMBER writes`, do: func(p *play, a []string) error { p.mind.dieAfter(number(a[0])); return nil }},
	{how: `crash before write NUMBER`, do: func(p *play, a []string) error { p.mind.dieBefore(number(a[0])); return nil }},
	{how: `the log says WORDS`, do: func(p *play, a []string) error { return p.diary.warned(inQuotes(a[0])[0]) }},

	// What befalls Slack.
	{how: `slack answers 429 for SECONDS on NAME`, do: answers429},
	{how: `slack answers 429 for SECONDS on NAME to WHO`, do: answers429},
	{how: `slack refuses NAME to WHO with NAME`, do: func(p *play, a []string) error {
		p.workspace.Inject(workspace.Fault{Method: a[0], Channel: p.people[a[1]].ID(), Do: workspace.Refuse, Error: a[2]})

		return nil
	}},
	{how: `slack refuses NAME with NAME`, do: func(p *play, a []string) error {
		p.workspace.Inject(workspace.Fault{Method: a[0], Do: workspace.Refuse, Error: a[1]})

		return nil
	}},
	{how: `slack accepts and cuts the next NAME to WHO`, do: func(p *play, a []string) error {
		p.workspace.Inject(workspace.Fault{Method: a[0], Channel: p.people[a[1]].ID(), Do: workspace.CutAfter, Times: 1})

		return nil
	}},
	{how: `slack accepts and cuts the next NAME`, do: func(p *play, a []string) error {
		p.workspace.Inject(workspace.Fault{Method: a[0], Do: workspace.CutAfter, Times: 1})

		return nil
	}},
	{how: `slack can't be read`, do: func(p *play, _ []string) error { p.workspace.RefuseHistory("internal_error"); return nil }},
	{how: `slack shows history after SPAN`, do: func(p *play, a []string) error {
		lag, err := time.ParseDuration(a[0])
		p.workspace.LagHistory(lag)

		return err
	}},
	{how: `slack repeats every envelope`, do: func(p *play, _ []string) error { p.workspace.Duplicate(1); return nil }},
	{how: `slack is well again`, do: func(p *play, _ []string) error { p.heal(); return nil }},
	{how: `slack refused NAME with NAME`, do: func(p *play, a []string) error { p.refused = append(p.refused, a[0]+" with "+a[1]); return nil }},
	{how: `WHO is on do-not-disturb until CLOCK`, do: func(p *play, a []string) error {
		until, err := p.moment(a[1], 0)
		if err != nil {
			return err
		}

		return p.workspace.SetUser(p.people[a[0]].ID(), func(u *workspace.User) { u.DND.SnoozeUntil = until })
	}},
	{how: `the bot is not in ROOM`, do: func(p *play, a []string) error {
		return p.workspace.SetChannel(roomID(a[0]), func(c *workspace.Channel) {
			c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == "U0FIREBREAK" })
		})
	}},
	{how: `the bot is invited to ROOM`, do: func(p *play, a []string) error {
		return p.workspace.SetChannel(roomID(a[0]), func(c *workspace.Channel) { c.Members = append(c.Members, "U0FIREBREAK") })
	}},
	{how: `the group NAME has PEOPLE`, do: groupHas},
	{how: `the calendar is REST`, do: func(p *play, a []string) error { return putCalendar(p.data, stageCalendar, a[0]) }},
	{how: `the holidays are REST`, do: func(p *play, a []string) error { return putCalendar(p.data, stageHolidays, a[0]) }},
	{how: `WHO's account is deactivated`, do: func(p *play, a []string) error {
		return p.workspace.SetUser(p.people[a[0]].ID(), func(u *workspace.User) { u.Deleted = true })
	}},
})

// heal ends every fault of Slack but those of the mode.
func (p *play) heal() {
	p.workspace.Heal()

	if p.mode.repeated {
		p.workspace.Duplicate(1)
	}
}

// heard keeps what somebody typed, so that it can be looked for in the log. A
// moment that they chose is no word of theirs.
func (p *play) heard(text string) {
	if _, err := time.Parse("2006-01-02 15:04", text); err != nil {
		p.spoken = append(p.spoken, text)
	}
}

func types(p *play, a []string) error {
	if _, words, ok := strings.Cut(a[1], "/escalate "); ok {
		p.heard(strings.TrimPrefix(words, "now "))
	}

	return p.did(p.people[a[0]].Command("C0DESK", a[1]))
}

func writesToBot(p *play, a []string) error {
	p.heard(a[1])
	_, err := p.people[a[0]].Write(p.people[a[0]].DM(), a[1])

	return p.did(err)
}

func writesIn(p *play, a []string) error {
	p.heard(a[2])
	_, err := p.people[a[0]].Write("#"+a[1], a[2])

	return p.did(err)
}

func escalatesMessage(p *play, a []string) error {
	who := p.people[a[0]]

	m, found := who.Find("C0DESK", inQuotes(a[1])[0])
	if !found {
		return fmt.Errorf("%v sees no message with %v in billing-desk", a[0], a[1])
	}

	return p.did(who.Shortcut(m, slack.ShortcutName))
}

func (p *play) fills(who string, values [][2]string) error {
	for _, v := range values {
		p.heard(v[1])
	}

	return p.people[who].fill(values)
}

// submits fills the form in and sends it. What is then wrong at its fields is
// no trouble; the script says so.
func submits(p *play, a []string) error {
	values, err := p.values(a)
	if err != nil {
		return err
	}

	return p.sent(p.people[a[0]].Submit(values))
}

// submitsTwice presses the form's button twice at once. The second press finds no
// button any more if the answer to the first is quicker.
func submitsTwice(p *play, a []string) error {
	values, err := p.values(a)
	if err != nil {
		return err
	}

	one, two := p.people[a[0]].SubmitTwice(values)
	closed := func(err error) bool { return err != nil && err.Error() == "that view is closed" }

	switch {
	case closed(one):
		return p.sent(two)
	case closed(two):
		return p.sent(one)
	default:
		return errors.Join(p.sent(one), p.sent(two))
	}
}

// values waits for the form and reads what is to be filled in.
func (p *play) values(a []string) (map[string]string, error) {
	err := eventually(soon, func() error {
		_, err := p.people[a[0]].form()

		return err
	})

	values := map[string]string{}

	if len(a) > 1 {
		for _, v := range answers(a[1]) {
			values[v[0]] = v[1]
			p.heard(v[1])
		}
	}

	return values, err
}

// sent notes trouble after a form was sent.
func (p *play) sent(err error) error {
	if _, ok := errors.AsType[*workspace.FieldErrors](err); ok {
		return nil
	}

	return p.did(err)
}

func clicks(p *play, a []string) error {
	var m workspace.Message

	err := eventually(inAWhile, func() (err error) {
		m, err = p.people[a[0]].withButton(a[1], wordsOf(a, 2))

		return err
	})
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].Click(m, a[1]))
}

func clicksStale(p *play, a []string) error {
	m, err := p.people[a[0]].withFormerButton(a[1], wordsOf(a, 2))
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].ClickStale(m, a[1]))
}

func wordsOf(a []string, i int) []string {
	if len(a) <= i {
		return nil
	}

	return inQuotes(a[i])
}

func clicksTwice(p *play, a []string) error { return clickAtOnce(p, []string{a[0], a[0], a[1]}) }

// clickAtOnce has two people, or one of them twice, press the same at the same
// moment.
func clickAtOnce(p *play, a []string) error {
	one, err := p.people[a[0]].withButton(a[2], nil)
	if err != nil {
		return err
	}

	two, err := p.people[a[1]].withButton(a[2], nil)
	if err != nil {
		return err
	}

	var (
		both          sync.WaitGroup
		first, second error
	)

	both.Go(func() { first = p.people[a[0]].ClickStale(one, a[2]) })
	both.Go(func() { second = p.people[a[1]].ClickStale(two, a[2]) })
	both.Wait()

	return errors.Join(p.did(first), p.did(second))
}

// sight1 is a step about what one person is to see in time.
func sight1(within time.Duration, so func(*reader, []string) error) func(*play, []string) error {
	return func(p *play, a []string) error {
		return eventually(within, func() error { return so(p.people[a[0]], inQuotes(a[1])) })
	}
}

// eitherSees is a step about one of two people: which one is chance.
func eitherSees(p *play, a []string) error {
	return eventually(soon, func() error {
		one, two := p.people[a[0]], p.people[a[1]]
		if one.sees(inQuotes(a[2]), true) == nil {
			return nil
		}

		return two.sees(inQuotes(a[2]), true)
	})
}

func readsTrouble(p *play, a []string) error {
	words := inQuotes(a[1])
	if len(p.trouble) == 0 || !holds(p.trouble[0].Error(), words) {
		return fmt.Errorf("people were told %v, want %q", p.trouble, words)
	}

	p.trouble = p.trouble[1:]

	return nil
}

func formShows(p *play, a []string) error {
	return eventually(soon, func() error {
		v, err := p.people[a[0]].form()
		if err == nil && !holds(v.Text, inQuotes(a[1])) {
			err = fmt.Errorf("the form does not show all of %v", a[1])
		}

		return err
	})
}

func formDoesNotShow(p *play, a []string) error {
	v, err := p.people[a[0]].form()
	if err == nil && holds(v.Text, inQuotes(a[1])) {
		err = fmt.Errorf("the form shows %v", a[1])
	}

	return err
}

func fieldHasProblem(p *play, a []string) error {
	v, err := p.people[a[0]].form()
	if err != nil {
		return err
	}

	for label, problem := range v.Mistakes {
		if strings.EqualFold(label, a[1]) && holds(problem, inQuotes(a[2])) {
			return nil
		}
	}

	return fmt.Errorf("the form has the problems %q, want %v at %q", v.Mistakes, a[2], a[1])
}

func hasNoForm(p *play, a []string) error {
	if v := p.people[a[0]].Modal(); v != nil {
		return fmt.Errorf("%v has the form %q open", a[0], v.Title)
	}

	return nil
}

func homeShows(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if v := p.people[a[0]].Home(); v == nil || !holds(v.Text, inQuotes(a[1])) {
			return fmt.Errorf("the home of %v does not show all of %v", a[0], a[1])
		}

		return nil
	})
}

func homeDoesNotShow(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if v := p.people[a[0]].Home(); v != nil && holds(v.Text, inQuotes(a[1])) {
			return fmt.Errorf("the home of %v shows %v", a[0], a[1])
		}

		return nil
	})
}

func roomShows(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if !holds(p.room(a[0]), inQuotes(a[1])) {
			return fmt.Errorf("#%v does not show all of %v", a[0], a[1])
		}

		return nil
	})
}

func roomDoesNotShow(p *play, a []string) error {
	if text := p.room(a[0]); holds(text, inQuotes(a[1])) {
		return fmt.Errorf("#%v shows %v:\n%v", a[0], a[1], text)
	}

	return nil
}

// hasStatus holds what stands beside somebody's name within some seconds, and, if the
// script says so, until when.
func hasStatus(p *play, who, text, until string) error {
	return eventually(3*time.Second, func() error {
		has := p.workspace.Status(p.people[who].ID())
		if has.Text != text || until != "" && has.Until.In(p.begun.at.Location()).Format(time.TimeOnly) != until {
			return fmt.Errorf("the status of %v is %q until %v, want %q until %v", who, has.Text, has.Until, text, until)
		}

		return nil
	})
}

// groupHas is a step about who is in a user group, in any order.
func groupHas(p *play, a []string) error {
	var want []string
	for name := range strings.FieldsSeq(strings.NewReplacer(",", " ", " and ", " ").Replace(a[1])) {
		want = append(want, p.people[name].ID())
	}

	slices.Sort(want)

	return eventually(inAWhile, func() error {
		group, found := p.workspace.Group(a[0])
		if has := slices.Sorted(slices.Values(group.Users)); !found || !slices.Equal(has, want) {
			return fmt.Errorf("the group %v has %v, want %v", a[0], has, want)
		}

		return nil
	})
}

func after(p *play, a []string) error {
	d, err := time.ParseDuration(a[0])
	p.pass(d)

	return err
}

// at waits until the clocks of the script say so, so many days ahead.
func at(p *play, clock string, days int) error {
	now := time.Now().In(p.begun.at.Location())

	until, err := p.moment(clock, days)
	if err != nil {
		return err
	}

	if until.Before(now) {
		return fmt.Errorf("it is %v already", now.Format("15:04:05.000"))
	}

	p.pass(until.Sub(now))
	synctest.Wait()

	return nil
}

// onDay waits until the clocks of the script say so on the next day of that name.
func onDay(p *play, a []string) error {
	now := time.Now().In(p.begun.at.Location())

	for days := range 8 {
		if now.AddDate(0, 0, days).Weekday().String() == a[0] && days > 0 {
			return at(p, a[1], days)
		}
	}

	return fmt.Errorf("%v is no day", a[0])
}

// moment returns when the clocks of the script say so, on the day that is so many
// days ahead.
func (p *play) moment(said string, days int) (time.Time, error) {
	clock, err := time.Parse(time.TimeOnly, said)
	now := time.Now().In(p.begun.at.Location())

	return time.Date(now.Year(), now.Month(), now.Day()+days, clock.Hour(), clock.Minute(), clock.Second(), 0, now.Location()), err
}

// answers429 has Slack name the time that is left, as it does: who asks later need
// not wait for longer.
func answers429(p *play, a []string) error {
	fault := workspace.Fault{Method: a[1], Do: workspace.RateLimit, RetryAfter: number(a[0])}
	if len(a) > 2 {
		fault.Channel = p.people[a[2]].ID()
	}

	var next func()

	next = func() {
		if fault.RetryAfter == 0 {
			return
		}

		remove := p.workspace.Inject(fault)
		fault.RetryAfter--

		time.AfterFunc(time.Second, func() { remove(); next() })
	}
	next()

	return nil
}
