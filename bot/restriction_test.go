package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestHalfway(t *testing.T) {
	const day = 24 * time.Hour

	tests := []struct{ lasts, want time.Duration }{
		{10 * day, 5 * day},
		{365 * day, 365 * day / 2},
		{2 * day, day},
		{2*day - time.Second, 0},
		{time.Hour, 0},
	}

	for _, test := range tests {
		var want time.Time
		if test.want > 0 {
			want = noon.Add(test.want)
		}

		if got := halfway(noon, noon.Add(test.lasts)); !got.Equal(want) {
			t.Errorf("halfway(noon, noon+%v) = %v, want %v", test.lasts, got, want)
		}
	}
}

// Whatever anybody decides, and however long the bot was down: a restriction ends by
// the time that was said last, it is asked about a few times at most for each answer,
// and nothing is done about it once it has ended.
func TestRestrictionEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		c := &Customer{Team: "billing", Reference: "K-1", Seen: noon}

		for range rapid.IntRange(1, 3).Draw(t, "restrictions") {
			until := now.Add(time.Duration(rapid.IntRange(1, 365*24).Draw(t, "hours")) * time.Hour)
			c.restrict(Restriction{What: "no phone", By: "dana", From: now, Until: until, Review: halfway(now, until)})
		}

		ended, asked := map[int]time.Time{}, map[int]int{}
		look := func() {
			for i := range c.Restrictions {
				r := &c.Restrictions[i]
				step := r.due(now)

				if !ended[r.N].IsZero() && (step != nothingDue || !r.Ended.Equal(ended[r.N])) {
					t.Fatalf("%+v at %v: %v, want nothing done once it has ended", r, now, step)
				}

				switch step {
				case reviewDue:
					if asked[r.N]++; asked[r.N] > mostAsked || !now.Before(r.Until) {
						t.Fatalf("%+v at %v: asked for the %vth time", r, now, asked[r.N])
					}
				case lapsed:
					ended[r.N] = r.Ended
				case nothingDue:
				}

				if r.InForce(now) && (r.Until.IsZero() || !r.Until.After(now)) || r.Ended.IsZero() && over(r.Until, now) {
					t.Fatalf("%+v is in force at %v", r, now)
				}

				if r.due(now) != nothingDue {
					t.Fatalf("%+v at %v: something is due twice", r, now)
				}
			}

			if due := c.Due(); c.Restricted() == due.IsZero() || over(due, now) {
				t.Fatalf("Due() = %v at %v of %+v, want what ends to come up again", due, now, c.Restrictions)
			}
		}
		pick := func(t *rapid.T) *Restriction {
			r := &c.Restrictions[rapid.IntRange(0, len(c.Restrictions)-1).Draw(t, "which")]
			if !r.Ended.IsZero() {
				t.Skip("it has ended")
			}

			return r
		}

		t.Repeat(map[string]func(*rapid.T){
			"": func(*rapid.T) { look() },
			"time": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "hours")) * time.Hour)
			},
			"due": func(*rapid.T) {
				if due := c.Due(); due.After(now) {
					now = due
				}
			},
			"keep": func(t *rapid.T) {
				r := pick(t)
				r.keep()
				asked[r.N] = 0
			},
			"lift": func(t *rapid.T) {
				r := pick(t)
				r.lift("priya", now)
				ended[r.N] = r.Ended
			},
			"move": func(t *rapid.T) {
				r := pick(t)
				until := now.Add(time.Duration(rapid.IntRange(1, 365*24).Draw(t, "hours")) * time.Hour)
				r.move(until, halfway(now, until))
				asked[r.N] = 0
			},
		})

		now = now.Add(longestRestriction + time.Second)
		look()

		if c.Restricted() {
			t.Fatalf("a year later something is in force: %+v", c.Restrictions)
		}
	})
}

// A review that nobody answers: whoever set it and the managers, whoever set it,
// the managers, and then nobody.
func TestReviewUnanswered(t *testing.T) {
	r := Restriction{N: 1, From: noon, Until: noon.AddDate(0, 2, 0), Review: noon.AddDate(0, 1, 0)}

	var asked []string

	for now := noon; now.Before(r.Until.AddDate(0, 0, 2)); now = now.Add(time.Hour) {
		if step := r.due(now); step != nothingDue {
			asked = append(asked, now.Format("2 Jan 15:04")+map[restrictionStep]string{reviewDue: " asked", lapsed: " ended"}[step])
		}
	}

	want := []string{"23 Dec 12:00 asked", "26 Dec 12:00 asked", "29 Dec 12:00 asked", "23 Jan 12:00 ended"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("a review that nobody answers (-want +got):\n%v", diff)
	}
}

func TestRestrictionLines(t *testing.T) {
	c := &Customer{Restrictions: []Restriction{
		{N: 1, What: "no phone", Why: "Rings at night", From: noon, Until: noon.Add(time.Hour)},
		{N: 2, What: SupervisorOnly, Why: "Threatened Maria", From: noon, Until: noon.Add(time.Hour)},
		{N: 3, What: "two people", From: noon, Until: noon.Add(time.Minute)},
		{N: 4, What: "no visits", From: noon, Until: noon.Add(time.Hour), Ended: noon},
		{N: 5, What: "Letters only", From: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)},
	}}

	tests := []struct {
		full bool
		want []string
	}{
		{true, []string{"Supervisor only, until Mon 23 Nov, 13:00 UTC: Threatened Maria", "No contact by phone, until Mon 23 Nov, 13:00 UTC: Rings at night"}},
		{false, []string{"Supervisor only, until Mon 23 Nov, 13:00 UTC", "No contact by phone, until Mon 23 Nov, 13:00 UTC"}},
	}

	for _, test := range tests {
		var got []string
		for _, line := range restrictionLines(c, noon.Add(time.Minute), test.full) {
			got = append(got, line.String())
		}

		if !slices.Equal(got, test.want) {
			t.Errorf("restrictionLines(full: %v) = %q, want %q", test.full, got, test.want)
		}
	}
}

func TestRestrictionKey(t *testing.T) {
	for _, want := range []restrictionKey{{CustomerKey{"billing", "K-1042"}, 3}, {CustomerKey{"billing", "a/b/c 7"}, 12}} {
		if got, err := parseRestrictionKey(want.String()); err != nil || got != want {
			t.Errorf("parseRestrictionKey(%q) = %v, %v, want %v", want.String(), got, err, want)
		}
	}

	for _, odd := range []string{"", "billing", "billing/K-1042", "billing/x/K-1042"} {
		if got, err := parseRestrictionKey(odd); err == nil {
			t.Errorf("parseRestrictionKey(%q) = %v, nil, want an error", odd, got)
		}
	}
}

// Restrictions that say the same and follow on each other began with the first of them.
func TestRestrictedSince(t *testing.T) {
	const day = 24 * time.Hour

	c := &Customer{Restrictions: []Restriction{
		{N: 1, What: "no phone", From: noon, Until: noon.Add(90 * day), Ended: noon.Add(20 * day)},
		{N: 2, What: "two people", From: noon.Add(10 * day), Until: noon.Add(40 * day), Ended: noon.Add(40 * day)},
		{N: 3, What: "no phone", From: noon.Add(30 * day), Until: noon.Add(90 * day), Ended: noon.Add(80 * day)},
		{N: 4, What: "No Phone", From: noon.Add(81 * day), Until: noon.Add(100 * day)},
	}}

	for name, tt := range map[string]struct {
		what string
		from time.Duration
		want time.Duration
	}{
		"it follows on two":            {"no phone", 105 * day, 30 * day},
		"it is one of them":            {"No Phone", 81 * day, 30 * day},
		"the first":                    {"no phone", 0, 0},
		"there was a while in between": {"no phone", 107 * day, 107 * day},
		"another one":                  {"no visits", 81 * day, 81 * day},
		"of another kind":              {"two people", 41 * day, 10 * day},
	} {
		if got, want := c.since(tt.what, noon.Add(tt.from)), noon.Add(tt.want); !got.Equal(want) {
			t.Errorf("%v: since(%q) = %v, want %v", name, tt.what, got, want)
		}
	}

	if got := (*Customer)(nil).since("no phone", noon); !got.Equal(noon) {
		t.Errorf("since() of whom nobody knows = %v, want %v", got, noon)
	}
}
