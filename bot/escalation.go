package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An EscalationID numbers an escalation; people see it as "E-142".
type EscalationID uint64

// String returns the id as people write it.
func (id EscalationID) String() string { return "E-" + strconv.FormatUint(uint64(id), 10) }

// ParseEscalationID reads an id as people type it: "E-142", "e142", "142".
func ParseEscalationID(s string) (EscalationID, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "E"), "-")

	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no escalation; they look like E-142", s)
	}

	return EscalationID(n), nil
}

// A PersonID names somebody the bot knows: the key of their entry in the
// configuration ("dana"), or their account where they have none
// ("slack:U0MARIA").
type PersonID string

// A TeamID is the key of a team in the configuration.
type TeamID string

// A State is where an escalation stands.
type State string

// The states of an escalation, as in PRODUCT.md "The life of an escalation".
const (
	Paging    State = "paging"    // someone is being paged, tier by tier
	Taken     State = "taken"     // a supervisor has it, not yet with the customer
	Joined    State = "joined"    // the supervisor has the customer, or gives what was asked for
	Returned  State = "returned"  // back with the agent, with the supervisor's advice
	Resolved  State = "resolved"  // outcome documented; something may still be owed
	Closed    State = "closed"    // nothing is owed to the customer
	Withdrawn State = "withdrawn" // the agent took it back before anybody joined
)

// Open reports whether somebody still has to do something before the outcome
// is documented.
func (s State) Open() bool {
	return s == Paging || s == Taken || s == Joined || s == Returned
}

// Over reports whether nothing will happen any more unless it is reopened.
func (s State) Over() bool { return s == Closed || s == Withdrawn }

// A Kind is the kind of help that the agent asks for.
type Kind string

// The kinds of help. Threat is the fast path for threats and abuse, with a
// chain of its own.
const (
	TakeOver Kind = "take over"
	JoinUs   Kind = "join us"
	Advise   Kind = "advise me"
	Approve  Kind = "approve"
	CallBack Kind = "call back"
	Threat   Kind = "threat"
)

// A ChainName says which of a team's chains pages for an escalation.
type ChainName string

// The chains of a team.
const (
	LiveChain     ChainName = "live"     // the customer is waiting
	CallbackChain ChainName = "callback" // the customer is not waiting
	ThreatChain   ChainName = "threat"

	// The chains of hard stops. A team that has none of its own for one pages its
	// ThreatChain for it.
	LegalChain    ChainName = "legal"
	MediaChain    ChainName = "media"
	SelfHarmChain ChainName = "self_harm"
	FraudChain    ChainName = "fraud"
)

// Context is what is known of the case. Everything but Customer and Happened
// is optional.
type Context struct {
	Customer  string // name, as people say it
	Reference string // account or case number
	Channel   string // contact channel: one of ContactChannels, or ""
	Waiting   bool   // the customer is waiting on the line now
	Reason    string // one of Reasons, or ""
	Signs     []string
	Feeling   string // how the customer seems: one of Feelings, or ""
	Heat      int    // 1 to 5, 0 if nobody said
	Happened  string // as read back to the customer
	Confirmed string // whether the customer confirmed the read-back: "yes", "no", ""
	Wants     string
	Tried     string
	Promised  string
	Told      string // what the customer was told happens next
	Amount    string // what is to be approved, in words, such as "Refund, 80 USD"
	Option    string // which of the team's options it is, "" for something else
	Sum       int64  // how much of it, in hundredths of Currency
	Currency  string
	CallAt    time.Time // when to call back, zero if it doesn't matter
	CallWhere string    // the number or address
	CallWho   string    // whom to ask for
	Zone      string    // the customer's time zone, "" if it is not known
	Verbatim  string    // exact words of a threat: written once, never changed
	Link      string    // the message that the escalation began with
	Trigger   Trigger   // the hard stop that applies, "" for none
}

// An Escalation is one case from the call for help to the last thing owed. It
// changes only by Apply.
type Escalation struct {
	ID       EscalationID
	Team     TeamID
	Agent    PersonID
	State    State
	Kind     Kind
	Context  Context
	Opened   time.Time
	Since    time.Time // when the present state began
	Changed  time.Time // when anything changed last
	Entries  int       // how many entries the timeline has
	Head     []byte    // the Hash of the last of them
	Doubted  time.Time // when it was found altered, and the managers were told
	Chained  time.Time // when its timeline was chained, zero if it was from its beginning
	Attempts int       // how many pages were sent

	Chain    ChainName
	Turn     Turn      // where paging stands, and where it goes on after a take
	Pages    []Page    // the latest page of each person who was paged, oldest first
	Holder   PersonID  // who has it: Taken, Joined, and who had it afterwards
	TakenAt  time.Time // when Holder took it
	AskAt    time.Time // when to ask Holder whether the customer is with them, zero once asked
	JoinBy   time.Time // when paging goes on if Holder has not joined
	JoinedAt time.Time
	Handover *Handover // somebody is asked to take it from Holder

	Introduced time.Time // when the agent introduced the supervisor
	CallEnded  time.Time // when the agent's part ended
	Question   *Question // the supervisor's last question to the agent
	Advice     string    // what the supervisor gave back
	Decision   *Decision // on an approval
	// Loose are cards beside the live ones that offer something to do at the
	// present state: they are drawn anew, without it, when the state changes.
	Loose []CardID

	Outcome  *Outcome
	Owed     []Owed // what is owed to the customer
	Nudges   int    // how often the owner was reminded to document the outcome
	NudgeAt  time.Time
	Updates  Updates   // what the customer hears meanwhile
	Details  Details   // what is still to be written down of a call for help in a hurry
	Touch    Touch     // the second touch, some days after it was resolved
	Ended    time.Time // when it was closed or withdrawn
	ForgetAt time.Time // when it is removed, set once it ended
	Asked    []Asked   // who is asked how the help was
	Erased   Erased    // when the customer's data was taken out of it

	Incident *Report    // what was written down of a threat or abuse, nil for nothing
	Told     []PersonID // who was told of a hard stop without being paged
	// NoSign are words and signs of a threat or a hard stop that are none here, as
	// somebody said: they are offered no more.
	NoSign []string
}

// A Turn is where paging stands: the step of the chain that runs.
type Turn struct {
	Tier  int        // index into the chain
	Name  string     // what the tier is called
	Round int        // how often this tier was begun again, from 0
	Asked []PersonID // who was paged in this round
	Until time.Time  // when to go on if nobody takes it
	// Next is who is paged at Until, and NextName the tier they are paged in;
	// it is a forecast, since people come and go.
	Next     []PersonID
	NextName string
	// Nobody says that nobody on the whole chain could be paged. The chain is
	// tried again at Until.
	Nobody bool
	// AllOff says that everybody who was left to be asked had said that they are
	// off.
	AllOff bool
	// Avoid is who had it and did not join: paged only if nobody else is left.
	Avoid PersonID
}

// A Page is one notification of one person.
type Page struct {
	Who     PersonID
	Attempt int
	Tier    string
	At      time.Time
	State   PageState
	Busy    bool      // they had another customer when it was sent
	Off     bool      // they had said that they are off when it was sent
	Reason  string    // why it was passed, or could not be delivered
	Closed  time.Time // when State left PageOpen
	// On is the account that it went to since others of the person, which are
	// Tried, could not be reached. Both are empty at first.
	On    chat.Person
	Tried []chat.Person
}

// A PageState is what became of a page.
type PageState string

// The states of a page.
const (
	PageOpen        PageState = "open"
	PageTaken       PageState = "taken"
	PagePassed      PageState = "passed"
	PageUnanswered  PageState = "unanswered"  // the wait was over; it may still be taken
	PageUnreachable PageState = "unreachable" // the platform can't deliver it
	PageMoot        PageState = "moot"        // somebody else has it, or it is not needed any more
)

// A Handover is the holder's wish that somebody else takes it. The holder has
// it until that person does.
type Handover struct {
	To      PersonID
	Attempt int
	Note    string
	Until   time.Time // when the holder is told that there was no answer
}

// A Question is what the supervisor asked the agent.
type Question struct {
	By     PersonID
	Text   string
	At     time.Time
	Answer string // "" until answered
}

// A Decision is the answer to a request for approval.
type Decision struct {
	By       PersonID
	Approved bool
	Amount   string // in words
	Note     string
	At       time.Time

	Option   string // which of the team's options was asked for, "" for something else
	Sum      int64  // how much of it was decided on, in hundredths of Currency
	Currency string
	Until    time.Time // when an approval runs out, zero for never
	TellAt   time.Time // when the agent is told that it did, zero once they were
	Used     time.Time // when something was given by it
}

// An Outcome is how it ended.
type Outcome struct {
	By        PersonID
	At        time.Time
	Name      string // the team's option, or NotPossible
	Amount    string // in words; it is all there is of what was written down long ago
	Sum       int64  // in hundredths of Currency, 0 for none
	Currency  string
	Waits     int // number of the promise that it is until somebody has approved it, 0 if it was given
	Agreed    string
	Why       string // with NotPossible: the explanation given
	Instead   string // with NotPossible: the alternative given
	Satisfied string // "yes", "no", "not reached", ""
	Worked    string
	Change    string
}

// outcome returns how it ended. A record that was altered may say that it has, and
// not how.
func (e *Escalation) outcome() Outcome {
	if e.Outcome == nil {
		return Outcome{Name: "not said"}
	}

	return *e.Outcome
}

// NotPossible is the outcome of a wish that policy does not allow.
const NotPossible = "Not possible"

// page returns the latest page of who, nil if they were not paged.
func (e *Escalation) page(who PersonID) *Page {
	for i := range e.Pages {
		if e.Pages[i].Who == who {
			return &e.Pages[i]
		}
	}

	return nil
}

// Concerns returns everybody who has to do with it: the agent first, then the
// holder, then who was paged, who owes something and who was told of a hard stop.
func (e *Escalation) Concerns() []PersonID {
	people := []PersonID{e.Agent}
	add := func(p PersonID) {
		if p != "" && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}

	add(e.Holder)

	for _, page := range e.Pages {
		add(page.Who)
	}

	for _, owed := range e.Owed {
		add(owed.Owner)
	}

	for _, who := range e.Told {
		add(who)
	}

	return people
}

// Due returns when Apply(Due{}) is to be called if nothing happens before: the
// next deadline of the present state. Zero means that nothing is due. While
// anybody is waited for it is never zero.
func (e *Escalation) Due() time.Time {
	return first(e.stateDue(), e.owedDue(), e.updateDue(), e.detailsDue(), e.touchDue(), e.feedbackDue())
}

// stateDue returns the next deadline of the present state alone.
func (e *Escalation) stateDue() time.Time {
	switch e.State {
	case Paging:
		return e.Turn.Until
	case Taken:
		return first(e.handoverDue(), e.AskAt, e.JoinBy)
	case Joined, Returned:
		return first(e.handoverDue(), e.NudgeAt, e.decisionDue())
	case Resolved:
		return time.Time{}
	case Closed, Withdrawn:
		return e.forgetAt()
	default:
		return time.Time{}
	}
}

// forgetAt returns when it is to be forgotten: never while anything is owed, since
// nobody is to forget a promise before its time.
func (e *Escalation) forgetAt() time.Time {
	if e.owesAnything() {
		return time.Time{}
	}

	return e.ForgetAt
}

func (e *Escalation) handoverDue() time.Time {
	if e.Handover == nil {
		return time.Time{}
	}

	return e.Handover.Until
}

// first returns the earliest of the times that are set, zero if none is.
func first(times ...time.Time) time.Time {
	var earliest time.Time

	for _, t := range times {
		if !t.IsZero() && (earliest.IsZero() || t.Before(earliest)) {
			earliest = t
		}
	}

	return earliest
}
