package meili_test

import (
	"crypto/rand"
	"testing"
	"time"

	"grassroots/search"
	"grassroots/search/meili"
	"grassroots/search/searchtest"
)

func open(t *testing.T, server searchtest.Server) *meili.Index {
	t.Helper()
	ix, _, err := meili.Open(t.Context(), meili.Options{URL: server.URL, Key: server.Key, Prefix: "t" + rand.Text()})
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
	server := searchtest.Meili(t)
	searchtest.Suite(t, func(t *testing.T) search.Index { return open(t, server) })
}

func BenchmarkIndex(b *testing.B) {
	server := searchtest.Meili(b)
	ix, _, err := meili.Open(b.Context(), meili.Options{URL: server.URL, Key: server.Key, TaskTimeout: 10 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	searchtest.Benchmarks(b, ix)
}
