package redact_test

import (
	"os"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot/redact"
)

// A line of testdata/cards.tsv.
type line struct {
	text, want string
	ambiguous  bool
}

// lines returns the lines of the table: those that the rules were mended with, every
// third, or the others.
func lines(t *testing.T, mended bool) []line {
	t.Helper()

	data, err := os.ReadFile("testdata/cards.tsv")
	if err != nil {
		t.Fatal(err)
	}

	var all []line

	for i, row := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		fields := strings.Split(strings.ReplaceAll(row, `\n`, "\n"), "\t")
		if len(fields) < 2 {
			t.Fatalf("line %v of cards.tsv has %v fields, want 2 or 3", i+1, len(fields))
		}

		if (i%3 == 0) == mended {
			all = append(all, line{text: fields[1], want: fields[0], ambiguous: len(fields) > 2 && fields[2] == "ambiguous"})
		}
	}

	return all
}

// rates counts lines with a card number and those that were not masked as they should
// be, and lines without one and those in which something was masked.
type rates struct{ cards, missed, others, masked int }

// measure counts how lines are masked.
func measure(of []line, ambiguous bool) rates {
	var r rates

	for _, l := range of {
		if l.ambiguous != ambiguous {
			continue
		}

		got, _ := new(redact.Masker).Mask(l.text)

		switch {
		case l.want != l.text:
			r.cards++

			if got != l.want {
				r.missed++
			}
		default:
			r.others++

			if got != l.want {
				r.masked++
			}
		}
	}

	return r
}

// TestMeasured: masking is as good as when it was measured, on lines that it had not
// been made from. See testdata/README.md.
func TestMeasured(t *testing.T) {
	for ambiguous, want := range map[bool]rates{
		false: {cards: 158, missed: 2, others: 205, masked: 1},
		true:  {cards: 9, missed: 8, others: 22, masked: 0},
	} {
		got := measure(lines(t, false), ambiguous)
		t.Logf("ambiguous %v: %+v", ambiguous, got)

		if got.cards != want.cards || got.others != want.others || got.missed > want.missed || got.masked > want.masked {
			t.Errorf("measure(ambiguous: %v) = %+v, want no worse than %+v", ambiguous, got, want)
		}
	}
}
