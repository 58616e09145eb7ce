package connector

import (
	"cmp"
	"errors"
	"html"
	"regexp"
	"slices"
	"strings"
)

// Command types a command: in a channel or group chat as one with a slash,
// which they and the app alone can see; in the personal chat, where there are
// none, as it is typed. The conversation is an id, a #name, or "" for the
// personal chat.
func (p *Person) Command(conversation, typed string) error {
	p.c.mu.Lock()
	v := p.c.seenBy(p.id, conversation)
	p.c.mu.Unlock()
	if v != nil && v.person == "" {
		typed = "/" + strings.TrimPrefix(typed, "/")
	}
	_, err := p.Write(conversation, typed)
	return err
}

// Write writes a message and returns its id. "@lee" is a mention of somebody in
// the conversation, or of the app; in a personal chat of the app alone, as in
// Teams. In a channel the app hears of what mentions it, and of what begins
// with a slash, which nobody else can see.
func (p *Person) Write(conversation, text string) (string, error) {
	return p.write(conversation, "", text)
}

// Reply writes a message into the thread of another, and returns its id.
func (p *Person) Reply(m Message, text string) (string, error) {
	return p.write(m.Conversation, m.Thread, text)
}

func (p *Person) write(conversation, root, text string) (string, error) {
	id, activity, err := p.c.prepareMessage(p.id, conversation, root, text)
	if err != nil || activity == nil {
		return id, err
	}
	if _, err := p.c.ask(activity); err != nil {
		return id, p.c.trouble(p.id)
	}
	return id, nil
}

// prepareMessage keeps a message, and makes the activity that tells the app of
// it: nil if it does not concern the app.
func (c *Connector) prepareMessage(person, conversation, root, text string) (string, node, error) {
	c.mu.Lock()
	defer c.mu.Unlock()

	v := c.seenBy(person, conversation)
	switch {
	case v == nil:
		return "", nil, errors.New("there is no conversation " + conversation + " here")
	case c.people[person].Deleted:
		return "", nil, errSignedOut
	}
	written, entities := c.typed(v, text)
	m := &message{conv: v, root: root, author: person, text: written, at: c.now()}
	for _, e := range entities {
		m.mentions = append(m.mentions, str(object(e, "mentioned"), "id"))
	}
	hears := c.obstacle(v) == nil
	targeted := hears && v.person == "" && strings.HasPrefix(text, "/")
	if targeted {
		m.onlyFor = person
	}
	c.keep(m)
	c.notify(m)
	if !hears || v.person == "" && !targeted && !slices.Contains(m.mentions, c.opt.App.mri()) {
		return m.id, nil, nil
	}

	activity := c.activity("message", c.people[person], v, m.root)
	activity["id"], activity["text"], activity["textFormat"] = m.id, written, "plain"
	activity["entities"] = append(entities, activity["entities"].([]node)...)
	activity["attachments"] = []node{{"contentType": "text/html", "content": asHTML(text)}}
	if targeted {
		object(activity, "recipient")["isTargeted"] = true
	}
	return m.id, activity, nil
}

var errSignedOut = errors.New("their account is switched off")

// asHTML is the copy of a message that Teams sends along.
func asHTML(text string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\r\n") + "</p>"
}

// typed is what somebody typed as Teams sends it: mentions marked and listed, a
// space that can't break behind one of the app, and lines that end as they do
// on Windows.
func (c *Connector) typed(v *conversation, text string) (string, []node) {
	var entities []node
	var b strings.Builder
	candidates := c.mentionable(v)
	for {
		before, rest, found := strings.Cut(text, "@")
		b.WriteString(before)
		if !found {
			break
		}
		m, ok := named(candidates, rest)
		if !ok || inWord(before) {
			b.WriteString("@")
			text = rest
			continue
		}

		marked := "<at>" + m.name + "</at>"
		entities = append(entities, node{"type": "mention", "text": marked, "mentioned": node{"id": m.id, "name": m.name}})
		b.WriteString(marked)
		text = rest[len(m.typed):]
		if after, spaced := strings.CutPrefix(text, " "); spaced && m.id == c.opt.App.mri() {
			b.WriteString("&nbsp;")
			text = after
		}
	}
	return strings.ReplaceAll(b.String(), "\n", "\r\n"), entities
}

// named finds whose name a text begins with.
func named(candidates []mention, text string) (mention, bool) {
	i := slices.IndexFunc(candidates, func(m mention) bool {
		return len(text) >= len(m.typed) && strings.EqualFold(text[:len(m.typed)], m.typed) && !wordStart.MatchString(text[len(m.typed):])
	})
	if i < 0 {
		return mention{}, false
	}
	return candidates[i], true
}

var (
	wordStart = regexp.MustCompile(`^[\pL\pN_]`)
	wordEnd   = regexp.MustCompile(`[\pL\pN_]$`)
)

// inWord tells whether a sign behind before stands within a word, as in an
// e-mail address.
func inWord(before string) bool { return wordEnd.MatchString(before) }

// mention is somebody who can be mentioned, by what people type.
type mention struct{ typed, id, name string }

// mentionable lists who can be mentioned in a conversation, the longest names
// first.
func (c *Connector) mentionable(v *conversation) []mention {
	app := c.opt.App
	all := []mention{{app.Name, app.mri(), app.Name}}
	if v.person == "" {
		for _, id := range v.Members {
			if u := c.people[id]; u != nil {
				name := cmp.Or(u.RealName, u.Name)
				all = append(all, mention{u.Name, c.mri(id), name}, mention{name, c.mri(id), name})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mention) int { return len(b.typed) - len(a.typed) })
	return all
}

// plain is the text of a message as people read it.
func (c *Connector) plain(m *message) string {
	text := strings.NewReplacer("&nbsp;", " ", "\r\n", "\n").Replace(m.text)
	return atMark.ReplaceAllString(text, "@$1")
}
