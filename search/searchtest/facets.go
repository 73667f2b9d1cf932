package searchtest

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"grassroots/search"
)

// facetCorpus has two facets that overlap.
func facetCorpus() []search.Document {
	return []search.Document{
		with(doc("1", "Discharge letters"), "stage", "idea", "region", "London", "tag", "flow", "tag", "letters"),
		with(doc("2", "Discharge lounge"), "stage", "idea", "region", "Midlands", "tag", "flow"),
		with(doc("3", "Discharge letters by post"), "stage", "trial", "region", "London", "tag", "letters"),
		with(doc("4", "Virtual ward"), "stage", "trial", "region", "South West"),
		with(doc("5", "Virtual clinic"), "stage", "in-use", "region", "London", "tag", "flow"),
		{Kind: search.KindPerson, ID: "1", Title: "Flow Coordinator", Facets: map[string][]string{"region": {"London"}}},
	}
}

func expectCounts(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s: counts %v, want %v", what, got, want)
	}
}

func facets(t *testing.T, ix search.Index) {
	upsert(t, ix, facetCorpus()...)
	all := []string{"stage", "region", "tag", "campaign"}
	studies := []search.Kind{search.KindCaseStudy}

	r := find(t, ix, search.Query{Kinds: studies, Facets: all})
	if r.Total != 5 || len(r.Facets) != 4 {
		t.Errorf("total %d with %d facets, want 5 with 4", r.Total, len(r.Facets))
	}
	expectCounts(t, "stage", r.Facets["stage"], map[string]int{"idea": 2, "trial": 2, "in-use": 1})
	expectCounts(t, "region", r.Facets["region"], map[string]int{"London": 3, "Midlands": 1, "South West": 1})
	expectCounts(t, "tag", r.Facets["tag"], map[string]int{"flow": 3, "letters": 2})
	if c, ok := r.Facets["campaign"]; !ok || len(c) != 0 {
		t.Errorf("campaign: %v, want an empty map", c)
	}
	expectCounts(t, "region, all kinds", find(t, ix, search.Query{Facets: all}).Facets["region"],
		map[string]int{"London": 4, "Midlands": 1, "South West": 1})

	// A filter counts for the other facets and not for its own.
	r = find(t, ix, search.Query{Kinds: studies, Facets: all, Filters: map[string][]string{"stage": {"idea"}}})
	expectSet(t, "ideas", r, "1", "2")
	expectCounts(t, "stage under stage", r.Facets["stage"], map[string]int{"idea": 2, "trial": 2, "in-use": 1})
	expectCounts(t, "region under stage", r.Facets["region"], map[string]int{"London": 1, "Midlands": 1})

	// Any of the values of one facet, and all facets.
	q := search.Query{Kinds: studies, Facets: all, Filters: map[string][]string{
		"stage": {"idea", "trial", "trial"}, "region": {"London"}, "tag": nil,
	}}
	r = find(t, ix, q)
	expectSet(t, "ideas and trials in London", r, "1", "3")
	expectCounts(t, "stage under both", r.Facets["stage"], map[string]int{"idea": 1, "trial": 1, "in-use": 1})
	expectCounts(t, "region under both", r.Facets["region"], map[string]int{"London": 2, "Midlands": 1, "South West": 1})
	expectCounts(t, "tag under both", r.Facets["tag"], map[string]int{"flow": 1, "letters": 2})

	// Several values that one document has count it once.
	r = find(t, ix, search.Query{Filters: map[string][]string{"tag": {"flow", "letters"}}})
	expectSet(t, "either tag", r, "1", "2", "3", "5")

	// A value that nothing has.
	r = find(t, ix, search.Query{Kinds: studies, Facets: all, Filters: map[string][]string{"stage": {"nowhere"}}})
	expect(t, r)
	expectCounts(t, "stage under nothing", r.Facets["stage"], map[string]int{"idea": 2, "trial": 2, "in-use": 1})
	expectCounts(t, "region under nothing", r.Facets["region"], map[string]int{})

	// Facets go when their documents go.
	if err := ix.Delete(t.Context(), search.KindCaseStudy, "2", "4"); err != nil {
		t.Fatal(err)
	}
	r = find(t, ix, search.Query{Kinds: studies, Facets: all})
	expectCounts(t, "region after deleting", r.Facets["region"], map[string]int{"London": 3})
}

// facetValues checks that values are kept apart and come back as they are.
func facetValues(t *testing.T, ix search.Index) {
	values := []string{
		"A&E", "a&e", "A and E", `say "hello"`, "it's", "a, b", "a", "b", `back\slash`, "[x]", "x = y OR z", "100%", "#1",
		"Café", "Cafe", "cafe", "naïve", "日本語", "Ysbyty Ŵaun", "straße", "strasse", "🏥", "ﬁ", "fi", "e\u0301", "é",
		" leading", "trailing ", "two  blanks", "tab\tbed", "line\nbreak", "", "null", "true", "1", "1.0", "01", "-1", "=a", "~a",
		"_id", "<b>bold</b>", "{{x}}", "${x}", strings.Repeat("x", search.MaxFacetValue), strings.Repeat("é", search.MaxFacetValue/2),
	}
	want := map[string]int{}
	var docs []search.Document
	for i, v := range values {
		docs = append(docs, with(doc(fmt.Sprint(i), "Values"), "tag", v))
		want[v]++
	}
	upsert(t, ix, docs...)
	if len(want) != len(values) {
		t.Fatal("two values of the test are the same")
	}
	r := find(t, ix, search.Query{Facets: []string{"tag"}})
	expectCounts(t, "odd values", r.Facets["tag"], want)
	for i, v := range values {
		r := find(t, ix, search.Query{Filters: map[string][]string{"tag": {v}}})
		expectSet(t, fmt.Sprintf("filter %.40q", v), r, fmt.Sprint(i))
	}
}

// facetsWithText checks that counts come true: choosing a value brings as many
// documents as stood beside it, whatever the text.
func facetsWithText(t *testing.T, ix search.Index) {
	docs, err := Corpus()
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.SetSynonyms(t.Context(), search.DefaultSynonyms()); err != nil {
		t.Fatal(err)
	}
	upsert(t, ix, docs...)
	for _, text := range []string{
		"", "discharge", "disharge leters", "how do I get discharge letters into the GP system", "electronic patient record",
		"nurse qwertyuiop", "monitoring patients at home remotely with a tablet device", "unfindableword",
	} {
		q := search.Query{Text: text, Facets: []string{"setting", "region"}, Sort: search.SortNew,
			Filters: map[string][]string{"setting": {"Acute", "Outpatients"}}}
		r := find(t, ix, q)
		if text == "unfindableword" {
			expect(t, r)
		} else if r.Total == 0 {
			t.Errorf("%q finds nothing", text)
		}
		for facet, counts := range r.Facets {
			for value, n := range counts {
				chosen := q
				chosen.Filters = maps.Clone(q.Filters)
				chosen.Filters[facet] = []string{value}
				if got := find(t, ix, chosen).Total; got != n {
					t.Errorf("%q: %s %s says %d and brings %d", text, facet, value, n, got)
				}
			}
		}
		sum := 0
		for _, v := range q.Filters["setting"] {
			sum += r.Facets["setting"][v]
		}
		if sum != r.Total {
			t.Errorf("%q: the chosen settings say %d, total %d", text, sum, r.Total)
		}
	}
}

func badQueries(t *testing.T, ix search.Index) {
	upsert(t, ix, doc("a", "Ward"))
	for name, q := range map[string]search.Query{
		"filter": {Filters: map[string][]string{"ward": {"x"}}},
		"empty":  {Filters: map[string][]string{"": nil}},
		"attack": {Filters: map[string][]string{`stage" OR "1" = "1`: {"x"}}},
		"facet":  {Facets: []string{"stage", "title"}},
		"sort":   {Sort: "best"},
		"kind":   {Kinds: []search.Kind{"ward"}},
		"offset": {Offset: -1},
		"limit":  {Limit: -1},
	} {
		for _, q.Text = range []string{"", "ward"} {
			if _, err := ix.Search(t.Context(), q); !errors.Is(err, search.ErrBadQuery) || errors.Is(err, search.ErrUnavailable) {
				t.Errorf("%s: %v, want ErrBadQuery", name, err)
			}
		}
	}
	if _, err := ix.Similar(t.Context(), "ward", "title", "", "", 5); !errors.Is(err, search.ErrBadQuery) {
		t.Errorf("Similar of an unknown kind: %v", err)
	}
}

func badDocuments(t *testing.T, ix search.Index) {
	for name, d := range map[string]search.Document{
		"no kind":    {ID: "a"},
		"kind":       {Kind: "ward", ID: "a"},
		"no id":      {Kind: search.KindPerson},
		"long id":    {Kind: search.KindPerson, ID: strings.Repeat("x", search.MaxID+1)},
		"id bytes":   {Kind: search.KindPerson, ID: "\xff"},
		"facet":      with(doc("a", ""), "ward", "x"),
		"long value": with(doc("a", ""), "tag", strings.Repeat("x", search.MaxFacetValue+1)),
		"bytes":      with(doc("a", ""), "tag", "\xff"),
	} {
		if err := ix.Upsert(t.Context(), doc("good", "Good"), d); !errors.Is(err, search.ErrBadDocument) {
			t.Errorf("%s: %v, want ErrBadDocument", name, err)
		}
	}
	// Nothing of a refused write is kept, and texts of any bytes are taken.
	expect(t, find(t, ix, search.Query{}))
	d := doc(strings.Repeat("é/'\"<>?#", search.MaxID/9), "bad \xff\x00 bytes \u202e here")
	d.Summary, d.Body, d.URL = "\x00", strings.Repeat("wörd \xfe", 100_000)+" end", "/\xff"
	upsert(t, ix, d)
	expect(t, find(t, ix, search.Query{Text: "bytes here"}), d.ID)
	expect(t, find(t, ix, search.Query{Text: "word"}), d.ID)
	if err := ix.Delete(t.Context(), d.Kind, d.ID); err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, ix, search.Query{}))
}
