package bot

import (
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// How threats, abuse and hard stops are drawn. Whoever reads it is on the line
// with somebody who threatens them: each step is a sentence to say and the button
// that says it was done.

// threatParts is the procedure as far as it has come, for a reader who has the
// customer. What they can say is in their language.
func (s *session) threatParts(e *Escalation, reader PersonID) []chat.Part {
	r := e.report()

	switch {
	case e.Context.Trigger == SelfHarm || e.Kind != Threat || !e.State.Open():
		return nil
	case !r.Ended.IsZero():
		return append([]chat.Part{chat.Paragraph{Text: chat.Line("%v ended the contact at %v. That was right; nobody has to be threatened.", s.name(r.EndedBy), r.Ended)}},
			s.recordStep(e, reader, "")...)
	case !e.CallEnded.IsZero():
		return s.recordStep(e, reader, "")
	case r.Warned.IsZero():
		return slices.Concat(
			[]chat.Part{chat.Paragraph{Text: chat.Plain("You may warn once, and you may end the contact if the threats go on. Your safety goes first.")}},
			s.step(e, reader, "1. ", warnCard, s.button(e, "warned", "I warned them", chat.Normal)),
			s.step(e, reader, "2. ", endCard, s.button(e, "ended_contact", "I ended the contact", chat.Normal)),
			s.recordStep(e, reader, "3. "))
	default:
		return slices.Concat(
			[]chat.Part{chat.Paragraph{Text: chat.Line("%v warned them at %v. You need not warn again: if the threats go on, end it. If they stop, go on as usual.", s.name(r.WarnedBy), r.Warned)}},
			s.step(e, reader, "", endCard, s.button(e, "ended_contact", "I ended the contact", chat.Danger)),
			s.recordStep(e, reader, ""))
	}
}

// The cards of the playbook for the steps of a threat.
const (
	warnCard   = "threat-warn"
	endCard    = "threat-end"
	recordCard = "threat-record"
)

// step is a step of the procedure: a sentence to say, by the playbook's card, and the
// button that says that it was done. A team that has hidden the card keeps the button.
func (s *session) step(e *Escalation, reader PersonID, number, id string, done chat.Choice) []chat.Part {
	var parts []chat.Part

	if card, ok := s.book(e.Team).Card(s.language(reader), id); ok && len(card.Say) > 0 {
		parts = append(parts, chat.Advice{Label: number + card.Title, Text: chat.Plain(card.Say[0])})
	}

	return append(parts, chat.Buttons{done})
}

// recordStep is the step of writing it down, until somebody has.
func (s *session) recordStep(e *Escalation, reader PersonID, number string) []chat.Part {
	if r := e.report(); !r.Written.IsZero() {
		return nil
	}

	var parts []chat.Part

	if card, ok := s.book(e.Team).Card(s.language(reader), recordCard); ok {
		parts = append(parts, chat.Paragraph{Text: chat.Line("%v %v", chat.Strong(number+card.Title+"."), strings.Join(card.Do, " "))})
	}

	return append(parts, chat.Buttons{s.button(e, "write_down", "Write it down", chat.Normal)})
}

// saidByCard reports whether what to say now stands with the steps of a threat or of
// a hard stop, or there is nobody to say it to: who ended the contact is done.
func saidByCard(e *Escalation) bool {
	if e.Context.Trigger != "" {
		return true
	}

	return e.Kind == Threat && (!e.CallEnded.IsZero() || e.State == Paging || e.State == Returned)
}

// noteChoice opens the form of an incident, on a card where no step offers it (any
// more).
func (s *session) noteChoice(e *Escalation, withSteps bool) chat.Choice {
	if !e.incident() || withSteps && len(s.threatParts(e, e.Agent)) > 0 && e.report().Written.IsZero() {
		return chat.Choice{}
	}

	return s.button(e, "write_down", "Incident", chat.Normal)
}

// mostStatements is how many of the words that were added later fit on a card.
const mostStatements = 2

// stopCards are the playbook's cards for hard stops.
var stopCards = map[Trigger]string{
	Legal: "hard-stop-legal", Media: "hard-stop-media", SelfHarm: "hard-stop-self-harm", Fraud: "hard-stop-fraud",
}

// stopParts are what to do, to say and to avoid about a hard stop, in the reader's
// language.
func (s *session) stopParts(e *Escalation, reader PersonID) []chat.Part {
	if e.Context.Trigger == "" || !e.State.Open() {
		return nil
	}

	var parts []chat.Part

	language := s.language(reader)
	if card, ok := s.book(e.Team).Card(language, stopCards[e.Context.Trigger]); ok {
		parts = playbookParts(language, card)
	}

	if e.Context.Trigger == SelfHarm {
		words := emergencyWords[language]
		parts = append(parts, chat.Paragraph{Text: chat.Line(words.call, chat.Strong(or(s.emergency(e.Team), words.anywhere)))})
	}

	return parts
}

// emergency is whom to call where somebody is in danger, "" if the team has not said.
func (s *session) emergency(team TeamID) string {
	if t := s.desk.settings.team(team); t != nil && t.Emergency != "" {
		return t.Emergency
	}

	return ""
}

// dangerParts say that somebody is in danger.
func (s *session) dangerParts(e *Escalation) []chat.Part {
	if !e.danger() || e.State.Over() {
		return nil
	}

	return []chat.Part{chat.Paragraph{Text: chat.Line("%v Call for help first (%v); everything else can wait.", chat.Strong("Somebody is in danger now."), or(s.emergency(e.Team), emergencyWords[playbook.English].anywhere))}}
}

// routeParts offer a faster way to an agent whose words tell of a threat or of a
// hard stop that nobody has named, and a way to say that it is none.
func (s *session) routeParts(e *Escalation) []chat.Part {
	var (
		choices []chat.Choice
		words   []string
	)

	offers := e.offers()
	if len(offers) == 0 {
		return nil
	}

	for _, offer := range offers {
		choices = append(choices, s.route(e, offer.stop))
		words = append(words, without(offer.signs[:1], e.Context.abuse())...)
	}

	for i := range words {
		words[i] = "“" + words[i] + "”"
	}

	line := chat.Plain("Insults or threats? One tap brings in the managers and keeps the exact words.")
	if len(words) > 0 {
		line = chat.Line("You wrote %v. If it is one of these, one tap brings in who handles it.", enumerated(words))
	}

	choices = append(choices, numbered(s.button(e, "none_of_these", "None of these", chat.Normal), offersMark(e)))

	return []chat.Part{chat.Paragraph{Text: line}, chat.Buttons(choices)}
}

// offersMark tells apart what is offered: nobody declines what they did not see.
func offersMark(e *Escalation) int {
	var signs []string
	for _, offer := range e.offers() {
		signs = append(signs, offer.signs...)
	}

	return int(crc32.ChecksumIEEE([]byte(strings.Join(signs, "\n"))))
}

// route is the button that names a hard stop, or a threat.
func (s *session) route(e *Escalation, stop Trigger) chat.Choice {
	if stop == "" {
		return s.button(e, "fast_path", label(kinds, string(Threat)), chat.Normal)
	}

	return numbered(s.button(e, "hard_stop", label(stops, string(stop)), chat.Normal), stop.number())
}

// number is the place of a hard stop in the list of all, from 1.
func (t Trigger) number() int {
	return 1 + slices.IndexFunc(stops, func(c choice) bool { return c.value == string(t) })
}

// numberedStop returns the hard stop with a number, "" if there is none.
func numberedStop(n int) Trigger {
	if n < 1 || n > len(stops) {
		return ""
	}

	return Trigger(stops[n-1].value)
}

// wordsParts are the exact words, each as somebody wrote it: the first ones, and
// the latest of those that came later.
func (s *session) wordsParts(e *Escalation, most int) []chat.Part {
	if e.Context.Verbatim == "" {
		return nil
	}

	r := e.report()
	parts := []chat.Part{chat.Quote{Label: "Exact words", Text: e.Context.Verbatim}}

	if left := len(r.Statements) - most; left > 0 {
		parts = append(parts, chat.Small{Text: chat.Line("%v more were added; /%v %v shows all.", left, s.desk.command(), e.ID)})
		r.Statements = r.Statements[left:]
	}

	for _, added := range r.Statements {
		parts = append(parts, chat.Quote{Label: "Added by " + s.name(added.By), Text: added.Text})
	}

	return parts
}

// incidentParts are the incident as it was written down, to be read or printed.
func (s *session) incidentParts(e *Escalation) []chat.Part {
	if e.Incident == nil {
		return nil
	}

	r := e.report()
	facts := addFact(nil, "What", label(incidents, r.What))
	facts = addTime(facts, "When", r.At)
	facts = addFact(facts, "Where or by which channel", or(r.Where, label(contactChannels, e.Context.Channel)))
	facts = addFact(facts, "Against", r.Against)
	facts = addFact(facts, "Witnesses", r.Witnesses)
	facts = append(facts, s.deed("Warned", r.WarnedBy, r.Warned), s.deed("Contact ended", r.EndedBy, r.Ended))
	facts = addFact(facts, "In danger", label(yesNo, r.Danger))
	facts = addFact(facts, "Reported to", joinWords(labels(reportedTo, r.Reported), r.ReportRef))

	if !r.WordsAt.IsZero() {
		facts = append(facts, s.deed("Exact words kept", r.WordsBy, r.WordsAt))
	}

	for _, added := range r.Statements {
		facts = append(facts, s.deed("Words added", added.By, added.At))
	}

	if !r.Written.IsZero() {
		facts = append(facts, s.deed("Written down", r.By, r.Written))
	}

	parts := []chat.Part{chat.Rule{}, chat.Paragraph{Text: chat.Line("%v", chat.Strong("Incident"))}, facts}

	for _, added := range r.Statements[:max(len(r.Statements)-mostStatements, 0)] { // the others stand above
		parts = append(parts, chat.Quote{Label: "Added by " + s.name(added.By), Text: added.Text})
	}

	return parts
}

// deed is a fact about what somebody did at a time, or nobody did.
func (s *session) deed(what string, by PersonID, at time.Time) chat.Fact {
	if at.IsZero() {
		return chat.Fact{Label: what, Value: chat.Plain("no")}
	}

	return chat.Fact{Label: what, Value: chat.Line("%v, %v", s.name(by), chat.Day(at))}
}

func addTime(facts chat.Facts, label string, at time.Time) chat.Facts {
	if at.IsZero() {
		return facts
	}

	return append(facts, chat.Fact{Label: label, Value: chat.Line("%v", chat.Day(at))})
}

// labels returns how people read some of the choices.
func labels(choices []choice, values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = label(choices, v)
	}

	return joinWords(names...)
}

// threatAnnouncements are the messages about hard stops, and about threats that
// came up while somebody had the case.
var threatAnnouncements = map[What]announcement{
	WasStopped: {title: stopTitle, news: stillOpen, fill: informNotice},
	WasDanger:  {title: says("{by} says that somebody is in danger now"), past: says("{by} said that somebody was in danger"), news: stillOpen, fill: informNotice},
	WasChanged: {title: says("{by} says that the customer threatens or abuses them"), news: stillOpen, fill: informNotice},
}

func stillOpen(e *Escalation, _ Entry) bool { return e.State.Open() }

func stopTitle(s *session, entry Entry, _ PersonID) string {
	return "For your information: " + label(stops, entry.Text)
}

// informNotice shows somebody who need not take it what it is about. Who has it on
// their card, or was paged for it since, need not read all of it twice.
func informNotice(s *session, e *Escalation, _ Entry, who PersonID, m *chat.Message) {
	switch {
	case who == e.Holder:
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("You have it; your card shows the rest.")})
	case e.asked(who):
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("You are asked to take it; your page shows the rest.")})
	default:
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)},
			chat.Small{Text: chat.Plain("You need not take it: this is so that you know. Talk to whoever has it if they should do something.")})
		m.Parts = slices.Concat(m.Parts, s.dangerParts(e), s.caseParts(e, who))
	}

	m.Choices = []chat.Choice{s.button(e, "show", "Show", chat.Normal)}
}
