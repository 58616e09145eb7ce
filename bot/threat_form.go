package bot

import (
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// incidentForm asks what is to be known of a threat or of abuse. What is known
// already stands in it, but for the exact words, which are only ever added to.
func (s *session) incidentForm(e *Escalation, _ PersonID) *chat.Form {
	r := e.report()

	words := paragraph("words", "Exact words", "", "")
	words.Hint = "Word for word. Kept as written; it can't be changed later."

	if e.Context.Verbatim != "" {
		words.Label, words.Hint = "More of the exact words", "The words that were written first are kept. What you write here is added, with your name and the time."
	}

	form := &chat.Form{
		ID: "incident", Title: "Incident in " + e.ID.String(), Submit: "Save", Cancel: "Cancel",
		Intro: []chat.Part{chat.Small{Text: chat.Plain("Everything is optional. Write what you saw and heard yourself, and leave out what you only guess.")}},
		Fields: []chat.Field{
			chooseOne("danger", "Is anybody in danger now?", yesNo, r.Danger),
			chooseOne("what", "What it was", incidents, r.What),
			words,
			{ID: "at", Kind: chat.MomentField, Label: "When it happened", Initial: instant(r.At)},
			line("where", "Where, or by which channel", or(r.Where, label(contactChannels, e.Context.Channel)), "Phone, from +44 20 7946 0000"),
			line("against", "Whom it was against", r.Against, "Me, a colleague, my family"),
			line("witnesses", "Who else heard or saw it", r.Witnesses, ""),
			chooseOne("warned", "Was the customer warned?", yesNo, doneAnswer(r.Warned)),
			chooseOne("ended", "Was the contact ended for it?", yesNo, doneAnswer(r.Ended)),
			chooseMany("reported", "Reported to", reportedTo, r.Reported),
			line("report_ref", "Reported to somebody else, or under which number", r.ReportRef, ""),
		},
	}
	form.State = e.ID.String() + "/" + marks(form)

	return form
}

// doneAnswer returns how a form answers whether something was done, "" where nobody said.
func doneAnswer(at time.Time) string {
	if at.IsZero() {
		return ""
	}

	return "yes"
}

func readIncident(f filled) (Event, problems) {
	f.v = f.since(f.incidentForm(f.e, f.by))

	wrong := problems{}
	r := Report{
		What: pick(incidents, f.v.Get("what")), At: f.past(f.v, "at", wrong), Where: written(f.v.Get("where")),
		Against: written(f.v.Get("against")), Witnesses: written(f.v.Get("witnesses")),
		Danger: pick(yesNo, f.v.Get("danger")), Reported: pickAll(reportedTo, f.v["reported"]), ReportRef: written(f.v.Get("report_ref")),
	}

	return WriteDown{
		By: f.by, Report: r, Words: written(f.v.Get("words")), Warned: pick(yesNo, f.v.Get("warned")), Ended: pick(yesNo, f.v.Get("ended")),
	}, wrong
}

// past reads an instant that must not lie ahead. Zero means that none was given.
func (s *session) past(v chat.Values, field string, wrong problems) time.Time {
	at := instantIn(v, field, wrong)
	if at.After(s.now) {
		wrong[field] = "That time lies ahead. Choose when it happened."
	}

	return at
}
