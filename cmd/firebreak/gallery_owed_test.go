package main

import (
	"fmt"
	"maps"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// owedScenes show promises and follow-ups: how they are made, asked for, moved and
// ended.
var owedScenes = []galleryScene{
	{name: "owed-climbs", play: climbScene},
	{name: "owed-moved", play: movedScene},
	{name: "owed-left-over", play: leftOverScene},
	{name: "owed-approved", play: func(s *studio) { approvalScene(s, "approve_owed") }},
	{name: "owed-denied", play: func(s *studio) { approvalScene(s, "deny_owed") }},
	{name: "owed-authority", play: authorityScene},
	{name: "owed-given", play: givenScene},
	{name: "owed-listed", play: listedScene},
}

// owing is a case of Maria's that Dana has resolved, and in which something is
// owed. The day is Monday, 9:00 in London.
func (s *studio) owing(more chat.Values) {
	s.t.Helper()
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")

	values := chat.Values{"outcome": {"Explained and accepted"}}
	maps.Copy(values, more)

	s.submit("dana", values)
}

// climbScene has nobody ever do what was promised.
func climbScene(s *studio) {
	s.owing(chat.Values{"promise": {"A written apology, signed by the manager"}, "promise_when": {"2026-11-24T15:00:00Z"}})
	s.now = time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC)
	s.wait(0)

	for range 16 {
		s.untilDue()
	}

	s.command("maria", "E-1")
}

// untilDue lets time pass until something is due for E-1.
func (s *studio) untilDue() {
	s.t.Helper()

	var due time.Time

	s.must(s.store.View(s.t.Context(), func(tx bot.Tx) error {
		e, err := tx.Escalation(1)
		if err == nil {
			due = e.Due()
		}

		return err
	}))

	if wait := due.Sub(s.now); wait < 10*24*time.Hour {
		s.wait(wait)
	}
}

// movedScene agrees new times, before due and after, in the zone of a customer in
// New York.
func movedScene(s *studio) {
	s.command("maria", "")
	s.change("maria", chat.Values{"kind": {"take over"}, "zone": {"America/New_York"}})

	promised := theCase(bot.TakeOver)
	promised["zone"], promised["promised_for"], promised["promised_for_in"] = []string{"America/New_York"}, []string{"2026-11-24T10:00:00Z"}, []string{"customer"}
	s.submit("maria", promised)
	s.press("dana", "take")
	s.press("dana", "promise_callback")
	s.submit("dana", chat.Values{"when": {"2026-11-23T15:00:00Z"}, "when_in": {"customer"}, "where": {"+1 212 555 0100"}, "ask_for": {"Ms Kovac"}})
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}})
	s.press("maria", "move_owed", "E-1/1")
	s.submit("maria", chat.Values{"when": {"2026-11-24T12:00:00Z"}, "when_in": {"customer"}, "told": {"That I call after lunch"}})
	s.press("dana", "move_owed", "E-1/1")
	s.submit("dana", chat.Values{"when": {"2026-11-24T13:00:00Z"}, "when_in": {"customer"}, "told": {"A little later"}})
	s.now = time.Date(2026, 11, 24, 19, 30, 0, 0, time.UTC)
	s.wait(0)
	s.press("maria", "move_owed", "E-1/1")
	s.submit("maria", chat.Values{"when": {"2026-11-25T12:00:00Z"}, "told": {"Tomorrow"}})
	s.press("lee", "take_owed", "E-1/1")
	s.press("dana", "done", "E-1/1")
	s.press("maria", "drop_owed", "E-1/2")
	s.submit("maria", chat.Values{"why": {"She called us"}})
	s.press("maria", "done", "E-1/2")
	s.command("maria", "E-1")
}

// leftOverScene has a follow-up of which something is left over.
func leftOverScene(s *studio) {
	s.owing(chat.Values{
		"followup_when": {"2026-11-23T12:00:00Z"}, "followup_how": {"phone"}, "followup_who": {string(account("maria"))}, "agreed": {"A new blender by courier"},
	})
	s.wait(3 * time.Hour)
	s.press("maria", "follow_up_done", "E-1/1")
	s.submit("maria", chat.Values{
		"agreed": {"not all"}, "left": {"The cable is missing"}, "reopen": {"agent"}, "says": {"The blender is fine"}, "satisfied": {"no"},
	})
	s.command("maria", "E-1")
}

// approvalScene promises more than Dana may.
func approvalScene(s *studio, decision string) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{
		"outcome": {"Explained and accepted"}, "promise": {"All her money back, and the courier"}, "promise_when": {"2026-11-23T16:00:00Z"},
		"promise_option": {"Refund"}, "promise_amount": {"600.50"},
	})
	s.named("dana", "followups", "")
	s.press("priya", decision, "E-1/1")
	s.press("priya", decision, "E-1/1")
	s.command("maria", "E-1")
}

// authorityScene names an owner who may promise what is promised, and has them approve
// one and deny another, about which the customer is then told.
func authorityScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")

	for n, decision := range []string{"approve_owed", "deny_owed"} {
		amount := fmt.Sprint(700 + n)
		s.press("dana", "add_owed")
		s.submit("dana", chat.Values{
			"kind": {"promise"}, "text": {"Money back: " + amount}, "when": {"2026-11-23T16:00:00Z"}, "owner": {string(account("priya"))},
			"promise_option": {"Refund"}, "promise_amount": {amount},
		})
		s.press("priya", decision, fmt.Sprintf("E-1/%d", n+1))
	}

	s.press("dana", "follow_up_done", "E-1/3")
	s.submit("dana", chat.Values{"agreed": {"yes"}})
}

// givenScene gives somebody else something to do, and has somebody else do it.
func givenScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "add_owed")
	s.submit("dana", chat.Values{"kind": {"promise"}, "text": {"A call when the parcel is there"}, "when": {"2026-11-23T11:00:00Z"}, "owner": {string(account("tom"))}})
	s.press("dana", "done", "E-1/1")
	s.press("dana", "add_owed")
	s.submit("dana", chat.Values{"kind": {"follow-up"}, "text": {"Ask the courier"}, "when": {"2026-11-23T10:30:00Z"}, "owner": {string(account("tom"))}})
	s.press("dana", "drop_owed", "E-1/2")
	s.submit("dana", chat.Values{"why": {"The courier called"}})
	s.press("dana", "add_owed")
	s.submit("dana", chat.Values{"kind": {"follow-up"}, "text": {"Ask the shop"}, "when": {"2026-11-23T10:30:00Z"}, "owner": {string(account("tom"))}})
	s.wait(4 * time.Hour)
	s.press("dana", "follow_up_done", "E-1/3")
	s.submit("dana", chat.Values{"agreed": {"yes"}})
}

// listedScene lists what people owe.
func listedScene(s *studio) {
	for _, who := range []string{"maria", "dana"} {
		s.named(who, chat.HomeOpened, "")
	}

	s.named("maria", "followups", "")
	s.named("maria", "followups", "help")
	s.named("maria", "followups", "what")
	s.named("maria", "followups", "team")
	s.named("priya", "followups", "team")
	s.press("maria", "add_owed_to", "")

	s.owing(chat.Values{"promise": {"A written apology"}, "promise_when": {"2026-11-23T16:00:00Z"}})
	s.press("maria", "add_owed_to", "")
	s.submit("maria", chat.Values{"kind": {"follow-up"}, "text": {"Ask whether the blender came"}, "when": {"2026-11-23T10:00:00Z"}, "how": {"phone"}, "where": {"555 0100"}})
	s.openFor("maria", "Mr Adler", bot.Advise)
	s.press("maria", "add_owed_to", "")
	s.submit("maria", chat.Values{"escalation": {"E-1"}, "kind": {"promise"}, "text": {"A call before the weekend"}, "when": {"2026-11-27T10:00:00Z"}})
	s.wait(3 * time.Hour)
	s.named("maria", "followups", "")
	s.named("maria", "say", "followups")
	s.named("priya", "followups", "team")
	s.command("priya", "E-1")
	s.named("maria", chat.HomeOpened, "")
}
