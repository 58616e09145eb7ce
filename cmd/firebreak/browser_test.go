package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// These tests are people at the demo's page, in a real browser and in real
// time: what they can't find by its visible words, they can't press.

const sideBySide = "?left=U0MARIA&right=U0DANA"

func TestBrowserEscalationWithTheForm(t *testing.T) {
	s := newTheatre(t)
	b := s.open(sideBySide, desktop)
	maria, dana := b.as("U0MARIA"), b.as("U0DANA")

	maria.says("/escalate")
	maria.form("Escalate")
	maria.presses("Page a supervisor")
	maria.missing("Customer")
	maria.missing("What happened")
	maria.fills("Customer", "Ms Kovac")
	b.picture("form.png")
	maria.fills("What happened", "Second broken blender in two weeks, and a refund was said to take 14 days")
	maria.fills("Reference", "4711")
	maria.chooses("Heat", "4 · furious")
	maria.fills("What the customer wants", "Her money back today")
	maria.presses("Page a supervisor")
	maria.closed()
	maria.sees("Paging Dana Reed")

	card, _ := maria.message("Paging Dana Reed")

	dana.notified("Maria Silva needs you to take over")
	dana.sees("Ms Kovac · 4711")
	dana.sees("Second broken blender")
	b.picture("side-by-side.png")

	// She passes, and Lee is paged at once: the reason can wait.
	dana.presses("Can't take it")
	dana.form("Can't take it")
	maria.sees("Paging Lee Chan") // while she still writes
	dana.chooses("Reason", "On another call")
	dana.presses("Send")
	dana.closed()
	maria.sees("Dana Reed: can't take it: on another call")

	if again, text := maria.message("Paging Lee Chan"); again != card || !strings.Contains(text, "(edited)") {
		t.Errorf("Maria's card is message %v, %q; want %v, edited: a card is one message", again, text, card)
	}

	lee := dana.becomes("U0LEE")
	lee.presses("Take it")
	lee.sees("You have it")

	maria.notified("Lee Chan has it")
	maria.sees("this is Lee Chan, who is responsible here")

	if notice, _ := maria.message("Lee Chan has it"); notice == card {
		t.Error("that Lee has it is an edit; want a new message, which is noticed")
	}

	maria.presses("I introduced them")
	lee.notified("Maria Silva has introduced you")
	lee.presses("Customer is with me")
	lee.sees("You are on it")
	maria.sees("Lee Chan has joined")

	dana = lee.becomes("U0DANA")
	dana.sees("Lee Chan has it")
	lee = dana.becomes("U0LEE")

	// He hands it on: it is his until she takes it.
	lee.presses("Hand to…")
	lee.form("Hand to…")
	lee.chooses("Hand to", "Dana Reed")
	lee.fills("What they should know", "She wants to speak with you again")
	lee.presses("Hand over")
	lee.closed()
	lee.sees("Dana Reed was asked to take over")

	dana = lee.becomes("U0DANA")
	dana.sees("Lee Chan asks you to take over")
	dana.presses("Take it")
	dana.presses("Customer is with me")
	maria.sees("Dana Reed has joined")

	dana.presses("Resolve")
	dana.form("Resolve E-15")
	dana.presses("Resolve")
	dana.missing("Outcome")
	dana.chooses("Outcome", "Refund")
	dana.fills("Amount in USD", "80")
	dana.fills("What was agreed", "The money goes back to her card today")
	dana.presses("Resolve")
	dana.closed()

	maria.notified("Resolved by Dana Reed")
	maria.sees("Refund")
	dana.sees("resolved")
	dana.goes("C0BILLING")
	dana.sees("E-15 · closed")
	dana.sees("K•••")

	if said := eval[string](b, find(`words(pane(%s).querySelector(".messages"))`, "U0DANA")); strings.Contains(said, "Kovac") || strings.Contains(said, "blender") {
		t.Errorf("the team's channel shows the customer: %v", said)
	}

	b.picture("channel.png")
}

// The rota, as people meet it: who is on, somebody steps in for an hour, and a
// shift ends while something is open.
func TestBrowserDuty(t *testing.T) {
	s := newTheatre(t)
	b := s.open("?left=U0LEE&right=U0DANA", desktop)
	lee, dana := b.as("U0LEE"), b.as("U0DANA")

	lee.says("/duty")
	lee.told("On duty now")
	lee.told("Dana Reed and Lee Chan until")

	lee.says("/duty cover @dana for 1h")
	lee.told("You have Dana Reed's duty")
	lee.told("Cancel cover")
	dana.notified("Lee Chan has your duty")
	dana.sees("Lee Chan has Dana Reed's duty from")
	b.picture("duty.png")

	tom := lee.becomes("U0TOM")
	tom.says("/escalate now the parcel is lost again")
	tom.sees("Paging Lee Chan")
	tom.sees("I page Lee Chan again") // nobody else is on duty
	tom.presses("Withdraw")
	tom.presses("Withdraw") // yes
	tom.sees("Withdrawn")

	dana.presses("Cancel cover")
	dana.told("your duty is yours again")

	// She takes the next one, and writes down what she owes.
	tom.says("/escalate now the parcel is lost again")
	tom.sees("Paging Dana Reed")
	dana.presses("Take it")
	dana.presses("Customer is with me")
	dana.sees("You are on it")
	dana.presses("Resolve")
	dana.form("Resolve E-16")
	dana.chooses("Outcome", "Replacement sent")
	dana.fills("What else was promised to the customer", "The new parcel's number, today")
	dana.presses("Resolve")
	dana.closed()

	lee = tom.becomes("U0LEE")

	// Dana's shift ends within two hours.
	b.moves("+1 h")
	b.moves("+1 h")
	dana.notified("Your shift has ended: Billing")
	dana.sees("Lee Chan is on duty now")
	lee.sees("A handover waits: Billing")
	lee.sees("The new parcel's number, today")
	lee.sees("The customer last heard from us")
	b.picture("handover.png")
	lee.presses("Confirm handover")
	lee.sees("Lee Chan confirmed the handover")
	dana.sees("Lee Chan confirmed the handover")
}

func TestBrowserNobodyAnswers(t *testing.T) {
	s := newTheatre(t)
	b := s.open("?left=U0TOM&right=U0LEE", desktop)
	tom, lee := b.as("U0TOM"), b.as("U0LEE")

	tom.says("/escalate now the customer is shouting")
	tom.sees("Paging Dana Reed")

	messages := lee.messages()

	b.aMinuteOn()
	lee.notified("Tom Becker needs you to take over")
	lee.sees("Tom Becker needs you to take over")
	tom.sees("Paging Lee Chan")
	tom.sees("Dana Reed: no answer yet")

	if messages > 0 {
		t.Errorf("Lee begins with %v messages, want none: nobody is told of the past", messages)
	}

	if got := lee.messages(); got != messages+1 {
		t.Errorf("Lee has %v new messages, want 1: the page", got-messages)
	}

	// Twice around, then the whole team, then the managers.
	b.aMinuteOn()
	tom.sees("Paging Dana Reed")
	b.aMinuteOn()
	tom.sees("Paging Lee Chan")
	b.aMinuteOn()
	tom.sees("Paging Dana Reed and Lee Chan")
	b.aMinuteOn()

	priya := lee.becomes("U0PRIYA")
	priya.sees("Tom Becker needs you to take over")

	// There is nobody behind the managers, so the agent is offered a way on.
	tom.sees("may I have you called back")
	tom.presses("Promise a callback")
	tom.form("Promise a callback")
	tom.presses("Promise it")
	tom.missing("Number to call")
	tom.fills("Number to call", "+44 20 7946 0000")
	tom.presses("Promise it")
	tom.closed()
	tom.sees("Call the customer back")

	priya.presses("Take it")
	tom.notified("Priya Nair has it")

	b.until("the guide has ticked the step about it", `[...document.querySelectorAll(".guide-part")].some((node) => node.innerText === "When nobody answers 1 of 2")`)
}

func TestBrowserOnAPhone(t *testing.T) {
	s := newTheatre(t)
	b := s.open("?left=U0MARIA&right=U0DANA", phone)
	maria := b.as("U0MARIA")
	b.fits("an empty chat")

	maria.says("/escalate Second broken blender in two weeks")
	maria.fills("Customer", "Ms Kovac")
	b.fits("the form")
	maria.presses("Page a supervisor")
	maria.closed()
	maria.sees("Paging Dana Reed")
	b.fits("the agent's card")
	b.picture("phone-agent.png")

	// Dana's face says that something waits for her.
	b.until("Dana's face has a dot", `document.querySelector('[data-switch-to="U0DANA"].face-unread') !== null`)
	dana := maria.becomes("U0DANA")
	dana.sees("Maria Silva needs you to take over")
	b.fits("the page")
	b.press("the theme", `document.getElementById("theme")`)
	b.until("the page is dark", `matchMedia("(prefers-color-scheme: dark)").matches !== (document.documentElement.dataset.theme === "dark")`)
	b.picture("phone-page.png")

	dana.presses("Take it")
	dana.sees("You have it")
	b.fits("the held page")
	dana.presses("Hand back")
	dana.form("Hand back")
	dana.fills("What should Maria Silva do now?", "Offer the replacement and a credit of 20 USD")
	b.fits("a form")
	dana.presses("Hand back")
	dana.closed()
	dana.sees("back with Maria Silva")

	maria = dana.becomes("U0MARIA")
	maria.sees("Offer the replacement")
	b.fits("advice")
	maria.presses("Home")
	maria.shows("Your escalations")
	b.fits("the personal view")
}

func TestBrowserByKeyboard(t *testing.T) {
	s := newTheatre(t)
	b := s.open(sideBySide, desktop)
	maria, dana := b.as("U0MARIA"), b.as("U0DANA")

	b.tabTo("Maria's line", find(`pane(%s).querySelector(".composer-input")`, "U0MARIA"))
	b.key("/esc" + kb.Tab)
	b.until("the command is completed", find(`pane(%s).querySelector(".composer-input").value === "/escalate "`, "U0MARIA"))
	b.key("She wants her money back" + kb.Enter)

	b.until("the form has the focus", find(`Boolean(asked(%s, "Kind of help")?.contains(document.activeElement))`, "U0MARIA"))
	b.tabTo("the customer", find(`field(%s, "Customer")`, "U0MARIA"))
	b.key("Ms Kovac")
	b.key(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	maria.closed()
	maria.sees("Paging Dana Reed")

	dana.sees("She wants her money back")
	b.key(kb.F6)
	b.until("F6 goes to the other pane", find(`pane(%s).contains(document.activeElement)`, "U0DANA"))
	b.tabBackTo("Take it", find(`button(%s, "Take it")`, "U0DANA"))
	b.key(kb.Enter)
	dana.sees("You have it")
	b.tabBackTo("Hand back", find(`button(%s, "Hand back")`, "U0DANA"))
	b.key(kb.Enter)
	b.until("the form has the focus", find(`Boolean(front(%s).querySelector("textarea")) && document.activeElement === front(%s).querySelector("textarea")`, "U0DANA", "U0DANA"))
	b.key(kb.Escape)
	dana.closed()
	b.until("the focus is back on the button", find(`document.activeElement === button(%s, "Hand back")`, "U0DANA"))
	b.key(kb.Enter)
	b.until("the form is there again", find(`document.activeElement === front(%s).querySelector("textarea")`, "U0DANA"))
	b.key("Give it back")
	b.key(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	dana.closed()
	maria.sees("Give it back")
}

func TestBrowserInTwoTabs(t *testing.T) {
	s := newTheatre(t)
	one, two := s.open(sideBySide, desktop), s.open("?left=U0MARIA&right=U0LEE", desktop)

	one.as("U0MARIA").says("/escalate now the customer is shouting")
	two.as("U0MARIA").sees("Paging Dana Reed")
	one.as("U0DANA").presses("Take it")
	two.as("U0MARIA").sees("Dana Reed has it")
	two.as("U0MARIA").presses("I introduced them")
	one.as("U0DANA").sees("Maria Silva has introduced you")

	one.do("reload", chromedp.Reload())
	one.as("U0MARIA").sees("Dana Reed has it")
	one.as("U0DANA").presses("Customer is with me")
	two.as("U0MARIA").sees("Dana Reed has joined")

	// A form outlives a reload too.
	one.as("U0DANA").presses("Resolve")
	one.as("U0DANA").form("Resolve E-15")
	one.do("reload", chromedp.Reload())
	one.as("U0DANA").chooses("Outcome", "Replacement sent")
	one.as("U0DANA").presses("Resolve")
	one.as("U0DANA").closed()
	two.as("U0MARIA").sees("Resolved by Dana Reed")
}

// A slow chat takes nothing from a quick hand: what is typed before it is there stays,
// and Enter sends it only once there is somebody to send it to.
func TestBrowserTypingBeforeTheChatIsThere(t *testing.T) {
	s := newTheatre(t)
	b := s.open("", desktop)

	eval[bool](b, `import("./composer.js").then(({ Composer }) => {
		window.sent = [];
		window.line = new Composer({ commands: () => [], send: async (text) => ({ ok: window.sent.push(text) > 0 }) });
		document.body.prepend(line.node);
		line.focus();
		return true;
	})`)

	says := func(when, typed, sent string) {
		t.Helper()

		if got := eval[[]string](b, `[line.input.value, sent.join()]`); got[0] != typed || got[1] != sent {
			t.Errorf("%v, the line shows %q and %q was sent; want %q and %q", when, got[0], got[1], typed, sent)
		}
	}

	b.key("/escalate")
	b.key("\r")
	says("before there is a chat", "/escalate", "")

	eval[bool](b, `(line.at("D1", "Message Firebreak"), true)`)
	b.key(" now")
	says("with the chat there", "/escalate now", "")

	b.key("\r")
	says("after Enter", "", "/escalate now")
}

func TestBrowserWithoutPeopleNamed(t *testing.T) {
	s := newTheatre(t)
	b := s.open("", desktop)

	b.as("U0MARIA").says("/escalate list")
	b.as("U0MARIA").told("Nothing is open that concerns you")
	b.as("U0MARIA").told("Only visible to you")
	b.as("U0MARIA").presses("Dismiss")
	b.until("it is gone", find(`!answer(%s, "Nothing is open")`, "U0MARIA"))
	b.until("Dana sits on the right", find("Boolean(pane(%s))", "U0DANA"))
}

func TestBrowserWordsStayWords(t *testing.T) {
	const hostile = `<b>bold</b> *strong* _thin_ <!channel> <@U0DANA> <https://evil.example|here> :fire: 🔥 & &amp; <img src=x onerror=alert(1)>`

	s := newTheatre(t)
	b := s.open(sideBySide, desktop)
	maria, dana := b.as("U0MARIA"), b.as("U0DANA")

	maria.says("/escalate")
	maria.form("Escalate")
	maria.fills("Customer", "<script>alert(1)</script>")
	maria.pastes("What happened", hostile)
	maria.presses("Page a supervisor")
	maria.closed()
	dana.sees(hostile)
	dana.sees("<script>alert(1)</script>")

	made := eval[int](b, find(`article(%s, "needs you").querySelectorAll("a, img, b, strong em, script, .mention").length`, "U0DANA"))
	if made != 0 {
		t.Errorf("a customer's words made %v elements, want none", made)
	}
}
