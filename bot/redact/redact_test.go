package redact_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/redact"
)

// TestMaskedNumbers: card numbers are masked however they are written, and keep
// their last four digits and what stands between them.
func TestMaskedNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"4111111111111111":                                "••••••••••••1111",
		"My card is 4111 1111 1111 1111, thanks":          "My card is •••• •••• •••• 1111, thanks",
		"4111-1111-1111-1111":                             "••••-••••-••••-1111",
		"4111.1111.1111.1111":                             "••••.••••.••••.1111",
		"4111/1111/1111/1111":                             "••••/••••/••••/1111",
		"4111  1111  1111  1111":                          "••••  ••••  ••••  1111",
		"4111\u00a01111\u00a01111\u00a01111":              "••••\u00a0••••\u00a0••••\u00a01111",
		"4111\u202f1111\u202f1111\u202f1111":              "••••\u202f••••\u202f••••\u202f1111",
		"4111–1111–1111–1111":                             "••••–••••–••••–1111",
		"4111 - 1111 - 1111 - 1111":                       "•••• - •••• - •••• - 1111",
		"4111 1111\n1111 1111":                            "•••• ••••\n•••• 1111",
		"4111 1111 11\r\n11 1111":                         "•••• •••• ••\r\n•• 1111",
		"> 4111 1111\n> 1111 1111":                        "> •••• ••••\n> •••• 1111",
		"４１１１１１１１１１１１１１１１":                                "••••••••••••１１１１",
		"card4111111111111111exp1227":                     "card••••••••••••1111exp1227",
		"Visa:4111111111111111":                           "Visa:••••••••••••1111",
		"41 11 11 11 11 11 11 11":                         "•• •• •• •• •• •• 11 11",
		"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1":                 "• • • • • • • • • • • • 1 1 1 1",
		"41111111 11111111":                               "•••••••• ••••1111",
		"3782 822463 10005":                               "•••• •••••• •0005",
		"3056 930902 5904":                                "•••• •••••• 5904",
		"5555555555554444 and 4012888888881881":           "••••••••••••4444 and ••••••••••••1881",
		"5555 5555 5555 4444 4012 8888 8888 1881":         "•••• •••• •••• 4444 •••• •••• •••• 1881",
		"4111 1111 1111 1111 12/27 123":                   "•••• •••• •••• 1111 12/27 123",
		"2 x; 1. 4111 1111 1111 1111":                     "2 x; 1. •••• •••• •••• 1111",
		"• 4111 1111 1111 1111":                           "• •••• •••• •••• 1111",
		"2223003122003222, 6011111111111117":              "••••••••••••3222, ••••••••••••1117",
		"3530111333300000 6200000000000005":               "••••••••••••0000 ••••••••••••0005",
		"6759649826438453 6799990100000000019":            "••••••••••••8453 •••••••••••••••0019",
		"4222222222222":                                   "•••••••••2222",
		"my Maestro card is 501800000009":                 "my Maestro card is ••••••••0009",
		"Mi tarjeta es la 4111 1111 1111 1111.":           "Mi tarjeta es la •••• •••• •••• 1111.",
		"I paid my order 88 with 4111 1111 1111 1111":     "I paid my order 88 with •••• •••• •••• 1111",
		"order 4711, card 4111111111111111":               "order 4711, card ••••••••••••1111",
		"+44 20 7946 0000 4111 1111 1111 1111":            "+44 20 7946 0000 •••• •••• •••• 1111",
		"(4111 1111 1111 1111)":                           "(•••• •••• •••• 1111)",
		"4\u200b111 1111 1111 1111":                       "•\u200b••• •••• •••• 1111",
		"4111, 1111, 1111, 1111":                          "••••, ••••, ••••, 1111",
		"She called on 12/05/2024 4111 1111 1111 1111 ok": "She called on 12/05/2024 •••• •••• •••• 1111 ok",
	} {
		if got, found := new(redact.Masker).Mask(text); got != want || found == 0 {
			t.Errorf("Mask(%q) = %q, %v, want %q", text, got, found, want)
		}
	}
}

// TestCounted: what is found is counted, each number once.
func TestCounted(t *testing.T) {
	for text, want := range map[string]int{
		"4111 1111 1111 1111": 1, "5555 5555 5555 4444 4012 8888 8888 1881": 2, "4111111111111111, 6011111111111117 and 4012888888881881": 3,
	} {
		if _, got := new(redact.Masker).Mask(text); got != want {
			t.Errorf("Mask(%q) = _, %v, want %v", text, got, want)
		}
	}
}

// TestNumbersThatStay: what is no card's number, or is said to be something else,
// stays.
func TestNumbersThatStay(t *testing.T) {
	for _, text := range []string{
		"", "E-142", "4111 1111 1111 1112", "411111111111111", "41111111111111111",
		"1234567812345670", "0000000000000000",
		"+44 20 7946 0000", "+49 151 1234 5678", "+4915112345678", "4915112345678", "+34 612 345 678", "0049 151 12345678",
		"622 345 678 / 655 443 322",
		"Order number 4111111111111111", "our order no. 4111 1111 1111 1111", "order #4111111111111111", "pedido nº 4111111111111111",
		"4111111111111111 is the tracking number", "IMEI: 490154203237518", "IMEI 378282246310005",
		"GB82 WEST 1234 5698 7654 32", "DE89 3704 0044 0532 0130 00", "ES9121000418450200051332", "es91 2100 0418 4502 0005 1332",
		"IBAN ES00 2100 4184 5020 0051 3326",
		"1Z999AA10123456784", "9400 1000 0000 0000 0000 00", "9400111899223344556670",
		"4.111.111.111.111,00 EUR", "12,000.00", "2026-11-24T10:00:00Z", "2026-11-24 10:00",
		"4006381333931", "6c84fb90-12c4-4111-1111-111111111111", "501800000009",
		"https://example.slack.com/archives/C0123/p1700000000123456?thread_ts=1700000000.123456",
		"https://shop.example/orders/4111111111111111",
		"•••• •••• •••• 1111", "••••••••••••1111 12/27 123",
	} {
		if got, found := new(redact.Masker).Mask(text); got != text || found != 0 {
			t.Errorf("Mask(%q) = %q, %v, want it as it is", text, got, found)
		}
	}
}

// TestOwnPatterns: what a team names by a pattern is replaced.
func TestOwnPatterns(t *testing.T) {
	m, err := redact.New([]redact.Pattern{{"passport", `\b[A-Z]{2}\d{7}\b`}, {"code", `code \d{4}`}})
	if err != nil {
		t.Fatal(err)
	}

	for text, want := range map[string]string{
		"Passport AB1234567, card 4111111111111111": "Passport [passport removed], card ••••••••••••1111",
		"code 4111 1111 1111 1111":                  "[code removed]",
		"[passport removed] code 12345":             "[passport removed] [code removed]5",
	} {
		got, _ := m.Mask(text)
		if got != want {
			t.Errorf("Mask(%q) = %q, want %q", text, got, want)
		}

		if again, found := m.Mask(got); again != got || found != 0 {
			t.Errorf("Mask(%q) = %q, %v, want it as it is", got, again, found)
		}
	}
}

func TestPatternsThatCantBe(t *testing.T) {
	for _, p := range []redact.Pattern{
		{"", "x1"}, {"a]", "x1"}, {"passport", "("}, {"passport", "a*"}, {"passport", ".+"}, {"passport", `(?s).*\S`}, {"passport", `\d`},
	} {
		if _, err := redact.New([]redact.Pattern{p}); err == nil || !strings.Contains(err.Error(), p.Name) {
			t.Errorf("New(%v) = %v, want an error that names it", p, err)
		}
	}
}

// texts are what people may write, with digits, what stands between them, and words
// that say what a number is.
func texts() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"4111111111111111", "4111 1111 1111 1111", "5500 0000 0000 0004", "378282246310005", "4000", "1111", "12", "•", "••••", "••••••••",
			" ", "  ", "\n", "-", ".", "/", ",", "> ", "+", "order ", "card ", "tel ", "x", "é", "４", "\xff", "DE89 3704 0044 0532 0130 00", "是",
			"[passport removed]", "AB1234567",
		}),
		rapid.StringMatching(`[0-9]{1,6}`),
		rapid.String(),
	)

	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 24).Draw(t, "pieces"), "") })
}

// TestMaskingChangesOnlyDigits: what is masked differs from the text in digits
// alone, and is masked once and for all.
func TestMaskingChangesOnlyDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		if err := onlyDigits(text); err != nil {
			t.Fatal(err)
		}
	})
}

// onlyDigits says what masking did to a text besides masking digits, nil for
// nothing.
func onlyDigits(text string) error {
	m := new(redact.Masker)

	masked, found := m.Mask(text)
	if again, more := m.Mask(masked); again != masked || more != 0 {
		return fmt.Errorf("Mask(%q) = %q, which Mask makes %q", text, masked, again)
	}

	if found == 0 && masked != text {
		return fmt.Errorf("Mask(%q) = %q, 0", text, masked)
	}

	bullets := 0

	for rest, of := masked, text; of != ""; {
		r, size := utf8.DecodeRuneInString(of)
		if unicode.IsDigit(r) && strings.HasPrefix(rest, redact.Bullet) {
			rest, bullets = rest[len(redact.Bullet):], bullets+1
		} else if strings.HasPrefix(rest, of[:size]) {
			rest = rest[size:]
		} else {
			return fmt.Errorf("Mask(%q) = %q, which differs in more than digits", text, masked)
		}

		of = of[size:]
		if of == "" && rest != "" {
			return fmt.Errorf("Mask(%q) = %q, which has more behind it", text, masked)
		}
	}

	if bullets < 8*found {
		return fmt.Errorf("Mask(%q) = %q, %v: %v digits are masked", text, masked, found, bullets)
	}

	return nil
}

// TestWrittenCardsAreMasked: a valid number is masked in any of the ways in which
// people write it.
func TestWrittenCardsAreMasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.SampledFrom([]string{
			"4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "30569309025904", "3530111333300000",
		}).Draw(t, "number")
		between := rapid.SampledFrom([]string{"", " ", "  ", "-", ".", "/", "\u00a0", " - ", "\n", "\u2011", "\r\n"}).Draw(t, "between")
		before := rapid.SampledFrom([]string{"", "my card ", "card:", "x", "I paid with ", "(", "2 of these; ", "é"}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", " please", ".", "x", ")", " exp 12/27", "\n\nThanks"}).Draw(t, "after")

		text := before + strings.Join([]string{number[:4], number[4:8], number[8:12], number[12:]}, between) + after
		masked, found := new(redact.Masker).Mask(text)

		if found != 1 || strings.Contains(strings.ReplaceAll(masked, between, ""), number[:8]) {
			t.Fatalf("Mask(%q) = %q, %v, want the number masked", text, masked, found)
		}
	})
}

func FuzzMask(f *testing.F) {
	for _, text := range []string{"4111 1111 1111 1111", "order 5500000000000004 • 12", "DE89 3704 0044 0532 0130 00", "•••• 4111", "\xff4\xfe"} {
		f.Add(text)
	}

	f.Fuzz(func(t *testing.T, text string) {
		if err := onlyDigits(text); err != nil {
			t.Error(err)
		}
	})
}

// BenchmarkMask shows that ten times the text takes ten times as long.
func BenchmarkMask(b *testing.B) {
	for name, piece := range map[string]string{
		"words": "The parcel of order 4711 came broken, twice. ", "cards": "4111 1111 1111 1111 ", "digits": "4", "groups": "41 ", "accounts": "DE89 ",
	} {
		for _, size := range []int{10_000, 100_000} {
			text := strings.Repeat(piece, size/len(piece))

			b.Run(fmt.Sprintf("%v/%v", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))

				for b.Loop() {
					new(redact.Masker).Mask(text)
				}
			})
		}
	}
}
