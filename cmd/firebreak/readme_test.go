package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// These tests hold the README to the program: what it names is there.

const root = "../.." // of the module

func readme(t *testing.T) string {
	t.Helper()

	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// fenced returns the blocks of code in a language, without the indentation of
// the list that they stand in.
func fenced(t *testing.T, language string) []string {
	t.Helper()

	var blocks []string

	for _, m := range regexp.MustCompile("(?ms)^( *)```"+language+"\n(.*?)^ *```$").FindAllStringSubmatch(readme(t), -1) {
		blocks = append(blocks, regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[2], ""))
	}

	if len(blocks) == 0 {
		t.Fatalf("README.md has no block of %v", language)
	}

	return blocks
}

// matching returns what the first group of a pattern matches, once each.
func matching(t *testing.T, text, pattern string) []string {
	t.Helper()

	var found []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}

	if slices.Sort(found); len(found) == 0 {
		t.Fatalf("README.md has nothing like %v", pattern)
	}

	return slices.Compact(found)
}

func TestReadmeDiagram(t *testing.T) {
	want, err := os.ReadFile(filepath.Join(root, "bot", "testdata", "escalation.mmd"))
	if err != nil {
		t.Fatal(err)
	}

	if !slices.Contains(fenced(t, "mermaid"), string(want)) {
		t.Error("README.md does not show the life of an escalation as bot/testdata/escalation.mmd has it: copy it there")
	}
}

func TestReadmeConfiguration(t *testing.T) {
	for _, block := range fenced(t, "yaml") {
		if _, err := ParseConfig("README.md", []byte(block)); err != nil {
			t.Errorf("README.md's configuration does not load: %v\n%v", err, block)
		}
	}

	example, err := os.ReadFile("firebreak.example.yaml")
	if err != nil {
		t.Fatal(err)
	}

	_, reference, _ := strings.Cut(readme(t), "| key | says |\n")
	reference, _, _ = strings.Cut(reference, "\n\n")

	for _, key := range matching(t, reference, "(?m)^\\| `(\\w+)` ") {
		if !regexp.MustCompile("(?m)^" + key + ":").Match(example) {
			t.Errorf("README.md names the key %v, which is not in firebreak.example.yaml", key)
		}
	}
}

func TestReadmeCommands(t *testing.T) {
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(copied, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	named := matching(t, readme(t), "`(firebreak [a-z][^`]*)`")
	for _, block := range fenced(t, "sh") {
		for line := range strings.Lines(block) {
			line = strings.Replace(line, "go run ./cmd/firebreak", "firebreak", 1)
			if strings.HasPrefix(line, "firebreak ") {
				named = append(named, strings.TrimSpace(line))
			}
		}
	}

	for _, line := range named {
		args := strings.Fields(regexp.MustCompile(`FILE|/\S+\.db`).ReplaceAllString(line, copied))

		parser, err := kong.New(&commands{}, kong.Name("firebreak"))
		if err != nil {
			t.Fatal(err)
		}

		if _, err := parser.Parse(args[1:]); err != nil {
			t.Errorf("README.md says %q: %v", line, err)
		}
	}
}

func TestReadmeFlags(t *testing.T) {
	var help bytes.Buffer

	for _, args := range [][]string{{"demo"}, {"check"}, {"manifest", "slack"}, {"manifest", "teams"}, {"restore"}, {"erase"}, {"verify"}, {"export"}, {"digest"}} {
		stdout, _, _ := called(t, nil, append(args, "--help")...)
		help.WriteString(stdout)
	}

	_, reference, _ := strings.Cut(readme(t), "## Commands\n")
	reference, _, _ = strings.Cut(reference, "\n## ")

	for _, flag := range matching(t, reference, "`(--[a-z-]+)`") {
		if !regexp.MustCompile(flag + `\b`).MatchString(help.String()) {
			t.Errorf("README.md names %v, which no command has", flag)
		}
	}
}

func TestReadmeVariables(t *testing.T) {
	known := []string{"FIREBREAK_ADAPTIVECARDS", "FIREBREAK_BROWSER", "FIREBREAK_PLAYGROUND", "FIREBREAK_SCREENSHOTS"} // of the tests

	if _, err := ReadEnvironment(func(name string) (string, bool) {
		known = append(known, name)

		return "", false
	}); err != nil {
		t.Fatal(err)
	}

	text := readme(t)

	for _, name := range matching(t, text, `\b((?:SLACK|TEAMS|FIREBREAK)_[A-Z_]+)\b`) {
		if !slices.Contains(known, name) {
			t.Errorf("README.md names the variable %v, which nothing reads", name)
		}
	}

	for _, name := range known {
		if !strings.Contains(text, name) {
			t.Errorf("README.md does not name the variable %v", name)
		}
	}
}

// The contents lead to every chapter, in order.
func TestReadmeContents(t *testing.T) {
	text := readme(t)

	var want []string
	for _, m := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(text, -1) {
		want = append(want, fmt.Sprintf("[%v](#%v)", m[1], strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")))
	}

	if line := strings.Join(want, " · "); len(want) < 5 || !strings.Contains(text, "\n\n"+line+"\n\n") {
		t.Errorf("README.md's contents are not the line\n%v", line)
	}
}

func TestReadmeFiles(t *testing.T) {
	text := readme(t)
	paths := append(matching(t, text, "`((?:cmd|bot|handlers|store|\\.ci)/[^` ]*)`"), matching(t, text, `\]\(([^)#]+)\)`)...)

	for _, path := range paths {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Errorf("README.md names %v: %v", path, err)
		}
	}
}

func TestReadmePictures(t *testing.T) {
	for _, path := range matching(t, readme(t), `!\[[^\]]+\]\(([^)]+)\)`) {
		file, err := os.Open(filepath.Join(root, path))
		if err != nil {
			t.Errorf("README.md shows %v: %v", path, err)

			continue
		}

		if _, err := png.Decode(file); err != nil {
			t.Errorf("README.md shows %v, which is no picture: %v", path, err)
		}

		_ = file.Close()
	}
}

// What is bold in the README is a button that the gallery shows.
func TestReadmeButtons(t *testing.T) {
	gallery, err := filepath.Glob(filepath.Join("testdata", "gallery", "*"))
	if err != nil {
		t.Fatal(err)
	}

	var shown bytes.Buffer

	for _, path := range gallery {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		shown.Write(text)
	}

	use, _, _ := strings.Cut(readme(t), "## Set it up")
	for _, label := range matching(t, use, `\*\*([^*]+)\*\*`) {
		if !strings.Contains(shown.String(), "["+label+"]") {
			t.Errorf("README.md names the button %q, which nothing in the gallery has", label)
		}
	}
}

func TestReadmeMetrics(t *testing.T) {
	var source bytes.Buffer

	for _, path := range []string{"web.go", filepath.Join(root, "bot", "deliver_metrics.go")} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		source.Write(text)
	}

	for _, name := range matching(t, readme(t), "`(firebreak_[a-z_]+)`") {
		if !strings.Contains(source.String(), `"`+name+`"`) {
			t.Errorf("README.md names the metric %v, which is not measured", name)
		}
	}
}

func TestReadmeDependencies(t *testing.T) {
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}

	direct, _, _ := strings.Cut(string(module), "// indirect")
	for _, path := range matching(t, direct, `(?m)^\t(\S+) v\S+$`) {
		if !strings.Contains(readme(t), "| "+path+" |") {
			t.Errorf("README.md does not say what %v is for", path)
		}
	}
}
