// Command check runs everything that has to hold before a change is taken: the
// same steps on every machine, here and in CI.
//
//	go tool check                  everything
//	go tool check -only lint,race  some of it
//	go tool check -skip test       all but some of it
//	go tool check -list            what there is
//
// Each step is named, timed, and says what it would have run by hand. A step
// that can't run fails, as does one that was skipped silently: a race test needs
// a C compiler, the linters need the module proxy once. All steps run even when
// one fails, and the exit code is 1 if any did.
//
// Linters live in a mod file of their own, .ci/lint/go.mod, so that their
// dependencies never become ours.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

// run is main with its outsides handed in.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	only := flags.String("only", "", "run these `steps` only, separated by commas")
	skip := flags.String("skip", "", "run all but these `steps`, separated by commas")
	list := flags.Bool("list", false, "list the steps and run none")
	if err := flags.Parse(args); err != nil {
		return err
	}

	chosen, err := choose(steps, *only, *skip)
	if err != nil {
		return err
	}
	if *list {
		for _, s := range chosen {
			fmt.Fprintf(out, "%-8s %s\n", s.name, s.what)
		}
		return nil
	}

	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	return runAll(ctx, chosen, root, out)
}

// choose returns the steps that a list names, in their own order, and all of
// them for an empty list; without those that a second list names.
func choose(all []step, only, skip string) ([]step, error) {
	wanted, unwanted := listed(only), listed(skip)

	for _, name := range append(slices.Sorted(maps.Keys(wanted)), slices.Sorted(maps.Keys(unwanted))...) {
		if !slices.ContainsFunc(all, func(s step) bool { return s.name == name }) {
			return nil, fmt.Errorf("there is no step %q; go tool check -list names them", name)
		}
	}

	return slices.DeleteFunc(slices.Clone(all), func(s step) bool {
		return unwanted[s.name] || len(wanted) > 0 && !wanted[s.name]
	}), nil
}

// listed returns the names in a list.
func listed(list string) map[string]bool {
	names := map[string]bool{}

	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names[name] = true
		}
	}

	return names
}

// moduleRoot returns the directory of our go.mod, wherever below it we were
// called.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find go.mod: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if mod == "" || mod == os.DevNull {
		return "", errors.New("find go.mod: run it inside of the module")
	}
	return filepath.Dir(mod), nil
}

// runAll runs steps one after the other and reports on each. Its error names
// those that failed.
func runAll(ctx context.Context, steps []step, root string, out io.Writer) error {
	var failed []string
	begun := time.Now()

	for _, s := range steps {
		fmt.Fprintf(out, "---- %-8s %s\n", s.name, s.what)
		t := time.Now()
		err := s.run(ctx, newJob(root, out))
		took := time.Since(t).Seconds()

		if err != nil {
			failed = append(failed, s.name)
			fmt.Fprintf(out, "FAIL %-8s %.1fs: %v\n", s.name, took, err)
			continue
		}
		fmt.Fprintf(out, "ok   %-8s %.1fs\n", s.name, took)
	}

	fmt.Fprintf(out, "---- %d steps in %.1fs, %d failed\n", len(steps), time.Since(begun).Seconds(), len(failed))
	if len(failed) > 0 {
		return fmt.Errorf("failed: %s", strings.Join(failed, ", "))
	}
	return nil
}
