package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/link"
)

// The faults of slack-go's own Socket Mode client, one by one, each with the
// bound that this loop keeps. All of it in virtual time.

// A: a hello and at once a disconnect, over and over. slack-go opened 1,302
// connections a second.
func TestEndlessDisconnects(t *testing.T) {
	for _, reason := range []string{"too_many_websockets", "refresh_requested", "warning"} {
		t.Run(reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.meet = func(_ int, p *peer) {
					p.hello()
					p.say(`{"type":"disconnect","reason":%q}`, reason)
					p.behave()
				}

				f.start()
				time.Sleep(5 * time.Minute)

				// 1, 2, 4, 8, 16 and then 30 s, for each of the pair.
				if n := f.opened(); n > 2*16 || n < 2*10 {
					t.Errorf("%d connections opened in five minutes, want about %d", n, 2*14)
				}
			})
		})
	}
}

func TestAtMostOneConnectionASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(_ int, p *peer) {
			p.hello()
			go p.behave()
			time.Sleep(proven) // as short as a good connection can be
			p.say(`{"type":"disconnect","reason":"warning"}`)
			time.Sleep(time.Second)
		}

		f.start()
		time.Sleep(proven + spacing/2)

		if n := f.opened(); n != 4 {
			t.Errorf("%d connections opened after a good pair ended, want 4", n)
		}

		time.Sleep(time.Minute)

		f.mu.Lock()
		defer f.mu.Unlock()

		for i := 2; i < len(f.opens); i++ {
			if apart := f.opens[i].Sub(f.opens[i-2]); apart < spacing {
				t.Errorf("two openings are %v apart, want %v or more", apart, spacing)
			}
		}
	})
}

// B: apps.connections.open never answers. slack-go hung for ever.
func TestOpenThatNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.open = func(n int, w http.ResponseWriter, r *http.Request) {
			if n <= 2 {
				<-r.Context().Done()

				return
			}

			opened(w)
		}

		f.start()
		time.Sleep(link.CallTimeout + 3*time.Second)

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready after an unanswered call = %v, want nil", err)
		}
	})
}

// The handshake and the hello can fail to come as well.
func TestSilentHandshakeAndHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(n int, p *peer) {
			if n > 2 {
				p.hello()
			}

			p.behave()
		}

		f.start()
		time.Sleep(time.Second)

		if err := f.slack.Ready(); err == nil {
			t.Error("Ready without a hello = nil, want an error")
		}

		time.Sleep(connectTimeout + 3*time.Second)

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready after connections without a hello = %v, want nil", err)
		}
	})
}

// C: the other end is gone and nobody says so. slack-go was deaf for up to 60 s.
func TestHalfOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(n int, p *peer) {
			p.hello()

			if n > 2 {
				p.behave()

				return
			}

			go p.behave()
			time.Sleep(time.Minute)
			_, _ = io.Copy(io.Discard, p.NetConn())
		}
		f.meet = muted(f.meet, time.Minute)

		f.start()
		time.Sleep(time.Minute)

		if n := f.opened(); n != 2 {
			t.Fatalf("%d connections opened in a quiet minute, want 2", n)
		}

		time.Sleep(35 * time.Second)

		if n := f.opened(); n != 4 {
			t.Errorf("%d connections opened 35 s after the line went dead, want 4", n)
		}

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready = %v, want nil", err)
		}
	})
}

// muted makes the first two connections stop answering pings after a while.
func muted(meet func(int, *peer), after time.Duration) func(int, *peer) {
	return func(n int, p *peer) {
		if n <= 2 {
			began := time.Now()
			p.SetPingHandler(func(data string) error {
				if time.Since(began) >= after {
					return nil
				}

				return p.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(time.Second))
			})
		}

		meet(n, p)
	}
}

// A line that is quiet but alive is left alone, even if Slack never pings.
func TestQuietLineStaysOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.start()
		time.Sleep(time.Hour)

		if n := f.opened(); n != 2 {
			t.Errorf("%d connections opened in a quiet hour, want 2", n)
		}
	})
}

// D: acknowledgements with no connection. slack-go blocked for ever at the 21st.
func TestAcksWithoutConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 50

		f := newFake(t)
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(time.Second)

			return chat.Reply{}, nil
		}
		f.open = func(n int, w http.ResponseWriter, _ *http.Request) {
			if n > 2 {
				w.WriteHeader(http.StatusServiceUnavailable)

				return
			}

			opened(w)
		}
		f.meet = func(n int, p *peer) {
			p.hello()

			for i := range many {
				p.command(fmt.Sprintf("e%d-%d", n, i))
			}
		}

		f.start()
		time.Sleep(time.Second + ackTimeout + time.Second)

		over, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()

		if err := f.slack.work.Drain(over); err != nil {
			t.Errorf("jobs still wait for a connection: Drain = %v, want nil", err)
		}

		if n := strings.Count(f.logged(), "an acknowledgement could not be sent"); n != 2*many {
			t.Errorf("%d acknowledgements given up loudly, want %d", n, 2*many)
		}
	})
}

// E: the connection is lost between a request and its acknowledgement.
func TestAckOverAnotherConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(500 * time.Millisecond)

			return chat.Reply{}, nil
		}
		f.meet = func(n int, p *peer) {
			p.hello()

			if n == 1 {
				time.Sleep(time.Second)
				p.command("e1")

				return // and hangs up
			}

			p.behave()
		}

		f.start()
		time.Sleep(2 * time.Second)

		if n := f.acked("e1"); n != 1 {
			t.Errorf("e1 acknowledged %d times, want once", n)
		}
	})
}

// F: what is unknown is acknowledged, and what can be used of it is used.
func TestUnknownEnvelopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(n int, p *peer) {
			p.hello()

			if n == 1 {
				p.say(`{"type":"from_the_future","envelope_id":"type","payload":[1]}`)
				p.say(`{"type":"events_api","envelope_id":"inner","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"from_the_future","user":{"id":7}}}}`)
				p.say(`{"type":"interactive","envelope_id":"element","payload":{"type":"view_submission","user":{"id":"U0MARIA"},"view":{"id":"V1","callback_id":"open",
					"blocks":[{"type":"input","block_id":"what","element":{"type":"hologram_input","depth":{}}}],
					"state":{"values":{"what":{"what":{"type":"plain_text_input","value":"late"}},"shape":{"shape":{"type":"hologram_input","value":[3,4]}}}}}}}`)
				p.say(`{"type":"interactive","envelope_id":"broken","payload":{"type":`)
				p.say(`{"type":"slash_commands","envelope_id":"empty","payload":{}}`)
				p.say(`not even JSON`)
				p.command("after")
			}

			p.behave()
		}

		f.start()
		synctest.Wait()

		for _, id := range []string{"type", "inner", "element", "broken", "empty", "after"} {
			if n := f.acked(id); n != 1 {
				t.Errorf("%q acknowledged %d times, want once", id, n)
			}
		}

		if len(f.front.submissions) != 1 || f.front.submissions[0].Values.Get("what") != "late" {
			t.Errorf("submissions = %v, want one that says what is known", f.front.submissions)
		}
	})
}

// A panic is contained, told to the person in plain words, and its words are
// kept out of the log.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) { panic("Ms Kovac shouted") }
		f.meet = func(n int, p *peer) {
			p.hello()

			if n == 1 {
				p.command("e1")
				p.command("e2")
			}

			p.behave()
		}

		f.start()
		synctest.Wait()

		for _, id := range []string{"e1", "e2"} {
			if got := f.ack(id); !strings.Contains(got, "Something went wrong") || !strings.Contains(got, "/escalate now") {
				t.Errorf("acknowledgement of %s = %s, want that something went wrong", id, got)
			}
		}

		if log := f.logged(); !strings.Contains(log, "a handler panicked") || !strings.Contains(log, "socket_test.go") || strings.Contains(log, "Kovac") {
			t.Errorf("the log says %s, want the panic with its stack and no words", log)
		}
	})
}

// H: the bubble ends only when every goroutine has.
func TestStartAndStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			f := newFake(t)
			f.start()
			time.Sleep(3 * time.Second)
			f.stop()
		}
	})
}

// I: a stop loses no acknowledgement. slack-go lost 49 of 50.
func TestStopWaitsForAcks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 50

		f := newFake(t)
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(time.Second)

			return chat.Reply{}, nil
		}
		f.meet = func(n int, p *peer) {
			p.hello()

			for i := range many {
				p.command(fmt.Sprintf("e%d-%d", n, i))
			}

			p.behave()
		}

		f.start()
		time.Sleep(500 * time.Millisecond)
		f.stop()

		for n := 1; n <= 2; n++ {
			for i := range many {
				if id := fmt.Sprintf("e%d-%d", n, i); f.acked(id) != 1 {
					t.Errorf("%s acknowledged %d times, want once", id, f.acked(id))
				}
			}
		}
	})
}

// What comes after the stop began is left to whoever runs next.
func TestStopTakesNothingMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			time.Sleep(time.Second)

			return chat.Reply{}, nil
		}
		f.meet = func(n int, p *peer) {
			p.hello()

			if n == 1 {
				p.command("before")
				go p.behave()
				time.Sleep(500 * time.Millisecond)
				p.command("after")
				time.Sleep(time.Minute)

				return
			}

			p.behave()
		}

		f.start()
		time.Sleep(100 * time.Millisecond)
		f.stop()

		if f.acked("before") != 1 || f.acked("after") != 0 {
			t.Errorf("acknowledged %d before and %d after the stop, want 1 and 0", f.acked("before"), f.acked("after"))
		}
	})
}

// J: a bot that is stuck does not make the connection deaf.
func TestStuckFront(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		release := make(chan struct{})
		f.front.command = func(context.Context, chat.Command) (chat.Reply, error) {
			<-release

			return chat.Reply{}, nil
		}
		f.meet = func(n int, p *peer) {
			p.hello()

			if n == 1 {
				for i := range 200 {
					p.command(fmt.Sprintf("e%d", i))
				}
			}

			p.behave()
		}

		f.start()
		time.Sleep(2600 * time.Millisecond)

		if got := f.ack("e199"); !strings.Contains(got, "This takes longer than usual") {
			t.Errorf("acknowledgement after 2.6 s of a stuck bot = %s, want that it takes longer", got)
		}

		time.Sleep(10 * time.Minute)

		if n := f.opened(); n != 2 {
			t.Errorf("%d connections opened, want the 2 that there were", n)
		}

		close(release)
	})
}

// K: a connection that Slack wants to refresh is replaced within a second, and
// listens until then and longer.
func TestRefreshLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(n int, p *peer) {
			p.hello()

			if n <= 2 {
				go p.behave()
				time.Sleep(time.Minute)
				p.say(`{"type":"disconnect","reason":"refresh_requested"}`)

				for i := range 9 {
					p.command(fmt.Sprintf("late%d-%d", n, i))
					time.Sleep(time.Second)
				}

				return
			}

			p.behave()
		}

		f.start()
		time.Sleep(time.Minute)
		time.Sleep(time.Millisecond)

		if n := f.opened(); n != 4 {
			t.Errorf("%d connections opened 1 ms after the refresh, want 4", n)
		}

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready = %v, want nil", err)
		}

		time.Sleep(20 * time.Second)

		for n := 1; n <= 2; n++ {
			for i := range 9 {
				if id := fmt.Sprintf("late%d-%d", n, i); f.acked(id) != 1 {
					t.Errorf("%s acknowledged %d times, want once", id, f.acked(id))
				}
			}
		}
	})
}

// What waiting does not cure ends the program, those included that slack-go
// tries for ever.
func TestRefusedForGood(t *testing.T) {
	codes := []string{
		"invalid_auth", "account_inactive", "not_authed", "token_revoked", "missing_scope",
		"not_allowed_token_type", "token_expired", "team_access_not_granted", "forbidden_team",
	}

	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				f.open = func(_ int, w http.ResponseWriter, _ *http.Request) {
					_, _ = fmt.Fprintf(w, `{"ok":false,"error":%q}`, code)
				}

				f.start()
				synctest.Wait()

				select {
				case err := <-f.slack.Failed():
					refused, ok := errors.AsType[*RefusedError](err)
					if !ok || refused.Code != code || remedies[code] == "" || !strings.Contains(err.Error(), remedies[code]) {
						t.Errorf("Failed() = %v, want %s with its remedy", err, code)
					}
				default:
					t.Errorf("Failed() is silent, want %s", code)
				}

				time.Sleep(time.Hour)

				if n := f.opened(); n > 2 {
					t.Errorf("%d connections tried, want no more after the refusal", n)
				}
			})
		})
	}
}

func TestRefusedAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.answer = func(string, url.Values) string { return `{"ok":false,"error":"token_expired"}` }

		err := f.slack.Start(t.Context())
		if refused, ok := errors.AsType[*RefusedError](err); !ok || refused.Code != "token_expired" {
			t.Errorf("Start with an expired token = %v, want a refusal", err)
		}
	})
}

// A token that does not allow to post is no token to run with.
func TestVitalScopeAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.scopes = "commands,users:read"

		err := f.slack.Start(t.Context())
		if lacks, ok := errors.AsType[*ScopesError](err); !ok || !strings.Contains(lacks.Error(), "chat:write (to page people)") {
			t.Errorf("Start without chat:write = %v, want that it is needed", err)
		}
	})
}

// One that lets a page be sent is, with a warning.
func TestOtherScopeAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.scopes = "chat:write,commands"
		f.start()

		if !strings.Contains(f.logged(), "im:history") {
			t.Errorf("the log says %s, want the scopes that are missing", f.logged())
		}
	})
}

// Slack that can't be reached is waited for.
func TestStartWithoutSlack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		down := true
		f.answer = func(string, url.Values) string {
			f.mu.Lock()
			defer f.mu.Unlock()

			if down {
				return "<html>maintenance</html>"
			}

			return ""
		}

		f.start()
		time.Sleep(time.Minute)

		if err := f.slack.Ready(); err == nil {
			t.Error("Ready without Slack = nil, want an error")
		}

		f.mu.Lock()
		down = false
		f.mu.Unlock()

		time.Sleep(time.Minute)

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready with Slack back = %v, want nil", err)
		}
	})
}

// link_disabled is said loudly and tried slowly.
func TestLinkDisabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.meet = func(_ int, p *peer) {
			p.hello()
			p.say(`{"type":"disconnect","reason":"link_disabled"}`) // and hangs up
		}

		f.start()
		time.Sleep(10 * time.Minute)

		if n := f.opened(); n > 2*11 || n < 2*8 {
			t.Errorf("%d connections opened in ten minutes, want one a minute each", n)
		}

		if err := f.slack.Ready(); err == nil || !strings.Contains(err.Error(), "switched off") {
			t.Errorf("Ready = %v, want that Socket Mode is switched off", err)
		}

		if !strings.Contains(f.logged(), "level=ERROR") || !strings.Contains(f.logged(), "Settings, Socket Mode") {
			t.Errorf("the log says %s, want an error with the remedy", f.logged())
		}
	})
}

// An address that Slack does not give out yet is waited for as long as it says.
func TestOpenRateLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		f.open = func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 2 {
				w.Header().Set("Retry-After", "40")
				w.WriteHeader(http.StatusTooManyRequests)

				return
			}

			opened(w)
		}

		f.start()
		time.Sleep(40 * time.Second)

		if n := f.opened(); n != 2 {
			t.Errorf("%d connections asked for within 40 s of a rate limit, want 2", n)
		}

		time.Sleep(2 * time.Second)

		if err := f.slack.Ready(); err != nil {
			t.Errorf("Ready after a rate limit = %v, want nil", err)
		}
	})
}
