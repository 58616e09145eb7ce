package workspace

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets   = 10
	maxAck       = 20 << 10 // bytes; an acknowledgement of this size is dropped without a word
	ticketLife   = time.Minute
	socketBuffer = 1024 // messages
)

// socketRoom is the app's open sockets and what was sent over them.
type socketRoom struct {
	open    []*socket
	next    int // whose turn it is
	tickets map[string]time.Time
	waiting map[string]chan json.RawMessage // by envelope id
	greet   string                          // a fault: the reason of a disconnect right after hello
	silent  bool                            // a fault: nothing is written, not even pings
}

func newSocketRoom() socketRoom {
	return socketRoom{tickets: map[string]time.Time{}, waiting: map[string]chan json.RawMessage{}}
}

// socket is one connection of the app. Only its writer writes to it.
type socket struct {
	conn *websocket.Conn
	out  chan frame
	done chan struct{} // closed when the reader has ended
}

// frame is something to write: a message, or the end.
type frame struct {
	message []byte
	close   bool
}

// connectionsOpen gives out the address of a socket, good for one connection.
func (w *Workspace) connectionsOpen(c *call) (node, error) {
	if w.opt.App.HTTPMode {
		return nil, refuse("socket_mode_not_enabled")
	}
	base, err := url.Parse(w.base)
	if err != nil {
		return nil, refuse("internal_error")
	}
	base.Scheme = strings.Replace(base.Scheme, "http", "ws", 1)
	ticket := w.secret() + w.secret()
	w.sockets.tickets[ticket] = w.now().Add(ticketLife)
	q := url.Values{"ticket": {ticket}, "app_id": {w.opt.App.ID}}
	base.Path, base.RawQuery = "/link/", q.Encode()
	return node{"url": base.String()}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// serveLink answers at a socket's address, until the socket ends.
func (w *Workspace) serveLink(rw http.ResponseWriter, r *http.Request) {
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.running.Done()

	if !w.takeTicket(r.URL.Query().Get("ticket")) {
		http.Error(rw, "this address was used already, or never given out", http.StatusBadRequest)
		return
	}
	conn, err := upgrader.Upgrade(rw, r, nil)
	if err != nil {
		w.log.Debug("a socket was not made", "error", err)
		return
	}
	s := &socket{conn: conn, out: make(chan frame, socketBuffer), done: make(chan struct{})}
	if !w.greet(s) {
		_ = conn.Close()
		return
	}
	w.running.Go(func() { w.writeLoop(s) })
	w.readLoop(s)
	w.leave(s)
}

func (w *Workspace) takeTicket(ticket string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	expires, given := w.sockets.tickets[ticket]
	delete(w.sockets.tickets, ticket)
	return given && w.now().Before(expires)
}

// greet says hello and lets the socket have its turns.
func (w *Workspace) greet(s *socket) bool {
	w.mu.Lock()
	defer w.mu.Unlock()

	if w.closed {
		return false
	}
	if len(w.sockets.open) >= maxSockets {
		s.push(frame{message: disconnectMessage("too_many_websockets")})
		s.push(frame{close: true})
		return true
	}
	w.sockets.open = append(w.sockets.open, s)
	s.push(frame{message: raw(node{
		"type": "hello", "num_connections": len(w.sockets.open),
		"connection_info": node{"app_id": w.opt.App.ID},
		"debug_info":      node{"host": "workspace", "build_number": 1, "approximate_connection_time": 18060},
	})})
	if reason := w.sockets.greet; reason != "" {
		s.push(frame{message: disconnectMessage(reason)})
		s.push(frame{close: true})
	}
	return true
}

func (w *Workspace) leave(s *socket) {
	close(s.done)
	w.mu.Lock()
	defer w.mu.Unlock()

	for i, o := range w.sockets.open {
		if o == s {
			w.sockets.open = append(w.sockets.open[:i:i], w.sockets.open[i+1:]...)
			return
		}
	}
}

// push hands a frame to the writer. A socket whose writer is a thousand
// messages behind is as good as gone: the message is lost.
func (s *socket) push(f frame) {
	select {
	case s.out <- f:
	default:
	}
}

func (w *Workspace) writeLoop(s *socket) {
	defer s.conn.Close()
	ping := time.NewTicker(w.opt.PingEvery)
	defer ping.Stop()

	for {
		var f frame
		var err error
		select {
		case f = <-s.out:
			err = w.writeFrame(s, f)
		case <-ping.C:
			err = w.writePing(s)
		case <-s.done:
			return
		case <-w.ctx.Done():
			return
		}
		if err != nil || f.close {
			return
		}
	}
}

func (w *Workspace) writeFrame(s *socket, f frame) error {
	switch {
	case f.close:
		return s.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	case w.isSilent():
		return nil
	default:
		return s.conn.WriteMessage(websocket.TextMessage, f.message)
	}
}

func (w *Workspace) writePing(s *socket) error {
	if w.isSilent() {
		return nil
	}
	return s.conn.WriteMessage(websocket.PingMessage, []byte("Ping from the workspace"))
}

func (w *Workspace) isSilent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sockets.silent
}

// readLoop takes acknowledgements until the connection ends. The websocket
// library answers the client's pings meanwhile.
func (w *Workspace) readLoop(s *socket) {
	s.conn.SetPingHandler(func(data string) error {
		if w.isSilent() {
			return nil
		}
		_ = s.conn.WriteControl(websocket.PongMessage, []byte(data), time.Time{})
		return nil
	})
	for {
		_, message, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		w.takeAck(message)
	}
}

func (w *Workspace) takeAck(message []byte) {
	if len(message) >= maxAck {
		w.log.Warn("an acknowledgement was too large and is dropped", "bytes", len(message))
		return
	}
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(message, &ack); err != nil {
		w.log.Warn("an acknowledgement can't be read", "error", err)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()

	if wait := w.sockets.waiting[ack.EnvelopeID]; wait != nil {
		delete(w.sockets.waiting, ack.EnvelopeID)
		wait <- ack.Payload // has room for one
	}
}

// sendSocket sends a delivery over one of the sockets and waits for its
// acknowledgement.
func (w *Workspace) sendSocket(d delivery) (id string, answer json.RawMessage, err error) {
	id, acked := w.envelop(d)
	if acked == nil {
		return id, nil, errDispatch
	}
	t := time.NewTimer(ackWithin)
	defer t.Stop()
	select {
	case answer = <-acked:
		if !d.answers {
			answer = nil
		}
		return id, answer, nil
	case <-t.C:
		err = errTimeout
	case <-w.ctx.Done():
		err = errDispatch
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sockets.waiting, id)
	return id, nil, err
}

// envelop puts a delivery into an envelope and hands it to a socket. The channel is nil when there is
// none.
func (w *Workspace) envelop(d delivery) (id string, acked chan json.RawMessage) {
	w.mu.Lock()
	defer w.mu.Unlock()

	id = w.secret() + "-" + w.secret()
	envelope := node{"envelope_id": id, "type": d.kind, "payload": d.payload, "accepts_response_payload": d.answers}
	if d.kind == eventDelivery {
		envelope["retry_attempt"], envelope["retry_reason"] = d.attempt, d.reason
	}
	if !w.toSocket(raw(envelope)) {
		return id, nil
	}
	if w.faults.duplicate(w) {
		w.toSocket(raw(envelope))
	}
	acked = make(chan json.RawMessage, 1)
	w.sockets.waiting[id] = acked
	return id, acked
}

// toSocket gives a message to whichever socket's turn it is.
func (w *Workspace) toSocket(message []byte) bool {
	if len(w.sockets.open) == 0 {
		return false
	}
	s := w.sockets.open[w.sockets.next%len(w.sockets.open)]
	w.sockets.next++
	s.push(frame{message: message})
	return true
}

func disconnectMessage(reason string) []byte {
	return raw(node{"type": "disconnect", "reason": reason, "debug_info": node{"host": "workspace"}})
}
