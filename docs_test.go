package grassroots_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheTestsThatSecurityIsHeldByExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || len(path) > 1 && strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		tests.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(text), -1)
	if len(named) < 55 {
		t.Errorf("docs/security.md names only %d tests", len(named))
	}
	_, table, ok := strings.Cut(string(text), "| held by |")
	table, _, ends := strings.Cut(table, "\n\n")
	if rows := strings.Split(strings.TrimSpace(table), "\n")[1:]; !ok || !ends || len(rows) < 13 {
		t.Errorf("%d points of hostile clients are listed", len(rows))
	} else {
		for _, row := range rows {
			if !regexp.MustCompile("`Test[A-Za-z0-9]+`[^|]*\\|$").MatchString(row) {
				t.Errorf("docs/security.md names no test for %s", row)
			}
		}
	}
	for _, n := range named {
		if !strings.Contains(tests.String(), "\nfunc "+n[1]+"(") {
			t.Errorf("docs/security.md names %s, which is no test", n[1])
		}
	}
}
