package bot

import (
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// whoMayApprove are those who may approve what a case asks for: those on duty and
// the managers first, or else any supervisor of the team.
func (s *session) whoMayApprove(e *Escalation) []PersonID {
	team := s.desk.settings.team(e.Team)
	if team == nil {
		return nil
	}

	may := func(people []PersonID) []PersonID {
		return slices.DeleteFunc(slices.Clone(people), func(who PersonID) bool {
			return who == e.Agent || s.gone(who) || !s.mayGive(who, e.Team, e.Context.Option, e.Context.sum(), e.Context.Currency)
		})
	}

	return anybody(may(union(without(s.onDuty(team, s.now), team.Managers), team.Managers)), may(team.Supervisors))
}

// refer answers somebody who presses Approve for more than they may: it goes to
// those who may, in the same tap. Nil means that they may approve it, or that
// nobody decides on it any more.
func (s *session) refer(e *Escalation, by PersonID) (*chat.Message, error) {
	if e.Kind != Approve || len(allowed(e.State, Decide{})) == 0 || s.mayGive(by, e.Team, e.Context.Option, e.Context.sum(), e.Context.Currency) {
		return nil, nil //nolint:nilnil // nothing is to be said
	}

	beyond, people := e.Context.price()+s.isBeyond(e, by), s.whoMayApprove(e)

	if len(people) == 0 {
		return chat.Notice("%v, %v. You can approve another amount, or deny it.", beyond, s.beyondAnybody(e)), nil
	}

	if err := s.apply(e, Refer{By: by}); err != nil && !harmless(err) {
		return nil, err
	}

	asked := slices.DeleteFunc(slices.Clone(people), func(who PersonID) bool {
		page := e.page(who)

		return page == nil || page.State != PageOpen
	})
	if len(asked) == 0 {
		return chat.Notice("%v. %v may approve it.", beyond, s.eitherOf(people)), nil
	}

	return chat.Notice("%v. I have passed it on: %v may approve it and is asked.", beyond, s.eitherOf(asked)), nil
}

// isBeyond says why somebody may not approve what is asked for, behind what that is.
func (s *session) isBeyond(e *Escalation, who PersonID) string {
	option := s.limitsOf(e)
	limit := money(s.limitOf(who, e.Team, option), option.Currency)

	switch {
	case e.Context.sum() != unsaid:
		return " is beyond your limit of " + limit
	case option.priced():
		return " doesn’t say how much it is, and your limit is " + limit
	default:
		return " doesn’t say how much it is"
	}
}

// beyondAnybody ends a sentence with isBeyond where nobody else may approve it either.
func (s *session) beyondAnybody(e *Escalation) string {
	if e.Context.sum() == unsaid {
		return "so nobody in this team may approve it as it is"
	}

	return "and beyond what anybody in this team may approve" + upTo(s.limitsOf(e), e.Context.sum())
}

// limitNote says to somebody who is asked for more than they may approve what
// their buttons do, or that nothing here says how much it is. "" means that they may.
func (s *session) limitNote(e *Escalation, who PersonID) string {
	if e.Kind == Approve && !e.Context.limited() && len(s.askingIn(e.Team, who).Options) > 0 {
		return "No limit is known for this."
	}

	if e.Kind != Approve || s.mayGive(who, e.Team, e.Context.Option, e.Context.sum(), e.Context.Currency) {
		return ""
	}

	beyond := "This" + s.isBeyond(e, who)

	if people := s.whoMayApprove(e); len(people) > 0 {
		return beyond + ". “Approve” passes it on to " + s.eitherOf(people) + "."
	}

	return beyond + ", " + s.beyondAnybody(e) + "."
}

// whyHigher says to an agent why others are paged than usual, "" if they are not.
func (s *session) whyHigher(e *Escalation) string {
	option := s.limitsOf(e)
	may := func(p Page) bool {
		return s.mayGive(p.Who, e.Team, e.Context.Option, e.Context.sum(), e.Context.Currency)
	}
	toAll := func(p Page) bool { return p.State == PageOpen && p.Tier == everyone }

	if e.Kind != Approve || e.State != Paging || slices.ContainsFunc(e.Pages, toAll) {
		return ""
	}

	if e.Context.sum() == unsaid {
		return s.whyUnsaid(e)
	}

	switch most := option.limit(ManagerRank); {
	case e.Context.Sum > most:
		return "Nobody in this team may approve that much: the most is " + money(most, option.Currency) + ". Whoever is paged can approve less, or help otherwise."
	case e.Context.Sum > option.limit(SupervisorRank) && len(e.Pages) > 0 && !slices.ContainsFunc(e.Pages, may):
		return "Nobody who may approve that much is here. Whoever is paged can approve less, or help otherwise."
	case e.Context.Sum > option.limit(SupervisorRank):
		return "Supervisors may approve up to " + money(option.limit(SupervisorRank), option.Currency) + ", so I page only who may approve more."
	default:
		return ""
	}
}

// whyUnsaid is whyHigher for money of which nobody said how much.
func (s *session) whyUnsaid(e *Escalation) string {
	switch {
	case s.givesMost(SupervisorRank, e.Team, e.Context.Option):
		return ""
	case len(s.whoMayApprove(e)) == 0:
		return "It doesn’t say how much that is, and nobody who may approve any amount is here. Add how much it is; whoever is paged can approve an amount, or help otherwise."
	default:
		return "It doesn’t say how much that is, so I page only who may approve the most. Add the amount, and it counts."
	}
}

// beyondNotice tells the agent that nobody may approve that much.
func beyondNotice(s *session, e *Escalation, _ Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain(s.whyHigher(e))})
	m.Choices = []chat.Choice{s.button(e, "add_context", "Add context", chat.Normal)}
}

// beyondStands reports whether that is still so.
func beyondStands(e *Escalation, entry Entry) bool {
	return e.State == Paging && e.Kind == Approve && e.Context.Amount == entry.Text
}

// ranOutNotice tells the agent that they have to ask anew.
func ranOutNotice(s *session, e *Escalation, entry Entry, _ PersonID, m *chat.Message) {
	m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line(
		"%v approved %v. It was not used in its time, so please ask anew before you promise it.", s.name(entry.By), or(inline(entry.Text, 80), "it"))})
	m.Choices = []chat.Choice{s.button(e, "escalate_again", "Ask anew", chat.Primary), s.button(e, "resolve", "Resolve", chat.Normal)}
}

// ranOutStands reports whether the agent still has it, without a newer approval.
func ranOutStands(e *Escalation, entry Entry) bool {
	return e.State == Returned && e.Decision != nil && e.Decision.ranOut(entry.At)
}
