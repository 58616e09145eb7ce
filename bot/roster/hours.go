package roster

import "time"

// Hours are when somebody may be reminded of something: outside of their quiet
// hours, on working days. The zero Hours are always.
type Hours struct {
	// Zone is the person's. Nil is UTC.
	Zone *time.Location
	// From and To are the quiet hours in minutes from midnight. They go over
	// midnight where To is not after From; both the same are none.
	From, To int
	// Days are the working days of the team, none for every day.
	Days []time.Weekday
	// Holidays are days of the team that are no working days, nil for none.
	Holidays *Calendar
}

// Next returns the first instant not before t at which somebody may be reminded.
func (h Hours) Next(t time.Time) time.Time { return t }

// Last returns the last such instant not after t.
func (h Hours) Last(t time.Time) time.Time { return t }

// After returns the instant at which d of somebody's working time has gone by
// since t.
func (h Hours) After(t time.Time, d time.Duration) time.Time { return t.Add(d) }
