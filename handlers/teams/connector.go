package teams

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// maxHeard is the largest answer that is read.
const maxHeard = 4 << 20

// A call is one of the connector's API.
type call struct {
	deed    deed
	method  string
	service string // "" for where conversations are begun
	about   string // the conversation, where Teams limits how much goes on there
	path    []string
	query   url.Values
	body    any // nil for none
}

// call makes a call and decodes its answer. Nothing is tried again but a token
// that was not taken, with a fresh one. An error wraps a *chat.Failure.
func (t *Teams) call(ctx context.Context, c call, into any) error {
	if !t.paces.wait(ctx, base(c.about)) {
		return failed(c.deed, &chat.Failure{Kind: chat.Unsent, Code: "unsent", Err: ctx.Err()})
	}

	ctx, cancel := context.WithTimeout(ctx, link.CallTimeout)
	defer cancel()

	address, err := t.urlOf(c)
	if err != nil {
		return failed(c.deed, err)
	}

	body, err := json.Marshal(c.body)
	if err != nil {
		return failed(c.deed, &chat.Failure{Kind: chat.Unacceptable, Code: "unencodable"})
	}

	for again := true; ; again = false {
		bearer, err := t.token.get(ctx)
		if err != nil {
			return failed(c.deed, err)
		}

		if !t.pace.wait(ctx) {
			return failed(c.deed, &chat.Failure{Kind: chat.Unsent, Code: "unsent", Err: ctx.Err()})
		}

		status, failure := t.attempt(ctx, c, request{address, bearer, body}, into)
		if failure == nil {
			return nil
		}

		if !again || bearer == "" || status != http.StatusUnauthorized || failure.Code == "BotNotRegistered" {
			return failed(c.deed, failure)
		}

		t.token.drop(bearer)
	}
}

// urlOf returns the URL of a call. One of a service that the bot's token
// must not be sent to goes to where conversations are begun.
func (t *Teams) urlOf(c call) (string, error) {
	service := strings.TrimSuffix(c.service, "/")
	if service == "" || !t.opts.trusts(service) {
		service = t.opts.ServiceURL
	}

	if !t.opts.trusts(service) {
		return "", &chat.Failure{Kind: chat.Unreachable, Code: "unheard", Err: errUnheard}
	}

	steps := []string{service}
	for _, step := range c.path {
		steps = append(steps, url.PathEscape(step))
	}

	address := strings.Join(steps, "/")
	if len(c.query) > 0 {
		address += "?" + c.query.Encode()
	}

	return address, nil
}

// errUnheard is why nobody can be written to of whom nothing was heard, while
// requests without a token are taken and no service URL is set.
var errUnheard = errors.New("nothing was heard from there yet, and where to begin is not known: have them write to the bot, or set TEAMS_SERVICE_URL")

// A request is a call as it is sent.
type request struct {
	address, bearer string
	body            []byte
}

// attempt sends a request once. It returns the status of the answer, 0 if there
// was none.
func (t *Teams) attempt(ctx context.Context, c call, r request, into any) (int, *chat.Failure) {
	body := io.Reader(http.NoBody)
	if c.body != nil {
		body = bytes.NewReader(r.body)
	}

	req, err := http.NewRequestWithContext(ctx, c.method, r.address, body)
	if err != nil {
		return 0, &chat.Failure{Kind: chat.Unreachable, Code: "no_address"}
	}

	if c.body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}

	if r.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+r.bearer)
	}

	resp, err := t.wire.Do(req)
	if err != nil {
		return 0, unanswered(c.deed, err)
	}
	defer resp.Body.Close()

	said, err := io.ReadAll(io.LimitReader(resp.Body, maxHeard))

	if resp.StatusCode >= http.StatusMultipleChoices {
		return resp.StatusCode, refusedWith(c.deed, resp.StatusCode, codeIn(said), t.retryAfter(resp.Header))
	}

	if into != nil && c.deed == reading && (err != nil || json.Unmarshal(said, into) != nil) {
		return resp.StatusCode, &chat.Failure{Kind: uncertain(c.deed), Code: "unreadable"}
	}

	if into != nil {
		_ = json.Unmarshal(said, into) // done is done, whatever the answer says
	}

	return resp.StatusCode, nil
}

// codeIn returns the code of an answer that is an error, "" if there is none.
// The subordinate one says more.
func codeIn(answer []byte) string {
	var said struct {
		Error struct {
			Code    string `json:"code"`
			SubCode string `json:"subCode"`
		} `json:"error"`
	}

	if lenient(answer, &said) != nil {
		return ""
	}

	code := cmp.Or(said.Error.SubCode, said.Error.Code)
	if len(code) > 64 || strings.ContainsAny(code, " \n") {
		return ""
	}

	return code
}

// longestBusy is the longest wait that is believed.
const longestBusy = time.Hour

// retryAfter is how long an answer asks to wait, in seconds or until an instant; 0
// where that makes no sense.
func (t *Teams) retryAfter(h http.Header) time.Duration {
	said := h.Get("Retry-After")

	if seconds, err := strconv.ParseFloat(said, 64); err == nil && seconds >= 0 && seconds <= longestBusy.Seconds() {
		return time.Duration(seconds * float64(time.Second))
	}

	if at, err := http.ParseTime(said); err == nil && at.Sub(t.opts.Now()) <= longestBusy {
		return at.Sub(t.opts.Now())
	}

	return 0
}

// A posted message is an answer to the calls that post one.
type posted struct {
	ID       string `json:"id"`
	Activity string `json:"activityId"`
}

// send posts an activity into a conversation and returns its id.
func (t *Teams) send(ctx context.Context, service, conversation string, activity outgoing) (string, error) {
	var p posted

	err := t.call(ctx, call{
		deed: sending, method: http.MethodPost, service: service, about: conversation,
		path: []string{"v3", "conversations", conversation, "activities"}, body: activity,
	}, &p)

	return p.ID, err
}

// target posts an activity into a conversation that only its recipient sees.
func (t *Teams) target(ctx context.Context, service, conversation string, activity outgoing) error {
	return t.call(ctx, call{
		deed: sending, method: http.MethodPost, service: service, about: conversation,
		path:  []string{"v3", "conversations", conversation, "activities"},
		query: url.Values{"isTargetedActivity": {"true"}}, body: activity,
	}, nil)
}

// update puts another activity in the place of one.
func (t *Teams) update(ctx context.Context, service, conversation, id string, activity outgoing) error {
	if id == "" {
		return failed(changing, &chat.Failure{Kind: chat.Missing, Code: "ActivityNotFound"})
	}

	return t.call(ctx, call{
		deed: changing, method: http.MethodPut, service: service, about: conversation,
		path: []string{"v3", "conversations", conversation, "activities", id}, body: activity,
	}, nil)
}

// withdraw deletes an activity.
func (t *Teams) withdraw(ctx context.Context, service, conversation, id string) error {
	if id == "" {
		return failed(removing, &chat.Failure{Kind: chat.Missing, Code: "ActivityNotFound"})
	}

	return t.call(ctx, call{
		deed: removing, method: http.MethodDelete, service: service, about: conversation,
		path: []string{"v3", "conversations", conversation, "activities", id},
	}, nil)
}

// open begins the private conversation with somebody, or finds it begun, and
// returns its id. They see nothing of it.
func (t *Teams) open(ctx context.Context, at address, member string) (string, error) {
	var p posted

	tenant := cmp.Or(at.Tenant, t.opts.Tenant)

	err := t.call(ctx, call{
		deed: opening, method: http.MethodPost, service: at.Service, path: []string{"v3", "conversations"},
		body: beginning{
			Bot:     idOnly{cmp.Or(at.Bot, t.bot())},
			Members: []idOnly{{member}},
			Tenant:  tenant,
			Data:    beginningData{Tenant: idOnly{tenant}},
		},
	}, &p)
	if err == nil && p.ID == "" {
		err = failed(opening, &chat.Failure{Kind: chat.Unsent, Code: "unreadable"})
	}

	return p.ID, err
}

// begin begins a thread in a channel with an activity and returns its id.
func (t *Teams) begin(ctx context.Context, at address, channel string, activity outgoing) (string, error) {
	var p posted

	tenant := cmp.Or(at.Tenant, t.opts.Tenant)

	err := t.call(ctx, call{
		deed: sending, method: http.MethodPost, service: at.Service, about: channel, path: []string{"v3", "conversations"},
		body: beginning{
			Bot:      idOnly{cmp.Or(at.Bot, t.bot())},
			Group:    true,
			Tenant:   tenant,
			Data:     beginningData{Tenant: idOnly{tenant}, Channel: &idOnly{channel}},
			Activity: &activity,
		},
	}, &p)

	_, root := threadOf(p.ID)

	return cmp.Or(p.Activity, root), err
}

// bot is how the bot is called in conversations.
func (t *Teams) bot() string { return botPrefix + t.opts.AppID }

// A beginning is a conversation to be begun.
type beginning struct {
	Bot      idOnly        `json:"bot"`
	Group    bool          `json:"isGroup"`
	Members  []idOnly      `json:"members,omitempty"`
	Tenant   string        `json:"tenantId"`
	Data     beginningData `json:"channelData"`
	Activity *outgoing     `json:"activity,omitempty"`
}

type beginningData struct {
	Tenant  idOnly  `json:"tenant"`
	Channel *idOnly `json:"channel,omitempty"`
}

type idOnly struct {
	ID string `json:"id"`
}

// A member is somebody in a conversation.
type member struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Entra    string `json:"aadObjectId"`
	Object   string `json:"objectId"` // the same, in some answers
	Email    string `json:"email"`
	Login    string `json:"userPrincipalName"`
	Role     string `json:"userRole"`
	Standing string `json:"role"` // the same, in some answers
}

func (m member) entra() string { return strings.ToLower(cmp.Or(m.Entra, m.Object)) }

// member returns somebody in a conversation, by either of their ids.
func (t *Teams) member(ctx context.Context, service, conversation, id string) (member, error) {
	var m member

	err := t.call(ctx, call{
		deed: reading, method: http.MethodGet, service: service, path: []string{"v3", "conversations", conversation, "members", id},
	}, &m)

	return m, err
}

// maxPages is how many pages of a roster are read: a team has at most 25,000
// members.
const maxPages = 60

// roster returns who is in a conversation, or the first limit of them.
func (t *Teams) roster(ctx context.Context, service, conversation string, limit int) ([]member, error) {
	var all []member

	next := ""

	for range maxPages {
		var page struct {
			Members []member `json:"members"`
			Next    string   `json:"continuationToken"`
		}

		query := url.Values{"pageSize": {strconv.Itoa(min(limit, 500))}}
		if next != "" {
			query.Set("continuationToken", next)
		}

		err := t.call(ctx, call{
			deed: reading, method: http.MethodGet, service: service,
			path: []string{"v3", "conversations", conversation, "pagedmembers"}, query: query,
		}, &page)
		if err != nil {
			return nil, err
		}

		all = append(all, page.Members...)

		if next = page.Next; next == "" || len(all) >= limit {
			return all, nil
		}
	}

	return all, nil
}

// unsupported reports whether a service knows no such call.
func unsupported(err error) bool {
	failure, ok := errors.AsType[*chat.Failure](err)

	return ok && (failure.Code == httpCode(http.StatusMethodNotAllowed) || failure.Code == httpCode(http.StatusNotImplemented) ||
		failure.Code == "DeleteActivityAPINotImplemented")
}
