package meili

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// planFor makes the parts of a query, given how many documents each text finds.
func planFor(t *testing.T, text, table string, counts map[string]int) []string {
	t.Helper()
	synonyms, err := search.ParseSynonyms(strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	terms := lang.Parse(text, synonyms.Table()).Terms
	list := probes(terms, false)
	found := make([]int, len(list))
	for i, p := range list {
		found[i] = counts[p.text]
	}
	chosen := choose(terms, list, found, false)
	var texts []string
	for _, p := range parts(chosen, lang.Need(len(chosen)), 1000) {
		texts = append(texts, p.text)
	}
	return texts
}

func TestPlan(t *testing.T) {
	t.Parallel()
	epr := synonymToken("epr")
	record := synonymToken("electronic patient record")
	for _, c := range []struct {
		name, text, table string
		counts            map[string]int
		want              []string
	}{
		{"a word that occurs", "ward", "", map[string]int{`"ward"`: 5, "ward ": 9, "ward": 9}, []string{`"ward" `}},
		{"a slip that occurs", "wrad", "", map[string]int{`"wrad"`: 1, "wrad ": 90}, []string{"wrad "}},
		{"a word that does not", "leter ", "", map[string]int{"leter ": 4}, []string{"leter "}},
		{"an unfinished word", "interop", "", map[string]int{"interop": 7}, []string{"interop"}},
		{"a finished word", "interop ", "", map[string]int{"interop": 7}, nil},
		{"nothing", "qwerty", "", nil, nil},
		{"two words", "discharge letters", "", map[string]int{`"discharg"`: 9, `"letter"`: 5}, []string{`"discharg" "letter" `}},
		{"one of two", "discharge qwerty", "", map[string]int{`"discharg"`: 9}, []string{`"discharg" `}},
		{"two of three", "ward round lists", "", map[string]int{`"ward"`: 1, `"round"`: 1, `"list"`: 1},
			[]string{`"ward" "round" `, `"ward" "list" `, `"round" "list" `}},
		{"an ending goes last", "interop ward", "", map[string]int{`"interop"`: 3, "ward": 4}, []string{`"interop" ward`}},
		{"a compound", "e-RS ", "", map[string]int{`"ers"`: 3, `"e rs"`: 2, `"e"`: 9, `"rs"`: 9}, []string{`"ers" `, `"e rs" `, `"e" "rs" `}},
		{"a synonym", "EPR", "EPR, electronic patient record", map[string]int{epr: 8, `"epr"`: 2}, []string{epr + " "}},
		{"a phrase", "electronic patient record ", "EPR, electronic patient record",
			map[string]int{record: 8, `"electronic"`: 4, `"patient"`: 40, `"record"`: 30, `"electronic patient record"`: 2},
			[]string{record + " ", `"electronic" "patient" "record" `}},
		{"a synonym that the server does not know yet", "EPR", "EPR, electronic patient record", map[string]int{`"epr"`: 2}, []string{`"epr" `}},
	} {
		if got := planFor(t, c.text, c.table, c.counts); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPlanIsBounded(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	var text strings.Builder
	for _, w := range strings.Fields("alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo") {
		text.WriteString(w + "-" + w[:3] + " ")
		stem := lang.Stem(w)
		for _, s := range []string{stem, w[:3], lang.Stem(w + w[:3]), stem + " " + w[:3]} {
			counts[`"`+s+`"`] = 5 + len(counts)
		}
	}
	got := planFor(t, text.String(), "", counts)
	if len(got) == 0 || len(got) > maxParts {
		t.Errorf("%d parts, want at most %d", len(got), maxParts)
	}
}

func TestWeightsFavourRareTerms(t *testing.T) {
	t.Parallel()
	terms := []asked{
		{df: 900, options: []option{{text: "common", weight: 1}}},
		{df: 3, options: []option{{text: "rare", weight: 1}, {text: "rarely", weight: 0.5}}},
	}
	list := parts(terms, 1, 1000)
	if len(list) != 3 || !(list[1].weight > list[2].weight && list[2].weight > list[0].weight) {
		t.Errorf("weights %+v", list)
	}
	for _, df := range []int{0, 1, 1000, 2000} {
		if v := idf(df, 1000); v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			t.Errorf("idf(%d) = %v", df, v)
		}
	}
}

func TestFacetEncoding(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, v := range []string{"", "a", "A", "=a", "~a", "é", "e\u0301", "a b", "in-use", "x_y.z", "日本", "\"]\\", strings.Repeat("é", search.MaxFacetValue/2)} {
		e := encodeFacet(v)
		if got, err := decodeFacet(e); err != nil || got != v {
			t.Errorf("%q becomes %q and then %q, %v", v, e, got, err)
		}
		if e != strings.ToLower(e) || len(e) > 468 {
			t.Errorf("%q becomes %q: the server would fold or cut it", v, e)
		}
		if other, ok := seen[e]; ok {
			t.Errorf("%q and %q both become %q", v, other, e)
		}
		seen[e] = v
	}
	if _, err := decodeFacet("~!"); !errors.Is(err, search.ErrUnavailable) {
		t.Errorf("not ours: %v", err)
	}
}

func TestKeyKeepsOrder(t *testing.T) {
	t.Parallel()
	ids := []string{"A", "B", "a", "a-b", "ab", "b", "é"}
	var keys []string
	for _, id := range ids {
		keys = append(keys, key(search.KindCaseStudy, id))
	}
	if !slices.IsSorted(ids) || !slices.IsSorted(keys) {
		t.Errorf("keys %q of %q", keys, ids)
	}
	if k := key(search.KindOrganisation, strings.Repeat("x", search.MaxID)); len(k) > 468 {
		t.Errorf("the longest key has %d bytes, the server orders by 468", len(k))
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	got := filters([]search.Kind{"person", "system"}, map[string][]string{"tag": {"a", `B"`}, "stage": {"idea"}})
	want := []string{`kind IN ["person", "system"]`, `f_stage IN ["=idea"]`, `f_tag IN ["=a", "` + encodeFacet(`B"`) + `"]`}
	if !slices.Equal(got, want) {
		t.Errorf("filters %q, want %q", got, want)
	}
	if got := quote(`a"\`); got != `"a\"\\"` {
		t.Errorf("quoted %s", got)
	}
	if got := filters(nil, nil); len(got) != 0 {
		t.Errorf("no filters: %q", got)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	in := func(place float64, typos int) scoreDetails {
		var d scoreDetails
		d.Attribute = &struct {
			Score float64 `json:"score"`
		}{place}
		d.Typo = &struct {
			Count int `json:"typoCount"`
		}{typos}
		return d
	}
	order := []scoreDetails{in(1, 0), in(0.75, 0), in(1, 1), in(0.5, 0), in(0.25, 0), in(1, 2), in(0.25, 1), in(0.25, 2)}
	for i := 1; i < len(order); i++ {
		if order[i-1].value() < order[i].value() {
			t.Errorf("place %d is worth %v, place %d %v", i-1, order[i-1].value(), i, order[i].value())
		}
	}
}

func TestTaskErrors(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]error{
		"invalid_document_id": search.ErrBadDocument, "missing_document_id": search.ErrBadDocument,
		"internal": search.ErrUnavailable, "": search.ErrUnavailable, "database_size_limit_reached": search.ErrUnavailable,
	} {
		if err := error(&taskError{doing: "x", code: code}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", code, err, want)
		}
	}
}

func TestMadeAt(t *testing.T) {
	t.Parallel()
	for suffix, want := range map[string]bool{
		"_v1700000000000000": true, "_notes_1700000000000000": true, "_blank_1700000000000000": true,
		"_v2": false, "_v": false, "_vx700000000000000": false, "_unfilled": false, "": false, "_v17000000000000001": false,
	} {
		if _, ok := madeAt(suffix); ok != want {
			t.Errorf("madeAt(%q) = %v", suffix, ok)
		}
	}
}
