package main

import "testing"

// What somebody's status says shows beside their name, to them and to others.
func TestBrowserStatus(t *testing.T) {
	s := newTheatre(t)
	b := s.open(sideBySide, desktop)
	maria, dana := b.as("U0MARIA"), b.as("U0DANA")

	dana.goes("C0DESK")
	maria.says("recover")
	maria.presses("Start now")
	maria.sees("others read “Back soon” in your status")
	b.until("nothing stands beside Maria's name", `document.querySelector(".status:not([hidden])") === null`)

	maria.presses("Show it in my status")
	b.until("Maria's face says that she will be back", `(() => {
		const face = document.querySelector('[data-switch-to="U0MARIA"][aria-pressed="true"]');
		return face?.querySelector("strong").textContent === "Maria Silva ⏳" && face.querySelector("small").textContent === "Back soon";
	})()`)
	b.until("Dana sees it beside what Maria wrote", `[...document.querySelectorAll(".status:not([hidden])")].some((node) =>
		node.textContent === "⏳" && node.title.startsWith("Back soon · until ") && node.closest(".message").textContent.includes("Maria Silva"))`)

	maria.sees("Your status says “Back soon”") // the card is drawn anew, and its buttons with it
	maria.presses("I'm ready")
	b.until("it is gone", `document.querySelector(".status:not([hidden])") === null &&
		document.querySelector('[data-switch-to="U0MARIA"][aria-pressed="true"] small').textContent === "Agent, Billing"`)
}
