package workspace

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is somebody who uses the workspace. What they do waits until the app
// has acknowledged it, three seconds at most; an error is what they then read
// on their screen, or says that what they wanted to press isn't there.
type Person struct {
	w  *Workspace
	id string
}

// Person returns somebody by id, handle or real name. It panics when there is
// nobody like that, since a script that names them is wrong.
func (w *Workspace) Person(name string) *Person {
	w.mu.Lock()
	defer w.mu.Unlock()

	u := w.findUser(name)
	if u == nil {
		panic("workspace: there is nobody called " + name)
	}
	return &Person{w: w, id: u.ID}
}

// ID returns the person's user id.
func (p *Person) ID() string { return p.id }

// DM returns the id of their direct conversation with the app.
func (p *Person) DM() string {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.dm(p.id).id
}

// Message is a message as a person sees it.
type Message struct {
	Conversation string
	TS           string
	Thread       string // the parent's TS, in a thread
	From         string // user id
	Text         string // what is read of it, buttons and all
	Fallback     string // the top-level text as posted
	Blocks       json.RawMessage
	Buttons      []string // labels of what can be pressed or chosen
	Edited       bool
	Ephemeral    bool // only they see it
	At           time.Time
}

// Command types a slash command in a conversation: its id, its #name, or ""
// for the direct messages with the app.
func (p *Person) Command(conversation, typed string) error {
	return p.w.command(p.id, conversation, typed)
}

// Write writes a message and returns its timestamp.
func (p *Person) Write(conversation, text string) (string, error) {
	return p.w.write(p.id, conversation, text, "")
}

// Reply writes a message into a thread and returns its timestamp.
func (p *Person) Reply(m Message, text string) (string, error) {
	return p.w.write(p.id, m.Conversation, text, m.TS)
}

// Messages returns what they see in a conversation, oldest first: the messages
// in it, replies too, and the ephemeral ones for them.
func (p *Person) Messages(conversation string) []Message {
	w := p.w
	w.mu.Lock()
	defer w.mu.Unlock()

	conv, err := w.seenBy(p.id, conversation)
	if err != nil {
		return nil
	}
	var out []Message
	for _, m := range conv.seen(p.id) {
		if m.echo == "" {
			out = append(out, w.asSeen(m))
		}
	}
	return out
}

// Last returns the newest message they see in a conversation.
func (p *Person) Last(conversation string) (Message, bool) {
	all := p.Messages(conversation)
	if len(all) == 0 {
		return Message{}, false
	}
	return all[len(all)-1], true
}

// Find returns the newest message in a conversation whose text contains words.
func (p *Person) Find(conversation, words string) (Message, bool) {
	all := p.Messages(conversation)
	for _, m := range slices.Backward(all) {
		if strings.Contains(m.Text, words) {
			return m, true
		}
	}
	return Message{}, false
}

// seen merges a conversation's messages with the ephemeral ones for user.
func (c *conversation) seen(user string) []*message {
	mine := c.ephemeral[user]
	out := make([]*message, 0, len(c.messages)+len(mine))
	i := 0
	for _, m := range c.messages {
		for ; i < len(mine) && mine[i].stamp < m.stamp; i++ {
			out = append(out, mine[i])
		}
		out = append(out, m)
	}
	return append(out, mine[i:]...)
}

func (w *Workspace) asSeen(m *message) Message {
	s := Message{
		Conversation: m.conv.id, TS: m.stamp, Thread: m.thread, From: m.user, Text: w.renderMessage(m), Fallback: m.text,
		Blocks: m.blocks, Edited: m.edited != "", Ephemeral: m.onlyFor != "", At: m.at,
	}
	for _, el := range elementsOf(blocksOf(m.blocks)) {
		s.Buttons = append(s.Buttons, el.label)
	}
	return s
}

// Click presses a button of a message, found by its label or its action_id.
// The message is looked at as it is now, so that pressing what is gone fails.
func (p *Person) Click(m Message, button string) error {
	return p.choose(m, button, "")
}

// ClickStale presses a button of a message as it was when m was taken, as
// somebody does whose screen lags behind. It fails only when the message is
// gone.
func (p *Person) ClickStale(m Message, button string) error {
	w := p.w
	w.mu.Lock()
	conv := w.conversations[m.Conversation]
	var now *message
	if conv != nil {
		now = conv.visible(p.id, m.TS)
	}
	if now == nil {
		w.mu.Unlock()
		return errors.New("that message is gone")
	}
	el, err := findLabel(blocksOf(m.Blocks), button)
	if err != nil {
		w.mu.Unlock()
		return err
	}
	d := delivery{kind: interactiveDelivery, url: w.opt.App.InteractivityURL, payload: w.staleAction(p.id, now, m, el)}
	w.mu.Unlock()

	if _, err := w.ask(d); err != nil {
		return w.trouble(p.id, w.actionTrouble(press{}, err))
	}
	return nil
}

// staleAction is the payload of a press in a message that has changed since.
func (w *Workspace) staleAction(user string, now *message, then Message, el element) node {
	n := w.interaction("block_actions", user, false)
	old := *now
	old.blocks = then.Blocks
	n["container"] = node{"type": "message", "message_ts": now.stamp, "channel_id": now.conv.id, "is_ephemeral": now.onlyFor != ""}
	n["channel"] = now.conv.brief()
	n["response_url"] = w.newResponseURL(user, now.conv, now)
	n["state"] = node{"values": stateOf(blocksOf(old.blocks), nil)}
	n["actions"] = []node{w.action(el, press{})}
	if now.onlyFor == "" {
		n["message"] = w.echoed(&old)
	}
	return n
}

// Choose chooses an option of a select, an overflow menu or the like in a
// message. The element is found by its label, its placeholder or its
// action_id.
func (p *Person) Choose(m Message, label, option string) error {
	return p.choose(m, label, option)
}

func (p *Person) choose(m Message, label, option string) error {
	w := p.w
	w.mu.Lock()
	var blocks []node
	if conv := w.conversations[m.Conversation]; conv != nil {
		if now := conv.visible(p.id, m.TS); now != nil {
			blocks = blocksOf(now.blocks)
		}
	}
	pr := press{user: p.id, conv: m.Conversation, stamp: m.TS}
	err := w.aim(&pr, blocks, label, option)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	return w.act(pr)
}

// aim finds what a person presses by its label, and what they choose there.
func (w *Workspace) aim(p *press, blocks []node, label, option string) error {
	el, err := findLabel(blocks, label)
	if err != nil {
		return err
	}
	p.blockID, p.actionID = el.blockID, el.actionID
	if option == "" {
		return nil
	}
	if el.kind == "overflow" {
		o, err := chooseOption(el, option)
		p.chosen = node{"selected_option": o}
		return err
	}
	v, err := w.fill(p.user, el, option)
	if err != nil {
		return err
	}
	delete(v, "type")
	p.chosen = v
	return nil
}

// findLabel finds an element by its visible label, its action_id or its
// block_id, in this order.
func findLabel(blocks []node, label string) (element, error) {
	els := elementsOf(blocks)
	for _, same := range []func(element) bool{
		func(e element) bool { return strings.EqualFold(e.label, label) },
		func(e element) bool { return e.actionID == label },
		func(e element) bool { return e.blockID == label },
	} {
		for _, e := range els {
			if same(e) {
				return e, nil
			}
		}
	}
	var labels []string
	for _, e := range els {
		labels = append(labels, "["+e.label+"]")
	}
	return element{}, fmt.Errorf("there is no [%s] here, but %s", label, cmp.Or(strings.Join(labels, " "), "nothing"))
}

// Shortcut chooses an entry of a message's menu, by callback_id or name.
func (p *Person) Shortcut(m Message, name string) error {
	for _, s := range p.w.opt.App.Shortcuts {
		if s.Name == name {
			name = s.CallbackID
		}
	}
	return p.w.shortcut(p.id, m.Conversation, m.TS, name)
}

// Dismiss removes an ephemeral message from their view.
func (p *Person) Dismiss(m Message) error { return p.w.dismissFor(p.id, m.Conversation, m.TS) }

func (w *Workspace) dismissFor(user, conversation, stamp string) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	conv := w.conversations[conversation]
	if conv == nil {
		return errors.New("that message is gone")
	}
	m := conv.visible(user, stamp)
	if m == nil || m.onlyFor != user {
		return errors.New("that message is gone")
	}
	w.dismiss(m)
	return nil
}

// Notifications returns what their devices showed, oldest first.
func (p *Person) Notifications() []Notification {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return append([]Notification(nil), p.w.notes[p.id]...)
}

// Troubles returns the failures that their screen has shown, oldest first.
func (p *Person) Troubles() []string {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return append([]string(nil), p.w.troubles[p.id]...)
}

// OpenHome opens the home tab of the app, which is told of it.
func (p *Person) OpenHome() error { return p.w.openHome(p.id) }
