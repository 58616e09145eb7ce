package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/store/bolt"
)

// shiftConfig has three shifts a day, which meet at 8:00, 16:00 and 24:00 in
// London, where it is the time of UTC in November.
const shiftConfig = `
timezone: Europe/London
people:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}
  lee:   {name: Lee Chan,   role: supervisor, slack: U0LEE}
  kim:   {name: Kim Novak,  role: supervisor, slack: U0KIM}
  omar:  {name: Omar Haddad, role: supervisor, slack: U0OMAR}
  priya: {name: Priya Nair, role: manager,    slack: U0PRIYA}
  uma:   {name: Uma Berg,   role: manager,    slack: U0UMA}
teams:
  billing:
    name: Billing
    user_group: S0DUTY
    channel: C0BILLING
    supervisors: [dana, lee, kim]
    managers: [priya]
    agents: [U0MARIA]
    shifts:
      - {who: [dana], days: Mon-Sun, hours: "08:00-16:00"}
      - {who: [lee],  days: Mon-Sun, hours: "16:00-00:00"}
      - {who: [kim],  days: Mon-Sun, hours: "00:00-08:00"}
    options: [{name: Refund}]
  sales:
    name: Sales
    supervisors: [omar]
    managers: [priya]
`

// A dutyDesk is a desk whose clock the test moves, over a real store.
type dutyDesk struct {
	*bot.Desk
	t     *testing.T
	store bot.Store
	now   time.Time
	ids   int // of commands and clicks
	told  int // notes that the test has seen
	logs  io.Writer
}

// twice is a store that runs each change a second time before it counts, as a
// store may.
type twice struct{ bot.Store }

func (s twice) Update(ctx context.Context, change func(bot.Tx) error) error {
	undo := errors.New("run it again")

	if err := s.Store.Update(ctx, func(tx bot.Tx) error { return errors.Join(change(tx), undo) }); !errors.Is(err, undo) {
		return err
	}

	return s.Store.Update(ctx, change)
}

// dutyDeskOf returns a desk on Monday the 23rd of November at 9:00.
func dutyDeskOf(t *testing.T, config string) *dutyDesk {
	t.Helper()

	d := &dutyDesk{t: t, logs: io.Discard, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}

	store, err := bolt.Open(filepath.Join(t.TempDir(), databaseName), bolt.Options{Now: func() time.Time { return d.now }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = store.Close() })

	d.store = twice{store}
	d.restart(config)

	return d
}

// restart has a new desk on the same store, with a configuration that may be
// another one, look at the rotas.
func (d *dutyDesk) restart(config string) {
	d.t.Helper()

	c, err := ParseConfig("test.yaml", []byte(config))
	if err != nil {
		d.t.Fatal(err)
	}

	d.Desk = bot.NewDesk(bot.DeskOptions{
		Store: d.store, Settings: c.settings(), Now: func() time.Time { return d.now }, Log: slog.New(slog.NewTextHandler(d.logs, nil)),
	})

	if err := d.WatchRotas(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}

	d.tick()
}

func (d *dutyDesk) tick() {
	d.t.Helper()

	if err := d.Tick(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// at moves the clock to a day of November and a time of day, and has the desk do
// what is due.
func (d *dutyDesk) at(day, hour, minute, second int) {
	d.t.Helper()

	d.now = time.Date(2026, 11, day, hour, minute, second, 0, time.UTC)
	d.tick()
}

// says has somebody type a command, and returns the answer's title and text.
func (d *dutyDesk) says(who, command string) string {
	d.t.Helper()
	d.ids++

	return d.saysAgain(fmt.Sprint("c", d.ids), who, command)
}

func (d *dutyDesk) saysAgain(id, who, command string) string {
	d.t.Helper()

	name, text, _ := strings.Cut(strings.TrimPrefix(command, "/"), " ")

	reply, err := d.Command(d.t.Context(), chat.Command{ID: id, Who: account(who), Name: name, Text: text})
	if err != nil {
		d.t.Fatalf("%v: %v = %v", who, command, err)
	}

	return answerText(reply.Message)
}

// clicks has somebody press a button, and returns the answer.
func (d *dutyDesk) clicks(who, action, value string) string {
	d.t.Helper()
	d.ids++

	reply, err := d.Click(d.t.Context(), chat.Click{ID: fmt.Sprint("k", d.ids), Who: account(who), Action: action, Value: value})
	if err != nil {
		d.t.Fatalf("%v: %v %v = %v", who, action, value, err)
	}

	return answerText(reply.Message)
}

// answerText returns a message as text: the title, then its paragraphs and small
// print, with times in UTC.
func answerText(m *chat.Message) string {
	if m == nil {
		return ""
	}

	lines := []string{m.Title}

	for _, part := range m.Parts {
		switch part := part.(type) {
		case chat.Paragraph:
			lines = append(lines, part.Text.String())
		case chat.Small:
			lines = append(lines, part.Text.String())
		}
	}

	return strings.Join(lines, " | ")
}

// advice has the agent ask for advice about a customer who does not wait.
func (d *dutyDesk) advice(customer string) {
	d.t.Helper()
	d.ids++

	form := chat.Values{"kind": {"advise me"}, "customer": {customer}, "happened": {"It broke"}, "waiting": {"no"}}

	reply, err := d.Submit(d.t.Context(), chat.Submission{ID: fmt.Sprint("s", d.ids), Who: account("maria"), Form: "escalate", Values: form})
	if err != nil || len(reply.Problems) > 0 {
		d.t.Fatalf("Submit(%v) = %+v, %v", customer, reply, err)
	}
}

// read reads in one transaction.
func (d *dutyDesk) read(read func(bot.Tx) error) {
	d.t.Helper()

	if err := d.store.View(d.t.Context(), read); err != nil {
		d.t.Fatal(err)
	}
}

// notes returns the notes that were sent since the last call: to whom, what,
// who else is meant, which escalations, and the number of a handover.
func (d *dutyDesk) notes() []string {
	d.t.Helper()

	var lines []string

	d.read(func(tx bot.Tx) error {
		for {
			n, err := tx.Note(bot.NoteID(d.told + 1)) //nolint:gosec // counts notes
			if errors.Is(err, bot.ErrNotFound) {
				return nil
			}

			if err != nil {
				return err
			}

			d.told++

			var line strings.Builder
			fmt.Fprintf(&line, "%v: %v %v", n.To, n.What, n.Whom)
			for _, id := range n.Escalations {
				line.WriteString(" " + id.String())
			}

			if n.Handover > 0 {
				fmt.Fprint(&line, " handover ", n.Handover)
			}

			for _, f := range n.Findings {
				fmt.Fprintf(&line, " (%v %v)", f.Who, f.Text)
			}

			lines = append(lines, line.String())
		}
	})

	return lines
}

// wantNotes compares the notes since the last call, in any order.
func (d *dutyDesk) wantNotes(want ...string) {
	d.t.Helper()

	got := d.notes()
	slices.Sort(got)
	slices.Sort(want)

	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("notes until %v (-want +got):\n%v", d.now.Format("Jan 2 15:04:05"), diff)
	}
}

// wantHolder checks who has an escalation.
func (d *dutyDesk) wantHolder(id bot.EscalationID, want bot.PersonID) {
	d.t.Helper()

	if e := inStore(d.t, d.store, id); e.Holder != want {
		d.t.Errorf("%v is held by %q, want %q", id, e.Holder, want)
	}
}

// changes returns what was changed of somebody's duty, as it is in force or to
// come.
func (d *dutyDesk) changes(who bot.PersonID) []string {
	d.t.Helper()

	var lines []string

	d.read(func(tx bot.Tx) error {
		all, err := tx.Changes(who, d.now)
		for _, c := range all {
			lines = append(lines, fmt.Sprintf("%v by %q %v - %v", c.Who, c.Cover, c.From.UTC().Format("2 15:04"), c.Until.UTC().Format("2 15:04")))
		}

		return err
	})

	return lines
}

// What people say about their duty, one after another, and what is answered.
func TestDutyIsChanged(t *testing.T) {
	for _, test := range []struct {
		name    string
		says    [][2]string // who and what, all but the last one taken for granted
		want    string      // the answer to the last one begins with it
		changes map[bot.PersonID][]string
	}{
		{
			name: "a cover", says: [][2]string{{"dana", "/duty cover @lee until 22:00"}},
			want:    "You have Lee Chan's duty",
			changes: map[bot.PersonID][]string{"lee": {`lee by "dana" 23 09:00 - 23 22:00`}},
		},
		{
			name: "two covers of one duty at once", says: [][2]string{{"dana", "/duty cover @lee from 17:00 to 20:00"}, {"kim", "/duty cover @lee from 19:00 to 21:00"}},
			want:    "Dana Reed has Lee Chan's duty from",
			changes: map[bot.PersonID][]string{"lee": {`lee by "dana" 23 17:00 - 23 20:00`}},
		},
		{
			name: "two covers, one after the other", says: [][2]string{{"dana", "/duty cover @lee from 17:00 to 20:00"}, {"kim", "/duty cover @lee from 20:00 to 21:00"}},
			want:    "You have Lee Chan's duty",
			changes: map[bot.PersonID][]string{"lee": {`lee by "dana" 23 17:00 - 23 20:00`, `lee by "kim" 23 20:00 - 23 21:00`}},
		},
		{
			name: "who is off can't cover", says: [][2]string{{"dana", "/duty off until 20:00"}, {"dana", "/duty cover @lee from 19:00 to 21:00"}},
			want:    "Dana Reed is off from",
			changes: map[bot.PersonID][]string{"lee": nil},
		},
		{
			name: "who is off later can", says: [][2]string{{"dana", "/duty off from 20:00 to 21:00"}, {"dana", "/duty cover @lee from 17:00 to 18:00"}},
			want: "You have Lee Chan's duty",
		},
		{
			name: "who is off until then can", says: [][2]string{{"dana", "/duty off until 19:00"}, {"dana", "/duty cover @lee from 19:00 to 21:00"}},
			want: "You have Lee Chan's duty",
		},
		{
			name: "two for each other at once", says: [][2]string{{"dana", "/duty cover @lee until 23:00"}, {"lee", "/duty cover @dana until 12:00"}},
			want:    "Dana Reed has Lee Chan's duty from",
			changes: map[bot.PersonID][]string{"dana": {`lee by "dana" 23 09:00 - 23 23:00`}},
		},
		{
			name: "a cover of a cover", says: [][2]string{{"priya", "/duty cover @dana until 12:00"}, {"kim", "/duty cover @priya until 11:00"}},
			want:    "You have Priya Nair's duty",
			changes: map[bot.PersonID][]string{"kim": {`priya by "kim" 23 09:00 - 23 11:00`}},
		},
		{
			name: "of somebody who covers at another time", says: [][2]string{{"priya", "/duty cover @dana until 12:00"}, {"kim", "/duty cover @priya from 13:00 to 15:00"}},
			want: "Priya Nair has no duty from",
		},
		{
			name: "of somebody from outside who covers", says: [][2]string{{"uma", "/duty cover @dana until 12:00"}, {"kim", "/duty cover @uma until 11:00"}},
			want: "You have Uma Berg's duty",
		},
		{
			name: "off after a cover from outside", says: [][2]string{{"uma", "/duty cover @dana until 12:00"}, {"uma", "/duty off until 11:00"}},
			want: "You are off | Uma Berg is off from Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 11:00 UTC. | Billing has nobody on duty from Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 11:00 UTC. Ask somebody to type /duty cover @Uma Berg",
		},
		{
			name: "marked as off after a cover from outside", says: [][2]string{{"uma", "/duty cover @dana until 12:00"}, {"priya", "/duty off @uma until 11:00"}},
			want: "Uma Berg is off",
		},
		{name: "off without a cover, from outside", says: [][2]string{{"uma", "/duty off until 11:00"}}, want: "You are on no team's rota"},
		{
			name: "off after a cover from outside was called off", says: [][2]string{{"uma", "/duty cover @dana until 12:00"}, {"dana", "/duty cancel"}, {"uma", "/duty off until 11:00"}},
			want: "You are on no team's rota",
		},
		{name: "for oneself", says: [][2]string{{"dana", "/duty cover @dana until 12:00"}}, want: "Nobody covers for themselves"},
		{name: "no duty then", says: [][2]string{{"dana", "/duty cover @lee until 12:00"}}, want: "Lee Chan has no duty from"},
		{name: "by a stranger", says: [][2]string{{"maria", "/duty cover @lee until 22:00"}}, want: "Only supervisors and managers of Lee Chan's team"},
		{name: "by somebody of another team", says: [][2]string{{"omar", "/duty cover @lee until 22:00"}}, want: "Only supervisors and managers of Lee Chan's team"},
		{name: "by another, without being a manager", says: [][2]string{{"dana", "/duty cover @lee by @kim until 22:00"}}, want: "Only a manager can have somebody else cover"},
		{
			name: "by another, for a manager", says: [][2]string{{"priya", "/duty cover @lee by @kim until 22:00"}}, want: "Kim Novak has Lee Chan's duty",
			changes: map[bot.PersonID][]string{"lee": {`lee by "kim" 23 09:00 - 23 22:00`}},
		},
		{
			name: "by a manager of them", says: [][2]string{{"priya", "/duty off @lee until 22:00"}}, want: "Lee Chan is off",
			changes: map[bot.PersonID][]string{"lee": {`lee by "" 23 09:00 - 23 22:00`}},
		},
		{name: "somebody else, without being a manager", says: [][2]string{{"dana", "/duty off @lee until 22:00"}}, want: "Only a manager of their team"},
		{name: "off without duty", says: [][2]string{{"maria", "/duty off until 22:00"}}, want: "You are on no team's rota"},
		{
			name: "off within an absence", says: [][2]string{{"dana", "/duty off until 22:00"}, {"dana", "/duty off from 12:00 to 13:00"}}, want: "Dana Reed is off from",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 22:00`}},
		},
		{
			name: "off for longer than an absence", says: [][2]string{{"dana", "/duty off until 12:00"}, {"dana", "/duty off until 13:00"}}, want: "You are off",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 12:00`, `dana by "" 23 09:00 - 23 13:00`}},
		},
		{name: "nothing to cancel", says: [][2]string{{"dana", "/duty cancel"}}, want: "There is no cover or absence to cancel"},
		{
			name: "cancelled by who is covered", says: [][2]string{{"dana", "/duty cover @lee until 22:00"}, {"lee", "/duty cancel"}}, want: "Called off",
			changes: map[bot.PersonID][]string{"lee": nil},
		},
		{
			name: "cancelled by somebody else", says: [][2]string{{"dana", "/duty off until 22:00"}, {"lee", "/duty cancel @dana"}}, want: "There is no cover or absence to cancel",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 22:00`}},
		},
		{
			name: "cancelled by a manager", says: [][2]string{{"dana", "/duty off until 22:00"}, {"priya", "/duty cancel @dana"}}, want: "Called off",
			changes: map[bot.PersonID][]string{"dana": nil},
		},
		{
			name: "cancelled with words behind", says: [][2]string{{"dana", "/duty off until 22:00"}, {"dana", "/duty cancel tomorrow"}},
			want:    "I don't know what “tomorrow” means here. Type /duty cancel, or a name behind it, such as /duty cancel @lee.",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 22:00`}},
		},
		{
			name: "cancelled of somebody with words behind", says: [][2]string{{"dana", "/duty off until 22:00"}, {"priya", "/duty cancel @dana until 12:00"}},
			want:    "I don't know what “until 12:00” means here.",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 22:00`}},
		},
		{
			name: "which of two to cancel", says: [][2]string{{"dana", "/duty off until 22:00"}, {"dana", "/duty off tomorrow 9-17"}, {"dana", "/duty cancel"}}, want: "Which one?",
			changes: map[bot.PersonID][]string{"dana": {`dana by "" 23 09:00 - 23 22:00`, `dana by "" 24 09:00 - 24 17:00`}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)

			answer := ""
			for _, said := range test.says {
				answer = d.says(said[0], said[1])
			}

			if !strings.HasPrefix(answer, test.want) {
				t.Errorf("%v = %q, want %q at the front", test.says, answer, test.want)
			}

			for who, want := range test.changes {
				if diff := cmp.Diff(want, d.changes(who)); diff != "" {
					t.Errorf("changes of %v (-want +got):\n%v", who, diff)
				}
			}
		})
	}
}

// Each side of a change is told of it, and not whoever made it; a gap is told
// to the managers.
func TestDutyChangesAreTold(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	d.says("dana", "/duty cover @lee until 22:00")
	d.wantNotes("lee: cover made []")

	d.says("priya", "/duty cover @kim by @lee from 24.11. 01:00 to 24.11. 07:00")
	d.wantNotes("kim: cover made []", "lee: cover made []")

	d.says("priya", "/duty off @dana from 26.11. 09:00 to 26.11. 12:00")
	d.wantNotes("dana: off made []")

	d.says("dana", "/duty off from 27.11. 09:00 to 27.11. 12:00")
	d.wantNotes("priya: gap ahead []")

	d.says("dana", "/duty off from 28.11. 17:00 to 28.11. 18:00") // lee's hours
	d.wantNotes()

	if got := d.clicks("kim", "cancel_change", "1"); !strings.HasPrefix(got, "Only those whom it concerns") {
		t.Errorf("cancelled by somebody else = %q, want that it is not theirs", got)
	}

	d.clicks("lee", "cancel_change", "1")
	d.wantNotes("dana: change cancelled []")

	if got := d.clicks("dana", "cancel_change", "1"); !strings.HasPrefix(got, "It was called off already by Lee Chan") {
		t.Errorf("cancelled again = %q, want that it was", got)
	}

	d.at(28, 18, 0, 0)
	d.notes()

	if got := d.clicks("dana", "cancel_change", "5"); !strings.HasPrefix(got, "That is over already") {
		t.Errorf("cancelled afterwards = %q, want that it is over", got)
	}
}

// A gap that is in the plan is nobody's absence.
func TestDutyGapsOfThePlan(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "16:00-00:00", "17:00-00:00"))

	if got := d.says("dana", "/duty off from 16:10 to 16:50"); strings.Contains(got, "nobody on duty") {
		t.Errorf("/duty off in a gap of the plan = %q, want no word of it", got)
	}

	d.wantNotes()

	if got := d.says("dana", "/duty off from 15:30 to 16:50"); !strings.Contains(got, "nobody on duty") {
		t.Errorf("/duty off before a gap of the plan = %q, want that nobody is on duty", got)
	}

	d.wantNotes("priya: gap ahead []")
}

// drawn returns how the first note reads now.
func (d *dutyDesk) drawn(to bot.PersonID) string {
	d.t.Helper()

	var text string

	d.read(func(tx bot.Tx) error {
		drawing, err := d.Draw(tx, bot.CardID{Role: bot.NoteCard, Person: to, N: 1})
		text = answerText(&drawing.Message)

		return err
	})

	return text
}

// A gap is told whatever makes it, to the managers and to who is covered in
// vain, and it is told to whoever makes it.
func TestDutyGapsAreTold(t *testing.T) {
	const gap = "Billing has nobody on duty from Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 12:00 UTC. Ask somebody to type /duty cover @"

	for _, test := range []struct {
		name   string
		says   [][2]string // what the last one says is told
		answer string
		want   []string
	}{
		{
			"the coverer is off", [][2]string{{"lee", "/duty cover @dana until 12:00"}, {"lee", "/duty off until 12:00"}},
			gap + "Lee Chan", []string{"dana: gap ahead []", "priya: gap ahead []"},
		},
		{
			"the coverer of a coverer is off", [][2]string{{"lee", "/duty cover @dana until 12:00"}, {"kim", "/duty cover @lee until 12:00"}, {"kim", "/duty off until 12:00"}},
			gap + "Kim Novak", []string{"dana: gap ahead []", "lee: gap ahead []", "priya: gap ahead []"},
		},
		{
			"a cover at another time is nothing to it", [][2]string{{"lee", "/duty cover @dana from 13:00 to 14:00"}, {"dana", "/duty off until 12:00"}},
			gap + "Dana Reed", []string{"priya: gap ahead []"},
		},
		{
			"the cover of who is off is called off", [][2]string{{"dana", "/duty off until 12:00"}, {"lee", "/duty cover @dana until 12:00"}, {"lee", "/duty cancel"}},
			gap + "Dana Reed", []string{"dana: change cancelled []", "priya: gap ahead []"},
		},
		{
			"the cover of who is there is called off", [][2]string{{"lee", "/duty cover @dana until 12:00"}, {"lee", "/duty cancel"}},
			"Called off", []string{"dana: change cancelled []"},
		},
		{
			"an absence is called off", [][2]string{{"dana", "/duty off until 12:00"}, {"dana", "/duty cancel"}}, "Called off", nil,
		},
		{
			"a cover by somebody whose duty somebody who is off has",
			[][2]string{{"lee", "/duty cover @kim until tomorrow 08:00"}, {"lee", "/duty off until 12:00"}, {"kim", "/duty cover @dana until 12:00"}},
			gap + "Lee Chan", []string{"dana: cover made []", "priya: gap ahead []"},
		},
		{
			"a cover by somebody who is off for longer then",
			[][2]string{{"kim", "/duty off until 12:00"}, {"kim", "/duty off from 25.11. 0:00 to 25.11. 8:00"}, {"priya", "/duty cover @lee by @kim from 23.11. 16:00 to 23.11. 18:00"}, {"kim", "/duty off until 18:00"}},
			"from Mon 23 Nov, 16:00 GMT until Mon 23 Nov, 18:00 UTC. Ask somebody to type /duty cover @Kim Novak", []string{"lee: gap ahead []", "priya: gap ahead []"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)

			answer := ""
			for _, said := range test.says {
				d.notes()
				answer = d.says(said[0], said[1])
			}

			if !strings.Contains(answer, test.answer) || strings.Contains(answer, "nobody on duty") != strings.Contains(test.answer, "Ask somebody") {
				t.Errorf("%v = %q, want %q in it", test.says, answer, test.answer)
			}

			d.wantNotes(test.want...)
		})
	}
}

// What was called off says who is on duty then, from the rota.
func TestDutyAfterACancel(t *testing.T) {
	const noCover = "does not cover for you from Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 12:00 UTC"

	for _, test := range []struct {
		name string
		says [][2]string
		want string
	}{
		{"who is covered is on", [][2]string{{"lee", "/duty cover @dana until 12:00"}, {"dana", "/duty cancel"}}, noCover + ": your duty is yours again."},
		{
			"who is covered is off", [][2]string{{"dana", "/duty off until 12:00"}, {"lee", "/duty cover @dana until 12:00"}, {"dana", "/duty cancel @lee"}},
			noCover + ". In Billing nobody is on duty then.",
		},
		{
			"who is covered is off for a part of it", [][2]string{{"dana", "/duty off from 11:00 to 13:00"}, {"lee", "/duty cover @dana until 12:00"}, {"dana", "/duty cancel @lee"}},
			noCover + ". In Billing Dana Reed is on duty then, and at times nobody.",
		},
		{
			"who is not off is covered", [][2]string{{"dana", "/duty off until 12:00"}, {"kim", "/duty cover @dana until 12:00"}, {"priya", "/duty cancel @dana"}, {"priya", "cancel 1"}},
			"Dana Reed is not off from Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 12:00 UTC after all. In Billing Kim Novak is on duty then.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)

			answer := ""

			for _, said := range test.says {
				if id, ok := strings.CutPrefix(said[1], "cancel "); ok {
					answer = d.clicks(said[0], "cancel_change", id)
				} else {
					answer = d.says(said[0], said[1])
				}
			}

			if !strings.Contains(answer, test.want) {
				t.Errorf("%v = %q, want %q", test.says, answer, test.want)
			}
		})
	}
}

// A cover counts where the coverer may have duty; elsewhere duty stays as it is,
// and both are told.
func TestDutyThatStays(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "supervisors: [omar]", "supervisors: [omar, dana]"))

	if got, want := d.says("lee", "/duty cover @dana until 12:00"), "In Billing. Dana Reed was told. The duty of Dana Reed in Sales stays theirs."; !strings.Contains(got, want) {
		t.Errorf("/duty cover = %q, want %q", got, want)
	}

	if got, want := d.drawn("dana"), "In Billing. Your duty in Sales stays yours."; !strings.Contains(got, want) {
		t.Errorf("dana is told %q, want %q", got, want)
	}
}

// What is over is no gap ahead.
func TestDutyGapsFromNowOn(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("dana", "/duty off until 12:00")
	d.says("lee", "/duty cover @dana until 12:00")
	d.at(23, 10, 0, 0)

	const want = "Billing has nobody on duty from Mon 23 Nov, 10:00 UTC until Mon 23 Nov, 12:00 UTC."
	if got := d.says("lee", "/duty cancel"); !strings.Contains(got, want) {
		t.Errorf("/duty cancel = %q, want %q", got, want)
	}
}

// All gaps of one absence are in one note, so many that a reader takes them in.
func TestDutyGapsOfAWeek(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	const want = "nobody on duty from Tue 24 Nov, 08:00 GMT until Tue 24 Nov, 16:00 GMT, from Wed 25 Nov, 08:00 GMT until Wed 25 Nov, 16:00 GMT, " +
		"from Thu 26 Nov, 08:00 GMT until Thu 26 Nov, 16:00 GMT, from Fri 27 Nov, 08:00 GMT until Fri 27 Nov, 16:00 GMT, " +
		"from Sat 28 Nov, 08:00 GMT until Sat 28 Nov, 16:00 GMT … and 2 more times."

	if got := d.says("dana", "/duty off from 24.11. 0:00 to 30.11. 20:00"); !strings.Contains(got, want) {
		t.Errorf("/duty off for a week = %q, want %q", got, want)
	}

	d.wantNotes("priya: gap ahead []")

	if got := d.drawn("priya"); !strings.Contains(got, "Dana Reed is off, and nobody else is on duty from Tue 24 Nov, 08:00 ") || !strings.Contains(got, "and 2 more times. A page then") {
		t.Errorf("priya is told %q, want all gaps", got)
	}
}

// A note of a gap says how things stand: it may be closed since, and open again.
func TestDutyGapsAreDrawnAnew(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	see := func(says, who, want string) {
		t.Helper()

		before := d.wanted("priya", 1)
		d.says(who, says)

		if got := d.drawn("priya"); !strings.Contains(got, want) {
			t.Errorf("after %v: %v priya's note is %q, want %q", who, says, got, want)
		}

		if after := d.wanted("priya", 1); after == before {
			t.Errorf("after %v: %v priya's note is not drawn anew", who, says)
		}

		d.now = d.now.Add(time.Second)
	}

	see("/duty off from 10:00 until 12:00", "dana", "Dana Reed is off, and nobody else is on duty from Mon 23 Nov, 10:00 UTC until Mon 23 Nov, 12:00 UTC.")
	see("/duty cover @dana from 10:00 to 11:00", "uma", "Dana Reed is off, and nobody else is on duty from Mon 23 Nov, 11:00 UTC until Mon 23 Nov, 12:00 UTC.")
	see("/duty cover @dana from 11:00 to 12:00", "lee", "The gap in Billing is closed | Nobody is missing any more from Mon 23 Nov, 10:00 UTC until Mon 23 Nov, 12:00 UTC. Uma Berg is on duty first.")
	see("/duty off from 10:30 until 11:00", "uma", "Uma Berg is off, and nobody else is on duty from Mon 23 Nov, 10:30 UTC until Mon 23 Nov, 11:00 UTC.")
	see("/duty cancel @lee", "lee", "Uma Berg and Dana Reed are off, and nobody else is on duty")
}

// wanted returns how often a note was to be drawn.
func (d *dutyDesk) wanted(to bot.PersonID, id int) (times int) {
	d.t.Helper()

	d.read(func(tx bot.Tx) error {
		card, err := tx.Card(bot.CardID{Role: bot.NoteCard, Person: to, N: id})
		if errors.Is(err, bot.ErrNotFound) {
			return nil
		}

		if err == nil {
			times = card.Wanted
		}

		return err
	})

	return times
}

// Whom a page goes to in a gap is as the team's chain has it.
func TestDutyGapsByTheChain(t *testing.T) {
	for chain, want := range map[string]string{
		"": "A page then goes to the whole team, at once.",
		"    chains: {live: [{page: duty, how: one at a time, wait: 1m}, {page: [kim, managers], how: one at a time, wait: 1m, repeat: until taken}]}\n": "A page then goes to Kim Novak and the managers, one at a time.",
	} {
		d := dutyDeskOf(t, with(t, shiftConfig, "    channel: C0BILLING\n", "    channel: C0BILLING\n"+chain))
		d.says("dana", "/duty off until 12:00")

		if got := d.drawn("priya"); !strings.Contains(got, want) {
			t.Errorf("with %q priya is told %q, want %q", chain, got, want)
		}
	}
}

// A platform delivers a command more than once; it is carried out once.
func TestDutyOncePerCommand(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	for range 3 {
		d.saysAgain("t1", "dana", "/duty cover @lee until 22:00")
	}

	if got := d.changes("lee"); len(got) != 1 {
		t.Errorf("changes = %v, want one", got)
	}

	d.wantNotes("lee: cover made []")

	// A refusal is not kept: the same command may be right later.
	d.saysAgain("t2", "kim", "/duty cover @lee until 22:00")
	d.says("lee", "/duty cancel")

	if got := d.saysAgain("t2", "kim", "/duty cover @lee until 22:00"); !strings.HasPrefix(got, "You have Lee Chan's duty") {
		t.Errorf("the cover after the other was called off = %q, want it", got)
	}
}

// fullStore is a store on a full disk.
type fullStore struct{ bot.Store }

func (fullStore) Update(context.Context, func(bot.Tx) error) error { return bot.ErrUnwritable }

// On a full disk a button says what a command says.
func TestDutyOnAFullDisk(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("dana", "/duty off until 12:00")

	c, err := ParseConfig("test.yaml", []byte(shiftConfig))
	if err != nil {
		t.Fatal(err)
	}

	d.Desk = bot.NewDesk(bot.DeskOptions{
		Store: fullStore{d.store}, Settings: c.settings(), Now: func() time.Time { return d.now }, Log: slog.New(slog.DiscardHandler),
	})

	const want = "I can't keep anything right now, so nothing was changed."

	if got := d.says("dana", "/duty cancel"); !strings.HasPrefix(got, want) {
		t.Errorf("/duty cancel = %q, want %q", got, want)
	}

	if got := d.clicks("dana", "cancel_change", "1"); !strings.HasPrefix(got, want) {
		t.Errorf("cancel_change = %q, want %q", got, want)
	}
}

// Times are meant in the zone of whoever says them: their own on the platform,
// else that of their team.
func TestDutyInTheirZone(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	d.says("lee", "/duty off until 18:00")

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("dana"), Name: "Dana", Zone: "America/New_York"}); err != nil {
		t.Fatal(err)
	}

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("priya"), Name: "Priya", Zone: "No/Where"}); err != nil {
		t.Fatal(err)
	}

	d.says("dana", "/duty off until 18:00")
	d.says("priya", "/duty off @kim until 18:00")

	for who, want := range map[bot.PersonID]string{
		"lee": `lee by "" 23 09:00 - 23 18:00`, "dana": `dana by "" 23 09:00 - 23 23:00`, "kim": `kim by "" 23 09:00 - 23 18:00`,
	} {
		if diff := cmp.Diff([]string{want}, d.changes(who)); diff != "" {
			t.Errorf("changes of %v (-want +got):\n%v", who, diff)
		}
	}
}

// Who is paged follows what people changed.
func TestPagesFollowChanges(t *testing.T) {
	for _, test := range []struct {
		name string
		says [][2]string
		want bot.PersonID // paged first
	}{
		{"as planned", nil, "dana"},
		{"covered", [][2]string{{"kim", "/duty cover @dana until 12:00"}}, "kim"},
		{"covered, and off as well", [][2]string{{"dana", "/duty off until 12:00"}, {"kim", "/duty cover @dana until 12:00"}}, "kim"},
		{"the cover is covered", [][2]string{{"kim", "/duty cover @dana until 12:00"}, {"kim", "/duty cancel"}, {"lee", "/duty cover @dana until 12:00"}}, "lee"},
		{"a cover of a cover", [][2]string{{"lee", "/duty cover @dana until 12:00"}, {"kim", "/duty cover @lee until 22:00"}}, "kim"},
		{"a manager covers", [][2]string{{"priya", "/duty cover @dana until 12:00"}}, "priya"},
		{"another time", [][2]string{{"kim", "/duty cover @dana from 10:00 to 12:00"}}, "dana"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)
			for _, said := range test.says {
				d.says(said[0], said[1])
			}

			d.advice("Ms Kovac")

			if e := inStore(t, d.store, 1); len(e.Pages) == 0 || e.Pages[0].Who != test.want {
				t.Errorf("paged %+v, want %v first", e.Pages, test.want)
			}
		})
	}
}

// Who is off at another time, or covered, is not off now.
func TestPagesWhoIsNotOff(t *testing.T) {
	for _, says := range [][2]string{{"kim", "/duty off from 12:00 to 13:00"}, {"lee", "/duty cover @kim until tomorrow 08:00"}} {
		d := dutyDeskOf(t, shiftConfig)
		d.says("dana", "/duty off until 12:00")

		if got := d.says(says[0], says[1]); !strings.HasPrefix(got, "You ") {
			t.Fatalf("%v = %q", says, got)
		}

		d.advice("Ms Kovac")

		var paged []bot.PersonID
		for _, page := range inStore(t, d.store, 1).Pages {
			paged = append(paged, page.Who)
		}

		if diff := cmp.Diff([]bot.PersonID{"lee", "kim"}, paged); diff != "" {
			t.Errorf("after %v paged (-want +got):\n%v", says, diff)
		}
	}
}

// Where nobody is on duty the whole team is paged at once but who is off, and
// an account that is gone is passed over at once.
func TestPagesInAGap(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.says("dana", "/duty off until 12:00")

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("kim"), Name: "Kim", Gone: true}); err != nil {
		t.Fatal(err)
	}

	d.advice("Ms Kovac")

	e := inStore(t, d.store, 1)
	if len(e.Pages) != 1 || e.Pages[0].Who != "lee" || e.Turn.AllOff {
		t.Errorf("paged %+v, want lee alone", e.Pages)
	}

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("lee"), Name: "Lee", Gone: true}); err != nil {
		t.Fatal(err)
	}

	e = inStore(t, d.store, 1)
	if last := e.Pages[len(e.Pages)-1]; last.Who != "priya" || last.State != bot.PageOpen {
		t.Errorf("after lee's account is gone: paged %+v, want priya last", e.Pages)
	}

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("priya"), Name: "Priya", Gone: true}); err != nil {
		t.Fatal(err)
	}

	e = inStore(t, d.store, 1)
	if last := e.Pages[len(e.Pages)-1]; last.Who != "dana" || !e.Turn.AllOff {
		t.Errorf("after all others are gone: paged %+v, AllOff %v, want dana, who is off", e.Pages, e.Turn.AllOff)
	}

	d.read(func(tx bot.Tx) error {
		timeline, err := tx.Timeline(1)
		if err != nil {
			return err
		}

		at := slices.IndexFunc(timeline, func(entry bot.Entry) bool { return entry.What == bot.WasAllOff })
		drawing, err := d.Draw(tx, bot.CardID{Role: bot.AlarmCard, Escalation: 1, N: timeline[at].N})

		if got := answerText(&drawing.Message); !strings.Contains(got, "Everybody is off") || strings.Contains(got, "can be reached") {
			t.Errorf("the alarm is drawn %q, want that everybody is off", got)
		}

		return err
	})
}

// Who was paged longest ago is paged first, over escalations and restarts.
func TestPagesTakeTurns(t *testing.T) {
	config := strings.Replace(shiftConfig, "who: [dana], days", "who: [dana, lee], days", 1)
	d := dutyDeskOf(t, config)

	for i, want := range []bot.PersonID{"dana", "lee", "dana", "lee"} {
		d.at(23, 9, 0, 10*i)
		d.restart(config)
		d.advice(fmt.Sprint("Customer ", i))

		if e := inStore(t, d.store, bot.EscalationID(i+1)); e.Pages[0].Who != want { //nolint:gosec // counts
			t.Errorf("%v paged %v first, want %v", e.ID, e.Pages[0].Who, want)
		}
	}
}
