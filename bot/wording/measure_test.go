package wording_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot/wording"
)

// A labelled sentence of testdata: what somebody who had not seen the rules found in
// it.
type labelled struct {
	text  string
	kinds []wording.Kind
}

// labels are the kinds by the words of the tables.
var labels = map[string]wording.Kind{
	"negating": wording.Negating, "minimising": wording.Minimising, "blaming": wording.Blaming, "arguing": wording.Arguing,
	"over-promising": wording.Promising, "jargon": wording.Jargon, "generic apology": wording.Apology,
}

// sentences returns the sentences of a table: those that the rules were mended with,
// every third, or the others.
func sentences(t *testing.T, language string, mended bool) []labelled {
	t.Helper()

	data, err := os.ReadFile("testdata/" + language + ".tsv")
	if err != nil {
		t.Fatal(err)
	}

	var all []labelled

	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if (i%3 == 0) != mended {
			continue
		}

		names, text, _ := strings.Cut(line, "\t")
		s := labelled{text: text}

		for name := range strings.SplitSeq(names, ",") {
			if name = strings.TrimSpace(name); name == "ok" {
				continue
			}

			kind, known := labels[name]
			if !known {
				t.Fatalf("line %v of %v has the label %q, want a kind", i+1, language, name)
			}

			s.kinds = append(s.kinds, kind)
		}

		all = append(all, s)
	}

	return all
}

// A score counts what was found rightly, wrongly, and not at all.
type score struct{ right, wrong, missed int }

func (s *score) count(found, labelled bool) {
	switch {
	case found && labelled:
		s.right++
	case found:
		s.wrong++
	case labelled:
		s.missed++
	}
}

// precision is how much of what was found is right, and recall how much of what is
// there was found, in whole per cent, rounded down.
func (s *score) precision() int { return 100 * s.right / max(1, s.right+s.wrong) }
func (s *score) recall() int    { return 100 * s.right / max(1, s.right+s.missed) }

// anyKind is what the score of all kinds together is kept under: whether anything is
// remarked where anything is the matter.
const anyKind wording.Kind = "any"

// measure scores the rules on sentences.
func measure(of []labelled, language string) map[wording.Kind]*score {
	scores := map[wording.Kind]*score{anyKind: {}}
	for _, kind := range wording.Kinds {
		scores[kind] = &score{}
	}

	for _, s := range of {
		found := kindsOf(wording.Check(s.text, language, nil))
		scores[anyKind].count(len(found) > 0, len(s.kinds) > 0)

		for _, kind := range wording.Kinds {
			scores[kind].count(slices.Contains(found, kind), slices.Contains(s.kinds, kind))
		}
	}

	return scores
}

// A floor is what precision and recall must not fall below.
type floor struct{ precision, recall int }

// floors are the figures that were measured on the sentences that nothing was mended
// with. See testdata/README.md.
var floors = map[string]map[wording.Kind]floor{
	wording.English: {
		anyKind: {87, 73}, wording.Apology: {100, 72}, wording.Arguing: {68, 55}, wording.Blaming: {60, 52}, wording.Jargon: {85, 100},
		wording.Minimising: {71, 60}, wording.Negating: {62, 62}, wording.Promising: {94, 68},
	},
	wording.Spanish: {
		anyKind: {88, 77}, wording.Apology: {100, 81}, wording.Arguing: {80, 66}, wording.Blaming: {54, 54}, wording.Jargon: {84, 91},
		wording.Minimising: {75, 60}, wording.Negating: {86, 81}, wording.Promising: {90, 64},
	},
}

// TestMeasured: the rules are as good as when they were measured, on sentences that
// they had not been made from.
func TestMeasured(t *testing.T) {
	for _, language := range []string{wording.English, wording.Spanish} {
		scores := measure(sentences(t, language, false), language)

		for _, kind := range slices.Sorted(maps.Keys(scores)) {
			got, want := scores[kind], floors[language][kind]
			t.Logf("%v, %v: precision %v %%, recall %v %% of %v", language, kind, got.precision(), got.recall(), got.right+got.missed)

			if got.precision() < want.precision || got.recall() < want.recall {
				t.Errorf("%v, %v: precision %v %% and recall %v %%, want %v %% and %v %% at least",
					language, kind, got.precision(), got.recall(), want.precision, want.recall)
			}
		}
	}
}
