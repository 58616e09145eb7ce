package workspace_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// options is a workspace of two people, a channel of each kind and an app with
// a command and a shortcut.
func options() workspace.Options {
	return workspace.Options{
		Team: workspace.Team{ID: "T0HARBOR", Name: "Harbor Support", Domain: "harbor"},
		People: []workspace.User{
			{ID: "U0MARIA", Name: "maria", RealName: "Maria Silva", Email: "maria@harbor.example", TZ: "Europe/Lisbon", Title: "Agent"},
			{ID: "U0DANA", Name: "dana", RealName: "Dana Kim", Email: "dana@harbor.example", TZ: "UTC"},
			{ID: "U0GONE", Name: "gone", RealName: "Gone Person", Email: "gone@harbor.example", Deleted: true},
			{ID: "U0ROBOT", Name: "robot", RealName: "Robot", Bot: true},
		},
		Channels: []workspace.Channel{
			{ID: "C0TEAM", Name: "team", Members: []string{"U0MARIA", "U0DANA", "U0FIREBREAK"}},
			{ID: "C0OTHER", Name: "other", Members: []string{"U0MARIA"}},
			{ID: "G0SECRET", Name: "secret", Private: true, Members: []string{"U0DANA"}},
			{ID: "C0OLD", Name: "old", Archived: true, Members: []string{"U0FIREBREAK"}},
		},
		UserGroups: []workspace.UserGroup{{ID: "S0LEADS", Handle: "leads", Name: "Leads", Users: []string{"U0DANA"}}},
		App: workspace.App{
			ID: "A0FIREBREAK", Name: "Firebreak", BotUser: "U0FIREBREAK", BotID: "B0FIREBREAK",
			BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: "secret",
			Commands:  []workspace.Command{{Command: "/escalate", Description: "Ask for help", UsageHint: "[what is happening]"}},
			Shortcuts: []workspace.Shortcut{{CallbackID: "escalate_message", Name: "Escalate this conversation"}},
		},
		Now: time.Now,
	}
}

// rig is a workspace on a network of its own, with an app's clients to it.
type rig struct {
	*workspace.Workspace
	t   *testing.T
	net *workspace.Network
	api *slack.Client
}

const origin = "http://localhost:80"

// start runs a workspace until the test ends.
func start(t *testing.T, o workspace.Options) *rig {
	t.Helper()
	r := &rig{t: t, net: workspace.NewNetwork()}
	if o.Client == nil {
		o.Client = r.net.Client(0)
	}
	r.Workspace = workspace.New(o)
	stop, err := r.net.Serve("localhost:80", r.Handler())
	if err != nil {
		t.Fatal(err)
	}
	client := r.net.Client(10 * time.Second)
	r.api = slack.New(o.App.BotToken, slack.OptionAppLevelToken(o.App.AppToken),
		slack.OptionAPIURL(origin+"/api/"), slack.OptionHTTPClient(client))
	t.Cleanup(func() {
		client.CloseIdleConnections()
		r.Close()
		stop()
	})
	return r
}

// connect runs a Socket Mode client that acknowledges everything with what
// handle returns, until the test ends.
func (r *rig) connect(handle func(socketmode.Event) any) {
	r.t.Helper()
	sm := socketmode.New(r.api, socketmode.OptionDialer(&websocket.Dialer{NetDialContext: r.net.DialContext}))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = sm.RunContext(ctx)
	}()
	handled := make(chan struct{})
	go func() {
		defer close(handled)
		for {
			select {
			case e := <-sm.Events:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					_ = sm.AckCtx(ctx, e.Request.EnvelopeID, handle(e))
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	r.t.Cleanup(func() { cancel(); <-done; <-handled })
	synctest.Wait()
}

func TestAnHourOfVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		var commands []string
		r.connect(func(e socketmode.Event) any {
			if cmd, ok := e.Data.(slack.SlashCommand); ok {
				commands = append(commands, cmd.Text)
				return map[string]string{"text": "Paging Dana."}
			}
			return nil
		})
		maria := r.Person("maria")

		for range 6 {
			time.Sleep(10 * time.Minute)
			if err := maria.Command("", "/escalate now he shouts"); err != nil {
				t.Fatalf("Command() = %v, want nil", err)
			}
			if _, _, err := r.api.PostMessageContext(t.Context(), "U0DANA", slack.MsgOptionText("Ms Kovac", false)); err != nil {
				t.Fatalf("PostMessage() = %v, want nil", err)
			}
		}

		if got := len(commands); got != 6 {
			t.Errorf("the app got %d commands, want 6", got)
		}
		if got := len(maria.Messages("")); got != 6 {
			t.Errorf("Maria sees %d answers, want 6", got)
		}
		if got := len(r.Person("dana").Notifications()); got != 6 {
			t.Errorf("Dana got %d notifications, want 6", got)
		}
		if got := r.Sockets(); got != 1 {
			t.Errorf("after an hour the app has %d sockets, want the first one", got)
		}
		if got := len(r.Journal().Of("apps.connections.open")); got != 1 {
			t.Errorf("the app connected %d times, want once: pings keep a socket alive", got)
		}
	})
}
