package main

import (
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
)

// The conversations in testdata/*.txt are the promises of PRODUCT.md, told in
// people's words and kept by the whole program: the App with its real Slack
// adapter, its real store and a workspace, in virtual time. Each is played in
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
// What a person is to see may take a second to come, and an edit some seconds
// when there are many (see soon and inAWhile). A script ends
// with nothing unexpected: every new message to anybody was named by a step, no
// form is open, nobody was told of trouble, Slack refused nothing, no card was
// posted twice, the outbox is empty, and the log has no warning that the script
// does not name. Neither the log nor the terminal shows a word of a customer.

const (
	// soon is how long people wait for what is promised within a second.
	soon = 1200 * time.Millisecond
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
	for _, s := range scripts(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()

			ends := map[mode]string{}
			for _, m := range s.modes() {
				t.Run(m.String(), func(t *testing.T) { ends[m] = timeless(perform(t, m, s)) })
			}

			// Nobody can tell by what way Slack talks to the bot.
			socket, http := ends[mode{}], ends[mode{http: true}]
			if len(ends) > 2 && socket != http && !s.leftToChance() && !t.Failed() {
				t.Errorf("at the end of %v people see in HTTP mode\n%v\nwant what they see in Socket Mode\n%v", s.name, http, socket)
			}
		})
	}
}

// modes are the ways in which Slack talks to the bot while a script is played. One
// that goes over days is played in two of them: between them, these two run whatever
// the others do. While the race detector looks on, each script is played in one.
func (s script) modes() []mode {
	two := []mode{{}, {http: true, repeated: true}}

	switch {
	case underRace:
		return two[len(s.name)%2:][:1]
	case s.begun.days:
		return two
	default:
		return []mode{{}, {http: true}, {repeated: true}, {http: true, repeated: true}}
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

// perform plays a script and returns what everybody sees at its end.
func perform(t *testing.T, m mode, s script) (end string) {
	t.Helper()

	said := quietly(t, func() {
		synctest.Test(t, func(t *testing.T) {
			p := &play{stage: stageOf(t, m, s.begun), script: s}
			p.act()
			end = p.view()
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

// act plays all steps, and holds that nothing unexpected is left.
func (p *play) act() {
	p.t.Helper()

	for _, line := range p.script.lines {
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

	p.close()

	if err := p.leaks(); err != nil {
		p.fail(err)
	}
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
	{"WHO", `(maria|tom|zoe|dana|lee|sam|priya)`},
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
