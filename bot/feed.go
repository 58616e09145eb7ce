package bot

import (
	"bytes"
	"context"
	"errors"
	"strings"
)

// ofHolidays is how the TeamID of a Feed ends that is kept for a team's holidays.
// No team's own does: it has no space.
const ofHolidays = " holidays"

// HolidaysOf is under what the calendar of a team's holidays is kept, beside that
// of its duty.
func HolidaysOf(team TeamID) TeamID { return team + ofHolidays }

// of returns whose calendar it is, and whether it is that of their holidays.
func (f *Feed) of() (team TeamID, holidays bool) {
	own, holidays := strings.CutSuffix(string(f.Team), ofHolidays)

	return TeamID(own), holidays
}

// KeepFeed keeps what became of reading a team's calendar: a good copy, or why
// there is none, with the instant at which it was read well last if that is
// later than what is kept. Nothing is written where nothing changed. Managers are
// told when it fails twice in a row, at once if there is no copy, and when it is
// well again after they were told.
func (d *Desk) KeepFeed(ctx context.Context, f Feed) error {
	if team, _ := f.of(); d.settings.team(team) == nil {
		return nil
	}

	kept := false

	err := d.view(ctx, func(s *session) error {
		known, err := s.feed(f.Team, f.Source)
		kept = err == nil && known.holds(f)

		return err
	})
	if err != nil || kept {
		return err
	}

	return d.update(ctx, func(s *session) error { return s.keepFeed(f) })
}

// feed returns what is kept of a calendar from a source, one without anything if
// nothing is.
func (s *session) feed(team TeamID, source string) (*Feed, error) {
	known, err := s.Feed(team)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}

	if known == nil || known.Source != source {
		return &Feed{Team: team, Source: source}, nil
	}

	return known, nil
}

// holds reports whether a new reading says nothing that is not kept already.
func (f *Feed) holds(read Feed) bool {
	if read.Failure != "" {
		return f.Failure == read.Failure && f.Told
	}

	return f.Failing.IsZero() && len(f.Data) > 0 && bytes.Equal(f.Data, read.Data)
}

func (s *session) keepFeed(f Feed) error {
	known, err := s.feed(f.Team, f.Source)
	if err != nil {
		return err
	}

	what := NoteKind("")

	switch {
	case f.Failure == "" && known.Told:
		what = CalendarWorks
	case f.Failure != "":
		again := !known.Failing.IsZero()

		f.Data, f.At, f.Failing = known.Data, later(known.At, f.At), known.Failing
		f.Told = known.Told || again || len(known.Data) == 0

		if !again {
			f.Failing = s.now
		}

		if f.Told && !known.Told {
			what = CalendarFails
		}
	}

	if err := s.PutFeed(&f); err != nil || what == "" {
		return err
	}

	team, holidays := f.of()
	if holidays {
		what = ofHolidayCalendar[what]
	}

	return s.noteManagers(s.desk.settings.team(team), Note{What: what, Team: team, At: s.now, From: f.At, Text: asSentence(f.Failure)})
}

// ofHolidayCalendar is what is told of a calendar of holidays in the place of what
// is told of one of duty.
var ofHolidayCalendar = map[NoteKind]NoteKind{CalendarFails: HolidaysFail, CalendarWorks: HolidaysWork}

// Feed returns the last good copy of a team's calendar from a source,
// ErrNotFound if there is none.
func (d *Desk) Feed(ctx context.Context, team TeamID, source string) (*Feed, error) {
	var feed *Feed

	err := d.view(ctx, func(s *session) (err error) {
		feed, err = s.Feed(team)

		return err
	})
	if err != nil {
		return nil, err
	}

	if feed.Source != source || len(feed.Data) == 0 {
		return nil, ErrNotFound
	}

	return feed, nil
}
