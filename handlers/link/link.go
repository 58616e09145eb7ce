// Package link is what a connection with a chat platform needs, whichever
// platform it is: calls of which it is known whether they left, and work that
// can be stopped without cutting it off.
//
// A Wire sends requests. Of one that failed it tells whether it can have
// arrived (*NeverSentError), since a page that nobody got is sent again at once
// and one that is in doubt is not.
//
// A Work is everything that is under way on an adapter: jobs that people wait
// for, which are bounded and end by themselves, and what runs in the background
// until the end. Stopping drains the first and then ends the second. Within it
// Ask calls the bot on somebody's behalf and waits for as long as the platform does;
// a Late is a reply that comes after that, and is told then. Insist has an answer
// arrive that the platform does not take at once.
//
// Newcomers are the people of whom the bot does not know yet who they are. They are
// looked up in the background, one at a time.
//
// The package knows no platform, no words and nothing else of ours. What it
// does is the same on each; what a status or a code means is for the adapter to
// say.
package link

import (
	"context"
	"time"
)

// CallTimeout is how long one call to a platform may take, from the dialling to
// the last byte of the answer.
const CallTimeout = 10 * time.Second

// Pause waits for d, or until ctx ends and then returns false.
func Pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
