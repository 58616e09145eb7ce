package roster

import (
	"fmt"
	"strings"
)

// clockForm tells how sure it is which half of the day a time is in.
type clockForm int

const (
	clockSure   clockForm = iota // am, pm, noon, midnight
	clock24                      // 18:00, 06:00, 0:00
	clockEither                  // 6:00, 6
)

// clockInto reads a time of day if there is one.
func (r *spanReader) clockInto(e *spanEnd) error {
	next := r.peek(0)

	switch {
	case r.takes("noon"):
		e.timed, e.minute, e.form = true, 720, clockSure
	case r.takes("midnight"):
		e.timed, e.minute, e.form = true, 1440, clockSure
	case next.kind == kindClock, next.kind == kindDottedDate && len(numbersIn(next.text)) == 2:
		return r.hourMinute(e)
	case next.kind == kindNumber:
		return r.hour(e)
	}

	return nil
}

// hourMinute reads 18:00, 18.00 and 6:30pm.
func (r *spanReader) hourMinute(e *spanEnd) error {
	typed := strings.TrimRight(r.peek(0).text, ".")
	r.drop(1)

	if n := numbersIn(typed); typed[len(typed)-3] == ':' || typed[len(typed)-3] == '.' {
		return r.time(e, typed, n[0], n[1])
	}

	return noSuchTime(typed)
}

// hour reads 18, 1800, 18h, 18h30 and 6pm.
func (r *spanReader) hour(e *spanEnd) error {
	next := r.peek(0)
	n := next.num()

	switch {
	case len(next.text) == 4:
		r.drop(1)
		e.form = clock24

		return r.time(e, next.text, n/100, n%100)
	case len(next.text) > 2:
		return nil
	}

	r.drop(1)

	switch minute := r.peek(1); {
	case r.peek(0).text == "h" && minute.kind == kindNumber && len(minute.text) == 2:
		r.drop(2)
		return r.time(e, next.text+"h"+minute.text, n, minute.num())
	case r.takes("h"):
		return r.time(e, next.text+"h", n, 0)
	case r.peek(0).half() != "":
		return r.time(e, next.text, n, 0)
	}

	e.timed, e.minute, e.form, e.bare = true, n*60, clockEither, true
	if next.text[0] == '0' || n > 12 {
		e.form = clock24
	}

	return nil
}

// time makes a time of day of an hour, a minute, and am or pm if that is next.
func (r *spanReader) time(e *spanEnd, typed string, hour, minute int) error {
	half := r.peek(0).half()

	switch {
	case minute > 59 || hour > 24 || (hour == 24 && minute > 0):
		return noSuchTime(typed)
	case half != "" && (hour < 1 || hour > 12):
		return noSuchTime(typed + half)
	case half != "":
		r.drop(1)

		hour %= 12
		if half == "pm" {
			hour += 12
		}

		e.form = clockSure
	case e.form == clock24 || typed[0] == '0' || hour > 12:
		e.form = clock24
	default:
		e.form = clockEither
	}

	e.timed, e.minute = true, hour*60+minute

	return nil
}

func noSuchTime(typed string) error {
	return refuseSpan("There is no %v. Type a time from 00:00 to 24:00.", shortened(typed, spanMaxQuoted))
}

// hhmm returns a time of day so that it can be typed.
func hhmm(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
