package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

const (
	// shiftOfAgents is how long an offer stands at most where there is no rota.
	shiftOfAgents = 8 * time.Hour
	// checkInHour is when somebody is asked how they are, the day after.
	checkInHour = 9
	// breaksForgotten is how many breaks are forgotten at once.
	breaksForgotten = 100
)

// breakOf returns what is known of somebody's recovery, a new record if nothing
// is.
func (s *session) breakOf(who PersonID) (*Break, error) {
	b, err := s.Break(who)
	if errors.Is(err, ErrNotFound) {
		return &Break{Who: who}, nil
	}

	return b, err
}

// onBreak reports whether somebody is on their break. Nobody else is to learn of
// it: who is, is only paged later than the others. What can't be read keeps
// nobody from being paged.
func (s *session) onBreak(who PersonID) bool {
	b := s.readableBreak(who)

	return b != nil && b.away()
}

// offerBreaks offers a break to those whose part of a hard contact an event has
// ended. Whether it can has no influence on the escalation, unless nothing can be
// kept at all.
func (s *session) offerBreaks(was, e *Escalation) error {
	var people []PersonID

	if endsForAgent(was, e) {
		people = append(people, e.Agent)
	}

	if endsForHolder(was, e) {
		people = append(people, was.Holder)
	}

	for _, who := range people {
		err := s.offerBreak(e, who)
		if errors.Is(err, ErrUnwritable) {
			return err
		}

		if err != nil { // whose it is stays untold
			s.desk.log.Error("a break can't be offered", "error", err)
		}
	}

	return nil
}

// endsForAgent reports whether the agent's part has just ended: they said that the
// call is over, or a supervisor has the customer now.
func endsForAgent(was, e *Escalation) bool {
	ended := was.CallEnded.IsZero() && !e.CallEnded.IsZero()
	joined := was.JoinedAt.IsZero() && !e.JoinedAt.IsZero()

	return ended || joined && (e.Kind == TakeOver || e.Kind == Threat || e.Kind == CallBack)
}

// endsForHolder reports whether the part of a supervisor has just ended who had
// the customer.
func endsForHolder(was, e *Escalation) bool {
	if e.Kind == Advise || e.Kind == Approve {
		return false
	}

	joined := was.State == Joined || was.JoinedAt.IsZero() && !e.JoinedAt.IsZero()

	return joined && (e.State != Joined || was.State == Joined && e.Holder != was.Holder)
}

// readableBreak is breakOf where a break that can't be read must not stand in the way
// of anything else: it is nil then. The log does not say whose it is.
func (s *session) readableBreak(who PersonID) *Break {
	b, err := s.breakOf(who)
	if err != nil {
		s.desk.log.Error("a break can't be read", "error", err)

		return nil
	}

	return b
}

// offerBreak offers somebody a break after their part of an escalation.
func (s *session) offerBreak(e *Escalation, who PersonID) error {
	b := s.readableBreak(who)
	if b == nil {
		return nil
	}

	team := s.desk.settings.team(e.Team)
	ev := HardContact{
		Contact: Contact{Escalation: e.ID, At: s.now, Threat: e.Kind == Threat},
		Heat:    felt(e), Abuse: abusive(e),
		Team: e.Team, Lead: s.desk.settings.leads(who, e.Team), ShiftEnds: s.shiftEnds(who, team),
	}

	if e.Kind == Threat && who == e.Agent && team != nil {
		ev.CheckAt = morningAfter(s.hoursOf(who, team), s.now)
	}

	return harmlessBreak(s.applyBreak(b, ev))
}

// harmlessBreak drops an error that only says that nothing was to be done.
func harmlessBreak(err error) error {
	if errors.Is(err, errBreakStands) {
		return nil
	}

	return err
}

// felt returns the heat of a contact. Where nobody said it, a customer who was
// live counts as angry: somebody in a hurry types no numbers.
func felt(e *Escalation) int {
	if e.Context.Trigger == SelfHarm {
		return 5 // nothing is harder to hear
	}

	live := e.Chain == LiveChain && e.Kind != Advise && e.Kind != Approve
	if e.Context.Heat == 0 && live {
		return 3
	}

	return e.Context.Heat
}

// abusive reports whether whoever had the customer was insulted or threatened.
func abusive(e *Escalation) bool {
	return e.Kind == Threat || len(e.Context.abuse()) > 0
}

// shiftEnds returns until when an offer to somebody stands: until their duty ends
// if they are on it, at most for longestShift; else until their quiet hours begin,
// since agents have no rota, at most for shiftOfAgents. Who works in their quiet
// hours has all of these.
func (s *session) shiftEnds(who PersonID, team *Team) time.Time {
	if team == nil {
		return s.now.Add(shiftOfAgents)
	}

	if s.desk.settings.leads(who, team.ID) {
		if rota, err := s.roster(team, s.now); err == nil {
			if ends := rota.Ends(asPerson(who), s.now); !ends.IsZero() {
				return first(ends, s.now.Add(longestShift))
			}
		}
	}

	return quietFrom(s.hoursOf(who, team), s.now)
}

// quietFrom returns when somebody's quiet hours begin next, within shiftOfAgents.
func quietFrom(h roster.Hours, now time.Time) time.Time {
	const step = 15 * time.Minute

	end := now.Add(shiftOfAgents)
	open := func(t time.Time) bool { return h.Next(t).Equal(t) }

	if !open(now) {
		return end
	}

	for at := now.Add(step); !at.After(end); at = at.Add(step) {
		if !open(at) {
			return h.Last(at).Add(time.Minute) // the last minute before them is still open
		}
	}

	return end
}

// morningAfter returns when somebody is asked how they are: in the morning of the
// next working day, after their quiet hours.
func morningAfter(h roster.Hours, now time.Time) time.Time {
	zone := h.Zone
	if zone == nil {
		zone = time.UTC
	}

	morning := func(of time.Time, days int) time.Time {
		y, m, d := of.In(zone).Date()

		return time.Date(y, m, d+days, checkInHour, 0, 0, 0, zone)
	}

	workday := h.Next(morning(now, 1))

	return h.Next(morning(workday, 0))
}

// crewOf returns those with whom somebody shares the places of a team. A break that
// can't be read counts for nothing: it would never end, and keep its place for good.
func (s *session) crewOf(team TeamID, lead bool) (*crew, error) {
	all, err := s.Resting(team)
	if err != nil {
		s.desk.log.Error("some breaks of a team can't be read", "team", team, "error", err)
	}

	c := &crew{places: math.MaxInt, resting: slices.DeleteFunc(all, func(b *Break) bool { return b.Lead != lead })}

	t := s.desk.settings.team(team)
	if t == nil { // nobody knows how many they are
		return c, nil
	}

	people, err := s.crewSize(t, lead)
	c.places = placesFor(people, s.desk.settings.Recovery.Together)

	return c, err
}

// crewSize returns how many supervisors a team has, or how many agents: those
// who are configured, else who escalated there last.
func (s *session) crewSize(t *Team, lead bool) (int, error) {
	if lead {
		return len(t.leaders()), nil
	}

	if len(t.Agents) > 0 {
		return len(t.Agents), nil
	}

	return s.Members(t.ID)
}

// applyBreak carries an event out and keeps everything that follows from it. A
// place that gets free goes to the next in the queue.
func (s *session) applyBreak(b *Break, ev BreakEvent) error {
	before := *b

	m := BreakMoment{Now: s.now, Recovery: s.desk.settings.Recovery, Hours: s.checkHours(b)}

	if b.State == BreakOffered || b.State == BreakLater {
		c, err := s.crewOf(b.Team, b.Lead)
		if err != nil {
			return err
		}

		m.Free = c.free()
	}

	effects, err := b.Apply(ev, m)
	if err != nil {
		return err
	}

	if err := s.keepBreak(b, effects); err != nil {
		return err
	}

	switch {
	case before.Resting():
		return s.servePlaces(before.Team, before.Lead)
	case b.Resting():
		return s.servePlaces(b.Team, b.Lead)
	default:
		return nil
	}
}

// checkHours returns when somebody may be asked how they are. Where nobody knows
// their team, every day is a working day.
func (s *session) checkHours(b *Break) roster.Hours {
	return s.hoursOf(b.Who, cmp.Or(s.desk.settings.team(b.Team), new(Team)))
}

// keepBreak keeps a break and does what its effects say.
func (s *session) keepBreak(b *Break, effects []BreakEffect) error {
	for _, effect := range effects {
		var err error

		switch effect := effect.(type) {
		case ShowBreak:
			err = s.want(b.card(effect.N))
		case Invite:
			err = s.invite(b.Who, effect)
		case SetStatus:
			s.statuses = append(s.statuses, b.Who)
		}

		if err != nil {
			return err
		}
	}

	if err := s.wantHomes([]PersonID{b.Who}); err != nil {
		return err
	}

	return s.PutBreak(b)
}

// servePlaces gives the free places of a team to those who wait, and draws anew
// what the others read of their turn.
func (s *session) servePlaces(team TeamID, lead bool) error {
	c, err := s.crewOf(team, lead)
	if err != nil {
		return err
	}

	for _, next := range c.next() {
		effects, err := next.Apply(PlaceFree{}, BreakMoment{Now: s.now, Recovery: s.desk.settings.Recovery})
		if err != nil {
			return fmt.Errorf("giving a place: %w", err)
		}

		if err := s.keepBreak(next, effects); err != nil {
			return err
		}
	}

	for _, waiting := range c.queue() {
		if err := s.want(waiting.card(waiting.Message)); err != nil {
			return err
		}

		if err := s.wantHomes([]PersonID{waiting.Who}); err != nil {
			return err
		}
	}

	return nil
}

// ServeBreaks gives the places that are free to those who wait for one: the
// configuration may have changed since the bot ran last. What fails for one team
// holds up no other.
func (d *Desk) ServeBreaks(ctx context.Context) error {
	for _, team := range d.settings.Teams {
		err := d.update(ctx, func(s *session) error {
			return errors.Join(s.servePlaces(team.ID, false), s.servePlaces(team.ID, true))
		})
		if errors.Is(err, ErrUnwritable) || ctx.Err() != nil {
			return err
		}

		if err != nil {
			d.log.ErrorContext(ctx, "the places for breaks can't be given", "team", team.ID, "error", err)
		}
	}

	return nil
}

// breakDue applies BreakDue to somebody's break. Whoever else was quicker has
// changed what is due; that is no error.
func (s *session) breakDue(who PersonID) error {
	b, err := s.Break(who)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	return harmlessBreak(s.applyBreak(b, BreakDue{}))
}
