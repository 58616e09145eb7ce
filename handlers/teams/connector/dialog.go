package connector

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
)

// dialog is a dialog that is open on somebody's screen.
type dialog struct {
	opener   node // the activity that asked for it
	title    string
	card     json.RawMessage // nil of one that only says something
	text     string
	values   map[string]string
	mistakes map[string]string
}

// opening tells whether the app has not answered with anything to show yet.
func (d *dialog) opening() bool { return d.values == nil }

// Dialog is a dialog as a person sees it.
type Dialog struct {
	Title    string
	Text     string            // what is read of it
	Fields   []string          // labels of what can be filled in
	Buttons  []string          // labels of what can be pressed; none where it only says something
	Mistakes map[string]string // what is wrong with it, by label; "" is about all of it
	Card     json.RawMessage   // nil where it only says something
}

// Dialog returns the dialog on their screen, or nil.
func (p *Person) Dialog() *Dialog {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()

	d := p.c.screens[p.id].dialog
	if d == nil {
		return nil
	}
	seen := &Dialog{Title: d.title, Text: d.text, Mistakes: maps.Clone(d.mistakes), Card: d.card}
	if d.card == nil {
		return seen
	}
	card := objectOf(d.card)
	seen.Text = render(card, p.c.reading(p.c.people[p.id]), d.values, d.mistakes)
	seen.Buttons = buttonsOf(card)
	for _, f := range fieldsOf(card) {
		seen.Fields = append(seen.Fields, f.label)
	}
	return seen
}

var errNoDialog = errors.New("there is no dialog on their screen")

// ChangeInDialog fills in a field of the dialog.
func (p *Person) ChangeInDialog(label, value string) error {
	return p.fillDialog(map[string]string{label: value})
}

// fillDialog fills in fields of the dialog, by label.
func (p *Person) fillDialog(values map[string]string) error {
	c := p.c
	c.mu.Lock()
	defer c.mu.Unlock()

	d := c.screens[p.id].dialog
	if d == nil || d.card == nil {
		return errNoDialog
	}
	fields := fieldsOf(objectOf(d.card))
	for _, label := range sortedKeys(values) {
		f, err := findField(fields, label)
		if err != nil {
			return err
		}
		filled, err := c.fill(f, values[label])
		if err != nil {
			return err
		}
		maps.Copy(d.values, filled)
	}
	return nil
}

// SubmitDialog fills in fields of the dialog, by label, and presses the first of
// the buttons at its foot. A *[MistakesError] is what the dialog then shows.
func (p *Person) SubmitDialog(values map[string]string) error {
	if err := p.fillDialog(values); err != nil {
		return err
	}
	return p.pressInDialog(1, firstAction)
}

// SubmitTwice does so with two presses at once, as a hasty finger does.
func (p *Person) SubmitTwice(values map[string]string) error {
	if err := p.fillDialog(values); err != nil {
		return err
	}
	return p.pressInDialog(2, firstAction)
}

// ClickInDialog presses a button of the dialog, found by its label.
func (p *Person) ClickInDialog(button string) error {
	return p.pressInDialog(1, func(card json.RawMessage) (*action, error) { return findAction(card, button) })
}

// CloseDialog closes the dialog. The app is not told.
func (p *Person) CloseDialog() error {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()

	s := p.c.screens[p.id]
	if s.dialog == nil {
		return errNoDialog
	}
	s.dialog = nil
	return nil
}

// firstAction is the button that submits a card.
func firstAction(card json.RawMessage) (*action, error) {
	n := objectOf(card)
	foot := nodes(n["actions"])
	if len(foot) == 0 {
		return nil, errors.New("there is no button to submit this with")
	}
	return &action{def: foot[0], card: n}, nil
}

// pressInDialog presses a button of the dialog some times at once. What the
// first press comes to is what is shown.
func (p *Person) pressInDialog(times int, find func(card json.RawMessage) (*action, error)) error {
	activities, d, err := p.c.prepareDialog(p.id, times, find)
	if err != nil {
		return err
	}
	got, errs := make([]reply, times), make([]error, times)
	var presses sync.WaitGroup
	for i, activity := range activities {
		presses.Go(func() { got[i], errs[i] = p.c.ask(activity) })
	}
	presses.Wait()
	if errs[0] != nil {
		return p.c.trouble(p.id)
	}
	return p.takeTask(got[0], d)
}

func (c *Connector) prepareDialog(person string, times int, find func(json.RawMessage) (*action, error)) ([]node, *dialog, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	d := c.screens[person].dialog
	if d == nil || d.card == nil {
		return nil, nil, errNoDialog
	}
	if c.people[person].Deleted {
		return nil, nil, errSignedOut
	}
	a, err := find(d.card)
	if err != nil {
		return nil, nil, err
	}
	fields := a.fields()
	if str(a.def, "associatedInputs") == "none" {
		fields = nil
	}
	d.mistakes = mistakesIn(fields, d.values)
	if len(d.mistakes) > 0 {
		return nil, nil, &MistakesError{Labels: maps.Clone(d.mistakes)}
	}

	activities := make([]node, times)
	for i := range activities {
		activities[i] = c.submission(d, withAnswers(a.def, fields, d.values))
	}
	return activities, d, nil
}

// submission is the activity of a press in a dialog.
func (c *Connector) submission(d *dialog, data node) node {
	activity := maps.Clone(d.opener)
	now := c.instant()
	activity["id"], activity["timestamp"] = c.secret(), now.UTC().Format("2006-01-02T15:04:05.000Z")
	value := maps.Clone(object(d.opener, "value"))
	value["data"] = data
	activity["value"] = value
	activity["name"] = invokeSubmit
	if str(d.opener, "name") == invokeOpen {
		activity["name"] = invokeSend
	}
	return activity
}

// Extension chooses a command of the app beside the box for writing ("compose"),
// in the box for commands ("commandBox"), or in the menu of a message
// ("message", with m). The dialog that the app answers with opens.
func (p *Person) Extension(commandID, context string, m *Message) error {
	activity, err := p.c.prepareExtension(p.id, commandID, context, m)
	if err != nil {
		return err
	}
	got, err := p.c.ask(activity)
	if err != nil {
		return p.c.trouble(p.id)
	}
	return p.takeTask(got, &dialog{opener: activity})
}

func (c *Connector) prepareExtension(person, commandID, context string, m *Message) (node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	u, v, root := c.people[person], c.conversations[c.personalID(person)], ""
	value := node{"commandId": commandID, "commandContext": context, "context": node{"theme": "default"}}
	if m != nil {
		now := c.visible(person, *m)
		if now == nil {
			return nil, errMessageGone
		}
		v, root = now.conv, now.root
		value["messagePayload"] = c.payload(now)
	}
	switch {
	case !slices.Contains([]string{"compose", "commandBox", "message"}, context) || (context == "message") != (m != nil):
		return nil, errors.New("there is no context " + context + " for that")
	case u.Deleted:
		return nil, errSignedOut
	case u.WithoutApp:
		return nil, errors.New("the app is not installed for them")
	}

	activity := c.activity("invoke", u, v, root)
	activity["name"], activity["value"] = invokeOpen, value
	object(activity, "channelData")["source"] = node{"name": context}
	return activity, nil
}

// payload is a message as a command in its menu gets it.
func (c *Connector) payload(m *message) node {
	at := m.at.UTC().Format("2006-01-02T15:04:05.000Z")
	n := node{
		"id": m.id, "createdDateTime": at, "lastModifiedDateTime": nil, "deleted": false, "subject": nil, "summary": nil,
		"importance": "normal", "locale": "en-gb", "attachments": []node{}, "mentions": []node{}, "reactions": []node{},
		"body":          node{"contentType": "html", "content": "<div>" + asHTML(c.plain(m)) + "</div>"},
		"linkToMessage": "https://teams.microsoft.com/l/message/" + m.conv.ID + "/" + m.id + "?tenantId=" + c.opt.Tenant.ID,
	}
	if m.root != "" && m.root != m.id {
		n["replyToId"] = m.root
	}
	if u := c.people[m.author]; u != nil {
		n["from"] = node{"user": node{"userIdentityType": "aadUser", "id": u.ID, "displayName": u.RealName}}
	} else {
		n["from"] = node{"application": node{"applicationIdentityType": "bot", "id": c.opt.App.ID, "displayName": c.opt.App.Name}}
	}
	return n
}

// takeTask does with a dialog what the app answered: it opens, changes, says
// something or closes. Anything else shows as trouble.
func (p *Person) takeTask(got reply, d *dialog) error {
	body := objectOf(got.body)
	task := object(body, "task")
	switch kind := str(task, "type"); {
	case len(got.body) == 0, body != nil && body["task"] == nil && body["composeExtension"] == nil:
		p.show(d, nil)
		return nil
	case kind == "message" && str(task, "value") != "":
		p.show(d, &dialog{opener: d.opener, text: str(task, "value")})
		return nil
	case kind == "continue":
		return p.takeDialog(object(task, "value"), d)
	default:
		p.c.log.Debug("a dialog was not answered as it should", "type", kind)
		return p.c.trouble(p.id)
	}
}

// takeDialog shows the card that an app answered with in place of what the
// dialog showed.
func (p *Person) takeDialog(value node, d *dialog) error {
	attachment := object(value, "card")
	card := raw(attachment["content"])
	problems := ValidateCard(card)
	for _, a := range actionsOf(objectOf(card), nil) {
		if a.kind() == "Action.Execute" {
			problems = append(problems, "dialogs have no Action.Execute")
		}
	}
	if str(attachment, "contentType") != cardType || str(value, "title") == "" {
		problems = append(problems, "a dialog has a title and a card")
	}
	if len(problems) > 0 {
		p.c.log.Warn("an answer was no good dialog", "problems", problems)
		return p.c.trouble(p.id)
	}

	next := &dialog{opener: d.opener, title: str(value, "title"), card: card, values: map[string]string{}}
	next.mistakes = mistakesShown(objectOf(card))
	p.show(d, next)
	if !d.opening() && len(next.mistakes) > 0 {
		return &MistakesError{Labels: maps.Clone(next.mistakes)}
	}
	return nil
}

// show puts next in the place of d, which is what was answered to. An answer to
// a dialog that was closed meanwhile is of no use.
func (p *Person) show(d, next *dialog) {
	p.c.mu.Lock()
	defer p.c.mu.Unlock()

	s := p.c.screens[p.id]
	if d.opening() && next == nil || !d.opening() && s.dialog != d {
		return
	}
	s.dialog = next
}
