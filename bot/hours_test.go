package bot

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones of every machine are the same

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/roster"
)

// homes are identities that name a zone each, by account.
type homes struct {
	Tx

	zones map[chat.Person]string
}

func (homes) Break(PersonID) (*Break, error) { return nil, ErrNotFound }

func (h homes) Identity(who chat.Person) (*Identity, error) {
	zone, ok := h.zones[who]
	if !ok {
		return nil, ErrNotFound
	}

	return &Identity{Who: who, Zone: zone}, nil
}

func (homes) Accounts(PersonID) ([]*Identity, error) { return nil, nil }

// Quiet hours are those of where somebody lives, and free days those of the team.
func TestHoursOf(t *testing.T) {
	newYork := zoneNamed(t, "America/New_York")

	team := Team{ID: "billing", Zone: newYork, Workdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}}
	settings := Settings{Teams: []Team{team}, People: map[PersonID]Colleague{
		"dana": {Accounts: []chat.Person{"slack:U0DANA"}}, "lee": {Accounts: []chat.Person{"slack:U0LEE"}}, "sam": {},
	}}
	settings.Quiet.From, settings.Quiet.To = 20*60, 8*60

	desk := NewDesk(DeskOptions{Settings: settings})
	s := &session{desk: desk, Tx: homes{zones: map[chat.Person]string{
		"slack:U0DANA": "Asia/Kolkata", "slack:U0LEE": "Nowhere/Land", "slack:U0MARIA": "Europe/London",
	}}}

	// Thursday 12:00 in New York; on Friday the team is off, and there on Saturday too.
	thursday := time.Date(2026, 4, 2, 16, 0, 0, 0, time.UTC)

	next := func(who PersonID, want time.Time) {
		t.Helper()

		if got := s.hoursOf(who, &team).Next(thursday); !got.Equal(want) {
			t.Errorf("hoursOf(%v).Next(%v) = %v, want %v", who, thursday, got.UTC(), want)
		}
	}

	next("dana", time.Date(2026, 4, 3, 4, 0, 0, 0, time.UTC).Add(-90*time.Minute)) // 8:00 in Kolkata, still Thursday there
	next("lee", thursday)
	next("sam", thursday)
	next("slack:U0MARIA", thursday)
	next("slack:U0STRANGER", thursday)

	free, err := roster.ParseHolidays([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260402T150000Z\nDTEND:20260404T040000Z\nEND:VEVENT\nEND:VCALENDAR\n"), newYork)
	if err != nil {
		t.Fatal(err)
	}

	desk.SetHolidays("sales", free)
	next("lee", thursday)

	desk.SetHolidays("billing", free)
	next("dana", time.Date(2026, 4, 6, 4, 0, 0, 0, time.UTC)) // Monday's midnight there, 9:30 in Kolkata
	next("lee", time.Date(2026, 4, 6, 12, 0, 0, 0, time.UTC))
	next("slack:U0MARIA", time.Date(2026, 4, 6, 7, 0, 0, 0, time.UTC))
}

// People of a team that is no longer configured have their quiet hours too.
func TestHoursOfNoTeam(t *testing.T) {
	settings := Settings{People: map[PersonID]Colleague{"dana": {Accounts: []chat.Person{"slack:U0DANA"}}}}
	settings.Quiet.From, settings.Quiet.To = 20*60, 8*60

	s := &session{
		desk: NewDesk(DeskOptions{Settings: settings}),
		Tx:   homes{zones: map[chat.Person]string{"slack:U0DANA": "Asia/Kolkata"}},
		now:  time.Date(2026, 4, 2, 22, 0, 0, 0, time.UTC),
	}
	m := s.momentFor(&Escalation{Team: "gone"}, nil)

	for who, want := range map[PersonID]time.Time{
		"dana": time.Date(2026, 4, 3, 2, 30, 0, 0, time.UTC), "slack:U0STRANGER": time.Date(2026, 4, 3, 8, 0, 0, 0, time.UTC),
	} {
		if got := m.hoursOf(who).Next(s.now); !got.Equal(want) {
			t.Errorf("hoursOf(%v).Next(%v) = %v, want %v", who, s.now, got, want)
		}
	}
}

func zoneNamed(t *testing.T, name string) *time.Location {
	t.Helper()

	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}

	return zone
}
