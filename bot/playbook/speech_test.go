package playbook

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sentences are all sentences of a language by their names.
func sentences(language Language) map[string]string {
	all := make(map[string]string)
	v := reflect.ValueOf(*language.speech())

	for i := range v.NumField() {
		name := v.Type().Field(i).Name

		switch value := v.Field(i).Interface().(type) {
		case string:
			all[name] = value
		case Step:
			all[name] = value.Label + ": " + value.Text
		case [2]string:
			all[name] = value[0] + value[1]
		}
	}

	return all
}

// TestEverySentenceIsInEveryLanguage: none is missing, each leaves open what the
// others leave open, and each can be filled in.
func TestEverySentenceIsInEveryLanguage(t *testing.T) {
	placeholders := regexp.MustCompile(`\{\w+\}|%d`)

	want := sentences(English)
	for field, template := range sentences(Spanish) {
		if template == "" || want[field] == "" {
			t.Errorf("the sentence %v is missing in a language", field)
		}

		if err := checkTemplate(template); err != nil {
			t.Errorf("the sentence %v: %v", field, err)
		}

		if err := checkTemplate(want[field]); err != nil {
			t.Errorf("the sentence %v: %v", field, err)
		}

		of := func(s string) []string {
			return slices.Compact(slices.Sorted(slices.Values(placeholders.FindAllString(s, -1))))
		}
		if got, want := of(template), of(want[field]); !slices.Equal(got, want) {
			t.Errorf("the sentence %v leaves %v open in Spanish, and %v in English", field, got, want)
		}
	}
}

// TestEveryLanguageHasSomethingToSay goes through every situation in every
// language, with everything known and with nothing known.
func TestEveryLanguageHasSomethingToSay(t *testing.T) {
	for _, language := range languages {
		for stage := Waiting; stage <= Settled; stage++ {
			for need := TakeOver; need <= Threat; need++ {
				for _, s := range []Situation{
					{Language: language, Stage: stage, Need: need},
					{
						Language: language, Stage: stage, Need: need, Live: true, Supervisor: "Dana Reed", Customer: "Ms Kovac",
						Amount: "80 USD", When: "at 18:00",
					},
				} {
					checkSpoken(t, language, "Say", Say(s))
					checkSpoken(t, language, "Introduce", unquoted(t, language, Introduce(s)))
				}
			}
		}

		checkSpoken(t, language, "TakeBack", TakeBack(language, ""))
		checkSpoken(t, language, "TakeBack", TakeBack(language, "Ms Kovac"))
	}
}

// TestWithoutALanguageItIsEnglish: nobody is left without words.
func TestWithoutALanguageItIsEnglish(t *testing.T) {
	for _, language := range []Language{"", "xx"} {
		if got, want := Say(Situation{Language: language}), Say(Situation{Language: English}); got != want {
			t.Errorf("Say in %q = %q, want %q", language, got, want)
		}
	}

	if got, want := Say(Situation{Language: Spanish}), "Le aviso en cuanto"; !strings.Contains(got, want) {
		t.Errorf("Say in Spanish = %q, want %q in it", got, want)
	}
}

// TestDraftsInEveryLanguage: a draft holds all that is known of the matter, and
// whole sentences in the marks of its language.
func TestDraftsInEveryLanguage(t *testing.T) {
	for _, language := range languages {
		for _, m := range []Matter{
			{Language: language},
			{Language: language, Lead: true},
			{
				Language: language, Customer: "Ms Kovac", Writer: "Maria Silva", Reference: "4711", About: "the parcel came broken, twice!",
				Wants: "A refund", News: "The new one has left", Next: "A new one by post.", Again: Again(language, 48*time.Hour), Agreed: "Forty dollars back",
			},
		} {
			for kind, draft := range map[string]string{
				"Update": Update(m), "SecondTouch": SecondTouch(m), "ThankYou": ThankYou(m),
				"Opener": Opener(language, "Dana", m.Customer, m.Writer, m.About, m.Wants),
			} {
				checkSpoken(t, language, kind, unquoted(t, language, draft))

				about := m.About
				if kind == "SecondTouch" || kind == "ThankYou" { // what happened is behind them
					about = ""
				}

				for _, word := range []string{m.Customer, m.Writer, about} {
					if !strings.Contains(draft, word) {
						t.Errorf("%v: %v(%+v) = %q, want %q in it", language, kind, m, draft, word)
					}
				}
			}

			if draft := ThankYou(m); !strings.Contains(draft, m.Agreed) {
				t.Errorf("%v: ThankYou(%+v) = %q, want what was agreed in it", language, m, draft)
			}
		}
	}
}

func unquoted(t *testing.T, language Language, draft string) string {
	t.Helper()

	marks := language.speech().Quote

	inside, opened := strings.CutPrefix(draft, marks[0])

	inside, closed := strings.CutSuffix(inside, marks[1])
	if !opened || !closed {
		t.Errorf("%v: %q does not stand in %v", language, draft, marks)
	}

	return inside
}
