package bot

import (
	"errors"
	"fmt"
	"testing"
)

// unapproved is a promise that lee may not make alone.
func unapproved(t *testing.T) *debt {
	t.Helper()

	return owing(t, inOffice(), at("2026-11-23 09:00"), Owed{
		Promise: true, Text: "All her money", Owner: "lee", Due: at("2026-11-23 15:00"),
		Option: "Refund", Amount: 60050, Currency: "USD", Approval: ApprovalWanted, Approvers: []PersonID{"priya", "kim"},
	})
}

// While it waits it can't be done, and the first answer counts.
func TestApproval(t *testing.T) {
	d := unapproved(t)

	if _, err := d.e.Apply(Finish{By: "lee", N: 1}, d.m); !isLate(err) {
		t.Errorf("Apply(Finish) while it waits for approval = %v, want *LateError", err)
	}

	d.apply(t, DecideOwed{By: "priya", N: 1, Approved: true})
	d.wants(t, "Mon 09:00 promise approved ! lee")

	for _, ev := range []Event{DecideOwed{By: "kim", N: 1}, DecideOwed{By: "kim", N: 1, Approved: true}, DecideOwed{By: "priya", N: 1}} {
		if _, err := d.e.Apply(ev, d.m); !isLate(err) {
			t.Errorf("Apply(%#v) after it was approved = %v, want *LateError", ev, err)
		}
	}

	if _, err := d.e.Apply(DecideOwed{By: "priya", N: 1, Approved: true}, d.m); !isNoChange(err) {
		t.Errorf("Apply(Approve) twice = %v, want *NoChangeError", err)
	}

	d.apply(t, Finish{By: "lee", N: 1})

	if o := d.e.Owed[0]; o.Result != Kept || o.Amount != 60050 || o.DecidedBy != "priya" {
		t.Errorf("it ended as %q for %v, decided by %v, want %q for 60050 by priya", o.Result, o.Amount, o.DecidedBy, Kept)
	}
}

// What is denied has ended, and the customer is owed the news: the owner is told once,
// and reminded until they have said it.
func TestDenied(t *testing.T) {
	d := unapproved(t)
	d.apply(t, DecideOwed{By: "priya", N: 1})

	if o := d.e.Owed[0]; o.Result != NotAnyMore || d.e.State != Resolved || !o.nudgeAt().IsZero() {
		t.Errorf("denied, it ended as %q in %q with a reminder at %v, want %q in %q with none", o.Result, d.e.State, o.nudgeAt(), NotAnyMore, Resolved)
	}

	d.until(t, at("2026-11-23 15:30"))
	d.apply(t, Finish{By: "lee", N: 2})
	d.wants(t, "Mon 09:00 promise denied ! lee", "Mon 13:00 reminded ! lee", "Mon 15:00 reminded ! lee", "Mon 15:30 closed ! maria")
}

// Who is told of a decision, and until when the customer is to hear that it was no.
func TestWhoTellsOfADenial(t *testing.T) {
	for name, tt := range map[string]struct {
		o     Owed
		now   string
		owner PersonID
		due   string
	}{
		"its owner":               {Owed{Owner: "lee", Due: at("2026-11-23 15:00")}, "2026-11-23 09:00", "lee", "2026-11-23 15:00"},
		"who asked its owner":     {Owed{Owner: "priya", Due: at("2026-11-23 15:00")}, "2026-11-23 09:00", "dana", "2026-11-23 15:00"},
		"it is far away":          {Owed{Owner: "lee", Due: at("2026-12-23 15:00")}, "2026-11-23 09:00", "lee", "2026-11-24 09:00"},
		"its time has gone by":    {Owed{Owner: "lee", Due: at("2026-11-23 15:00")}, "2026-11-23 16:00", "lee", "2026-11-23 17:00"},
		"its time is now or past": {Owed{Owner: "lee", Due: at("2026-11-23 15:00")}, "2026-11-23 15:00", "lee", "2026-11-23 16:00"},
	} {
		tt.o.Promise, tt.o.Text, tt.o.Option, tt.o.Amount, tt.o.Currency = true, "All her money", "Refund", 60050, "USD"
		tt.o.Approval, tt.o.Approvers = ApprovalWanted, []PersonID{"priya"}

		d := owing(t, inOffice(), at("2026-11-23 09:00"), tt.o)
		d.m.Now = at(tt.now)
		d.apply(t, DecideOwed{By: "priya", N: 1})

		news := d.e.Owed[1]
		if news.Text != "Tell the customer that this is not possible: Refund, 600.50 USD" || news.Owner != tt.owner || !news.Due.Equal(at(tt.due)) || news.Promise {
			t.Errorf("%v: owed is %q by %v at %v, want the news by %v at %v", name, news.Text, news.Owner, news.Due, tt.owner, tt.due)
		}

		if got := d.e.newsOf(&d.e.Owed[0]); got != &d.e.Owed[1] {
			t.Errorf("%v: newsOf(%+v) = %+v, want %+v", name, d.e.Owed[0], got, news)
		}

		d.wants(t, fmt.Sprintf("Mon %v promise denied ! %v", tt.now[len(tt.now)-5:], tt.owner))
	}
}

// Who may approve it is asked at once, each with a message of their own.
func TestApproversAreAsked(t *testing.T) {
	d := &debt{e: new(Escalation), m: inOffice()}
	d.m.Now = at("2026-11-23 22:00")
	d.apply(t, live)
	d.log = nil

	d.apply(t, AddOwed{By: "dana", Owed: Owed{Promise: true, Text: "All her money", Approval: ApprovalWanted, Approvers: []PersonID{"priya", "kim"}}})
	d.wants(t, "Mon 22:00 promise waits for approval ! priya kim")
}

func isLate(err error) bool {
	_, late := errors.AsType[*LateError](err)

	return late
}

func isNoChange(err error) bool {
	_, again := errors.AsType[*NoChangeError](err)

	return again
}

// A rank may promise what those before it may.
func TestLimit(t *testing.T) {
	for _, tt := range []struct {
		upTo                       map[Rank]int64
		agent, supervisor, manager int64
	}{
		{nil, 0, 0, 0},
		{map[Rank]int64{AgentRank: 50, SupervisorRank: 500, ManagerRank: 5000}, 50, 500, 5000},
		{map[Rank]int64{SupervisorRank: 500}, 0, 500, 500},
		{map[Rank]int64{AgentRank: 50}, 50, 50, 50},
	} {
		o := Option{UpTo: tt.upTo}
		for rank, want := range map[Rank]int64{AgentRank: tt.agent, SupervisorRank: tt.supervisor, ManagerRank: tt.manager} {
			if got := o.limit(rank); got != want {
				t.Errorf("Option{UpTo: %v}.limit(%v) = %v, want %v", tt.upTo, rank, got, want)
			}
		}
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]string{"80.50": "80.50 USD", "80": "80 USD", "0.05": "0.05 USD", "600.5": "600.50 USD"} {
		if got := money(hundredths(text), "USD"); got != want {
			t.Errorf("money(hundredths(%q), USD) = %q, want %q", text, got, want)
		}
	}

	for _, text := range []string{"", "x", "0", "-5", "1e300", "NaN"} {
		if got := hundredths(text); got != 0 {
			t.Errorf("hundredths(%q) = %v, want 0", text, got)
		}
	}
}

// Every zone that people choose from is one, and each city stands there once.
func TestCustomerZones(t *testing.T) {
	seen := map[string]bool{}

	for _, zone := range customerZones {
		o := Owed{Due: noon, Zone: zone.value}
		if line := o.dueLine(); len(line) < 2 || seen[zone.label] {
			t.Errorf("dueLine in %q (%v) = %q, want the time there too, and each city once", zone.value, zone.label, line)
		}

		seen[zone.label] = true
	}
}
