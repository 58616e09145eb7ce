package bot

import (
	"testing"
	"time"
)

// askedFor is a case that asks for a refund to be approved.
func askedFor(sum int64) Open {
	ev := ofKind(Approve)
	ev.Context = ev.Context.asking(Option{Name: "Refund", Currency: "USD"}, sum)

	return ev
}

// limited is the usual team, in which only kim, a manager, may approve more than 500.
func limited() Moment {
	m := usual()
	m.Managers = []PersonID{"kim"}
	m.May = func(who PersonID, _ string, amount int64, _ string) bool {
		return amount <= 50000 || who == "kim" && amount <= 500000
	}

	return m
}

func TestApprovalByLimit(t *testing.T) {
	for name, tt := range map[string]struct {
		sum   int64
		paged PersonID
		tells What // the agent at once, "" for nothing
	}{
		"within everybody's":      {8000, "dana", ""},
		"only the manager's":      {60000, "kim", ""},
		"beyond what anybody may": {900000, "dana", WasBeyond},
	} {
		s := tell(t, limited(), askedFor(tt.sum), time.Second)
		if len(s.e.Pages) == 0 || s.e.Pages[0].Who != tt.paged {
			t.Errorf("%v: %+v are paged, want %v", name, s.e.Pages, tt.paged)
		}

		told := len(s.e.Loose) > 0 && s.e.Loose[0].Person == s.e.Agent
		if told != (tt.tells != "") {
			t.Errorf("%v: told at once: %v, want %v", name, told, tt.tells != "")
		}
	}
}

// Nobody approves beyond their limit, and what they pass on reaches who may.
func TestRefer(t *testing.T) {
	much := AddContext{By: "maria", Kind: Approve, Context: askedFor(60000).Context}

	tell(t, limited(), askedFor(8000), 10*time.Second,
		happening{time.Second, Take{By: "dana"}}, happening{2 * time.Second, much},
		happening{3 * time.Second, Decide{By: "dana", Approved: true, Sum: 60000}},
		happening{4 * time.Second, Refer{By: "dana"}},
		happening{5 * time.Second, Refer{By: "dana"}},
		happening{6 * time.Second, Decide{By: "kim", Approved: true, Sum: 60000}},
	).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:01 dana taken → taken ! maria
		0:02 maria added context (Amount was: Refund, 80 USD)
		0:03 dana Decide: too late, taken dana
		0:04 dana passed it on to who may approve it (beyond their limit) → paging ! maria
		0:04 paged kim (team)
		0:05 dana Refer: done already
		0:06 kim taken → taken
		0:06 kim joined → joined
		0:06 kim approved → returned ! maria`)
}

// An approval covers what was approved, once, as long as it holds.
func TestDecisionCovers(t *testing.T) {
	given := Decision{Approved: true, Option: "Refund", Sum: 8000, Currency: "USD", Until: noon}
	denied, used := given, given
	euros := given
	euros.Currency = "EUR"
	denied.Approved, used.Used = false, noon.Add(-time.Hour)

	for name, tt := range map[string]struct {
		d      *Decision
		option string
		amount int64
		at     time.Time
		want   bool
	}{
		"all of it":      {&given, "Refund", 8000, noon.Add(-time.Second), true},
		"less":           {&given, "Refund", 1, noon.Add(-time.Second), true},
		"more":           {&given, "Refund", 8001, noon.Add(-time.Second), false},
		"something else": {&given, "Credit", 8000, noon.Add(-time.Second), false},
		"it ran out":     {&given, "Refund", 8000, noon, false},
		"it was denied":  {&denied, "Refund", 8000, noon.Add(-time.Second), false},
		"other money":    {&euros, "Refund", 8000, noon.Add(-time.Second), false},
		"it was used":    {&used, "Refund", 8000, noon.Add(-time.Second), false},
		"there was none": {nil, "Refund", 8000, noon, false},
	} {
		if got := tt.d.covers(tt.option, tt.amount, "USD", tt.at); got != tt.want {
			t.Errorf("%v: covers(%q, %v, %v) = %v, want %v", name, tt.option, tt.amount, tt.at, got, tt.want)
		}
	}
}

// Where nobody might approve it, all of the chain were asked. Once somebody may they
// are paged, and the others, who could only pass it on too, are not waited for.
func TestReferOnceSomebodyMay(t *testing.T) {
	m := limited()
	m.Chains = withLive(Tier{Name: "team", People: duty, AtOnce: true, Wait: time.Minute}).Chains
	m.Gone = []PersonID{"kim"}

	s := tell(t, m, askedFor(60000), time.Second)
	s.m.Gone = nil
	s.do(Refer{By: "dana"})
	s.wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 nobody may approve that much (Refund, 600 USD) ! maria
		0:00 paged dana (team)
		0:00 paged lee (team)
		0:01 dana passed it on to who may approve it (beyond their limit)
		0:01 paged kim (the managers)`)
}

// That everybody is off is told once, and not again when others are paged since more
// is to be approved.
func TestMoreToApproveWhileAllAreOff(t *testing.T) {
	m := limited()
	m.Off = []PersonID{"dana", "lee", "kim", "priya"}
	more := AddContext{By: "maria", Kind: Approve, Context: askedFor(60000).Context}

	tell(t, m, askedFor(8000), 2*time.Second, happening{time.Second, more}).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 nobody to page here (duty)
		0:00 nobody to page here (team)
		0:00 nobody to page here (managers)
		0:00 everybody is off ! maria kim
		0:00 paged priya (managers)
		0:01 maria added context (Amount was: Refund, 80 USD)
		0:01 nobody to page here (duty)
		0:01 nobody to page here (team)
		0:01 nobody to page here (managers)
		0:01 paged kim (team)`)
}

// A promise that nobody approves goes on to the managers, and counts as not approved
// by its time.
func TestUnansweredApproval(t *testing.T) {
	d := unapproved(t)
	d.m.Managers = []PersonID{"kim"}
	d.until(t, at("2026-11-23 15:30"))

	if o := d.e.Owed[0]; o.Approval != ApprovalExpired || o.Result != NotAnyMore {
		t.Errorf("unanswered, it ended as %q, %q, want %q, %q", o.Approval, o.Result, ApprovalExpired, NotAnyMore)
	}

	if news := d.e.newsOf(&d.e.Owed[0]); news == nil || news.Owner != "lee" || !news.Due.Equal(at("2026-11-23 16:00")) {
		t.Errorf("the news for the customer is %+v, want it with lee by 16:00", news)
	}

	d.wants(t, "Mon 09:15 promise still waits for approval ! kim", "Mon 13:00 reminded ! lee",
		"Mon 15:00 promise not approved in time ! lee")
}

// At night nobody is woken by what nobody answered: it waits until somebody may be
// reminded.
func TestUnansweredApprovalAtNight(t *testing.T) {
	o := Owed{
		N: 1, Promise: true, Text: "All her money", Owner: "lee", Due: at("2026-11-24 15:00"), Option: "Refund", Amount: 60050,
		Currency: "USD", Approval: ApprovalWanted, Approvers: []PersonID{"priya"},
	}

	d := owing(t, inOffice(), at("2026-11-23 21:00"), o)
	d.m.Managers = []PersonID{"priya"}
	d.until(t, at("2026-11-24 09:00"))

	if got := d.e.Owed[0].ClimbAt; !got.IsZero() {
		t.Errorf("the managers are asked at %v, want them asked when their day began", got)
	}

	d.wants(t, "Tue 08:00 promise still waits for approval ! priya")
}

// Nobody approves what they ask for themselves, whatever they may: where nobody else
// may, the agent hears so at once.
func TestOwnLimitIsNoApprover(t *testing.T) {
	m := limited()
	m.Managers = []PersonID{"maria"}
	m.May = func(who PersonID, _ string, _ int64, _ string) bool { return who == "maria" }

	s := tell(t, m, askedFor(60000), time.Second)
	if len(s.e.Pages) == 0 || s.e.Pages[0].Who != "dana" || len(s.e.Loose) == 0 || s.e.Loose[0].Person != "maria" {
		t.Errorf("%+v are paged and %+v is told, want dana paged, who can help otherwise, and maria told", s.e.Pages, s.e.Loose)
	}
}

// However soon it was promised for, the managers have their turn to answer.
func TestManagersHaveTheirTurn(t *testing.T) {
	d := owing(t, inOffice(), at("2026-11-23 09:00"), Owed{
		Promise: true, Text: "All her money", Owner: "lee", Due: at("2026-11-23 09:10"),
		Option: "Refund", Amount: 60050, Currency: "USD", Approval: ApprovalWanted, Approvers: []PersonID{"priya"},
	})
	d.m.Managers = []PersonID{"kim"}
	d.until(t, at("2026-11-23 09:29"))

	if o := d.e.Owed[0]; o.Approval != ApprovalWanted {
		t.Errorf("after 29 minutes it is %q, want %q until the managers had their turn", o.Approval, ApprovalWanted)
	}

	d.until(t, at("2026-11-23 09:31"))

	if o := d.e.Owed[0]; o.Approval != ApprovalExpired {
		t.Errorf("after 31 minutes it is %q, want %q", o.Approval, ApprovalExpired)
	}
}

// Whoever may approve it can't be reached, and the agent has everybody paged: the others
// too, who can approve less or help otherwise.
func TestEveryoneIsPagedBeyondTheirLimit(t *testing.T) {
	tell(t, limited(), askedFor(60000), 10*time.Second,
		happening{time.Second, Unreachable{Who: "kim", Attempt: 1}},
		happening{2 * time.Second, PageEveryone{By: "maria"}},
		happening{3 * time.Second, PageEveryone{By: "maria"}},
		happening{4 * time.Second, Decide{By: "dana", Approved: true, Sum: 50000}}).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 nobody to page here (duty)
		0:00 paged kim (team)
		0:01 could not be reached kim
		0:01 nobody to page here (managers)
		0:01 nobody can be reached ! maria kim
		0:02 maria paged everyone
		0:02 paged kim (everyone)
		0:02 paged dana (everyone)
		0:02 paged lee (everyone)
		0:02 paged priya (everyone)
		0:03 maria PageEveryone: done already
		0:04 dana taken → taken
		0:04 dana joined → joined
		0:04 dana approved → returned ! maria`)
}
