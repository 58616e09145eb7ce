package roster

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// year is the longest that a span may last, and the furthest ahead that it may
// begin.
const year = 366 * 24 * time.Hour

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
	r := spanReader{now: now, today: dateOf(now)}
	r.read(text)

	if r.done() {
		return Span{}, refuse("Say from when until when: %v.", spanForms)
	}

	return r.span()
}

// refuse returns what to tell somebody about what they typed.
func refuse(format string, args ...any) error {
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

// A spanWord is a word in lower case, a number, or whatever else stands between
// blanks.
type spanWord struct {
	kind spanWordKind
	text string
}

type spanWordKind int

// The kinds of words, in the order of the groups of spanWords. nothing is what
// comes behind the last word.
const (
	nothing    spanWordKind = iota
	isoDate                 // 2026-12-24
	oddDate                 // 12/11, 12-11-2026
	dottedDate              // 24.12. or 24.12.2026
	clockTime               // 18:00, 18.00
	number
	word
	dash
	other
)

var spanWords = regexp.MustCompile(`(\d{4}-\d{1,2}-\d{1,2}\b)|(\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b|\d{1,2}/\d{1,2}\b)|(\d{1,2}\.\d{1,2}\.\d*)|(\d{1,2}[:.]\d+)|(\d+)|([ap]\.m\b\.?|\p{L}+)|(-+)|(\S)`)

// read splits text into words. Marks that mean nothing are left out, such as
// those at the end of a sentence and those that set off an example.
func (r *spanReader) read(text string) {
	text = strings.ToLower(strings.Map(plainRune, strings.ToValidUTF8(text, "\uFFFD")))
	r.typed = strings.Join(strings.Fields(text), " ")

	for _, at := range spanWords.FindAllStringSubmatchIndex(r.typed, -1) {
		for kind := isoDate; kind <= other; kind++ {
			from, to := at[2*kind], at[2*kind+1]
			if from >= 0 && (kind != other || !strings.Contains(".,;!?…`'’‘\"“”*_()", r.typed[from:to])) {
				r.words = append(r.words, spanWord{kind, r.typed[from:to]})
			}
		}
	}
}

// plainRune returns the plain character for what phones and pages make of it.
func plainRune(c rune) rune {
	switch {
	case unicode.Is(unicode.Pd, c), c == '−':
		return '-'
	case unicode.IsSpace(c), unicode.IsControl(c):
		return ' '
	case unicode.Is(unicode.Cf, c):
		return -1
	default:
		return c
	}
}

func (r *spanReader) done() bool { return len(r.words) == 0 }

// peek returns the word that comes n words behind the next one.
func (r *spanReader) peek(n int) spanWord {
	if n >= len(r.words) {
		return spanWord{}
	}

	return r.words[n]
}

func (r *spanReader) drop(n int) { r.words = r.words[n:] }

// takes drops the next word if it is one of those.
func (r *spanReader) takes(those ...string) bool {
	next := r.peek(0)
	if next.kind != word || !slices.Contains(those, next.text) {
		return false
	}

	r.drop(1)

	return true
}

// takesJoint drops a word that stands between a start and an end.
func (r *spanReader) takesJoint() bool {
	return r.takes("until", "till", "til", "to", "through")
}

// puzzled returns the error about the next word.
func (r *spanReader) puzzled() error {
	return refuse("I don't understand “%v”. Type for example %v.", shortened(r.peek(0).text), spanForms)
}

func shortened(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}

	return s
}

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

// clockForm tells how sure it is which half of the day a time is in.
type clockForm int

const (
	sure   clockForm = iota // am, pm, noon, midnight
	of24                    // 18:00, 06:00, 0:00
	either                  // 6:00, 6
)

func (e spanEnd) said() bool  { return e.now || e.timed || !e.day.IsZero() }
func (e spanEnd) loose() bool { return e.form == either && e.minute >= 60 && e.minute < 13*60 }

// wall returns the day and time of e as if its zone were UTC.
func (e spanEnd) wall() time.Time { return e.day.Add(time.Duration(e.minute) * time.Minute) }

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
	case r.peek(0).kind == dash && a.said():
		r.drop(1)
		return r.until(a, true)
	case r.peek(0).text == "for" && a.said():
		r.drop(1)
		return r.lasting(a)
	case !r.done():
		return Span{}, r.puzzled()
	case !said && !a.said() && !from:
		return Span{}, refuse("Say for how long: for 2h.")
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
		return a, refuse("I read two starts in “%v”. Type for example %v.", shortened(r.typed), spanForms)
	}

	if !day.day.IsZero() {
		a.day, a.weekly, a.named = day.day, day.weekly, day.named
	}

	return a, nil
}

// long reads a span that begins with how long it lasts.
func (r *spanReader) long() (Span, error) {
	if len(r.words) == 2 && r.peek(0).kind == number && r.peek(1).text == "h" {
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
	if hour < 1 || hour > int(year/time.Hour) {
		return refuse("Say for how long: for 2h.")
	}

	until := spanEnd{timed: true, minute: hour * 60}
	if _, err := r.untilClock(until); err != nil || hour > 24 {
		return refuse("Type for %vh.", hour)
	}

	return refuse("Type for %vh or until %v.", hour, clock(until.minute))
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

	ends := func(start time.Time) time.Time {
		if days > 0 {
			start = r.instant(wallOf(start).AddDate(0, 0, days), true)
		}

		return start.Add(length)
	}

	start := r.start(&a)
	if a.weekly && !ends(start).After(r.now) {
		a.day = a.day.AddDate(0, 0, 7)
		start = r.start(&a)
	}

	return r.checked(Span{start, ends(start)}, a, spanEnd{})
}

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
		return Span{}, refuse("Say until when: until 18:00, until friday or until tomorrow noon.")
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
		return a, b, refuse("“%v” can be meant in two ways. Say the day first: 24 Dec 9-17.", shortened(r.typed))
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

		return a, b, refuse("“%v” can be meant in two ways. Type %v %v-%v, or from today %v until %v %v.",
			shortened(r.typed), day, clock(a.minute), clock(b.minute), clock(a.minute), day, clock(b.minute))
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
		ways += fmt.Sprintf(", or %v until %v", from, clock(b.minute))
	} else if n <= 24 {
		ways = fmt.Sprintf("%v until %v", from, clock(b.minute))
	}

	return refuse("%v can be an hour or a day. Type %v.", n, ways)
}

// halves returns the error about times of which it is not sure in which half of
// the day they are: another reading makes a shorter span.
func (r *spanReader) halves(a, b spanEnd) error {
	if !a.timed || !b.timed || a.form == of24 || b.form == of24 {
		return nil
	}

	from, until := a.minute, b.minute
	if b.loose() && lasts(a.minute, b.minute+720) < lasts(from, until) {
		from, until = a.minute, b.minute+720
	}

	if a.loose() && lasts(a.minute+720, b.minute) < lasts(from, until) {
		from, until = (a.minute+720)%1440, b.minute
	}

	if from == a.minute && until == b.minute {
		return nil
	}

	day := ""
	if !a.day.IsZero() || !b.day.IsZero() {
		day = r.dayName(latest(a.day, b.day)) + " "
	}

	return refuse("“%v” can be meant in two ways. Type %v%v-%v, or say am or pm both times.", shortened(r.typed), day, clock(from), clock(until))
}

// lasts returns for how many minutes it is from one time of day to the next
// occurrence of another.
func lasts(from, until int) int { return (until-from+2*1440-1)%1440 + 1 }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}

	return b
}

// untilClock returns the span from now until the next time of day.
func (r *spanReader) untilClock(b spanEnd) (Span, error) {
	b.day = r.today

	today := r.instant(b.wall(), true)
	if today.After(r.now) {
		return r.checked(Span{r.now, today}, spanEnd{}, b)
	}

	b.day = r.today.AddDate(0, 0, 1)

	tomorrow := r.instant(b.wall(), true)
	if b.minute == 0 || tomorrow.Sub(r.now) <= 12*time.Hour {
		return r.checked(Span{r.now, tomorrow}, spanEnd{}, b)
	}

	return Span{}, r.passed(today, spanEnd{}, b)
}

// between returns the span from a until b, of which one names a day or both
// name times.
func (r *spanReader) between(a, b spanEnd) (Span, error) {
	if !b.day.IsZero() && !b.timed {
		if b.weekly && b.day.Equal(latest(a.day, r.today)) && (!a.said() || a.now || a.weekly) {
			return Span{}, r.sameWeekday(a, b)
		}

		b.minute = 1440
	}

	start := r.start(&a)

	dayless := b.day.IsZero()
	if dayless {
		if b.day = a.day; !b.wall().After(a.wall()) {
			b.day = b.day.AddDate(0, 0, 1)
		}
	}

	if b.weekly && a.timed && !b.wall().After(a.wall()) {
		b.day = b.day.AddDate(0, 0, 7)
	}

	until := r.instant(b.wall(), true)
	fromNow := a.day.IsZero()

	if !until.After(r.now) && (b.weekly && fromNow || a.weekly && (b.weekly || dayless)) {
		b.day = b.day.AddDate(0, 0, 7)
		until = r.instant(b.wall(), true)

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
		return refuse("It is %v today. Type until midnight or until %v.", b.day.Weekday(), later)
	}

	day := r.dayName(b.day)

	return refuse("“%v” can be meant in two ways. Type from %v to %v, or %v alone.", shortened(r.typed), day, later, day)
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
		return Span{}, refuse("Say until when: until %v, or %v until midnight.", clock(a.minute), clock(a.minute))
	case a.timed:
		return Span{}, refuse("Say until when: %v until midnight.", start+strings.TrimSpace(day+" "+clock(a.minute)))
	case a.now || day == "":
		return Span{}, refuse("Say from when until when: %v.", spanForms)
	case from:
		return Span{}, refuse("Say until when: from %v until %v.", day, r.dayName(a.day.AddDate(0, 0, 1)))
	}

	b := spanEnd{day: a.day, minute: 1440}

	return r.checked(Span{r.start(&a), r.instant(b.wall(), true)}, a, b)
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

	return r.instant(a.wall(), false)
}

// checked returns span from now at the earliest, or why it can't be used.
func (r *spanReader) checked(span Span, a, b spanEnd) (Span, error) {
	switch {
	case !span.Until.After(r.now):
		return Span{}, r.passed(span.Until, a, b)
	case !span.From.Before(span.Until) && b.wall().After(a.wall()):
		return Span{}, refuse("The clocks skip that time. Type a time before or after it, such as until %v.", clock(minuteOf(span.Until)))
	case !span.From.Before(span.Until):
		return Span{}, refuse("That ends before it begins. Type from %v to %v.", written(b), written(a))
	case span.From.After(r.now.Add(year)):
		return Span{}, refuse("That begins more than a year ahead. Type a day within a year from now, such as %v.", r.today.AddDate(0, 1, 0).Format(time.DateOnly))
	}

	if span.From.Before(r.now) {
		span.From = r.now
	}

	if span.Until.Sub(span.From) > year {
		return Span{}, tooLong()
	}

	return span, nil
}

func tooLong() error {
	return refuse("That is longer than a year. Type a shorter time, such as for 2 weeks.")
}

// passed returns the error about a span that was over at until.
func (r *spanReader) passed(until time.Time, a, b spanEnd) error {
	if !dateOf(until).Equal(r.today) {
		return refuse("That was over on %v, and it is %v. Type a time that lies ahead, such as until tomorrow 18:00.",
			until.Format("2006-01-02 at 15:04"), r.now.Format("2006-01-02 15:04"))
	}

	late := clock(minuteOf(until))

	again := "until tomorrow " + late
	if a.timed && a.day.Equal(r.today) {
		again = "tomorrow " + clock(a.minute) + "-" + late
	}

	afternoon := b
	afternoon.day, afternoon.minute = r.today, b.minute+720

	if b.loose() && r.instant(afternoon.wall(), true).After(r.now) {
		switch {
		case !a.timed:
			again = "until " + clock(afternoon.minute) + " or " + again
		case a.loose() && a.minute < b.minute:
			again = clock(a.minute+720) + "-" + clock(afternoon.minute) + " or " + again
		}
	}

	return refuse("%v has passed today (it is %v). Type %v.", late, r.now.Format("15:04"), again)
}

// end reads one end of a span: a day, a time of day, or both in any order. A
// date without a year is the first on or after base.
func (r *spanReader) end(base time.Time) (spanEnd, error) {
	var e spanEnd

	for {
		r.takes("on", "at", "the")

		if next := r.peek(0).text; next == "this" && r.peek(1).kind == word {
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
		return refuse("Say the hours: %v08:00-12:00.", day)
	case "afternoon":
		return refuse("Say the hours: %v12:00-18:00.", day)
	case "evening", "night", "tonight":
		return refuse("Say the hours: %v18:00 until midnight.", day)
	case "week", "weekend", "month", "months", "year", "years":
		return refuse("Say the days: mon to fri.")
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
		return refuse("I read two days in “%v”. Type for example %v.", shortened(r.typed), spanForms)
	case said.day.Weekday() != e.day.Weekday():
		return refuse("%v is a %v. Type the date alone.", said.day.Format("2 Jan 2006"), said.day.Weekday())
	}

	e.day, e.weekly, e.named, e.behind = said.day, said.weekly, said.named, e.timed

	return nil
}

// day reads a day, and returns none if the next word is not one.
func (r *spanReader) day(base time.Time) (spanEnd, error) {
	next := r.peek(0)

	switch next.kind {
	case isoDate:
		return r.isoDay()
	case oddDate:
		return spanEnd{}, r.slashed()
	case dottedDate, clockTime:
		return r.dottedDay(base)
	case number:
		return r.dayMonth(base)
	case word:
		return r.spokenDay(base)
	case nothing, dash, other:
	}

	return spanEnd{}, nil
}

func (r *spanReader) isoDay() (spanEnd, error) {
	typed := r.peek(0).text
	r.drop(1)

	n := numbers(typed)
	if month := time.Month(n[1]); !exists(n[0], month, n[2]) {
		return spanEnd{}, refuse("There is no %v. Type a date such as %v.", typed, r.today.Format(time.DateOnly))
	}

	return spanEnd{day: civil(n[0], time.Month(n[1]), n[2])}, nil
}

// slashed returns the error about a date that people read in different ways.
func (r *spanReader) slashed() error {
	typed := r.peek(0).text
	n := numbers(typed)

	if n[0] > 31 && len(n) == 3 && exists(n[0], time.Month(n[1]), n[2]) {
		return refuse("I can't be sure of %v. Type %v.", typed, civil(n[0], time.Month(n[1]), n[2]).Format(time.DateOnly))
	}

	year, layout := 2000, "2 Jan" // a leap year, for 29/2
	if len(n) == 3 {
		year, layout = fullYear(n[2]), "2 Jan 2006"
	}

	var ways []string

	for _, way := range [][2]int{{n[0], n[1]}, {n[1], n[0]}} {
		if exists(year, time.Month(way[1]), way[0]) {
			ways = append(ways, civil(year, time.Month(way[1]), way[0]).Format(layout))
		}
	}

	switch ways = slices.Compact(ways); len(ways) {
	case 2:
		return refuse("%v can be %v or %v. Type one of them with the month's name.", typed, ways[0], ways[1])
	case 1:
		return refuse("I can't be sure of %v. Type the month's name: %v.", typed, ways[0])
	default:
		return refuse("I can't read %v. Type the month's name: 24 Dec.", typed)
	}
}

// dottedDay reads 24.12. and 24.12.2026, and 24.12 where it can't be a time.
func (r *spanReader) dottedDay(base time.Time) (spanEnd, error) {
	next := r.peek(0)
	n := numbers(next.text)
	day, month := n[0], time.Month(n[1])

	isTime := n[0] < 24 && n[1] < 60 || n[0] == 24 && n[1] == 0
	if strings.Contains(next.text, ":") || month < time.January || month > time.December || (next.kind == clockTime && isTime) {
		return spanEnd{}, nil
	}

	if len(n) == 2 && len(r.words) == 1 && next.kind == dottedDate && isTime && !r.dotted {
		return spanEnd{}, refuse("%v can be a time or a day. Type it as %v or as %v %v.", next.text, clock(day*60+n[1]), day, month.String()[:3])
	}

	r.drop(1)

	r.dotted = true

	if len(n) == 2 {
		return r.yearless(base, month, day)
	}

	if n[2] < 1000 {
		return spanEnd{}, refuse("I can't be sure of %v. Type %v %v %v.", next.text, day, month.String()[:3], fullYear(n[2]))
	}

	return r.named(n[2], month, day)
}

// dayMonth reads 24 Dec, 24th of December and 24 Dec 2026.
func (r *spanReader) dayMonth(base time.Time) (spanEnd, error) {
	length := 1
	if slices.Contains(ordinals, r.peek(length).text) {
		length++
	}

	if r.peek(length).text == "of" {
		length++
	}

	month := monthOf(r.peek(length))
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

	if day, ok := weekdayOf(next); ok {
		r.drop(1)

		return spanEnd{day: onOrAfter(base, day), weekly: true}, nil
	}

	if day, ok := weekdayOf(r.peek(1)); ok && next.text == "next" {
		r.drop(2)

		return r.nextWeek(day)
	}

	if month := monthOf(next); month != 0 {
		if r.peek(1).kind != number || len(r.peek(1).text) > 2 {
			return spanEnd{}, refuse("Say which day: 24 %v.", month.String()[:3])
		}

		day := r.peek(1).num()
		r.drop(2)
		r.takes(ordinals...)

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
	coming := onOrAfter(r.today.AddDate(0, 0, 1), day)
	monday := onOrAfter(r.today.AddDate(0, 0, 1), time.Monday)

	if coming.Before(monday) {
		return spanEnd{}, refuse("“next %v” can be %v or %v. Type one of them.",
			strings.ToLower(day.String()), r.dayName(coming), r.dayName(coming.AddDate(0, 0, 7)))
	}

	return spanEnd{day: coming}, nil
}

// inYear reads a year if there is one. Behind a date, four digits that can be a
// year of this century are not taken for a time.
func (r *spanReader) inYear(base time.Time, month time.Month, day int) (spanEnd, error) {
	next := r.peek(0)
	if next.kind != number || len(next.text) != 4 || next.text < "2000" || next.text > "2059" {
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
		return e, refuse("%v has passed. Type %v %v if you mean next year's.", short, short, year)
	}

	return e, refuse("%v comes before %v. Type the earlier day first.", short, base.Format("2 Jan"))
}

func (r *spanReader) named(year int, month time.Month, day int) (spanEnd, error) {
	if !exists(year, month, day) {
		return spanEnd{}, refuse("There is no %v %v %v. Type a date such as %v.", day, month.String()[:3], year, r.today.Format("2 Jan"))
	}

	return spanEnd{day: civil(year, month, day), named: true}, nil
}

// clockInto reads a time of day if there is one.
func (r *spanReader) clockInto(e *spanEnd) error {
	next := r.peek(0)

	switch {
	case r.takes("noon"):
		e.timed, e.minute, e.form = true, 720, sure
	case r.takes("midnight"):
		e.timed, e.minute, e.form = true, 1440, sure
	case next.kind == clockTime, next.kind == dottedDate && len(numbers(next.text)) == 2:
		return r.hourMinute(e)
	case next.kind == number:
		return r.hour(e)
	}

	return nil
}

// hourMinute reads 18:00, 18.00 and 6:30pm.
func (r *spanReader) hourMinute(e *spanEnd) error {
	typed := strings.TrimRight(r.peek(0).text, ".")
	r.drop(1)

	if n := numbers(typed); typed[len(typed)-3] == ':' || typed[len(typed)-3] == '.' {
		return r.time(e, typed, n[0], n[1])
	}

	return noTime(typed)
}

// hour reads 18, 1800, 18h, 18h30 and 6pm.
func (r *spanReader) hour(e *spanEnd) error {
	next := r.peek(0)
	n := next.num()

	switch {
	case len(next.text) == 4:
		r.drop(1)
		e.form = of24

		return r.time(e, next.text, n/100, n%100)
	case len(next.text) > 2:
		return nil
	}

	r.drop(1)

	switch minute := r.peek(1); {
	case r.peek(0).text == "h" && minute.kind == number && len(minute.text) == 2:
		r.drop(2)
		return r.time(e, next.text+"h"+minute.text, n, minute.num())
	case r.takes("h"):
		return r.time(e, next.text+"h", n, 0)
	case halfOf(r.peek(0)) != "":
		return r.time(e, next.text, n, 0)
	}

	e.timed, e.minute, e.form, e.bare = true, n*60, either, true
	if next.text[0] == '0' || n > 12 {
		e.form = of24
	}

	return nil
}

// time makes a time of day of an hour, a minute, and am or pm if that is next.
func (r *spanReader) time(e *spanEnd, typed string, hour, minute int) error {
	half := halfOf(r.peek(0))

	switch {
	case minute > 59 || hour > 24 || (hour == 24 && minute > 0):
		return noTime(typed)
	case half != "" && (hour < 1 || hour > 12):
		return noTime(typed + half)
	case half != "":
		r.drop(1)

		hour %= 12
		if half == "pm" {
			hour += 12
		}

		e.form = sure
	case e.form == of24 || typed[0] == '0' || hour > 12:
		e.form = of24
	default:
		e.form = either
	}

	e.timed, e.minute = true, hour*60+minute

	return nil
}

func noTime(typed string) error {
	return refuse("There is no %v. Type a time from 00:00 to 24:00.", shortened(typed))
}

// wrong returns the error about a number that is no hour of the day.
func (e spanEnd) wrong() error {
	if e.timed && e.minute > 1440 {
		return noTime(clock(e.minute))
	}

	return nil
}

// forLong reports whether the next words say how long a span lasts.
func (r *spanReader) forLong() bool {
	if r.peek(0).text == "for" {
		amount, what := r.peek(1), r.peek(2)
		isDate := slices.Contains(ordinals, what.text) || what.text == "of" || monthOf(what) != 0

		return amount.kind == number && !isDate || amount.text == "a" || amount.text == "an"
	}

	unit := unitOf(r.peek(1))
	if r.peek(0).kind != number || unit == 0 {
		return false
	}

	return r.peek(1).text != "h" || len(r.words) == 2 || unitOf(r.peek(3)) != 0
}

// duration reads for how many days, and how long besides, a span lasts.
func (r *spanReader) duration() (days int, length time.Duration, err error) {
	for hours := false; ; {
		amount := r.peek(0)
		if amount.kind != number && amount.text != "a" && amount.text != "an" {
			break
		}

		n := amount.num()
		unit := unitOf(r.peek(1))

		switch {
		case n > 1_000_000:
			return 0, 0, tooLong()
		case unit == 0 && hours && len(amount.text) == 2:
			unit = time.Minute // 1h30
			r.drop(1)
		case unit == 0 && r.peek(1).kind == nothing:
			return 0, 0, refuse("Say for how long: for %vh or for %v min.", n, n)
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
	case days > 366 || length > year:
		return 0, 0, tooLong()
	case days == 0 && length == 0:
		return 0, 0, refuse("Say for how long: for 2h.")
	}

	return days, length, nil
}

// instant returns the instant at which clocks in the zone show wall: the first
// or the last one, or the end of the gap that skips it.
func (r *spanReader) instant(wall time.Time, last bool) time.Time {
	zone := r.now.Location()
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	before, after := near.ZoneBounds()

	shows := []time.Time{near}

	for _, change := range []time.Time{before, after} {
		if change.IsZero() {
			continue
		}

		old := wall.Add(-offset(change.Add(-1)))
		young := wall.Add(-offset(change))

		if !old.Before(change) && young.Before(change) {
			return change
		}

		shows = append(shows, old.In(zone), young.In(zone))
	}

	shows = slices.DeleteFunc(shows, func(t time.Time) bool { return !wallOf(t).Equal(wall) })

	if last {
		return slices.MaxFunc(shows, time.Time.Compare)
	}

	return slices.MinFunc(shows, time.Time.Compare)
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()

	return time.Duration(seconds) * time.Second
}

// wallOf returns what clocks show at t, as if it were UTC.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func dateOf(t time.Time) time.Time { return civil(t.Date()) }

func minuteOf(t time.Time) int { return t.Hour()*60 + t.Minute() }

func civil(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func exists(year int, month time.Month, day int) bool {
	date := civil(year, month, day)

	return date.Year() == year && date.Month() == month && date.Day() == day
}

// date returns a day of a month, or that there is no such day.
func (r *spanReader) date(year int, month time.Month, day int) (time.Time, error) {
	e, err := r.named(year, month, day)

	return e.day, err
}

// onOrAfter returns the first such weekday on or after a day.
func onOrAfter(day time.Time, weekday time.Weekday) time.Time {
	return day.AddDate(0, 0, (int(weekday-day.Weekday())+7)%7)
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

// written returns an end in full.
func written(e spanEnd) string {
	if !e.timed {
		return e.day.Format(time.DateOnly)
	}

	return e.day.Format(time.DateOnly) + " " + clock(e.minute)
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func fullYear(n int) int {
	if n < 100 {
		return 2000 + n
	}

	return n
}

// numbers returns the numbers within typed.
func numbers(typed string) []int {
	var all []int

	for digits := range strings.FieldsFuncSeq(typed, func(c rune) bool { return c < '0' || c > '9' }) {
		all = append(all, spanWord{number, digits}.num())
	}

	return all
}

// num returns what a number counts, 1 for "an", and something too large for
// anything if it has too many digits.
func (w spanWord) num() int {
	switch n, err := strconv.Atoi(w.text); {
	case w.kind == word:
		return 1
	case err != nil || n > 1e9:
		return 1e9
	default:
		return n
	}
}

var ordinals = []string{"st", "nd", "rd", "th"}

// halfOf returns am or pm, "" if it is another word.
func halfOf(w spanWord) string {
	switch strings.ReplaceAll(w.text, ".", "") {
	case "am":
		return "am"
	case "pm":
		return "pm"
	default:
		return ""
	}
}

// unitOf returns the length of a unit of time, 0 if it is another word.
func unitOf(w spanWord) time.Duration {
	switch w.text {
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return 24 * time.Hour
	case "w", "week", "weeks":
		return 7 * 24 * time.Hour
	default:
		return 0
	}
}

// weekdayOf returns the weekday that a word names, in full or in short.
func weekdayOf(w spanWord) (time.Weekday, bool) {
	if w.text == "weds" {
		return time.Wednesday, true
	}

	for day := time.Sunday; day <= time.Saturday; day++ {
		if w.names(day.String()) {
			return day, true
		}
	}

	return 0, false
}

// monthOf returns the month that a word names, in full or in short, 0 if none.
func monthOf(w spanWord) time.Month {
	for month := time.January; month <= time.December; month++ {
		if w.names(month.String()) {
			return month
		}
	}

	return 0
}

// names reports whether w is name or its first three letters or more.
func (w spanWord) names(name string) bool {
	return len(w.text) >= 3 && strings.HasPrefix(strings.ToLower(name), w.text)
}
