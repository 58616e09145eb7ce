package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type feedRecord struct {
	Team    bot.TeamID `json:"team,omitzero"`
	Source  string     `json:"source,omitzero"`
	Data    []byte     `json:"data,omitempty"`
	At      time.Time  `json:"at,omitzero"`
	Failing time.Time  `json:"failing,omitzero"`
	Failure string     `json:"failure,omitzero"`
	Told    bool       `json:"told,omitzero"`
}
