package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func anything(string) bool { return true }

// What was given is the outcome within its writer's authority, and what was promised
// and carried out: each once.
func TestGiven(t *testing.T) {
	refund := func(n int, amount int64, result Result) Owed {
		o := Owed{N: n, Promise: true, Option: "Refund", Amount: amount, Currency: "USD", Result: result, DoneBy: "lee"}
		if result != "" {
			o.Done = noon
		}

		return o
	}
	outcome := Outcome{Name: "Refund", Sum: 4000, Currency: "USD", By: "dana", At: noon}
	waiting := outcome
	waiting.Waits = 1

	for name, tt := range map[string]struct {
		outcome *Outcome
		owed    []Owed
		want    []Gesture
	}{
		"nothing":                        {nil, nil, nil},
		"the outcome":                    {&outcome, nil, []Gesture{{1, 0, "Refund", 4000, "USD", "dana", noon}}},
		"an outcome that waits":          {&waiting, []Owed{refund(1, 4000, "")}, nil},
		"one that was denied":            {&waiting, []Owed{refund(1, 4000, NotAnyMore)}, nil},
		"one that was approved and done": {&waiting, []Owed{refund(1, 4000, Kept)}, []Gesture{{1, 1, "Refund", 4000, "USD", "lee", noon}}},
		"the outcome that was promised":  {&outcome, []Owed{refund(1, 4000, BrokenThenKept)}, []Gesture{{1, 1, "Refund", 4000, "USD", "lee", noon}}},
		"only promised":                  {nil, []Owed{refund(1, 4000, "")}, nil},
		"never done":                     {nil, []Owed{refund(1, 4000, NeverKept)}, nil},
		"both": {&outcome, []Owed{refund(1, 3000, Renegotiated)}, []Gesture{
			{1, 0, "Refund", 4000, "USD", "dana", noon}, {1, 1, "Refund", 3000, "USD", "lee", noon},
		}},
	} {
		e := &Escalation{ID: 1, Outcome: tt.outcome, Owed: tt.owed}
		if diff := cmp.Diff(tt.want, e.given(anything)); diff != "" {
			t.Errorf("%v: given() (-want +got):\n%v", name, diff)
		}
	}
}

// A gesture counts once, however often its escalation is resolved.
func TestGiveOnce(t *testing.T) {
	g := Gesture{1, 0, "Refund", 4000, "USD", "dana", noon}
	less := g
	less.Amount, less.At = 3000, noon.Add(time.Hour)
	other := g
	other.Escalation = 2

	var c Customer

	for _, tt := range []struct {
		give    Gesture
		changed bool
		want    int
	}{{g, true, 1}, {g, false, 1}, {less, true, 1}, {other, true, 2}, {g, true, 2}} {
		if got := c.Give([]Gesture{tt.give}); got != tt.changed || len(c.Gestures) != tt.want {
			t.Errorf("Give(%v) = %v, and %v are kept, want %v and %v", tt.give, got, len(c.Gestures), tt.changed, tt.want)
		}
	}
}
