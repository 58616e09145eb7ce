package playbook

import (
	"fmt"
	"time"
)

// A Matter is what a message to a customer is about. The drafts of this file name
// it, so that nobody reads that somebody is "working on it"; they say what comes
// next, and when the customer hears again.
type Matter struct {
	Language  Language
	Customer  string // as people say it, "" if unknown
	Writer    string // who writes to them
	Lead      bool   // the writer is the supervisor who has it
	Reference string
	About     string // what happened, as it was read back
	Wants     string // what the customer asked for
	News      string // what is new, "" for nothing
	Next      string // what is owed to them next, "" for nothing
	Again     string // when they hear again, as Again says it
	Agreed    string // how it was settled
}

func (m Matter) words() words {
	return words{
		"customer": m.Customer, "writer": m.Writer, "reference": m.Reference, "about": m.About, "wants": m.Wants,
		"news": m.News, "next": m.Next, "again": m.Again, "agreed": m.Agreed,
	}
}

// Update returns a message that tells a customer how their open case stands. It
// works without news too: who hears that there is none yet, and when to expect
// some, need not ask.
func Update(m Matter) string {
	l := m.Language.speech()
	again := given(m.Again, l.Again, l.AgainOpen)

	if m.News != "" {
		return l.quoted(m.words(), l.Greeting, l.Matter, l.News, l.next(m), again)
	}

	return l.quoted(m.words(), l.Greeting, l.Matter, given(m.Wants, l.Wish, ""), l.next(m), l.NoNews, again)
}

// next says what happens next. It promises an answer and no outcome.
func (l *speech) next(m Matter) string {
	switch {
	case m.Next != "":
		return l.NextPromised
	case m.Lead && m.News == "":
		return l.NextLead
	case m.News == "":
		return l.NextAnswer
	default:
		return l.NextYourTurn
	}
}

// Again returns a rhythm as a customer is told of it. Whoever writes keeps working
// hours, so that is what the words name.
func Again(language Language, every time.Duration) string {
	const day = 24 * time.Hour

	l := language.speech()

	switch {
	case every <= time.Hour:
		return l.AgainHour
	case every < day:
		return fmt.Sprintf(l.AgainHours, every/time.Hour)
	case every == day:
		return l.AgainDay
	case every < 7*day:
		return fmt.Sprintf(l.AgainDays, every/day)
	default:
		return l.AgainWeek
	}
}

// SecondTouch returns a message that asks a customer, some days after it was
// settled, whether all is well. What happened was written down among colleagues, and
// is not told to the customer again.
func SecondTouch(m Matter) string {
	l := m.Language.speech()
	m.About = ""

	return l.quoted(m.words(), l.Greeting, l.Matter, given(m.Agreed, l.Agreed, ""), l.HowItWent)
}

// ThankYou returns a short note to a customer whose matter was settled. It thanks
// for the patience it took and says that what was agreed stands; it asks for
// nothing, and tells the customer nothing that was written down about them.
func ThankYou(m Matter) string {
	l := m.Language.speech()
	m.About = ""

	return l.quoted(m.words(), l.Greeting, l.Matter, l.ThankYou, given(m.Agreed, l.ThankYouAgreed, ""), l.ThankYouOpen)
}

// given chooses a template by whether something is known.
func given(known, then, otherwise string) string {
	if known == "" {
		return otherwise
	}

	return then
}
