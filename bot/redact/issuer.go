package redact

// certainty is how sure it is, from its beginning and its length, that a number
// could be a card's.
type certainty int

const (
	never    certainty = iota
	ifCalled           // only where the words beside it call it a card
	likely
)

// An issuer is a range of numbers of one kind of card: their beginnings, the
// length in digits of these, and how long the numbers are.
type issuer struct {
	from, to int
	digits   int
	lengths  []int
	sure     certainty
}

// issuers are the beginnings of card numbers, as the card schemes and ISO/IEC 7812
// give them out. Maestro's numbers of 12 to 15 digits look like phone numbers (57,
// 58, 60 and 63 are countries too), and none were given out for years: they count
// where they are called a card.
var issuers = []issuer{
	{4, 4, 1, []int{13, 16, 19}, likely},                         // Visa
	{51, 55, 2, []int{16}, likely},                               // Mastercard
	{2221, 2720, 4, []int{16}, likely},                           // Mastercard
	{34, 34, 2, []int{15}, likely},                               // American Express
	{37, 37, 2, []int{15}, likely},                               // American Express
	{300, 305, 3, []int{14, 16}, likely},                         // Diners Club
	{3095, 3095, 4, []int{14, 16}, likely},                       // Diners Club
	{36, 36, 2, []int{14, 16}, likely},                           // Diners Club
	{38, 39, 2, []int{14, 16}, likely},                           // Diners Club
	{6011, 6011, 4, []int{16, 17, 18, 19}, likely},               // Discover
	{644, 649, 3, []int{16, 17, 18, 19}, likely},                 // Discover
	{65, 65, 2, []int{16, 17, 18, 19}, likely},                   // Discover, RuPay, Troy, Elo
	{3528, 3589, 4, []int{16, 17, 18, 19}, likely},               // JCB
	{1800, 1800, 4, []int{15}, likely},                           // JCB
	{2131, 2131, 4, []int{15}, likely},                           // JCB
	{62, 62, 2, []int{16, 17, 18, 19}, likely},                   // UnionPay
	{81, 82, 2, []int{16, 17, 18, 19}, likely},                   // UnionPay, RuPay
	{2200, 2205, 4, []int{16, 17, 18, 19}, likely},               // Mir, Borica
	{9792, 9792, 4, []int{16}, likely},                           // Troy
	{9860, 9860, 4, []int{16}, likely},                           // Humo
	{60, 60, 2, []int{16}, likely},                               // RuPay, Hipercard
	{50, 50, 2, []int{16, 17, 18, 19}, likely},                   // Maestro, Verve, Elo
	{56, 58, 2, []int{16, 17, 18, 19}, likely},                   // Maestro
	{63, 63, 2, []int{16, 17, 18, 19}, likely},                   // Maestro
	{67, 67, 2, []int{16, 17, 18, 19}, likely},                   // Maestro
	{50, 50, 2, []int{12, 13, 14, 15}, ifCalled},                 // Maestro
	{56, 69, 2, []int{12, 13, 14, 15, 16, 17, 18, 19}, ifCalled}, // Maestro
}

// issued returns how sure it is that digits are a card's number.
func issued(digits []byte) certainty {
	sure := never

	for _, i := range issuers {
		begins := 0
		for _, d := range digits[:i.digits] {
			begins = 10*begins + int(d)
		}

		if begins < i.from || begins > i.to {
			continue
		}

		for _, length := range i.lengths {
			if length == len(digits) {
				sure = max(sure, i.sure)
			}
		}
	}

	if sure == likely && len(digits) == 13 && (barCode(digits) || mobile(digits)) {
		return ifCalled
	}

	return sure
}

// luhn reports whether digits pass Luhn's check (ISO/IEC 7812-1, annex B).
func luhn(digits []byte) bool {
	sum := 0

	for i, d := range digits {
		add := int(d)

		if (len(digits)-i)%2 == 0 {
			if add *= 2; add > 9 {
				add -= 9
			}
		}

		sum += add
	}

	return sum%10 == 0
}

// barCode reports whether digits pass the check of an article's number (GS1): an
// EAN-13 begins with 4 where it was given out in Germany or Japan. Visa's numbers
// of 13 digits are out of use.
func barCode(digits []byte) bool { return threes(digits) }

// threes is GS1's check, which parcels have too: every second digit counts three
// times, from the right.
func threes(digits []byte) bool {
	sum := 0

	for i, d := range digits {
		weight := 1
		if (len(digits)-i)%2 == 0 {
			weight = 3
		}

		sum += weight * int(d)
	}

	return sum%10 == 0
}

// mobile reports whether digits are a German mobile number without its +, which is
// as long as Visa's old numbers.
func mobile(digits []byte) bool {
	return digits[0] == 4 && digits[1] == 9 && digits[2] == 1 && digits[3] >= 5 && digits[3] <= 7
}

// parcel reports whether digits are a number of the United States' post, which
// passes the check of one and begins as they do.
func parcel(digits []byte) bool {
	long := len(digits) == 20 || len(digits) == 22 || len(digits) == 26

	return long && digits[0] == 9 && digits[1] >= 1 && digits[1] <= 5 && threes(digits)
}
