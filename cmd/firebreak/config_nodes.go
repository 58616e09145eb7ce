package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// fields are the keys that a mapping may have, and what reads the value of each.
type fields map[string]func(node)

// fields reads a mapping whose keys are known. An unknown one is a mistake that
// names the nearest known one.
func (d *decoder) fields(n node, known fields) {
	d.entries(n, func(key string, value node) {
		if read, ok := known[key]; ok {
			read(value)
			return
		}
		d.unknown(value, key, known)
	})
}

func (d *decoder) unknown(n node, key string, known fields) {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)

	if meant := nearest(key, names); meant != "" {
		d.wrong(n, "there is no such key; did you mean %s?", meant)
		return
	}
	d.wrong(n, "there is no such key here; known are %s", strings.Join(names, ", "))
}

// entries reads a mapping with whatever keys it has, in their order. A key that
// stands twice is a mistake and read once.
func (d *decoder) entries(n node, read func(key string, value node)) {
	values, ok := mappingOf(n.Node)
	if !ok {
		d.wrong(n, "%s stands here; write keys and values below it, or remove it", kindOf(n.Node))
		return
	}

	first := make(map[string]int)
	for _, v := range values {
		key, ok := d.keyOf(n, v)
		if !ok {
			continue
		}
		path, line := join(n.key, key), lineOf(v.Key)

		if earlier, twice := first[key]; twice {
			d.mistakes.add(Mistake{
				File: d.name, Line: line, Key: path,
				What: fmt.Sprintf("it stands twice, first on line %d; keep one of them", earlier),
			})
			continue
		}
		first[key] = line

		if value, ok := d.child(path, v.Value, line); ok {
			read(key, value)
		}
	}
}

// keyOf returns the key of an entry, and false after it noted that it is none.
func (d *decoder) keyOf(n node, v *ast.MappingValueNode) (string, bool) {
	at := func(what string) {
		d.mistakes.add(Mistake{File: d.name, Line: lineOf(v.Key), Key: n.key, What: what})
	}

	switch k := v.Key.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.MergeKeyNode:
		at("the merge key << is not understood; write the keys out, or give the whole value an alias")
	case *ast.MappingKeyNode:
		at("a key that begins with ? is not understood; write name: value")
	default:
		if text, ok := textOf(v.Key); ok {
			return text, true // 3: 5m
		}
		at("a key here is no plain word; write name: value")
	}
	return "", false
}

// items reads a list.
func (d *decoder) items(n node, read func(node)) {
	list, ok := n.Node.(*ast.SequenceNode)
	if !ok {
		d.wrong(n, "%s stands here; write a list like [one, two]", kindOf(n.Node))
		return
	}
	for i, v := range list.Values {
		if item, ok := d.child(fmt.Sprintf("%s[%d]", n.key, i), v, lineOf(v)); ok {
			read(item)
		}
	}
}

// one returns a reader of a single value into target.
func one[T any](d *decoder, target *T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		text, ok := textOf(n.Node)
		if !ok {
			d.wrong(n, "%s stands here; write a single value", kindOf(n.Node))
			return
		}
		v, err := parse(text)
		if err != nil {
			d.wrong(n, "%v", err)
			return
		}
		*target = v
	}
}

// many returns a reader of a list of single values into target.
func many[T any](d *decoder, target *[]T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		d.items(n, func(item node) {
			var v T
			before := len(d.mistakes.list)
			one(d, &v, parse)(item)
			if len(d.mistakes.list) == before {
				*target = append(*target, v)
			}
		})
	}
}

// oneOrMany returns a reader of a list that may also be written as one value.
func oneOrMany[T any](d *decoder, target *[]T, parse func(string) (T, error)) func(node) {
	return func(n node) {
		if _, ok := textOf(n.Node); !ok {
			many(d, target, parse)(n)
			return
		}
		var v T
		one(d, &v, parse)(n)
		*target = []T{v}
	}
}

// mappingOf returns the entries of a mapping. The parser gives a mapping of one
// entry as that entry in some places.
func mappingOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch t := n.(type) {
	case *ast.MappingNode:
		return t.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{t}, true
	}
	return nil, false
}

// textOf returns a single value as it stands in the file: 45, 1.5 and true are
// texts too, and what reads them decides.
func textOf(n ast.Node) (string, bool) {
	switch t := n.(type) {
	case *ast.StringNode:
		return t.Value, true
	case *ast.LiteralNode:
		return t.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return t.GetToken().Value, true
	}
	return "", false
}

// kindOf names what stands in the file, for a sentence.
func kindOf(n ast.Node) string {
	switch t := n.(type) {
	case *ast.NullNode, nil:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a group of keys"
	case *ast.SequenceNode:
		return "a list"
	default:
		if text, ok := textOf(t); ok {
			return fmt.Sprintf("%q", shortened(text))
		}
		return "something else"
	}
}

// shortened cuts what is quoted back to the operator.
func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// join returns the path of a key within a mapping.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
