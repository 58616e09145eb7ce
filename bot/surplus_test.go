package bot

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// mayBeTwice checks which of the messages to Dana, oldest first, say that there
// may be two of them.
func (s *stage) mayBeTwice(want ...bool) {
	s.Helper()
	s.slack.mu.Lock()
	defer s.slack.mu.Unlock()

	var got []bool

	for _, m := range s.slack.postings {
		if m.To == "slack:dana" && !m.removed {
			got = append(got, slices.ContainsFunc(m.Message.Parts, func(p chat.Part) bool {
				small, ok := p.(chat.Small)

				return ok && small.Text.String() == "You may see this twice."
			}))
		}
	}

	if !slices.Equal(got, want) {
		s.Errorf("what Dana reads says that there may be two = %v, want %v", got, want)
	}
}

// The copy that is sent again says that there may be two, in all its drawings, and
// until it was seen that there is one. No other message says it.
func TestCopyInDoubtSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		first, find fault
		want        []bool // what the messages say that there are in the end
	}{
		"unreadable":   {accepted, fault{err: fails(chat.Unsent, "fatal_error")}, []bool{false, true}},
		"found":        {accepted, fault{}, []bool{false}},
		"not accepted": {notAccepted, fault{}, []bool{false}},
		"ordinary":     {fault{}, fault{}, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, func(s *stage) {
				find := always(c.find)
				s.slack.faults = faultsBy(map[string]func(call) fault{
					"post": firstCalls(1, "post", c.first), "find": func(c call) fault { return find(c) },
				})

				id := page(1, "dana")
				s.want(id)
				after(10 * time.Second)
				s.mayBeTwice(c.want...)

				s.artist.says(id, "drawn anew")
				s.want(id)
				after(10 * time.Second)
				s.mayBeTwice(c.want...)

				// Once history reads, the surplus goes.
				find = always(fault{})

				after(12 * time.Minute)
				s.artist.says(id, "drawn again")
				s.want(id)
				after(10 * time.Second)
				s.mayBeTwice(false)

				if card := s.card(id); card.Twice {
					t.Errorf("card = %+v, want it to be there once", card)
				}
			})
		})
	}
}

// A platform that can't be read never shows that there is one.
func TestCopyInDoubtStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.adapt = func(o *DeliverOptions) {
			o.Platforms = map[chat.Platform]Platform{chat.Slack: struct{ Platform }{s.slack}}
		}
		s.start()

		id := page(1, "dana")
		s.slack.faults = firstCalls(1, "post", accepted)
		s.want(id)
		after(time.Hour)
		s.restart()
		s.artist.says(id, "drawn anew")
		s.want(id)
		after(time.Minute)
		s.mayBeTwice(false, true)
		s.stop()
	})
}

func TestSurplus(t *testing.T) {
	known := chat.Ref{Room: "slack:D1", ID: "2"}
	other := chat.Ref{Room: "slack:D1", ID: "1"}

	for name, c := range map[string]struct {
		card Card
		at   chat.Ref
		want bool
	}{
		"the other one":                {Card{Ref: known, Twice: true}, other, true},
		"while it is watched for":      {Card{Ref: known, Doubled: time.Unix(1, 0)}, other, true},
		"the known one":                {Card{Ref: known, Twice: true}, known, false},
		"never in doubt":               {Card{Ref: known}, other, false},
		"to be posted again":           {Card{Twice: true}, other, false},
		"another conversation of mine": {Card{Ref: known, Twice: true}, chat.Ref{Room: "slack:D2", ID: "1"}, false},
	} {
		if got := c.card.surplus(c.at); got != c.want {
			t.Errorf("%s: surplus(%v) of %+v = %v, want %v", name, c.at, c.card, got, c.want)
		}
	}
}

func TestMayBeTwiceLeavesTheDrawing(t *testing.T) {
	parts := append(make([]chat.Part, 0, 2), chat.Small{Text: chat.Plain("one")})
	d := Drawing{Message: chat.Message{Parts: parts}}

	if got := len(mayBeTwice(d, true).Message.Parts); got != 2 || len(d.Message.Parts) != 1 || parts[:2][1] != nil {
		t.Errorf("mayBeTwice(d, true) has %d parts and d %d, want 2 and 1", got, len(d.Message.Parts))
	}

	d.Erased = true
	if got := mayBeTwice(d, true); len(got.Message.Parts) != 1 {
		t.Errorf("mayBeTwice(erased, true) = %v, want it as it was", got.Message.Parts)
	}
}
