package workspace_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// wire is a Socket Mode client by hand, to see what goes over the line.
type wire struct {
	*rig
	conn  *websocket.Conn
	pings int
}

// dial opens a socket and reads the hello.
func (r *rig) dial() *wire {
	r.t.Helper()
	_, link, err := r.api.StartSocketModeContext(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	d := websocket.Dialer{NetDialContext: r.net.DialContext}
	conn, resp, err := d.DialContext(r.t.Context(), link, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = resp.Body.Close()
	w := &wire{rig: r, conn: conn}
	conn.SetPingHandler(func(string) error { w.pings++; return nil })
	r.t.Cleanup(func() { _ = conn.Close() })
	return w
}

// read returns the next message, or nil when none comes within d or the
// socket ended.
func (w *wire) read(d time.Duration) map[string]any {
	w.t.Helper()
	_ = w.conn.SetReadDeadline(time.Now().Add(d))
	var m map[string]any
	if err := w.conn.ReadJSON(&m); err != nil {
		return nil
	}
	return m
}

func (w *wire) ack(id any, payload any) {
	w.t.Helper()
	if err := w.conn.WriteJSON(map[string]any{"envelope_id": id, "payload": payload}); err != nil {
		w.t.Fatal(err)
	}
}

func TestSocketAddressIsForOneUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		_, link, err := r.api.StartSocketModeContext(t.Context())
		if err != nil || !strings.HasPrefix(link, "ws://localhost:80/link/") {
			t.Fatalf("apps.connections.open = %q, %v, want an address here", link, err)
		}
		d := websocket.Dialer{NetDialContext: r.net.DialContext}
		first, resp, err := d.DialContext(t.Context(), link, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer first.Close()
		defer resp.Body.Close()
		_, resp, err = d.DialContext(t.Context(), link, nil)
		if err == nil {
			t.Fatal("a second use of the address = nil, want it refused")
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("a second use of the address = %d, want 400", resp.StatusCode)
		}
	})
}

func TestHelloAndTheTenthSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		for i := range 10 {
			hello := r.dial().read(time.Second)
			if hello["type"] != "hello" || hello["num_connections"] != float64(i+1) {
				t.Errorf("socket %d starts with %v, want a hello that counts", i+1, hello)
			}
		}
		eleventh := r.dial()
		if got := eleventh.read(time.Second); got["type"] != "disconnect" || got["reason"] != "too_many_websockets" {
			t.Errorf("the eleventh socket starts with %v, want too_many_websockets", got)
		}
		if got := r.Sockets(); got != 10 {
			t.Errorf("Sockets() = %d, want 10", got)
		}
	})
}

func TestPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, options()).dial()
		w.read(time.Second)
		w.read(time.Minute - time.Second)
		if w.pings < 5 || w.pings > 6 {
			t.Errorf("%d pings in a minute, want one each 10 s", w.pings)
		}
	})
}

func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		r.Silence(true)
		w := r.dial()
		if got := w.read(time.Minute); got != nil || w.pings != 0 {
			t.Errorf("a silent socket sends %v and %d pings, want nothing", got, w.pings)
		}
		r.Silence(false)
		if err := r.Person("maria").Command("", "/escalate"); err == nil {
			t.Error("a command nobody acknowledges = nil, want a timeout")
		}
	})
}

func TestDisconnects(t *testing.T) {
	for _, test := range []struct {
		reason string
		ends   bool
	}{{"warning", false}, {"refresh_requested", true}, {"link_disabled", true}} {
		t.Run(test.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, options())
				w := r.dial()
				w.read(time.Second)
				r.Disconnect(test.reason)
				if got := w.read(time.Second); got["type"] != "disconnect" || got["reason"] != test.reason {
					t.Errorf("Disconnect(%q) sends %v", test.reason, got)
				}
				_ = w.conn.SetReadDeadline(time.Now().Add(time.Second))
				_, _, err := w.conn.ReadMessage()
				if ended := websocket.IsCloseError(err, websocket.CloseNormalClosure); ended != test.ends {
					t.Errorf("after %q: %v, want the end: %v", test.reason, err, test.ends)
				}
			})
		})
	}
}

func TestDropAndDisconnectAfterHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		w := r.dial()
		w.read(time.Second)
		r.DropSockets()
		if _, _, err := w.conn.ReadMessage(); err == nil || websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("a dropped socket ends with %v, want no close frame", err)
		}
		synctest.Wait()
		if got := r.Sockets(); got != 0 {
			t.Errorf("Sockets() = %d, want 0", got)
		}
		r.DisconnectAfterHello("refresh_requested")
		w = r.dial()
		w.read(time.Second)
		if got := w.read(time.Second); got["reason"] != "refresh_requested" {
			t.Errorf("after the hello comes %v, want a disconnect", got)
		}
	})
}

func TestCommandEnvelope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		w := r.dial()
		w.read(time.Second)
		done := make(chan error)
		go func() { done <- r.Person("maria").Command("#team", "/escalate now  he shouts <!channel> ") }()

		e := w.read(time.Second)
		if e["type"] != "slash_commands" || e["accepts_response_payload"] != true {
			t.Errorf("the envelope is %v, want a command that takes an answer", e)
		}
		p, _ := e["payload"].(map[string]any)
		link, trigger := p["response_url"], p["trigger_id"]
		delete(p, "response_url")
		delete(p, "trigger_id")
		want := map[string]any{
			"token": "workspace", "team_id": "T0HARBOR", "team_domain": "harbor", "channel_id": "C0TEAM", "channel_name": "team",
			"user_id": "U0MARIA", "user_name": "maria", "command": "/escalate", "text": "now  he shouts <!channel>",
			"api_app_id": "A0FIREBREAK", "is_enterprise_install": "false",
		}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("the payload: %s", diff)
		}
		if s, _ := link.(string); !strings.HasPrefix(s, origin+"/response/") || trigger == "" {
			t.Errorf("response_url = %v and trigger_id = %v, want both", link, trigger)
		}

		w.ack(e["envelope_id"], map[string]any{"text": "Paging *Dana*", "response_type": "in_channel"})
		if err := <-done; err != nil {
			t.Errorf("Command() = %v, want nil", err)
		}
		if got, _ := r.Person("dana").Last("team"); got.Text != "Paging Dana" {
			t.Errorf("Dana sees %+v, want the answer, in the channel", got)
		}
	})
}

func TestCommandsThatFail(t *testing.T) {
	for _, test := range []struct {
		name  string
		typed string
		serve func(w *wire)
		want  string
		took  time.Duration
	}{
		{"not acknowledged", "/escalate", func(w *wire) { w.read(time.Second) }, "/escalate failed with the error “operation_timeout”", 3 * time.Second},
		{"acknowledged too late", "/escalate", func(w *wire) {
			e := w.read(time.Second)
			time.Sleep(3100 * time.Millisecond)
			w.ack(e["envelope_id"], nil)
		}, "/escalate failed with the error “operation_timeout”", 3 * time.Second},
		{"acknowledged with 20 KiB", "/escalate", func(w *wire) {
			w.ack(w.read(time.Second)["envelope_id"], map[string]string{"text": strings.Repeat("x", 20<<10)})
		}, "/escalate failed with the error “operation_timeout”", 3 * time.Second},
		{"answered with bad blocks", "/escalate", func(w *wire) {
			w.ack(w.read(time.Second)["envelope_id"], map[string]any{"blocks": []any{map[string]string{"type": "shout"}}})
		}, "/escalate failed with the error “invalid_command_response”", 0},
		{"no socket", "/escalate", func(w *wire) { _ = w.conn.Close() }, "/escalate failed with the error “dispatch_failed”", 0},
		{"unknown", "/dance", func(*wire) {}, "/dance is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, options())
				w := r.dial()
				w.read(time.Second)
				served := make(chan struct{})
				go func() { defer close(served); test.serve(w) }()
				synctest.Wait()
				began := time.Now()
				err := r.Person("maria").Command("", test.typed)
				if got := errText(err); got != test.want {
					t.Errorf("Command(%q) = %q, want %q", test.typed, got, test.want)
				}
				if got := time.Since(began); got != test.took {
					t.Errorf("Command(%q) took %v, want %v", test.typed, got, test.took)
				}
				<-served
			})
		})
	}
}

func TestEventsAreSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		w := r.dial()
		w.read(time.Second)
		began := time.Now()
		if _, err := r.Person("maria").Write("", "hello"); err != nil {
			t.Fatal(err)
		}

		var ids []any
		var attempts []float64
		var at []time.Duration
		var reasons []string
		for {
			e := w.read(time.Hour)
			if e == nil {
				break
			}
			at = append(at, time.Since(began))
			attempts = append(attempts, e["retry_attempt"].(float64))
			reasons = append(reasons, e["retry_reason"].(string))
			ids = append(ids, e["payload"].(map[string]any)["event_id"])
		}
		if want := []float64{0, 1, 2, 3}; !cmp.Equal(attempts, want) {
			t.Errorf("attempts = %v, want %v", attempts, want)
		}
		if want := []string{"", "timeout", "timeout", "timeout"}; !cmp.Equal(reasons, want) {
			t.Errorf("reasons = %q, want %q", reasons, want)
		}
		// Each attempt waits three seconds for its acknowledgement first.
		want := []time.Duration{0, 3 * time.Second, 66 * time.Second, 369 * time.Second}
		if !cmp.Equal(at, want) {
			t.Errorf("sent at %v, want %v", at, want)
		}
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("event ids = %v, want one", ids)
			}
		}
	})
}

func TestAnEventWaitsForASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		if _, err := r.Person("maria").Write("", "hello"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		w := r.dial()
		w.read(time.Second)
		e := w.read(2 * time.Minute)
		if e == nil || e["retry_attempt"] != 2.0 {
			t.Fatalf("after a minute comes %v, want the event", e)
		}
		event := e["payload"].(map[string]any)["event"].(map[string]any)
		if event["type"] != "message" || event["channel_type"] != "im" || event["text"] != "hello" || event["user"] != "U0MARIA" {
			t.Errorf("the event is %v, want Maria's message", event)
		}
		w.ack(e["envelope_id"], nil)
		if again := w.read(time.Hour); again != nil {
			t.Errorf("after the acknowledgement comes %v, want nothing", again)
		}
	})
}

func TestDuplicates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		one, two := r.dial(), r.dial()
		one.read(time.Second)
		two.read(time.Second)
		r.DuplicateNext(1)
		done := make(chan error)
		go func() { done <- r.Person("maria").Command("", "/escalate") }()
		a, b := one.read(time.Second), two.read(time.Second)
		if a == nil || !cmp.Equal(a, b) {
			t.Errorf("the sockets got %v and %v, want the same envelope twice", a, b)
		}
		one.ack(a["envelope_id"], nil)
		two.ack(a["envelope_id"], nil)
		if err := <-done; err != nil {
			t.Errorf("Command() = %v, want nil", err)
		}
	})
}

func TestSocketsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		one, two := r.dial(), r.dial()
		one.read(time.Second)
		two.read(time.Second)
		for range 4 {
			r.SendRaw([]byte(`{"type":"news"}`))
		}
		for _, w := range []*wire{one, two, one, two} {
			if got := w.read(time.Second); got["type"] != "news" {
				t.Errorf("a socket got %v, want its turn", got)
			}
		}
	})
}

func TestUnknownThings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		w := r.dial()
		w.read(time.Second)
		done := make(chan error)
		go func() { done <- r.SendEnvelope("telepathy", map[string]any{"thought": "x"}) }()
		e := w.read(time.Second)
		if e["type"] != "telepathy" {
			t.Errorf("got %v, want the unknown envelope", e)
		}
		w.ack(e["envelope_id"], nil)
		if err := <-done; err != nil {
			t.Errorf("SendEnvelope() = %v, want nil once acknowledged", err)
		}
		r.Emit(map[string]any{"type": "aurora_seen"})
		e = w.read(time.Second)
		if b, _ := json.Marshal(e); !strings.Contains(string(b), `"aurora_seen"`) {
			t.Errorf("got %s, want the unknown event", b)
		}
		w.ack(e["envelope_id"], nil)
	})
}

func TestAcksAreMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		w := r.dial()
		w.read(time.Second)
		done := make(chan error)
		go func() { done <- r.Person("maria").Command("", "/escalate") }()
		e := w.read(time.Second)
		time.Sleep(70 * time.Millisecond)
		w.ack(e["envelope_id"], nil)
		if err := <-done; err != nil {
			t.Errorf("Command() = %v, want nil", err)
		}
		acks := r.Journal().Acks
		if len(acks) != 1 || acks[0].Delay != 70*time.Millisecond || acks[0].Kind != "slash_commands" || acks[0].Error != "" {
			t.Errorf("Acks = %+v, want one after 70ms", acks)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := workspace.NewNetwork()
		o := options()
		o.Client = n.Client(0)
		w := workspace.New(o)
		stop, err := n.Serve("localhost:80", w.Handler())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Person("maria").Write("", "nobody hears this"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		w.Close()
		stop()
		if err := w.Person("maria").Command("", "/escalate"); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("Command() after Close = %v, want that nobody is there", err)
		}
		// Whatever still ran would make the bubble fail.
	})
}
