package main

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The functions in this file read one value each, from the text that stands in
// the file. Their errors say what is wrong and, after a semicolon, what to
// write instead; who calls them adds file, line and key.

// parseDuration reads Go's durations, and whole days: 365d.
func parseDuration(s string) (time.Duration, error) {
	if d, err := time.ParseDuration(s); err == nil && s != "0" {
		return d, nil
	}
	if n, ok := strings.CutSuffix(s, "d"); ok {
		if days, err := strconv.ParseUint(n, 10, 16); err == nil {
			return time.Duration(days) * day, nil
		}
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return 0, fmt.Errorf("%s has no unit; write %ss for seconds, %sm for minutes or %sh for hours", s, s, s, s)
	}
	return 0, fmt.Errorf("%q is no duration; write one like 45s, 3m, 1h30m or 30d", s)
}

// parseKeeping reads how long something is kept: 365d, or forever, which is 0.
func parseKeeping(s string) (time.Duration, error) {
	if s == "forever" || s == "0" {
		return 0, nil
	}
	d, err := parseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%w, or forever", err)
	}
	return d, nil
}

// parseClock reads a time of day: 08:00.
func parseClock(s string) (Clock, error) {
	if s == "24:00" {
		return 0, fmt.Errorf("the day has no %q; write 00:00", s)
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf(`%q is no time of day; write one like "08:00" or "16:30"`, s)
	}
	return Clock(t.Hour()*60 + t.Minute()), nil
}

// parseHours reads a span: 16:00-00:00.
func parseHours(s string) (Hours, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Hours{}, fmt.Errorf(`%q is no span of hours; write two times of day like "08:00-16:00"`, s)
	}
	var h Hours
	var err error
	if h.From, err = parseClock(strings.TrimSpace(from)); err != nil {
		return Hours{}, err
	}
	if h.To, err = parseClock(strings.TrimSpace(to)); err != nil {
		return Hours{}, err
	}
	return h, nil
}

var dayNames = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// parseDay reads one day: Mon, or Monday.
func parseDay(s string) (time.Weekday, error) {
	for i, name := range dayNames {
		if full := time.Weekday(i).String(); strings.EqualFold(s, name) || strings.EqualFold(s, full) {
			return time.Weekday(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no day; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun", s)
}

// parseDays reads days and spans of days: "Mon-Fri", "Sat-Sun", "Mon, Wed". The
// days come back in the order of the week, from Sunday.
func parseDays(s string) ([]time.Weekday, error) {
	var on [7]bool

	for part := range strings.SplitSeq(s, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, err := parseDay(strings.TrimSpace(first))
		if err != nil {
			return nil, err
		}
		to, err := parseDay(strings.TrimSpace(last))
		if err != nil {
			return nil, err
		}
		for d := from; ; d = (d + 1) % 7 {
			if on[d] {
				return nil, fmt.Errorf("%q has %s twice; name each day once, like Mon-Fri", s, dayNames[d])
			}
			on[d] = true
			if d == to {
				break
			}
		}
	}

	var days []time.Weekday
	for d, yes := range on {
		if yes {
			days = append(days, time.Weekday(d))
		}
	}
	return days, nil
}

// parseZone reads the name of a time zone as the IANA database has it.
func parseZone(s string) (*time.Location, error) {
	// The empty name means UTC to Go and Local the machine's own: neither can be
	// meant by somebody who writes down where a team works.
	if s == "" || s == "Local" {
		return nil, fmt.Errorf("%q is no time zone; write one like Europe/London or UTC", s)
	}
	zone, err := time.LoadLocation(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone that is known; write one like Europe/London, America/New_York or UTC", s)
	}
	return zone, nil
}

// parsePercent reads 20%.
func parsePercent(s string) (int, error) {
	digits, ok := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no share; write a whole number of percent like 20%%", s)
	case !ok:
		return 0, fmt.Errorf("%q has no percent sign; write %d%%", s, n)
	}
	return n, nil
}

// parseAmount reads money: 50, 49.90.
func parseAmount(s string) (Amount, error) {
	m := amountShape.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is no amount; write digits only, like 50 or 49.90, and the currency as currency: USD", s)
	}
	whole, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || whole > 1_000_000_000 {
		return 0, fmt.Errorf("%s is more than can be meant; write at most 1000000000", s)
	}
	hundredths, _ := strconv.ParseInt((m[2] + "00")[:2], 10, 64) // the shape has digits only
	return Amount(whole*100 + hundredths), nil
}

var amountShape = regexp.MustCompile(`^(\d+)(?:\.(\d{1,2}))?$`)

// String returns the amount without its currency: 50, 49.90.
func (a Amount) String() string {
	if a%100 == 0 {
		return strconv.FormatInt(int64(a/100), 10)
	}
	return fmt.Sprintf("%d.%02d", a/100, a%100)
}

// parseNumber reads a whole number.
func parseNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no whole number; write one like 2", s)
	}
	return n, nil
}

// parseText takes a text as it stands.
func parseText(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", fmt.Errorf("it is empty; write something, or remove the key")
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
		return "", fmt.Errorf("%q has a control character or a line break in it; write it on one line", s)
	}
	return s, nil
}

// oneOf returns a reader of one word of a closed set.
func oneOf[T ~string](words ...T) func(string) (T, error) {
	return func(s string) (T, error) {
		if slices.Contains(words, T(s)) {
			return T(s), nil
		}
		names := make([]string, len(words))
		for i, w := range words {
			names[i] = string(w)
		}
		if meant := nearest(s, names); meant != "" {
			return "", fmt.Errorf("%q is not known; did you mean %s?", s, meant)
		}
		return "", fmt.Errorf("%q is not known; write %s", s, alternatives(names))
	}
}

// alternatives joins words for a sentence: a, b or c.
func alternatives(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

var (
	keyShape      = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)
	userShape     = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)
	channelShape  = regexp.MustCompile(`^[CG][A-Z0-9]{2,}$`)
	threadShape   = regexp.MustCompile(`^19:[^\s;]+@thread\.(tacv2|skype|v2)$`)
	groupShape    = regexp.MustCompile(`^S[A-Z0-9]{2,}$`)
	currencyShape = regexp.MustCompile(`^[A-Z]{3}$`)
	commandShape  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,30}$`)
)

// parseSlackUser reads a Slack user id.
func parseSlackUser(s string) (string, error) {
	switch {
	case userShape.MatchString(s):
		return s, nil
	case strings.Contains(s, "@"):
		return "", fmt.Errorf("%q is not a Slack user id; write email: for an address, or the id (U…) from the profile's menu, Copy member ID", s)
	}
	return "", fmt.Errorf("%q is not a Slack user id; write the id (U… or W…) from the profile's menu, Copy member ID", s)
}

// parseChannel reads the id of a channel on Slack, or of a channel or group chat
// on Teams.
func parseChannel(s string) (string, error) {
	switch {
	case channelShape.MatchString(s), threadShape.MatchString(s):
		return s, nil
	case strings.HasPrefix(s, "https://teams."):
		return "", fmt.Errorf("a link stands here; write what stands in it behind /channel/ with %%3a as : and %%40 as @, like 19:abc@thread.tacv2")
	}
	return "", fmt.Errorf("%q is no channel id; write Slack's (C… or G…) from the end of the channel's About tab, or Teams' (19:…@thread.tacv2) from the channel's link", s)
}

func parseUserGroup(s string) (string, error) {
	if !groupShape.MatchString(s) {
		return "", fmt.Errorf("%q is not a Slack user group id; write the id (S…) from the end of the group's address in Slack", s)
	}
	return s, nil
}

// parseObject reads an Entra object id, in lower case as the bot knows people.
func parseObject(s string) (string, error) {
	id := strings.ToLower(s)
	if !guidShape.MatchString(id) {
		return "", fmt.Errorf("%q is not an Entra object id; write one like 7a1e5c1e-0000-4000-8000-000000000021", s)
	}
	return id, nil
}

// parseEmail reads a bare address.
func parseEmail(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return "", fmt.Errorf("%q is no e-mail address; write one like lee@example.com", s)
	}
	return s, nil
}

// parseAgent reads how a team names one of its agents.
func parseAgent(s string) (string, error) {
	if id, err := parseObject(s); err == nil {
		return id, nil
	}
	if userShape.MatchString(s) || keyShape.MatchString(s) {
		return s, nil
	}
	return "", fmt.Errorf("%q is neither a Slack user id, nor an Entra object id, nor the key of a person; write one like U0MARIA", s)
}

// accountNamed returns the account that an id on a platform stands for, false
// where it is none.
func accountNamed(id string) (chat.Person, bool) {
	switch {
	case userShape.MatchString(id):
		return chat.PersonOn(chat.Slack, id), true
	case guidShape.MatchString(id):
		return chat.PersonOn(chat.Teams, id), true
	}
	return "", false
}

// roomNamed returns the room that the id of a channel stands for.
func roomNamed(id string) chat.Room {
	if threadShape.MatchString(id) {
		return chat.RoomOn(chat.Teams, id)
	}
	return chat.RoomOn(chat.Slack, id)
}

// parseCurrency reads the letters of a currency.
func parseCurrency(s string) (string, error) {
	if !currencyShape.MatchString(s) {
		return "", fmt.Errorf("%q is no currency; write its three letters like USD or EUR", s)
	}
	return s, nil
}

// parseCommand reads the name of a slash command, without the slash.
func parseCommand(s string) (string, error) {
	switch {
	case strings.HasPrefix(s, "/"):
		return "", fmt.Errorf("%q has a slash; write %s", s, strings.TrimLeft(s, "/"))
	case !commandShape.MatchString(s):
		return "", fmt.Errorf("%q cannot be a command; write at most 31 lower-case letters, digits, - and _", s)
	case slices.Contains(slackOwn, s):
		return "", fmt.Errorf("/%s is Slack's own command; write another name", s)
	}
	return s, nil
}

// slackOwn are commands that Slack keeps for itself. An app that registers one
// of them is never called.
var slackOwn = []string{
	"active", "apps", "archive", "away", "call", "collapse", "dm", "dnd", "expand", "feed", "huddle", "invite",
	"invite_people", "join", "kick", "leave", "me", "msg", "mute", "open", "part", "remind", "remove", "rename",
	"search", "shortcuts", "shrug", "star", "status", "topic", "who",
}

// parseURL reads an address that can be called.
func parseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fmt.Errorf("it is no web address; write one like https://example.com/ping")
	}
	return s, nil
}

// hostShape is how an address begins whose https:// was left out.
var hostShape = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?/`)

// parseCalendar reads the place of an iCalendar feed. An address must be https:
// the feed decides who is paged, or when nobody is reminded. It is a secret, and
// no error shows it.
func parseCalendar(s string) (string, error) {
	scheme, _, isURL := strings.Cut(s, "://")
	switch {
	case !isURL && (hostShape.MatchString(s) || strings.Contains(s, "//")):
		return "", fmt.Errorf("it looks like an address without its beginning; write https:// before it, or ./ if it is a file")
	case !isURL && strings.HasSuffix(strings.ToLower(s), ".ics"):
		return s, nil
	case !isURL:
		return "", fmt.Errorf("%q is no calendar; write a file like duty.ics or an https address", s)
	case scheme != "https":
		return "", fmt.Errorf("an address that starts with %s:// can be read and changed on its way; write one that starts with https://", scheme)
	}
	return parseURL(s)
}
