package main

import (
	"context"
	"testing"
	"time"

	"github.com/firebreakhq/firebreak/bot"
	"github.com/firebreakhq/firebreak/bot/chat"
)

// The scenes of statuses: what people read of their own while they are on a break.
var statusScenes = []galleryScene{{name: "status", play: statusScene, settings: statusSettings}}

// statusSettings have breaks offered, and statuses that can be set.
func statusSettings(t testing.TB) bot.Settings {
	t.Helper()

	settings := recoverySettings(t)
	settings.Statuses = []chat.Platform{chat.Slack}

	return settings
}

// A mood is how a platform answers to a status that is to be shown.
type mood struct {
	theirs bool
	err    error
}

// ShowStatus answers as it is minded to.
func (m mood) ShowStatus(context.Context, chat.Person, string, time.Time) (bool, error) {
	return !m.theirs, m.err
}

// ClearStatus does as it is told.
func (mood) ClearStatus(context.Context, chat.Person, string) error { return nil }

// set has statuses set on a platform of a mood.
func (s *studio) set(m mood) {
	s.t.Helper()
	s.step++
	s.must(s.desk.SetStatuses(s.t.Context(), m))
	s.deliver()
}

func statusScene(s *studio) {
	s.named("maria", "recover", "")
	s.tap("maria", "break_start")

	for _, m := range []mood{
		{},
		{theirs: true},
		{err: &chat.Failure{Kind: chat.Unreachable, Code: "cannot_update_admin_user"}},
		{err: &chat.Failure{Kind: chat.Busy, After: time.Minute, Code: "ratelimited"}},
	} {
		s.tap("maria", "break_show")
		s.set(m)

		if m == (mood{}) {
			s.tap("maria", "break_hide")
			s.set(m)
		}
	}

	s.named("maria", chat.HomeOpened, "")
}
