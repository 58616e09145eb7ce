package slack

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// The refusal of a click comes also if Slack does not take it at once.
func TestAnswersArriveAfterTrouble(t *testing.T) {
	for name, fault := range map[string]workspace.Fault{
		"429": {Do: workspace.RateLimit, RetryAfter: 3},
		"500": {Do: workspace.ServerError, Status: http.StatusInternalServerError},
		"503": {Do: workspace.ServerError},
	} {
		t.Run(name, func(t *testing.T) {
			inBothModes(t, func(t *testing.T, r *rig) {
				r.front.click = func(context.Context, chat.Click) (chat.Reply, error) {
					return chat.Reply{Message: chat.Notice("This is for somebody else.")}, nil
				}
				ref := r.post("U0DANA")

				var page workspace.Message
				for _, m := range r.dana.Messages(r.dana.DM()) {
					if m.TS == ref.ID {
						page = m
					}
				}

				for _, method := range []string{"response_url", "chat.postEphemeral"} {
					fault.Method, fault.Times = method, 1
					r.Inject(fault)
				}

				before := len(seen(r.dana, r.dana.DM()))
				r.must(r.dana.Click(page, page.Buttons[0]))
				time.Sleep(50 * time.Second)
				synctest.Wait()

				if got := seen(r.dana, r.dana.DM()); len(got) != before+1 {
					t.Errorf("Dana sees %q, want one answer more", got)
				}
			})
		})
	}
}
