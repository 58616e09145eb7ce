package bot

import (
	"cmp"
	"fmt"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// weeks are the weeks of a team's digest: from midnight to midnight, in the
// team's zone, before the day on which the digest is sent.
type weeks struct {
	zone *time.Location
	on   time.Weekday
	at   int // when it is sent, in minutes from midnight
}

// weeksOf returns a team's weeks.
func (s *Settings) weeksOf(team *Team) weeks {
	zone := team.Zone
	if zone == nil {
		zone = time.UTC
	}

	return weeks{zone: zone, on: s.Digest.On, at: s.Digest.At}
}

// weeksIn returns the weeks of the team with an id: in UTC if there is none (any
// more).
func (s *Settings) weeksIn(id TeamID) weeks { return s.weeksOf(cmp.Or(s.team(id), new(Team))) }

// sent is when a digest is sent.
func (w weeks) sent() roster.Recurring {
	return roster.Recurring{Zone: w.zone, Days: []time.Weekday{w.on}, At: w.at}
}

// begun is when a week begins, and the one before it ends.
func (w weeks) begun() roster.Recurring {
	return roster.Recurring{Zone: w.zone, Days: []time.Weekday{w.on}}
}

// aWeekAgo is longer than a week ever is, and shorter than two.
const aWeekAgo = -8 * 24 * time.Hour

// last returns the last week that is over at an instant.
func (w weeks) last(at time.Time) roster.Span {
	until := w.begun().Next(at.Add(aWeekAgo))
	for next := w.begun().Next(until); !next.After(at); next = w.begun().Next(until) {
		until = next
	}

	return w.ending(until)
}

// ending returns the week that ends at an instant at which one does.
func (w weeks) ending(until time.Time) roster.Span {
	return roster.Span{From: w.begun().Next(until.Add(aWeekAgo)), Until: until}
}

// label names a week as people type it: "2026-W47". It has the number of the
// calendar's week (ISO 8601) in which most of it lies.
func (w weeks) label(week roster.Span) string {
	year, number := week.From.In(w.zone).Add(84 * time.Hour).ISOWeek()

	return fmt.Sprintf("%d-W%02d", year, number)
}

// named returns the week with a label, false if there is none.
func (w weeks) named(label string) (roster.Span, bool) {
	var year, number int
	if _, err := fmt.Sscanf(label, "%d-W%d", &year, &number); err != nil {
		return roster.Span{}, false
	}

	// The 4th of January lies in the first week of every year. Which of the
	// team's weeks around there it is, its label says.
	until := w.begun().Next(time.Date(year, time.January, 4, 12, 0, 0, 0, time.UTC).AddDate(0, 0, 7*(number-2)))

	for range 4 {
		if week := w.ending(until); w.label(week) == label {
			return week, true
		}

		until = w.begun().Next(until)
	}

	return roster.Span{}, false
}
