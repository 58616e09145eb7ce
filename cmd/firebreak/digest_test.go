package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// A digestDesk is a desk of which only the digests matter.
type digestDesk struct {
	*bot.Desk
	t     *testing.T
	store bot.Store
	now   time.Time
	told  int // notes that were looked at
}

func digestDeskOf(t *testing.T, now time.Time, config string) *digestDesk {
	t.Helper()

	d := &digestDesk{t: t, now: now}

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: func() time.Time { return d.now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = store.Close() })

	d.store = twice{store}
	d.restart(config)

	return d
}

// restart has a new desk, which may have another configuration, on the same store.
func (d *digestDesk) restart(config string) {
	d.t.Helper()

	c, err := ParseConfig("test.yaml", []byte(config))
	if err != nil {
		d.t.Fatal(err)
	}

	d.Desk = bot.NewDesk(bot.DeskOptions{
		Store: d.store, Settings: c.settings(), Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
	})

	if err := d.PlanDigests(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// at returns the notes that are sent at a time.
func (d *digestDesk) at(now time.Time) []*bot.Note {
	d.t.Helper()

	d.now = now
	if err := d.Tick(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}

	var notes []*bot.Note

	if err := d.store.View(d.t.Context(), func(tx bot.Tx) error {
		for {
			n, err := tx.Note(bot.NoteID(d.told + 1)) //nolint:gosec // counts
			if errors.Is(err, bot.ErrNotFound) {
				return nil
			}

			if err != nil {
				return err
			}

			notes = append(notes, n)
			d.told++
		}
	}); err != nil {
		d.t.Fatal(err)
	}

	return notes
}

// wantAt compares what is sent at a time with "team to whom: the days of the
// week, what was missed".
func (d *digestDesk) wantAt(now time.Time, want ...string) {
	d.t.Helper()

	var got []string
	for _, n := range d.at(now) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%v to %q: %v to %v %v", n.Team, n.To, n.From.Format("2 Jan"), n.Until.Format("2 Jan"), n.Text)))
	}

	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("at %v (-want +got):\n%v", now, diff)
	}
}

var digestZones = []string{
	"Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "Africa/Cairo", "America/Santiago",
}

// zonesConfig has a team in each of the zones, and digests when they are said to
// be sent.
func zonesConfig(digest string) string {
	var b strings.Builder

	b.WriteString("digest: " + digest + "\npeople:\n  priya: {name: Priya Nair, role: manager, slack: U0PRIYA}\nteams:\n")

	for _, zone := range digestZones {
		key := strings.ToLower(zone[strings.Index(zone, "/")+1:])
		fmt.Fprintf(&b, "  %v: {name: %v, timezone: %v, supervisors: [priya], managers: [priya]}\n", strings.ReplaceAll(key, "_", "-"), key, zone)
	}

	return b.String()
}

// An expected is when a digest is to be sent.
type expected struct {
	team bot.TeamID
	at   time.Time
}

// expectedIn returns when a digest is due, each week of some years, found by looking
// at the clock on the wall minute by minute.
func expectedIn(zone string, on time.Weekday, hour, minute int, from, until time.Time) []expected {
	team := bot.TeamID(strings.ReplaceAll(strings.ToLower(zone[strings.Index(zone, "/")+1:]), "_", "-"))
	loc := zoneOf(zone)

	var all []expected

	for day := from.Truncate(24 * time.Hour); day.Before(until); day = day.Add(24 * time.Hour) {
		if day.Weekday() != on {
			continue
		}

		for at := day.Add(-14 * time.Hour); ; at = at.Add(time.Minute) {
			wall := at.In(loc)
			if wall.Day() == day.Day() && (wall.Hour() > hour || wall.Hour() == hour && wall.Minute() >= minute) {
				if !at.Before(from) {
					all = append(all, expected{team, at})
				}

				break
			}
		}
	}

	return all
}

// A digest comes once a week, every week, for five years in eight zones: in the
// hour that clocks skip or repeat too. Each tells of the seven days after those
// of the last.
func TestADigestComesOnceAWeek(t *testing.T) {
	begin := time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC) // a Thursday
	end := begin.AddDate(5, 0, 0)

	for _, test := range []struct {
		config       string
		on           time.Weekday
		hour, minute int
	}{
		{`{on: mon, at: "09:00"}`, time.Monday, 9, 0},
		{`{on: sun, at: "02:15"}`, time.Sunday, 2, 15}, // when most zones change their clocks
	} {
		t.Run(test.config, func(t *testing.T) {
			t.Parallel()

			d := digestDeskOf(t, begin, zonesConfig(test.config))
			last := map[bot.TeamID]time.Time{}
			weeks := 0

			var all []expected
			for _, zone := range digestZones {
				all = append(all, expectedIn(zone, test.on, test.hour, test.minute, begin.Add(7*24*time.Hour), end)...)
			}

			for _, one := range inOrder(all) {
				if early := d.at(one[0].at.Add(-time.Second)); len(early) > 0 {
					t.Fatalf("a second before %v %v digests were sent, want none", one[0].at, len(early))
				}

				notes := d.at(one[0].at)
				if len(notes) != len(one) {
					t.Fatalf("at %v %v digests were sent, want one for each of %v", one[0].at, len(notes), one)
				}

				for _, n := range notes {
					if was := last[n.Team]; !was.IsZero() && !n.From.Equal(was) || n.Text != "" || n.Until.After(one[0].at) {
						t.Fatalf("the digest of %v at %v tells of %v to %v (%q missed), after one that ended at %v", n.Team, one[0].at, n.From, n.Until, n.Text, was)
					}

					last[n.Team] = n.Until
					weeks++
				}

				if weeks%97 == 0 { // a restart changes nothing
					d.restart(zonesConfig(test.config))
				}
			}

			if want := 260 * len(digestZones); weeks != want {
				t.Errorf("%v digests came, want %v", weeks, want)
			}
		})
	}
}

// inOrder sorts what is due, together what is due at once.
func inOrder(all []expected) [][]expected {
	at := map[int64][]expected{}
	first, last := all[0].at.Unix(), all[0].at.Unix()

	for _, one := range all {
		at[one.at.Unix()] = append(at[one.at.Unix()], one)
		first, last = min(first, one.at.Unix()), max(last, one.at.Unix())
	}

	var sorted [][]expected

	for second := first; second <= last; second += 60 {
		if len(at[second]) > 0 {
			sorted = append(sorted, at[second])
		}
	}

	return sorted
}

const digestConfig = `
timezone: Europe/London
people:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager,    slack: U0PRIYA}
teams:
  billing: {name: Billing, channel: C0BILLING, supervisors: [dana], managers: [priya]}
  parcels: {name: Parcels, supervisors: [dana], managers: [priya]}
  vip:     {name: VIP,     supervisors: [dana]}
`

// on is a time of November or December 2026 in London, where clocks are at UTC.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, time.UTC)
}

func TestWhoReadsADigest(t *testing.T) {
	d := digestDeskOf(t, on(2, 8, 0), digestConfig)
	d.wantAt(on(9, 8, 59))
	d.wantAt(on(9, 9, 0),
		`billing to "": 2 Nov to 9 Nov`, `parcels to "priya": 2 Nov to 9 Nov`, `vip to "priya": 2 Nov to 9 Nov`)
	d.wantAt(on(9, 9, 1))

	noManager := strings.ReplaceAll(strings.ReplaceAll(digestConfig, ", managers: [priya]", ""), "role: manager,   ", "role: supervisor,")
	d.restart(noManager)
	d.wantAt(on(16, 9, 0),
		`billing to "": 9 Nov to 16 Nov`, `parcels to "dana": 9 Nov to 16 Nov`, `vip to "dana": 9 Nov to 16 Nov`)
}

const oneTeam = `
timezone: Europe/London
people:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}
teams:
  billing: {name: Billing, supervisors: [dana]}
`

// The first digest comes after seven days.
func TestTheFirstDigest(t *testing.T) {
	for _, test := range []struct {
		begin time.Time
		want  string
		at    time.Time
	}{
		{on(2, 9, 0), "2 Nov to 9 Nov", on(9, 9, 0)},
		{on(2, 9, 1), "9 Nov to 16 Nov", on(16, 9, 0)},
		{on(4, 12, 0), "9 Nov to 16 Nov", on(16, 9, 0)},
		{on(1, 23, 0), "2 Nov to 9 Nov", on(9, 9, 0)},
	} {
		d := digestDeskOf(t, test.begin, oneTeam)
		d.wantAt(test.at.Add(-7 * 24 * time.Hour))
		d.wantAt(test.at.Add(-time.Second))
		d.wantAt(test.at, `billing to "dana": `+test.want)
	}
}

// What was missed is sent once, the last one of it, and names the others.
func TestDigestsThatWereMissed(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), oneTeam)
	d.wantAt(on(9, 9, 0), `billing to "dana": 2 Nov to 9 Nov`)

	d.now = on(37, 15, 0) // Monday, 7 December
	d.restart(oneTeam)
	d.wantAt(on(37, 15, 0), `billing to "dana": 30 Nov to 7 Dec 2026-W46 2026-W47 2026-W48`)
	d.wantAt(on(37, 15, 1))
	d.restart(oneTeam)
	d.wantAt(on(44, 8, 59))
	d.wantAt(on(44, 9, 0), `billing to "dana": 7 Dec to 14 Dec`)
}

func TestTheFirstDigestWasMissed(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), oneTeam)

	d.now = on(17, 15, 0)
	d.restart(oneTeam)
	d.wantAt(d.now, `billing to "dana": 9 Nov to 16 Nov 2026-W45`)
}

func TestDigestsOfAnotherConfiguration(t *testing.T) {
	moved := func(day string) string { return "digest: {on: " + day + ", at: \"10:00\"}" + oneTeam }

	d := digestDeskOf(t, on(1, 12, 0), oneTeam)
	d.wantAt(on(9, 9, 0), `billing to "dana": 2 Nov to 9 Nov`)

	// Tuesday's would tell nearly the same as Monday's.
	d.restart(moved("tue"))
	d.wantAt(on(10, 10, 0))
	d.wantAt(on(17, 10, 0), `billing to "dana": 10 Nov to 17 Nov`)

	d.restart(moved("sun"))
	d.wantAt(on(22, 10, 0), `billing to "dana": 15 Nov to 22 Nov`)

	// A team that is gone has none; one that is back is new.
	d.restart(strings.Replace(oneTeam, "billing:", "sales:", 1))
	d.wantAt(on(29, 10, 0))
	d.wantAt(on(30, 9, 0), `sales to "dana": 23 Nov to 30 Nov`)
	d.restart(oneTeam)
	d.wantAt(on(37, 8, 59))
	d.wantAt(on(37, 9, 0), `billing to "dana": 30 Nov to 7 Dec`)
}

// A clock that is set back sends nothing twice, and one that was wrong for years
// holds nothing up for years.
func TestDigestsAndAClockThatIsSet(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), oneTeam)
	d.wantAt(on(9, 9, 0), `billing to "dana": 2 Nov to 9 Nov`)

	d.now = on(9, 8, 0)
	d.restart(oneTeam)
	d.wantAt(on(9, 8, 0))
	d.wantAt(on(9, 9, 0))

	wrong := time.Date(2040, time.January, 2, 12, 0, 0, 0, time.UTC)
	if notes := d.at(wrong); len(notes) != 1 || len(strings.Fields(notes[0].Text)) < 600 {
		t.Fatalf("in 2040 %v digests were sent, want one", len(notes))
	}

	d.now = on(10, 9, 0)
	d.restart(oneTeam)
	d.wantAt(on(23, 9, 0), `billing to "dana": 16 Nov to 23 Nov`)
}

func TestTellWeek(t *testing.T) {
	d := digestDeskOf(t, on(4, 12, 0), digestConfig)
	d.now = on(30, 12, 0)

	for _, test := range []struct {
		team bot.TeamID
		week string
		want string
	}{
		{"billing", "", "Billing: the week of 23 to 29 November"},
		{"billing", "2026-W47", "Billing: the week of 16 to 22 November"},
		{"billing", "2026-W45", "Billing: the week of 2 to 8 November"},
		{"biling", "", `there is no team "biling": the teams are billing, parcels and vip`},
		{"billing", "47", `"47" is no week: weeks are written like 2026-W48, which is the last whole one`},
		{"billing", "2026-W54", `"2026-W54" is no week: weeks are written like 2026-W48, which is the last whole one`},
		{"billing", "2026-W49", "2026-W49 is not over yet: the last whole week is 2026-W48"},
		{"billing", "2026-W44", "nothing is known of 2026-W44: that was before the team was in the configuration. The last whole week is 2026-W48"},
	} {
		m, err := d.TellWeek(t.Context(), test.team, test.week)

		got := m.Title
		if err != nil {
			got = err.Error()
		}

		if got != test.want {
			t.Errorf("TellWeek(%v, %q) = %q, want %q", test.team, test.week, got, test.want)
		}

		if _, refused := errors.AsType[*bot.RefusedError](err); err != nil && !refused {
			t.Errorf("TellWeek(%v, %q) = %T, want a refusal that people can read", test.team, test.week, err)
		}
	}
}

// digestReads is a step about what `firebreak digest` prints.
func digestReads(p *play, a []string) error {
	text, err := digestText(p.t.Context(), p.app.desk, digestCommand{Team: a[0], Week: a[1]})
	if err == nil && !holds(text, inQuotes(a[2])) {
		err = fmt.Errorf("the digest does not have all of %v:\n%v", a[2], text)
	}

	return err
}

// A digest that the team's channel does not take goes to its managers, once.
func TestADigestThatTheChannelDoesNotTake(t *testing.T) {
	d := digestDeskOf(t, on(1, 12, 0), digestConfig)
	d.at(on(9, 9, 0))

	undeliverable := func(person bot.PersonID, n int) (shown []bot.CardID) {
		t.Helper()

		if err := d.store.Update(t.Context(), func(tx bot.Tx) (err error) {
			card, err := tx.Card(bot.CardID{Role: bot.NoteCard, Person: person, N: n})
			if err != nil {
				return err
			}

			shown, err = d.Undeliverable(tx, card, &chat.Failure{Kind: chat.Unreachable, Code: "is_archived"}, d.now)

			return err
		}); err != nil {
			t.Fatal(err)
		}

		return shown
	}

	if shown := undeliverable("", 1); len(shown) != 1 || shown[0].Person != "priya" {
		t.Errorf("Undeliverable(the channel's digest) shows %v, want a note for priya", shown)
	}

	d.wantAt(d.now, `billing to "priya": 2 Nov to 9 Nov`)

	if shown := undeliverable("priya", 2); len(shown) > 0 {
		t.Errorf("Undeliverable(a manager's digest) shows %v, want nothing more", shown)
	}
}

// The digest is printed by the bot that runs, and from the data of one that
// doesn't, in the same words.
func TestDigestCommand(t *testing.T) {
	env := operable(t)

	_, stderr, code := called(t, env, "digest", "--team", "billing")
	if want := "there is no data to tell of (set FIREBREAK_DATA"; code != 1 || !strings.Contains(stderr, want) {
		t.Errorf("digest of no data = %d, printed %q; want 1 and %q", code, stderr, want)
	}

	if _, _, code = called(t, env, "digest"); code != 2 {
		t.Errorf("digest of no team = %d, want 2", code)
	}

	printed := map[bool]string{}

	for _, running := range []bool{false, true} {
		stop := func() {}
		if running {
			stop = control(t, env)
		} else {
			knownSince(t, env, time.Date(2026, time.September, 1, 12, 0, 0, 0, time.UTC))
		}

		stdout, stderr, code := called(t, env, "digest", "--team", "billing", "--week", "2026-W40")
		if code != 0 || !strings.Contains(stdout, "Billing: the week of 28 September to 4 October\n\nNobody had to call for help.") {
			t.Errorf("digest (the bot runs: %v) = %d, printed %q and %q; want the week", running, code, stdout, stderr)
		}

		printed[running] = stdout

		if _, stderr, code = called(t, env, "digest", "--team", "sales"); code != 1 || !strings.Contains(stderr, `firebreak: there is no team "sales": the teams are billing`) {
			t.Errorf("digest of no such team (the bot runs: %v) = %d, printed %q; want 1 and the teams", running, code, stderr)
		}

		stop()
	}

	if printed[true] != printed[false] {
		t.Errorf("a bot that runs prints %q, want as one that doesn't, %q", printed[true], printed[false])
	}
}

// operable is an environment with the demo's configuration and an empty data
// directory.
func operable(t *testing.T) map[string]string {
	t.Helper()

	config, data := filepath.Join(t.TempDir(), "firebreak.yaml"), t.TempDir()
	if err := os.WriteFile(config, demoConfig, 0o600); err != nil {
		t.Fatal(err)
	}

	return map[string]string{"FIREBREAK_CONFIG": config, "FIREBREAK_DATA": data}
}

// knownSince has the data of a bot that came to know its team at a time.
func knownSince(t *testing.T, env map[string]string, at time.Time) {
	t.Helper()

	config, err := ReadConfig(env["FIREBREAK_CONFIG"])
	if err != nil {
		t.Fatal(err)
	}

	now := func() time.Time { return at }

	store, err := bolt.Open(filepath.Join(env["FIREBREAK_DATA"], databaseName), bolt.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}

	desk := bot.NewDesk(bot.DeskOptions{Store: store, Settings: config.settings(), Now: now, Log: slog.New(slog.DiscardHandler)})
	if err := errors.Join(desk.PlanDigests(t.Context()), store.Close()); err != nil {
		t.Fatal(err)
	}
}

// control has an app answer on the socket of a data directory, and nothing else.
func control(t *testing.T, env map[string]string) (stop func()) {
	t.Helper()

	config, err := ReadConfig(env["FIREBREAK_CONFIG"])
	if err != nil {
		t.Fatal(err)
	}

	app, err := New(config, Environment{DataDir: env["FIREBREAK_DATA"], Listen: "127.0.0.1:0", SlackBotToken: stageBotToken, SlackAppToken: stageAppToken},
		Outsides{Now: time.Now, Log: slog.New(slog.DiscardHandler), Control: true})
	if err != nil {
		t.Fatal(err)
	}

	if err := app.startControl(); err != nil {
		t.Fatal(err)
	}

	return func() {
		if err := app.Stop(t.Context()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}
	}
}
