package main

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Where the bot is on both platforms and one is taken from it for good, it goes on
// with the other, pages there whoever is on both, and says what to do.
func TestOnePlatformLostForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, mode{agents: true, both: true})
		s.answers("/readyz", http.StatusOK, "ok")

		if err := s.people["dana on slack"].command("/duty here"); err != nil {
			t.Fatal(err)
		}

		s.slack.Uninstall()
		s.settle()

		s.answers("/readyz", http.StatusServiceUnavailable, "slack: the bot is not on it: slack refuses the bot (app_uninstalled): the app was uninstalled: install it again and set the new tokens; start the bot again")
		s.answers("/healthz", http.StatusOK, "ok")
		s.goesOn()

		if err := s.people["maria"].command("/escalate now"); err != nil {
			t.Fatal(err)
		}

		s.pass(2 * time.Second)

		if all := s.people["dana on teams"].notices(); len(all) == 0 || !strings.Contains(all[len(all)-1].text, "needs you") {
			t.Errorf("Dana is told %v on Teams, want the page", all)
		}

		if err := s.diary.warned("level=ERROR msg=\"a platform refuses the bot for good: the bot goes on without it\" platform=Slack"); err != nil {
			t.Error(err)
		}
	})
}

// A platform that refuses the bot at the start keeps nobody from being paged on the
// other one, and is taken up once it accepts the bot.
func TestOnePlatformRefusesAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, mode{agents: true, both: true})

		s.slack.RevokeToken("account_inactive")
		s.stop()
		s.run()
		s.pass(5 * time.Second)
		s.answers("/readyz", http.StatusServiceUnavailable, "install the app again and set the new tokens; it is tried again each minute")

		if err := s.people["maria"].command("/escalate now"); err != nil {
			t.Fatal(err)
		}

		s.pass(2 * time.Second)

		if all := s.people["dana on teams"].notices(); len(all) == 0 || !strings.Contains(all[len(all)-1].text, "needs you") {
			t.Errorf("Dana is told %v on Teams, want the page", all)
		}

		s.slack.RevokeToken("")
		s.pass(2 * time.Minute)
		s.answers("/readyz", http.StatusOK, "ok")
		s.goesOn()
	})
}

// A bot that no platform accepts ends, and says why of each.
func TestBothPlatformsLostForGood(t *testing.T) {
	a := wired(t, both())
	slack, teams := a.platforms[0], a.platforms[1]

	if err := a.lose(slack, &loss{err: errors.New("first")}); err != nil {
		t.Errorf("lose(the first) = %v, want nil: the other goes on", err)
	}

	if err := a.lose(teams, &loss{err: errors.New("second")}); err == nil || !strings.Contains(err.Error(), "first") || !strings.Contains(err.Error(), "second") {
		t.Errorf("lose(the last) = %v, want both reasons", err)
	}
}

// goesOn checks that nothing has ended the bot.
func (s *stage) goesOn() {
	s.t.Helper()

	select {
	case err := <-s.app.Failed():
		s.t.Errorf("the bot ends with %v, want it to go on", err)
	default:
	}
}
