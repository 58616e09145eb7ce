package bot

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func TestGatePaces(t *testing.T) {
	g := &gate{pace: pace{time.Second, 3}}

	var got []time.Duration

	for now := noon; len(got) < 6; now = now.Add(100 * time.Millisecond) {
		for g.open(now) {
			g.take(nil, now)
			got = append(got, now.Sub(noon))
		}
	}

	want := []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("passes (-want +got)\n%s", diff)
	}

	g.refund()

	if now := noon.Add(3 * time.Second); !g.open(now) {
		t.Errorf("open(%v) = false after a refund, want true", now)
	}
}

func TestGateThatIsPausedWhileSomethingWaits(t *testing.T) {
	l := newLanes([errands]int{1, 1, 1, 1, 1}, func(level int, _ errand) pace {
		return [3]pace{2: {time.Second, 1}}[level]
	})
	w := way{postErrand, "slack:C1"}
	waits := &task{id: page(1, "dana"), way: w}
	l.gate("slack/post/C1", 2, postErrand).take(nil, noon)
	l.makeReady(waits)

	if got := l.pick(noon); got != nil {
		t.Errorf("pick = %v, want none before a second has passed", got.id)
	}

	l.pause(w, 2, noon.Add(time.Minute))

	for _, step := range []struct {
		at   time.Duration
		want *task
	}{{time.Second, nil}, {59 * time.Second, nil}, {time.Minute, waits}} {
		l.fire(noon.Add(step.at))

		if got := l.pick(noon.Add(step.at)); got != step.want {
			t.Errorf("pick after %v = %v, want %v", step.at, got, step.want)
		}
	}
}

func TestWayGates(t *testing.T) {
	w := way{postErrand, "slack:C1"}
	if diff := cmp.Diff([]string{"slack", "slack/post", "slack/post/C1"}, w.gates()); diff != "" {
		t.Errorf("gates (-want +got)\n%s", diff)
	}
}

func TestSteadyClockNeverGoesBack(t *testing.T) {
	now := noon
	c := steady{now: func() time.Time { return now }}

	for _, step := range []struct{ move, want time.Duration }{
		{time.Second, time.Second}, {-time.Hour, 0}, {time.Second, time.Second}, {-time.Minute, 0}, {time.Minute, time.Minute},
		{24 * time.Hour, 24 * time.Hour},
	} {
		before := c.read()
		now = now.Add(step.move)

		if got := c.read().Sub(before); got != step.want {
			t.Errorf("after %v the steady clock moved %v, want %v", step.move, got, step.want)
		}
	}
}

func TestDeliverTouchesOnlyWhatIsWoken(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = faultsBy(map[string]func(call) fault{
			"post": firstCalls(1, "post", fault{err: busy(time.Hour)}),
		})

		for e := range EscalationID(1000) {
			s.want(page(e+1, "resting"))
		}

		synctest.Wait()
		before, calls := s.artist.draws, s.slack.count("post")
		s.want(page(2000, "dana"))
		after(time.Second)

		if got, want := s.artist.draws-before, 1; got != want {
			t.Errorf("%v draws for one card while 1000 wait, want %v", got, want)
		}

		if got, want := s.slack.count("post")-calls, 1; got != want {
			t.Errorf("%v posts, want %v", got, want)
		}
	})
}

// answering is a platform that says when it was called.
type answering struct {
	Platform
	posted chan string
}

func (a answering) Post(_ context.Context, p chat.Posting) (chat.Ref, error) {
	a.posted <- p.Key
	return chat.Ref{Room: p.To, ID: p.Key}, nil
}

// BenchmarkDeliver measures the way of a page from the desk's wake to the
// platform, while so many cards wait for a room that rests.
func BenchmarkDeliver(b *testing.B) {
	for _, waiting := range []int{10, 10_000, 100_000} {
		b.Run(fmt.Sprint("waiting=", waiting), func(b *testing.B) { benchmarkDeliver(b, waiting) })
	}
}

func benchmarkDeliver(b *testing.B, waiting int) {
	store, posted := newMemory(), make(chan string)
	store.pauses["slack/post/resting"] = time.Now().Add(time.Hour)

	for e := range waiting {
		id := page(EscalationID(1_000_000+e), "resting")
		store.cards[id] = Card{ID: id, Wanted: 1, Since: time.Now()}
	}

	d := NewDeliver(DeliverOptions{
		Store: store, Artist: newPainter(), Now: time.Now, NoReconcile: true,
		Platforms: map[chat.Platform]Platform{chat.Slack: answering{posted: posted}},
	})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)

	go func() { done <- d.Run(ctx) }()

	deliver := func(e EscalationID) {
		id := page(e, PersonID(fmt.Sprint("p", e)))

		if err := store.Update(ctx, func(tx Tx) error { return want(tx, id, time.Now(), nowhere) }); err != nil {
			b.Fatal(err)
		}

		d.Wake([]CardID{id})
		<-posted
	}
	deliver(1) // waits until everything has found its place

	var e EscalationID = 1
	for b.Loop() {
		e++
		deliver(e)
	}

	cancel()

	if err := <-done; err != nil {
		b.Error(err)
	}
}
