package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
)

// what a tally of the week keeps.
func (d *digestDesk) tally(id bot.EscalationID) *bot.Tally {
	d.t.Helper()

	var tally *bot.Tally

	if err := d.store.View(d.t.Context(), func(tx bot.Tx) (err error) {
		tally, err = tx.Tally(id)

		return err
	}); err != nil {
		d.t.Fatalf("Tally(%v) = %v, want it", id, err)
	}

	return tally
}

// closeAll has what was kept of the week be closed, with words, until a time.
func (d *digestDesk) closeAll(forgetAt time.Time) {
	d.t.Helper()

	if err := d.store.Update(d.t.Context(), func(tx bot.Tx) error {
		for id := range bot.EscalationID(5) {
			e, err := tx.Escalation(id + 1)
			if err != nil {
				return err
			}

			e.State, e.Ended, e.ForgetAt = bot.Closed, e.Opened.Add(time.Hour), forgetAt
			e.Context = bot.Context{Customer: "Ms Kovac", Reference: "K-1042", Happened: "Charged twice", Reason: "billing", Heat: 4, Channel: "phone"}
			e.Outcome = &bot.Outcome{By: e.Agent, At: e.Opened.Add(time.Hour), Name: "Refund", Agreed: "She gets it by Friday", Worked: "Listening"}

			if err := tx.PutEscalation(e); err != nil {
				return err
			}
		}

		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
}

// What is forgotten leaves statistics, from which the digest tells the same. Who
// they were goes after two years, and the statistics when the configuration says so.
func TestForgottenLeavesStatistics(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), digestConfig+"retention: {statistics: 1000d}\n")
	d.keepWeek()
	d.closeAll(on(9, 9, 0))
	d.now = on(9, 8, 0)

	before, err := digestText(t.Context(), d.Desk, digestCommand{Team: "billing"})
	if err != nil || !strings.Contains(before, "Refund") {
		t.Fatalf("TellWeek() = %v, %v, want the week", before, err)
	}

	d.at(on(9, 9, 0))

	if err := d.store.View(t.Context(), func(tx bot.Tx) error {
		_, err := tx.Escalation(1)

		return err
	}); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("Escalation(E-1) = %v, want that it is forgotten", err)
	}

	tally := d.tally(1)

	data, err := json.Marshal(tally)
	if err != nil {
		t.Fatal(err)
	}

	for _, word := range []string{"Kovac", "K-1042", "Charged", "Friday", "Listening"} {
		if strings.Contains(string(data), word) {
			t.Errorf("the tally holds %q: %s", word, data)
		}
	}

	after, err := digestText(t.Context(), d.Desk, digestCommand{Team: "billing", Week: "2026-W45"})
	if diff := cmp.Diff(strings.Replace(before, "What worked:\n• Listening\n\n", "", 1), after); err != nil || diff != "" {
		t.Errorf("the digest after forgetting, %v (-before +after):\n%v", err, diff)
	}

	d.at(tally.NamesUntil)

	if got := d.tally(1); got.Agent != "" || got.Taken.By != "" || got.Reason != "billing" || len(got.Head) == 0 || got.Taken.At.IsZero() {
		t.Errorf("the tally after two years is %+v, want its figures and nobody", got)
	}

	_, err = digestText(t.Context(), d.Desk, digestCommand{Team: "billing", Week: "2026-W45"})
	if refused := (*bot.RefusedError)(nil); !errors.As(err, &refused) || !strings.Contains(err.Error(), "too long ago") {
		t.Errorf("TellWeek() of two years ago = %v, want that it is too long ago", err)
	}

	d.at(tally.ForgetAt)

	want := &bot.Tally{ID: 1, Entries: 2, Head: tally.Head, Gone: tally.Gone}
	if diff := cmp.Diff(want, d.tally(1)); diff != "" {
		t.Errorf("the tally after its time (-want +got):\n%v", diff)
	}
}
