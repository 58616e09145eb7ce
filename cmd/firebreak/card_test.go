package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/firebreakhq/firebreak/handlers/teams/connector"
)

// A cardNode is an object of an Adaptive Card.
type cardNode map[string]any

func (n cardNode) string(key string) string { s, _ := n[key].(string); return s }

func (n cardNode) list(key string) []cardNode {
	list, _ := n[key].([]any)

	var nodes []cardNode

	for _, one := range list {
		if member, ok := one.(map[string]any); ok {
			nodes = append(nodes, member)
		}
	}

	return nodes
}

func (n cardNode) object(key string) cardNode { o, _ := n[key].(map[string]any); return o }

func (n cardNode) kind() string { return n.string("type") }

func parseCard(card json.RawMessage) cardNode {
	var parsed cardNode
	if err := json.Unmarshal(card, &parsed); err != nil {
		panic(err)
	}

	return parsed
}

// cardFunction matches what clients put the reader's own date or time in place
// of.
var cardFunction = regexp.MustCompile(`\{\{(DATE|TIME)\((\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ(?:, SHORT)?\)\}\}`)

// meansMore matches what is more than words where a client reads a run as
// Markdown: emphasis, a link, an item of a list, an escape. An open {{ may be a
// function.
var meansMore = regexp.MustCompile(`(?s)\*.*\*|_.*_|\][(\[]|(?m:^ *([-+*]|[0-9]+[.)]) )|\\.|\{\{`)

// cardMistakes returns what is wrong with a card: limits of Teams that it
// breaks, and words in it that are more than words.
func cardMistakes(card json.RawMessage) []string {
	mistakes := connector.ValidateCard(card)

	if size := 2 * len(utf16.Encode([]rune(string(card)))); size > 80<<10 {
		mistakes = append(mistakes, fmt.Sprintf("it takes %d bytes, want 80 KB at most", size))
	}

	eachNode(parseCard(card), func(n cardNode) { mistakes = append(mistakes, nodeMistakes(n)...) })

	return mistakes
}

// eachNode visits the elements and buttons of a card, but not what its buttons
// send.
func eachNode(n cardNode, visit func(cardNode)) {
	visit(n)

	for _, key := range []string{"body", "items", "columns", "inlines", "choices", "actions"} {
		for _, inner := range n.list(key) {
			eachNode(inner, visit)
		}
	}

	for _, key := range []string{"card", "fallback"} {
		if inner := n.object(key); inner != nil {
			eachNode(inner, visit)
		}
	}
}

func nodeMistakes(n cardNode) []string {
	var mistakes []string

	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Sprintf(format, args...)) }

	for _, key := range []string{"text", "title", "label", "placeholder", "tooltip", "fallbackText", "errorMessage"} {
		if r := disturbing(n.string(key)); r != 0 {
			mistake("its %v has the rune %U", key, r)
		}
	}

	switch kind := n.kind(); {
	case kind == "TextRun" && meansMore.MatchString(cardFunction.ReplaceAllString(n.string("text"), "")):
		mistake("the words %.60q are more than words", n.string("text"))
	case kind == "TextBlock" && strings.ContainsAny(n.string("text"), "*_[]{}<>`\\/~#"):
		mistake("the words %.60q may be more than words", n.string("text"))
	case strings.HasPrefix(kind, "Input.") && (n.string("label") == "" || meansMore.MatchString(n.string("label"))):
		mistake("the field %q is called %.60q", n.string("id"), n.string("label"))
	case strings.HasPrefix(kind, "Action.") && (len([]rune(n.string("title"))) > 40 || strings.Contains(n.string("title"), "\n")):
		mistake("a button says %.60q, want one short line", n.string("title"))
	case kind == "" && n.string("title") != "" && meansMore.MatchString(n.string("title")):
		mistake("the answer %.60q is more than words", n.string("title"))
	}

	return mistakes
}
