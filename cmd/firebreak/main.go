// Command firebreak is the supervisor-escalation bot for customer-service teams
// on Slack and Microsoft Teams.
//
//	firebreak demo            a chat workspace on this machine, to try it all
//	firebreak check           finds mistakes before a shift does
//	firebreak serve           runs the bot
//	firebreak manifest slack  prints the manifest of the Slack app
//	firebreak manifest teams  writes the app package for Teams
//	firebreak backup FILE     copies the data of a running bot
//	firebreak restore FILE    puts a backup in place
//	firebreak compact         frees the disk that deleted records left
//	firebreak verify          finds records that were altered
//	firebreak export          writes the records for other programs
//	firebreak digest          prints the digest of a team's week
//	firebreak erase           erases what is kept of a customer, and proves it
//	firebreak version
//
// This package wires the program: it reads the configuration (config*.go) and
// the environment (env.go), and makes one App of the store, the desk, delivery
// and the platforms (app.go). The demo (demo*.go) and the conversation tests run
// the same App against a workspace of their own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	_ "time/tzdata" // a machine without zones must not change anybody's hours

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "unreleased"

// commands are what can be typed behind firebreak.
type commands struct {
	Config string `help:"Configuration file (FIREBREAK_CONFIG)." placeholder:"firebreak.yaml" type:"path"`
	Data   string `help:"Data directory (FIREBREAK_DATA)." placeholder:"data" type:"path"`
	Listen string `help:"Address of the web server (FIREBREAK_LISTEN)." placeholder:"127.0.0.1:8080"`

	Serve    serveCommand    `cmd:"" help:"Run the bot."`
	Demo     demoCommand     `cmd:"" help:"Start a chat workspace on this machine, and the bot in it. Needs nothing."`
	Check    checkCommand    `cmd:"" help:"Find mistakes in the configuration, tokens, scopes, channels, people and who is on duty."`
	Manifest manifestCommand `cmd:"" help:"Print the app manifest of a chat platform."`
	Backup   backupCommand   `cmd:"" help:"Copy the data, also while the bot runs. The copy is checked before it counts."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup in place of the data. The bot must not run."`
	Compact  compactCommand  `cmd:"" help:"Free the disk that deleted records left. The bot must not run."`
	Verify   verifyCommand   `cmd:"" help:"Find records that were altered, also while the bot runs."`
	Export   exportCommand   `cmd:"" help:"Write the records as CSV or JSON Lines, also while the bot runs."`
	Digest   digestCommand   `cmd:"" help:"Print the digest of a team's week, also while the bot runs."`
	Erase    eraseCommand    `cmd:"" help:"Erase what is kept of a customer, also while the bot runs: the records, what was posted, and the file's old bytes."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// world is what a command meets: its words and its surroundings.
type world struct {
	ctx    context.Context // ends at SIGINT and SIGTERM
	flags  *commands
	stdout io.Writer
	stderr io.Writer
	lookup func(string) (string, bool)
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, os.LookupEnv)) }

// run runs the program and returns its exit code: 0 if all is well, 1 if it
// failed, 2 if it was called wrongly, 3 if something was erased and not all of it.
func run(args []string, stdout, stderr io.Writer, lookup func(string) (string, bool)) int {
	var flags commands

	exit := -1

	parser, err := kong.New(&flags, kong.Name("firebreak"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.Description("The supervisor-escalation bot for customer-service teams. Try it with: firebreak demo"))
	if err != nil {
		return complain(stderr, err)
	}

	parsed, err := parser.Parse(args)

	switch {
	case exit >= 0:
		return exit // it printed help
	case err != nil:
		return complain(stderr, misused("%v", misread(err, args)))
	}

	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()

	if err := parsed.Run(&world{ctx: ctx, flags: &flags, stdout: stdout, stderr: stderr, lookup: lookup}); err != nil {
		return complain(stderr, err)
	}

	return 0
}

// misread says what was wrong with how a command was called, and where to read how it is
// done: whoever mistypes a name needs a line, and not all the help there is.
func misread(err error, args []string) string {
	if len(args) == 0 {
		return "say what to do: firebreak demo to try it, firebreak serve to run it; firebreak --help lists all commands"
	}

	help := "firebreak"
	if failed, ok := errors.AsType[*kong.ParseError](err); ok && failed.Context.Selected() != nil {
		help = "firebreak " + failed.Context.Selected().Path()
	}

	wrong := strings.Replace(err.Error(), ` but got "EOL" (<EOL>)`, " behind it", 1) // the parser's own word for nothing

	return fmt.Sprintf("%v; see %v --help", wrong, help)
}

// A misuseError says that a command was called wrongly, and how to call it.
type misuseError struct{ says string }

// Error says so.
func (e *misuseError) Error() string { return e.says }

func misused(format string, args ...any) error { return &misuseError{fmt.Sprintf(format, args...)} }

func complain(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintln(stderr, "firebreak:", err)

	if _, left := errors.AsType[*leftError](err); left {
		return eraseLeaves
	}

	if _, misused := errors.AsType[*misuseError](err); misused {
		return 2
	}

	return 1
}

// environment reads the variables. Flags go before them.
func (w *world) environment() (Environment, error) {
	env, err := ReadEnvironment(func(name string) (string, bool) {
		for variable, flag := range map[string]string{
			"FIREBREAK_CONFIG": w.flags.Config, "FIREBREAK_DATA": w.flags.Data, "FIREBREAK_LISTEN": w.flags.Listen,
		} {
			if name == variable && flag != "" {
				return flag, true
			}
		}

		return w.lookup(name)
	})

	return env, err
}

// logger returns the log that the configuration asks for.
func (c *Config) logger(out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log.Level)); err != nil {
		level = slog.LevelInfo
	}

	options := &slog.HandlerOptions{Level: level}
	if c.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}

	return slog.New(slog.NewTextHandler(out, options))
}

type serveCommand struct{}

// stopWithin is how long the program may take to stop after SIGTERM.
const stopWithin = 8 * time.Second

// Run runs the bot until a signal, or until something ends it that needs an
// operator.
func (serveCommand) Run(w *world) error {
	env, config, err := w.configured()
	if err != nil {
		return err
	}

	log := config.logger(w.stderr)
	clock := newClock()

	app, err := New(config, env, Outsides{Now: clock.now, Wall: clock.wall, Log: log, Control: true})
	if err != nil {
		return err
	}

	return serve(w.ctx, app, log)
}

// serve runs an app until ctx is done or the app fails.
func serve(ctx context.Context, app *App, log *slog.Logger) error {
	err := app.Start(ctx)
	if err == nil {
		log.Info("Firebreak is on duty", "version", version, "address", app.Addr())

		select {
		case <-ctx.Done():
			log.Info("stopping")
		case err = <-app.Failed():
		}
	} else if ctx.Err() != nil {
		err = nil
	}

	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()

	return errors.Join(err, app.Stop(stop))
}

// configured reads the environment and the configuration, for commands that
// talk to the chat platforms.
func (w *world) configured() (Environment, *Config, error) {
	env, err := w.environment()
	if err != nil {
		return env, nil, err
	}

	config, err := ReadConfig(env.ConfigFile)
	if err != nil {
		return env, nil, err
	}

	return env, config, env.NeedPlatform()
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(w *world) error {
	_, err := fmt.Fprintln(w.stdout, "firebreak", version)

	return err
}
