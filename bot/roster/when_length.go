package roster

import (
	"slices"
	"time"
)

// forLong reports whether the next words say how long a span lasts.
func (r *spanReader) forLong() bool {
	if r.peek(0).text == "for" {
		amount, what := r.peek(1), r.peek(2)
		isDate := slices.Contains(ordinalEndings, what.text) || what.text == "of" || what.month() != 0

		return amount.kind == kindNumber && !isDate || amount.text == "a" || amount.text == "an"
	}

	unit := r.peek(1).unit()
	if r.peek(0).kind != kindNumber || unit == 0 {
		return false
	}

	return r.peek(1).text != "h" || len(r.words) == 2 || r.peek(3).unit() != 0
}

// long reads a span that begins with how long it lasts.
func (r *spanReader) long() (Span, error) {
	if len(r.words) == 2 && r.peek(0).kind == kindNumber && r.peek(1).text == "h" {
		return Span{}, r.hourOrLength()
	}

	r.takes("for")

	days, length, err := r.duration()
	if err != nil {
		return Span{}, err
	}

	a := spanEnd{now: true}
	if r.takes("from") {
		if a, err = r.end(r.today); err != nil {
			return Span{}, err
		}
	}

	return r.plus(a, days, length)
}

// hourOrLength returns the error about 18h, which can be a time or how long.
func (r *spanReader) hourOrLength() error {
	hour := r.peek(0).num()
	if hour < 1 || hour > int(maxSpan/time.Hour) {
		return refuseSpan("Say for how long: for 2h.")
	}

	until := spanEnd{timed: true, minute: hour * 60}
	if _, err := r.untilClock(until); err != nil || hour > 24 {
		return refuseSpan("Type for %vh.", hour)
	}

	return refuseSpan("Type for %vh or until %v.", hour, hhmm(until.minute))
}

// lasting reads how long a span lasts that begins at a.
func (r *spanReader) lasting(a spanEnd) (Span, error) {
	days, length, err := r.duration()
	if err != nil {
		return Span{}, err
	}

	return r.plus(a, days, length)
}

func (r *spanReader) plus(a spanEnd, days int, length time.Duration) (Span, error) {
	if !r.done() {
		return Span{}, r.puzzled()
	}

	if err := a.wrong(); err != nil {
		return Span{}, err
	}

	ends := func(start time.Time) time.Time { return r.daysOn(start, days).Add(length) }

	start := r.start(&a)
	if a.weekly && !ends(start).After(r.now) {
		a.day = a.day.AddDate(0, 0, 7)
		start = r.start(&a)
	}

	return r.checked(Span{start, ends(start)}, a, spanEnd{})
}

// daysOn returns the last instant at which the clocks show the same time as at t
// some days later.
func (r *spanReader) daysOn(t time.Time, days int) time.Time {
	if days == 0 {
		return t
	}

	w := wallAt(t) + wallTime(days)*aDay
	later := r.last(w)

	// Walls show whole seconds; a gap ends at the beginning of one.
	if wallAt(later) == w {
		later = later.Add(time.Duration(t.Nanosecond()))
	}

	return later
}

// duration reads for how many days, and how long besides, a span lasts.
func (r *spanReader) duration() (days int, length time.Duration, err error) {
	for hours := false; ; {
		amount := r.peek(0)
		if amount.kind != kindNumber && amount.text != "a" && amount.text != "an" {
			break
		}

		n := amount.num()
		unit := r.peek(1).unit()

		switch {
		case n > 1_000_000:
			return 0, 0, spanTooLong()
		case unit == 0 && hours && len(amount.text) == 2:
			unit = time.Minute // 1h30
			r.drop(1)
		case unit == 0 && r.peek(1).kind == kindNothing:
			return 0, 0, refuseSpan("Say for how long: for %vh or for %v min.", n, n)
		case unit == 0:
			r.drop(1)

			if err := r.vague(spanEnd{}); err != nil {
				return 0, 0, err
			}

			return 0, 0, r.puzzled()
		default:
			r.drop(2)
		}

		if hours = unit == time.Hour; unit >= 24*time.Hour {
			days += n * int(unit/(24*time.Hour))
		} else {
			length += time.Duration(n) * unit
		}

		r.takes("and")
	}

	switch {
	case days > 366 || length > maxSpan:
		return 0, 0, spanTooLong()
	case days == 0 && length == 0:
		return 0, 0, refuseSpan("Say for how long: for 2h.")
	}

	return days, length, nil
}

func spanTooLong() error {
	return refuseSpan("That is longer than a year. Type a shorter time, such as for 2 weeks.")
}
