package bot

import (
	"slices"
	"time"
)

const (
	// inTenMinutes is when somebody is asked again who wants to.
	inTenMinutes = 10 * time.Minute
	// askLate is how late they may be asked again at most, after the bot was down.
	askLate = time.Hour
	// placeKept is how long a place is kept for whoever is next.
	placeKept = 5 * time.Minute
	// fiveMore is what can be added at the end, and mostMore how often.
	fiveMore = 5 * time.Minute
	mostMore = 3
	// backIn is when somebody who does not answer at the end is back by themselves.
	backIn = 5 * time.Minute
	// recentContact is how long /recover is taken to be about the last contact.
	recentContact = 2 * time.Hour
	// longestShift is how long a hard contact counts for the next one's offer.
	longestShift = 12 * time.Hour
	// checkLate is how late they may be asked how they are at most.
	checkLate = 48 * time.Hour
)

// Apply carries an event out. It returns what is to be done beside keeping the
// changed record. An event that is not possible in the present state, or was
// carried out before, changes nothing and returns errBreakStands.
func (b *Break) Apply(ev BreakEvent, m BreakMoment) ([]BreakEffect, error) {
	r := resting{Break: b.clone(), BreakMoment: m, message: b.Message, check: b.Check, wanted: b.statusWanted()}
	if err := r.apply(ev); err != nil {
		return nil, err
	}

	r.finish()
	*b = *r.Break

	return r.effects, nil
}

// A resting is one event being applied to a copy of a break.
type resting struct {
	*Break
	BreakMoment
	effects        []BreakEffect
	message, check int // as they were
	wanted         time.Time
}

func (r *resting) apply(ev BreakEvent) error {
	switch ev := ev.(type) {
	case HardContact:
		return r.hardContact(ev)
	case AskBreak:
		return r.ask(ev)
	case StartBreak:
		return r.start()
	case InTenMinutes:
		return r.later()
	case NotNeeded:
		return r.decline()
	case PlaceFree:
		return r.turn()
	case ChooseStep:
		return r.choose(ev)
	case Back:
		return r.back()
	case FiveMore:
		return r.more()
	case AskCheckIn:
		return r.askCheckIn(ev)
	case Fine:
		return r.checked(CheckFine)
	case Talk:
		r.effects = append(r.effects, Invite{Who: ev.To, Talk: true})

		return r.checked(CheckTalk)
	case ShowStatus:
		return r.showStatus(ev)
	case StatusTried:
		r.statusTried(ev)
	case BreakDue:
		return r.due()
	}

	return nil
}

// finish has what they see drawn anew: what it was, and what it is now.
func (r *resting) finish() {
	r.Changed = r.Now
	r.followStatus()

	for _, n := range slices.Compact([]int{r.message, r.Message, r.check, r.Check}) {
		if n > 0 {
			r.effects = append(r.effects, ShowBreak{n})
		}
	}
}

// say tells them how the break stands by a message of its own, since nobody
// notices an edit.
func (r *resting) say() {
	r.Messages++
	r.Message = r.Messages
}

// become changes the state. What the old one waited for is forgotten.
func (r *resting) become(state BreakState) {
	r.State, r.Since, r.End = state, r.Now, ""
	r.RemindAt, r.StartAt, r.Until = time.Time{}, time.Time{}, time.Time{}
}

func (r *resting) end(why BreakEnd) {
	r.become(BreakOver)
	r.End = why
}

// hardContact offers a break that fits what they went through: longer with each
// hard contact of the shift. A contact is offered one once. After a threat they are
// asked how they are even if no break is offered.
func (r *resting) hardContact(ev HardContact) error {
	length := r.Recovery.offer(ev.Heat, ev.Abuse)
	r.beginShift()

	known := func(c Contact) bool { return c.Escalation == ev.Contact.Escalation }
	if length == 0 && ev.CheckAt.IsZero() || slices.ContainsFunc(r.Hard, known) {
		return errBreakStands
	}

	contact := ev.Contact
	if length > 0 {
		contact.Length = r.Recovery.longer(length, len(r.Hard))
	}

	r.Hard = append(r.Hard, contact)
	r.ShiftEnds = ev.ShiftEnds

	if !ev.CheckAt.IsZero() {
		r.CheckAt, r.Check, r.CheckEnd = ev.CheckAt, 0, ""
	}

	if length == 0 {
		if r.Team == "" {
			r.count(ev.Team, ev.Lead)
		}

		return nil
	}

	switch r.State {
	case BreakQueued, BreakTurn:
		r.Length = max(r.Length, contact.Length)
	case BreakRunning:
		r.Length = max(r.Length, contact.Length)
		r.Until = later(r.Until, r.Since.Add(r.Length))
	case BreakOver, BreakOffered, BreakLater, BreakEnding:
		r.count(ev.Team, ev.Lead)
		r.propose(contact.Length)
	}

	return nil
}

// beginShift forgets what belongs to a shift that is over.
func (r *resting) beginShift() {
	if over(r.ShiftEnds, r.Now) {
		r.Hard, r.Buddy = nil, ""
	}

	r.Hard = slices.DeleteFunc(r.Hard, func(c Contact) bool { return r.Now.Sub(c.At) >= longestShift })
}

// count says in which team they take a place.
func (r *resting) count(team TeamID, lead bool) { r.Team, r.Lead = team, lead }

// propose offers a break, and reminds them of it once.
func (r *resting) propose(length time.Duration) {
	r.become(BreakOffered)
	r.Length, r.Reminded, r.More = length, false, 0

	if r.Recovery.RemindIn > 0 {
		r.RemindAt = r.Now.Add(r.Recovery.RemindIn)
	}

	r.say()
}

// ask offers a break to somebody who asks for one: that of their last hard
// contact, else the shortest.
func (r *resting) ask(ev AskBreak) error {
	lengths := r.Recovery.lengths()
	if r.State != BreakOver || len(lengths) == 0 {
		return errBreakStands
	}

	length := lengths[0]
	if n := len(r.Hard); n > 0 && r.Now.Sub(r.Hard[n-1].At) < recentContact {
		length = max(length, r.Hard[n-1].Length)
	}

	r.beginShift()
	r.ShiftEnds = ev.ShiftEnds
	r.count(ev.Team, ev.Lead)
	r.propose(length)

	return nil
}

func (r *resting) start() error {
	switch {
	case r.State == BreakTurn, r.offered() && r.Free:
		r.become(BreakRunning)
		r.Until, r.More = r.Now.Add(r.Length), 0
	case r.offered():
		r.become(BreakQueued)
	default:
		return errBreakStands
	}

	return nil
}

// offered reports whether they can have the break when they say so.
func (r *resting) offered() bool { return r.State == BreakOffered || r.State == BreakLater }

func (r *resting) later() error {
	if r.State != BreakOffered && r.State != BreakTurn {
		return errBreakStands
	}

	r.become(BreakLater)
	r.StartAt = r.Now.Add(inTenMinutes)

	return nil
}

func (r *resting) decline() error {
	if !r.offered() && r.State != BreakQueued && r.State != BreakTurn {
		return errBreakStands
	}

	r.end(BreakDeclined)

	return nil
}

// turn keeps a place for them.
func (r *resting) turn() error {
	if r.State != BreakQueued {
		return errBreakStands
	}

	r.become(BreakTurn)
	r.Until = r.Now.Add(placeKept)
	r.say()

	return nil
}

func (r *resting) choose(ev ChooseStep) error {
	if r.State != BreakRunning || r.Walk == ev.Walk {
		return errBreakStands
	}

	r.Walk = ev.Walk

	return nil
}

func (r *resting) back() error {
	if !r.away() {
		return errBreakStands
	}

	r.end(BreakBack)

	return nil
}

func (r *resting) more() error {
	if r.State != BreakEnding || r.More >= mostMore {
		return errBreakStands
	}

	r.become(BreakRunning)
	r.Until, r.More = r.Now.Add(fiveMore), r.More+1

	return nil
}

func (r *resting) askCheckIn(ev AskCheckIn) error {
	if !r.mayAsk() || ev.Buddy == "" || ev.Buddy == r.Who {
		return errBreakStands
	}

	r.Buddy = ev.Buddy
	r.effects = append(r.effects, Invite{Who: ev.Buddy})

	return nil
}

func (r *resting) checked(how CheckEnd) error {
	if !r.talkable() || how == CheckFine && r.CheckEnd == CheckMissed {
		return errBreakStands
	}

	r.CheckEnd = how

	return nil
}

// due does what is due now, whatever it is.
func (r *resting) due() error {
	if !over(r.Due(), r.Now) {
		return errBreakStands
	}

	if over(r.CheckAt, r.Now) {
		r.checkIn()
	}

	if !over(r.stateDue(), r.Now) {
		return nil
	}

	switch expired := over(r.ShiftEnds, r.Now); r.State {
	case BreakOver:
	case BreakOffered, BreakLater, BreakQueued, BreakTurn:
		r.notStarted(expired)
	case BreakRunning:
		r.timeOver()
	case BreakEnding:
		r.end(BreakBack)
	}

	return nil
}

// notStarted goes on with a break that has not begun.
func (r *resting) notStarted(expired bool) {
	switch {
	case expired:
		r.end(BreakExpired)
	case r.State == BreakOffered:
		r.RemindAt, r.Reminded = time.Time{}, true
		r.say()
	case r.State == BreakLater && r.Now.Sub(r.StartAt) > askLate:
		r.end(BreakMissed)
	case r.State == BreakLater:
		r.askAgain()
	case r.State == BreakTurn: // the place goes to the next person, and the offer stands
		r.become(BreakOffered)
	}
}

// askAgain asks somebody who wanted that. Who was reminded of the offer is not
// reminded again.
func (r *resting) askAgain() {
	r.become(BreakOffered)

	if !r.Reminded && r.Recovery.RemindIn > 0 {
		r.RemindAt = r.Now.Add(r.Recovery.RemindIn)
	}

	r.say()
}

// timeOver asks whether they are ready. Of a break that ended while the bot was
// down nothing is said any more.
func (r *resting) timeOver() {
	if r.Now.Sub(r.Until) >= backIn {
		r.end(BreakBack)

		return
	}

	r.become(BreakEnding)
	r.Until = r.Now.Add(backIn)
	r.say()
}

// checkIn asks how they are, but not in their quiet hours. If it is days too late
// they are told that it is.
func (r *resting) checkIn() {
	if r.Now.Sub(r.CheckAt) > checkLate {
		r.CheckEnd = CheckMissed
	}

	if opens := r.Hours.Next(r.Now); opens.After(r.Now) {
		r.CheckAt = opens

		return
	}

	r.CheckAt = time.Time{}
	r.Messages++
	r.Check = r.Messages
}
