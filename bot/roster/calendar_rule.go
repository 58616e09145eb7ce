package roster

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A calendarRule is when an event repeats: an RRULE.
//
// All its times are of the wall clock, held as if they were in UTC. The library
// counts in them, where every day has 24 hours, and the zone is looked at only
// when a shift is laid out. Given the zone, it would move what falls into the
// hour that the clocks leave out, and end a rule an hour off.
//
// What the library can't bear is refused here: it runs for ever on hours of the
// day in a rule by the hour, leaves its tables for the 53rd Monday of a month,
// and looks for the 30th of February until the year 9999.
type calendarRule struct {
	option rrule.ROption // with whatever it would take from its start filled in
	perDay int           // how many starts a day has at most
}

// What a rule may ask for.
const (
	ruleMaxBytes    = 500
	ruleMaxInterval = 1_000
	ruleMaxPerDay   = 48
	ruleMaxCount    = 10_000
	ruleMaxCounted  = 60 // years in which the starts of a rule with a COUNT are counted
	ruleMaxBarren   = 10 // rules in a file that never give a day
)

// Reasons that a rule can't be read, for an operator.
var (
	errRuleUnreadable = errors.New("its RRULE can't be read")
	errRuleTooFine    = errors.New("its RRULE repeats by the minute or second, or by the hour at given hours: use a rule by the day")
	errRuleTooMany    = errors.New("its RRULE repeats too often: at most 48 times a day, every 1000 days, weeks, months or years, and 10000 times")
	errRuleBarren     = errors.New("its RRULE never gives a day")
)

// parseCalendarRule reads a rule. Start is that of its event, in wall-clock
// time; until turns what UNTIL says into wall-clock time.
func parseCalendarRule(text string, start time.Time, until func(string) (time.Time, error)) (*calendarRule, error) {
	if len(text) > ruleMaxBytes {
		return nil, errRuleUnreadable
	}

	var kept []string
	var last time.Time
	for part := range strings.SplitSeq(strings.ToUpper(strings.Trim(text, "; \t")), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "UNTIL":
			var err error
			if last, err = until(value); err != nil {
				return nil, errRuleUnreadable
			}
		case "DTSTART", "BYEASTER":
			return nil, errRuleUnreadable // the library's own, in no standard
		default:
			kept = append(kept, part)
		}
	}

	option, err := rrule.StrToROption(strings.Join(kept, ";"))
	if err != nil {
		return nil, errRuleUnreadable
	}
	option.Dtstart, option.Until = start, last
	return newCalendarRule(*option)
}

// newCalendarRule checks a rule, and turns COUNT into UNTIL, so that no question
// has to count from the beginning.
func newCalendarRule(o rrule.ROption) (*calendarRule, error) {
	o.Interval = max(1, o.Interval)
	for _, list := range []*[]int{&o.Byhour, &o.Byminute, &o.Bysecond} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}

	switch {
	case o.Freq > rrule.HOURLY, o.Freq == rrule.HOURLY && len(o.Byhour) > 0:
		return nil, errRuleTooFine
	case o.Interval > ruleMaxInterval, o.Count > ruleMaxCount, ruleStartsPerDay(o) > ruleMaxPerDay:
		return nil, errRuleTooMany
	case o.Count < 0, slices.ContainsFunc(o.Byweekday, func(d rrule.Weekday) bool { return noSuchWeekday(o, d) }):
		return nil, errRuleUnreadable
	}

	given, err := rrule.NewRRule(o)
	if err != nil {
		return nil, errRuleUnreadable
	}
	r := &calendarRule{option: ruleFilledIn(o, given.Options), perDay: ruleStartsPerDay(o)}
	if r.barren() {
		return nil, errRuleBarren
	}
	if o.Count > 0 {
		r.option.Count, r.option.Until = 0, r.lastOf(o.Count)
	}
	return r, nil
}

// ruleStartsPerDay returns how many starts a rule can have on a day.
func ruleStartsPerDay(o rrule.ROption) int {
	hours := max(1, len(o.Byhour))
	if o.Freq == rrule.HOURLY {
		hours = (23 + o.Interval) / o.Interval
	}
	return hours * max(1, len(o.Byminute)) * max(1, len(o.Bysecond))
}

// noSuchWeekday reports whether there is no such weekday: the 53rd Monday of a
// month.
func noSuchWeekday(o rrule.ROption, d rrule.Weekday) bool {
	most := 53
	if o.Freq == rrule.MONTHLY || o.Freq == rrule.YEARLY && len(o.Bymonth) > 0 {
		most = 5
	}
	return d.N() > most || d.N() < -most
}

// ruleFilledIn returns a rule that takes nothing but its beginning from its start.
func ruleFilledIn(o, given rrule.ROption) rrule.ROption {
	o.Bymonth, o.Bymonthday, o.Byweekday = given.Bymonth, given.Bymonthday, given.Byweekday

	if len(o.Byhour) == 0 && o.Freq != rrule.HOURLY {
		o.Byhour = []int{o.Dtstart.Hour()}
	}
	if len(o.Byminute) == 0 {
		o.Byminute = []int{o.Dtstart.Minute()}
	}
	if len(o.Bysecond) == 0 {
		o.Bysecond = []int{o.Dtstart.Second()}
	}
	return o
}

// barren reports whether a rule has no start at all, whatever its UNTIL. The
// library looks for one until the year 9999; the calendar of our years is that
// of the years 7600 later, to the day of the week, and there it is soon through.
func (r *calendarRule) barren() bool {
	const later = 19 * 400
	o := r.option
	o.Count, o.Until = 0, time.Time{}
	o.Dtstart = o.Dtstart.AddDate(later, 0, 0)

	late, err := rrule.NewRRule(o)
	if err != nil {
		return true
	}
	_, ok := late.Iterator()()
	return !ok
}

// lastOf returns the nth start, or the last that comes within reason.
func (r *calendarRule) lastOf(n int) time.Time {
	o := r.option
	end := o.Dtstart.AddDate(ruleMaxCounted, 0, 0)
	if o.Until.IsZero() || o.Until.After(end) {
		o.Until = end
	}

	last := o.Dtstart.Add(-time.Second) // nothing, if there is no start before the end
	all, err := rrule.NewRRule(o)
	if err != nil {
		return last
	}
	next := all.Iterator()
	for range n {
		start, ok := next()
		if !ok {
			break
		}
		last = start
	}
	return last
}

// between returns the starts from the first time to the second, both included.
func (r *calendarRule) between(from, to time.Time) []time.Time {
	o := r.option
	if to.Before(o.Dtstart) || !o.Until.IsZero() && from.After(o.Until) {
		return nil
	}

	o.Dtstart = ruleStartNear(o, from)
	near, err := rrule.NewRRule(o)
	if err != nil {
		return nil
	}
	return near.Between(from, to, true)
}

// ruleStartNear returns a start from which the rule gives the same from a time
// on: a whole number of its intervals later, and an interval or more before that
// time.
func ruleStartNear(o rrule.ROption, from time.Time) time.Time {
	start := o.Dtstart
	skipped := func(since, interval int) int { return (since/interval - 2) * interval }
	hours := int(from.Sub(start) / time.Hour)
	months := (from.Year()-start.Year())*12 + int(from.Month()-start.Month())

	near := start
	switch o.Freq {
	case rrule.YEARLY:
		near = time.Date(start.Year()+skipped(months/12, o.Interval), 1, 1, 0, 0, 0, 0, time.UTC)
	case rrule.MONTHLY:
		near = time.Date(start.Year(), start.Month()+time.Month(skipped(months, o.Interval)), 1, 0, 0, 0, 0, time.UTC)
	case rrule.WEEKLY:
		near = start.AddDate(0, 0, 7*skipped(hours/24/7, o.Interval))
	case rrule.DAILY:
		near = start.AddDate(0, 0, skipped(hours/24, o.Interval))
	case rrule.HOURLY:
		near = start.Add(time.Duration(skipped(hours, o.Interval)) * time.Hour)
	case rrule.MINUTELY, rrule.SECONDLY: // refused
	}

	if near.Before(start) {
		return start
	}
	return near
}
