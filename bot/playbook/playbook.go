// Package playbook is what is known of calming an upset customer, at the moment
// it is needed: sentences and cards that are true, that help, and that can be read
// out as they stand.
//
// # Where the advice comes from
//
// It is what people who do this work teach one another, in complaint handling, in
// crisis lines, in training for conflict at work. Somebody who is upset wants to
// be heard before they can think about a solution; so one listens, reads back and
// names the feeling, and only then talks about the matter. An apology helps if it
// names what went wrong. What can be done comes before what can't, since nobody
// listens after a no. A choice gives back some of the say that the customer has
// lost. Silence and vague words are read as bad news; a next step with a time is
// not. A threat is answered once and clearly, by somebody who may end the contact;
// a customer who may be in danger is never left. And whoever stays calm must have
// been given the means to: a breath, a colleague, a break.
//
// # Sentences
//
// A Situation has one sentence to say now (Say), and others to introduce a
// supervisor, to open, to take back what turned out not to be possible; a Matter
// has drafts to copy. They promise nothing that the speaker can't keep, so no time
// is named unless one is known; they speak of "I" and "we" and never of the
// customer's fault. All sentences of a language stand in one table (speech_en.go,
// speech_es.go), so that no language can lack one. fill.go says how they are
// written.
//
// # Cards
//
// A Card is read in seconds: at most three things to do, to say, to avoid. What
// they say is in cards/en.yaml and cards/es.yaml; where each belongs is in fits.go,
// once for all languages. A Book deals them: Fit by the facts of a case, Search by
// what somebody notices, in their own words. A team makes the book its own (With).
//
// Spanish is written as Spanish and not translated word by word: usted to the
// customer, tú to the agent.
//
// # What it does not know
//
// The package knows situations, not records: it imports nothing of ours, and
// whatever the words of a case are, it takes them as given and never changes them,
// but for the capital of an outcome's name inside a sentence.
package playbook

import "strings"

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
	Language   Language
	Stage      Stage
	Need       Need
	Live       bool   // the customer is on the line or in the chat now
	Supervisor string // their name, "" if nobody has it
	Customer   string // as people say it, "" if unknown
	Amount     string // what was asked for or approved, "" if none
	When       string // when the customer is called back, in words, "" if not settled
	Advice     string // what the supervisor gave back
}

// words are what sentences are filled with in a situation.
func (s Situation) words() words {
	first, _, _ := strings.Cut(s.Supervisor, " ")

	return words{"supervisor": s.Supervisor, "first": first, "customer": s.Customer, "amount": s.Amount, "when": s.When}
}

// Say returns what the agent can say to the customer now.
func Say(s Situation) string { return say(s.Language.speech().now(s), s.words()) }

// now returns the sentence of a situation.
func (l *speech) now(s Situation) string {
	switch s.Stage {
	case Waiting:
		return l.waiting(s)
	case Alone:
		return l.alone(s)
	case Coming:
		return l.coming(s)
	case With:
		return l.with(s)
	case Back:
		if s.Supervisor == "" {
			return l.BackAlone
		}

		return l.Back
	case Approved:
		return l.Approved
	case Denied:
		return l.Denied
	case Settled:
		return l.Settled
	default:
		return ""
	}
}

func (l *speech) waiting(s Situation) string {
	switch {
	case s.Need == Threat:
		return l.WaitingThreat
	case s.Need == Advice:
		return l.WaitingAdvice
	case s.Need == Approval:
		return l.WaitingApproval
	case s.Need == Callback:
		return l.WaitingCallback
	case !s.Live:
		return l.WaitingLater
	case s.Need == JoinUs:
		return l.WaitingJoin
	default:
		return l.Waiting
	}
}

func (l *speech) alone(s Situation) string {
	switch {
	case s.Need == Threat:
		return l.AloneThreat
	case s.Need == Callback || !s.Live:
		return l.AloneLater
	default:
		return l.Alone
	}
}

func (l *speech) coming(s Situation) string {
	switch s.Need {
	case Advice:
		return l.ComingAdvice
	case Approval:
		return l.ComingApproval
	case Callback:
		return l.ComingCallback
	case Threat:
		return l.ComingThreat
	case JoinUs:
		return l.ComingJoin
	case TakeOver:
		return l.Coming
	default:
		return ""
	}
}

func (l *speech) with(s Situation) string {
	switch s.Need {
	case Advice, Approval:
		return l.WithAdvice
	case JoinUs:
		return l.WithJoin
	case Callback, Threat, TakeOver:
		return l.With
	default:
		return ""
	}
}

// Introduce returns how the agent announces the supervisor by name to the
// customer: who it is, what they know, and that the story need not be told
// again.
func Introduce(s Situation) string {
	l := s.Language.speech()

	switch s.Need {
	case Callback:
		return l.quoted(s.words(), l.IntroduceCallback)
	case Advice, Approval:
		return l.quoted(s.words(), l.IntroduceAdvice)
	case TakeOver, JoinUs, Threat:
		return l.quoted(s.words(), l.Introduce)
	default:
		return ""
	}
}

// Opener returns how the supervisor begins, with the customer's matter read
// back so that it need not be told again. happened is the agent's read-back and
// wants what the customer asked for; both may be empty.
func Opener(language Language, supervisor, customer, agent, happened, wants string) string {
	l := language.speech()
	known := words{"supervisor": supervisor, "customer": customer, "agent": agent, "happened": happened, "wants": wants}

	if happened == "" {
		return l.quoted(known, l.OpenerUnheard)
	}

	return l.quoted(known, l.Opener)
}

// TakeBack returns what to say to a customer to whom something was promised that
// turned out not to be possible.
func TakeBack(language Language, customer string) string {
	return say(language.speech().TakeBack, words{"customer": customer})
}

// quoted returns what some templates say, in the quotation marks of the language:
// words to copy or to read out.
func (l *speech) quoted(known words, templates ...string) string {
	var said []string

	for _, template := range templates {
		if template != "" {
			said = append(said, say(template, known))
		}
	}

	return l.Quote[0] + strings.Join(said, " ") + l.Quote[1]
}
