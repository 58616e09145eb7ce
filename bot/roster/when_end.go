package roster

import "time"

// A spanEnd is one end of a span as it was typed.
type spanEnd struct {
	now    bool
	day    time.Time // zero if none was said
	weekly bool      // day was said as a weekday
	named  bool      // day was said by number and month
	behind bool      // day was said behind the time
	timed  bool      // a time was said:
	minute int       // of the day, 1440 for its end
	form   clockForm
	bare   bool // the time was a mere number, which may be a day
}

func (e spanEnd) said() bool  { return e.now || e.timed || !e.day.IsZero() }
func (e spanEnd) loose() bool { return e.form == clockEither && e.minute >= 60 && e.minute < 13*60 }

// wall returns what the clocks show at e.
func (e spanEnd) wall() wallTime { return wallAt(e.day) + wallTime(e.minute)*60 }

// wrong returns the error about a number that is no hour of the day.
func (e spanEnd) wrong() error {
	if e.timed && e.minute > 1440 {
		return noSuchTime(hhmm(e.minute))
	}

	return nil
}

// inFull returns the end in full.
func (e spanEnd) inFull() string {
	if !e.timed {
		return e.day.Format(time.DateOnly)
	}

	return e.day.Format(time.DateOnly) + " " + hhmm(e.minute)
}

// first returns the first instant at which clocks in the zone show w.
func (r *spanReader) first(w wallTime) time.Time { return w.first(r.now.Location()) }

// last returns the last instant at which clocks in the zone show w.
func (r *spanReader) last(w wallTime) time.Time { return w.last(r.now.Location()) }

// end reads one end of a span: a day, a time of day, or both in any order. A
// date without a year is the first on or after base.
func (r *spanReader) end(base time.Time) (spanEnd, error) {
	var e spanEnd

	for {
		r.takes("on", "at", "the")

		if next := r.peek(0).text; next == "this" && r.peek(1).kind == kindWord {
			r.drop(1)
		}

		if err := r.vague(e); err != nil {
			return e, err
		}

		before := len(r.words)

		if !e.said() && r.takes("now") {
			e.now = true
		}

		if err := r.dayInto(&e, base); err != nil {
			return e, err
		}

		if len(r.words) == before && !e.timed && !e.now {
			if err := r.clockInto(&e); err != nil {
				return e, err
			}
		}

		if len(r.words) == before {
			return e, nil
		}
	}
}

// vague returns the error about a next word that is not the same hours, or not
// the same days, for everybody.
func (r *spanReader) vague(e spanEnd) error {
	next := r.peek(0)
	if next.text == "next" {
		next = r.peek(1)
	}

	day := ""
	if !e.day.IsZero() {
		day = r.dayName(e.day) + " "
	}

	switch next.text {
	case "morning":
		return refuseSpan("Say the hours: %v08:00-12:00.", day)
	case "afternoon":
		return refuseSpan("Say the hours: %v12:00-18:00.", day)
	case "evening", "night", "tonight":
		return refuseSpan("Say the hours: %v18:00 until midnight.", day)
	case "week", "weekend", "month", "months", "year", "years":
		return refuseSpan("Say the days: mon to fri.")
	default:
		return nil
	}
}

// dayInto reads a day if there is one. A weekday may stand before its date.
func (r *spanReader) dayInto(e *spanEnd, base time.Time) error {
	if e.now || (!e.day.IsZero() && !e.weekly) {
		return nil
	}

	said, err := r.day(base)
	if err != nil || said.day.IsZero() {
		return err
	}

	switch {
	case e.day.IsZero():
	case said.weekly:
		return refuseSpan("I read two days in “%v”. Type for example %v.", r.quoted(), spanForms)
	case said.day.Weekday() != e.day.Weekday():
		return refuseSpan("%v is a %v. Type the date alone.", said.day.Format("2 Jan 2006"), said.day.Weekday())
	}

	e.day, e.weekly, e.named, e.behind = said.day, said.weekly, said.named, e.timed

	return nil
}
