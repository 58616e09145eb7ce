package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An item is one thing owed in a list, with its escalation.
type item struct {
	e *Escalation
	o *Owed
}

// followups answers /followups: what somebody owes, by due time.
func (d *Desk) followups(ctx context.Context, c chat.Command) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) (err error) {
		switch word, rest := firstWord(c.Text); {
		case word == "":
			message, err = s.followupsOf(s.whois(c.Who))
		case word == "team" && rest == "":
			message, err = s.teamFollowups(s.whois(c.Who))
		case word == "help" && rest == "":
			message = s.followupsHelp("Your follow-ups and promises")
		default:
			message = s.followupsHelp("I don't know “" + inline(c.Text, 40) + "” here. This is what there is:")
		}

		return err
	})

	return chat.Reply{Message: message}, err
}

// followupsHelp says what can follow /followups.
func (s *session) followupsHelp(title string) *chat.Message {
	c := "/" + s.desk.commandName(followupsCommand)

	return &chat.Message{
		Title: title,
		Parts: []chat.Part{chat.Facts{
			{Label: c, Value: chat.Plain("what you have promised or planned, by the time it is due")},
			{Label: c + " team", Value: chat.Plain("for supervisors and managers: what is overdue in your teams, or due today")},
			{Label: c + " help", Value: chat.Plain("this")},
		}, chat.Small{Text: chat.Plain("I remind you before something is due, at its time and after, never in your quiet hours. " +
			"What stays open goes up to a supervisor, and then to the managers.")}},
		Choices: []chat.Choice{addOwedToChoice},
	}
}

// addOwedToChoice opens the form in which somebody chooses the escalation first.
var addOwedToChoice = chat.Choice{Action: "add_owed_to", Label: "Add follow-up", Weight: chat.Normal, Spoken: "Add a follow-up or promise", Opens: true}

// owedBy returns what somebody owes, oldest due first.
func (s *session) owedBy(who PersonID) ([]item, error) {
	ids, err := s.Owing(who)
	if err != nil {
		return nil, err
	}

	return s.items(ids, func(o *Owed) bool { return o.Owner == who }), nil
}

// items returns what is still owed in some escalations, oldest due first.
func (s *session) items(ids []EscalationID, fits func(*Owed) bool) []item {
	var items []item

	for _, e := range s.readable(ids) {
		for i := range e.Owed {
			if o := &e.Owed[i]; o.Open() && fits(o) {
				items = append(items, item{e, o})
			}
		}
	}

	slices.SortStableFunc(items, func(a, b item) int { return a.o.Due.Compare(b.o.Due) })

	return items
}

func (s *session) followupsOf(who PersonID) (*chat.Message, error) {
	items, err := s.owedBy(who)
	if err != nil {
		return nil, err
	}

	if len(items) == 0 {
		m := chat.Notice("You owe nobody anything right now. What you promise or plan stands here, by the time it is due.")
		m.Choices = []chat.Choice{addOwedToChoice}

		return m, nil
	}

	const most = 14

	m := &chat.Message{Title: owedTitle(items, s.now), Choices: []chat.Choice{addOwedToChoice}}

	for _, it := range items[:min(len(items), most)] {
		m.Parts = append(m.Parts, s.itemParts(it, who)...)
	}

	if left := len(items) - most; left > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v that are due later.", left)})
	}

	return m, nil
}

// owedTitle says how much there is, and how much of it is overdue.
func owedTitle(items []item, now time.Time) string {
	late := 0

	for _, it := range items {
		if it.o.overdue(now) {
			late++
		}
	}

	if late == 0 {
		return "Your follow-ups and promises: " + itoa(len(items))
	}

	return "Your follow-ups and promises: " + itoa(len(items)) + ", overdue: " + itoa(late)
}

// itemParts are one line of a list, with what can be done about it.
func (s *session) itemParts(it item, who PersonID) []chat.Part {
	choices := append(s.owedChoices(it.e, it.o, who), s.owedChoice(it.e, it.o, "show", "Show", chat.Normal))
	for i := range choices {
		choices[i].Weight = chat.Normal
	}

	line := chat.Line("%v: %v", it.o.label(), inline(it.o.Text, 200))
	if it.o.overdue(s.now) {
		line = append(chat.Line("%v · ", chat.Strong("Overdue")), line...)
	}

	return []chat.Part{
		chat.Paragraph{Text: line},
		chat.Small{Text: append(append(s.stands(it.o), chat.Plain(" · "+it.e.ID.String())...), chat.Plain(customerDot(it.e))...)},
		chat.Buttons(choices),
	}
}

// customerDot names the customer behind something else.
func customerDot(e *Escalation) string {
	if who := joinDot(inline(e.Context.Customer, 60), inline(e.Context.Reference, 40)); who != "" {
		return " · " + who
	}

	return ""
}

// What teamFollowups looks through: all that has any deadline in this time, so
// that its cost does not grow with what is over. A reminder of what is overdue is
// never further away than the next working day.
const (
	lookedAhead = 7 * 24 * time.Hour
	mostLooked  = 2000
)

// teamFollowups lists what is overdue or due today in the teams that somebody
// leads, by owner.
func (s *session) teamFollowups(who PersonID) (*chat.Message, error) {
	leads := slices.ContainsFunc(s.desk.settings.Teams, func(t Team) bool { return s.desk.settings.may(who, listTeamsOwed, t.ID) })
	if !leads {
		return chat.Notice("That list is for supervisors and managers. /%v shows what you owe.", s.desk.commandName(followupsCommand)), nil
	}

	ids, err := s.Due(s.now.Add(lookedAhead), mostLooked)
	if err != nil {
		return nil, err
	}

	all, zone := len(ids) < mostLooked, s.zoneOfPerson(who)
	year, month, day := s.now.In(zone).Date()
	tomorrow := time.Date(year, month, day+1, 0, 0, 0, 0, zone)

	ids = slices.DeleteFunc(ids, func(id EscalationID) bool {
		e, err := s.Escalation(id)

		return err == nil && !s.desk.settings.may(who, listTeamsOwed, e.Team)
	})
	items := s.items(ids, func(o *Owed) bool { return o.Due.Before(tomorrow) })

	m := chat.Notice("Nothing is overdue in your teams, and nothing more is due today.")
	if len(items) > 0 {
		m = s.teamMessage(items)
	}

	if all {
		return m, nil
	}

	m.Parts = append(m.Parts, chat.Small{Text: chat.Line("So much is open that I looked through the %v escalations that need something first: there may be more.", mostLooked)})

	return m, nil
}

func (s *session) teamMessage(items []item) *chat.Message {
	const most = 30

	slices.SortStableFunc(items, func(a, b item) int { return strings.Compare(s.name(a.o.Owner), s.name(b.o.Owner)) })

	m := &chat.Message{Title: "Overdue or due today in your teams: " + itoa(len(items))}

	var facts chat.Facts

	for i, it := range items[:min(len(items), most)] {
		if i > 0 && it.o.Owner != items[i-1].o.Owner {
			m.Parts, facts = append(m.Parts, facts), nil
		}

		if len(facts) == 0 {
			m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v", chat.Strong(s.name(it.o.Owner)))})
		}

		value := append(chat.Plain(inline(it.o.Text, 120)+", "), s.stands(it.o)...)
		facts = append(facts, chat.Fact{Label: it.e.ID.String(), Value: value})
	}

	m.Parts = append(m.Parts, facts)

	if left := len(items) - most; left > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v more.", left)})
	}

	m.Parts = append(m.Parts, chat.Small{Text: chat.Line("/%v E-… shows one, with what you can do about it.", s.desk.command())})

	return m
}

// homeOwed is what somebody owes first, in their personal view.
func (s *session) homeOwed(who PersonID) ([]chat.Part, error) {
	const most = 4

	items, err := s.owedBy(who)
	if err != nil || len(items) == 0 {
		return nil, err
	}

	parts := []chat.Part{chat.Rule{}, chat.Paragraph{Text: chat.Line("%v", chat.Strong(owedTitle(items, s.now)))}}
	for _, it := range items[:min(len(items), most)] {
		parts = append(parts, s.itemParts(it, who)...)
	}

	if left := len(items) - most; left > 0 {
		parts = append(parts, chat.Small{Text: chat.Line("… and %v that are due later. /%v lists them all.", left, s.desk.commandName(followupsCommand))})
	}

	return parts, nil
}
