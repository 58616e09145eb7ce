package bot

import (
	"maps"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
	"github.com/firebreakhq/firebreak/bot/redact"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// Settings are what an operator decides: people, teams, chains and times.
type Settings struct {
	People map[PersonID]Colleague
	Teams  []Team // in the order of the configuration
	Times  Times
	// Commands are the names under which people type the commands, by the
	// bot's own name for them: {"escalate": "escalate"}. Replies use them.
	Commands map[string]string
	// Quiet are the hours, in minutes from midnight of each person, in which
	// nobody is reminded of anything. Both the same are none.
	Quiet struct{ From, To int }
	// Recovery is how breaks are offered.
	Recovery Recovery
	// Retention is how long is kept what Times and Recovery don't say.
	Retention Retention
	// Platforms are those that the bot is on. None is any.
	Platforms []chat.Platform
	// Statuses are the platforms on which people's statuses can be set.
	Statuses []chat.Platform
	// Customers is what is kept of customers.
	Customers struct {
		Keep time.Duration // after they came last
	}
	// SecondTouch is how long after an outcome a second touch is due, 0 for never.
	SecondTouch time.Duration
	// GiveAgain is for how long whoever gives a customer the same again is asked
	// whether they mean it, 0 for never.
	GiveAgain time.Duration
	// AskFeedback has people asked how the help was.
	AskFeedback bool
	// Language is in which people read of whom nothing else is known, "" for
	// English.
	Language Language
	// Playbook holds the cards of the teams that have none of their own, nil for
	// those that the playbook ships with.
	Playbook *playbook.Book
	// Mask masks what must not be kept in what people write.
	Mask redact.Masker
	// Wording is what is said of words for customers.
	Wording Wording
	// Digest is when the teams' digests are sent, in each team's zone.
	Digest struct {
		On time.Weekday
		At int // minutes from midnight
	}
}

// Retention is how long records are kept.
type Retention struct {
	Feedback   time.Duration // after the week that it is of
	Notes      time.Duration // messages that belong to no escalation: longer than anybody presses an old button
	Statistics time.Duration // what stays of escalations, after they were opened; 0 is for ever
}

// Recovery is how breaks are offered.
type Recovery struct {
	Offer    map[int]time.Duration // by heat; what is not in it, or 0, offers none
	Abuse    time.Duration         // after abuse or a threat
	RemindIn time.Duration         // after the offer
	Together int                   // percent of a team on break at once; one person at least
	Keep     time.Duration         // how long anything of it is kept
}

// A Colleague is a configured person: somebody who can be paged.
type Colleague struct {
	Name     string
	Manager  bool // of every team
	Operator bool // runs the bot: may export and erase, and sees no escalation by that
	Accounts []chat.Person
	Email    string // looked up on the platforms where they have none of the Accounts, "" for none
	// Prefer is where they are written to unless they choose otherwise, "" for
	// wherever they were active last.
	Prefer chat.Platform
	// Language is in which they read unless they choose otherwise, "" for that of
	// their platform.
	Language Language
}

// A Team is a group of agents with the supervisors and managers whom its
// chains page.
type Team struct {
	ID          TeamID
	Name        string
	Zone        *time.Location
	Channel     chat.Room // where each escalation has a thread, "" for none
	Supervisors []PersonID
	Managers    []PersonID
	Agents      []PersonID // whose default team this is
	// Plan says who is on duty before anybody covers or is off. Nil means that
	// all supervisors are, always.
	Plan roster.Plan
	// Group is the platform's group of people that follows who is on duty, ""
	// for none: "slack:S0DUTY".
	Group   chat.Room
	Chains  map[ChainName][]Plan
	Options []Option
	// Restrictions are how a customer may be dealt with after a threat, by name. None
	// is the usual ones.
	Restrictions []string
	// Emergency is whom to call where somebody is in danger, "" for the usual numbers.
	Emergency string
	// Playbook holds the team's own cards, nil for those of the Settings.
	Playbook *playbook.Book
	// CustomerLink leads to a customer's record in another system, with
	// ReferencePlace in it. "" is none.
	CustomerLink string
	// Workdays are the days on which people are reminded of things. None is every
	// day.
	Workdays []time.Weekday
}

// A Plan is one tier of a chain as it is configured. The people behind its
// groups are looked up each time it is used.
type Plan struct {
	Page   []string // OnDuty, WholeTeam, TheManagers, or a PersonID
	AtOnce bool
	Wait   time.Duration
	Rounds int
	Repeat bool
}

// Groups that a Plan can page.
const (
	OnDuty      = "duty"
	WholeTeam   = "team"
	TheManagers = "managers"
)

// An Option is an outcome within a team's policy.
type Option struct {
	Name     string
	Currency string // of its amount, "" if it has none
	// UpTo is how much each rank may promise, in hundredths. A rank that is
	// missing may promise as much as the one before it, the first one nothing.
	UpTo map[Rank]int64
	// Gesture has it remembered of a customer that they were given it. Of what has
	// a currency it always is.
	Gesture bool
}

// team returns the team with the id, nil if there is none (any more).
func (s *Settings) team(id TeamID) *Team {
	for i := range s.Teams {
		if s.Teams[i].ID == id {
			return &s.Teams[i]
		}
	}

	return nil
}

// tiers returns the team's chains with the people who are on duty.
func (t *Team) tiers(onDuty []PersonID) map[ChainName][]Tier {
	chains := make(map[ChainName][]Tier, len(chainNames))

	for name := range chainNames {
		for _, plan := range t.plans(name) {
			tier := Tier{AtOnce: plan.AtOnce, Wait: plan.Wait, Rounds: plan.Rounds, Repeat: plan.Repeat, Name: tierName(plan.Page)}
			for _, group := range plan.Page {
				tier.People = append(tier.People, without(t.group(group, onDuty), tier.People)...)
			}

			chains[name] = append(chains[name], tier)
		}
	}

	return chains
}

// chainNames are all chains, each with the one that stands in for it where a team
// does not have it, "" for none.
var chainNames = map[ChainName]ChainName{
	LiveChain: "", CallbackChain: "", ThreatChain: "",
	LegalChain: ThreatChain, MediaChain: ThreatChain, SelfHarmChain: ThreatChain, FraudChain: ThreatChain,
}

// plans returns the tiers of a chain, or of the one that stands in for it.
func (t *Team) plans(name ChainName) []Plan {
	if plans := t.Chains[name]; len(plans) > 0 {
		return plans
	}

	return t.Chains[chainNames[name]]
}

func (t *Team) group(name string, onDuty []PersonID) []PersonID {
	switch name {
	case OnDuty:
		return onDuty
	case WholeTeam:
		return t.Supervisors
	case TheManagers:
		return t.Managers
	default:
		return []PersonID{PersonID(name)}
	}
}

// tierName is how people read of a tier on the agent's card.
func tierName(groups []string) string {
	var names []string

	for _, group := range groups {
		switch group {
		case OnDuty:
			names = append(names, "on duty")
		case WholeTeam:
			names = append(names, "the whole team")
		case TheManagers:
			names = append(names, "the managers")
		default:
			names = append(names, "by name")
		}
	}

	return enumerated(names)
}

// enumerated joins words as in a sentence: "a, b and c".
func enumerated(words []string) string { return series(words, " and ") }

// either joins words of which one will do: "a, b or c".
func either(words []string) string { return series(words, " or ") }

// series joins words as in a sentence, with something before the last of several.
func series(words []string, beforeLast string) string {
	last := max(len(words)-1, 0)

	return joined(beforeLast, joinWords(words[:last]...), joinWords(words[last:]...))
}

// leaders returns the team's supervisors and managers, each once.
func (t *Team) leaders() []PersonID {
	return union(t.Supervisors, t.Managers)
}

// takers are those to whom a case of the team can be handed: its leaders, and whom
// a chain pages by name, such as somebody of security or a counsel.
func (t *Team) takers() []PersonID {
	people := t.leaders()

	for _, name := range slices.Sorted(maps.Keys(t.Chains)) {
		for _, plan := range t.Chains[name] {
			for _, who := range plan.Page {
				if named(who) {
					people = union(people, []PersonID{PersonID(who)})
				}
			}
		}
	}

	return people
}

// names reports whether a chain of the team pages somebody by name.
func (t *Team) names(who PersonID) bool { return t != nil && slices.Contains(t.takers(), who) }

// named reports whether what a Plan pages is a person and no group.
func named(page string) bool { return page != OnDuty && page != WholeTeam && page != TheManagers }
