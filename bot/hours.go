package bot

import "github.com/firebreakhq/firebreak/bot/roster"

// hoursOf returns when somebody may be reminded of something that is a team's
// business: outside of their quiet hours, on the team's working days.
func (s *session) hoursOf(who PersonID, team *Team) roster.Hours {
	return roster.Hours{}
}
