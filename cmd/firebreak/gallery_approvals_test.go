package main

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// approvalScenes show how approvals are asked for, passed on, given in part and end,
// and how gestures are remembered.
var approvalScenes = []galleryScene{
	{name: "approval-form", play: approvalFormScene},
	{name: "approval-referred", play: referredScene},
	{name: "approval-beyond", play: beyondScene},
	{name: "approval-part", play: partScene},
	{name: "approval-unsaid", play: unsaidScene},
	{name: "approval-ran-out", play: ranOutScene},
	{name: "approval-unanswered", play: unapprovedScene},
	{name: "gesture-again", play: gestureScene},
}

// asking is a case in which an amount of a refund is to be approved.
func asking(amount string) chat.Values {
	v := theCase(bot.Approve)
	delete(v, "amount")
	v["approve_option"], v["approve_amount"] = []string{"Refund"}, []string{amount}

	return v
}

// asks has Maria ask for a refund to be approved.
func (s *studio) asks(amount string) {
	s.command("maria", "")
	s.change("maria", chat.Values{"kind": {"approve"}, "approve_option": {"Refund"}})
	s.submit("maria", asking(amount))
}

// approvalFormScene fills the form in every way.
func approvalFormScene(s *studio) {
	s.command("maria", "")
	s.change("maria", chat.Values{"kind": {"approve"}, "approve_option": {"-"}})
	s.change("maria", chat.Values{"kind": {"approve"}, "approve_option": {"Refund"}})
	s.submit("maria", asking("40"))
}

// referredScene raises what was asked for beyond what Dana may approve.
func referredScene(s *studio) {
	s.asks("80")
	s.press("dana", "take")
	s.press("maria", "add_context")
	s.submit("maria", asking("700"))
	s.press("dana", "approve_other")
	s.press("dana", "approve")
}

// beyondScene raises it beyond what anybody may approve.
func beyondScene(s *studio) {
	s.asks("600")
	s.press("maria", "add_context")
	s.submit("maria", asking("9000"))
}

// unsaidScene asks Dana, who has it, for money without saying how much.
func unsaidScene(s *studio) {
	s.asks("80")
	s.press("dana", "take")

	v := theCase(bot.Approve)
	v["approve_option"], v["amount"] = []string{"-"}, []string{"All of what she paid"}

	s.press("maria", "add_context")
	s.submit("maria", v)
	s.press("dana", "approve_other")
	s.press("dana", "approve")
}

// partScene approves less than was asked for.
func partScene(s *studio) {
	s.asks("80")
	s.press("dana", "approve_other")
	s.submit("dana", chat.Values{"sum": {"60.50"}, "note": {"The rest as a voucher"}})
	s.press("maria", "resolve")
	s.change("maria", chat.Values{"outcome": {"Refund"}})
	s.submit("maria", chat.Values{"outcome": {"Refund"}, "amount": {"60.50"}, "satisfied": {"yes"}})
	s.press("maria", "thank_you")
}

// ranOutScene has nobody use an approval.
func ranOutScene(s *studio) {
	s.asks("600")
	s.press("priya", "approve_other")
	s.submit("priya", chat.Values{"sum": {"500"}})
	s.wait(25 * time.Hour)
}

// unapprovedScene writes down an outcome beyond Dana's limit, and nobody approves it.
func unapprovedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.change("dana", chat.Values{"outcome": {"Refund"}})
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"600"}})
	s.wait(16 * time.Minute)
	s.wait(24 * time.Hour)
	s.command("maria", "E-1")
}

// gestureScene gives a customer a refund, and is about to give another.
func gestureScene(s *studio) {
	s.owing(chat.Values{"outcome": {"Refund"}, "amount": {"40"}})
	s.wait(time.Hour)
	s.asks("80")
	s.submit("maria", asking("80"))

	again := asking("80")
	again["again"] = []string{"yes"}
	s.submit("maria", again)
	s.press("dana", "take", "E-2")
	s.press("dana", "resolve", "E-2")
	s.submit("dana", chat.Values{"outcome": {"Refund"}, "amount": {"80"}})
}
