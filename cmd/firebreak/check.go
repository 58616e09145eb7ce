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
// right configuration and workspace it is silent, but for keys that this
// version does not act on.
func (c checkCommand) Run(w *world) error {
	if c.Live {
		return w.askHealth()
	}

	env, config, err := w.configured()
	if err != nil {
		return err
	}

	for _, key := range config.NotYetUsed() {
		_, _ = fmt.Fprintf(w.stderr, "note: %v is right, but this version does not act on it yet\n", key)
	}

	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()

	findings := check(ctx, config, env)
	for _, finding := range findings {
		_, _ = fmt.Fprintln(w.stdout, finding)
	}

	switch n := len(findings); n {
	case 0:
		return nil
	case 1:
		return errors.New("1 finding")
	default:
		return fmt.Errorf("%d findings", n)
	}
}

// check returns what is wrong with the workspace for this configuration.
func check(ctx context.Context, config *Config, env Environment) []error {
	s, err := newSlack(config, env, nobodysFront{}, Outsides{Now: newClock().now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return []error{err}
	}

	findings := []error{}

	for _, email := range config.emails() {
		if _, err := s.Lookup(ctx, email); err != nil {
			findings = append(findings, addressFinding(email, err))
		}
	}

	return append(s.Check(ctx, config.rooms(), config.accounts()), findings...)
}

func addressFinding(email string, err error) error {
	if chat.FailureOf(err).Kind == chat.Unreachable {
		return fmt.Errorf("%v: nobody in the workspace has this address: correct the e-mail, or write the Slack user id instead", email)
	}

	return fmt.Errorf("%v can't be looked up: %w", email, err)
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

func (c *Config) accounts() []chat.Person {
	var accounts []chat.Person

	for _, p := range c.People {
		if p.Slack != "" {
			accounts = append(accounts, chat.PersonOn(chat.Slack, p.Slack))
		}
	}

	return accounts
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
	URL  string `help:"Address under which Slack reaches the bot (https), for HTTP mode. Without it the app uses Socket Mode." placeholder:"https://…"`
	JSON bool   `help:"JSON instead of YAML."`
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

	manifest, err := slack.Manifest(slack.ManifestOptions{Commands: config.Commands.manifest(), HTTPURL: c.URL, JSON: c.JSON})
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
	}
}
