package bot

import (
	"fmt"
	"slices"
	"strings"
)

// Who may do what. A person has roles: what they are to a case, to a team, and to
// the bot. The table rights says which of them may do each thing; the desk asks it
// and nothing else, and a deed that is not in it nobody may do. Not in it is what
// anybody may: call for help, read help and lists of their own, and have breaks.

// Roles are what somebody is, one bit each.
type roles uint

// The roles, from nobody in particular to whoever runs the bot.
const (
	anyPerson   roles = 1 << iota // whoever can write to the bot
	theAgent                      // whose case it is
	thePaged                      // was paged for the case
	theHolder                     // has the case, or had it last
	theOwner                      // owes the customer something in it
	theSelf                       // it is about themselves: their duty, a cover that they have or made, a restriction that they set
	theOnDuty                     // is on duty in the team now
	theRelieved                   // whose shift has just ended
	aSupervisor                   // of the team
	aManager                      // of the team
	aChief                        // manages every team
	anOperator                    // runs the bot
)

// Roles that go together.
const (
	managing = aManager | aChief
	leading  = aSupervisor | managing
	asked    = thePaged | leading // who is or could be paged
	seeing   = theAgent | thePaged | theHolder | theOwner | leading
)

// A right says who may do something.
type right struct {
	who roles
	// apart says that whose case it is can't do it in another role: nobody
	// approves what they asked for themselves. Who has the case can.
	apart bool
}

// A deed is something that people do: the name of a button where there is one.
type deed string

// What people do without a button of a case.
const (
	seeCase       deed = "show"          // with its timeline
	addWordsTo    deed = "add_words"     // what was typed, to a case that runs
	beHandedTo    deed = "be handed to"  // be asked to take over
	actForHolder  deed = "act for"       // do what is the holder's to do
	giveFeedback  deed = "feedback"      // say how the help was
	changeDuty    deed = "change duty"   // cover, be off, call that off
	haveDuty      deed = "have duty"     // in a team
	takeShift     deed = "handover"      // what a shift left
	listTeamsOwed deed = "list of teams" // what is overdue in a team
	eraseCustomer deed = "erase"

	listRestrictions  deed = "restrictions"       // of a team's customers
	decideRestriction deed = "decide restriction" // lift it, or change its end
	restrictForLong   deed = "restrict for long"  // more than 90 days
)

// rights are all there is to do, and who may.
var rights = map[deed]right{
	seeCase: {who: seeing},

	"take":          {who: asked, apart: true},
	"pass":          {who: asked, apart: true},
	"approve":       {who: asked, apart: true},
	"deny":          {who: asked, apart: true},
	"approve_other": {who: asked, apart: true},
	"ask":           {who: asked, apart: true},
	beHandedTo:      {who: leading, apart: true},
	"join":          {who: theHolder | thePaged, apart: true},
	"hand_to":       {who: theHolder | thePaged, apart: true},
	"hand_back":     {who: theHolder | thePaged | managing, apart: true},
	// A holder can go away.
	actForHolder: {who: theHolder | managing, apart: true},

	"resolve":       {who: theAgent | theHolder | asked},
	"note":          {who: seeing},
	"add_context":   {who: seeing},
	"same_customer": {who: seeing},
	"told_customer": {who: seeing},
	"remind_later":  {who: seeing},
	"touched":       {who: seeing},
	"no_touch":      {who: seeing},
	"reopen":        {who: seeing},
	giveFeedback:    {who: seeing}, // of those who were asked

	"thank_you":  {who: seeing},
	"write_down": {who: seeing},
	"fast_path":  {who: seeing},
	"hard_stop":  {who: seeing},
	// It is no more than an offer that goes away.
	"none_of_these": {who: seeing},
	"restrict":      {who: leading, apart: true},

	"warned":        {who: theAgent | theHolder | managing},
	"ended_contact": {who: theAgent | theHolder | managing},

	"call_ended":       {who: theAgent | managing},
	"withdraw":         {who: theAgent | managing},
	"introduced":       {who: theAgent | managing},
	"page_everyone":    {who: theAgent | managing},
	"escalate_again":   {who: theAgent | managing},
	"answer":           {who: theAgent | managing},
	addWordsTo:         {who: theAgent | managing},
	"promise_callback": {who: theAgent | theHolder | managing},

	"done":           {who: seeing},
	"follow_up_done": {who: seeing},
	"move_owed":      {who: seeing},
	"drop_owed":      {who: seeing},
	"add_owed":       {who: seeing},
	"take_owed":      {who: theHolder | theOwner | leading},
	"approve_owed":   {who: leading}, // within their own limit
	"deny_owed":      {who: leading},

	changeDuty:    {who: theSelf | managing},
	haveDuty:      {who: leading},
	takeShift:     {who: theOnDuty | theRelieved | managing},
	listTeamsOwed: {who: leading},

	listRestrictions:  {who: leading},
	decideRestriction: {who: theSelf | managing},
	restrictForLong:   {who: managing},

	eraseCustomer: {who: anOperator},
}

// allows reports whether somebody with certain roles may do something.
func (d deed) allows(has roles) bool {
	right := rights[d]
	if right.apart && has&theAgent != 0 {
		has &= theHolder
	}

	return right.who&has != 0
}

// rolesIn returns what somebody is to a team.
func (s *Settings) rolesIn(who PersonID, id TeamID) roles {
	has, team := anyPerson, s.team(id)

	if s.People[who].Manager {
		has |= aChief
	}

	if s.operates(who) {
		has |= anOperator
	}

	if team != nil && slices.Contains(team.Supervisors, who) {
		has |= aSupervisor
	}

	if team != nil && slices.Contains(team.Managers, who) {
		has |= aManager
	}

	return has
}

// rolesOf returns what somebody is to an escalation.
func (s *Settings) rolesOf(who PersonID, e *Escalation) roles {
	has := s.rolesIn(who, e.Team)

	for role, is := range map[roles]bool{
		theAgent: who == e.Agent, theHolder: who == e.Holder, thePaged: e.page(who) != nil,
		theOwner: slices.ContainsFunc(e.Owed, func(o Owed) bool { return o.Owner == who }),
	} {
		if is && who != "" {
			has |= role
		}
	}

	return has
}

// operatorAt begins the name of somebody who runs the bot's own commands on its
// machine, and whom the configuration does not know: whoever can do that has its data
// anyway.
const operatorAt = "operator:"

// OperatorNamed returns how the bot knows somebody who runs its commands: by their
// entry in the configuration, else by a name with a note that nobody vouches for it.
func (d *Desk) OperatorNamed(name string) PersonID {
	if _, known := d.settings.People[PersonID(name)]; known {
		return PersonID(name)
	}

	return PersonID(operatorAt + name + " (not configured)")
}

// operates reports whether somebody runs the bot.
func (s *Settings) operates(who PersonID) bool {
	return s.People[who].Operator || strings.HasPrefix(string(who), operatorAt)
}

// may reports whether somebody may do something in a team, whatever the case.
func (s *Settings) may(who PersonID, d deed, team TeamID) bool { return d.allows(s.rolesIn(who, team)) }

// leads reports whether somebody may take the team's escalations.
func (s *Settings) leads(who PersonID, team TeamID) bool { return s.rolesIn(who, team)&leading != 0 }

// manages reports whether somebody may act for others in the team.
func (s *Settings) manages(who PersonID, team TeamID) bool { return s.rolesIn(who, team)&managing != 0 }

// may reports whether somebody may do something with an escalation.
func (s *session) may(who PersonID, d deed, e *Escalation) bool {
	return d.allows(s.desk.settings.rolesOf(who, e))
}

// refusal is a friendly no to somebody who may not do something with an escalation:
// it says who can.
func (s *session) refusal(d deed, e *Escalation) *RefusedError {
	return &RefusedError{s.onlyWho(rights[d].who, e)}
}

// onlyWho says who can do what certain roles can.
func (s *session) onlyWho(can roles, e *Escalation) string {
	var who []string

	if can&theAgent != 0 {
		who = append(who, fmt.Sprintf("%v, whose case %v is,", s.name(e.Agent), e.ID))
	}

	if can&theHolder != 0 && e.Holder != "" {
		who = append(who, fmt.Sprintf("%v, who has it,", s.name(e.Holder)))
	}

	if can&thePaged != 0 {
		who = append(who, "whoever was paged for "+e.ID.String())
	}

	if can&theOwner != 0 {
		who = append(who, "whoever owes the customer something in it")
	}

	group, people := s.desk.settings.leadersWho(can, e.Team)

	switch {
	case group == "":
		return "Only " + inTurn(who) + " can do that."
	case len(who) == 0:
		return fmt.Sprintf("Only %v can do that: %v.", group, s.anyOf(people))
	default:
		return fmt.Sprintf("Only %v can do that: ask %v.", inTurn(append(who, "the "+group)), s.anyOf(people))
	}
}

// inTurn enumerates people of whom some are followed by a clause, which ends in a
// comma unless the sentence goes on with another one.
func inTurn(who []string) string {
	for i := range who {
		if i != len(who)-2 {
			who[i] = strings.TrimSuffix(who[i], ",")
		}
	}

	return enumerated(who)
}

// leadersWho names those among a team's supervisors and managers who have one of the
// roles, and returns who they are. "" is none.
func (s *Settings) leadersWho(can roles, id TeamID) (group string, people []PersonID) {
	team := s.team(id)
	if team == nil {
		return "", nil
	}

	if can&aSupervisor != 0 && len(team.Supervisors) > 0 {
		return "supervisors and managers of " + team.Name, team.leaders()
	}

	if managers := s.managersOf(team); can&managing != 0 && len(managers) > 0 {
		return "managers of " + team.Name, managers
	}

	return "", nil
}

// anyOf names people of whom one will do, so many that a reader takes them in.
func (s *session) anyOf(people []PersonID) string {
	const most = 4

	names := s.names(people[:min(len(people), most)])
	for i := range names {
		names[i] = inline(names[i], wholeName)
	}

	return either(names)
}

// namely are people behind what they can do, nothing for nobody.
func (s *session) namely(people []PersonID) string {
	if len(people) == 0 {
		return ""
	}

	return ": " + s.anyOf(people)
}

// unseen says to a stranger that an escalation is not for them, and whom to ask.
func (s *session) unseen(e *Escalation) string {
	text := fmt.Sprintf("%v is for its agent and for those who were paged for it, so I can't show it to you.", e.ID)

	team := s.desk.settings.team(e.Team)
	if team == nil || len(team.leaders()) == 0 {
		return text
	}

	return text + fmt.Sprintf(" If you should have it, ask somebody who leads %v to hand it to you: %v.", team.Name, s.anyOf(team.leaders()))
}

// managersIn returns who manages a team.
func (s *session) managersIn(id TeamID) []PersonID {
	team := s.desk.settings.team(id)
	if team == nil {
		return nil
	}

	return s.desk.settings.managersOf(team)
}
