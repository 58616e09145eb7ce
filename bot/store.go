package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Store keeps everything that the bot must not forget. store/storetest holds
// its promises; every store passes it.
type Store interface {
	// View runs read against one consistent state. It may run beside updates.
	View(ctx context.Context, read func(Tx) error) error

	// Update runs change and keeps what it did, all of it or nothing, and
	// returns when it is on disk. Updates run one after another. Several may
	// share one commit, so that change may be run more than once before it
	// counts: it must set what it hands out anew each time, and neither wait
	// nor call out. An error of change undoes it and is returned as it is.
	Update(ctx context.Context, change func(Tx) error) error
}

// ErrNotFound is returned by the getters of a Tx for what isn't there.
var ErrNotFound = errors.New("not found")

// ErrUnwritable is wrapped by an Update's error when nothing can be kept now,
// whatever it is. Views go on. ErrFull is one of its kinds: there is no room on
// the disk.
var (
	ErrUnwritable = errors.New("nothing can be kept")
	ErrFull       = fmt.Errorf("%w: the disk is full", ErrUnwritable)
)

// ErrDamaged is wrapped by the error of whatever needs a record that is there and
// can't be read: the disk has changed it. Nothing of it is returned, and what does not
// need it goes on. A getter also returns it for what isn't there, if what is damaged
// may have been that; something new can be kept all the same.
var ErrDamaged = errors.New("damaged")

// A Tx is one transaction. What it returns belongs to the caller; what it is
// given is copied.
type Tx interface {
	// NextEscalation returns an id that was never returned before.
	NextEscalation() (EscalationID, error)
	Escalation(EscalationID) (*Escalation, error)
	// PutEscalation keeps e and, in step with it, finds it under its Due, its
	// Concerns while it is not Over, and its customer's reference.
	PutEscalation(e *Escalation) error
	// ForgetEscalation removes it with its timeline and cards. Removing what
	// isn't there is no error.
	ForgetEscalation(EscalationID) error
	// Due returns the escalations whose Due is not after until, oldest Due
	// first, at most so many.
	Due(until time.Time, most int) ([]EscalationID, error)
	// Concerning returns what is not Over and concerns somebody, newest first.
	Concerning(PersonID) ([]EscalationID, error)
	// Holding returns what somebody has now: what is Taken or Joined with them
	// as its Holder, newest first.
	Holding(PersonID) ([]EscalationID, error)
	// Owing returns the escalations in which somebody owns something Owed that is
	// Open, whatever their state, newest first.
	Owing(PersonID) ([]EscalationID, error)
	// ByCustomer returns the escalations of a team with the same reference
	// (compared without case and surrounding space), newest first, at most so
	// many. An empty reference finds nothing.
	ByCustomer(team TeamID, reference string, most int) ([]EscalationID, error)
	// Customer returns what is known of a team's customer. References are compared
	// as ByCustomer does.
	Customer(team TeamID, reference string) (*Customer, error)
	// PutCustomer keeps c and, in step with it, finds it under its Due and its
	// name. One without a reference is an error.
	PutCustomer(c *Customer) error
	// ForgetCustomer removes what is known of a customer, and nothing of their
	// escalations. Removing what isn't there is no error.
	ForgetCustomer(team TeamID, reference string) error
	// DueCustomers returns the customers whose Due is not after until, oldest Due
	// first, at most so many.
	DueCustomers(until time.Time, most int) ([]CustomerKey, error)
	// CustomersNamed returns the references of a team's customers that go by a
	// name, as CalledBy compares names, in no order, at most so many. No name
	// finds nothing.
	CustomersNamed(team TeamID, name string, most int) ([]string, error)
	// RestrictedCustomers returns the references of a team's customers that have a
	// restriction which is not over, in no order, at most so many.
	RestrictedCustomers(team TeamID, most int) ([]string, error)
	// OpenedIn returns a team's escalations with Opened not before from and before
	// until, whatever became of them, oldest first.
	OpenedIn(team TeamID, from, until time.Time) ([]EscalationID, error)

	// Append adds an entry to the timeline. Its N must be the next one.
	Append(id EscalationID, entry Entry) error
	// Timeline returns its entries in order. Where some can't be read the others are
	// there with the error.
	Timeline(EscalationID) ([]Entry, error)
	// EraseText does to an entry what Entry.EraseText does. One that isn't there is
	// no error.
	EraseText(id EscalationID, n int) error

	// Tally returns what is left of an escalation that was forgotten: its own, or
	// one that stands for it among several.
	Tally(EscalationID) (*Tally, error)
	// PutTally keeps t and, in step with it, finds it under its Due, and under its
	// team if it has one.
	PutTally(t *Tally) error
	// TalliedIn returns a team's tallies with Opened not before from and before
	// until, oldest first. Where some can't be read the others are there with the
	// error.
	TalliedIn(team TeamID, from, until time.Time) ([]*Tally, error)
	// DueTallies returns the tallies whose Due is not after until, oldest Due first,
	// at most so many.
	DueTallies(until time.Time, most int) ([]EscalationID, error)
	// Recorded returns of which numbers above one there is an escalation or a tally,
	// in order, at most so many, without what can't be read.
	Recorded(above EscalationID, most int) ([]EscalationID, error)
	// LastEscalation returns the last number that was given out, 0 for none.
	LastEscalation() (EscalationID, error)

	Card(CardID) (*Card, error)
	// PutCard keeps c and, in step with it, has it in the outbox while it is
	// Pending. One that can't be read any more is replaced.
	PutCard(c *Card) error
	// CardsOf returns the escalation's cards in the order of their keys. Where some
	// can't be read the others are there with the error.
	CardsOf(EscalationID) ([]*Card, error)
	// Outbox returns the cards that are Pending, oldest Since first.
	Outbox() ([]CardID, error)

	// Once returns what was kept under a key that marks something as done.
	Once(key string) (result string, err error)
	// KeepOnce marks something as done at a time, with its result.
	KeepOnce(key, result string, at time.Time) error
	// ForgetOnce removes keys that were kept before a time, oldest first, at
	// most so many, and returns how many there were.
	ForgetOnce(before time.Time, most int) (int, error)

	Identity(chat.Person) (*Identity, error)
	// PutIdentity keeps what is known of an account. One that can't be read any more
	// is replaced.
	PutIdentity(*Identity) error
	// Accounts returns the identities that belong to somebody, last seen first.
	Accounts(PersonID) ([]*Identity, error)
	// Members returns how many accounts a team is Identity.Team of. No team has
	// none.
	Members(TeamID) (int, error)

	// Address returns what a platform's adapter kept of a room.
	Address(chat.Room) ([]byte, error)
	// PutAddress keeps it. An empty one is forgotten.
	PutAddress(room chat.Room, address []byte) error

	// Whereabouts returns where somebody is written to.
	Whereabouts(PersonID) (*Whereabouts, error)
	PutWhereabouts(w *Whereabouts) error

	// NextChange returns an id that was never returned before.
	NextChange() (ChangeID, error)
	Change(ChangeID) (*Change, error)
	// PutChange keeps c and, unless it is Cancelled, finds it under its Who and
	// its Cover until it is over.
	PutChange(c *Change) error
	// Changes returns what is not Cancelled, is about somebody as Who or Cover,
	// and has its Until after a time, in the order of Until.
	Changes(who PersonID, after time.Time) ([]*Change, error)

	// NextNote returns an id that was never returned before, larger than all.
	NextNote() (NoteID, error)
	Note(NoteID) (*Note, error)
	PutNote(n *Note) error
	// ForgetNotes removes notes with an At before a time, oldest first, with
	// their cards, at most so many, and returns how many there were.
	ForgetNotes(before time.Time, most int) (int, error)

	Watch(TeamID) (*Watch, error)
	// PutWatch keeps w and, in step with it, finds it under its Due.
	PutWatch(w *Watch) error
	// DueWatches returns the teams whose Watch has a Due not after until,
	// oldest Due first, at most so many.
	DueWatches(until time.Time, most int) ([]TeamID, error)

	// Paged returns when somebody was paged last, zero if never.
	Paged(PersonID) (time.Time, error)
	PutPaged(who PersonID, at time.Time) error

	Feed(TeamID) (*Feed, error)
	PutFeed(f *Feed) error

	// Break returns what is known of somebody's recovery.
	Break(PersonID) (*Break, error)
	// PutBreak keeps b and, in step with it, finds it under its Due, and under its
	// team while it is Resting.
	PutBreak(b *Break) error
	// DueBreaks returns whose Break has a Due not after until, oldest Due first,
	// at most so many.
	DueBreaks(until time.Time, most int) ([]PersonID, error)
	// Resting returns the breaks of a team that are Resting, oldest Since first.
	// Where some can't be read the others are there with the error.
	Resting(TeamID) ([]*Break, error)
	// ForgetBreaks removes breaks that were Changed before a time, oldest first,
	// with the BreakCards of whom they are of, at most so many, and returns how
	// many there were.
	ForgetBreaks(before time.Time, most int) (int, error)
	// ForgetBreakCards removes the BreakCards that were posted before a time, or
	// wanted if they were not, except those that a Break names as its Message or
	// its Check. It reads all there are.
	ForgetBreakCards(before time.Time) error

	Digest(TeamID) (*Digest, error)
	// PutDigest keeps d and, in step with it, finds it under its Due.
	PutDigest(d *Digest) error
	// DueDigests returns the teams whose Digest has a Due not after until, oldest
	// Due first, at most so many.
	DueDigests(until time.Time, most int) ([]TeamID, error)

	// AddFeedback keeps what somebody answered, in no order but that of the
	// weeks: nothing tells what came first, or what came together.
	AddFeedback(f *Feedback) error
	// FeedbackOf returns a team's feedback of the weeks that begin not before from
	// and before until, in the order of the weeks, without what can't be read.
	FeedbackOf(team TeamID, from, until time.Time) ([]*Feedback, error)
	// ForgetFeedback removes feedback of weeks that began before a time, oldest
	// first, at most so many, and returns how many there were.
	ForgetFeedback(before time.Time, most int) (int, error)

	// EraseFeedback takes the words out of a team's feedback that holds says yes to,
	// and returns of how much.
	EraseFeedback(team TeamID, holds func(words string) bool) (int, error)

	// Notes returns the numbers of all notes that are kept, oldest first.
	Notes() ([]NoteID, error)

	// NextErasing returns an id that was never returned before.
	NextErasing() (ErasingID, error)
	PutErasing(e *Erasing) error
	// Erasings returns all there were, oldest first. Where some can't be read the
	// others are there with the error.
	Erasings() ([]*Erasing, error)

	// Pause returns until when a name must rest, zero if it needn't. It keeps
	// a platform's Retry-After over a restart.
	Pause(name string) (time.Time, error)
	PutPause(name string, until time.Time) error
}

// An Identity is what the bot keeps of an account on a platform.
type Identity struct {
	Who    chat.Person
	Person PersonID // whom it belongs to
	Name   string
	Email  string
	Zone   string // IANA name, "" if unknown
	Team   TeamID // where they escalated last, "" if never
	Seen   time.Time
	Gone   bool // deactivated
	// Language is in what they use the platform: a BCP 47 tag, "" if unknown.
	Language string
}
