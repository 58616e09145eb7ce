package bot

import (
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// drawHome is somebody's personal view: what is open and concerns them.
func (s *session) drawHome(who PersonID) (Drawing, error) {
	open, err := s.concerning(who)
	if err != nil {
		return Drawing{}, err
	}

	m := chat.Message{Title: "Your escalations", Parts: []chat.Part{chat.Buttons{escalateChoice}}}

	onDuty, err := s.homeDuty(who)
	if err != nil {
		return Drawing{}, err
	}

	m.Parts = append(m.Parts, onDuty...)

	resting, err := s.homeBreak(who)
	if err != nil {
		return Drawing{}, err
	}

	owed, err := s.homeOwed(who)
	if err != nil {
		return Drawing{}, err
	}

	m.Parts = append(m.Parts, resting...)
	m.Parts = append(m.Parts, owed...)

	if len(open) == 0 {
		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Plain("Nothing is open that concerns you.")})
	}

	for i, e := range open {
		if i == mostAtHome {
			m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v older ones. /%v E-… shows one.", len(open)-i, s.desk.command())})

			break
		}

		buttons := append(s.choicesFor(e, who), s.button(e, "show", "Show", chat.Normal))
		m.Parts = append(m.Parts, chat.Rule{}, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(e.ID.String()), about(e))},
			chat.Small{Text: s.briefly(e)}, chat.Buttons(buttons))
	}

	return s.drawFor(who, m)
}

// homeDuty shows who is on duty in somebody's teams.
func (s *session) homeDuty(who PersonID) ([]chat.Part, error) {
	account, ok := s.account(who)
	if !ok {
		return nil, nil
	}

	const most = 5

	var parts []chat.Part

	mine, _ := s.teamsOf(account)
	for _, team := range mine[:min(len(mine), most)] {
		rota, err := s.roster(team, s.now)
		if err != nil {
			return nil, err
		}

		parts = append(parts, chat.Small{Text: append(chat.Line("On duty in %v: ", chat.Strong(team.Name)), s.nowAndNext(rota)...)})
	}

	return parts, nil
}

// mostAtHome is how many escalations fit into a personal view: it holds a
// hundred blocks.
const mostAtHome = 18

// escalateChoice opens the form for a new escalation.
var escalateChoice = chat.Choice{Action: "new", Label: "Escalate", Weight: chat.Primary, Spoken: "Open the form for a new escalation", Opens: true}

// choicesFor are the buttons that somebody has for an escalation now.
func (s *session) choicesFor(e *Escalation, who PersonID) []chat.Choice {
	if e.blank() {
		return nil
	}

	if who == e.Agent {
		return s.agentChoices(e)
	}

	if page := e.page(who); page != nil {
		return s.pageCard(e, who, page.Attempt).Choices
	}

	if e.Holder == who && (e.State == Taken || e.State == Joined) {
		return s.holderChoices(e)
	}

	choices := s.doneChoices(e, who)
	if e.State == Paging && s.may(who, "take", e) {
		choices = append([]chat.Choice{s.button(e, "take", "Take it", chat.Primary)}, choices...)
	}

	if (e.State == Taken || e.State == Joined) && s.may(who, actForHolder, e) {
		choices = append(choices, s.button(e, "hand_back", "Hand back", chat.Normal), s.button(e, "resolve", "Resolve", chat.Normal))
	}

	return choices
}

// listMessage lists escalations with a button for each.
func (s *session) listMessage(open []*Escalation) *chat.Message {
	if len(open) == 0 {
		return chat.Notice("Nothing is open that concerns you. /%v opens the form; /%v now pages at once.", s.desk.command(), s.desk.command())
	}

	const most = 15

	m := &chat.Message{Title: "Open and yours: " + itoa(len(open))}

	for i, e := range open {
		if i == most {
			m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v older ones. /%v E-… shows one.", len(open)-most, s.desk.command())})

			break
		}

		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(e.ID.String()), about(e))},
			chat.Small{Text: s.briefly(e)}, chat.Buttons{s.button(e, "show", "Show", chat.Normal)})
	}

	return m
}

// showMessage is one escalation in full, with its timeline.
func (s *session) showMessage(e *Escalation, entries []Entry, who PersonID) *chat.Message {
	const most = 25

	m := &chat.Message{Title: e.ID.String() + " · " + s.agentTitle(e)}
	if who != e.Agent {
		m.Title = e.ID.String() + " · " + s.closedTitle(e)
	}

	m.Parts = append([]chat.Part{chat.Paragraph{Text: s.situation(e)}}, s.caseParts(e, who)...)
	m.Parts = append(append(m.Parts, outcomeParts(e.Outcome)...), touchParts(s, e)...)
	m.Parts = append(m.Parts, s.owedShown(e, who)...)
	m.Parts = append(m.Parts, s.incidentParts(e)...)
	m.Parts = append(m.Parts, chat.Rule{})

	if len(entries) > most {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("%v earlier entries are left out.", len(entries)-most)})
		entries = entries[len(entries)-most:]
	}

	for _, entry := range entries {
		m.Parts = append(m.Parts, chat.Small{Text: s.entryLine(entry, true)})
	}

	m.Choices = s.choicesFor(e, who)

	if !slices.ContainsFunc(m.Choices, func(c chat.Choice) bool { return c.Action == "restrict" }) {
		m.Choices = offered(append(m.Choices, s.restrictChoice(e, who)))
	}

	return m
}

// help says what there is.
func (d *Desk) help() *chat.Message {
	c := "/" + d.command()

	return &chat.Message{
		Title: "How to get help with a hard conversation",
		Parts: []chat.Part{chat.Facts{
			{Label: c, Value: chat.Plain("opens the form; what you write behind it is filled in")},
			{Label: c + " now", Value: chat.Plain("pages a supervisor at once; the details can follow")},
			{Label: c + " list", Value: chat.Plain("what is open and concerns you")},
			{Label: c + " E-142", Value: chat.Plain("one escalation with its timeline")},
			{Label: c + " restrictions", Value: chat.Plain("for supervisors: customers who are dealt with differently for a while")},
			{Label: c + " help", Value: chat.Plain("this")},
			{Label: "/" + d.commandName(dutyCommand), Value: chat.Plain("who is on duty now and next; with help behind it, how to cover or be off")},
			{Label: "/" + d.commandName(recoverCommand), Value: chat.Plain("a break for you, which nobody else sees; with done behind it, you are back")},
			{Label: "/" + d.commandName(followupsCommand), Value: chat.Plain("what you promised or planned, by the time it is due")},
			{Label: "/" + d.commandName(calmCommand), Value: chat.Plain("what to say now; with what you notice behind it, what helps with that")},
		}, chat.Small{Text: chat.Plain("You can also use “Escalate this conversation” on a message.")}},
		Choices: []chat.Choice{escalateChoice},
	}
}

// unknown answers a command that this version does not have.
func (d *Desk) unknown(c chat.Command) *chat.Message {
	m := d.help()
	m.Title = "I don't know /" + inline(c.Name, 40) + " (yet). This is what I can do:"

	return m
}

// whichTeam asks somebody without a team whose supervisors to page: one press.
func (d *Desk) whichTeam(key, happened string) *chat.Message {
	m := &chat.Message{Title: "Whose supervisor shall I page?", Parts: []chat.Part{
		chat.Paragraph{Text: chat.Plain("Press your team, and I page at once. I remember it for the next time.")},
	}}

	for _, t := range d.settings.Teams {
		m.Choices = append(m.Choices, chat.Choice{
			Action: "now", Value: string(t.ID) + "/" + key + "/" + inline(happened, mostCarried), Label: inline(t.Name, 30), Weight: chat.Normal, Spoken: "Page " + inline(t.Name, 40),
		})
	}

	return m
}
