package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// problems collects what is wrong with a submission.
type problems chat.Problems

// Error makes problems an error that undoes a transaction.
func (problems) Error() string { return "a form has mistakes" }

// answerSubmission is Submit once what must not be kept is masked.
func (d *Desk) answerSubmission(ctx context.Context, f chat.Submission) (chat.Reply, error) {
	d.noteActive(ctx, f.Who)

	switch f.Form {
	case escalateFormID:
		return d.submitEscalation(ctx, f)
	case feedbackAction:
		return d.takeFeedback(ctx, f)
	}

	if reply, done, err := d.submitBreak(ctx, f); done {
		return reply, err
	}

	if reply, done, err := d.submitRestriction(ctx, f); done {
		return reply, err
	}

	f = addressed(f)
	name, detail, _ := strings.Cut(f.State, "/")

	id, err := ParseEscalationID(name)
	if err != nil {
		return chat.Reply{}, strange(f.Form, f.State)
	}

	_, err = d.once(ctx, prefixed("form", f.ID), func(s *session) (EscalationID, error) {
		return id, s.submitted(f, id, detail)
	})
	if reply, again := sentBack(err); again {
		return reply, nil
	}

	if _, late := errors.AsType[*LateError](err); late {
		return d.tooLate(ctx, f, id)
	}

	if err != nil {
		return d.excuse(ctx, f.Who, id, err)
	}

	return d.settings.afterwards(toldIn(f)), nil
}

// submitted carries out what a form of an escalation says.
func (s *session) submitted(f chat.Submission, id EscalationID, detail string) error {
	read, ok := readerOf(f.Form)
	if !ok {
		return strange(f.Form, f.State)
	}

	by := s.whois(f.Who)

	e, err := s.visible(by, id)
	if err != nil {
		return err
	}

	if !s.may(by, deed(read.action), e) {
		return s.refusal(deed(read.action), e)
	}

	if err := e.untouchable(); err != nil {
		return err
	}

	ev, wrong := read.read(filled{s, e, by, f.Values, detail})
	if len(wrong) > 0 {
		return wrong
	}

	if err := s.askOnce(f, e, by, ev); err != nil || ev == nil {
		return err
	}

	return s.apply(e, ev)
}

// sentBack answers a form that does not count yet, if that is what an error says: it
// has mistakes, or one more question.
func sentBack(err error) (chat.Reply, bool) {
	if wrong, ok := errors.AsType[problems](err); ok {
		return chat.Reply{Problems: chat.Problems(wrong)}, true
	}

	if more, ok := errors.AsType[*moreError](err); ok {
		return chat.Reply{Form: more.form}, true
	}

	return chat.Reply{}, false
}

// tooLate keeps a form open whose moment has passed, so that nothing that was
// typed is lost, and says how things stand.
func (d *Desk) tooLate(ctx context.Context, f chat.Submission, id EscalationID) (chat.Reply, error) {
	line, err := d.line(ctx, f.Who, id)
	if err != nil {
		return chat.Reply{}, err
	}

	return chat.Reply{Problems: chat.Problems{"": line.String() + " So this can't be done any more. What you wrote is still here: copy it before you close the form."}}, nil
}

// A reader turns a form into an event. A nil event with no problems means that
// there is nothing to do. action names the button whose rights the form has.
type reader struct {
	action string
	read   func(f filled) (Event, problems)
}

// readerOf returns what reads a form.
func readerOf(form string) (reader, bool) {
	if read, ok := owedReaders[form]; ok {
		return read, true
	}

	read, ok := readers[form]

	return read, ok
}

// filled is a form of an escalation as somebody sent it.
type filled struct {
	*session
	e      *Escalation
	by     PersonID
	v      chat.Values
	detail string // what the form's state says beyond the escalation
}

// over reports whether somebody acts for the holder: a manager may, since a
// holder can go away.
func (f filled) over() bool { return f.by != f.e.Holder && f.may(f.by, actForHolder, f.e) }

// readers are all forms that belong to an escalation, by the form's id.
var readers = map[string]reader{
	"pass": {"pass", func(f filled) (Event, problems) {
		page, reason := f.e.page(f.by), pick(passReasons, f.v.Get("reason"))
		if page == nil || reason == "" {
			return nil, nil
		}

		return Pass{By: f.by, Attempt: page.Attempt, Reason: reason}, nil
	}},
	"ask": {"ask", func(f filled) (Event, problems) {
		text, wrong := required(f.v, "question", "Write what you want to know.")

		return Ask{By: f.by, Text: text}, wrong
	}},
	"answer": {"answer", func(f filled) (Event, problems) {
		text, wrong := required(f.v, "answer", "Write your answer; a word is enough.")

		at, _ := time.Parse(time.RFC3339Nano, f.detail)

		return Answer{By: f.by, Text: text, At: at}, wrong
	}},
	"hand_back": {"hand_back", func(f filled) (Event, problems) {
		text, wrong := required(f.v, "advice", "Say what the agent should do now; one sentence is enough.")
		f.v = f.since(f.handBackForm(f.e, f.by))

		return HandBack{By: f.by, Advice: text, Every: readRhythm(f.v), Over: f.over()}, wrong
	}},
	"inform":           {"told_customer", readInform},
	"incident":         {"write_down", readIncident},
	"restrict":         {"restrict", readRestrict},
	"note":             {"note", readNote},
	"hand_to":          {"hand_to", readHandTo},
	"context":          {"add_context", readContext},
	"promise_callback": {"promise_callback", readCallback},
	"approve_other":    {"approve_other", readApproveOther},
	"resolve":          {"resolve", readResolve},
	"reopen": {"reopen", func(f filled) (Event, problems) {
		text, wrong := required(f.v, "why", "Say what is left to do.")

		return Reopen{By: f.by, Note: text, Page: f.v.Get("page") == "yes"}, wrong
	}},
}

// required returns a field's text, or what is wrong with it: blanks don't count
// as filled.
func required(v chat.Values, field, otherwise string) (string, problems) {
	if text := written(v.Get(field)); text != "" {
		return text, nil
	}

	return "", problems{field: otherwise}
}

// written returns what somebody wrote without the blanks around it, "" if there
// is nothing to be seen in it.
func written(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }) {
		return ""
	}

	return strings.TrimSpace(s)
}

func readNote(f filled) (Event, problems) {
	f.v = f.since(f.noteForm(f.e, f.by))

	note, kind := written(f.v.Get("note")), Kind(f.v.Get("kind"))
	if f.by == f.e.Holder && kind != f.e.Kind && known(kinds, string(kind)) {
		return AddContext{By: f.by, Kind: kind, Context: f.e.Context, Note: note}, nil
	}

	text, wrong := required(f.v, "note", "Write the note.")

	return AddNote{By: f.by, Text: text}, wrong
}

func readHandTo(f filled) (Event, problems) {
	note := written(f.v.Get("note"))
	if f.v.Get("who") == nextOnChain {
		return GiveUp{By: f.by, Note: note}, nil
	}

	to := PersonID(f.v.Get("who"))

	switch {
	case to == "":
		return nil, problems{"who": "Choose who should take it."}
	case to == f.by || to == f.e.Agent || !f.may(to, beHandedTo, f.e) && !f.desk.settings.team(f.e.Team).names(to):
		return nil, problems{"who": "Choose a supervisor or manager of this team, or somebody whom one of its chains pages."}
	}

	return HandTo{By: f.by, To: to, Note: note}, nil
}

func readContext(f filled) (Event, problems) {
	f.v = f.since(f.contextForm(f.e, f.by))

	kind, c, wrong := f.readCase(f.v, f.e.Kind, f.e.Context)
	// Whoever adds to a case that runs is not held up by what is missing.
	delete(wrong, "customer")
	delete(wrong, "happened")

	asked, missing := c, problems{}
	if f.readApproval(f.v, f.e.Team, kind, &asked, missing); len(missing) == 0 {
		c = asked
	}

	return AddContext{By: f.by, Kind: kind, Context: c, Every: readRhythm(f.v), Owed: f.readPromised(f.v, c, f.by, wrong)}, wrong
}

// instantIn reads an instant. Zero means that none was given, or none that can be read.
func instantIn(v chat.Values, field string, wrong problems) time.Time {
	text := v.Get(field)
	if text == "" {
		return time.Time{}
	}

	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		wrong[field] = "Choose a date and a time."
	}

	return at
}

// moment reads an instant that must lie ahead. Zero means that none was given.
func (s *session) moment(v chat.Values, field string, wrong problems) time.Time {
	at := instantIn(v, field, wrong)

	switch {
	case at.IsZero():
	case at.Before(s.now):
		wrong[field] = "That time has passed. Choose one that lies ahead."
	case s.farOff(at):
		wrong[field] = tooFarOff
	}

	return at
}

// tooFarOff is said of a time that is farther away than anything is promised for. A
// slip of the year would keep a case open for good.
const tooFarOff = "That is more than two years away. Choose a time that is nearer."

func (s *session) farOff(at time.Time) bool { return at.After(s.now.AddDate(2, 0, 0)) }

func readResolve(f filled) (Event, problems) {
	wrong := problems{}
	outcome := Outcome{
		Name: f.v.Get("outcome"), Agreed: written(f.v.Get("agreed")),
		Why: written(f.v.Get("why")), Instead: written(f.v.Get("instead")),
		Satisfied: pick(satisfaction, f.v.Get("satisfied")), Worked: written(f.v.Get("worked")), Change: written(f.v.Get("change")),
	}

	option := slices.IndexFunc(f.options(f.e.Team), func(o Option) bool { return o.Name == outcome.Name })
	if option < 0 && outcome.Name != NotPossible {
		wrong["outcome"] = "Choose how it ended."
	}

	if outcome.Name == NotPossible {
		if outcome.Why == "" {
			wrong["why"] = "Write the explanation that the customer was given."
		}

		if outcome.Instead == "" {
			wrong["instead"] = "Write what the customer was offered instead."
		}
	}

	ev := Resolve{By: f.by, Outcome: outcome, Owed: f.readOwed(wrong), Touch: f.readTouch(f.v), Over: f.over()}
	ev.Spends = slices.ContainsFunc(ev.Owed, f.spends)
	f.readGiven(&ev, wrong)

	return ev, wrong
}

func joinSpace(words ...string) string { return joined(" ", words...) }

// options returns the outcomes that a team offers.
func (s *session) options(team TeamID) []Option {
	t := s.desk.settings.team(team)
	if t == nil || len(t.Options) == 0 {
		return defaultOptions
	}

	if len(t.Options) > 1 {
		return t.Options
	}

	// Who has a choice of one has none.
	return append(slices.Clone(t.Options), slices.DeleteFunc(slices.Clone(defaultOptions), func(o Option) bool {
		return strings.EqualFold(o.Name, t.Options[0].Name)
	})...)
}

// submitEscalation opens an escalation from its form.
func (d *Desk) submitEscalation(ctx context.Context, f chat.Submission) (chat.Reply, error) {
	var call Open

	_, err := d.once(ctx, prefixed("form", f.ID), func(s *session) (id EscalationID, err error) {
		if call, err = s.readCall(f); err != nil {
			return 0, err
		}

		return s.call(f, call)
	})
	if same, ok := errors.AsType[*sameError](err); ok {
		return d.askSame(ctx, f, call, same.id)
	}

	if reply, again := sentBack(err); again {
		return reply, nil
	}

	switch {
	case errors.Is(err, errNotAsked):
		return chat.Reply{}, nil // they said so themselves
	case errors.Is(err, ErrUnwritable):
		return d.unrecorded(ctx, f.ID, f.Who, call), nil
	default:
		return chat.Reply{}, err
	}
}

// readCall reads what an agent asks for. Its error is what is wrong with the form.
func (s *session) readCall(f chat.Submission) (Open, error) {
	by := s.whois(f.Who)
	kind, c, wrong := s.readCase(f.Values, TakeOver, Context{Link: f.State})

	team := TeamID(f.Values.Get("team"))
	if team == "" {
		team = s.defaultTeam(f.Who)
	}

	if s.desk.settings.team(team) == nil {
		wrong["team"] = "Choose the team whose supervisors are paged."
	}

	owed := s.readPromised(f.Values, c, by, wrong)
	s.readRequest(f.Values, team, by, kind, &c, wrong)

	if len(wrong) > 0 {
		return Open{}, wrong
	}

	return Open{Team: team, Kind: kind, Context: c, Every: readRhythm(f.Values), Owed: owed}, nil
}

// call opens an escalation, or adds to the one that the agent has open for the same
// customer, whichever they answered. Where they were not asked yet its error is a
// *sameError.
func (s *session) call(f chat.Submission, call Open) (EscalationID, error) {
	if err := s.askFirst(f, call); err != nil {
		return 0, err
	}

	same, err := s.sameCustomer(s.whois(f.Who), call.Context)

	switch {
	case err != nil:
		return 0, err
	case same == nil, f.Values.Get("same") == anotherMatter:
		return s.open(f.Who, call)
	case f.Values.Get("same") != same.ID.String():
		return 0, &sameError{same.ID}
	}

	return same.ID, s.apply(same, AddContext{
		By: same.Agent, Kind: same.Kind.with(call.Kind), Context: same.Context.with(call.Context), Every: call.Every, Owed: call.Owed,
	})
}

// A sameError says that an agent has something open for the same customer.
type sameError struct{ id EscalationID }

// Error names it.
func (e *sameError) Error() string { return "the same customer has " + e.id.String() + " open" }

// sameCustomer returns what an agent has open for the same customer, nil for
// nothing: with the same reference, or the same name where one of the two has no
// reference that tells who they are.
func (s *session) sameCustomer(agent PersonID, c Context) (*Escalation, error) {
	open, err := s.concerning(agent)
	if err != nil {
		return nil, err
	}

	for _, e := range open {
		if e.Agent == agent && e.State.Open() && sameCustomer(e.Context, c) {
			return e, nil
		}
	}

	return nil, nil //nolint:nilnil // there is none, which is no error
}

func sameCustomer(a, b Context) bool {
	if !(CustomerKey{Reference: a.Reference}).nobody() && !(CustomerKey{Reference: b.Reference}).nobody() {
		return fold(a.Reference) == fold(b.Reference)
	}

	return fold(a.Customer) != "" && fold(a.Customer) == fold(b.Customer)
}

// fold returns words as they are compared: without case and surplus blanks.
func fold(words string) string { return strings.ToLower(strings.Join(strings.Fields(words), " ")) }

// with returns the kind of help of a case to which somebody adds, with another
// kind chosen: a threat stays one, and what the form begins with is no choice.
func (k Kind) with(chosen Kind) Kind {
	if k == Threat || chosen == TakeOver {
		return k
	}

	return chosen
}

// with returns a context to which what another says is added: what is filled
// there counts, and what happened is added to what was written before.
func (c Context) with(more Context) Context {
	sum := c

	for _, field := range []struct{ into, from *string }{
		{&sum.Customer, &more.Customer}, {&sum.Reference, &more.Reference}, {&sum.Channel, &more.Channel}, {&sum.Reason, &more.Reason}, {&sum.Feeling, &more.Feeling},
		{&sum.Confirmed, &more.Confirmed}, {&sum.Wants, &more.Wants}, {&sum.Tried, &more.Tried}, {&sum.Promised, &more.Promised},
		{&sum.Told, &more.Told}, {&sum.Verbatim, &more.Verbatim}, {&sum.CallWhere, &more.CallWhere},
		{&sum.CallWho, &more.CallWho}, {&sum.Zone, &more.Zone},
	} {
		if *field.from != "" {
			*field.into = *field.from
		}
	}

	if more.Happened != "" && more.Happened != c.Happened {
		sum.Happened = strings.TrimSpace(c.Happened + "\n" + more.Happened)
	}

	sum.Heat = max(c.Heat, more.Heat)
	sum.Waiting = c.Waiting || more.Waiting

	if more.Trigger != "" && c.Trigger != SelfHarm {
		sum.Trigger = more.Trigger
	}

	if !more.CallAt.IsZero() {
		sum.CallAt = more.CallAt
	}

	if more.Amount != "" {
		sum.Amount, sum.Option, sum.Sum, sum.Currency = more.Amount, more.Option, more.Sum, more.Currency
	}

	for _, sign := range more.Signs {
		if !slices.Contains(sum.Signs, sign) {
			sum.Signs = append(slices.Clone(sum.Signs), sign)
		}
	}

	return sum
}

// askSame asks whether a form is an addition to what is open. What was filled
// in stays.
func (d *Desk) askSame(ctx context.Context, f chat.Submission, call Open, id EscalationID) (chat.Reply, error) {
	var form *chat.Form

	err := d.view(ctx, func(s *session) error {
		same, err := s.Escalation(id)
		if err != nil {
			return err
		}

		form = s.escalateForm(draft{
			Team: call.Team, Kind: call.Kind, Context: call.Context, Every: call.Every, Same: same, Asking: s.askingIn(call.Team, s.whois(f.Who)),
		}, "")
		form = with(form, s.questionsFor(s.whois(f.Who), call), f.Values)
		form.State = f.State

		return nil
	})

	return chat.Reply{Form: form}, err
}

// readCase reads the fields of a case. Fields that the form does not show keep
// what they hold.
func (s *session) readCase(v chat.Values, kind Kind, c Context) (Kind, Context, problems) {
	wrong := problems{}

	if k := v.Get("kind"); k != "" && known(kinds, k) {
		kind = Kind(k)
	}

	shown := caseFields(draft{Kind: kind, Context: Context{Channel: v.Get("channel")}})
	reads := func(field string) bool {
		_, filled := v[field]

		return filled || slices.ContainsFunc(shown, func(f chat.Field) bool { return f.ID == field })
	}

	for field, held := range map[string]*string{
		"customer": &c.Customer, "reference": &c.Reference, "happened": &c.Happened, "wants": &c.Wants, "tried": &c.Tried,
		"promised": &c.Promised, "told": &c.Told, "verbatim": &c.Verbatim,
		"call_where": &c.CallWhere, "call_who": &c.CallWho, "channel": &c.Channel, "reason": &c.Reason, "confirmed": &c.Confirmed,
		"zone": &c.Zone, "feeling": &c.Feeling,
	} {
		if reads(field) {
			*held = written(v.Get(field))
		}
	}

	c.Channel, c.Reason, c.Confirmed = pick(contactChannels, c.Channel), pick(reasons, c.Reason), pick(yesNo, c.Confirmed)
	c.Zone, c.Feeling = pick(customerZones, c.Zone), pick(feelings, c.Feeling)
	c.Heat, _ = strconv.Atoi(pick(heats, v.Get("heat")))
	c.Signs = pickAll(signsInPerson, v["signs"])

	if reads("trigger") {
		c.Trigger = Trigger(pick(stops, v.Get("trigger")))
	}

	c.Waiting = kind != CallBack && v.Get("waiting") != "no"

	if reads("call_at") && !slices.Equal(v["call_at"], instant(c.CallAt)) { // what nobody changed may have gone by
		c.CallAt = s.moment(v, "call_at", wrong)
	}

	if c.Customer == "" {
		wrong["customer"] = "Write who it is about; a first name or a case number will do."
	}

	if c.Happened == "" {
		wrong["happened"] = "Write what happened; a few words are enough."
	}

	return kind, c, wrong
}
