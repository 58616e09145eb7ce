package bot

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The kinds of notes.
const (
	CoverMade       NoteKind = "cover made"       // somebody has somebody's duty
	OffMade         NoteKind = "off made"         // a manager marked somebody as off
	ChangeCancelled NoteKind = "change cancelled" // a cover or absence was called off
	GapAhead        NoteKind = "gap ahead"        // a change leaves nobody on duty
	ShiftBegan      NoteKind = "shift began"
	ShiftEnded      NoteKind = "shift ended"
	HandoverWaits   NoteKind = "handover waits" // to those who were on already
	HandoverBack    NoteKind = "handover back"  // to those who went off
	HandoverUp      NoteKind = "handover up"    // to the managers
	ShiftFindings   NoteKind = "findings"       // somebody who comes on can't be paged
	CalendarFails   NoteKind = "calendar fails"
	CalendarWorks   NoteKind = "calendar works"
	GroupFails      NoteKind = "group fails"
)

// notesKept is how long notes are kept: longer than anybody presses a button of
// an old message.
const notesKept = 90 * 24 * time.Hour

// note sends a note: a new message, since it tells somebody something.
func (s *session) note(n Note) (NoteID, error) {
	id, err := s.NextNote()
	if err != nil {
		return 0, err
	}

	n.ID = id
	if err := s.PutNote(&n); err != nil {
		return 0, err
	}

	return id, s.want(n.card())
}

func (n *Note) card() CardID { return CardID{Role: NoteCard, Person: n.To, N: int(n.ID)} } //nolint:gosec // counts messages

// redrawNote draws a note anew if it is still kept.
func (s *session) redrawNote(id NoteID) error {
	n, err := s.Note(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		return err
	}

	return s.want(n.card())
}

// drawNote draws a note as things stand now.
func (s *session) drawNote(id CardID) (Drawing, error) {
	n, err := s.Note(NoteID(id.N)) //nolint:gosec // it came from one
	if errors.Is(err, ErrNotFound) {
		return Drawing{}, errMoot
	}

	if err != nil {
		return Drawing{}, err
	}

	m, err := s.noteMessage(n)
	if err != nil {
		return Drawing{}, err
	}

	return s.drawFor(n.To, m)
}

func (s *session) noteMessage(n *Note) (chat.Message, error) {
	switch n.What {
	case CoverMade, OffMade, ChangeCancelled:
		return s.changeNote(n)
	case GapAhead:
		return s.gapNote(n), nil
	case ShiftBegan, ShiftEnded, HandoverWaits, HandoverBack, HandoverUp:
		return s.shiftNote(n)
	case ShiftFindings:
		return s.findingsNote(n), nil
	case CalendarFails, CalendarWorks, GroupFails:
		return s.operatorNote(n), nil
	default:
		return chat.Message{}, errMoot
	}
}

// changeNote tells one side of a cover or absence about it.
func (s *session) changeNote(n *Note) (chat.Message, error) {
	c, err := s.Change(n.Change)
	if errors.Is(err, ErrNotFound) {
		return chat.Message{}, errMoot
	}

	if err != nil {
		return chat.Message{}, err
	}

	m := chat.Message{Parts: []chat.Part{chat.Paragraph{Text: s.changeLine(c)}}}

	switch {
	case n.What == ChangeCancelled:
		m.Title = s.name(n.By) + " called it off"
		m.Parts = []chat.Part{chat.Paragraph{Text: s.cancelledLine(c, n.To)}}
	case !c.Cancelled.IsZero():
		m.Title = "Called off by " + s.name(c.CancelledBy)
		m.Parts = []chat.Part{chat.Paragraph{Text: s.cancelledLine(c, n.To)}}
	case c.Cover == "":
		m.Title = s.name(n.By) + " marked you as off"
	case n.To == c.Cover:
		m.Title = "You have " + s.name(c.Who) + "'s duty"
	case n.To == c.Who:
		m.Title = s.name(c.Cover) + " has your duty"
	default:
		m.Title = s.name(c.Cover) + " has " + s.name(c.Who) + "'s duty"
	}

	if n.What != ChangeCancelled && c.Cancelled.IsZero() && c.Until.After(s.now) {
		m.Choices = []chat.Choice{s.cancelChoice(c)}
	}

	m.Summary = joinSentences(m.Title, m.Parts[0].(chat.Paragraph).Text.String()) //nolint:forcetypeassert // made above

	return m, nil
}

// changeLine says what a change is, with its span in full.
func (s *session) changeLine(c *Change) chat.Text {
	if c.Cover == "" {
		return chat.Line("%v is off from %v until %v.", chat.Strong(s.name(c.Who)), chat.Day(c.From), chat.Day(c.Until))
	}

	return chat.Line("%v has %v's duty from %v until %v.", chat.Strong(s.name(c.Cover)), s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
}

func (s *session) cancelledLine(c *Change, to PersonID) chat.Text {
	switch {
	case c.Cover == "":
		return chat.Line("%v is not off from %v until %v after all: the rota is as planned.", s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
	case to == c.Who:
		return chat.Line("%v does not cover for you from %v until %v: your duty is yours again.", s.name(c.Cover), chat.Day(c.From), chat.Day(c.Until))
	case to == c.Cover:
		return chat.Line("You don't cover for %v from %v until %v.", s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
	default:
		return chat.Line("%v does not cover for %v from %v until %v.", s.name(c.Cover), s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
	}
}

// cancelChoice is the button that calls a change off.
func (s *session) cancelChoice(c *Change) chat.Choice {
	choice := chat.Choice{Action: "cancel_change", Value: strconv.FormatUint(uint64(c.ID), 10), Label: "Cancel cover", Weight: chat.Normal}
	if c.Cover == "" {
		choice.Label = "Cancel absence"
	}

	choice.Spoken = choice.Label + " of " + s.name(c.Who)

	return choice
}

func (s *session) gapNote(n *Note) chat.Message {
	line := chat.Line("%v is off, and nobody else is on duty from %v until %v. A page in that time goes to the whole team at once. Somebody who can step in types /%v cover, the name and the time.",
		s.name(n.By), chat.Day(n.From), chat.Day(n.Until), s.desk.commandName(dutyCommand))
	m := chat.Message{Title: "Nobody on duty in " + s.teamName(n.Team), Parts: []chat.Part{chat.Paragraph{Text: line}}}
	m.Summary = joinSentences(m.Title, line.String())

	return m
}

// shiftNote tells somebody about a change of shift, and what is open then.
func (s *session) shiftNote(n *Note) (chat.Message, error) {
	_, h, err := s.handover(n.Team, n.Handover)
	if err != nil {
		return chat.Message{}, err
	}

	m := chat.Message{Title: s.shiftTitle(n)}
	m.Parts = append(m.Parts, chat.Paragraph{Text: s.shiftLine(n)})
	m.Summary = joinSentences(m.Title, s.shiftLine(n).String())

	items, err := s.openItems(n.Escalations)
	if err != nil {
		return chat.Message{}, err
	}

	if len(items) == 0 {
		if n.What == ShiftBegan {
			m.Parts = append(m.Parts, chat.Small{Text: chat.Plain("Nothing is open.")})
		}

		return m, nil
	}

	m.Parts = append(m.Parts, items...)

	switch {
	case h == nil:
	case !h.Confirmed.IsZero():
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("%v confirmed the handover at %v.", s.name(h.ConfirmedBy), chat.Day(h.Confirmed))})
	default:
		m.Choices = handoverChoices(n)
	}

	return m, nil
}

// handoverChoices let who comes on, or a manager, take over what is open, and who
// went off keep it.
func handoverChoices(n *Note) []chat.Choice {
	choice := chat.Choice{Action: "handover", Value: string(n.Team) + "/" + itoa(n.Handover), Label: "Confirm handover", Weight: chat.Primary}

	switch n.What {
	case ShiftEnded:
		return nil
	case HandoverBack:
		choice.Label = "I keep it"
	default:
	}

	return []chat.Choice{choice}
}

func (s *session) shiftTitle(n *Note) string {
	switch n.What {
	case ShiftBegan:
		return "Your shift has begun: " + s.teamName(n.Team)
	case ShiftEnded:
		return "Your shift has ended: " + s.teamName(n.Team)
	case HandoverBack:
		return "Nobody has confirmed the handover yet"
	default:
		return "A handover waits: " + s.teamName(n.Team)
	}
}

func (s *session) shiftLine(n *Note) chat.Text {
	others := enumerated(s.names(n.Whom))

	switch {
	case n.What == ShiftBegan:
		return s.begunLine(n)
	case n.What == ShiftEnded && len(n.Whom) == 0:
		return chat.Plain("Nobody is on duty after you. A page goes to the whole team at once.")
	case n.What == ShiftEnded && n.Handover > 0:
		return chat.Line("%v is on duty now and was asked to confirm what is open. Who has a customer on the line finishes that, or hands it to somebody.", others)
	case n.What == ShiftEnded:
		return chat.Line("%v is on duty now. Thank you.", others)
	case n.What == HandoverWaits:
		return chat.Line("The shift of %v has ended and this is still open. Please confirm that you have it.", others)
	case n.What == HandoverBack && len(n.Whom) == 0:
		return chat.Plain("Nobody is on duty after you, and this is still open. Keep it, or hand it to somebody; else I ask the managers.")
	case n.What == HandoverBack:
		return chat.Line("%v has not confirmed what your shift left open. Tell them, or keep it; else I ask the managers.", others)
	default:
		return chat.Plain("Neither the shift that began nor the one that ended says that they have what is open. Please take it, or see to it that somebody does.")
	}
}

func (s *session) begunLine(n *Note) chat.Text {
	team := s.desk.settings.team(n.Team)
	if team == nil {
		return nil
	}

	line := chat.Plain("You are on duty")

	if rota, err := s.roster(team, n.At); err == nil {
		if ends := rota.Ends(asPerson(n.To), n.At); !ends.IsZero() {
			line = append(line, chat.Line(" until %v", chat.Day(ends))...)
		}
	}

	if len(n.Escalations) > 0 {
		return append(line, chat.Plain(". This is open:")...)
	}

	return append(line, chat.Plain(".")...)
}

// mostOpenItems is how many open cases a note lists.
const mostOpenItems = 10

// openItems lists what is still open of some escalations: what it is, how it
// stands, what is owed, and when the customer heard from us last.
func (s *session) openItems(ids []EscalationID) ([]chat.Part, error) {
	var open []*Escalation

	for _, id := range ids {
		e, err := s.Escalation(id)
		if errors.Is(err, ErrNotFound) {
			continue
		}

		if err != nil {
			return nil, err
		}

		if !e.State.Over() {
			open = append(open, e)
		}
	}

	var parts []chat.Part

	for i, e := range open {
		if i == mostOpenItems {
			return append(parts, chat.Small{Text: chat.Line("… and %v more. /%v list shows those that concern you.", len(open)-i, s.desk.command())}), nil
		}

		parts = append(parts, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(e.ID.String()), subject(e))},
			chat.Small{Text: s.situation(e)})

		if facts := s.stillOwed(e); len(facts) > 0 {
			parts = append(parts, facts)
		}

		parts = append(parts, chat.Small{Text: chat.Line("The customer last heard from us at %v.", chat.Day(e.lastHeard()))})
	}

	return parts, nil
}

// stillOwed lists what is promised and not done.
func (s *session) stillOwed(e *Escalation) chat.Facts {
	copied := *e
	copied.Owed = slices.DeleteFunc(slices.Clone(e.Owed), func(o Owed) bool { return !o.Done.IsZero() })

	return s.owedFacts(&copied)
}

// lastHeard returns when the customer last heard from us, as far as it was
// written down.
func (e *Escalation) lastHeard() time.Time {
	last := e.Opened

	for _, at := range []time.Time{e.Introduced, e.JoinedAt, e.CallEnded} {
		if at.After(last) {
			last = at
		}
	}

	for _, owed := range e.Owed {
		if owed.Done.After(last) {
			last = owed.Done
		}
	}

	return last
}

func (s *session) findingsNote(n *Note) chat.Message {
	m := chat.Message{
		Title: "Before the next shift: " + s.teamName(n.Team),
		Parts: []chat.Part{chat.Paragraph{Text: chat.Line("The shift begins at %v. This would keep a page from arriving:", chat.Day(n.From))}},
	}

	for _, f := range n.Findings {
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.findingLine(f)})
	}

	m.Summary = joinSentences(m.Title, s.findingLine(n.Findings[0]).String())

	return m
}

func (s *session) findingLine(f Finding) chat.Text {
	line := chat.Text{}
	if f.Who != "" {
		line = chat.Line("%v: ", chat.Strong(s.name(f.Who)))
	}

	line = append(line, chat.Plain(f.Text)...)
	if !f.Until.IsZero() {
		line = append(line, chat.Line(" (until %v)", chat.Day(f.Until))...)
	}

	return line
}

// operatorNote tells managers of something that follows the rota and fails.
func (s *session) operatorNote(n *Note) chat.Message {
	var (
		title string
		line  chat.Text
	)

	switch n.What {
	case CalendarFails:
		title = "The duty calendar of " + s.teamName(n.Team) + " can't be read"
		line = chat.Line("%v The copy of %v is in force until it can. Tell whoever runs this bot.", n.Text, chat.Day(n.From))

		if n.From.IsZero() {
			line = chat.Line("%v There is no earlier copy, so all supervisors count as on duty. Tell whoever runs this bot.", n.Text)
		}
	case CalendarWorks:
		title = "The duty calendar of " + s.teamName(n.Team) + " can be read again"
		line = chat.Plain("The rota follows it again.")
	default:
		title = "The user group of " + s.teamName(n.Team) + " can't follow who is on duty"
		line = chat.Line("%v Who is paged does not depend on it.", n.Text)
	}

	return chat.Message{Title: title, Summary: joinSentences(title, line.String()), Parts: []chat.Part{chat.Paragraph{Text: line}}}
}

func (s *session) teamName(id TeamID) string {
	if t := s.desk.settings.team(id); t != nil {
		return t.Name
	}

	return string(id)
}
