package bot

import (
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// An Event is something that happened to an escalation. The set is closed.
type Event interface{ event() }

// What can happen to an escalation, in the order of its life. By is who did it.
type (
	// Open begins it. It is the first event and comes once.
	Open struct {
		ID      EscalationID
		Team    TeamID
		Agent   PersonID
		Kind    Kind
		Context Context
		Owed    []Owed        // what the customer was promised before; N is given
		Every   time.Duration // how often the customer hears from us, 0 for each working day
	}
	// Due says that the time that Escalation.Due names has come.
	Due struct{}
	// Take accepts a page or a handover.
	Take struct {
		By PersonID
	}
	// Pass declines one, with a reason.
	Pass struct {
		By      PersonID
		Attempt int // of the page that they answered
		Reason  string
	}
	// Unreachable says that the platform can't deliver a page. If the person has
	// another account that it was not tried by, it goes Elsewhere.
	Unreachable struct {
		Who       PersonID
		Attempt   int
		Reason    string
		On        chat.Person // the account that could not be reached
		Elsewhere chat.Person // "" if there is none left
	}
	// Join says that the holder has the customer, or gives what was
	// asked for.
	Join struct{ By PersonID }
	// Introduce says that the agent announced the holder to the
	// customer.
	Introduce struct{ By PersonID }
	// HandTo asks somebody to take it from the holder.
	HandTo struct {
		By, To PersonID
		Note   string
	}
	// GiveUp lets paging go on, without the holder.
	GiveUp struct {
		By   PersonID
		Note string
	}
	// HandBack gives it back to the agent, with advice.
	HandBack struct {
		By     PersonID
		Advice string
		Every  time.Duration // how often the customer hears from us, 0 for as before
		Over   bool          // By acts for the holder, who went away
	}
	// Decide answers a request for approval.
	Decide struct {
		By       PersonID
		Approved bool
		Amount   string
		Sum      int64 // in hundredths of what is asked for in one of the team's options
		Note     string
	}
	// Refer passes a request for approval on, since it is beyond what By may
	// approve.
	Refer struct{ By PersonID }
	// EscalateAgain pages anew for what was returned.
	EscalateAgain struct {
		By   PersonID
		Note string
	}
	// Ask puts a question to the agent.
	Ask struct {
		By   PersonID
		Text string
	}
	// Answer answers it. It is too late once another question was asked.
	Answer struct {
		By   PersonID
		Text string
		At   time.Time // Question.At of the one that is answered, zero for the last
	}
	// AddNote writes on the timeline.
	AddNote struct {
		By   PersonID
		Text string
	}
	// AddContext replaces the context but for the verbatim words, which are
	// written once.
	AddContext struct {
		By      PersonID
		Kind    Kind
		Context Context
		Every   time.Duration // how often the customer hears from us, 0 for as before
		Note    string        // why, "" for nothing
		Owed    []Owed        // to be added; N is given
	}
	// Inform says that the customer was told how it stands.
	Inform struct {
		By   PersonID
		How  string    // one of the contact channels
		Said string    // "" for what nobody wrote down
		Next time.Time // when they were told that they hear again, zero for by the rhythm
	}
	// RemindLater puts the reminder to inform the customer off.
	RemindLater struct{ By PersonID }
	// EndCall says that the agent's part is over.
	EndCall struct{ By PersonID }
	// PageEveryone pages everybody on the chain at once.
	PageEveryone struct{ By PersonID }
	// PromiseCallback says that the customer was promised a callback.
	PromiseCallback struct {
		By         PersonID
		Owner      PersonID
		At         time.Time
		Zone       string // of the customer, if it was promised in theirs
		Where, Who string
	}
	// Withdraw withdraws it.
	Withdraw struct{ By PersonID }
	// Resolve resolves it.
	Resolve struct {
		By      PersonID
		Outcome Outcome       // Waits numbers one of Owed, from 1
		Owed    []Owed        // to be added; N is given
		Spends  bool          // what is given was approved before
		Touch   time.Duration // after which a second touch is due, 0 for none
		Over    bool          // By acts for the holder, who went away
	}
	// MakeTouch says that the second touch was made, or is not needed.
	MakeTouch struct {
		By       PersonID
		Needless bool
	}
	// Reopen opens it anew: with the agent, or paging.
	Reopen struct {
		By   PersonID
		Note string
		Page bool
	}
	// Relieve hands what somebody has left open at the end of their shift to
	// who comes after them: what they have and no customer waits on the line
	// for, and what they owe.
	Relieve struct {
		By   PersonID
		From []PersonID
	}
	// Undelivered says that a message other than a page did not get through.
	Undelivered struct {
		Whom   PersonID // "" for the team's channel
		Reason string
	}
	// PossiblyDoubled says that a message may have reached somebody twice.
	PossiblyDoubled struct {
		Whom    PersonID
		Attempt int
	}
)

func (Open) event()            {}
func (Due) event()             {}
func (Take) event()            {}
func (Pass) event()            {}
func (Unreachable) event()     {}
func (Join) event()            {}
func (Introduce) event()       {}
func (HandTo) event()          {}
func (GiveUp) event()          {}
func (HandBack) event()        {}
func (Decide) event()          {}
func (Refer) event()           {}
func (EscalateAgain) event()   {}
func (Ask) event()             {}
func (Answer) event()          {}
func (AddNote) event()         {}
func (AddContext) event()      {}
func (Inform) event()          {}
func (RemindLater) event()     {}
func (EndCall) event()         {}
func (PageEveryone) event()    {}
func (PromiseCallback) event() {}
func (Withdraw) event()        {}
func (Resolve) event()         {}
func (MakeTouch) event()       {}
func (Reopen) event()          {}
func (Relieve) event()         {}
func (Undelivered) event()     {}
func (PossiblyDoubled) event() {}

// An Effect is what an event asks for beyond the changed record. The set is
// closed.
type Effect interface{ effect() }

type (
	// Record adds an entry to the timeline.
	Record struct{ Entry Entry }
	// Show has a card shown, or drawn anew if it is there already.
	Show struct{ Card CardID }
	// Forget removes the escalation: it was kept long enough.
	Forget struct{}
)

func (Record) effect() {}
func (Show) effect()   {}
func (Forget) effect() {}

// A Moment is what the rules may know of the world around an escalation.
type Moment struct {
	Now time.Time
	// Chains are the team's chains with the people as they are on duty now.
	Chains map[ChainName][]Tier
	// Busy are those who have another customer now. They are paged only if
	// nobody else is left.
	Busy []PersonID
	// Off are those who said that they are away now. They are paged only if
	// nobody else is left.
	Off []PersonID
	// Resting are those who are not to be paged before others either, and of whom
	// nobody is told so.
	Resting []PersonID
	// Gone are those whose account was deactivated: they can't be paged.
	Gone []PersonID
	// Unsent are those whom the present page has not reached so far.
	Unsent []PersonID
	// Paged is when people were paged last, for any escalation.
	Paged map[PersonID]time.Time
	// Managers are told when nobody can be reached.
	Managers []PersonID
	// Duty is who is on duty in the team now.
	Duty  []PersonID
	Times Times
	// Feedback says whether people are asked how the help was.
	Feedback bool
	// May reports whether somebody may approve so much of one of the team's
	// options, in hundredths. Nil is everybody.
	May func(who PersonID, option string, amount int64, currency string) bool
	// Hours returns when somebody may be reminded. Nil is always.
	Hours func(PersonID) roster.Hours
}

// hoursOf returns when somebody may be reminded.
func (m *Moment) hoursOf(who PersonID) roster.Hours {
	if m.Hours == nil {
		return roster.Hours{}
	}

	return m.Hours(who)
}

// A Tier is one step of a chain.
type Tier struct {
	Name   string        // "on duty", "the whole team": as the agent reads it
	People []PersonID    // who is paged, in this order
	AtOnce bool          // all at once, else one at a time
	Wait   time.Duration // a second at least
	Rounds int           // how often it runs, 1 if less
	Repeat bool          // until somebody takes it
}

// Times are the waits that are configured. Where each comes from is said in
// PRODUCT.md "Defaults".
type Times struct {
	AskJoin    time.Duration // after a take: asked whether the customer is with them
	PageOn     time.Duration // after a take: paging goes on
	FirstNudge time.Duration // after joining: reminded to document
	NextNudge  time.Duration // and again
	MostNudges int
	Retry      time.Duration // until a chain on which nobody could be paged is tried again
	Handover   time.Duration // until a handover counts as not answered
	Keep       time.Duration // how long what ended is kept
	Answer     time.Duration // until a promise that waits for approval goes on to the managers
	Valid      time.Duration // how long such a promise waits, and an approval holds
	// KeepIncidents is how long a threat that ended is kept: somebody may have to
	// answer for it.
	KeepIncidents time.Duration
}

// DefaultTimes are those of PRODUCT.md.
var DefaultTimes = Times{
	AskJoin: 90 * time.Second, PageOn: 150 * time.Second,
	FirstNudge: 30 * time.Minute, NextNudge: time.Hour, MostNudges: 5,
	Retry: 30 * time.Second, Handover: 45 * time.Second, Keep: 365 * 24 * time.Hour,
	Answer: 15 * time.Minute, Valid: 24 * time.Hour,
	KeepIncidents: 1095 * 24 * time.Hour,
}
