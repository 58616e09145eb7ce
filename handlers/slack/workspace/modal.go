package workspace

import (
	"encoding/json"
	"errors"
	"maps"
)

// View is a modal or a home tab as a person sees it.
type View struct {
	ID         string
	Kind       string // "modal" or "home"
	CallbackID string
	Title      string
	Text       string            // what is read of it
	Fields     []string          // labels of what can be filled in
	Buttons    []string          // labels of what can be pressed
	Mistakes   map[string]string // shown under fields, by label
	Depth      int               // in the stack, from 1
	JSON       json.RawMessage   // as the app would get it
}

// Modal returns the modal on top of their screen, or nil.
func (p *Person) Modal() *View {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.viewAsSeen(p.w.top(p.id))
}

// Home returns their home tab of the app, or nil when none was published.
func (p *Person) Home() *View {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return p.w.viewAsSeen(p.w.homes[p.id])
}

func (w *Workspace) viewAsSeen(v *view) *View {
	if v == nil {
		return nil
	}
	s := &View{
		ID: v.id, Kind: v.kind, CallbackID: v.callbackID(), Title: str(object(v.posted, "title"), "text"),
		Text: w.renderView(v), Mistakes: map[string]string{}, Depth: max(1, len(w.modals[v.user])), JSON: raw(v.json(w)),
	}
	for _, el := range elementsOf(v.blocks()) {
		if el.input {
			s.Fields = append(s.Fields, el.label)
		} else {
			s.Buttons = append(s.Buttons, el.label)
		}
		if m := v.mistakes[el.blockID]; m != "" {
			s.Mistakes[el.label] = m
		}
	}
	return s
}

// ClickInModal presses a button in the modal on top.
func (p *Person) ClickInModal(button string) error {
	return p.actInView(p.w.topOf, button, "")
}

// ClickInHome presses a button in the home tab.
func (p *Person) ClickInHome(button string) error {
	return p.actInView(p.w.homeOf, button, "")
}

// ChangeInModal fills in a field of the modal on top, found by its label. The
// app is told at once if the field says so (dispatch_action) or stands outside
// of an input block. How values are written, see [Person.Submit].
func (p *Person) ChangeInModal(field, value string) error {
	w := p.w
	w.mu.Lock()
	v := w.top(p.id)
	if v == nil {
		w.mu.Unlock()
		return errors.New("there is no modal open")
	}
	el, err := findLabel(v.blocks(), field)
	if err != nil || el.input && !el.dispatch {
		if err == nil {
			err = w.fillIn(v, map[string]string{field: value})
		}
		w.mu.Unlock()
		return err
	}
	w.mu.Unlock()
	return p.actInView(w.topOf, field, value)
}

func (w *Workspace) topOf(user string) *view  { return w.top(user) }
func (w *Workspace) homeOf(user string) *view { return w.homes[user] }

func (p *Person) actInView(which func(user string) *view, label, option string) error {
	w := p.w
	w.mu.Lock()
	v := which(p.id)
	if v == nil {
		w.mu.Unlock()
		return errors.New("there is no such view open")
	}
	pr := press{user: p.id, viewID: v.id}
	err := w.aim(&pr, v.blocks(), label, option)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	return w.act(pr)
}

// fillIn takes over what a person fills into fields that they find by label.
func (w *Workspace) fillIn(v *view, values map[string]string) error {
	given := state{}
	for _, label := range sortedKeys(values) {
		el, err := findLabel(v.blocks(), label)
		if err != nil {
			return err
		}
		value, err := w.fill(v.user, el, values[label])
		if err != nil {
			return err
		}
		given.set(el.blockID, el.actionID, value)
	}
	v.state.merge(v.blocks(), given)
	w.touch()
	return nil
}

// Submit fills fields in, found by their label, and submits the modal on top.
// A value is what a person would type, or the text of an option; several
// options are separated by commas; a moment is written as 2006-01-02 15:04 in
// the person's own time zone. The error is a *[FieldErrors] when the modal
// shows mistakes under its fields.
func (p *Person) Submit(values map[string]string) error {
	id, err := p.fillTop(values)
	if err != nil {
		return err
	}
	return p.w.submit(p.id, id, nil)
}

func (p *Person) fillTop(values map[string]string) (viewID string, err error) {
	w := p.w
	w.mu.Lock()
	defer w.mu.Unlock()

	v := w.top(p.id)
	if v == nil {
		return "", errors.New("there is no modal open")
	}
	return v.id, w.fillIn(v, maps.Clone(values))
}

// SubmitTwice submits the modal on top two times at once, as a double click
// does, and returns both results.
func (p *Person) SubmitTwice(values map[string]string) (one, two error) {
	id, err := p.fillTop(values)
	if err != nil {
		return err, err
	}
	done := make(chan error)
	go func() { done <- p.w.submit(p.id, id, nil) }()
	two = p.w.submit(p.id, id, nil)
	return <-done, two
}

// CloseModal closes the modal on top.
func (p *Person) CloseModal() error { return p.w.closeModal(p.id, "") }
