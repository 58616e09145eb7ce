package connector_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

const (
	tenant  = "11111111-0000-4000-8000-000000000001"
	appID   = "22222222-0000-4000-8000-000000000002"
	secret  = "s&cret"
	mariaID = "33333333-0000-4000-8000-00000000000a"
	leeID   = "33333333-0000-4000-8000-00000000000b"
	danaID  = "33333333-0000-4000-8000-00000000000d"
	desk    = "19:desk@thread.tacv2"
	base    = "http://teams.test"
	bot     = "http://bot.test/messages"
)

// inMemory is a network of handlers by host. A handler that aborts is a
// connection that was cut.
type inMemory map[string]http.Handler

func (n inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	h := n[r.URL.Host]
	if h == nil {
		return nil, errors.New("there is no such host")
	}
	type result struct {
		resp *http.Response
		err  error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- result{err: io.ErrUnexpectedEOF}
			}
		}()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		done <- result{resp: w.Result()}
	}()
	select {
	case got := <-done:
		return got.resp, got.err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// rig is a Teams with an app that calls it by hand.
type rig struct {
	*connector.Connector
	t      *testing.T
	client *http.Client
	token  string
}

func options() connector.Options {
	return connector.Options{
		Tenant: connector.Tenant{ID: tenant, Name: "Harbor"},
		People: []connector.User{
			{ID: mariaID, Name: "maria", RealName: "Maria Silva", Email: "maria@harbor.example"},
			{ID: leeID, Name: "lee", RealName: "Lee Chan", Email: "lee@harbor.example", Zone: "Europe/Berlin"},
			{ID: danaID, Name: "dana", RealName: "Dana Reed", Email: "dana@harbor.example", WithoutApp: true},
		},
		Channels: []connector.Channel{
			{ID: desk, Name: "billing-desk", TeamID: "team-1", Members: []string{mariaID, leeID}},
			{ID: "19:quiet@thread.tacv2", Name: "quiet", TeamID: "team-1", Members: []string{mariaID}, WithoutApp: true},
		},
		App:     connector.App{ID: appID, Password: secret, Name: "Firebreak"},
		BaseURL: base, Endpoint: bot, Now: time.Now,
	}
}

// start returns a running Teams whose app answers activities with app.
func start(t *testing.T, o connector.Options, app http.Handler) *rig {
	t.Helper()
	network := inMemory{"bot.test": app}
	o.Client = &http.Client{Transport: network}
	r := &rig{t: t, client: o.Client, Connector: connector.New(o)}
	network["teams.test"] = r.Handler()
	t.Cleanup(r.Close)
	return r
}

// answer is what a call came to.
type answer struct {
	status int
	body   map[string]any
	header http.Header
}

func (a answer) code() string {
	e, _ := a.body["error"].(map[string]any)
	s, _ := e["code"].(string)
	return s
}

func (a answer) id() string {
	s, _ := a.body["id"].(string)
	return s
}

func (r *rig) login(form url.Values) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.LoginURL()+"/"+tenant+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.do(req)
}

func credentials() url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "client_id": {appID}, "client_secret": {secret},
		"scope": {"https://api.botframework.com/.default"},
	}
}

// call makes a call of the connector.
func (r *rig) call(method, path string, body any) answer {
	r.t.Helper()
	if r.token == "" {
		r.token, _ = r.login(credentials()).body["access_token"].(string)
	}
	var b []byte
	switch v := body.(type) {
	case nil:
	case string:
		b = []byte(v)
	default:
		b, _ = json.Marshal(v)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.ServiceURL()+"v3/conversations"+path, bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	return r.do(req)
}

func (r *rig) do(req *http.Request) answer {
	r.t.Helper()
	resp, err := r.client.Do(req)
	if err != nil {
		return answer{body: map[string]any{"error": map[string]any{"code": "no answer"}}}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	_ = json.NewDecoder(resp.Body).Decode(&a.body)
	return a
}

func message(text string) map[string]any { return map[string]any{"type": "message", "text": text} }

// drawn is a message with a card.
func drawn(body, actions string) map[string]any {
	return map[string]any{
		"type": "message", "summary": "In short", "channelData": map[string]any{"notification": map[string]any{"alert": true}},
		"attachments": []any{map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "content": json.RawMessage(card(body, actions))}},
	}
}

func card(body, actions string) string {
	return fmt.Sprintf(`{"type":"AdaptiveCard","version":"1.5","body":[%s],"actions":[%s]}`, body, actions)
}

// chat begins somebody's personal chat.
func (r *rig) chat(person string) string {
	r.t.Helper()
	a := r.call(http.MethodPost, "", map[string]any{"members": []any{map[string]any{"id": person}}, "tenantId": tenant})
	if a.status != http.StatusCreated {
		r.t.Fatalf("beginning a chat = %d %v, want 201", a.status, a.body)
	}
	return a.id()
}

func activities(conversation string) string {
	return "/" + url.PathEscape(conversation) + "/activities"
}
