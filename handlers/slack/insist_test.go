package slack

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// The refusal of a click comes also if Slack does not take it at once.
func TestAnswersArriveAfterTrouble(t *testing.T) {
	for name, fault := range map[string]workspace.Fault{
		"429":                {Do: workspace.RateLimit, RetryAfter: 3},
		"429 without a wait": {Do: workspace.RateLimit},
		"500":                {Do: workspace.ServerError, Status: http.StatusInternalServerError},
		"503":                {Do: workspace.ServerError},
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
				time.Sleep(80 * time.Second)
				synctest.Wait()

				if got := seen(r.dana, r.dana.DM()); len(got) != before+1 {
					t.Errorf("Dana sees %q, want one answer more", got)
				}
			})
		})
	}
}

// What comes while the bot stops is not taken, and the log does not blame a crowd.
func TestNothingIsTakenWhileStopping(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(2 * time.Second)

			return chat.Reply{}, nil
		}

		go func() { _ = r.maria.Command("", "/escalate list") }()

		time.Sleep(time.Second)

		go r.stop()

		time.Sleep(time.Second / 2)

		_ = r.dana.Command("", "/escalate now") // Slack tells her that it failed

		if log := r.log.String(); !strings.Contains(log, "the bot is stopping: what somebody did is not taken") || strings.Contains(log, "too busy") {
			t.Errorf("the log says %v, want that the bot is stopping", log)
		}
	})
}
