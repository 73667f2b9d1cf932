package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"grassroots/search"
	"grassroots/search/embedded"
)

func TestABackupIsRestoredByCommand(t *testing.T) {
	t.Parallel()
	from, to := newSite(t), newSite(t)
	if code, _, errOut := from.run("backup", filepath.Join(t.TempDir(), "nothing.zip")); code != exitFailed || !strings.Contains(errOut, "there is nothing to back up") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	from.does("1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	dir := t.TempDir()
	packed, folder := filepath.Join(dir, "b.zip"), filepath.Join(dir, "b")
	from.does("b.zip: ", "backup", packed)
	from.does("b: ", "backup", folder)
	if code, _, errOut := from.run("backup", packed); code != exitFailed || !strings.Contains(errOut, "is there already") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	to.does("The search index is rebuilt: ", "restore", packed)
	if n := to.rows("case_studies"); n != 1 {
		t.Errorf("there are %d case studies", n)
	}
	to.does("0 created, 0 updated, 1 unchanged", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	if code, _, errOut := to.run("restore", folder); code != exitFailed || !strings.Contains(errOut, "The store is not empty. To replace everything in it, restore with --force.") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	to.does("Restored: ", "restore", "--force", folder)
	if code, _, errOut := to.run("restore", "--force", dir); code != exitFailed || !strings.Contains(errOut, dir+":1: ") && !strings.Contains(errOut, "A backup has no such file") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
}

func TestARunningServerIsNotReplaced(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.does("1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	path := filepath.Join(t.TempDir(), "b.zip")
	index, _, err := embedded.Open(embedded.Options{Dir: filepath.Join(s.dir, "search"), Synonyms: search.DefaultSynonyms()})
	if err != nil {
		t.Fatal(err)
	}
	s.does("b.zip: ", "backup", path) // while it serves
	if code, _, errOut := s.run("restore", "--force", path); code != exitFailed || !strings.Contains(errOut, "a server is running on this data folder: stop it, then restore") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	if err := index.Close(); err != nil {
		t.Fatal(err)
	}
	s.does("Restored: ", "restore", "--force", path)
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
