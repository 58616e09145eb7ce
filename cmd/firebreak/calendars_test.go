package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
)

// calendarOf is a calendar in which somebody is on duty all November.
func calendarOf(who string) string {
	return strings.ReplaceAll("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n"+
		"DTSTART:20261101T000000Z\nDTEND:20261201T000000Z\nSUMMARY:"+who+"\nEND:VEVENT\nEND:VCALENDAR\n", "\n", "\r\n")
}

// A web answers for the hosts of calendars. One that it does not know never
// does.
type web map[string]func() (int, string)

func (w web) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, ok := w[r.URL.Host]
	if !ok {
		<-r.Context().Done()

		return nil, r.Context().Err()
	}

	status, body := answer()

	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// A moodyStore counts what is written, and may be full.
type moodyStore struct {
	bot.Store
	writes atomic.Int64
	full   bool
}

func (s *moodyStore) Update(ctx context.Context, change func(bot.Tx) error) error {
	if s.full {
		return bot.ErrFull
	}

	s.writes.Add(1)

	return s.Store.Update(ctx, change)
}

// A follower is an app of which nothing runs but what follows calendars.
type follower struct {
	*dutyDesk
	app       *App
	store     *moodyStore
	calendars []*calendar
	log       bytes.Buffer
}

// followerOf follows the calendars of teams at addresses, on the web.
func followerOf(t *testing.T, transport http.RoundTripper, billing, sales string) *follower {
	t.Helper()

	config := with(t, shiftConfig, shiftConfig[strings.Index(shiftConfig, "    shifts:"):strings.Index(shiftConfig, "    options:")], "    calendar: "+billing+"\n")
	if sales != "" {
		config += "    calendar: " + sales + "\n"
	}

	f := &follower{dutyDesk: dutyDeskOf(t, config)}
	f.store = &moodyStore{Store: f.dutyDesk.store}
	f.dutyDesk.store = f.store
	f.restart(config)

	c, err := ParseConfig("test.yaml", []byte(config))
	if err != nil {
		t.Fatal(err)
	}

	f.app = &App{config: c, desk: f.Desk, out: Outsides{
		Now: func() time.Time { return f.now }, Log: slog.New(slog.NewTextHandler(&f.log, nil)), Calendars: &http.Client{Transport: transport},
	}}

	f.begins()
	f.notes()

	return f
}

// begins is what the app does when it begins.
func (f *follower) begins() {
	f.t.Helper()

	calendars, err := f.app.readCalendars(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}

	f.calendars = calendars
}

// after reads the calendars once more, minutes later.
func (f *follower) after(minutes int) {
	f.t.Helper()

	f.now = f.now.Add(time.Duration(minutes) * time.Minute)
	f.app.followAll(f.t.Context(), f.calendars)
	f.tick()
}

func (f *follower) wantOnDuty(want string) {
	f.t.Helper()

	if got := f.says("maria", "/duty"); !strings.Contains(got, want) || got == "" {
		f.t.Errorf("/duty = %q, want %q in it", got, want)
	}
}

// Only a calendar that changed is kept, and has its rota looked at.
func TestCalendarsAreKeptWhenTheyChange(t *testing.T) {
	body := calendarOf("Dana Reed")
	f := followerOf(t, web{"duty.example": func() (int, string) { return 200, body }}, "https://duty.example/secret.ics", "")

	f.after(0)
	f.wantOnDuty("Dana Reed")

	before := f.store.writes.Load()
	f.app.followAll(t.Context(), f.calendars)

	if got := f.store.writes.Load() - before; got != 0 {
		t.Errorf("a calendar that did not change had %v writes, want none", got)
	}

	f.begins() // anew, with the copy that was kept
	before = f.store.writes.Load()
	f.app.followAll(t.Context(), f.calendars)

	if got := f.store.writes.Load() - before; got != 0 {
		t.Errorf("the calendar that was kept had %v writes, want none", got)
	}

	body = calendarOf("Lee Chan")
	f.after(10)
	f.wantOnDuty("Lee Chan")
}

// A full disk keeps no calendar from being in force.
func TestCalendarsCountOnAFullDisk(t *testing.T) {
	body := calendarOf("Dana Reed")
	f := followerOf(t, web{"duty.example": func() (int, string) { return 200, body }}, "https://duty.example/secret.ics", "")
	f.after(0)

	body, f.store.full = calendarOf("Lee Chan"), true
	f.app.followAll(t.Context(), f.calendars)

	f.store.full = false
	f.wantOnDuty("Lee Chan")

	f.notes()
	f.after(10)
	f.wantNotes("dana: shift ended [lee]", "lee: shift began [dana]")

	if kept, err := f.Feed(t.Context(), "billing", "https://duty.example/secret.ics"); err != nil || string(kept.Data) != body {
		t.Errorf("the calendar was not kept once there was room: %v", err)
	}
}

// Managers are told of a server that stays away, and not of one that blinks.
func TestCalendarsBlink(t *testing.T) {
	status, body := 200, calendarOf("Dana Reed")
	f := followerOf(t, web{"duty.example": func() (int, string) { return status, body }}, "https://duty.example/secret.ics", "")
	f.after(0)
	f.notes()

	for range 3 {
		status = 503
		f.after(10)
		f.wantNotes()

		status = 200
		f.after(10)
		f.wantNotes()
	}

	read := f.now
	status = 503
	f.after(10)
	f.wantNotes()
	f.after(10)
	f.wantNotes("priya: calendar fails []")
	f.after(10)
	f.wantNotes()

	f.read(func(tx bot.Tx) error {
		n, err := tx.Note(bot.NoteID(f.told)) //nolint:gosec // counts notes
		if err == nil && !n.From.Equal(read) {
			t.Errorf("the copy in force is said to be of %v, want %v, when it was read last", n.From, read)
		}

		return err
	})

	status = 200
	f.after(10)
	f.wantNotes("priya: calendar works []")
}

// The log says why a calendar did not come, and never where from.
func TestCalendarsFailInTheLog(t *testing.T) {
	refused := followerOf(t, http.DefaultTransport, "https://127.0.0.1:1/secret.ics", "")
	refused.after(0)

	server := httptest.NewTLSServer(http.RedirectHandler("http://127.0.0.1/secret.ics", http.StatusFound))
	defer server.Close()

	moved := followerOf(t, server.Client().Transport, server.URL+"/secret.ics", "")
	moved.after(0)

	for _, test := range []struct {
		f    *follower
		want string
	}{{refused, "connection refused"}, {moved, "moved to where it can't be read safely"}} {
		if got := test.f.log.String(); !strings.Contains(got, test.want) || !strings.Contains(got, "127.0.0.1") || strings.Contains(got, "secret") {
			t.Errorf("the log says %v, want %q, the host and nothing secret", got, test.want)
		}
	}
}

// A host that is dead keeps no other calendar waiting.
func TestCalendarsBesideADeadHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var read time.Duration

		begun := time.Now()
		hosts := web{"good.example": func() (int, string) {
			read = time.Since(begun)

			return 200, calendarOf("Omar Haddad")
		}}
		f := followerOf(t, hosts, "https://dead.example/secret.ics", "https://good.example/secret.ics")

		f.after(0)

		if read != 0 {
			t.Errorf("the good calendar was read after %v, want at once", read)
		}

		if diff := cmp.Diff([]string{"priya: calendar fails []"}, f.notes()); diff != "" {
			t.Errorf("notes (-want +got):\n%v", diff)
		}

		delete(hosts, "good.example")

		begun = time.Now()
		f.after(10)

		if took := time.Since(begun); took != calendarWithin {
			t.Errorf("two dead hosts took %v, want %v", took, calendarWithin)
		}
	})
}

// A file is read as an address is, and one that is gone leaves its copy.
func TestCalendarsInFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "duty.ics")
	f := followerOf(t, nil, file, "")

	write := func(who string) {
		t.Helper()

		if err := os.WriteFile(file, []byte(calendarOf(who)), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	f.after(0)
	f.wantNotes("priya: calendar fails []") // at once: everybody is on duty
	write("Dana Reed")
	f.after(10)
	f.wantOnDuty("Dana Reed")
	write("Lee Chan")
	f.after(10)
	f.wantOnDuty("Lee Chan")

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}

	f.after(10)
	f.wantOnDuty("Lee Chan")
}

// Managers are told whom a calendar means whom nobody knows, within two weeks,
// and that something in it can't be read.
func TestCalendarsHaveOddEntries(t *testing.T) {
	lee := calendarOf("Lee Chan")
	body := lee
	f := followerOf(t, web{"duty.example": func() (int, string) { return 200, body }}, "https://duty.example/secret.ics", "")

	reads := func(minutes int, calendar string, want ...string) {
		t.Helper()
		body = calendar
		f.after(minutes)
		f.wantNotes(want...)
	}

	with := func(event string) string {
		return strings.Replace(lee, "END:VCALENDAR", "BEGIN:VEVENT\r\nUID:2\r\n"+event+"\r\nEND:VEVENT\r\nEND:VCALENDAR", 1)
	}

	f.after(0)
	f.notes()

	later := with("DTSTART:20261210T080000Z\r\nDTEND:20261210T160000Z\r\nSUMMARY:Xaver")
	unknown := `priya: calendar odd [] ( Nobody of the team is called "Xaver", so nobody is on duty for it.)`
	unreadable := "priya: calendar odd [] ( Some of its events can't be read: the log says which, and why.)"

	reads(10, later)
	reads(3*24*60, later, unknown) // within two weeks by now, though nothing changed
	reads(10, later)
	reads(10, with("SUMMARY:Lee Chan"), unreadable)
	reads(10, with("SUMMARY:Kim Novak"))
}
