package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A calling is what the words beside a number call it.
type calling int

const (
	nothing calling = iota
	aCard
	aPhone
	anotherNumber
)

// callings are the words that say what the number beside them is, in English and
// in Spanish.
var callings = map[calling]string{
	aCard: `card cards visa mastercard amex maestro discover diners jcb unionpay credit debit cc pan
		tarjeta tarjetas credito debito`,
	aPhone: `phone phones telephone tel mobile cell cellphone call fax whatsapp sms
		telefono telefonos movil celular llame llamar llamame`,
	anotherNumber: `order orders tracking track parcel parcels package shipment delivery invoice receipt imei serial
		ticket tickets case reference ref iban swift booking reservation contract barcode ean isbn gtin upc sku
		item article product meter claim rma iccid sim sscc waybill consignment ups dhl fedex usps purchase po
		pedido pedidos orden seguimiento rastreo envio paquete factura recibo serie expediente caso referencia
		reserva contrato poliza articulo producto albaran guia localizador incidencia barras contador`,
}

// fillers are the words that stand between what a number is called and the number.
const fillers = `number numbers no nr nrs num numero nro n id code is was are the my our your their this of a an has have
	de del la el los es era son mi su tu nuestro codigo con`

var (
	wordsBeside = meanings()
	fillerWords = set(fillers)
)

func meanings() map[string]calling {
	all := map[string]calling{}

	for calling, words := range callings {
		for word := range strings.FieldsSeq(words) {
			all[word] = calling
		}
	}

	return all
}

func set(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}

	return all
}

// How far the words beside a number are looked at, in bytes.
const (
	farBefore = 72
	farAfter  = 48
)

// called returns what the words before a place call the number there: right before
// it, but for words such as “number”, or a card anywhere in the words before.
func called(text string, at int) calling {
	words := before(text[max(0, at-farBefore):at])
	card := false

	for n, word := range words {
		if says := wordsBeside[word]; says == aCard || says != nothing && onlyFillers(words[:n]) {
			card = card || says == aCard

			if onlyFillers(words[:n]) {
				return says
			}
		}
	}

	if card {
		return aCard
	}

	return nothing
}

func onlyFillers(words []string) bool {
	for n, word := range words {
		country := n == 0 && len(word) == 2 // of an IBAN: “IBAN ES91 2100 …”

		if !fillerWords[word] && !country {
			return false
		}
	}

	return true
}

// before returns the words of the end of a text, the last one first, back to the
// end of the sentence before.
func before(text string) []string {
	var words []string

	text = plainLetters(text)

	for len(words) < 12 {
		trimmed := strings.TrimRightFunc(text, notLetter)

		ends := strings.ContainsAny(text[len(trimmed):], "!?;0123456789") || strings.Contains(text[len(trimmed):], ". ")
		start := strings.LastIndexFunc(trimmed, notLetter) + 1
		word := trimmed[start:]

		if word == "" || ends && !fillerWords[word] && word != "tel" && word != "ref" {
			break
		}

		words = append(words, word)
		text = trimmed[:start]
	}

	return words
}

func notLetter(r rune) bool { return r < 'a' || r > 'z' }

// saidAfter finds what a number is called behind it: “… (our order)”, “… is the
// tracking number”.
var saidAfter = regexp.MustCompile(`^[\s)"”]*(?:\(|,?\s*(?:that|this|which|que)?\s*(?:is|was|es|era)\s)\s*(?:(?:` +
	strings.Join(strings.Fields(fillers), "|") + `)\s+)*([a-z]+)`)

// calledAfter returns what the words behind a number call it.
func calledAfter(text string) calling {
	text = plainLetters(text[:min(len(text), farAfter)])

	if found := saidAfter.FindStringSubmatch(text); found != nil {
		return wordsBeside[found[1]]
	}

	return nothing
}

// unaccented are the letters of the words beside a number that have accents.
var unaccented = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "º", " ", "°", " ")

func plainLetters(text string) string { return unaccented.Replace(strings.ToLower(text)) }

var (
	uuids = regexp.MustCompile(`[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	ibans = regexp.MustCompile(`[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]){11,30}`)
)

// links are addresses of pages. A number in one is an id: masked, it leads nowhere.
var links = regexp.MustCompile(`https?://\S+`)

// elsewhere returns what of a text is known to be something else, in order: the ids
// of machines, addresses of pages, and account numbers (IBAN).
func elsewhere(text string) []Span {
	var spans []Span

	for _, expr := range []*regexp.Regexp{uuids, links} {
		for _, at := range expr.FindAllStringIndex(text, -1) {
			spans = append(spans, Span{From: at[0], To: at[1]})
		}
	}

	for _, at := range ibans.FindAllStringIndex(text, -1) {
		if length := iban(text[at[0]:at[1]]); length > 0 && bounded(text, at[0]) {
			spans = append(spans, Span{From: at[0], To: at[0] + length})
		}
	}

	return apart(spans, nil)
}

// bounded reports whether no letter or digit stands before a place.
func bounded(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])

	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// shortestIBAN is Norway's.
const shortestIBAN = 15

// iban returns how many bytes at the beginning of a text are an account number that
// passes its check (ISO 13616), the most that are, 0 for none.
func iban(text string) int {
	var compact []byte

	longest := 0

	for i := range len(text) {
		if text[i] == ' ' || text[i] == '-' {
			continue
		}

		compact = append(compact, text[i])
		ends := i+1 == len(text) || text[i+1] == ' '

		if ends && len(compact) >= shortestIBAN && checks97(compact) {
			longest = i + 1
		}
	}

	return longest
}

// checks97 reports whether what stands in an account number leaves 1 when its
// letters are read as numbers, its first four characters last, and all is divided
// by 97.
func checks97(account []byte) bool {
	rest := 0

	for _, c := range append(append([]byte{}, account[4:]...), account[:4]...) {
		switch {
		case c >= '0' && c <= '9':
			rest = (10*rest + int(c-'0')) % 97
		default:
			rest = (100*rest + int(c|0x20-'a') + 10) % 97
		}
	}

	return rest == 1
}
