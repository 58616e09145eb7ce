package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

func nothingThere(t *testing.T, s bot.Store) {
	view(t, s, func(tx bot.Tx) error {
		_, err := tx.Escalation(7)
		isNotFound(t, "Escalation(E-7)", err)
		_, err = tx.Card(bot.CardID{Role: bot.PageCard, Escalation: 7, Person: "dana", N: 1})
		isNotFound(t, "Card(E-7/page/dana/1)", err)
		_, err = tx.Once("view:V1")
		isNotFound(t, `Once("view:V1")`, err)
		_, err = tx.Identity("slack:U0DANA")
		isNotFound(t, `Identity("slack:U0DANA")`, err)

		same(t, "Pause()", must[time.Time](t)(tx.Pause("slack")), time.Time{})
		same(t, "Due()", must[[]bot.EscalationID](t)(tx.Due(start, 10)), []bot.EscalationID(nil))
		same(t, "Concerning()", must[[]bot.EscalationID](t)(tx.Concerning("dana")), []bot.EscalationID(nil))
		same(t, "ByCustomer()", must[[]bot.EscalationID](t)(tx.ByCustomer("billing", "A-1", 10)), []bot.EscalationID(nil))
		same(t, "Timeline()", must[[]bot.Entry](t)(tx.Timeline(7)), []bot.Entry(nil))
		same(t, "CardsOf()", must[[]*bot.Card](t)(tx.CardsOf(7)), []*bot.Card(nil))
		same(t, "Outbox()", must[[]bot.CardID](t)(tx.Outbox()), []bot.CardID(nil))
		noDuty(t, tx)
		noneAfterCall(t, tx)
		nowhere(t, tx)
		nobodyKnown(t, tx)

		return nil
	})

	update(t, s, func(tx bot.Tx) error {
		same(t, "ForgetOnce()", must[int](t)(tx.ForgetOnce(start, 10)), 0)
		same(t, "ForgetNotes()", must[int](t)(tx.ForgetNotes(start, 10)), 0)
		same(t, "ForgetBreaks()", must[int](t)(tx.ForgetBreaks(never, 10)), 0)
		same(t, "ForgetFeedback()", must[int](t)(tx.ForgetFeedback(never, 10)), 0)

		return tx.ForgetEscalation(7)
	})
}

// full holds one record of each kind with no field left empty.
type full struct {
	escalation bot.Escalation
	entries    []bot.Entry
	card       bot.Card
	identity   bot.Identity
}

func newFull() full {
	var f full
	Fill(&f.escalation)
	Fill(&f.card)
	Fill(&f.identity)

	f.entries = make([]bot.Entry, 3)
	for i := range f.entries {
		Fill(&f.entries[i])
		f.entries[i].N = i + 1
	}

	f.card.ID.Escalation = f.escalation.ID

	return f
}

func (f full) put(tx bot.Tx) error {
	for _, entry := range f.entries {
		if err := tx.Append(f.escalation.ID, entry); err != nil {
			return err
		}
	}

	if err := tx.PutEscalation(&f.escalation); err != nil {
		return err
	}

	if err := tx.PutCard(&f.card); err != nil {
		return err
	}

	return tx.PutIdentity(&f.identity)
}

func (f full) check(t *testing.T, tx bot.Tx) {
	t.Helper()

	same(t, "Escalation()", must[*bot.Escalation](t)(tx.Escalation(f.escalation.ID)), &f.escalation)
	same(t, "Timeline()", must[[]bot.Entry](t)(tx.Timeline(f.escalation.ID)), f.entries)
	same(t, "Card()", must[*bot.Card](t)(tx.Card(f.card.ID)), &f.card)
	same(t, "Identity()", must[*bot.Identity](t)(tx.Identity(f.identity.Who)), &f.identity)
}

func comesBackWhole(t *testing.T, s bot.Store) {
	f, d, a, w, c := newFull(), newDuty(), newAfterCall(), newWhere(), newCustomer()

	for _, put := range []func(bot.Tx) error{f.put, d.put, a.put, a.answer, w.put, c.put} {
		update(t, s, put)
	}

	view(t, s, func(tx bot.Tx) error {
		f.check(t, tx)
		d.check(t, tx)
		a.check(t, tx)
		a.isAnswered(t, tx)
		w.check(t, tx)
		c.check(t, tx)

		return nil
	})

	empty := bot.Escalation{ID: 900}
	home := bot.Card{ID: bot.CardID{Role: bot.HomeCard, Person: "dana"}}
	emptyDuty := duty{change: bot.Change{ID: 900}, note: bot.Note{ID: 900}, card: bot.Card{ID: noteCard("", 900)}}
	emptyAfter := afterCall{card: bot.Card{ID: breakCard("", 0)}}

	update(t, s, func(tx bot.Tx) error {
		if err := tx.PutCard(&home); err != nil {
			return err
		}

		if err := errors.Join(emptyDuty.put(tx), emptyAfter.put(tx), emptyAfter.answer(tx)); err != nil {
			return err
		}

		return tx.PutEscalation(&empty)
	})
	view(t, s, func(tx bot.Tx) error {
		emptyDuty.check(t, tx)
		emptyAfter.check(t, tx)
		emptyAfter.isAnswered(t, tx)
		same(t, "Escalation(empty)", must[*bot.Escalation](t)(tx.Escalation(900)), &empty)
		same(t, "Card(home)", must[*bot.Card](t)(tx.Card(home.ID)), &home)

		return nil
	})
}

func replaced(t *testing.T, s bot.Store) {
	f, d, a := newFull(), newDuty(), newAfterCall()

	for _, put := range []func(bot.Tx) error{f.put, d.put, a.put} {
		update(t, s, put)
	}

	f.escalation = bot.Escalation{ID: f.escalation.ID, Agent: "maria", State: bot.Paging}
	f.entries = append(f.entries, bot.Entry{N: 4, What: bot.WasTaken})
	f.card = bot.Card{ID: f.card.ID}
	f.identity = bot.Identity{Who: f.identity.Who, Name: "Dana"}
	d = duty{
		change: bot.Change{ID: d.change.ID, Who: d.change.Who}, note: bot.Note{ID: d.note.ID, To: d.note.To}, card: bot.Card{ID: d.card.ID},
		watch: bot.Watch{Team: d.watch.Team}, feed: bot.Feed{Team: d.feed.Team}, paged: start,
	}
	a = afterCall{rest: bot.Break{Who: a.rest.Who}, card: bot.Card{ID: a.card.ID}, digest: bot.Digest{Team: a.digest.Team}}

	update(t, s, func(tx bot.Tx) error {
		if err := tx.Append(f.escalation.ID, f.entries[3]); err != nil {
			return err
		}

		if err := errors.Join(d.put(tx), a.put(tx)); err != nil {
			return err
		}

		return full{escalation: f.escalation, card: f.card, identity: f.identity}.put(tx)
	})
	view(t, s, func(tx bot.Tx) error {
		f.check(t, tx)
		d.check(t, tx)
		a.check(t, tx)

		return nil
	})
}

// oddTexts are what people, and those who mean ill, write.
var oddTexts = []string{
	"", " ", "\n\t", "\x00", "<!channel> <@U1> &amp; *bold* `code`", "\u202egnirts\u202c", "Zoë 🧯👩‍👩‍👧 ẞß ſs K",
	"a/b/c", "E-1/page/dana/1", `{"json":true}`, "\u2028\u2029", long("é", 40_000),
}

func long(s string, n int) string {
	b := make([]byte, 0, n*len(s))
	for range n {
		b = append(b, s...)
	}

	return string(b)
}

func oddText(t *testing.T, s bot.Store) {
	for i, text := range oddTexts {
		e := bot.Escalation{
			ID: bot.EscalationID(i + 1), Team: bot.TeamID(text), Agent: bot.PersonID(text), State: bot.Paging,
			Context: bot.Context{Customer: text, Reference: text, Happened: text, Verbatim: text, Signs: []string{text, text}},
		}
		card := bot.Card{
			ID:     bot.CardID{Role: bot.PageCard, Escalation: e.ID, Person: bot.PersonID(text), N: 1},
			Wanted: 1, Since: start, Drawn: text,
		}
		identity := bot.Identity{Who: chat.Person(text), Name: text}

		update(t, s, func(tx bot.Tx) error {
			f := full{escalation: e, entries: []bot.Entry{{N: 1, Text: text}}, card: card, identity: identity}
			if err := f.put(tx); err != nil {
				return err
			}

			if err := oddDuty(i, text).put(tx); err != nil {
				return err
			}

			if err := tx.PutPause(text, start); err != nil {
				return err
			}

			return tx.KeepOnce(text, text, start)
		})
		view(t, s, func(tx bot.Tx) error {
			full{escalation: e, entries: []bot.Entry{{N: 1, Text: text}}, card: card, identity: identity}.check(t, tx)
			same(t, "Once()", must[string](t)(tx.Once(text)), text)
			same(t, "Pause()", must[time.Time](t)(tx.Pause(text)), start)
			same(t, "Concerning()", must[[]bot.EscalationID](t)(tx.Concerning(e.Agent)), []bot.EscalationID{e.ID})
			oddDuty(i, text).check(t, tx)

			return nil
		})
	}

	oddTeamsAreDue(t, s)

	view(t, s, func(tx bot.Tx) error {
		ids := must[[]bot.CardID](t)(tx.Outbox())
		if len(ids) != 2*len(oddTexts) { // of each a page and a note
			t.Errorf("Outbox() has %d cards, want %d", len(ids), 2*len(oddTexts))
		}

		for _, id := range ids {
			if _, err := tx.Card(id); err != nil {
				t.Errorf("Card(%.40q) from the outbox = %v, want nil", id, err)
			}
		}

		return nil
	})

	update(t, s, func(tx bot.Tx) error {
		same(t, "ForgetOnce()", must[int](t)(tx.ForgetOnce(start.Add(1), 100)), len(oddTexts))
		same(t, "ForgetNotes()", must[int](t)(tx.ForgetNotes(start.Add(1), 100)), len(oddTexts))
		same(t, "len(Outbox())", len(must[[]bot.CardID](t)(tx.Outbox())), len(oddTexts))

		return nil
	})
}

func copied(t *testing.T, s bot.Store) {
	f, d, a := newFull(), newDuty(), newAfterCall()
	update(t, s, func(tx bot.Tx) error {
		if err := errors.Join(f.put(tx), d.put(tx), a.put(tx)); err != nil {
			return err
		}

		// What it was given is altered before the commit.
		d.alter()
		a.rest.Hard[0].At = start

		f.escalation.Context.Signs[0] = "altered"
		f.escalation.Pages[0].Who = "altered"
		f.escalation.Handover.To = "altered"

		return nil
	})

	want, wantDuty, wantAfter := newFull(), newDuty(), newAfterCall()
	view(t, s, func(tx bot.Tx) error {
		want.check(t, tx)
		wantDuty.check(t, tx)
		wantAfter.check(t, tx)

		// What it handed out is altered within the transaction.
		e := must[*bot.Escalation](t)(tx.Escalation(want.escalation.ID))
		e.Context.Signs[0], e.Pages[0].Who, e.Outcome.Name = "altered", "altered", "altered"
		must[[]bot.Entry](t)(tx.Timeline(want.escalation.ID))[0].Text = "altered"
		must[[]*bot.Card](t)(tx.CardsOf(want.escalation.ID))[0].Drawn = "altered"
		alterHandedOut(t, tx, wantDuty)
		must[*bot.Break](t)(tx.Break(wantAfter.rest.Who)).Hard[0].At = start

		want.check(t, tx)
		wantDuty.check(t, tx)
		wantAfter.check(t, tx)

		return nil
	})
	view(t, s, func(tx bot.Tx) error {
		want.check(t, tx)
		wantDuty.check(t, tx)

		return nil
	})
}

func onceIsKept(t *testing.T, s bot.Store) {
	update(t, s, func(tx bot.Tx) error {
		for i, key := range []string{"c", "a", "b", "d"} {
			if err := tx.KeepOnce(key, "result of "+key, start.Add(time.Duration(i)*time.Minute)); err != nil {
				return err
			}
		}

		// Kept again: with another result, and for longer.
		return tx.KeepOnce("c", "again", start.Add(time.Hour))
	})

	has := func(want map[string]string) {
		t.Helper()
		view(t, s, func(tx bot.Tx) error {
			for _, key := range []string{"a", "b", "c", "d"} {
				result, err := tx.Once(key)
				if _, kept := want[key]; !kept {
					isNotFound(t, "Once("+key+")", err)
				} else if err != nil || result != want[key] {
					t.Errorf("Once(%q) = %q, %v, want %q", key, result, err, want[key])
				}
			}

			return nil
		})
	}
	forget := func(before time.Time, most, want int) {
		t.Helper()
		update(t, s, func(tx bot.Tx) error {
			same(t, "ForgetOnce()", must[int](t)(tx.ForgetOnce(before, most)), want)
			return nil
		})
	}

	has(map[string]string{"a": "result of a", "b": "result of b", "c": "again", "d": "result of d"})
	forget(start.Add(time.Minute), 10, 0) // what was kept at that very time stays
	forget(start.Add(time.Hour), 1, 1)
	has(map[string]string{"b": "result of b", "c": "again", "d": "result of d"})
	forget(start.Add(time.Hour), 0, 0)
	forget(start.Add(time.Hour), 10, 2)
	has(map[string]string{"c": "again"})
	forget(start.Add(time.Hour+1), 10, 1)
	has(nil)
}

func pauseLasts(t *testing.T, s bot.Store) {
	for _, until := range []time.Time{start, start.Add(time.Second), {}} {
		update(t, s, func(tx bot.Tx) error {
			return tx.PutPause("slack:C1", until)
		})
		view(t, s, func(tx bot.Tx) error {
			same(t, `Pause("slack:C1")`, must[time.Time](t)(tx.Pause("slack:C1")), until)
			same(t, `Pause("slack:C2")`, must[time.Time](t)(tx.Pause("slack:C2")), time.Time{})

			return nil
		})
	}
}
