package main

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// README.md has the columns of each export, in their order.
func TestReadmeExport(t *testing.T) {
	text := readme(t)

	for kind, want := range columnsOf() {
		row := regexp.MustCompile("(?m)^\\| `" + kind + "` \\| [^|]+ \\| (.+) \\|$").FindStringSubmatch(text)
		if row == nil {
			t.Errorf("README.md has no row of %v among its exports", kind)

			continue
		}

		var got []string
		for _, m := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(row[1], -1) {
			got = append(got, m[1])
		}

		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("README.md's columns of %v (-exported +written):\n%v", kind, diff)
		}

		if slices.Sort(got); len(slices.Compact(got)) != len(want) {
			t.Errorf("two columns of %v have the same name", kind)
		}
	}
}
