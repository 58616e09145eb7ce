package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

type (
	changeRecord struct {
		ID          bot.ChangeID `json:"id"`
		Who         bot.PersonID `json:"who,omitzero"`
		Cover       bot.PersonID `json:"cover,omitzero"`
		From        time.Time    `json:"from,omitzero"`
		Until       time.Time    `json:"until,omitzero"`
		By          bot.PersonID `json:"by,omitzero"`
		Made        time.Time    `json:"made,omitzero"`
		Cancelled   time.Time    `json:"cancelled,omitzero"`
		CancelledBy bot.PersonID `json:"cancelledBy,omitzero"`
		Notes       []bot.NoteID `json:"notes,omitempty"`
	}

	watchRecord struct {
		Due time.Time `json:"due,omitzero"` // where the index leads to it, zero if it doesn't

		Team      bot.TeamID            `json:"team,omitzero"`
		On        []bot.PersonID        `json:"on,omitempty"`
		Looked    time.Time             `json:"looked,omitzero"`
		Knows     []bot.PersonID        `json:"knows,omitempty"`
		ChangeAt  time.Time             `json:"changeAt,omitzero"`
		CheckAt   time.Time             `json:"checkAt,omitzero"`
		Checked   time.Time             `json:"checked,omitzero"`
		Told      []toldFindingRecord   `json:"told,omitempty"`
		Count     int                   `json:"count,omitzero"`
		Handovers []shiftHandoverRecord `json:"handovers,omitempty"`
		Grouped   chat.Room             `json:"grouped,omitzero"`
		Group     []bot.PersonID        `json:"group,omitempty"`
		GroupTry  time.Time             `json:"groupTry,omitzero"`
		GroupTold bool                  `json:"groupTold,omitzero"`
	}

	toldFindingRecord struct {
		Finding findingRecord `json:"finding"`
		At      time.Time     `json:"at,omitzero"`
	}

	shiftHandoverRecord struct {
		N           int                `json:"n,omitzero"`
		At          time.Time          `json:"at,omitzero"`
		From        []bot.PersonID     `json:"from,omitempty"`
		Kept        []bot.PersonID     `json:"kept,omitempty"`
		To          []bot.PersonID     `json:"to,omitempty"`
		Escalations []bot.EscalationID `json:"escalations,omitempty"`
		Notes       []bot.NoteID       `json:"notes,omitempty"`
		Asked       bot.HandoverStage  `json:"asked,omitzero"`
		AskAt       time.Time          `json:"askAt,omitzero"`
		Confirmed   time.Time          `json:"confirmed,omitzero"`
		ConfirmedBy bot.PersonID       `json:"confirmedBy,omitzero"`
		Settled     time.Time          `json:"settled,omitzero"`
	}
)

// keys returns under which keys the index leads to a change. They rest on
// nothing but what is kept of it.
func (r *changeRecord) keys() []indexKey {
	if !r.Cancelled.IsZero() {
		return nil
	}

	var keys []indexKey

	for _, person := range []bot.PersonID{r.Who, r.Cover} {
		key := indexKey{bucket: changesOf, key: changeKey(personHash(person), r.Until, r.ID)}
		if person != "" && !key.in(keys) {
			keys = append(keys, key)
		}
	}

	return keys
}

// key returns under which key the index leads to a watch, nil if it doesn't.
func (r *watchRecord) key(team []byte) []byte {
	if r.Due.IsZero() {
		return nil
	}

	return watchKey(r.Due, team)
}

func newWatchRecord(w *bot.Watch) *watchRecord {
	return &watchRecord{
		Due: w.Due(),

		Team:      w.Team,
		On:        w.On,
		Looked:    w.Looked,
		Knows:     w.Knows,
		ChangeAt:  w.ChangeAt,
		CheckAt:   w.CheckAt,
		Checked:   w.Checked,
		Told:      each(w.Told, func(t bot.ToldFinding) toldFindingRecord { return toldFindingRecord{findingRecord(t.Finding), t.At} }),
		Count:     w.Count,
		Handovers: each(w.Handovers, func(h bot.ShiftHandover) shiftHandoverRecord { return shiftHandoverRecord(h) }),
		Grouped:   w.Grouped,
		Group:     w.Group,
		GroupTry:  w.GroupTry,
		GroupTold: w.GroupTold,
	}
}

func (r *watchRecord) watch() *bot.Watch {
	return &bot.Watch{
		Team:     r.Team,
		On:       r.On,
		Looked:   r.Looked,
		Knows:    r.Knows,
		ChangeAt: r.ChangeAt,
		CheckAt:  r.CheckAt,
		Checked:  r.Checked,
		Told: each(r.Told, func(t toldFindingRecord) bot.ToldFinding {
			return bot.ToldFinding{Finding: bot.Finding(t.Finding), At: t.At}
		}),
		Count:     r.Count,
		Handovers: each(r.Handovers, func(h shiftHandoverRecord) bot.ShiftHandover { return bot.ShiftHandover(h) }),
		Grouped:   r.Grouped,
		Group:     r.Group,
		GroupTry:  r.GroupTry,
		GroupTold: r.GroupTold,
	}
}
