package playbook

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences are written with the words of a case left open:
//
//	[{customer}, ]thank you for telling me[| that {happened}].
//
// {name} stands for words of the case. A part in brackets falls away if any of
// its words is not known; behind a bar stands what is said in its place. What is
// said begins with a capital letter whichever part it begins with, and ends with
// one full stop though the words have their own. Words that are filled in are
// never read as a template, and never changed.

// words are what is known of a case, by name.
type words map[string]string

// open are the names of all that a template may leave open.
var open = []string{
	"about", "again", "agent", "agreed", "amount", "customer", "first", "happened", "news", "next", "options", "reference",
	"supervisor", "wants", "when", "writer",
}

var (
	wellFormed = regexp.MustCompile(`^([^][{}|]|\{\w+\}|\[([^][{}]|\{\w+\})*\])*$`)
	optional   = regexp.MustCompile(`\[[^]]*\]`)
	leftOpen   = regexp.MustCompile(`\{(\w+)\}`)
)

// fill returns what a template says. It reports false if words are missing that
// the template can't do without.
func fill(template string, known words) (said string, complete bool) {
	template = capital(optional.ReplaceAllStringFunc(template, func(part string) string {
		first, otherwise, _ := strings.Cut(part[1:len(part)-1], "|")
		if known.all(first) {
			return first
		}

		return otherwise
	}))

	var b strings.Builder

	at, ended := 0, false

	for _, place := range leftOpen.FindAllStringSubmatchIndex(template, -1) {
		b.WriteString(after(ended, template[at:place[0]]))

		value := strings.TrimSpace(known[template[place[2]:place[3]]])
		b.WriteString(value)

		last, _ := utf8.DecodeLastRuneInString(value)
		at, ended = place[1], strings.ContainsRune(".!?…", last)
	}

	b.WriteString(after(ended, template[at:]))

	return b.String(), known.all(template)
}

// say returns what a template says that can do without any words of a case.
func say(template string, known words) string {
	said, _ := fill(template, known)

	return said
}

// all reports whether everything is known that a template leaves open.
func (w words) all(template string) bool {
	for _, name := range leftOpen.FindAllStringSubmatch(template, -1) {
		if strings.TrimSpace(w[name[1]]) == "" {
			return false
		}
	}

	return true
}

// after returns what follows words of a case, which may have ended the sentence
// themselves.
func after(ended bool, plain string) string {
	if ended {
		return strings.TrimPrefix(plain, ".")
	}

	return plain
}

// capital begins a template with a capital letter, unless it begins with words of
// the case.
func capital(template string) string {
	at := strings.IndexFunc(template, func(r rune) bool { return unicode.IsLetter(r) || r == '{' })
	if at < 0 {
		return template
	}

	first, size := utf8.DecodeRuneInString(template[at:])

	return template[:at] + string(unicode.ToUpper(first)) + template[at+size:]
}

// checkTemplate returns what is wrong with a template, nil for nothing.
func checkTemplate(template string) error {
	if !wellFormed.MatchString(template) {
		return fmt.Errorf("“%v” has a bracket that does not pair with another: write {name}, or [words that may fall away|words in their place]", template)
	}

	for _, name := range leftOpen.FindAllStringSubmatch(template, -1) {
		if !slices.Contains(open, name[1]) {
			return fmt.Errorf("“%v” asks for {%v}, which I can't fill in; I know {%v}", template, name[1], strings.Join(open, "}, {"))
		}
	}

	return nil
}
