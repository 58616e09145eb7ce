package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// A step is one thing that has to hold.
type step struct {
	name string
	what string // in a few words, for the list and the log
	run  func(context.Context, job) error
}

// steps are all there are, the quick ones first.
var steps = []step{
	{"format", "gofmt has nothing to change", format},
	{"tidy", "go mod tidy has nothing to change", silent("go", "mod", "tidy", "-diff")},
	{"fix", "go fix knows no newer way to write it", silent("go", "fix", "-diff", "./...")},
	{"vet", "go vet ./...", loud("go", "vet", "./...")},
	{"build", "the program builds without C, as the image has it", build},
	{"lint", "golangci-lint run", loud(tool("golangci-lint", "run")...)},
	{"dead", "every function of the product is reached from main", dead},
	{"test", "go test ./...", loud("go", "test", "./...")},
	{"race", "go test -race ./... but for what runs alone, and no test skipped without a reason", unskipped("go", "test", "-race", "-timeout", "30m", "-skip", alone, "-json", "./...")},
}

// alone are tests that take the race detector minutes, and have nothing for it: of
// one goroutine, in which something is drawn or recurs, and of a binary that is
// built without the detector and killed.
const alone = "^(TestKill|TestGallery|TestHostile|FuzzHostile|TestRecurringInEveryZone|TestHoursAgree|TestWeeklyAgrees)"

// tool returns the command that runs a tool of the linters' own mod file.
func tool(name string, args ...string) []string {
	return append([]string{"go", "tool", "-modfile=.ci/lint/go.mod", name}, args...)
}

// A job is where a step works and writes. Make it with newJob.
type job struct {
	dir string        // the module's root
	out *lockedWriter // a command's two outputs meet here
	env []string      // added to the environment: NAME=value
}

func newJob(dir string, out io.Writer) job { return job{dir: dir, out: &lockedWriter{w: out}} }

// lockedWriter lets several goroutines write.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// command runs a program to its end. What it prints to stdout goes to out, and
// what it complains about to the log.
func (j job) command(ctx context.Context, out io.Writer, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = j.dir
	cmd.Env = append(os.Environ(), j.env...)
	cmd.Stdout, cmd.Stderr = out, j.out

	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// loud is a step that is a command which tells by its exit code.
func loud(args ...string) func(context.Context, job) error {
	return func(ctx context.Context, j job) error { return j.command(ctx, j.out, args...) }
}

// silent is a step that is a command which must print nothing.
func silent(args ...string) func(context.Context, job) error {
	return func(ctx context.Context, j job) error {
		var printed bytes.Buffer
		err := j.command(ctx, io.MultiWriter(&printed, j.out), args...)
		if err == nil && printed.Len() > 0 {
			err = errors.New("it has something to change, see above")
		}
		return err
	}
}

// format calls the gofmt that belongs to the Go in use: another one of another
// version may stand first in the path.
func format(ctx context.Context, j job) error {
	var root bytes.Buffer
	if err := j.command(ctx, &root, "go", "env", "GOROOT"); err != nil {
		return err
	}
	gofmt := filepath.Join(strings.TrimSpace(root.String()), "bin", "gofmt")
	return silent(gofmt, "-l", "-s", ".")(ctx, j)
}

// build makes the binary that the image holds, and throws it away.
func build(ctx context.Context, j job) error {
	dir, err := os.MkdirTemp("", "firebreak-build-")
	if err != nil {
		return fmt.Errorf("make room for the binary: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays is in the machine's temporary directory

	j.env = append(j.env, "CGO_ENABLED=0")
	if err := j.command(ctx, j.out, "go", "build", "./..."); err != nil {
		return err
	}
	return j.command(ctx, j.out, "go", "build", "-trimpath", "-o", filepath.Join(dir, "firebreak"), "./cmd/firebreak")
}
