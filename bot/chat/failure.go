package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Failure is why a platform did not do what it was asked to. Every error of a
// call to a platform that the bot acts upon wraps one.
type Failure struct { //nolint:errname // it is what happened to a call, of which being an error is one use
	Kind FailureKind
	// After is how long to wait before anything more is sent, 0 if the
	// platform did not say. Set with Busy.
	After time.Duration
	// Everywhere says that After holds for the whole workspace and not only
	// for the room.
	Everywhere bool
	// Stays says that the message is there all the same, and can't be changed any
	// more. Set with Missing.
	Stays bool
	// Code is the platform's own word for it, such as "channel_not_found".
	Code string
	Err  error // the cause, nil if Code says it all
}

// FailureKind decides what follows from a Failure.
type FailureKind int

// The kinds of failures.
const (
	// Busy: not done; try again later. The rate limit and nothing else.
	Busy FailureKind = iota + 1
	// Unsent: certainly not done, since it never left or was refused before
	// anything happened; try again.
	Unsent
	// Doubtful: it may have been done or not. Look before it is sent again.
	Doubtful
	// Unreachable: this person or room can't be written to; trying again is
	// no use until somebody changes something there.
	Unreachable
	// Unacceptable: the platform does not take this message; a plainer one may
	// do.
	Unacceptable
	// Missing: the message to be changed or removed is not there any more, or
	// the group of people to be set never was.
	Missing
	// Refused: the bot itself is refused: a token, a scope, the
	// installation. An operator has to act.
	Refused
)

// Error returns the kind and the code, never words of a message.
func (f *Failure) Error() string {
	switch {
	case f.Err != nil && f.Code != "":
		return fmt.Sprintf("%v (%v): %v", f.Kind, f.Code, f.Err)
	case f.Err != nil:
		return fmt.Sprintf("%v: %v", f.Kind, f.Err)
	default:
		return fmt.Sprintf("%v (%v)", f.Kind, f.Code)
	}
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// FailureOf returns the failure that err wraps. An error that wraps none counts
// as Doubtful, since nothing is known of it. It returns nil for nil.
func FailureOf(err error) *Failure {
	if err == nil {
		return nil
	}

	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure
	}

	return &Failure{Kind: Doubtful, Err: err}
}

// Passing reports whether the same call may work a little later, and after how long,
// 0 where the platform does not say. It is for what does no harm if it is done twice.
func Passing(err error) (after time.Duration, yes bool) {
	switch failure := FailureOf(err); {
	case failure == nil:
		return 0, false
	case failure.Kind == Busy, failure.Kind == Unsent, failure.Kind == Doubtful:
		return failure.After, true
	default:
		return 0, false
	}
}

// String returns the kind in a word.
func (k FailureKind) String() string {
	switch k {
	case Busy:
		return "busy"
	case Unsent:
		return "unsent"
	case Doubtful:
		return "doubtful"
	case Unreachable:
		return "unreachable"
	case Unacceptable:
		return "unacceptable"
	case Missing:
		return "missing"
	case Refused:
		return "refused"
	default:
		return fmt.Sprintf("FailureKind(%d)", int(k))
	}
}

// CodeOf returns a Code as far as it can't be anything else: letters, digits and
// the marks of identifiers, at most 64. An error may repeat what was sent, and a
// code is logged.
func CodeOf(said string) string {
	const most = 64

	end := strings.IndexFunc(said, func(r rune) bool {
		return !strings.ContainsRune("_-.", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		end = len(said)
	}

	return said[:min(end, most)]
}
