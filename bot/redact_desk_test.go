package bot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/redact"
)

const aCardNumber = "4111 1111 1111 1111"

// TestEveryFieldIsMasked: whatever a field is called and whatever else stands in it, a
// card's number does not get by, and what was sent is not changed itself.
func TestEveryFieldIsMasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SampledFrom([]string{"", " ", "she said ", "@slack:U0LEE ", "@teams:7a1e5c1e-0000-4000-8000-000000000021 ", "\n", "E-142 "})
		sent := chat.Values{}

		for range rapid.IntRange(1, 5).Draw(t, "fields") {
			field := rapid.StringN(1, 20, -1).Draw(t, "field")
			sent[field] = append(sent[field], words.Draw(t, "before")+aCardNumber+words.Draw(t, "after"))
		}

		m := masking{masker: new(redact.Masker)}

		for field, answers := range m.values(sent) {
			for i, answer := range answers {
				if strings.Contains(answer, "4111") || !strings.Contains(answer, "•••• •••• •••• 1111") || !strings.Contains(sent[field][i], aCardNumber) {
					t.Fatalf("values(%q) has %q at %q", sent, answer, field)
				}
			}
		}

		if len(m.found) < len(sent) {
			t.Fatalf("values(%q) found %v, want one for each", sent, m.found)
		}
	})
}

// TestChoicesAreNotMasked: who was chosen, when, and what a button is about stay, even
// if a team's pattern finds something in an account.
func TestChoicesAreNotMasked(t *testing.T) {
	masker, err := redact.New([]redact.Pattern{{Name: "badge", Expr: `U\d{10}|[0-9a-f]{8}-`}})
	if err != nil {
		t.Fatal(err)
	}

	m := masking{masker: masker}

	sent := chat.Values{
		"owner": {"slack:U0123456789"}, "who": {"teams:7a1e5c1e-0000-4000-8000-000000000021"}, "when": {"2026-11-24T10:00:00Z"}, "kind": {"take over"},
	}
	if diff := cmp.Diff(sent, m.values(sent)); diff != "" {
		t.Errorf("values(%v) differs (-want +got):\n%v", sent, diff)
	}

	if got, want := m.typed("cover @slack:U0123456789 badge U0123456789"), "cover @slack:U0123456789 badge [badge removed]"; got != want {
		t.Errorf("typed = %q, want %q", got, want)
	}

	for _, c := range []struct{ action, value, want string }{
		{"take", "E-4111111111111111", "E-4111111111111111"},
		{"new", aCardNumber, "•••• •••• •••• 1111"},
		{"add_words", "E-1/" + aCardNumber, "E-1/•••• •••• •••• 1111"},
		{"now", "billing/4111111111111111/" + aCardNumber, "billing/4111111111111111/•••• •••• •••• 1111"},
		{"another", "billing", "billing"},
	} {
		if got := m.carried(c.action, c.value); got != c.want {
			t.Errorf("carried(%v, %q) = %q, want %q", c.action, c.value, got, c.want)
		}
	}
}

// TestTimesAreNotMasked: a team that has birthdays removed can still say when to call.
func TestTimesAreNotMasked(t *testing.T) {
	masker, err := redact.New([]redact.Pattern{{Name: "birthday", Expr: `\b\d{4}-\d{2}-\d{2}`}})
	if err != nil {
		t.Fatal(err)
	}

	m := masking{masker: masker}
	sent := chat.Values{"when": {"2026-11-24T10:00:00Z"}, "born": {"1970-01-02"}}

	want := chat.Values{"when": {"2026-11-24T10:00:00Z"}, "born": {"[birthday removed]"}}
	if diff := cmp.Diff(want, m.values(sent)); diff != "" {
		t.Errorf("values(%v) differs (-want +got):\n%v", sent, diff)
	}
}

// TestNoAccountHidesACardNumber: what is written as an account would be is looked at too.
func TestNoAccountHidesACardNumber(t *testing.T) {
	m := masking{masker: new(redact.Masker)}

	for words, want := range map[string]string{
		"slack:4111111111111111":                       "slack:••••••••••••1111",
		"teams:4111-1111-1111-1111":                    "teams:••••-••••-••••-1111",
		"see @slack:4111111111111111 and @slack:U0LEE": "see @slack:••••••••••••1111 and @slack:U0LEE",
	} {
		if got := m.values(chat.Values{"note": {words}}).Get("note"); got != want {
			t.Errorf("values(%q) = %q, want %q", words, got, want)
		}
	}
}

// TestMaskedReferenceTellsNobody: many customers have the same last digits, and all have
// the same “[account removed]”.
func TestMaskedReferenceTellsNobody(t *testing.T) {
	masker, err := redact.New([]redact.Pattern{{Name: "account", Expr: `\bACC-\d+`}})
	if err != nil {
		t.Fatal(err)
	}

	for reference, nobody := range map[string]bool{"": true, " ": true, "A-1": false, aCardNumber: true, "ACC-77": true, "case 12 of ACC-77": true, "[4711]": false} {
		m := masking{masker: masker}
		kept := m.values(chat.Values{"reference": {reference}}).Get("reference")

		if got := (CustomerKey{"billing", kept}).nobody(); got != nobody {
			t.Errorf("nobody of the reference %q, kept as %q, = %v, want %v", reference, kept, got, nobody)
		}

		masked := kept != reference
		if got := strings.Contains(m.note(), "As a reference it doesn't tell me who the customer is"); got != masked {
			t.Errorf("note of the reference %q = %q, want that it says what to write: %v", reference, m.note(), masked)
		}
	}

	a, b := Context{Customer: "Ms Kovac", Reference: "•••• •••• •••• 1111"}, Context{Customer: "Mr Lee", Reference: "•••• •••• •••• 1111"}
	if sameCustomer(a, b) {
		t.Errorf("sameCustomer(%v, %v) = true, want false", a, b)
	}

	if b.Customer = "ms kovac"; !sameCustomer(a, b) {
		t.Errorf("sameCustomer(%v, %v) = false, want true: they have the same name", a, b)
	}
}

// TestToldWhatWasMasked: a reply of any kind says it, and keeps what it says else.
func TestToldWhatWasMasked(t *testing.T) {
	m := masking{masker: new(redact.Masker), found: []string{redact.CardNumber, "passport", redact.CardNumber, "passport"}}
	note := "I masked 2 card numbers in what you wrote: only their last four digits are kept and shown. I removed what your organisation keeps out of here: “passport”."

	if got := m.note(); got != note {
		t.Fatalf("note() = %q, want %q", got, note)
	}

	form := &chat.Form{Intro: []chat.Part{chat.Rule{}}}
	message := chat.Notice("Done.")

	for name, c := range map[string]struct {
		reply chat.Reply
		alone bool
		want  chat.Reply
	}{
		"form":     {chat.Reply{Form: form}, true, chat.Reply{Form: &chat.Form{Intro: []chat.Part{chat.Small{Text: chat.Plain(note)}, chat.Rule{}}}}},
		"message":  {chat.Reply{Message: message}, true, chat.Reply{Message: &chat.Message{Title: "Done.", Parts: append(chat.Notice("Done.").Parts, chat.Small{Text: chat.Plain(note)})}}},
		"problems": {chat.Reply{Problems: chat.Problems{"a": "b"}}, true, chat.Reply{Problems: chat.Problems{"a": "b", "": note}}},
		"nothing":  {chat.Reply{}, true, chat.Reply{Message: chat.Notice("%v The rest is kept as you wrote it.", note)}},
		"silence":  {chat.Reply{}, false, chat.Reply{}},
	} {
		if diff := cmp.Diff(c.want, m.told(c.reply, nil, c.alone)); diff != "" {
			t.Errorf("told(%v) differs (-want +got):\n%v", name, diff)
		}
	}

	if len(form.Intro) != 1 || len(message.Parts) != 1 {
		t.Errorf("told changed what it was given: %+v, %+v", form, message)
	}
}
