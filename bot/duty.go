package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/firebreakhq/firebreak/bot/roster"
)

// plans are the teams' plans as they are now. Those of calendars change while
// the bot runs.
type plans struct {
	mu      *sync.RWMutex
	team    map[TeamID]roster.Plan
	awaited map[TeamID]bool // whose plan is not known yet
	free    map[TeamID]*roster.Holidays
}

func plansOf(teams []Team) plans {
	p := plans{mu: &sync.RWMutex{}, team: map[TeamID]roster.Plan{}, awaited: map[TeamID]bool{}, free: map[TeamID]*roster.Holidays{}}

	for _, t := range teams {
		p.team[t.ID] = t.Plan
		if t.Plan == nil {
			p.team[t.ID] = roster.Everybody(t.Supervisors)
		}
	}

	return p
}

func (p plans) of(team TeamID) roster.Plan {
	p.mu.RLock()
	defer p.mu.RUnlock()

	if plan := p.team[team]; plan != nil {
		return plan
	}

	return roster.Always(nil)
}

// awaits reports whether a team's plan is awaited.
func (p plans) awaits(team TeamID) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()

	return p.awaited[team]
}

// known removes the teams whose plan is awaited.
func (p plans) known(teams []TeamID) []TeamID {
	return slices.DeleteFunc(teams, p.awaits)
}

// set replaces a team's plan unless it is nil, and reports whether there is
// anything new.
func (p plans) set(team TeamID, plan roster.Plan) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	awaited := p.awaited[team]
	delete(p.awaited, team)

	if plan != nil {
		p.team[team] = plan
	}

	return awaited || plan != nil
}

// AwaitPlan says that a team's plan is not known until SetPlan is called: its
// calendar was never read. A page goes to all supervisors, and nobody is told
// that they come on or go off.
func (d *Desk) AwaitPlan(team TeamID) {
	d.plans.mu.Lock()
	defer d.plans.mu.Unlock()

	d.plans.awaited[team] = true
}

// SetPlan replaces a team's plan: its calendar was read anew. A nil plan is one
// that can't be read, so that what is in force stays. Whoever comes on or goes
// off is told with the next look at the rota.
func (d *Desk) SetPlan(ctx context.Context, team TeamID, plan roster.Plan) error {
	if !d.plans.set(team, plan) {
		return nil
	}

	return d.update(ctx, func(s *session) error { return s.lookAgain(team) })
}

func asPeople(persons []roster.Person) []PersonID {
	people := make([]PersonID, len(persons))
	for i, who := range persons {
		people[i] = PersonID(who)
	}

	return people
}

// onDuty returns who of a team is on duty at an instant, in the order in which
// they are paged. It looks at the changes of those alone who are on by the plan;
// where these can't be read the plan alone counts.
func (s *session) onDuty(t *Team, at time.Time) []PersonID {
	plan := s.desk.plans.of(t.ID)

	changes, err := s.changesOf(asPeople(plan.On(at)), at)
	if err != nil {
		s.desk.log.Error("changes of duty can't be read: the plan alone counts", "team", t.ID, "error", err)

		changes = nil
	}

	return asPeople(s.rosterOf(t, plan, changes).On(at))
}

// roster returns a team's rota from an instant on.
func (s *session) roster(t *Team, from time.Time) (roster.Roster, error) {
	changes, err := s.changesOf(t.leaders(), from)

	return s.rosterOf(t, s.desk.plans.of(t.ID), changes), err
}

func (s *session) rosterOf(t *Team, plan roster.Plan, changes []*Change) roster.Roster {
	r := roster.Roster{Plan: plan, May: func(p roster.Person) bool { return s.desk.settings.may(PersonID(p), haveDuty, t.ID) }}
	for _, c := range changes {
		r.Changes = append(r.Changes, roster.Change{
			Who: roster.Person(c.Who), Cover: roster.Person(c.Cover), Span: roster.Span{From: c.From, Until: c.Until}, Made: c.Made,
		})
	}

	return r
}

// changesOf returns the changes that are not over after an instant of some
// people, and of those who cover for them.
func (s *session) changesOf(people []PersonID, after time.Time) ([]*Change, error) {
	found := map[ChangeID]*Change{}
	seen := map[PersonID]bool{}

	for queue := slices.Clone(people); len(queue) > 0; queue = queue[1:] {
		who := queue[0]
		if seen[who] {
			continue
		}

		seen[who] = true

		changes, err := s.Changes(who, after)
		if err != nil {
			return nil, err
		}

		for _, c := range changes {
			if c.Who == who && c.Cover != "" {
				queue = append(queue, c.Cover)
			}

			if c.Who == who {
				found[c.ID] = c
			}
		}
	}

	return slices.SortedFunc(maps.Values(found), func(a, b *Change) int { return int(a.ID) - int(b.ID) }), nil
}

// off reports whether somebody said that they are away now.
func (s *session) off(who PersonID) (bool, error) {
	changes, err := s.Changes(who, s.now)
	if err != nil {
		return false, err
	}

	return slices.ContainsFunc(changes, func(c *Change) bool {
		return c.Who == who && c.Cover == "" && !c.From.After(s.now)
	}), nil
}

// lookAgain has a team's rota looked at with the next tick.
func (s *session) lookAgain(team TeamID) error {
	w, err := s.watch(team)
	if err != nil {
		return err
	}

	w.look(s.now)

	return s.PutWatch(w)
}

// look has the rota looked at now, of which some know already what is to be
// seen.
func (w *Watch) look(now time.Time, knows ...PersonID) {
	w.ChangeAt = now
	w.Knows = append(w.Knows, without(knows, w.Knows)...)
}

// watch returns what is kept of a team's rota, a new one if nothing is.
func (s *session) watch(team TeamID) (*Watch, error) {
	w, err := s.Watch(team)
	if errors.Is(err, ErrNotFound) {
		return &Watch{Team: team}, nil
	}

	return w, err
}

// WatchRotas has every team's rota looked at with the next tick: the
// configuration may have changed since the bot ran last. What can't be read of one
// team's holds up no other's, and nothing else.
func (d *Desk) WatchRotas(ctx context.Context) error {
	teams := make([]TeamID, 0, len(d.settings.Teams))
	for _, t := range d.settings.Teams {
		teams = append(teams, t.ID)
	}

	_, err := together(ctx, d, teams, "team", (*session).lookAgain)

	return err
}
