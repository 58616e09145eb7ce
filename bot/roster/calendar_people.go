package roster

import (
	"regexp"
	"slices"
	"strings"
)

// What is looked at to find the people of an event.
const (
	peopleMaxAttendees = 100
	peopleMaxSummary   = 500 // bytes
)

// eventPeople says whose an event is, by its summary and attendees, and whether
// some of them don't come.
type eventPeople func(summary string, attendees []calendarLine) (people []Person, declined bool)

// calendarPeople returns the people of an event, each once, and whether some of
// them don't come: those who attend, or if nobody knows these, those whom the
// summary names. Whoever declined isn't among them, wherever they are named.
func calendarPeople(summary string, attendees []calendarLine, who func(name, email string) (Person, bool)) (people []Person, declined bool) {
	var come, decline []Person
	for _, a := range attendees[:min(len(attendees), peopleMaxAttendees)] {
		if strings.EqualFold(a.param("ROLE"), "NON-PARTICIPANT") {
			continue // told of it, or a room
		}
		p, ok := who(strings.TrimSpace(a.param("CN")), addressOf(a))
		switch {
		case !ok:
		case strings.EqualFold(a.param("PARTSTAT"), "DECLINED"):
			decline = append(decline, p)
		default:
			come = append(come, p)
		}
	}

	if len(come) == 0 && len(summary) <= peopleMaxSummary {
		come = peopleNamedIn(summary, who)
	}
	for _, p := range come {
		if !slices.Contains(decline, p) && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	return people, len(decline) > 0
}

// addressOf returns the mail address of an attendee, "" without one.
func addressOf(a calendarLine) string {
	value := strings.TrimSpace(a.value)
	if len(value) > len("mailto:") && strings.EqualFold(value[:len("mailto:")], "mailto:") {
		return strings.TrimSpace(value[len("mailto:"):])
	}
	return strings.TrimSpace(a.param("EMAIL"))
}

// What stands between the parts of a summary: what the duty is and who has it,
// and those who have it.
var (
	betweenDutyAndPeople = regexp.MustCompile(`\s[-–—|]\s|:\s*|[()\[\]]`)
	betweenPeople        = regexp.MustCompile(`[,;/+&]|(?i:\sand\s)`)
)

// peopleNamedIn returns the people a summary names: as a whole, or around a dash
// or colon, or one by one.
func peopleNamedIn(summary string, who func(name, email string) (Person, bool)) []Person {
	if p, ok := personNamed(summary, who); ok {
		return []Person{p}
	}

	var people []Person
	for _, side := range betweenDutyAndPeople.Split(summary, -1) {
		if p, ok := personNamed(side, who); ok {
			people = append(people, p)
			continue
		}
		for _, name := range betweenPeople.Split(side, -1) {
			if p, ok := personNamed(name, who); ok {
				people = append(people, p)
			}
		}
	}
	return people
}

// personNamed returns the person of a name or an address.
func personNamed(name string, who func(name, email string) (Person, bool)) (Person, bool) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", false
	case strings.Contains(name, "@") && !strings.Contains(name, " "):
		return who("", name)
	default:
		return who(name, "")
	}
}
