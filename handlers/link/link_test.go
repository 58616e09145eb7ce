package link_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/handlers/link"
)

func TestWireHasATimeout(t *testing.T) {
	if got := link.NewWire(nil).Client.Timeout; got != link.CallTimeout {
		t.Errorf("NewWire(nil) waits %v, want %v", got, link.CallTimeout)
	}

	if got := link.NewWire(&http.Client{Timeout: time.Second}).Client.Timeout; got != time.Second {
		t.Errorf("NewWire(1 s) waits %v, want 1 s", got)
	}
}

// Only what certainly did not arrive is called so, and no error has an address.
func TestWireKnowsWhatNeverLeft(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()

	cases := map[string]struct {
		ctx   context.Context
		dial  error
		never bool
	}{
		"over before it begins": {over, nil, true},
		"no connection":         {t.Context(), errors.New("no route"), true},
		"hung up on":            {t.Context(), nil, false},
	}

	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer server.Close()

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if c.dial != nil {
					return nil, c.dial
				}

				return new(net.Dialer).DialContext(ctx, network, address)
			}}
			defer transport.CloseIdleConnections()

			req, err := http.NewRequestWithContext(c.ctx, http.MethodPost, server.URL+"/secret", strings.NewReader("a page"))
			if err != nil {
				t.Fatal(err)
			}

			resp, err := link.NewWire(&http.Client{Transport: transport}).Do(req)
			if err == nil {
				resp.Body.Close()
				t.Fatal("Do = nil, want an error")
			}

			if _, never := errors.AsType[*link.NeverSentError](err); never != c.never {
				t.Errorf("Do = %v, of which never sent is %v, want %v", err, never, c.never)
			}

			if strings.Contains(err.Error(), "secret") {
				t.Errorf("Do = %v, want no address in it", err)
			}
		})
	}
}

// Stopping waits for jobs, lets them begin what they need in the background, and
// then ends that too.
func TestWorkEndsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := link.NewWork(slog.New(slog.DiscardHandler))

		done, ok := w.Begin()
		if !ok {
			t.Fatal("Begin = false, want a job")
		}

		var helped, ended bool

		go func() {
			defer done()

			time.Sleep(time.Minute)

			helped = w.Background(func(ctx context.Context) { <-ctx.Done(); ended = true })
			w.Also(func(context.Context) { time.Sleep(time.Minute) })
		}()

		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		if err := w.Drain(hasty); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Drain with a job under way = %v, want %v", err, context.DeadlineExceeded)
		}

		if _, ok := w.Begin(); ok {
			t.Error("Begin after Drain = true, want no more jobs")
		}

		began := time.Now()

		if err := w.Drain(t.Context()); err != nil || time.Since(began) < time.Minute {
			t.Errorf("Drain = %v after %v, want nil when the jobs are over", err, time.Since(began))
		}

		if !helped || ended {
			t.Errorf("the background began: %v, ended: %v, want it to run still", helped, ended)
		}

		if err := w.End(t.Context()); err != nil || !ended {
			t.Errorf("End = %v, ended: %v, want nil and all of it ended", err, ended)
		}

		if w.Background(func(context.Context) {}) {
			t.Error("Background after End = true, want nothing more to begin")
		}
	})
}

func TestWorkIsBounded(t *testing.T) {
	w := link.NewWork(slog.New(slog.DiscardHandler))

	var last func()

	for n := 0; ; n++ {
		done, ok := w.Begin()
		if !ok {
			break
		}

		if last = done; n > 10_000 {
			t.Fatal("Begin = true 10,000 times, want a bound")
		}
	}

	last()

	if _, ok := w.Begin(); !ok {
		t.Error("Begin after a job is done = false, want its place")
	}
}

func TestAsk(t *testing.T) {
	cases := map[string]struct {
		call func(context.Context) (string, error)
		want string
		ok   bool
		log  string
	}{
		"a reply": {func(context.Context) (string, error) { return "here", nil }, "here", true, ""},
		"an error": {func(context.Context) (string, error) { return "half", errors.New("the disk is full") },
			"", false, "could not do what somebody asked for"},
		"a panic": {func(context.Context) (string, error) { panic("Ms Kovac") }, "", false, "a handler panicked"},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAsking(t)

				got, late, ok := a.ask(c.call)
				if got != c.want || late != nil || ok != c.ok {
					t.Errorf("Ask = %q, %v, %v, want %q, nil, %v", got, late, ok, c.want, c.ok)
				}

				a.drain()
				a.logged(c.log)
			})
		})
	}
}

// What is late goes on, and is told once it is there: Stop waits for that.
func TestLate(t *testing.T) {
	cases := map[string]struct {
		reply string
		err   error
		fails bool // with a panic
		want  string
		log   string
	}{
		"a reply":  {"late", nil, false, "late, true", "takes longer than people wait for"},
		"an error": {"half", errors.New("the disk is full"), false, ", false", "could not do what somebody asked for"},
		"a panic":  {"", nil, true, ", false", "a handler panicked"},
	}

	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAsking(t)
				began := time.Now()

				_, late, ok := a.ask(func(ctx context.Context) (string, error) {
					time.Sleep(time.Minute)

					if c.fails {
						panic("Ms Kovac")
					}

					return c.reply, errors.Join(c.err, ctx.Err())
				})
				if took := time.Since(began); late == nil || ok || took != time.Second {
					t.Fatalf("Ask = %v, %v after %v, want a late reply after a second", late, ok, took)
				}

				var told []string

				late.Tell(func(ctx context.Context, reply string, ok bool) {
					told = append(told, fmt.Sprintf("%s, %v", reply, ok))

					if ctx.Err() != nil || time.Since(began) != time.Minute {
						t.Errorf("told after %v with %v, want time to tell it after a minute", time.Since(began), ctx.Err())
					}
				})
				a.drain()

				if diff := cmp.Diff([]string{c.want}, told); diff != "" {
					t.Errorf("told (-want +got)\n%s", diff)
				}

				a.logged(c.log)
			})
		})
	}
}

// A call that is stuck is given up in the end, and its place is free again.
func TestLateIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t)

		_, late, _ := a.ask(func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() })
		told := false

		late.Tell(func(context.Context, string, bool) { told = true })
		time.Sleep(10 * time.Minute)
		synctest.Wait()

		if !told {
			t.Error("nothing was told of a call that is stuck, want it to be given up")
		}
	})
}

// What is still not there when the work ends is logged, since nobody hears of it.
func TestLateAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t)
		release := make(chan struct{})

		_, late, _ := a.ask(func(context.Context) (string, error) { <-release; return "", nil })
		late.Tell(func(context.Context, string, bool) { t.Error("told after the end, want nothing") })

		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		if err := a.work.End(hasty); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("End with a call that is stuck = %v, want %v", err, context.DeadlineExceeded)
		}

		synctest.Wait()
		a.logged("stops before somebody has the answer")
		close(release)
	})
}

// Calls that are late don't pile up without a bound.
func TestAskIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAsking(t)
		release := make(chan struct{})
		over, cancel := context.WithCancel(t.Context())
		cancel()

		for n := 0; ; n++ {
			_, late, _ := link.Ask(over, a.work, "click", func(context.Context) (string, error) { <-release; return "", nil })
			if late == nil {
				break
			}

			if n > 10_000 {
				t.Fatal("10,000 calls are under way, want a bound")
			}
		}

		a.logged("too many calls")
		close(release)
		synctest.Wait()

		if got, _, ok := a.ask(func(context.Context) (string, error) { return "here", nil }); !ok {
			t.Errorf("Ask when the others are over = %q, %v, want a reply", got, ok)
		}
	})
}

// An asking is a work in which the bot is asked, and its log.
type asking struct {
	t    *testing.T
	work *link.Work
	log  *bytes.Buffer
}

func newAsking(t *testing.T) *asking {
	log := new(bytes.Buffer)

	return &asking{t, link.NewWork(slog.New(slog.NewTextHandler(log, nil))), log}
}

// ask has a second for its answer.
func (a *asking) ask(call func(context.Context) (string, error)) (string, *link.Late[string], bool) {
	ctx, cancel := a.work.Within(time.Second)
	defer cancel()

	return link.Ask(ctx, a.work, "click", call)
}

func (a *asking) drain() {
	a.t.Helper()

	if err := a.work.Drain(a.t.Context()); err != nil {
		a.t.Errorf("Drain = %v, want nil", err)
	}
}

// logged holds that the log says something, or nothing where words are "", and never
// what somebody has said.
func (a *asking) logged(words string) {
	a.t.Helper()

	if said := a.log.String(); !strings.Contains(said, words) || words == "" && said != "" || strings.Contains(said, "Kovac") {
		a.t.Errorf("the log says %q, want %q and nobody's words", said, words)
	}
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		if !link.Pause(ctx, time.Second/2) {
			t.Error("Pause within the time = false, want true")
		}

		if link.Pause(ctx, time.Second) {
			t.Error("Pause beyond the time = true, want false")
		}
	})
}

// Somebody is looked up once a day, and on what they do next where that failed.
func TestNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := link.NewNewcomers[string](time.Now)

		seen := make(chan string, 10)
		fails := false

		go n.Run(t.Context(), func(_ context.Context, who, hint string) (time.Duration, bool) {
			seen <- who + " " + hint

			return time.Minute, !fails
		})

		looked := func(what string, want ...string) {
			t.Helper()
			time.Sleep(time.Hour)
			synctest.Wait()

			var got []string
			for len(seen) > 0 {
				got = append(got, <-seen)
			}

			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("looked up when %s (-want +got)\n%s", what, diff)
			}
		}

		n.Met("maria", "here")
		n.Met("maria", "there")
		n.Met("dana", "here")
		synctest.Wait()

		if got := len(seen); got != 1 {
			t.Errorf("%d looked up before the pause is over, want 1", got)
		}

		looked("met", "maria here", "dana here")

		n.Met("maria", "here")
		looked("met again")

		if n.Knows("stranger") || !n.Knows("maria") {
			t.Errorf("Knows = %v, %v, want a stranger not to be known", n.Knows("stranger"), n.Knows("maria"))
		}

		n.Again("maria", "changed")
		looked("changed", "maria changed")

		time.Sleep(link.KnownFor)
		n.Met("maria", "a day later")
		looked("a day later", "maria a day later")

		fails = true

		n.Met("ben", "here")
		looked("failed", "ben here")

		fails = false

		n.Met("ben", "here again")
		looked("after the failure", "ben here again")
	})
}

// For whom there is no room, they are looked up on what they do next.
func TestNewcomersAreBounded(t *testing.T) {
	n := link.NewNewcomers[string](time.Now)

	last := ""
	for i := range 1000 {
		last = strconv.Itoa(i)
		n.Met(last, "")
	}

	if !n.Knows("0") || n.Knows(last) {
		t.Errorf("Knows = %v, %v, want the first of a thousand to be known and not the last", n.Knows("0"), n.Knows(last))
	}
}
