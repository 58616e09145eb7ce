package workspace

import (
	"cmp"
	"errors"
	"strings"
	"time"
)

// User is somebody who has an account.
type User struct {
	ID       string // "U0MARIA"
	Name     string // the handle, without @
	RealName string
	Email    string
	Title    string
	TZ       string // IANA name; "UTC" when empty
	Locale   string // "en-US" when empty
	Deleted  bool
	Bot      bool
	Guest    bool
	Away     bool
	DND      DND
	Status   Status
	Admin    bool // of the workspace
	Owner    bool // the primary one
}

// DND is somebody's do-not-disturb setting. The zero value is off.
type DND struct {
	Start, End  time.Time // the next or present scheduled quiet time
	SnoozeUntil time.Time // switched on by hand until then
}

// quiet tells whether notifications are held back at t.
func (d DND) quiet(t time.Time) bool {
	return t.Before(d.SnoozeUntil) || !t.Before(d.Start) && t.Before(d.End)
}

func (u *User) zone() *time.Location {
	loc, err := time.LoadLocation(u.TZ)
	if err != nil {
		return time.UTC
	}
	return loc
}

// localized is the user as those are told of them who ask for the locale.
func (u *User) localized(w *Workspace) node {
	told := u.json(w)
	told["locale"] = cmp.Or(u.Locale, "en-US")
	return told
}

// json is the user as users.info tells of them. The address is only there for
// an app that may read addresses.
func (u *User) json(w *Workspace) node {
	_, offset := w.now().In(u.zone()).Zone()
	profile := node{"real_name": u.RealName, "display_name": u.Name, "title": u.Title, "team": w.opt.Team.ID}
	if w.scopes["users:read.email"] && u.Email != "" {
		profile["email"] = u.Email
	}
	u.status(w.now()).addTo(profile)
	return node{
		"id": u.ID, "team_id": w.opt.Team.ID, "name": u.Name, "real_name": u.RealName,
		"deleted": u.Deleted, "is_bot": u.Bot, "is_restricted": u.Guest, "is_app_user": false,
		"is_admin": u.Admin || u.Owner, "is_owner": u.Owner, "is_primary_owner": u.Owner,
		"tz": cmp.Or(u.TZ, "UTC"), "tz_offset": offset, "tz_label": cmp.Or(u.TZ, "UTC"), "profile": profile,
		"updated": 0,
	}
}

// SetUser changes somebody, for example to deactivate them or to switch on
// their do-not-disturb. An app that subscribed to user_change is told, unless
// all that changed is what Slack does not tell: do-not-disturb and presence. It
// fails when nobody has that id.
func (w *Workspace) SetUser(id string, change func(*User)) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	u := w.people[id]
	if u == nil {
		return errors.New("workspace: nobody has the id " + id)
	}
	before := *u
	change(u)
	w.touch()
	before.DND, before.Away = u.DND, u.Away
	if *u != before {
		w.tellOfChange(u)
	}
	return nil
}

// tellOfChange tells an app that subscribed to it that somebody changed.
func (w *Workspace) tellOfChange(u *User) {
	if w.opt.App.subscribed("user_change") && w.scopes["users:read"] {
		w.sendEvent(node{"type": "user_change", "user": u.localized(w), "event_ts": w.stamp()})
	}
}

// findUser finds somebody by id, handle (with or without @) or real name.
func (w *Workspace) findUser(name string) *User {
	if u := w.people[name]; u != nil {
		return u
	}
	name = strings.TrimPrefix(name, "@")
	for _, id := range w.peopleOrder {
		if u := w.people[id]; strings.EqualFold(u.Name, name) || strings.EqualFold(u.RealName, name) {
			return u
		}
	}
	return nil
}
