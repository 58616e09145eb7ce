package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		only    string
		want    []string
		wantErr string
	}{
		{"", []string{"format", "tidy", "fix", "vet", "build", "lint", "dead", "test", "race"}, ""},
		{"race,format", []string{"format", "race"}, ""},
		{" lint , lint ", []string{"lint"}, ""},
		{"lint,spell", nil, `there is no step "spell"; go tool check -list names them`},
	}

	for _, test := range tests {
		chosen, err := choose(steps, test.only)

		var got []string
		for _, s := range chosen {
			got = append(got, s.name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("choose(%q) (-want +got):\n%s", test.only, diff)
		}
		if (err == nil) != (test.wantErr == "") || err != nil && err.Error() != test.wantErr {
			t.Errorf("choose(%q) = %v, want %q", test.only, err, test.wantErr)
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
const testEvents = `{"Action":"start","Package":"p"}
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
	wantOut := "broken\nno browser\nok  \tp\t0.1s\nr.go:1: undefined\ngo: a complaint of the go command\n"
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
		{results{passed: 3, skipped: []string{"p.TestSlow", "p.TestBrowser"}}, "skipped without a reason in cmd/check/race.go: p.TestBrowser"},
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
