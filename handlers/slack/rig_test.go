package slack

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A rig is a workspace with the bot in it, on a network of their own, inside a
// bubble of virtual time.
type rig struct {
	*workspace.Workspace
	t     testing.TB
	slack *Slack
	front *front
	net   *workspace.Network
	log   *journal

	maria, dana *workspace.Person
}

// journal is the log, to be read while it is written.
type journal struct {
	mu sync.Mutex
	b  strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()

	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()

	return j.b.String()
}

// modes are the two ways in. What holds behind one holds behind the other.
var modes = []string{"socket", "http"}

// inBothModes runs a test twice.
func inBothModes(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()

	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newRig(t, mode)) })
		})
	}
}

func newRig(t testing.TB, mode string) *rig {
	t.Helper()

	return newRigWith(t, mode, func(*workspace.App, *Options) {})
}

// newRigWith is newRig with changes to the app or to the bot's options.
func newRigWith(t testing.TB, mode string, change func(*workspace.App, *Options)) *rig {
	t.Helper()

	r := &rig{t: t, front: &front{}, net: workspace.NewNetwork(), log: &journal{}}
	app := workspace.App{
		ID: "A0FIREBREAK", Name: "Firebreak", BotUser: "U0FIREBREAK", BotID: "B0FIREBREAK",
		BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: "hush",
		Commands:  []workspace.Command{{Command: "/escalate"}, {Command: "/dienst", ShouldEscape: true}},
		Shortcuts: []workspace.Shortcut{{CallbackID: "escalate_message", Name: "Escalate this conversation"}},
	}
	opts := Options{
		BotToken: app.BotToken, APIURL: "http://localhost:80/api",
		Client: r.net.Client(0), DialContext: r.net.DialContext,
		Commands: map[string]string{"escalate": "escalate", "dienst": "duty"}, Escaped: []string{"duty"},
		Front: r.front, Now: time.Now, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}

	if mode == "http" {
		opts.SigningSecret = app.SigningSecret
		app.HTTPMode = true
		app.CommandsURL = "http://bot.test:80/slack/commands"
		app.InteractivityURL = "http://bot.test:80/slack/interactions"
		app.EventsURL = "http://bot.test:80/slack/events"
	} else {
		opts.AppToken = app.AppToken
	}

	change(&app, &opts)

	outgoing := r.net.Client(0)
	r.Workspace = workspace.New(workspace.Options{
		Team: workspace.Team{ID: "T0HARBOR", Name: "Harbor Support", Domain: "harbor"},
		People: []workspace.User{
			{ID: "U0MARIA", Name: "maria", RealName: "Maria Silva", Email: "maria@harbor.example", TZ: "Europe/Lisbon", Locale: "es-ES"},
			{ID: "U0DANA", Name: "dana", RealName: "Dana Kim", Email: "dana@harbor.example", TZ: "UTC"},
			{ID: "U0GONE", Name: "gone", RealName: "Gone Person", Deleted: true},
			{ID: "U0ROBOT", Name: "robot", RealName: "Robot", Bot: true},
			{ID: "U0GUEST", Name: "guest", RealName: "Guest Person", Guest: true},
		},
		UserGroups: []workspace.UserGroup{
			{ID: "S0DUTY", Handle: "on-duty", Name: "On duty", Users: []string{"U0DANA"}},
			{ID: "S0OLD", Handle: "old", Name: "Old", Disabled: true},
			{ID: "S0SYNC", Handle: "synced", Name: "Synced", Locked: true},
		},
		Channels: []workspace.Channel{
			{ID: "C0TEAM", Name: "team", Members: []string{"U0MARIA", "U0DANA", "U0FIREBREAK"}},
			{ID: "C0OTHER", Name: "other", Members: []string{"U0MARIA"}},
			{ID: "C0OLD", Name: "old", Archived: true, Members: []string{"U0FIREBREAK"}},
		},
		App: app, Now: time.Now, Client: outgoing, NoRateLimits: true,
	})

	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}

	r.slack = s

	stopSlack, err := r.net.Serve("localhost:80", r.Handler())
	if err != nil {
		t.Fatal(err)
	}

	stopBot, err := r.net.Serve("bot.test:80", s.Handler())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() {
		r.stop()
		outgoing.CloseIdleConnections()
		opts.Client.CloseIdleConnections()
		r.Close()
		stopBot()
		stopSlack()
	})

	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	r.settle()

	r.maria, r.dana = r.Person("maria"), r.Person("dana")

	return r
}

func (r *rig) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	if err := r.slack.Stop(ctx); err != nil {
		r.t.Errorf("Stop = %v, want nil", err)
	}
}

// settle waits until nothing more happens by itself. Outside of a bubble, where
// benchmarks run, it waits for the bot to be ready.
func (r *rig) settle() {
	if _, bench := r.t.(*testing.B); !bench {
		time.Sleep(time.Second)
		synctest.Wait()

		return
	}

	for r.slack.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
}

// must fails the test if somebody could not do what they wanted to.
func (r *rig) must(err error) {
	r.t.Helper()

	if err != nil {
		r.t.Fatalf("somebody reads %q, want nothing to go wrong", err)
	}
}

func newRigLog() *slog.Logger { return slog.New(slog.DiscardHandler) }
