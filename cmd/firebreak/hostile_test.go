package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// What customers say and write is data. These tests put the worst of it into
// every field that there is, end to end, and look at everything that the bot
// then shows to anybody.

// marker is in all hostile words, so that they can be found where they must not
// be.
const marker = "zyzzyva"

// hostileWords are what a customer, or whoever types for them, may come up with.
var hostileWords = map[string]string{
	"mentions":      marker + " <!channel> <!here> <!everyone> <@U0DANA> <@U0DANA|dana> <!subteam^S0ALL|@all> <#C0BILLING|billing> @channel @here @dana",
	"links":         marker + " <https://evil.example|refund> <mailto:a@evil.example> https://evil.example/?a=<b>&c www.evil.example tel:+1 <tel:+1|call>",
	"dates":         marker + " <!date^1392734382^{date_long}^https://evil.example|today> <!date^x|y>",
	"half tokens":   marker + " < @U0DANA> <@ <! <!chan nel> <<!channel>> <!channel <@U0DANA >",
	"entities":      marker + " &lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!channel&#62; &",
	"markup":        marker + " *bold* _italic_ ~struck~ `code` ```fence``` > quote\n> quote\n- list\n1. list :fire: #title **b** [a](https://evil.example)",
	"backticks":     "``` " + marker + " ``` ` `` ```` ```",
	"lines":         "\n\n" + marker + "\r\nsecond\rthird\u2028fourth\u2029fifth\u0085sixth\vseventh\fend\n\n\n",
	"bidi":          marker + " \u202Etsop\u202C \u2066isolate\u2069 \u200F\u200E\u061C \u202A\u202B\u202D",
	"controls":      marker + "\x00\x01\x07\b\x1b[31m\x1b]0;x\x07\x7f\u0080\u009b end",
	"not UTF-8":     marker + " \xff\xfe\xc3( \xed\xa0\x80 \xf8\x88\x80\x80\x80",
	"zero width":    "zyz\u200Bzy\u200Dva " + marker + "\u2060\uFEFF\u200C\u00AD\u180E",
	"emoji":         marker + " 👩‍👩‍👧‍👦 🇩🇪 👍🏽 ❤️ :fire: :skull_and_crossbones: 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
	"right to left": "שלום " + marker + " مرحبا بالعالم",
	"stacked":       marker + strings.Repeat("\u0335\u0301\u0489", 200),
	"formats":       marker + ` %v %s %d %!x(MISSING) {{.Name}} ${x} \u0000 \n {"a":[1]} '; DROP TABLE x; -- <script>alert(1)</script>`,
	"very long":     marker + " " + strings.Repeat("Zürich & <b> 漢字 ", 2600),
	"one word":      marker + strings.Repeat("ß", 40_000),
	"all escapes":   marker + strings.Repeat("<&>", 13_400),
	"many lines":    marker + strings.Repeat("\nx", 20_000),
	"an id":         "E-1 " + marker,
	"nothing":       "",
	"blanks":        " \t\n\u00a0\u3000\u200B ",
}

// A hostile is the demo with a log, in which people write such words.
type hostile struct {
	*demo
	t      *testing.T
	words  string
	forms  map[string]bool // titles of those that were filled
	tokens []string        // live in forms
	seen   strings.Builder // all fallback texts
}

// lockedLog is a log that can be read while it is written.
type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()

	return l.text.String()
}

// TestHostileWords writes the same hostile words wherever somebody can write,
// over the whole life of escalations of each kind.
func TestHostileWords(t *testing.T) {
	for name, words := range hostileWords {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { suffer(t, words) })
		})
	}
}

func suffer(t *testing.T, words string) {
	// A bubble begins in 2000, when Slack's dates had too few digits.
	time.Sleep(time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)))

	log := &lockedLog{}

	d, err := newDemo(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}

	h := &hostile{demo: d, t: t, words: words, forms: map[string]bool{}}

	// Tom's own name is none either. Names of colleagues may stand everywhere, so
	// that it has no marker.
	if err := d.workspace.SetUser("U0TOM", func(u *workspace.User) { u.RealName = "Tom " + strings.ReplaceAll(words, marker, "") }); err != nil {
		t.Fatal(err)
	}

	if err := d.during(t.Context(), func(context.Context) error {
		defer h.giveUp()

		h.play()

		return nil
	}); err != nil {
		t.Fatal(err)
	}

	h.look(log.String())
}

// A setback is what fatalf ends a play with.
type setback struct{}

// fatalf fails the test and ends the play, whose bot is still to be stopped.
func (h *hostile) fatalf(format string, args ...any) {
	h.t.Helper()
	h.t.Errorf(format, args...)
	panic(setback{})
}

// giveUp is deferred by what a setback ends.
func (h *hostile) giveUp() {
	switch caught := recover(); caught.(type) {
	case nil, setback:
	default:
		panic(caught)
	}
}

// play lives through escalations of each kind.
func (h *hostile) play() {
	h.fromShortcut()

	h.escalate("Threat or abuse")
	h.press("dana", "Take it")
	h.press("maria", "Add context").fill()
	h.press("dana", "Customer is with me")
	h.resolve("dana", "Explained and accepted")

	h.escalate("Approve something beyond my limit")
	h.press("dana", "Approve")
	h.resolve("maria", "Refund")
	h.escalate("Approve something beyond my limit")
	h.press("dana", "Deny")

	h.escalate("Call the customer back")
	h.press("dana", "Take it")
	h.resolve("dana", "Not possible")

	h.shift()
	h.unreachable()
	h.read()
}

// shift has somebody go off while something is open, and type such words at the
// rota.
func (h *hostile) shift() {
	dana := h.workspace.Person("dana")

	h.must(h.workspace.Person("tom").Command("C0DESK", "/escalate now "+h.words))
	h.press("dana", "Take it")
	h.must(dana.Command("C0DESK", "/duty "+h.words))
	h.must(dana.Command("C0DESK", "/duty cover @"+h.words))
	h.must(dana.Command("C0DESK", "/duty cover @lee until "+h.words))
	h.must(dana.Command("C0DESK", "/duty off until "+h.words))
	h.must(dana.Command("C0DESK", "/duty off for 2h"))
	h.press("lee", "Confirm handover")
	h.must(dana.Command("C0DESK", "/duty cancel"))
	h.press("tom", "Withdraw")
}

// fromShortcut has the long life of an escalation of what a customer wrote.
func (h *hostile) fromShortcut() {
	h.typeShortcut()
	h.fill()
	h.press("dana", "Ask the agent").fill()
	h.press("tom", "Answer").fill()
	h.press("tom", "Add context").fill()
	h.press("dana", "Can't take it").fill()
	h.press("lee", "Take it")
	h.press("lee", "Add note").fill()
	h.press("lee", "Hand to…").choose("Hand to", "Dana Reed").fill()
	h.press("dana", "Take it")
	h.press("tom", "I introduced them")
	h.press("dana", "Customer is with me")
	h.followUp()
	h.press("dana", "Hand back").fill()
	h.press("tom", "Escalate again")
	h.press("dana", "Take it")
	h.press("dana", "Customer is with me")
	h.resolve("dana", "Not possible")
	h.press("tom", "Reopen").fill()
	h.press("dana", "Take it")
	h.press("tom", "Withdraw")
}

// followUp plans two things, moves one, drops it and does the other.
func (h *hostile) followUp() {
	who := "lee" // whom the form names
	if h.blank() {
		who = "dana"

		// What she owes since before is out of the way: a promise kept asks nothing.
		h.must(h.workspace.Person(who).Command(h.workspace.Person(who).DM(), "/followups"))
		h.press(who, "Done")
	}

	for _, button := range []string{"Reschedule", "Not needed any more", "Done"} {
		if button != "Not needed any more" {
			h.press("dana", "Add follow-up").fill()
		}

		h.must(h.workspace.Person(who).Command(h.workspace.Person(who).DM(), "/followups"))
		h.press(who, button).fill()
	}
}

// unreachable has nobody left to page, and a callback promised.
func (h *hostile) unreachable() {
	h.wantNoRefusals()

	for _, id := range []string{"U0DANA", "U0LEE", "U0PRIYA"} {
		if err := h.workspace.SetUser(id, func(u *workspace.User) { u.Deleted = true }); err != nil {
			h.fatalf("%v", err)
		}
	}

	// The bot hears of it first: whoever a page could not reach is left alone for
	// minutes, whom it knows to be gone only until they are back.
	time.Sleep(time.Second)

	h.must(h.workspace.Person("tom").Command("C0DESK", "/escalate now "+h.words))
	h.press("tom", "Promise a callback").fill()
	h.press("tom", "Page everyone")
	time.Sleep(time.Minute)

	for _, id := range []string{"U0DANA", "U0LEE", "U0PRIYA"} {
		if err := h.workspace.SetUser(id, func(u *workspace.User) { u.Deleted = false }); err != nil {
			h.fatalf("%v", err)
		}
	}
}

// read has everybody look at everything.
func (h *hostile) read() {
	for _, who := range demoNames {
		person := h.workspace.Person(who)
		h.must(person.OpenHome())
		h.must(person.Command("", "/escalate list"))

		for id := range 8 {
			h.must(person.Command("", fmt.Sprintf("/escalate E-%d", id+1)))
		}
	}

	time.Sleep(time.Minute)
}

var demoNames = []string{"maria", "tom", "dana", "lee", "priya"}

// blank reports whether there is nothing to be read in the words.
func (h *hostile) blank() bool { return !strings.Contains(h.words, marker) }

func (h *hostile) must(err error) {
	h.t.Helper()

	if err != nil {
		h.fatalf("somebody reads %q, want nothing to go wrong", err)
	}
}

// typeShortcut escalates a message with the customer's words in it. There is
// none with nothing in it.
func (h *hostile) typeShortcut() {
	tom := h.workspace.Person("tom")

	if strings.TrimSpace(h.words) == "" {
		h.must(tom.Command("C0DESK", "/escalate"))

		return
	}

	_, err := h.workspace.Person("maria").Write("C0DESK", h.words)
	h.must(err)

	written, _ := tom.Last("C0DESK")
	h.must(tom.Shortcut(written, slack.ShortcutID))
}

// escalate opens the form with what was typed, for a kind of help.
func (h *hostile) escalate(kind string) {
	h.must(h.workspace.Person("maria").Command("C0DESK", "/escalate "+h.words))

	form := (&pressed{h, "maria"}).choose("Kind of help", kind)
	if bytes.Contains(form.modal().JSON, []byte("Which option")) {
		form.choose("Which option", "Something else")
	}

	form.fill()
}

func (h *hostile) resolve(who, outcome string) {
	h.press(who, "Resolve").choose("Outcome", outcome).fill()
}

// fill fills the form in front of Tom.
func (h *hostile) fill() { (&pressed{h, "tom"}).fill() }

// A pressed is somebody who pressed a button that opens a form.
type pressed struct {
	*hostile
	who string
}

// press presses a button of the newest message that has it, once there is one:
// somebody else may be paged first, and the least urgent chain takes its time.
func (h *hostile) press(who, button string) *pressed {
	h.t.Helper()

	person := h.workspace.Person(who)

	for range 400 {
		time.Sleep(time.Second)

		for _, m := range slices.Backward(person.Messages(person.DM())) {
			if slices.Contains(m.Buttons, button) {
				h.must(person.Click(m, button))
				time.Sleep(2 * time.Second)

				return &pressed{h, who}
			}
		}
	}

	h.fatalf("%v never got to see [%v]", who, button)

	return nil
}

// modal waits for a form.
func (p *pressed) modal() *workspace.View {
	p.t.Helper()

	for range 40 {
		if view := p.workspace.Person(p.who).Modal(); view != nil {
			return view
		}

		time.Sleep(100 * time.Millisecond)
	}

	p.fatalf("no form opened in front of %v", p.who)

	return nil
}

// choose chooses an answer of a form that may be drawn anew for it.
func (p *pressed) choose(field, option string) *pressed {
	p.t.Helper()
	p.modal()
	p.must(p.workspace.Person(p.who).ChangeInModal(field, option))
	time.Sleep(2 * time.Second)

	return p
}

// fill writes the hostile words into each field of the form that takes words,
// answers all others, and sends it.
func (p *pressed) fill() {
	p.t.Helper()

	view := p.modal()
	p.forms[view.Title] = true

	for _, token := range workspace.LiveTokensIn(view.JSON) {
		if token.Kind != workspace.Date {
			p.tokens = append(p.tokens, fmt.Sprint(view.Title, token))
		}
	}

	answers := p.answers(view)

	err := p.workspace.Person(p.who).Submit(answers)
	if mistakes, ok := errors.AsType[*workspace.FieldErrors](err); ok && p.blank() {
		// Somebody who wrote nothing is told so at the field, and writes something.
		for id := range mistakes.Blocks {
			answers[id] = "x"
		}

		err = p.workspace.Person(p.who).Submit(answers)
	}

	if err != nil {
		p.fatalf("%v sends the form %q and reads %q, want it to close", p.who, view.Title, err)
	}

	// The same customer may have something open. It is another matter. A long
	// form that asks comes a moment later.
	time.Sleep(2 * time.Second)

	if same := p.workspace.Person(p.who).Modal(); same != nil && bytes.Contains(same.JSON, []byte(sameMatter)) && !bytes.Contains(view.JSON, []byte(sameMatter)) {
		p.forms[sameMatter] = true
		p.choose(sameMatter, "No, page for another matter").fill()
	}

	// So may be what was given to them before.
	if again := p.workspace.Person(p.who).Modal(); again != nil && bytes.Contains(again.JSON, []byte(givenBefore)) && !bytes.Contains(view.JSON, []byte(givenBefore)) {
		p.fill()
	}

	p.closeWords()
}

// closeWords closes what stands in the place of a form that was sent, where that is
// no more than words.
func (p *pressed) closeWords() {
	p.t.Helper()

	if view := p.workspace.Person(p.who).Modal(); view != nil && !bytes.Contains(view.JSON, []byte(`"type":"input"`)) {
		p.must(p.workspace.Person(p.who).CloseModal())
	}
}

// sameMatter is what a form asks where the same customer has something open.
const sameMatter = "Is it the same matter?"

// givenBefore is what a form asks where the customer was given the same before.
const givenBefore = "Give another one?"

// A drawnForm is a form as the workspace has it.
type drawnForm struct {
	Blocks []struct {
		Type     string
		ID       string `json:"block_id"`
		Optional bool
		Element  struct {
			Type    string
			Action  string `json:"action_id"`
			Max     int    `json:"max_length"`
			Options []struct{ Value string }
		}
	}
	State struct {
		Values map[string]map[string]map[string]any
	}
}

func (p *pressed) answers(view *workspace.View) map[string]string {
	var form drawnForm
	if err := json.Unmarshal(view.JSON, &form); err != nil {
		p.fatalf("%v", err)
	}

	answers := map[string]string{}

	for _, block := range form.Blocks {
		if block.Type != "input" {
			continue
		}

		switch answered := form.State.Values[block.ID][block.Element.Action]; block.Element.Type {
		case "plain_text_input":
			answers[block.ID] = cutRunes(p.words, block.Element.Max)
			if block.ID == "reference" { // the one thing that the channel shows
				answers[block.ID] = strings.ReplaceAll(answers[block.ID], marker, "4711")
			}
		case "static_select", "radio_buttons", "checkboxes":
			if answered["selected_option"] == nil && (!p.blank() || !block.Optional) {
				answers[block.ID] = block.Element.Options[len(block.Element.Options)-1].Value
			}

			if block.ID == "again" || block.ID == "promise_option" && !p.blank() { // yes; the one to which an amount belongs
				answers[block.ID] = block.Element.Options[0].Value
			}
		case "datetimepicker":
			if answered["selected_date_time"] == nil && !p.blank() {
				answers[block.ID] = p.clock.now().Add(48 * time.Hour).Format(time.RFC3339)
			}
		case "users_select":
			if !p.blank() {
				answers[block.ID] = "lee"
			}

			if view.Title == "Promise a callback" && !p.blank() { // by then Lee can't be reached
				answers[block.ID] = "maria"
			}
		case "number_input":
			if !p.blank() || !block.Optional {
				answers[block.ID] = "80.5"
			}
		default:
			p.fatalf("%v has a %v, which nobody fills in", view.Title, block.Element.Type)
		}
	}

	return answers
}

func cutRunes(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}

	return s
}

// wantNoRefusals fails the test if Slack did not take something.
func (h *hostile) wantNoRefusals() {
	h.t.Helper()

	for _, call := range h.workspace.Journal().Errors() {
		h.t.Errorf("%v was refused: %v", call.Method, call.Error)
	}
}

// look looks at everything that anybody was shown.
func (h *hostile) look(log string) {
	if strings.Contains(log, marker) {
		h.t.Error("the words stand in the log")
	}

	for _, what := range h.tokens {
		h.t.Errorf("a form has a live token: %v", what)
	}

	if !h.blank() && !h.forms[sameMatter] {
		h.t.Error("nobody was asked about the same customer")
	}

	for _, title := range everyForm {
		if !h.forms[title] {
			h.t.Errorf("nobody filled the form %q", title)
		}
	}

	for _, who := range demoNames {
		h.lookAs(who)
	}

	if !slices.ContainsFunc(demoNames, h.carries) {
		h.t.Error("no page has the words that it was to carry")
	}

	if !strings.Contains(h.seen.String(), "Tom") || strings.Contains(h.seen.String(), "Tom Becker") {
		h.t.Error("Tom was called by another name than his own")
	}
}

// everyForm are the titles of all forms; the demo's past ends with E-14.
var everyForm = []string{
	"Escalate", "Add context to E-15", "Add context to E-16", "Ask the agent", "Answer", "Can't take it", "Add note", "Hand to…",
	"Hand back", "Resolve E-15", "Reopen E-15", "Promise a callback", "Add follow-up", "Reschedule", "Not needed any more", "Follow-up done",
}

// carries reports whether somebody's page shows what happened: whoever was paged
// last still has it.
func (h *hostile) carries(who string) bool {
	person := h.workspace.Person(who)

	return slices.ContainsFunc(person.Messages(person.DM()), func(m workspace.Message) bool {
		return strings.Contains(m.Text, "What happened") && (h.blank() || strings.Contains(m.Text, marker))
	})
}

func (h *hostile) lookAs(who string) {
	person := h.workspace.Person(who)

	if troubles := person.Troubles(); len(troubles) > 0 {
		h.t.Errorf("%v's screen said %q, want nothing to go wrong", who, troubles)
	}

	if home := person.Home(); home == nil {
		h.t.Errorf("%v has no personal view", who)
	} else {
		h.lookAt(who+"'s personal view", "", home.JSON)
	}

	for _, conversation := range []string{person.DM(), "C0DESK", "C0BILLING"} {
		for _, m := range person.Messages(conversation) {
			if m.From == "U0FIREBREAK" {
				h.lookAt(fmt.Sprintf("%v's message %.60q", who, m.Text), m.Fallback, m.Blocks)
			}

			if conversation == "C0BILLING" && strings.Contains(m.Text+m.Fallback+string(m.Blocks), marker) {
				h.t.Errorf("the words stand in the channel: %.200q", m.Text)
			}
		}
	}

}

// lookAt looks for what is live or disturbs in a drawing.
func (h *hostile) lookAt(what, fallback string, blocks json.RawMessage) {
	h.seen.WriteString(fallback)

	for _, token := range append(workspace.LiveTokens(fallback), workspace.LiveTokensIn(blocks)...) {
		if token.Kind != workspace.Date || !strings.HasPrefix(token.Target, "{time") && !strings.Contains(token.Target, "^{") && !strings.HasPrefix(token.Target, "{date") {
			h.t.Errorf("%v has a live token: %v", what, token)
		}
	}

	var drawn any
	if err := json.Unmarshal(blocks, &drawn); err != nil {
		h.t.Errorf("%v is no JSON: %v", what, err)
	}

	if r := disturbing(fmt.Sprint(drawn, fallback)); r != 0 {
		h.t.Errorf("%v has the rune %U", what, r)
	}
}

// disturbing returns a control or direction character of s, 0 if it has none.
func disturbing(s string) rune {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' || strings.ContainsRune("\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C\u200B\uFEFF", r) {
			return r
		}
	}

	return 0
}

// FuzzHostileWords writes words into every field at the desk, somewhat more than
// a client lets through, and draws every card, answer and form that follows.
func FuzzHostileWords(f *testing.F) {
	for _, words := range hostileWords {
		f.Add(words)
	}

	f.Fuzz(func(t *testing.T, words string) {
		s := newStudio(t, newExhibition(), "fuzz")
		s.holding = true
		words = "x" + cutRunes(words, 4000) // nothing at all is TestHostileWords' matter

		for _, kind := range []bot.Kind{bot.Threat, bot.Approve, bot.CallBack, bot.TakeOver} {
			s.command("maria", "she says "+words)
			s.submit("maria", everywhere(theCase(kind), words))
		}

		s.command("maria", "now "+words)
		s.handAround(words)
		s.command("maria", "list")
		s.command("dana", "E-1")
		s.named("dana", chat.HomeOpened, "")
		s.deliver()

		for _, mistake := range s.mistakes {
			t.Errorf("this must not be shown: %.300v", mistake)
		}
	})
}

// everywhere puts words into the fields that people write in.
func everywhere(v chat.Values, words string) chat.Values {
	for field := range v {
		switch field {
		case "kind", "channel", "waiting", "reason", "heat", "confirmed", "call_at":
		default:
			v[field] = []string{words}
		}
	}

	return v
}

// handAround puts words into each form that E-1 can have.
func (s *studio) handAround(words string) {
	for _, turn := range []struct {
		who, action string
		values      chat.Values
	}{
		{"dana", "ask", chat.Values{"question": {words}}},
		{"maria", "answer", chat.Values{"answer": {words}}},
		{"maria", "add_context", everywhere(theCase(bot.TakeOver), words)},
		{"dana", "take", nil},
		{"dana", "note", chat.Values{"note": {words}}},
		{"dana", "hand_to", chat.Values{"who": {"lee"}, "note": {words}}},
		{"lee", "take", nil},
		{"lee", "hand_back", chat.Values{"advice": {words}}},
		{"maria", "resolve", chat.Values{"outcome": {"Not possible"}, "why": {words}, "instead": {words}, "agreed": {words}, "promise": {words}, "worked": {words}, "change": {words}}},
		{"maria", "reopen", chat.Values{"why": {words}, "page": {"no"}}},
	} {
		s.press(turn.who, turn.action)

		if turn.values != nil {
			s.submit(turn.who, turn.values)
		}

		if turn.who == "dana" { // then there is something to act upon
			s.deliver()
		}
	}
}

// hostileScenes show all notes, the answers of /duty and the alarm.
var hostileScenes = []func(*studio){
	dutyScene, dutyChangedScene, dutyRefusedScene, dutyCancelledScene, shiftConfirmedScene, shiftUnheardScene, checkedScene, feedsScene, holidaysScene, allOffScene,
	recoveryBuddyScene,
}

// TestHostileNames gives all people and teams hostile names, and customers
// hostile words, in the scenes of the rota.
func TestHostileNames(t *testing.T) {
	for name, words := range hostileWords {
		if strings.TrimSpace(words) == "" {
			continue // nobody is called that
		}

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, play := range hostileScenes {
				s := newStudioWith(t, newExhibition(), "hostile", hostileSettings(t, words))
				s.words = "x" + cutRunes(words, 3000)

				for _, who := range []string{"maria", "tom", "stranger"} {
					s.must(s.desk.Acquaint(t.Context(), chat.Profile{Who: account(who), Name: words}))
				}

				play(s)
				s.wantFit()
			}
		})
	}
}

// hostileSettings are those of the rota's scenes with names of such words.
func hostileSettings(t testing.TB, words string) bot.Settings {
	t.Helper()

	settings := dutySettings(t)
	settings.Recovery = recoverySettings(t).Recovery

	for who, colleague := range settings.People {
		colleague.Name = words
		settings.People[who] = colleague
	}

	for i := range settings.Teams {
		settings.Teams[i].Name = words
	}

	return settings
}
