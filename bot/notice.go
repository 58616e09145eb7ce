package bot

import (
	"errors"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// An announcement is a message of its own about an entry of the timeline: it tells
// somebody what an edit of their card would not.
type announcement struct {
	title func(s *session, entry Entry, who PersonID) string
	// past is the title once it is no news any more. Nil means the same.
	past func(s *session, entry Entry, who PersonID) string
	// news says whether the entry still tells how things stand, so that the
	// notice is worth sending. Nil means always.
	news func(e *Escalation, entry Entry) bool
	// fill adds what stands below the title. Nil means the present situation.
	fill func(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message)
	// after is fill for what is no news any more. Nil adds nothing.
	after func(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message)
}

// announcements are all there are. Apply tells people of no other entry.
var announcements = map[What]announcement{
	WasTaken: {
		title: says("{by} has it"),
		past:  says("{by} took it"),
		news:  func(e *Escalation, entry Entry) bool { return e.State == Taken && e.Holder == entry.By },
		fill:  takenNotice,
	},
	WasExhausted: {
		title: says("Nobody can be reached right now"),
		past:  says("Nobody could be reached for a while"),
		news:  func(e *Escalation, _ Entry) bool { return e.State == Paging && e.Turn.Nobody },
		fill:  exhaustedNotice,
	},
	WasAllOff: {
		title: says("Everybody is off or away; I page them all the same"),
		past:  says("Everybody was off or away"),
		news:  stillPaging,
		fill:  exhaustedNotice,
	},
	WasRelieved: {
		title: says("{by} has it now; {whom}'s shift has ended"),
		news:  func(e *Escalation, entry Entry) bool { return e.Holder == entry.By && e.State.Open() },
	},
	WasOverdue: {title: overdueTitle, news: stillPaging},
	WasGivenUp: {title: says("{by} can't do it after all; paging the next person"), news: stillPaging},

	WasNotHanded:   {title: says("{whom} can't take over; you still have it")},
	WasPassed:      {title: says("{whom} can't take over; you still have it")},
	WasUnreachable: {title: says("{whom} can't take over; you still have it")},

	WasIntroduced: {
		title: says("{by} has introduced you"),
		news:  func(e *Escalation, _ Entry) bool { return e.State == Taken },
		fill:  introducedNotice,
	},
	WasHandedBack: {title: says("{by} hands it back to you"), fill: returnedNotice},
	WasApproved:   {title: says("Approved by {by}"), fill: returnedNotice},
	WasDenied:     {title: says("{by} did not approve it"), fill: returnedNotice},
	WasReferred:   {title: says("It is more than {by} may approve; paging who may"), news: stillPaging},
	WasBeyond:     {title: says("Nobody in this team may approve that much"), news: beyondStands, fill: beyondNotice},
	WasRanOut:     {title: says("The approval by {by} has run out"), news: ranOutStands, fill: ranOutNotice},
	WasReopened:   {title: says("Reopened by {by}"), fill: returnedNotice},

	WasQuestioned: {title: says("{by} asks you"), past: says("{by} asked you"), news: unanswered, fill: questionNotice},
	WasAnswered:   {title: says("{by} answered"), fill: quotedNotice},

	WasWithdrawn:       {title: says("{by} took it back: nothing to do for you")},
	WasEscalatedAgain:  {title: says("{by} escalated it again")},
	WasResolved:        {title: says("Resolved by {by}"), fill: resolvedNotice},
	WasAskedToUpdate:   {title: says("Time to tell the customer how it stands"), past: says("The customer was to hear from us"), news: updateStands, fill: updateNotice},
	WasUnheard:         {title: says("A customer waits to hear from us"), past: says("A customer waited to hear from us"), news: unheard, fill: unheardNotice},
	WasAskedToComplete: {title: says("A line about this while it is fresh?"), past: says("Details were to be added"), news: detailsStand, fill: detailsNotice},
	WasTouchDue:        {title: says("How is the customer doing?"), past: says("Second touch"), news: touchStands, fill: touchNotice},
	WasClosed:          {title: closedTitle, news: func(e *Escalation, _ Entry) bool { return e.State == Closed }, fill: closedNotice},
	WasAskedHow:        {title: says("How was the help?"), past: says("Thank you for your feedback"), news: unansweredBy, fill: askedHowNotice},

	WasNudged: {title: nudgeTitle, news: nudgeStands, fill: nudgeNotice, after: endedNotice},
}

// drawNotice draws a notice. One that has been overtaken before it could be
// sent is not sent. One that is no news any more is left with its title: how
// things stand, and what to say, is on the card.
func (s *session) drawNotice(e *Escalation, id CardID) (Drawing, error) {
	entry, err := s.entry(id.Escalation, id.N)
	if err != nil {
		return Drawing{}, err
	}

	n, ok := announcementOf(entry.What)
	if !ok {
		return Drawing{}, errMoot
	}

	fresh, title := n.news == nil || n.news(e, entry), n.title
	if !fresh && n.past != nil {
		title = n.past
	}

	m := chat.Message{Title: e.ID.String() + " · " + title(s, entry, id.Person)}

	switch {
	case !fresh && n.after != nil:
		n.after(s, e, entry, id.Person, &m)
	case !fresh:
	case n.fill == nil:
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)})
	default:
		n.fill(s, e, entry, id.Person, &m)
	}

	m.Parts = append(m.Parts, chat.Small{Text: chat.Plain(about(e))})

	return s.drawFresh(id, fresh, m)
}

func (s *session) entry(id EscalationID, n int) (Entry, error) {
	entries, err := s.Timeline(id)

	i := slices.IndexFunc(entries, func(entry Entry) bool { return entry.N == n })

	switch {
	case i >= 0:
		return entries[i], nil
	case err == nil, errors.Is(err, ErrDamaged): // what it told of can't be read any more
		return Entry{}, errMoot
	default:
		return Entry{}, err
	}
}

// says returns a title in which {by} and {whom} stand for people's names.
func says(words string) func(*session, Entry, PersonID) string {
	return func(s *session, entry Entry, _ PersonID) string { return s.named(words, entry) }
}

// named puts names into words.
func (s *session) named(words string, entry Entry) string {
	return strings.NewReplacer("{by}", s.name(entry.By), "{whom}", s.name(entry.Whom)).Replace(words)
}

func stillPaging(e *Escalation, _ Entry) bool { return e.State == Paging }

func overdueTitle(s *session, entry Entry, who PersonID) string {
	if who == entry.Whom {
		return "Paging went on without you"
	}

	return s.named("{whom} could not join; paging the next person", entry)
}

// takenNotice tells the agent who is coming, and how to hand the conversation
// over: nobody should have to look for the button while the customer listens.
func takenNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	if who != e.Agent || !e.introducible() {
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)})

		return
	}

	m.Parts = append(m.Parts, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, who))},
		chat.Advice{Label: "Introduce them", Text: chat.Plain(playbook.Introduce(s.playSituation(e, who)))})
	m.Choices = []chat.Choice{s.introducedChoice(e, chat.Primary)}
}

// exhaustedNotice offers the agent a way on, and everybody else the case: the
// agent is alone with the customer.
func exhaustedNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	if who != e.Agent {
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.aloneLine(e)})
		m.Parts = append(m.Parts, s.caseParts(e, who)...)
		m.Choices = []chat.Choice{s.button(e, "take", "Take it", chat.Primary)}

		return
	}

	m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)}, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, who))})
	m.Choices = s.waysOn(e)
}

// aloneLine says that an agent has nobody, and what helps.
func (s *session) aloneLine(e *Escalation) chat.Text {
	why := "nobody has it yet. I go on paging."

	switch {
	case e.Turn.Nobody:
		why = "nobody on the chain can be reached. I go on trying."
	case e.Turn.AllOff:
		why = "everybody who could be paged is off or away. I page them all the same."
	}

	return chat.Line("%v asked for help at %v and %v Take it, or find somebody who can.", chat.Strong(s.name(e.Agent)), e.Opened, why)
}

// waysOn are what an agent can do when waiting may be in vain.
func (s *session) waysOn(e *Escalation) []chat.Choice {
	if !s.lastResort(e) {
		return nil
	}

	choices := []chat.Choice{s.button(e, "page_everyone", "Page everyone", chat.Primary)}

	if !slices.ContainsFunc(e.Owed, func(o Owed) bool { return o.Promise && o.Open() }) {
		choices = append(choices, s.button(e, "promise_callback", "Promise a callback", chat.Normal))
	}

	return choices
}

func introducedNotice(s *session, e *Escalation, _ Entry, _ PersonID, m *chat.Message) {
	m.Choices = []chat.Choice{s.button(e, "join", joinLabel(e), chat.Primary)}
}

func returnedNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	if entry.Text != "" {
		m.Parts = append(m.Parts, chat.Quote{Text: entry.Text})
	}

	if e.State == Returned {
		m.Parts = append(m.Parts, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, who))})
	}
}

func quotedNotice(_ *session, _ *Escalation, entry Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Quote{Text: entry.Text})
}

// unanswered reports whether the question of an entry is still the one that
// waits for an answer.
func unanswered(e *Escalation, entry Entry) bool {
	q := e.Question

	return q != nil && q.Answer == "" && q.At.Equal(entry.At) && e.State.Open()
}

func questionNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	quotedNotice(s, e, entry, who, m)
	m.Choices = []chat.Choice{s.button(e, "answer", "Answer", chat.Primary)}
}

// resolvedNotice says how it ended, and what of it the reader still owes.
func resolvedNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)})
	m.Parts = append(m.Parts, outcomeParts(e.Outcome)...)

	theirs := slices.DeleteFunc(undone(e.Owed), func(o Owed) bool { return o.Owner != who })
	if facts := s.owedFacts(theirs); len(facts) > 0 {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("This is yours to do:")}, facts)
		m.Choices = s.doneChoices(e, who)
	}
}

// A nudge is about something owed, which its entry numbers, or else about the
// outcome that nobody has written down.

func nudgeTitle(_ *session, entry Entry, _ PersonID) string {
	if entry.Attempt > 0 {
		return "Reminder: " + inline(entry.Text, 80)
	}

	return "How did it end?"
}

// nudgeStands reports whether what an entry reminds of is still to be done, by the
// same person, and by the same time.
func nudgeStands(e *Escalation, entry Entry) bool {
	if o := e.about(entry); o != nil {
		return o.Open() && o.Owner == entry.Whom && !o.Made.After(entry.At)
	}

	return e.State == Joined || e.State == Returned
}

func nudgeNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	if entry.Attempt > 0 {
		owedNudge(s, e, entry, who, m)
		m.Parts = append(m.Parts, chat.Small{Text: heardLine(e)})

		return
	}

	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("Please write down the outcome while it is fresh; a line is enough.")}, chat.Small{Text: heardLine(e)})
	m.Choices = []chat.Choice{s.button(e, "resolve", "Resolve", chat.Primary)}

	if who == e.Agent && !e.complete() {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("And when you have a minute, please add %v: you paged before there was time for everything, as you should.", enumerated(e.Context.missing()))})
		m.Choices = append(m.Choices, s.completeChoice(e))
	}
}
