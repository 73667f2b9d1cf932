package search_test

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/search"
)

func TestOrderIsFinite(t *testing.T) {
	t.Parallel()
	for _, hot := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
		if got := (search.Document{Hot: hot}).Order()[search.SortHot]; got != 0 || math.Signbit(got) {
			t.Errorf("Hot %v becomes %v", hot, got)
		}
	}
	early := (search.Document{Published: time.Date(1948, 7, 5, 0, 0, 0, 0, time.UTC)}).Order()[search.SortNew]
	late := (search.Document{Published: time.Date(2026, 7, 5, 0, 0, 0, 1000, time.UTC)}).Order()[search.SortNew]
	later := (search.Document{Published: time.Date(2026, 7, 5, 0, 0, 0, 2000, time.UTC)}).Order()[search.SortNew]
	never := (search.Document{}).Order()[search.SortNew]
	if !(never < early && early < late && late < later) {
		t.Errorf("never %v, early %v, late %v, a microsecond later %v", never, early, late, later)
	}
	if got := slices.Sorted(maps.Keys((search.Document{}).Order())); len(got) != len(search.Sorts())-1 {
		t.Errorf("orders %q", got)
	}
}

func TestLabelsHoldCodes(t *testing.T) {
	t.Parallel()
	d := search.Document{ID: "RR8", Facets: map[string][]string{"tag": {"flow", "beds"}, "stage": {"idea"}, "nonsense": {"x"}}}
	if got := d.Labels(); got != "RR8 ; idea ; flow ; beds" {
		t.Errorf("labels %q", got)
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	q := search.Query{Filters: map[string][]string{"stage": {"b", "a", "b"}, "region": {"x"}, "tag": {}}}
	got := q.Without("region")
	if len(got) != 1 || !slices.Equal(got["stage"], []string{"a", "b"}) {
		t.Errorf("without region: %v", got)
	}
	if len(q.Without("")) != 2 || len(q.Filters["stage"]) != 3 {
		t.Errorf("without none: %v of %v", q.Without(""), q.Filters)
	}
}

func TestValidateNamesTheMistake(t *testing.T) {
	t.Parallel()
	for want, q := range map[string]search.Query{
		`unknown facet "ward"`:  {Facets: []string{"ward"}},
		`unknown filter "ward"`: {Filters: map[string][]string{"ward": {"x"}}},
		`unknown sort "best"`:   {Sort: "best"},
		`unknown kind "ward"`:   {Kinds: []search.Kind{"ward"}},
	} {
		if err := q.Validate(); !errors.Is(err, search.ErrBadQuery) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, s := range search.Sorts() {
		for _, f := range search.FacetNames() {
			q := search.Query{Sort: s, Facets: []string{f}, Filters: map[string][]string{f: {"x"}}, Kinds: search.Kinds()}
			if err := q.Validate(); err != nil || !search.IsFacet(f) {
				t.Errorf("%s %s: %v", s, f, err)
			}
		}
	}
}
