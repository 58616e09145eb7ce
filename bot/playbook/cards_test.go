package playbook

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// everyCard are the cards that ship with the playbook, in each language.
func everyCard(t *testing.T, language Language) []text {
	t.Helper()

	var all []text

	for _, l := range Embedded().leaves {
		card, there := l.texts[language]
		if !there {
			t.Fatalf("there is no card %q in %v", l.id, language)
		}

		all = append(all, card)
	}

	return all
}

// TestEveryCardIsInEveryLanguage: a card that is written in one language is in the
// others too, and somewhere to fit.
func TestEveryCardIsInEveryLanguage(t *testing.T) {
	var want []string
	for _, f := range shipped {
		want = append(want, f.id)
	}

	slices.Sort(want)

	if twice := len(want) - len(slices.Compact(slices.Clone(want))); twice > 0 {
		t.Errorf("%v cards are listed twice", twice)
	}

	for _, language := range languages {
		read, err := readTexts(language)
		if err != nil {
			t.Fatal(err)
		}

		var got []string
		for id := range read {
			got = append(got, id)
		}

		slices.Sort(got)

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the cards in %v (-listed +written):\n%v", language, diff)
		}
	}
}

// TestCardsAreShort holds the cards to what can be read with a customer on the
// line.
func TestCardsAreShort(t *testing.T) {
	const (
		mostWords    = 12
		mostSentence = 200 // letters of something to say
		mostTitle    = 40
		mostAvoid    = 70
	)

	for _, language := range languages {
		for _, card := range everyCard(t, language) {
			for field, lines := range map[string][]string{"do": card.Do, "say": card.Say, "avoid": card.Avoid} {
				if len(lines) == 0 || len(lines) > MostSteps {
					t.Errorf("%v: card %q has %v lines to %v, want 1 to %v", language, card.ID, len(lines), field, MostSteps)
				}
			}

			for _, step := range card.Do {
				if words := len(strings.Fields(step)); words > mostWords {
					t.Errorf("%v: card %q: %q has %v words, want at most %v", language, card.ID, step, words, mostWords)
				}
			}

			for most, lines := range map[int][]string{mostSentence: card.Say, mostAvoid: card.Avoid, mostTitle: {card.Title}} {
				for _, line := range lines {
					if utf8.RuneCountInString(line) > most {
						t.Errorf("%v: card %q: %q is longer than %v letters", language, card.ID, line, most)
					}
				}
			}

			if len(card.Notice) < 5 {
				t.Errorf("%v: card %q can be found by %v notices, want at least 5", language, card.ID, len(card.Notice))
			}
		}
	}
}

// knowing are cases of which everything is known, in words that end like a
// sentence and in words that don't, and one of which nothing is.
func knowing(language Language) []Case {
	return []Case{
		{Language: language},
		{
			Language: language, Customer: "Ms Kovac", Agent: "Maria", Supervisor: "Dana Reed", Reference: "4711", Happened: "the parcel came broken",
			Wants: "a refund", When: "on Friday", Amount: "80 USD", Agreed: "a new one", Options: []string{"Replacement", "Refund or credit"},
		},
		{
			Language: language, Customer: "de la Cruz", Supervisor: "lee", Happened: "[It] {broke}, twice!", Wants: "Money.", When: "today",
			Amount: "80.", Agreed: "Done.", Options: []string{"One"},
		},
	}
}

// TestCardsCanBeSpoken: whatever is known of a case, there is something to say, it
// is whole sentences, and nothing of the template is left in it.
func TestCardsCanBeSpoken(t *testing.T) {
	for _, language := range languages {
		for _, c := range knowing(language) {
			for _, l := range Embedded().leaves {
				card, _ := l.card(c)
				if len(card.Say) != len(l.texts[language].Say) {
					t.Errorf("%v: card %q says %q of %q in %+v", language, l.id, card.Say, l.texts[language].Say, c)
				}

				for _, said := range card.Say {
					checkSpoken(t, language, l.id, strings.ReplaceAll(said, "[It] {broke}, twice!", "Broken!"))
				}
			}
		}
	}
}

// whole is what sentences look like from outside.
var whole = regexp.MustCompile(`^[¿¡]?\p{L}.*[.?!]$`)

func checkSpoken(t *testing.T, language Language, id, said string) {
	t.Helper()

	if strings.ContainsAny(said, "{}[]|") || !whole.MatchString(said) {
		t.Errorf("%v: %v says %q, want whole sentences", language, id, said)
	}

	for _, bad := range []string{"  ", "..", " .", " ,", "!.", "?.", ".,"} {
		if strings.Contains(said, bad) {
			t.Errorf("%v: %v says %q, which has %q in it", language, id, said, bad)
		}
	}
}

// TestNothingHurtsThatIsSaid holds what is said, in cards and in sentences, to what
// the cards advise: nothing that negates, minimises, blames, argues, promises too
// much, hides behind jargon, or apologises for nothing in particular.
func TestNothingHurtsThatIsSaid(t *testing.T) {
	hurts := map[Language]*regexp.Regexp{
		English: regexp.MustCompile(`(?i)\b(calm down|unfortunately|policy|as i said|as i already|inconvenience|you should have|you have to|you must|your fault|` +
			`just|merely|simply|actually|obviously|technically|no problem|don't worry|relax|guarantee|definitely|certainly|100 ?%|never again|` +
			`as soon as possible|asap|working on it|the system|escalat\w+|ticket|sla|however|impossible|you (are|were) wrong|misunderstood|` +
			`sorry (that|if) you feel|sorry for any|but)\b`),
		Spanish: regexp.MustCompile(`(?i)(^|[^\p{L}])(cálmese|tranquilícese|lamentablemente|desgraciadamente|política|como le dije|como ya le|las molestias|` +
			`debería haber|tiene que|debe usted|su culpa|simplemente|solamente|en realidad|obviamente|no se preocupe|garantizo|sin falta|` +
			`lo antes posible|estamos en ello|el sistema|escalar|incidencia|tique|sin embargo|imposible|se equivoca|me ha entendido mal|` +
			`lamento que se sienta|pero)([^\p{L}]|$)`),
	}

	for _, language := range languages {
		for _, c := range knowing(language)[:2] {
			for _, l := range Embedded().leaves {
				card, _ := l.card(c)
				for _, said := range card.Say {
					if bad := hurts[language].FindString(said); bad != "" {
						t.Errorf("%v: card %q says %q, which has %q in it", language, l.id, said, bad)
					}
				}
			}
		}

		for field, template := range sentences(language) {
			if bad := hurts[language].FindString(template); bad != "" {
				t.Errorf("%v: the sentence %v is %q, which has %q in it", language, field, template, bad)
			}
		}
	}
}

// TestSpanishIsSpanish: no English word was left in it, and no Spanish in English.
func TestSpanishIsSpanish(t *testing.T) {
	foreign := map[Language]*regexp.Regexp{
		Spanish: regexp.MustCompile(`(?i)(^|[^\p{L}])(the|and|you|your|what|with|this|that|they|them|customer|say|for|of|is|not|it|call|wait|please|thank|sorry|“|”)([^\p{L}]|$)`),
		English: regexp.MustCompile(`(?i)(^|[^\p{L}])(el|la|los|que|usted|por|para|con|cliente|gracias|qué|«|»|¿)([^\p{L}]|$)`),
	}

	for _, language := range languages {
		for _, card := range everyCard(t, language) {
			for _, line := range slices.Concat([]string{card.Title}, card.Do, card.Say, card.Avoid, card.Notice) {
				line = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(line, "…")
				if bad := foreign[language].FindString(line); bad != "" {
					t.Errorf("%v: card %q has %q, which has %q in it", language, card.ID, line, bad)
				}
			}
		}

		for field, template := range sentences(language) {
			template = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(template, "…")
			if bad := foreign[language].FindString(template); bad != "" && field != "Quote" {
				t.Errorf("%v: the sentence %v is %q, which has %q in it", language, field, template, bad)
			}
		}
	}
}

// TestNoTwoCardsSayTheSame: whoever reads two cards reads two different things.
func TestNoTwoCardsSayTheSame(t *testing.T) {
	for _, language := range languages {
		where := make(map[string]string)

		for _, card := range everyCard(t, language) {
			for _, line := range slices.Concat([]string{card.Title}, card.Say) {
				if other, there := where[line]; there {
					t.Errorf("%v: the cards %q and %q both have %q", language, other, card.ID, line)
				}

				where[line] = card.ID
			}
		}
	}
}

// TestThePlaybookIsComplete is the list of PRODUCT.md "Playbook", and of what else
// the playbook is asked for, with the cards that cover it.
func TestThePlaybookIsComplete(t *testing.T) {
	points := []struct {
		point string
		cards []string
		about map[Language]string // what the cards must speak of
	}{
		{"early signs", []string{"early-signs"}, map[Language]string{English: "early signs", Spanish: "primeras señales"}},
		{"letting the customer finish", []string{"letting-finish"}, map[Language]string{English: "finish", Spanish: "termine"}},
		{"reading back", []string{"reading-back"}, map[Language]string{English: "read back", Spanish: "repite"}},
		{"reflecting the feeling", []string{"reflecting-feeling"}, map[Language]string{English: "feeling", Spanish: "sentimiento"}},
		{"a personal apology that names the matter", []string{"apology"}, map[Language]string{English: "name what went wrong", Spanish: "nombra lo que salió mal"}},
		{"staying calm and not taking it personally", []string{"not-personal"}, map[Language]string{English: "isn't about you", Spanish: "no va contra ti"}},
		{"breathing", []string{"breathing"}, map[Language]string{English: "breathe", Spanish: "respira"}},
		{"plain words", []string{"plain-words"}, map[Language]string{English: "plain words", Spanish: "palabras llanas"}},
		{"saying what can be done before what can't", []string{"can-first"}, map[Language]string{English: "what is possible, first", Spanish: "primero lo que es posible"}},
		{"a choice of at least two options within policy", []string{"choice"}, map[Language]string{English: "at least two", Spanish: "al menos dos"}},
		{"not leaving the customer on hold, talking through what is being done", []string{"no-hold"}, map[Language]string{English: "on hold", Spanish: "en espera"}},
		{"setting expectations", []string{"setting-expectations"}, map[Language]string{English: "next step", Spanish: "siguiente paso"}},
		{"promising only what is in one's authority", []string{"within-authority"}, map[Language]string{English: "promise only", Spanish: "promete solo"}},
		{"when to escalate", []string{"when-to-escalate"}, map[Language]string{English: "when to call for help", Spanish: "cuándo pedir ayuda"}},
		{"introducing the supervisor", []string{"introducing"}, map[Language]string{English: "introduce the supervisor", Spanish: "presenta al supervisor"}},
		{"a friendly close", []string{"friendly-close"}, map[Language]string{English: "close", Spanish: "despídete"}},
		{"following up", []string{"follow-up-plan", "follow-up-call"}, map[Language]string{English: "follow-up", Spanish: "seguimiento"}},

		{"threats: warn once", []string{"threat-warn"}, map[Language]string{English: "once", Spanish: "una vez"}},
		{"threats: may end the contact", []string{"threat-end"}, map[Language]string{English: "may end", Spanish: "puedes terminar"}},
		{"threats: who, when, exact words, channel, witnesses", []string{"threat-record"}, map[Language]string{English: "exact words", Spanish: "palabras exactas"}},
		{"threats in the same room", []string{"safe-place"}, map[Language]string{English: "door", Spanish: "puerta"}},
		{"insults", []string{"insults", "harassment"}, map[Language]string{English: "remark", Spanish: "insulto"}},
		{"threatens to leave", []string{"leaving"}, map[Language]string{English: "leave", Spanish: "dejarnos"}},
		{"threatens to go public", []string{"going-public"}, map[Language]string{English: "everybody", Spanish: "todos"}},
		{"hard stop: legal", []string{"hard-stop-legal"}, map[Language]string{English: "lawyer", Spanish: "abogado"}},
		{"hard stop: regulator or media", []string{"hard-stop-media"}, map[Language]string{English: "authority", Spanish: "autoridad"}},
		{"hard stop: self-harm", []string{"hard-stop-self-harm"}, map[Language]string{English: "emergency number", Spanish: "número de emergencias"}},
		{"hard stop: fraud", []string{"hard-stop-fraud"}, map[Language]string{English: "fraud", Spanish: "fraude"}},
		{"the honest not possible with alternative", []string{"not-possible"}, map[Language]string{English: "instead", Spanish: "en su lugar"}},
		{"chat", []string{"written-chat"}, map[Language]string{English: "chat", Spanish: "chat"}},
		{"e-mail", []string{"written-email"}, map[Language]string{English: "e-mail", Spanish: "correo"}},
		{"social media", []string{"social-post"}, map[Language]string{English: "public", Spanish: "público"}},
		{"body language", []string{"body-language"}, map[Language]string{English: "posture", Spanish: "postura"}},
		{"callback", []string{"callback"}, map[Language]string{English: "callback", Spanish: "llamada"}},
		{"waiting for approval", []string{"approval-wait", "good-news"}, map[Language]string{English: "approv", Spanish: "aprob"}},
		{"repeat contact", []string{"repeat-contact"}, map[Language]string{English: "not the first time", Spanish: "no es la primera vez"}},
		{"a withdrawn or silent customer", []string{"gone-silent"}, map[Language]string{English: "quiet", Spanish: "callado"}},
		{"a crying customer", []string{"crying"}, map[Language]string{English: "crying", Spanish: "llorando"}},
		{"a customer who is right", []string{"customer-right"}, map[Language]string{English: "right", Spanish: "razón"}},
		{"a thank-you note", []string{"thank-you"}, map[Language]string{English: "thank", Spanish: "agradec"}},
		{"recovery", []string{"after-a-hard-contact"}, map[Language]string{English: "break", Spanish: "pausa"}},
	}

	for _, p := range points {
		for _, language := range languages {
			var said strings.Builder

			for _, id := range p.cards {
				card, there := Embedded().Card(language, id)
				if !there {
					t.Errorf("%v: there is no card %q for %q", language, id, p.point)
				}

				said.WriteString(strings.ToLower(strings.Join(slices.Concat([]string{card.Title}, card.Do, card.Say), " ")) + " ")
			}

			if !strings.Contains(said.String(), p.about[language]) {
				t.Errorf("%v: the cards %q for %q say %q, want %q in it", language, p.cards, p.point, said.String(), p.about[language])
			}
		}
	}
}

// TestACustomerInDangerIsNotLeft: nothing on that card ends a contact.
func TestACustomerInDangerIsNotLeft(t *testing.T) {
	for language, never := range map[Language][]string{
		English: {"end the", "end this", "hang up", "warn", "close"},
		Spanish: {"terminar", "termina", "colgar", "avis"},
	} {
		card, _ := Embedded().Card(language, "hard-stop-self-harm")
		for _, line := range slices.Concat(card.Do, card.Say) {
			for _, bad := range never {
				if strings.Contains(strings.ToLower(line), bad) {
					t.Errorf("%v: the card says %q, want no %q there", language, line, bad)
				}
			}
		}
	}
}
