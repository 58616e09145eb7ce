// Package storetest holds the promises that every bot.Store keeps. A store runs
// them all with Run; what is not tested here, the bot does not rely on.
//
// Instants come back equal but maybe in another zone, and an empty list may come
// back as nil. Text is valid UTF-8.
package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firebreakhq/firebreak/bot"
)

// Run holds a store to all its promises. Each call of open returns a new, empty
// store, which is closed by a cleanup of its t.
func Run(t *testing.T, open func(t *testing.T) bot.Store) {
	for _, promise := range []struct {
		name string
		keep func(*testing.T, bot.Store)
	}{
		{"what isn't there is not found", nothingThere},
		{"what was put comes back whole", comesBackWhole},
		{"what was put again replaces it", replaced},
		{"text of any kind comes back as it was", oddText},
		{"what is handed out and in is copied", copied},
		{"an error undoes the change and is returned as it is", errorUndoes},
		{"a panic undoes the change and reaches its caller", panicUndoes},
		{"a change that ends its goroutine is undone", goexitUndoes},
		{"an error that a change ignores undoes nothing else", ignoredError},
		{"a View changes nothing", viewChangesNothing},
		{"a View sees one state beside updates", viewIsConsistent},
		{"a change sees what it did itself", seesItself},
		{"numbers are never given twice", numbersAreUnique},
		{"a number in use is not given again", numbersSkipUsed},
		{"what has no number is not kept", numberless},
		{"due is in order of time, equal times included", dueInOrder},
		{"due follows the record", dueFollows},
		{"concerning follows the record", concerningFollows},
		{"a customer is found by reference and team", customerFound},
		{"a timeline has no gaps", timelineHasNoGaps},
		{"the outbox follows the cards, oldest first", outboxFollows},
		{"cards are in the order of their keys", cardsInOrder},
		{"forgetting leaves no trace", forgettingLeavesNoTrace},
		{"once is kept until it is forgotten", onceIsKept},
		{"a pause lasts until it is lifted", pauseLasts},
		{"a change of duty is found under its people until it is over", changesFollow},
		{"changes of duty are in order of their end", changesInOrder},
		{"notes are forgotten oldest first", notesForgotten},
		{"a note is forgotten with its cards", noteCardsForgotten},
		{"the card of a note is in the outbox", noteCardPending},
		{"watches are due in order of time", watchesInOrder},
		{"a due watch follows the record", watchesFollow},
		{"when somebody was paged last is kept", pagedLasts},
		{"what somebody owes is found until it is done, in every state", owingFollows},
		{"what was opened in some time is found, oldest first", openedInOrder},
		{"how many accounts a team has follows them", membersFollow},
		{"a break is found while it is due, and while it rests", breaksFollow},
		{"breaks are in order of time", breaksInOrder},
		{"breaks are forgotten oldest first", breaksForgotten},
		{"a break is forgotten with its cards", breakCardsForgotten},
		{"old cards of breaks are forgotten, but for those that show how one stands", oldBreakCardsForgotten},
		{"digests are due in order of time", digestsFollow},
		{"feedback is found by team and week", feedbackFound},
		{"feedback has no order", feedbackUnordered},
		{"feedback is kept once when its change is run again", feedbackOnce},
		{"feedback is forgotten by week, oldest first", feedbackForgotten},
		{"where people and rooms are is kept", whereKept},
		{"a customer is known by reference and team", customerKnown},
		{"customers are due in order of time", customersDue},
		{"a customer is found by name", customersNamed},
		{"customers are found by their restrictions", customersRestricted},
		{"a customer is forgotten without a trace", customerForgotten},
		{"a tally comes back whole", tallyComesBack},
		{"a tally is found for all that it stands for", tallyStandsForSeveral},
		{"tallies are found by team and by what is due", talliesFound},
		{"of which numbers there is a record is known", numbersRecorded},
		{"a text is erased and the timeline stays", textErased},
		{"an erasing comes back whole", erasingComesBack},
		{"words are taken out of feedback", feedbackErased},
		{"all notes are listed", notesListed},
		{"a person and a team have any name", oddNames},
		{"64 callers lose no update", noLostUpdate},
		{"callers that fail don't disturb the others", failuresApart},
		{"a context that has ended runs nothing", endedContext},
		{"everything agrees with a plain model over any sequence", agreesWithModel},
	} {
		t.Run(promise.name, func(t *testing.T) {
			promise.keep(t, open(t))
		})
	}
}

// start is when the tests play.
var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

func update(t *testing.T, s bot.Store, change func(bot.Tx) error) {
	t.Helper()

	if err := s.Update(t.Context(), change); err != nil {
		t.Fatalf("Update() = %v, want nil", err)
	}
}

func view(t *testing.T, s bot.Store, read func(bot.Tx) error) {
	t.Helper()

	if err := s.View(t.Context(), read); err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}
}

func isNotFound(t *testing.T, call string, err error) {
	t.Helper()

	if !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%s = %v, want %v", call, err, bot.ErrNotFound)
	}
}

// same compares what a call returned with what it should have.
func same(t *testing.T, call string, got, want any) {
	t.Helper()

	if diff := diff(want, got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", call, diff)
	}
}

// diff compares records as the promises mean it.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty())
}

// must returns what a call returned, and fails the test if that was an error.
func must[T any](t *testing.T) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()

		if err != nil {
			t.Errorf("%T: %v", value, err)
		}

		return value
	}
}
