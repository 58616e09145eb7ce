package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type (
	tallyRecord struct {
		Found talliedUnder `json:"found,omitzero"`

		ID      bot.EscalationID `json:"id"`
		Entries int              `json:"entries,omitzero"`
		Head    []byte           `json:"head,omitempty"`
		Gone    time.Time        `json:"gone,omitzero"`
		Before  bool             `json:"before,omitzero"`
		Through bot.EscalationID `json:"through,omitzero"`

		Team      bot.TeamID    `json:"team,omitzero"`
		Agent     bot.PersonID  `json:"agent,omitzero"`
		Kind      bot.Kind      `json:"kind,omitzero"`
		Chain     bot.ChainName `json:"chain,omitzero"`
		Channel   string        `json:"channel,omitzero"`
		Waiting   bool          `json:"waiting,omitzero"`
		Reason    string        `json:"reason,omitzero"`
		Heat      int           `json:"heat,omitzero"`
		Opened    time.Time     `json:"opened,omitzero"`
		Resolved  time.Time     `json:"resolved,omitzero"`
		Outcome   string        `json:"outcome,omitzero"`
		Satisfied string        `json:"satisfied,omitzero"`
		Ended     time.Time     `json:"ended,omitzero"`
		Attempts  int           `json:"attempts,omitzero"`

		Untold     bool              `json:"untold,omitzero"`
		Unanswered []bot.PersonID    `json:"unanswered,omitempty"`
		Took       string            `json:"took,omitzero"`
		Taken      talliedStepRecord `json:"taken,omitzero"`
		Joined     talliedStepRecord `json:"joined,omitzero"`

		Owed  []talliedOwedRecord   `json:"owed,omitempty"`
		Asked []talliedAnswerRecord `json:"asked,omitempty"`

		NamesUntil time.Time `json:"namesUntil,omitzero"`
		ForgetAt   time.Time `json:"forgetAt,omitzero"`
	}

	// talliedUnder is where the indexes lead to a tally.
	talliedUnder struct {
		Due  time.Time `json:"due,omitzero"`
		Team []byte    `json:"team,omitempty"` // the key in tallied
	}

	talliedStepRecord struct {
		By bot.PersonID `json:"by,omitzero"`
		At time.Time    `json:"at,omitzero"`
	}

	talliedOwedRecord struct {
		Owner   bot.PersonID `json:"owner,omitzero"`
		Promise bool         `json:"promise,omitzero"`
		Due     time.Time    `json:"due,omitzero"`
		Done    time.Time    `json:"done,omitzero"`
		Ended   bot.Result   `json:"ended,omitzero"`
	}

	talliedAnswerRecord struct {
		Who      bot.PersonID `json:"who,omitzero"`
		Taker    bool         `json:"taker,omitzero"`
		Answered time.Time    `json:"answered,omitzero"`
	}
)

// keys returns under which keys the indexes lead to the tally.
func (r *tallyRecord) keys() []indexKey {
	var keys []indexKey

	if !r.Found.Due.IsZero() {
		keys = append(keys, indexKey{bucket: tallyDue, key: dueKey(r.Found.Due, r.ID)})
	}

	if r.Found.Team != nil {
		keys = append(keys, indexKey{bucket: tallied, key: r.Found.Team})
	}

	return keys
}

func newTallyRecord(t *bot.Tally) *tallyRecord {
	r := &tallyRecord{
		Found: talliedUnder{Due: t.Due()},

		ID:      t.ID,
		Entries: t.Entries,
		Head:    t.Head,
		Gone:    t.Gone,
		Before:  t.Before,
		Through: t.Through,

		Team:      t.Team,
		Agent:     t.Agent,
		Kind:      t.Kind,
		Chain:     t.Chain,
		Channel:   t.Channel,
		Waiting:   t.Waiting,
		Reason:    t.Reason,
		Heat:      t.Heat,
		Opened:    t.Opened,
		Resolved:  t.Resolved,
		Outcome:   t.Outcome,
		Satisfied: t.Satisfied,
		Ended:     t.Ended,
		Attempts:  t.Attempts,

		Untold:     t.Untold,
		Unanswered: t.Unanswered,
		Took:       t.Took,
		Taken:      talliedStepRecord(t.Taken),
		Joined:     talliedStepRecord(t.Joined),

		Owed:  each(t.Owed, func(o bot.TalliedOwed) talliedOwedRecord { return talliedOwedRecord(o) }),
		Asked: each(t.Asked, func(a bot.TalliedAnswer) talliedAnswerRecord { return talliedAnswerRecord(a) }),

		NamesUntil: t.NamesUntil,
		ForgetAt:   t.ForgetAt,
	}

	if t.Team != "" {
		r.Found.Team = openedKey(t.Team, t.Opened, t.ID)
	}

	return r
}

func (r *tallyRecord) tally() *bot.Tally {
	return &bot.Tally{
		ID:      r.ID,
		Entries: r.Entries,
		Head:    r.Head,
		Gone:    r.Gone,
		Before:  r.Before,
		Through: r.Through,

		Team:      r.Team,
		Agent:     r.Agent,
		Kind:      r.Kind,
		Chain:     r.Chain,
		Channel:   r.Channel,
		Waiting:   r.Waiting,
		Reason:    r.Reason,
		Heat:      r.Heat,
		Opened:    r.Opened,
		Resolved:  r.Resolved,
		Outcome:   r.Outcome,
		Satisfied: r.Satisfied,
		Ended:     r.Ended,
		Attempts:  r.Attempts,

		Untold:     r.Untold,
		Unanswered: r.Unanswered,
		Took:       r.Took,
		Taken:      bot.TalliedStep(r.Taken),
		Joined:     bot.TalliedStep(r.Joined),

		Owed:  each(r.Owed, func(o talliedOwedRecord) bot.TalliedOwed { return bot.TalliedOwed(o) }),
		Asked: each(r.Asked, func(a talliedAnswerRecord) bot.TalliedAnswer { return bot.TalliedAnswer(a) }),

		NamesUntil: r.NamesUntil,
		ForgetAt:   r.ForgetAt,
	}
}
