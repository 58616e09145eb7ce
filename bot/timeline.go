package bot

import "time"

// An Entry is one line of an escalation's timeline. Entries are only ever
// added; together they explain the present state: each names the state before
// and after, and who has it after.
type Entry struct {
	N       int // from 1, without gaps
	At      time.Time
	By      PersonID // "" is the bot itself
	What    What
	From    State // "" before it was opened
	To      State
	Holder  PersonID // who has it after this
	Whom    PersonID // who was paged, asked, handed to
	Attempt int      // of a page, or the number of what is owed
	Text    string   // words that people wrote, or a tier's name, or a reason

	// The chain, see chain.go.
	Salt     []byte // makes TextHash say nothing about Text
	TextHash []byte // what stands for Text once that was erased
	Hash     []byte // over all this and the Hash before; nil if it could not be chained
}

// What is the kind of an entry.
type What string

// What can be on a timeline.
const (
	WasOpened           What = "opened"
	WasPaged            What = "paged"
	WasUnanswered       What = "did not answer"
	WasUnreachable      What = "could not be reached"
	WasRerouted         What = "paged by another account"
	WasSkipped          What = "nobody to page here"
	WasExhausted        What = "nobody can be reached"
	WasAllOff           What = "everybody is off"
	WasTaken            What = "taken"
	WasPassed           What = "passed"
	WasAsked            What = "asked whether the customer is with them"
	WasExplained        What = "said why"
	WasOverdue          What = "did not join in time"
	WasGivenUp          What = "gave it up"
	WasJoined           What = "joined"
	WasIntroduced       What = "introduced"
	WasHandedTo         What = "asked to take over"
	WasNotHanded        What = "handover not accepted"
	WasHandedBack       What = "handed back"
	WasQuestioned       What = "asked the agent"
	WasAnswered         What = "answered"
	WasNoted            What = "noted"
	WasAdded            What = "added context"
	WasChanged          What = "changed the kind of help"
	WasApproved         What = "approved"
	WasDenied           What = "denied"
	WasReferred         What = "passed it on to who may approve it"
	WasBeyond           What = "nobody may approve that much"
	WasRanOut           What = "an approval ran out"
	WasEnded            What = "call ended"
	WasPagedToAll       What = "paged everyone"
	WasCallback         What = "promised a callback"
	WasWithdrawn        What = "withdrawn"
	WasResolved         What = "resolved"
	WasNudged           What = "reminded"
	WasAskedToUpdate    What = "reminded to update the customer"
	WasUnheard          What = "the customer has not heard from us"
	WasInformed         What = "updated the customer"
	WasPutOff           What = "put a reminder off"
	WasAskedToComplete  What = "reminded to complete it"
	WasTouchDue         What = "reminded of the second touch"
	WasTouched          What = "made the second touch"
	WasTouchNeedless    What = "second touch not needed"
	WasTouchMissed      What = "second touch missed"
	WasPromised         What = "promised the customer"
	WasPlanned          What = "planned a follow-up"
	WasDone             What = "done"
	WasDoneLate         What = "done late"
	WasMoved            What = "moved what is owed"
	WasDropped          What = "not needed any more"
	WasTakenOn          What = "took on what is owed"
	WasClimbed          What = "told of what is overdue"
	WasBroken           What = "never done"
	WasUnapproved       What = "promise waits for approval"
	WasAskedHigher      What = "promise still waits for approval"
	WasExpired          What = "promise not approved in time"
	WasGranted          What = "promise approved"
	WasRefused          What = "promise denied"
	WasClosed           What = "closed"
	WasAskedHow         What = "asked how the help was"
	WasFeedback         What = "gave feedback"
	WasReopened         What = "reopened"
	WasEscalatedAgain   What = "escalated again"
	WasRelieved         What = "shift handed over"
	WasUndelivered      What = "a message could not be delivered"
	WasErased           What = "erased the words"
	WasDoubled          What = "a message may have been sent twice"
	WasWarned           What = "warned the customer"
	WasNotWarned        What = "did not warn the customer"
	WasContactEnded     What = "ended the contact"
	WasNotEnded         What = "did not end the contact"
	WasStated           What = "added to the exact words"
	WasWrittenDown      What = "wrote the incident down"
	WasDanger           What = "somebody is in danger"
	WasStopped          What = "hard stop"
	WasNoStop           What = "no hard stop"
	WasRestricted       What = "restricted the customer"
	WasRestrictionKept  What = "kept the restriction"
	WasRestrictionMoved What = "changed the end of the restriction"
	WasLifted           What = "lifted the restriction"
	WasRestrictionOver  What = "a restriction ended"
)
