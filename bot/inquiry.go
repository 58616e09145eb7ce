package bot

import (
	"slices"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An inquiry is asked once about what somebody filled in, at the head of their form,
// before it counts. It names what they may not know.
type inquiry struct {
	said  chat.Text
	field chat.Field
}

// A moreError undoes the transaction of a form that has one more question.
type moreError struct{ form *chat.Form }

// Error says what it is.
func (*moreError) Error() string { return "a form has one more question" }

// anyOpen reports whether any of the questions was not answered yet.
func anyOpen(questions []inquiry, v chat.Values) bool {
	return slices.ContainsFunc(questions, func(q inquiry) bool { return v.Get(q.field.ID) == "" })
}

// with puts questions at the head of a form, in which all that was filled in stays.
func with(form *chat.Form, questions []inquiry, v chat.Values) *chat.Form {
	for _, q := range slices.Backward(questions) {
		if q.field.ID == "again" { // which says itself what they were given
			form.Intro = withoutFact(form.Intro, alreadyGiven)
		}

		form.Intro = append([]chat.Part{chat.Paragraph{Text: q.said}}, form.Intro...)
		form.Fields = append([]chat.Field{q.field}, form.Fields...)
	}

	for i := range form.Fields {
		if values, ok := v[form.Fields[i].ID]; ok {
			form.Fields[i].Initial = values
		}
	}

	return form
}

// withoutFact returns parts without the facts of a label.
func withoutFact(parts []chat.Part, label string) []chat.Part {
	var left []chat.Part

	for _, part := range parts {
		if facts, ok := part.(chat.Facts); ok {
			facts = slices.DeleteFunc(slices.Clone(facts), func(f chat.Fact) bool { return f.Label == label })
			if len(facts) == 0 {
				continue
			}

			part = facts
		}

		left = append(left, part)
	}

	return left
}

// questionsFor are asked of an agent before anybody is paged for what they ask for.
// With a customer who is for supervisors only they are not to go on alone, whatever
// they may promise.
func (s *session) questionsFor(by PersonID, call Open) []inquiry {
	if s.forSupervisors(CustomerKey{call.Team, call.Context.Reference}) {
		return nil
	}

	return append(s.withinLimit(call.Team, by, call.Kind, call.Context), s.givenBefore(call)...)
}

// givenBefore asks about what an agent wants to have approved for a customer who was
// given it lately.
func (s *session) givenBefore(call Open) []inquiry {
	if call.Kind != Approve {
		return nil
	}

	return s.givenAgain(call.Team, call.Context.Reference, 0, call.Context.Option)
}

// askFirst returns an error if a call for help is not to page anybody, yet or at all.
func (s *session) askFirst(f chat.Submission, call Open) error {
	questions := s.questionsFor(s.whois(f.Who), call)

	switch {
	case len(questions) == 0:
		return nil
	case anyOpen(questions, f.Values):
		form := s.escalateForm(s.draftOf(f, call), "")
		form.State = f.State

		return &moreError{with(form, questions, f.Values)}
	case f.Values.Get("within") == "no":
		return errNotAsked
	default:
		return meant(questions, f.Values)
	}
}

// draftOf is a call for help as somebody filled it in.
func (s *session) draftOf(f chat.Submission, call Open) draft {
	d := draft{Team: call.Team, Kind: call.Kind, Context: call.Context, Every: call.Every}
	d.Asking = s.askingIn(call.Team, s.whois(f.Who))
	d.Asking.Else = f.Values.Get("approve_option") == somethingElse

	if f.Values.Get("same") != "" {
		d.Same, _ = s.sameCustomer(s.whois(f.Who), call.Context)
	}

	return d
}

// askOnce returns an error if a form of an escalation has one more question, or one
// was answered with no.
func (s *session) askOnce(f chat.Submission, e *Escalation, by PersonID, ev Event) error {
	questions := s.givenAgain(e.Team, e.Context.Reference, e.ID, optionsOf(ev)...)

	switch {
	case len(questions) == 0:
		return nil
	case !anyOpen(questions, f.Values):
		return meant(questions, f.Values)
	}

	form := s.addOwedForm(e, by)
	if _, resolves := ev.(Resolve); resolves {
		form = s.resolveFormFor(e, by, f.Values.Get("outcome"))
	}

	if form == nil {
		return nil // it is too late for it, and the rules say so
	}

	return &moreError{with(form, questions, f.Values)}
}

// meant returns problems if somebody did not mean what they had chosen.
func meant(questions []inquiry, v chat.Values) error {
	for _, q := range questions {
		if q.field.ID == "again" && v.Get("again") == "no" {
			return problems{"again": "Then choose something else below."}
		}
	}

	return nil
}
