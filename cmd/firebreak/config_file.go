package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The limits of a configuration file. Two thousand people and two hundred teams
// fill a quarter of either.
const (
	maxConfigBytes = 1 << 20
	maxConfigNodes = 200_000 // once aliases are written out
)

// ReadConfig reads and checks the file at path. The error is a *ConfigError
// when the file could be read and something in it is wrong.
func ReadConfig(path string) (*Config, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no configuration at %s; write one like this, or try `firebreak demo`, which needs none:\n\n%s", path, smallest)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	defer f.Close()

	// One byte more than is allowed tells a full file from one that is too long.
	data, err := io.ReadAll(io.LimitReader(f, maxConfigBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return ParseConfig(path, data)
}

// smallest is the least that works, for somebody who has no file yet.
const smallest = `people: # on Microsoft Teams, teams: and the Entra object id in place of slack:, or email:
  dana:  {name: Dana Reed,  role: supervisor, slack: U0DANA}
  priya: {name: Priya Nair, role: manager,    slack: U0PRIYA}

teams:
  billing:
    name: Billing
    timezone: Europe/London
    supervisors: [dana]
    managers: [priya]
`

// ParseConfig reads and checks a configuration that was read from the file
// called name. The error is a *ConfigError with every mistake, in the order of
// the lines.
func ParseConfig(name string, data []byte) (*Config, error) {
	c := DefaultConfig()
	d := &decoder{source: source{name: name, lines: make(map[string]int)}}

	if root, ok := d.parse(data); ok {
		d.config(root, c)
		c.source = d.source
		for _, m := range c.Validate() {
			d.mistakes.add(m)
		}
	}
	if err := d.mistakes.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// source is a file and where each key stands in it.
type source struct {
	name  string
	lines map[string]int // by key path, from 1
}

// line returns where the key stands, or if it is absent the nearest key around
// it, or the first line.
func (s source) line(key string) int {
	for key != "" {
		if n, ok := s.lines[key]; ok {
			return n
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	if s.name == "" {
		return 0
	}
	return 1
}

// mistake describes what is wrong at a key.
func (s source) mistake(key, format string, args ...any) Mistake {
	return Mistake{File: s.name, Line: s.line(key), Key: key, What: fmt.Sprintf(format, args...)}
}

// A node is a value of the file with the path that leads to it. Aliases are
// followed.
type node struct {
	key string
	ast.Node
}

// A decoder turns the file's tree into a Config. It does not stop at a mistake:
// it notes it and goes on with the next value.
//
// The tree is walked by hand and not decoded by reflection, since a Go struct
// can't say at which line a value stood, and a decoder into one stops at the
// first mistake.
type decoder struct {
	source
	mistakes mistakes
	anchors  map[string]ast.Node
	nodes    int // visited so far
}

// parse returns the root of the tree, and false after it noted why there is none.
func (d *decoder) parse(data []byte) (node, bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if d.unreadable(data) {
		return node{}, false
	}

	// The parser counts a line twice that ends as Windows ends it after a comment.
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))

	file, err := parseYAML(data)
	if err != nil {
		d.syntax(err, data)
		return node{}, false
	}

	body, ok := d.onlyDocument(file)
	if !ok {
		return node{}, false
	}
	if _, ok := mappingOf(body); !ok {
		d.mistakes.add(Mistake{
			File: d.name, Line: lineOf(body),
			What: kindOf(body) + " stands here; write people and teams, like this:\n\n" + smallest,
		})
		return node{}, false
	}
	d.anchors = make(map[string]ast.Node)
	ast.Walk(anchorsOf(d.anchors), body)

	return node{Node: body}, true
}

// unreadable notes what keeps data from being read as text at all.
func (d *decoder) unreadable(data []byte) bool {
	at := func(offset int, what string) bool {
		d.mistakes.add(Mistake{File: d.name, Line: 1 + bytes.Count(data[:offset], []byte("\n")), What: what})
		return true
	}

	if len(data) > maxConfigBytes {
		return at(0, fmt.Sprintf("the file is larger than %d KiB; is this the configuration?", maxConfigBytes>>10))
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return at(0, "the file is saved as UTF-16; save it as UTF-8")
	}
	if i := invalidUTF8(data); i >= 0 {
		return at(i, "a letter here is not UTF-8; save the file as UTF-8")
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return at(i, "the file has a zero byte in it; is this the configuration?")
	}
	return false
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, -1 if all are.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// parseYAML parses, and turns a panic of the parser into an error: its input is
// whatever somebody typed.
func parseYAML(data []byte) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, errors.New("it cannot be read as YAML")
		}
	}()
	return parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey()) // fields reports duplicates, with both lines
}

// syntax notes why the file is not YAML.
func (d *decoder) syntax(err error, data []byte) {
	m := Mistake{File: d.name, Line: 1, What: "it cannot be read as YAML"}

	if at, ok := errors.AsType[yaml.Error](err); ok {
		m.What = at.GetMessage()
		if token := at.GetToken(); token != nil && token.Position != nil {
			m.Line = token.Position.Line
		}
	}
	if n := tabbedLine(data, m.Line); n > 0 {
		m.Line = n
		m.What = "the line is indented with a tab; YAML takes spaces only"
	}

	d.mistakes.add(m)
}

// tabbedLine returns the number of the first line from near that is indented
// with a tab, or 0 if there is none within two lines: further away a tab is not
// what the parser stumbled over.
func tabbedLine(data []byte, near int) int {
	lines := bytes.Split(data, []byte("\n"))
	for n := max(1, near); n <= min(len(lines), near+2); n++ {
		line := lines[n-1]
		indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.ContainsRune(indent, '\t') {
			return n
		}
	}
	return 0
}

// onlyDocument returns the one document of the file, and false after it noted
// that there is none, or more than one.
func (d *decoder) onlyDocument(file *ast.File) (ast.Node, bool) {
	var body ast.Node

	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); doc.Body == nil || directive {
			continue
		}
		if body != nil {
			d.mistakes.add(Mistake{
				File: d.name, Line: lineOf(doc.Body),
				What: "a second document begins here; write everything into one, without --- between",
			})
			return nil, false
		}
		body = doc.Body
	}

	if body == nil {
		d.mistakes.add(Mistake{
			File: d.name, Line: 1,
			What: "the file is empty; write people and teams, like this:\n\n" + smallest,
		})
		return nil, false
	}
	return body, true
}

// anchorsOf collects the anchored values of a tree, by the anchor's name.
type anchorsOf map[string]ast.Node

// Visit notes n if it carries an anchor.
func (a anchorsOf) Visit(n ast.Node) ast.Visitor {
	if anchor, ok := n.(*ast.AnchorNode); ok && anchor.Name != nil {
		a[anchor.Name.String()] = anchor.Value
	}
	return a
}

// lineOf returns the line a value begins on. The token of a mapping is its
// first colon, which may stand lines below, so the key is asked instead.
func lineOf(n ast.Node) int {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 1
	}
	return n.GetToken().Position.Line
}

// child returns the value under key, with anchors and aliases followed, and
// remembers its line. It returns false after it noted that there is no such
// value.
func (d *decoder) child(key string, n ast.Node, line int) (node, bool) {
	if _, known := d.lines[key]; !known {
		d.lines[key] = line
	}

	d.nodes++
	if d.nodes > maxConfigNodes {
		if d.nodes == maxConfigNodes+1 {
			d.wrong(node{key: key}, "the file has more than %d values once its aliases are written out; is this the configuration?", maxConfigNodes)
		}
		return node{}, false
	}

	// A chain of aliases longer than there are anchors goes round in a circle.
	for range len(d.anchors) + 2 {
		switch t := n.(type) {
		case *ast.AnchorNode:
			n = t.Value
		case *ast.AliasNode:
			target, ok := d.anchors[t.Value.String()]
			if !ok {
				d.wrong(node{key: key}, "*%s stands for nothing; name an anchor that is written as &%s elsewhere in the file", t.Value, t.Value)
				return node{}, false
			}
			n = target
		case *ast.TagNode:
			d.wrong(node{key: key}, "tags like %s are not understood; write the plain value", t.Start.Value)
			return node{}, false
		default:
			return node{key: key, Node: n}, true
		}
	}
	d.wrong(node{key: key}, "the alias refers to itself; write the value out")
	return node{}, false
}

// wrong notes a mistake at n.
func (d *decoder) wrong(n node, format string, args ...any) {
	d.mistakes.add(d.mistake(n.key, format, args...))
}
