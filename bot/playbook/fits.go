package playbook

// A medium is what reaches the other side.
type medium int

const (
	spoken  medium = 1 << iota // a voice
	written                    // letters
	seen                       // a face, hands
	present                    // the whole person, in the same room

	anyMedium medium = 0
)

// mediumOf returns what reaches the other side over a channel. One that nobody
// named may well be a call, and is never one at which people see each other.
func mediumOf(channel string) medium {
	switch channel {
	case "phone", "":
		return spoken
	case "video":
		return spoken | seen
	case "in person":
		return spoken | seen | present
	default:
		return written
	}
}

// fits says where a card belongs. What is named under one of the first group fits
// a case that has any of it; a card that names nothing there is a general one, for
// whenever nothing fits better. What is named under the second group holds in any
// case: the card is for nowhere else.
type fits struct {
	id string

	signs, reasons, feelings, triggers, channels []string
	needs                                        []Need
	heatFrom, heatTo                             int

	moments []Moment // none is Talking and Leading
	stages  []Stage  // none is all; they matter as long as somebody is Talking or Leading
	medium  medium   // anyMedium is all
	live    bool     // the customer must be there now

	urgent bool   // comes before all that are not
	asked  bool   // is only there for who asks for it
	topic  string // of the cards of one topic only the best is shown: they say much the same
}

// shipped says where each card of the playbook belongs. Cards that fit equally
// well come in this order; so do the general ones, the most useful first.
var shipped = []fits{
	// Danger, threats and abuse.
	{id: "hard-stop-self-harm", urgent: true, triggers: []string{danger}},
	{id: "threat-warn", urgent: true, signs: []string{"threat"}, needs: []Need{Threat}, moments: []Moment{Talking}},
	{id: "threat-end", urgent: true, signs: []string{"threat"}, needs: []Need{Threat}, moments: []Moment{Talking, Afterwards}},
	{id: "threat-record", urgent: true, signs: []string{"threat"}, needs: []Need{Threat}, moments: []Moment{Talking, Leading, Closing, Afterwards}},
	{id: "hard-stop-legal", urgent: true, triggers: []string{"legal"}},
	{id: "hard-stop-media", urgent: true, triggers: []string{"media"}},
	{id: "hard-stop-fraud", urgent: true, triggers: []string{"fraud"}},
	{id: "safe-place", urgent: true, signs: []string{"threat"}, needs: []Need{Threat}, medium: present},
	{id: "insults", signs: []string{"insults"}, reasons: []string{"abusive"}, moments: []Moment{Talking}},
	{id: "harassment", asked: true},

	// Feelings, as the customer seems to have them.
	{id: "feeling-angry", topic: "feeling", feelings: []string{"angry"}},
	{id: "feeling-anxious", topic: "feeling", feelings: []string{"anxious"}},
	{id: "feeling-disappointed", topic: "feeling", feelings: []string{"disappointed"}},
	{id: "feeling-ashamed", topic: "feeling", feelings: []string{"ashamed"}},
	{id: "feeling-confused", topic: "feeling", feelings: []string{"confused"}},
	{id: "feeling-sad", topic: "feeling", feelings: []string{"sad"}},
	{id: "feeling-hurried", topic: "feeling", feelings: []string{"hurried"}},
	{id: "feeling-ignored", topic: "feeling", feelings: []string{"ignored"}},
	{id: "crying", asked: true},

	// Signs, as the agent notices them.
	{id: "letting-finish", signs: []string{"raised voice"}, feelings: []string{"angry"}, moments: []Moment{Talking}, medium: spoken, live: true},
	{id: "steady-voice", signs: []string{"raised voice"}, medium: spoken, live: true},
	{id: "same-question", signs: []string{"repeats"}},
	{id: "reading-back", signs: []string{"repeats"}, reasons: []string{"misunderstanding", "repeated"}, moments: []Moment{Talking}},
	{id: "terse", signs: []string{"terse"}},
	{id: "gone-silent", signs: []string{"withdrawn"}},
	{id: "leaving", signs: []string{"leave or public"}},
	{id: "going-public", signs: []string{"leave or public"}},
	{id: "body-language", signs: []string{"body language"}, channels: []string{"in person", "video"}, medium: seen},

	// Reasons.
	{id: "within-authority", reasons: []string{"authority"}, needs: []Need{Approval}},
	{id: "asks-supervisor", reasons: []string{"asks"}, moments: []Moment{Talking}, stages: []Stage{Waiting, Alone}},
	{id: "repeat-contact", reasons: []string{"repeated"}},
	{id: "delivery", reasons: []string{"delivery"}},
	{id: "faulty", reasons: []string{"faulty"}},
	{id: "billing", reasons: []string{"billing"}},
	{id: "rule", reasons: []string{"policy"}},
	{id: "slow-reply", reasons: []string{"slow"}},
	{id: "misunderstanding", reasons: []string{"misunderstanding"}},
	{id: "specialist", reasons: []string{"specialist"}},

	// Channels.
	{id: "written-chat", channels: []string{"chat"}, medium: written},
	{id: "written-email", channels: []string{"email"}, medium: written},
	{id: "social-post", channels: []string{"social"}, medium: written},

	// Points of an escalation.
	{id: "nobody-free", stages: []Stage{Alone}, moments: []Moment{Talking}},
	{id: "approval-wait", needs: []Need{Approval}, stages: []Stage{Waiting, Coming, With}, moments: []Moment{Talking}},
	{id: "callback", needs: []Need{Callback}, stages: []Stage{Waiting, Alone, Coming}},
	{id: "introducing", needs: []Need{TakeOver, JoinUs}, stages: []Stage{Coming}, moments: []Moment{Talking}, live: true},
	{id: "three-of-us", needs: []Need{JoinUs}, stages: []Stage{With}, moments: []Moment{Talking}, live: true},
	{id: "back-with-answer", stages: []Stage{Back}, moments: []Moment{Talking}},
	{id: "good-news", stages: []Stage{Approved}, moments: []Moment{Talking}},
	{id: "not-possible", stages: []Stage{Denied}, moments: []Moment{Talking, Refusing}},
	{id: "opening-lead", stages: []Stage{Coming}, moments: []Moment{Leading}},
	{id: "friendly-close", moments: []Moment{Closing}},
	{id: "follow-up-plan", moments: []Moment{Closing}},
	{id: "no-news", moments: []Moment{Updating}},
	{id: "follow-up-call", moments: []Moment{FollowingUp}},
	{id: "thank-you", moments: []Moment{Thanking}},
	{id: "after-a-hard-contact", moments: []Moment{Afterwards}},

	// What helps with everybody.
	{id: "early-signs", heatFrom: 1, heatTo: 2, moments: []Moment{Talking}},
	{id: "not-personal", heatFrom: 4, heatTo: 5, signs: []string{"insults"}, moments: []Moment{Talking, Afterwards}},
	{id: "reflecting-feeling", topic: "feeling"},
	{id: "no-hold", live: true, medium: spoken, moments: []Moment{Talking}},
	{id: "setting-expectations"},
	{id: "can-first"},
	{id: "choice", moments: []Moment{Talking, Leading, Refusing}},
	{id: "apology"},
	{id: "breathing", moments: []Moment{Talking, Afterwards}},
	{id: "plain-words"},
	{id: "customer-right", asked: true},
	{id: "broken-promise", asked: true},
	{id: "when-to-escalate", asked: true},
}
