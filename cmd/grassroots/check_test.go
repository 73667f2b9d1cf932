package main

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCheckMakesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	command := func(arguments ...string) (int, string, string) {
		var out, errOut bytes.Buffer
		code := run(t.Context(), arguments, nil, &out, &errOut)
		return code, out.String(), errOut.String()
	}
	files := func() []string {
		var list []string
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			list = append(list, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	check := func(code int, says ...string) {
		t.Helper()
		before := files()
		got, out, errOut := command("check")
		if got != code {
			t.Errorf("exit %d, want %d: %s%s", got, code, out, errOut)
		}
		for _, want := range says {
			if !strings.Contains(out, want) {
				t.Errorf("check lacks %q:\n%s", want, out)
			}
		}
		if after := files(); !slices.Equal(before, after) {
			t.Errorf("check made\n%q\nof\n%q", after, before)
		}
	}
	check(exitFailed, "database   NOT REACHED: there is no database data/grassroots.db yet: start the server once",
		"search     NOT REACHED: there is no search index in data/search yet", "uploads    NOT REACHED: there is no folder", "e-mail     reached")
	if code, _, errOut := command("migrate"); code != exitDone {
		t.Fatal(errOut)
	}
	check(exitFailed, "database   reached: sqlite", "search     NOT REACHED")
	if code, _, errOut := command("reindex"); code != exitDone {
		t.Fatal(errOut)
	}
	check(exitDone, "database   reached: sqlite", "search     reached: in-process index", "uploads    reached: file storage")
}
