package storetest

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot"
)

// This is the part of the model that is about the time after a call.

var (
	breakStates = rapid.SampledFrom([]bot.BreakState{bot.BreakOver, bot.BreakOffered, bot.BreakLater, bot.BreakQueued, bot.BreakRunning})
	everybody   = []bot.PersonID{"maria", "dana", "dan", "slack:U1"}
)

func putBreak(t *rapid.T) action {
	b := bot.Break{
		Who:     people.Draw(t, "who"),
		Team:    teams.Draw(t, "team"),
		State:   breakStates.Draw(t, "state"),
		Since:   instants.Draw(t, "since"),
		Until:   someTimes.Draw(t, "until"),
		CheckAt: someTimes.Draw(t, "check"),
		Message: rapid.IntRange(0, 6).Draw(t, "message"),
		Check:   rapid.IntRange(0, 6).Draw(t, "check card"),
		Changed: instants.Draw(t, "changed"),
	}

	return action{
		store: func(tx bot.Tx) error { return tx.PutBreak(&b) },
		model: func(m *model) { m.breaks[b.Who] = b },
	}
}

func forgetBreaks(t *rapid.T) action {
	before, most := instants.Draw(t, "before"), rapid.IntRange(0, 3).Draw(t, "most")

	return action{
		store: func(tx bot.Tx) error {
			_, err := tx.ForgetBreaks(before, most)
			return err
		},
		model: func(m *model) {
			for _, b := range oldest(m.breaks, func(b bot.Break) time.Time { return b.Changed }, before, most) {
				delete(m.breaks, b.Who)
				maps.DeleteFunc(m.cards, func(id bot.CardID, _ bot.Card) bool { return id.Role == bot.BreakCard && id.Person == b.Who })
			}
		},
	}
}

func forgetBreakCards(t *rapid.T) action {
	before := instants.Draw(t, "before")

	return action{
		store: func(tx bot.Tx) error { return tx.ForgetBreakCards(before) },
		model: func(m *model) {
			maps.DeleteFunc(m.cards, func(id bot.CardID, c bot.Card) bool {
				b, kept := m.breaks[id.Person]
				shows := kept && (b.Message == id.N || b.Check == id.N)

				at := c.Posted
				if at.IsZero() {
					at = c.Since
				}

				return id.Role == bot.BreakCard && at.Before(before) && !shows
			})
		},
	}
}

func putDigest(t *rapid.T) action {
	d := bot.Digest{Team: teams.Draw(t, "team"), NextAt: someTimes.Draw(t, "next")}

	return action{
		store: func(tx bot.Tx) error { return tx.PutDigest(&d) },
		model: func(m *model) { m.digests[d.Team] = d },
	}
}

func addFeedback(t *rapid.T) action {
	f := bot.Feedback{Team: teams.Draw(t, "team"), Week: instants.Draw(t, "week"), Helped: keys.Draw(t, "helped")}

	return action{
		store: func(tx bot.Tx) error { return tx.AddFeedback(&f) },
		model: func(m *model) { m.feedback = append(m.feedback, f) },
	}
}

// forgetFeedback forgets all of before a time, since which of a week goes first
// is up to the store.
func forgetFeedback(t *rapid.T) action {
	before := instants.Draw(t, "before")

	return action{
		store: func(tx bot.Tx) error {
			_, err := tx.ForgetFeedback(before, 1000)
			return err
		},
		model: func(m *model) {
			m.feedback = slices.DeleteFunc(slices.Clone(m.feedback), func(f bot.Feedback) bool { return f.Week.Before(before) })
		},
	}
}

// emptyAfterCall is the part of empty that is about the time after a call. A
// digest can't be removed, but be out of the index.
func emptyAfterCall(tx bot.Tx) error {
	for _, team := range []bot.TeamID{"billing", "sales"} {
		if err := tx.PutDigest(&bot.Digest{Team: team}); err != nil {
			return err
		}
	}

	for _, who := range everybody {
		if err := tx.PutBreak(&bot.Break{Who: who}); err != nil { // so that the cards go too
			return err
		}
	}

	_, breaks := tx.ForgetBreaks(never, 100)
	_, feedback := tx.ForgetFeedback(never, 1000)

	return errors.Join(breaks, feedback)
}

func (m *model) compareAfterCall(t *rapid.T, tx bot.Tx) {
	m.compareBreaks(t, tx)
	m.compareResting(t, tx)
	m.compareDigests(t, tx)
	m.compareFeedback(t, tx)

	for _, who := range everybody {
		got, _ := tx.Owing(who)
		equal(t, "Owing()", got, m.pick(newest, func(e *bot.Escalation) bool {
			return slices.ContainsFunc(e.Owed, func(o bot.Owed) bool { return o.Owner == who && o.Open() })
		}))
	}

	for _, team := range []bot.TeamID{"billing", "sales"} {
		from, until := start.Add(1), start.Add(4)
		got, _ := tx.OpenedIn(team, from, until)
		equal(t, "OpenedIn()", got, m.pick(oldestOpened, func(e *bot.Escalation) bool {
			return e.Team == team && !e.Opened.Before(from) && e.Opened.Before(until)
		}))

		members, _ := tx.Members(team)
		equal(t, "Members()", members, m.members(team))
	}
}

func oldestOpened(a, b bot.Escalation) int {
	return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.ID, b.ID))
}

func (m *model) members(team bot.TeamID) int {
	n := 0

	for _, i := range m.identities {
		if i.Team == team {
			n++
		}
	}

	return n
}

// compareBreaks asks for all breaks and their cards that there can be.
func (m *model) compareBreaks(t *rapid.T, tx bot.Tx) {
	due := map[bot.PersonID]time.Time{}

	for _, who := range everybody {
		b, err := tx.Break(who)
		if want, kept := m.breaks[who]; kept {
			equal(t, "Break()", b, &want)

			due[who] = want.Due()
		} else if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Break(%v) = %v, want %v", who, err, bot.ErrNotFound)
		}

		for n := 1; n <= 6; n++ {
			card, err := tx.Card(breakCard(who, n))
			if want, kept := m.cards[breakCard(who, n)]; kept {
				equal(t, "Card()", card, &want)
			} else if !errors.Is(err, bot.ErrNotFound) {
				t.Errorf("Card(%v) = %v, want %v", breakCard(who, n), err, bot.ErrNotFound)
			}
		}
	}

	got, _ := tx.DueBreaks(start.Add(3), 100)
	inOrder(t, "DueBreaks()", got, dueUntil(due, start.Add(3)))
}

func (m *model) compareResting(t *rapid.T, tx bot.Tx) {
	for _, team := range []bot.TeamID{"billing", "sales"} {
		since := map[bot.PersonID]time.Time{}

		for who, b := range m.breaks {
			if b.Team == team && b.Resting() {
				since[who] = b.Since
			}
		}

		var people []bot.PersonID

		got, _ := tx.Resting(team)
		for _, b := range got {
			want := m.breaks[b.Who]
			equal(t, "Resting()", b, &want)

			people = append(people, b.Who)
		}

		inOrder(t, "Resting()", people, since)
	}
}

func (m *model) compareDigests(t *rapid.T, tx bot.Tx) {
	due := map[bot.TeamID]time.Time{}

	for team, want := range m.digests {
		d, _ := tx.Digest(team)
		equal(t, "Digest()", d, &want)

		due[team] = want.Due()
	}

	got, _ := tx.DueDigests(start.Add(3), 100)
	inOrder(t, "DueDigests()", got, dueUntil(due, start.Add(3)))
}

func (m *model) compareFeedback(t *rapid.T, tx bot.Tx) {
	for _, team := range []bot.TeamID{"billing", "sales"} {
		from, until := start.Add(1), start.Add(4)

		var want []*bot.Feedback
		for _, f := range m.feedback {
			if f.Team == team && !f.Week.Before(from) && f.Week.Before(until) {
				want = append(want, &f)
			}
		}

		got, _ := tx.FeedbackOf(team, from, until)
		slices.SortFunc(got, byContent)
		slices.SortFunc(want, byContent)
		equal(t, "FeedbackOf()", got, want)
	}
}

// dueUntil leaves what has a time that is not after until.
func dueUntil[Name ~string](at map[Name]time.Time, until time.Time) map[Name]time.Time {
	maps.DeleteFunc(at, func(_ Name, at time.Time) bool { return at.IsZero() || at.After(until) })

	return at
}

// inOrder checks that a call returned those names and no others, in the order of
// their times.
func inOrder[Name ~string](t *rapid.T, call string, got []Name, want map[Name]time.Time) {
	t.Helper()

	var last time.Time

	for _, name := range got {
		at, wanted := want[name]
		if !wanted {
			t.Errorf("%s has %v, which should not be there or is there twice", call, name)
		}

		if at.Before(last) {
			t.Errorf("%s has %v of %v after one of %v", call, name, at, last)
		}

		last = at
		delete(want, name)
	}

	if len(want) > 0 {
		t.Errorf("%s lacks %v", call, want)
	}
}
