package playbook

import (
	"cmp"
	"slices"
)

// shortestSlip is how long a word must be for a slip of the finger to be seen in
// it: a shorter one is likely to be another word.
const shortestSlip = 5

// slipped reports whether one word is another with one letter too many, too few,
// wrong, or in its neighbour's place.
func slipped(a, b string) bool {
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))

	return longer >= shortestSlip && longer-shorter <= 1 && distance(a, b) <= 1
}

// distance counts the slips of the finger between two words.
func distance(a, b string) int {
	before, last, row := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}

	for i := range len(a) {
		row[0] = i + 1

		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}

			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}

		before, last, row = last, row, make([]int, len(b)+1)
	}

	return last[len(b)]
}

// nearest returns what somebody is likely to have meant.
func nearest(typed string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(typed, a), distance(typed, b)) })
}
