package bot

import "slices"

// A Trigger is a hard stop: what an agent does not handle alone, whatever the
// matter. It goes to those whom the team names for it.
type Trigger string

// The hard stops.
const (
	Legal    Trigger = "legal"     // the customer threatens with a lawyer or a court
	Media    Trigger = "media"     // or goes to a regulator or to the press
	SelfHarm Trigger = "self_harm" // the customer may hurt themselves
	Fraud    Trigger = "fraud"
)

// chain returns the chain of a hard stop, "" for no hard stop.
func (t Trigger) chain() ChainName {
	switch t {
	case Legal:
		return LegalChain
	case Media:
		return MediaChain
	case SelfHarm:
		return SelfHarmChain
	case Fraud:
		return FraudChain
	default:
		return ""
	}
}

// StopFor says that a hard stop applies.
type StopFor struct {
	By      PersonID
	Trigger Trigger
}

func (StopFor) event() {}

// stopFor names a hard stop. A late button takes none away, and nothing comes before a
// customer who may hurt themselves: who is mistaken about that says so in the form.
func (a *application) stopFor(ev StopFor) error {
	was := a.Context.Trigger

	switch {
	case was == ev.Trigger:
		return &NoChangeError{a.ID}
	case ev.Trigger.chain() == "" || was == SelfHarm:
		return a.late()
	}

	a.Context.Trigger = ev.Trigger

	n := a.stopped(was, ev.By)
	a.hurry()
	a.hear(ev.Trigger.chain(), n, ev.By)

	return nil
}

// NoneOfThese says that what the words of a case were taken for is nothing of it.
type NoneOfThese struct{ By PersonID }

func (NoneOfThese) event() {}

// noneOfThese has what was offered be offered no more, also where the same words are
// written again. That goes for all that there is: a second click must not turn down
// what came up behind the first.
func (a *application) noneOfThese(ev NoneOfThese) error {
	var signs []string

	for offers := a.offers(); len(offers) > 0; offers = a.offers() {
		for _, offer := range offers {
			a.NoSign = append(a.NoSign, offer.signs...)
			signs = append(signs, offer.signs...)
		}
	}

	if len(signs) == 0 {
		return &NoChangeError{a.ID}
	}

	a.record(Entry{What: WasNoStop, By: ev.By, Text: joinWords(signs...)}, a.State)

	return nil
}

// stopped records a hard stop that was not known before, and returns the entry's
// number, 0 if there is none.
func (a *application) stopped(was Trigger, by PersonID) int {
	now := a.Context.Trigger
	if now == was || now == "" {
		return 0
	}

	return a.record(Entry{What: WasStopped, By: by, Text: string(now)}, a.State)
}

// hear has those know of the entry n who are paged first on a chain, and who has
// the case: by a message of their own, unless they have a page that shows it. Whoever
// has it keeps it. There is nothing to know of the entry 0.
func (a *application) hear(chain ChainName, n int, by PersonID) {
	if n == 0 {
		return
	}

	a.settled = true // what a card offers may be another thing now

	people := a.firstOf(chain)
	if a.State == Paging && a.Chain == chain && slices.ContainsFunc(a.Pages, a.justPaged) {
		people = nil // the chain has begun
	}

	for _, who := range union([]PersonID{a.Holder}, people) {
		if who == "" || who == a.Agent || who == by || a.asked(who) {
			continue
		}

		a.tell(who, n)

		if !slices.Contains(a.Told, who) {
			a.Told = append(a.Told, who)
		}
	}
}

// asked reports whether somebody has a page of a case that nobody has yet: it shows
// all that there is to know.
func (e *Escalation) asked(who PersonID) bool {
	page := e.page(who)

	return e.State == Paging && page != nil && page.State != PageUnreachable
}

// justPaged reports whether a page goes out with what happens now.
func (a *application) justPaged(p Page) bool { return p.State == PageOpen && p.At.Equal(a.Now) }

// firstOf returns who is paged first on a chain.
func (a *application) firstOf(chain ChainName) []PersonID {
	for _, tier := range a.Chains[chain] {
		if people := a.reachable(tier); len(people) > 0 {
			return people
		}
	}

	return nil
}
