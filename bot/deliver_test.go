package bot

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

func busy(after time.Duration) error {
	return &chat.Failure{Kind: chat.Busy, After: after, Code: "ratelimited"}
}

func fails(kind chat.FailureKind, code string) error { return &chat.Failure{Kind: kind, Code: code} }

func TestPageIsPosted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.start()

		id := page(142, "dana")
		s.artist.says(id, "help")
		s.want(id)
		synctest.Wait()

		s.sees("slack:dana", "E-142/page/dana/1: help")
		s.idle()

		if got := s.store.commits; got != 2 {
			t.Errorf("%v commits, want the desk's and one more", got)
		}

		s.artist.says(id, "taken")
		s.want(id)
		synctest.Wait()
		s.sees("slack:dana", "E-142/page/dana/1: taken")
		s.alarmed()
		s.stop()
	})
}
