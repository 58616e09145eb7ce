package roster

import "time"

// Holidays are the times at which a team doesn't work though it is one of its
// working days. They stand in a calendar: whatever event it has is free, from its
// beginning to its end, whoever it names. So a whole day is a holiday, and one
// that begins at noon leaves the morning.
//
// Holidays don't change; they may be asked by many at a time.
type Holidays struct{ calendar *Calendar }

// ParseHolidays returns the holidays in an iCalendar file. It reads what
// ParseCalendar reads, and fails as it does; a whole day is meant in zone.
func ParseHolidays(data []byte, zone *time.Location) (*Holidays, error) {
	all := []Person{"everybody"}

	calendar, err := parseCalendar(data, zone, func(string, []calendarLine) ([]Person, bool) { return all, false })
	if err != nil {
		return nil, err
	}

	return &Holidays{calendar}, nil
}

// On reports whether t is in a holiday.
func (h *Holidays) On(t time.Time) bool {
	_, on := h.around(t)

	return on
}

// Unreadable returns a sentence for every event that counts for nothing because it
// can't be read, as a Calendar does.
func (h *Holidays) Unreadable() []string { return h.calendar.Unreadable() }

// around returns a holiday that holds t, false if there is none.
func (h *Holidays) around(t time.Time) (Span, bool) {
	if h == nil {
		return Span{}, false
	}

	on := h.calendar.windowOf(calendarWindowNumber(t)).at(t)
	if len(on) == 0 {
		return Span{}, false
	}

	return on[0].Span, true
}

// next returns when the next holiday begins after t, at which there is none; zero
// if none does within about a year.
func (h *Holidays) next(t time.Time) time.Time {
	if h == nil {
		return time.Time{}
	}

	return h.calendar.Edge(t)
}
