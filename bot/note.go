package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
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
	CalendarOdd     NoteKind = "calendar odd" // it has what counts for nothing
	GroupFails      NoteKind = "group fails"
	WeeklyDigest    NoteKind = "weekly digest"
	HolidaysFail    NoteKind = "holidays fail" // the calendar of a team's holidays can't be read
	HolidaysWork    NoteKind = "holidays work"
	RecordAltered   NoteKind = "record altered" // a record is not as it was written
	DamageFound     NoteKind = "record damaged" // a record can't be read
)

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

	if n.erased() {
		return s.drawErasedNote(id)
	}

	if s.gone(n.To) { // nothing reaches them, and the managers know
		return Drawing{}, errMoot
	}

	m, err := s.noteMessage(n)
	if err != nil {
		return Drawing{}, err
	}

	if n.To == "" {
		return s.drawIn(n.Team, m)
	}

	return s.drawFor(n.To, m)
}

// noteMessage has no summary of its own: that would be plain words, in which the
// reader could not see instants in their zone.
func (s *session) noteMessage(n *Note) (chat.Message, error) {
	switch n.What {
	case CheckInWished, TalkWished, CheckInMeant, CheckInLost:
		return s.checkInNote(n), nil
	case CoverMade, OffMade, ChangeCancelled:
		return s.changeNote(n)
	case GapAhead:
		return s.gapNote(n)
	case ShiftBegan, ShiftEnded, HandoverWaits, HandoverBack, HandoverUp:
		return s.shiftNote(n)
	case ShiftFindings:
		return s.findingsNote(n), nil
	case CalendarFails, CalendarWorks, CalendarOdd, GroupFails, HolidaysFail, HolidaysWork:
		return s.operatorNote(n), nil
	case WeeklyDigest:
		return s.digestNote(n)
	case RestrictionReview, RestrictionOver:
		return s.restrictionNote(n)
	case RecordAltered:
		return s.alteredNote(n), nil
	case DamageFound:
		return s.damagedNote(n), nil
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
		m.Parts = []chat.Part{chat.Paragraph{Text: s.plannedLine(c)}}
	case c.Cover == "":
		m.Title = s.name(n.By) + " marked you as off"
	case n.To == c.Cover:
		m.Title = "You have " + s.name(c.Who) + "'s duty"
	case n.To == c.Who:
		m.Title = s.name(c.Cover) + " has your duty"
	default:
		m.Title = s.name(c.Cover) + " has " + s.name(c.Who) + "'s duty"
	}

	if n.What == CoverMade && c.Cancelled.IsZero() {
		if teams, err := s.coverable(c); err == nil { // who has duty in several keeps that of the others
			line := chat.Line("In %v.", enumerated(teams))

			if kept, err := s.keptOf(c); err == nil && len(kept) > 0 && n.To == c.Who {
				line = append(line, chat.Line(" Your duty in %v stays yours.", enumerated(kept))...)
			}

			m.Parts = append(m.Parts, chat.Small{Text: line})
		}
	}

	if n.What != ChangeCancelled && c.Cancelled.IsZero() && c.Until.After(s.now) {
		m.Choices = []chat.Choice{s.cancelChoice(c)}
	}

	return m, nil
}

// changeLine says what a change is, with its span in full.
func (s *session) changeLine(c *Change) chat.Text {
	if c.Cover == "" {
		return chat.Line("%v is off from %v until %v.", chat.Strong(s.name(c.Who)), chat.Day(c.From), chat.Day(c.Until))
	}

	return chat.Line("%v has %v's duty from %v until %v.", chat.Strong(s.name(c.Cover)), s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
}

// plannedLine says what a change was that was called off.
func (s *session) plannedLine(c *Change) chat.Text {
	if c.Cover == "" {
		return chat.Line("%v was to be off from %v until %v.", chat.Strong(s.name(c.Who)), chat.Day(c.From), chat.Day(c.Until))
	}

	return chat.Line("%v was to have %v's duty from %v until %v.", chat.Strong(s.name(c.Cover)), s.name(c.Who), chat.Day(c.From), chat.Day(c.Until))
}

// cancelledLine says what holds once a change was called off.
func (s *session) cancelledLine(c *Change, to PersonID) chat.Text {
	from, until := chat.Day(c.From), chat.Day(c.Until)

	line, back := chat.Line("%v does not cover for %v from %v until %v", s.name(c.Cover), s.name(c.Who), from, until), "the rota is as planned"

	switch {
	case c.Cover == "" && to == c.Who:
		line = chat.Line("You are not off from %v until %v after all", from, until)
	case c.Cover == "":
		line = chat.Line("%v is not off from %v until %v after all", s.name(c.Who), from, until)
	case to == c.Who:
		line, back = chat.Line("%v does not cover for you from %v until %v", s.name(c.Cover), from, until), "your duty is yours again"
	case to == c.Cover:
		line, back = chat.Line("You don't cover for %v from %v until %v", s.name(c.Who), from, until), "it is their own duty again"
	}

	instead, err := s.insteadOf(c)
	if err != nil {
		s.desk.log.Error("the rota can't be read", "change", c.ID, "error", err)

		return append(line, chat.Plain(".")...)
	}

	if len(instead) == 0 {
		return append(line, chat.Plain(": "+back+".")...)
	}

	return append(append(line, chat.Plain(".")...), instead...)
}

// insteadOf says who is on duty in the time of a change that was called off,
// nothing if it is simply whose duty it is.
func (s *session) insteadOf(c *Change) (chat.Text, error) {
	from := later(c.From, c.Cancelled)

	var line chat.Text

	for _, t := range s.rotasOf(c.Who) {
		duty, err := s.dutyIn(t, c, roster.Span{From: from, Until: c.Until})
		if err != nil {
			return nil, err
		}

		rota, err := s.roster(t, from)
		if err != nil {
			return nil, err
		}

		line = append(line, s.replaced(t, rota, c.Who, duty)...)
	}

	return line, nil
}

// replaced says who is on duty in a team while somebody has duty, nothing if
// they are themselves.
func (s *session) replaced(t *Team, rota roster.Roster, who PersonID, duty []roster.Span) chat.Text {
	var (
		on           []PersonID
		nobody, away bool
	)

	for _, span := range duty {
		for _, run := range rota.Runs(span.From, span.Until) {
			on = append(on, without(asPeople(run.Who), on)...)
			nobody = nobody || len(run.Who) == 0
			away = away || !slices.Contains(run.Who, asPerson(who))
		}
	}

	switch one := len(on) == 1; {
	case !away:
		return nil
	case len(on) == 0:
		return chat.Line(" In %v nobody is on duty then.", t.Name)
	case nobody:
		return chat.Line(" In %v %v %v on duty then, and at times nobody.", t.Name, s.someOf(on, wholeName), inNumber(one, "is", "are"))
	default:
		return chat.Line(" In %v %v %v on duty then.", t.Name, s.someOf(on, wholeName), inNumber(one, "is", "are"))
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

// shiftNote tells somebody about a change of shift, and what is open then.
func (s *session) shiftNote(n *Note) (chat.Message, error) {
	w, h, err := s.handover(n.Team, n.Handover)
	if err != nil {
		return chat.Message{}, err
	}

	items := s.openItems(n.Escalations)
	m := chat.Message{Title: s.shiftTitle(n)}
	m.Parts = append([]chat.Part{chat.Paragraph{Text: s.shiftLine(n, len(items) > 0)}}, items...)

	switch {
	case len(items) == 0:
		m.Parts = append(m.Parts, noItems(n)...)
	case h == nil:
	case h.open():
		m.Choices = s.handoverChoices(n, w, h)
		m.Parts = append(m.Parts, handoverHint(n, m.Choices)...)
		m.Parts = append(m.Parts, s.keptSoFar(h)...)
	default:
		m.Parts = append(m.Parts, chat.Small{Text: s.closedLine(h)})
		m.Parts = append(m.Parts, s.keptSoFar(h)...)
	}

	return m, nil
}

// noItems says that nothing is open, or nothing any more.
func noItems(n *Note) []chat.Part {
	switch {
	case len(n.Escalations) > 0:
		return []chat.Part{chat.Small{Text: chat.Plain("Nothing of what was open then is open any more.")}}
	case n.What == ShiftBegan:
		return []chat.Part{chat.Small{Text: chat.Plain("Nothing is open.")}}
	default:
		return nil
	}
}

// closedLine says who has what a shift left.
func (s *session) closedLine(h *ShiftHandover) chat.Text {
	switch {
	case h.kept():
		return chat.Line("%v (%v).", s.keptBy(h), chat.Day(h.Confirmed))
	case !h.Confirmed.IsZero():
		return chat.Line("%v confirmed the handover (%v).", s.name(h.ConfirmedBy), chat.Day(h.Confirmed))
	default:
		return chat.Plain("Nobody needs to take this over any more.")
	}
}

// keptSoFar says who keeps what they have while others are still asked, or
// somebody took over the rest.
func (s *session) keptSoFar(h *ShiftHandover) []chat.Part {
	if len(h.Kept) == 0 || h.kept() {
		return nil
	}

	return []chat.Part{chat.Small{Text: chat.Line("%v %v what they have of it.",
		s.someOf(h.Kept, wholeName), inNumber(len(h.Kept) == 1, "keeps", "keep"))}}
}

// handoverHint says what the button does to those who are to take over.
func handoverHint(n *Note, choices []chat.Choice) []chat.Part {
	if n.What == HandoverBack || len(choices) == 0 {
		return nil
	}

	return []chat.Part{chat.Small{Text: chat.Plain(
		"When you confirm, what the last shift had or owes is yours. A supervisor who has a customer on the line keeps that one.")}}
}

// handoverChoices let who is on duty, or a manager, take over what is open, and
// who went off keep it.
func (s *session) handoverChoices(n *Note, w *Watch, h *ShiftHandover) []chat.Choice {
	choice := chat.Choice{Action: "handover", Value: string(n.Team) + "/" + itoa(n.Handover), Label: "Confirm handover", Weight: chat.Primary}
	may := s.takesOver(n.To, w)

	switch n.What { //nolint:exhaustive // all others ask somebody to take over
	case ShiftEnded:
		may = false
	case HandoverBack:
		choice.Label, may = "I keep it", slices.Contains(h.From, n.To)
	}

	if !may {
		return nil
	}

	return []chat.Choice{choice}
}

func (s *session) shiftTitle(n *Note) string {
	switch n.What { //nolint:exhaustive // all others are about no change of shift, or wait
	case ShiftBegan:
		return "Your shift has begun: " + s.teamName(n.Team)
	case ShiftEnded:
		return "Your shift has ended: " + s.teamName(n.Team)
	case HandoverBack:
		if len(n.Whom) == 0 {
			return "Your shift has ended and leaves something open: " + s.teamName(n.Team)
		}

		return "Nobody has confirmed the handover yet: " + s.teamName(n.Team)
	default:
		return "A handover waits: " + s.teamName(n.Team)
	}
}

// shiftLine says what the change of shift means for the reader. Open says
// whether something is still open.
func (s *session) shiftLine(n *Note, open bool) chat.Text {
	others, one := s.someOf(n.Whom, wholeName), len(n.Whom) == 1

	switch {
	case n.What == ShiftBegan:
		return s.begunLine(n, open)
	case n.What == ShiftEnded && len(n.Whom) == 0:
		return chat.Line("Nobody is on duty after you: %v.", s.desk.settings.InGap(n.Team))
	case n.What == ShiftEnded && n.Handover > 0:
		return chat.Line("%v %v on duty now and %v asked to confirm what is open. If you have a customer on the line, finish that, or hand it to somebody.",
			others, inNumber(one, "is", "are"), inNumber(one, "was", "were"))
	case n.What == ShiftEnded:
		return chat.Line("%v %v on duty now. Thank you.", others, inNumber(one, "is", "are"))
	case n.What == HandoverWaits:
		return chat.Line("The shift of %v has ended, and this was open. Please confirm that you have it.", others)
	case n.What == HandoverBack && len(n.Whom) == 0:
		return chat.Plain("Nobody is on duty after you, and this was open. Keep it, or hand it to somebody; otherwise I ask the managers in ten minutes.")
	case n.What == HandoverBack:
		return chat.Line("%v %v not confirmed what your shift left open. Tell them, or keep it; otherwise I ask the managers in ten minutes.",
			others, inNumber(one, "has", "have"))
	default:
		return chat.Plain("Nobody says that they have what the last shift left open. Please take it, or see to it that somebody does.")
	}
}

// wholeName is how much of a name stands in a sentence.
const wholeName = 60

// inNumber returns the word for one, or that for several.
func inNumber(one bool, singular, plural string) string {
	if one {
		return singular
	}

	return plural
}

// someOf names people, so many that a reader takes them in, and none by more
// than width characters.
func (s *session) someOf(people []PersonID, width int) string {
	const most = 4

	names := s.names(people)
	if surplus := len(names) - most; surplus > 0 {
		names = append(names[:most-1], itoa(surplus+1)+" others")
	}

	for i, name := range names {
		names[i] = inline(name, width)
	}

	return enumerated(names)
}

func (s *session) begunLine(n *Note, open bool) chat.Text {
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

	if open {
		return append(line, chat.Plain(". This is open:")...)
	}

	return append(line, chat.Plain(".")...)
}

// mostOpenItems is how many open cases a note lists.
const mostOpenItems = 10

// openItems lists what is still open of some escalations: what it is, how it
// stands, what is owed, and when the customer heard from us last.
func (s *session) openItems(ids []EscalationID) []chat.Part {
	open := slices.DeleteFunc(s.readable(ids), func(e *Escalation) bool { return e.State.Over() })

	var parts []chat.Part

	for i, e := range open {
		if i == mostOpenItems {
			return append(parts, chat.Small{Text: chat.Line("… and %v more. /%v list shows those that concern you.", len(open)-i, s.desk.command())})
		}

		parts = append(parts, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(e.ID.String()), about(e))},
			chat.Small{Text: s.situation(e)})

		if facts := s.owedFacts(undone(e.Owed)); len(facts) > 0 {
			parts = append(parts, facts)
		}

		parts = append(parts, chat.Small{Text: heardLine(e)})
	}

	return parts
}

// lastHeard returns when the customer last heard from us, as far as it was
// written down.
func (e *Escalation) lastHeard() time.Time {
	last := e.Opened

	for _, at := range []time.Time{e.Introduced, e.JoinedAt, e.CallEnded, e.Updates.Heard} {
		last = later(last, at)
	}

	if o := e.Outcome; o != nil && (o.Satisfied == "yes" || o.Satisfied == "no") { // somebody asked them
		last = later(last, o.At)
	}

	if e.Touch.Result == touchMade {
		last = later(last, e.Touch.Done)
	}

	for _, owed := range e.Owed {
		if owed.told() {
			last = later(last, owed.Done)
		}
	}

	return last
}

func (s *session) findingsNote(n *Note) chat.Message {
	const most = 15

	if len(n.Findings) == 1 && n.Findings[0].gap() {
		return s.comingGapNote(n)
	}

	m := chat.Message{
		Title: "Pages may not arrive in the next shift: " + s.teamName(n.Team),
		Parts: []chat.Part{chat.Paragraph{Text: chat.Line("It begins %v. This is in the way:", chat.Day(n.From))}},
	}

	for _, f := range n.Findings[:min(len(n.Findings), most)] {
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.findingLine(f)})
	}

	if left := len(n.Findings) - most; left > 0 {
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and %v more.", left)})
	}

	return m
}

func (s *session) findingLine(f Finding) chat.Text {
	line := chat.Plain(asSentence(f.Text))
	if f.Who != "" {
		line = chat.Line("%v: %v", chat.Strong(s.name(f.Who)), f.Text)
	}

	if !f.Until.IsZero() {
		line = append(line, chat.Line(" It lasts until %v.", chat.Day(f.Until))...)
	}

	return line
}

// operatorNote tells managers of something that follows the rota and fails.
func (s *session) operatorNote(n *Note) chat.Message {
	var (
		title string
		line  chat.Text
	)

	switch n.What { //nolint:exhaustive // no other is for operators
	case CalendarFails:
		title = "The duty calendar of " + s.teamName(n.Team) + " can't be read"
		line = chat.Line("%v Until it can be read, I go by the copy that I read last (%v). Tell whoever runs this bot.", n.Text, chat.Day(n.From))

		if n.From.IsZero() {
			line = chat.Line("%v There is no earlier copy, so until it can be read, all supervisors of the team count as on duty. Tell whoever runs this bot.", n.Text)
		}
	case CalendarWorks:
		title = "The duty calendar of " + s.teamName(n.Team) + " can be read again"
		line = chat.Plain("The rota follows it again.")
	case CalendarOdd:
		return s.oddNote(n)
	case HolidaysFail, HolidaysWork:
		title, line = s.holidaysNote(n)
	default:
		title = "The user group of " + s.teamName(n.Team) + " can't follow who is on duty"
		line = chat.Line("%v Who is paged does not depend on it. I try again from time to time.", asSentence(n.Text))
	}

	return chat.Message{Title: title, Parts: []chat.Part{chat.Paragraph{Text: line}}}
}

// holidaysNote tells of a calendar of holidays that can't be read, or can again.
func (s *session) holidaysNote(n *Note) (title string, line chat.Text) {
	title = "The holiday calendar of " + s.teamName(n.Team) + " can't be read"

	switch {
	case n.What == HolidaysWork:
		return "The holiday calendar of " + s.teamName(n.Team) + " can be read again", chat.Plain("Nobody is reminded of anything on its holidays.")
	case n.From.IsZero():
		return title, chat.Line("%v There is no earlier copy, so until it can be read, people are reminded on holidays as on other days. Tell whoever runs this bot.", n.Text)
	default:
		return title, chat.Line("%v Until it can be read, I go by the copy that I read last (%v). Tell whoever runs this bot.", n.Text, chat.Day(n.From))
	}
}

// oddNote tells what counts for nothing in a calendar.
func (s *session) oddNote(n *Note) chat.Message {
	m := chat.Message{
		Title: "The duty calendar of " + s.teamName(n.Team) + " has what I can't follow",
		Parts: []chat.Part{chat.Paragraph{Text: chat.Plain("It counts for nothing, so that somebody may not be on duty who should be. Correct it in the calendar, or have the configuration corrected.")}},
	}

	for _, f := range n.Findings {
		m.Parts = append(m.Parts, chat.Paragraph{Text: s.findingLine(f)})
	}

	return m
}

// asSentence returns words with a capital at their begin and a full stop.
func asSentence(words string) string {
	words = strings.TrimRight(words, ". ")
	if words == "" {
		return ""
	}

	return capitalized(words) + "."
}

func capitalized(words string) string {
	first, size := utf8.DecodeRuneInString(words)

	return string(unicode.ToUpper(first)) + words[size:]
}

// InGap says whom a team's live chain pages first while nobody is on duty.
func (s *Settings) InGap(team TeamID) string {
	const nobody = "nobody is paged then"

	t := s.team(team)
	if t == nil {
		return nobody
	}

	for _, plan := range t.Chains[LiveChain] {
		var whom []string

		for _, group := range plan.Page {
			switch group {
			case OnDuty:
			case WholeTeam:
				whom = append(whom, "the whole team")
			case TheManagers:
				whom = append(whom, "the managers")
			default:
				whom = append(whom, s.People[PersonID(group)].Name)
			}
		}

		if len(whom) > 0 {
			return "a page then goes to " + enumerated(whom) + inNumber(plan.AtOnce, ", at once", ", one at a time")
		}
	}

	return nobody
}

func (s *session) teamName(id TeamID) string {
	if t := s.desk.settings.team(id); t != nil {
		return t.Name
	}

	return string(id)
}
