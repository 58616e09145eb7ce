package roster_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// wall is how the tables write an instant: wall-clock time and offset.
const wall = "2006-01-02 15:04 -0700"

// The instants and zones at which the tables type.
const (
	morning = "Europe/London 2026-11-23 10:00" // a Monday
	evening = "Europe/London 2026-11-23 18:20"
	night   = "Europe/London 2026-11-23 23:00"
	early   = "Europe/London 2026-11-24 02:00"
	friday  = "Europe/London 2026-11-27 10:00"

	springing = "America/New_York 2026-03-08 00:30" // 2:00 becomes 3:00
	falling   = "America/New_York 2026-11-01 00:30" // 2:00 becomes 1:00
	kolkata   = "Asia/Kolkata 2026-11-23 10:00"
	howeFalls = "Australia/Lord_Howe 2026-04-05 00:30" // 2:00 becomes 1:30
	howeJumps = "Australia/Lord_Howe 2026-10-04 00:30" // 2:00 becomes 2:30
	cairo     = "Africa/Cairo 2026-04-23 10:00"        // the 24th begins at 1:00
)

func at(t testing.TB, when string) (time.Time, *time.Location) {
	t.Helper()

	name, clock, _ := strings.Cut(when, " ")

	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}

	now, err := time.ParseInLocation("2006-01-02 15:04", clock, zone)
	if err != nil {
		t.Fatal(err)
	}

	return now, zone
}

func TestSpansAreUnderstood(t *testing.T) {
	for _, tt := range []struct{ now, text, from, until string }{
		// Until a time of day.
		{morning, "until 18:00", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18.00", "", "2026-11-23 18:00 +0000"},
		{morning, "until 1800", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18h", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18h30", "", "2026-11-23 18:30 +0000"},
		{morning, "until 6pm", "", "2026-11-23 18:00 +0000"},
		{morning, "until 6 pm", "", "2026-11-23 18:00 +0000"},
		{morning, "until 6 p.m.", "", "2026-11-23 18:00 +0000"},
		{morning, "until 6:30pm", "", "2026-11-23 18:30 +0000"},
		{morning, "until 6.30 PM", "", "2026-11-23 18:30 +0000"},
		{morning, "until noon", "", "2026-11-23 12:00 +0000"},
		{morning, "until 12pm", "", "2026-11-23 12:00 +0000"},
		{morning, "until midnight", "", "2026-11-24 00:00 +0000"},
		{morning, "until 24:00", "", "2026-11-24 00:00 +0000"},
		{morning, "until 0:00", "", "2026-11-24 00:00 +0000"},
		{morning, "until 12am", "", "2026-11-24 00:00 +0000"},
		{morning, "till 18:00", "", "2026-11-23 18:00 +0000"},
		{morning, "to 18:00", "", "2026-11-23 18:00 +0000"},
		{morning, "from now until 18:00", "", "2026-11-23 18:00 +0000"},
		{morning, "now - 18:00", "", "2026-11-23 18:00 +0000"},
		{night, "until 6:00", "", "2026-11-24 06:00 +0000"},
		{night, "until 11:00", "", "2026-11-24 11:00 +0000"},
		{evening, "until 6:20", "", "2026-11-24 06:20 +0000"},
		{early, "until 6:00", "", "2026-11-24 06:00 +0000"},

		// However it is typed.
		{morning, "  UNTIL   18:00 ", "", "2026-11-23 18:00 +0000"},
		{morning, "Until 18:00.", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18.00.", "", "2026-11-23 18:00 +0000"},
		{morning, "until 18:00!!", "", "2026-11-23 18:00 +0000"},
		{morning, "until\u00a018:00\u202f", "", "2026-11-23 18:00 +0000"},
		{morning, "`until 18:00`", "", "2026-11-23 18:00 +0000"},
		{morning, "tomorrow 9–17", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "tomorrow 9 — 17", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "tomorrow, 9‑17.", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},

		// Until a day.
		{morning, "until tomorrow 18:00", "", "2026-11-24 18:00 +0000"},
		{morning, "until tomorrow noon", "", "2026-11-24 12:00 +0000"},
		{morning, "until noon tomorrow", "", "2026-11-24 12:00 +0000"},
		{morning, "until 6pm on Friday", "", "2026-11-27 18:00 +0000"},
		{morning, "until friday", "", "2026-11-28 00:00 +0000"},
		{morning, "until fri 18", "", "2026-11-27 18:00 +0000"},
		{morning, "until friday midnight", "", "2026-11-28 00:00 +0000"},
		{morning, "until fri 0:00", "", "2026-11-27 00:00 +0000"},
		{morning, "until tomorrow", "", "2026-11-25 00:00 +0000"},
		{morning, "until today", "", "2026-11-24 00:00 +0000"},
		{morning, "until 24 Dec", "", "2026-12-25 00:00 +0000"},
		{morning, "until monday 18:00", "", "2026-11-23 18:00 +0000"},
		{evening, "until monday 18:00", "", "2026-11-30 18:00 +0000"},

		// A day.
		{morning, "today", "", "2026-11-24 00:00 +0000"},
		{morning, "for today", "", "2026-11-24 00:00 +0000"},
		{morning, "today until 18:00", "", "2026-11-23 18:00 +0000"},
		{morning, "tomorrow", "2026-11-24 00:00 +0000", "2026-11-25 00:00 +0000"},
		{morning, "Tmrw", "2026-11-24 00:00 +0000", "2026-11-25 00:00 +0000"},
		{morning, "friday", "2026-11-27 00:00 +0000", "2026-11-28 00:00 +0000"},
		{morning, "on thurs.", "2026-11-26 00:00 +0000", "2026-11-27 00:00 +0000"},
		{morning, "this friday", "2026-11-27 00:00 +0000", "2026-11-28 00:00 +0000"},
		{morning, "monday", "", "2026-11-24 00:00 +0000"},
		{morning, "24 Dec", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "Dec 24", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24th of December", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24. december", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24 December 2026", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "Dec 24th, 2026", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "2026-12-24", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24.12.", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24.12.2026", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "24.12", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "thursday 24 dec", "2026-12-24 00:00 +0000", "2026-12-25 00:00 +0000"},
		{morning, "1 Jan", "2027-01-01 00:00 +0000", "2027-01-02 00:00 +0000"},
		{morning, "20 Nov 2027", "2027-11-20 00:00 +0000", "2027-11-21 00:00 +0000"},
		{morning, "20 april", "2027-04-20 00:00 +0100", "2027-04-21 00:00 +0100"},

		// From and until.
		{morning, "from 14:00 to 16:30", "2026-11-23 14:00 +0000", "2026-11-23 16:30 +0000"},
		{morning, "from 1400 to 1630", "2026-11-23 14:00 +0000", "2026-11-23 16:30 +0000"},
		{morning, "14:00-16:30", "2026-11-23 14:00 +0000", "2026-11-23 16:30 +0000"},
		{morning, "from 2pm till 4:30pm", "2026-11-23 14:00 +0000", "2026-11-23 16:30 +0000"},
		{morning, "from 14:00 to 16:30 today", "2026-11-23 14:00 +0000", "2026-11-23 16:30 +0000"},
		{morning, "from 8:00 to 16:00", "", "2026-11-23 16:00 +0000"},
		{morning, "9-17", "", "2026-11-23 17:00 +0000"},
		{morning, "tomorrow 9-17", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "9-17 tomorrow", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "tomorrow from 9 to 17", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "from 9 tomorrow to 17", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "tomorrow until noon", "2026-11-24 00:00 +0000", "2026-11-24 12:00 +0000"},
		{morning, "tomorrow 9am-5pm", "2026-11-24 09:00 +0000", "2026-11-24 17:00 +0000"},
		{morning, "next monday 8:00-16:00", "2026-11-30 08:00 +0000", "2026-11-30 16:00 +0000"},
		{friday, "next monday 8:00-16:00", "2026-11-30 08:00 +0000", "2026-11-30 16:00 +0000"},
		{evening, "monday 9-17", "2026-11-30 09:00 +0000", "2026-11-30 17:00 +0000"},
		{evening, "9-17 monday", "2026-11-30 09:00 +0000", "2026-11-30 17:00 +0000"},
		{morning, "from fri 22:00 until sat 06:00", "2026-11-27 22:00 +0000", "2026-11-28 06:00 +0000"},
		{morning, "from sat 22:00 until mon 6:00", "2026-11-28 22:00 +0000", "2026-11-30 06:00 +0000"},
		{morning, "fri 22:00-6:00", "2026-11-27 22:00 +0000", "2026-11-28 06:00 +0000"},
		{morning, "22:00-06:00 fri", "2026-11-27 22:00 +0000", "2026-11-28 06:00 +0000"},
		{morning, "22-6", "2026-11-23 22:00 +0000", "2026-11-24 06:00 +0000"},
		{morning, "from 22:00 until 6:00 tomorrow", "2026-11-23 22:00 +0000", "2026-11-24 06:00 +0000"},
		{morning, "from 14:00 until tomorrow 16:00", "2026-11-23 14:00 +0000", "2026-11-24 16:00 +0000"},
		{night, "from 22:00 until 6:00", "", "2026-11-24 06:00 +0000"},
		{night, "from midnight to 6:00", "2026-11-24 00:00 +0000", "2026-11-24 06:00 +0000"},
		{morning, "18:00-midnight", "2026-11-23 18:00 +0000", "2026-11-24 00:00 +0000"},
		{morning, "18:00-0:00", "2026-11-23 18:00 +0000", "2026-11-24 00:00 +0000"},
		{morning, "8-0", "", "2026-11-24 00:00 +0000"},
		{morning, "09:00-05:00", "", "2026-11-24 05:00 +0000"},
		{morning, "friday to sunday", "2026-11-27 00:00 +0000", "2026-11-30 00:00 +0000"},
		{morning, "from 2026-12-24 to 2026-12-26", "2026-12-24 00:00 +0000", "2026-12-27 00:00 +0000"},
		{morning, "from 24 Dec 18:00 to 26 Dec 9:00", "2026-12-24 18:00 +0000", "2026-12-26 09:00 +0000"},
		{morning, "24-26 Dec", "2026-12-24 00:00 +0000", "2026-12-27 00:00 +0000"},
		{morning, "from 28 to 30 Dec", "2026-12-28 00:00 +0000", "2026-12-31 00:00 +0000"},
		{morning, "30 Dec - 2 Jan", "2026-12-30 00:00 +0000", "2027-01-03 00:00 +0000"},
		{morning, "from 12.12. to 14.12.", "2026-12-12 00:00 +0000", "2026-12-15 00:00 +0000"},
		{morning, "24 dec 1800-2200", "2026-12-24 18:00 +0000", "2026-12-24 22:00 +0000"},

		// For so long.
		{morning, "for 2h", "", "2026-11-23 12:00 +0000"},
		{morning, "for 90 min", "", "2026-11-23 11:30 +0000"},
		{morning, "90 minutes", "", "2026-11-23 11:30 +0000"},
		{morning, "for an hour", "", "2026-11-23 11:00 +0000"},
		{morning, "for 1h30m", "", "2026-11-23 11:30 +0000"},
		{morning, "for 1h30", "", "2026-11-23 11:30 +0000"},
		{morning, "for 1 hour and 30 minutes", "", "2026-11-23 11:30 +0000"},
		{morning, "for 2 days", "", "2026-11-25 10:00 +0000"},
		{morning, "for 2 weeks", "", "2026-12-07 10:00 +0000"},
		{morning, "from 14:00 for 2h", "2026-11-23 14:00 +0000", "2026-11-23 16:00 +0000"},
		{morning, "for 2h from 14:00", "2026-11-23 14:00 +0000", "2026-11-23 16:00 +0000"},
		{morning, "from tomorrow for 2 days", "2026-11-24 00:00 +0000", "2026-11-26 00:00 +0000"},

		// Where the clocks change.
		{springing, "until 2:30", "", "2026-03-08 03:00 -0400"},
		{springing, "from 2:30 to 4:00", "2026-03-08 03:00 -0400", "2026-03-08 04:00 -0400"},
		{springing, "today", "", "2026-03-09 00:00 -0400"},
		{springing, "for 24h", "", "2026-03-09 01:30 -0400"},
		{springing, "for 1 day", "", "2026-03-09 00:30 -0400"},
		{falling, "until 1:30", "", "2026-11-01 01:30 -0500"},
		{falling, "from 1:30 to 4:00", "2026-11-01 01:30 -0400", "2026-11-01 04:00 -0500"},
		{falling, "from 1:15 to 1:45", "2026-11-01 01:15 -0400", "2026-11-01 01:45 -0500"},
		{falling, "tomorrow", "2026-11-02 00:00 -0500", "2026-11-03 00:00 -0500"},
		{falling, "for 1 day", "", "2026-11-02 00:30 -0500"},
		{kolkata, "until 18:00", "", "2026-11-23 18:00 +0530"},
		{kolkata, "tomorrow 9-17", "2026-11-24 09:00 +0530", "2026-11-24 17:00 +0530"},
		{howeFalls, "until 1:45", "", "2026-04-05 01:45 +1030"},
		{howeFalls, "from 1:45 to 3", "2026-04-05 01:45 +1100", "2026-04-05 03:00 +1030"},
		{howeJumps, "from 2:15 to 4", "2026-10-04 02:30 +1100", "2026-10-04 04:00 +1100"},
		{cairo, "tomorrow", "2026-04-24 01:00 +0300", "2026-04-25 00:00 +0300"},
		{cairo, "until midnight", "", "2026-04-24 01:00 +0300"},
	} {
		now, zone := at(t, tt.now)

		from := tt.from
		if from == "" {
			from = now.Format(wall)
		}

		got, err := roster.ParseSpan(tt.text, now.UTC(), zone)
		if err != nil {
			t.Errorf("at %v, ParseSpan(%q) = %v, want %v until %v", tt.now, tt.text, err, from, tt.until)
			continue
		}

		if got.From.Format(wall) != from || got.Until.Format(wall) != tt.until {
			t.Errorf("at %v, ParseSpan(%q) = %v until %v, want %v until %v", tt.now, tt.text, got.From.Format(wall), got.Until.Format(wall), from, tt.until)
		}
	}
}

// TestDaysAreCountedToTheNanosecond holds that a span of days ends as exactly as
// it begins, but at the end of a gap.
func TestDaysAreCountedToTheNanosecond(t *testing.T) {
	for _, tt := range []struct{ now, want string }{
		{morning, "2026-11-24T10:00:00.123456789Z"},
		{"America/New_York 2026-03-07 02:30", "2026-03-08T03:00:00-04:00"},
		{"America/New_York 2026-10-31 01:30", "2026-11-01T01:30:00.123456789-05:00"},
	} {
		now, zone := at(t, tt.now)

		got, err := roster.ParseSpan("for 1 day", now.Add(123456789), zone)
		if until := got.Until.Format(time.RFC3339Nano); err != nil || until != tt.want {
			t.Errorf("at %v and 123456789 ns, ParseSpan(for 1 day) = until %v, %v, want until %v", tt.now, until, err, tt.want)
		}
	}
}

// TestWhatToTypeInstead holds that whatever is refused is refused with what to
// type instead.
func TestWhatToTypeInstead(t *testing.T) {
	for _, tt := range []struct{ now, text, want string }{
		{evening, "until 18:00", "18:00 has passed today (it is 18:20). Type until tomorrow 18:00."},
		{evening, "until today 18:00", "18:00 has passed today (it is 18:20). Type until tomorrow 18:00."},
		{morning, "until 6", "06:00 has passed today (it is 10:00). Type until 18:00 or until tomorrow 06:00."},
		{morning, "until 10:00", "Type until 22:00 or until tomorrow 10:00."},
		{evening, "until noon", "12:00 has passed today (it is 18:20). Type until tomorrow 12:00."},
		{evening, "9-17", "17:00 has passed today (it is 18:20). Type tomorrow 09:00-17:00."},
		{evening, "today 9-17", "Type tomorrow 09:00-17:00."},
		{morning, "from 7 for 2h", "09:00 has passed today (it is 10:00)."},
		{morning, "2026-11-20", "That was over on 2026-11-21 at 00:00, and it is 2026-11-23 10:00. Type a time that lies ahead"},
		{morning, "20 nov", "20 Nov has passed. Type 20 Nov 2027 if you mean next year's."},
		{morning, "from 26 dec to 24 dec", "24 Dec comes before 26 Dec. Type the earlier day first."},
		{morning, "from 2026-12-26 to 2026-12-24", "That ends before it begins. Type from 2026-12-24 to 2026-12-26."},
		{morning, "from tomorrow 14:00 to today 16:00", "That ends before it begins. Type from 2026-11-23 16:00 to 2026-11-24 14:00."},

		{morning, "", "Say from when until when: until 18:00"},
		{morning, "  ...! ", "Say from when until when: until 18:00"},
		{morning, "from", "Say from when until when: until 18:00"},
		{morning, "until", "Say until when: until 18:00"},
		{morning, "from 14:00", "Say until when: from 14:00 until midnight."},
		{morning, "tomorrow 14:00", "Say until when: tomorrow 14:00 until midnight."},
		{morning, "from friday", "Say until when: from 27 Nov until 28 Nov."},
		{morning, "14:00", "Say until when: until 14:00, or 14:00 until midnight."},
		{morning, "17", "Say until when: until 17:00, or 17:00 until midnight."},
		{morning, "2h", "Type for 2h."},
		{morning, "18h", "Type for 18h or until 18:00."},
		{morning, "0h", "Say for how long: for 2h."},

		{morning, "12/11", "12/11 can be 12 Nov or 11 Dec. Type one of them with the month's name."},
		{morning, "until 24/12/2026", "Type the month's name: 24 Dec 2026."},
		{morning, "12/24", "Type the month's name: 24 Dec."},
		{morning, "12-11-2026", "12-11-2026 can be 12 Nov 2026 or 11 Dec 2026."},
		{morning, "2026/12/24", "Type 2026-12-24."},
		{morning, "99/99", "I can't read 99/99. Type the month's name: 24 Dec."},
		{morning, "24.12.26", "Type 24 Dec 2026."},
		{morning, "until 12.10.", "12.10. can be a time or a day. Type it as 12:10 or as 12 Oct."},
		{morning, "30 Feb", "There is no 30 Feb 2027."},
		{morning, "2026-13-01", "There is no 2026-13-01."},
		{morning, "friday 24 dec", "24 Dec 2026 is a Thursday."},
		{morning, "dec", "Say which day: 24 Dec."},

		{morning, "until 25:00", "There is no 25:00. Type a time from 00:00 to 24:00."},
		{morning, "until 18:70", "There is no 18:70."},
		{morning, "until 24:30", "There is no 24:30."},
		{morning, "until 18:5", "There is no 18:5."},
		{morning, "until 13pm", "There is no 13pm."},
		{morning, "until 0am", "There is no 0am."},
		{morning, "until 2460", "There is no 2460."},
		{morning, "until 31", "There is no 31:00."},
		{morning, "until 99999999999999999999", "I don't understand “99999999999999999999”."},

		{morning, "9-5", "“9-5” can be meant in two ways. Type 09:00-17:00, or say am or pm both times."},
		{morning, "tomorrow 9:00 to 5:00", "Type tomorrow 09:00-17:00, or say am or pm both times."},
		{morning, "6-8pm", "Type 18:00-20:00, or say am or pm both times."},
		{morning, "10-6am", "Type 22:00-06:00, or say am or pm both times."},
		{morning, "12-12", "Type 12:00-24:00, or say am or pm both times."},
		{morning, "from 14:00 to 16:30 tomorrow", "Type tomorrow 14:00-16:30, or from today 14:00 until tomorrow 16:30."},
		{morning, "dec 24-26", "26 can be an hour or a day. Type 24 Dec to 26 Dec."},
		{morning, "from 12 dec until 14", "14 can be an hour or a day. Type 12 Dec to 14 Dec, or 12 Dec until 14:00."},
		{morning, "until monday", "It is Monday today. Type until midnight or until 30 Nov."},
		{morning, "next friday", "“next friday” can be 27 Nov or 4 Dec. Type one of them."},
		{morning, "from fri to fri", "Type from 27 Nov to 4 Dec"},
		{evening, "tonight", "Say the hours: 18:00 until midnight."},
		{morning, "tomorrow morning", "Say the hours: tomorrow 08:00-12:00."},
		{morning, "this afternoon", "Say the hours: 12:00-18:00."},
		{morning, "next week", "Say the days: mon to fri."},
		{morning, "for a month", "Say the days"},

		{morning, "for", "Say for how long: for 2h."},
		{morning, "for ever", "I don't understand “ever”."},
		{morning, "for 0h", "Say for how long: for 2h."},
		{morning, "for 2", "Say for how long: for 2h or for 2 min."},
		{morning, "for 400 days", "That is longer than a year."},
		{morning, "for 99999999h", "That is longer than a year."},
		{morning, "until 2028-01-01", "That is longer than a year."},
		{morning, "2028-01-01", "That begins more than a year ahead."},
		{morning, "24 dec 2030", "That begins more than a year ahead."},
		{morning, "until 18:00 please", "I don't understand “please”."},
		{morning, "until 18:00 19:00", "I don't understand “19:00”."},
		{morning, "tomorrow friday", "I don't understand “friday”."},
		{morning, "until tuesdai", "I don't understand “tuesdai”."},
		{morning, "😀", "I don't understand “😀”."},
		{morning, "- 18:00", "I don't understand “-"},
	} {
		now, zone := at(t, tt.now)

		span, err := roster.ParseSpan(tt.text, now, zone)

		wrong, ok := errors.AsType[*roster.SpanError](err)
		if !ok {
			t.Errorf("at %v, ParseSpan(%q) = %v, %v, want %q", tt.now, tt.text, span, err, tt.want)
			continue
		}

		for _, instead := range suggested(wrong.Text) {
			if _, err := roster.ParseSpan(instead, now, zone); err != nil {
				t.Errorf("at %v, ParseSpan(%q) = %q, but ParseSpan(%q) = %v", tt.now, tt.text, wrong.Text, instead, err)
			}
		}

		if !strings.Contains(wrong.Text, tt.want) {
			t.Errorf("at %v, ParseSpan(%q) = %q, want %q in it", tt.now, tt.text, wrong.Text, tt.want)
		}
	}
}

// suggested returns what an error says to type or to say, where it says it as it
// has to be typed.
func suggested(text string) []string {
	var all []string

	for _, mark := range []string{"Type for example ", "Type ", "until when: ", "the hours: ", "the days: ", "how long: "} {
		_, words, ok := strings.Cut(text, mark)
		if !ok {
			continue
		}

		words, _, _ = strings.Cut(words, ", or say am or pm")
		words = strings.ReplaceAll(strings.TrimSuffix(words, "."), ", or ", " or ")
		words = strings.ReplaceAll(words, " if you mean next year's", "")

		for instead := range strings.FieldsFuncSeq(strings.ReplaceAll(words, " or ", "|"), func(c rune) bool { return c == '|' || c == ',' }) {
			instead = strings.TrimSpace(strings.TrimSuffix(instead, " alone"))
			if strings.HasPrefix(instead, "such as") {
				continue
			}

			all = append(all, instead)
		}

		break
	}

	if len(all) == 0 || strings.HasPrefix(all[0], "a ") || strings.HasPrefix(all[0], "one of") || strings.HasPrefix(all[0], "the ") || strings.HasPrefix(all[0], "it as") {
		return nil
	}

	return all
}

// aText draws what people type, and what they type by mistake.
func aText() *rapid.Generator[string] {
	words := rapid.SampledFrom(strings.Fields("until from to - for on at the this next now today tomorrow mon fri sunday dec jan march 24 9 17 5 12 0 31 " +
		"2026 1800 18:00 6:30 2:15 01:30 24:00 18.00 24.12. 24.12.2027 2026-12-24 2026-11-01 12/11 am pm noon midnight h min days 2h 1h30m th of and ,"))

	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(words, 1, 7).Draw(t, "words"), " ")
	})
}

var everyNow = []string{morning, evening, night, early, friday, springing, falling, kolkata, howeFalls, howeJumps, cairo, "Europe/London 2027-02-28 23:59", "UTC 2028-02-29 12:00"}

// sound checks what holds for whatever is typed.
func sound(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string, now time.Time, zone *time.Location) (roster.Span, bool) {
	t.Helper()

	got, err := roster.ParseSpan(text, now, zone)
	if err != nil {
		wrong, ok := errors.AsType[*roster.SpanError](err)
		if !ok || !utf8.ValidString(wrong.Text) || utf8.RuneCountInString(wrong.Text) > 250 || wrong.Text == "" {
			t.Fatalf("ParseSpan(%q) = %T %q, want a *SpanError with a short text", text, err, err)
		}

		return got, false
	}

	if got.From.Before(now) || !got.From.Before(got.Until) || got.Until.Sub(got.From) > 366*24*time.Hour || got.From.Sub(now) > 366*24*time.Hour {
		t.Fatalf("at %v, ParseSpan(%q) = %v until %v, want it ahead and within a year", now, text, got.From, got.Until)
	}

	return got, true
}

// TestASpanWrittenInFullIsTheSame types what was understood, in full.
func TestASpanWrittenInFullIsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now, zone := at(t, rapid.SampledFrom(everyNow).Draw(rt, "now"))

		got, ok := sound(rt, aText().Draw(rt, "text"), now, zone)
		if !ok || twice(got.From, -1) || twice(got.Until, 1) {
			return
		}

		full := got.From.Format("from 2006-01-02 15:04") + got.Until.Format(" to 2006-01-02 15:04")

		again, err := roster.ParseSpan(full, now, zone)
		if err != nil || !again.From.Equal(got.From) || !again.Until.Equal(got.Until) {
			rt.Errorf("ParseSpan(%q) = %v, %v, want %v", full, again, err, got)
		}
	})
}

// twice reports whether clocks show the same as at t a little earlier (-1) or
// later (1), since they are put back in between.
func twice(t time.Time, way time.Duration) bool {
	for _, by := range []time.Duration{30 * time.Minute, time.Hour} {
		if t.Add(way*by).Format("15:04") == t.Format("15:04") {
			return true
		}
	}

	return false
}

func FuzzSpan(f *testing.F) {
	for i, text := range []string{
		"until 18:00", "from fri 22:00 until sat 06:00", "tomorrow, 9–17.", "for 1h30m", "24. december 2026", "12/11", "until 12.10.",
		"next monday 8-16", "99999999999h", "from 24-26 Dec", "\xff\u200b\u00a0until 6 p.m.", "a.m.", "0h", "1.1..", "th", "29 feb 2028",
	} {
		f.Add(text, i)
	}

	f.Fuzz(func(t *testing.T, text string, i int) {
		now, zone := at(t, everyNow[uint(i)%uint(len(everyNow))])
		sound(t, text, now, zone)
	})
}
