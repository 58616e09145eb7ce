package teams

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An activity is what Teams sends, as far as it is used. It is decoded
// leniently: a member of an unknown shape is left out, and nothing that is not
// used can make an activity fail.
type activity struct {
	Type         string       `json:"type"`
	Name         string       `json:"name"`
	ID           string       `json:"id"`
	Time         string       `json:"timestamp"`
	Action       string       `json:"action"`
	Channel      string       `json:"channelId"`
	Service      string       `json:"serviceUrl"`
	Zone         string       `json:"localTimezone"`
	Locale       string       `json:"locale"`
	From         account      `json:"from"`
	Recipient    account      `json:"recipient"`
	Conversation conversation `json:"conversation"`
	ReplyTo      string       `json:"replyToId"`
	Text         string       `json:"text"`
	Entities     []entity     `json:"entities"`
	Added        []account    `json:"membersAdded"`
	Removed      []account    `json:"membersRemoved"`
	Data         channelData  `json:"channelData"`
	Value        value        `json:"value"`
}

type account struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Entra    string `json:"aadObjectId"`
	Role     string `json:"role"`
	Targeted bool   `json:"isTargeted"`
}

type conversation struct {
	ID     string `json:"id"`
	Kind   string `json:"conversationType"`
	Tenant string `json:"tenantId"`
	Group  bool   `json:"isGroup"`
}

// An entity is of interest where it is a mention: the words Text stand for
// Mentioned.
type entity struct {
	Type      string  `json:"type"`
	Text      string  `json:"text"`
	Mentioned account `json:"mentioned"`
	Zone      string  `json:"timezone"`
}

type channelData struct {
	Tenant struct {
		ID string `json:"id"`
	} `json:"tenant"`
}

// A value is what was pressed or filled. It is not looked into before it is
// known whose shape it has.
type value struct{ raw json.RawMessage }

// UnmarshalJSON keeps what is there.
func (v *value) UnmarshalJSON(b []byte) error {
	v.raw = bytes.Clone(b)

	return nil
}

// given reports whether there is a value at all.
func (v value) given() bool { return len(v.raw) > 0 && !bytes.Equal(v.raw, []byte("null")) }

// pressed is the value of an adaptiveCard/action.
type pressed struct {
	Action struct {
		Verb string          `json:"verb"`
		Data json.RawMessage `json:"data"`
	} `json:"action"`
}

// extended is the value of a dialog, or of a message extension's command.
type extended struct {
	Command string          `json:"commandId"`
	Data    json.RawMessage `json:"data"`
	Message struct {
		Link string `json:"linkToMessage"`
		Body struct {
			Kind    string `json:"contentType"`
			Content string `json:"content"`
		} `json:"body"`
	} `json:"messagePayload"`
}

// errGarbage is a body that is no activity.
var errGarbage = errors.New("not an activity")

// parseActivity reads the body of a request.
func parseActivity(body []byte) (*activity, error) {
	a := &activity{}

	if err := lenient(body, a); err != nil || a.Type == "" {
		return nil, errGarbage
	}

	a.From.Entra = strings.ToLower(a.From.Entra)

	if a.Zone == "" {
		for _, e := range a.Entities {
			if e.Type == "clientInfo" {
				a.Zone = e.Zone
			}
		}
	}

	return a, nil
}

// lenient decodes what it can: a value of the wrong type is left out, which
// encoding/json does by itself before it complains.
func lenient(payload []byte, into any) error {
	err := json.Unmarshal(payload, into)
	if _, misfit := errors.AsType[*json.UnmarshalTypeError](err); misfit {
		return nil
	}

	return err
}

// marks are by what an activity is known again. Teams repeats what it hears no
// answer to under the same id, and then under another one.
func (a *activity) marks() []string {
	var marks []string

	if a.ID != "" {
		// Ids of messages are no more than times: those of two conversations may
		// be the same, and a message and its later change have the same.
		marks = append(marks, strings.Join([]string{a.Conversation.ID, a.ID, a.Type, a.Name}, " "))
	}

	if deed := a.deed(); deed != "" {
		marks = append(marks, deed)
	}

	return marks
}

// deed is the same whenever the same person has done the same in the same
// thousandth of a second: then it was done once. It is "" where Teams does not
// say when it was.
func (a *activity) deed() string {
	if a.Time == "" {
		return ""
	}

	return digest(a.Time, a.From.ID, a.From.Entra, a.Conversation.ID, a.Type, a.Name, a.ReplyTo, a.Text, string(a.Value.raw))
}

// id is the id of what somebody did, for the bot, which carries it in buttons
// among other words.
func (a *activity) id() string {
	if a.Time == "" && a.ID == "" {
		return ""
	}

	return cmp.Or(a.deed(), digest(a.Conversation.ID, a.ID))
}

// digest is a short name of some texts, in letters and digits.
func digest(texts ...string) string {
	sum := sha256.Sum256(encode(texts))

	return hex.EncodeToString(sum[:16])
}

// personal reports whether it happened in the bot's conversation with one
// person alone. Not everything says what kind of conversation it is from.
func (a *activity) personal() bool {
	in := a.Conversation
	several := in.Group || strings.HasPrefix(in.ID, channelPrefix)

	return in.Kind == "personal" || in.Kind == "" && !several
}

// foreign reports whether it may have happened where the bot is not: people use
// its message extension in every conversation of theirs, and one of two people
// alone is "personal" to Teams as well.
func (a *activity) foreign() bool {
	return a.Type == "invoke" && strings.HasPrefix(a.Name, "composeExtension")
}

// human reports whether a person has done it, and no bot.
func (a *activity) human() bool {
	return a.From.ID != "" && a.From.ID != a.Recipient.ID && a.From.Role != "bot" && !strings.HasPrefix(a.From.ID, botPrefix)
}

// room is where it happened, whichever thread it was in.
func (a *activity) room() chat.Room {
	if a.Conversation.ID == "" {
		return ""
	}

	return roomOf(base(a.Conversation.ID))
}

// on is the message that it happened to. The first one of a thread stands in
// the channel, and all others in the thread.
func (a *activity) on() chat.Ref {
	if a.ReplyTo == "" {
		return chat.Ref{}
	}

	channel, root := threadOf(a.Conversation.ID)
	if root == a.ReplyTo {
		return chat.Ref{Room: roomOf(channel), ID: a.ReplyTo}
	}

	return chat.Ref{Room: roomOf(a.Conversation.ID), ID: a.ReplyTo}
}

// aboutBot reports whether the bot is among some accounts.
func (a *activity) aboutBot(accounts []account) bool {
	for _, one := range accounts {
		if one.ID != "" && one.ID == a.Recipient.ID {
			return true
		}
	}

	return false
}

// The ids of bots, and those of conversations of several, begin with what they
// are. All others vary.
const (
	botPrefix     = "28:"
	channelPrefix = "19:"
)

func roomOf(conversation string) chat.Room { return chat.RoomOn(chat.Teams, conversation) }

func personOf(entra string) chat.Person { return chat.PersonOn(chat.Teams, strings.ToLower(entra)) }

// isPerson reports whether the room is a person, who is named by a GUID, where
// conversations have longer names of other letters.
func isPerson(room chat.Room) bool { return guid.MatchString(room.ID()) }

// threadMark stands between a channel and the first message of a thread in it.
const threadMark = ";messageid="

// threadOf takes the id of a conversation apart; root is "" outside of threads.
func threadOf(conversation string) (channel, root string) {
	channel, root, _ = strings.Cut(conversation, threadMark)

	return channel, root
}

func base(conversation string) string {
	channel, _ := threadOf(conversation)

	return channel
}

// looksLikeChannel reports whether an id is that of a channel, by its ending.
func looksLikeChannel(conversation string) bool {
	return strings.HasSuffix(conversation, "@thread.tacv2") || strings.HasSuffix(conversation, "@thread.skype")
}
