package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// LateError says that an event came too late, or was never possible: the
// escalation has moved on. Nothing was changed.
type LateError struct {
	ID     EscalationID
	State  State
	Holder PersonID
}

// Error says where the escalation stands.
func (e *LateError) Error() string { return fmt.Sprintf("%v is %v", e.ID, e.State) }

// NoChangeError is returned for an event that was carried out before: a second
// click of the same person. Nothing was changed and nothing is wrong.
type NoChangeError struct{ ID EscalationID }

// Error says that it is done already.
func (e *NoChangeError) Error() string { return fmt.Sprintf("%v: that is done already", e.ID) }

// Apply carries an event out. It returns what is to be done beside keeping the
// changed record: entries for the timeline, cards to show. An event that is not
// possible in the present state changes nothing and returns a *LateError; one
// that was carried out before returns a *NoChangeError. Who may do what is not asked
// here but at the desk.
func (e *Escalation) Apply(ev Event, m Moment) ([]Effect, error) {
	if len(allowed(e.State, ev)) == 0 {
		if e.repeated(ev) {
			return nil, &NoChangeError{e.ID}
		}

		return nil, e.late()
	}

	a := application{Escalation: e.clone(), Moment: m, was: e.State, held: e.Holder}
	if err := a.apply(ev); err != nil {
		return nil, err
	}

	if e.Turn.Nobody && !a.Turn.Nobody {
		a.settled = true // a way on was found
	}

	if !a.silent {
		a.lookAhead(e)
		a.finish()
	}

	*e = *a.Escalation

	return a.effects, nil
}

// repeated reports whether an event that is not possible any more is one that
// the same person brought about, and that still stands: their second click.
func (e *Escalation) repeated(ev Event) bool {
	switch ev := ev.(type) {
	case Join:
		return e.State == Joined && ev.By == e.Holder
	case GiveUp:
		page := e.page(ev.By)

		return e.State == Paging && page != nil && page.State == PagePassed && page.Reason == string(WasGivenUp)
	case HandBack:
		return e.State == Returned && (ev.By == e.Holder || ev.Over) && ev.Advice == e.Advice
	case Decide:
		d := e.Decision

		return e.State == Returned && d != nil && d.By == ev.By && d.Approved == ev.Approved && d.Amount == ev.Amount
	case Withdraw:
		return e.State == Withdrawn
	case Resolve:
		return e.Outcome != nil && e.Outcome.By == ev.By && e.Outcome.Name == ev.Outcome.Name
	case Finish:
		return ev.N > 0 && ev.N <= len(e.Owed) && !e.Owed[ev.N-1].Open()
	default:
		return false
	}
}

func (e *Escalation) late() error {
	return &LateError{ID: e.ID, State: e.State, Holder: e.Holder}
}

func (e *Escalation) clone() *Escalation {
	c := *e
	c.Context.Signs = slices.Clone(e.Context.Signs)
	c.Turn.Asked = slices.Clone(e.Turn.Asked)
	c.Turn.Next = slices.Clone(e.Turn.Next)
	c.Pages = slices.Clone(e.Pages)
	c.Loose = slices.Clone(e.Loose)
	c.Owed = slices.Clone(e.Owed)
	c.Asked = slices.Clone(e.Asked)
	c.Handover = copied(e.Handover)
	c.Question = copied(e.Question)
	c.Decision = copied(e.Decision)
	c.Outcome = copied(e.Outcome)
	c.Incident = e.Incident.clone()
	c.Told = slices.Clone(e.Told)
	c.NoSign = slices.Clone(e.NoSign)

	return &c
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}

	c := *p

	return &c
}

// An application is one event being applied to a copy of the escalation.
type application struct {
	*Escalation
	Moment
	effects []Effect
	was     State
	held    PersonID
	again   []CardID // cards to draw anew beside the live ones
	silent  bool     // nothing that anybody sees was changed
	settled bool     // what a loose card offers may have been done
	knows   PersonID // who is told of all that the event brings about in one message
}

func (a *application) apply(ev Event) error {
	switch ev := ev.(type) {
	case Open:
		return a.open(ev)
	case Due:
		return a.due()
	case Take:
		return a.take(ev)
	case Pass:
		return a.pass(ev)
	case Unreachable:
		return a.unreachable(ev)
	case Join:
		return a.join(ev)
	case Introduce:
		return a.introduce(ev)
	case HandTo:
		return a.handTo(ev)
	case GiveUp:
		return a.giveUp(ev)
	case HandBack:
		return a.handBack(ev)
	case Decide:
		return a.decide(ev)
	case Refer:
		return a.refer(ev)
	case EscalateAgain:
		return a.escalateAgain(ev)
	case Ask:
		return a.ask(ev)
	case Answer:
		return a.answer(ev)
	case AddNote:
		return a.addNote(ev)
	case AddContext:
		return a.addContext(ev)
	case Inform:
		return a.inform(ev)
	case RemindLater:
		return a.remindLater(ev)
	case EndCall:
		return a.endCall(ev)
	case Warn:
		return a.warn(ev)
	case EndContact:
		return a.endContact(ev)
	case WriteDown:
		return a.writeDown(ev)
	case StopFor:
		return a.stopFor(ev)
	case NoneOfThese:
		return a.noneOfThese(ev)
	case Restrict:
		return a.restrict(ev)
	case TellRestriction:
		return a.tellRestriction(ev)
	case PageEveryone:
		return a.pageEveryone(ev)
	case PromiseCallback:
		return a.promiseCallback(ev)
	case Withdraw:
		return a.withdraw(ev)
	case Resolve:
		return a.resolve(ev)
	case MakeTouch:
		return a.touch(ev)
	case AddOwed:
		return a.addOwed(ev)
	case Finish:
		return a.finishOwed(ev)
	case MoveOwed:
		return a.moveOwed(ev)
	case DropOwed:
		return a.dropOwed(ev)
	case TakeOwed:
		return a.takeOwed(ev)
	case DecideOwed:
		return a.decideOwed(ev)
	case GiveFeedback:
		return a.giveFeedback(ev)
	case Reopen:
		return a.reopen(ev)
	case Relieve:
		return a.relieve(ev)
	case Undelivered:
		a.record(Entry{What: WasUndelivered, Whom: ev.Whom, Text: ev.Reason}, a.State)
	case Erase:
		return a.erase(ev)
	case PossiblyDoubled:
		a.record(Entry{What: WasDoubled, Whom: ev.Whom, Attempt: ev.Attempt}, a.State)
	}

	return nil
}

// record adds an entry to the timeline and moves to the state to. It returns
// the entry's number.
func (a *application) record(entry Entry, to State) int {
	a.Entries++
	entry.N, entry.At, entry.From, entry.To, entry.Holder = a.Entries, a.Now, a.State, to, a.Holder

	if a.State != to {
		a.State, a.Since = to, a.Now
	}

	a.effects = append(a.effects, Record{entry})

	return a.Entries
}

// tell sends somebody a message of its own about the entry n, since nobody
// notices an edit.
func (a *application) tell(who PersonID, n int) {
	a.showLoose(CardID{Role: NoticeCard, Escalation: a.ID, Person: who, N: n})
}

// showLoose shows a card of its own, which is drawn anew once what it offers can't
// be done any more.
func (a *application) showLoose(card CardID) {
	a.effects = append(a.effects, Show{card})
	a.Loose = append(a.Loose, card)
}

// finish draws anew what shows the escalation, once each.
func (a *application) finish() {
	a.Changed = a.Now
	a.again = append(a.again, a.liveCards()...)
	a.tidyLoose()
	a.capLoose()

	for _, card := range a.again {
		if !slices.Contains(a.effects, Effect(Show{card})) {
			a.effects = append(a.effects, Show{card})
		}
	}
}

// tidyLoose draws cards anew that offered something at a state that has
// passed, and forgets them.
func (a *application) tidyLoose() {
	if a.State == a.was && a.Holder == a.held {
		if a.settled {
			a.again = append(a.again, a.Loose...)
		}

		return
	}

	a.Loose = slices.DeleteFunc(a.Loose, func(card CardID) bool {
		isNew := slices.Contains(a.effects, Effect(Show{card}))
		if !isNew {
			a.again = append(a.again, card)
		}

		return !isNew
	})
}

// mostLoose is how many loose cards are kept. An older one stays as it is: a
// click on it is answered with the present state.
const mostLoose = 16

func (a *application) capLoose() {
	if surplus := len(a.Loose) - mostLoose; surplus > 0 {
		a.Loose = slices.Delete(a.Loose, 0, surplus)
	}
}

func (e *Escalation) pageCard(p Page) CardID {
	return CardID{Role: PageCard, Escalation: e.ID, Person: p.Who, N: p.Attempt}
}

// lookAhead sets what is to be reminded of, and until when it is kept, as things stand
// now after before.
func (a *application) lookAhead(before *Escalation) {
	a.expectTouch(before)
	a.expectUpdate(before)
	a.expectDetails(before)
	a.keepIncident(before)
}

func (a *application) open(ev Open) error {
	a.ID, a.Team, a.Agent, a.Kind, a.Context = ev.ID, ev.Team, ev.Agent, ev.Kind, ev.Context
	a.Opened = a.Now
	a.setRhythm(ev.Every)
	a.Chain = a.chain()
	a.record(Entry{What: WasOpened, By: ev.Agent, Text: ev.Context.Happened}, Paging)
	a.attribute(ev.Agent)
	a.oweAll(ev.Owed, ev.Agent)
	a.warnOfLimits()
	a.goOn()
	a.hear(a.Context.Trigger.chain(), a.stopped("", ev.Agent), ev.Agent)

	return nil
}

// chain says which chain fits: hard stops and threats have their own; who is not
// waiting on the line can be called back. Nothing comes before a customer who may
// hurt themselves.
func (e *Escalation) chain() ChainName {
	switch trigger := e.Context.Trigger; {
	case trigger == SelfHarm:
		return SelfHarmChain
	case e.Kind == Threat || e.danger():
		return ThreatChain
	case trigger != "":
		return trigger.chain()
	case e.Kind == CallBack || !e.Context.Waiting:
		return CallbackChain
	default:
		return LiveChain
	}
}

func (a *application) take(ev Take) error {
	switch {
	case ev.By == a.Agent:
		return a.late()
	case a.State == Paging:
	case ev.By == a.Holder:
		return &NoChangeError{a.ID}
	case a.Handover == nil || a.Handover.To != ev.By:
		return a.late()
	}

	from := a.Holder
	handed := a.Handover != nil
	a.hold(ev.By)

	n := a.recordTaken()
	a.tell(a.Agent, n)

	if handed {
		a.tell(from, n)
	}

	return nil
}

// hold gives the escalation to who, and ends all pages.
func (a *application) hold(who PersonID) {
	a.Holder, a.TakenAt, a.Handover = who, a.Now, nil
	a.Introduced, a.JoinedAt, a.NudgeAt, a.Nudges = time.Time{}, time.Time{}, time.Time{}, 0
	a.Turn.Until, a.Turn.Nobody, a.Turn.Next, a.Turn.NextName = time.Time{}, false, nil, ""
	a.cutShort(who)
	a.closePages()

	if page := a.page(who); page == nil || page.State == PageUnreachable {
		a.sendPage(who, "") // the card to go on with
	}

	page := a.page(who)
	page.State, page.Reason, page.Closed = PageTaken, "", a.Now

	a.expectJoin(a.Now)
}

func (a *application) recordTaken() int {
	return a.record(Entry{What: WasTaken, By: a.Holder, Attempt: a.page(a.Holder).Attempt}, Taken)
}

// expectJoin starts the wait for the holder to join: at once, or when the
// customer is to be called back.
func (a *application) expectJoin(from time.Time) {
	if at := a.callAt(); at.After(from) {
		from = at
	}

	a.AskAt, a.JoinBy = from.Add(a.Times.AskJoin), from.Add(a.Times.PageOn)
}

// callAt returns when the customer is to be called back, zero if they are not
// or it doesn't matter.
func (e *Escalation) callAt() time.Time {
	if e.Kind != CallBack {
		return time.Time{}
	}

	return e.Context.CallAt
}

func (a *application) join(ev Join) error {
	if ev.By != a.Holder {
		return a.late()
	}

	a.joined(WasJoined)

	return nil
}

func (a *application) joined(what What) {
	a.JoinedAt, a.AskAt, a.JoinBy = a.Now, time.Time{}, time.Time{}
	a.expectOutcome(a.Holder)
	a.record(Entry{What: what, By: a.Holder}, Joined)
}

// expectOutcome starts the reminders to document the outcome.
func (a *application) expectOutcome(owner PersonID) {
	a.Nudges, a.NudgeAt = 0, a.hoursOf(owner).Next(a.Now.Add(a.Times.FirstNudge))
}

func (a *application) introduce(ev Introduce) error {
	if !a.Introduced.IsZero() {
		return &NoChangeError{a.ID}
	}

	a.Introduced, a.settled = a.Now, true
	n := a.record(Entry{What: WasIntroduced, By: ev.By, Whom: a.Holder}, a.State)

	if a.State == Taken {
		a.expectJoin(a.Now)
		a.tell(a.Holder, n)
	}

	return nil
}

func (a *application) handTo(ev HandTo) error {
	if ev.By != a.Holder || ev.To == a.Holder || ev.To == a.Agent {
		return a.late()
	}

	if a.Handover != nil && a.Handover.To == ev.To {
		return &NoChangeError{a.ID}
	}

	a.endHandover()
	a.sendPage(ev.To, "handed over")
	a.Handover = &Handover{To: ev.To, Attempt: a.Attempts, Note: ev.Note, Until: a.Now.Add(a.Times.Handover)}
	a.record(Entry{What: WasHandedTo, By: ev.By, Whom: ev.To, Attempt: a.Attempts, Text: ev.Note}, a.State)

	return nil
}

// endHandover calls off a handover that nobody answered yet.
func (a *application) endHandover() {
	if a.Handover == nil {
		return
	}

	if page := a.page(a.Handover.To); page != nil && page.State == PageOpen {
		page.State, page.Closed = PageMoot, a.Now
	}

	a.Handover = nil
}

func (a *application) giveUp(ev GiveUp) error {
	if ev.By != a.Holder {
		return a.late()
	}

	a.letGo(Entry{What: WasGivenUp, By: ev.By, Text: ev.Note})

	return nil
}

// letGo takes the escalation from its holder, and paging goes on without them.
func (a *application) letGo(entry Entry) {
	a.endHandover()

	holder := a.Holder
	if page := a.page(holder); page != nil {
		page.State, page.Reason, page.Closed = PagePassed, string(entry.What), a.Now
	}

	a.Turn.Avoid = holder
	a.Holder, a.AskAt, a.JoinBy, a.TakenAt = "", time.Time{}, time.Time{}, time.Time{}

	n := a.record(entry, Paging)
	a.tell(a.Agent, n)

	if entry.What == WasOverdue {
		a.tell(holder, n)
	}

	a.goOn()
}

// relieve hands over what the members of a shift have left: what they have
// while no customer is with them, and what they owe. What they have with a
// customer on the line they finish, or hand to somebody themselves.
func (a *application) relieve(ev Relieve) error {
	moved := false

	for _, from := range without(ev.From, []PersonID{ev.By}) {
		held, owed := a.relieveHolder(ev.By, from), a.relieveOwner(ev.By, from)
		if !held && !owed {
			continue
		}

		moved = true
		entry := Entry{What: WasRelieved, By: ev.By, Whom: from}

		if held {
			entry.Attempt = a.page(ev.By).Attempt
		}

		n := a.record(entry, a.State)
		if held {
			a.tell(a.Agent, n)
		}
	}

	if !moved {
		return &NoChangeError{a.ID}
	}

	return nil
}

// relieveHolder has the case change hands if from has it and no customer.
func (a *application) relieveHolder(by, from PersonID) bool {
	if a.Holder != from || by == a.Agent || a.State != Taken && a.State != Joined || a.live(a.Now) {
		return false
	}

	was := a.clone()
	a.hold(by)

	if a.State == Joined { // nobody need join again
		a.JoinedAt, a.AskAt, a.JoinBy = was.JoinedAt, was.AskAt, was.JoinBy
		a.Nudges, a.NudgeAt = was.Nudges, was.NudgeAt
	}

	return true
}

// relieveOwner has what from owes become by's to do.
func (a *application) relieveOwner(by, from PersonID) bool {
	moved := false

	for i := range a.Owed {
		if owed := &a.Owed[i]; owed.Owner == from && owed.Open() {
			a.giveOwed(owed, by)

			moved = true
		}
	}

	return moved
}

func (a *application) handBack(ev HandBack) error {
	if ev.By != a.Holder && !ev.Over {
		return a.late()
	}

	a.Advice = ev.Advice
	a.setRhythm(ev.Every)
	a.giveBack(Entry{What: WasHandedBack, By: ev.By, Text: ev.Advice})

	return nil
}

// giveBack returns the escalation to the agent.
func (a *application) giveBack(entry Entry) {
	a.endHandover()
	a.closePages()
	a.AskAt, a.JoinBy = time.Time{}, time.Time{}
	a.expectOutcome(a.Agent)

	n := a.record(entry, Returned)
	a.tell(a.Agent, n)
}

func (a *application) decide(ev Decide) error {
	if a.Kind != Approve || ev.By == a.Agent || ev.Approved && !a.may(ev.By, cmp.Or(ev.Sum, a.Context.sum())) {
		return a.late()
	}

	handed := a.Handover != nil && a.Handover.To == ev.By
	if a.State != Paging && ev.By != a.Holder && !handed {
		return a.late()
	}

	if a.State == Paging || handed { // to decide is to take it
		a.hold(ev.By)
		a.recordTaken()
	}

	if a.State == Taken {
		a.joined(WasJoined)
	}

	what := WasDenied
	if ev.Approved {
		what = WasApproved
	}

	a.Decision = a.decision(ev)
	a.giveBack(Entry{What: what, By: ev.By, Text: joinWords(ev.Amount, ev.Note)})

	return nil
}

func (a *application) escalateAgain(ev EscalateAgain) error {
	a.pageAnew(Entry{What: WasEscalatedAgain, By: ev.By, Text: ev.Note})

	return nil
}

// pageAnew begins the chain from its first tier. The agent is told unless it
// was they who asked for it.
func (a *application) pageAnew(entry Entry) {
	a.Holder, a.Decision, a.Question, a.Turn = "", nil, nil, Turn{}
	a.Introduced, a.CallEnded, a.NudgeAt, a.Nudges = time.Time{}, time.Time{}, time.Time{}, 0
	a.TakenAt, a.JoinedAt = time.Time{}, time.Time{}
	a.closePages()
	a.forgetPasses()
	a.Chain = a.chain()

	n := a.record(entry, Paging)
	if entry.By != a.Agent {
		a.tell(a.Agent, n)
	}

	a.warnOfLimits()
	a.goOn()
}

func (a *application) ask(ev Ask) error {
	if q := a.Question; q != nil && q.By == ev.By && q.Text == ev.Text && q.Answer == "" {
		return &NoChangeError{a.ID}
	}

	a.Question = &Question{By: ev.By, Text: ev.Text, At: a.Now}
	a.tell(a.Agent, a.record(Entry{What: WasQuestioned, By: ev.By, Text: ev.Text}, a.State))

	return nil
}

func (a *application) answer(ev Answer) error {
	switch {
	case a.Question == nil, !ev.At.IsZero() && !ev.At.Equal(a.Question.At):
		return a.late()
	case a.Question.Answer != "" && a.Question.Answer == ev.Text:
		return &NoChangeError{a.ID}
	}

	a.Question.Answer, a.settled = ev.Text, true
	a.tell(a.Question.By, a.record(Entry{What: WasAnswered, By: ev.By, Whom: a.Question.By, Text: ev.Text}, a.State))

	return nil
}

func (a *application) addNote(ev AddNote) error {
	a.record(Entry{What: WasNoted, By: ev.By, Text: ev.Text}, a.State)

	return nil
}

func (a *application) addContext(ev AddContext) error {
	callAt, asks := a.callAt(), a.asks()

	threat := 0 // the entry that says that it is one now

	if ev.Kind != "" && ev.Kind != a.Kind {
		n := a.record(Entry{What: WasChanged, By: ev.By, Text: string(ev.Kind)}, a.State)
		a.Kind = ev.Kind

		if a.Kind == Threat {
			threat = n
		}
	}

	verbatim, added, trigger := a.Context.Verbatim, ev.Context.Verbatim, a.Context.Trigger
	lost := replaced(a.Context, ev.Context)
	a.Context = ev.Context
	a.setRhythm(ev.Every)
	a.Context.Waiting = a.Context.Waiting && a.CallEnded.IsZero() // a form may be older than the end of the call

	a.Context.Verbatim = verbatim

	a.record(Entry{What: WasAdded, By: ev.By, Text: lost}, a.State)

	if ev.Note != "" {
		a.record(Entry{What: WasNoted, By: ev.By, Text: ev.Note}, a.State)
	}

	a.keepWords(added, ev.By)

	if a.State == Taken && !a.callAt().Equal(callAt) {
		a.expectJoin(a.Now)
	}

	a.oweAll(ev.Owed, ev.By)
	stop := a.stopped(trigger, ev.By)
	a.hurry()
	a.hear(ThreatChain, threat, ev.By)
	a.hear(a.Context.Trigger.chain(), stop, ev.By)

	if a.asks() != asks {
		a.askAnew()
	}

	return nil
}

// replaced names what somebody had written in old and is not in now any more:
// of two people who fill in the form at once, the later one replaces what the
// first one wrote.
func replaced(old, now Context) string {
	return lost([]replacement{
		{"Customer", old.Customer, now.Customer},
		{"Reference", old.Reference, now.Reference},
		{"Wants", old.Wants, now.Wants},
		{"Tried", old.Tried, now.Tried},
		{"Promised", old.Promised, now.Promised},
		{"Told", old.Told, now.Told},
		{"Amount", old.Amount, now.Amount},
		{"Number or address", old.CallWhere, now.CallWhere},
		{"Time zone", old.Zone, now.Zone},
		{"Hard stop", string(old.Trigger), string(now.Trigger)},
		{"Ask for", old.CallWho, now.CallWho},
		{"Happened", old.Happened, now.Happened}, // the longest comes last
	})
}

// A replacement is what was written in a field, and what is now.
type replacement struct{ name, old, now string }

// lost names what was written and is not any more, so that the timeline keeps it.
func lost(fields []replacement) string {
	was := make([][2]string, len(fields))

	for i, field := range fields {
		if field.old != field.now {
			was[i] = [2]string{field.name + " was", field.old}
		}
	}

	return joinFields("; ", was)
}

// hurry changes over to a more urgent chain if the case has become one.
func (a *application) hurry() {
	if urgency(a.chain()) <= urgency(a.Chain) {
		return
	}

	a.Chain, a.Turn = a.chain(), Turn{Avoid: a.Turn.Avoid}
	if a.State == Paging {
		a.goOn()
	}
}

// urgency orders chains. Paging changes over to a more urgent one at once and
// never to a less urgent one: what was promised to the agent stands.
func urgency(c ChainName) int {
	switch c {
	case SelfHarmChain:
		return 4
	case ThreatChain:
		return 3
	case LegalChain, MediaChain, FraudChain:
		return 2
	case LiveChain:
		return 1
	case CallbackChain:
		return 0
	default:
		return 0
	}
}

func (a *application) endCall(ev EndCall) error {
	if !a.CallEnded.IsZero() {
		return &NoChangeError{a.ID}
	}

	a.CallEnded = a.Now
	a.Context.Waiting = false
	a.record(Entry{What: WasEnded, By: ev.By}, a.State)

	return nil
}

func (a *application) withdraw(ev Withdraw) error {
	holder := a.Holder

	a.endHandover()
	a.closePages()
	a.AskAt, a.JoinBy = time.Time{}, time.Time{}

	n := a.record(Entry{What: WasWithdrawn, By: ev.By}, Withdrawn)
	a.end()

	if holder != "" {
		a.tell(holder, n)
	}

	return nil
}

func (a *application) end() {
	a.Ended, a.ForgetAt = a.Now, a.Now.Add(a.keep())
}

// keep returns how long the record is kept once it has ended. What was written down of
// an incident may be needed, also where somebody held it to be no threat afterwards.
func (a *application) keep() time.Duration {
	if a.incident() {
		return a.Times.KeepIncidents
	}

	return a.Times.Keep
}

// keepIncident keeps an incident as long as others that only came to light once the
// case had ended.
func (a *application) keepIncident(before *Escalation) {
	if a.incident() && !before.incident() && !a.ForgetAt.IsZero() {
		a.ForgetAt = later(a.ForgetAt, a.Ended.Add(a.keep()))
	}
}

func (a *application) resolve(ev Resolve) error {
	instead := a.State != Returned && a.Holder != ev.By // of the holder
	if instead && !ev.Over {
		return a.late()
	}

	if a.State == Taken && !instead {
		a.joined(WasJoined)
	}

	a.AskAt, a.JoinBy = time.Time{}, time.Time{}
	a.endHandover()

	outcome := ev.Outcome
	outcome.By, outcome.At = ev.By, a.Now
	a.Outcome, a.NudgeAt = &outcome, time.Time{}

	a.closePages()

	n := a.record(Entry{What: WasResolved, By: ev.By, Text: outcome.Name}, Resolved)
	a.knows = a.Agent

	for i, owed := range ev.Owed {
		owed = a.owe(owed, ev.By)
		a.recordOwed(owed, Entry{What: owed.what(), By: ev.By, Text: owed.Text})

		if i+1 == ev.Outcome.Waits {
			a.Outcome.Waits = owed.N
		}
	}

	if ev.Spends {
		a.spend()
	}

	a.planTouch(ev)

	if ev.By != a.Agent {
		a.tell(a.Agent, n)
	}

	if instead {
		a.tell(a.Holder, n)
	}

	a.closeIfDone()
	a.askForFeedback()

	return nil
}

func (a *application) reopen(ev Reopen) error {
	// The next outcome replaces this one: what it said stays on the timeline.
	was := a.outcome()
	a.record(Entry{What: WasNoted, By: was.By, Text: was.written()}, a.State)

	a.Outcome, a.Ended, a.ForgetAt = nil, time.Time{}, time.Time{}
	a.Advice, a.Decision = "", nil // they were about what was settled
	a.askLater()

	entry := Entry{What: WasReopened, By: ev.By, Text: ev.Note}

	if ev.Page {
		a.pageAnew(entry)
	} else {
		a.Holder = ""
		a.giveBack(entry)
	}

	return nil
}

// written returns all that an outcome says.
func (o *Outcome) written() string {
	return joinFields("; ", [][2]string{
		{"Outcome was", joinWords(o.Name, o.Amount)}, {"Agreed", o.Agreed}, {"Why", o.Why}, {"Instead", o.Instead},
		{"Satisfied", o.Satisfied}, {"Worked", o.Worked}, {"Change", o.Change},
	})
}

// due does what is due now, whatever it is.
func (a *application) due() error {
	if due := a.Due(); due.IsZero() || a.Now.Before(due) {
		return &NoChangeError{a.ID}
	}

	a.expireRequests()
	a.remindOfOwed()
	a.endApproval()
	a.remindToUpdate()
	a.remindOfDetails()
	a.remindOfTouch()
	a.askDue()

	switch a.State {
	case Paging:
		if over(a.Turn.Until, a.Now) {
			a.pageTimedOut()
		}
	case Taken, Joined, Returned:
		a.waitingIsOver()
	case Resolved:
	case Closed, Withdrawn:
		if over(a.forgetAt(), a.Now) {
			a.effects, a.silent = append(a.effects, Forget{}), true
		}
	}

	return nil
}

// waitingIsOver acts on somebody who has it and was expected to do something.
func (a *application) waitingIsOver() {
	if over(a.handoverDue(), a.Now) {
		to := a.Handover.To
		a.endHandover()
		a.tell(a.Holder, a.record(Entry{What: WasNotHanded, Whom: to}, a.State))
	}

	switch {
	case a.State == Taken && over(a.JoinBy, a.Now):
		a.letGo(Entry{What: WasOverdue, Whom: a.Holder})
	case a.State == Taken && over(a.AskAt, a.Now):
		a.askToJoin()
	case a.State != Taken && over(a.NudgeAt, a.Now):
		a.nudge()
	}
}

func (a *application) askToJoin() {
	a.AskAt = time.Time{}
	n := a.record(Entry{What: WasAsked, Whom: a.Holder}, a.State)
	a.showLoose(CardID{Role: AskCard, Escalation: a.ID, Person: a.Holder, N: n})
}

// nudge reminds whoever has it to document the outcome.
func (a *application) nudge() {
	owner := a.owner()
	hours := a.hoursOf(owner)

	if open := hours.Next(a.Now); open.After(a.Now) {
		a.NudgeAt = open

		return
	}

	a.Nudges++
	a.NudgeAt = hours.Next(a.Now.Add(a.Times.NextNudge))

	if a.Nudges >= a.Times.MostNudges {
		a.NudgeAt = time.Time{}
	}

	a.tell(owner, a.record(Entry{What: WasNudged, Whom: owner}, a.State))
}

// over reports whether a deadline is set and has come.
func over(deadline, now time.Time) bool { return !deadline.IsZero() && !now.Before(deadline) }

// joined puts those of some words that are not empty one behind the other, with
// something between them.
func joined(between string, words ...string) string {
	return strings.Join(without(words, []string{""}), between)
}

func joinWords(words ...string) string { return joined(", ", words...) }
