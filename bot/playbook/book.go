package playbook

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

//go:embed cards/*.yaml
var shelf embed.FS

// A Book holds the cards, in every language. It never changes: With returns
// another.
type Book struct {
	leaves []leaf
	index  map[Language]index
}

// A leaf is a card with where it fits, in each language that has it.
type leaf struct {
	fits
	texts map[Language]text
}

// A text is what a card says in one language.
type text struct {
	ID     string   `yaml:"card"`
	Title  string   `yaml:"title"`
	Do     []string `yaml:"do"`
	Say    []string `yaml:"say"`
	Avoid  []string `yaml:"avoid"`
	Notice []string `yaml:"notice"` // what somebody notices who needs it, in their own words
}

// Embedded returns the cards that the playbook ships with.
func Embedded() *Book { return embedded() }

// embedded reads the cards once. They are part of the program, and tests read
// them all: what can't be read is a mistake in the program.
var embedded = sync.OnceValue(func() *Book {
	texts := make(map[Language]map[string]text)

	for _, language := range languages {
		read, err := readTexts(language)
		if err != nil {
			panic(err)
		}

		texts[language] = read
	}

	var leaves []leaf

	for _, f := range shipped {
		l := leaf{fits: f, texts: make(map[Language]text)}

		for language, read := range texts {
			if t, there := read[f.id]; there {
				l.texts[language] = t
			}
		}

		leaves = append(leaves, l)
	}

	return bind(leaves)
})

// readTexts returns the cards of one language by their ids.
func readTexts(language Language) (map[string]text, error) {
	data, err := shelf.ReadFile("cards/" + string(language) + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the cards in %v: %w", language, err)
	}

	var all []text
	if err := yaml.UnmarshalWithOptions(data, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("reading the cards in %v: %w", language, err)
	}

	read := make(map[string]text)
	for _, t := range all {
		read[t.ID] = t
	}

	return read, nil
}

func bind(leaves []leaf) *Book {
	b := &Book{leaves: leaves, index: make(map[Language]index)}

	for _, language := range languages {
		b.index[language] = indexed(leaves, language)
	}

	return b
}

// Card returns a card as it reads without a case. It reports false if there is
// none in the language.
func (b *Book) Card(language Language, id string) (Card, bool) {
	at := slices.IndexFunc(b.leaves, func(l leaf) bool { return l.id == id })
	if at < 0 {
		return Card{}, false
	}

	return b.leaves[at].card(Case{Language: language})
}

// card returns a leaf as it reads in a case, in the language of the case.
func (l leaf) card(c Case) (Card, bool) {
	t, there := l.texts[c.Language.orEnglish()]
	if !there {
		return Card{}, false
	}

	known := c.words()
	card := Card{ID: l.id, Title: t.Title, Do: slices.Clone(t.Do), Avoid: slices.Clone(t.Avoid)}

	for _, template := range t.Say {
		if said, complete := fill(template, known); complete {
			card.Say = append(card.Say, said)
		}
	}

	return card, true
}

// words are what sentences are filled with in a case.
func (c Case) words() words {
	return words{
		"customer": c.Customer, "agent": c.Agent, "supervisor": c.Supervisor, "reference": c.Reference,
		"happened": c.Happened, "wants": c.Wants, "when": c.When, "amount": c.Amount, "agreed": c.Agreed,
		"options": c.Language.speech().choice(c.Options),
	}
}

// choice names what can be offered. One thing is no choice.
func (s *speech) choice(options []string) string {
	if len(options) < 2 {
		return ""
	}

	var spoken []string
	for _, option := range options {
		spoken = append(spoken, inSentence(option))
	}

	last := len(spoken) - 1

	return strings.Join(spoken[:last], ", ") + s.Or + spoken[last]
}

// inSentence is the name of an outcome as it stands inside a sentence: "Refund or
// credit" without its capital, "VIP credit" with it.
func inSentence(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	second, _ := utf8.DecodeRuneInString(name[size:])

	if unicode.IsUpper(second) {
		return name
	}

	return string(unicode.ToLower(first)) + name[size:]
}
