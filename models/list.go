package models

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
)

// Sort is an order of a list of case studies.
type Sort string

// The orders; relevance needs a query, and updated must not have one: it is for
// programs that want to hear of changes.
const (
	SortHot       Sort = "hot"
	SortNew       Sort = "new"
	SortUpdated   Sort = "updated"
	SortTop       Sort = "top"
	SortDiscussed Sort = "discussed"
	SortAdopted   Sort = "adopted"
	SortRelevance Sort = "relevance"
)

// Sorts lists every order.
func Sorts() []Sort {
	return []Sort{SortHot, SortNew, SortUpdated, SortTop, SortDiscussed, SortAdopted, SortRelevance}
}

// Label gives the order as a person reads it.
func (s Sort) Label() string {
	switch s {
	case SortHot:
		return "Active now"
	case SortNew:
		return "Newest"
	case SortUpdated:
		return "Last changed"
	case SortTop:
		return "Most votes"
	case SortDiscussed:
		return "Most discussed"
	case SortAdopted:
		return "Most adopted"
	case SortRelevance:
		return "Best match"
	}
	return string(s)
}

// Facet names in the order in which a page shows them. FromSystem and ToSystem
// filter but are not shown as lists, System stands for both.
const (
	FacetStage        = "stage"
	FacetOrganisation = "organisation"
	FacetRegion       = "region"
	FacetSetting      = "setting"
	FacetStaffGroup   = "staff_group"
	FacetTag          = "tag"
	FacetSystem       = "system"
	FacetFromSystem   = "from_system"
	FacetToSystem     = "to_system"
	FacetStandard     = "standard"
	FacetEvidence     = "evidence"
	FacetCampaign     = "campaign"
	FacetDevices      = "devices"
	FacetReview       = "review"
	FacetNICETier     = "nice_tier"
)

// FacetNames lists every facet.
func FacetNames() []string {
	return []string{FacetStage, FacetOrganisation, FacetRegion, FacetSetting, FacetStaffGroup, FacetTag, FacetSystem,
		FacetFromSystem, FacetToSystem, FacetStandard, FacetEvidence, FacetCampaign, FacetDevices, FacetReview, FacetNICETier}
}

// FacetLegend gives what a facet is called on a page.
func FacetLegend(name string) string {
	return map[string]string{FacetStage: "Stage", FacetSystem: "System", FacetStandard: "Standard", FacetSetting: "Care setting", FacetRegion: "Region", FacetOrganisation: "Organisation",
		FacetStaffGroup: "Staff group", FacetTag: "Tag", FacetFromSystem: "From system", FacetToSystem: "To system", FacetEvidence: "Evidence", FacetCampaign: "Campaign",
		FacetDevices: "Connected devices", FacetReview: "Review", FacetNICETier: "NICE evidence tier"}[name]
}

// FacetOfNames reports whether the values of a facet are names that people or vocabularies
// gave, and no words of the platform's own.
func FacetOfNames(name string) bool {
	switch name {
	case FacetOrganisation, FacetTag, FacetSystem, FacetFromSystem, FacetToSystem, FacetStandard, FacetCampaign:
		return true
	}
	return false
}

// MaxQuery is how much of a query is read, in characters.
const MaxQuery = 300

// ListQuery asks for a page of case studies: any value of a facet will do,
// every facet named has to hold.
type ListQuery struct {
	Text    string
	Filters map[string][]string
	Sort    Sort
	Limit   int
	Cursor  *Cursor
	// Uncounted leaves the total out of the page: who reads one page after the
	// other need not have all of them counted each time.
	Uncounted bool
}

// Validate checks facets, sort and limit; the error is a BadRequest that says
// which is wrong.
func (q *ListQuery) Validate() error {
	q.Text = Truncate(CleanLine(q.Text), MaxQuery)
	if q.Sort == "" {
		q.Sort = SortHot
		if q.Text != "" {
			q.Sort = SortRelevance
		}
	}
	if !slices.Contains(Sorts(), q.Sort) {
		return Errorf(BadRequest, "There is no order called “%s”. Use hot, new, updated, top, discussed, adopted or relevance.", Truncate(CleanLine(string(q.Sort)), 40))
	}
	if q.Sort == SortRelevance && q.Text == "" {
		q.Sort = SortHot
	}
	if q.Sort == SortUpdated && q.Text != "" {
		return E(BadRequest, "The order “updated” is for lists without a search. Take q or sort away.")
	}
	for name, values := range q.Filters {
		if !slices.Contains(FacetNames(), name) {
			return Errorf(BadRequest, "There is no filter called “%s”.", Truncate(CleanLine(name), 40))
		}
		if len(values) > 50 {
			return Errorf(BadRequest, "The filter “%s” has more than 50 values.", name)
		}
		for _, v := range values {
			if name == FacetStage && !Stage(v).Valid() {
				return Errorf(BadRequest, "There is no stage called “%s”. Use idea, trial, in-use, spreading or stopped.", Truncate(CleanLine(v), 40))
			}
		}
	}
	if q.Limit < 1 || q.Limit > 100 {
		return E(BadRequest, "The limit must be a whole number from 1 to 100.")
	}
	if q.Cursor != nil && q.Cursor.Sort != q.Sort {
		return E(BadRequest, "This cursor belongs to another order. Start again from the first page.")
	}
	return nil
}

// maxKey is beyond every sort key: a time in microseconds is the largest, and
// this one is in the year 2286.
const maxKey = 1e16

// MaxOffset is the furthest place in a list that a cursor can mark.
const MaxOffset = 100_000

// Cursor marks a place in a list. With a query the engine counts places, so
// Offset is used; without one Value and ID are the sort key of the last row.
type Cursor struct {
	Sort   Sort    `json:"s"`
	Value  float64 `json:"v,omitempty"`
	ID     string  `json:"i,omitempty"`
	Back   bool    `json:"b,omitempty"` // the page before the place, not after it
	Offset int     `json:"o,omitempty"`
}

// String gives the cursor as it stands in an address.
func (c Cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil { // a NaN rank; the list starts again rather than breaks
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ErrCursor is what is said of a cursor that is none of ours.
var ErrCursor = E(BadRequest, "The cursor in this address is not one that we gave. Start again from the first page.")

// ParseCursor reads a cursor out of an address; the empty string is none.
func ParseCursor(s string) (*Cursor, error) {
	if s == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(s) > 300 {
		return nil, ErrCursor
	}
	var c Cursor
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, ErrCursor
	}
	if !slices.Contains(Sorts(), c.Sort) || c.ID != "" && !ValidID(c.ID) || c.Offset < 0 || c.Offset > MaxOffset || c.ID == "" && c.Offset == 0 ||
		math.Abs(c.Value) > maxKey {
		return nil, ErrCursor
	}
	return &c, nil
}

// FacetCount is one value of a facet with how many case studies have it.
type FacetCount struct {
	Value string
	Label string
	Count int
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Total int
	Next  string // cursor, empty on the last page
	Prev  string // cursor, empty on the first page
}
