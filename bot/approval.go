package bot

import (
	"math"
	"slices"
	"time"
)

// How a case of the kind Approve finds somebody who may decide it, and how long a
// decision holds. Promises that wait for approval are in owed_approval.go.

// BeyondLimit is why a page was passed on by somebody who may not approve so much.
const BeyondLimit = "beyond their limit"

// unsaid stands for an amount of money that nobody has said: only somebody who may
// approve as much as anybody does.
const unsaid int64 = math.MaxInt64

// sum is how much money is asked for, in hundredths, 0 for what is no money.
func (c Context) sum() int64 {
	if c.Sum == 0 && (c.Option != "" || c.Currency != "" || speaksOfMoney(c.Amount)) {
		return unsaid
	}

	return c.Sum
}

// limited reports whether limits count for what is asked for. What is no money anybody
// may approve who is asked.
func (c Context) limited() bool { return c.sum() > 0 }

// may reports whether somebody may approve so much of what a case asks for.
func (a *application) may(who PersonID, amount int64) bool {
	return !a.Context.limited() || a.mayGive(who, a.Context.Option, amount, a.Context.Currency)
}

// mayGive reports whether somebody may promise or approve so much of an option.
func (m *Moment) mayGive(who PersonID, option string, amount int64, currency string) bool {
	return m.May == nil || m.May(who, option, amount, currency)
}

// able reports whether somebody may approve what the case asks for, if it asks for
// approval.
func (a *application) able(who PersonID) bool {
	return a.Kind != Approve || a.may(who, a.Context.sum())
}

// tiers are the chain's, with only those who may approve what is asked for. Where
// that leaves nobody the managers who may are paged; where there are none either,
// whoever is on the chain: they can approve less, deny it, or help otherwise.
func (a *application) tiers() []Tier {
	tiers := a.Chains[a.Chain]
	if a.Kind != Approve || !a.Context.limited() || len(tiers) == 0 {
		return tiers
	}

	able, some := slices.Clone(tiers), false
	for i := range able {
		able[i].People = a.whoMay(tiers[i].People)
		some = some || len(able[i].People) > 0
	}

	if some {
		return able
	}

	managers := a.whoMay(a.Managers)
	if len(managers) == 0 {
		return tiers
	}

	return append(able, Tier{
		Name: tierName([]string{TheManagers}), People: managers, AtOnce: true, Wait: tiers[len(tiers)-1].Wait, Repeat: true,
	})
}

// whoMay returns those of people who may approve what is asked for and have an
// account.
func (a *application) whoMay(people []PersonID) []PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(who PersonID) bool {
		return who == a.Agent || slices.Contains(a.Gone, who) || !a.able(who)
	})
}

// beyondAll reports whether nobody may approve what is asked for.
func (a *application) beyondAll() bool {
	people := union(a.onChain(), a.Managers)

	return a.Kind == Approve && a.Context.limited() && len(people) > 0 && len(a.whoMay(people)) == 0
}

// warnOfLimits tells the agent at once that nobody may approve what they ask for:
// whoever is paged can only approve less.
func (a *application) warnOfLimits() {
	if a.beyondAll() {
		a.tell(a.Agent, a.record(Entry{What: WasBeyond, Text: a.Context.Amount}, a.State))
	}
}

// A request is what decides who may answer a request for approval.
type request struct {
	kind   Kind
	option string
	sum    int64
}

func (e *Escalation) asks() request { return request{e.Kind, e.Context.Option, e.Context.sum()} }

// askAnew pages those who may approve what is asked for by now, unless one of them
// is asked already.
func (a *application) askAnew() {
	if !a.State.Open() {
		return
	}

	a.warnOfLimits()

	if a.State != Paging || a.Turn.Nobody {
		return
	}

	if a.beyondAll() || a.askedWhoMay() {
		a.forecast()

		return
	}

	a.Turn = Turn{Avoid: a.Turn.Avoid, AllOff: a.Turn.AllOff} // the alarm is not raised again
	a.goOn()
}

// askedWhoMay reports whether somebody is asked in this round who may approve it.
func (a *application) askedWhoMay() bool {
	return slices.ContainsFunc(a.Pages, func(p Page) bool { return p.State == PageOpen && a.ofTurn(p) && a.able(p.Who) })
}

// refer has paging go on to those who may approve it. Who had it has it no more.
func (a *application) refer(ev Refer) error {
	if a.able(ev.By) || a.beyondAll() {
		return a.late()
	}

	if a.State != Paging {
		return a.referHeld(ev)
	}

	page := a.page(ev.By)
	if page == nil || page.State != PageOpen && page.State != PageUnanswered {
		return &NoChangeError{a.ID}
	}

	a.drop(page, PagePassed, Entry{What: WasReferred, By: ev.By, Whom: ev.By, Attempt: page.Attempt, Text: BeyondLimit})

	// Nobody is waited for who could only refer it too: they were paged when nobody
	// might approve it, and by now somebody may.
	if a.State == Paging && a.waitedFor() && !a.askedWhoMay() {
		a.onDropped()
	}

	return nil
}

func (a *application) referHeld(ev Refer) error {
	handed := a.Handover != nil && a.Handover.To == ev.By
	if ev.By != a.Holder && !handed {
		return a.late()
	}

	a.JoinedAt, a.NudgeAt, a.Nudges = time.Time{}, time.Time{}, 0
	a.letGo(Entry{What: WasReferred, By: ev.By, Text: BeyondLimit})

	return nil
}

// decision is what an answer to a request for approval leaves behind.
func (a *application) decision(ev Decide) *Decision {
	d := &Decision{
		By: ev.By, Approved: ev.Approved, Amount: ev.Amount, Note: ev.Note, At: a.Now,
		Option: a.Context.Option, Sum: ev.Sum, Currency: a.Context.Currency,
	}

	if ev.Approved && a.Times.Valid > 0 {
		d.Until = a.Now.Add(a.Times.Valid)
		d.TellAt = a.hoursOf(a.Agent).Next(d.Until)
	}

	return d
}

// valid reports whether something can still be given by a decision.
func (d *Decision) valid(now time.Time) bool {
	return d != nil && d.Approved && d.Used.IsZero() && !over(d.Until, now)
}

// ranOut reports whether an approval was not used in its time.
func (d *Decision) ranOut(now time.Time) bool {
	return d != nil && d.Approved && d.Used.IsZero() && over(d.Until, now)
}

// covers reports whether so much of an option was approved, in the currency that it
// has by now.
func (d *Decision) covers(option string, amount int64, currency string, now time.Time) bool {
	return d.valid(now) && option != "" && d.Option == option && d.Currency == currency && amount <= d.Sum
}

// decisionDue is when the agent is to be told that an approval ran out.
func (e *Escalation) decisionDue() time.Time {
	if e.Decision == nil {
		return time.Time{}
	}

	return e.Decision.TellAt
}

// endApproval tells the agent that an approval ran out: the next one has to be
// asked for.
func (a *application) endApproval() {
	if a.State != Returned || !over(a.decisionDue(), a.Now) {
		return
	}

	a.Decision.TellAt = time.Time{}
	a.tell(a.Agent, a.record(Entry{What: WasRanOut, By: a.Decision.By, Text: a.Decision.Amount}, a.State))
}

// spend notes that something was given by the approval.
func (a *application) spend() {
	if a.Decision != nil {
		a.Decision.Used, a.Decision.TellAt = a.Now, time.Time{}
	}
}
