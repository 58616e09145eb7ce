package bot

import (
	"testing"

	"github.com/firebreakhq/firebreak/bot/redact"
)

// TestUnmasked: a draft for a customer has no words in it that were masked.
func TestUnmasked(t *testing.T) {
	for words, want := range map[string]string{
		"Ms Kovac": "Ms Kovac", "K" + redact.Bullet + redact.Bullet: "", "": "",
	} {
		if got := unmasked(words); got != want {
			t.Errorf("unmasked(%q) = %q, want %q", words, got, want)
		}
	}
}
