package connector

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What a client says when an app does not answer as it should, and when it has
// passed on what it can't wait for.
const (
	troubleText = "Something went wrong. Please try again."
	sentText    = "Your response was sent to the app"
)

var errTrouble = errors.New(troubleText) //nolint:staticcheck // a sentence that people read

var errMessageGone = errors.New("that message is gone")

// MistakesError is what a form shows at its fields: what the client checks by
// itself, or what the app found.
type MistakesError struct {
	Labels map[string]string // by visible label; "" is about the whole form
}

func (e *MistakesError) Error() string {
	var found []string
	for _, label := range sortedKeys(e.Labels) {
		found = append(found, strings.TrimPrefix(label+": "+e.Labels[label], ": "))
	}
	return strings.Join(found, "; ")
}

// trouble shows somebody that something went wrong.
func (c *Connector) trouble(person string) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	s := c.screens[person]
	s.troubles = append(s.troubles, troubleText)
	return errTrouble
}

func (c *Connector) toast(person, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()

	s := c.screens[person]
	s.toasts = append(s.toasts, text)
}

// Fill fills in a field of a form in a message. It goes along with the next
// press there.
func (p *Person) Fill(m Message, label, value string) error {
	c := p.c
	c.mu.Lock()
	defer c.mu.Unlock()

	now := c.visible(p.id, m)
	if now == nil {
		return errMessageGone
	}
	f, err := findField(fieldsOf(objectOf(now.cardFor(p.id))), label)
	if err != nil {
		return err
	}
	values, err := c.fill(f, value)
	if err != nil {
		return err
	}
	now.fillIn(p.id, values)
	return nil
}

// visible is a message as somebody sees it now, nil if it is gone.
func (c *Connector) visible(person string, m Message) *message {
	v := c.seenBy(person, m.Conversation)
	if v == nil {
		return nil
	}
	now := v.byID[m.TS]
	if now == nil || now.onlyFor != "" && now.onlyFor != person {
		return nil
	}
	return now
}

// Click presses a button of a message, found by its label. One that asks first
// is answered with its one answer. The message is looked at as it is now, so
// that pressing what is gone fails; what was filled in goes along.
func (p *Person) Click(m Message, button string) error {
	p.c.mu.Lock()
	now := p.c.visible(p.id, m)
	if now == nil {
		p.c.mu.Unlock()
		return errMessageGone
	}
	card := now.cardFor(p.id)
	p.c.mu.Unlock()
	return p.press(m, card, button)
}

// ClickStale presses a button of a message as it was when m was taken, as
// somebody does whose screen lags behind. It fails only when the message is
// gone.
func (p *Person) ClickStale(m Message, button string) error { return p.press(m, m.Card, button) }

func (p *Person) press(m Message, card json.RawMessage, button string) error {
	a, err := findAction(card, button)
	if err != nil {
		return err
	}
	activity, err := p.c.preparePress(p.id, m, a)
	if err != nil || activity == nil {
		return err
	}
	answer, err := p.c.ask(activity)
	if err != nil {
		return p.c.trouble(p.id)
	}
	switch str(activity, "name") {
	case invokeAction:
		return p.takeCardAnswer(m, answer)
	case invokeFetch:
		return p.takeTask(answer, &dialog{opener: activity})
	default:
		p.c.toast(p.id, sentText)
		return nil
	}
}

// The names of the invokes that presses are.
const (
	invokeAction = "adaptiveCard/action"
	invokeFetch  = "task/fetch"
	invokeSubmit = "task/submit"
	invokeOpen   = "composeExtension/fetchTask"
	invokeSend   = "composeExtension/submitAction"
)

// preparePress makes the activity of a press in a message: nil if the press
// does not concern the app.
func (c *Connector) preparePress(person string, m Message, a *action) (node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	now, u := c.visible(person, m), c.people[person]
	switch {
	case now == nil:
		return nil, errMessageGone
	case u.Deleted:
		return nil, errSignedOut
	case a.kind() == "Action.OpenUrl":
		return nil, nil
	}
	def := a.def
	if u.OldClient && a.kind() == "Action.Execute" {
		def = object(def, "fallback")
	}
	data, err := c.filled(now, person, a, def)
	if err != nil {
		return nil, err
	}

	activity := c.activity("invoke", u, now.conv, now.root)
	activity["replyToId"] = now.id
	object(activity, "channelData")["source"] = node{"name": "message"}
	switch {
	case str(def, "type") == "Action.Execute":
		pressed := node{"type": "Action.Execute", "title": str(def, "title"), "verb": str(def, "verb"), "data": data}
		if id := str(def, "id"); id != "" {
			pressed["id"] = id
		}
		activity["name"], activity["value"] = invokeAction, node{"action": pressed, "trigger": "manual"}
	case str(def, "type") == "Action.Submit" && str(object(data, "msteams"), "type") == invokeFetch && !u.OldClient:
		activity["name"], activity["value"] = invokeFetch, node{"data": data, "context": node{"theme": "default"}}
	case str(def, "type") == "Action.Submit":
		activity["type"], activity["value"] = "message", data
	default:
		return nil, fmt.Errorf("a button of the kind %s does nothing here", str(def, "type"))
	}
	return activity, nil
}

// filled is the data of a press: the action's own, and what is filled in. It
// fails when the client finds mistakes in that, which are then shown.
func (c *Connector) filled(m *message, person string, a *action, def node) (node, error) {
	if str(def, "associatedInputs") == "none" {
		return withAnswers(def, nil, nil), nil
	}
	fields, values := a.fields(), m.filled[person]
	mistakes := mistakesIn(fields, values)
	if m.mistakes == nil {
		m.mistakes = map[string]map[string]string{}
	}
	m.mistakes[person] = mistakes
	if len(mistakes) > 0 {
		return nil, &MistakesError{Labels: maps.Clone(mistakes)}
	}
	return withAnswers(def, fields, values), nil
}

// withAnswers merges what is filled in into an action's own data.
func withAnswers(def node, fields []field, values map[string]string) node {
	data := node{}
	maps.Copy(data, object(def, "data"))
	maps.Copy(data, answers(fields, values))
	return data
}

// takeCardAnswer does with a card what the app answered to a press.
func (p *Person) takeCardAnswer(m Message, got reply) error {
	body := objectOf(got.body)
	status, _ := body["statusCode"].(json.Number)
	text, isText := body["value"].(string)
	switch kind := str(body, "type"); {
	case status.String() == "200" && kind == "application/vnd.microsoft.activity.message" && isText:
		p.c.toast(p.id, text)
		return nil
	case status.String() == "200" && kind == cardType:
		return p.takeCard(m, raw(body["value"]))
	default:
		p.c.log.Debug("a press was not answered as it should", "status", status.String(), "type", kind)
		return p.c.trouble(p.id)
	}
}

// takeCard shows the card that an app answered with, to them alone.
func (p *Person) takeCard(m Message, card json.RawMessage) error {
	if problems := ValidateCard(card); len(problems) > 0 {
		p.c.log.Debug("an answer was no good card", "problems", problems)
		return p.c.trouble(p.id)
	}
	p.c.mu.Lock()
	defer p.c.mu.Unlock()

	now := p.c.visible(p.id, m)
	if now == nil {
		return nil
	}
	if now.own == nil {
		now.own = map[string]json.RawMessage{}
	}
	now.own[p.id] = card
	delete(now.filled, p.id)
	if now.mistakes == nil {
		now.mistakes = map[string]map[string]string{}
	}
	shown := mistakesShown(objectOf(card))
	now.mistakes[p.id] = shown
	if len(shown) > 0 {
		return &MistakesError{Labels: maps.Clone(shown)}
	}
	return nil
}

// mistakesShown reads from a card what its app found wrong: what stands in the
// colour of attention right below a field is about that field, and all else in
// that colour about the whole form. A card without fields is no form.
func mistakesShown(card node) map[string]string {
	mistakes := map[string]string{}
	fields := fieldsOf(card)
	if len(fields) == 0 {
		return mistakes
	}
	below := ""
	var look func(n node, boxed bool)
	look = func(n node, boxed bool) {
		boxed = boxed || strings.EqualFold(str(n, "style"), "attention")
		switch kind := str(n, "type"); {
		case strings.HasPrefix(kind, "Input."):
			i := slices.IndexFunc(fields, func(f field) bool {
				return slices.ContainsFunc(f.inputs, func(in input) bool { return in.id() == str(n, "id") })
			})
			below = fields[i].label
		case kind == "TextBlock" || kind == "RichTextBlock":
			if boxed || inAttention(n) {
				mistakes[below] = strings.TrimSpace(mistakes[below] + " " + textOf(n))
			}
			below = ""
		default:
			for _, child := range children(n) {
				look(child, boxed)
			}
		}
	}
	look(card, false)
	return mistakes
}

// inAttention tells whether a text begins in the colour of attention.
func inAttention(n node) bool {
	if runs := nodes(n["inlines"]); len(runs) > 0 {
		n = runs[0]
	}
	return strings.EqualFold(str(n, "color"), "attention")
}

func textOf(n node) string {
	r := &renderer{}
	if str(n, "type") == "RichTextBlock" {
		return r.runs(n)
	}
	return unmarked(str(n, "text"))
}
