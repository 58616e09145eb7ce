package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		only    string
		skip    string
		want    []string
		wantErr string
	}{
		{"", "", []string{"format", "tidy", "fix", "vet", "build", "lint", "dead", "test", "race"}, ""},
		{"race,format", "", []string{"format", "race"}, ""},
		{" lint , lint ", "", []string{"lint"}, ""},
		{"", "test,dead", []string{"format", "tidy", "fix", "vet", "build", "lint", "race"}, ""},
		{"lint,race", "race", []string{"lint"}, ""},
		{"lint,spell", "", nil, `there is no step "spell"; go tool check -list names them`},
		{"", "tests", nil, `there is no step "tests"; go tool check -list names them`},
	}

	for _, test := range tests {
		chosen, err := choose(steps, test.only, test.skip)

		var got []string
		for _, s := range chosen {
			got = append(got, s.name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("choose(%q, %q) (-want +got):\n%s", test.only, test.skip, diff)
		}
		if (err == nil) != (test.wantErr == "") || err != nil && err.Error() != test.wantErr {
			t.Errorf("choose(%q, %q) = %v, want %q", test.only, test.skip, err, test.wantErr)
		}
	}
}

// A step that fails is named at the end, and does not keep the others from
// running.
func TestRunAll(t *testing.T) {
	var ran []string
	fake := func(name string, err error) step {
		return step{name: name, run: func(context.Context, job) error { ran = append(ran, name); return err }}
	}
	var out bytes.Buffer

	err := runAll(t.Context(), []step{fake("one", nil), fake("two", errors.New("oh")), fake("three", nil)}, t.TempDir(), &out)

	if err == nil || err.Error() != "failed: two" {
		t.Errorf("runAll = %v, want failed: two", err)
	}
	if diff := cmp.Diff([]string{"one", "two", "three"}, ran); diff != "" {
		t.Errorf("steps that ran (-want +got):\n%s", diff)
	}
	for _, want := range []string{"ok   one", "FAIL two", ": oh\n", "3 steps in", "1 failed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output = %s, want %q in it", &out, want)
		}
	}
}

func TestRunAllWithoutFailure(t *testing.T) {
	fine := step{name: "fine", run: func(context.Context, job) error { return nil }}

	if err := runAll(t.Context(), []step{fine, fine}, t.TempDir(), new(bytes.Buffer)); err != nil {
		t.Errorf("runAll = %v, want no error", err)
	}
}

func TestRun(t *testing.T) {
	tests := []struct {
		args    []string
		want    string // what it prints
		wantErr string // part of the error, "" for none
	}{
		{[]string{"-list", "-only", "vet"}, "vet      go vet ./...\n", ""},
		{[]string{"-only", "vetting"}, "", "there is no step"},
		{[]string{"-fast"}, "", "not defined"},
	}

	for _, test := range tests {
		var out bytes.Buffer
		err := run(t.Context(), test.args, &out)

		if got := out.String(); got != test.want {
			t.Errorf("run(%q) prints %q, want %q", test.args, got, test.want)
		}
		if (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
			t.Errorf("run(%q) = %v, want %q", test.args, err, test.wantErr)
		}
	}
}

// The steps that are more than a command, in a module of one program.
func TestSteps(t *testing.T) {
	const (
		good     = "package main\n\nfunc main() {}\n"
		untidy   = "package main\nfunc main() { }\n"
		unlinked = "package main\n\nfunc main() { missing() }\n"
		tests    = "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) { t.Log(1) }\n"
		skipping = "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) { t.Skip() }\n"
		failing  = "package main\n\nimport \"testing\"\n\nfunc TestIt(t *testing.T) { t.Fail() }\n"
	)
	// Without -race, which needs a C compiler.
	tested := unskipped("go", "test", "-json", "./...")
	cases := []struct {
		name    string
		run     func(context.Context, job) error
		program string
		test    string
		want    string // part of the error, "" for none
	}{
		{"format", format, good, tests, ""},
		{"format of an untidy program", format, untidy, tests, "something to change"},
		{"build", build, good, tests, ""},
		{"build of a broken program", build, unlinked, tests, "go build"},
		{"tests", tested, good, tests, ""},
		{"a failing test", tested, good, failing, "go test"},
		{"a skipped test", tested, good, skipping, "skipped without a reason"},
	}

	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "go.mod", "module example.com/m\n\ngo 1.26.0\n")
			write(t, dir, "cmd/firebreak/main.go", c.program)
			write(t, dir, "cmd/firebreak/main_test.go", c.test)
			var out bytes.Buffer

			err := c.run(t.Context(), newJob(dir, &out))

			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s = %v, want %q; it printed %s", c.name, err, c.want, &out)
			}
		})
	}
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCommands(t *testing.T) {
	tests := []struct {
		name string
		run  func(context.Context, job) error
		want string // part of the error, "" for none
	}{
		{"silent and quiet", silent("true"), ""},
		{"silent and printing", silent("echo", "diff"), "something to change"},
		{"silent and failing", silent("false"), "false: exit status 1"},
		{"loud and printing", loud("echo", "fine"), ""},
		{"loud and failing", loud("false"), "false: exit status 1"},
		{"not there", loud("no-such-program"), "no-such-program"},
	}

	for _, test := range tests {
		err := test.run(t.Context(), newJob(t.TempDir(), new(bytes.Buffer)))

		if test.want == "" && err != nil {
			t.Errorf("%s = %v, want no error", test.name, err)
		}
		if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s = %v, want an error with %q", test.name, err, test.want)
		}
	}
}

// What go test -json prints for a package with a test of each kind.
const testEvents = `go: downloading something
{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestGood","Elapsed":0}
{"Action":"run","Package":"p","Test":"TestBad"}
{"Action":"output","Package":"p","Test":"TestBad","Output":"broken\n"}
{"Action":"fail","Package":"p","Test":"TestBad","Elapsed":0}
{"Action":"output","Package":"p","Test":"TestBrowser/phone","Output":"no browser\n"}
{"Action":"skip","Package":"p","Test":"TestBrowser/phone","Elapsed":0}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}
{"Action":"skip","Package":"q","Elapsed":0}
{"ImportPath":"r","Action":"build-output","Output":"r.go:1: undefined\n"}
go: a complaint of the go command
`

func TestReadTests(t *testing.T) {
	var out bytes.Buffer

	got, err := readTests(strings.NewReader(testEvents), &out)
	if err != nil {
		t.Fatalf("readTests = %v, want no error", err)
	}

	want := &results{passed: 1, failed: 1, skipped: []string{"p.TestBrowser/phone"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(results{})); diff != "" {
		t.Errorf("readTests (-want +got):\n%s", diff)
	}
	wantOut := "go: downloading something\nbroken\nno browser\nok  \tp\t0.1s\nr.go:1: undefined\ngo: a complaint of the go command\n"
	if diff := cmp.Diff(wantOut, out.String()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

func TestVerdict(t *testing.T) {
	maySkip["p.TestSlow"] = "takes an hour"
	t.Cleanup(func() { delete(maySkip, "p.TestSlow") })

	tests := []struct {
		results results
		want    string // the error, "" for none
	}{
		{results{passed: 3}, ""},
		{results{passed: 3, skipped: []string{"p.TestSlow"}}, ""},
		{results{passed: 3, skipped: []string{"p.TestBrowser", "p.TestSlow", "p.TestKill"}}, "skipped without a reason in cmd/check/skips.go: p.TestBrowser, p.TestKill"},
		{results{}, "not one test passed"},
	}

	for _, test := range tests {
		err := test.results.verdict(new(bytes.Buffer))

		if (err == nil) != (test.want == "") || err != nil && err.Error() != test.want {
			t.Errorf("verdict of %+v = %v, want %q", test.results, err, test.want)
		}
	}
}

func TestReportOfDeadFunctions(t *testing.T) {
	fn := func(name string) []deadFunc { return []deadFunc{{Name: name}} }
	packages := []deadPackage{
		{Path: "example.com/m/bot", Funcs: fn("Forgotten")},
		{Path: "example.com/m/store/storetest", Funcs: fn("Run")},
		{Path: "example.com/m/store/storetests", Funcs: fn("Other")},
	}

	tests := []struct {
		tests bool
		want  string
	}{
		{false, ":0: Forgotten is never reached\n:0: Other is never reached\n"},
		{true, ":0: Run is never reached\n"},
	}
	for _, test := range tests {
		var out bytes.Buffer
		n := report(&out, packages, test.tests)

		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("report(tests %v) (-want +got):\n%s", test.tests, diff)
		}
		if want := strings.Count(test.want, "\n"); n != want {
			t.Errorf("report(tests %v) = %d, want %d", test.tests, n, want)
		}
	}
}
