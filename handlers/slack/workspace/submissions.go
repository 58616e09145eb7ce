package workspace

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// What a person's screen says when an interaction fails.
const (
	troubleText  = "We had some trouble connecting. Try again?"
	requiredText = "Please complete this required field."
)

// errTrouble is what a modal shows when the app did not answer it properly.
var errTrouble = errors.New(troubleText) //nolint:staticcheck // a sentence that people read

// FieldErrors is what a modal shows under its fields after it was submitted.
type FieldErrors struct { //nolint:errname // it holds one for each field
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
		w.log.Debug("the end of a view was not acknowledged", "error", err)
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
