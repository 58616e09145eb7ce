package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// A breakRecord says where the indexes lead to it: under Due unless it is zero,
// under its team and Since if it is Resting, and under Changed.
type breakRecord struct {
	Due     time.Time `json:"due,omitzero"`
	Resting bool      `json:"resting,omitzero"`

	Who       bot.PersonID    `json:"who,omitzero"`
	Team      bot.TeamID      `json:"team,omitzero"`
	Lead      bool            `json:"lead,omitzero"`
	State     bot.BreakState  `json:"state,omitzero"`
	Since     time.Time       `json:"since,omitzero"`
	Length    time.Duration   `json:"length,omitzero"`
	Hard      []contactRecord `json:"hard,omitempty"`
	ShiftEnds time.Time       `json:"shiftEnds,omitzero"`
	RemindAt  time.Time       `json:"remindAt,omitzero"`
	Reminded  bool            `json:"reminded,omitzero"`
	StartAt   time.Time       `json:"startAt,omitzero"`
	Until     time.Time       `json:"until,omitzero"`
	More      int             `json:"more,omitzero"`
	Walk      bool            `json:"walk,omitzero"`
	Away      bool            `json:"away,omitzero"`
	Status    statusRecord    `json:"status,omitzero"`
	End       bot.BreakEnd    `json:"end,omitzero"`
	Buddy     bot.PersonID    `json:"buddy,omitzero"`
	CheckAt   time.Time       `json:"checkAt,omitzero"`
	CheckEnd  bot.CheckEnd    `json:"checkEnd,omitzero"`
	Message   int             `json:"message,omitzero"`
	Check     int             `json:"check,omitzero"`
	Messages  int             `json:"messages,omitzero"`
	Changed   time.Time       `json:"changed,omitzero"`
}

// A contactRecord is one of the hard contacts of a break.
type contactRecord struct {
	Escalation bot.EscalationID `json:"escalation,omitzero"`
	At         time.Time        `json:"at,omitzero"`
	Length     time.Duration    `json:"length,omitzero"`
	Threat     bool             `json:"threat,omitzero"`
}

// A statusRecord is what is known of somebody's status in chat during a break.
type statusRecord struct {
	Shown   time.Time         `json:"shown,omitzero"`
	Unsure  bool              `json:"unsure,omitzero"`
	At      time.Time         `json:"at,omitzero"`
	Trouble bot.StatusTrouble `json:"trouble,omitzero"`
}

// keys returns under which keys the indexes lead to the break of a person. Each
// entry holds who that is.
func (r *breakRecord) keys(person []byte) []indexKey {
	who := []byte(r.Who)
	keys := []indexKey{{breaksByTime, append(timeKey(r.Changed), person...), who}}

	if !r.Due.IsZero() {
		keys = append(keys, indexKey{breakDue, append(timeKey(r.Due), person...), who})
	}

	if r.Resting {
		keys = append(keys, indexKey{resting, restingKey(r.Team, r.Since, person), who})
	}

	return keys
}

func newBreakRecord(b *bot.Break) *breakRecord {
	return &breakRecord{
		Due: b.Due(), Resting: b.Resting(),

		Who:       b.Who,
		Team:      b.Team,
		Lead:      b.Lead,
		State:     b.State,
		Since:     b.Since,
		Length:    b.Length,
		Hard:      each(b.Hard, func(c bot.Contact) contactRecord { return contactRecord(c) }),
		ShiftEnds: b.ShiftEnds,
		RemindAt:  b.RemindAt,
		Reminded:  b.Reminded,
		StartAt:   b.StartAt,
		Until:     b.Until,
		More:      b.More,
		Walk:      b.Walk,
		Away:      b.Away,
		Status:    statusRecord(b.Status),
		End:       b.End,
		Buddy:     b.Buddy,
		CheckAt:   b.CheckAt,
		CheckEnd:  b.CheckEnd,
		Message:   b.Message,
		Check:     b.Check,
		Messages:  b.Messages,
		Changed:   b.Changed,
	}
}

func (r *breakRecord) breakOf() *bot.Break {
	return &bot.Break{
		Who:       r.Who,
		Team:      r.Team,
		Lead:      r.Lead,
		State:     r.State,
		Since:     r.Since,
		Length:    r.Length,
		Hard:      each(r.Hard, func(c contactRecord) bot.Contact { return bot.Contact(c) }),
		ShiftEnds: r.ShiftEnds,
		RemindAt:  r.RemindAt,
		Reminded:  r.Reminded,
		StartAt:   r.StartAt,
		Until:     r.Until,
		More:      r.More,
		Walk:      r.Walk,
		Away:      r.Away,
		Status:    bot.BreakStatus(r.Status),
		End:       r.End,
		Buddy:     r.Buddy,
		CheckAt:   r.CheckAt,
		CheckEnd:  r.CheckEnd,
		Message:   r.Message,
		Check:     r.Check,
		Messages:  r.Messages,
		Changed:   r.Changed,
	}
}
