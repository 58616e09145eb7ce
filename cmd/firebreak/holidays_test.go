package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

const daysOff = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Dana Reed\nEND:VEVENT\nEND:VCALENDAR\n"

// Holidays are kept beside the duty of their team, and only when they change; a
// copy that is kept is in force before they are read again.
func TestHolidaysAreKept(t *testing.T) {
	duty, off, status := calendarOf("Dana Reed"), daysOff, 200
	f := followerOf(t, web{
		"duty.example": func() (int, string) { return 200, duty },
		"off.example":  func() (int, string) { return status, off },
	}, "https://duty.example/secret.ics\n    holidays: https://off.example/secret.ics", "")

	f.after(0)
	f.wantOnDuty("Dana Reed")
	f.notes()

	wantKept := func(key bot.TeamID, source, want string) {
		t.Helper()

		if kept, err := f.Feed(t.Context(), key, source); err != nil || string(kept.Data) != want {
			t.Errorf("Feed(%v) = %+v, %v, want a copy of what was read", key, kept, err)
		}
	}

	wantKept("billing", "https://duty.example/secret.ics", duty)
	wantKept(bot.HolidaysOf("billing"), "https://off.example/secret.ics", off)

	f.begins()

	for _, c := range f.calendars {
		if c.inForce == [32]byte{} {
			t.Errorf("the calendar of %v isn't in force when the bot begins, want the copy", c.of)
		}
	}

	before := f.store.writes.Load()
	f.app.followAll(t.Context(), f.calendars)

	if got := f.store.writes.Load() - before; got != 0 {
		t.Errorf("calendars that did not change had %v writes, want none", got)
	}

	status = 503
	f.after(10)
	f.wantNotes()
	f.after(10)
	f.wantNotes("priya: holidays fail []")
	wantKept(bot.HolidaysOf("billing"), "https://off.example/secret.ics", off)

	status, off = 200, strings.ReplaceAll(daysOff, "20261225", "20261226")
	f.after(10)
	f.wantNotes("priya: holidays work []")
	wantKept(bot.HolidaysOf("billing"), "https://off.example/secret.ics", off)

	off = strings.Replace(daysOff, "END:VCALENDAR", "BEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR", 1)
	f.after(10)
	f.wantNotes() // the log says so, and a check

	if got := f.log.String(); !strings.Contains(got, "counts for nothing") || !strings.Contains(got, "of=holidays") || strings.Contains(got, "secret") {
		t.Errorf("the log says %v, want which calendar has an entry that counts for nothing, and nothing secret", got)
	}
}

// Holidays that can't be read say nothing about duty: who is on duty stays awaited
// until its own calendar was read, or can't be.
func TestHolidaysThatWereNeverRead(t *testing.T) {
	shifts, _, _ := strings.Cut(shiftConfig[strings.Index(shiftConfig, "    shifts:"):], "    options:")
	d := dutyDeskOf(t, shiftConfig) // by which dana is on

	c, err := ParseConfig(filepath.Join(t.TempDir(), "test.yaml"), []byte(with(t, shiftConfig, shifts, "    calendar: duty.ics\n    holidays: off.ics\n")))
	if err != nil {
		t.Fatal(err)
	}

	log, now := slog.New(slog.DiscardHandler), func() time.Time { return d.now }
	d.Desk = bot.NewDesk(bot.DeskOptions{Store: d.store, Settings: c.settings(), Now: now, Log: log})
	app := &App{config: c, desk: d.Desk, out: Outsides{Now: now, Log: log}}

	calendars, err := app.readCalendars(t.Context())
	if err := errors.Join(err, d.WatchRotas(t.Context())); err != nil {
		t.Fatal(err)
	}

	follow := func(c *calendar, want ...string) {
		t.Helper()

		if err := app.follow(t.Context(), c); err != nil {
			t.Fatal(err)
		}

		d.tick()
		d.wantNotes(want...)
	}

	follow(calendars[1], "priya: holidays fail []")
	follow(calendars[0], "priya: calendar fails []", "lee: shift began []", "kim: shift began []")
}

func TestCheckOfHolidays(t *testing.T) {
	for name, test := range map[string]struct{ file, want string }{
		"right":          {daysOff, ""},
		"missing":        {"", "yaml:21: teams.tech.holidays: days.ics: the file can't be opened: "},
		"a web page":     {"<!doctype html>", "yaml:21: teams.tech.holidays: days.ics: this is a web page, not a calendar"},
		"an event wrong": {strings.Replace(daysOff, "END:VCALENDAR", "BEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR", 1), "yaml:21: teams.tech.holidays: days.ics: an event counts for nothing: the event at line 6"},
	} {
		s := right()
		s.config += "    holidays: days.ics\n"
		env := s.environment(t)

		if test.file != "" {
			if err := os.WriteFile(filepath.Join(filepath.Dir(env["FIREBREAK_CONFIG"]), "days.ics"), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}

		stdout, _, code := called(t, env, "check")
		if !strings.Contains(stdout, test.want) || (test.want == "") != (stdout == "" && code == 0) {
			t.Errorf("check of holidays, %v = %d, printed %q; want %q", name, code, stdout, test.want)
		}
	}
}
