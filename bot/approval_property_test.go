package bot

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sums are what is asked for in the properties.
var sums = []int64{0, 4000, 60000, 900000}

// someLimits are those of agents, supervisors and managers.
func someLimits() *rapid.Generator[func(PersonID, string, int64, string) bool] {
	return rapid.Custom(func(t *rapid.T) func(PersonID, string, int64, string) bool {
		managers := rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), 0, 2, rapid.ID).Draw(t, "may approve much")

		return func(who PersonID, option string, amount int64, _ string) bool {
			return option == "" || amount <= 50000 || (amount <= 500000 || amount == unsaid) && slices.Contains(managers, who)
		}
	})
}

// checkApproval: nobody approves beyond their limit; where somebody may approve what
// is asked for only they are paged, but by PageEveryone, and where nobody may the agent is told; an
// approval that was not used ends, and so does a request that nobody answered.
func (l *life) checkApproval(t *rapid.T, ev Event, before *Escalation, effects []Effect) {
	if d, ok := ev.(Decide); ok && d.Approved && before.Context.limited() && !l.m.mayGive(d.By, before.Context.Option, cmp.Or(d.Sum, before.Context.sum()), before.Context.Currency) {
		t.Fatalf("%+v of %q was accepted", d, before.Context.Option)
	}

	asks := l.Kind == Approve && l.Context.limited()
	may := func(who PersonID) bool {
		return who != l.Agent && !slices.Contains(l.m.Gone, who) && l.m.mayGive(who, l.Context.Option, l.Context.sum(), l.Context.Currency)
	}

	people := slices.Clone(l.m.Managers)
	for _, tier := range l.m.Chains[l.Chain] {
		people = append(people, tier.People...)
	}

	anybody := slices.ContainsFunc(people, may)

	for entry := range entries(effects) {
		toAll := slices.ContainsFunc(l.Pages, func(p Page) bool { return p.Attempt == entry.Attempt && p.Tier == everyone })
		if entry.What == WasPaged && asks && anybody && !toAll && !may(entry.Whom) {
			t.Fatalf("%v was paged for %v, who may not approve it, and others may", entry.Whom, l.Context.Amount)
		}

		if entry.What == WasBeyond && (anybody || !slices.Contains(told(effects, entry.N), string(l.Agent))) {
			t.Fatalf("nobody may approve %v, it says, told to %v", l.Context.Amount, told(effects, entry.N))
		}
	}

	if l.Decision.ranOut(l.m.Now) && !l.Decision.TellAt.IsZero() && l.State == Returned && l.Due().After(l.Decision.TellAt) {
		t.Fatalf("at %v nobody would tell that this ran out: %+v", l.Due(), l.Decision)
	}

	for _, o := range l.Owed {
		if o.Open() && o.Approval == ApprovalWanted && (o.ExpiresAt.IsZero() || l.Due().After(o.ExpiresAt)) {
			t.Fatalf("Due() = %v, but this is never over: %+v", l.Due(), o)
		}
	}
}

// A request for more than somebody may approve reaches who may, whatever happened
// before, by a press of theirs.
func TestReferReachesWhoMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := begin(t)
		l.m.May = onlyManagers

		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			_, _ = l.apply(t, l.anything(t))
		}

		l.m.Gone, l.m.Managers = nil, []PersonID{"priya"}

		by := person().Draw(t, "presses")
		if _, err := l.apply(t, Refer{By: by}); err != nil || l.Turn.Nobody {
			return
		}

		open := func(p Page) bool { return p.State == PageOpen && onlyManagers(p.Who, "", l.Context.sum(), "") }
		if !slices.ContainsFunc(l.Pages, open) && len(l.openPages()) > 0 {
			t.Fatalf("%v passed %v on, and %+v are paged", by, l.Context.Amount, l.Pages)
		}
	})
}

// openPages are those that wait for an answer.
func (e *Escalation) openPages() []Page {
	return slices.DeleteFunc(slices.Clone(e.Pages), func(p Page) bool { return p.State != PageOpen })
}
