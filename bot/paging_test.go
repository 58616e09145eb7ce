package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPaging(t *testing.T) {
	waits := live
	waits.Context.Waiting = false

	callback := ofKind(CallBack)
	callback.Context.CallAt = noon.Add(2 * time.Hour)

	urgent := live.Context
	relaxed := live.Context
	relaxed.Waiting = false

	play(t, usual(), []chapter{
		{
			name: "nobody answers a customer on the line", open: live, until: 7 * time.Minute,
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)
				1:30 did not answer lee (duty)
				1:30 paged dana (duty)
				2:15 did not answer dana (duty)
				2:15 paged lee (duty)
				3:00 did not answer lee (duty)
				3:00 paged dana (team)
				3:00 paged lee (team)
				3:00 paged kim (team)
				4:00 did not answer dana (team)
				4:00 did not answer lee (team)
				4:00 did not answer kim (team)
				4:00 paged priya (managers)
				5:00 did not answer priya (managers)
				5:00 paged priya (managers)
				6:00 did not answer priya (managers)
				6:00 paged priya (managers)
				7:00 did not answer priya (managers)
				7:00 paged priya (managers)`,
		},
		{
			name: "nobody answers a customer who is not waiting", open: waits, until: 40 * time.Minute,
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				3:00 did not answer dana (duty)
				3:00 paged lee (duty)
				6:00 did not answer lee (duty)
				6:00 paged dana (team)
				6:00 paged lee (team)
				6:00 paged kim (team)
				11:00 did not answer dana (team)
				11:00 did not answer lee (team)
				11:00 did not answer kim (team)
				11:00 paged priya (managers)
				21:00 did not answer priya (managers)
				21:00 paged priya (managers)
				31:00 did not answer priya (managers)
				31:00 paged priya (managers)`,
		},
		{
			name: "nobody answers a threat", open: ofKind(Threat), until: 65 * time.Second,
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:30 did not answer dana (all)
				0:30 did not answer lee (all)
				0:30 did not answer priya (all)
				0:30 paged dana (all)
				0:30 paged lee (all)
				0:30 paged priya (all)
				1:00 did not answer dana (all)
				1:00 did not answer lee (all)
				1:00 did not answer priya (all)
				1:00 paged dana (all)
				1:00 paged lee (all)
				1:00 paged priya (all)`,
		},
		{
			name: "a pass pages the next person at once", open: live, until: 3 * time.Minute,
			happenings: []happening{
				{10 * time.Second, Pass{By: "dana", Reason: OnAnotherCall}},
				{10 * time.Second, Pass{By: "dana", Reason: OnAnotherCall}},
				{11 * time.Second, Pass{By: "kim", Reason: Away}},
				{12 * time.Second, Pass{By: "lee", Attempt: 1, Reason: Away}},
				{20 * time.Second, Pass{By: "lee", Reason: NotMyArea}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana passed (on another call)
				0:10 paged lee (duty)
				0:10 dana Pass: done already
				0:11 kim Pass: too late, paging
				0:12 lee Pass: too late, paging
				0:20 lee passed (not my area)
				0:20 paged kim (team)
				1:20 did not answer kim (team)
				1:20 paged priya (managers)
				2:20 did not answer priya (managers)
				2:20 paged priya (managers)`,
		},
		{
			name: "a pass without a reason pages the next one first, and is explained once", open: live, until: 30 * time.Second,
			happenings: []happening{
				{10 * time.Second, Pass{By: "dana"}},
				{15 * time.Second, Pass{By: "dana", Reason: OnAnotherCall}},
				{16 * time.Second, Pass{By: "dana", Reason: Away}},
				{17 * time.Second, Pass{By: "dana"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana passed
				0:10 paged lee (duty)
				0:15 dana said why (on another call)
				0:16 dana Pass: done already
				0:17 dana Pass: done already`,
		},
		{
			name: "all pass in a tier that is repeated: its wait is kept", open: ofKind(Threat), until: 31 * time.Second,
			happenings: []happening{
				{1 * time.Second, Pass{By: "dana", Reason: OnAnotherCall}},
				{2 * time.Second, Pass{By: "lee", Reason: Conflict}},
				{3 * time.Second, Pass{By: "priya", Reason: Away}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:01 dana passed (on another call)
				0:02 lee passed (conflict)
				0:03 priya passed (away)
				0:30 paged dana (all)
				0:30 paged priya (all)`,
		},
		{
			name: "who can't be reached is passed over at once", open: live, until: 50 * time.Second,
			happenings: []happening{
				{1 * time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}},
				{1 * time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}},
				{2 * time.Second, Unreachable{Who: "lee", Reason: "channel_not_found"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 could not be reached dana (user_disabled)
				0:01 paged lee (duty)
				0:01 Unreachable: done already
				0:02 could not be reached lee (channel_not_found)
				0:02 paged kim (team)`,
		},
		{
			name: "a page that fails after its wait counts too", open: live, until: 100 * time.Second,
			happenings: []happening{{50 * time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)
				0:50 could not be reached dana (user_disabled)
				1:30 did not answer lee (duty)
				1:30 paged lee (duty)`,
		},
		{
			name: "everyone at once, and their time to answer", open: live, until: 80 * time.Second,
			happenings: []happening{
				{40 * time.Second, PageEveryone{By: "maria"}},
				{41 * time.Second, PageEveryone{By: "maria"}},
				{42 * time.Second, Pass{By: "dana", Reason: Away}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:40 maria paged everyone
				0:40 paged lee (everyone)
				0:40 paged kim (everyone)
				0:40 paged priya (everyone)
				0:41 maria PageEveryone: done already
				0:42 dana passed (away)
				1:10 did not answer lee (everyone)
				1:10 did not answer kim (everyone)
				1:10 did not answer priya (everyone)
				1:10 paged lee (duty)`,
		},
		{
			name: "everyone but who has a conflict", open: live, until: 2 * time.Minute,
			happenings: []happening{
				{1 * time.Second, Pass{By: "dana", Reason: Conflict}},
				{2 * time.Second, PageEveryone{By: "maria"}},
				{3 * time.Second, PageEveryone{By: "maria"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana passed (conflict)
				0:01 paged lee (duty)
				0:02 maria paged everyone
				0:02 paged kim (everyone)
				0:02 paged priya (everyone)
				0:03 maria PageEveryone: done already
				0:46 did not answer lee (duty)
				0:46 did not answer kim (everyone)
				0:46 did not answer priya (everyone)
				0:46 paged lee (duty)
				1:31 did not answer lee (duty)
				1:31 paged lee (team)
				1:31 paged kim (team)`,
		},
		{
			name: "a callback is waited for until its time", open: callback, until: 3 * time.Hour,
			happenings: []happening{{time.Minute, Take{By: "dana"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				1:00 dana taken → taken ! maria
				121:30 asked whether the customer is with them dana ! dana
				122:30 did not join in time dana → paging ! maria dana
				122:30 paged lee (duty)
				125:30 did not answer lee (duty)
				125:30 paged lee (team)
				125:30 paged kim (team)
				130:30 did not answer lee (team)
				130:30 did not answer kim (team)
				130:30 paged priya (managers)
				140:30 did not answer priya (managers)
				140:30 paged priya (managers)
				150:30 did not answer priya (managers)
				150:30 paged priya (managers)
				160:30 did not answer priya (managers)
				160:30 paged priya (managers)
				170:30 did not answer priya (managers)
				170:30 paged priya (managers)`,
		},
		{
			name: "the time of a callback is put off", open: callback, until: 2*time.Hour + 10*time.Minute,
			happenings: []happening{
				{time.Minute, Take{By: "dana"}},
				{2 * time.Minute, AddContext{By: "maria", Context: Context{Customer: "Ms Kovac", CallAt: noon.Add(3 * time.Hour)}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				1:00 dana taken → taken ! maria
				2:00 maria added context (Happened was: Charged twice.)`,
		},
		{
			name: "a callback promised while paging: reminded when it is due", open: live, until: 12 * time.Minute,
			happenings: []happening{
				{time.Second, PromiseCallback{By: "maria", Owner: "maria", At: noon.Add(10 * time.Minute), Where: "555 0100", Who: "Ms Kovac"}},
				{2 * time.Second, Take{By: "dana"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 maria promised a callback (555 0100, Ms Kovac)
				0:02 dana taken → taken ! maria
				10:00 reminded maria (Call the customer back) ! maria
				11:30 asked whether the customer is with them dana ! dana`,
		},
		{
			name: "more urgent: the chain changes at once", open: waits, until: 50 * time.Second,
			happenings: []happening{{20 * time.Second, AddContext{By: "maria", Context: urgent}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:20 maria added context
				0:20 paged dana (duty)`,
		},
		{
			name: "less urgent: what was promised to the agent stands", open: live, until: 50 * time.Second,
			happenings: []happening{{20 * time.Second, AddContext{By: "maria", Kind: CallBack, Context: relaxed}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:20 maria changed the kind of help (call back)
				0:20 maria added context
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)`,
		},
		{
			name: "turned into a threat while taken: paging goes on there", open: live, until: 170 * time.Second,
			happenings: []happening{
				{10 * time.Second, Take{By: "dana"}},
				{20 * time.Second, AddContext{By: "dana", Kind: Threat, Context: urgent}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:20 dana changed the kind of help (threat) ! lee priya
				0:20 dana added context
				1:40 asked whether the customer is with them dana ! dana
				2:40 did not join in time dana → paging ! maria dana
				2:40 paged lee (all)
				2:40 paged priya (all)`,
		},
	})
}

func TestChains(t *testing.T) {
	for _, test := range []struct {
		name  string
		tiers []Tier
		busy  []PersonID
		chapter
	}{
		{
			name: "no tiers: said once, then tried again quietly",
			chapter: chapter{
				open: live, until: 2 * time.Minute,
				happenings: []happening{{100 * time.Second, PageEveryone{By: "maria"}}},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody can be reached ! maria
				1:40 maria PageEveryone: done already`,
			},
		},
		{
			name:  "an empty tier is passed over and said",
			tiers: []Tier{{Name: "duty"}, {Name: "managers", People: managers, Wait: time.Minute, Repeat: true}},
			chapter: chapter{
				open: live, until: 70 * time.Second,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 paged priya (managers)
				1:00 did not answer priya (managers)
				1:00 paged priya (managers)`,
			},
		},
		{
			name:  "nobody can be reached: said, everyone tried, tried again, found",
			tiers: []Tier{{Name: "duty", People: []PersonID{"dana", "maria"}, Wait: time.Minute, Repeat: true}},
			chapter: chapter{
				open: live, until: 9 * time.Minute,
				happenings: []happening{
					{time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}},
					{40 * time.Second, PageEveryone{By: "maria"}},
					{41 * time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}},
					{8 * time.Minute, Take{By: "dana"}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 could not be reached dana (user_disabled)
				0:01 nobody can be reached ! maria
				0:40 maria paged everyone
				0:40 paged dana (everyone)
				0:41 could not be reached dana (user_disabled)
				0:41 nobody to page here (duty)
				0:41 nobody can be reached ! maria
				5:41 paged dana (duty)
				6:41 did not answer dana (duty)
				6:41 paged dana (duty)
				7:41 did not answer dana (duty)
				7:41 paged dana (duty)
				8:00 dana taken → taken ! maria`,
			},
		},
		{
			name: "a chain that ends begins its last tier again, also with who passed",
			tiers: []Tier{
				{Name: "duty", People: []PersonID{"dana"}, Wait: time.Minute},
				{Name: "team", People: []PersonID{"lee", "kim"}, Wait: time.Minute},
				{Name: "managers"},
			},
			chapter: chapter{
				open: live, until: 6 * time.Minute,
				happenings: []happening{
					{70 * time.Second, Pass{By: "lee", Reason: Away}},
					{190 * time.Second, Pass{By: "kim", Reason: Away}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				1:00 did not answer dana (duty)
				1:00 paged lee (team)
				1:10 lee passed (away)
				1:10 paged kim (team)
				2:10 did not answer kim (team)
				2:10 nobody to page here (managers)
				2:10 paged lee (team)
				3:10 did not answer lee (team)
				3:10 paged kim (team)
				3:10 kim passed (away)
				3:10 paged lee (team)
				4:10 did not answer lee (team)
				4:10 paged kim (team)
				5:10 did not answer kim (team)
				5:10 paged lee (team)`,
			},
		},
		{
			name:  "the last one passes, again and again: not asked at once",
			tiers: []Tier{{Name: "duty", People: []PersonID{"dana"}, Wait: time.Minute}},
			chapter: chapter{
				open: live, until: 130 * time.Second,
				happenings: []happening{
					{1 * time.Second, Pass{By: "dana", Reason: Away}},
					{61 * time.Second, Pass{By: "dana", Reason: Away}},
					{121 * time.Second, Pass{By: "dana", Reason: Away}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 dana passed (away)
				1:00 paged dana (duty)
				1:01 dana passed (away)
				2:00 paged dana (duty)
				2:01 dana passed (away)`,
			},
		},
		{
			name: "the only manager does not join: the team before them",
			tiers: []Tier{
				{Name: "team", People: []PersonID{"lee"}, Wait: time.Minute},
				{Name: "managers", People: managers, Wait: time.Minute, Repeat: true},
			},
			chapter: chapter{
				open: live, until: 6 * time.Minute,
				happenings: []happening{{61 * time.Second, Take{By: "priya"}}},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged lee (team)
				1:00 did not answer lee (team)
				1:00 paged priya (managers)
				1:01 priya taken → taken ! maria
				2:31 asked whether the customer is with them priya ! priya
				3:31 did not join in time priya → paging ! maria priya
				3:31 paged lee (team)
				4:31 did not answer lee (team)
				4:31 paged priya (managers)
				5:31 did not answer priya (managers)
				5:31 paged priya (managers)`,
			},
		},
		{
			name: "a manager with a conflict: the team before them",
			tiers: []Tier{
				{Name: "team", People: []PersonID{"lee"}, Wait: time.Minute},
				{Name: "managers", People: managers, Wait: time.Minute, Repeat: true},
			},
			chapter: chapter{
				open: live, until: 3 * time.Minute,
				happenings: []happening{{61 * time.Second, Pass{By: "priya", Reason: Conflict}}},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged lee (team)
				1:00 did not answer lee (team)
				1:00 paged priya (managers)
				1:01 priya passed (conflict)
				1:01 paged lee (team)
				2:01 did not answer lee (team)
				2:01 paged lee (team)`,
			},
		},
		{
			name:  "on duty twice, paged once",
			tiers: []Tier{{Name: "all", People: []PersonID{"dana", "priya", "dana"}, AtOnce: true, Wait: time.Minute, Repeat: true}},
			chapter: chapter{
				open: live, until: 10 * time.Second,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged priya (all)`,
			},
		},
		{
			name: "who is busy is paged only if nobody else is left",
			tiers: []Tier{
				{Name: "duty", People: duty, Wait: 45 * time.Second},
				{Name: "all", People: []PersonID{"dana", "priya"}, AtOnce: true, Wait: time.Minute, Repeat: true},
			},
			busy: []PersonID{"dana"},
			chapter: chapter{
				open: live, until: 2 * time.Minute,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged lee (duty)
				0:45 did not answer lee (duty)
				0:45 paged priya (all)
				1:45 did not answer priya (all)
				1:45 paged dana (all)
				1:45 paged priya (all)`,
			},
		},
		{
			name:  "everybody is busy",
			tiers: []Tier{{Name: "duty", People: duty, Wait: 45 * time.Second}},
			busy:  duty,
			chapter: chapter{
				open: live, until: 50 * time.Second,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 nobody to page here (duty)
				0:00 paged dana (duty)
				0:45 did not answer dana (duty)
				0:45 paged lee (duty)`,
			},
		},
		{
			name:  "a wait of nothing is a second",
			tiers: []Tier{{Name: "duty", People: duty}},
			chapter: chapter{
				open: live, until: 2 * time.Second,
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 did not answer dana (duty)
				0:01 paged lee (duty)
				0:02 did not answer lee (duty)
				0:02 paged dana (duty)`,
			},
		},
		{
			name: "all pass where all were asked at once: the next tier at once",
			tiers: []Tier{
				{Name: "team", People: duty, AtOnce: true, Wait: time.Minute, Rounds: 3},
				{Name: "managers", People: managers, Wait: time.Minute, Repeat: true},
			},
			chapter: chapter{
				open: live, until: 10 * time.Second,
				happenings: []happening{
					{1 * time.Second, Pass{By: "dana", Reason: Away}},
					{2 * time.Second, Pass{By: "lee", Reason: Away}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (team)
				0:00 paged lee (team)
				0:01 dana passed (away)
				0:02 lee passed (away)
				0:02 paged priya (managers)`,
			},
		},
		{
			name: "not joined where all were asked at once: the others before the next tier",
			tiers: []Tier{
				{Name: "team", People: team, AtOnce: true, Wait: time.Minute},
				{Name: "managers", People: managers, Wait: time.Minute, Repeat: true},
			},
			chapter: chapter{
				open: live, until: 230 * time.Second,
				happenings: []happening{
					{1 * time.Second, Pass{By: "kim", Reason: Away}},
					{10 * time.Second, Take{By: "dana"}},
				},
				want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (team)
				0:00 paged lee (team)
				0:00 paged kim (team)
				0:01 kim passed (away)
				0:10 dana taken → taken ! maria
				1:40 asked whether the customer is with them dana ! dana
				2:40 did not join in time dana → paging ! maria dana
				2:40 paged lee (team)
				3:40 did not answer lee (team)
				3:40 paged priya (managers)`,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := withLive(test.tiers...)
			m.Busy = test.busy
			tell(t, m, test.open, test.until, test.happenings...).wants(test.want)
		})
	}
}

// Whom a less urgent chain had paged does not hold up who comes next.
func TestOldChainHoldsNobodyUp(t *testing.T) {
	m := usual()
	m.Chains[CallbackChain][0].People = []PersonID{"kim"}

	relaxed := live
	relaxed.Context.Waiting = false

	tell(t, m, relaxed, 30*time.Second,
		happening{20 * time.Second, AddContext{By: "maria", Context: live.Context}},
		happening{25 * time.Second, Pass{By: "dana", Reason: Away}},
	).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged kim (duty)
		0:20 maria added context
		0:20 paged dana (duty)
		0:25 dana passed (away)
		0:25 paged lee (duty)`)
}

// The forecast is what then happens.
func TestForecast(t *testing.T) {
	s := tell(t, usual(), live, 0)

	for range 20 {
		want, name := slices.Clone(s.e.Turn.Next), s.e.Turn.NextName
		s.wait(s.e.Due().Sub(noon))

		if diff := cmp.Diff(want, open(s.e)); diff != "" || s.e.Turn.Name != name {
			t.Errorf("at %v %v paged %v, forecast %v %v", clock(s.m.Now), s.e.Turn.Name, open(s.e), name, want)
		}
	}
}

// A conflict that is said afterwards changes who comes next.
func TestForecastAfterAConflict(t *testing.T) {
	m := withLive(
		Tier{Name: "team", People: []PersonID{"lee"}, Wait: time.Minute},
		Tier{Name: "managers", People: managers, Wait: time.Minute, Repeat: true})
	s := tell(t, m, live, 70*time.Second, happening{65 * time.Second, Pass{By: "priya"}})

	if diff := cmp.Diff(managers, s.e.Turn.Next); diff != "" {
		t.Errorf("next after a pass (-want +got):\n%v", diff)
	}

	s.do(Pass{By: "priya", Reason: Conflict})

	if diff := cmp.Diff([]PersonID{"lee"}, s.e.Turn.Next); diff != "" {
		t.Errorf("next after a conflict (-want +got):\n%v", diff)
	}
}

func open(e *Escalation) []PersonID {
	var people []PersonID

	for _, page := range e.Pages {
		if page.State == PageOpen {
			people = append(people, page.Who)
		}
	}

	return people
}

// Who takes it without having been paged gets a card to go on with.
func TestTakenWithoutAPage(t *testing.T) {
	s := tell(t, usual(), live, time.Second)

	effects, err := s.e.Apply(Take{By: "kim"}, s.m)
	want := Show{CardID{Role: PageCard, Escalation: live.ID, Person: "kim", N: 2}}

	if err != nil || !slices.Contains(effects, Effect(want)) {
		t.Errorf("Apply(Take{kim}) = %v, %v, want %v among them", effects, err, want)
	}
}

// Nor can their page be that card if it did not reach them: a card that could not be
// delivered is given up.
func TestTakenWithoutAPageThatReachedThem(t *testing.T) {
	s := tell(t, usual(), live, 2*time.Second, happening{time.Second, Unreachable{Who: "dana", Reason: "channel_not_found"}})

	effects, err := s.e.Apply(Take{By: "dana"}, s.m)
	want := Show{CardID{Role: PageCard, Escalation: live.ID, Person: "dana", N: 3}}

	if err != nil || !slices.Contains(effects, Effect(want)) {
		t.Errorf("Apply(Take{dana}) = %v, %v, want %v among them", effects, err, want)
	}
}

// Who has a conflict is paged if nobody else can be reached, and not any more once
// somebody can.
func TestConflictStaysOne(t *testing.T) {
	m := withLive(
		Tier{Name: "duty", People: duty, Wait: time.Minute},
		Tier{Name: "managers", People: managers, Wait: time.Minute, Repeat: true})

	tell(t, m, live, 8*time.Minute,
		happening{1 * time.Second, Pass{By: "dana", Reason: Conflict}},
		happening{2 * time.Second, Pass{By: "lee", Reason: Conflict}},
		happening{3 * time.Second, Unreachable{Who: "priya", Reason: "user_disabled"}},
		happening{4 * time.Second, PageEveryone{By: "maria"}},
		happening{5 * time.Second, PageEveryone{By: "maria"}},
		happening{6 * time.Second, Unreachable{Who: "priya", Reason: "user_disabled"}},
		happening{200 * time.Second, Pass{By: "dana"}},
		happening{250 * time.Second, Unreachable{Who: "dana", Reason: "user_disabled"}},
	).wants(`
		0:00 maria opened (Charged twice.) → paging
		0:00 paged dana (duty)
		0:01 dana passed (conflict)
		0:01 paged lee (duty)
		0:02 lee passed (conflict)
		0:02 paged priya (managers)
		0:03 could not be reached priya (user_disabled)
		0:03 paged dana (duty)
		0:04 maria paged everyone
		0:04 paged lee (everyone)
		0:04 paged priya (everyone)
		0:05 maria PageEveryone: done already
		0:06 could not be reached priya (user_disabled)
		1:03 did not answer dana (duty)
		1:03 did not answer lee (everyone)
		1:03 paged dana (duty)
		2:03 did not answer dana (duty)
		2:03 paged dana (duty)
		3:03 did not answer dana (duty)
		3:03 paged dana (duty)
		3:20 dana passed
		4:03 paged dana (duty)
		4:10 could not be reached dana (user_disabled)
		4:10 paged lee (duty)
		5:10 did not answer lee (duty)
		5:10 paged priya (managers)
		6:10 did not answer priya (managers)
		6:10 paged priya (managers)
		7:10 did not answer priya (managers)
		7:10 paged priya (managers)`)
}

// Who takes it after all has no conflict any more.
func TestTakenInSpiteOfAConflict(t *testing.T) {
	s := tell(t, withLive(Tier{Name: "duty", People: []PersonID{"dana"}, Wait: time.Minute}), live, 3*time.Minute,
		happening{1 * time.Second, Pass{By: "dana", Reason: Conflict}},
		happening{61 * time.Second, Take{By: "dana"}})

	if page := s.e.page("dana"); page.State != PageTaken || page.Reason != "" {
		t.Errorf("the page that was taken is %q, reason %q, want %q, none", page.State, page.Reason, PageTaken)
	}
}

// People who come on duty are paged with the tier that runs.
func TestDutyChangesWhilePaging(t *testing.T) {
	s := tell(t, usual(), ofKind(Threat), time.Second)
	s.m.Chains[ThreatChain][0].People = []PersonID{"kim"}
	s.wait(31 * time.Second)

	if diff := cmp.Diff([]PersonID{"kim"}, open(s.e)); diff != "" {
		t.Errorf("open pages after duty changed (-want +got):\n%v", diff)
	}
}
