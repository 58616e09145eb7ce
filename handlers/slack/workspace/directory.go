package workspace

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// page cuts the part of a list that a call asks for, and returns the cursor
// of the next one.
func page[T any](c *call, list []T) ([]T, node, error) {
	at, err := cursor(c, "0")
	if err != nil {
		return nil, nil, err
	}
	from, err := strconv.Atoi(at)
	if err != nil || from > len(list) {
		return nil, nil, refuse("invalid_cursor")
	}
	to := min(from+c.limit(len(list)+1, 1000), len(list))
	next := ""
	if to < len(list) {
		next = encodeCursor(strconv.Itoa(to))
	}
	return list[from:to], node{"next_cursor": next}, nil
}

// known finds a conversation that the app may know of.
func (w *Workspace) known(c *call) (*conversation, error) {
	conv := w.conversations[c.str("channel")]
	if conv == nil || conv.private && !conv.members[w.opt.App.BotUser] {
		return nil, refuse("channel_not_found")
	}
	return conv, w.needScopes(conv.kind() + ":read")
}

func (w *Workspace) conversationsOpen(c *call) (node, error) {
	if id := c.str("channel"); id != "" {
		conv := w.conversations[id]
		if conv == nil {
			return nil, refuse("channel_not_found")
		}
		if !conv.direct() {
			return nil, refuse("method_not_supported_for_channel_type")
		}
		return node{"channel": conv.json(w), "already_open": true, "no_op": true}, nil
	}

	users := strings.FieldsFunc(c.str("users"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(users) == 0 {
		return nil, refuse("users_list_not_supplied")
	}
	if len(users) > 1 {
		return nil, w.needScopes("mpim:write")
	}
	u := w.people[users[0]]
	switch {
	case u == nil:
		return nil, refuse("user_not_found")
	case u.Deleted:
		return nil, refuse("user_disabled")
	case u.Bot:
		return nil, refuse("cannot_dm_bot")
	}
	already := w.dms[u.ID] != nil
	conv := w.dm(u.ID)
	if c.bool("return_im") {
		return node{"channel": conv.json(w), "already_open": already, "no_op": already}, nil
	}
	return node{"channel": node{"id": conv.id}, "already_open": already, "no_op": already}, nil
}

func (w *Workspace) conversationsInfo(c *call) (node, error) {
	conv, err := w.known(c)
	if err != nil {
		return nil, err
	}
	return node{"channel": conv.json(w)}, nil
}

func (w *Workspace) conversationsMembers(c *call) (node, error) {
	conv, err := w.known(c)
	if err != nil {
		return nil, err
	}
	members, next, err := page(c, sortedKeys(conv.members))
	if err != nil {
		return nil, err
	}
	return node{"members": members, "response_metadata": next}, nil
}

func (w *Workspace) conversationsList(c *call) (node, error) {
	types := strings.Split(cmp.Or(c.str("types"), "public_channel"), ",")
	var list []node
	for _, conv := range w.order {
		kind := map[string]string{"channels": "public_channel", "groups": "private_channel", "im": "im"}[conv.kind()]
		if !slices.Contains(types, kind) || conv.private && !conv.members[w.opt.App.BotUser] {
			continue
		}
		if conv.archived && c.bool("exclude_archived") {
			continue
		}
		list = append(list, conv.json(w))
	}
	for _, t := range types {
		scope := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read"}[t]
		if scope == "" {
			return nil, refuse("invalid_types")
		}
		if err := w.needScopes(scope); err != nil {
			return nil, err
		}
	}
	list, next, err := page(c, list)
	if err != nil {
		return nil, err
	}
	return node{"channels": list, "response_metadata": next}, nil
}

func (w *Workspace) conversationsJoin(c *call) (node, error) {
	conv := w.conversations[c.str("channel")]
	switch {
	case conv == nil || conv.private:
		return nil, refuse("channel_not_found")
	case conv.direct():
		return nil, refuse("method_not_supported_for_channel_type")
	case conv.archived:
		return nil, refuse("is_archived")
	}
	conv.members[w.opt.App.BotUser] = true
	w.touch()
	return node{"channel": conv.json(w)}, nil
}

func (w *Workspace) usersInfo(c *call) (node, error) {
	if list := c.str("users"); list != "" {
		return w.usersInfos(strings.Split(list, ","))
	}
	u := w.people[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	if c.bool("include_locale") {
		return node{"user": u.localized(w)}, nil
	}
	return node{"user": u.json(w)}, nil
}

func (w *Workspace) usersInfos(ids []string) (node, error) {
	users := []node{}
	for _, id := range ids {
		u := w.people[id]
		if u == nil {
			return nil, refuse("user_not_found")
		}
		users = append(users, u.json(w))
	}
	return node{"users": users}, nil
}

func (w *Workspace) usersList(c *call) (node, error) {
	ids, next, err := page(c, w.peopleOrder)
	if err != nil {
		return nil, err
	}
	members := []node{}
	for _, id := range ids {
		members = append(members, w.people[id].json(w))
	}
	return node{"members": members, "cache_ts": w.now().Unix(), "response_metadata": next}, nil
}

// usersLookup finds somebody by address. People who were deactivated are not
// found, as on Slack.
func (w *Workspace) usersLookup(c *call) (node, error) {
	email := c.str("email")
	for _, id := range w.peopleOrder {
		if u := w.people[id]; email != "" && strings.EqualFold(u.Email, email) && !u.Deleted {
			return node{"user": u.json(w)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func (w *Workspace) usersPresence(c *call) (node, error) {
	u := w.people[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	presence := "active"
	if u.Away {
		presence = "away"
	}
	return node{"presence": presence}, nil
}

// dndInfo tells of somebody's do-not-disturb what Slack tells a bot: the snooze_*
// members are only for people who ask about themselves, so that a snooze shows
// as a quiet time that has begun.
func (w *Workspace) dndInfo(c *call) (node, error) {
	u := w.people[c.str("user")]
	if u == nil {
		return nil, refuse("user_not_found")
	}
	start, end := u.DND.Start, u.DND.End
	if now := w.now(); now.Before(u.DND.SnoozeUntil) {
		start, end = now, u.DND.SnoozeUntil
	}
	if end.IsZero() {
		return node{"dnd_enabled": false, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, nil
	}
	return node{"dnd_enabled": true, "next_dnd_start_ts": start.Unix(), "next_dnd_end_ts": end.Unix()}, nil
}
