package playbook

import (
	"fmt"
	"strings"
	"time"
)

// A Matter is what a message to a customer is about. The drafts of this file name
// it, so that nobody reads that somebody is "working on it"; they say what comes
// next, and when the customer hears again.
type Matter struct {
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

// Update returns a message that tells a customer how their open case stands. It
// works without news too: who hears that there is none yet, and when to expect
// some, need not ask.
func Update(m Matter) string {
	said := []string{greeting(m), matter(m)}

	if m.News != "" {
		return quoted(append(said, "There is news: "+sentence(m.News), next(m), again(m)))
	}

	if m.Wants != "" {
		said = append(said, "You would like this: "+sentence(m.Wants))
	}

	return quoted(append(said, next(m), "I have nothing new yet, and I am telling you so that you need not ask.", again(m)))
}

// next says what happens next. It promises an answer and no outcome.
func next(m Matter) string {
	switch {
	case m.Next != "":
		return "What comes next, as promised: " + sentence(m.Next)
	case m.Lead && m.News == "":
		return "I have taken this over myself. What comes next is a clear answer from me on what we can do."
	case m.News == "":
		return "What comes next is a clear answer on what we can do, and you will have it from me."
	default:
		return "What comes next: tell me whether that suits you, and I see to the rest."
	}
}

// again says when the customer hears the next time.
func again(m Matter) string {
	if m.Again == "" {
		return "You hear from me as soon as there is more."
	}

	return fmt.Sprintf("You hear from me again %v, and sooner if there is more to tell.", m.Again)
}

// Again returns a rhythm as a customer is told of it. Whoever writes keeps working
// hours, so that is what the words name.
func Again(every time.Duration) string {
	const day = 24 * time.Hour

	switch {
	case every <= time.Hour:
		return "within an hour of our working time"
	case every < day:
		return fmt.Sprintf("within %d hours of our working time", every/time.Hour)
	case every == day:
		return "on our next working day"
	case every < 7*day:
		return fmt.Sprintf("within %d working days", every/day)
	default:
		return "within a week"
	}
}

// SecondTouch returns a message that asks a customer, some days after it was
// settled, whether all is well.
func SecondTouch(m Matter) string {
	said := []string{greeting(m), matter(m)}

	if m.Agreed != "" {
		said = append(said, "We agreed on this: "+sentence(m.Agreed))
	}

	return quoted(append(said, "I would like to know how it turned out for you. Is everything as we said, and is there anything left that I can do?"))
}

// greeting names the customer and the writer.
func greeting(m Matter) string {
	return fmt.Sprintf("%v, this is %v.", or(m.Customer, "Good day"), or(m.Writer, "your contact here"))
}

// matter names what it is about in the words of the read-back.
func matter(m Matter) string {
	named := "your request"
	if m.Reference != "" {
		named = "your case " + m.Reference
	}

	if m.About == "" {
		return fmt.Sprintf("It is about %v.", named)
	}

	return fmt.Sprintf("It is about %v: %v", named, sentence(m.About))
}

func quoted(sentences []string) string { return "“" + strings.Join(sentences, " ") + "”" }
