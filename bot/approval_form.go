package bot

import (
	"errors"
	"slices"
	"strconv"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// somethingElse is the answer of whoever asks for approval of what is none of the
// team's options.
const somethingElse = "-"

// priced reports whether an amount belongs to an option.
func (o Option) priced() bool { return o.Currency != "" }

// An asking is what a form needs to know to ask what is to be approved.
type asking struct {
	Options []Option          // of the team, to which amounts belong
	Limits  map[string]string // by the option's name: who may give how much of it
	Else    bool              // it is none of them
}

// askingIn returns what somebody can ask to be approved in a team.
func (s *session) askingIn(team TeamID, by PersonID) asking {
	a := asking{Limits: map[string]string{}}

	for _, option := range s.options(team) {
		if option.priced() {
			a.Options = append(a.Options, option)
			a.Limits[option.Name] = s.limitsHint(by, team, option)
		}
	}

	return a
}

// limitsHint says how much of an option the reader may give, and who may give more.
func (s *session) limitsHint(by PersonID, team TeamID, option Option) string {
	rank := s.desk.settings.rank(by, team)
	mine := option.limit(rank)
	said := "Your limit is " + money(mine, option.Currency)

	var others []string

	for _, other := range []struct {
		rank Rank
		who  string
	}{{SupervisorRank, "supervisors"}, {ManagerRank, "managers"}} {
		if theirs := option.limit(other.rank); other.rank > rank && theirs > mine {
			others = append(others, other.who+" up to "+money(theirs, option.Currency))
		}
	}

	if len(others) > 0 {
		said += "; " + enumerated(others)
	}

	return said + "."
}

// approvalFields ask what is to be approved.
func approvalFields(c Context, a asking) []chat.Field {
	words := line("amount", "What is to be approved", c.Amount, "80 USD refund", mustFill)
	if len(a.Options) == 0 {
		return []chat.Field{words}
	}

	chosen := c.Option

	switch {
	case a.Else, chosen == "" && c.Amount != "":
		chosen = somethingElse
	case chosen == "" && len(a.Options) == 1:
		chosen = a.Options[0].Name
	}

	which := chat.Field{ID: "approve_option", Kind: chat.ChoiceField, Label: "Which option", Required: true, Redraws: true, Initial: initial(chosen)}
	for _, option := range a.Options {
		which.Options = append(which.Options, chat.Option{Value: option.Name, Label: option.Name})
	}

	which.Options = append(which.Options, chat.Option{Value: somethingElse, Label: "Something else"})

	if chosen == somethingElse {
		return []chat.Field{which, words}
	}

	i := slices.IndexFunc(a.Options, func(o Option) bool { return o.Name == chosen })
	if i < 0 {
		return []chat.Field{which}
	}

	return []chat.Field{which, {
		ID: "approve_amount", Kind: chat.NumberField, Label: "Amount to approve in " + a.Options[i].Currency, Required: true,
		Hint: a.Limits[chosen], Initial: initial(decimal(c.Sum)),
	}}
}

// decimal writes hundredths as a field of numbers holds them, "" for none.
func decimal(hundredths int64) string {
	if hundredths == 0 {
		return ""
	}

	return strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
}

// readApproval reads what is to be approved. A field that was not shown leaves
// what is there.
func (s *session) readApproval(v chat.Values, team TeamID, kind Kind, c *Context, wrong problems) {
	if kind != Approve {
		return
	}

	option := s.option(team, v.Get("approve_option"))
	if option.priced() {
		*c = c.asking(option, hundredths(v.Get("approve_amount")))

		if c.Sum == 0 {
			wrong["approve_amount"] = "Write how much is to be approved, such as 80.50."
		}

		return
	}

	if words, ok := v["amount"]; ok || v.Get("approve_option") == somethingElse {
		c.Option, c.Sum, c.Currency, c.Amount = "", 0, "", ""

		if len(words) > 0 {
			c.Amount, c.Sum, c.Currency = s.readAmount(written(words[0]), team)
		}
	}

	switch chosen := v.Get("approve_option"); {
	case c.Amount != "":
	case chosen != "" && chosen != somethingElse:
		wrong["approve_option"] = "That team has no such option. Choose “Something else”, and write what it is."
	case chosen == "" && len(s.askingIn(team, "").Options) > 0:
		wrong["approve_option"] = "Choose what is to be approved."
	default:
		wrong["amount"] = "Write what is to be approved, such as “80 USD refund”."
	}
}

// readRequest reads what a new case asks to be approved: something that anybody may
// approve.
func (s *session) readRequest(v chat.Values, team TeamID, by PersonID, kind Kind, c *Context, wrong problems) {
	s.readApproval(v, team, kind, c, wrong)

	if kind != Approve || c.Option == "" || c.Sum == 0 || s.desk.settings.team(team) == nil {
		return
	}

	if len(s.whoMayApprove(&Escalation{Team: team, Agent: by, Context: *c})) == 0 {
		wrong["approve_amount"] = "Nobody in this team may approve that much" + upTo(s.option(team, c.Option), c.Sum) +
			". Ask for less, or choose “Something else” and write what it is about."
	}
}

// draftApproval reads what is to be approved as far as a form was filled.
func (s *session) draftApproval(c chat.Click, d *draft) {
	team := or(string(s.draftTeam(*d)), string(s.defaultTeam(c.Who)))
	d.Asking = s.askingIn(TeamID(team), s.whois(c.Who))
	d.Asking.Else = c.Form.Values.Get("approve_option") == somethingElse
	s.readApproval(c.Form.Values, TeamID(team), d.Kind, &d.Context, problems{})
}

// asking returns what is known of a case that asks for so much of an option.
func (c Context) asking(option Option, sum int64) Context {
	c.Option, c.Sum, c.Currency, c.Amount = option.Name, sum, option.Currency, ""
	if sum > 0 {
		c.Amount = c.price()
	}

	return c
}

// price is what is to be approved: so much of one of the team's options, or what
// somebody wrote.
func (c Context) price() string {
	if c.Option == "" {
		return inline(c.Amount, 80)
	}

	return joinWords(c.Option, money(c.Sum, c.Currency))
}

// withinLimit asks an agent whose own limit covers what they ask for whether they ask
// all the same: they can promise it without waiting for anybody.
func (s *session) withinLimit(team TeamID, by PersonID, kind Kind, c Context) []inquiry {
	if kind != Approve || c.Option == "" || !s.mayGive(by, team, c.Option, c.Sum, c.Currency) {
		return nil
	}

	limit := s.limitOf(by, team, s.option(team, c.Option))

	return []inquiry{{
		said:  chat.Line("This is within your limit of %v: you can promise it yourself.", chat.Strong(money(limit, c.Currency))),
		field: chooseOne("within", "Ask for approval all the same?", withinAnswers, "", mustFill),
	}}
}

// withinAnswers are those of who need not ask.
var withinAnswers = []choice{{"yes", "Yes, page somebody"}, {"no", "No, I promise it myself"}}

// errNotAsked says that somebody who need not ask for approval decided not to.
var errNotAsked = errors.New("nobody was asked")

// approveOtherForm asks how much is approved of what was asked for.
func (s *session) approveOtherForm(e *Escalation, by PersonID) *chat.Form {
	option := s.limitsOf(e)
	if e.Kind != Approve || !option.priced() || len(allowed(e.State, Decide{})) == 0 || s.partly(e, by) == 0 {
		return nil
	}

	return &chat.Form{
		ID: "approve_other", Title: "Approve another amount", Submit: "Approve", Cancel: "Cancel",
		State: e.ID.String() + "/" + itoa(amountMark(e)),
		Intro: append([]chat.Part{chat.Small{Text: chat.Line("%v asks for %v.", s.name(e.Agent), e.Context.price())}}, s.knownIntro(e.Team, e.Context, e)...),
		Fields: []chat.Field{
			{
				ID: "sum", Kind: chat.NumberField, Label: "Approve up to, in " + option.Currency, Required: true,
				Hint: s.limitsHint(by, e.Team, option),
			},
			paragraph("note", "What should "+s.name(e.Agent)+" know?", "", "A credit for the rest, if she agrees"),
		},
	}
}

// partly is how much somebody may approve of what is asked for.
func (s *session) partly(e *Escalation, by PersonID) int64 {
	return min(e.Context.sum(), s.limitOf(by, e.Team, s.limitsOf(e)))
}

func readApproveOther(f filled) (Event, problems) {
	option, sum := f.limitsOf(f.e), hundredths(f.v.Get("sum"))
	most := f.partly(f.e, f.by)

	switch {
	case f.detail != itoa(amountMark(f.e)):
		return nil, problems{"sum": "What is asked for has changed: it is " + inline(f.e.Context.Amount, 80) + " now. Close this form and look at the page again."}
	case sum <= 0:
		return nil, problems{"sum": "Write how much you approve, such as 80.50."}
	case sum > most:
		return nil, problems{"sum": "You may approve up to " + money(most, option.Currency) + " of what was asked for."}
	}

	return Decide{
		By: f.by, Approved: true, Amount: joinWords(option.Name, money(sum, option.Currency)), Sum: sum, Note: written(f.v.Get("note")),
	}, nil
}
