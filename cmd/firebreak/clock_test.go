package main

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestClockFollowsTheMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		time.Sleep(time.Hour)

		if got, want := c.now(), time.Now(); !got.Equal(want) {
			t.Errorf("now() = %v, want %v", got, want)
		}

		c.move(10 * time.Minute)
		c.move(-time.Hour)

		if got, want := c.now(), time.Now().Add(10*time.Minute); !got.Equal(want) {
			t.Errorf("now() after move = %v, want %v", got, want)
		}
	})
}

func TestClockNeverGoesBack(t *testing.T) {
	c := newClock()
	start := c.base

	// Round(0) strips the monotonic reading, so that the distance to the
	// anchor is the wall's: an hour back.
	c.anchor = c.anchor.Round(0)
	wall := c.anchor.Add(-time.Hour)

	c.base = c.base.Add(time.Hour) // as if an hour had passed monotonically
	if got := c.at(wall); got.Before(start) {
		t.Errorf("after a step back the clock says %v, want nothing before %v", got, start)
	}
}

func TestClockFollowsAStepForward(t *testing.T) {
	c := newClock()
	c.base = c.base.Add(-3 * time.Hour) // the machine was asleep: its monotonic clock stood still

	now := time.Now()
	if got := c.at(now); !got.Equal(now.Round(0)) {
		t.Errorf("after a step forward the clock says %v, want %v", got, now.Round(0))
	}
}
