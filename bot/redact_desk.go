package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/redact"
)

// What people write comes in by three doors: Command, Click and Submit. Behind them
// nothing has a card's number in it any more, nor what a team named: no record, no
// message, no form that is drawn again, no page that goes out while nothing can be
// kept. So there is nothing to be remembered wherever words are used.

// Command answers something that was typed to the bot. It writes only where
// the command itself is the call for help, so that a form opens at once.
func (d *Desk) Command(ctx context.Context, c chat.Command) (chat.Reply, error) {
	m := masking{masker: &d.settings.Mask}
	c.Text, c.Quoted = m.typed(c.Text), m.text(c.Quoted)

	reply, err := d.answerCommand(ctx, c)

	return m.told(reply, err, false), err
}

// Click answers a pressed button, and a changed choice in a form.
func (d *Desk) Click(ctx context.Context, c chat.Click) (chat.Reply, error) {
	m := masking{masker: &d.settings.Mask}
	c.Value = m.carried(c.Action, c.Value)

	if c.Form != nil {
		form := *c.Form
		form.Values = m.values(form.Values)
		c.Form = &form
	}

	reply, err := d.answerClick(ctx, c)
	reply.Instead = d.instead(ctx, c)

	return m.told(reply, err, false), err
}

// Submit answers a filled form: with the problems at their fields, or with the
// effect.
func (d *Desk) Submit(ctx context.Context, f chat.Submission) (chat.Reply, error) {
	m := masking{masker: &d.settings.Mask}
	f.Values = m.values(f.Values)

	reply, err := d.answerSubmission(ctx, f)

	return m.told(reply, err, true), err
}

// Masked returns what somebody filled in as it may be shown again, for platforms
// that draw a form anew without asking the desk.
func (d *Desk) Masked(v chat.Values) chat.Values {
	m := masking{masker: &d.settings.Mask}

	return m.values(v)
}

// A masking masks what somebody wrote, and remembers what that was.
type masking struct {
	masker *redact.Masker
	found  []string // names, in the order of the text
	nobody bool     // a customer's reference was masked: it tells nobody from anybody else
}

// text masks words.
func (m *masking) text(words string) string {
	found := m.masker.Find(words)
	if len(found) == 0 {
		return words
	}

	for _, span := range found {
		m.found = append(m.found, span.Name)
	}

	masked, _ := m.masker.Mask(words)

	return masked
}

// typed masks what was typed, but for whom it mentions.
func (m *masking) typed(words string) string {
	var b, since strings.Builder

	for _, word := range strings.SplitAfter(words, " ") {
		if _, ok := chat.Mentioned(strings.TrimSpace(word)); !ok {
			since.WriteString(word)

			continue
		}

		b.WriteString(m.text(since.String()))
		b.WriteString(m.account(word))
		since.Reset()
	}

	return b.String() + m.text(since.String())
}

// account masks a card's number that is written as an account would be. What a pattern
// finds in an account stays: there would be nobody left who is meant.
func (m *masking) account(word string) string {
	cards := masking{masker: new(redact.Masker)}
	word = cards.text(word)
	m.found = append(m.found, cards.found...)

	return word
}

// values masks what was filled in.
func (m *masking) values(v chat.Values) chat.Values {
	masked := make(chat.Values, len(v))

	for field, answers := range v {
		masked[field] = slices.Clone(answers)

		for i, answer := range answers {
			masked[field][i] = m.answer(answer)
			m.nobody = m.nobody || field == "reference" && masked[field][i] != answer
		}
	}

	return masked
}

// answer masks what a field was answered. Whom somebody chose, and when, is no word of
// theirs.
func (m *masking) answer(words string) string {
	if _, person := chat.Mentioned("@" + words); person {
		return m.account(words)
	}

	if _, err := time.Parse(time.RFC3339, words); err == nil {
		return words
	}

	return m.typed(words)
}

// carried masks the words that a button carries, which somebody typed before: the
// button may have been drawn by an older version.
func (m *masking) carried(action, value string) string {
	parts := map[string]int{"new": 0, "add_words": 1, "now": 2, "another": 2}

	before, ok := parts[action]
	if !ok {
		return value
	}

	pieces := strings.SplitN(value, "/", before+1)
	last := len(pieces) - 1

	if last == before {
		pieces[last] = m.text(pieces[last])
	}

	return strings.Join(pieces, "/")
}

// told adds to a reply what was masked. Where there is nothing to add it to, it is
// said if the person waits for words.
func (m *masking) told(reply chat.Reply, err error, alone bool) chat.Reply {
	if len(m.found) == 0 || err != nil {
		return reply
	}

	note := m.note()

	switch {
	case len(reply.Problems) > 0:
		reply.Problems = maps.Clone(reply.Problems)
		reply.Problems[""] = joinSpace(reply.Problems[""], note)
	case reply.Form != nil:
		form := *reply.Form
		form.Intro = append([]chat.Part{chat.Small{Text: chat.Plain(note)}}, form.Intro...)
		reply.Form = &form
	case reply.Message != nil:
		message := *reply.Message
		message.Parts = append(slices.Clone(message.Parts), chat.Small{Text: chat.Plain(note)})
		reply.Message = &message
	case alone:
		reply.Message = chat.Notice("%v The rest is kept as you wrote it.", note)
	}

	return reply
}

// note says what was masked.
func (m *masking) note() string {
	var (
		cards int
		own   []string
		said  []string
	)

	for _, name := range m.found {
		switch {
		case name == redact.CardNumber:
			cards++
		case !slices.Contains(own, "“"+name+"”"):
			own = append(own, "“"+name+"”")
		}
	}

	switch {
	case cards == 1:
		said = append(said, "I masked a card number in what you wrote: only its last four digits are kept and shown.")
	case cards > 1:
		said = append(said, "I masked "+itoa(cards)+" card numbers in what you wrote: only their last four digits are kept and shown.")
	}

	if len(own) > 0 {
		said = append(said, "I removed what your organisation keeps out of here: "+enumerated(own)+".")
	}

	if m.nobody {
		said = append(said, "As a reference it doesn't tell me who the customer is: an account or case number does.")
	}

	return strings.Join(said, " ")
}
