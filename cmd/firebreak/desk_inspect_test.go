package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// An office is a platform that can be asked about people, and has a group.
type office struct {
	asked     []string // whom it was asked about, with the shift's hours
	obstacles map[chat.Person][]chat.Obstacle
	answers   int    // how many questions about a person it answers although it fails
	failure   error  // of each question about a person
	room      error  // of each question about a room
	meanwhile func() // happens while it is asked

	groups  []string // what groups were set to
	refuses error    // of each group
}

func (o *office) Inspect(_ context.Context, who chat.Person, from, until time.Time) ([]chat.Obstacle, error) {
	o.asked = append(o.asked, fmt.Sprintf("%v %v-%v", who.ID(), from.UTC().Format("15:04"), until.UTC().Format("15:04")))

	if o.meanwhile != nil {
		o.meanwhile()
	}

	if o.failure != nil && o.answers > 0 {
		o.answers--

		return o.obstacles[who], nil
	}

	return o.obstacles[who], o.failure
}

func (o *office) InspectRoom(context.Context, chat.Room) error { return o.room }

func (o *office) SetGroup(_ context.Context, group string, people []chat.Person) error {
	o.groups = append(o.groups, fmt.Sprintf("%v %v", group, people))

	return o.refuses
}

// checks has the shifts checked.
func (d *dutyDesk) checks(o *office) {
	d.t.Helper()

	if err := d.CheckShifts(d.t.Context(), o); err != nil {
		d.t.Fatal(err)
	}
}

func (d *dutyDesk) groups(o *office) {
	d.t.Helper()

	if err := d.SetGroups(d.t.Context(), o); err != nil {
		d.t.Fatal(err)
	}
}

func wantAsked(t *testing.T, o *office, want ...string) {
	t.Helper()

	if diff := cmp.Diff(want, o.asked); diff != "" {
		t.Errorf("asked about (-want +got):\n%v", diff)
	}

	o.asked = nil
}

// Those who come on are checked half an hour before, once, and the managers are
// told what was found before the shift begins.
func TestShiftsAreChecked(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{obstacles: map[chat.Person][]chat.Obstacle{
		account("lee"): {{Kind: chat.GoneAccount}, {Kind: chat.GuestAccount}},
		account("kim"): {{Kind: chat.GuestAccount}},
	}}

	d.at(23, 15, 29, 59)
	d.checks(o)
	wantAsked(t, o)

	d.at(23, 15, 30, 0)
	d.checks(o)
	d.checks(o)
	wantAsked(t, o, "U0LEE 16:00-00:00")
	d.wantNotes("priya: findings [] (lee their account is deactivated. Have somebody cover, and take them out of the configuration.)")

	d.restart(shiftConfig)
	d.checks(o)
	wantAsked(t, o)

	d.at(23, 16, 0, 0)
	d.notes()
	d.at(23, 23, 30, 0)
	d.checks(o)
	wantAsked(t, o, "U0KIM 00:00-08:00")
	d.wantNotes()
}

// What can't be read of one team's duty keeps no other's shifts from being checked.
func TestShiftsBesideADamagedTeamAreChecked(t *testing.T) {
	config := with(t, shiftConfig, "  sales:\n    name: Sales", "  advice:\n    name: Advice") // which is looked at first
	d := dutyDeskOf(t, config)
	d.store = unreadable{Store: d.store, watch: "advice"}
	d.restart(config)

	o := &office{}

	d.at(23, 15, 30, 0)
	d.checks(o)
	wantAsked(t, o, "U0LEE 16:00-00:00")
}

// Who is on already and stays is not checked again.
func TestShiftsThatOverlapAreChecked(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, "16:00-00:00", "15:30-00:00"))
	o := &office{}

	d.at(23, 15, 0, 0)
	d.checks(o)
	wantAsked(t, o, "U0LEE 15:30-00:00")

	d.at(23, 15, 30, 0)
	d.checks(o)
	wantAsked(t, o)
}

func TestFindings(t *testing.T) {
	busy := &chat.Failure{Kind: chat.Busy, Code: "ratelimited"}
	refused := &chat.Failure{Kind: chat.Refused, Code: "missing_scope"}

	for _, test := range []struct {
		name string
		office
		want string // in the findings, "" for none
	}{
		{"nothing", office{}, ""},
		{"unknown", office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.UnknownAccount}}}}, "nobody here has their account"},
		{"a bot", office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.MachineAccount}}}}, "that account is a bot"},
		{"not to be written to", office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.Unwritable, Code: "no_dm"}}}}, "no_dm"},
		{"quiet", office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.Quiet}}}}, "do-not-disturb"},
		{"the bot may not ask", office{failure: refused}, "missing_scope"},
		{"the channel", office{room: &chat.Failure{Kind: chat.Unreachable, Code: "not_in_channel"}}, "not_in_channel"},
		{"busy: asked again", office{failure: busy}, ""},
		{"busy with the channel: asked again", office{room: busy}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := dutyDeskOf(t, shiftConfig)
			d.at(23, 15, 30, 0)
			d.checks(&test.office)

			got := strings.Join(d.notes(), "; ")
			if !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("findings %q, want %q in them", got, test.want)
			}
		})
	}
}

// A platform that is busy is asked again, and what could not be checked is told
// before the shift begins.
func TestShiftsAreCheckedAgain(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{failure: &chat.Failure{Kind: chat.Busy, Code: "ratelimited"}}

	for minute := 30; minute < 50; minute += 5 {
		d.at(23, 15, minute, 0)
		d.checks(o)
		wantAsked(t, o, "U0LEE 16:00-00:00")
		d.wantNotes()
	}

	for second := range 10 * 60 {
		d.at(23, 15, 50, second)
		d.checks(o)
	}

	if got := strings.Join(d.notes(), "; "); !strings.Contains(got, "lee could not be checked") || strings.Count(got, "findings") != 1 {
		t.Errorf("notes %q, want once that lee could not be checked", got)
	}
}

// A platform that is busy is left alone for as long as it says, and not asked
// again what it answered.
func TestChecksWait(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, `who: [lee],  days`, `who: [lee, kim],  days`))
	busy := &chat.Failure{Kind: chat.Busy, Code: "ratelimited", After: 30 * time.Second}
	o := &office{answers: 1, failure: busy, obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.GoneAccount}}}}

	d.at(23, 15, 30, 0)
	d.checks(o)
	wantAsked(t, o, "U0LEE 16:00-00:00", "U0KIM 16:00-08:00")

	for second := 1; second < 30; second++ {
		d.at(23, 15, 30, second)
		d.checks(o)
	}

	wantAsked(t, o)
	d.wantNotes()

	o.failure = nil

	d.at(23, 15, 30, 30)
	d.checks(o)
	wantAsked(t, o, "U0KIM 16:00-08:00")
	d.wantNotes("priya: findings [] (lee their account is deactivated. Have somebody cover, and take them out of the configuration.)")
}

// What could not be checked is told in words that somebody can act on.
func TestChecksThatFail(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{failure: &chat.Failure{Kind: chat.Busy}, room: &chat.Failure{Kind: chat.Doubtful}}

	d.at(23, 15, 55, 0)
	d.checks(o)
	d.wantNotes("priya: findings [] (lee could not be checked: the chat did not answer in time. Ask them whether they are reachable.)" +
		" ( The team's channel could not be checked: the chat did not answer in time. See that I am still in it.)")
}

// A shift with nobody in it is told half an hour before, as what recurs: once,
// and again after a week.
func TestGapsAreTold(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, `who: [kim],  days: Mon-Sun, hours: "00:00-08:00"`, `who: [kim],  days: Mon-Sun, hours: "02:00-08:00"`))
	o := &office{}
	gap := "priya: findings [] ( Nobody is on duty from 00:00 on. If somebody should be, correct the rota, or have somebody cover who is off.)"

	var told []int

	for day := 23; day < 33; day++ {
		d.at(day, 23, 29, 59)
		d.notes()
		d.checks(o)
		d.wantNotes()
		d.at(day, 23, 30, 0)
		d.checks(o)
		d.checks(o)

		if notes := d.notes(); len(notes) > 0 {
			told = append(told, day)

			if diff := cmp.Diff([]string{gap}, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%v", diff)
			}
		}

		for _, hour := range []int{24, 26, 31, 32, 39, 40} { // every shift between, each checked
			d.at(day, hour, 0, 0)
			d.checks(o)
			d.at(day, hour, 31, 0)
			d.checks(o)
		}
	}

	if diff := cmp.Diff([]int{23, 30}, told); diff != "" {
		t.Errorf("the gap was told on days of November (-want +got):\n%v", diff)
	}
}

// A gap that somebody's absence makes is told as well, also where it begins at
// another time; one that lasts a moment is none.
func TestGapsOfAbsences(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, `who: [lee],  days: Mon-Sun, hours: "16:00`, `who: [lee],  days: Mon-Sun, hours: "16:01`))
	o := &office{}

	d.at(23, 15, 45, 0)
	d.checks(o)
	d.wantNotes()

	d.says("kim", "/duty off tomorrow 01:00-03:00")
	d.at(24, 0, 45, 0)
	d.notes()
	d.checks(o)
	d.wantNotes("priya: findings [] ( Nobody is on duty from 01:00 on. If somebody should be, correct the rota, or have somebody cover who is off.)")
}

// A manager of several teams is told once of what concerns more than one.
func TestFindingsOfTwoTeams(t *testing.T) {
	config := shiftConfig[:strings.Index(shiftConfig, "  sales:")] + `
  sales:
    name: Sales
    supervisors: [omar, lee]
    managers: [priya, vera]
    shifts:
      - {who: [omar], days: Mon-Sun, hours: "08:00-16:00"}
      - {who: [lee],  days: Mon-Sun, hours: "16:00-08:00"}
`
	d := dutyDeskOf(t, with(t, config, "  priya:", "  vera: {name: Vera Lind, role: manager, slack: U0VERA}\n  priya:"))
	o := &office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.GoneAccount}}}}
	gone := ": findings [] (lee their account is deactivated. Have somebody cover, and take them out of the configuration.)"

	d.at(23, 15, 30, 0)
	d.checks(o)
	d.wantNotes("priya"+gone, "vera"+gone)
}

// Each team's gap is told, even if another has one at the same time.
func TestGapsOfTwoTeams(t *testing.T) {
	config := with(t, shiftConfig, `      - {who: [kim],  days: Mon-Sun, hours: "00:00-08:00"}`+"\n", "") +
		`    shifts: [{who: [omar], days: Mon-Sun, hours: "08:00-00:00"}]`
	d := dutyDeskOf(t, config)

	d.at(23, 16, 0, 0)
	d.at(23, 23, 30, 0)
	d.notes()
	d.checks(&office{})

	if got := d.notes(); len(got) != 2 {
		t.Errorf("notes %v, want one for each team", got)
	}
}

// What a calendar has and can't be counted is told to the managers: once, and
// again after a week if it lasts.
func TestOddCalendarEntries(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	read := func(day int, odd ...string) {
		t.Helper()
		d.at(day, 12, 0, 0)
		d.notes()

		if err := d.TellOdd(t.Context(), "billing", odd); err != nil {
			t.Fatal(err)
		}
	}

	read(23, "Xaver", "Yvonne")
	d.wantNotes("priya: calendar odd [] ( Xaver) ( Yvonne)")
	read(24, "Yvonne")
	d.wantNotes()
	d.at(24, 15, 30, 0)
	d.checks(&office{}) // which forgets nothing of it
	read(25, "Xaver", "Yvonne")
	d.wantNotes("priya: calendar odd [] ( Xaver)")
	read(30, "Xaver", "Yvonne")
	d.wantNotes("priya: calendar odd [] ( Yvonne)")
	read(31)
	d.wantNotes()
}

// Who comes on may change between the question and its answer: the answer is
// about others then, and it is asked again.
func TestShiftsChangeWhileTheyAreChecked(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	d.at(23, 15, 30, 0)

	o := &office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.GoneAccount}}}}
	o.meanwhile = func() {
		o.meanwhile = nil

		d.says("kim", "/duty cover @lee from 16:00 to 20:00")
		d.at(23, 15, 30, 1)
	}

	d.checks(o)
	wantAsked(t, o, "U0LEE 16:00-00:00")
	d.wantNotes("lee: cover made []")

	d.checks(o)
	d.checks(o)
	wantAsked(t, o, "U0KIM 16:00-20:00")
	d.wantNotes()
}

// Whoever takes a shift over after it was checked is checked as well.
func TestShiftsChangeAfterTheyWereChecked(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.GoneAccount}}, account("kim"): {{Kind: chat.Unwritable}}}}

	d.at(23, 15, 30, 0)
	d.checks(o)
	wantAsked(t, o, "U0LEE 16:00-00:00")
	d.notes()

	d.says("kim", "/duty cover @lee from 16:00 to 20:00")
	d.at(23, 15, 45, 0)
	d.notes()
	d.checks(o)
	d.checks(o)
	wantAsked(t, o, "U0KIM 16:00-20:00")

	if got := d.notes(); len(got) != 1 || !strings.Contains(got[0], "kim I am not allowed to write to them") {
		t.Errorf("notes %v, want what keeps kim from being paged", got)
	}

	// A change that brings nobody else on has nothing asked or told again.
	d.says("dana", "/duty off from 20:00 to 21:00")
	d.at(23, 15, 50, 0)
	d.notes()
	d.checks(o)
	wantAsked(t, o)
	d.wantNotes()
}

// The group has who is on duty, and is never emptied.
func TestGroupFollowsDuty(t *testing.T) {
	d := dutyDeskOf(t, with(t, shiftConfig, `who: [kim],  days: Mon-Sun, hours: "00:00-08:00"`, `who: [kim],  days: Mon-Sun, hours: "02:00-08:00"`))
	o := &office{}

	wantSet := func(want ...string) {
		t.Helper()
		d.groups(o)
		d.groups(o)

		if diff := cmp.Diff(want, o.groups); diff != "" {
			t.Errorf("groups set until %v (-want +got):\n%v", d.now.Format("2 15:04:05"), diff)
		}

		o.groups = nil
	}

	wantSet("S0DUTY [slack:U0DANA]")

	d.at(23, 16, 0, 0)
	wantSet("S0DUTY [slack:U0LEE]")

	d.at(24, 0, 0, 0) // nobody is on duty
	wantSet()
	d.at(24, 2, 0, 0)
	wantSet("S0DUTY [slack:U0KIM]")

	// The same people as before a gap: nothing to do.
	d.says("kim", "/duty off from 03:00 to 04:00")
	d.at(24, 3, 0, 0)
	wantSet()
	d.at(24, 4, 0, 0)
	wantSet()
}

// Managers are told of a group that can't be set, once until it can; it is tried
// again after a while.
func TestGroupFails(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{refuses: &chat.Failure{Kind: chat.Missing, Code: "no_such_subteam"}}

	tries := func(minute, second, want int) {
		t.Helper()
		d.at(23, 9, minute, second)
		d.groups(o)

		if got := len(o.groups); got != want {
			t.Errorf("at 9:%02d:%02d the group was set %v times, want %v", minute, second, got, want)
		}

		o.groups = nil
	}

	tries(0, 0, 1)
	d.wantNotes("priya: group fails []")
	tries(14, 59, 0)
	tries(15, 0, 1)
	d.wantNotes()

	o.refuses = &chat.Failure{Kind: chat.Busy, After: 20 * time.Second}
	tries(30, 0, 1)
	tries(30, 19, 0)
	tries(30, 20, 1)
	d.wantNotes()

	o.refuses = &chat.Failure{Kind: chat.Busy}
	tries(30, 40, 1)
	tries(30, 41, 1)

	o.refuses = nil
	tries(30, 42, 1)
	tries(30, 43, 0)

	o.refuses = &chat.Failure{Kind: chat.Missing}
	d.at(23, 16, 0, 0)
	d.notes()
	d.groups(o)
	d.wantNotes("priya: group fails []")
}

// A new shift is not kept waiting by the last one's group, which is still to be
// tried again.
func TestGroupFollowsAtOnce(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &office{refuses: &chat.Failure{Kind: chat.Missing}}

	d.at(23, 15, 55, 0)
	d.groups(o)

	o.refuses = nil
	d.at(23, 16, 0, 0)
	d.groups(o)
	d.at(23, 16, 10, 0)
	d.groups(o)

	if diff := cmp.Diff([]string{"S0DUTY [slack:U0DANA]", "S0DUTY [slack:U0LEE]"}, o.groups); diff != "" {
		t.Errorf("groups set (-want +got):\n%v", diff)
	}
}

// Duty that changes while the group is set has it set again.
func TestGroupChangesWhileItIsSet(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)
	o := &settingOffice{d: d}

	for range 3 {
		if err := d.SetGroups(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}

	if diff := cmp.Diff([]string{"S0DUTY [slack:U0DANA]", "S0DUTY [slack:U0LEE]"}, o.groups); diff != "" {
		t.Errorf("groups set (-want +got):\n%v", diff)
	}
}

// A settingOffice takes until the next shift to set a group.
type settingOffice struct {
	office
	d *dutyDesk
}

func (o *settingOffice) SetGroup(ctx context.Context, group string, people []chat.Person) error {
	o.d.at(23, 16, 0, 0)

	return o.office.SetGroup(ctx, group, people)
}

// A colleague whose account is not known yet joins the group once it is.
func TestGroupWaitsForAnAccount(t *testing.T) {
	config := with(t, with(t, shiftConfig, "slack: U0LEE", "email: lee@example.com"), "{who: [dana], days", "{who: [dana, lee], days")
	d := dutyDeskOf(t, config)
	o := &office{}

	d.groups(o)

	if err := d.Acquaint(t.Context(), chat.Profile{Who: account("lee"), Name: "Lee", Email: "lee@example.com"}); err != nil {
		t.Fatal(err)
	}

	d.at(23, 9, 15, 0)
	d.groups(o)
	d.at(23, 9, 30, 0)
	d.groups(o)

	if diff := cmp.Diff([]string{"S0DUTY [slack:U0DANA]", "S0DUTY [slack:U0DANA slack:U0LEE]"}, o.groups); diff != "" {
		t.Errorf("groups set (-want +got):\n%v", diff)
	}
}

// A calendar that fails twice in a row is told once, and once more when it is
// well; one of which there is no copy is told at once.
func TestFeedsAreTold(t *testing.T) {
	d := dutyDeskOf(t, shiftConfig)

	for _, test := range []struct {
		feed bot.Feed
		want []string
	}{
		{bot.Feed{Source: "a.ics", Data: []byte("1"), At: d.now}, nil},
		{bot.Feed{Source: "a.ics", Failure: "It is not there."}, nil},
		{bot.Feed{Source: "a.ics", Failure: "It is not there."}, []string{"priya: calendar fails []"}},
		{bot.Feed{Source: "a.ics", Failure: "It is not there."}, nil},
		{bot.Feed{Source: "a.ics", Failure: "It is empty."}, nil},
		{bot.Feed{Source: "a.ics", Data: []byte("2"), At: d.now}, []string{"priya: calendar works []"}},
		{bot.Feed{Source: "a.ics", Data: []byte("3"), At: d.now}, nil},
		{bot.Feed{Source: "a.ics", Failure: "It is not there."}, nil},
		{bot.Feed{Source: "a.ics", Data: []byte("3"), At: d.now}, nil},
		{bot.Feed{Source: "b.ics", Failure: "It is not there."}, []string{"priya: calendar fails []"}},
	} {
		test.feed.Team = "billing"
		if err := d.KeepFeed(t.Context(), test.feed); err != nil {
			t.Fatal(err)
		}

		d.wantNotes(test.want...)
	}

	for _, source := range []string{"a.ics", "b.ics"} {
		if feed, err := d.Feed(t.Context(), "billing", source); err == nil {
			t.Errorf("Feed(%v) = %+v, want none: another is configured, which never could be read", source, feed)
		}
	}
}
