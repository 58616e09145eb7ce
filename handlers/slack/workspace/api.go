package workspace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxBody is the largest request body that is read, in bytes.
const maxBody = 2 << 20

// refusalError is an answer with ok:false.
type refusalError struct {
	code     string
	needed   string // the scopes missing_scope speaks of
	provided string
	messages []string // Slack's explanations, with JSON pointers
}

func (r *refusalError) Error() string { return r.code }

func refuse(code string) error { return &refusalError{code: code} }

// tokenKind is what a method wants to be called with.
type tokenKind int

const (
	botToken tokenKind = iota
	appToken
	userToken
)

// method is one method of the Web API.
type method struct {
	token     tokenKind
	anyone    bool     // a user token does as well as a bot token
	scopes    []string // all of them are needed
	perMinute int      // Slack's tier: calls per minute, beyond which 429; 0 is special
	run       func(*Workspace, *call) (node, error)
}

// The tiers of the Web API, in calls a minute.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

// methods is every method there is; any other is unknown_method.
var methods = map[string]method{
	"auth.test":             {anyone: true, run: (*Workspace).authTest},
	"apps.connections.open": {token: appToken, perMinute: tier3, run: (*Workspace).connectionsOpen},

	"chat.postMessage":   {scopes: []string{"chat:write"}, run: (*Workspace).postMessage},
	"chat.postEphemeral": {scopes: []string{"chat:write"}, perMinute: tier4, run: (*Workspace).postEphemeral},
	"chat.update":        {scopes: []string{"chat:write"}, perMinute: tier3, run: (*Workspace).updateMessage},
	"chat.delete":        {scopes: []string{"chat:write"}, perMinute: tier3, run: (*Workspace).deleteMessage},
	"chat.getPermalink":  {run: (*Workspace).permalink},

	"views.open":    {perMinute: tier4, run: (*Workspace).viewsOpen},
	"views.push":    {perMinute: tier4, run: (*Workspace).viewsPush},
	"views.update":  {perMinute: tier4, run: (*Workspace).viewsUpdate},
	"views.publish": {perMinute: tier4, run: (*Workspace).viewsPublish},

	"conversations.open":    {scopes: []string{"im:write"}, perMinute: tier3, run: (*Workspace).conversationsOpen},
	"conversations.info":    {perMinute: tier3, run: (*Workspace).conversationsInfo},
	"conversations.members": {perMinute: tier4, run: (*Workspace).conversationsMembers},
	"conversations.list":    {perMinute: tier2, run: (*Workspace).conversationsList},
	"conversations.join":    {scopes: []string{"channels:join"}, perMinute: tier3, run: (*Workspace).conversationsJoin},
	"conversations.history": {perMinute: tier3, run: (*Workspace).history},
	"conversations.replies": {perMinute: tier3, run: (*Workspace).replies},

	"users.info":              {scopes: []string{"users:read"}, perMinute: tier4, run: (*Workspace).usersInfo},
	"users.list":              {scopes: []string{"users:read"}, perMinute: tier2, run: (*Workspace).usersList},
	"users.lookupByEmail":     {scopes: []string{"users:read.email"}, perMinute: tier3, run: (*Workspace).usersLookup},
	"users.getPresence":       {scopes: []string{"users:read"}, perMinute: tier3, run: (*Workspace).usersPresence},
	"users.profile.set":       {token: userToken, scopes: []string{"users.profile:write"}, perMinute: tier3, run: (*Workspace).profileSet},
	"dnd.info":                {scopes: []string{"dnd:read"}, perMinute: tier3, run: (*Workspace).dndInfo},
	"usergroups.list":         {scopes: []string{"usergroups:read"}, perMinute: tier2, run: (*Workspace).groupsList},
	"usergroups.users.list":   {scopes: []string{"usergroups:read"}, perMinute: tier2, run: (*Workspace).groupsUsers},
	"usergroups.users.update": {scopes: []string{"usergroups:write"}, perMinute: tier2, run: (*Workspace).groupsUpdate},
}

// call is one call of a method.
type call struct {
	method string
	secure bool // it came over TLS
	form   url.Values
	json   map[string]json.RawMessage
	token  string
	kind   tokenKind // of the token, once it is found right
}

// readCall reads the arguments, which come as a form or as a JSON object, and
// the token, which comes among them or as a bearer.
func readCall(r *http.Request) (*call, error) {
	c := &call{method: strings.TrimPrefix(r.URL.Path, "/api/"), secure: r.TLS != nil, form: url.Values{}}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}

	switch {
	case kind == "application/json":
		if err := json.Unmarshal(body, &c.json); err != nil && len(body) > 0 {
			return c, refuse("invalid_json")
		}
	case kind == "" && len(body) > 0:
		return c, refuse("missing_post_type")
	case kind != "" && kind != "application/x-www-form-urlencoded" && len(body) > 0:
		return c, refuse("invalid_post_type")
	default:
		if c.form, err = url.ParseQuery(string(body)); err != nil {
			return c, refuse("invalid_form_data")
		}
	}
	for k, v := range r.URL.Query() {
		c.form[k] = append(c.form[k], v...)
	}
	c.token = cmp.Or(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), c.str("token"))
	return c, nil
}

// str returns an argument as text, or "".
func (c *call) str(key string) string {
	if v, ok := c.json[key]; ok {
		var s string
		if json.Unmarshal(v, &s) == nil {
			return s
		}
		return strings.TrimSpace(string(v))
	}
	return c.form.Get(key)
}

func (c *call) has(key string) bool {
	v, ok := c.json[key]
	return ok && string(v) != "null" || c.form.Has(key)
}

// raw returns an argument that is JSON itself; in a form, and in JSON too, it
// may be given as text.
func (c *call) raw(key string) json.RawMessage {
	if v, ok := c.json[key]; ok {
		var s string
		if json.Unmarshal(v, &s) == nil {
			return json.RawMessage(s)
		}
		return v
	}
	if v := c.form.Get(key); v != "" {
		return json.RawMessage(v)
	}
	return nil
}

func (c *call) bool(key string) bool {
	switch c.str(key) {
	case "true", "1", "True":
		return true
	default:
		return false
	}
}

// limit returns how many results are asked for, within bounds.
func (c *call) limit(byDefault, most int) int {
	n, err := strconv.Atoi(c.str("limit"))
	if err != nil || n <= 0 {
		return byDefault
	}
	return min(n, most)
}

// serveAPI answers a call of the Web API.
func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	c, err := readCall(r)
	if err != nil {
		if refused, ok := errors.AsType[*refusalError](err); ok {
			w.answer(rw, failed(http.StatusOK, refused))
			return
		}
		http.Error(rw, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	w.reachedAt(r)

	fault := w.faults.pick(w, c.method, c.str("channel"))
	if w.obstruct(rw, r, c, fault) {
		return
	}
	o := w.do(c)
	o.by = c.kind
	w.journalCall(c, o, fault)
	if w.spoil(rw, fault) {
		return
	}
	w.answer(rw, o)
}

// outcome is what a call is answered with. The body is written while the model
// is locked, since it shows parts of it.
type outcome struct {
	status int
	body   json.RawMessage
	err    string    // the error code; empty when ok
	wait   int       // seconds, for Retry-After
	by     tokenKind // whose scopes are told
}

func success(body node) outcome {
	body["ok"] = true
	return outcome{status: http.StatusOK, body: raw(body)}
}

// failed is an answer with ok:false.
func failed(status int, err error) outcome {
	r, ok := errors.AsType[*refusalError](err)
	if !ok {
		r = &refusalError{code: "internal_error"}
	}
	n := node{"ok": false, "error": r.code}
	if r.needed != "" {
		n["needed"], n["provided"] = r.needed, r.provided
	}
	if len(r.messages) > 0 {
		n["errors"] = r.messages
		n["response_metadata"] = node{"messages": r.messages}
	}
	return outcome{status: status, body: raw(n), err: r.code}
}

// reachedAt remembers the address under which the app reaches us.
func (w *Workspace) reachedAt(r *http.Request) {
	if w.opt.BaseURL != "" {
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.base = scheme + "://" + r.Host
}

// do carries a call out.
func (w *Workspace) do(c *call) outcome {
	m, known := methods[c.method]
	if !known {
		return failed(http.StatusOK, refuse("unknown_method"))
	}

	w.mu.Lock()
	defer w.mu.Unlock()

	if err := w.authorize(c, m); err != nil {
		return failed(http.StatusOK, err)
	}
	if wait := w.limits.check(w, c, m); wait > 0 {
		o := failed(http.StatusTooManyRequests, refuse("ratelimited"))
		o.wait = wait
		return o
	}
	body, err := m.run(w, c)
	if err != nil {
		return failed(http.StatusOK, err)
	}
	return success(body)
}

// authorize checks the token and its scopes.
func (w *Workspace) authorize(c *call, m method) error {
	kind, known := w.opt.App.kindOf(c.token)
	switch {
	case c.token == "":
		return refuse("not_authed")
	case w.appState.tokenError != "":
		return refuse(w.appState.tokenError)
	case !known:
		return refuse("invalid_auth")
	case w.appState.uninstalled:
		return refuse("account_inactive")
	case kind != m.token && (kind != userToken || !m.anyone):
		return refuse("not_allowed_token_type")
	}
	c.kind = kind
	if kind == userToken {
		return needAmong(set(w.opt.App.User.Scopes), m.scopes)
	}
	return w.needScopes(m.scopes...)
}

// needScopes fails with missing_scope unless the app has all of them.
func (w *Workspace) needScopes(scopes ...string) error { return needAmong(w.scopes, scopes) }

func needAmong(has map[string]bool, scopes []string) error {
	for _, s := range scopes {
		if !has[s] {
			return &refusalError{code: "missing_scope", needed: s, provided: strings.Join(sortedKeys(has), ",")}
		}
	}
	return nil
}

func (w *Workspace) answer(rw http.ResponseWriter, o outcome) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("X-OAuth-Scopes", strings.Join(w.opt.App.scopesOf(o.by), ","))
	if o.wait > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(o.wait))
	}
	rw.WriteHeader(o.status)
	if _, err := rw.Write(o.body); err != nil {
		w.log.Debug("an answer was not read", "error", err)
	}
}

// RevokeToken makes every call fail with code, such as token_revoked, until it
// is called with the empty string.
func (w *Workspace) RevokeToken(code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.appState.tokenError = code
}

func (w *Workspace) authTest(c *call) (node, error) {
	a := w.opt.App
	n := node{
		"url": "https://" + w.opt.Team.Domain + ".slack.com/", "team": w.opt.Team.Name, "team_id": w.opt.Team.ID,
		"user": strings.ToLower(a.Name), "user_id": a.BotUser, "bot_id": a.BotID, "is_enterprise_install": false,
	}
	if c.kind == userToken {
		delete(n, "bot_id")
		n["user_id"] = a.User.ID
		if u := w.people[a.User.ID]; u != nil {
			n["user"] = u.Name
		}
	}
	return n, nil
}
