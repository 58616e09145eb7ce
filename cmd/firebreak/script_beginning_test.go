package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A beginning is how a script begins: by whose rota people work, and when it is.
// Its first lines may say so:
//
//	the rota is night shifts                  testdata/rotas/night_shifts.yaml
//	it is Sunday 2000-03-26 00:30 in London   and "at CLOCK" means London's clocks
//	it goes over days                         each second of them is played, so not in every mode
//	the calendar is two weeks                 testdata/rotas/two_weeks.ics is there
//	the holidays are a day off                and so is testdata/rotas/a_day_off.ics
//	statuses can be set                       an administrator lets the bot do it
//	breaks are offered                        after hard contacts, as by default; else they are not
//	feedback is asked                         else nobody is asked how the help was
//	dana is on both platforms                 the agents on one, and the other supervisors on the other
type beginning struct {
	rota     string // the teams, as the configuration has them
	calendar string // what is in the calendar of the team's duty, "" for no file
	holidays string // and in that of its holidays
	breaks   bool   // breaks are offered
	statuses bool   // people's statuses can be set
	at       time.Time
	days     bool // the script goes over days
	both     bool // Dana is on both platforms
	// introduced says that Teams has told the bot of everybody before. Else it
	// finds people by its configuration alone.
	introduced bool
	feedback   bool // people are asked how the help was
}

// usual is how a script begins that does not say otherwise.
func usual() beginning {
	return beginning{rota: "everybody always", at: time.Date(2000, time.January, 3, 10, 0, 0, 0, london)}
}

var (
	london  = zoneOf("Europe/London")
	newYork = zoneOf("America/New_York")
)

func zoneOf(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}

	return loc
}

// stageFile is the configuration in the data directory, beside which a team's
// calendars stand.
const (
	stageFile     = "stage.yaml"
	stageCalendar = "duty.ics"
	stageHolidays = "holidays.ics"
)

// stageColleagues are the people of every rota. The two who are called Kim have no
// account, and are in the rotas alone that name them. Accounts are written as those
// on Slack; see mode.accounts.
const stageColleagues = `
timezone: Europe/London
people:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}
  lee:   {name: Lee Chan,   role: supervisor, email: lee@example.com}
  sam:   {name: Sam Ortiz,  role: supervisor, slack: U0SAM}
  priya: {name: Priya Nair, role: manager,    slack: U0PRIYA}
  adler: {name: Kim Adler,  role: supervisor, slack: U0ADLER}
  novak: {name: Kim Novak,  role: supervisor, slack: U0NOVAK}
`

// crowd is the rota of a team of ten supervisors who are paged at once.
const crowd = "crowd"

var crowdNames = []string{"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"}

func crowdColleagues() string {
	var b strings.Builder
	for _, name := range crowdNames {
		fmt.Fprintf(&b, "  %v: {name: Supervisor %v, role: supervisor, teams: %v}\n", name, name, teamsUsers[name])
	}

	return b.String()
}

// stageWithoutBreaks is for scripts that tell of something else.
const stageWithoutBreaks = "recovery: {offer: {3: 0s, 4: 0s, 5: 0s, abuse: 0s}}\n"

// config returns the configuration of its rota, for where a mode has people.
func (b *beginning) config(t testing.TB, m mode, data string) *Config {
	t.Helper()

	teams, err := os.ReadFile(rotaFile(b.rota, "yaml"))
	if err != nil {
		t.Fatal(err)
	}

	people := stageColleagues
	if b.rota == crowd {
		people += crowdColleagues()
	}

	if !b.breaks {
		people += stageWithoutBreaks
	}

	config, err := ParseConfig(filepath.Join(data, stageFile), []byte(m.accounts(people+string(teams))))
	if err != nil {
		t.Fatal(err)
	}

	config.Feedback.Ask = b.feedback

	return config
}

// rotaFile is where a rota or calendar stands that people call by a name.
func rotaFile(name, kind string) string {
	return filepath.Join("testdata", "rotas", strings.ReplaceAll(name, " ", "_")+"."+kind)
}

// putCalendars has the calendars of a beginning stand there.
func (b *beginning) putCalendars(data string) error {
	for file, name := range map[string]string{stageCalendar: b.calendar, stageHolidays: b.holidays} {
		if name == "" {
			continue
		}

		if err := putCalendar(data, file, name); err != nil {
			return err
		}
	}

	return nil
}

// putCalendar has a calendar stand where the team's configuration looks for it.
func putCalendar(data, file, name string) error {
	text, err := os.ReadFile(rotaFile(name, "ics"))
	if err != nil {
		return err
	}

	return os.WriteFile(filepath.Join(data, file), text, 0o600)
}

var beginningLines = []struct {
	pattern *regexp.Regexp
	set     func(*beginning, []string) error
}{
	{regexp.MustCompile(`^the rota is ([a-z ]+)$`), func(b *beginning, a []string) error { b.rota = a[0]; return nil }},
	{regexp.MustCompile(`^the calendar is ([a-z ]+)$`), func(b *beginning, a []string) error { b.calendar = a[0]; return nil }},
	{regexp.MustCompile(`^the holidays are ([a-z ]+)$`), func(b *beginning, a []string) error { b.holidays = a[0]; return nil }},
	{regexp.MustCompile(`^it goes over days$`), func(b *beginning, _ []string) error { b.days = true; return nil }},
	{regexp.MustCompile(`^statuses can be set$`), func(b *beginning, _ []string) error { b.statuses = true; return nil }},
	{regexp.MustCompile(`^breaks are offered$`), func(b *beginning, _ []string) error { b.breaks = true; return nil }},
	{regexp.MustCompile(`^dana is on both platforms$`), func(b *beginning, _ []string) error { b.both = true; return nil }},
	{regexp.MustCompile(`^feedback is asked$`), func(b *beginning, _ []string) error { b.feedback = true; return nil }},
	{regexp.MustCompile(`^it is ([A-Z][a-z]+day \S+ \S+) in (London|New York)$`), beginsAt},
}

func beginsAt(b *beginning, a []string) error {
	loc := london
	if a[1] != "London" {
		loc = newYork
	}

	const form = "Monday 2006-01-02 15:04"

	at, err := time.ParseInLocation(form, a[0], loc)
	if err == nil && at.Format(form) != a[0] {
		err = fmt.Errorf("it is a %v", at.Weekday())
	}

	b.at = at

	return err
}

// take reads a line if it is about how a script begins.
func (b *beginning) take(line string) (taken bool, err error) {
	for _, l := range beginningLines {
		if found := l.pattern.FindStringSubmatch(line); found != nil {
			return true, l.set(b, found[1:])
		}
	}

	return false, nil
}
