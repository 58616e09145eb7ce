package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
)

// A death is when a bot crashes. The zero death is none.
type death struct {
	before int // when this write is asked for: what came before is on Slack and not in the store
	after  int // when this many writes are on the disk: what they ask for is in the store and not on Slack
}

// String returns the death as tests are called by it.
func (d death) String() string {
	if d.before > 0 {
		return fmt.Sprintf("before write %d", d.before)
	}

	return fmt.Sprintf("after write %d", d.after)
}

// TestCrashAtEveryWrite plays a whole escalation, and then again with a crash
// right before and right after each single write of it. People go on as people
// do: who sees that nothing has happened does it again. At the end everybody
// must have what they would have without the crash: nothing lost, nothing twice.
func TestCrashAtEveryWrite(t *testing.T) {
	for _, m := range []struct {
		mode
		every int // of how many writes one is tried; Socket Mode tries them all
	}{{mode{}, 1}, {mode{http: true}, 4}, {mode{repeated: true}, 4}} {
		t.Run(m.String(), func(t *testing.T) {
			calm := escalation(t, m.mode, death{})
			if calm.writes < 30 {
				t.Fatalf("a whole escalation took %d writes, want at least 30", calm.writes)
			}

			every := m.every
			if underRace {
				every *= 4
			}

			for n := 1; n <= calm.writes; n += every {
				for _, d := range []death{{after: n}, {before: n}} {
					t.Run(d.String(), func(t *testing.T) {
						t.Parallel()
						crash(t, m.mode, d, calm)
					})
				}
			}
		})
	}
}

// crash plays an escalation with a death in it, and holds it against one without.
func crash(t *testing.T, m mode, d death, calm story) {
	t.Helper()

	crashed := escalation(t, m, d)
	if diff := cmp.Diff(calm.seen, crashed.seen); diff != "" {
		t.Errorf("what people see after a crash %v (-without +with):\n%v", d, diff)
	}

	if diff := cmp.Diff(calm.timeline, crashed.timeline); diff != "" {
		t.Errorf("the timeline after a crash %v (-without +with):\n%v", d, diff)
	}

	// How many edits a run saves depends on who is quicker, so that the last few
	// writes may never be asked for.
	if at := max(d.after, d.before); !crashed.died && at < calm.writes*3/4 {
		t.Errorf("the bot lived to the end, want it to crash %v", d)
	}
}

// A story is what is left of an escalation.
type story struct {
	seen     map[string][]string // each person's messages, as they read at the end, and as they rang
	timeline []string
	writes   int  // of the first bot
	died     bool // the first bot crashed
}

// escalation plays a whole escalation with a death in it.
func escalation(t *testing.T, m mode, d death) (told story) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, m)
		if d.before > 0 {
			s.mind.dieBefore(d.before)
		}

		if d.after > 0 {
			s.mind.dieAfter(d.after)
		}

		first, was := s.mind, s.mind.writes()

		for _, deed := range deeds {
			s.carryOut(deed)
		}

		s.drain()
		told = s.told()
		told.writes, told.died = first.writes()-was, first.isDead()

		if err := s.diary.unexpected(); err != nil {
			t.Error(err)
		}

		for key, count := range s.slack.Journal().ByMetadata("key", false) {
			if count != 1 {
				t.Errorf("the card %v was posted %d times, want once", key, count)
			}
		}
	})

	return told
}

// A deed is something that somebody does, and how they know that it is done.
type deed struct {
	who  string
	what string
	do   func(r *reader) error
	done func(s *stage) bool
}

// deeds are a whole escalation: opened, passed, taken, introduced, joined, handed
// over, handed back, resolved with a promise, and closed.
var deeds = []deed{
	{
		"maria", "types /escalate", func(r *reader) error { return r.command("/escalate") },
		hasForm("maria"),
	},
	{
		"maria", "submits the form",
		submitting(map[string]string{"Customer": "Ms Kovac", "What happened": "Zwiebelmixer", "Reference": "4711", "Heat": "4"}),
		all(rings("maria", "Paging "), rings("dana", "needs you to take over")),
	},
	{"dana", "passes it", pressing("Can't take it", ""), all(reads("maria", "Dana Reed: can't take it"), rings("lee", "needs you to take over"))},
	{"dana", "gives no reason", func(r *reader) error { return r.closeForm() }, noForm("dana")},
	{"lee", "takes it", pressing("Take it", ""), all(reads("lee", "You have it"), rings("maria", "Lee Chan has it"))},
	{"maria", "introduces them", pressing("I introduced them", ""), rings("lee", "Maria Silva has introduced you")},
	{"lee", "joins", pressing("Customer is with me", "You have it"), reads("lee", "You are on it")},
	{"lee", "wants to hand it over", pressing("Hand to…", ""), hasForm("lee")},
	{
		"lee", "hands it over", submitting(map[string]string{"Hand to": "Priya Nair", "What they should know": "Her Deutsch"}),
		all(rings("priya", "needs you to take over"), noForm("lee")),
	},
	{"priya", "takes it", pressing("Take it", ""), all(reads("priya", "You have it"), rings("lee", "Priya Nair has it"), rings("maria", "Priya Nair has it"))},
	{"priya", "joins", pressing("Customer is with me", "You have it"), reads("priya", "You are on it")},
	{"priya", "wants to hand it back", pressing("Hand back", ""), hasForm("priya")},
	{
		"priya", "hands it back", submitting(map[string]string{"What should Maria Silva do now?": "Replace it"}),
		all(offers("maria", "Resolve"), rings("maria", "Priya Nair hands it back to you")),
	},
	{"maria", "wants to resolve it", pressing("Resolve", "Back with you"), hasForm("maria")},
	{
		"maria", "resolves it",
		submitting(map[string]string{"Outcome": "Replacement sent", "What else was promised to the customer": "A Rückruf"}),
		all(offers("maria", "Done"), noForm("maria")),
	},
	{"maria", "keeps the promise", pressing("Done", ""), reads("maria", "Nothing is owed to the customer.")},
}

// carryOut has somebody do something, and again if it shows that nothing came
// of it.
func (s *stage) carryOut(d deed) {
	s.t.Helper()

	var said error

	for range 4 {
		said = d.do(s.people[d.who])
		s.stirred.Add(1)

		if s.comesTrue(d) {
			return
		}
	}

	s.t.Fatalf("%v %v: %v\n%v\nThe log ends with\n%v", d.who, d.what, said, s.view(), s.diary.tail(10))
}

// comesTrue waits as long as people do who know that there was trouble.
func (s *stage) comesTrue(d deed) bool {
	s.t.Helper()

	for range 12 {
		s.settle()

		if d.done(s) {
			return true
		}

		s.pass(time.Second)
	}

	return false
}

func pressing(button, words string) func(*reader) error {
	return func(r *reader) error { return r.clicks(button, []string{words}) }
}

func submitting(values map[string]string) func(*reader) error {
	return func(r *reader) error { return r.submit(values) }
}

func hasForm(who string) func(*stage) bool {
	return func(s *stage) bool { return s.people[who].form() != nil }
}

func noForm(who string) func(*stage) bool {
	return func(s *stage) bool { return s.people[who].form() == nil }
}

func reads(who, words string) func(*stage) bool {
	return func(s *stage) bool { return s.people[who].stillSees([]string{words}) == nil }
}

// rings says that a message came of which their device showed the words.
func rings(who, words string) func(*stage) bool {
	return func(s *stage) bool {
		return s.people[who].newest(func(s *sight) bool { return strings.Contains(s.device, words) }) != nil
	}
}

func offers(who, button string) func(*stage) bool {
	return func(s *stage) bool {
		_, err := s.people[who].withButton(button, nil)

		return err == nil
	}
}

func all(conditions ...func(*stage) bool) func(*stage) bool {
	return func(s *stage) bool {
		return !slices.ContainsFunc(conditions, func(holds func(*stage) bool) bool { return !holds(s) })
	}
}

// told is what is left for everybody, without the times and without what only
// one person was told in passing.
func (s *stage) told() story {
	t := story{seen: map[string][]string{}}

	for name, r := range s.people {
		for _, seen := range r.seen {
			if !seen.now().private {
				t.seen[name] = append(t.seen[name], timeless(seen.now().text))
			}
		}

		slices.Sort(t.seen[name])
		t.seen[name] = append(t.seen[name], fmt.Sprintf("%d notifications", len(r.notices())))
	}

	t.seen[teamRoom] = strings.SplitAfter(timeless(s.room(teamRoom)), "#"+teamRoom)

	err := s.app.store.View(context.Background(), func(tx bot.Tx) error {
		entries, err := tx.Timeline(1)
		for _, e := range entries {
			t.timeline = append(t.timeline, fmt.Sprintf("%v: %v %v %v %v -> %v", e.By, e.What, e.Whom, e.Text, e.From, e.To))
		}

		return err
	})
	if err != nil {
		s.t.Error(err)
	}

	return t
}
