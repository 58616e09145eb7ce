package roster

import (
	"fmt"
	"strings"
	"time"
)

// maxSpan is the longest that a span may last, and the furthest ahead that it may
// begin.
const maxSpan = 366 * 24 * time.Hour

// spanMaxQuoted is how many characters of what was typed an error quotes.
const spanMaxQuoted = 40

// spanForms are examples of what people can type.
const spanForms = "until 18:00, from 14:00 to 16:30, tomorrow 9-17, friday, 24 Dec, or for 2h"

// A SpanError says in a sentence or two why a text is no span of time that can
// be used, and what to type instead. It is meant for whoever typed the text, of
// which it quotes 40 characters at most.
type SpanError struct{ Text string }

func (e *SpanError) Error() string { return e.Text }

// ParseSpan reads a span of time as people type it behind a command, such as
// "until 18:00", "tomorrow 9-17" or "from fri 22:00 until sat 06:00", at now.
// Wall-clock times and days are meant in zone, and so are the span's instants.
// An error is a *SpanError.
//
// What has passed can't be changed: a span never begins before now, ends after
// now, begins within a year (366 days) and lasts a year at most.
//
//   - Until T, and for so long, begin now. From A until B takes B's day from A,
//     or the next day if B's time is not after A's: a night shift. So does A-B.
//   - Until a time of day alone is today. If that has passed it is tomorrow,
//     provided that this is at most 12 hours ahead, as it is for those who work
//     at night; otherwise it is an error. Until midnight is always the next.
//   - Until a day alone is until the end of that day; until today's weekday is
//     an error, since most people mean the next one.
//   - A day alone is that whole day, and today is from now. A day ahead of the
//     rest is the day of both ends; behind the rest it is so in "9-17 tomorrow",
//     and an error where it could be the day of the end only.
//   - A weekday is the next such day, which is today if the span is still
//     ahead; as an end it is the first such day on or after that of the start.
//     Next and a weekday is a day of the next week, and an error where it could
//     be a day of this week as well.
//   - A date without a year is this year's; one that has passed is next year's
//     if that is within half a year, otherwise an error. Dates with slashes,
//     and others that people read in different ways, are errors.
//   - Midnight and 24:00 are the end of the day that they are said of, 0:00 is
//     its beginning. Hours without am or pm are those of the 24-hour clock; a
//     range that would be shorter if am or pm were said, such as 9-5 or 6-8pm,
//     is an error unless one of its times can only be of the 24-hour clock.
//   - Tonight, in the morning, next week and the like are errors: they are not
//     the same hours for everybody.
//
// Where the clocks change, a start is the first occurrence of its wall-clock
// time and an end is the last one; a time that is skipped is the first instant
// after the gap. Days and weeks of "for" are days of the calendar, hours are
// hours that pass.
func ParseSpan(text string, now time.Time, zone *time.Location) (Span, error) {
	now = now.In(zone)
	r := spanReader{now: now, today: wallAt(now).midnight().utc()}
	r.read(text)

	if r.done() {
		return Span{}, refuseSpan("Say from when until when: %v.", spanForms)
	}

	return r.span()
}

// refuseSpan returns what to tell somebody about what they typed.
func refuseSpan(format string, args ...any) error {
	return &SpanError{Text: fmt.Sprintf(format, args...)}
}

// A spanReader reads a span from left to right. Days are UTC midnights, so that
// days can be counted without a zone.
type spanReader struct {
	words []spanWord
	typed string
	now   time.Time
	today time.Time

	dotted bool // a date was typed with dots
}

// span reads all of it.
func (r *spanReader) span() (Span, error) {
	if r.forLong() {
		return r.long()
	}

	r.takes("for") // for today

	a, err := r.end(r.today)
	if err != nil {
		return Span{}, err
	}

	said := a.said()

	from := r.takes("from")
	if from {
		if a, err = r.startOn(a); err != nil {
			return Span{}, err
		}
	}

	switch {
	case r.takesJoint():
		return r.until(a, false)
	case r.peek(0).kind == kindDash && a.said():
		r.drop(1)
		return r.until(a, true)
	case r.peek(0).text == "for" && a.said():
		r.drop(1)
		return r.lasting(a)
	case !r.done():
		return Span{}, r.puzzled()
	case !said && !a.said() && !from:
		return Span{}, refuseSpan("Say for how long: for 2h.")
	default:
		return r.alone(a, from)
	}
}

// startOn reads what comes behind "from", on the day that was said before it.
func (r *spanReader) startOn(day spanEnd) (spanEnd, error) {
	a, err := r.end(r.today)
	if err != nil {
		return a, err
	}

	if day.timed || day.now || (!day.day.IsZero() && !a.day.IsZero()) {
		return a, refuseSpan("I read two starts in “%v”. Type for example %v.", r.quoted(), spanForms)
	}

	if !day.day.IsZero() {
		a.day, a.weekly, a.named = day.day, day.weekly, day.named
	}

	return a, nil
}

// alone returns the span of a start without an end, which has to be a day.
func (r *spanReader) alone(a spanEnd, from bool) (Span, error) {
	if err := a.wrong(); err != nil {
		return Span{}, err
	}

	start, day := "", ""
	if from {
		start = "from "
	}

	if !a.day.IsZero() {
		day = r.dayName(a.day)
	}

	switch {
	case a.timed && day == "" && !from:
		return Span{}, refuseSpan("Say until when: until %v, or %v until midnight.", hhmm(a.minute), hhmm(a.minute))
	case a.timed:
		return Span{}, refuseSpan("Say until when: %v until midnight.", start+strings.TrimSpace(day+" "+hhmm(a.minute)))
	case a.now || day == "":
		return Span{}, refuseSpan("Say from when until when: %v.", spanForms)
	case from:
		return Span{}, refuseSpan("Say until when: from %v until %v.", day, r.dayName(a.day.AddDate(0, 0, 1)))
	}

	b := spanEnd{day: a.day, minute: 1440}

	return r.checked(Span{r.start(&a), r.last(b.wall())}, a, b)
}

// start returns the instant at which a span begins, and gives a time without a
// day its day.
func (r *spanReader) start(a *spanEnd) time.Time {
	if a.now || !a.said() {
		return r.now
	}

	if a.day.IsZero() {
		a.day = r.today
	}

	return r.first(a.wall())
}

// checked returns span from now at the earliest, or why it can't be used.
func (r *spanReader) checked(span Span, a, b spanEnd) (Span, error) {
	switch {
	case !span.Until.After(r.now):
		return Span{}, r.passed(span.Until, a, b)
	case !span.From.Before(span.Until) && b.wall() > a.wall():
		return Span{}, refuseSpan("The clocks skip that time. Type a time before or after it, such as until %v.", span.Until.Format("15:04"))
	case !span.From.Before(span.Until):
		return Span{}, refuseSpan("That ends before it begins. Type from %v to %v.", b.inFull(), a.inFull())
	case span.From.After(r.now.Add(maxSpan)):
		return Span{}, refuseSpan("That begins more than a year ahead. Type a day within a year from now, such as %v.", r.today.AddDate(0, 1, 0).Format(time.DateOnly))
	}

	if span.From.Before(r.now) {
		span.From = r.now
	}

	if span.Until.Sub(span.From) > maxSpan {
		return Span{}, spanTooLong()
	}

	return span, nil
}

// passed returns the error about a span that was over at until.
func (r *spanReader) passed(until time.Time, a, b spanEnd) error {
	if wallAt(until).midnight() != wallAt(r.today) {
		return refuseSpan("That was over on %v, and it is %v. Type a time that lies ahead, such as until tomorrow 18:00.",
			until.Format("2006-01-02 at 15:04"), r.now.Format("2006-01-02 15:04"))
	}

	late := until.Format("15:04")

	again := "until tomorrow " + late
	if a.timed && a.day.Equal(r.today) {
		again = "tomorrow " + hhmm(a.minute) + "-" + late
	}

	afternoon := b
	afternoon.day, afternoon.minute = r.today, b.minute+720

	if b.loose() && r.last(afternoon.wall()).After(r.now) {
		switch {
		case !a.timed:
			again = "until " + hhmm(afternoon.minute) + " or " + again
		case a.loose() && a.minute < b.minute:
			again = hhmm(a.minute+720) + "-" + hhmm(afternoon.minute) + " or " + again
		}
	}

	return refuseSpan("%v has passed today (it is %v). Type %v.", late, r.now.Format("15:04"), again)
}
