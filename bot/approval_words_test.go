package bot

import "testing"

func TestAmountIn(t *testing.T) {
	for _, tt := range []struct {
		words    string
		want     int64
		currency string
	}{
		{"4000 USD refund", 400000, "USD"},
		{"a refund of usd 80.50", 8050, "USD"},
		{"$4,000 back", 400000, "USD"},
		{"4.000 USD", 400000, "USD"},
		{"4 000 USD", 400000, "USD"},
		{"1.234,56 € de reembolso", 123456, "EUR"},
		{"80 USD now and 4000 USD in June", 400000, "USD"},
		{"4000 dollars", 400000, "USD"},
		{"for order 4711 80 USD", 8000, "USD"},
		{"a refund for order 4711", 0, ""},
		{"4000 CHF", 0, ""},
		{"", 0, ""},
	} {
		if got, currency := amountIn(tt.words, []string{"USD", "EUR"}); got != tt.want || currency != tt.currency {
			t.Errorf("amountIn(%q) = %v %v, want %v %v", tt.words, got, currency, tt.want, tt.currency)
		}
	}
}
