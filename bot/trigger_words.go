package bot

import (
	"strings"
	"unicode"
)

// Words that often stand for a hard stop or a threat, in English and in Spanish,
// without accents. They decide nothing: whoever wrote them is offered a button.
// The order is that of what is offered first.
var telltales = []struct {
	action string // of the button
	stop   Trigger
	words  []string
}{
	{action: "hard_stop", stop: SelfHarm, words: []string{
		"kill myself", "kill himself", "kill herself", "kill themselves", "killing myself", "suicide", "suicidal", "end my life", "take my own life",
		"end it all", "hurt myself", "harm myself", "self harm", "want to die", "wants to die", "better off dead", "not want to live", "don't want to live",
		"suicidio", "suicidarme", "suicidarse", "suicidar", "matarme", "quitarme la vida", "quitarse la vida", "acabar con mi vida",
		"no quiero vivir", "no quiere vivir", "quiero morir", "quiere morir", "quiero morirme", "hacerme dano", "hacerse dano", "quiere matarse", "se quiere matar",
	}},
	{action: "fast_path", words: []string{
		"kill you", "kill me", "hurt you", "hurt me", "find you", "find me", "where you live", "where i live", "come for you", "come for me",
		"beat you up", "beat me up", "shoot", "a bomb", "threatened me", "threatens me", "threatening me",
		"te voy a matar", "te mato", "matarte", "donde vives", "donde vivo", "te voy a encontrar", "voy a por ti", "una bomba", "me amenaza", "me ha amenazado", "me amenazo",
	}},
	{action: "hard_stop", stop: Legal, words: []string{
		"lawyer", "lawyers", "attorney", "solicitor", "sue us", "sue you", "sue me", "to sue", "will sue", "suing", "lawsuit", "legal action", "take us to court",
		"take you to court", "to court", "in court",
		"abogado", "abogada", "abogados", "demandar", "demandarnos", "demandaros", "demandarles", "una demanda", "tribunales", "juzgado", "querella", "burofax", "acciones legales",
	}},
	{action: "hard_stop", stop: Media, words: []string{
		"journalist", "journalists", "reporter", "newspaper", "newspapers", "the press", "on tv", "on the news", "ombudsman", "regulator", "trading standards",
		"better business bureau", "watchdog", "data protection authority", "consumer protection",
		"periodista", "periodistas", "la prensa", "periodico", "periodicos", "la television", "la tele", "defensor del pueblo", "regulador", "facua",
		"oficina de consumo", "hoja de reclamaciones", "agencia de proteccion de datos",
	}},
	{action: "hard_stop", stop: Fraud, words: []string{
		"fraud", "fraudulent", "scam", "scammer", "scammed", "stolen card", "identity theft", "chargeback", "chargebacks", "phishing", "money laundering",
		"fraude", "fraudulento", "fraudulenta", "estafa", "estafador", "estafado", "estafada", "tarjeta robada", "robo de identidad", "suplantacion", "contracargo", "blanqueo",
	}},
}

// A telltale is what words found in a case may stand for.
type telltale struct {
	action string
	stop   Trigger
	word   string // as it stands in the list
}

// tells returns what the words of a case may stand for, at most two things, the
// gravest first.
func (c Context) tells() []telltale {
	const most = 2

	text := spaced(strings.Join([]string{c.Happened, c.Wants, c.Verbatim}, "\n"))

	var found []telltale

	for _, t := range telltales {
		for _, word := range t.words {
			if strings.Contains(text, spaced(word)) {
				found = append(found, telltale{t.action, t.stop, word})

				break
			}
		}
	}

	return found[:min(len(found), most)]
}

// plainer are the letters of the list's languages without their accents, and one
// mark for all that ends a sentence.
var plainer = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "’", "'",
	".", " | ", "!", " | ", "?", " | ", ";", " | ", ":", " | ", "\n", " | ")

// spaced returns text in small letters and without accents, each word between
// single blanks, so that whole words of one sentence can be found in it.
func spaced(text string) string {
	words := strings.FieldsFunc(plainer.Replace(strings.ToLower(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '|'
	})

	for i := range words {
		words[i] = strings.Trim(words[i], "'")
	}

	return " " + strings.Join(words, " ") + " "
}
