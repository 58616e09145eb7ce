package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A fake is the least of a Slack that shows how the other end of a connection
// misbehaves: each test says what it does with the n-th one. Everything that is
// not a fault is tested against the workspace.
type fake struct {
	t     *testing.T
	slack *Slack
	front *front
	log   *strings.Builder

	// open answers the n-th apps.connections.open, from 1; nil means well.
	open func(n int, w http.ResponseWriter, r *http.Request)
	// meet is the n-th connection, from 1; nil means one that behaves.
	meet func(n int, c *peer)
	// scopes are those of the bot token; "" means all that are wanted.
	scopes string
	// answer answers another method; nil, or an empty answer, means ok.
	answer func(method string, form url.Values) string

	mu    sync.Mutex
	opens []time.Time
	met   int
	peers sync.WaitGroup
	acks  map[string][]json.RawMessage
	calls []call
}

type call struct {
	method string
	form   url.Values
}

// A peer is Slack's end of a connection.
type peer struct {
	*websocket.Conn
	fake *fake
	n    int
	mu   sync.Mutex
}

// newFake returns a bot that is connected to nothing yet; call start.
func newFake(t *testing.T) *fake {
	t.Helper()

	f := &fake{t: t, front: &front{}, acks: make(map[string][]json.RawMessage), log: &strings.Builder{}}
	network := newPipes()

	server := &http.Server{Handler: f, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = server.Serve(network) }()

	transport := &http.Transport{DialContext: network.DialContext}

	s, err := New(Options{
		BotToken:    "xoxb-1",
		AppToken:    "xapp-1",
		APIURL:      "http://slack.test/api/",
		Client:      &http.Client{Transport: transport},
		DialContext: network.DialContext,
		Commands:    map[string]string{"escalate": "escalate"},
		Front:       f.front,
		Now:         time.Now,
		Log:         slog.New(slog.NewTextHandler(f, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}

	f.slack = s

	t.Cleanup(func() {
		f.stop()
		f.peers.Wait()
		transport.CloseIdleConnections()
		_ = server.Close()
		_ = network.Close()
	})

	return f
}

func (f *fake) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()

	return f.log.Write(p)
}

func (f *fake) start() {
	f.t.Helper()

	if err := f.slack.Start(f.t.Context()); err != nil {
		f.t.Fatalf("Start = %v, want nil", err)
	}
}

func (f *fake) stop() {
	f.t.Helper()

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	if err := f.slack.Stop(ctx); err != nil {
		f.t.Errorf("Stop = %v, want nil", err)
	}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/socket" {
		f.serveSocket(w, r)

		return
	}

	method := strings.TrimPrefix(r.URL.Path, "/api/")
	if method == "apps.connections.open" {
		f.serveOpen(w, r)

		return
	}

	form := f.record(method, r)

	body := ""
	if f.answer != nil {
		body = f.answer(method, form)
	}

	w.Header().Set("X-Oauth-Scopes", cmp.Or(f.scopes, "chat:write,commands,im:write,im:history,users:read"))
	_, _ = io.WriteString(w, cmp.Or(body, `{"ok":true,"user_id":"U0BOT","bot_id":"B0BOT","url":"https://harbor.slack.com/","channel":"D0MARIA","ts":"1.000001"}`))
}

// answering answers each method with a body of its own.
func answering(bodies map[string]string) func(string, url.Values) string {
	return func(method string, _ url.Values) string { return bodies[method] }
}

func (f *fake) record(method string, r *http.Request) url.Values {
	body, _ := io.ReadAll(r.Body)

	form, err := url.ParseQuery(string(body))
	if err != nil || strings.HasPrefix(string(body), "{") {
		form = url.Values{"json": {string(body)}}
	}

	f.mu.Lock()
	defer f.mu.Unlock()

	f.calls = append(f.calls, call{method, form})

	return form
}

func (f *fake) serveOpen(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.opens = append(f.opens, time.Now())
	n := len(f.opens)
	f.mu.Unlock()

	if f.open != nil {
		f.open(n, w, r)

		return
	}

	opened(w)
}

func opened(w io.Writer) { _, _ = io.WriteString(w, `{"ok":true,"url":"ws://slack.test/socket"}`) }

func (f *fake) serveSocket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()

	f.mu.Lock()
	f.met++
	f.peers.Add(1)
	p := &peer{Conn: conn, fake: f, n: f.met}
	f.mu.Unlock()
	defer f.peers.Done()

	if f.meet != nil {
		f.meet(p.n, p)

		return
	}

	p.hello()
	p.behave()
}

func (p *peer) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()

	_ = p.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...))
}

func (p *peer) hello() { p.say(`{"type":"hello","num_connections":1}`) }

// command sends a slash command in an envelope.
func (p *peer) command(id string) {
	p.say(`{"type":"slash_commands","envelope_id":%q,"accepts_response_payload":true,"payload":{"command":"/escalate","text":"now","user_id":"U0MARIA","channel_id":"C0DESK","trigger_id":%q}}`, id, "t-"+id)
}

// behave reads until the connection ends, answers pings and keeps the
// acknowledgements.
func (p *peer) behave() {
	for {
		_, data, err := p.ReadMessage()
		if err != nil {
			return
		}

		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}

		_ = json.Unmarshal(data, &ack)

		p.fake.mu.Lock()
		p.fake.acks[ack.ID] = append(p.fake.acks[ack.ID], ack.Payload)
		p.fake.mu.Unlock()
	}
}

// acked returns how often an envelope was acknowledged.
func (f *fake) acked(id string) int {
	f.mu.Lock()
	defer f.mu.Unlock()

	return len(f.acks[id])
}

func (f *fake) ack(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()

	if len(f.acks[id]) == 0 {
		return "(none)"
	}

	return string(f.acks[id][0])
}

func (f *fake) opened() int {
	f.mu.Lock()
	defer f.mu.Unlock()

	return len(f.opens)
}

func (f *fake) logged() string {
	f.mu.Lock()
	defer f.mu.Unlock()

	return f.log.String()
}

// A front keeps what it was asked for, and replies what a test wants.
type front struct {
	command func(ctx context.Context, c chat.Command) (chat.Reply, error)
	click   func(ctx context.Context, c chat.Click) (chat.Reply, error)
	submit  func(ctx context.Context, s chat.Submission) (chat.Reply, error)

	mu          sync.Mutex
	commands    []chat.Command
	clicks      []chat.Click
	submissions []chat.Submission
	profiles    []chat.Profile
}

func (f *front) Command(ctx context.Context, c chat.Command) (chat.Reply, error) {
	f.mu.Lock()
	f.commands = append(f.commands, c)
	reply := f.command
	f.mu.Unlock()

	if reply == nil {
		return chat.Reply{}, nil
	}

	return reply(ctx, c)
}

func (f *front) Click(ctx context.Context, c chat.Click) (chat.Reply, error) {
	f.mu.Lock()
	f.clicks = append(f.clicks, c)
	reply := f.click
	f.mu.Unlock()

	if reply == nil {
		return chat.Reply{}, nil
	}

	return reply(ctx, c)
}

func (f *front) Submit(ctx context.Context, s chat.Submission) (chat.Reply, error) {
	f.mu.Lock()
	f.submissions = append(f.submissions, s)
	reply := f.submit
	f.mu.Unlock()

	if reply == nil {
		return chat.Reply{}, nil
	}

	return reply(ctx, s)
}

// forgive lets submissions succeed from now on.
func (f *front) forgive() {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.submit = nil
}

func (f *front) Acquaint(_ context.Context, p chat.Profile) error {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.profiles = append(f.profiles, p)

	return nil
}

// pipes is a network of in-memory connections.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()

	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.done) }); return nil }

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }
