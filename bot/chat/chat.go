// Package chat is the vocabulary between the bot and the chat platforms: what
// people do (Command, Click, Submission), what they are shown (Message, Form,
// Home) and where (Person, Room, Ref).
//
// It says what a message means and never how it looks. A platform's adapter
// decodes what its users did into these words, hands them to the bot, and draws
// what comes back in the platform's own best way. Nothing in here belongs to one
// platform; a field that only one of them could honour has no place.
//
// All strings are plain text as people wrote them, never markup: an adapter
// escapes everything that it draws. Customers' words arrive here unescaped and
// leave unescaped, and are neither logged nor put into an error.
//
// The package imports nothing of ours and has no behaviour beyond small
// conversions, what makes people's words fit to be drawn (text.go), and what adapters
// say of a reply that is late (late.go), so that the bot's rules and every adapter can
// depend on it.
package chat

import "strings"

// A Platform names a chat product.
type Platform string

// The platforms there are.
const (
	Slack Platform = "slack"
	Teams Platform = "teams"
)

// A Person is somebody's account on a platform, such as "slack:U0DANA". One
// human may have several.
type Person string

// PersonOn returns the person with the platform's own id.
func PersonOn(p Platform, id string) Person { return Person(string(p) + ":" + id) }

// Platform returns the platform that the person is on, "" if there is none.
func (p Person) Platform() Platform { platform, _ := split(string(p)); return platform }

// ID returns the platform's own id of the person.
func (p Person) ID() string { _, id := split(string(p)); return id }

// Private returns the room in which the bot talks to the person alone.
func (p Person) Private() Room { return Room(p) }

// A Room is a place where messages are posted: a channel ("slack:C0BILLING"), a
// private conversation ("slack:D0123"), or a person ("slack:U0DANA"), which
// stands for the private conversation of the bot with that person.
type Room string

// RoomOn returns the room with the platform's own id.
func RoomOn(p Platform, id string) Room { return Room(string(p) + ":" + id) }

// Platform returns the platform that the room is on, "" if there is none.
func (r Room) Platform() Platform { platform, _ := split(string(r)); return platform }

// ID returns the platform's own id of the room.
func (r Room) ID() string { _, id := split(string(r)); return id }

// A Ref points at a posted message. Room is where the platform says that it
// stands: a private conversation, where the message was posted to a person.
type Ref struct {
	Room Room   `json:"room"`
	ID   string `json:"id"`
}

// IsZero reports whether the reference points at nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// A Profile is what a platform knows of a person.
type Profile struct {
	Who   Person
	Name  string // as colleagues call them
	Email string // "" if unknown
	Zone  string // IANA name, "" if unknown
	// Language is in what they use the platform: a BCP 47 tag as the platform
	// writes it, such as "es-ES", "" if unknown.
	Language string
	Gone     bool // deactivated
	Guest    bool
	Machine  bool // an app or bot, never to be paged
}

func split(s string) (Platform, string) {
	platform, id, ok := strings.Cut(s, ":")
	if !ok {
		return "", s
	}

	return Platform(platform), id
}
