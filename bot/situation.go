package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// situation says in a sentence or two how an escalation stands: who has it and
// what happens next. It is what every late click is answered with.
func (s *session) situation(e *Escalation) chat.Text {
	switch e.State {
	case Paging:
		return s.pagingSituation(e)
	case Taken:
		return s.takenSituation(e)
	case Joined:
		if e.TakenAt.After(e.JoinedAt) { // at a change of shift: somebody else had joined
			return chat.Line("%v has had it since %v.%v", s.name(e.Holder), s.clockOrDay(e.TakenAt), s.handing(e))
		}

		return chat.Line("%v joined %v.%v", s.name(e.Holder), s.at(e.JoinedAt), s.handing(e))
	case Returned:
		return s.returnedSituation(e)
	case Resolved:
		return chat.Line("Resolved by %v %v: %v. %v", s.name(e.outcome().By), s.at(e.outcome().At), e.outcome().Name, owedCount(e))
	case Closed:
		return chat.Line("Closed: %v. %v", e.outcome().Name, owedCount(e))
	case Withdrawn:
		return chat.Line("%v took it back %v.", s.name(e.Agent), s.at(e.Ended))
	default:
		return nil
	}
}

// clockAlone is how long the time on the clock says when something was. What
// was before that may have been on another day.
const clockAlone = 12 * time.Hour

// clockOrDay is an instant that has been: by the clock, or with its day once that may be
// another one. A case can be open for a week.
func (s *session) clockOrDay(at time.Time) chat.Text {
	if s.now.Sub(at) < clockAlone {
		return chat.Line("%v", at)
	}

	return chat.Line("%v", chat.Day(at))
}

// at is such an instant as it stands behind a verb. A day has no "at" before it: platforms
// say "yesterday at 14:03".
func (s *session) at(at time.Time) chat.Text {
	if s.now.Sub(at) < clockAlone {
		return chat.Line("at %v", at)
	}

	return s.clockOrDay(at)
}

func (s *session) takenSituation(e *Escalation) chat.Text {
	switch {
	case e.Kind == CallBack && e.Context.CallAt.After(s.now):
		return chat.Line("%v took it %v and calls the customer %v.%v", s.name(e.Holder), s.at(e.TakenAt), chat.Day(e.Context.CallAt), s.handing(e))
	case e.Kind == CallBack:
		return chat.Line("%v took it %v and calls the customer.%v", s.name(e.Holder), s.at(e.TakenAt), s.handing(e))
	case e.aftermath():
		return chat.Line("%v took it %v. The contact with the customer is over.%v", s.name(e.Holder), s.at(e.TakenAt), s.handing(e))
	default:
		return chat.Line("%v took it %v and is on the way.%v", s.name(e.Holder), s.at(e.TakenAt), s.handing(e))
	}
}

func (s *session) pagingSituation(e *Escalation) chat.Text {
	open := s.openNames(e)

	switch {
	case e.Turn.Nobody:
		return chat.Line("Nobody can be reached right now. I try again at %v and go on until somebody takes it.", chat.Second(e.Turn.Until))
	case len(open) == 0:
		return chat.Line("Everybody who was asked can't take it. I go on at %v.", chat.Second(e.Turn.Until))
	default:
		return append(chat.Line("Paging %v. ", enumerated(open)), s.nextStep(e)...)
	}
}

// nextStep says what happens to pages that nobody answers.
func (s *session) nextStep(e *Escalation) chat.Text {
	if len(e.Turn.Next) == 0 {
		return chat.Plain("I go on until somebody takes it.")
	}

	return chat.Line("If there is no answer by %v, I page %v.", chat.Second(e.Turn.Until), s.next(e))
}

// lastResort reports whether an agent who waits should be offered a way on:
// nobody can be reached, or those are paged after whom there is nobody.
func (s *session) lastResort(e *Escalation) bool {
	if e.State != Paging || e.Turn.Nobody {
		return e.State == Paging
	}

	team := s.desk.settings.team(e.Team)
	if team == nil || e.Kind == Approve && e.Turn.Round == 0 && len(e.Turn.Asked) == len(e.Pages) { // the first who may approve it
		return false
	}

	last := len(team.plans(e.Chain)) - 1

	return e.Turn.Tier >= last && (e.Turn.Tier > 0 || e.Turn.Round > 0)
}

// openNames returns the names of those whose page is open.
func (s *session) openNames(e *Escalation) []string {
	var names []string

	for _, page := range e.Pages {
		if page.State == PageOpen {
			names = append(names, s.name(page.Who))
		}
	}

	return names
}

// next names who is paged next.
func (s *session) next(e *Escalation) string {
	if len(e.Turn.Next) > 3 {
		return e.Turn.NextName
	}

	open := func(who PersonID) bool { return e.page(who) != nil && e.page(who).State == PageOpen }
	if !slices.ContainsFunc(e.Turn.Next, open) {
		return enumerated(s.names(e.Turn.Next))
	}

	unpaged := slices.DeleteFunc(slices.Clone(e.Turn.Next), func(who PersonID) bool { return e.page(who) != nil })
	again := slices.DeleteFunc(slices.Clone(e.Turn.Next), func(who PersonID) bool { return e.page(who) == nil })

	if len(unpaged) == 0 {
		return enumerated(s.names(again)) + " again"
	}

	return enumerated(s.names(unpaged)) + ", and " + enumerated(s.names(again)) + " again"
}

func (s *session) handing(e *Escalation) string {
	if e.Handover == nil {
		return ""
	}

	return " " + s.name(e.Handover.To) + " was asked to take over."
}

func (s *session) returnedSituation(e *Escalation) chat.Text {
	switch {
	case e.Decision.ranOut(s.now):
		return chat.Line("%v approved it%v. That ran out %v; ask anew before you promise it.", s.name(e.Decision.By), described(e.Decision.Amount), chat.Day(e.Decision.Until))
	case e.Decision.valid(s.now) && !e.Decision.Until.IsZero():
		return chat.Line("Approved by %v%v. It holds until %v.", s.name(e.Decision.By), described(e.Decision.Amount), chat.Day(e.Decision.Until))
	case e.Decision != nil && e.Decision.Approved:
		return chat.Line("Approved by %v%v.", s.name(e.Decision.By), described(e.Decision.Amount))
	case e.Decision != nil:
		return chat.Line("%v did not approve it%v.", s.name(e.Decision.By), described(e.Decision.Note))
	case e.Holder != "":
		return chat.Line("%v handed it back to %v.", s.name(e.Holder), s.name(e.Agent))
	default:
		return chat.Line("It was reopened and is with %v.", s.name(e.Agent))
	}
}

func owedCount(e *Escalation) string {
	switch e.openOwed() {
	case 0:
		if e.neverKept() {
			return "Not all that the customer was told was done."
		}

		return "Nothing is owed to the customer."
	case 1:
		return "One thing is still owed to the customer."
	default:
		return "Some things are still owed to the customer."
	}
}

// described returns words as they follow what they describe.
func described(words string) string {
	if words == "" {
		return ""
	}

	return ": " + words
}

// say returns what the agent can say to the customer now, for somebody to read.
func (s *session) say(e *Escalation, reader PersonID) string {
	return playbook.Say(s.playSituation(e, reader))
}

func (s *session) playSituation(e *Escalation, reader PersonID) playbook.Situation {
	p := playbook.Situation{
		Language: s.language(reader),
		Stage:    s.stageOf(e), Need: need(e.Kind), Live: e.Context.Waiting, Customer: inline(e.Context.Customer, 60),
		Amount: inline(e.Context.Amount, 60), Advice: e.Advice,
	}

	if !e.CallEnded.IsZero() && (e.Kind == TakeOver || e.Kind == JoinUs) {
		p.Need = playbook.Callback // nobody can be brought to the line any more
	}

	if e.Holder != "" {
		p.Supervisor = s.name(e.Holder)
	}

	if e.Decision != nil && e.Decision.Amount != "" {
		p.Amount = inline(e.Decision.Amount, 60)
	}

	if !e.Context.CallAt.IsZero() {
		p.When = draftWords[p.Language].agreed
	}

	return p
}

func (s *session) stageOf(e *Escalation) playbook.Stage {
	switch e.State {
	case Paging:
		if s.lastResort(e) {
			return playbook.Alone
		}

		return playbook.Waiting
	case Taken:
		return playbook.Coming
	case Joined:
		return playbook.With
	case Returned:
		return s.returnedStage(e)
	case Resolved, Closed, Withdrawn:
		return playbook.Settled
	default:
		return playbook.Waiting
	}
}

func (s *session) returnedStage(e *Escalation) playbook.Stage {
	switch {
	case e.Decision == nil, e.Decision.ranOut(s.now):
		return playbook.Back
	case e.Decision.Approved:
		return playbook.Approved
	default:
		return playbook.Denied
	}
}

func need(k Kind) playbook.Need {
	switch k {
	case TakeOver:
		return playbook.TakeOver
	case JoinUs:
		return playbook.JoinUs
	case Advise:
		return playbook.Advice
	case Approve:
		return playbook.Approval
	case CallBack:
		return playbook.Callback
	case Threat:
		return playbook.Threat
	default:
		return playbook.TakeOver
	}
}

// inline makes words fit into a sentence: one line, at most so many characters.
func inline(words string, most int) string {
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}

	return string(runes)
}

// waited says how long somebody has been waiting, as people say it.
func waited(d time.Duration) string {
	switch minutes := int(d / time.Minute); {
	case minutes < 1:
		return "under a minute"
	case minutes == 1:
		return "1 minute"
	case minutes < 120:
		return itoa(minutes) + " minutes"
	default:
		return itoa(minutes/60) + " hours"
	}
}
