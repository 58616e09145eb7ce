package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// How cards are drawn: always from the present state, by the words of this
// file. Each function returns one message; the gallery in the tests shows all.

func itoa(n int) string { return strconv.Itoa(n) }

// button is a choice that is about an escalation.
func (s *session) button(e *Escalation, action, label string, weight chat.Weight) chat.Choice {
	return chat.Choice{
		Action: action, Value: e.ID.String(), Label: label, Weight: weight, Spoken: label + ", " + e.ID.String(),
		Opens: slices.Contains(openers, action),
	}
}

// openers are the buttons of an escalation that are answered with a form, unless
// they come too late.
var openers = []string{
	"pass", "ask", "answer", "hand_to", "hand_back", "note", "resolve", "reopen", "add_context", "told_customer", "promise_callback",
	"add_owed", "follow_up_done", "move_owed", "drop_owed", "approve_other", feedbackAction, "write_down", "restrict",
}

func numbered(c chat.Choice, n int) chat.Choice {
	c.Value += "/" + itoa(n)

	return c
}

// subject names a case in a few words: the customer, the kind of help, the heat.
func subject(e *Escalation) string {
	words := []string{inline(e.Context.Customer, 60), inline(e.Context.Reference, 40), wish(e)}
	if e.Context.Heat > 0 {
		words = append(words, "heat "+itoa(e.Context.Heat))
	}

	return joinDot(words...)
}

// about is subject where nothing else tells cases apart: as long as nobody has
// said who the customer is, it is what happened.
func about(e *Escalation) string {
	if e.Context.Customer != "" || e.Context.Reference != "" || e.Context.Happened == "" {
		return subject(e)
	}

	return inline(e.Context.Happened, 40) + " · " + subject(e)
}

// wish is the kind of help in a few words.
func wish(e *Escalation) string {
	if e.Kind == Approve {
		return "approve " + or(inline(e.Context.Amount, 40), "something")
	}

	return strings.ToLower(label(kinds, string(e.Kind)))
}

// agentCard is the agent's own view of their case.
func (s *session) agentCard(e *Escalation) chat.Message {
	m := chat.Message{Title: e.ID.String() + " · " + s.agentTitle(e)}
	m.Parts = append(m.Parts, chat.Paragraph{Text: s.agentSituation(e)})
	if why := s.whyHigher(e); why != "" {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain(why)})
	}

	known := s.known(e, e.Agent)
	m.Summary = joinSentences(m.Title, s.agentSituation(e).String())

	m.Parts = append(m.Parts, s.dangerParts(e)...)

	m.Parts = append(m.Parts, known.agentCautions()...)

	if !e.State.Over() && e.State != Resolved && !saidByCard(e) {
		m.Parts = append(m.Parts, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e, e.Agent))})
	}

	if e.State == Taken && e.introducible() {
		m.Parts = append(m.Parts, chat.Advice{Label: "Introduce them", Text: chat.Plain(playbook.Introduce(s.playSituation(e, e.Agent)))})
	}

	m.Parts = append(m.Parts, s.stopParts(e, e.Agent)...)
	m.Parts = append(m.Parts, s.threatParts(e, e.Agent)...)
	m.Parts = append(m.Parts, s.routeParts(e)...)

	m.Parts = slices.Concat(m.Parts, known.knownToAgent(), s.agentGlance(e, known), s.agentDetails(e))
	m.Choices = s.agentChoices(e)

	return m
}

// agentSituation is the situation as it stands below agentTitle, which has said
// who is paged.
func (s *session) agentSituation(e *Escalation) chat.Text {
	if e.State == Paging && !e.Turn.Nobody && len(s.openNames(e)) > 0 {
		return s.nextStep(e)
	}

	return s.situation(e)
}

func (s *session) agentTitle(e *Escalation) string {
	switch e.State {
	case Paging:
		return s.pagingTitle(e)
	case Taken:
		return s.name(e.Holder) + " has it"
	case Joined:
		return s.name(e.Holder) + " has joined"
	case Returned:
		return "Back with you"
	case Resolved:
		return "Resolved"
	case Closed:
		return "Closed"
	case Withdrawn:
		return "Withdrawn"
	default:
		return string(e.State)
	}
}

func (s *session) pagingTitle(e *Escalation) string {
	open := s.openNames(e)

	switch {
	case e.Turn.Nobody:
		return "Nobody can be reached yet"
	case len(open) == 0:
		return "Paging a supervisor"
	case len(open) > 3:
		return "Paging " + itoa(len(open)) + " people"
	default:
		return "Paging " + enumerated(open)
	}
}

func (s *session) agentDetails(e *Escalation) []chat.Part {
	var parts []chat.Part

	if e.State == Returned && e.Advice != "" {
		parts = append(parts, chat.Quote{Label: "Advice from " + s.name(e.Holder), Text: e.Advice})
	}

	if q := e.Question; q != nil && q.Answer == "" && e.State.Open() {
		parts = append(parts, chat.Quote{Label: s.name(q.By) + " asks", Text: q.Text})
	}

	var facts chat.Facts

	if e.State == Paging {
		facts = s.pagedFacts(e)
	}

	parts = append(parts, outcomeParts(e.Outcome)...)

	facts = append(facts, s.owedFacts(e.Owed)...)
	if len(facts) > 0 {
		parts = append(parts, facts)
	}

	parts = append(append(parts, touchParts(s, e)...), chat.Small{Text: chat.Line("%v · since %v", subject(e), e.Opened)})
	if e.State.Open() {
		parts = append(parts, chat.Small{Text: heardLine(e)})
	}

	return parts
}

// pagedFacts say who was paged and what became of it.
func (s *session) pagedFacts(e *Escalation) chat.Facts {
	var facts chat.Facts

	for _, page := range e.Pages {
		switch page.State {
		case PageOpen:
			facts = append(facts, chat.Fact{Label: s.name(page.Who), Value: chat.Line("paged at %v (%v)", chat.Second(page.At), page.Tier)})
		case PagePassed:
			facts = append(facts, chat.Fact{Label: s.name(page.Who), Value: chat.Plain(passed(page))})
		case PageUnanswered:
			facts = append(facts, chat.Fact{Label: s.name(page.Who), Value: chat.Line("no answer yet, paged at %v", chat.Second(page.At))})
		case PageUnreachable:
			facts = append(facts, chat.Fact{Label: s.name(page.Who), Value: chat.Plain("can't be reached in chat")})
		case PageTaken, PageMoot:
		}
	}

	const most = 8
	if len(facts) > most {
		facts = facts[len(facts)-most:]
	}

	return facts
}

// passed says why somebody does not have it.
func passed(page Page) string {
	switch page.Reason {
	case string(WasOverdue), string(WasGivenUp), string(WasReferred), BeyondLimit:
		return page.Reason
	default:
		return "can't take it" + described(page.Reason)
	}
}

func (s *session) agentChoices(e *Escalation) []chat.Choice {
	withdraw := s.button(e, "withdraw", "Withdraw", chat.Danger)
	withdraw.Confirm = &chat.Confirm{
		Title: "Withdraw " + e.ID.String() + "?", Text: "Nobody is paged any more, and whoever has it is told.", Yes: "Withdraw", No: "Keep it",
	}

	var choices []chat.Choice

	switch e.State {
	case Paging:
		choices = append(s.waysOn(e), s.button(e, "add_context", "Add context", chat.Normal), s.callEnded(e), s.moreHelpChoice(e, e.Agent), withdraw)
	case Taken:
		choices = append(choices, s.introducedChoice(e, chat.Primary), s.button(e, "add_context", "Add context", chat.Normal), s.callEnded(e), s.moreHelpChoice(e, e.Agent), withdraw)
	case Joined:
		choices = append(choices, s.introducedChoice(e, chat.Normal), s.button(e, "add_context", "Add context", chat.Normal), s.callEnded(e), s.button(e, "add_owed", "Add follow-up", chat.Normal))
	case Returned:
		choices = []chat.Choice{
			s.button(e, "resolve", "Resolve", chat.Primary), s.button(e, "escalate_again", "Escalate again", chat.Normal),
			s.toldChoice(e, chat.Normal), s.button(e, "add_context", "Add context", chat.Normal),
			s.button(e, "add_owed", "Add follow-up", chat.Normal), s.callEnded(e), s.moreHelpChoice(e, e.Agent),
		}
	case Resolved:
		choices = append(s.doneChoices(e, e.Agent), s.completeChoice(e), s.button(e, "add_owed", "Add follow-up", chat.Normal), s.thanksChoice(e), s.button(e, "reopen", "Reopen", chat.Normal))
	case Closed:
		choices = []chat.Choice{s.completeChoice(e), s.thanksChoice(e), s.button(e, "reopen", "Reopen", chat.Normal)}
	case Withdrawn:
	}

	choices = append(choices, s.noteChoice(e, true))

	if q := e.Question; q != nil && q.Answer == "" && e.State.Open() {
		choices = append([]chat.Choice{s.button(e, "answer", "Answer", chat.Normal)}, choices...)
	}

	return offered(choices)
}

// introducedChoice is the button of an agent who is to introduce whoever has it.
func (s *session) introducedChoice(e *Escalation, w chat.Weight) chat.Choice {
	if !e.introducible() {
		return chat.Choice{}
	}

	return numbered(s.button(e, "introduced", "I introduced them", w), holderMark(e))
}

// introducible reports whether there is somebody to introduce the holder to, and nobody
// has.
func (e *Escalation) introducible() bool { return e.Introduced.IsZero() && e.CallEnded.IsZero() }

// callEnded is the button of an agent whose call still runs, as far as is known.
func (s *session) callEnded(e *Escalation) chat.Choice {
	if !e.CallEnded.IsZero() {
		return chat.Choice{}
	}

	return s.button(e, "call_ended", "Call ended", chat.Normal)
}

// offered drops choices that don't apply.
func offered(choices []chat.Choice) []chat.Choice {
	var kept []chat.Choice

	for _, c := range choices {
		if c.Action != "" {
			kept = append(kept, c)
		}
	}

	return kept
}

// pageCard is what a supervisor sees of a case they were paged for.
func (s *session) pageCard(e *Escalation, who PersonID, attempt int) chat.Message {
	page := e.page(who)

	switch {
	case page == nil || page.Attempt > attempt:
		return s.oldPage(e, page)
	case e.State == Paging && page.State == PageUnreachable:
		return overPage(e)
	case e.State == Paging:
		return s.openPage(e, page)
	case e.Handover != nil && e.Handover.To == who:
		return s.openPage(e, page)
	case e.Holder == who && (e.State == Taken || e.State == Joined):
		return s.heldPage(e)
	default:
		return s.closedPage(e, who)
	}
}

// oldPage is a page that the same person was paged after again.
func (s *session) oldPage(e *Escalation, newer *Page) chat.Message {
	line := chat.Line("%v: there is a newer page further down.", e.ID)
	if newer != nil && newer.On != "" {
		line = chat.Line("%v: there is a newer page where else you can be reached.", e.ID)
	}

	return chat.Message{Title: e.ID.String() + " · paged again", Summary: line.String(), Parts: []chat.Part{chat.Small{Text: line}}}
}

// overPage is a page of somebody who could not be reached by then.
func overPage(e *Escalation) chat.Message {
	line := chat.Line("%v: I could not reach you, so others are paged.", e.ID)

	return chat.Message{Title: e.ID.String() + " · others are paged", Summary: line.String(), Parts: []chat.Part{chat.Small{Text: line}}}
}

func (s *session) openPage(e *Escalation, page *Page) chat.Message {
	m := chat.Message{Title: e.ID.String() + " · " + s.pageTitle(e)}
	m.Summary = joinSentences(m.Title, subject(e), inline(e.Context.Happened, 200))
	m.Parts = append(s.dangerParts(e), s.caseParts(e, page.Who)...)

	if page.State == PagePassed {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Plain(passedNote(page))})
	}

	if e.Handover != nil && e.Handover.To == page.Who {
		m.Parts = append([]chat.Part{chat.Paragraph{Text: chat.Line("%v asks you to take over%v", s.name(e.Holder), described(inline(e.Handover.Note, 300)))}}, m.Parts...)
	}

	if words := allTheSame(e, page); words != "" {
		m.Parts = append([]chat.Part{chat.Paragraph{Text: chat.Plain(words)}}, m.Parts...)
	}

	m.Parts = append(append(m.Parts, s.limitParts(e, page.Who)...), chat.Small{Text: s.pageNote(e, page)})

	if e.Kind == Approve {
		m.Choices = append(m.Choices, s.decisions(e, page.Who)...)
		m.Choices = append(m.Choices, s.button(e, "take", "Take it", chat.Normal))
	} else {
		m.Choices = append(m.Choices, s.button(e, "take", "Take it", chat.Primary))
	}

	if page.State != PagePassed {
		m.Choices = append(m.Choices, numbered(s.button(e, "pass", "Can't take it", chat.Normal), page.Attempt))
	}

	m.Choices = append(m.Choices, s.button(e, "ask", "Ask the agent", chat.Normal))

	return m
}

// limitParts are limitNote on a page.
func (s *session) limitParts(e *Escalation, who PersonID) []chat.Part {
	note := s.limitNote(e, who)
	if note == "" {
		return nil
	}

	return []chat.Part{chat.Paragraph{Text: chat.Plain(note)}}
}

// allTheSame says to somebody who is not to be paged before others that this is
// known, and why they are.
func allTheSame(e *Escalation, page *Page) string {
	var known string

	switch {
	case page.Busy && page.Off:
		known = "You are off and have another customer, I know."
	case page.Busy:
		known = "You have another customer, I know."
	case page.Off:
		known = "You are off, I know."
	default:
		return ""
	}

	switch {
	case e.Handover != nil && e.Handover.To == page.Who:
		return known
	case page.Tier == everyone:
		return known + " Everybody is asked now, so I ask you too."
	default:
		return known + " Nobody else is left, so I ask you too."
	}
}

func passedNote(page *Page) string {
	if page.Reason == string(WasOverdue) {
		return "Paging went on without you. Nobody has it yet; you can still take it."
	}

	return "You passed it on. Nobody has it yet; you can still take it."
}

// pageNote says what happens unless somebody takes it.
func (s *session) pageNote(e *Escalation, page *Page) chat.Text {
	note := chat.Line("%v · page %v", e.ID, page.Attempt)
	if e.State != Paging || e.Turn.Nobody {
		return note
	}

	return append(append(note, chat.Plain(" · ")...), s.nextStep(e)...)
}

func (s *session) pageTitle(e *Escalation) string {
	agent := s.name(e.Agent)

	switch e.Kind {
	case TakeOver:
		return agent + " needs you to take over"
	case JoinUs:
		return agent + " asks you to join"
	case Advise:
		return agent + " needs your advice"
	case Approve:
		return agent + " asks you to approve " + or(inline(e.Context.Amount, 60), "something")
	case CallBack:
		return agent + " asks for a callback"
	case Threat:
		return "Threat or abuse: " + agent + " needs you"
	default:
		return agent + " needs you"
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}

	return s
}

func joinSentences(parts ...string) string { return joined(". ", parts...) }

// caseParts are the case on one screen: who, how hot, what happened, what was
// tried and promised, and what somebody may see of what is known of the customer.
func (s *session) caseParts(e *Escalation, who PersonID) []chat.Part {
	c, known := e.Context, s.known(e, who)
	facts := chat.Facts{
		s.customerFact(e),
		{Label: "Waiting", Value: s.waitingFact(e)},
	}

	if e.State.Open() && (e.State != Paging || !c.Waiting) { // who is on the line hears from us now
		facts = append(facts, chat.Fact{Label: "Last heard from us", Value: heardAt(e)})
	}

	facts = addFact(facts, "Heat", label(heats, heatAnswer(c.Heat)))
	facts = addFact(facts, "Hard stop", label(stops, string(c.Trigger)))
	facts = addFact(facts, "Reason", label(reasons, c.Reason))
	facts = addFact(facts, "Contact", label(contactChannels, c.Channel))
	facts = addFact(facts, "To approve", c.Amount)
	facts = addFact(facts, "Signs", labels(signsInPerson, c.Signs))
	facts = addFact(facts, "Seems", strings.ToLower(label(feelings, c.Feeling)))

	if e.Kind == CallBack {
		facts = append(facts, chat.Fact{Label: "Call back", Value: callFact(c)})
	}

	parts := append([]chat.Part{facts}, s.wordsParts(e, mostStatements)...)

	if c.Happened != "" {
		parts = append(parts, chat.Quote{Label: happenedLabel(c), Text: c.Happened})
	}

	for _, q := range []chat.Quote{
		{Label: "Wants", Text: c.Wants}, {Label: "Tried and offered", Text: c.Tried},
		{Label: "Promised", Text: e.onlyTold()}, {Label: "Told to expect", Text: c.Told},
	} {
		if q.Text != "" {
			parts = append(parts, q)
		}
	}

	if e.Question != nil && e.Question.Answer != "" {
		parts = append(parts, chat.Quote{Label: s.name(e.Agent) + " answered", Text: e.Question.Answer})
	}

	if owed := s.owedFacts(e.Owed); len(owed) > 0 {
		parts = append(parts, owed)
	}

	return slices.Concat(known.cautions(), parts, known.knownParts())
}

func happenedLabel(c Context) string {
	switch c.Confirmed {
	case "yes":
		return "What happened (the customer confirmed it)"
	case "no":
		return "What happened (the customer sees it differently)"
	default:
		return "What happened"
	}
}

func (s *session) waitingFact(e *Escalation) chat.Text {
	if !e.Context.Waiting {
		return chat.Line("not on the line, asked at %v", e.Opened)
	}

	return chat.Line("on the line since %v (%v)", e.Opened, waited(s.now.Sub(e.Opened)))
}

func callFact(c Context) chat.Text {
	text := chat.Plain("as soon as possible")
	if !c.CallAt.IsZero() {
		text = chat.Line("%v", chat.Day(c.CallAt))
	}

	if c.CallWhere != "" {
		text = append(text, chat.Plain(", "+c.CallWhere)...)
	}

	if c.CallWho != "" {
		text = append(text, chat.Plain(", ask for "+c.CallWho)...)
	}

	return text
}

func addFact(facts chat.Facts, label, value string) chat.Facts {
	if value == "" {
		return facts
	}

	return append(facts, chat.Fact{Label: label, Value: chat.Plain(value)})
}

func joinDot(words ...string) string { return joined(" · ", words...) }

// heldPage is the card of whoever has it.
func (s *session) heldPage(e *Escalation) chat.Message {
	m := chat.Message{Title: e.ID.String() + " · You have it"}

	if e.State == Joined {
		m.Title = e.ID.String() + " · You are on it"
	}

	m.Summary = joinSentences(m.Title, subject(e))

	if e.State == Taken && (e.Kind == TakeOver || e.Kind == JoinUs || e.Kind == CallBack) {
		opener := playbook.Opener(s.language(e.Holder), s.name(e.Holder), inline(e.Context.Customer, 60), s.name(e.Agent), inline(e.Context.Happened, 600), inline(e.Context.Wants, 300))
		m.Parts = append(m.Parts, chat.Advice{Label: "Open with", Text: chat.Plain(opener)})
	}

	m.Parts = append(m.Parts, s.dangerParts(e)...)
	m.Parts = append(m.Parts, s.stopParts(e, e.Holder)...)

	if e.State == Joined {
		m.Parts = append(m.Parts, s.threatParts(e, e.Holder)...)
	}

	if !e.Introduced.IsZero() {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v introduced you at %v.", s.name(e.Agent), e.Introduced)})
	}

	if e.Handover != nil {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v was asked to take over. It is yours until they do.", s.name(e.Handover.To))})
	}

	m.Parts = slices.Concat(m.Parts, s.caseParts(e, e.Holder), s.holderGlance(e), s.limitParts(e, e.Holder))
	m.Parts = append(m.Parts, chat.Small{Text: s.holderNote(e)})
	m.Choices = s.holderChoices(e)

	return m
}

func (s *session) holderNote(e *Escalation) chat.Text {
	if e.State == Joined || e.JoinBy.IsZero() {
		return chat.Line("%v · with you since %v · agent %v", e.ID, e.TakenAt, s.name(e.Agent))
	}

	if e.aftermath() {
		return chat.Line("%v · agent %v · the contact is over. If you can't see to it by %v, I page the next person.", e.ID, s.name(e.Agent), chat.Second(e.JoinBy))
	}

	return chat.Line("%v · agent %v · if you have not joined by %v, I page the next person.", e.ID, s.name(e.Agent), chat.Second(e.JoinBy))
}

// decisions are the two answers to a request for approval, each for the amount
// that the card shows, and a third for less of it.
func (s *session) decisions(e *Escalation, who PersonID) []chat.Choice {
	approve, deny := s.button(e, "approve", "Approve", chat.Primary), s.button(e, "deny", "Deny", chat.Danger)
	approve.Spoken, deny.Spoken = "Approve "+inline(e.Context.Amount, 50), "Deny "+inline(e.Context.Amount, 50)

	decisions := []chat.Choice{numbered(approve, amountMark(e)), numbered(deny, amountMark(e))}
	if e.Context.limited() && s.partly(e, who) > 0 {
		decisions = append(decisions, s.button(e, "approve_other", "Approve another amount", chat.Normal))
	}

	return decisions
}

func (s *session) holderChoices(e *Escalation) []chat.Choice {
	var choices []chat.Choice

	switch {
	case e.Kind == Approve:
		choices = append(choices, s.decisions(e, e.Holder)...)
	case e.State == Taken:
		choices = append(choices, s.button(e, "join", joinLabel(e), chat.Primary))
	}

	if e.State == Joined && e.Kind != Approve {
		choices = append(choices, s.button(e, "resolve", "Resolve", chat.Primary), s.button(e, "hand_back", "Hand back", chat.Normal))
	} else {
		choices = append(choices, s.button(e, "hand_back", "Hand back", chat.Normal), s.button(e, "resolve", "Resolve", chat.Normal))
	}

	if e.State == Joined {
		choices = append(choices, s.toldChoice(e, chat.Normal))
	}

	choices = append(choices, s.button(e, "note", "Add note", chat.Normal), s.button(e, "hand_to", "Hand to…", chat.Normal),
		s.button(e, "promise_callback", "Promise a callback", chat.Normal), s.button(e, "add_owed", "Add follow-up", chat.Normal),
		s.noteChoice(e, e.State == Joined), s.moreHelpChoice(e, e.Holder))

	if e.incident() {
		choices = append(choices, s.restrictChoice(e, e.Holder))
	}

	return offered(choices)
}

func joinLabel(e *Escalation) string {
	switch {
	case e.Kind == Advise:
		return "I am advising now"
	case e.aftermath():
		return "I see to it"
	default:
		return "Customer is with me"
	}
}

// aftermath reports whether there is nobody on the line any more to be brought to
// whoever takes a threat: what is left is the agent, and the incident.
func (e *Escalation) aftermath() bool { return e.Kind == Threat && !e.CallEnded.IsZero() }

// closedPage is what is left of a page when somebody else has it, or it is over.
func (s *session) closedPage(e *Escalation, who PersonID) chat.Message {
	line := s.situation(e)
	m := chat.Message{
		Title:   e.ID.String() + " · " + s.closedTitle(e),
		Parts:   []chat.Part{chat.Paragraph{Text: line}, chat.Small{Text: chat.Plain(about(e))}},
		Choices: s.doneChoices(e, who),
	}
	m.Summary = m.Title

	if facts := s.owedFacts(e.Owed); len(facts) > 0 && len(m.Choices) > 0 {
		m.Parts = append(m.Parts, facts)
	}

	if e.incident() && e.page(who) != nil {
		m.Choices = offered(append(m.Choices, s.restrictChoice(e, who)))
	}

	if who == e.Holder && (e.State == Resolved || e.State == Closed) {
		m.Parts = append(append(m.Parts, outcomeParts(e.Outcome)...), touchParts(s, e)...)
		m.Choices = append(m.Choices, s.button(e, "note", "Add note", chat.Normal), s.addOwedChoice(e), s.thanksChoice(e), s.button(e, "reopen", "Reopen", chat.Normal))
		m.Choices = offered(m.Choices)
	}

	return m
}

func (s *session) closedTitle(e *Escalation) string {
	switch e.State {
	case Taken, Joined:
		return s.name(e.Holder) + " has it"
	case Returned:
		return "back with " + s.name(e.Agent)
	case Resolved, Closed:
		return "resolved"
	case Withdrawn:
		return "withdrawn"
	case Paging:
		return "still paging"
	default:
		return string(e.State)
	}
}

// askCard asks whoever has it whether the customer is with them.
func (s *session) askCard(e *Escalation, who PersonID) chat.Message {
	if e.State != Taken || e.Holder != who {
		return chat.Message{Title: e.ID.String() + " · " + s.askedTitle(e, who), Parts: []chat.Part{chat.Small{Text: s.situation(e)}}}
	}

	question, open := "Is the customer with you?", "nobody has the customer"
	if e.aftermath() {
		question, open = "Do you see to it?", "nobody sees to it"
	}

	m := chat.Message{
		Title: e.ID.String() + " · " + question,
		Parts: []chat.Part{
			chat.Paragraph{Text: chat.Line("You took it at %v. If %v by %v, I page the next person.", e.TakenAt, open, chat.Second(e.JoinBy))},
			chat.Small{Text: chat.Plain(about(e))},
		},
		Choices: []chat.Choice{
			s.button(e, "join", joinLabel(e), chat.Primary),
			s.button(e, "hand_to", "Hand to…", chat.Normal),
			s.button(e, "hand_back", "Hand back", chat.Normal),
		},
	}

	if !e.Introduced.IsZero() {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("%v says that they introduced you at %v.", s.name(e.Agent), e.Introduced)})
	}

	return m
}

// askedTitle is what is left of the question once its moment has passed.
func (s *session) askedTitle(e *Escalation, who PersonID) string {
	if e.State == Joined && e.Holder == who {
		return "answered"
	}

	return s.closedTitle(e)
}

// Draw returns what a card shows now, and where: by the account that was settled
// when it was wanted first, unless that was deactivated since.
func (d *Desk) Draw(tx Tx, id CardID) (Drawing, error) {
	s := &session{Tx: tx, desk: d, now: d.now()}

	drawing, err := s.draw(id)
	if drawing.Person == "" {
		return drawing, err
	}

	card, unread := s.Card(id)
	if unread == nil && slices.Contains(s.usable(id.Person), card.To) {
		drawing.To, drawing.Person = card.To.Private(), card.To
	}

	return drawing, err
}

func (s *session) draw(id CardID) (Drawing, error) {
	switch id.Role { //nolint:exhaustive // all others belong to an escalation
	case HomeCard:
		return s.drawHome(id.Person)
	case NoteCard:
		return s.drawNote(id)
	case BreakCard:
		return s.drawBreak(id)
	}

	e, err := s.Escalation(id.Escalation)
	if errors.Is(err, ErrNotFound) {
		return Drawing{}, errMoot
	}

	if errors.Is(err, ErrDamaged) {
		if erased := s.erasedUnread(id.Escalation); erased != nil {
			return s.drawErased(erased, id)
		}
	}

	if err != nil {
		return Drawing{}, err
	}

	if e.takenAway(id) {
		return s.drawErased(e, id)
	}

	switch id.Role {
	case AgentCard:
		return s.drawFor(id.Person, s.agentCard(e))
	case PageCard:
		return s.drawPage(e, id)
	case AskCard:
		return s.drawFresh(id, e.State == Taken && e.Holder == id.Person, s.askCard(e, id.Person))
	case NoticeCard:
		return s.drawNotice(e, id)
	case ChannelCard:
		return s.drawChannel(e)
	case AlarmCard:
		return s.drawAlarm(e, id)
	case ThreadCard:
		return s.drawThread(e, id)
	case HomeCard, NoteCard, BreakCard:
		return Drawing{}, errMoot
	default:
		return Drawing{}, errMoot
	}
}

func (s *session) drawFor(who PersonID, m chat.Message) (Drawing, error) {
	account, ok := s.account(who)
	if !ok {
		return Drawing{}, &chat.Failure{Kind: chat.Unreachable, Code: "no_account"}
	}

	return Drawing{To: account.Private(), Person: account, Message: m}, nil
}

// drawFresh draws what is not worth sending any more once its moment has
// passed, but is drawn anew if it was sent. The drawing is returned with errMoot
// too, for a copy that may have been sent without our knowing.
func (s *session) drawFresh(id CardID, fresh bool, m chat.Message) (Drawing, error) {
	drawing, err := s.drawFor(id.Person, m)
	if err != nil {
		return drawing, err
	}

	return drawing, s.worth(id, fresh)
}

// worth returns errMoot for a card that is not fresh and was not sent.
func (s *session) worth(id CardID, fresh bool) error {
	if fresh {
		return nil
	}

	if card, err := s.Card(id); err != nil || card.Ref.IsZero() {
		return errMoot
	}

	return nil
}

// drawPage draws a page. One that was not sent before somebody else took it, or
// before a newer one, wakes nobody any more.
func (s *session) drawPage(e *Escalation, id CardID) (Drawing, error) {
	page := e.page(id.Person)
	mine := e.Holder == id.Person || e.Handover != nil && e.Handover.To == id.Person
	fresh := page != nil && page.Attempt == id.N && (e.State == Paging && page.State != PageUnreachable || mine)

	return s.drawFresh(id, fresh, s.pageCard(e, id.Person, id.N))
}

// outcomeParts are how it ended, as it was written down.
func outcomeParts(o *Outcome) []chat.Part {
	if o == nil {
		return nil
	}

	facts := addFact(nil, "Outcome", joinDot(o.Name, o.Amount))
	facts = addFact(facts, "Satisfied", label(satisfaction, o.Satisfied))
	parts := []chat.Part{facts}

	for _, q := range []chat.Quote{
		{Label: "Agreed", Text: o.Agreed}, {Label: "Explained", Text: o.Why}, {Label: "Offered instead", Text: o.Instead},
		{Label: "What worked", Text: o.Worked}, {Label: "What to change", Text: o.Change},
	} {
		if q.Text != "" {
			parts = append(parts, q)
		}
	}

	return parts
}
