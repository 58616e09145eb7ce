package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type (
	noteRecord struct {
		ID          bot.NoteID         `json:"id"`
		To          bot.PersonID       `json:"to,omitzero"`
		What        bot.NoteKind       `json:"what,omitzero"`
		Team        bot.TeamID         `json:"team,omitzero"`
		At          time.Time          `json:"at,omitzero"`
		By          bot.PersonID       `json:"by,omitzero"`
		Whom        []bot.PersonID     `json:"whom,omitempty"`
		From        time.Time          `json:"from,omitzero"`
		Until       time.Time          `json:"until,omitzero"`
		Change      bot.ChangeID       `json:"change,omitzero"`
		Handover    int                `json:"handover,omitzero"`
		Escalations []bot.EscalationID `json:"escalations,omitempty"`
		Findings    []findingRecord    `json:"findings,omitempty"`
		Text        string             `json:"text,omitzero"`
		Customer    string             `json:"customer,omitzero"`
		Restriction int                `json:"restriction,omitzero"`
	}

	findingRecord struct {
		Who   bot.PersonID `json:"who,omitzero"`
		Text  string       `json:"text,omitzero"`
		Until time.Time    `json:"until,omitzero"`
	}
)

func newNoteRecord(n *bot.Note) *noteRecord {
	return &noteRecord{
		ID:          n.ID,
		To:          n.To,
		What:        n.What,
		Team:        n.Team,
		At:          n.At,
		By:          n.By,
		Whom:        n.Whom,
		From:        n.From,
		Until:       n.Until,
		Change:      n.Change,
		Handover:    n.Handover,
		Escalations: n.Escalations,
		Findings:    each(n.Findings, func(f bot.Finding) findingRecord { return findingRecord(f) }),
		Text:        n.Text,
		Customer:    n.Customer,
		Restriction: n.Restriction,
	}
}

func (r *noteRecord) note() *bot.Note {
	return &bot.Note{
		ID:          r.ID,
		To:          r.To,
		What:        r.What,
		Team:        r.Team,
		At:          r.At,
		By:          r.By,
		Whom:        r.Whom,
		From:        r.From,
		Until:       r.Until,
		Change:      r.Change,
		Handover:    r.Handover,
		Escalations: r.Escalations,
		Findings:    each(r.Findings, func(f findingRecord) bot.Finding { return bot.Finding(f) }),
		Text:        r.Text,
		Customer:    r.Customer,
		Restriction: r.Restriction,
	}
}
