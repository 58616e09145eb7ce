package bolt

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/firebreakhq/firebreak/bot"
)

// noRoom lists how an operating system says that there is no room: the disk is
// full, the quota is used up, the file may not grow.
var noRoom = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}

// full makes an error wrap bot.ErrFull if it says that there is no room.
func full(err error) error {
	for _, errno := range noRoom {
		// bbolt wraps some of its causes and only prints others.
		if errors.Is(err, errno) || strings.HasSuffix(err.Error(), errno.Error()) {
			return fmt.Errorf("%w: %w", bot.ErrFull, err)
		}
	}

	return err
}
