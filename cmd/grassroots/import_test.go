package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
)

// site is a data folder that commands work on.
type site struct {
	t   *testing.T
	dir string
}

func newSite(t *testing.T) site { return site{t, t.TempDir()} }

// run runs a command on the site and gives what it printed.
func (s site) run(arguments ...string) (code int, out, errOut string) {
	s.t.Helper()
	var o, e bytes.Buffer
	code = run(s.t.Context(), arguments, []string{"GRASSROOTS_LOG=error", "GRASSROOTS_DATA_DIR=" + s.dir}, &o, &e)
	return code, o.String(), e.String()
}

// does runs a command that has to succeed and print what is wanted.
func (s site) does(want string, arguments ...string) {
	s.t.Helper()
	if code, out, errOut := s.run(arguments...); code != exitDone || !strings.Contains(out, want) || errOut != "" {
		s.t.Fatalf("%q: exit %d, out %q, err %q; wanted %q", arguments, code, out, errOut, want)
	}
}

// store opens the site's database beside the commands.
func (s site) store() *store.Store {
	s.t.Helper()
	st, err := store.Open(s.t.Context(), store.Config{SQLitePath: filepath.Join(s.dir, "grassroots.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = st.Close() })
	return st
}

func (s site) rows(table string) int {
	s.t.Helper()
	var n int
	if err := s.store().DB(s.t.Context()).Raw("SELECT COUNT(*) FROM " + table).Scan(&n).Error; err != nil {
		s.t.Fatal(err)
	}
	return n
}

// write puts files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

const firstID = "01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"

// study is a case study file; id may be empty.
func study(id, title, body string) string {
	if id != "" {
		id = "id: " + id + "\n"
	}
	return "---\nformat: grassroots/case-study/1\n" + id + "title: " + title + "\nstage: idea\n---\n\n" + body + "\n"
}

func TestAFolderIsImportedForEver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	folder := write(t, map[string]string{
		"README.md": "No case study.", ".git/config.md": "Neither.", "notes.txt": "Nor this.",
		"a.md": study(firstID, "Letters by MESH", "They are typed twice."), "deep/er/b.MD": study("", "Fewer forms", "One form will do."),
	})
	s.does("It would be: 2 created, 0 updated, 0 unchanged. Nothing was changed.", "import", "--dry-run", folder)
	if n := s.rows("case_studies") + s.rows("people"); n != 0 {
		t.Fatalf("a dry run wrote %d rows", n)
	}
	s.does("2 created, 0 updated, 0 unchanged.\n1 file has no id", "import", folder)
	s.does("0 created, 0 updated, 2 unchanged.", "import", folder)
	s.does("1 file has its id now.", "import", "--add-ids", folder)
	with := read(t, filepath.Join(folder, "deep/er/b.MD"))
	if !regexp.MustCompile(`\A---\nformat: grassroots/case-study/1\nid: [0-9A-Z]{26}\ntitle: Fewer forms\n`).MatchString(with) {
		t.Fatalf("the file is now\n%s", with)
	}
	if err := os.WriteFile(filepath.Join(folder, "deep/er/b.MD"), []byte(strings.Replace(with, "One form", "No form", 1)), 0o640); err != nil {
		t.Fatal(err)
	}
	s.does("0 created, 1 updated, 1 unchanged.\n", "import", folder)
	s.does("0 created, 0 updated, 2 unchanged.\n", "import", folder, filepath.Join(folder, "a.md"))
	if n := s.rows("revisions"); n != 3 {
		t.Errorf("there are %d revisions, not 3", n)
	}
}

// change revises the case study as a person of the site does.
func (s site) change(body string, at time.Time) {
	s.t.Helper()
	st, ctx := s.store(), s.t.Context()
	cs, err := st.CaseStudy(ctx, firstID)
	if err != nil {
		s.t.Fatal(err)
	}
	p := models.Person{ID: st.NewID(), Handle: "amina", Name: "Amina Yusuf", Email: "amina@nhs.net", CreatedAt: st.Now()}
	if known, err := st.PersonByHandle(ctx, "amina"); err == nil {
		p = known
	} else if err := st.CreatePerson(ctx, &p); err != nil {
		s.t.Fatal(err)
	}
	cs.Body, cs.UpdatedAt = body, at
	if err := st.ReviseCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID}); err != nil {
		s.t.Fatal(err)
	}
}

func TestWhatWasChangedHereLaterIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	stamped := func(body, updated string) string {
		return strings.Replace(study(firstID, "Letters", body), "stage: idea\n", "stage: idea\ncreated: 2026-01-01T00:00:00Z\nupdated: "+updated+"\n", 1)
	}
	one := func(content string) string {
		return filepath.Join(write(t, map[string]string{"a.md": content}), "a.md")
	}
	old := one(stamped("First.", "2026-01-02T00:00:00Z"))
	s.does("1 created", "import", old)
	s.does("1 updated", "import", one(stamped("Mended in the file, with the same time.", "2026-01-02T00:00:00Z")))
	s.does("1 updated", "import", old) // by the importer's own hand, so the file wins
	s.change("Said on the site.", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for _, dry := range [][]string{{"import", "--dry-run"}, {"import"}, {"import"}} {
		s.does("a.md: stays as it is here, because it was changed here later", append(dry, old)...)
	}
	s.does("1 kept as changed here", "import", one(study(firstID, "Letters", "Without a time.")))
	s.does("1 updated", "import", one(stamped("Said in the file still later.", "2026-03-02T00:00:00Z")))
	s.change("Said on the site again.", time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	s.does("1 kept as changed here", "import", one(stamped("First.", "2026-05-01T00:00:00Z"))) // which it said before
	s.does("1 updated", "import", "--overwrite", old)
	s.does("1 unchanged", "import", old)
}

func TestEveryProblemOfAnImportHasALine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	folder := write(t, map[string]string{
		"a.md": study(firstID, "Good", "Text."),
		"b.md": strings.Replace(study("", "Bad", "Text."), "stage: idea", "stage: ideas\nsettings: [Acute, Moon base]\nauthors: [{name: A, staff_group: Wizards}]", 1),
		"c.md": study(strings.ToLower(firstID), "The same id", "Text."),
		"d.md": "No front matter.",
		"e.md": strings.Replace(study("", "Personal", "The letter for NHS number 999 026 0184."), "stage: idea", "stage: idea\nsummary: Ring her on 07700 900123.", 1),
	})
	code, out, errOut := s.run("import", folder)
	want := []string{
		folder + "/b.md:4: column 1: stage: The stage must be",
		folder + "/b.md:5: column 19: settings[1]: “Moon base” is not in the list of settings",
		folder + "/b.md:6: column 21: authors[0].staff_group: “Wizards” is not in the list of staff groups",
		folder + "/c.md:3: the id " + firstID + " is that of " + folder + "/a.md too",
		folder + "/d.md:1: The file has no front matter",
		folder + "/e.md:5: column 1: summary: This looks like a phone number: “Ring her on […]",
		folder + "/e.md:7: column 1: body: This looks like an NHS number: “The letter for NHS number […]",
		"grassroots: nothing was imported: ",
	}
	lines := strings.Split(strings.TrimSpace(errOut), "\n")
	if code != exitFailed || out != "" || len(lines) != len(want) {
		t.Fatalf("exit %d, out %q, err\n%s", code, out, errOut)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d is %q and not %q", i, lines[i], want[i])
		}
	}
	if _, err := os.Stat(filepath.Join(s.dir, "grassroots.db")); err == nil && s.rows("case_studies") != 0 {
		t.Error("something was imported")
	}
}

func TestAFileOfAGigabyteIsRefusedUnread(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	folder := write(t, map[string]string{"large.md": study("", "Large", "Text.")})
	if err := os.Truncate(filepath.Join(folder, "large.md"), 1<<30); err != nil { // a hole, which costs the disk nothing
		t.Fatal(err)
	}
	if code, _, errOut := s.run("import", folder); code != exitFailed || !strings.Contains(errOut, "large.md:1: The file is larger than 1 MB") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
}

func TestWhatCannotBeFoundToImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if code, _, errOut := s.run("import", filepath.Join(s.dir, "none")); code != exitFailed || !strings.Contains(errOut, "none cannot be read: no such file") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	if code, _, errOut := s.run("import", t.TempDir()); code != exitUsage || !strings.Contains(errOut, "no Markdown file was found") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
}

func TestABundleGoesFromSiteToSite(t *testing.T) {
	t.Parallel()
	from, to := newSite(t), newSite(t)
	from.does("1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	dir := t.TempDir()
	folder, packed := filepath.Join(dir, "folder"), filepath.Join(dir, "packed.zip")
	from.does("folder: 1 case study, with 1 revision, 0 comments and 0 attachments.", "export", folder)
	from.does("1 case study", "export", "--since", "2026-01-01", packed)
	from.does("0 case studies", "export", "--organisation", "rr8", "--no-emails", filepath.Join(dir, "none.zip"))
	to.does("It would be: 1 created, 0 updated, 0 unchanged; 0 comments, 0 attachments and 1 people new. Nothing was changed.", "import", "--dry-run", packed)
	if n := to.rows("case_studies") + to.rows("people"); n != 0 {
		t.Errorf("a dry run wrote %d rows", n)
	}
	to.does("1 created, 0 updated, 0 unchanged; 0 comments", "import", packed)
	to.does("0 created, 0 updated, 1 unchanged; 0 comments", "import", folder)
	other := write(t, map[string]string{"b.md": study("", "Another", "Text.")})
	to.does("1 created, 0 updated, 0 unchanged.\n0 created, 0 updated, 1 unchanged; 0 comments", "import", other, folder, "--add-ids")
	again := filepath.Join(dir, "again")
	newer := newSite(t)
	newer.does("1 created", "import", folder)
	newer.does("1 case study", "export", again)
	for _, name := range []string{"bundle.json", "people.jsonl", "sha256sums.txt", "case-studies/" + firstID + "/record.json"} {
		if a, b := read(t, filepath.Join(folder, name)), read(t, filepath.Join(again, name)); a != b {
			t.Errorf("%s is\n%s\nand then\n%s", name, a, b)
		}
	}
}

func TestAWrongBundleChangesNothing(t *testing.T) {
	t.Parallel()
	from, to := newSite(t), newSite(t)
	from.does("1 created", "import", write(t, map[string]string{"a.md": study(firstID, "Letters by MESH", "They are typed twice.")}))
	folder := filepath.Join(t.TempDir(), "folder")
	from.does("1 case study", "export", folder)
	text := filepath.Join(folder, "case-studies", firstID, "case-study.md")
	if err := os.WriteFile(text, []byte(strings.Replace(read(t, text), "twice", "once", 1)), 0o640); err != nil {
		t.Fatal(err)
	}
	good := write(t, map[string]string{"b.md": study("", "Another", "Text.")})
	code, _, errOut := to.run("import", good, folder)
	if code != exitFailed || !strings.Contains(errOut, text+":1: The file does not fit its checksum") || !strings.Contains(errOut, "nothing was imported: 1 problem is listed above") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	if n := to.rows("case_studies"); n != 0 {
		t.Errorf("there are %d case studies", n)
	}
	// The texts alone are taken one by one.
	to.does("1 created", "import", filepath.Join(folder, "case-studies"))
	for _, wrong := range [][]string{{"export", "--since", "yesterday", folder + "2"}, {"export", "--organisation", "R-8", folder + "2"}} {
		if code, _, errOut := to.run(wrong...); code != exitUsage {
			t.Errorf("%q: exit %d, err %q", wrong, code, errOut)
		}
	}
	if code, _, errOut := to.run("export", good); code != exitFailed || !strings.Contains(errOut, "holds b.md and is no bundle") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
}

// What is in doubt is imported, and named by file, line and column, without
// what stands there; also by a dry run.
func TestWhatIsInDoubtIsListed(t *testing.T) {
	s := newSite(t)
	dir := write(t, map[string]string{"a.md": study(firstID, "Letters", "They were shown.\n\nWe showed it to Mr Weatherby and he liked it.")})
	for _, arguments := range [][]string{{"import", "--dry-run", dir}, {"import", dir}} {
		code, out, errOut := s.run(arguments...)
		if code != 0 || !strings.Contains(out, "1 created") || !regexp.MustCompile(`a\.md:\d+: column 1: body: This may be a name: “We showed it to Mr \[…\] and he liked it.”`).MatchString(errOut) || strings.Contains(out+errOut, "Weatherby") {
			t.Errorf("%q: exit %d, %s, %s", arguments, code, out, errOut)
		}
	}
	if n := s.rows("overrides"); n != 1 {
		t.Errorf("moderators see %d places", n)
	}
}
