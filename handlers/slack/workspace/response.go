package workspace

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// responseURL is a place where the app may answer an interaction.
type responseURL struct {
	user    string
	conv    *conversation
	origin  *message // what was interacted with; nil for a command
	uses    int
	expires time.Time
}

// newResponseURL gives out a response_url. Those that ended half an hour ago
// are forgotten.
func (w *Workspace) newResponseURL(user string, conv *conversation, origin *message) string {
	now := w.now()
	for len(w.responseOrder) > 0 && now.Sub(w.responses[w.responseOrder[0]].expires) > responseLife {
		delete(w.responses, w.responseOrder[0])
		w.responseOrder = w.responseOrder[1:]
	}
	id := w.secret() + w.secret()
	w.responseOrder = append(w.responseOrder, id)
	w.responses[id] = &responseURL{user: user, conv: conv, origin: origin, expires: now.Add(responseLife)}
	return w.base + "/response/" + w.opt.Team.ID + "/" + id
}

// answerTo is what an app sends to a response_url, or in its acknowledgement
// of a command.
type answerTo struct {
	Text            *string         `json:"text"`
	Blocks          json.RawMessage `json:"blocks"`
	ResponseType    string          `json:"response_type"`
	ReplaceOriginal bool            `json:"replace_original"`
	DeleteOriginal  bool            `json:"delete_original"`
	ThreadTS        string          `json:"thread_ts"`
	Metadata        json.RawMessage `json:"metadata"`
}

// content checks what the answer says by the rules of any message. Metadata
// without a type is passed over: slack-go sends it with every answer.
func (a answerTo) content(w *Workspace) (content, error) {
	args := &call{json: map[string]json.RawMessage{}}
	if a.Text != nil {
		args.json["text"] = raw(*a.Text)
	}
	if len(a.Blocks) > 0 && string(a.Blocks) != "null" {
		args.json["blocks"] = a.Blocks
	}
	var m struct {
		EventType string `json:"event_type"`
	}
	if json.Unmarshal(a.Metadata, &m) == nil && m.EventType != "" {
		args.json["metadata"] = a.Metadata
	}
	return w.readContent(args)
}

func (w *Workspace) serveResponse(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	if err != nil {
		http.Error(rw, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	c := &call{method: "response_url", json: map[string]json.RawMessage{"channel": raw(w.responseChannel(id))}}
	fault := w.faults.pick(w, c.method, c.str("channel"))
	if w.obstruct(rw, r, c, fault) {
		return
	}

	o := w.respond(id, body)
	w.journalCall(c, o, fault)
	if w.spoil(rw, fault) {
		return
	}
	if o.err != "" {
		w.answer(rw, o)
		return
	}
	rw.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(rw, "ok")
}

func (w *Workspace) responseChannel(id string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if u := w.responses[id]; u != nil {
		return u.conv.id
	}
	return ""
}

// respond carries a post to a response_url out.
func (w *Workspace) respond(id string, body []byte) outcome {
	w.mu.Lock()
	defer w.mu.Unlock()

	u := w.responses[id]
	switch {
	case u == nil:
		return failed(http.StatusNotFound, refuse("no_service"))
	case w.now().After(u.expires):
		return failed(http.StatusNotFound, refuse("expired_url"))
	case u.uses >= responseUses:
		return failed(http.StatusNotFound, refuse("used_url"))
	}
	var a answerTo
	if err := json.Unmarshal(body, &a); err != nil {
		return failed(http.StatusBadRequest, refuse("invalid_payload"))
	}
	u.uses++
	if err := w.answerAt(u, a); err != nil {
		return failed(http.StatusBadRequest, err)
	}
	return success(node{})
}

// answerAt posts, replaces or deletes as an answer says.
func (w *Workspace) answerAt(u *responseURL, a answerTo) error {
	if a.DeleteOriginal {
		return w.deleteOriginal(u)
	}
	what, err := a.content(w)
	if err != nil {
		return err
	}
	if a.ReplaceOriginal && u.origin != nil && u.origin.byApp {
		w.replaceOriginal(u.origin, what)
		return nil
	}
	m := w.fromApp(u.conv, what)
	if parent := u.conv.byStamp[a.ThreadTS]; parent != nil {
		m.thread = cmp.Or(parent.thread, parent.stamp)
	}
	if a.ResponseType == "in_channel" {
		w.post(m)
		return nil
	}
	m.onlyFor = u.user
	w.whisper(m)
	return nil
}

func (w *Workspace) deleteOriginal(u *responseURL) error {
	switch {
	case u.origin == nil || !u.origin.byApp:
		return refuse("message_not_found")
	case u.origin.onlyFor != "":
		w.dismiss(u.origin)
	case u.conv.byStamp[u.origin.stamp] != nil:
		w.take(u.origin)
	}
	return nil
}

func (w *Workspace) replaceOriginal(m *message, what content) {
	what.hasBlocks = true
	if m.onlyFor == "" {
		w.edit(m, what)
		return
	}
	m.text, m.edited = what.text, w.stamp()
	m.redraw(what.blocks)
	w.touch()
}
