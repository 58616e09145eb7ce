package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ours is the path that all our packages begin with.
const ours = "github.com/firebreakhq/firebreak/"

// anything stands for every package of ours.
var anything = []string{"*"}

// mayImport is the map of the house: which of our packages each may import. A
// package that is not in it fails, so that nobody adds one without deciding
// where it stands. The order is that of the hourglass, from the waist out.
//
// inTests is what its tests may import besides.
var mayImport = map[string]struct{ inProduct, inTests []string }{
	"bot/chat":     {},
	"bot/roster":   {},
	"bot/playbook": {},
	"bot/redact":   {},
	"bot/wording":  {inTests: []string{"bot/playbook"}},
	"bot":          {inProduct: []string{"bot/chat", "bot/roster", "bot/playbook", "bot/redact", "bot/wording"}, inTests: []string{"store/bolt"}},

	"store/storetest": {inProduct: []string{"bot", "bot/chat"}},
	"store/bolt":      {inProduct: []string{"bot", "bot/chat"}, inTests: []string{"store/storetest"}},
	"store/postgres":  {inProduct: []string{"bot", "bot/chat"}, inTests: []string{"store/storetest"}},

	"handlers/link":            {},
	"handlers/slack":           {inProduct: []string{"bot/chat", "handlers/link"}, inTests: []string{"handlers/slack/workspace"}},
	"handlers/slack/workspace": {},
	"handlers/teams":           {inProduct: []string{"bot/chat", "handlers/link"}, inTests: []string{"handlers/teams/connector"}},
	"handlers/teams/connector": {},
	"handlers/board":           {},
	"handlers/hooks":           {inProduct: []string{"bot/chat"}},

	"cmd/firebreak": {inProduct: anything},
	"cmd/check":     {},
}

// mayUse says which of our packages may import a library. One that is not in
// the table fails: who adds it says here who may use it, and in the README what
// for. Tests may use what inTests names besides; store/storetest is a test,
// although the names of its files don't say so.
var mayUse = map[string]struct{ inProduct, inTests []string }{
	"github.com/slack-go/slack":             {inProduct: []string{"handlers/slack"}, inTests: []string{"handlers/slack/workspace"}},
	"github.com/gorilla/websocket":          {inProduct: []string{"handlers/slack", "handlers/slack/workspace"}},
	"go.etcd.io/bbolt":                      {inProduct: []string{"store/bolt"}, inTests: []string{"cmd/firebreak"}}, // where an insider alters what is kept
	"github.com/robfig/cron/v3":             {inProduct: []string{"cmd/firebreak"}},
	"github.com/alecthomas/kong":            {inProduct: []string{"cmd/firebreak"}},
	"github.com/lestrrat-go/jwx/v3":         {inProduct: []string{"handlers/teams", "handlers/teams/connector"}},
	"golang.org/x/oauth2":                   {inProduct: []string{"handlers/teams"}},
	"github.com/santhosh-tekuri/jsonschema": {inTests: []string{"handlers/teams", "handlers/teams/connector"}},
	"github.com/goccy/go-yaml":              {inProduct: []string{"bot/playbook", "cmd/firebreak", "handlers/slack"}},
	"github.com/prometheus/client_golang":   {inProduct: []string{"bot", "cmd/firebreak"}},
	"github.com/arran4/golang-ical":         {inProduct: []string{"bot/roster"}},
	"github.com/teambition/rrule-go":        {inProduct: []string{"bot/roster"}},
	"github.com/chromedp/chromedp":          {inTests: []string{"cmd/firebreak", "handlers/slack/workspace", "handlers/board"}},
	"github.com/chromedp/cdproto":           {inTests: []string{"cmd/firebreak", "handlers/slack/workspace", "handlers/board"}},
	"github.com/google/go-cmp":              {inProduct: []string{"store/storetest"}, inTests: anything},
	"pgregory.net/rapid":                    {inProduct: []string{"store/storetest"}, inTests: anything},
}

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string // of tests inside the package
	XTestImports []string // of tests beside it
}

func TestImports(t *testing.T) {
	packages, err := listPackages(t)
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) == 0 {
		t.Fatal("go list ./... = no packages, want ours")
	}
	for _, v := range violations(packages) {
		t.Error(v)
	}
}

// listPackages asks the go command for every package of the module.
func listPackages(t *testing.T) ([]goPackage, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", ours+"...")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}

	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		packages = append(packages, p)
	}
}

// violations returns a line for every import that the tables do not allow.
func violations(packages []goPackage) []string {
	var found []string

	for _, p := range packages {
		name := strings.TrimPrefix(p.ImportPath, ours)
		if _, ok := mayImport[name]; !ok {
			found = append(found, name+" is not in mayImport: decide where in the house it stands")
			continue
		}
		for _, path := range p.Imports {
			if why := forbidden(name, path, false); why != "" {
				found = append(found, fmt.Sprintf("%s imports %s: %s", name, path, why))
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if why := forbidden(name, path, true); why != "" {
				found = append(found, fmt.Sprintf("the tests of %s import %s: %s", name, path, why))
			}
		}
	}
	return found
}

// forbidden says why a package, or its tests, may not import a path, "" if they
// may.
func forbidden(name, path string, test bool) string {
	if own, ok := strings.CutPrefix(path, ours); ok {
		may := mayImport[name]
		if own == name || allows(may.inProduct, own) || test && allows(may.inTests, own) {
			return ""
		}
		return "the map of the house has no such arrow"
	}

	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for library, may := range mayUse {
		if path != library && !strings.HasPrefix(path, library+"/") {
			continue
		}
		if allows(may.inProduct, name) || test && allows(may.inTests, name) {
			return ""
		}
		return fmt.Sprintf("only %q may, and in tests %q", may.inProduct, may.inTests)
	}
	return "the library is not in mayUse"
}

func allows(list []string, name string) bool {
	return slices.Equal(list, anything) || slices.Contains(list, name)
}

// The test of the test: every kind of wrong import is found, and no right one.
func TestViolations(t *testing.T) {
	packages := []goPackage{
		{ImportPath: ours + "bot/chat", Imports: []string{"strings", "encoding/json"}, XTestImports: []string{ours + "bot/chat", "github.com/google/go-cmp/cmp"}},
		{ImportPath: ours + "bot", Imports: []string{ours + "bot/chat", ours + "store/bolt"}, TestImports: []string{ours + "store/bolt"}},
		{ImportPath: ours + "bot/roster", Imports: []string{"github.com/google/go-cmp/cmp"}, TestImports: []string{ours + "bot"}},
		{ImportPath: ours + "handlers/slack", Imports: []string{"github.com/slack-go/slack/socketmode"}, TestImports: []string{ours + "handlers/slack/workspace"}},
		{ImportPath: ours + "handlers/slack/workspace", Imports: []string{"github.com/slack-go/slack"}, XTestImports: []string{"github.com/slack-go/slack"}},
		{ImportPath: ours + "store/bolt", Imports: []string{ours + "handlers/slack", "go.etcd.io/bbolt"}},
		{ImportPath: ours + "cmd/firebreak", Imports: []string{ours + "bot", "go.etcd.io/bbolt", "example.com/left-pad"}},
		{ImportPath: ours + "util"},
	}
	want := []string{
		"bot imports " + ours + "store/bolt: the map of the house has no such arrow",
		`bot/roster imports github.com/google/go-cmp/cmp: only ["store/storetest"] may, and in tests ["*"]`,
		"the tests of bot/roster import " + ours + "bot: the map of the house has no such arrow",
		`handlers/slack/workspace imports github.com/slack-go/slack: only ["handlers/slack"] may, and in tests ["handlers/slack/workspace"]`,
		"store/bolt imports " + ours + "handlers/slack: the map of the house has no such arrow",
		`cmd/firebreak imports go.etcd.io/bbolt: only ["store/bolt"] may, and in tests ["cmd/firebreak"]`,
		"cmd/firebreak imports example.com/left-pad: the library is not in mayUse",
		"util is not in mayImport: decide where in the house it stands",
	}

	if diff := cmp.Diff(want, violations(packages)); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}
