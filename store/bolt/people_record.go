package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

type (
	identityRecord struct {
		Who    chat.Person  `json:"who"`
		Person bot.PersonID `json:"person,omitzero"`
		Name   string       `json:"name,omitzero"`
		Email  string       `json:"email,omitzero"`
		Zone   string       `json:"zone,omitzero"`
		Team   bot.TeamID   `json:"team,omitzero"`
		Seen   time.Time    `json:"seen,omitzero"`
		Gone   bool         `json:"gone,omitzero"`
	}

	pagedRecord struct {
		At time.Time `json:"at,omitzero"`
	}

	pauseRecord struct {
		Until time.Time `json:"until,omitzero"`
	}
)
