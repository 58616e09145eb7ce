package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// ManifestOptions say what the app is to be called by, and how Slack reaches it.
type ManifestOptions struct {
	Commands []ManifestCommand // in the order of the list; at least one
	HTTPURL  string            // where Slack reaches the bot, https; "" for Socket Mode
	Statuses bool              // an administrator lets the bot set people's statuses, see ShowStatus
	JSON     bool              // JSON instead of YAML: Slack's form takes either
}

// ManifestCommand is a slash command as people see it in Slack's list.
type ManifestCommand struct {
	Name        string // without the slash, as this workspace calls it
	Description string
	UsageHint   string // what can follow the command: [what is happening]
	// ShouldEscape has Slack send mentions where people typed @ and a name,
	// which Options.Escaped is to know of.
	ShouldEscape bool
}

// Slack's limits for what a manifest names, in letters.
const (
	maxCommand     = 32 // with its slash
	maxDescription = 2000
	maxUsageHint   = 1000
)

// The paths on which the bot answers Slack in HTTP mode.
const (
	CommandsPath     = "/slack/commands"
	InteractionsPath = "/slack/interactions"
	EventsPath       = "/slack/events"
)

// The message shortcut that begins an escalation.
const (
	ShortcutID   = "escalate_message"
	ShortcutName = "Escalate this conversation"
)

// Manifest returns what an operator pastes into Slack's "From a manifest" form
// to have the app with every scope, event and command that the bot needs, and
// none that it does not. The error says what in the options Slack would refuse.
func Manifest(o ManifestOptions) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make the manifest: %w", err)
	}

	m := o.manifest()
	if o.JSON {
		out, err := json.MarshalIndent(m, "", "  ")
		return append(out, '\n'), err
	}
	return yaml.MarshalWithOptions(m, yaml.IndentSequence(true))
}

// check returns the first thing that Slack would refuse.
func (o ManifestOptions) check() error {
	if len(o.Commands) == 0 {
		return fmt.Errorf("it needs at least one command")
	}
	for i, c := range o.Commands {
		twice := slices.ContainsFunc(o.Commands[:i], func(other ManifestCommand) bool { return other.Name == c.Name })
		switch {
		case c.Name == "" || c.Description == "":
			return fmt.Errorf("command %q needs a name and a description", c.Name)
		case twice:
			return fmt.Errorf("command /%s stands twice", c.Name)
		case utf8.RuneCountInString(c.Name)+len("/") > maxCommand:
			return fmt.Errorf("command /%s is longer than %d letters", c.Name, maxCommand)
		case utf8.RuneCountInString(c.Description) > maxDescription:
			return fmt.Errorf("the description of /%s is longer than %d letters", c.Name, maxDescription)
		case utf8.RuneCountInString(c.UsageHint) > maxUsageHint:
			return fmt.Errorf("the usage hint of /%s is longer than %d letters", c.Name, maxUsageHint)
		}
	}
	return o.checkURL()
}

func (o ManifestOptions) checkURL() error {
	if o.HTTPURL == "" {
		return nil
	}
	u, err := url.Parse(o.HTTPURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%q is no address that Slack calls; write one like https://firebreak.example.com", o.HTTPURL)
	}
	return nil
}

// address returns the full address of a path, "" in Socket Mode.
func (o ManifestOptions) address(path string) string {
	if o.HTTPURL == "" {
		return ""
	}
	u, err := url.JoinPath(o.HTTPURL, path)
	if err != nil {
		return "" // check has parsed it
	}
	return u
}

// The types below are the manifest with the keys we set, in the order Slack
// shows them. slack-go's own would leave out what is false, and for some keys
// Slack takes absence for true.

type manifest struct {
	Metadata manifestVersion  `json:"_metadata" yaml:"_metadata"`
	Display  manifestDisplay  `json:"display_information" yaml:"display_information"`
	Features manifestFeatures `json:"features" yaml:"features"`
	OAuth    manifestOAuth    `json:"oauth_config" yaml:"oauth_config"`
	Settings manifestSettings `json:"settings" yaml:"settings"`
}

type manifestVersion struct {
	Major int `json:"major_version" yaml:"major_version"`
	Minor int `json:"minor_version" yaml:"minor_version"`
}

type manifestDisplay struct {
	Name            string `json:"name" yaml:"name"`
	Description     string `json:"description" yaml:"description"`
	BackgroundColor string `json:"background_color" yaml:"background_color"`
}

type manifestFeatures struct {
	Home      manifestHome       `json:"app_home" yaml:"app_home"`
	Bot       manifestBot        `json:"bot_user" yaml:"bot_user"`
	Shortcuts []manifestShortcut `json:"shortcuts" yaml:"shortcuts"`
	Commands  []manifestCommand  `json:"slash_commands" yaml:"slash_commands"`
}

type manifestHome struct {
	Home             bool `json:"home_tab_enabled" yaml:"home_tab_enabled"`
	Messages         bool `json:"messages_tab_enabled" yaml:"messages_tab_enabled"`
	MessagesReadOnly bool `json:"messages_tab_read_only_enabled" yaml:"messages_tab_read_only_enabled"`
}

type manifestBot struct {
	Name         string `json:"display_name" yaml:"display_name"`
	AlwaysOnline bool   `json:"always_online" yaml:"always_online"`
}

type manifestShortcut struct {
	Name        string `json:"name" yaml:"name"`
	Type        string `json:"type" yaml:"type"`
	CallbackID  string `json:"callback_id" yaml:"callback_id"`
	Description string `json:"description" yaml:"description"`
}

type manifestCommand struct {
	Command      string `json:"command" yaml:"command"`
	URL          string `json:"url,omitempty" yaml:"url,omitempty"`
	Description  string `json:"description" yaml:"description"`
	UsageHint    string `json:"usage_hint,omitempty" yaml:"usage_hint,omitempty"`
	ShouldEscape bool   `json:"should_escape" yaml:"should_escape"`
}

type manifestOAuth struct {
	Scopes manifestScopes `json:"scopes" yaml:"scopes"`
}

type manifestScopes struct {
	Bot         []string `json:"bot" yaml:"bot"`
	BotOptional []string `json:"bot_optional" yaml:"bot_optional"`
	User        []string `json:"user,omitempty" yaml:"user,omitempty"`
}

type manifestSettings struct {
	Events        manifestEvents        `json:"event_subscriptions" yaml:"event_subscriptions"`
	Interactivity manifestInteractivity `json:"interactivity" yaml:"interactivity"`
	OrgDeploy     bool                  `json:"org_deploy_enabled" yaml:"org_deploy_enabled"`
	SocketMode    bool                  `json:"socket_mode_enabled" yaml:"socket_mode_enabled"`
	Rotation      bool                  `json:"token_rotation_enabled" yaml:"token_rotation_enabled"`
}

type manifestEvents struct {
	URL string   `json:"request_url,omitempty" yaml:"request_url,omitempty"`
	Bot []string `json:"bot_events" yaml:"bot_events"`
}

type manifestInteractivity struct {
	Enabled bool   `json:"is_enabled" yaml:"is_enabled"`
	URL     string `json:"request_url,omitempty" yaml:"request_url,omitempty"`
}

func (o ManifestOptions) manifest() manifest {
	return manifest{
		Metadata: manifestVersion{Major: 1, Minor: 1},
		Display: manifestDisplay{
			Name:            "Firebreak",
			Description:     "Gets a supervisor into a hard conversation within seconds, and keeps what was promised.",
			BackgroundColor: "#7a2e12",
		},
		Features: manifestFeatures{
			// People write to the bot and read its pages in the messages tab.
			Home: manifestHome{Home: true, Messages: true},
			Bot:  manifestBot{Name: "Firebreak", AlwaysOnline: true},
			Shortcuts: []manifestShortcut{{
				Name: ShortcutName, Type: "message", CallbackID: ShortcutID,
				Description: "Page a supervisor with this message attached",
			}},
			Commands: o.commands(),
		},
		OAuth:    manifestOAuth{Scopes: o.scopes()},
		Settings: o.settings(),
	}
}

func (o ManifestOptions) scopes() manifestScopes {
	scopes := manifestScopes{Bot: botScopes, BotOptional: optionalScopes}
	if o.Statuses {
		scopes.User = []string{statusScope}
	}
	return scopes
}

func (o ManifestOptions) commands() []manifestCommand {
	commands := make([]manifestCommand, len(o.Commands))
	for i, c := range o.Commands {
		commands[i] = manifestCommand{
			Command: "/" + c.Name, Description: c.Description, UsageHint: c.UsageHint,
			URL: o.address(CommandsPath), ShouldEscape: c.ShouldEscape,
		}
	}
	return commands
}

func (o ManifestOptions) settings() manifestSettings {
	return manifestSettings{
		Events: manifestEvents{
			URL: o.address(EventsPath),
			Bot: []string{"app_home_opened", "app_uninstalled", "message.im", "tokens_revoked", "user_change"},
		},
		Interactivity: manifestInteractivity{Enabled: true, URL: o.address(InteractionsPath)},
		SocketMode:    o.HTTPURL == "",
	}
}

// botScopes are what the bot can't work without. The history scopes are for
// finding a message whose sending ended in doubt: in private conversations, and
// in the channels where teams follow their escalations.
var botScopes = []string{
	"channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
	"im:history", "im:write", "users:read",
}

// optionalScopes are what an administrator may take away: do-not-disturb in the
// checks before a shift (dnd:read), user groups that follow who is on duty
// (usergroups:write, and usergroups:read to see whether they do already), and
// people named by their e-mail address (users:read.email).
var optionalScopes = []string{"dnd:read", "usergroups:read", "usergroups:write", "users:read.email"}
