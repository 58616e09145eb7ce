package roster

import (
	"fmt"
	"time"
)

// until reads the end of a span that begins at a, and puts both together.
func (r *spanReader) until(a spanEnd, dashed bool) (Span, error) {
	base := r.today
	if !a.day.IsZero() {
		base = a.day
	}

	b, err := r.end(base)
	if err != nil {
		return Span{}, err
	}

	switch {
	case !r.done():
		return Span{}, r.puzzled()
	case !b.timed && b.day.IsZero():
		return Span{}, refuseSpan("Say until when: until 18:00, until friday or until tomorrow noon.")
	}

	if a, b, err = r.paired(a, b, dashed); err != nil {
		return Span{}, err
	}

	if !a.timed && a.day.IsZero() && b.day.IsZero() {
		return r.untilClock(b)
	}

	return r.between(a, b)
}

// paired returns both ends with what each says of the other.
func (r *spanReader) paired(a, b spanEnd, dashed bool) (spanEnd, spanEnd, error) {
	dayless := a.timed && a.day.IsZero()

	switch {
	case dayless && a.bare && b.named && !b.timed: // 24-26 Dec
		day, err := r.date(b.day.Year(), b.day.Month(), a.minute/60)
		a = spanEnd{day: day, named: true}

		return a, b, err
	case dayless && b.named && b.timed && b.bare && !b.behind: // 9-17 Dec 24
		return a, b, refuseSpan("“%v” can be meant in two ways. Say the day first: 24 Dec 9-17.", r.quoted())
	case a.named && !a.timed && b.day.IsZero() && b.bare: // Dec 24-26
		return a, b, r.hourOrDay(a, b)
	}

	for _, e := range []spanEnd{a, b} {
		if err := e.wrong(); err != nil {
			return a, b, err
		}
	}

	if b.day.IsZero() || (b.behind && dayless) {
		if err := r.halves(a, b); err != nil {
			return a, b, err
		}
	}

	switch {
	case !b.behind || !dayless:
	case dashed:
		a.day, a.weekly, b.day, b.weekly = b.day, b.weekly, time.Time{}, false
	case b.day.Equal(r.today):
		b.day = time.Time{}
	case a.minute < b.minute:
		day := r.dayName(b.day)

		return a, b, refuseSpan("“%v” can be meant in two ways. Type %v %v-%v, or from today %v until %v %v.",
			r.quoted(), day, hhmm(a.minute), hhmm(b.minute), hhmm(a.minute), day, hhmm(b.minute))
	}

	return a, b, nil
}

// hourOrDay returns the error about an end that can be an hour of the day at
// which the span starts, or a day of its month.
func (r *spanReader) hourOrDay(a, b spanEnd) error {
	n := b.minute / 60
	from := r.dayName(a.day)

	ways := fmt.Sprintf("%v to %v %v", from, n, a.day.Format("Jan"))
	if n <= 24 && n > a.day.Day() {
		ways += fmt.Sprintf(", or %v until %v", from, hhmm(b.minute))
	} else if n <= 24 {
		ways = fmt.Sprintf("%v until %v", from, hhmm(b.minute))
	}

	return refuseSpan("%v can be an hour or a day. Type %v.", n, ways)
}

// halves returns the error about times of which it is not sure in which half of
// the day they are: another reading makes a shorter span.
func (r *spanReader) halves(a, b spanEnd) error {
	if !a.timed || !b.timed || a.form == clock24 || b.form == clock24 {
		return nil
	}

	from, until := a.minute, b.minute
	if b.loose() && minutesBetween(a.minute, b.minute+720) < minutesBetween(from, until) {
		from, until = a.minute, b.minute+720
	}

	if a.loose() && minutesBetween(a.minute+720, b.minute) < minutesBetween(from, until) {
		from, until = (a.minute+720)%1440, b.minute
	}

	if from == a.minute && until == b.minute {
		return nil
	}

	day := ""
	if !a.day.IsZero() || !b.day.IsZero() {
		day = r.dayName(laterDay(a.day, b.day)) + " "
	}

	return refuseSpan("“%v” can be meant in two ways. Type %v%v-%v, or say am or pm both times.", r.quoted(), day, hhmm(from), hhmm(until))
}

// minutesBetween returns for how many minutes it is from one time of day to the
// next occurrence of another.
func minutesBetween(from, until int) int { return (until-from+2*1440-1)%1440 + 1 }

func laterDay(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}

	return b
}

// untilClock returns the span from now until the next time of day.
func (r *spanReader) untilClock(b spanEnd) (Span, error) {
	b.day = r.today

	today := r.last(b.wall())
	if today.After(r.now) {
		return r.checked(Span{r.now, today}, spanEnd{}, b)
	}

	b.day = r.today.AddDate(0, 0, 1)

	tomorrow := r.last(b.wall())
	if b.minute == 0 || tomorrow.Sub(r.now) <= 12*time.Hour {
		return r.checked(Span{r.now, tomorrow}, spanEnd{}, b)
	}

	return Span{}, r.passed(today, spanEnd{}, b)
}

// between returns the span from a until b, of which one names a day or both
// name times.
func (r *spanReader) between(a, b spanEnd) (Span, error) {
	if !b.day.IsZero() && !b.timed {
		if b.weekly && b.day.Equal(laterDay(a.day, r.today)) && (!a.said() || a.now || a.weekly) {
			return Span{}, r.sameWeekday(a, b)
		}

		b.minute = 1440
	}

	start := r.start(&a)

	dayless := b.day.IsZero()
	if dayless {
		if b.day = a.day; b.wall() <= a.wall() {
			b.day = b.day.AddDate(0, 0, 1)
		}
	}

	if b.weekly && a.timed && b.wall() <= a.wall() {
		b.day = b.day.AddDate(0, 0, 7)
	}

	until := r.last(b.wall())
	fromNow := a.day.IsZero()

	if !until.After(r.now) && (b.weekly && fromNow || a.weekly && (b.weekly || dayless)) {
		b.day = b.day.AddDate(0, 0, 7)
		until = r.last(b.wall())

		if !fromNow {
			a.day = a.day.AddDate(0, 0, 7)
			start = r.start(&a)
		}
	}

	return r.checked(Span{start, until}, a, b)
}

// sameWeekday returns the error about an end on the weekday of the start, which
// can be the same day or the one a week later.
func (r *spanReader) sameWeekday(a, b spanEnd) error {
	later := r.dayName(b.day.AddDate(0, 0, 7))
	if !a.said() || a.now {
		return refuseSpan("It is %v today. Type until midnight or until %v.", b.day.Weekday(), later)
	}

	day := r.dayName(b.day)

	return refuseSpan("“%v” can be meant in two ways. Type from %v to %v, or %v alone.", r.quoted(), day, later, day)
}
