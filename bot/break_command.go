package bot

import (
	"context"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// recover answers /recover.
func (d *Desk) recover(_ context.Context, c chat.Command) (chat.Reply, error) {
	return chat.Reply{Message: d.unknown(c)}, nil
}

// drawBreak draws a message about somebody's own break.
func (s *session) drawBreak(CardID) (Drawing, error) { return Drawing{}, errMoot }
