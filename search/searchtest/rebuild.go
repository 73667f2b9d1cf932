package searchtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"grassroots/search"
)

// each yields documents, and calls at before each.
func each(docs []search.Document, at func(i int) error) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for i, d := range docs {
			if err := at(i); err != nil {
				yield(search.Document{}, err)
				return
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

func quietly(int) error { return nil }

func rebuild(t *testing.T, ix search.Index) {
	upsert(t, ix, doc("old", "Old"), doc("kept", "Before"))
	if err := ix.SetSynonyms(t.Context(), parse(t, "latest, newest")); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		docs := []search.Document{doc("kept", fmt.Sprintf("After %d", n)), doc("new", "Newest")}
		if err := ix.Rebuild(t.Context(), each(docs, quietly)); err != nil {
			t.Fatal(err)
		}
		expectSet(t, "rebuilt", find(t, ix, search.Query{}), "kept", "new")
		expect(t, find(t, ix, search.Query{Text: fmt.Sprintf("after %d", n)}), "kept")
		expect(t, find(t, ix, search.Query{Text: "latest"}), "new")
	}
	upsert(t, ix, doc("later", "Later"))
	expectSet(t, "after it", find(t, ix, search.Query{}), "kept", "new", "later")
	if err := ix.Rebuild(t.Context(), each(nil, quietly)); err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, ix, search.Query{}))
}

// rebuildKeepsWrites writes while a rebuild runs, before and after the rebuild
// has come to the document.
func rebuildKeepsWrites(t *testing.T, ix search.Index) {
	var docs []search.Document
	for i := range 1300 {
		docs = append(docs, doc(fmt.Sprintf("d%04d", i), "As the rebuild read it"))
	}
	upsert(t, ix, docs[:3]...)
	change := func(i int) error {
		switch i {
		case 5: // ahead of the rebuild, which will read what is out of date
			upsert(t, ix, doc("d1200", "Changed meanwhile"), doc("extra", "Changed meanwhile"))
			if err := ix.Delete(t.Context(), search.KindCaseStudy, "d1201", "d0002"); err != nil {
				t.Error(err)
			}
		case 1250: // behind it
			upsert(t, ix, doc("d0000", "Changed meanwhile"))
			if err := ix.Delete(t.Context(), search.KindCaseStudy, "d0001"); err != nil {
				t.Error(err)
			}
			// The live index has them at once.
			expectSet(t, "during", find(t, ix, search.Query{Text: "changed meanwhile"}), "d0000", "d1200", "extra")
		case 1260: // written and taken back, deleted and brought back
			upsert(t, ix, doc("brief", "Changed meanwhile"))
			if err := ix.Delete(t.Context(), search.KindCaseStudy, "brief", "d0003"); err != nil {
				t.Error(err)
			}
			upsert(t, ix, doc("d0003", "Changed meanwhile"))
		}
		return nil
	}
	if err := ix.Rebuild(t.Context(), each(docs, change)); err != nil {
		t.Fatal(err)
	}
	r := find(t, ix, search.Query{Limit: 1})
	if want := 1300 + 1 - 3; r.Total != want {
		t.Errorf("total %d, want %d", r.Total, want)
	}
	expectSet(t, "changed", find(t, ix, search.Query{Text: "changed meanwhile"}), "d0000", "d0003", "d1200", "extra")
}

func rebuildFails(t *testing.T, ix search.Index) {
	upsert(t, ix, doc("a", "Kept"))
	lost := errors.New("the database is away")
	docs := []search.Document{doc("b", "New"), doc("c", "New")}
	fail := func(i int) error {
		if i == 1 {
			upsert(t, ix, doc("d", "Written meanwhile"))
			return lost
		}
		return nil
	}
	if err := ix.Rebuild(t.Context(), each(docs, fail)); !errors.Is(err, lost) {
		t.Errorf("%v, want the iterator's error", err)
	}
	expectSet(t, "after an error", find(t, ix, search.Query{}), "a", "d")

	ctx, cancel := context.WithCancel(t.Context())
	stop := func(i int) error {
		if i == 1 {
			cancel()
		}
		return nil
	}
	if err := ix.Rebuild(ctx, each(docs, stop)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	expectSet(t, "after cancelling", find(t, ix, search.Query{}), "a", "d")

	if err := ix.Rebuild(t.Context(), each([]search.Document{{ID: "x"}}, quietly)); !errors.Is(err, search.ErrBadDocument) {
		t.Errorf("%v, want ErrBadDocument", err)
	}
	expectSet(t, "after a bad document", find(t, ix, search.Query{}), "a", "d")

	if err := ix.Rebuild(t.Context(), each(docs, quietly)); err != nil {
		t.Fatal(err)
	}
	expectSet(t, "after all", find(t, ix, search.Query{}), "b", "c")
}

// database is what documents are rebuilt from while others write to it.
type database struct {
	mu   sync.Mutex
	docs []search.Document
}

func (db *database) add(d search.Document) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.docs = append(db.docs, d)
}

// all reads one document after the other, as they are when their turn comes.
func (db *database) all(yield func(search.Document, error) bool) {
	for i := 0; ; i++ {
		db.mu.Lock()
		if i == len(db.docs) {
			db.mu.Unlock()
			return
		}
		d := db.docs[i]
		db.mu.Unlock()
		if !yield(d, nil) {
			return
		}
	}
}

// rebuildUnderLoad searches and writes from several goroutines while two
// rebuilds are asked for at once. As in the product, what is written stands in
// the database before it is indexed.
func rebuildUnderLoad(t *testing.T, ix search.Index) {
	db := &database{}
	for i := range 600 {
		db.add(doc(fmt.Sprintf("d%03d", i), "Ward round"))
	}
	upsert(t, ix, db.docs...)
	done := make(chan struct{})
	var work, rebuilds sync.WaitGroup
	for n := range 2 {
		rebuilds.Go(func() {
			if err := ix.Rebuild(t.Context(), db.all); err != nil {
				t.Errorf("rebuild %d: %v", n, err)
			}
		})
		work.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := ix.Search(t.Context(), search.Query{Text: "ward rounds", Limit: 5, Facets: []string{"stage"}})
				if err != nil || r.Total < 600 || len(r.Hits) != 5 {
					t.Errorf("during a rebuild: %d hits of %d, %v", len(r.Hits), r.Total, err)
					return
				}
			}
		})
	}
	var written []string
	work.Go(func() {
		for i := range 20 {
			d := doc(fmt.Sprintf("w%02d", i), "Ward round written meanwhile")
			db.add(d)
			if err := ix.Upsert(t.Context(), d); err != nil {
				t.Errorf("write during a rebuild: %v", err)
				return
			}
			written = append(written, d.ID)
		}
	})
	rebuilds.Wait()
	close(done)
	work.Wait()
	r := find(t, ix, search.Query{Text: "meanwhile"})
	if got := slices.Sorted(slices.Values(ids(r.Hits))); len(got) != 20 || !slices.Equal(got, written) {
		t.Errorf("written meanwhile and found: %q of %q", got, written)
	}
}
