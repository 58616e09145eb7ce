// Package playbook holds what to say to an upset customer at the present point
// of an escalation: a sentence that is true, that helps, and that can be read
// out as it stands.
//
// The sentences follow a few rules of de-escalation. They name what happens
// next before what can't be done; they promise nothing that the speaker can't
// keep, so no time is named unless one is known; they speak of "I" and "we" and
// never of the customer's fault; and they don't leave the customer in silence.
//
// The package knows situations, not records: it imports nothing of ours, and
// whatever the words of a case are, it takes them as given and never changes
// them. Cards by sign and reason will stand beside these sentences.
package playbook

import (
	"fmt"
	"strings"
)

// A Stage is a point of an escalation as the customer experiences it.
type Stage int

// The stages.
const (
	Waiting  Stage = iota // somebody is being called
	Alone                 // nobody can be reached right now
	Coming                // somebody has it and is on the way
	With                  // the supervisor has the customer
	Back                  // it is with the agent again
	Approved              // the wish is granted
	Denied                // the wish is not granted
	Settled               // the outcome is documented
)

// A Need is the kind of help that was asked for.
type Need int

// The needs.
const (
	TakeOver Need = iota
	JoinUs
	Advice
	Approval
	Callback
	Threat
)

// A Situation is all that a sentence depends on.
type Situation struct {
	Stage      Stage
	Need       Need
	Live       bool   // the customer is on the line or in the chat now
	Supervisor string // their name, "" if nobody has it
	Customer   string // as people say it, "" if unknown
	Amount     string // what was asked for or approved, "" if none
	When       string // when the customer is called back, in words, "" if not settled
	Advice     string // what the supervisor gave back
}

// Say returns what the agent can say to the customer now.
func Say(s Situation) string {
	switch s.Stage {
	case Waiting:
		return waiting(s)
	case Alone:
		return alone(s)
	case Coming:
		return coming(s)
	case With:
		return with(s)
	case Back:
		return back(s)
	case Approved:
		return fmt.Sprintf("Good news%v: what you asked for is approved%v. I am arranging it now, and I will tell you what happens next before we finish.", comma(s.Customer), comma(s.Amount))
	case Denied:
		return "Thank you for waiting. Let me start with what I can do for you, and then I will be open about the part that I can't."
	case Settled:
		return "Let me sum up what we agreed, so that we both have the same in mind."
	default:
		return ""
	}
}

func waiting(s Situation) string {
	switch {
	case s.Need == Threat:
		return "I want to help you, and I can do that when we talk calmly. If the threats go on, I will have to end this conversation."
	case s.Need == Advice:
		return "I want to get this right for you, so I am checking it with a colleague now. I am still here."
	case s.Need == Approval:
		return "I am asking the person who can decide this for you, right now. I am still here with you."
	case s.Need == Callback:
		return "I am passing this to a supervisor with everything you told me, so that you need not tell it again. Which number and what time suit you best?"
	case !s.Live:
		return "I have passed this to a supervisor with everything you told me. I will let you know as soon as somebody has it."
	case s.Need == JoinUs:
		return "You are right to expect an answer. I am asking a supervisor to join us, and I am staying with you. May I read back what I have understood so far?"
	default:
		return "You are right to expect an answer. I am getting a supervisor for you now, and I am staying with you. May I read back what I have understood so far?"
	}
}

func alone(s Situation) string {
	if s.Need == Threat {
		return "I have to end this conversation now. We will come back to you about your request."
	}

	if s.Need == Callback || !s.Live {
		return fmt.Sprintf("I have not reached anybody yet who can decide. I go on trying, and somebody will come back to you%v.", space(s.When))
	}

	return "I want somebody with the authority to decide to speak with you, and I have not reached them yet. Would you rather hold on with me, or may I have you called back at a time that suits you?"
}

func coming(s Situation) string {
	who := or(s.Supervisor, "A supervisor")

	switch s.Need {
	case Advice:
		return fmt.Sprintf("I have %v here to help me with this. One moment, and I can tell you more.", who)
	case Approval:
		return fmt.Sprintf("%v is looking at your request right now. I am still here with you.", who)
	case Callback:
		return fmt.Sprintf("%v, our supervisor, has your case and will call you%v. You need not tell it all again.", who, space(s.When))
	case Threat:
		return fmt.Sprintf("%v, who is responsible here, is taking over this conversation.", who)
	case JoinUs:
		return fmt.Sprintf("%v, our supervisor, is joining us. I have told them what you told me, so you need not say it all again.", who)
	case TakeOver:
		return fmt.Sprintf("%v, our supervisor, is coming to speak with you. I have told them what happened, so you need not say it all again.", who)
	default:
		return ""
	}
}

func with(s Situation) string {
	switch s.Need {
	case Advice, Approval:
		return fmt.Sprintf("I am talking with %v about it right now. I have not forgotten you.", or(s.Supervisor, "a supervisor"))
	case JoinUs:
		return fmt.Sprintf("%v is with us now. Let me say in short what we are talking about, and please correct me if I get it wrong.", or(s.Supervisor, "The supervisor"))
	case Callback, Threat, TakeOver:
		return fmt.Sprintf("You are with %v now, who can decide this. Thank you for your patience with me.", or(s.Supervisor, "the supervisor"))
	default:
		return ""
	}
}

func back(s Situation) string {
	if s.Supervisor == "" {
		return "Thank you for your patience. Let me tell you what I can do now."
	}

	return fmt.Sprintf("Thank you for your patience. I have spoken with %v, and this is what I can do for you now.", s.Supervisor)
}

// Introduce returns how the agent announces the supervisor by name to the
// customer: who it is, what they know, and that the story need not be told
// again.
func Introduce(s Situation) string {
	name := or(s.Supervisor, "our supervisor")

	switch s.Need {
	case Callback:
		return fmt.Sprintf("“%v will call you. %v knows what happened and can decide.”", name, firstName(name))
	case Advice, Approval:
		return fmt.Sprintf("“I have asked %v. One moment, please.”", name)
	case TakeOver, JoinUs, Threat:
		return fmt.Sprintf("“%vthis is %v, our supervisor. %v knows what happened and can decide.”", calling(s.Customer), name, firstName(name))
	default:
		return ""
	}
}

// Opener returns how the supervisor begins, with the customer's matter read
// back so that it need not be told again. happened is the agent's read-back and
// wants what the customer asked for; both may be empty.
func Opener(supervisor, customer, agent, happened, wants string) string {
	var b strings.Builder

	fmt.Fprintf(&b, "“%v, I am %v. ", or(customer, "Good day"), or(supervisor, "the supervisor"))

	if happened == "" {
		fmt.Fprintf(&b, "%v has told me that something went wrong. Before I do anything, I would like to hear it from you in your own words.”", or(agent, "My colleague"))

		return b.String()
	}

	fmt.Fprintf(&b, "%v has told me what happened: %v ", or(agent, "My colleague"), sentence(happened))

	if wants != "" {
		fmt.Fprintf(&b, "And what you would like is this: %v ", sentence(wants))
	}

	b.WriteString("Have I got that right?”")

	return b.String()
}

// sentence returns words with a full stop, unless they end like a sentence.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?…", []rune(s)[len([]rune(s))-1]) {
		return s
	}

	return s + "."
}

// calling returns how somebody is addressed at the beginning of a sentence.
func calling(customer string) string {
	if customer == "" {
		return "Thank you for waiting: "
	}

	return customer + ", "
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")

	return first
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}

	return s
}

func comma(s string) string {
	if s == "" {
		return ""
	}

	return ", " + s
}

func space(s string) string {
	if s == "" {
		return ""
	}

	return " " + s
}
