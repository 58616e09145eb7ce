package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// Front is the bot as this package calls it. A call is answered within
// Options.Answer. One that takes longer goes on, and its reply is told to the person
// when it comes; an error of it is told them as "Something went wrong".
type Front interface {
	Command(ctx context.Context, c chat.Command) (chat.Reply, error)
	Click(ctx context.Context, c chat.Click) (chat.Reply, error)
	Submit(ctx context.Context, s chat.Submission) (chat.Reply, error)
}

// Acquainted is a Front that wants to know what Slack knows of the people who
// use it. It is told on a person's first event, then at most daily, and whenever
// Slack says that what it was told has changed: a name, or that they have gone.
type Acquainted interface {
	Acquaint(ctx context.Context, p chat.Profile) error
}

// Options say which app this is, and whom it calls.
type Options struct {
	BotToken      string // xoxb-
	AppToken      string // xapp-, "" for no Socket Mode
	SigningSecret string // "" for no HTTP
	StatusToken   string // xoxp-, of an administrator; "" where nobody's status is shown (ShowStatus)

	// APIURL is the Web API's address, "" for Slack's own.
	APIURL string
	// Client carries the calls of the Web API. Nil means a client of its own;
	// one without a timeout gets one.
	Client *http.Client
	// DialContext opens the WebSocket's connections, nil for the system's.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)

	// Commands are the bot's names of the slash commands by Slack's, without
	// the slash: {"escalate": "escalate"}. One that is not in it keeps its name.
	Commands map[string]string
	// Escaped are the bot's names of those commands whose text Slack escapes,
	// with mentions in it (ManifestCommand.ShouldEscape). The text of all
	// others is taken as it was typed.
	Escaped []string

	// Needs are what the configuration asks of Slack beyond paging people.
	Needs Needs

	Front Front
	Now   func() time.Time
	Log   *slog.Logger

	// Answer is how long the Front may take before the person is told that it takes
	// longer: 2.5 s where 0. Slack waits for 3 s.
	Answer time.Duration
	// Ping is how often a connection is pinged, and Deaf after how long without
	// a sign of life it is opened anew: 10 s and 30 s where 0.
	Ping, Deaf time.Duration
}

func (o Options) withDefaults() Options {
	o.Answer = orElse(o.Answer, 2500*time.Millisecond)
	o.Ping = orElse(o.Ping, 10*time.Second)
	o.Deaf = orElse(o.Deaf, 30*time.Second)

	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}

	o.APIURL = strings.TrimSuffix(o.APIURL, "/") + "/"

	return o
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}

	return d
}

// validate finds the mistakes that are made with tokens.
func (o Options) validate() error {
	switch {
	case o.Front == nil || o.Now == nil || o.Log == nil:
		return errors.New("slack: Front, Now and Log are needed")
	case !strings.HasPrefix(o.BotToken, "xoxb-") && !strings.HasPrefix(o.BotToken, "xoxe."):
		return errors.New("slack: SLACK_BOT_TOKEN is no bot token: copy the one that begins with xoxb- from OAuth & Permissions")
	case o.AppToken != "" && !strings.HasPrefix(o.AppToken, "xapp-"):
		return errors.New("slack: SLACK_APP_TOKEN is no app-level token: make one with connections:write under Basic Information; it begins with xapp-")
	case o.StatusToken != "" && !strings.HasPrefix(o.StatusToken, "xoxp-"):
		return errors.New("slack: SLACK_STATUS_TOKEN is no user token: copy the one that begins with xoxp- from OAuth & Permissions")
	case o.AppToken == "" && o.SigningSecret == "":
		return errors.New("slack: nothing can come in: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP")
	default:
		return nil
	}
}

// Slack is one app in one workspace. Its methods may be called at the same
// time.
type Slack struct {
	opts     Options
	api      *slack.Client
	statuses *slack.Client // with the status token, nil where there is none
	wire     link.Wire
	log      *slog.Logger
	work     *link.Work
	sockets  *sockets
	people   *people
	rooms    *rooms
	identity identity
	failure  chan error
}

// New returns the app. Nothing is sent before Start.
func New(opts Options) (*Slack, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}

	opts = opts.withDefaults()

	s := &Slack{
		opts:    opts,
		log:     opts.Log,
		wire:    link.NewWire(opts.Client),
		work:    link.NewWork(opts.Log),
		rooms:   newRooms(),
		failure: make(chan error, 1),
	}
	s.api = slack.New(opts.BotToken,
		slack.OptionAppLevelToken(opts.AppToken),
		slack.OptionAPIURL(opts.APIURL),
		slack.OptionHTTPClient(s.wire),
	)
	s.statuses = newStatuses(opts, s.wire)
	s.people = newPeople(s)
	s.sockets = newSockets(s)

	return s, nil
}

// Start tells who the bot is and begins to listen. It returns the errors that
// waiting does not cure, such as a wrong token, as a *RefusedError or a
// *ScopesError. When Slack can't be reached it returns nil and goes on trying;
// Ready says when it worked.
func (s *Slack) Start(ctx context.Context) error {
	if err := s.identify(ctx); err != nil {
		if lasting(err) {
			return err
		}

		s.log.Warn("slack can't be reached yet, trying again", "error", err)
		s.work.Background(func(ctx context.Context) { s.identifyLater(ctx) })
	}

	s.work.Background(s.people.run)

	if s.opts.AppToken != "" {
		s.sockets.start()
	}

	return nil
}

// lasting reports whether the error needs an operator.
func lasting(err error) bool {
	_, refused := errors.AsType[*RefusedError](err)
	_, unscoped := errors.AsType[*ScopesError](err)

	return refused || unscoped
}

// Failed delivers at most one error: that Slack refuses the bot for good.
// Who runs it says so.
func (s *Slack) Failed() <-chan error { return s.failure }

func (s *Slack) fail(err error) {
	select {
	case s.failure <- err:
	default:
	}
}

// linger is how long connections stay open after the last acknowledgement was
// written, so that it arrives.
const linger = 100 * time.Millisecond

// Stop takes no more work, waits for what was begun and for its
// acknowledgements, and closes. When it returns nil no goroutine is left; when
// ctx ends first, what is under way is cut off and ctx's error returned.
func (s *Slack) Stop(ctx context.Context) error {
	drained := s.work.Drain(ctx)

	if s.opts.AppToken != "" && drained == nil {
		link.Pause(ctx, linger)
	}

	err := s.work.End(ctx)
	s.wire.Client.CloseIdleConnections()

	if err != nil {
		return fmt.Errorf("slack: stop: %w", err)
	}

	if drained != nil {
		return fmt.Errorf("slack: stop: %w", drained)
	}

	return nil
}

// Ready returns nil while the bot hears what people do: in Socket Mode while a
// connection has said hello and gives signs of life.
func (s *Slack) Ready() error {
	switch {
	case !s.identity.known():
		return errors.New("slack has not said yet who the bot is")
	case s.opts.AppToken != "":
		return s.sockets.ready()
	default:
		return nil
	}
}

// slash is how people type the command that calls for help.
func (s *Slack) slash() string {
	for typed, command := range s.opts.Commands {
		if command == "escalate" {
			return "/" + typed
		}
	}

	return "/escalate"
}
