package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
	"github.com/firebreakhq/firebreak/handlers/teams"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

const (
	teamsHost   = "localhost:81" // without encryption the bot takes loopback names alone
	teamsTenant = "00000000-0000-4000-8000-0000007e4a47"
	teamsApp    = "00000000-0000-4000-8000-000000000a99"

	// Nobody's secret, and unmistakable in a log.
	stagePassword = "Geheimnis~5"
)

// teamsSide is Microsoft Teams on a stage.
type teamsSide struct {
	*connector.Connector
	mode     mode
	somebody string // who uses it
	network  *workspace.Network
	outgoing *http.Client
	stop     func()
}

// newTeamsSide has a Teams on the stage's network with the people who use it.
func newTeamsSide(s *stage) *teamsSide {
	s.t.Helper()

	side := &teamsSide{mode: s.mode, somebody: "maria", network: s.network, outgoing: s.network.Client(20 * time.Second)}
	side.Connector = connector.New(side.options())

	if !s.mode.agents {
		side.somebody = "sam"
	}

	var err error
	if side.stop, err = s.network.Serve(teamsHost, s.counting(side.Handler())); err != nil {
		s.t.Fatal(err)
	}

	return side
}

// teamsUsers are the ids of people in Microsoft Entra: those of every stage, two who
// are configured and have no account, and the crowd.
var teamsUsers = map[string]string{
	"maria": "00000000-0000-4000-8000-00000003a41a",
	"tom":   "00000000-0000-4000-8000-000000000703",
	"zoe":   "00000000-0000-4000-8000-000000000203",
	"dana":  "00000000-0000-4000-8000-00000000da1a",
	"lee":   "00000000-0000-4000-8000-0000000001ee",
	"sam":   "00000000-0000-4000-8000-000000005a30",
	"priya": "00000000-0000-4000-8000-000000094194",
	"adler": "00000000-0000-4000-8000-0000000ad1e4",
	"novak": "00000000-0000-4000-8000-000000000a4c",
	"c0":    "00000000-0000-4000-8000-0000000000c0",
	"c1":    "00000000-0000-4000-8000-0000000000c1",
	"c2":    "00000000-0000-4000-8000-0000000000c2",
	"c3":    "00000000-0000-4000-8000-0000000000c3",
	"c4":    "00000000-0000-4000-8000-0000000000c4",
	"c5":    "00000000-0000-4000-8000-0000000000c5",
	"c6":    "00000000-0000-4000-8000-0000000000c6",
	"c7":    "00000000-0000-4000-8000-0000000000c7",
	"c8":    "00000000-0000-4000-8000-0000000000c8",
	"c9":    "00000000-0000-4000-8000-0000000000c9",
}

// The channels, by their names.
var teamsRooms = map[string]string{
	teamRoom: "19:billing@thread.tacv2",
	deskRoom: "19:desk@thread.tacv2",
}

func (s *teamsSide) options() connector.Options {
	var (
		people  []connector.User
		members []string
	)

	for _, p := range stagePeople {
		if s.mode.has(p.name, chat.Teams) {
			people = append(people, connector.User{ID: teamsUsers[p.name], Name: p.name, RealName: p.full, Email: p.email, Zone: "Europe/London"})
			members = append(members, teamsUsers[p.name])
		}
	}

	for _, name := range crowdNames {
		people = append(people, connector.User{ID: teamsUsers[name], Name: name, RealName: "Supervisor " + name, Zone: "Europe/London"})
	}

	return connector.Options{
		Tenant: connector.Tenant{ID: teamsTenant, Name: "Harbor Support"}, People: people,
		Channels: []connector.Channel{
			{ID: teamsRooms[teamRoom], Name: teamRoom, TeamID: "19:harbor@thread.tacv2", Members: members},
			{ID: teamsRooms[deskRoom], Name: deskRoom, TeamID: "19:harbor@thread.tacv2", Members: members},
		},
		App:      connector.App{ID: teamsApp, Password: stagePassword, Name: "Firebreak"},
		Endpoint: "http://" + botHost + teams.MessagesPath, Client: s.outgoing, BaseURL: "http://" + teamsHost,
		Zone: "UTC", Now: time.Now,
	}
}

// introduce has Teams tell the bot of everybody for whom it is installed.
func (s *teamsSide) introduce() error {
	var failures []error

	for _, p := range stagePeople {
		if s.mode.has(p.name, chat.Teams) {
			failures = append(failures, s.Install(teamsUsers[p.name]))
		}
	}

	return errors.Join(failures...)
}

func (s *teamsSide) environment(env *Environment, _ beginning) {
	env.TeamsAppID, env.TeamsPassword, env.TeamsTenant = teamsApp, stagePassword, teamsTenant
	env.TeamsLoginURL, env.TeamsMetadataURL, env.TeamsServiceURL = s.LoginURL(), s.MetadataURL(), s.ServiceURL()
}

func (s *teamsSide) ready(app *App) error { return app.platforms.on(chat.Teams).Ready() }

func (s *teamsSide) reachable(yes bool) { s.network.Refuse(teamsHost, !yes) }

func (s *teamsSide) repeat() { s.Duplicate(1) }

func (s *teamsSide) heal() { s.Heal() }

func (s *teamsSide) forgetful() {} // Teams shows a bot no history

func (s *teamsSide) lag(time.Duration) {}

// teamsCalls are what a bot calls on Teams where it calls Slack's methods.
var teamsCalls = map[string]string{"chat.postMessage": "send", "chat.update": "update", "chat.delete": "delete", "users.lookupByEmail": "members"}

// teamsCodes are how Teams refuses what Slack refuses with these errors.
var teamsCodes = map[string]struct {
	status int
	code   string
}{
	"channel_not_found":     {http.StatusForbidden, "BotNotInConversationRoster"},
	"user_disabled":         {http.StatusForbidden, "ForbiddenOperationException"},
	"messages_tab_disabled": {http.StatusForbidden, "ConversationBlockedByUser"},
	"user_not_found":        {http.StatusNotFound, "ConversationNotFound"},
	"users_not_found":       {http.StatusNotFound, "BotNotInConversationRoster"},
	"internal_error":        {http.StatusBadGateway, "BadGateway"},
}

// teamsWords are what Teams says, and the log of it, by what Slack says.
var teamsWords = strings.NewReplacer(
	"trouble connecting", "Something went wrong", "this app responded with the error", "Something went wrong",
	"platform=slack", "platform=teams", optional, "", "Please complete this required field.", "Please ",
	"code=user_disabled", "code=ForbiddenOperationException", "code=user_not_found", "code=ConversationNotFound",
	"code=messages_tab_disabled", "code=ConversationBlockedByUser",
)

// inItsWords knows no seconds: the client writes an instant in the reader's zone,
// and has no form that shows them.
func (s *teamsSide) inItsWords(words string) string {
	return seconds.ReplaceAllString(teamsWords.Replace(words), "$1")
}

var seconds = regexp.MustCompile(`\b(\d\d:\d\d):\d\d\b`)

func (s *teamsSide) inject(f fault) (remove func()) {
	call, has := teamsCalls[f.call]
	if !has {
		return func() {}
	}

	done := connector.Fault{Call: call, RetryAfter: f.after, Times: f.asMany}

	switch {
	case f.to != "":
		done.To = teamsUsers[alone(f.to)]
	case call == "members":
		done.To = teamsRooms[teamRoom] // people are looked for in the rosters of channels
	}

	switch f.do {
	case refuse:
		done.Do, done.Status, done.Code = connector.Refuse, teamsCodes[f.code].status, teamsCodes[f.code].code
	case slowDown:
		done.Do = connector.RateLimit
	case cutAfter:
		done.Do = connector.CutAfter
	}

	return s.Inject(done)
}

func (s *teamsSide) deactivate(name string) error {
	return s.SetUser(teamsUsers[name], func(u *connector.User) { u.Deleted = true })
}

func (s *teamsSide) speak(name, locale string) error {
	return s.SetUser(teamsUsers[name], func(u *connector.User) { u.Locale = locale })
}

func (s *teamsSide) disturb(name string, _ time.Time) error {
	return s.SetUser(teamsUsers[name], func(u *connector.User) { u.DoNotDisturb = true })
}

func (s *teamsSide) join(room string, bot bool) error {
	return s.SetChannel(teamsRooms[room], func(c *connector.Channel) { c.WithoutApp = !bot })
}

func (s *teamsSide) room(name string) string {
	var b strings.Builder

	for _, m := range s.Person(s.somebody).Messages(teamsRooms[name]) {
		if isBots(m) && !m.Targeted {
			fmt.Fprintf(&b, "#%v\n%v", name, indented(m.Text))
		}
	}

	return b.String()
}

func isBots(m connector.Message) bool { return strings.HasPrefix(m.From, "28:") }

// refusals are told in Slack's words, as the scripts have them.
func (s *teamsSide) refusals(wounded bool) []refusal {
	var all []refusal

	for _, call := range s.Journal().Errors() {
		if wounded && call.Status == http.StatusTooManyRequests {
			continue // a bot that was away does not know how much it has sent
		}

		all = append(all, refusal{inSlacksWords(call), call.At})
	}

	return all
}

func inSlacksWords(call connector.Call) string {
	method, code := call.Call, call.Code
	if call.Call == "send" || call.Call == "create" {
		method = "chat.postMessage"
	}

	if call.Status == http.StatusForbidden || call.Status == http.StatusNotFound {
		code = "channel_not_found"
	}

	return method + " with " + code
}

func (s *teamsSide) unanswered() []string {
	var all []string
	for _, ack := range s.Journal().Late() {
		all = append(all, fmt.Sprintf("%v at %v: %v after %v", ack.Kind, ack.At.Format("15:04:05"), ack.Error, ack.Delay))
	}

	return all
}

// doubled finds nothing: a card carries no key that is seen on Teams. One that
// came twice is a message that no step names.
func (s *teamsSide) doubled() []string { return nil }

func (s *teamsSide) close() {
	s.outgoing.CloseIdleConnections()
	s.Close()
	s.stop()
}

func (s *teamsSide) client(name string) client {
	return &teamsClient{Person: s.Person(teamsUsers[name])}
}

// A teamsClient is Teams as somebody uses it. In their personal chat with the bot
// there is much that is not a message to anybody who knows Slack: a form that
// stands there until it is sent, and their home. And some of what is a message on
// Slack stands in a dialog here.
type teamsClient struct {
	*connector.Person
	forms   map[string]bool // messages that are or were forms, by id
	told    []message       // what dialogs said, and nothing could be filled in
	reading string          // what the dialog says that is before them
}

// homeTitle is how the bot's home begins.
const homeTitle = "Your escalations\n"

func (c *teamsClient) messages() []message {
	c.readDialog()

	there := append(c.Messages(""),
		slices.DeleteFunc(c.Messages(teamsRooms[deskRoom]), func(m connector.Message) bool { return !m.Targeted })...)

	var all []message

	for _, m := range there {
		id := m.Conversation + m.TS
		if len(m.Fields) > 0 {
			c.noteForm(id)
		}

		if isBots(m) && !strings.HasPrefix(m.Text, homeTitle) && !c.isForm(m) {
			all = append(all, message{id: id, text: m.Text, buttons: m.Buttons, private: true, lasting: true, as: m})
		}
	}

	return append(all, c.told...)
}

func (c *teamsClient) noteForm(id string) {
	if c.forms == nil {
		c.forms = map[string]bool{}
	}

	c.forms[id] = true
}

// isForm reports whether a message is a form, or what is left of one that has
// nothing to say.
func (c *teamsClient) isForm(m connector.Message) bool {
	return len(m.Fields) > 0 || c.forms[m.Conversation+m.TS] && (m.Text == "Sent." || m.Text == "Closed.")
}

// A saying is a message that stood in a dialog.
type saying struct{}

// readDialog takes what a dialog says for a message, where nothing can be filled
// in. It stays open as long as there is something to press.
func (c *teamsClient) readDialog() {
	d := c.Dialog()
	if d == nil || len(d.Fields) > 0 {
		c.reading = ""

		return
	}

	if c.reading == d.Text {
		return
	}

	c.reading = d.Text
	c.told = append(c.told, message{id: fmt.Sprintf("dialog %d", len(c.told)), text: d.Text, buttons: d.Buttons, private: true, as: saying{}})

	if len(d.Buttons) == 0 {
		c.reading = ""
		_ = c.CloseDialog()
	}
}

func (c *teamsClient) notices() []notice {
	var all []notice
	for _, n := range c.Notifications() {
		all = append(all, notice{n.Conversation + n.TS, n.Text})
	}

	return all
}

// command is typed to the bot in their personal chat, where commands have no
// slash. One that names a colleague is typed where that colleague can be mentioned.
func (c *teamsClient) command(typed string) error {
	if strings.Contains(typed, "@") {
		return c.Command(teamsRooms[deskRoom], typed)
	}

	return c.Command("", strings.TrimPrefix(typed, "/"))
}

func (c *teamsClient) writeToBot(text string) error {
	_, err := c.Write("", text)

	return err
}

func (c *teamsClient) write(room, text string) error {
	_, err := c.Write(teamsRooms[room], text)

	return err
}

func (c *teamsClient) escalateMessage(words string) error {
	m, found := c.Find(teamsRooms[deskRoom], words)
	if !found {
		return fmt.Errorf("there is no message with %q in %v", words, deskRoom)
	}

	return c.Extension("escalate", "message", &m)
}

func (c *teamsClient) click(m message, button string) error {
	if _, inDialog := m.as.(saying); inDialog {
		return c.clickInForm(button)
	}

	return unlessMistaken(c.Click(m.as.(connector.Message), button))
}

func (c *teamsClient) clickStale(m message, button string) error {
	if _, inDialog := m.as.(saying); inDialog {
		return c.clickInForm(button)
	}

	return unlessMistaken(c.ClickStale(m.as.(connector.Message), button))
}

// unlessMistaken returns what went wrong with a form, but for what it shows.
func unlessMistaken(err error) error {
	if _, ok := errors.AsType[*connector.MistakesError](err); ok {
		return nil
	}

	return err
}

// inline returns the form that stands in their personal chat.
func (c *teamsClient) inline() (connector.Message, bool) {
	for _, m := range slices.Backward(c.Messages("")) {
		if len(m.Fields) > 0 && isBots(m) {
			c.noteForm(m.Conversation + m.TS)

			return m, true
		}
	}

	return connector.Message{}, false
}

// optional is how Slack marks a field that may be left empty. A form that is drawn
// anew says at its head which fields are needed, on Teams.
const optional = " (optional)"

// form returns the dialog, or else the newest form in their personal chat.
func (c *teamsClient) form() *form {
	if d := c.Dialog(); d != nil && len(d.Fields) > 0 {
		return &form{d.Title, d.Title + "\n" + strings.ReplaceAll(d.Text, optional, ""), d.Mistakes}
	}

	if m, found := c.inline(); found {
		title, _, _ := strings.Cut(m.Text, "\n")

		return &form{title, strings.ReplaceAll(m.Text, optional, ""), m.Mistakes}
	}

	return nil
}

// named returns what a field is found by: its label, or else its id.
func named(field string, labels []string) string {
	for _, label := range labels {
		if start, _, _ := strings.Cut(label, " ("); strings.EqualFold(label, field) || strings.EqualFold(start, field) {
			return label
		}
	}

	return "in:" + field
}

// showMore is the button that draws a form anew for what was chosen.
const showMore = "Show what this needs"

// fill fills a field in, and has the form drawn anew if what follows depends on it.
func (c *teamsClient) fill(field, value string) error {
	if err := c.typeIn(field, value); err != nil {
		return err
	}

	if d := c.Dialog(); d != nil {
		if slices.Contains(d.Buttons, showMore) {
			return unlessMistaken(c.ClickInDialog(showMore))
		}

		return nil
	}

	if m, _ := c.inline(); slices.Contains(m.Buttons, showMore) {
		return unlessMistaken(c.Click(m, showMore))
	}

	return nil
}

// typeIn fills a field in. People are called by their handles in scripts, and by
// their names in lists.
func (c *teamsClient) typeIn(field, value string) error {
	put := func(value string) error {
		if d := c.Dialog(); d != nil {
			return c.ChangeInDialog(named(field, d.Fields), value)
		}

		m, found := c.inline()
		if !found {
			return errNoForm
		}

		return c.Fill(m, named(field, m.Fields), value)
	}

	err := put(value)
	if i := slices.IndexFunc(stagePeople, func(p stagePerson) bool { return p.name == value }); err != nil && i >= 0 {
		return put(stagePeople[i].full)
	}

	return err
}

var errNoForm = errors.New("no form is open")

// submit sends the form, and once more where the form asks for a little more by what
// was chosen: nothing of that was known before. Who fills in what is not there yet
// has it drawn anew first.
func (c *teamsClient) submit(values map[string]string) error {
	if err := c.unfold(values); err != nil {
		return err
	}

	err := c.send(values)
	if f := c.form(); err == nil && f != nil && strings.Contains(f.text, "asks for a little more") {
		return c.send(values)
	}

	return err
}

// unfold has the form show the fields that are to be filled in and are not there,
// by what else is chosen.
func (c *teamsClient) unfold(values map[string]string) error {
	labels := c.labels()
	there := func(field string) bool {
		return !strings.HasPrefix(named(field, labels), "in:") || slices.Contains(byID, field)
	}

	if !slices.ContainsFunc(slices.Collect(maps.Keys(values)), func(field string) bool { return !there(field) }) {
		return nil
	}

	for field, value := range values {
		if there(field) {
			if err := c.fill(field, value); err != nil {
				return err
			}
		}
	}

	return nil
}

// byID are fields that scripts call by their ids.
var byID = []string{"signs"}

// labels are those of the fields of the form before them.
func (c *teamsClient) labels() []string {
	if d := c.Dialog(); d != nil {
		return d.Fields
	}

	m, _ := c.inline()

	return m.Fields
}

func (c *teamsClient) send(values map[string]string) error {
	if c.Dialog() != nil {
		if err := c.fillAll(values); err != nil {
			return err
		}

		return unlessMistaken(c.SubmitDialog(nil))
	}

	m, err := c.filled(values)
	if err != nil {
		return err
	}

	return unlessMistaken(c.Click(m, sending(m)))
}

// fillAll fills in everything without having the form drawn anew.
func (c *teamsClient) fillAll(values map[string]string) error {
	for field, value := range values {
		if err := c.typeIn(field, value); err != nil {
			return err
		}
	}

	return nil
}

// filled fills in the form in their personal chat.
func (c *teamsClient) filled(values map[string]string) (connector.Message, error) {
	m, found := c.inline()
	if !found {
		return m, errNoForm
	}

	return m, c.fillAll(values)
}

// sending is the button that sends a form in the personal chat: it stands before
// the one that draws it anew, if there is one, and the one that takes it away.
func sending(m connector.Message) string {
	last := len(m.Buttons) - 2
	if m.Buttons[last] == showMore {
		last--
	}

	return m.Buttons[last]
}

func (c *teamsClient) submitTwice(values map[string]string) []error {
	if c.Dialog() != nil {
		if err := c.fillAll(values); err != nil {
			return []error{err}
		}

		return []error{unlessMistaken(c.SubmitTwice(nil))}
	}

	m, err := c.filled(values)
	if err != nil {
		return []error{err}
	}

	return atOnce(
		func() error { return unlessMistaken(c.Click(m, sending(m))) },
		func() error { return unlessMistaken(c.Click(m, sending(m))) },
	)
}

func (c *teamsClient) clickInForm(button string) error {
	if c.Dialog() != nil {
		return unlessMistaken(c.ClickInDialog(button))
	}

	m, found := c.inline()
	if !found {
		return errNoForm
	}

	return unlessMistaken(c.Click(m, button))
}

func (c *teamsClient) closeForm() error {
	if c.Dialog() != nil {
		return c.CloseDialog()
	}

	m, found := c.inline()
	if !found {
		return errNoForm
	}

	return c.Click(m, m.Buttons[len(m.Buttons)-1])
}

func (c *teamsClient) openHome() error {
	_, err := c.Write("", "home")

	return err
}

func (c *teamsClient) atHome() (connector.Message, bool) {
	for _, m := range slices.Backward(c.Messages("")) {
		if strings.HasPrefix(m.Text, homeTitle) {
			return m, true
		}
	}

	return connector.Message{}, false
}

func (c *teamsClient) home() string {
	m, _ := c.atHome()

	return m.Text
}

func (c *teamsClient) clickInHome(button string) error {
	m, found := c.atHome()
	if !found {
		return errors.New("no home was opened")
	}

	return unlessMistaken(c.Click(m, button))
}
