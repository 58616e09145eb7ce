package bot

import (
	"errors"
	"log/slog"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// Words that name a language and nothing else choose it; all others are what
// somebody notices.
func TestLanguageChosen(t *testing.T) {
	for words, want := range map[string]Language{
		"español": "es", "Español ": "es", "espanol": "es", "en español": "es", "in Spanish": "es", "idioma es": "es", "language spanish": "es",
		"castellano": "es", "english": "en", "English": "en", "in english": "en", "en inglés": "en", "language en": "en", "idioma inglés": "en",

		"": "", "en": "", "es": "", "he speaks english": "", "english customer": "", "en casa": "", "language de": "", "language": "", "no habla español": "",
	} {
		if got, ok := languageChosen(words); got != want || ok != (want != "") {
			t.Errorf("languageChosen(%q) = %q, %v, want %q", words, got, ok, want)
		}
	}
}

// tongues is what is kept of the languages of people: what they chose, and what
// their platforms say.
type tongues struct {
	Tx

	chosen   map[PersonID]Language
	platform map[chat.Person]string
	broken   error
}

func (s tongues) Whereabouts(who PersonID) (*Whereabouts, error) {
	if s.broken != nil {
		return nil, s.broken
	}

	return &Whereabouts{Who: who, Language: s.chosen[who]}, nil
}

func (s tongues) Identity(who chat.Person) (*Identity, error) {
	if s.broken != nil {
		return nil, s.broken
	}

	return &Identity{Who: who, Language: s.platform[who]}, nil
}

func (s tongues) Accounts(PersonID) ([]*Identity, error) { return nil, s.broken }

// What somebody chose counts first, then what is configured for them, what their
// platform says, what is configured for all. Nothing that can't be read holds up
// what somebody is to say.
func TestLanguage(t *testing.T) {
	settings := Settings{Language: "es", People: map[PersonID]Colleague{
		"dana": {Accounts: []chat.Person{"slack:U0DANA"}, Language: "en"},
		"lee":  {Accounts: []chat.Person{"slack:U0LEE"}},
		"sam":  {Accounts: []chat.Person{"slack:U0SAM"}},
		"kim":  {},
	}}
	kept := tongues{
		chosen:   map[PersonID]Language{"sam": "es"},
		platform: map[chat.Person]string{"slack:U0DANA": "es-ES", "slack:U0LEE": "en-GB", "slack:U0SAM": "en-GB", "slack:U0MARIA": "ES_mx", "slack:U0TOM": "de-DE"},
	}
	s := &session{Tx: kept, desk: NewDesk(DeskOptions{Settings: settings, Log: slog.New(slog.DiscardHandler)})}

	for who, want := range map[PersonID]Language{
		"sam": "es", "dana": "en", "lee": "en", "slack:U0MARIA": "es", "slack:U0TOM": "es", "kim": "es",
	} {
		if got := s.language(who); got != want {
			t.Errorf("language(%v) = %q, want %q", who, got, want)
		}
	}

	kept.broken = errors.New("damaged")
	s.Tx = kept

	for who, want := range map[PersonID]Language{"sam": "es", "dana": "en", "lee": "es"} {
		if got := s.language(who); got != want {
			t.Errorf("language(%v) of what can't be read = %q, want %q", who, got, want)
		}
	}

	s.desk.settings.Language = ""
	if got := s.language("kim"); got != playbook.English {
		t.Errorf("language(kim) = %q, want English", got)
	}
}

// Every language has all words of ours, and cards.
func TestLanguagesAreComplete(t *testing.T) {
	for _, l := range languages {
		for _, words := range []any{calmWords[l], draftWords[l]} {
			v := reflect.ValueOf(words)
			for i := range v.NumField() {
				if v.Field(i).IsZero() {
					t.Errorf("%v has no %T.%v", l, words, v.Type().Field(i).Name)
				}
			}
		}

		if _, found := playbook.Embedded().Search(l, "", 3); found {
			t.Errorf("Search(%v, nothing) = found, want what helps with everybody", l)
		}

		if otherLanguage(l) == l || otherLanguage(otherLanguage(l)) != l {
			t.Errorf("otherLanguage(%v) = %v, which does not lead back", l, otherLanguage(l))
		}
	}
}

// Who offers a choice is given at least two outcomes, and none beyond their limit.
func TestOfferable(t *testing.T) {
	money := func(name string, limits map[Rank]int64) Option {
		return Option{Name: name, Currency: "USD", UpTo: limits}
	}
	credit := money("Credit", map[Rank]int64{SupervisorRank: 50_00})
	refund := money("Refund", map[Rank]int64{AgentRank: 50_00, SupervisorRank: 500_00})

	call, letter := draftWords["en"].offers[0], draftWords["en"].offers[1]

	for _, tt := range []struct {
		options []Option
		who     PersonID
		want    []string
	}{
		{[]Option{refund, credit, {Name: "Replacement"}}, "maria", []string{"Refund", "Replacement"}},
		{[]Option{refund, credit, {Name: "Replacement"}, {Name: "Repair"}}, "dana", []string{"Refund", "Credit", "Replacement"}},
		{[]Option{{Name: "Solved"}, credit, {Name: "Replacement"}, {Name: "Explained and accepted"}}, "maria", []string{"Replacement", call}},
		{[]Option{credit}, "maria", []string{call, letter}},
		{nil, "dana", []string{call, letter}},
	} {
		settings := Settings{Teams: []Team{{ID: "billing", Supervisors: []PersonID{"dana"}, Options: tt.options}}}
		s := &session{Tx: tongues{}, desk: NewDesk(DeskOptions{Settings: settings})}

		if diff := cmp.Diff(tt.want, s.offerable(&Escalation{Team: "billing"}, tt.who)); diff != "" {
			t.Errorf("offerable(%v) by %v (-want +got):\n%s", tt.options, tt.who, diff)
		}
	}
}

// Every card that is shown by its name is there.
func TestCardsByNameAreThere(t *testing.T) {
	for _, l := range languages {
		if card, ok := playbook.Embedded().Card(l, choiceCard); !ok || len(card.Say) == 0 {
			t.Errorf("Card(%v, %v) = %+v, %v, want it", l, choiceCard, card, ok)
		}
	}
}
