package bot

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The map of the package names every file, and none that is not there.
func TestMap(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}

	named := map[string]bool{"doc.go": true}

	for _, pattern := range regexp.MustCompile(`(?m)[a-z_*]+\.go\b`).FindAllString(string(text), -1) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Errorf("doc.go names %v, which is no file: %v", pattern, err)
		}

		for _, file := range files {
			named[file] = true
		}
	}

	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}

	for _, file := range files {
		if !named[file] && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("doc.go does not say what %v is for", file)
		}
	}
}
