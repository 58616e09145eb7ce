package playbook

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFill(t *testing.T) {
	known := words{"customer": "de la Cruz", "happened": "it broke!", "wants": "[a] {refund}|", "when": " on Friday "}

	for _, test := range []struct {
		template, want string
		complete       bool
	}{
		{"Thank you.", "Thank you.", true},
		{"[{customer}, ]thank you.", "de la Cruz, thank you.", true},
		{"[{agent}, ]thank you.", "Thank you.", true},
		{"[{agent}, |]¿está bien?", "¿Está bien?", true},
		{"[{agent}|a colleague] knows.", "A colleague knows.", true},
		{"I know: {happened}. Right?", "I know: it broke! Right?", true},
		{"I know: {happened}.", "I know: it broke!", true},
		{"You want {wants}.", "You want [a] {refund}|.", true},
		{"See you {when}.", "See you on Friday.", true},
		{"[{customer} and {agent}|both] know.", "Both know.", true},
		{"Ask {agent}.", "Ask .", false},
	} {
		if got, complete := fill(test.template, known); got != test.want || complete != test.complete {
			t.Errorf("fill(%q) = %q, %v, want %q, %v", test.template, got, complete, test.want, test.complete)
		}
	}
}

func TestCheckTemplate(t *testing.T) {
	for _, test := range []struct{ template, problem string }{
		{"Thank you[, {customer}|].", ""},
		{"Thank you, {name}.", "{name}, which I can't fill in"},
		{"Thank you[, {customer}.", "does not pair"},
		{"Thank you, {customer.", "does not pair"},
		{"Thank [you, [dear]].", "does not pair"},
		{"Either | or", "does not pair"},
	} {
		err := checkTemplate(test.template)
		if (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("checkTemplate(%q) = %v, want %q", test.template, err, test.problem)
		}
	}
}

// TestWordsOfACaseAreNeverATemplate: whatever somebody wrote stands in the sentence
// as they wrote it.
func TestWordsOfACaseAreNeverATemplate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		happened := strings.TrimSpace(rapid.StringMatching(`[a-z{}\[\]|.%$ ]{1,20}`).Draw(t, "happened"))
		if happened == "" {
			return
		}

		said, complete := fill("[I know: {happened}|I know nothing]", words{"happened": happened, "a": "x"})
		if said != "I know: "+happened || !complete {
			t.Errorf("fill with %q = %q, want it unchanged", happened, said)
		}
	})
}
