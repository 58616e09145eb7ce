package storetest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// noneAfterCall checks that nothing is there of what is kept of the time after a
// call.
func noneAfterCall(t *testing.T, tx bot.Tx) {
	t.Helper()

	_, err := tx.Break("dana")
	isNotFound(t, `Break("dana")`, err)
	_, err = tx.Digest("billing")
	isNotFound(t, `Digest("billing")`, err)

	same(t, "Owing()", must[[]bot.EscalationID](t)(tx.Owing("dana")), []bot.EscalationID(nil))
	same(t, "OpenedIn()", must[[]bot.EscalationID](t)(tx.OpenedIn("billing", time.Time{}, never)), []bot.EscalationID(nil))
	same(t, "Members()", must[int](t)(tx.Members("billing")), 0)
	same(t, "DueBreaks()", must[[]bot.PersonID](t)(tx.DueBreaks(never, 10)), []bot.PersonID(nil))
	same(t, "Resting()", must[[]*bot.Break](t)(tx.Resting("billing")), []*bot.Break(nil))
	same(t, "DueDigests()", must[[]bot.TeamID](t)(tx.DueDigests(never, 10)), []bot.TeamID(nil))
	same(t, "FeedbackOf()", must[[]*bot.Feedback](t)(tx.FeedbackOf("billing", time.Time{}, never)), []*bot.Feedback(nil))
}

// never is later than all else.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// afterCall holds one record of each kind that is about the time after a call,
// with no field left empty.
type afterCall struct {
	rest     bot.Break
	card     bot.Card // the break's
	digest   bot.Digest
	feedback bot.Feedback
}

func newAfterCall() afterCall {
	var a afterCall
	Fill(&a.rest)
	Fill(&a.card)
	Fill(&a.digest)
	Fill(&a.feedback)

	a.card.ID = breakCard(a.rest.Who, 1)

	return a
}

// afterCallFound is found by all indexes. Its card comes last in the outbox.
func afterCallFound() afterCall {
	a := newAfterCall()
	a.rest.State = bot.BreakRunning
	a.card.Dead, a.card.Since = false, never

	return a
}

func breakCard(of bot.PersonID, n int) bot.CardID {
	return bot.CardID{Role: bot.BreakCard, Person: of, N: n}
}

// put keeps all but the feedback, of which each is another's.
func (a afterCall) put(tx bot.Tx) error {
	for _, put := range []func() error{
		func() error { return tx.PutBreak(&a.rest) },
		func() error { return tx.PutCard(&a.card) },
		func() error { return tx.PutDigest(&a.digest) },
	} {
		if err := put(); err != nil {
			return err
		}
	}

	return nil
}

func (a afterCall) answer(tx bot.Tx) error { return tx.AddFeedback(&a.feedback) }

func (a afterCall) check(t *testing.T, tx bot.Tx) {
	t.Helper()

	same(t, "Break()", must[*bot.Break](t)(tx.Break(a.rest.Who)), &a.rest)
	same(t, "Card(break)", must[*bot.Card](t)(tx.Card(a.card.ID)), &a.card)
	same(t, "Digest()", must[*bot.Digest](t)(tx.Digest(a.digest.Team)), &a.digest)
}

// isAnswered checks that its feedback is all there is.
func (a afterCall) isAnswered(t *testing.T, tx bot.Tx) {
	t.Helper()

	all := must[[]*bot.Feedback](t)(tx.FeedbackOf(a.feedback.Team, time.Time{}, never))
	same(t, "FeedbackOf()", all, []*bot.Feedback{&a.feedback})
}

// severalAfterCall is the part of several that is about the time after a call.
func severalAfterCall(tx bot.Tx) error {
	a := afterCallFound()

	if _, err := tx.ForgetBreaks(never, 10); err != nil {
		return err
	}

	if _, err := tx.ForgetFeedback(never, 10); err != nil {
		return err
	}

	a.rest.Team, a.rest.Since = "another", start
	a.digest.NextAt = start

	return errors.Join(a.put(tx), a.answer(tx), a.answer(tx))
}

// afterCallUntouched checks that a is all there is, and found.
func afterCallUntouched(t *testing.T, tx bot.Tx, a afterCall) {
	t.Helper()

	a.check(t, tx)
	a.isAnswered(t, tx)

	same(t, "Resting()", must[[]*bot.Break](t)(tx.Resting(a.rest.Team)), []*bot.Break{&a.rest})
	same(t, "Resting(another)", must[[]*bot.Break](t)(tx.Resting("another")), []*bot.Break(nil))

	due := a.rest.Due()
	same(t, "DueBreaks(before)", must[[]bot.PersonID](t)(tx.DueBreaks(due.Add(-1), 10)), []bot.PersonID(nil))
	same(t, "DueBreaks()", must[[]bot.PersonID](t)(tx.DueBreaks(due, 10)), []bot.PersonID{a.rest.Who})

	due = a.digest.Due()
	same(t, "DueDigests(before)", must[[]bot.TeamID](t)(tx.DueDigests(due.Add(-1), 10)), []bot.TeamID(nil))
	same(t, "DueDigests()", must[[]bot.TeamID](t)(tx.DueDigests(due, 10)), []bot.TeamID{a.digest.Team})
}

// oddAfterCall has a text wherever there can be one.
func oddAfterCall(text string) afterCall {
	who, team := bot.PersonID(text), bot.TeamID(text)

	return afterCall{
		rest:     bot.Break{Who: who, Team: team, State: bot.BreakQueued, Since: start, ShiftEnds: start, Buddy: who, Changed: start},
		card:     bot.Card{ID: breakCard(who, 1), Since: start, Drawn: text},
		digest:   bot.Digest{Team: team, NextAt: start},
		feedback: bot.Feedback{Team: team, Week: start, Helped: text, Change: text},
	}
}

// oddNames has people and teams of any name: all are found, and forgotten with
// what is theirs and nothing else.
func oddNames(t *testing.T, s bot.Store) {
	for _, text := range oddTexts {
		update(t, s, func(tx bot.Tx) error {
			return errors.Join(
				oddAfterCall(text).put(tx), oddAfterCall(text).answer(tx),
				tx.PutIdentity(&bot.Identity{Who: chat.Person(text), Team: bot.TeamID(text)}),
			)
		})
	}

	view(t, s, func(tx bot.Tx) error {
		people := must[[]bot.PersonID](t)(tx.DueBreaks(start, 100))
		teams := must[[]bot.TeamID](t)(tx.DueDigests(start, 100))

		for _, text := range oddTexts {
			oddAfterCall(text).check(t, tx)
			oddAfterCall(text).isAnswered(t, tx)

			rest := oddAfterCall(text).rest
			same(t, "Resting()", must[[]*bot.Break](t)(tx.Resting(rest.Team)), []*bot.Break{&rest})

			if !slices.Contains(people, rest.Who) || !slices.Contains(teams, rest.Team) {
				t.Errorf("DueBreaks() or DueDigests() lacks %.40q", text)
			}

			if n := must[int](t)(tx.Members(rest.Team)); (n == 1) != (text != "") {
				t.Errorf("Members(%.40q) = %d, want 1, and 0 without a name", text, n)
			}
		}

		return nil
	})

	for left := range len(oddTexts) {
		update(t, s, func(tx bot.Tx) error {
			same(t, "ForgetBreaks()", must[int](t)(tx.ForgetBreaks(start.Add(1), 1)), 1)
			return nil
		})
		view(t, s, func(tx bot.Tx) error {
			cards, breaks := oddOnesLeft(tx)
			same(t, "the breaks that are left", breaks, len(oddTexts)-left-1)
			same(t, "the cards that are left", cards, breaks)

			return nil
		})
	}
}

func oddOnesLeft(tx bot.Tx) (cards, breaks int) {
	for _, text := range oddTexts {
		if _, err := tx.Card(breakCard(bot.PersonID(text), 1)); err == nil {
			cards++
		}

		if _, err := tx.Break(bot.PersonID(text)); err == nil {
			breaks++
		}
	}

	return cards, breaks
}

func owes(t *testing.T, s bot.Store, who bot.PersonID, want ...bot.EscalationID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Owing("+string(who)+")", must[[]bot.EscalationID](t)(tx.Owing(who)), want)
		return nil
	})
}

func owingFollows(t *testing.T, s bot.Store) {
	first, second, third := due(1, start), due(2, start), due(300, start)
	first.Owed = []bot.Owed{{N: 1, Owner: "dana"}, {N: 2, Owner: "lee", Done: start}, {N: 3, Owner: "dana"}, {N: 4, Owner: "kim"}}
	second.Owed = []bot.Owed{{N: 1, Owner: "dana"}}
	third.Owed = []bot.Owed{{N: 1, Owner: "dana"}}
	second.State, third.State = bot.Withdrawn, bot.Resolved // stands in every state
	putAll(t, s, first, second, third)

	owes(t, s, "dana", 300, 2, 1)
	owes(t, s, "kim", 1)
	owes(t, s, "lee")
	owes(t, s, "maria")

	first.Owed[0].Done = start // and owes something else there
	second.Owed[0].Done = start
	first.Owed[1].Done = time.Time{} // as when it is taken back
	first.Owed[3].Owner = "ann"
	putAll(t, s, first, second)

	owes(t, s, "dana", 300, 1)
	owes(t, s, "lee", 1)
	owes(t, s, "kim")
	owes(t, s, "ann", 1)

	update(t, s, func(tx bot.Tx) error { return tx.ForgetEscalation(1) })
	owes(t, s, "dana", 300)
	owes(t, s, "ann")
}

func wasOpened(t *testing.T, s bot.Store, team bot.TeamID, from, until time.Time, want ...bot.EscalationID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "OpenedIn()", must[[]bot.EscalationID](t)(tx.OpenedIn(team, from, until)), want)
		return nil
	})
}

func openedInOrder(t *testing.T, s bot.Store) {
	opened := func(id bot.EscalationID, at time.Time, state bot.State) *bot.Escalation {
		return &bot.Escalation{ID: id, Team: "billing", State: state, Opened: at}
	}

	other := opened(9, start, bot.Paging)
	other.Team = "sales"

	putAll(
		t, s, other,
		opened(1, start.Add(2), bot.Withdrawn), opened(2, start, bot.Closed), opened(3, start, bot.Paging),
		opened(4, start.Add(1), bot.Resolved), opened(300, start, bot.Taken), opened(6, time.Unix(-1, 0), bot.Closed),
		opened(7, time.Time{}, bot.Closed),
	)

	wasOpened(t, s, "billing", start, start.Add(3), 2, 3, 300, 4, 1)
	wasOpened(t, s, "billing", start, start.Add(2), 2, 3, 300, 4) // what was opened at its end comes next
	wasOpened(t, s, "billing", start.Add(1), start.Add(2).In(time.FixedZone("west", -3600)), 4)
	wasOpened(t, s, "billing", start, start)
	wasOpened(t, s, "billing", time.Time{}, start, 7, 6)
	wasOpened(t, s, "billing", start.Add(3), never)
	wasOpened(t, s, "sales", start, never, 9)
	wasOpened(t, s, "bill", time.Time{}, never)

	putAll(t, s, opened(4, start.Add(time.Hour), bot.Resolved))
	other.Team = "billing"
	putAll(t, s, other)
	wasOpened(t, s, "sales", start, never)
	wasOpened(t, s, "billing", start, never, 2, 3, 9, 300, 1, 4)

	update(t, s, func(tx bot.Tx) error { return errors.Join(tx.ForgetEscalation(3), tx.ForgetEscalation(1)) })
	wasOpened(t, s, "billing", start, never, 2, 9, 300, 4)
}

func membersFollow(t *testing.T, s bot.Store) {
	has := func(team bot.TeamID, want int) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			same(t, "Members("+string(team)+")", must[int](t)(tx.Members(team)), want)
			return nil
		})
	}
	seen := func(who chat.Person, person bot.PersonID, team bot.TeamID) {
		t.Helper()
		update(t, s, func(tx bot.Tx) error {
			return tx.PutIdentity(&bot.Identity{Who: who, Person: person, Team: team, Seen: start})
		})
	}

	seen("slack:U1", "maria", "billing")
	seen("slack:U2", "dana", "billing")
	seen("slack:U3", "lee", "")
	has("billing", 2)
	has("", 0)
	has("bill", 0)

	seen("slack:U1", "maria", "billing") // again
	seen("slack:U2", "dan", "billing")   // belongs to somebody else
	has("billing", 2)

	seen("slack:U1", "maria", "sales")
	has("billing", 1)
	has("sales", 1)

	seen("slack:U2", "dan", "")
	has("billing", 0)
}

func putBreaks(t *testing.T, s bot.Store, all ...*bot.Break) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, b := range all {
			if err := tx.PutBreak(b); err != nil {
				return err
			}
		}

		return nil
	})
}

func breaksDue(t *testing.T, s bot.Store, until time.Time, most int, want ...bot.PersonID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "DueBreaks()", must[[]bot.PersonID](t)(tx.DueBreaks(until, most)), want)
		return nil
	})
}

func rests(t *testing.T, s bot.Store, team bot.TeamID, want ...*bot.Break) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Resting()", must[[]*bot.Break](t)(tx.Resting(team)), want)
		return nil
	})
}

func breaksFollow(t *testing.T, s bot.Store) {
	b := &bot.Break{Who: "dana", Team: "billing", State: bot.BreakOffered, Since: start, RemindAt: start.Add(time.Hour)}
	putBreaks(t, s, b)
	breaksDue(t, s, start, 10)
	breaksDue(t, s, start.Add(time.Hour), 10, "dana")
	rests(t, s, "billing")

	for _, state := range []bot.BreakState{bot.BreakQueued, bot.BreakTurn, bot.BreakRunning, bot.BreakEnding} {
		b.State, b.Since, b.RemindAt, b.Until, b.ShiftEnds = state, b.Since.Add(1), time.Time{}, start, start
		putBreaks(t, s, b)
		breaksDue(t, s, start, 10, "dana")
		breaksDue(t, s, never, 10, "dana")
		rests(t, s, "billing", b)
	}

	b.Team = "sales"
	putBreaks(t, s, b)
	rests(t, s, "billing")
	rests(t, s, "sales", b)

	b.State, b.Until = bot.BreakOver, time.Time{}
	putBreaks(t, s, b)
	breaksDue(t, s, never, 10)
	rests(t, s, "sales")
}

func breaksInOrder(t *testing.T, s bot.Store) {
	rest := func(who bot.PersonID, since, until time.Time) *bot.Break {
		return &bot.Break{Who: who, Team: "billing", State: bot.BreakRunning, Since: since, Until: until}
	}

	last, second := rest("dana", start.Add(2), start), rest("lee", start.Add(1), start.Add(1))
	first, old := rest("zoe", start, never), rest("kim", time.Unix(-1, 0), time.Unix(-2, 0))
	endless, other := rest("ann", start.Add(3), time.Time{}), rest("joe", start, time.Time{})
	other.Team = "sales"
	putBreaks(t, s, last, second, first, old, endless, other)

	rests(t, s, "billing", old, first, second, last, endless)
	rests(t, s, "sales", other)
	breaksDue(t, s, start.Add(-1), 10, "kim")
	breaksDue(t, s, start, 10, "kim", "dana")
	breaksDue(t, s, start.Add(1).In(time.FixedZone("east", 3600)), 10, "kim", "dana", "lee")
	breaksDue(t, s, never, 10, "kim", "dana", "lee", "zoe")
	breaksDue(t, s, never, 2, "kim", "dana")
	breaksDue(t, s, never, 0)
}

func forgetsBreaks(t *testing.T, s bot.Store, before time.Time, most, want int) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		same(t, "ForgetBreaks()", must[int](t)(tx.ForgetBreaks(before, most)), want)
		return nil
	})
}

func breaksForgotten(t *testing.T, s bot.Store) {
	changed := func(who bot.PersonID, at time.Time) *bot.Break {
		return &bot.Break{Who: who, Team: "billing", State: bot.BreakRunning, Since: start, Until: start, Changed: at}
	}

	dana, lee, kim := changed("dana", start.Add(3)), changed("lee", start.Add(1)), changed("kim", start.Add(2))
	putBreaks(t, s, changed("dana", start), lee, kim)
	putBreaks(t, s, dana) // which changed it later

	forgetsBreaks(t, s, time.Time{}, 10, 0)
	forgetsBreaks(t, s, start.Add(1), 10, 0) // what changed at that very time stays
	forgetsBreaks(t, s, never, 0, 0)
	forgetsBreaks(t, s, never, 1, 1)

	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Break("lee")
		isNotFound(t, "Break(lee)", err)

		return nil
	})
	rests(t, s, "billing", dana, kim)
	breaksDue(t, s, never, 10, "dana", "kim")

	forgetsBreaks(t, s, start.Add(3), 10, 1)
	rests(t, s, "billing", dana)
	forgetsBreaks(t, s, start.Add(4), 10, 1)
	rests(t, s, "billing")
	breaksDue(t, s, never, 10)
}

func breakCardsForgotten(t *testing.T, s bot.Store) {
	card := func(id bot.CardID) *bot.Card { return &bot.Card{ID: id, Wanted: 1, Since: start} }

	gone := []*bot.Card{card(breakCard("dana", 1)), card(breakCard("dana", 12))}
	gone[1].Shown = 1 // not in the outbox

	// Those that stay have a key that begins as that of one that goes.
	stay := []*bot.Card{
		card(breakCard("dan", 1)), card(breakCard("dana/lee", 1)), card(breakCard("danae", 1)), card(breakCard("lee/dana", 1)),
		card(noteCard("dana", 1)), card(bot.CardID{Role: bot.HomeCard, Person: "dana"}), cardOf(1, "dana", 1, start),
	}

	putBreaks(t, s, &bot.Break{Who: "dana", Changed: start}, &bot.Break{Who: "dan", Changed: start.Add(1)})
	putCards(t, s, append(stay, gone...)...)
	forgetsBreaks(t, s, start.Add(1), 10, 1)

	view(t, s, func(tx bot.Tx) error {
		for _, c := range gone {
			_, err := tx.Card(c.ID)
			isNotFound(t, "Card("+c.ID.String()+")", err)
		}

		same(t, "len(Outbox())", len(must[[]bot.CardID](t)(tx.Outbox())), len(stay))

		for _, c := range stay {
			same(t, "Card()", must[*bot.Card](t)(tx.Card(c.ID)), c)
		}

		return nil
	})
}

func oldBreakCardsForgotten(t *testing.T, s bot.Store) {
	card := func(id bot.CardID, posted, since time.Time) *bot.Card {
		return &bot.Card{ID: id, Wanted: 1, Posted: posted, Since: since}
	}
	long := bot.PersonID(strings.Repeat("dana", 100))

	gone := []*bot.Card{
		card(breakCard("dana", 1), start, start.Add(5)), card(breakCard("dana", 2), time.Time{}, start),
		card(breakCard("nobody", 1), start, start), card(breakCard(long, 1), start, start),
	}
	stay := []*bot.Card{
		card(breakCard("dana", 3), start, start), card(breakCard("dana", 4), start, start), // how it stands, and how they are
		card(breakCard("dana", 5), start.Add(1), start), card(breakCard("dana", 6), time.Time{}, start.Add(1)),
		card(noteCard("dana", 1), start, start), cardOf(1, "dana", 1, start),
	}

	putBreaks(t, s, &bot.Break{Who: "dana", Message: 3, Check: 4, Changed: never}, &bot.Break{Who: long, Message: 2})
	putCards(t, s, append(stay, gone...)...)
	update(t, s, func(tx bot.Tx) error { return tx.ForgetBreakCards(start.Add(1)) })

	view(t, s, func(tx bot.Tx) error {
		for _, c := range gone {
			_, err := tx.Card(c.ID)
			isNotFound(t, "Card("+c.ID.String()+")", err)
		}

		same(t, "len(Outbox())", len(must[[]bot.CardID](t)(tx.Outbox())), len(stay))

		for _, c := range stay {
			same(t, "Card()", must[*bot.Card](t)(tx.Card(c.ID)), c)
		}

		return nil
	})
}

func digestsFollow(t *testing.T, s bot.Store) {
	put := func(team bot.TeamID, at time.Time) {
		t.Helper()
		update(t, s, func(tx bot.Tx) error { return tx.PutDigest(&bot.Digest{Team: team, NextAt: at}) })
	}
	isDue := func(until time.Time, most int, want ...bot.TeamID) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			same(t, "DueDigests()", must[[]bot.TeamID](t)(tx.DueDigests(until, most)), want)
			return nil
		})
	}

	put("billing", start.Add(1))
	put("sales", start)
	put("none", time.Time{})
	isDue(start.Add(-1), 10)
	isDue(start, 10, "sales")
	isDue(start.Add(1), 10, "sales", "billing")
	isDue(start.Add(1), 1, "sales")
	isDue(start.Add(1), 0)

	put("sales", start.Add(2))
	isDue(start.Add(1), 10, "billing")
	isDue(never, 10, "billing", "sales")

	put("billing", time.Time{})
	isDue(never, 10, "sales")
}

func putFeedback(t *testing.T, s bot.Store, all ...*bot.Feedback) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, f := range all {
			if err := tx.AddFeedback(f); err != nil {
				return err
			}
		}

		return nil
	})
}

// isHeard checks what is found of some weeks, as often as it was said.
func isHeard(t *testing.T, s bot.Store, team bot.TeamID, from, until time.Time, want ...*bot.Feedback) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		got := must[[]*bot.Feedback](t)(tx.FeedbackOf(team, from, until))
		if !slices.IsSortedFunc(got, func(a, b *bot.Feedback) int { return a.Week.Compare(b.Week) }) {
			t.Errorf("FeedbackOf() is not in the order of the weeks")
		}

		slices.SortFunc(got, byContent)
		same(t, "FeedbackOf()", got, slices.SortedFunc(slices.Values(want), byContent))

		return nil
	})
}

// byContent is an order of feedback, which has none within a week.
func byContent(a, b *bot.Feedback) int {
	return cmp.Or(cmp.Compare(a.Team, b.Team), a.Week.Compare(b.Week), cmp.Compare(a.Helped, b.Helped))
}

func feedbackFound(t *testing.T, s bot.Store) {
	said := func(team bot.TeamID, week time.Time, helped string) *bot.Feedback {
		return &bot.Feedback{Team: team, Week: week, Helped: helped}
	}

	next := start.AddDate(0, 0, 7)
	yes, no, later, other := said("billing", start, "yes"), said("billing", start, "no"), said("billing", next, "partly"), said("sales", start, "yes")
	putFeedback(t, s, later, yes, no, yes, other) // two said the same

	isHeard(t, s, "billing", start, next, yes, yes, no)
	isHeard(t, s, "billing", start, next.Add(1), yes, yes, no, later)
	isHeard(t, s, "billing", start.Add(1), next)
	isHeard(t, s, "billing", next.In(time.FixedZone("east", 3600)), never, later)
	isHeard(t, s, "sales", time.Time{}, never, other)
	isHeard(t, s, "bill", time.Time{}, never)
}

// feedbackUnordered has many answer one after another: what is found must not
// tell in which order.
func feedbackUnordered(t *testing.T, s bot.Store) {
	var said []*bot.Feedback
	for i := range 30 {
		said = append(said, &bot.Feedback{Team: "billing", Week: start, Change: fmt.Sprint(i)})
		putFeedback(t, s, said[i])
	}

	view(t, s, func(tx bot.Tx) error {
		got := must[[]*bot.Feedback](t)(tx.FeedbackOf("billing", start, never))
		if len(got) != len(said) || diff(said, got) == "" {
			t.Errorf("FeedbackOf() has %d in the order in which they came, want %d in another", len(got), len(said))
		}

		return nil
	})
}

// feedbackOnce has a change that does not count and is run again, as any may be.
func feedbackOnce(t *testing.T, s bot.Store) {
	f := &bot.Feedback{Team: "billing", Week: start, Helped: "yes"}
	answer := func(tx bot.Tx) error { return tx.AddFeedback(f) }

	for range 3 {
		if err := s.Update(t.Context(), func(tx bot.Tx) error { return errors.Join(answer(tx), errUndo) }); !errors.Is(err, errUndo) {
			t.Errorf("Update() = %v, want %v", err, errUndo)
		}
	}

	update(t, s, answer)
	isHeard(t, s, "billing", start, never, f)
}

func feedbackForgotten(t *testing.T, s bot.Store) {
	said := func(team bot.TeamID, weeks int) *bot.Feedback {
		return &bot.Feedback{Team: team, Week: start.AddDate(0, 0, 7*weeks)}
	}
	forgets := func(before time.Time, most, want int) {
		t.Helper()
		update(t, s, func(tx bot.Tx) error {
			same(t, "ForgetFeedback()", must[int](t)(tx.ForgetFeedback(before, most)), want)
			return nil
		})
	}

	second, third := said("billing", 1), said("sales", 2)
	putFeedback(t, s, second, third, said("sales", 0), said("billing", 0))

	forgets(start, 10, 0) // the week that began at that very time stays
	forgets(never, 0, 0)
	forgets(never, 2, 2)
	isHeard(t, s, "billing", time.Time{}, never, second)
	isHeard(t, s, "sales", time.Time{}, never, third)
	forgets(third.Week, 10, 1)
	isHeard(t, s, "billing", time.Time{}, never)
	forgets(never, 10, 1)
	isHeard(t, s, "sales", time.Time{}, never)
}
