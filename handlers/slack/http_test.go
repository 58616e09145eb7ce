package slack

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A clock that a test sets.
var fixed = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newHTTP(t testing.TB) (*Slack, *front) {
	t.Helper()

	f := &front{}

	s, err := New(Options{
		BotToken: "xoxb-1", SigningSecret: "hush", Front: f, Log: newRigLog(), APIURL: "http://127.0.0.1:1/",
		Now: func() time.Time { return fixed },
	})
	if err != nil {
		t.Fatal(err)
	}

	return s, f
}

const someCommand = "command=%2Fescalate&user_id=U0MARIA&text=now&trigger_id=t1"

func request(path, body string, at time.Time, secret string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	workspace.Sign(r.Header, secret, strconv.FormatInt(at.Unix(), 10), []byte(body))

	return r
}

func answered(s *Slack, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)

	return w
}

// What is not signed by Slack just now gets the status that it deserves, and
// nothing happens.
func TestRequestsThatAreNotSlacks(t *testing.T) {
	payload := func(json string) string { return url.Values{"payload": {json}}.Encode() }

	cases := map[string]struct {
		request func() *http.Request
		want    int
	}{
		"forged": {func() *http.Request { return request("/slack/commands", someCommand, fixed, "guess") }, 401},
		"stale": {func() *http.Request {
			return request("/slack/commands", someCommand, fixed.Add(-tolerance-time.Second), "hush")
		}, 401},
		"from the future": {func() *http.Request {
			return request("/slack/commands", someCommand, fixed.Add(tolerance+time.Second), "hush")
		}, 401},
		"changed": {func() *http.Request {
			r := request("/slack/commands", someCommand, fixed, "hush")
			other := request("/slack/commands", someCommand+"&text=later", fixed, "guess")
			other.Header = r.Header

			return other
		}, 401},
		"unsigned": {func() *http.Request {
			r := request("/slack/commands", someCommand, fixed, "hush")
			r.Header.Del("X-Slack-Signature")

			return r
		}, 401},
		"signed in no way known": {func() *http.Request {
			r := request("/slack/commands", someCommand, fixed, "hush")
			r.Header.Set("X-Slack-Signature", "v0=zz")

			return r
		}, 401},
		"no time": {func() *http.Request {
			r := request("/slack/commands", someCommand, fixed, "hush")
			r.Header.Set("X-Slack-Request-Timestamp", "now")

			return r
		}, 401},
		"oversize": {func() *http.Request { return request("/slack/commands", strings.Repeat("x", maxBody+1), fixed, "hush") }, 413},
		"method": {func() *http.Request {
			r := request("/slack/commands", someCommand, fixed, "hush")
			r.Method = http.MethodGet

			return r
		}, 405},
		"payload in the address": {func() *http.Request {
			return request("/slack/interactions?"+payload(`{"type":"block_actions","user":{"id":"U1"}}`), "", fixed, "hush")
		}, 400},
		"no form":        {func() *http.Request { return request("/slack/commands", "%zz", fixed, "hush") }, 400},
		"empty form":     {func() *http.Request { return request("/slack/commands", "", fixed, "hush") }, 400},
		"no payload":     {func() *http.Request { return request("/slack/interactions", "a=b", fixed, "hush") }, 400},
		"broken payload": {func() *http.Request { return request("/slack/interactions", payload(`{"type":`), fixed, "hush") }, 400},
		"nobody": {func() *http.Request {
			return request("/slack/interactions", payload(`{"type":"block_actions"}`), fixed, "hush")
		}, 400},
		"broken event": {func() *http.Request { return request("/slack/events", `{"type":`, fixed, "hush") }, 400},
		"elsewhere":    {func() *http.Request { return request("/slack/elsewhere", someCommand, fixed, "hush") }, 404},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, f := newHTTP(t)

			w := answered(s, c.request())
			if w.Code != c.want {
				t.Errorf("status = %d, want %d", w.Code, c.want)
			}

			if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") != http.MethodPost {
				t.Errorf("Allow = %q, want POST", w.Header().Get("Allow"))
			}

			if n := len(f.commands) + len(f.clicks) + len(f.submissions); n != 0 {
				t.Errorf("the bot was asked %d times, want nothing to happen", n)
			}
		})
	}
}

func TestRequestsAtTheEdgeOfTime(t *testing.T) {
	for _, at := range []time.Time{fixed, fixed.Add(-tolerance), fixed.Add(tolerance)} {
		s, f := newHTTP(t)
		if w := answered(s, request("/slack/commands", someCommand, at, "hush")); w.Code != http.StatusOK || len(f.commands) != 1 {
			t.Errorf("a request of %v at %v: status %d and %d commands, want 200 and one", at, fixed, w.Code, len(f.commands))
		}
	}
}

// A replayed request carries the id of the first one, by which the Front knows
// it.
func TestReplay(t *testing.T) {
	s, f := newHTTP(t)
	for range 2 {
		answered(s, request("/slack/commands", someCommand, fixed, "hush"))
	}

	if len(f.commands) != 2 || f.commands[0].ID != "t1" || f.commands[1].ID != "t1" {
		t.Errorf("Commands = %+v, want two with the same id", f.commands)
	}
}

func TestURLVerification(t *testing.T) {
	s, _ := newHTTP(t)

	w := answered(s, request("/slack/events", `{"type":"url_verification","challenge":"3eZbrw1a"}`, fixed, "hush"))
	if w.Code != http.StatusOK || w.Body.String() != `{"challenge":"3eZbrw1a"}` {
		t.Errorf("answer = %d %s, want the challenge", w.Code, w.Body)
	}
}

// Slack looks now and then whether somebody is there.
func TestSSLCheck(t *testing.T) {
	s, f := newHTTP(t)
	if w := answered(s, request("/slack/commands", "ssl_check=1&token=x", fixed, "hush")); w.Code != http.StatusOK || len(f.commands) != 0 {
		t.Errorf("status %d and commands %+v, want 200 and none", w.Code, f.commands)
	}
}

// An event that Slack sends again may be the first to arrive.
func TestRetriesAreTaken(t *testing.T) {
	s, f := newHTTP(t)
	r := request("/slack/events", `{"type":"event_callback","event_id":"Ev1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}`, fixed, "hush")
	r.Header.Set("X-Slack-Retry-Num", "1")
	r.Header.Set("X-Slack-Retry-Reason", "http_timeout")

	if w := answered(s, r); w.Code != http.StatusOK || len(f.commands) != 1 || f.commands[0].ID != "Ev1" {
		t.Errorf("status %d and commands %+v, want 200 and Ev1", w.Code, f.commands)
	}
}

func TestStoppedHandlerTakesNothing(t *testing.T) {
	s, f := newHTTP(t)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	if w := answered(s, request("/slack/commands", someCommand, fixed, "hush")); w.Code != http.StatusServiceUnavailable || len(f.commands) != 0 {
		t.Errorf("status %d and commands %+v after Stop, want 503 and none", w.Code, f.commands)
	}
}

func TestHandlerWithoutSecret(t *testing.T) {
	s, err := New(Options{BotToken: "xoxb-1", AppToken: "xapp-1", Front: &front{}, Log: newRigLog(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}

	if w := answered(s, request("/slack/commands", someCommand, time.Now(), "")); w.Code != http.StatusNotFound {
		t.Errorf("status without a signing secret = %d, want 404", w.Code)
	}
}

// FuzzPayloads feeds the decoders anything, signed.
func FuzzPayloads(f *testing.F) {
	f.Add("/slack/commands", someCommand)
	f.Add("/slack/interactions", "payload="+url.QueryEscape(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"take~1","value":"x"}],"container":{"message_ts":"1.2","channel_id":"C1"}}`))
	f.Add("/slack/interactions", "payload="+url.QueryEscape(`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","state":{"values":{"a":{"b":{"selected_date_time":99999999999999999999}}}}}}`))
	f.Add("/slack/interactions", "payload="+url.QueryEscape(`{"type":"message_action","callback_id":"escalate_message","user":{"id":"U1"},"message":{"text":"<@U1|x> &lt;"}}`))
	f.Add("/slack/events", `{"type":"event_callback","event":{"type":"message","channel_type":"im","user":"U1","text":"<<>"}}`)
	f.Add("/slack/events", `{"type":"event_callback","event":{"type":"user_change","user":{"id":"U1","deleted":true,"updated":"x","profile":{"fields":[]}}}}`)
	f.Add("/slack/commands", "command=%2Fduty&user_id=U1&text=%3C%40U1%7Cx%3E")
	f.Add("/slack/events", `{"type":[],"event":{"type":{},"tokens":7}}`)
	f.Fuzz(func(t *testing.T, path, body string) {
		if !strings.HasPrefix(path, "/slack/") || strings.ContainsAny(path, " %?#\x7f") || strings.IndexFunc(path, func(r rune) bool { return r < ' ' }) >= 0 {
			return
		}

		s, _ := newHTTP(t)
		if w := answered(s, request(path, body, fixed, "hush")); w.Code != 200 && w.Code != 400 && w.Code != 404 && w.Code != 301 && w.Code != 307 {
			t.Errorf("status of %s %q = %d, want 200 or 400", path, body, w.Code)
		}
	})
}
