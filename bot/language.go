package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// A Language is in which somebody reads what they say and write to customers: the
// sentences to say, the drafts, the cards of the playbook and its breathing step.
// All else is in English.
type Language = playbook.Language

// languages are all there are.
var languages = []Language{playbook.English, playbook.Spanish}

// language returns in which language somebody reads: what they chose themselves,
// what is configured for them, what they use their platform in, what is configured
// for everybody. What can't be read counts as not said: nothing waits for it.
func (s *session) language(who PersonID) Language {
	settings := &s.desk.settings

	return cmp.Or(s.whereabouts(who).Language, settings.People[who].Language, s.platformLanguage(who), settings.Language, playbook.English)
}

// platformLanguage is the language of the platform on which somebody is written
// to, "" if it is none of ours.
func (s *session) platformLanguage(who PersonID) Language {
	account, ok := s.account(who)
	if !ok {
		return ""
	}

	identity, err := s.Identity(account)
	if err != nil {
		return ""
	}

	return languageOf(identity.Language)
}

// languageOf returns the language of a BCP 47 tag, "" if it is none of ours.
func languageOf(tag string) Language {
	first, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")

	if l := Language(strings.ToLower(first)); slices.Contains(languages, l) {
		return l
	}

	return ""
}

// languageNames are how people call a language, in any of them.
var languageNames = map[string]Language{
	"english": playbook.English, "inglés": playbook.English, "ingles": playbook.English,
	"spanish": playbook.Spanish, "español": playbook.Spanish, "espanol": playbook.Spanish, "castellano": playbook.Spanish,
}

// languageChosen reports whether words do nothing but name a language: "español",
// "in english", "idioma es". A code alone is none: it may be a word of something
// else.
func languageChosen(words string) (Language, bool) {
	all := strings.Fields(fold(words))

	switch {
	case len(all) == 1:
		l, ok := languageNames[all[0]]

		return l, ok
	case len(all) == 2 && slices.Contains([]string{"in", "en", "language", "idioma"}, all[0]):
		if l, ok := languageNames[all[1]]; ok {
			return l, true
		}

		l := languageOf(all[1])

		return l, l != ""
	default:
		return "", false
	}
}

// otherLanguage is the one that somebody can change to.
func otherLanguage(l Language) Language {
	if l == playbook.Spanish {
		return playbook.English
	}

	return playbook.Spanish
}

// chooseLanguage keeps in which language somebody reads from now on, and draws
// anew what they have in front of them.
func (d *Desk) chooseLanguage(ctx context.Context, account chat.Person, l Language) error {
	return d.update(ctx, func(s *session) error {
		who := s.whois(account)

		w := s.whereabouts(who)
		w.Language = l

		if err := s.PutWhereabouts(w); err != nil {
			return err
		}

		open, err := s.concerning(who)
		if err != nil {
			return err
		}

		for _, e := range open {
			if err := s.redrawFor(e, who); err != nil {
				return err
			}
		}

		return nil
	})
}

// draftWord are words of ours that go into what is said or written to customers.
type draftWord struct {
	agreed             string    // when they are called back
	approved, done     string    // what is new
	callBack, comeBack string    // what is owed to them next
	offers             [2]string // what anybody can offer them
}

var draftWords = map[Language]draftWord{
	playbook.English: {
		agreed: "at the time we agreed", approved: "what you asked for is approved", done: " – that is done",
		callBack: "we call you back", comeBack: "we come back to you",
		offers: [2]string{"a call at a time that you choose", "a clear answer in writing"},
	},
	playbook.Spanish: {
		agreed: "a la hora acordada", approved: "lo que ha pedido está aprobado", done: ": ya está hecho",
		callBack: "le llamamos", comeBack: "nos ponemos en contacto con usted",
		offers: [2]string{"una llamada a la hora que usted elija", "una respuesta clara por escrito"},
	},
}
