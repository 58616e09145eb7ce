package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// BenchmarkPageOfCustomer opens an escalation of a customer and draws the page, for
// one who came once before and one who came a thousand times, in a file with many
// escalations of others.
func BenchmarkPageOfCustomer(b *testing.B) {
	for _, others := range sizes(10_000, million) {
		store, err := bolt.Open(filepath.Join(filledDir(b, others), databaseName), bolt.Options{Now: time.Now, NoSync: true})
		if err != nil {
			b.Fatal(err)
		}

		desk := bot.NewDesk(bot.DeskOptions{Store: store, Settings: benchSettings(b), Now: time.Now, Log: slog.New(slog.DiscardHandler)})

		for _, earlier := range []int{1, 1000} {
			reference := fmt.Sprintf("K-%d-%d", earlier, time.Now().UnixNano())
			comeBefore(b, store, reference, earlier)

			b.Run(fmt.Sprintf("draw/others=%d/earlier=%d", others, earlier), func(b *testing.B) {
				page := pageOf(b, store, desk, reference)

				for b.Loop() {
					if err := store.View(b.Context(), func(tx bot.Tx) error {
						drawing, err := desk.Draw(tx, page)
						if len(drawing.Message.Parts) == 0 {
							b.Fatal("the page is empty")
						}

						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
			})

			b.Run(fmt.Sprintf("open/others=%d/earlier=%d", others, earlier), func(b *testing.B) {
				for b.Loop() {
					page := pageOf(b, store, desk, reference)

					b.StopTimer()
					takeBack(b, desk, page.Escalation)
					b.StartTimer()
				}
			})
		}

		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// comeBefore has a customer in the store who came so often.
func comeBefore(b *testing.B, store *bolt.Store, reference string, times int) {
	b.Helper()

	if err := store.Update(b.Context(), func(tx bot.Tx) error {
		for range times {
			id, err := tx.NextEscalation()
			if err != nil {
				return err
			}

			e := closedCase(id, 0, time.Now().Add(-time.Hour))
			e.Context.Reference = reference

			if err := errors.Join(tx.PutEscalation(e), known(tx, e)); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		b.Fatal(err)
	}
}

// known notes an escalation with its customer.
func known(tx bot.Tx, e *bot.Escalation) error {
	c, err := tx.Customer(e.Team, e.Context.Reference)
	if errors.Is(err, bot.ErrNotFound) {
		c, err = &bot.Customer{Team: e.Team}, nil
	}

	if err != nil {
		return err
	}

	c.Note(e, false)

	return tx.PutCustomer(c)
}

// pageOf opens an escalation of a customer and returns the first page, for the lead of
// the team.
func pageOf(b *testing.B, store *bolt.Store, desk *bot.Desk, reference string) bot.CardID {
	b.Helper()

	if _, err := desk.Submit(b.Context(), chat.Submission{
		Who: chat.PersonOn(chat.Slack, benchAgent(0)), Form: "escalate", Values: chat.Values{
			"team": {string(benchTeam(0))}, "kind": {"take over"}, "customer": {"Ms Kovac"}, "happened": {"She waits"}, "reference": {reference},
			"same": {"another"},
		},
	}); err != nil {
		b.Fatal(err)
	}

	var page bot.CardID

	if err := store.View(b.Context(), func(tx bot.Tx) error {
		newest, err := tx.ByCustomer(benchTeam(0), reference, 1)
		if err != nil {
			return err
		}

		page = bot.CardID{Role: bot.PageCard, Escalation: newest[0], Person: benchLead(0), N: 1}

		return nil
	}); err != nil {
		b.Fatal(err)
	}

	return page
}

// takeBack withdraws what was opened, so that the agent has nothing open.
func takeBack(b *testing.B, desk *bot.Desk, id bot.EscalationID) {
	b.Helper()

	if _, err := desk.Click(b.Context(), chat.Click{Who: chat.PersonOn(chat.Slack, benchAgent(0)), Action: "withdraw", Value: id.String()}); err != nil {
		b.Fatal(err)
	}
}
