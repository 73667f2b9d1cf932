package casestudies

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
	"grassroots/search"
)

// Listing is a page of case studies with what stands beside it.
type Listing struct {
	models.Page[models.Summary]
	Query    models.ListQuery
	Facets   map[string]map[string]int // nil unless asked for
	Offset   int                       // of the first item, where the engine counts
	FromText bool                      // the search engine answered
	Away     bool                      // it should have, but is away
}

// ShownFacets are the facets that a list offers, in order.
func ShownFacets() []string {
	return []string{models.FacetStage, models.FacetSystem, models.FacetStandard, models.FacetSetting, models.FacetRegion,
		models.FacetOrganisation, models.FacetStaffGroup, models.FacetTag, models.FacetDevices,
		models.FacetEvidence, models.FacetNICETier, models.FacetReview}
}

// List answers a query. Without text the database does, by key. With text the
// search engine finds and counts, and the database gives what is shown of each
// find; when the engine is away the database looks for the words itself.
func (f *Feature) List(ctx context.Context, q models.ListQuery, facets []string) (Listing, error) {
	if err := q.Validate(); err != nil {
		return Listing{}, err
	}
	if err := f.followMerges(ctx, &q); err != nil {
		return Listing{}, err
	}
	if q.Text == "" {
		return f.listFromDatabase(ctx, q, facets)
	}
	listing, err := f.listFromEngine(ctx, q, facets)
	f.noteSearch(err)
	if errors.Is(err, search.ErrUnavailable) {
		f.site.Log.WarnContext(ctx, "search answered from the database", "error", err)
		if q.Cursor != nil && q.Cursor.Offset > 0 {
			q.Cursor = nil
		}
		listing, err = f.listFromDatabase(ctx, q, facets)
		listing.Away = true
	}
	return listing, err
}

// FromDatabase answers a query without the search engine.
func (f *Feature) FromDatabase(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error) {
	if err := q.Validate(); err != nil {
		return models.Page[models.Summary]{}, err
	}
	if err := f.followMerges(ctx, &q); err != nil {
		return models.Page[models.Summary]{}, err
	}
	listing, err := f.listFromDatabase(ctx, q, nil)
	return listing.Page, err
}

// followMerges lets an address that names a system or a standard by what it was
// called before it was merged find what it is now.
func (f *Feature) followMerges(ctx context.Context, q *models.ListQuery) error {
	kinds := map[string]string{models.FacetSystem: models.TermSystem, models.FacetFromSystem: models.TermSystem, models.FacetToSystem: models.TermSystem,
		models.FacetStandard: models.TermStandard}
	filters := make(map[string][]string, len(q.Filters))
	for name, values := range q.Filters {
		if kind := kinds[name]; kind != "" && len(values) > 0 {
			vocabulary, err := f.site.Vocabulary(ctx)
			if err != nil {
				return err
			}
			values = vocabulary.NowAll(kind, values)
		}
		filters[name] = values
	}
	q.Filters = filters
	return nil
}

func (f *Feature) listFromDatabase(ctx context.Context, q models.ListQuery, facets []string) (Listing, error) {
	page, err := f.store.ListCaseStudies(ctx, q)
	if err != nil {
		return Listing{}, err
	}
	listing := Listing{Page: page, Query: q}
	if len(facets) == 0 {
		return listing, nil
	}
	// Counting reads every row that is posted, so it is done anew only when
	// something is posted, not with each vote.
	key := Address(strings.Join(facets, " "), models.ListQuery{Text: q.Text, Filters: q.Filters}, "")
	listing.Facets, err = f.counts.Get(ctx, key, func(ctx context.Context) (map[string]map[string]int, error) {
		return f.store.FacetCounts(ctx, q, facets)
	})
	return listing, err
}

func (f *Feature) listFromEngine(ctx context.Context, q models.ListQuery, facets []string) (Listing, error) {
	offset := 0
	if q.Cursor != nil {
		offset = q.Cursor.Offset
	}
	found, err := f.site.Index.Search(ctx, search.Query{Text: q.Text, Kinds: []search.Kind{search.KindCaseStudy}, Filters: q.Filters,
		Facets: facets, Sort: search.Sort(q.Sort), Offset: offset, Limit: q.Limit})
	if errors.Is(err, search.ErrBadQuery) {
		return Listing{}, models.Wrap(models.BadRequest, "This search cannot be answered. Change its filters or its order.", err)
	}
	if err != nil {
		return Listing{}, err
	}
	ids := make([]string, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	listing := Listing{Query: q, Facets: found.Facets, Offset: offset, FromText: true}
	if listing.Items, err = f.store.SummariesByID(ctx, ids); err != nil {
		return Listing{}, err
	}
	// What was withdrawn a moment ago the engine still counts.
	listing.Total = found.Total - (len(ids) - len(listing.Items))
	if offset+len(found.Hits) < found.Total && len(found.Hits) > 0 {
		listing.Next = models.Cursor{Sort: q.Sort, Offset: offset + q.Limit}.String()
	}
	if offset > 0 {
		if before := offset - q.Limit; before > 0 {
			listing.Prev = models.Cursor{Sort: q.Sort, Offset: before}.String()
		} else {
			listing.Prev = firstPage
		}
	}
	return listing, nil
}

// firstPage stands for "no cursor" in Listing.Prev.
const firstPage = "first"

// labelled is a listing with its facets ready to be shown, the same for
// everybody.
type labelled struct {
	Listing
	labels map[string][]models.FacetCount
}

// shared gives the listing of a page, which everybody who asks for it within a
// moment shares.
func (f *Feature) shared(ctx context.Context, q models.ListQuery, facets []string, most int) (labelled, error) {
	if err := q.Validate(); err != nil {
		return labelled{}, err
	}
	cursor := ""
	if q.Cursor != nil {
		cursor = q.Cursor.String()
	}
	key := Address(strconv.Itoa(q.Limit)+" "+strconv.Itoa(most)+" "+string(q.Sort), q, cursor)
	return f.lists.Get(ctx, key, func(ctx context.Context) (labelled, error) {
		listing, err := f.List(ctx, q, facets)
		if err != nil {
			return labelled{}, err
		}
		labels, err := f.Labels(ctx, listing, most)
		return labelled{listing, labels}, err
	})
}

// Labels gives, for each facet, how its values read, the most frequent first;
// chosen values are always there, most is how many others are.
func (f *Feature) Labels(ctx context.Context, listing Listing, most int) (map[string][]models.FacetCount, error) {
	vocabulary, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]models.FacetCount, len(listing.Facets))
	for name, counts := range listing.Facets {
		var list []models.FacetCount
		for value, n := range counts {
			list = append(list, models.FacetCount{Value: value, Label: vocabulary.FacetLabel(name, value), Count: n})
		}
		chosen := listing.Query.Filters[name]
		for _, value := range chosen {
			if _, counted := counts[value]; !counted {
				list = append(list, models.FacetCount{Value: value, Label: vocabulary.FacetLabel(name, value)})
			}
		}
		sortCounts(list, name)
		out[name] = atMost(list, most, chosen)
	}
	return out, f.nameOrganisations(ctx, out[models.FacetOrganisation])
}

// sortCounts puts the most frequent first; stages stand in their own order.
func sortCounts(list []models.FacetCount, name string) {
	slices.SortFunc(list, func(a, b models.FacetCount) int {
		if name == models.FacetStage {
			return slices.Index(models.Stages(), models.Stage(a.Value)) - slices.Index(models.Stages(), models.Stage(b.Value))
		}
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Label, b.Label)
	})
}

func atMost(list []models.FacetCount, most int, chosen []string) []models.FacetCount {
	var out []models.FacetCount
	for i, c := range list {
		if i < most || slices.Contains(chosen, c.Value) {
			out = append(out, c)
		}
	}
	return out
}

func (f *Feature) nameOrganisations(ctx context.Context, list []models.FacetCount) error {
	codes := make([]string, len(list))
	for i, c := range list {
		codes[i] = c.Value
	}
	names, err := f.store.OrganisationNames(ctx, codes)
	if err != nil {
		return err
	}
	for i := range list {
		if name := names[list[i].Value]; name != "" {
			list[i].Label = name
		}
	}
	return nil
}

// Similar gives published case studies that are about the same as a title and
// a summary: nothing while the engine is away.
func (f *Feature) Similar(ctx context.Context, title, summary, exclude string, limit int) ([]models.Summary, error) {
	ids, err := f.similarIDs(ctx, title, summary, exclude, limit)
	if errors.Is(err, search.ErrUnavailable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f.store.SummariesByID(ctx, ids)
}

func (f *Feature) similarIDs(ctx context.Context, title, summary, exclude string, limit int) ([]string, error) {
	title, summary = models.Truncate(models.CleanLine(title), models.MaxTitle), models.Truncate(models.CleanLine(summary), models.MaxSummary)
	if title == "" {
		return nil, nil
	}
	hits, err := f.site.Index.Similar(ctx, search.KindCaseStudy, title, summary, exclude, limit)
	f.noteSearch(err)
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	return ids, err
}

// alikeTTL is how long what is similar to a case study is remembered: what the
// engine thinks alike changes slowly, and asking costs more than the rest of
// the page.
const alikeTTL = 10 * time.Minute

// SimilarTo gives published case studies that are about the same as one.
func (f *Feature) SimilarTo(ctx context.Context, cs *models.CaseStudy, limit int) ([]models.Summary, error) {
	ids, err := f.alike.Get(ctx, cs.ID+strconv.Itoa(cs.Revision), func(ctx context.Context) ([]string, error) {
		// The title alone: at 10,000 case studies a summary of forty words
		// costs ten times as much and finds hardly better.
		ids, err := f.similarIDs(ctx, cs.Title, "", cs.ID, limit)
		if f.site.IsSearchAway() {
			err = cmp.Or(err, search.ErrUnavailable)
		}
		return ids, err
	})
	if errors.Is(err, search.ErrUnavailable) {
		return nil, nil // not remembered
	}
	if err != nil {
		return nil, err
	}
	return f.store.SummariesByID(ctx, ids)
}
