package bot

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// A hiding takes out of people's own words what tells whom they are about: names
// of colleagues and customers, references, addresses, numbers. It hides one word
// too many rather than one too few: a colleague whose name is May costs May.
type hiding struct {
	// names are words in lower case by the first of them: {"dana": {{"dana",
	// "reed"}, {"dana"}}, "reed": {{"reed"}}}.
	names map[string][][]string
}

// hidden stands in the place of what was taken out.
const hidden = "…"

// hide has a name taken out, as a whole, its end, and each of its words.
func (h *hiding) hide(name string) {
	words := lowerWords(name)
	if len(words) > 1 {
		h.add([]string{strings.Join(words, "")}) // as people are called in chat
	}

	for n := range len(words) - 1 {
		h.add(words[n:])
	}

	for _, word := range words {
		if utf8.RuneCountInString(word) > 1 && !slices.Contains(addresses, word) {
			h.add([]string{word})
		}
	}
}

// addresses stand before names and are none.
var addresses = []string{"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "the", "and", "of", "or", "her", "his"}

func (h *hiding) add(words []string) {
	if h.names == nil {
		h.names = map[string][][]string{}
	}

	if len(words) > 0 {
		h.names[words[0]] = append(h.names[words[0]], words)
	}
}

// with returns a hiding of more names.
func (h *hiding) with(names ...string) *hiding {
	more := &hiding{names: maps.Clone(h.names)}
	for first, all := range more.names {
		more.names[first] = slices.Clip(all)
	}

	for _, name := range names {
		more.hide(name)
	}

	return more
}

// marked are addresses of mail and web, escalations, and long numbers.
var marked = regexp.MustCompile(`(?i)\S+@\S+|https?://\S+|www\.\S+|\be-?\d+\b|\+?\d[\d ./-]{4,}\d`)

// from returns words without what is to be hidden.
func (h *hiding) from(words string) string {
	words = marked.ReplaceAllString(words, hidden)

	var kept strings.Builder

	done := 0

	for spans := wordSpans(words); len(spans) > 0; {
		n := h.found(words, spans)
		if n == 0 {
			spans = spans[1:]

			continue
		}

		kept.WriteString(words[done:spans[0][0]])
		kept.WriteString(hidden)

		done = spans[n-1][1]
		spans = spans[n:]
	}

	kept.WriteString(words[done:])

	return runsOfHidden.ReplaceAllString(kept.String(), hidden)
}

var runsOfHidden = regexp.MustCompile(hidden + `(?:[\s.,'’-]*` + hidden + `)+`)

// found returns how many words the longest name has with which spans begin, 0 if
// they begin with none.
func (h *hiding) found(words string, spans [][2]int) int {
	longest := 0
	word := strings.ToLower(words[spans[0][0]:spans[0][1]])

	for end := range endings(word) {
		for _, name := range h.names[end] {
			if len(name) > longest && len(name) <= len(spans) && begins(words, spans, name) {
				longest = len(name)
			}
		}
	}

	return longest
}

// endings yields a word, and what it may be an inflection of: "danas" is of Dana.
func endings(word string) func(yield func(string) bool) {
	const shortest = 4 // of a name that is found in an inflection

	return func(yield func(string) bool) {
		if !yield(word) {
			return
		}

		for range 2 {
			_, size := utf8.DecodeLastRuneInString(word)
			word = word[:len(word)-size]

			if utf8.RuneCountInString(word) < shortest || !yield(word) {
				return
			}
		}
	}
}

// begins reports whether spans begin with all words of a name, of which the
// first is known to be there.
func begins(words string, spans [][2]int, name []string) bool {
	for i, part := range name[1:] {
		span := spans[i+1]

		if word := strings.ToLower(words[span[0]:span[1]]); word != part && word != part+"s" {
			return false
		}
	}

	return true
}

// wordSpans returns where the words of a text are.
func wordSpans(text string) [][2]int {
	var spans [][2]int

	from := -1

	for i, r := range text {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)

		switch {
		case inWord && from < 0:
			from = i
		case !inWord && from >= 0:
			spans, from = append(spans, [2]int{from, i}), -1
		}
	}

	if from >= 0 {
		spans = append(spans, [2]int{from, len(text)})
	}

	return spans
}

func lowerWords(text string) []string {
	var words []string
	for _, span := range wordSpans(text) {
		words = append(words, strings.ToLower(text[span[0]:span[1]]))
	}

	return words
}

// hiding returns what hides everybody who is configured or had to do with
// escalations, and the customers about whom somebody was asked.
func (s *session) hiding(week roster.Span, histories []history) *hiding {
	var h hiding

	people := slices.Collect(maps.Keys(s.desk.settings.People))
	for i := range s.desk.settings.Teams {
		people = union(people, s.desk.settings.Teams[i].Agents)
	}

	known := map[PersonID]bool{}

	for _, one := range histories {
		for _, who := range one.Concerns() {
			if !known[who] {
				known[who] = true
				people = append(people, who)
			}
		}

		for _, asked := range one.Asked {
			if within(week, asked.Answered) {
				for _, name := range one.Context.names() {
					h.hide(name)
				}
			}
		}
	}

	for _, who := range people {
		for _, name := range s.namesOf(who) {
			h.hide(name)
		}
	}

	return &h
}

// namesOf returns by what names people may write of somebody.
func (s *session) namesOf(who PersonID) []string {
	names := []string{s.name(who), s.desk.settings.People[who].Name}
	if _, configured := s.desk.settings.People[who]; configured {
		names = append(names, string(who))
	}

	accounts, err := s.Accounts(who)
	if err != nil {
		s.desk.log.Error("the accounts of somebody can't be read", "person", who, "error", err)
	}

	for _, identity := range accounts {
		mailbox, _, _ := strings.Cut(identity.Email, "@")
		names = append(names, identity.Name, mailbox)
	}

	return names
}

// names returns what tells who the customer is.
func (c Context) names() []string {
	return []string{c.Customer, c.Reference, c.CallWho, c.CallWhere}
}
