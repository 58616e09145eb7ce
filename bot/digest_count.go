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

// A tally is how many there were of something, and whom they are about.
type tally struct {
	n   int
	who map[PersonID]bool
}

func (t *tally) add(who PersonID) {
	if t.who == nil {
		t.who = map[PersonID]bool{}
	}

	t.n++
	t.who[who] = true
}

// with returns the tally of both.
func (t *tally) with(more *tally) tally {
	both := tally{n: t.n + more.n, who: map[PersonID]bool{}}
	maps.Copy(both.who, t.who)
	maps.Copy(both.who, more.who)

	return both
}

// telling reports whether the figure may be told.
func (t *tally) telling() bool { return len(t.who) >= fewest }

// A parting splits a sum into parts.
type parting map[string]*tally

func (p parting) add(part string, who PersonID) {
	if p[part] == nil {
		p[part] = &tally{}
	}

	p[part].add(who)
}

// A part is one of a parting, as it may be told.
type part struct {
	name string
	tally
}

// told returns the parts that may be told, largest first, and all others as one.
// That one is over enough people too, or is empty, or is all there is: else it
// could be worked out from the sum, and would point at somebody.
func (p parting) told() (parts []part, rest tally) {
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
		rest, parts = rest.with(&parts[last].tally), parts[:last]
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
	var agents, takers tally

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
		{{answeredYes, tally{n: yes}}, {answeredPartly, tally{n: partly}}, {answeredNo, tally{n: no}}},
		{{answeredYes, tally{n: yes}}, {answeredElse, tally{n: partly + no}}},
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

// Figures are all that a digest counts.
type figures struct {
	opened, before tally
	reasons        parting
	outcomes       parting
	hours          parting // by the hour in which they began, "09"
	reached        parting // by who took it: firstTook, laterTook, nobodyTook
	unanswered     tally   // pages
	owed           parting // by how it ended
	live, calm     lengths // with the customer waiting, and without
	asked, helped  answers // of those who asked for help, and of those who took it
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
// it of others. Before is the week before.
func count(week, before roster.Span, zone *time.Location, histories []history, feedback []*Feedback) *figures {
	f := &figures{reasons: parting{}, outcomes: parting{}, hours: parting{}, reached: parting{}, owed: parting{}}

	for _, one := range histories {
		if within(before, one.Opened) {
			f.before.add(one.Agent)
		}

		if within(week, one.Opened) {
			f.countOpened(one, zone)
		}

		f.countOutcome(week, one.Escalation)
		f.countOwed(week, one.Owed)
		f.countAnswered(week, one.Asked)
	}

	for _, one := range feedback {
		f.countFeedback(one)
	}

	return f
}

func within(span roster.Span, at time.Time) bool {
	return !at.Before(span.From) && at.Before(span.Until)
}

func (f *figures) countOpened(one history, zone *time.Location) {
	f.opened.add(one.Agent)
	f.reasons.add(one.Context.Reason, one.Agent)
	f.hours.add(one.Opened.In(zone).Format("15"), one.Agent)

	if one.untold {
		return
	}

	into := &f.live
	if one.Chain == CallbackChain {
		into = &f.calm
	}

	f.reached.add(into.add(one), one.Agent)

	for _, entry := range one.entries {
		if entry.What == WasUnanswered {
			f.unanswered.add(entry.Whom)
		}
	}
}

// add notes how long somebody waited until it was taken for the first time, and
// until who took it joined. It returns who took it.
func (l *lengths) add(one history) string {
	var (
		took  = nobodyTook
		past  bool // the first who was paged
		taken *Entry
	)

	for _, entry := range one.entries {
		switch entry.What { //nolint:exhaustive // no other tells how pages fared
		case WasUnanswered, WasPassed, WasUnreachable:
			past = true
		case WasTaken:
			if taken != nil {
				return took
			}

			taken, took = &entry, firstTook
			if past {
				took = laterTook
			}

			l.take = append(l.take, wait{one.Agent, entry.By, entry.At.Sub(one.Opened)})
		case WasJoined:
			if taken != nil {
				l.join = append(l.join, wait{one.Agent, entry.By, entry.At.Sub(taken.At)})
			}

			return took
		}
	}

	return took
}

func (f *figures) countOutcome(week roster.Span, e *Escalation) {
	o := e.Outcome
	if o == nil || !within(week, o.At) {
		return
	}

	f.outcomes.add(o.Name, e.Agent)

	if o.Worked != "" {
		f.worked = append(f.worked, saying{o.By, o.Worked, e.Context.names()})
	}

	if o.Change != "" {
		f.change = append(f.change, saying{o.By, o.Change, e.Context.names()})
	}
}

// stillOwed is the part of what should have been done and is not.
const stillOwed = "open"

func (f *figures) countOwed(week roster.Span, owed []Owed) {
	for _, o := range owed {
		switch late := !o.Due.IsZero() && o.Due.Before(week.Until); {
		case within(week, o.Done):
			f.owed.add(string(o.Ended()), o.Owner)
		case late && (o.Done.IsZero() || !o.Done.Before(week.Until)):
			f.owed.add(stillOwed, o.Owner)
		}
	}
}

// countAnswered notes who answered, which is all that an escalation knows of it.
func (f *figures) countAnswered(week roster.Span, asked []Asked) {
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
	var writers tally
	for _, s := range all {
		writers.add(s.by)
	}

	if !writers.telling() {
		return nil
	}

	return all
}
