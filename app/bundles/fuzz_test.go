package bundles_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/format"
	"grassroots/models/store"
)

var errUndo = errors.New("undone")

// try checks a bundle that anybody may have made. What is found to be right
// must be one that can be written, or that clearly cannot be written here.
func (s *site) try(t *testing.T, path string) {
	t.Helper()
	i, err := s.Bundles.Check(t.Context(), path, nil)
	if err != nil {
		if len(format.Problems(err)) == 0 {
			t.Fatalf("no problem of the bundle, but %v", err)
		}
		return
	}
	defer i.Close()
	if err := i.StoreFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = s.store.Tx(t.Context(), func(ctx context.Context) error {
		if _, err := i.Apply(ctx, nil); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) && models.KindOf(err) != models.Conflict {
		t.Fatalf("found to be right, and then: %v", err)
	}
	if err := i.DropFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// fuzzed is a site for a fuzz test, and a sample to begin from.
func fuzzed(f *testing.F) (*site, files) {
	f.Helper()
	from := newSite(f, store.SQLite)
	from.fill(8)
	dir := filepath.Join(f.TempDir(), "sample")
	from.export(dir, everything())
	sample := files{}
	for name, content := range tree(f, dir) {
		sample[strings.TrimPrefix(name, "/")] = content
	}
	s := newSite(f, store.SQLite)
	s.fill(2)
	return s, sample
}

// FuzzImport changes one file of a bundle and seals it again.
func FuzzImport(f *testing.F) {
	s, sample := fuzzed(f)
	names := slices.Sorted(maps.Keys(sample))
	seen := map[string]bool{}
	for n, name := range names {
		if base := filepath.Base(name); !seen[base] {
			seen[base] = true
			f.Add(uint(n), []byte(sample[name]))
			f.Add(uint(n), []byte(strings.Replace(sample[name], "a", "\x00", 3)))
			f.Add(uint(n), []byte(strings.ReplaceAll(sample[name], "1", "9")))
			f.Add(uint(n), []byte(strings.ReplaceAll(sample[name], ":", ": &a *a")))
			f.Add(uint(n), []byte(sample[name]+sample[name]))
		}
	}
	f.Add(uint(len(names)), []byte("0000  case-studies/x\n"))
	f.Fuzz(func(t *testing.T, n uint, content []byte) {
		changed := maps.Clone(sample)
		if n < uint(len(names)) {
			changed[names[n]] = string(content)
			if names[n] != archive.Sums {
				changed.reseal()
			}
		} else {
			changed[archive.Sums] = string(content)
		}
		s.try(t, changed.folder(t))
	})
}

// FuzzZip reads whatever is called a .zip.
func FuzzZip(f *testing.F) {
	s, sample := fuzzed(f)
	add := func(list files) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range slices.Sorted(maps.Keys(list)) {
			to, err := w.Create(name)
			if err == nil {
				_, err = io.WriteString(to, list[name])
			}
			if err != nil {
				f.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	add(sample)
	add(files{})
	small := files{"bundle.json": `{"format":"grassroots/bundle/1","emails":false,"case_studies":0,"revisions":0,"comments":0,"attachments":0,"people":0,"organisations":0,"systems":0,"standards":0}`}
	small.reseal()
	add(small)
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\xff", 18)))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "fuzz.zip")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s.try(t, path)
	})
}
