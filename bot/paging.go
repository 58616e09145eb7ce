package bot

import (
	"cmp"
	"slices"
	"time"
)

// Reasons for passing a page, as PRODUCT.md names them.
const (
	OnAnotherCall = "on another call"
	NotMyArea     = "not my area"
	Conflict      = "conflict"
	Away          = "away"
)

// unreachableFor is how long somebody whom the platform could not reach is left
// out before they are tried anew.
const unreachableFor = 5 * time.Minute

// leastWait is waited at least, however short a wait is configured: a deadline
// that is over as soon as it is set would have the chain run hot.
const leastWait = time.Second

// everyone is the tier that a page belongs to which was sent by PageEveryone.
const everyone = "everyone"

// goOn takes the chain to its next step and pages whom it names. When nobody on
// the whole chain can be paged it says so, and the chain is tried again later:
// paging never ends by itself.
func (a *application) goOn() {
	next, skipped := a.step(a.Turn)
	if a.Turn.Nobody {
		skipped = nil // said before
	}

	for _, tier := range skipped {
		a.record(Entry{What: WasSkipped, Text: tier}, a.State)
	}

	if len(next.who) == 0 {
		a.nobody()

		return
	}

	if next.AllOff && !a.Turn.AllOff {
		a.raise(Entry{What: WasAllOff})
	}

	a.Turn = next.Turn
	for _, who := range next.who {
		a.sendPage(who, a.Turn.Name)
		a.record(Entry{What: WasPaged, Whom: who, Attempt: a.Attempts, Text: a.Turn.Name}, a.State)
	}

	a.forecast()
}

// allOff reports whether everybody who is left to be paged is off. Who has a
// conflict is left only if nobody else is.
func (a *application) allOff() bool {
	people := slices.DeleteFunc(a.onChain(), a.cutOff)
	if slices.ContainsFunc(people, func(who PersonID) bool { return !a.opposed(who) }) {
		people = slices.DeleteFunc(people, a.opposed)
	}

	return len(people) > 0 && len(without(people, a.Off)) == 0
}

// raise tells those who must know that the agent is alone with the customer:
// the agent, the managers and the team's channel.
func (a *application) raise(entry Entry) {
	n := a.record(entry, a.State)
	a.tell(a.Agent, n)

	for _, manager := range without(a.Managers, []PersonID{a.Agent}) {
		a.tell(manager, n)
	}

	a.showLoose(CardID{Role: AlarmCard, Escalation: a.ID, N: n})
}

// nobody says that nobody can be paged now, once, and tries again later.
func (a *application) nobody() {
	known := a.Turn.Nobody
	a.Turn = Turn{Nobody: true, Until: a.after(a.Times.Retry)}

	if !known {
		a.raise(Entry{What: WasExhausted})
	}
}

// after returns when a wait that begins now is over.
func (a *application) after(wait time.Duration) time.Time { return a.Now.Add(max(wait, leastWait)) }

// forecast notes who is paged if nobody takes it by then.
func (a *application) forecast() {
	next, _ := a.step(a.Turn)
	a.Turn.Next, a.Turn.NextName = next.who, next.Name
}

// foresee notes anew who is paged if nobody takes it: who is on duty has changed.
// It reports whether that is somebody else than people were told.
func (e *Escalation) foresee(m Moment) bool {
	if e.State != Paging || e.Turn.Nobody {
		return false
	}

	was := slices.Clone(e.Turn.Next)
	a := application{Escalation: e, Moment: m}
	a.forecast()

	return !slices.Equal(was, e.Turn.Next)
}

// A step is a turn of the chain with whom it pages.
type step struct {
	Turn
	who []PersonID
}

// step returns what follows turn t, and the tiers that were passed over since
// nobody in them can be paged, but for those of whom it stays untold. It changes
// nothing.
func (a *application) step(t Turn) (step, []string) {
	var skipped []string

	tiers := a.tiers()
	known := t.Tier < len(tiers) && t.startedOver(tiers[t.Tier])
	t.Nobody, t.Next, t.NextName = false, nil, ""

	for t.Tier < len(tiers) {
		tier := tiers[t.Tier]
		people := a.pageable(tier, t)

		if len(without(people, t.Asked)) > 0 {
			return a.stepTo(tier, t, people), skipped
		}

		if len(people) > 0 && (tier.Repeat || t.Round+1 < tier.Rounds) {
			if t.Round+1 >= tier.rounds() {
				if other, left := a.unasked(tier, t); len(left) > 0 {
					return a.stepTo(other, t, left), skipped
				}
			}

			t.Round, t.Asked = t.Round+1, nil

			return a.stepTo(tier, t, a.pageable(tier, t)), skipped
		}

		if len(people) == 0 && len(t.Asked) == 0 && !known && !a.rests(tier, t) {
			skipped = append(skipped, tier.Name)
		}

		t.Tier, t.Round, t.Asked = t.Tier+1, 0, nil
	}

	return a.startOver(t), skipped
}

// rests reports whether a tier would page somebody who is on a break now. That it
// is passed over is not said: who can tell that they are neither busy nor off would
// know why.
func (a *application) rests(tier Tier, t Turn) bool {
	awake := *a
	awake.Resting = nil

	return len(awake.pageable(tier, t)) > 0
}

// startOver begins the last tier again in which anybody is willing, or else can
// be paged at all, whatever they said before: a chain that ends is not an end.
// When its people were asked, the tiers behind it are tried again.
func (a *application) startOver(t Turn) step {
	tiers := a.tiers()

	for i, tier := range slices.Backward(tiers) {
		t.Tier, t.Round, t.Asked = i, tier.rounds(), nil

		people := a.pageable(tier, t)
		if len(people) == 0 {
			continue
		}

		if !slices.ContainsFunc(people, a.passedOver) {
			if other, left := a.unasked(tier, t); len(left) > 0 {
				t.Asked = people // they had their turn

				return a.stepTo(other, t, left)
			}
		}

		return a.stepTo(tier, t, people)
	}

	for i, tier := range slices.Backward(tiers) {
		t.Tier, t.Round = i, tier.rounds()

		if people := a.reachable(tier); len(people) > 0 {
			return a.stepTo(tier, t, people)
		}
	}

	return step{Turn: t}
}

// unasked returns who of the other tiers was passed over, with the first tier
// that they are in. They are asked, once, when a tier would be repeated for good:
// by then nobody else is left.
func (a *application) unasked(but Tier, t Turn) (Tier, []PersonID) {
	for _, tier := range a.tiers() {
		people := slices.DeleteFunc(without(a.reachable(tier), but.People), func(who PersonID) bool {
			return !a.passedOver(who) || a.opposed(who) || who == t.Avoid || slices.Contains(t.Asked, who)
		})
		if len(people) > 0 {
			return tier, people
		}
	}

	return Tier{}, nil
}

// passedOver reports whether somebody was left out up to now, or since it was
// paged anew, because they were hindered: busy, off or on a break. Who is not any
// more, or came on duty late, was never paged.
func (a *application) passedOver(who PersonID) bool {
	page := a.page(who)

	return page == nil || a.hindered(who) && (page.State == PageUnreachable || page.At.Before(a.Since))
}

// hindered reports whether somebody is to be paged only if nobody else is left: who
// is busy, off or on a break.
func (a *application) hindered(who PersonID) bool {
	return slices.Contains(a.Busy, who) || slices.Contains(a.Off, who) || slices.Contains(a.Resting, who)
}

// stepTo pages those of people who were not asked in this round. Once
// everybody else was asked, who had it before is no longer left out.
func (a *application) stepTo(tier Tier, t Turn, people []PersonID) step {
	who := without(people, t.Asked)
	if !tier.AtOnce {
		who = a.leastRecent(who)
	}

	t.AllOff = a.allOff()
	t.Asked = append(slices.Clone(t.Asked), who...)
	t.Until, t.Name = a.after(tier.Wait), tier.Name

	if (tier.Repeat || t.startedOver(tier)) && len(without(people, t.Asked)) == 0 {
		t.Avoid = ""
	}

	return step{t, who}
}

// leastRecent returns the one of people whose last page lies longest ago: the
// first of those who never had one, if there are any.
func (a *application) leastRecent(people []PersonID) []PersonID {
	return []PersonID{slices.MinFunc(people, func(x, y PersonID) int { return a.Paged[x].Compare(a.Paged[y]) })}
}

// rounds returns how often a tier runs.
func (t Tier) rounds() int { return max(t.Rounds, 1) }

// startedOver reports whether a tier runs more often than it is meant to, since
// nobody took it.
func (t Turn) startedOver(tier Tier) bool { return t.Round >= tier.rounds() }

// pageable returns whom a tier pages: not who can't be reached, is busy, off or on a
// break, had it and did not join, or said that they can't take it. A tier that
// repeats asks those who passed again, and who is hindered once the others did not
// answer; who has a conflict only if nobody else is left.
func (a *application) pageable(tier Tier, t Turn) []PersonID {
	again := t.startedOver(tier)

	return slices.DeleteFunc(a.reachable(tier), func(who PersonID) bool {
		page := a.page(who)
		passed := page != nil && page.State == PagePassed

		return who == t.Avoid || a.hindered(who) && !again || a.opposed(who) || passed && !tier.Repeat && !again
	})
}

// opposed reports whether somebody said that they have a conflict, on whichever
// page, and has not taken it since.
func (a *application) opposed(who PersonID) bool {
	page := a.page(who)

	return page != nil && page.Reason == Conflict
}

// reachable returns who of a tier can be paged at all, each person once.
func (a *application) reachable(tier Tier) []PersonID {
	var people []PersonID

	for _, who := range tier.People {
		if who != a.Agent && !slices.Contains(people, who) && !a.cutOff(who) {
			people = append(people, who)
		}
	}

	return people
}

// cutOff reports whether somebody's account is gone, or the platform could not
// reach them a moment ago.
func (a *application) cutOff(who PersonID) bool {
	page := a.page(who)

	return slices.Contains(a.Gone, who) || page != nil && page.State == PageUnreachable && a.Now.Before(page.Closed.Add(unreachableFor))
}

// union returns people and those of more who are not among them, in that order.
func union(people, more []PersonID) []PersonID {
	return append(slices.Clone(people), without(more, people)...)
}

func without[T comparable](all, some []T) []T {
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool { return slices.Contains(some, one) })
}

// sendPage pages somebody: a new message. An earlier page of theirs is drawn
// anew, and points to the new one. A conflict that they named stays one.
func (a *application) sendPage(who PersonID, tier string) {
	a.Attempts++

	page := Page{
		Who: who, Attempt: a.Attempts, Tier: tier, At: a.Now, State: PageOpen,
		Busy: slices.Contains(a.Busy, who), Off: slices.Contains(a.Off, who),
	}
	if a.opposed(who) {
		page.Reason = Conflict
	}

	if old := a.page(who); old != nil {
		a.again = append(a.again, a.pageCard(*old))
		a.Pages = slices.DeleteFunc(a.Pages, func(p Page) bool { return p.Who == who })
	}

	paged := map[PersonID]time.Time{who: a.Now}
	for other, at := range a.Paged {
		paged[other] = cmp.Or(paged[other], at)
	}

	a.Paged = paged
	a.Pages = append(a.Pages, page)
	a.effects = append(a.effects, Show{a.pageCard(page)})
}

// closePages ends what was or could still be taken: somebody else has it, or it
// isn't needed any more.
func (a *application) closePages() {
	for i := range a.Pages {
		switch page := &a.Pages[i]; page.State {
		case PageOpen, PageUnanswered, PageTaken:
			page.State, page.Closed = PageMoot, a.Now
		case PagePassed, PageUnreachable, PageMoot:
		}
	}
}

// forgetPasses lets those be paged again who could not take it another time.
// A conflict stays one.
func (a *application) forgetPasses() {
	for i := range a.Pages {
		if page := &a.Pages[i]; page.State == PagePassed && page.Reason != Conflict {
			page.State = PageMoot
		}
	}
}

// cutShort takes those out of the present round whose wait is not over yet: if
// paging goes on they are asked again before it gets wider. Not so the taker,
// who answered.
func (a *application) cutShort(taker PersonID) {
	for _, page := range a.Pages {
		if page.State == PageOpen && page.Who != taker {
			a.Turn.Asked = without(a.Turn.Asked, []PersonID{page.Who})
		}
	}
}

// pageTimedOut is what happens when the wait of a step is over.
func (a *application) pageTimedOut() {
	for i := range a.Pages {
		if page := &a.Pages[i]; page.State == PageOpen {
			page.State, page.Closed = PageUnanswered, a.Now

			// Nobody is said not to have answered what did not reach them.
			what, text := WasUnanswered, page.Tier
			if slices.Contains(a.Unsent, page.Who) {
				what, text = WasUnreachable, "late"
			}

			a.record(Entry{What: what, Whom: page.Who, Attempt: page.Attempt, Text: text}, a.State)
		}
	}

	a.goOn()
}

// pass is somebody's no. The next person is paged at once, unless others of the
// same step can still answer.
func (a *application) pass(ev Pass) error {
	page := a.page(ev.By)
	if page == nil || page.Attempt != ev.Attempt {
		return a.late()
	}

	if page.State == PagePassed {
		return a.sayWhy(page, ev)
	}

	if page.State != PageOpen && page.State != PageUnanswered {
		return a.late()
	}

	a.drop(page, PagePassed, Entry{What: WasPassed, By: ev.By, Whom: ev.By, Attempt: ev.Attempt, Text: ev.Reason})

	return nil
}

// sayWhy adds the reason to a page that was passed without one: the next person
// is paged first, and the reason asked for afterwards.
func (a *application) sayWhy(page *Page, ev Pass) error {
	if page.Reason != "" || ev.Reason == "" {
		return &NoChangeError{a.ID}
	}

	page.Reason = ev.Reason
	a.record(Entry{What: WasExplained, By: ev.By, Whom: ev.By, Attempt: ev.Attempt, Text: ev.Reason}, a.State)

	if a.State == Paging && !a.Turn.Nobody {
		a.forecast() // a conflict changes who comes next
	}

	return nil
}

func (a *application) unreachable(ev Unreachable) error {
	page := a.page(ev.Who)
	if page == nil || page.Attempt != ev.Attempt || page.State != PageOpen && page.State != PageUnanswered {
		return &NoChangeError{a.ID}
	}

	if ev.Elsewhere != "" {
		a.reroute(*page, ev)

		return nil
	}

	a.drop(page, PageUnreachable, Entry{What: WasUnreachable, Whom: ev.Who, Attempt: ev.Attempt, Text: ev.Reason})

	return nil
}

// reroute sends a page that one of somebody's accounts can't be reached with to
// another one: it is a new page that stands for the same, with the same time to
// answer, and nobody else is paged for it.
func (a *application) reroute(old Page, ev Unreachable) {
	a.sendPage(old.Who, old.Tier)

	page := a.page(old.Who)
	page.State, page.Closed = old.State, old.Closed
	page.On, page.Tried = ev.Elsewhere, append(slices.Clone(old.Tried), ev.On)

	if a.Handover != nil && a.Handover.To == page.Who {
		a.Handover.Attempt = page.Attempt
	}

	a.record(Entry{What: WasRerouted, Whom: page.Who, Attempt: page.Attempt, Text: ev.Reason}, a.State)
}

// drop ends an open page that will not be taken, and goes on if it was the last
// one that was waited for.
func (a *application) drop(page *Page, state PageState, entry Entry) {
	waited := page.State == PageOpen
	page.State, page.Closed = state, a.Now

	if page.Reason != Conflict {
		page.Reason = entry.Text
	}

	n := a.record(entry, a.State)

	switch {
	case a.Handover != nil && a.Handover.To == page.Who:
		a.Handover = nil
		a.tell(a.Holder, n)
	case a.State == Paging && waited && !a.waitedFor():
		a.onDropped()
	case a.State == Paging:
		a.forecast()
	}
}

// onDropped goes on after the last open page of a step was dropped. Where
// everybody who comes next has just said no in this very round, its wait is
// kept: asking them again at once would help nobody.
func (a *application) onDropped() {
	next, _ := a.step(a.Turn)
	willing := func(who PersonID) bool {
		page := a.page(who)

		return page == nil || page.State != PagePassed || !a.ofTurn(*page)
	}

	if len(next.who) > 0 && !slices.ContainsFunc(next.who, willing) {
		a.forecast()

		return
	}

	a.goOn()
}

// ofTurn reports whether a page was sent in the present round, or to everyone.
func (e *Escalation) ofTurn(p Page) bool {
	return p.Tier == everyone || slices.Contains(e.Turn.Asked, p.Who)
}

// waitedFor reports whether anybody asked in the present round can still
// answer. A page that is left of a less urgent chain does not count.
func (e *Escalation) waitedFor() bool {
	return slices.ContainsFunc(e.Pages, func(p Page) bool { return p.State == PageOpen && e.ofTurn(p) })
}

// pageEveryone pages everybody on the chain now, those too whom the platform
// could not reach a moment ago, and gives them time to answer; who has a conflict
// only if nobody else can be reached. Where the chain stands does not change. A
// second click finds everybody paged.
func (a *application) pageEveryone(ev PageEveryone) error {
	people := a.unpaged()
	if len(people) == 0 {
		return &NoChangeError{a.ID}
	}

	a.record(Entry{What: WasPagedToAll, By: ev.By}, a.State)

	for _, who := range people {
		a.sendPage(who, everyone)
		a.record(Entry{What: WasPaged, Whom: who, Attempt: a.Attempts, Text: everyone}, a.State)
	}

	if a.Turn.Nobody {
		a.Turn = Turn{Name: everyone}
	}

	if until := a.after(a.Times.Retry); until.After(a.Turn.Until) {
		a.Turn.Until = until
	}

	a.forecast()

	return nil
}

// unpaged returns who on the chain is to be paged and has no open page: who may not
// approve what is asked for too, since they can approve less, or help otherwise.
func (a *application) unpaged() []PersonID {
	people := union(a.onChain(), a.peopleOf(a.Chains[a.Chain]))
	left := func(who PersonID) bool { return !a.opposed(who) && !a.cutOff(who) }

	if slices.ContainsFunc(people, left) {
		people = slices.DeleteFunc(people, a.opposed)
	}

	return slices.DeleteFunc(people, func(who PersonID) bool {
		page := a.page(who)

		return slices.Contains(a.Gone, who) || page != nil && page.State == PageOpen
	})
}

// onChain returns who is on the chain, each person once.
func (a *application) onChain() []PersonID { return a.peopleOf(a.tiers()) }

// peopleOf returns who is in some tiers, each person once.
func (a *application) peopleOf(tiers []Tier) []PersonID {
	var people []PersonID

	for _, tier := range tiers {
		for _, who := range tier.People {
			if who != a.Agent && !slices.Contains(people, who) {
				people = append(people, who)
			}
		}
	}

	return people
}
