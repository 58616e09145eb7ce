package main

import (
	"fmt"
	"strings"
	"testing"
)

// A hard call and the week after it, as the guide tells it: the break, what was
// promised, and what the team reads on Monday.
func TestBrowserWeek(t *testing.T) {
	s := newTheatre(t)
	b := s.open(sideBySide, desktop)
	maria, dana := b.as("U0MARIA"), b.as("U0DANA")

	b.until("it is Thursday at ten", `/^Thu 10:0/.test(document.getElementById("clock-time").textContent)`)

	b.shows("Here you are everybody")
	maria.says("/escalate now second broken blender in two weeks")
	maria.sees("Paging Dana Reed")
	b.until("the guide says no more what this is", `document.querySelector(".guide-lead").hidden`)

	// She is a customer who came before, and was promised something.
	maria.presses("Add context")
	maria.form("Add context to E-15")
	maria.fills("Customer", "Ms Kovac")
	maria.presses("Save")
	maria.closed()
	b.shows("A Ms Kovac came before")
	dana.presses("Same customer")
	b.shows("Her page says how often this customer came")
	dana.sees("3rd time")
	dana.sees("Already promised: A call when the new blender is on its way, due tomorrow at")
	dana.sees("Already given: Goodwill credit 20 USD")
	maria.sees("Already promised: A call when the new blender is on its way")
	b.guide("Your first escalation", 2)
	dana.presses("Take it")
	maria.presses("I introduced them")
	dana.sees("Maria Silva has introduced you")
	dana.presses("Customer is with me")
	dana.sees("You are on it")

	// Her part is over.
	maria.notified("Take a break of 10 minutes?")
	maria.presses("Start now")
	maria.sees("Breathe in through your nose")
	b.picture("break.png")

	dana.presses("Resolve")
	dana.form("Resolve E-15")
	dana.chooses("Outcome", "Refund")
	dana.fills("Amount in USD", "80")
	dana.fills("What else was promised to the customer", "A call when the money is on her card")
	dana.presses("Resolve")
	dana.closed()
	dana.presses("Not needed")
	b.guide("The week after", 1)

	b.moves("+10 min")
	maria.notified("Are you ready to go on?")
	maria.presses("I'm ready")
	maria.sees("Welcome back")

	dana.says("/followups")
	dana.told("A call when the money is on her card")
	b.guide("The week after", 3)

	// A night goes by.
	b.moves("+1 day")
	b.until("it is Friday", `/^Fri 10:/.test(document.getElementById("clock-time").textContent)`)
	dana.sees("Due now: A call when the money is on her card")
	b.picture("promise.png")
	dana.presses("Done")
	dana.due(1)
	dana.presses("Done") // what she owed from before
	dana.due(0)
	dana.sees("Closed")
	b.guide("The week after", 4)

	maria.presses("Give feedback")
	maria.chooses("Did you get the help you needed?", "Yes")
	maria.fills("What should be different next time?", "The customer's last call on my screen")
	maria.presses("Send")
	maria.closed()
	b.guide("The week after", 5)

	// The weekend too.
	b.moves("Mon 09:00")
	b.until("it is Monday", `/^Mon 0?9:00:/.test(document.getElementById("clock-time").textContent)`)
	b.guide("When nobody answers", 0)

	b = s.open("?left=U0PRIYA&panes=1", desktop)
	priya := b.as("U0PRIYA")
	priya.goes("C0BILLING")
	priya.sees("Billing: the week of")
	priya.sees("10 calls for help, 5 more than the week before")
	priya.sees("What customers were told would happen was done in time (7)")

	if _, text := priya.message("Billing: the week of"); !strings.Contains(text, " 9:00 ") && !strings.Contains(text, " 09:00 ") {
		t.Errorf("the digest of Monday at nine is shown as %q, want the team's time", text)
	}

	b.press("the guide", `document.getElementById("guide-button")`)
	b.picture("digest.png")
}

// A break on a phone.
func TestBrowserBreakOnAPhone(t *testing.T) {
	s := newTheatre(t)
	b := s.open("?left=U0MARIA", phone)
	maria := b.as("U0MARIA")

	maria.says("/recover")
	b.fits("the offer of a break")
	maria.presses("Start now")
	maria.sees("Breathe in through your nose")
	b.fits("a break")
	b.picture("phone-break.png")

	b.press("the clock", `document.getElementById("clock-toggle")`)
	b.fits("the clock's buttons")
	b.moves("+10 min")
	maria.sees("Are you ready to go on?")
	maria.presses("I'm ready")
	maria.sees("Welcome back")
}

// due waits until so many reminders say that something is due.
func (p seat) due(reminders int) {
	p.t.Helper()
	p.until(fmt.Sprintf("%v has %v reminders", p.who, reminders), find(`[...all(pane(%s), "article")].filter((node) => words(node).includes("Due now")).length === %s`, p.who, reminders))
}

// shows waits until the words stand anywhere on the page.
func (b *tab) shows(words string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the page shows %q", words), fmt.Sprintf("document.body.innerText.includes(%q)", words))
}

// guide waits until the guide shows a part of which so many steps are done.
func (b *tab) guide(part string, done int) {
	b.t.Helper()

	b.until("the guide is at "+part, find(`(() => {
		const shown = document.querySelector('.guide-part[aria-pressed="true"] .guide-title').textContent;
		return shown === %s && document.querySelectorAll("[data-guide] .step-done").length === %s;
	})()`, part, done))
}
