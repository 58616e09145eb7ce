package bot

import (
	"context"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/playbook"
)

// worthThanks reports whether a thank-you note fits: the customer was satisfied, or
// was given something.
func (s *session) worthThanks(e *Escalation) bool {
	if e.Outcome == nil {
		return false
	}

	return e.Outcome.Satisfied == "yes" || len(e.given(func(option string) bool { return s.option(e.Team, option).remembered() })) > 0
}

// thanksChoice offers the draft of a thank-you note where one fits.
func (s *session) thanksChoice(e *Escalation) chat.Choice {
	if !s.worthThanks(e) {
		return chat.Choice{}
	}

	return s.button(e, "thank_you", "Thank-you note", chat.Normal)
}

// thankYou answers with a draft to copy. Nobody sends it but the reader.
func (d *Desk) thankYou(ctx context.Context, p press) (chat.Reply, error) {
	var m chat.Message

	err := d.view(ctx, func(s *session) error {
		e, by, err := s.allowed(p, action{})
		if err != nil {
			return err
		}

		if !s.worthThanks(e) {
			return e.late()
		}

		matter := s.matter(e, by, by)
		matter.Agreed = or(unmasked(inline(e.Outcome.Agreed, 300)), inline(joinWords(e.Outcome.Name, e.Outcome.Amount), 100))

		m = chat.Message{Title: e.ID.String() + " · Thank-you note", Parts: []chat.Part{
			chat.Advice{Label: "A draft to copy", Text: chat.Plain(playbook.ThankYou(matter))},
			chat.Small{Text: chat.Plain("I send nothing to customers myself.")},
		}}

		return nil
	})
	if err != nil {
		return d.excuse(ctx, p.Who, p.id, err)
	}

	return chat.Reply{Message: &m}, nil
}
