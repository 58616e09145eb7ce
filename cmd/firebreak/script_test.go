package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
)

// The conversations in testdata/*.txt are the promises of PRODUCT.md, told in
// people's words and kept by the whole program: the App with its real Slack
// and Teams adapters, its real store, a workspace and a connector, in virtual time. Each is played in
// Socket Mode and in HTTP mode, and in both again with everything that Slack
// sends repeated.
//
// # How a script is written
//
// A line is a step, "#" begins a comment, and words to look for stand in double
// quotes; several in a row must stand in the same message. It is Monday,
// 10:00:00 in London when a script begins, and everybody is always on duty,
// unless its first lines say otherwise (see beginning). All steps are in the table `steps`
// (script_steps_test.go). These are the ones to begin with:
//
//	maria types /escalate now the customer is shouting
//	maria submits customer="Ms Kovac" "what happened"="Late again" heat=4
//	maria is notified "Paging Dana Reed"       a new message came, and her phone told her
//	maria sees "Paging Dana Reed" "Say now"    a new message came
//	maria sees privately "There is no E-9"     … that only she sees
//	maria sees edited "Dana Reed has it"       a message that was there changed
//	maria still sees "E-1" and "Withdraw"      one of her messages shows it now
//	maria no longer sees "Withdraw"            none does
//	dana is not notified                       nothing new came
//	dana clicks "Take it"                      on the newest message that has the button
//	dana clicks "Take it" on "E-1"             … and these words
//	dana clicks stale "Take it"                on one that had it, as she saw it then
//	after 46s · after 3 days · at 10:00:45     time passes
//	restart · crash · crash after 3 writes     the bot ends, and a new one begins
//
// Where people are is for the mode to say, in which a script is played. Somebody
// who has two accounts is "dana on slack" at one screen, and "dana on teams" at the
// other.
//
// What a person is to see may take a second to come, and an edit some seconds
// when there are many (see soon and inAWhile). A script ends
// with nothing unexpected: every new message to anybody was named by a step, no
// form is open, nobody was told of trouble, Slack refused nothing, no card was
// posted twice, the outbox is empty, and the log has no warning that the script
// does not name. Neither the log nor the terminal shows a word of a customer.

const (
	// soon is how long people wait for what is promised within a second. People in
	// scripts do in no time what takes others some seconds: on Teams, which takes
	// fewer messages for one person within a second than on Slack, they wait longer.
	soon        = 1200 * time.Millisecond
	soonOnTeams = 5 * time.Second
	// inAWhile is how long they wait for a message to be drawn anew, of which
	// Slack allows fifty a minute.
	inAWhile = 12 * time.Second
)

// A script is a conversation as it is written down.
type script struct {
	name  string
	begun beginning
	lines []scriptLine
}

// A scriptLine is one step, and where it stands.
type scriptLine struct {
	at   string // file:line
	text string
}

func readScript(t *testing.T, path string) script {
	t.Helper()

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	s := script{name: strings.TrimSuffix(filepath.Base(path), ".txt"), begun: usual()}

	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}

		at := fmt.Sprintf("%v:%d", path, i+1)

		if len(s.lines) == 0 {
			taken, err := s.begun.take(line)
			if err != nil {
				t.Fatalf("%v: %v\n%v", at, line, err)
			}

			if taken {
				continue
			}
		}

		s.lines = append(s.lines, scriptLine{at, line})
	}

	// A crash after so many writes is to hit what the script tells of, and nothing
	// that the bot notes of people whom it hears of for the first time.
	s.begun.introduced = strings.Contains(string(text), "\ncrash")

	return s
}

// scripts returns all scripts.
func scripts(t *testing.T) []script {
	t.Helper()

	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no scripts in testdata: %v", err)
	}

	all := make([]script, len(paths))
	for i, path := range paths {
		all[i] = readScript(t, path)
	}

	return all
}

func TestConversations(t *testing.T) {
	for i, s := range scripts(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()

			ends := map[mode]string{}
			modes := s.modes(i)
			for _, m := range modes {
				t.Run(m.String(), func(t *testing.T) { ends[m] = perform(t, m, s) })
			}

			if t.Failed() || s.leftToChance() || len(modes) == 0 || len(ends) < len(modes) {
				return
			}

			// Nobody can tell afterwards who was where.
			for _, m := range modes[1:] {
				if diff := cmp.Diff(ends[modes[0]], ends[m]); diff != "" {
					t.Errorf("what is kept of %v on %v and on %v (-first +second):\n%v", s.name, modes[0], m, diff)
				}
			}
		})
	}
}

// modes are the ways in which a script is played, of which it is one of many: on
// Slack, on Teams, and with people on both. One that goes over days is played in two
// of them: between them, these run whatever the others do. While the race detector
// looks on, each script is played in one, and none that goes over days: what these do
// each second takes the detector many minutes and shows it nothing new.
func (s script) modes(i int) []mode {
	slack := []mode{{}, {http: true, repeated: true}}
	both := []mode{{agents: true}, {leads: true, http: true}}
	teams := mode{agents: true, leads: true, repeated: true}

	both = slices.DeleteFunc(both, func(m mode) bool { return s.unlike(m, "") })
	all := []mode{slack[0], slack[1], teams}

	if len(both) > 0 {
		all = append(all, both[i%len(both)])
	}

	switch {
	case s.begun.both:
		all = []mode{{agents: true, both: true}, {leads: true, both: true, http: true, repeated: true}}
	case s.begun.days:
		all = []mode{slack[i%2], all[2+i/2%(len(all)-2)]}
	}

	all = slices.DeleteFunc(all, func(m mode) bool { return s.unlike(m, "") })
	switch {
	case underRace && s.begun.days:
		return nil
	case underRace:
		return all[i%len(all):][:1]
	default:
		return all
	}
}

// leftToChance reports whether a script does not say who is quicker.
func (s script) leftToChance() bool {
	return slices.ContainsFunc(s.lines, func(l scriptLine) bool { return strings.HasPrefix(l.text, "either ") })
}

var timeOfDay = regexp.MustCompile(`\d\d:\d\d(:\d\d)?`)

// timeless blots the times out: where the bot crashes, one way in takes longer
// to notice.
func timeless(view string) string { return timeOfDay.ReplaceAllString(view, "··:··") }

// perform plays a script and returns what is kept of it at its end.
func perform(t *testing.T, m mode, s script) (end string) {
	t.Helper()

	said := quietly(t, func() {
		synctest.Test(t, func(t *testing.T) {
			p := &play{stage: stageOf(t, m, s.begun), script: s}
			end = p.act()
		})
	})
	if said != "" {
		t.Errorf("%v: the terminal shows %q, want nothing", s.name, said)
	}

	return end
}

// A play is a script that is being played.
type play struct {
	*stage
	script script
	line   scriptLine

	trouble []error // what people were told went wrong, and no step has named yet
	spoken  []string
	refused []string // calls that a step expects Slack to refuse, as "method: error"
}

// act plays all steps, and holds that nothing unexpected is left. It returns what
// is kept.
func (p *play) act() (kept string) {
	p.t.Helper()

	for _, r := range p.people {
		r.doubled = p.script.doubtful(p.mode)
	}

	for _, line := range p.script.lines {
		if p.script.unlike(p.mode, line.text) {
			continue
		}

		p.line = line

		if err := p.step(line.text); err != nil {
			p.fail(err)
		}

		p.settle()
	}

	p.line = scriptLine{p.script.name + ", at the end", "nothing unexpected is left"}
	p.drain()

	if err := p.unexpected(); err != nil {
		p.fail(err)
	}

	kept = p.kept()
	p.close()

	if err := p.leaks(); err != nil {
		p.fail(err)
	}

	return kept
}

// kept is the timeline of every escalation, without times and without where people
// are: a platform's word for why it could not reach somebody, and that it can't say
// whether a message came.
func (p *play) kept() string {
	var b strings.Builder

	err := p.app.store.View(p.t.Context(), func(tx bot.Tx) error {
		for id := bot.EscalationID(1); ; id++ {
			entries, err := tx.Timeline(id)
			if errors.Is(err, bot.ErrDamaged) {
				err = nil // what the script had the disk alter is left out
			}

			if err != nil || len(entries) == 0 {
				return err
			}

			for _, e := range entries {
				if e.What == bot.WasUnreachable || e.What == bot.WasUndelivered {
					e.Text = ""
				}

				if e.What == bot.WasDoubled {
					continue
				}

				fmt.Fprintf(&b, "%v %v: %v %v %v %v -> %v\n", id, e.By, e.What, e.Whom, e.Text, e.From, e.To)
			}
		}
	})
	if err != nil {
		p.fail(err)
	}

	return timeless(anywhere.Replace(b.String()))
}

// step does what a line says.
func (p *play) step(line string) error {
	for _, s := range steps {
		if found := s.pattern.FindStringSubmatch(line); found != nil {
			if err := p.unnamedTrouble(s); err != nil {
				return err
			}

			defer p.stirred.Add(1)

			return s.do(p, found[1:])
		}
	}

	return fmt.Errorf("no step is written like that; they are\n  %v", strings.Join(stepsInWords(), "\n  "))
}

// unnamedTrouble is an error if somebody was told that something went wrong and
// the next step does not say so.
func (p *play) unnamedTrouble(next step) error {
	if len(p.trouble) == 0 || next.namesTrouble {
		return nil
	}

	return fmt.Errorf("before this, somebody was told: %w; want no trouble", p.trouble[0])
}

// did notes what somebody was told after they did something.
func (p *play) did(err error) error {
	if err != nil {
		p.trouble = append(p.trouble, err)
	}

	return nil
}

func (p *play) fail(err error) {
	p.t.Helper()
	p.t.Fatalf("%v: %v\n%v\nIt is %v. %v\nThe log ends with\n%v",
		p.line.at, p.line.text, err, time.Now().In(p.begun.at.Location()).Format(time.TimeOnly), p.view(), p.diary.tail(10))
}

// eventually waits until so reports no error, and returns its last one if that
// does not happen in time.
func eventually(within time.Duration, so func() error) error {
	const blink = 50 * time.Millisecond

	for deadline := time.Now().Add(within); ; time.Sleep(blink) {
		synctest.Wait()

		err := so()
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// A step is a way to write a line, and what it does.
type step struct {
	how     string // with placeholders in capitals
	do      func(p *play, args []string) error
	pattern *regexp.Regexp
	// namesTrouble says that the step is about what went wrong.
	namesTrouble bool
}

// placeholders are what stands in capitals in the table of steps.
var placeholders = []struct{ name, pattern string }{
	{"WORDS", `((?:"[^"]*"(?: and )?\s*)+)`},
	{"BUTTON", `"([^"]*)"`},
	{"FIELDS", `((?:"[^"]*"|[a-z_]+)=(?:"[^"]*"|\S+)(?:\s+(?:"[^"]*"|[a-z_]+)=(?:"[^"]*"|\S+))*)`},
	{"SECONDS", `(\d+)s`},
	{"SPAN", `(\d\S*[smh])`},
	{"PEOPLE", `([a-z, ]+)`},
	{"CLOCK", `(\d\d:\d\d:\d\d)`},
	{"DAY", `([A-Z][a-z]+day)`},
	{"NUMBER", `(\d+)`},
	{"NAME", `(\S+)`},
	{"REST", `(.+)`},
	{"WHO", `((?:maria|tom|zoe|dana|lee|sam|priya)(?: on slack| on teams)?)`},
	{"ROOM", `([a-z]+-[a-z]+)`},
}

func newSteps(all []step) []step {
	for i := range all {
		pattern := regexp.QuoteMeta(all[i].how)
		for _, p := range placeholders {
			pattern = strings.ReplaceAll(pattern, p.name, p.pattern)
		}

		all[i].pattern = regexp.MustCompile("^" + pattern + "$")
	}

	return all
}

func stepsInWords() []string {
	all := make([]string, len(steps))
	for i, s := range steps {
		all[i] = s.how
	}

	return all
}

var wordsPattern = regexp.MustCompile(`"([^"]*)"`)

// inQuotes returns the words that stand in quotes.
func inQuotes(s string) []string {
	var all []string
	for _, found := range wordsPattern.FindAllStringSubmatch(s, -1) {
		all = append(all, found[1])
	}

	return all
}

var fieldPattern = regexp.MustCompile(`("[^"]*"|[a-z_]+)=("[^"]*"|\S+)`)

// answers reads customer="Ms Kovac" "what happened"="…" heat=4, in their order.
func answers(s string) [][2]string {
	var all [][2]string
	for _, found := range fieldPattern.FindAllStringSubmatch(s, -1) {
		all = append(all, [2]string{strings.Trim(found[1], `"`), strings.Trim(found[2], `"`)})
	}

	return all
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("script: " + s + " is no number")
	}

	return n
}

// holds reports whether a text has all the words.
func holds(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}
