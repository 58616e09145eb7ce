package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Mistake is one thing in the configuration that cannot be meant. It says
// where it stands, what is wrong, and what to write instead.
type Mistake struct {
	File string // as the operator named it, "" when the configuration came from no file
	Line int    // from 1, 0 when the configuration came from no file
	Key  string // the path to it: teams.billing.shifts[0].hours; "" is the whole file
	What string // what is wrong, and after a semicolon what to write instead
}

// String returns the mistake as one line: file:line: key: what.
func (m Mistake) String() string {
	var b strings.Builder

	if m.File != "" {
		fmt.Fprintf(&b, "%s:%d: ", m.File, m.Line)
	}
	if m.Key != "" {
		b.WriteString(m.Key + ": ")
	}
	b.WriteString(m.What)

	return b.String()
}

// A ConfigError is every mistake of a configuration, in the order of its lines,
// so that one run shows all there is to mend.
type ConfigError struct {
	Mistakes []Mistake
}

// Error returns a line for each mistake.
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// mistakes collects. Of several mistakes at one key the first is kept: a role
// that could not be read need not be reported as missing too.
type mistakes struct {
	list []Mistake
	seen map[string]bool
}

func (ms *mistakes) add(m Mistake) {
	if m.Key != "" {
		if ms.seen[m.Key] {
			return
		}
		if ms.seen == nil {
			ms.seen = make(map[string]bool)
		}
		ms.seen[m.Key] = true
	}
	ms.list = append(ms.list, m)
}

// err returns a *ConfigError of what was collected, nil if it was nothing.
func (ms *mistakes) err() error {
	if len(ms.list) == 0 {
		return nil
	}
	slices.SortStableFunc(ms.list, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return &ConfigError{Mistakes: ms.list}
}
