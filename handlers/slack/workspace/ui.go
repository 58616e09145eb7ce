package workspace

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"time"
)

//go:embed page
var pageFiles embed.FS

// addPage serves the page at / and its interface under /ui/.
func (w *Workspace) addPage(mux *http.ServeMux) {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic("workspace: " + err.Error())
	}
	static := http.FileServerFS(files)
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		h := rw.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		static.ServeHTTP(rw, r)
	})

	mux.HandleFunc("GET /ui/state", w.serveState)
	mux.HandleFunc("GET /ui/stream", w.serveStream)
	for path, do := range map[string]func(*Workspace, uiPost) error{
		"command":  func(w *Workspace, p uiPost) error { return w.command(p.As, p.Conversation, p.Text) },
		"message":  uiMessage,
		"shortcut": func(w *Workspace, p uiPost) error { return w.shortcut(p.As, p.Conversation, p.TS, p.CallbackID) },
		"click":    uiClick,
		"submit":   func(w *Workspace, p uiPost) error { return w.submit(p.As, p.ViewID, p.Values) },
		"close":    func(w *Workspace, p uiPost) error { return w.closeModal(p.As, p.ViewID) },
		"read":     uiRead,
		"home":     func(w *Workspace, p uiPost) error { return w.openHome(p.As) },
		"dismiss":  func(w *Workspace, p uiPost) error { return w.dismissFor(p.As, p.Conversation, p.TS) },
	} {
		mux.HandleFunc("POST /ui/"+path, func(rw http.ResponseWriter, r *http.Request) { w.serveUI(rw, r, do) })
	}
	mux.HandleFunc("POST /ui/clock", w.serveClock)
}

// uiPost is the body of every post of the page. Each uses what it needs.
type uiPost struct {
	As           string `json:"as"`
	Conversation string `json:"conversation"`
	Text         string `json:"text"`
	TS           string `json:"ts"`
	ThreadTS     string `json:"thread_ts"`
	CallbackID   string `json:"callback_id"`
	ViewID       string `json:"view_id"`
	BlockID      string `json:"block_id"`
	ActionID     string `json:"action_id"`
	Selected     node   `json:"selected"`
	Value        string `json:"value"` // of a text field
	Values       state  `json:"values"`
	ForwardMS    int64  `json:"forward_ms"`
}

func readPost(rw http.ResponseWriter, r *http.Request) (uiPost, bool) {
	var p uiPost
	d := json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxBody))
	d.UseNumber()
	if err := d.Decode(&p); err != nil {
		http.Error(rw, "the body is no JSON that this understands", http.StatusBadRequest)
		return p, false
	}
	return p, true
}

// serveUI lets a person do something, and answers what their screen shows.
func (w *Workspace) serveUI(rw http.ResponseWriter, r *http.Request, do func(*Workspace, uiPost) error) {
	p, ok := readPost(rw, r)
	if !ok {
		return
	}
	err := do(w, p)
	if mistakes, ok := errors.AsType[*FieldErrors](err); ok {
		w.answerUI(rw, node{"ok": false, "errors": mistakes.Blocks})
		return
	}
	if err != nil {
		w.answerUI(rw, node{"ok": false, "error": err.Error()})
		return
	}
	w.answerUI(rw, node{"ok": true})
}

func (w *Workspace) answerUI(rw http.ResponseWriter, body node) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "no-store")
	if _, err := rw.Write(raw(body)); err != nil {
		w.log.Debug("a browser did not read its answer", "error", err)
	}
}

func uiMessage(w *Workspace, p uiPost) error {
	_, err := w.write(p.As, p.Conversation, p.Text, p.ThreadTS)
	return err
}

func uiClick(w *Workspace, p uiPost) error {
	chosen := node{}
	for k, v := range p.Selected {
		if k != "type" {
			chosen[k] = v
		}
	}
	if len(chosen) == 0 {
		chosen = nil
	}
	return w.act(press{
		user: p.As, conv: p.Conversation, stamp: p.TS, viewID: p.ViewID, blockID: p.BlockID, actionID: p.ActionID,
		chosen: chosen, typed: p.Value, values: p.Values,
	})
}

func uiRead(w *Workspace, p uiPost) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	_, conv, err := w.actor(p.As, p.Conversation)
	if err != nil {
		return err
	}
	if len(conv.messages) > 0 {
		conv.lastRead[p.As] = conv.messages[len(conv.messages)-1].stamp
	}
	w.touch()
	return nil
}

func (w *Workspace) serveClock(rw http.ResponseWriter, r *http.Request) {
	p, ok := readPost(rw, r)
	switch {
	case !ok:
		return
	case w.opt.MoveClock == nil:
		w.answerUI(rw, node{"ok": false, "error": "The clock of this workspace can't be moved."})
		return
	case p.ForwardMS <= 0:
		w.answerUI(rw, node{"ok": false, "error": "The clock only moves forward."})
		return
	}
	w.opt.MoveClock(time.Duration(p.ForwardMS) * time.Millisecond)
	w.mu.Lock()
	w.clockMoves++
	w.touch()
	w.mu.Unlock()
	w.answerUI(rw, node{"ok": true, "clock": w.now().UTC()})
}
