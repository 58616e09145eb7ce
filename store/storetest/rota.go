package storetest

import (
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// noDuty checks that nothing is there of what is kept about who is on duty.
func noDuty(t *testing.T, tx bot.Tx) {
	t.Helper()

	_, err := tx.Change(7)
	isNotFound(t, "Change(7)", err)
	_, err = tx.Note(7)
	isNotFound(t, "Note(7)", err)
	_, err = tx.Watch("billing")
	isNotFound(t, `Watch("billing")`, err)
	_, err = tx.Feed("billing")
	isNotFound(t, `Feed("billing")`, err)

	same(t, "Changes()", must[[]*bot.Change](t)(tx.Changes("dana", time.Time{})), []*bot.Change(nil))
	same(t, "DueWatches()", must[[]bot.TeamID](t)(tx.DueWatches(start, 10)), []bot.TeamID(nil))
	same(t, "Paged()", must[time.Time](t)(tx.Paged("dana")), time.Time{})
}

// duty holds one record of each kind that is about who is on duty, with no
// field left empty.
type duty struct {
	change bot.Change
	note   bot.Note
	card   bot.Card // the note's
	watch  bot.Watch
	feed   bot.Feed
	paged  time.Time // of the change's Who
}

func newDuty() duty {
	var d duty
	Fill(&d.change)
	Fill(&d.note)
	Fill(&d.card)
	Fill(&d.watch)
	Fill(&d.feed)
	Fill(&d.paged)

	d.card.ID = noteCard(d.note.To, d.note.ID)

	return d
}

// dutyNumbered is found by all indexes.
func dutyNumbered(change bot.ChangeID, note bot.NoteID) duty {
	d := newDuty()
	d.change.ID, d.change.Cancelled = change, time.Time{}
	d.note.ID, d.card.ID = note, noteCard(d.note.To, note)
	d.card.Dead = false

	return d
}

// oddDuty has a text wherever there can be one.
func oddDuty(i int, text string) duty {
	who, team := bot.PersonID(text), bot.TeamID(text)
	change, note := bot.ChangeID(i+1), bot.NoteID(i+1)

	return duty{
		change: bot.Change{ID: change, Who: who, Cover: who, Until: start},
		note:   bot.Note{ID: note, To: who, Team: team, At: start, Findings: []bot.Finding{{Who: who, Text: text}}, Text: text},
		card:   bot.Card{ID: noteCard(who, note), Wanted: 1, Since: start, Drawn: text},
		watch:  bot.Watch{Team: team, On: []bot.PersonID{who}, ChangeAt: start, Group: []bot.PersonID{who}},
		feed:   bot.Feed{Team: team, Source: text, Data: []byte(text), Failure: text},
		paged:  start,
	}
}

func noteCard(to bot.PersonID, note bot.NoteID) bot.CardID {
	return bot.CardID{Role: bot.NoteCard, Person: to, N: int(note)}
}

func (d duty) put(tx bot.Tx) error {
	for _, put := range []func() error{
		func() error { return tx.PutChange(&d.change) },
		func() error { return tx.PutNote(&d.note) },
		func() error { return tx.PutCard(&d.card) },
		func() error { return tx.PutWatch(&d.watch) },
		func() error { return tx.PutFeed(&d.feed) },
		func() error { return tx.PutPaged(d.change.Who, d.paged) },
	} {
		if err := put(); err != nil {
			return err
		}
	}

	return nil
}

func (d duty) check(t *testing.T, tx bot.Tx) {
	t.Helper()

	same(t, "Change()", must[*bot.Change](t)(tx.Change(d.change.ID)), &d.change)
	same(t, "Note()", must[*bot.Note](t)(tx.Note(d.note.ID)), &d.note)
	same(t, "Card(note)", must[*bot.Card](t)(tx.Card(d.card.ID)), &d.card)
	same(t, "Watch()", must[*bot.Watch](t)(tx.Watch(d.watch.Team)), &d.watch)
	same(t, "Feed()", must[*bot.Feed](t)(tx.Feed(d.feed.Team)), &d.feed)
	same(t, "Paged()", must[time.Time](t)(tx.Paged(d.change.Who)), d.paged)
}

// alter changes what the records point to.
func (d duty) alter() {
	d.note.Whom[0], d.note.Findings[0].Text = "altered", "altered"
	d.watch.On[0], d.watch.Group[0] = "altered", "altered"
	d.watch.Handovers[0].From[0], d.watch.Handovers[0].Escalations[0] = "altered", 999
	d.feed.Data[0]++
}

// alterHandedOut changes what a store hands out.
func alterHandedOut(t *testing.T, tx bot.Tx, d duty) {
	must[*bot.Change](t)(tx.Change(d.change.ID)).Who = "altered"

	duty{
		note:  *must[*bot.Note](t)(tx.Note(d.note.ID)),
		watch: *must[*bot.Watch](t)(tx.Watch(d.watch.Team)),
		feed:  *must[*bot.Feed](t)(tx.Feed(d.feed.Team)),
	}.alter()
}

// severalOfDuty is the part of several that is about who is on duty: it takes
// the first of each kind out of the indexes and puts another in.
func severalOfDuty(tx bot.Tx) error {
	change, err := tx.NextChange()
	if err != nil {
		return err
	}

	note, err := tx.NextNote()
	if err != nil {
		return err
	}

	d := dutyNumbered(change, note)

	first := d.change
	first.ID, first.Cancelled = 1, start

	if err := tx.PutChange(&first); err != nil {
		return err
	}

	if _, err := tx.ForgetNotes(d.note.At.Add(1), 10); err != nil {
		return err
	}

	d.watch.ChangeAt = start.Add(-time.Hour)
	d.feed.Data, d.paged = nil, start

	return d.put(tx)
}

// dutyUntouched checks that d is all there is, and found.
func dutyUntouched(t *testing.T, tx bot.Tx, d duty) {
	t.Helper()

	d.check(t, tx)

	for _, who := range []bot.PersonID{d.change.Who, d.change.Cover} {
		same(t, "Changes()", must[[]*bot.Change](t)(tx.Changes(who, time.Time{})), []*bot.Change{&d.change})
	}

	due := d.watch.Due()
	same(t, "DueWatches(before)", must[[]bot.TeamID](t)(tx.DueWatches(due.Add(-1), 10)), []bot.TeamID(nil))
	same(t, "DueWatches()", must[[]bot.TeamID](t)(tx.DueWatches(due, 10)), []bot.TeamID{d.watch.Team})

	_, err := tx.Change(2)
	isNotFound(t, "Change(2)", err)
	_, err = tx.Note(2)
	isNotFound(t, "Note(2)", err)
}

func putChanges(t *testing.T, s bot.Store, all ...*bot.Change) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, c := range all {
			if err := tx.PutChange(c); err != nil {
				return err
			}
		}

		return nil
	})
}

func isChanged(t *testing.T, s bot.Store, who bot.PersonID, after time.Time, want ...*bot.Change) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "Changes("+string(who)+")", must[[]*bot.Change](t)(tx.Changes(who, after)), want)
		return nil
	})
}

func changesFollow(t *testing.T, s bot.Store) {
	until := start.Add(time.Hour)
	c := &bot.Change{ID: 1, Who: "dana", Cover: "lee", From: start, Until: until, By: "maria"}
	putChanges(t, s, c)

	for _, who := range []bot.PersonID{"dana", "lee"} {
		isChanged(t, s, who, start, c)
		isChanged(t, s, who, until.Add(-1), c)
		isChanged(t, s, who, until) // it is over
		isChanged(t, s, who, until.Add(1))
	}

	isChanged(t, s, "maria", start)
	isChanged(t, s, "da", start)
	isChanged(t, s, "", start)

	// Somebody else covers, and for longer.
	c.Cover, c.Until = "kim", until.Add(time.Hour)
	putChanges(t, s, c)
	isChanged(t, s, "lee", start)
	isChanged(t, s, "kim", until, c)
	isChanged(t, s, "dana", until, c)

	// Nobody does: who is off is found, and no one without a name.
	c.Cover = ""
	putChanges(t, s, c)
	isChanged(t, s, "kim", start)
	isChanged(t, s, "", start)
	isChanged(t, s, "dana", until, c)

	// The same person twice is found once.
	c.Cover = "dana"
	putChanges(t, s, c)
	isChanged(t, s, "dana", start, c)

	c.Cancelled, c.CancelledBy = start, "maria"
	putChanges(t, s, c)
	isChanged(t, s, "dana", start)

	view(t, s, func(tx bot.Tx) error {
		same(t, "Change(cancelled)", must[*bot.Change](t)(tx.Change(1)), c)
		return nil
	})

	c.Cancelled, c.CancelledBy = time.Time{}, "" // as when it is taken back
	putChanges(t, s, c)
	isChanged(t, s, "dana", start, c)
}

func changesInOrder(t *testing.T, s bot.Store) {
	ends := func(id bot.ChangeID, who, cover bot.PersonID, until time.Time) *bot.Change {
		return &bot.Change{ID: id, Who: who, Cover: cover, Until: until}
	}

	last, second, first := ends(1, "dana", "", start.Add(2)), ends(2, "lee", "dana", start.Add(1)), ends(3, "dana", "lee", start)
	tie, far := ends(300, "dana", "", start.Add(1)), ends(5, "dana", "", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	old, other := ends(6, "dana", "", time.Unix(-1, 0)), ends(7, "lee", "", start.Add(1))
	putChanges(t, s, last, second, first, tie, far, old, other)

	isChanged(t, s, "dana", time.Time{}, old, first, second, tie, last, far)
	isChanged(t, s, "dana", start.Add(-1), first, second, tie, last, far)
	isChanged(t, s, "dana", start, second, tie, last, far)
	isChanged(t, s, "dana", start.In(time.FixedZone("west", -3600)), second, tie, last, far)
	isChanged(t, s, "dana", start.Add(2), far)
	isChanged(t, s, "lee", start.Add(-1), first, second, other)
}

func putNotes(t *testing.T, s bot.Store, all ...*bot.Note) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, n := range all {
			if err := tx.PutNote(n); err != nil {
				return err
			}
		}

		return nil
	})
}

// hasNotes checks which of the first nine notes are there.
func hasNotes(t *testing.T, s bot.Store, want ...bot.NoteID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		var got []bot.NoteID

		for id := range bot.NoteID(9) {
			if _, err := tx.Note(id + 1); err == nil {
				got = append(got, id+1)
			} else {
				isNotFound(t, "Note()", err)
			}
		}

		same(t, "the notes", got, want)

		return nil
	})
}

func forgetsNotes(t *testing.T, s bot.Store, before time.Time, most, want int) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		same(t, "ForgetNotes()", must[int](t)(tx.ForgetNotes(before, most)), want)
		return nil
	})
}

func notesForgotten(t *testing.T, s bot.Store) {
	at := func(id bot.NoteID, minutes int) *bot.Note {
		return &bot.Note{ID: id, To: "dana", At: start.Add(time.Duration(minutes) * time.Minute)}
	}

	putNotes(t, s, at(1, 0), at(2, 3), at(3, 1), at(4, 2), at(5, 2), &bot.Note{ID: 6})
	putNotes(t, s, at(1, 60)) // put again, with a later time

	forgetsNotes(t, s, time.Time{}, 10, 0)
	forgetsNotes(t, s, start.Add(time.Minute), 10, 1) // what was of that very time stays
	hasNotes(t, s, 1, 2, 3, 4, 5)
	forgetsNotes(t, s, start.Add(time.Hour), 0, 0)
	forgetsNotes(t, s, start.Add(time.Hour), 2, 2)
	hasNotes(t, s, 1, 2, 5)
	forgetsNotes(t, s, start.Add(time.Hour), 10, 2)
	hasNotes(t, s, 1)
	forgetsNotes(t, s, start.Add(time.Hour+1), 10, 1)
	hasNotes(t, s)
}

func noteCardsForgotten(t *testing.T, s bot.Store) {
	card := func(id bot.CardID) *bot.Card { return &bot.Card{ID: id, Wanted: 1, Since: start} }

	// Those that stay have a key that begins or ends as that of the one that goes.
	gone := card(noteCard("dana", 1))
	stay := []*bot.Card{
		card(noteCard("dana", 11)), card(noteCard("dan", 1)), card(noteCard("lee/dana", 1)),
		card(bot.CardID{Role: bot.HomeCard, Person: "dana"}), cardOf(1, "dana", 1, start),
	}

	putNotes(t, s, &bot.Note{ID: 1, To: "dana", At: start}, &bot.Note{ID: 11, To: "dana", At: start.Add(1)})
	putCards(t, s, append(stay, gone)...)
	forgetsNotes(t, s, start.Add(1), 10, 1)

	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Card(gone.ID)
		isNotFound(t, "Card(note/dana/1)", err)
		same(t, "len(Outbox())", len(must[[]bot.CardID](t)(tx.Outbox())), len(stay))

		for _, c := range stay {
			same(t, "Card()", must[*bot.Card](t)(tx.Card(c.ID)), c)
		}

		return nil
	})

	// A note whose addressee was corrected takes the card of the right one.
	putNotes(t, s, &bot.Note{ID: 11, To: "dan", At: start.Add(1)})
	putCards(t, s, card(noteCard("dan", 11)))
	forgetsNotes(t, s, start.Add(time.Hour), 10, 1)

	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Card(noteCard("dan", 11))
		isNotFound(t, "Card(note/dan/11)", err)

		return nil
	})
}

func noteCardPending(t *testing.T, s bot.Store) {
	c := &bot.Card{ID: noteCard("slack/dana", 17), Wanted: 1, Since: start}
	home := &bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: "slack/dana"}, Wanted: 1, Since: start.Add(-1)}
	putCards(t, s, c, home)
	outbox(t, s, home.ID, c.ID)

	update(t, s, func(tx bot.Tx) error { return tx.ForgetEscalation(0) }) // which is none of theirs
	outbox(t, s, home.ID, c.ID)

	c.Shown = 1
	putCards(t, s, c)
	outbox(t, s, home.ID)

	view(t, s, func(tx bot.Tx) error {
		same(t, "Card()", must[*bot.Card](t)(tx.Card(c.ID)), c)
		return nil
	})
}

func putWatches(t *testing.T, s bot.Store, all ...*bot.Watch) {
	t.Helper()

	update(t, s, func(tx bot.Tx) error {
		for _, w := range all {
			if err := tx.PutWatch(w); err != nil {
				return err
			}
		}

		return nil
	})
}

func isWatched(t *testing.T, s bot.Store, until time.Time, most int, want ...bot.TeamID) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		same(t, "DueWatches()", must[[]bot.TeamID](t)(tx.DueWatches(until, most)), want)
		return nil
	})
}

// oddTeamsAreDue asks for the watches of oddDuty.
func oddTeamsAreDue(t *testing.T, s bot.Store) {
	t.Helper()

	view(t, s, func(tx bot.Tx) error {
		teams := must[[]bot.TeamID](t)(tx.DueWatches(start, 100))
		same(t, "len(DueWatches())", len(teams), len(oddTexts))

		for _, team := range teams {
			if w, err := tx.Watch(team); err != nil || w.Team != team {
				t.Errorf("Watch(%.40q) from DueWatches = %v, want nil", team, err)
			}
		}

		return nil
	})
}

func watchesInOrder(t *testing.T, s bot.Store) {
	watch := func(team bot.TeamID, at time.Time) *bot.Watch { return &bot.Watch{Team: team, ChangeAt: at} }

	putWatches(t, s,
		watch("billing", start.Add(1)), watch("sales", start), watch("never", time.Time{}),
		watch("early", time.Unix(-1, 0)), watch("late", time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)),
	)

	isWatched(t, s, start.Add(-1), 10, "early")
	isWatched(t, s, start, 10, "early", "sales")
	isWatched(t, s, start.Add(1), 10, "early", "sales", "billing")
	isWatched(t, s, start.Add(1), 2, "early", "sales")
	isWatched(t, s, start.Add(1), 0)
	isWatched(t, s, start.Add(1).In(time.FixedZone("east", 3600)), 10, "early", "sales", "billing")
}

func watchesFollow(t *testing.T, s bot.Store) {
	w := &bot.Watch{Team: "billing", ChangeAt: start.Add(time.Hour)}
	putWatches(t, s, w)
	isWatched(t, s, start, 10)
	isWatched(t, s, start.Add(time.Hour), 10, "billing")

	w.Handovers = []bot.ShiftHandover{{N: 1, AskAt: start}}
	putWatches(t, s, w)
	isWatched(t, s, start, 10, "billing")

	w.Handovers[0].AskAt = start.Add(2 * time.Hour)
	putWatches(t, s, w)
	isWatched(t, s, start, 10)
	isWatched(t, s, start.Add(9*time.Hour), 10, "billing")

	putWatches(t, s, &bot.Watch{Team: "billing"})
	isWatched(t, s, start.AddDate(99, 0, 0), 10)
}

func pagedLasts(t *testing.T, s bot.Store) {
	for _, at := range []time.Time{start, start.Add(time.Second), {}} {
		update(t, s, func(tx bot.Tx) error { return tx.PutPaged("dana", at) })
		view(t, s, func(tx bot.Tx) error {
			same(t, `Paged("dana")`, must[time.Time](t)(tx.Paged("dana")), at)
			same(t, `Paged("dan")`, must[time.Time](t)(tx.Paged("dan")), time.Time{})

			return nil
		})
	}
}
