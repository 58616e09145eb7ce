package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maySkip are the tests that may be skipped, with the reason. A test that is
// skipped and not in this table fails the check: it would look like one that
// passed.
var maySkip = map[string]string{
	"github.com/firebreakhq/firebreak/cmd/firebreak.TestPlaygroundEscalation": "it needs Node and FIREBREAK_PLAYGROUND, which .ci/run installs and sets",
	"github.com/firebreakhq/firebreak/cmd/firebreak.TestCardsRendered":        "it needs FIREBREAK_ADAPTIVECARDS, which .ci/run installs and sets",
	"github.com/firebreakhq/firebreak/store/bolt.TestUnwritable":              "root may write to everything; it runs for everybody else",
}

// A testEvent is what go test -json says, one per line. See go doc test2json.
type testEvent struct {
	Action  string
	Package string
	Test    string
	Output  string
	// ImportPath names the package when Action is about a build.
	ImportPath string
}

// unskipped is a step that is a go test -json, read for what became of each test.
func unskipped(args ...string) func(context.Context, job) error {
	return func(ctx context.Context, j job) error {
		reader, writer := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			ended <- j.command(ctx, writer, args...)
			_ = writer.Close() // it never fails
		}()

		result, err := readTests(reader, j.out)
		// Whatever is left unread would hold the command up.
		_, drained := io.Copy(io.Discard, reader)
		return errors.Join(err, drained, <-ended, result.verdict(j.out))
	}
}

// results are what a run of tests came to.
type results struct {
	passed, failed int
	skipped        []string // package.Test, in the order they ended
}

// verdict prints the numbers, and returns an error about tests that were
// skipped or that were not there at all.
func (r *results) verdict(out io.Writer) error {
	fmt.Fprintf(out, "%d tests passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skipped))

	var unexplained []string
	for _, name := range r.skipped {
		reason, ok := maySkip[name]
		if !ok {
			unexplained = append(unexplained, name)
			continue
		}
		fmt.Fprintf(out, "skipped %s: %s\n", name, reason)
	}

	switch {
	case len(unexplained) > 0:
		return fmt.Errorf("skipped without a reason in cmd/check/skips.go: %s", strings.Join(unexplained, ", "))
	case r.passed == 0:
		return errors.New("not one test passed")
	}
	return nil
}

// readTests reads events until they end. It keeps what each test prints and
// copies it to out if the test failed or was skipped, and what packages print of
// themselves at once.
func readTests(in io.Reader, out io.Writer) (*results, error) {
	r := new(results)
	printed := make(map[string]*strings.Builder)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)

	for lines.Scan() {
		var e testEvent
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintf(out, "%s\n", lines.Bytes()) // the go command's own complaint
			continue
		}
		r.add(e, printed, out)
	}
	if err := lines.Err(); err != nil {
		return r, fmt.Errorf("read the test's events: %w", err)
	}
	return r, nil
}

func (r *results) add(e testEvent, printed map[string]*strings.Builder, out io.Writer) {
	name := e.Package + "." + e.Test

	switch {
	case e.Action == "output" && e.Test != "":
		if printed[name] == nil {
			printed[name] = new(strings.Builder)
		}
		printed[name].WriteString(e.Output)
		return
	case e.Action == "output" && e.Output != "PASS\n", e.Action == "build-output":
		fmt.Fprint(out, e.Output)
		return
	case e.Test == "":
		return
	}

	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
	case "skip":
		r.skipped = append(r.skipped, name)
	default:
		return
	}
	if e.Action != "pass" && printed[name] != nil {
		fmt.Fprint(out, printed[name])
	}
	delete(printed, name)
}
