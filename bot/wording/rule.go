package wording

import (
	"regexp"
	"slices"
	"strings"
)

// A rule is a phrase that is remarked, as it stands in a folded text.
type rule struct {
	kind    Kind
	find    string // what is looked for: an expression with the short words of the language
	instead string // words that work better; $1 is what the first group found
	// unless is what makes the phrase good if it follows from its beginning on, and
	// behind if it stands right before it.
	unless, behind string
	// way says that a way on in the same sentence or the next makes it good, and dated
	// that a promise is good that says what somebody will do themselves, and when.
	way, dated bool
	// alone says that it counts only if it is a whole sentence, and the last one.
	alone bool
}

// A compiled rule is one that can be looked for.
type compiled struct {
	rule
	find, unless, behind *regexp.Regexp
}

// A tongue is what is known of a language.
type tongue struct {
	rules []compiled
	way   *regexp.Regexp // a way on; the first group is what makes it none
	dated *regexp.Regexp // what somebody will do, and when
	deny  *regexp.Regexp // what stands before a way on that is none
	// inFull are the words that work better than an abbreviation.
	inFull string
}

// compile makes a tongue of rules. short are words that stand for several.
func compile(rules []rule, short *strings.Replacer, way, dated, deny, inFull string) *tongue {
	t := &tongue{inFull: inFull, way: regexp.MustCompile(short.Replace(way)), dated: regexp.MustCompile(short.Replace(dated)), deny: regexp.MustCompile(deny)}

	for _, r := range rules {
		c := compiled{rule: r, find: regexp.MustCompile(`\b(` + short.Replace(r.find) + `)(?:\b|[^a-z]|$)`)}

		if r.unless != "" {
			c.unless = regexp.MustCompile(`^(?:` + short.Replace(r.unless) + `)`)
		}

		if r.behind != "" {
			c.behind = regexp.MustCompile(`(?:^|[^a-z])(?:` + short.Replace(r.behind) + `)$`)
		}

		t.rules = append(t.rules, c)
	}

	return t
}

// far is how much of the text around a phrase is looked at, in bytes.
const far = 320

// find returns the remarks of a rule.
func (f *folded) find(r compiled, t *tongue) []Remark {
	var found []Remark

	for _, at := range r.find.FindAllStringSubmatchIndex(f.text, -1) {
		from, to := at[2], at[3]
		if f.good(r, t, from, to) {
			continue
		}

		instead := r.instead
		if len(at) > 4 && at[4] >= 0 {
			instead = strings.ReplaceAll(instead, "$1", f.original[f.at[at[4]]:f.at[at[5]]])
		}

		found = append(found, f.remark(r.kind, from, to, instead))
	}

	return found
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' }

func (f *folded) remark(kind Kind, from, to int, instead string) Remark {
	for to > from && (f.text[to-1] == ' ' || f.text[to-1] == ',') {
		to--
	}

	first, last := int(f.at[from]), int(f.at[to])

	return Remark{Kind: kind, Found: strings.TrimSpace(f.original[first:last]), Instead: instead, From: first, To: last}
}

// good reports whether what stands around a phrase makes it good.
func (f *folded) good(r compiled, t *tongue, from, to int) bool {
	begin, end, next := f.sentence(from)
	begin, next = max(begin, from-far), min(next, to+far)
	end = min(max(end, to), next)

	if r.unless != nil && r.unless.MatchString(f.text[from:next]) {
		return true
	}

	if r.behind != nil && r.behind.MatchString(strings.TrimRight(f.text[begin:from], " ,")) {
		return true
	}

	if r.alone && (strings.Trim(f.text[begin:from]+f.text[to:end], " .!,") != "" || strings.TrimSpace(f.text[end:]) != "") {
		return true
	}

	if r.dated && t.dated.MatchString(f.text[from:end]) {
		return true
	}

	return r.way && (t.hasWay(f.text[begin:from]) || t.hasWay(f.text[to:next]))
}

// hasWay reports whether a text says what can be done.
func (t *tongue) hasWay(text string) bool {
	for _, at := range t.way.FindAllStringSubmatchIndex(text, -1) {
		denied := len(at) > 2 && at[2] >= 0 || t.deny.MatchString(text[:at[0]])
		if !denied && (at[1] == len(text) || text[at[1]] != '\'') {
			return true
		}
	}

	return false
}

// sentence returns where the sentence of a place begins and ends, and where the one
// behind it ends.
func (f *folded) sentence(at int) (begin, end, next int) {
	i, _ := slices.BinarySearch(f.ends, at+1)
	if i > 0 {
		begin = f.ends[i-1]
	}

	return begin, f.ends[i], f.ends[min(i+1, len(f.ends)-1)]
}

// word returns the remarks about a word of a team's.
func (f *folded) word(w Word) []Remark {
	find := strings.TrimSpace(fold(w.Find).text)
	if find == "" {
		return nil
	}

	var found []Remark

	for at := 0; ; {
		i := strings.Index(f.text[at:], find)
		if i < 0 {
			return found
		}

		from, to := at+i, at+i+len(find)
		at = to

		if (from == 0 || !letter(f.text[from-1]) || !letter(find[0])) && (to == len(f.text) || !letter(f.text[to]) || !letter(find[len(find)-1])) {
			found = append(found, f.remark(Own, from, to, w.Instead))
		}
	}
}
