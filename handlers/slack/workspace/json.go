package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
)

// node is a JSON object whose members are looked at by name.
type node = map[string]any

// decode reads JSON with its numbers as written.
func decode(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errTrailing
	}
	return v, nil
}

var errTrailing = errors.New("there is more after the JSON")

// nodes returns the objects of a JSON array, passing over anything else in it.
func nodes(v any) []node {
	list, _ := v.([]any)
	var out []node
	for _, e := range list {
		if n, ok := e.(node); ok {
			out = append(out, n)
		}
	}
	return out
}

// object returns a member that is an object, or nil.
func object(n node, key string) node {
	o, _ := n[key].(node)
	return o
}

// str returns a member that is a string, or "".
func str(n node, key string) string {
	s, _ := n[key].(string)
	return s
}

// flag returns a member that is a boolean, or false.
func flag(n node, key string) bool {
	b, _ := n[key].(bool)
	return b
}

// blocksOf reads a list of blocks.
func blocksOf(blocks json.RawMessage) []node {
	v, err := decode(blocks)
	if err != nil {
		return nil
	}
	return nodes(v)
}

// clone copies a tree of JSON.
func clone(v any) any {
	switch v := v.(type) {
	case node:
		out := node{}
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = clone(e)
		}
		return out
	default:
		return v
	}
}

// number returns a member that is a whole number.
func number(n node, key string) (int64, error) {
	v, _ := n[key].(json.Number)
	return v.Int64()
}

// set is the members of a list, to be looked up.
func set(list []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range list {
		m[s] = true
	}
	return m
}
