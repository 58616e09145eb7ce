package bot

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// whileDown fails all calls as long as down is set.
func whileDown(down *atomic.Bool, err error) func(call) fault {
	return func(call) fault {
		if down.Load() {
			return fault{err: err}
		}

		return fault{}
	}
}

// When a platform answers again after minutes, a page comes within seconds and the
// rest at once, whichever way it did not answer.
func TestOutageIsNotSatOut(t *testing.T) {
	for _, kind := range []chat.FailureKind{chat.Unsent, chat.Doubtful} {
		onStage(t, func(s *stage) {
			var down atomic.Bool

			s.slack.faults = whileDown(&down, fails(kind, "http_503"))

			edited := agentCard(2)
			s.want(edited)
			after(time.Second)

			for _, outage := range []time.Duration{7 * time.Second, 20 * time.Second, 47 * time.Second, 110 * time.Second, 5 * time.Minute} {
				down.Store(true)

				e := EscalationID(outage / time.Second)
				s.artist.says(edited, outage.String())
				s.want(page(e, "dana"), agentCard(e), edited)
				after(outage)

				down.Store(false)
				after(5*time.Second + 500*time.Millisecond)

				for _, id := range []CardID{page(e, "dana"), agentCard(e), edited} {
					if card := s.card(id); card.Wanted != card.Shown {
						t.Errorf("%v: %v waits 5.5 s after an outage of %v", kind, id, outage)
					}
				}
			}
		})
	}
}

// Of an outage an operator is told, and of its end, even where nothing is left to
// be shown.
func TestOutageIsTold(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = always(fault{err: fails(chat.Unsent, "no_route")})

		s.want(notice(1, "dana"), notice(2, "lee"))
		after(9 * time.Second)
		s.alarmed()
		after(31 * time.Second)
		s.alarmed(AlarmSilent)

		s.artist.moot[notice(1, "dana")], s.artist.moot[notice(2, "lee")] = true, true
		after(time.Minute)
		s.alarmed(AlarmAnswers)
		s.idle()
	})
}

// What goes wrong with a single card is no outage: others get through, or there are
// none.
func TestOneCardIsNoOutage(t *testing.T) {
	onStage(t, func(s *stage) {
		s.slack.faults = func(c call) fault {
			if c.room == "slack:dana" {
				return fault{err: fails(chat.Unsent, "http_500")}
			}

			return fault{}
		}

		begin := s.now()
		s.want(notice(1, "dana"))
		after(time.Minute)

		for e := range EscalationID(60) {
			s.want(notice(10+e, "lee"), notice(10+e, "mo"))
			after(500 * time.Millisecond)
		}

		s.alarmed()

		tries := 0

		for _, post := range s.slack.made("post", begin) {
			if post[:len("E-1/")] == "E-1/" {
				tries++
			}
		}

		if tries > 15 {
			t.Errorf("%v tries of what fails in 90 s, want fewer and fewer", tries)
		}
	})
}

// A page that is alone finds out by itself that the platform answers again.
func TestOutageOfASinglePage(t *testing.T) {
	for _, kind := range []chat.FailureKind{chat.Unsent, chat.Doubtful} {
		onStage(t, func(s *stage) {
			var down atomic.Bool

			s.slack.faults = whileDown(&down, fails(kind, "http_503"))

			for e := EscalationID(1); e < 60; e++ {
				outage := time.Duration(e) * 5300 * time.Millisecond

				down.Store(true)
				s.want(page(e, "dana"))
				after(outage)

				down.Store(false)
				after(5*time.Second + 500*time.Millisecond)

				if card := s.card(page(e, "dana")); card.Wanted != card.Shown {
					t.Errorf("%v: the page waits 5.5 s after an outage of %v", kind, outage)
				}

				after(20 * time.Minute) // until what may be doubled is not looked for any more
			}
		})
	}
}
