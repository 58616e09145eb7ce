package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	"github.com/chromedp/chromedp"
)

// playgroundScript returns the program of Microsoft 365 Agents Playground: a
// client of Teams' cards and forms, and the connector behind it. npm installs it
// (@microsoft/m365agentsplayground), and FIREBREAK_PLAYGROUND names the directory
// with its node_modules. With the variable set it must be there, and so must
// Node; otherwise the tests that need it are skipped.
func playgroundScript(t *testing.T) string {
	t.Helper()

	named := os.Getenv("FIREBREAK_PLAYGROUND")
	if named == "" {
		t.Skip("FIREBREAK_PLAYGROUND names no directory in which npm installed @microsoft/m365agentsplayground")
	}

	path, err := filepath.Abs(filepath.Join(named, "node_modules", "@microsoft", "m365agentsplayground", "cli.js"))
	if err == nil {
		_, err = os.Stat(path)
	}

	if err == nil {
		_, err = exec.LookPath("node")
	}

	if err != nil {
		t.Fatalf("FIREBREAK_PLAYGROUND=%v: %v", named, err)
	}

	return path
}

// The organization in which the escalation is played, with ids as the Playground has
// them by itself, some of which are too long by a digit or two. The Playground wants
// exactly five people beside the one who sits before it.
const (
	playgroundApp    = "00000000-0000-0000-0000-00000000000011"
	playgroundTenant = "00000000-0000-0000-0000-0000000000001"
)

type playgroundPerson struct{ ID, Given, Surname string }

// Account is the person's object id in Microsoft Entra.
func (p playgroundPerson) Account() string { return "00000000-0000-0000-0000-00000000000" + p.ID }

var playgroundPeople = []playgroundPerson{
	{"10", "Maria", "Santos"}, {"20", "Dana", "Reed"}, {"30", "Lee", "Chan"},
	{"40", "Priya", "Nair"}, {"50", "Noor", "Haddad"}, {"60", "Tom", "Weber"},
}

// playgroundConfig is the Playground's configuration: who sits before it, and
// who else there is.
var playgroundConfig = template.Must(template.New("").Parse(`version: "0.1.1"
tenantId: {{.Tenant}}
bot: {id: {{.App}}, name: Firebreak}
{{define "person"}}{id: "29:{{.ID}}", name: {{.Given}} {{.Surname}}, aadObjectId: {{.Account}}, givenName: {{.Given}}, surname: {{.Surname}}, email: {{.ID}}@example.com, userPrincipleName: {{.ID}}@example.com}{{end -}}
currentUser: {{template "person" .Me}}
users:{{range .Others}}
  - {{template "person" .}}{{end}}
personalChat: {id: "a:{{.Me.ID}}"}
groupChat: {id: "19:front@thread.v2", name: Front line}
team:
  id: "19:general@thread.tacv2"
  name: Support
  aadGroupId: 00000000-0000-0000-0000-000000000099
  channels: [{id: "19:escalations@thread.tacv2", name: Escalations}]
`))

// listenHere makes a Node program listen on loopback alone: the Playground listens
// everywhere, and has no setting for it.
const listenHere = `
const net = require("node:net");
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ...rest) {
	const ready = rest.find((argument) => typeof argument === "function");
	return listen.call(this, { port: Number(port), host: "127.0.0.1" }, ready);
};
`

// supportTeam is the configuration of the bot: Maria's team, where Dana is on
// duty.
const supportTeam = `timezone: Europe/London
people:
  dana:  {name: Dana Reed,  role: supervisor, teams: 00000000-0000-0000-0000-0000000000020}
  priya: {name: Priya Nair, role: manager,    teams: 00000000-0000-0000-0000-0000000000040}
teams:
  support: {name: Support, supervisors: [dana], managers: [priya]}
`

// A playground is the real binary, and a client for each of those who talk to
// it, in one browser.
type playground struct {
	*theatre
	script string // of the Playground
	folder string
	bot    string // http://127.0.0.1:port
}

// newPlayground builds the binary and starts it. It ends with the test.
func newPlayground(t *testing.T) *playground {
	t.Helper()

	script, browser := playgroundScript(t), browserPath(t)
	p := &playground{theatre: &theatre{t: t}, script: script, folder: t.TempDir()}

	for name, content := range map[string]string{"loopback.cjs": listenHere, "firebreak.yaml": supportTeam} {
		if err := os.WriteFile(filepath.Join(p.folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	p.startBot()
	p.startBrowser(browser)

	return p
}

func (p *playground) startBot() {
	program, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}

	address := freeAddress(p.t)
	p.bot = "http://" + address
	p.process(p.folder, []string{
		"TEAMS_APP_ID=" + playgroundApp, "TEAMS_TENANT_ID=" + playgroundTenant,
		"TEAMS_DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=" + loopbackOnly,
		"FIREBREAK_LISTEN=" + address, "FIREBREAK_CONFIG=firebreak.yaml", "FIREBREAK_DATA=data",
	}, program, "serve")
	p.answers(p.bot + "/readyz")
}

// sits starts a client for somebody, and opens it.
func (p *playground) sits(who string) tester {
	p.t.Helper()

	folder := filepath.Join(p.folder, who)
	if err := os.Mkdir(folder, 0o700); err != nil {
		p.t.Fatal(err)
	}

	var config bytes.Buffer
	if err := playgroundConfig.Execute(&config, seating(who)); err != nil {
		p.t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join(folder, ".m365agentsplayground.yml"), config.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}

	address := freeAddress(p.t)
	_, port, _ := net.SplitHostPort(address)
	p.process(folder, []string{"TEAMSAPPTESTER_BROWSER=none", "PATH=" + os.Getenv("PATH"), "HOME=" + folder},
		"node", "--require", filepath.Join(p.folder, "loopback.cjs"), p.script,
		"start", "-e", p.bot+"/teams/messages", "-c", "msteams", "-p", port, "--dt")
	p.answers("http://" + address + "/")

	return tester{p.page("http://localhost:"+port+"/", who), who}
}

func seating(who string) any {
	var s struct {
		App, Tenant string
		Me          playgroundPerson
		Others      []playgroundPerson
	}

	s.App, s.Tenant = playgroundApp, playgroundTenant

	for _, person := range playgroundPeople {
		if person.Given == who {
			s.Me = person
		} else {
			s.Others = append(s.Others, person)
		}
	}

	return s
}

// page opens a client in a tab of its own, with nothing but the conversation in
// it, and waits until its person has the bot.
func (p *playground) page(address, who string) *tab {
	p.t.Helper()

	ctx, cancel := chromedp.NewContext(p.browser)
	p.t.Cleanup(cancel)

	b := &tab{t: p.t, ctx: ctx, width: 1200}
	go b.listen(chromedp.Console(ctx)) // what it complains of is not ours to mend

	p.t.Cleanup(func() { b.keepIfFailed(who + ".png") })
	b.do("open "+who+"'s Playground", chromedp.EmulateViewport(b.width, 720, chromedp.EmulateScale(2)), chromedp.Navigate(address))
	b.until(who+" has the bot", `document.body.innerText.includes("conversationUpdate 200")`)
	b.press("the log away", `document.querySelector('[aria-label="Hide log panel"], [title="Hide log panel"]')`)

	return b
}

// keepIfFailed leaves a picture of the page behind when the test has failed, with
// go test -artifacts.
func (b *tab) keepIfFailed(name string) {
	if !b.t.Failed() {
		return
	}

	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()

	image, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(b.t.ArtifactDir(), name), image, 0o600)
	}

	b.t.Logf("a picture of the page: %v, %v", name, err)
}

// process runs a program until the test ends, and shows what it said if the test
// fails.
func (p *playground) process(folder string, env []string, name string, args ...string) {
	p.t.Helper()

	var said output

	process := exec.Command(name, args...)
	process.Dir, process.Env, process.Stdout, process.Stderr = folder, env, &said, &said

	if err := process.Start(); err != nil {
		p.t.Fatal(err)
	}

	p.t.Cleanup(func() {
		_ = process.Process.Signal(os.Interrupt)
		_ = process.Wait()

		if p.t.Failed() {
			p.t.Logf("%v said\n%v", filepath.Base(name), said.words())
		}
	})
}

// An output is what a program says while it runs.
type output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (s *output) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.said.Write(p)
}

func (s *output) words() string {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.said.String()
}

// answers waits until a page is there.
func (p *playground) answers(address string) {
	p.t.Helper()

	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		err := asked(p.t, address)
		if err == nil {
			return
		}

		if time.Now().After(deadline) {
			p.t.Fatalf("%v: %v, within %v", address, err, patience)
		}
	}
}

func asked(t *testing.T, address string) error {
	t.Helper()

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return err
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %v", response.Status)
	}

	return nil
}

// playgroundFinder finds what a person sees in the Playground: always the newest.
const playgroundFinder = `
const visible = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
const words = (node) => node.innerText.replace(/\s+/g, " ").trim();
const newest = (nodes) => [...nodes].filter(visible).at(-1);
const button = (name) => newest([...document.querySelectorAll("button")].filter((node) => words(node) === name));
const line = () => newest(document.querySelectorAll("[role=textbox][contenteditable=true]"));
const card = (text) => newest([...document.querySelectorAll(".ac-adaptiveCard")].filter((node) => words(node).includes(text)));
const form = () => newest([...document.querySelectorAll(".ac-adaptiveCard")].filter((node) => node.querySelector("input, textarea")));
const label = (name) => newest([...(form()?.querySelectorAll("label") ?? [])].filter((node) => words(node).replace(/ \*$/, "") === name));
const field = (name) => document.getElementById(label(name)?.getAttribute("for"));
const option = (name) => newest([...document.querySelectorAll("[role=option]")].filter((node) => words(node) === name));
`

// A tester is somebody before their Playground.
type tester struct {
	*tab
	who string
}

func inPlayground(expression string, args ...any) string {
	return strings.Replace(find(expression, args...), finder, playgroundFinder, 1)
}

// says types a message to the bot and sends it.
func (c tester) says(words string) {
	c.t.Helper()
	c.press(c.who+"'s line", inPlayground("line()"))
	c.do("type", chromedp.KeyEvent(words), chromedp.KeyEvent("\r"))
}

// sees waits until the words stand in a card.
func (c tester) sees(words string) {
	c.t.Helper()
	c.until(fmt.Sprintf("%v sees %q", c.who, words), inPlayground("Boolean(card(%s))", words))
}

// presses finds the newest button with the name, and presses it.
func (c tester) presses(name string) {
	c.t.Helper()
	c.press(c.who+"'s "+name, inPlayground("button(%s)", name))
}

// picture takes a picture for the README, of the newest card and what is below it.
func (c tester) picture(name string) {
	c.t.Helper()
	c.pictureOnce(name, inPlayground(`(() => { card("").scrollIntoView({ block: "start" }); return true; })()`))
}

// misses waits until no button has the name.
func (c tester) misses(name string) {
	c.t.Helper()
	c.until(fmt.Sprintf("%v has no button %q", c.who, name), inPlayground("!button(%s)", name))
}

// fills types into a field of the newest form.
func (c tester) fills(name, value string) {
	c.t.Helper()
	c.press(c.who+"'s "+name, inPlayground("field(%s)", name))
	c.do("type", chromedp.KeyEvent(value))
	c.until(fmt.Sprintf("%v has written %q", c.who, value), inPlayground("field(%s).value === %s", name, value))
}

// chooses takes an option of a field, from its menu or where it stands.
func (c tester) chooses(name, choice string) {
	c.t.Helper()
	c.until(c.who+" has the field "+name, inPlayground("Boolean(field(%s))", name))

	if eval[bool](c.tab, inPlayground(`field(%s).role === "combobox"`, name)) {
		c.press(c.who+"'s "+name, inPlayground("field(%s)", name))
		c.press(c.who+"'s "+choice, inPlayground("option(%s)", choice))
	} else {
		c.press(c.who+"'s "+choice, inPlayground("field(%s)", choice))
	}
}
