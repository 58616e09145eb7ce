package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Who is off is paged only once nobody else is left, and that only they are left
// is said once.
func TestPagingWhoIsOff(t *testing.T) {
	twice := Tier{Name: "duty", People: duty, Wait: time.Minute, Rounds: 2}
	last := Tier{Name: "managers", People: managers, AtOnce: true, Wait: time.Minute, Repeat: true}

	for _, test := range []struct {
		name               string
		tiers              []Tier
		off, busy, resting []PersonID
		chapter
	}{
		{
			name: "the only manager is off: not while others are left", tiers: []Tier{twice, last}, off: managers,
			chapter: chapter{
				open: live, until: 5 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				1:00 did not answer dana (duty)
				1:00 paged lee (duty)
				2:00 did not answer lee (duty)
				2:00 paged dana (duty)
				3:00 did not answer dana (duty)
				3:00 paged lee (duty)
				4:00 did not answer lee (duty)
				4:00 nobody to page here (managers)
				4:00 paged priya (managers)
				5:00 did not answer priya (managers)
				5:00 paged priya (managers)`,
			},
		},
		{
			name: "those on duty are on a break, or busy: not a word of why the managers are first", tiers: []Tier{twice, last},
			resting: []PersonID{"dana"}, busy: []PersonID{"lee"},
			chapter: chapter{
				open: live, until: 2 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged dana (duty)
				2:00 did not answer dana (duty)
				2:00 paged lee (duty)`,
			},
		},
		{
			name: "everybody is off: said once, and paged again and again", tiers: []Tier{twice, last}, off: []PersonID{"dana", "lee", "priya"},
			chapter: chapter{
				open: live, until: 4 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 nobody to page here (managers)
				0:00 everybody is off ! maria priya omar
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged dana (duty)
				2:00 did not answer dana (duty)
				2:00 paged lee (duty)
				3:00 did not answer lee (duty)
				3:00 paged priya (managers)
				4:00 did not answer priya (managers)
				4:00 paged priya (managers)`,
			},
		},
		{
			name: "the managers did not answer: who is off or busy is asked, at the pace of their tiers, and then the managers again",
			tiers: []Tier{
				{Name: "duty", People: duty, Wait: 45 * time.Second, Rounds: 2}, {Name: "team", People: team, AtOnce: true, Wait: 3 * time.Minute}, last,
			},
			off: []PersonID{"lee"}, busy: []PersonID{"dana", "kim"},
			chapter: chapter{
				open: live, until: 7 * time.Minute, happenings: []happening{{70 * time.Second, Pass{By: "dana", Reason: OnAnotherCall}}},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 nobody to page here (team)
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged dana (duty)
				1:10 dana passed (on another call)
				1:10 paged lee (duty)
				1:55 did not answer lee (duty)
				1:55 paged kim (team)
				4:55 did not answer kim (team)
				4:55 paged priya (managers)
				5:55 did not answer priya (managers)
				5:55 paged priya (managers)
				6:55 did not answer priya (managers)
				6:55 paged priya (managers)`,
			},
		},
		{
			name:  "nobody is repeated: who is off is asked before the chain begins again",
			tiers: []Tier{{Name: "duty", People: duty, Wait: time.Minute}, {Name: "managers", People: managers, Wait: time.Minute}}, off: duty,
			chapter: chapter{
				open: live, until: 4 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged dana (duty)
				2:00 did not answer dana (duty)
				2:00 paged lee (duty)
				3:00 did not answer lee (duty)
				3:00 paged priya (managers)
				4:00 did not answer priya (managers)
				4:00 paged priya (managers)`,
			},
		},
		{
			name: "paged anew, they are asked anew", tiers: []Tier{{Name: "duty", People: []PersonID{"dana"}, Wait: time.Minute}, last}, busy: []PersonID{"dana"},
			chapter: chapter{
				open: live, until: 5 * time.Minute,
				happenings: []happening{
					{90 * time.Second, Take{By: "priya"}}, {100 * time.Second, HandBack{By: "priya"}}, {2 * time.Minute, EscalateAgain{By: "maria"}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged dana (duty)
				1:30 priya taken → taken ! maria
				1:40 priya handed back → returned ! maria
				2:00 maria escalated again → paging
				2:00 nobody to page here (duty)
				2:00 paged priya (managers)
				3:00 did not answer priya (managers)
				3:00 paged dana (duty)
				4:00 did not answer dana (duty)
				4:00 paged priya (managers)
				5:00 did not answer priya (managers)
				5:00 paged priya (managers)`,
			},
		},
		{
			name: "everybody is off or busy: who is busy is not off", tiers: []Tier{{Name: "duty", People: duty, Wait: time.Minute}},
			off: []PersonID{"dana"}, busy: []PersonID{"lee"},
			chapter: chapter{
				open: live, until: time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 paged dana (duty)
				1:00 did not answer dana (duty)
				1:00 paged lee (duty)`,
			},
		},
		{
			name: "one at a time: no alarm each time that somebody who is off has their turn", tiers: []Tier{{Name: "duty", People: duty, Wait: time.Minute}},
			off: []PersonID{"lee"},
			chapter: chapter{
				open: live, until: 4 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				1:00 did not answer dana (duty)
				1:00 paged dana (duty)
				2:00 did not answer dana (duty)
				2:00 paged lee (duty)
				3:00 did not answer lee (duty)
				3:00 paged dana (duty)
				4:00 did not answer dana (duty)
				4:00 paged lee (duty)`,
			},
		},
		{
			name: "who has a conflict is not left: who is off comes first", tiers: []Tier{{Name: "duty", People: duty, Wait: time.Minute}},
			off: []PersonID{"lee"},
			chapter: chapter{
				open: live, until: time.Minute, happenings: []happening{{time.Second, Pass{By: "dana", Reason: Conflict}}},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana passed (conflict)
				0:01 everybody is off ! maria priya omar
				0:01 paged lee (duty)`,
			},
		},
		{
			name: "begun anew, it is said anew", tiers: []Tier{{Name: "duty", People: duty, AtOnce: true, Wait: time.Hour}}, off: duty,
			chapter: chapter{
				open: live, until: 5 * time.Minute,
				happenings: []happening{
					{time.Minute, Take{By: "dana"}}, {2 * time.Minute, HandBack{By: "dana", Advice: "Say sorry."}}, {3 * time.Minute, EscalateAgain{By: "maria"}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 everybody is off ! maria priya omar
				0:00 paged dana (duty)
				0:00 paged lee (duty)
				1:00 dana taken → taken ! maria
				2:00 dana handed back (Say sorry.) → returned ! maria
				3:00 maria escalated again → paging
				3:00 nobody to page here (duty)
				3:00 everybody is off ! maria priya omar
				3:00 paged dana (duty)
				3:00 paged lee (duty)`,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := withLive(test.tiers...)
			m.Off, m.Busy, m.Resting, m.Managers = test.off, test.busy, test.resting, []PersonID{"priya", "omar"}
			tell(t, m, test.open, test.until, test.happenings...).wants(test.want)
		})
	}
}

// People who come back while everybody is off are paged by the next step.
func TestBackWhileAllAreOff(t *testing.T) {
	m := withLive(Tier{Name: "duty", People: duty, Wait: time.Minute}, Tier{Name: "managers", People: managers, Wait: time.Minute})
	m.Off = []PersonID{"dana", "lee", "priya"}

	s := tell(t, m, live, 30*time.Second)
	s.m.Off = []PersonID{"priya"}
	s.wait(90 * time.Second)

	if s.e.Turn.AllOff {
		t.Errorf("Turn = %+v after dana and lee came back, want not AllOff", s.e.Turn)
	}

	s.m.Off = []PersonID{"dana", "lee", "priya"}
	s.wait(150 * time.Second)
	s.wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 nobody to page here (duty)
		0:00 nobody to page here (managers)
		0:00 everybody is off ! maria
		0:00 paged priya (managers)
		1:00 did not answer priya (managers)
		1:00 paged dana (duty)
		2:00 did not answer dana (duty)
		2:00 everybody is off ! maria
		2:00 paged lee (duty)`)
}

// That nobody can be reached is told to the agent, the managers and the team's
// channel; a manager who asked for help themselves is told once.
func TestAlarm(t *testing.T) {
	m := withLive()
	m.Managers = []PersonID{"priya", "maria"}
	m.Now = noon

	e := new(Escalation)

	effects, err := e.Apply(live, m)
	if err != nil {
		t.Fatal(err)
	}

	want := []Effect{
		Show{CardID{Role: NoticeCard, Escalation: live.ID, Person: "maria", N: 2}},
		Show{CardID{Role: NoticeCard, Escalation: live.ID, Person: "priya", N: 2}},
		Show{CardID{Role: AlarmCard, Escalation: live.ID, N: 2}},
	}

	got := slices.DeleteFunc(slices.Clone(effects), func(effect Effect) bool {
		show, ok := effect.(Show)

		return !ok || show.Card.N != 2
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cards of the alarm (-want +got):\n%v", diff)
	}
}

// An account that is gone gets no page, by whichever way, and its open page
// goes to the next person at once.
func TestPagingWhoIsGone(t *testing.T) {
	m := withLive(
		Tier{Name: "duty", People: duty, Wait: time.Minute},
		Tier{Name: "managers", People: managers, Wait: time.Minute, Repeat: true})
	m.Gone = []PersonID{"lee"}

	s := tell(t, m, live, 10*time.Second)
	s.m.Gone = []PersonID{"dana", "lee"}
	s.do(Unreachable{Who: "dana", Reason: "deactivated"})
	s.wait(20 * time.Second)
	s.do(PageEveryone{By: "maria"})
	s.wait(6 * time.Minute) // longer than who could not be reached is left out
	s.m.Gone = []PersonID{"dana", "lee", "priya"}
	s.do(Unreachable{Who: "priya", Reason: "deactivated"})
	s.do(PageEveryone{By: "maria"})
	s.m.Gone = nil
	s.wait(7 * time.Minute)
	s.wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:10 could not be reached dana (deactivated)
		0:10 paged priya (managers)
		0:20 maria PageEveryone: done already
		1:10 did not answer priya (managers)
		1:10 paged priya (managers)
		2:10 did not answer priya (managers)
		2:10 paged priya (managers)
		3:10 did not answer priya (managers)
		3:10 paged priya (managers)
		4:10 did not answer priya (managers)
		4:10 paged priya (managers)
		5:10 did not answer priya (managers)
		5:10 paged priya (managers)
		6:00 could not be reached priya (deactivated)
		6:00 nobody can be reached ! maria
		6:00 maria PageEveryone: done already
		6:30 paged dana (duty)`)
}

// Who was paged longest ago comes first where one is paged at a time; where all
// are paged at once the order stays.
func TestLeastRecentlyPagedFirst(t *testing.T) {
	ago := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	recent := map[PersonID]time.Time{"dana": ago(1), "lee": ago(20), "kim": ago(5)}

	for _, test := range []struct {
		name  string
		tier  Tier
		paged map[PersonID]time.Time
		want  []PersonID
	}{
		{"longest ago first", Tier{People: team}, recent, []PersonID{"lee", "kim", "dana"}},
		{"who never was before all", Tier{People: team}, map[PersonID]time.Time{"dana": ago(1), "lee": ago(20)}, []PersonID{"kim", "lee", "dana"}},
		{"nobody ever was: in their order", Tier{People: team}, nil, team},
		{"equally long ago: in their order", Tier{People: team}, map[PersonID]time.Time{"dana": ago(1), "lee": ago(1), "kim": ago(1)}, team},
		{"all at once: in their order", Tier{People: team, AtOnce: true}, recent, team},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.tier.Wait = time.Minute

			m := withLive(test.tier)
			m.Paged = test.paged

			s := tell(t, m, live, 150*time.Second)

			var got []PersonID
			for _, page := range s.e.Pages {
				got = append(got, page.Who)
			}

			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("paged in this order (-want +got):\n%v", diff)
			}
		})
	}
}

// A page keeps that it went to somebody who had another customer, or was off.
func TestPageOfWhoIsBusyOrOff(t *testing.T) {
	m := withLive(Tier{Name: "duty", People: team, AtOnce: true, Wait: time.Minute})
	m.Busy, m.Off = []PersonID{"lee"}, []PersonID{"kim"}

	s := tell(t, m, live, 61*time.Second)

	for who, want := range map[PersonID]Page{"dana": {}, "lee": {Busy: true}, "kim": {Off: true}} {
		if page := s.e.page(who); page == nil || page.Busy != want.Busy || page.Off != want.Off {
			t.Errorf("the page of %v is %+v, want Busy %v, Off %v", who, page, want.Busy, want.Off)
		}
	}
}
