package main

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// recordScenes show records that are not as they were written, and one whose words
// were erased.
var recordScenes = []galleryScene{
	{name: "record-altered", play: alteredScene},
	{name: "records-altered", play: severalAlteredScene},
	{name: "record-erased", play: erasedTimelineScene},
	{name: "record-damaged", play: damagedScene},
}

// damagedScene has the disk alter more than a note names.
func damagedScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("maria", "withdraw")

	found := []bot.Damage{
		{Record: "1", Part: bot.DamagedCase, Escalation: 2}, {Record: "2", Part: bot.DamagedTimeline, Escalation: 3, Entry: 4},
		{Record: "3", Part: bot.DamagedFigures, Escalation: 4}, {Record: "4", Part: bot.DamagedMessage, Escalation: 5}, {Record: "5", Part: bot.DamagedMessage},
		{Record: "6", Part: bot.DamagedCustomer}, {Record: "7", Part: bot.DamagedPerson}, {Record: "8", Part: bot.DamagedDuty}, {Record: "9", Part: bot.DamagedOther},
		{Record: "10", Part: bot.DamagedCase, Escalation: 10}, {Record: "11", Part: bot.DamagedCase, Escalation: 11},
	}
	s.must(s.desk.TellOfDamage(s.t.Context(), found))
	s.deliver()
}

// alteredScene has words go that nobody erased, and the record say that it stands
// otherwise. Whoever looks is told, and within the hour so is the manager.
func alteredScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("maria", "withdraw")
	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error { return tx.EraseText(1, 1) }))
	s.command("maria", "E-1")
	s.command("priya", "E-1")
	s.wait(time.Hour)

	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		e, err := tx.Escalation(1)
		if err != nil {
			return err
		}

		e.State, e.Doubted = bot.Closed, time.Time{}

		return tx.PutEscalation(e)
	}))
	s.command("priya", "E-1")
}

// severalAlteredScene has more records altered than a note names: of none is the
// timeline there.
func severalAlteredScene(s *studio) {
	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		for id := range bot.EscalationID(12) {
			e := bot.Escalation{ID: id + 1, Team: "billing", Agent: "slack:U0MARIA", Kind: bot.TakeOver, State: bot.Withdrawn, Opened: s.now, Entries: 1}
			if err := tx.PutEscalation(&e); err != nil {
				return err
			}
		}

		return nil
	}))
	s.wait(time.Hour)
}

// erasedTimelineScene has all words of a case erased, as its timeline says.
func erasedTimelineScene(s *studio) {
	s.open("maria", bot.TakeOver)
	s.press("maria", "withdraw")
	s.must(s.store.Update(s.t.Context(), func(tx bot.Tx) error {
		e, err := tx.Escalation(1)
		if err != nil {
			return err
		}

		e.Entries++

		erased := bot.Entry{N: e.Entries, At: s.now, What: bot.WasErased, From: e.State, To: e.State, Holder: e.Holder}
		if err := tx.Append(1, e.Link(erased, bot.NewSalt())); err != nil {
			return err
		}

		for n := range e.Entries {
			if err := tx.EraseText(1, n+1); err != nil {
				return err
			}
		}

		return tx.PutEscalation(e)
	}))
	s.command("priya", "E-1")
}
