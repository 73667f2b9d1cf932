package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"grassroots/models"
)

// sentences are the functions whose argument of a number is read by people: the
// errors of the domain, and what a page says after something is done.
var sentences = map[string]int{"E": 1, "Errorf": 1, "Wrap": 1, "InvalidField": 1, "add": 1, "Done": 2}

// onlyPrograms are the sources whose errors are read by programs and by who runs
// the program from a command line, in English as the API and the commands are.
var onlyPrograms = []string{"app/apidocs", "app/assistants", "app/exchange", "app/outbound", "app/jobs", "app/mail/", "models/archive", "models/bundle", "models/signed", "models/schemaorg", "models/format",
	"models/store/storetest", "app/apptest", "app/markdown", "api.go", "apischema.go", "models/store/migrate", "app/web/strict.go", "app/web/api.go", "app/web/idempotency.go", "app/commands.go"}

// TestErrorsAreInWelsh finds every sentence that the sources hand to people as an
// error or as what has been done, and that the catalogue does not have. What is
// put together of parts is looked up as a message with places.
func TestErrorsAreInWelsh(t *testing.T) {
	t.Parallel()
	book, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, dir := range []string{"app", "models"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, d fs.DirEntry, err error) error {
			short := strings.TrimPrefix(filepath.ToSlash(path), "../../")
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				slices.ContainsFunc(onlyPrograms, func(s string) bool { return strings.Contains(short, s) }) {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				id, ok := sentenceOf(node)
				if !ok {
					return true
				}
				n++
				if _, has := book.catalogues[models.Welsh].counted[id]; !has {
					t.Errorf("%s: not in Welsh: %q", short, id)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 500 {
		t.Errorf("only %d sentences were found in the sources", n)
	}
}

// sentenceOf gives the id of the sentence in a call of one of the sentences.
func sentenceOf(node ast.Node) (string, bool) {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	i, ok := sentences[name]
	if !ok || i >= len(call.Args) {
		return "", false
	}
	text, ok := textOf(call.Args[i])
	id := strings.TrimSpace(idOf(text, name == "Errorf" || name == "add"))
	return id, ok && hasWords(marks.ReplaceAllString(id, "")) && (strings.Contains(id, " "))
}

// hole stands for what is not known before the program runs.
const hole = "\x00"

// textOf gives the text of an expression of strings, with holes; not ok when there
// is none.
func textOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return hole, false
		}
		x, some := textOf(e.X)
		y, more := textOf(e.Y)
		return x + y, some || more
	case *ast.ParenExpr:
		return textOf(e.X)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Itoa" {
			return "0", false
		}
	}
	return hole, false
}

var verb = regexp.MustCompile(`%(?:\[\d+\])?[-+# 0]*\d*(?:\.\d+)?[a-zA-Z%]|` + hole)

// idOf makes the id of a text with holes, or of one with verbs of fmt.
func idOf(text string, format bool) string {
	var b strings.Builder
	next, at := byte('a'), 0
	place := func(around string) {
		b.WriteString(around + "{" + string(next) + "}" + around)
		next++
	}
	for _, m := range append(verb.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		b.WriteString(keyOf(text[at:m[0]]).id)
		at = m[1]
		switch v := text[m[0]:m[1]]; {
		case v == "":
		case v == hole:
			place("")
		case !format:
			b.WriteString(v)
		case v == "%%":
			b.WriteString("%")
		case strings.HasSuffix(v, "d"), strings.HasSuffix(v, "f"):
			b.WriteString("#")
		case strings.HasSuffix(v, "q"):
			place(`"`)
		default:
			place("")
		}
	}
	return b.String()
}
