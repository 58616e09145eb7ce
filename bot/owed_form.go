package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

const addOwedFormID = "add_owed"

// owedActions are the buttons of what is owed. Their numbers are those of what
// they are about.
var owedActions = map[string]action{
	"done":           {event: finished, numbered: (*session).finishForm},
	"follow_up_done": {numbered: (*session).finishForm},
	"move_owed":      {numbered: (*session).moveForm},
	"drop_owed":      {numbered: (*session).dropForm},
	"take_owed":      {event: func(p press, _ *Escalation, by PersonID) Event { return TakeOwed{By: by, N: p.n} }},
	"approve_owed": {nth: mayDecide, event: func(p press, _ *Escalation, by PersonID) Event {
		return DecideOwed{By: by, N: p.n, Approved: true}
	}},
	"deny_owed": {nth: mayDecide, event: func(p press, _ *Escalation, by PersonID) Event {
		return DecideOwed{By: by, N: p.n}
	}},
	"add_owed": {form: (*session).addOwedForm},
}

// finished is what a button says at once about a promise, nil for a follow-up: what
// came out of that is asked.
func finished(p press, e *Escalation, by PersonID) Event {
	if o := e.owed(p.n); o != nil && !o.Promise {
		return nil
	}

	return Finish{By: by, N: p.n}
}

// owedReaders are the forms of what is owed.
var owedReaders = map[string]reader{
	"follow_up_done": {"follow_up_done", readFinish},
	"move_owed":      {"move_owed", readMove},
	"drop_owed": {"drop_owed", func(f filled) (Event, problems) {
		why, wrong := required(f.v, "why", "Say why; a few words are enough.")

		return DropOwed{By: f.by, N: f.number(), Why: why}, wrong
	}},
	addOwedFormID: {"add_owed", readAddOwed},
}

// number is of what a form is about.
func (f filled) number() int {
	n, _ := strconv.Atoi(f.detail)

	return n
}

// owed returns what has a number and is still to be done, nil if that is nothing.
func (e *Escalation) owed(n int) *Owed {
	if n < 1 || n > len(e.Owed) || !e.Owed[n-1].Open() {
		return nil
	}

	return &e.Owed[n-1]
}

// owedForm is a form about one thing owed: what was promised stands above it.
func (s *session) owedForm(e *Escalation, o *Owed, form chat.Form) *chat.Form {
	form.Cancel, form.State = "Cancel", e.ID.String()+"/"+itoa(o.N)
	form.Intro = append(form.Intro,
		chat.Small{Text: chat.Line("%v · due %v", subject(e), o.dueLine())},
		chat.Quote{Label: o.label(), Text: o.Text})

	return &form
}

// What becomes of what is left over of a follow-up.
const (
	reopenAndPage = "page"
	reopenWithout = "agent"
	stayResolved  = "no"
)

// finishForm asks what came out of a follow-up.
func (s *session) finishForm(e *Escalation, _ PersonID, n int) *chat.Form {
	o := e.owed(n)
	if o == nil || o.Approval == ApprovalWanted {
		return nil
	}

	fields := []chat.Field{
		chooseOne("agreed", "Were the agreed actions done?", agreedActions, "", mustFill),
		paragraph("left", "Is anything left over?", "", "The second parcel has not come"),
	}

	if e.State == Resolved {
		fields = append(fields, chooseOne("reopen", "If so, open it again?", []choice{
			{reopenAndPage, "Open it again and page a supervisor"},
			{reopenWithout, "Open it again, back with " + inline(s.name(e.Agent), 40)},
			{stayResolved, "Only note it"},
		}, ""))
	}

	return s.owedForm(e, o, chat.Form{
		ID: "follow_up_done", Title: "Follow-up done", Submit: "Done",
		Fields: append(fields,
			paragraph("says", "What does the customer say?", "", ""),
			chooseOne("satisfied", "Is the customer satisfied?", satisfaction, "")),
	})
}

func readFinish(f filled) (Event, problems) {
	wrong := problems{}
	ev := Finish{
		By: f.by, N: f.number(), Agreed: pick(agreedActions, f.v.Get("agreed")), Left: written(f.v.Get("left")),
		Says: written(f.v.Get("says")), Satisfied: pick(satisfaction, f.v.Get("satisfied")),
	}

	if ev.Agreed == "" {
		wrong["agreed"] = "Choose whether everything that was agreed is done."
	}

	again := f.v.Get("reopen")
	ev.Reopen, ev.Page = again == reopenAndPage || again == reopenWithout, again == reopenAndPage

	switch {
	case ev.Reopen && ev.Left == "":
		wrong["left"] = "Write what is left to do, so that whoever gets it knows."
	case f.e.State == Resolved && ev.Left != "" && again == "":
		wrong["reopen"] = "Choose what happens with what is left over."
	}

	return ev, wrong
}

func (s *session) moveForm(e *Escalation, _ PersonID, n int) *chat.Form {
	o := e.owed(n)
	if o == nil {
		return nil
	}

	form := chat.Form{
		ID: "move_owed", Title: "Reschedule", Submit: "Reschedule",
		Fields: append([]chat.Field{{ID: "when", Kind: chat.MomentField, Label: "New time", Required: true, Initial: instant(s.tomorrow())}},
			zoneField("when", "This time is in", e.Context.Zone)...),
	}

	told := paragraph("told", "What the customer was told", "", "That the part comes on Thursday, and that I call then")
	told.Required = o.Promise
	form.Fields = append(form.Fields, told)

	if over(o.Due, s.now) {
		form.Intro = []chat.Part{chat.Small{Text: chat.Plain("Its time has gone by. That stays written down; a new time is still better than none.")}}
	}

	return s.owedForm(e, o, form)
}

// tomorrow is what a form proposes: this time tomorrow, as pickers show it.
func (s *session) tomorrow() time.Time { return s.now.Add(promisedWithin).Truncate(15 * time.Minute) }

func readMove(f filled) (Event, problems) {
	wrong := problems{}
	due, zone := f.promisedFor(f.v, "when", f.e.Context.Zone, f.by, wrong)

	if due.IsZero() && wrong["when"] == "" {
		wrong["when"] = "Choose the new time."
	}

	told := written(f.v.Get("told"))
	if o := f.e.owed(f.number()); o != nil && o.Promise && told == "" {
		wrong["told"] = "Say what the customer was told; a few words are enough."
	}

	return MoveOwed{By: f.by, N: f.number(), Due: due, Zone: zone, Told: told}, wrong
}

func (s *session) dropForm(e *Escalation, _ PersonID, n int) *chat.Form {
	o := e.owed(n)
	if o == nil {
		return nil
	}

	return s.owedForm(e, o, chat.Form{
		ID: "drop_owed", Title: "Not needed any more", Submit: "Not needed",
		Fields: []chat.Field{line("why", "Why is it not needed any more?", "", "She has got her money back already", mustFill)},
	})
}

// The kinds of what can be added by hand.
var owedKinds = []choice{{"follow-up", "Follow-up: something for us to do or to check"}, {"promise", "Promise: the customer was told so"}}

// addOwedForm asks for a promise or follow-up of an escalation.
func (s *session) addOwedForm(e *Escalation, by PersonID) *chat.Form {
	if len(allowed(e.State, AddOwed{})) == 0 {
		return nil
	}

	form := s.addOwedFields(e.Team, by, e.Context, s.helpers(e))
	form.State = e.ID.String()
	form.Intro = append([]chat.Part{chat.Small{Text: chat.Plain(e.ID.String() + " · " + subject(e))}}, s.knownIntro(e.Team, e.Context, e)...)

	return form
}

func (s *session) addOwedFields(team TeamID, by PersonID, c Context, some []PersonID) *chat.Form {
	fields := append([]chat.Field{
		chooseOne("kind", "What is it?", owedKinds, "follow-up", mustFill),
		paragraph("text", "What will be done", "", "Ask whether the new blender came", mustFill),
		{ID: "when", Kind: chat.MomentField, Label: "When", Required: true, Initial: instant(s.tomorrow())},
	}, zoneField("when", "This time is in", c.Zone)...)

	fields = append(fields,
		chooseOne("how", "By", contactChannels, c.Channel),
		line("where", "Number or address", joinWords(c.CallWhere, c.CallWho), "+44 20 7946 0000"),
		s.personField("owner", "Who does it", "You, if it is left empty.", some),
	)

	return &chat.Form{
		ID: addOwedFormID, Title: "Add follow-up", Submit: "Add", Cancel: "Cancel", Fields: append(fields, s.optionFields(team, by)...),
	}
}

func readAddOwed(f filled) (Event, problems) {
	text, wrong := required(f.v, "text", "Write what will be done; a few words are enough.")
	if wrong == nil {
		wrong = problems{}
	}

	o := Owed{
		Promise: f.v.Get("kind") == "promise", Text: text,
		How: pick(contactChannels, f.v.Get("how")), Where: written(f.v.Get("where")),
	}
	o.Due, o.Zone = f.promisedFor(f.v, "when", f.e.Context.Zone, f.by, wrong)

	if o.Due.IsZero() && wrong["when"] == "" {
		wrong["when"] = "Choose when it is due."
	}

	o.Owner = f.readOwner("owner", wrong)

	f.authority(&o, wrong)

	return AddOwed{By: f.by, Owed: o, Spends: f.spends(o)}, wrong
}

// addOwedTo opens the form of somebody who has not said yet which of their
// escalations it is about.
func (d *Desk) addOwedTo(ctx context.Context, c chat.Click) (chat.Reply, error) {
	var reply chat.Reply

	err := d.view(ctx, func(s *session) error {
		by := s.whois(c.Who)

		open, err := s.concerning(by)
		if err != nil {
			return err
		}

		open = slices.DeleteFunc(open, func(e *Escalation) bool { return len(allowed(e.State, AddOwed{})) == 0 || !s.may(by, "add_owed", e) })

		switch len(open) {
		case 0:
			reply.Message = chat.Notice("Nothing is open that concerns you, so there is nothing to follow up. Reopen an escalation first: /%v E-… shows it.", d.command())
		case 1:
			reply.Form = s.addOwedForm(open[0], by)
		default:
			reply.Form = s.addOwedToForm(open, by)
		}

		return nil
	})

	return reply, err
}

// addOwedToForm lets somebody choose the escalation too. Options are asked for where
// all are of one team.
func (s *session) addOwedToForm(open []*Escalation, by PersonID) *chat.Form {
	which := chat.Field{ID: "escalation", Kind: chat.ChoiceField, Label: "Which escalation", Required: true}
	team, some := open[0].Team, s.near(open[0].Team)

	for _, e := range open[:min(len(open), mostChoices)] {
		which.Options = append(which.Options, chat.Option{Value: e.ID.String(), Label: inline(e.ID.String()+" · "+subject(e), 75)})
		some = union(some, s.helpers(e))

		if e.Team != team {
			team = ""
		}
	}

	form := s.addOwedFields(team, by, Context{}, some)
	form.Fields = append([]chat.Field{which}, form.Fields...)

	return form
}

// mostChoices is how many answers a field of choices holds on every platform.
const mostChoices = 100

// addressed returns a form with the escalation that was chosen in it, if it was
// opened for none.
func addressed(f chat.Submission) chat.Submission {
	if f.Form == addOwedFormID && f.State == "" {
		f.State = f.Values.Get("escalation")
	}

	return f
}

// promisedFields ask for what the customer was promised before, and for when.
func promisedFields(c Context) []chat.Field {
	return append([]chat.Field{
		paragraph("promised", "What was promised", c.Promised, ""),
		{ID: "promised_for", Kind: chat.MomentField, Label: "Promised for", Hint: "With a time, I make a promise of it and remind you."},
	}, zoneField("promised_for", "The promise's time is in", c.Zone)...)
}

// readPromised reads what the customer was promised before. What has no time is
// no more than told.
func (s *session) readPromised(v chat.Values, c Context, by PersonID, wrong problems) []Owed {
	due, zone := s.promisedFor(v, "promised_for", c.Zone, by, wrong)
	if due.IsZero() {
		return nil
	}

	return []Owed{{Promise: true, Text: cmp.Or(c.Promised, "Get back to the customer"), Owner: by, How: c.Channel, Due: due, Zone: zone}}
}

// callbackForm asks for what is promised by a callback.
func (s *session) callbackForm(e *Escalation, by PersonID) *chat.Form {
	if len(allowed(e.State, PromiseCallback{})) == 0 || e.State != Paging && by != e.Holder {
		return nil
	}

	form := &chat.Form{
		ID: "promise_callback", Title: "Promise a callback", Submit: "Promise it", Cancel: "Cancel", State: e.ID.String(),
		Fields: append([]chat.Field{
			{ID: "when", Kind: chat.MomentField, Label: "When", Required: true, Initial: instant(s.now.Add(time.Hour).Truncate(15 * time.Minute))},
		}, zoneField("when", "This time is in", e.Context.Zone)...),
	}

	if e.State == Paging {
		form.Intro = []chat.Part{chat.Small{Text: chat.Plain("Paging goes on in the background until somebody takes it.")}}
	}

	form.Intro = append(form.Intro, s.knownIntro(e.Team, e.Context, e)...)

	form.Fields = append(form.Fields,
		line("where", "Number to call", e.Context.CallWhere, "+44 20 7946 0000", mustFill),
		line("ask_for", "Ask for", e.Context.Customer, ""),
		s.personField("owner", "Who calls", "You, if it is left empty.", s.helpers(e)))

	return form
}

func readCallback(f filled) (Event, problems) {
	wrong := problems{}
	at, zone := f.promisedFor(f.v, "when", f.e.Context.Zone, f.by, wrong)

	if at.IsZero() && len(wrong) == 0 {
		wrong["when"] = "Choose when the customer will be called."
	}

	where := written(f.v.Get("where"))
	if where == "" {
		wrong["where"] = "Write the number to call."
	}

	return PromiseCallback{
		By: f.by, Owner: f.readOwner("owner", wrong), At: at.UTC(), Zone: zone, Where: where, Who: written(f.v.Get("ask_for")),
	}, wrong
}

// personField asks for a person. Besides whom the reader's platform knows it offers
// some people, who may be on another one.
func (s *session) personField(id, label, hint string, some []PersonID) chat.Field {
	field := chat.Field{ID: id, Kind: chat.PersonField, Label: label, Hint: hint}

	for _, who := range some {
		if account, ok := s.account(who); ok && !s.gone(who) {
			field.Options = append(field.Options, chat.Option{Value: string(account), Label: inline(s.name(who), 75)})
		}
	}

	slices.SortFunc(field.Options, func(a, b chat.Option) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	})

	return field
}

// near returns everybody who can be paged, and the agents of a team.
func (s *session) near(team TeamID) []PersonID {
	people := slices.Collect(maps.Keys(s.desk.settings.People))
	if t := s.desk.settings.team(team); t != nil {
		people = union(people, t.Agents)
	}

	return people
}

// helpers returns who may do something about an escalation: its agent, who need not
// be configured, and who is near them.
func (s *session) helpers(e *Escalation) []PersonID {
	return union([]PersonID{e.Agent}, s.near(e.Team))
}

// readOwner reads who is to do something: whoever writes it down, if nobody was
// chosen. Who is reminded of it and sees the case is somebody who can read it.
func (f filled) readOwner(field string, wrong problems) PersonID {
	account := chat.Person(f.v.Get(field))
	if account == "" {
		return f.by
	}

	owner := f.whois(account)

	switch {
	case !slices.Contains([]chat.Platform{chat.Slack, chat.Teams}, account.Platform()) || account.ID() == "":
		wrong[field] = "I don't know who that is. Choose somebody from the list."
	case f.gone(owner):
		wrong[field] = f.name(owner) + " can't be reached any more. Choose somebody else."
	}

	return owner
}

// owedFields are the questions of the resolve form about what is to follow.
func (s *session) owedFields(e *Escalation, by PersonID) []chat.Field {
	fields := append([]chat.Field{
		{ID: "followup_when", Kind: chat.MomentField, Label: "Follow up on", Hint: "Leave it empty if nothing is to follow."},
	}, zoneField("followup_when", "The follow-up's time is in", e.Context.Zone)...)

	fields = append(fields,
		chooseOne("followup_how", "Follow up by", contactChannels, ""),
		s.personField("followup_who", "Who follows up", "You, if it is left empty.", s.helpers(e)),
		paragraph("promise", "What else was promised to the customer", "", ""),
		chat.Field{ID: "promise_when", Kind: chat.MomentField, Label: "Promised for", Hint: "Tomorrow at this time, if it is left empty."},
	)
	fields = append(fields, zoneField("promise_when", "The promise's time is in", e.Context.Zone)...)

	return append(fields, s.optionFields(e.Team, by)...)
}

// readOwed reads what the customer was told will happen.
func (f filled) readOwed(wrong problems) []Owed {
	var owed []Owed

	if due, zone := f.promisedFor(f.v, "followup_when", f.e.Context.Zone, f.by, wrong); !due.IsZero() {
		owner, how := f.readOwner("followup_who", wrong), pick(contactChannels, f.v.Get("followup_how"))
		owed = append(owed, Owed{Text: followUpText, Owner: owner, How: how, Due: due, Zone: zone})
	} else if f.v.Get("followup_how") != "" || f.v.Get("followup_who") != "" {
		if wrong["followup_when"] == "" {
			wrong["followup_when"] = "Choose when to follow up, or clear the other two."
		}
	}

	promise := Owed{Promise: true, Text: written(f.v.Get("promise")), Owner: f.by, How: f.e.Context.Channel}
	promise.Due, promise.Zone = f.promisedFor(f.v, "promise_when", f.e.Context.Zone, f.by, wrong)
	f.authority(&promise, wrong)

	switch {
	case promise.Text != "":
		return append(owed, promise) // the rules give it a clock if it has none
	case !promise.Due.IsZero(), promise.Option != "":
		wrong["promise"] = "Write what was promised."
	}

	return owed
}
