package workspace

import (
	"encoding/json"
	"errors"
	"net/url"
	"time"
)

// ackWithin is how long an app has to answer.
const ackWithin = 3 * time.Second

// deliveryKind is the type of a socket's envelope, and decides which of the
// app's addresses a request goes to.
type deliveryKind string

const (
	commandDelivery     deliveryKind = "slash_commands"
	interactiveDelivery deliveryKind = "interactive"
	eventDelivery       deliveryKind = "events_api"
)

// delivery is something the app is told.
type delivery struct {
	kind    deliveryKind
	payload node
	answers bool // a payload in the acknowledgement is looked at
	attempt int  // of an event: how many times it was sent before
	reason  string
	url     string // HTTP mode
}

// What becomes of a delivery that fails, in the words that Slack has for it.
var (
	errTimeout  = errors.New("operation_timeout") // no answer in time
	errDispatch = errors.New("dispatch_failed")   // nobody to send it to, or a bad answer
)

// ask delivers something once and waits for the answer, at most three
// seconds. It is called without the lock.
func (w *Workspace) ask(d delivery) (json.RawMessage, error) {
	began := w.now()
	id, answer, err := w.send(d)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.journal.acked(Ack{ID: id, Kind: string(d.kind), Attempt: d.attempt, At: began, Delay: w.now().Sub(began), Error: errText(err)})
	return answer, err
}

func (w *Workspace) send(d delivery) (id string, answer json.RawMessage, err error) {
	if w.opt.App.HTTPMode {
		return w.sendHTTP(d)
	}
	return w.sendSocket(d)
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// retries is after how long an event that was not acknowledged is sent again,
// counted from its latest attempt.
var retries = []time.Duration{0, time.Minute, 5 * time.Minute}

// sendEvent sends the app an event in the background, again when it is not
// acknowledged. The caller holds the lock.
func (w *Workspace) sendEvent(event node) {
	now := w.now()
	payload := node{
		"type": "event_callback", "token": "workspace", "team_id": w.opt.Team.ID, "api_app_id": w.opt.App.ID,
		"event": event, "event_id": w.id("Ev"), "event_time": now.Unix(), "event_context": "4-" + w.secret(),
		"is_ext_shared_channel": false,
		"authorizations": []node{{
			"enterprise_id": nil, "team_id": w.opt.Team.ID, "user_id": w.opt.App.BotUser, "is_bot": true, "is_enterprise_install": false,
		}},
	}
	d := delivery{kind: eventDelivery, payload: payload, url: w.opt.App.EventsURL}
	w.spawn(func() { w.insist(d) })
}

func (w *Workspace) insist(d delivery) {
	_, err := w.ask(d)
	for i, pause := range retries {
		if err == nil || errors.Is(err, errNoRetry) || !w.pause(pause) {
			return
		}
		d.attempt, d.reason = i+1, retryReason(err, w.opt.App.HTTPMode)
		_, err = w.ask(d)
	}
	if err != nil {
		w.log.Warn("an event was never acknowledged", "error", err)
	}
}

func retryReason(err error, http bool) string {
	switch {
	case !http:
		return "timeout"
	case errors.Is(err, errTimeout):
		return "http_timeout"
	case errors.Is(err, errConnection):
		return "connection_failed"
	default:
		return "http_error"
	}
}

// pause waits, and returns false when the workspace closed meanwhile.
func (w *Workspace) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// Emit sends the app an event of any kind, with its retries: for what else can
// happen to an app, such as tokens_revoked, and for kinds it doesn't know.
func (w *Workspace) Emit(event map[string]any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sendEvent(event)
}

// Uninstall removes the app: its tokens stop working, and it is told.
func (w *Workspace) Uninstall() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sendEvent(node{"type": "app_uninstalled"})
	w.appState.uninstalled = true
}

// interaction is the part that every interactive payload has.
func (w *Workspace) interaction(kind, user string, inModal bool) node {
	u := w.people[user]
	return node{
		"type": kind, "token": "workspace", "api_app_id": w.opt.App.ID,
		"team":       node{"id": w.opt.Team.ID, "domain": w.opt.Team.Domain},
		"user":       node{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": w.opt.Team.ID},
		"enterprise": nil, "is_enterprise_install": false,
		"trigger_id": w.newTrigger(user, inModal),
	}
}

func (c *conversation) brief() node { return node{"id": c.id, "name": c.name} }

// form writes a payload as Slack posts it: the fields of a command, or one
// field with JSON.
func (d delivery) form() url.Values {
	if d.kind == interactiveDelivery {
		return url.Values{"payload": {string(raw(d.payload))}}
	}
	v := url.Values{}
	for k, e := range d.payload {
		if s, ok := e.(string); ok {
			v.Set(k, s)
		}
	}
	return v
}
