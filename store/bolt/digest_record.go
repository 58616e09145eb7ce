package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type (
	digestRecord struct {
		Due time.Time `json:"due,omitzero"` // where the index leads to it, zero if it doesn't

		Team   bot.TeamID `json:"team,omitzero"`
		Since  time.Time  `json:"since,omitzero"`
		NextAt time.Time  `json:"nextAt,omitzero"`
		Until  time.Time  `json:"until,omitzero"`
	}

	feedbackRecord struct {
		Team   bot.TeamID `json:"team,omitzero"`
		Week   time.Time  `json:"week,omitzero"`
		Taker  bool       `json:"taker,omitzero"`
		Helped string     `json:"helped,omitzero"`
		Change string     `json:"change,omitzero"`
	}
)

// keys returns under which keys the index leads to the digest of a team.
func (r *digestRecord) keys(team []byte) []indexKey {
	if r.Due.IsZero() {
		return nil
	}

	return []indexKey{{digestDue, append(timeKey(r.Due), team...), []byte(r.Team)}}
}

func newDigestRecord(d *bot.Digest) *digestRecord {
	return &digestRecord{Due: d.Due(), Team: d.Team, Since: d.Since, NextAt: d.NextAt, Until: d.Until}
}

func (r *digestRecord) digest() *bot.Digest {
	return &bot.Digest{Team: r.Team, Since: r.Since, NextAt: r.NextAt, Until: r.Until}
}
