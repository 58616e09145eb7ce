package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

type (
	addressRecord struct {
		Address []byte `json:"address,omitzero"`
	}

	whereaboutsRecord struct {
		Who      bot.PersonID `json:"who,omitzero"`
		Active   chat.Person  `json:"active,omitzero"`
		Chosen   chat.Person  `json:"chosen,omitzero"`
		Anywhere bool         `json:"anywhere,omitzero"`
		Lost     chat.Person  `json:"lost,omitzero"`
		LostAt   time.Time    `json:"lostAt,omitzero"`
		Language bot.Language `json:"language,omitzero"`
	}
)
