package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A mode is who uses which platform, and how it talks to the bot. In the zero mode
// all are on Slack, with a socket.
type mode struct {
	agents, leads bool // on Teams, and not on Slack
	http          bool // Slack sends requests, and has no socket
	repeated      bool // everything is sent twice
	both          bool // Dana is on both platforms, whatever the other leads are on
}

// String returns the mode as tests are called by it.
func (m mode) String() string {
	name := "socket"
	if m.http {
		name = "http"
	}

	switch {
	case m.agents && m.leads:
		name = "teams"
	case m.agents:
		name += ", agents on teams"
	case m.leads:
		name += ", leads on teams"
	}

	if m.repeated {
		name += ", repeated"
	}

	return name
}

// uses returns the platform that somebody is on, such as "maria", or that is meant
// by "dana on teams".
func (m mode) uses(name string) chat.Platform {
	if _, on, said := strings.Cut(name, " on "); said {
		return chat.Platform(on)
	}

	onTeams := m.leads
	if slices.Contains([]string{"maria", "tom", "zoe"}, name) {
		onTeams = m.agents
	}

	if onTeams {
		return chat.Teams
	}

	return chat.Slack
}

// alone is somebody's name without where they are.
func alone(name string) string {
	name, _, _ = strings.Cut(name, " on ")

	return name
}

// has reports whether somebody has an account on a platform.
func (m mode) has(name string, on chat.Platform) bool {
	return m.uses(name) == on || m.both && name == "dana"
}

// screens are all that people have before them: of each person the name, or that
// and the platform if they are on both.
func (m mode) screens() []string {
	var all []string

	for _, p := range stagePeople {
		if m.both && p.name == "dana" {
			all = append(all, "dana on slack", "dana on teams")
		} else {
			all = append(all, p.name)
		}
	}

	return all
}

// accounts returns a configuration in which people and their channel are named by
// their accounts on Slack as one for where they are. The channel is where the
// supervisors are.
func (m mode) accounts(config string) string {
	var pairs []string

	for name, id := range teamsUsers {
		if m.both && name == "dana" {
			pairs = append(pairs, "slack: "+slackUser(name), "slack: "+slackUser(name)+", teams: "+id)
		} else if m.uses(name) == chat.Teams {
			pairs = append(pairs, "slack: "+slackUser(name), "teams: "+id, slackUser(name), id)
		}
	}

	if m.leads {
		pairs = append(pairs, "C0BILLING", `"`+teamsRooms[teamRoom]+`"`)
	}

	return strings.NewReplacer(pairs...).Replace(config)
}

// anywhere takes out of a text on which platform people are.
var anywhere = func() *strings.Replacer {
	var pairs []string
	for name, id := range teamsUsers {
		pairs = append(pairs, "slack:"+slackUser(name), name, "teams:"+id, name)
	}

	return strings.NewReplacer(pairs...)
}()

// A stage is one platform or two, the bot on them, and the people who use both,
// on a network of their own, in a bubble of virtual time.
type stage struct {
	t       testing.TB
	mode    mode
	begun   beginning
	network *workspace.Network
	client  *http.Client // of the bot
	sides   map[chat.Platform]platform
	slack   *slackSide // nil if nobody uses it
	data    string
	diary   *diary
	people  map[string]*reader
	stirred atomic.Int64 // counts what may have changed somebody's screen
	machine machine

	app     *App
	mind    *mind // the store of the app
	pages   *pages
	wounded bool // the bot was away at some time, so that nobody could reach it
}

const (
	botHost  = "firebreak.test:80"
	teamRoom = "billing-escalations"
	deskRoom = "billing-desk" // where agents work, and type their commands
)

type stagePerson struct{ name, full, email string }

// stagePeople are all who are on a stage. Lee is known to the bot by e-mail alone.
var stagePeople = []stagePerson{
	{"maria", "Maria Silva", ""},
	{"tom", "Tom Becker", ""},
	{"zoe", "Zoe Adams", ""},
	{"dana", "Dana Reed", ""},
	{"lee", "Lee Chan", "lee@example.com"},
	{"sam", "Sam Ortiz", ""},
	{"priya", "Priya Nair", ""},
}

// newStage has the bot running and idle at the usual beginning.
func newStage(t testing.TB, m mode) *stage {
	t.Helper()

	return stageOf(t, m, usual())
}

// stageOf has the bot running and idle at the beginning of a script.
func stageOf(t testing.TB, m mode, begin beginning) *stage {
	t.Helper()

	s := &stage{t: t, mode: m, begun: begin, network: workspace.NewNetwork(), data: t.TempDir(), diary: &diary{}, people: map[string]*reader{}, sides: map[chat.Platform]platform{}}
	s.client = s.network.Client(10 * time.Second)

	time.Sleep(time.Until(begin.at.Add(-10 * time.Second)))

	if err := begin.putCalendars(s.data); err != nil {
		t.Fatal(err)
	}

	s.build()

	for _, name := range m.screens() {
		s.people[name] = &reader{client: s.on(name).client(alone(name)), name: name, repeated: m.repeated, stirred: &s.stirred}
	}

	t.Cleanup(s.close)
	s.start()

	if side, on := s.sides[chat.Teams].(*teamsSide); on && begin.introduced {
		if err := side.introduce(); err != nil {
			t.Fatal(err)
		}
	}

	if m.repeated {
		s.repeat()
	}

	time.Sleep(time.Until(begin.at))
	synctest.Wait()

	return s
}

// build has the platforms that somebody uses.
func (s *stage) build() {
	s.t.Helper()

	if !s.mode.agents || !s.mode.leads {
		s.slack = newSlackSide(s)
		s.sides[chat.Slack] = s.slack
	}

	if s.mode.agents || s.mode.leads {
		s.sides[chat.Teams] = newTeamsSide(s)
	}
}

// on returns the platform that somebody uses.
func (s *stage) on(name string) platform { return s.sides[s.mode.uses(name)] }

func (s *stage) repeat() {
	for _, side := range s.sides {
		side.repeat()
	}
}

// reachable cuts the bot off from everything, or no longer.
func (s *stage) reachable(yes bool) {
	for _, side := range s.sides {
		side.reachable(yes)
	}

	s.network.Refuse(botHost, !yes)
}

// start has a new bot run on the data, whatever became of the last one.
func (s *stage) start() {
	s.t.Helper()
	s.run()
	s.ready()
}

// run is start without waiting for the platforms.
func (s *stage) run() {
	s.t.Helper()

	env := Environment{DataDir: s.data, Listen: botHost}
	for _, side := range s.sides {
		side.environment(&env, s.begun)
	}

	s.pages = s.diary.open()
	app, err := New(s.begun.config(s.t, s.mode, s.data), env, Outsides{
		Now: s.machine.begin(), Wall: time.Now, Log: s.pages.log(), Client: s.client, DialContext: s.network.DialContext, Listen: s.network.Listen,
		Store: func(store bot.Store) bot.Store {
			s.mind = &mind{Store: store, died: s.cutOff, disk: make(chan struct{}, 1)}

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
}

// ready waits until all platforms and the bot have each other.
func (s *stage) ready() {
	s.t.Helper()

	if err := eventually(10*time.Second, func() error {
		var failures []error
		for _, side := range s.sides {
			failures = append(failures, side.ready(s.app))
		}

		return errors.Join(failures...)
	}); err != nil {
		s.t.Fatalf("Ready() after 10 s = %v, want nil", err)
	}
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
// nothing of it reaches the disk or anybody any more.
func (s *stage) crash() {
	s.mind.die()
	s.bury()
}

// bury takes away what is left of a bot that died.
func (s *stage) bury() {
	s.wounded = true
	_ = s.tearDown() // it is cut off from everything, so that nothing ends well
	s.reachable(true)
}

// cutOff is what happens to the world at the moment of a crash.
func (s *stage) cutOff() {
	s.pages.close()
	s.reachable(false)
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
	if s.sides == nil {
		return
	}

	if err := s.tearDown(); err != nil {
		s.t.Errorf("Stop = %v, want nil", err)
	}

	s.client.CloseIdleConnections()

	for _, side := range s.sides {
		side.close()
	}

	s.sides = nil
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
