package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// The kinds of notes about restrictions.
const (
	RestrictionReview NoteKind = "restriction review" // asks whether one is still needed
	RestrictionOver   NoteKind = "restriction over"   // one has run out
)

var errNoRestriction = &RefusedError{"There is no such restriction any more."}

// restrictChoice opens the form for a restriction, where it is known on whom.
func (s *session) restrictChoice(e *Escalation, who PersonID) chat.Choice {
	if e.customer().nobody() || !s.may(who, "restrict", e) {
		return chat.Choice{}
	}

	return s.button(e, "restrict", "Restrict customer", chat.Normal)
}

// ownWords is the answer of whoever restricts a customer in another way than the
// list has.
const ownWords = "own words"

// restrictionChoices are the restrictions that a team chooses from.
func (s *session) restrictionChoices(team TeamID) []choice {
	t := s.desk.settings.team(team)
	if t == nil || len(t.Restrictions) == 0 {
		return restrictions
	}

	own := make([]choice, len(t.Restrictions))
	for i, name := range t.Restrictions {
		own[i] = choice{name, name}

		for _, known := range restrictions {
			if strings.EqualFold(known.label, name) {
				own[i] = known
			}
		}
	}

	return own
}

func (s *session) restrictForm(e *Escalation, by PersonID) *chat.Form {
	if e.customer().nobody() {
		return nil
	}

	what := append(slices.Clone(s.restrictionChoices(e.Team)), choice{ownWords, "Something else, in my words"})
	form := &chat.Form{
		ID: "restrict", Title: "Restrict customer", Submit: "Restrict", Cancel: "Cancel", State: e.ID.String(),
		Intro: append([]chat.Part{chat.Paragraph{Text: chat.Line("How may %v be dealt with for a while? Everybody who meets them reads it first.", joinDot(e.Context.Customer, e.Context.Reference))}},
			s.known(e, by).cautions()...),
		Fields: []chat.Field{
			chooseOne("what", "What", what, "", mustFill),
			line("own", "In your words", "", "Only with a colleague in the room"),
			paragraph("why", "Why", "", "Threatened Maria on the phone", mustFill),
		},
	}
	form.Fields = append(form.Fields, s.endFields(e.Team, by, nil)...)

	return form
}

// endFields ask until when a restriction lasts, and when it is reviewed.
func (s *session) endFields(team TeamID, by PersonID, r *Restriction) []chat.Field {
	until := chat.Field{ID: "until", Kind: chat.MomentField, Label: "Until", Required: true, Hint: "A year at most."}
	review := chat.Field{ID: "review", Kind: chat.MomentField, Label: "Review", Hint: "When you are asked whether it is still needed. Halfway, if it is left empty."}

	if !s.desk.settings.may(by, restrictForLong, team) {
		until.Hint = "90 days at most; " + s.managersFor(team) + " can set up to a year."
	}

	if r != nil {
		until.Initial = instant(r.Until)
	}

	return []chat.Field{until, review}
}

// managersFor names who manages a team.
func (s *session) managersFor(team TeamID) string {
	t := s.desk.settings.team(team)
	if t == nil {
		return "a manager"
	}

	return or(s.eitherOf(s.desk.settings.managersOf(t)), "a manager")
}

// readEnd reads until when a restriction lasts, and when it is reviewed. From is when
// the first began of those that it follows on.
func (s *session) readEnd(v chat.Values, team TeamID, by PersonID, from time.Time, wrong problems) (until, review time.Time) {
	until, review = s.moment(v, "until", wrong), s.moment(v, "review", wrong)

	switch {
	case wrong["until"] != "":
	case until.IsZero():
		wrong["until"] = "Choose until when. There is no restriction without an end."
	case until.Sub(s.now) > longestRestriction:
		wrong["until"] = "That is more than a year away. Choose a time within a year; it can be made longer when it is reviewed."
	case until.Sub(from) > longRestriction && !s.desk.settings.may(by, restrictForLong, team):
		wrong["until"] = "That is more than 90 days" + counted(from, s.now) + ". Choose an earlier time, or ask " + s.managersFor(team) + ", who can set up to a year."
	}

	switch {
	case wrong["review"] != "" || wrong["until"] != "":
	case review.IsZero():
		review = halfway(s.now, until)
	case review.After(until.Add(-reviewBefore)):
		wrong["review"] = "Choose a time at least a day before the end, or leave it empty."
	}

	return until, review
}

// counted says of 90 days from when they count, where that is not now.
func counted(from, now time.Time) string {
	if from.Before(now) {
		return ", counted from when it was set first"
	}

	return ""
}

func readRestrict(f filled) (Event, problems) {
	wrong := problems{}
	r := Restriction{What: f.v.Get("what"), Why: written(f.v.Get("why"))}
	own := written(f.v.Get("own"))

	switch {
	case r.What == ownWords && own == "":
		wrong["own"] = "Write how they may be dealt with, or choose from the list."
	case r.What == ownWords || r.What == "" && own != "":
		r.What = f.asKnown(own)
	case !known(f.restrictionChoices(f.e.Team), r.What):
		wrong["what"] = "Choose how they may be dealt with."
	}

	if r.Why == "" {
		wrong["why"] = "Write why; whoever reviews it has to know."
	}

	c := f.knows(f.e.customer())
	if c != nil {
		for i := range c.Restrictions {
			if same := &c.Restrictions[i]; same.What == r.What && same.InForce(f.now) {
				wrong["what"] = "That is in force already. To change its end, type /" + f.desk.command() + " restrictions."
			}
		}
	}

	r.Until, r.Review = f.readEnd(f.v, f.e.Team, f.by, c.since(r.What, f.now), wrong)

	return Restrict{By: f.by, Restriction: r}, wrong
}

// asKnown returns own words as the list has them, where they say nothing else: what is
// read alike must bind alike.
func (f filled) asKnown(own string) string {
	for _, c := range append(f.restrictionChoices(f.e.Team), restrictions...) {
		if strings.EqualFold(c.label, strings.TrimRight(own, ".! ")) {
			return c.value
		}
	}

	return own
}

// keepRestriction keeps a restriction with the customer of an escalation.
func (s *session) keepRestriction(e *Escalation, r Restriction) error {
	err := changeCustomer(s.Tx, e.customer(), s.desk.settings.Customers.Keep, func(c *Customer, known bool) error {
		if !known { // the agent took back all that they asked for
			c.Name, c.Seen = e.Context.Customer, e.Opened
		}

		c.restrict(r)

		return nil
	})
	if err != nil {
		return err
	}

	return s.redrawCustomer(e.customer())
}

// redrawCustomer draws anew what people see of a customer's open escalations.
func (s *session) redrawCustomer(key CustomerKey) error {
	const most = 10

	ids, err := s.ByCustomer(key.Team, key.Reference, most)
	if err != nil {
		return err
	}

	for _, e := range s.readable(ids) {
		if !e.State.Open() {
			continue
		}

		if err := s.wantLive(e); err != nil {
			return err
		}
	}

	return nil
}

// restricted has a customer who is for supervisors only be taken over, whatever the
// agent asked for. What can't be read holds up no page.
func (s *session) restricted(e *Escalation, ev Event) Event {
	switch ev := ev.(type) {
	case Open:
		if s.forSupervisors(CustomerKey{ev.Team, ev.Context.Reference}) {
			ev.Kind = ev.Kind.handedOver()
		}

		return ev
	case AddContext:
		key := CustomerKey{e.Team, ev.Context.Reference}
		if !key.same(CustomerKey{e.Team, e.Context.Reference}) && s.forSupervisors(key) {
			ev.Kind = cmp.Or(ev.Kind, e.Kind).handedOver()
		}

		return ev
	default:
		return ev
	}
}

func (s *session) forSupervisors(key CustomerKey) bool {
	c := s.knows(key)

	return c != nil && c.supervisorOnly(s.now)
}

// handedOver is a kind of help where the agent is not to go on alone.
func (k Kind) handedOver() Kind {
	switch k {
	case JoinUs, Advise, Approve:
		return TakeOver
	case TakeOver, CallBack, Threat:
		return k
	default:
		return k
	}
}

// handOver tells an agent to let a supervisor have a customer who is for supervisors
// only.
func (v knownView) handOver() []chat.Part {
	if v.c == nil || !v.c.supervisorOnly(v.now) || v.e.State != Paging && v.e.State != Taken {
		return nil
	}

	if v.e.Context.Trigger == SelfHarm { // who may die is not left alone, whatever they did
		return []chat.Part{chat.Paragraph{Text: chat.Line("%v A supervisor takes over as soon as they are there.", chat.Strong("Stay until somebody is with them."))}}
	}

	return []chat.Part{chat.Paragraph{Text: chat.Line("%v You need not go on with this customer: a supervisor takes over.", chat.Strong("Hand over at once."))}}
}

// decidesOn reports whether somebody may lift a restriction or change its end: who
// set it, as long as they lead the team, and managers.
func (s *session) decidesOn(c *Customer, r *Restriction, who PersonID) bool {
	has := s.desk.settings.rolesIn(who, c.Team)
	if who == r.By {
		has |= theSelf
	}

	return listRestrictions.allows(has) && decideRestriction.allows(has)
}

// onRestriction returns a restriction on which somebody may decide, with the
// customer. One that is over is an error that says so.
func (s *session) onRestriction(key restrictionKey, who PersonID) (*Customer, *Restriction, error) {
	c, err := s.Customer(key.Team, key.Reference)
	if errors.Is(err, ErrNotFound) || err == nil && !s.desk.settings.may(who, listRestrictions, key.Team) {
		return nil, nil, errNoRestriction // a stranger learns nothing of a customer
	}

	if err != nil {
		return nil, nil, err
	}

	r := c.restriction(key.n)

	switch {
	case r == nil:
		return nil, nil, errNoRestriction
	case !s.decidesOn(c, r, who):
		return nil, nil, &RefusedError{"Only who set it and managers can do that: " + enumerated(s.names(union([]PersonID{r.By}, s.managersOf(c.Team)))) + "."}
	case !r.Ended.IsZero():
		return nil, nil, &spokenError{s.restrictionStands(r)}
	}

	return c, r, nil
}

func (s *session) managersOf(team TeamID) []PersonID {
	t := s.desk.settings.team(team)
	if t == nil {
		return nil
	}

	return s.desk.settings.managersOf(t)
}

// restrictionStands says how it stands with a restriction.
func (s *session) restrictionStands(r *Restriction) chat.Text {
	switch {
	case r.Ended.IsZero():
		return chat.Line("%v stays until %v.", chat.Strong(r.label()), chat.Day(r.Until))
	case r.EndedBy == "":
		return chat.Line("%v ended on its own %v.", chat.Strong(r.label()), chat.Day(r.Ended))
	default:
		return chat.Line("%v was lifted by %v %v.", chat.Strong(r.label()), s.name(r.EndedBy), chat.Day(r.Ended))
	}
}

// decided keeps what somebody decided on a restriction, and has everybody see it.
func (s *session) decided(c *Customer, r *Restriction, by PersonID, what What, text string) error {
	asked := r.Notes
	r.Notes = nil

	if err := s.PutCustomer(c); err != nil {
		return err
	}

	for _, id := range asked {
		if err := s.redrawNote(id); err != nil {
			return err
		}
	}

	if err := s.tellOfRestriction(r.Escalation, TellRestriction{By: by, What: what, Text: text}); err != nil {
		return err
	}

	return s.redrawCustomer(c.Key())
}

// tellOfRestriction writes on the timeline of the escalation that a restriction came
// of, as long as that is kept. One that can't be read must not keep a restriction from
// being decided on.
func (s *session) tellOfRestriction(id EscalationID, ev TellRestriction) error {
	if id == 0 {
		return nil
	}

	e, err := s.Escalation(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}

	if err != nil {
		s.desk.log.Error("what became of a restriction can't be written on the timeline that it came of", "escalation", id, "error", err)

		return nil
	}

	return s.apply(e, ev)
}

// clickRestriction answers the buttons of a restriction, and reports whether it was
// one.
func (d *Desk) clickRestriction(ctx context.Context, c chat.Click) (chat.Reply, bool, error) {
	var decide func(s *session, known *Customer, r *Restriction, by PersonID) error

	switch c.Action {
	case "keep_restriction":
		decide = func(s *session, known *Customer, r *Restriction, by PersonID) error {
			if r.Asked == 0 { // somebody else has answered, and there may be another review
				return &spokenError{s.restrictionStands(r)}
			}

			r.keep()

			return s.decided(known, r, by, WasRestrictionKept, r.label())
		}
	case "lift_restriction":
		decide = func(s *session, known *Customer, r *Restriction, by PersonID) error {
			r.lift(by, s.now)

			return s.decided(known, r, by, WasLifted, r.label())
		}
	case "change_restriction":
	default:
		return chat.Reply{}, false, nil
	}

	key, err := parseRestrictionKey(c.Value)
	if err != nil {
		return chat.Reply{}, true, err
	}

	if decide == nil {
		reply, err := d.openRestriction(ctx, c.Who, key)

		return reply, true, err
	}

	reply, err := d.decideRestriction(ctx, prefixed("click", c.ID), c.Who, key, decide)

	return reply, true, err
}

// decideRestriction carries out a decision on a restriction, once, and says how it
// stands where no message shows it.
func (d *Desk) decideRestriction(ctx context.Context, once string, account chat.Person, key restrictionKey,
	decide func(s *session, c *Customer, r *Restriction, by PersonID) error,
) (chat.Reply, error) {
	var said chat.Text

	_, err := d.once(ctx, once, func(s *session) (EscalationID, error) {
		by := s.whois(account)

		c, r, err := s.onRestriction(key, by)
		if err != nil {
			return 0, err
		}

		shown := len(r.Notes) > 0
		if err := decide(s, c, r, by); err != nil {
			return 0, err
		}

		said = nil
		if !shown {
			said = s.restrictionStands(r)
		}

		return 0, nil
	})
	if err != nil {
		return d.excuse(ctx, account, 0, err)
	}

	if said == nil {
		return chat.Reply{}, nil
	}

	return chat.Reply{Message: chat.Notice("%v", said)}, nil
}

// restrictionFormID is the form that changes the end of a restriction.
const restrictionFormID = "restriction"

func (d *Desk) openRestriction(ctx context.Context, account chat.Person, key restrictionKey) (chat.Reply, error) {
	var form *chat.Form

	err := d.view(ctx, func(s *session) error {
		by := s.whois(account)

		c, r, err := s.onRestriction(key, by)
		if err != nil {
			return err
		}

		form = &chat.Form{
			ID: restrictionFormID, Title: "Change the end", Submit: "Save", Cancel: "Cancel", State: key.String(),
			Intro:  []chat.Part{chat.Paragraph{Text: chat.Line("%v: %v", joinDot(c.Name, c.Reference), r.line(true))}},
			Fields: s.endFields(c.Team, by, r),
		}

		return nil
	})
	if err != nil {
		return d.excuse(ctx, account, 0, err)
	}

	return chat.Reply{Form: form}, nil
}

// submitRestriction takes in another end of a restriction, and reports whether the
// form was that.
func (d *Desk) submitRestriction(ctx context.Context, f chat.Submission) (chat.Reply, bool, error) {
	if f.Form != restrictionFormID {
		return chat.Reply{}, false, nil
	}

	key, err := parseRestrictionKey(f.State)
	if err != nil {
		return chat.Reply{}, true, err
	}

	reply, err := d.decideRestriction(ctx, prefixed("form", f.ID), f.Who, key, func(s *session, c *Customer, r *Restriction, by PersonID) error {
		wrong := problems{}

		until, review := s.readEnd(f.Values, c.Team, by, c.since(r.What, r.From), wrong)
		if len(wrong) > 0 {
			return wrong
		}

		r.move(until, review)

		return s.decided(c, r, by, WasRestrictionMoved, r.label())
	})
	if wrong, ok := errors.AsType[problems](err); ok {
		return chat.Reply{Problems: chat.Problems(wrong)}, true, nil
	}

	return reply, true, err
}

// lookAtRestrictions does what is due of a customer's restrictions: it asks whether
// one is still needed, and ends one that has run out.
func (s *session) lookAtRestrictions(c *Customer) error {
	team := s.desk.settings.team(c.Team)

	for i := range c.Restrictions {
		r := &c.Restrictions[i]

		if open := s.opens(r, team); open.After(s.now) && open.Before(r.Until) {
			r.Review = open

			continue
		}

		switch r.due(s.now) {
		case reviewDue:
			if err := s.askForReview(c, r, team); err != nil {
				return err
			}
		case lapsed:
			if err := s.tellLapse(c, r, team); err != nil {
				return err
			}
		case nothingDue:
		}
	}

	return nil
}

// opens returns when whoever is asked first about a restriction whose review is due
// may be reminded of something, zero where none is due.
func (s *session) opens(r *Restriction, team *Team) time.Time {
	people := s.reviewers(r, team)
	if !r.Ended.IsZero() || !over(r.Review, s.now) || len(people) == 0 {
		return time.Time{}
	}

	return s.remindable(people[0], team).Next(s.now)
}

// askForReview asks whether a restriction is still needed: first who set it and the
// managers, then who set it, then the managers.
func (s *session) askForReview(c *Customer, r *Restriction, team *Team) error {
	people := s.reviewers(r, team)

	switch r.Asked {
	case 1:
	case 2:
		people = people[:min(len(people), 1)]
	default:
		people = s.managersOf(c.Team)
	}

	for _, who := range people {
		id, err := s.note(Note{To: who, What: RestrictionReview, Team: c.Team, At: s.now, Customer: c.Reference, Restriction: r.N})
		if err != nil {
			return err
		}

		r.Notes = append(r.Notes, id)
	}

	return nil
}

// reviewers are who set a restriction, if they still lead the team, and its
// managers.
func (s *session) reviewers(r *Restriction, team *Team) []PersonID {
	if team == nil {
		return nil
	}

	managers := s.desk.settings.managersOf(team)
	if !s.desk.settings.leads(r.By, team.ID) {
		return managers
	}

	return union([]PersonID{r.By}, managers)
}

func (s *session) tellLapse(c *Customer, r *Restriction, team *Team) error {
	asked := r.Notes
	r.Notes = nil

	for _, id := range asked {
		if err := s.redrawNote(id); err != nil {
			return err
		}
	}

	if people := s.reviewers(r, team); len(people) > 0 {
		if _, err := s.note(Note{To: people[0], What: RestrictionOver, Team: c.Team, At: s.now, Customer: c.Reference, Restriction: r.N}); err != nil {
			return err
		}
	}

	if err := s.tellOfRestriction(r.Escalation, TellRestriction{What: WasRestrictionOver, Text: r.label()}); err != nil {
		return err
	}

	return s.redrawCustomer(c.Key())
}

// restrictionNote draws a note about a restriction as it stands now.
func (s *session) restrictionNote(n *Note) (chat.Message, error) {
	c, err := s.Customer(n.Team, n.Customer)
	if errors.Is(err, ErrNotFound) {
		return chat.Message{}, errMoot
	}

	if err != nil {
		return chat.Message{}, err
	}

	r := c.restriction(n.Restriction)
	if r == nil {
		return chat.Message{}, errMoot
	}

	m := chat.Message{Title: "Is this restriction still needed?", Parts: []chat.Part{
		chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(or(joinDot(c.Name, c.Reference), "A customer")), r.line(true))},
		chat.Small{Text: chat.Line("Set by %v %v. It ends %v, whatever you answer or don’t.", s.name(r.By), chat.Day(r.From), chat.Day(r.Until))},
	}}

	if n.What == RestrictionOver || !r.Ended.IsZero() || !slices.Contains(r.Notes, n.ID) {
		m.Title = "A restriction has ended"

		if r.Ended.IsZero() {
			m.Title = "A restriction stays"
		}

		m.Parts[1] = chat.Small{Text: s.restrictionStands(r)}

		return m, nil
	}

	m.Choices = s.restrictionChoicesOn(c, r, chat.Primary)

	return m, nil
}

// restrictionChoicesOn are what can be decided on a restriction.
func (s *session) restrictionChoicesOn(c *Customer, r *Restriction, keep chat.Weight) []chat.Choice {
	value := restrictionKey{c.Key(), r.N}.String()
	spoken := ": " + inline(r.label(), 60)

	lift := chat.Choice{Action: "lift_restriction", Value: value, Label: "Lift now", Weight: chat.Normal, Spoken: "Lift now" + spoken}
	change := chat.Choice{Action: "change_restriction", Value: value, Label: "Change the end", Weight: chat.Normal, Spoken: "Change the end" + spoken, Opens: true}

	if keep != chat.Primary {
		return []chat.Choice{lift, change}
	}

	return []chat.Choice{{Action: "keep_restriction", Value: value, Label: "Keep", Weight: chat.Primary, Spoken: "Keep" + spoken}, lift, change}
}

// listRestrictions answers with the restrictions that are in force in the teams that
// somebody leads.
func (d *Desk) listRestrictions(ctx context.Context, account chat.Person) (chat.Reply, error) {
	var message *chat.Message

	err := d.view(ctx, func(s *session) (err error) {
		message, err = s.restrictionList(s.whois(account))

		return err
	})
	if err != nil {
		return d.excuse(ctx, account, 0, err)
	}

	return chat.Reply{Message: message}, nil
}

func (s *session) restrictionList(who PersonID) (*chat.Message, error) {
	const most = 20

	m, shown, more, leads := &chat.Message{}, 0, false, false

	for i := range s.desk.settings.Teams {
		team := &s.desk.settings.Teams[i]
		if !s.desk.settings.may(who, listRestrictions, team.ID) {
			continue
		}

		leads = true

		references, err := s.RestrictedCustomers(team.ID, most+1)
		if err != nil {
			return nil, err
		}

		for _, reference := range references {
			if shown >= most {
				more = true

				break
			}

			if c := s.knows(CustomerKey{team.ID, reference}); c != nil {
				shown++
				m.Parts = append(m.Parts, s.restrictionsOf(c, team, who)...)
			}
		}
	}

	switch {
	case !leads:
		return nil, &RefusedError{"Restrictions are listed for supervisors and managers. What holds for a customer stands on their card when you ask for help."}
	case shown == 0:
		return chat.Notice("No customer of yours is restricted now."), nil
	case more:
		m.Parts = append(m.Parts, chat.Small{Text: chat.Line("… and more. These are %v.", shown)})
	}

	m.Title = "Restricted customers: " + itoa(shown)

	return m, nil
}

// restrictionsOf lists a customer's restrictions that are in force.
func (s *session) restrictionsOf(c *Customer, team *Team, who PersonID) []chat.Part {
	var parts []chat.Part

	for i := range c.Restrictions {
		r := &c.Restrictions[i]
		if !r.InForce(s.now) {
			continue
		}

		note := chat.Line("%v · set by %v %v", team.Name, s.name(r.By), chat.Day(r.From))
		if !r.Review.IsZero() {
			note = append(note, chat.Line(" · review %v", chat.Day(r.Review))...)
		}

		parts = append(parts, chat.Paragraph{Text: chat.Line("%v · %v", chat.Strong(joinDot(c.Name, c.Reference)), r.line(true))}, chat.Small{Text: note})

		if s.decidesOn(c, r, who) {
			parts = append(parts, chat.Buttons(s.restrictionChoicesOn(c, r, chat.Normal)))
		}
	}

	return parts
}
