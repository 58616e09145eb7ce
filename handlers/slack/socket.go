package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// connectTimeout bounds the opening of a connection: the call for its
	// address and the handshake, each.
	connectTimeout = 10 * time.Second
	// writeTimeout is how long one frame may take to be written.
	writeTimeout = 5 * time.Second
	// goodbye is how long a connection that Slack wants to end, or that we
	// end, is still read.
	goodbye = 10 * time.Second
	// maxFrame is the largest payload that is read. A view has at most 250 KB.
	maxFrame = 4 << 20
)

// An envelope is what comes over a connection.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Reason  string          `json:"reason"`
	Payload json.RawMessage `json:"payload"`
	Retry   int             `json:"retry_attempt"`
}

// A connection is one WebSocket, from its handshake until it is gone.
type connection struct {
	socket *websocket.Conn
	ping   time.Duration
	deaf   time.Duration
	watch  *time.Timer // closes the socket when nothing was heard for too long

	take  func(*connection, envelope)
	out   chan frame
	hello chan struct{} // closed at Slack's hello
	leave chan string   // Slack's reason to end the connection
	gone  chan struct{} // closed when nothing more comes
	idle  chan struct{} // closed when nothing more is written
}

// A frame is something to be written; the result is sent to done, which has
// room for it.
type frame struct {
	kind int
	data []byte
	done chan error
}

// errGone is a connection that ended before a frame was written.
var errGone = errors.New("the connection is gone")

// dial connects to an address that apps.connections.open gave.
func (k *sockets) dial(ctx context.Context, address string) (*websocket.Conn, error) {
	dialer := websocket.Dialer{
		NetDialContext:   k.slack.opts.DialContext,
		HandshakeTimeout: connectTimeout,
	}
	if dialer.NetDialContext == nil {
		dialer.Proxy = http.ProxyFromEnvironment
	}

	socket, answer, err := dialer.DialContext(ctx, address, nil)
	if answer != nil && answer.Body != nil {
		_ = answer.Body.Close()
	}

	if err != nil {
		return nil, fmt.Errorf("handshake: %w", err)
	}

	return socket, nil
}

// open begins to read and to write.
func (k *sockets) open(socket *websocket.Conn) *connection {
	c := &connection{
		socket: socket,
		ping:   k.slack.opts.Ping,
		deaf:   k.slack.opts.Deaf,
		take:   k.take,
		out:    make(chan frame),
		hello:  make(chan struct{}),
		leave:  make(chan string, 1),
		gone:   make(chan struct{}),
		idle:   make(chan struct{}),
	}
	c.watch = time.AfterFunc(c.deaf, c.drop)

	socket.SetReadLimit(maxFrame)
	socket.SetPingHandler(c.pinged)
	socket.SetPongHandler(func(string) error { c.heard(); return nil })

	k.slack.work.Keep(c.read)
	k.slack.work.Keep(c.write)

	return c
}

// drop ends the connection at once.
func (c *connection) drop() { _ = c.socket.Close() }

// heard puts off the watch.
func (c *connection) heard() { c.watch.Reset(c.deaf) }

// pinged answers a ping. If there is no room for the answer the writer is
// stuck, and ends the connection by itself.
func (c *connection) pinged(data string) error {
	c.heard()

	select {
	case c.out <- frame{kind: websocket.PongMessage, data: []byte(data), done: make(chan error, 1)}:
	case <-c.idle:
	}

	return nil
}

// read takes everything that comes and never waits for what becomes of it.
func (c *connection) read() {
	defer close(c.gone)
	defer c.drop()
	defer c.watch.Stop()

	greeted := false

	for {
		_, data, err := c.socket.ReadMessage()
		if err != nil {
			return
		}

		c.heard()

		switch e := unwrap(data); e.Type {
		case "hello":
			if !greeted {
				greeted = true
				close(c.hello)
			}
		case "disconnect":
			select {
			case c.leave <- e.Reason:
			default:
			}
		default:
			c.take(c, e)
		}
	}
}

var envelopeID = regexp.MustCompile(`"envelope_id"\s*:\s*"([^"]+)"`)

// unwrap reads an envelope. Of one that is broken the id is looked for, so that
// it can be acknowledged.
func unwrap(data []byte) envelope {
	var e envelope
	if err := lenient(data, &e); err != nil {
		e = envelope{}
		if id := envelopeID.FindSubmatch(data); id != nil {
			e.ID = string(id[1])
		}
	}

	return e
}

// write writes one frame after the other, and pings. A frame that can't be
// written in time ends the connection.
func (c *connection) write() {
	defer close(c.idle)

	ping := time.NewTicker(c.ping)
	defer ping.Stop()

	for {
		select {
		case f := <-c.out:
			f.done <- c.put(f.kind, f.data)
		case <-ping.C:
			_ = c.put(websocket.PingMessage, nil)
		case <-c.gone:
			return
		}
	}
}

func (c *connection) put(kind int, data []byte) error {
	late := time.AfterFunc(writeTimeout, c.drop)
	defer late.Stop()

	var err error
	if kind == websocket.TextMessage {
		err = c.socket.WriteMessage(kind, data)
	} else {
		err = c.socket.WriteControl(kind, data, time.Time{})
	}

	if err != nil {
		c.drop()
	}

	return err
}

// send writes a text and returns when it was written.
func (c *connection) send(ctx context.Context, data []byte) error {
	return c.deliver(ctx, frame{kind: websocket.TextMessage, data: data, done: make(chan error, 1)})
}

func (c *connection) deliver(ctx context.Context, f frame) error {
	select {
	case c.out <- f:
	case <-c.idle:
		return errGone
	case <-ctx.Done():
		return ctx.Err()
	}

	select {
	case err := <-f.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close says goodbye and returns when the other side did too, or when ctx is
// over.
func (c *connection) close(ctx context.Context) {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = c.deliver(ctx, frame{kind: websocket.CloseMessage, data: bye, done: make(chan error, 1)})

	select {
	case <-c.gone:
	case <-ctx.Done():
		c.drop()
	}
}
