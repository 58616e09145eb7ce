package main

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// holidaysScene is a calendar of holidays that can't be read at first, can, and
// can't again.
func holidaysScene(s *studio) {
	for _, failure := range []string{"Its server can't be reached.", "", "Its server answers 500.", "Its server answers 500."} {
		f := bot.Feed{Team: bot.HolidaysOf("billing"), Source: "holidays.ics", Failure: failure}
		if failure == "" {
			f.Data, f.At = []byte("BEGIN:VCALENDAR"), s.now
		}

		s.must(s.desk.KeepFeed(s.t.Context(), f))
		s.wait(10 * time.Minute)
	}
}
