package search

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what can be indexed. Both engines are held to them, so that a
// document that one takes is never refused by the other.
const (
	// MaxID is how many bytes an ID can have.
	MaxID = 200
	// MaxFacetValue is how many bytes the value of a facet can have.
	MaxFacetValue = 250
)

// Validate reports what keeps a document from being indexed, as an error that
// wraps ErrBadDocument, or nil.
func (d Document) Validate() error {
	switch {
	case !slices.Contains(Kinds(), d.Kind):
		return fmt.Errorf("%w: unknown kind %q", ErrBadDocument, d.Kind)
	case d.ID == "":
		return fmt.Errorf("%w: a %s without an ID", ErrBadDocument, d.Kind)
	case len(d.ID) > MaxID || !utf8.ValidString(d.ID):
		return fmt.Errorf("%w: the ID of a %s is too long or not UTF-8", ErrBadDocument, d.Kind)
	}
	for facet, values := range d.Facets {
		if !IsFacet(facet) {
			return fmt.Errorf("%w: %s %s has an unknown facet %q", ErrBadDocument, d.Kind, d.ID, facet)
		}
		for _, v := range values {
			if len(v) > MaxFacetValue || !utf8.ValidString(v) {
				return fmt.Errorf("%w: %s %s has a value of facet %s that is too long or not UTF-8",
					ErrBadDocument, d.Kind, d.ID, facet)
			}
		}
	}
	return nil
}

// Labels is the text of what a document is known by beside its title: its
// facets' values and its ID, so that "SystmOne" or "RR8" finds it.
func (d Document) Labels() string {
	var b strings.Builder
	b.WriteString(d.ID)
	for _, facet := range FacetNames() {
		for _, v := range d.Facets[facet] {
			b.WriteString(" ; ")
			b.WriteString(v)
		}
	}
	return b.String()
}

// Order holds the numbers a document is sorted by, finite and comparable on
// every engine. Times are in microseconds, which a float64 holds exactly.
func (d Document) Order() map[Sort]float64 {
	order := map[Sort]float64{
		SortHot:       d.Hot,
		SortTop:       float64(d.Votes),
		SortDiscussed: float64(d.Comments),
		SortAdopted:   float64(d.Adoptions),
	}
	if !d.Published.IsZero() {
		order[SortNew] = float64(d.Published.UnixMicro())
	} else {
		order[SortNew] = -math.MaxInt32 * 1e6 // long before anything else
	}
	for s, v := range order {
		if math.IsNaN(v) || math.IsInf(v, 0) || v == 0 {
			order[s] = 0 // the positive one
		}
	}
	return order
}

// MaxLimit is how many hits one page can have.
const MaxLimit = 1000

// Validate reports what is wrong with a query, as an error that wraps
// ErrBadQuery, or nil.
func (q Query) Validate() error {
	for _, k := range q.Kinds {
		if !slices.Contains(Kinds(), k) {
			return fmt.Errorf("%w: unknown kind %q", ErrBadQuery, k)
		}
	}
	for f := range q.Filters {
		if !IsFacet(f) {
			return fmt.Errorf("%w: unknown filter %q", ErrBadQuery, f)
		}
	}
	for _, f := range q.Facets {
		if !IsFacet(f) {
			return fmt.Errorf("%w: unknown facet %q", ErrBadQuery, f)
		}
	}
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) {
		return fmt.Errorf("%w: unknown sort %q", ErrBadQuery, q.Sort)
	}
	if q.Offset < 0 || q.Limit < 0 {
		return fmt.Errorf("%w: negative offset or limit", ErrBadQuery)
	}
	return nil
}

// Without is the query's filters less the one of a facet: what that facet's
// values are counted over. An empty name leaves out none. Facets with no
// values are left out, and the values of the others are sorted and unique.
func (q Query) Without(facet string) map[string][]string {
	filters := map[string][]string{}
	for f, values := range q.Filters {
		if f != facet && len(values) > 0 {
			filters[f] = slices.Compact(slices.Sorted(slices.Values(values)))
		}
	}
	return filters
}
