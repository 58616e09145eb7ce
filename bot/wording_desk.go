package bot

import (
	"slices"
	"strings"

	"github.com/firebreakhq/firebreak/bot/chat"
	"github.com/firebreakhq/firebreak/bot/wording"
)

// Wording is what a team wants to hear of the words that customers are told.
type Wording struct {
	Words []wording.Word // besides those that are known
	Off   []wording.Kind // of which nothing is said
}

// toCustomers are the fields in which people write what customers are told or
// promised, by their form. What customers said themselves is in none of them, and
// neither is the form that pages somebody: who has just called for help is not to be
// kept with how they put things.
var toCustomers = map[string][]string{
	contextFormID: {"told", "promised"},
	"inform":      {"said"},
	"move_owed":   {"told"},
	addOwedFormID: {"text"},
	"resolve":     {"agreed", "why", "instead", "promise"},
}

// toldIn returns what a form says to a customer that did not stand in it before.
func toldIn(f chat.Submission) []string {
	if f.Form == addOwedFormID && f.Values.Get("kind") != "promise" {
		return nil // a note of what is to be done
	}

	_, detail, _ := strings.Cut(f.State, "/")
	drawn := marksIn(detail)

	var words []string

	for _, field := range toCustomers[f.Form] {
		text := written(f.Values.Get(field))
		if text != "" && markOf([]string{text}) != drawn[field] {
			words = append(words, text)
		}
	}

	return words
}

// onlyYours stands below each thought.
const onlyYours = "Only you see this. You know the customer, so you decide."

// mostThoughts is how many phrases are remarked at a time.
const mostThoughts = 3

// thoughts returns what works better than some phrases in words for a customer, nil
// for nothing: each phrase once.
func (s *Settings) thoughts(texts ...string) chat.Facts {
	var facts chat.Facts

	for _, text := range texts {
		found := wording.Check(text, wording.Language(text), s.Wording.Words)

		for _, remark := range wording.Without(found, s.Wording.Off) {
			fact := chat.Fact{Label: "“" + inline(remark.Found, 60) + "”", Value: chat.Plain(remark.Instead)}

			same := slices.ContainsFunc(facts, func(f chat.Fact) bool { return fold(f.Label) == fold(fact.Label) })
			if !same && len(facts) < mostThoughts {
				facts = append(facts, fact)
			}
		}
	}

	return facts
}

// afterwards is what somebody reads after they sent a form: nothing, or a thought on
// the words in it. They are kept as they were written.
func (s *Settings) afterwards(texts []string) chat.Reply {
	thoughts := s.thoughts(texts...)
	if len(thoughts) == 0 {
		return chat.Reply{}
	}

	return chat.Reply{Message: &chat.Message{
		Title: "A thought on the wording",
		Parts: []chat.Part{
			chat.Paragraph{Text: chat.Plain("What you wrote is kept as it is. When you talk to the customer, this may work better:")},
			thoughts,
			chat.Small{Text: chat.Plain(onlyYours)},
		},
	}}
}

// checked answers somebody who asks before they say something.
func (d *Desk) checked(l Language, text string) *chat.Message {
	words := checkWords[l]

	if strings.TrimSpace(text) == "" {
		return chat.Notice(chat.Line(words.empty, d.commandName(calmCommand)).String())
	}

	thoughts := d.settings.thoughts(text)
	if len(thoughts) == 0 {
		return chat.Notice(words.nothing)
	}

	return &chat.Message{
		Title: words.title,
		Parts: []chat.Part{chat.Paragraph{Text: chat.Plain(words.better)}, thoughts, chat.Small{Text: chat.Plain(words.yours)}},
	}
}
