package main

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// threatScenes show what happens after a threat: the steps while the customer is
// there, the incident, hard stops, and restrictions on the customer.
var threatScenes = []galleryScene{
	{name: "threat-steps", play: threatStepsScene},
	{name: "threat-danger", play: threatDangerScene},
	{name: "threat-withdrawn", play: threatWithdrawnScene},
	{name: "hard-stop-legal", play: func(s *studio) { hardStopScene(s, bot.Legal) }},
	{name: "hard-stop-media", play: func(s *studio) { hardStopScene(s, bot.Media) }},
	{name: "hard-stop-self-harm", play: func(s *studio) { hardStopScene(s, bot.SelfHarm) }},
	{name: "hard-stop-fraud", play: func(s *studio) { hardStopScene(s, bot.Fraud) }},
	{name: "hard-stop-words", play: hardStopWordsScene},
	{name: "restricted", play: restrictedScene},
	{name: "restriction-reviewed", play: reviewedScene},
	{name: "restriction-over", play: restrictionOverScene},
}

func threatStepsScene(s *studio) {
	s.open("maria", bot.Threat)
	s.press("maria", "warned")
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"verbatim": {"You will all be sorry"}})
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "ended_contact")
	s.press("maria", "write_down")
	s.submit("maria", chat.Values{
		"what": {"threat"}, "words": {"I know your car"}, "at": {"2026-11-23T08:50:00Z"}, "where": {"Phone, from an unknown number"},
		"against": {"Me and my family"}, "witnesses": {"Tom Becker"}, "warned": {"yes"}, "ended": {"yes"}, "danger": {"no"},
		"reported": {"police", "works council"}, "report_ref": {"2026/77"},
	})
	s.press("dana", "write_down")
	s.submit("dana", chat.Values{"what": {"insults"}, "warned": {"no"}, "ended": {"no"}})
	s.command("dana", "E-1")
}

func threatDangerScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"signs": {"insults"}, "customer": {"Ms Kovac"}, "happened": {"Shouts and swears"}})
	s.press("maria", "fast_path")
	s.press("maria", "write_down")
	s.submit("maria", chat.Values{"danger": {"yes"}})
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"20"}})
}

func threatWithdrawnScene(s *studio) {
	s.named("maria", "calm", "español")
	s.open("maria", bot.Threat)
	s.press("maria", "withdraw")
	s.press("maria", "ended_contact")
	s.press("maria", "write_down")
	s.submit("maria", chat.Values{"words": {"Wait until I get there"}})
}

// hardStopScene has a hard stop named when somebody has the case already.
func hardStopScene(s *studio, stop bot.Trigger) {
	s.open("maria", bot.JoinUs)
	s.press("dana", "take")
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"trigger": {string(stop)}, "customer": {"Ms Kovac"}, "happened": {"Charged twice"}})
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"20"}})
}

func hardStopWordsScene(s *studio) {
	s.command("maria", "now Says that his lawyer and a journalist will call")
	s.tap("maria", "hard_stop")
	s.command("tom", "now Asks for her lawyer, and shouts")
	s.tap("tom", "none_of_these")
	s.command("tom", "E-2")
}

// restricted has Dana restrict the customer of E-1 until a time.
func (s *studio) restricted(until time.Time) {
	s.open("maria", bot.Threat)
	s.press("dana", "take")
	s.press("dana", "restrict")
	s.submit("dana", chat.Values{"what": {bot.SupervisorOnly}, "why": {"Threatened Maria on the phone"}, "until": {until.Format(time.RFC3339)}})
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"20"}})
}

func restrictedScene(s *studio) {
	s.restricted(s.now.Add(20 * day))
	s.open("tom", bot.Advise)
	s.command("dana", "restrictions")
	s.command("lee", "restrictions")
	s.command("maria", "restrictions")
	s.tap("dana", "lift_restriction")
	s.command("dana", "restrictions")
	s.command("dana", "E-1")
}

func reviewedScene(s *studio) {
	s.restricted(s.now.Add(20 * day))
	s.now = s.now.Add(10 * day)
	s.wait(time.Second)
	s.tap("dana", "change_restriction")
	s.submit("dana", chat.Values{"until": {s.now.Add(12 * day).Format(time.RFC3339)}})
	s.now = s.now.Add(6 * day)
	s.wait(time.Second)
	s.tap("priya", "keep_restriction")
	s.tap("dana", "keep_restriction") // is late
	s.tap("lee", "lift_restriction")  // may not
}

func restrictionOverScene(s *studio) {
	s.restricted(s.now.Add(3 * day))
	s.now = s.now.Add(4 * day)
	s.wait(time.Second)
}
