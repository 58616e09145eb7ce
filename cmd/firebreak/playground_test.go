package main

import "testing"

// TestPlaygroundEscalation is an agent and her supervisor on Teams, each before a
// client of Microsoft's, with the real binary between them: what they can't find
// by its visible words, they can't press.
func TestPlaygroundEscalation(t *testing.T) {
	p := newPlayground(t)
	maria, dana := p.sits("Maria"), p.sits("Dana")

	maria.says("escalate")
	maria.sees("Needed: Customer, What happened")
	maria.fills("Customer", "Ms Kovac")
	maria.presses("Page a supervisor")
	maria.sees("Please fill this in.")
	maria.chooses("Heat", "4 · furious")
	maria.chooses("Kind of help", "Approve something beyond my limit")
	maria.presses("Show what this needs")
	maria.sees("What is to be approved")
	maria.chooses("Kind of help", "Take over")
	maria.fills("What happened", "Her refund was promised twice, and is not paid")
	maria.presses("Page a supervisor")
	maria.sees("E-1 · Paging Dana Reed")
	maria.misses("Page a supervisor") // the form has closed

	dana.sees("E-1 · Maria Santos needs you to take over")
	dana.sees("Her refund was promised twice, and is not paid")
	dana.picture("teams-page.png")
	dana.presses("Take it")
	dana.sees("E-1 · You have it")
	dana.misses("Take it")

	maria.sees("E-1 · Dana Reed has it")
	maria.picture("teams-agent.png")
	maria.presses("I introduced them")
	dana.sees("Maria Santos has introduced you")

	dana.presses("Customer is with me")
	dana.sees("E-1 · You are on it")
	dana.presses("Resolve")
	dana.sees("Resolve E-1")
	dana.chooses("Outcome", "Refund or credit")
	dana.fills("What was agreed", "Paid out today")
	dana.picture("teams-resolve.png")
	dana.presses("Resolve")
	dana.sees("E-1 · resolved")
	maria.sees("E-1 · Closed")
	maria.sees("E-1 · Resolved by Dana Reed")
}
