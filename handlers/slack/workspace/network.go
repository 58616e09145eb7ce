package workspace

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// pipeSize is how much one direction of a connection holds before a writer
// has to wait for the reader, in bytes. About what a kernel's socket holds.
const pipeSize = 256 << 10

// idleConnection is how long a client keeps a connection that it doesn't use.
// It is less than any server does: in virtual time a request and the server's
// end of patience may fall on the very same instant, and the request is lost.
const idleConnection = 90 * time.Second

// Network is an in-memory network for tests. Listeners and connections on it
// behave like TCP on loopback (buffers, deadlines, resets), and a goroutine
// that waits on one of them is durably blocked in the sense of
// testing/synctest, which one that waits on a real socket is not.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	conns     map[*conn]string // both ends, with the address that was dialled
	refused   map[string]bool
	nextPort  int
}

// NewNetwork returns a network without listeners.
func NewNetwork() *Network {
	return &Network{
		listeners: map[string]*listener{},
		conns:     map[*conn]string{},
		refused:   map[string]bool{},
		nextPort:  40000,
	}
}

// Listen returns a listener at addr, a host and port such as "localhost:80".
// It fails when the address is taken.
func (n *Network) Listen(addr string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()

	if n.listeners[addr] != nil {
		return nil, &net.OpError{Op: "listen", Net: "mem", Addr: address(addr), Err: syscall.EADDRINUSE}
	}
	l := &listener{network: n, addr: addr, backlog: make(chan *conn, 128), closed: make(chan struct{})}
	n.listeners[addr] = l
	return l, nil
}

// Serve answers requests to addr with h until stop is called, which closes
// every connection and waits for the server's own goroutine.
func (n *Network) Serve(addr string, h http.Handler) (stop func(), err error) {
	l, err := n.Listen(addr)
	if err != nil {
		return nil, err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(l)
	}()
	return func() { _ = srv.Close(); <-done }, nil
}

// Client returns an HTTP client whose every connection is made on this
// network. A timeout of zero means none.
func (n *Network) Client(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: &http.Transport{DialContext: n.DialContext, IdleConnTimeout: idleConnection}}
}

// DialContext connects to a listener of this network. It fails with
// ECONNREFUSED when nobody listens at addr or [Network.Refuse] says so.
func (n *Network) DialContext(ctx context.Context, _, addr string) (net.Conn, error) {
	l, near, far, err := n.connect(addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "mem", Addr: address(addr), Err: err}
	}
	select {
	case l.backlog <- far:
		return near, nil
	case <-l.closed:
		err = syscall.ECONNREFUSED
	case <-ctx.Done():
		err = ctx.Err()
	}
	near.abort()
	return nil, &net.OpError{Op: "dial", Net: "mem", Addr: address(addr), Err: err}
}

func (n *Network) connect(addr string) (*listener, *conn, *conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()

	l := n.listeners[addr]
	if l == nil || n.refused[addr] {
		return nil, nil, nil, syscall.ECONNREFUSED
	}
	n.nextPort++
	up, down := newPipe(), newPipe()
	local := address("127.0.0.1:" + strconv.Itoa(n.nextPort))
	near := &conn{network: n, in: down, out: up, local: local, remote: address(addr)}
	far := &conn{network: n, in: up, out: down, local: address(addr), remote: local}
	n.conns[near], n.conns[far] = addr, addr
	return l, near, far, nil
}

// Cut resets every connection that was made to addr, or every connection
// there is when addr is empty. Both ends get ECONNRESET; what was written and
// not yet read is lost.
func (n *Network) Cut(addr string) {
	n.mu.Lock()
	var cut []*conn
	for c, to := range n.conns {
		if addr == "" || to == addr {
			cut = append(cut, c)
		}
	}
	n.mu.Unlock()

	for _, c := range cut {
		c.abort()
	}
}

// Refuse makes new connections to addr fail (on) or possible again. Existing
// connections stay.
func (n *Network) Refuse(addr string, on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()

	n.refused[addr] = on
}

func (n *Network) forget(c *conn) {
	n.mu.Lock()
	defer n.mu.Unlock()

	delete(n.conns, c)
}

// address is the name of an endpoint of a [Network].
type address string

func (a address) Network() string { return "mem" }
func (a address) String() string  { return string(a) }

// listener is the accepting end of an address.
type listener struct {
	network *Network
	addr    string
	backlog chan *conn
	closed  chan struct{}
	once    sync.Once
}

func (l *listener) Addr() net.Addr { return address(l.addr) }

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case c := <-l.backlog:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close stops accepting and resets what was not yet accepted.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		delete(l.network.listeners, l.addr)
		l.network.mu.Unlock()
		close(l.closed)
		l.drain()
	})
	return nil
}

func (l *listener) drain() {
	for {
		select {
		case c := <-l.backlog:
			c.abort()
		default:
			return
		}
	}
}

// conn is one end of a connection.
type conn struct {
	network       *Network
	in, out       *pipe
	local, remote address
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, c.wrap("read", err)
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, c.wrap("write", err)
}

func (c *conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: "mem", Source: c.local, Addr: c.remote, Err: err}
}

// Close ends both directions: the other end reads what was written and then
// EOF, and its writes fail.
func (c *conn) Close() error {
	c.network.forget(c)
	c.out.end(io.EOF, syscall.EPIPE)
	c.in.end(net.ErrClosed, syscall.EPIPE)
	return nil
}

func (c *conn) abort() {
	c.network.forget(c)
	c.out.reset()
	c.in.reset()
}

func (c *conn) SetDeadline(t time.Time) error {
	c.in.setReadDeadline(t)
	c.out.setWriteDeadline(t)
	return nil
}

func (c *conn) SetReadDeadline(t time.Time) error {
	c.in.setReadDeadline(t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	c.out.setWriteDeadline(t)
	return nil
}

// pipe is one direction of a connection: a bounded buffer with an end.
type pipe struct {
	mu       sync.Mutex
	changed  *sync.Cond
	buf      []byte
	readErr  error // what a reader gets once buf is empty
	writeErr error // what a writer gets at once
	reading  deadline
	writing  deadline
}

func newPipe() *pipe {
	p := &pipe{}
	p.changed = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for len(p.buf) == 0 && len(b) > 0 {
		if p.readErr != nil {
			return 0, p.readErr
		}
		if p.reading.passed {
			return 0, os.ErrDeadlineExceeded
		}
		p.changed.Wait()
	}
	if errors.Is(p.readErr, net.ErrClosed) {
		return 0, net.ErrClosed
	}
	n := copy(b, p.buf)
	p.buf = p.buf[n:]
	p.changed.Broadcast()
	return n, nil
}

func (p *pipe) write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	written := 0
	for {
		if p.writeErr != nil {
			return written, p.writeErr
		}
		if p.writing.passed {
			return written, os.ErrDeadlineExceeded
		}
		n := min(pipeSize-len(p.buf), len(b)-written)
		if n > 0 {
			p.buf = append(p.buf, b[written:written+n]...)
			written += n
			p.changed.Broadcast()
		}
		if written == len(b) {
			return written, nil
		}
		p.changed.Wait()
	}
}

// end lets readers have what is buffered and then readErr, and fails writers
// with writeErr. The first end counts.
func (p *pipe) end(readErr, writeErr error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.readErr == nil || errors.Is(readErr, net.ErrClosed) {
		p.readErr = readErr
	}
	if p.writeErr == nil {
		p.writeErr = writeErr
	}
	p.reading.stop()
	p.writing.stop()
	p.changed.Broadcast()
}

func (p *pipe) reset() {
	p.mu.Lock()
	p.buf = nil
	p.mu.Unlock()
	p.end(syscall.ECONNRESET, syscall.ECONNRESET)
}

func (p *pipe) setReadDeadline(t time.Time)  { p.setDeadline(&p.reading, t) }
func (p *pipe) setWriteDeadline(t time.Time) { p.setDeadline(&p.writing, t) }

func (p *pipe) setDeadline(d *deadline, t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()

	d.stop()
	d.passed = false
	if t.IsZero() {
		return
	}
	left := time.Until(t) //nolint:forbidigo // deadlines of a net.Conn are on the real clock
	if left <= 0 {
		d.passed = true
		p.changed.Broadcast()
		return
	}
	d.set++
	set := d.set
	d.timer = time.AfterFunc(left, func() {
		p.mu.Lock()
		defer p.mu.Unlock()

		if d.set == set {
			d.passed = true
			p.changed.Broadcast()
		}
	})
}

// deadline is when a waiting read or write gives up.
type deadline struct {
	timer  *time.Timer
	set    int // counts settings, so that a late timer of an old one is ignored
	passed bool
}

func (d *deadline) stop() {
	d.set++
	if d.timer != nil {
		d.timer.Stop()
	}
}
