package bot

import (
	"slices"
	"testing"
)

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

func TestReadAmount(t *testing.T) {
	refund := Option{Name: "Refund", Currency: "USD", UpTo: map[Rank]int64{AgentRank: 5000}}
	credit := Option{Name: "Gutschein", Currency: "USD", UpTo: map[Rank]int64{SupervisorRank: 5000}}
	euros := Option{Name: "Erstattung", Currency: "EUR", UpTo: map[Rank]int64{AgentRank: 5000}}

	s := &session{desk: &Desk{settings: Settings{Teams: []Team{
		{ID: "one", Options: []Option{refund, credit}},
		{ID: "two", Options: []Option{refund, euros}},
		{ID: "none", Options: []Option{{Name: "Letter"}, {Name: "Call"}}},
	}}}}

	for _, tt := range []struct {
		team  TeamID
		words string
		said  string // "" for as it was written
		sum   int64  // unsaid for money of which nobody said how much
	}{
		{"one", "80 USD refund", "", 8000},
		{"one", "80", "80 USD", 8000},
		{"one", "a refund of 4,000.50", "a refund of 4,000.50 USD", 400050},
		{"one", "80 Gutschein, please.", "80 USD Gutschein, please.", 8000},
		{"one", "80 for her blender", "", unsaid},
		{"one", "about fifty", "", unsaid},
		{"one", "4k for the kitchen", "", unsaid},
		{"one", "50% off", "", unsaid},
		{"one", "$2k back", "", unsaid},
		{"one", "$2.5k back", "", unsaid},
		{"one", "USD 2 thousand", "", unsaid},
		{"one", "$1.5 million and 20 USD", "", unsaid},
		{"one", "20 USD and 2k for the kitchen", "", unsaid},
		{"one", "USD 50-600", "", 60000},
		{"one", "USD 50 - 600", "", 60000},
		{"one", "20 USD back for order 4711", "", 2000},
		{"one", "$20, kindly", "", 2000},
		{"two", "2 mil euros", "", unsaid},
		{"two", "EUR 2 mil", "", unsaid},
		{"one", "50-60 for it", "", unsaid},
		{"one", "50,- for it", "", unsaid},
		{"one", "30 now, 400 in May", "", unsaid},
		{"one", "4000 CHF", "", unsaid},
		{"one", "Refund beyond the deadline", "", unsaid},
		{"one", "Ein Gutschein", "", unsaid},
		{"one", "Que le devolver su dinero", "", unsaid},
		{"one", "unos cincuenta", "", unsaid},
		{"one", "A new blender for order 4711", "", 0},
		{"one", "A new blender, the card was •••• 1881", "", 0},
		{"one", "A new blender, #4711 and K-1042", "", 0},
		{"one", "2 new blenders", "", 0},
		{"one", "Swap it after the deadline", "", 0},
		{"two", "80", "", unsaid},
		{"two", "80 EUR", "", 8000},
		{"two", "Erstattung for the freight", "", unsaid},
		{"two", "A new blender", "", 0},
	} {
		said, sum, currency := s.readAmount(tt.words, tt.team)
		got := Context{Amount: said, Sum: sum, Currency: currency}

		if want := or(tt.said, tt.words); said != want || got.sum() != tt.sum {
			t.Errorf("readAmount(%q) of a team with %v = %q, %v, want %q, %v", tt.words, tt.team, said, got.sum(), want, tt.sum)
		}
	}

	if _, sum, currency := s.readAmount("80", "none"); sum != 0 || currency != "" {
		t.Errorf("readAmount(80) of a team without amounts = %v %v, want no currency", sum, currency)
	}
}

// Money of which nobody says how much is within no limit but that of whoever may give
// the most.
func TestNobodyMayGiveUnsaid(t *testing.T) {
	s := &session{desk: &Desk{settings: Settings{
		Teams: []Team{{
			ID: "billing", Supervisors: []PersonID{"dana"}, Managers: []PersonID{"priya"},
			Options: []Option{
				{Name: "Refund", Currency: "USD", UpTo: map[Rank]int64{AgentRank: 5000, SupervisorRank: 50000, ManagerRank: 500000}},
				{Name: "Credit", Currency: "USD", UpTo: map[Rank]int64{SupervisorRank: 5000}},
				{Name: "Letter"},
			},
		}},
	}}}

	for _, tt := range []struct {
		option string
		may    []PersonID
	}{
		{"", []PersonID{"priya"}}, {"Refund", []PersonID{"priya"}}, {"Credit", []PersonID{"dana", "priya"}}, {"Letter", []PersonID{"maria", "dana", "priya"}},
	} {
		for _, who := range []PersonID{"maria", "dana", "priya"} {
			if got, want := s.mayGive(who, "billing", tt.option, unsaid, "USD"), slices.Contains(tt.may, who); got != want {
				t.Errorf("mayGive(%v, %q, unsaid) = %v, want %v", who, tt.option, got, want)
			}
		}
	}
}
