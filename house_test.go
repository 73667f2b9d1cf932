// Package grassroots_test holds the rules of the house: which package may import which, how long a file and a function
// may be, and what a container may do. docs/architecture.md says why.
package grassroots_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	module        = "grassroots"
	longestFile   = 500
	longestMethod = 60
)

// mayImport reports whether package from may import package to, both within the module and named from its root.
func mayImport(from, to string) bool {
	within := func(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }
	shared := within(to, "models") || within(to, "search") || within(to, "templates") || within(to, "assets")
	switch {
	case within(from, "cmd") || from == "bench":
		return true
	case from == "app":
		return within(to, "app") || shared
	case within(from, "app"):
		// A feature imports what features share, and itself, but no other feature. What they share imports no feature.
		return shared || slices.Contains(sharedByFeatures(), to) || within(to, feature(from))
	case from == "models":
		return false
	case within(from, "models"):
		return within(to, "models")
	case within(from, "search"):
		return to == "models" || within(to, "search")
	case within(from, "templates"):
		// The arithmetic of a chart is pure, and drawing one needs it.
		return to == "models" || to == "models/spc" || to == "assets" || within(to, "templates")
	case within(from, "assets"):
		return to == "models"
	default:
		return false // a folder that docs/architecture.md does not name
	}
}

// sharedByFeatures lists the folders under app that are no feature. A new one is a decision: most code that two
// features need belongs to the models.
func sharedByFeatures() []string {
	return []string{"app/web", "app/jobs", "app/markdown", "app/uploads", "app/diff", "app/mail", "app/outbound", "app/words", "app/sheets"}
}

// feature is the folder of the feature that a package under app belongs to.
func feature(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func TestTheImportRuleItself(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"cmd/grassroots", "app", true},
		{"cmd/grassroots", "models/store", true},
		{"bench", "app", true},
		{"app", "bench", false},
		{"app", "app/casestudies", true},
		{"app", "cmd/grassroots", false},
		{"app/casestudies", "app/web", true},
		{"app/casestudies", "models/store", true},
		{"app/casestudies", "app/casestudies/form", true},
		{"app/casestudies", "app/people", false},
		{"app/people", "app/casestudies/form", false},
		{"app/web", "app/casestudies", false},
		{"app/web", "templates", true},
		{"app/casestudies", "app/jobs", true},
		{"app/jobs", "app/casestudies", false},
		{"app/casestudies", "app", false},
		{"models", "models/store", false},
		{"models/store", "models", true},
		{"models/store", "search", false},
		{"models/store", "app/web", false},
		{"search/meili", "search", true},
		{"search", "models/store", false},
		{"templates", "assets", true},
		{"templates", "search", false},
		{"templates", "models/store", false},
		{"templates", "models/spc", true},
		{"assets", "models", true},
		{"assets", "templates", false},
		{"modelsx", "models", false},
	} {
		if got := mayImport(c.from, c.to); got != c.want {
			t.Errorf("%s imports %s: %v, want %v", c.from, c.to, got, c.want)
		}
	}
}

type listedPackage struct {
	ImportPath, Dir                    string
	Imports, TestImports, XTestImports []string
}

// packages lists the module's packages as go list sees them.
func packages(t *testing.T) []listedPackage {
	t.Helper()
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Imports,TestImports,XTestImports", "./...")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var listed []listedPackage
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var one listedPackage
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return listed
		}
		if err != nil {
			t.Fatal(err)
		}
		listed = append(listed, one)
	}
}

// inModule names an import from the module's root; ok is false for one from elsewhere.
func inModule(path string) (name string, ok bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	listed := packages(t)
	if len(listed) < 5 {
		t.Fatalf("go list knows only %d packages", len(listed))
	}
	for _, one := range listed {
		from, ok := inModule(one.ImportPath)
		if !ok || from == "." {
			continue
		}
		for _, path := range one.Imports {
			to, own := inModule(path)
			if own && !mayImport(from, to) {
				t.Errorf("%s imports %s, which the house does not allow", from, to)
			}
			if !own && from == "models" && strings.Contains(strings.Split(path, "/")[0], ".") {
				t.Errorf("models imports %s: it may import the standard library alone", path)
			}
		}
		for _, path := range slices.Concat(one.TestImports, one.XTestImports) {
			if to, own := inModule(path); own && strings.HasPrefix(to, "cmd/") {
				t.Errorf("a test of %s imports %s: nothing imports a command", from, to)
			}
		}
	}
}

// goFiles calls visit with every Go file of the project that a person wrote.
func goFiles(t *testing.T, visit func(path string, content []byte)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (path != "." && strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"node_modules", "data", "bin"}, entry.Name())) {
			return fs.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err == nil {
			seen++
			visit(path, content)
		}
		return err
	})
	if err != nil || seen < 10 {
		t.Fatalf("%d Go files seen, error %v", seen, err)
	}
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	goFiles(t, func(path string, content []byte) {
		if lines := bytes.Count(content, []byte("\n")); lines > longestFile {
			t.Errorf("%s has %d lines: split it, %d are the most", path, lines, longestFile)
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, path, content, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || strings.HasSuffix(path, "_test.go") || isTable(function) {
				continue
			}
			lines := positions.Position(function.End()).Line - positions.Position(function.Pos()).Line + 1
			if lines > longestMethod {
				t.Errorf("%s: %s has %d lines: split it, %d are the most", path, function.Name.Name, lines, longestMethod)
			}
		}
	})
}

// isTable reports whether a function does nothing but return a list, which may be as long as it has to be. So may a test,
// which mostly is one.
func isTable(function *ast.FuncDecl) bool {
	if function.Body == nil || len(function.Body.List) != 1 {
		return false
	}
	answer, ok := function.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(answer.Results) != 1 {
		return false
	}
	_, ok = answer.Results[0].(*ast.CompositeLit)
	return ok
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	explained := map[string]bool{}
	goFiles(t, func(path string, content []byte) {
		folder := filepath.Dir(path)
		file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		explained[folder] = explained[folder] || file.Doc != nil && strings.TrimSpace(file.Doc.Text()) != ""
	})
	for folder, ok := range explained {
		if !ok {
			t.Errorf("no file in %s says what the package is for", folder)
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	// Written in two halves, so that this file does not find itself.
	later := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	goFiles(t, func(path string, content []byte) {
		if found := later.Find(content); found != nil {
			t.Errorf("%s says %s: do it, or open an issue", path, found)
		}
	})
}
