package workspace

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Effect is what a [Fault] does to a call.
type Effect string

// The effects. The first four happen instead of the call; the last two after
// it was carried out, so that the app can't know whether it was.
const (
	RateLimit   Effect = "rate_limit"   // status 429 with Retry-After
	ServerError Effect = "server_error" // Status, or 503
	Hang        Effect = "hang"         // no answer until the app gives up
	Refuse      Effect = "refuse"       // ok:false with Error

	CutAfter  Effect = "cut_after"  // carried out; the connection ends without an answer
	LoseAfter Effect = "lose_after" // carried out; the answer is Status, or 500
)

// Fault makes calls of the Web API fail. A zero field matches everything.
type Fault struct {
	Method  string `json:"method"`  // "chat.postMessage"; "response_url" for posts to those
	Channel string `json:"channel"` // the id of a channel, or of the person of a direct conversation
	Do      Effect `json:"do"`

	Error      string  `json:"error,omitempty"`       // for Refuse; "fatal_error" when empty
	Status     int     `json:"status,omitempty"`      // for ServerError and LoseAfter
	RetryAfter int     `json:"retry_after,omitempty"` // for RateLimit, in seconds; 0 sends no header
	Times      int     `json:"times,omitempty"`       // how many calls it hits; 0 is all
	Chance     float64 `json:"chance,omitempty"`      // of each call; 0 is always
}

// faultRoom is the faults in force.
type faultRoom struct {
	list        []*Fault
	lag         time.Duration
	duplicates  float64
	duplicateIn int
	strange     bool
}

// Inject lets a fault happen from now on. The first fault that matches a call
// happens to it. It stays until it has hit Times calls, remove is called, or
// [Workspace.Heal].
func (w *Workspace) Inject(f Fault) (remove func()) {
	w.mu.Lock()
	defer w.mu.Unlock()

	w.faults.list = append(w.faults.list, &f)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.faults.list = slices.DeleteFunc(w.faults.list, func(o *Fault) bool { return o == &f })
	}
}

// Heal ends every fault: those injected, lagging history, duplicates, and
// those of the sockets.
func (w *Workspace) Heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = faultRoom{}
	w.sockets.greet, w.sockets.silent = "", false
}

// LagHistory makes messages appear in history only once they are d old.
func (w *Workspace) LagHistory(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults.lag = d
}

// Duplicate delivers what goes to the app twice, the same envelope or request,
// each time with that chance. 1 is always, 0 ends it.
func (w *Workspace) Duplicate(chance float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults.duplicates = chance
}

// DuplicateNext delivers the next n things twice.
func (w *Workspace) DuplicateNext(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults.duplicateIn = n
}

// RefuseHistory makes every history call fail with code, as when history
// can't be read. It is short for injecting two faults.
func (w *Workspace) RefuseHistory(code string) (remove func()) {
	one := w.Inject(Fault{Method: "conversations.history", Do: Refuse, Error: code})
	two := w.Inject(Fault{Method: "conversations.replies", Do: Refuse, Error: code})
	return func() { one(); two() }
}

// LimitRate switches the limit of messages per conversation on or off.
func (w *Workspace) LimitRate(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits.messages = on
}

func (f *faultRoom) historyLag() time.Duration { return f.lag }

func (f *faultRoom) duplicate(w *Workspace) bool {
	if f.duplicateIn > 0 {
		f.duplicateIn--
		return true
	}
	return f.duplicates > 0 && w.dice.Float64() < f.duplicates
}

// pick returns the fault that happens to a call, or nil.
func (f *faultRoom) pick(w *Workspace, method, channel string) *Fault {
	w.mu.Lock()
	defer w.mu.Unlock()

	for i, o := range f.list {
		if o.Method != "" && o.Method != method || !w.sameChannel(o.Channel, channel) {
			continue
		}
		if o.Chance > 0 && w.dice.Float64() >= o.Chance {
			continue
		}
		picked := *o
		if o.Times > 0 {
			if o.Times--; o.Times == 0 {
				f.list = slices.Delete(f.list, i, i+1)
			}
		}
		return &picked
	}
	return nil
}

// sameChannel tells whether a fault's channel is the one of a call. A person
// and the direct conversation with them are the same.
func (w *Workspace) sameChannel(wanted, given string) bool {
	if wanted == "" || wanted == given {
		return true
	}
	dm := w.dms[wanted]
	return dm != nil && dm.id == given || w.conversations[wanted] != nil && w.conversations[wanted].person == given && given != ""
}

// obstruct lets a fault happen instead of the call, and tells whether it did.
func (w *Workspace) obstruct(rw http.ResponseWriter, r *http.Request, c *call, f *Fault) bool {
	if f == nil || f.Do == CutAfter || f.Do == LoseAfter {
		return false
	}
	o := failed(http.StatusOK, refuse(cmp.Or(f.Error, "fatal_error")))
	switch f.Do {
	case RateLimit:
		o = failed(http.StatusTooManyRequests, refuse("ratelimited"))
		o.wait = f.RetryAfter
	case ServerError:
		o = failed(cmp.Or(f.Status, http.StatusServiceUnavailable), refuse("internal_error"))
	case Hang:
		w.journalCall(c, outcome{err: "hang"}, f)
		w.untilGone(r)
	case Refuse, CutAfter, LoseAfter:
	}
	w.journalCall(c, o, f)
	w.answer(rw, o)
	return true
}

// untilGone waits until whoever asked has given up, or the workspace closes,
// and ends the request without an answer.
func (w *Workspace) untilGone(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-w.ctx.Done():
	}
	panic(http.ErrAbortHandler)
}

// spoil lets a fault happen to the answer of a call that was carried out.
func (w *Workspace) spoil(rw http.ResponseWriter, f *Fault) bool {
	switch {
	case f == nil:
		return false
	case f.Do == CutAfter:
		panic(http.ErrAbortHandler)
	case f.Do == LoseAfter:
		http.Error(rw, "internal server error", cmp.Or(f.Status, http.StatusInternalServerError))
		return true
	default:
		return false
	}
}

// Disconnect sends every socket a disconnect message with a reason: "warning",
// "refresh_requested", "too_many_websockets" or "link_disabled". Except after
// a warning, the sockets are then closed, as Slack does.
func (w *Workspace) Disconnect(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()

	for _, s := range w.sockets.open {
		s.push(frame{message: disconnectMessage(reason)})
		if reason != "warning" {
			s.push(frame{close: true})
		}
	}
}

// DisconnectAfterHello sends every new socket a disconnect message right after
// the hello. The empty reason ends it.
func (w *Workspace) DisconnectAfterHello(reason string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sockets.greet = reason
}

// DropSockets ends every socket without a word.
func (w *Workspace) DropSockets() { w.dropSockets() }

func (w *Workspace) dropSockets() {
	w.mu.Lock()
	open := slices.Clone(w.sockets.open)
	w.mu.Unlock()

	for _, s := range open {
		_ = s.conn.Close()
	}
}

// Silence makes the sockets half open: nothing more is written to them, not
// even pings, and they stay. False ends it for sockets old and new.
func (w *Workspace) Silence(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sockets.silent = on
}

// StrangeViews adds an input of a kind that no library knows to every view that
// the app is told of, as when Slack brings out a new one.
func (w *Workspace) StrangeViews(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults.strange = on
}

// told is a view as it is told to the app in an interaction: a copy, that can
// be sent while the original goes on changing.
func (w *Workspace) told(v *view) any {
	n := asTree(v.json(w)).(node)
	if w.faults.strange {
		blocks, _ := n["blocks"].([]any)
		n["blocks"] = append(blocks, node{
			"type": "input", "block_id": "strange", "label": node{"type": "plain_text", "text": "Strange"},
			"element": node{"type": "telepathy_input", "action_id": "strange"}, "optional": true,
		})
		values := object(object(n, "state"), "values")
		values["strange"] = node{"strange": node{"type": "telepathy_input", "thought": nil}}
	}
	return n
}

// Sockets returns how many sockets the app has open.
func (w *Workspace) Sockets() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sockets.open)
}

// SendRaw writes a message of the caller's own to one socket: an envelope of an
// unknown type, say, or no JSON at all. False means that there is no socket.
func (w *Workspace) SendRaw(message []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.toSocket(slices.Clone(message))
}

// SendEnvelope sends an envelope of any type with any payload, and returns nil
// when it was acknowledged within three seconds.
func (w *Workspace) SendEnvelope(kind string, payload map[string]any) error {
	_, err := w.ask(delivery{kind: deliveryKind(kind), payload: payload})
	return err
}

// faultOrder is the body of POST /faults. Members that are absent change
// nothing.
type faultOrder struct {
	Heal            bool            `json:"heal"`
	Inject          []Fault         `json:"inject"`
	LagHistoryMS    *int            `json:"lag_history_ms"`
	Duplicate       *float64        `json:"duplicate"`
	LimitRate       *bool           `json:"limit_rate"`
	Disconnect      string          `json:"disconnect"`
	AfterHello      *string         `json:"disconnect_after_hello"`
	Drop            bool            `json:"drop_sockets"`
	Silence         *bool           `json:"silence"`
	StrangeViews    *bool           `json:"strange_views"`
	SendRaw         json.RawMessage `json:"send_raw"`
	Emit            node            `json:"emit"`
	RevokeTokenWith *string         `json:"revoke_token"`
}

func (w *Workspace) serveFaults(rw http.ResponseWriter, r *http.Request) {
	var o faultOrder
	d := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		w.answer(rw, failed(http.StatusBadRequest, refuse(err.Error())))
		return
	}
	w.obey(o)
	w.answer(rw, success(node{}))
}

func (w *Workspace) obey(o faultOrder) {
	if o.Heal {
		w.Heal()
	}
	for _, f := range o.Inject {
		w.Inject(f)
	}
	if o.LagHistoryMS != nil {
		w.LagHistory(time.Duration(*o.LagHistoryMS) * time.Millisecond)
	}
	apply(o.Duplicate, w.Duplicate)
	apply(o.LimitRate, w.LimitRate)
	apply(o.AfterHello, w.DisconnectAfterHello)
	apply(o.Silence, w.Silence)
	apply(o.StrangeViews, w.StrangeViews)
	apply(o.RevokeTokenWith, w.RevokeToken)
	if o.Disconnect != "" {
		w.Disconnect(o.Disconnect)
	}
	if o.Drop {
		w.DropSockets()
	}
	if o.SendRaw != nil {
		w.SendRaw(o.SendRaw)
	}
	if o.Emit != nil {
		w.Emit(o.Emit)
	}
}

func apply[T any](v *T, f func(T)) {
	if v != nil {
		f(*v)
	}
}
