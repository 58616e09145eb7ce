package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// deskOf returns a desk with the configuration on a store of its own.
func deskOf(t *testing.T, config string) (*bot.Desk, bot.Store) {
	t.Helper()

	c, err := ParseConfig("test.yaml", []byte(config))
	if err != nil {
		t.Fatal(err)
	}

	now := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = store.Close() })

	settings := c.settings()

	return bot.NewDesk(bot.DeskOptions{
		Store: store, Settings: settings, Now: now, Log: slog.New(slog.DiscardHandler),
	}), store
}

// inStore returns an escalation as it is kept.
func inStore(t *testing.T, store bot.Store, id bot.EscalationID) *bot.Escalation {
	t.Helper()

	var e *bot.Escalation

	if err := store.View(t.Context(), func(tx bot.Tx) (err error) {
		e, err = tx.Escalation(id)

		return err
	}); err != nil {
		t.Fatalf("Escalation(%v) = %v, want it", id, err)
	}

	return e
}

// choiceOf returns the choice of a message with a label.
func choiceOf(t *testing.T, m *chat.Message, label string) chat.Choice {
	t.Helper()

	for _, c := range m.Choices {
		if c.Label == label {
			return c
		}
	}

	t.Fatalf("%q has no button %q", m.Title, label)

	return chat.Choice{}
}

// An approval is for the amount on the card that was pressed, and for no other.
func TestNobodyApprovesWhatTheyDidNotSee(t *testing.T) {
	desk, store := deskOf(t, string(demoConfig))
	maria, dana := chat.Person("slack:U0MARIA"), chat.Person("slack:U0DANA")
	form := chat.Values{"kind": {"approve"}, "customer": {"Ms Kovac"}, "happened": {"It broke"}, "amount": {"80 USD"}}

	if _, err := desk.Submit(t.Context(), chat.Submission{ID: "1", Who: maria, Form: "escalate", Values: form}); err != nil {
		t.Fatal(err)
	}

	reply, err := desk.Command(t.Context(), chat.Command{Who: dana, Name: "escalate", Text: "E-1"})
	if err != nil {
		t.Fatal(err)
	}

	approve := choiceOf(t, reply.Message, "Approve")
	form["amount"] = []string{"8000 USD"}

	if _, err := desk.Submit(t.Context(), chat.Submission{ID: "2", Who: maria, Form: "context", State: "E-1", Values: form}); err != nil {
		t.Fatal(err)
	}

	late, err := desk.Click(t.Context(), chat.Click{ID: "3", Who: dana, Action: approve.Action, Value: approve.Value})
	if err != nil || late.Message == nil || !strings.Contains(late.Message.Title, "Paging") {
		t.Errorf("Approve of 80 USD = %+v, %v, want how things stand", late, err)
	}

	if e := inStore(t, store, 1); e.Decision != nil {
		t.Errorf("Decision = %+v, want none", e.Decision)
	}
}

// Somebody in a hurry presses twice; that is one call for help.
func TestTwoPressesOnATeamAreOneCall(t *testing.T) {
	two := strings.Replace(string(demoConfig), "\nteams:\n", "\nteams:\n  sales:\n    name: Sales\n    supervisors: [dana]\n    managers: [priya]\n", 1)
	desk, store := deskOf(t, two)
	zoe := chat.Person("slack:U0ZOE")

	reply, err := desk.Command(t.Context(), chat.Command{ID: "t1", Who: zoe, Name: "escalate", Text: "now " + strings.Repeat("he shouts ", 50)})
	if err != nil {
		t.Fatal(err)
	}

	sales := choiceOf(t, reply.Message, "Sales")

	for _, id := range []string{"t2", "t3"} {
		if _, err := desk.Click(t.Context(), chat.Click{ID: id, Who: zoe, Action: sales.Action, Value: sales.Value}); err != nil {
			t.Fatal(err)
		}
	}

	if e := inStore(t, store, 1); len(e.Context.Happened) < 490 {
		t.Errorf("Happened has %d characters, want all that was typed", len(e.Context.Happened))
	}

	if err := store.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Escalation(2)

		return err
	}); err == nil {
		t.Error("two presses opened E-2 as well")
	}
}

// An old button says at once that something was done. Of a follow-up it is asked first
// what came out.
func TestOldDoneAsksAboutAFollowUp(t *testing.T) {
	desk, store := deskOf(t, `
timezone: UTC
people:
  dana: {name: Dana Reed, role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
teams:
  billing: {name: Billing, supervisors: [dana], managers: [priya]}
`)
	owed := bot.Owed{N: 1, Text: "Ask her", Owner: "slack:U0MARIA", Due: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}

	for id, promise := range map[bot.EscalationID]bool{1: false, 2: true} {
		owed.Promise = promise

		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			return tx.PutEscalation(&bot.Escalation{
				ID: id, Team: "billing", Agent: "slack:U0MARIA", Kind: bot.TakeOver, State: bot.Returned, Owed: []bot.Owed{owed},
			})
		}); err != nil {
			t.Fatal(err)
		}

		reply, err := desk.Click(t.Context(), chat.Click{ID: id.String(), Who: "slack:U0MARIA", Action: "done", Value: id.String() + "/1"})
		if err != nil {
			t.Fatal(err)
		}

		open := inStore(t, store, id).Owed[0].Open()
		if asked := reply.Form != nil; asked == promise || open == promise {
			t.Errorf("Click(done) on %+v: form %v, still open %v, want a form and no end for a follow-up alone", owed, asked, open)
		}
	}
}

// A list that had to stop somewhere says so.
func TestTeamListSaysWhereItStops(t *testing.T) {
	desk, store := deskOf(t, `
timezone: UTC
people:
  dana: {name: Dana Reed, role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}
teams:
  billing: {name: Billing, supervisors: [dana], managers: [priya]}
`)

	for _, tt := range []struct {
		from, to bot.EscalationID
		stops    bool
	}{{1, 1999, false}, {2000, 2000, true}} {
		if err := store.Update(t.Context(), func(tx bot.Tx) error {
			for id := tt.from; id <= tt.to; id++ {
				owed := bot.Owed{N: 1, Text: "Ask her", Owner: "slack:U0MARIA", Due: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
				if err := tx.PutEscalation(&bot.Escalation{ID: id, Team: "billing", Agent: "slack:U0MARIA", State: bot.Resolved, Owed: []bot.Owed{owed}}); err != nil {
					return err
				}
			}

			return nil
		}); err != nil {
			t.Fatal(err)
		}

		reply, err := desk.Command(t.Context(), chat.Command{Name: "followups", Text: "team", Who: "slack:U0PRIYA"})
		if err != nil {
			t.Fatal(err)
		}

		if text := fmt.Sprint(reply.Message.Parts); strings.Contains(text, "there may be more") != tt.stops {
			t.Errorf("Command(followups team) with %v = %v, want that it stops: %v", tt.to, text, tt.stops)
		}
	}
}
