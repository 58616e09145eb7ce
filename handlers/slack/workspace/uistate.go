package workspace

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"
)

const (
	shownMessages      = 100
	shownNotifications = 20
	streamPause        = 50 * time.Millisecond // at most one state per pause
	streamKeepAlive    = 15 * time.Second
)

// serveState answers with the state of one person. Whoever opens the page
// without saying who they are is the first one there is.
func (w *Workspace) serveState(rw http.ResponseWriter, r *http.Request) {
	as := r.URL.Query().Get("as")
	if as == "" {
		as = w.firstPerson()
	}
	s, ok := w.state(as)
	if !ok {
		http.Error(rw, "there is nobody with that id", http.StatusNotFound)
		return
	}
	s["clock"] = w.now().UTC()
	w.answerUI(rw, s)
}

// firstPerson returns the id of the first one who is no bot and still there, ""
// if there is nobody.
func (w *Workspace) firstPerson() string {
	w.mu.Lock()
	defer w.mu.Unlock()

	for _, id := range w.peopleOrder {
		if u := w.people[id]; !u.Bot && !u.Deleted {
			return id
		}
	}
	return ""
}

// serveStream sends a state at once and after every change that its person
// can see.
func (w *Workspace) serveStream(rw http.ResponseWriter, r *http.Request) {
	as := r.URL.Query().Get("as")
	if _, ok := w.state(as); !ok {
		http.Error(rw, "there is nobody with that id", http.StatusNotFound)
		return
	}
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.running.Done()
	changed := w.watch()
	defer w.unwatch(changed)

	rc := http.NewResponseController(rw)
	// A browser that has stopped reading must not hold Close up.
	defer context.AfterFunc(w.ctx, func() { _ = rc.SetWriteDeadline(time.Unix(1, 0)) })()
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	w.stream(&stream{rw: rw, flush: rc.Flush}, as, changed, r)
}

func (w *Workspace) stream(s *stream, as string, changed <-chan struct{}, r *http.Request) {
	alive := time.NewTicker(streamKeepAlive)
	defer alive.Stop()
	for {
		if w.sendState(s, as) != nil || !w.pause(streamPause) {
			return
		}
		select {
		case <-changed:
		case <-alive.C:
			if s.comment() != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-w.ctx.Done():
			return
		}
	}
}

func (w *Workspace) watch() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := make(chan struct{}, 1)
	w.watchers[c] = true
	return c
}

func (w *Workspace) unwatch(c chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.watchers, c)
}

// stream is a browser that listens. It remembers what it was sent.
type stream struct {
	rw    http.ResponseWriter
	flush func() error
	sent  []byte
}

// sendState sends the state unless it is what was sent before. The clock does
// not count, since it always differs; that it was moved does.
func (w *Workspace) sendState(s *stream, as string) error {
	state, ok := w.state(as)
	if !ok {
		return nil
	}
	now := raw(state)
	if bytes.Equal(now, s.sent) {
		return nil
	}
	s.sent = now
	state["clock"] = w.now().UTC()
	delete(state, "clock_moves")
	if _, err := fmt.Fprintf(s.rw, "event: state\ndata: %s\n\n", raw(state)); err != nil {
		return err
	}
	return s.flush()
}

func (s *stream) comment() error {
	if _, err := fmt.Fprint(s.rw, ": still here\n\n"); err != nil {
		return err
	}
	return s.flush()
}

// state is all that a person sees, without the clock.
func (w *Workspace) state(as string) (node, bool) {
	var guide *Guide
	if w.opt.Guide != nil {
		guide = w.opt.Guide()
	}
	w.mu.Lock()
	defer w.mu.Unlock()

	if u := w.people[as]; u == nil || u.Bot || u.Deleted {
		return nil, false
	}
	w.dm(as)
	n := node{
		"workspace": w.opt.Team.Name, "can_move_clock": w.opt.MoveClock != nil, "app": w.appJSON(), "me": as,
		"people": w.peopleState(), "conversations": w.conversationsState(as), "modal": w.modalState(as), "home": nil,
		"notifications": append([]Notification{}, newest(w.notes[as], shownNotifications)...),
		"guide":         guide, "clock_moves": w.clockMoves, "zone": w.opt.Zone,
	}
	if v := w.homes[as]; v != nil {
		n["home"] = asTree(v.json(w))
	}
	return n, true
}

func (w *Workspace) appJSON() node {
	commands, shortcuts := []node{}, []node{}
	for _, c := range w.opt.App.Commands {
		commands = append(commands, node{"command": c.Command, "description": c.Description, "usage_hint": c.UsageHint})
	}
	for _, s := range w.opt.App.Shortcuts {
		if !s.Global {
			shortcuts = append(shortcuts, node{"callback_id": s.CallbackID, "name": s.Name})
		}
	}
	return node{"name": w.opt.App.Name, "bot": w.opt.App.BotUser, "commands": commands, "message_shortcuts": shortcuts}
}

func (w *Workspace) peopleState() []node {
	var out []node
	for _, id := range w.peopleOrder {
		u := w.people[id]
		out = append(out, node{
			"id": u.ID, "name": u.Name, "real_name": u.RealName, "title": u.Title, "bot": u.Bot, "deleted": u.Deleted,
			"status": u.status(w.now()).state(),
		})
	}
	return out
}

func (w *Workspace) conversationsState(as string) []node {
	out := []node{}
	for _, c := range w.order {
		if c.direct() && c.person != as || !c.visibleTo(as) || c.archived {
			continue
		}
		n := node{"id": c.id, "kind": "channel", "name": c.name, "member": c.members[as], "unread": c.unread(as)}
		if c.direct() {
			n["kind"], n["name"], n["with"] = "im", w.opt.App.Name, w.opt.App.BotUser
		}
		messages := []node{}
		for _, m := range newest(c.seen(as), shownMessages) {
			messages = append(messages, w.messageState(m))
		}
		n["messages"] = messages
		out = append(out, n)
	}
	return out
}

func (c *conversation) unread(user string) int {
	n := 0
	for i := len(c.messages) - 1; i >= 0 && c.messages[i].stamp > c.lastRead[user]; i-- {
		if c.messages[i].user != user {
			n++
		}
	}
	return n
}

func (w *Workspace) messageState(m *message) node {
	text := m.text
	if m.echo != "" {
		text = "" // the echo says it
	}
	n := node{"ts": m.stamp, "user": m.user, "text": text, "blocks": m.blocks, "at": m.at.UTC(), "shortcut_ok": m.onlyFor == ""}
	if m.blocks == nil {
		n["blocks"] = []node{}
	}
	if m.byApp {
		n["bot_id"] = w.opt.App.BotID
	}
	if m.thread != "" {
		n["thread_ts"], n["reply_count"] = m.thread, len(m.replies)
	}
	if m.edited != "" {
		n["edited"] = node{"ts": m.edited, "at": stampTime(m.edited)}
	}
	if m.onlyFor != "" {
		n["ephemeral"] = true
	}
	if m.echo != "" {
		n["command_echo"] = m.echo
	}
	return n
}

func (w *Workspace) modalState(as string) any {
	v := w.top(as)
	if v == nil {
		return nil
	}
	mistakes := v.mistakes
	if mistakes == nil {
		mistakes = map[string]string{}
	}
	return node{"view": asTree(v.json(w)), "errors": mistakes, "stack_depth": len(w.modals[as])}
}
