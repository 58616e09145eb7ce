package connector

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
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
		return nil, errors.New("there is more after the JSON")
	}
	return v, nil
}

// objectOf reads a JSON object; nil when it is none.
func objectOf(b []byte) node {
	v, err := decode(b)
	if err != nil {
		return nil
	}
	n, _ := v.(node)
	return n
}

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

// raw is v as JSON. Everything given to it can be marshalled.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("connector: " + err.Error())
	}
	return b
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
