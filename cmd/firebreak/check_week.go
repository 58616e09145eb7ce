package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// gapsOfWeek returns the gaps of shifts, which come back every week, each in
// full: those that the ends of the search cut in two come again within it.
func gapsOfWeek(rota roster.Roster, now time.Time) []roster.Span {
	const enough = 15 * day // a gap that is cut begins again within a week, and lasts less than one

	until := now.Add(enough)

	return slices.DeleteFunc(rota.Gaps(now, until), func(gap roster.Span) bool {
		return gap.From.Equal(now) || gap.Until.Equal(until)
	})
}

// A spell is a time of the week by the wall clock, but for the day on which it
// begins.
type spell struct {
	from, until string // 18:00
	nights      int    // midnights before its end
}

// A week holds the spells by the day on which they begin, from Monday.
type week [7][]spell

// weekOf returns the spans of a week in words, from Monday, days alike together:
// Mon-Fri 00:00-08:00, Sat 18:00 - Sun 10:00.
func weekOf(spans []roster.Span, zone *time.Location) string {
	var w week

	for _, span := range spans {
		w.add(span.From.In(zone), span.Until.In(zone))
	}

	var list []string

	for first, spells := range w {
		slices.SortFunc(spells, func(a, b spell) int { return cmp.Compare(a.from, b.from) })

		for _, s := range spells {
			if first == 0 || !slices.Contains(w[first-1], s) {
				list = append(list, s.on(first, w.last(first, s)))
			}
		}
	}

	return strings.Join(list, ", ")
}

func (w *week) add(from, until time.Time) {
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	s := spell{from.Format("15:04"), until.Format("15:04"), int(midnight(until).Sub(midnight(from)) / day)}

	if on := &w[fromMonday(from.Weekday())]; !slices.Contains(*on, s) {
		*on = append(*on, s)
	}
}

// last returns the last of the days, one after the other, on which a spell
// begins.
func (w *week) last(first int, s spell) int {
	for first+1 < len(w) && slices.Contains(w[first+1], s) {
		first++
	}

	return first
}

// on says when a spell is that begins on each day from first to last.
func (s spell) on(first, last int) string {
	days := nameOf(first)
	if last > first {
		days += "-" + nameOf(last)
	}

	switch {
	case s.nights == 0 || s.nights == 1 && s.until == "00:00":
		return fmt.Sprintf("%s %s-%s", days, s.from, s.until)
	case s.nights == 1 && last > first+1:
		return fmt.Sprintf("%s %s-%s of the next day", days, s.from, s.until)
	}

	var list []string
	for ; first <= last; first++ {
		list = append(list, fmt.Sprintf("%s %s - %s %s", nameOf(first), s.from, nameOf(first+s.nights), s.until))
	}

	return strings.Join(list, ", ")
}

// fromMonday numbers the days of the week from Monday.
func fromMonday(day time.Weekday) int { return (int(day) + 6) % 7 }

// nameOf returns the name of a day that is numbered from Monday.
func nameOf(day int) string { return dayNames[(day+1)%7] }

const minutesOfWeek = 7 * 24 * 60

// together returns when two shifts are on at once for the first time after the
// week's beginning, and whether they ever are.
func together(a, b Shift) (string, bool) {
	const never = 2 * minutesOfWeek

	from := never

	for _, x := range a.starts() {
		for _, y := range b.starts() {
			for _, shift := range []int{-minutesOfWeek, 0, minutesOfWeek} {
				begin := max(x, y+shift)
				if begin < min(x+a.Hours.minutes(), y+shift+b.Hours.minutes()) {
					from = min(from, (begin+minutesOfWeek)%minutesOfWeek)
				}
			}
		}
	}

	if from == never {
		return "", false
	}

	return fmt.Sprintf("%s from %02d:%02d", nameOf(from/(24*60)), from/60%24, from%60), true
}

// starts returns when a shift begins, in minutes since the beginning of Monday.
func (s Shift) starts() []int {
	var starts []int
	for _, day := range s.Days {
		starts = append(starts, fromMonday(day)*24*60+int(s.Hours.From))
	}

	return starts
}

// minutes returns how long the span lasts by the wall clock.
func (h Hours) minutes() int {
	if h.To <= h.From {
		return int(h.To-h.From) + 24*60
	}

	return int(h.To - h.From)
}
