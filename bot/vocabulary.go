package bot

import "slices"

// What people choose from. Values are kept in records, so they only ever grow.

// A choice is a value with how people read it.
type choice struct{ value, label string }

var kinds = []choice{
	{string(TakeOver), "Take over"},
	{string(JoinUs), "Join us"},
	{string(Advise), "Advise me"},
	{string(Approve), "Approve something beyond my limit"},
	{string(CallBack), "Call the customer back"},
	{string(Threat), "Threat or abuse"},
}

var contactChannels = []choice{
	{"phone", "Phone"}, {"chat", "Chat"}, {"email", "E-mail"}, {"social", "Social media"}, {"in person", "In person"},
}

var reasons = []choice{
	{"authority", "Beyond my authority"},
	{"asks", "Asks for a supervisor"},
	{"abusive", "Abusive or threatening"},
	{"repeated", "Repeated contact"},
	{"delivery", "Delivery"},
	{"faulty", "Faulty product"},
	{"billing", "Billing"},
	{"policy", "Policy"},
	{"slow", "Slow reply"},
	{"misunderstanding", "Misunderstanding"},
	{"specialist", "Specialist needed"},
	{"other", "Other"},
}

var signs = []choice{
	{"raised voice", "Raised voice"},
	{"repeats", "Repeats the same question"},
	{"terse", "Terse"},
	{"withdrawn", "Withdrawn"},
	{"leave or public", "Threatens to leave or go public"},
	{"insults", "Insults"},
	{"threat", "Threat of harm"},
}

var feelings = []choice{
	{"angry", "Angry"},
	{"anxious", "Anxious"},
	{"disappointed", "Disappointed"},
	{"ashamed", "Ashamed or embarrassed"},
	{"confused", "Confused"},
	{"sad", "Sad"},
	{"hurried", "In a hurry"},
	{"ignored", "Feels ignored"},
}

// signsInPerson are the signs with the one that only who is there can see.
var signsInPerson = append(slices.Clone(signs), choice{"body language", "Tense body language"})

var stops = []choice{
	{string(Legal), "Legal threat"}, {string(Media), "Regulator or media"}, {string(SelfHarm), "Self-harm"}, {string(Fraud), "Fraud"},
}

var incidents = []choice{
	{"threat", "Threat of harm"}, {"violence", "Violence"}, {"insults", "Insults"}, {"sexual", "Sexual harassment"},
	{"hate", "Racist or other hateful words"}, {"stalking", "Stalking"}, {"property", "Damage to property"}, {"other", "Other"},
}

var reportedTo = []choice{
	{"security", "Security"}, {"police", "Police"}, {"works council", "Works council"}, {"manager", "A manager"}, {"hr", "HR"}, {"legal", "Legal"},
}

var heats = []choice{
	{"1", "1 · irritated"}, {"2", "2 · annoyed"}, {"3", "3 · angry"}, {"4", "4 · furious"}, {"5", "5 · out of control"},
}

var yesNo = []choice{{"yes", "Yes"}, {"no", "No"}}

var satisfaction = []choice{{"yes", "Yes"}, {"no", "No"}, {"not reached", "Not reached"}}

var agreedActions = []choice{{"yes", "All done"}, {"not all", "Not all"}}

var passReasons = []choice{
	{OnAnotherCall, "On another call"}, {NotMyArea, "Not my area"}, {Conflict, "Conflict"}, {Away, "Away"},
}

// defaultOptions are the outcomes of a team that names none.
var defaultOptions = []Option{
	{Name: "Solved"}, {Name: "Refund or credit"}, {Name: "Replacement"}, {Name: "Explained and accepted"},
}

// noOffers are outcomes among them that nobody can offer a customer: they are what
// came out.
var noOffers = []string{"Solved", "Explained and accepted"}

// label returns how people read a value, the value itself if it is unknown.
func label(choices []choice, value string) string {
	for _, c := range choices {
		if c.value == value {
			return c.label
		}
	}

	return value
}

func known(choices []choice, value string) bool {
	return slices.ContainsFunc(choices, func(c choice) bool { return c.value == value })
}

// pick returns a value if it is one of the choices, else "".
func pick(choices []choice, value string) string {
	if known(choices, value) {
		return value
	}

	return ""
}

// pickAll returns those of some values that are among the choices.
func pickAll(choices []choice, values []string) []string {
	var all []string

	for _, value := range values {
		if known(choices, value) {
			all = append(all, value)
		}
	}

	return all
}
