package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"grassroots/models"
	"grassroots/models/format"
)

func layout() Layout {
	return Layout{What: "parcel", Marker: "parcel.json", Limit: func(name string) (int64, bool) {
		return 1000, name == "parcel.json" || strings.HasPrefix(name, "things/")
	}}
}

// pack writes an archive with the files given by name.
func pack(t *testing.T, path string, files ...string) {
	t.Helper()
	w, err := Create(path, layout())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, name := range append(files, "parcel.json") {
		if err := w.Add(name, []byte("This is "+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, path string) *Reader {
	t.Helper()
	r, err := Open(path, layout())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func names(r *Reader) string {
	var out []string
	for _, f := range r.Files() {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, path := range []string{filepath.Join(t.TempDir(), "new", "folder"), filepath.Join(t.TempDir(), "a.ZIP")} {
		pack(t, path, "things/b", "things/a", "things/deep/er")
		r := open(t, path)
		if got := names(r); got != "parcel.json things/a things/b things/deep/er" {
			t.Errorf("%s has %s", path, got)
		}
		if content, err := r.Read("things/deep/er"); err != nil || string(content) != "This is things/deep/er" {
			t.Errorf("it says %q, %v", content, err)
		}
		if _, err := r.Read("things/none"); err == nil || !strings.Contains(err.Error(), path+"/things/none:1: The file is missing") {
			t.Errorf("a file that is not there: %v", err)
		}
	}
}

func TestTheSameTreeIsTheSameBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pack(t, dir+"/1.zip", "things/a", "things/b")
	pack(t, dir+"/2.zip", "things/a", "things/b")
	a, errA := os.ReadFile(dir + "/1.zip")
	b, errB := os.ReadFile(dir + "/2.zip")
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("they differ: %v %v", errA, errB)
	}
	pack(t, dir+"/tree", "things/a", "things/b")
	if out, err := exec.Command("sh", "-c", "cd "+dir+"/tree && sha256sum -c "+Sums).CombinedOutput(); err != nil && !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("sha256sum says %s (%v)", out, err)
	}
}

func TestAFolderBecomesTheNextArchive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(".git/HEAD", "ref")
	write("README.md", "About this folder")
	pack(t, dir, "things/a", "things/old/b")
	before, err := os.Stat(filepath.Join(dir, "things/a"))
	if err != nil {
		t.Fatal(err)
	}
	write("things/c.part", "left by a crash")
	pack(t, dir, "things/a", "things/c")
	r := open(t, dir)
	if got := names(r); got != "parcel.json things/a things/c" {
		t.Errorf("it has %s", got)
	}
	after, err := os.Stat(filepath.Join(dir, "things/a"))
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("what is the same was written again: %v", err)
	}
	for name, there := range map[string]bool{".git/HEAD": true, "README.md": true, "things/old": false, "things/c.part": false} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFolderOfSomethingElseIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.doc"), []byte("Mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Create(dir, layout())
	if models.KindOf(err) != models.Conflict || !strings.Contains(err.Error(), "holds thesis.doc and is no parcel") {
		t.Errorf("it says %v", err)
	}
}

func TestWhatIsNotFinishedIsNotThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"new", "a.zip"} {
		w, err := Create(filepath.Join(dir, name), layout())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add("things/a", nil); err != nil {
			t.Fatal(err)
		}
		w.Abort()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// A folder that was an archive is none while it becomes another.
	pack(t, dir+"/old", "things/a")
	w, err := Create(dir+"/old", layout())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add("things/b", nil); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if _, err := Open(dir+"/old", layout()); err == nil || !strings.Contains(err.Error(), "The parcel is not whole") {
		t.Errorf("it says %v", err)
	}
	pack(t, dir+"/old", "things/c") // and can become one again
	if got := names(open(t, dir+"/old")); got != "parcel.json things/c" {
		t.Errorf("it has %s", got)
	}
}

func TestABadNameIsNotWritten(t *testing.T) {
	t.Parallel()
	w, err := Create(filepath.Join(t.TempDir(), "x"), layout())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, name := range []string{"", "/a", "../a", `a\b`, "a//b", "a/"} {
		if _, err := w.Begin(name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

// TestAFolderInAZip reads what other programs make of a folder.
func TestAFolderInAZip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pack(t, dir+"/tree", "things/a")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"export/", "export/things/", "__MACOSX/export/._x", "export/.DS_Store", "export/README.md"} {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"things/a", "parcel.json", Sums} {
		content, err := os.ReadFile(filepath.Join(dir, "tree", name))
		if err != nil {
			t.Fatal(err)
		}
		to, err := w.Create("export/" + name)
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/x.zip", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	r := open(t, dir+"/x.zip")
	if content, err := r.Read("things/a"); err != nil || string(content) != "This is things/a" || names(r) != "parcel.json things/a" {
		t.Errorf("it has %s; %q, %v", names(r), content, err)
	}
}

func TestManyFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "many.zip")
	var files []string
	for i := range 70_000 { // more than fit the first form of .zip
		files = append(files, fmt.Sprintf("things/%d", i))
	}
	pack(t, path, files...)
	if n := len(open(t, path).Files()); n != 70_001 {
		t.Errorf("%d files", n)
	}
}

// TestTooManyFilesAreNotTakenIntoMemory makes a list of files by hand.
func TestTooManyFilesAreNotTakenIntoMemory(t *testing.T) {
	t.Parallel()
	header := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	list := bytes.Repeat(header, maxFiles+1)
	record := append([]byte("PK\x06\x06"), make([]byte, 52)...)
	binary.LittleEndian.PutUint64(record[40:], uint64(len(list)))
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	end := append([]byte("PK\x05\x06"), bytes.Repeat([]byte{0xff}, 16)...)
	end = append(end, 0, 0)
	all := bytes.Join([][]byte{list, record, locator, end}, nil)
	if err := countEntries(bytes.NewReader(all), int64(len(all))); !errors.Is(err, errTooMany) {
		t.Errorf("it says %v", err)
	}
	all = append([]byte("something before"), all...)
	if err := countEntries(bytes.NewReader(all), int64(len(all))); !errors.Is(err, errNoZip) {
		t.Errorf("with something before it says %v", err)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":                 "",
		"one\ntwo\n":       "1 one, 2 two, ",
		"12345678\n":       "1 12345678, ",
		"123456789\n":      ":1: The line is longer than 8 bytes",
		"1\n12345678901\n": ":2: The line is longer than 8 bytes",
		"one\ntwo":         ":2: The file ends in the middle of a line",
		"a\xff\n":          ":1: The line is not UTF-8 text",
	} {
		dir := t.TempDir() + "/x"
		w, err := Create(dir, layout())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Add("parcel.json", nil), w.AddFrom("things/lines", strings.NewReader(content)), w.Close()); err != nil {
			t.Fatal(err)
		}
		got := ""
		err = open(t, dir).Lines("things/lines", 8, func(line int, text []byte) error {
			got += fmt.Sprintf("%d %s, ", line, text)
			return nil
		})
		if err != nil {
			got = strings.TrimPrefix(err.Error(), dir+"/things/lines")
			if format.Problems(err) == nil {
				t.Errorf("%q: no problem but %v", content, err)
			}
		}
		if got != want {
			t.Errorf("%q gives %q and not %q", content, got, want)
		}
	}
}
