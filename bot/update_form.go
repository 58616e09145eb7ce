package bot

import (
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// rhythms are how often a customer can be promised to hear from us. Their values
// are durations: 24h is each working day.
var rhythms = []choice{
	{"1h", "Each hour"}, {"2h", "Every 2 hours"}, {"4h", "Every 4 hours"},
	{"24h", "Each working day"}, {"48h", "Every other working day"}, {"168h", "Once a week"},
}

// rhythmOf returns a rhythm as the field answers it, "" for none.
func rhythmOf(every time.Duration) string {
	for _, r := range rhythms {
		if d, err := time.ParseDuration(r.value); err == nil && d == every {
			return r.value
		}
	}

	return ""
}

// rhythmField asks how often the customer hears from us.
func rhythmField(every time.Duration) chat.Field {
	field := chooseOne("every", "How often the customer hears from us", rhythms, rhythmOf(every))
	if len(field.Initial) == 0 {
		field.Hint = "Each working day, if it is left empty."
	}

	return field
}

// readRhythm returns the rhythm that was chosen, 0 for none.
func readRhythm(v chat.Values) time.Duration {
	every, err := time.ParseDuration(pick(rhythms, v.Get("every")))
	if err != nil {
		return 0
	}

	return every
}

// informForm asks how the customer was told how it stands.
func (s *session) informForm(e *Escalation, _ PersonID) *chat.Form {
	if !e.State.Open() {
		return nil
	}

	return &chat.Form{
		ID: "inform", Title: "The customer was told", Submit: "Save", Cancel: "Cancel", State: e.ID.String(),
		Intro: []chat.Part{chat.Small{Text: heardLine(e)}},
		Fields: []chat.Field{
			chooseOne("how", "How did you tell them?", contactChannels, or(e.Updates.How, e.Context.Channel), mustFill),
			paragraph("said", "What you told them", "", ""),
			{ID: "next", Kind: chat.MomentField, Label: "When they hear from us again", Hint: label(rhythms, rhythmOf(e.Updates.rhythm())) + ", if it is left empty."},
		},
	}
}

func readInform(f filled) (Event, problems) {
	wrong := problems{}

	how := pick(contactChannels, f.v.Get("how"))
	if how == "" {
		wrong["how"] = "Choose how you told them."
	}

	return Inform{By: f.by, How: how, Said: written(f.v.Get("said")), Next: f.moment(f.v, "next", wrong)}, wrong
}

// touchFields ask whether somebody should come back to the customer some days
// later, where that is wished at all.
func (s *session) touchFields() []chat.Field {
	if s.desk.settings.SecondTouch <= 0 {
		return nil
	}

	return []chat.Field{chooseOne("second_touch", "Second touch in "+inDays(s.desk.settings.SecondTouch), yesNo, "yes")}
}

// readTouch returns after how long a second touch is due, 0 for none.
func (s *session) readTouch(v chat.Values) time.Duration {
	if v.Get("second_touch") != "yes" {
		return 0
	}

	return s.desk.settings.SecondTouch
}

// inDays says how long something takes: "3 days", "36 hours".
func inDays(d time.Duration) string {
	const day = 24 * time.Hour

	n, unit := int(d/time.Hour), "hour"
	if d%day == 0 {
		n, unit = int(d/day), "day"
	}

	return inWords(n, unit)
}
