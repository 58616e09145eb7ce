package main

import (
	"io"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// asksForMuch has Maria ask for a refund that a manager may approve, and no supervisor.
func (d *customerDesk) asksForMuch() {
	d.t.Helper()

	d.settings.Teams[0].Options = []bot.Option{
		{Name: "Refund", Currency: "USD", UpTo: map[bot.Rank]int64{bot.SupervisorRank: 10000, bot.ManagerRank: 50000}}, {Name: "Other"},
	}
	d.on(d.store, io.Discard)

	d.sends(mariaOnTeams, "escalate", "", chat.Values{
		"kind": {"approve"}, "approve_option": {"-"}, "amount": {"300 USD for the freight"}, "customer": {"Mr Zeller"}, "happened": {"He shouts"},
	})
}

// Nobody reads of others who may approve it where there are none: whoever is on the
// chain is paged.
func TestNobodyIsThereWhoMayApprove(t *testing.T) {
	d := newCustomerDesk(t)
	priya := d.settings.People["priya"]
	priya.Manager, d.settings.Teams[0].Managers = false, nil
	d.settings.People["priya"] = priya
	d.asksForMuch()

	if card := d.drawn(mariasCard(1)); !strings.Contains(card, "Nobody who may approve that much is here.") || strings.Contains(card, "I page only") {
		t.Errorf("Maria's card says\n%v\nwant that nobody is here who may", card)
	}

	if page := d.drawn(danasPage(1)); strings.Contains(page, "the most is") {
		t.Errorf("Dana's page says\n%v\nwant no limit that is higher than what is asked for", page)
	}
}

// Once everybody is paged nobody reads that only some are.
func TestEverybodyIsPagedWhateverTheyMay(t *testing.T) {
	d := newCustomerDesk(t)
	d.asksForMuch()

	const only = "so I page only who may approve more"

	before := d.drawn(mariasCard(1))
	d.presses(mariaOnTeams, "page_everyone", "E-1")

	if after := d.drawn(mariasCard(1)); !strings.Contains(before, only) || strings.Contains(after, only) || !strings.Contains(after, "Dana Reed") {
		t.Errorf("Maria's card says\n%v\nand once everybody is paged\n%v\nwant %q in the first alone, and Dana Reed in the second", before, after, only)
	}
}
