package models

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of saved searches.
const (
	MaxSearches   = 50 // of one person
	MaxSearchName = 80
	// MatchesFor is how long it is kept that a case study was new in a search.
	MatchesFor = 180 * 24 * time.Hour
)

// SavedSearch is a search of case studies that somebody keeps under a name.
// Nobody else sees it.
type SavedSearch struct {
	ID        string
	PersonID  string
	Name      string
	Query     string // canonical: see CanonicalSearch
	CreatedAt time.Time
	SeenAt    time.Time
	New       int  // how many case studies came that match it since it was seen
	Followed  bool // whether the person is told of them
}

// Validate checks the name.
func (s *SavedSearch) Validate() error {
	s.Name = CleanLine(s.Name)
	switch n := utf8.RuneCountInString(s.Name); {
	case n == 0:
		return InvalidField("name", "Give the search a name")
	case n > MaxSearchName:
		return InvalidField("name", "The name must be 80 characters or fewer")
	}
	return nil
}

// ParseSearch reads what a search asks for out of the query of an address, and
// leaves out in which order and from where on it is listed. BadRequest when it
// has anything else in it.
func ParseSearch(raw string) (ListQuery, error) {
	q := ListQuery{Filters: map[string][]string{}, Limit: 20}
	values, err := url.ParseQuery(raw)
	if err != nil || len(raw) > 4000 {
		return q, E(BadRequest, "This is not the address of a search. Open the list of case studies, search, and save from there.")
	}
	for name, list := range values {
		for _, v := range list {
			v = CleanLine(v)
			switch {
			case name == "q":
				q.Text = v
			case name == "sort", name == "cursor", name == "limit":
			case !slices.Contains(FacetNames(), name):
				return q, Errorf(BadRequest, "There is no filter called “%s”.", Truncate(CleanLine(name), 40))
			case v != "" && !slices.Contains(q.Filters[name], v):
				q.Filters[name] = append(q.Filters[name], v)
			}
		}
	}
	for _, list := range q.Filters {
		slices.Sort(list)
	}
	return q, q.Validate()
}

// CanonicalSearch gives what a search asks for as the query of an address, the
// same for all that ask for the same. It is empty for what asks for everything.
func CanonicalSearch(q ListQuery) string {
	v := url.Values{}
	if text := strings.Join(strings.Fields(strings.ToLower(q.Text)), " "); text != "" {
		v.Set("q", text)
	}
	for name, list := range q.Filters {
		list = slices.Clone(list)
		slices.Sort(list)
		if list = slices.Compact(list); len(list) > 0 {
			v[name] = list
		}
	}
	return v.Encode()
}

// Finds tells whether a case study with some facets, and the words in its text, is
// what a search with some words asks for: any value of each facet that it names,
// and every word.
func (q *ListQuery) Finds(facets map[string][]string, words []string, has map[string]bool) bool {
	for name, list := range q.Filters {
		if len(list) > 0 && !slices.ContainsFunc(list, func(v string) bool { return slices.Contains(facets[name], v) }) {
			return false
		}
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !has[w] })
}

// CleanTag gives a tag as it is kept.
func CleanTag(s string) string { return strings.ToLower(strings.TrimPrefix(CleanLine(s), "#")) }
