package workspace

import (
	"cmp"
	"slices"
)

// App is the one app that is installed in the workspace.
type App struct {
	ID      string
	Name    string
	BotUser string // the user id it posts as
	BotID   string

	BotToken      string // xoxb-…
	AppToken      string // xapp-…, with the scope connections:write
	SigningSecret string
	Scopes        []string // of the bot token; nil means [UsualScopes]
	User          UserToken

	Commands  []Command
	Shortcuts []Shortcut
	Events    []string // subscribed ones, such as "app_home_opened" or "message.im"; nil means [UsualEvents]

	// HTTPMode makes everything go to the addresses below, signed. Otherwise
	// the app is reached by Socket Mode.
	HTTPMode         bool
	CommandsURL      string // for commands without an address of their own
	InteractivityURL string
	EventsURL        string

	HomeTabOff     bool
	MessagesTabOff bool
}

// UserToken is a token that lets the app act as one of the people. The zero value
// is none.
type UserToken struct {
	Token  string // xoxp-…
	ID     string // whose it is
	Scopes []string
}

// Command is a slash command of the app.
type Command struct {
	Command      string // with the slash
	Description  string
	UsageHint    string
	URL          string // HTTP mode; empty means App.CommandsURL
	ShouldEscape bool   // names of people and channels in the text arrive as <@U…|name>
}

// Shortcut is an entry of the app in the menu of a message, or, when Global,
// in the composer's.
type Shortcut struct {
	CallbackID string
	Name       string
	Global     bool
}

// UsualScopes are the bot scopes of an app whose Scopes are nil: what a bot
// needs that writes to people and channels and reads its own messages again.
var UsualScopes = []string{
	"chat:write", "commands", "im:write", "im:history", "im:read", "users:read", "users:read.email",
	"dnd:read", "usergroups:read", "usergroups:write", "channels:read", "channels:history", "groups:read", "groups:history",
}

// UsualEvents are the subscriptions of an app whose Events are nil.
var UsualEvents = []string{"app_home_opened", "message.im", "app_uninstalled", "tokens_revoked", "user_change"}

func (a App) withDefaults() App {
	a.ID = cmp.Or(a.ID, "A0APP")
	a.Name = cmp.Or(a.Name, "App")
	a.BotUser = cmp.Or(a.BotUser, "U0APP")
	a.BotID = cmp.Or(a.BotID, "B0APP")
	a.BotToken = cmp.Or(a.BotToken, "xoxb-workspace")
	a.AppToken = cmp.Or(a.AppToken, "xapp-workspace")
	a.SigningSecret = cmp.Or(a.SigningSecret, "workspace-signing-secret")
	if a.Scopes == nil {
		a.Scopes = UsualScopes
	}
	if a.Events == nil {
		a.Events = UsualEvents
	}
	return a
}

// kindOf returns what kind of token one is, false if it is none of the app's.
func (a App) kindOf(token string) (tokenKind, bool) {
	switch token {
	case a.BotToken:
		return botToken, true
	case a.AppToken:
		return appToken, true
	case a.User.Token:
		return userToken, true
	default:
		return 0, false
	}
}

// scopesOf returns what a kind of token allows.
func (a App) scopesOf(kind tokenKind) []string {
	if kind == userToken {
		return a.User.Scopes
	}
	return a.Scopes
}

func (a App) command(name string) (Command, bool) {
	for _, c := range a.Commands {
		if c.Command == name {
			return c, true
		}
	}
	return Command{}, false
}

func (a App) shortcut(callbackID string) (Shortcut, bool) {
	for _, s := range a.Shortcuts {
		if s.CallbackID == callbackID {
			return s, true
		}
	}
	return Shortcut{}, false
}

func (a App) subscribed(event string) bool {
	return slices.Contains(a.Events, event)
}
