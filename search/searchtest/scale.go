package searchtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"

	"grassroots/search"
)

// contexts checks that nothing runs for a caller who is gone.
func contexts(t *testing.T, ix search.Index) {
	upsert(t, ix, doc("a", "Ward"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Upsert":      func() error { return ix.Upsert(ctx, doc("b", "Ward")) },
		"Delete":      func() error { return ix.Delete(ctx, search.KindCaseStudy, "a") },
		"Search":      func() error { _, err := ix.Search(ctx, search.Query{Limit: 1}); return err },
		"Search text": func() error { _, err := ix.Search(ctx, search.Query{Text: "ward", Limit: 1}); return err },
		"Suggest":     func() error { _, err := ix.Suggest(ctx, "ward", 5); return err },
		"Similar":     func() error { _, err := ix.Similar(ctx, search.KindCaseStudy, "ward", "", "", 5); return err },
		"Rebuild":     func() error { return ix.Rebuild(ctx, each(nil, quietly)) },
		"SetSynonyms": func() error { return ix.SetSynonyms(ctx, search.DefaultSynonyms()) },
		"Ping":        func() error { return ix.Ping(ctx) },
	} {
		if err := call(); !errors.Is(err, context.Canceled) || errors.Is(err, search.ErrUnavailable) {
			t.Errorf("%s with a context that ended: %v, want context.Canceled alone", name, err)
		}
	}
	expect(t, find(t, ix, search.Query{Text: "ward"}), "a")
}

// Synthetic yields n documents with bodies of length words, which differ in
// frequency as those of a language do, and facets like real ones; always the
// same.
func Synthetic(n, length int) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		zipf := rand.NewZipf(r, 1.15, 4, 20_000)
		words := func(k int) string {
			list := make([]string, k)
			for i := range list {
				list[i] = word(zipf.Uint64())
			}
			return strings.Join(list, " ")
		}
		stages := []string{"idea", "trial", "in-use", "spreading", "stopped"}
		for i := range n {
			d := doc(fmt.Sprintf("s%06d", i), words(7))
			d.Summary, d.Body = words(25), words(length)
			d.Votes, d.Comments, d.Adoptions = r.IntN(200), r.IntN(40), r.IntN(9)
			d.Hot, d.Published = r.Float64()*100, epoch().AddDate(0, 0, r.IntN(700))
			d.Facets = map[string][]string{
				"stage":        {stages[r.IntN(len(stages))]},
				"organisation": {fmt.Sprintf("R%03d", i%1000)},
				"region":       {fmt.Sprintf("Region %d", r.IntN(7))},
				"setting":      {fmt.Sprintf("Setting %d", r.IntN(12))},
				"tag":          {fmt.Sprintf("tag %d", zipf.Uint64()%300), fmt.Sprintf("tag %d", 300+r.IntN(50))},
				"system":       {fmt.Sprintf("System %d", r.IntN(60))},
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// word is the n-th word of an invented language; common words are short.
func word(n uint64) string {
	const first, second = "bcdfghklmnprstvw", "aeiou"
	var b strings.Builder
	for n += 3; n > 0; n /= uint64(len(first) * len(second)) {
		m := n % uint64(len(first)*len(second))
		b.WriteByte(first[m%uint64(len(first))])
		b.WriteByte(second[m/uint64(len(first))])
	}
	return b.String() + "n"
}

// many checks that totals, counts and deep pages stay right where engines like
// to stop counting.
func many(t *testing.T, ix search.Index) {
	if testing.Short() {
		t.Skip("10,000 documents take a while")
	}
	const n = 10_300
	if err := ix.Rebuild(t.Context(), Synthetic(n, 10)); err != nil {
		t.Fatal(err)
	}
	facets := []string{"organisation", "stage"}
	r := find(t, ix, search.Query{Facets: facets, Limit: 1})
	if r.Total != n || len(r.Facets["organisation"]) != 1000 {
		t.Fatalf("%d documents of %d organisations, want %d of 1000", r.Total, len(r.Facets["organisation"]), n)
	}
	for i := range 1000 {
		want := n / 1000
		if i < n%1000 {
			want++
		}
		if code := fmt.Sprintf("R%03d", i); r.Facets["organisation"][code] != want {
			t.Fatalf("organisation %s has %d, want %d", code, r.Facets["organisation"][code], want)
		}
	}
	for _, text := range []string{"", word(0), word(0) + " " + word(1) + " " + word(2) + " " + word(3)} {
		all := find(t, ix, search.Query{Text: text, Sort: search.SortTop, Facets: facets, Limit: 1})
		if all.Total < 5000 {
			t.Fatalf("%q finds %d, too few for this test", text, all.Total)
		}
		sum := 0
		for _, k := range all.Facets["stage"] {
			sum += k
		}
		if sum != all.Total {
			t.Errorf("%q: the stages say %d, total %d", text, sum, all.Total)
		}
		deep := find(t, ix, search.Query{Text: text, Sort: search.SortTop, Offset: all.Total - 3, Limit: 10})
		if len(deep.Hits) != 3 || deep.Total != all.Total {
			t.Errorf("%q: the last page has %d hits of %d, want 3 of %d", text, len(deep.Hits), deep.Total, all.Total)
		}
		beyond := find(t, ix, search.Query{Text: text, Sort: search.SortTop, Offset: 1 << 40, Limit: 10})
		if len(beyond.Hits) != 0 || beyond.Total != all.Total {
			t.Errorf("%q: beyond the end %d hits of %d", text, len(beyond.Hits), beyond.Total)
		}
	}
}
