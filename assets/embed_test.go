package assets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

// built is a small dist as the build writes it.
func built() fstest.MapFS {
	body := strings.Repeat("a{color:red}", 50)
	return fstest.MapFS{
		"manifest.json":            {Data: []byte(`{"app.css":"app-0123456789ab.css","icon.svg":"icon-ba9876543210.svg"}`)},
		"app-0123456789ab.css":     {Data: []byte(body)},
		"app-0123456789ab.css.gz":  {Data: []byte("gz")},
		"app-0123456789ab.css.br":  {Data: []byte("br")},
		"icon-ba9876543210.svg":    {Data: []byte("<svg/>")},
		"icon-ba9876543210.svg.gz": {Data: []byte("longer than the file")},
		"icon-ba9876543210.svg.br": {Data: []byte("br")},
	}
}

func TestLoadNamesFiles(t *testing.T) {
	t.Parallel()
	a, err := load(built())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"app.css":  "/assets/app-0123456789ab.css",
		"icon.svg": "/assets/icon-ba9876543210.svg",
		"none.js":  "/assets/none.js",
	} {
		if got := a.URL(name); got != want {
			t.Errorf("URL(%q) = %q, want %q", name, got, want)
		}
	}
	for _, path := range []string{"/assets/app-0123456789ab.css", "app-0123456789ab.css"} {
		f, ok := a.Lookup(path)
		if !ok {
			t.Fatalf("Lookup(%q) finds nothing", path)
		}
		if f.ContentType != "text/css; charset=utf-8" || f.ETag != `"app-0123456789ab"` || string(f.Brotli) != "br" || string(f.Gzip) != "gz" {
			t.Errorf("Lookup(%q) = %s %s, brotli %q, gzip %q", path, f.ContentType, f.ETag, f.Brotli, f.Gzip)
		}
	}
	for _, path := range []string{"/assets/none.js", "/assets/app.css", "/assets/manifest.json", "/assets/../embed.go", "/assets/app-0123456789ab.css.br", ""} {
		if _, ok := a.Lookup(path); ok {
			t.Errorf("Lookup(%q) finds a file", path)
		}
	}
}

func TestLoadKeepsACompressedFormOnlyWhereItIsSmaller(t *testing.T) {
	t.Parallel()
	a, err := load(built())
	if err != nil {
		t.Fatal(err)
	}
	f, _ := a.Lookup("/assets/icon-ba9876543210.svg")
	if f.Gzip != nil || string(f.Brotli) != "br" || f.ContentType != "image/svg+xml" {
		t.Errorf("gzip %q, brotli %q, %s", f.Gzip, f.Brotli, f.ContentType)
	}
}

func TestLoadSaysWhatToDo(t *testing.T) {
	t.Parallel()
	if _, err := load(fstest.MapFS{".gitkeep": {}}); !errors.Is(err, ErrNotBuilt) || !strings.Contains(err.Error(), "make assets") {
		t.Errorf("with nothing built: %v", err)
	}
	broken := built()
	broken["manifest.json"] = &fstest.MapFile{Data: []byte("{")}
	half := built()
	delete(half, "app-0123456789ab.css.br")
	for name, fsys := range map[string]fstest.MapFS{"broken manifest": broken, "a file is missing": half} {
		if _, err := load(fsys); err == nil || !strings.Contains(err.Error(), "make assets") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// firstPage are the assets that every page asks for; those of the map are asked for by the map alone.
var firstPage = []string{"app.css", "app.js", "icon.svg"}

// TestBuilt holds what the build promises: a first page is light, asks no other host for anything, and every compressed
// form is the file itself.
func TestBuilt(t *testing.T) {
	t.Parallel()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name := range maps.Keys(a.urls) {
		f, ok := a.Lookup(a.URL(name))
		if !ok {
			t.Fatalf("%s is not found", name)
		}
		if !regexp.MustCompile(`^/assets/[a-z]+-[0-9a-f]{12}\.[a-z]+$`).MatchString(a.URL(name)) {
			t.Errorf("%s is served as %s", name, a.URL(name))
		}
		if slices.Contains(firstPage, name) {
			total += len(f.Brotli)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(f.Gzip))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		same(t, name+" gzip", unpacked, f.Body)
		same(t, name+" brotli", brotli.NewReader(bytes.NewReader(f.Brotli)), f.Body)
	}
	for _, name := range firstPage {
		if a.urls[name] == "" {
			t.Errorf("%s was not built", name)
		}
	}
	if limit := 25 * 1024; total > limit {
		t.Errorf("the assets of a first page have %d bytes, the limit is %d", total, limit)
	}
	css, _ := a.Lookup(a.URL("app.css"))
	for _, asks := range []string{"@font-face", "@import", "url("} {
		if bytes.Contains(css.Body, []byte(asks)) {
			t.Errorf("the style sheet has %s", asks)
		}
	}
}

// same fails unless the stream is the bytes.
func same(t *testing.T, name string, r io.Reader, want []byte) {
	t.Helper()
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s does not give the file back: %v", name, err)
	}
}
