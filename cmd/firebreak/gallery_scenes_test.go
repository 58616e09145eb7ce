package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// A galleryScene is played in a studio of its own; E-1 is its escalation. The
// agents are Maria and Tom, the supervisors Dana and Lee, the manager is Priya.
type galleryScene struct {
	name string
	play func(*studio)
	// settings are those of the desk, nil for the demo's with a second team.
	settings func(testing.TB) bot.Settings
}

var galleryScenes = slices.Concat([]galleryScene{
	{name: "commands", play: commandsScene},
	{name: "now", play: nowScene},
	{name: "forms", play: formsScene},
	{name: "same", play: sameScene},
	{name: "unanswered", play: unansweredScene},
	{name: "passed", play: passedScene},
	{name: "unreachable", play: unreachableScene},
	{name: "overdue", play: overdueScene},
	{name: "given-up", play: givenUpScene},
	{name: "handed", play: handedScene},
	{name: "question", play: questionScene},
	{name: "approved", play: func(s *studio) { decisionScene(s, "approve") }},
	{name: "denied", play: func(s *studio) { decisionScene(s, "deny") }},
	{name: "outcome", play: outcomeScene},
	{name: "owed", play: owedScene},
	{name: "reopened", play: reopenedScene},
	{name: "returned", play: returnedScene},
	{name: "withdrawn", play: withdrawnScene},
	{name: "earlier", play: earlierScene},
	{name: "home", play: homeScene},
	{name: "busy", play: busyScene},
	{name: "doubtful", play: doubtfulScene},
	{name: "disk-full", play: diskFullScene},
	{name: "long", play: longScene},
}, dutyScenes, updateScenes, wordingScenes, feedbackScenes, kindScenes(), owedScenes, approvalScenes, recoveryScenes, threatScenes, statusScenes, recordScenes, customerScenes, eraseScenes, calmScenes, []galleryScene{{name: "two-accounts", play: twoAccountsScene, settings: twoAccounts}})

// kindScenes live through each kind of help in the shortest way that stands in
// every state.
func kindScenes() []galleryScene {
	var scenes []galleryScene

	for _, kind := range []bot.Kind{bot.TakeOver, bot.JoinUs, bot.Advise, bot.Approve, bot.CallBack, bot.Threat} {
		scenes = append(scenes, galleryScene{name: "kind-" + strings.ReplaceAll(string(kind), " ", "-"), play: func(s *studio) {
			s.open("maria", kind)
			s.press("dana", "take")
			s.press("dana", "join")
			s.press("dana", "hand_back")
			s.submit("dana", chat.Values{"advice": {"Offer the replacement and a credit of 20 USD"}})
			s.press("maria", "resolve")
			s.submit("maria", chat.Values{"outcome": {"Explained and accepted"}, "promise": {"A written apology"}})
			s.press("maria", "done", "E-1/1")
		}}, galleryScene{name: "withdrawn-" + strings.ReplaceAll(string(kind), " ", "-"), play: func(s *studio) {
			s.open("maria", kind)
			s.press("maria", "withdraw")
		}})
	}

	return scenes
}

// theCase is a case with every field filled.
func theCase(kind bot.Kind) chat.Values {
	v := chat.Values{
		"kind": {string(kind)}, "customer": {"Ms Kovac"}, "reference": {"4711"}, "channel": {"phone"}, "waiting": {"yes"}, "reason": {"faulty"},
		"signs": {"raised voice", "leave or public"}, "heat": {"4"}, "happened": {"Second broken blender in two weeks, refund was said to take 14 days"},
		"confirmed": {"yes"}, "wants": {"Her money back today"}, "tried": {"A replacement by courier"}, "promised": {"A call before noon"},
		"told": {"That a supervisor takes over now"},
	}

	switch kind {
	case bot.Approve:
		v["amount"] = []string{"80 USD refund"}
	case bot.CallBack:
		v["call_at"], v["call_where"], v["call_who"] = []string{"2026-11-23T15:30:00Z"}, []string{"+44 20 7946 0000"}, []string{"Ms Kovac or her husband"}
	case bot.Threat:
		v["verbatim"] = []string{"I know where you park your car."}
	case bot.TakeOver, bot.JoinUs, bot.Advise:
	}

	return v
}

// open escalates by the form.
func (s *studio) open(who string, kind bot.Kind) {
	s.t.Helper()
	s.command(who, "")
	s.submit(who, s.worded(theCase(kind)))
}

// worded returns a case in the words of the scene.
func (s *studio) worded(v chat.Values) chat.Values {
	if s.words == "" {
		return v
	}

	return everywhere(v, s.words)
}

// openFor escalates for a customer of that name.
func (s *studio) openFor(who, customer string, kind bot.Kind) {
	s.t.Helper()

	other := theCase(kind)
	other["customer"], other["reference"] = []string{customer}, nil

	s.command(who, "")
	s.submit(who, s.worded(other))
}

func commandsScene(s *studio) {
	s.command("maria", "help")
	s.command("maria", "list")
	s.command("maria", "E-7")
	s.command("maria", "lst")
	s.command("maria", "she wants her money back")
	s.named("maria", "duty", "")
	s.named("maria", "say", "hello?")
	s.named("maria", "say", "escalate list")

	s.open("maria", bot.TakeOver)
	s.command("maria", "list")
	s.command("maria", "E-1")
	s.command("dana", "list")
	s.command("dana", "E-1")
	s.press("dana", "show")
	s.command("stranger", "E-1")
	s.press("tom", "take")
	s.press("maria", "join")
	s.press("dana", "withdraw")

	s.press("dana", "take")
	s.press("lee", "take")
	s.press("lee", "gone")
	s.press("dana", "introduced")

	s.crowd(16)
	s.command("maria", "list")
}

func nowScene(s *studio) {
	s.command("stranger", "now the customer is shouting")
	s.press("stranger", "now", "delivery/the customer is shouting")
	s.command("maria", "now")
	s.command("maria", "now")
	s.command("maria", "now he has hung up and calls again")
	s.press("maria", "add_words", s.values["add_words"])
	s.press("maria", "another", s.values["another"])
	s.command("tom", "now she wants a supervisor")
	s.press("tom", "add_context", "E-4")
	s.submit("tom", theCase(bot.JoinUs))
	s.press("tom", "call_ended", "E-4")
}

// sameScene escalates the same customer twice.
func sameScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.open("maria", bot.JoinUs)

	more := theCase(bot.JoinUs)
	more["same"], more["happened"] = []string{"E-1"}, []string{"She has opened the parcel: it is the wrong colour too"}
	s.submit("maria", more)

	s.open("maria", bot.JoinUs)
	more["same"] = []string{"another"}
	s.submit("maria", more)
}

// busyScene has nobody left but people who have another customer.
func busyScene(s *studio) {
	s.gone["priya"] = true

	s.aside = true
	for n, who := range []string{"dana", "lee"} {
		s.openFor("maria", fmt.Sprint("Customer ", n), bot.TakeOver)
		s.press(who, "take", fmt.Sprint("E-", n+1))
	}

	s.aside = false

	s.openFor("maria", "A third customer", bot.TakeOver)
}

// formsScene opens the form for each kind of help, with and without answers.
func formsScene(s *studio) {
	s.press("stranger", "new", "")

	for _, kind := range []bot.Kind{bot.TakeOver, bot.JoinUs, bot.Advise, bot.Approve, bot.CallBack, bot.Threat} {
		s.change("stranger", chat.Values{"kind": {string(kind)}})
		s.change("stranger", theCase(kind))
	}

	inPerson := theCase(bot.TakeOver)
	inPerson["channel"], inPerson["signs"] = []string{"in person"}, []string{"body language"}
	s.change("maria", inPerson)

	s.open("maria", bot.Threat)
	s.press("maria", "add_context")
	s.change("maria", theCase(bot.CallBack))
}

// unansweredScene goes through all tiers.
func unansweredScene(s *studio) {
	s.open("maria", bot.TakeOver)

	for range 4 {
		s.wait(45 * time.Second)
	}

	s.wait(time.Minute)
	s.wait(time.Minute)
	s.press("priya", "take")
}

func passedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "pass", "E-1/1")
	s.submit("dana", chat.Values{"reason": {"on another call"}})
	s.press("lee", "pass", "E-1/2")
	s.submit("lee", chat.Values{"reason": {"conflict"}})
	s.press("priya", "pass", "E-1/3")
	s.wait(time.Minute)
	s.press("dana", "take")
}

// twoAccounts has Dana on two platforms.
func twoAccounts(t testing.TB) bot.Settings {
	t.Helper()

	settings := dutySettings(t)
	dana := settings.People["dana"]
	dana.Accounts = []chat.Person{account("dana"), "teams:7a1e5c1e-0000-4000-8000-0000000000da"}
	settings.People["dana"] = dana

	return settings
}

// twoAccountsScene has somebody say where they are paged, and a page that reaches
// them by neither account.
func twoAccountsScene(s *studio) {
	for _, text := range []string{"help", "here", "anywhere"} {
		s.named("dana", "duty", text)
	}

	s.named("lee", "duty", "here")

	s.gone["dana"] = true
	s.open("maria", bot.TakeOver)
	s.command("maria", "E-1")
}

func unreachableScene(s *studio) {
	s.gone["dana"], s.gone["lee"], s.gone["priya"] = true, true, true

	s.open("maria", bot.TakeOver)
	s.press("maria", "promise_callback")
	s.submit("maria", chat.Values{"when": {"2026-11-23T11:00:00Z"}, "where": {"+44 20 7946 0000"}, "ask_for": {"Ms Kovac"}, "owner": {"slack:U0TOM"}})
	s.command("maria", "E-1")

	delete(s.gone, "lee")
	s.press("maria", "page_everyone")
	s.press("lee", "take")
	s.wait(2 * time.Hour)
}

// overdueScene has a supervisor who took it and does not join.
func overdueScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.wait(90 * time.Second)
	s.press("maria", "introduced")
	s.wait(60 * time.Second)
	s.press("lee", "take")
	s.wait(90 * time.Second)
	s.press("lee", "join")
}

func givenUpScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "hand_to")
	s.submit("dana", chat.Values{"who": {"next on the chain"}, "note": {"I know her privately"}})
}

func handedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("maria", "introduced")
	s.press("dana", "join")
	s.press("dana", "hand_to")
	s.submit("dana", chat.Values{"who": {"lee"}, "note": {"She speaks Croatian, like you"}})
	s.wait(10 * time.Minute)
	s.press("dana", "hand_to")
	s.submit("dana", chat.Values{"who": {"lee"}})
	s.press("lee", "pass", "E-1/3")
	s.press("dana", "hand_to")
	s.submit("dana", chat.Values{"who": {"priya"}})
	s.press("priya", "take")

	s.gone["lee"] = true
	s.press("priya", "hand_to")
	s.submit("priya", chat.Values{"who": {"lee"}})
}

func questionScene(s *studio) {
	s.open("maria", bot.Advise)
	s.press("dana", "ask")
	s.submit("dana", chat.Values{"question": {"Did she send the blender back?"}})
	s.press("maria", "answer")
	s.submit("maria", chat.Values{"answer": {"Yes, on Monday"}})
	s.press("dana", "take")
	s.press("dana", "note")
	s.submit("dana", chat.Values{"note": {"The courier has confirmed it"}, "kind": {"take over"}})
	s.press("dana", "note")
	s.submit("dana", chat.Values{"note": {"A second note"}})
	s.press("maria", "add_context")
	s.submit("maria", chat.Values{"heat": {"5"}, "customer": {"Ms Ana Kovac"}})
	s.command("dana", "E-1")
}

func decisionScene(s *studio, decision string) {
	s.open("maria", bot.Approve)
	s.press("dana", decision)
	s.press("dana", decision)
	s.command("maria", "E-1")
}

// outcomeScene documents late, and that a wish was not possible.
func outcomeScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("maria", "call_ended")
	s.wait(30 * time.Minute)
	s.press("dana", "resolve")
	s.changeOutcome("dana", "Refund")
	s.changeOutcome("dana", "Not possible")
	s.submit("dana", chat.Values{
		"outcome": {"Not possible"}, "why": {"The warranty ended in May"}, "instead": {"A repair at cost"}, "agreed": {"She thinks it over"},
		"satisfied": {"no"}, "worked": {"Reading back"}, "change": {"Say it earlier"},
	})
	s.press("dana", "note")
	s.submit("dana", chat.Values{"note": {"She called again and thanked"}})
	s.command("dana", "E-1")
}

func (s *studio) changeOutcome(who, outcome string) {
	s.t.Helper()
	s.change(who, chat.Values{"outcome": {outcome}})
}

// owedScene keeps what was promised.
func owedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{
		"outcome": {"Refund"}, "amount": {"80.50"}, "agreed": {"The money goes back to her card today"},
		"followup_when": {"2026-11-24T10:00:00Z"}, "followup_how": {"phone"}, "followup_who": {string(account("maria"))},
		"promise": {"A written apology"}, "promise_when": {"2026-11-23T16:00:00Z"}, "satisfied": {"yes"},
	})
	s.wait(7 * time.Hour)
	s.press("dana", "done", "E-1/2")
	s.wait(18 * time.Hour)
	s.press("maria", "follow_up_done", "E-1/1")
	s.submit("maria", chat.Values{"agreed": {"yes"}, "says": {"All is well"}, "satisfied": {"yes"}})
	s.press("maria", "done", "E-1/1")
	s.press("maria", "call_ended")
	s.command("maria", "E-1")
}

func reopenedScene(s *studio) {
	s.resolved()
	s.press("dana", "reopen")
	s.submit("dana", chat.Values{"why": {"The money did not arrive"}, "page": {"no"}})
	s.press("maria", "resolve")
	s.submit("maria", chat.Values{"outcome": {"Replacement sent"}})
	s.press("maria", "reopen")
	s.submit("maria", chat.Values{"why": {"She is on the phone again"}, "page": {"yes"}})
}

// resolved is an escalation with nothing owed.
func (s *studio) resolved() {
	s.t.Helper()
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}})
}

func returnedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "hand_back")
	s.submit("dana", chat.Values{"advice": {"Tell her that the courier comes today"}})
	s.wait(30 * time.Minute)
	s.press("priya", "escalate_again")
	s.press("lee", "take")
}

func withdrawnScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("dana", "take")
	s.press("maria", "withdraw")
	s.press("dana", "join")
}

// earlierScene has a customer who was here before and is still owed something.
func earlierScene(s *studio) {
	s.open("tom", bot.TakeOver)
	s.press("dana", "take")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Replacement sent"}, "promise": {"A credit of 20 USD"}})
	s.open("maria", bot.JoinUs)
}

func homeScene(s *studio) {
	for _, who := range []string{"maria", "dana", "lee"} {
		s.named(who, chat.HomeOpened, "")
	}

	s.open("maria", bot.TakeOver)
	s.openFor("maria", "Mr Adler", bot.Threat)
	s.press("dana", "take")
	s.press("maria", "introduced")
	s.press("dana", "join")
	s.press("dana", "resolve")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}, "promise": {"A written apology"}})

	s.crowd(20)
}

// crowd has Maria escalate so often at once, for another customer each time.
func (s *studio) crowd(n int) {
	s.t.Helper()
	s.step++

	for range n {
		_, err := s.desk.Click(s.t.Context(), chat.Click{Who: account("maria"), Action: "another", Value: "billing//once more"})
		s.must(err)
	}

	s.deliver()
}

// doubtfulScene has messages that may be there twice, or not at all.
func doubtfulScene(s *studio) {
	s.open("maria", bot.TakeOver)

	s.step++
	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		page, err := tx.Card(bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "dana", N: 1})
		if err != nil {
			return err
		}

		if _, err := s.desk.Doubled(tx, page, s.now); err != nil {
			return err
		}

		agent, err := tx.Card(bot.CardID{Role: bot.AgentCard, Escalation: 1, Person: bot.PersonID(account("maria"))})
		if err != nil {
			return err
		}

		_, err = s.desk.Undeliverable(tx, agent, &chat.Failure{Kind: chat.Unreachable, Code: "messages_tab_disabled"}, s.now)

		return err
	}))
	s.deliver()
	s.command("dana", "E-1")

	// Dana presses the copy of her page that nobody keeps up to date.
	page := bot.CardID{Role: bot.PageCard, Escalation: 1, Person: "dana", N: 1}
	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		card, err := tx.Card(page)
		if err != nil {
			return err
		}

		card.Twice = true

		return tx.PutCard(card)
	}))
	s.click(chat.Click{Who: account("dana"), Action: "take", Value: "E-1", On: chat.Ref{Room: account("dana").Private(), ID: "2"}, Key: page.String()}, "dana")
}

func diskFullScene(s *studio) {
	s.store.full = true
	s.command("maria", "now the customer is shouting")

	s.desk.OnUrgent(nil)
	s.command("maria", "now the customer is shouting")
}

// longScene has more words than a message holds.
func longScene(s *studio) {
	long := theCase(bot.TakeOver)
	for _, field := range []string{"happened", "wants", "tried", "promised", "told"} {
		long[field] = []string{strings.Repeat("She says that it was the second time. ", 79)}
	}

	long["customer"] = []string{strings.Repeat("Ms Kovac ", 33)}

	s.command("maria", "")
	s.submit("maria", long)
	s.press("dana", "take")
	s.command("dana", "E-1")
}
