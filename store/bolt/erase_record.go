package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

// An erasingRecord says itself whether the file was written anew since, which is
// nobody's business but this package's.
type erasingRecord struct {
	ID        bot.ErasingID      `json:"id"`
	By        bot.PersonID       `json:"by,omitzero"`
	Begun     time.Time          `json:"begun,omitzero"`
	Done      time.Time          `json:"done,omitzero"`
	Left      []bot.EscalationID `json:"left,omitempty"`
	Erased    []bot.EscalationID `json:"erased,omitempty"`
	Named     []bot.EscalationID `json:"named,omitempty"`
	Unread    []bot.EscalationID `json:"unread,omitempty"`
	Notes     []bot.NoteID       `json:"notes,omitempty"`
	Rewritten bool               `json:"rewritten,omitzero"`
}

func newErasingRecord(e *bot.Erasing) *erasingRecord {
	return &erasingRecord{ID: e.ID, By: e.By, Begun: e.Begun, Done: e.Done, Left: e.Left, Erased: e.Erased, Named: e.Named, Unread: e.Unread, Notes: e.Notes}
}

func (r *erasingRecord) erasing() *bot.Erasing {
	return &bot.Erasing{ID: r.ID, By: r.By, Begun: r.Begun, Done: r.Done, Left: r.Left, Erased: r.Erased, Named: r.Named, Unread: r.Unread, Notes: r.Notes}
}
