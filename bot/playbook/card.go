package playbook

// A Card is one thing to do with an upset customer: what to do, what to say, what
// to avoid. It is read in seconds, by somebody with a customer on the line.
type Card struct {
	ID    string // the same in every language, such as "reading-back"
	Title string
	Do    []string // at most three steps
	Say   []string // sentences that can be spoken as they stand, one or another of them
	Avoid []string // at most three
}

// A Moment is what the reader of a card is about to do.
type Moment int

// The moments.
const (
	Talking     Moment = iota // an agent is with the customer, or answers them
	Leading                   // a supervisor has it
	Closing                   // it is being resolved
	Refusing                  // it is being resolved with what is not possible
	Updating                  // the customer is told how it stands
	FollowingUp               // the customer is asked how it turned out
	Thanking                  // the customer is thanked
	Afterwards                // the contact is over, and was hard
)

// A Case is all that the choice of a card depends on. Reason, Signs, Channel,
// Feeling and Trigger have the values that records keep; one that the playbook
// does not know fits no card, and breaks none.
type Case struct {
	Language Language
	Moment   Moment
	Stage    Stage
	Need     Need
	Live     bool   // the customer is on the line or in the chat now
	Channel  string // phone, chat, email, social, in person, video; "" if nobody said
	Reason   string
	Signs    []string
	Feeling  string // angry, anxious, disappointed, ashamed, confused, sad, hurried, ignored
	Trigger  string // a hard stop: legal, media, self_harm, fraud
	Heat     int    // 1 to 5, 0 if nobody said

	// What the sentences are filled with, as people say it; any may be empty.
	Customer   string
	Agent      string
	Supervisor string
	Reference  string
	Happened   string   // as it was read back
	Wants      string   // what the customer asked for
	When       string   // when they hear again, in words
	Amount     string   // what was asked for or approved
	Agreed     string   // how it was settled
	Options    []string // the outcomes that can be offered, best first
}

// The values that a card can be for. They are those of the records.
var (
	signs = []string{
		"raised voice", "repeats", "terse", "withdrawn", "leave or public", "insults", "threat", "body language",
	}
	reasons = []string{
		"authority", "asks", "abusive", "repeated", "delivery", "faulty", "billing", "policy", "slow", "misunderstanding",
		"specialist", "other",
	}
	channels = []string{"phone", "chat", "email", "social", "in person", "video"}
	feelings = []string{"angry", "anxious", "disappointed", "ashamed", "confused", "sad", "hurried", "ignored"}
	triggers = []string{"legal", "media", danger, "fraud"}
)

// danger is the hard stop at which the customer's own life may be at stake.
const danger = "self_harm"
