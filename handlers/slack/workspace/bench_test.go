package workspace_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// BenchmarkPostMessage is what the workspace itself costs for each message
// that an app posts, so that it can be told from the app's own cost.
func BenchmarkPostMessage(b *testing.B) {
	o := options()
	o.NoRateLimits = true
	o.App.Events = []string{}
	w := workspace.New(o)
	defer w.Close()
	h := w.Handler()
	i := 0
	for b.Loop() {
		i++
		form := url.Values{
			"token": {"xoxb-1"}, "channel": {"U0DANA"}, "text": {"Ms Kovac"},
			"blocks":   {"[" + section(mrkdwn("*Ms Kovac* wants her money back")) + "," + actions(button(`,"value":"E-1"`), button(`,"value":"E-2"`)) + "]"},
			"metadata": {`{"event_type":"page","event_payload":{"key":"` + strconv.Itoa(i) + `"}}`},
		}
		req := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "http://localhost/api/chat.postMessage", strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if !strings.Contains(rec.Body.String(), `"ok":true`) {
			b.Fatalf("chat.postMessage = %s, want ok", rec.Body)
		}
	}
	if got := len(w.Person("dana").Messages("")); got != i {
		b.Errorf("%d messages posted, want %d", got, i)
	}
}
