package roster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// knownInCalendar knows three people by name or address, as a team does.
func knownInCalendar(name, email string) (Person, bool) {
	names := map[string]Person{
		"dana": "dana", "dana reed": "dana", "reed, dana": "dana", "dana@example.com": "dana",
		"omar": "omar", "omar haddad": "omar", "omar@example.com": "omar",
		"priya": "priya", "priya nair": "priya", "priya@example.com": "priya",
	}
	if p, ok := names[strings.ToLower(email)]; ok {
		return p, true
	}
	p, ok := names[strings.ToLower(name)]
	return p, ok
}

func calendarZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("LoadLocation(%q) = %v, want a zone", name, err)
	}
	return zone
}

func readCalendar(t testing.TB, file, zone string) *Calendar {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "calendar", file))
	if err != nil {
		t.Fatal(err)
	}
	return calendarOf(t, string(data), zone)
}

func calendarOf(t testing.TB, text, zone string) *Calendar {
	t.Helper()
	c, err := ParseCalendar([]byte(text), calendarZone(t, zone), knownInCalendar)
	if err != nil {
		t.Fatalf("ParseCalendar(%.80q) = %v, want a calendar", text, err)
	}
	return c
}

// events returns a calendar of the events with these lines.
func events(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\n" + strings.TrimSpace(e) + "\nEND:VEVENT\n")
	}
	b.WriteString("END:VCALENDAR\n")
	return b.String()
}

// onAt returns who is on duty, in one word each.
func onAt(t testing.TB, c *Calendar, at string) string {
	t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range c.On(when) {
		names = append(names, string(p))
	}
	return strings.Join(names, " ")
}

func TestCalendarFiles(t *testing.T) {
	tests := []struct {
		file, zone string
		at, want   string
	}{
		{"google.ics", "Europe/London", "2026-01-05T21:59:59Z", ""},
		{"google.ics", "Europe/London", "2026-01-05T22:00:00Z", "dana"}, // Omar declined
		{"google.ics", "Europe/London", "2026-01-06T05:59:59Z", "dana"},
		{"google.ics", "Europe/London", "2026-01-06T06:00:00Z", ""},
		{"google.ics", "Europe/London", "2026-03-10T23:00:00Z", ""}, // left out
		{"google.ics", "Europe/London", "2026-03-11T23:00:00Z", ""},
		{"google.ics", "Europe/London", "2026-03-12T23:00:00Z", "dana"},
		{"google.ics", "Europe/London", "2026-03-15T23:00:00Z", ""}, // moved to the 16th, and to Omar
		{"google.ics", "Europe/London", "2026-03-16T21:00:00Z", "omar"},
		{"google.ics", "Europe/London", "2026-03-16T23:00:00Z", "omar dana"},
		{"google.ics", "Europe/London", "2026-03-20T23:00:00Z", ""}, // cancelled
		{"google.ics", "Europe/London", "2026-03-29T04:59:59Z", "dana"},
		{"google.ics", "Europe/London", "2026-03-29T05:00:00Z", ""}, // 06:00 in summer
		{"google.ics", "Europe/London", "2026-03-29T21:00:00Z", "dana"},
		{"google.ics", "Europe/London", "2026-05-01T12:00:00Z", "dana omar priya"},
		{"google.ics", "Europe/London", "2026-04-30T22:59:59Z", "dana"},
		{"google.ics", "Europe/London", "2026-04-30T23:00:00Z", "dana omar priya"},
		{"google.ics", "Europe/London", "2026-05-02T20:59:59Z", "dana omar priya"},
		{"google.ics", "Europe/London", "2026-05-02T23:00:00Z", "dana"},
		{"google.ics", "Europe/London", "2026-06-01T22:00:00Z", ""}, // left out, in UTC
		{"google.ics", "Europe/London", "2026-10-24T20:59:59Z", ""},
		{"google.ics", "Europe/London", "2026-10-24T21:00:00Z", "dana"},
		{"google.ics", "Europe/London", "2026-10-24T23:00:00Z", "dana priya"}, // all day, 25 hours
		{"google.ics", "Europe/London", "2026-10-25T05:59:59Z", "dana priya"},
		{"google.ics", "Europe/London", "2026-10-25T06:00:00Z", "priya"},
		{"google.ics", "Europe/London", "2026-10-25T23:59:59Z", "priya dana"},
		{"google.ics", "Europe/London", "2026-10-26T00:00:00Z", "dana"},

		{"outlook.ics", "America/New_York", "2026-01-04T03:00:00Z", "dana omar"},
		{"outlook.ics", "America/New_York", "2026-01-04T06:29:59Z", "dana omar"},
		{"outlook.ics", "America/New_York", "2026-01-04T06:30:00Z", ""},
		{"outlook.ics", "America/New_York", "2026-03-08T03:00:00Z", "dana omar"},
		{"outlook.ics", "America/New_York", "2026-03-09T01:59:59Z", ""},
		{"outlook.ics", "America/New_York", "2026-03-09T02:00:00Z", "dana omar"}, // 22:00 in summer
		{"outlook.ics", "America/New_York", "2026-03-15T03:00:00Z", ""},          // left out
		{"outlook.ics", "America/New_York", "2026-11-01T06:29:59Z", "dana omar"}, // until the second 01:30
		{"outlook.ics", "America/New_York", "2026-11-01T06:30:00Z", ""},
		{"outlook.ics", "America/New_York", "2026-11-09T03:00:00Z", "dana omar"}, // the last
		{"outlook.ics", "America/New_York", "2026-11-15T03:00:00Z", ""},
		{"outlook.ics", "America/New_York", "2026-07-04T04:00:00Z", "priya"},
		{"outlook.ics", "America/New_York", "2026-07-05T03:59:59Z", "priya dana omar"},
		{"outlook.ics", "America/New_York", "2026-07-10T08:00:00Z", "omar"}, // from 09:00 in London
		{"outlook.ics", "America/New_York", "2026-07-10T13:00:00Z", ""},     // to 09:00 in New York
		{"outlook.ics", "America/New_York", "2026-07-11T14:00:00Z", ""},     // an older version
		{"outlook.ics", "America/New_York", "2026-08-01T12:59:59Z", ""},
		{"outlook.ics", "America/New_York", "2026-08-01T13:00:00Z", "omar"},
		{"outlook.ics", "America/New_York", "2026-08-02T20:59:59Z", "omar"},

		{"pagerduty.ics", "Europe/London", "2026-03-02T09:00:00Z", "dana"},
		{"pagerduty.ics", "Europe/London", "2026-03-04T09:00:00Z", "dana omar"},
		{"pagerduty.ics", "Europe/London", "2026-03-09T09:00:00Z", ""}, // nobody we know
		{"pagerduty.ics", "Europe/London", "2026-03-16T09:00:00Z", ""}, // declined, though named
	}

	calendars := map[string]*Calendar{}
	for _, tt := range tests {
		if calendars[tt.file] == nil {
			calendars[tt.file] = readCalendar(t, tt.file, tt.zone)
		}
		if got := onAt(t, calendars[tt.file], tt.at); got != tt.want {
			t.Errorf("%s: On(%v) = %q, want %q", tt.file, tt.at, got, tt.want)
		}
	}
}

func TestCalendarOddities(t *testing.T) {
	outlook := readCalendar(t, "outlook.ics", "America/New_York")
	want := []string{`the event at line 62: its zone "Customized Time Zone" is not known: give the event, or the whole calendar, the zone of a city, such as Europe/London`}
	if diff := cmp.Diff(want, outlook.Unreadable()); diff != "" {
		t.Errorf("Unreadable() (-want +got):\n%s", diff)
	}

	pagerduty := readCalendar(t, "pagerduty.ics", "Europe/London")
	if diff := cmp.Diff([]string{"On Call - Lee Moss - Billing primary"}, pagerduty.Unknown()); diff != "" {
		t.Errorf("Unknown() (-want +got):\n%s", diff)
	}

	var many []string
	for i := range 25 {
		many = append(many, fmt.Sprintf("SUMMARY:Lee %02d\nDTSTART:202601%02dT090000\nDURATION:PT1H", i, i+1))
	}
	got := calendarOf(t, events(many...), "UTC").Unknown()
	if len(got) != 21 || got[0] != "Lee 24" || got[20] != "and 5 more" {
		t.Errorf("Unknown() = %q, want the 20 latest and how many more", got)
	}
}

// A name of long ago is nobody's gap: only what is within the span is told.
func TestCalendarUnknownWithin(t *testing.T) {
	c := calendarOf(t, events(
		"SUMMARY:Lee\nDTSTART:20260105T090000Z\nDURATION:PT8H",
		"SUMMARY:Kim\nDTSTART:20260106T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
		"SUMMARY:Kim\nDTSTART:20260120T090000Z\nDURATION:PT1H",
		"SUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:P30D",
		"SUMMARY:Zoe\nDTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY",
	), "UTC")

	at := func(day, hour int) time.Time { return time.Date(2026, time.January, day, hour, 0, 0, 0, time.UTC) }

	for _, tt := range []struct {
		span Span
		want []string
	}{
		{Span{at(1, 0), at(31, 0)}, []string{"Lee", "Kim", "Zoe"}},
		{Span{at(5, 17), at(6, 9)}, nil},
		{Span{at(5, 16), at(6, 10)}, []string{"Lee", "Kim"}},
		{Span{at(8, 9), at(8, 10)}, []string{"Kim", "Zoe"}},
		{Span{at(9, 0), at(15, 0)}, nil}, // the series of three days is over
		{Span{at(10, 0), at(16, 0)}, []string{"Zoe"}},
	} {
		if diff := cmp.Diff(tt.want, c.UnknownWithin(tt.span)); diff != "" {
			t.Errorf("UnknownWithin(%v) (-want +got):\n%s", tt.span, diff)
		}
	}
}

func TestCalendarEvents(t *testing.T) {
	tests := map[string]struct {
		event string
		on    []string // instants at which Dana is on
		off   []string
	}{
		"a length in hours goes on through the hour that is left out": {
			"SUMMARY:Dana\nDTSTART;TZID=Europe/London:20260328T220000\nDURATION:PT8H",
			[]string{"2026-03-29T05:59:59Z"}, []string{"2026-03-29T06:00:00Z"},
		},
		"a length in hours ends no earlier than the wall clock says": {
			"SUMMARY:Dana\nDTSTART;TZID=Europe/London:20261024T220000\nDURATION:PT8H",
			[]string{"2026-10-25T05:59:59Z"}, []string{"2026-10-25T06:00:00Z"},
		},
		"a start that shows twice is the first": {
			"SUMMARY:Dana\nDTSTART;TZID=Europe/London:20261025T013000\nDTEND;TZID=Europe/London:20261025T014500",
			[]string{"2026-10-25T00:30:00Z", "2026-10-25T01:44:59Z"}, []string{"2026-10-25T00:29:59Z", "2026-10-25T01:45:00Z"},
		},
		"a start that is left out is the first instant after it": {
			"SUMMARY:Dana\nDTSTART;TZID=Europe/London:20260329T013000\nDTEND;TZID=Europe/London:20260329T030000",
			[]string{"2026-03-29T01:00:00Z", "2026-03-29T01:59:59Z"}, []string{"2026-03-29T00:59:59Z", "2026-03-29T02:00:00Z"},
		},
		"a count": {
			"SUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3",
			[]string{"2026-01-05T09:00:00Z", "2026-01-07T09:00:00Z"}, []string{"2026-01-04T09:00:00Z", "2026-01-08T09:00:00Z"},
		},
		"until a date": {
			"SUMMARY:Dana\nDTSTART;TZID=America/New_York:20260105T230000\nDURATION:PT30M\nRRULE:freq=daily;until=20260107;",
			[]string{"2026-01-08T04:00:00Z"}, []string{"2026-01-09T04:00:00Z"},
		},
		"until a floating time": {
			"SUMMARY:Dana\nDTSTART;TZID=America/New_York:20260105T230000\nDURATION:PT30M\nRRULE:FREQ=DAILY;UNTIL=20260107T230000",
			[]string{"2026-01-08T04:00:00Z"}, []string{"2026-01-09T04:00:00Z"},
		},
		"whole days until a time in UTC": {
			"SUMMARY:Dana\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260114T000000Z\nEXDATE;VALUE=DATE:20260107,20260112",
			[]string{"2026-01-05T12:00:00Z", "2026-01-14T23:59:59Z"}, []string{"2026-01-07T12:00:00Z", "2026-01-12T12:00:00Z", "2026-01-19T12:00:00Z"},
		},
		"an exception by its day": {
			"SUMMARY:Dana\nDTSTART;TZID=America/New_York:20260105T220000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260106",
			[]string{"2026-01-06T03:00:00Z", "2026-01-08T03:00:00Z"}, []string{"2026-01-07T03:00:00Z"},
		},
		"an exception by the second of two instants": {
			"SUMMARY:Dana\nDTSTART;TZID=Europe/London:20261024T013000\nDURATION:PT10M\nRRULE:FREQ=DAILY\nEXDATE:20261025T013000Z",
			[]string{"2026-10-24T00:30:00Z", "2026-10-26T01:30:00Z"}, []string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		},
		"more dates": {
			"SUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H\nRDATE:20260110T120000Z,20260111T120000Z\nRDATE;VALUE=PERIOD:20260112T120000Z/PT3H,20260113T120000Z/20260113T140000Z\nRDATE;VALUE=DATE:20260120",
			[]string{"2026-01-05T09:00:00Z", "2026-01-11T12:30:00Z", "2026-01-12T14:59:59Z", "2026-01-13T13:59:59Z", "2026-01-20T09:30:00Z"},
			[]string{"2026-01-11T13:00:00Z", "2026-01-12T15:00:00Z", "2026-01-13T14:00:00Z"},
		},
		"the last day of a month, years on": {
			"SUMMARY:Dana\nDTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
			[]string{"2026-02-28T12:00:00Z", "2028-02-29T12:00:00Z"}, []string{"2026-02-27T12:00:00Z", "2028-02-28T12:00:00Z"},
		},
		"the 31st, where there is one": {
			"SUMMARY:Dana\nDTSTART;VALUE=DATE:20200131\nRRULE:FREQ=MONTHLY",
			[]string{"2026-03-31T12:00:00Z"}, []string{"2026-02-28T12:00:00Z", "2026-03-03T12:00:00Z", "2026-04-30T12:00:00Z"},
		},
		"every second week, years on": {
			"SUMMARY:Dana\nDTSTART;VALUE=DATE:20200106\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,MO;WKST=SU",
			[]string{"2026-01-12T12:00:00Z", "2026-01-16T12:00:00Z"}, []string{"2026-01-05T12:00:00Z", "2026-01-09T12:00:00Z"},
		},
		"every eight hours of sixteen": {
			"SUMMARY:Dana\nDTSTART:20200106T000000Z\nDURATION:PT8H\nRRULE:FREQ=HOURLY;INTERVAL=16",
			[]string{"2020-01-06T00:00:00Z", "2020-01-06T16:00:00Z"}, []string{"2020-01-06T08:00:00Z", "2020-01-07T00:00:00Z"},
		},
		"an escaped and folded address": {
			"SUMMARY:Nights\\; all\nATTENDEE;CN=\"Somebody: else\";EMAIL=dana@exam\n ple.com:invalid:nomail\nDTSTART:20260105T090000Z\nDURATION:PT1H",
			[]string{"2026-01-05T09:00:00Z"}, nil,
		},
		"a room and who is told of it": {
			"SUMMARY:Dana\nATTENDEE;ROLE=NON-PARTICIPANT;CN=Omar:mailto:omar@example.com\nDTSTART:20260105T090000Z\nDURATION:PT1H",
			[]string{"2026-01-05T09:00:00Z"}, nil,
		},
		"cancelled later": {
			"UID:a\nSUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nSEQUENCE:1\nSTATUS:CANCELLED\nSUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H",
			nil, []string{"2026-01-05T09:00:00Z"},
		},
		"an exception without its series": {
			"UID:a\nRECURRENCE-ID:20260104T090000Z\nSUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H",
			[]string{"2026-01-05T09:00:00Z"}, []string{"2026-01-04T09:00:00Z"},
		},
	}

	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := calendarOf(t, events(tt.event), "UTC")
			if odd := c.Unreadable(); len(odd) > 0 {
				t.Fatalf("Unreadable() = %q, want none", odd)
			}
			for _, at := range tt.on {
				if got := onAt(t, c, at); got != "dana" {
					t.Errorf("On(%v) = %q, want dana", at, got)
				}
			}
			for _, at := range tt.off {
				if got := onAt(t, c, at); got != "" {
					t.Errorf("On(%v) = %q, want nobody", at, got)
				}
			}
		})
	}
}

// An event that can't be read counts for nothing, says why, and harms no other;
// none makes anybody wait.
func TestCalendarUnreadable(t *testing.T) {
	const at = "SUMMARY:Secret\nDTSTART:20260105T090000Z\nDURATION:PT1H\n"
	tests := []struct{ event, want string }{
		{"SUMMARY:Secret", errEventNoStart.Error()},
		{"DTSTART:20260105T090000Z", errEventNoEnd.Error()},
		{"DTSTART:20260105T090000Z\nDTEND:20260105T080000Z", errEventNoEnd.Error()},
		{"DTSTART:00010105T090000Z\nDURATION:PT1H", errEventYears.Error()},
		{"DTSTART:soon", errEventTime.Error()},
		{"DTSTART:20260105T090000Z\nDURATION:P9999999W", errEventDuration.Error()},
		{"DTSTART;TZID=Local:20260105T090000\nDURATION:PT1H", (&zoneUnknownError{"Local"}).Error()},
		{"DTSTART;TZID=../../etc/passwd:20260105T090000\nDURATION:PT1H", (&zoneUnknownError{"../../etc/passwd"}).Error()},
		{"DTSTART;A=b", "line 4, DTSTART, has no colon"},
		{"DTSTART;A:20260105T090000Z", "line 4, DTSTART, has parameters that can't be read"},
		{"DTSTART;A=" + strings.Repeat("b,", 2000) + ":20260105T090000Z", "line 4, DTSTART, has more than 2048 bytes before its value"},
		{at + "EXRULE:FREQ=DAILY", errEventExrule.Error()},
		{at + "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z", errEventFollowing.Error()},
		{at + "RRULE:FREQ=SECONDLY", errRuleTooFine.Error()},
		{at + "RRULE:FREQ=HOURLY;INTERVAL=2;BYHOUR=2", errRuleTooFine.Error()},
		{at + "RRULE:FREQ=DAILY;INTERVAL=9000000000000000000", errRuleTooMany.Error()},
		{at + "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4,5,6,7", errRuleTooMany.Error()},
		{at + "RRULE:FREQ=MONTHLY;BYDAY=-53MO", errRuleUnreadable.Error()},
		{at + "RRULE:FREQ=YEARLY;BYEASTER=900", errRuleUnreadable.Error()},
		{at + "RRULE:FREQ=FORTNIGHTLY", errRuleUnreadable.Error()},
		{at + "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", errRuleBarren.Error()},
		{"DTSTART:20260105T090000Z\nDURATION:P63D\nRRULE:FREQ=DAILY", errEventLong.Error()},
	}

	for _, tt := range tests {
		c := calendarOf(t, events(tt.event, "SUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H"), "UTC")
		if diff := cmp.Diff([]string{"the event at line 3: " + tt.want}, c.Unreadable()); diff != "" {
			t.Errorf("Unreadable() of %.80q (-want +got):\n%s", tt.event, diff)
		}
		if got := onAt(t, c, "2026-01-05T09:00:00Z"); got != "dana" {
			t.Errorf("On() beside %.80q = %q, want dana", tt.event, got)
		}
	}
}

func TestCalendarNoCalendar(t *testing.T) {
	tests := []struct{ data, want string }{
		{"", "empty"},
		{"\ufeff \n", "empty"},
		{"<!DOCTYPE html><title>Sign in</title>", "this is a web page, not a calendar: use the secret iCal address"},
		{`{"error": 1}`, "JSON"},
		{"\xff\xfeB\x00", "UTF-16"},
		{"name,start\n", "doesn't begin with BEGIN:VCALENDAR"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "breaks off"},
		{"BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2"},
		{"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:A\n", 100), "within each other"},
		{"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\nEND:VEVENT\n", 20_001), "more than 20000 events"},
		{"BEGIN:VCALENDAR\n" + strings.Repeat(" ", 4<<20), "bytes"},
		{events("DTSTART:soon"), "none of the 1 events"},
		{events(strings.Repeat("SUMMARY:x\nDTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\nBEGIN:VEVENT\n", 50)), "never"},
	}
	for _, tt := range tests {
		_, err := ParseCalendar([]byte(tt.data), time.UTC, knownInCalendar)
		wrong, ok := errors.AsType[*CalendarError](err)
		if !ok || !strings.Contains(err.Error(), tt.want) || wrong.Hint == "" {
			t.Errorf("ParseCalendar(%.40q) = %v, want a *CalendarError with %q and a hint", tt.data, err, tt.want)
		}
	}
}

func TestCalendarZones(t *testing.T) {
	for id, want := range map[string]string{
		"Europe/London": "Europe/London",
		"/freeassociation.sourceforge.net/Europe/London":         "Europe/London",
		"/citadel.org/20210210_1/America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires",
		"GMT Standard Time":       "Europe/London",
		"w. europe standard time": "Europe/Berlin",
		"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "Europe/Berlin",
		"tzone://Microsoft/Utc":    "UTC",
		"tzone://Microsoft/Custom": "",
		"Local":                    "",
		"":                         "",
	} {
		got := ""
		if zone := zoneNamed(id); zone != nil {
			got = zone.String()
		}
		if got != want {
			t.Errorf("zoneNamed(%q) = %q, want %q", id, got, want)
		}
	}
	for name, place := range windowsZones {
		if _, err := time.LoadLocation(place); err != nil || name != strings.ToLower(name) {
			t.Errorf("windowsZones[%q] = %q, want a place, and a name in lower case (%v)", name, place, err)
		}
	}
}

// From whatever time a rule is asked, it gives the same: that it begins to count
// near that time makes no difference.
func TestCalendarRuleNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := fmt.Sprintf("FREQ=%s;INTERVAL=%d",
			rapid.SampledFrom([]string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"}).Draw(t, "freq"),
			rapid.IntRange(1, 13).Draw(t, "interval"))
		rule += rapid.SampledFrom([]string{"", ";BYDAY=MO,FR", ";BYMONTHDAY=1,-1,31", ";BYMONTH=2,7", ";BYDAY=TU,SU;BYSETPOS=1", ";COUNT=9", ";UNTIL=20280101"}).Draw(t, "more")
		rule += rapid.SampledFrom([]string{"", ";WKST=SU", ";WKST=WE"}).Draw(t, "wkst")
		start := time.Date(2020, 1, 1+rapid.IntRange(0, 800).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), 30, 0, 0, time.UTC)

		r, err := parseCalendarRule(rule, start, func(string) (time.Time, error) { return time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC), nil })
		if errors.Is(err, errRuleBarren) {
			t.Skip(err)
		} else if err != nil {
			t.Fatalf("parseCalendarRule(%v) = %v, want a rule", rule, err)
		}
		from := start.AddDate(0, 0, rapid.IntRange(-50, 3000).Draw(t, "later"))
		to := from.AddDate(0, 0, 100)

		var want []time.Time
		for _, at := range r.between(start, to) {
			if !at.Before(from) {
				want = append(want, at)
			}
		}
		if diff := cmp.Diff(want, r.between(from, to), cmp.Transformer("some", func(l []time.Time) string { return fmt.Sprint(l) })); diff != "" {
			t.Errorf("%v from %v: between(%v, %v) (-from the start +from there):\n%s", rule, start, from, to, diff)
		}
	})
}

// Whatever a file holds, it is read or refused, soon; and who is on duty does
// not change before the edge.
func FuzzCalendar(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "calendar", "*.ics"))
	if err != nil || len(files) == 0 {
		f.Fatalf("Glob(testdata/calendar/*.ics) = %v, %v, want files", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, int64(1774746000))
	}
	f.Add([]byte(events("SUMMARY:Dana\nDTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYWEEKNO=53,-1;BYDAY=-53SU;BYSETPOS=-1")), int64(1774746000))
	f.Add([]byte(events("SUMMARY:Dana\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=HOURLY;INTERVAL=7;BYYEARDAY=-1,366")), int64(-1))
	zone := calendarZone(f, "Europe/London")

	f.Fuzz(func(t *testing.T, data []byte, seconds int64) {
		begun := time.Now()
		c, err := ParseCalendar(data, zone, knownInCalendar)
		if err != nil {
			return
		}
		at := time.Unix(seconds%(1<<33), 0)
		for range 3 {
			edge := c.Edge(at)
			if edge.IsZero() {
				break
			}
			if !edge.After(at) {
				t.Fatalf("Edge(%v) = %v, want a later instant", at, edge)
			}
			want := c.On(at)
			for _, between := range []time.Time{at.Add(edge.Sub(at) / 3), edge.Add(-time.Nanosecond)} {
				if diff := cmp.Diff(want, c.On(between)); diff != "" {
					t.Errorf("On(%v), before Edge(%v) = %v, differs from On(%v) (-want +got):\n%s", between, at, edge, at, diff)
				}
			}
			at = edge
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("a calendar of %d bytes took %v, want less than 5 s", len(data), took)
		}
	})
}

// A team's calendar of some years: 4,900 shifts and 100 series.
func bigCalendar() string {
	var list []string
	start := time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range 4900 {
		from := start.Add(time.Duration(i) * 8 * time.Hour)
		list = append(list, fmt.Sprintf("UID:%d\nSUMMARY:Dana\nDTSTART;TZID=Europe/London:%s\nDURATION:PT8H", i, from.Format("20060102T150405")))
	}
	for i := range 100 {
		list = append(list, fmt.Sprintf("UID:r%d\nSUMMARY:Omar\nDTSTART;TZID=Europe/London:202401%02dT220000\nDURATION:PT8H\nRRULE:FREQ=WEEKLY;BYDAY=MO,TH", i, 1+i%28))
	}
	return events(list...)
}

func BenchmarkCalendarParse(b *testing.B) {
	data := []byte(bigCalendar())
	for b.Loop() {
		if _, err := ParseCalendar(data, time.UTC, knownInCalendar); err != nil {
			b.Fatal(err)
		}
	}
}

// On, for windows that were worked out before, and for those that were not.
func BenchmarkCalendarOn(b *testing.B) {
	c := calendarOf(b, bigCalendar(), "UTC")
	at := time.Date(2026, 3, 29, 2, 0, 0, 0, time.UTC)
	b.Run("again", func(b *testing.B) {
		for b.Loop() {
			c.On(at)
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			clear(c.windows)
			c.On(at)
		}
	})
}
