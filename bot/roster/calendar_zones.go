package roster

import (
	"fmt"
	"strings"
	"time"
)

// calendarZones finds zones by the names that calendars have for them.
type calendarZones struct {
	team   *time.Location    // of what has none
	places map[string]string // the place in the world of a zone that the file describes itself
	found  map[string]*time.Location
}

func newCalendarZones(team *time.Location, places map[string]string) *calendarZones {
	return &calendarZones{team: team, places: places, found: map[string]*time.Location{}}
}

// A zoneUnknownError says that nobody knows what the clocks show in a zone. What
// a file itself says about its zones is not read.
type zoneUnknownError struct{ name string }

func (e *zoneUnknownError) Error() string {
	return fmt.Sprintf("its zone %q is not known: give the event, or the whole calendar, the zone of a city, such as Europe/London", shortened(e.name, calendarMaxTold))
}

// find returns the zone of a name.
func (z *calendarZones) find(id string) (*time.Location, error) {
	zone, ok := z.found[id]
	if !ok {
		zone = zoneNamed(id)
		if place, ok := z.places[id]; zone == nil && ok {
			zone = zoneNamed(place)
		}
		z.found[id] = zone
	}

	if zone == nil {
		return nil, &zoneUnknownError{name: id}
	}
	return zone, nil
}

// zoneNamed returns the zone of a name: of a place (Europe/London), of one
// behind somebody's prefix (/freeassociation.sourceforge.net/Europe/London), or
// Microsoft's (GMT Standard Time). Nil if there is none.
func zoneNamed(id string) *time.Location {
	const most = 255
	name := strings.Trim(strings.TrimSpace(id), "/")
	if len(name) > most {
		return nil
	}
	if strings.HasPrefix(name, "(") { // (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
		_, name, _ = strings.Cut(name, ") ")
	}

	for rest, more := name, true; more; {
		if place, ok := windowsZones[strings.ToLower(rest)]; ok {
			rest = place
		}
		if rest == "UTC" || strings.Contains(rest, "/") {
			if zone, err := time.LoadLocation(rest); err == nil {
				return zone
			}
		}
		_, rest, more = strings.Cut(rest, "/")
	}
	return nil
}

// windowsZones are Microsoft's names of zones, in lower case, with the place
// that Unicode's CLDR says they are those of (windowsZones.xml, territory 001);
// then what its programs show instead of the name, and abbreviations that others
// write.
var windowsZones = map[string]string{
	"dateline standard time":          "Etc/GMT+12",
	"utc-11":                          "Etc/GMT+11",
	"hawaiian standard time":          "Pacific/Honolulu",
	"alaskan standard time":           "America/Anchorage",
	"pacific standard time":           "America/Los_Angeles",
	"pacific standard time (mexico)":  "America/Tijuana",
	"us mountain standard time":       "America/Phoenix",
	"mountain standard time":          "America/Denver",
	"mountain standard time (mexico)": "America/Mazatlan",
	"yukon standard time":             "America/Whitehorse",
	"central america standard time":   "America/Guatemala",
	"central standard time":           "America/Chicago",
	"central standard time (mexico)":  "America/Mexico_City",
	"canada central standard time":    "America/Regina",
	"sa pacific standard time":        "America/Bogota",
	"eastern standard time":           "America/New_York",
	"eastern standard time (mexico)":  "America/Cancun",
	"us eastern standard time":        "America/Indiana/Indianapolis",
	"haiti standard time":             "America/Port-au-Prince",
	"cuba standard time":              "America/Havana",
	"venezuela standard time":         "America/Caracas",
	"paraguay standard time":          "America/Asuncion",
	"atlantic standard time":          "America/Halifax",
	"sa western standard time":        "America/La_Paz",
	"central brazilian standard time": "America/Cuiaba",
	"pacific sa standard time":        "America/Santiago",
	"newfoundland standard time":      "America/St_Johns",
	"e. south america standard time":  "America/Sao_Paulo",
	"sa eastern standard time":        "America/Cayenne",
	"argentina standard time":         "America/Buenos_Aires",
	"montevideo standard time":        "America/Montevideo",
	"bahia standard time":             "America/Bahia",
	"greenland standard time":         "America/Godthab",
	"utc-02":                          "Etc/GMT+2",
	"azores standard time":            "Atlantic/Azores",
	"cape verde standard time":        "Atlantic/Cape_Verde",
	"utc":                             "UTC",
	"coordinated universal time":      "UTC",
	"gmt standard time":               "Europe/London",
	"greenwich standard time":         "Atlantic/Reykjavik",
	"morocco standard time":           "Africa/Casablanca",
	"w. europe standard time":         "Europe/Berlin",
	"central europe standard time":    "Europe/Budapest",
	"romance standard time":           "Europe/Paris",
	"central european standard time":  "Europe/Warsaw",
	"w. central africa standard time": "Africa/Lagos",
	"namibia standard time":           "Africa/Windhoek",
	"jordan standard time":            "Asia/Amman",
	"gtb standard time":               "Europe/Bucharest",
	"middle east standard time":       "Asia/Beirut",
	"egypt standard time":             "Africa/Cairo",
	"e. europe standard time":         "Europe/Chisinau",
	"syria standard time":             "Asia/Damascus",
	"south africa standard time":      "Africa/Johannesburg",
	"fle standard time":               "Europe/Kiev",
	"israel standard time":            "Asia/Jerusalem",
	"kaliningrad standard time":       "Europe/Kaliningrad",
	"libya standard time":             "Africa/Tripoli",
	"arabic standard time":            "Asia/Baghdad",
	"turkey standard time":            "Europe/Istanbul",
	"arab standard time":              "Asia/Riyadh",
	"belarus standard time":           "Europe/Minsk",
	"russian standard time":           "Europe/Moscow",
	"e. africa standard time":         "Africa/Nairobi",
	"iran standard time":              "Asia/Tehran",
	"arabian standard time":           "Asia/Dubai",
	"azerbaijan standard time":        "Asia/Baku",
	"mauritius standard time":         "Indian/Mauritius",
	"georgian standard time":          "Asia/Tbilisi",
	"caucasus standard time":          "Asia/Yerevan",
	"afghanistan standard time":       "Asia/Kabul",
	"west asia standard time":         "Asia/Tashkent",
	"pakistan standard time":          "Asia/Karachi",
	"india standard time":             "Asia/Calcutta",
	"sri lanka standard time":         "Asia/Colombo",
	"nepal standard time":             "Asia/Katmandu",
	"central asia standard time":      "Asia/Bishkek",
	"bangladesh standard time":        "Asia/Dhaka",
	"myanmar standard time":           "Asia/Rangoon",
	"se asia standard time":           "Asia/Bangkok",
	"china standard time":             "Asia/Shanghai",
	"singapore standard time":         "Asia/Singapore",
	"w. australia standard time":      "Australia/Perth",
	"taipei standard time":            "Asia/Taipei",
	"ulaanbaatar standard time":       "Asia/Ulaanbaatar",
	"tokyo standard time":             "Asia/Tokyo",
	"korea standard time":             "Asia/Seoul",
	"cen. australia standard time":    "Australia/Adelaide",
	"aus central standard time":       "Australia/Darwin",
	"e. australia standard time":      "Australia/Brisbane",
	"aus eastern standard time":       "Australia/Sydney",
	"west pacific standard time":      "Pacific/Port_Moresby",
	"tasmania standard time":          "Australia/Hobart",
	"central pacific standard time":   "Pacific/Guadalcanal",
	"new zealand standard time":       "Pacific/Auckland",
	"utc+12":                          "Etc/GMT-12",
	"fiji standard time":              "Pacific/Fiji",
	"tonga standard time":             "Pacific/Tongatapu",
	"samoa standard time":             "Pacific/Apia",

	"dublin, edinburgh, lisbon, london":                 "Europe/London",
	"amsterdam, berlin, bern, rome, stockholm, vienna":  "Europe/Berlin",
	"belgrade, bratislava, budapest, ljubljana, prague": "Europe/Budapest",
	"brussels, copenhagen, madrid, paris":               "Europe/Paris",
	"sarajevo, skopje, warsaw, zagreb":                  "Europe/Warsaw",
	"athens, bucharest":                                 "Europe/Bucharest",
	"helsinki, kyiv, riga, sofia, tallinn, vilnius":     "Europe/Kiev",
	"eastern time (us & canada)":                        "America/New_York",
	"central time (us & canada)":                        "America/Chicago",
	"mountain time (us & canada)":                       "America/Denver",
	"pacific time (us & canada)":                        "America/Los_Angeles",
	"chennai, kolkata, mumbai, new delhi":               "Asia/Calcutta",
	"beijing, chongqing, hong kong, urumqi":             "Asia/Shanghai",
	"canberra, melbourne, sydney":                       "Australia/Sydney",
	"osaka, sapporo, tokyo":                             "Asia/Tokyo",

	"gmt":     "UTC",
	"z":       "UTC",
	"est5edt": "America/New_York",
	"cst6cdt": "America/Chicago",
	"mst7mdt": "America/Denver",
	"pst8pdt": "America/Los_Angeles",
}
