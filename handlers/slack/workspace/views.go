package workspace

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	triggerLife = 3 * time.Second
	maxStack    = 3
	maxView     = 250_000 // bytes
)

// view is a modal of a person's stack, or their home tab of the app.
type view struct {
	id, user string
	kind     string // "modal" or "home"
	hash     string
	root     string // id of the first view of the stack
	previous string
	posted   node // as the app described it
	state    state
	mistakes map[string]string // by block_id, as shown under the fields
}

func (v *view) blocks() []node { return nodes(v.posted["blocks"]) }

func (v *view) callbackID() string { return str(v.posted, "callback_id") }

// json is the view as the app gets to see it.
func (v *view) json(w *Workspace) node {
	n := node{
		"id": v.id, "team_id": w.opt.Team.ID, "app_id": w.opt.App.ID, "bot_id": w.opt.App.BotID,
		"app_installed_team_id": w.opt.Team.ID, "hash": v.hash, "root_view_id": v.root,
		"previous_view_id": nil, "state": node{"values": v.state},
		"private_metadata": "", "callback_id": "", "external_id": "", "title": nil, "submit": nil, "close": nil,
		"clear_on_close": false, "notify_on_close": false,
	}
	if v.previous != "" {
		n["previous_view_id"] = v.previous
	}
	maps.Copy(n, v.posted)
	return n
}

// trigger is a permission to open a view, given with an interaction.
type trigger struct {
	user    string
	expires time.Time
	used    bool
	inModal bool
}

// newTrigger gives out a trigger. Those that ended a minute ago are forgotten.
func (w *Workspace) newTrigger(user string, inModal bool) string {
	now := w.now()
	for len(w.triggerOrder) > 0 && now.Sub(w.triggers[w.triggerOrder[0]].expires) > time.Minute {
		delete(w.triggers, w.triggerOrder[0])
		w.triggerOrder = w.triggerOrder[1:]
	}
	w.sequence++
	id := strconv.Itoa(int(now.UnixMilli())) + "." + strconv.Itoa(int(w.sequence)) + "." + w.secret()
	w.triggers[id] = &trigger{user: user, expires: now.Add(triggerLife), inModal: inModal}
	w.triggerOrder = append(w.triggerOrder, id)
	return id
}

// useTrigger spends a trigger.
func (w *Workspace) useTrigger(id string) (*trigger, error) {
	t := w.triggers[id]
	switch {
	case id == "":
		return nil, refuse("invalid_arguments")
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case w.now().After(t.expires):
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// readView checks a view as an app gives it.
func (w *Workspace) readView(given json.RawMessage, kind string) (node, error) {
	if len(given) > maxView {
		return nil, refuse("view_too_large")
	}
	if problems := ValidateView(given); len(problems) > 0 {
		return nil, &refusalError{code: "invalid_arguments", messages: problems}
	}
	v, err := decode(given)
	if err != nil {
		return nil, refuse("invalid_arguments")
	}
	posted := v.(node)
	if str(posted, "type") != kind {
		return nil, &refusalError{code: "invalid_arguments", messages: []string{problem("must be of type "+kind, "/view/type")}}
	}
	if id := str(posted, "external_id"); id != "" && kind == "modal" && w.byExternalID(id) != nil {
		return nil, refuse("duplicate_external_id")
	}
	w.giveIDs(nodes(posted["blocks"]))
	return posted, nil
}

func (w *Workspace) byExternalID(id string) *view {
	for _, v := range w.views {
		if str(v.posted, "external_id") == id {
			return v
		}
	}
	return nil
}

func (w *Workspace) newView(user, kind string, posted node) *view {
	v := &view{id: w.id("V"), user: user, kind: kind, posted: posted}
	v.root = v.id
	v.state = stateOf(v.blocks(), nil)
	w.rehash(v)
	w.views[v.id] = v
	return v
}

func (w *Workspace) rehash(v *view) { v.hash = strconv.Itoa(int(w.now().Unix())) + "." + w.secret() }

// change gives a view new content. What was filled in stays where the same
// field is still there.
func (w *Workspace) change(v *view, posted node) {
	v.posted = posted
	v.state = stateOf(v.blocks(), v.state)
	v.mistakes = nil
	w.rehash(v)
	w.touch()
}

// open puts a view on somebody's screen in place of whatever modals they had.
func (w *Workspace) open(user string, posted node) *view {
	w.closeAll(user)
	v := w.newView(user, "modal", posted)
	w.modals[user] = []*view{v}
	w.touch()
	return v
}

// push puts a view on top of a stack.
func (w *Workspace) push(user string, posted node) (*view, error) {
	stack := w.modals[user]
	if len(stack) == 0 {
		return nil, refuse("not_found")
	}
	if len(stack) >= maxStack {
		return nil, refuse("push_limit_reached")
	}
	v := w.newView(user, "modal", posted)
	v.root, v.previous = stack[0].id, stack[len(stack)-1].id
	w.modals[user] = append(stack, v)
	w.touch()
	return v, nil
}

// closeView takes one view off its stack.
func (w *Workspace) closeView(v *view) {
	delete(w.views, v.id)
	w.modals[v.user] = slices.DeleteFunc(w.modals[v.user], func(o *view) bool { return o == v })
	w.touch()
}

func (w *Workspace) closeAll(user string) {
	for _, v := range w.modals[user] {
		delete(w.views, v.id)
	}
	delete(w.modals, user)
	w.touch()
}

func (w *Workspace) top(user string) *view {
	stack := w.modals[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func (w *Workspace) viewsOpen(c *call) (node, error) {
	posted, err := w.readView(c.raw("view"), "modal")
	if err != nil {
		return nil, err
	}
	t, err := w.useTrigger(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	return node{"view": w.open(t.user, posted).json(w)}, nil
}

func (w *Workspace) viewsPush(c *call) (node, error) {
	posted, err := w.readView(c.raw("view"), "modal")
	if err != nil {
		return nil, err
	}
	t, err := w.useTrigger(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	if !t.inModal {
		return nil, refuse("invalid_trigger_id")
	}
	v, err := w.push(t.user, posted)
	if err != nil {
		return nil, err
	}
	return node{"view": v.json(w)}, nil
}

func (w *Workspace) viewsUpdate(c *call) (node, error) {
	v := w.views[c.str("view_id")]
	if id := c.str("external_id"); v == nil && id != "" {
		v = w.byExternalID(id)
	}
	if v == nil {
		return nil, refuse("not_found")
	}
	posted, err := w.readUpdate(v, c.raw("view"))
	if err != nil {
		return nil, err
	}
	if h := c.str("hash"); h != "" && h != v.hash {
		return nil, refuse("hash_conflict")
	}
	w.change(v, posted)
	return node{"view": v.json(w)}, nil
}

// readUpdate reads what a view is to become. It may keep its own external_id.
func (w *Workspace) readUpdate(v *view, given json.RawMessage) (node, error) {
	own := v.posted["external_id"]
	delete(v.posted, "external_id")
	posted, err := w.readView(given, v.kind)
	if own != nil {
		v.posted["external_id"] = own
	}
	return posted, err
}

func (w *Workspace) viewsPublish(c *call) (node, error) {
	posted, err := w.readView(c.raw("view"), "home")
	if err != nil {
		return nil, err
	}
	user := c.str("user_id")
	switch {
	case w.opt.App.HomeTabOff:
		return nil, refuse("not_enabled")
	case w.people[user] == nil || w.people[user].Bot:
		return nil, refuse("user_not_found")
	}
	v := w.homes[user]
	if h := c.str("hash"); h != "" && v != nil && h != v.hash {
		return nil, refuse("hash_conflict")
	}
	if v == nil {
		v = w.newView(user, "home", posted)
		w.homes[user] = v
	} else {
		w.change(v, posted)
	}
	w.touch()
	return node{"view": v.json(w)}, nil
}
