package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// whats returns every kind of entry that timeline.go names.
func whats(t *testing.T) []What {
	t.Helper()

	file, err := parser.ParseFile(token.NewFileSet(), "timeline.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}

	var all []What

	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}

		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}

		all = append(all, What(value))

		return true
	})

	return all
}

func TestEveryEntryHasASentence(t *testing.T) {
	all := whats(t)
	if len(all) < 30 {
		t.Fatalf("timeline.go names %d kinds of entries, want all of them", len(all))
	}

	for _, what := range all {
		if sentences[what].says == "" {
			t.Errorf("sentences[%q] is missing", what)
		}
	}

	if len(sentences) != len(all) {
		t.Errorf("there are %d sentences for %d kinds of entries", len(sentences), len(all))
	}
}
