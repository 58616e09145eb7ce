package teams

import (
	"archive/zip"
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var updateManifest = flag.Bool("update-manifest", false, "write the golden manifest anew")

// exampleApp is what the golden manifest is written with: a command that opens a
// form, one for everywhere, and one for the chat with the bot alone.
var exampleApp = ManifestOptions{
	AppID:   "9F0C2C1B-0B57-4D5F-8E07-6D6A5B1C2D3E",
	Version: "1.0.3",
	Commands: []ManifestCommand{
		{Title: "escalate", Description: "Get a supervisor into a hard conversation"},
		{Title: "on-duty week", Description: "The next seven days"},
		{Title: "recover", Description: "A break after a hard contact", Alone: true},
	},
}

func TestManifest(t *testing.T) {
	files := unpacked(t, exampleApp)
	got := files[manifestFile]

	golden := filepath.Join("testdata", "manifest", "golden.json")
	if *updateManifest {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the manifest differs from %v (-want +got):\n%v", golden, diff)
	}

	if err := manifestRules(t).Validate(decodedManifest(t, got)); err != nil {
		t.Errorf("Microsoft's schema refuses the manifest: %v", err)
	}
}

// TestManifestRules holds the schema itself: one that takes everything would
// prove nothing.
func TestManifestRules(t *testing.T) {
	rules := manifestRules(t)

	for name, replace := range map[string][2]string{
		"an id that is none":        {"9f0c2c1b-0b57", "9f0c2c1b"},
		"an unknown key":            {`"bots"`, `"robots"`},
		"an unknown scope":          {`"groupChat"`, `"group"`},
		"an unknown trigger":        {`"slash"`, `"hash"`},
		"a colour that is none":     {accent, "red"},
		"a command without a title": {`"title": "recover"`, `"name": "recover"`},
	} {
		broken := strings.ReplaceAll(string(unpacked(t, exampleApp)[manifestFile]), replace[0], replace[1])
		if err := rules.Validate(decodedManifest(t, []byte(broken))); err == nil {
			t.Errorf("Microsoft's schema takes a manifest with %v, want it refused", name)
		}
	}
}

func TestManifestSaysTheSameTwice(t *testing.T) {
	first, err := Manifest(exampleApp)
	if err != nil {
		t.Fatal(err)
	}

	second, err := Manifest(exampleApp)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("Manifest of the same options twice = %d and %d bytes that differ, %v; want the same", len(first), len(second), err)
	}
}

func TestManifestRefuses(t *testing.T) {
	for want, change := range map[string]func(*ManifestOptions){
		`"" is not a GUID`:                   func(o *ManifestOptions) { o.AppID = "" },
		`"my-app" is not a GUID`:             func(o *ManifestOptions) { o.AppID = "my-app" },
		`"1.0" is not three numbers`:         func(o *ManifestOptions) { o.Version = "1.0" },
		"at least one command":               func(o *ManifestOptions) { o.Commands = nil },
		"are more than the 12":               func(o *ManifestOptions) { o.Commands = slices.Repeat(o.Commands, 5) },
		"needs a title and a description":    func(o *ManifestOptions) { o.Commands[0].Description = "" },
		`"escalate" stands twice`:            func(o *ManifestOptions) { o.Commands[1].Title = "escalate" },
		`"/escalate" begins with the slash`:  func(o *ManifestOptions) { o.Commands[0].Title = "/escalate" },
		"is longer than 32 letters":          func(o *ManifestOptions) { o.Commands[2].Title = strings.Repeat("ü", 33) },
		`description of "recover" is longer`: func(o *ManifestOptions) { o.Commands[2].Description = strings.Repeat("ü", 129) },
	} {
		o := exampleApp
		o.Commands = slices.Clone(o.Commands)
		change(&o)

		if _, err := Manifest(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Manifest(%+v) = %v, want an error with %q", o, err, want)
		}
	}
}

func TestIcons(t *testing.T) {
	files := unpacked(t, exampleApp)

	full := decodedIcon(t, files[colorFile], colorSize)
	eachPixel(full, func(x, y int, c color.NRGBA) {
		if c.A != 0xFF {
			t.Fatalf("the colour icon at %d,%d = %v, want it opaque", x, y, c)
		}
	})

	outline := decodedIcon(t, files[outlineFile], outlineSize)

	var solid, empty int

	eachPixel(outline, func(x, y int, c color.NRGBA) {
		switch {
		case c.A == 0:
			empty++
		case c.R != 0xFF || c.G != 0xFF || c.B != 0xFF:
			t.Fatalf("the outline icon at %d,%d = %v, want white or nothing", x, y, c)
		case c.A == 0xFF:
			solid++
		}
	})

	if all := outlineSize * outlineSize; solid < all/10 || empty < all/2 {
		t.Errorf("the outline icon has %d white pixels and %d transparent ones of %d, want a flame on nothing", solid, empty, all)
	}
}

func decodedIcon(t *testing.T, file []byte, size int) image.Image {
	t.Helper()

	decoded, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}

	if got, want := decoded.Bounds(), image.Rect(0, 0, size, size); got != want {
		t.Fatalf("an icon is %v large, want %v", got, want)
	}

	return decoded
}

func eachPixel(of image.Image, see func(x, y int, c color.NRGBA)) {
	for y := range of.Bounds().Dy() {
		for x := range of.Bounds().Dx() {
			see(x, y, color.NRGBAModel.Convert(of.At(x, y)).(color.NRGBA))
		}
	}
}

// unpacked returns the files of a package, which are the three that Teams wants
// and no others.
func unpacked(t *testing.T, o ManifestOptions) map[string][]byte {
	t.Helper()

	packed, err := Manifest(o)
	if err != nil {
		t.Fatalf("Manifest(%+v) = %v, want no error", o, err)
	}

	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}

	files := map[string][]byte{}

	for _, file := range archive.File {
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}

		if files[file.Name], err = io.ReadAll(opened); err != nil {
			t.Fatal(err)
		}
	}

	if len(files) != 3 || files[manifestFile] == nil || files[colorFile] == nil || files[outlineFile] == nil {
		t.Fatalf("the package holds %d files, want the manifest and two icons at its root", len(files))
	}

	return files
}

// manifestRules are Microsoft's schema of manifests, see testdata/manifest/NOTICE.
func manifestRules(t *testing.T) *jsonschema.Schema {
	t.Helper()

	file, err := os.Open(filepath.Join("testdata", "manifest", "MicrosoftTeams-1.30.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}

	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(compilePattern)

	if err := compiler.AddResource(manifestSchema, document); err != nil {
		t.Fatal(err)
	}

	rules, err := compiler.Compile(manifestSchema)
	if err != nil {
		t.Fatal(err)
	}

	return rules
}

// compilePattern compiles a pattern of the schema. One looks ahead, which Go
// does not: it is written here as what it comes to.
func compilePattern(pattern string) (jsonschema.Regexp, error) {
	if pattern == `^(?!.*[\r\n\f\b\v\u0007\t])[\S]*\.xll$` {
		pattern = `^[^\s\x07\x08]*\.xll$`
	}

	compiled, err := regexp.Compile(pattern)

	return compiled, err
}

func decodedManifest(t *testing.T, raw []byte) any {
	t.Helper()

	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}

	return decoded
}
