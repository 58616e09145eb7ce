package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long the page may take for anything. It is far more than it
// needs: the machine may have much else to do.
const patience = 30 * time.Second

// browserPath returns the browser that the tests of the page run in. With
// FIREBREAK_BROWSER set there must be one; otherwise a machine without chromium
// skips them.
func browserPath(t *testing.T) string {
	t.Helper()

	named := os.Getenv("FIREBREAK_BROWSER")
	if named == "" {
		path, err := exec.LookPath("chromium")
		if err != nil {
			t.Skip("there is no chromium in PATH, and FIREBREAK_BROWSER names no browser")
		}

		return path
	}

	path, err := exec.LookPath(named)
	if err != nil {
		t.Fatalf("FIREBREAK_BROWSER=%v: %v", named, err)
	}

	return path
}

// A theatre is the demo, served on loopback, and a browser to look at it.
type theatre struct {
	t       *testing.T
	demo    *demo
	address string // http://127.0.0.1:port
	browser context.Context
}

// newTheatre starts the demo as `firebreak demo` does, and a browser. Both end
// with the test.
func newTheatre(t *testing.T) *theatre {
	t.Helper()

	path := browserPath(t)
	s := &theatre{t: t}
	s.startDemo()
	s.startBrowser(path)

	return s
}

func (s *theatre) startDemo() {
	d, err := newDemo(slog.New(slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		s.t.Fatalf("newDemo: %v", err)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	running, ended := make(chan struct{}), make(chan error, 1)

	go func() {
		ended <- d.during(ctx, func(ctx context.Context) error {
			close(running)

			return d.servePage(ctx, listener)
		})
	}()

	s.t.Cleanup(func() {
		cancel()

		if err := <-ended; err != nil {
			s.t.Errorf("the demo ended with %v", err)
		}

		if _, err := os.Stat(d.data); !os.IsNotExist(err) {
			s.t.Errorf("the demo left %v behind (%v)", d.data, err)
		}
	})

	select {
	case <-running:
	case err := <-ended:
		ended <- err
		s.t.Fatalf("the demo did not start: %v", err)
	}

	s.demo, s.address = d, "http://"+listener.Addr().String()
}

// startBrowser starts a browser in New York, to which the page shows London's
// times all the same.
func (s *theatre) startBrowser(path string) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-GB"), chromedp.Env("TZ=America/New_York"), chromedp.UserDataDir(s.t.TempDir()))

	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	browser, closeBrowser := chromedp.NewContext(allocator)

	s.t.Cleanup(func() {
		if err := chromedp.Cancel(browser); err != nil {
			s.t.Logf("the browser did not end well: %v", err)
		}

		closeBrowser()
		release()
	})

	if err := chromedp.Do(browser); err != nil {
		s.t.Fatalf("starting %v: %v", path, err)
	}

	s.browser = browser
}

// A tab is one tab of the browser with the demo's page in it.
type tab struct {
	t     *testing.T
	ctx   context.Context
	width int64 // of the screen

	mu     sync.Mutex
	spoken []string // what the page wrote to the console
}

// Sizes of a screen, in CSS pixels.
type screen struct {
	width, height int64
	touch         bool
}

var (
	desktop = screen{width: 1440, height: 900}
	phone   = screen{width: 390, height: 844, touch: true}
)

// open opens the page in a tab of its own. When the test ends, the tab must have
// had nothing to complain of.
func (s *theatre) open(query string, on screen) *tab {
	s.t.Helper()

	ctx, cancel := chromedp.NewContext(s.browser)
	s.t.Cleanup(cancel)

	b := &tab{t: s.t, ctx: ctx, width: on.width}
	go b.listen(chromedp.Console(ctx))

	viewport := []chromedp.EmulateViewportOption{chromedp.EmulateScale(2)}
	if on.touch {
		viewport = append(viewport, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}

	b.do("open the page", chromedp.EmulateViewport(on.width, on.height, viewport...), chromedp.Navigate(s.address+"/"+query))
	b.until("somebody's chat is there", `document.querySelector("[data-person] [data-conversation]") !== null`)
	b.until("its notifications are noted", noting)
	s.t.Cleanup(func() { b.wellBehaved(s.address) })

	return b
}

func (b *tab) listen(console func(func(chromedp.ConsoleMessage, error) bool)) {
	for message, err := range console {
		if err != nil {
			return
		}

		b.mu.Lock()
		b.spoken = append(b.spoken, fmt.Sprintf("%v: %v", message.Type, message))
		b.mu.Unlock()
	}
}

// wellBehaved fails the test if the page complained, or asked any other host
// for anything.
func (b *tab) wellBehaved(address string) {
	b.mu.Lock()
	spoken := b.spoken
	b.mu.Unlock()

	for _, line := range spoken {
		b.t.Errorf("the page's console says %v", line)
	}

	for _, asked := range eval[[]string](b, `performance.getEntriesByType("resource").map((entry) => entry.name)`) {
		if !strings.HasPrefix(asked, address+"/") {
			b.t.Errorf("the page asked for %v, which is not the demo's", asked)
		}
	}
}

// do runs actions of the browser.
func (b *tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()

	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()

	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("%v: %v", what, err)
	}
}

// eval returns the value of an expression in the page, awaited if it is a
// promise.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()

	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()

	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("the page could not evaluate %v: %v", expression, err)
	}

	return value
}

// until waits until an expression is true in the page.
func (b *tab) until(what, expression string) {
	b.t.Helper()

	for deadline := time.Now().Add(patience); !eval[bool](b, expression); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("the page shows\n%v\n%v: not within %v", eval[string](b, `document.body.innerText`), what, patience)
		}
	}
}

// noting notes, from now on, whom the page notified of what: a notification goes
// again after seconds, in which a machine may be busy with something else.
const noting = `(() => {
	const seen = new WeakSet();
	window.notified = [];
	new MutationObserver(() => {
		for (const notice of document.querySelectorAll(".notice")) {
			if (seen.has(notice)) continue;
			seen.add(notice);
			window.notified.push({ person: notice.closest("[data-person]").dataset.person, said: notice.innerText.replace(/\s+/g, " ").trim() });
		}
	}).observe(document.body, { childList: true, subtree: true });
	return true;
})()`

// finder holds the functions by which the tests find what a person sees: by
// role and name, within a pane, and the newest one first.
const finder = `
const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const words = (node) => node.innerText.replace(/\s+/g, " ").trim();
const nameOf = (node) => (node.getAttribute("aria-label") ?? words(node)).replace(/\s+/g, " ").trim();
const pane = (person) => document.querySelector('[data-person="' + person + '"]');
const front = (person) => pane(person)?.querySelector("[role=dialog]") ?? pane(person);
const all = (node, selector) => node?.querySelectorAll(selector) ?? [];
const newest = (nodes) => [...nodes].filter(visible).at(-1);
const button = (person, name) => newest([...all(front(person), "button, [role=menuitem], [role=option]")].filter((node) => (nameOf(node) === name || words(node) === name)));
const among = (person, kind, text) => newest([...all(pane(person), 'article[data-kind="' + kind + '"]')].filter((node) => words(node).includes(text)));
const article = (person, text) => among(person, "message", text);
const answer = (person, text) => among(person, "ephemeral", text);
const asked = (person, name) => [...all(front(person), ".field")].find((node) => node.dataset.label === name);
const field = (person, name) => asked(person, name)?.querySelector("input, textarea, select");
const option = (person, name, choice) => [...asked(person, name).querySelectorAll("label")].find((node) => words(node) === choice)?.querySelector("input");
const problem = (person, name) => asked(person, name)?.querySelector(".field-error:not([hidden])")?.textContent ?? "";
`

// find returns an expression that runs the finder's functions on arguments.
func find(expression string, args ...any) string {
	values := make([]any, len(args))
	for i, arg := range args {
		encoded, err := json.Marshal(arg)
		if err != nil {
			panic(err)
		}

		values[i] = string(encoded)
	}

	return "(() => {" + finder + "return " + fmt.Sprintf(expression, values...) + "})()"
}

// A point is a place on the screen.
type point struct {
	X, Y float64
	Hit  bool // what was looked for is in front there
}

// press presses, with a real mouse, what an expression finds: once it is there,
// stands still, is enabled, and nothing lies over it. What has moved away from
// under the mouse since is pressed again, and what moved there instead is not
// pressed. What was drawn anew since, in the same message and by the same name, was
// pressed: to press again would be a second press.
func (b *tab) press(what, node string) {
	b.t.Helper()

	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		at := eval[point](b, "(async () => {"+finder+aiming+`
			const node = `+node+`;
			if (!node || node.disabled || node.getAttribute("aria-busy") === "true") return { X: 0, Y: 0, Hit: false };
			node.scrollIntoView({ block: "nearest", inline: "nearest" });
			const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
			const before = node.getBoundingClientRect();
			await frame(); await frame();
			const { left, top, width, height } = node.getBoundingClientRect();
			const [x, y] = [left + width / 2, top + height / 2];
			const atop = document.elementFromPoint(x, y);
			window.takeAim(node);
			return { X: x, Y: y, Hit: before.left === left && before.top === top && node.isConnected && (node === atop || node.contains(atop)) };
		})()`)

		if at.Hit {
			b.do("press "+what, chromedp.MouseClickXY(at.X, at.Y))
		}

		if eval[bool](b, "window.lowerAim()") {
			return
		}

		if time.Now().After(deadline) {
			b.t.Fatalf("the page shows\n%v\n%v could not be pressed for %v", eval[string](b, `document.body.innerText`), what, patience)
		}
	}
}

// aiming holds the functions by which the mouse presses only what it was aimed at,
// until the aim is lowered, which tells whether that was pressed.
const aiming = `
if (!window.takeAim) {
	const place = (node) => [node.closest("[data-person]")?.dataset.person, node.closest("article")?.dataset.ts, node.localName, nameOf(node)].join();
	const events = ["pointerdown", "mousedown", "pointerup", "mouseup", "click"];
	let [kind, wanted, pressed] = ["", "", false];
	const pass = (event) => {
		const hit = event.target.closest?.(kind);
		if (!hit || place(hit) !== wanted) {
			event.stopImmediatePropagation();
			event.preventDefault();
		} else if (event.type === "click") pressed = true;
	};
	window.takeAim = (node) => {
		[kind, wanted, pressed] = [node.localName, place(node), false];
		for (const event of events) addEventListener(event, pass, { capture: true });
	};
	window.lowerAim = () => {
		for (const event of events) removeEventListener(event, pass, { capture: true });
		const was = pressed;
		pressed = false;
		return was;
	};
}
`

// key presses keys, as kb names them or as they are typed.
func (b *tab) key(keys string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do("press a key", chromedp.KeyEvent(keys, options...))
}

// screenshots is the folder of the README's pictures.
const screenshots = "screenshots"

// picture takes a picture for the README, once everything stands still. The file
// is written only where FIREBREAK_SCREENSHOTS is set, but it must be there.
func (b *tab) picture(name string) {
	b.t.Helper()
	b.pictureOnce(name, `document.getAnimations().length === 0 && !document.querySelector(".notice")`)
}

// pictureOnce is a picture that waits for something else.
func (b *tab) pictureOnce(name, still string) {
	b.t.Helper()

	path := filepath.Join(screenshots, name)
	if os.Getenv("FIREBREAK_SCREENSHOTS") == "" {
		if _, err := os.Stat(path); err != nil {
			b.t.Errorf("the README's picture is missing; make it with FIREBREAK_SCREENSHOTS=1: %v", err)
		}

		return
	}

	b.until("the page stands still", still)

	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()

	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, image, 0o644)
	}

	if err != nil {
		b.t.Fatalf("a picture for %v: %v", path, err)
	}
}

// A seat is somebody's pane in a tab.
type seat struct {
	*tab
	who string
}

func (b *tab) as(who string) seat { return seat{b, who} }

// presses finds the newest button with that name, in the form if one is open,
// and presses it.
func (p seat) presses(name string) {
	p.t.Helper()
	p.press(p.who+"'s "+name, find("button(%s, %s)", p.who, name))
}

// says types into the line at the bottom, and sends it.
func (p seat) says(words string) {
	p.t.Helper()
	p.press(p.who+"'s line", find(`pane(%s).querySelector(".composer-input")`, p.who))
	p.do("type", chromedp.KeyEvent(words), chromedp.KeyEvent("\r"))
}

// goes opens a conversation.
func (p seat) goes(conversation string) {
	p.t.Helper()
	p.press(p.who+"'s "+conversation, find(`pane(%s).querySelector('[data-goto="' + %s + '"]')`, p.who, conversation))
}

// told waits until an answer that only they see has the words.
func (p seat) told(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("only %v sees %q", p.who, words), find("Boolean(answer(%s, %s))", p.who, words))
}

// sees waits until the words stand in a message.
func (p seat) sees(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%v sees %q", p.who, words), find("Boolean(article(%s, %s))", p.who, words))
}

// fills types into a field of the open form.
func (p seat) fills(label, value string) {
	p.t.Helper()
	p.until(p.who+" has the field "+label, find("Boolean(field(%s, %s))", p.who, label))
	p.press(p.who+"'s "+label, find("field(%s, %s)", p.who, label))
	p.do("type", chromedp.KeyEvent(value))
}

// chooses takes an option of a field.
func (p seat) chooses(label, option string) {
	p.t.Helper()
	p.until(p.who+" has the field "+label, find("Boolean(field(%s, %s))", p.who, label))

	chosen := eval[bool](p.tab, find(`(() => {
		const [person, name, choice] = [%s, %s, %s];
		const node = field(person, name);
		if (node.localName !== "select") return false;
		node.focus();
		node.value = [...node.options].find(({ text }) => text === choice).value;
		node.dispatchEvent(new Event("input", { bubbles: true }));
		node.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	})()`, p.who, label, option))
	if !chosen {
		p.press(p.who+"'s "+option, find("option(%s, %s, %s)", p.who, label, option))
	}
}

// form waits until the form with that title is open.
func (p seat) form(title string) {
	p.t.Helper()
	p.until(p.who+" has the form "+title, find(`pane(%s).querySelector("[role=dialog] h2")?.textContent === %s`, p.who, title))
}

// closed waits until no form is open.
func (p seat) closed() {
	p.t.Helper()
	p.until(p.who+" has no form open", find(`!pane(%s).querySelector("[role=dialog]")`, p.who))
}

// missing waits until a field says, in Slack's words, that it must be filled in.
func (p seat) missing(label string) {
	p.t.Helper()
	p.until(p.who+" is told that this is missing: "+label,
		find(`problem(%s, %s) === "Please complete this required field."`, p.who, label))
}

// notified waits until a notification with the words has come, whether or not it is
// still on the screen. Each counts once.
func (p seat) notified(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%v is notified of %q", p.who, words), find(`((person, text) => {
		const at = window.notified.findIndex((notice) => notice.person === person && notice.said.includes(text));
		if (at >= 0) window.notified.splice(at, 1);
		return at >= 0;
	})(%s, %s)`, p.who, words))
}

// becomes seats somebody else in this place.
func (p seat) becomes(who string) seat {
	p.t.Helper()
	p.press("the face of "+who, find(`pane(%s).querySelector('[data-switch-to="' + %s + '"]')`, p.who, who))
	p.until(who+"'s chat is there", find(`Boolean(pane(%s)?.querySelector("[data-conversation]"))`, who))

	return seat{p.tab, who}
}

// message returns the timestamp and the text of the newest message that has the
// words.
func (p seat) message(words string) (ts, text string) {
	p.t.Helper()
	p.sees(words)

	found := eval[[]string](p.tab, find("((node) => [node.dataset.ts, words(node)])(article(%s, %s))", p.who, words))

	return found[0], found[1]
}

// messages returns how many messages there are.
func (p seat) messages() int {
	p.t.Helper()

	return eval[int](p.tab, find(`pane(%s).querySelectorAll("article").length`, p.who))
}

// aMinuteOn moves the clock on.
func (b *tab) aMinuteOn() {
	b.t.Helper()
	b.moves("+1 min")
}

// moves presses one of the clock's buttons.
func (b *tab) moves(step string) {
	b.t.Helper()
	b.press(step, fmt.Sprintf(`[...document.querySelectorAll(".clock-step")].find((node) => node.textContent === %q)`, step))
}

// fits fails the test if anything is wider than the screen.
func (b *tab) fits(what string) {
	b.t.Helper()

	if wide := eval[[]string](b, `[...document.querySelectorAll("body, body *")]
		.filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > screen.width + 1 && !node.closest(".switcher, .conversations, .guide-parts, .notices, .visually-hidden"))
		.map((node) => node.localName + "." + node.className + ": " + node.getBoundingClientRect().right)`); len(wide) > 0 {
		b.t.Errorf("%v: wider than the screen are %v", what, strings.Join(wide, ", "))
	}

	if got := eval[int64](b, `document.documentElement.scrollWidth`); got > b.width {
		b.t.Errorf("%v: the page is %v pixels wide, want %v at most", what, got, b.width)
	}
}

// shows waits until the words stand anywhere in somebody's pane.
func (p seat) shows(words string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%v's pane shows %q", p.who, words), find("words(pane(%s)).includes(%s)", p.who, words))
}

// pastes puts text into a field as the clipboard does.
func (p seat) pastes(label, text string) {
	p.t.Helper()
	p.press(p.who+"'s "+label, find("field(%s, %s)", p.who, label))
	p.until("it is pasted", find(`document.activeElement === field(%s, %s) && document.execCommand("insertText", false, %s)`, p.who, label, text))
}

// tabTo presses Tab until the focus is on what an expression finds.
func (b *tab) tabTo(what, node string) {
	b.t.Helper()
	b.walkTo(what, node, kb.Tab)
}

// tabBackTo is tabTo backwards.
func (b *tab) tabBackTo(what, node string) {
	b.t.Helper()
	b.walkTo(what, node, kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
}

func (b *tab) walkTo(what, node, key string, options ...chromedp.KeyOption) {
	b.t.Helper()

	for range 100 {
		if eval[bool](b, "document.activeElement === "+node) {
			return
		}

		b.key(key, options...)
	}

	b.t.Fatalf("%v is not reached by the Tab key; the focus is on %v", what, eval[string](b, "document.activeElement.outerHTML"))
}
