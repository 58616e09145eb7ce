package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

type (
	identityRecord struct {
		Who      chat.Person  `json:"who"`
		Person   bot.PersonID `json:"person,omitzero"`
		Name     string       `json:"name,omitzero"`
		Email    string       `json:"email,omitzero"`
		Zone     string       `json:"zone,omitzero"`
		Team     bot.TeamID   `json:"team,omitzero"`
		Seen     time.Time    `json:"seen,omitzero"`
		Gone     bool         `json:"gone,omitzero"`
		Language string       `json:"language,omitzero"`
	}

	pagedRecord struct {
		At time.Time `json:"at,omitzero"`
	}

	pauseRecord struct {
		Until time.Time `json:"until,omitzero"`
	}
)

// keys returns under which keys the indexes lead to the identity of an account.
func (r identityRecord) keys(account []byte) []indexKey {
	keys := []indexKey{{bucket: accounts, key: append(personHash(r.Person), account...)}}

	if r.Team != "" {
		keys = append(keys, indexKey{bucket: members, key: append(hash(string(r.Team)), account...)})
	}

	return keys
}
