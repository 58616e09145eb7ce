package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A mode is how Slack talks to the bot.
type mode struct {
	http     bool
	repeated bool // everything is sent twice
}

// String returns the mode as tests are called by it.
func (m mode) String() string {
	name := "socket"
	if m.http {
		name = "http"
	}

	if m.repeated {
		name += ", repeated"
	}

	return name
}

// A stage is a workspace, the bot in it, and the people who use both, on a
// network of their own, in a bubble of virtual time.
type stage struct {
	t         testing.TB
	mode      mode
	begun     beginning
	workspace *workspace.Workspace
	network   *workspace.Network
	client    *http.Client // of the bot
	stopSlack func()
	outgoing  *http.Client // of the workspace
	data      string
	diary     *diary
	people    map[string]*reader
	stirred   atomic.Int64 // counts what may have changed somebody's screen
	machine   machine

	app     *App
	mind    *mind // the store of the app
	pages   *pages
	wounded bool // the bot was away at some time, so that Slack could not reach it
}

const (
	slackHost = "localhost:80" // the workspace answers to loopback names alone
	botHost   = "firebreak.test:80"
	teamRoom  = "billing-escalations"

	// Nobody's token, and unmistakable in a log.
	stageBotToken = "xoxb-Geheimnis-1"
	stageAppToken = "xapp-Geheimnis-2"
	stageSecret   = "Geheimnis-3"
	stageStatuses = "xoxp-Geheimnis-4"
)

// newStage has the bot running and idle at the usual beginning.
func newStage(t testing.TB, m mode) *stage {
	t.Helper()

	return stageOf(t, m, usual())
}

// stageOf has the bot running and idle at the beginning of a script.
func stageOf(t testing.TB, m mode, begin beginning) *stage {
	t.Helper()

	s := &stage{t: t, mode: m, begun: begin, network: workspace.NewNetwork(), data: t.TempDir(), diary: &diary{}, people: map[string]*reader{}}
	s.client, s.outgoing = s.network.Client(10*time.Second), s.network.Client(10*time.Second)

	time.Sleep(time.Until(begin.at.Add(-10 * time.Second)))

	if err := begin.putCalendars(s.data); err != nil {
		t.Fatal(err)
	}

	s.workspace = workspace.New(s.options())
	for _, name := range everybody {
		s.people[name] = &reader{Person: s.workspace.Person(name), repeated: m.repeated, stirred: &s.stirred}
	}

	var err error
	if s.stopSlack, err = s.network.Serve(slackHost, s.counting(s.workspace.Handler())); err != nil {
		t.Fatal(err)
	}

	t.Cleanup(s.close)
	s.start()

	if m.repeated {
		s.workspace.Duplicate(1)
	}

	time.Sleep(time.Until(begin.at))
	synctest.Wait()

	return s
}

// everybody is who is in the workspace.
var everybody = []string{"maria", "tom", "zoe", "dana", "lee", "sam", "priya"}

func (s *stage) options() workspace.Options {
	people := []workspace.User{
		{ID: "U0MARIA", Name: "maria", RealName: "Maria Silva"},
		{ID: "U0TOM", Name: "tom", RealName: "Tom Becker"},
		{ID: "U0ZOE", Name: "zoe", RealName: "Zoe Adams"},
		{ID: "U0DANA", Name: "dana", RealName: "Dana Reed"},
		{ID: "U0LEE", Name: "lee", RealName: "Lee Chan", Email: "lee@example.com"},
		{ID: "U0SAM", Name: "sam", RealName: "Sam Ortiz"},
		{ID: "U0PRIYA", Name: "priya", RealName: "Priya Nair", Admin: true},
		{ID: "U0FIREBREAK", Name: "firebreak", RealName: "Firebreak", Bot: true},
	}

	members := make([]string, len(people))
	for i := range people {
		people[i].TZ, members[i] = "Europe/London", people[i].ID
	}

	return workspace.Options{
		Team: workspace.Team{ID: "T0HARBOR", Name: "Harbor Support", Domain: "harbor-support"}, People: people,
		Channels: []workspace.Channel{
			{ID: "C0BILLING", Name: teamRoom, Members: members},
			{ID: "C0DESK", Name: "billing-desk", Members: members[:len(members)-1]},
		},
		UserGroups: []workspace.UserGroup{{ID: "S0DUTY", Handle: "duty", Name: "On duty"}},
		App:        s.installed(), Now: time.Now, Client: s.outgoing, BaseURL: "http://" + slackHost,
	}
}

// installed is the app as Slack knows it.
func (s *stage) installed() workspace.App {
	return workspace.App{
		ID: "A0FIREBREAK", Name: "Firebreak", BotUser: "U0FIREBREAK", BotID: "B0FIREBREAK",
		BotToken: stageBotToken, AppToken: stageAppToken, SigningSecret: stageSecret,
		User: workspace.UserToken{Token: stageStatuses, ID: "U0PRIYA", Scopes: []string{"users.profile:write"}},
		Commands: []workspace.Command{
			{Command: "/escalate"}, {Command: "/duty", ShouldEscape: true}, {Command: "/recover", ShouldEscape: true},
			{Command: "/followups", ShouldEscape: true}, {Command: "/calm"},
		},
		Shortcuts:        []workspace.Shortcut{{CallbackID: slack.ShortcutID, Name: slack.ShortcutName}},
		HTTPMode:         s.mode.http,
		CommandsURL:      "http://" + botHost + "/slack/commands",
		InteractivityURL: "http://" + botHost + "/slack/interactions",
		EventsURL:        "http://" + botHost + "/slack/events",
	}
}

// start has a new bot run on the data, whatever became of the last one.
func (s *stage) start() {
	s.t.Helper()

	env := Environment{SlackBotToken: stageBotToken, SlackAPIURL: "http://" + slackHost + "/api/", DataDir: s.data, Listen: botHost}
	if s.mode.http {
		env.SlackSigningSecret = stageSecret
	} else {
		env.SlackAppToken = stageAppToken
	}

	if s.begun.statuses {
		env.SlackStatusToken = stageStatuses
	}

	s.pages = s.diary.open()
	app, err := New(s.begun.config(s.t, s.data), env, Outsides{
		Now: s.machine.begin(), Wall: time.Now, Log: s.pages.log(), Client: s.client, DialContext: s.network.DialContext, Listen: s.network.Listen,
		Store: func(store bot.Store) bot.Store {
			s.mind = &mind{Store: store, died: s.cutOff}

			return s.mind
		},
		NoSync: true,
	})
	if err != nil {
		s.t.Fatal(err)
	}

	s.app = app
	if err := s.app.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}

	s.ready()
}

// ready waits until Slack and the bot have each other.
func (s *stage) ready() {
	s.t.Helper()

	for range 100 {
		if s.app.slack.Ready() == nil {
			return
		}

		time.Sleep(100 * time.Millisecond)
	}

	s.t.Fatalf("Ready() after 10 s = %v, want nil", s.app.slack.Ready())
}

// stop ends the bot as a signal does.
func (s *stage) stop() {
	s.t.Helper()

	s.wounded = true
	if err := s.tearDown(); err != nil {
		s.t.Errorf("Stop = %v, want nil", err)
	}
}

func (s *stage) tearDown() error {
	if s.app == nil {
		return nil
	}

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	err := s.app.Stop(ctx)
	s.app = nil

	return err
}

// forget takes everything away that the bot has kept.
func (s *stage) forget() {
	s.t.Helper()

	if err := os.Remove(filepath.Join(s.data, databaseName)); err != nil {
		s.t.Fatal(err)
	}
}

// crash ends the bot as the loss of power does: from one moment to the next
// nothing of it reaches the disk or Slack any more.
func (s *stage) crash() {
	s.mind.die()
	s.bury()
}

// bury takes away what is left of a bot that died.
func (s *stage) bury() {
	s.wounded = true
	_ = s.tearDown() // it is cut off from everything, so that nothing ends well
	s.network.Refuse(slackHost, false)
	s.network.Refuse(botHost, false)
}

// cutOff is what happens to the world at the moment of a crash.
func (s *stage) cutOff() {
	s.pages.close()
	s.network.Refuse(slackHost, true)
	s.network.Refuse(botHost, true)
	s.network.Cut("")
}

// dead reports whether the bot has crashed and was not started anew.
func (s *stage) dead() bool { return s.app != nil && s.mind.isDead() }

// settle lets everything happen that happens by itself without time passing,
// and everybody look at their screens. A bot that crashed is started anew.
func (s *stage) settle() {
	s.t.Helper()

	synctest.Wait()

	if s.dead() {
		s.bury()
		s.start()
		synctest.Wait()
	}

	for _, r := range s.people {
		r.look()
	}
}

// pass lets time pass.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()

	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Second, time.Until(end)))
		s.settle()
	}
}

// counting counts the calls that the bot makes, each when it was carried out.
func (s *stage) counting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.stirred.Add(1)

		h.ServeHTTP(w, r)
	})
}

// drain lets everything go out that is on its way: the thread of the team's
// channel takes an entry a second.
func (s *stage) drain() {
	s.t.Helper()

	s.pass(3 * time.Second)

	for range 20 {
		if s.undelivered() == nil {
			return
		}

		s.pass(time.Second)
	}
}

// close ends everything. It may be called twice.
func (s *stage) close() {
	if s.workspace == nil {
		return
	}

	if err := s.tearDown(); err != nil {
		s.t.Errorf("Stop = %v, want nil", err)
	}

	s.client.CloseIdleConnections()
	s.outgoing.CloseIdleConnections()
	s.workspace.Close()
	s.stopSlack()
	s.workspace = nil
}

// waiting returns the cards that were not shown as they are wanted.
func (s *stage) waiting() ([]bot.CardID, error) {
	var late []bot.CardID

	err := s.app.store.View(context.Background(), func(tx bot.Tx) error {
		ids, err := tx.Outbox()

		for _, id := range ids {
			card, failure := tx.Card(id)
			err = errors.Join(err, failure)

			if failure == nil && card.Wanted != card.Shown {
				late = append(late, id)
			}
		}

		return err
	})

	return late, err
}
