package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// acquainted returns a session that knows some people, and nothing else.
func acquainted() *session {
	return &session{desk: &Desk{settings: Settings{People: map[PersonID]Colleague{
		"lee": {Name: "Lee Chan"}, "kim": {Name: "Kim Adler"}, "kim2": {Name: "Kim Novak"}, "irem": {Name: "İrem Öz"}, "ada": {Name: "Ⱥda ß"},
	}}}}
}

func TestTakePerson(t *testing.T) {
	for _, test := range []struct {
		text string
		who  PersonID
		rest string
	}{
		{"@lee until 18:00", "lee", "until 18:00"},
		{"@LEE CHAN until 18:00", "lee", "until 18:00"},
		{"lee, until 18:00", "lee", ", until 18:00"},
		{"@Kim Novak", "kim2", ""},
		{"@İrem", "irem", ""},
		{"@İrem Öz until 18:00", "irem", "until 18:00"},
		{"@İREM ÖZ until 18:00", "irem", "until 18:00"},
		{"@ⱥda until 18:00", "ada", "until 18:00"},
		{"@ⱥda ẞ until 18:00", "ada", "until 18:00"},
	} {
		who, rest, err := acquainted().takePerson(test.text, "")
		if err != nil || who != test.who || rest != test.rest {
			t.Errorf("takePerson(%q) = %q, %q, %v, want %q, %q", test.text, who, rest, err, test.who, test.rest)
		}
	}

	for _, text := range []string{"", "@", "me until 18:00", "@leeward", "@kim2nd", "@Kim until 18:00", "@i̇rem", "@\xff"} {
		if who, rest, err := acquainted().takePerson(text, "Say whom."); err == nil {
			t.Errorf("takePerson(%q) = %q, %q, want a refusal", text, who, rest)
		}
	}
}

// Whatever is typed, what is left of it is its end.
func FuzzTakePerson(f *testing.F) {
	for _, text := range []string{"@lee until 18:00", "@İrem", "@Ⱥda ß", "@ⱥ", "<@U1|x> Chan", "@Kim\u00a0Novak", "@\xffİ"} {
		f.Add(text)
	}

	f.Fuzz(func(t *testing.T, text string) {
		s := acquainted()

		who, rest, err := s.takePerson(text, "Say whom.")
		if err == nil && (!strings.HasSuffix(strings.TrimSpace(text), rest) || len(rest) >= len(text)) {
			t.Errorf("takePerson(%q) = %q, %q, want the end of it", text, who, rest)
		}

		if again := s.withoutSurname(text, "irem"); !strings.HasSuffix(text, again) && !strings.HasSuffix(strings.TrimSpace(text), again) {
			t.Errorf("withoutSurname(%q) = %q, want the end of it", text, again)
		}

		found, length := s.colleagueAt(text)
		if length > len(text) || utf8.ValidString(text) && !utf8.ValidString(text[:length]) {
			t.Errorf("colleagueAt(%q) = %v, %v, want whole letters", text, found, length)
		}
	})
}
