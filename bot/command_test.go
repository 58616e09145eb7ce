package bot

import "testing"

func TestFirstWord(t *testing.T) {
	for _, test := range []struct{ text, word, rest string }{
		{"", "", ""},
		{"now", "now", ""},
		{"  Now  he shouts  again ", "now", "he shouts  again"},
		{"now, he shouts", "now", "he shouts"},
		{"NOW!!! he shouts", "now", "he shouts"},
		{"now. he shouts", "now", "he shouts"},
		{"now… he shouts", "now", "he shouts"},
		{"now\nhe shouts\nagain", "now", "he shouts\nagain"},
		{"now\u00a0he shouts", "now", "he shouts"},
		{"nowhere to go", "nowhere", "to go"},
		{"now-or-never he says", "now-or-never", "he says"},
		{"!", "", ""},
	} {
		if word, rest := firstWord(test.text); word != test.word || rest != test.rest {
			t.Errorf("firstWord(%q) = %q, %q, want %q, %q", test.text, word, rest, test.word, test.rest)
		}
	}
}
