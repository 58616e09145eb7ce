package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing/synctest"
)

// A reader is somebody at their screen: what they have seen so far, and what is
// new to them.
type reader struct {
	client
	name     string
	seen     []*sight      // in the order in which they came
	notified int           // how many notifications were looked at
	doubled  bool          // a message may come twice where it is in doubt whether it came
	repeated bool          // what they do reaches the bot twice
	stirred  *atomic.Int64 // counts what may have changed a screen
	looked   int64         // what it was when they looked last
}

// A sight is a message of the bot that somebody has before them.
type sight struct {
	versions []message // as it was and as it is now, the present one last
	device   string    // what their phone and desktop showed when it came
	unread   bool      // it is new, and no step has named it
	edited   bool      // it changed, and no step has named the change
	removed  bool
}

func (s *sight) now() message { return s.versions[len(s.versions)-1] }

// look takes in what has changed on the screen.
func (r *reader) look() {
	stirred := r.stirred.Load()
	if stirred == r.looked {
		return
	}

	r.looked = stirred
	there := map[string]bool{}

	for _, m := range r.messages() {
		there[m.id] = true
		r.lookAt(m)
	}

	for _, s := range r.seen {
		s.removed = !there[s.now().id]
	}

	r.hear()
}

func (r *reader) lookAt(m message) {
	s := r.sightOf(m.id)
	if s == nil {
		r.seen = append(r.seen, &sight{versions: []message{m}, unread: !r.doubled || !r.saw(m)})

		return
	}

	if s.now().text != m.text {
		s.versions, s.edited = append(s.versions, m), true
	}
}

// saw reports whether a message reads as another one did when it came, but for
// saying that there may be two.
func (r *reader) saw(m message) bool {
	alone := strings.NewReplacer("You may see this twice.", "", "\n", "")

	return slices.ContainsFunc(r.seen, func(s *sight) bool {
		return alone.Replace(timeless(s.versions[0].text)) == alone.Replace(timeless(m.text))
	})
}

// hear takes in what their devices showed. A message that was removed before
// they looked has been heard all the same.
func (r *reader) hear() {
	notices := r.notices()

	for _, n := range notices[r.notified:] {
		s := r.sightOf(n.of)
		if s == nil {
			m := message{id: n.of, text: n.text, lasting: true}
			s = &sight{versions: []message{m}, unread: true, removed: true}
			r.seen = append(r.seen, s)
		}

		s.device = n.text
	}

	r.notified = len(notices)
}

func (r *reader) sightOf(id string) *sight {
	for _, s := range r.seen {
		if s.now().id == id {
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
		if s.unread && s.now().fits(private) && holds(s.now().text, words) {
			s.unread, s.edited = false, false

			if private {
				r.heardTwice(s)
			}

			return nil
		}
	}

	return fmt.Errorf("%v has no new message with %q", r.name, words)
}

// heardTwice takes the same private answer as seen along with its twin, where
// Slack repeats what people do: to say again how things stand changes nothing.
func (r *reader) heardTwice(of *sight) {
	for _, s := range r.seen {
		if r.repeated && s.unread && s.now().private && s.now().text == of.now().text {
			s.unread = false
		}
	}
}

// isNotified takes a new message as seen of which their device showed the first
// words: where there is no room for the others they stand in the message.
func (r *reader) isNotified(words []string) error {
	r.look()

	for _, s := range r.seen {
		if s.unread && s.device != "" && holds(s.device, words[:1]) && holds(s.device+"\n"+s.now().text, words) {
			s.unread, s.edited = false, false

			return nil
		}
	}

	return fmt.Errorf("%v was not notified of %q", r.name, words)
}

// isNotNotified holds that nothing new with the words is there.
func (r *reader) isNotNotified(words []string) error {
	r.look()

	if s := r.newest(func(s *sight) bool { return s.unread && holds(s.now().text, words) }); s != nil {
		return fmt.Errorf("%v has a new message, want none:\n%v", r.name, indented(s.now().text))
	}

	return nil
}

// seesEdited takes a change of a message that now has the words as seen.
func (r *reader) seesEdited(words []string) error {
	r.look()

	s := r.newest(func(s *sight) bool { return s.edited && !s.removed && holds(s.now().text, words) })
	if s == nil {
		return fmt.Errorf("%v has no message that changed and now has %q", r.name, words)
	}

	s.edited = false

	return nil
}

func (r *reader) stillSees(words []string) error {
	r.look()

	if r.newest(func(s *sight) bool { return !s.removed && holds(s.now().text, words) }) == nil {
		return fmt.Errorf("%v has no message with %q", r.name, words)
	}

	return nil
}

func (r *reader) noLongerSees(words []string) error {
	r.look()

	if s := r.newest(func(s *sight) bool { return !s.removed && holds(s.now().text, words) }); s != nil {
		return fmt.Errorf("%v still sees %q, want it gone:\n%v", r.name, words, indented(s.now().text))
	}

	return nil
}

// neverSaw holds that no message had the words at any time.
func (r *reader) neverSaw(words []string) error {
	r.look()

	for _, s := range r.seen {
		for _, m := range s.versions {
			if holds(m.text, words) {
				return fmt.Errorf("%v saw %q, want never:\n%v", r.name, words, indented(m.text))
			}
		}
	}

	return nil
}

// withButton returns the newest message that has the button and the words.
func (r *reader) withButton(button string, words []string) (message, error) {
	r.look()

	s := r.newest(func(s *sight) bool {
		return !s.removed && slices.Contains(s.now().buttons, button) && holds(s.now().text, words)
	})
	if s == nil {
		return message{}, fmt.Errorf("%v has no message with %q and the button [%v]", r.name, words, button)
	}

	return s.now(), nil
}

// firstWithButton returns the oldest message that has the button.
func (r *reader) firstWithButton(button string) (message, error) {
	r.look()

	for _, s := range r.seen {
		if !s.removed && slices.Contains(s.now().buttons, button) {
			return s.now(), nil
		}
	}

	return message{}, fmt.Errorf("%v has no message with the button [%v]", r.name, button)
}

// withFormerButton returns the newest message as it was when it had a button
// that it has no more.
func (r *reader) withFormerButton(button string, words []string) (message, error) {
	r.look()

	for _, s := range slices.Backward(r.seen) {
		if s.removed || slices.Contains(s.now().buttons, button) {
			continue
		}

		for _, m := range slices.Backward(s.versions) {
			if slices.Contains(m.buttons, button) && holds(m.text, words) {
				return m, nil
			}
		}
	}

	return message{}, fmt.Errorf("%v has no message that had %q and the button [%v] and lost it", r.name, words, button)
}

func (r *reader) clicks(button string, words []string) error {
	m, err := r.withButton(button, words)
	if err != nil {
		return err
	}

	return r.click(m, button)
}

// open returns the form on their screen, and an error if there is none.
func (r *reader) open() (*form, error) {
	if f := r.form(); f != nil {
		return f, nil
	}

	return nil, fmt.Errorf("%v has no form open", r.name)
}

// fillIn fills fields in, one after another as people do: the form may be drawn
// anew after each, before they get to the next.
func (r *reader) fillIn(values [][2]string) error {
	for _, v := range values {
		synctest.Wait()

		if err := r.fill(v[0], v[1]); err != nil {
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
			failures = append(failures, fmt.Errorf("%v has a new message that no step names:\n%v", r.name, indented(s.now().text)))
		}
	}

	if f := r.form(); f != nil {
		failures = append(failures, fmt.Errorf("%v has the form %q open, want none", r.name, f.title))
	}

	return errors.Join(failures...)
}

// view is all that they have before them.
func (r *reader) view() string {
	var b strings.Builder

	for _, s := range r.seen {
		if s.removed {
			continue
		}

		fmt.Fprintf(&b, "%v sees%v\n%v", r.name, s.marks(), indented(s.now().text))
	}

	if f := r.form(); f != nil {
		fmt.Fprintf(&b, "%v's form\n%v", r.name, indented(f.text))
	}

	if home := r.home(); home != "" {
		fmt.Fprintf(&b, "%v's home\n%v", r.name, indented(home))
	}

	return b.String()
}

func (s *sight) marks() string {
	var marks string

	if s.now().private {
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

// view is what everybody has before them.
func (s *stage) view() string {
	var b strings.Builder
	for _, name := range s.mode.screens() {
		b.WriteString(s.people[name].view())
	}

	return b.String() + s.room(teamRoom)
}

// room is what everybody reads in a channel of the bot's words, on any platform.
func (s *stage) room(name string) string {
	var b strings.Builder
	for _, side := range s.sides {
		b.WriteString(side.room(name))
	}

	return b.String()
}

// unexpected is an error if anything is left that no step has named.
func (p *play) unexpected() error {
	var failures []error

	for _, name := range p.mode.screens() {
		failures = append(failures, p.people[name].unexpected())
	}

	for _, trouble := range p.trouble {
		failures = append(failures, fmt.Errorf("somebody was told: %w; want no trouble", trouble))
	}

	failures = append(failures, p.diary.unexpected(), p.refusedUnexpectedly(), p.doubled(), p.undelivered())

	return errors.Join(failures...)
}

// refusedUnexpectedly is an error if a platform refused a call that nobody made it
// refuse, or the bot did not acknowledge something.
func (p *play) refusedUnexpectedly() error {
	var failures []error

	for name, side := range p.sides {
		for _, r := range side.refusals(p.wounded) {
			if !slices.Contains(p.refused, r.said) {
				failures = append(failures, fmt.Errorf("%v refused %v at %v, want no refusal", name, r.said, r.at.Format("15:04:05")))
			}
		}

		for _, what := range side.unanswered() {
			if !p.wounded {
				failures = append(failures, fmt.Errorf("the bot did not acknowledge %v", what))
			}
		}
	}

	return errors.Join(failures...)
}

// doubled is an error if a card was posted twice.
func (s *stage) doubled() error {
	var failures []error

	for _, side := range s.sides {
		for _, what := range side.doubled() {
			failures = append(failures, errors.New(what))
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
