package main

import (
	"slices"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// updateScenes are about what is told to customers, written down and asked after
// the call.
var updateScenes = []galleryScene{
	{name: "updates", play: updatesScene},
	{name: "updates-unanswered", play: updatesUnansweredScene},
	{name: "updates-news", play: updatesNewsScene},
	{name: "details", play: detailsScene},
	{name: "touch", play: touchScene, settings: touchSettings},
	{name: "touch-missed", play: touchMissedScene, settings: touchSettings},
}

// touchSettings wish for a second touch three days after an outcome.
func touchSettings(t testing.TB) bot.Settings {
	t.Helper()

	config, err := ParseConfig("demo.yaml", append(slices.Clone(demoConfig), galleryConfig...))
	if err != nil {
		t.Fatal(err)
	}

	settings := config.settings()
	settings.SecondTouch = 3 * day

	return settings
}

// updatesScene reminds the agent of a case that came back, by the default rhythm.
func updatesScene(s *studio) {
	s.open("maria", bot.JoinUs)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "hand_back")
	s.submit("dana", chat.Values{"advice": {"Offer the replacement and a credit of 20 USD"}, "every": {"48h"}})
	s.press("maria", "told_customer")
	s.submit("maria", chat.Values{"how": {"email"}, "said": {"The courier comes on Thursday"}})
	s.wait(2 * day)
	s.press("maria", "remind_later", s.values["remind_later"])
	s.press("maria", "remind_later", s.values["remind_later"])
	s.press("maria", "told_customer")
	s.submit("maria", chat.Values{"how": {"phone"}, "next": {"2026-11-26T14:00:00Z"}})
	s.press("maria", "remind_later", s.values["remind_later"])
	s.command("maria", "E-1")
	s.command("maria", "list")
}

// updatesUnansweredScene reminds a supervisor until the managers are told.
func updatesUnansweredScene(s *studio) {
	s.open("maria", bot.Advise)
	s.press("dana", "take")
	s.press("dana", "join")

	for range 10 {
		s.wait(day)
	}

	s.press("priya", "told_customer")
	s.submit("priya", chat.Values{"how": {"phone"}})
}

// updatesNewsScene has something new to tell, and nothing known of the customer.
func updatesNewsScene(s *studio) {
	s.command("maria", "now")
	s.press("dana", "take")
	s.press("dana", "join")
	s.wait(time.Minute)
	s.press("dana", "note")
	s.submit("dana", chat.Values{"note": {"The warehouse has found the parcel"}})
	s.wait(day)
}

// detailsScene pages in a hurry, and is completed when it is closed.
func detailsScene(s *studio) {
	s.command("maria", "now")
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}})
	s.wait(15 * time.Minute)
	s.wait(time.Hour)
	s.press("maria", "add_context")
	s.submit("maria", theCase(bot.TakeOver))
	s.press("maria", "add_context")
}

// touchScene asks a customer some days later whether all is well.
func touchScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"80.50"}, "agreed": {"The money goes back to her card today"}, "second_touch": {"yes"}})
	s.wait(3 * day)
	s.press("dana", "touched")
	s.press("dana", "no_touch")
	s.command("dana", "E-1")
}

// touchMissedScene has nobody make it, and the next one not needed.
func touchMissedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {bot.NotPossible}, "why": {"It is older than two years"}, "instead": {"A repair at cost"}, "second_touch": {"yes"}})
	s.wait(3 * day)
	s.wait(day)
	s.wait(3 * day) // over the weekend
	s.press("dana", "no_touch")
}
