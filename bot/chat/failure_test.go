package chat

import (
	"strings"
	"testing"
)

func TestCodeOf(t *testing.T) {
	for said, want := range map[string]string{
		"channel_not_found": "channel_not_found", "ActivityNotFound": "ActivityNotFound", "": "",
		"invalid_blocks: “Ms Kovac” is too long": "invalid_blocks", "Ms Kovac": "Ms", " x": "", "größe": "gr",
		strings.Repeat("a", 100): strings.Repeat("a", 64),
	} {
		if got := CodeOf(said); got != want {
			t.Errorf("CodeOf(%q) = %q, want %q", said, got, want)
		}
	}
}
