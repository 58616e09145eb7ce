package workspace

import (
	"slices"
	"strings"
)

// UserGroup is a group of people that can be mentioned together.
type UserGroup struct {
	ID, Handle, Name string
	Users            []string
	Disabled         bool
	// Locked says that nobody may change who is in it: its members come from
	// elsewhere, such as a directory.
	Locked bool
}

// Group returns a user group as it is now, and false if there is none with the
// id.
func (w *Workspace) Group(id string) (UserGroup, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()

	g := w.group(id)
	if g == nil {
		return UserGroup{}, false
	}
	now := *g
	now.Users = slices.Clone(g.Users)
	return now, true
}

func (w *Workspace) group(id string) *UserGroup {
	for _, g := range w.groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

func (g *UserGroup) json(w *Workspace, users bool) node {
	n := node{
		"id": g.ID, "team_id": w.opt.Team.ID, "is_usergroup": true, "name": g.Name, "handle": g.Handle,
		"user_count": len(g.Users), "date_delete": 0, "is_membership_locked": g.Locked,
	}
	if g.Disabled {
		n["date_delete"] = 1
	}
	if users {
		n["users"] = slices.Clone(g.Users)
	}
	return n
}

func (w *Workspace) groupsList(c *call) (node, error) {
	groups := []node{}
	for _, g := range w.groups {
		if !g.Disabled || c.bool("include_disabled") {
			groups = append(groups, g.json(w, c.bool("include_users")))
		}
	}
	return node{"usergroups": groups}, nil
}

func (w *Workspace) groupsUsers(c *call) (node, error) {
	g := w.group(c.str("usergroup"))
	if g == nil || g.Disabled && !c.bool("include_disabled") {
		return nil, refuse("no_such_subteam")
	}
	return node{"users": slices.Clone(g.Users)}, nil
}

// groupsUpdate replaces who is in a group. A group is never empty, and nobody is
// in it who has no account of their own here.
func (w *Workspace) groupsUpdate(c *call) (node, error) {
	g := w.group(c.str("usergroup"))
	users := strings.FieldsFunc(c.str("users"), func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case g == nil || g.Disabled:
		return nil, refuse("no_such_subteam")
	case len(users) == 0:
		return nil, refuse("no_users_provided")
	case g.Locked:
		return nil, refuse("permission_denied")
	}
	for _, id := range users {
		if u := w.people[id]; u == nil || u.Deleted || u.Bot {
			return nil, refuse("invalid_users")
		}
	}
	slices.Sort(users)
	g.Users = slices.Compact(users)
	w.touch()
	return node{"usergroup": g.json(w, true)}, nil
}
