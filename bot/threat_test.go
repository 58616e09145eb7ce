package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// withStops is the usual world of a team with chains for hard stops, whose counsel and
// nurse lead nobody.
func withStops() Moment {
	m := usual()
	m.Chains[LegalChain] = []Tier{{Name: "by name", People: []PersonID{"counsel", "priya"}, AtOnce: true, Wait: time.Minute, Repeat: true}}
	m.Chains[SelfHarmChain] = []Tier{{Name: "by name", People: []PersonID{"nurse", "dana"}, AtOnce: true, Wait: 20 * time.Second, Repeat: true}}

	return m
}

func TestThreat(t *testing.T) {
	play(t, usual(), []chapter{
		{
			name: "warned once, ended once, written down", open: ofKind(Threat), until: 80 * time.Second,
			happenings: []happening{
				{5 * time.Second, Take{By: "dana"}},
				{10 * time.Second, Warn{By: "maria"}},
				{11 * time.Second, Warn{By: "maria"}},
				{20 * time.Second, EndContact{By: "maria"}},
				{21 * time.Second, EndContact{By: "dana"}},
				{22 * time.Second, EndCall{By: "maria"}},
				{30 * time.Second, WriteDown{By: "maria", Words: "I'll find you.", Report: Report{Where: "Phone"}}},
				{31 * time.Second, WriteDown{By: "maria", Words: "I'll find you.", Report: Report{Where: "Phone"}}},
				{40 * time.Second, WriteDown{By: "dana", Words: "You will see.", Report: Report{Where: "The shop"}, Warned: "no"}},
				{41 * time.Second, WriteDown{By: "maria", Words: "You will see.", Report: Report{Where: "The shop"}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:05 dana taken → taken ! maria
				0:10 maria warned the customer
				0:11 maria Warn: done already
				0:20 maria ended the contact
				0:21 dana EndContact: done already
				0:22 maria EndCall: done already
				0:30 maria wrote the incident down
				0:31 maria WriteDown: done already
				0:40 dana added to the exact words (You will see.)
				0:40 dana did not warn the customer
				0:40 dana wrote the incident down (Where was: Phone)
				0:41 maria WriteDown: done already`,
		},
		{
			name: "taken back, it can still be written down", open: ofKind(Threat), until: time.Minute,
			happenings: []happening{
				{10 * time.Second, Withdraw{By: "maria"}},
				{20 * time.Second, Warn{By: "maria"}},
				{30 * time.Second, EndContact{By: "maria"}},
				{40 * time.Second, WriteDown{By: "maria", Words: "You will see."}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:10 maria withdrawn → withdrawn
				0:20 maria Warn: too late, withdrawn
				0:30 maria ended the contact
				0:40 maria wrote the incident down`,
		},
		{
			name: "danger on a call that nobody knew to be one: the chain for threats begins", open: live, until: 20 * time.Second,
			happenings: []happening{{10 * time.Second, WriteDown{By: "maria", Report: Report{Danger: "yes"}}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria wrote the incident down
				0:10 maria somebody is in danger
				0:10 paged dana (all)
				0:10 paged lee (all)
				0:10 paged priya (all)`,
		},
		{
			name: "danger while somebody has it: they and the chain are told, once", open: ofKind(Threat), until: 30 * time.Second,
			happenings: []happening{
				{5 * time.Second, Take{By: "lee"}},
				{10 * time.Second, WriteDown{By: "maria", Report: Report{Danger: "yes"}}},
				{20 * time.Second, WriteDown{By: "maria", Report: Report{Danger: "yes", Where: "Phone"}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:05 lee taken → taken ! maria
				0:10 maria wrote the incident down
				0:10 maria somebody is in danger ! lee dana priya
				0:20 maria wrote the incident down`,
		},
	})
}

func TestHardStop(t *testing.T) {
	legal := live
	legal.Context.Trigger = Legal

	both := ofKind(Threat)
	both.Context.Trigger = Legal

	play(t, withStops(), []chapter{
		{
			name: "known from the start", open: legal, until: 61 * time.Second,
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged counsel (by name)
				0:00 paged priya (by name)
				0:00 maria hard stop (legal)
				1:00 did not answer counsel (by name)
				1:00 did not answer priya (by name)
				1:00 paged counsel (by name)
				1:00 paged priya (by name)`,
		},
		{
			name: "named while somebody is paged", open: live, until: 20 * time.Second,
			happenings: []happening{{10 * time.Second, StopFor{By: "maria", Trigger: Legal}}, {11 * time.Second, StopFor{By: "maria", Trigger: Legal}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 maria hard stop (legal)
				0:10 paged counsel (by name)
				0:10 paged priya (by name)
				0:11 maria StopFor: done already`,
		},
		{
			name: "named once, a button that names none takes nothing away", open: legal, until: 20 * time.Second,
			happenings: []happening{{10 * time.Second, StopFor{By: "maria"}}, {11 * time.Second, StopFor{By: "maria", Trigger: Fraud}}, {12 * time.Second, StopFor{By: "maria"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged counsel (by name)
				0:00 paged priya (by name)
				0:00 maria hard stop (legal)
				0:10 maria StopFor: too late, paging
				0:11 maria hard stop (fraud)
				0:12 maria StopFor: too late, paging`,
		},
		{
			name: "named when somebody has it: they keep it, and the chain is told", open: live, until: 40 * time.Second,
			happenings: []happening{{10 * time.Second, Take{By: "dana"}}, {20 * time.Second, Join{By: "dana"}}, {30 * time.Second, StopFor{By: "maria", Trigger: Legal}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:10 dana taken → taken ! maria
				0:20 dana joined → joined
				0:30 maria hard stop (legal) ! dana counsel priya`,
		},
		{
			name: "a threat too: its chain pages, and who is on neither page is told", open: both, until: 10 * time.Second,
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:00 maria hard stop (legal) ! counsel`,
		},
		{
			name: "nothing comes before somebody who may hurt themselves", open: ofKind(Threat), until: 40 * time.Second,
			happenings: []happening{
				{10 * time.Second, StopFor{By: "maria", Trigger: SelfHarm}},
				{20 * time.Second, Warn{By: "maria"}},
				{21 * time.Second, EndContact{By: "maria"}},
				{22 * time.Second, StopFor{By: "maria", Trigger: Legal}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (all)
				0:00 paged lee (all)
				0:00 paged priya (all)
				0:10 maria hard stop (self_harm)
				0:10 paged nurse (by name)
				0:10 paged dana (by name)
				0:20 maria Warn: too late, paging
				0:21 maria EndContact: too late, paging
				0:22 maria StopFor: too late, paging
				0:30 did not answer lee (all)
				0:30 did not answer priya (all)
				0:30 did not answer nurse (by name)
				0:30 did not answer dana (by name)
				0:30 paged nurse (by name)
				0:30 paged dana (by name)`,
		},
	})
}

// What was written first is never lost, and what comes later is added in its order.
func TestStatements(t *testing.T) {
	open := ofKind(Threat)
	open.Context.Verbatim = "I'll find you."

	later := open.Context
	later.Verbatim = "You will see."

	s := tell(t, usual(), open, time.Minute,
		happening{time.Second, AddContext{By: "maria", Kind: Threat, Context: later}},
		happening{2 * time.Second, WriteDown{By: "dana", Words: "Wait for me."}},
		happening{3 * time.Second, WriteDown{By: "dana", Words: "You will see.", Report: Report{Where: "Phone"}}})

	if got, want := s.e.Context.Verbatim, "I'll find you."; got != want {
		t.Errorf("Verbatim = %q, want %q", got, want)
	}

	want := []Statement{
		{By: "maria", At: noon.Add(time.Second), Text: "You will see."}, {By: "dana", At: noon.Add(2 * time.Second), Text: "Wait for me."},
	}
	if diff := cmp.Diff(want, s.e.Incident.Statements); diff != "" {
		t.Errorf("Statements (-want +got):\n%v", diff)
	}
}

// On a chain that pages one at a time, whoever comes later is not told beforehand.
func TestStopOneAtATime(t *testing.T) {
	m := usual()
	m.Chains[LegalChain] = []Tier{{Name: "by name", People: []PersonID{"counsel", "priya"}, Wait: time.Minute, Repeat: true}}

	play(t, m, []chapter{{
		name: "named while somebody is paged", open: live, until: 20 * time.Second,
		happenings: []happening{{10 * time.Second, StopFor{By: "maria", Trigger: Legal}}},
		want: `
			0:00 maria opened (Charged twice.) → paging
			0:00 paged dana (duty)
			0:10 maria hard stop (legal)
			0:10 paged counsel (by name)`,
	}})
}

// Whoever was told may see the case, and has no page to take.
func TestToldMaySee(t *testing.T) {
	s := tell(t, withStops(), live, time.Minute,
		happening{time.Second, Take{By: "dana"}}, happening{2 * time.Second, StopFor{By: "dana", Trigger: Legal}})

	if got, want := s.e.Told, []PersonID{"counsel", "priya"}; !slices.Equal(got, want) {
		t.Errorf("Told = %v, want %v", got, want)
	}

	if got := s.e.Concerns(); !slices.Contains(got, "counsel") {
		t.Errorf("Concerns() = %v, want counsel among them", got)
	}
}

// A team that has no chain for a hard stop pages the one for threats.
func TestStandInChain(t *testing.T) {
	team := Team{Supervisors: []PersonID{"dana"}, Chains: map[ChainName][]Plan{
		ThreatChain: {{Page: []string{WholeTeam}, Wait: time.Minute, Repeat: true}},
		FraudChain:  {{Page: []string{"kim"}, Wait: time.Minute, Repeat: true}},
	}}
	chains := team.tiers(nil)

	for name, want := range map[ChainName]PersonID{LegalChain: "dana", MediaChain: "dana", SelfHarmChain: "dana", FraudChain: "kim"} {
		if got := chains[name]; len(got) != 1 || !slices.Equal(got[0].People, []PersonID{want}) {
			t.Errorf("the chain %v is %+v, want %v paged", name, got, want)
		}
	}

	if got := chains[LiveChain]; len(got) > 0 {
		t.Errorf("the chain %v is %+v, want none", LiveChain, got)
	}
}

func TestTells(t *testing.T) {
	if got := (Context{Happened: "She wants to", Wants: "court a refund"}).tells(nil); len(got) > 0 {
		t.Errorf("tells() of two fields = %v, want nothing that stands in neither", got)
	}

	tests := []struct {
		words string
		want  []string
	}{
		{"She says her lawyer will call.", []string{"legal"}},
		{"HE WILL SUE US!", []string{"legal"}},
		{"Sue Lawrence wants a refund", nil},
		{"Va a demandarnos, ya ha llamado a su abogado", []string{"legal"}},
		{"A journalist of the Herald asks", []string{"media"}},
		{"Dice que irá al periódico", []string{"media"}},
		{"He said he wants to kill himself", []string{"self_harm"}},
		{"She doesn’t see why she shouldn’t end it all. “I don’t want to live.”", []string{"self_harm"}},
		{"«No quiero vivir así»", []string{"self_harm"}},
		{"Dice que va a quitarse la vida, y llamará a su abogado y a la prensa", []string{"self_harm", "legal"}},
		{"A chargeback, surely fraud", []string{"fraud"}},
		{"¡Esto es una estafa!", []string{"fraud"}},
		{"“I know where you live”", []string{"fast_path"}},
		{"sé dónde vives", []string{"fast_path"}},
		{"Charged twice for one order, repeats the question", nil},
		{"The lawyerly tone of the court-side tickets", nil},
		{"to. court", nil}, // two sentences
		{"", nil},
	}

	for _, test := range tests {
		var got []string

		for _, found := range (Context{Happened: test.words}).tells(nil) {
			if found.stop != "" {
				got = append(got, string(found.stop))
			} else {
				got = append(got, found.action)
			}
		}

		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("tells(%q) (-want +got):\n%v", test.words, diff)
		}
	}
}

// What was written down of a threat is kept as long as a threat is, also where somebody
// holds it to be none afterwards, or it comes up once the case has ended.
func TestIncidentIsKeptWhateverTheKind(t *testing.T) {
	m := usual()
	threat := ofKind(Threat)
	threat.Context.Verbatim = "I know where you live."
	milder := AddContext{By: "dana", Kind: TakeOver, Context: threat.Context}

	for name, steps := range map[string][]happening{
		"changed before its end": {{2 * time.Second, milder}, {3 * time.Second, Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}}}},
		"changed after its end":  {{2 * time.Second, Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}}}, {3 * time.Second, milder}},
	} {
		s := tell(t, m, threat, 10*time.Second, append([]happening{{time.Second, Take{By: "dana"}}}, steps...)...)
		if got, want := s.e.ForgetAt, s.e.Ended.Add(m.Times.KeepIncidents); s.e.State != Closed || !got.Equal(want) {
			t.Errorf("%v: it is %v and kept until %v, want it closed and kept until %v", name, s.e.State, got, want)
		}
	}
}

// A threat that comes to light once the case has ended is kept as one from then on.
func TestLateThreatIsKept(t *testing.T) {
	m := usual()
	late := AddContext{By: "maria", Kind: Threat, Context: ofKind(TakeOver).Context}

	s := tell(t, m, ofKind(TakeOver), 10*time.Second, happening{time.Second, Take{By: "dana"}},
		happening{2 * time.Second, Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}}}, happening{3 * time.Second, late})
	if got, want := s.e.ForgetAt, s.e.Ended.Add(m.Times.KeepIncidents); s.e.State != Closed || !got.Equal(want) {
		t.Errorf("it is %v and kept until %v, want it closed and kept until %v", s.e.State, got, want)
	}
}
