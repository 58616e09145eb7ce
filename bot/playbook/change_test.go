package playbook

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestATeamChangesItsBook: what a team adds, says in its own way or hides is in its
// book, and the one that ships is as it was.
func TestATeamChangesItsBook(t *testing.T) {
	book, err := Embedded().With([]Change{
		{
			Card: "our-outage", New: true, Title: "The network is down", Do: []string{"Give the time of the next word."},
			Say: []string{"[{customer}, ]we are on it."}, Notice: []string{"outage, no internet"}, Signs: []string{"repeats"}, Reasons: []string{"faulty"},
		},
		{Card: "our-outage", New: true, Language: Spanish, Title: "La red no funciona", Do: []string{"Da la hora de la próxima noticia."}},
		{Card: "our-outage", Language: Spanish, Say: []string{"Se lo digo yo."}},
		{Card: "apology", Say: []string{"I am sorry about the outage."}, Notice: []string{"sorry for the outage"}},
		{Card: "choice", Hide: true},
		{Card: "billing", Hide: true, Language: Spanish},
		{Card: "delivery", Reasons: []string{"other"}},
	})
	if err != nil {
		t.Fatal(err)
	}

	card := func(language Language, id string) Card {
		card, _ := book.Card(language, id)

		return card
	}

	if got := card("", "our-outage"); got.Title != "The network is down" || !slices.Equal(got.Say, []string{"We are on it."}) {
		t.Errorf("the added card = %+v", got)
	}

	if got := card(Spanish, "our-outage"); got.Title != "La red no funciona" || !slices.Equal(got.Say, []string{"Se lo digo yo."}) || len(got.Do) != 1 {
		t.Errorf("the added card in Spanish = %+v", got)
	}

	shipped, _ := Embedded().Card(English, "apology")
	if got := card(English, "apology"); !slices.Equal(got.Say, []string{"I am sorry about the outage."}) || got.Title != shipped.Title || !slices.Equal(got.Do, shipped.Do) {
		t.Errorf("the card in the team's own way = %+v, want all but what it says as in %+v", got, shipped)
	}

	for _, hidden := range []struct {
		language Language
		id       string
		there    bool
	}{{English, "choice", false}, {Spanish, "choice", false}, {English, "billing", true}, {Spanish, "billing", false}} {
		if _, there := book.Card(hidden.language, hidden.id); there != hidden.there {
			t.Errorf("Card(%v, %q) = %v, want %v", hidden.language, hidden.id, there, hidden.there)
		}

		if _, there := Embedded().Card(hidden.language, hidden.id); !there {
			t.Errorf("the book that ships has lost %q in %v", hidden.id, hidden.language)
		}
	}

	if got := idsOf(book.Fit(Case{Reason: "faulty", Signs: []string{"repeats"}}, 1)); !slices.Equal(got, []string{"our-outage"}) {
		t.Errorf("Fit = %q, want the added card first", got)
	}

	if got := idsOf(book.Fit(Case{Reason: "delivery"}, 1)); slices.Contains(got, "delivery") {
		t.Errorf("Fit = %q, want no card that the team has for another reason", got)
	}

	if got := idsOf(Embedded().Fit(Case{Reason: "delivery"}, 1)); !slices.Equal(got, []string{"delivery"}) {
		t.Errorf("Fit of the book that ships = %q, want it as it was", got)
	}

	if got, found := book.Search(English, "there is an outage", 2); !found || !slices.Contains(idsOf(got), "our-outage") {
		t.Errorf("Search = %q, %v, want the added card", idsOf(got), found)
	}

	if got, found := book.Search(English, "hidden choice: refuses every offer", 3); slices.Contains(idsOf(got), "choice") {
		t.Errorf("Search = %q, %v, want no hidden card", idsOf(got), found)
	}
}

// TestAChangeThatCannotStand: the error says which field of which card, and what to
// write instead.
func TestAChangeThatCannotStand(t *testing.T) {
	for _, test := range []struct {
		change        Change
		field, saying string
	}{
		{Change{Card: "apolgy", Title: "x"}, "card", `did you mean "apology"?`},
		{Change{Card: "chioce", Hide: true}, "card", `did you mean "choice"?`},
		{Change{Title: "x"}, "card", "no id"},
		{Change{Card: "apology", Language: "fr"}, "language", `"en" or "es"`},
		{Change{Card: "apology", New: true, Title: "x", Do: []string{"x"}}, "new", "leave this out"},
		{Change{Card: "ours", New: true, Hide: true}, "hide", "leave one of the two out"},
		{Change{Card: "ours", New: true, Do: []string{"x"}}, "title", "needs a title"},
		{Change{Card: "ours", New: true, Title: " ", Do: []string{"x"}}, "title", "needs a title"},
		{Change{Card: "ours", New: true, Title: "x"}, "do", "at least one step"},
		{Change{Card: "apology", Do: []string{"1", "2", "3", "4"}}, "do", "it has 4 lines; 3 are"},
		{Change{Card: "apology", Say: []string{"1", "2", "3", "4"}}, "say", "it has 4 lines"},
		{Change{Card: "apology", Avoid: []string{"1", "2", "3", "4"}}, "avoid", "it has 4 lines"},
		{Change{Card: "apology", Do: []string{"1", " "}}, "do", "empty line"},
		{Change{Card: "apology", Notice: []string{""}}, "notice", "empty line"},
		{Change{Card: "apology", Say: []string{"Dear {name}"}}, "say", "I can't fill in"},
		{Change{Card: "apology", Say: []string{"Dear [friend"}}, "say", "does not pair"},
		{Change{Card: "apology", Signs: []string{"sad"}}, "signs", `I don't know "sad"; write "raised voice", `},
		{Change{Card: "apology", Reasons: []string{"anger"}}, "reasons", `or "other"`},
		{Change{Card: "apology", Feelings: []string{"fine"}}, "feelings", `"angry"`},
		{Change{Card: "apology", Channels: []string{"fax"}}, "channels", `"phone"`},
		{Change{Card: "apology", Triggers: []string{"police"}}, "triggers", `"legal"`},
	} {
		book, err := Embedded().With([]Change{{Card: "crying", Hide: true}, test.change})

		mistake, is := errors.AsType[*ChangeError](err)
		if book != nil || !is {
			t.Errorf("With(%+v) = %v, %v, want a *ChangeError", test.change, book, err)

			continue
		}

		if mistake.N != 1 || mistake.Card != test.change.Card || mistake.Field != test.field || !strings.Contains(mistake.Problem, test.saying) {
			t.Errorf("With(%+v) = %+v, want %v with %q", test.change, mistake, test.field, test.saying)
		}

		if test.change.Card != "" && !strings.Contains(err.Error(), test.change.Card) {
			t.Errorf("With(%+v) = %q, want the card named", test.change, err)
		}
	}
}
