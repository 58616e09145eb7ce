package bot

import (
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// TestHoursOfBreaks holds when an offer to an agent ends, and when somebody is asked
// how they are, on a Friday.
func TestHoursOfBreaks(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}

	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, london) }
	hours := roster.Hours{
		Zone: london, From: 20 * 60, To: 8 * 60,
		Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
	}
	monday := at(30, 9, 0)

	for _, test := range []struct{ now, quiet, morning time.Time }{
		{at(27, 10, 0), at(27, 18, 0), monday}, // eight hours at most
		{at(27, 15, 7), at(27, 20, 0), monday},
		{at(27, 19, 59), at(27, 20, 0), monday},
		{at(27, 22, 0), at(28, 6, 0), monday}, // works in quiet hours
		{at(26, 15, 0), at(26, 20, 0), at(27, 9, 0)},
	} {
		if got := quietFrom(hours, test.now); !got.Equal(test.quiet) {
			t.Errorf("quietFrom(%v) = %v, want %v", test.now, got, test.quiet)
		}

		if got := morningAfter(hours, test.now); !got.Equal(test.morning) {
			t.Errorf("morningAfter(%v) = %v, want %v", test.now, got, test.morning)
		}
	}

	late := hours
	late.To = 10 * 60

	if got := morningAfter(late, at(26, 15, 0)); !got.Equal(at(27, 10, 0)) {
		t.Errorf("morningAfter with quiet hours until 10:00 = %v, want 10:00", got)
	}
}
