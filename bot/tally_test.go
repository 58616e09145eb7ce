package bot

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A week has the same figures, whichever of its escalations are forgotten. Only what
// people wrote is gone.
func TestForgettingKeepsTheFigures(t *testing.T) {
	q := newQuarter(5)

	rapid.Check(t, func(t *rapid.T) {
		team := rapid.SampledFrom([]TeamID{"billing", "parcels", "vip"}).Draw(t, "team")
		share := rapid.IntRange(0, 100).Draw(t, "share")

		var (
			kept []history
			gone []*Tally
		)

		for i, one := range q.histories[team] {
			if i*37%100 < share {
				gone = append(gone, one.tally())
			} else {
				kept = append(kept, one)
			}
		}

		for before, week := range q.weeks {
			want := count(week, before, q.zone, q.histories[team], nil, q.feedback[team]).flat()
			got := count(week, before, q.zone, kept, gone, q.feedback[team]).flat()

			if diff := cmp.Diff(withoutSayings(want), withoutSayings(got)); diff != "" {
				t.Fatalf("of the week from %v with %d%% forgotten (-before +after):\n%v", week.From, share, diff)
			}
		}
	})
}

func withoutSayings(figures []string) []string {
	return slices.DeleteFunc(figures, func(f string) bool { return strings.Contains(f, " wrote ") })
}
