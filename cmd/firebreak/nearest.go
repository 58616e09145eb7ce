package main

// nearest returns the candidate that a person most likely meant by word, "" if
// none is close: at most a third of its letters, and at least one, may differ.
func nearest(word string, candidates []string) string {
	best, bestDistance := "", max(1, len([]rune(word))/3)+1

	for _, c := range candidates {
		if d := distance(word, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance returns how many letters must be inserted, removed, replaced or
// swapped with their neighbour to turn a into b (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)

	// Three rows of the usual table: the one before the last, the last, this.
	var before []int
	last := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}

	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}
