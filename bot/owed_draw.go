package bot

import (
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// How what is owed is drawn, wherever it is.

// label names the kind of what is owed.
func (o *Owed) label() string {
	if o.Promise {
		return "Promise"
	}

	return "Follow-up"
}

// resultWords are the results as people read them.
var resultWords = map[Result]string{
	Kept: "kept", Renegotiated: "kept, at a time that was agreed anew", BrokenThenKept: "broken, then kept",
	NeverKept: "broken", NotAnyMore: "withdrawn",
}

// owedFacts list what is owed and was, each with how it stands.
func (s *session) owedFacts(owed []Owed) chat.Facts {
	var facts chat.Facts

	for i := range owed {
		o := &owed[i]
		value := chat.Line("%v, %v, ", inline(o.Text, 200), s.name(o.Owner))

		if o.Option != "" {
			value = chat.Line("%v (%v), %v, ", inline(o.Text, 200), inline(o.price(), 80), s.name(o.Owner))
		}

		facts = append(facts, chat.Fact{Label: o.label(), Value: append(value, s.stands(o)...)})
	}

	return facts
}

// stands says how it stands with something owed.
func (s *session) stands(o *Owed) chat.Text {
	switch {
	case o.Open():
		return s.standsOpen(o)
	case o.Approval == ApprovalDenied:
		return chat.Line("not approved by %v", s.name(o.DecidedBy))
	case o.Approval == ApprovalExpired:
		return chat.Line("not approved in time")
	}

	line := chat.Line("%v, done %v", resultWords[o.Ended()], chat.Day(o.Done))
	if o.Left != "" {
		line = append(line, chat.Plain("; left over: "+inline(o.Left, 200))...)
	}

	switch o.Ended() {
	case NeverKept:
		return chat.Line("broken; given up %v", chat.Day(o.Done))
	case NotAnyMore:
		return chat.Line("withdrawn %v%v", chat.Day(o.Done), described(inline(o.Why, 100)))
	case Kept, Renegotiated, BrokenThenKept:
		return line
	default:
		return line
	}
}

func (s *session) standsOpen(o *Owed) chat.Text {
	line := append(chat.Plain("due "), o.dueLine()...)

	switch {
	case o.Due.IsZero():
		line = chat.Plain("due when there is time for it")
	case o.overdue(s.now):
		line = append(chat.Plain("overdue since "), o.dueLine()...)
	case over(o.Due, s.now):
		line = append(chat.Plain("due since "), o.dueLine()...)
	}

	if o.Approval == ApprovalWanted {
		line = append(line, chat.Line("; waits for approval by %v", s.eitherOf(o.Approvers))...)
	}

	return line
}

// eitherOf names people of whom one is enough.
func (s *session) eitherOf(people []PersonID) string {
	const most = 3

	if len(people) > most {
		return "one of " + itoa(len(people)) + " people"
	}

	return either(s.names(people))
}

// doneChoices are what somebody can do about what they owe: all that there is
// while it is one thing, and one button for each of several.
func (s *session) doneChoices(e *Escalation, who PersonID) []chat.Choice {
	var mine []*Owed

	for i := range e.Owed {
		if o := &e.Owed[i]; o.Owner == who && o.Open() {
			mine = append(mine, o)
		}
	}

	if len(mine) == 1 {
		return s.owedChoices(e, mine[0], who)
	}

	var choices []chat.Choice

	for _, o := range mine {
		if o.Approval == ApprovalWanted {
			continue
		}

		done := s.doneChoice(e, o)
		if len(choices) > 0 {
			done.Weight = chat.Normal
		}

		choices = append(choices, done)
	}

	return choices
}

// owedChoices are all that somebody can do about one thing owed.
func (s *session) owedChoices(e *Escalation, o *Owed, who PersonID) []chat.Choice {
	var choices []chat.Choice

	switch {
	case o.Approval != ApprovalWanted:
		choices = append(choices, s.doneChoice(e, o))
	case mayDecide(s, e, who, o.N):
		choices = append(choices, s.approvalChoices(e, o)...)
	}

	if who != o.Owner && s.may(who, "take_owed", e) {
		choices = append(choices, s.owedChoice(e, o, "take_owed", "I do it", chat.Normal))
	}

	return append(choices,
		s.owedChoice(e, o, "move_owed", "Reschedule", chat.Normal),
		s.owedChoice(e, o, "drop_owed", "Not needed any more", chat.Normal))
}

// doneChoice says that something was done: of a promise at once, of a follow-up
// with what came out.
func (s *session) doneChoice(e *Escalation, o *Owed) chat.Choice {
	if o.Promise {
		return s.owedChoice(e, o, "done", "Done", chat.Primary)
	}

	return s.owedChoice(e, o, "follow_up_done", "Done", chat.Primary)
}

// addOwedChoice opens the form for one thing more, where that is possible.
func (s *session) addOwedChoice(e *Escalation) chat.Choice {
	if len(allowed(e.State, AddOwed{})) == 0 {
		return chat.Choice{}
	}

	return s.button(e, "add_owed", "Add follow-up", chat.Normal)
}

func (s *session) approvalChoices(e *Escalation, o *Owed) []chat.Choice {
	approve, deny := s.owedChoice(e, o, "approve_owed", "Approve", chat.Primary), s.owedChoice(e, o, "deny_owed", "Deny", chat.Danger)
	approve.Spoken, deny.Spoken = "Approve "+inline(o.price(), 50), "Deny "+inline(o.price(), 50)

	return []chat.Choice{approve, deny}
}

// owedChoice is a button about one thing owed.
func (s *session) owedChoice(e *Escalation, o *Owed, action, label string, weight chat.Weight) chat.Choice {
	choice := numbered(s.button(e, action, label, weight), o.N)
	choice.Spoken = label + ": " + inline(o.Text, 50)

	return choice
}

// owedAnnouncements are the messages about what is owed.
var owedAnnouncements = map[What]announcement{
	WasCallback: {title: says("{by} promised a callback that is yours to make"), fill: owedNotice},
	WasPlanned:  {title: says("{by} planned a follow-up that is yours to do"), fill: owedNotice},
	WasPromised: {title: says("{by} made a promise that is yours to keep"), fill: owedNotice},
	WasClimbed:  {title: says("Something was overdue"), news: nudgeStands, fill: climbedNotice, after: endedNotice},
	WasMoved:    {title: says("{by} agreed a new time for what you owe"), news: nudgeStands, fill: owedNotice, after: endedNotice},
	WasTakenOn:  {title: says("{by} does it: nothing to do for you"), fill: endedNotice},
	WasDone:     {title: says("{by} did what you owed"), fill: endedNotice},
	WasDoneLate: {title: says("{by} did what you owed"), fill: endedNotice},
	WasDropped:  {title: says("{by} says that it is not needed any more"), fill: endedNotice},
	WasBroken:   {title: says("I stop reminding of this"), fill: brokenNotice},
	WasUnapproved: {
		title: says("{by} asks you to approve a promise"), past: says("{by} asked you to approve a promise"),
		news: waitsForApproval, fill: approvalNotice, after: decidedNotice,
	},
	WasAskedHigher: {
		title: says("A promise still waits for approval"), past: says("A promise waited for approval"),
		news: waitsForApproval, fill: approvalNotice, after: decidedNotice,
	},
	WasExpired: {title: says("Nobody approved what you promised"), news: newsStands, fill: refusedNotice, after: newsToldNotice},
	WasGranted: {title: says("{by} approved what you promised"), fill: owedNotice},
	WasRefused: {title: says("{by} did not approve what you promised"), news: newsStands, fill: refusedNotice, after: newsToldNotice},
}

// announcementOf returns how an entry is announced.
func announcementOf(what What) (announcement, bool) {
	if n, ok := threatAnnouncements[what]; ok {
		return n, true
	}

	if n, ok := owedAnnouncements[what]; ok {
		return n, true
	}

	n, ok := announcements[what]

	return n, ok
}

// about returns what an entry is about, nil if that is nothing owed.
func (e *Escalation) about(entry Entry) *Owed {
	if entry.Attempt < 1 || entry.Attempt > len(e.Owed) {
		return nil
	}

	return &e.Owed[entry.Attempt-1]
}

// owedParts say what is owed: word for word, until when, and how to reach the
// customer.
func (s *session) owedParts(e *Escalation, o *Owed, who PersonID) []chat.Part {
	said := chat.Quote{Label: o.label(), Text: o.Text}
	if o.Promise {
		said.Label = "Promised to the customer"
	}

	facts := chat.Facts{{Label: "How it stands", Value: s.stands(o)}}

	if who != o.Owner {
		facts = addFact(facts, "Owner", s.name(o.Owner))
	}

	facts = addFact(facts, "Promises", o.price())

	if how := joinWords(label(contactChannels, o.How), reach(e, o)); how != "" {
		facts = addFact(facts, "Reach them", how)
	}

	if !o.First.IsZero() && !o.First.Equal(o.Due) {
		facts = append(facts, chat.Fact{Label: "At first", Value: chat.Line("%v", chat.Day(o.First))})
	}

	return []chat.Part{said, facts}
}

// reach is the number or address of the customer, as far as anybody knows it.
func reach(e *Escalation, o *Owed) string {
	if o.Where != "" {
		return o.Where
	}

	return joinWords(e.Context.CallWhere, e.Context.CallWho)
}

// owedNotice tells somebody what they owe, and lets them say that it is done.
func owedNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	o := e.about(entry)
	if o == nil {
		return
	}

	m.Parts = append(m.Parts, s.owedParts(e, o, who)...)

	if o.Open() {
		m.Choices = s.owedChoices(e, o, who)
	}
}

// owedNudge reminds the owner.
func owedNudge(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	o := e.about(entry)

	when := "Coming up"

	switch {
	case o.overdue(s.now):
		when = "Overdue"
	case over(o.Due, s.now):
		when = "Due now"
	}

	m.Title = e.ID.String() + " · " + when + ": " + inline(o.Text, 80)
	owedNotice(s, e, entry, who, m)

	if !o.Promise && o.Open() {
		m.Parts = append(m.Parts, s.glanceAt(e, who, playbook.FollowingUp)...)
	}
}

// climbedNotice tells others of what is overdue. It blames nobody: whoever owes it
// may be ill, or have done it and not said so.
func climbedNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	o := e.about(entry)
	m.Title = e.ID.String() + " · Overdue: " + inline(o.Text, 80)
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line(
		"%v has this to do and has not said yet that it is done. Please ask, or see to it that somebody does it: the customer waits for it.", chat.Strong(s.name(o.Owner)))})
	owedNotice(s, e, entry, who, m)
}

// endedNotice is what is left of a message once there is nothing to do about it.
func endedNotice(s *session, e *Escalation, entry Entry, _ PersonID, m *chat.Message) {
	if o := e.about(entry); o != nil {
		m.Parts = append(m.Parts, chat.Quote{Text: o.Text}, chat.Small{Text: append(chat.Line("%v: ", s.name(o.Owner)), s.stands(o)...)})
	}
}

// brokenNotice says that something ended without being done.
func brokenNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	endedNotice(s, e, entry, who, m)
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain(
		"Nobody said that it was done, so it stands as broken. If the customer still waits, it is never too late to call.")})

	m.Choices = offered([]chat.Choice{s.addOwedChoice(e), s.button(e, "show", "Show", chat.Normal)})

	if e.State == Closed {
		m.Choices = append(m.Choices, s.button(e, "reopen", "Reopen", chat.Normal))
	}
}

func waitsForApproval(e *Escalation, entry Entry) bool {
	o := e.about(entry)

	return o != nil && o.Open() && o.Approval == ApprovalWanted
}

// approvalNotice asks somebody whether a promise may be kept.
func approvalNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	o, by := e.about(entry), s.name(entry.By)

	m.Title = e.ID.String() + " · " + by + " asks you to approve " + inline(o.price(), 80)
	if entry.What == WasAskedHigher {
		m.Title = e.ID.String() + " · Still unanswered: " + by + " asks to approve " + inline(o.price(), 80)
	}

	line := chat.Line("The customer was promised more than %v may promise alone. The first answer counts.", by)
	if who == o.Owner {
		line = chat.Line("The customer was promised more than %v may promise alone, and it is yours to keep. Nothing counts before you say so.", by)
	}

	m.Parts = append(m.Parts, chat.Paragraph{Text: line})
	m.Parts = append(m.Parts, s.owedParts(e, o, who)...)
	m.Choices = s.approvalChoices(e, o)
}

// decidedNotice is what is left of the question once it was answered: for the
// owner, what they can do about what they owe.
func decidedNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	if o := e.about(entry); o != nil && o.Open() && o.Owner == who {
		owedNotice(s, e, entry, who, m)

		return
	}

	endedNotice(s, e, entry, who, m)
}

// newsStands reports whether the customer has yet to hear that a promise can't be
// kept.
func newsStands(e *Escalation, entry Entry) bool {
	o := e.about(entry)
	if o == nil {
		return true
	}

	news := e.newsOf(o)

	return news == nil || news.Open()
}

// refusedNotice says that a promise can't be kept, what to say to the customer and
// until when.
func refusedNotice(s *session, e *Escalation, entry Entry, who PersonID, m *chat.Message) {
	o := e.about(entry)
	please := chat.Plain("Please tell the customer soon, and begin with what you can do.")

	if news := e.newsOf(o); news != nil {
		please = append(append(chat.Plain("Please tell the customer by "), news.dueLine()...), chat.Plain(", and begin with what you can do. I remind you.")...)
		m.Choices = s.owedChoices(e, news, who)
	}

	m.Parts = append(m.Parts,
		chat.Paragraph{Text: please},
		chat.Quote{Label: "Promised to the customer", Text: o.Text},
		chat.Advice{Label: "Say", Text: chat.Plain(playbook.TakeBack(s.language(who), inline(e.Context.Customer, 60)))})

	if within := s.within(e, who); within != "" {
		m.Parts = append(m.Parts, chat.Facts{{Label: "Within your limit", Value: chat.Plain(within)}})
	}
}

// newsToldNotice is what is left of it once the customer has heard, or need not.
func newsToldNotice(s *session, e *Escalation, entry Entry, _ PersonID, m *chat.Message) {
	denied := e.about(entry)

	for _, o := range []*Owed{denied, e.newsOf(denied)} {
		m.Parts = append(m.Parts, chat.Quote{Text: o.Text}, chat.Small{Text: append(chat.Line("%v: ", s.name(o.Owner)), s.stands(o)...)})
	}
}

// within lists what somebody may promise alone.
func (s *session) within(e *Escalation, who PersonID) string {
	const most = 5

	var names []string

	for _, option := range s.options(e.Team) {
		limit := option.limit(s.desk.settings.rank(who, e.Team))

		switch {
		case option.Currency == "":
			names = append(names, option.Name)
		case limit > 0:
			names = append(names, option.Name+" up to "+money(limit, option.Currency))
		}
	}

	return joinWords(names[:min(len(names), most)]...)
}

// owedShown lists what others have to do in an escalation, with what the reader
// can do about it; their own has its buttons below.
func (s *session) owedShown(e *Escalation, who PersonID) []chat.Part {
	var parts []chat.Part

	for i := range e.Owed {
		if o := &e.Owed[i]; o.Open() && o.Owner != who && s.may(who, "take_owed", e) {
			parts = append(parts, chat.Small{Text: chat.Line("%v, %v:", inline(o.Text, 60), s.name(o.Owner))}, chat.Buttons(s.owedChoices(e, o, who)))
		}
	}

	return parts
}

// onlyTold is what was promised before, unless it is owed by now and stands there
// with its time.
func (e *Escalation) onlyTold() string {
	if slices.ContainsFunc(e.Owed, func(o Owed) bool { return o.Text == e.Context.Promised }) {
		return ""
	}

	return e.Context.Promised
}
