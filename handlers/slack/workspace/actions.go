package workspace

import (
	"errors"
	"fmt"
	"maps"
)

// actor finds a person who acts, and the conversation in which.
func (w *Workspace) actor(user, conversation string) (*User, *conversation, error) {
	u := w.people[user]
	if u == nil || u.Deleted || u.Bot {
		return nil, nil, fmt.Errorf("%s can't sign in", user)
	}
	conv, err := w.seenBy(user, conversation)
	return u, conv, err
}

// trouble notes what a person's screen says, and returns it.
func (w *Workspace) trouble(user string, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.troubles[user] = newest(append(w.troubles[user], err.Error()), keptNotifications)
	return err
}

// press is somebody pressing a button or choosing something.
type press struct {
	user        string
	conv, stamp string // of a message
	viewID      string // or of a view
	blockID     string
	actionID    string
	chosen      node   // the members of the action that say what was chosen
	typed       string // what stands in a text field that acts by itself
	values      state  // what else is filled in, in a view
}

// aimAt finds what is pressed. What was typed into it counts as chosen there.
func (p *press) aimAt(blocks []node) (element, error) {
	el, err := findElement(blocks, p.blockID, p.actionID)
	if err == nil && valueKinds[el.kind].value == "value" && p.chosen == nil {
		p.chosen = node{"value": p.typed}
	}
	return el, err
}

// act carries a press out: it tells the app and waits until it has
// acknowledged.
func (w *Workspace) act(p press) error {
	d, err := w.prepareAction(p)
	if err != nil {
		return err
	}
	if _, err := w.ask(d); err != nil {
		return w.trouble(p.user, w.actionTrouble(p, err))
	}
	return nil
}

func (w *Workspace) actionTrouble(p press, err error) error {
	if p.viewID != "" {
		return errTrouble
	}
	return fmt.Errorf("this app responded with the error “%w”", err)
}

func (w *Workspace) prepareAction(p press) (delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	if _, _, err := w.actor(p.user, ""); err != nil {
		return delivery{}, err
	}
	var payload node
	var err error
	if p.viewID != "" {
		payload, err = w.viewAction(p)
	} else {
		payload, err = w.messageAction(p)
	}
	return delivery{kind: interactiveDelivery, payload: payload, url: w.opt.App.InteractivityURL}, err
}

// messageAction is the payload of a press in a message.
func (w *Workspace) messageAction(p press) (node, error) {
	conv := w.conversations[p.conv]
	if conv == nil || !conv.visibleTo(p.user) {
		return nil, fmt.Errorf("there is no conversation %s here", p.conv)
	}
	m := conv.visible(p.user, p.stamp)
	if m == nil {
		return nil, errors.New("that message is gone")
	}
	blocks := blocksOf(m.blocks)
	el, err := p.aimAt(blocks)
	for i := 0; err != nil && i < len(m.before); i++ {
		el, err = p.aimAt(blocksOf(m.before[i]))
	}
	if err != nil {
		return nil, err
	}

	if m.picked == nil {
		m.picked = map[string]state{}
	}
	values := stateOf(blocks, m.picked[p.user])
	values.merge(blocks, el.asState(p.chosen))
	m.picked[p.user] = values
	n := w.interaction("block_actions", p.user, false)
	n["container"] = node{"type": "message", "message_ts": m.stamp, "channel_id": conv.id, "is_ephemeral": m.onlyFor != ""}
	n["channel"] = conv.brief()
	n["response_url"] = w.newResponseURL(p.user, conv, m)
	n["state"] = asTree(node{"values": values})
	n["actions"] = []node{w.action(el, p)}
	if m.thread != "" {
		object(n, "container")["thread_ts"] = m.thread
	}
	if m.onlyFor == "" {
		n["message"] = w.echoed(m)
	}
	return n, nil
}

// viewAction is the payload of a press in a modal or a home tab.
func (w *Workspace) viewAction(p press) (node, error) {
	v := w.views[p.viewID]
	if v == nil || v.user != p.user {
		return nil, errors.New("that view is closed")
	}
	blocks := v.blocks()
	el, err := p.aimAt(blocks)
	if err != nil {
		return nil, err
	}
	v.state.merge(blocks, p.values)
	v.state.merge(blocks, el.asState(p.chosen))
	n := w.interaction("block_actions", p.user, v.kind == "modal")
	n["container"] = node{"type": "view", "view_id": v.id}
	n["view"] = w.told(v)
	n["actions"] = []node{w.action(el, p)}
	return n, nil
}

// asTree turns a node that holds Go values into one that holds only JSON's,
// so that it can be sent while the original goes on changing.
func asTree(n node) any {
	v, err := decode(raw(n))
	if err != nil {
		panic("workspace: " + err.Error())
	}
	return v
}

func findElement(blocks []node, blockID, actionID string) (element, error) {
	for _, e := range elementsOf(blocks) {
		if e.blockID == blockID && e.actionID == actionID {
			return e, nil
		}
	}
	return element{}, fmt.Errorf("there is nothing to press with the ids %s and %s", blockID, actionID)
}

// asState is what was chosen, in the form of a state.
func (e element) asState(chosen node) state {
	if chosen == nil {
		return nil
	}
	return state{e.blockID: {e.actionID: chosen}}
}

// action is the member of actions that tells what was pressed.
func (w *Workspace) action(el element, p press) node {
	n := node{"type": el.kind, "block_id": el.blockID, "action_id": el.actionID, "action_ts": w.stamp()}
	for _, key := range []string{"text", "value", "style", "placeholder", "confirm", "url"} {
		if v := el.def[key]; v != nil && el.kind == "button" || v != nil && (key == "placeholder" || key == "confirm") {
			n[key] = escaped(v)
		}
	}
	maps.Copy(n, p.chosen)
	return n
}

// echoed is a message as it comes back in an interaction: the plain text in
// its blocks is escaped, which it was not when it was posted.
func (w *Workspace) echoed(m *message) node {
	n := m.json(w, true)
	if m.blocks != nil {
		v, err := decode(m.blocks)
		if err == nil {
			n["blocks"] = escaped(v)
		}
	}
	return n
}

// escaped copies a tree of JSON with its plain texts escaped.
func escaped(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = escaped(e)
		}
		return out
	case node:
		out := node{}
		for k, e := range v {
			out[k] = escaped(e)
		}
		if kind := str(v, "type"); kind == "plain_text" || kind == "text" {
			if s, ok := v["text"].(string); ok {
				out["text"] = Escape(s)
			}
		}
		return out
	default:
		return v
	}
}

// shortcut lets a person choose an entry of a message's menu.
func (w *Workspace) shortcut(user, conversation, stamp, callbackID string) error {
	d, err := w.prepareShortcut(user, conversation, stamp, callbackID)
	if err != nil {
		return err
	}
	if _, err := w.ask(d); err != nil {
		return w.trouble(user, errTrouble)
	}
	return nil
}

func (w *Workspace) prepareShortcut(user, conversation, stamp, callbackID string) (delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	_, conv, err := w.actor(user, conversation)
	if err != nil {
		return delivery{}, err
	}
	s, known := w.opt.App.shortcut(callbackID)
	if !known || !w.scopes["commands"] {
		return delivery{}, fmt.Errorf("there is no shortcut %s", callbackID)
	}
	kind := "shortcut"
	if !s.Global {
		kind = "message_action"
	}
	n := w.interaction(kind, user, false)
	n["callback_id"], n["action_ts"] = callbackID, w.stamp()
	if !s.Global {
		m := conv.byStamp[stamp]
		if m == nil {
			return delivery{}, errors.New("that message is gone")
		}
		n["message"], n["message_ts"], n["channel"] = m.json(w, true), m.stamp, conv.brief()
		n["response_url"] = w.newResponseURL(user, conv, m)
	}
	return delivery{kind: interactiveDelivery, payload: n, url: w.opt.App.InteractivityURL}, nil
}
