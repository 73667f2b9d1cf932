package bundles_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"grassroots/models/archive"
	"grassroots/models/bundle"
	"grassroots/models/format"
	"grassroots/models/store"
)

// files are those of a bundle, by their names.
type files map[string]string

// reseal writes the list of checksums anew, as somebody who changes a bundle on
// purpose can.
func (f files) reseal() {
	delete(f, archive.Sums)
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		sum := sha256.Sum256([]byte(f[name]))
		fmt.Fprintf(&list, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	f[archive.Sums] = list.String()
}

// change puts something else into a file. What it replaces must be there.
func (f files) change(t *testing.T, name, old, new string) {
	t.Helper()
	if !strings.Contains(f[name], old) {
		t.Fatalf("%s has no %q:\n%s", name, old, f[name])
	}
	f[name] = strings.Replace(f[name], old, new, 1)
}

func (f files) folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range f {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// zip packs the files. change, if any, may add entries of its own.
func (f files) zip(t *testing.T, change func(w *zip.Writer)) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		entry(t, w, &zip.FileHeader{Name: name, Method: zip.Deflate}, f[name])
	}
	if change != nil {
		change(w)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed(t, b.Bytes())
}

func packed(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bundle.zip")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func entry(t *testing.T, w *zip.Writer, h *zip.FileHeader, content string) {
	t.Helper()
	to, err := w.CreateHeader(h)
	if err == nil {
		_, err = io.WriteString(to, content)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sample is a small bundle that is right, as its files.
func sample(t *testing.T) files {
	t.Helper()
	s := newSite(t, store.SQLite)
	s.fill(8)
	dir := filepath.Join(t.TempDir(), "sample")
	s.export(dir, everything())
	out := files{}
	for name, content := range tree(t, dir) {
		out[strings.TrimPrefix(name, "/")] = content
	}
	return out
}

// of gives a file of the sample by the end of its name, of the case study that
// has the most of them.
func (f files) of(t *testing.T, suffix string, number int) string {
	t.Helper()
	var found []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if strings.HasSuffix(name, suffix) {
			found = append(found, name)
		}
	}
	if len(found) <= number {
		t.Fatalf("there are %d files *%s", len(found), suffix)
	}
	return found[number]
}

// attack is one way to make a bundle that must not be taken.
type attack struct {
	change func(t *testing.T, f files) // of the files, which are sealed again after
	make   func(t *testing.T, f files) string
	want   string // of what is said, a regular expression
}

// TestAHostileBundleIsRefusedWholeAndChangesNothing tries each on a site that
// has other content, as a folder, and where it makes a difference as a .zip.
func TestAHostileBundleIsRefusedWholeAndChangesNothing(t *testing.T) {
	t.Parallel()
	good := sample(t)
	s := newSite(t, store.SQLite)
	s.fill(3)
	before := s.state()
	attacks := map[string]attack{}
	for _, list := range []map[string]attack{tornBundles(), strangeNames(), wrongRecords(), wrongTexts(), wrongFiles()} {
		maps.Copy(attacks, list)
	}
	for name, a := range attacks {
		t.Run(name, func(t *testing.T) {
			f := maps.Clone(good)
			if a.change != nil {
				a.change(t, f)
				f.reseal()
			}
			path := ""
			if a.make != nil {
				path = a.make(t, f)
			} else {
				path = f.folder(t)
			}
			i, err := s.Bundles.Check(t.Context(), path, nil)
			if err == nil {
				_ = i.Close()
				t.Fatal("it was taken")
			}
			problems := format.Problems(err)
			if len(problems) == 0 || !regexp.MustCompile(a.want).MatchString(err.Error()) || !strings.HasPrefix(problems[0].String(), path) {
				t.Errorf("it says %v", err)
			}
			if s.state() != before {
				t.Error("something was changed")
			}
		})
	}
	i, err := s.Bundles.Check(t.Context(), good.zip(t, nil), nil)
	if err != nil {
		t.Fatalf("the sample itself: %v", err)
	}
	_ = i.Close()
}

func tornBundles() map[string]attack {
	return map[string]attack{
		"no list of checksums": {make: func(t *testing.T, f files) string { delete(f, archive.Sums); return f.folder(t) }, want: `:1: The bundle is not whole: it has no sha256sums.txt`},
		"no manifest":          {change: func(t *testing.T, f files) { delete(f, bundle.ManifestFile) }, want: `:1: This is no bundle: it has no bundle.json`},
		"a file is missing": {make: func(t *testing.T, f files) string { delete(f, f.of(t, "/comments.jsonl", 0)); return f.folder(t) },
			want: `sha256sums.txt:\d+: The file case-studies/\w+/comments.jsonl is missing`},
		"a file was changed": {make: func(t *testing.T, f files) string {
			f.change(t, bundle.PeopleFile, "Colleague", "Collaegue")
			return f.folder(t)
		}, want: `people.jsonl:1: The file does not fit its checksum`},
		"a file was added": {make: func(t *testing.T, f files) string {
			f["case-studies/01JD3Z6V7Q8R9S0T1V2W3X4Y5Z/record.json"] = "{}"
			return f.folder(t)
		}, want: `not listed in sha256sums.txt`},
		"a checksum twice": {make: func(t *testing.T, f files) string { f[archive.Sums] += f[archive.Sums]; return f.folder(t) }, want: `is listed twice`},
		"no checksums":     {make: func(t *testing.T, f files) string { f[archive.Sums] = "nothing\n"; return f.folder(t) }, want: `sha256sums.txt:1: This is no checksum`},
		"a .zip cut short": {make: func(t *testing.T, f files) string {
			content, err := os.ReadFile(f.zip(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			return packed(t, content[:len(content)*2/3])
		}, want: `:1: This is no .zip that can be read, or the end of it is missing`},
		"a .zip with a hole": {make: func(t *testing.T, f files) string {
			content, err := os.ReadFile(f.zip(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			copy(content[2000:], make([]byte, 3000))
			return packed(t, content)
		}, want: `cannot be read: `},
		"no .zip":        {make: func(t *testing.T, _ files) string { return packed(t, []byte("hello")) }, want: `This is no .zip`},
		"an empty file":  {make: func(t *testing.T, _ files) string { return packed(t, nil) }, want: `This is no .zip`},
		"an empty .zip":  {make: func(t *testing.T, _ files) string { return files{}.zip(t, nil) }, want: `it has no bundle.json`},
		"another format": {change: func(t *testing.T, f files) { f.change(t, bundle.ManifestFile, "bundle/1", "bundle/2") }, want: `bundle.json:1: The format is "grassroots/bundle/2"`},
		"a newer manifest": {change: func(t *testing.T, f files) { f.change(t, bundle.ManifestFile, `"emails"`, `"signed": true, "emails"`) },
			want: `bundle.json:1: .*unknown field "signed"`},
		"more case studies than there are": {change: func(t *testing.T, f files) {
			f.change(t, bundle.ManifestFile, `"case_studies": 8`, `"case_studies": 9007199254740993`)
		},
			want: `It says that there are 9007199254740993 case studies, and there are 8`},
		"fewer comments than there are": {change: func(t *testing.T, f files) {
			f[bundle.ManifestFile] = regexp.MustCompile(`"comments": \d+`).ReplaceAllString(f[bundle.ManifestFile], `"comments": 1`)
		}, want: `It says that there are 1 comments`},
		"an adoption of nothing": {change: func(t *testing.T, f files) {
			f[strings.Replace(f.of(t, "/record.json", 0), "record.json", "adoptions.jsonl", 1)] = "{}\n"
		}, want: `adoptions.jsonl:1: The id of the adoption is no ULID`},
	}
}

func strangeNames() map[string]attack {
	within := func(name string) func(t *testing.T, f files) string {
		return func(t *testing.T, f files) string {
			return f.zip(t, func(w *zip.Writer) { entry(t, w, &zip.FileHeader{Name: name}, "x") })
		}
	}
	outside := `:1: The name ".*" would lie outside`
	return map[string]attack{
		"a name that leads up":       {make: within("../evil.md"), want: outside},
		"a name that leads up later": {make: within("case-studies/../../evil"), want: outside},
		"an absolute name":           {make: within("/etc/cron.d/evil"), want: outside},
		"a name with a drive":        {make: within("C:/evil"), want: outside},
		"a name with backslashes":    {make: within(`..\evil`), want: outside},
		"an empty name":              {make: within(""), want: outside},
		"a name with a full stop":    {make: within("case-studies/./x"), want: outside},
		"a long name":                {make: within(strings.Repeat("a", 300)), want: outside},
		"a name that is not UTF-8":   {make: within("a\xff"), want: outside},
		"a name that is none of its": {make: within("case-studies/evil.sh"), want: `evil.sh:1: A bundle has no such file`},
		"a file twice": {make: func(t *testing.T, f files) string {
			return f.zip(t, func(w *zip.Writer) { entry(t, w, &zip.FileHeader{Name: bundle.PeopleFile}, "{}") })
		}, want: `people.jsonl:1: Two files have this name`},
		"a link in a .zip": {make: func(t *testing.T, f files) string {
			return f.zip(t, func(w *zip.Writer) {
				h := &zip.FileHeader{Name: bundle.StandardsFile + "x"}
				h.SetMode(os.ModeSymlink | 0o777)
				entry(t, w, h, "/etc/passwd")
			})
		}, want: `This is no file but a link or something else`},
		"a folder with content": {make: func(t *testing.T, f files) string {
			content, err := os.ReadFile(f.zip(t, func(w *zip.Writer) { entry(t, w, &zip.FileHeader{Name: "case-studies/folder?"}, "12345") }))
			if err != nil {
				t.Fatal(err)
			}
			return packed(t, bytes.ReplaceAll(content, []byte("folder?"), []byte("folder/")))
		}, want: `A folder has no content of its own`},
		"an encrypted file": {make: func(t *testing.T, f files) string {
			return f.zip(t, func(w *zip.Writer) {
				to, err := w.CreateRaw(&zip.FileHeader{Name: "secret.jsonl", Flags: 1})
				if err == nil {
					_, err = io.WriteString(to, "")
				}
				if err != nil {
					t.Fatal(err)
				}
			})
		}, want: `The file is encrypted`},
		"a link in a folder": {make: func(t *testing.T, f files) string {
			delete(f, bundle.StandardsFile)
			dir := f.folder(t)
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, bundle.StandardsFile)); err != nil {
				t.Fatal(err)
			}
			return dir
		}, want: `standards.jsonl:1: This is no file but a link`},
		"a pipe in a folder": {make: func(t *testing.T, f files) string {
			delete(f, bundle.StandardsFile)
			dir := f.folder(t)
			if err := syscall.Mkfifo(filepath.Join(dir, bundle.StandardsFile), 0o644); err != nil {
				t.Skip(err)
			}
			return dir
		}, want: `standards.jsonl:1: This is no file but a link or something else`},
		"a link to a folder": {make: func(t *testing.T, f files) string {
			dir := f.folder(t)
			if err := os.Symlink("/", filepath.Join(dir, "case-studies", "root")); err != nil {
				t.Fatal(err)
			}
			return dir
		}, want: `case-studies/root:1: This is no file but a link`},
	}
}

// wrongFiles are about what stands in attachments, and about size.
func wrongFiles() map[string]attack {
	swap := func(suffix string, content func(t *testing.T) string) func(t *testing.T, f files) {
		return func(t *testing.T, f files) {
			name := f.of(t, suffix, 0)
			record := name[:strings.Index(name, "/files/")] + "/record.json"
			old, now := sha256.Sum256([]byte(f[name])), content(t)
			sum := sha256.Sum256([]byte(now))
			f.change(t, record, hex.EncodeToString(old[:]), hex.EncodeToString(sum[:]))
			f.change(t, record, fmt.Sprintf(`"size": %d`, len(f[name])), fmt.Sprintf(`"size": %d`, len(now)))
			f[name] = now
		}
	}
	return map[string]attack{
		"a page as a picture": {change: swap(".png", func(*testing.T) string { return "<html><script>alert(1)</script></html>" }), want: `Only JPEG, PNG`},
		"a picture of another kind": {change: swap(".png", func(t *testing.T) string {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}), want: `The file is a image/jpeg, and the record says image/png`},
		"a picture that says where": {change: swap(".png", func(t *testing.T) string {
			return sampleWithText(t)
		}), want: `The image holds something beside the picture`},
		"a picture as large as a house": {change: swap(".png", func(*testing.T) string {
			return "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x06\x00\x00\x00\xa3\x5c\xb3\xd9"
		}), want: `too many pixels|cannot be read`},
		"another size than the record says": {change: func(t *testing.T, f files) {
			record := strings.Split(f.of(t, ".pdf", 0), "/files/")[0] + "/record.json"
			f[record] = regexp.MustCompile(`"size": \d+`).ReplaceAllString(f[record], `"size": 3`)
		}, want: `bytes, and the record says 3`},
		"another file than the record says": {change: func(t *testing.T, f files) { f[f.of(t, ".pdf", 0)] += " " }, want: `is another file than the record says`},
		"an attachment is missing":          {change: func(t *testing.T, f files) { delete(f, f.of(t, ".pdf", 0)) }, want: `record.json:1: The attachment .* is missing`},
		"a file that nothing names": {change: func(t *testing.T, f files) {
			f[strings.Split(f.of(t, ".pdf", 0), "/files/")[0]+"/files/01JD3Z6V7Q8R9S0T1V2W3X4Y5Z.pdf"] = "%PDF-"
		}, want: `Nothing else in the bundle speaks of this file`},
		"a text of 2 MB": {change: func(t *testing.T, f files) { f[f.of(t, "/case-study.md", 0)] += strings.Repeat("a", 2<<20) },
			want: `case-study.md:1: The file has \d+ bytes, and 1048576 are the most`},
		"a line of a gigabyte": {make: func(t *testing.T, f files) string {
			dir := f.folder(t)
			if err := os.Truncate(filepath.Join(dir, filepath.FromSlash(f.of(t, "/comments.jsonl", 0))), 1<<30); err != nil {
				t.Fatal(err)
			}
			return dir
		}, want: `comments.jsonl:\d+: The line is longer than 262144 bytes`},
		"a bomb": {make: func(t *testing.T, f files) string {
			delete(f, bundle.StandardsFile)
			return f.zip(t, func(w *zip.Writer) {
				to, err := w.Create(bundle.StandardsFile)
				for range 300 {
					if err == nil {
						_, err = to.Write(make([]byte, 1<<20))
					}
				}
				if err != nil {
					t.Fatal(err)
				}
			})
		}, want: `bundle.zip:1: The bundle would grow to more than 100 times its size`},
		"a bomb that hides its size": {make: func(t *testing.T, f files) string {
			path := f.zip(t, nil)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// The entry's size in the list of files is made small.
			at := bytes.LastIndex(content, []byte(bundle.PeopleFile)) - 46
			copy(content[at+24:], []byte{1, 0, 0, 0})
			return packed(t, content)
		}, want: `people.jsonl:1: The file cannot be read`},
	}
}
