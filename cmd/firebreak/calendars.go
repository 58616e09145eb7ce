package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/roster"
)

const (
	// calendarEvery is how often a calendar is read anew.
	calendarEvery = 10 * time.Minute
	// calendarWithin is how long an address may take to answer.
	calendarWithin = 30 * time.Second
	// maxCalendar is the largest calendar that is read, in bytes.
	maxCalendar = 4 << 20
)

// A feed is a team's calendar: where it is, and whose names it may hold.
type feed struct {
	team   *Team
	config *Config
	client *http.Client
}

// feeds returns the teams' calendars.
func (a *App) feeds() []feed {
	var feeds []feed

	for i := range a.config.Teams {
		if t := &a.config.Teams[i]; t.Calendar != "" {
			feeds = append(feeds, feed{t, a.config, a.out.Calendars})
		}
	}

	return feeds
}

// readCalendars puts the last good copy of each calendar in force, so that a
// page finds the right people before the first answer of its server. A team
// whose calendar was never read has all supervisors on duty.
func (a *App) readCalendars(ctx context.Context) error {
	for _, f := range a.feeds() {
		kept, err := a.desk.Feed(ctx, bot.TeamID(f.team.Key), f.team.Calendar)
		if errors.Is(err, bot.ErrNotFound) {
			continue
		}

		if err != nil {
			return err
		}

		if plan, err := f.parse(kept.Data); err == nil {
			err = a.desk.SetPlan(ctx, bot.TeamID(f.team.Key), plan)
			if err != nil && !errors.Is(err, bot.ErrUnwritable) {
				return err
			}
		}
	}

	return nil
}

// followCalendars reads the calendars, and again every ten minutes.
func (a *App) followCalendars(ctx context.Context) error {
	if len(a.feeds()) == 0 {
		return nil
	}

	for {
		for _, f := range a.feeds() {
			if err := a.follow(ctx, f); err != nil && ctx.Err() == nil {
				a.out.Log.ErrorContext(ctx, "a calendar could not be kept; it is read again", "team", f.team.Key, "error", err)
			}
		}

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(calendarEvery):
		}
	}
}

// follow reads a calendar and puts it in force. If it can't be read, the last
// good copy stays, and the team's managers are told.
func (a *App) follow(ctx context.Context, f feed) error {
	kept := bot.Feed{Team: bot.TeamID(f.team.Key), Source: f.team.Calendar, At: a.out.Now()}

	plan, data, err := f.read(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the bot stops, so that nothing can be said of the calendar
	}

	if err != nil {
		a.out.Log.WarnContext(ctx, "a duty calendar can't be read; the last good copy stays in force", "team", f.team.Key, "error", err)
		kept.Failure = sentenceOf(err)

		return a.desk.KeepFeed(ctx, kept)
	}

	for _, odd := range append(plan.Unreadable(), unknownNames(plan)...) {
		a.out.Log.WarnContext(ctx, "a duty calendar has an entry that counts for nothing", "team", f.team.Key, "entry", odd)
	}

	kept.Data = data
	if err := a.desk.KeepFeed(ctx, kept); err != nil {
		return err
	}

	return a.desk.SetPlan(ctx, kept.Team, plan)
}

// sentenceOf is an error as people read it.
func sentenceOf(err error) string {
	words := strings.TrimRight(err.Error(), ".")
	if words == "" {
		return ""
	}

	return strings.ToUpper(words[:1]) + words[1:] + "."
}

func unknownNames(plan *roster.Calendar) []string {
	unknown := plan.Unknown()
	for i, name := range unknown {
		unknown[i] = fmt.Sprintf("nobody of the team is called %q", name)
	}

	return unknown
}

// read fetches and parses a calendar. Its address is a secret and is in no
// error.
func (f feed) read(ctx context.Context) (*roster.Calendar, []byte, error) {
	data, err := f.fetch(ctx)
	if err != nil {
		return nil, nil, err
	}

	plan, err := f.parse(data)

	return plan, data, err
}

func (f feed) parse(data []byte) (*roster.Calendar, error) {
	return roster.ParseCalendar(data, f.team.Timezone, f.whose)
}

func (f feed) fetch(ctx context.Context) ([]byte, error) {
	if !strings.HasPrefix(f.team.Calendar, "https://") {
		return f.open()
	}

	ctx, cancel := context.WithTimeout(ctx, calendarWithin)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.team.Calendar, nil)
	if err != nil {
		return nil, errors.New("its address can't be used")
	}

	client := http.Client{CheckRedirect: onlySafely}
	if f.client != nil {
		client.Transport = f.client.Transport
	}

	response, err := client.Do(request)
	if err != nil {
		return nil, errors.New("its server can't be reached")
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("its server answers %v", response.StatusCode)
	}

	return limited(response.Body)
}

// onlySafely follows a calendar that has moved to another https address.
func onlySafely(to *http.Request, via []*http.Request) error {
	const most = 5
	if to.URL.Scheme != "https" || len(via) > most {
		return errors.New("it was moved to where it can't be read safely")
	}

	return nil
}

// open reads a calendar from a file, which is looked for beside the
// configuration.
func (f feed) open() ([]byte, error) {
	path := f.team.Calendar
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(f.config.source.name), path)
	}

	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the file can't be opened: %w", err)
	}

	defer func() { _ = file.Close() }()

	return limited(file)
}

func limited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCalendar+1))

	switch {
	case err != nil:
		return nil, errors.New("it could not be read to its end")
	case len(data) > maxCalendar:
		return nil, fmt.Errorf("it is larger than %d MiB", maxCalendar>>20)
	default:
		return data, nil
	}
}

// whose returns which of the team's supervisors and managers a name or an
// address in the calendar means.
func (f feed) whose(name, email string) (roster.Person, bool) {
	for _, p := range f.config.People {
		if !f.team.has(p.Key) {
			continue
		}

		if email != "" && strings.EqualFold(email, p.Email) ||
			name != "" && (strings.EqualFold(name, p.Key) || strings.EqualFold(name, p.Name) || strings.EqualFold(name, p.Email)) {
			return roster.Person(p.Key), true
		}
	}

	return "", false
}
