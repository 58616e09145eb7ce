package bot

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// everybody who does anything in the properties: the agent and another one,
// supervisors, managers, and a stranger whom no chain names.
var everybody = []PersonID{"maria", "omar", "dana", "lee", "kim", "priya", "stranger"}

// onChains are those whom chains name; the agent among them, since an agent
// may be a supervisor too.
var onChains = everybody[:6]

func person() *rapid.Generator[PersonID] { return rapid.SampledFrom(everybody) }

func aTier() *rapid.Generator[Tier] {
	return rapid.Custom(func(t *rapid.T) Tier {
		return Tier{
			People: rapid.SliceOfN(rapid.SampledFrom(onChains), 0, 4).Draw(t, "people"),
			AtOnce: rapid.Bool().Draw(t, "at once"),
			Wait:   time.Duration(rapid.IntRange(0, 120).Draw(t, "wait")) * time.Second,
			Rounds: rapid.IntRange(0, 3).Draw(t, "rounds"),
			Repeat: rapid.Bool().Draw(t, "repeat"),
		}
	})
}

func aMoment() *rapid.Generator[Moment] {
	return rapid.Custom(func(t *rapid.T) Moment {
		chain := rapid.Map(rapid.SliceOfN(aTier(), 0, 4), func(tiers []Tier) []Tier {
			for i, name := range []string{"duty", "team", "managers", "directors"}[:len(tiers)] {
				tiers[i].Name = name
			}

			return tiers
		})

		m := Moment{Now: noon, Times: DefaultTimes, Paged: map[PersonID]time.Time{}, Chains: map[ChainName][]Tier{
			LiveChain:     chain.Draw(t, "live"),
			CallbackChain: chain.Draw(t, "callback"),
			ThreatChain:   chain.Draw(t, "threat"),
			LegalChain:    chain.Draw(t, "legal"),
			SelfHarmChain: chain.Draw(t, "self-harm"),
		}}
		m.drawPeople(t)
		m.Hours = someHours().Draw(t, "hours")
		m.Feedback = rapid.Bool().Draw(t, "feedback")
		m.May = someLimits().Draw(t, "limits")

		for _, who := range onChains {
			if minutes := rapid.IntRange(0, 5).Draw(t, "paged before"); minutes > 0 {
				m.Paged[who] = noon.Add(-time.Duration(minutes) * time.Minute)
			}
		}

		return m
	})
}

// drawPeople has people be busy, off or gone, and others manage the team.
func (m *Moment) drawPeople(t *rapid.T) {
	few := func(label string, most int) []PersonID {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(onChains), 0, most, rapid.ID).Draw(t, label)
	}

	m.Busy, m.Off, m.Gone, m.Managers = few("busy", 2), few("off", len(onChains)), few("gone", 1), few("managers", 2)
}

func aContext() *rapid.Generator[Context] {
	return rapid.Custom(func(t *rapid.T) Context {
		c := Context{
			Customer: rapid.SampledFrom([]string{"", "Ms Kovac"}).Draw(t, "customer"), Waiting: rapid.Bool().Draw(t, "waiting"),
			Happened: rapid.SampledFrom([]string{"", "Charged twice.", "My lawyer will call."}).Draw(t, "happened"),
			Signs:    rapid.SliceOfN(rapid.SampledFrom([]string{"terse", "insults"}), 0, 2).Draw(t, "signs"),
			CallAt:   rapid.SampledFrom([]time.Time{{}, noon.Add(time.Hour)}).Draw(t, "call at"),
			Verbatim: rapid.SampledFrom(exactWords).Draw(t, "verbatim"),
			Trigger:  rapid.SampledFrom([]Trigger{"", "", "", "", "", Legal, Media, SelfHarm}).Draw(t, "trigger"),
		}
		c = c.asking(Option{Name: rapid.SampledFrom([]string{"", "Refund"}).Draw(t, "option"), Currency: "USD"}, rapid.SampledFrom(sums).Draw(t, "sum"))

		return c
	})
}

// exactWords are what somebody may write down word for word.
var exactWords = []string{"", "I'll find you.", "You will see.", "Watch out.", "Wait for me.", "I know you."}

func aKind() *rapid.Generator[Kind] {
	return rapid.SampledFrom([]Kind{TakeOver, JoinUs, Advise, Approve, CallBack, Threat})
}

// table is what may happen.
var table = arrows()

// A life is one escalation to which anything happens, and what was seen of it.
type life struct {
	*Escalation
	m        Moment
	timeline []Entry
	told     folded // what the timeline alone says
	reminded reminders
	hurried  int // how many pages there were when a more urgent chain began: they stand beside its own
}

func begin(t *rapid.T) *life {
	l := &life{Escalation: new(Escalation), m: aMoment().Draw(t, "moment"), told: folded{pages: map[PersonID]int{}, owed: map[int]PersonID{}}}
	l.mustApply(t, Open{
		ID: 142, Team: "billing", Agent: "maria", Kind: aKind().Draw(t, "kind"), Context: aContext().Draw(t, "context"), Every: aRhythm().Draw(t, "every"),
	})

	return l
}

// mustApply applies what can't be refused.
func (l *life) mustApply(t *rapid.T, ev Event) []Effect {
	effects, err := l.apply(t, ev)
	if err != nil {
		t.Fatalf("Apply(%#v) in %v = %v, want no error", ev, l.State, err)
	}

	return effects
}

// apply applies one event and holds what happened to every rule.
func (l *life) apply(t *rapid.T, ev Event) ([]Effect, error) {
	before := l.clone()
	world := maps.Clone(l.m.Paged)
	effects, err := l.Apply(ev, l.m)

	if !maps.Equal(world, l.m.Paged) {
		t.Fatalf("Apply(%#v) changed Moment.Paged", ev)
	}

	if err != nil {
		if effects != nil || !reflect.DeepEqual(before, l.Escalation) {
			t.Fatalf("Apply(%#v) = %v, %v, want nothing changed:\n%v", ev, effects, err, cmp.Diff(before, l.Escalation))
		}

		return nil, err
	}

	if got := (arrow{nameOf(ev), before.State, l.State}); !table[got] {
		t.Fatalf("%v happened, which is not in the table of moves", got)
	}

	if l.Chain != before.Chain {
		l.hurried = before.Attempts
	}

	l.checkEntries(t, before, effects)
	l.checkPagesSent(t, before, effects)
	l.checkWhomPaged(t, before, effects)
	l.checkAlarm(t, before, effects)
	l.checkRelieved(t, ev, before)
	l.checkShown(t, ev, before, effects)
	l.checkReminded(t, ev, effects)
	l.checkEnds(t, before, effects)
	l.checkFeedback(t, ev, before, effects)
	l.checkState(t)
	l.checkDue(t, ev)
	l.checkTold(t)
	l.checkWords(t, ev, before)
	l.checkStopped(t, before, effects)
	l.checkNobody(t, before, effects)
	l.checkTwice(t, ev)
	l.checkApproval(t, ev, before, effects)
	l.checkReminders(t, ev, before, effects)
	l.rememberPaged(effects)

	return effects, nil
}

// checkEntries: entries are numbered without gaps, each begins where the one
// before ended, and all are of now.
func (l *life) checkEntries(t *rapid.T, before *Escalation, effects []Effect) {
	n, state := before.Entries, before.State

	for _, effect := range effects {
		record, ok := effect.(Record)
		if !ok {
			continue
		}

		entry := record.Entry
		n++

		if entry.N != n || entry.From != state || !entry.At.Equal(l.m.Now) {
			t.Fatalf("entry %+v, want number %v of %v from %q", entry, n, l.m.Now, state)
		}

		state = entry.To
		l.timeline = append(l.timeline, entry)
		l.told.add(t, entry)
	}

	if n != l.Entries || state != l.State {
		t.Fatalf("the timeline ends with %v in %q, want %v in %q", n, state, l.Entries, l.State)
	}
}

// checkPagesSent: each new page is shown once and written on the timeline once,
// and no other page is new.
func (l *life) checkPagesSent(t *rapid.T, before *Escalation, effects []Effect) {
	shown, written := map[int]PersonID{}, map[int]PersonID{}

	for _, effect := range effects {
		switch effect := effect.(type) {
		case Show:
			if card := effect.Card; card.Role == PageCard && card.N > before.Attempts {
				if shown[card.N] != "" {
					t.Fatalf("page %v shown twice", card)
				}

				shown[card.N] = card.Person
			}
		case Record:
			entry := effect.Entry
			if sendsPage(entry) && entry.Attempt > before.Attempts {
				written[entry.Attempt] = recipient(entry)
			}
		case Forget:
		}
	}

	if sent := l.Attempts - before.Attempts; len(shown) != sent || !maps.Equal(written, shown) {
		t.Fatalf("%v pages sent, %v shown, %v on the timeline", sent, shown, written)
	}
}

// sendsPage reports whether an entry is of a page that was sent. Who takes it
// without one, or at the change of shift, is sent one.
func sendsPage(entry Entry) bool {
	return entry.What == WasPaged || entry.What == WasRerouted || entry.What == WasHandedTo || entry.What == WasTaken || entry.What == WasRelieved
}

func recipient(entry Entry) PersonID {
	if entry.What == WasTaken || entry.What == WasRelieved {
		return entry.By
	}

	return entry.Whom
}

// checkWhomPaged: no page goes to an account that is gone, and where people are
// paged one at a time the one whose last page lies longest ago comes first.
func (l *life) checkWhomPaged(t *rapid.T, before *Escalation, effects []Effect) {
	var asked []PersonID

	for entry := range entries(effects) {
		if entry.What != WasPaged {
			continue
		}

		if slices.Contains(l.m.Gone, entry.Whom) {
			t.Fatalf("a page to an account that is gone: %+v", entry)
		}

		if entry.Text != everyone {
			asked = append(asked, entry.Whom)
		}
	}

	tier := l.m.tier(l.Escalation)
	if len(asked) == 0 || tier.AtOnce {
		return
	}

	// Whom the step passed over for the one whom it paged: the rest of the tier
	// that could have been asked in this round.
	for _, other := range tier.People {
		page := before.page(other)
		could := other != l.Agent && !l.cutOff(other) && !slices.Contains(l.Turn.Asked, other) && page == nil &&
			!l.m.hindered(other) && other != before.Turn.Avoid && other != l.Turn.Avoid

		if could && l.m.Paged[other].Before(l.m.Paged[asked[0]]) {
			t.Fatalf("%v was paged, last at %v, before %v, last at %v", asked[0], l.m.Paged[asked[0]], other, l.m.Paged[other])
		}
	}
}

// entries yields what is added to the timeline.
func entries(effects []Effect) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for _, effect := range effects {
			if r, ok := effect.(Record); ok && !yield(r.Entry) {
				return
			}
		}
	}
}

// tiersOf are the tiers of the chain, with those who may approve what is asked for.
func (m *Moment) tiersOf(e *Escalation) []Tier {
	a := application{Escalation: e, Moment: *m}

	return a.tiers()
}

// tier returns the tier whose people are paged now, an empty one if there is none.
func (m *Moment) tier(e *Escalation) Tier {
	for _, tier := range m.tiersOf(e) {
		if tier.Name == e.Turn.Name {
			return tier
		}
	}

	return Tier{}
}

// hindered reports whether somebody is to be paged only if nobody else is left.
func (m *Moment) hindered(who PersonID) bool {
	return slices.Contains(m.Busy, who) || slices.Contains(m.Off, who)
}

// left returns who on the chain can still be paged: not who is cut off, and who
// has a conflict only if nobody else is left.
func (l *life) left() []PersonID {
	var willing, opposed []PersonID

	for _, tier := range l.m.tiersOf(l.Escalation) {
		for _, who := range tier.People {
			switch page := l.page(who); {
			case who == l.Agent || l.cutOff(who):
			case page != nil && page.Reason == Conflict:
				opposed = append(opposed, who)
			default:
				willing = append(willing, who)
			}
		}
	}

	if len(willing) == 0 {
		return opposed
	}

	return willing
}

// checkAlarm: that everybody is off is said only if it is true, and not again
// while it stays so; managers and channel are told as the agent is.
func (l *life) checkAlarm(t *rapid.T, before *Escalation, effects []Effect) {
	alarms := 0

	for entry := range entries(effects) {
		if entry.What != WasAllOff && entry.What != WasExhausted {
			continue
		}

		alarms++

		if entry.What == WasAllOff && !l.allOff() {
			t.Fatalf("everybody is said to be off, and %v are left, off %v", l.left(), l.m.Off)
		}

		people := told(effects, entry.N)
		for _, who := range append([]PersonID{l.Agent}, l.m.Managers...) {
			if !slices.Contains(people, string(who)) {
				t.Fatalf("%v is told to %v, want %v among them", entry.What, people, who)
			}
		}

		if !slices.Contains(effects, Effect(Show{CardID{Role: AlarmCard, Escalation: l.ID, N: entry.N}})) {
			t.Fatalf("no alarm in the channel: %+v", entry)
		}
	}

	if alarms > 1 {
		t.Fatalf("%v alarms at once", alarms)
	}

	sameRun := before.State == Paging && before.Chain == l.Chain
	if sameRun && alarms == 1 && (l.Turn.Nobody && before.Turn.Nobody || l.Turn.AllOff && before.Turn.AllOff) {
		t.Fatalf("the alarm was raised before: %+v", before.Turn)
	}

	stepped := slices.ContainsFunc(slices.Collect(entries(effects)), func(e Entry) bool { return e.What == WasPaged && e.Text != everyone })
	if stepped && l.Turn.AllOff != l.allOff() {
		t.Fatalf("AllOff = %v with %v left, off %v", l.Turn.AllOff, l.left(), l.m.Off)
	}

	if stepped && l.Turn.AllOff && (!sameRun || !before.Turn.AllOff) && alarms == 0 {
		if before.State == Paging || before.State == "" {
			t.Fatalf("everybody left is off, and nobody is told: %+v", l.Turn)
		}
	}
}

// allOff reports whether all who are left are off.
func (l *life) allOff() bool {
	people := l.left()

	return len(people) > 0 && len(without(people, l.m.Off)) == 0
}

// checkRelieved: a shift that is handed over leaves one holder, never the agent,
// and no customer on the line loses whoever is with them.
func (l *life) checkRelieved(t *rapid.T, ev Event, before *Escalation) {
	relieve, ok := ev.(Relieve)
	if !ok {
		return
	}

	if l.State != before.State {
		t.Fatalf("%+v leads from %q to %q", relieve, before.State, l.State)
	}

	if l.Holder != before.Holder && (before.live(l.m.Now) || l.Holder != relieve.By || l.Holder == l.Agent || !slices.Contains(relieve.From, before.Holder)) {
		t.Fatalf("%+v makes %q the holder after %q (customer on the line: %v)", relieve, l.Holder, before.Holder, before.live(l.m.Now))
	}

	for i, owed := range l.Owed {
		from := before.Owed[i].Owner
		moves := owed.Done.IsZero() && slices.Contains(relieve.From, from)

		if moves && owed.Owner != relieve.By || !moves && owed.Owner != from {
			t.Fatalf("%+v: %+v, before %+v", relieve, owed, before.Owed[i])
		}
	}
}

// rememberPaged keeps when people were paged last, as the desk does.
func (l *life) rememberPaged(effects []Effect) {
	for entry := range entries(effects) {
		if entry.What == WasPaged {
			l.m.Paged[entry.Whom] = entry.At
		}
	}
}

// checkShown: whatever shows the escalation is drawn anew, once: the agent's
// card, each person's latest page and the one it replaced, and the loose cards
// that offer what may not be offered any more.
func (l *life) checkShown(t *rapid.T, ev Event, before *Escalation, effects []Effect) {
	if slices.Contains(effects, Effect(Forget{})) {
		return
	}

	shown := map[CardID]int{}

	for _, effect := range effects {
		if show, ok := effect.(Show); ok {
			shown[show.Card]++
		}
	}

	for card, times := range shown {
		if times > 1 {
			t.Fatalf("%v shown %v times", card, times)
		}
	}

	if leavesNothing(ev) {
		return
	}

	for _, card := range l.outdated(ev, before) {
		if shown[card] == 0 {
			t.Fatalf("Apply(%#v) leaves %v as it was", ev, card)
		}
	}
}

// outdated returns the cards that an event left behind the times.
func (l *life) outdated(ev Event, before *Escalation) []CardID {
	cards := []CardID{{Role: AgentCard, Escalation: l.ID, Person: l.Agent}}

	for _, page := range slices.Concat(before.Pages, l.Pages) {
		cards = append(cards, CardID{Role: PageCard, Escalation: l.ID, Person: page.Who, N: page.Attempt})
	}

	_, answered := ev.(Answer)

	if answered || settlesOwed(ev) || l.State != before.State || l.Holder != before.Holder {
		cards = append(cards, before.Loose...)
	}

	return cards
}

// settlesOwed reports whether an event changes what can be done about something owed.
func settlesOwed(ev Event) bool {
	switch ev.(type) {
	case Finish, MoveOwed, DropOwed, TakeOwed, DecideOwed:
		return true
	default:
		return false
	}
}

// checkState: exactly one taker, one page a person, and pages are open only
// while somebody is paged, by the rule of the tier.
func (l *life) checkState(t *rapid.T) {
	held := l.State == Taken || l.State == Joined
	if held && (l.Holder == "" || l.Holder == l.Agent) || l.State == Paging && l.Holder != "" {
		t.Fatalf("%q is held by %q", l.State, l.Holder)
	}

	documented := l.State == Resolved || l.State == Closed
	if documented != (l.Outcome != nil) || l.State.Over() == l.Ended.IsZero() {
		t.Fatalf("%q has the outcome %v and ended %v", l.State, l.Outcome, l.Ended)
	}

	if l.Decision != nil && l.State != Returned && !documented {
		t.Fatalf("%q is decided: %+v", l.State, l.Decision)
	}

	if len(l.Loose) > mostLoose {
		t.Fatalf("%v loose cards", len(l.Loose))
	}

	people := map[PersonID]bool{}

	for _, page := range l.Pages {
		if people[page.Who] || page.Who == l.Agent {
			t.Fatalf("a second page, or one of the agent: %+v", page)
		}

		people[page.Who] = true
		l.checkPage(t, page, held)
	}

	l.checkTier(t)
}

func (l *life) checkPage(t *rapid.T, page Page, held bool) {
	handed := l.Handover != nil && l.Handover.To == page.Who

	switch {
	case page.State == PageTaken != (held && page.Who == l.Holder):
		t.Fatalf("in %q, held by %q: %+v", l.State, l.Holder, page)
	case page.State == PageOpen && l.State != Paging && !handed:
		t.Fatalf("in %q, nobody asked: %+v", l.State, page)
	case page.State == PageUnanswered && l.State != Paging:
		t.Fatalf("in %q it can't be taken any more: %+v", l.State, page)
	case page.Closed.IsZero() != (page.State == PageOpen):
		t.Fatalf("closed or not: %+v", page)
	}
}

// checkTier: where people are paged one at a time, one page of the step is
// open at most.
func (l *life) checkTier(t *rapid.T) {
	if tier := l.m.tier(l.Escalation); l.State != Paging || l.Turn.Nobody || tier.Name == "" || tier.AtOnce {
		return
	}

	var asked []PersonID

	for _, page := range l.Pages {
		if page.State == PageOpen && page.Tier != everyone && page.Attempt > l.hurried && slices.Contains(l.Turn.Asked, page.Who) {
			asked = append(asked, page.Who)
		}
	}

	if len(asked) > 1 {
		t.Fatalf("%v are paged one at a time, but all at once", asked)
	}
}

// checkDue: nobody is forgotten. Something is due while anybody is waited for,
// and a deadline that came is over once Due was applied.
func (l *life) checkDue(t *rapid.T, ev Event) {
	due := l.Due()
	reminded := (l.State == Joined || l.State == Returned) && l.Nudges >= l.m.Times.MostNudges
	waited := l.State.Open() && !reminded || slices.ContainsFunc(l.Owed, Owed.Open)

	if waited && due.IsZero() {
		t.Fatalf("in %q with %v nudges nothing is due: forgotten", l.State, l.Nudges)
	}

	for _, owed := range l.Owed {
		if owed.Open() && (owed.nudgeAt().IsZero() || due.After(owed.nudgeAt())) {
			t.Fatalf("in %q Due() = %v, but of this somebody is to be reminded before: %+v", l.State, due, owed)
		}
	}

	if l.State.Over() && (due.IsZero() || l.Ended.IsZero()) {
		t.Fatalf("%q would be kept for ever", l.State)
	}

	if _, ok := ev.(Due); ok && !due.IsZero() && !due.After(l.m.Now) && !over(l.ForgetAt, l.m.Now) {
		t.Fatalf("in %q at %v Due() = %v after Apply(Due{}), want later", l.State, l.m.Now, due)
	}
}

// checkTold: the timeline alone explains the state.
func (l *life) checkTold(t *rapid.T) {
	want := folded{state: l.State, pages: map[PersonID]int{}, owed: map[int]PersonID{}}
	if l.State == Taken || l.State == Joined {
		want.holder = l.Holder
	}

	for _, page := range l.Pages {
		if page.State == PageOpen {
			want.pages[page.Who] = page.Attempt
		}
	}

	for _, owed := range l.Owed {
		if owed.Done.IsZero() {
			want.owed[owed.N] = owed.Owner
		}
	}

	got := l.told
	got.handed = ""

	if !reflect.DeepEqual(want, got) {
		t.Fatalf("the timeline says %+v, want %+v:\n%+v", got, want, l.timeline)
	}
}

// checkWords: exact words never change unless they are erased, then no word is left,
// and what is stored comes back.
func (l *life) checkWords(t *rapid.T, ev Event, before *Escalation) {
	_, erased := ev.(Erase)
	if erased && l.tells() {
		t.Fatalf("after Erase it still tells: %+v", l.Escalation)
	}

	if !erased && before.Context.Verbatim != "" && l.Context.Verbatim != before.Context.Verbatim {
		t.Fatalf("Context.Verbatim = %q, want %q", l.Context.Verbatim, before.Context.Verbatim)
	}

	l.checkStatements(t, before, erased)

	data, err := json.Marshal(l.Escalation)
	if err != nil {
		t.Fatal(err)
	}

	var back Escalation
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}

	if !reflect.DeepEqual(l.Escalation, &back) {
		t.Fatalf("from JSON (-before +after):\n%v", cmp.Diff(l.Escalation, &back))
	}
}

// checkStatements: what was written of the exact words later is only ever added to,
// each with who wrote it and when, unless it is erased; and no words are kept of which
// nobody knows who wrote them.
func (l *life) checkStatements(t *rapid.T, before *Escalation, erased bool) {
	was, now := before.report(), l.report()

	if erased {
		for i := range was.Statements {
			was.Statements[i].Text = ""
		}
	}

	if len(now.Statements) < len(was.Statements) || !slices.Equal(now.Statements[:len(was.Statements)], was.Statements) {
		t.Fatalf("Statements = %+v, want %+v and what was added", now.Statements, was.Statements)
	}

	for _, added := range now.Statements[len(was.Statements):] {
		if added.By == "" || !added.At.Equal(l.m.Now) || added.Text == "" {
			t.Fatalf("added %+v at %v, want who, when and what", added, l.m.Now)
		}
	}

	if l.Context.Verbatim != "" && (now.WordsBy == "" || now.WordsAt.IsZero()) {
		t.Fatalf("nobody knows who wrote %q: %+v", l.Context.Verbatim, now)
	}
}

// checkStopped: whoever has it, those on the chain of a hard stop hear of it: they
// are paged, or told.
func (l *life) checkStopped(t *rapid.T, before *Escalation, effects []Effect) {
	for entry := range entries(effects) {
		if entry.What != WasStopped {
			continue
		}

		chain := Trigger(entry.Text).chain()

		for _, tier := range l.m.Chains[chain] {
			people := slices.DeleteFunc(slices.Clone(tier.People), func(who PersonID) bool {
				return who == l.Agent || before.page(who) != nil && l.cutOff(who) || slices.Contains(l.m.Gone, who)
			})
			if len(people) == 0 {
				continue
			}

			reached := l.Chain == chain && l.State == Paging && l.Attempts > before.Attempts
			for _, who := range people {
				page := l.page(who)
				reached = reached || who == entry.By || slices.Contains(told(effects, entry.N), string(who)) ||
					page != nil && (page.At.Equal(l.m.Now) || l.State == Paging && page.State != PageUnreachable) // it shows on their page
			}

			if !reached {
				t.Fatalf("%+v: nobody of %v hears of it", entry, people)
			}

			break
		}
	}
}

// checkNobody: the agent is told at once when nobody can be reached, and it is
// said only if it is true.
func (l *life) checkNobody(t *rapid.T, before *Escalation, effects []Effect) {
	if l.State != Paging || !l.Turn.Nobody || before.Turn.Nobody {
		return
	}

	for _, tier := range l.m.tiersOf(l.Escalation) {
		for _, who := range tier.People {
			if who != l.Agent && !l.cutOff(who) {
				t.Fatalf("nobody could be reached, but %v can", who)
			}
		}
	}

	var n int

	for _, effect := range effects {
		if r, ok := effect.(Record); ok && r.Entry.What == WasExhausted {
			n = r.Entry.N
		}
	}

	if !slices.Contains(told(effects, n), string(l.Agent)) {
		t.Fatalf("nobody can be reached, and the agent is not told: %v", effects)
	}
}

// cutOff tells the same as the rules, from the record.
func (l *life) cutOff(who PersonID) bool {
	page := l.page(who)

	return slices.Contains(l.m.Gone, who) || page != nil && page.State == PageUnreachable && l.m.Now.Sub(page.Closed) < unreachableFor
}

// checkTwice: what was done is not done again by a second click.
func (l *life) checkTwice(t *rapid.T, ev Event) {
	switch ev.(type) {
	case AddNote, AddContext, Undelivered, PossiblyDoubled:
		return // told apart by their submission, not here
	case Due:
		if over(l.ForgetAt, l.m.Now) {
			return // removed by now
		}
	}

	again := l.clone()
	if effects, err := again.Apply(ev, l.m); err == nil {
		t.Fatalf("Apply(%#v) twice = %v the second time, want an error", ev, effects)
	}
}

// folded is what a timeline says when nothing else is known.
type folded struct {
	state  State
	holder PersonID
	pages  map[PersonID]int // open ones
	handed PersonID         // asked to take over, not answered yet
	owed   map[int]PersonID
}

// add reads one more entry. A page may only follow a take for a reason that
// stands between them.
func (f *folded) add(t *rapid.T, entry Entry) {
	if entry.What == WasPaged && f.state != Paging {
		t.Fatalf("paged in %q, held by %q: %+v", f.state, f.holder, entry)
	}

	f.move(t, entry)

	switch entry.What {
	case WasPaged:
		f.pages[entry.Whom] = entry.Attempt
	case WasRerouted:
		if _, open := f.pages[entry.Whom]; open {
			f.pages[entry.Whom] = entry.Attempt
		}
	case WasHandedTo:
		delete(f.pages, f.handed)
		f.handed, f.pages[entry.Whom] = entry.Whom, entry.Attempt
	case WasUnanswered, WasPassed, WasUnreachable, WasNotHanded, WasReferred:
		delete(f.pages, entry.Whom)
	case WasOverdue, WasGivenUp, WasTaken:
		clear(f.pages)
	case WasCallback, WasPromised, WasPlanned:
		f.owed[entry.Attempt] = entry.Whom
	case WasDone, WasDoneLate, WasDropped, WasBroken, WasRefused, WasExpired:
		if _, owed := f.owed[entry.Attempt]; !owed {
			t.Fatalf("it ended twice, or was never owed: %+v", entry)
		}

		delete(f.owed, entry.Attempt)
	case WasTakenOn:
		f.owed[entry.Attempt] = entry.By
	case WasRelieved:
		f.relieve(entry)
	}
}

// relieve reads that somebody took over from another, who left.
func (f *folded) relieve(entry Entry) {
	if entry.Attempt > 0 { // they have the case now
		clear(f.pages)
		f.handed = ""
	}

	for n, owner := range f.owed {
		if owner == entry.Whom {
			f.owed[n] = entry.By
		}
	}
}

// move reads where an entry leads to, and why.
func (f *folded) move(t *rapid.T, entry Entry) {
	if entry.From == Taken && entry.To == Paging && entry.What != WasOverdue && entry.What != WasGivenUp && entry.What != WasReferred {
		t.Fatalf("paging goes on without a written reason: %+v", entry)
	}

	if entry.What == WasTaken && f.holder != "" && f.handed != entry.By {
		t.Fatalf("taken by %q from %q without a handover: %+v", entry.By, f.holder, entry)
	}

	f.state, f.holder = entry.To, entry.Holder
	if f.state != Taken && f.state != Joined {
		f.holder = ""
	}

	if entry.From != entry.To && entry.To != Joined {
		clear(f.pages)
	}
}

// anything draws an event: mostly one that is possible, by anybody.
func (l *life) anything(t *rapid.T) Event {
	by, other := person().Draw(t, "by"), person().Draw(t, "other")
	if l.Holder != "" && rapid.Bool().Draw(t, "by the holder") {
		by = l.Holder
	}

	words := rapid.SampledFrom([]string{"", "yes", "no"}).Draw(t, "words")
	at := l.m.Now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "minutes")) * time.Minute)
	attempt := rapid.IntRange(0, l.Attempts+1).Draw(t, "attempt")

	if page := l.page(by); page != nil && rapid.Bool().Draw(t, "latest") {
		attempt = page.Attempt
	}

	var owed []Owed
	if rapid.Bool().Draw(t, "owes") {
		owed = []Owed{{Promise: words != "", Text: words, Owner: other, Due: at}, {Text: "later"}, {
			Promise: true, Text: "80 USD", Option: "Refund", Approval: ApprovalWanted, Approvers: []PersonID{"priya"},
		}}
	}

	n := rapid.IntRange(0, len(l.Owed)+1).Draw(t, "n")

	over, every := rapid.Bool().Draw(t, "over"), aRhythm().Draw(t, "every")
	from := rapid.SliceOfN(person(), 0, 3).Draw(t, "from")

	return rapid.SampledFrom([]Event{
		Take{By: by}, Take{By: by}, Pass{By: by, Attempt: attempt, Reason: rapid.SampledFrom([]string{"", Away, Conflict}).Draw(t, "reason")},
		Unreachable{Who: by, Attempt: attempt, Reason: "user_disabled"},
		Join{By: by}, Introduce{By: by}, HandTo{By: by, To: other, Note: words}, HandTo{By: by, To: other},
		GiveUp{By: by, Note: words}, HandBack{By: by, Advice: words, Over: over, Every: every},
		Decide{By: by, Approved: words == "yes", Note: words, Sum: rapid.SampledFrom(sums).Draw(t, "sum")}, Refer{By: by}, EscalateAgain{By: by, Note: words},
		Ask{By: by, Text: words}, Answer{By: by, Text: "The " + words}, AddNote{By: by, Text: words},
		AddContext{By: by, Kind: aKind().Draw(t, "kind"), Context: aContext().Draw(t, "context"), Every: every, Note: words},
		Inform{By: by, How: "phone"}, Inform{By: by, How: "chat", Said: words, Next: at}, RemindLater{By: by},
		MakeTouch{By: by, Needless: over},
		EndCall{By: by}, PageEveryone{By: by}, PromiseCallback{By: by, Owner: other, At: at, Where: words},
		Withdraw{By: by}, Resolve{By: by, Outcome: Outcome{Name: "Refund"}, Owed: owed, Touch: every, Over: over},
		Finish{By: by, N: n}, Finish{By: by, N: n, Left: words, Reopen: over, Page: words == "yes"}, AddOwed{By: by, Owed: Owed{Text: words, Due: at}},
		MoveOwed{By: by, N: n, Due: at}, DropOwed{By: by, N: n, Why: words}, TakeOwed{By: by, N: n}, DecideOwed{By: by, N: n, Approved: over},
		GiveFeedback{By: by, Named: over, Helped: "partly", Change: words, Week: noon},
		Warn{By: by}, EndContact{By: by}, StopFor{By: by, Trigger: rapid.SampledFrom([]Trigger{Legal, Media, SelfHarm}).Draw(t, "stop")}, NoneOfThese{By: by},
		WriteDown{
			By: by, Words: rapid.SampledFrom(exactWords).Draw(t, "exact words"), Warned: words, Ended: words,
			Report: Report{Danger: words, Where: rapid.SampledFrom([]string{"", "Phone", "Chat"}).Draw(t, "where")},
		},
		Reopen{By: by, Note: words, Page: len(owed) > 0}, Relieve{By: by, From: from}, Relieve{By: other, From: from},
		Undelivered{Whom: other, Reason: "gone"}, PossiblyDoubled{Whom: other, Attempt: attempt}, Erase{By: other}, Due{},
	}).Draw(t, "event")
}

// theUsual draws what mostly happens next, so that lives get old.
func (l *life) theUsual(t *rapid.T) Event {
	by := l.Holder
	decide := Decide{By: by, Approved: rapid.Bool().Draw(t, "approved")}
	hand := HandTo{By: by, To: person().Draw(t, "to")}
	relieve := Relieve{By: person().Draw(t, "relieves"), From: []PersonID{by}}
	resolve := Resolve{By: by, Outcome: Outcome{Name: "Refund"}, Touch: aRhythm().Draw(t, "touch")}

	if rapid.Bool().Draw(t, "owes") {
		resolve.Owed = []Owed{{Promise: true, Text: "A letter", Due: l.m.Now.Add(time.Hour)}}
	}

	said := WriteDown{By: "maria", Words: rapid.SampledFrom(exactWords).Draw(t, "said")}

	next := map[State][]Event{
		Paging:    {said, Take{By: "dana"}, Take{By: "lee"}, Decide{By: "kim"}},
		Taken:     {Join{By: by}, HandBack{By: by, Advice: "Say sorry."}, hand, decide, GiveUp{By: by}, relieve},
		Joined:    {said, HandBack{By: by, Advice: "Say sorry."}, Inform{By: by, How: "chat"}, RemindLater{By: by}, hand, resolve, decide, relieve},
		Returned:  {Inform{By: "maria", How: "phone"}, RemindLater{By: "maria"}, resolve, EscalateAgain{By: "maria"}},
		Resolved:  {relieve, Finish{By: "maria", N: len(l.Owed)}, Reopen{By: "maria"}, Reopen{By: "lee", Page: true}},
		Closed:    {Reopen{By: "maria"}, Reopen{By: "lee", Page: true}},
		Withdrawn: {said, AddNote{By: "maria", Text: "All good."}},
	}[l.State]

	if len(l.Asked) > 0 && (l.State == Resolved || l.State == Closed) {
		next = append(next, GiveFeedback{By: l.Asked[0].Who, Named: decide.Approved, Helped: "yes", Change: "More staff", Week: noon}, Due{})
	}

	if l.Handover != nil {
		next = append(next, Take{By: l.Handover.To}, Decide{By: l.Handover.To}, Pass{By: l.Handover.To, Attempt: l.Handover.Attempt, Reason: Away})
	}

	return rapid.SampledFrom(next).Draw(t, "usual")
}

// dutyChanges has people come and go; the tiers stay.
func (l *life) dutyChanges(t *rapid.T) {
	some := rapid.SliceOfN(rapid.SampledFrom(onChains), 0, 4)

	for _, chain := range []ChainName{LiveChain, CallbackChain, ThreatChain, LegalChain, SelfHarmChain} {
		for i := range l.m.Chains[chain] {
			l.m.Chains[chain][i].People = some.Draw(t, "people")
		}
	}

	l.m.drawPeople(t)
}

// timePasses: seconds, minutes, or days during which the bot was down.
func (l *life) timePasses(t *rapid.T) {
	unit := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 24 * time.Hour}).Draw(t, "unit")
	l.m.Now = l.m.Now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "units")) * unit)
}

// untilDue lets time pass until something is due, and applies it.
func (l *life) untilDue(t *rapid.T) {
	due := l.Due()
	if due.IsZero() || due.Equal(l.ForgetAt) {
		t.Skip("nothing is due")
	}

	if due.After(l.m.Now) {
		l.m.Now = due
	}

	if over(l.ForgetAt, l.m.Now) {
		t.Skip("it is forgotten")
	}

	l.mustApply(t, Due{})
}

// Whatever happens, by anybody, at any time, every rule holds.
func TestAnyLife(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := begin(t)

		t.Repeat(map[string]func(*rapid.T){
			"something":     func(t *rapid.T) { _, _ = l.apply(t, l.anything(t)) },
			"something too": func(t *rapid.T) { _, _ = l.apply(t, l.anything(t)) },
			"the usual":     func(t *rapid.T) { _, _ = l.apply(t, l.theUsual(t)) },
			"what follows":  func(t *rapid.T) { _, _ = l.apply(t, l.theUsual(t)) },
			"due":           l.untilDue,
			"time":          l.timePasses,
			"duty":          l.dutyChanges,
			"failing":       func(t *rapid.T) { l.fail(t) },
			"rerouting":     func(t *rapid.T) { l.reroute(t) },
		})
	})
}

// fail has the platform refuse some open page.
func (l *life) fail(t *rapid.T) {
	who := open(l.Escalation)
	if len(who) == 0 {
		t.Skip("no open page")
	}

	page := l.page(rapid.SampledFrom(who).Draw(t, "who"))
	l.mustApply(t, Unreachable{Who: page.Who, Attempt: page.Attempt, Reason: "user_disabled"})
}

// reroute has the platform refuse some open page to somebody who has another
// account.
func (l *life) reroute(t *rapid.T) {
	who := open(l.Escalation)
	if len(who) == 0 {
		t.Skip("no open page")
	}

	was := *l.page(rapid.SampledFrom(who).Draw(t, "who"))
	pages, turn := len(l.Pages), l.Turn
	on := chat.Person(fmt.Sprint("teams:", len(was.Tried)))

	effects := l.mustApply(t, Unreachable{Who: was.Who, Attempt: was.Attempt, Reason: "gone", On: was.On, Elsewhere: on})

	// The page is theirs still and the only one of theirs, it counts as sent once to
	// each account, nobody else is paged for it, and the wait goes on.
	now := l.page(was.Who)
	if now.State != was.State || now.On != on || now.Attempt == was.Attempt || len(l.Pages) != pages || !reflect.DeepEqual(turn, l.Turn) {
		t.Fatalf("rerouted: %+v became %+v, with %v pages for %v and turn %+v for %+v", was, now, len(l.Pages), pages, l.Turn, turn)
	}

	if want := append(slices.Clone(was.Tried), was.On); !slices.Equal(now.Tried, want) {
		t.Fatalf("rerouted: tried %q, want %q", now.Tried, want)
	}

	if l.Handover != nil && l.Handover.To == was.Who && l.Handover.Attempt != now.Attempt {
		t.Fatalf("rerouted: the handover is by page %v, want %v", l.Handover.Attempt, now.Attempt)
	}

	for entry := range entries(effects) {
		if entry.What != WasRerouted {
			t.Fatalf("rerouted: the timeline has %+v", entry)
		}
	}

	again, err := l.apply(t, Unreachable{Who: was.Who, Attempt: was.Attempt, Reason: "gone", On: was.On, Elsewhere: on})
	if err == nil {
		t.Fatalf("the same page could not be delivered twice: %+v", again)
	}
}

// A habit is how somebody answers pages.
type habit string

const (
	silent  habit = "silent"
	passes  habit = "passes"
	opposed habit = "has a conflict"
	gone    habit = "can't be reached"
)

// If nobody ever takes it, everybody on the chain who can be reached is paged,
// and paging goes on for ever.
func TestNobodyIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		habits := map[PersonID]habit{}
		for _, who := range onChains {
			habits[who] = rapid.SampledFrom([]habit{silent, silent, passes, opposed, gone}).Draw(t, string(who))
		}

		l := begin(t)
		paged := map[PersonID]int{}
		l.checkLeftAlone(t, habits, paged)

		for i := range 80 {
			before := l.Attempts
			l.answer(t, habits, paged)

			until := l.Turn.Until
			l.untilDue(t)
			l.checkLeftAlone(t, habits, paged)

			if l.m.Now.Before(until) {
				continue // somebody was reminded to update the customer
			}

			if !l.Turn.Nobody && l.Attempts == before {
				t.Fatalf("the wait is over for the %vth time, and nobody is paged: %+v", i+1, l.Turn)
			}
		}

		for _, who := range l.meant(habits) {
			if paged[who] == 0 {
				t.Fatalf("%v was never paged by %+v", who, l.m.Chains[l.Chain])
			}
		}
	})
}

// checkLeftAlone: who is off or busy is paged only once everybody whom the chain
// means to page was.
func (l *life) checkLeftAlone(t *rapid.T, habits map[PersonID]habit, paged map[PersonID]int) {
	for _, who := range open(l.Escalation) {
		if !l.m.hindered(who) {
			continue
		}

		for _, other := range l.meant(habits) {
			if page := l.page(other); page == nil && paged[other] == 0 {
				t.Fatalf("%v was paged, who is busy or off, and %v was not yet: %+v", who, other, l.Turn)
			}
		}
	}
}

// answer has everybody answer their open pages in their way, and counts them.
func (l *life) answer(t *rapid.T, habits map[PersonID]habit, paged map[PersonID]int) {
	for range 100 {
		answered := false

		for _, who := range open(l.Escalation) {
			page := *l.page(who)
			paged[who] = page.Attempt

			switch habits[who] {
			case passes:
				l.mustApply(t, Pass{By: who, Attempt: page.Attempt, Reason: Away})
			case opposed:
				l.mustApply(t, Pass{By: who, Attempt: page.Attempt, Reason: Conflict})
			case gone:
				l.mustApply(t, Unreachable{Who: who, Attempt: page.Attempt, Reason: "user_disabled"})
			case silent:
				continue
			}

			answered = true

			break
		}

		if !answered {
			return
		}
	}

	t.Fatalf("answers are paged anew in the same second: %+v", l.timeline[len(l.timeline)-5:])
}

// meant returns whom the chain means to page: those who can be reached and are
// neither busy nor off, up to the tier that is repeated until somebody takes it.
func (l *life) meant(habits map[PersonID]habit) []PersonID {
	var people []PersonID

	// Who may not approve what is asked for is not asked.
	asked := &application{Escalation: l.Escalation, Moment: l.m}

	for _, tier := range asked.tiers() {
		some := false

		for _, who := range tier.People {
			if who != l.Agent && habits[who] != gone && !slices.Contains(l.m.Gone, who) && !l.m.hindered(who) {
				people, some = append(people, who), true
			}
		}

		if tier.Repeat && some {
			break
		}
	}

	return people
}

// After any life that is still paging, one click takes it, whoever's.
func TestOneTaker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := begin(t)
		takers := rapid.Permutation(everybody[1:]).Draw(t, "takers")

		for range rapid.IntRange(0, 5).Draw(t, "waits") {
			l.untilDue(t)
		}

		for i, who := range takers {
			if _, err := l.apply(t, Take{By: who}); err == nil != (i == 0) || l.Holder != takers[0] {
				t.Fatalf("Apply(Take{%v}) = %v, holder %v, want %v", who, err, l.Holder, takers[0])
			}
		}
	})
}
