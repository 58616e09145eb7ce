package workspace_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// browser acts through the page's interface.
func (r *rig) browser(path string, body any) map[string]any {
	r.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, origin+"/ui/"+path, strings.NewReader(string(b)))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", origin)
	answer, _ := r.do(req)
	return answer
}

// uiState is the part of a state that the tests look at.
type uiState struct {
	Clock        time.Time
	Workspace    string
	CanMoveClock bool `json:"can_move_clock"`
	Me           string
	App          struct{ Name, Bot string }
	People       []struct {
		ID     string
		Status struct {
			Text, Emoji string
			Until       time.Time
		}
	}
	Conversations []struct {
		ID, Kind, Name, With string
		Member               bool
		Unread               int
		Messages             []struct {
			TS, User, Text string
			Blocks         []any
			Ephemeral      bool
			CommandEcho    string `json:"command_echo"`
			Edited         *struct{ At time.Time }
			ShortcutOK     bool `json:"shortcut_ok"`
		}
	}
	Modal *struct {
		View       map[string]any
		Errors     map[string]string
		StackDepth int `json:"stack_depth"`
	}
	Home          map[string]any
	Notifications []struct{ Text, Conversation, From string }
	Guide         *workspace.Guide
}

func (r *rig) state(as string) uiState {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, origin+"/ui/state?as="+as, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	client := r.net.Client(0)
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	var s uiState
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		r.t.Fatalf("GET /ui/state?as=%s: %v", as, err)
	}
	return s
}

func TestUIState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.Guide = func() *workspace.Guide {
			return &workspace.Guide{Parts: []workspace.GuidePart{{Title: "First", Steps: []workspace.GuideStep{{Text: "Type", As: "U0MARIA"}}}}}
		}
		r := start(t, o)
		_, ts, err := r.api.PostMessageContext(t.Context(), "U0MARIA", slack.MsgOptionText("hello", false), slack.MsgOptionBlocks(take()))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := r.api.UpdateMessageContext(t.Context(), r.Person("maria").DM(), ts, slack.MsgOptionText("hello", false)); err != nil {
			t.Fatal(err)
		}

		s := r.state("U0MARIA")
		if s.Me != "U0MARIA" || s.Workspace != "Harbor Support" || s.App.Bot != "U0FIREBREAK" || s.CanMoveClock || s.Guide == nil || len(s.People) != 5 {
			t.Errorf("the state is %+v, want Maria's", s)
		}
		if len(s.Conversations) != 3 {
			t.Fatalf("Maria has %d conversations, want the two public ones and the app's: %+v", len(s.Conversations), s.Conversations)
		}
		dm := s.Conversations[2]
		if dm.Kind != "im" || dm.With != "U0FIREBREAK" || dm.Unread != 1 || dm.Messages[0].Edited == nil || len(dm.Messages[0].Blocks) != 1 {
			t.Errorf("the app's conversation is %+v, want one unread edited message", dm)
		}
		if len(s.Notifications) != 1 || s.Notifications[0].From != "U0FIREBREAK" {
			t.Errorf("notifications = %+v, want one", s.Notifications)
		}
		if got := r.browser("read", map[string]string{"as": "U0MARIA", "conversation": dm.ID}); got["ok"] != true {
			t.Errorf("/ui/read = %v, want ok", got)
		}
		if got := r.state("U0MARIA").Conversations[2].Unread; got != 0 {
			t.Errorf("unread after reading = %d, want 0", got)
		}
		if err := r.Person("dana").Command(dm.ID, "/escalate"); err == nil || err.Error() != "there is no conversation "+dm.ID+" here" {
			t.Errorf("Dana's command in Maria's conversation = %v, want that it isn't there", err)
		}
		for _, c := range r.state("U0DANA").Conversations {
			for _, m := range c.Messages {
				t.Errorf("Dana sees %+v, want nothing of Maria's", m)
			}
		}
	})
}

func TestUIActions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		me := func(more map[string]any) map[string]any {
			more["as"] = "U0MARIA"
			return more
		}
		if got := d.browser("command", me(map[string]any{"conversation": "C0TEAM", "text": "/escalate he shouts"})); got["ok"] != true {
			t.Fatalf("/ui/command = %v, want ok", got)
		}
		s := d.state("U0MARIA")
		if s.Modal == nil || s.Modal.StackDepth != 1 || s.Modal.View["callback_id"] != "open" {
			t.Fatalf("the modal is %+v, want the form", s.Modal)
		}
		echo := s.Conversations[0].Messages[0]
		if echo.CommandEcho != "/escalate he shouts" || !echo.Ephemeral || echo.Text != "" {
			t.Errorf("the command shows as %+v, want its echo", echo)
		}
		id := s.Modal.View["id"]

		got := d.browser("submit", me(map[string]any{"view_id": id, "values": map[string]any{}}))
		if errs, _ := got["errors"].(map[string]any); got["ok"] != false || errs["customer"] == nil {
			t.Errorf("/ui/submit of nothing = %v, want an error for customer", got)
		}
		if d.state("U0MARIA").Modal.Errors["customer"] == "" {
			t.Error("the state's modal shows no error")
		}
		got = d.browser("click", me(map[string]any{
			"view_id": id, "block_id": "kind", "action_id": "v",
			"selected": map[string]any{"type": "static_select", "selected_option": map[string]any{"text": map[string]string{"type": "plain_text", "text": "Advise me"}, "value": "advise"}},
			"values":   map[string]any{"customer": map[string]any{"v": map[string]any{"type": "plain_text_input", "value": "Ms Kovac"}}},
		}))
		if got["ok"] != true {
			t.Fatalf("/ui/click = %v, want ok", got)
		}
		cb := d.last()
		if cb.ActionCallback.BlockActions[0].SelectedOption.Value != "advise" || cb.View.State.Values["customer"]["v"].Value != "Ms Kovac" {
			t.Errorf("the app heard %+v, want the choice and what is filled in", cb)
		}
		got = d.browser("submit", me(map[string]any{"view_id": id, "values": map[string]any{}}))
		if got["ok"] != true || d.state("U0MARIA").Modal != nil {
			t.Errorf("/ui/submit = %v, want ok and the form closed", got)
		}
		if v := d.last().View.State.Values; v["customer"]["v"].Value != "Ms Kovac" || v["kind"]["v"].SelectedOption.Value != "advise" {
			t.Errorf("the submission says %+v, want what was filled in before", v)
		}
		if got := d.browser("close", me(map[string]any{"view_id": id})); got["ok"] != false {
			t.Errorf("/ui/close of a closed view = %v, want an error", got)
		}
		if got := d.browser("message", me(map[string]any{"conversation": "C0TEAM", "text": "hi @dana"})); got["ok"] != true {
			t.Errorf("/ui/message = %v, want ok", got)
		}
		if got := d.state("U0DANA").Notifications; len(got) != 1 || got[0].Text != "hi @Dana Kim" {
			t.Errorf("Dana's notifications = %+v, want the mention", got)
		}
		if got := d.browser("home", me(map[string]any{})); got["ok"] != true {
			t.Errorf("/ui/home = %v, want ok", got)
		}
		if got := d.browser("dismiss", me(map[string]any{"conversation": "C0TEAM", "ts": echo.TS})); got["ok"] != true {
			t.Errorf("/ui/dismiss = %v, want ok", got)
		}
		if got := d.browser("command", me(map[string]any{"conversation": "C0TEAM", "text": "/dance"})); got["ok"] != false || got["error"] == "" {
			t.Errorf("/ui/command of an unknown one = %v, want its error", got)
		}
	})
}

func TestUIStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/ui/stream?as=U0MARIA", nil)
		if err != nil {
			t.Fatal(err)
		}
		client := r.net.Client(0)
		resp, err := client.Do(req) //nolint:bodyclose // closed below, which the linter does not see for the goroutine
		if err != nil {
			t.Fatal(err)
		}
		defer client.CloseIdleConnections()
		defer resp.Body.Close()

		var states []uiState
		comments := 0
		go func() {
			lines := bufio.NewScanner(resp.Body)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
					var s uiState
					if err := json.Unmarshal([]byte(data), &s); err != nil {
						t.Errorf("a state can't be read: %v", err)
					}
					states = append(states, s)
				}
				if strings.HasPrefix(lines.Text(), ":") {
					comments++
				}
			}
		}()
		pass := func(d time.Duration) {
			time.Sleep(d)
			synctest.Wait()
		}
		pass(time.Second)
		if len(states) != 1 {
			t.Fatalf("at first come %d states, want one", len(states))
		}
		for range 5 {
			if _, _, err := r.api.PostMessageContext(t.Context(), "U0MARIA", slack.MsgOptionText("hi", false)); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Second)
		if got := states[len(states)-1].Conversations[2].Unread; got != 5 {
			t.Errorf("the newest state has %d unread, want 5", got)
		}
		if len(states) > 3 {
			t.Errorf("five quick messages made %d states, want them coalesced", len(states)-1)
		}
		before := len(states)
		if _, _, err := r.api.PostMessageContext(t.Context(), "U0DANA", slack.MsgOptionText("hi", false)); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if len(states) != before {
			t.Error("a message to Dana sent Maria a state")
		}
		pass(time.Minute)
		if comments < 3 || comments > 4 {
			t.Errorf("%d comments in a minute, want one each 15 s", comments)
		}
	})
}

func TestUIClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shift time.Duration
		o := options()
		o.Now = func() time.Time { return time.Now().Add(shift) }
		o.MoveClock = func(d time.Duration) { shift += d }
		r := start(t, o)
		began := r.state("U0MARIA").Clock
		if got := r.browser("clock", map[string]int{"forward_ms": 60_000}); got["ok"] != true {
			t.Errorf("/ui/clock = %v, want ok", got)
		}
		if got := r.state("U0MARIA").Clock.Sub(began); got != time.Minute {
			t.Errorf("the clock moved by %v, want a minute", got)
		}
		if got := r.browser("clock", map[string]int{"forward_ms": -1}); got["ok"] != false {
			t.Errorf("/ui/clock backward = %v, want an error", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		if got := start(t, options()).browser("clock", map[string]int{"forward_ms": 1}); got["ok"] != false {
			t.Errorf("/ui/clock that can't be moved = %v, want an error", got)
		}
	})
}

func TestUIStateOfNobodyInParticular(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := start(t, options()).state(""); got.Me != "U0MARIA" {
			t.Errorf("GET /ui/state without as = state of %q, want that of U0MARIA, the first person", got.Me)
		}
	})
}

func TestAFieldThatActsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		input := slack.NewInputBlock("find", slack.NewTextBlockObject("plain_text", "Find", false, false), nil,
			slack.NewPlainTextInputBlockElement(nil, "v")).WithDispatchAction(true)
		home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{input}}}

		resp, err := d.api.PublishViewContext(t.Context(), slack.PublishViewContextRequest{UserID: "U0DANA", View: home})
		if err != nil {
			t.Fatal(err)
		}
		for _, typed := range []string{"Kovac", ""} {
			press := map[string]any{"as": "U0DANA", "view_id": resp.ID, "block_id": "find", "action_id": "v", "value": typed}
			if got := d.browser("click", press); got["ok"] != true {
				t.Fatalf("/ui/click = %v, want ok", got)
			}
			cb := d.last()
			if cb.ActionCallback.BlockActions[0].Value != typed || cb.View.State.Values["find"]["v"].Value != typed {
				t.Errorf("the app heard %+v, want %q in the action and in the state", cb, typed)
			}
		}
	})
}

// A person presses what their screen shows, which can be a moment behind.
func TestPressOfWhatWasJustRedrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, options())
		drawn := func(value string) slack.MsgOption {
			button := slack.NewButtonBlockElement("take", value, slack.NewTextBlockObject("plain_text", "Take it", false, false))
			return slack.MsgOptionBlocks(slack.NewActionBlock("drawn for "+value, button))
		}
		room, ts, err := d.api.PostMessageContext(t.Context(), "U0MARIA", drawn("E-1"))
		if err != nil {
			t.Fatal(err)
		}
		press := map[string]any{"as": "U0MARIA", "conversation": room, "ts": ts, "block_id": "drawn for E-1", "action_id": "take"}
		for redrawn, value := range []string{"E-2", "E-3", "E-4"} {
			if _, _, _, err := d.api.UpdateMessageContext(t.Context(), room, ts, drawn(value)); err != nil {
				t.Fatal(err)
			}
			if got := d.browser("click", press); got["ok"] != true {
				t.Fatalf("/ui/click after %d redrawings = %v, want ok", redrawn+1, got)
			}
			cb := d.last()
			if cb.ActionCallback.BlockActions[0].Value != "E-1" || cb.Message.Blocks.BlockSet[0].ID() != "drawn for "+value {
				t.Errorf("the app heard %+v in %+v, want what was pressed, in the message as it is", cb.ActionCallback.BlockActions[0], cb.Message)
			}
		}
		if _, _, _, err := d.api.UpdateMessageContext(t.Context(), room, ts, drawn("E-5")); err != nil {
			t.Fatal(err)
		}
		if got := d.browser("click", press); got["ok"] == true {
			t.Errorf("/ui/click on what is long gone = %v, want that there is nothing to press", got)
		}
	})
}

func TestOtherSitesAreKeptOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		for _, test := range []struct {
			name, method, path, host string
			head                     map[string]string
			refused                  bool
		}{
			{"the page", "GET", "/", "localhost:80", nil, false},
			{"by address", "GET", "/", "127.0.0.1:80", nil, false},
			{"by address of the other kind", "GET", "/", "[::1]:80", nil, false},
			{"a name rebound to loopback", "GET", "/ui/state?as=U0MARIA", "evil.example", nil, true},
			{"a name that looks local", "GET", "/", "localhost.evil.example", nil, true},
			{"an address elsewhere", "GET", "/", "192.0.2.1", nil, true},
			{"a post of our page", "POST", "/ui/home", "localhost:80", map[string]string{"Origin": "http://localhost:80"}, false},
			{"a post of another page", "POST", "/ui/home", "localhost:80", map[string]string{"Origin": "http://evil.example"}, true},
			{"a post of another port", "POST", "/ui/home", "localhost:80", map[string]string{"Origin": "http://localhost:81"}, true},
			{"a post of no origin", "POST", "/ui/home", "localhost:80", map[string]string{"Origin": "null"}, true},
			{"a post of another site", "POST", "/ui/home", "localhost:80", map[string]string{"Sec-Fetch-Site": "cross-site"}, true},
			{"a post of a program", "POST", "/ui/home", "localhost:80", nil, false},
			{"the API by another name", "POST", "/api/auth.test", "evil.example", nil, true},
		} {
			req, err := http.NewRequestWithContext(t.Context(), test.method, origin+test.path, strings.NewReader(`{"as":"U0MARIA"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = test.host
			for k, v := range test.head {
				req.Header.Set(k, v)
			}
			if _, status := r.do(req); (status == http.StatusForbidden) != test.refused {
				t.Errorf("%s: status %d, want refused %v", test.name, status, test.refused)
			}
		}
	})
}

func TestThePageIsServedWithAPolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		client := r.net.Client(0)
		defer client.CloseIdleConnections()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'self'") || resp.StatusCode != http.StatusOK {
			t.Errorf("GET / = %d with policy %q, want the page for itself only", resp.StatusCode, got)
		}
	})
}
