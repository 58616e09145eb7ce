package teams

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// An answer that Teams does not take at once comes all the same: whoever called for
// help and was asked something back would believe that help is on its way.
func TestAnswersArriveAfterTrouble(t *testing.T) {
	troubles := map[string]connector.Fault{
		"429 with a wait": {Do: connector.RateLimit, RetryAfter: 3, Times: 1},
		"429 without one": {Do: connector.RateLimit, Times: 1},
		"412":             {Do: connector.Refuse, Status: http.StatusPreconditionFailed, Code: "PreconditionFailed", Times: 1},
		"503 again":       {Do: connector.ServerError, Times: 3},
		"a long 502":      {Do: connector.ServerError, Status: http.StatusBadGateway, Times: 5},
	}
	answers := map[string]chat.Reply{
		"words":  {Message: chat.Notice("Whose supervisor shall I page?")},
		"a form": {Form: &chat.Form{Title: "Whose supervisor shall I page?", Fields: []chat.Field{{ID: "what", Label: "What", Kind: chat.LineField}}}},
	}

	for trouble, fault := range troubles {
		for name, reply := range answers {
			t.Run(trouble+", "+name, func(t *testing.T) {
				inBubble(t, func(t *testing.T, r *rig) {
					r.front.command = func(context.Context, chat.Command) (chat.Reply, error) { return reply, nil }
					fault.Call = "send"
					r.Inject(fault)

					began := time.Now()
					if got := r.deliver(r.activity("maria", said{"text": "escalate now"})); got.Code != http.StatusOK || time.Since(began) > 2*time.Second {
						t.Errorf("the activity is answered with %d after %v, want 200 at once", got.Code, time.Since(began))
					}

					time.Sleep(50 * time.Second)

					if got := r.seen("maria", r.Person("maria").DM()); len(got) != 1 {
						t.Errorf("Maria sees %q, want the answer once", got)
					}

					if log := r.log.String(); strings.Contains(log, "could not be") {
						t.Errorf("the log says %v, want nothing of an answer that came", log)
					}
				})
			})
		}
	}
}

// What Teams does not take within a minute is given up, and the log says so without
// words. Stopping waits for none of it.
func TestAnswersAreGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T, r *rig) {
		r.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			return chat.Reply{Message: chat.Notice("About Ms Kovac")}, nil
		}
		r.Inject(connector.Fault{Call: "send", Do: connector.ServerError})

		r.deliver(r.activity("maria", said{"text": "escalate list"}))
		time.Sleep(50 * time.Second)

		if strings.Contains(r.log.String(), "could not be told") {
			t.Errorf("the log says %v within a minute, want it tried on", r.log)
		}

		time.Sleep(time.Minute)

		if log := r.log.String(); strings.Count(log, "somebody could not be told something") != 1 || strings.Contains(log, "Kovac") {
			t.Errorf("the log says %v, want once that it was given up, and no words", log)
		}

		before := len(r.calls("send"))
		time.Sleep(10 * time.Minute)

		if after := len(r.calls("send")); after != before {
			t.Errorf("%d calls after it was given up, want none", after-before)
		}

		r.deliver(r.activity("maria", said{"text": "escalate list", "id": "a2"}))

		began := time.Now()
		if err := r.teams.Stop(t.Context()); err != nil || time.Since(began) > 15*time.Second {
			t.Errorf("Stop = %v after %v, want nil at once", err, time.Since(began))
		}
	})
}

// Teams is believed how long to wait up to an hour, and else asked again soon.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 10, 21, 7, 28, 0, 0, time.UTC)
	at := &Teams{opts: Options{Now: func() time.Time { return now }}}

	for said, want := range map[string]time.Duration{
		"": unsaid, "abc": unsaid, "-1": unsaid, "0": unsaid, "7": 7 * time.Second, "1.5": 1500 * time.Millisecond,
		"3600": time.Hour, "3601": unsaid, "1e9": unsaid, "NaN": unsaid, "Inf": unsaid,
		"Wed, 21 Oct 2026 07:28:07 GMT": 7 * time.Second,
		"Wed, 21 Oct 2026 07:27:00 GMT": unsaid, "Thu, 22 Oct 2026 07:28:00 GMT": unsaid,
	} {
		header := http.Header{"Retry-After": {said}}
		if got := refusedWith(sending, http.StatusTooManyRequests, "", at.retryAfter(header)).After; got != want {
			t.Errorf("After Retry-After %q: %v, want %v", said, got, want)
		}
	}
}
