package workspace

import (
	"cmp"
	"encoding/json"
	"regexp"
	"time"
	"unicode/utf8"
)

// Status is what somebody has said of themselves beside their name, or had said
// by an app. The zero value is none.
type Status struct {
	Text, Emoji string
	Until       time.Time // when it goes away by itself, zero for never
}

// maxStatus is how many letters a status has at most.
const maxStatus = 100

// Status returns somebody's status as it is now, zero if they have none or
// nobody has the id.
func (w *Workspace) Status(id string) Status {
	w.mu.Lock()
	defer w.mu.Unlock()

	u := w.people[id]
	if u == nil {
		return Status{}
	}
	return u.status(w.now())
}

// status is what is left of it at a time.
func (u *User) status(now time.Time) Status {
	if !u.Status.Until.IsZero() && !now.Before(u.Status.Until) {
		return Status{}
	}
	return u.Status
}

// addTo writes the status into a profile.
func (s Status) addTo(profile node) {
	profile["status_text"], profile["status_emoji"], profile["status_expiration"] = s.Text, s.Emoji, int64(0)
	if !s.Until.IsZero() {
		profile["status_expiration"] = s.Until.Unix()
	}
}

// state is the status as the page shows it.
func (s Status) state() node {
	n := node{"text": s.Text, "emoji": s.Emoji}
	if !s.Until.IsZero() {
		n["until"] = s.Until
	}
	return n
}

// emojiSyntax is how an emoji is written.
var emojiSyntax = regexp.MustCompile(`^:[a-z0-9_+'-]+:(:skin-tone-\d:)?$`)

// profileSet sets the status of the one who gave the token, or of somebody else
// if they are an administrator. Nothing else of a profile can be set here.
func (w *Workspace) profileSet(c *call) (node, error) {
	u := w.people[cmp.Or(c.str("user"), w.opt.App.User.ID)]
	if err := w.mayChange(u); err != nil {
		return nil, err
	}
	var change struct {
		Text       *string `json:"status_text"`
		Emoji      *string `json:"status_emoji"`
		Expiration *int64  `json:"status_expiration"`
	}
	if json.Unmarshal(c.raw("profile"), &change) != nil {
		return nil, refuse("invalid_profile")
	}
	s := u.status(w.now())
	apply(change.Text, func(text string) { s.Text = text })
	apply(change.Emoji, func(emoji string) { s.Emoji = emoji })
	apply(change.Expiration, func(unix int64) {
		s.Until = time.Time{}
		if unix > 0 {
			s.Until = time.Unix(unix, 0).UTC()
		}
	})
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Text != "" {
		s.Emoji = cmp.Or(s.Emoji, ":speech_balloon:")
	}
	u.Status = s
	w.touch()
	w.tellOfChange(u)
	return node{"username": u.Name, "profile": u.json(w)["profile"]}, nil
}

// mayChange refuses what the one who gave the token may not do. That a workspace
// is on a free plan, where nobody may change another's profile, is for a
// [Fault].
func (w *Workspace) mayChange(u *User) error {
	by := w.people[w.opt.App.User.ID]
	switch {
	case u == nil || u.Deleted:
		return refuse("user_not_found")
	case u == by:
		return nil
	case by == nil || !by.Admin && !by.Owner:
		return refuse("not_admin")
	case u.Bot:
		return refuse("not_app_admin")
	case (u.Admin || u.Owner) && !by.Owner:
		return refuse("cannot_update_admin_user")
	default:
		return nil
	}
}

func (s Status) check() error {
	switch {
	case utf8.RuneCountInString(s.Text) > maxStatus:
		return refuse("too_long")
	case s.Emoji != "" && !emojiSyntax.MatchString(s.Emoji):
		return refuse("profile_status_set_failed_not_emoji_syntax")
	default:
		return nil
	}
}
