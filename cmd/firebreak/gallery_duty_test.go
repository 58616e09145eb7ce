package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// The scenes of the rota: who is on duty, what people change about it, and what
// they are told when a shift begins or ends.
var dutyScenes = []galleryScene{
	{name: "duty", play: dutyScene, settings: dutySettings},
	{name: "duty-changed", play: dutyChangedScene, settings: dutySettings},
	{name: "duty-refused", play: dutyRefusedScene, settings: dutySettings},
	{name: "duty-cancelled", play: dutyCancelledScene, settings: dutySettings},
	{name: "shift-confirmed", play: shiftConfirmedScene, settings: dutySettings},
	{name: "shift-kept", play: shiftKeptScene, settings: dutySettings},
	{name: "shift-unheard", play: shiftUnheardScene, settings: dutySettings},
	{name: "shift-last", play: shiftLastScene, settings: dutySettings},
	{name: "shift-quiet", play: shiftQuietScene, settings: dutySettings},
	{name: "checked", play: checkedScene, settings: dutySettings},
	{name: "feeds", play: feedsScene, settings: dutySettings},
	{name: "holidays", play: holidaysScene, settings: dutySettings},
	{name: "all-off", play: allOffScene, settings: dutySettings},
}

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// hours is a weekday's shift from one full hour to another.
func hours(from, to int, who ...roster.Person) roster.Shift {
	return roster.Shift{Who: who, Days: weekdays, From: from * 60, To: to * 60}
}

// dutySettings have Dana and Noor by day, Lee in the evening and nobody at
// night; a team that is always on, one that is on at times, and one with nobody.
func dutySettings(t testing.TB) bot.Settings {
	t.Helper()

	config, err := ParseConfig("demo.yaml", append(slices.Clone(demoConfig), galleryConfig...))
	if err != nil {
		t.Fatal(err)
	}

	settings := withoutBreaks(config.settings())
	settings.AskFeedback = false
	settings.People["noor"] = bot.Colleague{Name: "Noor Aziz", Accounts: []chat.Person{account("noor")}}

	billing := &settings.Teams[0]
	billing.Supervisors = []bot.PersonID{"dana", "lee", "noor"}
	billing.Group = chat.RoomOn(chat.Slack, "S0BILLING")
	billing.Plan = roster.Weekly{Zone: billing.Zone, Shifts: []roster.Shift{hours(8, 16, "dana", "noor"), hours(16, 22, "lee")}}

	returns, archive := settings.Teams[1], settings.Teams[1]
	returns.ID, returns.Name = "returns", "Returns"
	returns.Plan = roster.Weekly{Zone: billing.Zone, Shifts: []roster.Shift{hours(12, 14, "lee")}}
	archive.ID, archive.Name = "archive", "Archive"
	archive.Plan = roster.Weekly{}
	settings.Teams = append(settings.Teams, returns, archive)

	return settings
}

// duty types /duty.
func (s *studio) duty(who, text string) {
	s.t.Helper()
	s.named(who, "duty", text)
}

// watch has the rotas looked at, as at the start of the program.
func (s *studio) watch() {
	s.t.Helper()
	s.must(s.desk.WatchRotas(s.t.Context()))
	s.wait(0)
}

// until lets time pass until a time of the present day.
func (s *studio) until(hour, minute int) {
	s.t.Helper()

	year, month, day := s.now.Date()
	s.wait(time.Date(year, month, day, hour, minute, 0, 0, time.UTC).Sub(s.now))
}

func dutyScene(s *studio) {
	s.watch()

	for _, who := range []string{"dana", "maria", "stranger"} {
		s.duty(who, "")
		s.duty(who, "week")
		s.named(who, chat.HomeOpened, "")
	}

	s.duty("dana", "help")
	s.duty("dana", "Returns")
	s.duty("dana", "archive")
	s.duty("dana", "covr @lee until 18:00")

	s.until(23, 0) // at night
	s.duty("dana", "")
	s.named("dana", chat.HomeOpened, "")
}

func dutyChangedScene(s *studio) {
	s.watch()

	// A zone of one's own: 11:00 in New York is 16:00 in London.
	s.must(s.desk.Acquaint(s.t.Context(), chat.Profile{Who: account("lee"), Name: "Lee Chan", Email: "lee@example.com", Zone: "America/New_York"}))

	s.duty("lee", "cover @dana from 9:00 until 11:00")
	s.duty("priya", "cover @lee by @noor friday")
	s.duty("dana", "off tomorrow 9-17")
	s.duty("noor", "off tomorrow")
	s.duty("priya", "off @lee from 18:00 to 20:00")
	s.duty("lee", "off until 12:00")
	s.duty("dana", "")
	s.duty("priya", "week")
}

// dutyRefusedScene has every friendly no.
func dutyRefusedScene(s *studio) {
	s.watch()
	s.duty("lee", "cover @dana from 14:00 until 16:00")
	s.duty("noor", "off tomorrow")

	for _, turn := range []struct{ who, text string }{
		{"dana", "cover"}, {"dana", "cover me until 18:00"}, {"dana", "cover @dana until 18:00"}, {"dana", "cover @sam until 18:00"},
		{"dana", "cover @lee"}, {"dana", "cover @lee until late"}, {"dana", "cover @lee until 10:00"},
		{"dana", "cover @lee by @noor until 18:00"}, {"maria", "cover @lee until 18:00"}, {"dana", "cover @maria until 18:00"},
		{"noor", "cover @dana from 14:30 until 15:00"}, {"noor", "cover @lee tomorrow"}, {"dana", "cover @lee from 15:00 until 17:00"},
		{"maria", "off until 18:00"}, {"dana", "off @lee until 18:00"}, {"priya", "off @maria until 18:00"}, {"noor", "off tomorrow 9-17"},
		{"dana", "off"}, {"dana", "off yesterday"}, {"maria", "cancel"}, {"maria", "cancel @lee"},
	} {
		s.duty(turn.who, turn.text)
	}

	s.store.full = true
	s.duty("dana", "off until 18:00")
	s.store.full = false
}

func dutyCancelledScene(s *studio) {
	s.watch()
	s.duty("lee", "cover @dana from 14:00 until 16:00")
	s.duty("dana", "off friday")
	s.duty("dana", "cancel")
	s.press("dana", "cancel_change", "1")
	s.press("lee", "cancel_change", "1")
	s.press("maria", "cancel_change", "2")
	s.duty("dana", "cancel")

	s.duty("priya", "cover @lee by @noor from 16:00 until 18:00")
	s.duty("priya", "cancel @lee")
	s.duty("priya", "off @lee from 16:00 until 18:00")
	s.press("priya", "cancel_change", "4")
	s.duty("lee", "cover @dana until 12:00")
	s.until(12, 30)
	s.press("dana", "cancel_change", "5")
	s.press("dana", "cancel_change", "17")
}

// leaveOpen has Dana's shift leave three cases: one in which she advises, one with a promise that is hers to keep, and one that nobody took.
func (s *studio) leaveOpen() {
	s.t.Helper()
	s.aside = true
	s.watch()
	s.until(15, 40)

	advice := theCase(bot.Advise)
	advice["waiting"] = []string{"no"}

	s.command("maria", "")
	s.submit("maria", s.worded(advice))
	s.press("dana", "take", "E-1")
	s.press("dana", "join", "E-1")

	s.openFor("tom", "Mr Adler", bot.TakeOver)
	s.press("dana", "take", "E-2")
	s.press("dana", "join", "E-2")
	s.press("dana", "resolve", "E-2")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}, "promise": {"A written apology"}, "promise_when": {"2026-11-23T18:00:00Z"}})

	s.until(15, 59)
	s.openFor("tom", "Mrs Okafor", bot.TakeOver)
	s.aside = false
}

func shiftConfirmedScene(s *studio) {
	s.leaveOpen()
	s.until(16, 0)
	s.press("maria", "handover", "billing/1")
	s.press("lee", "handover", "billing/1")
	s.press("dana", "handover", "billing/1")
	s.press("lee", "handover", "billing/7")
}

func shiftKeptScene(s *studio) {
	s.leaveOpen()
	s.until(16, 0)
	s.until(16, 10)
	s.press("dana", "handover", "billing/1")
}

// shiftUnheardScene has nobody confirm, until nothing is left.
func shiftUnheardScene(s *studio) {
	s.leaveOpen()
	s.until(16, 0)
	s.until(16, 10)
	s.until(16, 20)
	s.press("priya", "handover", "billing/1")
}

// shiftLastScene ends the last shift of the day, and has somebody stay on when
// another goes.
func shiftLastScene(s *studio) {
	s.watch()
	s.until(16, 0)
	s.until(21, 50)

	s.aside = true
	s.openFor("maria", "Ms Kovac", bot.TakeOver)
	s.press("lee", "take", "E-1")
	s.press("lee", "join", "E-1")
	s.aside = false

	s.until(22, 0)
	s.until(22, 10)

	s.must(s.desk.SetPlan(s.t.Context(), "billing", roster.Weekly{Shifts: []roster.Shift{hours(8, 23, "dana"), hours(8, 0, "noor")}}))
	s.wait(0)

	s.aside = true
	s.openFor("tom", "Mr Adler", bot.Advise)
	s.press("dana", "take", "E-2")
	s.press("dana", "join", "E-2")
	s.aside = false

	s.until(23, 0)
}

// shiftQuietScene leaves nothing.
func shiftQuietScene(s *studio) {
	s.watch()
	s.until(16, 0)
	s.until(22, 0)
	s.wait(10 * time.Hour)

	s.leaveOpenAndClose()
}

// leaveOpenAndClose has what a shift left settled before anybody confirms it.
func (s *studio) leaveOpenAndClose() {
	s.t.Helper()
	s.until(15, 50)

	s.aside = true
	s.openFor("maria", "Ms Kovac", bot.TakeOver)
	s.press("dana", "take", "E-1")
	s.press("dana", "join", "E-1")
	s.aside = false

	s.until(16, 0)
	s.press("dana", "resolve", "E-1")
	s.submit("dana", chat.Values{"outcome": {"Explained and accepted"}})
	s.press("lee", "handover", "billing/1")
}

// An inspection is a platform that finds what it is told to.
type inspection struct {
	obstacles map[chat.Person][]chat.Obstacle
	unseen    map[chat.Person]error
	room      error
}

func (i inspection) Inspect(_ context.Context, who chat.Person, _, _ time.Time) ([]chat.Obstacle, error) {
	return i.obstacles[who], i.unseen[who]
}

func (i inspection) InspectRoom(context.Context, chat.Room) error { return i.room }

// A remedy is an error of a platform that says what to do.
type remedy struct{ error }

func (r remedy) Unwrap() error { return &chat.Failure{Kind: chat.Refused, Code: "missing_scope"} }

func checkedScene(s *studio) {
	s.watch()

	for day, found := range []inspection{
		{obstacles: map[chat.Person][]chat.Obstacle{
			account("lee"): {{Kind: chat.Quiet, Until: s.now.Add(9 * time.Hour)}, {Kind: chat.GuestAccount}},
		}},
		{obstacles: map[chat.Person][]chat.Obstacle{account("lee"): {{Kind: chat.UnknownAccount, Code: "user_not_found"}}}},
		{obstacles: map[chat.Person][]chat.Obstacle{
			account("lee"): {{Kind: chat.GoneAccount}, {Kind: chat.MachineAccount}, {Kind: chat.Unwritable, Code: "cannot_dm_bot"}},
		}, room: errors.New("channel C0BILLING (#billing): the bot is not in it: type /invite and the bot's name there")},
		{unseen: map[chat.Person]error{
			account("lee"): remedy{errors.New("do-not-disturb can't be seen: give the app dnd:read under OAuth & Permissions and install it again")},
		}},
	} {
		s.until(15, 30)
		s.must(s.desk.CheckShifts(s.t.Context(), found))
		s.wait(0)

		if day < 3 {
			s.wait(24 * time.Hour)
		}
	}
}

// A grouping is a platform that sets no group.
type grouping struct{ err error }

func (g grouping) SetGroup(context.Context, string, []chat.Person) error { return g.err }

func feedsScene(s *studio) {
	s.watch()

	keep := func(f bot.Feed) {
		f.Team, f.Source = "billing", "duty.ics"
		if f.Failure == "" {
			f.At = s.now
		}

		s.must(s.desk.KeepFeed(s.t.Context(), f))
		s.wait(10 * time.Minute)
	}

	keep(bot.Feed{Failure: "Its server can't be reached."})
	keep(bot.Feed{Data: []byte("BEGIN:VCALENDAR")})
	keep(bot.Feed{Failure: "Its server answers 500."})
	keep(bot.Feed{Failure: "Its server answers 500."})

	s.must(s.desk.TellOdd(s.t.Context(), "billing", []string{`Nobody of the team is called "Xaver *Q*", so nobody is on duty for it.`, "Some of its events can't be read: the log says which, and why."}))
	s.wait(0)

	s.must(s.desk.SetGroups(s.t.Context(), grouping{&chat.Failure{
		Kind: chat.Refused, Code: "permission_denied", Err: errors.New("the app may not change this user group: name a group that nothing else manages"),
	}}))
	s.wait(0)
}

// allOffScene leaves nobody who is not off.
func allOffScene(s *studio) {
	s.watch()

	s.aside = true
	for _, who := range []string{"dana", "lee", "noor", "priya"} {
		s.duty(who, "off until 18:00")
	}

	s.aside = false

	s.openFor("maria", "Ms Kovac", bot.TakeOver)
	s.wait(2 * time.Minute)
	s.press("dana", "take", "E-1")
}

// The crowd: more of everything than anybody would look at.
const (
	crowdTeams    = 40
	crowdOn       = 30  // on at once in a team
	crowdChanges  = 200 // of one team
	crowdOpen     = 20  // when a shift ends
	crowdFindings = 60
)

// longName is a name of 80 characters.
func longName(n int) string {
	name := fmt.Sprintf("Wilhelmina-Konstantina %v von und zu Hohenschwangau-Sonnenfeld ", n)

	return name + strings.Repeat("x", 80-len(name))
}

// crowdedSettings have so many teams with long names, whose supervisors have
// long names too: crowdOn by day, as many others in the evening.
func crowdedSettings(t testing.TB, teams int) bot.Settings {
	t.Helper()

	settings := dutySettings(t)
	people := []bot.PersonID{"dana"}
	shifts := []roster.Shift{hours(8, 16, "dana"), hours(16, 22)}

	for n := range 2 * crowdOn {
		who := bot.PersonID(fmt.Sprint("crowd", n))
		settings.People[who] = bot.Colleague{Name: longName(n), Accounts: []chat.Person{account(string(who))}}
		shifts[n%2].Who = append(shifts[n%2].Who, roster.Person(who))
		people = append(people, who)
	}

	first := settings.Teams[0]
	first.Supervisors, first.Plan = people, roster.Weekly{Zone: first.Zone, Shifts: shifts}
	settings.Teams = nil

	for n := range teams {
		team := first
		team.ID, team.Name = bot.TeamID(fmt.Sprint("team", n)), longName(n)
		settings.Teams = append(settings.Teams, team)
	}

	return settings
}

// TestGalleryOfManyTeams draws a rota that is larger than any. None of it hangs:
// all of it is to be shortened so that Slack takes it, and a reader still finds
// in it what matters and where the rest is.
func TestGalleryOfManyTeams(t *testing.T) {
	s := newStudioWith(t, newExhibition(), "teams", crowdedSettings(t, crowdTeams))

	s.holding = true
	for n := range crowdChanges {
		s.duty(fmt.Sprint("crowd", n%crowdOn*2), fmt.Sprintf("off from %v:00 until %v:30", 10+n/crowdOn, 12+n/crowdOn))
	}

	s.duty("dana", "")
	s.wantAnswer("dana", longName(14), "Dana Reed, ", " and 28 others until Mon 23 Nov, 10:00 UTC, then ", "… and 25 more teams", "… and 190 more changes.", "/duty help")
	s.duty("dana", longName(39))
	s.wantAnswer("dana", longName(39), "… and 190 more changes.")
	s.duty("dana", "week")
	s.wantAnswer("dana", longName(3), " and 28 others: Mon 23 Nov, 09:00 UTC until Mon 23 Nov, 10:00 UTC", "… and 36 more teams")
	s.duty("dana", "no team's name")
	s.wantAnswer("dana", "I don't know “no team's name”.", "/duty cancel")
	s.duty("dana", "cover @nobody until 18:00")
	s.wantAnswer("dana", "I don't know @nobody.", longName(10), " and others")
	s.duty("crowd4", "cancel")
	s.wantAnswer("crowd4", "Which one?", "[Cancel absence]")
	s.duty("dana", "off until 18:00")
	s.wantAnswer("dana", "You are off")
	s.wantFit()
}

// TestGalleryOfACrowd has a shift of many begin, with much left open.
func TestGalleryOfACrowd(t *testing.T) {
	s := newStudioWith(t, newExhibition(), "crowd", crowdedSettings(t, 1))
	s.watch()
	s.until(15, 20)

	for n := range crowdOpen {
		s.openFor("maria", longName(n), bot.Advise)
		s.press("dana", "take", fmt.Sprint("E-", n+1))
		s.press("dana", "join", fmt.Sprint("E-", n+1))
	}

	found := inspection{obstacles: map[chat.Person][]chat.Obstacle{}}
	for n := range 2 * crowdOn {
		found.obstacles[account(fmt.Sprint("crowd", n))] = []chat.Obstacle{{Kind: chat.GoneAccount}, {Kind: chat.Unwritable, Code: "cannot_dm_bot"}}
	}

	s.until(15, 30)
	s.must(s.desk.CheckShifts(s.t.Context(), found))
	s.wait(0)
	s.wantDrawn("Pages may not arrive in the next shift: "+longName(0), "their account is deactivated", fmt.Sprintf("… and %v more.", crowdFindings-15))

	s.until(16, 0)
	s.wantDrawn("Your shift has begun: "+longName(0), "E-10 · ", "… and 10 more. /escalate list", "[Confirm handover]")
	s.wantDrawn("Your shift has ended: "+longName(0), " and 27 others are on duty now and were asked to confirm", "… and 10 more.")
	s.until(16, 10)
	s.wantDrawn("Nobody has confirmed the handover yet: "+longName(0), " and 27 others have not confirmed", "[I keep it]")
	s.until(16, 20)
	s.press("priya", "handover", "team0/1")
	s.wantDrawn("A handover waits: "+longName(0), "Priya Nair confirmed the handover")
	s.wantFit()
}

// wantFit fails the test if anything was drawn that must not be shown.
func (s *studio) wantFit() {
	s.t.Helper()

	for _, mistake := range s.mistakes {
		s.t.Errorf("this must not be shown: %.300v", mistake)
	}
}

// wantAnswer fails the test unless what somebody was answered last says all this.
func (s *studio) wantAnswer(who string, all ...string) {
	s.t.Helper()

	drawn := s.files[s.name("answer-"+who)]
	for _, words := range all {
		if read, _, _ := strings.Cut(drawn, "\n\nSpoken: "); !strings.Contains(read, words) {
			s.t.Errorf("%v reads %.3000q, want %q in it", who, read, words)
		}
	}
}

// wantDrawn fails the test unless something drawn says all this.
func (s *studio) wantDrawn(all ...string) {
	s.t.Helper()

	for _, drawn := range s.files {
		read, _, _ := strings.Cut(drawn, "\n\nSpoken: ")
		if !slices.ContainsFunc(all, func(words string) bool { return !strings.Contains(read, words) }) {
			return
		}
	}

	s.t.Errorf("nothing drawn says %q", all)
}
