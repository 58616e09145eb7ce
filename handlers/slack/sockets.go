package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

const (
	// pair is how many connections are kept: Slack sends each payload over any
	// one of them, so that one can be opened anew while the other listens.
	pair = 2
	// spacing is the least time between two openings of the same connection.
	spacing = time.Second
	// proven is for how long a connection has to live to count as good. After
	// one that did not, the next is waited for ever longer.
	proven = 10 * time.Second
	// longestWait is the longest such wait.
	longestWait = 30 * time.Second
	// shutOut is the wait after Slack says that Socket Mode is switched off
	// for the app.
	shutOut = time.Minute
)

// sockets keeps a pair of Socket Mode connections open.
type sockets struct {
	slack *Slack

	mu      sync.Mutex
	live    []*connection // that have said hello and were not told to leave
	changed chan struct{} // closed and replaced when live changes
	trouble error         // why there is no connection
}

func newSockets(s *Slack) *sockets {
	return &sockets{slack: s, changed: make(chan struct{}), trouble: errors.New("no connection yet")}
}

func (k *sockets) start() {
	for range pair {
		k.slack.work.Background(k.keep)
	}
}

// ready returns why nothing can be heard, nil while a connection is live.
func (k *sockets) ready() error {
	k.mu.Lock()
	defer k.mu.Unlock()

	if len(k.live) > 0 {
		return nil
	}

	return k.trouble
}

// An ending is why a connection is no more.
type ending struct {
	good   bool   // it lived long enough
	reason string // what Slack said, "" for nothing
	err    error  // what failed, nil if it was open
}

// keep has one connection open until ctx is over, and opens it anew at most
// once a second.
func (k *sockets) keep(ctx context.Context) {
	for wait := time.Duration(0); ; {
		spaced := make(chan struct{})
		time.AfterFunc(spacing, func() { close(spaced) })

		end := k.one(ctx)

		if ctx.Err() != nil {
			return
		}

		if refused := permanent(end.err); end.err != nil && refused != nil {
			k.slack.fail(refused)

			return
		}

		k.tell(end)
		<-spaced

		wait = longer(wait, end)
		if !link.Pause(ctx, wait) {
			return
		}
	}
}

// longer returns how long to wait after a connection that ended, in addition to
// the spacing, where the wait before was last.
func longer(last time.Duration, end ending) time.Duration {
	switch failure := chat.FailureOf(end.err); {
	case end.reason == "link_disabled":
		return shutOut
	case failure != nil && failure.Kind == chat.Busy:
		return failure.After
	case end.good:
		return 0
	default:
		return min(max(2*last, spacing), longestWait)
	}
}

// tell says what happened in the log, and keeps it for Ready.
func (k *sockets) tell(end ending) {
	log := k.slack.log

	switch {
	case end.reason == "link_disabled":
		k.blame(errors.New("the app has Socket Mode switched off"))
		log.Error("slack has switched Socket Mode off for this app: switch it on again under Settings, Socket Mode", "next_try", shutOut)
	case end.reason == "too_many_websockets":
		k.blame(errors.New("the app has too many connections"))
		log.Error("slack has closed a connection: more than ten are open for this app; stop other copies of the program")
	case end.err != nil:
		k.blame(end.err)
		log.Warn("a connection to slack could not be opened", "error", end.err)
	case end.reason != "":
		log.Info("slack asked for a new connection", "reason", end.reason)
	default:
		k.blame(errors.New("the connection was lost"))
		log.Warn("a connection to slack was lost")
	}
}

func (k *sockets) blame(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()

	k.trouble = err
}

// one opens a connection and returns when it has ended, or when Slack asks for
// a new one: then the old one is read for as long as Slack still uses it.
func (k *sockets) one(ctx context.Context) ending {
	c, err := k.connect(ctx)
	if err != nil {
		return ending{err: err}
	}

	if end, ok := k.greeted(ctx, c); !ok {
		return end
	}

	k.join(c)
	defer k.part(c)

	joined := k.slack.opts.Now()
	good := func() bool { return k.slack.opts.Now().Sub(joined) >= proven }

	select {
	case reason := <-c.leave:
		k.retire(c, reason)

		return ending{good: good(), reason: reason}
	case <-c.gone:
		return ending{good: good(), reason: c.lastWord()}
	case <-ctx.Done():
		k.quit(c)

		return ending{}
	}
}

// lastWord is the reason that Slack gave before the connection was gone, "" for
// none.
func (c *connection) lastWord() string {
	select {
	case reason := <-c.leave:
		return reason
	default:
		return ""
	}
}

// connect asks for an address and dials it.
func (k *sockets) connect(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*connectTimeout)
	defer cancel()

	_, address, err := k.slack.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, failed("apps.connections.open", err)
	}

	socket, err := k.dial(ctx, address)
	if err != nil {
		return nil, err
	}

	return k.open(socket), nil
}

// greeted waits for the hello, and returns false with the ending if none comes.
func (k *sockets) greeted(ctx context.Context, c *connection) (ending, bool) {
	within := time.NewTimer(connectTimeout)
	defer within.Stop()

	select {
	case <-c.hello:
		return ending{}, true
	case reason := <-c.leave:
		k.retire(c, reason)

		return ending{reason: reason}, false
	case <-c.gone:
		return ending{reason: c.lastWord(), err: errGone}, false
	case <-within.C:
		c.drop()

		return ending{err: errors.New("slack did not say hello")}, false
	case <-ctx.Done():
		k.quit(c)

		return ending{}, false
	}
}

// retire lets a connection live on for as long as Slack may still send
// something over it, while its successor is opened.
func (k *sockets) retire(c *connection, reason string) {
	if reason == "link_disabled" || reason == "too_many_websockets" {
		c.drop()

		return
	}

	k.slack.work.Background(func(ctx context.Context) {
		timer := time.NewTimer(goodbye)
		defer timer.Stop()

		select {
		case <-c.gone:
		case <-timer.C:
			c.drop()
		case <-ctx.Done():
			k.quit(c)
		}
	})
}

// quit closes a connection at the end of the program.
func (k *sockets) quit(c *connection) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()

	c.close(ctx)
}

func (k *sockets) join(c *connection) {
	k.mu.Lock()
	defer k.mu.Unlock()

	k.live = append(k.live, c)
	close(k.changed)
	k.changed = make(chan struct{})
}

func (k *sockets) part(c *connection) {
	k.mu.Lock()
	defer k.mu.Unlock()

	for i, other := range k.live {
		if other == c {
			k.live = append(k.live[:i:i], k.live[i+1:]...)

			break
		}
	}
}
