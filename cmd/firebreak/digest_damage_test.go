package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// damagedWeek is a store in which a digest that is next sent at a time can't be
// read, nor an escalation's timeline. It counts the weeks that are looked at.
type damagedWeek struct {
	bot.Store
	digest   bot.Digest
	timeline bot.EscalationID
	looked   int
}

type damagedWeekTx struct {
	bot.Tx
	of *damagedWeek
}

func (s *damagedWeek) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(damagedWeekTx{tx, s}) })
}

func (s *damagedWeek) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(damagedWeekTx{tx, s}) })
}

func (tx damagedWeekTx) Digest(team bot.TeamID) (*bot.Digest, error) {
	d, err := tx.Tx.Digest(team)
	if err == nil && team == tx.of.digest.Team && d.NextAt.Equal(tx.of.digest.NextAt) {
		return nil, errDamaged
	}

	return d, err
}

func (tx damagedWeekTx) Timeline(id bot.EscalationID) ([]bot.Entry, error) {
	if id == tx.of.timeline {
		return nil, errDamaged
	}

	return tx.Tx.Timeline(id)
}

func (tx damagedWeekTx) OpenedIn(team bot.TeamID, from, until time.Time) ([]bot.EscalationID, error) {
	tx.of.looked++

	return tx.Tx.OpenedIn(team, from, until)
}

// How a digest recurs may be damaged: the bot starts all the same, that team's digest
// begins anew, and the others come as ever.
func TestADamagedDigest(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), digestConfig)
	damage := &damagedWeek{Store: d.store, digest: bot.Digest{Team: "billing", NextAt: on(9, 9, 0)}}
	d.store = damage
	d.now = on(3, 12, 0)
	d.restart(digestConfig)

	d.wantAt(on(9, 9, 0), `parcels to "priya": 2 Nov to 9 Nov`, `vip to "priya": 2 Nov to 9 Nov`)
	d.wantAt(on(16, 9, 0), `billing to "": 9 Nov to 16 Nov`, `parcels to "priya": 9 Nov to 16 Nov`, `vip to "priya": 9 Nov to 16 Nov`)

	// While the bot runs it is the same.
	damage.digest = bot.Digest{Team: "vip", NextAt: on(23, 9, 0)}
	d.wantAt(on(23, 9, 0), `billing to "": 16 Nov to 23 Nov`, `parcels to "priya": 16 Nov to 23 Nov`)
	d.wantAt(on(30, 9, 0), `billing to "": 23 Nov to 30 Nov`, `parcels to "priya": 23 Nov to 30 Nov`, `vip to "priya": 23 Nov to 30 Nov`)
}

// keepWeek keeps what happened in the week from 2 November: five people asked for
// help, each of them once, and each was helped by somebody else.
func (d *digestDesk) keepWeek() {
	d.t.Helper()

	if err := d.store.Update(d.t.Context(), func(tx bot.Tx) error {
		for i := range 5 {
			id, at := bot.EscalationID(i+1), on(3, 10, i) //nolint:gosec // counts
			agent, taker := bot.PersonID(fmt.Sprintf("slack:A%d", i)), bot.PersonID(fmt.Sprintf("slack:S%d", i))

			e := &bot.Escalation{ID: id, Team: "billing", Agent: agent, State: bot.Taken, Holder: taker, Opened: at, Entries: 2}

			if err := errors.Join(
				tx.Append(id, e.Link(bot.Entry{N: 1, At: at, What: bot.WasOpened, By: agent, To: bot.Paging}, bot.NewSalt())),
				tx.Append(id, e.Link(bot.Entry{N: 2, At: at.Add(time.Minute), What: bot.WasTaken, By: taker, From: bot.Paging, To: bot.Taken, Holder: taker}, bot.NewSalt())),
				tx.PutEscalation(e),
			); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
}

// A digest is told without a timeline that can't be read: that nobody took what it
// is about would be a guess.
func TestADigestWithADamagedTimeline(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), digestConfig)
	d.store = &damagedWeek{Store: d.store, timeline: 5}
	d.restart(digestConfig)
	d.keepWeek()
	d.now = on(9, 9, 0)

	text, err := digestText(t.Context(), d.Desk, digestCommand{Team: "billing"})
	if err != nil || !holds(text, []string{"5 calls for help", "They were taken by the first person who was paged (4)"}) {
		t.Errorf("TellWeek() = %v, %v, want five calls, of which four are known to have been taken", text, err)
	}
}

// A week is counted once, however many read of it and however often it is sent
// anew, and to each team its own. Who asks for it is told how it is now.
func TestADigestIsCountedOnce(t *testing.T) {
	config := strings.Replace(digestConfig, "channel: C0BILLING, ", "", 1)
	config = strings.Replace(config, "managers: [priya]", "managers: [priya, tom]", 1)
	config = strings.Replace(config, "teams:", "  tom: {name: Tom Becker, role: manager, slack: U0TOM}\nteams:", 1)
	d := digestDeskOf(t, on(1, 12, 0), config)
	counted := &damagedWeek{Store: d.store}
	d.store = counted
	d.restart(config)
	d.keepWeek()

	// notes draws each of the notes, and returns what they say.
	notes := func(n ...int) (titles []string) {
		t.Helper()

		counted.looked = 0

		if err := d.store.View(t.Context(), func(tx bot.Tx) error {
			for _, n := range n {
				note, err := tx.Note(bot.NoteID(n)) //nolint:gosec // counts
				if err != nil {
					return err
				}

				drawing, err := d.Draw(tx, bot.CardID{Role: bot.NoteCard, Person: note.To, N: n})
				if err != nil {
					return err
				}

				titles = append(titles, drawing.Message.Title)
			}

			return nil
		}); err != nil {
			t.Fatal(err)
		}

		return titles
	}

	d.wantAt(on(9, 9, 0), `billing to "priya": 2 Nov to 9 Nov`, `billing to "tom": 2 Nov to 9 Nov`,
		`parcels to "priya": 2 Nov to 9 Nov`, `vip to "priya": 2 Nov to 9 Nov`, `vip to "tom": 2 Nov to 9 Nov`)

	billing, parcels := "Billing: the week of 2 to 8 November", "Parcels: the week of 2 to 8 November"
	want := []string{billing, billing, parcels, billing}

	if diff := cmp.Diff(want, notes(1, 2, 3, 1)); diff != "" || counted.looked != 2 {
		t.Errorf("drawing four digests of two teams counts %v times, want 2, and says (-want +got):\n%v", counted.looked, diff)
	}

	if _, err := d.TellWeek(t.Context(), "billing", ""); err != nil || counted.looked != 3 {
		t.Errorf("TellWeek() = %v, and counts %v times, want that it counts anew", err, counted.looked-2)
	}

	d.at(on(16, 9, 0))

	next := "Billing: the week of 9 to 15 November"
	want = []string{billing, next, next, next}

	if diff := cmp.Diff(want, notes(1, 6, 7, 6)); diff != "" || counted.looked != 1 {
		t.Errorf("drawing the next week's counts %v times, want 1, and says (-want +got):\n%v", counted.looked, diff)
	}
}

// The channel may be gone from the configuration when a digest for it is still to
// be sent: then the managers get it.
func TestADigestWhoseChannelIsGone(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), digestConfig)
	d.at(on(9, 9, 0))
	d.restart(strings.Replace(digestConfig, "channel: C0BILLING, ", "", 1))

	if err := d.store.Update(t.Context(), func(tx bot.Tx) error {
		card, err := tx.Card(bot.CardID{Role: bot.NoteCard, N: 1})
		if err != nil {
			return err
		}

		_, err = d.Draw(tx, card.ID)

		failure, ok := errors.AsType[*chat.Failure](err)
		if !ok || failure.Kind != chat.Unreachable {
			return fmt.Errorf("Draw(a digest for no channel) = %w, want that it can't be delivered", err)
		}

		_, err = d.Undeliverable(tx, card, failure, d.now)

		return err
	}); err != nil {
		t.Error(err)
	}

	d.wantAt(d.now, `billing to "priya": 2 Nov to 9 Nov`)
}
