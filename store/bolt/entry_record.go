package bolt

import (
	"time"

	"github.com/firebreakhq/firebreak/bot"
)

type entryRecord struct {
	N       int          `json:"n"`
	At      time.Time    `json:"at,omitzero"`
	By      bot.PersonID `json:"by,omitzero"`
	What    bot.What     `json:"what,omitzero"`
	From    bot.State    `json:"from,omitzero"`
	To      bot.State    `json:"to,omitzero"`
	Holder  bot.PersonID `json:"holder,omitzero"`
	Whom    bot.PersonID `json:"whom,omitzero"`
	Attempt int          `json:"attempt,omitzero"`
	Text    string       `json:"text,omitzero"`

	Salt     []byte `json:"salt,omitempty"`
	TextHash []byte `json:"textHash,omitempty"`
	Hash     []byte `json:"hash,omitempty"`
}
