package bot

import (
	"cmp"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// Updates are what keeps a customer informed while their case is open.
type Updates struct {
	Every  time.Duration // the rhythm that the customer was promised, 0 for each working day
	Heard  time.Time     // when the customer was last told how it stands, zero if not since it was opened
	How    string        // contact channel of that
	Expect time.Time     // when the customer was told that they hear again, zero for by the rhythm
	NextAt time.Time     // when the owner is reminded to tell them, zero if nobody is
	Nudges int           // how many reminders nobody has answered since the customer heard last
	Later  bool          // the last reminder was put off
	Asked  int           // the last reminder's entry, 0 for none
	Whom   PersonID      // who had it
}

const (
	// aWorkday is the rhythm of who was promised no other, and how long a
	// reminder waits for its answer.
	aWorkday     = 24 * time.Hour
	everyOther   = 2 * aWorkday
	mostUnheard  = 5 // reminders in a row, then the managers are told
	putOffFor    = 2 * time.Hour
	informBefore = 30 * time.Minute // ahead of the time that the customer was told
)

// owner returns who sees to a case that is open: whoever has it, else its agent.
func (e *Escalation) owner() PersonID {
	if e.State == Taken || e.State == Joined {
		return e.Holder
	}

	return e.Agent
}

// updateDue returns when the owner is to be reminded to update the customer.
func (e *Escalation) updateDue() time.Time { return e.Updates.NextAt }

// rhythm returns how often the customer hears from us.
func (u *Updates) rhythm() time.Duration { return cmp.Or(u.Every, aWorkday) }

// after returns when the customer is to hear again who heard at a time. A rhythm
// below a day counts working time; days on which nobody works are no days of it.
func (u *Updates) after(heard time.Time, h roster.Hours) time.Time {
	switch every := u.rhythm(); {
	case every < aWorkday:
		return h.Next(h.After(heard, every))
	case every == everyOther:
		return h.Next(h.Next(heard.Add(aWorkday)).Add(aWorkday))
	default:
		return h.Next(heard.Add(every))
	}
}

// expectUpdate sets when the owner is reminded, anew whenever the customer heard
// from us, the rhythm changed or somebody else is to see to it.
func (a *application) expectUpdate(before *Escalation) {
	u, was := &a.Updates, before.lastHeard()

	if a.lastHeard().Before(was) { // what told it begins anew: they have heard from us all the same
		u.Heard, u.How = was, ""
	}

	heard := a.lastHeard()
	hours := a.hoursOf(a.owner())

	switch {
	case !a.State.Open():
		u.NextAt, u.Expect, u.Nudges, u.Later = time.Time{}, time.Time{}, 0, false
	case !before.State.Open():
		a.remindAt(u.after(a.Now, hours))
	case heard.After(was), !u.Expect.Equal(before.Updates.Expect):
		if !u.Heard.Equal(heard) {
			u.Expect = time.Time{}
		}

		a.remindAt(u.next(heard, a.Now, hours))
	case u.rhythm() != before.Updates.rhythm():
		u.Expect = time.Time{}
		a.remindAt(notYet(u.after(heard, hours), a.Now, u.after(a.Now, hours)))
	case a.owner() != before.owner():
		a.remindAt(notYet(hours.Next(cmp.Or(u.NextAt, a.Now)), a.Now, hours.Next(a.Now.Add(time.Hour))))
	}
}

// remindAt begins a row of reminders.
func (a *application) remindAt(at time.Time) {
	a.Updates.NextAt, a.Updates.Nudges, a.Updates.Later = at, 0, false
}

// notYet returns at if it lies ahead, else another time.
func notYet(at, now, otherwise time.Time) time.Time {
	if at.After(now) {
		return at
	}

	return otherwise
}

// next returns when to remind the owner after the customer heard at a time: by the
// rhythm, or before the time that the customer was told, early enough even if
// nobody works then.
func (u *Updates) next(heard, now time.Time, h roster.Hours) time.Time {
	if u.Expect.IsZero() {
		return u.after(heard, h)
	}

	return notYet(h.Last(u.Expect.Add(-informBefore)), now, h.Next(u.Expect))
}

// remindToUpdate reminds the owner, unless somebody has the customer right now.
// Who does not answer is reminded again the next working day; when that was in
// vain, the managers are told.
func (a *application) remindToUpdate() {
	u, owner := &a.Updates, a.owner()
	if !a.State.Open() || !over(u.NextAt, a.Now) {
		return
	}

	hours := a.hoursOf(owner)

	switch open := hours.Next(a.Now); {
	case open.After(a.Now):
		u.NextAt = open
	case a.live(a.Now):
		u.NextAt = hours.Next(notYet(a.Since.Add(handoffEnds), a.Now, a.Now.Add(handoffEnds)))
	case u.Nudges >= mostUnheard:
		a.tellUnheard()
	default:
		a.redraw(u.Whom, u.Asked)
		u.NextAt, u.Nudges, u.Later = hours.Next(a.Now.Add(aWorkday)), u.Nudges+1, false
		u.Whom, u.Asked = owner, a.record(Entry{What: WasAskedToUpdate, Whom: owner}, a.State)
		a.tell(owner, u.Asked)
	}
}

// tellUnheard tells the managers that a customer waits to hear from us, once: when
// all of them may be told. Where their hours never meet it waits for the first, and
// the others see it on the case.
func (a *application) tellUnheard() {
	u := &a.Updates

	awake, next := a.awake(a.Managers)
	if meet, ok := a.meet(a.Managers); ok {
		next = meet
	}

	if next.After(a.Now) {
		u.NextAt = next

		return
	}

	u.NextAt, u.Nudges = time.Time{}, u.Nudges+1
	n := a.record(Entry{What: WasUnheard, Whom: a.owner()}, a.State)

	for _, manager := range awake {
		a.tell(manager, n)
	}
}

// inform notes that the customer was told how it stands.
func (a *application) inform(ev Inform) error {
	u := &a.Updates
	if u.Heard.Equal(a.Now) && u.How == ev.How {
		return &NoChangeError{a.ID}
	}

	u.Heard, u.How, u.Expect, a.settled = a.Now, ev.How, ev.Next, true
	a.record(Entry{What: WasInformed, By: ev.By, Text: joinWords(label(contactChannels, ev.How), ev.Said)}, a.State)

	return nil
}

// remindLater puts the last reminder off. It does not count as one that nobody
// answered.
func (a *application) remindLater(ev RemindLater) error {
	u := &a.Updates

	switch {
	case u.Later:
		return &NoChangeError{a.ID}
	case u.Nudges == 0:
		return a.late()
	}

	hours := a.hoursOf(a.owner())
	u.NextAt, u.Nudges, u.Later = hours.Next(hours.After(a.Now, putOffFor)), min(u.Nudges, mostUnheard)-1, true
	a.record(Entry{What: WasPutOff, By: ev.By}, a.State)
	a.redraw(u.Whom, u.Asked)

	return nil
}

// setRhythm sets how often the customer hears from us, 0 for as it was.
func (a *application) setRhythm(every time.Duration) {
	a.Updates.Every = cmp.Or(every, a.Updates.Every)
}

// redraw draws the notice of an entry anew, if there is one.
func (a *application) redraw(who PersonID, n int) {
	if card := (CardID{Role: NoticeCard, Escalation: a.ID, Person: who, N: n}); n > 0 && !slices.Contains(a.again, card) {
		a.again = append(a.again, card)
	}
}
