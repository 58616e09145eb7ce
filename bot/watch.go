package bot

import (
	"errors"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

const (
	// checkAhead is how long before a shift those who come on are checked.
	checkAhead = 30 * time.Minute
	// confirmWithin is how long a handover may wait for those who were asked
	// to confirm it, before the next are.
	confirmWithin = 10 * time.Minute
	// handoversKept is how many handovers a watch remembers.
	handoversKept = 20
	// lookAhead is how long to wait for the next look where nothing is known
	// to change.
	lookAhead = 24 * time.Hour
	// stepBack is how far a clock may be set back so that the rota waits until
	// the time of the last look. If it is set back further, it was wrong.
	stepBack = time.Hour
)

// lookAt compares who is on duty with who was at the last look, tells those
// concerned, and notes when to look again.
func (s *session) lookAt(id TeamID) error {
	w, err := s.watch(id)
	if err != nil {
		return err
	}

	team := s.desk.settings.team(id)
	if team == nil { // it is not configured any more
		return s.PutWatch(&Watch{Team: id, Count: w.Count})
	}

	rota, err := s.roster(team, s.now)
	if err != nil {
		return err
	}

	at, known := w.lookedBefore(s.now)
	on := asPeople(rota.On(at))
	came, went := without(on, w.On), without(w.On, on)
	changed := len(came)+len(went) > 0
	w.On, w.Looked = on, at

	if known && changed {
		if err := s.shiftChanged(team, w, came, went); err != nil {
			return err
		}
	}

	w.Knows = nil

	if err := s.askOn(team, w, changed); err != nil {
		return err
	}

	next, _ := rota.Next(at)
	w.plan(next, s.now)

	w.follow(team.Group, changed, s.now)

	// Agents may be a thousand, and see it anew when they open their home.
	if err := s.wantHomes(involved(team, w.On, went)); err != nil {
		return err
	}

	return s.PutWatch(w)
}

// lookedBefore returns at what time to look at the rota, and whether who was on duty
// before that is known. A clock that was set back goes through a change of shift a
// second time: until it is where it was, the last look counts.
func (w *Watch) lookedBefore(now time.Time) (at time.Time, known bool) {
	switch ahead := w.Looked.Sub(now); {
	case ahead > stepBack:
		return now, false
	case ahead > 0:
		return w.Looked, true
	default:
		return now, !w.Looked.IsZero()
	}
}

// plan notes the next change of duty, and when to check those who come on.
func (w *Watch) plan(next, now time.Time) {
	w.ChangeAt = next
	if next.IsZero() {
		w.ChangeAt, w.CheckAt = now.Add(lookAhead), time.Time{}

		return
	}

	if !next.Equal(w.Checked) {
		w.CheckAt = next.Add(-checkAhead)
	}
}

// follow notes when to set the team's user group. Of one that was configured in
// the place of another nothing is known.
func (w *Watch) follow(group chat.Room, changed bool, now time.Time) {
	if group != w.Grouped {
		w.Grouped, w.Group, w.GroupTry, w.GroupTold = group, nil, time.Time{}, false
	}

	if group != "" && len(w.On) > 0 && !slices.Equal(w.Group, w.On) && (changed || w.GroupTry.IsZero()) {
		w.GroupTry = now
	}
}

// shiftChanged tells those who come on and those who go off, and hands over
// what is open. Nobody is told what they know: that they just now took
// somebody's duty, or gave theirs away.
func (s *session) shiftChanged(team *Team, w *Watch, came, went []PersonID) error {
	open, left, err := s.openIn(team, involved(team, w.On, went), went)
	if err != nil {
		return err
	}

	if err := s.foreseeAll(team, open); err != nil {
		return err
	}

	h := ShiftHandover{At: s.now, From: went, To: w.On, Escalations: left}
	if len(left) > 0 {
		w.Count++
		h.N, h.Asked, h.AskAt = w.Count, AskedIncoming, s.now.Add(confirmWithin)
	}

	n := Note{Team: team.ID, At: s.now, Handover: h.N, Escalations: left}

	if err := s.tellIncoming(n, w, &h, came, open); err != nil {
		return err
	}

	if err := s.tellOutgoing(n, w, &h); err != nil {
		return err
	}

	if h.N == 0 {
		return nil
	}

	w.Handovers = append(w.Handovers, h)
	if surplus := len(w.Handovers) - handoversKept; surplus > 0 {
		w.Handovers = slices.Delete(w.Handovers, 0, surplus)
	}

	return nil
}

// tellIncoming tells those who come on what is open, and has those who were on
// already confirm what the others left.
func (s *session) tellIncoming(base Note, w *Watch, h *ShiftHandover, came []PersonID, open []EscalationID) error {
	for _, who := range w.On {
		n := base
		n.To, n.Whom = who, h.From

		switch {
		case len(open) == 0 && slices.Contains(w.Knows, who):
			continue
		case slices.Contains(came, who):
			n.What, n.Escalations = ShiftBegan, open
		case h.N > 0:
			n.What = HandoverWaits
		default:
			continue
		}

		if err := s.tellOf(h, n); err != nil {
			return err
		}
	}

	return nil
}

// tellOutgoing tells those who go off who comes after them. Where nobody does they
// are asked at once to keep what they have, which says it all.
func (s *session) tellOutgoing(n Note, w *Watch, h *ShiftHandover) error {
	if h.N > 0 && len(w.On) == 0 {
		h.AskAt = s.now

		return nil
	}

	n.What, n.Whom = ShiftEnded, w.On

	for _, who := range h.From {
		if h.N == 0 && slices.Contains(w.Knows, who) {
			continue
		}

		n.To = who
		if err := s.tellOf(h, n); err != nil {
			return err
		}
	}

	return nil
}

// foreseeAll has the cards of pages that run say who is paged next by the new
// shift.
func (s *session) foreseeAll(team *Team, open []EscalationID) error {
	for _, e := range s.readable(open) {
		if !e.foresee(s.momentFor(e, team)) {
			continue
		}

		if err := s.PutEscalation(e); err != nil {
			return err
		}

		if err := s.wantLive(e); err != nil {
			return err
		}
	}

	return nil
}

// tellOf sends a note that is about a handover.
func (s *session) tellOf(h *ShiftHandover, n Note) error {
	id, err := s.note(n)
	h.Notes = append(h.Notes, id)

	return err
}

// involved returns who has to do with a shift: the team's own people, and those
// who are on or go off without being of the team. They cover, or are not
// configured any more.
func involved(team *Team, on, went []PersonID) []PersonID {
	return union(union(team.leaders(), on), went)
}

// openIn returns the team's escalations that concern people and are open, and
// those that who went off leaves to somebody: what they have or gave back, and
// what they owe. A page that nobody took goes on by itself.
func (s *session) openIn(team *Team, people, went []PersonID) (open, left []EscalationID, err error) {
	for _, who := range people {
		ids, err := s.Concerning(who)
		if err != nil {
			return nil, nil, err
		}

		for _, e := range s.readable(ids) {
			if e.Team != team.ID || slices.Contains(open, e.ID) {
				continue
			}

			if leaves(e, went) {
				left = append(left, e.ID)
			}

			if e.State.Open() || leaves(e, went) {
				open = append(open, e.ID)
			}
		}
	}

	slices.Sort(open)
	slices.Sort(left)

	return open, left, nil
}

// readable returns those of some escalations that are kept and can be read. One
// that can't fails alone.
func (s *session) readable(ids []EscalationID) []*Escalation {
	var all []*Escalation

	for _, id := range ids {
		e, err := s.Escalation(id)

		switch {
		case err == nil:
			all = append(all, e)
		case !errors.Is(err, ErrNotFound):
			s.desk.log.Error("an escalation can't be read", "escalation", id, "error", err)
		}
	}

	return all
}

// leaves reports whether people leave something to do for an escalation.
func leaves(e *Escalation, people []PersonID) bool {
	return e.State.Open() && slices.Contains(people, e.Holder) || owesAny(e, people)
}

func owesAny(e *Escalation, people []PersonID) bool {
	return slices.ContainsFunc(e.Owed, func(o Owed) bool { return o.Open() && slices.Contains(people, o.Owner) })
}

// askOn asks the next who can confirm a handover: those who went off, then the
// managers. It ends there: they are told once. Whoever is on duty again has what
// they left.
func (s *session) askOn(team *Team, w *Watch, changed bool) error {
	for i := range w.Handovers {
		h := &w.Handovers[i]
		if !h.open() {
			continue
		}

		h.From = without(h.From, w.On)
		settled := s.settled(h)

		if settled {
			h.Settled, h.AskAt = s.now, time.Time{}
		}

		if settled || changed { // the button goes, or is for others
			if err := s.redrawNotes(h.Notes); err != nil {
				return err
			}
		}

		if over(h.AskAt, s.now) {
			if err := s.askNext(team, h); err != nil {
				return err
			}
		}
	}

	return nil
}

func (h *ShiftHandover) open() bool { return h.Confirmed.IsZero() && h.Settled.IsZero() }

func (s *session) askNext(team *Team, h *ShiftHandover) error {
	people, what := h.From, HandoverBack
	h.AskAt = s.now.Add(confirmWithin)

	if h.Asked == AskedOutgoing {
		people, what, h.AskAt = s.desk.settings.managersOf(team), HandoverUp, time.Time{}
	}

	if h.Asked == AskedIncoming {
		h.Asked = AskedOutgoing
	} else {
		h.Asked = AskedManagers
	}

	for _, who := range people {
		n := Note{To: who, What: what, Team: team.ID, At: s.now, Whom: h.To, Handover: h.N, Escalations: h.Escalations}
		if err := s.tellOf(h, n); err != nil {
			return err
		}
	}

	return nil
}

// settled reports whether nothing of a handover is left to anybody, as far as it
// can be read: it is done, or those who left it are on duty again or keep it.
func (s *session) settled(h *ShiftHandover) bool {
	return !slices.ContainsFunc(s.readable(h.Escalations), func(e *Escalation) bool { return leaves(e, h.From) })
}

// noteManagers sends a note to each of a team's managers.
func (s *session) noteManagers(team *Team, n Note) error {
	return s.noteAll(s.desk.settings.managersOf(team), n)
}

// managersOf returns a team's managers, those of all teams if it has none.
func (s *Settings) managersOf(team *Team) []PersonID {
	if len(team.Managers) > 0 {
		return team.Managers
	}

	var managers []PersonID

	for who, colleague := range s.People {
		if colleague.Manager {
			managers = append(managers, who)
		}
	}

	slices.Sort(managers)

	return managers
}

// handover returns a handover with its watch, nil if it is not remembered.
func (s *session) handover(team TeamID, n int) (*Watch, *ShiftHandover, error) {
	w, err := s.watch(team)
	if err != nil {
		return nil, nil, err
	}

	for i := range w.Handovers {
		if w.Handovers[i].N == n {
			return w, &w.Handovers[i], nil
		}
	}

	return w, nil, nil
}

// confirmHandover takes what a shift left: who is on duty or manages the team
// has it from then on. Who went off keeps what they have, and the others are
// still asked for theirs.
func (s *session) confirmHandover(by PersonID, team TeamID, n int) error {
	w, h, err := s.handover(team, n)
	if err != nil {
		return err
	}

	if err := s.mayConfirm(by, w, h); err != nil {
		return err
	}

	keeps := slices.Contains(h.From, by) && !slices.Contains(w.On, by)
	if keeps {
		h.From, h.Kept = without(h.From, []PersonID{by}), append(h.Kept, by)
	} else if err := s.relieveAll(by, h); err != nil {
		return err
	}

	if !keeps || s.settled(h) {
		h.Confirmed, h.ConfirmedBy, h.AskAt = s.now, by, time.Time{}
	}

	if err := s.redrawNotes(h.Notes); err != nil {
		return err
	}

	return s.PutWatch(w)
}

// mayConfirm returns why somebody can't confirm a handover, nil if they can.
func (s *session) mayConfirm(by PersonID, w *Watch, h *ShiftHandover) error {
	switch {
	case h == nil:
		return &RefusedError{"That handover is long past. /" + s.desk.command() + " list shows what is open and concerns you."}
	case h.kept():
		return &RefusedError{s.keptBy(h) + "."}
	case !h.Confirmed.IsZero():
		return &RefusedError{s.name(h.ConfirmedBy) + " has confirmed it already."}
	case slices.Contains(h.Kept, by):
		return &RefusedError{"You keep what you have of it."}
	case !h.Settled.IsZero() || s.settled(h):
		return &RefusedError{"Nobody needs to take that over any more: who left it is on duty again, or it is done."}
	case !s.takesOver(by, w, h.From...):
		return &RefusedError{"That button is for those who are on duty now or whose shift has ended, and for the team's managers" + s.namely(s.managersIn(w.Team)) + "."}
	default:
		return nil
	}
}

// takesOver reports whether somebody can take over what a shift left, or keep it if
// they are among those who were relieved.
func (s *session) takesOver(who PersonID, w *Watch, relieved ...PersonID) bool {
	has := s.desk.settings.rolesIn(who, w.Team)
	if slices.Contains(w.On, who) {
		has |= theOnDuty
	}

	if slices.Contains(relieved, who) {
		has |= theRelieved
	}

	return takeShift.allows(has)
}

// kept reports whether a handover is over since those who went off keep it.
func (h *ShiftHandover) kept() bool {
	return !h.Confirmed.IsZero() && slices.Contains(h.Kept, h.ConfirmedBy)
}

// keptBy says who keeps it.
func (s *session) keptBy(h *ShiftHandover) string {
	return s.someOf(h.Kept, wholeName) + " " + inNumber(len(h.Kept) == 1, "keeps", "keep") + " it"
}

func (s *session) redrawNotes(ids []NoteID) error {
	for _, id := range ids {
		if err := s.redrawNote(id); err != nil {
			return err
		}
	}

	return nil
}

// relieveAll has somebody take over all that a handover names.
func (s *session) relieveAll(by PersonID, h *ShiftHandover) error {
	for _, e := range s.readable(h.Escalations) {
		if err := s.apply(e, Relieve{By: by, From: h.From}); err != nil && !harmless(err) {
			return err
		}
	}

	return nil
}
