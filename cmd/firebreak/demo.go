package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

//go:embed demo.yaml
var demoConfig []byte

type demoCommand struct {
	Script  bool `help:"Play one escalation in the terminal and print the conversation."`
	Verbose bool `help:"Print the bot's log."`
}

// demoAddress is where the demo's page is served unless --listen or
// FIREBREAK_LISTEN say otherwise. If it is taken, any free port will do.
const demoAddress = "127.0.0.1:8080"

// Run starts the demo: a workspace, the bot in it, and a page to be anybody.
func (c demoCommand) Run(w *world) error {
	if w.flags.Config != "" || w.flags.Data != "" {
		return errors.New("the demo has a team and data of its own: leave out --config and --data (firebreak serve takes them)")
	}

	log := slog.New(slog.DiscardHandler)
	if c.Verbose {
		log = slog.New(slog.NewTextHandler(w.stderr, nil))
	}

	d, err := newDemo(log)
	if err != nil {
		return err
	}

	if c.Script {
		err = d.during(w.ctx, func(ctx context.Context) error { return d.play(ctx, w.stdout) })
	} else {
		err = d.during(w.ctx, func(ctx context.Context) error { return d.serve(ctx, w) })
	}

	return err
}

// A demo is a workspace with the bot in it, on this machine only. The two talk
// over a network in memory; the page is the one thing that a browser reaches.
type demo struct {
	clock     *clock
	workspace *workspace.Workspace
	network   *workspace.Network
	app       *App
	data      string
	began     time.Time
	first     bot.EscalationID // of whoever tries the demo out; those before are made up
	ticks     ticks
}

// The demo's tokens open nothing but the demo's own workspace.
const (
	demoBotToken = "xoxb-demo-bot"
	demoAppToken = "xapp-demo-app"
	demoStatuses = "xoxp-demo-priya"
	demoHost     = "localhost" // the workspace answers to loopback names alone
)

func newDemo(log *slog.Logger) (_ *demo, err error) {
	d := &demo{clock: newClock(), network: workspace.NewNetwork()}

	config, err := ParseConfig("demo.yaml", demoConfig)
	if err != nil {
		return nil, err
	}

	demoTeam(config)
	d.beginThursday(config.Teams[0].Timezone)

	if d.data, err = os.MkdirTemp("", "firebreak-demo-"); err != nil {
		return nil, err
	}

	d.workspace = workspace.New(demoWorkspace(config, d))
	d.app, err = New(config, Environment{
		SlackBotToken: demoBotToken, SlackAppToken: demoAppToken, SlackStatusToken: demoStatuses, SlackAPIURL: "http://" + demoHost + "/api/",
		DataDir: d.data, Listen: "firebreak.demo:80",
	}, Outsides{
		Now: d.clock.now, Log: log, Client: d.network.Client(10 * time.Second), DialContext: d.network.DialContext,
		Listen: d.network.Listen,
	})

	if err == nil {
		err = d.remember()
	}

	if err != nil {
		return nil, errors.Join(err, d.close())
	}

	return d, nil
}

// demoTeam adds what the demo tells of: it begins on a Thursday at ten, when Dana
// and Lee are on, Dana's shift ends within two hours, and Priya has the night. A
// break lasts as long as one step of the page's clock.
func demoTeam(config *Config) {
	daily := []time.Weekday{
		time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
	}

	config.Teams[0].Shifts = []Shift{
		{Who: []string{"dana"}, Days: daily, Hours: Hours{From: 6 * 60, To: 12 * 60}},
		{Who: []string{"lee"}, Days: daily, Hours: Hours{From: 8 * 60, To: 18 * 60}},
		{Who: []string{"priya"}, Days: daily, Hours: Hours{From: 18 * 60, To: 6 * 60}},
	}

	config.Recovery.Offer[3] = 10 * time.Minute
	config.Followups.SecondTouch = 3 * 24 * time.Hour
}

// close takes away what was made before the bot was started.
func (d *demo) close() (err error) {
	if d.app != nil {
		err = d.app.Stop(context.Background())
	}

	d.workspace.Close()

	return errors.Join(err, os.RemoveAll(d.data))
}

// demoWorkspace has two agents, two supervisors and a manager, and the app as
// `firebreak manifest slack` describes it.
func demoWorkspace(config *Config, d *demo) workspace.Options {
	zone := config.Teams[0].Timezone.String()
	people := demoPeople()

	everybody := make([]string, len(people))
	for i := range people {
		people[i].TZ = zone
		everybody[i] = people[i].ID
	}

	return workspace.Options{
		Team:   workspace.Team{ID: "T0HARBOR", Name: "Harbor Support", Domain: "harbor-support"},
		People: people,
		Channels: []workspace.Channel{
			{ID: "C0BILLING", Name: "billing-escalations", Members: everybody},
			{ID: "C0DESK", Name: "billing-desk", Members: everybody[:5]},
		},
		App:       demoApp(config),
		Now:       d.clock.now,
		Zone:      zone,
		MoveClock: d.clock.move,
		Guide:     d.guide,
		BaseURL:   "http://" + demoHost,
	}
}

func demoPeople() []workspace.User {
	return []workspace.User{
		{ID: "U0MARIA", Name: "maria", RealName: "Maria Silva", Title: "Agent, Billing"},
		{ID: "U0TOM", Name: "tom", RealName: "Tom Becker", Title: "Agent, Billing"},
		{ID: "U0DANA", Name: "dana", RealName: "Dana Reed", Title: "Supervisor, Billing"},
		{ID: "U0LEE", Name: "lee", RealName: "Lee Chan", Title: "Supervisor, Billing", Email: "lee@example.com"},
		{ID: "U0PRIYA", Name: "priya", RealName: "Priya Nair", Title: "Manager", Admin: true},
		{ID: "U0FIREBREAK", Name: "firebreak", RealName: "Firebreak", Bot: true},
	}
}

func demoApp(config *Config) workspace.App {
	app := workspace.App{
		ID: "A0FIREBREAK", Name: "Firebreak", BotUser: "U0FIREBREAK", BotID: "B0FIREBREAK",
		BotToken: demoBotToken, AppToken: demoAppToken, SigningSecret: "demo",
		User:      workspace.UserToken{Token: demoStatuses, ID: "U0PRIYA", Scopes: []string{"users.profile:write"}},
		Shortcuts: []workspace.Shortcut{{CallbackID: slack.ShortcutID, Name: slack.ShortcutName}},
	}

	for _, c := range config.Commands.manifest() {
		app.Commands = append(app.Commands, workspace.Command{
			Command: "/" + c.Name, Description: c.Description, UsageHint: c.UsageHint, ShouldEscape: c.ShouldEscape,
		})
	}

	return app
}

// during runs the workspace and the bot while do runs, and takes everything
// away afterwards.
func (d *demo) during(ctx context.Context, do func(context.Context) error) error {
	stop, err := d.network.Serve(demoHost+":80", d.workspace.Handler())
	if err != nil {
		return err
	}

	if err = d.app.Start(ctx); err == nil {
		err = errors.Join(d.connected(ctx), d.seed())
	}

	if err == nil {
		err = do(ctx)
	}

	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()

	err = errors.Join(err, d.app.Stop(ending))
	d.workspace.Close()
	stop()

	return errors.Join(err, os.RemoveAll(d.data))
}

// connected waits until the workspace and the bot have each other.
func (d *demo) connected(ctx context.Context) error {
	if err := d.until(ctx, func() bool { return d.app.platforms.on(chat.Slack).Ready() == nil }); err != nil {
		return errors.Join(err, d.app.platforms.on(chat.Slack).Ready())
	}

	return nil
}

// seed has a few words in the team's channel, so that there is a message to
// escalate from.
func (d *demo) seed() error {
	_, err := d.workspace.Person("tom").Write("C0DESK", "Morning! Phones are busy, the new parcel tracker is down again.")
	if err != nil {
		return err
	}

	_, err = d.workspace.Person("maria").Write("C0DESK",
		"Ms Kovac, account 4711: second broken blender in two weeks, she was told that a refund takes 14 days and wants it today.")

	return err
}

// serve shows the page until ctx is done.
func (d *demo) serve(ctx context.Context, w *world) error {
	address := demoAddress
	if chosen, ok := w.lookup("FIREBREAK_LISTEN"); ok && chosen != "" {
		address = chosen
	}

	if w.flags.Listen != "" {
		address = w.flags.Listen
	}

	var sockets net.ListenConfig

	listener, err := sockets.Listen(ctx, "tcp", address)
	moved := err != nil && address == demoAddress
	if moved {
		listener, err = sockets.Listen(ctx, "tcp", "127.0.0.1:0")
	}

	if err != nil {
		return fmt.Errorf("the page can't be served at %v (choose another address with --listen): %w", address, err)
	}

	if err := sayHello(w.stdout, listener.Addr(), moved); err != nil {
		return errors.Join(err, listener.Close())
	}

	return d.servePage(ctx, listener)
}

// servePage serves the page until ctx is done or something fails. It closes the
// listener.
func (d *demo) servePage(ctx context.Context, listener net.Listener) (err error) {
	server := &http.Server{Handler: d.workspace.Handler(), ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)

	go func() { ended <- server.Serve(listener) }()

	select {
	case <-ctx.Done():
	case err = <-ended:
	case err = <-d.app.Failed():
	}

	return errors.Join(err, server.Close())
}

// sayHello says where the page is. Moved means that it is not where it usually is.
func sayHello(out io.Writer, at net.Addr, moved bool) error {
	address := at.String()
	if tcp, ok := at.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		address = fmt.Sprintf("localhost:%v", tcp.Port) // which a browser can open
	}

	why := ""
	if moved {
		why = fmt.Sprintf("\n%v is in use, perhaps by another demo: this one has a port of its own.\n", demoAddress)
	}

	_, err := fmt.Fprintf(out, `Firebreak's demo: a chat workspace on this machine, with the bot in it.

  http://%v/?left=U0MARIA&right=U0DANA
%v
Maria is an agent, Dana her supervisor, and at their place it is Thursday
morning. Follow the guide on the page, or type /escalate as Maria. The clock on
the page can be moved forward, by a minute or to next Monday. Ctrl+C ends the
demo and leaves nothing behind.
`, address, why)

	return err
}
