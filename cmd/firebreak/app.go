package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// An App is the whole program, wired: the store, the desk, delivery, the chat
// platforms, the clock's beat and the web server. The demo, the tests and production are the
// same App with other outsides.
type App struct {
	config    *Config
	out       Outsides
	data      string
	store     *bolt.Store
	desk      *bot.Desk
	deliver   *bot.Deliver
	platforms platforms
	metrics   *prometheus.Registry
	listener  net.Listener
	ticked    atomic.Int64 // when the beat last did all that was due, in Unix seconds
	failed    chan error

	teardowns []teardown
}

// Outsides are what an App meets of the world. Now and Log are required.
type Outsides struct {
	Now func() time.Time
	Log *slog.Logger
	// Wall is the time of day by which the platforms' signatures are judged. Nil
	// means Now.
	Wall func() time.Time
	// Client carries the calls to the platforms, and DialContext opens Slack's
	// sockets. Nil means real ones.
	Client      *http.Client
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
	// Calendars fetches duty calendars from their addresses, nil for a client
	// of the standard library.
	Calendars *http.Client
	// Listen binds the web server's address, nil for TCP.
	Listen func(address string) (net.Listener, error)
	// Store wraps the store, so that a test can let it crash. Nil leaves it.
	Store func(bot.Store) bot.Store
	// Control says that the app answers `firebreak backup`, `firebreak digest` and
	// `firebreak erase` on a socket in the data directory.
	Control bool
	// NoReconcile has messages in doubt sent again without a look, for control
	// runs.
	NoReconcile bool
	NoSync      bool // as bolt.Options.NoSync
}

// A teardown is named, so that a stop that fails says what failed.
type teardown struct {
	name string
	stop func(context.Context) error
}

// databaseName is the file of the store in the data directory.
const databaseName = "firebreak.db"

// New wires an app and binds its address, so that ":0" works and Addr is known.
// Nothing runs yet. What it opened is closed again if it fails.
func New(c *Config, env Environment, out Outsides) (_ *App, err error) {
	a := &App{config: c, out: out, data: env.DataDir, metrics: prometheus.NewRegistry(), failed: make(chan error, 1)}

	defer func() {
		if err != nil {
			err = errors.Join(err, a.Stop(context.Background()))
		}
	}()

	if err := a.openStore(); err != nil {
		return nil, err
	}

	if err := a.wire(env); err != nil {
		return nil, err
	}

	listen := out.Listen
	if listen == nil {
		listen = listenTCP
	}

	if a.listener, err = listen(env.Listen); err != nil {
		return nil, fmt.Errorf("listening on %v (set FIREBREAK_LISTEN to another address): %w", env.Listen, err)
	}

	a.onStop("listener", func(context.Context) error { return ignore(a.listener.Close(), net.ErrClosed) })

	return a, nil
}

func listenTCP(address string) (net.Listener, error) {
	var c net.ListenConfig

	return c.Listen(context.Background(), "tcp", address)
}

func (a *App) openStore() (err error) {
	if err := os.MkdirAll(a.data, 0o700); err != nil {
		return fmt.Errorf("making the data directory (set FIREBREAK_DATA to another): %w", err)
	}

	a.store, err = bolt.Open(filepath.Join(a.data, databaseName), bolt.Options{Log: a.out.Log, Now: a.out.Now, NoSync: a.out.NoSync})
	if err != nil {
		return err
	}

	a.onStop("store", func(context.Context) error { return a.store.Close() })

	return nil
}

// wire makes the desk, delivery and the platforms, and introduces them to one
// another.
func (a *App) wire(env Environment) (err error) {
	var store bot.Store = a.store
	if a.out.Store != nil {
		store = a.out.Store(store)
	}

	settings := a.config.settingsOn(env)
	a.desk = bot.NewDesk(bot.DeskOptions{
		Store: store, Settings: settings, Now: a.out.Now, Log: a.out.Log,
	})

	if a.platforms, err = connect(a.config, env, a.desk, a.out); err != nil {
		return err
	}

	a.deliver = bot.NewDeliver(bot.DeliverOptions{
		Store: store, Platforms: a.platforms.delivery(), Artist: a.desk,
		Now: a.out.Now, Log: a.out.Log, NoReconcile: a.out.NoReconcile,
		Alarm: a.alarm,
	})
	a.desk.OnWake(a.deliver.Wake)
	a.desk.OnUrgent(a.deliver.Urgent)

	return a.register()
}

// alarm logs what delivery can't help, and remembers whether a platform takes what
// the bot sends: commands come in and are answered all the same, so that nothing
// else shows.
func (a *App) alarm(ctx context.Context, alarm bot.Alarm) {
	c := a.platforms.on(alarm.Platform)

	if c != nil {
		c.note(alarm)
	}

	bot.LogAlarm(a.out.Log)(ctx, alarm)
}

// onStop pushes a teardown. They run last in, first out.
func (a *App) onStop(name string, stop func(context.Context) error) {
	a.teardowns = append(a.teardowns, teardown{name, stop})
}

// Addr returns where the web server listens.
func (a *App) Addr() string { return a.listener.Addr().String() }

// Failed hands out the error that must end the program: that the token of the only
// platform was revoked, say. It is never closed.
func (a *App) Failed() <-chan error { return a.failed }

// Start runs the app. It returns once the platforms have accepted the bot, and
// with an error if none does; Stop is to be called either way.
func (a *App) Start(ctx context.Context) error {
	a.ticked.Store(a.out.Now().Unix())

	if err := a.deliver.Load(ctx); err != nil {
		return err
	}

	calendars, err := a.readCalendars(ctx)
	if err != nil {
		return err
	}

	if err := a.desk.WatchRotas(ctx); err != nil && !errors.Is(err, bot.ErrUnwritable) {
		return err
	}

	if err := a.desk.ServeBreaks(ctx); err != nil && !errors.Is(err, bot.ErrUnwritable) {
		return err
	}

	if err := a.desk.PlanDigests(ctx); err != nil && !errors.Is(err, bot.ErrUnwritable) {
		return err
	}

	a.resumeErasings(ctx)

	a.background("delivery", a.deliver.Run)
	a.startBeat()
	a.background("web server", a.serveWeb)

	if err := a.startControl(); err != nil {
		return err
	}

	for _, c := range a.platforms {
		if err := a.startOn(ctx, c); err != nil {
			return err
		}
	}

	a.background("colleagues", a.lookUpColleagues)
	a.background("calendars", func(ctx context.Context) error { return a.followCalendars(ctx, calendars) })
	a.background("shifts", a.followShifts)
	a.background("statuses", a.followBreaks)

	return nil
}

// startOn has the bot on a platform. One that refuses it is tried again, while the
// bot is on the other.
func (a *App) startOn(ctx context.Context, c *connection) error {
	err := c.Start(ctx)
	if err != nil {
		if err := a.lose(c, &loss{err, "it is tried again each minute"}); err != nil {
			return err
		}
	}

	a.onStop(c.title(), c.Stop)
	a.background(c.title()+"'s state", func(ctx context.Context) error {
		if err != nil && !a.startLater(ctx, c) {
			return nil
		}

		c.Meet(a.config.acquaintances(c.on)...)

		return a.watch(ctx, c)
	})

	return nil
}

// startAgain is how often a platform is tried that refused the bot at the start.
const startAgain = time.Minute

// startLater has the bot on a platform once that accepts it, and returns false if
// ctx ends before.
func (a *App) startLater(ctx context.Context, c *connection) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(startAgain):
		}

		if err := c.Start(ctx); err == nil {
			a.regain(c)

			return true
		}
	}
}

// lose notes that a platform refuses the bot for good. The bot goes on as long as it
// is on another one; else lose returns why it can't.
func (a *App) lose(c *connection, why *loss) error {
	c.lost.Store(why)

	if gone := a.platforms.gone(); gone != nil {
		return gone
	}

	a.desk.Avoid(c.on, true)
	a.out.Log.Error("a platform refuses the bot for good: the bot goes on without it", "platform", c.title(), "next", why.next, "error", why.err)

	return nil
}

// regain notes that a platform accepts the bot after all.
func (a *App) regain(c *connection) {
	c.lost.Store(nil)
	a.desk.Avoid(c.on, false)
	a.out.Log.Info("a platform accepts the bot now", "platform", c.title())
}

// background runs a part until Stop, and reports an error that ends it early.
func (a *App) background(name string, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})

	go func() {
		defer close(done)

		if err := run(ctx); err != nil && ctx.Err() == nil {
			a.fail(fmt.Errorf("%v: %w", name, err))
		}
	}()

	a.onStop(name, func(stop context.Context) error {
		cancel()

		select {
		case <-done:
			return nil
		case <-stop.Done():
			return stop.Err()
		}
	})
}

func (a *App) fail(err error) {
	select {
	case a.failed <- err:
	default:
	}
}

// watch returns what ends the bot: that a platform refuses it for good, if that was
// the last one.
func (a *App) watch(ctx context.Context, c *connection) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-c.Failed():
		return a.lose(c, &loss{err, "start the bot again when that is done"})
	}
}

// startBeat has the desk do what is due, every second.
func (a *App) startBeat() {
	log := cronLog{a.out.Log}

	// A panic is caught within what skips: a run that it cut off would otherwise
	// count as still running for ever, and no other would follow it.
	beat := cron.New(cron.WithLogger(log), cron.WithLocation(time.UTC),
		cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger), cron.Recover(log)))
	ctx, cancel := context.WithCancel(context.Background())

	beat.Schedule(cron.Every(time.Second), cron.FuncJob(func() { a.tick(ctx) }))
	beat.Schedule(cron.Every(time.Minute), cron.FuncJob(func() { a.keepCopies(ctx) }))

	if a.config.Heartbeat.URL != "" {
		beat.Schedule(cron.Every(a.config.Heartbeat.Every), cron.FuncJob(func() { a.heartbeat(ctx) }))
	}

	beat.Start()
	a.onStop("beat", func(stop context.Context) error {
		cancel()

		select {
		case <-beat.Stop().Done():
			return nil
		case <-stop.Done():
			return stop.Err()
		}
	})
}

func (a *App) tick(ctx context.Context) {
	if err := a.desk.Tick(ctx); err != nil {
		if ctx.Err() == nil {
			a.out.Log.ErrorContext(ctx, "what is due could not be done; it is tried again in a second", "error", err)
		}

		return
	}

	if err := a.desk.TellOfDamage(ctx, a.store.Damaged()); err != nil && ctx.Err() == nil {
		a.out.Log.ErrorContext(ctx, "the managers could not be told of damaged records; it is tried again in a second", "error", err)
	}

	a.ticked.Store(a.out.Now().Unix())
}

// shiftsEvery is how often it is looked whether a shift is to be checked or a
// user group to be set.
const shiftsEvery = 10 * time.Second

// followShifts checks the people of each shift before it begins, and has user
// groups follow who is on duty.
func (a *App) followShifts(ctx context.Context) error {
	for {
		if err := errors.Join(a.desk.CheckShifts(ctx, a.platforms), a.desk.SetGroups(ctx, a.platforms)); err != nil && ctx.Err() == nil {
			a.out.Log.ErrorContext(ctx, "shifts could not be checked; it is tried again", "error", err)
		}

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(shiftsEvery):
		}
	}
}

// followBreaks has people's statuses follow their breaks, where they agreed.
func (a *App) followBreaks(ctx context.Context) error {
	for {
		if err := a.desk.SetStatuses(ctx, a.platforms); err != nil && ctx.Err() == nil {
			a.out.Log.ErrorContext(ctx, "a status could not be looked at; it is tried again", "error", err)
		}

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// Stop ends everything in the reverse order of its start: first nothing comes
// in any more, then what is on its way goes out, last the store is closed. What
// did not get out by the end of ctx is in the outbox and goes out after the
// next start.
func (a *App) Stop(ctx context.Context) error {
	var failures []error

	for _, t := range slices.Backward(a.teardowns) {
		if err := t.stop(ctx); err != nil {
			failures = append(failures, fmt.Errorf("stopping %v: %w", t.name, err))
		}
	}

	a.teardowns = nil

	return errors.Join(failures...)
}

// ignore returns err unless it is what is expected.
func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}

	return err
}

// cronLog hands the beat's complaints to the log.
type cronLog struct{ log *slog.Logger }

// Info drops what cron tells of each run.
func (cronLog) Info(string, ...any) {}

// Error logs a panicked run. What was panicked with is told only where it is the
// runtime's own, since anything else may hold customers' words.
func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	cause := "not told, since it may hold customers' words"
	if own, ok := errors.AsType[runtime.Error](err); ok {
		cause = own.Error()
	}

	l.log.Error("a beat failed", append([]any{"error", cause, "cron", msg}, keysAndValues...)...)
}
