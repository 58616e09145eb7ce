package bot

import (
	"context"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// followups answers /followups.
func (d *Desk) followups(_ context.Context, c chat.Command) (chat.Reply, error) {
	return chat.Reply{Message: d.unknown(c)}, nil
}
