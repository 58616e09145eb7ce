package bot

import (
	"errors"
	"time"
)

// A Tally is what stays of an escalation when its record goes: statistics, with
// no word that anybody wrote and nothing of the customer. It also says that the
// number was not lost: one without a record and without a tally was taken out.
type Tally struct {
	ID      EscalationID
	Entries int       // how many its timeline had
	Head    []byte    // its Head, which keeps the place of what is gone
	Gone    time.Time // when the record went
	// Before says that it was gone already when tallies began, with all that follow
	// it up to Through. Nothing more is known of them.
	Before  bool
	Through EscalationID

	Team      TeamID
	Agent     PersonID
	Kind      Kind
	Chain     ChainName
	Channel   string
	Waiting   bool
	Reason    string
	Heat      int
	Opened    time.Time
	Resolved  time.Time // zero if it was not
	Outcome   string    // the name of the team's option
	Satisfied string
	Ended     time.Time
	Attempts  int // how many pages were sent

	Untold     bool       // the timeline could not be read: nothing is known of the next four
	Unanswered []PersonID // who did not answer a page, once for each
	Took       string     // who took it: firstTook, laterTook, nobodyTook
	Taken      TalliedStep
	Joined     TalliedStep // after it was taken first

	Owed  []TalliedOwed
	Asked []TalliedAnswer

	// NamesUntil is when it loses who they were: a digest must know how many people
	// a figure is over, and nothing else needs to. Zero once it has.
	NamesUntil time.Time
	ForgetAt   time.Time // when nothing stays but that it was there, zero for never
}

// A TalliedStep says who took an escalation, or joined, and when.
type TalliedStep struct {
	By PersonID
	At time.Time // zero if nobody did
}

// TalliedOwed is how something ended that was owed.
type TalliedOwed struct {
	Owner   PersonID
	Promise bool
	Due     time.Time
	Done    time.Time
	Ended   Result
}

// A TalliedAnswer says that somebody answered how the help was, and in what week,
// but not what.
type TalliedAnswer struct {
	Who      PersonID
	Taker    bool
	Answered time.Time
}

// Due returns when something is to be taken out of it, zero for never.
func (t *Tally) Due() time.Time { return first(t.NamesUntil, t.ForgetAt) }

// namesKept is how long after it was opened a tally says who they were: for as long
// the digest of that week can be told again.
const namesKept = 2 * 365 * 24 * time.Hour

// tallyOf counts an escalation. Untold says that its entries are not all there.
func tallyOf(e *Escalation, entries []Entry, untold bool) *Tally {
	t := &Tally{
		ID: e.ID, Entries: e.Entries, Head: e.Head,
		Team: e.Team, Agent: e.Agent, Kind: e.Kind, Chain: e.Chain,
		Channel: e.Context.Channel, Waiting: e.Context.Waiting, Reason: e.Context.Reason, Heat: e.Context.Heat,
		Opened: e.Opened, Ended: e.Ended, Attempts: e.Attempts, Untold: untold,
	}

	if o := e.Outcome; o != nil {
		t.Resolved, t.Outcome, t.Satisfied = o.At, o.Name, o.Satisfied
	}

	if !untold {
		t.tellPages(entries)
	}

	for _, o := range e.Owed {
		t.Owed = append(t.Owed, TalliedOwed{Owner: o.Owner, Promise: o.Promise, Due: o.Due, Done: o.Done, Ended: o.Ended()})
	}

	for _, a := range e.Asked {
		if !a.Answered.IsZero() {
			t.Asked = append(t.Asked, TalliedAnswer{Who: a.Who, Taker: a.Taker, Answered: a.Answered})
		}
	}

	return t
}

// tellPages counts how pages fared: until it was taken for the first time, and
// until who took it joined.
func (t *Tally) tellPages(entries []Entry) {
	t.Took = nobodyTook
	past, settled := false, false // the first who was paged; all that counts

	for _, entry := range entries {
		switch entry.What { //nolint:exhaustive // no other tells how pages fared
		case WasUnanswered:
			t.Unanswered = append(t.Unanswered, entry.Whom)
			past = true
		case WasPassed, WasUnreachable:
			past = true
		case WasTaken:
			if !t.Taken.At.IsZero() || settled {
				settled = true

				continue
			}

			t.Taken, t.Took = TalliedStep{By: entry.By, At: entry.At}, firstTook
			if past {
				t.Took = laterTook
			}
		case WasJoined:
			if !t.Taken.At.IsZero() && !settled {
				t.Joined = TalliedStep{By: entry.By, At: entry.At}
			}

			settled = true
		}
	}
}

// forget leaves of an escalation nothing but its tally.
func (s *session) forget(e *Escalation) error {
	entries, err := s.Timeline(e.ID)

	untold := err != nil && len(faults(e, entries, err)) > 0
	if untold {
		s.desk.log.Error("a timeline can't be read: its times are left out of the statistics", "escalation", e.ID, "error", err)
	}

	t := tallyOf(e, entries, untold)
	t.Gone, t.NamesUntil = s.now, e.Opened.Add(namesKept)

	if keep := s.desk.settings.Retention.Statistics; keep > 0 {
		t.ForgetAt = later(s.now, e.Opened.Add(keep))
	}

	if err := s.PutTally(t); err != nil {
		return err
	}

	return s.ForgetEscalation(e.ID)
}

// tallyDue takes out of a tally what was kept long enough.
func (s *session) tallyDue(id EscalationID) error {
	t, err := s.Tally(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	if over(t.NamesUntil, s.now) {
		t.loseNames()
	}

	if over(t.ForgetAt, s.now) {
		*t = Tally{ID: t.ID, Entries: t.Entries, Head: t.Head, Gone: t.Gone}
	}

	return s.PutTally(t)
}

// loseNames takes out who they were. How often each happened stays.
func (t *Tally) loseNames() {
	t.Agent, t.Taken.By, t.Joined.By, t.NamesUntil = "", "", "", time.Time{}
	clear(t.Unanswered)

	for i := range t.Owed {
		t.Owed[i].Owner = ""
	}

	for i := range t.Asked {
		t.Asked[i].Who = ""
	}
}
