package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/teams"
)

type checkCommand struct {
	Live bool `help:"Only ask the bot that runs here whether it is well, as a container's health check does."`
}

// Run prints every finding with its remedy, and fails if there is any. Where the
// configuration and the platforms are right it is silent, but for notes: what may be
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

// check looks for what is wrong with the configuration and with the platforms for
// it.
func check(ctx context.Context, config *Config, env Environment, out Outsides) *report {
	r := &report{source: config.source}

	rotas := rotaCheck{report: r, config: config, out: out, now: out.Now(), onDuty: map[string]bool{}}
	rotas.rotas(ctx)

	r.unconnected(config, env)

	var found [][]error // by platform

	if env.OnSlack() {
		s, err := newSlack(config, env, nobodysFront{}, out)
		if err == nil {
			found = append(found, s.Check(ctx, config.rooms(chat.Slack), config.subjects(chat.Slack, env, rotas.onDuty)))
		} else {
			r.wrong("", "%v", err)
		}
	}

	if env.OnTeams() {
		t, err := newTeams(config, env, nobodysFront{}, out)
		if err == nil {
			found = append(found, t.Check(ctx, config.rooms(chat.Teams), onTeams(config.subjects(chat.Teams, env, rotas.onDuty))))
		} else {
			r.wrong("", "%v", err)
		}
	}

	r.merge(config, found)

	return r
}

// onTeams are people as the Teams adapter asks about them.
func onTeams(people []slack.Subject) []teams.Subject {
	subjects := make([]teams.Subject, len(people))
	for i, p := range people {
		subjects[i] = teams.Subject{Who: p.Who, Email: p.Email}
	}

	return subjects
}

// merge adds what each platform found. Who is looked for by an address need be on
// one of them only.
func (r *report) merge(config *Config, found [][]error) {
	for i, findings := range found {
		for _, finding := range findings {
			key := config.keyOf(finding)
			others := slices.Delete(slices.Clone(found), i, i+1)

			if strings.HasSuffix(key, ".email") && slices.ContainsFunc(others, func(other []error) bool {
				return !slices.ContainsFunc(other, func(err error) bool { return aboutOf(err) == aboutOf(finding) })
			}) {
				continue
			}

			r.wrong(key, "%v", finding)
		}
	}
}

// unconnected finds what is on a platform that the bot is not on: people who can't
// be paged, channels and groups that nothing happens in.
func (r *report) unconnected(config *Config, env Environment) {
	connected := env.platforms()

	for _, p := range config.People {
		reached := p.Email != "" || p.Slack != "" && env.OnSlack() || p.Teams != "" && env.OnTeams()

		switch {
		case !reached && (p.Role == RoleSupervisor || p.Role == RoleManager):
			r.wrong("people."+p.Key, "%s has no account where the bot is, so they are never paged: %s", p.Key, withAccount(env))
		case p.Prefer != "" && !slices.Contains(connected, p.Prefer):
			r.wrong("people."+p.Key+".prefer", "the bot is not on %s: remove it, or %s", titles[p.Prefer], secretsFor[p.Prefer])
		}
	}

	for _, t := range config.Teams {
		if on := roomNamed(t.Channel).Platform(); t.Channel != "" && !slices.Contains(connected, on) {
			r.wrong("teams."+t.Key+".channel", "the channel is on %s, and the bot is not: write another, or %s", titles[on], secretsFor[on])
		}

		if t.UserGroup != "" && !env.OnSlack() {
			r.wrong("teams."+t.Key+".user_group", "user groups are Slack's, and the bot is not on Slack: remove it, or %s", secretsFor[chat.Slack])
		}
	}
}

// secretsFor is how the bot comes on a platform.
var secretsFor = map[chat.Platform]string{
	chat.Slack: "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN", chat.Teams: "set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID",
}

// withAccount is how somebody is found where the bot is.
func withAccount(env Environment) string {
	switch {
	case env.OnSlack() && env.OnTeams():
		return "add slack: U…, teams: … or email: …"
	case env.OnTeams():
		return "add teams: … or email: …"
	default:
		return "add slack: U… or email: …"
	}
}

// rooms returns the teams' channels on a platform.
func (c *Config) rooms(on chat.Platform) []chat.Room {
	var rooms []chat.Room

	for _, t := range c.Teams {
		if room := roomNamed(t.Channel); t.Channel != "" && room.Platform() == on {
			rooms = append(rooms, room)
		}
	}

	return rooms
}

// subjects returns the people as a platform may know them, given the keys of those
// who are on duty. Whoever has an account by its id on another one that the bot is on
// need not be on this one.
func (c *Config) subjects(on chat.Platform, env Environment, onDuty map[string]bool) []slack.Subject {
	var subjects []slack.Subject

	connected := env.platforms()

	for _, p := range c.People {
		accounts := slices.DeleteFunc(p.colleague().Accounts, func(account chat.Person) bool { return !slices.Contains(connected, account.Platform()) })
		here := slices.IndexFunc(accounts, func(account chat.Person) bool { return account.Platform() == on })

		switch duty := onDuty[p.Key]; {
		case here >= 0:
			subjects = append(subjects, slack.Subject{Who: accounts[here], OnDuty: duty})
		case p.Email != "" && len(accounts) == 0:
			subjects = append(subjects, slack.Subject{Email: p.Email, OnDuty: duty})
		}
	}

	return subjects
}

// keyOf returns the key of the configuration that a finding is about, "" if it
// is about none.
func (c *Config) keyOf(finding error) string {
	about := aboutOf(finding)
	if about == "" {
		return ""
	}

	for _, p := range c.People {
		switch about {
		case p.Slack:
			return "people." + p.Key + ".slack"
		case p.Teams:
			return "people." + p.Key + ".teams"
		case p.Email:
			return "people." + p.Key + ".email"
		}
	}

	for _, t := range c.Teams {
		switch about {
		case t.Channel:
			return "teams." + t.Key + ".channel"
		case t.UserGroup:
			return "teams." + t.Key + ".user_group"
		}
	}

	return ""
}

// aboutOf returns the id or address that a finding is about, "" for none.
func aboutOf(finding error) string {
	if about, ok := errors.AsType[*slack.AboutError](finding); ok {
		return about.About
	}

	if about, ok := errors.AsType[*teams.AboutError](finding); ok {
		return about.About
	}

	return ""
}

// nobodysFront is the front of a check: it takes nothing in and keeps nothing.
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

// Address knows of nothing.
func (nobodysFront) Address(context.Context, chat.Room) ([]byte, error) { return nil, nil }

// KeepAddress keeps nothing.
func (nobodysFront) KeepAddress(context.Context, chat.Room, []byte) error { return nil }

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
	Teams teamsManifestCommand `cmd:"" help:"Write the app package to upload in the Teams admin center."`
}

type slackManifestCommand struct {
	URL      string `help:"Address under which Slack reaches the bot (https), for HTTP mode. Without it the app uses Socket Mode." placeholder:"https://…"`
	Statuses bool   `help:"Let the bot show in people's statuses that they will be back, when they ask for it (SLACK_STATUS_TOKEN). An administrator has to install the app."`
	JSON     bool   `help:"JSON instead of YAML."`
}

// Run prints the manifest, with the commands as they are renamed in the
// configuration if there is one.
func (c slackManifestCommand) Run(w *world) error {
	_, commands, err := w.renamed()
	if err != nil {
		return err
	}

	manifest, err := slack.Manifest(slack.ManifestOptions{Commands: commands.manifest(), HTTPURL: c.URL, Statuses: c.Statuses, JSON: c.JSON})
	if err != nil {
		return err
	}

	_, err = w.stdout.Write(manifest)

	return err
}

// renamed returns the environment, and the commands as they are renamed in the
// configuration. Without a configuration they have the names that they are born
// with: a manifest is made before there is anything to configure.
func (w *world) renamed() (Environment, Commands, error) {
	env, err := w.environment()
	if err != nil {
		return env, Commands{}, err
	}

	config, err := ReadConfig(env.ConfigFile)
	if wrong := (&ConfigError{}); errors.As(err, &wrong) {
		return env, Commands{}, err
	}

	if err != nil {
		config = DefaultConfig()
	}

	return env, config.Commands, nil
}

// manifest returns the commands as people see them when they type a slash.
func (c *Commands) manifest() []slack.ManifestCommand {
	return []slack.ManifestCommand{
		{Name: c.Escalate, Description: "Get a supervisor into a hard conversation", UsageHint: "[now] [what is happening] · list · E-142 · help"},
		{Name: c.Duty, Description: "Who is on duty now and next", UsageHint: "[week] · cover @who until 18:00 · off until 18:00 · cancel · help", ShouldEscape: true},
		{Name: c.Recover, Description: "A break after a hard contact; nobody else sees it", UsageHint: "[done] · help"},
		{Name: c.Followups, Description: "What you promised or planned", UsageHint: "[team] · help", ShouldEscape: true},
		{Name: c.Calm, Description: "What to say now, and what to avoid", UsageHint: "[what you notice] · breathe · español · help"},
	}
}
