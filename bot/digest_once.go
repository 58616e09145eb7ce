package bot

import (
	"slices"
	"sync"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// toldWeeks are the last digest of each team, so that a large team's week is counted
// once and not for each manager and each attempt. A week that is over hardly
// changes, and they all read the same.
type toldWeeks struct {
	mu sync.Mutex
	of map[TeamID]toldWeek
}

type toldWeek struct {
	week    roster.Span
	message chat.Message
}

// tell returns the digest of a team's week, which draw draws if it is not the last
// one. Others wait meanwhile: they most likely want the same.
func (t *toldWeeks) tell(team TeamID, week roster.Span, draw func() (chat.Message, error)) (chat.Message, error) {
	t.mu.Lock()
	defer t.mu.Unlock()

	told, ok := t.of[team]
	if !ok || !told.week.From.Equal(week.From) || !told.week.Until.Equal(week.Until) {
		m, err := draw()
		if err != nil {
			return chat.Message{}, err
		}

		if t.of == nil {
			t.of = map[TeamID]toldWeek{}
		}

		told = toldWeek{week, m}
		t.of[team] = told
	}

	m := told.message
	m.Parts = slices.Clone(m.Parts)

	return m, nil
}
