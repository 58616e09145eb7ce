package workspace_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// site is an app that is reached by HTTP. It checks every signature.
type site struct {
	*rig
	serve func(rw http.ResponseWriter, r *http.Request, body []byte)
	mu    sync.Mutex // guards what follows
	paths []string
	heads []http.Header
}

func newSite(t *testing.T) *site {
	t.Helper()
	o := options()
	n := workspace.NewNetwork()
	o.Client = n.Client(0)
	o.App.HTTPMode = true
	o.App.CommandsURL = "http://bot:80/slack/commands"
	o.App.InteractivityURL = "http://bot:80/slack/interactions"
	o.App.EventsURL = "http://bot:80/slack/events"
	s := &site{rig: &rig{t: t, net: n, Workspace: workspace.New(o)}}
	stopBot, err := n.Serve("bot:80", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		v, err := slack.NewSecretsVerifier(r.Header, "secret")
		if err != nil {
			t.Errorf("NewSecretsVerifier(%s) = %v", r.URL.Path, err)
			return
		}
		_, _ = v.Write(b)
		if err := v.Ensure(); err != nil {
			t.Errorf("the signature at %s: %v", r.URL.Path, err)
		}
		s.mu.Lock()
		s.paths, s.heads = append(s.paths, r.URL.Path), append(s.heads, r.Header)
		s.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(b))
		s.serve(rw, r, b)
	}))
	if err != nil {
		t.Fatal(err)
	}
	stop, err := n.Serve("localhost:80", s.Handler())
	if err != nil {
		t.Fatal(err)
	}
	client := n.Client(10 * time.Second)
	s.api = slack.New("xoxb-1", slack.OptionAPIURL(origin+"/api/"), slack.OptionHTTPClient(client))
	t.Cleanup(func() {
		s.Close()
		o.Client.CloseIdleConnections()
		client.CloseIdleConnections()
		stopBot()
		stop()
	})
	return s
}

func TestHTTPCommand(t *testing.T) {
	for _, test := range []struct {
		name  string
		serve func(rw http.ResponseWriter)
		want  string // error
		sees  []string
	}{
		{"empty answer", func(http.ResponseWriter) {}, "", []string{}},
		{"plain text", func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, "Paging.") }, "", []string{"Paging."}},
		{"JSON", func(rw http.ResponseWriter) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, `{"text":"Paging *Dana*."}`)
		}, "", []string{"Paging Dana."}},
		{"status 500", func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusInternalServerError) }, "/escalate failed with the error “dispatch_failed”", []string{}},
		{"too slow", func(http.ResponseWriter) { time.Sleep(4 * time.Second) }, "/escalate failed with the error “operation_timeout”", []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t)
				var got slack.SlashCommand
				s.serve = func(rw http.ResponseWriter, r *http.Request, _ []byte) {
					got, _ = slack.SlashCommandParse(r)
					test.serve(rw)
				}
				maria := s.Person("maria")
				err := maria.Command("", "/escalate he shouts")
				synctest.Wait()
				if errText(err) != test.want {
					t.Errorf("Command() = %q, want %q", errText(err), test.want)
				}
				if got.Text != "he shouts" || got.Command != "/escalate" || got.UserID != "U0MARIA" || got.ChannelName != "directmessage" {
					t.Errorf("the app got %+v, want the command", got)
				}
				if sees := texts(maria.Messages("")); !cmp.Equal(sees, test.sees) {
					t.Errorf("Maria sees %v, want %v", sees, test.sees)
				}
				time.Sleep(5 * time.Second)
			})
		})
	}
}

func TestHTTPInteraction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.serve = func(rw http.ResponseWriter, r *http.Request, _ []byte) {
			if r.URL.Path == "/slack/commands" {
				cmd, _ := slack.SlashCommandParse(r)
				if _, err := s.api.OpenViewContext(r.Context(), cmd.TriggerID, form(t)); err != nil {
					t.Errorf("OpenView() = %v, want nil", err)
				}
				return
			}
			cb, err := slack.InteractionCallbackParse(r)
			if err != nil || cb.View.State.Values["customer"]["v"].Value != "Ms Kovac" {
				t.Errorf("the app got %+v, %v, want the submission", cb, err)
			}
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, `{"response_action":"errors","errors":{"customer":"Who?"}}`)
		}
		maria := s.Person("maria")
		if err := maria.Command("", "/escalate"); err != nil {
			t.Fatal(err)
		}
		if got := errText(maria.Submit(map[string]string{"Customer": "Ms Kovac"})); got != "Customer: Who?" {
			t.Errorf("Submit() = %q, want the app's error", got)
		}
	})
}

func TestHTTPEventsAreSentAgain(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(rw http.ResponseWriter)
		nums   []string
		reason string
	}{
		{"answered", func(http.ResponseWriter) {}, []string{""}, ""},
		{"status 500", func(rw http.ResponseWriter) { rw.WriteHeader(http.StatusInternalServerError) }, []string{"", "1", "2", "3"}, "http_error"},
		{"too slow", func(http.ResponseWriter) { time.Sleep(4 * time.Second) }, []string{"", "1", "2", "3"}, "http_timeout"},
		{"cut", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, []string{"", "1", "2", "3"}, "connection_failed"},
		{"no retry", func(rw http.ResponseWriter) {
			rw.Header().Set("X-Slack-No-Retry", "1")
			rw.WriteHeader(http.StatusInternalServerError)
		}, []string{""}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t)
				s.serve = func(rw http.ResponseWriter, _ *http.Request, _ []byte) { test.answer(rw) }
				if _, err := s.Person("maria").Write("", "hello"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Hour)
				var nums []string
				reason := ""
				s.mu.Lock()
				defer s.mu.Unlock()
				for _, h := range s.heads {
					nums = append(nums, h.Get("X-Slack-Retry-Num"))
					reason = h.Get("X-Slack-Retry-Reason")
				}
				if !cmp.Equal(nums, test.nums) || reason != test.reason {
					t.Errorf("retries %q for %q, want %q for %q", nums, reason, test.nums, test.reason)
				}
			})
		})
	}
}

func TestHTTPDuplicatesAndVerification(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.serve = func(rw http.ResponseWriter, _ *http.Request, body []byte) {
			var v struct{ Type, Challenge string }
			if json.Unmarshal(body, &v) == nil && v.Type == "url_verification" {
				_, _ = io.WriteString(rw, v.Challenge)
			}
		}
		s.DuplicateNext(1)
		if err := s.Person("maria").Command("", "/escalate"); err != nil {
			t.Fatal(err)
		}
		if got := len(s.paths); got != 2 {
			t.Errorf("the app got %d requests, want the command twice", got)
		}
		if err := s.VerifyURL(); err != nil {
			t.Errorf("VerifyURL() = %v, want nil", err)
		}
		s.serve = func(rw http.ResponseWriter, _ *http.Request, _ []byte) { _, _ = io.WriteString(rw, "hello") }
		if err := s.VerifyURL(); err == nil || !strings.Contains(err.Error(), "challenge") {
			t.Errorf("VerifyURL() with a wrong answer = %v, want an error", err)
		}
		answer, _ := s.call("apps.connections.open", map[string]string{"token": "xapp-1"})
		if got := errorOf(answer); got == "" {
			t.Error("apps.connections.open in HTTP mode = ok, want it refused")
		}
	})
}
