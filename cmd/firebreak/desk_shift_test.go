package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// with returns the configuration with something else in the place of something
// that must be in it.
func with(t *testing.T, config, old, instead string) string {
	t.Helper()

	if !strings.Contains(config, old) {
		t.Fatalf("the configuration has no %q", old)
	}

	return strings.ReplaceAll(config, old, instead)
}

// joined has a case of advice that dana took and joined before her shift ends.
func joined(d *dutyDesk, customer string, id bot.EscalationID) {
	d.t.Helper()
	d.advice(customer)
	d.clicks("dana", "take", id.String())
	d.clicks("dana", "join", id.String())
	d.wantHolder(id, "dana")
}

// drawnNote returns the text of a note and the label of its button, "" if it has
// none.
func (d *dutyDesk) drawnNote(note int, to bot.PersonID) (text, button string) {
	d.t.Helper()
	d.read(func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, bot.CardID{Role: bot.NoteCard, Person: to, N: note})
		if err == nil && len(drawing.Message.Choices) > 0 {
			button = drawing.Message.Choices[0].Label
		}

		text = answerText(&drawing.Message)

		return err
	})

	return text, button
}

func TestShiftsAreTold(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.wantNotes() // the first look tells nobody

	d.at(23, 15, 59, 59)
	d.wantNotes()

	d.at(23, 16, 0, 0)
	d.wantNotes("lee: shift began [dana]", "dana: shift ended [lee]")

	d.at(23, 16, 0, 1)
	d.wantNotes()

	d.at(24, 0, 0, 0)
	d.wantNotes("kim: shift began [lee]", "lee: shift ended [kim]")

	// A cover that begins now was told to both already. Its end was not.
	d.says("lee", "/duty cover @kim until 02:00")
	d.at(24, 0, 0, 1)
	d.wantNotes("kim: cover made []")

	d.at(24, 2, 0, 0)
	d.wantNotes("kim: shift began [lee]", "lee: shift ended [kim]")
}

// What happened while the bot was down is told as far as it still matters.
func TestShiftsAfterARestart(t *testing.T) {
	for _, test := range []struct {
		name string
		back time.Time
		want []string
	}{
		{"within the shift", time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC), nil},
		{"one missed", time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), []string{"lee: shift began [dana]", "dana: shift ended [lee]"}},
		{"two missed: not who came and went", time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), []string{"kim: shift began [dana]", "dana: shift ended [kim]"}},
		{"a day missed: on duty again", time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), nil},
		{"a month missed", time.Date(2026, 12, 24, 17, 0, 0, 0, time.UTC), []string{"lee: shift began [dana]", "dana: shift ended [lee]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)

			d.now = test.back
			d.restart(shiftConfig)
			d.wantNotes(test.want...)

			d.restart(shiftConfig)
			d.wantNotes()
		})
	}
}

func TestShiftsOfAnotherConfiguration(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	d.restart(with(t, shiftConfig, "{who: [dana], days", "{who: [kim, dana], days"))
	d.wantNotes("kim: shift began []")

	d.restart(with(t, shiftConfig, "{who: [dana], days", "{who: [kim], days"))
	d.wantNotes("dana: shift ended [kim]")

	// A team that is gone is nobody's business; one that is back begins anew.
	billing, sales, _ := strings.Cut(shiftConfig, "  sales:\n")
	people, _, _ := strings.Cut(billing, "  billing:\n")

	d.restart(people + "  sales:\n" + sales)
	d.at(23, 17, 0, 0)
	d.wantNotes()
	d.read(func(tx bot.Tx) error {
		w, err := tx.Watch("billing")
		if err == nil && !w.Due().IsZero() {
			t.Errorf("a team that is gone is watched: %+v", w)
		}

		return err
	})

	d.restart(shiftConfig)
	d.wantNotes()
	d.at(24, 0, 0, 0)
	d.wantNotes("kim: shift began [lee]", "lee: shift ended [kim]")
}

// Nobody comes on or goes off by a plan that is not known yet: a calendar that is
// read for the first time, or from another address.
func TestShiftsOfAPlanThatIsAwaited(t *testing.T) {
	night := roster.Always([]roster.Person{"kim"})

	for _, test := range []struct {
		name string
		plan roster.Plan
		want []string
	}{
		{"somebody else is on by it", night, []string{"kim: shift began [dana]", "dana: shift ended [kim]"}},
		{"it can't be read", nil, []string{"lee: shift began []", "kim: shift began []"}},
		{"the same is on by it", roster.Always([]roster.Person{"dana"}), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)

			c, err := ParseConfig("test.yaml", []byte(shiftConfig))
			if err != nil {
				t.Fatal(err)
			}

			settings := c.settings()
			for i := range settings.Teams {
				settings.Teams[i].Plan = nil
			}

			d.Desk = bot.NewDesk(bot.DeskOptions{Store: d.store, Settings: settings, Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler)})
			d.AwaitPlan("billing")

			if err := d.WatchRotas(t.Context()); err != nil {
				t.Fatal(err)
			}

			d.tick()
			d.at(23, 9, 10, 0)
			d.wantNotes()

			if err := d.SetPlan(t.Context(), "billing", test.plan); err != nil {
				t.Fatal(err)
			}

			d.tick()
			d.wantNotes(test.want...)

			// One that can't be read later on leaves the plan as it is.
			if err := d.SetPlan(t.Context(), "billing", nil); err != nil {
				t.Fatal(err)
			}

			d.tick()
			d.wantNotes()
		})
	}
}

// A calendar that was never read is awaited until it was, or until it can't be.
func TestShiftsOfACalendar(t *testing.T) {
	shifts, _, _ := strings.Cut(shiftConfig[strings.Index(shiftConfig, "    shifts:"):], "    options:")
	config := with(t, shiftConfig, shifts, "    calendar: duty.ics\n")
	d := dutyDeskOf(t, shiftConfig)
	file := filepath.Join(t.TempDir(), "test.yaml")

	c, err := ParseConfig(file, []byte(config))
	if err != nil {
		t.Fatal(err)
	}

	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return d.now }
	d.Desk = bot.NewDesk(bot.DeskOptions{Store: d.store, Settings: c.settings(), Now: now, Log: log})
	app := &App{config: c, desk: d.Desk, out: Outsides{Now: now, Log: log}}

	calendars, err := app.readCalendars(t.Context())
	if err := errors.Join(err, d.WatchRotas(t.Context())); err != nil {
		t.Fatal(err)
	}

	d.tick()
	d.wantNotes()

	if err := app.follow(t.Context(), calendars[0]); err != nil {
		t.Fatal(err)
	}

	d.tick()
	d.wantNotes("priya: calendar fails []", "lee: shift began []", "kim: shift began []")
}

// A user group that is configured in the place of another one is set at once, and
// what failed with the other one is forgotten.
func TestGroupOfAnotherConfiguration(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{}
	d.groups(o)
	d.restart(shiftConfig)
	d.groups(o)

	d.restart(with(t, shiftConfig, "S0DUTY", "S0BILLING"))
	d.groups(o)
	d.groups(o)
	d.restart(with(t, shiftConfig, "    user_group: S0DUTY\n", ""))
	d.groups(o)

	o.refuses = &chat.Failure{Kind: chat.Missing, Code: "no_such_subteam"}
	d.restart(shiftConfig)
	d.groups(o)
	d.wantNotes("priya: group fails []")

	d.restart(with(t, shiftConfig, "S0DUTY", "S0BILLING"))
	d.groups(o)
	d.wantNotes("priya: group fails []")

	if diff := cmp.Diff([]string{
		"S0DUTY [slack:U0DANA]", "S0BILLING [slack:U0DANA]", "S0DUTY [slack:U0DANA]", "S0BILLING [slack:U0DANA]",
	}, o.groups); diff != "" {
		t.Errorf("groups (-want +got):\n%v", diff)
	}
}

// A clock that is set back tells nobody again what they were told. Where it was
// far ahead, the rota is followed from the right time on.
func TestShiftsWhenTheClockIsSetBack(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.at(23, 16, 0, 0)
	d.notes()

	d.now = time.Date(2026, 11, 23, 15, 59, 30, 0, time.UTC)
	d.restart(shiftConfig)
	d.wantNotes()

	d.at(23, 16, 0, 0)
	d.wantNotes()
	d.at(23, 16, 0, 1)
	d.wantNotes()
	d.at(24, 0, 0, 0)
	d.wantNotes("kim: shift began [lee]", "lee: shift ended [kim]")

	d.now = time.Date(2027, 11, 24, 9, 0, 0, 0, time.UTC)
	d.tick()
	d.notes() // dana is on

	d.now = time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC)
	d.restart(shiftConfig)
	d.wantNotes()
	d.at(24, 8, 0, 0)
	d.wantNotes("dana: shift began [kim]", "kim: shift ended [dana]")
}

// The next shift is asked to confirm what is open, then the one that ended, then
// the managers, and then nobody.
func TestHandoverIsAskedFor(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.notes()

	d.at(23, 16, 0, 0)
	d.wantNotes("lee: shift began [dana] E-1 handover 1", "dana: shift ended [lee] E-1 handover 1")

	d.at(23, 16, 9, 59)
	d.wantNotes()
	d.at(23, 16, 10, 0)
	d.wantNotes("dana: handover back [lee] E-1 handover 1")

	d.at(23, 16, 19, 59)
	d.wantNotes()
	d.at(23, 16, 20, 0)
	d.wantNotes("priya: handover up [lee] E-1 handover 1")

	d.at(23, 23, 59, 59)
	d.wantNotes()

	d.at(24, 0, 0, 0) // still open, which the next shift is told; lee leaves nothing
	d.wantNotes("kim: shift began [lee] E-1", "lee: shift ended [kim]")
	d.wantHolder(1, "dana")
}

func TestHandoverIsConfirmed(t *testing.T) {
	for _, test := range []struct {
		name   string
		who    string
		answer string // begins the answer, "" if there is none
		holder bot.PersonID
		asked  bool   // whether it goes on asking
		again  string // is in the answer to a second press
	}{
		{"by who comes on", "lee", "", "lee", false, "Lee Chan has confirmed it already"},
		{"by who went off: they keep it", "dana", "", "dana", false, "Dana Reed keeps it"},
		{"by a manager", "priya", "", "priya", false, "Priya Nair has confirmed it already"},
		{"by somebody else of the team", "kim", "That button is for those", "dana", true, ""},
		{"by a stranger", "maria", "That button is for those", "dana", true, ""},
		{"by a supervisor of another team", "omar", "That button is for those", "dana", true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)
			joined(d, "Ms Kovac", 1)
			joined(d, "Mr Lis", 2)
			d.at(23, 16, 0, 0)
			d.notes()

			if got := d.clicks(test.who, "handover", "billing/1"); !strings.HasPrefix(got, test.answer) || (got == "") != (test.answer == "") {
				t.Errorf("Confirm handover by %v = %q, want %q at the front", test.who, got, test.answer)
			}

			d.wantHolder(1, test.holder)
			d.wantHolder(2, test.holder)

			d.at(23, 16, 10, 0)

			if asked := len(d.notes()) > 0; asked != test.asked {
				t.Errorf("asked on: %v, want %v", asked, test.asked)
			}

			if test.asked {
				return
			}

			for _, who := range []string{"lee", test.who} {
				if got := d.clicks(who, "handover", "billing/1"); !strings.Contains(got, test.again) {
					t.Errorf("Confirm handover again by %v = %q, want %q in it", who, got, test.again)
				}
			}

			d.wantHolder(1, test.holder)
		})
	}
}

// twoOff has dana and lee on duty until 16:00, then kim. Each of the two has a
// case.
func twoOff(t *testing.T) *dutyDesk {
	t.Helper()

	d := dutyDeskOf(t, with(t, with(t, shiftConfig, "{who: [dana], days", "{who: [dana, lee], days"), "{who: [lee],  days", "{who: [kim],  days"))
	joined(d, "Ms Kovac", 1)
	d.advice("Mr Lis")
	d.clicks("lee", "take", "E-2")
	d.at(23, 9, 0, 1)
	d.clicks("lee", "join", "E-2")
	d.wantHolder(2, "lee")
	d.at(23, 16, 0, 0)
	d.notes()

	return d
}

// Who keeps what they have does not speak for those who went off with them: these
// are still asked, and what they have can be taken over.
func TestHandoverIsKept(t *testing.T) {
	d := twoOff(t)

	if got := d.clicks("dana", "handover", "billing/1"); got != "" {
		t.Errorf("I keep it = %q, want nothing to say", got)
	}

	if got := d.clicks("dana", "handover", "billing/1"); !strings.HasPrefix(got, "You keep what you have of it") {
		t.Errorf("I keep it again = %q, want that she keeps it", got)
	}

	d.at(23, 16, 10, 0)
	d.wantNotes("lee: handover back [kim] E-1 E-2 handover 1")

	for note, test := range map[int]struct {
		to     bot.PersonID
		button string
	}{1: {"kim", "Confirm handover"}, 2: {"dana", ""}, 4: {"lee", "I keep it"}} {
		text, button := d.drawnNote(note, test.to)
		if !strings.Contains(text, "Dana Reed keeps what they have of it.") || button != test.button {
			t.Errorf("the note to %v is drawn %q with %q, want that dana keeps hers, and %q", test.to, text, button, test.button)
		}
	}

	d.clicks("kim", "handover", "billing/1")
	d.wantHolder(1, "dana")
	d.wantHolder(2, "kim")
}

// Once all keep what they have, nobody is asked any more.
func TestHandoverIsKeptByAll(t *testing.T) {
	d := twoOff(t)
	d.clicks("dana", "handover", "billing/1")
	d.clicks("lee", "handover", "billing/1")
	d.at(23, 16, 10, 0)
	d.wantNotes()

	if text, button := d.drawnNote(1, "kim"); !strings.Contains(text, "Dana Reed and Lee Chan keep it (Mon 23 Nov, 16:00 UTC).") || button != "" {
		t.Errorf("kim's note is drawn %q with %q, want that both keep it", text, button)
	}

	if got := d.clicks("kim", "handover", "billing/1"); !strings.HasPrefix(got, "Dana Reed and Lee Chan keep it") {
		t.Errorf("Confirm handover = %q, want that they keep it", got)
	}

	d.wantHolder(1, "dana")
	d.wantHolder(2, "lee")
}

// An old button takes nothing from those who are on duty again, and nobody takes
// over who has gone off themselves.
func TestHandoverIsOld(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.at(23, 16, 0, 0)
	d.at(23, 16, 10, 0)

	drawn := d.wanted("lee", 1)
	d.at(24, 0, 0, 0)

	if d.wanted("lee", 1) == drawn {
		t.Error("the note is not drawn anew when lee's shift ends")
	}

	if got := d.clicks("lee", "handover", "billing/1"); !strings.HasPrefix(got, "That button is for those") {
		t.Errorf("Confirm handover by who is off = %q, want a refusal", got)
	}

	for note, test := range map[int]struct {
		to     bot.PersonID
		button string
	}{1: {"lee", ""}, 3: {"dana", "I keep it"}} {
		if _, button := d.drawnNote(note, test.to); button != test.button {
			t.Errorf("the note to %v has the button %q when lee's shift has ended, want %q", test.to, button, test.button)
		}
	}

	wanted := d.wanted("lee", 1)
	d.at(24, 8, 0, 0) // dana is back

	if d.wanted("lee", 1) == wanted {
		t.Error("the note is not drawn anew when dana is on duty again")
	}

	if text, button := d.drawnNote(1, "lee"); !strings.Contains(text, "Nobody needs to take this over any more.") || button != "" {
		t.Errorf("the note is drawn %q with %q, want that nobody needs to take it over", text, button)
	}

	d.says("lee", "/duty cover @dana until 16:00")
	d.at(24, 8, 0, 1) // lee is on, and dana's case is handed over once more

	for _, who := range []string{"lee", "priya", "dana"} {
		if got := d.clicks(who, "handover", "billing/1"); !strings.HasPrefix(got, "Nobody needs to take that over any more") {
			t.Errorf("Confirm handover by %v = %q, want that nobody needs to", who, got)
		}
	}

	d.wantHolder(1, "dana")
	d.clicks("lee", "handover", "billing/2")
	d.wantHolder(1, "lee")
}

// All who were told of a handover see that it is confirmed.
func TestHandoverIsSeenConfirmed(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.at(23, 16, 0, 0)

	before := [2]int{d.wanted("lee", 1), d.wanted("dana", 2)}
	d.clicks("lee", "handover", "billing/1")

	if after := [2]int{d.wanted("lee", 1), d.wanted("dana", 2)}; after[0] <= before[0] || after[1] <= before[1] {
		t.Errorf("the notes were to be drawn %v times, and %v after the confirmation, want more", before, after)
	}
}

// One press that comes in twice, and two at once.
func TestHandoverIsConfirmedOnce(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.at(23, 16, 0, 0)

	for range 2 {
		c := chat.Click{ID: "same", Who: account("lee"), Action: "handover", Value: "billing/1"}
		if reply, err := d.Click(t.Context(), c); err != nil || reply.Message != nil {
			t.Errorf("Click(%v) = %+v, %v, want nothing to say", c, reply, err)
		}
	}

	var relieved int

	d.read(func(tx bot.Tx) error {
		timeline, err := tx.Timeline(1)
		for _, entry := range timeline {
			if entry.What == bot.WasRelieved {
				relieved++
			}
		}

		return err
	})

	if relieved != 1 {
		t.Errorf("the timeline has %v handovers, want 1", relieved)
	}
}

// What was settled meanwhile is asked about no more.
func TestHandoverIsSettled(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.at(23, 16, 0, 0)
	d.notes()

	form := chat.Values{"outcome": {"Refund"}}
	if reply, err := d.Submit(t.Context(), chat.Submission{ID: "r", Who: account("dana"), Form: "resolve", State: "E-1", Values: form}); err != nil || len(reply.Problems) > 0 {
		t.Fatalf("resolve = %+v, %v", reply, err)
	}

	for minute := range 30 {
		d.at(23, 16, minute, 0)
	}

	d.wantNotes()

	if got := d.clicks("lee", "handover", "billing/1"); !strings.HasPrefix(got, "Nobody needs to take that over any more") {
		t.Errorf("Confirm handover of what is settled = %q, want that nobody needs to", got)
	}

	if text, button := d.drawnNote(1, "lee"); !strings.Contains(text, "Nothing of what was open then is open any more.") || button != "" {
		t.Errorf("the note is drawn %q with %q, want that nothing is open any more", text, button)
	}
}

// What somebody owes goes with the handover, though the case is documented.
func TestHandoverOfWhatIsOwed(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)

	form := chat.Values{"outcome": {"Refund"}, "promise": {"A letter"}, "promise_due": {"2026-11-24T12:00:00Z"}}
	if reply, err := d.Submit(t.Context(), chat.Submission{ID: "r", Who: account("dana"), Form: "resolve", State: "E-1", Values: form}); err != nil || len(reply.Problems) > 0 {
		t.Fatalf("resolve = %+v, %v", reply, err)
	}

	if e := inStore(t, d.store, 1); len(e.Owed) != 1 || e.Owed[0].Owner != "dana" {
		t.Fatalf("Owed = %+v, want dana's letter", e.Owed)
	}

	d.at(23, 16, 0, 0)
	d.wantNotes("lee: shift began [dana] E-1 handover 1", "dana: shift ended [lee] E-1 handover 1")
	d.clicks("lee", "handover", "billing/1")

	if e := inStore(t, d.store, 1); e.Owed[0].Owner != "lee" {
		t.Errorf("Owed = %+v after the handover, want it lee's", e.Owed)
	}

	d.at(24, 0, 0, 0)
	d.wantNotes("kim: shift began [lee] E-1 handover 2", "lee: shift ended [kim] E-1 handover 2")
}

// A customer on the line stays with whoever is with them.
func TestHandoverOfACustomerOnTheLine(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.at(23, 15, 58, 0)
	d.says("maria", "/escalate now he shouts")
	d.clicks("dana", "take", "E-1")
	d.clicks("dana", "join", "E-1")
	d.notes()

	d.at(23, 16, 0, 0)
	d.wantNotes("lee: shift began [dana] E-1 handover 1", "dana: shift ended [lee] E-1 handover 1")
	d.clicks("lee", "handover", "billing/1")
	d.wantHolder(1, "dana")
}

// Shifts that overlap: nothing is handed over until the first one ends, to
// those who are on already.
func TestHandoverOfOverlappingShifts(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "16:00-00:00", "15:30-00:00"))
	joined(d, "Ms Kovac", 1)
	d.notes()

	d.at(23, 15, 30, 0)
	d.wantNotes("lee: shift began [] E-1")

	d.at(23, 16, 0, 0)
	d.wantNotes("lee: handover waits [dana] E-1 handover 1", "dana: shift ended [lee] E-1 handover 1")

	d.clicks("lee", "handover", "billing/1")
	d.wantHolder(1, "lee")
}

// Where nobody follows, who went off is asked at once, and whoever comes on
// later can still confirm.
func TestHandoverToNobody(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "16:00-00:00", "17:00-00:00"))
	joined(d, "Ms Kovac", 1)
	d.notes()

	d.at(23, 16, 0, 0)
	d.wantNotes("dana: handover back [] E-1 handover 1") // which says that the shift has ended

	d.at(23, 16, 10, 0)
	d.wantNotes("priya: handover up [] E-1 handover 1")

	d.at(23, 17, 0, 0)
	d.wantNotes("lee: shift began [] E-1")

	d.clicks("lee", "handover", "billing/1")
	d.wantHolder(1, "lee")
}

// Who goes off leaves what they have though they are not of the team: a manager
// of another one who covered, or somebody who is not configured any more.
func TestHandoverOfStrangers(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "teams:\n", "  nina:  {name: Nina Ash,   role: manager,    slack: U0NINA}\nteams:\n"))

	if got := d.says("nina", "/duty cover @dana until 12:00"); !strings.HasPrefix(got, "You have Dana Reed's duty") {
		t.Fatalf("cover = %q", got)
	}

	d.tick()
	d.advice("Ms Kovac")
	d.clicks("nina", "take", "E-1")
	d.clicks("nina", "join", "E-1")
	d.notes()

	d.at(23, 12, 0, 0)
	d.wantNotes("dana: shift began [nina] E-1 handover 1", "nina: shift ended [dana] E-1 handover 1")
	d.clicks("dana", "handover", "billing/1")
	d.wantHolder(1, "dana")

	without := with(t, shiftConfig, "  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}\n", "")
	without = with(t, with(t, without, "[dana, lee, kim]", "[lee, kim]"), "{who: [dana],", "{who: [kim],")
	d.restart(without)
	d.wantNotes("kim: shift began [dana] E-1 handover 2", "dana: shift ended [kim] E-1 handover 2")
	d.clicks("kim", "handover", "billing/2")
	d.wantHolder(1, "kim")
}

// A record that is damaged fails alone: the rota is watched and told without it.
func TestHandoverWithADamagedEscalation(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	joined(d, "Mr Lis", 2)
	d.at(23, 16, 0, 0)
	d.notes()

	d.store = damaged{d.store, 1}
	d.restart(shiftConfig)

	d.at(23, 16, 10, 0)
	d.wantNotes("dana: handover back [lee] E-1 E-2 handover 1")

	for i, to := range []bot.PersonID{"lee", "dana", "dana"} {
		if text, _ := d.drawnNote(i+1, to); strings.Contains(text, "E-1 ·") || !strings.Contains(text, "E-2 ·") {
			t.Errorf("the note to %v is drawn %q, want E-2 alone", to, text)
		}
	}

	d.clicks("lee", "handover", "billing/1")
	d.wantHolder(2, "lee")

	d.at(24, 0, 0, 0)
	d.wantNotes("kim: shift began [lee] E-2 handover 2", "lee: shift ended [kim] E-2 handover 2")
}

// A handover that is long past is confirmed no more.
func TestHandoverLongPast(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)

	for day := range 21 { // each of dana's shifts leaves it
		for _, hour := range []int{16, 24, 32} {
			d.at(23+day, hour, 0, 0)
		}
	}

	d.at(44, 16, 0, 0)

	if got := d.clicks("lee", "handover", "billing/1"); !strings.HasPrefix(got, "That handover is long past") {
		t.Errorf("Confirm handover = %q, want that it is long past", got)
	}

	if got := d.clicks("lee", "handover", "billing/22"); got != "" {
		t.Errorf("Confirm handover of the last one = %q, want nothing to say", got)
	}

	if got := d.clicks("lee", "handover", "nowhere/1"); !strings.HasPrefix(got, "That handover is long past") {
		t.Errorf("Confirm handover of no team = %q, want that it is long past", got)
	}
}

// Notes are kept for 90 days. What tells of a handover may be confirmed when its
// notes are gone.
func TestNotesAreForgotten(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.at(23, 16, 0, 0)

	kept := func(id bot.NoteID) (is bool) {
		d.read(func(tx bot.Tx) error {
			_, err := tx.Note(id)
			is = err == nil

			if errors.Is(err, bot.ErrNotFound) {
				return nil
			}

			return err
		})

		return is
	}

	for _, test := range []struct {
		after time.Duration
		want  bool
	}{{30 * 24 * time.Hour, true}, {30*24*time.Hour + time.Minute, false}} {
		d.now = time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC).Add(test.after)
		d.tick()

		if got := kept(1); got != test.want {
			t.Errorf("after %v the first note is kept: %v, want %v", test.after, got, test.want)
		}
	}

	if got := d.clicks("priya", "handover", "billing/1"); got != "" {
		t.Errorf("Confirm handover without its notes = %q, want nothing to say", got)
	}

	d.wantHolder(1, "priya")
}

// Two rotas that change at once are two matters: what one team has open is told
// to that team alone.
func TestShiftsOfTwoTeams(t *testing.T) {
	config := with(t, shiftConfig, "    supervisors: [omar]\n", "    supervisors: [omar, lee]\n    shifts: [{who: [omar], days: Mon-Sun, hours: \"08:00-16:00\"}, {who: [lee], days: Mon-Sun, hours: \"16:00-08:00\"}]\n")
	d := dutyDeskOf(t, config)
	d.advice("Ms Kovac")
	d.at(23, 9, 3, 0) // lee is paged, who is of both teams
	d.clicks("dana", "take", "E-1")
	d.clicks("dana", "join", "E-1")
	d.notes()

	d.at(23, 16, 0, 0)
	d.wantNotes(
		"lee: shift began [dana] E-1 handover 1", "dana: shift ended [lee] E-1 handover 1",
		"lee: shift began [omar]", "omar: shift ended [lee]")
}

// A note can be drawn whatever became of what it tells.
func TestNotesCanBeDrawn(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	joined(d, "Ms Kovac", 1)
	d.says("dana", "/duty cover @lee from 20:00 to 22:00")
	d.says("priya", "/duty off @kim tomorrow 1-7")
	d.at(23, 16, 0, 0)
	d.at(23, 16, 10, 0)
	d.at(23, 16, 20, 0)

	drawn := func() map[string]string {
		titles := map[string]string{}

		d.read(func(tx bot.Tx) error {
			for id := bot.NoteID(1); ; id++ {
				n, err := tx.Note(id)
				if errors.Is(err, bot.ErrNotFound) {
					return nil
				}

				if err != nil {
					return err
				}

				drawing, err := d.Draw(tx, bot.CardID{Role: bot.NoteCard, Person: n.To, N: int(id)}) //nolint:gosec // counts notes
				if err != nil {
					return fmt.Errorf("drawing %+v: %w", n, err)
				}

				var labels []string
				for _, c := range drawing.Message.Choices {
					labels = append(labels, c.Label)
				}

				titles[fmt.Sprintf("%v: %v", n.To, n.What)] = strings.Join(append([]string{drawing.Message.Title}, labels...), " / ")
			}
		})

		return titles
	}

	before := drawn()
	for key, want := range map[string]string{
		"lee: cover made":     "Dana Reed has your duty / Cancel cover",
		"kim: off made":       "Priya Nair marked you as off / Cancel absence",
		"lee: shift began":    "Your shift has begun: Billing / Confirm handover",
		"dana: shift ended":   "Your shift has ended: Billing",
		"dana: handover back": "Nobody has confirmed the handover yet: Billing / I keep it",
		"priya: handover up":  "A handover waits: Billing / Confirm handover",
	} {
		if before[key] != want {
			t.Errorf("%v is drawn %q, want %q", key, before[key], want)
		}
	}

	d.clicks("lee", "handover", "billing/1")
	d.clicks("lee", "cancel_change", "1")

	after := drawn()
	for key, want := range map[string]string{
		"lee: cover made":     "Called off by Lee Chan",
		"dana: handover back": "Nobody has confirmed the handover yet: Billing",
		"lee: shift began":    "Your shift has begun: Billing",
	} {
		if after[key] != want {
			t.Errorf("%v is drawn %q afterwards, want %q", key, after[key], want)
		}
	}
}

// damaged is a store in which an escalation can't be read.
type damaged struct {
	bot.Store
	id bot.EscalationID
}

func (s damaged) View(ctx context.Context, read func(bot.Tx) error) error {
	return s.Store.View(ctx, func(tx bot.Tx) error { return read(damagedTx{tx, s.id}) })
}

func (s damaged) Update(ctx context.Context, change func(bot.Tx) error) error {
	return s.Store.Update(ctx, func(tx bot.Tx) error { return change(damagedTx{tx, s.id}) })
}

type damagedTx struct {
	bot.Tx
	id bot.EscalationID
}

func (tx damagedTx) Escalation(id bot.EscalationID) (*bot.Escalation, error) {
	if id == tx.id {
		return nil, errors.New("the record is damaged")
	}

	return tx.Tx.Escalation(id)
}
