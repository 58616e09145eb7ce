package main

import (
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// customerScenes are about what is known of a customer.
var customerScenes = []galleryScene{
	{name: "known", play: knownScene, settings: linkedCustomers},
	{name: "threatened", play: threatenedScene, settings: dutySettings},
	{name: "namesake", play: namesakeScene, settings: dutySettings},
}

// linkedCustomers lead to another system.
func linkedCustomers(t testing.TB) bot.Settings {
	t.Helper()

	settings := dutySettings(t)
	settings.Teams[0].CustomerLink = galleryCRM + "{reference}"

	return settings
}

const galleryCRM = "https://crm.example.com/customers/"

// knownScene has a customer of whom there is everything to know, and a promise.
func knownScene(s *studio) {
	s.open("tom", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Replacement sent"}, "promise": {"A credit of 20 USD"}})

	s.know(func(c *bot.Customer) {
		c.Times = 12
		c.Visits = append(c.Visits, bot.Visit{At: s.now.AddDate(-1, 0, 0), Owner: "lee", Outcome: "Refund"})
		c.Gestures = []bot.Gesture{
			{Option: "Goodwill credit", Amount: 2050, Currency: "USD", By: "dana", At: s.now.AddDate(0, 0, -9)},
			{Option: "Replacement sent", By: "lee", At: s.now.AddDate(0, -1, 0)},
			{Option: "Refund", Amount: 8000, Currency: "USD", By: "dana", At: s.now.AddDate(0, -2, 0)},
			{Option: "Refund", Amount: 4000, Currency: "USD", By: "dana", At: s.now.AddDate(0, -3, 0)},
		}
		c.Incidents = []bot.Incident{
			{Agent: bot.PersonID(account("tom")), At: s.now.AddDate(0, 0, -30)}, {Agent: bot.PersonID(account("tom")), At: s.now.AddDate(0, 0, -40)},
		}
		c.Restrictions = []bot.Restriction{
			{N: 1, What: "Supervisor only", Why: "Threatened Tom twice", By: "priya", From: s.now.AddDate(0, 0, -30), Until: s.now.AddDate(0, 2, 0)},
			{N: 2, What: "Written contact only", By: "priya", From: s.now.AddDate(0, 0, -30), Until: s.now},
			{N: 3, What: "No visits in person", By: "priya", From: s.now.AddDate(0, 0, -3), Until: s.now.AddDate(0, 2, 0), Ended: s.now},
		}
	})

	s.wait(time.Hour)
	s.command("maria", "")
	s.change("maria", chat.Values{"team": {"billing"}, "reference": {"4711"}, "channel": {"in person"}})
	s.submit("maria", theCase(bot.TakeOver))
	s.press("maria", "add_context")
	s.press("maria", "promise_callback")
	s.press("dana", "show", "E-1")
	s.press("lee", "take")
	s.press("lee", "resolve")
	s.press("lee", "add_owed")
	s.command("maria", "E-2")
}

// know has something be known of the customer of all cases.
func (s *studio) know(change func(*bot.Customer)) {
	s.t.Helper()

	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		c, err := tx.Customer("billing", "4711")
		if err != nil {
			return err
		}

		change(c)

		return tx.PutCustomer(c)
	}))
}

// threatenedScene has an agent get a customer again who threatened them.
func threatenedScene(s *studio) {
	s.open("maria", bot.Threat)
	s.press("dana", "take")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}})
	s.wait(time.Hour)

	s.open("maria", bot.JoinUs)
	s.press("maria", "withdraw")
	s.open("maria", bot.TakeOver)
}

// namesakeScene has a customer without a reference whose name is known.
func namesakeScene(s *studio) {
	s.open("tom", bot.TakeOver)
	s.openFor("maria", "KOVAC", bot.TakeOver)
	s.press("maria", "add_context")
	s.press("maria", "same_customer")
	s.press("maria", "same_customer") // once more

	for _, reference := range []string{"4712", "4713", "4714"} {
		other := theCase(bot.TakeOver)
		other["reference"] = []string{reference}

		s.command("tom", "")
		s.submit("tom", other)

		if reference == "4712" {
			s.openFor("maria", "Mrs. Kovac", bot.Advise)
		}
	}

	s.openFor("maria", "Dr Kovac", bot.CallBack)
}
