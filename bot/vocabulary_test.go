package bot

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot/playbook"
)

// TestThePlaybookKnowsTheVocabulary: whatever people can choose, a card can be for.
func TestThePlaybookKnowsTheVocabulary(t *testing.T) {
	for _, c := range reasons {
		knowsChange(t, playbook.Change{Reasons: []string{c.value}})
	}

	for _, c := range signsInPerson {
		knowsChange(t, playbook.Change{Signs: []string{c.value}})
	}

	for _, c := range feelings {
		knowsChange(t, playbook.Change{Feelings: []string{c.value}})
	}

	for _, c := range contactChannels {
		knowsChange(t, playbook.Change{Channels: []string{c.value}})
	}
}

func knowsChange(t *testing.T, c playbook.Change) {
	t.Helper()

	c.Card = "apology"
	if _, err := playbook.Embedded().With([]playbook.Change{c}); err != nil {
		t.Errorf("With(%+v) = %v, want it known", c, err)
	}
}
