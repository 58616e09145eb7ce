package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
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
	{how: `WHO closes the form`, do: func(p *play, a []string) error { return p.people[a[0]].closeForm() }},
	{how: `WHO clicks BUTTON in the form`, do: func(p *play, a []string) error { return p.did(p.people[a[0]].clickInForm(a[1])) }},
	{how: `WHO clicks BUTTON in the home`, do: func(p *play, a []string) error { return p.did(p.people[a[0]].clickInHome(a[1])) }},
	{how: `WHO clicks stale BUTTON`, do: clicksStale},
	{how: `WHO clicks stale BUTTON on WORDS`, do: clicksStale},
	{how: `WHO clicks BUTTON in the first copy`, do: clicksFirst},
	{how: `WHO clicks twice BUTTON`, do: clicksTwice},
	{how: `WHO clicks BUTTON`, do: clicks},
	{how: `WHO clicks BUTTON on WORDS`, do: clicks},
	{how: `WHO and WHO click BUTTON at once`, do: clickAtOnce},
	{how: `WHO sets their status to BUTTON`, do: func(p *play, a []string) error {
		return p.setStatus(a[0], workspace.Status{Text: a[1], Emoji: ":sandwich:"})
	}},
	{how: `WHO clears their status`, do: func(p *play, a []string) error { return p.setStatus(a[0], workspace.Status{}) }},
	{how: `WHO opens the home`, do: func(p *play, a []string) error { return p.people[a[0]].openHome() }},

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
	{how: `WHO is not notified WORDS`, do: func(p *play, a []string) error { return p.people[a[0]].isNotNotified(p.read(a[0], a[1])) }},
	{how: `WHO reads trouble WORDS`, do: readsTrouble, namesTrouble: true},
	{how: `WHO is told WORDS`, do: isTold},
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
	{how: `the operator erases NAME and reads WORDS`, do: func(p *play, a []string) error { return erases(p, eraseCommand{Customer: a[0]}, a[1]) }},
	{how: `the operator erases case NAME and reads WORDS`, do: func(p *play, a []string) error { return erases(p, eraseCommand{Escalation: a[:1]}, a[1]) }},
	{how: `the operator erases NAME with what is open and reads WORDS`, do: func(p *play, a []string) error {
		return erases(p, eraseCommand{Customer: a[0], Open: true}, a[1])
	}},
	{how: `the operator looks what to erase of NAME and reads WORDS`, do: func(p *play, a []string) error {
		return erases(p, eraseCommand{Customer: a[0], DryRun: true}, a[1])
	}},
	{how: `firebreak verify prints WORDS`, do: verifyPrints},
	{how: `an insider alters entry NUMBER of NAME`, do: altersEntry},
	{how: `an insider takes out NAME`, do: takesOutRecord},
	{how: `an insider takes out entry NUMBER of NAME`, do: takesOutEntry},
	{how: `the disk damages the record of NAME`, do: spoilsRecord},
	{how: `the disk damages entry NUMBER of NAME`, do: spoilsEntry},
	{how: `the disk is full`, do: func(p *play, _ []string) error { p.mind.fill(true); return nil }},
	{how: `the disk has room again`, do: func(p *play, _ []string) error { p.mind.fill(false); return nil }},
	{how: `the disk is stuck for SPAN`, do: func(p *play, a []string) error { return p.mind.stall(a[0]) }},
	{how: `restart`, do: func(p *play, _ []string) error { p.stop(); p.start(); return nil }},
	{how: `the bot stops`, do: func(p *play, _ []string) error { p.stop(); return nil }},
	{how: `the bot starts`, do: func(p *play, _ []string) error { p.start(); return nil }},
	{how: `the bot begins anew`, do: func(p *play, _ []string) error { p.stop(); p.forget(); p.start(); return nil }},
	{how: `crash`, do: func(p *play, _ []string) error { p.crash(); p.start(); return nil }},
	{how: `crash after NUMBER writes`, do: func(p *play, a []string) error { p.mind.dieAfter(number(a[0])); return nil }},
	{how: `crash before write NUMBER`, do: func(p *play, a []string) error { p.mind.dieBefore(number(a[0])); return nil }},
	{how: `the log says WORDS`, do: func(p *play, a []string) error { return p.diary.warned(p.read("dana", a[0])[0]) }},

	// What befalls Slack.
	{how: `slack answers 429 for SECONDS on NAME`, do: answers429},
	{how: `slack answers 429 for SECONDS on NAME to WHO`, do: answers429},
	{how: `slack refuses NAME to WHO with NAME`, do: func(p *play, a []string) error {
		return p.befalls(fault{call: a[0], to: a[1], do: refuse, code: a[2]})
	}},
	{how: `slack refuses NAME with NAME`, do: func(p *play, a []string) error {
		return p.befalls(fault{call: a[0], do: refuse, code: a[1]})
	}},
	{how: `slack accepts and cuts the next NAME to WHO`, do: func(p *play, a []string) error {
		return p.befalls(fault{call: a[0], to: a[1], do: cutAfter, asMany: 1})
	}},
	{how: `slack accepts and cuts the next NAME`, do: func(p *play, a []string) error {
		return p.befalls(fault{call: a[0], do: cutAfter, asMany: 1})
	}},
	{how: `slack can't be read`, do: func(p *play, _ []string) error {
		for _, side := range p.sides {
			side.forgetful()
		}

		return nil
	}},
	{how: `slack shows history after SPAN`, do: func(p *play, a []string) error {
		lag, err := time.ParseDuration(a[0])
		for _, side := range p.sides {
			side.lag(lag)
		}

		return err
	}},
	{how: `slack repeats every envelope`, do: func(p *play, _ []string) error { p.repeat(); return nil }},
	{how: `slack is well again`, do: func(p *play, _ []string) error { p.heal(); return nil }},
	{how: `slack refused NAME with NAME`, do: func(p *play, a []string) error { p.refused = append(p.refused, a[0]+" with "+a[1]); return nil }},
	{how: `WHO is on do-not-disturb until CLOCK`, do: func(p *play, a []string) error {
		until, err := p.moment(a[1], 0)
		if err != nil {
			return err
		}

		return p.on(a[0]).disturb(a[0], until)
	}},
	{how: `the bot is not in ROOM`, do: func(p *play, a []string) error { return p.joins(a[0], false) }},
	{how: `the bot is invited to ROOM`, do: func(p *play, a []string) error { return p.joins(a[0], true) }},
	{how: `the group NAME has PEOPLE`, do: groupHas},
	{how: `the calendar is REST`, do: func(p *play, a []string) error { return putCalendar(p.data, stageCalendar, a[0]) }},
	{how: `the holidays are REST`, do: func(p *play, a []string) error { return putCalendar(p.data, stageHolidays, a[0]) }},
	{how: `WHO uses the platform in NAME`, do: func(p *play, a []string) error { return p.on(a[0]).speak(a[0], a[1]) }},
	{how: `WHO's account is deactivated`, do: func(p *play, a []string) error { return p.on(a[0]).deactivate(a[0]) }},
})

// heal ends every fault but those of the mode.
func (p *play) heal() {
	for _, side := range p.sides {
		side.heal()
	}

	if p.mode.repeated {
		p.repeat()
	}
}

// befalls has a fault befall the platform of whom it is about, or all of them.
func (p *play) befalls(f fault) error {
	p.injected(f)

	return nil
}

// injected has a fault befall, until it is removed.
func (p *play) injected(f fault) (remove func()) {
	if f.to != "" {
		return p.on(f.to).inject(f)
	}

	var removes []func()
	for _, side := range p.sides {
		removes = append(removes, side.inject(f))
	}

	return func() {
		for _, remove := range removes {
			remove()
		}
	}
}

func (p *play) joins(room string, bot bool) error {
	var failures []error
	for _, side := range p.sides {
		failures = append(failures, side.join(room, bot))
	}

	return errors.Join(failures...)
}

func (p *play) setStatus(who string, status workspace.Status) error {
	return p.slack.SetUser(slackUser(who), func(u *workspace.User) { u.Status = status })
}

// heard keeps what somebody typed, so that it can be looked for in the log. A
// moment that they chose is no word of theirs.
func (p *play) heard(text string) {
	if _, err := time.Parse("2006-01-02 15:04", text); err != nil {
		p.spoken = append(p.spoken, text)
	}
}

func types(p *play, a []string) error {
	for _, command := range []string{"/escalate ", "/calm "} {
		if _, words, ok := strings.Cut(a[1], command); ok {
			p.heard(strings.TrimPrefix(words, "now "))
		}
	}

	return p.did(p.people[a[0]].command(a[1]))
}

func writesToBot(p *play, a []string) error {
	p.heard(a[1])

	return p.did(p.people[a[0]].writeToBot(a[1]))
}

func writesIn(p *play, a []string) error {
	p.heard(a[2])

	return p.did(p.people[a[0]].write(a[1], a[2]))
}

func escalatesMessage(p *play, a []string) error {
	return p.did(p.people[a[0]].escalateMessage(inQuotes(a[1])[0]))
}

func (p *play) fills(who string, values [][2]string) error {
	for _, v := range values {
		p.heard(v[1])
	}

	if err := p.waitsForForm(who); err != nil {
		return err
	}

	return p.people[who].fillIn(values)
}

// submits fills the form in and sends it. What is then wrong at its fields is
// no trouble; the script says so.
func submits(p *play, a []string) error {
	values, err := p.values(a)
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].submit(values))
}

// submitsTwice presses the form's button twice at once.
func submitsTwice(p *play, a []string) error {
	values, err := p.values(a)
	if err != nil {
		return err
	}

	for _, err := range p.people[a[0]].submitTwice(values) {
		_ = p.did(err)
	}

	return nil
}

// waitsForForm waits until somebody has a form before them.
func (p *play) waitsForForm(who string) error {
	return eventually(p.within(soon, who), func() error {
		_, err := p.people[who].open()

		return err
	})
}

// values waits for the form and reads what is to be filled in.
func (p *play) values(a []string) (map[string]string, error) {
	err := p.waitsForForm(a[0])
	values := map[string]string{}

	if len(a) > 1 {
		for _, v := range answers(a[1]) {
			values[v[0]] = v[1]
			p.heard(v[1])
		}
	}

	return values, err
}

func clicks(p *play, a []string) error {
	var m message

	err := eventually(inAWhile, func() (err error) {
		m, err = p.people[a[0]].withButton(a[1], p.wordsOf(a, 2))

		return err
	})
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].click(m, a[1]))
}

// clicksFirst has somebody press the oldest message that has a button.
func clicksFirst(p *play, a []string) error {
	m, err := p.people[a[0]].firstWithButton(a[1])
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].click(m, a[1]))
}

func clicksStale(p *play, a []string) error {
	var m message

	err := eventually(inAWhile, func() (err error) {
		m, err = p.people[a[0]].withFormerButton(a[1], p.wordsOf(a, 2))

		return err
	})
	if err != nil {
		return err
	}

	return p.did(p.people[a[0]].clickStale(m, a[1]))
}

// wordsOf are the words that a step has or not, as the first in it reads them.
func (p *play) wordsOf(a []string, i int) []string {
	if len(a) <= i {
		return nil
	}

	return p.read(a[0], a[i])
}

// read returns the words in quotes, as somebody reads them where they are.
func (p *play) read(who, quoted string) []string {
	words := inQuotes(quoted)
	for i := range words {
		words[i] = p.on(who).inItsWords(words[i])
	}

	return words
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

	for _, err := range atOnce(
		func() error { return p.people[a[0]].clickStale(one, a[2]) },
		func() error { return p.people[a[1]].clickStale(two, a[2]) },
	) {
		_ = p.did(err)
	}

	return nil
}

// atOnce does things at the same time, and returns what each came to.
func atOnce(things ...func() error) []error {
	var all sync.WaitGroup

	came := make([]error, len(things))
	for i, do := range things {
		all.Go(func() { came[i] = do() })
	}

	all.Wait()

	return came
}

// within returns how long somebody waits for something.
func (p *play) within(d time.Duration, who string) time.Duration {
	if d == soon && p.mode.uses(who) == chat.Teams {
		return soonOnTeams
	}

	return d
}

// sight1 is a step about what one person is to see in time.
func sight1(within time.Duration, so func(*reader, []string) error) func(*play, []string) error {
	return func(p *play, a []string) error {
		within := p.within(within, a[0])

		return eventually(within, func() error { return so(p.people[a[0]], p.read(a[0], a[1])) })
	}
}

// eitherSees is a step about one of two people: which one is chance.
func eitherSees(p *play, a []string) error {
	return eventually(p.within(soon, a[0]), func() error {
		one, two := p.people[a[0]], p.people[a[1]]
		if one.sees(p.read(a[0], a[2]), true) == nil {
			return nil
		}

		return two.sees(p.read(a[1], a[2]), true)
	})
}

func readsTrouble(p *play, a []string) error {
	words := p.read(a[0], a[1])
	if len(p.trouble) == 0 || !holds(p.trouble[0].Error(), words) {
		return fmt.Errorf("people were told %v, want %q", p.trouble, words)
	}

	p.trouble = p.trouble[1:]

	return nil
}

// formShows is what somebody reads in their form, wherever in it: what is said of the
// form as a whole stands at a field on Slack, and above them on Teams.
func formShows(p *play, a []string) error {
	return eventually(p.within(soon, a[0]), func() error {
		f, err := p.people[a[0]].open()
		if err == nil && !holds(f.text+strings.Join(slices.Collect(maps.Values(f.mistakes)), "\n"), p.read(a[0], a[1])) {
			err = fmt.Errorf("the form does not show all of %v", a[1])
		}

		return err
	})
}

// isTold is that words stand in the place of the form that somebody sent, and that
// they close it: Slack has a view for that, and Teams a dialog or the message in
// which the form stood.
func isTold(p *play, a []string) error {
	who, words := p.people[a[0]], p.read(a[0], a[1])

	return eventually(p.within(soon, a[0]), func() error {
		if f, err := who.open(); err == nil && holds(f.text, words) {
			return who.closeForm()
		}

		if who.sees(words, true) == nil {
			return nil
		}

		return who.seesEdited(words)
	})
}

func formDoesNotShow(p *play, a []string) error {
	f, err := p.people[a[0]].open()
	if err == nil && holds(f.text, p.read(a[0], a[1])) {
		err = fmt.Errorf("the form shows %v", a[1])
	}

	return err
}

func fieldHasProblem(p *play, a []string) error {
	f, err := p.people[a[0]].open()
	if err != nil {
		return err
	}

	for label, problem := range f.mistakes {
		if (label == "" || strings.EqualFold(label, a[1])) && holds(problem, p.read(a[0], a[2])) {
			return nil
		}
	}

	return fmt.Errorf("the form has the problems %q, want %v at %q", f.mistakes, a[2], a[1])
}

func hasNoForm(p *play, a []string) error {
	if f := p.people[a[0]].form(); f != nil {
		return fmt.Errorf("%v has the form %q open", a[0], f.title)
	}

	return nil
}

func homeShows(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if !holds(p.people[a[0]].home(), p.read(a[0], a[1])) {
			return fmt.Errorf("the home of %v does not show all of %v", a[0], a[1])
		}

		return nil
	})
}

func homeDoesNotShow(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if holds(p.people[a[0]].home(), p.read(a[0], a[1])) {
			return fmt.Errorf("the home of %v shows %v", a[0], a[1])
		}

		return nil
	})
}

func roomShows(p *play, a []string) error {
	return eventually(inAWhile, func() error {
		if !holds(p.room(a[0]), p.read("dana", a[1])) {
			return fmt.Errorf("#%v does not show all of %v", a[0], a[1])
		}

		return nil
	})
}

func roomDoesNotShow(p *play, a []string) error {
	if text := p.room(a[0]); holds(text, p.read("dana", a[1])) {
		return fmt.Errorf("#%v shows %v:\n%v", a[0], a[1], text)
	}

	return nil
}

// hasStatus holds what stands beside somebody's name within some seconds, and, if the
// script says so, until when.
func hasStatus(p *play, who, text, until string) error {
	return eventually(3*time.Second, func() error {
		has := p.slack.Status(slackUser(who))
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
		want = append(want, slackUser(name))
	}

	slices.Sort(want)

	return eventually(inAWhile, func() error {
		group, found := p.slack.Group(a[0])
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

// answers429 has the platform name the time that is left, as it does: who asks later need
// not wait for longer.
func answers429(p *play, a []string) error {
	f := fault{call: a[1], do: slowDown, after: number(a[0])}
	if len(a) > 2 {
		f.to = a[2]
	}

	var next func()

	next = func() {
		if f.after == 0 {
			return
		}

		remove := p.injected(f)
		f.after--

		time.AfterFunc(time.Second, func() { remove(); next() })
	}
	next()

	return nil
}
