// Package search says what the product needs of a search engine: one Index
// interface, which package embedded (Bleve, in this process) and package meili
// (a Meilisearch server) both satisfy. Package searchtest holds the suite that
// both have to pass, so that a feature written against Index behaves the same
// on either.
//
// What both engines need alike lives here too: how a query is cleaned and
// reduced, which words mean the same in the NHS, and how a text is highlighted.
package search

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"
)

// Kind is what a document is about.
type Kind string

// The kinds of document that are indexed.
const (
	KindCaseStudy    Kind = "case-study"
	KindPerson       Kind = "person"
	KindOrganisation Kind = "organisation"
	KindSystem       Kind = "system"
	KindStandard     Kind = "standard"
	KindCollection   Kind = "collection"
	KindCampaign     Kind = "campaign"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{KindCaseStudy, KindPerson, KindOrganisation, KindSystem, KindStandard, KindCollection, KindCampaign}
}

// The facets a document may carry and a query may filter by or count.
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

// FacetNames lists every facet, in the order in which pages show them.
func FacetNames() []string {
	return []string{
		FacetStage, FacetOrganisation, FacetRegion, FacetSetting, FacetStaffGroup, FacetTag,
		FacetSystem, FacetFromSystem, FacetToSystem, FacetStandard, FacetEvidence, FacetCampaign, FacetDevices, FacetReview, FacetNICETier,
	}
}

// IsFacet reports whether name is the name of a facet.
func IsFacet(name string) bool { return slices.Contains(FacetNames(), name) }

// Document is one thing that can be found. Kind and ID together name it; both
// are required. Body is plain text (no markup) and is searched but never given
// back: highlights and snippets are computed from the database's text.
type Document struct {
	Kind                       Kind
	ID                         string
	Title, Summary, Body, URL  string
	Facets                     map[string][]string
	Votes, Comments, Adoptions int
	Hot                        float64
	Published                  time.Time
}

// Sort is the order of a result.
type Sort string

// The orders a result can have. The zero value means relevance.
const (
	SortRelevance Sort = "relevance"
	SortHot       Sort = "hot"
	SortNew       Sort = "new"
	SortTop       Sort = "top"
	SortDiscussed Sort = "discussed"
	SortAdopted   Sort = "adopted"
)

// Sorts lists every order.
func Sorts() []Sort {
	return []Sort{SortRelevance, SortHot, SortNew, SortTop, SortDiscussed, SortAdopted}
}

// Query asks for documents. The zero value asks for all of them.
type Query struct {
	// Text is what the person typed, any bytes at all: see Clean. Text that
	// holds nothing to search for asks for all documents.
	Text string
	// Kinds restricts the kinds of document; empty means all.
	Kinds []Kind
	// Filters holds the wanted values by facet: a document matches when, for
	// every facet named, it has at least one of the values. A facet with no
	// values is no filter.
	Filters map[string][]string
	// Facets names the facets to count.
	Facets []string
	// Sort is the order; ties are broken by kind and ID. Relevance without text is
	// the same order as new.
	Sort Sort
	// Offset and Limit cut the page. A Limit of 0 asks for counts alone, one
	// above MaxLimit is read as MaxLimit.
	Offset, Limit int
}

// Hit is one document found. Score compares hits of one result only.
type Hit struct {
	Kind           Kind
	ID, Title, URL string
	Score          float64
}

// Result is the answer to a Query.
type Result struct {
	Hits []Hit
	// Total is how many documents match, over all pages.
	Total int
	// Facets holds, for every facet asked for, how many matching documents
	// have each value. A facet's own filter is left out of its counts, so that
	// a page can show what choosing another value would bring.
	Facets map[string]map[string]int
	Took   time.Duration
}

// Errors an Index answers with; test with errors.Is.
var (
	// ErrBadQuery means the query itself is wrong (an unknown facet, sort or
	// kind, a negative offset): the caller's mistake, not the engine's.
	ErrBadQuery = errors.New("bad search query")
	// ErrUnavailable means the engine could not be reached or could not
	// answer: the caller can fall back to the database.
	ErrUnavailable = errors.New("search engine unavailable")
	// ErrBadDocument means a document cannot be indexed as it is: no kind, no
	// ID, or an unknown facet. Trying again does not help.
	ErrBadDocument = errors.New("bad search document")
)

// Index is a search engine that holds the product's documents. It is safe for
// use by many goroutines at once. Every method honours its context.
type Index interface {
	// Upsert adds documents or replaces those with the same kind and ID. When
	// it returns, a search sees them.
	Upsert(ctx context.Context, docs ...Document) error
	// Delete removes documents; one that is not there is no error.
	Delete(ctx context.Context, kind Kind, ids ...string) error
	// Search answers a query.
	Search(ctx context.Context, q Query) (Result, error)
	// Suggest answers while a person types: documents of any kind whose title
	// holds the words, the last of them perhaps unfinished, any of them
	// perhaps misspelt. Best first.
	Suggest(ctx context.Context, text string, limit int) ([]Hit, error)
	// Similar finds documents of a kind that are about the same as a title
	// and a summary, except the one whose ID is exclude. Best first.
	Similar(ctx context.Context, kind Kind, title, summary, exclude string, limit int) ([]Hit, error)
	// Rebuild makes a new index from all documents beside the live one, then
	// swaps. Searches and writes go on throughout, and a write made meanwhile
	// is not lost. When docs yields an error, or the context ends, the live
	// index stays as it was and Rebuild returns that error. One rebuild runs
	// at a time; a second waits for the first.
	Rebuild(ctx context.Context, docs iter.Seq2[Document, error]) error
	// SetSynonyms replaces the table of words that mean the same. It takes
	// effect at once, with nothing to index again.
	SetSynonyms(ctx context.Context, s Synonyms) error
	// Ping reports whether the engine can answer.
	Ping(ctx context.Context) error
	// Close releases what the index holds. No method may be called afterwards.
	Close() error
}
