package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing/synctest"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// A reader is somebody at their screen: what they have seen so far, and what is
// new to them.
type reader struct {
	*workspace.Person
	seen     []*sight      // in the order in which they came
	notified int           // how many notifications were looked at
	repeated bool          // what they do reaches the bot twice
	stirred  *atomic.Int64 // counts what may have changed a screen
	looked   int64         // what it was when they looked last
}

// A sight is a message of the bot that somebody has before them.
type sight struct {
	versions []workspace.Message // as it was and as it is now, the present one last
	device   string              // what their phone and desktop showed when it came
	unread   bool                // it is new, and no step has named it
	edited   bool                // it changed, and no step has named the change
	removed  bool
}

func (s *sight) now() workspace.Message { return s.versions[len(s.versions)-1] }

// look takes in what has changed on the screen.
func (r *reader) look() {
	stirred := r.stirred.Load()
	if stirred == r.looked {
		return
	}

	r.looked = stirred
	there := map[string]bool{}

	for _, m := range r.messages() {
		there[m.Conversation+m.TS] = true
		r.lookAt(m)
	}

	for _, s := range r.seen {
		s.removed = !there[s.now().Conversation+s.now().TS]
	}

	r.hear()
}

// messages are what the bot wrote to them alone: in their private chat, or so
// that only they see it where they type commands.
func (r *reader) messages() []workspace.Message {
	all := append(r.Messages(r.DM()),
		slices.DeleteFunc(r.Messages("C0DESK"), func(m workspace.Message) bool { return !m.Ephemeral })...)

	return slices.DeleteFunc(all, func(m workspace.Message) bool { return m.From == r.ID() })
}

func (r *reader) lookAt(m workspace.Message) {
	s := r.sightOf(m.Conversation, m.TS)
	if s == nil {
		r.seen = append(r.seen, &sight{versions: []workspace.Message{m}, unread: true})

		return
	}

	if s.now().Text != m.Text {
		s.versions, s.edited = append(s.versions, m), true
	}
}

// hear takes in what their devices showed. A message that was removed before
// they looked has been heard all the same.
func (r *reader) hear() {
	notes := r.Notifications()

	for _, n := range notes[r.notified:] {
		s := r.sightOf(n.Conversation, n.TS)
		if s == nil {
			m := workspace.Message{Conversation: n.Conversation, TS: n.TS, Text: n.Text}
			s = &sight{versions: []workspace.Message{m}, unread: true, removed: true}
			r.seen = append(r.seen, s)
		}

		s.device = n.Text + "\n" + n.Mobile
	}

	r.notified = len(notes)
}

func (r *reader) sightOf(conversation, ts string) *sight {
	for _, s := range r.seen {
		if s.now().Conversation == conversation && s.now().TS == ts {
			return s
		}
	}

	return nil
}

// newest returns the newest sight that is so, nil if none is.
func (r *reader) newest(so func(*sight) bool) *sight {
	for _, s := range slices.Backward(r.seen) {
		if so(s) {
			return s
		}
	}

	return nil
}

// sees takes a new message with the words as seen.
func (r *reader) sees(words []string, private bool) error {
	r.look()

	for _, s := range r.seen {
		if s.unread && s.now().Ephemeral == private && holds(s.now().Text, words) {
			s.unread, s.edited = false, false
			r.heardTwice(s)

			return nil
		}
	}

	return fmt.Errorf("%v has no new message with %q", r.name(), words)
}

// heardTwice takes the same private answer as seen along with its twin, where
// Slack repeats what people do: to say again how things stand changes nothing.
func (r *reader) heardTwice(of *sight) {
	for _, s := range r.seen {
		if r.repeated && s.unread && s.now().Ephemeral && s.now().Text == of.now().Text {
			s.unread = false
		}
	}
}

// isNotified takes a new message as seen of which their device showed words.
func (r *reader) isNotified(words []string) error {
	r.look()

	for _, s := range r.seen {
		if s.unread && s.device != "" && holds(s.device, words) {
			s.unread, s.edited = false, false

			return nil
		}
	}

	return fmt.Errorf("%v was not notified of %q", r.name(), words)
}

// isNotNotified holds that nothing new with the words is there.
func (r *reader) isNotNotified(words []string) error {
	r.look()

	if s := r.newest(func(s *sight) bool { return s.unread && holds(s.now().Text, words) }); s != nil {
		return fmt.Errorf("%v has a new message, want none:\n%v", r.name(), indented(s.now().Text))
	}

	return nil
}

// seesEdited takes a change of a message that now has the words as seen.
func (r *reader) seesEdited(words []string) error {
	r.look()

	s := r.newest(func(s *sight) bool { return s.edited && !s.removed && holds(s.now().Text, words) })
	if s == nil {
		return fmt.Errorf("%v has no message that changed and now has %q", r.name(), words)
	}

	s.edited = false

	return nil
}

func (r *reader) stillSees(words []string) error {
	r.look()

	if r.newest(func(s *sight) bool { return !s.removed && holds(s.now().Text, words) }) == nil {
		return fmt.Errorf("%v has no message with %q", r.name(), words)
	}

	return nil
}

func (r *reader) noLongerSees(words []string) error {
	r.look()

	if s := r.newest(func(s *sight) bool { return !s.removed && holds(s.now().Text, words) }); s != nil {
		return fmt.Errorf("%v still sees %q, want it gone:\n%v", r.name(), words, indented(s.now().Text))
	}

	return nil
}

// neverSaw holds that no message had the words at any time.
func (r *reader) neverSaw(words []string) error {
	r.look()

	for _, s := range r.seen {
		for _, m := range s.versions {
			if holds(m.Text, words) {
				return fmt.Errorf("%v saw %q, want never:\n%v", r.name(), words, indented(m.Text))
			}
		}
	}

	return nil
}

// withButton returns the newest message that has the button and the words.
func (r *reader) withButton(button string, words []string) (workspace.Message, error) {
	r.look()

	s := r.newest(func(s *sight) bool {
		return !s.removed && slices.Contains(s.now().Buttons, button) && holds(s.now().Text, words)
	})
	if s == nil {
		return workspace.Message{}, fmt.Errorf("%v has no message with %q and the button [%v]", r.name(), words, button)
	}

	return s.now(), nil
}

// withFormerButton returns the newest message as it was when it had a button
// that it has no more.
func (r *reader) withFormerButton(button string, words []string) (workspace.Message, error) {
	r.look()

	for _, s := range slices.Backward(r.seen) {
		if s.removed || slices.Contains(s.now().Buttons, button) {
			continue
		}

		for _, m := range slices.Backward(s.versions) {
			if slices.Contains(m.Buttons, button) && holds(m.Text, words) {
				return m, nil
			}
		}
	}

	return workspace.Message{}, fmt.Errorf("%v has no message that had %q and the button [%v] and lost it", r.name(), words, button)
}

func (r *reader) clicks(button string, words []string) error {
	m, err := r.withButton(button, words)
	if err != nil {
		return err
	}

	return r.Click(m, button)
}

// form returns the form on their screen.
func (r *reader) form() (*workspace.View, error) {
	if v := r.Modal(); v != nil {
		return v, nil
	}

	return nil, fmt.Errorf("%v has no form open", r.name())
}

// fill fills fields in, one after another as people do: the form may be drawn
// anew after each, before they get to the next.
func (r *reader) fill(values [][2]string) error {
	for _, v := range values {
		synctest.Wait()

		if err := r.ChangeInModal(v[0], v[1]); err != nil {
			return err
		}
	}

	return nil
}

// unexpected is an error if something is new that no step has named, or a form
// is open.
func (r *reader) unexpected() error {
	r.look()

	var failures []error

	for _, s := range r.seen {
		if s.unread {
			failures = append(failures, fmt.Errorf("%v has a new message that no step names:\n%v", r.name(), indented(s.now().Text)))
		}
	}

	if v := r.Modal(); v != nil {
		failures = append(failures, fmt.Errorf("%v has the form %q open, want none", r.name(), v.Title))
	}

	return errors.Join(failures...)
}

// name is their handle.
func (r *reader) name() string {
	return strings.ToLower(strings.TrimPrefix(r.ID(), "U0"))
}

// view is all that they have before them.
func (r *reader) view() string {
	var b strings.Builder

	for _, s := range r.seen {
		if s.removed {
			continue
		}

		fmt.Fprintf(&b, "%v sees%v\n%v", r.name(), s.marks(), indented(s.now().Text))
	}

	if v := r.Modal(); v != nil {
		fmt.Fprintf(&b, "%v's form\n%v", r.name(), indented(v.Text))
	}

	if v := r.Home(); v != nil {
		fmt.Fprintf(&b, "%v's home\n%v", r.name(), indented(v.Text))
	}

	return b.String()
}

func (s *sight) marks() string {
	var marks string

	if s.now().Ephemeral {
		marks += ", privately"
	}

	if s.unread {
		marks += ", new"
	}

	if s.edited {
		marks += ", edited"
	}

	return marks
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text + "\n") {
		b.WriteString("  │ " + line)
	}

	return b.String()
}

// view is what everybody has before them.
func (s *stage) view() string {
	var b strings.Builder
	for _, name := range everybody {
		b.WriteString(s.people[name].view())
	}

	return b.String() + s.room(teamRoom)
}

// room is what everybody reads in a channel of the bot's words.
func (s *stage) room(name string) string {
	var b strings.Builder

	for _, m := range s.people["sam"].Messages(roomID(name)) {
		if m.From == "U0FIREBREAK" && !m.Ephemeral {
			fmt.Fprintf(&b, "#%v\n%v", name, indented(m.Text))
		}
	}

	return b.String()
}

func roomID(name string) string {
	if name == teamRoom {
		return "C0BILLING"
	}

	return "C0DESK"
}

// unexpected is an error if anything is left that no step has named.
func (p *play) unexpected() error {
	var failures []error

	for _, name := range everybody {
		failures = append(failures, p.people[name].unexpected())
	}

	for _, trouble := range p.trouble {
		failures = append(failures, fmt.Errorf("somebody was told: %w; want no trouble", trouble))
	}

	failures = append(failures, p.diary.unexpected(), p.refusedUnexpectedly(), p.doubled(), p.undelivered())

	return errors.Join(failures...)
}

// refusedUnexpectedly is an error if Slack refused a call that nobody made it
// refuse, or the bot did not acknowledge something.
func (p *play) refusedUnexpectedly() error {
	var failures []error

	journal := p.workspace.Journal()
	for _, call := range journal.Errors() {
		if p.wounded && call.Error == "ratelimited" {
			continue // a bot that was away does not know how much it has sent
		}

		if p.mode.repeated && (call.Error == "exchanged_trigger_id" || call.Error == "hash_conflict") {
			continue // the form that a repeated press opens is open, or drawn anew, already
		}

		if said := call.Method + " with " + call.Error; !slices.Contains(p.refused, said) {
			failures = append(failures, fmt.Errorf("slack refused %v at %v, want no refusal", said, call.At.Format("15:04:05")))
		}
	}

	for _, ack := range journal.Acks {
		if ack.Error != "" && !p.wounded {
			failures = append(failures, fmt.Errorf("the bot did not acknowledge %v at %v: %v", ack.Kind, ack.At.Format("15:04:05"), ack.Error))
		}
	}

	return errors.Join(failures...)
}

// doubled is an error if a card was posted twice.
func (s *stage) doubled() error {
	var failures []error

	for key, count := range s.workspace.Journal().ByMetadata("key", true) {
		if count > 1 {
			failures = append(failures, fmt.Errorf("the card %v stands %d times on Slack, want once", key, count))
		}
	}

	return errors.Join(failures...)
}

// undelivered is an error if something was not shown as it is wanted.
func (s *stage) undelivered() error {
	late, err := s.waiting()
	if err == nil && len(late) > 0 {
		err = fmt.Errorf("the outbox holds %v, want it empty", late)
	}

	return err
}
