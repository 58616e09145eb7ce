package workspace

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The sums that Slack holds a message and a view to.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxMessageSum    = 12_000 // characters of all texts of a message's blocks
)

// surface is where blocks are shown.
type surface string

const (
	onMessage surface = "message"
	onModal   surface = "modal"
	onHome    surface = "home"
)

// ValidateMessage checks the blocks of a message as Slack does, and returns
// Slack's explanations, each with a JSON pointer; none when all is well.
func ValidateMessage(blocks json.RawMessage) []string {
	v, err := decode(blocks)
	if err != nil {
		return []string{problem("must be valid JSON", "/blocks")}
	}
	return validateBlocks(v)
}

func validateBlocks(v any) []string {
	c := newChecker(onMessage)
	c.blocks("/blocks", v, maxMessageBlocks)
	if c.sum > maxMessageSum {
		c.fail("/blocks", tooLong)
	}
	return c.problems
}

const tooLong = "the text of all blocks is too long"

// blocksError is the error that the problems of a message amount to.
func blocksError(problems []string) string {
	if slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, tooLong) }) {
		return "msg_blocks_too_long"
	}
	return "invalid_blocks"
}

// ValidateView checks a modal or a home tab as Slack does, like
// [ValidateMessage].
func ValidateView(view json.RawMessage) []string {
	v, err := decode(view)
	if err != nil {
		return []string{problem("must be valid JSON", "/view")}
	}
	n, ok := v.(node)
	if !ok {
		return []string{problem("must provide an object", "/view")}
	}
	kind := surface(str(n, "type"))
	s, known := viewSpecs[kind]
	if !known {
		return []string{problem("must be one of modal, home", "/view/type")}
	}
	c := newChecker(kind)
	c.object("/view", n, s)
	c.blocks("/view/blocks", n["blocks"], maxViewBlocks)
	if c.inputs > 0 && kind == onModal && n["submit"] == nil {
		c.fail("/view", "missing required field: submit, since there is an input block")
	}
	return c.problems
}

func problem(what, pointer string) string {
	return "[ERROR] " + what + " [json-pointer:" + pointer + "]"
}

// checker walks through blocks and notes what is wrong. It carries the tables,
// since their rules lead back to it.
type checker struct {
	surface      surface
	blockTable   map[string]blockSpec
	elementTable map[string]spec
	problems     []string
	sum          int  // characters of all texts
	inputs       int  // input blocks
	tables       int  // table blocks
	focused      bool // an element wants the focus
}

func newChecker(s surface) *checker {
	return &checker{surface: s, blockTable: blockSpecs, elementTable: elementSpecs}
}

func (c *checker) fail(path, format string, args ...any) {
	c.problems = append(c.problems, problem(fmt.Sprintf(format, args...), path))
}

// check is a rule for one value.
type check func(c *checker, path string, v any)

// spec says what an object may consist of. Any other member is refused.
type spec struct {
	required []string
	fields   map[string]check
	whole    func(c *checker, path string, n node) // what concerns several members
}

// object holds an object to its spec.
func (c *checker) object(path string, v any, s spec) {
	n, ok := v.(node)
	if !ok {
		c.fail(path, "must provide an object")
		return
	}
	for _, k := range s.required {
		if n[k] == nil {
			c.fail(path, "missing required field: %s", k)
		}
	}
	for _, k := range sortedKeys(n) {
		f := s.fields[k]
		switch {
		case f == nil:
			c.fail(path, "invalid additional property: %s", k)
		case n[k] != nil:
			f(c, path+"/"+k, n[k])
		}
	}
	if s.whole != nil {
		s.whole(c, path, n)
	}
}

// blocks checks a list of blocks.
func (c *checker) blocks(path string, v any, most int) {
	list, ok := v.([]any)
	if !ok {
		c.fail(path, "must provide an array")
		return
	}
	if len(list) > most {
		c.fail(path, "no more than %d items allowed", most)
	}
	ids := map[string]bool{}
	for i, b := range list {
		at := path + "/" + strconv.Itoa(i)
		c.block(at, b)
		if n, ok := b.(node); ok {
			c.unique(at, str(n, "block_id"), ids, "block_id")
		}
	}
}

func (c *checker) unique(path, id string, seen map[string]bool, key string) {
	if id == "" {
		return
	}
	if seen[id] {
		c.fail(path+"/"+key, "`%s` already exists for other element(s): %s", key, id)
	}
	seen[id] = true
}

func (c *checker) block(path string, v any) {
	n, ok := v.(node)
	if !ok {
		c.fail(path, "must provide an object")
		return
	}
	kind := str(n, "type")
	b, known := c.blockTable[kind]
	switch {
	case kind == "":
		c.fail(path, "missing required field: type")
	case !known || !slices.Contains(b.on, c.surface):
		c.fail(path+"/type", "unsupported type: %s", kind)
	default:
		c.object(path, n, b.spec)
	}
}

// element checks an interactive element that has to be of one of some kinds.
func (c *checker) element(path string, v any, kinds []string) {
	n, ok := v.(node)
	if !ok {
		c.fail(path, "must provide an object")
		return
	}
	kind := str(n, "type")
	s, known := c.elementTable[kind]
	if !known || !slices.Contains(kinds, kind) {
		c.fail(path+"/type", "unsupported type: %s", kind)
		return
	}
	c.object(path, n, s)
	if flag(n, "focus_on_load") {
		if c.focused {
			c.fail(path+"/focus_on_load", "only one element may have the focus")
		}
		c.focused = true
	}
}

// length checks the number of characters of a text.
func (c *checker) length(path, s string, least, most int) {
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		c.fail(path, "must be more than %d characters", least-1)
	case n > most:
		c.fail(path, "must be less than %d characters", most+1)
	}
	if !utf8.ValidString(s) {
		c.fail(path, "must be valid UTF-8")
	}
}

// text checks a text object.
func (c *checker) text(path string, v any, most int, kinds ...string) {
	n, ok := v.(node)
	if !ok {
		c.fail(path, "must provide an object")
		return
	}
	kind := str(n, "type")
	if !slices.Contains(kinds, kind) {
		c.fail(path+"/type", "must be one of %s", strings.Join(kinds, ", "))
		return
	}
	fields := map[string]check{"type": anything, "text": stringOf(1, most)}
	if kind == "plain_text" {
		fields["emoji"] = boolean
	} else {
		fields["verbatim"] = boolean
	}
	c.object(path, n, spec{required: []string{"text"}, fields: fields})
	c.sum += utf8.RuneCountInString(str(n, "text"))
}

// The rules for single values.

func anything(*checker, string, any) {}

func boolean(c *checker, path string, v any) {
	if _, ok := v.(bool); !ok {
		c.fail(path, "must be a boolean")
	}
}

func stringOf(least, most int) check {
	return func(c *checker, path string, v any) {
		s, ok := v.(string)
		if !ok {
			c.fail(path, "must be a string")
			return
		}
		c.length(path, s, least, most)
	}
}

func oneOf(words ...string) check {
	return func(c *checker, path string, v any) {
		if s, _ := v.(string); !slices.Contains(words, s) {
			c.fail(path, "must be one of %s", strings.Join(words, ", "))
		}
	}
}

func plainOf(most int) check {
	return func(c *checker, path string, v any) { c.text(path, v, most, "plain_text") }
}

func textOf(most int) check {
	return func(c *checker, path string, v any) { c.text(path, v, most, "plain_text", "mrkdwn") }
}

func integerOf(least, most int64) check {
	return func(c *checker, path string, v any) {
		n, ok := v.(json.Number)
		i, err := n.Int64()
		if !ok || err != nil || i < least || i > most {
			c.fail(path, "must be a whole number from %d to %d", least, most)
		}
	}
}

// listOf is a list whose items keep a rule of their own.
func listOf(least, most int, item check) check {
	return func(c *checker, path string, v any) {
		list, ok := v.([]any)
		if !ok {
			c.fail(path, "must provide an array")
			return
		}
		if len(list) < least {
			c.fail(path, "no fewer than %d items allowed", least)
		}
		if len(list) > most {
			c.fail(path, "no more than %d items allowed", most)
		}
		for i, e := range list {
			item(c, path+"/"+strconv.Itoa(i), e)
		}
	}
}

func elementOf(kinds ...string) check {
	return func(c *checker, path string, v any) { c.element(path, v, kinds) }
}

func objectOf(s spec) check {
	return func(c *checker, path string, v any) { c.object(path, v, s) }
}

func matching(pattern interface{ MatchString(string) bool }, what string) check {
	return func(c *checker, path string, v any) {
		if s, _ := v.(string); !pattern.MatchString(s) {
			c.fail(path, "must be %s", what)
		}
	}
}
