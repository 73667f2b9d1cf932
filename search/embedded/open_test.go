package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"grassroots/search"
	"grassroots/search/embedded"
)

func ward(id string) search.Document {
	return search.Document{Kind: search.KindCaseStudy, ID: id, Title: "Ward round " + id}
}

func all(docs ...search.Document) func(func(search.Document, error) bool) {
	return func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func mustOpen(t *testing.T, dir string, wantRebuild bool) *embedded.Index {
	t.Helper()
	ix, needsRebuild, err := embedded.Open(embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	if needsRebuild != wantRebuild {
		t.Errorf("needs a rebuild: %v, want %v", needsRebuild, wantRebuild)
	}
	return ix
}

func total(t *testing.T, ix *embedded.Index) int {
	t.Helper()
	r, err := ix.Search(t.Context(), search.Query{Text: "ward"})
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	ix := mustOpen(t, dir, true)
	if err := ix.Upsert(t.Context(), ward("a")); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}

	// Never rebuilt, so more may be missing than it holds.
	ix = mustOpen(t, dir, true)
	if got := total(t, ix); got != 1 {
		t.Errorf("%d documents after the first close, want 1", got)
	}
	if err := ix.Rebuild(t.Context(), all(ward("a"), ward("b"))); err != nil {
		t.Fatal(err)
	}
	if err := ix.Upsert(t.Context(), ward("c")); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = mustOpen(t, dir, false)
	if got := total(t, ix); got != 3 {
		t.Errorf("%d documents after the second close, want 3", got)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	ix := mustOpen(t, t.TempDir(), true)
	if err := errors.Join(ix.Close(), ix.Close()); err != nil {
		t.Fatal(err)
	}
	_, searched := ix.Search(t.Context(), search.Query{})
	_, suggested := ix.Suggest(t.Context(), "ward", 5)
	for name, err := range map[string]error{
		"Search": searched, "Suggest": suggested, "Ping": ix.Ping(t.Context()), "Upsert": ix.Upsert(t.Context(), ward("a")),
		"Delete": ix.Delete(t.Context(), search.KindCaseStudy, "a"), "Rebuild": ix.Rebuild(t.Context(), all()),
	} {
		if !errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

// lockVariable makes this test binary hold an index until its input ends.
const lockVariable = "GRASSROOTS_TEST_HOLD_INDEX"

func TestMain(m *testing.M) {
	if dir := os.Getenv(lockVariable); dir != "" {
		ix, _, err := embedded.Open(embedded.Options{Dir: dir})
		fmt.Println("open", err)
		if err == nil {
			hold(ix)
		}
		return
	}
	os.Exit(m.Run())
}

// hold waits for the end of its input, or writes without end when it gets a
// byte.
func hold(ix *embedded.Index) {
	if n, _ := os.Stdin.Read(make([]byte, 1)); n == 0 {
		ix.Close()
		return
	}
	ctx := context.Background()
	if err := ix.Rebuild(ctx, all(ward("first"))); err != nil {
		fmt.Println("failed", err)
		return
	}
	for i := 0; ; i++ {
		if err := ix.Upsert(ctx, ward(fmt.Sprint(i))); err != nil {
			fmt.Println("failed", err)
			return
		}
		fmt.Println("wrote", i)
	}
}

// TestKilled kills a process in the middle of its writes and wants all that it
// said it wrote.
func TestKilled(t *testing.T) {
	t.Parallel()
	for _, writes := range []int{1, 25, 70} {
		dir := t.TempDir()
		other := exec.Command(os.Args[0])
		other.Env = append(os.Environ(), lockVariable+"="+dir)
		other.Stdin = strings.NewReader("w")
		out, err := other.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		lines, last := bufio.NewScanner(out), ""
		for lines.Scan() {
			if last = lines.Text(); last == fmt.Sprint("wrote ", writes) {
				break
			}
		}
		if err := other.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = other.Wait()
		if last != fmt.Sprint("wrote ", writes) {
			t.Fatalf("the other process ended with %q", last)
		}
		ix := mustOpen(t, dir, false)
		if got := total(t, ix); got < writes+2 {
			t.Errorf("%d documents after %d writes and the first, all said to be done", got, writes+1)
		}
		if err := ix.Upsert(t.Context(), ward("after")); err != nil {
			t.Error(err)
		}
	}
}

func TestOneProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), lockVariable+"="+dir)
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 100)
	n, err := out.Read(said)
	if err != nil || !strings.HasPrefix(string(said[:n]), "open <nil>") {
		t.Fatalf("the other process says %q, %v", said[:n], err)
	}

	start := time.Now()
	_, _, err = embedded.Open(embedded.Options{Dir: dir, LockTimeout: 50 * time.Millisecond})
	if !errors.Is(err, embedded.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("while another process has it: %v, want ErrLocked with the folder", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v to say so", took)
	}
	in.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir, true)

	// The same process cannot have it twice either.
	if _, _, err := embedded.Open(embedded.Options{Dir: dir, LockTimeout: 50 * time.Millisecond}); !errors.Is(err, embedded.ErrLocked) {
		t.Errorf("twice in one process: %v", err)
	}
}

// TestDamage breaks one file of an index after the other, in several ways, and
// wants an index that works and says that it has to be rebuilt.
func TestDamage(t *testing.T) {
	t.Parallel()
	whole := t.TempDir()
	ix := mustOpen(t, whole, true)
	var docs []search.Document
	for i := range 300 {
		d := ward(fmt.Sprint(i))
		d.Body = strings.Repeat(fmt.Sprintf("body %d ", i), 20)
		docs = append(docs, d)
	}
	if err := ix.Rebuild(t.Context(), all(docs...)); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(whole, "generation-*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	inner, err := filepath.Glob(filepath.Join(whole, "generation-*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(append(files, inner...), filepath.Join(whole, "state.bolt"))
	broken := 0
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			continue
		}
		for name, damage := range map[string]func(string) error{
			"removed":   os.Remove,
			"emptied":   func(f string) error { return os.Truncate(f, 0) },
			"cut":       func(f string) error { return halve(f) },
			"scribbled": scribble,
		} {
			broken++
			part, err := filepath.Rel(whole, file)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+" "+part, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "index")
				if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				if err := damage(filepath.Join(dir, part)); err != nil {
					t.Fatal(err)
				}
				works(t, dir)
			})
		}
	}
	if broken < 12 {
		t.Errorf("only %d ways to break %q", broken, files)
	}
}

func halve(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return os.Truncate(file, info.Size()/2)
}

func scribble(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for i := range data {
		data[i] ^= byte(i*7 + 13)
	}
	return os.WriteFile(file, data, 0o600)
}

// works opens a damaged index and wants it whole again after a rebuild.
func works(t *testing.T, dir string) {
	t.Helper()
	ix, needsRebuild, err := embedded.Open(embedded.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if !needsRebuild {
		if got := total(t, ix); got != 300 {
			t.Errorf("%d documents of 300, and no rebuild asked for", got)
		}
	}
	if err := ix.Rebuild(t.Context(), all(ward("a"))); err != nil {
		t.Fatal(err)
	}
	if err := ix.Upsert(t.Context(), ward("b")); err != nil {
		t.Fatal(err)
	}
	if got := total(t, ix); got != 2 {
		t.Errorf("%d documents after a rebuild, want 2", got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}
}

// TestCutShort ends a rebuild as a crash would, and wants nothing left of it.
func TestCutShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ix := mustOpen(t, dir, true)
	if err := ix.Rebuild(t.Context(), all(ward("a"))); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "generation-99"), os.DirFS(filepath.Join(dir, "generation-2"))); err != nil {
		t.Fatal(err)
	}
	ix = mustOpen(t, dir, false)
	if got := total(t, ix); got != 1 {
		t.Errorf("%d documents, want 1", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "generation-99")); !os.IsNotExist(err) {
		t.Errorf("an unfinished generation stays: %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	err := ix.Rebuild(ctx, func(yield func(search.Document, error) bool) {
		yield(ward("b"), nil)
		cancel()
		ix.Close()
		yield(ward("c"), nil)
	})
	if err == nil {
		t.Error("a rebuild that is closed under its feet succeeds")
	}
	ix = mustOpen(t, dir, false)
	if got := total(t, ix); got != 1 {
		t.Errorf("%d documents after closing during a rebuild, want 1", got)
	}
}
