package bot

import (
	"context"
	"slices"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A Grouper is a platform with groups of people that the bot may set.
type Grouper interface {
	// SetGroup has exactly these people in a group.
	SetGroup(ctx context.Context, group string, people []chat.Person) error
}

// groupAgain is how long to wait before a group is set again that could not be,
// or not with everybody.
const groupAgain = 15 * time.Minute

// SetGroups has the teams' groups follow who is on duty, and tells managers of
// one that can't, once.
func (d *Desk) SetGroups(ctx context.Context, platform Grouper) error {
	for _, t := range d.settings.Teams {
		if t.Group == "" {
			continue
		}

		if err := d.setGroup(ctx, platform, t); err != nil {
			return err
		}
	}

	return nil
}

func (d *Desk) setGroup(ctx context.Context, platform Grouper, t Team) error {
	var (
		people   []PersonID
		accounts []chat.Person
		whole    bool
	)

	err := d.view(ctx, func(s *session) error {
		w, err := s.watch(t.ID)
		if err != nil || !over(w.GroupTry, s.now) {
			return err
		}

		people, accounts, whole = w.On, nil, true

		for _, who := range w.On {
			if account, ok := s.accountOn(who, t.Group.Platform()); ok {
				accounts = append(accounts, account)
			} else if len(s.usable(who)) == 0 { // who is elsewhere is not waited for
				whole = false
			}
		}

		return nil
	})
	if err != nil || len(accounts) == 0 {
		return err
	}

	failure := platform.SetGroup(ctx, t.Group.ID(), accounts)

	return d.update(ctx, func(s *session) error { return s.groupSet(&t, people, whole, failure) })
}

// groupSet keeps what became of a group. One that is not whole, since somebody's
// account is not known yet, is set again after a while.
func (s *session) groupSet(t *Team, people []PersonID, whole bool, failure error) error {
	w, err := s.watch(t.ID)
	if err != nil {
		return err
	}

	if failure == nil {
		w.Group, w.GroupTry, w.GroupTold = people, time.Time{}, false

		switch {
		case !slices.Equal(people, w.On):
			w.GroupTry = s.now
		case !whole:
			w.GroupTry = s.now.Add(groupAgain)
		}

		return s.PutWatch(w)
	}

	f := chat.FailureOf(failure)
	w.GroupTry = s.now.Add(groupAgain)

	if f.Kind == chat.Busy {
		w.GroupTry = s.now.Add(max(f.After, leastWait))

		return s.PutWatch(w)
	}

	s.desk.log.Warn("a user group could not be set", "team", t.ID, "error", failure)

	if !w.GroupTold {
		w.GroupTold = true

		if err := s.noteManagers(t, Note{What: GroupFails, Team: t.ID, At: s.now, Text: remedy(f)}); err != nil {
			return err
		}
	}

	return s.PutWatch(w)
}

// remedy returns what to do about a failure where the platform says it, else what
// failed.
func remedy(f *chat.Failure) string {
	if f.Err != nil {
		return f.Err.Error()
	}

	return f.Error()
}
