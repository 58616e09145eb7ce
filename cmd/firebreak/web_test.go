package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A bot whose token was revoked still answers commands, in HTTP mode. That
// nobody is paged any more shows to whoever watches it, and the heartbeat, which
// asks the same, falls silent.
func TestNotReadyWhileSlackRefusesTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, mode{http: true})
		s.answers("/readyz", http.StatusOK, "ok")

		s.slack.Inject(workspace.Fault{Method: "chat.postMessage", Do: workspace.Refuse, Error: "token_revoked"})

		if err := s.people["maria"].command("/escalate now"); err != nil {
			t.Fatal(err)
		}

		time.Sleep(time.Second)
		s.answers("/readyz", http.StatusServiceUnavailable, "slack: it refuses what the bot sends (token_revoked)")
		s.answers("/healthz", http.StatusOK, "ok")

		s.slack.Heal()
		time.Sleep(time.Minute)
		s.answers("/readyz", http.StatusOK, "ok")
	})
}

// answers checks what the bot's web server says.
func (s *stage) answers(path string, status int, words string) {
	s.t.Helper()

	w := httptest.NewRecorder()
	s.app.handler().ServeHTTP(w, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil))

	if w.Code != status || !strings.Contains(w.Body.String(), words) {
		s.t.Errorf("GET %v = %d %q, want %d and %q", path, w.Code, w.Body, status, words)
	}
}
