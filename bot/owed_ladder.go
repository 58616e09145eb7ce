package bot

import (
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// A Rung is one reminder of what is owed. The rungs make a ladder: the owner is
// reminded before it is due, at due and after; then it climbs to a supervisor, and
// from there to the managers; then it has ended, broken.
//
// Nobody is reminded outside of their hours. What falls there and lies before due
// or at it comes earlier, in the last hours in which somebody can still do
// something about it, unless these have gone by; reminders that so fall together
// are one. What comes after due counts from the reminder before it, so that after
// a time in which the bot was down one reminder is sent, and nobody is passed over.
type Rung int

// The rungs. Several reminders of one kind have the numbers that follow its first.
const (
	dayAhead       Rung = iota + 1 // of what was due later than in two days when it was promised
	hoursAhead                     // two hours before
	whenDue                        // at due
	whenLate                       // three times, a working hour after each other
	withSupervisor Rung = whenLate + 3
	withManagers   Rung = withSupervisor + 3
	theEnd         Rung = withManagers + 1 + 5 // after one to the managers, and five on working days
)

const (
	farAhead     = 48 * time.Hour // what is due later than that has a reminder a day ahead
	betweenRungs = time.Hour
)

// ahead is how long before it is due a rung comes.
func (r Rung) ahead() time.Duration {
	switch r { //nolint:exhaustive // all others come at due or after it
	case dayAhead:
		return 24 * time.Hour
	case hoursAhead:
		return 2 * time.Hour
	default:
		return 0
	}
}

// begin puts it at the foot of the ladder: the first reminder that lies ahead. Of
// what is late already the owner is reminded in an hour.
func (o *Owed) begin(now time.Time, h roster.Hours) {
	o.Fresh = false

	if over(o.Due, now) {
		o.Rung, o.NudgeAt = whenLate, h.Next(h.After(now, betweenRungs))

		return
	}

	o.await(dayAhead, now, h)
}

// handOn has a new owner reminded. What is late stays on its rung, since to hand it
// on is not to do it: they alone hear of it in an hour, and then it climbs on. The
// end stays where it is.
func (o *Owed) handOn(now time.Time, h roster.Hours) {
	soonest := h.Next(h.After(now, betweenRungs))

	switch {
	case !over(o.Due, now), o.Rung < whenLate:
		o.begin(now, h)
	case o.Rung == theEnd:
		o.NudgeAt = later(o.NudgeAt, soonest)
	default:
		o.Fresh, o.NudgeAt = true, soonest
	}
}

// await waits for the first rung from r on that lies ahead. One that would come
// together with the next is left out.
func (o *Owed) await(r Rung, now time.Time, h roster.Hours) {
	for ; r < whenDue; r++ {
		if o.reminds(r, now) && o.at(r, now, h).Before(o.at(r+1, now, h)) {
			break
		}
	}

	o.Rung, o.NudgeAt = r, o.at(r, now, h)
}

// reminds reports whether a rung before due is one of this ladder, and its time
// has not gone by.
func (o *Owed) reminds(r Rung, now time.Time) bool {
	if r == dayAhead && o.Due.Sub(o.Made) <= farAhead {
		return false
	}

	return o.Due.Add(-r.ahead()).After(now)
}

// at is when a rung before due or at it comes.
func (o *Owed) at(r Rung, now time.Time, h roster.Hours) time.Time {
	at := o.Due.Add(-r.ahead())

	next := h.Next(at)
	if earlier := h.Last(at); !next.Equal(at) && earlier.After(now) {
		return earlier
	}

	return next
}

// climb waits for the rung after the one that was reached now.
func (o *Owed) climb(now time.Time, h roster.Hours) {
	switch r := o.Rung + 1; {
	case r <= whenDue:
		o.await(r, now, h)
	case r <= withManagers:
		o.Rung, o.NudgeAt = r, h.Next(h.After(later(now, o.Due), betweenRungs))
	default:
		o.Rung, o.NudgeAt = r, h.Next(now.Add(24*time.Hour))
	}
}

// catchUp leaves out what came due before the last rung that did, while nobody
// could be reminded.
func (o *Owed) catchUp(now time.Time) {
	for o.Rung < whenDue && over(o.Due.Add(-(o.Rung+1).ahead()), now) {
		o.Rung++
	}
}

// nudgeAt is when somebody is to be reminded of it next. What was kept before
// there was a ladder gets onto it at due.
func (o Owed) nudgeAt() time.Time {
	switch {
	case !o.Open():
		return time.Time{}
	case o.Rung == 0:
		return o.Due
	default:
		return o.NudgeAt
	}
}

// owedDue returns when the next reminder of what is owed is due. A promise to a
// customer stands in every state, a withdrawn escalation's too.
func (e *Escalation) owedDue() time.Time {
	var due time.Time

	for _, owed := range e.Owed {
		due = first(due, owed.nudgeAt(), owed.requestDue())
	}

	return due
}

// remindOfOwed reminds of everything of which a reminder is due, oldest first.
func (a *application) remindOfOwed() {
	var due []int

	for i, owed := range a.Owed {
		if over(owed.nudgeAt(), a.Now) {
			due = append(due, i)
		}
	}

	slices.SortStableFunc(due, func(i, j int) int { return a.Owed[i].Due.Compare(a.Owed[j].Due) })

	for _, i := range due {
		a.remind(&a.Owed[i])
	}
}

// remind reminds those who are to hear of it now. While all of them rest it waits
// until the first one doesn't.
func (a *application) remind(o *Owed) {
	if o.Rung == 0 {
		o.Rung = whenDue
		if o.Nudged {
			o.Rung = whenLate
		}
	}

	if o.Rung == theEnd {
		a.giveUpOwed(o)

		return
	}

	o.catchUp(a.Now)

	people := a.reminded(o)

	awake, next := a.awake(people)
	if len(awake) == 0 {
		o.NudgeAt = next

		return
	}

	entry := Entry{What: WasNudged, Whom: o.Owner, Attempt: o.N, Text: o.Text}
	if !slices.Contains(people, o.Owner) {
		entry.What, entry.Text = WasClimbed, a.climbedTo(people)
	}

	n := a.record(entry, a.State)
	for _, who := range awake {
		a.tell(who, n)
	}

	o.Fresh = false
	o.climb(a.Now, a.hoursOf(o.Owner))
}

// restsUntil returns when somebody may be reminded next, which is now if they may.
func (a *application) restsUntil(who PersonID) time.Time { return a.hoursOf(who).Next(a.Now) }

// awake returns who of some people may be reminded now, and when the first of them
// may be: now, if it is anybody.
func (a *application) awake(people []PersonID) (awake []PersonID, next time.Time) {
	for _, who := range people {
		rests := a.restsUntil(who)
		next = first(next, rests)

		if !rests.After(a.Now) {
			awake = append(awake, who)
		}
	}

	return awake, next
}

// reminded returns who is to hear of it on its present rung: never nobody. Where
// there is no supervisor the managers hear of it, and the other way round.
func (a *application) reminded(o *Owed) []PersonID {
	managers, supervisors := a.others(o, a.Managers), a.supervisors(o)
	owner := []PersonID{o.Owner}

	switch {
	case o.Rung < withSupervisor, o.Fresh:
		return owner
	case o.Rung < withManagers:
		return anybody(supervisors, managers, owner)
	default:
		return anybody(managers, supervisors, owner)
	}
}

// anybody returns the first group that has anybody in it.
func anybody(groups ...[]PersonID) []PersonID {
	for _, people := range groups {
		if len(people) > 0 {
			return people
		}
	}

	return nil
}

// supervisors are whoever has the case, or else those on duty.
func (a *application) supervisors(o *Owed) []PersonID {
	return anybody(a.others(o, []PersonID{a.Holder}), a.others(o, a.Duty))
}

// others leaves out the owner, and whose account is gone.
func (a *application) others(o *Owed, people []PersonID) []PersonID {
	return without(people, slices.Concat(a.Gone, []PersonID{o.Owner, ""}))
}

// climbedTo says how far it has climbed.
func (a *application) climbedTo(people []PersonID) string {
	if len(without(people, a.Managers)) == 0 {
		return "the managers"
	}

	return "the supervisors"
}

// giveUpOwed ends what nobody has done for so long, and tells its owner, the managers
// and, if nothing else is owed, the agent: the case is not left open for ever. It
// waits until all of them may be told. Where their hours never meet it waits for the
// owner, and the others see it on the case.
func (a *application) giveUpOwed(o *Owed) {
	people := union([]PersonID{o.Owner}, a.others(o, a.Managers))

	meet, ok := a.meet(union(people, []PersonID{a.Agent}))
	if !ok {
		meet = a.restsUntil(o.Owner)
	}

	if meet.After(a.Now) {
		o.NudgeAt = meet

		return
	}

	a.endOwed(o, NeverKept, "")

	n := a.record(Entry{What: WasBroken, Whom: o.Owner, Attempt: o.N, Text: o.Text}, a.State)

	awake, _ := a.awake(people)
	for _, who := range awake {
		a.tell(who, n)
	}

	a.closeIfDone()
}

// meet returns the next instant at which all of some people may be reminded, false
// if there is none within a few weeks.
func (a *application) meet(people []PersonID) (time.Time, bool) {
	const tries = 60

	at := a.Now

	for range tries {
		next := at
		for _, who := range people {
			next = a.hoursOf(who).Next(next)
		}

		if next.Equal(at) {
			return at, true
		}

		at = next
	}

	return time.Time{}, false
}
