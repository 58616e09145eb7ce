package bot

import (
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

	a.Turn = next.Turn
	for _, who := range next.who {
		a.sendPage(who, a.Turn.Name)
		a.record(Entry{What: WasPaged, Whom: who, Attempt: a.Attempts, Text: a.Turn.Name}, a.State)
	}

	a.forecast()
}

// nobody says that nobody can be paged now, once, and tries again later.
func (a *application) nobody() {
	known := a.Turn.Nobody
	a.Turn = Turn{Nobody: true, Until: a.Now.Add(a.Times.Retry), Avoid: a.Turn.Avoid}

	if !known {
		a.tell(a.Agent, a.record(Entry{What: WasExhausted}, a.State))
	}
}

// forecast notes who is paged if nobody takes it by then.
func (a *application) forecast() {
	next, _ := a.step(a.Turn)
	a.Turn.Next, a.Turn.NextName = next.who, next.Name
}

// A step is a turn of the chain with whom it pages.
type step struct {
	Turn
	who []PersonID
}

// step returns what follows turn t, and the tiers that were passed over since
// nobody in them can be paged. It changes nothing.
func (a *application) step(t Turn) (step, []string) {
	var skipped []string

	tiers := a.Chains[a.Chain]
	t.Nobody, t.Next, t.NextName = false, nil, ""

	for t.Tier < len(tiers) {
		tier := tiers[t.Tier]
		people := a.pageable(tier, t)

		if who := without(people, t.Asked); len(who) > 0 {
			return a.stepTo(tier, t, who), skipped
		}

		if len(people) > 0 && (tier.Repeat || t.Round+1 < tier.Rounds) {
			t.Round, t.Asked = t.Round+1, nil

			return a.stepTo(tier, t, people), skipped
		}

		if len(people) == 0 && len(t.Asked) == 0 {
			skipped = append(skipped, tier.Name)
		}

		t.Tier, t.Round, t.Asked = t.Tier+1, 0, nil
	}

	return a.startOver(t), skipped
}

// startOver begins the last tier again in which anybody can be paged, whatever
// they said before: a chain that ends is not an end.
func (a *application) startOver(t Turn) step {
	tiers := a.Chains[a.Chain]

	for i := len(tiers) - 1; i >= 0; i-- {
		if people := a.reachable(tiers[i]); len(people) > 0 {
			t.Tier, t.Round = i, t.Round+1

			return a.stepTo(tiers[i], t, people)
		}
	}

	return step{Turn: t}
}

func (a *application) stepTo(tier Tier, t Turn, who []PersonID) step {
	if !tier.AtOnce {
		who = who[:1]
	}

	t.Asked = append(slices.Clone(t.Asked), who...)
	t.Until, t.Name = a.Now.Add(tier.Wait), tier.Name

	return step{t, who}
}

// pageable returns whom a tier pages: not who can't be reached, had it and did
// not join, or said that they can't take it. A tier that repeats asks those who
// passed again; who has a conflict or did not join only if nobody else is left.
func (a *application) pageable(tier Tier, t Turn) []PersonID {
	reachable := a.reachable(tier)
	willing := slices.DeleteFunc(slices.Clone(reachable), func(who PersonID) bool {
		page := a.page(who)
		passed := page != nil && page.State == PagePassed

		return who == t.Avoid || passed && (!tier.Repeat || page.Reason == Conflict)
	})

	if len(willing) == 0 && tier.Repeat {
		return reachable
	}

	return willing
}

// reachable returns who of a tier can be paged at all.
func (a *application) reachable(tier Tier) []PersonID {
	return slices.DeleteFunc(slices.Clone(tier.People), func(who PersonID) bool {
		page := a.page(who)

		return who == a.Agent ||
			page != nil && page.State == PageUnreachable && a.Now.Before(page.Closed.Add(unreachableFor))
	})
}

func without(people, some []PersonID) []PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(p PersonID) bool { return slices.Contains(some, p) })
}

// sendPage pages somebody: a new message. An earlier page of theirs is drawn
// anew, and points to the new one.
func (a *application) sendPage(who PersonID, tier string) {
	a.Attempts++

	if old := a.page(who); old != nil {
		a.again = append(a.again, a.pageCard(*old))
		a.Pages = slices.DeleteFunc(a.Pages, func(p Page) bool { return p.Who == who })
	}

	page := Page{Who: who, Attempt: a.Attempts, Tier: tier, At: a.Now, State: PageOpen}
	a.Pages = append(a.Pages, page)
	a.effects = append(a.effects, Show{a.pageCard(page)})
}

// closePages ends what could still be taken: it isn't needed any more.
func (a *application) closePages() {
	for i := range a.Pages {
		if s := a.Pages[i].State; s == PageOpen || s == PageUnanswered {
			a.Pages[i].State, a.Pages[i].Closed = PageMoot, a.Now
		}
	}
}

// pageTimedOut is what happens when the wait of a step is over.
func (a *application) pageTimedOut() {
	for i := range a.Pages {
		if page := &a.Pages[i]; page.State == PageOpen {
			page.State, page.Closed = PageUnanswered, a.Now
			a.record(Entry{What: WasUnanswered, Whom: page.Who, Attempt: page.Attempt, Text: page.Tier}, a.State)
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
		return &NoChange{a.ID}
	}

	if page.State != PageOpen && page.State != PageUnanswered {
		return a.late()
	}

	a.drop(page, PagePassed, Entry{What: WasPassed, By: ev.By, Whom: ev.By, Attempt: ev.Attempt, Text: ev.Reason})

	return nil
}

func (a *application) unreachable(ev Unreachable) error {
	page := a.page(ev.Who)
	if page == nil || page.Attempt != ev.Attempt || page.State != PageOpen {
		return &NoChange{a.ID}
	}

	a.drop(page, PageUnreachable, Entry{What: WasUnreachable, Whom: ev.Who, Attempt: ev.Attempt, Text: ev.Reason})

	return nil
}

// drop ends an open page that will not be taken, and goes on if it was the last
// one that was waited for.
func (a *application) drop(page *Page, state PageState, entry Entry) {
	waited := page.State == PageOpen
	page.State, page.Reason, page.Closed = state, entry.Text, a.Now

	n := a.record(entry, a.State)

	switch {
	case a.Handover != nil && a.Handover.To == page.Who:
		a.Handover = nil
		a.tell(a.Holder, n)
	case a.State == Paging && waited && !a.waitedFor():
		a.onDropped(state)
	case a.State == Paging:
		a.forecast()
	}
}

// onDropped goes on after the last open page of a step was dropped. Where a
// tier is repeated until somebody takes it and everybody in it has just said
// no, its wait is kept: asking them again at once would help nobody.
func (a *application) onDropped(state PageState) {
	next, _ := a.step(a.Turn)
	again := next.Tier == a.Turn.Tier && next.Round > a.Turn.Round

	if again && state == PagePassed {
		a.forecast()

		return
	}

	a.goOn()
}

// waitedFor reports whether any page is open.
func (e *Escalation) waitedFor() bool {
	return slices.ContainsFunc(e.Pages, func(p Page) bool { return p.State == PageOpen })
}

// pageEveryone pages everybody on the chain now, those too whom the platform
// could not reach a moment ago. Where the chain stands does not change.
func (a *application) pageEveryone(ev PageEveryone) error {
	a.record(Entry{What: WasPagedToAll, By: ev.By}, a.State)

	if a.Turn.Nobody {
		a.Turn = Turn{Name: "everyone", Until: a.Now.Add(a.Times.Retry), Avoid: a.Turn.Avoid}
	}

	for _, tier := range a.Chains[a.Chain] {
		for _, who := range tier.People {
			if page := a.page(who); who == a.Agent || page != nil && page.State == PageOpen {
				continue
			}

			a.sendPage(who, "everyone")
			a.record(Entry{What: WasPaged, Whom: who, Attempt: a.Attempts, Text: "everyone"}, a.State)
		}
	}

	if !a.waitedFor() {
		a.nobody()
	}

	return nil
}
