package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// drawNotice draws a message of its own about one entry of the timeline. One
// that has been overtaken before it could be sent is not sent.
func (s *session) drawNotice(e *Escalation, id CardID) (Drawing, error) {
	entry, err := s.entry(id.Escalation, id.N)
	if err != nil {
		return Drawing{}, err
	}

	return s.drawFresh(id, s.stillNews(e, entry), s.notice(e, entry, id.Person))
}

func (s *session) entry(id EscalationID, n int) (Entry, error) {
	entries, err := s.Timeline(id)
	if err != nil {
		return Entry{}, err
	}

	if n < 1 || n > len(entries) {
		return Entry{}, errMoot
	}

	return entries[n-1], nil
}

// stillNews reports whether an entry still says how things stand.
func (s *session) stillNews(e *Escalation, entry Entry) bool {
	switch entry.What {
	case WasTaken:
		return e.Holder == entry.By && e.State == Taken
	case WasExhausted:
		return e.State == Paging && e.Turn.Nobody
	case WasIntroduced:
		return e.State == Taken
	case WasNudged:
		return s.nudgeStands(e, entry)
	case WasOverdue, WasGivenUp:
		return e.State == Paging
	default:
		return true
	}
}

// nudgeStands reports whether what an entry reminds of is still to be done.
func (s *session) nudgeStands(e *Escalation, entry Entry) bool {
	if entry.Attempt > 0 && entry.Attempt <= len(e.Owed) {
		return e.Owed[entry.Attempt-1].Done.IsZero()
	}

	return e.State == Joined || e.State == Returned
}

// notice tells somebody what an edit of their card would not.
func (s *session) notice(e *Escalation, entry Entry, who PersonID) chat.Message {
	m := chat.Message{Title: e.ID.String() + " · " + s.noticeTitle(e, entry, who)}

	switch entry.What {
	case WasTaken:
		m.Parts = append(m.Parts, s.takenNotice(e, who))
	case WasExhausted:
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)}, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e))})
		m.Choices = s.exhaustedChoices(e)
	case WasHandedBack, WasApproved, WasDenied, WasReopened:
		m.Parts = s.returnedNotice(e, entry)
	case WasQuestioned:
		m.Parts = append(m.Parts, chat.Quote{Text: entry.Text})
		m.Choices = s.answerChoices(e, entry)
	case WasAnswered:
		m.Parts = append(m.Parts, chat.Quote{Text: entry.Text})
	case WasIntroduced:
		m.Choices = s.joinChoices(e)
	case WasNudged:
		m.Parts, m.Choices = s.nudge(e, entry, who)
	case WasResolved:
		m.Parts = s.resolvedNotice(e)
	default:
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.situation(e)})
	}

	m.Parts = append(m.Parts, chat.Small{Text: chat.Plain(subject(e))})

	return m
}

func (s *session) noticeTitle(e *Escalation, entry Entry, who PersonID) string {
	by := s.name(entry.By)

	switch entry.What {
	case WasTaken:
		return by + " has it"
	case WasExhausted:
		return "Nobody can be reached right now"
	case WasOverdue:
		if who == entry.Whom {
			return "Paging went on without you"
		}

		return s.name(entry.Whom) + " could not join; paging the next person"
	case WasGivenUp:
		return by + " can't do it after all; paging the next person"
	case WasNotHanded, WasPassed, WasUnreachable:
		return s.name(entry.Whom) + " can't take over; you still have it"
	case WasIntroduced:
		return by + " has introduced you"
	case WasHandedBack:
		return by + " hands it back to you"
	case WasApproved:
		return "Approved by " + by
	case WasDenied:
		return by + " did not approve it"
	case WasQuestioned:
		return by + " asks you"
	case WasAnswered:
		return by + " answered"
	case WasWithdrawn:
		return by + " took it back: nothing to do for you"
	case WasResolved:
		return "Resolved by " + by
	case WasReopened:
		return "Reopened by " + by
	case WasNudged:
		if entry.Attempt > 0 {
			return "Due now: " + inline(entry.Text, 80)
		}

		return "How did it end?"
	default:
		return string(entry.What)
	}
}

func (s *session) takenNotice(e *Escalation, who PersonID) chat.Part {
	if who != e.Agent {
		return chat.Paragraph{Text: s.situation(e)}
	}

	return chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e))}
}

func (s *session) exhaustedChoices(e *Escalation) []chat.Choice {
	if e.State != Paging || !e.Turn.Nobody {
		return nil
	}

	return []chat.Choice{
		s.button(e, "page_everyone", "Page everyone", chat.Primary),
		s.button(e, "promise_callback", "Promise a callback", chat.Normal),
	}
}

func (s *session) returnedNotice(e *Escalation, entry Entry) []chat.Part {
	var parts []chat.Part

	if entry.Text != "" {
		parts = append(parts, chat.Quote{Text: entry.Text})
	}

	if e.State == Returned {
		parts = append(parts, chat.Advice{Label: "Say now", Text: chat.Plain(s.say(e))})
	}

	return parts
}

func (s *session) answerChoices(e *Escalation, entry Entry) []chat.Choice {
	if q := e.Question; q == nil || q.Answer != "" || !q.At.Equal(entry.At) || !e.State.Open() {
		return nil
	}

	return []chat.Choice{s.button(e, "answer", "Answer", chat.Primary)}
}

func (s *session) joinChoices(e *Escalation) []chat.Choice {
	if e.State != Taken {
		return nil
	}

	return []chat.Choice{s.button(e, "join", joinLabel(e.Kind), chat.Primary)}
}

func (s *session) nudge(e *Escalation, entry Entry, who PersonID) ([]chat.Part, []chat.Choice) {
	if entry.Attempt > 0 {
		return []chat.Part{chat.Paragraph{Text: chat.Plain("You said that this would happen now.")}}, s.doneChoices(e, who)
	}

	if e.State != Joined && e.State != Returned {
		return []chat.Part{chat.Paragraph{Text: s.situation(e)}}, nil
	}

	return []chat.Part{chat.Paragraph{Text: chat.Plain("Please write down the outcome while it is fresh; a line is enough.")}},
		[]chat.Choice{s.button(e, "resolve", "Resolve", chat.Primary)}
}

func (s *session) resolvedNotice(e *Escalation) []chat.Part {
	parts := []chat.Part{chat.Paragraph{Text: s.situation(e)}}
	if e.Outcome != nil && e.Outcome.Agreed != "" {
		parts = append(parts, chat.Quote{Label: "Agreed", Text: e.Outcome.Agreed})
	}

	return parts
}

// tellsChannel reports whether an entry stands in the thread of the team's
// channel. Words that people wrote never do.
func tellsChannel(what What) bool {
	switch what {
	case WasNoted, WasAdded, WasQuestioned, WasAnswered, WasDoubled, WasNudged, WasSkipped:
		return false
	default:
		return true
	}
}

// drawChannel is the message in the team's channel: who has it and since when,
// the reference, and a masked name.
func (s *session) drawChannel(e *Escalation) (Drawing, error) {
	team := s.desk.settings.team(e.Team)
	if team == nil || team.Channel == "" {
		return Drawing{}, errMoot
	}

	m := chat.Message{Title: e.ID.String() + " · " + s.channelTitle(e), Parts: []chat.Part{
		chat.Facts{
			{Label: "Agent", Value: chat.Plain(s.name(e.Agent))},
			{Label: "Customer", Value: chat.Plain(or(joinDot(inline(e.Context.Reference, 40), masked(e.Context.Customer)), "not said yet"))},
			{Label: "Help", Value: chat.Plain(label(kinds, string(e.Kind)))},
			{Label: "Opened", Value: chat.Line("%v", e.Opened)},
		},
	}}

	return Drawing{To: team.Channel, Message: m}, nil
}

func (s *session) channelTitle(e *Escalation) string {
	switch e.State {
	case Paging:
		if open := s.openNames(e); len(open) > 0 {
			return "paging " + enumerated(open)
		}

		return "nobody reached yet"
	case Taken:
		return s.name(e.Holder) + " took it"
	case Joined:
		return s.name(e.Holder) + " has joined"
	case Returned:
		return "back with " + s.name(e.Agent)
	case Resolved, Closed, Withdrawn:
		return string(e.State)
	default:
		return string(e.State)
	}
}

// masked leaves the first letter of each word.
func masked(name string) string {
	var words []string

	for word := range strings.FieldsSeq(name) {
		first := []rune(word)[0]
		words = append(words, string(first)+"•••")
	}

	if len(words) > 4 {
		words = words[:4]
	}

	return strings.Join(words, " ")
}

// drawThread is one line of the timeline below the channel's message.
func (s *session) drawThread(e *Escalation, id CardID) (Drawing, error) {
	parent, err := s.Card(CardID{Role: ChannelCard, Escalation: e.ID})
	if errors.Is(err, ErrNotFound) {
		return Drawing{}, errMoot
	}

	if err != nil {
		return Drawing{}, err
	}

	if parent.Dead {
		return Drawing{}, errMoot
	}

	if parent.Ref.IsZero() {
		return Drawing{}, errLater
	}

	entry, err := s.entry(e.ID, id.N)
	if err != nil {
		return Drawing{}, err
	}

	line := s.entryLine(entry, false)

	return Drawing{To: parent.Ref.Room, Under: parent.Ref, Message: chat.Message{
		Title: line.String(), Parts: []chat.Part{chat.Paragraph{Text: line}},
	}}, nil
}

// entryLine is an entry as people read it. Words that people wrote stand in it
// only if asked for.
func (s *session) entryLine(entry Entry, words bool) chat.Text {
	var what string

	by, whom := s.name(entry.By), s.name(entry.Whom)

	switch entry.What {
	case WasPaged:
		what = whom + " was paged (" + entry.Text + ", page " + itoa(entry.Attempt) + ")"
	case WasUnanswered, WasUnreachable, WasOverdue, WasAsked, WasNudged:
		what = whom + " " + passive(entry.What)
	case WasPassed:
		what = by + " can't take it" + prefixedWith(": ", entry.Text)
	case WasSkipped:
		what = "Nobody to page: " + entry.Text
	case WasExhausted:
		what = "Nobody can be reached; I go on trying"
	case WasHandedTo:
		what = by + " asked " + whom + " to take over"
	case WasNotHanded:
		what = whom + " did not take over"
	case WasIntroduced:
		what = by + " introduced " + whom
	case WasResolved:
		what = by + " resolved it: " + entry.Text
	case WasUndelivered:
		what = "A message to " + or(whom, "the channel") + " could not be delivered (" + entry.Text + ")"
	case WasDoubled:
		what = "A message to " + whom + " may have been sent twice"
	case WasClosed:
		what = "Closed: nothing is owed any more"
	default:
		what = by + ": " + string(entry.What)
		if words && entry.Text != "" {
			what += ": " + inline(entry.Text, 200)
		}
	}

	return chat.Line("%v  %v", chat.Second(entry.At), what)
}

func passive(w What) string {
	switch w {
	case WasAsked:
		return "was asked whether the customer is with them"
	case WasNudged:
		return "was reminded"
	default:
		return string(w)
	}
}

// drawHome is somebody's personal view: what is open and concerns them.
func (s *session) drawHome(who PersonID) (Drawing, error) {
	open, err := s.concerning(who)
	if err != nil {
		return Drawing{}, err
	}

	m := s.listMessage(open)
	m.Title = "Your escalations"

	for _, e := range open {
		if slices.Contains([]State{Paging, Taken, Joined, Returned, Resolved}, e.State) && len(m.Parts) < 80 {
			m.Parts = append(m.Parts, chat.Rule{}, chat.Paragraph{Text: chat.Line("%v", chat.Strong(e.ID.String()+" · "+subject(e)))},
				chat.Paragraph{Text: s.situation(e)}, chat.Buttons(s.choicesFor(e, who)))
		}
	}

	m.Choices = []chat.Choice{{Action: "new", Label: "Escalate", Weight: chat.Primary, Spoken: "Open the form for a new escalation"}}

	return s.drawFor(who, *m)
}

// choicesFor are the buttons that somebody has for an escalation now.
func (s *session) choicesFor(e *Escalation, who PersonID) []chat.Choice {
	if who == e.Agent {
		return s.agentChoices(e)
	}

	if page := e.page(who); page != nil {
		return s.pageCard(e, who, page.Attempt).Choices
	}

	if e.Holder == who && (e.State == Taken || e.State == Joined) {
		return s.holderChoices(e)
	}

	return s.doneChoices(e, who)
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

		m.Parts = append(m.Parts, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(e.ID.String()), subject(e))},
			chat.Small{Text: s.situation(e)}, chat.Buttons{s.button(e, "show", "Show", chat.Normal)})
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

	m.Parts = append([]chat.Part{chat.Paragraph{Text: s.situation(e)}}, s.caseParts(e)...)
	m.Parts = append(m.Parts, chat.Rule{})

	if len(entries) > most {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("%v earlier entries are left out.", len(entries)-most)})
		entries = entries[len(entries)-most:]
	}

	for _, entry := range entries {
		m.Parts = append(m.Parts, chat.Small{Text: s.entryLine(entry, true)})
	}

	m.Choices = s.choicesFor(e, who)

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
			{Label: c + " help", Value: chat.Plain("this")},
		}, chat.Small{Text: chat.Plain("You can also use “Escalate this conversation” on a message.")}},
		Choices: []chat.Choice{{Action: "new", Label: "Escalate", Weight: chat.Primary, Spoken: "Open the form for a new escalation"}},
	}
}

// unknown answers a command that this version does not have.
func (d *Desk) unknown(c chat.Command) *chat.Message {
	m := d.help()
	m.Title = "I don't know /" + inline(c.Name, 40) + " (yet). This is what I can do:"

	return m
}

// whichTeam asks somebody without a team whose supervisors to page: one press.
func (d *Desk) whichTeam(happened string) *chat.Message {
	m := &chat.Message{Title: "Whose supervisor shall I page?", Parts: []chat.Part{
		chat.Paragraph{Text: chat.Plain("Press your team, and I page at once. I remember it for the next time.")},
	}}

	for _, t := range d.settings.Teams {
		m.Choices = append(m.Choices, chat.Choice{
			Action: "now", Value: string(t.ID) + "/" + inline(happened, 100), Label: inline(t.Name, 30), Weight: chat.Normal, Spoken: "Page " + inline(t.Name, 40),
		})
	}

	return m
}

// Undeliverable is told, inside the transaction that records it, that a card
// can't be delivered: a page goes to the next person at once, and all else is
// written on the timeline. It returns the cards that are to be shown for it.
func (d *Desk) Undeliverable(tx Tx, card *Card, failure *chat.Failure, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, func() Event {
		if card.ID.Role == PageCard {
			return Unreachable{Who: card.ID.Person, Attempt: card.ID.N, Reason: failure.Code}
		}

		return Undelivered{Whom: card.ID.Person, Reason: failure.Code}
	}())
}

// Doubled is told that a message may have been sent twice.
func (d *Desk) Doubled(tx Tx, card *Card, now time.Time) ([]CardID, error) {
	return d.onTimeline(tx, card, now, PossiblyDoubled{Whom: card.ID.Person, Attempt: card.ID.N})
}

func (d *Desk) onTimeline(tx Tx, card *Card, now time.Time, ev Event) ([]CardID, error) {
	if card.ID.Role == HomeCard || card.ID.Role == ThreadCard {
		return nil, nil
	}

	s := &session{Tx: tx, desk: d, now: now}

	e, err := s.Escalation(card.ID.Escalation)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}

	if err != nil {
		return nil, err
	}

	err = s.apply(e, ev)
	if _, late := errors.AsType[*LateError](err); late {
		return nil, nil
	}

	if _, again := errors.AsType[*NoChange](err); again {
		return nil, nil
	}

	return s.wanted, err
}

// unrecorded is what happens to a call for help while nothing can be kept: the
// page goes out all the same, to everybody at once, and says so.
func (d *Desk) unrecorded(ctx context.Context, key string, account chat.Person, team TeamID) chat.Reply {
	d.log.ErrorContext(ctx, "the disk is full: a page goes out unrecorded", "team", team)

	drawings := map[string]Drawing{}

	err := d.view(ctx, func(s *session) error {
		drawings = s.unrecordedPages(account, team)

		return nil
	})

	var told []string

	for _, name := range slices.Sorted(maps.Keys(drawings)) {
		if d.urgent == nil {
			break
		}

		if _, err := d.urgent(ctx, drawings[name], "unrecorded/"+key+"/"+name); err == nil {
			told = append(told, name)
		}
	}

	if err != nil || len(told) == 0 {
		return chat.Reply{Message: chat.Notice("I can't keep anything right now (the disk is full) and could not reach anybody. Call a supervisor yourself, and tell whoever runs this bot.")}
	}

	return chat.Reply{Message: chat.Notice(
		"I can't keep anything right now (the disk is full), so this has no number and I can't follow it up. I have written to %v. If nobody answers within a minute, call a supervisor yourself.", enumerated(told))}
}

// unrecordedPages are the messages to everybody who could be paged, by name.
func (s *session) unrecordedPages(account chat.Person, id TeamID) map[string]Drawing {
	drawings := map[string]Drawing{}

	team := s.desk.settings.team(id)
	if team == nil {
		return drawings
	}

	agent := s.whois(account)
	onDuty := s.desk.duty.OnDuty(id, s.now)

	for _, who := range without(append(slices.Clone(onDuty), team.Managers...), []PersonID{agent}) {
		drawing, err := s.drawFor(who, chat.Message{
			Title: s.name(agent) + " needs a supervisor now",
			Parts: []chat.Part{chat.Paragraph{Text: chat.Line(
				"I can't keep anything right now (the disk is full), so there are no buttons: write to %v directly, and tell the others that you have it.", s.name(agent))}},
		})
		if err == nil {
			drawings[s.name(who)] = drawing
		}
	}

	return drawings
}
