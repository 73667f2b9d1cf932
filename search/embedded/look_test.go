package embedded_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"grassroots/search/embedded"
)

// tree lists what is in a folder, with the size of each file.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		out = append(out, path+" "+info.ModTime().String())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLookChangesNothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "search")
	if _, err := embedded.Look(dir); !errors.Is(err, embedded.ErrNone) {
		t.Errorf("without a folder: %v, want none", err)
	}
	if list := tree(t, parent); len(list) != 1 {
		t.Fatalf("looking made %q", list)
	}
	ix := mustOpen(t, dir, true)
	if _, err := embedded.Look(dir); !errors.Is(err, embedded.ErrLocked) {
		t.Errorf("while it is open: %v, want locked", err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	look := func(what string, want bool) {
		t.Helper()
		before := tree(t, dir)
		if stale, err := embedded.Look(dir); err != nil || stale != want {
			t.Errorf("%s: needs a rebuild %v (%v), want %v", what, stale, err, want)
		}
		if after := tree(t, dir); !slices.Equal(before, after) {
			t.Errorf("%s: looking made\n%q\nof\n%q", what, after, before)
		}
	}
	look("never filled", true)
	ix = mustOpen(t, dir, true)
	if err := errors.Join(ix.Rebuild(t.Context(), all(ward("a"))), ix.Close()); err != nil {
		t.Fatal(err)
	}
	look("filled", false)
	segments, err := filepath.Glob(filepath.Join(dir, "generation-*", "store", "*.zap"))
	if err != nil || len(segments) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	if err := os.Truncate(segments[0], 10); err != nil {
		t.Fatal(err)
	}
	look("damaged", true)
	if err := os.WriteFile(filepath.Join(dir, "state.bolt"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	look("with a damaged state", true)
}
