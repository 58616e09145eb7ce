package playbook_test

import (
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot/playbook"
)

var (
	stages = []playbook.Stage{
		playbook.Waiting, playbook.Alone, playbook.Coming, playbook.With,
		playbook.Back, playbook.Approved, playbook.Denied, playbook.Settled,
	}
	needs = []playbook.Need{
		playbook.TakeOver, playbook.JoinUs, playbook.Advice, playbook.Approval, playbook.Callback, playbook.Threat,
	}
)

// TestThereIsAlwaysSomethingToSay goes through every situation, with everything
// known and with nothing known.
func TestThereIsAlwaysSomethingToSay(t *testing.T) {
	for _, stage := range stages {
		for _, need := range needs {
			for _, s := range []playbook.Situation{
				{Stage: stage, Need: need},
				{Stage: stage, Need: need, Live: true, Supervisor: "Dana Reed", Customer: "Ms Kovac", Amount: "80 USD", When: "today at 18:00"},
			} {
				said := playbook.Say(s)
				if len(said) < 20 || strings.Contains(said, "%") || strings.Contains(said, "  ") {
					t.Errorf("Say(%+v) = %q, want a sentence", s, said)
				}

				if !strings.HasSuffix(said, ".") && !strings.HasSuffix(said, "?") {
					t.Errorf("Say(%+v) = %q, want it to end as a sentence does", s, said)
				}
			}
		}
	}
}

// TestNothingUntrueIsSaid holds the sentences to what is known: nobody is
// announced before somebody has it.
func TestNothingUntrueIsSaid(t *testing.T) {
	for _, need := range needs {
		for _, stage := range []playbook.Stage{playbook.Waiting, playbook.Alone} {
			said := playbook.Say(playbook.Situation{Stage: stage, Need: need, Live: true})
			for _, lie := range []string{"is coming", "is joining us", "has your case", "in a minute", "right away"} {
				if strings.Contains(said, lie) {
					t.Errorf("Say(%v, %v) = %q, which says %q though nobody has it", stage, need, said, lie)
				}
			}
		}
	}
}

// TestNobodyIsBlamed looks for the wordings that the playbook advises against.
func TestNobodyIsBlamed(t *testing.T) {
	for _, stage := range stages {
		for _, need := range needs {
			said := strings.ToLower(playbook.Say(playbook.Situation{Stage: stage, Need: need}))
			for _, bad := range []string{"calm down", "you should have", "unfortunately", "policy", "as i said", "inconvenience"} {
				if strings.Contains(said, bad) {
					t.Errorf("Say(%v, %v) = %q, which says %q", stage, need, said, bad)
				}
			}
		}
	}
}

func TestTheSupervisorIsIntroducedByName(t *testing.T) {
	for _, need := range needs {
		s := playbook.Situation{Need: need, Supervisor: "Dana Reed", Customer: "Ms Kovac"}
		if said := playbook.Introduce(s); !strings.Contains(said, "Dana Reed") {
			t.Errorf("Introduce(%+v) = %q, want the name in it", s, said)
		}
	}
}

func TestOpenerReadsBack(t *testing.T) {
	got := playbook.Opener(playbook.English, "Dana Reed", "Ms Kovac", "Maria", "the parcel came broken, twice", "a refund today")
	want := "“Ms Kovac, I am Dana Reed. Maria has told me what happened: the parcel came broken, twice. " +
		"And what you would like is this: a refund today. Have I got that right?”"

	if got != want {
		t.Errorf("Opener = %q, want %q", got, want)
	}

	if got := playbook.Opener(playbook.English, "Dana Reed", "", "", "", ""); !strings.Contains(got, "in your own words") {
		t.Errorf("Opener with nothing known = %q, want it to ask for the customer's own words", got)
	}
}
