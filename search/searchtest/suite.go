package searchtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/search"
)

// Suite runs everything that both engines have to pass. open makes an empty
// index that nothing else uses, and closes it when the test ends.
func Suite(t *testing.T, open func(t *testing.T) search.Index) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, search.Index)
	}{
		{"relevance", relevance},
		{"write", write},
		{"order", order},
		{"pages", pages},
		{"facets", facets},
		{"facet values", facetValues},
		{"facets with text", facetsWithText},
		{"bad queries", badQueries},
		{"bad documents", badDocuments},
		{"spellings", spellings},
		{"matching", matching},
		{"any bytes", anyBytes},
		{"synonyms", synonyms},
		{"suggest", suggest},
		{"similar", similar},
		{"rebuild", rebuild},
		{"rebuild keeps writes", rebuildKeepsWrites},
		{"rebuild that fails", rebuildFails},
		{"rebuild under load", rebuildUnderLoad},
		{"contexts", contexts},
		{"many", many},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// doc is a case study with nothing but an ID and a title.
func doc(id, title string) search.Document {
	return search.Document{Kind: search.KindCaseStudy, ID: id, Title: title, URL: "/case-studies/" + id, Published: epoch()}
}

// with adds facets, as name, value, name, value.
func with(d search.Document, pairs ...string) search.Document {
	d.Facets = map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		d.Facets[pairs[i]] = append(d.Facets[pairs[i]], pairs[i+1])
	}
	return d
}

func upsert(t *testing.T, ix search.Index, docs ...search.Document) {
	t.Helper()
	if err := ix.Upsert(t.Context(), docs...); err != nil {
		t.Fatalf("Upsert: %v", err)
	}
}

// find asks, with a limit of 100 when there is none.
func find(t *testing.T, ix search.Index, q search.Query) search.Result {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	r, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("Search %.80q: %v", q.Text, err)
	}
	return r
}

func ids(hits []search.Hit) []string {
	list := make([]string, len(hits))
	for i, h := range hits {
		list[i] = h.ID
	}
	return list
}

// expect compares the IDs of a result, in order, and its total.
func expect(t *testing.T, r search.Result, want ...string) {
	t.Helper()
	if got := ids(r.Hits); !slices.Equal(got, want) || r.Total != len(want) {
		t.Errorf("got %q of %d, want %q", got, r.Total, want)
	}
}

// expectSet compares the IDs of a result in any order.
func expectSet(t *testing.T, what string, r search.Result, want ...string) {
	t.Helper()
	got := slices.Sorted(slices.Values(ids(r.Hits)))
	slices.Sort(want)
	if !slices.Equal(got, want) || r.Total != len(want) {
		t.Errorf("%s: got %q of %d, want %q", what, got, r.Total, want)
	}
}

func write(t *testing.T, ix search.Index) {
	expect(t, find(t, ix, search.Query{}))
	a := doc("a", "Discharge letters")
	upsert(t, ix, a, doc("b", "Virtual ward"))
	expect(t, find(t, ix, search.Query{Text: "letter"}), "a")
	got := find(t, ix, search.Query{Text: "letter"}).Hits[0]
	if got.Kind != a.Kind || got.Title != a.Title || got.URL != a.URL || got.Score <= 0 {
		t.Errorf("got %+v, want title and address of %+v and a score", got, a)
	}

	a.Title, a.URL = "Referral letters, replaced", "/elsewhere"
	upsert(t, ix, a)
	expect(t, find(t, ix, search.Query{Text: "discharge"}))
	if got := find(t, ix, search.Query{Text: "referral"}).Hits; len(got) != 1 || got[0].Title != a.Title || got[0].URL != a.URL {
		t.Errorf("after replacing: %+v", got)
	}

	// The same ID in another kind is another document.
	upsert(t, ix, search.Document{Kind: search.KindPerson, ID: "a", Title: "Referral Nurse"})
	if err := ix.Delete(t.Context(), search.KindCaseStudy, "a", "not-there"); err != nil {
		t.Fatal(err)
	}
	r := find(t, ix, search.Query{Text: "referral"})
	expect(t, r, "a")
	if r.Hits[0].Kind != search.KindPerson {
		t.Errorf("deleting a case study took the %s", r.Hits[0].Kind)
	}
	expect(t, find(t, ix, search.Query{Text: "referral", Kinds: []search.Kind{search.KindCaseStudy}}))

	// Two of one ID at once: the later counts. None at all is no error.
	upsert(t, ix, doc("c", "First"), doc("c", "Second"))
	expect(t, find(t, ix, search.Query{Text: "first"}))
	expect(t, find(t, ix, search.Query{Text: "second"}), "c")
	upsert(t, ix)
	if err := ix.Delete(t.Context(), search.KindCaseStudy); err != nil {
		t.Error(err)
	}
	if err := ix.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}

// order checks every sort, with and without text, and how ties are broken.
func order(t *testing.T, ix search.Index) {
	make := func(id string, n int) search.Document {
		d := doc(id, "Ward round")
		d.Hot, d.Votes, d.Comments, d.Adoptions = float64(n)-2.5, n, (n+1)%4, (n+2)%4
		d.Published = epoch().Add(time.Duration(n) * time.Second)
		return d
	}
	undated := doc("undated", "Ward round")
	undated.Published = time.Time{}
	upsert(t, ix, make("c", 0), make("B", 1), make("a", 2), make("d", 3), make("tie-2", 3), make("tie-1", 3), undated)

	for sort, want := range map[search.Sort]string{
		search.SortHot:       "d tie-1 tie-2 undated a B c", // undated has 0, a -0.5
		search.SortNew:       "d tie-1 tie-2 a B c undated",
		search.SortTop:       "d tie-1 tie-2 a B c undated",
		search.SortDiscussed: "a B c d tie-1 tie-2 undated",
		search.SortAdopted:   "B c d tie-1 tie-2 a undated",
		search.SortRelevance: "d tie-1 tie-2 a B c undated", // without text as new
		"":                   "d tie-1 tie-2 a B c undated",
	} {
		expect(t, find(t, ix, search.Query{Sort: sort}), strings.Fields(want)...)
		if sort == "" || sort == search.SortRelevance {
			// All match alike, so that the ID decides: capitals before small letters.
			want = "B a c d tie-1 tie-2 undated"
		}
		expect(t, find(t, ix, search.Query{Text: "ward rounds", Sort: sort}), strings.Fields(want)...)
	}

	people := []search.Document{{Kind: search.KindPerson, ID: "a", Title: "Ward clerk"}, {Kind: search.KindSystem, ID: "a", Title: "Ward"}}
	upsert(t, ix, people...)
	expect(t, find(t, ix, search.Query{Sort: search.SortTop, Kinds: []search.Kind{search.KindSystem, search.KindPerson}}), "a", "a")
	for _, q := range []search.Query{{Limit: 0}, {Text: "ward", Limit: 0}} {
		r, err := ix.Search(t.Context(), q)
		if err != nil || len(r.Hits) != 0 || r.Total != 9 {
			t.Errorf("no limit: %d hits of %d (%v), want none of 9", len(r.Hits), r.Total, err)
		}
	}
}

// pages walks through results page by page and wants every document once, in
// the same order whatever the size of a page.
func pages(t *testing.T, ix search.Index) {
	var docs []search.Document
	for i := range 150 {
		d := doc(fmt.Sprintf("d%03d", i), fmt.Sprintf("Discharge letter %d", i%7))
		d.Summary = strings.Repeat("system practice ", i%3+1)
		d.Votes = i % 4
		docs = append(docs, d)
	}
	upsert(t, ix, docs...)
	for _, q := range []search.Query{
		{Sort: search.SortTop},
		{Text: "discharge letters"},
		{Text: "how do I get discharge letters into the practice system"},
		{Text: "discharge letters practice", Sort: search.SortTop},
	} {
		var first []string
		for _, size := range []int{7, 40, 150} {
			var all []string
			for offset := 0; offset < 160; offset += size {
				q.Offset, q.Limit = offset, size
				r := find(t, ix, q)
				if r.Total != 150 {
					t.Fatalf("%q by %s at %d: total %d, want 150", q.Text, q.Sort, offset, r.Total)
				}
				all = append(all, ids(r.Hits)...)
			}
			if first == nil {
				first = all
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(all))); len(all) != 150 || len(unique) != 150 {
				t.Errorf("%q by %s in pages of %d: %d hits, %d different", q.Text, q.Sort, size, len(all), len(unique))
			}
			if !slices.Equal(all, first) {
				t.Errorf("%q by %s: another order in pages of %d than of 7", q.Text, q.Sort, size)
			}
		}
	}
}
