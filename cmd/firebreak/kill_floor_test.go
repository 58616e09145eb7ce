package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A floor is a contact centre on a workspace of its own: teams of agents and
// supervisors at work, and a bot in another process.
type floor struct {
	t         *testing.T
	workspace *workspace.Workspace
	dir       string
	env       []string
	listen    string // where the bot serves its metrics
	program   string
	people    sync.WaitGroup

	mu           sync.Mutex
	acknowledged map[string]string // what happened, by the escalation's id where it was told
	tried        int

	leaving atomic.Bool // no new escalations any more
	process *exec.Cmd
	log     *bytes.Buffer // of the process that runs
}

const (
	floorTeams      = 4
	teamSupervisors = 3
	teamAgents      = 3
	mostAtOnce      = 10 // open escalations
)

func newFloor(t *testing.T, program string, env ...string) *floor {
	t.Helper()

	f := &floor{t: t, dir: t.TempDir(), program: program, listen: freeAddress(t), acknowledged: map[string]string{}}
	config := f.config()

	parsed, err := ParseConfig("firebreak.yaml", config)
	if err != nil {
		t.Fatal(err)
	}

	f.workspace = workspace.New(workspace.Options{
		People: f.users(), Channels: f.channels(), App: demoApp(parsed), Now: time.Now, Seed: rand.Uint64(),
	})
	t.Cleanup(f.workspace.Close)

	server := httptest.NewServer(f.workspace.Handler())
	t.Cleanup(server.Close)

	path := filepath.Join(f.dir, "firebreak.yaml")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}

	f.env = append(os.Environ(),
		"SLACK_BOT_TOKEN="+demoBotToken, "SLACK_APP_TOKEN="+demoAppToken, "SLACK_SIGNING_SECRET=", "SLACK_API_URL="+server.URL+"/api/",
		"FIREBREAK_CONFIG="+path, "FIREBREAK_DATA="+filepath.Join(f.dir, "data"), "FIREBREAK_LISTEN="+f.listen)
	f.env = append(f.env, env...)

	return f
}

// freeAddress returns an address on loopback that nobody uses.
func freeAddress(t testing.TB) string {
	t.Helper()

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()

	return listener.Addr().String()
}

func supervisorName(team, n int) string { return fmt.Sprintf("lead%d%d", team, n) }

func agentName(team, n int) string { return fmt.Sprintf("agent%d%d", team, n) }

func slackID(name string) string { return "U0" + strings.ToUpper(name) }

// config has teams whose supervisors are paged in turn, with waits that are
// long enough for a page to survive a few crashes.
func (f *floor) config() []byte {
	var people, teams strings.Builder

	for team := range floorTeams {
		var supervisors, agents []string

		for n := range teamSupervisors {
			name := supervisorName(team, n)
			supervisors = append(supervisors, name)
			fmt.Fprintf(&people, "  %v: {name: Lead %d %d, role: supervisor, slack: %v}\n", name, team, n, slackID(name))
		}

		for n := range teamAgents {
			agents = append(agents, slackID(agentName(team, n)))
		}

		fmt.Fprintf(&teams, "  team%d:\n    name: Team %d\n    supervisors: [%v]\n    agents: [%v]\n"+
			"    chains:\n      live:\n        - {page: duty, how: one at a time, wait: 30s, rounds: 1}\n"+
			"        - {page: team, how: all at once, wait: 30s, repeat: until taken}\n"+
			"    options: [{name: Explained}]\n",
			team, team, strings.Join(supervisors, ", "), strings.Join(agents, ", "))
	}

	// Threads are most of what is posted, so that one team with a channel will do.
	channel := strings.Replace(teams.String(), "name: Team 0\n", "name: Team 0\n    channel: C0TEAM0\n", 1)

	return []byte("people:\n" + people.String() + "teams:\n" + channel + "join: {ask_after: 60s, page_on_after: 120s}\n")
}

func (f *floor) users() []workspace.User {
	users := []workspace.User{{ID: "U0FIREBREAK", Name: "firebreak", RealName: "Firebreak", Bot: true}}

	for team := range floorTeams {
		for n := range teamSupervisors {
			name := supervisorName(team, n)
			users = append(users, workspace.User{ID: slackID(name), Name: name, RealName: fmt.Sprintf("Lead %d %d", team, n)})
		}

		for n := range teamAgents {
			name := agentName(team, n)
			users = append(users, workspace.User{ID: slackID(name), Name: name, RealName: fmt.Sprintf("Agent %d %d", team, n)})
		}
	}

	return users
}

// channels are one for each team's threads, and one for each agent in which
// nothing stands but the answers to their commands.
func (f *floor) channels() []workspace.Channel {
	var channels []workspace.Channel

	for team := range floorTeams {
		channels = append(channels, workspace.Channel{ID: fmt.Sprintf("C0TEAM%d", team), Name: fmt.Sprintf("team-%d", team), Members: []string{"U0FIREBREAK"}})

		for n := range teamAgents {
			name := agentName(team, n)
			channels = append(channels, workspace.Channel{ID: "C0" + strings.ToUpper(name), Name: name, Members: []string{slackID(name)}})
		}
	}

	return channels
}

// start starts the bot.
func (f *floor) start() {
	f.t.Helper()

	f.log = &bytes.Buffer{}
	f.process = exec.CommandContext(f.t.Context(), f.program, "serve")
	f.process.Env, f.process.Stderr, f.process.WaitDelay = f.env, f.log, 5*time.Second

	if err := f.process.Start(); err != nil {
		f.t.Fatal(err)
	}
}

// ready waits until the bot hears what people do.
func (f *floor) ready() {
	f.t.Helper()

	for deadline := time.Now().Add(20 * time.Second); f.workspace.Sockets() == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = f.process.Process.Kill()
			_ = f.process.Wait()
			f.t.Fatalf("the bot did not connect:\n%v", f.log)
		}
	}
}

// kill ends the bot as a power cut does.
func (f *floor) kill() {
	f.t.Helper()

	if err := f.process.Process.Kill(); err != nil {
		f.t.Fatalf("the bot had ended before it was killed: %v\n%v", err, f.log)
	}

	_ = f.process.Wait() // that it was killed

	for f.workspace.Sockets() > 0 {
		time.Sleep(time.Millisecond)
	}
}

// terminate stops the bot with SIGTERM, and returns how long that took.
func (f *floor) terminate() time.Duration {
	f.t.Helper()

	began := time.Now()
	if err := f.process.Process.Signal(syscall.SIGTERM); err != nil {
		f.t.Fatal(err)
	}

	if err := f.process.Wait(); err != nil {
		f.t.Errorf("after SIGTERM the bot ended with %v, want exit code 0:\n%v", err, f.log)
	}

	return time.Since(began)
}

// work has everybody work until ctx is done.
func (f *floor) work(ctx context.Context) {
	for team := range floorTeams {
		for n := range teamSupervisors {
			f.people.Go(func() { f.supervise(ctx, f.workspace.Person(supervisorName(team, n))) })
		}

		for n := range teamAgents {
			f.people.Go(func() { f.serve(ctx, agentName(team, n)) })
		}
	}
}

// serve is an agent's day: one escalation after the other, by form or at once.
func (f *floor) serve(ctx context.Context, name string) {
	person := f.workspace.Person(name)

	for n := 1; !f.leaving.Load(); n++ {
		happened := fmt.Sprintf("%v-%d-shouts", name, n)

		if n%2 == 0 {
			f.escalateNow(person, name, happened)
		} else {
			f.escalateByForm(ctx, person, happened)
		}

		for rest(ctx, time.Second, 4*time.Second) && f.open() >= mostAtOnce && !f.leaving.Load() {
		}
	}
}

// escalateNow pages at once. What the bot answers stands in the agent's own
// channel.
func (f *floor) escalateNow(person *workspace.Person, name, happened string) {
	f.try()

	channel := "C0" + strings.ToUpper(name)
	if person.Command(channel, "/escalate now "+happened) != nil {
		return
	}

	answer, _ := person.Last(channel)
	if id, _, ok := strings.Cut(answer.Text, " · "); ok && strings.HasPrefix(id, "E-") && !strings.Contains(answer.Text, "You have a call for help running") {
		f.acknowledge(happened, id)
	}
}

func (f *floor) escalateByForm(ctx context.Context, person *workspace.Person, happened string) {
	f.try()

	if person.Command("", "/escalate") != nil || !opens(ctx, person) {
		return
	}

	if person.Submit(map[string]string{"Customer": "Ms " + happened, "What happened": happened}) == nil {
		f.acknowledge(happened, "")
	}

	closeAll(person)
}

func (f *floor) try() {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.tried++
}

func (f *floor) acknowledge(happened, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.acknowledged[happened] = id
}

// open is about how many escalations nobody has resolved yet.
func (f *floor) open() int {
	open := 0

	for team := range floorTeams {
		for n := range teamSupervisors {
			for _, m := range f.messages(f.workspace.Person(supervisorName(team, n))) {
				if todo(m) != "" {
					open++
				}
			}
		}
	}

	return open
}

func (f *floor) messages(person *workspace.Person) []workspace.Message {
	return person.Messages(person.DM())
}

// Buttons of a page, what is furthest first.
var pageButtons = []string{"Resolve", "Customer is with me", "Take it"}

// todo returns the button that brings a page on, "" if there is none.
func todo(m workspace.Message) string {
	for _, button := range pageButtons {
		if slices.Contains(m.Buttons, button) {
			if button == "Resolve" && slices.Contains(m.Buttons, "Customer is with me") {
				continue
			}

			return button
		}
	}

	return ""
}

// supervise takes what comes, passes some of it, and sees it through.
func (f *floor) supervise(ctx context.Context, person *workspace.Person) {
	for rest(ctx, 100*time.Millisecond, 500*time.Millisecond) {
		page, button := f.next(person)

		switch button {
		case "":
		case "Take it":
			if slices.Contains(page.Buttons, "Can't take it") && rand.N(10) == 0 {
				button = "Can't take it"
			}

			_ = person.Click(page, button)
		case "Resolve":
			if person.Click(page, button) == nil && opens(ctx, person) {
				_ = person.Submit(map[string]string{"Outcome": "Explained"})
			}
		default:
			_ = person.Click(page, button)
		}

		closeAll(person)
	}
}

// next returns the page that is furthest, the newest of them.
func (f *floor) next(person *workspace.Person) (page workspace.Message, button string) {
	messages := f.messages(person)

	for _, wanted := range pageButtons {
		for _, m := range slices.Backward(messages) {
			if todo(m) == wanted {
				return m, wanted
			}
		}
	}

	return page, ""
}

// opens waits for a form.
func opens(ctx context.Context, person *workspace.Person) bool {
	for range 60 {
		if person.Modal() != nil {
			return true
		}

		if !rest(ctx, 20*time.Millisecond, 50*time.Millisecond) {
			return false
		}
	}

	return false
}

func closeAll(person *workspace.Person) {
	for person.Modal() != nil {
		if person.CloseModal() != nil {
			return
		}
	}
}

// rest waits for a while between least and most, and reports false if ctx is
// done.
func rest(ctx context.Context, least, most time.Duration) bool {
	timer := time.NewTimer(least + rand.N(most-least))
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// calm waits until nobody has anything to do and everything was shown, or
// nothing has changed for so long that it won't any more, for patience at most.
// The bot keeps to Slack's rates, so that this can take a minute or two.
func (f *floor) calm(patience time.Duration) {
	const stuck = time.Minute

	var last [3]int

	for began, changed := time.Now(), time.Now(); time.Since(changed) < stuck && time.Since(began) < patience; time.Sleep(250 * time.Millisecond) {
		state := [3]int{f.open(), f.outbox(), len(f.workspace.Journal().Calls)}
		if state[0] == 0 && state[1] == 0 {
			return
		}

		if state != last {
			changed, last = time.Now(), state
		}
	}

	f.t.Logf("it does not get calm: %d open, %d in the outbox\n%v", last[0], last[1], f.unfinished())
}

// once waits until no message is there twice, for patience at most.
func (f *floor) once(patience time.Duration) {
	for began := time.Now(); time.Since(began) < patience; time.Sleep(250 * time.Millisecond) {
		twice := false
		for _, n := range f.workspace.Journal().ByMetadata("key", true) {
			twice = twice || n > 1
		}

		if !twice {
			return
		}
	}
}

// unfinished says which messages still offer something to do, and what else was
// posted under their keys.
func (f *floor) unfinished() string {
	var said strings.Builder

	posts := f.workspace.Journal().Posts
	keys := map[string]string{}

	for _, post := range posts {
		keys[post.TS] = post.Key("key")
	}

	for team := range floorTeams {
		for n := range teamSupervisors {
			for _, m := range f.messages(f.workspace.Person(supervisorName(team, n))) {
				if todo(m) == "" {
					continue
				}

				fmt.Fprintf(&said, "%v of %v: %q %q\n", m.TS, keys[m.TS], todo(m), m.Fallback)

				for _, post := range posts {
					if post.Key("key") == keys[m.TS] {
						fmt.Fprintf(&said, "\t%+v\n", post)
					}
				}
			}
		}
	}

	return said.String()
}

// outbox is how many cards the bot says are waiting, -1 if it says nothing.
func (f *floor) outbox() int {
	request, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, "http://"+f.listen+"/metrics", nil)
	if err != nil {
		return -1
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return -1
	}
	defer response.Body.Close()

	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), "firebreak_deliver_outbox "); ok {
			waiting, _ := strconv.ParseFloat(n, 64)

			return int(waiting)
		}
	}

	return -1
}
