package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// forTests are the packages below the module that exist to test others with,
// wholly or in part. A function of theirs is alive when a test reaches it; one
// of the product must be reached from a program, since a function that only its
// own test calls is a promise nobody uses.
var forTests = []string{"handlers/slack/workspace", "handlers/teams/connector", "store/storetest"}

// A deadPackage is what deadcode reports of a package.
type deadPackage struct {
	Path  string
	Funcs []deadFunc
}

type deadFunc struct {
	Name     string
	Position struct {
		File string
		Line int
	}
}

// dead fails when a function can't be reached.
func dead(ctx context.Context, j job) error {
	product, err := deadcode(ctx, j)
	if err != nil {
		return err
	}
	tested, err := deadcode(ctx, j, "-test")
	if err != nil {
		return err
	}

	if n := report(j.out, product, false) + report(j.out, tested, true); n > 0 {
		return fmt.Errorf("%d functions are never reached: remove them, or use them", n)
	}
	return nil
}

func deadcode(ctx context.Context, j job, flags ...string) ([]deadPackage, error) {
	var out bytes.Buffer
	args := append(tool("deadcode", "-json"), flags...)
	if err := j.command(ctx, &out, append(args, "./...")...); err != nil {
		return nil, err
	}

	var packages []deadPackage
	if err := json.Unmarshal(out.Bytes(), &packages); err != nil {
		return nil, fmt.Errorf("read what deadcode found: %w", err)
	}
	return packages, nil
}

// report prints the functions of the packages that are for tests, or of those
// that are not, and returns how many there are.
func report(out io.Writer, packages []deadPackage, tests bool) int {
	n := 0
	for _, p := range packages {
		if isForTests(p.Path) != tests {
			continue
		}
		for _, f := range p.Funcs {
			if isDrawn(p.Path, f.Name) {
				continue
			}
			fmt.Fprintf(out, "%s:%d: %s is never reached\n", f.Position.File, f.Position.Line, f.Name)
			n++
		}
	}
	return n
}

// drawn are functions that the gallery of everything the bot says draws with,
// so that its golden files hold what people get to see.
var drawn = []string{
	"handlers/slack.Draw", "handlers/slack.DrawHome", "handlers/slack.DrawForm",
	"handlers/teams.Draw", "handlers/teams.DrawForm",
}

func isDrawn(path, name string) bool {
	return slices.ContainsFunc(drawn, func(f string) bool { return strings.HasSuffix(path+"."+name, "/"+f) })
}

func isForTests(path string) bool {
	return slices.ContainsFunc(forTests, func(p string) bool { return strings.HasSuffix(path, "/"+p) })
}
