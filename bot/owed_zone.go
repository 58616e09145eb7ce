package bot

import (
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// customerZones are the zones that a customer may live in, by a city that people
// know.
var customerZones = []choice{
	{"Africa/Cairo", "Cairo"}, {"Africa/Johannesburg", "Johannesburg"}, {"Africa/Lagos", "Lagos"}, {"Africa/Nairobi", "Nairobi"},
	{"America/Anchorage", "Anchorage"}, {"America/Argentina/Buenos_Aires", "Buenos Aires"}, {"America/Bogota", "Bogotá"},
	{"America/Chicago", "Chicago"}, {"America/Denver", "Denver"}, {"America/Halifax", "Halifax"}, {"America/Los_Angeles", "Los Angeles"},
	{"America/Mexico_City", "Mexico City"}, {"America/New_York", "New York"}, {"America/Phoenix", "Phoenix"}, {"America/Santiago", "Santiago"},
	{"America/Sao_Paulo", "São Paulo"}, {"America/St_Johns", "St. John's"}, {"America/Toronto", "Toronto"},
	{"Asia/Bangkok", "Bangkok"}, {"Asia/Dhaka", "Dhaka"}, {"Asia/Dubai", "Dubai"}, {"Asia/Hong_Kong", "Hong Kong"}, {"Asia/Jakarta", "Jakarta"},
	{"Asia/Jerusalem", "Jerusalem"}, {"Asia/Karachi", "Karachi"}, {"Asia/Kolkata", "Kolkata"}, {"Asia/Manila", "Manila"}, {"Asia/Riyadh", "Riyadh"},
	{"Asia/Seoul", "Seoul"}, {"Asia/Shanghai", "Shanghai"}, {"Asia/Singapore", "Singapore"}, {"Asia/Tokyo", "Tokyo"},
	{"Australia/Brisbane", "Brisbane"}, {"Australia/Perth", "Perth"}, {"Australia/Sydney", "Sydney"},
	{"Europe/Athens", "Athens"}, {"Europe/Berlin", "Berlin"}, {"Europe/Istanbul", "Istanbul"}, {"Europe/Lisbon", "Lisbon"},
	{"Europe/London", "London"}, {"Europe/Madrid", "Madrid"}, {"Europe/Moscow", "Moscow"}, {"Europe/Paris", "Paris"}, {"Europe/Warsaw", "Warsaw"},
	{"Pacific/Auckland", "Auckland"}, {"Pacific/Honolulu", "Honolulu"},
}

// The answers of a field that says whose zone a time is in.
const (
	myZone        = "mine"
	customersZone = "customer"
)

// zoneField asks whose zone a time is in that is promised in the field id. It is
// nothing while the customer's zone is not known.
func zoneField(id, label, zone string) []chat.Field {
	if !known(customerZones, zone) {
		return nil
	}

	return []chat.Field{{
		ID: id + "_in", Kind: chat.ChoiceField, Label: label, Required: true, Initial: initial(myZone),
		Options: []chat.Option{
			{Value: myZone, Label: "My time zone"},
			{Value: customersZone, Label: "The customer's: " + city(zone)},
		},
	}}
}

// promisedFor reads an instant that must lie ahead, and the zone in which it was
// promised: "" for the one of whoever wrote it. A platform's picker knows that
// one alone; what was picked for the customer's zone is what their clocks show.
func (s *session) promisedFor(v chat.Values, field, zone string, by PersonID, wrong problems) (time.Time, string) {
	mine := s.zoneOfPerson(by)

	theirs, err := time.LoadLocation(zone)
	if v.Get(field+"_in") != customersZone || err != nil || !known(customerZones, zone) {
		return s.moment(v, field, wrong).In(mine), ""
	}

	picked, err := time.Parse(time.RFC3339, v.Get(field))
	if err != nil {
		return s.moment(v, field, wrong), "" // nothing, or a mistake
	}

	wall := picked.In(mine)
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, theirs)

	switch {
	case at.Before(s.now):
		wrong[field] = "That time has passed where the customer is. Choose one that lies ahead."
	case s.farOff(at):
		wrong[field] = tooFarOff
	}

	return at, zone
}

// zoneOfPerson is the zone in which somebody picks times.
func (s *session) zoneOfPerson(who PersonID) *time.Location {
	account, _ := s.account(who)

	return s.zoneOf(account)
}

// dueLine says when something is due: in the reader's zone, and in the customer's
// if it was promised in theirs.
func (o *Owed) dueLine() chat.Text {
	line := chat.Line("%v", chat.Day(o.Due))

	if theirs, err := time.LoadLocation(o.Zone); o.Zone != "" && err == nil {
		line = append(line, chat.Line(" (%v in %v)", o.Due.In(theirs).Format("Mon 2 Jan, 15:04"), city(o.Zone))...)
	}

	return line
}

// city is how people call a zone.
func city(zone string) string { return label(customerZones, zone) }
