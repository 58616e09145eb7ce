package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

const (
	escalateFormID = "escalate"
	contextFormID  = "context"
	// nextOnChain is the answer of the hand-to form that lets paging go on.
	nextOnChain = "next on the chain"
)

// A draft is a case as far as a form was filled.
type draft struct {
	Team    TeamID
	Kind    Kind
	Context Context
	Every   time.Duration // how often the customer hears from us, 0 if nobody said
	// Kept says that exact words are kept already, and can't be written anew.
	Kept   bool
	Asking asking
	// Same is what the agent has open for the same customer, nil for nothing.
	Same *Escalation
}

// escalateForm asks for a new case. Only customer and what happened are
// required; the other fields follow the kind of help. odd is a single word that
// may have been meant as a command.
func (s *session) escalateForm(d draft, odd string) *chat.Form {
	form := &chat.Form{ID: escalateFormID, Title: "Escalate", Submit: "Page a supervisor", Cancel: "Cancel", State: d.Context.Link}

	if len(form.State) > 1500 {
		form.State = ""
	}

	if odd != "" {
		form.Intro = append(form.Intro, chat.Small{Text: chat.Line(
			"“%v” is no command of mine, so it stands below as what is happening. /%v help lists the commands.", odd, s.desk.command())})
	}

	form.Intro = append(form.Intro, introduction(d.Kind)...)
	form.Intro = append(form.Intro, s.knownIntro(s.draftTeam(d), d.Context, nil)...)

	if d.Same != nil {
		form.Submit = "Send"
		form.Intro = append(form.Intro, chat.Paragraph{Text: chat.Line("%v · %v is open already. %v", chat.Strong(d.Same.ID.String()), subject(d.Same), s.situation(d.Same))})
		form.Fields = append(form.Fields, sameField(d.Same))
	}

	if teams := s.desk.settings.Teams; len(teams) > 1 {
		form.Fields = append(form.Fields, teamField(teams, d.Team))
	}

	form.Fields = append(form.Fields, caseFields(d)...)

	return form
}

// anotherMatter is the answer of an agent who has something else open for the
// same customer, and means something new.
const anotherMatter = "another"

// sameField asks whether a case is an addition to one that is open.
func sameField(e *Escalation) chat.Field {
	return chat.Field{
		ID: "same", Kind: chat.ChoiceField, Label: "Is it the same matter?", Required: true, Initial: initial(e.ID.String()),
		Options: []chat.Option{
			{Value: e.ID.String(), Label: "Yes, add this to " + e.ID.String()},
			{Value: anotherMatter, Label: "No, page for another matter"},
		},
	}
}

func introduction(kind Kind) []chat.Part {
	if kind != Threat {
		return nil
	}

	return []chat.Part{chat.Advice{Label: "Your right", Text: chat.Plain(
		"You may warn once, and you may end the contact if the threats go on. Write the exact words down; they are kept as you write them and can't be changed later.")}}
}

func teamField(teams []Team, chosen TeamID) chat.Field {
	field := chat.Field{ID: "team", Kind: chat.ChoiceField, Label: "Team", Required: true, Initial: initial(string(chosen))}
	for _, t := range teams {
		field.Options = append(field.Options, chat.Option{Value: string(t.ID), Label: t.Name})
	}

	return field
}

// caseFields are the questions about a case, those that matter most first.
func caseFields(d draft) []chat.Field {
	c := d.Context
	fields := []chat.Field{
		chooseOne("kind", "Kind of help", kinds, string(d.Kind), redrawn, mustFill),
		line("customer", "Customer", c.Customer, "Name, as you would say it", mustFill),
		paragraph("happened", "What happened", c.Happened, "As you read it back to the customer", mustFill),
	}

	fields = append(fields, kindFields(d)...)

	if d.Kind != CallBack {
		fields = append(fields, chooseOne("waiting", "Is the customer waiting on the line?", yesNo, waitingAnswer(c.Waiting)))
	}

	fields = append(fields, chooseOne("trigger", "Does any of this apply?", stops, string(c.Trigger)))

	seen := signs
	if c.Channel == "in person" {
		seen = signsInPerson
	}

	fields = append(fields,
		line("reference", "Reference", c.Reference, "Account or case number"),
		chooseOne("channel", "Contact channel", contactChannels, c.Channel, redrawn),
		chooseOne("reason", "Reason", reasons, c.Reason),
		chooseOne("heat", "Heat", heats, heatAnswer(c.Heat)),
		chooseMany("signs", "Signs you noticed", seen, c.Signs),
		chooseOne("feeling", "How does the customer seem?", feelings, c.Feeling),
		chooseOne("confirmed", "Did the customer confirm your read-back?", yesNo, c.Confirmed),
		paragraph("wants", "What the customer wants", c.Wants, ""),
		paragraph("tried", "What was tried and offered", c.Tried, ""),
	)
	fields = append(fields, promisedFields(c)...)

	return append(fields,
		paragraph("told", "What the customer was told happens next", c.Told, ""),
		rhythmField(d.Every),
		chooseOne("zone", "Customer's time zone", customerZones, c.Zone, redrawn),
	)
}

// kindFields are what only one kind of help needs to know.
func kindFields(d draft) []chat.Field {
	c := d.Context

	switch d.Kind {
	case Approve:
		return approvalFields(c, d.Asking)
	case CallBack:
		return []chat.Field{
			{ID: "call_at", Kind: chat.MomentField, Label: "Call back at", Hint: "Leave it empty for as soon as possible.", Initial: instant(c.CallAt)},
			line("call_where", "Number or address", c.CallWhere, "+44 20 7946 0000"),
			line("call_who", "Ask for", c.CallWho, ""),
		}
	case Threat:
		field := paragraph("verbatim", "Exact words", c.Verbatim, "")
		field.Hint = "Word for word. Kept as written; it can't be changed later."

		if d.Kept {
			field.Initial = nil
			field.Hint = "The words that you wrote first are kept. What you write here is added as a note."
		}

		return []chat.Field{field}
	case TakeOver, JoinUs, Advise:
		return nil
	default:
		return nil
	}
}

// redrawForm answers a changed choice with the form that fits it. What was
// filled already stays.
func (d *Desk) redrawForm(ctx context.Context, c chat.Click) (chat.Reply, error) {
	var form *chat.Form

	err := d.view(ctx, func(s *session) error {
		switch c.Form.Form {
		case escalateFormID:
			kind, filled, _ := s.readCase(c.Form.Values, TakeOver, Context{Link: c.Form.State})
			d := draft{Team: TeamID(c.Form.Values.Get("team")), Kind: kind, Context: filled, Every: readRhythm(c.Form.Values)}
			s.draftApproval(c, &d)

			if c.Form.Values.Get("same") != "" {
				d.Same, _ = s.sameCustomer(s.whois(c.Who), filled)
			}

			form = s.escalateForm(d, "")
		case contextFormID, "resolve":
			var err error
			form, err = s.redrawOwn(c)

			return err
		}

		return nil
	})

	return chat.Reply{Form: form}, err
}

func (s *session) redrawOwn(c chat.Click) (*chat.Form, error) {
	name, _, _ := strings.Cut(c.Form.State, "/")

	id, err := ParseEscalationID(name)
	if err != nil {
		return nil, strange(c.Action, c.Form.State)
	}

	e, err := s.visible(s.whois(c.Who), id)
	if err != nil {
		return nil, err
	}

	if c.Form.Form == contextFormID {
		kind, filled, _ := s.readCase(c.Form.Values, e.Kind, e.Context)

		d := draft{Team: e.Team, Kind: kind, Context: filled, Every: readRhythm(c.Form.Values), Kept: e.Context.Verbatim != ""}
		s.draftApproval(c, &d)

		form := s.caseForm(e, d)
		form.State = c.Form.State // it still shows what it was drawn with first

		return form, nil
	}

	return s.resolveFormFor(e, s.whois(c.Who), c.Form.Values.Get("outcome")), nil
}

func (s *session) contextForm(e *Escalation, by PersonID) *chat.Form {
	if e.State == Withdrawn || e.State == Closed && e.complete() {
		return nil
	}

	return s.caseForm(e, draft{
		Kind: e.Kind, Context: e.Context, Every: e.Updates.rhythm(), Kept: e.Context.Verbatim != "", Asking: s.askingIn(e.Team, by),
	})
}

func (s *session) caseForm(e *Escalation, d draft) *chat.Form {
	fields := caseFields(d)
	for i := range fields {
		if !slices.Contains([]string{"kind", "amount", "approve_option", "approve_amount"}, fields[i].ID) {
			fields[i].Required = false
		}
	}

	form := &chat.Form{
		ID: contextFormID, Title: "Add context to " + e.ID.String(), Submit: "Save", Cancel: "Cancel",
		Intro: slices.Concat(
			[]chat.Part{chat.Small{Text: chat.Plain("Everything is optional. The page goes on while you write.")}}, introduction(d.Kind),
			s.knownIntro(e.Team, d.Context, e),
		),
		Fields: fields,
	}
	form.State = e.ID.String() + "/" + marks(form)

	return form
}

func (s *session) passForm(e *Escalation, _ PersonID) *chat.Form {
	return &chat.Form{
		ID: "pass", Title: "Can't take it", Submit: "Send", Cancel: "Skip", State: e.ID.String(),
		Intro:  []chat.Part{chat.Paragraph{Text: chat.Line("Passed on. %v", s.situation(e))}},
		Fields: []chat.Field{chooseOne("reason", "Reason", passReasons, "")},
	}
}

func (s *session) askForm(e *Escalation, _ PersonID) *chat.Form {
	if !e.State.Open() || e.State == Returned {
		return nil
	}

	return &chat.Form{
		ID: "ask", Title: "Ask the agent", Submit: "Ask", Cancel: "Cancel", State: e.ID.String(),
		Fields: []chat.Field{paragraph("question", "What do you want to know from "+s.name(e.Agent)+"?", "", "", mustFill)},
	}
}

func (s *session) answerForm(e *Escalation, _ PersonID) *chat.Form {
	if e.Question == nil || !e.State.Open() {
		return nil
	}

	return &chat.Form{
		ID: "answer", Title: "Answer", Submit: "Send", Cancel: "Cancel",
		State:  e.ID.String() + "/" + e.Question.At.Format(time.RFC3339Nano), // which question it answers
		Intro:  []chat.Part{chat.Quote{Label: s.name(e.Question.By) + " asks", Text: e.Question.Text}},
		Fields: []chat.Field{paragraph("answer", "Your answer", "", "", mustFill)},
	}
}

func (s *session) handBackForm(e *Escalation, by PersonID) *chat.Form {
	if !s.may(by, actForHolder, e) || e.State != Taken && e.State != Joined {
		return nil
	}

	form := &chat.Form{
		ID: "hand_back", Title: "Hand back", Submit: "Hand back", Cancel: "Cancel",
		Fields: []chat.Field{paragraph("advice", "What should "+s.name(e.Agent)+" do now?", "", "Offer the replacement and a credit of 20 USD", mustFill), rhythmField(e.Updates.rhythm())},
	}
	form.State = e.ID.String() + "/" + marks(form)

	return form
}

func (s *session) noteForm(e *Escalation, by PersonID) *chat.Form {
	form := &chat.Form{
		ID: "note", Title: "Add note", Submit: "Add", Cancel: "Cancel",
		Fields: []chat.Field{paragraph("note", "Note", "", "", mustFill)},
	}

	if by == e.Holder && e.State.Open() {
		form.Fields[0].Required = false
		form.Fields = append(form.Fields, chooseOne("kind", "Kind of help", kinds, string(e.Kind)))
	}

	form.State = e.ID.String() + "/" + marks(form)

	return form
}

func (s *session) handToForm(e *Escalation, by PersonID) *chat.Form {
	team := s.desk.settings.team(e.Team)
	if team == nil || by != e.Holder || e.State != Taken && e.State != Joined {
		return nil
	}

	field := chat.Field{ID: "who", Kind: chat.ChoiceField, Label: "Hand to", Required: true}

	if e.State == Taken {
		field.Options = append(field.Options, chat.Option{Value: nextOnChain, Label: "Whoever is next: go on paging"})
	}

	for _, who := range team.takers() {
		if who != by && who != e.Agent {
			field.Options = append(field.Options, chat.Option{Value: string(who), Label: s.name(who)})
		}
	}

	if len(field.Options) == 0 {
		return nil
	}

	return &chat.Form{
		ID: "hand_to", Title: "Hand to…", Submit: "Hand over", Cancel: "Cancel", State: e.ID.String(),
		Intro:  []chat.Part{chat.Small{Text: chat.Plain("It stays yours until they take it.")}},
		Fields: []chat.Field{field, paragraph("note", "What they should know", "", "")},
	}
}

func (s *session) resolveForm(e *Escalation, by PersonID) *chat.Form {
	mine := s.may(by, actForHolder, e) && (e.State == Taken || e.State == Joined)
	if !mine && e.State != Returned {
		return nil
	}

	return s.resolveFormFor(e, by, "")
}

// resolveFormFor is the resolve form as it fits an outcome.
func (s *session) resolveFormFor(e *Escalation, by PersonID, outcome string) *chat.Form {
	chosen := chat.Field{ID: "outcome", Kind: chat.ChoiceField, Label: "Outcome", Required: true, Redraws: true, Initial: initial(outcome)}
	for _, option := range s.options(e.Team) {
		chosen.Options = append(chosen.Options, chat.Option{Value: option.Name, Label: option.Name})
	}

	chosen.Options = append(chosen.Options, chat.Option{Value: NotPossible, Label: NotPossible})
	fields := []chat.Field{chosen}

	if option := s.option(e.Team, outcome); option.priced() {
		fields = append(fields, s.givenField(e, by, option))
	}

	if outcome == NotPossible {
		fields = append(fields,
			paragraph("why", "The explanation that the customer was given", "", "", mustFill),
			paragraph("instead", "What was offered instead", "", "", mustFill))
	}

	return &chat.Form{
		ID: "resolve", Title: "Resolve " + e.ID.String(), Submit: "Resolve", Cancel: "Cancel", State: e.ID.String(),
		Intro: append(s.knownIntro(e.Team, e.Context, e), s.closingGlance(e, by, outcome)...),
		Fields: slices.Concat(fields, []chat.Field{paragraph("agreed", "What was agreed", "", "")}, s.owedFields(e, by), []chat.Field{
			chooseOne("satisfied", "Is the customer satisfied?", satisfaction, ""),
			paragraph("worked", "What worked", "", ""),
			paragraph("change", "What to change", "", ""),
		}, s.touchFields()),
	}
}

func (s *session) reopenForm(e *Escalation, _ PersonID) *chat.Form {
	if e.State != Resolved && e.State != Closed {
		return nil
	}

	return &chat.Form{
		ID: "reopen", Title: "Reopen " + e.ID.String(), Submit: "Reopen", Cancel: "Cancel", State: e.ID.String(),
		Fields: []chat.Field{
			paragraph("why", "What is left to do", "", "", mustFill),
			chooseOne("page", "Page a supervisor now?", yesNo, "yes", mustFill),
		},
	}
}

// Small builders for fields.

type fieldOption func(*chat.Field)

func mustFill(f *chat.Field) { f.Required = true }

func redrawn(f *chat.Field) { f.Redraws = true }

func line(id, label, value, example string, options ...fieldOption) chat.Field {
	return field(chat.Field{ID: id, Kind: chat.LineField, Label: label, Example: example, Initial: initial(value), Max: 300}, options)
}

func paragraph(id, label, value, example string, options ...fieldOption) chat.Field {
	return field(chat.Field{ID: id, Kind: chat.ParagraphField, Label: label, Example: example, Initial: initial(value)}, options)
}

func chooseOne(id, label string, choices []choice, value string, options ...fieldOption) chat.Field {
	f := chat.Field{ID: id, Kind: chat.ChoiceField, Label: label, Options: asOptions(choices)}
	if known(choices, value) {
		f.Initial = initial(value)
	}

	return field(f, options)
}

func chooseMany(id, label string, choices []choice, values []string) chat.Field {
	return chat.Field{ID: id, Kind: chat.ChoicesField, Label: label, Options: asOptions(choices), Initial: pickAll(choices, values)}
}

func field(f chat.Field, options []fieldOption) chat.Field {
	for _, set := range options {
		set(&f)
	}

	return f
}

func asOptions(choices []choice) []chat.Option {
	options := make([]chat.Option, len(choices))
	for i, c := range choices {
		options[i] = chat.Option{Value: c.value, Label: c.label}
	}

	return options
}

func initial(value string) []string {
	if value == "" {
		return nil
	}

	return []string{value}
}

func instant(t time.Time) []string {
	if t.IsZero() {
		return nil
	}

	return []string{t.UTC().Format(time.RFC3339)}
}

func waitingAnswer(waiting bool) string {
	if waiting {
		return "yes"
	}

	return "no"
}

func heatAnswer(heat int) string {
	if heat == 0 {
		return ""
	}

	return strconv.Itoa(heat)
}
