package connector

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
)

// User is somebody who has an account.
type User struct {
	ID       string // aadObjectId, a GUID
	Name     string // the handle, without @: "maria"
	RealName string
	Email    string
	Zone     string // IANA name; "UTC" when empty
	Locale   string // "en-GB" when empty

	Guest   bool
	Deleted bool // the account is switched off
	Blocked bool // they blocked the bot

	// WithoutApp says that the app is not installed for them. Otherwise it is,
	// since before the app first ran: nobody tells it.
	WithoutApp bool
	// DoNotDisturb holds their notifications back.
	DoNotDisturb bool
	// OldClient says that their client knows neither Action.Execute nor dialogs
	// that a card opens: it presses fallbacks, and sends the rest as messages.
	OldClient bool
}

func (u *User) zone() *time.Location {
	loc, err := time.LoadLocation(u.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// reading is the zone in which somebody reads instants.
func (c *Connector) reading(u *User) *time.Location {
	if c.opt.Zone != "" {
		return (&User{Zone: c.opt.Zone}).zone()
	}
	return u.zone()
}

// mri is somebody's own id in conversations with this bot: another bot would
// know them by another.
func (c *Connector) mri(person string) string { return "29:1" + c.derived("person", person)[:40] }

// personalID is the id of somebody's personal chat with the bot.
func (c *Connector) personalID(person string) string { return "a:1" + c.derived("chat", person)[:40] }

// derived returns the same for the same words, and differs from app to app.
func (c *Connector) derived(kind, id string) string {
	sum := sha256.Sum256([]byte(kind + " " + c.opt.App.ID + " " + id))
	return hex.EncodeToString(sum[:])
}

// userByID finds somebody by aadObjectId or by 29: id, nil if there is nobody.
func (c *Connector) userByID(id string) *User {
	return c.people[cmp.Or(c.byMRI[id], strings.ToLower(id))]
}

// findUser finds somebody by any id, handle (with or without @) or real name.
func (c *Connector) findUser(name string) *User {
	if u := c.userByID(name); u != nil {
		return u
	}
	name = strings.TrimPrefix(name, "@")
	for _, id := range c.peopleOrder {
		if u := c.people[id]; strings.EqualFold(u.Name, name) || strings.EqualFold(u.RealName, name) {
			return u
		}
	}
	return nil
}

// SetUser changes somebody, for example to switch their account off. Nobody is
// told. It fails when there is nobody like that.
func (c *Connector) SetUser(name string, change func(*User)) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	u := c.findUser(name)
	if u == nil {
		return errors.New("connector: there is nobody called " + name)
	}
	change(u)
	return nil
}

// Channel is a channel of a team, or a group chat.
type Channel struct {
	ID         string // "19:…@thread.tacv2"; a group chat's ends in "@thread.v2"
	Name       string
	TeamID     string
	Members    []string // aadObjectIds
	WithoutApp bool     // the app was not added to it
}

// SetChannel changes a channel. Nobody is told.
func (c *Connector) SetChannel(name string, change func(*Channel)) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	conv := c.findConversation(name)
	if conv == nil || conv.person != "" {
		return errors.New("connector: there is no channel " + name)
	}
	change(&conv.Channel)
	return nil
}

// conversation is a channel, a group chat or somebody's personal chat with the
// bot.
type conversation struct {
	Channel
	person   string // whose personal chat it is, "" if it is none
	messages []*message
	byID     map[string]*message
	roots    map[string]bool // of threads; they stay when the message goes
}

func newConversation(ch Channel, person string) *conversation {
	return &conversation{Channel: ch, person: person, byID: map[string]*message{}, roots: map[string]bool{}}
}

// kind is what Teams calls the conversation's type.
func (v *conversation) kind() string {
	switch {
	case v.person != "":
		return "personal"
	case strings.HasSuffix(v.ID, "@thread.v2"):
		return "groupChat"
	default:
		return "channel"
	}
}

func (v *conversation) has(person string) bool {
	return slices.ContainsFunc(v.Members, func(id string) bool { return strings.EqualFold(id, person) })
}

// findConversation finds a conversation by its id or #name, nil if there is
// none.
func (c *Connector) findConversation(name string) *conversation {
	id, _ := splitThread(name)
	if v := c.conversations[id]; v != nil {
		return v
	}
	for _, id := range sortedKeys(c.conversations) {
		if v := c.conversations[id]; v.Name != "" && strings.EqualFold(v.Name, strings.TrimPrefix(name, "#")) {
			return v
		}
	}
	return nil
}

const threadMark = ";messageid="

// splitThread splits an id into the conversation's and the thread's root.
func splitThread(id string) (conversation, root string) {
	conversation, root, _ = strings.Cut(id, threadMark)
	return conversation, root
}

// threadID is the id under which one writes into a thread.
func threadID(conversation, root string) string {
	if root == "" {
		return conversation
	}
	return conversation + threadMark + root
}

// obstacle is why the bot may not act in a conversation, nil if it may.
func (c *Connector) obstacle(v *conversation) error {
	if v.person == "" {
		if v.WithoutApp {
			return refuse(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
		}
		return nil
	}
	switch u := c.people[v.person]; {
	case u.Deleted:
		return refuse(403, "ForbiddenOperationException", "The user's account is disabled.")
	case u.WithoutApp:
		return refuse(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
	case u.Blocked:
		return refuse(403, "ConversationBlockedByUser", "User blocked the conversation with the bot.")
	}
	return nil
}
