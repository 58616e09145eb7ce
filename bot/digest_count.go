package bot

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// What a digest counts. A figure points at somebody if it is over few people, or
// if what is left of a sum without it is. So everything is counted together with
// the people whom it is about, and what may be told is asked here and nowhere
// else.

// fewest is how many people a figure must be over at least.
const fewest = 3

// A headcount is how many there were of something, and whom they are about.
type headcount struct {
	n   int
	who map[PersonID]bool
}

func (t *headcount) add(who PersonID) {
	if t.who == nil {
		t.who = map[PersonID]bool{}
	}

	t.n++
	t.who[who] = true
}

// with returns the headcount of both.
func (t *headcount) with(more *headcount) headcount {
	both := headcount{n: t.n + more.n, who: map[PersonID]bool{}}
	maps.Copy(both.who, t.who)
	maps.Copy(both.who, more.who)

	return both
}

// telling reports whether the figure may be told.
func (t *headcount) telling() bool { return len(t.who) >= fewest }

// A parting splits a sum into parts.
type parting map[string]*headcount

func (p parting) add(part string, who PersonID) {
	if p[part] == nil {
		p[part] = &headcount{}
	}

	p[part].add(who)
}

// A part is one of a parting, as it may be told.
type part struct {
	name string
	headcount
}

// told returns the parts that may be told, largest first, and all others as one.
// That one is over enough people too, or is empty, or is all there is: else it
// could be worked out from the sum, and would point at somebody.
func (p parting) told() (parts []part, rest headcount) {
	for name, t := range p {
		if t.telling() {
			parts = append(parts, part{name, *t})
		} else {
			rest = rest.with(t)
		}
	}

	slices.SortFunc(parts, func(a, b part) int { return cmp.Or(b.n-a.n, cmp.Compare(a.name, b.name)) })

	for rest.n > 0 && !rest.telling() && len(parts) > 0 {
		last := len(parts) - 1
		rest, parts = rest.with(&parts[last].headcount), parts[:last]
	}

	return parts, rest
}

// A wait is how long somebody waited for somebody.
type wait struct {
	agent, taker PersonID
	long         time.Duration
}

// waits may be told over enough of both.
type waits []wait

func (w waits) telling() bool {
	var agents, takers headcount

	for _, one := range w {
		agents.add(one.agent)
		takers.add(one.taker)
	}

	return agents.telling() && takers.telling()
}

// slowestFirst returns them in order.
func (w waits) slowestFirst() waits {
	return slices.SortedStableFunc(slices.Values(w), func(a, b wait) int { return cmp.Compare(b.long, a.long) })
}

// half returns within what time half of them were over.
func (w waits) half() (time.Duration, bool) {
	if !w.telling() {
		return 0, false
	}

	return w.slowestFirst()[len(w)/2].long, true
}

// slowest returns how long at least one of so many waited, the slowest of them.
func (w waits) slowest(ofSoMany int) (time.Duration, bool) {
	tail := w.slowestFirst()[:(len(w)+ofSoMany-1)/ofSoMany]
	if !tail.telling() {
		return 0, false
	}

	return tail[len(tail)-1].long, true
}

// answers are what people answered to a question without their names.
type answers struct {
	said map[string]int
	// each is how many answers somebody gave, whatever they were.
	each map[PersonID]int
}

func (a *answers) sum() int {
	sum := 0
	for _, n := range a.said {
		sum += n
	}

	return sum
}

// telling reports whether so many answers are those of enough people, whoever
// gave them: they are more than fewer people gave altogether. What nobody is
// known to have given may all be of one of them.
func (a *answers) telling(n int) bool {
	given := slices.SortedFunc(maps.Values(a.each), func(x, y int) int { return y - x })
	known, most := 0, 0

	for i, n := range given {
		known += n
		if i < fewest-1 {
			most += n
		}
	}

	return n > most+max(0, a.sum()-known)
}

// The answers to whether somebody got, or had, what they needed.
const (
	answeredYes    = "yes"
	answeredPartly = "partly"
	answeredNo     = "no"
	// answeredElse is partly or no, where one of them may not be told alone.
	answeredElse = "partly or no"
)

// told returns how often each was answered, nothing if that may not be told.
func (a *answers) told() []part {
	yes, partly, no := a.said[answeredYes], a.said[answeredPartly], a.said[answeredNo]

	for _, split := range [][]part{
		{{answeredYes, headcount{n: yes}}, {answeredPartly, headcount{n: partly}}, {answeredNo, headcount{n: no}}},
		{{answeredYes, headcount{n: yes}}, {answeredElse, headcount{n: partly + no}}},
	} {
		split = slices.DeleteFunc(split, func(p part) bool { return p.n == 0 })
		if !slices.ContainsFunc(split, func(p part) bool { return !a.telling(p.n) }) {
			return split
		}
	}

	return nil
}

// A saying is what somebody wrote about an escalation.
type saying struct {
	by    PersonID
	text  string
	about []string // names of the customer
}

// A history is an escalation with its timeline, where that matters.
type history struct {
	*Escalation
	entries []Entry
	untold  bool // the timeline can't be read: who took it, and when, is not known
}

func (h history) tally() *Tally { return tallyOf(h.Escalation, h.entries, h.untold) }

// Figures are all that a digest counts.
type figures struct {
	opened, before headcount
	reasons        parting
	outcomes       parting
	hours          parting   // by the hour in which they began, "09"
	reached        parting   // by who took it: firstTook, laterTook, nobodyTook
	unanswered     headcount // pages
	owed           parting   // by how it ended
	live, calm     lengths   // with the customer waiting, and without
	asked, helped  answers   // of those who asked for help, and of those who took it
	worked, change []saying
	wishes         []string // what should be different, by people without names
	wishing        answers  // how many answers each of them gave
}

// lengths are how long it took until somebody had it, and then until they joined.
type lengths struct{ take, join waits }

// Who took an escalation.
const (
	firstTook  = "first"
	laterTook  = "later"
	nobodyTook = "nobody"
)

// count counts a week of a team: the histories that began in it, and what ended in
// it of others, whether their records are still there or gone. Before is the week
// before.
func count(week, before roster.Span, zone *time.Location, histories []history, gone []*Tally, feedback []*Feedback) *figures {
	f := &figures{reasons: parting{}, outcomes: parting{}, hours: parting{}, reached: parting{}, owed: parting{}}

	for _, one := range histories {
		f.countTally(week, before, zone, one.tally())
		f.countSayings(week, one.Escalation)
	}

	for _, t := range gone {
		f.countTally(week, before, zone, t)
	}

	for _, one := range feedback {
		f.countFeedback(one)
	}

	return f
}

func within(span roster.Span, at time.Time) bool {
	return !at.Before(span.From) && at.Before(span.Until)
}

func (f *figures) countTally(week, before roster.Span, zone *time.Location, t *Tally) {
	if within(before, t.Opened) {
		f.before.add(t.Agent)
	}

	if within(week, t.Opened) {
		f.countOpened(t, zone)
	}

	if within(week, t.Resolved) {
		f.outcomes.add(t.Outcome, t.Agent)
	}

	f.countOwed(week, t.Owed)
	f.countAnswered(week, t.Asked)
}

func (f *figures) countOpened(t *Tally, zone *time.Location) {
	f.opened.add(t.Agent)
	f.reasons.add(t.Reason, t.Agent)
	f.hours.add(t.Opened.In(zone).Format("15"), t.Agent)

	if t.Untold {
		return
	}

	into := &f.live
	if t.Chain == CallbackChain {
		into = &f.calm
	}

	f.reached.add(t.Took, t.Agent)
	into.add(t)

	for _, who := range t.Unanswered {
		f.unanswered.add(who)
	}
}

// add notes how long somebody waited until it was taken for the first time, and
// until who took it joined.
func (l *lengths) add(t *Tally) {
	if !t.Taken.At.IsZero() {
		l.take = append(l.take, wait{t.Agent, t.Taken.By, t.Taken.At.Sub(t.Opened)})
	}

	if !t.Joined.At.IsZero() {
		l.join = append(l.join, wait{t.Agent, t.Joined.By, t.Joined.At.Sub(t.Taken.At)})
	}
}

func (f *figures) countSayings(week roster.Span, e *Escalation) {
	o := e.Outcome
	if o == nil || !within(week, o.At) {
		return
	}

	if o.Worked != "" {
		f.worked = append(f.worked, saying{o.By, o.Worked, e.Context.names()})
	}

	if o.Change != "" {
		f.change = append(f.change, saying{o.By, o.Change, e.Context.names()})
	}
}

// stillOwed is the part of what should have been done and is not.
const stillOwed = "open"

func (f *figures) countOwed(week roster.Span, owed []TalliedOwed) {
	for _, o := range owed {
		switch late := !o.Due.IsZero() && o.Due.Before(week.Until); {
		case within(week, o.Done):
			f.owed.add(string(o.Ended), o.Owner)
		case late && (o.Done.IsZero() || !o.Done.Before(week.Until)):
			f.owed.add(stillOwed, o.Owner)
		}
	}
}

// countAnswered notes who answered, which is all that an escalation knows of it.
func (f *figures) countAnswered(week roster.Span, asked []TalliedAnswer) {
	for _, a := range asked {
		if !within(week, a.Answered) {
			continue
		}

		side := &f.asked
		if a.Taker {
			side = &f.helped
		}

		side.heard(a.Who)
		f.wishing.heard(a.Who)
	}
}

func (a *answers) heard(who PersonID) {
	if a.each == nil {
		a.each = map[PersonID]int{}
	}

	a.each[who]++
}

func (a *answers) add(answer string) {
	if a.said == nil {
		a.said = map[string]int{}
	}

	a.said[answer]++
}

func (f *figures) countFeedback(one *Feedback) {
	side := &f.asked
	if one.Taker {
		side = &f.helped
	}

	side.add(one.Helped)
	f.wishing.add("")

	if one.Change != "" {
		f.wishes = append(f.wishes, one.Change)
	}
}

// sayings returns those of which nobody can tell who wrote them: all, or none if
// they are of too few.
func sayings(all []saying) []saying {
	var writers headcount
	for _, s := range all {
		writers.add(s.by)
	}

	if !writers.telling() {
		return nil
	}

	return all
}
