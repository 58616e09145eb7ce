package chat

import (
	"fmt"
	"time"
)

// An Obstacle is why a page may not reach somebody, as far as a platform tells
// before one is sent.
type Obstacle struct {
	Kind ObstacleKind
	// From and Until are when a Quiet begins and ends. From is zero where it
	// has begun and the platform does not say when.
	From, Until time.Time
	// Code is the platform's own word for it, "" if it has none.
	Code string
}

// ObstacleKind says what is in the way.
type ObstacleKind int

// The kinds of obstacles.
const (
	// UnknownAccount: nobody has this id, or the bot may not see them.
	UnknownAccount ObstacleKind = iota + 1
	// GoneAccount: the account is deactivated.
	GoneAccount
	// GuestAccount: an outsider with an account of few rights. Pages reach
	// them, so it is no more than a warning.
	GuestAccount
	// MachineAccount: an app or bot, which reads no pages.
	MachineAccount
	// Unwritable: the platform refuses the bot a private conversation with
	// them.
	Unwritable
	// Quiet: their devices hold notifications back for some of the time that
	// was asked for.
	Quiet
)

// String returns the kind in a word.
func (k ObstacleKind) String() string {
	switch k {
	case UnknownAccount:
		return "unknown"
	case GoneAccount:
		return "gone"
	case GuestAccount:
		return "guest"
	case MachineAccount:
		return "machine"
	case Unwritable:
		return "unwritable"
	case Quiet:
		return "quiet"
	default:
		return fmt.Sprintf("ObstacleKind(%d)", int(k))
	}
}

// A findingError is an error whose text is for an operator.
type findingError struct {
	text  string
	cause error
}

func (e *findingError) Error() string { return e.text }
func (e *findingError) Unwrap() error { return e.cause }

// Finding returns an error whose text is for an operator: what is wrong, where, and
// what to do about it. It wraps its cause, which is a *Failure or wraps one.
func Finding(cause error, format string, args ...any) error {
	return &findingError{fmt.Sprintf(format, args...), cause}
}
