package meili

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"grassroots/search"
	"grassroots/search/internal/lang"
)

// plan is a query made ready to be put: the parts that unite to what matches.
type plan struct {
	parts []part
	terms []asked
	need  int
	total float64
}

// Search answers a query.
func (ix *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	start := time.Now()
	if err := q.Validate(); err != nil {
		return search.Result{}, err
	}
	if ix.closed.Load() {
		return search.Result{}, fmt.Errorf("%w: the index is closed", search.ErrUnavailable)
	}
	var result search.Result
	err := ix.breaker.search(ctx, ix.o.Timeout, func(ctx context.Context) (err error) {
		result, err = ix.search(ctx, q)
		return err
	})
	if err != nil {
		return search.Result{}, err
	}
	result.Took = time.Since(start)
	return result, nil
}

func (ix *Index) search(ctx context.Context, q search.Query) (search.Result, error) {
	query := lang.Parse(q.Text, ix.synonyms.Load().Table())
	order := q.Sort
	if order == "" {
		order = search.SortRelevance
	}
	if len(query.Terms) == 0 {
		if order == search.SortRelevance {
			order = search.SortNew
		}
		return ix.gather(ctx, q, plan{parts: []part{{weight: 1}}}, order)
	}
	p, err := ix.plan(ctx, query.Terms, nil, false)
	if err != nil {
		return search.Result{}, err
	}
	for ; p.need > 0; p = p.with(p.need - 1) {
		result, err := ix.gather(ctx, q, p, order)
		if err != nil || result.Total > 0 {
			return result, err
		}
		if len(q.Without("")) == 0 {
			continue
		}
		// Is it for the filters that nothing was found, or for the words?
		n, err := ix.union(ctx, p.parts, filters(q.Kinds, nil), nil)
		if err != nil || n > 0 {
			return result, err
		}
	}
	return nothing(q), nil
}

func nothing(q search.Query) search.Result {
	r := search.Result{Facets: map[string]map[string]int{}}
	for _, f := range q.Facets {
		r.Facets[f] = map[string]int{}
	}
	return r
}

// plan counts what has to be known of the terms and settles how they are asked
// for.
//
// When no document of the kinds wanted has as many of them as are needed, the
// caller goes on with one less. Filters have no say in it, so that counts beside
// the values of a facet come true when one is chosen.
func (ix *Index) plan(ctx context.Context, terms []lang.Term, in []string, complete bool) (plan, error) {
	list := probes(terms, complete)
	queries := make([]*meilisearch.SearchRequest, 0, len(list)+1)
	for _, p := range list {
		queries = append(queries, ix.count(p.text, nil, in))
	}
	queries = append(queries, ix.count("", nil, nil))
	counts, err := ix.totals(ctx, queries)
	if err != nil {
		return plan{}, err
	}
	p := plan{terms: choose(terms, list, counts, complete), total: float64(counts[len(list)])}
	return p.with(lang.Need(len(p.terms))), nil
}

// with is the plan that needs another number of terms.
func (p plan) with(need int) plan {
	p.need, p.parts = need, nil
	if need > 0 {
		p.parts = parts(p.terms, need, p.total)
	}
	return p
}

// count asks how many documents a text finds.
func (ix *Index) count(text string, filter, in []string) *meilisearch.SearchRequest {
	none := int64(0)
	r := &meilisearch.SearchRequest{
		IndexUID: ix.live(), Query: text, MatchingStrategy: meilisearch.All, HitsPerPage: &none,
		AttributesToRetrieve: []string{attrKey}, AttributesToSearchOn: in,
	}
	if len(filter) > 0 {
		r.Filter = filter
	}
	return r
}

func (ix *Index) totals(ctx context.Context, queries []*meilisearch.SearchRequest) ([]int, error) {
	r, err := ix.client.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: queries})
	if err != nil {
		return nil, ix.failure(ctx, "count", err)
	}
	if len(r.Results) != len(queries) {
		return nil, fmt.Errorf("%w: Meilisearch answered %d of %d queries", search.ErrUnavailable, len(r.Results), len(queries))
	}
	counts := make([]int, len(r.Results))
	for i, one := range r.Results {
		counts[i] = int(one.TotalHits)
	}
	return counts, nil
}

// federated writes one request for the union of parts.
func (ix *Index) federated(list []part, filter, in, sort []string) *meilisearch.MultiSearchRequest {
	r := &meilisearch.MultiSearchRequest{Federation: &meilisearch.MultiSearchFederation{Limit: 1}}
	for _, p := range list {
		one := &meilisearch.SearchRequest{
			IndexUID: ix.live(), Query: p.text, MatchingStrategy: meilisearch.All,
			AttributesToRetrieve: []string{attrKey, attrKind, attrID, attrShown, attrURL},
			AttributesToSearchOn: in, Sort: sort,
			FederationOptions: &meilisearch.SearchFederationOptions{Weight: max(p.weight, 1e-6)},
		}
		if len(filter) > 0 {
			one.Filter = filter
		}
		r.Queries = append(r.Queries, one)
	}
	return r
}

// union counts the documents that any of the parts finds.
func (ix *Index) union(ctx context.Context, list []part, filter, in []string) (int, error) {
	r, err := ix.client.MultiSearchWithContext(ctx, ix.federated(list, filter, in, nil))
	if err != nil {
		return 0, ix.failure(ctx, "count", err)
	}
	return int(r.EstimatedTotalHits), nil
}

// gather fetches the page, the total and the counts, with one request for
// everything and one more for each facet that is both filtered and counted.
func (ix *Index) gather(ctx context.Context, q search.Query, p plan, order search.Sort) (search.Result, error) {
	result := nothing(q)
	var lock sync.Mutex
	var group errorGroup
	var plain []string
	for _, f := range q.Facets {
		if len(q.Filters[f]) == 0 {
			plain = append(plain, f)
			continue
		}
		group.run(func() error {
			r, err := ix.ask(ctx, ix.federated(p.parts, filters(q.Kinds, q.Without(f)), nil, nil), []string{f})
			if err != nil {
				return err
			}
			lock.Lock()
			defer lock.Unlock()
			return ix.readFacets(r, []string{f}, result.Facets)
		})
	}
	group.run(func() error {
		r, hits, err := ix.page(ctx, q, p, order, plain)
		if err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		result.Total, result.Hits = int(r.EstimatedTotalHits), hits
		return ix.readFacets(r, plain, result.Facets)
	})
	return result, group.wait()
}

// page fetches the hits of a query's page, its total and the counts of facets.
func (ix *Index) page(ctx context.Context, q search.Query, p plan, order search.Sort, facets []string) (*meilisearch.MultiSearchResponse, []search.Hit, error) {
	filter := filters(q.Kinds, q.Without(""))
	c, err := ix.cut(ctx, q, p, order, filter)
	if err != nil {
		return nil, nil, err
	}
	request := ix.federated(p.parts, filter, nil, c.sort)
	request.Federation.Offset, request.Federation.Limit = int64(c.offset), int64(max(c.limit, 1))
	r, err := ix.ask(ctx, request, facets)
	if err != nil {
		return nil, nil, err
	}
	hits, err := readHits(r.Hits)
	if err != nil {
		return nil, nil, err
	}
	hits = hits[:min(c.limit, len(hits))]
	if c.ranked {
		if err := ix.rank(ctx, p, filter, hits[:min(rankWindow, len(hits))]); err != nil {
			return nil, nil, err
		}
	}
	if c.backwards {
		slices.Reverse(hits)
	}
	hits = hits[min(c.skip, len(hits)):]
	page := make([]search.Hit, min(q.Limit, search.MaxLimit, len(hits)))
	for i := range page {
		page[i] = hits[i].Hit
	}
	return r, page, nil
}

// cut says which hits to fetch for a page.
type cut struct {
	sort              []string
	offset, limit     int
	skip              int // hits fetched before the page
	ranked, backwards bool
}

// deepOffset is where a page counts as deep: the server goes through all hits
// before it, one by one when their order is total.
const deepOffset = 1000

func (ix *Index) cut(ctx context.Context, q search.Query, p plan, order search.Sort, filter []string) (cut, error) {
	c := cut{offset: q.Offset, limit: min(q.Limit, search.MaxLimit)}
	if order != search.SortRelevance {
		c.sort = []string{sortPrefix + string(order) + ":desc", attrKey + ":asc"}
	} else if several := len(p.parts) > 1 || p.need > 2; several && c.limit > 0 && q.Offset < rankWindow {
		// The window is ranked as a whole, so the page is cut out of it afterwards.
		c.ranked, c.skip = true, q.Offset
		c.offset, c.limit = 0, max(rankWindow, q.Offset+c.limit)
	}
	if q.Offset < deepOffset || c.limit == 0 {
		return c, nil
	}
	total, err := ix.union(ctx, p.parts, filter, nil)
	switch {
	case err != nil:
		return c, err
	case q.Offset >= total:
		c.offset, c.limit = 0, 0
	case c.sort != nil && q.Offset > total/2:
		// It is nearer from the other end.
		c.limit = min(c.limit, total-q.Offset)
		c.offset, c.backwards = total-q.Offset-c.limit, true
		c.sort = []string{sortPrefix + string(order) + ":asc", attrKey + ":desc"}
	}
	return c, nil
}

// ask puts a federated request that also counts facets.
func (ix *Index) ask(ctx context.Context, request *meilisearch.MultiSearchRequest, facets []string) (*meilisearch.MultiSearchResponse, error) {
	if len(facets) > 0 {
		attrs := make([]string, len(facets))
		for i, f := range facets {
			attrs[i] = facetPrefix + f
		}
		request.Federation.FacetsByIndex = map[string][]string{ix.live(): attrs}
		request.Federation.MergeFacets = &meilisearch.MultiSearchFederationMergeFacets{MaxValuesPerFacet: maxFacetValues}
	}
	r, err := ix.client.MultiSearchWithContext(ctx, request)
	if err != nil {
		return nil, ix.failure(ctx, "search", err)
	}
	return r, nil
}

// readFacets reads the counts of facets out of an answer.
func (ix *Index) readFacets(r *meilisearch.MultiSearchResponse, facets []string, into map[string]map[string]int) error {
	for _, f := range facets {
		raw, ok := r.FacetDistribution[facetPrefix+f]
		if !ok {
			continue
		}
		var counts map[string]int
		if err := json.Unmarshal(raw, &counts); err != nil {
			return fmt.Errorf("%w: counts that cannot be read: %w", search.ErrUnavailable, err)
		}
		for encoded, n := range counts {
			value, err := decodeFacet(encoded)
			if err != nil {
				return err
			}
			into[f][value] = n
		}
	}
	return nil
}

// found is a hit with its key and how the server rates it.
type found struct {
	search.Hit
	key     string
	details scoreDetails
}

// wireHit is a hit as the server writes it.
type wireHit struct {
	Key     string       `json:"key"`
	Kind    search.Kind  `json:"kind"`
	ID      string       `json:"id"`
	Title   string       `json:"shown"`
	URL     string       `json:"url"`
	Score   float64      `json:"_rankingScore"`
	Details scoreDetails `json:"_rankingScoreDetails"`
	From    struct {
		Score float64 `json:"weightedRankingScore"`
	} `json:"_federation"`
}

func readHits(list meilisearch.Hits) ([]found, error) {
	hits := make([]found, len(list))
	for i, h := range list {
		var w wireHit
		if err := h.DecodeInto(&w); err != nil {
			return nil, fmt.Errorf("%w: a hit that cannot be read: %w", search.ErrUnavailable, err)
		}
		hits[i] = found{key: w.Key, details: w.Details,
			Hit: search.Hit{Kind: w.Kind, ID: w.ID, Title: w.Title, URL: w.URL, Score: max(w.Score, w.From.Score)}}
	}
	return hits, nil
}

// errorGroup runs functions side by side and keeps the first error.
type errorGroup struct {
	running sync.WaitGroup
	once    sync.Once
	err     error
}

func (g *errorGroup) run(f func() error) {
	g.running.Go(func() {
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err })
		}
	})
}

func (g *errorGroup) wait() error {
	g.running.Wait()
	return g.err
}

// keysFilter is a filter that leaves only the hits given.
func keysFilter(hits []found) string {
	keys := make([]string, len(hits))
	for i, h := range hits {
		keys[i] = quote(h.key)
	}
	return attrKey + " IN [" + strings.Join(keys, ", ") + "]"
}
