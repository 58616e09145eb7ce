package bot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An act is one thing that happens while cards are delivered.
type act struct {
	What string
	Card int
	Wait time.Duration
	Odds int // of a fault, in percent
	Left int // steps until the process dies
}

// drawActs draws what happens, as data, so that a failure shrinks.
func drawActs(t *rapid.T) []act {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) act {
		return act{
			What: rapid.SampledFrom([]string{"want", "want", "want", "want", "wait", "wait", "faults", "lag", "kill", "restart", "shift", "full"}).Draw(t, "what"),
			Card: rapid.IntRange(0, 7).Draw(t, "card"),
			Wait: time.Duration(rapid.IntRange(0, 12000).Draw(t, "ms")) * time.Millisecond,
			Odds: rapid.SampledFrom([]int{0, 6, 30, 60}).Draw(t, "odds"),
			Left: rapid.IntRange(0, 12).Draw(t, "left"),
		}
	}), 1, 40).Draw(t, "acts")
}

var someCards = []CardID{
	page(1, "dana"), agentCard(1), {Role: ChannelCard, Escalation: 1}, {Role: ThreadCard, Escalation: 1, N: 1},
	page(2, "dana"), page(2, "lee"), notice(2, "lee"), {Role: AskCard, Escalation: 3, Person: "dana", N: 4},
}

// TestDeliverWhateverHappens holds the guarantees at Deliver against anything
// that a platform, a process, a disk and a clock can do: every card that was
// wanted stands in the end as it was wanted last, once, or flagged if not.
func TestDeliverWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		acts, seed := drawActs(rt), rapid.Uint64().Draw(rt, "seed")

		var problems []string

		synctest.Test(t, func(t *testing.T) { problems = playActs(t, acts, seed) })

		for _, p := range problems {
			rt.Error(p)
		}
	})
}

// A random is a stage on which things go wrong by chance.
type random struct {
	*stage
	dice  *rand.Rand
	odds  atomic.Int64
	texts map[CardID]string
	count int
	back  bool // the clock was set back
}

func playActs(t *testing.T, acts []act, seed uint64) []string {
	r := &random{stage: newStage(t), dice: rand.New(rand.NewPCG(seed, 0)), texts: map[CardID]string{}}
	r.slack.latency = 50 * time.Millisecond
	r.slack.faults = r.fault
	r.start()

	for _, a := range acts {
		r.play(a)
	}

	r.odds.Store(0)
	r.slack.lag.Store(0)
	r.store.fail(nil)
	r.revive()
	after(time.Hour)
	r.stop()

	return r.problems()
}

func (r *random) play(a act) {
	switch a.What {
	case "want":
		r.wantAnew(someCards[a.Card])
	case "wait":
		after(a.Wait)
	case "faults":
		r.odds.Store(int64(a.Odds))
	case "lag":
		r.slack.lag.Store(int64(3 * a.Wait))
	case "kill":
		dying := &cardLife{left: a.Left}
		r.store.life.Store(dying)
		r.slack.life.Store(dying)
	case "restart":
		r.revive()
	case "shift":
		r.moveClock(time.Duration(a.Card-1) * 50 * time.Minute)
	case "full":
		r.store.fail(nil)

		if a.Card == 0 {
			r.store.fail(ErrFull)
		}
	}
}

// moveClock moves the clock, back once at most: Find is asked for the hour before.
func (r *random) moveClock(by time.Duration) {
	if by >= 0 || !r.back {
		r.shift.Add(int64(by))
		r.back = r.back || by < 0
	}
}

func (r *random) revive() {
	dead := r.store.life.Load()
	if dead != nil {
		dead.end() // in case it has not died of itself
	}

	r.stop()

	r.store.life.Store(nil)
	r.slack.life.Store(nil)
	r.start()
}

func (r *random) wantAnew(id CardID) {
	if r.store.life.Load() != nil || r.store.broken != nil {
		return // the desk is dead, or can't
	}

	r.count++
	r.texts[id] = fmt.Sprint("state ", r.count)
	r.artist.says(id, r.texts[id])
	r.want(id)
}

// fault rolls what goes wrong with a call.
func (r *random) fault(call) fault {
	if r.dice.Int64N(100) >= r.odds.Load() {
		return fault{}
	}

	f := fault{done: r.dice.IntN(2) == 0}

	switch kind := chat.FailureKind(1 + r.dice.IntN(8)); kind {
	case chat.Doubtful:
		f.err = fails(kind, "timeout")
	case chat.Unsent, chat.Refused:
		f = fault{err: fails(kind, "no")}
	case chat.Busy:
		f = fault{err: &chat.Failure{
			Kind: kind, After: time.Duration(r.dice.IntN(20)) * time.Second, Everywhere: r.dice.IntN(2) == 0,
		}}
	case chat.Unreachable, chat.Unacceptable:
		if r.dice.IntN(10) == 0 {
			return fault{err: fails(kind, "never")}
		}

		f.err = errHang
	default:
		f.err = fails(chat.Doubtful, "internal_error")
	}

	return f
}

// problems returns what is not as guaranteed.
func (r *random) problems() (problems []string) {
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	for id, card := range r.store.cards {
		var copies []*posting

		for _, m := range r.slack.postings {
			if m.Key == id.String() && !m.removed {
				copies = append(copies, m)
			}
		}

		text, known := r.texts[id]

		switch {
		case card.Dead:
			if !slices.Contains(r.artist.undelivered, id) && id.Role != NoticeCard && id.Role != AskCard && id.Role != ThreadCard {
				say("%v is dead and the desk was not told", id)
			}
		case card.Pending() && id.Role != ThreadCard:
			say("%v still waits: %+v", id, card)
		case id.Role == ThreadCard && wanted(&card):
			// Its parent may be dead, or was never wanted.
		case !known:
			say("%v was never wanted", id)
		case len(copies) == 0:
			say("%v is lost: %+v", id, card)
		case len(copies) > 1 && !slices.Contains(r.artist.doubled, id):
			say("%v stands %v times and nobody was told", id, len(copies))
		case r.slack.find(card.Ref) == nil:
			say("%v does not stand at %v", id, card.Ref)
		case r.slack.find(card.Ref).Message.Title != text && card.Failure == "":
			say("%v shows %q, want %q", id, r.slack.find(card.Ref).Message.Title, text)
		}
	}

	if len(r.slack.crowded) > 0 && r.count > 0 {
		say("%v had two calls in flight", r.slack.crowded)
	}

	return problems
}
