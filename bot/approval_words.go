package bot

import (
	"regexp"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/redact"
)

// Amounts in words: what an agent wants to have approved that is none of the team's
// options may still name an amount, and the limits count for that too.

// currencySigns are how people write a currency besides its code.
var currencySigns = map[string][]string{
	"USD": {"$", "dollars", "dollar", "dólares"},
	"EUR": {"€", "euros", "euro"},
	"GBP": {"£", "pounds", "pound"},
}

// currencies are those that the options of a team are given in, each once.
func (s *session) currencies(team TeamID) []string {
	var all []string

	for _, option := range s.options(team) {
		if option.priced() && !slices.Contains(all, option.Currency) {
			all = append(all, option.Currency)
		}
	}

	return all
}

// readAmount returns what somebody wrote that they want to have approved, and how much
// money it is. Without a currency it is the team's own, where it has one and the words
// are nothing but an amount: then it is written out. A currency without an amount says
// that it is money, and not how much.
func (s *session) readAmount(words string, team TeamID) (said string, sum int64, currency string) {
	currencies := s.currencies(team)

	switch sum, currency = amountIn(words, currencies); {
	case sum > 0 && timesMore.MatchString(words):
		return words, 0, currency
	case sum > 0 || len(currencies) == 0:
		return words, sum, currency
	}

	var own []string // the names of what has an amount

	for _, option := range s.options(team) {
		if option.priced() {
			own = append(own, spaced(option.Name))
		}

		if option.priced() && strings.Contains(spaced(words), spaced(option.Name)) {
			currency = option.Currency
		}
	}

	if len(currencies) > 1 {
		return words, 0, currency
	}

	if number, ok := onlyNumber(words, strings.Join(own, "")); ok {
		return strings.Replace(words, number, number+" "+currencies[0], 1), hundredths(plainNumber(number)), currencies[0]
	}

	if currency != "" || speaksOfMoney(words) {
		return words, 0, currencies[0]
	}

	return words, 0, ""
}

// timesMore finds a number that is more than its digits say: 2k, 2 thousand.
var timesMore = regexp.MustCompile(`(?i)\d\s*(?:k|mil|hundreds?|thousands?|millions?|mill[oó]n|millones)(?:\PL|$)`)

// numberShape is how a number stands in words that may be an amount.
var numberShape = regexp.MustCompile(`^\d+(?:[.,'’]\d+)*$`)

// besideAmounts are words that may stand with an amount and say nothing else of it.
const besideAmounts = " a an the of for her him them back up to please refund credit voucher money un una de el la le por favor reembolso abono devolucion "

// onlyNumber returns the number that words are, beside words that say nothing else.
func onlyNumber(words, own string) (number string, ok bool) {
	for word := range strings.FieldsSeq(words) {
		word = strings.Trim(word, sentenceMarks)

		switch {
		case numberShape.MatchString(word):
			if number != "" {
				return "", false
			}

			number = word
		case !strings.Contains(besideAmounts+own, spaced(word)):
			return "", false
		}
	}

	return number, number != ""
}

// sentenceMarks stand around words.
const sentenceMarks = ".,;:!?()\"“”"

// moneyWords are words that often stand for money, or for how much, in English and in
// Spanish, without accents.
var moneyWords = strings.Fields(`
	refund refunds refunded refunding reimburse reimbursed reimbursement rebate credit credits credited money cash price pay paid payment payout
	fee fees charge charges charged cost costs discount voucher vouchers compensation compensate dollar dollars euro euros pound pounds buck bucks percent
	ten twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands half double free
	reembolso reembolsar reembolsos devolucion devolver dinero abono abonar credito pago pagar precio coste costo tarifa cargo cargos descuento cupon
	compensacion compensar indemnizacion gratis dolar dolares libra libras
	diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos mil miles mitad doble`)

// countedThings are words after which a number is that of a thing.
var countedThings = strings.Fields("order orders case invoice ticket account no nr number ref reference pedido pedidos caso factura cuenta numero")

// bareAmount is how an amount looks without its currency. A single digit is rather a
// number of things.
var bareAmount = regexp.MustCompile(`^[^\p{L}#]*\d[^\p{L}]*\d[^\p{L}]*k?$|^\d+[k%]$`)

// speaksOfMoney reports whether words ask for money, as far as can be told: they have
// a word for it, or a number that is not of an order or what is left of a card's. What is wrongly taken for money
// goes to somebody who may approve more than needed; what is wrongly taken for none
// would be within no limit.
func speaksOfMoney(words string) bool {
	text, before := spaced(words), ""

	if slices.ContainsFunc(moneyWords, func(w string) bool { return strings.Contains(text, " "+w+" ") }) {
		return true
	}

	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		word = strings.Trim(word, sentenceMarks)
		if bareAmount.MatchString(word) && !slices.Contains(countedThings, strings.Trim(before, sentenceMarks)) && !strings.Contains(before+word, redact.Bullet) {
			return true
		}

		before = word
	}

	return false
}

// amountIn returns the largest amount that words name in one of some currencies, in
// hundredths, 0 if they name none. A number without a currency is none here: it may as
// well be that of an order.
func amountIn(words string, currencies []string) (most int64, currency string) {
	for _, c := range currencies {
		names := []string{regexp.QuoteMeta(c)}
		for _, sign := range currencySigns[c] {
			names = append(names, regexp.QuoteMeta(sign))
		}

		either, number := "(?:"+strings.Join(names, "|")+")", `(\d{1,3}(?:[.,'’\x{00A0} ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)*)`
		pattern := regexp.MustCompile("(?i)" + number + `\s*` + either + `|` + either + `\s*` + number + `(?:\s*[-–—]\s*` + number + `)?`)

		for _, found := range pattern.FindAllStringSubmatch(words, -1) {
			for _, one := range found[1:] { // of “USD 50-60” both
				if sum := hundredths(plainNumber(one)); sum > most {
					most, currency = sum, c
				}
			}
		}
	}

	return most, currency
}

// plainNumber writes a number as a machine reads it. What stands before three digits
// at the end parts thousands, whatever it is; before one or two, the cents.
func plainNumber(number string) string {
	at := strings.LastIndexAny(number, ".,")
	whole, cents := number, ""

	if at >= 0 && len(number)-at-1 < 3 {
		whole, cents = number[:at], number[at+1:]
	}

	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}

		return -1
	}, whole)

	return strings.TrimSuffix(digits+"."+cents, ".")
}
