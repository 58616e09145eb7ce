package playbook

// A Language is one that the playbook speaks. The zero Language is English.
type Language string

// The languages. Each has its sentences in a file of its own (speech_en.go,
// speech_es.go) and its cards in another (cards/en.yaml, cards/es.yaml).
const (
	English Language = "en"
	Spanish Language = "es"
)

var languages = []Language{English, Spanish}

// speech returns the sentences of a language, those of English if it is none of
// the playbook's: a sentence in another language helps more than none.
func (l Language) speech() *speech {
	if l == Spanish {
		return &spanish
	}

	return &english
}

// orEnglish is the language that is meant.
func (l Language) orEnglish() Language {
	if l == "" {
		return English
	}

	return l
}
