package roster

import (
	"slices"
	"strings"
	"time"
)

// day reads a day, and returns none if the next word is not one.
func (r *spanReader) day(base time.Time) (spanEnd, error) {
	next := r.peek(0)

	switch next.kind {
	case kindISODate:
		return r.isoDay()
	case kindOddDate:
		return spanEnd{}, r.slashed()
	case kindDottedDate, kindClock:
		return r.dottedDay(base)
	case kindNumber:
		return r.dayMonth(base)
	case kindWord:
		return r.spokenDay(base)
	case kindNothing, kindDash, kindOther:
	}

	return spanEnd{}, nil
}

func (r *spanReader) isoDay() (spanEnd, error) {
	typed := r.peek(0).text
	r.drop(1)

	n := numbersIn(typed)
	if month := time.Month(n[1]); !dateExists(n[0], month, n[2]) {
		return spanEnd{}, refuseSpan("There is no %v. Type a date such as %v.", typed, r.today.Format(time.DateOnly))
	}

	return spanEnd{day: utcDate(n[0], time.Month(n[1]), n[2])}, nil
}

// slashed returns the error about a date that people read in different ways.
func (r *spanReader) slashed() error {
	typed := r.peek(0).text
	n := numbersIn(typed)

	if n[0] > 31 && len(n) == 3 && dateExists(n[0], time.Month(n[1]), n[2]) {
		return refuseSpan("I can't be sure of %v. Type %v.", typed, utcDate(n[0], time.Month(n[1]), n[2]).Format(time.DateOnly))
	}

	year, layout := 2000, "2 Jan" // a leap year, for 29/2
	if len(n) == 3 {
		year, layout = yearInFull(n[2]), "2 Jan 2006"
	}

	var ways []string

	for _, way := range [][2]int{{n[0], n[1]}, {n[1], n[0]}} {
		if dateExists(year, time.Month(way[1]), way[0]) {
			ways = append(ways, utcDate(year, time.Month(way[1]), way[0]).Format(layout))
		}
	}

	switch ways = slices.Compact(ways); len(ways) {
	case 2:
		return refuseSpan("%v can be %v or %v. Type one of them with the month's name.", typed, ways[0], ways[1])
	case 1:
		return refuseSpan("I can't be sure of %v. Type the month's name: %v.", typed, ways[0])
	default:
		return refuseSpan("I can't read %v. Type the month's name: 24 Dec.", typed)
	}
}

// dottedDay reads 24.12. and 24.12.2026, and 24.12 where it can't be a time.
func (r *spanReader) dottedDay(base time.Time) (spanEnd, error) {
	next := r.peek(0)
	n := numbersIn(next.text)
	day, month := n[0], time.Month(n[1])

	isTime := n[0] < 24 && n[1] < 60 || n[0] == 24 && n[1] == 0
	if strings.Contains(next.text, ":") || month < time.January || month > time.December || (next.kind == kindClock && isTime) {
		return spanEnd{}, nil
	}

	if len(n) == 2 && len(r.words) == 1 && next.kind == kindDottedDate && isTime && !r.dotted {
		return spanEnd{}, refuseSpan("%v can be a time or a day. Type it as %v or as %v %v.", next.text, hhmm(day*60+n[1]), day, month.String()[:3])
	}

	r.drop(1)

	r.dotted = true

	if len(n) == 2 {
		return r.yearless(base, month, day)
	}

	if n[2] < 1000 {
		return spanEnd{}, refuseSpan("I can't be sure of %v. Type %v %v %v.", next.text, day, month.String()[:3], yearInFull(n[2]))
	}

	return r.named(n[2], month, day)
}

// dayMonth reads 24 Dec, 24th of December and 24 Dec 2026.
func (r *spanReader) dayMonth(base time.Time) (spanEnd, error) {
	length := 1
	if slices.Contains(ordinalEndings, r.peek(length).text) {
		length++
	}

	if r.peek(length).text == "of" {
		length++
	}

	month := r.peek(length).month()
	if month == 0 {
		return spanEnd{}, nil
	}

	day := r.peek(0).num()
	r.drop(length + 1)

	return r.inYear(base, month, day)
}

// spokenDay reads today, a weekday, or a month with its day.
func (r *spanReader) spokenDay(base time.Time) (spanEnd, error) {
	next := r.peek(0)

	if day, ok := next.weekday(); ok {
		r.drop(1)

		return spanEnd{day: weekdayOnOrAfter(base, day), weekly: true}, nil
	}

	if day, ok := r.peek(1).weekday(); ok && next.text == "next" {
		r.drop(2)

		return r.nextWeek(day)
	}

	if month := next.month(); month != 0 {
		if r.peek(1).kind != kindNumber || len(r.peek(1).text) > 2 {
			return spanEnd{}, refuseSpan("Say which day: 24 %v.", month.String()[:3])
		}

		day := r.peek(1).num()
		r.drop(2)
		r.takes(ordinalEndings...)

		return r.inYear(base, month, day)
	}

	switch {
	case r.takes("today"):
		return spanEnd{day: r.today}, nil
	case r.takes("tomorrow", "tmrw", "tmr"):
		return spanEnd{day: r.today.AddDate(0, 0, 1)}, nil
	default:
		return spanEnd{}, nil
	}
}

// nextWeek returns a weekday of next week if it can't be one of this week.
func (r *spanReader) nextWeek(day time.Weekday) (spanEnd, error) {
	coming := weekdayOnOrAfter(r.today.AddDate(0, 0, 1), day)
	monday := weekdayOnOrAfter(r.today.AddDate(0, 0, 1), time.Monday)

	if coming.Before(monday) {
		return spanEnd{}, refuseSpan("“next %v” can be %v or %v. Type one of them.",
			strings.ToLower(day.String()), r.dayName(coming), r.dayName(coming.AddDate(0, 0, 7)))
	}

	return spanEnd{day: coming}, nil
}

// inYear reads a year if there is one. Behind a date, four digits that can be a
// year of this century are not taken for a time.
func (r *spanReader) inYear(base time.Time, month time.Month, day int) (spanEnd, error) {
	next := r.peek(0)
	if next.kind != kindNumber || len(next.text) != 4 || next.text < "2000" || next.text > "2059" {
		return r.yearless(base, month, day)
	}

	r.drop(1)

	return r.named(next.num(), month, day)
}

// yearless returns the first such date on or after base.
func (r *spanReader) yearless(base time.Time, month time.Month, day int) (spanEnd, error) {
	year := base.Year()
	if month < base.Month() || (month == base.Month() && day < base.Day()) {
		year++
	}

	e, err := r.named(year, month, day)
	if err != nil || e.day.Sub(base) <= 183*24*time.Hour || year == base.Year() {
		return e, err
	}

	short := e.day.Format("2 Jan")
	if base.Equal(r.today) {
		return e, refuseSpan("%v has passed. Type %v %v if you mean next year's.", short, short, year)
	}

	return e, refuseSpan("%v comes before %v. Type the earlier day first.", short, base.Format("2 Jan"))
}

func (r *spanReader) named(year int, month time.Month, day int) (spanEnd, error) {
	if !dateExists(year, month, day) {
		return spanEnd{}, refuseSpan("There is no %v %v %v. Type a date such as %v.", day, month.String()[:3], year, r.today.Format("2 Jan"))
	}

	return spanEnd{day: utcDate(year, month, day), named: true}, nil
}

// date returns a day of a month, or that there is no such day.
func (r *spanReader) date(year int, month time.Month, day int) (time.Time, error) {
	e, err := r.named(year, month, day)

	return e.day, err
}

// dayName returns a day so that it can be typed.
func (r *spanReader) dayName(day time.Time) string {
	switch days := int(day.Sub(r.today) / (24 * time.Hour)); {
	case days == 0:
		return "today"
	case days == 1:
		return "tomorrow"
	case days > 1 && days <= 183:
		return day.Format("2 Jan")
	default:
		return day.Format("2 Jan 2006")
	}
}

// utcDate returns a day as the reader holds it.
func utcDate(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// dateExists reports whether there is such a day.
func dateExists(year int, month time.Month, day int) bool {
	date := utcDate(year, month, day)

	return date.Year() == year && date.Month() == month && date.Day() == day
}

// weekdayOnOrAfter returns the first such weekday on or after a day.
func weekdayOnOrAfter(day time.Time, weekday time.Weekday) time.Time {
	return day.AddDate(0, 0, (int(weekday-day.Weekday())+7)%7)
}

// yearInFull returns the year that is meant by two digits, or by four.
func yearInFull(n int) int {
	if n < 100 {
		return 2000 + n
	}

	return n
}
