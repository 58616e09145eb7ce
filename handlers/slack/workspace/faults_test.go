package workspace_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

func TestFaultsOfCalls(t *testing.T) {
	for _, test := range []struct {
		fault  workspace.Fault
		want   func(error) bool
		posted int
	}{
		{workspace.Fault{Do: workspace.RateLimit, RetryAfter: 30}, limitedFor(30 * time.Second), 0},
		{workspace.Fault{Do: workspace.RateLimit}, status(429), 0},
		{workspace.Fault{Do: workspace.ServerError}, status(503), 0},
		{workspace.Fault{Do: workspace.ServerError, Status: 500}, status(500), 0},
		{workspace.Fault{Do: workspace.Refuse, Error: "account_inactive"}, code("account_inactive"), 0},
		{workspace.Fault{Do: workspace.Refuse}, code("fatal_error"), 0},
		{workspace.Fault{Do: workspace.Hang}, timedOut, 0},
		{workspace.Fault{Do: workspace.CutAfter}, func(err error) bool { return errors.Is(err, io.EOF) }, 1},
		{workspace.Fault{Do: workspace.LoseAfter}, status(500), 1},
		{workspace.Fault{Do: workspace.Refuse, Method: "chat.update"}, none, 1},
		{workspace.Fault{Do: workspace.Refuse, Channel: "U0DANA"}, code("fatal_error"), 0},
		{workspace.Fault{Do: workspace.Refuse, Channel: "U0MARIA"}, none, 1},
	} {
		t.Run(string(test.fault.Do)+" "+test.fault.Method+test.fault.Channel, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, options())
				dana := r.Person("dana").DM()
				remove := r.Inject(test.fault)

				_, _, err := r.api.PostMessageContext(t.Context(), dana, slack.MsgOptionText("hi", false))

				if !test.want(err) {
					t.Errorf("with %+v: PostMessage() = %v (%T)", test.fault, err, err)
				}
				if got := len(r.Journal().Posts); got != test.posted {
					t.Errorf("with %+v: %d messages posted, want %d", test.fault, got, test.posted)
				}
				remove()
				if _, _, err := r.api.PostMessageContext(t.Context(), dana, slack.MsgOptionText("hi", false)); err != nil {
					t.Errorf("without the fault: PostMessage() = %v, want nil", err)
				}
			})
		})
	}
}

func none(err error) bool { return err == nil }

func code(want string) func(error) bool {
	return func(err error) bool { return err != nil && err.Error() == want }
}

func status(want int) func(error) bool {
	return func(err error) bool {
		s, ok := errors.AsType[slack.StatusCodeError](err)
		return ok && s.Code == want
	}
}

func limitedFor(want time.Duration) func(error) bool {
	return func(err error) bool {
		l, ok := errors.AsType[*slack.RateLimitedError](err)
		return ok && l.RetryAfter == want
	}
}

func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "Timeout")
}

func TestFaultsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		r.Inject(workspace.Fault{Method: "auth.test", Do: workspace.ServerError, Times: 2})
		var failures int
		for range 5 {
			if _, err := r.api.AuthTestContext(t.Context()); err != nil {
				failures++
			}
		}
		if failures != 2 {
			t.Errorf("a fault of 2 times hit %d calls, want 2", failures)
		}
		r.Inject(workspace.Fault{Method: "auth.test", Do: workspace.ServerError, Chance: 0.5})
		failures = 0
		for range 100 {
			if _, err := r.api.AuthTestContext(t.Context()); err != nil {
				failures++
			}
		}
		if failures < 30 || failures > 70 {
			t.Errorf("a fault of chance 0.5 hit %d of 100 calls, want about half", failures)
		}
		r.Heal()
		if _, err := r.api.AuthTestContext(t.Context()); err != nil {
			t.Errorf("after Heal: %v, want nil", err)
		}
		if got := len(r.Journal().Errors()); got != 0 {
			t.Errorf("Errors() has %d calls, want none: the faults were injected", got)
		}
	})
}

func TestHistoryFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		read := func() (int, error) {
			h, err := r.api.GetConversationHistoryContext(t.Context(), &slack.GetConversationHistoryParameters{ChannelID: "C0TEAM"})
			if err != nil {
				return 0, err
			}
			return len(h.Messages), nil
		}
		r.LagHistory(5 * time.Second)
		r.post("a")
		if n, err := read(); n != 0 || err != nil {
			t.Errorf("history at once = %d, %v, want nothing yet", n, err)
		}
		time.Sleep(5 * time.Second)
		if n, err := read(); n != 1 || err != nil {
			t.Errorf("history later = %d, %v, want the message", n, err)
		}
		restore := r.RefuseHistory("internal_error")
		if _, err := read(); err == nil || err.Error() != "internal_error" {
			t.Errorf("unreadable history = %v, want internal_error", err)
		}
		restore()
		if _, err := read(); err != nil {
			t.Errorf("history again = %v, want nil", err)
		}
	})
}

func TestRevokedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		for _, want := range []string{"token_revoked", "token_expired", ""} {
			r.RevokeToken(want)
			_, err := r.api.AuthTestContext(t.Context())
			if want == "" && err != nil || want != "" && !code(want)(err) {
				t.Errorf("RevokeToken(%q): AuthTest() = %v", want, err)
			}
		}
		r.Uninstall()
		if _, err := r.api.AuthTestContext(t.Context()); !code("account_inactive")(err) {
			t.Errorf("after Uninstall: AuthTest() = %v, want account_inactive", err)
		}
	})
}

func TestFaultsOverHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options()
		o.FaultsOverHTTP = true
		r := start(t, o)
		send := func(method, path, body string) (map[string]any, int) {
			req, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			return r.do(req)
		}

		if _, status := send("POST", "/faults", `{"inject":[{"method":"auth.test","do":"refuse","error":"fatal_error","times":1}],"limit_rate":false}`); status != 200 {
			t.Fatalf("POST /faults = %d, want 200", status)
		}
		if _, err := r.api.AuthTestContext(t.Context()); !code("fatal_error")(err) {
			t.Errorf("AuthTest() = %v, want the fault", err)
		}
		if _, status := send("POST", "/faults", `{"inkect":[]}`); status != 400 {
			t.Errorf("POST /faults with a misspelt member = %d, want 400", status)
		}
		log, _ := send("GET", "/log", "")
		if calls, _ := log["calls"].([]any); len(calls) != 1 {
			t.Errorf("GET /log = %v, want the one call", log)
		}
	})
}

func TestFaultsAreNotServedUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, options())
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/faults", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if _, status := r.do(req); status == http.StatusOK {
			t.Error("POST /faults = 200, want it refused without FaultsOverHTTP")
		}
	})
}
