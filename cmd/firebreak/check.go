package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
)

type checkCommand struct {
	Live bool `help:"Only ask the bot that runs here whether it is well, as a container's health check does."`
}

// Run prints every finding with its remedy, and fails if there is any. On a
// right configuration and workspace it is silent, but for notes: what may be
// meant just so, such as hours in which nobody is on duty, and keys that this
// version does not act on.
func (c checkCommand) Run(w *world) error {
	if c.Live {
		return w.askHealth()
	}

	env, config, err := w.configured()
	if err != nil {
		return err
	}

	// Slack answers some fifty questions of a kind a minute.
	patience := time.Minute + time.Duration(len(config.People))*3*time.Second

	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()

	r := check(ctx, config, env, Outsides{Now: newClock().now, Log: slog.New(slog.DiscardHandler)})

	for _, note := range r.notes {
		_, _ = fmt.Fprintln(w.stderr, "note:", note)
	}

	for _, finding := range r.findings {
		_, _ = fmt.Fprintln(w.stdout, finding)
	}

	switch n := len(r.findings); n {
	case 0:
		return nil
	case 1:
		return errors.New("1 finding")
	default:
		return fmt.Errorf("%d findings", n)
	}
}

// A report is what a check found, each in a line: what is wrong, and what to do
// about it, and notes of what may be meant.
type report struct {
	source
	findings []string
	notes    []string
}

// wrong adds a finding about a key of the configuration, which may be "".
func (r *report) wrong(key, format string, args ...any) {
	if key == "" {
		r.findings = append(r.findings, fmt.Sprintf(format, args...))
	} else {
		r.findings = append(r.findings, r.mistake(key, format, args...).String())
	}
}

func (r *report) note(key, format string, args ...any) {
	r.notes = append(r.notes, r.mistake(key, format, args...).String())
}

// check looks for what is wrong with the configuration and with the workspace
// for it.
func check(ctx context.Context, config *Config, env Environment, out Outsides) *report {
	r := &report{source: config.source}

	for _, key := range config.NotYetUsed() {
		r.note(key, "it is right, but this version does not act on it yet")
	}

	rotas := rotaCheck{report: r, config: config, out: out, now: out.Now(), onDuty: map[string]bool{}}
	rotas.rotas(ctx)

	for _, p := range config.People {
		if p.Slack == "" && p.Email == "" && (p.Role == RoleSupervisor || p.Role == RoleManager) {
			r.wrong("people."+p.Key, "%s has no Slack account, and this version pages on Slack only: add slack: U… or email: …", p.Key)
		}
	}

	s, err := newSlack(config, env, nobodysFront{}, out)
	if err != nil {
		r.wrong("", "%v", err)

		return r
	}

	for _, finding := range s.Check(ctx, config.rooms(), config.subjects(rotas.onDuty)) {
		r.wrong(config.keyOf(finding), "%v", finding)
	}

	return r
}

func (c *Config) rooms() []chat.Room {
	var rooms []chat.Room

	for _, t := range c.Teams {
		if t.Channel != "" {
			rooms = append(rooms, chat.RoomOn(chat.Slack, t.Channel))
		}
	}

	return rooms
}

// subjects returns the people as Slack may know them, given the keys of those
// who are on duty.
func (c *Config) subjects(onDuty map[string]bool) []slack.Subject {
	var subjects []slack.Subject

	for _, p := range c.People {
		switch on := onDuty[p.Key]; {
		case p.Slack != "":
			subjects = append(subjects, slack.Subject{Who: chat.PersonOn(chat.Slack, p.Slack), OnDuty: on})
		case p.Email != "":
			subjects = append(subjects, slack.Subject{Email: p.Email, OnDuty: on})
		}
	}

	return subjects
}

// keyOf returns the key of the configuration that a finding is about, "" if it
// is about none.
func (c *Config) keyOf(finding error) string {
	about, ok := errors.AsType[*slack.AboutError](finding)
	if !ok {
		return ""
	}

	for _, p := range c.People {
		switch about.About {
		case p.Slack:
			return "people." + p.Key + ".slack"
		case p.Email:
			return "people." + p.Key + ".email"
		}
	}

	for _, t := range c.Teams {
		switch about.About {
		case t.Channel:
			return "teams." + t.Key + ".channel"
		case t.UserGroup:
			return "teams." + t.Key + ".user_group"
		}
	}

	return ""
}

// nobodysFront is the front of a check: it takes nothing in.
type nobodysFront struct{}

var errOnlyChecking = errors.New("nothing is taken in while checking")

// Command refuses.
func (nobodysFront) Command(context.Context, chat.Command) (chat.Reply, error) {
	return chat.Reply{}, errOnlyChecking
}

// Click refuses.
func (nobodysFront) Click(context.Context, chat.Click) (chat.Reply, error) {
	return chat.Reply{}, errOnlyChecking
}

// Submit refuses.
func (nobodysFront) Submit(context.Context, chat.Submission) (chat.Reply, error) {
	return chat.Reply{}, errOnlyChecking
}

// askHealth asks the bot that listens on this machine.
func (w *world) askHealth() error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	host, port, err := net.SplitHostPort(env.Listen)
	if err != nil {
		return err
	}

	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere, so here too
	}

	ctx, cancel := context.WithTimeout(w.ctx, 4*time.Second)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no bot answers on %v: %w", env.Listen, err)
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 1000))

		return fmt.Errorf("the bot is not well: %v", strings.TrimSpace(string(said)))
	}

	return nil
}

type manifestCommand struct {
	Slack slackManifestCommand `cmd:"" help:"Print the manifest to paste into Slack under Create New App, From a manifest."`
}

type slackManifestCommand struct {
	URL      string `help:"Address under which Slack reaches the bot (https), for HTTP mode. Without it the app uses Socket Mode." placeholder:"https://…"`
	Statuses bool   `help:"Let the bot show in people's statuses that they will be back, when they ask for it (SLACK_STATUS_TOKEN). An administrator has to install the app."`
	JSON     bool   `help:"JSON instead of YAML."`
}

// Run prints the manifest, with the commands as they are renamed in the
// configuration if there is one.
func (c slackManifestCommand) Run(w *world) error {
	env, err := w.environment()
	if err != nil {
		return err
	}

	config, err := ReadConfig(env.ConfigFile)
	if missing := (&ConfigError{}); errors.As(err, &missing) {
		return err
	}

	if err != nil {
		config = DefaultConfig()
	}

	manifest, err := slack.Manifest(slack.ManifestOptions{Commands: config.Commands.manifest(), HTTPURL: c.URL, Statuses: c.Statuses, JSON: c.JSON})
	if err != nil {
		return err
	}

	_, err = w.stdout.Write(manifest)

	return err
}

// manifest returns the commands as people see them when they type a slash.
func (c *Commands) manifest() []slack.ManifestCommand {
	return []slack.ManifestCommand{
		{Name: c.Escalate, Description: "Get a supervisor into a hard conversation", UsageHint: "[now] [what is happening] · list · E-142 · help"},
		{Name: c.Duty, Description: "Who is on duty now and next", UsageHint: "[week] · cover @who until 18:00 · off until 18:00 · cancel · help", ShouldEscape: true},
		{Name: c.Recover, Description: "A break after a hard contact; nobody else sees it", UsageHint: "[done] · help"},
		{Name: c.Followups, Description: "What you promised or planned", UsageHint: "[team] · help", ShouldEscape: true},
	}
}
