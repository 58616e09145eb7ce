package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

type (
	cardRecord struct {
		Queued *queued `json:"queued,omitzero"`

		ID        cardIDRecord `json:"id"`
		Ref       refRecord    `json:"ref,omitzero"`
		To        chat.Person  `json:"to,omitzero"`
		Drawn     string       `json:"drawn,omitzero"`
		Posted    time.Time    `json:"posted,omitzero"`
		Wanted    int          `json:"wanted,omitzero"`
		Shown     int          `json:"shown,omitzero"`
		Since     time.Time    `json:"since,omitzero"`
		NotBefore time.Time    `json:"notBefore,omitzero"`
		Tries     int          `json:"tries,omitzero"`
		Doubt     time.Time    `json:"doubt,omitzero"`
		Doubled   time.Time    `json:"doubled,omitzero"`
		Twice     bool         `json:"twice,omitzero"`
		Alarmed   bool         `json:"alarmed,omitzero"`
		Dead      bool         `json:"dead,omitzero"`
		Failure   string       `json:"failure,omitzero"`
		Erased    bot.CardEnd  `json:"erased,omitzero"`
	}

	cardIDRecord struct {
		Role       bot.Role         `json:"role"`
		Escalation bot.EscalationID `json:"escalation,omitzero"`
		Person     bot.PersonID     `json:"person,omitzero"`
		N          int              `json:"n,omitzero"`
	}

	refRecord struct {
		Room chat.Room `json:"room,omitzero"`
		ID   string    `json:"id,omitzero"`
	}
)

// queued says under which key the outbox leads to a card, nil if it doesn't.
type queued struct {
	Since time.Time `json:"since,omitzero"`
}

func (q *queued) key(card []byte) []byte {
	if q == nil {
		return nil
	}

	return outboxKey(q.Since, card)
}

func newCardRecord(c *bot.Card) *cardRecord {
	record := &cardRecord{
		ID:        cardIDRecord(c.ID),
		Ref:       refRecord(c.Ref),
		To:        c.To,
		Drawn:     c.Drawn,
		Posted:    c.Posted,
		Wanted:    c.Wanted,
		Shown:     c.Shown,
		Since:     c.Since,
		NotBefore: c.NotBefore,
		Tries:     c.Tries,
		Doubt:     c.Doubt,
		Doubled:   c.Doubled,
		Twice:     c.Twice,
		Alarmed:   c.Alarmed,
		Dead:      c.Dead,
		Failure:   c.Failure,
		Erased:    c.Erased,
	}

	if c.Pending() {
		record.Queued = &queued{Since: c.Since}
	}

	return record
}

func (r *cardRecord) card() *bot.Card {
	return &bot.Card{
		ID:        bot.CardID(r.ID),
		Ref:       chat.Ref(r.Ref),
		To:        r.To,
		Drawn:     r.Drawn,
		Posted:    r.Posted,
		Wanted:    r.Wanted,
		Shown:     r.Shown,
		Since:     r.Since,
		NotBefore: r.NotBefore,
		Tries:     r.Tries,
		Doubt:     r.Doubt,
		Doubled:   r.Doubled,
		Twice:     r.Twice,
		Alarmed:   r.Alarmed,
		Dead:      r.Dead,
		Failure:   r.Failure,
		Erased:    r.Erased,
	}
}
