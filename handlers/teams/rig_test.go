package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

const (
	tenant   = "11111111-0000-4000-8000-000000000001"
	appID    = "22222222-0000-4000-8000-000000000002"
	secret   = "s&cret~value"
	mariaID  = "33333333-0000-4000-8000-00000000000a"
	danaID   = "33333333-0000-4000-8000-00000000000d"
	guestID  = "33333333-0000-4000-8000-00000000000e"
	awayID   = "33333333-0000-4000-8000-00000000000f"
	nobodyID = "33333333-0000-4000-8000-000000000bad"
	desk     = "19:desk@thread.tacv2"
	quiet    = "19:quiet@thread.tacv2"

	maria = chat.Person("teams:" + mariaID)
	dana  = chat.Person("teams:" + danaID)
	away  = chat.Person("teams:" + awayID)
)

// A rig is a Teams with the bot in it, on a network of their own, inside a
// bubble of virtual time.
type rig struct {
	*connector.Connector
	t      *testing.T
	teams  *Teams
	front  *front
	keeper *keeper
	log    *journal
}

// inBubble runs a test of a bot that has been started.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.start()
		test(t, r)
	})
}

// newRig returns a bot that has yet to be started, with changes to its options.
func newRig(t *testing.T, change func(*Options)) *rig {
	t.Helper()

	network := inMemory{}
	client := &http.Client{Transport: network}
	r := &rig{t: t, front: &front{}, keeper: &keeper{}, log: &journal{}}

	r.Connector = connector.New(connector.Options{
		Tenant: connector.Tenant{ID: tenant, Name: "Harbor"},
		People: []connector.User{
			{ID: mariaID, Name: "maria", RealName: "Maria Silva", Email: "maria@harbor.example", Zone: "Europe/Lisbon"},
			{ID: danaID, Name: "dana", RealName: "Dana Kim", Email: "dana@harbor.example"},
			{ID: guestID, Name: "guest", RealName: "Guest Person", Email: "guest@other.example", Guest: true},
			{ID: awayID, Name: "away", RealName: "Away Person", Email: "away@harbor.example", WithoutApp: true},
		},
		Channels: []connector.Channel{
			{ID: desk, Name: "billing-desk", TeamID: "team-1", Members: []string{mariaID, danaID, awayID}},
			{ID: quiet, Name: "quiet", TeamID: "team-1", Members: []string{mariaID}, WithoutApp: true},
		},
		App:     connector.App{ID: appID, Password: secret, Name: "Firebreak"},
		BaseURL: "https://teams.test", Endpoint: "https://bot.test" + MessagesPath,
		Now: time.Now, Client: client, NoRateLimits: true,
	})

	opts := Options{
		AppID: strings.ToUpper(appID), Password: secret, Tenant: tenant,
		LoginURL: r.LoginURL(), MetadataURL: r.MetadataURL(), ServiceURL: r.ServiceURL(), Client: client,
		Commands: map[string]string{"escalate": "escalate", "dienst": "duty"}, Channels: []chat.Room{roomOf(desk)},
		Front: r.front, Keeper: r.keeper, Now: time.Now, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	if change != nil {
		change(&opts)
	}

	var err error
	if r.teams, err = New(opts); err != nil {
		t.Fatal(err)
	}

	network["teams.test"] = r.Handler()
	network["bot.test"] = r.teams.Handler()

	t.Cleanup(func() {
		if err := r.teams.Stop(context.Background()); err != nil {
			t.Errorf("Stop = %v, want nil", err)
		}
		r.Close()
	})

	return r
}

func (r *rig) start() {
	r.t.Helper()

	if err := r.teams.Start(r.t.Context()); err != nil {
		r.t.Fatalf("Start = %v, want nil", err)
	}

	synctest.Wait()
}

// A network of handlers by host. A handler that aborts is a connection that was
// cut.
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

// A front notes what it is told, and answers as a test says.
type front struct {
	command func(context.Context, chat.Command) (chat.Reply, error)
	click   func(context.Context, chat.Click) (chat.Reply, error)
	submit  func(context.Context, chat.Submission) (chat.Reply, error)

	mu          sync.Mutex
	commands    []chat.Command
	clicks      []chat.Click
	submissions []chat.Submission
	acquainted  []chat.Profile
}

func (f *front) Command(ctx context.Context, c chat.Command) (chat.Reply, error) {
	f.mu.Lock()
	f.commands = append(f.commands, c)
	f.mu.Unlock()

	if f.command == nil {
		return chat.Reply{}, nil
	}

	return f.command(ctx, c)
}

func (f *front) Click(ctx context.Context, c chat.Click) (chat.Reply, error) {
	f.mu.Lock()
	f.clicks = append(f.clicks, c)
	f.mu.Unlock()

	if f.click == nil {
		return chat.Reply{}, nil
	}

	return f.click(ctx, c)
}

func (f *front) Submit(ctx context.Context, s chat.Submission) (chat.Reply, error) {
	f.mu.Lock()
	f.submissions = append(f.submissions, s)
	f.mu.Unlock()

	if f.submit == nil {
		return chat.Reply{}, nil
	}

	return f.submit(ctx, s)
}

// aSecret is what the front wants to be shown nowhere.
const aSecret = "4111111111111111"

func (f *front) Masked(v chat.Values) chat.Values {
	masked := chat.Values{}

	for field, answers := range v {
		for _, answer := range answers {
			masked[field] = append(masked[field], strings.ReplaceAll(answer, aSecret, "masked"))
		}
	}

	return masked
}

func (f *front) Acquaint(_ context.Context, p chat.Profile) error {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.acquainted = append(f.acquainted, p)

	return nil
}

// A keeper is a store of addresses.
type keeper struct {
	broken bool

	mu     sync.Mutex
	kept   map[chat.Room][]byte
	writes int
}

var errDisk = errors.New("the disk is full")

func (k *keeper) Address(_ context.Context, room chat.Room) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()

	if k.broken {
		return nil, errDisk
	}

	return k.kept[room], nil
}

func (k *keeper) KeepAddress(_ context.Context, room chat.Room, address []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()

	if k.broken {
		return errDisk
	}

	if k.kept == nil {
		k.kept = make(map[chat.Room][]byte)
	}

	k.kept[room] = address
	k.writes++

	return nil
}

// journal is the log, to be read while it is written.
type journal struct {
	mu sync.Mutex
	b  strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()

	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()

	return j.b.String()
}

// said is an activity as Teams sends it; what it has in it is changed by those
// that follow.
type said map[string]any

// activity is one of somebody in their private conversation with the bot.
func (r *rig) activity(name string, changes ...said) said {
	p := r.Person(name)
	a := said{
		"type": "message", "id": "a1", "channelId": "msteams", "serviceUrl": r.ServiceURL(), "localTimezone": "Europe/Lisbon", "locale": "pt-PT",
		"from":         said{"id": p.MRI(), "name": name, "aadObjectId": p.ID()},
		"recipient":    said{"id": "28:" + appID, "name": "Firebreak"},
		"conversation": said{"id": p.DM(), "conversationType": "personal", "tenantId": tenant},
		"channelData":  said{"tenant": said{"id": tenant}},
	}

	for _, change := range changes {
		maps.Copy(a, change)
	}

	return a
}

// inChannel has an activity happen in the team's channel.
var inChannel = said{"conversation": said{"id": desk, "conversationType": "channel", "isGroup": true, "tenantId": tenant}}

func invoking(name string, value any) said {
	return said{"type": "invoke", "name": name, "value": value}
}

// deliver has Teams deliver an activity, and returns the answer once everything
// that follows is done.
func (r *rig) deliver(a any) *httptest.ResponseRecorder {
	r.t.Helper()

	w := r.post(r.request(a, "Bearer "+r.Mint(connector.Token{})))
	synctest.Wait()

	return w
}

func (r *rig) request(a any, authorization string) *http.Request {
	body, ok := a.(string)
	if !ok {
		body = string(encode(a))
	}

	req := httptest.NewRequestWithContext(context.Background(), http.MethodPost, MessagesPath, strings.NewReader(body))
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}

	return req
}

func (r *rig) post(req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.teams.Handler().ServeHTTP(w, req)

	return w
}

// seen is what somebody reads in a conversation.
func (r *rig) seen(name, conversation string) []string {
	var all []string
	for _, m := range r.Person(name).Messages(conversation) {
		all = append(all, m.Text)
	}

	return all
}

// data is what comes back from the button with a title, in a card or in any of
// what it holds.
func data(t *testing.T, card []byte, title string) said {
	t.Helper()

	var tree any
	if err := json.NewDecoder(bytes.NewReader(card)).Decode(&tree); err != nil {
		t.Fatalf("not a card: %v", err)
	}

	found := button(tree, title)
	if found == nil {
		t.Fatalf("there is no button %q in %s", title, card)
	}

	return found
}

func button(tree any, title string) said {
	switch node := tree.(type) {
	case []any:
		for _, one := range node {
			if found := button(one, title); found != nil {
				return found
			}
		}
	case map[string]any:
		if node["title"] == title && node["data"] != nil {
			found, _ := node["data"].(map[string]any)

			return found
		}

		for _, one := range node {
			if found := button(one, title); found != nil {
				return found
			}
		}
	}

	return nil
}

// with is data together with what stands in the inputs.
func (d said) with(inputs said) said {
	all := maps.Clone(d)
	maps.Copy(all, inputs)

	return all
}

// executed is the value of a button that was pressed in a card.
func executed(data said) said { return said{"action": said{"type": "Action.Execute", "data": data}} }

// filling is the value of a dialog.
func filling(data said) said { return said{"data": data} }
