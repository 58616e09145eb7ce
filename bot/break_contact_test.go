package bot

import (
	"testing"
	"time"
)

// TestWhoseContactEnds says after which events of an escalation people are offered
// a break.
func TestWhoseContactEnds(t *testing.T) {
	took, joined := Take{By: "dana"}, Join{By: "dana"}
	outcome := Resolve{By: "dana", Outcome: Outcome{Name: "Refund"}}

	for _, test := range []struct {
		name          string
		kind          Kind
		before        []Event
		ev            Event
		agent, holder bool
	}{
		{"the call ended", TakeOver, nil, EndCall{By: "maria"}, true, false},
		{"taken", TakeOver, nil, took, false, false},
		{"joined", TakeOver, []Event{took}, joined, true, false},
		{"joined after a threat", Threat, []Event{took}, joined, true, false},
		{"called back", CallBack, []Event{took}, joined, true, false},
		{"joined the agent", JoinUs, []Event{took}, joined, false, false},
		{"advises", Advise, []Event{took}, joined, false, false},
		{"the call with both ended", JoinUs, []Event{took, joined}, EndCall{By: "maria"}, true, false},
		{"resolved", TakeOver, []Event{took, joined}, outcome, false, true},
		{"resolved without a word of joining", TakeOver, []Event{took}, outcome, true, true},
		{"handed back", TakeOver, []Event{took, joined}, HandBack{By: "dana", Advice: "Try again."}, false, true},
		{"handed back before joining", TakeOver, []Event{took}, HandBack{By: "dana", Advice: "Try again."}, false, false},
		{"advice given", Advise, []Event{took, joined}, HandBack{By: "dana", Advice: "Try again."}, false, false},
		{"approved", Approve, nil, Decide{By: "dana", Approved: true}, false, false},
		{"handed over", TakeOver, []Event{took, joined, HandTo{By: "dana", To: "lee"}}, Take{By: "lee"}, false, true},
		{"handed over before joining", TakeOver, []Event{took, HandTo{By: "dana", To: "lee"}}, Take{By: "lee"}, false, false},
		{"given up", TakeOver, []Event{took}, GiveUp{By: "dana"}, false, false},
		{"withdrawn", TakeOver, nil, Withdraw{By: "maria"}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, m := new(Escalation), usual()
			m.Now = noon

			apply := func(ev Event) Escalation {
				was := *e
				if _, err := e.Apply(ev, m); err != nil {
					t.Fatalf("Apply(%#v) = %v, want nil", ev, err)
				}

				m.Now = m.Now.Add(time.Second)

				return was
			}

			apply(Open{ID: 1, Team: "billing", Agent: "maria", Kind: test.kind, Context: Context{Customer: "Ms Kovac", Waiting: true, Amount: "80 USD"}})

			for _, ev := range test.before {
				apply(ev)
			}

			was := apply(test.ev)
			if agent, holder := endsForAgent(&was, e), endsForHolder(&was, e); agent != test.agent || holder != test.holder {
				t.Errorf("%#v ends the agent's part: %v, and the holder's: %v; want %v and %v", test.ev, agent, holder, test.agent, test.holder)
			}
		})
	}
}

func TestWhatAContactWasLike(t *testing.T) {
	for _, test := range []struct {
		e     Escalation
		heat  int
		abuse bool
	}{
		{Escalation{Kind: TakeOver, Chain: LiveChain}, 3, false},
		{Escalation{Kind: JoinUs, Chain: LiveChain}, 3, false},
		{Escalation{Kind: CallBack, Chain: LiveChain}, 3, false}, // promised while they waited
		{Escalation{Kind: TakeOver, Chain: CallbackChain}, 0, false},
		{Escalation{Kind: Advise, Chain: LiveChain}, 0, false},
		{Escalation{Kind: Approve, Chain: LiveChain}, 0, false},
		{Escalation{Kind: TakeOver, Chain: LiveChain, Context: Context{Heat: 2}}, 2, false},
		{Escalation{Kind: Advise, Chain: CallbackChain, Context: Context{Heat: 5}}, 5, false},
		{Escalation{Kind: Threat, Chain: ThreatChain}, 0, true},
		{Escalation{Kind: Advise, Context: Context{Reason: "abusive"}}, 0, true},
		{Escalation{Kind: Advise, Context: Context{Signs: []string{"terse", "insults"}}}, 0, true},
		{Escalation{Kind: Advise, Context: Context{Signs: []string{"threat"}}}, 0, true},
		{Escalation{Kind: Advise, Context: Context{Signs: []string{"terse"}}}, 0, false},
	} {
		if heat, abuse := felt(&test.e), abusive(&test.e); heat != test.heat || abuse != test.abuse {
			t.Errorf("%v, %v, %+v was of heat %d, abusive: %v; want %d, %v", test.e.Kind, test.e.Chain, test.e.Context, heat, abuse, test.heat, test.abuse)
		}
	}
}
