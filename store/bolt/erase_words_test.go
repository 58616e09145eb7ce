package bolt

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Words are found wherever a search for each of them finds one, short and long, at
// the beginning and at the end.
func TestNeedlesAreFoundLikeOneByOne(t *testing.T) {
	word := rapid.StringMatching(`[aÄK\n]{1,3}`)
	long := rapid.StringMatching(`([aÄK "]{3}){3,5}`)

	rapid.Check(t, func(t *rapid.T) {
		words := append(rapid.SliceOfNDistinct(word, 1, 6, strings.ToLower).Draw(t, "short words"), rapid.SliceOfNDistinct(long, 1, 6, strings.ToLower).Draw(t, "words")...)
		text := []byte(strings.Join(rapid.SliceOfN(rapid.OneOf(word, long, rapid.SampledFrom(words)), 0, 12).Draw(t, "text"), ""))

		want := 0
		for _, one := range words {
			want += oneByOne(text, one)
		}

		if got := needlesOf(words).countIn(text); got != want {
			t.Fatalf("countIn(%q) of %q = %d, want %d", text, words, got, want)
		}
	})
}

func oneByOne(text []byte, word string) (times int) {
	value, err := encode(word)
	if err != nil {
		return 0
	}

	needle, folded := bytes.ToLower(value[sealSize+1:len(value)-1]), bytes.ToLower(text)

	for i := range folded {
		if bytes.HasPrefix(folded[i:], needle) && wholeWord(folded, i, i+len(needle)) {
			times++
		}
	}

	return times
}

// A customer who came a thousand times left many words: looking for all of them costs
// about as much as looking for one.
func BenchmarkSearchForWords(b *testing.B) {
	text := bytes.Repeat([]byte(`{"happened":"The blender caught fire and smoked for an hour","wants":"a refund"} `), 1<<12)

	for name, many := range map[string]int{"one": 1, "20000": 20_000} {
		words := make([]string, many)
		for i := range words {
			words[i] = fmt.Sprint("The blender ", i, " came late")
		}

		b.Run(name, func(b *testing.B) {
			n := needlesOf(words)

			b.SetBytes(int64(len(text)))

			for b.Loop() {
				n.countIn(text)
			}
		})
	}
}
