package bot

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// A quarter is made up: what three teams of different sizes went through in
// thirteen weeks, the same each time.
type quarter struct {
	*rand.Rand
	zone      *time.Location
	begin     time.Time
	histories map[TeamID][]history
	feedback  map[TeamID][]*Feedback
}

const quarterWeeks = 13

func newQuarter(seed uint64) *quarter {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}

	q := &quarter{
		Rand: rand.New(rand.NewPCG(seed, 4)), zone: zone, begin: time.Date(2026, time.August, 31, 0, 0, 0, 0, zone), // summer time ends in it
		histories: map[TeamID][]history{}, feedback: map[TeamID][]*Feedback{},
	}

	for team, size := range map[TeamID]struct{ cases, agents, leads int }{"billing": {700, 9, 5}, "parcels": {270, 5, 3}, "vip": {40, 3, 2}} {
		for range size.cases {
			q.live(team, size.agents, size.leads)
		}
	}

	return q
}

func (q *quarter) person(kind string, of int) PersonID {
	return PersonID(fmt.Sprint(kind, q.IntN(of)))
}

// live adds one escalation, with all that may matter to a digest.
func (q *quarter) live(team TeamID, agents, leads int) {
	e := &Escalation{
		ID: EscalationID(1 + len(q.histories[team])), Team: team, Agent: q.person(string(team)+" agent ", agents), //nolint:gosec // a few hundred
		Opened: q.begin.Add(time.Duration(q.Int64N(int64(quarterWeeks * 7 * 24 * time.Hour)))).Truncate(time.Second),
		Chain:  []ChainName{LiveChain, LiveChain, ThreatChain, CallbackChain}[q.IntN(4)],
	}
	e.Context.Reason = append(slices.Collect(reasonValues), "")[q.IntN(len(reasons)+1)]
	one := history{Escalation: e}
	now := e.Opened

	add := func(what What, by, whom PersonID) {
		one.entries = append(one.entries, Entry{N: len(one.entries) + 1, At: now, What: what, By: by, Whom: whom})
	}
	add(WasOpened, e.Agent, "")

	lead := q.person(string(team)+" lead ", leads)

	for q.IntN(3) == 0 {
		add(WasPaged, "", lead)

		now = now.Add(45 * time.Second)
		add([]What{WasUnanswered, WasUnanswered, WasPassed, WasUnreachable}[q.IntN(4)], "", lead)
		lead = q.person(string(team)+" lead ", leads)
	}

	add(WasPaged, "", lead)

	if q.IntN(12) == 0 {
		add(WasWithdrawn, e.Agent, "")
		q.histories[team] = append(q.histories[team], one)

		return
	}

	for range 1 + q.IntN(2) { // some are taken anew
		now = now.Add(time.Duration(q.IntN(200)) * time.Second)
		add(WasTaken, lead, "")

		if q.IntN(8) > 0 {
			now = now.Add(time.Duration(q.IntN(400)) * time.Second)
			add(WasJoined, lead, "")
		}
	}

	e.Holder = lead
	q.end(e, now.Add(time.Duration(q.IntN(20*24*60))*time.Minute/time.Duration(1+q.IntN(30))))
	q.histories[team] = append(q.histories[team], one)
}

func reasonValues(yield func(string) bool) {
	for _, r := range reasons {
		if !yield(r.value) {
			return
		}
	}
}

// end gives an escalation an outcome, what is owed, and feedback.
func (q *quarter) end(e *Escalation, at time.Time) {
	e.Outcome = &Outcome{By: e.Holder, At: at, Name: []string{"Refund", "Replacement sent", NotPossible}[q.IntN(3)]}
	if q.IntN(4) == 0 {
		e.Outcome.Worked = fmt.Sprint("Letting them finish, ", e.ID)
	}

	if q.IntN(4) == 0 {
		e.Outcome.Change = fmt.Sprint("Faster refunds, ", e.ID)
	}

	for range q.IntN(3) {
		owed := Owed{Owner: e.Holder, Due: at.Add(time.Duration(q.IntN(10*24)) * time.Hour)}
		if q.IntN(5) > 0 {
			owed.Done = at.Add(time.Duration(q.IntN(12*24)) * time.Hour)
		}

		e.Owed = append(e.Owed, owed)
	}

	w := weeks{zone: q.zone, on: time.Monday}

	for _, asked := range []Asked{{Who: e.Agent}, {Who: e.Holder, Taker: true}} {
		if q.IntN(3) == 0 {
			continue
		}

		asked.Answered = w.last(at.Add(time.Duration(q.IntN(48)) * time.Hour)).Until
		e.Asked = append(e.Asked, asked)
		one := &Feedback{Team: e.Team, Week: asked.Answered, Taker: asked.Taker, Helped: helped[q.IntN(3)].value}

		if q.IntN(3) == 0 {
			one.Change = fmt.Sprint("More people, ", e.ID)
		}

		q.feedback[e.Team] = append(q.feedback[e.Team], one)
	}
}

// weeks yields the weeks of the quarter with the one before each.
func (q *quarter) weeks(yield func(before, week roster.Span) bool) {
	for n := range quarterWeeks {
		at := func(n int) time.Time {
			y, m, d := q.begin.Date()

			return time.Date(y, m, d+7*n, 0, 0, 0, 0, q.zone)
		}

		if !yield(roster.Span{From: at(n - 1), Until: at(n)}, roster.Span{From: at(n), Until: at(n + 1)}) {
			return
		}
	}
}

// flat writes all figures down, with how many people each is over.
func (f *figures) flat() []string {
	var all []string

	one := func(name string, t *headcount) {
		all = append(all, fmt.Sprintf("%v %v over %v", name, t.n, len(t.who)))
	}
	one("opened", &f.opened)
	one("before", &f.before)
	one("unanswered", &f.unanswered)

	for name, p := range map[string]parting{"reason": f.reasons, "outcome": f.outcomes, "hour": f.hours, "reached": f.reached, "owed": f.owed} {
		for part, t := range p {
			one(name+" "+part, t)
		}
	}

	for name, l := range map[string]waits{"live take": f.live.take, "live join": f.live.join, "calm take": f.calm.take, "calm join": f.calm.join} {
		for _, one := range l {
			all = append(all, fmt.Sprintf("%v %v %v %v", name, one.agent, one.taker, one.long))
		}
	}

	for name, a := range map[string]*answers{"asked": &f.asked, "helped": &f.helped} {
		for said, n := range a.said {
			all = append(all, fmt.Sprintf("%v %v %v", name, said, n))
		}

		for who, n := range a.each {
			all = append(all, fmt.Sprintf("%v by %v %v", name, who, n))
		}
	}

	for _, s := range slices.Concat(f.worked, f.change) {
		all = append(all, string(s.by)+" wrote "+s.text)
	}

	for _, wish := range f.wishes {
		all = append(all, "wish "+wish)
	}

	slices.Sort(all)

	return all
}

// A slowCount counts the same in another way: it looks through everything anew
// for each figure.
type slowCount struct {
	zone         *time.Location
	week, before roster.Span
	histories    []history
	all          []string
}

func (c *slowCount) in(span roster.Span, at time.Time) bool {
	return at.Unix() >= span.From.Unix() && at.Unix() < span.Until.Unix()
}

// over counts those for which whom returns people, once for each of them.
func (c *slowCount) over(name string, whom func(history) []PersonID) {
	var people []PersonID
	for _, one := range c.histories {
		people = append(people, whom(one)...)
	}

	sum := len(people)

	slices.Sort(people)

	if sum > 0 || !strings.Contains(name, " ") {
		c.all = append(c.all, fmt.Sprintf("%v %v over %v", name, sum, len(slices.Compact(people))))
	}
}

func (c *slowCount) agentsWhere(name string, so func(history) bool) {
	c.over(name, func(one history) []PersonID {
		if so(one) {
			return []PersonID{one.Agent}
		}

		return nil
	})
}

func (c *slowCount) opened(one history) bool { return c.in(c.week, one.Opened) }

// steps is a history in short: "opened paged taken".
func steps(one history) []string {
	var all []string
	for _, entry := range one.entries {
		all = append(all, string(entry.What))
	}

	return all
}

func (c *slowCount) count(feedback []*Feedback) []string {
	c.agentsWhere("opened", c.opened)
	c.agentsWhere("before", func(one history) bool { return c.in(c.before, one.Opened) })
	c.over("unanswered", func(one history) (people []PersonID) {
		for _, entry := range one.entries {
			if c.opened(one) && entry.What == WasUnanswered {
				people = append(people, entry.Whom)
			}
		}

		return people
	})

	for reason := range reasonValues {
		c.agentsWhere("reason "+reason, func(one history) bool { return c.opened(one) && one.Context.Reason == reason })
	}

	c.agentsWhere("reason ", func(one history) bool { return c.opened(one) && one.Context.Reason == "" })

	for _, name := range []string{"Refund", "Replacement sent", NotPossible} {
		c.agentsWhere("outcome "+name, func(one history) bool {
			return one.Outcome != nil && one.Outcome.Name == name && c.in(c.week, one.Outcome.At)
		})
	}

	for hour := range 24 {
		c.agentsWhere(fmt.Sprintf("hour %02d", hour), func(one history) bool { return c.opened(one) && one.Opened.In(c.zone).Hour() == hour })
	}

	c.pages()
	c.owed()
	c.waits()
	c.said(feedback)
	slices.Sort(c.all)

	return c.all
}

func (c *slowCount) pages() {
	// How many were asked before the one who took it.
	pages := func(one history) (n int, taken bool) {
		for _, what := range steps(one) {
			switch What(what) {
			case WasPaged:
				n++
			case WasTaken:
				return n, true
			}
		}

		return n, false
	}
	c.agentsWhere("reached first", func(one history) bool { n, taken := pages(one); return c.opened(one) && taken && n == 1 })
	c.agentsWhere("reached later", func(one history) bool { n, taken := pages(one); return c.opened(one) && taken && n > 1 })
	c.agentsWhere("reached nobody", func(one history) bool { _, taken := pages(one); return c.opened(one) && !taken })
}

func (c *slowCount) owed() {
	owners := func(so func(Owed) bool) func(history) []PersonID {
		return func(one history) (people []PersonID) {
			for _, o := range one.Owed {
				if so(o) {
					people = append(people, o.Owner)
				}
			}

			return people
		}
	}
	done := func(o Owed) bool { return c.in(c.week, o.Done) }
	c.over("owed kept", owners(func(o Owed) bool { return done(o) && o.Done.Sub(o.Due) <= time.Hour }))
	c.over("owed broken then kept", owners(func(o Owed) bool { return done(o) && o.Done.Sub(o.Due) > time.Hour }))
	c.over("owed open", owners(func(o Owed) bool {
		return c.week.Until.Sub(o.Due) > 0 && (o.Done.IsZero() || o.Done.Sub(c.week.Until) >= 0)
	}))
}

func (c *slowCount) waits() {
	for _, one := range c.histories {
		if !c.opened(one) {
			continue
		}

		name := "live"
		if one.Chain == CallbackChain {
			name = "calm"
		}

		took := slices.IndexFunc(one.entries, func(e Entry) bool { return e.What == WasTaken })
		if took < 0 {
			continue
		}

		entry := one.entries[took]
		c.all = append(c.all, fmt.Sprintf("%v take %v %v %v", name, one.Agent, entry.By, entry.At.Sub(one.Opened)))

		if took+1 < len(one.entries) && one.entries[took+1].What == WasJoined {
			c.all = append(c.all, fmt.Sprintf("%v join %v %v %v", name, one.Agent, entry.By, one.entries[took+1].At.Sub(entry.At)))
		}
	}
}

func (c *slowCount) said(feedback []*Feedback) {
	counts := map[string]int{}

	for _, one := range c.histories {
		for _, asked := range one.Asked {
			if c.in(c.week, asked.Answered) {
				counts[fmt.Sprintf("%v by %v", map[bool]string{false: "asked", true: "helped"}[asked.Taker], asked.Who)]++
			}
		}

		if o := one.Outcome; o != nil && c.in(c.week, o.At) {
			for _, text := range []string{o.Worked, o.Change} {
				if text != "" {
					c.all = append(c.all, string(o.By)+" wrote "+text)
				}
			}
		}
	}

	for _, f := range feedback {
		if !f.Week.Equal(c.week.From) {
			continue
		}

		counts[fmt.Sprintf("%v %v", map[bool]string{false: "asked", true: "helped"}[f.Taker], f.Helped)]++

		if f.Change != "" {
			c.all = append(c.all, "wish "+f.Change)
		}
	}

	for name, n := range counts {
		c.all = append(c.all, fmt.Sprint(name, " ", n))
	}
}

// What a digest counts of a quarter is what a slow count finds.
func TestDigestOfASeededQuarter(t *testing.T) {
	q := newQuarter(2026)
	sum := 0

	for team, histories := range q.histories {
		for before, week := range q.weeks {
			var feedback []*Feedback

			for _, f := range q.feedback[team] { // as the store finds them
				if within(week, f.Week) {
					feedback = append(feedback, f)
				}
			}

			got := count(week, before, q.zone, histories, nil, feedback)
			sum += got.opened.n
			slow := slowCount{zone: q.zone, week: week, before: before, histories: histories}

			if diff := cmp.Diff(slow.count(q.feedback[team]), got.flat()); diff != "" {
				t.Errorf("the week of %v of %v (-slow +got):\n%v", week.From.Format(time.DateOnly), team, diff)
			}
		}
	}

	if want := 700 + 270 + 40; sum != want {
		t.Errorf("the weeks of the quarter have %v calls for help, want all %v", sum, want)
	}
}

func many(people ...PersonID) *headcount {
	var t headcount
	for _, who := range people {
		t.add(who)
	}

	return &t
}

func TestPartsThatMayBeTold(t *testing.T) {
	for _, test := range []struct {
		name string
		p    parting
		want string
	}{
		{"nothing", parting{}, " rest 0"},
		{"all of enough", parting{"a": many("x", "y", "z"), "b": many("x", "y", "z", "z")}, "b 4 a 3 rest 0"},
		{"few are not told", parting{"a": many("x", "x", "y")}, " rest 3"},
		{"few together are enough", parting{"a": many("x", "y", "z"), "b": many("u", "u"), "c": many("v", "w")}, "a 3 rest 4"},
		// Else the sum would give the rest away.
		{"few take another along", parting{"a": many("x", "y", "z", "x"), "b": many("x", "y", "z"), "c": many("u")}, "a 4 rest 4"},
		{"few take the last along", parting{"a": many("x", "y", "z"), "b": many("u")}, " rest 4"},
	} {
		parts, rest := test.p.told()

		var words []string
		for _, one := range parts {
			words = append(words, fmt.Sprint(one.name, " ", one.n))
		}

		if got := strings.Join(words, " ") + fmt.Sprint(" rest ", rest.n); got != test.want {
			t.Errorf("%v: told() = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestAnswersThatMayBeTold(t *testing.T) {
	each := func(counts ...int) map[PersonID]int {
		all := map[PersonID]int{}
		for i, n := range counts {
			all[PersonID(fmt.Sprint(i))] = n
		}

		return all
	}

	for _, test := range []struct {
		name            string
		yes, partly, no int
		each            map[PersonID]int
		want            string
	}{
		{"nothing", 0, 0, 0, nil, ""},
		{"all", 3, 3, 4, each(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), "yes 3, partly 3, no 4"},
		{"two may have said all of it", 2, 0, 0, each(1, 1), ""},
		{"two may have said no", 8, 0, 2, each(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), ""},
		{"partly and no together", 7, 2, 1, each(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), "yes 7, partly or no 3"},
		{"one who answers often may be behind them", 7, 2, 2, each(3, 1, 1, 1, 1, 1, 1, 1, 1), ""},
		{"all said yes", 5, 0, 0, each(1, 1, 1, 1, 1), "yes 5"},
		{"of whom nobody knows they may be one", 5, 0, 0, each(1, 1), ""},
		{"twice each", 5, 5, 0, each(2, 2, 2, 2, 2), "yes 5, partly 5"},
		{"twice each, and too few", 5, 4, 0, each(2, 2, 2, 2, 1), ""},
	} {
		a := answers{said: map[string]int{"yes": test.yes, "partly": test.partly, "no": test.no}, each: test.each}

		var words []string
		for _, one := range a.told() {
			words = append(words, fmt.Sprint(one.name, " ", one.n))
		}

		if got := strings.Join(words, ", "); got != test.want {
			t.Errorf("%v: told() = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestWaitsThatMayBeTold(t *testing.T) {
	var w waits
	for i := range 40 {
		w = append(w, wait{PersonID(fmt.Sprint("agent", i%3)), PersonID(fmt.Sprint("lead", i%4)), time.Duration(i+1) * time.Second})
	}

	if half, ok := w.half(); half != 20*time.Second || !ok {
		t.Errorf("half() of 1 s to 40 s = %v, %v, want 20s", half, ok)
	}

	if tenth, ok := w.slowest(10); tenth != 37*time.Second || !ok {
		t.Errorf("slowest(10) of 1 s to 40 s = %v, %v, want 37s", tenth, ok)
	}

	if tenth, ok := w[:20].slowest(10); ok {
		t.Errorf("slowest(10) of 20, which are two = %v, want nothing told", tenth)
	}

	for i := range w {
		w[i].taker = PersonID(fmt.Sprint("lead", i%2))
	}

	if half, ok := w.half(); ok {
		t.Errorf("half() of what two took = %v, want nothing told", half)
	}
}

// Every reason has words, and there are none of others.
func TestReasonsHaveWords(t *testing.T) {
	want := append(slices.Sorted(reasonValues), "")

	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(reasonWords))); diff != "" {
		t.Errorf("reasonWords (-want +got):\n%v", diff)
	}
}
