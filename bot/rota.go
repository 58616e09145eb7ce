package bot

import (
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A ChangeID numbers a change of duty.
type ChangeID uint64

// A Change is what people changed about who is on duty: Who is off, or Cover
// has their duty. It is in force from From until Until, unless it was called off.
type Change struct {
	ID          ChangeID
	Who         PersonID
	Cover       PersonID // who has Who's duty, "" if nobody: Who is off
	From, Until time.Time
	By          PersonID // who made it
	Made        time.Time
	Cancelled   time.Time // when it was called off, zero if it was not
	CancelledBy PersonID
	Notes       []NoteID // what tells of it, drawn anew when it is called off
}

// people returns those whom a change is about.
func (c *Change) people() []PersonID {
	if c.Cover == "" {
		return []PersonID{c.Who}
	}

	return []PersonID{c.Who, c.Cover}
}

// A NoteID numbers a note.
type NoteID uint64

// String returns the number.
func (id NoteID) String() string { return strconv.FormatUint(uint64(id), 10) }

// A Note is a message to one person, or a channel, that belongs to no single escalation: a
// cover, a shift that begins, somebody who can't be paged. It says what
// happened; how it reads is decided when it is drawn.
type Note struct {
	ID    NoteID
	To    PersonID // "" for the team's channel
	What  NoteKind
	Team  TeamID // "" if it is about no team
	At    time.Time
	By    PersonID // who did it, "" for the bot
	Whom  []PersonID
	From  time.Time
	Until time.Time
	// Change is what it tells of, 0 for none.
	Change ChangeID
	// Handover is the shift's handover that it asks about, 0 for none.
	Handover    int
	Escalations []EscalationID // what is open
	Findings    []Finding
	Text        string // a name or code of ours, never anybody's words
	// Customer is the reference of whom it is about, "" for no customer, and
	// Restriction the number of theirs that it tells of.
	Customer    string
	Restriction int
}

// A NoteKind says what a note is about.
type NoteKind string

// A Finding is something that keeps somebody or something from working, found
// by a check.
type Finding struct {
	Who   PersonID  // whom it is about, "" if it is about no person
	Text  string    // what it is and what to do about it
	Until time.Time // until when it lasts, zero if not known
}

// A ToldFinding is a finding that somebody was told of.
type ToldFinding struct {
	Finding Finding // without its Until
	At      time.Time
}

// A Watch is what the bot remembers of a team's rota between two looks at it:
// who was on duty, when that changes next, and which handovers are open.
type Watch struct {
	Team     TeamID
	On       []PersonID // who was on duty at Looked, and was told
	Looked   time.Time  // zero if it never looked
	Knows    []PersonID // who was told since of a change that is in force already
	ChangeAt time.Time  // when to look again since who is on duty changes, zero if it doesn't
	CheckAt  time.Time  // when those who come on then are to be checked, zero if they were
	Checked  time.Time  // the change before which they were checked
	// Told are the findings that managers know of, and when they were told.
	Told []ToldFinding
	// Count numbers the handovers, from 1.
	Count     int
	Handovers []ShiftHandover
	// Grouped is the team's user group at the last look, "" if it had none, and
	// Group who it was last set to.
	Grouped chat.Room
	Group   []PersonID
	// GroupTry is when to set it, zero if it is right.
	GroupTry time.Time
	// GroupTold says that managers know that it can't be set.
	GroupTold bool
}

// A ShiftHandover is what one shift leaves to the next. It is open until it is
// confirmed or settled.
type ShiftHandover struct {
	N           int
	At          time.Time
	From        []PersonID // who went off, without those who are on duty again or keep what they have
	Kept        []PersonID // who keeps what they have
	To          []PersonID
	Escalations []EscalationID
	Notes       []NoteID // what tells of it, drawn anew when it is confirmed
	Asked       HandoverStage
	AskAt       time.Time // when the next is asked, zero if nobody is
	Confirmed   time.Time
	ConfirmedBy PersonID
	Settled     time.Time // when nothing of it was left to anybody
}

// A HandoverStage says who was asked last to confirm a handover.
type HandoverStage string

// The stages of a handover that nobody confirms: those who come on are asked,
// then those who went off, then the managers.
const (
	AskedIncoming HandoverStage = "incoming"
	AskedOutgoing HandoverStage = "outgoing"
	AskedManagers HandoverStage = "managers"
)

// Due returns when the rota is to be looked at, zero if nothing is due. What
// asks the platform first, at CheckAt and GroupTry, is not among it.
func (w *Watch) Due() time.Time {
	due := w.ChangeAt
	for _, h := range w.Handovers {
		due = first(due, h.AskAt)
	}

	return due
}

// A Feed is the last good copy of a team's calendar: of its duty, or of its
// holidays.
type Feed struct {
	Team   TeamID // whose duty it says; HolidaysOf a team for that of its holidays
	Source string // the file or address that it came from
	Data   []byte
	At     time.Time // when it was fetched
	// Failing is since when it can't be fetched or read, zero if it can, and
	// Failure why, in words for an operator.
	Failing time.Time
	Failure string
	Told    bool // somebody was told that it fails
}
