package bot

import (
	"regexp"
	"slices"
	"strings"
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

// amountIn returns the largest amount that words name in one of some currencies, in
// hundredths, 0 if they name none. A number without a currency is none: it may as
// well be that of an order.
func amountIn(words string, currencies []string) (most int64, currency string) {
	for _, c := range currencies {
		names := []string{regexp.QuoteMeta(c)}
		for _, sign := range currencySigns[c] {
			names = append(names, regexp.QuoteMeta(sign))
		}

		either, number := "(?:"+strings.Join(names, "|")+")", `(\d{1,3}(?:[.,'’\x{00A0} ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)*)`
		pattern := regexp.MustCompile("(?i)" + number + `\s*` + either + `|` + either + `\s*` + number)

		for _, found := range pattern.FindAllStringSubmatch(words, -1) {
			if sum := hundredths(plainNumber(found[1] + found[2])); sum > most {
				most, currency = sum, c
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
