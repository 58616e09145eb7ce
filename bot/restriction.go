package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// Restrictions on a customer: how they may be dealt with for a time after they
// threatened or abused somebody. There is none without an end, and in between
// whoever set it is asked whether it is still needed. Nobody who forgets about one
// makes it last.

// SupervisorOnly is the restriction by which agents hand a customer over at once.
const SupervisorOnly = "supervisor only"

// restrictions are what can be chosen where a team names none of its own.
var restrictions = []choice{
	{SupervisorOnly, "Supervisor only"},
	{"two people", "Two people on every contact"},
	{"written only", "Written contact only"},
	{"no phone", "No contact by phone"},
	{"no visits", "No visits in person"},
}

const (
	// longestRestriction is how long one lasts at most.
	longestRestriction = 365 * 24 * time.Hour
	// longRestriction is how long one lasts at most that somebody set who is no
	// manager.
	longRestriction = 90 * 24 * time.Hour
	// reviewBefore is how long before its end one is reviewed at the latest.
	reviewBefore = 24 * time.Hour
	// askAgain is after how long somebody is asked again whether one is needed.
	askAgain = 3 * 24 * time.Hour
	// mostAsked is how often that is asked: whoever set it and the managers, whoever
	// set it, the managers.
	mostAsked = 3
)

// What happens to an escalation because of a restriction on its customer.
type (
	// Restrict restricts the customer. N is given.
	Restrict struct {
		By          PersonID
		Restriction Restriction
	}
	// TellRestriction writes down what became of a restriction that came of the
	// escalation.
	TellRestriction struct {
		By   PersonID // "" if it ran out
		What What
		Text string
	}
)

func (Restrict) event()        {}
func (TellRestriction) event() {}

// KeepRestriction has a restriction kept with the customer.
type KeepRestriction struct{ Restriction Restriction }

func (KeepRestriction) effect() {}

func (a *application) restrict(ev Restrict) error {
	r := ev.Restriction
	r.By, r.From, r.Escalation = ev.By, a.Now, a.ID

	a.record(Entry{What: WasRestricted, By: ev.By, Text: r.label() + ", " + r.Why}, a.State)
	a.effects = append(a.effects, KeepRestriction{r})

	return nil
}

func (a *application) tellRestriction(ev TellRestriction) error {
	a.record(Entry{What: ev.What, By: ev.By, Text: ev.Text}, a.State)

	return nil
}

// label is how people read what a restriction says.
func (r *Restriction) label() string { return label(restrictions, r.What) }

// line says what a restriction is and until when, and why to those who lead the team.
func (r *Restriction) line(full bool) chat.Text {
	line := chat.Line("%v, until %v", chat.Strong(inline(r.label(), 200)), chat.Day(r.Until))
	if full {
		line = append(line, chat.Plain(described(inline(r.Why, 200)))...)
	}

	return line
}

// restrictionLines are the restrictions on a customer that are in force, as people
// read them: what binds an agent at once comes first. Full says that the reader leads
// the team.
func restrictionLines(c *Customer, now time.Time, full bool) []chat.Text {
	inForce := slices.DeleteFunc(slices.Clone(c.Restrictions), func(r Restriction) bool { return !r.InForce(now) })
	slices.SortStableFunc(inForce, func(a, b Restriction) int { return a.rank() - b.rank() })

	lines := make([]chat.Text, len(inForce))
	for i := range inForce {
		lines[i] = inForce[i].line(full)
	}

	return lines
}

func (r *Restriction) rank() int {
	if r.What == SupervisorOnly {
		return 0
	}

	return 1
}

// supervisorOnly reports whether agents hand this customer over at once.
func (c *Customer) supervisorOnly(now time.Time) bool {
	return slices.ContainsFunc(c.Restrictions, func(r Restriction) bool { return r.What == SupervisorOnly && r.InForce(now) })
}

// halfway returns when a restriction is reviewed unless somebody says otherwise:
// halfway, and a day before its end at the latest. Zero stands for never: one that
// lasts for less than two days has just been thought about.
func halfway(from, until time.Time) time.Time {
	if last := until.Add(-reviewBefore); !last.Before(from.Add(reviewBefore)) {
		return first(from.Add(until.Sub(from)/2), last)
	}

	return time.Time{}
}

// restriction returns the customer's restriction with a number, nil if there is
// none (any more).
func (c *Customer) restriction(n int) *Restriction {
	i := slices.IndexFunc(c.Restrictions, func(r Restriction) bool { return r.N == n })
	if i < 0 {
		return nil
	}

	return &c.Restrictions[i]
}

// restrict adds a restriction, and numbers it.
func (c *Customer) restrict(r Restriction) {
	for _, known := range c.Restrictions {
		r.N = max(r.N, known.N)
	}

	r.N++
	c.Restrictions = append(c.Restrictions, r)
}

// keep says that a restriction is needed until its end.
func (r *Restriction) keep() { r.Review, r.Asked = time.Time{}, 0 }

// lift ends a restriction before its time.
func (r *Restriction) lift(by PersonID, now time.Time) { r.Ended, r.EndedBy = now, by }

// move gives a restriction another end, and another review.
func (r *Restriction) move(until, review time.Time) {
	r.Until, r.Review, r.Asked = until, review, 0
}

// goesOn is how soon after the end of a restriction another one that says the same
// goes on from it.
const goesOn = 7 * 24 * time.Hour

// since returns when the first began of the restrictions that say the same and follow
// on each other up to one from a time on: to lift one and set it anew makes no new
// beginning.
func (c *Customer) since(what string, from time.Time) time.Time {
	if c == nil {
		return from
	}

	for _, r := range slices.Backward(c.Restrictions) {
		ended := r.Until
		if !r.Ended.IsZero() {
			ended = r.Ended
		}

		if strings.EqualFold(r.What, what) && r.From.Before(from) && from.Sub(ended) < goesOn {
			from = r.From
		}
	}

	return from
}

// A restrictionStep is what is due of a restriction.
type restrictionStep int

const (
	nothingDue restrictionStep = iota
	reviewDue                  // somebody is asked whether it is still needed
	lapsed                     // it has run out
)

// due does what is due of a restriction. What was missed is not made up for: one
// that ran out meanwhile is not reviewed any more.
func (r *Restriction) due(now time.Time) restrictionStep {
	switch {
	case !r.Ended.IsZero():
		return nothingDue
	case over(r.Until, now):
		r.Ended = r.Until

		return lapsed
	case !over(r.Review, now):
		return nothingDue
	}

	r.Asked++
	r.Review = now.Add(askAgain)

	if r.Asked >= mostAsked || !r.Review.Before(r.Until) {
		r.Review = time.Time{}
	}

	return reviewDue
}

// A restrictionKey names a restriction in a button: the team, the number, and the
// reference, which may have any mark in it.
type restrictionKey struct {
	CustomerKey
	n int
}

// String is what a button carries.
func (k restrictionKey) String() string { return fmt.Sprintf("%v/%v/%v", k.Team, k.n, k.Reference) }

func parseRestrictionKey(s string) (restrictionKey, error) {
	var k restrictionKey

	parts := strings.SplitN(s, "/", 3)
	if len(parts) < 3 {
		return k, errNoRestriction
	}

	if _, err := fmt.Sscan(parts[1], &k.n); err != nil {
		return k, errNoRestriction
	}

	k.Team, k.Reference = TeamID(parts[0]), parts[2]

	return k, nil
}
