package bot

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A CardID names something that is shown to somebody: "the page of E-142 for
// Dana, attempt 2". It is one message on a platform, or a personal view.
type CardID struct {
	Role       Role
	Escalation EscalationID // 0 for HomeCard, NoteCard and BreakCard
	Person     PersonID     // "" in a channel
	N          int          // attempt of a page, entry of a thread or notice, number of a note
}

// A Role is what a card is for.
type Role string

// The roles of cards.
const (
	AgentCard   Role = "agent"   // the agent's own, live
	PageCard    Role = "page"    // one page of one person, live
	AskCard     Role = "ask"     // asks the holder whether the customer is with them; N is the entry
	NoticeCard  Role = "notice"  // tells somebody what an edit would not: N is the entry
	ChannelCard Role = "channel" // the message in the team's channel, live
	AlarmCard   Role = "alarm"   // a message in the team's channel about what must not be missed: N is the entry
	ThreadCard  Role = "thread"  // one entry of the timeline, below ChannelCard
	HomeCard    Role = "home"    // somebody's personal view
	NoteCard    Role = "note"    // a message that belongs to no escalation: N is the Note's
	BreakCard   Role = "break"   // a message about somebody's own break: N numbers those they had
)

// String returns the card's key: "E-142/page/dana/2", "home/dana",
// "note/dana/17", "break/dana/3". It is what the store and the platforms know the card by.
func (id CardID) String() string {
	switch id.Role { //nolint:exhaustive // all others belong to an escalation
	case HomeCard:
		return "home/" + string(id.Person)
	case NoteCard, BreakCard:
		return fmt.Sprintf("%v/%v/%d", id.Role, id.Person, id.N)
	}

	return fmt.Sprintf("%v/%v/%v/%d", id.Escalation, id.Role, id.Person, id.N)
}

// LogValue is what a log shows of a card: its key, but never whose break it is
// about.
func (id CardID) LogValue() slog.Value {
	if id.Role == BreakCard {
		return slog.StringValue(string(BreakCard))
	}

	return slog.StringValue(id.String())
}

// ParseCardID reads what String wrote.
func ParseCardID(s string) (CardID, error) {
	if person, ok := strings.CutPrefix(s, "home/"); ok {
		return CardID{Role: HomeCard, Person: PersonID(person)}, nil
	}

	parts := strings.Split(s, "/")

	n, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil {
		return CardID{}, fmt.Errorf("%q is no card: %w", s, err)
	}

	if role := Role(parts[0]); (role == NoteCard || role == BreakCard) && len(parts) > 2 {
		return CardID{Role: role, Person: PersonID(strings.Join(parts[1:len(parts)-1], "/")), N: n}, nil
	}

	if len(parts) < 4 {
		return CardID{}, fmt.Errorf("%q is no card", s)
	}

	escalation, err := ParseEscalationID(parts[0])
	if err != nil {
		return CardID{}, err
	}

	return CardID{
		Role: Role(parts[1]), Escalation: escalation, N: n,
		Person: PersonID(strings.Join(parts[2:len(parts)-1], "/")),
	}, nil
}

// Class orders what waits for a platform. Lower goes first.
type Class int

// The classes, most urgent first.
const (
	PageClass   Class = iota // wakes somebody for a customer who waits
	UpdateClass              // redraws what people look at
	NudgeClass               // reminds
	DigestClass              // may wait: channels, threads, personal views
)

// Class returns how urgent the card is.
func (id CardID) Class() Class {
	switch id.Role {
	case PageCard, AskCard, AlarmCard:
		return PageClass
	case AgentCard, NoticeCard:
		return UpdateClass
	case NoteCard:
		if id.Person == "" { // a channel reads it when it likes
			return DigestClass
		}

		return NudgeClass
	case BreakCard:
		return UpdateClass // somebody waits for it
	case ChannelCard, ThreadCard, HomeCard:
		return DigestClass
	default:
		return DigestClass
	}
}

// live reports whether the card shows how its escalation stands.
func (id CardID) live() bool {
	return id.Role == AgentCard || id.Role == PageCard || id.Role == ChannelCard
}

// A Card is what the store keeps of a card: where it stands on the platform,
// and what is still to be done about it. What it shows is never kept: it is
// drawn from the present state at the moment of sending.
type Card struct {
	ID  CardID
	Ref chat.Ref // where it was posted, zero until then
	// To is the account that it is for, of those that the person has. It is settled
	// when the card is wanted first: one that may have been posted must not go
	// elsewhere. "" in a channel.
	To     chat.Person
	Drawn  string    // fingerprint of what was last drawn there
	Posted time.Time // when it was posted

	// Wanted counts up each time somebody asks for the card to be shown or
	// drawn anew; Shown is the Wanted that was last carried out. They differ
	// exactly while the card is in the outbox.
	Wanted, Shown int
	Since         time.Time // when it came into the outbox
	NotBefore     time.Time // when it may be tried next
	Tries         int
	// Doubt is set while an attempt to post it may have succeeded without our
	// knowing: since when to look for it on the platform.
	Doubt time.Time
	// Doubled is set when it was posted again although an earlier attempt
	// might have succeeded: until when to look for a surplus copy.
	Doubled time.Time
	Alarmed bool   // somebody was told that it does not get through
	Dead    bool   // can't be delivered; nothing is tried any more
	Failure string // why, or why the last try failed: a platform's code, never words
	// Erased says what became of the message when the customer's data was erased,
	// "" while it is to be taken away, or if there was no need.
	Erased CardEnd
	// Twice is set while it may be there twice: it was posted again, and whether an
	// earlier attempt had succeeded could not be seen.
	Twice bool
}

// Pending reports whether something is still to be done about the card.
func (c *Card) Pending() bool {
	return !c.Dead && (c.Wanted != c.Shown || !c.Doubled.IsZero())
}
