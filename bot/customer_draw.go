package bot

import (
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/redact"
)

// What is known of a customer is shown wherever somebody deals with them. Who leads
// the team sees it with names, and may open what was before. Everybody else, the
// agent too, sees what they need so as not to promise or give a thing twice and to be
// safe, without who else had to do with it: an escalation is for its agent, its team's
// supervisors and managers, and whoever was paged, and those before it had others.

// knownShown is how much is shown of each kind of thing that is known: a page is read
// on a phone, in ten seconds.
const knownShown = 3

// knows returns what is known of a customer, nil for nothing. What can't be read is
// left out, since nothing may hold up what it would be shown on.
func (s *session) knows(key CustomerKey) *Customer {
	if key.nobody() {
		return nil
	}

	c, err := s.Customer(key.Team, key.Reference)
	if err == nil {
		return c
	}

	if !errors.Is(err, ErrNotFound) {
		s.desk.log.Error("what is known of a customer can't be read: it is left out", "error", err)
	}

	return nil
}

// A knownView is what somebody sees of what is known of a customer.
type knownView struct {
	*session
	c    *Customer   // nil if nothing is known
	e    *Escalation // for which of their escalations, nil where there is none yet
	full bool        // with names, and what leads to other escalations
	own  bool        // by the agent themselves
}

// known is what somebody sees of the customer of an escalation.
func (s *session) known(e *Escalation, who PersonID) knownView {
	return knownView{session: s, c: s.knows(e.customer()), e: e, full: s.desk.settings.leads(who, e.Team), own: who == e.Agent}
}

// knownParts are what is known of a customer, but for the cautions, on a card or a
// page, with buttons to open what was before.
func (v knownView) knownParts() []chat.Part {
	parts := v.facts()

	if buttons := v.shown(); len(buttons) > 0 {
		parts = append(parts, buttons)
	}

	if (v.full || v.own) && v.e.State.Open() && v.e.customer().nobody() {
		parts = append(parts, v.namesakes(v.e)...)
	}

	return parts
}

// knownIntro is what is known of a customer on a form that is about an escalation, nil
// where there is none yet. Nobody's name is on a form, whoever fills it.
func (s *session) knownIntro(team TeamID, c Context, e *Escalation) []chat.Part {
	v := knownView{session: s, c: s.knows(CustomerKey{team, c.Reference}), e: e}
	parts := append(v.cautions(), v.facts()...)

	if (CustomerKey{team, c.Reference}).nobody() {
		parts = append(parts, s.namesakeHint(team, c.Customer)...)
	}

	return parts
}

// draftTeam is the team of a case that is being written, "" if nobody said.
func (s *session) draftTeam(d draft) TeamID {
	if teams := s.desk.settings.Teams; d.Team == "" && len(teams) == 1 {
		return teams[0].ID
	}

	return d.Team
}

// cautions are what must be seen before anything else: how the customer may be dealt
// with, and that they threatened the agent before.
func (v knownView) cautions() []chat.Part {
	if v.c == nil {
		return nil
	}

	var parts []chat.Part

	for _, line := range restrictionLines(v.c, v.now, v.full) {
		parts = append(parts, chat.Advice{Label: "Restriction", Text: line})
	}

	before := v.threatened()

	switch {
	case before == nil:
	case v.own:
		parts = append(parts, chat.Advice{Label: "You need not go on alone", Text: chat.Line(
			"You had threats from this customer: %v. Whoever comes is asked to take this contact from you.", chat.Day(before.At))})
	case v.full:
		agent := v.name(v.e.Agent)
		parts = append(parts, chat.Advice{Label: "Look after " + agent, Text: chat.Line("%v had threats from this customer: %v. %v", agent, chat.Day(before.At), instead(v.e.Kind))})
	}

	return parts
}

// instead says what fits an agent better who was threatened by the same customer
// before than what they asked for.
func instead(k Kind) string {
	if k == JoinUs || k == Advise || k == Approve {
		return "Take it over rather than helping from aside."
	}

	return "Don't leave them alone with it."
}

// threatened returns when the customer threatened the same agent last before, nil for
// never. Once a case is not open any more it is no news.
func (v knownView) threatened() *Incident {
	if v.c == nil || v.e == nil || !v.e.State.Open() {
		return nil
	}

	for i := range v.c.Incidents {
		if in := &v.c.Incidents[i]; in.Agent == v.e.Agent && in.Escalation != v.e.ID && in.At.Before(v.e.Opened) {
			return in
		}
	}

	return nil
}

// facts are what was before, what is owed, what was given, and whom they threatened.
func (v knownView) facts() []chat.Part {
	if v.c == nil {
		return nil
	}

	var facts chat.Facts

	if line := v.visits(); line != nil {
		facts = append(facts, chat.Fact{Label: "Known", Value: line})
	}

	facts = slices.Concat(facts, v.owing(), v.gestures(), v.incidents())
	if len(facts) == 0 {
		return nil
	}

	return []chat.Part{facts}
}

// visits say how often the customer came, and how it was the last time.
func (v knownView) visits() chat.Text {
	times, last := v.c.Times, v.c.Visits

	if v.e != nil {
		later := 0
		for later < len(last) && last[later].Escalation != v.e.ID && last[later].At.After(v.e.Opened) {
			later++
		}

		times -= later
		last = slices.DeleteFunc(slices.Clone(last[later:]), func(visit Visit) bool { return visit.Escalation == v.e.ID })

		if v.e.countsAsVisit() && v.e.customer().same(v.c.Key()) {
			times--
		}
	}

	if times < 1 {
		return nil
	}

	line := chat.Plain(ordinal(times+1) + " time")
	if len(last) == 0 {
		return line
	}

	line = append(line, chat.Line(" · last %v", chat.Day(last[0].At))...)

	if v.full && last[0].Owner != "" {
		line = append(line, chat.Plain(", with "+v.name(last[0].Owner))...)
	}

	switch {
	case last[0].Outcome == "":
		line = append(line, chat.Plain(", still open")...)
	case v.full:
		line = append(line, chat.Plain(": "+inline(last[0].Outcome, 80))...)
	}

	return line
}

// owing are the promises of other escalations that are open.
func (v knownView) owing() chat.Facts {
	var facts chat.Facts

	others := v.c.Owing
	if v.e != nil {
		others = slices.DeleteFunc(slices.Clone(others), func(id EscalationID) bool { return id == v.e.ID })
	}

	for _, id := range others[:min(len(others), knownShown)] {
		e, err := v.Escalation(id)
		if err != nil {
			continue // its getter made it known
		}

		for i := range e.Owed {
			o := &e.Owed[i]
			if !o.Open() || len(facts) == knownShown {
				continue
			}

			facts = append(facts, chat.Fact{Label: owedLabel(o), Value: append(chat.Plain(inline(o.Text, 150)+", "), v.standsOpen(o)...)})
		}
	}

	return facts
}

// owedLabel is what something is called that is owed in another escalation.
func owedLabel(o *Owed) string {
	if o.Promise {
		return "Already promised"
	}

	return "Already planned"
}

// alreadyGiven is the label of what a customer was given.
const alreadyGiven = "Already given"

// gestures are what the customer was given.
func (v knownView) gestures() chat.Facts {
	if len(v.c.Gestures) == 0 {
		return nil
	}

	var line chat.Text

	for i, g := range v.c.Gestures[:min(len(v.c.Gestures), knownShown)] {
		if i > 0 {
			line = append(line, chat.Plain(" · ")...)
		}

		what := inline(g.Option, 60)
		if g.Amount > 0 {
			what += " " + money(g.Amount, g.Currency)
		}

		line = append(line, chat.Line("%v, %v", what, chat.Day(g.At))...)
	}

	if more := len(v.c.Gestures) - knownShown; more > 0 {
		line = append(line, chat.Line(" · %v more", more)...)
	}

	return chat.Facts{{Label: alreadyGiven, Value: line}}
}

// incidents say whom the customer threatened before.
func (v knownView) incidents() chat.Facts {
	others := slices.DeleteFunc(slices.Clone(v.c.Incidents), func(in Incident) bool { return v.e != nil && in.Escalation == v.e.ID })
	if len(others) == 0 || len(others) == 1 && v.threatened() != nil && (v.full || v.own) { // which is a caution
		return nil
	}

	line := chat.Line("one of the team, %v", chat.Day(others[0].At))
	if v.full {
		line = chat.Line("%v, %v", v.name(others[0].Agent), chat.Day(others[0].At))
	}

	if len(others) > 1 {
		line = append(line, chat.Line(" · %v times in all", len(others))...)
	}

	return chat.Facts{{Label: "Threatened", Value: line}}
}

// shown are buttons that show what was before.
func (v knownView) shown() chat.Buttons {
	if v.c == nil || !v.full {
		return nil
	}

	var buttons chat.Buttons

	for _, visit := range v.c.Visits {
		if visit.Escalation != 0 && (v.e == nil || visit.Escalation != v.e.ID) && len(buttons) < knownShown {
			id := visit.Escalation.String()
			buttons = append(buttons, chat.Choice{Action: "show", Value: id, Label: id, Spoken: "Show " + id})
		}
	}

	return buttons
}

// namesakesOf returns the references of a team's customers that go by a name: one more
// than is told apart, at most.
func (s *session) namesakesOf(team TeamID, name string) []string {
	references, err := s.CustomersNamed(team, name, knownShown+1)
	if err != nil {
		s.desk.log.Error("customers can't be found by name: they are left out", "error", err)
	}

	return references
}

// namesakes asks whether the customer of an escalation without a reference is one that
// is known by the same name.
func (s *session) namesakes(e *Escalation) []chat.Part {
	references := s.namesakesOf(e.Team, e.Context.Customer)
	if len(references) != 1 {
		return severalNamesakes(len(references))
	}

	c := s.knows(CustomerKey{e.Team, references[0]})
	if c == nil {
		return nil
	}

	same := numbered(s.button(e, "same_customer", "Same customer", chat.Normal), referenceMark(c.Reference))
	same.Spoken = "Same customer, " + inline(c.Reference, 40)

	return []chat.Part{
		chat.Paragraph{Text: chat.Line("There is a customer %v (%v). Is it the same one?", inline(c.Name, 60), inline(c.Reference, 40))},
		chat.Buttons{same},
	}
}

// namesakeHint is namesakes on a form, which has no buttons.
func (s *session) namesakeHint(team TeamID, name string) []chat.Part {
	references := s.namesakesOf(team, name)
	if len(references) != 1 {
		return severalNamesakes(len(references))
	}

	reference := inline(references[0], 40)

	return []chat.Part{chat.Small{Text: chat.Line("A customer of this name is known as %v. If it is the same one, write %v as the reference.", reference, reference)}}
}

func severalNamesakes(n int) []chat.Part {
	if n == 0 {
		return nil
	}

	many := fmt.Sprint(n)
	if n > knownShown {
		many = fmt.Sprint("More than ", knownShown)
	}

	return []chat.Part{chat.Small{Text: chat.Line("%v customers are known by this name. The reference tells which of them it is.", many)}}
}

// takeNamesake takes the reference of the customer whom a button asked about. Where
// they are not the only one of that name any more the button is late.
func (s *session) takeNamesake(e *Escalation, by PersonID, mark int) (Event, error) {
	references := s.namesakesOf(e.Team, e.Context.Customer)
	if !e.customer().nobody() || len(references) != 1 || referenceMark(references[0]) != mark {
		return nil, e.late()
	}

	c := e.Context
	c.Reference = strings.TrimSpace(references[0])

	return AddContext{By: by, Kind: e.Kind, Context: c}, nil
}

// ReferencePlace is where a customer's reference goes in Team.CustomerLink.
const ReferencePlace = "{reference}"

// referenceLink is a reference that leads to the customer's record in another system,
// where there is one. It is one step of a path, or one value of a query, whatever
// people wrote.
func (s *session) referenceLink(team TeamID, reference string) chat.Text {
	t := s.desk.settings.team(team)

	id := strings.TrimSpace(chat.Clean(reference))
	if t == nil || t.CustomerLink == "" || strings.Trim(id, ".") == "" || redact.Redacted(id) {
		return chat.Plain(reference)
	}

	escaped := strings.ReplaceAll(url.QueryEscape(id), "+", "%20")

	return chat.Line("%v", chat.Link{Text: reference, To: strings.Replace(t.CustomerLink, ReferencePlace, escaped, 1)})
}

// customerFact says who the customer is.
func (s *session) customerFact(e *Escalation) chat.Fact {
	fact, c := chat.Fact{Label: "Customer"}, e.Context

	switch {
	case c.Customer == "" && c.Reference == "":
		fact.Value = chat.Plain(e.unnamed())
	case c.Reference == "":
		fact.Value = chat.Plain(c.Customer)
	case c.Customer == "":
		fact.Value = s.referenceLink(e.Team, c.Reference)
	default:
		fact.Value = append(chat.Plain(c.Customer+" · "), s.referenceLink(e.Team, c.Reference)...)
	}

	return fact
}

// knownToAgent is what stands on the agent's card of their customer while it is open
// beside the cautions, with a link to the customer's record: the card says nowhere else
// who it is but in small print, which has no links.
func (v knownView) knownToAgent() []chat.Part {
	if !v.e.State.Open() {
		return nil
	}

	var parts []chat.Part

	if link := v.referenceLink(v.e.Team, v.e.Context.Reference); len(link) > 0 && link[0].To != "" {
		parts = append(parts, chat.Facts{{Label: "Record", Value: link}})
	}

	return append(parts, v.knownParts()...)
}

// agentCautions are what an agent must see of their customer before they say anything.
func (v knownView) agentCautions() []chat.Part {
	if !v.e.State.Open() {
		return nil
	}

	return append(v.cautions(), v.handOver()...)
}

// ordinal writes a number as people count.
func ordinal(n int) string {
	ending := "th"

	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		ending = "st"
	case n%10 == 2:
		ending = "nd"
	case n%10 == 3:
		ending = "rd"
	}

	return fmt.Sprint(n, ending)
}

// referenceMark tells references apart.
func referenceMark(reference string) int {
	return int(crc32.ChecksumIEEE([]byte(fold(reference))))
}
