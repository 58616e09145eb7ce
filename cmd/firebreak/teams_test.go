package main

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// onTeamsStage has everybody on Teams, and the bot idle.
func onTeamsStage(t *testing.T) (*stage, *teamsSide) {
	t.Helper()

	s := newStage(t, mode{agents: true, leads: true})

	return s, s.sides[chat.Teams].(*teamsSide)
}

// happened counts what stands on the timeline of the first escalation.
func (s *stage) happened(what bot.What) int {
	s.t.Helper()

	count := 0

	err := s.app.store.View(s.t.Context(), func(tx bot.Tx) error {
		entries, err := tx.Timeline(1)
		for _, e := range entries {
			if e.What == what {
				count++
			}
		}

		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}

	return count
}

// sends counts the messages that Teams was asked to show to somebody.
func (s *teamsSide) sends(name string) int {
	count := 0

	for _, call := range s.Journal().Of("send") {
		if call.Conversation == s.Person(teamsUsers[name]).DM() {
			count++
		}
	}

	return count
}

// Whatever Teams delivers three times, with the same id or with new ones, is done
// once.
func TestDeliveredThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, side := onTeamsStage(t)
		side.Duplicate(1)
		side.DuplicateAnew(1)

		s.tell("maria", func(r *reader) error { return r.command("/escalate now Zwiebelmixer") })
		s.tell("dana", func(r *reader) error { return r.clicks("Take it", nil) })
		s.tell("maria", func(r *reader) error { return r.clicks("I introduced them", nil) })
		s.tell("dana", func(r *reader) error { return r.clicks("Customer is with me", nil) })

		if got := len(side.Journal().Acks); got < 11 {
			t.Fatalf("Teams delivered %d activities, want a message twice and three presses three times", got)
		}

		for _, what := range []bot.What{bot.WasOpened, bot.WasPaged, bot.WasTaken, bot.WasIntroduced, bot.WasJoined} {
			if got := s.happened(what); got != 1 {
				t.Errorf("it was %v %d times, want once", what, got)
			}
		}

		for name, want := range map[string]int{"maria": 2, "dana": 2} {
			if got := len(s.people[name].notices()); got != want {
				t.Errorf("%v was notified %d times, want %d:\n%v", name, got, want, s.people[name].notices())
			}
		}
	})
}

// tell has somebody do something, and everything happen that follows from it.
func (s *stage) tell(name string, do func(*reader) error) {
	s.t.Helper()

	if err := do(s.people[name]); err != nil {
		s.t.Fatalf("%v: %v\n%v", name, err, s.view())
	}

	s.stirred.Add(1)
	s.pass(10 * time.Second)
}

// What Teams asks to be tried again is tried again, and what it does not is not:
// then the next person is paged at once.
func TestTriedAgainAsTeamsSays(t *testing.T) {
	tests := []struct {
		status int
		again  bool
	}{
		{http.StatusPreconditionFailed, true},
		{http.StatusTooManyRequests, true},
		{http.StatusBadGateway, true},
		{http.StatusServiceUnavailable, true},
		{http.StatusGatewayTimeout, true},
		{http.StatusInternalServerError, false},
	}

	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, side := onTeamsStage(t)
				fault := connector.Fault{Call: "send", To: "dana", Do: connector.ServerError, Status: tt.status, Times: 1}

				if tt.status == http.StatusTooManyRequests {
					fault.Do, fault.RetryAfter = connector.RateLimit, 2
				}

				side.Inject(fault)
				s.tell("maria", func(r *reader) error { return r.command("/escalate now Zwiebelmixer") })
				s.pass(10 * time.Second)

				want := map[string]int{"dana": 1, "lee": 1}
				if tt.again {
					want = map[string]int{"dana": 2, "lee": 0}
				}

				for name, want := range want {
					if got := side.sends(name); got != want {
						t.Errorf("after a %d there were %d messages to %v, want %d", tt.status, got, name, want)
					}
				}
			})
		})
	}
}

// Somebody who has taken the app away can't be reached: the next person is paged at
// once. Once they have it again they are paged as before.
func TestAppTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, side := onTeamsStage(t)
		s.tell("dana", func(r *reader) error { return r.command("/duty") })

		if err := side.Uninstall("dana"); err != nil {
			t.Fatal(err)
		}

		s.tell("maria", func(r *reader) error { return r.command("/escalate now Zwiebelmixer") })

		if err := s.people["lee"].isNotified([]string{"needs you to take over"}); err != nil {
			t.Errorf("ten seconds after Dana took the app away: %v", err)
		}

		if got := s.happened(bot.WasUnreachable); got != 1 {
			t.Errorf("it is told %d times that somebody could not be reached, want once", got)
		}

		if err := side.Install("dana"); err != nil {
			t.Fatal(err)
		}

		s.tell("tom", func(r *reader) error { return r.command("/escalate now Apfelstrudel") })

		if err := s.people["dana"].isNotified([]string{"needs you to take over"}); err != nil {
			t.Errorf("after the app is there again: %v", err)
		}
	})
}

// Ten supervisors who are paged at once all press: one has it, and the nine others
// are told who.
func TestTenTakeItAtOnce(t *testing.T) {
	begun := usual()
	begun.rota = crowd

	synctest.Test(t, func(t *testing.T) {
		s := stageOf(t, mode{agents: true, leads: true}, begun)
		side := s.sides[chat.Teams].(*teamsSide)

		s.tell("maria", func(r *reader) error { return r.command("/escalate now Zwiebelmixer") })

		var (
			all     []*reader
			presses []func() error
		)

		for _, name := range crowdNames {
			r := &reader{client: side.client(name), name: name, stirred: &s.stirred}

			m, err := r.withButton("Take it", nil)
			if err != nil {
				t.Fatal(err)
			}

			all = append(all, r)
			presses = append(presses, func() error { return r.clickStale(m, "Take it") })
		}

		for _, err := range atOnce(presses...) {
			if err != nil {
				t.Errorf("a press: %v", err)
			}
		}

		s.pass(30 * time.Second)

		if got := s.happened(bot.WasTaken); got != 1 {
			t.Errorf("it was taken %d times, want once", got)
		}

		var has, told int

		for _, r := range all {
			if r.stillSees([]string{"You have it"}) == nil {
				has++
			} else if r.stillSees([]string{"took it at"}) == nil {
				told++
			}
		}

		if has != 1 || told != len(all)-1 {
			t.Errorf("%d have it and %d were told who has, want 1 and %d", has, told, len(all)-1)
		}
	})
}
