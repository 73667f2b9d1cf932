package searchtest

import (
	"slices"
	"testing"
	"time"

	"grassroots/search"
)

// benchDocuments is how many documents the benchmarks search.
const benchDocuments = 10_000

// Benchmarks times the queries that pages ask, over 10,000 documents of 200
// words, and reports the median and the 99th percentile in milliseconds.
func Benchmarks(b *testing.B, ix search.Index) {
	start := time.Now()
	if err := ix.Rebuild(b.Context(), Synthetic(benchDocuments, 180)); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d documents indexed in %v", benchDocuments, time.Since(start).Round(time.Millisecond))
	facets := search.FacetNames()[:8]
	filters := map[string][]string{"region": {"Region 1", "Region 2"}, "stage": {"idea", "trial"}}
	two := word(40) + " " + word(300)
	question := word(2) + " " + word(25) + " " + word(90) + " " + word(400) + " " + word(7) + " " + word(1500)
	for _, c := range []struct {
		name string
		ask  func(n int) error
	}{
		{"list", query(b, ix, search.Query{Sort: search.SortHot, Limit: 20})},
		{"list with facets", query(b, ix, search.Query{Sort: search.SortHot, Limit: 20, Facets: facets})},
		{"list with facets and filters", query(b, ix, search.Query{Sort: search.SortHot, Limit: 20, Facets: facets, Filters: filters})},
		{"two words", query(b, ix, search.Query{Text: two, Limit: 20})},
		{"two words with facets", query(b, ix, search.Query{Text: two, Limit: 20, Facets: facets})},
		{"two words with facets and filters", query(b, ix, search.Query{Text: two, Limit: 20, Facets: facets, Filters: filters})},
		{"two misspelt words", query(b, ix, search.Query{Text: word(4100) + "x y" + word(5200), Limit: 20})},
		{"question", query(b, ix, search.Query{Text: question, Limit: 20})},
		{"question with facets", query(b, ix, search.Query{Text: question, Limit: 20, Facets: facets})},
		{"suggest", func(n int) error { _, err := ix.Suggest(b.Context(), word(uint64(n % 500))[:3], 8); return err }},
		{"similar", func(n int) error {
			_, err := ix.Similar(b.Context(), search.KindCaseStudy, two+" "+word(uint64(n%500)), question, "", 5)
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) { measure(b, c.ask) })
	}
	b.Run("write", func(b *testing.B) {
		d := doc("written", two)
		measure(b, func(n int) error { d.Votes = n; return ix.Upsert(b.Context(), d) })
	})
}

func query(b *testing.B, ix search.Index, q search.Query) func(int) error {
	return func(int) error { _, err := ix.Search(b.Context(), q); return err }
}

func measure(b *testing.B, ask func(int) error) {
	b.ReportAllocs()
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		if err := ask(n); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	ms := func(share int) float64 { return float64(took[(len(took)-1)*share/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
}
