package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What a person's screen says when an interaction fails.
const (
	troubleText     = "We had some trouble connecting. Try again?"
	requiredText    = "Please complete this required field."
	invalidResponse = "invalid_command_response"
)

// errTrouble is what a modal shows when the app did not answer it properly.
var errTrouble = errors.New(troubleText)

// FieldErrors is what a modal shows under its fields after it was submitted.
type FieldErrors struct {
	Blocks map[string]string // by block_id
	Labels map[string]string // by visible label
}

func (e *FieldErrors) Error() string {
	var parts []string
	for _, label := range sortedKeys(e.Labels) {
		parts = append(parts, label+": "+e.Labels[label])
	}
	return strings.Join(parts, "; ")
}

// command lets a person type a slash command. The error is what they read.
func (w *Workspace) command(user, conversation, typed string) error {
	d, name, err := w.prepareCommand(user, conversation, typed)
	if err != nil {
		return err
	}
	answer, err := w.ask(d.delivery)
	if err == nil {
		err = w.takeCommandAnswer(d.response, answer)
	}
	if err != nil {
		return w.trouble(user, fmt.Errorf("%s failed with the error “%w”", name, err))
	}
	return nil
}

// commandCall is a command on its way to the app.
type commandCall struct {
	delivery
	response *responseURL
}

func (w *Workspace) prepareCommand(user, conversation, typed string) (d commandCall, name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	u, conv, err := w.actor(user, conversation)
	if err != nil {
		return d, "", err
	}
	name, text, _ := strings.Cut(strings.TrimSpace(typed), " ")
	cmd, known := w.opt.App.command(name)
	if !known || !w.scopes["commands"] || w.appState.uninstalled {
		return d, name, fmt.Errorf("%s is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands", name)
	}
	w.whisper(&message{conv: conv, user: user, onlyFor: user, text: Escape(typed), echo: typed})

	text = strings.TrimSpace(text)
	if cmd.ShouldEscape {
		text = w.linked(text)
	}
	link := w.newResponseURL(user, conv, nil)
	channelName := conv.name
	if conv.private {
		channelName = "privategroup"
	}
	d.response = w.responses[link[strings.LastIndex(link, "/")+1:]]
	d.delivery = delivery{kind: commandDelivery, answers: true, url: first(cmd.URL, w.opt.App.CommandsURL), payload: node{
		"token": "workspace", "team_id": w.opt.Team.ID, "team_domain": w.opt.Team.Domain,
		"channel_id": conv.id, "channel_name": channelName, "user_id": u.ID, "user_name": u.Name,
		"command": name, "text": text, "api_app_id": w.opt.App.ID, "is_enterprise_install": "false",
		"response_url": link, "trigger_id": w.newTrigger(user, false),
	}}
	return d, name, nil
}

// takeCommandAnswer shows what an app answers a command with.
func (w *Workspace) takeCommandAnswer(u *responseURL, answer json.RawMessage) error {
	if len(answer) == 0 || string(answer) == "null" || string(answer) == "{}" {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()

	var a answerTo
	if json.Unmarshal(answer, &a) != nil || a.ReplaceOriginal || a.DeleteOriginal {
		return errors.New(invalidResponse)
	}
	if w.answerAt(u, a) != nil {
		return errors.New(invalidResponse)
	}
	return nil
}

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
	chosen      node  // the members of the action that say what was chosen
	values      state // what else is filled in, in a view
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
	el, err := findElement(blocks, p.blockID, p.actionID)
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
	el, err := findElement(blocks, p.blockID, p.actionID)
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

// submit lets a person submit the modal on top of their stack. The error is
// what the modal then shows: a *[FieldErrors], or that something went wrong.
func (w *Workspace) submit(user, viewID string, values state) error {
	d, err := w.prepareSubmit(user, viewID, values)
	if err != nil {
		return err
	}
	answer, err := w.ask(d)
	if err == nil {
		err = w.takeViewAnswer(user, viewID, answer)
	}
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*FieldErrors](err); ok {
		return err
	}
	return w.trouble(user, errTrouble)
}

func (w *Workspace) prepareSubmit(user, viewID string, values state) (delivery, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	v := w.top(user)
	switch {
	case v == nil || viewID != "" && v.id != viewID:
		return delivery{}, errors.New("that view is closed")
	case v.posted["submit"] == nil:
		return delivery{}, errors.New("there is no button to submit this with")
	}
	v.state.merge(v.blocks(), values)
	if mistakes := clientChecks(v); len(mistakes) > 0 {
		return delivery{}, w.mistaken(v, mistakes)
	}
	v.mistakes = nil
	n := w.interaction("view_submission", user, true)
	n["view"] = w.told(v)
	n["response_urls"] = []node{}
	return delivery{kind: interactiveDelivery, payload: n, answers: true, url: w.opt.App.InteractivityURL}, nil
}

// mistaken shows what is wrong under the fields.
func (w *Workspace) mistaken(v *view, mistakes map[string]string) *FieldErrors {
	v.mistakes = mistakes
	w.touch()
	e := &FieldErrors{Blocks: maps.Clone(mistakes), Labels: map[string]string{}}
	for _, el := range elementsOf(v.blocks()) {
		if m := mistakes[el.blockID]; m != "" {
			e.Labels[el.label] = m
		}
	}
	return e
}

// viewAnswer is what an app answers a submission with.
type viewAnswer struct {
	Action string            `json:"response_action"`
	View   json.RawMessage   `json:"view"`
	Errors map[string]string `json:"errors"`
}

// takeViewAnswer does with a modal what the app says. Anything that Slack would
// not take shows as trouble.
func (w *Workspace) takeViewAnswer(user, viewID string, answer json.RawMessage) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	var a viewAnswer
	if len(answer) > 0 && json.Unmarshal(answer, &a) != nil {
		return errTrouble
	}
	v := w.top(user)
	if v == nil || viewID != "" && v.id != viewID {
		return nil // closed or covered meanwhile: nothing left to change
	}
	switch a.Action {
	case "":
		if len(answer) > 0 && string(answer) != "null" && string(answer) != "{}" && string(answer) != `""` {
			return errTrouble
		}
		w.closeView(v)
	case "clear":
		w.closeAll(user)
	case "errors":
		return w.takeErrors(v, a.Errors)
	case "update", "push":
		return w.takeView(v, a)
	default:
		return errTrouble
	}
	return nil
}

func (w *Workspace) takeErrors(v *view, mistakes map[string]string) error {
	var inputs []string
	for _, el := range elementsOf(v.blocks()) {
		if el.input {
			inputs = append(inputs, el.blockID)
		}
	}
	for id, text := range mistakes {
		if !slices.Contains(inputs, id) || text == "" {
			return errTrouble
		}
	}
	if len(mistakes) == 0 {
		return errTrouble
	}
	return w.mistaken(v, mistakes)
}

func (w *Workspace) takeView(v *view, a viewAnswer) error {
	if a.Action == "update" {
		posted, err := w.readUpdate(v, a.View)
		if err != nil {
			return err
		}
		w.change(v, posted)
		return nil
	}
	posted, err := w.readView(a.View, "modal")
	if err != nil {
		return err
	}
	_, err = w.push(v.user, posted)
	return err
}

// closeModal lets a person close the modal on top.
func (w *Workspace) closeModal(user, viewID string) error {
	d, tell, err := w.prepareClose(user, viewID)
	if err != nil || !tell {
		return err
	}
	if _, err := w.ask(d); err != nil {
		w.log.Debug("the end of a view was not acknowledged", "err", err)
	}
	return nil
}

func (w *Workspace) prepareClose(user, viewID string) (d delivery, tell bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	v := w.top(user)
	if v == nil || viewID != "" && v.id != viewID {
		return d, false, errors.New("that view is closed")
	}
	tell = flag(v.posted, "notify_on_close")
	if tell {
		n := w.interaction("view_closed", user, true)
		delete(n, "trigger_id")
		n["view"], n["is_cleared"] = w.told(v), flag(v.posted, "clear_on_close")
		d = delivery{kind: interactiveDelivery, payload: n, url: w.opt.App.InteractivityURL}
	}
	if flag(v.posted, "clear_on_close") {
		w.closeAll(user)
	} else {
		w.closeView(v)
	}
	return d, tell, nil
}

// openHome lets a person open the home tab of the app.
func (w *Workspace) openHome(user string) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	if _, _, err := w.actor(user, ""); err != nil {
		return err
	}
	if w.opt.App.HomeTabOff {
		return errors.New("this app has no home tab")
	}
	if !w.opt.App.subscribed("app_home_opened") {
		return nil
	}
	event := node{"type": "app_home_opened", "user": user, "channel": w.dm(user).id, "tab": "home", "event_ts": w.stamp()}
	if v := w.homes[user]; v != nil {
		event["view"] = w.told(v)
	}
	w.sendEvent(event)
	return nil
}

// write lets a person write a message, and returns its timestamp.
func (w *Workspace) write(user, conversation, text, thread string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	_, conv, err := w.actor(user, conversation)
	switch {
	case err != nil:
		return "", err
	case !conv.members[user]:
		return "", errors.New("you are not in #" + conv.name)
	case conv.archived:
		return "", errors.New("#" + conv.name + " is archived")
	case strings.TrimSpace(text) == "":
		return "", errors.New("there is nothing to send")
	case conv.direct() && w.opt.App.MessagesTabOff:
		return "", errors.New("sending messages to this app has been turned off")
	}
	m := &message{conv: conv, user: user, text: w.linked(text)}
	if parent := conv.byStamp[thread]; parent != nil {
		m.thread = first(parent.thread, parent.stamp)
	}
	w.post(m)
	return m.stamp, nil
}
