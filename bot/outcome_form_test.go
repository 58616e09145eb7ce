package bot

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// What nobody says is within no limit: an outcome that has an amount has to say it,
// also in a form that was sent before it could ask.
func TestOutcomeSaysHowMuch(t *testing.T) {
	options := []Option{{Name: "Refund", Currency: "USD", UpTo: map[Rank]int64{AgentRank: 5000}}, {Name: "Letter"}}
	s := &session{desk: &Desk{settings: Settings{Teams: []Team{{ID: "billing", Options: options}}}}, now: noon}

	for name, tt := range map[string]struct {
		outcome, amount string
		asked           bool // for the amount
	}{
		"not said":              {"Refund", "", true},
		"nothing":               {"Refund", "0", true},
		"no number":             {"Refund", "fifty", true},
		"said":                  {"Refund", "50", false},
		"of what has no amount": {"Letter", "", false},
		"not possible":          {NotPossible, "", false},
	} {
		wrong := problems{}
		f := filled{s, &Escalation{Team: "billing", Agent: "maria"}, "maria", chat.Values{"amount": {tt.amount}}, ""}
		f.readGiven(&Resolve{Outcome: Outcome{Name: tt.outcome}}, wrong)

		if got := wrong["amount"] != ""; got != tt.asked {
			t.Errorf("%v: readGiven(%q, %q) asks for the amount: %v, want %v", name, tt.outcome, tt.amount, got, tt.asked)
		}
	}
}
