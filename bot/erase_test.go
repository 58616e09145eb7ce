package bot

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// stays are the texts of an escalation that are nobody's words and say nothing of
// the customer, by the path to their field.
var stays = []string{
	"Team", "Agent", "State", "Kind", "Chain", "Holder", "Head",
	"Context.Channel", "Context.Reason", "Context.Signs", "Context.Confirmed",
	"Turn.Name", "Turn.Asked", "Turn.Next", "Turn.NextName", "Turn.Avoid",
	"Pages.Who", "Pages.Tier", "Pages.State", "Pages.Reason", "Pages.On", "Pages.Tried",
	"Handover.To", "Question.By", "Decision.By", "Loose.Role", "Loose.Person",
	"Outcome.By", "Outcome.Name", "Outcome.Satisfied",
	"Owed.Owner", "Owed.By", "Owed.DoneBy", "Owed.How", "Owed.Option", "Owed.Currency", "Owed.Approval", "Owed.Approvers", "Owed.DecidedBy",
	"Owed.Result", "Owed.Agreed", "Owed.Satisfied",
	"Context.Feeling", "Context.Option", "Context.Currency", "Context.Trigger", "Decision.Option", "Decision.Currency", "Outcome.Currency",
	"Incident.WordsBy", "Incident.Statements.By", "Incident.What", "Incident.Danger", "Incident.Reported", "Incident.WarnedBy",
	"Incident.EndedBy", "Incident.By", "Told",
	"Updates.How", "Updates.Whom", "Touch.Owner", "Touch.Result", "Asked.Who",
}

// secretWord is what every text is before it is erased.
const secretWord = "Geheimes Wort"

// markAll writes into every text of a value, and makes whatever is nil.
func markAll(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(secretWord)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		markAll(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			markAll(v.Index(0))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				markAll(v.Field(i))
			}
		}
	}
}

// textsOf returns the paths to every text of a value that holds the mark.
func textsOf(v reflect.Value, path string, found *[]string) {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), secretWord) && !slices.Contains(*found, path) {
			*found = append(*found, path)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			textsOf(v.Elem(), path, found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			textsOf(v.Index(i), path, found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && v.Type() != reflect.TypeFor[time.Time]() {
				textsOf(v.Field(i), strings.TrimPrefix(path+"."+field.Name, "."), found)
			}
		}
	}
}

// Every text of an escalation is either erased or known to be nobody's words: one
// that is added later is neither, and fails.
func TestEraseTakesEveryWord(t *testing.T) {
	var e Escalation

	markAll(reflect.ValueOf(&e).Elem())
	e.ID, e.State = 142, Closed

	if _, err := e.Apply(Erase{By: "olga"}, usual()); err != nil {
		t.Fatal(err)
	}

	var left []string

	textsOf(reflect.ValueOf(&e).Elem(), "", &left)

	for _, path := range left {
		if !slices.Contains(stays, path) {
			t.Errorf("Erase leaves %v, want it erased, or named among those that stay", path)
		}
	}

	if e.Erased.N != e.Entries || !e.Erased.At.Equal(usual().Now) {
		t.Errorf("Erased = %+v, want the last entry, now", e.Erased)
	}
}

// An amount is a figure and stays; whatever else was written with it goes.
func TestOnlyAmount(t *testing.T) {
	for text, want := range map[string]string{
		"80": "80", "80.50": "80.50", "80 USD": "80 USD", "80,50 EUR refund for Ms Kovac": "80,50 EUR", " 12 USD": "12 USD",
		"": "", "refund": "", "order 4711": "", "4711 is her order": "", "K-4711": "", "80 usd": "", "1234567890": "",
	} {
		if got := onlyAmount(text); got != want {
			t.Errorf("onlyAmount(%q) = %q, want %q", text, got, want)
		}
	}
}

// What is erased on a timeline is everything but what can't be anybody's words.
func TestWordlessEntriesHaveNoWords(t *testing.T) {
	for _, what := range wordless {
		if sentences[what].words {
			t.Errorf("%q counts as wordless, and people read its words", what)
		}
	}
}
