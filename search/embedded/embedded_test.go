package embedded_test

import (
	"testing"

	"grassroots/search"
	"grassroots/search/embedded"
	"grassroots/search/searchtest"
)

func open(t *testing.T) search.Index {
	t.Helper()
	ix, _, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

func TestSuite(t *testing.T) {
	searchtest.TookPart(t, "bleve", searchtest.ModuleVersion(t, "github.com/blevesearch/bleve/v2"))
	searchtest.Suite(t, open)
}

func BenchmarkIndex(b *testing.B) {
	ix, _, err := embedded.Open(embedded.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	searchtest.Benchmarks(b, ix)
}
