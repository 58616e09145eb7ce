package connector

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The names of the app's calls, as faults and the journal have them.
const (
	callSend    = "send"
	callUpdate  = "update"
	callDelete  = "delete"
	callCreate  = "create"
	callMembers = "members"
	callToken   = "token"
	callKeys    = "keys"
)

const (
	maxBody = 4 << 20 // bytes of a request that are read
	// maxMessage is the most that a message may have, in bytes of UTF-16, which
	// is how Teams counts: 50 Ki of plain letters.
	maxMessage = 100 << 10
)

// refusalError is an answer that says no.
type refusalError struct {
	status  int
	code    string
	message string
	login   bool // in the login service's form
}

func (r *refusalError) Error() string { return r.code }

func refuse(status int, code, message string) error {
	return &refusalError{status: status, code: code, message: message}
}

func badArgument(message string) error {
	return refuse(http.StatusBadRequest, "BadArgument", message)
}

// call is one call of the app.
type call struct {
	name         string
	conversation string // as given
	activity     string // the id of a message, or of a member
	targeted     bool
	query        func(string) string
	body         node
	size         int // of the body, in bytes of UTF-16
}

func (k *call) login() bool { return k.name == callToken || k.name == callKeys }

// about is the conversation of a call. A call that creates one is about whom
// or what it is for.
func (k *call) about() string {
	if k.name != callCreate {
		return k.conversation
	}
	if members := nodes(k.body["members"]); len(members) > 0 {
		return str(members[0], "id")
	}
	return str(object(object(k.body, "channelData"), "channel"), "id")
}

// outcome is what a call is answered with.
type outcome struct {
	status int
	body   any
	code   string // why not; empty when done
	wait   int    // seconds, for Retry-After
}

// created is what a call returns that makes something new; all else is 200.
type created node

func succeeded(body any) outcome {
	if n, ok := body.(created); ok {
		return outcome{status: http.StatusCreated, body: n}
	}
	return outcome{status: http.StatusOK, body: body}
}

func failed(err error) outcome {
	r, ok := errors.AsType[*refusalError](err)
	if !ok {
		r = &refusalError{status: http.StatusInternalServerError, code: "ServiceError", message: "An error occurred."}
	}
	o := outcome{status: r.status, code: r.code, body: node{"error": node{"code": r.code, "message": r.message}}}
	if r.login {
		o.body = node{"error": r.code, "error_description": r.message}
	}
	return o
}

// Handler serves what the app calls: the login, the keys and the connector.
func (c *Connector) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", c.serveToken)
	mux.HandleFunc("GET "+metadataPath, c.serveKeys(c.channelMetadata))
	mux.HandleFunc("GET "+keysPath, c.serveKeys(c.channelKeys))
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", c.serveKeys(c.entraMetadata))
	mux.HandleFunc("GET /{tenant}/discovery/v2.0/keys", c.serveKeys(c.entraKeys))

	const conversations = "/connector/v3/conversations"
	mux.HandleFunc("POST "+conversations, c.serve(callCreate, c.create))
	mux.HandleFunc("POST "+conversations+"/{conversation}/activities", c.serve(callSend, c.send))
	mux.HandleFunc("POST "+conversations+"/{conversation}/activities/{activity}", c.serve(callSend, c.send))
	mux.HandleFunc("PUT "+conversations+"/{conversation}/activities/{activity}", c.serve(callUpdate, c.update))
	mux.HandleFunc("DELETE "+conversations+"/{conversation}/activities/{activity}", c.serve(callDelete, c.remove))
	mux.HandleFunc("GET "+conversations+"/{conversation}/members", c.serve(callMembers, c.members))
	mux.HandleFunc("GET "+conversations+"/{conversation}/pagedmembers", c.serve(callMembers, c.pagedMembers))
	mux.HandleFunc("GET "+conversations+"/{conversation}/members/{activity}", c.serve(callMembers, c.member))
	return mux
}

// serve answers a call of the connector with what run returns, which is called
// with the lock held.
func (c *Connector) serve(name string, run func(*call) (any, error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		k := &call{
			name: name, conversation: r.PathValue("conversation"), activity: r.PathValue("activity"),
			targeted: strings.EqualFold(r.URL.Query().Get("isTargetedActivity"), "true"), query: r.URL.Query().Get,
		}
		b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
		k.body, k.size = objectOf(b), 2*len(utf16.Encode([]rune(string(b))))
		token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")

		c.guarded(rw, r, k, func(k *call) (any, error) {
			if !bearer {
				return nil, errDenied
			}
			if err := c.authorize(token); err != nil {
				return nil, err
			}
			if err != nil || k.size > maxMessage {
				return nil, refuse(http.StatusRequestEntityTooLarge, "MessageSizeTooBig", "Message size too large.")
			}
			if k.body == nil && (r.Method == http.MethodPost || r.Method == http.MethodPut) {
				return nil, badArgument("The body is no JSON object.")
			}
			return run(k)
		})
	}
}

// guarded answers a call with what run returns, unless a fault or a limit is in
// the way.
func (c *Connector) guarded(rw http.ResponseWriter, r *http.Request, k *call, run func(*call) (any, error)) {
	if !c.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer c.running.Done()

	fault := c.pick(k)
	if c.obstruct(rw, r, k, fault) {
		return
	}
	o := c.do(k, run)
	c.journalCall(k, o, fault)
	if !c.spoil(rw, fault) {
		c.answer(rw, o)
	}
}

func (c *Connector) do(k *call, run func(*call) (any, error)) outcome {
	c.mu.Lock()
	defer c.mu.Unlock()

	if wait := c.limits.check(k, c.now()); wait > 0 {
		o := failed(refuse(http.StatusTooManyRequests, "Throttled", "Too many requests."))
		o.wait = wait
		return o
	}
	body, err := run(k)
	if err != nil {
		return failed(err)
	}
	o := succeeded(body)
	// Written while the model is locked, since it shows parts of it.
	o.body = raw(o.body)
	return o
}

func (c *Connector) answer(rw http.ResponseWriter, o outcome) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	if o.wait > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(o.wait))
	}
	rw.WriteHeader(o.status)
	if _, err := rw.Write(raw(o.body)); err != nil {
		c.log.Debug("an answer was not read", "error", err)
	}
}

// place finds the conversation of a call, in which the bot has to be, and the
// root of its thread.
func (c *Connector) place(k *call) (*conversation, string, error) {
	id, root := splitThread(k.conversation)
	v := c.conversations[id]
	if v == nil || root != "" && !v.roots[root] {
		return nil, "", refuse(http.StatusNotFound, "ConversationNotFound", "Conversation not found.")
	}
	return v, root, c.obstacle(v)
}

// create begins a personal chat, or a thread in a channel.
func (c *Connector) create(k *call) (any, error) {
	data := object(k.body, "channelData")
	tenant := cmp.Or(str(object(data, "tenant"), "id"), str(k.body, "tenantId"))
	if tenant != "" && !strings.EqualFold(tenant, c.opt.Tenant.ID) {
		return nil, badArgument("The tenant is not the bot's.")
	}
	if channel := str(object(data, "channel"), "id"); channel != "" {
		return c.createThread(channel, object(k.body, "activity"))
	}

	members := nodes(k.body["members"])
	switch {
	case tenant == "":
		return nil, badArgument("The tenant is missing.")
	case len(members) != 1 || flag(k.body, "isGroup"):
		return nil, badArgument("Bots can begin chats with one person only.")
	case strings.Contains(str(members[0], "id"), "@"):
		return nil, badArgument("An e-mail address is no id of a member.")
	}
	u := c.userByID(str(members[0], "id"))
	if u == nil || u.WithoutApp || u.Deleted {
		return nil, refuse(http.StatusForbidden, "ForbiddenOperationException", "The bot is not installed in user's personal scope")
	}
	return c.createChat(c.conversations[c.personalID(u.ID)], object(k.body, "activity"))
}

func (c *Connector) createChat(v *conversation, activity node) (any, error) {
	if activity == nil {
		return created{"id": v.ID}, nil
	}
	if err := c.obstacle(v); err != nil {
		return nil, err
	}
	m, err := c.receive(v, "", activity, false)
	if err != nil {
		return nil, err
	}
	return created{"id": v.ID, "activityId": m.id}, nil
}

func (c *Connector) createThread(channel string, activity node) (any, error) {
	v := c.conversations[channel]
	switch {
	case v == nil || v.kind() != "channel":
		return nil, refuse(http.StatusNotFound, "ConversationNotFound", "Conversation not found.")
	case activity == nil:
		return nil, badArgument("A thread begins with an activity.")
	}
	if err := c.obstacle(v); err != nil {
		return nil, err
	}
	m, err := c.receive(v, "", activity, false)
	if err != nil {
		return nil, err
	}
	return created{"id": threadID(v.ID, m.id), "activityId": m.id}, nil
}

// memberJSON is somebody as the roster tells of them.
func (c *Connector) memberJSON(u *User) node {
	given, surname, _ := strings.Cut(u.RealName, " ")
	role := "user"
	if u.Guest {
		role = "guest"
	}
	return node{
		"id": c.mri(u.ID), "name": u.RealName, "givenName": given, "surname": surname, "objectId": u.ID, "aadObjectId": u.ID,
		"email": u.Email, "userPrincipalName": u.Email, "tenantId": c.opt.Tenant.ID, "userRole": role,
	}
}

// roster is everybody in the conversation of a call who has an account.
func (c *Connector) roster(k *call) ([]node, error) {
	v, _, err := c.place(k)
	if err != nil {
		return nil, err
	}
	list := []node{}
	for _, id := range v.Members {
		if u := c.userByID(id); u != nil && !u.Deleted {
			list = append(list, c.memberJSON(u))
		}
	}
	return list, nil
}

func (c *Connector) members(k *call) (any, error) { return c.roster(k) }

// A page of members has this many, whatever is asked for.
const (
	leastMembers   = 50
	defaultMembers = 200
	mostMembers    = 500
)

func (c *Connector) pagedMembers(k *call) (any, error) {
	list, err := c.roster(k)
	if err != nil {
		return nil, err
	}
	size, from := defaultMembers, 0
	if s := k.query("pageSize"); s != "" {
		if size, err = strconv.Atoi(s); err != nil {
			return nil, badArgument("The page size is no number.")
		}
	}
	if s := k.query("continuationToken"); s != "" {
		if from, err = strconv.Atoi(strings.TrimPrefix(s, "page-")); err != nil || from < 0 {
			return nil, badArgument("The continuation token is not known.")
		}
	}

	from = min(from, len(list))
	to := min(from+min(max(size, leastMembers), mostMembers), len(list))
	page := node{"members": list[from:to]}
	if to < len(list) {
		page["continuationToken"] = "page-" + strconv.Itoa(to)
	}
	return page, nil
}

func (c *Connector) member(k *call) (any, error) {
	v, _, err := c.place(k)
	if err != nil {
		return nil, err
	}
	u := c.userByID(k.activity)
	if u == nil || u.Deleted || !v.has(u.ID) {
		return nil, refuse(http.StatusNotFound, "MemberNotFoundInConversation", "Member not found in conversation.")
	}
	return c.memberJSON(u), nil
}
