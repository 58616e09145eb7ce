package bot

import (
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// hoursOf returns when somebody may be reminded of something that is a team's
// business: outside of their quiet hours, where they are, on the team's working
// days, where it is.
func (s *session) hoursOf(who PersonID, team *Team) roster.Hours {
	quiet := s.desk.settings.Quiet

	return roster.Hours{
		Zone: s.homeOf(who, team), From: quiet.From, To: quiet.To,
		TeamZone: team.Zone, Days: team.Workdays, Holidays: s.desk.plans.holidays(team.ID),
	}
}

// remindable is hoursOf without the break that somebody is on: what is theirs to do
// waits until they are back.
func (s *session) remindable(who PersonID, team *Team) roster.Hours {
	hours := s.hoursOf(who, team)

	if b := s.readableBreak(who); b != nil && b.away() {
		hours.Rest = roster.Span{From: b.Since, Until: b.backBy()}
	}

	return hours
}

// homeOf returns the zone in which somebody lives: their own on the platform where
// they are written to, else that of a team.
func (s *session) homeOf(who PersonID, team *Team) *time.Location {
	if account, ok := s.account(who); ok {
		if zone := s.accountZone(account); zone != nil {
			return zone
		}
	}

	return team.Zone
}

// accountZone returns the zone that an account names on its platform, nil if it
// names none that is known.
func (s *session) accountZone(account chat.Person) *time.Location {
	identity, err := s.Identity(account)
	if err != nil || identity.Zone == "" {
		return nil
	}

	if zone, ok := zones.Load(identity.Zone); ok {
		return zone.(*time.Location)
	}

	zone, err := time.LoadLocation(identity.Zone)
	if err != nil {
		return nil
	}

	zones.Store(identity.Zone, zone)

	return zone
}

// zones are the time zones that were read so far, by name: a reading opens files,
// and a sweep asks for those of everybody who is to be reminded.
var zones sync.Map

// SetHolidays replaces a team's holidays: their calendar was read anew.
func (d *Desk) SetHolidays(team TeamID, free *roster.Holidays) {
	d.plans.mu.Lock()
	defer d.plans.mu.Unlock()

	d.plans.free[team] = free
}

// holidays returns a team's holidays, nil if it has none or they are not known.
func (p plans) holidays(team TeamID) *roster.Holidays {
	p.mu.RLock()
	defer p.mu.RUnlock()

	return p.free[team]
}
