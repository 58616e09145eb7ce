package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
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
	// oddAhead is how far ahead managers are told of entries that mean nobody.
	oddAhead = 14 * 24 * time.Hour
	// calendarsAtOnce is how many calendars are read at a time.
	calendarsAtOnce = 8
)

// A feed is a calendar of a team: what it is for, where it is, and whose names it
// may hold.
type feed struct {
	of     calendarUse
	team   *Team
	source string // a file or an https address
	config *Config
	client *http.Client
}

// A calendarUse is what a team has a calendar for.
type calendarUse string

const (
	ofDuty     calendarUse = "duty"
	ofHolidays calendarUse = "holidays"
)

// What a calendar says: a *roster.Calendar of duty, or the *roster.Holidays.
type calendarContent interface{ Unreadable() []string }

// feeds returns the teams' calendars.
func (a *App) feeds() []feed {
	var feeds []feed

	for i := range a.config.Teams {
		t := &a.config.Teams[i]
		if t.Calendar != "" {
			feeds = append(feeds, feed{ofDuty, t, t.Calendar, a.config, a.out.Calendars})
		}

		if t.Holidays != "" {
			feeds = append(feeds, feed{ofHolidays, t, t.Holidays, a.config, a.out.Calendars})
		}
	}

	return feeds
}

// key is under what the bot keeps the calendar.
func (f feed) key() bot.TeamID {
	if f.of == ofHolidays {
		return bot.HolidaysOf(bot.TeamID(f.team.Key))
	}

	return bot.TeamID(f.team.Key)
}

// A calendar is a feed that is followed.
type calendar struct {
	feed
	inForce  [sha256.Size]byte // the sum of what is in force, zero for nothing
	lastRead time.Time         // when it was read last by this run of the bot, zero if never
}

// readCalendars puts the last good copy of each calendar in force, so that a
// page finds the right people before the first answer of its server, and returns
// the calendars, to be followed. A team whose calendar of duty was never read has
// all supervisors on duty, and one whose holidays were never read has none.
func (a *App) readCalendars(ctx context.Context) ([]*calendar, error) {
	var calendars []*calendar

	for _, f := range a.feeds() {
		c := &calendar{feed: f}
		if err := a.restore(ctx, c); err != nil {
			return nil, err
		}

		calendars = append(calendars, c)
	}

	return calendars, nil
}

// restore puts the last good copy of a calendar in force, if there is one that can
// be read.
func (a *App) restore(ctx context.Context, c *calendar) error {
	kept, err := a.desk.Feed(ctx, c.key(), c.source)
	if err != nil && !errors.Is(err, bot.ErrNotFound) && !errors.Is(err, bot.ErrDamaged) {
		return err
	}

	var content calendarContent
	if err == nil {
		content, err = c.parse(kept.Data)
	}

	if err != nil { // there is none, or it can't be read
		if c.of == ofDuty {
			a.desk.AwaitPlan(bot.TeamID(c.team.Key))
		}

		return nil // no copy is no fault: the calendar is about to be read
	}

	c.inForce = sha256.Sum256(kept.Data)

	err = a.set(ctx, c, content)
	if errors.Is(err, bot.ErrUnwritable) || errors.Is(err, bot.ErrDamaged) { // it is in force all the same
		return nil
	}

	return err
}

// followCalendars reads the calendars, and again every ten minutes.
func (a *App) followCalendars(ctx context.Context, calendars []*calendar) error {
	if len(calendars) == 0 {
		return nil
	}

	for {
		a.followAll(ctx, calendars)

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(calendarEvery):
		}
	}
}

// followAll reads every calendar once, several at a time, so that a server that
// does not answer keeps none of the others waiting.
func (a *App) followAll(ctx context.Context, calendars []*calendar) {
	var reading sync.WaitGroup

	free := make(chan struct{}, calendarsAtOnce)

	for _, c := range calendars {
		reading.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()

			if err := a.follow(ctx, c); err != nil && ctx.Err() == nil {
				a.out.Log.ErrorContext(ctx, "a calendar could not be kept; it is read again", "team", c.team.Key, "of", c.of, "error", err)
			}
		})
	}

	reading.Wait()
}

// follow reads a calendar and puts it in force. If it can't be read, the last
// good copy stays, and the team's managers are told.
func (a *App) follow(ctx context.Context, c *calendar) error {
	kept := bot.Feed{Team: c.key(), Source: c.source}

	content, data, err := c.read(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the bot stops, so that nothing can be said of the calendar
	}

	if err != nil {
		a.out.Log.WarnContext(ctx, "a calendar can't be read; the last good copy stays in force",
			"team", c.team.Key, "of", c.of, "from", calendarPlace(c.source), "error", withCause(err))

		kept.Failure, kept.At = err.Error(), c.lastRead

		return errors.Join(a.stopWaiting(ctx, c), a.desk.KeepFeed(ctx, kept))
	}

	c.lastRead = a.out.Now()
	kept.Data, kept.At = data, c.lastRead

	// It is in force before it is kept: a full disk must not hide a new rota.
	return errors.Join(a.enforce(ctx, c, content, sha256.Sum256(data)), a.desk.KeepFeed(ctx, kept), a.tellOdd(ctx, c, content))
}

// stopWaiting says that a team's duty is what it is: its calendar can't be read.
func (a *App) stopWaiting(ctx context.Context, c *calendar) error {
	if c.of != ofDuty {
		return nil
	}

	return a.desk.SetPlan(ctx, bot.TeamID(c.team.Key), nil)
}

// tellOdd tells managers what is odd about a calendar of duty.
func (a *App) tellOdd(ctx context.Context, c *calendar, content calendarContent) error {
	plan, ok := content.(*roster.Calendar)
	if !ok {
		return nil
	}

	return a.desk.TellOdd(ctx, bot.TeamID(c.team.Key), a.odd(plan))
}

// odd returns what managers are to know of a calendar: whose names nobody has
// within two weeks, and whether something in it can't be read. Where that stands
// moves with each edit, so that the log alone says it.
func (a *App) odd(plan *roster.Calendar) []string {
	const most = 10

	var odd []string

	now := a.out.Now()
	names := plan.UnknownWithin(roster.Span{From: now, Until: now.Add(oddAhead)})

	for _, name := range names[:min(len(names), most)] {
		odd = append(odd, fmt.Sprintf("Nobody of the team is called %q, so nobody is on duty for it.", name))
	}

	if len(names) > most {
		odd = append(odd, "There are more such names.")
	}

	if len(plan.Unreadable()) > 0 {
		odd = append(odd, "Some of its events can't be read: the log says which, and why.")
	}

	return odd
}

// enforce puts a calendar in force unless it is already.
func (a *App) enforce(ctx context.Context, c *calendar, content calendarContent, sum [sha256.Size]byte) error {
	if sum == c.inForce {
		return nil
	}

	for _, odd := range append(content.Unreadable(), unknownNames(content)...) {
		a.out.Log.WarnContext(ctx, "a calendar has an entry that counts for nothing", "team", c.team.Key, "of", c.of, "entry", odd)
	}

	if err := a.set(ctx, c, content); err != nil {
		return err
	}

	c.inForce = sum

	return nil
}

// set has the bot go by what a calendar says.
func (a *App) set(ctx context.Context, c *calendar, content calendarContent) error {
	switch content := content.(type) {
	case *roster.Calendar:
		return a.desk.SetPlan(ctx, bot.TeamID(c.team.Key), content)
	case *roster.Holidays:
		a.desk.SetHolidays(bot.TeamID(c.team.Key), content)
	}

	return nil
}

func unknownNames(content calendarContent) []string {
	plan, ok := content.(*roster.Calendar)
	if !ok {
		return nil
	}

	unknown := plan.Unknown()
	for i, name := range unknown {
		unknown[i] = fmt.Sprintf("nobody of the team is called %q", name)
	}

	return unknown
}

// read fetches and parses a calendar. Its address is a secret and is in no
// error.
func (f feed) read(ctx context.Context) (calendarContent, []byte, error) {
	data, err := f.fetch(ctx)
	if err != nil {
		return nil, nil, err
	}

	content, err := f.parse(data)

	return content, data, err
}

func (f feed) parse(data []byte) (calendarContent, error) {
	if f.of == ofHolidays {
		return roster.ParseHolidays(data, f.team.Timezone)
	}

	return roster.ParseCalendar(data, f.team.Timezone, f.whose)
}

func (f feed) fetch(ctx context.Context) ([]byte, error) {
	if !strings.HasPrefix(f.source, "https://") {
		return f.open()
	}

	ctx, cancel := context.WithTimeout(ctx, calendarWithin)
	defer cancel()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.source, nil)
	if err != nil {
		return nil, errors.New("its address can't be used")
	}

	client := http.Client{CheckRedirect: onlySafely}
	if f.client != nil {
		client.Transport = f.client.Transport
	}

	response, err := client.Do(request)
	if err != nil {
		return nil, whyUnread(err)
	}

	defer func() { _ = response.Body.Close() }()

	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("its server answers %v", response.StatusCode)
	}

	return limited(response.Body)
}

// errMoved is why a calendar is not followed to another address.
var errMoved = errors.New("it was moved to where it can't be read safely")

// onlySafely follows a calendar that has moved to another https address.
func onlySafely(to *http.Request, via []*http.Request) error {
	const most = 5
	if to.URL.Scheme != "https" || len(via) > most {
		return errMoved
	}

	return nil
}

// An unreadError is what people are told of a calendar that did not come, with
// the cause for the log.
type unreadError struct {
	text  string
	cause error
}

func (e *unreadError) Error() string { return e.text }
func (e *unreadError) Unwrap() error { return e.cause }

// withCause returns an error as it is logged.
func withCause(err error) error {
	if unread, ok := errors.AsType[*unreadError](err); ok {
		return fmt.Errorf("%v: %w", unread.text, unread.cause)
	}

	return err
}

// whyUnread takes the address, which is a secret, off the error of a client.
func whyUnread(err error) error {
	if errors.Is(err, errMoved) {
		return errMoved
	}

	about, ok := errors.AsType[*url.Error](err)
	if !ok || strings.Contains(about.Err.Error(), "Location") { // which it would quote
		return errors.New("its server sends what can't be followed")
	}

	return &unreadError{"its server can't be reached", about.Err}
}

// open reads a calendar from a file, which is looked for beside the
// configuration.
func (f feed) open() ([]byte, error) {
	path := f.source
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
