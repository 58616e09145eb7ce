package bot

import (
	"slices"
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
	signs  []string // all that were found, as they stand in the list
}

// mostOffers is how many things words are taken for at a time.
const mostOffers = 2

// tells returns what the words of a case may stand for, the gravest first. Words that
// are no sign in it count for nothing.
func (c Context) tells(but []string) []telltale {
	text := spaced(strings.Join([]string{c.Happened, c.Wants, c.Verbatim}, "\n"))

	var found []telltale

	for _, t := range telltales {
		words := slices.DeleteFunc(without(t.words, but), func(word string) bool { return !strings.Contains(text, spaced(word)) })
		if len(words) > 0 {
			found = append(found, telltale{t.action, t.stop, words})
		}
	}

	return found[:min(len(found), mostOffers)]
}

// offers returns what the words and signs of a case may stand for that nobody has
// named yet, or said that it is none.
func (e *Escalation) offers() []telltale {
	if e.State != Paging && e.State != Taken || e.Context.Trigger != "" { // whoever has joined hears it themselves
		return nil
	}

	isThreat := func(t telltale) bool { return t.stop == "" }

	offers := e.Context.tells(e.NoSign)
	if e.Kind == Threat {
		return slices.DeleteFunc(offers, isThreat)
	}

	if signs := without(e.Context.abuse(), e.NoSign); len(signs) > 0 && !slices.ContainsFunc(offers, isThreat) {
		offers = append(offers, telltale{action: "fast_path", signs: signs})
	}

	return offers
}

// abuse returns what the form says of insults and threats.
func (c Context) abuse() []string {
	signs := slices.DeleteFunc(slices.Clone(c.Signs), func(sign string) bool { return sign != "insults" && sign != "threat" })
	if c.Reason == "abusive" {
		signs = append(signs, c.Reason)
	}

	return signs
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
