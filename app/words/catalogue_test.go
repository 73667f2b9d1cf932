package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"grassroots/models"
)

var marks = regexp.MustCompile(`</?\d+>|\{\d+\}|\{[a-z]\}`)

// TestCatalogue: every message has its words, with just what its English has in it.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	if _, err := Load(); err != nil {
		t.Fatal(err)
	}
	bundle := i18n.NewBundle(language.BritishEnglish)
	paths, err := fs.Glob(files, "catalogue/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("there is no catalogue", err)
	}
	for _, path := range paths {
		file, err := bundle.LoadMessageFileFS(files, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range file.Messages {
			forms := []string{m.Other}
			if m.Few != "" || m.Two != "" {
				forms = []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
			}
			for _, form := range forms {
				checkForm(t, path, m.ID, form)
			}
		}
	}
}

func checkForm(t *testing.T, path, id, form string) {
	t.Helper()
	if strings.TrimSpace(form) == "" || form != strings.TrimSpace(form) {
		t.Errorf("%s: %q has a form without words, or with spaces at its ends: %q", path, id, form)
	}
	want, got := marks.FindAllString(id, -1), marks.FindAllString(form, -1)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s: %q has %q in it, its translation %q: %s", path, id, want, got, form)
	}
	if n := strings.Count(id, "#"); n != strings.Count(form, "#") {
		t.Errorf("%s: %q has %d numbers, its translation not: %s", path, id, n, form)
	}
}

var said = regexp.MustCompile(`\bsay\(([^()]*(?:\([^()]*\)[^()]*)*)\)`)

// dataOf is what a script looks up by a name that nobody reads.
var dataOf = regexp.MustCompile(`\.data\('\w+'\)`)

var quoted = regexp.MustCompile(`'([^']*)'`)

// TestScripts: every sentence that a script says by itself is in Welsh.
func TestScripts(t *testing.T) {
	t.Parallel()
	book, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob("../../assets/src/*.js")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scripts were found", err)
	}
	n := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range said.FindAllStringSubmatch(string(text), -1) {
			for _, q := range quoted.FindAllStringSubmatch(dataOf.ReplaceAllString(call[1], ""), -1) {
				if !hasWords(q[1]) {
					continue
				}
				n++
				if book.Scripts(models.Welsh)[q[1]] == "" {
					t.Errorf("%s says what is not among the scripts' messages: %q", path, q[1])
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d sentences were found in the scripts", n)
	}
}
