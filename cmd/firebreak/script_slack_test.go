package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

const (
	slackHost = "localhost:80" // the workspace answers to loopback names alone

	// Nobody's token, and unmistakable in a log.
	stageBotToken = "xoxb-Geheimnis-1"
	stageAppToken = "xapp-Geheimnis-2"
	stageSecret   = "Geheimnis-3"
	stageStatuses = "xoxp-Geheimnis-4"
)

// slackSide is Slack on a stage.
type slackSide struct {
	*workspace.Workspace
	mode     mode
	network  *workspace.Network
	outgoing *http.Client
	stop     func()
}

// newSlackSide has a workspace on the stage's network with the people who use
// Slack.
func newSlackSide(s *stage) *slackSide {
	s.t.Helper()

	side := &slackSide{mode: s.mode, network: s.network, outgoing: s.network.Client(10 * time.Second)}
	side.Workspace = workspace.New(side.options())

	var err error
	if side.stop, err = s.network.Serve(slackHost, s.counting(side.Handler())); err != nil {
		s.t.Fatal(err)
	}

	return side
}

// administrator has an account on Slack whatever they use, as whoever installed the
// app there has.
const administrator = "priya"

func slackUser(name string) string { return "U0" + strings.ToUpper(name) }

func (s *slackSide) options() workspace.Options {
	var (
		people  []workspace.User
		members []string
	)

	for _, p := range stagePeople {
		if p.name != administrator && !s.mode.has(p.name, chat.Slack) {
			continue
		}

		people = append(people, workspace.User{
			ID: slackUser(p.name), Name: p.name, RealName: p.full, Email: p.email, TZ: "Europe/London", Admin: p.name == administrator,
		})
		members = append(members, slackUser(p.name))
	}

	people = append(people, workspace.User{ID: "U0FIREBREAK", Name: "firebreak", RealName: "Firebreak", Bot: true, TZ: "Europe/London"})

	return workspace.Options{
		Team: workspace.Team{ID: "T0HARBOR", Name: "Harbor Support", Domain: "harbor-support"}, People: people,
		Channels: []workspace.Channel{
			{ID: "C0BILLING", Name: teamRoom, Members: append(slices.Clone(members), "U0FIREBREAK")},
			{ID: "C0DESK", Name: deskRoom, Members: members},
		},
		UserGroups: []workspace.UserGroup{{ID: "S0DUTY", Handle: "duty", Name: "On duty"}},
		App:        s.installed(), Now: time.Now, Client: s.outgoing, BaseURL: "http://" + slackHost,
	}
}

// installed is the app as Slack knows it.
func (s *slackSide) installed() workspace.App {
	return workspace.App{
		ID: "A0FIREBREAK", Name: "Firebreak", BotUser: "U0FIREBREAK", BotID: "B0FIREBREAK",
		BotToken: stageBotToken, AppToken: stageAppToken, SigningSecret: stageSecret,
		User: workspace.UserToken{Token: stageStatuses, ID: slackUser(administrator), Scopes: []string{"users.profile:write"}},
		Commands: []workspace.Command{
			{Command: "/escalate"}, {Command: "/duty", ShouldEscape: true}, {Command: "/recover", ShouldEscape: true},
			{Command: "/followups", ShouldEscape: true}, {Command: "/calm"}, {Command: "/board"},
		},
		Shortcuts:        []workspace.Shortcut{{CallbackID: slack.ShortcutID, Name: slack.ShortcutName}},
		HTTPMode:         s.mode.http,
		CommandsURL:      "http://" + botHost + "/slack/commands",
		InteractivityURL: "http://" + botHost + "/slack/interactions",
		EventsURL:        "http://" + botHost + "/slack/events",
	}
}

func (s *slackSide) environment(env *Environment, b beginning) {
	env.SlackBotToken, env.SlackAPIURL = stageBotToken, "http://"+slackHost+"/api/"

	if s.mode.http {
		env.SlackSigningSecret = stageSecret
	} else {
		env.SlackAppToken = stageAppToken
	}

	if b.statuses {
		env.SlackStatusToken = stageStatuses
	}
}

func (s *slackSide) ready(app *App) error { return app.platforms.on(chat.Slack).Ready() }

func (s *slackSide) reachable(yes bool) { s.network.Refuse(slackHost, !yes) }

func (s *slackSide) repeat() { s.Duplicate(1) }

func (s *slackSide) heal() { s.Heal() }

func (s *slackSide) forgetful() { s.RefuseHistory("internal_error") }

func (s *slackSide) lag(d time.Duration) { s.LagHistory(d) }

func (s *slackSide) inItsWords(words string) string { return words }

func (s *slackSide) inject(f fault) (remove func()) {
	done := workspace.Fault{Method: f.call, Error: f.code, RetryAfter: f.after, Times: f.asMany}
	if f.to != "" {
		done.Channel = slackUser(alone(f.to))
	}

	switch f.do {
	case refuse:
		done.Do = workspace.Refuse
	case slowDown:
		done.Do = workspace.RateLimit
	case cutAfter:
		done.Do = workspace.CutAfter
	}

	return s.Inject(done)
}

func (s *slackSide) deactivate(name string) error {
	return s.SetUser(slackUser(name), func(u *workspace.User) { u.Deleted = true })
}

func (s *slackSide) speak(name, locale string) error {
	return s.SetUser(slackUser(name), func(u *workspace.User) { u.Locale = locale })
}

func (s *slackSide) disturb(name string, until time.Time) error {
	return s.SetUser(slackUser(name), func(u *workspace.User) { u.DND.SnoozeUntil = until })
}

func (s *slackSide) join(room string, bot bool) error {
	return s.SetChannel(slackRoom(room), func(c *workspace.Channel) {
		c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == "U0FIREBREAK" })
		if bot {
			c.Members = append(c.Members, "U0FIREBREAK")
		}
	})
}

func slackRoom(name string) string {
	if name == teamRoom {
		return "C0BILLING"
	}

	return "C0DESK"
}

func (s *slackSide) room(name string) string {
	var b strings.Builder

	for _, m := range s.Person(administrator).Messages(slackRoom(name)) {
		if m.From == "U0FIREBREAK" && !m.Ephemeral {
			fmt.Fprintf(&b, "#%v\n%v", name, indented(m.Text))
		}
	}

	return b.String()
}

func (s *slackSide) refusals(wounded bool) []refusal {
	var all []refusal

	for _, call := range s.Journal().Errors() {
		if wounded && call.Error == "ratelimited" {
			continue // a bot that was away does not know how much it has sent
		}

		if s.mode.repeated && (call.Error == "exchanged_trigger_id" || call.Error == "hash_conflict") {
			continue // the form that a repeated press opens is open, or drawn anew, already
		}

		if call.Error == "users_not_found" && (s.mode.agents || s.mode.leads) {
			continue // who is known by e-mail alone is on Teams
		}

		all = append(all, refusal{call.Method + " with " + call.Error, call.At})
	}

	return all
}

func (s *slackSide) unanswered() []string {
	var all []string

	for _, ack := range s.Journal().Acks {
		if ack.Error != "" {
			all = append(all, fmt.Sprintf("%v at %v: %v", ack.Kind, ack.At.Format("15:04:05"), ack.Error))
		}
	}

	return all
}

func (s *slackSide) doubled() []string {
	var all []string

	for key, count := range s.Journal().ByMetadata("key", true) {
		if count > 1 {
			all = append(all, fmt.Sprintf("the card %v stands %d times on Slack, want once", key, count))
		}
	}

	return all
}

func (s *slackSide) close() {
	s.outgoing.CloseIdleConnections()
	s.Close()
	s.stop()
}

func (s *slackSide) client(name string) client { return slackClient{s.Person(name), s.mode} }

// A slackClient is Slack as somebody uses it.
type slackClient struct {
	*workspace.Person
	mode mode
}

func (c slackClient) messages() []message {
	there := append(c.Messages(c.DM()),
		slices.DeleteFunc(c.Messages("C0DESK"), func(m workspace.Message) bool { return !m.Ephemeral })...)

	var all []message

	for _, m := range there {
		if m.From != c.ID() {
			all = append(all, message{
				id: m.Conversation + m.TS, text: m.Text, buttons: m.Buttons, private: m.Ephemeral, lasting: !m.Ephemeral, as: m,
			})
		}
	}

	return all
}

func (c slackClient) notices() []notice {
	var all []notice
	for _, n := range c.Notifications() {
		all = append(all, notice{n.Conversation + n.TS, n.Text + "\n" + n.Mobile})
	}

	return all
}

func (c slackClient) command(typed string) error { return c.Command("C0DESK", typed) }

func (c slackClient) writeToBot(text string) error {
	_, err := c.Write(c.DM(), text)

	return err
}

func (c slackClient) write(room, text string) error {
	_, err := c.Write("#"+room, text)

	return err
}

func (c slackClient) escalateMessage(words string) error {
	m, found := c.Find("C0DESK", words)
	if !found {
		return fmt.Errorf("there is no message with %q in #billing-desk", words)
	}

	return c.Shortcut(m, slack.ShortcutName)
}

func (c slackClient) click(m message, button string) error {
	return c.Click(m.as.(workspace.Message), button)
}

func (c slackClient) clickStale(m message, button string) error {
	return c.ClickStale(m.as.(workspace.Message), button)
}

func (c slackClient) form() *form {
	v := c.Modal()
	if v == nil {
		return nil
	}

	return &form{v.Title, v.Text, v.Mistakes}
}

func (c slackClient) fill(field, value string) error {
	field, value = c.spelt(field, value)

	return c.ChangeInModal(field, value)
}

// spelt names somebody who is not on Slack in the menu that has them.
func (c slackClient) spelt(field, value string) (string, string) {
	for _, p := range stagePeople {
		if p.name != value || c.mode.has(p.name, chat.Slack) {
			continue
		}

		label := field + ", if they are not on Slack"
		if v := c.Modal(); v == nil || !strings.Contains(strings.ToLower(v.Text), strings.ToLower(label)) {
			label = field + "~elsewhere" // it is called by its id
		}

		return label, p.full
	}

	return field, value
}

func (c slackClient) spelled(values map[string]string) map[string]string {
	all := map[string]string{}

	for field, value := range values {
		field, value = c.spelt(field, value)
		all[field] = value
	}

	return all
}

func (c slackClient) submit(values map[string]string) error {
	return unlessAtFields(c.Submit(c.spelled(values)))
}

// submitTwice is answered twice only if the first answer comes after the second
// press: else the button is gone.
func (c slackClient) submitTwice(values map[string]string) []error {
	one, two := c.SubmitTwice(c.spelled(values))
	closed := func(err error) bool { return err != nil && err.Error() == "that view is closed" }

	switch {
	case closed(one):
		return []error{unlessAtFields(two)}
	case closed(two):
		return []error{unlessAtFields(one)}
	default:
		return []error{unlessAtFields(one), unlessAtFields(two)}
	}
}

// unlessAtFields returns what went wrong with a form, but for what its fields show.
func unlessAtFields(err error) error {
	if _, ok := errors.AsType[*workspace.FieldErrors](err); ok {
		return nil
	}

	return err
}

func (c slackClient) clickInForm(button string) error { return c.ClickInModal(button) }

func (c slackClient) closeForm() error { return c.CloseModal() }

func (c slackClient) openHome() error { return c.OpenHome() }

func (c slackClient) home() string {
	if v := c.Home(); v != nil {
		return v.Text
	}

	return ""
}

func (c slackClient) clickInHome(button string) error { return c.ClickInHome(button) }
