package bot

import (
	"cmp"
	"errors"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A sentence is an entry of the timeline as people read it. {by} and {whom}
// stand for names, {n} for the page's number, {text} for the entry's text where
// it is a name of ours and nobody's own words.
type sentence struct {
	says string
	// words says that the text is somebody's own words. They are added for
	// those who may see the escalation, and never in a channel.
	words bool
	// hidden keeps the entry out of the channel's thread.
	hidden bool
}

// sentences has one for every kind of entry.
var sentences = map[What]sentence{
	WasOpened:           {says: "{by} asked for help", words: true},
	WasPaged:            {says: "{whom} was paged ({text}, page {n})"},
	WasUnanswered:       {says: "{whom} did not answer"},
	WasUnreachable:      {says: "{whom} could not be reached"},
	WasRerouted:         {says: "{whom} could not be reached by one account and was paged by another (page {n})"},
	WasSkipped:          {says: "Nobody to page: {text}", hidden: true},
	WasExhausted:        {says: "Nobody can be reached; I go on trying"},
	WasAllOff:           {says: "Everybody is off or away; I page them all the same"},
	WasTaken:            {says: "{by} took it"},
	WasPassed:           {says: "{by} can't take it{reason}"},
	WasExplained:        {says: "{by} said why: {text}"},
	WasAsked:            {says: "{whom} was asked whether the customer is with them"},
	WasOverdue:          {says: "{whom} did not join in time; paging goes on"},
	WasGivenUp:          {says: "{by} gave it up; paging goes on", words: true},
	WasJoined:           {says: "{by} joined"},
	WasIntroduced:       {says: "{by} introduced {whom}"},
	WasHandedTo:         {says: "{by} asked {whom} to take over", words: true},
	WasNotHanded:        {says: "{whom} did not take over"},
	WasHandedBack:       {says: "{by} handed it back", words: true},
	WasQuestioned:       {says: "{by} asked the agent", words: true, hidden: true},
	WasAnswered:         {says: "{by} answered", words: true, hidden: true},
	WasNoted:            {says: "{by} noted", words: true, hidden: true},
	WasAdded:            {says: "{by} added context", words: true, hidden: true},
	WasChanged:          {says: "{by} changed the kind of help to {text}"},
	WasApproved:         {says: "{by} approved it", words: true},
	WasDenied:           {says: "{by} did not approve it", words: true},
	WasReferred:         {says: "It is more than {by} may approve; paging who may"},
	WasBeyond:           {says: "It is more than anybody may approve"},
	WasRanOut:           {says: "The approval by {by} ran out"},
	WasEnded:            {says: "{by} ended the call"},
	WasPagedToAll:       {says: "{by} paged everyone"},
	WasCallback:         {says: "{by} promised a callback by {whom}", words: true},
	WasWithdrawn:        {says: "{by} took it back"},
	WasResolved:         {says: "{by} resolved it: {text}"},
	WasAskedToUpdate:    {says: "{whom} was reminded to update the customer", hidden: true},
	WasUnheard:          {says: "The customer has not heard from us for a while; the managers know"},
	WasInformed:         {says: "{by} updated the customer", words: true},
	WasPutOff:           {says: "{by} will be reminded later", hidden: true},
	WasAskedToComplete:  {says: "{whom} was reminded to add context", hidden: true},
	WasTouchDue:         {says: "{whom} was reminded of the second touch", hidden: true},
	WasTouched:          {says: "{by} asked the customer whether all is well"},
	WasTouchNeedless:    {says: "{by} said that no second touch is needed"},
	WasTouchMissed:      {says: "The second touch was missed"},
	WasPromised:         {says: "{by} promised something, owed by {whom}", words: true},
	WasPlanned:          {says: "{by} planned a follow-up by {whom}", words: true},
	WasNudged:           {says: "{whom} was reminded", hidden: true},
	WasDone:             {says: "{by} did what was owed", words: true},
	WasDoneLate:         {says: "{by} did what was owed, later than promised", words: true},
	WasMoved:            {says: "{by} agreed a new time for what {whom} owes", words: true},
	WasDropped:          {says: "{by} said that what {whom} owed is not needed any more", words: true},
	WasTakenOn:          {says: "{by} took on what {whom} owed", words: true},
	WasClimbed:          {says: "What {whom} owes is overdue; {text} were told"},
	WasBroken:           {says: "What {whom} owed was not done; I remind nobody any more", words: true},
	WasUnapproved:       {says: "A promise by {whom} waits for approval", words: true},
	WasAskedHigher:      {says: "A promise by {whom} still waits for approval; the managers were asked", words: true},
	WasExpired:          {says: "Nobody approved what {whom} promised, so it counts as not approved", words: true},
	WasGranted:          {says: "{by} approved what {whom} promised", words: true},
	WasRefused:          {says: "{by} did not approve what {whom} promised", words: true},
	WasClosed:           {says: "Closed{reason}"},
	WasAskedHow:         {says: "{whom} was asked how the help was", hidden: true},
	WasFeedback:         {says: "{by} said how the help was", words: true, hidden: true},
	WasReopened:         {says: "{by} reopened it", words: true},
	WasEscalatedAgain:   {says: "{by} escalated it again", words: true},
	WasRelieved:         {says: "{by} took over from {whom} at the change of shift"},
	WasErased:           {says: "{by} had the customer's data erased"},
	WasUndelivered:      {says: "A message to {whom} could not be delivered ({text})"},
	WasDoubled:          {says: "A message to {whom} may have been sent twice", hidden: true},
	WasWarned:           {says: "{by} warned the customer"},
	WasNotWarned:        {says: "{by} corrected it: the customer was not warned"},
	WasContactEnded:     {says: "{by} ended the contact"},
	WasNotEnded:         {says: "{by} corrected it: the contact was not ended for this"},
	WasStated:           {says: "{by} added to the exact words", words: true, hidden: true},
	WasWrittenDown:      {says: "{by} wrote the incident down", words: true, hidden: true},
	WasDanger:           {says: "{by} says that somebody is in danger now"},
	WasRestricted:       {says: "{by} restricted the customer", words: true},
	WasRestrictionKept:  {says: "{by} keeps the restriction", words: true, hidden: true},
	WasRestrictionMoved: {says: "{by} changed the end of the restriction", words: true, hidden: true},
	WasLifted:           {says: "{by} lifted the restriction", words: true},
	WasRestrictionOver:  {says: "The restriction on the customer has ended", words: true},
	WasStopped:          {says: "{by} says that this is a hard stop: {stop}"},
	WasNoStop:           {says: "{by} said that it is none of what was offered", words: true, hidden: true},
}

// entryLine is an entry with its time. The words that people wrote stand in it
// only if asked for.
func (s *session) entryLine(entry Entry, words bool) chat.Text {
	said := sentences[entry.What]

	whom := s.name(entry.Whom)
	if entry.Whom == "" {
		whom = "the channel"
	}

	line := strings.NewReplacer(
		"{by}", s.name(entry.By), "{whom}", whom, "{n}", itoa(entry.Attempt), "{text}", inline(entry.Text, 80),
		"{reason}", described(inline(entry.Text, 80)), "{stop}", strings.ToLower(label(stops, entry.Text)),
	).Replace(said.says)

	if said.words && words {
		line += described(inline(entry.Text, 200))
	}

	return chat.Line("%v  %v", chat.Second(entry.At), line)
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
			{Label: "Customer", Value: chat.Plain(or(joinDot(inline(e.Context.Reference, 40), masked(e.Context.Customer)), e.unnamed()))},
			{Label: "Help", Value: chat.Plain(label(kinds, string(e.Kind)))},
			{Label: "Opened", Value: chat.Line("%v", e.Opened)},
		},
	}}

	if e.State.Open() {
		m.Parts = append(m.Parts, chat.Small{Text: heardLine(e)})
	}

	return Drawing{To: team.Channel, Message: m}, nil
}

// drawAlarm says in the team's channel that an agent has nobody. Anybody there
// who may take it can. Once somebody has it, or it is over, it says so.
func (s *session) drawAlarm(e *Escalation, id CardID) (Drawing, error) {
	team := s.desk.settings.team(e.Team)
	if team == nil || team.Channel == "" {
		return Drawing{}, errMoot
	}

	fresh := e.State == Paging
	m := chat.Message{Title: e.ID.String() + " · " + s.channelTitle(e)}

	if fresh {
		m.Title = e.ID.String() + " · " + s.alarmTitle(e)
		m.Parts = []chat.Part{chat.Paragraph{Text: s.aloneLine(e)}}
		m.Choices = []chat.Choice{s.button(e, "take", "Take it", chat.Primary)}
	}

	return Drawing{To: team.Channel, Message: m}, s.worth(id, fresh)
}

func (s *session) alarmTitle(e *Escalation) string {
	switch {
	case e.Turn.Nobody:
		return "Nobody can be reached for " + s.name(e.Agent)
	case e.Turn.AllOff:
		return "Everybody is off or away, and " + s.name(e.Agent) + " needs help"
	default:
		return s.name(e.Agent) + " still waits for help"
	}
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

	if parent.Dead || parent.Erased == CardDeleted {
		return Drawing{}, errMoot
	}

	if parent.Ref.IsZero() {
		return Drawing{}, errLater
	}

	if before, err := s.threadBefore(id); err != nil || before {
		return Drawing{}, cmp.Or(err, errLater)
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

// threadBefore reports whether an earlier entry of the thread is still to be
// posted: a timeline is told in its order.
func (s *session) threadBefore(id CardID) (bool, error) {
	for n := id.N - 1; n > 0; n-- {
		earlier, err := s.Card(CardID{Role: ThreadCard, Escalation: id.Escalation, N: n})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}

		if err == nil && !earlier.Dead {
			return earlier.Ref.IsZero() && earlier.Pending(), nil
		}
	}

	return false, nil
}
